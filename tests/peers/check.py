"""Holds refrain against readers and writers that are not ours.

    python check.py REFRAIN PAGES SCRATCH

REFRAIN is the program, PAGES a folder of JSON lines with the fields id, url and text, SCRATCH an empty
folder. The pages are written as WARC and WET by warcio, as Parquet by pyarrow, as CSV by the csv module,
as HTML, in the layouts of known corpora and in other compressions; each must be scanned as the JSON lines of the
same text are, and must come back from `clean`. Pages of odd markup are read as lexbor reads them, a parser of the standard. What is written is read by fastwarc, too. A package that is missing is an error.
"""

import bz2
import csv
import datetime
import decimal
import glob
import gzip
import html
import io
import json
import lzma
import os
import subprocess
import sys

try:
    import brotli
    import pyarrow as pa
    import pyarrow.parquet as pq
    from fastwarc.warc import ArchiveIterator as FastIterator
    from fastwarc.warc import WarcRecordType
    from selectolax.lexbor import LexborHTMLParser
    from warcio.archiveiterator import ArchiveIterator
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter
except ImportError as error:
    sys.exit(f"{error}; install tests/peers/requirements.txt")

REFRAIN, PAGES, SCRATCH = sys.argv[1:4]
KEEP = ["--chrome", "keep", "--copies", "keep"]
DROP = ["--copies", "drop"]
EVIDENCE = ["pages.jsonl", "chrome.jsonl", "clusters.jsonl", "pairs.tsv"]
os.chdir(SCRATCH)
csv.field_size_limit(1 << 30)


def refrain(*args):
    run = subprocess.run([REFRAIN, *args, "-q"], capture_output=True, text=True)
    assert run.returncode == 0, f"refrain {' '.join(args)}: exit {run.returncode}\n{run.stderr}"


def fails(problem, *args):
    run = subprocess.run([REFRAIN, *args], capture_output=True, text=True)
    assert run.returncode == 3 and problem in run.stderr, f"exit {run.returncode}\n{run.stderr}"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def json_lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def rows_of(path):
    return [json.loads(line) for line in read(path).decode().splitlines()]


def same_scan(name, of, options=()):
    """`name` is scanned as `of` is, whose evidence is made once."""
    found = f"found/{of}"
    if not os.path.isdir(found):
        refrain("scan", of, "-o", found)
        assert b'"relation":' in read(f"{found}/clusters.jsonl") and read(f"{found}/chrome.jsonl")
    refrain("scan", name, "-o", "found/other", "--force", *options)
    for evidence in EVIDENCE:
        here, there = read(f"found/other/{evidence}"), read(f"{found}/{evidence}")
        assert here == there, f"{name}: {evidence} is not that of {of}"
    print(f"  {name}: labels and clusters as in {of}")


def pages():
    rows = []
    for path in sorted(glob.glob(os.path.join(PAGES, "**", "*.jsonl"), recursive=True)):
        rows += rows_of(path)
    rows = [row for row in rows if row.get("url") and row.get("text")]
    assert len(rows) > 30, f"too few pages in {PAGES}"
    return [{"id": str(r["id"]), "url": r["url"], "text": r["text"]} for r in rows]


def page_html(row):
    """A page around the text: what a reader sees of it is the text."""
    out = ["<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>Page &amp; title</title>"]
    out.append("<style>p { color: red }</style><script>if (1 < 2) document.write('<p>no</p>')</script>")
    out.append("</head><body><template><p>no</p></template><noscript><p>no</p></noscript>\n")
    for number, line in enumerate(row["text"].split("\n")):
        tag = ["p", "div", "li", "h2"][number % 4]
        out.append(f"<{tag} class=x>{html.escape(line)}</{tag}><div style='display: none'>no</div>\n")
    out.append("</body></html>\n")
    return "".join(out).encode()


# ---- WARC and WET


def write_wet(path, rows, compress=True):
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=compress)
        writer.write_record(writer.create_warcinfo_record("x.wet", {"software": "warcio"}))
        for row in rows:
            headers = {"WARC-Record-ID": row["id"], "WARC-Refers-To": "<urn:x>"}
            payload = io.BytesIO(row["text"].encode())
            writer.write_record(writer.create_warc_record(
                row["url"], "conversion", payload=payload, warc_content_type="text/plain",
                warc_headers_dict=headers))


