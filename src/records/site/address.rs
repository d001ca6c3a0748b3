//! An address as scrapers write it → host, port and what follows.
//!
//! What a `url` field holds is often no URL by any standard: a scheme is missing, doubled or has one slash,
//! brackets or quotes stand around it, or it is the address of an archive or a cache in which the
//! publisher's stands. This finds the publisher's, and rather none than a wrong one. Hosts that are not plain
//! ASCII are read by the crate `url`, so that `xn--` and letters beyond ASCII are one spelling.

use std::{borrow::Cow, net::Ipv4Addr};

use url::Host;

/// How often one address may stand in another.
const DEEPEST: usize = 4;

/// An address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::records) struct Address<'a> {
    /// In lower case, without a dot at its end; letters beyond ASCII as such; IPv6 without brackets.
    pub(in crate::records) host: Cow<'a, str>,
    /// It is a name, not a number.
    pub(in crate::records) is_name: bool,
    /// It was written without a scheme, so it may be no host.
    pub(in crate::records) is_bare: bool,
    /// Digits; "" if none, or one that a scheme of the web implies.
    pub(in crate::records) port: Cow<'a, str>,
    /// Path, query and fragment as they are written.
    pub(in crate::records) rest: Cow<'a, str>,
}

impl Address<'_> {
    fn into_owned(self) -> Address<'static> {
        Address {
            host: Cow::Owned(self.host.into_owned()),
            is_name: self.is_name,
            is_bare: self.is_bare,
            port: Cow::Owned(self.port.into_owned()),
            rest: Cow::Owned(self.rest.into_owned()),
        }
    }
}

/// The address that `text` is, or that stands in the one it is.
///
/// Nothing for relative paths, for schemes without a host (`mailto:`, `data:`), for what scripts write where there
/// is no address (`null`, `nan`), and for hosts that can be none. Without a scheme, what stands before the first
/// slash is taken for a host: see [`Address::is_bare`].
pub(in crate::records) fn parse(text: &str) -> Option<Address<'_>> {
    let text = trim(text);
    // As browsers do: an address that was wrapped is one.
    if text.contains(['\t', '\r', '\n']) {
        let joined: String = text.chars().filter(|c| !matches!(c, '\t' | '\r' | '\n')).collect();
        return of_line(&joined, DEEPEST).map(Address::into_owned);
    }
    of_line(text, DEEPEST)
}

/// Whether scripts write it where there is no value.
pub(in crate::records) fn is_placeholder(text: &str) -> bool {
    const NONE: [&str; 8] = ["null", "none", "nan", "nil", "undefined", "n/a", "na", "-"];
    NONE.iter().any(|none| text.trim().eq_ignore_ascii_case(none))
}

/// Without spaces, and without the brackets or quotes around it.
fn trim(text: &str) -> &str {
    const PAIRS: [(char, char); 6] =
        [('<', '>'), ('"', '"'), ('\'', '\''), ('(', ')'), ('“', '”'), ('`', '`')];
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let mut inside = |&(open, close): &(char, char)| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        text = inner.trim();
        Some(())
    };
    while PAIRS.iter().find_map(&mut inside).is_some() {}
    text
}

fn of_line(text: &str, depth: usize) -> Option<Address<'_>> {
    // A host without a dot is believed only where one has to stand.
    let (is_bare, has_place, rest) = match without_scheme(text) {
        Scheme::Host { rest, slashes } => (false, slashes == 2, rest),
        Scheme::Missing => (true, false, text),
        Scheme::Hostless => return None,
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    // What stands before the last `@` is a user name; an address of mail is no page.
    let authority = match authority.rsplit_once('@') {
        Some(_) if is_bare => return None,
        Some((_, host)) => host,
        None => authority,
    };
    let (host, port) = split_port(authority)?;
    let (host, is_name) = fold_host(host)?;
    let is_no_host = is_placeholder(&host) || is_web_scheme(&host);
    if !host.contains(['.', ':']) && (!has_place || is_no_host) {
        return None;
    }
    if depth > 0
        && is_name
        && let Some(inner) = wrapped(&host, rest, depth - 1)
    {
        return Some(inner);
    }
    let port = if matches!(port, "80" | "443") { "" } else { port };
    Some(Address { host, is_name, is_bare, port: Cow::Borrowed(port), rest: Cow::Borrowed(rest) })
}

