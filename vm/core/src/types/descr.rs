//! Descriptors of native and C types: methods, class methods, members, getsets and slot wrappers.
//!
//! Layouts are CPython's (`descrobject.h`); calls go through the vectorcall function that a method's flags choose.
//! Docstrings are read by `docstring`, `__new__` is in `new_wrapper`; both are re-exported here.

use crate::error::{PyResult, from_c};
use crate::interpreter::Interpreter;
use crate::object::native::{cast_opt_unchecked, opt_ptr};
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref, ToRef};
use crate::object::{CompareOp, Native, alloc, slotwrap};
use crate::thread::ThreadState;
use crate::types::bool_::bool_obj;
use crate::types::cfunction::CFunction;
use crate::types::dict::Dict;
use crate::types::none::{none, not_implemented};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::offset_of;
use std::ptr::null_mut;

pub use super::docstring::{doc_body, doc_object, doc_signature, method_signature, signature_object};
pub use super::new_wrapper::{is_new_wrapper, new_wrapper};

type P = *mut abi::PyObject;

// The bodies are flat forms of CPython's structs, so that fields can be named; the layouts are compared below.

macro_rules! bodies {
    ($($name:ident = $c:ident { $($field:ident: $ty:ty = $($path:ident).+),* $(,)? })*) => { $(
        /// The body of a descriptor.
        #[repr(C)]
        pub struct $name {
            pub ob_base: abi::PyObject,
            pub d_type: *mut abi::PyTypeObject,
            pub d_name: P,
            pub d_qualname: P,
            $(pub $field: $ty,)*
        }
        const _: () = {
            assert!(size_of::<$name>() == size_of::<abi::$c>());
            assert!(offset_of!($name, d_qualname) == offset_of!(abi::$c, d_common.d_qualname));
            $(assert!(offset_of!($name, $field) == offset_of!(abi::$c, $($path).+));)*
        };
    )* };
}

bodies! {
    MethodDescrBody = PyMethodDescrObject { d_method: *mut abi::PyMethodDef = d_method, vectorcall: abi::vectorcallfunc = vectorcall }
    MemberDescrBody = PyMemberDescrObject { d_member: *mut abi::PyMemberDef = d_member }
    GetSetDescrBody = PyGetSetDescrObject { d_getset: *mut abi::PyGetSetDef = d_getset }
    WrapperDescrBody = PyWrapperDescrObject { d_base: *mut abi::wrapperbase = d_base, d_wrapped: *mut c_void = d_wrapped }
}

/// A method of a native type.
/// ---
#[pytype(name = "method_descriptor", body = MethodDescrBody, export = "PyMethodDescr_Type", gc, refs(d_type, d_name, d_qualname),
         vectorcall = vectorcall, flags = abi::Py_TPFLAGS_METHOD_DESCRIPTOR | abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct MethodDescr;

/// A class method of a native type.
/// ---
#[pytype(name = "classmethod_descriptor", body = MethodDescrBody, export = "PyClassMethodDescr_Type", gc,
         refs(d_type, d_name, d_qualname), flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct ClassMethodDescr;

/// A field of a native type's instances.
/// ---
#[pytype(name = "member_descriptor", body = MemberDescrBody, export = "PyMemberDescr_Type", gc, refs(d_type, d_name, d_qualname),
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct MemberDescr;

/// A computed attribute of a native type.
/// ---
#[pytype(name = "getset_descriptor", body = GetSetDescrBody, export = "PyGetSetDescr_Type", gc, refs(d_type, d_name, d_qualname),
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct GetSetDescr;

/// A special method of a native type, over its C slot.
/// ---
#[pytype(name = "wrapper_descriptor", body = WrapperDescrBody, export = "PyWrapperDescr_Type", gc, refs(d_type, d_name, d_qualname),
         flags = abi::Py_TPFLAGS_METHOD_DESCRIPTOR | abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct WrapperDescr;

/// The body of a bound slot wrapper.
#[repr(C)]
pub struct MethodWrapperBody {
    pub ob_base: abi::PyObject,
    pub descr: P,
    pub self_: P,
}

