//! `functools.partial` and the placeholder of its positional arguments.

use dovetail_core::error::{PyResult, Raised};
use dovetail_core::native::{Native, borrow, borrow_opt, cast_opt_unchecked, result_ptr};
use dovetail_core::object::call::{self, ARGUMENTS_OFFSET};
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::method::Method;
use dovetail_core::types::none::none;
use dovetail_core::types::object_::{get_instance_dict, set_instance_dict};
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::{generic_alias, type_alloc};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;
use std::sync::OnceLock;

type P = *mut abi::PyObject;

/// A placeholder has no fields.
#[repr(C)]
pub struct PlaceholderBody {
    pub ob_base: abi::PyObject,
}

/// The type of `functools.Placeholder`.
/// ---
/// The type of the Placeholder singleton.
///
/// Used as a placeholder for partial arguments.
#[pytype(name = "functools._PlaceholderType", body = PlaceholderBody)]
pub struct PlaceholderType;

/// The one placeholder. It is immortal.
pub fn placeholder() -> PyResult<&'static Obj> {
    static ONE: OnceLock<usize> = OnceLock::new();
    if let Some(p) = ONE.get() {
        // SAFETY: an immortal object.
        return Ok(unsafe { borrow(*p as P) });
    }
    // SAFETY: a body without fields, of a type that is ready.
    let o = unsafe { type_alloc(PlaceholderType::type_object(), 0)? };
    o.immortalize();
    let _ = ONE.set(o.as_raw() as usize);
    placeholder()
}

fn is_placeholder(o: &Obj) -> bool {
    o.is_exact::<PlaceholderType>()
}

#[pymethods]
impl PlaceholderType {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        if !args.is_empty() || kwargs.is_some_and(|d| !d.is_empty()) {
            bail!(TypeError, "PlaceholderType takes no arguments");
        }
        Ok(placeholder()?.to_owned())
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "Placeholder"
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> &'static str {
        "Placeholder"
    }
}

/// The function, its first arguments, and how many of those are placeholders.
#[repr(C)]
pub struct PartialBody {
    pub ob_base: abi::PyObject,
    pub func: P,
    pub args: P,
    pub kw: P,
    pub dict: P,
    pub weakreflist: P,
    pub placeholders: isize,
    pub vectorcall: abi::vectorcallfunc,
}

/// A function with some of its arguments.
/// ---
/// Create a new function with partial application of the given arguments
/// and keywords.
#[pytype(
    name = "functools.partial", body = PartialBody, refs(func, args, kw, dict), gc, weaklist = weakreflist, dict = dict,
    vectorcall = vectorcall, flags = abi::Py_TPFLAGS_BASETYPE, sig = "(func, /, *args, **keywords)",
)]
pub struct Partial;

fn count_placeholders(args: &[Object]) -> PyResult<isize> {
    if args.last().is_some_and(|a| is_placeholder(a)) {
        bail!(TypeError, "trailing Placeholders are not allowed");
    }
    Ok(args.iter().filter(|a| is_placeholder(a)).count() as isize)
}

#[cold]
fn too_few(expected: usize, got: usize) -> Raised {
    raise!(
        TypeError,
        "missing positional arguments in 'partial' call; expected at least {expected}, got {got}"
    )
}

impl Partial {
    fn func(&self) -> &Obj {
        // SAFETY: filled when made.
        unsafe { borrow((*self.body()).func) }
    }

    fn args(&self) -> &Tuple {
        // SAFETY: filled when made, with a tuple.
        unsafe { &*((*self.body()).args as *const Tuple) }
    }

    fn kw(&self) -> &Dict {
        // SAFETY: filled when made, with a dict.
        unsafe { &*((*self.body()).kw as *const Dict) }
    }

    fn placeholders(&self) -> usize {
        // SAFETY: own field.
        unsafe { (*self.body()).placeholders as usize }
    }

    /// The stored arguments with `given` in the placeholders and behind.
    fn filled(&self, given: &[Object]) -> Vec<Object> {
        let mut given = given.iter();
        let mut out = Vec::with_capacity(self.args().len() + given.len());
        for a in self.args().items() {
            let v = if is_placeholder(a) { given.next().unwrap_or(a) } else { a };
            out.push(v.clone());
        }
        out.extend(given.cloned());
        out
    }
}