/// What begins an address.
enum Scheme<'a> {
    /// One that has a host, which follows, after so many slashes.
    Host {
        rest: &'a str,
        slashes: usize,
    },
    /// One that has none, or nothing that can be an address.
    Hostless,
    Missing,
}

fn without_scheme(text: &str) -> Scheme<'_> {
    let mut text = text;
    let mut had_scheme = false;
    loop {
        let slashes = text.len() - text.trim_start_matches(['/', '\\']).len();
        if !had_scheme && slashes != 2 && slashes > 0 {
            return Scheme::Hostless;
        }
        text = &text[slashes..];
        let follows = had_scheme || slashes == 2;
        let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let (name, after) = text.split_at(text.find(|c| !is_letter(c)).unwrap_or(text.len()));
        let is_web = is_web_scheme(name);
        if is_web && (after.starts_with("//") || after.starts_with("\\\\")) {
            // The colon of a scheme that was doubled or cut is often lost.
            text = after;
        } else if let Some(after) = after.strip_prefix(':')
            && (is_web || is_around(name))
        {
            text = after;
        } else if follows {
            return Scheme::Host { rest: text, slashes };
        } else if let Some(after) = after.strip_prefix(':').filter(|_| !name.is_empty()) {
            let is_port = after.starts_with(|c: char| c.is_ascii_digit());
            return match after.strip_prefix("//") {
                Some(rest) => Scheme::Host { rest, slashes: 2 },
                None if is_port => Scheme::Missing,
                None => Scheme::Hostless,
            };
        } else {
            return Scheme::Missing;
        }
        had_scheme = true;
    }
}

fn is_web_scheme(name: &str) -> bool {
    const WEB: [&str; 8] = ["http", "https", "ftp", "feed", "ws", "wss", "hxxp", "hxxps"];
    WEB.iter().any(|web| name.eq_ignore_ascii_case(web))
}

/// Stands before the scheme of the page itself.
fn is_around(name: &str) -> bool {
    const AROUND: [&str; 4] = ["view-source", "blob", "url", "filesystem"];
    AROUND.iter().any(|around| name.eq_ignore_ascii_case(around))
}

/// Host and port; nothing if the port is none.
fn split_port(authority: &str) -> Option<(&str, &str)> {
    match authority.rsplit_once(':') {
        // A colon inside the brackets of an IPv6 address.
        Some((_, after)) if after.ends_with(']') => Some((authority, "")),
        Some((host, port)) => port.bytes().all(|c| c.is_ascii_digit()).then_some((host, port)),
        None => Some((authority, "")),
    }
}

