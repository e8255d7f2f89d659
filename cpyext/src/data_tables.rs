//! Constant tables that C reads: character classes, digits, operations by number, token names.

use crate::boundary::P;
use std::ffi::{c_char, c_int, c_uchar, c_uint};

/// A pointer in static memory.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Static<T>(pub T);
// SAFETY: constant pointers to static memory, or written at start-up only.
unsafe impl<T> Sync for Static<T> {}

const fn text(t: &'static std::ffi::CStr) -> Static<*const c_char> {
    Static(t.as_ptr())
}

// ---- characters (pyctype.h) ----

const LOWER: c_uint = 0x01;
const UPPER: c_uint = 0x02;
const DIGIT: c_uint = 0x04;
const SPACE: c_uint = 0x08;
const XDIGIT: c_uint = 0x10;

const fn class(c: u8) -> c_uint {
    let mut k = 0;
    if c.is_ascii_lowercase() {
        k |= LOWER;
    }
    if c.is_ascii_uppercase() {
        k |= UPPER;
    }
    if c.is_ascii_digit() {
        k |= DIGIT;
    }
    if c.is_ascii_hexdigit() {
        k |= XDIGIT;
    }
    if c == b' ' || (c >= 9 && c <= 13) {
        k |= SPACE;
    }
    k
}

/// `PY_CTF_*` of each character.
#[unsafe(no_mangle)]
pub static _Py_ctype_table: [c_uint; 256] = {
    let mut t = [0; 256];
    let mut i = 0;
    while i < 128 {
        t[i] = class(i as u8);
        i += 1;
    }
    t
};

/// Each character in lower case.
#[unsafe(no_mangle)]
pub static _Py_ctype_tolower: [c_uchar; 256] = {
    let mut t = [0; 256];
    let mut i = 0;
    while i < 256 {
        t[i] = (i as u8).to_ascii_lowercase();
        i += 1;
    }
    t
};

/// Each character in upper case.
#[unsafe(no_mangle)]
pub static _Py_ctype_toupper: [c_uchar; 256] = {
    let mut t = [0; 256];
    let mut i = 0;
    while i < 256 {
        t[i] = (i as u8).to_ascii_uppercase();
        i += 1;
    }
    t
};

/// 1 for what `str.split` takes for space, among ASCII characters.
#[unsafe(no_mangle)]
pub static _Py_ascii_whitespace: [c_uchar; 128] = {
    let mut t = [0; 128];
    let mut i = 0;
    while i < 128 {
        t[i] = (i == 32 || (i >= 9 && i <= 13) || (i >= 28 && i <= 31)) as u8;
        i += 1;
    }
    t
};

/// The value of each character as a digit; 37 for others.
#[unsafe(no_mangle)]
pub static _PyLong_DigitValue: [c_uchar; 256] = {
    let mut t = [37; 256];
    let mut i = 0;
    while i < 256 {
        let c = i as u8;
        if c.is_ascii_digit() {
            t[i] = c - b'0';
        } else if c.is_ascii_alphabetic() {
            t[i] = c.to_ascii_lowercase() - b'a' + 10;
        }
        i += 1;
    }
    t
};

/// The sixteen digits.
#[unsafe(no_mangle)]
pub static Py_hexdigits: Static<*const c_char> = text(c"0123456789abcdef");

// ---- operations by number ----

type Binary = unsafe extern "C" fn(P, P) -> P;
type Unary = unsafe extern "C" fn(P) -> P;

unsafe extern "C" fn power(a: P, b: P) -> P {
    // SAFETY: the arguments of an operator.
    unsafe { crate::abstract_number::PyNumber_Power(a, b, dovetail_core::types::none::none().as_ptr()) }
}

unsafe extern "C" fn power_in_place(a: P, b: P) -> P {
    // SAFETY: the arguments of an operator.
    unsafe {
        crate::abstract_number::PyNumber_InPlacePower(a, b, dovetail_core::types::none::none().as_ptr())
    }
}

/// The operators in the order of `BINARY_OP`'s argument; the last is `a[b]`.
#[unsafe(no_mangle)]
pub static _PyEval_BinaryOps: [Option<Binary>; 27] = {
    use crate::abstract_mapping::PyObject_GetItem;
    use crate::abstract_number::*;
    [
        Some(PyNumber_Add),
        Some(PyNumber_And),
        Some(PyNumber_FloorDivide),
        Some(PyNumber_Lshift),
        Some(PyNumber_MatrixMultiply),
        Some(PyNumber_Multiply),
        Some(PyNumber_Remainder),
        Some(PyNumber_Or),
        Some(power),
        Some(PyNumber_Rshift),
        Some(PyNumber_Subtract),
        Some(PyNumber_TrueDivide),
        Some(PyNumber_Xor),
        Some(PyNumber_InPlaceAdd),
        Some(PyNumber_InPlaceAnd),
        Some(PyNumber_InPlaceFloorDivide),
        Some(PyNumber_InPlaceLshift),
        Some(PyNumber_InPlaceMatrixMultiply),
        Some(PyNumber_InPlaceMultiply),
        Some(PyNumber_InPlaceRemainder),
        Some(PyNumber_InPlaceOr),
        Some(power_in_place),
        Some(PyNumber_InPlaceRshift),
        Some(PyNumber_InPlaceSubtract),
        Some(PyNumber_InPlaceTrueDivide),
        Some(PyNumber_InPlaceXor),
        Some(PyObject_GetItem),
    ]
};

