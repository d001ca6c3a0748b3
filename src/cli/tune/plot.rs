//! The S-curve in characters.

use std::fmt::Write as _;

use crate::{runs::Bin, sketch::Arrangement};

use super::super::terminal::Style;

/// Lines of the plot, an odd number so that a half has its own; the scale and its label stand left of it.
const LINES: usize = 11;
const LEFT: usize = 7;

/// Fewer pairs make no point.
const PAIRS: u64 = 5;

/// Draws the curve, the threshold as a column, what is asked as a line, and what was measured as points,
/// as wide as the style allows.
pub(super) fn plot(
    it: Arrangement,
    threshold: f64,
    recall: f64,
    bins: &[Bin],
    style: Style,
) -> String {
    let columns = style.width.saturating_sub(LEFT + 3).clamp(41, 81);
    let mut cells = vec![vec![' '; columns]; LINES];
    let column = |j: f64| nearest(j, columns);
    let line = |p: f64| LINES - 1 - nearest(p, LINES);
    for cell in &mut cells[line(recall)] {
        *cell = '-';
    }
    for row in &mut cells {
        row[column(threshold)] = '|';
    }
    // A steep curve passes several lines in one column.
    let value = |at: usize| it.probability(at as f64 / (columns - 1) as f64);
    for at in 0..columns {
        let (from, to) = (line(value(at.saturating_sub(1))), line(value(at)));
        for row in &mut cells[to..from.max(to + 1)] {
            row[at] = '*';
        }
    }
    for bin in bins.iter().filter(|bin| bin.pairs >= PAIRS) {
        if let Some(share) = bin.share() {
            cells[line(share)][column(f64::midpoint(bin.from, bin.to))] = 'o';
        }
    }

    let mut out = String::new();
    for (n, row) in cells.iter().enumerate() {
        let scale = match n {
            0 => "1.0",
            n if n == LINES / 2 => "0.5",
            n if n == LINES - 1 => "0.0",
            _ => "",
        };
        let row: String = row.iter().collect();
        let _ = writeln!(out, "{scale:>LEFT$} {}", row.trim_end());
    }
    let mut axis = vec![' '; columns + 3];
    for tenth in [0_u8, 2, 4, 6, 8, 10] {
        let j = f64::from(tenth) / 10.0;
        for (cell, c) in axis[column(j)..].iter_mut().zip(format!("{j:.1}").chars()) {
            *cell = c;
        }
    }
    let axis: String = axis.iter().collect();
    let _ = writeln!(out, "{:>LEFT$} {}", "J", axis.trim_end());
    let mut legend = vec!["* share of pairs found", "| threshold", "- recall asked for"];
    if bins.iter().any(|bin| bin.pairs >= PAIRS) {
        legend.push("o measured");
    }
    let row = legend.join("   ");
    let rows = if LEFT + 1 + row.len() <= style.width { vec![row.as_str()] } else { legend };
    for row in rows {
        let _ = writeln!(out, "{:LEFT$} {}", "", style.dim(row));
    }
    out
}

/// The nearest of `count` places from 0 to 1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to count - 1")]
fn nearest(value: f64, count: usize) -> usize {
    (value.clamp(0.0, 1.0) * (count - 1) as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plot_is_as_wide_as_it_may_be_and_rises() {
        let it = Arrangement::new(16, 8).unwrap();
        for width in [60, 100, 200] {
            let style = Style::PLAIN.of_width(width);
            let shown = plot(it, 0.8, 0.95, &[], style);
            assert!(shown.lines().all(|line| line.chars().count() <= width), "{shown}");
            let rows: Vec<&str> = shown.lines().take(LINES).collect();
            let first = |row: &str| row.find('*');
            let starts: Vec<usize> = rows.iter().copied().filter_map(first).collect();
            assert!(starts.len() >= LINES - 2 && starts.is_sorted_by(|a, b| a >= b), "{shown}");
        }
    }

    #[test]
    fn what_was_measured_is_drawn() {
        let it = Arrangement::new(16, 8).unwrap();
        let bin = Bin { from: 0.6, to: 0.7, pairs: 10, found: 5, predicted: 0.0 };
        assert!(plot(it, 0.8, 0.95, &[bin], Style::PLAIN).contains('o'));
        let few = Bin { pairs: 4, ..bin };
        assert!(!plot(it, 0.8, 0.95, &[few], Style::PLAIN).contains("o measured"));
    }
}
