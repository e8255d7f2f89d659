//! `float`: a C double in an object. Free cells are kept by the thread, linked through their first word.

use crate::error::{PyResult, no_memory};
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::{Head, Obj};
use crate::object::{AsObj, Object, Ref, ToRef, alloc};
use crate::thread::ThreadState;
use crate::types::bool_::bool_obj;
use crate::types::int::{Int, num_error};
use crate::types::none::not_implemented;
use crate::types::number_text::{LocaleText, padded, parse_spec, to_ascii_number, with_buffer};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use dovetail_num::complex::Complex as Parts;
use dovetail_num::{float as num, int as big};

/// Floating-point numbers.
/// ---
/// Turn a string or a number into a floating-point number, if possible.
#[pytype(
    name = "float", body = abi::PyFloatObject, export = "PyFloat_Type", sig = "(x=0, /)",
    flags = abi::Py_TPFLAGS_BASETYPE | abi::_Py_TPFLAGS_MATCH_SELF,
)]
pub struct Float;

#[cold]
fn new_cell() -> PyResult<*mut abi::PyFloatObject> {
    // SAFETY: fresh memory of the object's size.
    unsafe {
        let p = alloc::malloc(size_of::<abi::PyFloatObject>()) as *mut abi::PyFloatObject;
        if p.is_null() {
            return Err(no_memory());
        }
        alloc::init(p.cast(), Float::type_object());
        Ok(p)
    }
}

impl Float {
    /// A float object.
    #[inline(always)]
    pub fn new(value: f64) -> PyResult<Ref<Float>> {
        let ts = ThreadState::current();
        let p = ts.free_floats.get() as *mut abi::PyFloatObject;
        // SAFETY: cells of the list are linked through their first word and keep their type.
        unsafe {
            let p = if p.is_null() {
                new_cell()?
            } else {
                ts.free_floats.set(*(p as *mut *mut abi::PyObject));
                (p as *mut u64).write(1);
                p
            };
            (*p).ob_fval = value;
            Ok(Ref::from_owned(p))
        }
    }

    #[inline(always)]
    pub fn value(&self) -> f64 {
        // SAFETY: a live float.
        unsafe { (*self.body()).ob_fval }
    }

    /// `a ** b`, which is complex for a negative base and a fractional exponent.
    pub fn power_of(a: f64, b: f64) -> PyResult<Object> {
        match num::pow(a, b).map_err(num_error)? {
            num::Power::Real(v) => Float::new(v).map(Ref::into_object),
            num::Power::Complex => {
                let z =
                    dovetail_num::complex::pow(Parts::new(a, 0.0), Parts::new(b, 0.0)).map_err(num_error)?;
                crate::types::complex::Complex::new(z).map(Ref::into_object)
            }
        }
    }

    /// The float that a string holds (`PyFloat_FromString` of a str).
    pub fn parse_str(s: &Str) -> PyResult<f64> {
        num::parse(&to_ascii_number(s.text())).ok_or_else(|| not_a_float(s))
    }
}

/// `float()` of any object, as a C double.
pub fn to_double(o: &Obj) -> PyResult<f64> {
    if let Some(f) = o.downcast_exact::<Float>() {
        return Ok(f.value());
    }
    if let Some(s) = o.downcast_exact::<Str>() {
        return Float::parse_str(s);
    }
    // SAFETY: a suite of the object's type.
    let n = unsafe { o.ob_type().raw().tp_as_number.as_ref() };
    if n.is_some_and(|n| n.nb_float.is_some() || n.nb_index.is_some()) {
        return o.to_f64_by_method();
    }
    if let Some(s) = o.downcast::<Str>() {
        return Float::parse_str(s);
    }
    match with_buffer(o, num::parse)? {
        Some(Some(v)) => Ok(v),
        Some(None) => Err(not_a_float(o)),
        None => Err(raise!(
            TypeError,
            "float() argument must be a string or a real number, not '{}'",
            o.type_name()
        )),
    }
}

#[cold]
fn not_a_float(o: &Obj) -> crate::Raised {
    match o.repr() {
        Ok(r) => {
            let mut text = dovetail_text::TextBuf::with_capacity(r.len() + 40);
            text.push_str("could not convert string to float: ");
            text.push_text(r.text());
            match Str::from_buf(text) {
                Ok(s) => crate::error::raise_with(crate::error::exc::ValueError(), &s),
                Err(e) => e,
            }
        }
        Err(e) => e,
    }
}

/// An operand as a double; `None` when it is neither float nor int.
#[inline(always)]
fn operand(o: &Obj) -> PyResult<Option<f64>> {
    if let Some(f) = o.downcast_exact::<Float>() {
        return Ok(Some(f.value()));
    }
    if let Some(i) = Int::of(o) {
        return i.to_f64().map(Some);
    }
    Ok(o.downcast::<Float>().map(Float::value))
}

