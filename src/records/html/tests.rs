//! Pages as people write them, and what a reader sees of them.

#![cfg(feature = "html")]

use super::*;

fn text(html: &str) -> String {
    read(html.as_bytes(), None).unwrap().text
}

#[test]
fn blocks_are_paragraphs() {
    assert_eq!(
        text("<p>One <b>bold</b>\n  word<p>Two</p><div>Three<div>Four</div>five</div>"),
        "One bold word\n\nTwo\n\nThree\n\nFour\n\nfive"
    );
    assert_eq!(text("<ul><li>a<li>b</ul>after"), "a\nb\n\nafter");
    assert_eq!(text("one<br>two<br/><br>three"), "one\ntwo\nthree");
    assert_eq!(text("<table><tr><td>a<td>b</tr><tr><td>c</table>"), "a\nb\nc");
    assert_eq!(text("<pre>a  b\nc</pre>\nd\ne"), "a  b\nc\n\nd e");
    assert_eq!(text(""), "");
}

#[test]
fn entities_stand_for_characters() {
    assert_eq!(
        text("caf&eacute; &amp; &#8220;x&#x201d; &lt;p&gt; AT&T &nosuch;"),
        "café & “x” <p> AT&T &nosuch;"
    );
}

#[test]
fn the_title_is_no_text() {
    let page =
        read(b"<title> A\n&amp; B </title><body>text<svg><title>no</title></svg>", None).unwrap();
    assert_eq!((page.text.as_str(), page.title.as_deref()), ("text", Some("A & B")));
    assert_eq!(read(b"<title></title>x", None).unwrap().title, None);
}

#[test]
fn what_is_not_seen_is_dropped() {
    for unseen in [
        "<script>if (a < b) document.write('<p>x</p>')</script>",
        "<style>p { color: red }</style>",
        "<template><p>x</template>",
        "<noscript><img><p>Scripts!</p></noscript>",
        "<div hidden>x<div>y</div>z</div>",
        "<div hidden=''>x</div>",
        "<p STYLE='color: red; Display : NONE !important'>x</p>",
        "<span aria-hidden=true>x</span>",
        "<!-- <p>x</p> -->",
        "<p hidden>x<p>",
        "<ul><li hidden>x</ul>",
        "<ul><li hidden>x<ul><li>y</ul>z<li></ul>",
        "<p hidden><b>x</b></p>",
        "<textarea>x</textarea>",
    ] {
        assert_eq!(
            text(&format!("one{unseen} two three four")).split_whitespace().collect::<Vec<_>>(),
            ["one", "two", "three", "four"],
            "{unseen}"
        );
    }
    for seen in [
        "<input hidden>x",
        "<p style='display:block'>x",
        "<p hidden=until-found>x",
        "<p aria-hidden=false>x",
    ] {
        assert_eq!(text(seen), "x", "{seen}");
    }
}

#[test]
fn preformatted_text_keeps_its_spaces_and_lines() {
    assert_eq!(
        text("<p>So:<pre>\ndef f(x):\n    if x:\n\n\treturn 1  # y\n</pre>then"),
        "So:\n\ndef f(x):\n    if x:\n\n\treturn 1  # y\n\nthen"
    );
    // Its first line may be indented, also as the first of the page.
    assert_eq!(text("<pre>  a\n b</pre>"), "  a\n b");
    assert_eq!(text("x<pre>\n\n  a\n b\n \n</pre>\n y"), "x\n\n  a\n b\n\ny");
    // Lines that are elements, and lines that are forced.
    assert_eq!(text("<pre><div>a</div><div>  b</div></pre>"), "a\n  b");
    assert_eq!(text("<pre><div>a\n</div><div>b</div></pre>"), "a\nb");
    assert_eq!(text("<pre>a<br>  b<br><br>c</pre>"), "a\n  b\n\nc");
    assert_eq!(text("<pre><code><span>a</span> <span>=</span>  1</code></pre>"), "a =  1");
    // Line ends of any kind, one character or two.
    assert_eq!(text("<pre>a\r  b\r\n  c</pre>d\re"), "a\n  b\n  c\n\nd e");
    assert_eq!(text("<pre>a&#13;b&#13;&#10;c</pre>"), "a\nb\nc");
    assert_eq!(text("<ol><li>Do:<pre>a:\n  - b</pre></li></ol>"), "Do:\n\na:\n  - b");
}

