//! `operator.methodcaller`.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::{cast_opt_unchecked, result_ptr};
use dovetail_core::object::call::ARGUMENTS_OFFSET;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

type P = *mut abi::PyObject;

/// The name, all arguments (the keyword ones last), and the names of those or NULL.
#[repr(C)]
pub struct CallerBody {
    pub ob_base: abi::PyObject,
    pub name: P,
    pub args: P,
    pub kwnames: P,
    pub vectorcall: abi::vectorcallfunc,
}

/// Callers of methods.
/// ---
/// Return a callable object that calls the given method on its operand.
/// After f = methodcaller('name'), the call f(r) returns r.name().
/// After g = methodcaller('name', 'date', foo=1), the call g(r) returns
/// r.name('date', foo=1).
#[pytype(
    name = "operator.methodcaller", body = CallerBody, refs(name, args, kwnames), gc, vectorcall = vectorcall,
    sig = "(name, /, *args, **kwargs)",
)]
pub struct MethodCaller;

unsafe extern "C" fn call_method(slf: P, args: *const P, nargsf: usize, kwnames: P) -> P {
    // SAFETY: the vectorcall protocol.
    unsafe {
        let n = nargsf & !ARGUMENTS_OFFSET;
        let args: &[&Obj] = if n == 0 { &[] } else { std::slice::from_raw_parts(args.cast(), n) };
        let keywords = cast_opt_unchecked::<Tuple>(kwnames).is_some_and(|t| !t.is_empty());
        result_ptr((*(slf as *const MethodCaller)).apply(args, keywords))
    }
}

impl MethodCaller {
    fn name(&self) -> &Str {
        // SAFETY: filled when made, with a string.
        unsafe { &*((*self.body()).name as *const Str) }
    }

    fn args(&self) -> &Tuple {
        // SAFETY: filled when made, with a tuple.
        unsafe { &*((*self.body()).args as *const Tuple) }
    }

    fn kwnames(&self) -> Option<&Tuple> {
        // SAFETY: NULL or a tuple.
        unsafe { cast_opt_unchecked((*self.body()).kwnames) }
    }

    /// The positional arguments, and the keyword ones with their names.
    fn split(&self) -> (&[Object], impl Iterator<Item = (&Object, &Object)>) {
        let names = self.kwnames().map_or(&[][..], Tuple::items);
        let (positional, values) = self.args().items().split_at(self.args().len() - names.len());
        (positional, names.iter().zip(values))
    }

    fn apply(&self, args: &[&Obj], keywords: bool) -> PyResult<Object> {
        let [o] = args else {
            bail!(TypeError, "methodcaller expected 1 argument, got {}", args.len());
        };
        if keywords {
            bail!(TypeError, "methodcaller() takes no keyword arguments");
        }
        let (method, bound) = o.get_method(self.name())?;
        let stored = self.args().as_borrows();
        if bound {
            return method.call_kw(stored, self.kwnames());
        }
        let n = stored.len();
        let mut small = [*o; 8];
        let mut large;
        let all: &mut [&Obj] = if n < small.len() {
            &mut small[..=n]
        } else {
            large = vec![*o; n + 1];
            &mut large
        };
        all[1..].copy_from_slice(stored);
        method.call_kw(all, self.kwnames())
    }
}

#[pymethods]
impl MethodCaller {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let Some((name, rest)) = args.items().split_first() else {
            bail!(TypeError, "methodcaller needs at least one argument, the method name");
        };
        let Some(name) = name.downcast::<Str>() else { bail!(TypeError, "method name must be a string") };
        let mut all = rest.to_vec();
        let mut names = Vec::new();
        for (k, v) in kwargs.into_iter().flat_map(Dict::iter_borrowed) {
            names.push(k.to_owned());
            all.push(v.to_owned());
        }
        let name = name.to_interned()?;
        let all = Tuple::from_vec(all)?;
        let names = if names.is_empty() { None } else { Some(Tuple::from_vec(names)?) };
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut CallerBody;
            (*b).name = name.into_ptr();
            (*b).args = all.into_ptr();
            (*b).kwnames = names.map_or(std::ptr::null_mut(), Ref::into_ptr);
            (*b).vectorcall = Some(call_method);
            Ok(o)
        }
    }

    #[slot(tp_call)]
    fn call_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.apply(args.as_borrows(), kwargs.is_some_and(|d| !d.is_empty()))
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<Ref<Str>> {
        let name = self.as_obj().type_name();
        let show = || -> PyResult<Ref<Str>> {
            let mut out = TextBuf::new();
            out.push_str(name);
            out.push_str("(");
            out.push_text(self.name().as_obj().repr()?.text());
            let (positional, named) = self.split();
            for a in positional {
                out.push_str(", ");
                out.push_text(a.repr()?.text());
            }
            for (n, v) in named {
                out.push_str(", ");
                out.push_text(n.str_()?.text());
                out.push_str("=");
                out.push_text(v.repr()?.text());
            }
            out.push_str(")");
            Str::from_buf(out.finish())
        };
        match ThreadState::current().repr_guard(self.as_obj(), show) {
            Some(r) => r,
            None => Str::new(&format!("{name}(...)")),
        }
    }

    /// Return state information for pickling
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let (positional, named) = self.split();
        if self.kwnames().is_none() {
            let mut all = vec![self.name().as_obj().to_owned()];
            all.extend_from_slice(positional);
            return Tuple::from_slice(&[self.ob_type().as_obj(), Tuple::from_vec(all)?.as_obj()]);
        }
        let kwargs = Dict::new()?;
        for (n, v) in named {
            kwargs.set(n, v)?;
        }
        let partial = dovetail_core::import::import_module("functools")?.get_attr_text("partial")?;
        let first = Tuple::from_slice(&[self.ob_type().as_obj(), self.name().as_obj()])?;
        let constructor = partial.call_dict(&first, Some(&kwargs))?;
        Tuple::from_vec(vec![constructor, Tuple::from_objects(positional)?.into_object()])
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(obj, /)"
    }
}
