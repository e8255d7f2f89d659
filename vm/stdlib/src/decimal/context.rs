//! `Context`: precision, rounding, limits, traps and flags.

use super::current::{self, PLAIN, PLAIN_TRAPS};
use super::operations as op;
use super::signal_dict::{SignalBody, SignalDictMixin, bits_of_mapping};
use super::signals::{made, raise_conditions};
use crate::util::int;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::abstract_::attribute_name;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::object_::generic_setattr;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_decimal::context::{MAX_EMAX, MAX_PREC, MIN_EMIN};
use dovetail_decimal::{Context as Limits, Rounding, Status, condition as c};
use dovetail_decimal::{arith, compare, divide, elementary, logic, power, quantize};
use dovetail_macros::{pymethods, pytype};

/// Limits, and the mappings that hold the bits of traps and flags.
#[repr(C)]
pub struct ContextBody {
    pub ob_base: abi::PyObject,
    pub limits: Limits,
    pub capitals: bool,
    pub traps: *mut abi::PyObject,
    pub flags: *mut abi::PyObject,
}

/// Contexts.
/// ---
/// The context affects almost all operations and controls rounding,
/// Over/Underflow, raising of exceptions and much more.
///
/// A new context can be constructed as follows:
///
///     >>> c = Context(prec=28, Emin=-425000000, Emax=425000000,
///     ...             rounding=ROUND_HALF_EVEN, capitals=1, clamp=1,
///     ...             traps=[InvalidOperation, DivisionByZero, Overflow],
///     ...             flags=[])
///     >>>
#[pytype(
    name = "decimal.Context",
    body = ContextBody,
    refs(traps, flags),
    gc,
    flags = abi::Py_TPFLAGS_BASETYPE,
    sig = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)",
)]
pub struct Context;

/// `Py_ssize_t` of an int.
pub fn machine_int(o: &Obj) -> PyResult<i64> {
    let Some(i) = Int::of(o) else { bail!(TypeError, "an integer is required") };
    i.to_i64().ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C ssize_t"))
}

/// The rounding that a constant of the module names.
pub fn rounding_of(o: &Obj) -> PyResult<Rounding> {
    if let Some(s) = o.downcast::<Str>()
        && let Some(found) = Rounding::ALL.iter().find(|r| s.equals_str(r.name()))
    {
        return Ok(*found);
    }
    Err(raise!(
        TypeError,
        "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, \
         ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]"
    ))
}

/// The bits of a list of signals or of a mapping.
fn bits_of_argument(o: &Obj) -> PyResult<u32> {
    let Some(list) = o.downcast::<List>() else { return bits_of_mapping(o) };
    let mut bits = 0;
    let mut i = 0;
    while let Some(signal) = list.get(i) {
        bits |= made().bits_of(&signal)?;
        i += 1;
    }
    Ok(bits)
}

