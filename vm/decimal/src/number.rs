//! The number: sign, kind, exponent, coefficient.

use crate::context::{Context, Status, condition};
use crate::nat::{self, Limbs};

/// What stands in place of a coefficient and exponent, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Finite,
    Infinite,
    /// Quiet; the coefficient is the payload.
    NaN,
    /// Signalling; the coefficient is the payload.
    SNaN,
}

/// A decimal number. The coefficient has no zero limbs at the top; it is empty for zero and infinity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    pub negative: bool,
    pub kind: Kind,
    /// 0 unless finite.
    pub exponent: i64,
    pub coefficient: Limbs,
}

impl Default for Decimal {
    fn default() -> Decimal {
        Decimal::zero()
    }
}

impl Decimal {
    /// `0`
    pub fn zero() -> Decimal {
        Decimal::small(false, 0, 0)
    }

    /// A finite number.
    #[inline]
    pub fn new(negative: bool, coefficient: Limbs, exponent: i64) -> Decimal {
        debug_assert!(coefficient.last() != Some(&0));
        Decimal { negative, kind: Kind::Finite, exponent, coefficient }
    }

    /// A finite number of one word.
    #[inline]
    pub fn small(negative: bool, coefficient: u64, exponent: i64) -> Decimal {
        Decimal::new(negative, nat::from_u64(coefficient), exponent)
    }

    /// An infinity.
    pub fn infinity(negative: bool) -> Decimal {
        Decimal { negative, kind: Kind::Infinite, exponent: 0, coefficient: Limbs::new() }
    }

    /// A quiet NaN.
    pub fn nan() -> Decimal {
        Decimal { negative: false, kind: Kind::NaN, exponent: 0, coefficient: Limbs::new() }
    }

    /// A NaN, with the condition that made it.
    #[cold]
    pub(crate) fn error(what: Status, status: &mut Status) -> Decimal {
        *status |= what;
        Decimal::nan()
    }

    /// A NaN for `INVALID_OPERATION`.
    #[cold]
    pub(crate) fn invalid(status: &mut Status) -> Decimal {
        Decimal::error(condition::INVALID_OPERATION, status)
    }

    /// A finite number from a machine integer.
    pub fn from_i64(value: i64) -> Decimal {
        Decimal::small(value < 0, value.unsigned_abs(), 0)
    }

    #[inline(always)]
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    #[inline(always)]
    pub fn is_special(&self) -> bool {
        self.kind != Kind::Finite
    }

    #[inline(always)]
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    #[inline(always)]
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::NaN | Kind::SNaN)
    }

    #[inline(always)]
    pub fn is_qnan(&self) -> bool {
        self.kind == Kind::NaN
    }

    #[inline(always)]
    pub fn is_snan(&self) -> bool {
        self.kind == Kind::SNaN
    }

    /// Whether it is a finite zero.
    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.coefficient.is_empty()
    }

    /// Decimal digits of the coefficient; 1 for zero.
    #[inline(always)]
    pub fn digits(&self) -> i64 {
        nat::digits(&self.coefficient) as i64
    }

    /// The exponent of the first digit.
    #[inline(always)]
    pub fn adjusted(&self) -> i64 {
        self.exponent + self.digits() - 1
    }

    /// Finite, not zero, and at least the smallest normal number.
    pub fn is_normal(&self, ctx: &Context) -> bool {
        self.is_finite() && !self.coefficient.is_empty() && self.adjusted() >= ctx.emin
    }

    /// Finite, not zero, and below the smallest normal number.
    pub fn is_subnormal(&self, ctx: &Context) -> bool {
        self.is_finite() && !self.coefficient.is_empty() && self.adjusted() < ctx.emin
    }

    /// Whether it is a finite integer.
    pub fn is_integer(&self) -> bool {
        self.is_finite()
            && (self.exponent >= 0
                || self.coefficient.is_empty()
                || (-self.exponent) as u64 <= nat::trailing_zeros(&self.coefficient) as u64)
    }

    /// Whether the integer is odd.
    pub fn is_odd(&self) -> bool {
        if self.exponent > 0 || self.coefficient.is_empty() {
            return false;
        }
        nat::digit(&self.coefficient, (-self.exponent) as usize) % 2 == 1
    }

    /// The number with its sign changed.
    pub fn negated(mut self) -> Decimal {
        self.negative = !self.negative;
        self
    }

    /// The number with this sign.
    pub fn with_sign(mut self, negative: bool) -> Decimal {
        self.negative = negative;
        self
    }

    /// -1, 0 or 1 of a number that is not NaN.
    pub fn signum(&self) -> i32 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        }
    }

    /// The class of the number, as `number_class` names it.
    pub fn class(&self, ctx: &Context) -> &'static str {
        match (self.kind, self.negative) {
            (Kind::SNaN, _) => "sNaN",
            (Kind::NaN, _) => "NaN",
            (Kind::Infinite, true) => "-Infinity",
            (Kind::Infinite, false) => "+Infinity",
            (Kind::Finite, n) => match (self.is_zero(), self.is_subnormal(ctx), n) {
                (true, _, true) => "-Zero",
                (true, _, false) => "+Zero",
                (_, true, true) => "-Subnormal",
                (_, true, false) => "+Subnormal",
                (_, _, true) => "-Normal",
                (_, _, false) => "+Normal",
            },
        }
    }
}

/// The result of an operation one of whose operands is NaN.
#[cold]
pub(crate) fn propagate(operands: &[&Decimal], ctx: &Context, status: &mut Status) -> Decimal {
    let chosen = operands.iter().find(|d| d.is_snan()).or_else(|| operands.iter().find(|d| d.is_nan()));
    let chosen = chosen.expect("one is NaN");
    if chosen.is_snan() {
        *status |= condition::INVALID_OPERATION;
    }
    let mut out = Decimal { kind: Kind::NaN, ..(*chosen).clone() };
    fit_payload(&mut out, ctx);
    out
}

/// Cuts a payload to what the precision allows.
pub(crate) fn fit_payload(d: &mut Decimal, ctx: &Context) {
    let most = ctx.prec - ctx.clamp as i64;
    if !d.coefficient.is_empty() && d.digits() > most {
        d.coefficient = nat::low_digits(&d.coefficient, most as usize);
    }
}
