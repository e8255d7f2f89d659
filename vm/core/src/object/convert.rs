//! Conversions at the border of native functions: arguments from objects, results to objects and C values.

use crate::error::{PyResult, Raised};
use crate::object::native::Native;
use crate::object::obj::Obj;
use crate::object::refs::{Object, Ref};
use crate::raise;
use crate::types::bool_::bool_obj;
use crate::types::float::Float;
use crate::types::int::Int;
use crate::types::none::none;
use crate::types::str_::Str;
use std::ffi::c_int;
use std::ptr::null_mut;

/// Where an argument stands, for messages.
#[derive(Clone, Copy)]
pub enum Place {
    /// The only argument of a METH_O function.
    Only,
    /// A positional-only argument, counted from 0.
    Index(usize),
    Name(&'static str),
}

/// The function and place of an argument, for messages.
#[derive(Clone, Copy)]
pub struct ArgInfo {
    pub function: &'static str,
    pub place: Place,
}

impl ArgInfo {
    /// `f() argument 1 must be str, not int`.
    #[cold]
    pub fn bad(&self, expected: &str, got: &Obj) -> Raised {
        let got = if got.is_none() { "None" } else { got.type_name() };
        let f = self.function;
        match self.place {
            Place::Only => raise!(TypeError, "{f}() argument must be {expected}, not {got}"),
            Place::Index(i) => raise!(TypeError, "{f}() argument {} must be {expected}, not {got}", i + 1),
            Place::Name(n) => raise!(TypeError, "{f}() argument '{n}' must be {expected}, not {got}"),
        }
    }
}

/// A Rust value from an argument.
pub trait FromArg<'a>: Sized {
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self>;
}

impl<'a> FromArg<'a> for &'a Obj {
    #[inline(always)]
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        Ok(object)
    }
}

/// An optional argument for which `None` is a value like any other; without it the parameter is not given.
pub type Given<'a> = Option<&'a Obj>;

impl<'a> FromArg<'a> for Given<'a> {
    #[inline(always)]
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        Ok(Some(object))
    }
}

impl<'a> FromArg<'a> for Object {
    #[inline(always)]
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        Ok(object.to_owned())
    }
}

/// Typed borrows: an instance of the type or of a subtype.
macro_rules! from_native {
    ($($t:ty),* $(,)?) => { $(
        impl<'a> FromArg<'a> for &'a $t {
            #[inline]
            fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
                object.downcast::<$t>().ok_or_else(|| info.bad(<$t as Native>::NAME, object))
            }
        }
    )* };
}

from_native!(
    Str,
    crate::types::tuple::Tuple,
    crate::types::list::List,
    crate::types::dict::Dict,
    crate::types::type_::Type,
    crate::types::bytes::Bytes,
    crate::types::code::Code,
    crate::types::function::Function,
    crate::types::module::Module,
);

/// Text, encoded as UTF-8 (surrogates raise).
impl<'a> FromArg<'a> for &'a str {
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        <&Str>::from_arg(object, info)?.as_str()
    }
}

impl<'a> FromArg<'a> for bool {
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        object.is_true()
    }
}

impl<'a> FromArg<'a> for f64 {
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        object.as_f64()
    }
}

impl<'a> FromArg<'a> for Ref<Int> {
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        object.index()
    }
}

macro_rules! from_int {
    ($($t:ty => $c:literal),*) => { $(
        impl<'a> FromArg<'a> for $t {
            fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
                let i = object.index()?;
                i.to_i128().and_then(|v| <$t>::try_from(v).ok())
                    .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C {}", $c))
            }
        }
    )* };
}

from_int!(i32 => "int", i64 => "long", u32 => "unsigned int", u64 => "unsigned long", usize => "size_t", u8 => "unsigned char");

/// `Py_ssize_t` through `__index__`.
impl<'a> FromArg<'a> for isize {
    fn from_arg(object: &'a Obj, _: ArgInfo) -> PyResult<Self> {
        object.as_isize()
    }
}

/// One code point (`int(c)` arguments of C functions): a str of length 1.
impl<'a> FromArg<'a> for char {
    fn from_arg(object: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        let s = object.downcast::<Str>().ok_or_else(|| info.bad("a unicode character", object))?;
        match s.as_str()?.chars().next() {
            Some(c) if s.len() == 1 => Ok(c),
            _ => Err(info.bad("a unicode character", object)),
        }
    }
}

/// A Rust result as `PyResult<Object>`.
pub trait IntoReturn {
    fn into_return(self) -> PyResult<Object>;
}

impl<T: Native> IntoReturn for Ref<T> {
    #[inline(always)]
    fn into_return(self) -> PyResult<Object> {
        Ok(self.into_object())
    }
}

impl IntoReturn for () {
    #[inline(always)]
    fn into_return(self) -> PyResult<Object> {
        Ok(none().to_owned())
    }
}

