//! Address → key: do two records show the same page of a site?
//!
//! A scraper that comes twice, or follows a link from a newsletter, writes the same address in two
//! spellings. The key forgets what usually does not change the page: case, scheme, `www.`, default
//! port, fragment, tracking parameters, what trails. It is for counting such pages once, not for
//! fetching: two addresses of one key are *taken* for one page.

use xxhash_rust::xxh3::xxh3_64;

use super::site::after_scheme;

/// A key that is equal for spellings of one address; nothing if nothing is left of the address.
pub fn same_url_key(url: &str) -> Option<u64> {
    let url = url.trim_ascii().to_lowercase();
    let rest = after_scheme(&url).unwrap_or(&url);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let rest = rest.split('#').next().unwrap_or(rest);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = path.split_at(path.find('/').unwrap_or(path.len()));

    let mut kept = String::with_capacity(rest.len());
    kept.push_str(without_default_port(host));
    kept.push_str(path);
    let mut before = '?';
    for parameter in query.split('&').filter(|p| !p.is_empty() && !is_tracking(p)) {
        kept.push(before);
        kept.push_str(parameter);
        before = '&';
    }
    let kept = kept.trim_end_matches(['/', '?', '&']);
    (!kept.is_empty()).then(|| xxh3_64(kept.as_bytes()))
}

/// The host without the port that its scheme implies: archives write it out on some days.
fn without_default_port(host: &str) -> &str {
    let bare = [":80", ":443"].iter().find_map(|port| host.strip_suffix(port));
    bare.unwrap_or(host)
}

/// Says where a reader came from, not what the page is.
fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or(parameter);
    name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "ref")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_key() {
        for (url, as_kept) in [
            ("https://www.example.com/a", "example.com/a"),
            ("http://Example.com/A/", "example.com/a"),
            ("//example.com/a", "example.com/a"),
            ("example.com/a#top", "example.com/a"),
            ("http://www.example.com:80/a", "example.com/a"),
            ("https://example.com:443", "example.com"),
            ("example.com:80/?id=7", "example.com/?id=7"),
            ("https://example.com/a?", "example.com/a"),
            ("https://example.com/a?utm_source=x&UTM_medium=y", "example.com/a"),
            ("https://example.com/a?fbclid=1&gclid=2&ref=3#x", "example.com/a"),
            ("https://example.com/a?id=7&utm_source=x&p=2", "example.com/a?id=7&p=2"),
            ("https://example.com/a?&id=7&&", "example.com/a?id=7"),
            ("https://example.com/a?reference=1", "example.com/a?reference=1"),
            ("https://www.example.com/", "example.com"),
            (" /news/1.html ", "/news/1.html"),
        ] {
            assert_eq!(same_url_key(url), Some(xxh3_64(as_kept.as_bytes())), "{url}");
        }
    }

    #[test]
    fn nothing_has_no_key() {
        for url in ["", "  ", "https://", "https://www./", "#top", "?utm_source=x"] {
            assert_eq!(same_url_key(url), None, "{url:?}");
        }
    }
}
