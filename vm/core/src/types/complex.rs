//! `complex`: two C doubles in an object.

use crate::error::{PyResult, exc};
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::Obj;
use crate::object::{AsObj, Object, Ref, ToRef, alloc};
use crate::types::bool_::bool_obj;
use crate::types::exception::warn;
use crate::types::float::{Float, address_hash};
use crate::types::int::{Int, num_error};
use crate::types::none::not_implemented;
use crate::types::number_text::{LocaleText, padded, parse_spec, to_ascii_number};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_num::complex::{self as num, Complex as Parts, ParseError};
use std::cmp::Ordering;

/// The object, with the parts of its `Py_complex` as fields.
#[repr(C)]
pub struct ComplexBody {
    ob_base: abi::PyObject,
    real: f64,
    imag: f64,
}

const _: () = assert!(size_of::<ComplexBody>() == size_of::<abi::PyComplexObject>());
const _: () =
    assert!(std::mem::offset_of!(ComplexBody, real) == std::mem::offset_of!(abi::PyComplexObject, cval));

/// Complex numbers.
/// ---
/// Create a complex number from a string or numbers.
///
/// A string is parsed as a complex number, a single number converted to one.
/// With 'real' or 'imag', these are the components of the result.
#[pytype(
    name = "complex", body = ComplexBody, export = "PyComplex_Type", sig = "(real=0, imag=0)",
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Complex;

impl Complex {
    /// A complex object.
    pub fn new(value: Parts) -> PyResult<Ref<Complex>> {
        // SAFETY: a new body without references.
        unsafe {
            let o: Ref<Complex> = alloc::new_body()?;
            (*o.body()).real = value.real;
            (*o.body()).imag = value.imag;
            Ok(o)
        }
    }

    #[inline(always)]
    pub fn value(&self) -> Parts {
        // SAFETY: a live complex.
        unsafe { Parts::new((*self.body()).real, (*self.body()).imag) }
    }

    fn of_type(cls: &Type, value: Parts) -> PyResult<Object> {
        if std::ptr::eq(cls, Complex::type_object()) {
            return Complex::new(value).map(Ref::into_object);
        }
        // SAFETY: an instance of a subclass has a complex's body.
        unsafe {
            let o = crate::types::support::type_alloc(cls, 0)?;
            (*(o.as_raw() as *mut abi::PyComplexObject)).cval =
                abi::Py_complex { real: value.real, imag: value.imag };
            Ok(o)
        }
    }
}

/// The result of `o.__complex__()`, if it has that method.
pub fn special(o: &Obj) -> PyResult<Option<Parts>> {
    if let Some(c) = o.downcast_exact::<Complex>() {
        return Ok(Some(c.value()));
    }
    let Some(f) = o.lookup_special(sym!(__complex__))? else { return Ok(None) };
    let r = f.call(&[])?;
    let Some(c) = r.downcast::<Complex>() else {
        bail!(TypeError, "__complex__ returned non-complex (type {})", r.type_name());
    };
    if !r.is_exact::<Complex>() {
        let message = format!(
            "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of \
             complex is deprecated, and may be removed in a future version of Python.",
            r.type_name()
        );
        warn(exc::DeprecationWarning(), &message, 1)?;
    }
    Ok(Some(c.value()))
}

fn has_real_value(o: &Obj) -> bool {
    // SAFETY: a suite of the object's type.
    unsafe { o.ob_type().raw().tp_as_number.as_ref() }
        .is_some_and(|n| n.nb_float.is_some() || n.nb_index.is_some())
}

/// The value as C takes it (`PyComplex_AsCComplex`): complex, `__complex__`, or a real number.
pub fn to_complex(o: &Obj) -> PyResult<Parts> {
    if let Some(c) = o.downcast::<Complex>() {
        return Ok(c.value());
    }
    match special(o)? {
        Some(c) => Ok(c),
        None => Ok(Parts::new(o.as_f64()?, 0.0)),
    }
}

fn parse(s: &Str) -> PyResult<Parts> {
    num::parse(&to_ascii_number(s.text())).map_err(|e| match e {
        ParseError::Malformed => raise!(ValueError, "complex() arg is a malformed string"),
        ParseError::Underscore => match s.repr() {
            Ok(r) => raise!(ValueError, "could not convert string to complex: {}", r.to_string_lossy()),
            Err(e) => e,
        },
    })
}

