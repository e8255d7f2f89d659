//! The proleptic Gregorian calendar as plain arithmetic; knows nothing of objects.
//!
//! Day 1 is the first of January of the year 1. Functions that take a year, month and day expect a valid date.

/// The years that dates may have.
pub const MIN_YEAR: i32 = 1;
pub const MAX_YEAR: i32 = 9999;
/// The number of the last day of the last year.
pub const MAX_ORDINAL: i64 = 3_652_059;

const DAYS: [i32; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const BEFORE: [i32; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const IN_4: i64 = 4 * 365 + 1;
const IN_100: i64 = 25 * IN_4 - 1;
const IN_400: i64 = 4 * IN_100 + 1;

pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i32, month: i32) -> i32 {
    if month == 2 && is_leap(year) { 29 } else { DAYS[month as usize] }
}

/// Days of the year before the month begins.
pub fn days_before_month(year: i32, month: i32) -> i32 {
    BEFORE[month as usize] + i32::from(month > 2 && is_leap(year))
}

fn days_before_year(year: i32) -> i64 {
    let y = i64::from(year) - 1;
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)
}

/// The number of a day.
pub fn ordinal(year: i32, month: i32, day: i32) -> i64 {
    days_before_year(year) + i64::from(days_before_month(year, month)) + i64::from(day)
}

/// Year, month and day of a day's number (at least 1).
pub fn from_ordinal(ordinal: i64) -> (i32, i32, i32) {
    let n = ordinal - 1;
    let (n400, n) = (n / IN_400, n % IN_400);
    let (n100, n) = (n / IN_100, n % IN_100);
    let (n4, n) = (n / IN_4, n % IN_4);
    let (n1, n) = (n / 365, (n % 365) as i32);
    let year = (n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1) as i32;
    if n1 == 4 || n100 == 4 {
        return (year - 1, 12, 31);
    }
    let mut month = (n + 50) >> 5;
    let mut before = days_before_month(year, month);
    if before > n {
        month -= 1;
        before = days_before_month(year, month);
    }
    (year, month, n - before + 1)
}

/// Monday is 0.
pub fn weekday(year: i32, month: i32, day: i32) -> i32 {
    ((ordinal(year, month, day) + 6) % 7) as i32
}

/// The number of the Monday that begins ISO week 1 of the year.
fn first_monday(year: i32) -> i64 {
    let first = ordinal(year, 1, 1);
    let weekday = (first + 6) % 7;
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// ISO year, week and weekday (Monday is 1).
pub fn iso_week(year: i32, month: i32, day: i32) -> (i32, i32, i32) {
    let mut iso_year = year;
    let mut start = first_monday(iso_year);
    let today = ordinal(year, month, day);
    let mut week = (today - start).div_euclid(7);
    let weekday = (today - start).rem_euclid(7);
    if week < 0 {
        iso_year -= 1;
        start = first_monday(iso_year);
        week = (today - start).div_euclid(7);
    } else if week >= 52 && today >= first_monday(iso_year + 1) {
        iso_year += 1;
        week = 0;
    }
    (iso_year, week as i32 + 1, weekday as i32 + 1)
}

/// What is wrong with an ISO date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadIso {
    Year,
    Week,
    Weekday,
}

/// The date of an ISO year, week and weekday; the year of the result may be 0 or 10000.
pub fn from_iso_week(year: i32, week: i32, weekday: i32) -> Result<(i32, i32, i32), BadIso> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(BadIso::Year);
    }
    if !(1..53).contains(&week) {
        // A year has a week 53 if it begins on a Thursday, or on a Wednesday when it is a leap year.
        let first = (ordinal(year, 1, 1) % 7) as i32;
        let long = first == 4 || (first == 3 && is_leap(year));
        if week != 53 || !long {
            return Err(BadIso::Week);
        }
    }
    if !(1..=7).contains(&weekday) {
        return Err(BadIso::Weekday);
    }
    let day = first_monday(year) + i64::from((week - 1) * 7 + weekday - 1);
    Ok(if day < 1 { (0, 12, 31 + day as i32) } else { from_ordinal(day) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_its_number() {
        let mut n = 0;
        for year in [1, 2, 4, 100, 400, 1999, 2000, 2024, 9999] {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    let o = ordinal(year, month, day);
                    assert_eq!(from_ordinal(o), (year, month, day));
                    let (y, w, d) = iso_week(year, month, day);
                    if (MIN_YEAR..=MAX_YEAR).contains(&y) {
                        assert_eq!(from_iso_week(y, w, d), Ok((year, month, day)));
                    }
                    n += 1;
                }
            }
        }
        assert_eq!(n, 9 * 365 + 4);
        assert_eq!(ordinal(9999, 12, 31), MAX_ORDINAL);
    }
}