macro_rules! doubles {
    ($a:ident, $b:ident) => {{
        let (Some(x), Some(y)) = (operand($a)?, operand($b)?) else {
            return Ok(not_implemented().to_owned());
        };
        (x, y)
    }};
}

#[inline(always)]
fn double(v: f64) -> PyResult<Object> {
    Float::new(v).map(Ref::into_object)
}

fn checked(v: dovetail_num::Result<f64>) -> PyResult<Object> {
    match v {
        Ok(v) => double(v),
        Err(e) => Err(num_error(e)),
    }
}

fn integer(v: dovetail_num::Result<dovetail_num::Int>) -> PyResult<Ref<Int>> {
    Int::from_big(v.map_err(num_error)?)
}

/// The hash of an object by its address, which NaNs have.
pub(crate) fn address_hash(o: &Obj) -> isize {
    let h = (o.as_ptr() as usize).rotate_right(4) as isize;
    if h == -1 { -2 } else { h }
}

#[pymethods]
impl Float {
    #[slot(tp_new, sig = "(x=0, /)")]
    fn new_slot(cls: &Type, x: Option<&Obj>) -> PyResult<Object> {
        if std::ptr::eq(cls, Float::type_object()) {
            return match x {
                Some(x) if x.is_exact::<Float>() => Ok(x.to_owned()),
                Some(x) => double(to_double(x)?),
                None => double(0.0),
            };
        }
        let value = x.map_or(Ok(0.0), to_double)?;
        // SAFETY: an instance of a subclass has a float's body.
        unsafe {
            let o = crate::types::support::type_alloc(cls, 0)?;
            (*(o.as_raw() as *mut abi::PyFloatObject)).ob_fval = value;
            Ok(o)
        }
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        // SAFETY: the vectorcall protocol.
        crate::object::native::result_ptr(unsafe { Float::called(cls, args, nargsf, kwnames) })
    }

