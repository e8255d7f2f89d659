//! `structseq.h`, `iterobject.h`, `genericaliasobject.h` and other small types.

use crate::boundary::{Borrowed, P};
use dovetail_core::error::PyResult;
use dovetail_core::object::obj::xdecref;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::genericalias::GenericAlias;
use dovetail_core::types::iterators::{CallIter, SeqIter};
use dovetail_core::types::simplenamespace::SimpleNamespace;
use dovetail_core::types::structseq::{self, Declaration};
use dovetail_core::types::type_::Type;
use dovetail_core::types::union;
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_ulong};

type T = *mut abi::PyTypeObject;

/// The name of fields that are items only.
#[repr(transparent)]
pub struct Text(*const c_char);
// SAFETY: constant text.
unsafe impl Sync for Text {}

/// What a field without a name is called in a description; compared by address.
#[unsafe(no_mangle)]
pub static PyStructSequence_UnnamedField: Text = Text(c"unnamed field".as_ptr());

/// # Safety
/// NULL or a C string.
unsafe fn text(p: *const c_char) -> String {
    // SAFETY: the caller's promise.
    if p.is_null() { String::new() } else { unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned() }
}

/// Reads a description.
unsafe fn with<R>(desc: *mut abi::PyStructSequence_Desc, f: impl FnOnce(&Declaration<'_>) -> R) -> R {
    // SAFETY: the fields end with a null name.
    unsafe {
        let (name, doc) = (text((*desc).name), text((*desc).doc));
        let mut owned: Vec<(Option<String>, String)> = Vec::new();
        let mut p = (*desc).fields;
        while !(*p).name.is_null() {
            let unnamed = std::ptr::eq((*p).name, PyStructSequence_UnnamedField.0);
            owned.push(((!unnamed).then(|| text((*p).name)), text((*p).doc)));
            p = p.add(1);
        }
        let fields: Vec<structseq::Field<'_>> =
            owned.iter().map(|(n, d)| (n.as_deref(), d.as_str())).collect();
        let visible = ((*desc).n_in_sequence.max(0) as usize).min(fields.len());
        f(&Declaration { name: &name, doc: &doc, fields: &fields, visible })
    }
}

/// A new type of tuples with named fields.
#[capi]
unsafe fn PyStructSequence_NewType(desc: *mut abi::PyStructSequence_Desc) -> PyResult<T> {
    // SAFETY: a description of C.
    unsafe { with(desc, |d| Ok(structseq::new_type_flags(d, 0)?.into_ptr().cast())) }
}

/// As `PyStructSequence_NewType`, with more flags.
#[capi(private)]
unsafe fn _PyStructSequence_NewType(desc: *mut abi::PyStructSequence_Desc, flags: c_ulong) -> PyResult<T> {
    // SAFETY: a description of C.
    unsafe { with(desc, |d| Ok(structseq::new_type_flags(d, flags)?.into_ptr().cast())) }
}

/// Fills a static type.
#[capi]
unsafe fn PyStructSequence_InitType2(ty: T, desc: *mut abi::PyStructSequence_Desc) -> PyResult<()> {
    // SAFETY: a type and a description of C.
    unsafe { with(desc, |d| structseq::init_static(ty, d)) }
}

/// As `PyStructSequence_InitType2`; the error stays pending.
#[capi]
unsafe fn PyStructSequence_InitType(ty: T, desc: *mut abi::PyStructSequence_Desc) {
    // SAFETY: a type and a description of C.
    let _ = unsafe { with(desc, |d| structseq::init_static(ty, d)) };
}

/// An instance whose fields are NULL until they are set.
#[capi]
fn PyStructSequence_New(ty: &Type) -> PyResult<Object> {
    structseq::new_empty(ty)
}

unsafe fn item(object: P, index: isize) -> *mut P {
    // SAFETY: within the fields of the instance.
    unsafe {
        let o = object.cast::<abi::PyTupleObject>();
        (&raw mut (*o).ob_item).cast::<P>().offset(index)
    }
}

/// A field, borrowed.
#[capi]
unsafe fn PyStructSequence_GetItem(object: P, index: isize) -> PyResult<Borrowed> {
    // SAFETY: an instance and an index of it.
    Ok(Borrowed(unsafe { *item(object, index) }))
}

/// Sets a field of a new instance, taking the reference.
#[capi]
unsafe fn PyStructSequence_SetItem(object: P, index: isize, value: P) {
    // SAFETY: an instance and an index of it.
    unsafe { xdecref(std::mem::replace(&mut *item(object, index), value)) }
}

// ---- iterators ----

/// An iterator over a sequence's items by index.
#[capi]
fn PySeqIter_New(sequence: &Obj) -> PyResult<Object> {
    if !crate::abstract_sequence::is_sequence(sequence) {
        return Err(crate::boundary::bad_internal_call());
    }
    Ok(SeqIter::new(sequence)?.into_object())
}

/// `iter(callable, sentinel)`.
#[capi]
fn PyCallIter_New(callable: &Obj, sentinel: &Obj) -> PyResult<Object> {
    Ok(CallIter::new(callable, sentinel)?.into_object())
}

// ---- aliases, unions, namespaces ----

/// `types.GenericAlias(origin, args)`.
#[capi]
fn Py_GenericAlias(origin: &Obj, args: &Obj) -> PyResult<Object> {
    Ok(GenericAlias::new(origin, args)?.into_object())
}

/// `a | b` of types.
#[capi]
fn _Py_union_type_or(a: &Obj, b: &Obj) -> PyResult<Object> {
    union::type_or(a, b)
}

/// `types.SimpleNamespace(**attributes)`.
#[capi]
fn _PyNamespace_New(attributes: Option<&Obj>) -> PyResult<Ref<SimpleNamespace>> {
    match attributes.and_then(|a| a.downcast::<Dict>()) {
        Some(d) => SimpleNamespace::from_dict(d),
        None => {
            let ns = SimpleNamespace::from_dict(&*Dict::new()?)?;
            attributes.map_or(Ok(()), |a| ns.dict()?.merge(a, true))?;
            Ok(ns)
        }
    }
}