/// The host in its one spelling, and whether it is a name; nothing if it can be none.
fn fold_host(host: &str) -> Option<(Cow<'_, str>, bool)> {
    let bare = host.trim_end_matches('.');
    let is_plain =
        bare.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_'));
    let last = bare.rsplit('.').next().unwrap_or_default();
    // A last label of digits makes a number of it.
    let is_number = last.starts_with(|c: char| c.is_ascii_digit());
    let has_code = bare
        .split('.')
        .any(|label| label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--")));
    if is_plain && !is_number && !has_code {
        let is_whole = bare.split('.').all(|label| !label.is_empty());
        let folded = if bare.bytes().any(|c| c.is_ascii_uppercase()) {
            Cow::Owned(bare.to_ascii_lowercase())
        } else {
            Cow::Borrowed(bare)
        };
        return is_whole.then_some((folded, true));
    }
    match Host::parse(bare) {
        Ok(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let is_whole = !name.is_empty() && name.split('.').all(|label| !label.is_empty());
            // What cannot be decoded stays coded.
            let (readable, _) = idna::domain_to_unicode(name);
            is_whole.then_some((Cow::Owned(readable), true))
        }
        Ok(Host::Ipv4(number)) => Some((Cow::Owned(number.to_string()), false)),
        Ok(Host::Ipv6(number)) => Some((Cow::Owned(number.to_string()), false)),
        // A name that the standard does not know, such as one of letters that came later.
        Err(_) => {
            let is_name = !bare.is_empty()
                && bare.split('.').all(|label| !label.is_empty())
                && bare.chars().all(|c| {
                    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_') || c.is_alphabetic()
                })
                && bare.parse::<Ipv4Addr>().is_err();
            is_name.then(|| (Cow::Owned(bare.to_lowercase()), true))
        }
    }
}

/// The address that stands in one of an archive, a cache or a reader.
fn wrapped<'a>(host: &str, rest: &'a str, depth: usize) -> Option<Address<'a>> {
    let path = rest.trim_start_matches(['/', '\\']);
    if let Some(coded) = AMP_CACHES.iter().find_map(|cache| host.strip_suffix(cache)) {
        return of_amp_cache(coded, path, depth);
    }
    if let Some(coded) = host.strip_suffix(".translate.goog") {
        return Some(decoded_host(coded, rest));
    }
    let is_of = |name: &str| {
        host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    if READERS.contains(&host) {
        return inner(path, depth);
    }
    if AMP_VIEWERS.iter().any(|viewer| is_of(viewer))
        && let Some(path) = path.strip_prefix("amp/")
    {
        let path = path.strip_prefix("s/").unwrap_or(path);
        return inner(path, depth);
    }
    if let Some((_, parameter, before)) = QUERIES.iter().find(|(name, ..)| is_of(name)) {
        let query = rest.split_once('?')?.1;
        let query = query.split('#').next().unwrap_or(query);
        let value = url::form_urlencoded::parse(query.as_bytes())
            .find_map(|(name, value)| (name == *parameter).then_some(value))?;
        let value = value.strip_prefix(before)?;
        return in_value(value, depth);
    }
    of_archive(&is_of, path, depth)
}

/// Caches of AMP pages: `HOST.cdn.ampproject.org/c/s/…`.
const AMP_CACHES: [&str; 3] = [".cdn.ampproject.org", ".ampproject.net", ".bing-amp.com"];

/// Search engines that show AMP pages below `/amp/`.
const AMP_VIEWERS: [&str; 2] = ["google.com", "bing.com"];

/// What gives the page of the address that follows its own.
const READERS: [&str; 5] =
    ["r.jina.ai", "12ft.io", "txtify.it", "outline.com", "removepaywalls.com"];

/// What has the address in a parameter, after some letters.
const QUERIES: [(&str, &str, &str); 5] = [
    ("webcache.googleusercontent.com", "q", "cache:"),
    ("translate.google.com", "u", ""),
    ("webcitation.org", "url", ""),
    ("archive.wikiwix.com", "url", ""),
    ("textise.net", "strURL", ""),
];

/// Archives, whose addresses have a day and then the page's, which may be without a scheme.
const ARCHIVES: [&str; 21] = [
    "web.archive.org",
    "web-beta.archive.org",
    "wayback.archive.org",
    "wayback.archive-it.org",
    "archive.today",
    "archive.is",
    "archive.ph",
    "archive.md",
    "archive.li",
    "archive.vn",
    "archive.fo",
    "webarchive.org.uk",
    "webarchive.nationalarchives.gov.uk",
    "webarchive.loc.gov",
    "webarchive.parliament.uk",
    "arquivo.pt",
    "vefsafn.is",
    "timetravel.mementoweb.org",
    "web.archive.bibalex.org",
    "webharvest.gov",
    "swap.stanford.edu",
];

/// An AMP cache's path names the page's host, and so does its own in its first label.
fn of_amp_cache<'a>(coded: &str, path: &'a str, depth: usize) -> Option<Address<'a>> {
    // The kind of content: pages, or what a viewer shows.
    let page = ["c/", "v/", "a/", "wp/", "r/"].iter().find_map(|kind| path.strip_prefix(kind));
    let page = page.map(|page| page.strip_prefix("s/").unwrap_or(page));
    if let Some(page) = page.filter(|page| !page.is_empty())
        && let Some(found) = inner(page, depth)
    {
        return Some(found);
    }
    (!coded.is_empty()).then(|| decoded_host(coded, path))
}

