"""Every kind of input gives what the command gives for the same pages, by any number of threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import refrain
from sample import Found, Rows
from kinds import KINDS

THREADS = [1, 2]


@pytest.fixture(params=KINDS, ids=lambda kind: str(kind))
def given(request: pytest.FixtureRequest, pages: Rows, lines: Path) -> Any:
    """Makes the pages anew, as some kinds can be read once."""
    return lambda: KINDS[request.param](pages, lines)


def texts(cleaned: Any) -> list[str | None]:
    return cleaned["text"] if isinstance(cleaned, refrain.Frame) else [row["text"] for row in cleaned]


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


@pytest.mark.parametrize("threads", THREADS)
def test_a_scan_finds_what_the_command_finds(given: Any, found: Found, threads: int) -> None:
    scan = refrain.scan(given(), threads=threads)
    assert [without(row, "page") for row in scan.pages] == found.rows("scan/pages.jsonl")
    assert scan.chrome.to_dicts() == found.rows("scan/chrome.jsonl")

    clusters: dict[int, Any] = {}
    for row in scan.clusters:
        if row["relation"] is None:
            clusters[row["cluster"]] = {"cluster": row["cluster"], "lead": row["id"], "pages": []}
            continue
        shared = [
            {
                "here": [part["first"], part["last"]],
                "lead": [part["lead_first"], part["lead_last"]],
                "words": part["words"],
            }
            for part in row["shared"]
        ]
        member = without(row, "cluster", "page", "lead")
        clusters[row["cluster"]]["pages"].append({**member, "shared": shared})
    # A table with a row a page has no column for what the cluster as a whole is credited to.
    assert list(clusters.values()) == [
        without(row, "credit") for row in found.rows("scan/clusters.jsonl")
    ]

    pairs = (found.folder / "scan/pairs.tsv").read_text("utf-8").splitlines()
    assert len(pairs) > 5
    for row, line in zip(scan.pairs, pairs, strict=True):
        cells = [row["id_a"], row["id_b"], row["relation"]]
        cells += [f"{row['resemblance']:.4f}", f"{row['containment']:.4f}", str(row["shared"])]
        assert cells == line.split("\t")


def test_a_scan_writes_the_files_of_the_command(given: Any, found: Found, tmp_path: Path) -> None:
    refrain.scan(given(), threads=2, out=tmp_path / "scan")
    for name in ("pages.jsonl", "chrome.jsonl", "clusters.jsonl", "pairs.tsv"):
        ours, theirs = (tmp_path / "scan" / name), (found.folder / "scan" / name)
        assert ours.read_bytes() == theirs.read_bytes(), name


@pytest.mark.parametrize("threads", THREADS)
def test_cleaned_texts_are_those_of_the_command(given: Any, found: Found, threads: int) -> None:
    expected = [row["text"] for row in found.rows("clean.jsonl")]
    cleaned = refrain.clean(given(), threads=threads)
    assert [text or "" for text in texts(cleaned)] == [text or "" for text in expected]


def test_what_the_rows_have_besides_stays(given: Any, pages: Rows) -> None:
    cleaned = refrain.clean(given())
    names = cleaned.columns if isinstance(cleaned, refrain.Frame) else list(cleaned[0])
    if "number" in names:
        numbers = cleaned["number"] if isinstance(cleaned, refrain.Frame) else [r["number"] for r in cleaned]
        assert numbers == [page["number"] for page in pages]
    ids = cleaned["id"] if isinstance(cleaned, refrain.Frame) else [row["id"] for row in cleaned]
    assert ids == [page["id"] for page in pages]


@pytest.mark.parametrize("memory", [None, "192MiB"])
def test_marks_are_those_of_the_command(given: Any, found: Found, memory: str | None) -> None:
    marked = refrain.clean(given(), chrome="mark", copies="mark", memory=memory)
    rows = marked.to_dicts() if isinstance(marked, refrain.Frame) else marked
    expected = found.rows("marked.jsonl")
    assert any(row["refrain.cluster"] for row in expected)
    for row, wanted in zip(rows, expected, strict=True):
        for name in ("refrain.chrome", "refrain.kinds"):
            assert row[name] == wanted[name], row["id"]
        if "refrain.cluster" in row:
            assert row["refrain.cluster"] == wanted["refrain.cluster"], row["id"]


def test_copies_are_dropped_as_by_the_command(given: Any, found: Found) -> None:
    cleaned = refrain.clean(given(), copies="drop")
    ids = cleaned["id"] if isinstance(cleaned, refrain.Frame) else [row["id"] for row in cleaned]
    expected = found.rows("dropped.jsonl")
    assert len(expected) < len(found.rows("clean.jsonl"))
    assert ids == [row["id"] for row in expected]
    assert [t or "" for t in texts(cleaned)] == [row["text"] or "" for row in expected]


@pytest.mark.parametrize("threads", THREADS)
def test_a_bank_has_the_bytes_of_the_command(given: Any, found: Found, threads: int) -> None:
    bank = refrain.Bank.learn(given(), threads=threads)
    assert bytes(bank) == (found.folder / "pages.bank").read_bytes()
    cleaned = refrain.clean(given(), bank=bank, threads=threads)
    expected = [row["text"] or "" for row in found.rows("banked.jsonl")]
    assert [text or "" for text in texts(cleaned)] == expected


def test_spans_cut_what_cleaning_cuts(given: Any, pages: Rows, found: Found) -> None:
    scan = refrain.scan(given())
    rows = scan.spans().to_dicts()
    assert [row["page"] for row in rows] == list(range(len(pages)))
    marked = found.rows("marked.jsonl")
    assert [row["refrain.chrome"] for row in rows] == [row["refrain.chrome"] for row in marked]