#[test]
fn words_are_not_glued() {
    assert_eq!(text("<a>Home</a><a>News</a><span><a>Sport</a></span>"), "Home News Sport");
    assert_eq!(text("<li><a>Home</a></li><li><a>News</a></li>"), "Home\nNews");
    assert_eq!(text("Har<b>bour</b> and <a>l</a>ink"), "Harbour and link");
    assert_eq!(text("one<button>two</button>three"), "one two three");
    assert_eq!(text("x<td>y<tr>z"), "x\ny\nz");
}

#[test]
fn what_hides_ends_where_it_does_in_a_browser() {
    for (html, seen) in [
        // With an ancestor.
        ("<div><svg><path d=x></div><p>seen", "seen"),
        ("<div><video src=x></div>seen", "seen"),
        ("<div><button hidden>no</div>seen", "seen"),
        ("<ul><li><span hidden>no</li><li>seen</ul>", "seen"),
        ("<table><tr><td><span style='display:none'>no<td>seen</table>", "seen"),
        ("<section><div hidden><p>no</section>seen", "seen"),
        ("<p><b hidden>no</p><p>seen", "seen"),
        // HTML that stands in a picture or in mathematics.
        ("<svg><g>no<p>seen", "seen"),
        ("<svg><title>no</title><div>seen</div>", "seen"),
        ("<math><mrow>no<table><tr><td>seen</table>", "seen"),
        ("<svg><font>no<font color=red>seen", "seen"),
        ("<svg><foreignObject><p>no</p></foreignObject><text>no</text></svg>seen", "seen"),
        ("<math><mtext><p>no</p></mtext>no</math>seen", "seen"),
        ("<svg><style>p > a</style><script>1</script></svg>seen", "seen"),
        ("<svg><![CDATA[ <p>no</p> ]]></svg>seen", "seen"),
        ("<math><annotation-xml><p>seen", "seen"),
        ("<svg/>seen", "seen"),
        // With what cannot stand in it.
        ("<p hidden>no<div>seen</div>", "seen"),
        ("<dl><dt hidden>no<dd>seen</dl>", "seen"),
        ("<select><option hidden>no<option>seen</select>", "seen"),
        ("<a hidden>no<a>seen</a>", "seen"),
        ("<h2 hidden>no<h3>seen</h3>", "seen"),
        ("<button hidden>no<button>seen</button>", "seen"),
        // The end tag of another element does not end it.
        ("<div hidden>no</p>no</b>no</section>no</div>seen", "seen"),
        ("<div><table hidden><tr><td>no</div>no</table>seen</div>", "seen"),
        ("<div><div hidden>no<div>no</div>no</div>seen</div>", "seen"),
        // Formatting goes on in the block that its end tag stands in.
        ("<b hidden>no<div>no</b>seen</div>seen", "seenseen"),
        // Up to an end tag that never comes, or that of another.
        ("<div><template><p>no</div><p>seen", "seen"),
        ("<div><object><p>no</div><p>seen", "seen"),
        ("<iframe src=x><p>seen", "seen"),
        ("<noscript><p>seen", "seen"),
        ("<title>name<p>seen", "seen"),
        ("<textarea><p>seen", "seen"),
        ("<script src=x /><p>seen<script>no</script>", "seen"),
        ("<iframe src=x /><p>seen<iframe src=x />", "seen"),
        ("<template><div><template>no</template></div></div>no</template>seen", "seen"),
    ] {
        // What is hidden is the lesser part of these pages.
        let page = format!("<p>{}</p>{html}", "w ".repeat(20));
        let read = text(&page).replace([' ', '\n'], "");
        assert_eq!(read.trim_start_matches('w'), seen, "{html}");
    }
    // What holds the rest of the page is no lesser part.
    assert_eq!(text("<p>one<video src=x><p>two three"), "one\n\ntwo three");
    assert_eq!(text("<canvas>seen"), "seen");
    // The end of a script is looked for as browsers do.
    assert_eq!(text("<script src=x />no</script>seen"), "seen");
    assert_eq!(text("a<script>no<p>no"), "a");
}