def write_warc(path, rows):
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=path.endswith(".gz"))
        writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "warcio"}))
        for number, row in enumerate(rows):
            request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            writer.write_record(writer.create_warc_record(
                row["url"], "request", payload=io.BytesIO(b""), http_headers=request))
            body, headers = page_html(row), [("Content-Type", "text/html")]
            if number % 3 == 1:
                body, headers = gzip.compress(body), headers + [("Content-Encoding", "gzip")]
            if number % 5 == 2:
                body = brotli.compress(body)
                before = headers[1][1] + ", " if headers[1:] else ""
                headers = headers[:1] + [("Content-Encoding", before + "br")]
            if number % 4 == 1:
                cut = len(body) // 2
                body = b"".join(b"%x\r\n%s\r\n" % (len(part), part)
                                for part in [body[:cut], body[cut:], b""])
                headers = headers + [("Transfer-Encoding", "chunked")]
            status = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(
                row["url"], "response", payload=io.BytesIO(body), http_headers=status,
                warc_headers_dict={"WARC-Record-ID": row["id"]}))


def records(path):
    """Every record by warcio: its headers and content. Digests are checked."""
    found = []
    with open(path, "rb") as file:
        for record in ArchiveIterator(file, check_digests="raise", arc2warc=False):
            found.append((list(record.rec_headers.headers), record.content_stream().read()))
    return found


def check_warc(rows):
    write_wet("pages.warc.wet.gz", rows)
    write_wet("pages.wet", rows, compress=False)
    write_warc("pages.warc.gz", rows)
    write_warc("plain.warc", rows)
    for name in ["pages.warc.wet.gz", "pages.wet", "pages.warc.gz", "plain.warc"]:
        same_scan(name, "pages.jsonl")

    refrain("clean", "pages.wet", "-o", "out.wet", *KEEP)
    assert read("out.wet") == read("pages.wet")
    refrain("clean", "pages.warc.wet.gz", "-o", "out.warc.wet.gz", *KEEP)
    before, after = read("pages.warc.wet.gz"), read("out.warc.wet.gz")
    assert gzip.decompress(before) == gzip.decompress(after)
    # warcio refuses a file that is not compressed record by record.
    assert records("out.warc.wet.gz") == records("pages.warc.wet.gz")

    refrain("clean", "pages.warc.wet.gz", "-o", "clean.warc.wet.gz", *DROP)
    kept = records("clean.warc.wet.gz")[1:]
    clean = rows_of("clean.jsonl")
    assert [content.decode() for _, content in kept] == [row["text"] for row in clean]
    for headers, content in kept:
        headers = dict(headers)
        assert int(headers["Content-Length"]) == len(content)
        assert headers["WARC-Refers-To"] == "<urn:x>"
    assert [dict(headers)["WARC-Record-ID"] for headers, _ in kept] == [row["id"] for row in clean]

    with open("clean.warc.wet.gz", "rb") as file:
        fast = [(record.record_id, record.reader.read().decode()) for record in
                FastIterator(file, record_types=WarcRecordType.conversion)]
    assert fast == [(row["id"], row["text"]) for row in clean]

    refrain("clean", "pages.warc.gz", "-o", "from-warc.jsonl", *KEEP)
    assert [(row["id"], row["url"], row["title"]) for row in rows_of("from-warc.jsonl")] == \
        [(row["id"], row["url"], "Page & title") for row in rows]
    print("  WARC and WET: round trip, cleaning, JSON lines")


# ---- Parquet