/// `complex(x)`.
fn single(x: &Obj) -> PyResult<Parts> {
    if let Some(s) = x.downcast::<Str>() {
        return parse(s);
    }
    if let Some(c) = special(x)? {
        return Ok(c);
    }
    if let Some(c) = x.downcast::<Complex>() {
        return Ok(c.value());
    }
    if has_real_value(x) {
        return Ok(Parts::new(x.as_f64()?, 0.0));
    }
    Err(raise!(
        TypeError,
        "complex() argument must be a string or a number, not {}",
        crate::types::support::full_type_name(x.ob_type())
    ))
}

/// A component given by position or name: its value and whether it was complex itself.
fn component(o: &Obj, name: &str, with_method: bool) -> PyResult<(Parts, bool)> {
    let complex = match o.downcast::<Complex>() {
        Some(c) => Some(c.value()),
        None if with_method => special(o)?,
        None => None,
    };
    let shown = || {
        format!(
            "complex() argument '{name}' must be a real number, not {}",
            crate::types::support::full_type_name(o.ob_type())
        )
    };
    if let Some(c) = complex {
        warn(exc::DeprecationWarning(), &shown(), 1)?;
        return Ok((c, true));
    }
    if !has_real_value(o) {
        return Err(crate::error::raise_message(exc::TypeError(), &shown()));
    }
    Ok((Parts::new(o.as_f64()?, 0.0), false))
}

/// An operand: complex, real, or not a number.
enum Operand {
    Complex(Parts),
    Real(f64),
    Other,
}

fn operand(o: &Obj) -> PyResult<Operand> {
    if let Some(c) = o.downcast::<Complex>() {
        return Ok(Operand::Complex(c.value()));
    }
    if let Some(i) = Int::of(o) {
        return Ok(Operand::Real(i.to_f64()?));
    }
    Ok(o.downcast::<Float>().map_or(Operand::Other, |f| Operand::Real(f.value())))
}

/// Arithmetic with a real operand keeps the other's imaginary part apart, as C99 defines it.
fn arithmetic(
    a: &Obj,
    b: &Obj,
    both: fn(Parts, Parts) -> dovetail_num::Result<Parts>,
    with_real: fn(Parts, f64) -> dovetail_num::Result<Parts>,
    real_with: fn(f64, Parts) -> dovetail_num::Result<Parts>,
) -> PyResult<Object> {
    use Operand::*;
    let r = match (operand(a)?, operand(b)?) {
        (Complex(a), Complex(b)) => both(a, b),
        (Complex(a), Real(b)) => with_real(a, b),
        (Real(a), Complex(b)) => real_with(a, b),
        _ => return Ok(not_implemented().to_owned()),
    };
    self::Complex::new(r.map_err(num_error)?).map(Ref::into_object)
}

#[pymethods(members(
    ("real", Py_T_DOUBLE, real, abi::Py_READONLY, "the real part of a complex number"),
    ("imag", Py_T_DOUBLE, imag, abi::Py_READONLY, "the imaginary part of a complex number"),
))]
impl Complex {
    #[slot(tp_new, sig = "(real=0, imag=0)")]
    fn new_slot(cls: &Type, real: Option<&Obj>, imag: Option<&Obj>) -> PyResult<Object> {
        let value = match (real, imag) {
            (None, None) => Parts::new(0.0, 0.0),
            (Some(r), None) => {
                if r.is_exact::<Complex>() && std::ptr::eq(cls, Complex::type_object()) {
                    return Ok(r.to_owned());
                }
                single(r)?
            }
            (r, Some(i)) => {
                let (r, r_complex) = match r {
                    Some(r) => component(r, "real", true)?,
                    None => (Parts::default(), false),
                };
                let (i, i_complex) = component(i, "imag", false)?;
                let mut out = Parts::new(r.real, i.real);
                if i_complex {
                    out.real -= i.imag;
                }
                if r_complex {
                    out.imag += r.imag;
                }
                out
            }
        };
        Complex::of_type(cls, value)
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        Str::new(&num::repr(self.value()))
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> isize {
        num::hash(self.value(), address_hash(self) as i64) as isize
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let a = self.value();
        let equal = if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(not_implemented().to_owned());
        } else if let Some(i) = Int::of(other) {
            a.imag == 0.0 && dovetail_num::int::cmp_float(i.int_ref(), a.real) == Some(Ordering::Equal)
        } else if let Some(f) = other.downcast::<Float>() {
            a.imag == 0.0 && a.real == f.value()
        } else if let Some(c) = other.downcast::<Complex>() {
            a == c.value()
        } else {
            return Ok(not_implemented().to_owned());
        };
        Ok(bool_obj(equal == (op == CompareOp::Eq)).to_owned())
    }

