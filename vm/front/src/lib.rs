//! Source text to CPython 3.14 code, as plain data.
