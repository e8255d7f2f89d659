//! Types and constants of the C headers, as bindgen reads them: nothing here is written by hand.
//!
//! Every name is the C name. Structs have C's layout; function-pointer types are `Option`s;
//! `Py_TPFLAGS_*` are `c_ulong`, most other constants `i32`.

#![allow(missing_docs, non_camel_case_types, non_snake_case, non_upper_case_globals)]
#![allow(unsafe_op_in_unsafe_fn, clippy::all, unnecessary_transmutes, dead_code, unused_imports)]

include!(concat!(env!("OUT_DIR"), "/raw.rs"));
