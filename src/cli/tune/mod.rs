//! `refrain tune`: what is asked of bands and rows, and what they answer.

mod plot;

use std::fmt::Write as _;

use crate::{
    Error, Result,
    runs::{self, Bin, Items, Measured, Sample},
    sketch::{Arrangement, Banding, SLOTS},
};

use serde::Serialize;

use super::{
    Exit,
    args::TuneArgs,
    progress::Watch,
    reading,
    terminal::{self, Style, Verbosity, count, things},
};

/// Resemblances that are listed.
const LISTED: [f64; 8] = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0];

/// Fewer pairs above the threshold measure nothing.
const ENOUGH: u64 = 20;

pub(super) fn run(args: &TuneArgs, voice: Verbosity) -> Result<Exit> {
    check(args)?;
    let choice = Choice::of(args);
    let mut whole = Exit::Done;
    let sample = match &args.inputs[..] {
        [] => None,
        inputs => {
            let (options, settings, paths) = args.method.tolerant()?;
            let corpus = reading::open(inputs, options, false, voice)?;
            paths.tell(&corpus, voice);
            let (of, watch) = (args.of.into(), Watch::new(voice));
            let sample = runs::sample(&corpus, &settings, of, args.sample, &watch)?;
            reading::tell(&corpus, voice);
            whole = reading::end(&corpus, voice, Exit::Done);
            Some(sample)
        }
    };
    let style = Style::of_stdout();
    if args.json {
        let row = Row::of(args, &choice, sample.as_ref());
        terminal::stream(|out| terminal::write_row(out, &row))?;
    } else {
        terminal::print(&render(args, &choice, sample.as_ref(), style))?;
    }
    match sample {
        Some(sample) if sample.bad > 0 => {
            let bad = things(sample.bad, "record", "records");
            voice.note(&format!("{bad} could not be used; refrain scan says why"));
            Ok(Exit::Skipped)
        }
        _ => Ok(whole),
    }
}

fn check(args: &TuneArgs) -> Result<()> {
    let (bands, rows) = (args.bands.unwrap_or(1), args.rows.unwrap_or(1));
    if Arrangement::new(bands, rows).is_none() {
        let given = match (args.bands, args.rows) {
            (Some(bands), Some(rows)) => format!("{bands} bands of {rows} rows"),
            (Some(bands), None) => format!("--bands {bands}"),
            _ => format!("--rows {rows}"),
        };
        let problem = format!(
            "a sketch has {SLOTS} slots, and at least one is used; bands times rows must be from 1 to {SLOTS}"
        );
        return Err(Error::usage(given, problem));
    }
    if args.sample < 2 {
        return Err(Error::usage("--sample", "a pair is two texts; name 2 or more"));
    }
    Ok(())
}

/// The arrangement that is told about, and whether it delivers.
struct Choice {
    arrangement: Arrangement,
    delivers: bool,
    /// What would, if the arrangement does not: without the flags that fix it.
    better: Option<Arrangement>,
}

impl Choice {
    fn of(args: &TuneArgs) -> Choice {
        let (threshold, recall) = (args.threshold, args.recall);
        if let Some(found) = Arrangement::choose(threshold, recall, args.rows, args.bands) {
            // Bands and rows that are both given are what is asked about, enough or not.
            return Choice { arrangement: found, delivers: true, better: None };
        }
        let rows = args.rows.unwrap_or(1);
        let bands = args.bands.unwrap_or(SLOTS / rows);
        // Checked: at least one slot and at most all.
        let all = Arrangement::new(bands, rows).or(Arrangement::new(1, SLOTS));
        let arrangement = all.unwrap_or_else(|| unreachable!("128 slots are one band"));
        let better = Arrangement::choose(threshold, recall, None, None);
        Choice { arrangement, delivers: false, better }
    }
}

/// What `--json` prints. Shares are from 0 to 1.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(rename = "row")]
    of: &'static str,
    #[serde(flatten)]
    shown: Arranged,
    threshold: f64,
    /// What was asked for, and whether it is delivered.
    wanted_recall: f64,
    delivers: bool,
    /// What would, if it is not.
    better: Option<Arranged>,
    /// Which share of the pairs of a resemblance is found.
    curve: Vec<Point>,
    measured: Option<MeasuredRow>,
}

/// An arrangement, and what it finds of pairs at the threshold, spread evenly above it, and below it.
#[derive(Debug, Serialize)]
struct Arranged {
    bands: usize,
    rows: usize,
    recall: f64,
    found_above: f64,
    found_below: f64,
    half_found_from: f64,
}

#[derive(Debug, Serialize)]
struct Point {
    resemblance: f64,
    found: f64,
}

/// What was measured on a sample.
#[derive(Debug, Serialize)]
struct MeasuredRow {
    texts: u64,
    pairs: u64,
    above: BinRow,
    below: BinRow,
    tenths: Vec<BinRow>,
}

