//! What `sys` tells about the runtime and its start-up: versions, limits, flags, paths.

use super::names::STDLIB;
use crate::util::{TypeCell, fs_decode, int, set, set_int, text};
use dovetail_core::config::Config;
use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::set::FrozenSet;
use dovetail_core::types::simplenamespace::SimpleNamespace;
use dovetail_core::types::structseq::{self, Declaration, Field};
use dovetail_core::types::tuple::Tuple;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// A struct sequence with all fields visible, of a type of its own.
fn record(cell: &TypeCell, name: &str, rows: Vec<(&str, Object)>, visible: usize) -> PyResult<Object> {
    let ty = cell.get_or(|| {
        let fields: Vec<Field<'_>> = rows.iter().map(|(n, _)| (Some(*n), "")).collect();
        structseq::new_type(&Declaration { name, doc: name, fields: &fields, visible })
    })?;
    structseq::new(ty, rows.into_iter().map(|(_, v)| v).collect())
}

/// As `record`; the value stays the only one of its type.
fn only_record(cell: &TypeCell, name: &str, rows: Vec<(&str, Object)>, visible: usize) -> PyResult<Object> {
    let value = record(cell, name, rows, visible)?;
    structseq::refuse_more(value.ob_type())?;
    Ok(value)
}

fn float(v: f64) -> PyResult<Object> {
    Ok(Float::new(v)?.into_object())
}

fn flag(b: bool) -> Object {
    bool_obj(b).to_owned()
}

fn flags(c: &Config) -> PyResult<Object> {
    static FLAGS: TypeCell = TypeCell::new();
    let digits = Interpreter::current().int_max_str_digits.get();
    let n = |b: bool| int(b as i32);
    only_record(
        &FLAGS,
        "sys.flags",
        vec![
            ("debug", int(c.parser_debug)?),
            ("inspect", n(c.inspect)?),
            ("interactive", n(c.interactive)?),
            ("optimize", int(c.optimize)?),
            ("dont_write_bytecode", n(c.dont_write_bytecode)?),
            ("no_user_site", n(c.no_user_site)?),
            ("no_site", n(c.no_site)?),
            ("ignore_environment", n(c.ignore_environment)?),
            ("verbose", int(c.verbose)?),
            ("bytes_warning", int(c.bytes_warning)?),
            ("quiet", int(c.quiet)?),
            ("hash_randomization", n(c.hash_seed != Some(0))?),
            ("isolated", n(c.isolated)?),
            ("dev_mode", flag(c.dev_mode)),
            ("utf8_mode", n(c.utf8_mode)?),
            ("warn_default_encoding", n(c.warn_default_encoding)?),
            ("safe_path", flag(c.safe_path)),
            ("int_max_str_digits", int(digits as i64)?),
            ("gil", int(1)?),
            ("thread_inherit_context", n(c.thread_inherit_context)?),
            ("context_aware_warnings", n(c.context_aware_warnings)?),
        ],
        18,
    )
}

fn version_info() -> PyResult<Object> {
    static VERSION: TypeCell = TypeCell::new();
    let (major, minor, micro) = super::module::VERSION;
    only_record(
        &VERSION,
        "sys.version_info",
        vec![
            ("major", int(major)?),
            ("minor", int(minor)?),
            ("micro", int(micro)?),
            ("releaselevel", text("final")?),
            ("serial", int(0)?),
        ],
        5,
    )
}

fn implementation(version: &Obj) -> PyResult<Object> {
    let d = Dict::new()?;
    d.set_text("name", &*text("cpython")?)?;
    d.set_text("cache_tag", &*text("cpython-314")?)?;
    d.set_text("version", version)?;
    d.set_text("hexversion", &*int(0x030e_0af0)?)?;
    d.set_text("_multiarch", &*text(&format!("{}-linux-gnu", std::env::consts::ARCH))?)?;
    d.set_text("supports_isolated_interpreters", bool_obj(true))?;
    Ok(SimpleNamespace::from_dict(&d)?.into_object())
}

