//! `PyArg_*`: arguments of C functions by a format (C API, section "Parsing arguments and building values").
//!
//! The variadic functions are C (`c/getargs.c`) and end here with a started `va_list`, out of which each format unit takes
//! the places it stores to.

use crate::boundary::P;
use crate::text::c_str;
use crate::va::{Args, VaList};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::native::Native;
use dovetail_core::object::{Obj, Object, alloc, domains};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::complex::Complex;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;

/// Why an argument does not fit.
enum Fault {
    /// A message that the caller completes with the function and the argument's place.
    Message(String),
    /// An exception is set.
    Raised,
}

impl From<dovetail_core::error::Raised> for Fault {
    fn from(_: dovetail_core::error::Raised) -> Fault {
        Fault::Raised
    }
}

type Fit<T> = Result<T, Fault>;

/// What is undone when a later argument fails.
enum Cleanup {
    /// Memory of `PyMem_Malloc` behind a place.
    Memory(*mut *mut c_char),
    /// A filled buffer.
    Buffer(*mut abi::Py_buffer),
    /// A converter that is called again with NULL.
    Converter(unsafe extern "C" fn(P, *mut c_void) -> c_int, *mut c_void),
}

/// A format that is being read, with the places to store to.
struct Parser<'a> {
    format: &'a [u8],
    at: usize,
    args: Args,
    undo: Vec<Cleanup>,
    /// Where in nested tuples the argument is, counted from 1.
    path: Vec<usize>,
}

/// `a type` for messages.
fn type_word(o: &Obj) -> &str {
    if o.is_none() { "None" } else { o.type_name() }
}

fn must_be(expected: &str, o: &Obj) -> Fault {
    Fault::Message(format!("must be {expected}, not {}", type_word(o)))
}

/// What asking for a buffer raises.
fn bytes_like(o: &Obj) -> Fault {
    raise!(TypeError, "a bytes-like object is required, not '{}'", o.type_name()).into()
}

