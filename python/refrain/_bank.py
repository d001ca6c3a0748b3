"""Banks: what sites repeat, learnt once and used on every later page."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from refrain import _refrain
from refrain._frame import Frame, table_html
from refrain._options import (
    Chrome,
    Cleaning,
    Columns,
    Path,
    ProgressLike,
    Recipe,
    SiteBy,
    TextFormat,
    options,
    threads_of,
)
from refrain._pages import Pages, source
from refrain._scan import cleaned
from refrain.errors import UsageError

__all__ = ["Bank", "Cleaner", "Paragraph"]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph and its label."""

    text: str
    """Its text."""
    start: int
    """Its first character in the page's text."""
    end: int
    """The character after its last one."""
    chrome: bool
    """The site prints it whatever the page is about."""
    where: str | None
    """``head``, ``inside`` or ``foot``, if it is chrome."""
    kind: str | None
    """What it is, such as ``navigation`` or ``plea``, if it is chrome."""
    pages: int
    """Distinct pages of its site that have it, this one counted."""


@dataclass(frozen=True)
class _Page:
    text: str
    site: str | None
    url: str | None
    date: str | None


class Bank:
    """What sites repeat. It never changes; learning more makes another one.

    >>> import refrain
    >>> stories = ["bridge", "mill", "pier", "tower"]
    >>> pages = [
    ...     {
    ...         "url": f"https://hill.example/{n}",
    ...         "text": f"Home\\nNews\\nThe old {thing} was closed on Monday, said its keeper.\\nContact us",
    ...     }
    ...     for n, thing in enumerate(stories)
    ... ]
    >>> bank = refrain.Bank.learn(pages)
    >>> bank
    Bank of 4 pages on 1 site
    >>> bank.clean("Home\\nNews\\nThe ferry was full all day.\\nContact us", site="hill.example")
    'The ferry was full all day.'
    >>> [p.text for p in bank.label(pages[0]["text"], site="hill.example") if p.chrome]
    ['Home', 'News', 'Contact us']
    """

    def __init__(self, bank: _refrain.Bank, path: str | None = None) -> None:
        self._bank = bank
        self._path = path

    @classmethod
    def learn(
        cls,
        pages: Pages,
        *,
        text: str | None = None,
        id: str | None = None,
        site: str | None = None,
        url: str | None = None,
        date: str | None = None,
        text_format: TextFormat = "auto",
        site_by: SiteBy = "domain",
        recipe: Recipe | None = None,
        strict: bool = False,
        max_bad: int | None = None,
        memory: str | int | None = None,
        threads: int | None = None,
        progress: ProgressLike = None,
    ) -> Bank:
        """Learns what the sites of ``pages`` repeat.

        A bank is of a set of pages: neither their order nor repeats matter. Of the recipe only
        ``paragraph`` matters. The pages and arguments are those of :func:`refrain.scan`.
        """
        given = source(pages, Columns(text, id, site, url, date, text_format, site_by))
        how = options(
            threads=threads,
            memory=memory,
            recipe=recipe,
            strict=strict,
            max_bad=max_bad,
            progress=progress,
        )
        return cls(_refrain.Bank.learn(given.input, how))

    @classmethod
    def open(cls, path: Path) -> Bank:
        """Maps the bank in a file: milliseconds whatever its size. It pickles as the path."""
        name = os.path.abspath(os.fspath(path))
        return cls(_refrain.Bank.open(os.fspath(path)), name)

    @classmethod
    def from_bytes(cls, data: bytes) -> Bank:
        """The bank that ``bytes(bank)`` gave."""
        return cls(_refrain.Bank.of_bytes(data))

    @staticmethod
    def merge(banks: Iterable[Bank]) -> Bank:
        """The bank of the pages of all ``banks``, each page once: the same bytes in any order."""
        return Bank(_refrain.Bank.merge([bank._bank for bank in banks]))

    def save(self, path: Path, *, force: bool = False) -> None:
        """Writes it to a file, which is absent or whole at any moment; ``force`` replaces one that is there."""
        self._bank.save(os.fspath(path), force)

    def sites(self) -> Frame:
        """A row a site: ``site``, ``pages``, of them ``distinct``, ``families``, of them ``repeated``."""
        return Frame(self._bank.sites())

    def label(
        self,
        text: str,
        site: str | None = None,
        *,
        url: str | None = None,
        date: str | None = None,
        recipe: Recipe | None = None,
    ) -> list[Paragraph]:
        """The paragraphs of a page with their labels. The site is that of ``url`` if none is named."""
        page = _Page(text, site, url, date)
        labels = self._bank.label(page, Recipe() if recipe is None else recipe)
        of_bytes = _characters(text)
        found = []
        for start, end, where, kind, pages in labels:
            first, last = of_bytes(start), of_bytes(end)
            found.append(
                Paragraph(text[first:last], first, last, kind is not None, where, kind, pages)
            )
        return found

    def clean(
        self,
        text: str,
        site: str | None = None,
        *,
        url: str | None = None,
        date: str | None = None,
        recipe: Recipe | None = None,
    ) -> str:
        """The text without its chrome. The site is that of ``url`` if none is named."""
        return self._bank.clean(_Page(text, site, url, date), Recipe() if recipe is None else recipe)

    def __bytes__(self) -> bytes:
        """The bank as a file has it."""
        return self._bank.bytes()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bank) and bytes(self) == bytes(other)

    def __hash__(self) -> int:
        return hash(tuple(self._bank.counts()))

    def __reduce__(self) -> tuple[Any, ...]:
        if self._path is not None:
            return (Bank.open, (self._path,))
        return (Bank.from_bytes, (bytes(self),))

    def __repr__(self) -> str:
        sites, pages, *_ = self._bank.counts()
        of = f" at {self._path}" if self._path else ""
        return f"Bank of {_things(pages, 'page')} on {_things(sites, 'site')}{of}"

    def _repr_html_(self) -> str:
        sites = self.sites()
        return f"<p>{self!r}</p>" + table_html(sites.columns, sites._head(10), len(sites))


