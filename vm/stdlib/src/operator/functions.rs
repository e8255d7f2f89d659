//! The functions of `_operator`.

use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::number::{BinaryOp, binary, inplace, power};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;

fn yes(b: bool) -> PyResult<Object> {
    Ok(bool_obj(b).to_owned())
}

/// Does the object give items by number (`PySequence_Check`)?
fn is_sequence(o: &Obj) -> bool {
    // SAFETY: a suite of the object's type.
    !o.is_a::<Dict>()
        && unsafe { o.ob_type().raw().tp_as_sequence.as_ref() }.is_some_and(|s| s.sq_item.is_some())
}

/// `a + b` of sequences: by their own slot, else by the number protocol of classes.
fn concat_sequences(a: &Obj, b: &Obj) -> PyResult<Object> {
    // SAFETY: a suite of the object's type.
    let own = unsafe { a.ob_type().raw().tp_as_sequence.as_ref() }.is_some_and(|s| s.sq_concat.is_some());
    if !own && is_sequence(a) && is_sequence(b) {
        return binary(BinaryOp::Add, a, b);
    }
    a.concat(b)
}

/// `a += b` of sequences.
fn inplace_concat_sequences(a: &Obj, b: &Obj) -> PyResult<Object> {
    // SAFETY: a suite of the object's type.
    let own = unsafe { a.ob_type().raw().tp_as_sequence.as_ref() }
        .is_some_and(|s| s.sq_concat.is_some() || s.sq_inplace_concat.is_some());
    if own || is_sequence(a) && is_sequence(b) {
        return inplace(BinaryOp::Add, a, b);
    }
    a.concat(b)
}

fn number(n: usize) -> PyResult<Object> {
    Ok(Int::from_usize(n)?.into_object())
}

/// Compares without telling by the time it takes where the bytes differ.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut difference = 0u8;
    for (x, y) in a.iter().zip(b) {
        // The optimizer must not leave the loop early.
        difference |= std::hint::black_box(x ^ y);
    }
    difference == 0
}

macro_rules! functions {
    ($($module:ident $sig:tt $args:tt { $($name:ident $python:tt $doc:tt $body:tt)* })*) => { $(
        /// Functions of operands only.
        #[pymodule(name = "_operator")]
        pub mod $module {
            use super::*;

            $(
                #[doc = $doc]
                #[function(sig = $sig, name = $python)]
                fn $name $args -> PyResult<Object> $body
            )*
        }
    )* };
}