    /// A call of the type.
    unsafe fn called(
        _cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> PyResult<Object> {
        let n = nargsf & !crate::object::call::ARGUMENTS_OFFSET;
        // SAFETY: the vectorcall protocol.
        unsafe {
            if !kwnames.is_null() && !(*(kwnames as *const Tuple)).is_empty() {
                bail!(TypeError, "float() takes no keyword arguments");
            }
            match n {
                0 => double(0.0),
                1 if Obj::from_ptr(*args).is_exact::<Float>() => Ok(Obj::from_ptr(*args).to_owned()),
                1 => double(to_double(Obj::from_ptr(*args))?),
                _ => bail!(TypeError, "float expected at most 1 argument, got {n}"),
            }
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            let ty = (*(o as *mut Head)).ob_type;
            if std::ptr::eq(ty, Float::TYPE_POINTER) {
                let ts = ThreadState::current();
                *(o as *mut *mut abi::PyObject) = ts.free_floats.get();
                ts.free_floats.set(o);
                crate::object::cells::freed(ts);
            } else if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        Str::new(&num::repr(self.value()))
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> isize {
        match num::hash(self.value()) {
            Some(h) => h as isize,
            None => address_hash(self),
        }
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let a = self.value();
        let order = if let Some(b) = other.downcast::<Float>() {
            a.partial_cmp(&b.value())
        } else if let Some(i) = Int::of(other) {
            big::cmp_float(i.int_ref(), a).map(std::cmp::Ordering::reverse)
        } else {
            return Ok(not_implemented().to_owned());
        };
        let holds = match order {
            Some(o) => op.holds(o),
            None => op == CompareOp::Ne,
        };
        Ok(bool_obj(holds).to_owned())
    }

    #[slot(nb_add)]
    fn add(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = doubles!(a, b);
        double(a + b)
    }

    #[slot(nb_subtract)]
    fn sub(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = doubles!(a, b);
        double(a - b)
    }

    #[slot(nb_multiply)]
    fn mul(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = doubles!(a, b);
        double(a * b)
    }

    #[slot(nb_true_divide)]
    fn true_div(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = doubles!(a, b);
        checked(num::true_div(a, b))
    }

    #[slot(nb_floor_divide)]
    fn floor_div(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = doubles!(a, b);
        checked(num::floor_div(a, b))
    }

    #[slot(nb_remainder)]
    fn remainder(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = doubles!(a, b);
        checked(num::floor_mod(a, b))
    }

    #[slot(nb_divmod)]
    fn divmod_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = doubles!(a, b);
        let (q, r) = num::floor_divmod(a, b).map_err(num_error)?;
        Tuple::from_array([double(q)?, double(r)?]).map(Ref::into_object)
    }

    #[slot(nb_power)]
    fn power(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
        if !c.is_none() {
            bail!(TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
        }
        let (a, b) = doubles!(a, b);
        Float::power_of(a, b)
    }

    #[slot(nb_negative)]
    fn negative_slot(&self) -> f64 {
        -self.value()
    }

    #[slot(nb_positive)]
    #[slot(nb_float)]
    fn positive_slot(&self) -> PyResult<Ref<Float>> {
        if self.is_exact::<Float>() { Ok(self.to_ref()) } else { Float::new(self.value()) }
    }

    #[slot(nb_absolute)]
    fn absolute_slot(&self) -> f64 {
        self.value().abs()
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> bool {
        self.value() != 0.0
    }

    #[slot(nb_int)]
    fn int_slot(&self) -> PyResult<Ref<Int>> {
        integer(big::from_float(self.value()))
    }

    /// Convert real number to a floating-point number.
    #[classmethod]
    fn from_number(cls: &Type, number: &Obj) -> PyResult<Object> {
        if number.is_exact::<Float>() && std::ptr::eq(cls, Float::type_object()) {
            return Ok(number.to_owned());
        }
        let f = Float::new(number.as_f64()?)?;
        if std::ptr::eq(cls, Float::type_object()) { Ok(f.into_object()) } else { cls.call(&[f.as_obj()]) }
    }

    /// Create a floating-point number from a hexadecimal string.
    ///
    /// >>> float.fromhex('-0x1p-1074')
    /// -5e-324
    #[classmethod]
    fn fromhex(cls: &Type, string: &Obj) -> PyResult<Object> {
        let Some(s) = string.downcast::<Str>() else {
            bail!(TypeError, "bad argument type for built-in operation")
        };
        let f = Float::new(num::from_hex(s.as_str()?.as_bytes()).map_err(num_error)?)?;
        if std::ptr::eq(cls, Float::type_object()) { Ok(f.into_object()) } else { cls.call(&[f.as_obj()]) }
    }

    /// Say which IEEE format floating-point numbers of a C type have.
    ///
    ///   typestr
    ///     Must be 'double' or 'float'.
    ///
    /// It exists for Python's test suite.
    #[classmethod]
    fn __getformat__(_cls: &Type, typestr: &str) -> PyResult<&'static str> {
        if typestr != "double" && typestr != "float" {
            bail!(ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
        }
        Ok(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" })
    }

    /// Return a hexadecimal representation of a floating-point number.
    ///
    /// >>> (-0.1).hex()
    /// '-0x1.999999999999ap-4'
    #[method]
    fn hex(&self) -> String {
        num::to_hex(self.value())
    }

    /// Return self, the complex conjugate of any float.
    #[method]
    fn conjugate(&self) -> PyResult<Ref<Float>> {
        self.positive_slot()
    }

    /// Return True if the float is an integer.
    #[method]
    fn is_integer(&self) -> bool {
        num::is_integer(self.value())
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    ///
    /// The ratio is in lowest terms and has a positive denominator.  Infinities
    /// raise OverflowError, NaNs ValueError.
    ///
    /// >>> (-.25).as_integer_ratio()
    /// (-1, 4)
    #[method]
    fn as_integer_ratio(&self) -> PyResult<Ref<Tuple>> {
        let (n, d) = num::as_integer_ratio(self.value()).map_err(num_error)?;
        Tuple::from_array([Int::from_big(n)?.into_object(), Int::from_big(d)?.into_object()])
    }

    /// Return the Integral closest to x between 0 and x.
    #[method]
    fn __trunc__(&self) -> PyResult<Ref<Int>> {
        self.int_slot()
    }

    /// Return the floor as an Integral.
    #[method]
    fn __floor__(&self) -> PyResult<Ref<Int>> {
        integer(big::from_float(self.value().floor()))
    }

    /// Return the ceiling as an Integral.
    #[method]
    fn __ceil__(&self) -> PyResult<Ref<Int>> {
        integer(big::from_float(self.value().ceil()))
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[method(sig = "(ndigits=None, /)")]
    fn __round__(&self, ndigits: Option<&Obj>) -> PyResult<Object> {
        match ndigits {
            None => integer(big::from_float_rounded(self.value())).map(Ref::into_object),
            Some(n) => checked(num::round_to(self.value(), n.as_isize_clipped()? as i64)),
        }
    }

    #[method]
    fn __getnewargs__(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_array([double(self.value())?])
    }

    /// Formats the float according to format_spec.
    #[method]
    fn __format__(&self, format_spec: &Str) -> PyResult<Ref<Str>> {
        if format_spec.is_empty() {
            return if self.is_exact::<Float>() { self.repr_slot() } else { self.str_() };
        }
        let spec = parse_spec(format_spec, "float", None)?;
        let locale = LocaleText::of(&spec);
        let p = dovetail_num::format_spec::format_float(
            self.value(),
            &spec,
            self.type_name(),
            &locale.as_locale(),
        );
        padded(p.map_err(num_error)?)
    }

    /// the real part of a complex number
    #[getter]
    fn real(&self) -> PyResult<Ref<Float>> {
        self.positive_slot()
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(&self) -> f64 {
        0.0
    }
}
