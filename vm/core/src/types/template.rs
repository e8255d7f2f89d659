//! Template strings (PEP 750): `string.templatelib.Template` and `Interpolation`.

use crate::error::PyResult;
use crate::interpreter::Interpreter;
use crate::object::native::Native;
use crate::object::{AsObj, Obj, Object, Ref, ToRef, alloc};
use crate::types::dict::Dict;
use crate::types::none::none;
use crate::types::ready::ready;
use crate::types::str_::Str;
use crate::types::support::{generic_alias, owned, push_repr};
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

type P = *mut abi::PyObject;

/// The body of a template: a tuple of strings and one of interpolations, one shorter.
#[repr(C)]
pub struct TemplateBody {
    pub ob_base: abi::PyObject,
    pub strings: P,
    pub interpolations: P,
}

/// Template strings.
/// ---
/// Template object
#[pytype(name = "string.templatelib.Template", body = TemplateBody, export = "_PyTemplate_Type", gc,
         refs(strings, interpolations))]
pub struct Template;

/// The body of an interpolation.
#[repr(C)]
pub struct InterpolationBody {
    pub ob_base: abi::PyObject,
    pub value: P,
    pub expression: P,
    pub conversion: P,
    pub format_spec: P,
}

/// A replacement field of a template string.
/// ---
/// Interpolation object
#[pytype(name = "string.templatelib.Interpolation", body = InterpolationBody, export = "_PyInterpolation_Type", gc,
         refs(value, expression, conversion, format_spec))]
pub struct Interpolation;

/// The body of a template's iterator.
#[repr(C)]
pub struct TemplateIterBody {
    pub ob_base: abi::PyObject,
    pub template: P,
    pub index: usize,
    pub at_interpolation: bool,
}

/// `iter(template)`: strings that are not empty and interpolations in turn.
/// ---
#[pytype(name = "string.templatelib.TemplateIter", body = TemplateIterBody, export = "_PyTemplateIter_Type", gc,
         refs(template), flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct TemplateIter;

/// Completes the types.
pub fn ready_all() -> PyResult<()> {
    ready::<Template>()?;
    ready::<TemplateIter>()?;
    ready::<Interpolation>()?;
    let names: [&'static Str; 4] = [sym!(value), sym!(expression), sym!(conversion), sym!(format_spec)];
    let names = Tuple::from_vec(names.iter().map(|n| owned(*n)).collect())?;
    Interpolation::type_object().dict().set(sym!(__match_args__), &names)
}

/// A template of a tuple of strings and a tuple of interpolations (`BUILD_TEMPLATE`).
pub fn new_template(strings: &Obj, interpolations: &Obj) -> PyResult<Object> {
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let t = alloc::new_body::<Template>()?;
        (*t.body()).strings = strings.to_owned().into_ptr();
        (*t.body()).interpolations = interpolations.to_owned().into_ptr();
        Ok(t.into_object())
    }
}

/// An interpolation (`BUILD_INTERPOLATION`): the conversion is 0 for none, 1 for `s`, 2 for `r`, 3 for `a`.
pub fn new_interpolation(
    value: &Obj,
    expression: &Obj,
    conversion: i32,
    format_spec: Option<&Obj>,
) -> PyResult<Object> {
    let conversion: &Obj = match conversion {
        0 => none(),
        1 => sym!(s),
        2 => sym!(r),
        3 => sym!(a),
        n => bail!(SystemError, "unexpected conversion {n}"),
    };
    make(value, expression, conversion, format_spec)
}

fn make(value: &Obj, expression: &Obj, conversion: &Obj, spec: Option<&Obj>) -> PyResult<Object> {
    let spec = match spec {
        Some(s) => s.to_owned(),
        None => Str::empty().into_object(),
    };
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let i = alloc::new_body::<Interpolation>()?;
        (*i.body()).value = value.to_owned().into_ptr();
        (*i.body()).expression = expression.to_owned().into_ptr();
        (*i.body()).conversion = conversion.to_owned().into_ptr();
        (*i.body()).format_spec = spec.into_ptr();
        Ok(i.into_object())
    }
}

impl Template {
    fn strings(&self) -> &Tuple {
        // SAFETY: a tuple from its creation on.
        unsafe { &*((*self.body()).strings as *const Tuple) }
    }

    fn interpolations(&self) -> &Tuple {
        // SAFETY: as above.
        unsafe { &*((*self.body()).interpolations as *const Tuple) }
    }
}

