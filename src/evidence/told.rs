//! Cleaned pages for the program that asked for them: what changed of each, instead of a file.

use std::ops::Range;

use super::rewrite::Marks;
use crate::{
    base::page::{Kind, Page, PageNumber},
    records::{Format, Record},
};

/// Stands for the length of what is not there.
const NONE: u64 = u64::MAX;

/// A page that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldPage<'t> {
    /// Its number in the input.
    pub number: PageNumber,
    /// Its text; none if it is unchanged and the program holds it.
    pub text: Option<&'t str>,
    /// Id, site, URL and date, if the program does not hold the page.
    pub fields: [Option<&'t str>; 4],
    /// Where its chrome is, and of which kind, if that is to be marked.
    pub chrome: Option<Vec<(Range<usize>, Kind)>>,
}

/// Appends a page of a file or row of `format` whose text is now `text`.
pub(crate) fn tell_page(
    (record, number): (&Record<'_>, PageNumber),
    format: Format,
    text: &str,
    marks: Marks<'_>,
    out: &mut Vec<u8>,
) {
    let is_held = format == Format::Rows;
    let Page { id, site, url, date, .. } = &record.page;
    let site = Some(site.as_ref()).filter(|site| !site.is_empty());
    let fields = [id.as_deref(), site, url.as_deref(), date.as_deref()];
    let is_told = !is_held || record.is_changed(text);
    out.extend_from_slice(&number.to_le_bytes());
    put(is_told.then_some(text), out);
    for field in fields {
        put(field.filter(|_| !is_held), out);
    }
    let Some(chrome) = marks.chrome else {
        out.extend_from_slice(&NONE.to_le_bytes());
        return;
    };
    out.extend_from_slice(&(chrome.len() as u64).to_le_bytes());
    for (span, kind) in chrome {
        out.extend_from_slice(&(span.start as u64).to_le_bytes());
        out.extend_from_slice(&(span.end as u64).to_le_bytes());
        out.push(*kind as u8);
    }
}

fn put(text: Option<&str>, out: &mut Vec<u8>) {
    out.extend_from_slice(&text.map_or(NONE, |text| text.len() as u64).to_le_bytes());
    out.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// The pages that a sink of [`Target::Rows`](crate::records::Target::Rows) was given, in order.
#[derive(Clone, Copy, Debug)]
pub struct ToldPages<'t>(&'t [u8]);

impl<'t> ToldPages<'t> {
    /// Those of the bytes that were written at once.
    pub fn of(bytes: &'t [u8]) -> ToldPages<'t> {
        ToldPages(bytes)
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }

    /// What [`put`] appended; none if it was cut.
    fn text(&mut self) -> Option<Option<&'t str>> {
        let length = self.number()?;
        if length == NONE {
            return Some(None);
        }
        let (text, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(Some(str::from_utf8(text).ok()?))
    }

    fn page(&mut self) -> Option<ToldPage<'t>> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        let text = self.text()?;
        let mut fields = [None; 4];
        for field in &mut fields {
            *field = self.text()?;
        }
        let count = self.number()?;
        let chrome = if count == NONE {
            None
        } else {
            let mut chrome = Vec::new();
            for _ in 0..count {
                let [start, end] = [self.number()?, self.number()?];
                let span = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
                let (kind, rest) = self.0.split_first()?;
                self.0 = rest;
                chrome.push((span, Kind::of_number(u32::from(*kind))));
            }
            Some(chrome)
        };
        Some(ToldPage { number: PageNumber::from_le_bytes(*number), text, fields, chrome })
    }
}

impl<'t> Iterator for ToldPages<'t> {
    type Item = ToldPage<'t>;

    fn next(&mut self) -> Option<ToldPage<'t>> {
        if self.0.is_empty() { None } else { self.page() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_and_understood() {
        let page = Page::new("a", "https://hill.example/1", "Home\nText");
        let line = b"{}";
        let record = Record::of_line(page, line);
        let chrome = [(0..4, Kind::Navigation)];
        let marks = Marks { chrome: Some(&chrome), ..Marks::default() };
        let mut told = Vec::new();
        tell_page((&record, 3), Format::Rows, "Home\nText", Marks::default(), &mut told);
        tell_page((&record, 5), Format::Rows, "Text", marks, &mut told);
        tell_page((&record, 6), Format::Csv, "", Marks::default(), &mut told);
        let fields = [Some("a"), Some("hill.example"), Some("https://hill.example/1"), None];
        let nothing = ToldPage { number: 3, text: None, fields: [None; 4], chrome: None };
        let marked = ToldPage {
            number: 5,
            text: Some("Text"),
            chrome: Some(chrome.into()),
            ..nothing.clone()
        };
        let of_file = ToldPage { number: 6, text: Some(""), fields, chrome: None };
        let pages: Vec<_> = ToldPages::of(&told).collect();
        assert_eq!(pages, [nothing, marked, of_file]);
        // What was cut ends.
        assert!((0..told.len()).all(|end| ToldPages::of(&told[..end]).count() < 3));
    }
}
