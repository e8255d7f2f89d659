//! `FFI`: the `ffi` of compiled modules. Types are given as text over the module's declarations, as type objects or (some
//! methods) as values.
//!
//! # Contract of the unsafe blocks
//! The fields of a body are filled when the object is made.

use super::super::cdata::CData;
use super::super::ctype::CType;
use super::super::errors::ffi_error;
use super::super::flags::*;
use super::super::module::{address_of, offset_of, size_of_cdata, store_errno};
use super::super::newp::{self, Allocator};
use super::super::{buffer, callback, cast, gcp, handle, library, make, release, strings};
use super::context::{Context, F_UNION, Realized, number, op, text};
use super::libobj::{self, Lib};
use super::{externpy, ffi_init, typetext};
use dovetail_call::errno;
use dovetail_core::error::PyResult;
use dovetail_core::native::result_ptr;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gc, raise};
use dovetail_ctype::Primitive;
use dovetail_macros::{pymethods, pytype};
use std::cell::Cell;
use std::ptr::null_mut;
use std::rc::Rc;

/// What an `ffi` has beside Python objects.
pub struct FfiData {
    pub context: Rc<Context>,
    /// Has it been initialized, by a compiled module or by `FFI(...)`?
    pub filled: Cell<bool>,
}

/// The body of an `ffi`.
#[repr(C)]
pub struct FfiBody {
    pub ob_base: abi::PyObject,
    /// Types by their texts.
    pub types: *mut abi::PyObject,
    /// `init_once`: by tag, (False, lock) or (True, result).
    pub once: *mut abi::PyObject,
    pub data: *mut FfiData,
}

/// The `ffi` of compiled modules.
#[pytype(
    name = "_cffi_backend.FFI",
    body = FfiBody,
    refs(types, once),
    gc,
    flags = abi::Py_TPFLAGS_BASETYPE,
    static_in_c
)]
pub struct Ffi;

/// The tables of an `ffi` object.
pub fn context_of(o: &Obj) -> Option<Rc<Context>> {
    o.downcast::<Ffi>().map(|f| f.context().clone())
}

/// An integer constant of a context or of what it includes.
pub fn integer_constant(context: &Rc<Context>, name: &str, depth: u32) -> PyResult<Option<Object>> {
    if let Some(i) = context.find_global(name) {
        if matches!(number(context.globals()[i].type_op), op::CONSTANT_INT | op::ENUM) {
            return context.constant_object(i).map(Some);
        }
        return Err(ffi_error(&format!(
            "function, global variable or non-integer constant '{name}' must be fetched from its original 'lib' \
             object"
        )));
    }
    if depth > 100 {
        bail!(RuntimeError, "recursion overflow in ffi.include() delegations");
    }
    for included in context.included_contexts() {
        if let Some(o) = integer_constant(&included, name, depth + 1)? {
            return Ok(Some(o));
        }
    }
    Ok(None)
}

/// What may stand for a type.
#[derive(Clone, Copy)]
struct Accept {
    text: bool,
    ctype: bool,
    cdata: bool,
    /// A function's text means the pointer to it.
    function: bool,
}

const TYPE: Accept = Accept { text: true, ctype: true, cdata: false, function: false };
const ANY: Accept = Accept { cdata: true, ..TYPE };

impl Ffi {
    /// An `ffi` of class `class` over these tables.
    pub fn with(class: &Type, context: Rc<Context>, filled: bool) -> PyResult<Ref<Ffi>> {
        let types = Dict::new()?;
        let data = Box::new(FfiData { context, filled: Cell::new(filled) });
        // SAFETY: a zeroed body, filled before anything runs.
        unsafe {
            let o: Ref<Ffi> = type_alloc(class, 0)?.cast_into_unchecked();
            let b = o.body();
            (*b).types = types.into_ptr();
            (*b).data = Box::into_raw(data);
            Ok(o)
        }
    }

    pub fn data(&self) -> &FfiData {
        // SAFETY: see the head.
        unsafe { &*(*self.body()).data }
    }

    pub fn context(&self) -> &Rc<Context> {
        &self.data().context
    }

    fn types(&self) -> &Dict {
        // SAFETY: see the head.
        unsafe { &*((*self.body()).types as *const Dict) }
    }

