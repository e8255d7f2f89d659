//! `types.GenericAlias` (`list[int]`), and the substitution of type parameters that unions share (PEP 585, 646).

use crate::error::{PyResult, exc};
use crate::object::call;
use crate::object::convert::CompareOp;
use crate::object::obj::Obj;
use crate::object::{AsObj, Native, Object, Ref, ToRef, alloc};
use crate::types::bool_::bool_obj;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::none::{NoneType, ellipsis, not_implemented};
use crate::types::str_::Str;
use crate::types::support::{builtin, owned, push_repr, reduce_iter, type_alloc};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// An alias: the class, its arguments, the type variables among them once asked for.
#[repr(C)]
pub struct GenericAliasBody {
    pub ob_base: abi::PyObject,
    pub origin: *mut abi::PyObject,
    pub args: *mut abi::PyObject,
    pub parameters: *mut abi::PyObject,
    pub weakreflist: *mut abi::PyObject,
    /// Is this `*tuple[...]`?
    pub starred: bool,
    pub vectorcall: abi::vectorcallfunc,
}

/// Parameterized classes.
/// ---
/// Represent a PEP 585 generic type
///
/// For t = list[int], t.__origin__ is list and t.__args__ is (int,).
#[pytype(
    name = "types.GenericAlias", body = GenericAliasBody, export = "Py_GenericAliasType",
    refs(origin, args, parameters), gc, weaklist = weakreflist, vectorcall = vectorcall, sig = "(origin, args, /)",
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct GenericAlias;

/// Calls the class and tells the new instance of its arguments.
unsafe extern "C" fn call_origin(
    slf: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: the vectorcall protocol.
    unsafe {
        let alias = &*(slf as *const GenericAlias);
        let r = call::vectorcall(&alias.origin(), args, nargsf, kwnames).and_then(|o| {
            alias.mark_instance(&o)?;
            Ok(o)
        });
        crate::object::native::result_ptr(r)
    }
}

unsafe fn fill(o: &Object, origin: &Obj, args: Ref<Tuple>, starred: bool) {
    // SAFETY: a new instance.
    unsafe {
        let b = o.as_raw() as *mut GenericAliasBody;
        (*b).origin = origin.to_owned().into_ptr();
        (*b).args = args.into_ptr();
        (*b).starred = starred;
        (*b).vectorcall = Some(call_origin);
    }
}

fn as_tuple(args: &Obj) -> PyResult<Ref<Tuple>> {
    match args.downcast::<Tuple>() {
        Some(t) => Ok(t.to_ref()),
        None => Tuple::from_slice(&[args]),
    }
}

impl GenericAlias {
    /// `origin[args]`; arguments that are no tuple count as one.
    pub fn new(origin: &Obj, args: &Obj) -> PyResult<Ref<GenericAlias>> {
        GenericAlias::make(origin, as_tuple(args)?, false)
    }

    fn make(origin: &Obj, args: Ref<Tuple>, starred: bool) -> PyResult<Ref<GenericAlias>> {
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let a = alloc::new_body::<GenericAlias>()?.into_object();
            fill(&a, origin, args, starred);
            Ok(a.cast_into_unchecked())
        }
    }

    pub fn origin(&self) -> Object {
        // SAFETY: never NULL while anybody can call.
        unsafe { Ref::from_borrowed((*self.body()).origin) }
    }

    pub fn args(&self) -> Ref<Tuple> {
        // SAFETY: as above.
        unsafe { Ref::from_borrowed((*self.body()).args) }
    }

    pub fn is_starred(&self) -> bool {
        // SAFETY: own field.
        unsafe { (*self.body()).starred }
    }

    /// The type variables among the arguments.
    pub fn parameters(&self) -> PyResult<Ref<Tuple>> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            if (*b).parameters.is_null() {
                let p = make_parameters(self.args().items())?;
                crate::object::obj::replace(&raw mut (*b).parameters, Some(p.into_object()));
            }
            Ok(Ref::from_borrowed((*b).parameters))
        }
    }

    fn mark_instance(&self, o: &Obj) -> PyResult<()> {
        match o.set_attr(sym!(__orig_class__), self) {
            Err(e) if e.matches(exc::AttributeError()) || e.matches(exc::TypeError()) => {
                e.clear();
                Ok(())
            }
            r => r,
        }
    }
}

