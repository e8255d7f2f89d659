//! `CType`: a C type as programs see it, with everything decoded that reading and writing values needs.
//!
//! A type object knows its id in the arena of C types (module `arena`), its kind, size, item type and, for structs, a
//! table of fields by interned name; the arena is asked for calls and by-value passing only. Equal types are one
//! object: the arena keeps the address of each living object, which takes it out again when it dies.
//!
//! # Contract of the unsafe blocks
//! Pointers in a body are NULL or owned references of the stated type; they are written while the object is being made
//! (or completed, under the GIL), and emptied by the collector and by the deallocator only.

use super::arena;
use super::cfield::CField;
use super::fast::Plan;
use super::flags::*;
use dovetail_call::Signature;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::convert::{ArgInfo, FromArg};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{gc, raise};
use dovetail_ctype::TypeId;
use dovetail_macros::{pymethods, pytype};
use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::c_int;
use std::ptr::null_mut;
use std::rc::Rc;
use std::sync::Arc;

/// A field as `p.x` finds it.
#[derive(Clone, Copy)]
pub struct FieldRow {
    /// The interned name, kept alive by the dictionary of fields.
    pub name: *mut abi::PyObject,
    /// The field's type, kept alive by its `CField`.
    pub ctype: *const CType,
    pub offset: isize,
    pub field: *const CField,
    /// No bit-field and no open array: reads and writes as its type does.
    pub plain: bool,
}

/// Makes the fields of a struct.
pub type LazyFields = Rc<dyn Fn(&CType) -> PyResult<()>>;

/// What is wanted seldom.
pub struct More {
    pub name: String,
    /// Where in the name the name of a variable would stand.
    pub name_at: usize,
    pub id: TypeId,
    /// Found by its id: all but structs, unions and enums.
    pub shared: bool,
    /// Structs: fields in their order.
    pub rows: Vec<FieldRow>,
    /// Functions: the ABI's number and whether `...` ends the parameters.
    pub abi: i32,
    pub variadic: bool,
    /// Functions: the prepared call, and the fast one where there is one.
    pub signature: RefCell<Option<Arc<Signature>>>,
    pub plan: OnceCell<Option<Box<Plan>>>,
    /// Structs of compiled modules: makes the fields when they are first wanted.
    pub lazy: RefCell<Option<LazyFields>>,
}

/// The body of a type object.
#[repr(C)]
pub struct CTypeBody {
    pub ob_base: abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    /// Pointers and arrays: the item. Functions: the result.
    pub item: *mut abi::PyObject,
    /// Structs: dict of `CField`; arrays: the pointer type; pointers: the open array type, once wanted; functions: tuple
    /// of parameters; enums: tuple of dicts (name to value, value to name).
    pub stuff: *mut abi::PyObject,
    /// Bytes of a value, -1 where unknown.
    pub size: Cell<isize>,
    /// Arrays: items, or -1; structs and primitives: alignment.
    pub length: Cell<isize>,
    pub flags: u32,
    pub kind: Kind,
    pub state: Cell<u16>,
    /// Functions: how they are called fast, once that is made out.
    pub plan: Cell<*const Plan>,
    /// The table of fields.
    pub rows: Cell<*const FieldRow>,
    pub n_rows: Cell<usize>,
    pub more: *mut More,
}

/// C types.
#[pytype(name = "_cffi_backend.CType", body = CTypeBody, refs(item, stuff), weaklist = weakrefs, gc, static_in_c)]
pub struct CType;

impl<'a> FromArg<'a> for &'a CType {
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        object.downcast_exact::<CType>().ok_or_else(|| info.bad("_cffi_backend.CType", object))
    }
}

/// How a new type is described.
pub struct Draft {
    pub name: String,
    pub name_at: usize,
    pub id: TypeId,
    pub shared: bool,
    pub kind: Kind,
    pub flags: u32,
    pub size: isize,
    pub length: isize,
    pub item: Option<Object>,
    pub stuff: Option<Object>,
    pub abi: i32,
    pub variadic: bool,
}