    #[inline]
    fn ctype(&self, o: &Obj, accept: Accept) -> PyResult<Ref<CType>> {
        if accept.text
            && let Some(text) = o.downcast::<Str>()
        {
            if let Some(known) = self.types().get_str(text)
                && let Some(ct) = known.downcast_exact::<CType>()
            {
                return Ok(ct.to_ref());
            }
            return self.parse(text, accept);
        }
        if accept.ctype
            && let Some(ct) = o.downcast_exact::<CType>()
        {
            return Ok(ct.to_ref());
        }
        if accept.cdata
            && let Some(cd) = CData::of(o)
        {
            return Ok(cd.ctype().to_ref());
        }
        let words = [(accept.text, "string"), (accept.ctype, "ctype object"), (accept.cdata, "cdata object")];
        let words: Vec<&str> = words.iter().filter(|(yes, _)| *yes).map(|(_, word)| *word).collect();
        bail!(TypeError, "expected a {}, got '{}'", words.join(" or "), o.type_name());
    }

    #[cold]
    fn parse(&self, text: &Str, accept: Accept) -> PyResult<Ref<CType>> {
        let realized = match self.types().get_str(text) {
            Some(tuple) => match tuple.downcast::<Tuple>().and_then(|t| t.get(0).downcast_exact::<CType>()) {
                Some(ct) => Realized::Function(ct.to_ref()),
                None => bail!(SystemError, "a type is neither type nor function"),
            },
            None => {
                let input = text.as_str()?;
                let realized = match typetext::parse(self.context(), input) {
                    Ok(r) => r?,
                    Err(e) => return Err(ffi_error(&format!("{}{}", e.message, pointed(input, e.at)))),
                };
                self.types().set(text.as_obj(), &*realized.to_object()?)?;
                realized
            }
        };
        if accept.function { Ok(realized.into_pointer()) } else { realized.into_type() }
    }

    fn make_new(&self, cdecl: &Obj, init: Option<&Obj>, allocator: Allocator) -> PyResult<Object> {
        newp::newp(&*self.ctype(cdecl, TYPE)?, init, allocator)
    }
}

/// The text with a mark under the byte that is wrong.
fn pointed(text: &str, at: usize) -> String {
    if text.len() > 500 {
        return String::new();
    }
    let shown: String = text
        .bytes()
        .map(|b| match b {
            b' '..=b'~' => b as char,
            b'\t' | b'\n' => ' ',
            _ => '?',
        })
        .collect();
    format!("\n{shown}\n{}^", " ".repeat(at))
}

/// What a built-in function made here keeps, and what it is called with.
unsafe fn kept<'a>(this: *mut abi::PyObject) -> &'a Tuple {
    // SAFETY: such functions have a tuple for self.
    unsafe { &*(this as *const Tuple) }
}

/// `ffi.new_allocator(...)(cdecl, init=None)`.
unsafe extern "C" fn allocate(
    this: *mut abi::PyObject,
    args: *mut abi::PyObject,
    kwargs: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: METH_VARARGS | METH_KEYWORDS.
    let (kept, args, kwargs) =
        unsafe { (kept(this), &*(args as *const Tuple), (kwargs as *const Dict).as_ref()) };
    let run = || {
        let mut bound: [Option<Object>; 2] = [None, None];
        if args.len() > 2 {
            bail!(TypeError, "new() takes at most 2 arguments ({} given)", args.len());
        }
        for (i, a) in args.items().iter().enumerate() {
            bound[i] = Some(a.clone());
        }
        for (key, value) in kwargs.into_iter().flat_map(Dict::iter_borrowed) {
            let at = match key.downcast::<Str>() {
                Some(k) if k.equals_str("cdecl") => 0,
                Some(k) if k.equals_str("init") => 1,
                _ => bail!(
                    TypeError,
                    "new() got an unexpected keyword argument '{}'",
                    key.str_()?.to_string_lossy()
                ),
            };
            bound[at] = Some(value.to_owned());
        }
        let [Some(cdecl), init] = bound else {
            bail!(TypeError, "new() missing required argument 'cdecl' (pos 1)");
        };
        let given = |i: usize| if kept.get(i).is_none() { None } else { Some(kept.get(i)) };
        let allocator =
            Allocator { alloc: given(1), free: given(2), clear: !kept.get(3).is(bool_obj(false)) };
        // SAFETY: the first item is an `ffi`.
        let ffi = unsafe { kept.get(0).cast_unchecked::<Ffi>() };
        ffi.make_new(&cdecl, init.as_deref().filter(|i| !i.is_none()), allocator)
    };
    result_ptr(run())
}

