//! Attribute macros that declare native types, methods and modules once: exports, slots, docs, text
//! signatures and argument checks follow from the declaration.
//!
//! - [`macro@pytype`] turns a unit struct into a typed view of an object body and emits its static type.
//! - [`macro@pymethods`] turns an `impl` block into method, slot, getset and member tables.
//! - [`macro@pymodule`] turns a Rust module into a native Python module.
//!
//! The expansions are thin: they only name items of `dovetail_core::native`, which explains each of them.

mod capi;
mod method;
mod module;
mod params;
mod slots;
mod types;

use proc_macro::TokenStream;

/// Declares a native type: `#[pytype(name = "list", body = abi::PyListObject, export = "PyList_Type", ...)]`
/// on a unit struct. Keys:
///
/// | key | meaning |
/// |---|---|
/// | `name = "collections.deque"` | `tp_name`, with the module part for types outside `builtins` |
/// | `body = Path` | the `repr(C)` struct of an instance, beginning with `PyObject` |
/// | `export = "PyList_Type"` | C name of the static (also its Rust name); default `NAME_TYPE` |
/// | `base = Path` | native base type (default `Object`) |
/// | `flags = EXPR` | extra `Py_TPFLAGS_*` |
/// | `itemsize = EXPR` | `tp_itemsize` |
/// | `refs(a, b)` | owned pointer fields: makes `tp_dealloc`, and with `gc` also `tp_traverse`, `tp_clear` |
/// | `gc` | instances take part in cycle collection; a type without fields of its own does as its base, and omits it |
/// | `weaklist = field`, `dict = field`, `vectorcall = field` | fields that hold these, for the offsets |
/// | `metatype = Path` | native metatype (default `Type`) |
/// | `static_in_c` | CPython's type is static though C has no name for it: `__flags__` does not say `Py_TPFLAGS_HEAPTYPE` |
#[proc_macro_attribute]
pub fn pytype(attr: TokenStream, item: TokenStream) -> TokenStream {
    types::expand(attr.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares the methods and slots of a native type; see the guide in `dovetail_core::native`.
#[proc_macro_attribute]
pub fn pymethods(attr: TokenStream, item: TokenStream) -> TokenStream {
    method::expand(attr.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares a native module; see the guide in `dovetail_core::native`.
#[proc_macro_attribute]
pub fn pymodule(attr: TokenStream, item: TokenStream) -> TokenStream {
    module::expand(attr.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Exports a function of the C API: `#[capi]` on a Rust function of that name in `dovetail_cpyext`, which explains
/// the types. Options: `private` (the headers do not declare it), `alias = "NAME"` (a second exported name).
#[proc_macro_attribute]
pub fn capi(attr: TokenStream, item: TokenStream) -> TokenStream {
    capi::expand(attr.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}
