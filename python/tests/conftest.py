"""Pages to test with, and the command to compare with."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "pages"

Rows = list[dict[str, Any]]


def seed_pages() -> Rows:
    """The pages of the README: texts that were written for it."""
    pages: Rows = []
    for file in sorted(SEEDS.iterdir()):
        pages += [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return pages


WORDS = (
    "the old mill ferry keeper bridge harbour market council said river water north winter letter"
    " morning school teacher tower stone field lorry plum choir bell road snow summer people never"
    " between under above against during seven forty village island captain window garden evening"
).split()


def generated(sites: int = 6, each: int = 20) -> Rows:
    """Pages of some sites: menus and footers of the site, stories of its own, and some that other sites print."""
    dice = random.Random(7)

    def story(sentences: int) -> str:
        lines = []
        for _ in range(sentences):
            words = [dice.choice(WORDS) for _ in range(dice.randrange(16, 34))]
            lines.append(" ".join(words).capitalize() + ".")
        return "\n".join(lines)

    wire = [story(6) for _ in range(5)]
    pages: Rows = []
    for site in range(sites):
        head = f"Home\nNews\nSport of town {site}\nLetters"
        foot = f"Subscribe to the paper of town {site}, from nine crowns a month\nÜber uns · 关于我们\nContact"
        for page in range(each):
            text = wire[page] if page < len(wire) and dice.random() < 0.7 else story(dice.randrange(3, 8))
            pages.append(
                {
                    "id": f"s{site}-{page}",
                    "url": f"https://www.town{site}.example/{page}",
                    "date": f"2031-03-{1 + page:02}",
                    "number": site * each + page,
                    "text": f"{head}\n{text}\n{foot}",
                }
            )
    return pages


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


Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session")
def command() -> Command:
    """Runs the command of the package."""

    def run(*args: object, status: int = 0) -> subprocess.CompletedProcess[bytes]:
        words = [sys.executable, "-m", "refrain", *map(str, args)]
        done = subprocess.run(words, capture_output=True, check=False)
        assert done.returncode == status, done.stderr.decode()
        return done

    return run


class Found:
    """What the command finds in the pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, name: str) -> Rows:
        return [json.loads(line) for line in (self.folder / name).read_text("utf-8").splitlines()]


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