/// The names of signals in the order of their bits.
fn bit_names(bits: u32) -> String {
    let rows = [
        (c::CLAMPED, "Clamped"),
        (c::DIVISION_BY_ZERO, "DivisionByZero"),
        (c::INEXACT, "Inexact"),
        (c::FLOAT_OPERATION, "FloatOperation"),
        (c::OVERFLOW, "Overflow"),
        (c::ROUNDED, "Rounded"),
        (c::SUBNORMAL, "Subnormal"),
        (c::UNDERFLOW, "Underflow"),
    ];
    let mut names: Vec<(u32, &str)> = rows.into_iter().filter(|(bit, _)| bits & bit != 0).collect();
    let invalid = bits & c::IEEE_INVALID;
    if invalid != 0 {
        names.push((1 << invalid.trailing_zeros(), "InvalidOperation"));
    }
    names.sort_unstable();
    names.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

impl Context {
    /// A context of these parts.
    pub fn with(limits: Limits, capitals: bool, traps: u32, flags: u32) -> PyResult<Ref<Context>> {
        Ok(Context::make(Context::type_object(), limits, capitals, traps, flags)?.into())
    }

    fn make(cls: &Type, limits: Limits, capitals: bool, traps: u32, flags: u32) -> PyResult<Made> {
        let (traps, flags) = (SignalDictMixin::make(traps)?, SignalDictMixin::make(flags)?);
        // SAFETY: an instance of the type; every field is written before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut ContextBody;
            (*b).limits = limits;
            (*b).capitals = capitals;
            (*b).traps = traps.into_ptr();
            (*b).flags = flags.into_ptr();
            Ok(Made(o))
        }
    }

    /// Precision, rounding and limits of now.
    #[inline(always)]
    pub fn limits(&self) -> Limits {
        // SAFETY: own field.
        unsafe { (*self.body()).limits }
    }

    #[inline(always)]
    pub fn capitals(&self) -> bool {
        // SAFETY: own field.
        unsafe { (*self.body()).capitals }
    }

    #[inline(always)]
    pub fn traps(&self) -> u32 {
        // SAFETY: the field holds a mapping of signals.
        unsafe { (*((*self.body()).traps as *mut SignalBody)).bits }
    }

    #[inline(always)]
    pub fn flags(&self) -> u32 {
        // SAFETY: as above.
        unsafe { (*((*self.body()).flags as *mut SignalBody)).bits }
    }

    pub fn set_flags(&self, bits: u32) {
        // SAFETY: as above.
        unsafe { (*((*self.body()).flags as *mut SignalBody)).bits = bits }
    }

    pub fn set_traps(&self, bits: u32) {
        // SAFETY: as above.
        unsafe { (*((*self.body()).traps as *mut SignalBody)).bits = bits }
    }

    /// Adds conditions to the flags, and raises those that are trapped.
    #[inline(always)]
    pub fn note(&self, status: Status) -> PyResult<()> {
        if status == 0 { Ok(()) } else { self.note_some(status) }
    }

    fn note_some(&self, status: Status) -> PyResult<()> {
        self.set_flags(self.flags() | status);
        let trapped = status & (self.traps() | c::MALLOC_ERROR);
        if trapped != 0 {
            return Err(raise_conditions(trapped));
        }
        Ok(())
    }

    /// A copy.
    pub fn duplicate(&self) -> PyResult<Ref<Context>> {
        Context::with(self.limits(), self.capitals(), self.traps(), self.flags())
    }

    fn change(&self, f: impl FnOnce(&mut Limits)) {
        // SAFETY: own field.
        unsafe { f(&mut (*self.body()).limits) }
    }

    /// Sets an attribute, checked.
    fn set(&self, name: &str, value: &Obj) -> PyResult<()> {
        match name {
            "prec" => {
                let n = machine_int(value)?;
                if !(1..=MAX_PREC).contains(&n) {
                    bail!(ValueError, "valid range for prec is [1, MAX_PREC]");
                }
                self.change(|l| l.prec = n);
            }
            "Emin" => {
                let n = machine_int(value)?;
                if !(MIN_EMIN..=0).contains(&n) {
                    bail!(ValueError, "valid range for Emin is [MIN_EMIN, 0]");
                }
                self.change(|l| l.emin = n);
            }
            "Emax" => {
                let n = machine_int(value)?;
                if !(0..=MAX_EMAX).contains(&n) {
                    bail!(ValueError, "valid range for Emax is [0, MAX_EMAX]");
                }
                self.change(|l| l.emax = n);
            }
            "rounding" => {
                let rounding = rounding_of(value)?;
                self.change(|l| l.rounding = rounding);
            }
            "capitals" | "clamp" => {
                let n = machine_int(value)?;
                if !(0..=1).contains(&n) {
                    bail!(ValueError, "valid values for {name} are 0 or 1");
                }
                if name == "clamp" {
                    self.change(|l| l.clamp = n == 1);
                } else {
                    // SAFETY: own field.
                    unsafe { (*self.body()).capitals = n == 1 };
                }
            }
            "flags" => self.set_flags(bits_of_argument(value)?),
            "traps" => self.set_traps(bits_of_argument(value)?),
            _ => bail!(TypeError, "this function got an unexpected keyword argument '{name}'"),
        }
        Ok(())
    }

    /// As `set` for an attribute: signals come as mappings only.
    fn set_or_refuse(&self, name: &str, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(value) if name == "flags" => bits_of_mapping(value).map(|bits| self.set_flags(bits)),
            Some(value) if name == "traps" => bits_of_mapping(value).map(|bits| self.set_traps(bits)),
            Some(value) => self.set(name, value),
            None => bail!(AttributeError, "context attributes cannot be deleted"),
        }
    }
}