#[derive(Debug, Serialize)]
struct BinRow {
    from: f64,
    to: f64,
    pairs: u64,
    found: u64,
    predicted: f64,
}

impl Row {
    fn of(args: &TuneArgs, choice: &Choice, sample: Option<&Sample>) -> Row {
        let arranged = |it: Arrangement| Arranged {
            bands: it.bands(),
            rows: it.rows(),
            recall: it.probability(args.threshold),
            found_above: it.found_share(args.threshold),
            found_below: it.false_share(args.threshold),
            half_found_from: it.found_from(0.5),
        };
        let bin = |bin: &Bin| {
            let Bin { from, to, pairs, found, predicted } = *bin;
            BinRow { from, to, pairs, found, predicted }
        };
        let measured = |sample: &Sample| {
            let Measured { texts, pairs, above, below, tenths } =
                sample.measure(choice.arrangement, args.threshold);
            let tenths = tenths.iter().map(bin).collect();
            MeasuredRow { texts, pairs, above: bin(&above), below: bin(&below), tenths }
        };
        let point =
            |resemblance| Point { resemblance, found: choice.arrangement.probability(resemblance) };
        Row {
            of: "tune",
            shown: arranged(choice.arrangement),
            threshold: args.threshold,
            wanted_recall: args.recall,
            delivers: choice.delivers,
            better: choice.better.map(arranged),
            curve: LISTED.into_iter().map(point).collect(),
            measured: sample.map(measured),
        }
    }
}

fn render(args: &TuneArgs, choice: &Choice, sample: Option<&Sample>, style: Style) -> String {
    let mut out = String::new();
    let (threshold, recall) = (args.threshold, args.recall);
    let it = choice.arrangement;
    let asked = format!("{} of the pairs with J = {}", share(recall), number(threshold));
    if choice.delivers {
        let head = format!("{} find {asked}", name(it));
        let _ = writeln!(out, "{}", style.bold(head));
    } else {
        let head = format!("{} cannot find {asked}", name(it));
        let _ = writeln!(out, "{}", style.bold(style.red(head)));
        let from = it.found_from(recall);
        let _ = writeln!(
            out,
            "  They find {} of them, and {} only from J = {from:.3} on.",
            share(it.probability(threshold)),
            share(recall),
        );
        let _ = match choice.better {
            Some(better) => writeln!(
                out,
                "  {} would: {} at J = {}.",
                name(better),
                share(better.probability(threshold)),
                number(threshold),
            ),
            None => writeln!(
                out,
                "  No arrangement of {SLOTS} slots can. Ask for less, or compare exactly.",
            ),
        };
    }
    out.push('\n');
    facts(&mut out, it, threshold);
    let measured = sample.map(|sample| sample.measure(it, threshold));
    let bins: &[Bin] = measured.as_ref().map_or(&[], |measured| &measured.tenths);
    out.push('\n');
    out.push_str(&plot::plot(it, threshold, recall, bins, style));
    out.push('\n');
    listed(&mut out, it);
    others(&mut out, choice, args, style);
    if let (Some(sample), Some(measured)) = (sample, measured) {
        out.push('\n');
        of_sample(&mut out, sample, &measured, args, style);
    }
    out
}

fn facts(out: &mut String, it: Arrangement, threshold: f64) {
    let _ = writeln!(out, "  slots used         {} of {SLOTS}", it.slots());
    let _ = writeln!(
        out,
        "  recall             {} at J = {}, {} of pairs spread evenly above it",
        share(it.probability(threshold)),
        number(threshold),
        share(it.found_share(threshold)),
    );
    let _ = writeln!(
        out,
        "  false candidates   {} of pairs spread evenly below it",
        share(it.false_share(threshold)),
    );
    let _ = writeln!(out, "  half are found     from J = {:.3} on", it.found_from(0.5));
}

fn listed(out: &mut String, it: Arrangement) {
    let _ = write!(out, "  J         ");
    for j in LISTED {
        let _ = write!(out, " {j:>6.2}");
    }
    let _ = write!(out, "\n  predicted ");
    for j in LISTED {
        let _ = write!(out, " {:>6}", three(it.probability(j)));
    }
    out.push('\n');
}

