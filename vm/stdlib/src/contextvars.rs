//! `_contextvars`: variables whose values belong to a context (PEP 567).
//!
//! A context holds a persistent mapping: copying it shares the dictionary, and the first change afterwards copies it.

use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::none::not_implemented;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::{generic_alias, type_alloc};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pymodule, pytype};

/// A context: its mapping, and the one entered before it.
#[repr(C)]
pub struct ContextBody {
    pub ob_base: abi::PyObject,
    /// As in CPython, where debuggers look at it.
    pub previous: *mut abi::PyObject,
    pub vars: *mut abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    pub entered: bool,
}

/// Contexts.
#[pytype(name = "_contextvars.Context", body = ContextBody, refs(vars, previous), weaklist = weakrefs, gc, export = "PyContext_Type")]
pub struct Context;

/// A variable: its name and default.
#[repr(C)]
pub struct VarBody {
    pub ob_base: abi::PyObject,
    pub name: *mut abi::PyObject,
    pub default: *mut abi::PyObject,
}

/// Context variables.
#[pytype(name = "_contextvars.ContextVar", body = VarBody, refs(name, default), gc, export = "PyContextVar_Type")]
pub struct ContextVar;

/// What `ContextVar.set` gives, to undo it.
#[repr(C)]
pub struct TokenBody {
    pub ob_base: abi::PyObject,
    pub context: *mut abi::PyObject,
    pub var: *mut abi::PyObject,
    pub old: *mut abi::PyObject,
    pub used: bool,
}

/// Tokens.
#[pytype(name = "_contextvars.Token", body = TokenBody, refs(context, var, old), gc, export = "PyContextToken_Type")]
pub struct Token;

/// `Token.MISSING`.
#[repr(C)]
pub struct MissingBody {
    pub ob_base: abi::PyObject,
}

/// The type of `Token.MISSING`.
#[pytype(name = "Token.MISSING", body = MissingBody, export = "Dovetail_TokenMissing_Type")]
pub struct Missing;

#[pymethods]
impl Missing {
    #[slot(tp_repr)]
    fn repr(&self) -> &'static str {
        "<Token.MISSING>"
    }
}

fn field(p: *mut abi::PyObject) -> Option<Object> {
    // SAFETY: NULL or an owned object of a live body.
    if p.is_null() { None } else { Some(unsafe { Obj::from_ptr(p) }.to_owned()) }
}

/// Tells those who remember the value of a variable that the thread's variables have changed.
fn changed() {
    // SAFETY: own state.
    unsafe { (*ThreadState::current().c()).context_ver += 1 };
}

/// Tells those who watch contexts that the thread has another one.
#[inline]
fn switched(ts: &ThreadState) {
    if ts.interp().watchers.contexts.any() {
        // SAFETY: own state; the field owns a context or is NULL.
        dovetail_core::watch::context_switched(field(unsafe { (*ts.c()).context }).as_deref());
    }
}