impl Parser<'_> {
    fn peek(&self) -> u8 {
        self.format.get(self.at).copied().unwrap_or(0)
    }

    fn next(&mut self) -> u8 {
        let c = self.peek();
        self.at += 1;
        c
    }

    fn take(&mut self, c: u8) -> bool {
        let found = self.peek() == c;
        if found {
            self.at += 1;
        }
        found
    }

    /// A buffer in one block, stored for the caller to release.
    unsafe fn buffer(&mut self, o: &Obj, place: *mut abi::Py_buffer, flags: c_int) -> Fit<()> {
        let get = o.ob_type().raw().tp_as_buffer;
        // SAFETY: the type's own procedures and the caller's place.
        unsafe {
            let writable = flags & abi::PyBUF_WRITABLE as c_int != 0;
            let Some(f) = get.as_ref().and_then(|b| b.bf_getbuffer) else {
                return Err(if writable {
                    must_be("read-write bytes-like object", o)
                } else {
                    bytes_like(o)
                });
            };
            if f(o.as_ptr(), place, flags) < 0 {
                if !writable {
                    return Err(Fault::Raised);
                }
                drop(ThreadState::current().take_exception());
                return Err(must_be("read-write bytes-like object", o));
            }
            if !dovetail_core::object::buffer::is_contiguous(&*place, b'C') {
                crate::buffer::release(place);
                return Err(must_be("contiguous buffer", o));
            }
        }
        self.undo.push(Cleanup::Buffer(place));
        Ok(())
    }

    /// Text or bytes without a buffer to release (`s`, `z`, `y` and their `#` forms).
    unsafe fn borrowed(&mut self, o: &Obj, unit: u8) -> Fit<()> {
        // SAFETY: places of the format's unit.
        unsafe {
            if self.take(b'*') {
                let place: *mut abi::Py_buffer = self.args.pointer();
                if unit == b'z' && o.is_none() {
                    crate::buffer::fill(place, None, null_mut(), 0, true);
                } else if let Some(s) = o.downcast::<Str>().filter(|_| unit != b'y') {
                    let text = s.as_str()?;
                    crate::buffer::fill(
                        place,
                        Some(o),
                        text.as_ptr().cast_mut().cast(),
                        text.len() as isize,
                        true,
                    );
                } else {
                    return self.buffer(o, place, abi::PyBUF_SIMPLE as c_int);
                }
                self.undo.push(Cleanup::Buffer(place));
                return Ok(());
            }
            let sized = self.take(b'#');
            let place: *mut *const c_char = self.args.pointer();
            let size: *mut isize = if sized { self.args.pointer() } else { null_mut() };
            if unit == b'z' && o.is_none() {
                *place = std::ptr::null();
                if sized {
                    *size = 0;
                }
                return Ok(());
            }
            let bytes: &[u8] = if let Some(s) = o.downcast::<Str>().filter(|_| unit != b'y') {
                s.as_str()?.as_bytes()
            } else if let Some(b) = o.downcast::<Bytes>().filter(|_| sized || unit == b'y') {
                b.as_slice()
            } else {
                let procs = o.ob_type().raw().tp_as_buffer.as_ref();
                if (sized || unit == b'y') && procs.is_some_and(|p| p.bf_getbuffer.is_some()) {
                    // Only memory that cannot move may be borrowed without a release.
                    if procs.is_some_and(|p| p.bf_releasebuffer.is_some()) {
                        return Err(must_be("read-only bytes-like object", o));
                    }
                    let mut view: abi::Py_buffer = std::mem::zeroed();
                    self.buffer(o, &raw mut view, abi::PyBUF_SIMPLE as c_int)?;
                    self.undo.pop();
                    let bytes = std::slice::from_raw_parts(view.buf.cast::<u8>(), view.len as usize);
                    crate::buffer::release(&raw mut view);
                    bytes
                } else {
                    return Err(match (unit, sized) {
                        (b's', false) => must_be("str", o),
                        (b'z', false) => must_be("str or None", o),
                        _ => bytes_like(o),
                    });
                }
            };
            if sized {
                *size = bytes.len() as isize;
            } else if bytes.contains(&0) {
                let e = if o.is_a::<Str>() { "embedded null character" } else { "embedded null byte" };
                let _ = raise!(ValueError, "{e}");
                return Err(Fault::Raised);
            }
            *place = bytes.as_ptr().cast();
            Ok(())
        }
    }

    /// Encoded text in new or given memory (`es`, `et`, and with `#`).
    unsafe fn encoded(&mut self, o: &Obj) -> Fit<()> {
        // SAFETY: places of the format's unit.
        unsafe {
            let encoding: *const c_char = self.args.pointer();
            let keeps_bytes = match self.next() {
                b's' => false,
                b't' => true,
                _ => return Err(Fault::Message("(unknown parser marker combination)".to_owned())),
            };
            let sized = self.take(b'#');
            let place: *mut *mut c_char = self.args.pointer();
            let size: *mut isize = if sized { self.args.pointer() } else { null_mut() };
            if place.is_null() {
                return Err(Fault::Message("(buffer is NULL)".to_owned()));
            }
            let owned;
            let bytes: &[u8] = if let Some(b) = o.downcast::<Bytes>().filter(|_| keeps_bytes) {
                b.as_slice()
            } else if let Some(b) = o.downcast::<ByteArray>().filter(|_| keeps_bytes) {
                b.as_slice()
            } else if let Some(s) = o.downcast::<Str>() {
                let name = if encoding.is_null() { "utf-8".into() } else { c_str(encoding) };
                owned = dovetail_core::types::codec::encode_str(s, Some(&name), None)
                    .map_err(|_| Fault::Raised)?;
                owned.as_slice()
            } else {
                return Err(must_be(if keeps_bytes { "str, bytes or bytearray" } else { "str" }, o));
            };
            let n = bytes.len();
            if sized {
                if (*place).is_null() {
                    *place = alloc::malloc_in(domains::MEM, n + 1).cast();
                    self.undo.push(Cleanup::Memory(place));
                } else if n as isize + 1 > *size {
                    let _ = raise!(ValueError, "encoded string too long ({n}, maximum length {})", *size - 1);
                    return Err(Fault::Raised);
                }
                *size = n as isize;
            } else {
                if bytes.contains(&0) {
                    let _ = raise!(ValueError, "embedded null byte");
                    return Err(Fault::Raised);
                }
                *place = alloc::malloc_in(domains::MEM, n + 1).cast();
                self.undo.push(Cleanup::Memory(place));
            }
            if (*place).is_null() {
                let _ = dovetail_core::error::no_memory();
                return Err(Fault::Raised);
            }
            std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), *place, n);
            *(*place).add(n) = 0;
            Ok(())
        }
    }

    /// One unit that is not a tuple.
    unsafe fn simple(&mut self, o: &Obj) -> Fit<()> {
        let unit = self.next();
        // SAFETY: places of the format's unit.
        unsafe {
            macro_rules! store {
                ($ty:ty, $value:expr) => {{
                    let place: *mut $ty = self.args.pointer();
                    *place = $value;
                }};
            }
            macro_rules! ranged {
                ($ty:ty, $low:literal, $high:literal) => {{
                    let v = o.as_i64()?;
                    let Ok(v) = <$ty>::try_from(v) else {
                        let word = if v < 0 { $low } else { $high };
                        let _ = dovetail_core::error::raise_message(exc::OverflowError(), word);
                        return Err(Fault::Raised);
                    };
                    store!($ty, v);
                }};
            }
            match unit {
                b'b' => ranged!(
                    u8,
                    "unsigned byte integer is less than minimum",
                    "unsigned byte integer is greater than maximum"
                ),
                b'h' => ranged!(
                    i16,
                    "signed short integer is less than minimum",
                    "signed short integer is greater than maximum"
                ),
                b'i' => ranged!(
                    i32,
                    "signed integer is less than minimum",
                    "signed integer is greater than maximum"
                ),
                b'B' => store!(u8, mask(o)? as u8),
                b'H' => store!(u16, mask(o)? as u16),
                b'I' => store!(u32, mask(o)? as u32),
                b'k' | b'K' => {
                    // These two do not take what only has `__index__`.
                    if unit == b'k' && !o.has_index() {
                        return Err(must_be("int", o));
                    }
                    if unit == b'K' && !o.has_index() {
                        return Err(must_be("int", o));
                    }
                    store!(u64, mask(o)?);
                }
                b'l' => store!(i64, o.as_i64()?),
                b'L' => {
                    let i = o.index()?;
                    let Some(v) = i.to_i64() else {
                        let _ = raise!(OverflowError, "int too big to convert");
                        return Err(Fault::Raised);
                    };
                    store!(i64, v);
                }
                b'n' => store!(isize, o.as_isize()?),
                b'f' => store!(f32, o.as_f64()? as f32),
                b'd' => store!(f64, o.as_f64()?),
                b'D' => {
                    let v = match o.downcast::<Complex>() {
                        Some(c) => c.value(),
                        None => dovetail_core::types::complex::to_complex(o)?,
                    };
                    store!(abi::Py_complex, abi::Py_complex { real: v.real, imag: v.imag });
                }
                b'c' => {
                    let byte = if let Some(b) = o.downcast::<Bytes>() {
                        b.as_slice()
                    } else if let Some(b) = o.downcast::<ByteArray>() {
                        b.as_slice()
                    } else {
                        return Err(must_be("a byte string of length 1", o));
                    };
                    let [byte] = byte else {
                        return Err(Fault::Message(format!(
                            "must be a byte string of length 1, not a {} object of length {}",
                            o.type_name(),
                            byte.len()
                        )));
                    };
                    store!(c_char, *byte as c_char);
                }
                b'C' => {
                    let Some(s) = o.downcast::<Str>() else { return Err(must_be("a unicode character", o)) };
                    if s.len() != 1 {
                        return Err(Fault::Message(format!(
                            "must be a unicode character, not a string of length {}",
                            s.len()
                        )));
                    }
                    store!(c_int, s.char_at(0) as c_int);
                }
                b'p' => store!(c_int, c_int::from(o.is_true()?)),
                b's' | b'z' | b'y' => return self.borrowed(o, unit),
                b'e' => return self.encoded(o),
                b'w' => {
                    if !self.take(b'*') {
                        return Err(Fault::Message("(impossible<bad format char>)".to_owned()));
                    }
                    let place: *mut abi::Py_buffer = self.args.pointer();
                    return self.buffer(o, place, abi::PyBUF_WRITABLE as c_int);
                }
                b'S' => return self.exact::<Bytes>(o, "bytes"),
                b'Y' => return self.exact::<ByteArray>(o, "bytearray"),
                b'U' => return self.exact::<Str>(o, "str"),
                b'O' => {
                    if self.take(b'!') {
                        let ty: *mut abi::PyTypeObject = self.args.pointer();
                        let place: *mut P = self.args.pointer();
                        let ty = &*(ty as *const Type);
                        if !o.ob_type().is_subtype(ty) {
                            return Err(must_be(ty.short_name(), o));
                        }
                        *place = o.as_ptr();
                    } else if self.take(b'&') {
                        type Convert = unsafe extern "C" fn(P, *mut c_void) -> c_int;
                        let f: *mut c_void = self.args.pointer();
                        let convert = std::mem::transmute::<*mut c_void, Convert>(f);
                        let place: *mut c_void = self.args.pointer();
                        let r = convert(o.as_ptr(), place);
                        if r == 0 {
                            if ThreadState::current().has_exception() {
                                return Err(Fault::Raised);
                            }
                            return Err(Fault::Message("(unspecified)".to_owned()));
                        }
                        if r == abi::Py_CLEANUP_SUPPORTED as c_int {
                            self.undo.push(Cleanup::Converter(convert, place));
                        }
                    } else {
                        store!(P, o.as_ptr());
                    }
                }
                _ => return Err(Fault::Message("(impossible<bad format char>)".to_owned())),
            }
        }
        Ok(())
    }

    /// An instance of a builtin type, borrowed.
    unsafe fn exact<T: Native>(&mut self, o: &Obj, word: &str) -> Fit<()> {
        // SAFETY: a place for a borrowed object.
        unsafe {
            let place: *mut P = self.args.pointer();
            if !o.is_a::<T>() {
                return Err(must_be(word, o));
            }
            *place = o.as_ptr();
        }
        Ok(())
    }

    /// One unit, which may be a tuple of units.
    unsafe fn item(&mut self, o: &Obj) -> Fit<()> {
        if !self.take(b'(') {
            // SAFETY: the caller's promise for this unit.
            return unsafe { self.simple(o) };
        }
        let n = self.count_units();
        let items = if o.is_a::<Str>() || o.is_a::<Bytes>() || o.is_a::<ByteArray>() || !is_sequence(o) {
            return Err(Fault::Message(format!("must be {n}-item tuple, not {}", type_word(o))));
        } else {
            o.len_()?
        };
        if items != n {
            return Err(Fault::Message(format!("must be tuple of length {n}, not {items}")));
        }
        for i in 0..n {
            self.path.push(i + 1);
            let part = o.sequence_get(i as isize)?;
            // The tuple keeps what it gives; a sequence that makes its items loses them, as in CPython.
            // SAFETY: as above.
            unsafe { self.item(&part)? };
            self.path.pop();
        }
        self.take(b')');
        Ok(())
    }

    /// The units up to the closing parenthesis.
    fn count_units(&self) -> usize {
        let (mut depth, mut n) = (0, 0);
        for c in &self.format[self.at..] {
            match c {
                b'(' => {
                    if depth == 0 {
                        n += 1;
                    }
                    depth += 1;
                }
                b')' if depth == 0 => break,
                b')' => depth -= 1,
                c if depth == 0 && c.is_ascii_alphabetic() && *c != b'e' => n += 1,
                _ => {}
            }
        }
        // `es` and `et` count by their second letter.
        n
    }

    /// Steps over one unit and its places.
    fn skip(&mut self) {
        match self.next() {
            b'(' => {
                while self.peek() != b')' && self.peek() != 0 {
                    self.skip();
                }
                self.at += 1;
            }
            b'e' => {
                let _: *mut u8 = self.args.pointer();
                self.at += 1;
                let _: *mut u8 = self.args.pointer();
                if self.take(b'#') {
                    let _: *mut u8 = self.args.pointer();
                }
            }
            b'O' => {
                if self.take(b'!') || self.take(b'&') {
                    let _: *mut u8 = self.args.pointer();
                }
                let _: *mut u8 = self.args.pointer();
            }
            b's' | b'z' | b'y' | b'w' => {
                let _: *mut u8 = self.args.pointer();
                if self.take(b'#') {
                    let _: *mut u8 = self.args.pointer();
                } else {
                    self.take(b'*');
                }
            }
            _ => {
                let _: *mut u8 = self.args.pointer();
            }
        }
    }

    /// Gives back what was taken, after a failure.
    unsafe fn undo(&mut self) {
        for c in self.undo.drain(..) {
            // SAFETY: places that were filled here.
            unsafe {
                match c {
                    Cleanup::Memory(place) => {
                        alloc::free_in(domains::MEM, (*place).cast());
                        *place = null_mut();
                    }
                    Cleanup::Buffer(view) => crate::buffer::release(view),
                    Cleanup::Converter(f, place) => {
                        let ts = ThreadState::current();
                        let pending = ts.take_exception();
                        f(null_mut(), place);
                        ts.set_exception(pending);
                    }
                }
            }
        }
    }
}

