//! What the class of a C type knows: [`Info`], kept behind the type object, and `CType_Type`, the metatype that keeps it.

use crate::array;
use crate::data;
use crate::param;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::exception::attribute_error;
use dovetail_core::types::type_::Type;
use dovetail_core::types::weakref::WeakRef;
use dovetail_core::{bail, gc, raise, sym};
use dovetail_ctype::TypeId;
use dovetail_macros::{pymethods, pytype};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::ffi::{CString, c_int, c_void};
use std::ptr::null_mut;

/// The type is a pointer.
pub const IS_POINTER: u32 = 0x100;
/// A pointer is somewhere in it.
pub const HAS_POINTER: u32 = 0x200;
/// Somebody relies on its layout: it cannot change any more.
pub const FINAL: u32 = 0x1000;

/// An owned object in a place that changes under the GIL.
#[derive(Default)]
pub struct Slot(UnsafeCell<Option<Object>>);

impl Slot {
    /// A new reference to what is in it.
    pub fn get(&self) -> Option<Object> {
        // SAFETY: under the GIL; nothing runs while the reference is taken.
        unsafe { (*self.0.get()).clone() }
    }

    /// What is in it, not to be held while Python code runs.
    #[inline]
    pub fn peek(&self) -> Option<&Obj> {
        // SAFETY: under the GIL; the caller drops the borrow before anything can change the place.
        unsafe { (*self.0.get()).as_deref() }
    }

    /// Puts something else in; what was there goes afterwards.
    pub fn set(&self, value: Option<Object>) {
        // SAFETY: under the GIL; the old object ends when the place is in order.
        drop(unsafe { std::mem::replace(&mut *self.0.get(), value) });
    }

    fn raw(&self) -> *mut abi::PyObject {
        self.peek().map_or(null_mut(), Obj::as_ptr)
    }
}

/// The kinds of C types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Simple,
    Pointer,
    Array,
    Struct,
    Union,
    Function,
}

/// A plain simple type.
#[derive(Clone, Copy)]
pub struct Item {
    pub code: u8,
    pub swapped: bool,
    pub size: isize,
}

/// What a C type's class knows of its instances.
pub struct Info {
    pub kind: Kind,
    /// The type code of simple types, else 0.
    pub code: Cell<u8>,
    /// A simple type whose bytes stand the other way round.
    pub swapped: Cell<bool>,
    /// A simple type right below `_SimpleCData`: reading one gives a Python value, not an instance.
    pub plain: Cell<bool>,
    pub size: Cell<isize>,
    pub align: Cell<isize>,
    /// How many fields or items.
    pub length: Cell<isize>,
    pub flags: Cell<u32>,
    /// The format of buffers (PEP 3118). Not changed once an instance exists.
    pub format: RefCell<Option<CString>>,
    /// Of arrays and pointers whose items are plain values: what those are.
    pub item: Cell<Option<Item>>,
    /// The lengths of arrays in arrays.
    pub shape: RefCell<Vec<isize>>,
    /// What is pointed to, or an array's items; the code's text for simple types.
    pub proto: Slot,
    /// The pointer type that `POINTER` gives.
    pub pointer_type: Slot,
    /// Of functions: tuples, and what comes back.
    pub argtypes: Slot,
    pub converters: Slot,
    pub restype: Slot,
    pub checker: Slot,
    /// The fields of a record in their order, those of its bases first.
    pub fields: RefCell<Vec<Object>>,
    /// How the type is called in the arena of C types, once a call wanted it.
    pub described: Cell<Option<TypeId>>,
    /// Array types of this item, by length.
    pub arrays: RefCell<Vec<(isize, Ref<WeakRef>)>>,
}

impl Info {
    fn new(kind: Kind) -> Info {
        Info {
            kind,
            code: Cell::new(0),
            swapped: Cell::new(false),
            plain: Cell::new(false),
            size: Cell::new(0),
            align: Cell::new(0),
            length: Cell::new(0),
            flags: Cell::new(0),
            format: RefCell::new(None),
            item: Cell::new(None),
            shape: RefCell::new(Vec::new()),
            proto: Slot::default(),
            pointer_type: Slot::default(),
            argtypes: Slot::default(),
            converters: Slot::default(),
            restype: Slot::default(),
            checker: Slot::default(),
            fields: RefCell::new(Vec::new()),
            described: Cell::new(None),
            arrays: RefCell::new(Vec::new()),
        }
    }

