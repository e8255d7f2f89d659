//! ISO 8601 text to the fields of dates and times; knows nothing of objects.
//!
//! Accepted is what CPython accepts: calendar and week dates, basic and extended forms, any separator character
//! between date and time, fractions of any length (cut to microseconds), and an offset with up to microseconds.

use super::calendar::from_iso_week;

/// The text is not of the form, or a week or weekday does not exist.
pub struct Malformed;

type Parsed<T> = Result<T, Malformed>;

/// A position in text.
struct Cursor<'a> {
    text: &'a [u32],
    at: usize,
}

fn is_digit(c: u32) -> bool {
    (0x30..0x3a).contains(&c)
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u32> {
        self.text.get(self.at).copied()
    }

    fn is(&self, c: char) -> bool {
        self.peek() == Some(c as u32)
    }

    fn skip(&mut self, c: char) -> bool {
        let found = self.is(c);
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self, n: usize) -> Parsed<i32> {
        let mut value = 0;
        for _ in 0..n {
            let c = self.peek().filter(|c| is_digit(*c)).ok_or(Malformed)?;
            value = value * 10 + (c - 0x30) as i32;
            self.at += 1;
        }
        Ok(value)
    }
}

/// Year, month and day of a whole text of 7, 8 or 10 characters; they are not checked.
pub fn date(text: &[u32]) -> Parsed<(i32, i32, i32)> {
    if !matches!(text.len(), 7 | 8 | 10) {
        return Err(Malformed);
    }
    let mut c = Cursor { text, at: 0 };
    let year = c.digits(4)?;
    let separated = c.skip('-');
    let found = if c.skip('W') {
        let week = c.digits(2)?;
        let mut day = 1;
        if c.at < text.len() {
            if separated && !c.skip('-') {
                return Err(Malformed);
            }
            day = c.digits(1)?;
        }
        from_iso_week(year, week, day).map_err(|_| Malformed)?
    } else {
        let month = c.digits(2)?;
        if separated && !c.skip('-') {
            return Err(Malformed);
        }
        (year, month, c.digits(2)?)
    };
    if c.at == text.len() { Ok(found) } else { Err(Malformed) }
}

/// Where the date ends and the separator stands in a text of at least 7 characters.
fn separator(text: &[u32]) -> Parsed<usize> {
    let is = |i: usize, c: char| text.get(i) == Some(&(c as u32));
    if text.len() == 7 {
        return Ok(7);
    }
    if is(4, '-') {
        if !is(5, 'W') {
            return Ok(10);
        }
        if text.len() > 8 && is(8, '-') {
            if text.len() == 9 {
                return Err(Malformed);
            }
            return Ok(if text.len() > 10 && is_digit(text[10]) { 8 } else { 10 });
        }
        return Ok(8);
    }
    if !is(4, 'W') {
        return Ok(8);
    }
    let end = 7 + text[7..].iter().take_while(|c| is_digit(**c)).count();
    Ok(if end < 9 {
        end
    } else if end % 2 == 0 {
        7
    } else {
        8
    })
}

/// A time of day with its offset.
#[derive(Clone, Copy, Default)]
pub struct Clock {
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub microsecond: i32,
    /// Seconds and microseconds east of UTC, of the same sign.
    pub offset: Option<(i32, i32)>,
}

/// `HH[:MM[:SS[.ffffff]]]` or `HHMMSS...` at the beginning; says whether something follows.
fn parts(c: &mut Cursor<'_>, end: usize) -> Parsed<([i32; 4], bool)> {
    let mut out = [0; 4];
    let mut separated = true;
    for i in 0..3 {
        out[i] = c.digits(2)?;
        let next = c.peek();
        c.at += 1;
        if i == 0 {
            separated = next == Some(':' as u32);
        }
        let mark = next == Some('.' as u32) || next == Some(',' as u32);
        if c.at >= end {
            return if mark && c.at == end { Err(Malformed) } else { Ok((out, next.is_some())) };
        }
        if separated && next == Some(':' as u32) {
            if i == 2 {
                return Err(Malformed);
            }
        } else if mark {
            if i < 2 {
                return Err(Malformed);
            }
            break;
        } else if !separated {
            c.at -= 1;
        } else {
            return Err(Malformed);
        }
    }
    let digits = end.saturating_sub(c.at).min(6);
    out[3] = c.digits(digits)? * [1, 100_000, 10_000, 1_000, 100, 10, 1][digits];
    while c.peek().is_some_and(is_digit) {
        c.at += 1;
    }
    Ok((out, c.peek().is_some()))
}

/// The time of day and offset of a whole text.
pub fn time(text: &[u32]) -> Parsed<Clock> {
    let zone = text.iter().position(|c| [0x2b, 0x2d, 0x5a].contains(c)).unwrap_or(text.len());
    let mut c = Cursor { text, at: 0 };
    let ([hour, minute, second, microsecond], more) = parts(&mut c, zone)?;
    let mut clock = Clock { hour, minute, second, microsecond, offset: None };
    if zone == text.len() {
        return if more { Err(Malformed) } else { Ok(clock) };
    }
    if text[zone] == 'Z' as u32 {
        if zone + 1 != text.len() {
            return Err(Malformed);
        }
        clock.offset = Some((0, 0));
        return Ok(clock);
    }
    let sign = if text[zone] == '-' as u32 { -1 } else { 1 };
    let mut c = Cursor { text, at: zone + 1 };
    let ([h, m, s, us], more) = parts(&mut c, text.len())?;
    if more {
        return Err(Malformed);
    }
    clock.offset = Some((sign * (h * 3600 + m * 60 + s), sign * us));
    Ok(clock)
}

/// The date and the time of a whole text.
pub fn date_time(text: &[u32]) -> Parsed<((i32, i32, i32), Clock)> {
    if text.len() < 7 {
        return Err(Malformed);
    }
    let at = separator(text)?;
    let ymd = date(text.get(..at).ok_or(Malformed)?)?;
    Ok((ymd, if text.len() == at { Clock::default() } else { time(&text[at + 1..])? }))
}
