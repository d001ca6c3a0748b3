"""What comes back: tables that others read, files, reports, answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import refrain
from tests.conftest import Command, Found, Rows


@pytest.fixture(scope="module")
def scan(pages: Rows) -> refrain.Scan:
    return refrain.scan(pages)


def test_tables_are_read_by_others(scan: refrain.Scan) -> None:
    polars, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    duckdb = pytest.importorskip("duckdb")
    for frame in (scan.pages, scan.chrome, scan.clusters, scan.pairs, scan.sites, scan.spans()):
        rows = frame.to_dicts()
        assert len(rows) == len(frame) > 0
        assert frame.to_arrow().to_pylist() == rows
        assert frame.to_polars().to_dicts() == rows
        assert polars.DataFrame(frame).columns == frame.columns
        assert len(frame.to_pandas()) == len(frame)
        assert pa.schema(frame).names == frame.columns
        table = frame.to_arrow()
        assert duckdb.connect().from_arrow(table).count("*").fetchall() == [(len(frame),)]


def test_a_column_that_is_not_there_is_a_key_error(scan: refrain.Scan) -> None:
    with pytest.raises(KeyError, match="no column `sight`"):
        scan.pages["sight"]


@pytest.mark.parametrize("text", ["string", "large_string", "string_view"])
def test_a_table_keeps_its_schema_and_its_nulls(pages: Rows, text: str) -> None:
    pa = pytest.importorskip("pyarrow")
    of = getattr(pa, text)()
    table = pa.table(
        {
            "text": pa.array([page["text"] for page in pages], of),
            "url": [page["url"] for page in pages],
            "tags": [[1, None], None, []] * (len(pages) // 3) + [None] * (len(pages) % 3),
        }
    )
    for copies in ("keep", "drop"):
        cleaned = refrain.clean(table, copies=copies).to_arrow()
        assert cleaned.schema == table.schema
    assert cleaned["text"].to_pylist()[-1] is None
    assert len(cleaned) < len(table)
    assert refrain.clean(table).to_arrow()["tags"].to_pylist() == table["tags"].to_pylist()


def test_what_is_printed_is_short_and_safe(scan: refrain.Scan) -> None:
    assert "7 sites" not in repr(scan) and repr(scan).startswith("Scan of pages: 167 on 13 sites")
    page = [{"site": "a.example", "text": "<script>alert(1)</script> said the keeper of the mill", "id": "<b>"}]
    hostile = refrain.scan(page)
    for shown in (hostile._repr_html_(), hostile.pages._repr_html_(), hostile.explain(0)._repr_html_()):
        assert "<script>" not in shown and "<b>" not in shown
    assert "<table>" in scan._repr_html_() and "Clusters" in scan._repr_html_()
    assert len(repr(scan.pages).splitlines()) == 10


def test_explanations_are_those_of_the_command(scan: refrain.Scan, lines: Path, command: Command) -> None:
    said = command("explain", lines, "--page", "arrowick-01", "-q").stdout.decode()
    assert scan.explain("arrowick-01") == said == scan.explain(scan.find("arrowick-01")[0])
    said = command("explain", lines, "--page", "arrowick-01", "--number", "3", "-q").stdout.decode()
    assert scan.explain("arrowick-01", 3) == said
    said = command("explain", lines, "--pages", "arrowick-01", "kelmere-01", "-q").stdout.decode()
    pair = scan.explain_pair("arrowick-01", "kelmere-01")
    assert pair == said
    assert pair.relation == "same" and pair.containment == 1.0 and pair.shared > 100


@pytest.mark.parametrize(
    ("page", "paragraph", "told"),
    [("nobody", None, "no page has the id"), (10**6, None, "is not there"), (0, 999, "paragraph=999"), (-1, None, "not there")],
)
def test_what_is_not_there_cannot_be_explained(
    scan: refrain.Scan, page: Any, paragraph: int | None, told: str
) -> None:
    with pytest.raises(refrain.UsageError, match=told):
        scan.explain(page, paragraph)


def test_two_texts_are_explained(pages: Rows) -> None:
    story = pages[0]["text"]
    why = refrain.explain(story, story)
    assert why.relation == "same" and why.containment == 1.0
    assert "A  A (a)" in why


def test_the_report_is_one_file(scan: refrain.Scan, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    scan.report(path)
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>") or "<html" in path.read_text("utf-8")[:200]
    assert "All 143 passengers" in path.read_text("utf-8")
    with pytest.raises(refrain.UsageError, match="force=True"):
        scan.report(path)
    scan.report(path, force=True)


def test_outputs_are_not_replaced_unasked(scan: refrain.Scan, tmp_path: Path) -> None:
    scan.write(tmp_path)
    with pytest.raises(refrain.UsageError, match="force=True"):
        scan.write(tmp_path)
    scan.write(tmp_path, force=True)


def test_files_are_cleaned_into_files(lines: Path, found: Found, tmp_path: Path) -> None:
    counts = refrain.clean(lines, to=tmp_path / "clean.jsonl", threads=2)
    assert (tmp_path / "clean.jsonl").read_bytes() == (found.folder / "clean.jsonl").read_bytes()
    assert counts["kept"] == counts["read"] == len(found.rows("clean.jsonl"))
    assert counts["removed_bytes"] > 1000
    bank = refrain.Bank.open(found.folder / "pages.bank")
    refrain.clean(lines, to=tmp_path / "banked.jsonl", bank=bank)
    assert (tmp_path / "banked.jsonl").read_bytes() == (found.folder / "banked.jsonl").read_bytes()
    with pytest.raises(refrain.UsageError, match="read from files"):
        refrain.clean([{"text": "a"}], to=tmp_path / "no.jsonl")  # type: ignore[list-item]


def test_the_summary_is_that_of_the_command(lines: Path, found: Found) -> None:
    import json

    expected = json.loads((found.folder / "scan/summary.json").read_text("utf-8"))
    assert refrain.scan(lines).summary == expected
