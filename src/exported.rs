//! What stands behind each symbol of the C API in this executable, for `dovetail wheel check`.

use std::collections::HashMap;

use dovetail_wheels::symbols::{Status, SymbolStatus};

/// The exported names, as the table says that the linker was given too.
pub struct Symbols {
    rows: HashMap<&'static str, Status>,
}

impl Symbols {
    /// Reads the table of exports.
    pub fn new() -> Self {
        let status = |real| if real { Status::Real } else { Status::Raising };
        Symbols {
            rows: dovetail_cpyext::exports().map(|export| (export.name, status(export.real))).collect(),
        }
    }
}

impl SymbolStatus for Symbols {
    fn status(&self, symbol: &str) -> Status {
        self.rows.get(symbol).copied().unwrap_or(Status::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_function_a_variable_and_an_invented_name() {
        let symbols = Symbols::new();
        assert_eq!(symbols.status("PyList_New"), Status::Real);
        assert_eq!(symbols.status("PyExc_ValueError"), Status::Real);
        assert_eq!(symbols.status("PyNo_SuchFunction"), Status::Unknown);
    }
}
