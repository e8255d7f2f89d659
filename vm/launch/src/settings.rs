//! The settings of a process: command line and environment put together, in CPython's order of precedence.

use crate::cmdline::Line;
use dovetail_core::config::{Config, Program};
use std::ffi::{CStr, OsString};
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
struct Environment {
    used: bool,
}

impl Environment {
    /// A variable that is set and not empty.
    fn get(&self, name: &str) -> Option<OsString> {
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
struct XOptions(Vec<(String, Option<String>)>);

impl XOptions {
    /// The last one of this name: its value, if it has one.
    fn get(&self, name: &str) -> Option<Option<&str>> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_deref())
    }

    fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

fn lossless(s: &OsString) -> String {
    s.to_string_lossy().into_owned()
}

/// The settings for a command line. `orig_argv` is the whole line.
pub fn gather(line: &Line, orig_argv: Vec<OsString>) -> Result<Config, Fatal> {
    let env = Environment { used: !(line.ignore_environment || line.isolated) };
    let x = XOptions(
        line.x
            .iter()
            .map(|o| {
                let o = lossless(o);
                match o.split_once('=') {
                    Some((n, v)) => (n.to_owned(), Some(v.to_owned())),
                    None => (o, None),
                }
            })
            .collect(),
    );
    let dev_mode = x.is_set("dev") || env.is_set("PYTHONDEVMODE");
    let locale = start_locale(&env);
    let utf8_mode = utf8_mode(&env, &x, &locale)?;
    let mut c = Config {
        program: match &line.program {
            Program::File(f) => Program::File(joined(f)),
            p => p.clone(),
        },
        argv: line.argv.clone(),
        orig_argv,
        home: env.get("PYTHONHOME"),
        pythonpath: env.get("PYTHONPATH"),
        parser_debug: i32::from(line.debug > 0 || env.level("PYTHONDEBUG") > 0),
        optimize: line.optimize.max(env.level("PYTHONOPTIMIZE")),
        inspect: line.inspect || env.level("PYTHONINSPECT") > 0,
        interactive: line.inspect,
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
        check_hash_pycs: line.check_hash_pycs,
        dev_mode,
        utf8_mode,
        tracemalloc: tracemalloc(&env, &x)?,
        faulthandler: dev_mode || x.is_set("faulthandler") || env.is_set("PYTHONFAULTHANDLER"),
        debug_ranges: !(x.is_set("no_debug_ranges") || env.is_set("PYTHONNODEBUGRANGES")),
        warn_default_encoding: x.is_set("warn_default_encoding") || env.is_set("PYTHONWARNDEFAULTENCODING"),
        ..Config::default()
    };
    if let Some(dir) = env.get("PYTHONPLATLIBDIR") {
        c.platlibdir = dir;
    }
    c.pycache_prefix = match x.get("pycache_prefix") {
        Some(v) => v.filter(|v| !v.is_empty()).map(OsString::from),
        None => env.get("PYTHONPYCACHEPREFIX"),
    };
    c.int_max_str_digits = int_digits(&env, &x)?;
    c.import_time = import_time(&env, &x)?;
    c.cpu_count = cpu_count(&env, &x)?;
    c.frozen_modules = frozen_modules(&env, &x)?;
    c.hash_seed = if line.random_hashes { None } else { hash_seed(&env)? };
    c.thread_inherit_context = switch(
        &env,
        &x,
        "thread_inherit_context",
        "PYTHON_THREAD_INHERIT_CONTEXT",
        "config_init_thread_inherit_context",
    )?;
    c.context_aware_warnings = switch(
        &env,
        &x,
        "context_aware_warnings",
        "PYTHON_CONTEXT_AWARE_WARNINGS",
        "config_init_context_aware_warnings",
    )?;
    refuse_missing(&env, &x)?;
    stdio(&mut c, &env, &locale);
    warn_options(&mut c, &env, line);
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

fn frozen_modules(env: &Environment, x: &XOptions) -> Result<bool, Fatal> {
    if let Some(v) = x.get("frozen_modules") {
        return match v {
            None | Some("" | "on") => Ok(true),
            Some("off") => Ok(false),
            _ => Err(fatal("", "bad value for option -X frozen_modules (expected \"on\" or \"off\")")),
        };
    }
    match env.get("PYTHON_FROZEN_MODULES").as_deref().map(|v| v.as_bytes()) {
        None | Some(b"on") => Ok(true),
        Some(b"off") => Ok(false),
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
) -> Result<bool, Fatal> {
    if let Some(v) = x.get(option) {
        return match v {
            Some("0") => Ok(false),
            Some("1") => Ok(true),
            _ => Err(fatal(place, &format!("-X {option}=n: n is missing or invalid"))),
        };
    }
    match env.get(variable).as_deref().map(|v| v.as_bytes()) {
        None | Some(b"0") => Ok(false),
        Some(b"1") => Ok(true),
        Some(_) => Err(fatal(place, &format!("{variable}=N: N is missing or invalid"))),
    }
}

/// The name of `LC_CTYPE`'s locale after start.
struct Locale {
    name: String,
}

impl Locale {
    fn current() -> Locale {
        // SAFETY: asks for the name; the text is copied before anything can change it.
        let name = unsafe {
            let p = libc::setlocale(libc::LC_CTYPE, std::ptr::null());
            if p.is_null() { String::new() } else { CStr::from_ptr(p).to_string_lossy().into_owned() }
        };
        Locale { name }
    }

    fn is_plain(&self) -> bool {
        matches!(self.name.as_str(), "C" | "POSIX")
    }
}

/// Takes the user's locale on; the C locale is replaced by one with UTF-8 (PEP 538), unless that is forbidden.
fn start_locale(env: &Environment) -> Locale {
    let user = || {
        // SAFETY: no other thread runs yet.
        unsafe { libc::setlocale(libc::LC_CTYPE, c"".as_ptr()) };
        Locale::current()
    };
    let locale = user();
    let forbidden = env.get("PYTHONCOERCECLOCALE").is_some_and(|v| v.as_bytes() == b"0");
    let all = std::env::var_os("LC_ALL").is_some_and(|v| !v.is_empty());
    if locale.name != "C" || forbidden || all {
        return locale;
    }
    for target in [c"C.UTF-8", c"C.utf8", c"UTF-8"] {
        // SAFETY: as above.
        if !unsafe { libc::setlocale(libc::LC_CTYPE, target.as_ptr()) }.is_null() {
            // SAFETY: no other thread reads the environment yet.
            unsafe { std::env::set_var("LC_CTYPE", target.to_string_lossy().as_ref()) };
            let warn = env.get("PYTHONCOERCECLOCALE").is_some_and(|v| v.as_bytes() == b"warn");
            if warn {
                eprintln!(
                    "Python detected LC_CTYPE=C: LC_CTYPE coerced to {} (set another locale or PYTHONCOERCECLOCALE=0 \
                     to disable this locale coercion behavior).",
                    target.to_string_lossy()
                );
            }
            return user();
        }
    }
    locale
}

fn utf8_mode(env: &Environment, x: &XOptions, locale: &Locale) -> Result<bool, Fatal> {
    let bad =
        |message: &str| Fatal { place: "preconfig_init_utf8_mode", message: message.to_owned(), early: true };
    if let Some(v) = x.get("utf8") {
        return match v {
            None | Some("1") => Ok(true),
            Some("0") => Ok(false),
            _ => Err(bad("invalid -X utf8 option value")),
        };
    }
    match env.get("PYTHONUTF8").as_deref().map(|v| v.as_bytes()) {
        Some(b"1") => Ok(true),
        Some(b"0") => Ok(false),
        Some(_) => Err(bad("invalid PYTHONUTF8 environment variable value")),
        None => Ok(locale.is_plain()),
    }
}

/// Encoding and errors of the standard streams.
fn stdio(c: &mut Config, env: &Environment, locale: &Locale) {
    let coerced = matches!(locale.name.as_str(), "C.UTF-8" | "C.utf8" | "UTF-8");
    if c.utf8_mode || locale.is_plain() || coerced {
        c.stdio_errors = "surrogateescape".to_owned();
    }
    if !c.utf8_mode {
        // SAFETY: a text of the C library, copied at once.
        let set = unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) }.to_string_lossy();
        match set.as_ref() {
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

fn warn_options(c: &mut Config, env: &Environment, line: &Line) {
    let options = &mut c.warn_options;
    if c.dev_mode {
        options.push("default".to_owned());
    }
    if let Some(v) = env.get("PYTHONWARNINGS") {
        options.extend(lossless(&v).split(',').filter(|o| !o.is_empty()).map(str::to_owned));
    }
    options.extend(line.warn.iter().map(lossless));
    match c.bytes_warning {
        0 => {}
        1 => options.push("default::BytesWarning".to_owned()),
        _ => options.push("error::BytesWarning".to_owned()),
    }
}