#[test]
fn xhtml_ends_elements_at_once() {
    for start in [
        "<?xml version='1.0'?><html>",
        "<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'>",
    ] {
        let page = format!(
            "{start}<head><title/><script src='a.js'/></head><body><div hidden=''/>\
             <p>seen</p><script>no</script></body></html>"
        );
        let read = read(page.as_bytes(), None).unwrap();
        assert_eq!((read.text.as_str(), read.title), ("seen", None));
    }
}

#[test]
fn what_is_hidden_is_dropped_while_it_is_the_lesser_part() {
    assert_eq!(text("<p>one two</p><div hidden>three four</div>"), "one two");
    assert_eq!(text("<p>one</p><div hidden>two three</div>"), "one\n\ntwo three");
    assert_eq!(
        text("<p>one</p><div style='display:none'>two <script>no no no</script>three</div>"),
        "one\n\ntwo three"
    );
    // What is never seen is no part at all.
    assert_eq!(text("<p>one</p><template>two three</template>"), "one");
    assert_eq!(text("<p>one</p><svg><text>two three</text></svg>"), "one");
    // A page for readers without scripts, which a script replaces by another.
    assert_eq!(
        text("<p hidden>no no</p><p>one</p><noscript><h1>two</h1><p>three <b>four</b></noscript>"),
        "one\n\ntwo\n\nthree four"
    );
    assert_eq!(
        text("<p>one two three<noscript><img alt='a b c d'>no no</noscript>"),
        "one two three"
    );
    // React sends the parts of a page as they come, and moves them.
    assert_eq!(
        text("<p>one two three</p><div hidden id='S:0'><p>four</p></div><div hidden>no</div>"),
        "one two three\n\nfour"
    );
    assert_eq!(text("<body hidden style='display:none'><p>one<div hidden>no</div>"), "one");
}

#[test]
fn parts_that_are_seen_only_by_choice() {
    assert_eq!(text("a b<dialog>no</dialog>"), "a b");
    assert_eq!(text("a<dialog open>seen</dialog>"), "a\n\nseen");
    assert_eq!(text("a b<div popover>no</div>"), "a b");
    assert_eq!(text("<details><summary>a</summary>b</details>"), "a\nb");
    assert_eq!(text("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</ruby>だ"), "漢字だ");
    assert_eq!(
        text("<x-story><template shadowrootmode=open><p>a</p></template>b</x-story>"),
        "a\n\nb"
    );
}

#[test]
fn deep_and_long_pages_are_read() {
    for (open, close) in
        [("<div>", "</div>"), ("<b>", "</b>"), ("<i><b>", ""), ("<a><div>", "</a>")]
    {
        let page = format!("{}<p>seen{}", open.repeat(4_000), close.repeat(4_000));
        assert_eq!(text(&page), "seen", "{open}");
    }
    // What is looked for behind many tags is looked for once.
    for tag in ["<iframe>", "<noscript/>", "<template></div>", "<script/>", "<object><p>"] {
        let page = format!("<div>{}</div><p>seen", tag.repeat(20_000));
        assert_eq!(text(&page), "seen", "{tag}");
    }
}

