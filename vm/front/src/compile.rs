//! From source to [`Code`].

use crate::code::{Code, from_codegen};
use crate::error::{ErrorKind, Stage, SyntaxError, SyntaxWarning};
use crate::mend;
use crate::source;
use crate::syntax::{self, Reading};
use rustpython_compiler::{CompileError, CompileOpts};
use rustpython_compiler_core::bytecode::CodeFlags;

/// The `PyCF_*` bits of [`Options::flags`] besides the `__future__` features, which use the bits
/// of `co_flags`.
pub mod compiler_flags {
    /// The features a caller may hand down: `PyCF_MASK`.
    pub const FUTURE_MASK: u32 = 0x01fe_0000;
    /// The text is decoded already: a coding cookie has no meaning.
    pub const IGNORE_COOKIE: u32 = 0x0800;
    /// `<>` is spelled so (`from __future__ import barry_as_FLUFL`).
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x0040_0000;
    /// An interactive block must be ended by a line of its own.
    pub const DONT_IMPLY_DEDENT: u32 = 0x0200;
    /// `await`, `async for`, `async with` are allowed at module level.
    pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
    /// Input that ends too early gives `_IncompleteInputError`.
    pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
}

/// What is compiled: the `mode` argument of `compile()`. The fourth mode of CPython, `func_type`,
/// yields no code, only a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module.
    Exec,
    /// One expression, whose value is returned.
    Eval,
    /// One interactive statement; values of expression statements are printed.
    Single,
}

/// How to compile.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `-O` level 0, 1 or 2: 1 drops `assert` and makes `__debug__` false, 2 drops docstrings too.
    pub optimize: u8,
    /// See [`compiler_flags`].
    pub flags: u32,
    /// `sys.get_int_max_str_digits()`, 0 for no limit.
    pub int_max_str_digits: usize,
    /// Whether code objects carry columns (`-X no_debug_ranges` says no).
    pub debug_ranges: bool,
    /// How deep the tree may be. CPython's bound is its C stack, which is about as much.
    pub recursion_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { optimize: 0, flags: 0, int_max_str_digits: 4300, debug_ranges: true, recursion_limit: 6000 }
    }
}

/// A compiled source.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The module's code.
    pub code: Code,
    /// Warnings to issue. If a filter turns one into an error, the runtime raises it as
    /// `SyntaxError` at the warning's place.
    pub warnings: Vec<SyntaxWarning>,
}

/// Compiles the bytes of a source file: byte-order mark, coding cookie (PEP 263) and line ends are
/// taken care of.
pub fn compile(
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options,
) -> Result<Compiled, Box<SyntaxError>> {
    let text = if options.flags & compiler_flags::IGNORE_COOKIE != 0 {
        source::decode_utf8(source)?
    } else {
        source::decode(source)?
    };
    compile_text(&text, filename, mode, options)
}

/// Stack for the compiler, which recurses over the tree; pages that are not reached cost nothing.
pub(crate) const COMPILE_STACK: usize = 256 << 20;

/// Compiles text that is decoded already; a coding cookie in it is a comment.
pub fn compile_text(
    text: &str,
    filename: &str,
    mode: Mode,
    options: &Options,
) -> Result<Compiled, Box<SyntaxError>> {
    let text = source::normalize(text)?;
    let reading = Reading {
        dont_imply_dedent: options.flags & compiler_flags::DONT_IMPLY_DEDENT != 0,
        allow_incomplete: options.flags & compiler_flags::ALLOW_INCOMPLETE_INPUT != 0,
        barry: options.flags & compiler_flags::FUTURE_BARRY_AS_BDFL != 0,
        type_comments: false,
    };
    if let Some(error) = crate::nesting::check_text(&text, mode, reading) {
        return Err(error);
    }
    let mut warnings = Vec::new();
    let core_mode = match mode {
        Mode::Exec => rustpython_compiler::Mode::Exec,
        Mode::Eval => rustpython_compiler::Mode::Eval,
        Mode::Single => rustpython_compiler::Mode::Single,
    };
    let opts = code_options(options);
    let outcome = {
        let mut collect = |location: ruff_source_file::SourceLocation, message: String| {
            let offset = location.character_offset.get() as u32;
            warnings.push(SyntaxWarning {
                error_message: message.clone(),
                message,
                lineno: location.line.get() as u32,
                offset,
                end_offset: offset,
            });
            Ok(())
        };
        crate::stack::grow(COMPILE_STACK, || {
            rustpython_compiler::compile_with_syntax_warning_handler(
                &text,
                core_mode,
                filename,
                opts,
                &mut collect,
            )
        })
    };
    // Interactive input is small, and where a statement ends matters there: always look. So is code
    // indented a hundred times rare; the compiler does not mind it, but CPython does.
    if (mode == Mode::Single || syntax::too_many_indents(&text))
        && let Some(error) = syntax::diagnose(&text, mode, reading)
    {
        return Err(error);
    }
    match outcome {
        Ok(object) => {
            let mut all = syntax::lexical_warnings(&text);
            all.append(&mut warnings);
            let mut code = from_codegen(&object);
            if mend::is_wrong(&code)
                && let Some(again) = mend::again(&text, filename, mode, options, reading)
            {
                code = again.code;
            }
            Ok(Compiled { code, warnings: all })
        }
        Err(error) => {
            let known = syntax::diagnose(&text, mode, reading);
            if known.is_none()
                && mend::is_false_alarm(&error.to_string())
                && let Some(again) = mend::again(&text, filename, mode, options, reading)
            {
                return Ok(Compiled { code: again.code, warnings: syntax::lexical_warnings(&text) });
            }
            if known.is_none()
                && error.to_string().contains("Exceeds the limit")
                && let Some(shorter) = mend::shorter_zeros(&text, options.int_max_str_digits)
            {
                return compile_text(&shorter, filename, mode, options);
            }
            Err(known.unwrap_or_else(|| Box::new(from_compile_error(&error, &text))))
        }
    }
}