/// A slot wrapper bound to an instance.
/// ---
#[pytype(name = "method-wrapper", body = MethodWrapperBody, export = "_PyMethodWrapper_Type", gc, refs(descr, self_),
         flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct MethodWrapper;

/// What all descriptors share.
trait Descr: Native {
    /// The common part.
    fn common(&self) -> &abi::PyDescrObject {
        // SAFETY: every descriptor's body begins with it (asserted above).
        unsafe { &*(self as *const Self as *const abi::PyDescrObject) }
    }

    fn owner_type(&self) -> &Type {
        // SAFETY: a descriptor owns its type.
        unsafe { &*(self.common().d_type as *const Type) }
    }

    fn name_str(&self) -> &Str {
        // SAFETY: a descriptor owns its name.
        unsafe { &*(self.common().d_name as *const Str) }
    }

    /// Computed once: the qualified name of the type, a dot, the name.
    fn qualified(&self) -> PyResult<Object> {
        // SAFETY: own field.
        unsafe {
            let c = (self as *const Self as *mut Self).cast::<abi::PyDescrObject>();
            if (*c).d_qualname.is_null() {
                let t = self.owner_type().as_obj().get_attr(sym!(__qualname__))?;
                let Some(t) = t.downcast::<Str>() else {
                    bail!(TypeError, "<descriptor>.__objclass__.__qualname__ is not a unicode object");
                };
                let q = Str::new(&format!("{}.{}", t.to_string_lossy(), self.name_str().to_string_lossy()))?;
                (*c).d_qualname = q.into_ptr();
            }
            Ok(Ref::from_borrowed((*c).d_qualname))
        }
    }

    fn describe(&self, what: &str) -> PyResult<Object> {
        Ok(Str::new(&format!(
            "<{what} '{}' of '{}' objects>",
            self.name_str().to_string_lossy(),
            self.owner_type().name()
        ))?
        .into_object())
    }

    /// Refuses objects of other types.
    #[inline]
    fn check(&self, o: &Obj) -> PyResult<()> {
        if o.ob_type().is_subtype(self.owner_type()) {
            return Ok(());
        }
        Err(self.wrong(o))
    }

    #[cold]
    fn wrong(&self, o: &Obj) -> crate::error::Raised {
        raise!(
            TypeError,
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            self.name_str().to_string_lossy(),
            self.owner_type().name(),
            o.type_name()
        )
    }

    /// `(getattr, (type, name))`.
    fn reduced(&self) -> PyResult<Object> {
        getattr_reduction(self.owner_type(), self.name_str())
    }

    /// Fills a new descriptor's common part.
    fn fill(&self, ty: &Type, name: *const c_char) -> PyResult<()> {
        // SAFETY: a new descriptor, its fields NULL.
        unsafe {
            let c = (self as *const Self as *mut Self).cast::<abi::PyDescrObject>();
            (*c).d_type = ty.to_ref().into_ptr().cast();
            (*c).d_name = Str::intern_c(name)?.into_ptr();
        }
        Ok(())
    }
}

impl Descr for MethodDescr {}
impl Descr for ClassMethodDescr {}
impl Descr for MemberDescr {}
impl Descr for GetSetDescr {}
impl Descr for WrapperDescr {}

/// `(getattr, (owner, name))`, what attribute-like objects are pickled as.
pub fn getattr_reduction(owner: &Obj, name: &Obj) -> PyResult<Object> {
    let f = match Interpreter::current().builtins().get_str(sym!(getattr)) {
        Some(f) => f.to_owned(),
        None => bail!(AttributeError, "getattr"),
    };
    let args = Tuple::from_slice(&[owner, name])?;
    Ok(Tuple::from_vec(vec![f, args.into_object()])?.into_object())
}

/// `module.qualname()` of a callable, for messages (`_PyObject_FunctionStr`).
pub fn function_str(f: &Obj) -> PyResult<String> {
    let Some(q) = f.get_attr_opt(sym!(__qualname__))? else {
        return Ok(f.str_()?.to_string_lossy().into_owned());
    };
    let q = q.str_()?;
    if let Some(m) = f.get_attr_opt(sym!(__module__))?
        && !m.is_none()
        && !m.downcast::<Str>().is_some_and(|m| m.equals_str("builtins"))
    {
        return Ok(format!("{}.{}()", m.str_()?.to_string_lossy(), q.to_string_lossy()));
    }
    Ok(format!("{}()", q.to_string_lossy()))
}

