//! `operator.itemgetter` and `operator.attrgetter`.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, borrow, cast_opt_unchecked, result_ptr};
use dovetail_core::object::call::ARGUMENTS_OFFSET;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};

type P = *mut abi::PyObject;

/// What to fetch, as a tuple, and as a number where it is one index that is not negative.
#[repr(C)]
pub struct GetterBody {
    pub ob_base: abi::PyObject,
    pub items: P,
    pub index: isize,
    pub vectorcall: abi::vectorcallfunc,
}

/// Fetchers of items.
/// ---
/// Return a callable object that fetches the given item(s) from its operand.
/// After f = itemgetter(2), the call f(r) returns r[2].
/// After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])
#[pytype(
    name = "operator.itemgetter", body = GetterBody, refs(items), gc, vectorcall = vectorcall,
    sig = "(item, /, *items)",
)]
pub struct ItemGetter;

/// Fetchers of attributes; `items` holds a name, or a tuple of names for a dotted one.
/// ---
/// Return a callable object that fetches the given attribute(s) from its operand.
/// After f = attrgetter('name'), the call f(r) returns r.name.
/// After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).
/// After h = attrgetter('name.first', 'name.last'), the call h(r) returns
/// (r.name.first, r.name.last).
#[pytype(
    name = "operator.attrgetter", body = GetterBody, refs(items), gc, vectorcall = vectorcall,
    sig = "(attr, /, *attrs)",
)]
pub struct AttrGetter;

fn make(cls: &Type, items: Ref<Tuple>, index: isize, call: abi::vectorcallfunc) -> PyResult<Object> {
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        let b = o.as_raw() as *mut GetterBody;
        (*b).items = items.into_ptr();
        (*b).index = index;
        (*b).vectorcall = call;
        Ok(o)
    }
}

trait Getter: Native<Body = GetterBody> {
    fn items(&self) -> &Tuple {
        // SAFETY: filled when made, with a tuple.
        unsafe { &*((*self.body()).items as *const Tuple) }
    }

    /// The operand of a call.
    fn operand<'a>(args: &[&'a Obj], keywords: bool) -> PyResult<&'a Obj> {
        if keywords {
            bail!(TypeError, "{}() takes no keyword arguments", Self::SHORT_NAME);
        }
        match args {
            [o] => Ok(o),
            _ => bail!(TypeError, "{} expected 1 argument, got {}", Self::SHORT_NAME, args.len()),
        }
    }

    /// The operand of a call by tuple and dictionary.
    fn operand_of<'a>(args: &'a Tuple, kwargs: Option<&Dict>) -> PyResult<&'a Obj> {
        Self::operand(args.as_borrows(), kwargs.is_some_and(|d| !d.is_empty()))
    }

    /// Checks the arguments of the constructor.
    fn check_new(args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        if kwargs.is_some_and(|d| !d.is_empty()) {
            bail!(TypeError, "{}() takes no keyword arguments", Self::SHORT_NAME);
        }
        if args.is_empty() {
            bail!(TypeError, "{} expected 1 argument, got 0", Self::SHORT_NAME);
        }
        Ok(())
    }

    /// The value of one item, or a tuple of the values of all.
    fn fetch(&self, each: impl Fn(&Obj) -> PyResult<Object>) -> PyResult<Object> {
        let items = self.items();
        if items.len() == 1 {
            return each(items.get(0));
        }
        let values = items.items().iter().map(|i| each(i)).collect::<PyResult<Vec<_>>>()?;
        Ok(Tuple::from_vec(values)?.into_object())
    }

    fn show(&self, items: &Tuple) -> PyResult<String> {
        let name = self.as_obj().type_name();
        let text = || -> PyResult<String> {
            Ok(match items.items() {
                [one] => format!("{name}({})", one.repr()?.to_string_lossy()),
                _ => format!("{name}{}", items.as_obj().repr()?.to_string_lossy()),
            })
        };
        match ThreadState::current().repr_guard(self.as_obj(), text) {
            Some(r) => r,
            None => Ok(format!("{name}(...)")),
        }
    }
}

impl Getter for ItemGetter {}
impl Getter for AttrGetter {}

/// The positional arguments of a vectorcall and whether there are keywords.
///
/// # Safety
/// The vectorcall protocol.
unsafe fn given<'a>(args: *const P, nargsf: usize, kwnames: P) -> (&'a [&'a Obj], bool) {
    let n = nargsf & !ARGUMENTS_OFFSET;
    // SAFETY: the protocol passes that many live objects.
    unsafe {
        let list: &[&Obj] = if n == 0 { &[] } else { std::slice::from_raw_parts(args.cast(), n) };
        (list, cast_opt_unchecked::<Tuple>(kwnames).is_some_and(|t| !t.is_empty()))
    }
}

