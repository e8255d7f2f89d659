//! Exception groups (PEP 654): `BaseExceptionGroup`, `ExceptionGroup`, and what `except*` needs of them.

use crate::error::{PyResult, exc};
use crate::interp::frame::Frame;
use crate::object::native::Native;
use crate::object::{AsObj, Obj, Object, Ref, ToRef};
use crate::thread::ThreadState;
use crate::types::dict::Dict;
use crate::types::exception::{BaseException, FLAGS, field, new_instance, no_keywords, type_error, views};
use crate::types::exceptions_fields::base;
use crate::types::list::List;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::support::generic_alias;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// Several exceptions at once.
/// ---
/// A combination of multiple unrelated exceptions.
#[pytype(
    name = "BaseExceptionGroup", body = abi::PyBaseExceptionGroupObject, export = "_PyExc_BaseExceptionGroup", gc,
    dict = dict, base = BaseException, flags = FLAGS,
    refs(dict, args, notes, traceback, context, cause, msg, excs, excs_str),
)]
pub struct BaseExceptionGroup;

/// A group of which every member is an `Exception`.
#[pytype(
    name = "ExceptionGroup", body = abi::PyBaseExceptionGroupObject, export = "_PyExc_ExceptionGroup", gc,
    dict = dict, base = BaseExceptionGroup, flags = FLAGS,
    refs(dict, args, notes, traceback, context, cause, msg, excs, excs_str),
)]
pub struct ExceptionGroup;

base!(BaseExceptionGroup);

/// Gives `ExceptionGroup` its second base, before it is completed.
pub(crate) fn set_group_bases() -> PyResult<()> {
    let t = ExceptionGroup::type_object().as_type_ptr();
    // SAFETY: start-up, before the type is used.
    unsafe {
        if (*t).tp_bases.is_null() {
            let bases = [BaseExceptionGroup::type_object().as_obj(), exc::Exception().as_obj()];
            (*t).tp_bases = Tuple::from_slice(&bases)?.into_ptr();
        }
    }
    Ok(())
}

fn is_exception(o: &Obj) -> bool {
    o.ob_type().is_subtype(exc::Exception())
}

