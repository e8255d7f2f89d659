//! The table of type slots: special method name, place in the type, wrapper, slot function, doc.
//!
//! Everything that relates special methods to slots derives from it: descriptors for the slots of native and C
//! types (`add_wrappers`), slot functions for the special methods of classes written in Python (`fixup_slots`,
//! `update_slot`), inheritance (`inherit_slots`), and access by `Py_tp_*` number (`set_slot`, `get_slot`).
//!
//! A slot is named by its offset in `PyHeapTypeObject`; for a slot of a suite (`nb_add`), that is its offset in the
//! heap type's own suite, which `slot_pointer` translates to the suite the type really uses.
//!
//! To add a slot: a row in `slot_ids!`, rows in `ROWS`, its functions in `slotwrap` and `slotfuncs`.

use crate::error::PyResult;
use crate::object::{Native, Obj};
use crate::object::{slotbuf as buf, slotfuncs as sf, slotwrap as w};
use crate::sym;
use crate::types::cfunction::CFunction;
use crate::types::descr::WrapperDescr;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::type_::Type;
use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// The wrapper takes keyword arguments too (`PyWrapperFlag_KEYWORDS`).
pub const WRAPPER_KEYWORDS: c_int = 1;

/// One special method of a slot: CPython's `wrapperbase` (to which slot wrappers point).
#[repr(transparent)]
pub struct SlotDef(UnsafeCell<abi::wrapperbase>);

// SAFETY: constant but for the interned name, which is filled in under the GIL.
unsafe impl Sync for SlotDef {}

impl SlotDef {
    const fn new(
        name: &'static str,
        offset: usize,
        function: *const (),
        wrapper: abi::wrapperfunc,
        doc: &'static str,
        flags: c_int,
    ) -> SlotDef {
        SlotDef(UnsafeCell::new(abi::wrapperbase {
            name: name.as_ptr().cast(),
            offset: offset as c_int,
            function: function.cast_mut().cast(),
            wrapper,
            doc: doc.as_ptr().cast(),
            flags,
            name_strobj: null_mut(),
        }))
    }

    pub fn as_ptr(&self) -> *mut abi::wrapperbase {
        self.0.get()
    }

    fn raw(&self) -> &abi::wrapperbase {
        // SAFETY: under the GIL.
        unsafe { &*self.0.get() }
    }

    fn offset(&self) -> usize {
        self.raw().offset as usize
    }

    /// The interned name.
    fn name(&self) -> PyResult<&'static Str> {
        // SAFETY: the name is made once and kept for ever.
        unsafe {
            let b = self.0.get();
            if (*b).name_strobj.is_null() {
                (*b).name_strobj = Str::intern_c((*b).name)?.into_ptr();
            }
            Ok(&*((*b).name_strobj as *const Str))
        }
    }
}

/// Offset of a slot in `PyHeapTypeObject`.
macro_rules! place {
    (tp $f:ident) => {
        offset_of!(abi::PyTypeObject, $f)
    };
    (am $f:ident) => {
        offset_of!(abi::PyHeapTypeObject, as_async) + offset_of!(abi::PyAsyncMethods, $f)
    };
    (nb $f:ident) => {
        offset_of!(abi::PyHeapTypeObject, as_number) + offset_of!(abi::PyNumberMethods, $f)
    };
    (mp $f:ident) => {
        offset_of!(abi::PyHeapTypeObject, as_mapping) + offset_of!(abi::PyMappingMethods, $f)
    };
    (sq $f:ident) => {
        offset_of!(abi::PyHeapTypeObject, as_sequence) + offset_of!(abi::PySequenceMethods, $f)
    };
    (bf $f:ident) => {
        offset_of!(abi::PyHeapTypeObject, as_buffer) + offset_of!(abi::PyBufferProcs, $f)
    };
}

macro_rules! row {
    ($suite:ident $slot:ident $name:literal, $function:expr, $wrapper:expr, $flags:expr, $sig:literal, $doc:literal) => {
        SlotDef::new(
            concat!($name, "\0"),
            place!($suite $slot),
            $function as *const (),
            $wrapper,
            concat!($name, $sig, "\n--\n\n", $doc, "\0"),
            $flags,
        )
    };
}

/// A row with a wrapper.
macro_rules! s {
    ($suite:ident $slot:ident $name:literal, $function:ident, $wrapper:ident, $sig:literal, $doc:literal) => {
        row!($suite $slot $name, sf::$function, Some(w::$wrapper), 0, $sig, $doc)
    };
}

/// A row whose wrapper takes keywords.
macro_rules! k {
    ($suite:ident $slot:ident $name:literal, $function:ident, $wrapper:ident, $sig:literal, $doc:literal) => {
        row!(
            $suite $slot $name,
            sf::$function,
            // SAFETY: the flag says that the wrapper has a fourth parameter.
            unsafe { std::mem::transmute::<*const (), abi::wrapperfunc>(w::$wrapper as *const ()) },
            WRAPPER_KEYWORDS,
            $sig,
            $doc
        )
    };
}

