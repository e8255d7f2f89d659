//! `Py_BuildValue`: objects by a format (C API, section "Building values"). The variadic functions are C.

use crate::boundary::P;
use crate::text::c_str;
use crate::va::{Args, VaList};
use dovetail_core::bail;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::complex::Complex;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;

/// A format that is being read.
struct Builder<'a> {
    format: &'a [u8],
    at: usize,
    args: Args,
}

impl Builder<'_> {
    fn peek(&self) -> u8 {
        self.format.get(self.at).copied().unwrap_or(0)
    }

    /// Steps over what only separates.
    fn blank(&mut self) {
        while matches!(self.peek(), b',' | b':' | b' ' | b'\t') {
            self.at += 1;
        }
    }

    /// The values up to `end`. All are made, also after a failure, so that `N` arguments are taken over.
    unsafe fn items(&mut self, end: u8) -> PyResult<Vec<Object>> {
        let mut out = Vec::new();
        let mut failed: Option<Raised> = None;
        loop {
            self.blank();
            let c = self.peek();
            if c == end || c == 0 {
                break;
            }
            // SAFETY: the caller passed what the format asks for.
            match unsafe { self.value() } {
                Ok(v) => out.push(v),
                Err(e) => failed = Some(e),
            }
        }
        if end != 0 {
            if self.peek() != end {
                bail!(SystemError, "unmatched paren in format");
            }
            self.at += 1;
        }
        match failed {
            Some(e) => Err(e),
            None => Ok(out),
        }
    }

    /// A length after `#`, or -1.
    fn length(&mut self) -> isize {
        if self.peek() == b'#' {
            self.at += 1;
            return self.args.size();
        }
        -1
    }

    unsafe fn value(&mut self) -> PyResult<Object> {
        self.blank();
        let unit = self.peek();
        self.at += 1;
        // SAFETY: the caller passed what the format asks for.
        unsafe {
            Ok(match unit {
                b'(' => Tuple::from_vec(self.items(b')')?)?.into_object(),
                b'[' => List::from_vec(self.items(b']')?)?.into_object(),
                b'{' => {
                    let items = self.items(b'}')?;
                    if items.len() % 2 != 0 {
                        bail!(SystemError, "Bad dict format");
                    }
                    let d = Dict::new()?;
                    for pair in items.chunks(2) {
                        d.set(&pair[0], &pair[1])?;
                    }
                    d.into_object()
                }
                b'b' | b'B' | b'h' | b'i' => Int::from_i64(self.args.int().into())?.into_object(),
                b'H' => Int::from_i64((self.args.int() as u32).into())?.into_object(),
                b'I' => Int::from_i64(self.args.uint().into())?.into_object(),
                b'n' => Int::from_i64(self.args.size() as i64)?.into_object(),
                b'l' => Int::from_i64(self.args.long())?.into_object(),
                b'k' => Int::from_u64(self.args.long() as u64)?.into_object(),
                b'L' => Int::from_i64(self.args.longlong())?.into_object(),
                b'K' => Int::from_u64(self.args.longlong() as u64)?.into_object(),
                b'p' => dovetail_core::types::bool_::bool_obj(self.args.int() != 0).as_obj().to_owned(),
                b'd' | b'f' => Float::new(self.args.double())?.into_object(),
                b'D' => {
                    let c: *const abi::Py_complex = self.args.pointer();
                    Complex::new(dovetail_num::complex::Complex::new((*c).real, (*c).imag))?.into_object()
                }
                b'c' => Bytes::new(&[self.args.int() as u8])?.into_object(),
                b'C' => {
                    let c = self.args.int();
                    if !(0..=0x10_ffff).contains(&c) {
                        bail!(ValueError, "chr() arg not in range(0x110000)");
                    }
                    Str::from_code_point(c as u32)?.into_object()
                }
                b's' | b'z' | b'U' => {
                    let p: *const c_char = self.args.pointer();
                    let n = self.length();
                    if p.is_null() {
                        return Ok(none().to_owned());
                    }
                    let bytes = if n < 0 {
                        CStr::from_ptr(p).to_bytes()
                    } else {
                        std::slice::from_raw_parts(p.cast(), n as usize)
                    };
                    dovetail_core::types::codec::decode_utf8(bytes, None)?.into_object()
                }
                b'y' => {
                    let p: *const c_char = self.args.pointer();
                    let n = self.length();
                    if p.is_null() {
                        return Ok(none().to_owned());
                    }
                    let bytes = if n < 0 {
                        CStr::from_ptr(p).to_bytes()
                    } else {
                        std::slice::from_raw_parts(p.cast(), n as usize)
                    };
                    Bytes::new(bytes)?.into_object()
                }
                b'u' => {
                    let p: *const u32 = self.args.pointer();
                    let n = self.length();
                    if p.is_null() {
                        return Ok(none().to_owned());
                    }
                    let n = if n < 0 { libc::wcslen(p.cast()) } else { n as usize };
                    Str::from_text(dovetail_text::Text::Ucs4(std::slice::from_raw_parts(p, n)))?.into_object()
                }
                b'O' | b'S' | b'N' => {
                    if self.peek() == b'&' {
                        self.at += 1;
                        type Convert = unsafe extern "C" fn(*mut c_void) -> P;
                        let f: *mut c_void = self.args.pointer();
                        let convert = std::mem::transmute::<*mut c_void, Convert>(f);
                        let arg: *mut c_void = self.args.pointer();
                        return Ref::from_owned_opt(convert(arg)).ok_or_else(Raised::from_c);
                    }
                    let p: P = self.args.pointer();
                    if p.is_null() {
                        if !ThreadState::current().has_exception() {
                            bail!(SystemError, "NULL object passed to Py_BuildValue");
                        }
                        return Err(Raised::from_c());
                    }
                    if unit == b'N' { Ref::from_owned(p) } else { Obj::from_ptr(p).to_owned() }
                }
                _ => bail!(SystemError, "bad format char passed to Py_BuildValue"),
            })
        }
    }
}

/// `Py_BuildValue` from C: nothing gives None, one unit its value, several a tuple.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_build_value(format: *const c_char, va: *mut VaList) -> P {
    // SAFETY: the caller's format and arguments.
    let build = || -> PyResult<Object> {
        unsafe {
            let mut b = Builder { format: CStr::from_ptr(format).to_bytes(), at: 0, args: Args::new(va) };
            let mut items = b.items(0)?;
            match items.len() {
                0 => Ok(none().to_owned()),
                1 => Ok(items.remove(0)),
                _ => Ok(Tuple::from_vec(items)?.into_object()),
            }
        }
    };
    build().map_or(null_mut(), Ref::into_ptr)
}

/// `sys.stdout` and `sys.stderr` for the C functions that print: writes text, which it takes over, and forgets errors.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_sys_write(name: *const c_char, text: P) -> c_int {
    // SAFETY: a C string; an owned string or NULL.
    unsafe {
        let ts = ThreadState::current();
        let text: Option<Object> = Ref::from_owned_opt(text);
        let pending = ts.take_exception();
        let file = dovetail_core::interpreter::Interpreter::current()
            .sysdict
            .get()
            .and_then(|d| d.get_text(&c_str(name)).map(Obj::to_owned));
        if let (Some(file), Some(text)) = (file, text) {
            let written = file.call_method(dovetail_core::sym!(write), &[&text]);
            if written.is_err() {
                drop(ts.take_exception());
            }
        }
        ts.set_exception(pending);
        0
    }
}
