//! Small helpers that the container types share: allocation for subclasses, key errors, pieces of `__reduce__`.

use crate::error::{PyResult, Raised, exc, from_c, raise_exception};
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj, Object, Ref};
use crate::types::exception::BaseException;
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{raise, sym};
use dovetail_text::TextBuf;

/// A new instance of `cls` through its `tp_alloc`, with `items` variable items.
///
/// # Safety
/// The caller brings the zeroed body into a state that the type's slots accept before anything else runs.
pub unsafe fn type_alloc(cls: &Type, items: isize) -> PyResult<Object> {
    let Some(f) = cls.raw().tp_alloc else {
        return Err(raise!(TypeError, "cannot create '{}' instances", cls.name()));
    };
    // SAFETY: a slot of the class.
    unsafe { from_c(f(cls.as_type_ptr(), items)) }
}

/// Raises `KeyError(key)`, with a tuple as one argument.
#[cold]
pub fn key_error(key: &Obj) -> Raised {
    match exc::KeyError().call(&[key]) {
        Ok(e) => match e.downcast_into::<BaseException>() {
            Ok(e) => raise_exception(e),
            Err(_) => raise!(SystemError, "KeyError did not make an exception"),
        },
        Err(e) => e,
    }
}

/// The name of a type with its module, which `builtins` and `__main__` are not shown as (`%T`).
pub fn full_type_name(ty: &Type) -> String {
    let name = match ty.qualname() {
        Ok(q) => q.to_string_lossy().into_owned(),
        Err(e) => {
            e.clear();
            ty.short_name().to_owned()
        }
    };
    match ty.module_name() {
        Ok(m) => match m.downcast::<Str>() {
            Some(m) if !m.equals_str("builtins") && !m.equals_str("__main__") => {
                format!("{}.{name}", m.to_string_lossy())
            }
            _ => name,
        },
        Err(e) => {
            e.clear();
            name
        }
    }
}

/// Says of a plain `TypeError` from hashing `key` what the key was meant for (`a dict key`, `a set element`).
#[cold]
pub fn unhashable(error: Raised, key: &Obj, role: &str) -> Raised {
    let e = error.take();
    if !std::ptr::eq(e.type_ptr(), exc::TypeError().as_type_ptr()) {
        return Raised::restore(e);
    }
    let text = match e.str_() {
        Ok(s) => s.to_string_lossy().into_owned(),
        Err(again) => return again,
    };
    raise!(TypeError, "cannot use '{}' as {role} ({text})", full_type_name(key.ob_type()))
}

/// The name `name` of the interpreter's builtins, for `__reduce__`.
pub fn builtin(name: &Str) -> PyResult<Object> {
    match Interpreter::current().builtins().get_str(name) {
        Some(f) => Ok(f.to_owned()),
        None => Err(raise!(AttributeError, "{}", name.to_string_lossy())),
    }
}

/// `(iter, (sequence,))` or `(iter, (sequence,), index)`.
pub fn reduce_iter(function: Object, sequence: Object, index: Option<isize>) -> PyResult<Object> {
    let args = Tuple::from_vec(vec![sequence])?.into_object();
    let mut out = vec![function, args];
    if let Some(i) = index {
        out.push(Int::from_i64(i as i64)?.into_object());
    }
    Ok(Tuple::from_vec(out)?.into_object())
}

/// `(iter, ([],))`: what an exhausted iterator reduces to.
pub fn reduce_exhausted() -> PyResult<Object> {
    reduce_iter(builtin(sym!(iter))?, List::new()?.into_object(), None)
}

/// `(iter, (list(items),))`.
pub fn reduce_list(items: Vec<Object>) -> PyResult<Object> {
    reduce_iter(builtin(sym!(iter))?, List::from_vec(items)?.into_object(), None)
}

/// A tuple of two objects.
#[inline]
pub fn pair(a: Object, b: Object) -> PyResult<Ref<Tuple>> {
    Tuple::from_array([a, b])
}

/// Appends `repr(item)`.
pub fn push_repr(out: &mut TextBuf, item: &Obj) -> PyResult<()> {
    let r = item.repr()?;
    out.push_text(r.text());
    Ok(())
}

/// `origin[args]` as a `types.GenericAlias`, for `__class_getitem__`.
pub fn generic_alias(origin: &Type, args: &Obj) -> PyResult<Object> {
    crate::types::genericalias::GenericAlias::new(origin, args).map(Ref::into_object)
}

/// `f(x)` of an `&Obj` behind any view.
#[inline(always)]
pub fn owned<T: AsObj + ?Sized>(o: &T) -> Object {
    o.as_obj().to_owned()
}