impl CType {
    /// Makes the object. A shared one is entered into the arena.
    pub fn make(d: Draft) -> PyResult<Ref<CType>> {
        let shared = d.shared;
        let more = Box::new(More {
            name: d.name,
            name_at: d.name_at,
            id: d.id,
            shared,
            rows: Vec::new(),
            abi: d.abi,
            variadic: d.variadic,
            signature: RefCell::new(None),
            plan: OnceCell::new(),
            lazy: RefCell::new(None),
        });
        // SAFETY: a zeroed body, filled before it is tracked.
        let ct: Ref<CType> = unsafe {
            let o = alloc::alloc_sized(CType::type_object(), size_of::<CTypeBody>())?;
            let b = o as *mut CTypeBody;
            (*b).item = d.item.map_or(null_mut(), Ref::into_ptr);
            (*b).stuff = d.stuff.map_or(null_mut(), Ref::into_ptr);
            (*b).size.set(d.size);
            (*b).length.set(d.length);
            (*b).flags = d.flags;
            (*b).kind = d.kind;
            (*b).more = Box::into_raw(more);
            gc::track(o);
            Ref::from_owned(o)
        };
        if shared {
            arena::enter(ct.id(), &ct);
        }
        Ok(ct)
    }

    #[inline(always)]
    fn b(&self) -> &CTypeBody {
        // SAFETY: see the head; nobody holds a unique borrow of a body.
        unsafe { &*self.body() }
    }

    #[inline(always)]
    pub fn more(&self) -> &More {
        // SAFETY: filled when made.
        unsafe { &*self.b().more }
    }

