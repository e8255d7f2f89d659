//! `_ctypes`: the native half of the `ctypes` package.
//!
//! # The rooms
//!
//! - `info`: what each C type's class knows of its memory ([`info::Info`]), and `CType_Type`, the metatype of them all.
//! - `code`, `wide`, `real`: values of the simple types by their type codes, between memory and objects.
//! - `data`: `_CData`, the body of all instances; who keeps what alive; reading and writing parts of an instance.
//! - `simple`, `pointer`, `array`, `record`, `function`: a kind of C type each, with its metatype. `field` has `CField`.
//! - `param`: `from_param` of each kind, and how an object becomes an argument. `carg` has what `byref` gives.
//! - `call`: calls of C; `fast` those whose types are settled numbers and strings; `flags` has `paramflags`;
//!   `callback` C functions that call Python; `describe` the types in `dovetail_ctype`'s words.
//! - `module`: the functions of the module; `shims` the C functions whose addresses the library wants.
//!
//! The library's `ctypes/__init__.py` and `_layout.py` stay CPython's: places of fields come from there.
//!
//! # Safety
//!
//! The module gives Python raw memory: addresses are whatever the program says, and nothing checks them, as in CPython. Unsafe
//! blocks that read or write through an instance's pointer rely on that promise of the program; what they promise besides
//! is said where it is not plain.

// Methods are called as Python knows them.
#![allow(clippy::wrong_self_convention)]

mod array;
mod call;
mod callback;
mod carg;
mod code;
mod data;
mod describe;
mod fast;
mod field;
mod flags;
mod function;
mod info;
mod library;
mod module;
mod param;
mod pointer;
mod real;
mod record;
mod shims;
mod simple;
mod wide;

use dovetail_core::object::native::NativeModule;

/// The modules of this crate, for [`dovetail_stdlib::add_modules`].
pub static MODULES: &[&NativeModule] = &[&module::MODULE];
