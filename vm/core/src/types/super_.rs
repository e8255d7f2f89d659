//! `super`: attributes of the classes that follow one in the MRO of an instance or class.

use crate::error::{PyResult, from_c};
use crate::object::obj::{Obj, replace};
use crate::object::refs::{AsObj, Object, Ref, ToRef};
use crate::object::alloc;
use crate::types::dict::Dict;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::ptr::null_mut;

type P = *mut abi::PyObject;

/// The body: the class after which to search, the instance or class, and the type whose MRO is searched.
#[repr(C)]
pub struct SuperBody {
    pub ob_base: abi::PyObject,
    pub type_: P,
    pub obj: P,
    pub obj_type: P,
}

/// Attributes of the next class in an MRO.
/// ---
/// super() -> same as super(__class__, <first argument>)
/// super(type) -> unbound super object
/// super(type, obj) -> bound super object; requires isinstance(obj, type)
/// super(type, type2) -> bound super object; requires
///     issubclass(type2, type)
/// Typical use to call a cooperative superclass method:
/// class C(B):
///     def meth(self, arg):
///         super().meth(arg)
/// This works for class methods too:
/// class C(B):
///     @classmethod
///     def cmeth(cls, arg):
///         super().cmeth(arg)
#[pytype(name = "super", body = SuperBody, export = "PySuper_Type", gc, refs(type_, obj, obj_type),
         flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Super;

/// The type whose MRO is searched: `obj` itself as a subclass of `ty`, or the class of `obj`.
fn start_type(ty: &Type, obj: &Obj) -> PyResult<Ref<Type>> {
    if let Some(c) = obj.downcast::<Type>()
        && c.is_subtype(ty)
    {
        return Ok(c.to_ref());
    }
    if obj.ob_type().is_subtype(ty) {
        return Ok(obj.ob_type().to_ref());
    }
    // A proxy may claim another class.
    if let Some(c) = obj.get_attr_opt(sym!(__class__))?
        && let Some(c) = c.downcast::<Type>()
        && !c.is(obj.ob_type())
        && c.is_subtype(ty)
    {
        return Ok(c.to_ref());
    }
    let (what, name) = match obj.downcast::<Type>() {
        Some(t) => ("type", t.name()),
        None => ("instance of", obj.type_name()),
    };
    bail!(
        TypeError,
        "super(type, obj): obj ({what} {name}) is not an instance or subtype of type ({}).",
        ty.name()
    )
}

/// Searches the MRO of `start` behind `ty`.
fn find(ty: &Type, start: &Type, name: &Str) -> PyResult<Option<Object>> {
    let Some(mro) = start.mro().map(ToRef::to_ref) else { return Ok(None) };
    let mut after = mro.items().iter().skip_while(|t| !t.is(ty));
    after.next();
    for t in after {
        // SAFETY: an MRO holds types.
        let t = unsafe { t.as_obj().cast_unchecked::<Type>() };
        if let Some(v) = t.dict().get(name)? {
            return Ok(Some(v));
        }
    }
    Ok(None)
}

/// Binds what was found to the instance; to the class alone when `obj` is the class.
fn bind(found: Object, start: &Type, obj: &Obj) -> PyResult<Object> {
    match found.ob_type().raw().tp_descr_get {
        None => Ok(found),
        Some(get) => {
            let instance = if obj.is(start) { null_mut() } else { obj.as_ptr() };
            // SAFETY: a slot of the attribute's type.
            unsafe { from_c(get(found.as_raw(), instance, start.as_ptr())) }
        }
    }
}

/// `super(ty, obj).name`, without the super object where the attribute exists.
pub fn super_lookup(ty: &Type, obj: &Obj, name: &Str) -> PyResult<Object> {
    Ok(super_method(ty, obj, name, false)?.0)
}

/// As `super_lookup`; with `method`, a plain method is given unbound, and the flag says so.
pub fn super_method(ty: &Type, obj: &Obj, name: &Str, method: bool) -> PyResult<(Object, bool)> {
    let start = start_type(ty, obj)?;
    if !name.equals_str("__class__")
        && let Some(found) = find(ty, &start, name)?
    {
        if method && found.ob_type().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR) && !obj.is(&start) {
            return Ok((found, true));
        }
        return Ok((bind(found, &start, obj)?, false));
    }
    let s = Super::new(ty, Some(obj))?;
    Ok((crate::types::object_::generic_getattr(&s, name)?, false))
}