    pub fn id(&self) -> TypeId {
        self.more().id
    }

    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.b().kind
    }

    #[inline(always)]
    pub fn flags(&self) -> u32 {
        self.b().flags
    }

    /// Any of these flags?
    #[inline(always)]
    pub fn is(&self, flags: u32) -> bool {
        self.b().flags & flags != 0
    }

    #[inline(always)]
    pub fn has_state(&self, state: u16) -> bool {
        self.b().state.get() & state != 0
    }

    pub fn set_state(&self, state: u16, on: bool) {
        let s = &self.b().state;
        s.set(if on { s.get() | state } else { s.get() & !state });
    }

    /// Bytes of a value; -1 where unknown.
    #[inline(always)]
    pub fn size(&self) -> isize {
        self.b().size.get()
    }

    #[inline(always)]
    pub fn length(&self) -> isize {
        self.b().length.get()
    }

    pub fn name(&self) -> &str {
        &self.more().name
    }

    /// The item of a pointer or array. Of other types: none.
    #[inline(always)]
    pub fn item_opt(&self) -> Option<&CType> {
        // SAFETY: a type or NULL; for functions it is the result, which is not an item.
        if self.is(POINTER | ARRAY) { unsafe { (self.b().item as *const CType).as_ref() } } else { None }
    }

    /// The item of a pointer or array, the result of a function.
    #[inline(always)]
    pub fn item(&self) -> &CType {
        debug_assert!(!self.b().item.is_null());
        // SAFETY: the caller has seen the kind.
        unsafe { &*(self.b().item as *const CType) }
    }

    /// The pointer type of an array.
    #[inline(always)]
    pub fn pointer(&self) -> &CType {
        debug_assert!(self.is(ARRAY));
        // SAFETY: the caller has seen the kind.
        unsafe { &*(self.b().stuff as *const CType) }
    }

    /// What a value of this type is as an argument: arrays become pointers.
    #[inline(always)]
    pub fn decayed(&self) -> &CType {
        if self.is(ARRAY) { self.pointer() } else { self }
    }

    /// The parameters of a function type.
    pub fn params(&self) -> &Tuple {
        debug_assert!(self.is(FUNCTION));
        // SAFETY: the caller has seen the kind.
        unsafe { &*(self.b().stuff as *const Tuple) }
    }

    /// The i-th parameter of a function type.
    #[inline(always)]
    pub fn param(&self, i: usize) -> &CType {
        // SAFETY: types stand in the tuple.
        unsafe { &*(self.params().get(i) as *const Obj as *const CType) }
    }

    /// The plan of fast calls, if it has been made.
    #[inline(always)]
    pub fn ready_plan(&self) -> Option<&Plan> {
        // SAFETY: NULL, or the plan that the type owns.
        unsafe { self.b().plan.get().as_ref() }
    }

    /// The plan of fast calls of a function type; None when it has to be called the general way.
    pub fn plan(&self) -> PyResult<Option<&Plan>> {
        if self.more().plan.get().is_none() {
            let made = Plan::new(self)?;
            let _ = self.more().plan.set(made);
            let kept = self.more().plan.get().and_then(Option::as_deref);
            self.b().plan.set(kept.map_or(std::ptr::null(), std::ptr::from_ref));
        }
        Ok(self.more().plan.get().and_then(Option::as_deref))
    }

    /// Enums: name to value, or value to name.
    pub fn enum_dict(&self, by_value: bool) -> &Dict {
        // SAFETY: two dicts in a tuple.
        unsafe {
            &*((*(self.b().stuff as *const Tuple)).get(usize::from(by_value)) as *const Obj as *const Dict)
        }
    }

    /// The open array type of a pointer.
    pub fn open_array(&self) -> PyResult<Ref<CType>> {
        debug_assert!(self.is(POINTER));
        // SAFETY: the field is the array type or NULL.
        unsafe {
            if self.b().stuff.is_null() {
                let made = super::make::array_type(self, -1)?;
                // Making it ran no Python code, but the collector may have come by: look again.
                if self.b().stuff.is_null() {
                    (*self.body()).stuff = made.into_ptr();
                }
            }
            Ok((*(self.b().stuff as *const CType)).to_ref())
        }
    }

    /// The fields by name; None while the struct is opaque.
    pub fn fields(&self) -> Option<&Dict> {
        debug_assert!(self.is(RECORD));
        // SAFETY: a dict or NULL.
        unsafe { (self.b().stuff as *const Dict).as_ref() }
    }

    /// Fields in their order.
    #[inline(always)]
    pub fn rows(&self) -> &[FieldRow] {
        let n = self.b().n_rows.get();
        // SAFETY: a table of that length.
        if n == 0 { &[] } else { unsafe { std::slice::from_raw_parts(self.b().rows.get(), n) } }
    }

    /// Gives a struct its fields.
    pub fn complete(&self, fields: Ref<Dict>, rows: Vec<FieldRow>, size: isize, align: isize) {
        // SAFETY: the GIL is held, nobody looks at the table meanwhile.
        unsafe {
            let more = &mut *self.b().more;
            more.rows = rows;
            self.b().rows.set(more.rows.as_ptr());
            self.b().n_rows.set(more.rows.len());
            dovetail_core::object::obj::replace(&raw mut (*self.body()).stuff, Some(fields.into_object()));
        }
        self.b().size.set(size);
        self.b().length.set(align);
        self.set_state(UNREALIZED, false);
    }

    /// Size and alignment of a lazy struct, known before its fields.
    pub fn set_layout(&self, size: isize, align: isize) {
        self.b().size.set(size);
        self.b().length.set(align);
    }

    /// Makes the fields of a lazy struct. Whether the struct has any.
    #[inline]
    pub fn force(&self) -> PyResult<bool> {
        if self.has_state(LAZY) {
            self.realize()?;
        }
        Ok(!self.b().stuff.is_null())
    }

    #[cold]
    fn realize(&self) -> PyResult<()> {
        // Structs that refer to one another may come here again before they are done.
        let Some(make) = self.more().lazy.borrow().clone() else { return Ok(()) };
        make(self)?;
        self.set_state(LAZY, false);
        *self.more().lazy.borrow_mut() = None;
        Ok(())
    }

    /// The field of that name. The common case compares addresses of interned names.
    #[inline(always)]
    pub fn row(&self, name: &Str) -> Option<&FieldRow> {
        let rows = self.rows();
        for row in &rows[..rows.len().min(12)] {
            if std::ptr::eq(row.name, name.as_ptr()) {
                return Some(row);
            }
        }
        if rows.is_empty() { None } else { self.row_by_hash(name) }
    }

    #[inline(never)]
    fn row_by_hash(&self, name: &Str) -> Option<&FieldRow> {
        // SAFETY: the dict has fields for values.
        let field = unsafe { &*(self.fields()?.get_str(name)? as *const Obj as *const CField) };
        self.rows().get(field.index())
    }

    /// Alignment in bytes.
    pub fn alignment(&self) -> PyResult<isize> {
        let mut ct = self;
        while ct.is(ARRAY) {
            ct = ct.item();
        }
        let align = if ct.is(PRIMITIVE | RECORD) && !ct.is(OPAQUE) && !ct.has_state(UNREALIZED) {
            if ct.is(RECORD) {
                ct.force()?;
            }
            ct.length()
        } else if ct.is(POINTER | FUNCTION) {
            align_of::<*const u8>() as isize
        } else {
            bail!(ValueError, "ctype '{}' is of unknown alignment", ct.name());
        };
        if align < 1 || align & (align - 1) != 0 {
            bail!(SystemError, "found for ctype '{}' bogus alignment '{align}'", ct.name());
        }
        Ok(align)
    }

    /// The name with `text` where a variable's name would stand.
    pub fn name_around(&self, text: &str) -> String {
        let more = self.more();
        let (before, after) = more.name.split_at(more.name_at);
        format!("{before}{text}{after}")
    }

    fn no_such(attr: &str) -> PyResult<Object> {
        Err(raise!(AttributeError, "{attr}"))
    }
}

