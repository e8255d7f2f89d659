//! What stands behind each Python symbol here: asked through a trait, so that this crate names no other.

use std::collections::HashMap;

use crate::error::{Result, WheelError};

/// How far a symbol of the C API is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Written, with CPython's semantics.
    Real,
    /// Exported; raises `NotImplementedError` by name when called.
    Raising,
    /// Not exported: a module that needs it does not load.
    Unknown,
}

impl Status {
    /// All of them, in the order of reports.
    pub const ALL: [Status; 3] = [Status::Real, Status::Raising, Status::Unknown];

    /// The word used in tables and reports.
    pub fn word(self) -> &'static str {
        match self {
            Status::Real => "real",
            Status::Raising => "raising",
            Status::Unknown => "unknown",
        }
    }
}

/// A source of knowledge about symbols, such as the coverage table of the exported API.
pub trait SymbolStatus {
    /// What stands behind this name.
    fn status(&self, symbol: &str) -> Status;
}

/// A coverage table read from text: a symbol and `real` or `raising` on each line, with a tab between;
/// further columns and lines starting `#` are passed over. A name that is not in it is unknown.
#[derive(Debug, Default)]
pub struct Table {
    rows: HashMap<String, Status>,
}

impl Table {
    /// Reads the text. `name` is the file's, for errors.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let mut table = Table::default();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let mut columns = line.split('\t').map(str::trim);
            let (symbol, word) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
            if number == 0 && word == "status" {
                continue;
            }
            let Some(status) = Status::ALL.into_iter().find(|status| status.word() == word) else {
                let reason = format!("line {}: '{word}' is not real, raising or unknown", number + 1);
                return Err(WheelError::malformed(name, reason));
            };
            table.rows.insert(symbol.to_string(), status);
        }
        Ok(table)
    }
}

impl SymbolStatus for Table {
    fn status(&self, symbol: &str) -> Status {
        self.rows.get(symbol).copied().unwrap_or(Status::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read() {
        let text = "symbol\tstatus\ttests\n# a comment\nPyList_New\treal\tlist.c\nPyFoo_Bar\traising\n";
        let table = Table::parse("t", text).expect("parses");
        assert_eq!(table.status("PyList_New"), Status::Real);
        assert_eq!(table.status("PyFoo_Bar"), Status::Raising);
        assert_eq!(table.status("PyNo_Such"), Status::Unknown);
        assert!(Table::parse("t", "PyList_New\tdone\n").is_err());
    }
}
