//! The settings of a process: command line and environment put together, in CPython's order of precedence.

use crate::cmdline::Line;
use crate::locale::{self, Locale};
use crate::preset::{Pre, Preset};
use dovetail_core::config::{Config, Program};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// A setting that cannot be: the function that CPython names, and the message.
#[derive(Debug, PartialEq, Eq)]
pub struct Fatal {
    pub place: &'static str,
    pub message: String,
    /// Before even the settings that everything else needs were read.
    pub early: bool,
}

fn fatal(place: &'static str, message: &str) -> Fatal {
    Fatal { place, message: message.to_owned(), early: false }
}

/// The environment, or nothing where it is ignored.
pub(crate) struct Environment {
    pub(crate) used: bool,
}

impl Environment {
    /// A variable that is set and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<OsString> {
        if !self.used {
            return None;
        }
        std::env::var_os(name).filter(|v| !v.is_empty())
    }

    fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A level: a number, or 1 for what is none.
    fn level(&self, name: &str) -> i32 {
        match self.get(name) {
            None => 0,
            Some(v) => match v.to_str().and_then(|s| s.trim_start().parse::<i32>().ok()) {
                Some(n) if n >= 0 => n,
                _ => 1,
            },
        }
    }
}

/// The `-X` options.
pub(crate) struct XOptions(Vec<(String, Option<String>)>);

impl XOptions {
    fn of(line: &Line) -> XOptions {
        let split = |o: &OsString| {
            let o = lossless(o);
            match o.split_once('=') {
                Some((n, v)) => (n.to_owned(), Some(v.to_owned())),
                None => (o, None),
            }
        };
        XOptions(line.x.iter().map(split).collect())
    }

    /// The last one of this name: its value, if it has one.
    pub(crate) fn get(&self, name: &str) -> Option<Option<&str>> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_deref())
    }

    fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

fn lossless(s: &OsString) -> String {
    s.to_string_lossy().into_owned()
}

/// Does what comes before all other settings, the first time: locale and UTF-8 mode, for a line and an embedding program's
/// wishes.
pub fn preconfigure(line: &Line, pre: &Pre) -> Result<locale::Done, Fatal> {
    let isolated = pre.isolated || line.isolated;
    let env = Environment { used: pre.use_environment && !line.ignore_environment && !isolated };
    locale::preconfigure(pre, &env, &XOptions::of(line))
}