// ---- methods ----

/// The kind bits of a method's flags.
pub const KIND: c_int = abi::METH_VARARGS
    | abi::METH_FASTCALL
    | abi::METH_NOARGS
    | abi::METH_O
    | abi::METH_KEYWORDS
    | abi::METH_METHOD;

const VARARGS_KW: c_int = abi::METH_VARARGS | abi::METH_KEYWORDS;
const FASTCALL_KW: c_int = abi::METH_FASTCALL | abi::METH_KEYWORDS;
const METHOD_KW: c_int = abi::METH_METHOD | FASTCALL_KW;

impl MethodDescr {
    /// The descriptor of a method (`PyDescr_NewMethod`).
    pub fn new(ty: &Type, def: *mut abi::PyMethodDef) -> PyResult<Ref<MethodDescr>> {
        // SAFETY: a definition that outlives the type.
        unsafe {
            let f: unsafe extern "C" fn(P, *const P, usize, P) -> P = match (*def).ml_flags & KIND {
                abi::METH_VARARGS => method_varargs,
                VARARGS_KW => method_varargs_keywords,
                abi::METH_FASTCALL => method_fastcall,
                FASTCALL_KW => method_fastcall_keywords,
                abi::METH_NOARGS => method_noargs,
                abi::METH_O => method_o,
                METHOD_KW => method_method,
                _ => bail!(
                    SystemError,
                    "{}() method: bad call flags",
                    CStr::from_ptr((*def).ml_name).to_string_lossy()
                ),
            };
            let d = alloc::new_body::<MethodDescr>()?;
            d.fill(ty, (*def).ml_name)?;
            (*d.body()).d_method = def;
            (*d.body()).vectorcall = Some(f);
            Ok(d)
        }
    }

    /// The method's definition.
    pub fn def(&self) -> &abi::PyMethodDef {
        // SAFETY: set at creation; definitions outlive their types.
        unsafe { &*(*self.body()).d_method }
    }

    /// The type whose instances have the method.
    pub fn owner(&self) -> &Type {
        self.owner_type()
    }

    fn name(&self) -> String {
        match function_str(self) {
            Ok(s) => s,
            Err(e) => {
                e.clear();
                "?()".to_owned()
            }
        }
    }

    /// The instance: the first argument, checked.
    #[inline]
    unsafe fn receiver<'a>(&self, args: *const P, nargs: usize) -> PyResult<&'a Obj> {
        if nargs < 1 {
            bail!(TypeError, "unbound method {} needs an argument", self.name());
        }
        // SAFETY: there is a first argument.
        let o = unsafe { Obj::from_ptr(*args) };
        self.check(o)?;
        Ok(o)
    }
}

/// Refuses keyword arguments.
///
/// # Safety
/// `kwnames` is NULL or a tuple.
#[inline]
pub(crate) unsafe fn no_keywords(f: &Obj, kwnames: P) -> PyResult<()> {
    // SAFETY: the caller's promise.
    match unsafe { cast_opt_unchecked::<Tuple>(kwnames) } {
        Some(k) if !k.is_empty() => Err(raise!(TypeError, "{} takes no keyword arguments", function_str(f)?)),
        _ => Ok(()),
    }
}

/// Keyword values as a dictionary, `None` without keywords.
///
/// # Safety
/// `values` holds a value for each of `kwnames`.
pub(crate) unsafe fn keyword_dict(values: *const P, kwnames: P) -> PyResult<Option<Ref<Dict>>> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(names) = cast_opt_unchecked::<Tuple>(kwnames).filter(|k| !k.is_empty()) else {
            return Ok(None);
        };
        let d = Dict::new()?;
        for (i, n) in names.items().iter().enumerate() {
            d.set(n, Obj::from_ptr(*values.add(i)))?;
        }
        Ok(Some(d))
    }
}

