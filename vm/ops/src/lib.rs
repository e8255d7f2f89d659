//! The instruction table of CPython 3.14's bytecode.
