"""Runs: without the lock of the interpreter, to be stopped, with progress, in other processes."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import refrain
from refrain import _refrain
from tests.conftest import Found, Rows, generated


def test_other_threads_run_meanwhile(pages: Rows) -> None:
    many = pages[:-1] * 20
    ticks = 0
    is_over = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not is_over.is_set():
            ticks += 1
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        before = ticks
        refrain.scan(many, threads=1)
        assert ticks > before + 10
    finally:
        is_over.set()
        ticker.join()


def test_threads_share_a_bank(pages: Rows, found: Found) -> None:
    bank = refrain.Bank.open(found.folder / "pages.bank")
    expected = [bank.clean(page["text"] or "", url=page["url"]) for page in pages]
    results: dict[int, list[str]] = {}

    def clean(at: int) -> None:
        results[at] = [bank.clean(page["text"] or "", url=page["url"]) for page in pages]

    workers = [threading.Thread(target=clean, args=(at,)) for at in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(results[at] == expected for at in range(4))


INTERRUPTED = """
    import os, signal, sys, threading, time
    import refrain

    pages = [
        {"site": f"s{n % 50}.example", "text": "\\n".join(f"word{(n * 7 + k * k) % 997} " * 12 for k in range(40))}
        for n in range(40_000)
    ]
    begun = []

    def see(progress):
        if not begun:
            begun.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)

    try:
        refrain.scan(pages, threads=1, progress=see)
    except KeyboardInterrupt:
        took = time.monotonic() - begun[0]
        print("interrupted", took)
        sys.stdout.flush()
        sys.exit(0 if took < 1.0 else 3)
    sys.exit(4)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_a_run_and_leaves_nothing(tmp_path: Path) -> None:
    script = textwrap.dedent(INTERRUPTED)
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert done.stdout.startswith(b"interrupted")
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told(pages: Rows) -> None:
    told: list[refrain.Progress] = []
    refrain.scan(pages, progress=told.append)
    stages = [step.stage for step in told if step.ended]
    assert stages == ["learn", "families", "label", "copies"]
    assert all(step.total is None or step.done <= step.total * 2 for step in told)


def test_an_error_of_who_is_told_ends_the_run(pages: Rows) -> None:
    def fail(_: refrain.Progress) -> None:
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        refrain.scan(pages * 10, progress=fail)


def test_a_bar_is_shown_only_if_asked(pages: Rows, capfd: pytest.CaptureFixture[str]) -> None:
    refrain.scan(pages)
    assert capfd.readouterr() == ("", "")
    refrain.scan(pages, progress=True)
    out, err = capfd.readouterr()
    assert out == "" and "learn" in err and "done in" in err


def test_a_panic_is_an_error_and_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(refrain.InternalError, match=r"report it: src/run\.rs:\d+:\d+: index out of bounds"):
        _refrain._panic()
    assert capfd.readouterr() == ("", "")


def test_banks_pickle(found: Found, pages: Rows) -> None:
    of_file = refrain.Bank.open(found.folder / "pages.bank")
    learnt = refrain.Bank.learn(pages)
    assert of_file == learnt and hash(of_file) == hash(learnt)
    assert len(pickle.dumps(of_file)) < 1000 < len(pickle.dumps(learnt))
    for bank in (of_file, learnt):
        assert pickle.loads(pickle.dumps(bank)) == bank


def test_a_cleaner_works_in_other_processes(found: Found, pages: Rows) -> None:
    cleaner = refrain.Cleaner(found.folder / "pages.bank")
    expected = [row["text"] or "" for row in found.rows("banked.jsonl")]
    batches = [pages[at : at + 30] for at in range(0, len(pages), 30)]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        cleaned = [page for batch in pool.map(cleaner, batches) for page in batch]
    assert [page["text"] or "" for page in cleaned] == expected


def test_a_cleaner_gives_back_what_it_was_given(found: Found, pages: Rows) -> None:
    pa, polars = pytest.importorskip("pyarrow"), pytest.importorskip("polars")
    pandas, numpy = pytest.importorskip("pandas"), pytest.importorskip("numpy")
    cleaner = refrain.Cleaner(found.folder / "pages.bank")
    rows = pages[:-1]
    expected = [row["text"] for row in found.rows("banked.jsonl")][:-1]
    columns = {name: [row[name] for row in rows] for name in ("text", "url", "id")}

    table = cleaner(pa.table(columns))
    assert isinstance(table, pa.Table) and table["text"].to_pylist() == expected
    batch = cleaner(pa.RecordBatch.from_pydict(columns))
    assert isinstance(batch, pa.RecordBatch) and batch["text"].to_pylist() == expected
    mapped = list(cleaner.map_in_arrow(pa.table(columns).to_batches(max_chunksize=50)))
    assert [text for part in mapped for text in part["text"].to_pylist()] == expected
    frame = cleaner(polars.DataFrame(columns))
    assert isinstance(frame, polars.DataFrame) and frame["text"].to_list() == expected
    of_pandas = pandas.DataFrame(columns, index=range(5, 5 + len(rows)))
    cleaned = cleaner(of_pandas)
    assert cleaned["text"].tolist() == expected and list(cleaned.index) == list(of_pandas.index)
    assert cleaner(columns) == {**columns, "text": expected}
    arrays = {name: numpy.array(column, dtype=object) for name, column in columns.items()}
    of_numpy = cleaner(arrays)
    assert isinstance(of_numpy["text"], numpy.ndarray) and of_numpy["text"].tolist() == expected
    row = {"text": rows[0]["text"], "url": rows[0]["url"], "n": 1}
    assert cleaner(row) == {**row, "text": expected[0]}
    with pytest.raises(refrain.UsageError, match="no column `text`"):
        cleaner({"body": ["a"]})