/// A row without a slot function: heap types leave the slot empty.
macro_rules! n {
    ($suite:ident $slot:ident $name:literal, $wrapper:ident, $sig:literal, $doc:literal) => {
        row!($suite $slot $name, std::ptr::null::<()>(), Some(w::$wrapper), 0, $sig, $doc)
    };
}

/// `__op__` and `__rop__` of a binary number slot.
macro_rules! un {
    ($slot:ident $name:literal, $function:ident, $doc:literal) => {
        s!(nb $slot $name, $function, wrap_unaryfunc, "($self, /)", $doc)
    };
}
macro_rules! bin {
    ($slot:ident $name:literal, $function:ident, $doc:literal) => {
        s!(nb $slot $name, $function, wrap_binaryfunc, "($self, value, /)", $doc)
    };
}
macro_rules! rbin {
    ($slot:ident $name:literal, $function:ident, $doc:literal) => {
        s!(nb $slot $name, $function, wrap_binaryfunc_r, "($self, value, /)", $doc)
    };
}

const COUNT: usize = 93;

/// The rows; those of one slot stand together.
#[rustfmt::skip]
static ROWS: [SlotDef; COUNT] = [
    s!(tp tp_repr "__repr__", slot_tp_repr, wrap_unaryfunc, "($self, /)", "Return repr(self)."),
    s!(tp tp_hash "__hash__", slot_tp_hash, wrap_hashfunc, "($self, /)", "Return hash(self)."),
    k!(tp tp_call "__call__", slot_tp_call, wrap_call, "($self, /, *args, **kwargs)", "Call self as a function."),
    s!(tp tp_str "__str__", slot_tp_str, wrap_unaryfunc, "($self, /)", "Return str(self)."),
    s!(tp tp_getattro "__getattribute__", slot_tp_getattr_hook, wrap_binaryfunc, "($self, name, /)", "Return getattr(self, name)."),
    row!(tp tp_getattro "__getattr__", sf::slot_tp_getattr_hook, None, 0, "", ""),
    s!(tp tp_setattro "__setattr__", slot_tp_setattro, wrap_setattr, "($self, name, value, /)", "Implement setattr(self, name, value)."),
    s!(tp tp_setattro "__delattr__", slot_tp_setattro, wrap_delattr, "($self, name, /)", "Implement delattr(self, name)."),
    s!(tp tp_richcompare "__lt__", slot_tp_richcompare, richcmp_lt, "($self, value, /)", "Return self<value."),
    s!(tp tp_richcompare "__le__", slot_tp_richcompare, richcmp_le, "($self, value, /)", "Return self<=value."),
    s!(tp tp_richcompare "__eq__", slot_tp_richcompare, richcmp_eq, "($self, value, /)", "Return self==value."),
    s!(tp tp_richcompare "__ne__", slot_tp_richcompare, richcmp_ne, "($self, value, /)", "Return self!=value."),
    s!(tp tp_richcompare "__gt__", slot_tp_richcompare, richcmp_gt, "($self, value, /)", "Return self>value."),
    s!(tp tp_richcompare "__ge__", slot_tp_richcompare, richcmp_ge, "($self, value, /)", "Return self>=value."),
    s!(tp tp_iter "__iter__", slot_tp_iter, wrap_unaryfunc, "($self, /)", "Implement iter(self)."),
    s!(tp tp_iternext "__next__", slot_tp_iternext, wrap_next, "($self, /)", "Implement next(self)."),
    s!(tp tp_descr_get "__get__", slot_tp_descr_get, wrap_descr_get, "($self, instance, owner=None, /)", "Return an attribute of instance, which is of type owner."),
    s!(tp tp_descr_set "__set__", slot_tp_descr_set, wrap_descr_set, "($self, instance, value, /)", "Set an attribute of instance to value."),
    s!(tp tp_descr_set "__delete__", slot_tp_descr_set, wrap_descr_delete, "($self, instance, /)", "Delete an attribute of instance."),
    k!(tp tp_init "__init__", slot_tp_init, wrap_init, "($self, /, *args, **kwargs)", "Initialize self.  See help(type(self)) for accurate signature."),
    row!(tp tp_new "__new__", sf::slot_tp_new, None, 0, "($type, /, *args, **kwargs)", "Create and return new object.  See help(type) for accurate signature."),
    s!(tp tp_finalize "__del__", slot_tp_finalize, wrap_del, "($self, /)", "Called when the instance is about to be destroyed."),

    row!(bf bf_getbuffer "__buffer__", buf::slot_bf_getbuffer, Some(buf::wrap_buffer), 0, "($self, flags, /)", "Return a buffer object that exposes the underlying memory of the object."),
    row!(bf bf_releasebuffer "__release_buffer__", buf::slot_bf_releasebuffer, Some(buf::wrap_releasebuffer), 0, "($self, buffer, /)", "Release the buffer object that exposes the underlying memory of the object."),

    s!(am am_await "__await__", slot_am_await, wrap_unaryfunc, "($self, /)", "Return an iterator to be used in await expression."),
    s!(am am_aiter "__aiter__", slot_am_aiter, wrap_unaryfunc, "($self, /)", "Return an awaitable, that resolves in asynchronous iterator."),
    s!(am am_anext "__anext__", slot_am_anext, wrap_unaryfunc, "($self, /)", "Return a value or raise StopAsyncIteration."),

    bin!(nb_add "__add__", slot_nb_add, "Return self+value."),
    rbin!(nb_add "__radd__", slot_nb_add, "Return value+self."),
    bin!(nb_subtract "__sub__", slot_nb_subtract, "Return self-value."),
    rbin!(nb_subtract "__rsub__", slot_nb_subtract, "Return value-self."),
    bin!(nb_multiply "__mul__", slot_nb_multiply, "Return self*value."),
    rbin!(nb_multiply "__rmul__", slot_nb_multiply, "Return value*self."),
    bin!(nb_remainder "__mod__", slot_nb_remainder, "Return self%value."),
    rbin!(nb_remainder "__rmod__", slot_nb_remainder, "Return value%self."),
    bin!(nb_divmod "__divmod__", slot_nb_divmod, "Return divmod(self, value)."),
    rbin!(nb_divmod "__rdivmod__", slot_nb_divmod, "Return divmod(value, self)."),
    s!(nb nb_power "__pow__", slot_nb_power, wrap_ternaryfunc, "($self, value, mod=None, /)", "Return pow(self, value, mod)."),
    s!(nb nb_power "__rpow__", slot_nb_power, wrap_ternaryfunc_r, "($self, value, mod=None, /)", "Return pow(value, self, mod)."),
    un!(nb_negative "__neg__", slot_nb_negative, "-self"),
    un!(nb_positive "__pos__", slot_nb_positive, "+self"),
    un!(nb_absolute "__abs__", slot_nb_absolute, "abs(self)"),
    s!(nb nb_bool "__bool__", slot_nb_bool, wrap_inquirypred, "($self, /)", "True if self else False"),
    un!(nb_invert "__invert__", slot_nb_invert, "~self"),
    bin!(nb_lshift "__lshift__", slot_nb_lshift, "Return self<<value."),
    rbin!(nb_lshift "__rlshift__", slot_nb_lshift, "Return value<<self."),
    bin!(nb_rshift "__rshift__", slot_nb_rshift, "Return self>>value."),
    rbin!(nb_rshift "__rrshift__", slot_nb_rshift, "Return value>>self."),
    bin!(nb_and "__and__", slot_nb_and, "Return self&value."),
    rbin!(nb_and "__rand__", slot_nb_and, "Return value&self."),
    bin!(nb_xor "__xor__", slot_nb_xor, "Return self^value."),
    rbin!(nb_xor "__rxor__", slot_nb_xor, "Return value^self."),
    bin!(nb_or "__or__", slot_nb_or, "Return self|value."),
    rbin!(nb_or "__ror__", slot_nb_or, "Return value|self."),
    un!(nb_int "__int__", slot_nb_int, "int(self)"),
    un!(nb_float "__float__", slot_nb_float, "float(self)"),
    bin!(nb_inplace_add "__iadd__", slot_nb_inplace_add, "Return self+=value."),
    bin!(nb_inplace_subtract "__isub__", slot_nb_inplace_subtract, "Return self-=value."),
    bin!(nb_inplace_multiply "__imul__", slot_nb_inplace_multiply, "Return self*=value."),
    bin!(nb_inplace_remainder "__imod__", slot_nb_inplace_remainder, "Return self%=value."),
    s!(nb nb_inplace_power "__ipow__", slot_nb_inplace_power, wrap_ternaryfunc, "($self, value, mod=None, /)", "Return self**=value."),
    bin!(nb_inplace_lshift "__ilshift__", slot_nb_inplace_lshift, "Return self<<=value."),
    bin!(nb_inplace_rshift "__irshift__", slot_nb_inplace_rshift, "Return self>>=value."),
    bin!(nb_inplace_and "__iand__", slot_nb_inplace_and, "Return self&=value."),
    bin!(nb_inplace_xor "__ixor__", slot_nb_inplace_xor, "Return self^=value."),
    bin!(nb_inplace_or "__ior__", slot_nb_inplace_or, "Return self|=value."),
    bin!(nb_floor_divide "__floordiv__", slot_nb_floor_divide, "Return self//value."),
    rbin!(nb_floor_divide "__rfloordiv__", slot_nb_floor_divide, "Return value//self."),
    bin!(nb_true_divide "__truediv__", slot_nb_true_divide, "Return self/value."),
    rbin!(nb_true_divide "__rtruediv__", slot_nb_true_divide, "Return value/self."),
    bin!(nb_inplace_floor_divide "__ifloordiv__", slot_nb_inplace_floor_divide, "Return self//=value."),
    bin!(nb_inplace_true_divide "__itruediv__", slot_nb_inplace_true_divide, "Return self/=value."),
    un!(nb_index "__index__", slot_nb_index, "Return self converted to an integer, if self is suitable for use as an index into a list."),
    bin!(nb_matrix_multiply "__matmul__", slot_nb_matrix_multiply, "Return self@value."),
    rbin!(nb_matrix_multiply "__rmatmul__", slot_nb_matrix_multiply, "Return value@self."),
    bin!(nb_inplace_matrix_multiply "__imatmul__", slot_nb_inplace_matrix_multiply, "Return self@=value."),

    s!(mp mp_length "__len__", slot_mp_length, wrap_lenfunc, "($self, /)", "Return len(self)."),
    s!(mp mp_subscript "__getitem__", slot_mp_subscript, wrap_binaryfunc, "($self, key, /)", "Return self[key]."),
    s!(mp mp_ass_subscript "__setitem__", slot_mp_ass_subscript, wrap_objobjargproc, "($self, key, value, /)", "Set self[key] to value."),
    s!(mp mp_ass_subscript "__delitem__", slot_mp_ass_subscript, wrap_delitem, "($self, key, /)", "Delete self[key]."),

    s!(sq sq_length "__len__", slot_sq_length, wrap_lenfunc, "($self, /)", "Return len(self)."),
    n!(sq sq_concat "__add__", wrap_binaryfunc, "($self, value, /)", "Return self+value."),
    n!(sq sq_repeat "__mul__", wrap_indexargfunc, "($self, value, /)", "Return self*value."),
    n!(sq sq_repeat "__rmul__", wrap_indexargfunc, "($self, value, /)", "Return value*self."),
    s!(sq sq_item "__getitem__", slot_sq_item, wrap_sq_item, "($self, key, /)", "Return self[key]."),
    s!(sq sq_ass_item "__setitem__", slot_sq_ass_item, wrap_sq_setitem, "($self, key, value, /)", "Set self[key] to value."),
    s!(sq sq_ass_item "__delitem__", slot_sq_ass_item, wrap_sq_delitem, "($self, key, /)", "Delete self[key]."),
    s!(sq sq_contains "__contains__", slot_sq_contains, wrap_objobjproc, "($self, key, /)", "Return bool(key in self)."),
    n!(sq sq_inplace_concat "__iadd__", wrap_binaryfunc, "($self, value, /)", "Implement self+=value."),
    n!(sq sq_inplace_repeat "__imul__", wrap_indexargfunc, "($self, value, /)", "Implement self*=value."),
    // The old attribute slots: dropped when a class defines the methods of the new ones.
    row!(tp tp_getattr "__getattribute__", std::ptr::null::<()>(), None, 0, "", ""),
    row!(tp tp_getattr "__getattr__", std::ptr::null::<()>(), None, 0, "", ""),
    row!(tp tp_setattr "__setattr__", std::ptr::null::<()>(), None, 0, "", ""),
];

