//! Two pages beside each other: what they share, and whether it is enough.

use std::fmt::Write as _;

use crate::{
    base::page::Relation,
    copies::{Aligned, Check, Kinship, Share},
    runs::{Explainer, Likeness, PairShown, Printed},
};

use super::{
    super::terminal::{Style, count, percent, things},
    credits,
    flow::{Flow, Tone},
    page_name,
};

/// A longer run is shown by its first and last words.
const LONG_RUN: usize = 48;
const FIRST_WORDS: usize = 24;
const LAST_WORDS: usize = 12;

/// Resemblances from which tools that compare whole pages commonly call them copies.
const USUAL: [f64; 2] = [0.5, 0.8];

pub(super) fn render(
    explainer: &Explainer<'_>,
    pair: &PairShown,
    full: bool,
    style: Style,
) -> String {
    let mut out = String::new();
    let [a, b] = pair.pages.map(|page| page_name(explainer, page));
    for (name, page, of) in [("A", a, &pair.credits[0]), ("B", b, &pair.credits[1])] {
        let _ = writeln!(out, "{name}  {}", style.bold(page));
        out.push_str(&credits(of, style));
    }
    out.push('\n');
    let _ = writeln!(out, "{}\n", style.bold(verdict(pair)));
    measures(&mut out, pair);
    conditions(&mut out, pair, style);
    whole_pages(&mut out, pair, style);
    passages(&mut out, pair, full, style);
    out
}

fn verdict(pair: &PairShown) -> String {
    let Some(verdict) = pair.verdict else {
        if pair.passages.is_empty() {
            return "not copies: nowhere five words in a row are the same".to_owned();
        }
        // Nearly all: "she said" may be shared with the quotation.
        let words: u32 = pair.passages.iter().map(|(found, _)| found.passage.words).sum();
        let quoted: u32 = pair.passages.iter().map(|(found, _)| found.quoted).sum();
        if u64::from(quoted) * 5 >= u64::from(words) * 4 {
            return "not copies: what they share is quoted, as in two reports of one speech"
                .to_owned();
        }
        let missing: Vec<&str> =
            pair.checks.iter().filter(|check| !check.holds()).map(missing).collect();
        return format!("not copies: {}", missing.join("; "));
    };
    let shorter = shorter(pair);
    if pair.measures.whole.equal {
        return "same: all words of the pages are equal, or all of their bodies".to_owned();
    }
    match verdict.relation {
        Relation::Same if verdict.basis.is_whole() => {
            "same: nearly all words are equal, in the same order".to_owned()
        }
        Relation::Same => "same: most of both texts is shared".to_owned(),
        Relation::Cut => format!("cut: most of {shorter}, the shorter text, is in the other"),
        Relation::Part => "part: they share a long passage, and more of each is its own".to_owned(),
    }
}

/// What a condition that does not hold says.
fn missing(check: &Check) -> &'static str {
    match check {
        Check::Run { .. } => "no long run of the same words outside quotation marks",
        Check::Amount { .. } => "what is shared outside quotation marks is one short passage",
        Check::Portion { .. } => "too little of the shorter text is shared",
        Check::Numbers { .. } => "the numbers differ, as in issues of one report",
        Check::Names { .. } => "the names differ, as in a form that is filled in",
    }
}

fn shorter(pair: &PairShown) -> &'static str {
    if pair.measures.b_is_shorter { "B" } else { "A" }
}

fn measures(out: &mut String, pair: &PairShown) {
    for (name, compared) in ["A", "B"].into_iter().zip(pair.compared) {
        let _ = writeln!(
            out,
            "  {name} compared    {} of {}; left out: {} of chrome, {} of body that proves nothing",
            things(compared.words.into(), "word", "words"),
            things(compared.paragraphs as u64, "paragraph", "paragraphs"),
            count(compared.chrome as u64),
            count(compared.no_evidence as u64),
        );
    }
    let measures = &pair.measures;
    let [a, b] = measures.covered();
    let of = |share: Share| percent(share.part.into(), share.of.into());
    let shared = measures.shared_a.min(measures.shared_b);
    let union = measures.a.0.saturating_add(measures.b.0).saturating_sub(shared.0);
    let _ = writeln!(
        out,
        "  shared        {}: {} of A, {} of B; resemblance {:.3}\n",
        things(shared.words().into(), "word", "words"),
        of(a),
        of(b),
        Share::new(shared.0, union).value(),
    );
}

fn conditions(out: &mut String, pair: &PairShown, style: Style) {
    let kind = match pair.kinship {
        Kinship::Across => "pages of two sites",
        Kinship::Within => "two pages of one site, of which more is asked",
        Kinship::SameUrl => "two captures of one URL, of which less is asked",
    };
    let whole = &pair.measures.whole;
    if pair.verdict.is_some_and(|verdict| verdict.basis.is_whole()) {
        let _ = writeln!(
            out,
            "What makes them one text\n  {}  {}\n",
            style.green("yes"),
            if whole.equal {
                "all words of the pages are equal, or all of their bodies".to_owned()
            } else {
                format!(
                    "{} are equal and in the same order, of {} and {}; at least nine tenths",
                    things(whole.in_order.words().into(), "word", "words"),
                    count(whole.a.words().into()),
                    count(whole.b.words().into()),
                )
            },
        );
    }
    let _ = writeln!(out, "What a copy needs ({kind})");
    for check in &pair.checks {
        let text = condition(check, shorter(pair));
        let mark = if check.holds() { style.green("yes") } else { style.red("no ") };
        let _ = writeln!(out, "  {mark}  {text}");
    }
    out.push('\n');
}