/// A host whose dots are written as hyphens, and whose hyphens as two.
fn decoded_host<'a>(coded: &str, rest: &'a str) -> Address<'a> {
    let host = coded.replace("--", "\0").replace('-', ".").replace('\0', "-");
    let (host, is_name) = match fold_host(&host) {
        Some((host, is_name)) => (host.into_owned(), is_name),
        None => (coded.to_owned(), true),
    };
    Address {
        host: Cow::Owned(host),
        is_name,
        is_bare: false,
        port: Cow::Borrowed(""),
        rest: Cow::Borrowed(rest),
    }
}

/// The page of an archive: after a day of at least eight digits, or at a known archive after less.
///
/// Archives of all kinds write addresses so, as the first did; an address with a scheme after a day is
/// therefore taken for the page's wherever it stands.
fn of_archive<'a>(
    is_of: &impl Fn(&str) -> bool,
    path: &'a str,
    depth: usize,
) -> Option<Address<'a>> {
    let is_known = ARCHIVES.iter().any(|archive| is_of(archive));
    let mut rest = path;
    // A name or two of the collection stand before the day.
    for _ in 0..5 {
        let (segment, after) = rest.split_once('/')?;
        let digits = segment.bytes().take_while(u8::is_ascii_digit).count();
        let dotted = segment.bytes().all(|c| c.is_ascii_digit() || matches!(c, b'.' | b'-'));
        let is_day = digits >= 4 && (is_mark(&segment[digits..]) || dotted);
        let is_word = is_known && matches!(segment, "newest" | "oldest" | "*" | "save");
        if (is_day && (is_known || digits >= 8)) || is_word {
            let has_scheme = starts_with_scheme(after);
            return if has_scheme || is_known { inner(after, depth) } else { None };
        }
        if is_known && starts_with_scheme(rest) {
            return inner(rest, depth);
        }
        rest = after;
    }
    None
}

/// What an archive writes behind a day to say in which form: nothing, `*`, or `id_` and the like.
fn is_mark(mark: &str) -> bool {
    let is_form = |form: &str| form.len() <= 4 && form.bytes().all(|c| c.is_ascii_lowercase());
    matches!(mark, "" | "*") || mark.strip_suffix('_').is_some_and(is_form)
}

fn starts_with_scheme(text: &str) -> bool {
    let name = text.split(':').next().unwrap_or_default();
    name.len() < text.len() && is_web_scheme(name)
}

/// An address that stands in the path of another: with its query and fragment.
fn inner(text: &str, depth: usize) -> Option<Address<'_>> {
    let first = text.split(['/', '?', '#']).next().unwrap_or(text);
    if first.contains('%') {
        let plain = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
        return sure(of_line(&plain, depth)).map(Address::into_owned);
    }
    sure(of_line(text, depth))
}

/// An address that is the value of a parameter, perhaps after a name of its own.
fn in_value(value: &str, depth: usize) -> Option<Address<'static>> {
    let whole = sure(of_line(value, depth)).map(Address::into_owned);
    whole.or_else(|| {
        let (_, after) = value.split_once(':')?;
        sure(of_line(after, depth)).map(Address::into_owned)
    })
}

