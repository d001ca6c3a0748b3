#!/usr/bin/env python3
"""How well chrome is told on labelled sets, one row a set, for one program or several. Standard library only; .zst inputs need the `zstd` command.

  chrome_table.py DATA [-f WORD] [-- FLAGS] PROGRAM...

DATA is a folder that holds, at any depth, pairs of NAME.docs.jsonl[.zst] and NAME.labels.jsonl[.zst] (or docs.jsonl and labels.jsonl): {"id","site","text"} and
{"id","labels"} a line in the same order, one letter a line of the text: c chrome, b body, others are not scored. Sets of several sites are scored again with each
site cut to 1, 2, 3, 5 and 10 pages (the mean of five draws that depend on the page's ids only), those of one site with 5 and 10. Figures: precision and recall of
chrome by characters, recall of chrome lines of eight words and more, share of the body's characters taken. -f scores only sets whose name holds WORD.
"""
import argparse, collections, hashlib, json, pathlib, re, subprocess, sys, tempfile

WORD = re.compile(r"\w+")
DRAWS = 5


def lines(path):
    if path.suffix == ".zst":
        with subprocess.Popen(["zstd", "-dcq", "--long=27", path], stdout=subprocess.PIPE, text=True, encoding="utf-8") as p:
            yield from p.stdout
    else:
        with path.open(encoding="utf-8") as f:
            yield from f


class Page:
    """A record as it is read, and what is scored of it: (line, is chrome, is long, characters)."""

    def __init__(self, record, labels):
        page = json.loads(record)
        self.record, self.id, self.site = record, page["id"], page["site"]
        text = page["text"].split("\n")
        assert len(text) == len(labels), self.id
        # Paragraphs are the lines that are not blank.
        self.scored, at = [], 0
        for line, label in zip(text, labels):
            if label in "bc":
                self.scored.append((at, label == "c", len(WORD.findall(line)) >= 8, len(line)))
            at += 1


def cut(pages, size, draw):
    """At most `size` pages of every site, drawn by a hash."""
    by_site = collections.defaultdict(list)
    for page in pages:
        by_site[page.site].append((hashlib.sha256(f"{draw} {page.id}".encode()).digest(), page))
    return [page for of_site in by_site.values() for _, page in sorted(of_site, key=lambda row: row[0])[:size]]


def labelled(program, pages, flags, folder):
    """What the program takes for chrome: numbers of lines by page."""
    (folder / "in.jsonl").write_text("".join(page.record for page in pages), encoding="utf-8")
    command = [program, "scan", folder / "in.jsonl", "-o", folder / "out", "--force", "-q", "--no-config", *flags]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr[-400:]}")
    said = []
    for line in lines(folder / "out" / "pages.jsonl"):
        numbers = set()
        for one in json.loads(line)["chrome"]:
            numbers.update(range(one[0], one[1] + 1) if isinstance(one, list) else (one,))
        said.append(numbers)
    assert len(said) == len(pages)
    return said


def score(pages, said):
    count = collections.Counter()
    for page, numbers in zip(pages, said):
        for at, is_chrome, is_long, length in page.scored:
            count[is_chrome, at in numbers] += length
            if is_long and is_chrome:
                count["long", at in numbers] += 1
    share = lambda a, b: a / (a + b) if a + b else float("nan")
    return (
        share(count[True, True], count[False, True]), share(count[True, True], count[True, False]),
        share(count["long", True], count["long", False]), share(count[False, True], count[False, False]),
    )


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=pathlib.Path)
    ask.add_argument("-f", "--only", default="")
    ask.add_argument("--flags", default="", help="flags for every run, in one word")
    ask.add_argument("programs", nargs="+")
    args = ask.parse_args()
    flags = args.flags.split()
    print("set".ljust(32), *(pathlib.Path(p).name[:16].ljust(36) for p in args.programs))
    print(" " * 32, *("P chars R chars R long  body taken".ljust(36) for _ in args.programs))
    for docs in sorted(args.data.rglob("*docs.jsonl*")):
        truth = docs.with_name(docs.name.replace("docs.jsonl", "labels.jsonl"))
        name = docs.name.split("docs.jsonl")[0].strip(".") or docs.parent.name
        if not truth.exists() or args.only not in name:
            continue
        pages = [Page(d, json.loads(l)["labels"]) for d, l in zip(lines(docs), lines(truth), strict=True)]
        sites = len({page.site for page in pages})
        if sites * 2 > len(pages):
            continue
        for size in (None, *((1, 2, 3, 5, 10) if sites > 1 else (5, 10))):
            row = []
            for program in args.programs:
                found = []
                for draw in range(DRAWS if size else 1):
                    some = cut(pages, size, draw) if size else pages
                    with tempfile.TemporaryDirectory() as folder:
                        found.append(score(some, labelled(program, some, flags, pathlib.Path(folder))))
                p, r, long, taken = (sum(column) / len(column) for column in zip(*found))
                row.append(f"{p:.4f}  {r:.4f}  {long:.4f}  {taken:.5f}".ljust(36))
            print(f"{name}{f', {size} a site' if size else ''}".ljust(32), *row, flush=True)


main()