/// How a type is written inside brackets and unions: `int`, `collections.OrderedDict`, `...`, `list[int]`.
pub fn push_type_repr(out: &mut TextBuf, t: &Obj) -> PyResult<()> {
    if t.is(ellipsis()) {
        out.push_str("...");
        return Ok(());
    }
    if t.is(NoneType::type_object()) {
        out.push_str("None");
        return Ok(());
    }
    if t.get_attr_opt(sym!(__origin__))?.is_some() && t.get_attr_opt(sym!(__args__))?.is_some() {
        return push_repr(out, t);
    }
    let Some(name) = t.get_attr_opt(sym!(__qualname__))? else { return push_repr(out, t) };
    let module = t.get_attr_opt(sym!(__module__))?.filter(|m| !m.is_none());
    let Some(module) = module else { return push_repr(out, t) };
    if !module.downcast::<Str>().is_some_and(|m| m.equals_str("builtins")) {
        out.push_text(module.str_()?.text());
        out.push_str(".");
    }
    out.push_text(name.str_()?.text());
    Ok(())
}

fn push_argument(out: &mut TextBuf, a: &Obj) -> PyResult<()> {
    let Some(list) = a.downcast::<List>() else { return push_type_repr(out, a) };
    out.push_str("[");
    let mut i = 0;
    while let Some(x) = list.get(i) {
        if i > 0 {
            out.push_str(", ");
        }
        push_type_repr(out, &x)?;
        i += 1;
    }
    out.push_str("]");
    Ok(())
}

/// The type variables in `args`, each once, in order of appearance.
pub fn make_parameters(args: &[Object]) -> PyResult<Ref<Tuple>> {
    let mut found = Vec::new();
    collect_parameters(args, &mut found)?;
    Tuple::from_vec(found)
}

fn collect_parameters(args: &[Object], found: &mut Vec<Object>) -> PyResult<()> {
    crate::thread::ThreadState::current().check_recursion(" in __parameter__ calculation")?;
    fn add(found: &mut Vec<Object>, x: &Object) {
        if !found.iter().any(|f| f.is(x)) {
            found.push(x.clone());
        }
    }
    for a in args {
        if a.is_a::<Type>() {
            continue;
        }
        if let Some(t) = a.downcast_exact::<Tuple>() {
            collect_parameters(t.items(), found)?;
        } else if let Some(l) = a.downcast_exact::<List>() {
            collect_parameters(&l.to_vec(), found)?;
        } else if a.get_attr_opt(sym!(__typing_subst__))?.is_some() {
            add(found, a);
        } else if let Some(p) = a.get_attr_opt(sym!(__parameters__))?
            && let Some(p) = p.downcast::<Tuple>()
        {
            p.items().iter().for_each(|x| add(found, x));
        }
    }
    Ok(())
}

fn position(parameters: &Tuple, x: &Obj) -> Option<usize> {
    parameters.items().iter().position(|p| p.is(x))
}

/// The arguments in brackets, with `*tuple[...]` spread out.
fn unpack_arguments(item: &Obj) -> PyResult<Ref<Tuple>> {
    let given = as_tuple(item)?;
    let mut out = Vec::with_capacity(given.len());
    for x in given.items() {
        if !x.is_a::<Type>()
            && let Some(inner) = x.get_attr_opt(sym!(__typing_unpacked_tuple_args__))?
            && let Some(t) = inner.downcast::<Tuple>()
            && !t.items().last().is_some_and(|l| l.is(ellipsis()))
        {
            out.extend(t.items().iter().cloned());
            continue;
        }
        out.push(x.clone());
    }
    Tuple::from_vec(out)
}

/// The arguments `args` of `slf` with its type variables `parameters` replaced by what `item` gives for them.
pub fn substitute(slf: &Obj, args: &Tuple, parameters: &Tuple, item: &Obj) -> PyResult<Ref<Tuple>> {
    if parameters.is_empty() {
        bail!(TypeError, "{} is not a generic class", slf.repr()?.to_string_lossy());
    }
    let mut item = unpack_arguments(item)?.into_object();
    for p in parameters.items() {
        if let Some(prepare) = p.get_attr_opt(sym!(__typing_prepare_subst__))?
            && !prepare.is_none()
        {
            let t = as_tuple(&item)?;
            item = prepare.call(&[slf, t.as_obj()])?;
        }
    }
    let given = as_tuple(&item)?;
    if given.len() != parameters.len() {
        let how = if given.len() > parameters.len() { "many" } else { "few" };
        bail!(
            TypeError,
            "Too {how} arguments for {}; actual {}, expected {}",
            slf.repr()?.to_string_lossy(),
            given.len(),
            parameters.len()
        );
    }
    substitute_all(args.items(), parameters, &given)
}

