#!/usr/bin/env python3
"""Fits the weights of src/cues/weights.rs and src/chrome/weights.rs on pages with labels. See README.md.

  fit.py DATA [--check]     DATA: the folder with wcxb-dev, debdocs and usnews-2016-11. --check writes nothing.

Logistic regressions, one after the other: on what stands in a line; on what the markup of a line says beside that; on what stands in a
line and around it, of plain text and of pages from HTML. Scores of the pages that decide are made by weights that were fitted on other
sites (five folds); the weights that are written are fitted on all.
"""
import argparse, collections, hashlib, json, pathlib, re, struct, subprocess, tempfile

import numpy as np
from numba import njit

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORD = re.compile(r"\w+")
PASSAGE = 2
FOLDS = 5
ONE = 1024
NEVER = -1000 * ONE
OF_PAGE = 38
# Levels: tenths of the points, margin, what a passage needs.
LEVELS = {"balanced": (7, -512, 2048), "careful": (5, -819, 1536)}
OF_HTML = {"balanced": (10, -512, 2048), "careful": (7, -819, 1536)}
# Signs of markup, in the order of src/base/page/markup.rs; + speaks for chrome or for nothing, - for body or for nothing, 0 for nothing.
SIGNS = """+Nav +Header -StoryHeader +Footer +StoryFooter +Aside +Form +Button +Fieldset +Caption +Dialog -Heading -Title -Paragraph -Article
-Details 0Item -Table -Quotation -Preformatted +BeforeTitle +OutsideMain +OutsideArticle -HasMain -HasArticle +Label +Small -Bold +Linked -Unlinked
+Comment +Newsletter +Credit +Byline +Action +Account +Data +Overlay +Related +Share +Foot +Advert +Pager +Menu +Head +Skip +Side +Consent +Tags
0Crumbs -Story +linked +linked_around +linked_after +links +apart""".split()