fn is_sequence(o: &Obj) -> bool {
    // SAFETY: a suite of the object's type.
    !o.is_a::<Dict>()
        && unsafe { o.ob_type().raw().tp_as_sequence.as_ref() }.is_some_and(|s| s.sq_item.is_some())
}

/// The low bits of an int, through `__index__`.
fn mask(o: &Obj) -> PyResult<u64> {
    Ok(o.index()?.int_ref().to_u64_wrapping())
}

/// What a format says besides its units.
struct Outline<'a> {
    units: &'a [u8],
    /// After `:`.
    function: Option<String>,
    /// After `;`.
    message: Option<String>,
    min: usize,
    max: usize,
    /// Units that may be given by position, when a `$` follows them.
    positional: usize,
}

fn outline(format: &[u8]) -> Outline<'_> {
    let end = format.iter().position(|c| matches!(c, b':' | b';')).unwrap_or(format.len());
    let rest = format.get(end + 1..).map(|r| String::from_utf8_lossy(r).into_owned());
    let (function, message) = match format.get(end) {
        Some(b':') => (rest, None),
        Some(b';') => (None, rest),
        _ => (None, None),
    };
    let units = &format[..end];
    let (mut min, mut max, mut positional, mut depth) = (None, 0, None, 0);
    let mut i = 0;
    while i < units.len() {
        match units[i] {
            b'(' => {
                if depth == 0 {
                    max += 1;
                }
                depth += 1;
            }
            b')' => depth -= 1,
            b'|' if depth == 0 => min = Some(max),
            b'$' if depth == 0 => positional = Some(max),
            b'e' => {
                i += 1;
                if depth == 0 {
                    max += 1;
                }
            }
            c if depth == 0 && c.is_ascii_alphabetic() => max += 1,
            _ => {}
        }
        i += 1;
    }
    Outline { units, function, message, min: min.unwrap_or(max), max, positional: positional.unwrap_or(max) }
}