/// `@ffi.callback(...)`.
unsafe extern "C" fn decorate_callback(
    this: *mut abi::PyObject,
    function: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: METH_O; the tuple's first item is a type.
    unsafe {
        let kept = kept(this);
        let ct = kept.get(0).cast_unchecked::<CType>();
        let given = |i: usize| if kept.get(i).is_none() { None } else { Some(kept.get(i)) };
        result_ptr(callback::callback(ct, Obj::from_ptr(function), given(1), given(2)))
    }
}

/// `@ffi.def_extern(...)`.
unsafe extern "C" fn decorate_extern(
    this: *mut abi::PyObject,
    function: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: METH_O; the tuple's first item is an `ffi`.
    unsafe {
        let kept = kept(this);
        let ffi = kept.get(0).cast_unchecked::<Ffi>();
        let function = Obj::from_ptr(function);
        result_ptr(externpy::define(ffi, function, kept.get(1), kept.get(2), kept.get(3)))
    }
}

/// A definition in static memory.
struct Definition(std::cell::UnsafeCell<abi::PyMethodDef>);
// SAFETY: read only.
unsafe impl Sync for Definition {}

impl Definition {
    const fn new(name: &'static std::ffi::CStr, function: abi::PyCFunction, flags: i32) -> Definition {
        // SAFETY: all-zero is a valid row.
        let mut d: abi::PyMethodDef = unsafe { std::mem::zeroed() };
        d.ml_name = name.as_ptr();
        d.ml_meth = function;
        d.ml_flags = flags;
        Definition(std::cell::UnsafeCell::new(d))
    }

    fn function(&'static self, kept: &[&Obj]) -> PyResult<Object> {
        Ok(CFunction::new(self.0.get(), Some(Tuple::from_slice(kept)?.as_obj()), None)?.into_object())
    }
}

static ALLOCATOR: Definition = Definition::new(
    c"allocator",
    // SAFETY: the flags say that it takes keywords.
    Some(unsafe {
        std::mem::transmute::<
            unsafe extern "C" fn(
                *mut abi::PyObject,
                *mut abi::PyObject,
                *mut abi::PyObject,
            ) -> *mut abi::PyObject,
            unsafe extern "C" fn(*mut abi::PyObject, *mut abi::PyObject) -> *mut abi::PyObject,
        >(allocate)
    }),
    abi::METH_VARARGS | abi::METH_KEYWORDS,
);
static CALLBACK: Definition = Definition::new(c"callback_decorator", Some(decorate_callback), abi::METH_O);
static EXTERN: Definition = Definition::new(c"def_extern_decorator", Some(decorate_extern), abi::METH_O);