/// # Safety
/// `args` holds `n` live objects.
pub(crate) unsafe fn borrow_args<'a>(args: *const P, n: usize) -> &'a [&'a Obj] {
    // SAFETY: a `&Obj` is a non-null object pointer.
    if n == 0 { &[] } else { unsafe { std::slice::from_raw_parts(args.cast(), n) } }
}

pub(crate) type Fast = unsafe extern "C" fn(P, *const P, isize) -> P;
pub(crate) type FastKw = unsafe extern "C" fn(P, *const P, isize, P) -> P;
pub(crate) type MethodKw = unsafe extern "C" fn(P, *mut abi::PyTypeObject, *const P, usize, P) -> P;
pub(crate) type TwoArgs = unsafe extern "C" fn(P, P) -> P;
pub(crate) type ThreeArgs = unsafe extern "C" fn(P, P, P) -> P;

/// The C function of a definition in the shape that its flags name.
///
/// # Safety
/// The flags name that shape.
#[inline(always)]
pub(crate) unsafe fn shaped<F: Copy>(def: &abi::PyMethodDef) -> F {
    // SAFETY: the caller's promise; function pointers have one size.
    unsafe { std::mem::transmute_copy::<abi::PyCFunction, F>(&def.ml_meth) }
}

#[inline(always)]
pub(crate) fn enter() -> PyResult<()> {
    ThreadState::current().check_recursion(" while calling a Python object")
}

/// Passes on a C result: NULL stays NULL, for the caller to check.
macro_rules! vectorcalls {
    ($($name:ident($d:ident: $ty:ty, $args:ident, $n:ident, $kw:ident) $body:block)*) => { $(
        unsafe extern "C" fn $name(callable: P, $args: *const P, nargsf: usize, $kw: P) -> P {
            // SAFETY: called through the vectorcall slot with live arguments.
            unsafe {
                let $d = &*(callable as *const $ty);
                let $n = nargsf & !crate::object::call::ARGUMENTS_OFFSET;
                let run = || -> PyResult<P> { $body };
                match run() {
                    Ok(p) => p,
                    Err(_) => null_mut(),
                }
            }
        }
    )* };
}

vectorcalls! {
    method_varargs(d: MethodDescr, args, n, kw) {
        let o = d.receiver(args, n)?;
        no_keywords(d, kw)?;
        let tuple = Tuple::from_slice(borrow_args(args.add(1), n - 1))?;
        enter()?;
        Ok(shaped::<TwoArgs>(d.def())(o.as_ptr(), tuple.as_raw()))
    }
    method_varargs_keywords(d: MethodDescr, args, n, kw) {
        let o = d.receiver(args, n)?;
        let tuple = Tuple::from_slice(borrow_args(args.add(1), n - 1))?;
        let kwargs = keyword_dict(args.add(n), kw)?;
        enter()?;
        Ok(shaped::<ThreeArgs>(d.def())(o.as_ptr(), tuple.as_raw(), opt_ptr(kwargs.as_deref())))
    }
    method_fastcall(d: MethodDescr, args, n, kw) {
        let o = d.receiver(args, n)?;
        no_keywords(d, kw)?;
        enter()?;
        Ok(shaped::<Fast>(d.def())(o.as_ptr(), args.add(1), n as isize - 1))
    }
    method_fastcall_keywords(d: MethodDescr, args, n, kw) {
        let o = d.receiver(args, n)?;
        enter()?;
        Ok(shaped::<FastKw>(d.def())(o.as_ptr(), args.add(1), n as isize - 1, kw))
    }
    method_method(d: MethodDescr, args, n, kw) {
        let o = d.receiver(args, n)?;
        enter()?;
        Ok(shaped::<MethodKw>(d.def())(o.as_ptr(), d.common().d_type, args.add(1), n - 1, kw))
    }
    method_noargs(d: MethodDescr, args, n, kw) {
        let o = d.receiver(args, n)?;
        no_keywords(d, kw)?;
        if n != 1 {
            bail!(TypeError, "{} takes no arguments ({} given)", d.name(), n - 1);
        }
        enter()?;
        Ok(shaped::<TwoArgs>(d.def())(o.as_ptr(), null_mut()))
    }
    method_o(d: MethodDescr, args, n, kw) {
        let o = d.receiver(args, n)?;
        no_keywords(d, kw)?;
        if n != 2 {
            bail!(TypeError, "{} takes exactly one argument ({} given)", d.name(), n - 1);
        }
        enter()?;
        Ok(shaped::<TwoArgs>(d.def())(o.as_ptr(), *args.add(1)))
    }
}