fn numbers(module: &Obj) -> PyResult<()> {
    static FLOAT: TypeCell = TypeCell::new();
    static INT: TypeCell = TypeCell::new();
    static HASH: TypeCell = TypeCell::new();
    static THREAD: TypeCell = TypeCell::new();
    let rows = vec![
        ("max", float(f64::MAX)?),
        ("max_exp", int(f64::MAX_EXP)?),
        ("max_10_exp", int(f64::MAX_10_EXP)?),
        ("min", float(f64::MIN_POSITIVE)?),
        ("min_exp", int(f64::MIN_EXP)?),
        ("min_10_exp", int(f64::MIN_10_EXP)?),
        ("dig", int(f64::DIGITS)?),
        ("mant_dig", int(f64::MANTISSA_DIGITS)?),
        ("epsilon", float(f64::EPSILON)?),
        ("radix", int(2)?),
        ("rounds", int(1)?),
    ];
    set(module, "float_info", &*record(&FLOAT, "sys.float_info", rows, 11)?)?;
    let rows = vec![
        ("bits_per_digit", int(30)?),
        ("sizeof_digit", int(4)?),
        ("default_max_str_digits", int(4300)?),
        ("str_digits_check_threshold", int(640)?),
    ];
    set(module, "int_info", &*record(&INT, "sys.int_info", rows, 4)?)?;
    let rows = vec![
        ("width", int(64)?),
        ("modulus", int((1i64 << 61) - 1)?),
        ("inf", int(314159)?),
        ("nan", int(0)?),
        ("imag", int(1000003)?),
        ("algorithm", text("siphash13")?),
        ("hash_bits", int(64)?),
        ("seed_bits", int(128)?),
        ("cutoff", int(0)?),
    ];
    set(module, "hash_info", &*record(&HASH, "sys.hash_info", rows, 9)?)?;
    // SAFETY: the C library's own text.
    let version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) }.to_string_lossy();
    let rows = vec![
        ("name", text("pthread")?),
        ("lock", text("semaphore")?),
        ("version", text(&format!("NPTL {version}"))?),
    ];
    set(module, "thread_info", &*record(&THREAD, "sys.thread_info", rows, 3)?)
}

fn strings(items: &[String]) -> PyResult<Ref<List>> {
    List::from_vec(items.iter().map(|s| text(s)).collect::<PyResult<_>>()?)
}

fn path_text(path: &OsStr) -> PyResult<Object> {
    Ok(fs_decode(path.as_bytes())?.into_object())
}

fn paths(items: &[OsString]) -> PyResult<Ref<List>> {
    List::from_vec(items.iter().map(|s| path_text(s)).collect::<PyResult<_>>()?)
}

/// Fills in what versions, limits and the start-up configuration say.
pub fn add(module: &Obj) -> PyResult<()> {
    let default = Config::default();
    let c = Interpreter::current().config.get().unwrap_or(&default);
    set(module, "flags", &*flags(c)?)?;
    let version = version_info()?;
    set(module, "version_info", &version)?;
    set(module, "implementation", &*implementation(&version)?)?;
    numbers(module)?;
    set_int(module, "api_version", 1013)?;
    set(module, "_git", &*Tuple::from_vec(vec![text("Dovetail")?, text("")?, text("")?])?)?;
    set(module, "float_repr_style", &*text("short")?)?;
    set(module, "platlibdir", &*path_text(&c.platlibdir)?)?;
    set(module, "abiflags", &*text("")?)?;
    set(module, "_framework", &*text("")?)?;
    match &c.pycache_prefix {
        Some(p) => set(module, "pycache_prefix", &*path_text(p)?)?,
        None => set(module, "pycache_prefix", none())?,
    }
    set(module, "_home", none())?;
    set(module, "dont_write_bytecode", bool_obj(c.dont_write_bytecode))?;
    set(module, "warnoptions", &*strings(&c.warn_options)?)?;
    let options = Dict::new()?;
    for (k, v) in &c.x_options {
        match v {
            Some(v) => options.set_text(k, &*text(v)?)?,
            None => options.set_text(k, bool_obj(true))?,
        }
    }
    set(module, "_xoptions", &options)?;
    set(module, "orig_argv", &*paths(&c.orig_argv)?)?;
    for (name, path) in [
        ("executable", &c.executable),
        ("_base_executable", &c.base_executable),
        ("prefix", &c.prefix),
        ("exec_prefix", &c.exec_prefix),
        ("base_prefix", &c.base_prefix),
        ("base_exec_prefix", &c.base_exec_prefix),
    ] {
        set(module, name, &*path_text(path)?)?;
    }
    match &c.stdlib_dir {
        Some(p) => set(module, "_stdlib_dir", &*path_text(p)?)?,
        None => set(module, "_stdlib_dir", none())?,
    }
    set(module, "path", &*paths(&c.module_search_paths)?)?;
    let names: Vec<Object> = STDLIB.split_whitespace().map(text).collect::<PyResult<_>>()?;
    let names = Tuple::from_vec(names)?;
    set(module, "stdlib_module_names", &*FrozenSet::from_iterable(names.as_obj())?)?;
    let d = Dict::new()?;
    d.set_text("version", &*text(env!("CARGO_PKG_VERSION"))?)?;
    set(module, "dovetail", SimpleNamespace::from_dict(&d)?.as_obj())?;
    set(module, "meta_path", &*List::new()?)?;
    set(module, "path_hooks", &*List::new()?)?;
    set(module, "path_importer_cache", &*Dict::new()?)
}
