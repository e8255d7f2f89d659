//! The rule for the time after a zone's last transition: the TZ string of POSIX, with what RFC 8536 adds.
//!
//! Plain parsing and arithmetic; knows nothing of objects. Times of day may lie between -167 and 167 hours.

use crate::datetime::calendar;

/// The day number of 1 January 1970.
pub const EPOCH_DAY: i64 = 719_163;
const DAY: i64 = 86_400;

/// A day of the year.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Day {
    /// The n-th (5: last) such weekday (Sunday is 0) of a month.
    OfMonth { month: i32, week: i32, weekday: i32 },
    /// From 1, without the 29th of February.
    Julian(i64),
    /// The 29th of February counted.
    Plain(i64),
}

/// When clocks change: a day, and seconds from its beginning.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub struct Change {
    day: Day,
    seconds: i64,
}

impl Change {
    /// Local seconds since 1970, in this year.
    pub fn in_year(self, year: i32) -> i64 {
        let first = calendar::ordinal(year, 1, 1) - EPOCH_DAY;
        let day = match self.day {
            // CPython counts this form from 1 too: day 0 is the last of the year before.
            Day::Plain(n) => first + n - 1,
            Day::Julian(n) => first + n - 1 + i64::from(n >= 60 && calendar::is_leap(year)),
            Day::OfMonth { month, week, weekday } => {
                // Counted from Sunday.
                let begins_on = (calendar::weekday(year, month, 1) + 1) % 7;
                let mut day = (weekday - begins_on).rem_euclid(7) + 7 * (week - 1);
                if day >= calendar::days_in_month(year, month) {
                    day -= 7;
                }
                first + i64::from(calendar::days_before_month(year, month) + day)
            }
        };
        day * DAY + self.seconds
    }
}

/// Daylight saving time: its name, offset, begin and end.
#[derive(Debug, PartialEq, Eq)]
pub struct Daylight {
    pub name: String,
    pub offset: i64,
    pub start: Change,
    pub end: Change,
}

/// Standard time and perhaps daylight saving time; offsets are seconds east of UTC.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    pub name: String,
    pub offset: i64,
    pub daylight: Option<Daylight>,
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    /// A number of `least` to `most` digits; digits beyond stay.
    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let n = self.0.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
        if n < least {
            return None;
        }
        let value = self.0[..n].iter().fold(0, |v, b| v * 10 + i64::from(b - b'0'));
        self.0 = &self.0[n..];
        Some(value)
    }

    /// Letters, or letters, digits and signs in angle brackets.
    fn name(&mut self) -> Option<String> {
        let quoted = self.take(b'<');
        let fits = |b: &&u8| b.is_ascii_alphabetic() || (quoted && (b.is_ascii_digit() || b"+-".contains(b)));
        let n = self.0.iter().take_while(fits).count();
        let name = String::from_utf8_lossy(&self.0[..n]).into_owned();
        self.0 = &self.0[n..];
        (n > 0 && (!quoted || self.take(b'>'))).then_some(name)
    }

    /// `[+-]hhh[:mm[:ss]]` in seconds.
    fn clock(&mut self, most_hours: i64) -> Option<i64> {
        let negative = !self.take(b'+') && self.take(b'-');
        let hours = self.number(1, 3).filter(|h| *h <= most_hours)?;
        let minutes = if self.take(b':') { Some(self.number(2, 2)?) } else { None };
        let seconds = if minutes.is_some() && self.take(b':') { self.number(2, 2)? } else { 0 };
        let total = hours * 3600 + minutes.unwrap_or(0) * 60 + seconds;
        Some(if negative { -total } else { total })
    }

    /// An offset, which POSIX counts westward.
    fn offset(&mut self) -> Option<i64> {
        self.clock(24).map(|s| -s)
    }

    fn change(&mut self) -> Option<Change> {
        let day = if self.take(b'M') {
            let month = self.number(1, 2).filter(|m| (1..=12).contains(m))? as i32;
            let week = self.dotted().filter(|w| (1..=5).contains(w))?;
            let weekday = self.dotted().filter(|d| *d <= 6)?;
            Day::OfMonth { month, week, weekday }
        } else if self.take(b'J') {
            Day::Julian(self.number(1, 3).filter(|n| (1..=365).contains(n))?)
        } else {
            Day::Plain(self.number(1, 3).filter(|n| *n <= 365)?)
        };
        let seconds = if self.take(b'/') { self.clock(167)? } else { 2 * 3600 };
        Some(Change { day, seconds })
    }

    fn dotted(&mut self) -> Option<i32> {
        if self.take(b'.') { self.number(1, 1).map(|n| n as i32) } else { None }
    }
}

