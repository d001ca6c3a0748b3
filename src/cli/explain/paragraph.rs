//! Why one paragraph has its label, in words.

use std::fmt::Write as _;

use crate::{
    base::{
        page::{Kind, Place},
        recipe::Level,
    },
    chrome::{Neighbour, Origin, Points, Reason, Term, Turn, Why},
    runs::{Explainer, PageShown, ParagraphShown},
    text::Prose,
};

use super::{
    super::terminal::{Style, count, one_line, percent, things},
    label, page_name,
};

pub(super) fn render(
    explainer: &Explainer<'_>,
    page: &PageShown,
    at: usize,
    answer: &ParagraphShown,
    level: Level,
    style: Style,
) -> String {
    let mut shown = Answer { explainer, page, at, found: answer, level, style, out: String::new() };
    shown.head();
    shown.counts();
    shown.evidence();
    shown.readings();
    shown.changes();
    shown.out
}

struct Answer<'a> {
    explainer: &'a Explainer<'a>,
    page: &'a PageShown,
    at: usize,
    found: &'a ParagraphShown,
    level: Level,
    style: Style,
    out: String,
}

impl Answer<'_> {
    /// Writing to a string cannot fail.
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}", text.trim_end());
    }

    /// A fact with its name.
    fn fact(&mut self, name: &str, text: &str) {
        self.line(&format!("  {name:<10}  {text}"));
    }

    fn text(&self, at: Option<usize>) -> String {
        let paragraph = at.and_then(|at| self.page.paragraphs.get(at));
        let room = self.style.width.saturating_sub(60).max(24);
        paragraph.map_or(String::new(), |p| format!("“{}”", one_line(p.text.trim(), room)))
    }

    fn head(&mut self) {
        let name = page_name(self.explainer, self.page.page);
        let last = self.page.paragraphs.len() - 1;
        self.line(&format!("{name}, paragraph {} of 0 to {last}", self.at));
        let text = self.page.paragraphs.get(self.at).map_or("", |p| p.text.trim());
        let text = one_line(text, 3 * self.style.width);
        self.line(&format!("  {text}"));
        self.line("");
        let why = &self.found.why;
        let mut because = because(why, self.found.origin);
        if why.labelled.chrome.is_some() && !self.found.mark.is_chrome() {
            let would = label(why.labelled.chrome);
            let kind = why.labelled.kind;
            let spared = if self.explainer.recipe().keep_kind.contains(&kind) {
                format!("chrome that is {} is left in (keep-kind)", kind_words(kind))
            } else {
                "nothing of its site is chrome (never)".to_owned()
            };
            because = format!("{spared}; it would be {would}: {because}");
        }
        let label = self.style.bold(label(self.found.mark.place()));
        let kind =
            self.found.mark.kind().map_or(String::new(), |kind| format!(", {}", kind_words(kind)));
        self.line(&format!("{label}{kind}: {because}"));
        self.line("");
    }

    fn counts(&mut self) {
        let why = self.found.why.clone();
        let groups = why.labelled.groups;
        let mut on = format!(
            "{} of the {} of its site ({})",
            count(groups.into()),
            things(why.of.into(), "distinct page", "distinct pages"),
            percent(groups.into(), why.of.into()),
        );
        if why.pages != groups {
            let _ = write!(
                on,
                "; {} with captures and copies of the same page",
                things(why.pages.into(), "page", "pages"),
            );
        }
        if why.occurrences != why.pages {
            let _ = write!(on, "; {} in all", things(why.occurrences.into(), "time", "times"));
        }
        self.fact("stands on", &on);
        if self.found.wordings > 1 {
            self.fact("wordings", &count(self.found.wordings as u64));
            for (page, text) in &self.found.others {
                let id = one_line(&self.explainer.columns().id(*page), 24);
                let room = self.style.width.saturating_sub(30);
                let line = format!("“{}” on {id}", one_line(text.trim(), room));
                let _ = writeln!(self.out, "  {:<10}  {line}", "");
            }
        }
        let prose = match why.shape.prose() {
            Prose::None => "no sentence",
            Prose::Sentence => "a sentence",
            Prose::Passage => "prose",
        };
        self.fact(
            "reads as",
            &format!("{}, {prose}", things(why.shape.words().into(), "word", "words")),
        );
        let places = [("after", self.at.checked_sub(1)), ("before", Some(self.at + 1))];
        for ((side, at), neighbour) in places.into_iter().zip(why.neighbours) {
            if let Some(neighbour) = neighbour {
                let text = self.text(at);
                self.fact(side, &beside(neighbour, groups, &text));
            }
        }
        let evidence = if why.labelled.chrome.is_some() {
            return self.line("");
        } else if self.found.mark.is_evidence() {
            "may prove that its page is a copy of another"
        } else if !why.shape.is_sentence() {
            "proves nothing: it is not made of sentences"
        } else {
            "proves nothing: other stories of the site have it"
        };
        self.fact("for copies", evidence);
        self.line("");
    }

    fn evidence(&mut self) {
        let why = &self.found.why;
        let lines: Vec<String> = why
            .terms
            .iter()
            .map(|&(term, points)| {
                let text = term_words(term, why, self.level);
                if points.value() < -500.0 {
                    format!("  never  {text}")
                } else {
                    format!("  {:+5.1}  {text}", points.value())
                }
            })
            .collect();
        let [head, inside, foot] = why.scores.map(points);
        self.line("For chrome (+) and against it (−)");
        for line in lines {
            self.line(&line.replace("  -", "  −"));
        }
        self.line(&format!(
            "  together: {head} in the head, {inside} inside the body, {foot} in the foot"
        ));
        self.line("");
    }

    fn readings(&mut self) {
        let why = &self.found.why;
        let names = ["in the head", "in the body", "as an insert", "in the foot"];
        let rows = || names.into_iter().zip(why.readings);
        let best = rows().find(|row| row.1 == Some(Points(0))).map_or("", |row| row.0);
        let others: Vec<String> = rows()
            .filter(|row| row.0 != best)
            .map(|(name, lost)| match lost {
                Some(lost) if lost.value() < 100.0 => format!("{name} by {:.1}", lost.value()),
                _ => format!("{name} by far"),
            })
            .collect();
        let best_line = format!("  has it {best}; readings that have it elsewhere are worse:");
        self.line("The best reading of the whole page, as head, body with inserts, and foot,");
        self.line(&best_line);
        self.line(&format!("  {}", others.join(", ")));
        if self.found.why.spared {
            self.line("  the page as a whole has it as body: it opens it, or ends it");
        }
        self.line("");
    }

    fn changes(&mut self) {
        let why = &self.found.why;
        let levels: Vec<String> = why
            .levels
            .iter()
            .map(|(level, place)| {
                let is = if place.is_some() { "chrome" } else { "body" };
                let here = if *level == self.level { " (now)" } else { "" };
                format!("{} {is}{here}", level_word(*level))
            })
            .collect();
        let counts = match why.turn {
            Turn::ChromeFrom(n) if why.labelled.groups >= n => {
                format!(
                    "chrome from {} of {} pages on; on fewer it would be body",
                    count(n.into()),
                    count(why.of.into())
                )
            }
            Turn::ChromeFrom(n) => {
                format!(
                    "it would be chrome from {} of {} pages on",
                    count(n.into()),
                    count(why.of.into())
                )
            }
            Turn::Stays if why.of < 2 => {
                "its site has no other page: its words and its place decide".to_owned()
            }
            Turn::Stays if why.labelled.groups <= 1 && why.labelled.chrome.is_some() => {
                "what stands around it decides, not how many pages have it".to_owned()
            }
            Turn::Stays if why.labelled.chrome.is_some() => {
                "chrome also if no other page had it: what stands around it decides".to_owned()
            }
            Turn::Stays => "body also if all pages of the site had it, in this place".to_owned(),
        };
        let unaided = why.unaided.map(|place| match place {
            Some(_) => "its site alone makes it chrome too",
            None => "its site alone would leave it body",
        });
        self.line("What would change it");
        self.fact("level", &levels.join(" · "));
        self.fact("pages", &counts);
        if let Some(unaided) = unaided {
            self.fact("known", unaided);
        }
    }
}