impl Context {
    /// A context with this mapping.
    fn with(vars: Ref<Dict>) -> PyResult<Ref<Context>> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let o = type_alloc(Context::type_object(), 0)?;
            (*(o.as_raw() as *mut ContextBody)).vars = vars.into_ptr();
            Ok(o.cast_into_unchecked())
        }
    }

    fn vars(&self) -> &Dict {
        // SAFETY: filled when made.
        unsafe { &*((*self.body()).vars as *const Dict) }
    }

    /// The calling thread's context, made when there is none.
    pub fn current() -> PyResult<Ref<Context>> {
        let ts = ThreadState::current();
        // SAFETY: own state; the field owns a context or is NULL.
        unsafe {
            if let Some(c) = field((*ts.c()).context) {
                return Ok(c.cast_into_unchecked());
            }
            let c = Context::with(Dict::new()?)?;
            replace(&raw mut (*ts.c()).context, Some(c.clone().into_object()));
            Ok(c)
        }
    }

    /// A copy of the calling thread's context.
    pub fn copied() -> PyResult<Ref<Context>> {
        Context::current()?.copy()
    }

    /// An empty context.
    pub fn empty() -> PyResult<Ref<Context>> {
        Context::with(Dict::new()?)
    }

    /// A copy.
    pub fn duplicate(&self) -> PyResult<Ref<Context>> {
        Context::with(self.vars().to_ref())
    }

    /// Makes this the thread's context, above the one that was (`PyContext_Enter`).
    pub fn enter(&self) -> PyResult<()> {
        let ts = ThreadState::current();
        // SAFETY: own fields; the thread's field owns a context or is NULL.
        unsafe {
            if (*self.body()).entered {
                bail!(
                    RuntimeError,
                    "cannot enter context: {} is already entered",
                    self.as_obj().repr()?.to_string_lossy()
                );
            }
            (*self.body()).entered = true;
            replace(&raw mut (*self.body()).previous, field((*ts.c()).context));
            replace(&raw mut (*ts.c()).context, Some(self.as_obj().to_owned()));
            changed();
            switched(ts);
        }
        Ok(())
    }

    /// Undoes `enter` (`PyContext_Exit`).
    pub fn exit(&self) -> PyResult<()> {
        let ts = ThreadState::current();
        // SAFETY: as above.
        unsafe {
            if !(*self.body()).entered {
                bail!(
                    RuntimeError,
                    "cannot exit context: {} has not been entered",
                    self.as_obj().repr()?.to_string_lossy()
                );
            }
            if (*ts.c()).context != self.as_ptr() {
                bail!(
                    RuntimeError,
                    "cannot exit context: thread state references a different context object"
                );
            }
            let before = std::mem::replace(&mut (*self.body()).previous, std::ptr::null_mut());
            let before = Object::from_owned_opt(before);
            changed();
            replace(&raw mut (*ts.c()).context, before);
            (*self.body()).entered = false;
            switched(ts);
        }
        Ok(())
    }

    /// Runs `f` with this as the thread's context.
    pub fn entered<R>(&self, f: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
        let ts = ThreadState::current();
        // SAFETY: own fields; the thread's field owns a context or is NULL.
        unsafe {
            if (*self.body()).entered {
                bail!(
                    RuntimeError,
                    "cannot enter context: {} is already entered",
                    self.as_obj().repr()?.to_string_lossy()
                );
            }
            (*self.body()).entered = true;
            (*self.body()).previous = (*ts.c()).context;
            (*ts.c()).context = self.as_obj().to_owned().into_ptr();
            changed();
            switched(ts);
            let r = f();
            changed();
            let before = std::mem::replace(&mut (*self.body()).previous, std::ptr::null_mut());
            replace(&raw mut (*ts.c()).context, Object::from_owned_opt(before));
            (*self.body()).entered = false;
            switched(ts);
            r
        }
    }

    fn change(&self, f: impl FnOnce(&Dict) -> PyResult<()>) -> PyResult<()> {
        // The mapping is shared with copies of the context when somebody else refers to it.
        let shared = self.vars().refcnt() > 1;
        if shared {
            let own = self.vars().copy()?;
            // SAFETY: an owned field.
            unsafe { replace(&raw mut (*self.body()).vars, Some(own.into_object())) };
        }
        changed();
        f(self.vars())
    }

    fn key<'a>(&self, key: &'a Obj) -> PyResult<&'a ContextVar> {
        match key.downcast_exact::<ContextVar>() {
            Some(v) => Ok(v),
            None => {
                Err(raise!(TypeError, "a ContextVar key was expected, got {}", key.repr()?.to_string_lossy()))
            }
        }
    }
}