unsafe extern "C" fn call_item(slf: P, args: *const P, nargsf: usize, kwnames: P) -> P {
    // SAFETY: the vectorcall protocol.
    unsafe {
        let g = &*(slf as *const ItemGetter);
        let (args, keywords) = given(args, nargsf, kwnames);
        result_ptr(ItemGetter::operand(args, keywords).and_then(|o| g.apply(o)))
    }
}

unsafe extern "C" fn call_attr(slf: P, args: *const P, nargsf: usize, kwnames: P) -> P {
    // SAFETY: the vectorcall protocol.
    unsafe {
        let g = &*(slf as *const AttrGetter);
        let (args, keywords) = given(args, nargsf, kwnames);
        result_ptr(AttrGetter::operand(args, keywords).and_then(|o| g.apply(o)))
    }
}

impl ItemGetter {
    fn apply(&self, o: &Obj) -> PyResult<Object> {
        // SAFETY: own field.
        let index = unsafe { (*self.body()).index };
        if index >= 0
            && let Some(t) = o.downcast_exact::<Tuple>()
            && let Some(v) = t.items().get(index as usize)
        {
            return Ok(v.clone());
        }
        self.fetch(|i| o.get_item(i))
    }
}

#[pymethods]
impl ItemGetter {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        ItemGetter::check_new(args, kwargs)?;
        let index = match args.items() {
            [one] => one.downcast_exact::<Int>().and_then(Int::to_i64).filter(|i| *i >= 0).unwrap_or(-1),
            _ => -1,
        };
        let items = if args.as_obj().is_exact::<Tuple>() {
            args.to_ref()
        } else {
            Tuple::from_objects(args.items())?
        };
        make(cls, items, index as isize, Some(call_item))
    }

    #[slot(tp_call)]
    fn call_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.apply(ItemGetter::operand_of(args, kwargs)?)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        self.show(&self.items().to_ref())
    }

    /// Return state information for pickling
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_slice(&[self.ob_type().as_obj(), self.items().as_obj()])
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(obj, /)"
    }
}

impl AttrGetter {
    fn apply(&self, o: &Obj) -> PyResult<Object> {
        self.fetch(|name| match name.downcast::<Tuple>() {
            None => o.get_attr(name_of(name)),
            Some(path) => {
                let mut at = o.to_owned();
                for n in path.items() {
                    at = at.get_attr(name_of(n))?;
                }
                Ok(at)
            }
        })
    }

    /// The names as they were given.
    fn dotted(&self) -> PyResult<Ref<Tuple>> {
        let join = |item: &Object| match item.downcast::<Tuple>() {
            None => Ok(item.clone()),
            Some(path) => {
                let dot = Str::new(".")?;
                dot.as_obj().call_method(dovetail_core::sym!(join), &[path.as_obj()])
            }
        };
        Tuple::from_vec(self.items().items().iter().map(join).collect::<PyResult<Vec<_>>>()?)
    }
}

fn name_of(o: &Obj) -> &Str {
    // SAFETY: the constructor keeps strings only.
    unsafe { borrow(o.as_ptr()).cast_unchecked() }
}

#[pymethods]
impl AttrGetter {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        AttrGetter::check_new(args, kwargs)?;
        let mut items = Vec::with_capacity(args.len());
        for a in args.items() {
            let Some(s) = a.downcast::<Str>() else { bail!(TypeError, "attribute name must be a string") };
            let text = s.text();
            let dots: Vec<usize> = (0..s.len()).filter(|i| text.at(*i) == b'.' as u32).collect();
            if dots.is_empty() {
                items.push(s.to_interned()?.into_object());
                continue;
            }
            let mut path = Vec::with_capacity(dots.len() + 1);
            let mut start = 0;
            for end in dots.into_iter().chain([s.len()]) {
                path.push(s.sub(start, end)?.to_interned()?.into_object());
                start = end + 1;
            }
            items.push(Tuple::from_vec(path)?.into_object());
        }
        make(cls, Tuple::from_vec(items)?, -1, Some(call_attr))
    }

    #[slot(tp_call)]
    fn call_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        self.apply(AttrGetter::operand_of(args, kwargs)?)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        self.show(&*self.dotted()?)
    }

    /// Return state information for pickling
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_slice(&[self.ob_type().as_obj(), self.dotted()?.as_obj()])
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(obj, /)"
    }
}
