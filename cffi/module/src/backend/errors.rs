//! `ffi.error`: the exception of compiled modules and of declarations that do not fit.

use dovetail_core::error::{PyResult, Raised, raise_message};
use dovetail_core::object::Ref;
use dovetail_core::types::type_::Type;
use dovetail_stdlib::util::TypeCell;

static FFI_ERROR: TypeCell = TypeCell::new();

/// The class `ffi.error`.
pub fn error_class() -> PyResult<&'static Type> {
    FFI_ERROR.get_or(|| -> PyResult<Ref<Type>> {
        dovetail_stdlib::util::new_exception("ffi.error", dovetail_core::error::exc::Exception())
    })
}

/// Raises `ffi.error(message)`.
#[cold]
pub fn ffi_error(message: &str) -> Raised {
    match error_class() {
        Ok(class) => raise_message(class, message),
        Err(e) => e,
    }
}
