//! Exceptions with a few fields: `StopIteration`, `SystemExit`, `KeyError`, `ImportError`, `NameError`,
//! `AttributeError`.

use crate::error::PyResult;
use crate::object::obj::{Obj, replace};
use crate::object::{AsObj, Object, Ref};
use crate::types::dict::Dict;
use crate::types::exception::{BaseException, FLAGS, field, or_none, views};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};

/// The view as the root type, whose body begins each of these.
macro_rules! base {
    ($($t:ty),*) => { $(
        impl $t {
            /// The instance as a `BaseException`.
            pub fn base(&self) -> &BaseException {
                // SAFETY: the body begins with the root's fields.
                unsafe { self.as_obj().cast_unchecked() }
            }
        }
    )* };
}

pub(crate) use base;

/// The end of an iteration.
/// ---
/// Signal the end from iterator.__next__().
#[pytype(
    name = "StopIteration", body = abi::PyStopIterationObject, export = "_PyExc_StopIteration", gc, dict = dict,
    base = views::Exception, flags = FLAGS, refs(dict, args, notes, traceback, context, cause, value),
)]
pub struct StopIteration;

/// The end of the program.
/// ---
/// Request to exit from the interpreter.
#[pytype(
    name = "SystemExit", body = abi::PySystemExitObject, export = "_PyExc_SystemExit", gc, dict = dict,
    base = BaseException, flags = FLAGS, refs(dict, args, notes, traceback, context, cause, code),
)]
pub struct SystemExit;

/// A missing key.
/// ---
/// Mapping key not found.
#[pytype(
    name = "KeyError", body = abi::PyBaseExceptionObject, export = "_PyExc_KeyError", gc, dict = dict,
    base = views::LookupError, flags = FLAGS, refs(dict, args, notes, traceback, context, cause),
)]
pub struct KeyError;

/// A failed import.
/// ---
/// Import can't find module, or can't find name in module.
#[pytype(
    name = "ImportError", body = abi::PyImportErrorObject, export = "_PyExc_ImportError", gc, dict = dict,
    base = views::Exception, flags = FLAGS,
    refs(dict, args, notes, traceback, context, cause, msg, name, path, name_from),
)]
pub struct ImportError;

/// An unknown name.
/// ---
/// Name not found globally.
#[pytype(
    name = "NameError", body = abi::PyNameErrorObject, export = "_PyExc_NameError", gc, dict = dict,
    base = views::Exception, flags = FLAGS, refs(dict, args, notes, traceback, context, cause, name),
)]
pub struct NameError;

/// A missing attribute.
/// ---
/// Attribute not found.
#[pytype(
    name = "AttributeError", body = abi::PyAttributeErrorObject, export = "_PyExc_AttributeError", gc, dict = dict,
    base = views::Exception, flags = FLAGS, refs(dict, args, notes, traceback, context, cause, obj, name),
)]
pub struct AttributeError;

base!(StopIteration, SystemExit, KeyError, ImportError, NameError, AttributeError);

/// The values of keyword-only arguments; others are errors.
fn keywords<const N: usize>(
    function: &str,
    kwargs: Option<&Dict>,
    names: [&str; N],
) -> PyResult<[Option<Object>; N]> {
    let mut out = [const { None }; N];
    for (k, v) in kwargs.into_iter().flat_map(Dict::iter_borrowed) {
        let found = k.downcast::<Str>().and_then(|k| names.iter().position(|n| k.equals_str(n)));
        match found {
            Some(i) => out[i] = Some(v.to_owned()),
            None => {
                let k = k.str_()?;
                bail!(TypeError, "{function}() got an unexpected keyword argument '{}'", k.to_string_lossy());
            }
        }
    }
    Ok(out)
}

impl StopIteration {
    /// The value that the iterator returned.
    pub fn value(&self) -> Object {
        // SAFETY: NULL or owned.
        or_none(unsafe { field((*self.body()).value) })
    }
}

#[pymethods(members(("value", _Py_T_OBJECT, value, 0, "generator return value")))]
impl StopIteration {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, kwargs)?;
        let value = args.items().first().cloned();
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).value, Some(or_none(value))) };
        Ok(())
    }
}

#[pymethods(members(("code", _Py_T_OBJECT, code, 0, "exception code")))]
impl SystemExit {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, kwargs)?;
        let code = match args.items() {
            [] => return Ok(()),
            [one] => one.clone(),
            _ => args.as_obj().to_owned(),
        };
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).code, Some(code)) };
        Ok(())
    }
}

