//! The methods of `Decimal`.

use super::binary::{divmod, operator, power_of, rich_compare};
use super::context::rounding_of;
use super::current::{context_or_current, current};
use super::number::{Decimal, DecimalBody, from_object, from_real, required};
use super::operations as op;
use super::out;
use crate::util::text as str_object;
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::complex::Complex;
use dovetail_core::types::descr::hash_pointer;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_decimal::{Context as Limits, Decimal as Number, Rounding, Status, text};
use dovetail_decimal::{arith, compare, convert, divide, elementary, logic, power, quantize};
use dovetail_macros::pymethods;

impl Decimal {
    /// An operation on this number.
    #[inline]
    fn one(
        &self,
        context: Option<&Obj>,
        f: impl Fn(&Number, &Limits, &mut Status) -> Number,
    ) -> PyResult<Object> {
        let ctx = context_or_current(context)?;
        let mut status = 0;
        let out = f(self.number(), &ctx.limits(), &mut status);
        op::result(out, &ctx, status)
    }

    /// An operation on this number and another.
    #[inline]
    fn two(
        &self,
        other: &Obj,
        context: Option<&Obj>,
        f: impl Fn(&Number, &Number, &Limits, &mut Status) -> Number,
    ) -> PyResult<Object> {
        let ctx = context_or_current(context)?;
        let other = required(other, &ctx)?;
        let mut status = 0;
        let out = f(self.number(), &other, &ctx.limits(), &mut status);
        op::result(out, &ctx, status)
    }

    /// An operation whose rounding may be given.
    fn with_rounding(
        &self,
        rounding: Option<&Obj>,
        context: Option<&Obj>,
        f: impl Fn(&Number, &Limits, &mut Status) -> Number,
    ) -> PyResult<Object> {
        let ctx = context_or_current(context)?;
        let mut limits = ctx.limits();
        if let Some(r) = rounding {
            limits.rounding = rounding_of(r)?;
        }
        let mut status = 0;
        let out = f(self.number(), &limits, &mut status);
        op::result(out, &ctx, status)
    }

    fn sci(&self) -> PyResult<String> {
        Ok(text::to_sci(self.number(), current()?.capitals()))
    }
}

/// A number of a class: the object itself where it is of that class already.
fn construct(cls: &Type, value: &Obj, context: Option<&Obj>) -> PyResult<Object> {
    let plain = std::ptr::eq(cls.as_type_ptr(), Decimal::TYPE_POINTER);
    if plain && value.is_exact::<Decimal>() {
        if let Some(c) = context {
            context_or_current(Some(c))?;
        }
        return Ok(value.to_owned());
    }
    let ctx = context_or_current(context)?;
    let mut status = 0;
    let out = from_object(value, None, &ctx, &mut status)?;
    ctx.note(status)?;
    Decimal::of(cls, out)
}

#[pymethods]
impl Decimal {
    #[slot(tp_new, sig = "(value='0', context=None)")]
    fn new_slot(cls: &Type, value: Option<&Obj>, context: Option<&Obj>) -> PyResult<Object> {
        match value {
            Some(value) => construct(cls, value, context),
            None => Decimal::of(cls, Number::zero()),
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; the number is dropped once.
        unsafe {
            std::ptr::drop_in_place(&raw mut (*(o as *mut DecimalBody)).number);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        Ok(format!("Decimal('{}')", self.sci()?))
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        let mut out = Vec::with_capacity(32);
        text::push(&mut out, self.number(), current()?.capitals(), false);
        Str::from_ascii(&out)
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        // SAFETY: own field.
        let known = unsafe { (*self.body()).hash };
        if known != -1 {
            return Ok(known);
        }
        let n = self.number();
        let hash = if n.is_snan() {
            bail!(TypeError, "Cannot hash a signaling NaN value");
        } else if n.is_nan() {
            hash_pointer(self.as_obj().as_ptr().cast())
        } else if n.is_infinite() {
            if n.negative { -314159 } else { 314159 }
        } else {
            convert::hash(n) as isize
        };
        // SAFETY: own field.
        unsafe { (*self.body()).hash = hash };
        Ok(hash)
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        rich_compare(self, other, op)
    }

    #[slot(nb_add)]
    fn add_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        operator(a, b, arith::add)
    }

    #[slot(nb_subtract)]
    fn subtract_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        operator(a, b, arith::sub)
    }

