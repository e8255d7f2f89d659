//! Objects, types, interpreter, import.
