"""Indexes of copies: pages of earlier days, to find copies of later ones."""

from __future__ import annotations

import os

from refrain import _refrain
from refrain._bank import Bank
from refrain._frame import Frame
from refrain._options import Columns, Path, ProgressLike, Recipe, options
from refrain._pages import Pages, source

__all__ = ["Index"]


class Index:
    """Pages that were seen, in a folder, without their texts. Later pages are looked up in it.

    >>> import refrain, tempfile
    >>> story = (
    ...     "The ferry to the island was full all day on Monday, and forty cars were left at the pier.\\n"
    ...     "Its captain said that he had never seen so many people carry so little luggage with them."
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     index = refrain.Index(folder)
    ...     added = index.add([{"id": "a", "site": "hill.example", "text": story}])
    ...     again = index.add([{"id": "a", "site": "hill.example", "text": story}])
    ...     found = index.find([{"id": "b", "site": "vale.example", "text": story}])
    >>> added, again, found["known_id"], found["relation"]
    (1, 0, ['a'], ['same'])
    """

    def __init__(self, path: Path, *, recipe: Recipe | None = None) -> None:
        """The index in the folder ``path``, which is made when pages are added."""
        self._path = os.fspath(path)
        self._recipe = recipe
        _refrain.index_pages(self._path)

    def __len__(self) -> int:
        """How many pages it has."""
        return _refrain.index_pages(self._path) or 0

    def add(
        self,
        pages: Pages,
        *,
        bank: Bank | None = None,
        text: str | None = None,
        id: str | None = None,
        site: str | None = None,
        url: str | None = None,
        date: str | None = None,
        threads: int | None = None,
        progress: ProgressLike = None,
    ) -> int:
        """Adds pages; gives how many were new. A page that is in the index is not added again.

        What of them is chrome says the ``bank``, or else they themselves, as a scan of them does.
        """
        given = source(pages, Columns(text, id, site, url, date))
        how = options(threads=threads, recipe=self._recipe, progress=progress)
        return _refrain.index_add(self._path, given.input, None if bank is None else bank._bank, how)

    def find(
        self,
        pages: Pages,
        *,
        bank: Bank | None = None,
        text: str | None = None,
        id: str | None = None,
        site: str | None = None,
        url: str | None = None,
        date: str | None = None,
        threads: int | None = None,
        progress: ProgressLike = None,
    ) -> Frame:
        """A row for each known page that one of ``pages`` copies, most shared words first.

        ``page`` is the number of the page among ``pages``, ``known_page`` that in the index; ``held`` is how much of
        the page the known one has.
        """
        given = source(pages, Columns(text, id, site, url, date))
        how = options(threads=threads, recipe=self._recipe, progress=progress)
        return Frame(_refrain.index_find(self._path, given.input, None if bank is None else bank._bank, how))

    def clusters(self, *, threads: int | None = None, progress: ProgressLike = None) -> Frame:
        """All pages of the index compared with each other, as a scan of them would: the columns of
        :attr:`refrain.Scan.clusters`."""
        how = options(threads=threads, recipe=self._recipe, progress=progress)
        return Frame(_refrain.index_clusters(self._path, how))

    def __repr__(self) -> str:
        return f"Index of {len(self):,} pages at {self._path}"
