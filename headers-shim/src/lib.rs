//! Dovetail's Python.h, and the Rust types bindgen makes from it.