def _things(count: int, name: str) -> str:
    return f"{count:,} {name}" if count == 1 else f"{count:,} {name}s"


def _characters(text: str) -> Any:
    """From places in the text as UTF-8, ascending, to places in the text."""
    if text.isascii():
        return lambda byte: byte
    data = text.encode()
    at = [0, 0]

    def place(byte: int) -> int:
        if byte < at[0]:
            at[:] = [0, 0]
        at[1] += len(data[at[0] : byte].decode())
        at[0] = byte
        return at[1]

    return place


class Cleaner:
    """Cleans batches of pages with a bank, each by itself. It can be pickled.

    Works where a function of a batch is wanted: ``Dataset.map(cleaner, batched=True)`` of Hugging Face,
    ``map_batches`` of Ray Data and of Polars, ``multiprocessing``. What comes back is of the type that went
    in, with the texts changed: a dict of lists, a row as a dict, a list of dicts, a table of pyarrow, polars
    or pandas. For ``DataFrame.mapInArrow`` of Spark use :meth:`map_in_arrow`.

    >>> import refrain
    >>> pages = [
    ...     {"site": "hill.example", "text": f"Home\\nNews\\nStory {n} of the hill, told by its keeper.\\nContact us"}
    ...     for n in range(4)
    ... ]
    >>> cleaner = refrain.Cleaner(refrain.Bank.learn(pages))
    >>> cleaner({"site": ["hill.example"], "text": ["Home\\nNews\\nThe ferry was full.\\nContact us"]})
    {'site': ['hill.example'], 'text': ['The ferry was full.']}
    """

    def __init__(
        self,
        bank: Bank | Path,
        *,
        text: str = "text",
        site: str | None = None,
        url: str | None = None,
        date: str | None = None,
        text_format: TextFormat = "auto",
        site_by: SiteBy = "domain",
        recipe: Recipe | None = None,
        chrome: Chrome = "drop",
        seeds: str | Path | Iterable[str] | None = None,
        threads: int | None = None,
    ) -> None:
        """A cleaner with ``bank``, a bank or the path of one.

        ``threads`` are those of one batch: 1 unless ``REFRAIN_THREADS`` says otherwise, as who calls a cleaner
        often has a process for each processor.
        """
        self._bank = bank if isinstance(bank, Bank) else Bank.open(bank)
        self._columns = Columns(text, None, site, url, date, text_format, site_by)
        # Found now, not in a worker.
        self._options = options(threads=threads_of(threads) or 1, recipe=recipe, seeds=seeds)
        self._cleaning = Cleaning(chrome)

    def __call__(self, batch: Any) -> Any:
        """The batch without its chrome, as what it came as."""
        if isinstance(batch, Mapping):
            return self._mapping(batch)
        given = source(batch, self._columns)
        done = _refrain.clean_pages_with_bank(
            given.input, self._bank._bank, self._cleaning, self._options
        )
        result = cleaned(given, done)
        return _like(batch, result) if isinstance(result, Frame) else result

    def map_in_arrow(self, batches: Iterable[Any]) -> Iterable[Any]:
        """The record batches without their chrome, for ``DataFrame.mapInArrow``."""
        for batch in batches:
            yield self(batch)

    def _mapping(self, batch: Mapping[str, Any]) -> Any:
        name = self._columns.text or "text"
        texts = batch.get(name)
        if isinstance(texts, str):
            return self([batch])[0]
        if texts is None:
            found = ", ".join(map(str, batch)) or "no columns"
            raise UsageError(f"no column `{name}` (found: {found}); name another with text=")
        names = [
            named or usual
            for named, usual in (
                (self._columns.text, "text"),
                (self._columns.site, "site"),
                (self._columns.url, "url"),
                (self._columns.date, "date"),
            )
            if (named or usual) in batch
        ]
        rows = [dict(zip(names, row)) for row in zip(*(_plain(batch[name]) for name in names))]
        pages = self(rows)
        result = dict(batch)
        for column in [name, *(c for c in ("refrain.chrome", "refrain.kinds") if self._cleaning.chrome == "mark")]:
            values = [page[column] for page in pages]
            result[column] = _list_like(texts, values) if column == name else values
        return result


def _plain(values: Any) -> Sequence[Any]:
    """A column as a list of what Python has."""
    plain: Sequence[Any] = values.tolist() if hasattr(values, "tolist") else values
    return plain


def _list_like(column: Any, values: list[Any]) -> Any:
    """Values as what the column was: a list, or an array of numpy."""
    if type(column).__module__.split(".")[0] == "numpy":
        import numpy

        return numpy.array(values, dtype=object)
    return values


def _like(table: Any, frame: Frame) -> Any:
    """A result as the library has it that the table came from."""
    of = type(table)
    library = of.__module__.split(".")[0]
    if library == "pyarrow":
        import pyarrow

        made = pyarrow.table(frame)
        if of.__name__ == "RecordBatch":
            batches = made.combine_chunks().to_batches()
            return batches[0] if batches else pyarrow.RecordBatch.from_pylist([], schema=made.schema)
        return made
    if library == "polars":
        return frame.to_polars()
    if library == "pandas":
        made_frame = frame.to_pandas()
        made_frame.index = table.index
        return made_frame
    return frame
