//! `collections.defaultdict`: a dict that makes missing values.

use dovetail_core::error::PyResult;
use dovetail_core::object::obj::{clear, replace};
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::{generic_alias, key_error};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};

/// A dict's body with the factory behind it.
#[repr(C)]
pub struct DefaultDictBody {
    dict: abi::PyDictObject,
    factory: *mut abi::PyObject,
}

/// A dict subclass whose `__missing__` calls a factory.
/// ---
/// defaultdict(default_factory=None, /, [...]) --> dict with default factory
///
/// The default factory is called without arguments to produce
/// a new value when a key is not present, in __getitem__ only.
/// A defaultdict compares equal to a dict with the same items.
/// All remaining arguments are treated the same as if they were
/// passed to the dict constructor, including keyword arguments.
#[pytype(name = "collections.defaultdict", body = DefaultDictBody, base = Dict, gc, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct DefaultDict;

impl DefaultDict {
    fn factory(&self) -> Option<Object> {
        // SAFETY: NULL or an owned object.
        unsafe { dovetail_core::native::borrow_opt((*self.body()).factory) }.map(Obj::to_owned)
    }

    fn new_like(&self, items: &Obj) -> PyResult<Object> {
        let factory = self.factory().unwrap_or_else(|| none().to_owned());
        self.ob_type().call(&[&factory, items])
    }
}

#[pymethods(members(
    ("default_factory", _Py_T_OBJECT, factory, 0, "Factory for default value called by __missing__()."),
))]
impl DefaultDict {
    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        let mut rest = args.items().to_vec();
        let factory = if rest.is_empty() { None } else { Some(rest.remove(0)) };
        if let Some(f) = &factory
            && !f.is_callable()
            && !f.is_none()
        {
            bail!(TypeError, "first argument must be callable or None");
        }
        // SAFETY: the field owns its value.
        unsafe { replace(&raw mut (*self.body()).factory, factory) };
        let rest = Tuple::from_vec(rest)?;
        let Some(init) = Dict::type_object().raw().tp_init else { return Ok(()) };
        let kwargs = dovetail_core::native::opt_ptr(kwargs);
        // SAFETY: dict's slot on a dict.
        dovetail_core::object::abstract_::status(unsafe {
            init(self.as_obj().as_ptr(), rest.as_raw(), kwargs)
        })
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; dict's slot ends the rest.
        unsafe {
            dovetail_core::gc::untrack(o);
            clear(&raw mut (*(o as *mut DefaultDictBody)).factory);
            if let Some(f) = Dict::type_object().raw().tp_dealloc {
                f(o)
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live object.
        unsafe {
            let f = (*(o as *mut DefaultDictBody)).factory;
            if !f.is_null()
                && let Some(v) = visit
            {
                let r = v(f, arg);
                if r != 0 {
                    return r;
                }
            }
            Dict::type_object().raw().tp_traverse.map_or(0, |t| t(o, visit, arg))
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live object.
        unsafe {
            clear(&raw mut (*(o as *mut DefaultDictBody)).factory);
            Dict::type_object().raw().tp_clear.map_or(0, |t| t(o))
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<Ref<Str>> {
        let Some(f) = Dict::type_object().raw().tp_repr else { bail!(SystemError, "dict without repr") };
        // SAFETY: dict's slot on a dict.
        let base = unsafe { dovetail_core::error::from_c(f(self.as_obj().as_ptr())) }?;
        let factory = match self.factory() {
            None => "None".to_owned(),
            Some(f) => match ThreadState::current().repr_guard(&f, || f.repr()) {
                None => "...".to_owned(),
                Some(r) => r?.to_string_lossy().into_owned(),
            },
        };
        Str::new(&format!("{}({factory}, {})", self.ob_type().short_name(), base.str_()?.to_string_lossy()))
    }

    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    /// if self.default_factory is None: raise KeyError((key,))
    /// self[key] = value = self.default_factory()
    /// return value
    #[method(name = "__missing__", nosig)]
    fn missing(&self, key: &Obj) -> PyResult<Object> {
        match self.factory().filter(|f| !f.is_none()) {
            None => Err(key_error(key)),
            Some(f) => {
                let v = f.call(&[])?;
                self.as_obj().set_item(key, &v)?;
                Ok(v)
            }
        }
    }

    /// D.copy() -> a shallow copy of D.
    #[method(nosig)]
    fn copy(&self) -> PyResult<Object> {
        self.new_like(self.as_obj())
    }

    /// D.copy() -> a shallow copy of D.
    #[method(name = "__copy__", nosig)]
    fn copy_dunder(&self) -> PyResult<Object> {
        self.new_like(self.as_obj())
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__", nosig)]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let args = match self.factory().filter(|f| !f.is_none()) {
            Some(f) => Tuple::from_vec(vec![f])?,
            None => Tuple::empty(),
        };
        let items = self.as_obj().call_method(sym!(items), &[])?.iter()?;
        Tuple::from_slice(&[self.ob_type().as_obj(), args.as_obj(), none(), none(), &items])
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__", nosig)]
    fn class_getitem(cls: &Type, item: &Obj) -> PyResult<Object> {
        generic_alias(cls, item)
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        let this = match (a.downcast::<DefaultDict>(), b.downcast::<DefaultDict>()) {
            (Some(d), _) => d,
            (None, Some(d)) => d,
            (None, None) => return Ok(dovetail_core::types::none::not_implemented().to_owned()),
        };
        if !a.is_a::<Dict>() || !b.is_a::<Dict>() {
            return Ok(dovetail_core::types::none::not_implemented().to_owned());
        }
        let new = this.new_like(a)?;
        let Some(d) = new.downcast::<Dict>() else { bail!(SystemError, "not a dict") };
        d.merge(b, true)?;
        Ok(new)
    }
}
