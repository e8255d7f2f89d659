//! Precision, rounding, exponent limits, and the conditions that operations signal.

/// Conditions as a set of bits, from [`condition`].
pub type Status = u32;

/// The conditions, with the numbers that C programs know them by.
pub mod condition {
    /// The exponent was changed to fit the limits.
    pub const CLAMPED: u32 = 1;
    /// Text that is no number.
    pub const CONVERSION_SYNTAX: u32 = 2;
    /// A finite number divided by zero.
    pub const DIVISION_BY_ZERO: u32 = 4;
    /// An integer quotient with more digits than the precision.
    pub const DIVISION_IMPOSSIBLE: u32 = 8;
    /// Zero divided by zero.
    pub const DIVISION_UNDEFINED: u32 = 0x10;
    /// An internal condition that never arises here.
    pub const FPU_ERROR: u32 = 0x20;
    /// Digits other than zero were lost.
    pub const INEXACT: u32 = 0x40;
    /// The context cannot serve the operation.
    pub const INVALID_CONTEXT: u32 = 0x80;
    /// No meaningful result.
    pub const INVALID_OPERATION: u32 = 0x100;
    /// The result does not fit in memory.
    pub const MALLOC_ERROR: u32 = 0x200;
    /// Mixing with floats, signalled by the caller.
    pub const FLOAT_OPERATION: u32 = 0x400;
    /// The exponent is too large.
    pub const OVERFLOW: u32 = 0x800;
    /// Digits were dropped, zeros perhaps.
    pub const ROUNDED: u32 = 0x1000;
    /// The result is below the normal range.
    pub const SUBNORMAL: u32 = 0x2000;
    /// Subnormal and inexact.
    pub const UNDERFLOW: u32 = 0x4000;

    /// What IEEE 754 calls invalid.
    pub const IEEE_INVALID: u32 = CONVERSION_SYNTAX
        | DIVISION_IMPOSSIBLE
        | DIVISION_UNDEFINED
        | FPU_ERROR
        | INVALID_CONTEXT
        | INVALID_OPERATION
        | MALLOC_ERROR;
    /// Conditions after which there is no number.
    pub const ERRORS: u32 = IEEE_INVALID | DIVISION_BY_ZERO;
    /// All of them.
    pub const ALL: u32 = 0x7fff;
}

/// How a result with too many digits is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    /// Down, but away from zero when the last digit would be 0 or 5.
    ZeroFiveUp,
}

impl Rounding {
    /// All, in the order in which C programs number them.
    pub const ALL: [Rounding; 8] = [
        Rounding::Up,
        Rounding::Down,
        Rounding::Ceiling,
        Rounding::Floor,
        Rounding::HalfUp,
        Rounding::HalfDown,
        Rounding::HalfEven,
        Rounding::ZeroFiveUp,
    ];

    /// The name of the module's constant, which is also its value.
    pub fn name(self) -> &'static str {
        match self {
            Rounding::Up => "ROUND_UP",
            Rounding::Down => "ROUND_DOWN",
            Rounding::Ceiling => "ROUND_CEILING",
            Rounding::Floor => "ROUND_FLOOR",
            Rounding::HalfUp => "ROUND_HALF_UP",
            Rounding::HalfDown => "ROUND_HALF_DOWN",
            Rounding::HalfEven => "ROUND_HALF_EVEN",
            Rounding::ZeroFiveUp => "ROUND_05UP",
        }
    }
}

/// The largest precision.
pub const MAX_PREC: i64 = 999_999_999_999_999_999;
/// The largest exponent limit.
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
/// The smallest exponent limit.
pub const MIN_EMIN: i64 = -999_999_999_999_999_999;
/// The exponent of the smallest number at all.
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PREC - 1);
/// The widest of IEEE's interchange formats.
pub const IEEE_CONTEXT_MAX_BITS: i64 = 512;

/// What an operation's result has to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// Digits of the coefficient.
    pub prec: i64,
    /// The largest adjusted exponent.
    pub emax: i64,
    /// The smallest adjusted exponent of normal numbers.
    pub emin: i64,
    pub rounding: Rounding,
    /// Whether exponents are folded down as in IEEE's interchange formats.
    pub clamp: bool,
}

impl Context {
    /// The widest limits: for exact conversions.
    pub const MAX: Context = Context {
        prec: MAX_PREC,
        emax: MAX_EMAX,
        emin: MIN_EMIN,
        rounding: Rounding::HalfEven,
        clamp: false,
    };

    /// The smallest exponent of subnormal numbers.
    #[inline]
    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    /// The largest exponent of a number with all digits.
    #[inline]
    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    /// The widest limits with this precision.
    pub(crate) fn work(prec: i64) -> Context {
        Context { prec, ..Context::MAX }
    }

    /// The context of IEEE's interchange format with so many bits; `None` when there is none.
    pub fn ieee(bits: i64) -> Option<Context> {
        if bits <= 0 || bits > IEEE_CONTEXT_MAX_BITS || bits % 32 != 0 {
            return None;
        }
        let prec = 9 * (bits / 32) - 2;
        let emax = 3 * (1i64 << (bits / 16 + 3));
        Some(Context { prec, emax, emin: 1 - emax, rounding: Rounding::HalfEven, clamp: true })
    }
}