def table(rows):
    count = len(rows)
    days = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(count)]
    columns = {
        "n": pa.array(range(count), pa.int32()),
        "id": pa.array([row["id"] for row in rows]),
        "tags": pa.array([None if i % 5 == 0 else ["x"] * (i % 4) for i in range(count)],
                         pa.list_(pa.string())),
        "text": pa.array([row["text"] for row in rows], pa.large_string()),
        "url": pa.array([row["url"] for row in rows]).dictionary_encode(),
        "score": pa.array([None if i % 7 == 0 else i / 8 for i in range(count)], pa.float64()),
        "price": pa.array([decimal.Decimal(i) / 100 for i in range(count)], pa.decimal128(12, 2)),
        "day": pa.array(days, pa.date32()),
        "deep": pa.array([{"a": i, "b": [{"c": str(i)}, {"c": None}][: i % 3]} for i in range(count)]),
        "flag": pa.array([i % 2 == 0 for i in range(count)]),
        "raw": pa.array([bytes([i % 256]) * 3 for i in range(count)], pa.binary(3)),
        "time": pa.array([i * 1000 for i in range(count)], pa.timestamp("us", tz="UTC")),
    }
    return pa.table(columns).replace_schema_metadata({"made by": "a test"})


def check_parquet(rows):
    whole = table(rows)
    clean = {row["id"]: row["text"] for row in rows_of("clean.jsonl")}
    for codec in ["zstd", "snappy", "gzip", "none", "lz4", "brotli"]:
        for version in ["1.0", "2.0"]:
            name = f"pages.{codec}.{version}.parquet"
            pq.write_table(whole, name, compression=codec, row_group_size=13,
                           data_page_version=version, data_page_size=4000,
                           write_page_index=True, write_page_checksum=True)
            same_scan(name, "pages.jsonl")
            refrain("clean", name, "-o", f"out.{name}", *KEEP)
            assert pq.read_table(f"out.{name}").equals(pq.read_table(name), check_metadata=True)
            # What is copied whole keeps its checksums and the index of its pages.
            pq.read_table(f"out.{name}", page_checksum_verification=True)
            column = pq.ParquetFile(f"out.{name}").metadata.row_group(1).column(1)
            assert column.has_offset_index and column.has_column_index
            refrain("clean", name, "-o", f"clean.{name}", *DROP)
            kept = pq.read_table(f"clean.{name}")
            stays = pa.array([row["id"] in clean for row in rows])
            expected = pq.read_table(name).filter(stays)
            texts = pa.chunked_array([pa.array(list(clean.values()), pa.large_string())])
            expected = expected.set_column(3, expected.schema.field(3), texts)
            assert kept.schema.equals(expected.schema, check_metadata=True)
            assert kept.to_pylist() == expected.to_pylist(), name
            before, after = pq.ParquetFile(name), pq.ParquetFile(f"clean.{name}")
            for column in range(before.metadata.num_columns):
                assert before.metadata.row_group(0).column(column).compression == \
                    after.metadata.row_group(0).column(column).compression

    views = whole.set_column(3, "text", pa.array([row["text"] for row in rows], pa.string_view()))
    pq.write_table(views, "views.parquet")
    same_scan("views.parquet", "pages.jsonl")
    gone = pa.array([None if i % 3 == 0 else row["text"] for i, row in enumerate(rows)])
    pq.write_table(whole.set_column(3, "text", gone), "nulls.parquet")
    refrain("clean", "nulls.parquet", "-o", "out.nulls.parquet", *KEEP)
    assert pq.read_table("out.nulls.parquet").equals(pq.read_table("nulls.parquet"))
    same = [pa.array(["a"]), pa.array(["https://p.example/"]), pa.array(["text"]), pa.array(["text"])]
    pq.write_table(pa.Table.from_arrays(same, ["id", "url", "text", "text"]), "twice.parquet")
    fails("two columns are called `text`", "scan", "twice.parquet")

    refrain("clean", name, "-o", "from-parquet.jsonl", "--to", "jsonl", *KEEP)
    simple = ["n", "id", "text", "url", "score", "flag"]
    for row, line in zip(whole.to_pylist(), rows_of("from-parquet.jsonl"), strict=True):
        assert {name: line[name] for name in simple} == {name: row[name] for name in simple}
        assert line["day"] == row["day"].isoformat()

    wide = [dict(row, rank=i, more={"a": [i, None]}, date="2024-01-01") for i, row in enumerate(rows)]
    write("wide.jsonl", json_lines(wide))
    refrain("clean", "wide.jsonl", "-o", "made.parquet", "--to", "parquet", *KEEP)
    for row, made in zip(wide, pq.read_table("made.parquet").to_pylist(), strict=True):
        rest = json.loads(made.pop("fields"))
        assert rest == {"rank": row["rank"], "more": row["more"]}
        assert made == dict(id=row["id"], site=None, url=row["url"], date=row["date"], title=None,
                            text=row["text"])
    same_scan("made.parquet", "wide.jsonl")
    print("  Parquet: round trip and cleaning with all other columns, JSON lines and back")


