//! The number protocol: binary and unary operations with reflected operands, and conversions to C numbers.

use crate::error::{PyResult, Raised, exc, from_c};
use crate::object::{AsObj, Obj, Object, Ref, ToRef};
use crate::types::float::Float;
use crate::types::int::Int;
use crate::types::none::not_implemented;
use crate::{bail, raise, sym};
use std::mem::offset_of;

/// A binary operation, numbered as the argument of `BINARY_OP` without in-place forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinaryOp {
    Add = 0,
    And = 1,
    FloorDivide = 2,
    Lshift = 3,
    MatrixMultiply = 4,
    Multiply = 5,
    Remainder = 6,
    Or = 7,
    Power = 8,
    Rshift = 9,
    Subtract = 10,
    TrueDivide = 11,
    Xor = 12,
    DivMod = 13,
}

/// Per operation: symbol, in-place symbol, offset of the slot, offset of the in-place slot.
const OPS: [(&str, &str, usize, usize); 14] = [
    ("+", "+=", offset_of!(abi::PyNumberMethods, nb_add), offset_of!(abi::PyNumberMethods, nb_inplace_add)),
    ("&", "&=", offset_of!(abi::PyNumberMethods, nb_and), offset_of!(abi::PyNumberMethods, nb_inplace_and)),
    (
        "//",
        "//=",
        offset_of!(abi::PyNumberMethods, nb_floor_divide),
        offset_of!(abi::PyNumberMethods, nb_inplace_floor_divide),
    ),
    (
        "<<",
        "<<=",
        offset_of!(abi::PyNumberMethods, nb_lshift),
        offset_of!(abi::PyNumberMethods, nb_inplace_lshift),
    ),
    (
        "@",
        "@=",
        offset_of!(abi::PyNumberMethods, nb_matrix_multiply),
        offset_of!(abi::PyNumberMethods, nb_inplace_matrix_multiply),
    ),
    (
        "*",
        "*=",
        offset_of!(abi::PyNumberMethods, nb_multiply),
        offset_of!(abi::PyNumberMethods, nb_inplace_multiply),
    ),
    (
        "%",
        "%=",
        offset_of!(abi::PyNumberMethods, nb_remainder),
        offset_of!(abi::PyNumberMethods, nb_inplace_remainder),
    ),
    ("|", "|=", offset_of!(abi::PyNumberMethods, nb_or), offset_of!(abi::PyNumberMethods, nb_inplace_or)),
    (
        "** or pow()",
        "**=",
        offset_of!(abi::PyNumberMethods, nb_power),
        offset_of!(abi::PyNumberMethods, nb_inplace_power),
    ),
    (
        ">>",
        ">>=",
        offset_of!(abi::PyNumberMethods, nb_rshift),
        offset_of!(abi::PyNumberMethods, nb_inplace_rshift),
    ),
    (
        "-",
        "-=",
        offset_of!(abi::PyNumberMethods, nb_subtract),
        offset_of!(abi::PyNumberMethods, nb_inplace_subtract),
    ),
    (
        "/",
        "/=",
        offset_of!(abi::PyNumberMethods, nb_true_divide),
        offset_of!(abi::PyNumberMethods, nb_inplace_true_divide),
    ),
    ("^", "^=", offset_of!(abi::PyNumberMethods, nb_xor), offset_of!(abi::PyNumberMethods, nb_inplace_xor)),
    ("divmod()", "divmod()", offset_of!(abi::PyNumberMethods, nb_divmod), 0),
];

impl BinaryOp {
    /// From the argument of `BINARY_OP`: the operation and whether it is in place.
    pub fn from_oparg(oparg: usize) -> (BinaryOp, bool) {
        let (n, inplace) = if oparg >= 13 { (oparg - 13, true) } else { (oparg, false) };
        (BinaryOp::from_number(n as u8), inplace)
    }

    fn from_number(n: u8) -> BinaryOp {
        use BinaryOp::*;
        [
            Add,
            And,
            FloorDivide,
            Lshift,
            MatrixMultiply,
            Multiply,
            Remainder,
            Or,
            Power,
            Rshift,
            Subtract,
            TrueDivide,
            Xor,
            DivMod,
        ][n as usize]
    }
}