#[pymethods(members(
    ("__objclass__", _Py_T_OBJECT, d_type, abi::Py_READONLY, ""),
    ("__name__", _Py_T_OBJECT, d_name, abi::Py_READONLY, ""),
))]
impl MethodDescr {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        self.describe("method")
    }

    #[slot(tp_call)]
    fn call_tuple(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.as_obj().call_dict(args, kwargs)
    }

    #[slot(tp_descr_get)]
    fn bind(&self, o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        let Some(o) = o else { return Ok(self.as_obj().to_owned()) };
        self.check(o)?;
        let class = (self.def().ml_flags & abi::METH_METHOD != 0).then(|| self.owner_type());
        // SAFETY: own definition.
        CFunction::with_class(unsafe { (*self.body()).d_method }, Some(o), None, class).map(Ref::into_object)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        self.reduced()
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        doc_object(self.def().ml_doc)
    }

    #[getter(name = "__qualname__")]
    fn qualname(&self) -> PyResult<Object> {
        self.qualified()
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> PyResult<Object> {
        method_signature(self.def())
    }
}

// ---- class methods ----

impl ClassMethodDescr {
    /// The descriptor of a class method (`PyDescr_NewClassMethod`).
    pub fn new(ty: &Type, def: *mut abi::PyMethodDef) -> PyResult<Ref<ClassMethodDescr>> {
        // SAFETY: a definition that outlives the type.
        unsafe {
            let d = alloc::new_body::<ClassMethodDescr>()?;
            d.fill(ty, (*def).ml_name)?;
            (*d.body()).d_method = def;
            Ok(d)
        }
    }

    /// The method's definition.
    pub fn def(&self) -> &abi::PyMethodDef {
        // SAFETY: as in `MethodDescr::def`.
        unsafe { &*(*self.body()).d_method }
    }

    fn get(&self, o: Option<&Obj>, ty: Option<&Obj>) -> PyResult<Object> {
        let (name, owner) = (self.name_str().to_string_lossy(), self.owner_type());
        let ty = match (ty, o) {
            (Some(t), _) => t,
            (None, Some(o)) => o.ob_type().as_obj(),
            (None, None) => bail!(
                TypeError,
                "descriptor '{name}' for type '{}' needs either an object or a type",
                owner.name()
            ),
        };
        let Some(ty) = ty.downcast::<Type>() else {
            bail!(
                TypeError,
                "descriptor '{name}' for type '{}' needs a type, not a '{}' as arg 2",
                owner.name(),
                ty.type_name()
            );
        };
        if !ty.is_subtype(owner) {
            bail!(
                TypeError,
                "descriptor '{name}' requires a subtype of '{}' but received '{}'",
                owner.name(),
                ty.name()
            );
        }
        let class = (self.def().ml_flags & abi::METH_METHOD != 0).then_some(owner);
        // SAFETY: own definition.
        CFunction::with_class(unsafe { (*self.body()).d_method }, Some(ty), None, class).map(Ref::into_object)
    }
}

#[pymethods(members(
    ("__objclass__", _Py_T_OBJECT, d_type, abi::Py_READONLY, ""),
    ("__name__", _Py_T_OBJECT, d_name, abi::Py_READONLY, ""),
))]
impl ClassMethodDescr {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        self.describe("method")
    }

    #[slot(tp_descr_get)]
    fn bind(&self, o: Option<&Obj>, ty: Option<&Obj>) -> PyResult<Object> {
        self.get(o, ty)
    }

    #[slot(tp_call)]
    fn call_tuple(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let Some(first) = args.items().first() else {
            bail!(
                TypeError,
                "descriptor '{}' of '{}' object needs an argument",
                self.name_str().to_string_lossy(),
                self.owner_type().name()
            );
        };
        let bound = self.get(None, Some(first))?;
        bound.call_dict(&*Tuple::from_vec(args.items()[1..].to_vec())?, kwargs)
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        doc_object(self.def().ml_doc)
    }

    #[getter(name = "__qualname__")]
    fn qualname(&self) -> PyResult<Object> {
        self.qualified()
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> PyResult<Object> {
        method_signature(self.def())
    }
}