# ---- CSV


def check_csv(rows):
    clean = {row["id"]: row["text"] for row in rows_of("clean.jsonl")}
    dialects = {
        "pages.csv": dict(dialect="excel"),
        "pages.tsv": dict(dialect="excel-tab"),
        "unix.csv": dict(dialect="unix"),
        "semicolon.csv": dict(delimiter=";", quoting=csv.QUOTE_NONNUMERIC),
    }
    for name, dialect in dialects.items():
        with open(name, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, **dialect)
            writer.writerow(["n", "id", "text", "say \"it\"", "url"])
            for n, row in enumerate(rows):
                writer.writerow([n, row["id"], row["text"], f"a \"quote\",;\t{n}", row["url"]])
        same_scan(name, "pages.jsonl")
        refrain("clean", name, "-o", f"out.{name}", *KEEP)
        assert read(f"out.{name}") == read(name)
        refrain("clean", name, "-o", f"clean.{name}", *DROP)
        dialect.pop("quoting", None)

        def cells(path):
            with open(path, encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file, **dialect))

        expected = [dict(row, text=clean[row["id"]]) for row in cells(name) if row["id"] in clean]
        assert cells(f"clean.{name}") == expected
    print("  CSV: round trip and cleaning in four dialects")


# ---- HTML


def check_html(rows):
    lines = []
    for number, row in enumerate(rows):
        host = row["url"].split("/")[2].removeprefix("www.").replace(".example", ".org")
        path = f"{host}/{number:03}.html"
        write(f"html/{path}", page_html(row))
        site = ".".join(host.split(".")[-2:])
        lines.append({"id": path, "site": site, "text": row["text"]})
    lines.sort(key=lambda line: line["id"].encode())
    write("html.jsonl", json_lines(lines))
    same_scan("html", "html.jsonl")
    refrain("clean", "html", "-o", "from-html.jsonl", *KEEP)
    for line, made in zip(lines, rows_of("from-html.jsonl"), strict=True):
        assert (made["id"], made["site"], made["title"]) == (line["id"], line["site"], "Page & title")
        words = [part.split() for part in line["text"].split("\n") if part.split()]
        assert [part.split() for part in made["text"].split("\n") if part] == words
    print("  HTML: text and title")


# ---- Trees of HTML

# What a reader sees of a tree. The same lists stand in src/records/html/tags.rs.
UNSEEN = set("script style template noscript svg math iframe canvas object audio video noframes noembed "
             "datalist textarea rt rp rtc title".split())
BREAKS = set("br li tr td th dt dd option caption summary address article aside blockquote body center "
             "details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header "
             "hgroup hr html legend main menu nav ol optgroup p pre search section select table tbody tfoot "
             "thead ul xmp listing plaintext button".split())


def is_hidden(node):
    attributes = node.attributes
    if node.tag in ("html", "head", "body"):
        return False
    rules = [rule.partition(":") for rule in (attributes.get("style") or "").lower().split(";")]
    return ("hidden" in attributes and attributes["hidden"] != "until-found") \
        or (attributes.get("aria-hidden") or "").lower() == "true" \
        or "popover" in attributes \
        or node.tag == "dialog" and "open" not in attributes \
        or any(name.strip() == "display" and value.split("!")[0].strip() == "none" for name, _, value in rules)


def words_of_tree(page):
    """The words that a reader sees, of lexbor's tree."""
    out, after_link = [], False
    stack = [(LexborHTMLParser(page).root, False)]
    while stack:
        node, ends = stack.pop()
        if node.tag == "-text":
            out.append(node.text_content or "")
            after_link = False
            continue
        if not node.tag or node.tag.startswith(("-", "!")) or node.tag in UNSEEN:
            continue
        breaks = " " if node.tag in BREAKS else ""
        if ends:
            out.append(breaks)
            after_link = after_link or node.tag == "a"
            continue
        if is_hidden(node):
            out.append(breaks)
            continue
        out.append(breaks or (" " if node.tag == "a" and after_link else ""))
        stack.append((node, True))
        child = node.last_child
        while child is not None:
            stack.append((child, False))
            child = child.prev
    return "".join(out).split()