// The names of the methods are Python's.
#[allow(clippy::wrong_self_convention)]
#[pymethods]
impl Ffi {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Ref<Ffi>> {
        Ffi::with(cls, Context::empty(), false)
    }

    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        ffi_init::init(self, args, kwargs)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let data = std::mem::replace(&mut (*(o as *mut FfiBody)).data, null_mut());
            if !data.is_null() {
                drop(Box::from_raw(data));
            }
            dovetail_core::object::alloc::dealloc_fields::<Ffi>(o);
        }
    }

    /// the value of 'errno' from/to the C calls
    #[getter]
    fn errno(&self) -> i32 {
        errno::saved()
    }

    #[setter]
    fn set_errno(&self, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(value) => store_errno(value),
            None => bail!(TypeError, "errno cannot be deleted"),
        }
    }

    /// Return the address of a struct, union or array, of a part of it, or of a global of a library, as a pointer.
    #[method(nosig, sig = "(*args)")]
    fn addressof(&self, args: &[&Obj]) -> PyResult<Object> {
        let Some((first, fields)) = args.split_first() else {
            bail!(TypeError, "addressof() expects at least 1 argument");
        };
        if let Some(lib) = first.downcast_exact::<Lib>() {
            let [name] = fields else {
                bail!(TypeError, "function takes exactly 2 arguments ({} given)", args.len());
            };
            let Some(name) = name.downcast::<Str>() else {
                bail!(TypeError, "argument 2 must be str, not {}", name.type_name());
            };
            return lib.address_of(name);
        }
        let accept = Accept { text: false, ctype: false, ..ANY };
        let ct = self.ctype(first, accept)?;
        let Some(cd) = CData::of(first) else { bail!(TypeError, "expected a cdata object") };
        if fields.is_empty() && !ct.is(RECORD | ARRAY) {
            bail!(TypeError, "expected a cdata struct/union/array object");
        }
        if !ct.is(RECORD | ARRAY | POINTER) {
            bail!(TypeError, "expected a cdata struct/union/array/pointer object");
        }
        let (mut at, mut offset) = (ct, 0isize);
        for (i, field) in fields.iter().enumerate() {
            let (next, by) = {
                let (next, by) = offset_of(&at, field, i > 0)?;
                (next.to_ref(), by)
            };
            at = next;
            offset = offset.wrapping_add(by);
        }
        address_of(&*make::pointer_type(&at)?, cd, offset)
    }

    /// Return the natural alignment size in bytes of the argument.
    /// It can be a string naming a C type, or a 'cdata' instance.
    #[method(nosig)]
    fn alignof(&self, cdecl: &Obj) -> PyResult<isize> {
        self.ctype(cdecl, ANY)?.alignment()
    }

    /// A decorator: attaches a Python function to the function of that name that is declared extern "Python".
    #[method(nosig, sig = "(name=None, error=None, onerror=None)")]
    fn def_extern(&self, name: Option<&Obj>, error: Option<&Obj>, onerror: Option<&Obj>) -> PyResult<Object> {
        let none = none();
        EXTERN.function(&[
            self.as_obj(),
            name.unwrap_or(none),
            error.unwrap_or(none),
            onerror.unwrap_or(none),
        ])
    }

    /// Return a C callback that calls the Python function; without one, a decorator.
    #[method(nosig, sig = "(cdecl, python_callable=None, error=None, onerror=None)")]
    fn callback(
        &self,
        cdecl: &Obj,
        python_callable: Option<&Obj>,
        error: Option<&Obj>,
        onerror: Option<&Obj>,
    ) -> PyResult<Object> {
        let ct = self.ctype(cdecl, Accept { function: true, ..TYPE })?;
        match python_callable {
            Some(f) => callback::callback(&ct, f, error, onerror),
            None => {
                let none = none();
                CALLBACK.function(&[ct.as_obj(), error.unwrap_or(none), onerror.unwrap_or(none)])
            }
        }
    }

    /// Similar to a C cast: returns an instance of the named C
    /// type initialized with the given 'source'.
    #[method(nosig)]
    fn cast(&self, cdecl: &Obj, source: &Obj) -> PyResult<Object> {
        cast::cast(&*self.ctype(cdecl, TYPE)?, source)
    }

    /// Close a library obtained with ffi.dlopen().
    #[method(nosig)]
    fn dlclose(&self, lib: &Obj) -> PyResult<()> {
        match lib.downcast_exact::<Lib>() {
            Some(lib) => lib.close(),
            None => {
                bail!(TypeError, "dlclose() argument 1 must be _cffi_backend.Lib, not {}", lib.type_name())
            }
        }
    }

    /// Load and return a dynamic library identified by 'name', or the program itself for None.
    #[method(nosig, sig = "(name=<unrepresentable>, flags=0, /)")]
    fn dlopen(&self, name: Option<&Obj>, flags: i32) -> PyResult<Ref<Lib>> {
        let opened = library::open(name, flags)?;
        Lib::new(self, &opened.name, opened.handle, opened.auto_close)
    }

    /// Return a cdata over the memory of a Python buffer.
    #[method(nosig, sig = "(cdecl, python_buffer=<unrepresentable>, require_writable=0)")]
    fn from_buffer(
        &self,
        cdecl: &Obj,
        python_buffer: Option<&Obj>,
        require_writable: i32,
    ) -> PyResult<Object> {
        let (ct, o) = match python_buffer {
            Some(o) => (self.ctype(cdecl, TYPE)?, o),
            None => {
                let pointer = make::pointer_type(&*make::primitive(Primitive::Char)?)?;
                (make::array_type(&pointer, -1)?, cdecl)
            }
        };
        buffer::from_buffer(&ct, o, require_writable != 0)
    }

    /// Cast a 'void *' back to a Python object.
    #[method(nosig)]
    fn from_handle(&self, cdata: &Obj) -> PyResult<Object> {
        handle::get(cdata)
    }

    /// Return a new cdata object that points to the same data and calls the destructor when it dies.
    #[method(nosig, sig = "(cdata, destructor, size=0)")]
    fn gc(&self, cdata: &CData, destructor: &Obj, _size: isize) -> PyResult<Object> {
        gcp::gcp(cdata, destructor)
    }

    /// Return a string giving the C type, with some text (such as a variable name) put into it.
    #[method(nosig, sig = "(cdecl, replace_with='')")]
    fn getctype(&self, cdecl: &Obj, replace_with: &str) -> PyResult<String> {
        let ct = self.ctype(cdecl, TYPE)?;
        let inner = replace_with.trim_matches(|c: char| c.is_ascii_whitespace());
        Ok(if inner.starts_with('*') && ct.is(ARRAY) {
            ct.name_around(&format!("({inner})"))
        } else if inner.is_empty() || inner.starts_with(['[', '(']) {
            ct.name_around(inner)
        } else {
            ct.name_around(&format!(" {inner}"))
        })
    }

    /// Call func() once for a tag, and return the same result from then on, in all threads.
    #[method(nosig, sig = "(func, tag)")]
    fn init_once(&self, func: &Obj, tag: &Obj) -> PyResult<Object> {
        // SAFETY: own field, filled under the GIL.
        let cache = unsafe {
            if (*self.body()).once.is_null() {
                let made = Dict::new()?;
                if (*self.body()).once.is_null() {
                    (*self.body()).once = made.into_ptr();
                }
            }
            (*((*self.body()).once as *const Dict)).to_ref()
        };
        let result = |entry: &Obj| -> Option<Object> {
            let t = entry.downcast::<Tuple>()?;
            t.get(0).is(bool_obj(true)).then(|| t.get(1).to_owned())
        };
        let entry = match cache.get(tag)? {
            Some(entry) => entry,
            None => {
                let lock = dovetail_core::import::import_module("_thread")?
                    .call_method_text("allocate_lock", &[])?;
                let fresh = Tuple::from_slice(&[bool_obj(false), &lock])?;
                cache.set_default(tag, fresh.as_obj())?
            }
        };
        if let Some(done) = result(&entry) {
            return Ok(done);
        }
        let Some(lock) = entry.downcast::<Tuple>().map(|t| t.get(1).to_owned()) else {
            bail!(SystemError, "init_once() lost its lock");
        };
        lock.call_method_text("acquire", &[])?;
        let run = || -> PyResult<Object> {
            if let Some(done) = cache.get(tag)?.as_deref().and_then(result) {
                return Ok(done);
            }
            let made = func.call(&[])?;
            cache.set(tag, Tuple::from_slice(&[bool_obj(true), &made])?.as_obj())?;
            Ok(made)
        };
        let made = run();
        match made {
            Ok(o) => {
                lock.call_method_text("release", &[])?;
                Ok(o)
            }
            Err(e) => {
                let pending = e.take();
                lock.call_method_text("release", &[])?;
                Err(dovetail_core::error::Raised::restore(pending))
            }
        }
    }

    /// Get the value of an integer constant.
    #[method(nosig, sig = "(name)")]
    fn integer_const(&self, name: &str) -> PyResult<Object> {
        match integer_constant(self.context(), name, 0)? {
            Some(o) => Ok(o),
            None => Err(raise!(AttributeError, "integer constant '{name}' not found")),
        }
    }

    /// Returns the user type names known to this FFI instance: typedefs, structs, unions.
    #[method(nosig)]
    fn list_types(&self) -> PyResult<Ref<Tuple>> {
        let lists = [List::new()?, List::new()?, List::new()?];
        for t in self.context().typenames() {
            lists[0].push(Str::new(&text(t.name))?.into_object())?;
        }
        for s in self.context().struct_unions() {
            let name = text(s.name);
            if !name.starts_with('$') {
                let list = if s.flags & F_UNION != 0 { 2 } else { 1 };
                lists[list].push(Str::new(&name)?.into_object())?;
            }
        }
        Tuple::from_vec(lists.into_iter().map(Ref::into_object).collect())
    }

    /// Copy n bytes from src to dest.
    #[method(nosig, sig = "(dest, src, n)")]
    fn memmove(&self, dest: &Obj, src: &Obj, n: isize) -> PyResult<()> {
        buffer::memmove(dest, src, n)
    }

    /// Allocate an instance according to the specified C type and return a
    /// pointer to it (or the array).
    #[method(nosig, sig = "(cdecl, init=None)")]
    fn new(&self, cdecl: &Obj, init: Option<&Obj>) -> PyResult<Object> {
        self.make_new(cdecl, init, newp::DEFAULT)
    }

    /// Return a new allocator, i.e. a function that behaves like ffi.new()
    /// but uses the provided low-level 'alloc' and 'free' functions.
    #[method(nosig, sig = "(alloc=None, free=None, should_clear_after_alloc=1)")]
    fn new_allocator(
        &self,
        alloc: Option<&Obj>,
        free: Option<&Obj>,
        should_clear_after_alloc: i32,
    ) -> PyResult<Object> {
        if alloc.is_none() && free.is_some() {
            bail!(TypeError, "cannot pass 'free' without 'alloc'");
        }
        let none = none();
        ALLOCATOR.function(&[
            self.as_obj(),
            alloc.unwrap_or(none),
            free.unwrap_or(none),
            bool_obj(should_clear_after_alloc != 0),
        ])
    }

    /// Return a non-NULL cdata of type 'void *' that contains an opaque
    /// reference to the argument, which can be any Python object.
    #[method(nosig)]
    fn new_handle(&self, object: &Obj) -> PyResult<Object> {
        handle::new(&*make::pointer_type(&*make::void()?)?, object)
    }

    /// Return the offset of the named field inside the given structure or
    /// array, which must be given as a C type name.
    #[method(nosig, sig = "(*args)")]
    fn offsetof(&self, args: &[&Obj]) -> PyResult<isize> {
        let [cdecl, fields @ ..] = args else {
            bail!(TypeError, "offsetof() expects at least 2 arguments");
        };
        if fields.is_empty() {
            bail!(TypeError, "offsetof() expects at least 2 arguments");
        }
        let (mut at, mut offset) = (self.ctype(cdecl, TYPE)?, 0isize);
        for (i, field) in fields.iter().enumerate() {
            let (next, by) = {
                let (next, by) = offset_of(&at, field, i > 0)?;
                (next.to_ref(), by)
            };
            at = next;
            offset = offset.wrapping_add(by);
        }
        Ok(offset)
    }

    /// Release now the resources held by a 'cdata' object from ffi.new(), ffi.gc() or ffi.from_buffer().
    #[method(nosig)]
    fn release(&self, cdata: &Obj) -> PyResult<()> {
        match CData::of(cdata) {
            Some(cd) => release::release(cd),
            None => bail!(TypeError, "expected a 'cdata' object"),
        }
    }

    /// Return the size in bytes of the argument.
    /// It can be a string naming a C type, or a 'cdata' instance.
    #[method(nosig)]
    fn sizeof(&self, cdecl: &Obj) -> PyResult<isize> {
        if let Some(cd) = CData::of(cdecl) {
            return Ok(size_of_cdata(cd));
        }
        let ct = self.ctype(cdecl, ANY)?;
        if ct.is(RECORD) {
            ct.force()?;
        }
        match ct.size() {
            size @ 0.. => Ok(size),
            _ => Err(ffi_error(&format!("don't know the size of ctype '{}'", ct.name()))),
        }
    }

    /// Return a Python string (or unicode string) from the 'cdata'.
    #[method(nosig, sig = "(cdata, maxlen=-1)")]
    fn string(&self, cdata: &CData, maxlen: isize) -> PyResult<Object> {
        strings::string(cdata, maxlen)
    }

    /// Parse the C type given as a string and return the
    /// corresponding <ctype> object.
    /// It can also be used on 'cdata' instance to get its C type.
    #[method(nosig)]
    fn r#typeof(&self, cdecl: &Obj) -> PyResult<Ref<CType>> {
        if let Some(ct) = libobj::function_type(cdecl)? {
            return Ok(ct);
        }
        self.ctype(cdecl, Accept { ctype: false, ..ANY })
    }

    /// Unpacks an array of C data of the given length,
    /// returning a Python string/unicode/list.
    #[method(nosig, sig = "(cdata, length)")]
    fn unpack(&self, cdata: &CData, length: isize) -> PyResult<Object> {
        strings::unpack(cdata, length)
    }
}
