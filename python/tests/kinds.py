"""The same pages as every kind of thing that can be given."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Rows = list[dict[str, Any]]


def _arrow(rows: Rows, text: str = "string") -> Any:
    pa = pytest.importorskip("pyarrow")
    types = {"string": pa.string(), "large": pa.large_string(), "view": pa.string_view()}
    of = types.get(text, pa.string())
    columns = {
        name: pa.array([row[name] for row in rows], type=pa.int64() if name == "number" else of)
        for name in ("id", "url", "date", "number", "text")
    }
    if text == "coded":
        columns = {
            name: column.dictionary_encode() if name != "number" else column
            for name, column in columns.items()
        }
    columns["title"] = pa.nulls(len(rows))
    columns["site"] = pa.nulls(len(rows))
    return pa.table(columns)


def _batches(rows: Rows) -> Any:
    """A table of many batches, one of them empty."""
    pa = pytest.importorskip("pyarrow")
    parts = [_arrow(rows[at : at + 17]) for at in range(0, len(rows), 17)]
    return pa.concat_tables([*parts[:2], parts[0][:0], *parts[2:]])


def _reader(rows: Rows) -> Any:
    return _arrow(rows).to_reader(max_chunksize=13)


def _batch(rows: Rows) -> Any:
    return _arrow(rows).combine_chunks().to_batches()[0]


def _polars(rows: Rows) -> Any:
    return pytest.importorskip("polars").DataFrame(rows, infer_schema_length=None)


def _lazy(rows: Rows) -> Any:
    return _polars(rows).lazy()


def _categorical(rows: Rows) -> Any:
    polars = pytest.importorskip("polars")
    return _polars(rows).with_columns(polars.col("url").cast(polars.Categorical))


def _pandas(rows: Rows) -> Any:
    return pytest.importorskip("pandas").DataFrame(rows)


def _duckdb(rows: Rows) -> Any:
    duckdb = pytest.importorskip("duckdb")
    table = _arrow(rows)
    return duckdb.connect().from_arrow(table)


def _arro3(rows: Rows) -> Any:
    core = pytest.importorskip("arro3.core")
    return core.Table(_arrow(rows))


def _datasets(rows: Rows) -> Any:
    datasets = pytest.importorskip("datasets")
    return datasets.Dataset.from_list(rows)


def _chosen(rows: Rows) -> Any:
    """A data set of which rows were chosen, in another order, and back."""
    made = _datasets(list(reversed(rows)))
    return made.select(range(len(rows) - 1, -1, -1))


KINDS: dict[str, Callable[[Rows, Path], Any]] = {
    "path": lambda rows, path: path,
    "paths": lambda rows, path: [str(path)],
    "dicts": lambda rows, path: rows,
    "generator": lambda rows, path: (row for row in rows),
    "pyarrow": lambda rows, path: _arrow(rows),
    "pyarrow large_string": lambda rows, path: _arrow(rows, "large"),
    "pyarrow string_view": lambda rows, path: _arrow(rows, "view"),
    "pyarrow dictionary": lambda rows, path: _arrow(rows, "coded"),
    "pyarrow batches": lambda rows, path: _batches(rows),
    "pyarrow reader": lambda rows, path: _reader(rows),
    "pyarrow RecordBatch": lambda rows, path: _batch(rows),
    "polars": lambda rows, path: _polars(rows),
    "polars lazy": lambda rows, path: _lazy(rows),
    "polars categorical": lambda rows, path: _categorical(rows),
    "pandas": lambda rows, path: _pandas(rows),
    "duckdb": lambda rows, path: _duckdb(rows),
    "arro3": lambda rows, path: _arro3(rows),
    "datasets": lambda rows, path: _datasets(rows),
    "datasets chosen": lambda rows, path: _chosen(rows),
}
