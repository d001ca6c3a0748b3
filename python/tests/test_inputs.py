"""What is no input is told, with row and column; columns of many types are read."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

import refrain

STORY = (
    "The ferry to the island was full all day on Monday, and forty cars were left at the pier.\n"
    "Its captain said that he had never seen so many people carry so little luggage with them."
)


def test_columns_are_named() -> None:
    rows = [{"body": STORY, "where": "hill.example", "key": 7}]
    scan = refrain.scan(rows, text="body", site="where", id="key")
    assert scan.pages["id"] == ["7"]
    assert scan.pages["site"] == ["hill.example"]


@pytest.mark.parametrize("kind", ["int8", "uint16", "int64", "float64", "bool", "date32", "timestamp"])
def test_ids_and_dates_of_other_types_are_read_as_from_a_file(kind: str, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    day = datetime.date(2031, 3, 4)
    values: dict[str, Any] = {
        "int8": pa.array([1, 2], pa.int8()),
        "uint16": pa.array([1, 2], pa.uint16()),
        "int64": pa.array([1, None], pa.int64()),
        "float64": pa.array([1.5, 2.0], pa.float64()),
        "bool": pa.array([True, False]),
        "date32": pa.array([day, day], pa.date32()),
        "timestamp": pa.array([datetime.datetime(2031, 3, 4, 5, 6, 7)] * 2, pa.timestamp("us")),
    }
    column = values[kind]
    table = pa.table({"id": column, "date": column, "site": ["a.example", "b.example"], "text": [STORY, STORY]})
    path = tmp_path / "pages.parquet"
    pq.write_table(table, path)
    ours, of_file = refrain.scan(table), refrain.scan(path)
    assert ours.pages.to_dicts() == of_file.pages.to_dicts()
    assert ours.clusters.to_dicts() == of_file.clusters.to_dicts()
    index = [refrain.Index(tmp_path / name) for name in ("a", "b")]
    index[0].add(table)
    index[1].add(path)
    probe = [{"id": "x", "site": "c.example", "text": STORY}]
    assert index[0].find(probe).to_dicts() == index[1].find(probe).to_dicts()


def test_dates_of_dicts_are_read(tmp_path: Path) -> None:
    rows = [{"text": STORY, "site": "a.example", "date": datetime.date(2031, 3, 4)}]
    index = refrain.Index(tmp_path / "index")
    assert index.add(rows) == 1
    assert index.find([{"text": STORY, "site": "b.example"}])["known_date"] == ["2031-03-04"]


@pytest.mark.parametrize(
    ("rows", "row", "column", "told"),
    [
        ([{"text": STORY}, {"body": STORY}], 1, "text", "row 1: no field `text` (found: body); name another with text="),
        ([{"text": 7}], 0, "text", "row 0: field `text` holds int, not str"),
        ([{"text": STORY}, None], 1, None, "row 1: NoneType is no page"),
        ([{"text": "half \ud800"}], 0, "text", "row 0: field `text` has half a character"),
    ],
)
def test_a_dict_that_is_no_page_is_told(rows: Any, row: int, column: str | None, told: str) -> None:
    with pytest.raises(refrain.RecordError) as raised:
        refrain.scan(rows)
    assert str(raised.value).startswith(told)
    assert (raised.value.row, raised.value.column) == (row, column)


def test_a_field_that_was_named_has_to_be_one() -> None:
    rows = [{"text": STORY, "url": ["a"], "date": 7, "site": "a.example"}]
    assert refrain.scan(rows).pages["site"] == ["a.example"], "what is no address is not there"
    with pytest.raises(refrain.RecordError, match="row 0: field `url` holds list, not str; name another with url="):
        refrain.scan(rows, url="url")
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"text": [STORY], "date": [7], "site": ["a.example"]})
    assert refrain.scan(table).pages["site"] == ["a.example"]
    with pytest.raises(refrain.DataError, match="column `date` holds Int64, not strings or days; name another with date="):
        refrain.scan(table, date="date")


def test_a_column_that_is_not_there_is_told() -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"txet": [STORY], "url": ["https://a.example"]})
    with pytest.raises(refrain.UsageError, match=r"no column `text` \(found: txet, url\); name another with text="):
        refrain.scan(table)
    with pytest.raises(refrain.UsageError, match=r"no column `uri` .*did you mean `url`\?"):
        refrain.scan(table, text="txet", url="uri")


def test_a_column_of_a_wrong_type_is_told() -> None:
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(refrain.DataError, match=r"column `text` holds Int64, not strings") as raised:
        refrain.scan(pa.table({"text": [1, 2]}))
    assert raised.value.column == "text"
    # Also where there is no row.
    with pytest.raises(refrain.DataError, match=r"column `url` holds List"):
        refrain.scan(
            pa.table({"text": pa.array([], pa.string()), "url": pa.array([], pa.list_(pa.string()))}), url="url"
        )


def test_a_column_alone_is_no_table() -> None:
    pa = pytest.importorskip("pyarrow")
    with pytest.raises(refrain.DataError, match="is no table"):
        refrain.scan(pa.array([STORY]))


@pytest.mark.parametrize("given", [7, {"text": STORY}, object()])
def test_what_is_no_set_of_pages_is_told(given: Any) -> None:
    with pytest.raises(refrain.UsageError):
        refrain.scan(given)


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(refrain.DataError, match="no such file or folder"):
        refrain.scan(tmp_path / "missing.jsonl")


def test_bad_records_of_files_are_counted_and_told(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text('{"text": "The mill is closed."}\n{"text": 7}\n', "utf-8")
    scan = refrain.scan(path)
    assert scan.summary["pages"]["bad"] == 1
    assert "field `text` is a number" in scan.bad[0]
    with pytest.raises(refrain.RecordError, match="name another with text=") as raised:
        refrain.scan(path, strict=True)
    assert (raised.value.row, raised.value.file) == (1, str(path))
    with pytest.raises(refrain.DataError, match="max_bad="):
        refrain.scan(path, max_bad=0)


def test_no_pages_are_no_error() -> None:
    scan = refrain.scan([])
    assert len(scan.pages) == len(scan.clusters) == 0
    no_pages: list[dict[str, Any]] = []
    assert refrain.clean(no_pages) == []
    pa = pytest.importorskip("pyarrow")
    empty = pa.table({"text": pa.array([], pa.string()), "more": pa.array([], pa.int8())})
    assert refrain.clean(empty).to_arrow().schema == empty.schema
    assert refrain.clean(empty.schema.empty_table().to_reader()).columns == ["text", "more"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"threads": 0},
        {"memory": "2 apples"},
        {"memory": "1MB"},
        {"seeds": "tlh"},
        {"text_format": "rtf"},
        {"site_by": "planet"},
        {"progress": 7},
    ],
)
def test_arguments_are_checked(arguments: dict[str, Any]) -> None:
    with pytest.raises(refrain.UsageError):
        refrain.scan([{"text": STORY}], **arguments)


@pytest.mark.parametrize(
    "arguments",
    [{"paragraph": "page"}, {"chrome_level": "mild"}, {"keep": "last"}, {"keep_kind": ["hat"]}, {"never": "a.example"}],
)
def test_recipes_are_checked(arguments: dict[str, Any]) -> None:
    with pytest.raises(refrain.UsageError):
        refrain.Recipe(**arguments)


def test_threads_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFRAIN_THREADS", "many")
    with pytest.raises(refrain.UsageError, match="REFRAIN_THREADS=many"):
        refrain.scan([{"text": STORY}])
    monkeypatch.setenv("REFRAIN_THREADS", "1")
    refrain.scan([{"text": STORY}])


def test_errors_have_two_classes() -> None:
    for error, of in [
        (refrain.UsageError, ValueError),
        (refrain.DataError, ValueError),
        (refrain.RecordError, ValueError),
        (refrain.MachineError, OSError),
        (refrain.InternalError, RuntimeError),
    ]:
        assert issubclass(error, refrain.RefrainError) and issubclass(error, of)