/// One whose place says that it is an address, if its host can be one.
fn sure(address: Option<Address<'_>>) -> Option<Address<'_>> {
    let address = address?;
    let is_sure = !address.is_bare || (address.is_name && address.host.contains('.'));
    is_sure.then_some(Address { is_bare: false, ..address })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Host, port and rest as one line; "" if it is no address.
    fn said(text: &str) -> String {
        parse(text).map_or(String::new(), |address| {
            let Address { host, port, rest, .. } = address;
            format!("{host} {port} {rest}")
        })
    }

    #[test]
    fn one_host_in_many_spellings() {
        for text in [
            "https://paper.example/a",
            "HTTP://Paper.EXAMPLE:80/a",
            "//paper.example./a",
            "http:/paper.example/a",
            "http:paper.example/a",
            "https//paper.example/a",
            "https:\\\\paper.example/a",
            "http://http://paper.example/a",
            "https://https//paper.example/a",
            "<https://paper.example/a>",
            " (\"https://paper.example/a\") ",
            "view-source:https://paper.example/a",
            "https://me:word@paper.example:443/a",
            "https://paper%2Eexample/a",
            "https://paper\u{3002}example/a",
            "https://\u{ff50}aper.example/a",
            "https://pa\n  per.example/a".replace(' ', "").as_str(),
        ] {
            assert_eq!(said(text), "paper.example  /a", "{text:?}");
        }
        assert_eq!(said("https://xn--bcher-kva.example/"), said("https://BÜCHER.example/"));
        assert_eq!(said("http://[2001:DB8::1]:8080/"), "2001:db8::1 8080 /");
    }

    #[test]
    fn what_is_no_address_has_none() {
        for text in [
            "",
            "null",
            "NaN",
            "https://",
            "http://https/",
            "http:///",
            "/a/b",
            "#a",
            "?q",
            "data:x,y",
            "mailto:a@b.example",
            "a@b.example",
            "javascript:go()",
            "about:blank",
            "http://null/",
            "http://two words.example/",
            "http://a..b/",
            "http://a.example:port/",
            "http://[nonsense]/",
        ] {
            assert_eq!(said(text), "", "{text:?}");
        }
    }

    #[test]
    fn what_wraps_another_is_taken_off() {
        for (text, inside) in [
            (
                "https://web.archive.org/web/20310102030405/http://p.example/a?b#c",
                "p.example  /a?b#c",
            ),
            ("web.archive.org/web/20310102030405if_/https:/p.example:80/a", "p.example  /a"),
            ("https://web.archive.org/web/2031/p.example/a", "p.example  /a"),
            ("https://web.archive.org/web/2031*/https%3A%2F%2Fp.example%2Fa", "p.example  /a"),
            ("https://archive.ph/2031.01.02-030405/https://p.example/a", "p.example  /a"),
            ("https://archive.ph/o/aBc1/https://p.example/a", "p.example  /a"),
            ("https://archive.is/newest/http://p.example/a", "p.example  /a"),
            ("https://library.example/coll/20310102030405/https://p.example/a", "p.example  /a"),
            (
                "https://my--paper-example.cdn.ampproject.org/v/s/www.my-paper.example/a?amp=1",
                "www.my-paper.example  /a?amp=1",
            ),
            ("https://my--paper-example.cdn.ampproject.org/", "my-paper.example  "),
            ("https://www.google.com/amp/s/p.example/a", "p.example  /a"),
            ("https://p-example.translate.goog/a?_x_tr_sl=de", "p.example  /a?_x_tr_sl=de"),
            (
                "https://webcache.googleusercontent.com/search?q=cache:x1:https://p.example/a&hl=en",
                "p.example  /a",
            ),
            (
                "https://translate.google.com/translate?sl=de&u=https%3A%2F%2Fp.example%2Fa",
                "p.example  /a",
            ),
            ("https://r.jina.ai/https://p.example/a", "p.example  /a"),
            (
                "https://web.archive.org/web/2031/https://archive.ph/20310102/http://p.example/a",
                "p.example  /a",
            ),
            // Not wrapped.
            ("https://archive.ph/aBc12", "archive.ph  /aBc12"),
            ("https://web.archive.org/details/x", "web.archive.org  /details/x"),
            ("https://p.example/share/https://q.example/", "p.example  /share/https://q.example/"),
            (
                "https://p.example/in?next=https://q.example/",
                "p.example  /in?next=https://q.example/",
            ),
            ("https://p.example/2031/01/02/a", "p.example  /2031/01/02/a"),
            ("https://www.google.com/search?q=cache", "www.google.com  /search?q=cache"),
        ] {
            assert_eq!(said(text), inside, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in ".{0,40}", part in "(https?:|/|\\\\|[.@:?#%]|web.archive.org|xn--|[0-9]{1,14}|[a-z]){0,14}") {
            for text in [text, part] {
                if let Some(address) = parse(&text) {
                    proptest::prop_assert!(!address.host.is_empty());
                    // A host is its own spelling.
                    let again = parse(&format!("https://{}/", address.host)).map(|a| a.host.into_owned());
                    if address.is_name && !address.host.contains("xn--") {
                        proptest::prop_assert_eq!(again.as_deref(), Some(&*address.host));
                    }
                }
            }
        }
    }
}
