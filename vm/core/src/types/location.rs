//! The location table of code objects (PEP 626, PEP 657): a cursor over its entries.
//!
//! Each entry starts with a byte whose top bit is set: four bits of kind, three bits of length less one (in code
//! units). What follows depends on the kind; lines are deltas to the entry before.

/// Where some instructions come from. What is missing is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub line: Option<i32>,
    pub end_line: Option<i32>,
    pub column: Option<i32>,
    pub end_column: Option<i32>,
}

/// A run of code units with the same position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The first unit.
    pub start: usize,
    /// Behind the last unit.
    pub end: usize,
    pub position: Position,
}

/// A place in a location table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    at: usize,
    line: i32,
    unit: usize,
}

const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NONE: u8 = 15;

impl Cursor {
    /// The start of the table of code whose first line is `first`.
    pub fn new(first: i32) -> Cursor {
        Cursor { at: 0, line: first, unit: 0 }
    }

    fn byte(&mut self, table: &[u8]) -> Option<u8> {
        let b = *table.get(self.at)?;
        self.at += 1;
        Some(b)
    }

    /// An unsigned number in groups of six bits, lowest first.
    fn unsigned(&mut self, table: &[u8]) -> Option<u32> {
        let (mut value, mut shift) = (0u32, 0);
        loop {
            let b = self.byte(table)?;
            value |= ((b & 63) as u32).checked_shl(shift).unwrap_or(0);
            shift += 6;
            if b & 64 == 0 {
                return Some(value);
            }
        }
    }

    /// A signed number: the lowest bit is the sign.
    fn signed(&mut self, table: &[u8]) -> Option<i32> {
        let u = self.unsigned(table)?;
        let m = (u >> 1) as i32;
        Some(if u & 1 != 0 { -m } else { m })
    }

    /// The next entry, or `None` at the end (or where the table is cut off).
    pub fn next(&mut self, table: &[u8]) -> Option<Entry> {
        let first = self.byte(table)?;
        let (kind, length) = ((first >> 3) & 15, (first & 7) as usize + 1);
        let mut p = Position::default();
        match kind {
            NONE => {}
            LONG => {
                self.line = self.line.wrapping_add(self.signed(table)?);
                p.line = Some(self.line);
                p.end_line = Some(self.line.wrapping_add(self.unsigned(table)? as i32));
                // Columns are stored plus one; zero is "none".
                p.column = (self.unsigned(table)? as i32).checked_sub(1).filter(|c| *c >= 0);
                p.end_column = (self.unsigned(table)? as i32).checked_sub(1).filter(|c| *c >= 0);
            }
            NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed(table)?);
                (p.line, p.end_line) = (Some(self.line), Some(self.line));
            }
            10..=12 => {
                self.line = self.line.wrapping_add(kind as i32 - 10);
                (p.line, p.end_line) = (Some(self.line), Some(self.line));
                p.column = Some(self.byte(table)? as i32);
                p.end_column = Some(self.byte(table)? as i32);
            }
            _ => {
                let second = self.byte(table)?;
                let column = ((kind << 3) | (second >> 4)) as i32;
                (p.line, p.end_line) = (Some(self.line), Some(self.line));
                p.column = Some(column);
                p.end_column = Some(column + (second & 15) as i32);
            }
        }
        let start = self.unit;
        self.unit += length;
        Some(Entry { start, end: self.unit, position: p })
    }
}

/// Runs of units of one line: start, end, line.
pub fn line_runs(table: &[u8], first: i32) -> Vec<(usize, usize, Option<i32>)> {
    let mut out: Vec<(usize, usize, Option<i32>)> = Vec::new();
    let mut cursor = Cursor::new(first);
    while let Some(e) = cursor.next(table) {
        match out.last_mut() {
            Some(last) if last.2 == e.position.line => last.1 = e.end,
            _ => out.push((e.start, e.end, e.position.line)),
        }
    }
    out
}

/// The position of a code unit.
pub fn position_of(table: &[u8], first: i32, unit: usize) -> Option<Position> {
    let mut cursor = Cursor::new(first);
    while let Some(e) = cursor.next(table) {
        if unit < e.end {
            return Some(e.position);
        }
    }
    None
}

/// The old table of byte and line deltas (`co_lnotab`).
pub fn old_table(table: &[u8], first: i32) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut line, mut code) = (first, 0usize);
    for (start, _, l) in line_runs(table, first) {
        let Some(l) = l else { continue };
        let (mut dl, mut dc) = (l - line, start * 2 - code);
        if dl == 0 {
            continue;
        }
        while dc > 255 {
            out.extend([255, 0]);
            dc -= 255;
        }
        while !(-128..=127).contains(&dl) {
            let step = if dl < 0 { -128 } else { 127 };
            out.extend([dc as u8, step as i8 as u8]);
            dc = 0;
            dl -= step;
        }
        out.extend([dc as u8, dl as i8 as u8]);
        (line, code) = (l, start * 2);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_every_kind() {
        // Short form at columns 4..9, one line down, no columns, long form, none.
        let table = [
            0x80,
            0x45,
            0x80 | 11 << 3 | 1,
            2,
            8,
            0x80 | 13 << 3,
            3,
            0x80 | 14 << 3,
            2,
            1,
            5,
            7,
            0x80 | 15 << 3 | 7,
        ];
        let mut c = Cursor::new(10);
        let p = |l: i32, e: i32, a: i32, b: i32| Position {
            line: Some(l),
            end_line: Some(e),
            column: Some(a),
            end_column: Some(b),
        };
        assert_eq!(c.next(&table), Some(Entry { start: 0, end: 1, position: p(10, 10, 4, 9) }));
        assert_eq!(c.next(&table), Some(Entry { start: 1, end: 3, position: p(11, 11, 2, 8) }));
        let line_only = Position { line: Some(10), end_line: Some(10), ..Position::default() };
        assert_eq!(c.next(&table), Some(Entry { start: 3, end: 4, position: line_only }));
        assert_eq!(c.next(&table), Some(Entry { start: 4, end: 5, position: p(11, 12, 4, 6) }));
        assert_eq!(c.next(&table), Some(Entry { start: 5, end: 13, position: Position::default() }));
        assert_eq!(c.next(&table), None);
        assert_eq!(line_runs(&table, 10).len(), 5);
        assert_eq!(position_of(&table, 10, 2).and_then(|p| p.line), Some(11));
    }
}