/// Raises for an argument that does not fit.
fn complain(fault: Fault, path: &[usize], function: Option<&str>, message: Option<&str>) {
    let Fault::Message(text) = fault else { return };
    if ThreadState::current().has_exception() {
        return;
    }
    let full = match message {
        Some(m) => m.to_owned(),
        None => {
            let mut full = function.map_or_else(String::new, |f| format!("{f}() "));
            full.push_str("argument");
            if let Some((first, rest)) = path.split_first() {
                if *first > 0 {
                    full.push_str(&format!(" {first}"));
                }
                for item in rest {
                    full.push_str(&format!(", item {}", item - 1));
                }
            }
            full.push(' ');
            full.push_str(&text);
            full
        }
    };
    // A unit that the format does not know is the extension's fault.
    let ty = if text.starts_with('(') { exc::SystemError() } else { exc::TypeError() };
    let _ = dovetail_core::error::raise_message(ty, &full);
}

unsafe fn format_of<'a>(format: *const c_char) -> &'a [u8] {
    // SAFETY: a C string.
    unsafe { CStr::from_ptr(format) }.to_bytes()
}

/// Positional arguments only (`PyArg_ParseTuple`, `_PyArg_ParseStack`).
unsafe fn positional(items: &[&Obj], format: &[u8], args: Args) -> bool {
    let plan = outline(format);
    let n = items.len();
    if n < plan.min || n > plan.max {
        let text = match &plan.message {
            Some(m) => m.clone(),
            None => {
                let function = plan.function.as_deref().map_or("function".to_owned(), |f| format!("{f}()"));
                let (word, bound) = if plan.min == plan.max {
                    ("exactly", plan.max)
                } else if n < plan.min {
                    ("at least", plan.min)
                } else {
                    ("at most", plan.max)
                };
                let s = if bound == 1 { "" } else { "s" };
                format!("{function} takes {word} {bound} argument{s} ({n} given)")
            }
        };
        let _ = dovetail_core::error::raise_message(exc::TypeError(), &text);
        return false;
    }
    let mut p = Parser { format: plan.units, at: 0, args, undo: Vec::new(), path: Vec::new() };
    for (i, o) in items.iter().enumerate() {
        p.take(b'|');
        p.path = vec![i + 1];
        // SAFETY: the caller passed places for the format.
        if let Err(fault) = unsafe { p.item(o) } {
            // SAFETY: places that were filled here.
            unsafe { p.undo() };
            complain(fault, &p.path, plan.function.as_deref(), plan.message.as_deref());
            return false;
        }
    }
    if !p.peek().is_ascii_alphabetic() && !matches!(p.peek(), 0 | b'(' | b'|' | b'$') {
        let shown: String = String::from_utf8_lossy(format).chars().take(200).collect();
        // SAFETY: places that were filled here.
        unsafe { p.undo() };
        let _ = raise!(SystemError, "bad format string: {shown}");
        return false;
    }
    true
}

