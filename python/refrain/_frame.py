"""Tables as results."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from refrain import _refrain
from refrain.errors import UsageError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class Frame:
    """Rows and columns that every Arrow library takes as they are.

    ``polars.DataFrame(frame)``, ``pyarrow.table(frame)`` and DuckDB read it without a copy, by
    ``__arrow_c_stream__``. Small ones can be read here, row by row or column by column.

    >>> import refrain
    >>> frame = refrain.scan([{"text": "The mill is closed.", "site": "hill.example"}]).pages
    >>> frame.columns
    ['page', 'id', 'site', 'paragraphs', 'chrome', 'cluster', 'lead', 'relation']
    >>> len(frame), frame["site"]
    (1, ['hill.example'])
    >>> next(iter(frame))["paragraphs"]
    1
    """

    def __init__(self, table: _refrain.Table) -> None:
        self._table = table

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return self._table.column_names

    def __len__(self) -> int:
        return self._table.num_rows

    def __getitem__(self, column: str) -> list[Any]:
        """The values of a column."""
        return self._column(column, len(self))

    def _column(self, column: str, most: int) -> list[Any]:
        try:
            at = self.columns.index(column)
        except ValueError:
            raise KeyError(f"no column `{column}` (found: {', '.join(self.columns)})") from None
        return self._table.column(at, most)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows, as dicts."""
        return iter(self.to_dicts())

    def to_dicts(self) -> list[dict[str, Any]]:
        """All rows, as dicts."""
        return self._head(len(self))

    def _head(self, most: int) -> list[dict[str, Any]]:
        columns = self.columns
        values = [self._table.column(at, most) for at in range(len(columns))]
        return [dict(zip(columns, row)) for row in zip(*values)]

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._table.__arrow_c_schema__()

    def to_arrow(self) -> pyarrow.Table:
        """A ``pyarrow.Table``, without a copy."""
        try:
            import pyarrow
        except ImportError:
            raise UsageError("to_arrow() needs pyarrow: `pip install pyarrow`") from None
        return pyarrow.table(self)

    def to_polars(self) -> polars.DataFrame:
        """A ``polars.DataFrame``."""
        try:
            import polars
        except ImportError:
            raise UsageError("to_polars() needs polars: `pip install polars`") from None
        return polars.DataFrame(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A ``pandas.DataFrame``."""
        try:
            import pandas
        except ImportError:
            raise UsageError("to_pandas() needs pandas: `pip install pandas`") from None
        if hasattr(pandas.DataFrame, "from_arrow"):
            frame: pandas.DataFrame = pandas.DataFrame.from_arrow(self)
            return frame
        return self.to_arrow().to_pandas()

    def __repr__(self) -> str:
        shown = self._head(8)
        lines = [f"Frame of {len(self):,} rows: {', '.join(self.columns)}"]
        for row in shown:
            cells = (f"{name}={_short(value)}" for name, value in row.items() if value is not None)
            lines.append("  " + ", ".join(cells))
        if len(self) > len(shown):
            lines.append("  …")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return table_html(self.columns, self._head(10), len(self))


def _short(value: Any, most: int = 40) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def table_html(columns: list[str], rows: list[dict[str, Any]], total: int) -> str:
    """Rows as a table of HTML."""
    head = "".join(f"<th>{html.escape(column)}</th>" for column in columns)
    body = []
    for row in rows:
        cells = (
            "<td></td>" if row[column] is None else f"<td>{html.escape(_short(row[column], 60))}</td>"
            for column in columns
        )
        body.append(f"<tr>{''.join(cells)}</tr>")
    more = f"<p>{total:,} rows</p>" if total > len(rows) else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>{more}"
