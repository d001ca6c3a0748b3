//! Days and times that are numbers, in the form of ISO 8601.

use std::fmt::Write as _;

/// A day counted from 1970-01-01.
pub fn day_text(days: i64) -> String {
    let (year, month, day) = date(days);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A time counted from the start of 1970-01-01 UTC, `per_second` a second.
pub fn time_text(value: i64, per_second: i64) -> String {
    let per_second = per_second.max(1);
    let per_day = per_second.saturating_mul(86_400);
    let mut text = day_text(value.div_euclid(per_day));
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
    text
}

/// Year, month and day of a day counted from 1970-01-01, by the Gregorian calendar, whose pattern
/// comes back every 146,097 days.
fn date(days: i64) -> (i64, i64, i64) {
    // From 1 March of the year 0, so that a leap day is the last of its year.
    let days = days.saturating_add(719_468);
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}
