//! `compile()`: source objects through the front end to code objects, with syntax errors and warnings.

use crate::ast::{ONLY_AST, OPTIMIZED_AST, TYPE_COMMENTS};
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
use dovetail_core::{bail, raise, sym};
use dovetail_front::{ErrorKind, Mode, Options, SyntaxError, SyntaxWarning, TreeError, compiler_flags};

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
        let place = vec![
            Str::new(filename)?.into_object(),
            number(e.lineno.into())?,
            number(e.offset.into())?,
            text,
            number(e.end_lineno.into())?,
            number(e.end_offset.into())?,
        ];
        let place = Tuple::from_vec(place)?;
        let args = Tuple::from_vec(vec![Str::new(&e.message)?.into_object(), place.into_object()])?;
        let made = BaseException::normalize(ty, args.as_obj())?;
        if let Some((line, column, source)) = &e.statement {
            // Not among the arguments: only the printing of tracebacks asks for it.
            let parts = [number((*line).into())?, number((*column).into())?, Str::new(source)?.into_object()];
            made.as_obj().set_attr(sym!(_metadata), Tuple::from_array(parts)?.as_obj())?;
        }
        Ok(made)
    };
    match make() {
        Ok(e) => dovetail_core::error::raise_exception(e),
        Err(e) => e,
    }
}

/// The text of a source in the encoding that it declares.
pub fn source_text(source: &[u8], flags: u32, filename: &str) -> PyResult<String> {
    let text = if flags & compiler_flags::IGNORE_COOKIE != 0 {
        dovetail_front::source::decode_utf8(source)
    } else {
        dovetail_front::source::decode(source)
    };
    match text {
        Ok(text) => Ok(text.into_owned()),
        Err(e) if e.kind == ErrorKind::NeedsCodec => decode_with_codec(source, &e.message, filename),
        Err(e) => Err(raise_syntax_error(&e, filename)),
    }
}

/// A source in an encoding that only the codec registry knows.
fn decode_with_codec(source: &[u8], encoding: &str, filename: &str) -> PyResult<String> {
    let bytes = Bytes::new(source)?;
    let name = Str::new(encoding)?;
    let decoded = match bytes.as_obj().call_method(sym!(decode), &[name.as_obj()]) {
        Ok(decoded) => decoded,
        Err(e) if e.matches(exc::LookupError()) => {
            e.clear();
            return Err(refuse(&format!("unknown encoding: {encoding}"), filename, 0));
        }
        Err(e) if e.matches(exc::UnicodeDecodeError()) => {
            let text = e.take().as_obj().str_()?.to_string_lossy().into_owned();
            return Err(refuse(&text, filename, 0));
        }
        Err(e) => return Err(e),
    };
    match decoded.downcast::<Str>() {
        Some(text) => Ok(text.as_str()?.to_owned()),
        None => Err(refuse(&format!("encoding problem: {encoding}"), filename, 0)),
    }
}

/// A `SyntaxError` about a line as a whole.
fn refuse(message: &str, filename: &str, line: u32) -> Raised {
    let offset = if line == 0 { -1 } else { 1 };
    let e = SyntaxError {
        kind: ErrorKind::Syntax,
        stage: dovetail_front::Stage::Compiler,
        message: message.to_owned(),
        lineno: line,
        offset,
        end_lineno: line,
        end_offset: offset,
        text: None,
        statement: None,
    };
    raise_syntax_error(&e, filename)
}

/// Issues what the front end warns of. Where a filter makes it an error, that is a `SyntaxError` at its place.
fn issue(warnings: &[SyntaxWarning], filename: &str) -> PyResult<()> {
    for w in warnings {
        let Err(e) = dovetail_core::types::exception::warn_explicit(
            exc::SyntaxWarning(),
            &w.message,
            filename,
            w.lineno as i32,
        ) else {
            continue;
        };
        if !e.matches(exc::SyntaxWarning()) {
            return Err(e);
        }
        e.clear();
        return Err(raise_syntax_error(
            &SyntaxError {
                kind: ErrorKind::Syntax,
                stage: dovetail_front::Stage::Compiler,
                message: w.error_message.clone(),
                lineno: w.lineno,
                offset: w.offset as i32,
                end_lineno: w.lineno,
                end_offset: w.end_offset as i32,
                text: None,
                statement: None,
            },
            filename,
        ));
    }
    Ok(())
}