ODD = [
    # What is not closed, in what it stands in.
    "<div><svg><path d=x><g></div>", "<div><video src=x></div>", "<li><svg><rect></li>", "<div><button hidden>no</div>",
    "<section><div hidden>no</section>", "<ul><li><span hidden>no<li>yes</ul>", "<table><tr><td hidden>no<td>yes</table>",
    "<table><tr><td><div hidden>no<tr><td>yes</table>", "<p hidden>no<p>yes", "<p hidden>no<ul><li>yes</ul>",
    "<dl><dt hidden>no<dd>yes<dt>yes</dl>", "<h2 hidden>no<h3>yes</h3>", "<div><p hidden>no</div>yes",
    "<details hidden><summary>no</details>yes", "<div hidden><form>no</div>yes</form>", "<fieldset hidden>no<legend>no</fieldset>yes",
    # HTML in pictures and mathematics.
    "<svg><g>no<p>yes", "<svg><title>no</title><div>yes</div></svg>", "<math><mi>no<p>no</p></mi></math>yes",
    "<svg><foreignObject><div>no</div></foreignObject></svg>yes", "<svg><desc>no</desc>no</svg>yes", "<svg><font>no</font></svg>yes",
    "<svg><font color=red>yes", "<math><annotation-xml><p>yes", "<svg><a>no</a><style>no</style></svg>yes",
    "<svg><![CDATA[no <p>]]></svg>yes", "<svg/>yes", "<svg><path/></svg>yes", "<div><math><mrow></div>yes",
    # Ends that are none, and ends across.
    "<div hidden>no</section>no</b>no</p>no</div>yes", "<b hidden>no<div>no</b>yes</div>yes", "<i><div hidden>no</i>no</div>yes",
    "<a hidden>no<a>yes</a>", "<a hidden><div>no<a>yes</a></div>", "<b><p hidden>no</b>no</p>yes", "<span hidden>no<div>no</span>no</div></span>yes",
    "<table hidden><tr><td>no</div>no</table>yes", "<div><table><tr><td hidden>no</div>no</td><td>yes</table></div>",
    "<tr hidden>yes", "<table><caption hidden>no<tr><td>yes</table>", "<table><thead hidden><tr><td>no<tbody><tr><td>yes</table>",
    "<select><option hidden>no<option>yes</select>", "<form hidden>no<form>no</form>yes", "<button hidden>no<button>yes</button>",
    "<ul><li hidden>no<ul><li>no</ul>no<li>yes</ul>", "<nobr hidden>no<nobr>yes</nobr>", "<p hidden>no<table><tr><td>yes</table>",
    "<h1 hidden>no</h2>yes", "<center hidden>no<center>no</center>no</center>yes", "<pre hidden>no</pre>yes", "<body hidden>yes",
    # Parts that are seen only by choice.
    "<dialog>no</dialog>yes", "<dialog open>yes</dialog>", "<div popover>no</div>yes", "<details><summary>yes</summary>yes</details>",
    "<p style='color:red; DISPLAY : none !important'>no</p>yes", "<p aria-hidden=true>no</p>yes", "<p hidden=until-found>yes</p>",
    "<ruby>yes<rp>(</rp><rt>no</rt><rp>)</rp></ruby>", "<ruby>yes<rt>no<rt>no</ruby>yes", "<ruby>yes<rb>yes<rtc>no<rt>no</ruby>yes",
    # What is no markup.
    "<script>'<p>no'</script>yes", "<script><!-- <script> no </script> --></script>yes", "<style>p > a { no }</style>yes",
    "<textarea><p>no</textarea>yes", "<xmp><p>yes</xmp>", "<iframe><p>no</iframe>yes", "<!-- <p>no -->yes", "<!doctype x>yes", "<?no?>yes",
    "yes &amp; &copy 5&times;5 &nosuch; &#8220;", "<p title='>no'>yes", "<p title=\"a\"b>yes", "</p>yes</br>yes", "<image src=x>yes",
    # Words next to words.
    "<a>one</a><a>two</a>", "Har<b>bour</b><i>s</i>", "one<button>two</button>three", "<pre>a  b\r  c\r\n\td</pre>e\rf", "a<wbr>b&shy;c",
    "<table><tr><th>a<th>b<tr><td>c<td>d</table>", "a<hr>b<br>c", "<ol><li>a<pre>b\n  - c</pre></ol>",
]


