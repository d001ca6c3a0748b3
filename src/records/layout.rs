//! Which fields corpora of the kinds that people have keep their pages in.
//!
//! A layout is the names of five fields. One is named by the user, or told of a file by its first record,
//! where the usual names do not lead to a text and an address.

use super::Fields;
use crate::records::json::object::looks_like_address;

/// Names of fields that a known corpus or program uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What it is asked for by.
    pub name: &'static str,
    text: &'static str,
    id: &'static str,
    site: &'static str,
    url: &'static str,
    date: &'static str,
    /// A file is told to have it by its text and its address.
    is_told: bool,
}

const fn layout(name: &'static str, text: &'static str, url: &'static str) -> Layout {
    Layout { name, text, id: "id", site: "site", url, date: "date", is_told: true }
}

/// The layouts, those that are looked for in this order.
///
/// Names of fields are those that the corpora's own descriptions give.
pub const LAYOUTS: [Layout; 17] = [
    Layout { is_told: false, ..layout("fineweb", "text", "url") },
    Layout { is_told: false, date: "timestamp", ..layout("c4", "text", "url") },
    Layout { is_told: false, date: "timestamp", ..layout("culturax", "text", "url") },
    Layout { is_told: false, ..layout("madlad", "text", "url") },
    Layout { is_told: false, url: "meta.url", ..layout("pile", "text", "url") },
    Layout {
        is_told: false,
        id: "metadata.WARC-Record-ID",
        date: "metadata.WARC-Date",
        ..layout("dclm", "text", "url")
    },
    Layout { date: "created", ..layout("dolma", "text", "metadata.url") },
    Layout { is_told: false, date: "metadata.date", ..layout("datatrove", "text", "metadata.url") },
    Layout { date: "meta.timestamp", ..layout("redpajama", "text", "meta.url") },
    Layout { id: "digest", date: "date_download", ..layout("redpajama2", "raw_content", "url") },
    Layout {
        id: "warc_headers.warc-record-id",
        date: "warc_headers.warc-date",
        ..layout("oscar", "content", "warc_headers.warc-target-uri")
    },
    Layout {
        date: "meta.warc_headers.warc-date",
        ..layout("oscar2109", "text", "meta.warc_headers.warc-target-uri")
    },
    Layout {
        id: "metadata.warc-record-id",
        date: "metadata.warc-date",
        ..layout("warc-metadata", "text", "metadata.warc-target-uri")
    },
    Layout { date: "ts", ..layout("hplt", "text", "u") },
    Layout { site: "hostname", ..layout("trafilatura", "text", "source") },
    Layout {
        date: "date_publish",
        site: "source_domain",
        ..layout("newsplease", "maintext", "url")
    },
    layout("crawler", "markdown", "metadata.sourceURL"),
];

impl Layout {
    /// The layout of that name.
    pub fn named(name: &str) -> Option<Layout> {
        LAYOUTS.into_iter().find(|layout| layout.name == name)
    }

    /// Its names of fields.
    pub fn fields(&self) -> Fields {
        let [text, id, site, url, date] =
            [self.text, self.id, self.site, self.url, self.date].map(String::from);
        Fields { text, id, site, url, date }
    }

    /// The layout of a record, of which `value` gives the string that stands at a path. Nothing if the usual
    /// names lead to text and site, or no layout's do.
    pub(super) fn of_record(value: impl Fn(&str) -> Option<String>) -> Option<Layout> {
        let usual = Fields::default();
        let has = |path: &str| value(path).is_some();
        if has(&usual.text) && (has(&usual.url) || has(&usual.site)) {
            return None;
        }
        // A source may be the name of one.
        let is_address = |path: &str| value(path).is_some_and(|value| looks_like_address(&value));
        let fits = |layout: &Layout| layout.is_told && has(layout.text) && is_address(layout.url);
        let found = LAYOUTS.into_iter().find(fits)?;
        // Its date is at `created` in one, in the metadata of the other.
        let is_other = found.name == "dolma" && !has(found.date) && has("metadata.date");
        if is_other { Layout::named("datatrove") } else { Some(found) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(record: &[(&str, &str)]) -> Option<&'static str> {
        let record = record.to_vec();
        let find = |path: &str| {
            let found = record.iter().find(|(name, _)| *name == path);
            found.map(|(_, value)| (*value).to_owned())
        };
        Layout::of_record(find).map(|layout| layout.name)
    }

    #[test]
    fn a_record_tells_its_layout() {
        let url = "https://paper.example/a";
        assert_eq!(told(&[("text", "a"), ("url", url)]), None);
        assert_eq!(told(&[("text", "a"), ("site", "paper.example")]), None);
        assert_eq!(
            told(&[("text", "a"), ("metadata.url", url), ("created", "2031")]),
            Some("dolma")
        );
        assert_eq!(
            told(&[("text", "a"), ("metadata.url", url), ("metadata.date", "2031")]),
            Some("datatrove")
        );
        assert_eq!(told(&[("text", "a"), ("meta.url", url)]), Some("redpajama"));
        assert_eq!(told(&[("raw_content", "a"), ("url", url)]), Some("redpajama2"));
        assert_eq!(told(&[("content", "a"), ("warc_headers.warc-target-uri", url)]), Some("oscar"));
        assert_eq!(told(&[("text", "a"), ("u", url), ("ts", "2031")]), Some("hplt"));
        assert_eq!(told(&[("text", "a"), ("source", url)]), Some("trafilatura"));
        assert_eq!(told(&[("text", "a"), ("source", "common-crawl")]), None);
        assert_eq!(told(&[("body", "a"), ("url", url)]), None);
    }

    #[test]
    fn names_are_there_once() {
        for layout in LAYOUTS {
            assert_eq!(Layout::named(layout.name), Some(layout));
        }
    }
}