functions! {
    binary_part "(a, b, /)" (a: &Obj, b: &Obj) {
        lt "lt" " Same as a < b." { a.compare(b, CompareOp::Lt) }
        le "le" " Same as a <= b." { a.compare(b, CompareOp::Le) }
        eq "eq" " Same as a == b." { a.compare(b, CompareOp::Eq) }
        ne "ne" " Same as a != b." { a.compare(b, CompareOp::Ne) }
        gt "gt" " Same as a > b." { a.compare(b, CompareOp::Gt) }
        ge "ge" " Same as a >= b." { a.compare(b, CompareOp::Ge) }
        is_ "is_" " Same as a is b." { yes(a.is(b)) }
        is_not "is_not" " Same as a is not b." { yes(!a.is(b)) }
        add "add" " Same as a + b." { binary(BinaryOp::Add, a, b) }
        sub "sub" " Same as a - b." { binary(BinaryOp::Subtract, a, b) }
        mul "mul" " Same as a * b." { binary(BinaryOp::Multiply, a, b) }
        matmul "matmul" " Same as a @ b." { binary(BinaryOp::MatrixMultiply, a, b) }
        floordiv "floordiv" " Same as a // b." { binary(BinaryOp::FloorDivide, a, b) }
        truediv "truediv" " Same as a / b." { binary(BinaryOp::TrueDivide, a, b) }
        mod_ "mod" " Same as a % b." { binary(BinaryOp::Remainder, a, b) }
        lshift "lshift" " Same as a << b." { binary(BinaryOp::Lshift, a, b) }
        rshift "rshift" " Same as a >> b." { binary(BinaryOp::Rshift, a, b) }
        and_ "and_" " Same as a & b." { binary(BinaryOp::And, a, b) }
        xor "xor" " Same as a ^ b." { binary(BinaryOp::Xor, a, b) }
        or_ "or_" " Same as a | b." { binary(BinaryOp::Or, a, b) }
        pow "pow" " Same as a ** b." { power(a, b, none()) }
        iadd "iadd" " Same as a += b." { inplace(BinaryOp::Add, a, b) }
        isub "isub" " Same as a -= b." { inplace(BinaryOp::Subtract, a, b) }
        imul "imul" " Same as a *= b." { inplace(BinaryOp::Multiply, a, b) }
        imatmul "imatmul" " Same as a @= b." { inplace(BinaryOp::MatrixMultiply, a, b) }
        ifloordiv "ifloordiv" " Same as a //= b." { inplace(BinaryOp::FloorDivide, a, b) }
        itruediv "itruediv" " Same as a /= b." { inplace(BinaryOp::TrueDivide, a, b) }
        imod "imod" " Same as a %= b." { inplace(BinaryOp::Remainder, a, b) }
        ilshift "ilshift" " Same as a <<= b." { inplace(BinaryOp::Lshift, a, b) }
        irshift "irshift" " Same as a >>= b." { inplace(BinaryOp::Rshift, a, b) }
        iand "iand" " Same as a &= b." { inplace(BinaryOp::And, a, b) }
        ixor "ixor" " Same as a ^= b." { inplace(BinaryOp::Xor, a, b) }
        ior "ior" " Same as a |= b." { inplace(BinaryOp::Or, a, b) }
        ipow "ipow" " Same as a **= b." { inplace(BinaryOp::Power, a, b) }
        concat "concat" " Same as a + b, for a and b sequences." { concat_sequences(a, b) }
        iconcat "iconcat" " Same as a += b, for a and b sequences." { inplace_concat_sequences(a, b) }
        contains "contains" " Same as b in a (note reversed operands)." { yes(a.contains(b)?) }
        indexOf "indexOf" " Return the first index of b in a." { number(iterable(a)?.index_of(b)?) }
        countOf "countOf" " Return the number of items in a which are, or which equal, b." {
            number(iterable(a)?.count_of(b)?)
        }
        getitem "getitem" " Same as a[b]." { a.get_item(b) }
        delitem "delitem" " Same as del a[b]." { a.del_item(b)?; Ok(none().to_owned()) }
    }
    unary_part "(a, /)" (a: &Obj) {
        truth "truth" " Return True if a is true, False otherwise." { yes(a.is_true()?) }
        not_ "not_" " Same as not a." { yes(!a.is_true()?) }
        is_none "is_none" " Same as a is None." { yes(a.is_none()) }
        is_not_none "is_not_none" " Same as a is not None." { yes(!a.is_none()) }
        index "index" " Same as a.__index__()" { Ok(a.index()?.to_exact()?.into_object()) }
        neg "neg" " Same as -a." { a.negative() }
        pos "pos" " Same as +a." { a.positive() }
        inv "inv" " Same as ~a." { a.invert() }
        invert "invert" " Same as ~a." { a.invert() }
        abs "abs" " Same as abs(a)." { a.absolute() }
    }
}

/// Counting and finding call what cannot be iterated over an argument.
fn iterable(o: &Obj) -> PyResult<Object> {
    match o.iter() {
        Err(e) if e.matches(dovetail_core::error::exc::TypeError()) => {
            e.clear();
            bail!(TypeError, "argument of type '{}' is not iterable", o.type_name())
        }
        r => r,
    }
}

/// Functions with signatures of their own.
#[pymodule(name = "_operator")]
pub mod part {
    use super::*;

    /// Same as a[b] = c.
    #[function]
    fn setitem(a: &Obj, b: &Obj, c: &Obj) -> PyResult<()> {
        a.set_item(b, c)
    }

    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[function(sig = "(obj, default=0, /)")]
    fn length_hint(obj: &Obj, default: isize) -> PyResult<isize> {
        // A negative default comes back as it is.
        let n = obj.length_hint(default as usize)?;
        Ok(n as isize)
    }

    /// Same as obj(*args, **kwargs).
    #[function(
        nosig,
        doc = "call($module, obj, /, *args, **kwargs)\n--\n\nSame as obj(*args, **kwargs).",
        sig = "(*args, **kwargs)"
    )]
    fn call(args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        let Some((f, rest)) = args.split_first() else {
            bail!(TypeError, "call expected at least 1 argument, got 0");
        };
        match kwargs {
            None => f.call(rest),
            Some(d) => f.call_dict(&*Tuple::from_slice(rest)?, Some(d)),
        }
    }

    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[function]
    fn _compare_digest(a: &Obj, b: &Obj) -> PyResult<bool> {
        if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
            let (Some(a), Some(b)) = (a.as_ascii(), b.as_ascii()) else {
                bail!(TypeError, "comparing strings with non-ASCII characters is not supported");
            };
            return Ok(same_bytes(a.as_bytes(), b.as_bytes()));
        }
        if !Buffer::supported(a) && !Buffer::supported(b) {
            bail!(
                TypeError,
                "unsupported operand types(s) or combination of types: '{}' and '{}'",
                a.type_name(),
                b.type_name()
            );
        }
        let (a, b) = (Buffer::simple(a)?, Buffer::simple(b)?);
        if a.view().ndim > 1 || b.view().ndim > 1 {
            bail!(BufferError, "Buffer must be single dimension");
        }
        Ok(same_bytes(a.as_slice(), b.as_slice()))
    }
}