/// The code generator's options.
pub(crate) fn code_options(options: &Options) -> CompileOpts {
    CompileOpts {
        optimize: options.optimize,
        debug_ranges: options.debug_ranges,
        int_max_str_digits: options.int_max_str_digits,
        allow_top_level_await: options.flags & compiler_flags::ALLOW_TOP_LEVEL_AWAIT != 0,
        future_features: CodeFlags::from_bits_truncate(options.flags & compiler_flags::FUTURE_MASK),
        dont_imply_dedent: options.flags & compiler_flags::DONT_IMPLY_DEDENT != 0,
        recursion_limit: options.recursion_limit,
    }
}

pub(crate) fn from_compile_error(error: &CompileError, text: &str) -> SyntaxError {
    let (lineno, offset) = error.python_location();
    let (end_lineno, end_offset) = error.python_end_location().unwrap_or((lineno, offset));
    let stage = match error {
        CompileError::Parse(_) => Stage::Parser,
        CompileError::Codegen(_) => Stage::Compiler,
    };
    let line = match stage {
        Stage::Parser => text.split_inclusive('\n').nth(lineno.saturating_sub(1)).map(str::to_owned),
        Stage::Compiler => None,
    };
    let message = error.to_string();
    let kind = kind_of(&message);
    SyntaxError {
        kind,
        stage,
        message,
        lineno: lineno as u32,
        offset: offset as i32,
        end_lineno: end_lineno as u32,
        end_offset: end_offset as i32,
        text: line,
        statement: None,
    }
}

fn kind_of(message: &str) -> ErrorKind {
    if message.starts_with("maximum recursion depth") {
        ErrorKind::Recursion
    } else if message.starts_with("inconsistent use of tabs") {
        ErrorKind::Tab
    } else if message.starts_with("expected an indented block")
        || message.starts_with("unexpected indent")
        || message.starts_with("unindent does not match")
        || message.starts_with("too many levels of indentation")
    {
        ErrorKind::Indentation
    } else {
        ErrorKind::Syntax
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Const;

    fn module(source: &str) -> Code {
        compile(source.as_bytes(), "<test>", Mode::Exec, &Options::default()).unwrap().code
    }

    #[test]
    fn a_function_has_its_names_and_kinds() {
        let code = module("def f(a, /, b, *c, d, **e):\n    x = lambda: x\n    return a\n");
        let Const::Code(f) = &code.consts[0] else { panic!("{:?}", code.consts) };
        assert_eq!(f.qualname, "f");
        assert_eq!((f.argcount, f.posonlyargcount, f.kwonlyargcount), (2, 1, 1));
        assert_eq!(f.localsplusnames, ["a", "b", "d", "c", "e", "x"]);
        assert_eq!(f.localspluskinds, [0x22, 0x26, 0x24, 0x2a, 0x2c, 0x40]);
        assert_eq!(f.code.len() % 2, 0);
    }

    #[test]
    fn big_and_small_ints() {
        let code = module("x = 9223372036854775807; y = 9223372036854775808\n");
        assert!(code.consts.contains(&Const::Int(i64::MAX)));
        assert!(code.consts.contains(&Const::BigInt { negative: false, digits: vec![0, 0, 8] }));
    }

    #[test]
    fn warnings_are_collected() {
        let done = compile(b"assert (1, 'x')\n", "<test>", Mode::Exec, &Options::default()).unwrap();
        assert_eq!(done.warnings.len(), 1, "{:?}", done.warnings);
    }
}