type Binary = unsafe extern "C" fn(*mut abi::PyObject, *mut abi::PyObject) -> *mut abi::PyObject;
type Ternary =
    unsafe extern "C" fn(*mut abi::PyObject, *mut abi::PyObject, *mut abi::PyObject) -> *mut abi::PyObject;

/// The number slot at `offset`, if the type has it.
#[inline(always)]
fn slot(o: &Obj, offset: usize) -> Option<Binary> {
    let n = o.ob_type().raw().tp_as_number;
    if n.is_null() {
        return None;
    }
    // SAFETY: every member of the suite is a nullable function pointer.
    unsafe { *((n as *const u8).add(offset) as *const Option<Binary>) }
}

/// Tries `a op b` through the slots; NotImplemented when neither operand knows.
fn binary1(a: &Obj, b: &Obj, offset: usize) -> PyResult<Object> {
    let fa = slot(a, offset);
    let mut fb = if std::ptr::eq(a.type_ptr(), b.type_ptr()) { None } else { slot(b, offset) };
    if let (Some(x), Some(y)) = (fa, fb)
        && x as usize == y as usize
    {
        fb = None;
    }
    // SAFETY: slots of the operands' types.
    unsafe {
        if let Some(fa) = fa {
            if let Some(f) = fb
                && b.ob_type().is_subtype(a.ob_type())
            {
                let r = from_c(f(a.as_ptr(), b.as_ptr()))?;
                if !r.is(not_implemented()) {
                    return Ok(r);
                }
                fb = None;
            }
            let r = from_c(fa(a.as_ptr(), b.as_ptr()))?;
            if !r.is(not_implemented()) {
                return Ok(r);
            }
        }
        if let Some(f) = fb {
            return from_c(f(a.as_ptr(), b.as_ptr()));
        }
    }
    Ok(not_implemented().to_owned())
}

#[cold]
fn unsupported(symbol: &str, a: &Obj, b: &Obj) -> Raised {
    raise!(TypeError, "unsupported operand type(s) for {symbol}: '{}' and '{}'", a.type_name(), b.type_name())
}

/// `a op b`.
pub fn binary(op: BinaryOp, a: &Obj, b: &Obj) -> PyResult<Object> {
    if op == BinaryOp::Power {
        return power(a, b, crate::types::none::none());
    }
    let (symbol, _, offset, _) = OPS[op as usize];
    let r = binary1(a, b, offset)?;
    if !r.is(not_implemented()) {
        return Ok(r);
    }
    if let Some(r) = sequence_form(op, a, b, false)? {
        return Ok(r);
    }
    Err(unsupported(symbol, a, b))
}

/// `a op= b`.
pub fn inplace(op: BinaryOp, a: &Obj, b: &Obj) -> PyResult<Object> {
    if op == BinaryOp::Power {
        return inplace_power(a, b, crate::types::none::none());
    }
    let (_, symbol, offset, in_offset) = OPS[op as usize];
    if let Some(f) = slot(a, in_offset) {
        // SAFETY: a slot of the operand's type.
        let r = unsafe { from_c(f(a.as_ptr(), b.as_ptr())) }?;
        if !r.is(not_implemented()) {
            return Ok(r);
        }
    }
    let r = binary1(a, b, offset)?;
    if !r.is(not_implemented()) {
        return Ok(r);
    }
    if let Some(r) = sequence_form(op, a, b, true)? {
        return Ok(r);
    }
    Err(unsupported(symbol, a, b))
}

/// `a op b` through the number slots alone; `NotImplemented` when neither operand knows.
pub fn binary_number(op: BinaryOp, a: &Obj, b: &Obj) -> PyResult<Object> {
    binary1(a, b, OPS[op as usize].2)
}