#[test]
fn charsets_are_told_by_mark_server_and_page() {
    let read = |bytes: &[u8], charset: Option<&[u8]>| super::read(bytes, charset).unwrap().text;
    assert_eq!(read("caf\u{e9}".as_bytes(), None), "café");
    assert_eq!(read(b"caf\xe9 \x93x\x94", None), "café “x”");
    assert_eq!(read(b"\xef\xbb\xbfcaf\xc3\xa9", Some(b"latin1")), "café");
    assert_eq!(read(b"\xd0\xcf", Some(b"koi8-r")), "по");
    assert_eq!(read(b"<meta charset='shift_jis'>\x93\xfa\x96\x7b", None), "日本");
    assert_eq!(
        read(
            b"<META http-equiv=Content-Type content=\"text/html; CHARSET=windows-1251\">\xcf\xee",
            None
        ),
        "По"
    );
    assert_eq!(read(b"\xff\xfep\0<\0b\0>\0", None), "p");
    assert_eq!(charset_of_type(b"text/html; charset=\"utf-8\""), Some(&b"utf-8"[..]));
    assert_eq!(charset_of_type(b"text/html"), None);
    // A page in UTF-8 that was cut within a character, and pages that tell nothing.
    assert_eq!(read(b"<p>caf\xc3\xa9 \xe2\x82\xac \xe6\x97\xa5\xe6\x9c\xac \xc3\xbc\xc3\xb6\xc3\xa4\xc3\xbc\xc3", None), "café € 日本 üöäü\u{fffd}");
    let russian = "Он сказал, что встреча состоится в среду вечером в старом здании на площади.";
    assert_eq!(read(&encoding_rs::WINDOWS_1251.encode(russian).0, None), russian);
    let japanese = "会議室の予約は受付で行ってください。明日の午後は空いています。";
    assert_eq!(read(&encoding_rs::SHIFT_JIS.encode(japanese).0, None), japanese);
}

#[test]
fn a_page_tells_its_charset_in_its_markup() {
    let read = |before: &str, after: &str| {
        let mut page = before.as_bytes().to_vec();
        page.extend_from_slice(after.as_bytes());
        page.extend_from_slice(b"<p>\xcf\xee \xd1\xe5\xf2\xe8");
        super::read(&page, None).unwrap().text
    };
    let told = "<meta charset=windows-1251>";
    let script = format!("<script>{}</script>", "var x = 1 < 2; ".repeat(2000));
    for before in [
        "",
        "<!DOCTYPE html><html><head><title>x</title>",
        script.as_str(),
        // Said of something else, or not known.
        "<!-- <meta charset=koi8-r> -->",
        "<!--><meta charset=nonesuch>",
        "<script>document.write('<meta charset=koi8-r>')</script>",
        "<style><meta charset=koi8-r></style>",
        "<meta charset=nonesuch>",
        "<meta charset=''>",
        "<meta name=x content='text/html; charset=koi8-r'>",
        "<a title='<meta charset=koi8-r>'>",
        "<metadata charset=koi8-r>",
        "<?xml version='1.0' encoding='koi8-r'?>",
    ] {
        assert_eq!(read(before, told), "По Сети", "{before}");
    }
    for told in [
        "<meta  charset = \"Windows-1251\" >",
        "<META/CHARSET=cp1251/>",
        "<meta http-equiv=content-type content='text/html;charset= windows-1251 ; x'>",
        "<meta content='x charset y; charset=\"windows-1251\"' http-equiv='Content-Type'>",
        "<meta charset=windows-1251><meta charset=koi8-r>",
    ] {
        assert_eq!(read("<head>", told), "По Сети", "{told}");
    }
    assert_eq!(read("<?xml version='1.0' encoding='windows-1251'?>", ""), "По Сети");
    // The server's word counts more, unless nobody knows it.
    let page = b"<meta charset=koi8-r>\xcf\xee";
    let said = |charset: &[u8]| super::read(page, Some(charset)).unwrap().text;
    assert_eq!(said(b"windows-1251"), "По");
    assert_eq!(said(b"nonesuch"), "оН");
    // In letters of one byte each a page is none of two.
    assert_eq!(super::read("<meta charset=utf-16>é".as_bytes(), None).unwrap().text, "é");
}

/// The lines of a page, each with what its markup says.
fn marked(html: &str) -> Vec<(String, Markup)> {
    let Html { text, lines, .. } = read(html.as_bytes(), None).unwrap();
    let spans = crate::text::paragraphs(&text, crate::Split::Line);
    let found: Vec<_> = spans
        .map(|span| {
            let line = &text[span.clone()];
            let of_line: Vec<_> = lines.iter().filter(|of| span.contains(&of.0)).collect();
            assert_eq!(of_line.len(), 1, "{line:?} of {text:?}");
            (line.trim().to_owned(), of_line[0].1)
        })
        .collect();
    assert_eq!(found.len(), lines.len(), "{text:?}");
    found
}

