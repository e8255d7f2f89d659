//! `PyConfig_Get` and its kin (PEP 741): the options of the start-up configuration while Python runs.
//!
//! Options that `sys` has as attributes are read from and written to `sys`. The flags that a program may change are
//! written to `sys.flags` and to the global variables of old, and remembered for reading.

use crate::data;
use crate::text::c_str;
use dovetail_core::config::{Config, Program};
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::set::FrozenSet;
use dovetail_core::types::str_::Str;
use dovetail_core::types::structseq;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::capi;
use dovetail_stdlib::util::{fs_decode, int, text};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;

/// The types of options that are attributes of `sys`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    MaybeText,
    Texts,
    Options,
}

/// Where an option's value is.
enum Source {
    /// An attribute of `sys`.
    Sys(&'static str, Kind),
    /// A number or truth value of the configuration.
    Number(fn(&Config) -> i64),
    Truth(fn(&Config) -> bool),
    /// A text, or none.
    Words(fn(&Config) -> Option<OsString>),
    /// A flag that may be set: its reading, its field of `sys.flags`, whether that means the opposite, the variable of C.
    Flag(fn(&Config) -> i64, &'static str, bool, Option<*mut c_int>),
    /// The same, as a truth value.
    Switch(fn(&Config) -> bool, &'static str, bool, Option<*mut c_int>),
}

/// The status of options that nothing here can change.
fn never(_: &Config) -> bool {
    false
}

fn always(_: &Config) -> bool {
    true
}

fn zero(_: &Config) -> i64 {
    0
}

fn own(text: &str) -> Option<OsString> {
    Some(text.into())
}

/// The options by name; `None` for another name.
fn source(name: &str) -> Option<Source> {
    use Kind::*;
    use Source::*;
    Some(match name {
        "allocator" | "perf_profiling" | "tracemalloc" => Number(zero),
        "argv" => Sys("argv", Texts),
        "base_exec_prefix" => Sys("base_exec_prefix", MaybeText),
        "base_executable" => Sys("_base_executable", MaybeText),
        "base_prefix" => Sys("base_prefix", MaybeText),
        "buffered_stdio" => Truth(|c| !c.unbuffered),
        "bytes_warning" => {
            Flag(|c| c.bytes_warning.into(), "bytes_warning", false, Some(&raw mut data::Py_BytesWarningFlag))
        }
        "check_hash_pycs_mode" => Words(|c| own(&c.check_hash_pycs)),
        "code_debug_ranges" => Truth(|c| c.debug_ranges),
        "coerce_c_locale" | "coerce_c_locale_warn" | "dump_refs" | "malloc_stats" | "show_ref_count" => {
            Truth(never)
        }
        "configure_c_stdio" => Truth(|c| c.configure_stdio),
        "configure_locale" | "parse_argv" => Truth(always),
        "install_signal_handlers" => Truth(|c| c.install_signal_handlers),
        "pathconfig_warnings" => Truth(|c| c.path_warnings),
        "context_aware_warnings" => Number(|c| c.context_aware_warnings.into()),
        "cpu_count" => Number(|c| c.cpu_count.unwrap_or(-1).into()),
        "dev_mode" => Truth(|c| c.dev_mode),
        "dump_refs_file" => Words(|_| None),
        "exec_prefix" => Sys("exec_prefix", MaybeText),
        "executable" => Sys("executable", MaybeText),
        "faulthandler" => Truth(|c| c.faulthandler),
        "filesystem_encoding" => Words(|_| own("utf-8")),
        "filesystem_errors" => Words(|_| own("surrogateescape")),
        "hash_seed" => Number(|c| c.hash_seed.unwrap_or(0).into()),
        "home" => Words(|c| c.home.clone()),
        "import_time" => Number(|c| c.import_time.into()),
        "inspect" => Switch(|c| c.inspect, "inspect", false, Some(&raw mut data::Py_InspectFlag)),
        "int_max_str_digits" => Number(|_| Interpreter::current().int_max_str_digits.get() as i64),
        "interactive" => {
            Switch(|c| c.interactive, "interactive", false, Some(&raw mut data::Py_InteractiveFlag))
        }
        "isolated" => Truth(|c| c.isolated),
        "module_search_paths" => Sys("path", Texts),
        "optimization_level" => {
            Flag(|c| c.optimize.into(), "optimize", false, Some(&raw mut data::Py_OptimizeFlag))
        }
        "orig_argv" => Sys("orig_argv", Texts),
        "parser_debug" => Switch(|c| c.parser_debug != 0, "debug", false, Some(&raw mut data::Py_DebugFlag)),
        "platlibdir" => Sys("platlibdir", Text),
        "prefix" => Sys("prefix", MaybeText),
        "program_name" => Words(|c| Some(c.program_name.clone())),
        "pycache_prefix" => Sys("pycache_prefix", MaybeText),
        "quiet" => Switch(|c| c.quiet != 0, "quiet", false, Some(&raw mut data::Py_QuietFlag)),
        "remote_debug" => Number(zero),
        "run_command" => Words(|c| match &c.program {
            Program::Command(text) => {
                let mut text = text.clone();
                text.push("\n");
                Some(text)
            }
            _ => None,
        }),
        "run_filename" => Words(|c| match &c.program {
            Program::File(path) => Some(path.clone()),
            _ => None,
        }),
        "run_module" => Words(|c| match &c.program {
            Program::Module(name) => Some(name.clone()),
            _ => None,
        }),
        "safe_path" => Truth(|c| c.safe_path),
        "site_import" => Truth(|c| !c.no_site),
        "skip_source_first_line" => Truth(|c| c.skip_first_line),
        "stdio_encoding" => Words(|c| own(&c.stdio_encoding)),
        "stdio_errors" => Words(|c| own(&c.stdio_errors)),
        "stdlib_dir" => Sys("_stdlib_dir", MaybeText),
        "thread_inherit_context" => Number(|c| c.thread_inherit_context.into()),
        "use_environment" => Switch(
            |c| !c.ignore_environment,
            "ignore_environment",
            true,
            Some(&raw mut data::Py_IgnoreEnvironmentFlag),
        ),
        "use_frozen_modules" => Truth(|c| c.frozen_modules),
        "use_hash_seed" => Truth(|c| c.hash_seed.is_some()),
        "user_site_directory" => Truth(|c| !c.no_user_site),
        "utf8_mode" => Truth(|c| c.utf8_mode),
        "verbose" => Flag(|c| c.verbose.into(), "verbose", false, Some(&raw mut data::Py_VerboseFlag)),
        "warn_default_encoding" => Truth(|c| c.warn_default_encoding),
        "warnoptions" => Sys("warnoptions", Texts),
        "write_bytecode" => Switch(
            |c| !c.dont_write_bytecode,
            "dont_write_bytecode",
            true,
            Some(&raw mut data::Py_DontWriteBytecodeFlag),
        ),
        "xoptions" => Sys("_xoptions", Options),
        _ => return None,
    })
}

/// Every name that `source` knows.
const NAMES: &str = "allocator argv base_exec_prefix base_executable base_prefix buffered_stdio bytes_warning \
    check_hash_pycs_mode code_debug_ranges coerce_c_locale coerce_c_locale_warn configure_c_stdio configure_locale \
    context_aware_warnings cpu_count dev_mode dump_refs dump_refs_file exec_prefix executable faulthandler \
    filesystem_encoding filesystem_errors hash_seed home import_time inspect install_signal_handlers \
    int_max_str_digits interactive isolated malloc_stats module_search_paths optimization_level orig_argv parse_argv \
    parser_debug pathconfig_warnings perf_profiling platlibdir prefix program_name pycache_prefix quiet remote_debug \
    run_command run_filename run_module safe_path show_ref_count site_import skip_source_first_line stdio_encoding \
    stdio_errors stdlib_dir thread_inherit_context tracemalloc use_environment use_frozen_modules use_hash_seed \
    user_site_directory utf8_mode verbose warn_default_encoding warnoptions write_bytecode xoptions";

/// The flags that were set in an interpreter.
#[derive(Default)]
struct Set(RefCell<BTreeMap<String, i64>>);

fn overridden(name: &str) -> Option<i64> {
    Interpreter::current().state::<Set>().0.borrow().get(name).copied()
}

fn path(text: &OsStr) -> PyResult<Object> {
    Ok(fs_decode(text.as_bytes())?.into_object())
}

fn sys() -> PyResult<&'static Ref<Dict>> {
    match Interpreter::current().sysdict.get() {
        Some(d) => Ok(d),
        None => bail!(SystemError, "no sys module"),
    }
}

fn find(name: &str) -> PyResult<Source> {
    match source(name) {
        Some(s) => Ok(s),
        None => bail!(ValueError, "unknown config option name: {name}"),
    }
}

fn get(name: &str) -> PyResult<Object> {
    let default = Config::default();
    let c = Interpreter::current().config.get().unwrap_or(&default);
    let found = find(name)?;
    if name == "write_bytecode"
        && let Some(v) = sys()?.get_text("dont_write_bytecode")
    {
        return Ok(bool_obj(!v.is_true()?).to_owned());
    }
    match found {
        Source::Sys(attribute, _) => match sys()?.get_text(attribute) {
            Some(v) => Ok(v.to_owned()),
            None => bail!(RuntimeError, "lost sys.{attribute}"),
        },
        Source::Number(f) => int(f(c)),
        Source::Truth(f) => Ok(bool_obj(f(c)).to_owned()),
        Source::Words(f) => f(c).map_or_else(|| Ok(none().to_owned()), |t| path(&t)),
        Source::Flag(f, ..) => int(overridden(name).unwrap_or_else(|| f(c))),
        Source::Switch(f, ..) => Ok(bool_obj(overridden(name).map_or_else(|| f(c), |v| v != 0)).to_owned()),
    }
}

/// The value of an option.
#[capi]
unsafe fn PyConfig_Get(name: *const c_char) -> PyResult<Object> {
    // SAFETY: a C string.
    get(&unsafe { c_str(name) })
}

/// The value of an option that is a number.
#[capi]
unsafe fn PyConfig_GetInt(name: *const c_char, value: *mut c_int) -> PyResult<()> {
    // SAFETY: a C string.
    let name = unsafe { c_str(name) };
    let found = get(&name)?;
    let Some(n) = found.downcast::<Int>() else { bail!(TypeError, "config option {name} is not an int") };
    let Some(n) = n.to_i64().and_then(|n| c_int::try_from(n).ok()) else {
        bail!(OverflowError, "config option {name} value does not fit into a C int");
    };
    // SAFETY: the caller's place.
    unsafe { *value = n };
    Ok(())
}

/// The names of all options.
#[capi]
fn PyConfig_Names() -> PyResult<Ref<FrozenSet>> {
    let names: Vec<Object> = NAMES.split_whitespace().map(text).collect::<PyResult<_>>()?;
    FrozenSet::from_iterable(Tuple::from_vec(names)?.as_obj())
}

/// Does a value fit an attribute of `sys`?
fn check(value: &Obj, kind: Kind) -> PyResult<()> {
    let name = value.type_name();
    match kind {
        Kind::Text if !value.is_a::<Str>() => bail!(TypeError, "expected str, got {name}"),
        Kind::MaybeText if !value.is_none() && !value.is_a::<Str>() => {
            bail!(TypeError, "expected str or None, got {name}")
        }
        Kind::Texts => {
            let Some(l) = value.downcast::<List>() else {
                bail!(TypeError, "expected list[str], got {name}")
            };
            for (i, item) in l.to_vec().iter().enumerate() {
                if !item.is_a::<Str>() {
                    bail!(TypeError, "expected str, list item {i} has type {}", item.type_name());
                }
            }
            Ok(())
        }
        Kind::Options => {
            let Some(d) = value.downcast::<Dict>() else {
                bail!(TypeError, "expected dict[str, str | bool], got {name}");
            };
            for (k, v) in d.iter_borrowed() {
                if !k.is_a::<Str>() {
                    bail!(TypeError, "expected str, got dict key type {}", k.type_name());
                }
                if !v.is_a::<Str>() && !v.is(bool_obj(true)) && !v.is(bool_obj(false)) {
                    bail!(TypeError, "expected str or bool, got dict value type {}", v.type_name());
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Puts a new `sys.flags` with one field changed in the place of the old one.
fn set_flag(field: &str, value: &Obj) -> PyResult<()> {
    let Some(old) = sys()?.get_text("flags").map(Obj::to_owned) else {
        bail!(RuntimeError, "lost sys.flags")
    };
    let ty = old.ob_type();
    let wanted = Str::intern(field)?;
    let mut values = Vec::new();
    let members = ty.as_obj().get_attr_text("__match_args__")?;
    let Some(members) = members.downcast::<Tuple>() else { bail!(RuntimeError, "sys.flags has no fields") };
    for i in 0..structseq::field_count(ty) {
        // Fields beyond the visible ones are never set.
        let is_it = i < members.len() && members.get(i).downcast::<Str>().is_some_and(|m| m.equals(&wanted));
        values.push(if is_it { value.to_owned() } else { structseq::field(&old, i) });
    }
    sys()?.set_text("flags", &*structseq::new(ty, values)?)
}

/// Sets an option that programs may change.
#[capi]
unsafe fn PyConfig_Set(name: *const c_char, value: &Obj) -> PyResult<()> {
    // SAFETY: a C string.
    let name = unsafe { c_str(name) };
    let number = || -> PyResult<i64> {
        let Some(n) = value.downcast::<Int>() else {
            bail!(TypeError, "expected int or bool, got {}", value.type_name());
        };
        match n.to_i64() {
            Some(n) if n >= 0 => Ok(n),
            Some(_) => bail!(ValueError, "value must be >= 0"),
            None => Err(raise!(OverflowError, "value does not fit into a C int")),
        }
    };
    let (field, opposite, variable, n) = match find(&name)? {
        Source::Sys(attribute, kind) if attribute != "orig_argv" => {
            check(value, kind)?;
            return sys()?.set_text(attribute, value);
        }
        Source::Number(_) if name == "int_max_str_digits" => {
            let n = number()?;
            let sys = dovetail_core::import::import_module("sys")?;
            sys.get_attr_text("set_int_max_str_digits")?.call(&[value])?;
            return set_flag("int_max_str_digits", &*int(n)?);
        }
        Source::Flag(_, field, opposite, variable) => (field, opposite, variable, number()?),
        Source::Switch(_, field, opposite, variable) => {
            let n = number()?;
            // The variable of C keeps the number.
            (field, opposite, variable, n)
        }
        _ => bail!(ValueError, "cannot set read-only option {name}"),
    };
    let is_switch = matches!(source(&name), Some(Source::Switch(..)));
    let shown = match (is_switch, opposite) {
        (false, _) => n,
        (true, false) => i64::from(n != 0),
        (true, true) => i64::from(n == 0),
    };
    set_flag(field, &*int(shown)?)?;
    if let Some(p) = variable {
        // SAFETY: a variable of C, written under the GIL.
        unsafe { *p = if opposite { c_int::from(n == 0) } else { c_int::try_from(n).unwrap_or(c_int::MAX) } };
    }
    if name == "write_bytecode" {
        sys()?.set_text("dont_write_bytecode", bool_obj(n == 0))?;
    }
    Interpreter::current().state::<Set>().0.borrow_mut().insert(name.to_string(), n);
    Ok(())
}