#[pymethods(members(
    ("strings", Py_T_OBJECT_EX, strings, abi::Py_READONLY, "Strings"),
    ("interpolations", Py_T_OBJECT_EX, interpolations, abi::Py_READONLY, "Interpolations"),
))]
impl Template {
    #[slot(tp_new)]
    fn new_slot(_cls: &Type, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            bail!(TypeError, "Template.__new__ only accepts *args arguments");
        }
        let mut strings: Vec<Object> = Vec::new();
        let mut fields = Vec::new();
        let mut pending: Option<Ref<Str>> = None;
        for a in args.items() {
            if let Some(s) = a.downcast::<Str>() {
                pending = Some(match pending {
                    None => s.to_ref(),
                    Some(p) => Str::concat(&p, s)?,
                });
            } else if a.is_a::<Interpolation>() {
                strings.push(pending.take().unwrap_or_else(Str::empty).into_object());
                fields.push(a.clone());
            } else {
                bail!(
                    TypeError,
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                    a.type_name()
                );
            }
        }
        strings.push(pending.unwrap_or_else(Str::empty).into_object());
        new_template(&*Tuple::from_vec(strings)?, &*Tuple::from_vec(fields)?)
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let mut out = TextBuf::from("Template(strings=");
        push_repr(&mut out, self.strings())?;
        out.push_str(", interpolations=");
        push_repr(&mut out, self.interpolations())?;
        out.push_str(")");
        Str::from_buf(out)
    }

    #[slot(tp_iter)]
    fn iter_slot(&self) -> PyResult<Ref<TemplateIter>> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let it = alloc::new_body::<TemplateIter>()?;
            (*it.body()).template = self.to_ref().into_ptr();
            Ok(it)
        }
    }

    #[slot(sq_concat)]
    fn concat_slot(&self, other: &Obj) -> PyResult<Object> {
        let Some(o) = other.downcast::<Template>() else {
            bail!(
                TypeError,
                "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                other.type_name()
            );
        };
        let (a, b) = (self.strings().items(), o.strings().items());
        let (Some((last, front)), Some((first, rest))) = (a.split_last(), b.split_first()) else {
            bail!(SystemError, "a template without strings");
        };
        let (Some(l), Some(f)) = (last.downcast::<Str>(), first.downcast::<Str>()) else {
            bail!(TypeError, "template strings must be str");
        };
        let mut strings = front.to_vec();
        strings.push(Str::concat(l, f)?.into_object());
        strings.extend(rest.iter().cloned());
        let fields =
            self.interpolations().items().iter().chain(o.interpolations().items()).cloned().collect();
        new_template(&*Tuple::from_vec(strings)?, &*Tuple::from_vec(fields)?)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let interp = Interpreter::current();
        let Some(import) = interp.builtins().get_str(sym!(__import__)).map(Obj::to_owned) else {
            bail!(ImportError, "__import__ not found");
        };
        let names = Tuple::from_array([owned(sym!(_template_unpickle))])?;
        let module = import.call(&[sym!("string.templatelib"), none(), none(), &names])?;
        let f = module.get_attr(sym!(_template_unpickle))?;
        let args = Tuple::from_array([owned(self.strings()), owned(self.interpolations())])?;
        Tuple::from_array([f, args.into_object()])
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }

    /// Values of interpolations
    #[getter]
    fn values(&self) -> PyResult<Ref<Tuple>> {
        let all = self.interpolations().items().iter();
        // SAFETY: interpolations only, each with a value.
        Tuple::from_vec(
            all.map(|i| unsafe { Ref::from_borrowed((*(i.as_raw() as *mut InterpolationBody)).value) })
                .collect(),
        )
    }
}

#[pymethods]
impl TemplateIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> Option<Object> {
        // SAFETY: own fields.
        unsafe {
            let b = self.body();
            let t = ((*b).template as *const Template).as_ref()?;
            loop {
                if (*b).at_interpolation {
                    (*b).at_interpolation = false;
                    let i = t.interpolations().items().get((*b).index)?.clone();
                    (*b).index += 1;
                    return Some(i);
                }
                let s = t.strings().items().get((*b).index)?;
                (*b).at_interpolation = true;
                if s.as_obj().downcast::<Str>().is_some_and(|s| !s.is_empty()) {
                    return Some(s.clone());
                }
            }
        }
    }
}

#[pymethods(members(
    ("value", Py_T_OBJECT_EX, value, abi::Py_READONLY, "Value"),
    ("expression", Py_T_OBJECT_EX, expression, abi::Py_READONLY, "Expression"),
    ("conversion", Py_T_OBJECT_EX, conversion, abi::Py_READONLY, "Conversion"),
    ("format_spec", Py_T_OBJECT_EX, format_spec, abi::Py_READONLY, "Format specifier"),
))]
impl Interpolation {
    #[slot(tp_new, sig = "(value, expression='', conversion=None, format_spec='')")]
    fn new_slot(
        _cls: &Type,
        value: &Obj,
        expression: Option<&Str>,
        conversion: Option<&Str>,
        format_spec: Option<&Str>,
    ) -> PyResult<Object> {
        if let Some(c) = conversion
            && !["s", "r", "a"].iter().any(|x| c.equals_str(x))
        {
            return Err(raise!(
                ValueError,
                "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
            ));
        }
        let empty = Str::empty();
        make(
            value,
            expression.unwrap_or(&empty),
            conversion.map_or(none(), |c| c.as_obj()),
            format_spec.map(|s| s.as_obj()),
        )
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let mut out = TextBuf::from("Interpolation(");
        for (i, part) in self.parts().iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            push_repr(&mut out, part)?;
        }
        out.push_str(")");
        Str::from_buf(out)
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let args = Tuple::from_vec(self.parts())?;
        Tuple::from_array([owned(self.ob_type()), args.into_object()])
    }

    /// See PEP 585
    #[classmethod(name = "__class_getitem__")]
    fn class_getitem(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

impl Interpolation {
    /// Value, expression, conversion and format specification.
    fn parts(&self) -> Vec<Object> {
        // SAFETY: filled at creation.
        unsafe {
            let b = self.body();
            [(*b).value, (*b).expression, (*b).conversion, (*b).format_spec]
                .into_iter()
                .map(|p| Ref::from_borrowed(p))
                .collect()
        }
    }
}
