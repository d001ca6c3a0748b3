"""Pages as they may be given: paths, tables, dicts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Union

from refrain import _refrain
from refrain._options import Columns, Path, is_paths
from refrain.errors import UsageError

__all__ = ["Pages", "Source", "Stream", "source"]


class Stream(Protocol):
    """What has ``__arrow_c_stream__``: tables of pyarrow, polars, pandas, DuckDB and others."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


class Array(Protocol):
    """What has ``__arrow_c_array__``: a record batch."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...


Pages = Union[Path, Iterable[Path], Stream, Array, Iterable[Mapping[str, Any]]]
"""Paths, a table, or dicts."""


class Source:
    """Pages that were given, and what they were given as."""

    def __init__(
        self, input: _refrain.Input, dicts: list[Mapping[str, Any]] | None = None, text: str = "text"
    ) -> None:
        self.input = input
        self.dicts = dicts
        self.text = text


def source(pages: Any, columns: Columns) -> Source:
    if is_paths(pages):
        paths = [pages] if isinstance(pages, (str, os.PathLike)) else pages
        return Source(_refrain.Input.of_paths([os.fspath(path) for path in paths], columns))
    table = _table(pages)
    if table is not None:
        return Source(_refrain.Input.of_table(table, columns))
    if isinstance(pages, Mapping):
        raise UsageError("one dict is no list of pages; give [page], or a table")
    try:
        dicts = list(pages)
    except TypeError:
        of = type(pages).__name__
        raise UsageError(
            f"{of} holds no pages; give paths, a table (anything with __arrow_c_stream__), or dicts"
        ) from None
    return Source(_refrain.Input.of_dicts(dicts, columns), dicts, columns.text or "text")


def _table(pages: Any) -> Any:
    """What Arrow reads of it."""
    if hasattr(pages, "__arrow_c_stream__") or hasattr(pages, "__arrow_c_array__"):
        return pages
    # Data sets of Hugging Face hold a table of theirs, around one of pyarrow, and perhaps a choice of its rows.
    if type(pages).__module__.split(".")[0] == "datasets":
        if getattr(pages, "_indices", None) is not None:
            pages = pages.flatten_indices()
        data = getattr(pages, "data", pages)
        table = getattr(data, "table", data)
        if hasattr(table, "__arrow_c_stream__"):
            return table
    # A LazyFrame of polars.
    if type(pages).__module__.split(".")[0] == "polars" and hasattr(pages, "collect"):
        return pages.collect()
    return None