// ---- members ----

impl MemberDescr {
    /// The descriptor of a field (`PyDescr_NewMember`).
    pub fn new(ty: &Type, def: *mut abi::PyMemberDef) -> PyResult<Ref<MemberDescr>> {
        // SAFETY: a definition that outlives the type.
        unsafe {
            if (*def).flags & abi::Py_RELATIVE_OFFSET != 0 {
                bail!(SystemError, "PyDescr_NewMember used with Py_RELATIVE_OFFSET");
            }
            let d = alloc::new_body::<MemberDescr>()?;
            d.fill(ty, (*def).name)?;
            (*d.body()).d_member = def;
            Ok(d)
        }
    }

    /// The field's definition.
    pub fn def(&self) -> &abi::PyMemberDef {
        // SAFETY: set at creation; definitions outlive their types.
        unsafe { &*(*self.body()).d_member }
    }

    /// The type whose instances have the field.
    pub fn owner(&self) -> &Type {
        self.owner_type()
    }
}

#[pymethods(members(
    ("__objclass__", _Py_T_OBJECT, d_type, abi::Py_READONLY, ""),
    ("__name__", _Py_T_OBJECT, d_name, abi::Py_READONLY, ""),
))]
impl MemberDescr {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        self.describe("member")
    }

    #[slot(tp_descr_get)]
    fn get(&self, o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        let Some(o) = o else { return Ok(self.as_obj().to_owned()) };
        self.check(o)?;
        // SAFETY: the object's type has the field.
        unsafe { super::member::get(o, self.def()) }
    }

    #[slot(tp_descr_set)]
    fn set(&self, o: &Obj, value: Option<&Obj>) -> PyResult<()> {
        self.check(o)?;
        // SAFETY: as above.
        unsafe { super::member::set(o, self.def(), value) }
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        self.reduced()
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        plain_doc(self.def().doc)
    }

    #[getter(name = "__qualname__")]
    fn qualname(&self) -> PyResult<Object> {
        self.qualified()
    }
}

fn plain_doc(doc: *const c_char) -> PyResult<Object> {
    if doc.is_null() {
        return Ok(none().to_owned());
    }
    // SAFETY: a C string that lives with the definition.
    Ok(Str::new(&unsafe { CStr::from_ptr(doc) }.to_string_lossy())?.into_object())
}

// ---- getsets ----

impl GetSetDescr {
    /// The descriptor of a computed attribute (`PyDescr_NewGetSet`).
    pub fn new(ty: &Type, def: *mut abi::PyGetSetDef) -> PyResult<Ref<GetSetDescr>> {
        // SAFETY: a definition that outlives the type.
        unsafe {
            let d = alloc::new_body::<GetSetDescr>()?;
            d.fill(ty, (*def).name)?;
            (*d.body()).d_getset = def;
            Ok(d)
        }
    }

    /// The attribute's definition.
    pub fn def(&self) -> &abi::PyGetSetDef {
        // SAFETY: set at creation; definitions outlive their types.
        unsafe { &*(*self.body()).d_getset }
    }

    /// The type whose instances have the attribute.
    pub fn owner(&self) -> &Type {
        self.owner_type()
    }
}

#[pymethods(members(
    ("__objclass__", _Py_T_OBJECT, d_type, abi::Py_READONLY, ""),
    ("__name__", _Py_T_OBJECT, d_name, abi::Py_READONLY, ""),
))]
impl GetSetDescr {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        self.describe("attribute")
    }

    #[slot(tp_descr_get)]
    fn get(&self, o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        let Some(o) = o else { return Ok(self.as_obj().to_owned()) };
        self.check(o)?;
        match self.def().get {
            // SAFETY: the getter takes instances of the type.
            Some(f) => unsafe { from_c(f(o.as_ptr(), self.def().closure)) },
            None => Err(raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not readable",
                self.name_str().to_string_lossy(),
                self.owner_type().name()
            )),
        }
    }

    #[slot(tp_descr_set)]
    fn set(&self, o: &Obj, value: Option<&Obj>) -> PyResult<()> {
        self.check(o)?;
        match self.def().set {
            // SAFETY: the setter takes instances of the type; NULL deletes.
            Some(f) => {
                crate::object::abstract_::status(unsafe { f(o.as_ptr(), opt_ptr(value), self.def().closure) })
            }
            None => Err(raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not writable",
                self.name_str().to_string_lossy(),
                self.owner_type().name()
            )),
        }
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        plain_doc(self.def().doc)
    }

    #[getter(name = "__qualname__")]
    fn qualname(&self) -> PyResult<Object> {
        self.qualified()
    }
}