/// Which members of a group are meant.
enum Matcher<'a> {
    /// Instances of a class, or of one of a tuple of classes.
    Type(&'a Obj),
    Predicate(&'a Obj),
    /// Exactly these objects.
    These(Vec<*mut abi::PyObject>),
}

fn is_exception_class(o: &Obj) -> bool {
    o.downcast::<Type>().is_some_and(|t| t.is_subtype(exc::BaseException()))
}

impl<'a> Matcher<'a> {
    fn new(value: &'a Obj) -> PyResult<Matcher<'a>> {
        if is_exception_class(value) {
            return Ok(Matcher::Type(value));
        }
        if let Some(t) = value.downcast::<Tuple>()
            && t.items().iter().all(|c| is_exception_class(c))
        {
            return Ok(Matcher::Type(value));
        }
        if value.is_callable() && !value.is_a::<Type>() && !value.is_a::<Tuple>() {
            return Ok(Matcher::Predicate(value));
        }
        Err(raise!(
            TypeError,
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        ))
    }

    fn matches(&self, e: &Obj) -> PyResult<bool> {
        match self {
            Matcher::Type(t) => Ok(given_matches(e, t)),
            Matcher::Predicate(f) => f.call(&[e])?.is_true(),
            Matcher::These(all) => Ok(all.contains(&e.as_ptr())),
        }
    }
}

/// Is the exception an instance of the class or of one in the tuple (`PyErr_GivenExceptionMatches`)?
pub fn given_matches(e: &Obj, filter: &Obj) -> bool {
    if let Some(t) = filter.downcast::<Tuple>() {
        return t.items().iter().any(|c| given_matches(e, c));
    }
    filter.downcast::<Type>().is_some_and(|t| e.ob_type().is_subtype(t))
}

impl BaseExceptionGroup {
    /// The nested exceptions.
    pub fn exceptions(&self) -> Ref<Tuple> {
        // SAFETY: a tuple, or NULL in a half-made instance.
        unsafe { field((*self.body()).excs).map_or_else(Tuple::empty, |t| t.cast_into_unchecked()) }
    }

    /// The message.
    pub fn message(&self) -> Object {
        // SAFETY: NULL or owned.
        unsafe { field((*self.body()).msg) }.unwrap_or_else(|| none().to_owned())
    }

    /// A group like this one of other exceptions, through `derive()`; None when there are none.
    fn subset(&self, excs: Vec<Object>) -> PyResult<Option<Object>> {
        if excs.is_empty() {
            return Ok(None);
        }
        let list = List::from_vec(excs)?;
        let new = self.as_obj().call_method(sym!(derive), &[list.as_obj()])?;
        let Some(g) = new.downcast::<BaseExceptionGroup>() else {
            bail!(TypeError, "derive must return an instance of BaseExceptionGroup");
        };
        if let Some(tb) = self.base().traceback() {
            g.base().set_traceback(Some(tb));
        }
        g.base().set_context(self.base().context());
        g.base().set_cause(self.base().cause());
        if let Some(notes) = self.as_obj().get_attr_opt(sym!(__notes__))?
            && is_sequence(&notes)
        {
            let copy = List::from_iter_obj(&notes)?;
            g.as_obj().set_attr(sym!(__notes__), &copy)?;
        }
        Ok(Some(new))
    }
}

fn is_sequence(o: &Obj) -> bool {
    // SAFETY: a suite of the object's type.
    let item = unsafe { o.ob_type().raw().tp_as_sequence.as_ref() }.is_some_and(|s| s.sq_item.is_some());
    item && !o.is_a::<Dict>()
}

/// What matches and what does not, of an exception or group.
fn split(e: &Obj, matcher: &Matcher<'_>, want_rest: bool) -> PyResult<(Option<Object>, Option<Object>)> {
    if matcher.matches(e)? {
        return Ok((Some(e.to_owned()), None));
    }
    let Some(g) = e.downcast::<BaseExceptionGroup>() else {
        return Ok((None, want_rest.then(|| e.to_owned())));
    };
    ThreadState::current().check_recursion(" in exceptiongroup_split_recursive")?;
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for e in g.exceptions().items() {
        let (matched, rest) = split(e, matcher, want_rest)?;
        yes.extend(matched);
        no.extend(rest);
    }
    let matched = g.subset(yes)?;
    let rest = if want_rest { g.subset(no)? } else { None };
    Ok((matched, rest))
}

fn object(o: Option<Object>) -> Object {
    o.unwrap_or_else(|| none().to_owned())
}

/// `repr()` of the exceptions as they were given: as a list, as a tuple, or as another sequence showed itself.
fn shown_exceptions(g: &BaseExceptionGroup) -> PyResult<Ref<Str>> {
    // SAFETY: NULL or owned.
    if let Some(s) = unsafe { field((*g.body()).excs_str) } {
        return s.str_();
    }
    let args = g.base().args();
    if args.len() == 2 && args.get(1).is_a::<List>() {
        return List::from_iter_obj(&g.exceptions())?.repr();
    }
    g.exceptions().repr()
}

#[pymethods(members(
    ("message", _Py_T_OBJECT, msg, abi::Py_READONLY, "exception message"),
    ("exceptions", _Py_T_OBJECT, excs, abi::Py_READONLY, "nested exceptions"),
))]
impl BaseExceptionGroup {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        let [message, given] = args.items() else {
            bail!(TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)", args.len());
        };
        if !message.is_a::<Str>() {
            let shown = if message.is_none() { "None" } else { message.type_name() };
            bail!(TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not {shown}");
        }
        if !is_sequence(given) {
            bail!(TypeError, "second argument (exceptions) must be a sequence");
        }
        let listed = given.is_a::<List>() || given.is_a::<Tuple>();
        let text = if listed { None } else { Some(given.repr()?.into_object()) };
        let excs = Tuple::from_iter_obj(given)?;
        if excs.is_empty() {
            bail!(ValueError, "second argument (exceptions) must be a non-empty sequence");
        }
        let mut base_only = false;
        for (i, e) in excs.items().iter().enumerate() {
            if !e.is_a::<BaseException>() {
                bail!(ValueError, "Item {i} of second argument (exceptions) is not an exception");
            }
            base_only |= !is_exception(e);
        }
        let mut cls = cls;
        if std::ptr::eq(cls, BaseExceptionGroup::type_object()) {
            if !base_only {
                cls = ExceptionGroup::type_object();
            }
        } else if base_only && std::ptr::eq(cls, ExceptionGroup::type_object()) {
            bail!(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
        } else if base_only && cls.is_subtype(exc::Exception()) {
            bail!(TypeError, "Cannot nest BaseExceptions in '{}'", cls.name());
        }
        let o = new_instance(cls, args)?;
        // SAFETY: the fields of a new instance are NULL.
        unsafe {
            let b = o.as_raw() as *mut abi::PyBaseExceptionGroupObject;
            (*b).msg = message.clone().into_ptr();
            (*b).excs = excs.into_ptr();
            (*b).excs_str = text.map_or(std::ptr::null_mut(), Ref::into_ptr);
        }
        Ok(o)
    }

    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        no_keywords(self.ob_type(), kwargs)?;
        self.base().plain_init(args, None)
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        let n = self.exceptions().len();
        let mut out = TextBuf::with_capacity(40);
        out.push_text(self.message().str_()?.text());
        out.push_str(&format!(" ({n} sub-exception{})", if n > 1 { "s" } else { "" }));
        Str::from_buf(out)
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let mut out = TextBuf::with_capacity(60);
        out.push_str(self.ob_type().short_name());
        out.push_str("(");
        out.push_text(self.message().repr()?.text());
        out.push_str(", ");
        out.push_text(shown_exceptions(self)?.text());
        out.push_str(")");
        Str::from_buf(out)
    }

