//! Address → site: the registrable domain by the public suffix list, or the host.
//!
//! `blog.example.co.uk` and `www.example.co.uk` are one site, `a.github.io` and `b.github.io` are
//! two: the list has a part for services that give everybody a name of their own, and [`TENANTS`] more of them.
//! The list is compiled in (crate `psl`), so a run repeats whatever the machine can reach.

pub(super) mod address;
pub(super) mod url;

use std::{borrow::Cow, ops::Range};

use serde::{Deserialize, Serialize};

use address::Address;

/// What of an address is a page's site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteBy {
    /// The registrable domain: all hosts of a publisher are one site.
    #[default]
    Domain,
    /// The host without `www.`: every host is a site of its own.
    Host,
}

/// Services that give each author a host below their name and are not in the public suffix list, to whose private
/// part services add themselves. Each says of itself that a new site gets an address `NAME.` and this.
const TENANTS: [&str; 57] = [
    "substack.com",
    "tumblr.com",
    "wordpress.com",
    "squarespace.com",
    "livejournal.com",
    "ghost.io",
    "medium.com",
    "typepad.com",
    "typepad.fr",
    "over-blog.com",
    "overblog.com",
    "jimdo.com",
    "ucoz.ru",
    "ucoz.net",
    "ucoz.com",
    "dreamwidth.org",
    "blogsky.com",
    "blogfa.com",
    "mihanblog.com",
    "persianblog.ir",
    "skyrock.com",
    "canalblog.com",
    "hautetfort.com",
    "eklablog.com",
    "centerblog.net",
    "unblog.fr",
    "blogg.se",
    "blogg.no",
    "blogs.sapo.pt",
    "pixnet.net",
    "wikidot.com",
    "fandom.com",
    "wikia.com",
    "miraheze.org",
    "proboards.com",
    "forumactif.com",
    "forumotion.com",
    "webnode.com",
    "tripod.com",
    "angelfire.com",
    "bandcamp.com",
    "beehiiv.com",
    "mystrikingly.com",
    "exblog.jp",
    "cocolog-nifty.com",
    "jugem.jp",
    "seesaa.net",
    "tistory.com",
    "egloos.com",
    "blog.hu",
    "blog.pl",
    "blox.pl",
    "bloger.hr",
    "blogcu.com",
    "narod.ru",
    "webs.com",
    "svbtle.com",
];

/// The languages of ISO 639-1, whose codes are the first label of hosts that print a site in one of them.
const LANGUAGES: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et \
    eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj \
    kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no \
    nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te \
    tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether a label of a host names a language, perhaps with a country or a script: `de`, `pt-br`, `zh-hans`.
fn is_language(label: &str) -> bool {
    let (code, rest) = label.split_once(['-', '_']).unwrap_or((label, ""));
    let is_rest = rest.len() <= 4 && rest.bytes().all(|c| c.is_ascii_lowercase());
    code.len() == 2 && is_rest && LANGUAGES.split(' ').any(|language| language == code)
}

/// The site of a page fetched from `url`: the registrable domain, or by [`SiteBy::Host`] the host without
/// `www.`; the host too if it has no registrable domain (an IP address, `localhost`, a bare public suffix).
/// A host that is called after a language is a site of its own, as its menus are.
/// Lower case, with letters beyond ASCII instead of `xn--`. Of an address of an archive or a cache, the site of the
/// page that it shows.
///
/// Without a scheme, the first path segment counts as a host only if it ends in a known public
/// suffix. Nothing for relative paths and for schemes without a host (`mailto:`, `data:`).
pub fn site_of_url(url: &str, by: SiteBy) -> Option<Cow<'_, str>> {
    let address = address::parse(url)?;
    if address.is_bare && !is_known(&address) {
        return None;
    }
    let range = if address.is_name { span(&address.host, by) } else { 0..address.host.len() };
    Some(match address.host {
        Cow::Borrowed(host) => Cow::Borrowed(&host[range]),
        Cow::Owned(host) => Cow::Owned(host[range].to_owned()),
    })
}

/// A site that a record names. A host or an address, however it is written, is that host in its one
/// spelling, without `www.`; any other name stays as it is. Nothing for what scripts write where there is none.
pub fn named_site(name: &str) -> Option<Cow<'_, str>> {
    let trimmed = name.trim();
    if trimmed.is_empty() || address::is_placeholder(trimmed) {
        return None;
    }
    // Names with spaces are names; most hosts are in their one spelling already.
    let looks_like_host = trimmed.contains(['.', '/', ':']) && !trimmed.contains(' ');
    let address = looks_like_host.then(|| address::parse(trimmed)).flatten();
    let Some(address) = address.filter(|a| a.is_name && (!a.is_bare || a.rest.is_empty())) else {
        return Some(Cow::Borrowed(name));
    };
    let range = span(&address.host, SiteBy::Host);
    Some(match address.host {
        Cow::Borrowed(host) => Cow::Borrowed(&host[range]),
        Cow::Owned(host) => Cow::Owned(host[range].to_owned()),
    })
}

