//! Compiled modules: the classes `FFI` and `Lib`, and what C files made by cffi's compiler find in the runtime.

mod context;
mod exports;
mod externpy;
pub mod ffi;
mod ffi_init;
mod global;
mod init;
mod libobj;
mod typetext;

use super::buffer::MiniBuffer;
use super::cdata::CData;
use super::ctype::CType;
use super::module::OPEN_FLAGS;
use super::{errors, make};
use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types::capsule::Capsule;
use dovetail_core::types::int::Int;
use dovetail_stdlib::util::set;

pub use init::init_module;
pub use libobj::{direct_function, signature_of as function_signature};

/// Adds the classes to the module, and to `FFI` what it has for all.
pub fn add(module: &Obj) -> PyResult<()> {
    add_type::<ffi::Ffi>(module)?;
    add_type::<libobj::Lib>(module)?;
    add_type::<global::GlobSupport>(module)?;
    let class = ffi::Ffi::type_object();
    let dict = class.dict();
    let null = CData::new(std::ptr::null_mut(), &*make::pointer_type(&*make::void()?)?)?;
    dict.set_text("NULL", &null)?;
    dict.set_text("error", errors::error_class()?.as_obj())?;
    dict.set_text("CType", CType::type_object().as_obj())?;
    dict.set_text("CData", CData::type_object().as_obj())?;
    dict.set_text("buffer", MiniBuffer::type_object().as_obj())?;
    for (name, value) in OPEN_FLAGS {
        dict.set_text(name, &*Int::from_i64(value)?)?;
    }
    class.modified();
    set(module, "_C_API", &*Capsule::new(exports::table().cast_mut().cast(), c"cffi".as_ptr(), None)?)
}