def check_html_trees():
    words = "the harbour office opens again on monday after repairs to its roof and both of its doors".split()
    for number, odd in enumerate(ODD):
        page = f"<!DOCTYPE html><title>x</title><div><p>{' '.join(words)}</div>\n{odd}</div>\n<p>and so it ends"
        write(f"odd/x{number:03}.example/page.html", page.encode())
    refrain("clean", "odd", "-o", "odd.jsonl", "--to", "jsonl", *KEEP)
    found = rows_of("odd.jsonl")
    assert len(found) == len(ODD)
    for number, (row, odd) in enumerate(zip(found, ODD)):
        page = read(f"odd/x{number:03}.example/page.html").decode()
        assert row["text"].split() == words_of_tree(page), (odd, row["text"], words_of_tree(page))
    print(f"  HTML: {len(ODD)} pages of odd markup as lexbor reads them")


# ---- Layouts and compressions


def check_layouts(rows):
    day = "2031-01-02"
    layouts = {
        "dolma": lambda r: dict(id=r["id"], text=r["text"], source="x", created=day, metadata=dict(url=r["url"])),
        "datatrove": lambda r: dict(text=r["text"], id=r["id"], metadata=dict(date=day, url=r["url"])),
        "redpajama": lambda r: dict(text=r["text"], id=r["id"], meta=dict(url=r["url"], timestamp=day)),
        "hplt": lambda r: dict(f="x", u=r["url"], ts=day, text=r["text"], id=r["id"], score=float("nan")),
        "trafilatura": lambda r: dict(title="x", id=r["id"], source=r["url"], text=r["text"]),
    }
    for name, of in layouts.items():
        lines = "".join(json.dumps(of(row)) + "\n" for row in rows).encode()
        write(f"{name}.jsonl", lines)
        same_scan(f"{name}.jsonl", "pages.jsonl")
        refrain("clean", f"{name}.jsonl", "-o", f"out.{name}.jsonl", *KEEP)
        assert read(f"out.{name}.jsonl") == lines
        table = pa.Table.from_pylist([of(row) for row in rows])
        pq.write_table(table, f"{name}.parquet")
        same_scan(f"{name}.parquet", "pages.jsonl")
    oscar = [{"content": r["text"], "warc_headers": {"warc-target-uri": r["url"], "warc-record-id": r["id"]}}
             for r in rows]
    write("oscar.jsonl", json_lines(oscar))
    same_scan("oscar.jsonl", "pages.jsonl")
    print("  Layouts: told, and written back byte for byte")


def check_compressions(rows):
    plain = read("pages.jsonl")
    for ending, module in [("xz", lzma), ("bz2", bz2)]:
        half = plain.index(b"\n", len(plain) // 2) + 1
        write(f"pages.jsonl.{ending}", module.compress(plain[:half]) + module.compress(plain[half:]))
        same_scan(f"pages.jsonl.{ending}", "pages.jsonl")
        refrain("clean", f"pages.jsonl.{ending}", "-o", f"out.jsonl.{ending}", *KEEP)
        assert module.decompress(read(f"out.jsonl.{ending}")) == plain
    write("pages.jsonl.br", brotli.compress(plain))
    same_scan("pages.jsonl.br", "pages.jsonl")
    print("  Compressions: xz, bzip2, brotli")


def main():
    rows = pages()
    write("pages.jsonl", json_lines(rows))
    refrain("clean", "pages.jsonl", "-o", "kept.jsonl", *KEEP)
    assert read("kept.jsonl") == read("pages.jsonl")
    refrain("clean", "pages.jsonl", "-o", "clean.jsonl", *DROP)
    assert len(rows_of("clean.jsonl")) < len(rows)
    check_warc(rows)
    check_parquet(rows)
    check_csv(rows)
    check_html(rows)
    check_html_trees()
    check_layouts(rows)
    check_compressions(rows)


main()
