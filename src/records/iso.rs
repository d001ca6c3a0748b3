//! Days and times that are numbers, in the form of ISO 8601.

use std::fmt::Write as _;

use jiff::{Span, civil::Date};

/// A day counted from 1970-01-01, if its year has at most four digits.
pub fn day_text(days: i64) -> Option<String> {
    let since = Span::new().try_days(days).ok()?;
    Some(Date::constant(1970, 1, 1).checked_add(since).ok()?.to_string())
}

/// A time counted from the start of 1970-01-01 UTC, `per_second` a second.
pub fn time_text(value: i64, per_second: i64) -> Option<String> {
    let per_day = per_second.checked_mul(86_400).filter(|&per_day| per_day > 0)?;
    let mut text = day_text(value.div_euclid(per_day))?;
    let rest = value.rem_euclid(per_day);
    let seconds = rest / per_second;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    // Writing to memory cannot fail.
    let _ = write!(text, "T{hour:02}:{minute:02}:{second:02}");
    let part = rest % per_second;
    if part > 0 {
        let digits = per_second.ilog10() as usize;
        let _ = write!(text, ".{part:0digits$}");
    }
    text.push('Z');
    Some(text)
}