/// `a op= b` through the number slots alone; `NotImplemented` when neither operand knows.
pub fn inplace_number(op: BinaryOp, a: &Obj, b: &Obj) -> PyResult<Object> {
    let (_, _, offset, in_offset) = OPS[op as usize];
    if let Some(f) = slot(a, in_offset) {
        // SAFETY: a slot of the operand's type.
        let r = unsafe { from_c(f(a.as_ptr(), b.as_ptr())) }?;
        if !r.is(not_implemented()) {
            return Ok(r);
        }
    }
    binary1(a, b, offset)
}

/// `a **= b`, with a modulus that only the in-place slot and `pow` look at.
pub fn inplace_power(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
    let (_, symbol, _, in_offset) = OPS[BinaryOp::Power as usize];
    if let Some(f) = slot(a, in_offset) {
        // SAFETY: this slot is ternary.
        let r = unsafe {
            let f = std::mem::transmute::<Binary, Ternary>(f);
            from_c(f(a.as_ptr(), b.as_ptr(), c.as_ptr()))
        }?;
        if !r.is(not_implemented()) {
            return Ok(r);
        }
    }
    let r = power1(a, b, c)?;
    if !r.is(not_implemented()) {
        return Ok(r);
    }
    if c.is_none() {
        return Err(unsupported(symbol, a, b));
    }
    Err(raise!(
        TypeError,
        "unsupported operand type(s) for {symbol}: '{}', '{}', '{}'",
        a.type_name(),
        b.type_name(),
        c.type_name()
    ))
}