fn substitute_all(args: &[Object], parameters: &Tuple, given: &Tuple) -> PyResult<Ref<Tuple>> {
    let mut out: Vec<Object> = Vec::with_capacity(args.len());
    for a in args {
        if a.is_a::<Type>() {
            out.push(a.clone());
            continue;
        }
        if let Some(t) = a.downcast_exact::<Tuple>() {
            out.push(substitute_all(t.items(), parameters, given)?.into_object());
            continue;
        }
        if let Some(l) = a.downcast_exact::<List>() {
            let t = substitute_all(&l.to_vec(), parameters, given)?;
            out.push(List::from_vec(t.items().to_vec())?.into_object());
            continue;
        }
        let unpack = match a.get_attr_opt(sym!(__typing_is_unpacked_typevartuple__))? {
            Some(v) => v.is_true()?,
            None => false,
        };
        let new = match a.get_attr_opt(sym!(__typing_subst__))? {
            Some(subst) => {
                let Some(i) = position(parameters, a) else {
                    bail!(SystemError, "a type variable is missing from the parameters");
                };
                subst.call(&[given.get(i)])?
            }
            None => substitute_inside(a, parameters, given)?,
        };
        if !unpack {
            out.push(new);
            continue;
        }
        let Some(t) = new.downcast::<Tuple>() else {
            let (a, new) = (a.type_name(), new.type_name());
            bail!(TypeError, "expected __typing_subst__ of {a} objects to return a tuple, not {new}");
        };
        out.extend(t.items().iter().cloned());
    }
    Tuple::from_vec(out)
}

/// An argument that has type variables of its own: `list[T]` in `dict[str, list[T]]`.
fn substitute_inside(a: &Object, parameters: &Tuple, given: &Tuple) -> PyResult<Object> {
    let own = a.get_attr_opt(sym!(__parameters__))?;
    let Some(own) = own.as_ref().and_then(|p| p.downcast::<Tuple>()).filter(|p| !p.is_empty()) else {
        return Ok(a.clone());
    };
    let mut values = Vec::with_capacity(own.len());
    for p in own.items() {
        let Some(i) = position(parameters, p) else {
            values.push(p.clone());
            continue;
        };
        let value = given.get(i);
        // A variable-length variable stands for all of its tuple.
        if parameters.get(i).ob_type().raw().tp_iter.is_some()
            && let Some(t) = value.downcast::<Tuple>()
        {
            values.extend(t.items().iter().cloned());
        } else {
            values.push(value.to_owned());
        }
    }
    a.get_item(&*Tuple::from_vec(values)?)
}

/// Attributes that an alias has itself; all others are its class's.
const OWN: [&str; 11] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];
/// Attributes that neither gives.
const BLOCKED: [&str; 2] = ["__bases__", "__file__"];