#[pymethods]
impl Context {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "Context() does not accept any arguments");
        }
        Ok(Context::with(Dict::new()?)?.into_object())
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(o) =
            other.downcast_exact::<Context>().filter(|_| matches!(op, CompareOp::Eq | CompareOp::Ne))
        else {
            return Ok(not_implemented().to_owned());
        };
        let same = self.vars().equal(o.vars())?;
        Ok(bool_obj(same == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(mp_length)]
    fn length(&self) -> usize {
        self.vars().len()
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        self.key(key)?;
        self.vars().get_or_key_error(key)
    }

    #[slot(sq_contains)]
    fn contains_slot(&self, key: &Obj) -> PyResult<bool> {
        self.key(key)?;
        self.vars().contains_key(key)
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Object> {
        self.vars().as_obj().iter()
    }

    /// Return the value for `key` if `key` has the value in the context object.
    ///
    /// If `key` does not exist, return `default`. If `default` is not given, return None.
    #[method(sig = "(key, default=None, /)")]
    fn get(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Option<Object>> {
        self.key(key)?;
        Ok(self.vars().get(key)?.or(default.map(Obj::to_owned)))
    }

    /// Return a list of all variables in the context object.
    #[method]
    fn keys(&self) -> PyResult<Object> {
        self.vars().call_method(dovetail_core::sym!(keys), &[])
    }

    /// Return a list of all variables' values in the context object.
    #[method]
    fn values(&self) -> PyResult<Object> {
        self.vars().call_method(dovetail_core::sym!(values), &[])
    }

    /// Return all variables and their values in the context object.
    #[method]
    fn items(&self) -> PyResult<Object> {
        self.vars().call_method(dovetail_core::sym!(items), &[])
    }

    /// Return a shallow copy of the context object.
    #[method]
    fn copy(&self) -> PyResult<Ref<Context>> {
        Context::with(self.vars().to_ref())
    }

    #[method(nosig, sig = "(*args, **kwargs)")]
    fn run(&self, args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        let Some((callable, args)) = args.split_first() else {
            bail!(TypeError, "run() missing 1 required positional argument");
        };
        let args = Tuple::from_slice(args)?;
        self.entered(|| callable.call_dict(&args, kwargs))
    }
}

impl ContextVar {
    /// The default of the variable itself.
    pub fn own_default(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).default })
    }

    /// The value in the current context.
    pub fn value(&self) -> PyResult<Option<Object>> {
        let ts = ThreadState::current();
        // SAFETY: own state.
        match field(unsafe { (*ts.c()).context }) {
            // SAFETY: the field holds contexts.
            Some(c) => unsafe { c.cast_unchecked::<Context>() }.vars().get(self.as_obj()),
            None => Ok(None),
        }
    }
}

#[pymethods(members(("name", _Py_T_OBJECT, name, abi::Py_READONLY, ""),))]
impl ContextVar {
    #[slot(tp_new, sig = "(name, /, *, default=<unrepresentable>)")]
    fn new_slot(cls: &Type, name: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        if !name.is_a::<Str>() {
            bail!(TypeError, "context variable name must be a str");
        }
        name.hash()?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut VarBody;
            (*b).name = name.to_owned().into_ptr();
            (*b).default = default.map_or(std::ptr::null_mut(), |d| d.to_owned().into_ptr());
            Ok(o)
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        // SAFETY: own fields.
        let (name, default) = unsafe { (field((*self.body()).name), field((*self.body()).default)) };
        let mut out = String::from("<ContextVar");
        if let Some(n) = name {
            out.push_str(&format!(" name={}", n.repr()?.to_string_lossy()));
        }
        if let Some(d) = default {
            out.push_str(&format!(" default={}", d.repr()?.to_string_lossy()));
        }
        Ok(format!("{out} at {:p}>", self.as_ptr()))
    }

    /// Return a value for the context variable for the current context.
    #[method(sig = "(default=<unrepresentable>, /)")]
    fn get(&self, default: Option<&Obj>) -> PyResult<Object> {
        if let Some(v) = self.value()? {
            return Ok(v);
        }
        if let Some(d) = default {
            return Ok(d.to_owned());
        }
        // SAFETY: own field.
        match field(unsafe { (*self.body()).default }) {
            Some(d) => Ok(d),
            None => {
                Err(dovetail_core::error::raise_with(dovetail_core::error::exc::LookupError(), self.as_obj()))
            }
        }
    }

