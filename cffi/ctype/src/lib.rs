//! C types of a target machine: what they are, how they are written, where their bytes lie, and how a call
//! passes them. Knows nothing of Python, of libclang and of the machine it runs on.
//!
//! # The pieces
//!
//! - [`Types`] is an arena. [`TypeId`] is a small number into it; **equal types have equal ids**, so comparing
//!   two C types is comparing two numbers. Structs, unions and enums are equal only to themselves
//!   ([`Types::new_record`], [`Types::new_enum`] always make another one), as in C.
//! - [`Type`] says what an id stands for. Typedefs are not types: a table of names stands above this crate.
//!   A name that cffi keeps (`int32_t`, `size_t`, `wchar_t`) is a [`Primitive`] of its own.
//! - [`Record`] and [`Field`] describe structs and unions with everything that moves bytes: bit-fields, `packed`,
//!   `#pragma pack`, `aligned`, anonymous members, flexible tails. A record is opaque until
//!   [`Types::complete_record`]; a *partial* one (`...;` in a cdef) has no layout before somebody who knows calls
//!   [`Types::fix_layout`].
//! - [`Types::layout`] gives size and alignment, [`Types::record_layout`] the place of each field.
//! - [`Types::name`] writes a type as cffi's `repr` does, without qualifiers: `int *(*)[5]`. [`Types::declare`] puts
//!   something into it as `ffi.getctype(t, "x")` does. [`Types::c_name`] is the same with qualifiers and calling
//!   conventions, for people and compilers.
//! - [`Types::parse`] reads a type from text, as `ffi.typeof` takes it, over names that the caller's [`Names`] knows.
//! - [`classify`] says which registers or which memory an argument or result travels in.
//! - [`tables`] has the words that cffi's out-of-line modules write types with, and says whether tables hang together.
//! - [`Types::absorb`] takes over the types of another arena (a parse result from the cache, say).
//!
//! ```
//! use dovetail_ctype::{Primitive, Quals, Target, Types, Length};
//! let mut types = Types::new(Target::X86_64);
//! let int = types.primitive(Primitive::Int);
//! let pointer = types.pointer(int, Quals::NONE);
//! let array = types.array(pointer, Quals::NONE, Length::Fixed(5));
//! let id = types.pointer(array, Quals::NONE);
//! assert_eq!(types.name(id), "int *(*)[5]");
//! assert_eq!(types.layout(array).unwrap().size, 40);
//! ```
//!
//! # Who owns what, and errors
//!
//! Everything is plain data that can be cloned, sent and serialized. Nothing panics on user input: an id of another
//! arena does, since that is a bug of the caller. Sizes are 64 bits; what outgrows them is [`LayoutError::TooLarge`].

pub mod classify;
mod layout;
mod name;
mod primitive;
mod record;
pub mod tables;
mod target;
mod type_text;
mod types;

pub use layout::{FieldPlace, Layout, LayoutError, RecordLayout};
pub use primitive::{Primitive, PrimitiveKind};
pub use record::{Enum, EnumId, Enumerator, Field, Record, RecordId, RecordKind};
pub use target::{LongDouble, Target};
pub use type_text::{Names, NoNames, TypeTextError};
pub use types::{Convention, Function, Length, Merger, Quals, Type, TypeId, Types, UnknownKind};