/// `Py_*` slot numbers with the place of the slot.
macro_rules! slot_ids {
    ($($id:ident => $suite:ident $slot:ident,)*) => {
        /// The place of a numbered slot in `PyHeapTypeObject`; `None` for numbers that name no field.
        pub const fn slot_offset(id: c_int) -> Option<usize> {
            match id {
                $(abi::$id => Some(place!($suite $slot)),)*
                _ => None,
            }
        }
    };
}

slot_ids! {
    Py_bf_getbuffer => bf bf_getbuffer, Py_bf_releasebuffer => bf bf_releasebuffer,
    Py_mp_ass_subscript => mp mp_ass_subscript, Py_mp_length => mp mp_length, Py_mp_subscript => mp mp_subscript,
    Py_nb_absolute => nb nb_absolute, Py_nb_add => nb nb_add, Py_nb_and => nb nb_and, Py_nb_bool => nb nb_bool,
    Py_nb_divmod => nb nb_divmod, Py_nb_float => nb nb_float, Py_nb_floor_divide => nb nb_floor_divide,
    Py_nb_index => nb nb_index, Py_nb_inplace_add => nb nb_inplace_add, Py_nb_inplace_and => nb nb_inplace_and,
    Py_nb_inplace_floor_divide => nb nb_inplace_floor_divide, Py_nb_inplace_lshift => nb nb_inplace_lshift,
    Py_nb_inplace_multiply => nb nb_inplace_multiply, Py_nb_inplace_or => nb nb_inplace_or,
    Py_nb_inplace_power => nb nb_inplace_power, Py_nb_inplace_remainder => nb nb_inplace_remainder,
    Py_nb_inplace_rshift => nb nb_inplace_rshift, Py_nb_inplace_subtract => nb nb_inplace_subtract,
    Py_nb_inplace_true_divide => nb nb_inplace_true_divide, Py_nb_inplace_xor => nb nb_inplace_xor,
    Py_nb_int => nb nb_int, Py_nb_invert => nb nb_invert, Py_nb_lshift => nb nb_lshift,
    Py_nb_multiply => nb nb_multiply, Py_nb_negative => nb nb_negative, Py_nb_or => nb nb_or,
    Py_nb_positive => nb nb_positive, Py_nb_power => nb nb_power, Py_nb_remainder => nb nb_remainder,
    Py_nb_rshift => nb nb_rshift, Py_nb_subtract => nb nb_subtract, Py_nb_true_divide => nb nb_true_divide,
    Py_nb_xor => nb nb_xor, Py_nb_matrix_multiply => nb nb_matrix_multiply,
    Py_nb_inplace_matrix_multiply => nb nb_inplace_matrix_multiply,
    Py_sq_ass_item => sq sq_ass_item, Py_sq_concat => sq sq_concat, Py_sq_contains => sq sq_contains,
    Py_sq_inplace_concat => sq sq_inplace_concat, Py_sq_inplace_repeat => sq sq_inplace_repeat,
    Py_sq_item => sq sq_item, Py_sq_length => sq sq_length, Py_sq_repeat => sq sq_repeat,
    Py_am_await => am am_await, Py_am_aiter => am am_aiter, Py_am_anext => am am_anext, Py_am_send => am am_send,
    Py_tp_alloc => tp tp_alloc, Py_tp_base => tp tp_base, Py_tp_bases => tp tp_bases, Py_tp_call => tp tp_call,
    Py_tp_clear => tp tp_clear, Py_tp_dealloc => tp tp_dealloc, Py_tp_del => tp tp_del,
    Py_tp_descr_get => tp tp_descr_get, Py_tp_descr_set => tp tp_descr_set, Py_tp_doc => tp tp_doc,
    Py_tp_getattr => tp tp_getattr, Py_tp_getattro => tp tp_getattro, Py_tp_hash => tp tp_hash,
    Py_tp_init => tp tp_init, Py_tp_is_gc => tp tp_is_gc, Py_tp_iter => tp tp_iter, Py_tp_iternext => tp tp_iternext,
    Py_tp_methods => tp tp_methods, Py_tp_new => tp tp_new, Py_tp_repr => tp tp_repr,
    Py_tp_richcompare => tp tp_richcompare, Py_tp_setattr => tp tp_setattr, Py_tp_setattro => tp tp_setattro,
    Py_tp_str => tp tp_str, Py_tp_traverse => tp tp_traverse, Py_tp_members => tp tp_members,
    Py_tp_getset => tp tp_getset, Py_tp_free => tp tp_free, Py_tp_finalize => tp tp_finalize,
    Py_tp_vectorcall => tp tp_vectorcall,
}