/// A context of any class, fresh.
struct Made(Object);

impl From<Made> for Ref<Context> {
    fn from(made: Made) -> Ref<Context> {
        // SAFETY: made of the type.
        unsafe { made.0.cast_into_unchecked() }
    }
}

/// Sets attributes from keywords; `None` leaves them.
pub fn set_keywords(context: &Context, keywords: &Dict) -> PyResult<()> {
    let rows: Vec<(Object, Object)> =
        keywords.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    for (key, value) in &rows {
        let name = key.downcast::<Str>().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        const NAMES: [&str; 8] = ["prec", "rounding", "Emin", "Emax", "capitals", "clamp", "flags", "traps"];
        if !NAMES.contains(&name.as_str()) || !value.is_none() {
            context.set(&name, value)?;
        }
    }
    Ok(())
}

#[pymethods]
impl Context {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        let (limits, capitals, traps) = match current::default_template() {
            Some(t) => (t.limits(), t.capitals(), t.traps()),
            None => (PLAIN, true, PLAIN_TRAPS),
        };
        Ok(Context::make(cls, limits, capitals, traps, 0)?.0)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone. Mappings that outlive their context lose their meaning.
        unsafe {
            let b = o as *mut ContextBody;
            for mapping in [(*b).traps, (*b).flags] {
                if !mapping.is_null() {
                    (*(mapping as *mut SignalBody)).valid = false;
                }
            }
            alloc::dealloc_fields::<Context>(o);
        }
    }

    #[slot(tp_setattro)]
    fn set_attribute(&self, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
        if value.is_none() {
            bail!(AttributeError, "context attributes cannot be deleted");
        }
        generic_setattr(self.as_obj(), attribute_name(name)?, value)
    }

    #[slot(
        tp_init,
        sig = "(prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn init(
        &self,
        prec: Option<&Obj>,
        rounding: Option<&Obj>,
        emin: Option<&Obj>,
        emax: Option<&Obj>,
        capitals: Option<&Obj>,
        clamp: Option<&Obj>,
        flags: Option<&Obj>,
        traps: Option<&Obj>,
    ) -> PyResult<()> {
        let rows = [
            ("prec", prec),
            ("rounding", rounding),
            ("Emin", emin),
            ("Emax", emax),
            ("capitals", capitals),
            ("clamp", clamp),
            ("traps", traps),
            ("flags", flags),
        ];
        for (name, value) in rows {
            if let Some(value) = value {
                self.set(name, value)?;
            }
        }
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let l = self.limits();
        format!(
            "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags=[{}], traps=[{}])",
            l.prec,
            l.rounding.name(),
            l.emin,
            l.emax,
            self.capitals() as i32,
            l.clamp as i32,
            bit_names(self.flags()),
            bit_names(self.traps())
        )
    }

    #[getter]
    fn prec(&self) -> i64 {
        self.limits().prec
    }

    #[setter]
    fn set_prec(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse("prec", value)
    }

    #[getter(name = "Emax")]
    fn emax(&self) -> i64 {
        self.limits().emax
    }

    #[setter(name = "Emax")]
    fn set_emax(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse("Emax", value)
    }

    #[getter(name = "Emin")]
    fn emin(&self) -> i64 {
        self.limits().emin
    }

    #[setter(name = "Emin")]
    fn set_emin(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse("Emin", value)
    }

    #[getter]
    fn rounding(&self) -> PyResult<Ref<Str>> {
        Str::intern(self.limits().rounding.name())
    }

    #[setter]
    fn set_rounding(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse("rounding", value)
    }

    #[getter(name = "capitals")]
    fn get_capitals(&self) -> i64 {
        self.capitals() as i64
    }

    #[setter]
    fn set_capitals(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse("capitals", value)
    }

    #[getter]
    fn clamp(&self) -> i64 {
        self.limits().clamp as i64
    }

    #[setter]
    fn set_clamp(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse("clamp", value)
    }

    #[getter(name = "traps")]
    fn get_traps(&self) -> Object {
        // SAFETY: filled when made.
        unsafe { Obj::from_ptr((*self.body()).traps) }.to_owned()
    }

    #[setter(name = "traps")]
    fn assign_traps(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse("traps", value)
    }

    #[getter(name = "flags")]
    fn get_flags(&self) -> Object {
        // SAFETY: filled when made.
        unsafe { Obj::from_ptr((*self.body()).flags) }.to_owned()
    }

    #[setter(name = "flags")]
    fn assign_flags(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse("flags", value)
    }

    /// Reset all flags to False.
    #[method]
    fn clear_flags(&self) {
        self.set_flags(0);
    }

    /// Set all traps to False.
    #[method]
    fn clear_traps(&self) {
        self.set_traps(0);
    }

    #[method]
    fn __copy__(&self) -> PyResult<Ref<Context>> {
        self.duplicate()
    }

    /// Return a duplicate of the context.
    #[method]
    fn copy(&self) -> PyResult<Ref<Context>> {
        self.duplicate()
    }

    #[method]
    fn __reduce__(&self) -> PyResult<Ref<Tuple>> {
        let l = self.limits();
        let args = Tuple::from_vec(vec![
            int(l.prec)?,
            Str::intern(l.rounding.name())?.into_object(),
            int(l.emin)?,
            int(l.emax)?,
            int(self.capitals() as i64)?,
            int(l.clamp as i64)?,
            made().list(self.flags())?,
            made().list(self.traps())?,
        ])?;
        Tuple::from_vec(vec![self.as_obj().ob_type().as_obj().to_owned(), args.into_object()])
    }

    /// Return a value equal to Emin - prec + 1, which is the minimum exponent value
    /// for subnormal results.
    ///
    /// When underflow occurs, the exponent is set to Etiny.
    #[method(name = "Etiny")]
    fn etiny(&self) -> i64 {
        self.limits().etiny()
    }

    /// Return a value equal to Emax - prec + 1.
    ///
    /// This is the maximum exponent if the _clamp field of the context is set to 1 (IEEE clamp mode).
    #[method(name = "Etop")]
    fn etop(&self) -> i64 {
        self.limits().etop()
    }

    /// Return 10.
    #[method]
    fn radix(&self) -> PyResult<Object> {
        op::radix()
    }

    /// Return the absolute value of x.
    #[method]
    fn abs(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, arith::abs)
    }

    /// Return e ** x.
    #[method]
    fn exp(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, elementary::exp)
    }

    /// Return the natural (base e) logarithm of x.
    #[method]
    fn ln(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, elementary::ln)
    }

    /// Return the base 10 logarithm of x.
    #[method]
    fn log10(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, elementary::log10)
    }

    /// Return x with its sign changed, rounded to the context.
    #[method]
    fn minus(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, arith::minus)
    }

    /// Return the largest representable number smaller than x.
    #[method]
    fn next_minus(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, arith::next_minus)
    }

    /// Return the smallest representable number larger than x.
    #[method]
    fn next_plus(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, arith::next_plus)
    }

    /// Reduce x to its simplest form. Alias for reduce(x).
    #[method]
    fn normalize(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, quantize::reduce)
    }

    /// Return x rounded to the context.
    #[method]
    fn plus(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, arith::plus)
    }

    #[method(name = "_apply")]
    fn apply(&self, object: &Obj) -> PyResult<Object> {
        op::unary(self, object, op::rounded)
    }

    /// Identical to to_integral_value(x).
    #[method]
    fn to_integral(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, quantize::to_integral_value)
    }

    /// Round to an integer. Signal if the result is rounded or inexact.
    #[method]
    fn to_integral_exact(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, quantize::to_integral_exact)
    }

    /// Round to an integer.
    #[method]
    fn to_integral_value(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, quantize::to_integral_value)
    }

    /// Square root of a non-negative number to context precision.
    #[method]
    fn sqrt(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, power::sqrt)
    }

    /// Return the exponent of the magnitude of the operand's MSD.
    #[method]
    fn logb(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, logic::logb)
    }

    /// Invert all the digits in the operand.
    ///
    /// The operand must be a logical number.
    ///
    ///     >>> ExtendedContext.logical_invert(Decimal('0'))
    ///     Decimal('111111111')
    ///     >>> ExtendedContext.logical_invert(1101)
    ///     Decimal('111110010')
    #[method]
    fn logical_invert(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, logic::invert)
    }

    /// Return the sum of x and y.
    #[method]
    fn add(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, arith::add)
    }

    /// Compare x and y numerically.
    #[method]
    fn compare(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, compare::compare)
    }

    /// Compare x and y numerically.  All NaNs signal.
    #[method]
    fn compare_signal(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, compare::compare_signal)
    }

    /// Return x divided by y.
    #[method]
    fn divide(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, divide::div)
    }

    /// Return x divided by y, truncated to an integer.
    #[method]
    fn divide_int(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, divide::divide_int)
    }

    /// Compare the values numerically and return the maximum.
    #[method]
    fn max(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, compare::max)
    }

    /// Compare the values numerically with their sign ignored.
    #[method]
    fn max_mag(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, compare::max_mag)
    }

    /// Compare the values numerically and return the minimum.
    #[method]
    fn min(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, compare::min)
    }

    /// Compare the values numerically with their sign ignored.
    #[method]
    fn min_mag(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, compare::min_mag)
    }

    /// Return the product of x and y.
    #[method]
    fn multiply(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, arith::mul)
    }

    /// Return the number closest to x, in the direction towards y.
    #[method]
    fn next_toward(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, arith::next_toward)
    }

    /// Return a value equal to x (rounded), having the exponent of y.
    #[method]
    fn quantize(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, quantize::quantize)
    }

    /// Return the remainder from integer division.
    ///
    /// The sign of the result, if non-zero, is the same as that of the original dividend.
    #[method]
    fn remainder(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, divide::remainder)
    }

    /// Return x - y * n, where n is the integer nearest the exact value of x / y.
    ///
    /// If the result is 0 then its sign will be the sign of x.
    #[method]
    fn remainder_near(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, divide::remainder_near)
    }

    /// Return the difference between x and y.
    #[method]
    fn subtract(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, arith::sub)
    }

    /// Compare x and y using their abstract representation.
    #[method]
    fn compare_total(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, |a, b, _, _| compare::compare_total(a, b))
    }

    /// Compare x and y using their abstract representation, ignoring sign.
    #[method]
    fn compare_total_mag(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, |a, b, _, _| compare::compare_total_mag(a, b))
    }

    /// Copy the sign from y to x.
    #[method]
    fn copy_sign(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, |a, b, _, _| a.clone().with_sign(b.negative))
    }

    /// Applies the logical operation 'and' between each operand's digits.
    ///
    /// The operands must be both logical numbers.
    ///
    ///     >>> ExtendedContext.logical_and(Decimal('1100'), Decimal('1010'))
    ///     Decimal('1000')
    ///     >>> ExtendedContext.logical_and(110, 1101)
    ///     Decimal('100')
    #[method]
    fn logical_and(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, logic::and)
    }

    /// Applies the logical operation 'or' between each operand's digits.
    ///
    /// The operands must be both logical numbers.
    ///
    ///     >>> ExtendedContext.logical_or(Decimal('1100'), Decimal('1010'))
    ///     Decimal('1110')
    ///     >>> ExtendedContext.logical_or(110, 1101)
    ///     Decimal('1111')
    #[method]
    fn logical_or(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, logic::or)
    }

    /// Applies the logical operation 'xor' between each operand's digits.
    ///
    /// The operands must be both logical numbers.
    ///
    ///     >>> ExtendedContext.logical_xor(Decimal('1100'), Decimal('1010'))
    ///     Decimal('110')
    ///     >>> ExtendedContext.logical_xor(110, 1101)
    ///     Decimal('1011')
    #[method]
    fn logical_xor(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, logic::xor)
    }

    /// Return a copy of x, rotated by y places.
    #[method]
    fn rotate(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, logic::rotate)
    }

    /// Return the first operand after adding the second value to its exp.
    #[method]
    fn scaleb(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, logic::scaleb)
    }

    /// Return a copy of x, shifted by y places.
    #[method]
    fn shift(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::binary(self, x, y, logic::shift)
    }

    /// Return True if x is finite, False otherwise.
    #[method]
    fn is_finite(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, _| d.is_finite())
    }

    /// Return True if x is infinite, False otherwise.
    #[method]
    fn is_infinite(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, _| d.is_infinite())
    }

    /// Return True if x is a qNaN or sNaN, False otherwise.
    #[method]
    fn is_nan(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, _| d.is_nan())
    }

    /// Return True if x is a normal number, False otherwise.
    #[method]
    fn is_normal(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, l| d.is_normal(l))
    }

    /// Return True if x is a quiet NaN, False otherwise.
    #[method]
    fn is_qnan(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, _| d.is_qnan())
    }

    /// Return True if x is negative, False otherwise.
    #[method]
    fn is_signed(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, _| d.negative)
    }

    /// Return True if x is a signaling NaN, False otherwise.
    #[method]
    fn is_snan(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, _| d.is_snan())
    }

    /// Return True if x is subnormal, False otherwise.
    #[method]
    fn is_subnormal(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, l| d.is_subnormal(l))
    }

    /// Return True if x is a zero, False otherwise.
    #[method]
    fn is_zero(&self, x: &Obj) -> PyResult<bool> {
        op::test(self, x, |d, _| d.is_zero())
    }

    /// Return True if x is canonical, False otherwise.
    #[method]
    fn is_canonical(&self, x: &Obj) -> PyResult<bool> {
        op::decimal(x)?;
        Ok(true)
    }

    /// Return a new instance of x.
    #[method]
    fn canonical(&self, x: &Obj) -> PyResult<Object> {
        op::decimal(x)?;
        Ok(x.to_owned())
    }

    /// Return a copy of Decimal x.
    #[method]
    fn copy_decimal(&self, x: &Obj) -> PyResult<Object> {
        op::copied(self, x)
    }

    /// Return a copy of x with the sign set to 0.
    #[method]
    fn copy_abs(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, |d, _, _| d.clone().with_sign(false))
    }

    /// Return a copy of x with the sign inverted.
    #[method]
    fn copy_negate(&self, x: &Obj) -> PyResult<Object> {
        op::unary(self, x, |d, _, _| d.clone().negated())
    }

    /// Return True if the two operands have the same exponent.
    #[method]
    fn same_quantum(&self, x: &Obj, y: &Obj) -> PyResult<bool> {
        op::same_quantum(self, x, y)
    }

    /// Return quotient and remainder of the division x / y.
    #[method]
    fn divmod(&self, x: &Obj, y: &Obj) -> PyResult<Object> {
        op::divmod(self, x, y)
    }

    /// Return x multiplied by y, plus z.
    #[method]
    fn fma(&self, x: &Obj, y: &Obj, z: &Obj) -> PyResult<Object> {
        op::fma(self, x, y, z)
    }

    /// Compute a**b.
    ///
    /// If 'a' is negative, then 'b' must be integral. The result will be inexact unless 'a' is
    /// integral and the result is finite and can be expressed exactly in 'precision' digits.
    ///
    /// If modulo is given, compute (a**b) % modulo: all three arguments must be integral,
    /// 'b' must be nonnegative, at least one of 'a' or 'b' nonzero, and modulo nonzero and
    /// less than 10**prec in absolute value.
    #[method(sig = "(a, b, modulo=None)")]
    fn power(&self, a: &Obj, b: &Obj, modulo: Option<&Obj>) -> PyResult<Object> {
        op::power(self, a, b, modulo)
    }

    /// Return an indication of the class of x.
    #[method]
    fn number_class(&self, x: &Obj) -> PyResult<&'static str> {
        op::number_class(self, x)
    }

    /// Convert a number to a string using scientific notation.
    #[method]
    fn to_sci_string(&self, x: &Obj) -> PyResult<String> {
        op::to_text(self, x, false)
    }

    /// Convert a number to a string, using engineering notation.
    #[method]
    fn to_eng_string(&self, x: &Obj) -> PyResult<String> {
        op::to_text(self, x, true)
    }

    /// Create a new Decimal instance from num, using self as the context.
    ///
    /// Unlike the Decimal constructor, this function observes the context limits.
    #[method(sig = "(num=\"0\", /)")]
    fn create_decimal(&self, num: Option<&Obj>) -> PyResult<Object> {
        op::create(self, num)
    }

    /// Create a new Decimal instance from float f.
    ///
    /// Unlike the Decimal.from_float() class method, this function observes the context limits.
    #[method]
    fn create_decimal_from_float(&self, f: &Obj) -> PyResult<Object> {
        op::create_from_float(self, f)
    }
}
