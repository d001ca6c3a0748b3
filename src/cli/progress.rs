//! How a run gets on, on standard error: bars on a terminal, or a JSON object a line.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::interrupt;
use super::terminal::{Event, Style, Verbosity, bytes, count, duration};
use crate::engine::{Observer, Stage, Unit};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Least time between two lines of JSON about one part of a stage.
const INTERVAL: Duration = Duration::from_millis(500);

/// Redraws a bar also while nothing is counted, so that it is seen that the run is alive.
const TICK: Duration = Duration::from_millis(250);

/// Notes how long stages take, and shows how they get on.
pub(super) struct Watch {
    voice: Verbosity,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    took: Vec<(Stage, Duration)>,
    part: Option<Part>,
    bar: Option<ProgressBar>,
}

/// A part of a stage that counts one thing.
#[derive(Clone, Debug)]
struct Part {
    stage: Stage,
    unit: Unit,
    total: Option<u64>,
    done: u64,
    begun: Instant,
    said: Instant,
}

impl Watch {
    pub(super) fn new(voice: Verbosity) -> Watch {
        Watch { voice, seen: Mutex::default() }
    }

    /// Where the time went.
    pub(super) fn took(&self, input: u64) -> String {
        let seen = self.seen();
        let total: Duration = seen.took.iter().map(|stage| stage.1).sum();
        let rate = u128::from(input) * 1_000_000 / total.as_micros().max(1);
        let rate = bytes(u64::try_from(rate).unwrap_or(u64::MAX));
        let parts: Vec<String> = (seen.took.iter())
            .map(|(stage, took)| format!("{} {:.2}", stage.word(), took.as_secs_f64()))
            .collect();
        format!("took {:.2} s ({}), {rate}/s", total.as_secs_f64(), parts.join(", "))
    }

    /// A worker that panicked ends the run by itself.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how far a part has come.
    fn tell(&self, part: &Part) {
        let seconds = part.begun.elapsed().as_secs_f64();
        let rate = part.done as f64 / seconds.max(1e-6);
        let left = (part.total)
            .filter(|_| part.done > 0)
            .map(|total| thousandths(total.saturating_sub(part.done) as f64 / rate));
        self.voice.event(&Event::Progress {
            stage: part.stage.word(),
            unit: part.unit.word(),
            done: part.done,
            total: part.total,
            seconds: thousandths(seconds),
            left,
        });
    }

