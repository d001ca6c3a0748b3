//! One record as `clean` writes it: the input's own bytes but for the text and the marks.
//!
//! What is not changed is not parsed and written again but copied: other fields keep their bytes,
//! their order, their number formats and their spaces. A text from which nothing is taken keeps even
//! its escapes.

use std::{borrow::Cow, ops::Range};

use crate::records::Target;
use crate::{
    base::{
        cpu::Tier,
        page::{Kind, PageNumber, Relation},
    },
    copies::Share,
    records::{Record, write_json_string},
};

/// What happens to chrome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChromeAction {
    /// It is taken out of the text.
    #[default]
    Drop,
    /// It stays, and the field `refrain.chrome` says where it is.
    Mark,
    /// It stays.
    Keep,
}

/// What happens to copies: pages that are `same` or `cut` and are not the lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CopiesAction {
    /// They stay.
    #[default]
    Keep,
    /// They stay, and the field `refrain.cluster` of every page says whose copy it is, or `null`.
    Mark,
    /// They are left out. A page goes only if the lead has nearly all of its text.
    Drop,
}

/// What `clean` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CleanOptions {
    /// What happens to chrome.
    pub chrome: ChromeAction,
    /// What happens to copies.
    pub copies: CopiesAction,
    /// Pages left without text are left out.
    pub drop_empty: bool,
    /// In which form pages are written.
    pub to: Target,
}

/// A page's place in a cluster, to be written as a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterMark<'a> {
    /// Number of the cluster.
    pub cluster: usize,
    /// Id of its lead.
    pub lead: Cow<'a, str>,
    /// Relation to the lead; none for the lead itself.
    pub relation: Option<Relation>,
}

/// A page of an index that prints the same text, to be written as a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMark {
    /// What the index calls it.
    pub id: String,
    /// Its site.
    pub site: String,
    /// Its number in the index.
    pub page: PageNumber,
    /// What the page is to it.
    pub relation: Relation,
    /// How much of all the page's body it has.
    pub held: Share,
    /// It has nearly all, and is itself not dropped: the page may be.
    pub is_reason: bool,
}

/// What is to be written beside a page's text. Of each mark: whether every page has it, and what it says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks<'a> {
    /// `refrain.chrome`: spans of chrome in the text as it is written; `refrain.kinds`: what each is.
    pub chrome: Option<&'a [(Range<usize>, Kind)]>,
    /// `refrain.cluster`: its place in a cluster, or `null`.
    pub cluster: Option<Option<&'a ClusterMark<'a>>>,
    /// `refrain.known`: the known page that it copies, or `null`.
    pub known: Option<Option<&'a KnownMark>>,
}

/// A paragraph of the text: its bytes, and what it is if it is chrome.
pub type LabelledSpan = (Range<usize>, Option<Kind>);

/// The text without chrome.
///
/// Paragraphs that stay keep what stood between them; where something was taken out, what stands
/// before the next one that stays is kept. Borrowed if nothing is taken out.
pub fn without_chrome<'t>(text: &'t str, paragraphs: &[LabelledSpan]) -> Cow<'t, str> {
    if paragraphs.iter().all(|(_, chrome)| chrome.is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before = 0;
    let mut kept_last = true;
    for (at, (span, chrome)) in paragraphs.iter().enumerate() {
        if chrome.is_none() {
            if at == 0 || !out.is_empty() {
                out.push_str(&text[before..span.start]);
            }
            out.push_str(&text[span.clone()]);
        }
        kept_last = chrome.is_none();
        before = span.end;
    }
    if kept_last {
        out.push_str(&text[before..]);
    } else if !out.is_empty() && text.ends_with('\n') {
        out.push('\n');
    }
    Cow::Owned(out)
}

