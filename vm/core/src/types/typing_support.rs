//! What the types of `_typing` share: calls into the module `typing`, the caller's module, constant evaluators.

use crate::error::PyResult;
use crate::interp::frame::Frame;
use crate::object::alloc;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::function::Function;
use crate::types::genericalias::push_type_repr;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

type P = *mut abi::PyObject;

/// The format that asks an evaluator for source text (`annotationlib.Format.STRING`).
const FORMAT_STRING: i64 = 4;

/// `typing.name(*args)`.
pub fn typing_call(name: &Str, args: &[&Obj]) -> PyResult<Object> {
    typing()?.call_method(name, args)
}

/// The module `typing`.
pub fn typing() -> PyResult<Object> {
    crate::import::import_module("typing")
}

/// The module name of the Python function that is running, or None.
pub fn caller_module() -> Object {
    let f = Frame::first_complete(ThreadState::current().frame());
    if f.is_null() {
        return none().to_owned();
    }
    // SAFETY: a complete frame's function is alive.
    unsafe {
        let word = (*f).function;
        if word.is_null() || !word.obj().is_exact::<Function>() {
            return none().to_owned();
        }
        let module = (*(word.ptr() as *mut abi::PyFunctionObject)).func_module;
        if module.is_null() { none().to_owned() } else { Ref::from_borrowed(module) }
    }
}

/// `typing._type_check(arg, message)`.
pub fn type_check(arg: &Obj, message: &str) -> PyResult<Object> {
    let message = Str::new(message)?;
    typing_call(sym!(_type_check), &[arg, message.as_obj()])
}

/// Calls an evaluator function for values, which is the format of its one parameter's default.
pub fn evaluate(f: &Obj) -> PyResult<Object> {
    f.call(&[])
}

/// Does the iterable of type parameters hold `TypeVarTuple`s as their unpacked selves? They are replaced.
pub fn unpacked(params: &Tuple) -> PyResult<Ref<Tuple>> {
    let is_tvt = |o: &Object| o.is_exact::<crate::types::typevartuple::TypeVarTuple>();
    if !params.items().iter().any(is_tvt) {
        return Ok(crate::object::ToRef::to_ref(params));
    }
    let mut out = Vec::new();
    for p in params.items() {
        out.push(if is_tvt(p) { unpack(p)? } else { p.clone() });
    }
    Tuple::from_vec(out)
}

/// `typing.Unpack[o]`.
pub fn unpack(o: &Obj) -> PyResult<Object> {
    typing()?.get_attr(sym!(Unpack))?.get_item(o)
}

/// `*o`: an iterator over `Unpack[o]` alone.
pub fn unpack_iter(o: &Obj) -> PyResult<Object> {
    Tuple::from_array([unpack(o)?])?.as_obj().iter()
}

/// The owned field at `p`.
///
/// # Safety
/// `*p` is NULL or an owned object.
pub unsafe fn field(p: P) -> Option<Object> {
    // SAFETY: the caller's promise.
    unsafe { (p as *const Obj).as_ref().map(Obj::to_owned) }
}

/// A value that may be evaluated late: the cached value, or what `evaluator` gives now and is kept.
///
/// # Safety
/// Both are fields of a live object, NULL or owned.
pub unsafe fn lazy(value: *mut P, evaluator: P) -> PyResult<Option<Object>> {
    // SAFETY: the caller's promise; the evaluator is kept alive while it runs.
    unsafe {
        if let Some(v) = field(*value) {
            return Ok(Some(v));
        }
        let Some(f) = field(evaluator) else { return Ok(None) };
        let v = evaluate(&f)?;
        crate::object::obj::replace(value, Some(v.clone()));
        Ok(Some(v))
    }
}

/// The evaluator of a value: the given function, or one that answers with the value there is.
///
/// # Safety
/// As `lazy`.
pub unsafe fn evaluator(value: P, evaluator: P) -> PyResult<Option<Object>> {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(f) = field(evaluator) {
            return Ok(Some(f));
        }
        match field(value) {
            Some(v) => ConstEvaluator::make(&v).map(Some),
            None => Ok(None),
        }
    }
}

/// Body of `ConstEvaluator`.
#[repr(C)]
pub struct ConstBody {
    ob_base: abi::PyObject,
    value: P,
}

/// An evaluator of a value that is there already.
#[pytype(name = "_typing._ConstEvaluator", body = ConstBody, gc, refs(value))]
pub struct ConstEvaluator;

impl ConstEvaluator {
    fn make(value: &Obj) -> PyResult<Object> {
        // SAFETY: the field owns what it gets.
        unsafe {
            let e = alloc::new_body::<ConstEvaluator>()?;
            (*e.body()).value = value.to_owned().into_ptr();
            Ok(e.into_object())
        }
    }

    fn value(&self) -> &Obj {
        // SAFETY: always filled.
        unsafe { Obj::from_ptr((*self.body()).value) }
    }
}

#[pymethods]
impl ConstEvaluator {
    #[slot(tp_repr)]
    fn show(&self) -> PyResult<String> {
        Ok(format!("<constevaluator {}>", self.value().repr()?.to_string_lossy()))
    }

    #[slot(tp_call)]
    fn call_slot(&self, args: &Tuple, kwargs: Option<&crate::types::dict::Dict>) -> PyResult<Object> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "constevaluator.__call__() takes no keyword arguments");
        }
        if args.len() != 1 {
            bail!(TypeError, "constevaluator.__call__() takes exactly 1 argument ({} given)", args.len());
        }
        if args.get(0).as_i64()? != FORMAT_STRING {
            return Ok(self.value().to_owned());
        }
        let mut out = TextBuf::with_capacity(0);
        match self.value().downcast_exact::<Tuple>() {
            Some(t) => {
                out.push_str("(");
                for (i, item) in t.items().iter().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    push_type_repr(&mut out, item)?;
                }
                out.push_str(")");
            }
            None => push_type_repr(&mut out, self.value())?,
        }
        Ok(Str::from_buf(out)?.into_object())
    }
}

/// `typing.Generic[params]` for the bases of a generic class (`INTRINSIC_SUBSCRIPT_GENERIC`).
pub fn subscript_generic(params: &Obj) -> PyResult<Object> {
    let Some(params) = params.downcast::<Tuple>() else {
        bail!(SystemError, "type parameters must be a tuple");
    };
    let generic = <crate::types::typing_module::Generic as crate::object::Native>::type_object();
    let params = unpacked(params)?;
    typing_call(sym!(_GenericAlias), &[generic.as_obj(), params.as_obj()])
}