/// The registrable domain of `host`, if it is a host name under a known public suffix.
pub(in crate::records) fn known_site_of_host(host: &str, by: SiteBy) -> Option<Cow<'_, str>> {
    let is_host = !host.contains(['/', '?', '#', '\\', ':', '@']);
    is_host.then(|| site_of_url(host, by)).flatten()
}

/// Whether what has no scheme is a host all the same.
fn is_known(address: &Address<'_>) -> bool {
    let host = address.host.as_bytes();
    // Names for examples are in no list (RFC 2606).
    let is_example = host.strip_suffix(b".example").is_some_and(|name| !name.is_empty());
    let is_listed = || psl::domain(host).is_some_and(|domain| domain.suffix().is_known());
    address.is_name && (is_example || is_listed())
}

/// Where in a host name the site stands.
fn span(host: &str, by: SiteBy) -> Range<usize> {
    let whole = 0..host.len();
    let bare = host.strip_prefix("www.").filter(|bare| bare.contains('.')).unwrap_or(host);
    let from = host.len() - bare.len();
    if by == SiteBy::Host {
        return from..host.len();
    }
    let tenant = TENANTS.iter().find_map(|service| {
        let author = bare.strip_suffix(service)?.strip_suffix('.')?;
        let label = author.rsplit('.').next().unwrap_or(author);
        Some(host.len() - service.len() - 1 - label.len()..host.len())
    });
    let domain = || {
        let domain = psl::domain_str(bare)?;
        let above = bare.strip_suffix(domain)?.strip_suffix('.');
        let own = if above.is_some_and(is_language) { bare } else { domain };
        Some(host.len() - own.len()..host.len())
    };
    tenant.or_else(domain).unwrap_or(if from > 0 { from..host.len() } else { whole })
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
            ("https://de.example.com/a", Some("de.example.com")),
            ("https://www.pt-br.example.com/a", Some("pt-br.example.com")),
            ("https://dev.example.com/a", Some("example.com")),
            ("https://a.github.io/", Some("a.github.io")),
            ("https://www.github.io/", Some("github.io")),
            ("https://someone.substack.com/p/a", Some("someone.substack.com")),
            ("https://www.someone.substack.com/p/a", Some("someone.substack.com")),
            ("https://www.substack.com/", Some("substack.com")),
            ("https://www.münchen.de/", Some("münchen.de")),
            ("https://www.xn--mnchen-3ya.de/", Some("münchen.de")),
            ("https://www.食狮.公司.cn/", Some("食狮.公司.cn")),
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
            assert_eq!(site_of_url(url, SiteBy::Domain).as_deref(), site, "{url:?}");
        }
    }

    #[test]
    fn hosts_of_urls() {
        for (url, site) in [
            ("https://www.example.com/a", Some("example.com")),
            ("https://Sport.example.com/a", Some("sport.example.com")),
            ("https://someone.substack.com/p/a", Some("someone.substack.com")),
            ("www.com", Some("www.com")),
            ("https://10.0.0.1/", Some("10.0.0.1")),
            ("null", None),
        ] {
            assert_eq!(site_of_url(url, SiteBy::Host).as_deref(), site, "{url:?}");
        }
    }

    #[test]
    fn sites_that_records_name() {
        for (name, site) in [
            ("valley.example", "valley.example"),
            ("www.Valley.example", "valley.example"),
            ("https://valley.example/", "valley.example"),
            ("valley.example:443", "valley.example"),
            ("valley.example.", "valley.example"),
            ("xn--mnchen-3ya.de", "münchen.de"),
            ("blog.example.com", "blog.example.com"),
            // Names.
            ("Valley Courier", "Valley Courier"),
            ("BBC", "BBC"),
            ("cc-main/2031", "cc-main/2031"),
            ("news:valley", "news:valley"),
        ] {
            assert_eq!(named_site(name).as_deref(), Some(site), "{name:?}");
        }
        assert!(["", " ", "null", "NaN"].map(named_site).iter().all(Option::is_none));
    }

    #[test]
    fn services_are_listed_once() {
        for service in TENANTS {
            let host = format!("a.{service}");
            let known = psl::suffix(host.as_bytes());
            let is_suffix = known.is_some_and(|suffix| suffix.as_bytes() == service.as_bytes());
            assert!(!is_suffix, "{service} is in the public suffix list");
        }
        let mut sorted = TENANTS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), TENANTS.len());
    }
}