/// `+` and `*` of sequences.
fn sequence_form(op: BinaryOp, a: &Obj, b: &Obj, inplace: bool) -> PyResult<Option<Object>> {
    // SAFETY: suites and slots of the operands' types.
    unsafe {
        let (sa, sb) = (a.ob_type().raw().tp_as_sequence.as_ref(), b.ob_type().raw().tp_as_sequence.as_ref());
        match op {
            BinaryOp::Add => {
                let f =
                    sa.and_then(|s| if inplace { s.sq_inplace_concat.or(s.sq_concat) } else { s.sq_concat });
                match f {
                    Some(f) => from_c(f(a.as_ptr(), b.as_ptr())).map(Some),
                    None => Ok(None),
                }
            }
            BinaryOp::Multiply => {
                let f =
                    sa.and_then(|s| if inplace { s.sq_inplace_repeat.or(s.sq_repeat) } else { s.sq_repeat });
                if let Some(f) = f {
                    return from_c(f(a.as_ptr(), repeat_count(b)?)).map(Some);
                }
                match sb.and_then(|s| s.sq_repeat) {
                    Some(f) => from_c(f(b.as_ptr(), repeat_count(a)?)).map(Some),
                    None => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }
}

fn repeat_count(n: &Obj) -> PyResult<isize> {
    if !n.has_index() {
        bail!(TypeError, "can't multiply sequence by non-int of type '{}'", n.type_name());
    }
    n.as_isize_count()
}

fn power1(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
    let offset = OPS[BinaryOp::Power as usize].2;
    // SAFETY: this slot is ternary.
    let get = |o: &Obj| slot(o, offset).map(|f| unsafe { std::mem::transmute::<Binary, Ternary>(f) });
    let fa = get(a);
    let mut fb = if std::ptr::eq(a.type_ptr(), b.type_ptr()) { None } else { get(b) };
    if let (Some(x), Some(y)) = (fa, fb)
        && x as usize == y as usize
    {
        fb = None;
    }
    // SAFETY: slots of the operands' types.
    let call = |f: Ternary| unsafe { from_c(f(a.as_ptr(), b.as_ptr(), c.as_ptr())) };
    if let Some(f) = fa {
        if let Some(g) = fb
            && b.ob_type().is_subtype(a.ob_type())
        {
            let r = call(g)?;
            if !r.is(not_implemented()) {
                return Ok(r);
            }
            fb = None;
        }
        let r = call(f)?;
        if !r.is(not_implemented()) {
            return Ok(r);
        }
    }
    if let Some(g) = fb {
        let r = call(g)?;
        if !r.is(not_implemented()) {
            return Ok(r);
        }
    }
    if !c.is_none()
        && let Some(h) = get(c)
        && fa.is_none_or(|f| f as usize != h as usize)
    {
        return call(h);
    }
    Ok(not_implemented().to_owned())
}

/// `pow(a, b, c)`.
pub fn power(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
    let r = power1(a, b, c)?;
    if !r.is(not_implemented()) {
        return Ok(r);
    }
    if c.is_none() {
        return Err(unsupported("** or pow()", a, b));
    }
    Err(raise!(
        TypeError,
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        a.type_name(),
        b.type_name(),
        c.type_name()
    ))
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $slot:ident $what:literal;)*) => { $(
        $(#[$doc])*
        pub fn $name(&self) -> PyResult<Object> {
            // SAFETY: a suite of the object's type.
            if let Some(f) = unsafe { self.ob_type().raw().tp_as_number.as_ref() }.and_then(|n| n.$slot) {
                // SAFETY: a slot of the object's type.
                return unsafe { from_c(f(self.as_ptr())) };
            }
            Err(raise!(TypeError, "bad operand type for {}: '{}'", $what, self.type_name()))
        }
    )* };
}

impl Obj {
    unary! {
        /// `-self`.
        negative nb_negative "unary -";
        /// `+self`.
        positive nb_positive "unary +";
        /// `~self`.
        invert nb_invert "unary ~";
        /// `abs(self)`.
        absolute nb_absolute "abs()";
    }

    /// Has `__index__`?
    #[inline]
    pub fn has_index(&self) -> bool {
        // SAFETY: a suite of the object's type.
        unsafe { self.ob_type().raw().tp_as_number.as_ref() }.is_some_and(|n| n.nb_index.is_some())
    }

    /// `operator.index(self)`, as an exact int or an instance of a subclass of int.
    pub fn index(&self) -> PyResult<Ref<Int>> {
        if let Some(i) = self.downcast::<Int>() {
            return Ok(i.to_ref());
        }
        // SAFETY: a suite of the object's type.
        let f = unsafe { self.ob_type().raw().tp_as_number.as_ref() }.and_then(|n| n.nb_index);
        let Some(f) = f else {
            bail!(TypeError, "'{}' object cannot be interpreted as an integer", self.type_name());
        };
        // SAFETY: a slot of the object's type.
        let r = unsafe { from_c(f(self.as_ptr())) }?;
        if !r.is_exact::<Int>() && r.is_a::<Int>() {
            let message = format!(
                "__index__ returned non-int (type {}).  The ability to return an instance of a strict subclass of int \
                 is deprecated, and may be removed in a future version of Python.",
                r.type_name()
            );
            crate::types::exception::warn(exc::DeprecationWarning(), &message, 1)?;
        }
        r.downcast_into::<Int>()
            .map_err(|r| raise!(TypeError, "__index__ returned non-int (type {})", r.type_name()))
    }

    /// `Py_ssize_t` through `__index__`; too big raises OverflowError.
    pub fn as_isize(&self) -> PyResult<isize> {
        let i = self.index()?;
        match i.to_i64() {
            Some(v) => Ok(v as isize),
            None => Err(raise!(OverflowError, "Python int too large to convert to C ssize_t")),
        }
    }

    /// As `as_isize`, for indices: too big raises `IndexError`.
    pub fn as_isize_index(&self) -> PyResult<isize> {
        let i = self.index()?;
        match i.to_i64() {
            Some(v) => Ok(v as isize),
            None => Err(raise!(IndexError, "cannot fit '{}' into an index-sized integer", self.type_name())),
        }
    }

    /// As `as_isize`, for lengths and counts: too big raises `OverflowError` in an index's words.
    pub fn as_isize_count(&self) -> PyResult<isize> {
        let i = self.index()?;
        match i.to_i64() {
            Some(v) => Ok(v as isize),
            None => {
                Err(raise!(OverflowError, "cannot fit '{}' into an index-sized integer", self.type_name()))
            }
        }
    }

    /// As `as_isize`, clipped to the range of `Py_ssize_t` (slices).
    pub fn as_isize_clipped(&self) -> PyResult<isize> {
        let i = self.index()?;
        Ok(match i.to_i64() {
            Some(v) => v as isize,
            None if i.is_negative() => isize::MIN,
            None => isize::MAX,
        })
    }

    /// A C `long` through `__index__`.
    pub fn as_i64(&self) -> PyResult<i64> {
        let i = self.index()?;
        i.to_i64().ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C long"))
    }

    /// A C double through `__float__` or `__index__` (`PyFloat_AsDouble`).
    pub fn as_f64(&self) -> PyResult<f64> {
        if let Some(f) = self.downcast::<Float>() {
            return Ok(f.value());
        }
        self.to_f64_by_method()
    }

    /// As `as_f64`, but `__float__` of a subclass of `float` is called too (`PyNumber_Float`).
    pub fn to_f64_by_method(&self) -> PyResult<f64> {
        // SAFETY: a suite of the object's type.
        let n = unsafe { self.ob_type().raw().tp_as_number.as_ref() };
        if let Some(f) = n.and_then(|n| n.nb_float) {
            // SAFETY: a slot of the object's type.
            let r = unsafe { from_c(f(self.as_ptr())) }?;
            if let Some(f) = r.downcast::<Float>() {
                if !r.is_exact::<Float>() {
                    let message = format!(
                        "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict \
                         subclass of float is deprecated, and may be removed in a future version of Python.",
                        self.type_name(),
                        r.type_name()
                    );
                    crate::types::exception::warn(exc::DeprecationWarning(), &message, 1)?;
                }
                return Ok(f.value());
            }
            bail!(TypeError, "{}.__float__ returned non-float (type {})", self.type_name(), r.type_name());
        }
        if self.has_index() {
            return self.index()?.to_f64();
        }
        Err(raise!(TypeError, "must be real number, not {}", self.type_name()))
    }

    /// `int(self)` of a non-string: `__int__`, `__index__`, `__trunc__`.
    pub fn to_int(&self) -> PyResult<Ref<Int>> {
        if let Some(i) = self.downcast_exact::<Int>() {
            return Ok(i.to_ref());
        }
        // SAFETY: a suite of the object's type.
        let n = unsafe { self.ob_type().raw().tp_as_number.as_ref() };
        if let Some(f) = n.and_then(|n| n.nb_int) {
            // SAFETY: a slot of the object's type.
            let r = unsafe { from_c(f(self.as_ptr())) }?;
            if let Some(i) = r.downcast_exact::<Int>() {
                return Ok(i.to_ref());
            }
            if let Some(i) = r.downcast::<Int>() {
                let message = format!(
                    "__int__ returned non-int (type {}).  The ability to return an instance of a strict subclass of \
                     int is deprecated, and may be removed in a future version of Python.",
                    r.type_name()
                );
                crate::types::exception::warn(exc::DeprecationWarning(), &message, 1)?;
                return i.to_exact();
            }
            bail!(TypeError, "__int__ returned non-int (type {})", r.type_name());
        }
        if self.has_index() {
            return self.index()?.to_exact();
        }
        crate::types::int::from_text_object(self)
    }

    /// `divmod(self, other)`.
    pub fn divmod(&self, other: &Obj) -> PyResult<Object> {
        binary(BinaryOp::DivMod, self, other)
    }

    /// `self.__format__(spec)`, as `format(self, spec)` does.
    pub fn format(&self, spec: &crate::types::str_::Str) -> PyResult<Ref<crate::types::str_::Str>> {
        use crate::types::str_::Str;
        if spec.is_empty() {
            if let Some(s) = self.downcast_exact::<Str>() {
                return Ok(s.to_ref());
            }
            if self.is_exact::<Int>() {
                return self.str_();
            }
        }
        let Some(f) = self.lookup_special(sym!(__format__))? else {
            bail!(TypeError, "Type {} doesn't define __format__", self.type_name());
        };
        let r = f.call(&[spec.as_obj()])?;
        r.downcast_into::<Str>()
            .map_err(|r| raise!(TypeError, "__format__ must return a str, not {}", r.type_name()))
    }
}
