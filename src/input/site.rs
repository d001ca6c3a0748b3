//! Address → site: the registrable domain by the public suffix list.
//!
//! `blog.example.co.uk` and `www.example.co.uk` are one site, `a.github.io` and `b.github.io` are
//! two. The list is compiled in (crate `psl`), so a run repeats whatever the machine can reach.
//! This is not a URL parser: it finds the host in what scrapers write into a `url` field, and
//! rather finds none than a wrong one.

use std::{
    borrow::Cow,
    net::{Ipv4Addr, Ipv6Addr},
};

/// The site of a page fetched from `url`: registrable domain, or the host if it has none (an IP
/// address, `localhost`, a bare public suffix). Lower case.
///
/// Without a scheme, the first path segment counts as a host only if it ends in a known public
/// suffix. Nothing for relative paths and for schemes without a host (`mailto:`, `data:`).
pub fn site_of_url(url: &str) -> Option<Cow<'_, str>> {
    let url = url.trim_ascii();
    match after_scheme(url) {
        Some(rest) => {
            let authority = cut(rest);
            // What stands before the last `@` is a user name.
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            site_of_host(without_port(host)?)
        }
        None => known_site_of_host(without_port(cut(url))?),
    }
}

/// The registrable domain of `host`, if it is a host name under a known public suffix.
pub(super) fn known_site_of_host(host: &str) -> Option<Cow<'_, str>> {
    let host = lower(host.trim_end_matches('.'));
    if !is_name(&host) || host.parse::<Ipv4Addr>().is_ok() {
        return None;
    }
    let known = psl::domain(host.as_bytes())?.suffix().is_known();
    known.then(|| registrable(host))
}

fn site_of_host(host: &str) -> Option<Cow<'_, str>> {
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']')?;
        return inner.parse::<Ipv6Addr>().ok().map(|_| lower(inner));
    }
    let host = lower(host.trim_end_matches('.'));
    if !is_name(&host) {
        return None;
    }
    Some(if host.parse::<Ipv4Addr>().is_ok() { host } else { registrable(host) })
}

/// What follows `scheme://` or `//`.
pub(super) fn after_scheme(url: &str) -> Option<&str> {
    if let Some(rest) = url.strip_prefix("//") {
        return Some(rest);
    }
    let (scheme, rest) = url.split_once("://")?;
    let good = |c: u8| c.is_ascii_alphanumeric() || b"+-.".contains(&c);
    (!scheme.is_empty() && scheme.bytes().all(good)).then_some(rest)
}

/// Up to the path, query or fragment.
fn cut(rest: &str) -> &str {
    rest.split(['/', '?', '#', '\\']).next().unwrap_or(rest)
}

fn without_port(host: &str) -> Option<&str> {
    match host.rsplit_once(':') {
        // A colon inside the brackets of an IPv6 address.
        Some((_, after)) if after.ends_with(']') => Some(host),
        Some((name, port)) => port.bytes().all(|c| c.is_ascii_digit()).then_some(name),
        None => Some(host),
    }
}

/// Could be a host name: labels of visible characters, none of them empty.
fn is_name(host: &str) -> bool {
    let good = |c: char| match c {
        '-' | '.' | '_' => true,
        _ if c.is_ascii() => c.is_ascii_alphanumeric(),
        _ => !c.is_whitespace(),
    };
    !host.is_empty() && host.chars().all(good) && host.split('.').all(|label| !label.is_empty())
}

fn lower(host: &str) -> Cow<'_, str> {
    // The list is in lower case and is compared byte by byte.
    if host.chars().any(char::is_uppercase) {
        Cow::Owned(host.to_lowercase())
    } else {
        Cow::Borrowed(host)
    }
}

fn registrable(host: Cow<'_, str>) -> Cow<'_, str> {
    match host {
        Cow::Borrowed(host) => Cow::Borrowed(psl::domain_str(host).unwrap_or(host)),
        Cow::Owned(host) => Cow::Owned(psl::domain_str(&host).unwrap_or(&host).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_of_urls() {
        for (url, site) in [
            ("https://www.example.com/a?b#c", Some("example.com")),
            ("http://news.example.co.uk", Some("example.co.uk")),
            ("HTTPS://WWW.Example.COM/A", Some("example.com")),
            ("https://user:p@ss@www.example.com:8080/", Some("example.com")),
            ("https://example.com./x", Some("example.com")),
            ("https://example.com?x=http://other.org", Some("example.com")),
            ("https://a.github.io/", Some("a.github.io")),
            ("https://www.münchen.de/", Some("münchen.de")),
            ("https://www.xn--mnchen-3ya.de/", Some("xn--mnchen-3ya.de")),
            ("//cdn.example.org/x", Some("example.org")),
            ("  https://example.org\n", Some("example.org")),
            // Hosts without a registrable domain are their own site.
            ("http://localhost:3000/a", Some("localhost")),
            ("http://192.168.0.1:80/a", Some("192.168.0.1")),
            ("http://[2001:DB8::1]:8080/a", Some("2001:db8::1")),
            ("http://[2001:db8::1]/a", Some("2001:db8::1")),
            ("https://co.uk/", Some("co.uk")),
            // An unknown suffix still has a name below it.
            ("http://www.intra.corp/x", Some("intra.corp")),
            // Without a scheme.
            ("www.example.com/a", Some("example.com")),
            ("example.com", Some("example.com")),
            ("example.com:8080/a", Some("example.com")),
            ("Example.ORG?x", Some("example.org")),
            ("localhost/a", None),
            ("index.html", None),
            ("a/b/example.com", None),
            ("/news/1.html", None),
            ("../news", None),
            ("com", None),
            ("192.168.0.1/a", None),
            ("someone@example.com", None),
            ("mailto:someone@example.com", None),
            ("data:text/html,x", None),
            // No host at all.
            ("", None),
            ("   ", None),
            ("https://", None),
            ("https:///path", None),
            ("https://?q", None),
            ("http://two words.com/", None),
            ("http://a..b/", None),
            ("http://example.com:port/", None),
            ("http://[nonsense]/", None),
            ("http://[::1", None),
        ] {
            assert_eq!(site_of_url(url).as_deref(), site, "{url:?}");
        }
    }
}