/// Reads a TZ string. The error says what is wrong; the string itself is to follow.
pub fn parse(text: &[u8]) -> Result<Rule, &'static str> {
    let mut r = Reader(text);
    let name = r.name().ok_or("Invalid STD format in")?;
    let offset = r.offset().ok_or("Invalid STD offset in")?;
    if r.0.is_empty() {
        return Ok(Rule { name, offset, daylight: None });
    }
    let dst_name = r.name().ok_or("Invalid DST format in")?;
    let dst_offset = match r.0.first() {
        Some(b',') => offset + 3600,
        _ => r.offset().ok_or("Invalid DST offset in")?,
    };
    let mut change = || {
        if !r.take(b',') {
            return Err("Missing transition rules in TZ string:");
        }
        r.change().ok_or("Malformed transition rule in TZ string:")
    };
    let (start, end) = (change()?, change()?);
    if !r.0.is_empty() {
        return Err("Extraneous characters at end of TZ string:");
    }
    let daylight = Some(Daylight { name: dst_name, offset: dst_offset, start, end });
    Ok(Rule { name, offset, daylight })
}

/// Whether a moment lies between two changes of a year, of which either may come first.
fn between(moment: i64, start: i64, end: i64) -> bool {
    if start < end { start <= moment && moment < end } else { !(end <= moment && moment < start) }
}

impl Rule {
    /// Is it daylight saving time at this local time? In a fold and in a gap `fold` decides (PEP 495).
    pub fn is_daylight(&self, local: i64, fold: bool, year: i32) -> bool {
        let Some(d) = &self.daylight else { return false };
        let (mut start, mut end) = (d.start.in_year(year), d.end.in_year(year));
        let gain = d.offset - self.offset;
        // Of the two overlapping readings, the first belongs to the offset before the change.
        if fold == (gain >= 0) {
            end -= gain;
        } else {
            start += gain;
        }
        between(local, start, end)
    }

    /// Is it daylight saving time at this moment of UTC, and is it the second of two like local times?
    pub fn daylight_and_fold(&self, utc: i64, year: i32) -> (bool, bool) {
        let Some(d) = &self.daylight else { return (false, false) };
        let start = d.start.in_year(year) - self.offset;
        let end = d.end.in_year(year) - d.offset;
        let gain = d.offset - self.offset;
        let repeated = if gain > 0 { end..end + gain } else { start..start - gain };
        (between(utc, start, end), repeated.contains(&utc))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_a_year() {
        let r = parse(b"CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let d = r.daylight.as_ref().unwrap();
        // 29 March and 25 October 2020.
        assert_eq!(d.start.in_year(2020), 1_585_447_200);
        assert_eq!(d.end.in_year(2020), 1_603_594_800);
        assert_eq!((r.offset, d.offset), (3600, 7200));
        assert_eq!(r.daylight_and_fold(1_603_587_600, 2020), (false, true));
        assert_eq!(r.daylight_and_fold(1_603_587_599, 2020), (true, false));
    }

    #[test]
    fn what_is_refused() {
        for (text, problem) in [
            (&b"3"[..], "Invalid STD format in"),
            (b"AAA25", "Invalid STD offset in"),
            (b"AAA0001", "Invalid DST format in"),
            (b"AAA3BBB", "Invalid DST offset in"),
            (b"AAA3BBB,J1", "Missing transition rules in TZ string:"),
            (b"AAA3BBB,J0,J5", "Malformed transition rule in TZ string:"),
            (b"AAA3BBB,J1,J5 ", "Extraneous characters at end of TZ string:"),
        ] {
            assert_eq!(parse(text), Err(problem));
        }
    }
}
