//! The prompt: `_pyrepl` from the library on a terminal, else a plain loop over lines; `PYTHONSTARTUP` before it.

use crate::run::{self, main_module};
use dovetail_core::config::Config;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::hooks::{self, Uncaught};
use dovetail_core::import::import_module;
use dovetail_core::interp::eval::run_code;
use dovetail_core::interp::pending;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{gil, startup, sym};
use dovetail_front::compiler_flags;
use std::cell::RefCell;

/// Does a person sit at standard input, or is it to be treated so (`-i`)?
pub fn is_interactive(config: &Config) -> bool {
    // SAFETY: any descriptor may be asked about.
    config.interactive || unsafe { libc::isatty(0) == 1 }
}

/// Runs the prompt until the input or the session ends; gives the exit status. With `first`, nothing ran before:
/// `PYTHONSTARTUP` does now.
pub fn prompt(config: &Config, first: bool) -> i32 {
    if first && let Some(status) = run_startup(config) {
        return status;
    }
    match run::call_if_there("sys", "__interactivehook__") {
        Ok(_) => {}
        Err(e) => {
            startup::flush_streams();
            eprintln!("Failed calling sys.__interactivehook__");
            if let Uncaught::Exit(status) = hooks::print_uncaught(e.take(), true, true) {
                return status & 0xff;
            }
        }
    }
    let basic =
        std::env::var_os("PYTHON_BASIC_REPL").is_some_and(|v| !v.is_empty()) && !config.ignore_environment;
    // SAFETY: any descriptor may be asked about.
    let terminal = unsafe { libc::isatty(0) == 1 && libc::isatty(1) == 1 };
    if basic || !terminal {
        return plain_loop();
    }
    match editing_prompt() {
        Ok(()) => 0,
        Err(e) => {
            let status = match hooks::print_uncaught(e.take(), true, true) {
                Uncaught::Exit(status) => status & 0xff,
                Uncaught::Shown => 1,
            };
            startup::flush_streams();
            status
        }
    }
}

/// The library's prompt, in `__main__`.
fn editing_prompt() -> PyResult<()> {
    let repl = import_module("_pyrepl.main")?;
    let kwargs = Dict::new()?;
    kwargs.set_text("mainmodule", main_module()?.as_obj())?;
    kwargs.set_text("pythonstartup", bool_obj(false))?;
    repl.get_attr_text("interactive_console")?.call_dict(&*Tuple::empty(), Some(&kwargs))?;
    Ok(())
}

/// Runs the file that `PYTHONSTARTUP` names. A status where it asks for the end.
fn run_startup(config: &Config) -> Option<i32> {
    if config.ignore_environment {
        return None;
    }
    let path = std::env::var_os("PYTHONSTARTUP").filter(|p| !p.is_empty())?;
    let shown = path.to_string_lossy().into_owned();
    let source = match std::fs::read(&path) {
        Ok(s) => s,
        Err(e) => {
            let e = dovetail_core::types::exceptions_os::from_io(&e, None);
            eprintln!("Could not open PYTHONSTARTUP");
            hooks::print_uncaught(e.take(), false, false);
            return None;
        }
    };
    let run = || -> PyResult<()> {
        let dict = main_module()?;
        dict.dict().set(sym!(__file__).as_obj(), Str::new(&shown)?.as_obj())?;
        let code = dovetail_stdlib::compile_bytes(&source, &shown, "exec", 0, -1)?;
        run::run_in_main(&code)?;
        Ok(())
    };
    let result = run();
    if let Ok(m) = main_module()
        && let Err(e) = m.dict().remove(sym!(__file__).as_obj())
    {
        e.clear();
    }
    match result {
        Ok(()) => None,
        Err(e) => match hooks::print_uncaught(e.take(), true, true) {
            Uncaught::Exit(status) => Some(status & 0xff),
            Uncaught::Shown => None,
        },
    }
}

/// What came of asking for one statement.
enum Typed {
    Statement(Ref<Code>, String),
    Nothing,
    End,
}

/// Gives the next line with its end, for the prompt of this name (`ps1`, `ps2`); none at the end of the input.
pub type ReadLine<'a> = dyn FnMut(&str) -> PyResult<Option<String>> + 'a;

/// Statements that somebody types.
pub struct Typing<'a> {
    pub read: &'a mut ReadLine<'a>,
    /// The name of the input in tracebacks.
    pub file: &'a str,
    /// Of the compiler; `from __future__ import` adds to them.
    pub flags: u32,
}

/// What became of asking for one statement and running it.
pub enum Step {
    Ran,
    End,
    Failed(Raised),
}