    /// Takes over what a base class knows, but for its pointer type.
    pub fn copy_from(&self, base: &Info) {
        self.code.set(base.code.get());
        self.size.set(base.size.get());
        self.align.set(base.align.get());
        self.length.set(base.length.get());
        self.flags.set(base.flags.get());
        self.item.set(base.item.get());
        self.format.replace(base.format.borrow().clone());
        self.shape.replace(base.shape.borrow().clone());
        self.proto.set(base.proto.get());
        self.fields.replace(base.fields.borrow().clone());
    }

    /// Remembers what the items are.
    pub fn set_item(&self, item: &Info) {
        let plain = item.kind == Kind::Simple && item.plain.get();
        let found = Item { code: item.code.get(), swapped: item.swapped.get(), size: item.size.get() };
        self.item.set(plain.then_some(found));
    }

    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    pub fn add_flags(&self, flags: u32) {
        self.flags.set(self.flags.get() | flags);
    }

    pub fn set_format(&self, format: &str) {
        self.format.replace(CString::new(format).ok());
    }

    /// The format as text; None where there is none.
    pub fn format_text(&self) -> Option<String> {
        self.format.borrow().as_ref().map(|f| f.to_string_lossy().into_owned())
    }

    /// The class of the items or of what is pointed to.
    pub fn target(&self) -> Option<Ref<Type>> {
        self.proto.get()?.downcast_into::<Type>().ok()
    }

    /// The Info of that class.
    pub fn target_info(&self) -> Option<&Info> {
        // The class is kept alive by this one.
        let target = self.proto.peek()?.downcast::<Type>()?;
        of_type(target)
    }

    fn slots(&self) -> [&Slot; 6] {
        [&self.proto, &self.pointer_type, &self.argtypes, &self.converters, &self.restype, &self.checker]
    }
}

/// A class of C type: CPython's heap type, and the pointer to what it knows.
#[repr(C)]
pub struct CTypeBody {
    base: abi::PyHeapTypeObject,
    info: *mut Info,
}

/// What the class knows; None for the abstract ones, and for classes that are no C types.
#[inline]
pub fn of_type(ty: &Type) -> Option<&Info> {
    if !ty.is_heap() || !ty.ob_type().is_subtype(CType::type_object()) {
        return None;
    }
    // SAFETY: a heap type of our metatype has its body; the pointer is NULL or a box that lives as long as the class.
    unsafe { (*(ty.as_ptr() as *const CTypeBody)).info.as_ref() }
}

/// What a class object knows, where the object is a class at all.
#[inline]
pub fn of_class(o: &Obj) -> Option<&Info> {
    of_type(o.downcast::<Type>()?)
}

/// What an instance's class knows.
#[inline]
pub fn of_instance(o: &Obj) -> Option<&Info> {
    of_type(o.ob_type())
}

/// As `of_type`; the abstract ones raise.
pub fn concrete(ty: &Type) -> PyResult<&Info> {
    of_type(ty).ok_or_else(|| raise!(TypeError, "abstract class"))
}

/// The first `__init__` of a class of C type.
pub fn init(ty: &Type, kind: Kind) -> PyResult<&Info> {
    if of_type(ty).is_some() {
        bail!(SystemError, "StgInfo of '{}' is already initialized.", ty.name());
    }
    // SAFETY: metatypes make heap types with this body.
    unsafe {
        let body = ty.as_ptr() as *mut CTypeBody;
        (*body).info = Box::into_raw(Box::new(Info::new(kind)));
        Ok(&*(*body).info)
    }
}

/// The metatype of all C types.
/// ---
#[pytype(
    name = "_ctypes.CType_Type", body = CTypeBody, base = Type, gc, itemsize = size_of::<abi::PyMemberDef>(),
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct CType;

/// The class itself, seen through any metatype of ours.
pub fn class<T: Native<Body = CTypeBody>>(metatype: &T) -> &Type {
    // SAFETY: a live class; the body begins with a type's.
    unsafe { &*(metatype.body() as *const Type) }
}