    /// The last word on a part.
    fn end_part(&self, seen: &mut Seen) {
        if let Some(part) = seen.part.take() {
            self.tell(&part);
        }
        if let Some(bar) = seen.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Watch {
    fn is_cancelled(&self) -> bool {
        interrupt::is_asked()
    }

    fn begin(&self, stage: Stage) {
        self.voice.event(&Event::Begin { stage: stage.word() });
    }

    fn expect(&self, stage: Stage, unit: Unit, total: Option<u64>) {
        let mut seen = self.seen();
        self.end_part(&mut seen);
        let now = Instant::now();
        let part = Part { stage, unit, total, done: 0, begun: now, said: now };
        self.tell(&part);
        if self.voice.has_bars() {
            let bar = bar(&part, Style::of_stderr());
            bar.enable_steady_tick(TICK);
            seen.bar = Some(bar);
        }
        seen.part = Some(part);
    }

    fn advance(&self, _stage: Stage, done: u64) {
        let mut seen = self.seen();
        let Some(part) = &mut seen.part else { return };
        part.done += done;
        if self.voice.is_json() && part.said.elapsed() >= INTERVAL {
            part.said = Instant::now();
            self.tell(part);
        }
        let at = part.done;
        if let Some(bar) = &seen.bar {
            bar.set_position(at);
        }
    }

    fn end(&self, stage: Stage, took: Duration) {
        let mut seen = self.seen();
        self.end_part(&mut seen);
        seen.took.push((stage, took));
        let seconds = thousandths(took.as_secs_f64());
        self.voice.event(&Event::End { stage: stage.word(), seconds });
    }
}

/// Watches work within a stage that is watched already: it ends when the run is to end, and shows nothing of its own.
pub(super) struct Within;

impl Observer for Within {
    fn is_cancelled(&self) -> bool {
        interrupt::is_asked()
    }
}

/// Seconds without digits that mean nothing.
fn thousandths(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// A bar on standard error: `learn  ━━━━━╸      62 %, 1.2 GB of 2.0 GB, 240.3 MB/s, 3 s left`.
fn bar(part: &Part, style: Style) -> ProgressBar {
    let template = match (part.total, style.has_colour()) {
        (Some(_), true) => "{stage} {wide_bar:.green} {figures}",
        (Some(_), false) => "{stage} {wide_bar} {figures}",
        (None, _) => "{stage} {figures}",
    };
    let bar = match part.total {
        Some(total) => ProgressBar::new(total),
        None => ProgressBar::no_length(),
    };
    let (stage, unit) = (part.stage, part.unit);
    let figures = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        // Writing to a buffer cannot fail.
        let _ =
            out.write_str(&figures(unit, state.pos(), state.len(), state.per_sec(), state.eta()));
    };
    // A template of this file that cannot be read would be a plain bar, not a failure.
    let look = ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸ ")
        .with_key("stage", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let _ = write!(out, "{:<8}", stage.word());
        })
        .with_key("figures", figures);
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
    bar.with_style(look)
}

/// How far, how fast, how long still.
fn figures(unit: Unit, done: u64, total: Option<u64>, rate: f64, left: Duration) -> String {
    let amount = |n: u64| match unit {
        Unit::Bytes => bytes(n),
        _ => count(n),
    };
    let rate = whole(rate);
    let what = if unit == Unit::Bytes { "" } else { unit.word() };
    let speed = match unit {
        Unit::Bytes => format!("{}/s", bytes(rate)),
        _ => format!("{}/s", count(rate)),
    };
    let Some(total) = total else {
        return [&amount(done), what, &format!("· {speed}")].join(" ").replace("  ", " ");
    };
    let share = (u128::from(done.min(total)) * 100) / u128::from(total.max(1));
    let mut line = format!("{share:>3} % · {} of {}", amount(done), amount(total));
    if !what.is_empty() {
        line = format!("{line} {what}");
    }
    if done > 0 && done < total {
        line = format!("{line} · {speed} · {} left", duration(left));
    }
    line
}

/// A rate as a whole number; what is none is 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest whole number that there is"
)]
fn whole(rate: f64) -> u64 {
    rate.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_says_how_far_how_fast_and_how_long_still() {
        let left = Duration::from_secs(200);
        let of = |unit, done, total| figures(unit, done, total, 1_500_000.4, left);
        assert_eq!(
            of(Unit::Bytes, 500_000_000, Some(1_000_000_000)),
            " 50 % · 500.0 MB of 1.0 GB · 1.5 MB/s · 3 min 20 s left"
        );
        assert_eq!(
            of(Unit::Pairs, 10, Some(1_234_567)),
            "  0 % · 10 of 1,234,567 pairs · 1,500,000/s · 3 min 20 s left"
        );
        // Nothing is done and nothing can be foretold; all is done.
        assert_eq!(of(Unit::Pages, 0, Some(8)), "  0 % · 0 of 8 pages");
        assert_eq!(of(Unit::Pages, 8, Some(8)), "100 % · 8 of 8 pages");
        assert_eq!(of(Unit::Pages, 0, Some(0)), "  0 % · 0 of 0 pages");
        // A stream does not say how long it is.
        assert_eq!(of(Unit::Bytes, 2_000_000, None), "2.0 MB · 1.5 MB/s");
        assert_eq!(figures(Unit::Bytes, 1, None, f64::NAN, left), "1 byte · 0 bytes/s");
    }

    #[test]
    fn parts_add_up_from_any_thread() {
        let watch = Watch::new(Verbosity::PLAIN);
        watch.begin(Stage::Learn);
        watch.expect(Stage::Learn, Unit::Bytes, Some(800));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..100).for_each(|_| watch.advance(Stage::Learn, 1)));
            }
        });
        assert_eq!(watch.seen().part.as_ref().map(|part| part.done), Some(800));
        watch.end(Stage::Learn, Duration::from_secs(2));
        assert!(watch.seen().part.is_none());
        assert_eq!(watch.took(4_000_000), "took 2.00 s (learn 2.00), 2.0 MB/s");
    }
}
