//! C functions that call Python ones.

use crate::call;
use crate::code;
use crate::data::instance;
use crate::describe;
use crate::function::USE_ERRNO;
use crate::info::{self, Kind};
use dovetail_call::{Closure, Signature};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::hooks;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::exception;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_ctype::{Convention, Function as Description, TypeId};
use dovetail_macros::{pymethods, pytype};
use dovetail_stdlib::util::{Boxed, data, dealloc_boxed, new_native, visit_all};
use smallvec::SmallVec;
use std::cell::OnceCell;
use std::ffi::{c_int, c_void};
use std::sync::Arc;

/// What a C function of Python calls, and how.
pub struct Inner {
    closure: OnceCell<Closure>,
    callable: Object,
    argtypes: Ref<Tuple>,
    /// The result's type code; 0 is nothing.
    result: (u8, bool),
    restype: Option<Object>,
    flags: u32,
}

/// The owner of a C function made of a Python one.
/// ---
#[pytype(name = "_ctypes.CThunkObject", body = Boxed<Inner>, gc, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Thunk;

impl Thunk {
    /// The C function's address.
    pub fn code(&self) -> *const c_void {
        data(self).closure.get().map_or(std::ptr::null(), Closure::code)
    }
}

/// A C function with the arguments and result of a prototype.
pub fn make(callable: &Obj, argtypes: &Tuple, restype: Option<Object>, flags: u32) -> PyResult<Ref<Thunk>> {
    let mut params: Vec<TypeId> = Vec::with_capacity(argtypes.len());
    for t in argtypes.items() {
        params.push(match info::of_class(t) {
            Some(i) => describe::of_value(i)?,
            None => describe::primitive(dovetail_ctype::Primitive::Int),
        });
    }
    let restype = restype.filter(|r| !r.is_none());
    let (result, id) = match &restype {
        None => ((0, false), TypeId::VOID),
        Some(r) => match info::of_class(r).filter(|i| i.kind == Kind::Simple) {
            Some(i) if i.code.get() == b'G' => {
                bail!(NotImplementedError, "_ctypes: callbacks that give a long double _Complex");
            }
            Some(i) => ((i.code.get(), i.swapped.get()), describe::of_value(i)?),
            None => bail!(TypeError, "invalid result type for callback function"),
        },
    };
    let description =
        Description { result: id, params: params.into(), variadic: false, convention: Convention::C };
    let signature = Signature::new(&describe::arena().borrow(), &description, &[]);
    let Ok(signature) = signature else { bail!(RuntimeError, "ffi_prep_cif failed") };
    let thunk: Ref<Thunk> = new_native(Inner {
        closure: OnceCell::new(),
        callable: callable.to_owned(),
        argtypes: dovetail_core::object::ToRef::to_ref(argtypes),
        result,
        restype,
        flags,
    })?;
    let inner = data(&*thunk);
    // The thunk owns what the closure refers to, and the closure.
    match Closure::new(Arc::new(signature), entry, std::ptr::from_ref(inner).cast_mut().cast()) {
        Ok(c) => _ = inner.closure.set(c),
        Err(e) => return Err(raise!(RuntimeError, "ffi_prep_closure failed with {e}")),
    }
    Ok(thunk)
}

/// Where C arrives, in any thread.
unsafe extern "C" fn entry(result: *mut c_void, args: *const *mut c_void, user: *mut c_void) {
    let Some(_held) = dovetail_stdlib::thread::foreign::ensure() else { return };
    // SAFETY: the closure's owner lives while C may call it, which the program sees to.
    unsafe {
        let inner = &*(user as *const Inner);
        // The function may drop its own thunk.
        let callable = inner.callable.clone();
        run(inner, &callable, result.cast(), args);
    }
}

/// The Python values of the arguments.
///
/// # Safety
/// As `entry`.
unsafe fn values(
    inner: &Inner,
    args: *const *mut c_void,
) -> Result<SmallVec<[Object; 8]>, (usize, dovetail_core::Raised)> {
    let mut out = SmallVec::new();
    for (i, t) in inner.argtypes.items().iter().enumerate() {
        // SAFETY: there is an argument for each type.
        let value = unsafe { value(t, *args.add(i)) };
        out.push(value.map_err(|e| (i + 1, e))?);
    }
    Ok(out)
}