/// The label's reason in one sentence.
fn because(why: &Why, origin: Option<Origin>) -> String {
    let labelled = why.labelled;
    match (labelled.chrome, labelled.reason) {
        (Some(_), Reason::Known) => match origin {
            Some(Origin::Sites) => "many sites print it, each among other words".to_owned(),
            _ => "it is on the list of lines that many sites print".to_owned(),
        },
        (Some(_), Reason::Repeated) => {
            format!(
                "{} of the site print it",
                things(labelled.groups.into(), "distinct page", "distinct pages")
            )
        }
        (Some(_), Reason::Unique) if why.of < 2 => {
            "its site has no other page, but its words and its place say so".to_owned()
        }
        (Some(place), Reason::Unique) => {
            let around = match place {
                Place::Head => "the head of the page, which goes on after it",
                Place::Inside => "an insert of other chrome",
                Place::Foot => "the foot of the page, which goes on before and after it",
            };
            format!("no other page has it, but it stands in {around}")
        }
        (None, _) if why.spared => {
            "the page as a whole has it as body: it opens it, or ends it".to_owned()
        }
        (None, _) if why.is_data => format!(
            "{} of its site have it, nearly each with other figures or names",
            things(labelled.groups.into(), "distinct page", "distinct pages"),
        ),
        (None, Reason::Unique) => "no other page of its site has it".to_owned(),
        (None, Reason::Repeated) => format!(
            "{} of its site have it, and that is not enough here",
            things(labelled.groups.into(), "distinct page", "distinct pages"),
        ),
        (None, Reason::Known) => "a known line, but it stands among body".to_owned(),
    }
}

