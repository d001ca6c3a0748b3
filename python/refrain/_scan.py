"""Scans: chrome and copies of a set of pages."""

from __future__ import annotations

import html
import json
import os
import tempfile
from typing import Any

from refrain import _refrain
from refrain._frame import Frame, table_html
from refrain._options import Chrome, Cleaning, Copies, Path, ProgressLike
from refrain._pages import Source
from refrain._progress import callback
from refrain.errors import UsageError

__all__ = ["Explanation", "PairExplanation", "Scan", "cleaned"]

_WIDTH = 100


class Explanation(str):
    """What the command ``refrain explain`` prints. Notebooks show it as it stands."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self)}</pre>"


class PairExplanation(Explanation):
    """What two pages share, and whether they are copies.

    It is the text that the command prints; the figures are beside it.
    """

    relation: str | None
    """``same``, ``cut`` or ``part``; ``None`` if they are no copies."""
    resemblance: float | None
    """Shared text, as a share of all text of both."""
    containment: float | None
    """Shared text, as a share of the shorter one."""
    shared: int
    """Shared words."""

    @staticmethod
    def _of(told: dict[str, Any]) -> PairExplanation:
        made = PairExplanation(told["text"])
        made.relation = told["relation"]
        made.resemblance = told["resemblance"]
        made.containment = told["containment"]
        made.shared = told["shared"]
        return made


class Scan:
    """What was found in a set of pages. Made by :func:`refrain.scan`.

    Its tables are made when they are asked for. Pages have their numbers in input order, from 0, bad
    records counted; paragraphs have theirs in their page, from 0.
    """

    def __init__(self, scan: _refrain.Scan, source: Source) -> None:
        self._scan = scan
        self._source = source
        self._summary: dict[str, Any] | None = None

    @property
    def pages(self) -> Frame:
        """A row a page: ``page``, ``id``, ``site``, ``paragraphs``, ``chrome`` (numbers of the paragraphs
        that are chrome), ``cluster``, and for a copy ``lead`` and ``relation``."""
        return Frame(self._scan.pages())

    @property
    def chrome(self) -> Frame:
        """A row a family of chrome: ``site``, ``text``, ``pages`` of the site that have it, ``of`` how
        many, ``where``, ``kind``, ``variants``. Those on most pages come first."""
        return Frame(self._scan.chrome())

    @property
    def clusters(self) -> Frame:
        """A row a page of a cluster, the lead first: ``cluster``, ``page``, ``id``, ``site``; of the
        copies also ``lead``, ``relation``, ``resemblance``, ``containment`` and ``shared`` (passages)."""
        return Frame(self._scan.clusters())

    @property
    def pairs(self) -> Frame:
        """A row a verified pair of pages, with what they are to each other."""
        return Frame(self._scan.pairs())

    @property
    def sites(self) -> Frame:
        """A row a site: ``pages``, of them ``distinct``, ``paragraphs``, of them ``chrome``."""
        return Frame(self._scan.sites())

    @property
    def summary(self) -> dict[str, Any]:
        """What the command writes as ``summary.json``."""
        if self._summary is None:
            self._summary = json.loads(self._scan.summary())
        return dict(self._summary)

    @property
    def bad(self) -> list[str]:
        """Messages of the first records that could not be used; ``summary`` counts all."""
        return self._scan.bad()

    def clean(
        self,
        *,
        chrome: Chrome = "drop",
        copies: Copies = "keep",
        drop_empty: bool = False,
        to: Path | None = None,
        force: bool = False,
        progress: ProgressLike = None,
    ) -> Any:
        """The pages without their chrome, as :func:`refrain.clean` gives them."""
        cleaning = Cleaning(chrome, copies, drop_empty, None if to is None else os.fspath(to), force)
        return cleaned(self._source, self._scan.clean(cleaning, callback(progress)))

    def spans(self) -> Frame:
        """Where the chrome of each page is, for who cuts it out or marks it: a row a page with its number
        ``page``, ``refrain.chrome``, start and end of each paragraph of chrome in bytes of the text as
        UTF-8, and ``refrain.kinds``, what each is."""
        return Frame(self._scan.spans())

    def find(self, id: str) -> list[int]:
        """Numbers of the pages with this id."""
        return self._scan.find(id)

    def explain(
        self, page: int | str, paragraph: int | None = None, *, width: int = _WIDTH
    ) -> Explanation:
        """Why the paragraphs of a page have their labels, or why one of them has its label.

        ``page`` is an id or a number. The text is what ``refrain explain --page`` prints.
        """
        return Explanation(self._scan.explain(self._number(page), paragraph, width))

    def explain_pair(
        self, a: int | str, b: int | str, *, full: bool = False, width: int = _WIDTH
    ) -> PairExplanation:
        """What two pages share, and why they are copies or are not: what ``refrain explain --pages`` prints."""
        pages = (self._number(a), self._number(b))
        if pages[0] == pages[1]:
            raise UsageError(f"{a!r} and {b!r} are the same page; name two")
        return PairExplanation._of(self._scan.explain_pair(pages, full, width))

    def _number(self, page: int | str) -> int:
        if isinstance(page, int):
            if page < 0:
                raise UsageError(f"page {page} is not there: pages are numbered from 0")
            return page
        found = self._scan.find(page)
        if not found:
            raise UsageError(f"no page has the id {page!r}; `scan.pages` lists all")
        return found[0]

    def write(self, folder: Path, *, force: bool = False) -> None:
        """Writes the five files of ``refrain scan -o``. They are absent or whole at any moment."""
        self._scan.write(os.fspath(folder), force)

    def report(self, path: Path, *, force: bool = False) -> None:
        """Writes one HTML file that shows sites, chrome and clusters with their texts, as ``refrain report`` does."""
        with tempfile.TemporaryDirectory(prefix="refrain-") as folder:
            self._scan.report(folder, os.fspath(path), force)

    def _counts(self) -> list[tuple[str, str]]:
        summary = self.summary
        pages, paragraphs = summary["pages"], summary["paragraphs"]
        share = paragraphs["chrome"] / max(1, paragraphs["all"])
        bad = f" ({pages['bad']:,} bad)" if pages["bad"] else ""
        return [
            ("pages", f"{pages['in']:,}{bad} on {len(self.sites):,} sites"),
            ("paragraphs", f"{paragraphs['all']:,}, {share:.0%} chrome"),
            ("clusters", f"{summary['copies']['clusters']:,}"),
        ]

    def __repr__(self) -> str:
        return "Scan of " + "; ".join(f"{name}: {count}" for name, count in self._counts())

    def _repr_html_(self) -> str:
        counts = "".join(
            f"<tr><th>{name}</th><td>{html.escape(count)}</td></tr>" for name, count in self._counts()
        )
        parts = [f"<table>{counts}</table>"]
        sites = self.sites
        parts.append("<h4>Sites</h4>" + table_html(sites.columns, sites._head(8), len(sites)))
        clusters = self.clusters
        if len(clusters):
            columns = ["cluster", "id", "site", "relation", "containment"]
            parts.append("<h4>Clusters</h4>" + table_html(columns, clusters._head(12), len(clusters)))
        return "".join(parts)


def cleaned(source: Source, done: tuple[Any, list[int], dict[str, int]]) -> Any:
    """Cleaned pages as what they came as."""
    table, numbers, counts = done
    if table is None:
        return counts
    if source.dicts is None:
        return Frame(table)
    dicts, name = source.dicts, source.text
    rows = len(numbers)
    columns = {
        column: table.column(at, rows)
        for at, column in enumerate(table.column_names)
        if column == "text" or column.startswith("refrain.")
    }
    texts = columns.pop("text")
    result = []
    for at, (number, text) in enumerate(zip(numbers, texts)):
        page = dict(dicts[number])
        if text is not None:
            page[name] = text
        page.update((column, values[at]) for column, values in columns.items())
        result.append(page)
    return result