unsafe fn value(ty: &Obj, p: *mut c_void) -> PyResult<Object> {
    let known = ty.downcast::<Type>().and_then(|t| Some((t, info::of_type(t)?)));
    let Some((class, info)) = known else {
        return Err(raise!(TypeError, "cannot build parameter of type {}", ty.repr()?.to_string_lossy()));
    };
    // SAFETY: the argument's bytes.
    unsafe {
        if info.plain.get() {
            return code::get(info.code.get(), info.swapped.get(), p.cast(), info.size.get());
        }
        let o = class.as_obj().call(&[])?;
        let Some(d) = instance(&o) else {
            let (shown, got) = (ty.repr()?, o.type_name());
            return Err(raise!(
                TypeError,
                "{} returned unexpected result of type {got}",
                shown.to_string_lossy()
            ));
        };
        // An array arrives as a pointer to it.
        let (from, n) = match info.kind {
            Kind::Array => (p.cast::<*const u8>().read_unaligned(), info.size.get() as usize),
            _ => (p.cast::<u8>().cast_const(), info.size.get() as usize),
        };
        if !from.is_null() {
            std::ptr::copy_nonoverlapping(from, d.ptr(), n);
        }
        Ok(o)
    }
}

unsafe fn run(inner: &Inner, callable: &Obj, result: *mut u8, args: *const *mut c_void) {
    let (c, swapped) = inner.result;
    let own = inner.flags & USE_ERRNO != 0;
    // SAFETY: the result's bytes, which are zero if Python fails.
    unsafe {
        if c != 0 {
            std::ptr::write_bytes(result, 0, code::layout(c).0 as usize);
        }
        let shown = || {
            callable.repr().map_or_else(
                |e| {
                    e.clear();
                    "<unprintable>".to_owned()
                },
                |r| r.to_string_lossy().into_owned(),
            )
        };
        let ignored = |e: dovetail_core::Raised, what: &str| {
            let message = format!("Exception ignored {what} {}", shown());
            hooks::unraisable(e.take(), &message, None);
        };
        let values = match values(inner, args) {
            Ok(v) => v,
            Err((i, e)) => {
                return ignored(e, &format!("while creating argument {i} for ctypes callback function"));
            }
        };
        let borrowed: SmallVec<[&Obj; 8]> = values.iter().map(|v| &**v).collect();
        if own {
            call::swap_errno();
        }
        let answer = callable.call(&borrowed);
        if own {
            call::swap_errno();
        }
        let answer = match answer {
            Ok(a) => a,
            Err(e) => return ignored(e, "while calling ctypes callback function"),
        };
        if c == 0 {
            return;
        }
        match code::set(c, swapped, result, &answer, 0) {
            Ok(None) => {}
            // The caller gets a reference of its own.
            Ok(Some(kept)) if c == b'O' => _ = kept.into_ptr(),
            Ok(Some(kept)) => {
                // Nobody knows how long C needs it.
                let _ = kept.into_ptr();
                if let Err(e) = exception::warn(exc::RuntimeWarning(), "memory leak in callback function.", 1)
                {
                    ignored(e, "while converting result of ctypes callback function");
                }
            }
            Err(e) => ignored(e, "while converting result of ctypes callback function"),
        }
    }
}

#[pymethods(slots(tp_dealloc = dealloc_boxed::<Inner>))]
impl Thunk {
    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live thunk.
        unsafe {
            let (Some(f), Some(i)) = (visit, (*(o as *mut Boxed<Inner>)).data.as_ref()) else { return 0 };
            let rest = i.restype.as_ref().map(|r| r.as_raw());
            let all = [i.callable.as_raw(), i.argtypes.as_raw()].into_iter().chain(rest);
            visit_all(all, f, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a thunk that only garbage refers to. C may still call it: it calls None then, which fails.
        unsafe {
            if let Some(i) = (*(o as *mut Boxed<Inner>)).data.as_mut() {
                let old = std::mem::replace(&mut i.callable, dovetail_core::types::none::none().to_owned());
                drop(old);
            }
        }
        0
    }
}