    /// Exception groups are generic over the type of their contained exceptions
    #[classmethod]
    fn __class_getitem__(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }

    #[method]
    fn derive(&self, excs: &Obj) -> PyResult<Object> {
        BaseExceptionGroup::type_object().as_obj().call(&[&self.message(), excs])
    }

    #[method]
    fn split(&self, matcher_value: &Obj) -> PyResult<Ref<Tuple>> {
        let (matched, rest) = split(self, &Matcher::new(matcher_value)?, true)?;
        Tuple::from_array([object(matched), object(rest)])
    }

    #[method]
    fn subgroup(&self, matcher_value: &Obj) -> PyResult<Object> {
        let (matched, _) = split(self, &Matcher::new(matcher_value)?, false)?;
        Ok(object(matched))
    }
}

#[pymethods]
impl ExceptionGroup {}

/// A new group: `ExceptionGroup` when all members allow it.
pub fn new_group(message: &str, excs: Vec<Object>) -> PyResult<Object> {
    let (message, excs) = (Str::new(message)?, List::from_vec(excs)?);
    BaseExceptionGroup::type_object().as_obj().call(&[message.as_obj(), excs.as_obj()])
}

/// May `except*` name these classes?
fn check_star_filter(filter: &Obj) -> PyResult<()> {
    let check = |c: &Obj| -> PyResult<()> {
        if !is_exception_class(c) {
            return Err(type_error("catching classes that do not inherit from BaseException is not allowed"));
        }
        if c.downcast::<Type>().is_some_and(|t| t.is_subtype(exc::BaseExceptionGroup())) {
            return Err(type_error(
                "catching ExceptionGroup with except* is not allowed. Use except instead.",
            ));
        }
        Ok(())
    };
    match filter.downcast::<Tuple>() {
        Some(t) => t.items().iter().try_for_each(|c| check(c)),
        None => check(filter),
    }
}