/// `PyArg_ParseTuple` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_parse_tuple(args: P, format: *const c_char, va: *mut VaList) -> c_int {
    // SAFETY: the caller's tuple, format and places.
    unsafe {
        let Some(t) = (!args.is_null()).then(|| Obj::from_ptr(args)).and_then(|a| a.downcast::<Tuple>())
        else {
            let _ = raise!(SystemError, "new style getargs format but argument is not a tuple");
            return 0;
        };
        positional(t.as_borrows(), format_of(format), Args::new(va)).into()
    }
}

/// `PyArg_Parse` from C: one object by one unit, or a tuple by several.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_parse(arg: P, format: *const c_char, va: *mut VaList) -> c_int {
    // SAFETY: the caller's object, format and places.
    unsafe {
        let format = format_of(format);
        let plan = outline(format);
        if plan.max == 0 {
            if arg.is_null() {
                return 1;
            }
            let name = plan.function.as_deref().map_or("function".to_owned(), |f| format!("{f}()"));
            let _ = raise!(TypeError, "{name} takes no arguments");
            return 0;
        }
        if arg.is_null() {
            let name = plan.function.as_deref().map_or("function".to_owned(), |f| format!("{f}()"));
            let _ = raise!(TypeError, "{name} takes at least one argument");
            return 0;
        }
        let mut p =
            Parser { format: plan.units, at: 0, args: Args::new(va), undo: Vec::new(), path: vec![0] };
        match p.item(Obj::from_ptr(arg)) {
            Ok(()) => 1,
            Err(fault) => {
                p.undo();
                complain(fault, &p.path, plan.function.as_deref(), plan.message.as_deref());
                0
            }
        }
    }
}

/// `_PyArg_ParseStack` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_parse_stack(
    items: *const P,
    n: isize,
    format: *const c_char,
    va: *mut VaList,
) -> c_int {
    // SAFETY: the caller's array of borrowed objects, format and places.
    unsafe { positional(borrowed_array(items, n), format_of(format), Args::new(va)).into() }
}

/// An array of borrowed objects.
unsafe fn borrowed_array<'a>(items: *const P, n: isize) -> &'a [&'a Obj] {
    if n <= 0 {
        return &[];
    }
    // SAFETY: n pointers that are not NULL, with the layout of references.
    unsafe { std::slice::from_raw_parts(items.cast(), n as usize) }
}