fn condition(check: &Check, shorter: &str) -> String {
    let share = |share: Share| percent(share.part.into(), share.of.into());
    match *check {
        Check::Run { found, least } => format!(
            "{} in a row are the same, outside quotation marks; at least {}",
            things(found.words().into(), "word", "words"),
            least.words(),
        ),
        Check::Amount { paragraphs, least_paragraphs, unquoted, least_unquoted } => format!(
            "{} outside quotation marks in {}; at least {least_paragraphs} paragraphs, or {} words",
            things(unquoted.words().into(), "shared word", "shared words"),
            things(paragraphs.into(), "paragraph", "paragraphs"),
            least_unquoted.words(),
        ),
        Check::Portion { found, least } => {
            format!(
                "{} of {shorter}, the shorter text, is shared; at least {}",
                share(found),
                share(least)
            )
        }
        Check::Numbers { agreeing, counted_from, .. } if agreeing.of < counted_from => format!(
            "{} in and beside what is shared; fewer than {counted_from} say nothing",
            things(agreeing.of.into(), "number", "numbers"),
        ),
        Check::Numbers { agreeing, is_update: true, .. } => format!(
            "{} of {} in and beside what is shared agree; nearly all is shared and all names are: an update",
            count(agreeing.part.into()),
            things(agreeing.of.into(), "number", "numbers"),
        ),
        Check::Names { places, gaps, shared, least, .. } => format!(
            "other names in {} of {} where the texts differ, {} shared; {least} close to each other make a form",
            things(places.into(), "place", "places"),
            count(gaps.into()),
            things(shared.words().into(), "word", "words"),
        ),
        Check::Numbers { agreeing, least, .. } => format!(
            "{} of {} in and beside what is shared agree; at least {}",
            count(agreeing.part.into()),
            things(agreeing.of.into(), "number", "numbers"),
            share(least),
        ),
    }
}

fn whole_pages(out: &mut String, pair: &PairShown, style: Style) {
    let _ = writeln!(out, "What comparing whole pages says (shingles of 3 words)");
    for (name, likeness) in [("chrome left in  ", pair.whole), ("chrome taken out", pair.body)] {
        let _ = writeln!(out, "  {name}  {}", likeness_line(&likeness));
    }
    // Only worth a word where it is wrong.
    let whole = USUAL.map(|least| pair.whole.exact() >= least);
    let copies = pair.verdict.is_some();
    let note = match whole {
        [false, _] if copies => "It would miss this pair at the usual thresholds, 0.5 and 0.8.",
        [true, false] if copies => {
            "It would find this pair at a threshold of 0.5 and miss it at 0.8."
        }
        [true, _] if !copies => "It would call them copies at a threshold of 0.5.",
        _ => "",
    };
    if !note.is_empty() {
        let _ = writeln!(out, "  {}", style.dim(note));
    }
    out.push('\n');
}

fn likeness_line(likeness: &Likeness) -> String {
    format!(
        "J = {:.3} ({} of {}); MinHash of 128 slots estimates {:.3}",
        likeness.exact(),
        count(likeness.shared as u64),
        things(likeness.union as u64, "shingle", "shingles"),
        likeness.estimate,
    )
}

fn passages(out: &mut String, pair: &PairShown, full: bool, style: Style) {
    let found = things(pair.passages.len() as u64, "shared passage", "shared passages");
    if pair.passages.is_empty() {
        let _ = writeln!(out, "{}", style.bold("No shared passages"));
        return;
    }
    let _ = writeln!(
        out,
        "{}; {} is only in A, {} only in B",
        style.bold(found),
        style.red("[-this-]"),
        style.blue("{+this+}"),
    );
    for (aligned, printed) in &pair.passages {
        let _ = writeln!(out, "\n  {}", passage_head(aligned));
        let mut flow = Flow::new(style, 4);
        for piece in printed {
            push(&mut flow, piece, full);
        }
        out.push_str(&flow.finish());
    }
}

fn passage_head(aligned: &Aligned) -> String {
    let passage = &aligned.passage;
    let paragraphs = |(from, to): (u32, u32)| {
        if from == to { format!("paragraph {from}") } else { format!("paragraphs {from}–{to}") }
    };
    let quoted = match aligned.quoted {
        0 => String::new(),
        n if n >= passage.words => ", all of them quoted (which proves nothing)".to_owned(),
        n => format!(", {} of them quoted", count(n.into())),
    };
    format!(
        "{}{quoted}: A {}, B {}",
        things(passage.words.into(), "word", "words"),
        paragraphs(passage.here),
        paragraphs(passage.lead),
    )
}

fn push(flow: &mut Flow, piece: &Printed, full: bool) {
    let (text, tone) = match piece {
        Printed::Shared(text) => (text, Tone::Shared),
        Printed::First(text) => (text, Tone::First),
        Printed::Second(text) => (text, Tone::Second),
    };
    let words: usize = text.split_whitespace().count();
    if tone == Tone::Shared && words > LONG_RUN && !full {
        let all: Vec<&str> = text.split_whitespace().collect();
        let (first, rest) = all.split_at(FIRST_WORDS);
        let (left_out, last) = rest.split_at(rest.len() - LAST_WORDS);
        flow.push(&first.join(" "), tone);
        flow.push(&format!("… {} …", things(left_out.len() as u64, "word", "words")), Tone::Aside);
        flow.push(&last.join(" "), tone);
        return;
    }
    for (i, paragraph) in text.split('\n').enumerate() {
        if i > 0 {
            flow.push("¶", Tone::Aside);
        }
        flow.push(paragraph, tone);
    }
}