#[pymethods(members(
    ("__origin__", _Py_T_OBJECT, origin, abi::Py_READONLY, ""),
    ("__args__", _Py_T_OBJECT, args, abi::Py_READONLY, ""),
    ("__unpacked__", Py_T_BOOL, starred, abi::Py_READONLY, ""),
))]
impl GenericAlias {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "GenericAlias() takes no keyword arguments");
        }
        let [origin, arguments] = args.items() else {
            bail!(TypeError, "GenericAlias expected 2 arguments, got {}", args.len());
        };
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let arguments = as_tuple(arguments)?;
            let o = type_alloc(cls, 0)?;
            fill(&o, origin, arguments, false);
            Ok(o)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn keep(_: *mut abi::PyObject) -> std::ffi::c_int {
        // The class and the arguments break the cycles that an alias is part of.
        0
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let mut out = TextBuf::with_capacity(32);
        if self.is_starred() {
            out.push_str("*");
        }
        push_type_repr(&mut out, &self.origin())?;
        out.push_str("[");
        let args = self.args();
        for (i, a) in args.items().iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            push_argument(&mut out, a)?;
        }
        if args.is_empty() {
            // `tuple[()]`: the arguments are an empty tuple.
            out.push_str("()");
        }
        out.push_str("]");
        Str::from_buf(out)
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        let h = self.origin().hash()? ^ self.args().hash()?;
        Ok(if h == -1 { -2 } else { h })
    }

    #[slot(tp_call)]
    fn call_slot_(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let o = self.origin().call_dict(args, kwargs)?;
        self.mark_instance(&o)?;
        Ok(o)
    }

    #[slot(tp_getattro)]
    fn getattro_slot(&self, name: &Obj) -> PyResult<Object> {
        let name = crate::object::abstract_::attribute_name(name)?;
        if OWN.iter().chain(&BLOCKED).any(|n| name.equals_str(n)) {
            return crate::types::object_::generic_getattr(self, name);
        }
        self.origin().get_attr(name)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(o), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<GenericAlias>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        let equal = self.is_starred() == o.is_starred()
            && self.origin().equals(&o.origin())?
            && self.args().equals(&o.args())?;
        Ok(bool_obj(equal == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<GenericAliasIter>> {
        GenericAliasIter::new(self)
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        crate::types::union::type_or(a, b)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, item: &Obj) -> PyResult<Object> {
        let args = substitute(self, &self.args(), &*self.parameters()?, item)?;
        Ok(GenericAlias::make(&self.origin(), args, self.is_starred())?.into_object())
    }

    #[method(name = "__mro_entries__")]
    fn mro_entries(&self, _object: &Obj) -> PyResult<Ref<Tuple>> {
        Tuple::from_vec(vec![self.origin()])
    }

    #[method(name = "__instancecheck__")]
    fn instancecheck(&self, _object: &Obj) -> PyResult<bool> {
        bail!(TypeError, "isinstance() argument 2 cannot be a parameterized generic")
    }

    #[method(name = "__subclasscheck__")]
    fn subclasscheck(&self, _object: &Obj) -> PyResult<bool> {
        bail!(TypeError, "issubclass() argument 2 cannot be a parameterized generic")
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let (function, args) = if self.is_starred() {
            let plain = GenericAlias::make(&self.origin(), self.args(), false)?;
            (builtin(sym!(next))?, Tuple::from_vec(vec![plain.iter()?])?)
        } else {
            (owned(self.ob_type()), Tuple::from_vec(vec![self.origin(), self.args().into_object()])?)
        };
        Ok(Tuple::from_vec(vec![function, args.into_object()])?.into_object())
    }

    #[method(name = "__dir__")]
    fn dir(&self) -> PyResult<Ref<List>> {
        let names = crate::object::abstract_::dir(&self.origin())?;
        for n in OWN {
            let n = Str::intern(n)?;
            if !names.contains(&n)? {
                names.push(n.into_object())?;
            }
        }
        Ok(names)
    }

    /// Type variables in the GenericAlias.
    #[getter(name = "__parameters__")]
    fn parameters_getter(&self) -> PyResult<Ref<Tuple>> {
        self.parameters()
    }

    #[getter(name = "__typing_unpacked_tuple_args__")]
    fn unpacked_tuple_args(&self) -> Option<Object> {
        (self.is_starred() && self.origin().is(Tuple::type_object())).then(|| self.args().into_object())
    }
}

/// What `iter(alias)` holds: the alias, until its one item is given out.
#[repr(C)]
pub struct AliasIterBody {
    pub ob_base: abi::PyObject,
    pub alias: *mut abi::PyObject,
}

/// `iter(list[int])`, which gives `*list[int]` once.
#[pytype(name = "generic_alias_iterator", body = AliasIterBody, export = "_Py_GenericAliasIterType", refs(alias), gc)]
pub struct GenericAliasIter;

impl GenericAliasIter {
    fn new(alias: &GenericAlias) -> PyResult<Ref<GenericAliasIter>> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let it = alloc::new_body::<GenericAliasIter>()?;
            (*it.body()).alias = alias.to_ref().into_ptr();
            Ok(it)
        }
    }
}

#[pymethods]
impl GenericAliasIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: NULL or an owned alias.
        unsafe {
            let Some(alias) = ((*self.body()).alias as *const GenericAlias).as_ref() else { return Ok(None) };
            let starred = GenericAlias::make(&alias.origin(), alias.args(), true)?;
            crate::object::obj::clear(&raw mut (*self.body()).alias);
            Ok(Some(starred.into_object()))
        }
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        let function = builtin(sym!(iter))?;
        // SAFETY: NULL or an owned alias.
        unsafe {
            let p = (*self.body()).alias;
            if p.is_null() {
                return reduce_iter(function, Tuple::empty().into_object(), None);
            }
            reduce_iter(function, Ref::from_borrowed(p), None)
        }
    }
}