fn owned(ct: &CType) -> Object {
    ct.as_obj().to_owned()
}

const ATTRIBUTES: [&str; 11] = [
    "kind",
    "cname",
    "item",
    "length",
    "fields",
    "args",
    "result",
    "ellipsis",
    "abi",
    "elements",
    "relements",
];

#[pymethods]
impl CType {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let b = o as *mut CTypeBody;
            let more = std::mem::replace(&mut (*b).more, null_mut());
            if !more.is_null() {
                arena::leave((*more).id, o);
                if !(*more).shared {
                    arena::forget((*more).id);
                }
                drop(Box::from_raw(more));
            }
            alloc::dealloc_fields::<CType>(o);
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: called by the collector; the table goes before the fields it points to.
        unsafe {
            (*(o as *mut CTypeBody)).n_rows.set(0);
            alloc::clear_fields::<CType>(o)
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<ctype '{}'>", self.name())
    }

    /// kind
    #[getter]
    fn kind_(&self) -> &'static str {
        if self.is(PRIMITIVE) {
            return if self.is(ENUM) { "enum" } else { "primitive" };
        }
        match self.kind() {
            Kind::Pointer => "pointer",
            Kind::Array => "array",
            Kind::Void => "void",
            Kind::Struct => "struct",
            Kind::Union => "union",
            Kind::Function => "function",
            _ => "?",
        }
    }

    /// C name
    #[getter]
    fn cname(&self) -> String {
        self.name().to_owned()
    }

    /// pointer to, or array of
    #[getter]
    fn item_(&self) -> PyResult<Object> {
        self.item_opt().map_or_else(|| CType::no_such("item"), |i| Ok(owned(i)))
    }

    /// array length or None
    #[getter]
    fn length_(&self) -> PyResult<Object> {
        if !self.is(ARRAY) {
            return CType::no_such("length");
        }
        match usize::try_from(self.length()) {
            Ok(n) => Ok(Int::from_usize(n)?.into_object()),
            Err(_) => Ok(none().to_owned()),
        }
    }

    /// struct or union fields
    #[getter]
    fn fields_(&self) -> PyResult<Object> {
        if !self.is(RECORD) {
            return CType::no_such("fields");
        }
        if self.has_state(UNREALIZED) || !self.force()? {
            return Ok(none().to_owned());
        }
        let list = List::new()?;
        for row in self.rows() {
            // SAFETY: the dictionary of fields keeps both alive.
            let (name, field) = unsafe { (Obj::from_ptr(row.name), &*row.field) };
            list.push(Tuple::from_slice(&[name, field.as_obj()])?.into_object())?;
        }
        Ok(list.into_object())
    }

    /// function argument types
    #[getter]
    fn args(&self) -> PyResult<Object> {
        if self.is(FUNCTION) { Ok(self.params().as_obj().to_owned()) } else { CType::no_such("args") }
    }

    /// function result type
    #[getter]
    fn result(&self) -> PyResult<Object> {
        if self.is(FUNCTION) { Ok(owned(self.item())) } else { CType::no_such("result") }
    }

    /// function has '...'
    #[getter]
    fn ellipsis(&self) -> PyResult<Object> {
        if self.is(FUNCTION) {
            Ok(bool_obj(self.more().variadic).to_owned())
        } else {
            CType::no_such("ellipsis")
        }
    }

    /// function ABI
    #[getter]
    fn abi(&self) -> PyResult<Object> {
        if self.is(FUNCTION) {
            Ok(Int::from_i64(self.more().abi.into())?.into_object())
        } else {
            CType::no_such("abi")
        }
    }

    /// enum elements
    #[getter]
    fn elements(&self) -> PyResult<Object> {
        if self.is(ENUM) {
            Ok(self.enum_dict(true).copy()?.into_object())
        } else {
            CType::no_such("elements")
        }
    }

    /// enum elements, reverse
    #[getter]
    fn relements(&self) -> PyResult<Object> {
        if self.is(ENUM) {
            Ok(self.enum_dict(false).copy()?.into_object())
        } else {
            CType::no_such("relements")
        }
    }

    #[method]
    fn __dir__(&self) -> PyResult<Ref<List>> {
        let list = List::new()?;
        for name in ATTRIBUTES {
            match self.as_obj().get_attr_text(name) {
                Ok(_) => list.push(Str::intern(name)?.into_object())?,
                Err(e) => e.clear(),
            }
        }
        Ok(list)
    }
}
