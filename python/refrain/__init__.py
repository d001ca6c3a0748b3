"""Finds what comes back across scraped web pages: site chrome, and copies of the same story.

Chrome is what a site prints whatever a page is about: menus, donation pleas, subscription footers, cookie notes.

>>> import refrain
>>> ferry = (
...     "The ferry to the island was full all day on Monday, and forty cars were left at the pier.\\n"
...     "Its captain said that he had never seen so many people carry so little luggage with them."
... )
>>> stories = [
...     ferry,
...     "Nobody at the mill remembers a spring with so little water in the river above the weir.",
...     "A lorry with forty crates of plums turned over at the market; children ate what they found.",
...     "The choir sings in the tower tonight, if the stairs are mended and the bell is quiet.",
... ]
>>> pages = [
...     {"id": f"h{n}", "url": f"https://hill.example/{n}", "text": f"Home\\nNews\\nSport\\n{story}\\nAbout us"}
...     for n, story in enumerate(stories)
... ]
>>> pages.append({"id": "v0", "url": "https://vale.example/0", "text": ferry})
>>> scan = refrain.scan(pages)
>>> scan
Scan of pages: 5 on 2 sites; paragraphs: 23, 70% chrome; clusters: 1
>>> scan.clean()[1]["text"]
'Nobody at the mill remembers a spring with so little water in the river above the weir.'
>>> scan.clusters["id"]
['h0', 'v0']
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, overload

from refrain import _refrain
from refrain._bank import Bank, Cleaner, Paragraph
from refrain._frame import Frame
from refrain._index import Index
from refrain._options import (
    Chrome,
    Cleaning,
    Columns,
    Copies,
    Path,
    ProgressLike,
    Recipe,
    SiteBy,
    TextFormat,
    options,
)
from refrain._pages import Array, Pages, Stream, source
from refrain._progress import Progress
from refrain._scan import Explanation, PairExplanation, Scan, cleaned
from refrain.errors import (
    DataError,
    InternalError,
    MachineError,
    RecordError,
    RefrainError,
    UsageError,
)

__version__: str = _refrain.__version__

__all__ = [
    "Bank",
    "Cleaner",
    "DataError",
    "Explanation",
    "Frame",
    "Index",
    "InternalError",
    "MachineError",
    "Pages",
    "PairExplanation",
    "Paragraph",
    "Progress",
    "Recipe",
    "RecordError",
    "RefrainError",
    "Scan",
    "UsageError",
    "clean",
    "copies",
    "explain",
    "scan",
    "site_of",
]


def scan(
    pages: Pages,
    *,
    out: Path | None = None,
    text: str | None = None,
    id: str | None = None,
    site: str | None = None,
    url: str | None = None,
    date: str | None = None,
    text_format: TextFormat = "auto",
    site_by: SiteBy = "domain",
    recipe: Recipe | None = None,
    seeds: str | Path | Iterable[str] | None = None,
    memory: str | int | None = None,
    work: Path | None = None,
    strict: bool = False,
    max_bad: int | None = None,
    skip_damaged: bool = False,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> Scan:
    """Finds chrome and copies among ``pages``.

    Parameters
    ----------
    pages
        Paths of files and folders in any format that the command reads; or a table, which is anything with
        ``__arrow_c_stream__`` or ``__arrow_c_array__`` (pyarrow, polars, pandas, DuckDB, Hugging Face); or an
        iterable of dicts. Tables are read where they are, without a copy.
    out
        A folder for the five files that ``refrain scan -o`` writes.
    text, id, site, url, date
        Names of the columns or fields. The usual ones are called like the arguments. A page's site is the
        registrable domain of its URL unless a column names it.
    text_format, site_by
        What texts are written in; whether a site is a domain or a host.
    recipe
        Everything that changes results.
    seeds
        Chrome lines known beforehand: ``"all"``, a language such as ``"en"``, a file of lines, or lines.
    memory
        Bytes that the run may take, such as ``"4GiB"``; what does not fit is on disk. Same results.
    work
        A folder for what is on disk, so that a run that was killed goes on. Needs paths.
    strict, max_bad, skip_damaged
        Whether the first bad record raises, how many may be bad (one in a hundred by default), and whether a
        damaged file is passed over.
    threads
        Threads that work; one a processor by default, or as ``REFRAIN_THREADS`` says. Same results.
    progress
        ``True`` for a bar on standard error, or a function that is called with a :class:`Progress`.

    Raises
    ------
    UsageError
        A column that is not there, or an argument that makes no sense.
    DataError
        An input that cannot be read to its end, a column of a wrong type, or too many bad records.
    RecordError
        A dict that is no page; a bad record if ``strict``. ``error.row`` and ``error.column`` say where.
    MachineError
        What the system refuses.
    """
    columns = Columns(text, id, site, url, date, text_format, site_by, skip_damaged)
    how = options(
        threads=threads,
        memory=memory,
        work=work,
        seeds=seeds,
        strict=strict,
        max_bad=max_bad,
        recipe=recipe,
        progress=progress,
    )
    given = source(pages, columns)
    made = Scan(_refrain.scan(given.input, how), given)
    if out is not None:
        made.write(out)
    return made


if TYPE_CHECKING:
    from typing_extensions import Unpack

    class _Scanning(TypedDict, total=False):
        """Arguments of :func:`scan` that others hand on."""

        text: str | None
        id: str | None
        site: str | None
        url: str | None
        date: str | None
        text_format: TextFormat
        site_by: SiteBy
        recipe: Recipe | None
        seeds: str | Path | Iterable[str] | None
        memory: str | int | None
        strict: bool
        max_bad: int | None
        skip_damaged: bool
        threads: int | None
        progress: ProgressLike

    class _Cleaning(_Scanning, total=False):
        """Arguments of :func:`clean`."""

        bank: Bank | Path | None
        chrome: Chrome
        copies: Copies
        drop_empty: bool


@overload
def clean(
    pages: Path | Iterable[Path], *, to: Path, force: bool = False, **arguments: Unpack[_Cleaning]
) -> dict[str, int]: ...
@overload
def clean(
    pages: Path | list[Path] | Stream | Array, **arguments: Unpack[_Cleaning]
) -> Frame: ...
@overload
def clean(
    pages: Iterable[Mapping[str, Any]], **arguments: Unpack[_Cleaning]
) -> list[dict[str, Any]]: ...
def clean(
    pages: Any,
    *,
    to: Path | None = None,
    force: bool = False,
    bank: Bank | Path | None = None,
    chrome: Chrome = "drop",
    copies: Copies = "keep",
    drop_empty: bool = False,
    text: str | None = None,
    id: str | None = None,
    site: str | None = None,
    url: str | None = None,
    date: str | None = None,
    text_format: TextFormat = "auto",
    site_by: SiteBy = "domain",
    recipe: Recipe | None = None,
    seeds: str | Path | Iterable[str] | None = None,
    memory: str | int | None = None,
    strict: bool = False,
    max_bad: int | None = None,
    skip_damaged: bool = False,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> Any:
    """The pages without their chrome.

    A table comes back as a :class:`Frame` of the same columns and rows, in the same order, with other texts; a list of
    dicts as a list of dicts. Files come back as a :class:`Frame` of ``id``, ``site``, ``url``, ``date`` and ``text``, or
    are written ``to`` a file or folder as ``refrain clean`` writes them, all fields kept.

    Parameters
    ----------
    to, force
        Where cleaned files go, and whether what is there is replaced. Counts come back then.
    bank
        A bank or its path. Pages are cleaned by what it knows, in one pass; without it they are scanned first.
    chrome
        ``"drop"`` takes chrome out; ``"mark"`` leaves it in and adds the columns ``refrain.chrome`` (start and end in
        bytes of UTF-8) and ``refrain.kinds``; ``"keep"`` leaves it in.
    copies
        ``"drop"`` leaves out a copy if its lead has nine tenths of its text; ``"mark"`` adds the column
        ``refrain.cluster``; ``"keep"`` leaves them in.
    drop_empty
        Leave out pages of which nothing is left.

    The other arguments and the errors are those of :func:`scan`.

    >>> import refrain
    >>> pages = [
    ...     {"site": "hill.example", "text": f"Home\\nNews\\nStory {n} of the hill, told by its keeper.\\nContact us"}
    ...     for n in ("one", "two", "three", "four")
    ... ]
    >>> refrain.clean(pages)[2]
    {'site': 'hill.example', 'text': 'Story three of the hill, told by its keeper.'}
    """
    columns = Columns(text, id, site, url, date, text_format, site_by, skip_damaged)
    how = options(
        threads=threads,
        memory=memory,
        seeds=seeds,
        strict=strict,
        max_bad=max_bad,
        recipe=recipe,
        progress=progress,
    )
    cleaning = Cleaning(chrome, copies, drop_empty, None if to is None else os.fspath(to), force)
    given = source(pages, columns)
    if bank is not None:
        known = bank if isinstance(bank, Bank) else Bank.open(bank)
        done = _refrain.clean_pages_with_bank(given.input, known._bank, cleaning, how)
    else:
        done = _refrain.scan(given.input, how).clean(cleaning, how.progress)
    return cleaned(given, done)


def copies(pages: Pages, **arguments: Unpack[_Scanning]) -> Frame:
    """The copies among ``pages``: the :attr:`~Scan.clusters` of a scan of them.

    >>> import refrain
    >>> story = (
    ...     "The ferry to the island was full all day on Monday, and forty cars were left at the pier.\\n"
    ...     "Its captain said that he had never seen so many people carry so little luggage with them."
    ... )
    >>> found = refrain.copies([{"site": "a.example", "text": story}, {"site": "b.example", "text": story}])
    >>> found["relation"], found["containment"]
    ([None, 'same'], [None, 1.0])
    """
    return scan(pages, **arguments).clusters


def explain(
    a: str | Mapping[str, Any],
    b: str | Mapping[str, Any],
    *,
    full: bool = False,
    recipe: Recipe | None = None,
) -> PairExplanation:
    """Why two texts are copies or are not, condition by condition.

    They are taken for pages of two sites, unless they are dicts that name theirs.

    >>> import refrain
    >>> why = refrain.explain("The mill is closed.", "The ferry was full.")
    >>> why.relation is None
    True
    """
    pages = []
    for name, page in (("A", a), ("B", b)):
        if isinstance(page, str):
            page = {"id": name, "site": name.lower(), "text": page}
        pages.append(page)
    return scan(pages, recipe=recipe, threads=1).explain_pair(0, 1, full=full)


def site_of(url: str, *, by: SiteBy = "domain") -> str | None:
    """The site of a page from that address: its registrable domain, or its host.

    >>> import refrain
    >>> refrain.site_of("https://www.news.example.co.uk/a?b")
    'example.co.uk'
    >>> refrain.site_of("mailto:someone@example.com") is None
    True
    """
    return _refrain.site_of(url, by)