/// The conversions of format strings in the order of `CONVERT_VALUE`'s argument.
#[unsafe(no_mangle)]
pub static _PyEval_ConversionFuncs: [Option<Unary>; 4] = {
    use crate::object::{PyObject_ASCII, PyObject_Repr, PyObject_Str};
    [None, Some(PyObject_Str), Some(PyObject_Repr), Some(PyObject_ASCII)]
};

/// Each comparison with its operands exchanged.
#[unsafe(no_mangle)]
pub static _Py_SwappedOp: [c_int; 6] = [4, 5, 2, 3, 0, 1];

/// Where `SET_FUNCTION_ATTRIBUTE` stores, by its argument.
#[unsafe(no_mangle)]
pub static _Py_FunctionAttributeOffsets: [usize; 17] = {
    use std::mem::offset_of;
    let mut t = [0; 17];
    t[1] = offset_of!(abi::PyFunctionObject, func_defaults);
    t[2] = offset_of!(abi::PyFunctionObject, func_kwdefaults);
    t[4] = offset_of!(abi::PyFunctionObject, func_annotations);
    t[8] = offset_of!(abi::PyFunctionObject, func_closure);
    t[16] = offset_of!(abi::PyFunctionObject, func_annotate);
    t
};

/// The names of tokens by their numbers.
#[unsafe(no_mangle)]
pub static _PyParser_TokenNames: [Static<*const c_char>; 70] = [
    text(c"ENDMARKER"),
    text(c"NAME"),
    text(c"NUMBER"),
    text(c"STRING"),
    text(c"NEWLINE"),
    text(c"INDENT"),
    text(c"DEDENT"),
    text(c"LPAR"),
    text(c"RPAR"),
    text(c"LSQB"),
    text(c"RSQB"),
    text(c"COLON"),
    text(c"COMMA"),
    text(c"SEMI"),
    text(c"PLUS"),
    text(c"MINUS"),
    text(c"STAR"),
    text(c"SLASH"),
    text(c"VBAR"),
    text(c"AMPER"),
    text(c"LESS"),
    text(c"GREATER"),
    text(c"EQUAL"),
    text(c"DOT"),
    text(c"PERCENT"),
    text(c"LBRACE"),
    text(c"RBRACE"),
    text(c"EQEQUAL"),
    text(c"NOTEQUAL"),
    text(c"LESSEQUAL"),
    text(c"GREATEREQUAL"),
    text(c"TILDE"),
    text(c"CIRCUMFLEX"),
    text(c"LEFTSHIFT"),
    text(c"RIGHTSHIFT"),
    text(c"DOUBLESTAR"),
    text(c"PLUSEQUAL"),
    text(c"MINEQUAL"),
    text(c"STAREQUAL"),
    text(c"SLASHEQUAL"),
    text(c"PERCENTEQUAL"),
    text(c"AMPEREQUAL"),
    text(c"VBAREQUAL"),
    text(c"CIRCUMFLEXEQUAL"),
    text(c"LEFTSHIFTEQUAL"),
    text(c"RIGHTSHIFTEQUAL"),
    text(c"DOUBLESTAREQUAL"),
    text(c"DOUBLESLASH"),
    text(c"DOUBLESLASHEQUAL"),
    text(c"AT"),
    text(c"ATEQUAL"),
    text(c"RARROW"),
    text(c"ELLIPSIS"),
    text(c"COLONEQUAL"),
    text(c"EXCLAMATION"),
    text(c"OP"),
    text(c"TYPE_IGNORE"),
    text(c"TYPE_COMMENT"),
    text(c"SOFT_KEYWORD"),
    text(c"FSTRING_START"),
    text(c"FSTRING_MIDDLE"),
    text(c"FSTRING_END"),
    text(c"TSTRING_START"),
    text(c"TSTRING_MIDDLE"),
    text(c"TSTRING_END"),
    text(c"COMMENT"),
    text(c"NL"),
    text(c"<ERRORTOKEN>"),
    text(c"<ENCODING>"),
    text(c"<N_TOKENS>"),
];