// ---- slot wrappers ----

impl WrapperDescr {
    /// The descriptor of a slot's special method (`PyDescr_NewWrapper`).
    pub fn new(ty: &Type, base: *mut abi::wrapperbase, wrapped: *mut c_void) -> PyResult<Ref<WrapperDescr>> {
        // SAFETY: rows of the slot table live for ever.
        unsafe {
            let d = alloc::new_body::<WrapperDescr>()?;
            d.fill(ty, (*base).name)?;
            (*d.body()).d_base = base;
            (*d.body()).d_wrapped = wrapped;
            Ok(d)
        }
    }

    /// The row of the slot table.
    pub fn base(&self) -> *mut abi::wrapperbase {
        // SAFETY: own field.
        unsafe { (*self.body()).d_base }
    }

    /// The slot's function.
    pub fn wrapped(&self) -> *mut c_void {
        // SAFETY: own field.
        unsafe { (*self.body()).d_wrapped }
    }

    /// The type that has the slot.
    pub fn owner(&self) -> &Type {
        self.owner_type()
    }

    /// Calls the slot with an instance that fits.
    fn raw_call(&self, o: &Obj, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: wrapper, slot and row belong together.
        unsafe { slotwrap::call_wrapper(&*self.base(), o, args, self.wrapped(), opt_ptr(kwargs)) }
    }
}

#[pymethods(members(
    ("__objclass__", _Py_T_OBJECT, d_type, abi::Py_READONLY, ""),
    ("__name__", _Py_T_OBJECT, d_name, abi::Py_READONLY, ""),
))]
impl WrapperDescr {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        self.describe("slot wrapper")
    }

    #[slot(tp_descr_get)]
    fn bind(&self, o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        let Some(o) = o else { return Ok(self.as_obj().to_owned()) };
        self.check(o)?;
        Ok(MethodWrapper::new(self, o)?.into_object())
    }

    #[slot(tp_call)]
    fn call_tuple(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let (name, owner) = (self.name_str(), self.owner_type());
        let Some(o) = args.items().first() else {
            bail!(
                TypeError,
                "descriptor '{}' of '{}' object needs an argument",
                name.to_string_lossy(),
                owner.name()
            );
        };
        if !crate::object::abstract_::real_issubclass(o.ob_type(), owner)? {
            bail!(
                TypeError,
                "descriptor '{}' requires a '{}' object but received a '{}'",
                name.to_string_lossy(),
                owner.name(),
                o.type_name()
            );
        }
        self.raw_call(o, &*Tuple::from_vec(args.items()[1..].to_vec())?, kwargs)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        self.reduced()
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        // SAFETY: rows of the slot table live for ever.
        doc_object(unsafe { (*self.base()).doc })
    }

    #[getter(name = "__qualname__")]
    fn qualname(&self) -> PyResult<Object> {
        self.qualified()
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> PyResult<Object> {
        // SAFETY: as above.
        unsafe { signature_object((*self.base()).name, (*self.base()).doc) }
    }
}

impl MethodWrapper {
    /// `descr` bound to `o` (`PyWrapper_New`).
    pub fn new(descr: &WrapperDescr, o: &Obj) -> PyResult<Ref<MethodWrapper>> {
        // SAFETY: a new body; its fields own what they get.
        unsafe {
            let w = alloc::new_body::<MethodWrapper>()?;
            (*w.body()).descr = descr.as_obj().to_owned().into_ptr();
            (*w.body()).self_ = o.to_owned().into_ptr();
            Ok(w)
        }
    }