fn beside(neighbour: Neighbour, groups: u32, text: &str) -> String {
    let together = if groups <= 1 || neighbour.together <= 1 {
        "here only".to_owned()
    } else {
        format!("on {}", things(neighbour.together.into(), "page", "pages"))
    };
    match neighbour.groups {
        1 => format!("{text}, which no other page has"),
        groups => format!("{text} {together}, of {} that have that line", count(groups.into())),
    }
}

pub(super) fn term_words(term: Term, why: &Why, level: Level) -> String {
    let groups = why.labelled.groups;
    match term {
        Term::Alone => format!(
            "no other page has it, and it has {}",
            things(why.shape.words().into(), "word", "words")
        ),
        Term::Prose => "prose that only one page has is its own".to_owned(),
        Term::Share => {
            format!("{} of the site's pages have it", percent(groups.into(), why.of.into()))
        }
        Term::Often => {
            format!("{} have it", things(groups.into(), "distinct page", "distinct pages"))
        }
        Term::Beside => {
            let sides = why.neighbours.iter().flatten();
            let together = sides.map(|side| side.together).max().unwrap_or(0);
            let less = if why.beside < together {
                "; a line that stands elsewhere too counts less"
            } else {
                ""
            };
            match together {
                0 | 1 => "on each of them it stands beside other lines".to_owned(),
                n => format!("on {} of them it stands beside the same line{less}", count(n.into())),
            }
        }
        Term::Long => {
            "it has eight words or more: such lines do not come back by chance".to_owned()
        }
        Term::Twice => "it stands on this page more than once".to_owned(),
        Term::PerPage => "it stands several times on a page".to_owned(),
        Term::Bound => "more than 8.5 counts no more".to_owned(),
        Term::Level => format!("what level {} asks to be outweighed", level_word(level)),
        Term::Few => "so few pages are no evidence against prose".to_owned(),
        Term::Strict => "level strict takes no long line that only one page has".to_owned(),
        Term::Again => "it is printed again within two lines, on no other page".to_owned(),
        Term::Speaker => {
            "it ends in a colon and comes again and again: it says who speaks".to_owned()
        }
        Term::Speech => "it is what the line before it introduces".to_owned(),
        Term::Verse => "it stands among lines that only this page has".to_owned(),
        Term::Always => "nearly every page has it, once: counts in the foot".to_owned(),
        Term::Instead => "what stands above counts no more".to_owned(),
        Term::Words => match why.cue {
            Kind::Other => "its words and signs".to_owned(),
            kind => format!("its words and signs ({})", kind_words(kind)),
        },
        Term::Around => "the lines around it, and its place on the page".to_owned(),
        Term::Headline => "it stands above the story as its headline does".to_owned(),
        Term::Closing => "it ends the story, straight behind its last passage".to_owned(),
        Term::Sure => {
            format!("a phrase that hardly anything else says ({})", kind_words(why.cue))
        }
    }
}

/// What chrome of this kind is called in a sentence.
pub(super) fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Other => "of no kind that words tell",
        Kind::Navigation => "navigation",
        Kind::Plea => "a plea",
        Kind::Subscription => "subscription",
        Kind::Cookie => "cookies and consent",
        Kind::Share => "sharing",
        Kind::Comment => "comments",
        Kind::Legal => "legal",
        Kind::Related => "related pages",
        Kind::Byline => "byline and date",
        Kind::Agency => "agency or author",
        Kind::Advert => "an advert",
        Kind::Account => "account",
    }
}

fn points(points: Points) -> String {
    if points.value() < -200.0 {
        "never".to_owned()
    } else {
        format!("{:+.1}", points.value()).replace('-', "−")
    }
}

pub(super) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Lenient => "lenient",
        Level::Balanced => "balanced",
        Level::Careful => "careful",
        Level::Strict => "strict",
    }
}