#[test]
fn lines_know_what_they_stand_in() {
    use crate::base::page::Sign;
    let story =
        "The water was let out of the pond at night, said the keeper of the mill. ".repeat(4);
    let page = marked(&format!(
        "<body class=newsletter><nav><ul><li><a href=a>Home</a><li><a href=b>News</a> from <a href=c>here</a></ul></nav>\
         <main><header>By us</header><h1>The pond</h1><p>{story}</p><p><b>Short and</b> bold</p>\
         <div class='post'><div class=siteNewsletter><p>Write to us</p></div></div>\
         <div class=newsletter><div class=a><div class=b><div class=c>Far below</div></div></div></div>\
         <table><tr><td>1<td>2</table><pre>one\n  two</pre></main>\
         <div role=complementary>Beside</div><footer>Us</footer>"
    ));
    let of = |text: &str| {
        let line = page.iter().find(|line| line.0 == text);
        line.unwrap_or_else(|| panic!("{text:?} in {page:?}")).1
    };
    for (text, signs) in [
        ("Home", vec![Sign::Nav, Sign::Item, Sign::Linked, Sign::BeforeTitle, Sign::OutsideMain]),
        ("News from here", vec![Sign::Nav, Sign::BeforeTitle, Sign::OutsideMain]),
        ("By us", vec![Sign::StoryHeader, Sign::BeforeTitle, Sign::Unlinked]),
        ("The pond", vec![Sign::Heading, Sign::Title]),
        (story.trim(), vec![Sign::Paragraph, Sign::Unlinked]),
        ("Short and bold", vec![Sign::Paragraph, Sign::Bold]),
        ("Write to us", vec![Sign::Newsletter, Sign::Story]),
        ("1", vec![Sign::Table]),
        ("two", vec![Sign::Preformatted]),
        ("Beside", vec![Sign::Aside, Sign::OutsideMain]),
        ("Us", vec![Sign::Footer, Sign::OutsideMain]),
    ] {
        for sign in signs {
            assert!(of(text).has(sign), "{sign:?} of {text:?}");
        }
    }
    for (text, sign) in [
        // Classes of the page as a whole, or far from the line, say nothing.
        ("Home", Sign::Newsletter),
        ("Far below", Sign::Newsletter),
        ("By us", Sign::Header),
        ("The pond", Sign::OutsideMain),
        ("Us", Sign::StoryFooter),
        ("Us", Sign::BeforeTitle),
        (story.trim(), Sign::Bold),
    ] {
        assert!(!of(text).has(sign), "{sign:?} of {text:?}");
    }
    let news = of("News from here");
    assert_eq!((news.links, news.linked, of("Home").linked_after), (2, 5, 5));
    assert_eq!((of("Home").linked, of(story.trim()).linked), (8, 0));
    assert!(of("Home").linked_around < 2 && of("Far below").apart > of("Short and bold").apart);
}

#[test]
fn what_holds_most_of_a_page_says_nothing_of_it() {
    use crate::base::page::Sign;
    let story =
        "The water was let out of the pond at night, said the keeper of the mill. ".repeat(4);
    for (html, sign) in [
        (format!("<form>{story}</form><p>a"), Sign::Form),
        (format!("<div class=comments>{story}</div><p>a"), Sign::Comment),
        (format!("<p>{story}</p><h1>a</h1>"), Sign::BeforeTitle),
        (format!("<p>{story}</p><article>a teaser</article>"), Sign::OutsideArticle),
    ] {
        let lines = marked(&html);
        assert!(!lines[0].1.has(sign), "{html}");
    }
    let lines = marked(&format!("<p>{story}</p><form>a</form>"));
    assert!(lines[1].1.has(Sign::Form));
}
