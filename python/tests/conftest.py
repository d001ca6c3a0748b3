"""Pages to test with, and what the command finds in them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sample import Command, Found, Rows, generated, seed_pages


@pytest.fixture(scope="session")
def pages() -> Rows:
    """All of them, with one that has no text."""
    found = [{"number": None, **page} for page in seed_pages()] + generated()
    for at, page in enumerate(found):
        page["number"] = at
        page.setdefault("title", None)
    empty = {"id": "empty", "url": "https://www.town0.example/e", "date": None, "number": -1, "text": None}
    return [*found, {**empty, "title": None}]


@pytest.fixture(scope="session")
def lines(pages: Rows, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file of JSON lines."""
    path = tmp_path_factory.mktemp("pages") / "pages.jsonl"
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(page, ensure_ascii=False) + "\n" for page in pages)
    return path


@pytest.fixture(scope="session")
def command() -> Command:
    """Runs the command of the package."""

    def run(*args: object, status: int = 0) -> subprocess.CompletedProcess[bytes]:
        words = [sys.executable, "-m", "refrain", *map(str, args)]
        done = subprocess.run(words, capture_output=True, check=False)
        assert done.returncode == status, done.stderr.decode()
        return done

    return run


@pytest.fixture(scope="session")
def found(lines: Path, command: Command, tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("found")
    command("scan", lines, "-o", folder / "scan", "-q", "-j", 1)
    command("clean", lines, "-o", folder / "clean.jsonl", "-q", "-j", 1)
    command("clean", lines, "-o", folder / "marked.jsonl", "--chrome", "mark", "--copies", "mark", "-q")
    command("clean", lines, "-o", folder / "dropped.jsonl", "--copies", "drop", "-q")
    command("bank", "learn", lines, "-o", folder / "pages.bank", "-q")
    command("clean", lines, "--bank", folder / "pages.bank", "-o", folder / "banked.jsonl", "-q")
    return Found(folder)
