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
    assert_eq!(text("<pre>a  b\nc</pre>\nd\ne"), "a b\nc\n\nd e");
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
    let page = read(b"<title> A\n&amp; B </title><body>text<svg><title>no</title></svg>", None);
    assert_eq!(page, Ok(Html { text: "text".into(), title: Some("A & B".into()) }));
    assert_eq!(read(b"<title></title>x", None).unwrap().title, None);
}

#[test]
fn what_is_not_seen_is_dropped() {
    for unseen in [
        "<script>if (a < b) document.write('<p>x</p>')</script>",
        "<style>p { color: red }</style>",
        "<template><p>x</template>",
        "<noscript><img><p>Turn it on</p></noscript>",
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
            text(&format!("one{unseen} two")).split_whitespace().collect::<Vec<_>>(),
            ["one", "two"],
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
}