/// The arrangements that use all slots, and the one that is told about, beside each other.
fn others(out: &mut String, choice: &Choice, args: &TuneArgs, style: Style) {
    let mut rows: Vec<Arrangement> = (0..8)
        .filter_map(|power| Arrangement::new(SLOTS >> power, 1 << power))
        .chain([choice.arrangement])
        .chain(choice.better)
        .collect();
    rows.sort_by_key(|it| (it.rows(), it.bands()));
    rows.dedup();
    let _ = writeln!(
        out,
        "\n  bands × rows     recall    false    half found\n                at J = {:<5}   below    from",
        number(args.threshold)
    );
    for it in rows {
        let line = format!(
            "  {:>5} × {:<5} {:>9} {:>8}    J = {:.3}",
            it.bands(),
            it.rows(),
            share(it.probability(args.threshold)),
            share(it.false_share(args.threshold)),
            it.found_from(0.5),
        );
        let here = if it == choice.arrangement { "  ← this" } else { "" };
        let here = if choice.better == Some(it) { "  ← would do" } else { here };
        let used = match (it.bands(), it.rows()) {
            (32, 4) => "  (refrain's own for stories)",
            _ => "",
        };
        let line = format!("{line}{here}{used}");
        let enough = it.probability(args.threshold) >= args.recall;
        let _ = writeln!(out, "{}", if enough { line } else { style.dim(line) });
    }
    // The bands of paragraphs are half of those of stories.
    let own = Arrangement::new(Banding::Rows4.bands() / 2, Banding::Rows4.rows());
    if let Some(own) = own {
        let _ = writeln!(
            out,
            "  refrain proposes near-duplicate lines with {}: recall {} at J = {}.",
            name(own),
            share(own.probability(args.threshold)),
            number(args.threshold),
        );
    }
}

fn of_sample(
    out: &mut String,
    sample: &Sample,
    measured: &Measured,
    args: &TuneArgs,
    style: Style,
) {
    let (one, many) = match sample.items {
        Items::Paragraphs => ("paragraph of body", "paragraphs of body"),
        Items::Pages => ("page without its chrome", "pages without their chrome"),
    };
    let head = format!(
        "Measured on {} of {}: {} compared exactly",
        things(measured.texts, "text", "different texts"),
        things(sample.of, one, many),
        things(measured.pairs, "pair", "pairs"),
    );
    let _ = writeln!(out, "{}", style.bold(head));
    let _ = writeln!(out, "  J                pairs     found  measured predicted");
    let last = measured.tenths.len() - 1;
    for (n, bin) in measured.tenths.iter().enumerate() {
        let to = if n == last { "1" } else { &format!("{:.1}", bin.to) };
        bin_line(out, &format!("{:.1} to {to}", bin.from), bin);
    }
    bin_line(out, &format!("from {}", number(args.threshold)), &measured.above);
    let below = &measured.below;
    let _ = writeln!(
        out,
        "  false candidates: {} of {} below {}, predicted {:.1}",
        count(below.found),
        things(below.pairs, "pair", "pairs"),
        number(args.threshold),
        below.predicted,
    );
    let above = &measured.above;
    let said = match above.share() {
        None => format!(
            "No pair of the sample has J ≥ {}: it says nothing about recall.",
            number(args.threshold)
        ),
        Some(_) if above.pairs < ENOUGH => format!(
            "Only {} that alike: the measured recall may be off by much{}.",
            things(above.pairs, "pair is", "pairs are"),
            if sample.len() < args.sample { "" } else { "; a larger --sample has more" },
        ),
        Some(found) if found < args.recall => {
            format!("Less than the {} that was asked for is found here.", share(args.recall))
        }
        Some(_) => return,
    };
    let _ = writeln!(out, "  {said}");
}

fn bin_line(out: &mut String, name: &str, bin: &Bin) {
    let cell = |value: Option<f64>| value.map_or("–".to_owned(), three);
    let _ = writeln!(
        out,
        "  {name:<12} {:>9} {:>9} {:>9} {:>9}",
        count(bin.pairs),
        count(bin.found),
        cell(bin.share()),
        cell(bin.predicted_share()),
    );
}

fn name(it: Arrangement) -> String {
    format!(
        "{} of {}",
        things(it.bands() as u64, "band", "bands"),
        things(it.rows() as u64, "row", "rows"),
    )
}

/// A share with as many digits as tell it from 0 and 100.
fn share(value: f64) -> String {
    let percent = 100.0 * value;
    if percent > 99.95 && percent < 100.0 {
        return "> 99.9 %".to_owned();
    }
    if percent > 0.0 && percent < 0.05 {
        return "< 0.1 %".to_owned();
    }
    let text = format!("{percent:.1}");
    format!("{} %", text.strip_suffix(".0").unwrap_or(&text))
}

/// A probability with three digits, rounded down: what is not sure is not 1.
fn three(value: f64) -> String {
    format!("{:.3}", (1000.0 * value + 1e-9).floor() / 1000.0)
}

/// A number as it was typed, without noise.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_that_are_not_everything_do_not_look_like_it() {
        assert_eq!(share(0.95), "95 %");
        assert_eq!(share(0.94701), "94.7 %");
        assert_eq!(share(0.999_99), "> 99.9 %");
        assert_eq!(share(1.0), "100 %");
        assert_eq!(share(0.000_01), "< 0.1 %");
        assert_eq!(three(0.999_99), "0.999");
        assert_eq!(three(0.3), "0.300");
        assert_eq!(
            (number(0.8), number(1.0), number(0.855)),
            ("0.8".into(), "1".into(), "0.855".into())
        );
    }
}