impl IntoReturn for bool {
    #[inline(always)]
    fn into_return(self) -> PyResult<Object> {
        Ok(bool_obj(self).to_owned())
    }
}

impl IntoReturn for f64 {
    #[inline(always)]
    fn into_return(self) -> PyResult<Object> {
        Float::new(self).into_return()
    }
}

macro_rules! return_int {
    ($($t:ty),*) => { $(
        impl IntoReturn for $t {
            #[inline]
            fn into_return(self) -> PyResult<Object> {
                Int::from_i128(self as i128).into_return()
            }
        }
    )* };
}

return_int!(u8, i32, u32, i64, u64, isize, usize, i128);

impl IntoReturn for &str {
    fn into_return(self) -> PyResult<Object> {
        Str::new(self).into_return()
    }
}

impl IntoReturn for String {
    fn into_return(self) -> PyResult<Object> {
        Str::new(&self).into_return()
    }
}

impl IntoReturn for &Obj {
    #[inline(always)]
    fn into_return(self) -> PyResult<Object> {
        Ok(self.to_owned())
    }
}

impl<T: IntoReturn> IntoReturn for Option<T> {
    #[inline(always)]
    fn into_return(self) -> PyResult<Object> {
        match self {
            Some(v) => v.into_return(),
            None => Ok(none().to_owned()),
        }
    }
}

impl<T: IntoReturn> IntoReturn for PyResult<T> {
    #[inline(always)]
    fn into_return(self) -> PyResult<Object> {
        self?.into_return()
    }
}

/// Flattens `T` or `PyResult<T>` into `PyResult<T>`, for slots with parsed signatures.
pub trait IntoResult {
    type Value;
    fn into_result(self) -> PyResult<Self::Value>;
}

impl<T> IntoResult for PyResult<T> {
    type Value = T;
    #[inline(always)]
    fn into_result(self) -> PyResult<T> {
        self
    }
}

/// An `int` result of C: -1 when raised.
pub trait IntoInt {
    fn into_int(self) -> c_int;
}

impl IntoInt for bool {
    #[inline(always)]
    fn into_int(self) -> c_int {
        self as c_int
    }
}

impl IntoInt for () {
    #[inline(always)]
    fn into_int(self) -> c_int {
        0
    }
}

impl<T: IntoInt> IntoInt for PyResult<T> {
    #[inline(always)]
    fn into_int(self) -> c_int {
        match self {
            Ok(v) => v.into_int(),
            Err(Raised { .. }) => -1,
        }
    }
}

/// A `Py_ssize_t` or `Py_hash_t` result of C: -1 when raised.
pub trait IntoSize {
    fn into_size(self) -> isize;
}

impl IntoSize for isize {
    #[inline(always)]
    fn into_size(self) -> isize {
        self
    }
}

impl IntoSize for usize {
    #[inline(always)]
    fn into_size(self) -> isize {
        self as isize
    }
}

impl<T: IntoSize> IntoSize for PyResult<T> {
    #[inline(always)]
    fn into_size(self) -> isize {
        match self {
            Ok(v) => v.into_size(),
            Err(Raised { .. }) => -1,
        }
    }
}

/// The result of `tp_iternext`: NULL without an exception ends the iteration.
pub trait IntoNext {
    fn into_next(self) -> *mut abi::PyObject;
}

impl<T: IntoReturn> IntoNext for Option<T> {
    #[inline(always)]
    fn into_next(self) -> *mut abi::PyObject {
        match self.map(IntoReturn::into_return) {
            Some(Ok(o)) => o.into_ptr(),
            _ => null_mut(),
        }
    }
}

impl<T: IntoReturn> IntoNext for PyResult<Option<T>> {
    #[inline(always)]
    fn into_next(self) -> *mut abi::PyObject {
        match self {
            Ok(v) => v.into_next(),
            Err(Raised { .. }) => null_mut(),
        }
    }
}

/// A comparison operator of `tp_richcompare`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum CompareOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    #[inline(always)]
    pub fn from_c(op: c_int) -> CompareOp {
        match op {
            0 => CompareOp::Lt,
            1 => CompareOp::Le,
            2 => CompareOp::Eq,
            3 => CompareOp::Ne,
            4 => CompareOp::Gt,
            _ => CompareOp::Ge,
        }
    }

    /// The operator with its operands exchanged.
    pub fn swapped(self) -> CompareOp {
        use CompareOp::*;
        match self {
            Lt => Gt,
            Le => Ge,
            Eq => Eq,
            Ne => Ne,
            Gt => Lt,
            Ge => Le,
        }
    }

    /// What the operator says of an ordering.
    #[inline(always)]
    pub fn holds(self, o: std::cmp::Ordering) -> bool {
        use CompareOp::*;
        match self {
            Lt => o.is_lt(),
            Le => o.is_le(),
            Eq => o.is_eq(),
            Ne => o.is_ne(),
            Gt => o.is_gt(),
            Ge => o.is_ge(),
        }
    }

    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
}
