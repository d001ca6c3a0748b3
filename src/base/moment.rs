//! Dates of records, read as points of time.
//!
//! A record says its date as whoever wrote it likes: a day, a day and a time with a zone or without, the form of mail and
//! of HTTP, seconds or milliseconds since 1970. To tell which of two pages is the earlier one, all are read here.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    fmt::rfc2822,
    tz::TimeZone,
};

/// A point of time in seconds since the beginning of 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// The moment that a date names; none if it is written in a way that is not known.
    ///
    /// Known are ISO 8601 (`2031-05-04`, `2031-05-04T06:00:00+02:00`, `2031-05-04 06:00`, `20310504`, `20310504060000`),
    /// RFC 2822 (`Sun, 04 May 2031 06:00:00 +0200`), and seconds, milliseconds and microseconds since 1970. A day is
    /// its beginning, and a time without a zone is UTC.
    pub fn of(date: &str) -> Option<Moment> {
        let date = date.trim();
        if date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && !date.is_empty() {
            return of_digits(date);
        }
        let timestamp = date
            .parse::<Timestamp>()
            .ok()
            .or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        if let Some(timestamp) = timestamp {
            return Some(Moment(timestamp.as_second()));
        }
        let civil =
            date.parse::<DateTime>().or_else(|_| date.parse::<Date>().map(DateTime::from)).ok()?;
        of_civil(civil)
    }
}

fn of_civil(civil: DateTime) -> Option<Moment> {
    Some(Moment(TimeZone::UTC.to_timestamp(civil).ok()?.as_second()))
}

/// A number: a day or a time without signs between, or what has passed since 1970.
fn of_digits(date: &str) -> Option<Moment> {
    let whole = date.split('.').next()?;
    let number: i64 = whole.parse().ok()?;
    let part = |from: usize, to: usize| whole.get(from..to)?.parse::<i8>().ok();
    match whole.len() {
        8 | 14 if date == whole => {
            let year = whole.get(..4)?.parse().ok()?;
            let day = Date::new(year, part(4, 6)?, part(6, 8)?).ok()?;
            let [hour, minute, second] = if whole.len() == 14 {
                [part(8, 10)?, part(10, 12)?, part(12, 14)?]
            } else {
                [0; 3]
            };
            of_civil(
                DateTime::new(day.year(), day.month(), day.day(), hour, minute, second, 0).ok()?,
            )
        }
        9..=11 => Some(Moment(number)),
        12..=13 => Some(Moment(number / 1000)),
        15..=16 => Some(Moment(number / 1_000_000)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_all_kinds_name_moments() {
        let noon = Some(Moment(1_935_403_200));
        for date in [
            "2031-05-01T12:00:00Z",
            "2031-05-01T14:00:00+02:00",
            "2031-05-01 12:00",
            "2031-05-01T12:00:00.250",
            "Thu, 01 May 2031 12:00:00 GMT",
            "Thu, 1 May 2031 07:00:00 -0500",
            "20310501120000",
            "1935403200",
            "1935403200.5",
            "1935403200000",
            " 2031-05-01T12:00:00Z ",
        ] {
            assert_eq!(Moment::of(date), noon, "{date}");
        }
        let day = Some(Moment(1_935_403_200 - 43_200));
        assert_eq!([Moment::of("2031-05-01"), Moment::of("20310501")], [day; 2]);
        for date in [
            "",
            "yesterday",
            "05/04/2031",
            "2031-13-01",
            "20311301",
            "1",
            "99999999999999999999",
            "...",
        ] {
            assert_eq!(Moment::of(date), None, "{date}");
        }
    }

    #[test]
    fn a_zone_decides_which_is_earlier() {
        let of = |date| Moment::of(date).unwrap();
        assert!(of("2031-03-02T01:30:00+05:00") < of("2031-03-01T22:00:00Z"));
    }
}