/// Where the slot at `offset` really is: NULL when the type lacks the suite.
///
/// # Safety
/// `t` is a type object.
pub unsafe fn slot_pointer(t: *mut abi::PyTypeObject, offset: usize) -> *mut *mut c_void {
    // SAFETY: suites are NULL or whole structs.
    unsafe {
        let (suite, start): (*mut u8, usize) = if offset < offset_of!(abi::PyHeapTypeObject, as_async) {
            (t.cast(), 0)
        } else if offset < offset_of!(abi::PyHeapTypeObject, as_number) {
            ((*t).tp_as_async.cast(), offset_of!(abi::PyHeapTypeObject, as_async))
        } else if offset < offset_of!(abi::PyHeapTypeObject, as_mapping) {
            ((*t).tp_as_number.cast(), offset_of!(abi::PyHeapTypeObject, as_number))
        } else if offset < offset_of!(abi::PyHeapTypeObject, as_sequence) {
            ((*t).tp_as_mapping.cast(), offset_of!(abi::PyHeapTypeObject, as_mapping))
        } else if offset < offset_of!(abi::PyHeapTypeObject, as_buffer) {
            ((*t).tp_as_sequence.cast(), offset_of!(abi::PyHeapTypeObject, as_sequence))
        } else {
            ((*t).tp_as_buffer.cast(), offset_of!(abi::PyHeapTypeObject, as_buffer))
        };
        if suite.is_null() { null_mut() } else { suite.add(offset - start).cast() }
    }
}