/// Where keyword arguments come from.
enum Keywords<'a> {
    Dict(Option<&'a Dict>),
    /// Names, and the values that follow the positional arguments.
    Stack(&'a [Object], &'a [&'a Obj]),
}

impl Keywords<'_> {
    fn len(&self) -> usize {
        match self {
            Keywords::Dict(d) => d.map_or(0, Dict::len),
            Keywords::Stack(names, _) => names.len(),
        }
    }

    fn get(&self, name: &str) -> Option<Object> {
        match self {
            Keywords::Dict(d) => d.and_then(|d| d.get_text(name)).map(Obj::to_owned),
            Keywords::Stack(names, values) => names
                .iter()
                .position(|n| n.downcast::<Str>().is_some_and(|n| n.equals_str(name)))
                .map(|i| values[i].to_owned()),
        }
    }

    fn names(&self) -> Vec<Object> {
        match self {
            Keywords::Dict(d) => {
                d.map_or_else(Vec::new, |d| d.iter_borrowed().map(|(k, _)| k.to_owned()).collect())
            }
            Keywords::Stack(names, _) => names.to_vec(),
        }
    }
}

/// Positional and keyword arguments. `names` holds the parameters, where an empty name is positional-only.
unsafe fn with_keywords(
    items: &[&Obj],
    kw: &Keywords<'_>,
    format: &[u8],
    names: &[&str],
    args: Args,
) -> bool {
    let plan = outline(format);
    let function = plan.function.as_deref();
    let shown = function.map_or_else(|| "function".to_owned(), |f| format!("{f}()"));
    let fail = |text: String| {
        let _ = dovetail_core::error::raise_message(exc::TypeError(), &text);
        false
    };
    if plan.max != names.len() {
        let word = if plan.max < names.len() {
            "more keyword list entries (%d) than format specifiers (%d)"
        } else {
            "more argument specifiers than keyword list entries"
        };
        let _ = raise!(SystemError, "{word}");
        return false;
    }
    let only = names.iter().take_while(|n| n.is_empty()).count();
    let (n, k) = (items.len(), kw.len());
    let total = names.len();
    if n + k > total {
        let kind = if n == 0 { "keyword " } else { "" };
        let s = if total == 1 { "" } else { "s" };
        return fail(format!("{shown} takes at most {total} {kind}argument{s} ({} given)", n + k));
    }
    if n > plan.positional {
        if plan.positional == 0 {
            return fail(format!("{shown} takes no positional arguments"));
        }
        let word = if plan.min < plan.positional { "at most" } else { "exactly" };
        let s = if plan.positional == 1 { "" } else { "s" };
        return fail(format!("{shown} takes {word} {} positional argument{s} ({n} given)", plan.positional));
    }
    let mut p = Parser { format: plan.units, at: 0, args, undo: Vec::new(), path: Vec::new() };
    let mut found = 0;
    let mut kept: Vec<Object> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        p.take(b'|');
        p.take(b'$');
        p.take(b'|');
        let given = if i < n {
            if k > 0 && !name.is_empty() && kw.get(name).is_some() {
                // SAFETY: places that were filled here.
                unsafe { p.undo() };
                return fail(format!(
                    "argument for {shown} given by name ('{name}') and position ({})",
                    i + 1
                ));
            }
            Some(items[i].to_owned())
        } else if k > 0 && !name.is_empty() {
            let v = kw.get(name);
            found += usize::from(v.is_some());
            v
        } else {
            None
        };
        match given {
            Some(o) => {
                p.path = vec![i + 1];
                // SAFETY: the caller passed places for the format.
                if let Err(fault) = unsafe { p.item(&o) } {
                    // SAFETY: places that were filled here.
                    unsafe { p.undo() };
                    complain(fault, &p.path, function, plan.message.as_deref());
                    return false;
                }
                // Borrowed results live as long as the caller's arguments, which hold the object as well.
                kept.push(o);
            }
            None if i < plan.min => {
                // SAFETY: places that were filled here.
                unsafe { p.undo() };
                if i < only {
                    let least = plan.min.min(only);
                    let word = if plan.min < plan.max { "at least" } else { "exactly" };
                    let s = if least == 1 { "" } else { "s" };
                    return fail(format!("{shown} takes {word} {least} positional argument{s} ({n} given)"));
                }
                return fail(format!(
                    "{} missing required argument '{name}' (pos {})",
                    function.map_or_else(|| "function".to_owned(), |f| format!("{f}()")),
                    i + 1
                ));
            }
            None => p.skip(),
        }
    }
    if found < k {
        for name in kw.names() {
            let Some(text) = name.downcast::<Str>() else {
                // SAFETY: places that were filled here.
                unsafe { p.undo() };
                return fail("keywords must be strings".to_owned());
            };
            let known = names.iter().any(|n| !n.is_empty() && text.equals_str(n));
            if !known {
                // SAFETY: places that were filled here.
                unsafe { p.undo() };
                let text = text.to_string_lossy();
                let what = function.map_or_else(|| "this function".to_owned(), |f| format!("{f}()"));
                return fail(format!("{what} got an unexpected keyword argument '{text}'"));
            }
        }
    }
    true
}

/// The names of a C array that ends with NULL.
unsafe fn keyword_list<'a>(list: *const *mut c_char) -> Vec<std::borrow::Cow<'a, str>> {
    let mut out = Vec::new();
    // SAFETY: C strings up to a NULL.
    unsafe {
        let mut p = list;
        while !(*p).is_null() {
            out.push(c_str(*p));
            p = p.add(1);
        }
    }
    out
}

/// `PyArg_ParseTupleAndKeywords` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_parse_keywords(
    args: P,
    kwargs: P,
    format: *const c_char,
    list: *const *mut c_char,
    va: *mut VaList,
) -> c_int {
    // SAFETY: the caller's arguments, format, names and places.
    unsafe {
        let tuple = (!args.is_null()).then(|| Obj::from_ptr(args)).and_then(|a| a.downcast::<Tuple>());
        let dict = (!kwargs.is_null()).then(|| Obj::from_ptr(kwargs)).map(|d| d.downcast::<Dict>());
        let (Some(tuple), dict) = (tuple, dict) else {
            let _ = crate::boundary::bad_internal_call();
            return 0;
        };
        let dict = match dict {
            Some(None) => {
                let _ = crate::boundary::bad_internal_call();
                return 0;
            }
            Some(d) => d,
            None => None,
        };
        let names = keyword_list(list);
        let names: Vec<&str> = names.iter().map(|n| &**n).collect();
        with_keywords(tuple.as_borrows(), &Keywords::Dict(dict), format_of(format), &names, Args::new(va))
            .into()
    }
}