    /// The slot wrapper.
    pub fn descr(&self) -> &WrapperDescr {
        // SAFETY: owned.
        unsafe { &*((*self.body()).descr as *const WrapperDescr) }
    }

    fn receiver(&self) -> &Obj {
        // SAFETY: owned.
        unsafe { Obj::from_ptr((*self.body()).self_) }
    }
}

#[pymethods(members(("__self__", _Py_T_OBJECT, self_, abi::Py_READONLY, ""),))]
impl MethodWrapper {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        let (d, o) = (self.descr(), self.receiver());
        let s = format!(
            "<method-wrapper '{}' of {} object at {:#x}>",
            d.name_str().to_string_lossy(),
            o.type_name(),
            o.as_ptr() as usize
        );
        Ok(Str::new(&s)?.into_object())
    }

    #[slot(tp_call)]
    fn call_tuple(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.descr().raw_call(self.receiver(), args, kwargs)
    }

    #[slot(tp_hash)]
    fn hash_value(&self) -> isize {
        let h = hash_pointer(self.receiver().as_ptr().cast()) ^ hash_pointer(self.descr().as_ptr().cast());
        if h == -1 { -2 } else { h }
    }

    #[slot(tp_richcompare)]
    fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(b) = other.downcast_exact::<MethodWrapper>() else {
            return Ok(not_implemented().to_owned());
        };
        let same = self.descr().is(b.descr()) && self.receiver().is(b.receiver());
        match op {
            CompareOp::Eq => Ok(bool_obj(same).to_owned()),
            CompareOp::Ne => Ok(bool_obj(!same).to_owned()),
            _ => Ok(not_implemented().to_owned()),
        }
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        getattr_reduction(self.receiver(), self.descr().name_str())
    }

    #[getter(name = "__objclass__")]
    fn objclass(&self) -> Object {
        self.descr().owner_type().as_obj().to_owned()
    }

    #[getter(name = "__name__")]
    fn name(&self) -> Object {
        self.descr().name_str().as_obj().to_owned()
    }

    #[getter(name = "__qualname__")]
    fn qualname(&self) -> PyResult<Object> {
        self.descr().qualified()
    }

    #[getter(name = "__doc__")]
    fn doc(&self) -> PyResult<Object> {
        self.descr().doc()
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> PyResult<Object> {
        self.descr().text_signature()
    }
}

/// The hash of an address, never -1 (`Py_HashPointer`).
pub fn hash_pointer(p: *const c_void) -> isize {
    let h = (p as usize).rotate_right(4) as isize;
    if h == -1 { -2 } else { h }
}

// ---- methods of a type ----

/// Enters a method into the type's dict, unless the name is taken (and `METH_COEXIST` is not given).
///
/// # Safety
/// `def` outlives the type.
pub unsafe fn add_method(ty: &Type, def: *mut abi::PyMethodDef) -> PyResult<()> {
    // SAFETY: the caller's promise.
    let (flags, name) = unsafe { ((*def).ml_flags, Str::intern_c((*def).ml_name)?) };
    if flags & abi::METH_COEXIST == 0 && ty.dict().get_str(&name).is_some() {
        return Ok(());
    }
    let descr: Object = if flags & abi::METH_CLASS != 0 {
        if flags & abi::METH_STATIC != 0 {
            bail!(ValueError, "method cannot be both class and static");
        }
        ClassMethodDescr::new(ty, def)?.into_object()
    } else if flags & abi::METH_STATIC != 0 {
        let f = CFunction::new(def, Some(ty), None)?;
        crate::types::classmethod::StaticMethod::new(&f)?.into_object()
    } else {
        MethodDescr::new(ty, def)?.into_object()
    };
    ty.dict().set(name.as_obj(), &descr)
}

/// The byte offset of a `__slots__` member of instances of `ty`, for inline caches; `None` for any other attribute.
pub fn slot_member_offset(descr: &Obj, ty: &Type) -> Option<usize> {
    let m = descr.downcast_exact::<MemberDescr>()?;
    let def = m.def();
    let plain = def.type_ == abi::Py_T_OBJECT_EX && def.flags == 0;
    (plain && def.offset > 0 && ty.is_subtype(m.owner())).then_some(def.offset as usize)
}