def test_hugging_face_maps_a_cleaner(found: Found, pages: Rows) -> None:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    made = datasets.Dataset.from_list(pages[:-1])
    cleaned = made.map(refrain.Cleaner(found.folder / "pages.bank"), batched=True, batch_size=40)
    assert cleaned["text"][:] == [row["text"] for row in found.rows("banked.jsonl")][:-1]


def test_datatrove_runs_the_block(found: Found, pages: Rows) -> None:
    pytest.importorskip("datatrove")
    from datatrove.data import Document

    from refrain.datatrove import Clean

    block: Any = Clean(found.folder / "pages.bank", batch_size=25)
    block = pickle.loads(pickle.dumps(block))
    documents = [
        Document(text=page["text"] or "", id=page["id"], metadata={"url": page["url"]}) for page in pages
    ]
    cleaned = [document.text for document in block.run(iter(documents))]
    assert cleaned == [row["text"] or "" for row in found.rows("banked.jsonl")]


def test_banks_are_merged_in_any_order(pages: Rows) -> None:
    parts = [refrain.Bank.learn(pages[at::3]) for at in range(3)]
    whole = refrain.Bank.learn(pages)
    assert refrain.Bank.merge(parts) == whole == refrain.Bank.merge(reversed([*parts, parts[0]]))


def test_a_bank_labels_single_pages(pages: Rows, found: Found, tmp_path: Path) -> None:
    bank = refrain.Bank.open(found.folder / "pages.bank")
    for page, row in zip(pages, found.rows("banked.jsonl")):
        text = page["text"] or ""
        assert bank.clean(text, url=page["url"]) == (row["text"] or "")
        labels = bank.label(text, url=page["url"])
        assert [text[label.start : label.end] for label in labels] == [label.text for label in labels]
    with pytest.raises(refrain.UsageError, match="force=True"):
        bank.save(found.folder / "pages.bank")
    bank.save(tmp_path / "again.bank")
    assert refrain.Bank.open(tmp_path / "again.bank") == bank
    assert "168 pages" not in repr(bank) and "13 sites" in repr(bank)
    damaged = bytearray(bytes(bank))
    damaged[:8] = b"nonsense"
    with pytest.raises(refrain.DataError):
        refrain.Bank.from_bytes(bytes(damaged))


def test_an_index_finds_what_a_scan_finds(pages: Rows, tmp_path: Path) -> None:
    index = refrain.Index(tmp_path / "index")
    assert len(index) == 0
    usable = pages[:-1]
    assert index.add(usable) == len(usable) == len(index)
    scan = refrain.scan(usable)
    assert index.clusters().to_dicts() == scan.clusters.to_dicts()
    found = index.find(generated(2, 5), bank=refrain.Bank.learn(usable))
    assert "same" in found["relation"]
    with pytest.raises(refrain.DataError):
        refrain.Index(Path(__file__).parent)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_the_command_ends_by_signals(tmp_path: Path) -> None:
    fifo = tmp_path / "pages"
    os.mkfifo(fifo)
    words = [sys.executable, "-m", "refrain", "scan", str(fifo)]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as process:
        with open(fifo, "w", encoding="utf-8") as out:
            out.write('{"text": "a"}\n')
            out.flush()
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
    assert process.returncode == 130, said


def test_the_command_is_the_program() -> None:
    from refrain.__main__ import main

    script = Path(sys.executable).parent / "refrain"
    for words in ([sys.executable, "-m", "refrain"], [str(script)]):
        if not Path(words[0]).exists():
            continue
        done = subprocess.run([*words, "--version"], capture_output=True, check=True)
        assert done.stdout.decode() == f"refrain {refrain.__version__}\n"
        done = subprocess.run([*words, "scan"], capture_output=True, check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == 2
    assert main(["scan", "/no/such/file"]) == 3


EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_examples_run(example: Path, tmp_path: Path) -> None:
    pytest.importorskip("polars")
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, str(example)], check=True, capture_output=True, env=environment)


def test_the_readme_runs(tmp_path: Path) -> None:
    pytest.importorskip("polars")
    root = Path(__file__).resolve().parents[2]
    text = (root / "python/README.md").read_text("utf-8")
    programs = [part.split("```")[0] for part in text.split("```python\n")[1:]]
    assert len(programs) == 4
    (tmp_path / "seeds").symlink_to(root / "seeds")
    program = tmp_path / "readme.py"
    program.write_text("\n".join(programs), "utf-8")
    done = subprocess.run([sys.executable, str(program)], check=True, capture_output=True, cwd=tmp_path)
    # What the first program prints is what the text says.
    said = [line[2:] for line in programs[0].splitlines() if line.startswith("# ")]
    assert done.stdout.decode().splitlines()[0] == said[0]
