//! `cast`: values of another type, as C's casts make them.

use super::cdata::CData;
use super::compiled::direct_function;
use super::ctype::CType;
use super::flags::*;
use super::raw::{long_double_is_true, read, write, write_integer, write_long_double};
use super::{arith, files, from_c, strings, to_c};
use dovetail_core::error::{PyResult, Raised, from_c as owned_result};
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};

/// `cast(ct, o)`.
pub fn cast(ct: &CType, o: &Obj) -> PyResult<Object> {
    if ct.is(POINTER | FUNCTION | ARRAY) && ct.size() >= 0 {
        to_pointer(ct, o)
    } else if ct.is(INTEGRAL) {
        to_integer(ct, o)
    } else if ct.is(FLOAT) {
        to_float(ct, o)
    } else if ct.is(COMPLEX) {
        to_complex(ct, o)
    } else {
        bail!(TypeError, "cannot cast to ctype '{}'", ct.name())
    }
}

/// The address behind a pointer, array or function of a compiled module.
fn address(o: &Obj) -> PyResult<Option<*mut u8>> {
    if let Some(cd) = CData::of(o) {
        return Ok(if cd.ctype().is(POINTER | FUNCTION | ARRAY) { Some(cd.data()) } else { None });
    }
    Ok(direct_function(o)?.as_deref().and_then(CData::of).map(CData::data))
}

fn to_pointer(ct: &CType, o: &Obj) -> PyResult<Object> {
    if let Some(p) = address(o)? {
        return CData::new(p, ct);
    }
    if ct.is(POINTER) && ct.item().is(FILE) && files::is_file(o)? {
        return CData::new(files::as_file(o)?, ct);
    }
    CData::new(arith::masked(o)? as usize as *mut u8, ct)
}

/// Truth of a number, as C's cast to `_Bool` finds it.
fn truth(o: &Obj) -> PyResult<bool> {
    if let Some(i) = o.downcast::<Int>() {
        return Ok(!i.is_zero());
    }
    if let Some(f) = o.downcast::<Float>() {
        return Ok(f.value() != 0.0);
    }
    let cd = CData::of(o);
    if let Some(cd) = cd {
        // SAFETY: a value of the type.
        unsafe {
            match cd.ctype().kind() {
                Kind::LongDouble => return Ok(long_double_is_true(cd.data())),
                Kind::F32 => return Ok(read::<f32>(cd.data()) != 0.0),
                Kind::F64 => return Ok(read::<f64>(cd.data()) != 0.0),
                _ => {}
            }
        }
    }
    // SAFETY: a suite of the object's type.
    let suite = unsafe { o.ob_type().raw().tp_as_number.as_ref() };
    let slot = suite.and_then(|n| if cd.is_none() { n.nb_float.or(n.nb_int) } else { n.nb_int });
    let Some(slot) = slot else { bail!(TypeError, "integer/float expected") };
    // SAFETY: a slot of the object's type.
    let number = unsafe { owned_result(slot(o.as_ptr())) }?;
    if number.is_a::<Int>() || number.is_a::<Float>() {
        truth(&number)
    } else {
        bail!(TypeError, "integer/float conversion failed")
    }
}

fn to_integer(ct: &CType, o: &Obj) -> PyResult<Object> {
    let wide = ct.size() == 16;
    let mut high = 0u64;
    let value = if let Some(p) = address(o)? {
        p as usize as u64
    } else if let Some(s) = o.downcast::<Str>() {
        match strings::single(s) {
            Ok(c) => u64::from(c),
            Err(what) => bail!(TypeError, "cannot cast {what} to ctype '{}'", ct.name()),
        }
    } else if o.is_a::<Bytes>() {
        to_c::char_value(o)?.into()
    } else if ct.is(BOOL) {
        truth(o)?.into()
    } else if wide {
        let value = arith::masked_wide(o)?;
        high = (value >> 64) as u64;
        value as u64
    } else {
        arith::masked(o)?
    };
    let value = if ct.is(BOOL) { u64::from(value != 0) } else { value };
    let cd = CData::primitive(ct)?;
    // SAFETY: the object has room for the value.
    unsafe {
        if wide {
            write(cd.data(), u128::from(high) << 64 | u128::from(value));
        } else {
            write_integer(cd.data(), value, ct.size());
        }
    }
    Ok(cd.into_object())
}

#[cold]
fn refused(ct: &CType, o: &Obj) -> Raised {
    match CData::of(o) {
        Some(cd) => raise!(TypeError, "cannot cast ctype '{}' to ctype '{}'", cd.ctype().name(), ct.name()),
        None => raise!(TypeError, "cannot cast {} object to ctype '{}'", o.type_name(), ct.name()),
    }
}

/// What a cast to a floating type starts from: a Python object, or the code of a single character.
enum Source {
    Object(Object),
    Code(u32),
}

fn source(ct: &CType, o: &Obj) -> PyResult<Source> {
    let object = match CData::of(o) {
        Some(cd) if !cd.ctype().is(PRIMITIVE) => return Err(refused(ct, o)),
        // SAFETY: a value of the type.
        Some(cd) => unsafe { from_c::convert(cd.data(), cd.ctype())? },
        None => o.to_owned(),
    };
    if let Some(b) = object.downcast::<Bytes>() {
        return match b.as_slice() {
            [byte] => Ok(Source::Code((*byte).into())),
            _ => Err(refused(ct, o)),
        };
    }
    if let Some(s) = object.downcast::<Str>() {
        return match strings::single(s) {
            Ok(c) => Ok(Source::Code(c)),
            Err(_) => Err(refused(ct, o)),
        };
    }
    Ok(Source::Object(object))
}

fn to_float(ct: &CType, o: &Obj) -> PyResult<Object> {
    let value = match source(ct, o)? {
        Source::Code(c) => c.into(),
        Source::Object(from) => {
            if ct.is(LONGDOUBLE)
                && let Some(cd) = CData::of(&from)
                && cd.ctype().is(LONGDOUBLE)
            {
                let to = CData::primitive(ct)?;
                // SAFETY: values of one size.
                unsafe { std::ptr::copy_nonoverlapping(cd.data(), to.data(), ct.size() as usize) };
                return Ok(to.into_object());
            }
            from.as_f64()?
        }
    };
    let cd = CData::primitive(ct)?;
    // SAFETY: the object has room for the value.
    unsafe {
        match ct.kind() {
            Kind::F32 => write(cd.data(), value as f32),
            Kind::F64 => write(cd.data(), value),
            _ => write_long_double(cd.data(), value),
        }
    }
    Ok(cd.into_object())
}

fn to_complex(ct: &CType, o: &Obj) -> PyResult<Object> {
    let (real, imag) = match source(ct, o)? {
        Source::Code(c) => (c.into(), 0.0),
        Source::Object(from) => {
            let value = dovetail_core::types::complex::to_complex(&from)?;
            (value.real, value.imag)
        }
    };
    let cd = CData::primitive(ct)?;
    // SAFETY: the object has room for the value.
    unsafe { to_c::write_complex(cd.data(), ct, real, imag) };
    Ok(cd.into_object())
}