/// Appends the record to `out` with another text and with marks; its line end is the caller's.
///
/// A mark that the record has already, from an earlier run, is replaced where it stands, so that it
/// never speaks of another text or another clustering: spans of chrome go with the chrome.
pub fn rewrite_json(
    record: &Record<'_>,
    text: &str,
    marks: Marks<'_>,
    tier: Tier,
    out: &mut Vec<u8>,
) {
    let Marks { chrome, cluster, known } = marks;
    // What is written instead of a range: the text if there is no value.
    let mut edits: Vec<(Range<usize>, Option<Vec<u8>>)> = Vec::new();
    let changed = record.is_changed(text);
    if changed {
        edits.push((record.text_span.clone(), None));
    }
    let mut fresh = Vec::new();
    // `value` is for a mark that is there, and for a new one if it is to be added.
    let mut mark = |name: &str, value: Vec<u8>, add: bool| {
        let mut there = record.marks.iter().filter(|(mark, _)| mark == name).peekable();
        if there.peek().is_none() && add {
            if record.has_fields || !fresh.is_empty() {
                fresh.push(b',');
            }
            fresh.extend(json(name));
            fresh.push(b':');
            fresh.extend(&value);
        }
        edits.extend(there.map(|(_, span)| (span.clone(), Some(value.clone()))));
    };
    if chrome.is_some() || changed {
        let spans = chrome.unwrap_or_default().iter().map(|(span, _)| [span.start, span.end]);
        mark("refrain.chrome", json(&spans.collect::<Vec<_>>()), chrome.is_some());
        let kinds = chrome.unwrap_or_default().iter().map(|(_, kind)| kind);
        mark("refrain.kinds", json(&kinds.collect::<Vec<_>>()), chrome.is_some());
    }
    if let Some(cluster) = cluster {
        let value = cluster.map(|mark| {
            serde_json::json!({
                "cluster": mark.cluster,
                "lead": mark.lead,
                "relation": mark.relation.map(Relation::word),
            })
        });
        mark("refrain.cluster", json(&value), true);
    }
    if let Some(known) = known {
        let value = known.map(|known| {
            serde_json::json!({
                "id": known.id,
                "site": known.site,
                "page": known.page,
                "relation": known.relation.word(),
            })
        });
        mark("refrain.known", json(&value), true);
    }
    if !fresh.is_empty() {
        edits.push((record.close..record.close, Some(fresh)));
    }
    edits.sort_by_key(|(span, _)| span.start);

    let mut from = 0;
    for (span, value) in edits {
        out.extend_from_slice(&record.raw[from..span.start]);
        match value {
            Some(value) => out.extend_from_slice(&value),
            None => write_json_string(tier, text, out),
        }
        from = span.end;
    }
    out.extend_from_slice(&record.raw[from..]);
}

/// Strings, numbers and lists of them can always be written as JSON.
fn json(value: &(impl serde::Serialize + ?Sized)) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    fn check(text: &str, chrome: &[usize], expected: &str) {
        let paragraphs: Vec<LabelledSpan> =
            text::paragraphs(text, crate::base::recipe::Split::Line)
                .enumerate()
                .map(|(at, span)| (span, chrome.contains(&at).then_some(Kind::Other)))
                .collect();
        assert_eq!(without_chrome(text, &paragraphs), expected, "{text:?} without {chrome:?}");
    }

    #[test]
    fn what_stays_keeps_its_separators() {
        check("a\nb\nc", &[], "a\nb\nc");
        check("a\nb\nc", &[1], "a\nc");
        check("a\nb\nc", &[0], "b\nc");
        check("a\nb\nc", &[2], "a\nb");
        check("a\nb\nc\n", &[2], "a\nb\n");
        check("a\r\nb\r\nc", &[0], "b\r\nc");
        check("a\n\nb\n\nc", &[1], "a\n\nc");
        check("\n\na\nb\n\n", &[1], "\n\na\n");
        check("\n\na\nb\n\n", &[0], "b\n\n");
        check("a\nb", &[0, 1], "");
        check("", &[], "");
    }
}