impl Super {
    /// `super(ty, obj)`.
    pub fn new(ty: &Type, obj: Option<&Obj>) -> PyResult<Ref<Super>> {
        // SAFETY: zeroed fields are an empty super object.
        let s = unsafe { alloc::new_body::<Super>()? };
        s.fill(ty, obj)?;
        Ok(s)
    }

    fn fill(&self, ty: &Type, obj: Option<&Obj>) -> PyResult<()> {
        let start = match obj {
            Some(o) => Some(start_type(ty, o)?),
            None => None,
        };
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            replace(&raw mut (*b).type_, Some(ty.as_obj().to_owned()));
            replace(&raw mut (*b).obj, obj.map(Obj::to_owned));
            replace(&raw mut (*b).obj_type, start.map(Ref::into_object));
        }
        Ok(())
    }

    /// Class, object and searched type, where set.
    fn parts(&self) -> (Option<&Type>, Option<&Obj>, Option<&Type>) {
        // SAFETY: own fields, NULL or owned.
        unsafe {
            let b = self.body();
            (
                (*b).type_.cast::<Type>().as_ref(),
                (*b).obj.cast::<Obj>().as_ref(),
                (*b).obj_type.cast::<Type>().as_ref(),
            )
        }
    }
}

#[pymethods(members(
    ("__thisclass__", _Py_T_OBJECT, type_, abi::Py_READONLY, "the class invoking super()"),
    ("__self__", _Py_T_OBJECT, obj, abi::Py_READONLY, "the instance invoking super(); may be None"),
    ("__self_class__", _Py_T_OBJECT, obj_type, abi::Py_READONLY, "the type of the instance invoking super(); may be None"),
))]
impl Super {
    #[slot(tp_new, raw)]
    unsafe extern "C" fn make(cls: *mut abi::PyTypeObject, args: P, kwargs: P) -> P {
        // SAFETY: called as a slot.
        unsafe { crate::types::object_::generic_new(cls, args, kwargs) }
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "super() takes no keyword arguments");
        }
        match args.items() {
            [] => {
                let (ty, obj) = crate::interp::frame::super_arguments()?;
                self.fill(&ty, Some(&obj))
            }
            [ty, rest @ ..] if rest.len() <= 1 => {
                let Some(ty) = ty.downcast::<Type>() else {
                    bail!(TypeError, "super() argument 1 must be a type, not {}", ty.type_name());
                };
                self.fill(ty, rest.first().map(|o| o.as_obj()).filter(|o| !o.is_none()))
            }
            more => bail!(TypeError, "super() expected at most 2 arguments, got {}", more.len()),
        }
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<Object> {
        let (ty, _, start) = self.parts();
        let ty = ty.map_or("NULL", Type::name);
        let s = match start {
            Some(t) => format!("<super: <class '{ty}'>, <{} object>>", t.name()),
            None => format!("<super: <class '{ty}'>, NULL>"),
        };
        Ok(Str::new(&s)?.into_object())
    }

    #[slot(tp_getattro)]
    fn getattro(&self, name: &Obj) -> PyResult<Object> {
        let name = crate::object::abstract_::attribute_name(name)?;
        // `__class__` is that of the super object.
        if let (Some(ty), Some(obj), Some(start)) = self.parts()
            && !name.equals_str("__class__")
            && let Some(found) = find(ty, start, name)?
        {
            return bind(found, start, obj);
        }
        crate::types::object_::generic_getattr(self, name)
    }

    #[slot(tp_descr_get)]
    fn bind_to(&self, o: Option<&Obj>, _ty: Option<&Obj>) -> PyResult<Object> {
        let (ty, bound, _) = self.parts();
        let (Some(o), None) = (o.filter(|o| !o.is_none()), bound) else {
            return Ok(self.as_obj().to_owned());
        };
        let Some(ty) = ty else { bail!(RuntimeError, "super(): type is not set") };
        if self.is_exact::<Super>() {
            return Ok(Super::new(ty, Some(o))?.into_object());
        }
        self.ob_type().as_obj().call(&[ty, o])
    }
}