    #[slot(nb_add)]
    fn add(a: &Obj, b: &Obj) -> PyResult<Object> {
        arithmetic(
            a,
            b,
            |a, b| Ok(num::add(a, b)),
            |a, b| Ok(Parts::new(a.real + b, a.imag)),
            |a, b| Ok(Parts::new(a + b.real, b.imag)),
        )
    }

    #[slot(nb_subtract)]
    fn sub(a: &Obj, b: &Obj) -> PyResult<Object> {
        arithmetic(
            a,
            b,
            |a, b| Ok(num::sub(a, b)),
            |a, b| Ok(Parts::new(a.real - b, a.imag)),
            |a, b| Ok(Parts::new(a - b.real, -b.imag)),
        )
    }

    #[slot(nb_multiply)]
    fn mul(a: &Obj, b: &Obj) -> PyResult<Object> {
        arithmetic(
            a,
            b,
            |a, b| Ok(num::mul(a, b)),
            |a, b| Ok(Parts::new(a.real * b, a.imag * b)),
            |a, b| Ok(Parts::new(a * b.real, a * b.imag)),
        )
    }

    #[slot(nb_true_divide)]
    fn true_div(a: &Obj, b: &Obj) -> PyResult<Object> {
        arithmetic(a, b, num::div, num::div_by_real, num::div_real)
    }

    #[slot(nb_power)]
    fn power(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
        use Operand::*;
        let parts = |o| match o {
            Complex(c) => Some(c),
            Real(r) => Some(Parts::new(r, 0.0)),
            Other => None,
        };
        let (Some(x), Some(y)) = (parts(operand(a)?), parts(operand(b)?)) else {
            return Ok(not_implemented().to_owned());
        };
        if !c.is_none() {
            bail!(ValueError, "complex modulo");
        }
        self::Complex::new(num::pow(x, y).map_err(num_error)?).map(Ref::into_object)
    }

    #[slot(nb_negative)]
    fn negative_slot(&self) -> PyResult<Ref<Complex>> {
        Complex::new(-self.value())
    }

    #[slot(nb_positive)]
    fn positive_slot(&self) -> PyResult<Ref<Complex>> {
        if self.is_exact::<Complex>() { Ok(self.to_ref()) } else { Complex::new(self.value()) }
    }

    #[slot(nb_absolute)]
    fn absolute_slot(&self) -> PyResult<f64> {
        num::abs(self.value()).map_err(num_error)
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> bool {
        let v = self.value();
        v.real != 0.0 || v.imag != 0.0
    }

    /// Convert number to a complex floating-point number.
    #[classmethod]
    fn from_number(cls: &Type, number: &Obj) -> PyResult<Object> {
        let exact = std::ptr::eq(cls, Complex::type_object());
        if number.is_exact::<Complex>() && exact {
            return Ok(number.to_owned());
        }
        let c = Complex::new(to_complex(number)?)?;
        if exact { Ok(c.into_object()) } else { cls.call(&[c.as_obj()]) }
    }

    /// Convert this value to exact type complex.
    #[method]
    fn __complex__(&self) -> PyResult<Ref<Complex>> {
        self.positive_slot()
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[method]
    fn conjugate(&self) -> PyResult<Ref<Complex>> {
        let v = self.value();
        Complex::new(Parts::new(v.real, -v.imag))
    }

    #[method]
    fn __getnewargs__(&self) -> PyResult<Ref<Tuple>> {
        let v = self.value();
        Tuple::from_array([Float::new(v.real)?.into_object(), Float::new(v.imag)?.into_object()])
    }

    /// Convert to a string according to format_spec.
    #[method]
    fn __format__(&self, format_spec: &Str) -> PyResult<Ref<Str>> {
        if format_spec.is_empty() {
            return if self.is_exact::<Complex>() { self.repr_slot() } else { self.str_() };
        }
        let spec = parse_spec(format_spec, "complex", None)?;
        let locale = LocaleText::of(&spec);
        let p = dovetail_num::format_spec::format_complex(
            self.value(),
            &spec,
            self.type_name(),
            &locale.as_locale(),
        );
        padded(p.map_err(num_error)?)
    }
}