/// The settings for a command line and what an embedding program decided. `orig_argv` is the whole line.
pub fn gather(line: &Line, orig_argv: Vec<OsString>, preset: &Preset) -> Result<Config, Fatal> {
    let env = Environment { used: !(line.ignore_environment || line.isolated) };
    let x = XOptions::of(line);
    let locale::Done { locale, utf8_mode, dev_mode: early_dev_mode } = preconfigure(line, &preset.pre)?;
    let dev_mode =
        preset.dev_mode.or(early_dev_mode).unwrap_or_else(|| x.is_set("dev") || env.is_set("PYTHONDEVMODE"));
    let mut c = Config {
        program: match &line.program {
            Program::File(f) => Program::File(joined(f)),
            p => p.clone(),
        },
        program_name: preset.program_name.clone().unwrap_or_else(|| match orig_argv.first() {
            Some(name) if !name.is_empty() => name.clone(),
            _ => "python3".into(),
        }),
        install_signal_handlers: preset.install_signal_handlers,
        path_warnings: preset.path_warnings,
        configure_stdio: preset.configure_stdio,
        argv: line.argv.clone(),
        orig_argv,
        home: preset.home.clone().or_else(|| env.get("PYTHONHOME")),
        pythonpath: preset.pythonpath.clone().or_else(|| env.get("PYTHONPATH")),
        parser_debug: i32::from(line.debug > 0 || env.level("PYTHONDEBUG") > 0),
        optimize: line.optimize.max(env.level("PYTHONOPTIMIZE")),
        inspect: line.inspect || env.level("PYTHONINSPECT") > 0,
        interactive: line.interactive,
        isolated: line.isolated,
        ignore_environment: !env.used,
        no_user_site: line.no_user_site || line.isolated || env.level("PYTHONNOUSERSITE") > 0,
        no_site: line.no_site,
        quiet: line.quiet,
        verbose: line.verbose.max(env.level("PYTHONVERBOSE")),
        dont_write_bytecode: line.dont_write_bytecode || env.level("PYTHONDONTWRITEBYTECODE") > 0,
        unbuffered: line.unbuffered || env.level("PYTHONUNBUFFERED") > 0,
        bytes_warning: line.bytes_warning,
        safe_path: line.safe_path || line.isolated || env.is_set("PYTHONSAFEPATH"),
        skip_first_line: line.skip_first_line,
        check_hash_pycs: line.check_hash_pycs.clone(),
        dev_mode,
        utf8_mode,
        tracemalloc: preset.tracemalloc.map_or_else(|| tracemalloc(&env, &x), Ok)?,
        faulthandler: preset
            .faulthandler
            .unwrap_or_else(|| dev_mode || x.is_set("faulthandler") || env.is_set("PYTHONFAULTHANDLER")),
        debug_ranges: !(preset.no_debug_ranges
            || x.is_set("no_debug_ranges")
            || env.is_set("PYTHONNODEBUGRANGES")),
        warn_default_encoding: preset.warn_default_encoding
            || x.is_set("warn_default_encoding")
            || env.is_set("PYTHONWARNDEFAULTENCODING"),
        ..Config::default()
    };
    if let Some(dir) = preset.platlibdir.clone().or_else(|| env.get("PYTHONPLATLIBDIR")) {
        c.platlibdir = dir;
    }
    c.pycache_prefix = match (&preset.pycache_prefix, x.get("pycache_prefix")) {
        (Some(p), _) => Some(p.clone()),
        (None, Some(v)) => v.filter(|v| !v.is_empty()).map(OsString::from),
        (None, None) => env.get("PYTHONPYCACHEPREFIX"),
    };
    c.int_max_str_digits = preset.int_max_str_digits.map_or_else(|| int_digits(&env, &x), Ok)?;
    c.import_time = preset.import_time.map_or_else(|| import_time(&env, &x), Ok)?;
    c.cpu_count = match preset.cpu_count {
        Some(n) => Some(n),
        None => cpu_count(&env, &x)?,
    };
    c.frozen_modules = frozen_modules(&env, &x)?.unwrap_or(preset.frozen_modules);
    c.hash_seed = match preset.hash_seed {
        Some(seed) => seed,
        None if line.random_hashes => None,
        None => hash_seed(&env)?,
    };
    c.thread_inherit_context = switch(
        &env,
        &x,
        "thread_inherit_context",
        "PYTHON_THREAD_INHERIT_CONTEXT",
        "config_init_thread_inherit_context",
    )?
    .unwrap_or(preset.thread_inherit_context);
    c.context_aware_warnings = switch(
        &env,
        &x,
        "context_aware_warnings",
        "PYTHON_CONTEXT_AWARE_WARNINGS",
        "config_init_context_aware_warnings",
    )?
    .unwrap_or(preset.context_aware_warnings);
    refuse_missing(&env, &x)?;
    stdio(&mut c, &env, &locale);
    if let Some(encoding) = &preset.stdio_encoding {
        c.stdio_encoding.clone_from(encoding);
        // What the locale would want of errors does not count for a chosen encoding.
        c.stdio_errors = "strict".to_owned();
    }
    if let Some(errors) = &preset.stdio_errors {
        c.stdio_errors.clone_from(errors);
    }
    warn_options(&mut c, &env, line, preset);
    c.x_options = x.0;
    Ok(c)
}

/// The path from the root, with whatever `.` and `..` it has.
fn joined(path: &OsString) -> OsString {
    match std::env::current_dir() {
        Ok(dir) if path.as_bytes() == b"." => dir.into_os_string(),
        Ok(dir) if !path.as_bytes().starts_with(b"/") => {
            let mut all = dir.into_os_string();
            all.push("/");
            all.push(path);
            all
        }
        _ => path.clone(),
    }
}