/// A line of a source file, for errors of the compiler.
fn source_line(filename: &str, line: u32) -> Option<String> {
    let text = std::fs::read(filename).ok()?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let text = String::from_utf8_lossy(text).into_owned();
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
    let options = options_for(optimize, flags);
    if source.contains(&0) {
        bail!(SyntaxError, "source code string cannot contain null bytes");
    }
    let text = source_text(source, flags, filename)?;
    match dovetail_front::compile_text(&text, filename, mode, &options) {
        Ok(c) => {
            issue(&c.warnings, filename)?;
            Code::from_front(&c.code)
        }
        Err(e) => Err(raise_syntax_error(&e, filename)),
    }
}

/// The bytes of a source object, and flags that say how to read them.
pub fn source_bytes(source: &Obj, function: &str, what: &str) -> PyResult<(Vec<u8>, u32)> {
    if let Some(s) = source.downcast::<Str>() {
        return Ok((s.as_str()?.as_bytes().to_vec(), compiler_flags::IGNORE_COOKIE));
    }
    if let Some(b) = source.downcast::<Bytes>() {
        return Ok((b.as_slice().to_vec(), 0));
    }
    if let Some(b) = source.downcast::<ByteArray>() {
        return Ok((b.as_slice().to_vec(), 0));
    }
    if dovetail_core::object::buffer::Buffer::supported(source) {
        return Ok((Bytes::from_object(source)?.as_slice().to_vec(), 0));
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

/// The flags that `compile()` knows: the `__future__` features, `CO_NESTED`, and those of the compiler.
const KNOWN_FLAGS: i32 = compiler_flags::FUTURE_MASK as i32
    | 0x0010
    | ONLY_AST
    | OPTIMIZED_AST
    | TYPE_COMMENTS
    | (compiler_flags::DONT_IMPLY_DEDENT
        | compiler_flags::ALLOW_TOP_LEVEL_AWAIT
        | compiler_flags::ALLOW_INCOMPLETE_INPUT) as i32;

/// How to compile; `optimize` of -1 is as the command line says.
fn options_for(optimize: i32, flags: u32) -> Options {
    let interp = dovetail_core::interpreter::Interpreter::current();
    Options {
        optimize: optimize_level(optimize),
        flags,
        int_max_str_digits: interp.int_max_str_digits.get(),
        debug_ranges: interp.config.get().is_none_or(|c| c.debug_ranges),
        ..Options::default()
    }
}

fn optimize_level(optimize: i32) -> u8 {
    let config = dovetail_core::interpreter::Interpreter::current().config.get();
    let level = if optimize < 0 { config.map_or(0, |c| c.optimize) } else { optimize };
    level.clamp(0, 2) as u8
}

/// `compile(...)`.
pub fn compile_object(
    source: &Obj,
    filename: &Obj,
    mode: &str,
    flags: i32,
    dont_inherit: bool,
    optimize: i32,
    feature_version: i32,
) -> PyResult<Object> {
    if flags & !KNOWN_FLAGS != 0 {
        bail!(ValueError, "compile(): unrecognised flags");
    }
    if !(-1..=2).contains(&optimize) {
        bail!(ValueError, "compile(): invalid optimize value");
    }
    let only_tree = flags & ONLY_AST != 0;
    let kind = match mode {
        "exec" => Some(Mode::Exec),
        "eval" => Some(Mode::Eval),
        "single" => Some(Mode::Single),
        "func_type" if only_tree => None,
        "func_type" => bail!(ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST"),
        _ if only_tree => {
            bail!(ValueError, "compile() mode must be 'exec', 'eval', 'single' or 'func_type'")
        }
        _ => bail!(ValueError, "compile() mode must be 'exec', 'eval' or 'single'"),
    };
    let filename = match crate::util::fspath(filename) {
        Ok(name) => match name.downcast::<Bytes>() {
            Some(bytes) => String::from_utf8_lossy(bytes.as_slice()).into_owned(),
            None => name.str_()?.to_string_lossy().into_owned(),
        },
        Err(e) => return Err(e),
    };
    let mut all = flags as u32;
    if !dont_inherit {
        all |= inherited_features();
    }
    let options = options_for(optimize, all);
    if crate::ast::is_node(source) {
        return compile_node(source, &filename, kind, flags, &options);
    }
    let (bytes, more) = source_bytes(source, "compile", "string, bytes or AST object")?;
    all |= more;
    match kind {
        _ if only_tree => {
            parse_tree(&bytes, &filename, kind, &Options { flags: all, ..options }, feature_version)
        }
        _ => compile_bytes(&bytes, &filename, mode, all, optimize).map(Ref::into_object),
    }
}

/// The node object of a source.
fn parse_tree(
    source: &[u8],
    filename: &str,
    mode: Option<Mode>,
    options: &Options,
    feature_version: i32,
) -> PyResult<Object> {
    let reading = dovetail_front::syntax::Reading {
        dont_imply_dedent: options.flags & compiler_flags::DONT_IMPLY_DEDENT != 0,
        allow_incomplete: options.flags & compiler_flags::ALLOW_INCOMPLETE_INPUT != 0,
        barry: options.flags & compiler_flags::FUTURE_BARRY_AS_BDFL != 0,
        type_comments: options.flags & TYPE_COMMENTS as u32 != 0,
    };
    let minor = u32::try_from(feature_version).ok();
    let text = source_text(source, options.flags, filename)?;
    let read = || -> Result<_, Box<SyntaxError>> {
        let text = dovetail_front::source::normalize(&text)?;
        let tree = dovetail_front::syntax::parse(&text, mode.unwrap_or(Mode::Exec), mode.is_none(), reading)?;
        let old = minor.and_then(|minor| dovetail_front::syntax::version::tokens_too_new(&text, minor));
        Ok((tree, dovetail_front::syntax::lexical_warnings(&text), old))
    };
    match read() {
        Ok((mut tree, warnings, old)) => {
            issue(&warnings, filename)?;
            let too_new = |minor| dovetail_front::syntax::version::too_new(&tree, minor);
            if let Some((message, line)) = old.or_else(|| minor.and_then(too_new)) {
                return Err(refuse(&message, filename, line));
            }
            if options.flags & OPTIMIZED_AST as u32 != 0 {
                dovetail_front::syntax::preprocess::preprocess(&mut tree, options.optimize);
            }
            crate::ast::to_object(&tree)
        }
        Err(e) => Err(raise_syntax_error(&e, filename)),
    }
}

/// The code of a node object, or the node itself where only a tree is wanted.
fn compile_node(
    node: &Obj,
    filename: &str,
    mode: Option<Mode>,
    flags: i32,
    options: &Options,
) -> PyResult<Object> {
    crate::ast::check_mode(node, mode)?;
    if flags & (ONLY_AST | OPTIMIZED_AST) == ONLY_AST {
        return Ok(node.to_owned());
    }
    let mut tree = crate::ast::from_object(node)?;
    if flags & ONLY_AST != 0 {
        match dovetail_front::validate_tree(&tree) {
            Err(TreeError::Value(message)) => bail!(ValueError, "{message}"),
            Err(TreeError::Type(message)) => bail!(TypeError, "{message}"),
            _ => {}
        }
        dovetail_front::syntax::preprocess::preprocess(&mut tree, options.optimize);
        return crate::ast::to_object(&tree);
    }
    match dovetail_front::compile_tree(&tree, filename, options) {
        Ok(c) => {
            issue(&c.warnings, filename)?;
            Code::from_front(&c.code).map(Ref::into_object)
        }
        Err(TreeError::Value(message)) => Err(raise!(ValueError, "{message}")),
        Err(TreeError::Type(message)) => Err(raise!(TypeError, "{message}")),
        Err(TreeError::Syntax(e)) => Err(raise_syntax_error(&e, filename)),
    }
}