#[pymethods]
impl KeyError {
    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        // A lone key is shown as it is written: an empty string would be nothing to see.
        match self.base().args().items() {
            [key] => key.repr(),
            _ => self.base().plain_str(),
        }
    }
}

#[pymethods(members(
    ("msg", _Py_T_OBJECT, msg, 0, "exception message"),
    ("name", _Py_T_OBJECT, name, 0, "module name"),
    ("path", _Py_T_OBJECT, path, 0, "module path"),
    ("name_from", _Py_T_OBJECT, name_from, 0, "name imported from module"),
))]
impl ImportError {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, None)?;
        let [name, path, name_from] = keywords("ImportError", kwargs, ["name", "path", "name_from"])?;
        let msg = match args.items() {
            [one] => Some(one.clone()),
            _ => None,
        };
        // SAFETY: owned fields.
        unsafe {
            let b = self.body();
            replace(&raw mut (*b).name, name);
            replace(&raw mut (*b).path, path);
            replace(&raw mut (*b).name_from, name_from);
            replace(&raw mut (*b).msg, msg);
        }
        Ok(())
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        // SAFETY: NULL or owned.
        match unsafe { field((*self.body()).msg) } {
            Some(m) if m.is_exact::<Str>() => m.str_(),
            _ => self.base().plain_str(),
        }
    }

    #[method]
    fn __reduce__(&self) -> PyResult<Ref<Tuple>> {
        let dict = self.base().instance_dict();
        // SAFETY: NULL or owned.
        let (name, path, from) = unsafe {
            let b = self.body();
            (field((*b).name), field((*b).path), field((*b).name_from))
        };
        let state = if name.is_some() || path.is_some() || from.is_some() {
            let d = match dict {
                Some(d) => d.copy()?,
                None => Dict::new()?,
            };
            for (key, value) in [(sym!(name), name), (sym!(path), path), (sym!(name_from), from)] {
                if let Some(v) = value {
                    d.set(key.as_obj(), &v)?;
                }
            }
            Some(d.into_object())
        } else {
            dict.map(Ref::into_object)
        };
        self.base().reduce_with(self.base().args(), state)
    }
}

impl NameError {
    /// Sets the name that is missing.
    pub fn set_name(&self, name: &Str) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).name, Some(name.as_obj().to_owned())) }
    }

    /// The name that is missing, if it is known.
    pub fn name(&self) -> Option<Object> {
        // SAFETY: NULL or owned.
        unsafe { field((*self.body()).name) }
    }
}

#[pymethods(members(("name", _Py_T_OBJECT, name, 0, "name")))]
impl NameError {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, None)?;
        let [name] = keywords("NameError", kwargs, ["name"])?;
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).name, name) };
        Ok(())
    }
}

impl AttributeError {
    /// Sets the object and the name that it lacks.
    pub fn set_place(&self, obj: &Obj, name: &Str) {
        // SAFETY: owned fields.
        unsafe {
            replace(&raw mut (*self.body()).obj, Some(obj.to_owned()));
            replace(&raw mut (*self.body()).name, Some(name.as_obj().to_owned()));
        }
    }

    /// The object and the name that it lacks, where known.
    pub fn place(&self) -> (Option<Object>, Option<Object>) {
        // SAFETY: NULL or owned.
        unsafe { (field((*self.body()).obj), field((*self.body()).name)) }
    }
}

#[pymethods(members(
    ("name", _Py_T_OBJECT, name, 0, "attribute name"),
    ("obj", _Py_T_OBJECT, obj, 0, "object"),
))]
impl AttributeError {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, None)?;
        let [name, obj] = keywords("AttributeError", kwargs, ["name", "obj"])?;
        // SAFETY: owned fields.
        unsafe {
            replace(&raw mut (*self.body()).name, name);
            replace(&raw mut (*self.body()).obj, obj);
        }
        Ok(())
    }

    /// The state for pickling: the dictionary with name and arguments. The object may not be picklable and is left
    /// out.
    #[method]
    fn __getstate__(&self) -> PyResult<Ref<Dict>> {
        let d = match self.base().instance_dict() {
            Some(d) => d.copy()?,
            None => Dict::new()?,
        };
        if let Some(name) = self.place().1 {
            d.set(sym!(name).as_obj(), &name)?;
        }
        d.set(sym!(args).as_obj(), &self.base().args())?;
        Ok(d)
    }

    #[method]
    fn __reduce__(&self) -> PyResult<Ref<Tuple>> {
        self.base().reduce_with(self.base().args(), Some(self.__getstate__()?.into_object()))
    }
}