/// What this build cannot do is said at once, not ignored.
fn refuse_missing(env: &Environment, x: &XOptions) -> Result<(), Fatal> {
    for option in ["perf", "perf_jit"] {
        if x.get(option).is_some_and(|v| v != Some("0")) {
            return Err(fatal(
                "config_init_perf_profiling",
                &format!("-X {option} is not part of this build"),
            ));
        }
    }
    let gil = match x.get("gil") {
        Some(v) => v.unwrap_or_default().to_owned(),
        None => env.get("PYTHON_GIL").map_or("1".to_owned(), |v| lossless(&v)),
    };
    match gil.as_str() {
        "1" => Ok(()),
        "0" => Err(fatal("config_read_gil", "Disabling the GIL is not supported by this build")),
        _ => Err(fatal("config_read_gil", "PYTHON_GIL / -X gil must be \"0\" or \"1\"")),
    }
}

fn int_digits(env: &Environment, x: &XOptions) -> Result<usize, Fatal> {
    let good = |v: &str| v.parse::<i32>().ok().filter(|n| *n == 0 || *n >= 640).map(|n| n as usize);
    let complain = |source: &str| {
        fatal(
            "config_init_int_max_str_digits",
            &format!("{source}: invalid limit; must be >= 640 or 0 for unlimited."),
        )
    };
    if let Some(v) = x.get("int_max_str_digits") {
        return v.and_then(good).ok_or_else(|| complain("-X int_max_str_digits"));
    }
    match env.get("PYTHONINTMAXSTRDIGITS") {
        Some(v) => v.to_str().and_then(good).ok_or_else(|| complain("PYTHONINTMAXSTRDIGITS")),
        None => Ok(4300),
    }
}

/// The frames of traced memory's tracebacks; 0 does not trace.
fn tracemalloc(env: &Environment, x: &XOptions) -> Result<usize, Fatal> {
    let (text, source) = match x.get("tracemalloc") {
        Some(None) => return Ok(1),
        Some(Some(v)) => (v.to_owned(), "-X tracemalloc=NFRAME"),
        None => match env.get("PYTHONTRACEMALLOC") {
            Some(v) => (lossless(&v), "PYTHONTRACEMALLOC"),
            None => return Ok(0),
        },
    };
    match text.parse::<usize>() {
        Ok(n) if n <= i32::MAX as usize => Ok(n),
        _ => Err(fatal("config_init_tracemalloc", &format!("{source}: invalid number of frames"))),
    }
}

fn import_time(env: &Environment, x: &XOptions) -> Result<i32, Fatal> {
    let level = |v: &str, source: &str| match v.parse::<i32>() {
        Ok(n @ 1..=2) => Ok(n),
        Ok(0) => Ok(0),
        Err(_) => Ok(1),
        _ => Err(fatal(
            "config_init_import_time",
            &format!("{source}: values other than 1 and 2 are reserved for future use."),
        )),
    };
    if let Some(v) = x.get("importtime") {
        return v.map_or(Ok(1), |v| level(v, "-X importtime"));
    }
    env.get("PYTHONPROFILEIMPORTTIME").map_or(Ok(0), |v| level(&lossless(&v), "PYTHONPROFILEIMPORTTIME"))
}

fn cpu_count(env: &Environment, x: &XOptions) -> Result<Option<i32>, Fatal> {
    let read = |v: Option<&str>, what: &str| match v {
        Some("default") => Ok(None),
        Some(v) => match v.parse::<i32>() {
            Ok(n) if n > 0 => Ok(Some(n)),
            _ => Err(fatal("config_init_cpu_count", what)),
        },
        None => Err(fatal("config_init_cpu_count", what)),
    };
    if let Some(v) = x.get("cpu_count") {
        return read(v, "-X cpu_count=n option: n is missing or an invalid number, n must be greater than 0");
    }
    match env.get("PYTHON_CPU_COUNT") {
        Some(v) => {
            read(v.to_str(), "PYTHON_CPU_COUNT: n is missing or an invalid number, n must be greater than 0")
        }
        None => Ok(None),
    }
}