/// The parameters of a `_PyArg_Parser`.
unsafe fn parser_names<'a>(parser: *mut abi::_PyArg_Parser) -> Vec<std::borrow::Cow<'a, str>> {
    // SAFETY: the caller's parser, in static memory.
    unsafe {
        if !(*parser).keywords.is_null() {
            return keyword_list((*parser).keywords.cast());
        }
        let names = Obj::from_ptr((*parser).kwtuple);
        let named = names.downcast::<Tuple>().map_or(&[][..], Tuple::items);
        let mut out = vec![std::borrow::Cow::Borrowed(""); (*parser).pos.max(0) as usize];
        out.extend(
            named.iter().filter_map(|n| n.downcast::<Str>()).map(|s| s.to_string_lossy().into_owned().into()),
        );
        out
    }
}

/// The format of a parser. The function's name that stands apart counts where there is no format.
unsafe fn parser_format(parser: *mut abi::_PyArg_Parser) -> Vec<u8> {
    // SAFETY: C strings of the parser.
    unsafe {
        let mut format =
            if (*parser).format.is_null() { Vec::new() } else { format_of((*parser).format).to_vec() };
        if (*parser).format.is_null() && !(*parser).fname.is_null() {
            format.push(b':');
            format.extend_from_slice(format_of((*parser).fname));
        }
        format
    }
}

/// `_PyArg_ParseStackAndKeywords` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_parse_stack_keywords(
    items: *const P,
    n: isize,
    kwnames: P,
    parser: *mut abi::_PyArg_Parser,
    va: *mut VaList,
) -> c_int {
    // SAFETY: the caller's arguments and places; the keyword values follow the positional arguments.
    unsafe {
        let names = if kwnames.is_null() {
            &[][..]
        } else {
            Obj::from_ptr(kwnames).cast_unchecked::<Tuple>().items()
        };
        let all = borrowed_array(items, n + names.len() as isize);
        let (first, values) = all.split_at(n.max(0) as usize);
        let format = parser_format(parser);
        let params = parser_names(parser);
        let params: Vec<&str> = params.iter().map(|p| &**p).collect();
        with_keywords(first, &Keywords::Stack(names, values), &format, &params, Args::new(va)).into()
    }
}

/// `_PyArg_ParseTupleAndKeywordsFast` from C.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_parse_keywords_fast(
    args: P,
    kwargs: P,
    parser: *mut abi::_PyArg_Parser,
    va: *mut VaList,
) -> c_int {
    // SAFETY: the caller's arguments and places.
    unsafe {
        let tuple = if args.is_null() { None } else { Obj::from_ptr(args).downcast::<Tuple>() };
        let dict = if kwargs.is_null() { None } else { Obj::from_ptr(kwargs).downcast::<Dict>() };
        let Some(tuple) = tuple.filter(|_| kwargs.is_null() || dict.is_some()) else {
            let _ = crate::boundary::bad_internal_call();
            return 0;
        };
        let format = parser_format(parser);
        let params = parser_names(parser);
        let params: Vec<&str> = params.iter().map(|p| &**p).collect();
        with_keywords(tuple.as_borrows(), &Keywords::Dict(dict), &format, &params, Args::new(va)).into()
    }
}

/// `PyArg_UnpackTuple` from C: the counts; the places are filled there.
#[unsafe(no_mangle)]
unsafe extern "C" fn dovetail_check_unpack(args: P, name: *const c_char, min: isize, max: isize) -> isize {
    // SAFETY: the caller's tuple and name.
    unsafe {
        let Some(t) = Obj::from_ptr(args).downcast::<Tuple>() else {
            let _ = raise!(SystemError, "PyArg_UnpackTuple() argument list is not a tuple");
            return -1;
        };
        if check_positional(name, t.len() as isize, min, max) { t.len() as isize } else { -1 }
    }
}

/// `f expected at least 1 argument, got 0`.
unsafe fn check_positional(name: *const c_char, n: isize, min: isize, max: isize) -> bool {
    // SAFETY: NULL or a C string.
    let name = unsafe { if name.is_null() { None } else { Some(c_str(name)) } };
    let (word, bound) = if n < min {
        (if min == max { "" } else { "at least " }, min)
    } else if n > max {
        (if min == max { "" } else { "at most " }, max)
    } else {
        return true;
    };
    let s = if bound == 1 { "" } else { "s" };
    let _ = match name {
        Some(f) => raise!(TypeError, "{f} expected {word}{bound} argument{s}, got {n}"),
        None => raise!(TypeError, "unpacked tuple should have {word}{bound} element{s}, but has {n}"),
    };
    false
}

/// Checks the number of positional arguments; 1 or 0.
#[capi(private)]
unsafe fn _PyArg_CheckPositional(name: *const c_char, n: isize, min: isize, max: isize) -> c_int {
    // SAFETY: a C string.
    unsafe { check_positional(name, n, min, max) }.into()
}

