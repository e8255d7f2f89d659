//! Calls: the vectorcall protocol (PEP 590), its fallback to `tp_call`, and method calls.

use crate::error::{PyResult, Raised};
use crate::object::{Obj, Object, Ref};
use crate::raise;
use crate::thread::ThreadState;
use crate::types::dict::Dict;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use std::ptr::null_mut;

/// The flag that lets a callee use the word before the arguments.
pub const ARGUMENTS_OFFSET: usize = 1 << (usize::BITS - 1);

/// The vectorcall function of a callable, if it has one.
///
/// # Safety
/// `o` is a live object.
#[inline(always)]
pub unsafe fn vectorcall_function(o: *mut abi::PyObject) -> abi::vectorcallfunc {
    // SAFETY: a type with the flag has the offset of a function pointer in its instances.
    unsafe {
        let t = (*(o as *const crate::object::obj::Head)).ob_type;
        if (*t).tp_flags & abi::Py_TPFLAGS_HAVE_VECTORCALL == 0 {
            return None;
        }
        *((o as *const u8).offset((*t).tp_vectorcall_offset) as *const abi::vectorcallfunc)
    }
}

/// Calls with an array of borrowed arguments: `nargsf` positional ones, then the values that `kwnames` names.
///
/// # Safety
/// The arguments are live objects for the length of the call.
#[inline]
pub unsafe fn vectorcall(
    callable: &Obj,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        match vectorcall_function(callable.as_ptr()) {
            Some(f) => check_result(callable, f(callable.as_ptr(), args, nargsf, kwnames)),
            None => call_tuple(callable, args, nargsf & !ARGUMENTS_OFFSET, kwnames),
        }
    }
}

/// Checks that a callable returned a value or raised, not both (`_Py_CheckFunctionResult`).
///
/// # Safety
/// `r` is an owned reference or NULL.
#[inline(always)]
pub unsafe fn check_result(callable: &Obj, r: *mut abi::PyObject) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        match Ref::from_owned_opt(r) {
            Some(v) => {
                if ThreadState::current().has_exception() {
                    return Err(result_with_error(callable));
                }
                Ok(v)
            }
            None => {
                if !ThreadState::current().has_exception() {
                    return Err(no_result(callable));
                }
                Err(Raised::assume())
            }
        }
    }
}

#[cold]
fn no_result(callable: &Obj) -> Raised {
    match callable.repr() {
        Ok(r) => raise!(SystemError, "{} returned NULL without setting an exception", r.to_string_lossy()),
        Err(e) => e,
    }
}

#[cold]
fn result_with_error(callable: &Obj) -> Raised {
    let pending = ThreadState::current().take_exception();
    let text = match callable.repr() {
        Ok(r) => r.to_string_lossy().into_owned(),
        Err(e) => {
            e.clear();
            "a function".to_owned()
        }
    };
    let raised = raise!(SystemError, "{text} returned a result with an exception set");
    let e = raised.take();
    if let Some(p) = pending {
        e.set_cause(Some(p.clone()));
        e.set_context(Some(p));
    }
    Raised::restore(e)
}

/// As `vectorcall`, of something that has no vectorcall function.
///
/// # Safety
/// As `vectorcall`.
#[inline(never)]
pub unsafe fn call_tuple(
    callable: &Obj,
    args: *const *mut abi::PyObject,
    nargs: usize,
    kwnames: *mut abi::PyObject,
) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let all: &[&Obj] = if nargs == 0 { &[] } else { std::slice::from_raw_parts(args.cast(), nargs) };
        let tuple = Tuple::from_slice(all)?;
        let kwargs = match (kwnames as *const Tuple).as_ref().filter(|t| !t.is_empty()) {
            None => None,
            Some(names) => {
                let d = Dict::new()?;
                for (i, n) in names.items().iter().enumerate() {
                    d.set(n, Obj::from_ptr(*args.add(nargs + i)))?;
                }
                Some(d)
            }
        };
        callable.call_slot(&tuple, kwargs.as_deref())
    }
}

