//! Arithmetic, parsing and formatting of Python's numbers.