    #[slot(nb_multiply)]
    fn multiply_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        operator(a, b, arith::mul)
    }

    #[slot(nb_true_divide)]
    fn true_divide_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        operator(a, b, divide::div)
    }

    #[slot(nb_floor_divide)]
    fn floor_divide_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        operator(a, b, divide::divide_int)
    }

    #[slot(nb_remainder)]
    fn remainder_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        operator(a, b, divide::remainder)
    }

    #[slot(nb_divmod)]
    fn divmod_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        divmod(a, b)
    }

    #[slot(nb_power)]
    fn power_slot(a: &Obj, b: &Obj, modulo: &Obj) -> PyResult<Object> {
        power_of(a, b, modulo)
    }

    #[slot(nb_negative)]
    fn negative_slot(&self) -> PyResult<Object> {
        self.one(None, arith::minus)
    }

    #[slot(nb_positive)]
    fn positive_slot(&self) -> PyResult<Object> {
        self.one(None, arith::plus)
    }

    #[slot(nb_absolute)]
    fn absolute_slot(&self) -> PyResult<Object> {
        self.one(None, arith::abs)
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> bool {
        !self.number().is_zero()
    }

    #[slot(nb_int)]
    fn int_slot(&self) -> PyResult<Object> {
        out::to_int(self.number(), Rounding::Down)
    }

    #[slot(nb_float)]
    fn float_slot(&self) -> PyResult<Ref<Float>> {
        Float::new(out::to_float(self.number())?)
    }

    /// Return the value of the (natural) exponential function e**x at the given number.
    ///
    /// The function always uses the ROUND_HALF_EVEN mode and the result is correctly rounded.
    #[method(sig = "(context=None)")]
    fn exp(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, elementary::exp)
    }

    /// Return the natural (base e) logarithm of the operand.
    ///
    /// The function always uses the ROUND_HALF_EVEN mode and the result is correctly rounded.
    #[method(sig = "(context=None)")]
    fn ln(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, elementary::ln)
    }

    /// Return the base ten logarithm of the operand.
    ///
    /// The function always uses the ROUND_HALF_EVEN mode and the result is correctly rounded.
    #[method(sig = "(context=None)")]
    fn log10(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, elementary::log10)
    }

    /// Return the largest number representable in the given context that is smaller than the operand.
    #[method(sig = "(context=None)")]
    fn next_minus(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, arith::next_minus)
    }

    /// Return the smallest number representable in the given context that is larger than the operand.
    #[method(sig = "(context=None)")]
    fn next_plus(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, arith::next_plus)
    }

    /// Normalize the number by stripping trailing zeros and making any zero Decimal('0').
    ///
    /// Used for producing canonical values for members of an equivalence class: Decimal('32.100')
    /// and Decimal('0.321000e+2') both normalize to the equivalent value Decimal('32.1').
    #[method(sig = "(context=None)")]
    fn normalize(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, quantize::reduce)
    }

    /// Return the square root of the argument to full precision.
    ///
    /// The result is correctly rounded using the ROUND_HALF_EVEN rounding mode.
    #[method(sig = "(context=None)")]
    fn sqrt(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, power::sqrt)
    }

    /// Return the adjusted exponent of the operand as a Decimal instance.
    ///
    /// Of a zero it is Decimal('-Infinity'), and the DivisionByZero condition is raised; of an infinity
    /// Decimal('Infinity').
    #[method(sig = "(context=None)")]
    fn logb(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, logic::logb)
    }

    /// Invert all digits of a logical number.
    #[method(sig = "(context=None)")]
    fn logical_invert(&self, context: Option<&Obj>) -> PyResult<Object> {
        self.one(context, logic::invert)
    }

    /// Identical to the to_integral_value() method, under its older name.
    #[method(sig = "(rounding=None, context=None)")]
    fn to_integral(&self, rounding: Option<&Obj>, context: Option<&Obj>) -> PyResult<Object> {
        self.with_rounding(rounding, context, quantize::to_integral_value)
    }

    /// Round to the nearest integer, signaling Inexact or Rounded if rounding occurs.
    ///
    /// The rounding mode is determined by the rounding parameter if given, else by the given or
    /// current context.
    #[method(sig = "(rounding=None, context=None)")]
    fn to_integral_exact(&self, rounding: Option<&Obj>, context: Option<&Obj>) -> PyResult<Object> {
        self.with_rounding(rounding, context, quantize::to_integral_exact)
    }

    /// Round to the nearest integer without signaling Inexact or Rounded.
    ///
    /// The rounding mode is determined by the rounding parameter if given, else by the given or
    /// current context.
    #[method(sig = "(rounding=None, context=None)")]
    fn to_integral_value(&self, rounding: Option<&Obj>, context: Option<&Obj>) -> PyResult<Object> {
        self.with_rounding(rounding, context, quantize::to_integral_value)
    }

    /// Compare self to other: Decimal('-1'), Decimal('0') or Decimal('1'), NaN if either is a NaN.
    #[method(sig = "(other, context=None)")]
    fn compare(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, compare::compare)
    }

    /// Identical to compare, except that all NaNs signal.
    #[method(sig = "(other, context=None)")]
    fn compare_signal(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, compare::compare_signal)
    }

    /// Maximum of self and other.
    ///
    /// If one operand is a quiet NaN and the other is numeric, the numeric operand is returned.
    #[method(sig = "(other, context=None)")]
    fn max(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, compare::max)
    }

    /// Similar to the max() method, but the comparison is done using the absolute values of the operands.
    #[method(sig = "(other, context=None)")]
    fn max_mag(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, compare::max_mag)
    }

    /// Minimum of self and other.
    ///
    /// If one operand is a quiet NaN and the other is numeric, the numeric operand is returned.
    #[method(sig = "(other, context=None)")]
    fn min(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, compare::min)
    }

    /// Similar to the min() method, but the comparison is done using the absolute values of the operands.
    #[method(sig = "(other, context=None)")]
    fn min_mag(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, compare::min_mag)
    }

    /// Return the number closest to the first operand in the direction of the second operand.
    ///
    /// If both operands are numerically equal, return a copy of the first operand with the sign
    /// of the second operand.
    #[method(sig = "(other, context=None)")]
    fn next_toward(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, arith::next_toward)
    }

    /// Return self - n * other, where n is the integer nearest to the exact value of self / other.
    ///
    /// If two integers are equally near then the even one is chosen. If the result is zero then its
    /// sign will be the sign of self.
    #[method(sig = "(other, context=None)")]
    fn remainder_near(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, divide::remainder_near)
    }

    /// Compare two operands using their abstract representation rather than their numerical value.
    ///
    /// This gives a total ordering on Decimal instances, in which different representations of the
    /// same value and NaNs have their places:
    ///
    ///     >>> Decimal('12.0').compare_total(Decimal('12'))
    ///     Decimal('-1')
    ///
    /// This operation is unaffected by context and is quiet.
    #[method(sig = "(other, context=None)")]
    fn compare_total(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, |a, b, _, _| compare::compare_total(a, b))
    }

    /// As compare_total(), but ignoring the sign of each operand.
    #[method(sig = "(other, context=None)")]
    fn compare_total_mag(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, |a, b, _, _| compare::compare_total_mag(a, b))
    }

    /// Return a copy of the first operand with the sign of the second operand.
    ///
    /// This operation is unaffected by context and is quiet.
    ///
    ///     >>> Decimal('2.3').copy_sign(Decimal('-1.5'))
    ///     Decimal('-2.3')
    #[method(sig = "(other, context=None)")]
    fn copy_sign(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, |a, b, _, _| a.clone().with_sign(b.negative))
    }

    /// Applies an 'and' operation between self and other's digits.
    ///
    /// Both self and other must be logical numbers.
    #[method(sig = "(other, context=None)")]
    fn logical_and(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, logic::and)
    }

    /// Applies an 'or' operation between self and other's digits.
    ///
    /// Both self and other must be logical numbers.
    #[method(sig = "(other, context=None)")]
    fn logical_or(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, logic::or)
    }

    /// Applies an 'xor' operation between self and other's digits.
    ///
    /// Both self and other must be logical numbers.
    #[method(sig = "(other, context=None)")]
    fn logical_xor(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, logic::xor)
    }

    /// Return the digits of the first operand rotated by an amount specified by the second operand.
    ///
    /// The second operand must be an integer in the range -precision through precision; rotation is
    /// to the left if it is positive, otherwise to the right. The coefficient is padded on the left
    /// with zeros to length precision if necessary.
    #[method(sig = "(other, context=None)")]
    fn rotate(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, logic::rotate)
    }

    /// Return the first operand multiplied by 10**other.
    ///
    /// The second operand must be an integer.
    #[method(sig = "(other, context=None)")]
    fn scaleb(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, logic::scaleb)
    }

    /// Return the digits of the first operand shifted by an amount specified by the second operand.
    ///
    /// The second operand must be an integer in the range -precision through precision; the shift is
    /// to the left if it is positive, otherwise to the right. Digits shifted in are zeros.
    #[method(sig = "(other, context=None)")]
    fn shift(&self, other: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        self.two(other, context, logic::shift)
    }

    /// Return True: a Decimal instance is always canonical.
    #[method]
    fn is_canonical(&self) -> bool {
        true
    }

    /// Return True if the argument is a finite number.
    #[method]
    fn is_finite(&self) -> bool {
        self.number().is_finite()
    }

    /// Return True if the argument is either positive or negative infinity.
    #[method]
    fn is_infinite(&self) -> bool {
        self.number().is_infinite()
    }

    /// Return True if the argument is a (quiet or signaling) NaN.
    #[method]
    fn is_nan(&self) -> bool {
        self.number().is_nan()
    }

    /// Return True if the argument is a quiet NaN.
    #[method]
    fn is_qnan(&self) -> bool {
        self.number().is_qnan()
    }

    /// Return True if the argument is a signaling NaN.
    #[method]
    fn is_snan(&self) -> bool {
        self.number().is_snan()
    }

    /// Return True if the argument has a negative sign; both zeros and NaNs can carry signs.
    #[method]
    fn is_signed(&self) -> bool {
        self.number().negative
    }

    /// Return True if the argument is a (positive or negative) zero.
    #[method]
    fn is_zero(&self) -> bool {
        self.number().is_zero()
    }

    /// Return True if the argument is finite, not zero and not subnormal.
    #[method(sig = "(context=None)")]
    fn is_normal(&self, context: Option<&Obj>) -> PyResult<bool> {
        Ok(self.number().is_normal(&context_or_current(context)?.limits()))
    }

    /// Return True if the argument is finite, not zero, and has an adjusted exponent less than Emin.
    #[method(sig = "(context=None)")]
    fn is_subnormal(&self, context: Option<&Obj>) -> PyResult<bool> {
        Ok(self.number().is_subnormal(&context_or_current(context)?.limits()))
    }

    /// Return a value equal to the first operand after rounding and having the exponent of the second operand.
    ///
    ///     >>> Decimal('1.41421356').quantize(Decimal('1.000'))
    ///     Decimal('1.414')
    ///
    /// If the length of the coefficient would be greater than precision, then an
    /// InvalidOperation is signaled. Quantize never signals Underflow.
    ///
    /// If rounding is necessary, its mode is determined by the rounding argument if given,
    /// else by the given or current context.
    #[method(sig = "(exp, rounding=None, context=None)")]
    fn quantize(&self, exp: &Obj, rounding: Option<&Obj>, context: Option<&Obj>) -> PyResult<Object> {
        let ctx = context_or_current(context)?;
        let mut limits = ctx.limits();
        if let Some(r) = rounding {
            limits.rounding = rounding_of(r)?;
        }
        let exp = required(exp, &ctx)?;
        let mut status = 0;
        let out = quantize::quantize(self.number(), &exp, &limits, &mut status);
        op::result(out, &ctx, status)
    }

    /// Fused multiply-add.  Return self*other+third with no rounding of the intermediate product.
    ///
    ///     >>> Decimal(2).fma(3, 5)
    ///     Decimal('11')
    #[method(sig = "(other, third, context=None)")]
    fn fma(&self, other: &Obj, third: &Obj, context: Option<&Obj>) -> PyResult<Object> {
        let ctx = context_or_current(context)?;
        op::fma(&ctx, self.as_obj(), other, third)
    }

    /// Test whether self and other have the same exponent or whether both are NaN.
    ///
    /// This operation is unaffected by context and is quiet.
    #[method(sig = "(other, context=None)")]
    fn same_quantum(&self, other: &Obj, context: Option<&Obj>) -> PyResult<bool> {
        let ctx = context_or_current(context)?;
        op::same_quantum(&ctx, self.as_obj(), other)
    }

    /// Return the adjusted exponent of the number.  Defined as exp + digits - 1.
    #[method]
    fn adjusted(&self) -> i64 {
        if self.number().is_special() { 0 } else { self.number().adjusted() }
    }

    /// Return the argument unchanged: its encoding is always canonical.
    #[method]
    fn canonical(&self) -> Object {
        self.as_obj().to_owned()
    }

    /// Return self.
    #[method]
    fn conjugate(&self) -> Object {
        self.as_obj().to_owned()
    }

    /// Return Decimal(10), the radix (base) in which the Decimal class does all its arithmetic.
    #[method]
    fn radix(&self) -> PyResult<Object> {
        op::radix()
    }

    /// Return the absolute value of the argument, without regard to the context and quietly.
    #[method]
    fn copy_abs(&self) -> PyResult<Object> {
        Ok(Decimal::new(self.number().clone().with_sign(false))?.into_object())
    }

    /// Return the negation of the argument, without regard to the context and quietly.
    #[method]
    fn copy_negate(&self) -> PyResult<Object> {
        Ok(Decimal::new(self.number().clone().negated())?.into_object())
    }

    /// Return a string describing the class of the operand.
    ///
    /// It is one of '-Infinity', '-Normal', '-Subnormal', '-Zero', '+Zero', '+Subnormal', '+Normal',
    /// '+Infinity', 'NaN' and 'sNaN'.
    #[method(sig = "(context=None)")]
    fn number_class(&self, context: Option<&Obj>) -> PyResult<&'static str> {
        Ok(self.number().class(&context_or_current(context)?.limits()))
    }

    /// Convert to an engineering-type string.
    ///
    /// Engineering notation has an exponent which is a multiple of 3, so there are up to 3 digits
    /// left of the decimal place: Decimal('123E+1') becomes '1.23E+3'. The value of
    /// context.capitals determines whether the exponent sign is lower or upper case.
    #[method(sig = "(context=None)")]
    fn to_eng_string(&self, context: Option<&Obj>) -> PyResult<String> {
        Ok(text::to_eng(self.number(), context_or_current(context)?.capitals()))
    }

    /// Class method that converts a float to a decimal number, exactly.
    ///
    /// Since 0.1 is not exactly representable in binary floating point,
    /// Decimal.from_float(0.1) is not the same as Decimal('0.1').
    ///
    ///     >>> Decimal.from_float(0.1)
    ///     Decimal('0.1000000000000000055511151231257827021181583404541015625')
    #[classmethod]
    fn from_float(cls: &Type, f: &Obj) -> PyResult<Object> {
        let ctx = current()?;
        let mut status = 0;
        let out = from_real(f, None, &mut status)?;
        ctx.note(status)?;
        converted(cls, out)
    }

    /// Class method that converts a real number to a decimal number, exactly.
    ///
    ///     >>> Decimal.from_number(314)              # int
    ///     Decimal('314')
    ///     >>> Decimal.from_number(0.1)              # float
    ///     Decimal('0.1000000000000000055511151231257827021181583404541015625')
    ///     >>> Decimal.from_number(Decimal('3.14'))  # another decimal instance
    ///     Decimal('3.14')
    #[classmethod]
    fn from_number(cls: &Type, number: &Obj) -> PyResult<Object> {
        if number.is_a::<Int>() || number.is_a::<Float>() {
            return Decimal::from_float(cls, number);
        }
        match number.downcast::<Decimal>() {
            Some(d)
                if std::ptr::eq(cls.as_type_ptr(), Decimal::TYPE_POINTER) && number.is_exact::<Decimal>() =>
            {
                Ok(d.as_obj().to_owned())
            }
            Some(d) => converted(cls, d.number().clone()),
            None => bail!(TypeError, "conversion from {} to Decimal is not supported", number.type_name()),
        }
    }

    /// Return a tuple representation of the number.
    #[method]
    fn as_tuple(&self) -> PyResult<Object> {
        out::to_tuple(self.number())
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original Decimal.
    ///
    /// The ratio is in lowest terms, with a positive denominator. Raise OverflowError on
    /// infinities and a ValueError on NaNs.
    #[method]
    fn as_integer_ratio(&self) -> PyResult<Ref<Tuple>> {
        out::to_ratio(self.number())
    }

    #[method]
    fn __copy__(&self) -> Object {
        self.as_obj().to_owned()
    }

    #[method]
    fn __deepcopy__(&self, _memo: &Obj) -> Object {
        self.as_obj().to_owned()
    }

    #[method(nosig, sig = "(fmtarg, override=None, /)")]
    fn __format__(&self, fmtarg: &Obj, changes: Option<&Obj>) -> PyResult<Ref<Str>> {
        let ctx = current()?;
        out::formatted(self, fmtarg, changes, &ctx)
    }

    #[method]
    fn __reduce__(&self) -> PyResult<Ref<Tuple>> {
        let args = Tuple::from_vec(vec![str_object(&self.sci()?)?])?;
        Tuple::from_vec(vec![self.as_obj().ob_type().as_obj().to_owned(), args.into_object()])
    }

    #[method(nosig, sig = "(ndigits=None, /)")]
    fn __round__(&self, ndigits: Option<&Obj>) -> PyResult<Object> {
        let Some(digits) = ndigits else { return out::to_int(self.number(), Rounding::HalfEven) };
        let Some(digits) = digits.downcast::<Int>() else {
            bail!(TypeError, "optional arg must be an integer");
        };
        let Some(places) = digits.to_i64() else {
            return Err(raise!(OverflowError, "Python int too large to convert to C ssize_t"));
        };
        let exponent = places.checked_neg().unwrap_or(i64::MAX);
        self.one(None, |d, limits, status| {
            quantize::quantize(d, &Number::small(false, 1, exponent), limits, status)
        })
    }

    #[method]
    fn __ceil__(&self) -> PyResult<Object> {
        out::to_int(self.number(), Rounding::Ceiling)
    }

    #[method]
    fn __floor__(&self) -> PyResult<Object> {
        out::to_int(self.number(), Rounding::Floor)
    }

    #[method]
    fn __trunc__(&self) -> PyResult<Object> {
        out::to_int(self.number(), Rounding::Down)
    }

    #[method]
    fn __complex__(&self) -> PyResult<Ref<Complex>> {
        let real = out::to_float(self.number())?;
        Complex::new(dovetail_num::complex::Complex::new(real, 0.0))
    }

    #[method]
    fn __sizeof__(&self) -> usize {
        let n = &self.number().coefficient;
        let heap = if n.spilled() { n.len() * size_of::<u64>() } else { 0 };
        self.as_obj().ob_type().raw().tp_basicsize as usize + heap
    }

    #[getter]
    fn real(&self) -> Object {
        self.as_obj().to_owned()
    }

    #[getter]
    fn imag(&self) -> PyResult<Object> {
        Ok(Decimal::new(Number::zero())?.into_object())
    }
}

/// The number as an instance of a class, which subclasses make by a call.
fn converted(cls: &Type, number: Number) -> PyResult<Object> {
    let plain = Decimal::new(number)?.into_object();
    if std::ptr::eq(cls.as_type_ptr(), Decimal::TYPE_POINTER) {
        return Ok(plain);
    }
    cls.as_obj().call(&[&plain])
}