impl Typing<'_> {
    /// Prompts for a statement and runs it in `__main__`.
    pub fn step(&mut self) -> Step {
        let result = match self.read_statement() {
            Ok(Typed::End) => return Step::End,
            Ok(Typed::Nothing) => return Step::Ran,
            Ok(Typed::Statement(code, source)) => {
                self.flags |= code.raw().co_flags as u32 & compiler_flags::FUTURE_MASK;
                dovetail_core::types::traceback::register_command(&code, &source);
                run_statement(&code)
            }
            Err(e) => Err(e),
        };
        result.map_or_else(Step::Failed, |()| Step::Ran)
    }

    /// Prompts, reads and runs statements until the input ends. Gives the exit status.
    pub fn run(&mut self) -> i32 {
        set_prompts();
        loop {
            match self.step() {
                Step::End => return 0,
                Step::Ran => {}
                Step::Failed(e) => {
                    if e.matches(exc::KeyboardInterrupt()) {
                        eprintln!();
                    }
                    if let Uncaught::Exit(status) = hooks::print_uncaught(e.take(), true, true) {
                        return status & 0xff;
                    }
                }
            }
            startup::flush_streams();
        }
    }

    /// Reads lines until they are a statement, or cannot become one.
    fn read_statement(&mut self) -> PyResult<Typed> {
        let (flags, file) = (self.flags, self.file);
        let compile = |source: &str, more: u32| {
            let flags = flags | more | compiler_flags::IGNORE_COOKIE;
            dovetail_stdlib::compile_bytes(source.as_bytes(), file, "single", flags, -1)
        };
        let unfinished = compiler_flags::DONT_IMPLY_DEDENT | compiler_flags::ALLOW_INCOMPLETE_INPUT;
        let mut text = String::new();
        loop {
            let Some(line) = (self.read)(if text.is_empty() { "ps1" } else { "ps2" })? else {
                // What is shown next is to begin a line of its own.
                eprintln!();
                if text.trim().is_empty() {
                    return Ok(Typed::End);
                }
                return compile(&format!("{text}\n"), 0).map(|c| Typed::Statement(c, text));
            };
            let line = line.trim_end_matches(['\n', '\r']);
            if text.is_empty() {
                if is_blank(line) {
                    return Ok(Typed::Nothing);
                }
                text.push_str(line);
            } else {
                text.push('\n');
                text.push_str(line);
            }
            match compile(&text, unfinished) {
                Ok(code) => return Ok(Typed::Statement(code, text)),
                Err(e) if e.matches(exc::SyntaxError()) => e.clear(),
                Err(e) => return Err(e),
            }
            match compile(&format!("{text}\n"), unfinished) {
                Ok(_) => continue,
                Err(e) if e.matches(exc::_IncompleteInputError()) => {
                    e.clear();
                    continue;
                }
                Err(e) => e.clear(),
            }
            return compile(&format!("{text}\n"), 0).map(|c| Typed::Statement(c, text));
        }
    }
}

/// Gives `sys` its prompts, if it has none.
pub fn set_prompts() {
    let Some(sys) = Interpreter::current().sysdict.get() else { return };
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if sys.get_text(name).is_none() {
            let set = Str::new(text).and_then(|s| sys.set_text(name, s.as_obj()));
            if let Err(e) = set {
                e.clear();
            }
        }
    }
}

/// `sys._baserepl()`: the prompt on standard input. Gives the exit status.
pub fn plain_loop() -> i32 {
    Typing { read: &mut read_line, file: "<stdin>", flags: 0 }.run()
}

fn run_statement(code: &Code) -> PyResult<()> {
    let main = main_module()?;
    run_code(code, main.dict(), main.dict(), None)?;
    Ok(())
}

/// Nothing but white space and a comment?
fn is_blank(line: &str) -> bool {
    let l = line.trim();
    l.is_empty() || l.starts_with('#')
}

/// `str()` of `sys.ps1` or `sys.ps2`.
pub fn prompt_text(name: &str) -> String {
    let Some(p) = Interpreter::current().sysdict.get().and_then(|d| d.get_text(name)).map(Obj::to_owned)
    else {
        return String::new();
    };
    match p.str_() {
        Ok(s) => s.to_string_lossy().into_owned(),
        Err(e) => {
            e.clear();
            String::new()
        }
    }
}

thread_local! {
    /// What was read of standard input and not used yet.
    static AHEAD: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The line editor, if there is one and a person types.
fn terminal_editor() -> Option<hooks::ReadLine> {
    // SAFETY: any descriptor may be asked about.
    let terminal = unsafe { libc::isatty(0) == 1 && libc::isatty(1) == 1 };
    hooks::READ_LINE.get().copied().filter(|_| terminal)
}

/// The next line with its end, after a prompt; none at the end of the input.
fn read_line(name: &str) -> PyResult<Option<String>> {
    let prompt = prompt_text(name);
    startup::flush_streams();
    if let Some(read) = terminal_editor()
        && let Ok(prompt) = std::ffi::CString::new(prompt.as_str())
    {
        let line = read(&prompt)?;
        return Ok(line.map(|l| String::from_utf8_lossy(&l).into_owned()));
    }
    eprint!("{prompt}");
    let mut line = Vec::new();
    loop {
        let found = AHEAD.with_borrow_mut(|a| {
            let end = a.iter().position(|b| *b == b'\n').map(|i| i + 1);
            line.extend(a.drain(..end.unwrap_or(a.len())));
            end.is_some()
        });
        if found {
            break;
        }
        let mut buf = [0u8; 4096];
        let got = gil::allow_threads(|| {
            // SAFETY: the buffer is as long as said.
            let n = unsafe { libc::read(0, buf.as_mut_ptr().cast(), buf.len()) };
            if n < 0 { Err(std::io::Error::last_os_error()) } else { Ok(n as usize) }
        });
        match got {
            Ok(0) if line.is_empty() => return Ok(None),
            Ok(0) => break,
            Ok(n) => AHEAD.with_borrow_mut(|a| a.extend_from_slice(&buf[..n])),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {
                pending::handle(ThreadState::current())?;
            }
            Err(e) => return Err(dovetail_core::types::exceptions_os::from_io(&e, None)),
        }
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}
