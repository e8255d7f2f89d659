//! The running thread's context: a context variable, remembered until the thread's variables change.

use super::context::{Context, set_keywords};
use super::signals::made;
use crate::contextvars::ContextVar;
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_decimal::{Context as Limits, Rounding, condition as c};
use dovetail_macros::{pymethods, pytype};
use std::cell::Cell;
use std::sync::OnceLock;

/// The contexts from which others are made.
pub struct Templates {
    pub default: Object,
    pub basic: Object,
    pub extended: Object,
}

struct Shared(Templates);

// SAFETY: immortal objects, used under the GIL.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

static TEMPLATES: OnceLock<Shared> = OnceLock::new();

/// What a context begins with when there is no template yet.
pub const PLAIN: Limits =
    Limits { prec: 28, emax: 999_999, emin: -999_999, rounding: Rounding::HalfEven, clamp: false };

/// The traps of the default context.
pub const PLAIN_TRAPS: u32 = c::IEEE_INVALID | c::DIVISION_BY_ZERO | c::OVERFLOW;

/// The templates, made the first time.
pub fn templates() -> PyResult<&'static Templates> {
    match TEMPLATES.get() {
        Some(t) => Ok(&t.0),
        None => {
            let basic = Limits { prec: 9, rounding: Rounding::HalfUp, ..PLAIN };
            let all = PLAIN_TRAPS | c::UNDERFLOW | c::CLAMPED;
            let made = Templates {
                default: Context::with(PLAIN, true, PLAIN_TRAPS, 0)?.into_object(),
                basic: Context::with(basic, true, all, 0)?.into_object(),
                extended: Context::with(Limits { prec: 9, ..PLAIN }, true, 0, 0)?.into_object(),
            };
            let _ = TEMPLATES.set(Shared(made));
            templates()
        }
    }
}

/// The default context, once there is one.
pub fn default_template() -> Option<&'static Context> {
    TEMPLATES.get().and_then(|t| t.0.default.downcast::<Context>())
}

thread_local! {
    /// The thread state's number and the version of its variables for which the context was found. The variables own it.
    static FOUND: Cell<(u64, u64, *mut abi::PyObject)> = const { Cell::new((0, 0, std::ptr::null_mut())) };
}

/// The context of the running thread.
#[inline]
pub fn current() -> PyResult<Ref<Context>> {
    let ts = ThreadState::current().c();
    let (id, version, context) = FOUND.get();
    // SAFETY: own thread's fields. The variables have not changed since the context was found: they still own it.
    unsafe {
        if (*ts).id == id && (*ts).context_ver == version {
            return Ok(Obj::from_ptr(context).to_owned().cast_into_unchecked());
        }
    }
    find()
}

#[cold]
fn find() -> PyResult<Ref<Context>> {
    let variable = variable();
    let context = match variable.value()? {
        Some(o) => match o.downcast_into::<Context>() {
            Ok(context) => context,
            Err(_) => bail!(TypeError, "the decimal context variable holds no context"),
        },
        None => {
            let Some(default) = default_template() else { bail!(SystemError, "no default context") };
            let context = default.duplicate()?;
            context.set_flags(0);
            variable.set(context.as_obj())?;
            context
        }
    };
    let ts = ThreadState::current().c();
    // SAFETY: own thread's fields.
    unsafe { FOUND.set(((*ts).id, (*ts).context_ver, context.as_obj().as_ptr())) };
    Ok(context)
}

fn variable() -> &'static ContextVar {
    made().variable.downcast::<ContextVar>().expect("made as a variable")
}

/// Makes a context the running thread's; of a template a copy.
pub fn set_current(o: &Obj) -> PyResult<()> {
    let Some(context) = o.downcast::<Context>() else { bail!(TypeError, "argument must be a context") };
    let t = templates()?;
    if [&t.default, &t.basic, &t.extended].iter().any(|x| o.is(x)) {
        let copy = context.duplicate()?;
        copy.set_flags(0);
        variable().set(copy.as_obj())?;
    } else {
        variable().set(o)?;
    }
    Ok(())
}

/// The context and the one to return to.
#[repr(C)]
pub struct ManagerBody {
    pub ob_base: abi::PyObject,
    pub local: *mut abi::PyObject,
    pub global: *mut abi::PyObject,
}

/// What `localcontext` gives.
#[pytype(
    name = "decimal.ContextManager",
    body = ManagerBody,
    refs(local, global),
    gc,
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct Manager;

/// `localcontext`: of a context or the current one, with changes.
pub fn local(ctx: Option<&Obj>, changes: Option<&Dict>) -> PyResult<Object> {
    let global = current()?;
    let local = match ctx {
        None => global.duplicate()?,
        Some(o) => match o.downcast::<Context>() {
            Some(context) => context.duplicate()?,
            None => bail!(TypeError, "optional argument must be a context"),
        },
    };
    if let Some(changes) = changes {
        set_keywords(&local, changes)?;
    }
    // SAFETY: both fields are filled before anything runs.
    unsafe {
        let m: Ref<Manager> = alloc::new_body()?;
        (*m.body()).local = local.into_ptr();
        (*m.body()).global = global.into_ptr();
        Ok(m.into_object())
    }
}

#[pymethods]
impl Manager {
    #[method]
    fn __enter__(&self) -> PyResult<Object> {
        // SAFETY: filled when made.
        let local = unsafe { Obj::from_ptr((*self.body()).local) }.to_owned();
        set_current(&local)?;
        Ok(local)
    }

    #[method(nosig, sig = "(*args)")]
    fn __exit__(&self, _args: &[&Obj]) -> PyResult<()> {
        // SAFETY: filled when made.
        let global = unsafe { Obj::from_ptr((*self.body()).global) }.to_owned();
        set_current(&global)
    }
}

/// The context of an optional argument, or the current one.
#[inline]
pub fn context_or_current(arg: Option<&Obj>) -> PyResult<Ref<Context>> {
    match arg {
        None => current(),
        Some(o) => match o.to_owned().downcast_into::<Context>() {
            Ok(context) => Ok(context),
            Err(_) => bail!(TypeError, "optional argument must be a context"),
        },
    }
}