/// Gives a type the suite that a slot lies in: the heap type's own, or memory that lives for ever.
unsafe fn ensure_suite(t: *mut abi::PyTypeObject, offset: usize) {
    fn make<T>(field: &mut *mut T, own: Option<*mut T>) {
        if field.is_null() {
            // SAFETY: all-zero suites are empty ones.
            *field = own.unwrap_or_else(|| Box::into_raw(Box::new(unsafe { std::mem::zeroed::<T>() })));
        }
    }
    // SAFETY: heap types have the whole struct.
    unsafe {
        let h = t.cast::<abi::PyHeapTypeObject>();
        let heap = (*t).tp_flags & abi::Py_TPFLAGS_HEAPTYPE != 0;
        if offset < offset_of!(abi::PyHeapTypeObject, as_async) {
        } else if offset < offset_of!(abi::PyHeapTypeObject, as_number) {
            make(&mut (*t).tp_as_async, heap.then_some(&raw mut (*h).as_async));
        } else if offset < offset_of!(abi::PyHeapTypeObject, as_mapping) {
            make(&mut (*t).tp_as_number, heap.then_some(&raw mut (*h).as_number));
        } else if offset < offset_of!(abi::PyHeapTypeObject, as_sequence) {
            make(&mut (*t).tp_as_mapping, heap.then_some(&raw mut (*h).as_mapping));
        } else if offset < offset_of!(abi::PyHeapTypeObject, as_buffer) {
            make(&mut (*t).tp_as_sequence, heap.then_some(&raw mut (*h).as_sequence));
        } else {
            make(&mut (*t).tp_as_buffer, heap.then_some(&raw mut (*h).as_buffer));
        }
    }
}

