//! What is explained, as JSON lines for programs.

use std::io::Write;

use serde::Serialize;

use crate::{
    Result,
    base::{
        page::{Kind, PageNumber, Place, Relation},
        recipe::Level,
    },
    chrome::{self, Origin, Reason},
    copies::Check,
    evidence::rows::Decimal,
    runs::{Explainer, PageShown, PairShown, ParagraphShown, Shown},
};

use super::{super::terminal::write_row, label_word, pair, paragraph};

/// A page by what it is called.
#[derive(Serialize)]
struct Named<'e> {
    id: String,
    site: &'e str,
    /// Its number in the input, from 1.
    record: u64,
}

impl<'e> Named<'e> {
    fn of(explainer: &'e Explainer<'_>, page: PageNumber) -> Named<'e> {
        let columns = explainer.columns();
        Named {
            id: columns.id(page).into_owned(),
            site: columns.sites.name(columns.page(page).site),
            record: u64::from(page) + 1,
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "row", rename_all = "lowercase")]
enum Row<'e> {
    Page {
        #[serde(flatten)]
        named: Named<'e>,
        paragraphs: usize,
        chrome: usize,
        /// Pages of its site, and how many of them are different pages.
        site_pages: usize,
        site_distinct: u32,
    },
    Paragraph {
        id: &'e str,
        #[serde(flatten)]
        of: Paragraph<'e>,
        #[serde(flatten)]
        why: Option<Why>,
    },
    Pair {
        a: Named<'e>,
        b: Named<'e>,
        /// None if they are no copies.
        relation: Option<Relation>,
        resemblance: Option<Decimal>,
        containment: Option<Decimal>,
        shared: Option<u32>,
        why: String,
        conditions: Vec<Condition>,
        passages: Vec<PairPassage>,
    },
}

#[derive(Serialize)]
struct Paragraph<'e> {
    number: usize,
    /// `body`, or where in the page its chrome stands.
    label: &'static str,
    kind: Option<Kind>,
    /// Distinct pages of its site that have it, out of how many.
    pages: u32,
    of: u32,
    /// Where it is known from, if it is: `seeds`, or other `sites`.
    known: Option<&'static str>,
    text: &'e str,
}

impl<'e> Paragraph<'e> {
    fn of(page: &'e PageShown, number: usize, shown: &'e Shown) -> Paragraph<'e> {
        Paragraph {
            number,
            label: label_word(shown.mark.place()),
            kind: shown.mark.kind(),
            pages: shown.groups,
            of: page.of,
            known: shown.origin.map(origin),
            text: &shown.text,
        }
    }
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Seeds => "seeds",
        Origin::Sites => "sites",
    }
}

/// Why a paragraph has its label.
#[derive(Serialize)]
struct Why {
    reason: &'static str,
    /// Pages that have it, captures and copies of one page counted each, and how often they have it.
    captures: u32,
    occurrences: u32,
    wordings: usize,
    /// What was added up.
    terms: Vec<Term>,
    /// Its label at every level.
    levels: Vec<AtLevel>,
}

#[derive(Serialize)]
struct Term {
    says: String,
    points: f64,
}

#[derive(Serialize)]
struct AtLevel {
    level: &'static str,
    label: &'static str,
}

#[derive(Serialize)]
struct Condition {
    name: &'static str,
    holds: bool,
}

/// A shared passage: its first and last paragraph in both pages.
#[derive(Serialize)]
struct PairPassage {
    a: (u32, u32),
    b: (u32, u32),
    words: u32,
    quoted: u32,
}

/// A page, then each of its paragraphs.
pub(super) fn write_page(
    explainer: &Explainer<'_>,
    page: &PageShown,
    out: &mut dyn Write,
) -> Result<()> {
    let named = Named::of(explainer, page.page);
    let id = named.id.clone();
    let chrome = page.paragraphs.iter().filter(|shown| shown.mark.is_chrome()).count();
    let row = Row::Page {
        named,
        paragraphs: page.paragraphs.len(),
        chrome,
        site_pages: page.pages,
        site_distinct: page.of,
    };
    write_row(out, &row)?;
    page.paragraphs.iter().enumerate().try_for_each(|(number, shown)| {
        let of = Paragraph::of(page, number, shown);
        write_row(out, &Row::Paragraph { id: &id, of, why: None })
    })
}

/// One paragraph, and why it has its label.
pub(super) fn write_paragraph(
    explainer: &Explainer<'_>,
    page: &PageShown,
    at: usize,
    answer: &ParagraphShown,
    level: Level,
    out: &mut dyn Write,
) -> Result<()> {
    let Some(shown) = page.paragraphs.get(at) else { return Ok(()) };
    let why = &answer.why;
    let term = |&(term, points): &(chrome::Term, chrome::Points)| Term {
        says: paragraph::term_words(term, why, level),
        points: points.value(),
    };
    let at_level = |&(level, place): &(Level, Option<Place>)| AtLevel {
        level: paragraph::level_word(level),
        label: label_word(place),
    };
    let why = Why {
        reason: match why.labelled.reason {
            Reason::Unique => "unique",
            Reason::Repeated => "repeated",
            Reason::Known => "known",
        },
        captures: why.pages,
        occurrences: why.occurrences,
        wordings: answer.wordings,
        terms: why.terms.iter().map(term).collect(),
        levels: why.levels.iter().map(at_level).collect(),
    };
    let id = explainer.columns().id(page.page);
    let of = Paragraph::of(page, at, shown);
    write_row(out, &Row::Paragraph { id: &id, of, why: Some(why) })
}

/// Two pages.
pub(super) fn write_pair(
    explainer: &Explainer<'_>,
    shown: &PairShown,
    out: &mut dyn Write,
) -> Result<()> {
    let [a, b] = shown.pages.map(|page| Named::of(explainer, page));
    let verdict = shown.verdict.as_ref();
    let name = |check: &Check| match check {
        Check::Run { .. } => "run",
        Check::Amount { .. } => "amount",
        Check::Portion { .. } => "portion",
        Check::Numbers { .. } => "numbers",
        Check::Names { .. } => "names",
    };
    let conditions = shown.checks.iter();
    let passages = shown.passages.iter();
    let row = Row::Pair {
        a,
        b,
        relation: verdict.map(|verdict| verdict.relation),
        resemblance: verdict.map(|verdict| verdict.resemblance.into()),
        containment: verdict.map(|verdict| verdict.containment.into()),
        shared: verdict.map(|verdict| verdict.shared),
        why: pair::verdict(shown),
        conditions: conditions
            .map(|check| Condition { name: name(check), holds: check.holds() })
            .collect(),
        passages: passages
            .map(|(aligned, _)| PairPassage {
                a: aligned.passage.here,
                b: aligned.passage.lead,
                words: aligned.passage.words,
                quoted: aligned.quoted,
            })
            .collect(),
    };
    write_row(out, &row)
}
