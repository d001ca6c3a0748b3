//! A page as a list of its paragraphs.

use std::fmt::Write as _;

use crate::{
    chrome::Origin,
    runs::{Explainer, PageShown},
};

use super::{
    super::terminal::{Style, count, one_line, percent, things},
    credits, label_word, page_name,
};

pub(super) fn render(explainer: &Explainer<'_>, page: &PageShown, style: Style) -> String {
    let mut out = String::new();
    let all = page.paragraphs.len();
    let chrome = page.paragraphs.iter().filter(|p| p.mark.is_chrome()).count();
    let distinct = match u64::from(page.of) {
        of if of == page.pages as u64 => String::new(),
        of => format!(", {} distinct", count(of)),
    };
    let _ = writeln!(
        out,
        "{}: {}, {} chrome; its site has {}{distinct}",
        style.bold(page_name(explainer, page.page)),
        things(all as u64, "paragraph", "paragraphs"),
        percent(chrome as u64, all as u64),
        things(page.pages as u64, "page", "pages"),
    );
    out.push_str(&credits(&page.credits, style));
    let width = all.to_string().len().max(2);
    for (number, paragraph) in page.paragraphs.iter().enumerate() {
        let word = label_word(paragraph.mark.place());
        let kind = paragraph.mark.kind().map_or("", |kind| kind.word());
        let on = format!("{}/{}", count(paragraph.groups.into()), count(page.of.into()));
        let known = match paragraph.origin {
            None => "",
            Some(Origin::Seeds) => "  (known line)",
            Some(Origin::Sites) => "  (on many sites)",
        };
        let start = format!("  {number:>width$}  {word:<6} {kind:<12} {on:>7}  ");
        let room = style.width.saturating_sub(start.chars().count() + known.len()).max(20);
        let text = one_line(paragraph.text.trim(), room);
        let line = format!("{start}{text}{known}");
        let _ = if paragraph.mark.is_chrome() {
            writeln!(out, "{}", style.dim(line))
        } else {
            writeln!(out, "{line}")
        };
    }
    let _ = writeln!(
        out,
        "The numbers say on how many distinct pages of the site a paragraph is. \
         Ask about one with --number N."
    );
    out
}