unsafe extern "C" fn call_partial(slf: P, args: *const P, nargsf: usize, kwnames: P) -> P {
    // SAFETY: the vectorcall protocol.
    unsafe {
        let p = &*(slf as *const Partial);
        // The call may change the partial.
        let func = p.func().to_owned();
        let n = nargsf & !ARGUMENTS_OFFSET;
        let missing = p.placeholders();
        if n < missing {
            return result_ptr::<Obj>(Err(too_few(missing, n)));
        }
        let (own, kw) = (p.args().to_ref(), p.kw());
        if kw.is_empty() {
            if own.is_empty() {
                return result_ptr(call::vectorcall(&func, args, nargsf, kwnames));
            }
            if own.len() == 1 && missing == 0 && nargsf & ARGUMENTS_OFFSET != 0 {
                // The word before the arguments is ours for the length of the call.
                let start = args.sub(1).cast_mut();
                let saved = std::mem::replace(&mut *start, own.items()[0].as_raw());
                let r = call::vectorcall(&func, start, n + 1, kwnames);
                *start = saved;
                return result_ptr(r);
            }
        }
        let names = cast_opt_unchecked::<Tuple>(kwnames).filter(|t| !t.is_empty());
        let total = own.len() + n - missing + kw.len() + names.map_or(0, Tuple::len);
        let mut small = [std::ptr::null_mut::<abi::PyObject>(); 12];
        let mut large;
        let all: &mut [P] = if total < small.len() {
            &mut small
        } else {
            large = vec![std::ptr::null_mut(); total + 1];
            &mut large
        };
        // The first word is the callee's to use.
        let (mut at, mut taken) = (1, 0);
        for a in own.items() {
            all[at] = if missing > 0 && is_placeholder(a) {
                taken += 1;
                *args.add(taken - 1)
            } else {
                a.as_raw()
            };
            at += 1;
        }
        for i in taken..n {
            all[at] = *args.add(i);
            at += 1;
        }
        let positional = at - 1;
        if kw.is_empty() {
            for i in 0..names.map_or(0, Tuple::len) {
                all[at] = *args.add(n + i);
                at += 1;
            }
            let start = all.as_ptr().add(1);
            return result_ptr(call::vectorcall(&func, start, positional | ARGUMENTS_OFFSET, kwnames));
        }
        let mut keys: Vec<Object> = Vec::with_capacity(kw.len() + names.map_or(0, Tuple::len));
        let mut values: Vec<Object> = Vec::with_capacity(keys.capacity());
        for (k, v) in kw.iter_borrowed() {
            if !k.is_a::<Str>() {
                return result_ptr::<Obj>(Err(raise!(TypeError, "keywords must be strings")));
            }
            keys.push(k.to_owned());
            values.push(v.to_owned());
        }
        let stored = keys.len();
        for (i, name) in names.map_or(&[][..], Tuple::items).iter().enumerate() {
            let value = borrow(*args.add(n + i)).to_owned();
            let same =
                |k: &Object| k.is(name) || k.cast_unchecked::<Str>().equals(name.cast_unchecked::<Str>());
            match keys[..stored].iter().position(same) {
                Some(j) => values[j] = value,
                None => {
                    keys.push(name.clone());
                    values.push(value);
                }
            }
        }
        for v in &values {
            all[at] = v.as_raw();
            at += 1;
        }
        let keys = match Tuple::from_vec(keys) {
            Ok(k) => k,
            Err(e) => return result_ptr::<Obj>(Err(e)),
        };
        result_ptr(call::vectorcall(&func, all.as_ptr().add(1), positional | ARGUMENTS_OFFSET, keys.as_raw()))
    }
}