def lines_of(path):
    command = ["zstd", "-dcq", "--long=27", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as unpacked:
        yield from unpacked.stdout


def labels_of(lines, page, label):
    """Labels of the lines of a page that was read another way: those of equal lines; of others by how much of them is in the main text."""
    same = lambda text: " ".join(WORD.findall(text.lower()))
    known = collections.defaultdict(list)
    ours, theirs = [same(t) for t in lines], [same(t) for t in page["text"].split("\n")]
    for text, k in zip(theirs, label):
        known[text].append(k)
    count, seen = collections.Counter(ours), collections.Counter()
    gold = WORD.findall(page["gold"].lower())
    runs = {tuple(gold[i:i + 4]) for i in range(len(gold) - 3)}
    found = []
    for text in ours:
        of = known.get(text, [])
        seen[text] += 1
        if len(set(of)) == 1:
            found.append(of[0])
        elif of:
            # Of lines that are there several times the one of the same number, if there are as many.
            found.append(of[seen[text] - 1] if len(of) == count[text] else "x")
        else:
            words = text.split()
            mine = [tuple(words[i:i + 4]) for i in range(len(words) - 3)]
            share = sum(run in runs for run in mine) / len(mine) if mine else 0.5
            found.append("b" if share > 0.8 else "c" if share < 0.1 else "x")
    return "".join(found)


class Pages:
    """Pages of a set, their lines one after the other, and what the program counts of each."""

    def __init__(self, program, count, of_markup, docs, labels, html=None, every=1, of_site=10**9, most=10**9):
        self.pages, self.spans, per_site = [], [], collections.Counter()
        kept = []
        for n, (doc, label) in enumerate(zip(lines_of(docs), lines_of(labels))):
            if n % every or len(kept) == most:
                continue
            doc, label = json.loads(doc), json.loads(label)["labels"]
            if per_site[doc["site"]] == of_site or ("b" not in label and "gold" not in doc):
                continue
            per_site[doc["site"]] += 1
            kept.append((doc, label))
        with tempfile.TemporaryDirectory() as folder:
            folder, texts = pathlib.Path(folder), []
            if html:
                by_id = {doc["id"]: n for n, (doc, _) in enumerate(kept)}
                pages = [None] * len(kept)
                for line in lines_of(html):
                    page = json.loads(line)
                    if page["id"] in by_id:
                        pages[by_id[page["id"]]] = page["html"]
                (folder / "in.jsonl").write_text("".join(json.dumps({"text": page}) + "\n" for page in pages))
                command = [program, "--html", folder / "in.jsonl", folder / "texts"]
                done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
                for (doc, label), line in zip(kept, (folder / "texts").open(encoding="utf-8")):
                    lines = json.loads(line)
                    texts.append((doc, lines, labels_of(lines, doc, label)))
            else:
                for doc, label in kept:
                    lines = [(t, k) for t, k in zip(doc["text"].split("\n"), label) if t.strip()]
                    texts.append((doc, [t for t, _ in lines], "".join(k for _, k in lines)))
                text = "\n".join(json.dumps({"text": "\n".join(lines)}) for _, lines, _ in texts).encode()
                done = subprocess.run([program], input=text, stdout=subprocess.PIPE, check=True)
        for doc, lines, _ in texts:
            start = self.spans[-1][1] if self.spans else 0
            self.spans.append((start, start + len(lines)))
            self.pages.append({"site": doc["site"], "type": doc.get("page_type"), "gold": doc.get("gold"), "lines": lines})
        size, at, rows = 10 + count + of_markup, 0, []
        for start, end in self.spans:
            (n,) = struct.unpack_from("<I", done.stdout, at)
            assert n == end - start
            rows.append(np.frombuffer(done.stdout, np.uint8, n * size, at + 4).reshape(n, size))
            at += 4 + n * size
        rows = np.concatenate(rows)
        self.shape = rows[:, :2].copy().view(np.uint16)[:, 0].astype(np.int64)
        self.wording = rows[:, 2:6].copy().view(np.uint32)[:, 0]
        self.cue = rows[:, 6:10].copy().view(np.uint32)[:, 0].astype(np.int64)
        self.features = rows[:, 10:10 + count].copy().view(np.int8)
        self.markup = rows[:, 10 + count:].copy().view(np.int8)
        self.label = np.frombuffer("".join(k for _, _, k in texts).encode(), np.uint8)
        self.words = self.shape >> 4
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


def regression(x, y, weight, offset=None, bound=None, ridge=1e-4, rounds=9):
    """Logistic regression by Newton's method; coefficients in bits. `offset` is added to the sum, in bits. `bound` binds coefficients to a
    sign: those that would be of the other one are 0."""
    x, weight = x.astype(np.float32), (weight / weight.mean()).astype(np.float32)
    offset = np.zeros(len(y), np.float32) if offset is None else (offset * np.log(2)).astype(np.float32)
    scale = np.sqrt((x**2).mean(0)) + 1e-3
    x = x / scale
    found = np.zeros(x.shape[1])
    for _ in range(rounds):
        odds = np.clip(x @ found.astype(np.float32) + offset, -15, 15)
        p = 1 / (1 + np.exp(-odds))
        slope = (x.T @ (weight * (y - p)) - ridge * len(y) * found).astype(np.float64)
        bend = ((x * (weight * p * (1 - p))[:, None]).T @ x + ridge * len(y) * np.eye(x.shape[1])).astype(np.float64)
        free = np.ones(x.shape[1], bool)
        if bound is not None:
            free = (bound != 0) & ~((found * bound <= 0) & (slope * bound <= 0) & np.isin(bound, (1, -1)))
        before = found.copy()
        while True:
            step = np.zeros(x.shape[1])
            step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
            found = before + step
            wrong = np.zeros(x.shape[1], bool) if bound is None else free & np.isin(bound, (1, -1)) & (found * bound < 0)
            if not wrong.any():
                break
            # They stop at 0.
            before[wrong], free[wrong] = 0, False
        if np.abs(step).max() < 1e-3:
            break
    return found / scale / np.log(2)


def points(coefficients):
    return np.clip(np.round(coefficients * ONE), -32768, 32767).astype(np.int64)


@njit(cache=True)
def bits(n, most):
    count = 0
    while n > 0:
        count, n = count + 1, n >> 1
    return min(count, most)


@njit(cache=True)
def around(words, prose, own, cue, twice, known, out):
    """What src/chrome/prior/page.rs counts of a page's lines, in its order."""
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
        sums[i + 1, 3] += cue[i] >> 20 & 1
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


def among(pages, own_points):
    out = np.zeros((len(pages.shape), OF_PAGE), np.int64)
    own = np.clip(own_points // 128, -48, 48)
    stop = pages.cue >> 23 & 15
    for start, end in pages.spans:
        if start == end:
            continue
        rows = slice(start, end)
        _, same, times = np.unique(pages.wording[rows], return_inverse=True, return_counts=True)
        known = min(8, 16 * stop[rows].sum() // max(1, np.minimum(pages.words[rows], 32).sum()))
        around(pages.words[rows], pages.prose[rows], own[rows], pages.cue[rows], times[same] > 1, known, out[rows])
    return out


@njit(cache=True)
def read(edge, inside, step=-512):
    """The best reading of a lone page as head, body with inserts, and foot: by line 0 head, 1 body, 2 insert, 3 foot."""
    n = len(edge)
    back, out = np.zeros((n, 4), np.int8), np.zeros(n, np.int8)
    head, body, insert, foot = edge[0], 0, -(1 << 40), -(1 << 40)
    for i in range(1, n):
        best, of = body, 1
        if head > best:
            best, of = head, 0
        if insert + step > best:
            best, of = insert + step, 2
        into, of_into = (body + step, 1) if body + step > insert else (insert, 2)
        end, of_end = (body, 1) if edge[i] > 0 and body > foot else (foot, 3)
        back[i] = (0, of, of_into, of_end)
        head, body, insert, foot = head + edge[i], best, into + inside[i], end + edge[i]
    state, best = 1, body
    if foot > best:
        state, best = 3, foot
    if insert > best:
        state = 2
    for i in range(n - 1, -1, -1):
        out[i] = state
        state = back[i, state] if i > 0 else state
    return out


@njit(cache=True)
def lone(words, shape, cue, own, score, level, thin, enough, doubt):
    """The labels of src/chrome/prior.rs: which lines of a lone page are chrome."""
    tenths, margin, bar = level
    n = len(words)
    kind, phrases, sure, prose = cue >> 16 & 15, cue >> 20 & 1, cue >> 22 & 1, np.minimum(shape & 3, 2)
    first, last, all_words, of_passages, stop, seen = -1, -1, 0, 0, 0, 0
    for i in range(n):
        all_words += words[i]
        stop += cue[i] >> 23 & 15
        seen += min(words[i], 32)
        if prose[i] == 2:
            of_passages += words[i]
            if own[i] < -8:
                first, last = i if first < 0 else first, i
    knows = stop * 100 >= seen * 7
    spared = np.zeros(n, np.bool_)
    best = -1
    for i in range(max(0, first - 8), max(0, first)):
        byline = kind[i] == 9 or (cue[i] >> 28 & 1 and words[i] <= 8)
        if words[i] >= 4 and prose[i] == 0 and not (sure[i] or cue[i] >> 27 & 1 or byline) and (best < 0 or words[i] > words[best]):
            best = i
    if best >= 0:
        spared[best] = True
    if first >= 0:
        i = last + 1
        while i < n and shape[i] & 4 and (not phrases[i] or (not sure[i] and (kind[i] == 9 or kind[i] == 6 or kind[i] == 0))):
            spared[i] = True
            i += 1
    base = max(0, thin * (all_words - 2 * of_passages) // (2 * max(1, all_words)))
    out = np.zeros(n, np.int8)
    for turn in range(3):
        less = base + (doubt if turn == 1 else 0) + (1000 * 1024 if turn == 2 else 0)
        edge, inside = np.zeros(n, np.int64), np.zeros(n, np.int64)
        for i in range(n):
            add = 0
            if sure[i]:
                takes = kind[i] == 2 or kind[i] == 3 or kind[i] == 4 or kind[i] == 7
                is_it = (last >= 0 and i > last) if kind[i] == 10 else prose[i] != 2 or (takes and not cue[i] >> 29 & 1)
                add = (5120 if kind[i] == 4 or kind[i] == 7 else 4096 if kind[i] else 0) if is_it else 0
            if spared[i]:
                edge[i] = inside[i] = -1000 * 1024
                continue
            if not knows:
                edge[i] = add if add else -1000
                inside[i] = add * 3 // 10 if add else -1000
                continue
            total = tenths * (score[i] - less) // 10 + add
            if prose[i] == 2:
                edge[i] = total - bar if total > bar else -1000 * 1024
            else:
                edge[i] = total + margin
            inside[i] = -1000 * 1024 if edge[i] <= -1000 * 1024 else edge[i] * 6 // 10 - 512
            if not phrases[i]:
                inside[i] = min(inside[i], -512)
        out = read(edge, inside)
        kept = 0
        for i in range(n):
            kept += words[i] if out[i] == 1 else 0
        if turn < 2 and 100 * kept >= enough[turn] * all_words:
            break
    i = 0
    while i < n and knows:
        j = i
        says = False
        while j < n and out[j] == out[i]:
            says |= phrases[j] == 1
            j += 1
        if (out[i] == 0 or out[i] == 3) and (not says or (j - i == 1 and not sure[i])):
            out[i:j] = 1
        i = j
    return out != 1


def labelled(pages, own_points, scores, level, of_markup=None, thin=4 * ONE, enough=(28, 18), doubt=2 * ONE):
    own = np.clip(own_points // 128, -48, 48)
    cue = pages.cue
    if of_markup is not None:
        # What markup says counts as a phrase does.
        cue = cue | (of_markup >= ONE).astype(np.int64) << 20
    said = np.zeros(len(scores), bool)
    for a, b in pages.spans:
        if b > a:
            said[a:b] = lone(pages.words[a:b], pages.shape[a:b], cue[a:b], own[a:b], scores[a:b], level, thin, np.array(enough), doubt)
    return said


def same_words(got, gold):
    got, gold = (collections.Counter(WORD.findall(t.lower())) for t in (got, gold))
    total = sum(got.values()) + sum(gold.values())
    return 2 * sum((got & gold).values()) / total if total else 1.0


def report(name, pages, said):
    body, chrome = ((pages.label == ord(k)) * pages.characters for k in "bc")
    line = f"{name}: body taken {(body * said).sum() / max(1, body.sum()):.4f}, chrome found {(chrome * said).sum() / max(1, chrome.sum()):.4f}"
    if pages.pages[0]["gold"] is not None:
        by_type = collections.defaultdict(list)
        for page, (start, end) in zip(pages.pages, pages.spans):
            got = "\n".join(t for t, taken in zip(page["lines"], said[start:end]) if not taken)
            for key in ("all", page["type"]):
                by_type[key].append(same_words(got, page["gold"]))
        line += "; F1 " + ", ".join(f"{key} {np.mean(f1):.4f}" for key, f1 in sorted(by_type.items()))
    print(line, flush=True)


def write(path, what, uses, arrays):
    text = f"//! Weights of {what}, in points. Written by `benches/lab/fit.py`.\n\n{uses}\n"
    for doc, name, count, values in arrays:
        rows = "\n".join("    " + " ".join(f"{v}," for v in values[i:i + 12]) for i in range(0, len(values), 12))
        text += f"\n/// {doc}\n#[rustfmt::skip]\npub(super) const {name}: [i16; {count}] = [\n{rows}\n];\n"
    path.write_text(text)


class Lab:
    """All sets, and weights fitted on them."""

    def __init__(self, program, data):
        names = subprocess.run([program, "--names"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        self.count = len(names)

        def load(name, **how):
            labels = data / f"{name}labels.jsonl.zst"
            return Pages(program, self.count, len(SIGNS), data / f"{name}docs.jsonl.zst", labels, **how)

        self.text = load("wcxb-dev/")
        self.html = load("wcxb-dev/", html=data / "wcxb-dev/html.jsonl.zst")
        docs = ("apache2-doc", "libreoffice-help-fr", "python-django-doc", "sphinx-doc", "libreoffice-help-ja")
        self.docs = {name: load(f"debdocs/{name}.", every=3, most=40) for name in docs}
        self.news = load("usnews-2016-11/", of_site=25)
        self.others = [*self.docs.values(), self.news]

    @staticmethod
    def fitted(test, sets, features, fold, share=1.0, offsets=None, bound=None):
        """Weights of the lines of all sets, but for a fold of `test`, which is the first."""
        parts = []
        for n, (pages, x) in enumerate(zip(sets, features)):
            rows = pages.scored()
            if pages is test and fold is not None:
                rows = rows & (pages.fold != fold)
            rows = rows & (np.arange(len(rows)) * 2654435761 % 2**32 < share * 2**32)
            offset = offsets[n][rows] / ONE if offsets else np.zeros(rows.sum())
            parts.append((x[rows], pages.label[rows] == ord("c"), pages.weights(rows), offset))
        x, y, weight, offset = (np.concatenate(part) for part in zip(*parts))
        return points(regression(x, y, weight, offset, bound))

    @staticmethod
    def by_fold(sets, features, share, offsets=None, bound=None):
        """What each line gets by weights that were not fitted on its site, and the weights of all."""
        test = sets[0]
        whole = Lab.fitted(test, sets, features, None, share, offsets, bound)
        scores = [x.astype(np.int64) @ whole for x in features]
        for fold in range(FOLDS):
            rows = test.fold == fold
            scores[0][rows] = features[0][rows].astype(np.int64) @ Lab.fitted(test, sets, features, fold, share, offsets, bound)
        return whole, scores

    @staticmethod
    def of_page(sets, own, share):
        features = []
        for pages, mine in zip(sets, own):
            x = among(pages, np.clip(mine, -32768, 32767))
            is_passage = (pages.prose == PASSAGE)[:, None]
            features.append(np.concatenate([x * ~is_passage, x * is_passage], 1))
        return Lab.by_fold(sets, features, share)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=pathlib.Path)
    ask.add_argument("--check", action="store_true")
    ask.add_argument("--program", default=str(ROOT / "target/release/examples/cue_features"))
    args = ask.parse_args()
    lab = Lab(args.program, args.data)
    text, html = lab.text, lab.html
    sets = [text, *lab.others]

    line, own = Lab.by_fold(sets, [pages.features for pages in sets], 0.5)
    both, scores = Lab.of_page(sets, own, 0.5)
    report("text, kept whole", text, np.zeros(len(text.label), bool))
    for level in LEVELS:
        report(f"text, {level}", text, labelled(text, own[0], scores[0], LEVELS[level]))
        for name, pages, mine, score in zip([*lab.docs, "news"], lab.others, own[1:], scores[1:]):
            report(f"  {name}", pages, labelled(pages, mine, score, LEVELS[level]))

    # Text points of the pages from HTML, by weights that were not fitted on their sites.
    of_text = html.features.astype(np.int64) @ line
    for fold in range(FOLDS):
        rows = html.fold == fold
        of_text[rows] = html.features[rows].astype(np.int64) @ Lab.fitted(text, sets, [pages.features for pages in sets], fold, 0.5)
    bound = np.array([{"+": 1, "-": -1, "0": 0}[sign[0]] for sign in SIGNS])
    marks, marked = Lab.by_fold([html], [html.markup], 1.0, [of_text], bound)
    of_markup = marked[0]
    marked = np.clip(of_text + of_markup, -32768, 32767)
    marked_both, marked_scores = Lab.of_page([html, *lab.docs.values()], [marked, *own[1:-1]], 0.7)
    report("HTML, kept whole", html, np.zeros(len(html.label), bool))
    for level in OF_HTML:
        report(f"HTML, {level}", html, labelled(html, marked, marked_scores[0], OF_HTML[level], of_markup))
    print(" ".join(f"{sign[1:]} {weight / ONE:+.1f}" for sign, weight in zip(SIGNS, marks)))

    if not args.check:
        write(ROOT / "src/cues/weights.rs", "the features of a line", "use super::{line::LINE_FEATURES, markup::MARKUP_FEATURES};",
              [("By feature.", "LINE_WEIGHTS", "LINE_FEATURES", line), ("Of what markup says.", "MARKUP_WEIGHTS", "MARKUP_FEATURES", marks)])
        tables = []
        for of, prefix, weights in (("", "", both), (", on a page that was read from HTML", "MARKED_", marked_both)):
            tables += [(f"Of lines that are no passages{of}, by feature.", f"{prefix}AROUND_WEIGHTS", "AROUND_FEATURES", weights[:OF_PAGE]),
                       (f"Of passages{of}.", f"{prefix}PASSAGE_WEIGHTS", "AROUND_FEATURES", weights[OF_PAGE:])]
        write(ROOT / "src/chrome/weights.rs", "the features of a line among others", "use super::prior::AROUND_FEATURES;", tables)


if __name__ == "__main__":
    main()
