//! `__new__` of types that have a `tp_new` in C: a builtin function bound to the type.

use crate::bail;
use crate::error::{PyResult, from_c};
use crate::object::native::{cast_opt_unchecked, cast_unchecked, opt_ptr, result_ptr};
use crate::object::refs::{Object, Ref};
use crate::object::slotdefs;
use crate::types::cfunction::CFunction;
use crate::types::dict::Dict;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;

type P = *mut abi::PyObject;

struct NewDef(std::cell::UnsafeCell<abi::PyMethodDef>);
// SAFETY: read only.
unsafe impl Sync for NewDef {}

static NEW: NewDef = NewDef(std::cell::UnsafeCell::new(abi::PyMethodDef {
    ml_name: c"__new__".as_ptr(),
    // SAFETY: the flags below name the shape.
    ml_meth: unsafe { std::mem::transmute::<*const (), abi::PyCFunction>(new_entry as *const ()) },
    ml_flags: abi::METH_VARARGS | abi::METH_KEYWORDS,
    ml_doc: c"__new__($type, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature.".as_ptr(),
}));

/// The builtin `__new__` of a type with `tp_new`.
pub fn new_wrapper(ty: &Type) -> PyResult<Ref<CFunction>> {
    CFunction::new(NEW.0.get(), Some(ty), None)
}

/// Is the builtin function the `__new__` of some native type?
pub fn is_new_wrapper(f: &CFunction) -> bool {
    std::ptr::eq(f.def(), NEW.0.get())
}

unsafe extern "C" fn new_entry(slf: P, args: P, kwargs: P) -> P {
    // SAFETY: METH_VARARGS | METH_KEYWORDS of a function whose self is the type.
    result_ptr(unsafe {
        checked_new(&*(slf as *const Type), cast_unchecked(args), cast_opt_unchecked(kwargs))
    })
}

/// `ty.__new__(subtype, ...)`: refuses subtypes whose C part another `tp_new` must make.
fn checked_new(ty: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
    let t = ty.name();
    let Some(first) = args.items().first() else { bail!(TypeError, "{t}.__new__(): not enough arguments") };
    let Some(sub) = first.downcast::<Type>() else {
        bail!(TypeError, "{t}.__new__(X): X is not a type object ({})", first.type_name());
    };
    if !sub.is_subtype(ty) {
        let s = sub.name();
        bail!(TypeError, "{t}.__new__({s}): {s} is not a subtype of {t}");
    }
    if sub.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION) {
        bail!(TypeError, "cannot create '{}' instances", sub.name());
    }
    // The most derived base that has a `tp_new` in C must have this one.
    let mut base = Some(sub);
    while let Some(b) = base
        && slotdefs::is_python_new(b.raw().tp_new)
    {
        base = b.base();
    }
    let address = |t: &Type| t.raw().tp_new.map_or(0, |f| f as usize);
    if let Some(b) = base
        && address(b) != address(ty)
    {
        if b.raw().tp_new.is_none() {
            bail!(TypeError, "cannot create '{}' instances", b.name());
        }
        bail!(TypeError, "{t}.__new__({}) is not safe, use {}.__new__()", sub.name(), b.name());
    }
    let Some(new) = ty.raw().tp_new else { bail!(TypeError, "cannot create '{t}' instances") };
    let rest = Tuple::from_vec(args.items()[1..].to_vec())?;
    // SAFETY: the type's own slot.
    unsafe { from_c(new(sub.as_type_ptr(), rest.as_raw(), opt_ptr(kwargs))) }
}