/// Splits what `except*` handles by its classes: what matches, as a group, and the rest; None for nothing.
pub fn match_group(e: &Obj, filter: &Obj) -> PyResult<(Object, Object)> {
    check_star_filter(filter)?;
    let nothing = || none().to_owned();
    if e.is_none() {
        return Ok((nothing(), nothing()));
    }
    if given_matches(e, filter) {
        if e.is_a::<BaseExceptionGroup>() {
            return Ok((e.to_owned(), nothing()));
        }
        // A lone exception is wrapped, so that the handler sees a group.
        let group = new_group("", vec![e.to_owned()])?;
        let f = Frame::first_complete(ThreadState::current().frame());
        if !f.is_null()
            && let Some(g) = group.downcast::<BaseException>()
        {
            g.set_traceback(Some(Traceback::from_frame(None, f)?));
        }
        return Ok((group, nothing()));
    }
    if e.is_a::<BaseExceptionGroup>() {
        let pair = e.call_method(sym!(split), &[filter])?;
        let name = e.type_name();
        let Some(t) = pair.downcast::<Tuple>() else {
            bail!(TypeError, "{name}.split must return a tuple, not {}", pair.type_name());
        };
        if t.len() < 2 {
            bail!(TypeError, "{name}.split must return a 2-tuple, got tuple of size {}", t.len());
        }
        return Ok((t.get(0).to_owned(), t.get(1).to_owned()));
    }
    Ok((nothing(), e.to_owned()))
}

/// Was the exception raised where the original was, rather than in a handler?
fn same_origin(e: &Obj, original: &Obj) -> bool {
    let (Some(a), Some(b)) = (e.downcast::<BaseException>(), original.downcast::<BaseException>()) else {
        return false;
    };
    // SAFETY: live instances.
    unsafe {
        let (a, b) = (&*a.body(), &*b.body());
        a.notes == b.notes && a.traceback == b.traceback && a.cause == b.cause && a.context == b.context
    }
}

fn leaves(e: &Obj, out: &mut Vec<*mut abi::PyObject>) -> PyResult<()> {
    match e.downcast::<BaseExceptionGroup>() {
        None => out.push(e.as_ptr()),
        Some(g) => {
            ThreadState::current().check_recursion(" in collect_exception_group_leaf_ids")?;
            for e in g.exceptions().items() {
                leaves(e, out)?;
            }
        }
    }
    Ok(())
}

/// What is to be raised after all `except*` clauses of a statement have run: `excs` holds what they raised, what they
/// did not handle, and None; the original's structure is kept for what was raised there. None for nothing.
pub fn prep_reraise_star(original: &Obj, excs: &Obj) -> PyResult<Object> {
    let Some(list) = excs.downcast::<List>() else {
        bail!(SystemError, "the exceptions of except* are no list");
    };
    let all = list.to_vec();
    let Some(first) = all.first() else { return Ok(none().to_owned()) };
    if !original.is_a::<BaseExceptionGroup>() {
        // A lone exception was wrapped for the one clause that could match it.
        return Ok(first.clone());
    }
    let (mut raised, mut again) = (Vec::new(), Vec::new());
    for e in all.iter().filter(|e| !e.is_none()) {
        if same_origin(e, original) {
            leaves(e, &mut again)?;
        } else {
            raised.push(e.clone());
        }
    }
    let kept = if again.is_empty() { None } else { split(original, &Matcher::These(again), false)?.0 };
    if raised.is_empty() {
        return Ok(object(kept));
    }
    raised.extend(kept);
    if raised.len() == 1 { Ok(raised.remove(0)) } else { new_group("", raised) }
}

/// The view of an exception as a group.
pub fn as_group(e: &BaseException) -> Option<Ref<BaseExceptionGroup>> {
    e.downcast::<BaseExceptionGroup>().map(ToRef::to_ref)
}

/// The root of ordinary exceptions, as a native type.
pub type Ordinary = views::Exception;
