//! Small helpers that the container types share: allocation for subclasses, key errors, pieces of `__reduce__`.

use crate::error::{PyResult, Raised, exc, from_c, raise_exception};
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj, Object, Ref};
use crate::types::dict::Dict;
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

/// The name `name` of the running frame's builtins, for `__reduce__`.
pub fn builtin(name: &Str) -> PyResult<Object> {
    let found = match crate::interp::frame::current_builtins() {
        None => Interpreter::current().builtins().get_str(name).map(Obj::to_owned),
        Some(b) => match b.downcast::<Dict>() {
            Some(d) => d.get(name)?,
            None => match b.get_item(name) {
                Ok(f) => Some(f),
                Err(e) if e.matches(crate::error::exc::KeyError()) => {
                    e.clear();
                    None
                }
                Err(e) => return Err(e),
            },
        },
    };
    found.ok_or_else(|| raise!(AttributeError, "{}", name.to_string_lossy()))
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

/// A call of a type as the vectorcall protocol makes it.
pub struct TypeCall {
    pub cls: *mut abi::PyObject,
    pub args: *const *mut abi::PyObject,
    pub nargsf: usize,
    pub kwnames: *mut abi::PyObject,
}

impl TypeCall {
    #[inline(always)]
    pub fn positional(&self) -> &[&Obj] {
        let n = self.nargsf & !crate::object::call::ARGUMENTS_OFFSET;
        // SAFETY: the protocol passes that many live objects.
        if n == 0 { &[] } else { unsafe { std::slice::from_raw_parts(self.args.cast(), n) } }
    }

    /// The keyword arguments' names.
    #[inline(always)]
    pub fn keywords(&self) -> Option<&Tuple> {
        // SAFETY: NULL or a tuple of names.
        unsafe { (self.kwnames as *const Tuple).as_ref() }.filter(|t| !t.is_empty())
    }

    /// Sets the keyword arguments in a dictionary.
    pub fn keywords_into(&self, d: &Dict) -> PyResult<()> {
        let positional = self.positional().len();
        for (i, n) in self.keywords().map_or(&[][..], Tuple::items).iter().enumerate() {
            // SAFETY: the keyword values follow the positional arguments.
            d.set(n, unsafe { Obj::from_ptr(*self.args.add(positional + i)) })?;
        }
        Ok(())
    }

    /// The call by argument tuple and dictionary, through `tp_new` and `tp_init`.
    pub fn slow(&self) -> PyResult<Object> {
        let (positional, keywords) = (self.positional(), self.keywords());
        let args = Tuple::from_slice(positional)?;
        let kwargs = match keywords {
            None => None,
            Some(_) => {
                let d = Dict::new()?;
                self.keywords_into(&d)?;
                Some(d)
            }
        };
        // SAFETY: the callable is a type.
        crate::types::type_::type_call(unsafe { &*(self.cls as *const Type) }, &args, kwargs.as_deref())
    }
}

/// Runs `f` on the arguments of a type that takes `min..=max` positional ones and no keywords.
#[inline]
pub fn called(
    call: TypeCall,
    name: &str,
    min: usize,
    max: usize,
    f: impl FnOnce(&[&Obj]) -> PyResult<Object>,
) -> *mut abi::PyObject {
    let args = call.positional();
    let n = args.len();
    let r = if call.keywords().is_some() {
        Err(raise!(TypeError, "{name}() takes no keyword arguments"))
    } else if n < min || n > max {
        let (bound, m) = match (min == max, n < min) {
            (true, _) => ("", min),
            (_, true) => ("at least ", min),
            (_, false) => ("at most ", max),
        };
        let s = if m == 1 { "" } else { "s" };
        Err(raise!(TypeError, "{name} expected {bound}{m} argument{s}, got {n}"))
    } else {
        f(args)
    };
    crate::object::native::result_ptr(r)
}

/// Runs `f` on the arguments where it can take them; other calls (with keywords, or a number of arguments that `f`
/// gives `None` for) go the long way.
#[inline]
pub fn called_plainly(
    call: TypeCall,
    f: impl FnOnce(&[&Obj]) -> Option<PyResult<Object>>,
) -> *mut abi::PyObject {
    let fast = if call.keywords().is_none() { f(call.positional()) } else { None };
    crate::object::native::result_ptr(fast.unwrap_or_else(|| call.slow()))
}
