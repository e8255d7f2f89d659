//! Declarations as tables of words, as cffi's out-of-line modules carry them: the words' numbers, and whether tables that
//! come from Python text hang together. What a C compiler made is trusted; text may be damaged.
//!
//! A word is an operation in its low byte with an argument above it. Types are one table; other tables point into it. An array's
//! word is followed by its length, a function's by its parameters and an end.

use std::fmt;

pub mod op {
    //! The operations' numbers: odd ones, since an even word is an address.
    pub const PRIMITIVE: u8 = 1;
    pub const POINTER: u8 = 3;
    pub const ARRAY: u8 = 5;
    pub const OPEN_ARRAY: u8 = 7;
    pub const STRUCT_UNION: u8 = 9;
    pub const ENUM: u8 = 11;
    pub const FUNCTION: u8 = 13;
    pub const FUNCTION_END: u8 = 15;
    pub const NOOP: u8 = 17;
    pub const BITFIELD: u8 = 19;
    pub const TYPENAME: u8 = 21;
    pub const CPYTHON_BLTN_V: u8 = 23;
    pub const CPYTHON_BLTN_N: u8 = 25;
    pub const CPYTHON_BLTN_O: u8 = 27;
    pub const CONSTANT: u8 = 29;
    pub const CONSTANT_INT: u8 = 31;
    pub const GLOBAL_VAR: u8 = 33;
    pub const DLOPEN_FUNC: u8 = 35;
    pub const DLOPEN_CONST: u8 = 37;
    pub const GLOBAL_VAR_F: u8 = 39;
    pub const EXTERN_PYTHON: u8 = 41;
}

/// The operation of a word.
pub fn operation(word: isize) -> u8 {
    word as u8
}

/// The argument of a word.
pub fn argument(word: isize) -> isize {
    word >> 8
}

/// The tables of a module of Python text, without names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tables<'a> {
    pub types: &'a [isize],
    /// A word each.
    pub globals: &'a [isize],
    /// The place of each struct or union among the types.
    pub records: &'a [isize],
    /// A word each.
    pub fields: &'a [isize],
    /// The place of each enum among the types.
    pub enums: &'a [isize],
    /// The place of each typedef's type.
    pub typenames: &'a [isize],
}

/// What does not hang together: a table, and the row in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DamagedTables {
    pub table: &'static str,
    pub row: usize,
}

impl fmt::Display for DamagedTables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} of {} does not fit the other tables", self.row, self.table)
    }
}

impl std::error::Error for DamagedTables {}

impl Tables<'_> {
    /// Whether every place that a word names is there and is of the kind that belongs there. Operations that do not exist
    /// are left to whoever meets them.
    ///
    /// # Errors
    /// The first row that does not fit.
    pub fn check(&self) -> Result<(), DamagedTables> {
        let lengths = self.lengths()?;
        let is_type = |at: isize| usize::try_from(at).is_ok_and(|at| lengths.get(at) == Some(&false));
        let all = |table, rows: &[isize], fits: &dyn Fn(usize, isize) -> bool| {
            let bad = rows.iter().enumerate().position(|(i, row)| !fits(i, *row));
            bad.map_or(Ok(()), |row| Err(DamagedTables { table, row }))
        };
        all("_types", self.types, &|i, word| lengths[i] || self.type_fits(i, word, &is_type))?;
        all("_globals", self.globals, &|_, word| match operation(word) {
            op::CONSTANT_INT | op::ENUM => true,
            // These have addresses, which only compiled modules know.
            op::CPYTHON_BLTN_V | op::CPYTHON_BLTN_N | op::CPYTHON_BLTN_O => false,
            op::GLOBAL_VAR_F | op::EXTERN_PYTHON => false,
            _ => is_type(argument(word)),
        })?;
        let its_own = |operation, i: usize, at: isize| {
            is_type(at) && self.types[at as usize] == (i as isize) << 8 | isize::from(operation)
        };
        all("_struct_unions", self.records, &|i, at| its_own(op::STRUCT_UNION, i, at))?;
        all("the fields", self.fields, &|_, word| is_type(argument(word)))?;
        all("_enums", self.enums, &|i, at| its_own(op::ENUM, i, at))?;
        all("_typenames", self.typenames, &|_, at| is_type(at))
    }

    /// Which words are lengths of arrays.
    fn lengths(&self) -> Result<Vec<bool>, DamagedTables> {
        let mut lengths = vec![false; self.types.len()];
        let mut at = 0;
        while at < self.types.len() {
            if operation(self.types[at]) == op::ARRAY {
                match self.types.get(at + 1) {
                    Some(length) if *length >= 0 => lengths[at + 1] = true,
                    _ => return Err(DamagedTables { table: "_types", row: at }),
                }
                at += 1;
            }
            at += 1;
        }
        Ok(lengths)
    }

    fn type_fits(&self, at: usize, word: isize, is_type: &dyn Fn(isize) -> bool) -> bool {
        let place = argument(word);
        let inside = |rows: &[isize]| usize::try_from(place).is_ok_and(|n| n < rows.len());
        match operation(word) {
            op::POINTER | op::ARRAY | op::OPEN_ARRAY | op::NOOP => is_type(place),
            op::FUNCTION => {
                let mut rest = self.types[at + 1..].iter().map(|word| operation(*word));
                is_type(place)
                    && rest.find(|o| matches!(*o, op::FUNCTION_END | op::ARRAY)) == Some(op::FUNCTION_END)
            }
            // -1 is FILE.
            op::STRUCT_UNION => place == -1 || inside(self.records),
            op::ENUM => inside(self.enums),
            op::TYPENAME => inside(self.typenames),
            other => other % 2 == 1,
        }
    }
}