/// Raises for an argument of the wrong type.
#[capi(private)]
unsafe fn _PyArg_BadArgument(
    function: *const c_char,
    which: *const c_char,
    expected: *const c_char,
    got: &Obj,
) {
    // SAFETY: C strings.
    let (f, w, e) = unsafe { (c_str(function), c_str(which), c_str(expected)) };
    let _ = raise!(TypeError, "{f}() {w} must be {e}, not {}", type_word(got));
}

/// 1 without keyword arguments, else an error.
#[capi(private)]
unsafe fn _PyArg_NoKeywords(function: *const c_char, kwargs: Option<&Obj>) -> c_int {
    let Some(kw) = kwargs else { return 1 };
    let Some(d) = kw.downcast::<Dict>() else {
        let _ = crate::boundary::bad_internal_call();
        return 0;
    };
    if d.is_empty() {
        return 1;
    }
    // SAFETY: a C string.
    let f = unsafe { c_str(function) };
    let _ = raise!(TypeError, "{f}() takes no keyword arguments");
    0
}

/// 1 without positional arguments, else an error.
#[capi(private)]
unsafe fn _PyArg_NoPositional(function: *const c_char, args: Option<&Obj>) -> c_int {
    let Some(args) = args else { return 1 };
    let Some(t) = args.downcast::<Tuple>() else {
        let _ = crate::boundary::bad_internal_call();
        return 0;
    };
    if t.is_empty() {
        return 1;
    }
    // SAFETY: a C string.
    let f = unsafe { c_str(function) };
    let _ = raise!(TypeError, "{f}() takes no positional arguments");
    0
}

/// Are all keys strings? 1 or 0.
#[capi]
fn PyArg_ValidateKeywordArguments(kwargs: &Obj) -> c_int {
    let Some(d) = kwargs.downcast::<Dict>() else {
        let _ = crate::boundary::bad_internal_call();
        return 0;
    };
    if d.iter_borrowed().all(|(k, _)| k.is_a::<Str>()) {
        return 1;
    }
    let _ = raise!(TypeError, "keywords must be strings");
    0
}

/// Sorts fast-call arguments into the parameters' order, as Argument Clinic's code asks for. NULL with an exception.
#[capi(private)]
unsafe fn _PyArg_UnpackKeywords(
    args: *const P,
    nargs: isize,
    kwargs: *mut abi::PyObject,
    kwnames: *mut abi::PyObject,
    parser: *mut abi::_PyArg_Parser,
    minpos: c_int,
    maxpos: c_int,
    minkw: c_int,
    varpos: c_int,
    buffer: *mut P,
) -> *const P {
    // SAFETY: the caller's arrays and parser.
    let sort = || -> PyResult<*const P> {
        unsafe {
            let params = parser_names(parser);
            let function = if (*parser).fname.is_null() { "function".into() } else { c_str((*parser).fname) };
            let total = params.len();
            let names = if kwnames.is_null() {
                &[][..]
            } else {
                Obj::from_ptr(kwnames).cast_unchecked::<Tuple>().items()
            };
            let dict =
                if kwargs.is_null() { None } else { Some(Obj::from_ptr(kwargs).cast_unchecked::<Dict>()) };
            let n = nargs.max(0) as usize;
            let all = borrowed_array(args, nargs + names.len() as isize);
            let kw = match dict {
                Some(d) => Keywords::Dict(Some(d)),
                None => Keywords::Stack(names, &all[n..]),
            };
            let (minpos, maxpos) = (minpos as usize, maxpos as usize);
            if kw.len() == 0 && minkw == 0 && n >= minpos && n <= maxpos && varpos == 0 && n == total {
                return Ok(args);
            }
            if n > maxpos && varpos == 0 {
                let word = if minpos < maxpos { "at most" } else { "exactly" };
                let s = if maxpos == 1 { "" } else { "s" };
                bail!(TypeError, "{function}() takes {word} {maxpos} positional argument{s} ({n} given)");
            }
            let required = if minkw != 0 { maxpos + minkw as usize } else { minpos };
            for (i, name) in params.iter().enumerate() {
                *buffer.add(i) = null_mut();
                if i < n.min(maxpos) {
                    if !name.is_empty() && kw.get(name).is_some() {
                        bail!(
                            TypeError,
                            "argument for {function}() given by name ('{name}') and position ({})",
                            i + 1
                        );
                    }
                    *buffer.add(i) = all[i].as_ptr();
                } else if !name.is_empty()
                    && let Some(v) = kw.get(name)
                {
                    // The caller's arguments keep it.
                    *buffer.add(i) = v.as_raw();
                } else if i < minpos || (i >= maxpos && i < required) {
                    if name.is_empty() {
                        let s = if minpos == 1 { "" } else { "s" };
                        bail!(
                            TypeError,
                            "{function}() takes at least {minpos} positional argument{s} ({n} given)"
                        );
                    }
                    bail!(TypeError, "{function}() missing required argument '{name}' (pos {})", i + 1);
                }
            }
            for name in kw.names() {
                let Some(text) = name.downcast::<Str>() else { bail!(TypeError, "keywords must be strings") };
                if !params.iter().any(|p| !p.is_empty() && text.equals_str(p)) {
                    bail!(
                        TypeError,
                        "{function}() got an unexpected keyword argument '{}'",
                        text.to_string_lossy()
                    );
                }
            }
            Ok(buffer)
        }
    };
    sort().unwrap_or(std::ptr::null())
}
