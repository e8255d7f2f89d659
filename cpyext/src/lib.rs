//! The exported C API.