#[pymethods]
impl CType {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; what the class knew goes before the class.
        unsafe {
            gc::untrack(o);
            let info = std::mem::replace(&mut (*(o as *mut CTypeBody)).info, null_mut());
            if !info.is_null() {
                drop(Box::from_raw(info));
            }
            if let Some(f) = Type::type_object().raw().tp_dealloc {
                f(o);
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live class.
        unsafe {
            if let (Some(info), Some(f)) = (of_type(&*(o as *const Type)), visit) {
                let own = info.slots().map(Slot::raw);
                let fields = info.fields.borrow();
                let all = own.into_iter().filter(|p| !p.is_null()).chain(fields.iter().map(|f| f.as_raw()));
                let r = dovetail_stdlib::util::visit_all(all, f, arg);
                if r != 0 {
                    return r;
                }
            }
            Type::type_object().raw().tp_traverse.map_or(0, |f| f(o, visit, arg))
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a class that only garbage refers to.
        unsafe {
            if let Some(info) = of_type(&*(o as *const Type)) {
                info.slots().iter().for_each(|s| s.set(None));
                let fields = info.fields.take();
                drop(fields);
            }
            Type::type_object().raw().tp_clear.map_or(0, |f| f(o))
        }
    }

    #[slot(sq_repeat)]
    fn repeat(&self, length: isize) -> PyResult<Object> {
        array::type_of(class(self), length)
    }

    /// Return memory consumption of the type object.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        let Some(info) = of_type(class(self)) else { return size_of::<CTypeBody>() };
        let format = info.format.borrow().as_ref().map_or(0, |f| f.as_bytes().len() + 1);
        let shape = info.shape.borrow().len() * size_of::<isize>();
        let fields = info.fields.borrow().len() * size_of::<Object>();
        size_of::<CTypeBody>() + size_of::<Info>() + format + shape + fields
    }

    /// pointer type
    #[getter(name = "__pointer_type__")]
    fn pointer_type(&self) -> PyResult<Object> {
        let info = stored(class(self))?;
        info.pointer_type.get().map_or_else(
            || {
                let shown = self.repr()?;
                let message = format!("{} has no attribute '__pointer_type__'", shown.to_string_lossy());
                Err(attribute_error(self, sym!(__pointer_type__), &message))
            },
            Ok,
        )
    }

    #[setter(name = "__pointer_type__")]
    fn set_pointer_type(&self, value: Option<&Obj>) -> PyResult<()> {
        stored(class(self))?.pointer_type.set(value.map(Obj::to_owned));
        Ok(())
    }

    /// Convert a Python object into a function call parameter.
    #[method]
    fn from_param(&self, value: &Obj) -> PyResult<Object> {
        param::from_param(class(self), value)
    }

    /// C.from_address(integer) -> C instance
    ///
    /// Access a C instance at the specified address.
    #[method]
    fn from_address(&self, value: &Obj) -> PyResult<Object> {
        data::from_address(class(self), value)
    }

    /// C.from_buffer(object, offset=0) -> C instance
    ///
    /// Create a C instance from a writeable buffer.
    #[method(sig = "(obj, offset=0, /)")]
    fn from_buffer(&self, obj: &Obj, offset: isize) -> PyResult<Object> {
        data::from_buffer(class(self), obj, offset)
    }

    /// C.from_buffer_copy(object, offset=0) -> C instance
    ///
    /// Create a C instance from a readable buffer.
    #[method(sig = "(buffer, offset=0, /)")]
    fn from_buffer_copy(&self, buffer: &Obj, offset: isize) -> PyResult<Object> {
        data::from_buffer_copy(class(self), buffer, offset)
    }

    /// C.in_dll(dll, name) -> C instance
    ///
    /// Access a C instance in a dll.
    #[method]
    fn in_dll(&self, dll: &Obj, name: &Obj) -> PyResult<Object> {
        data::in_dll(class(self), dll, name)
    }
}

fn stored(ty: &Type) -> PyResult<&Info> {
    match of_type(ty) {
        Some(info) => Ok(info),
        None => Err(raise!(TypeError, "{} must have storage info", ty.as_obj().repr()?.to_string_lossy())),
    }
}