impl Obj {
    /// `self(*args)`.
    pub fn call(&self, args: &[&Obj]) -> PyResult<Object> {
        // SAFETY: `&[&Obj]` has the layout of an array of object pointers.
        unsafe { vectorcall(self, args.as_ptr().cast(), args.len(), null_mut()) }
    }

    /// `self(*args[..n], **dict(zip(kwnames, args[n..])))`.
    pub fn call_kw(&self, args: &[&Obj], kwnames: Option<&Tuple>) -> PyResult<Object> {
        let kw = kwnames.map_or(0, Tuple::len);
        let names = crate::object::native::opt_ptr(kwnames);
        // SAFETY: as above.
        unsafe { vectorcall(self, args.as_ptr().cast(), args.len() - kw, names) }
    }

    /// `self(*args, **kwargs)`.
    pub fn call_dict(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: a live object.
        let Some(f) = (unsafe { vectorcall_function(self.as_ptr()) }) else {
            return self.call_slot(args, kwargs);
        };
        let kwargs = kwargs.filter(|d| !d.is_empty());
        let Some(kwargs) = kwargs else {
            // SAFETY: the tuple keeps its items alive.
            return unsafe {
                check_result(self, f(self.as_ptr(), args.items().as_ptr().cast(), args.len(), null_mut()))
            };
        };
        let mut all: Vec<Object> = args.items().to_vec();
        let mut names = Vec::with_capacity(kwargs.len());
        for (k, v) in kwargs.iter_borrowed() {
            if !k.is_a::<Str>() {
                return Err(raise!(TypeError, "keywords must be strings"));
            }
            names.push(k.to_owned());
            all.push(v.to_owned());
        }
        let names = Tuple::from_vec(names)?;
        // SAFETY: the vector keeps the arguments alive.
        unsafe { check_result(self, f(self.as_ptr(), all.as_ptr().cast(), args.len(), names.as_raw())) }
    }

    /// Calls through `tp_call`.
    pub fn call_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let Some(f) = self.ob_type().raw().tp_call else {
            return Err(raise!(TypeError, "'{}' object is not callable", self.type_name()));
        };
        ThreadState::current().check_recursion(" while calling a Python object")?;
        // SAFETY: a slot of the object's type.
        unsafe { check_result(self, f(self.as_ptr(), args.as_ptr(), crate::object::native::opt_ptr(kwargs))) }
    }

    /// `self.name(*args)`, without a bound method where the type allows it.
    pub fn call_method(&self, name: &Str, args: &[&Obj]) -> PyResult<Object> {
        let (f, bound) = self.get_method(name)?;
        if bound {
            return f.call(args);
        }
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(self);
        all.extend_from_slice(args);
        f.call(&all)
    }

    /// As `call_method`, by Rust text.
    pub fn call_method_text(&self, name: &str, args: &[&Obj]) -> PyResult<Object> {
        self.call_method(&*Str::intern(name)?, args)
    }

    /// The method `name`: (function, false) to be called with self first, or (callable, true).
    pub fn get_method(&self, name: &Str) -> PyResult<(Object, bool)> {
        let t = self.ob_type();
        let generic = t
            .raw()
            .tp_getattro
            .is_some_and(|f| f as usize == crate::types::object_::generic_getattr_slot as *const () as usize);
        if !generic {
            return Ok((self.get_attr(name)?, true));
        }
        let Some(descr) = t.lookup(name).map(Obj::to_owned) else {
            return Ok((self.get_attr(name)?, true));
        };
        let d = descr.ob_type();
        if !d.has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR) {
            return Ok((self.get_attr(name)?, true));
        }
        if let Some(v) = crate::types::object_::instance_attribute(self, name)? {
            return Ok((v, true));
        }
        Ok((descr, false))
    }
}