/// Fills the slot with a `Py_*` number; suites are made when needed. `false` for numbers that name no field.
///
/// # Safety
/// `t` is a type under construction, `value` has the slot's type.
pub unsafe fn set_slot(t: *mut abi::PyTypeObject, id: c_int, value: *mut c_void) -> bool {
    let Some(offset) = slot_offset(id) else { return false };
    // SAFETY: the suite exists now.
    unsafe {
        ensure_suite(t, offset);
        *slot_pointer(t, offset) = value;
    }
    true
}

/// The value of the slot with a `Py_*` number (`PyType_GetSlot`): NULL when empty.
pub fn get_slot(ty: &Type, id: c_int) -> *mut c_void {
    let Some(offset) = slot_offset(id) else { return null_mut() };
    read(ty.as_type_ptr(), offset)
}

/// As `get_slot`; `None` for numbers that name no slot.
pub fn get_slot_checked(ty: &Type, id: c_int) -> Option<*mut c_void> {
    Some(read(ty.as_type_ptr(), slot_offset(id)?))
}

fn read(t: *mut abi::PyTypeObject, offset: usize) -> *mut c_void {
    // SAFETY: a type object's slots are plain words.
    unsafe {
        let p = slot_pointer(t, offset);
        if p.is_null() { null_mut() } else { *p }
    }
}

/// Enters a slot wrapper into the type's dict for each of its own filled slots, where the name is free.
pub fn add_wrappers(ty: &Type) -> PyResult<()> {
    let dict = ty.dict();
    for row in &ROWS {
        if row.raw().wrapper.is_none() {
            continue;
        }
        let value = read(ty.as_type_ptr(), row.offset());
        if value.is_null() {
            continue;
        }
        let name = row.name()?;
        if dict.get_str(name).is_some() {
            continue;
        }
        if std::ptr::eq(value, hash_not_implemented as *const c_void) {
            dict.set(name, none())?;
        } else {
            dict.set(name, &*WrapperDescr::new(ty, row.as_ptr(), value)?)?;
        }
    }
    Ok(())
}

/// The groups of rows that share a slot.
fn groups() -> impl Iterator<Item = &'static [SlotDef]> {
    ROWS.chunk_by(|a, b| a.offset() == b.offset())
}

/// When `name` fills one slot only among those it could fill, that slot.
fn sole_slot(ty: &Type, name: &Str) -> PyResult<*mut *mut c_void> {
    let mut found = null_mut();
    for row in &ROWS {
        if !row.name()?.is(name) {
            continue;
        }
        // SAFETY: a type object.
        unsafe {
            let p = slot_pointer(ty.as_type_ptr(), row.offset());
            if p.is_null() || (*p).is_null() || p == found {
                continue;
            }
            if !found.is_null() {
                return Ok(null_mut());
            }
            found = p;
        }
    }
    Ok(found)
}

/// Chooses what a slot of a heap type holds, from the attributes its special methods have: a function of C where
/// all of them are wrappers of that very function, otherwise the function that calls the Python methods.
fn update_group(ty: &Type, group: &[SlotDef]) -> PyResult<()> {
    let t = ty.as_type_ptr();
    let offset = group[0].offset();
    // SAFETY: a type object under the GIL.
    unsafe {
        let slot = slot_pointer(t, offset);
        if slot.is_null() {
            return Ok(());
        }
        let mut generic: *mut c_void = null_mut();
        let mut specific: *mut c_void = null_mut();
        let mut use_generic = false;
        for row in group {
            let raw = row.raw();
            let name = row.name()?;
            let Some(attr) = ty.lookup(name) else {
                if offset == place!(tp tp_iternext) {
                    specific = next_not_implemented as *mut c_void;
                }
                continue;
            };
            if let Some(d) = attr.downcast_exact::<WrapperDescr>()
                && std::ptr::eq((*d.base()).name_strobj, name.as_ptr())
            {
                let sole = sole_slot(ty, name)?;
                if sole.is_null() || sole == slot {
                    generic = raw.function;
                }
                // Wrappers of one shape may share an address: the place says which slot the wrapper is of. Only the
                // length has two.
                let same = (*d.base()).wrapper.map(|f| f as usize) == raw.wrapper.map(|f| f as usize)
                    && ((*d.base()).offset == raw.offset || name.equals_str("__len__"));
                if (specific.is_null() || specific == d.wrapped()) && same && ty.is_subtype(d.owner()) {
                    specific = d.wrapped();
                } else {
                    use_generic = true;
                }
            } else if offset == place!(tp tp_new)
                && let Some(f) = attr.downcast_exact::<CFunction>()
                && crate::types::descr::is_new_wrapper(f)
            {
                // `__new__` of a native type: what was inherited is right.
                specific = (*t).tp_new.map_or(null_mut(), |f| f as *mut c_void);
            } else if offset == place!(tp tp_hash) && attr.is_none() {
                specific = hash_not_implemented as *mut c_void;
            } else {
                use_generic = true;
                generic = raw.function;
                if offset == place!(tp tp_call) {
                    ty.set_flag(abi::Py_TPFLAGS_HAVE_VECTORCALL, false);
                }
            }
        }
        *slot = if !specific.is_null() && !use_generic { specific } else { generic };
    }
    Ok(())
}

