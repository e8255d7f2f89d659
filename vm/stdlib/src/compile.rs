//! `compile()`: source objects through the front end to code objects, with syntax errors and warnings.

use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::code::Code;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_front::{ErrorKind, Mode, Options, SyntaxError, SyntaxWarning, Stage, compiler_flags};

/// `PyCF_ONLY_AST` and relatives that ask for something else than code.
const ONLY_AST: i32 = 0x0400;

/// Raises the exception that a front-end error describes.
pub fn raise_syntax_error(e: &SyntaxError, filename: &str) -> Raised {
    let ty = match e.kind {
        ErrorKind::Syntax | ErrorKind::NeedsCodec => exc::SyntaxError(),
        ErrorKind::Incomplete => exc::_IncompleteInputError(),
        ErrorKind::Indentation => exc::IndentationError(),
        ErrorKind::Tab => exc::TabError(),
        ErrorKind::Recursion => {
            return dovetail_core::error::raise_message(exc::RecursionError(), &e.message);
        }
        ErrorKind::Memory => return dovetail_core::error::raise_message(exc::MemoryError(), &e.message),
    };
    let text = match &e.text {
        Some(t) => Some(t.clone()),
        None => source_line(filename, e.lineno),
    };
    let make = || -> PyResult<Ref<BaseException>> {
        let number = |v: i64| Int::from_i64(v).map(Ref::into_object);
        let text = match &text {
            Some(t) => Str::new(t)?.into_object(),
            None => none().to_owned(),
        };
        let place = Tuple::from_vec(vec![
            Str::new(filename)?.into_object(),
            number(e.lineno.into())?,
            number(e.offset.into())?,
            text,
            number(e.end_lineno.into())?,
            number(e.end_offset.into())?,
        ])?;
        let args = Tuple::from_vec(vec![Str::new(&e.message)?.into_object(), place.into_object()])?;
        BaseException::normalize(ty, args.as_obj())
    };
    match make() {
        Ok(e) => dovetail_core::error::raise_exception(e),
        Err(e) => e,
    }
}

/// Issues a `SyntaxWarning` at a place of the source. Where a filter makes an error of it, that is a `SyntaxError`.
fn warn_at(w: &SyntaxWarning, filename: &str, source: &[u8]) -> PyResult<()> {
    match dovetail_core::types::exception::warn_explicit(
        exc::SyntaxWarning(),
        &w.message,
        filename,
        w.lineno as i32,
    ) {
        Err(e) if e.matches(exc::SyntaxWarning()) => {
            e.clear();
            let text = String::from_utf8_lossy(source);
            let error = SyntaxError {
                kind: ErrorKind::Syntax,
                stage: Stage::Parser,
                message: w.error_message.clone(),
                lineno: w.lineno,
                offset: w.offset as i32,
                end_lineno: w.lineno,
                end_offset: w.end_offset as i32,
                text: text.split_inclusive('\n').nth(w.lineno.saturating_sub(1) as usize).map(str::to_owned),
            };
            Err(raise_syntax_error(&error, filename))
        }
        r => r,
    }
}

/// A line of a source file, for errors of the compiler.
fn source_line(filename: &str, line: u32) -> Option<String> {
    let text = std::fs::read(filename).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    text.split_inclusive('\n').nth(line.checked_sub(1)? as usize).map(str::to_owned)
}

/// Compiles bytes of source.
pub fn compile_bytes(
    source: &[u8],
    filename: &str,
    mode: &str,
    flags: u32,
    optimize: i32,
) -> PyResult<Ref<Code>> {
    let mode = match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => bail!(ValueError, "compile() mode must be 'exec', 'eval' or 'single'"),
    };
    let config = dovetail_core::interpreter::Interpreter::current().config.get();
    let level = if optimize < 0 { config.map_or(0, |c| c.optimize) } else { optimize };
    let interp = dovetail_core::interpreter::Interpreter::current();
    let options = Options {
        optimize: level.clamp(0, 2) as u8,
        flags,
        int_max_str_digits: interp.int_max_str_digits.get(),
        debug_ranges: config.is_none_or(|c| c.debug_ranges),
        ..Options::default()
    };
    if source.contains(&0) {
        bail!(SyntaxError, "source code string cannot contain null bytes");
    }
    match dovetail_front::compile(source, filename, mode, &options) {
        Ok(c) => {
            for w in &c.warnings {
                warn_at(w, filename, source)?;
            }
            Code::from_front(&c.code)
        }
        Err(e) => Err(raise_syntax_error(&e, filename)),
    }
}

/// The bytes of a source object, and flags that say how to read them.
fn source_bytes(source: &Obj, function: &str, what: &str) -> PyResult<(Vec<u8>, u32)> {
    if let Some(s) = source.downcast::<Str>() {
        return Ok((s.as_str()?.as_bytes().to_vec(), compiler_flags::IGNORE_COOKIE));
    }
    if let Some(b) = source.downcast::<Bytes>() {
        return Ok((b.as_slice().to_vec(), 0));
    }
    if let Some(b) = source.downcast::<ByteArray>() {
        return Ok((b.as_slice().to_vec(), 0));
    }
    Err(raise!(TypeError, "{function}() arg 1 must be a {what}"))
}

/// Compiles the source argument of `eval` and `exec`.
pub fn compile_source(source: &Obj, filename: &str, mode: &str, function: &str) -> PyResult<Ref<Code>> {
    let (mut bytes, flags) = source_bytes(source, function, "string, bytes or code object")?;
    if mode == "eval" {
        let skip = bytes.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        bytes.drain(..skip);
    }
    let inherited = inherited_features();
    compile_bytes(&bytes, filename, mode, flags | inherited, -1)
}

/// The `__future__` features of the calling code.
fn inherited_features() -> u32 {
    dovetail_core::interp::frame::current_flags() as u32 & compiler_flags::FUTURE_MASK
}

/// `compile(...)`.
pub fn compile_object(
    source: &Obj,
    filename: &Obj,
    mode: &str,
    flags: i32,
    dont_inherit: bool,
    optimize: i32,
) -> PyResult<Object> {
    if !(-1..=2).contains(&optimize) {
        bail!(ValueError, "compile(): invalid optimize value");
    }
    if flags & ONLY_AST != 0 {
        bail!(NotImplementedError, "compile(): PyCF_ONLY_AST");
    }
    if !["exec", "eval", "single", "func_type"].contains(&mode) {
        bail!(ValueError, "compile() mode must be 'exec', 'eval' or 'single'");
    }
    let filename = match filename.downcast::<Str>() {
        Some(s) => s.as_str()?.to_owned(),
        None => match filename.downcast::<Bytes>() {
            Some(b) => String::from_utf8_lossy(b.as_slice()).into_owned(),
            None => {
                bail!(TypeError, "expected str, bytes or os.PathLike object, not {}", filename.type_name())
            }
        },
    };
    let (bytes, mut all) = source_bytes(source, "compile", "string, bytes or AST object")?;
    all |= flags as u32;
    if !dont_inherit {
        all |= inherited_features();
    }
    compile_bytes(&bytes, &filename, mode, all, optimize).map(Ref::into_object)
}