    /// Call to set a new value for the context variable in the current context.
    #[method(sig = "(value, /)")]
    pub fn set(&self, value: &Obj) -> PyResult<Ref<Token>> {
        let context = Context::current()?;
        let old = context.vars().get(self.as_obj())?;
        context.change(|d| d.set(self.as_obj(), value))?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(Token::type_object(), 0)?;
            let b = o.as_raw() as *mut TokenBody;
            (*b).context = context.into_ptr();
            (*b).var = self.as_obj().to_owned().into_ptr();
            (*b).old = old.map_or(std::ptr::null_mut(), Ref::into_ptr);
            Ok(o.cast_into_unchecked())
        }
    }

    /// Reset the context variable.
    ///
    /// The variable is reset to the value it had before the `ContextVar.set()` that
    /// created the token was used.
    #[method(sig = "(token, /)")]
    fn reset(&self, token: &Obj) -> PyResult<()> {
        let Some(t) = token.downcast_exact::<Token>() else {
            bail!(TypeError, "expected an instance of Token, got {}", token.repr()?.to_string_lossy());
        };
        // SAFETY: own fields of the token.
        unsafe {
            let b = t.body();
            let shown = || -> PyResult<String> { Ok(token.repr()?.to_string_lossy().into_owned()) };
            if (*b).used {
                bail!(RuntimeError, "{} has already been used once", shown()?);
            }
            if (*b).var != self.as_ptr() {
                bail!(ValueError, "{} was created by a different ContextVar", shown()?);
            }
            let context = Context::current()?;
            if (*b).context != context.as_obj().as_ptr() {
                bail!(ValueError, "{} was created in a different Context", shown()?);
            }
            (*b).used = true;
            match field((*b).old) {
                Some(v) => context.change(|d| d.set(self.as_obj(), &v)),
                None => context.change(|d| d.remove(self.as_obj()).map(|_| ())),
            }
        }
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

#[pymethods]
impl Token {
    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        // SAFETY: own fields.
        let (used, var) = unsafe { ((*self.body()).used, field((*self.body()).var)) };
        let used = if used { " used" } else { "" };
        let var = match var {
            Some(v) => v.repr()?.to_string_lossy().into_owned(),
            None => String::new(),
        };
        Ok(format!("<Token{used} var={var} at {:p}>", self.as_ptr()))
    }

    #[getter]
    fn var(&self) -> Option<Object> {
        // SAFETY: own field.
        field(unsafe { (*self.body()).var })
    }

    #[getter]
    fn old_value(&self) -> PyResult<Object> {
        // SAFETY: own field.
        match field(unsafe { (*self.body()).old }) {
            Some(v) => Ok(v),
            None => Token::type_object().get_attr_text("MISSING"),
        }
    }

    #[method]
    fn __enter__(&self) -> &Obj {
        self
    }

    #[method]
    fn __exit__(&self, _exc: &[&Obj]) -> PyResult<()> {
        match self.var() {
            // SAFETY: a token's variable.
            Some(v) => unsafe { v.cast_unchecked::<ContextVar>() }.reset(self.as_obj()),
            None => Ok(()),
        }
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

/// Context Variables
#[pymodule(name = "_contextvars")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Context>(module)?;
        add_type::<ContextVar>(module)?;
        add_type::<Token>(module)?;
        dovetail_core::types::ready::ready::<Missing>()?;
        // SAFETY: a body without fields.
        let missing = unsafe { type_alloc(Missing::type_object(), 0)? };
        Token::type_object().dict().set_text("MISSING", &missing)?;
        Token::type_object().modified();
        Ok(())
    }

    #[function]
    fn copy_context() -> PyResult<Ref<Context>> {
        Context::current()?.copy()
    }
}

pub use module::MODULE;