#[pymethods(members(
    ("func", _Py_T_OBJECT, func, abi::Py_READONLY, "function object to use in future partial calls"),
    ("args", _Py_T_OBJECT, args, abi::Py_READONLY, "tuple of arguments to future partial calls"),
    ("keywords", _Py_T_OBJECT, kw, abi::Py_READONLY, "dictionary of keyword arguments to future partial calls"),
))]
impl Partial {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let Some((func, rest)) = args.items().split_first() else {
            bail!(TypeError, "type 'partial' takes at least one argument");
        };
        // A partial of a partial calls the inner function directly, unless attributes were set on it.
        // SAFETY: own field of a partial.
        let inner = func.downcast::<Partial>().filter(|p| unsafe { (*p.body()).dict.is_null() });
        if !func.is_callable() {
            bail!(TypeError, "the first argument must be callable");
        }
        count_placeholders(rest)?;
        if let Some(d) = kwargs
            && d.iter_borrowed().any(|(_, v)| is_placeholder(v))
        {
            bail!(TypeError, "Placeholder cannot be passed as a keyword argument");
        }
        let (target, stored) = match inner {
            Some(p) => (p.func(), p.filled(rest)),
            None => (func.as_obj(), rest.to_vec()),
        };
        let placeholders = stored.iter().filter(|a| is_placeholder(a)).count() as isize;
        let kw = match inner.filter(|p| !p.kw().is_empty()) {
            Some(p) => p.kw().copy()?,
            None => Dict::new()?,
        };
        if let Some(d) = kwargs {
            kw.update_from(d)?;
        }
        let stored = Tuple::from_vec(stored)?;
        let target = target.to_owned();
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut PartialBody;
            (*b).func = target.into_ptr();
            (*b).args = stored.into_ptr();
            (*b).kw = kw.into_ptr();
            (*b).placeholders = placeholders;
            (*b).vectorcall = Some(call_partial);
            Ok(o)
        }
    }

    #[slot(tp_call)]
    fn call_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let names: Vec<Object> = match kwargs {
            None => Vec::new(),
            Some(d) => d.iter_borrowed().map(|(k, _)| k.to_owned()).collect(),
        };
        if names.iter().any(|n| !n.is_a::<Str>()) {
            bail!(TypeError, "keywords must be strings");
        }
        let mut all = args.items().to_vec();
        if let Some(d) = kwargs {
            all.extend(d.iter_borrowed().map(|(_, v)| v.to_owned()));
        }
        let names = if names.is_empty() { None } else { Some(Tuple::from_vec(names)?) };
        let names = dovetail_core::native::opt_ptr(names.as_deref());
        // SAFETY: the vector keeps the arguments alive; the names are strings.
        unsafe {
            let r = call_partial(self.as_obj().as_ptr(), all.as_ptr().cast(), args.len(), names);
            call::check_result(self.as_obj(), r)
        }
    }

    #[slot(tp_descr_get)]
    fn bind(&self, instance: Option<&Obj>, _owner: Option<&Obj>) -> PyResult<Object> {
        match instance.filter(|o| !o.is_none()) {
            None => Ok(self.as_obj().to_owned()),
            Some(o) => Ok(Method::new(self.as_obj(), o)?.into_object()),
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<Ref<Str>> {
        let show = || -> PyResult<Ref<Str>> {
            // What is shown may change the partial.
            let (func, args, kw) = (self.func().to_owned(), self.args().to_ref(), self.kw().to_ref());
            let mut out = TextBuf::new();
            let ty = self.ob_type();
            let module = ty.module_name()?;
            out.push_text(module.str_()?.text());
            out.push(b'.' as u32);
            out.push_text(ty.qualname()?.text());
            out.push(b'(' as u32);
            out.push_text(func.repr()?.text());
            for a in args.items() {
                out.push_str(", ");
                out.push_text(a.repr()?.text());
            }
            let mut at = 0;
            while let Some((k, v)) = kw.next(&mut at) {
                let (k, v) = (k.to_owned(), v.to_owned());
                out.push_str(", ");
                out.push_text(k.str_()?.text());
                out.push(b'=' as u32);
                out.push_text(v.repr()?.text());
            }
            out.push(b')' as u32);
            Str::from_buf(out.finish())
        };
        match ThreadState::current().repr_guard(self.as_obj(), show) {
            Some(r) => r,
            None => Str::new("..."),
        }
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        // SAFETY: own field, NULL or a dict.
        let dict = unsafe { borrow_opt((*self.body()).dict) }.unwrap_or(none());
        let state = Tuple::from_slice(&[self.func(), self.args().as_obj(), self.kw().as_obj(), dict])?;
        let args = Tuple::from_slice(&[self.func()])?;
        Tuple::from_slice(&[self.ob_type().as_obj(), args.as_obj(), state.as_obj()])
    }

    #[method(name = "__setstate__", sig = "(object, /)")]
    fn setstate(&self, state: &Obj) -> PyResult<()> {
        let invalid = || raise!(TypeError, "invalid partial state");
        let state = state.downcast::<Tuple>().filter(|t| t.len() == 4).ok_or_else(invalid)?;
        let [func, args, kw, dict] = [0, 1, 2, 3].map(|i| state.get(i));
        let args = args.downcast::<Tuple>().ok_or_else(invalid)?;
        if !func.is_callable()
            || !(kw.is_none() || kw.is_a::<Dict>())
            || !(dict.is_none() || dict.is_a::<Dict>())
        {
            return Err(invalid());
        }
        let placeholders = count_placeholders(args.items())?;
        let args = if args.as_obj().is_exact::<Tuple>() {
            args.to_ref()
        } else {
            Tuple::from_objects(args.items())?
        };
        let kw = match kw.downcast::<Dict>() {
            None => Dict::new()?,
            Some(d) if d.as_obj().is_exact::<Dict>() => d.to_ref(),
            Some(d) => d.copy()?,
        };
        let dict = if dict.is_none() { None } else { Some(dict.to_owned()) };
        let func = func.to_owned();
        // SAFETY: owned fields.
        unsafe {
            let b = self.body();
            (*b).placeholders = placeholders;
            replace(&raw mut (*b).func, Some(func));
            replace(&raw mut (*b).args, Some(args.into_object()));
            replace(&raw mut (*b).kw, Some(kw.into_object()));
            replace(&raw mut (*b).dict, dict);
        }
        Ok(())
    }

    /// partial is generic over the wrapped function's return type
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }

    #[getter(name = "__dict__")]
    fn dict(&self) -> PyResult<Object> {
        get_instance_dict(self.as_obj())
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, value: Option<&Obj>) -> PyResult<()> {
        set_instance_dict(self.as_obj(), value)
    }
}
