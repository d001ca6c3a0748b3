//! Address → key: do two records show the same page of a site?
//!
//! A scraper that comes twice, or follows a link from a newsletter, writes the same address in two
//! spellings. The key forgets what never changes the page: how scheme and host are written, `www.`, a default
//! port, a mark inside the page, parameters that say where a reader came from, what trails. Everything else stays,
//! case and all: of two pages that are taken for one the second counts for nothing. It is for counting
//! pages once, not for fetching.

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_64;

use super::address::{self, Address};

/// A key that is equal for spellings of one address; nothing if nothing is left of the address.
pub fn same_url_key(url: &str) -> Option<u64> {
    let mut kept = String::with_capacity(url.len());
    let rest = match address::parse(url) {
        Some(Address { host, port, rest, .. }) => {
            let bare = host.strip_prefix("www.").unwrap_or(&host);
            kept.push_str(bare);
            if !port.is_empty() {
                kept.push(':');
                kept.push_str(&port);
            }
            rest
        }
        None if address::is_placeholder(url) => return None,
        // A path, or a name of another kind.
        None => Cow::Borrowed(without_empty_host(url.trim())),
    };
    push_rest(&rest, &mut kept);
    kept.truncate(kept.trim_end_matches(['/', '?', '&']).len());
    (!kept.is_empty()).then(|| xxh3_64(kept.as_bytes()))
}

/// Path, query and fragment, without what does not tell pages apart.
fn push_rest(rest: &str, kept: &mut String) {
    let (before, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = before.split_once('?').unwrap_or((before, ""));
    kept.push_str(path);
    let mut mark = '?';
    for parameter in query.split('&').filter(|p| !p.is_empty() && !is_tracking(p)) {
        kept.push(mark);
        kept.push_str(parameter);
        mark = '&';
    }
    // A route of a page that draws itself; any other fragment is a place in the page.
    if fragment.starts_with(['/', '!']) {
        if mark == '?' {
            kept.truncate(kept.trim_end_matches('/').len());
        }
        kept.push('#');
        kept.push_str(fragment);
    }
}

/// Without a scheme behind which nothing stands.
fn without_empty_host(url: &str) -> &str {
    let rest = url.split_once(':').map_or(url, |(_, rest)| rest);
    if rest.trim_start_matches(['/', '\\']).is_empty() { "" } else { url }
}

/// Says where a reader came from, not what the page is: names that advertising and mail services append to
/// addresses of others, as browsers that remove them list them (Firefox and Brave, query stripping).
fn is_tracking(parameter: &str) -> bool {
    const PREFIXES: [&str; 6] = ["utm_", "__hs", "hsa_", "mtm_", "_x_tr_", "pk_"];
    const NAMES: [&str; 32] = [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "gclsrc",
        "msclkid",
        "yclid",
        "ymclid",
        "twclid",
        "ttclid",
        "igshid",
        "igsh",
        "li_fat_id",
        "mc_cid",
        "mc_eid",
        "_hsenc",
        "_hsmi",
        "hsctatracking",
        "mkt_tok",
        "vero_id",
        "vero_conv",
        "oly_anon_id",
        "oly_enc_id",
        "rb_clickid",
        "wickedid",
        "_openstat",
        "ml_subscriber",
        "ml_subscriber_hash",
        "srsltid",
        "_ga",
        "_gl",
    ];
    let name = parameter.split('=').next().unwrap_or(parameter).to_ascii_lowercase();
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        for (url, as_kept) in [
            ("https://www.example.com/a", "example.com/a"),
            ("HTTP://Example.com/a/", "example.com/a"),
            ("//example.com/a", "example.com/a"),
            ("example.com/a#top", "example.com/a"),
            ("http://www.example.com:80/a", "example.com/a"),
            ("https://example.com:443", "example.com"),
            ("example.com:80/?id=7", "example.com/?id=7"),
            ("https://example.com:8080/a", "example.com:8080/a"),
            ("https://example.com/a?", "example.com/a"),
            ("https://example.com/a?utm_source=x&UTM_medium=y", "example.com/a"),
            ("https://example.com/a?fbclid=1&gclid=2&mc_eid=3#x", "example.com/a"),
            ("https://example.com/a?id=7&utm_source=x&p=2", "example.com/a?id=7&p=2"),
            ("https://example.com/a?&id=7&&", "example.com/a?id=7"),
            (
                "https://web.archive.org/web/20310102030405/https://www.example.com/a",
                "example.com/a",
            ),
            ("https://www.example.com/", "example.com"),
            (" /news/1.html ", "/news/1.html"),
            // What may tell texts apart.
            ("https://example.com/A", "example.com/A"),
            ("https://example.com/a?ref=3", "example.com/a?ref=3"),
            ("https://example.com/a?q=X", "example.com/a?q=X"),
            ("https://example.com/#/story/1", "example.com#/story/1"),
            ("https://example.com/#!story/1", "example.com#!story/1"),
            ("https://example.com/?a=1#!story/1", "example.com/?a=1#!story/1"),
        ] {
            assert_eq!(same_url_key(url), Some(xxh3_64(as_kept.as_bytes())), "{url}");
        }
    }

    #[test]
    fn nothing_has_no_key() {
        for url in ["", "  ", "https://", "#top", "?utm_source=x", "null", "NaN"] {
            assert_eq!(same_url_key(url), None, "{url:?}");
        }
    }
}