/// Adapts the slots that `name` fills, in the type and in those subclasses that inherit the attribute.
pub fn update_slot(ty: &Type, name: &Str) -> PyResult<()> {
    let mut affected: Vec<&'static [SlotDef]> = Vec::new();
    for g in groups() {
        for row in g {
            if row.name()?.equals(name) {
                affected.push(g);
                break;
            }
        }
    }
    if affected.is_empty() {
        return Ok(());
    }
    update_tree(ty, name, &affected)
}

fn update_tree(ty: &Type, name: &Str, affected: &[&'static [SlotDef]]) -> PyResult<()> {
    for g in affected {
        update_group(ty, g)?;
    }
    for sub in ty.subclasses() {
        if !sub.raw().tp_dict.is_null() && sub.dict().get_str(name).is_some() {
            continue;
        }
        update_tree(&sub, name, affected)?;
    }
    Ok(())
}

/// Adapts every slot of a heap type to its attributes: for a new class, and after its bases changed.
pub fn fixup_slots(ty: &Type) -> PyResult<()> {
    let inherited = plain_base(ty).zip(own_special_names(ty));
    for g in groups() {
        match &inherited {
            Some((base, own)) if !names_one_of(g, own)? => copy_slot(ty, base, g[0].offset()),
            _ => update_group(ty, g)?,
        }
    }
    Ok(())
}

/// The base of a class whose MRO is its base's with the class before it, when the base's own slots follow from its
/// attributes: slots of which the class itself says nothing are the base's.
fn plain_base(ty: &Type) -> Option<&Type> {
    let base = ty.base()?;
    let usual = ty.raw().tp_dealloc.map(|f| f as usize);
    if !std::ptr::eq(base, <Obj as Native>::type_object())
        && base.raw().tp_dealloc.map(|f| f as usize) != usual
    {
        return None;
    }
    let same = ty.mro()?.len() == base.mro()?.len() + 1
        && ty.mro_types().skip(1).zip(base.mro_types()).all(|(a, b)| std::ptr::eq(a, b));
    same.then_some(base)
}

/// Names with underscores among the class's own attributes; none where one is not interned.
fn own_special_names(ty: &Type) -> Option<Vec<*mut abi::PyObject>> {
    let mut own = Vec::new();
    for (name, _) in ty.dict().iter_borrowed() {
        let Some(name) = name.downcast::<Str>() else { continue };
        if name.is_dunder() {
            if !name.is_interned() {
                return None;
            }
            own.push(name.as_ptr());
        }
    }
    Some(own)
}

fn names_one_of(group: &[SlotDef], own: &[*mut abi::PyObject]) -> PyResult<bool> {
    for row in group {
        if own.contains(&row.name()?.as_ptr()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Gives a class what its base has in a slot. A base without iteration leaves the class with a function that says so.
fn copy_slot(ty: &Type, base: &Type, offset: usize) {
    // SAFETY: types under the GIL.
    unsafe {
        let to = slot_pointer(ty.as_type_ptr(), offset);
        let from = slot_pointer(base.as_type_ptr(), offset);
        if !to.is_null() {
            *to = if from.is_null() { null_mut() } else { *from };
            if offset == place!(tp tp_iternext) && (*to).is_null() {
                *to = next_not_implemented as *mut c_void;
            }
        }
    }
}

/// Adapts every slot of the type and of all its subclasses.
pub fn update_all_slots(ty: &Type) -> PyResult<()> {
    fixup_slots(ty)?;
    for sub in ty.subclasses() {
        update_all_slots(&sub)?;
    }
    Ok(())
}

/// Slots that are copied one by one where the type has none and the base does not share its own base's.
const PLAIN: &[usize] = &[
    place!(tp tp_dealloc),
    place!(tp tp_repr),
    place!(tp tp_vectorcall_offset),
    place!(tp tp_str),
    place!(tp tp_iter),
    place!(tp tp_iternext),
    place!(tp tp_descr_get),
    place!(tp tp_descr_set),
    place!(tp tp_dictoffset),
    place!(tp tp_init),
    place!(tp tp_alloc),
    place!(tp tp_is_gc),
    place!(tp tp_finalize),
];

/// Inherits slots of `base`, a member of the type's MRO. The members are given in their order.
pub fn inherit_slots(ty: &Type, base: &Type) {
    let (t, b) = (ty.as_type_ptr(), base.as_type_ptr());
    // SAFETY: types under the GIL; slots are plain words of the same kind in both.
    unsafe {
        let bb: *mut abi::PyTypeObject = (*b).tp_base;
        let defined = move |offset: usize| {
            let v = read(b, offset);
            !v.is_null() && (bb.is_null() || read(bb, offset) != v)
        };
        let target = t;
        let copy = move |offset: usize| {
            let p = slot_pointer(target, offset);
            if !p.is_null() && (*p).is_null() && defined(offset) {
                *p = read(b, offset);
            }
        };
        // Suites: slot by slot where both have one.
        let step = size_of::<usize>();
        let suites = [
            (offset_of!(abi::PyHeapTypeObject, as_async), 3),
            (offset_of!(abi::PyHeapTypeObject, as_number), size_of::<abi::PyNumberMethods>() / step),
            (offset_of!(abi::PyHeapTypeObject, as_mapping), size_of::<abi::PyMappingMethods>() / step),
            (offset_of!(abi::PyHeapTypeObject, as_sequence), size_of::<abi::PySequenceMethods>() / step),
            (offset_of!(abi::PyHeapTypeObject, as_buffer), size_of::<abi::PyBufferProcs>() / step),
        ];
        for (start, n) in suites {
            if slot_pointer(t, start).is_null() || slot_pointer(b, start).is_null() {
                continue;
            }
            (0..n).for_each(|i| copy(start + i * step));
        }
        if (*t).tp_getattr.is_none() && (*t).tp_getattro.is_none() {
            (*t).tp_getattr = (*b).tp_getattr;
            (*t).tp_getattro = (*b).tp_getattro;
        }
        if (*t).tp_setattr.is_none() && (*t).tp_setattro.is_none() {
            (*t).tp_setattr = (*b).tp_setattr;
            (*t).tp_setattro = (*b).tp_setattro;
        }
        if (*t).tp_call.is_none() && base.has_flag(abi::Py_TPFLAGS_HAVE_VECTORCALL) {
            (*t).tp_flags |= abi::Py_TPFLAGS_HAVE_VECTORCALL;
        }
        copy(place!(tp tp_call));
        for offset in PLAIN {
            copy(*offset);
        }
        // Unlike a class, an extension type's methods work as those of its base when it binds them alike.
        if (*b).tp_descr_get.is_some()
            && (*t).tp_descr_get.map(|f| f as usize) == (*b).tp_descr_get.map(|f| f as usize)
            && ty.is_immutable()
            && base.has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR)
        {
            (*t).tp_flags |= abi::Py_TPFLAGS_METHOD_DESCRIPTOR;
        }
        if ty.is_gc() == base.is_gc() {
            copy(place!(tp tp_free));
        } else if ty.is_gc() && (*t).tp_free.is_none() {
            (*t).tp_free = Some(crate::object::alloc::gc_del);
        }
    }
    if ty.mro_types().last().is_some_and(|l| l.is(base)) {
        inherit_whole(ty);
    }
}

/// What a type takes over from its best base as a whole: `tp_new`, and the suites that it has none of.
pub fn inherit_whole(ty: &Type) {
    let t = ty.as_type_ptr();
    // SAFETY: types under the GIL.
    unsafe {
        let b = (*t).tp_base;
        if b.is_null() {
            return;
        }
        if (*t).tp_new.is_none() && !ty.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION) {
            (*t).tp_new = (*b).tp_new;
        }
        if (*t).tp_as_async.is_null() {
            (*t).tp_as_async = (*b).tp_as_async;
        }
        if (*t).tp_as_number.is_null() {
            (*t).tp_as_number = (*b).tp_as_number;
        }
        if (*t).tp_as_mapping.is_null() {
            (*t).tp_as_mapping = (*b).tp_as_mapping;
        }
        if (*t).tp_as_sequence.is_null() {
            (*t).tp_as_sequence = (*b).tp_as_sequence;
        }
        if (*t).tp_as_buffer.is_null() {
            (*t).tp_as_buffer = (*b).tp_as_buffer;
        }
        if (*t).tp_alloc.is_none() {
            (*t).tp_alloc = Some(crate::object::alloc::generic_alloc);
        }
    }
}

/// `tp_hash` of unhashable types.
///
/// # Safety
/// Called as a slot.
#[unsafe(export_name = "PyObject_HashNotImplemented")]
pub unsafe extern "C" fn hash_not_implemented(o: P) -> isize {
    // SAFETY: a live object.
    let o = unsafe { Obj::from_ptr(o) };
    let _ = crate::raise!(TypeError, "unhashable type: '{}'", o.type_name());
    -1
}

/// `tp_iternext` of types whose `__next__` was taken away.
///
/// # Safety
/// Called as a slot.
#[unsafe(export_name = "_PyObject_NextNotImplemented")]
pub unsafe extern "C" fn next_not_implemented(o: P) -> P {
    // SAFETY: a live object.
    let o = unsafe { Obj::from_ptr(o) };
    let _ = crate::raise!(TypeError, "'{}' object is not iterable", o.type_name());
    null_mut()
}

/// Is the slot function the one that looks for Python's `__new__`?
pub fn is_python_new(f: abi::newfunc) -> bool {
    f.is_some_and(|f| f as usize == sf::slot_tp_new as *const () as usize)
}

/// Is `tp_finalize` the one that calls `__del__`, with the class's own method behind it?
pub fn has_python_del(ty: &Type) -> bool {
    ty.raw().tp_finalize.is_some_and(|f| f as usize == sf::slot_tp_finalize as *const () as usize)
        && ty.lookup(sym!(__del__)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_slot_stand_together() {
        let mut seen = std::collections::HashSet::new();
        for g in groups() {
            assert!(seen.insert(g[0].offset()), "slot at {} is split", g[0].offset());
        }
    }

    #[test]
    fn numbers_find_their_fields() {
        assert_eq!(slot_offset(abi::Py_tp_repr), Some(offset_of!(abi::PyTypeObject, tp_repr)));
        assert_eq!(slot_offset(0), None);
        assert_eq!(slot_offset(abi::Py_tp_token), None);
    }
}