fn frozen_modules(env: &Environment, x: &XOptions) -> Result<Option<bool>, Fatal> {
    if let Some(v) = x.get("frozen_modules") {
        return match v {
            None | Some("" | "on") => Ok(Some(true)),
            Some("off") => Ok(Some(false)),
            _ => Err(fatal("", "bad value for option -X frozen_modules (expected \"on\" or \"off\")")),
        };
    }
    match env.get("PYTHON_FROZEN_MODULES").as_deref().map(|v| v.as_bytes()) {
        None => Ok(None),
        Some(b"on") => Ok(Some(true)),
        Some(b"off") => Ok(Some(false)),
        Some(_) => Err(fatal("", "bad value for PYTHON_FROZEN_MODULES (expected \"on\" or \"off\")")),
    }
}

fn hash_seed(env: &Environment) -> Result<Option<u32>, Fatal> {
    match env.get("PYTHONHASHSEED") {
        None => Ok(None),
        Some(v) if v.as_bytes() == b"random" => Ok(None),
        Some(v) => match v.to_str().and_then(|v| v.parse().ok()) {
            Some(n) => Ok(Some(n)),
            None => Err(fatal(
                "config_init_hash_seed",
                "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
            )),
        },
    }
}

fn switch(
    env: &Environment,
    x: &XOptions,
    option: &str,
    variable: &str,
    place: &'static str,
) -> Result<Option<bool>, Fatal> {
    if let Some(v) = x.get(option) {
        return match v {
            Some("0") => Ok(Some(false)),
            Some("1") => Ok(Some(true)),
            _ => Err(fatal(place, &format!("-X {option}=n: n is missing or invalid"))),
        };
    }
    match env.get(variable).as_deref().map(|v| v.as_bytes()) {
        None => Ok(None),
        Some(b"0") => Ok(Some(false)),
        Some(b"1") => Ok(Some(true)),
        Some(_) => Err(fatal(place, &format!("{variable}=N: N is missing or invalid"))),
    }
}

/// Encoding and errors of the standard streams.
fn stdio(c: &mut Config, env: &Environment, locale: &Locale) {
    if c.utf8_mode || locale.is_plain() || locale.is_replacement() {
        c.stdio_errors = "surrogateescape".to_owned();
    }
    if !c.utf8_mode {
        match locale::codeset().as_str() {
            "" | "UTF-8" | "utf8" => {}
            other => c.stdio_encoding = other.to_owned(),
        }
    }
    if let Some(v) = env.get("PYTHONIOENCODING") {
        let v = lossless(&v);
        let (encoding, errors) = match v.split_once(':') {
            Some((e, r)) => (e, r),
            None => (v.as_str(), ""),
        };
        if !encoding.is_empty() {
            c.stdio_encoding = encoding.to_owned();
        }
        if !errors.is_empty() {
            c.stdio_errors = errors.to_owned();
        } else if !encoding.is_empty() {
            c.stdio_errors = "strict".to_owned();
        }
    }
}

/// The options for warnings, those that count most last; none stands there twice.
fn warn_options(c: &mut Config, env: &Environment, line: &Line, preset: &Preset) {
    let chosen: Vec<String> = preset.warn_options.iter().map(lossless).collect();
    let mut options: Vec<String> = Vec::new();
    let mut add = |option: String| {
        if !chosen.contains(&option) {
            options.push(option);
        }
    };
    if c.dev_mode {
        add("default".to_owned());
    }
    if let Some(v) = env.get("PYTHONWARNINGS") {
        lossless(&v).split(',').filter(|o| !o.is_empty()).for_each(|o| add(o.to_owned()));
    }
    line.warn.iter().for_each(|o| add(lossless(o)));
    match c.bytes_warning {
        0 => {}
        1 => add("default::BytesWarning".to_owned()),
        _ => add("error::BytesWarning".to_owned()),
    }
    options.extend(chosen);
    c.warn_options = options;
}
