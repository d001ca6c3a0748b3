#!/usr/bin/env python3
"""Fits the weights of src/cues/weights.rs and src/chrome/weights.rs on pages with labels. See README.md.

  fit.py DATA [--check]     DATA: the folder with wcxb-dev, debdocs and usnews-2016-11. --check writes nothing.

Two logistic regressions, one on what stands in a line, one on what stands in it and around it. Scores of the pages that decide are made by
weights that were fitted on other sites (five folds); the weights that are written are fitted on all.
"""
import argparse, collections, hashlib, json, pathlib, re, struct, subprocess

import numpy as np
from numba import njit

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORD = re.compile(r"\w+")
PASSAGE = 2
FOLDS = 5


def lines_of(path):
    command = ["zstd", "-dcq", "--long=27", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as unpacked:
        yield from unpacked.stdout


class Pages:
    """Pages of a set, their lines one after the other, and what the program counts of each."""

    def __init__(self, program, count, docs, labels, every=1, of_site=10**9, most=10**9):
        self.pages, self.spans, per_site = [], [], collections.Counter()
        texts = []
        for n, (doc, label) in enumerate(zip(lines_of(docs), lines_of(labels))):
            if n % every or len(self.pages) == most:
                continue
            doc, label = json.loads(doc), json.loads(label)["labels"]
            if per_site[doc["site"]] == of_site or ("b" not in label and "gold" not in doc):
                continue
            per_site[doc["site"]] += 1
            kept = [(t, k) for t, k in zip(doc["text"].split("\n"), label) if t.strip()]
            start = self.spans[-1][1] if self.spans else 0
            self.spans.append((start, start + len(kept)))
            self.pages.append({"site": doc["site"], "type": doc.get("page_type"), "gold": doc.get("gold"), "lines": [t for t, _ in kept]})
            texts.append((json.dumps({"text": "\n".join(t for t, _ in kept)}), "".join(k for _, k in kept)))
        text = "\n".join(t for t, _ in texts).encode()
        done = subprocess.run([program], input=text, stdout=subprocess.PIPE, check=True)
        size, at, rows = 10 + count, 0, []
        for start, end in self.spans:
            (n,) = struct.unpack_from("<I", done.stdout, at)
            assert n == end - start
            rows.append(np.frombuffer(done.stdout, np.uint8, n * size, at + 4).reshape(n, size))
            at += 4 + n * size
        rows = np.concatenate(rows)
        self.shape = rows[:, :2].copy().view(np.uint16)[:, 0].astype(np.int64)
        self.wording = rows[:, 2:6].copy().view(np.uint32)[:, 0]
        self.cue = rows[:, 6:10].copy().view(np.uint32)[:, 0].astype(np.int64)
        self.features = rows[:, 10:].copy().view(np.int8)
        self.label = np.frombuffer("".join(k for _, k in texts).encode(), np.uint8)
        self.words = self.shape >> 3
        self.prose = np.minimum(self.shape & 3, PASSAGE)
        self.page = np.repeat(np.arange(len(self.spans)), [end - start for start, end in self.spans])
        fold = [int(hashlib.md5(page["site"].encode()).hexdigest(), 16) % FOLDS for page in self.pages]
        self.fold = np.array(fold)[self.page]
        self.characters = np.array([len(t) for page in self.pages for t in page["lines"]])

    def scored(self):
        return (self.label == ord("b")) | (self.label == ord("c"))

    def weights(self, rows):
        """Sites weigh by the root of their lines, lines by the root of the logarithm of their length."""
        _, site, count = np.unique([page["site"] for page in self.pages], return_inverse=True, return_counts=True)
        site = site[self.page][rows]
        lines = np.bincount(site, minlength=len(count))
        return lines[site] ** -0.5 * np.sqrt(np.log2(1 + self.words[rows]) + 0.5)


def regression(x, y, weight, ridge=1e-4, rounds=7):
    """Logistic regression by Newton's method; coefficients in bits, the first column being constant."""
    x, weight = x.astype(np.float32), (weight / weight.mean()).astype(np.float32)
    scale = np.sqrt((x**2).mean(0)) + 1e-3
    x = x / scale
    found = np.zeros(x.shape[1])
    for _ in range(rounds):
        odds = np.clip(x @ found.astype(np.float32), -15, 15)
        p = 1 / (1 + np.exp(-odds))
        slope = x.T @ (weight * (y - p)) - ridge * len(y) * found
        bend = (x * (weight * p * (1 - p))[:, None]).T @ x + ridge * len(y) * np.eye(x.shape[1])
        step = np.linalg.solve(bend.astype(np.float64), slope.astype(np.float64))
        found += step
        if np.abs(step).max() < 1e-3:
            break
    return found / scale / np.log(2)


def points(coefficients):
    return np.clip(np.round(coefficients * 1024), -32768, 32767).astype(np.int64)


@njit(cache=True)
def bits(n, most):
    count = 0
    while n > 0:
        count, n = count + 1, n >> 1
    return min(count, most)


@njit(cache=True)
def around(words, prose, own, cue, twice, known, out):
    """What src/chrome/prior.rs counts of a page's lines, in its order."""
    n = len(words)
    sums = np.zeros((n + 1, 7), np.int64)
    length = np.zeros(n, np.int64)
    first, last, foot, all_words, of_passages = -1, -1, n, 0, 0
    for i in range(n):
        length[i] = bits(words[i], 8)
        is_passage = prose[i] == 2
        sums[i + 1] = sums[i]
        sums[i + 1, 0] += is_passage
        sums[i + 1, 1] += length[i]
        sums[i + 1, 2] += own[i]
        sums[i + 1, 3] += (cue[i] >> 20 & 3) > 0
        sums[i + 1, 4] += cue[i] >> 29 & 1
        sums[i + 1, 5] += cue[i] >> 28 & 1
        sums[i + 1, 6] += i > 0 and length[i] == length[i - 1]
        all_words += words[i]
        if is_passage:
            of_passages += words[i]
            if own[i] < -8:
                first, last = i if first < 0 else first, i
        if foot == n and cue[i] >> 31 & 1:
            foot = i
    run = np.zeros(n, np.int64)
    i = 0
    while i < n:
        j = i
        while j < n and (prose[j] == 0) == (prose[i] == 0):
            j += 1
        if prose[i] == 0:
            run[i:j] = bits(j - i, 8)
        i = j
    for i in range(n):
        o = out[i]
        before, after = (max(0, first - i), max(0, i - last)) if first >= 0 else (0, 0)
        o[0], o[1], o[2] = 1, own[i], length[i]
        if i > 0:
            o[3], o[5], o[7], o[35] = length[i - 1], own[i - 1], prose[i - 1] == 2, cue[i - 1] >> 30 & 1
        if i + 1 < n:
            o[4], o[6], o[8] = length[i + 1], own[i + 1], prose[i + 1] == 2
        for at, of, reach, scale in ((9, 0, 3, 8), (10, 0, 12, 8), (11, 1, 3, 4), (12, 1, 12, 4), (13, 2, 1, 1), (14, 2, 3, 1), (15, 2, 8, 1),
                                     (16, 2, 20, 1), (26, 3, 3, 8), (27, 3, 12, 8), (29, 4, 3, 8), (30, 5, 3, 8), (36, 6, 3, 8)):
            start, end = max(0, i - reach), min(n, i + reach + 1)
            total = sums[end, of] - sums[start, of] - (sums[i + 1, of] - sums[i, of])
            o[at] = scale * total // max(1, end - start - 1)
        o[17], o[18], o[19], o[20], o[21] = before > 0, after > 0, first < 0, bits(before, 7), bits(after, 7)
        o[22], o[23], o[24], o[25] = 5 - bits(i, 5), 5 - bits(n - 1 - i, 5), run[i], twice[i]
        o[28], o[31], o[32] = foot <= i and 2 * i > n, sums[n, 2] // n, bits(n, 12)
        o[33], o[34], o[37] = 8 * of_passages // max(1, all_words), cue[i] >> 27 & 1, known


def among(pages, own_points, count):
    out = np.zeros((len(pages.shape), count), np.int64)
    own = np.clip(own_points // 128, -48, 48)
    stop = pages.cue >> 23 & 15
    for start, end in pages.spans:
        if start == end:
            continue
        rows = slice(start, end)
        _, same, times = np.unique(pages.wording[rows], return_inverse=True, return_counts=True)
        known = min(8, 16 * stop[rows].sum() // max(1, np.minimum(pages.words[rows], 48).sum()))
        around(pages.words[rows], pages.prose[rows], own[rows], pages.cue[rows], times[same] > 1, known, out[rows])
    return out


@njit(cache=True)
def read(edge, inside, step=-512):
    """The best reading of a lone page as head, body with inserts, and foot: which lines are chrome."""
    n = len(edge)
    back, out = np.zeros((n, 4), np.int8), np.zeros(n, np.bool_)
    head, body, insert, foot = edge[0], 0, -(1 << 40), -(1 << 40)
    for i in range(1, n):
        best, of = body, 1
        if head > best:
            best, of = head, 0
        if insert + step > best:
            best, of = insert + step, 2
        into, of_into = (body + step, 1) if body + step > insert else (insert, 2)
        end, of_end = (body, 1) if body > foot else (foot, 3)
        back[i] = (0, of, of_into, of_end)
        head, body, insert, foot = head + edge[i], best, into + inside[i], end + edge[i]
    state, best = 1, body
    if foot > best:
        state, best = 3, foot
    if insert > best:
        state = 2
    for i in range(n - 1, -1, -1):
        out[i] = state != 1
        state = back[i, state] if i > 0 else state
    return out


def same_words(got, gold):
    got, gold = (collections.Counter(WORD.findall(t.lower())) for t in (got, gold))
    total = sum(got.values()) + sum(gold.values())
    return 2 * sum((got & gold).values()) / total if total else 1.0


def report(name, pages, said):
    by_type = collections.defaultdict(list)
    for page, (start, end) in zip(pages.pages, pages.spans):
        got = "\n".join(t for t, taken in zip(page["lines"], said[start:end]) if not taken)
        for key in ("all", page["type"]):
            by_type[key].append(same_words(got, page["gold"]))
    body, chrome = ((pages.label == ord(k)) * pages.characters for k in "bc")
    print(f"{name}: body taken {(body * said).sum() / body.sum():.4f}, chrome found {(chrome * said).sum() / chrome.sum():.4f}; F1",
          ", ".join(f"{key} {np.mean(f1):.4f}" for key, f1 in sorted(by_type.items())), flush=True)


def write(path, module, what, arrays):
    text = f"//! Weights of {what}, in points. Written by `benches/lab/fit.py`.\n\n{module}\n"
    for doc, name, count, values in arrays:
        rows = "\n".join("    " + " ".join(f"{v}," for v in values[i:i + 12]) for i in range(0, len(values), 12))
        text += f"\n/// {doc}\n#[rustfmt::skip]\npub(super) const {name}: [i16; {count}] = [\n{rows}\n];\n"
    path.write_text(text)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=pathlib.Path)
    ask.add_argument("--check", action="store_true")
    ask.add_argument("--program", default=str(ROOT / "target/release/examples/cue_features"))
    args = ask.parse_args()
    names = subprocess.run([args.program, "--names"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    count, of_page = len(names), 38
    load = lambda name, **how: Pages(args.program, count, args.data / f"{name}docs.jsonl.zst", args.data / f"{name}labels.jsonl.zst", **how)
    sets = [load("wcxb-dev/")]
    for name in ("apache2-doc", "libreoffice-help-fr", "python-django-doc", "sphinx-doc", "libreoffice-help-ja"):
        sets.append(load(f"debdocs/{name}.", every=3, most=40))
    sets.append(load("usnews-2016-11/", of_site=25))
    test = sets[0]

    def fitted(features, fold, share=1.0):
        """Weights of the lines of all sets, but for a fold of the first."""
        parts = []
        for pages, x in zip(sets, features):
            rows = pages.scored()
            if pages is test and fold is not None:
                rows = rows & (pages.fold != fold)
            rows = rows & (np.arange(len(rows)) * 2654435761 % 2**32 < share * 2**32)
            parts.append((x[rows], pages.label[rows] == ord("c"), pages.weights(rows)))
        return points(regression(*(np.concatenate(part) for part in zip(*parts))))

    def by_fold(features, share):
        """What each line gets by weights that were not fitted on its site, and the weights of all."""
        whole = fitted(features, None, share)
        scores = [x.astype(np.int64) @ whole for x in features]
        for fold in range(FOLDS):
            rows = test.fold == fold
            scores[0][rows] = features[0][rows].astype(np.int64) @ fitted(features, fold, share)
        return whole, scores

    line, own = by_fold([pages.features for pages in sets], 0.5)
    features = []
    for pages, mine in zip(sets, own):
        x = among(pages, np.clip(mine, -32768, 32767), of_page)
        is_passage = (pages.prose == PASSAGE)[:, None]
        features.append(np.concatenate([x * ~is_passage, x * is_passage], 1))
    both, scores = by_fold(features, 0.5)

    report("kept whole", test, np.zeros(len(test.label), bool))
    passage = test.prose == PASSAGE
    for name, tenths, margin, bar in (("balanced", 7, -512, 2560), ("careful", 5, -819, 1536)):
        score = tenths * scores[0] // 10
        edge = np.where(passage, np.where(score > bar, score - bar, -1000 * 1024), score + margin)
        inside = np.where(edge < -900 * 1024, edge, edge * 6 // 10 - 512)
        report(name, test, np.concatenate([read(edge[a:b], inside[a:b]) for a, b in test.spans if b > a]))
    if not args.check:
        write(ROOT / "src/cues/weights.rs", "use super::line::LINE_FEATURES;", "the features of a line",
              [("By feature.", "LINE_WEIGHTS", "LINE_FEATURES", line)])
        write(ROOT / "src/chrome/weights.rs", "use super::prior::AROUND_FEATURES;", "the features of a line among others",
              [("Of lines that are no passages, by feature.", "AROUND_WEIGHTS", "AROUND_FEATURES", both[:of_page]),
               ("Of passages.", "PASSAGE_WEIGHTS", "AROUND_FEATURES", both[of_page:])])


if __name__ == "__main__":
    main()
