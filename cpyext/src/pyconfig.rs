//! `PyConfig`, `PyPreConfig` and `PyWideStringList` (PEP 587): the structs that an embedding program fills in before
//! Python starts, and their way to and from the runtime's own configuration.
//!
//! The functions here may be called before Python is initialized, and by threads without the GIL.

use crate::legacy::{PyStatus_Error, PyStatus_Exit, PyStatus_NoMemory, PyStatus_Ok};
use crate::{data, wide};
use abi::{PyConfig, PyPreConfig, PyStatus, PyWideStringList, wchar_t};
use dovetail_core::config::{Config, Program};
use dovetail_launch::cmdline::Line;
use dovetail_launch::preset::{Pre, Preset};
use dovetail_launch::settings::{self, Fatal};
use std::borrow::Cow;
use std::ffi::{CString, OsString, c_char, c_int, c_ulong};
use std::sync::{Mutex, PoisonError};

/// The kind of an option's value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// 0 or 1; below zero it is not decided.
    Bool,
    /// Not negative, but for -1.
    Level,
    Int,
    Long,
    Text,
    Texts,
}

/// A field of `PyConfig` or `PyPreConfig`.
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    /// From the start of the struct.
    pub offset: usize,
}

macro_rules! fields {
    ($table:ident of $body:ident: $($name:ident $kind:ident)*) => {
        /// The options that the struct holds.
        pub static $table: &[Field] = &[$(Field {
            name: stringify!($name),
            kind: Kind::$kind,
            offset: std::mem::offset_of!($body, $name),
        }),*];
    };
}

fields! { FIELDS of PyConfig:
    isolated Bool use_environment Bool dev_mode Bool install_signal_handlers Bool use_hash_seed Bool hash_seed Long
    faulthandler Bool tracemalloc Level perf_profiling Level remote_debug Bool import_time Level code_debug_ranges Bool
    show_ref_count Bool dump_refs Bool dump_refs_file Text malloc_stats Bool filesystem_encoding Text
    filesystem_errors Text pycache_prefix Text parse_argv Bool orig_argv Texts argv Texts xoptions Texts
    warnoptions Texts site_import Bool bytes_warning Level warn_default_encoding Bool inspect Bool interactive Bool
    optimization_level Level parser_debug Bool write_bytecode Bool verbose Level quiet Bool user_site_directory Bool
    configure_c_stdio Bool buffered_stdio Bool stdio_encoding Text stdio_errors Text check_hash_pycs_mode Text
    use_frozen_modules Bool safe_path Bool int_max_str_digits Int thread_inherit_context Int
    context_aware_warnings Int cpu_count Int pathconfig_warnings Bool program_name Text pythonpath_env Text home Text
    platlibdir Text module_search_paths_set Bool module_search_paths Texts stdlib_dir Text executable Text
    base_executable Text prefix Text base_prefix Text exec_prefix Text base_exec_prefix Text
    skip_source_first_line Bool run_command Text run_module Text run_filename Text sys_path_0 Text
    _config_init Int _install_importlib Int _init_main Int _is_python_build Int
}

fields! { PRE_FIELDS of PyPreConfig:
    allocator Int coerce_c_locale Bool coerce_c_locale_warn Bool configure_locale Bool utf8_mode Bool
}

/// What `_config_init` says of a struct.
pub const COMPATIBLE: c_int = 1;
pub const PYTHON: c_int = 2;
pub const ISOLATED: c_int = 3;

// ---- statuses ----

/// A text of C that lives for ever; statuses keep no memory of their own.
pub fn forever(text: &str) -> *const c_char {
    if text.is_empty() {
        return std::ptr::null();
    }
    CString::new(text).unwrap_or_default().into_raw()
}

/// A status of failure, with the function that CPython names.
pub fn error(function: &str, message: &str) -> PyStatus {
    PyStatus { func: forever(function), ..PyStatus_Error(forever(message)) }
}

impl From<&Fatal> for crate::initialize::Status {
    fn from(f: &Fatal) -> Self {
        crate::initialize::note_state(if f.early { "preinitializing" } else { "preinitialized" });
        crate::initialize::Status(error(f.place, &f.message))
    }
}

// ---- settings of old ----

/// What `Py_SetProgramName` and its like left for the next start.
#[derive(Default)]
pub struct Early {
    pub program_name: Option<OsString>,
    pub home: Option<OsString>,
    pub path: Option<Vec<OsString>>,
    /// Of `PySys_AddWarnOption` and `PySys_AddXOption`, for one start.
    pub warn_options: Vec<OsString>,
    pub x_options: Vec<OsString>,
}

static EARLY: Mutex<Early> = Mutex::new(Early {
    program_name: None,
    home: None,
    path: None,
    warn_options: Vec::new(),
    x_options: Vec::new(),
});

/// The settings of old.
pub fn early() -> std::sync::MutexGuard<'static, Early> {
    EARLY.lock().unwrap_or_else(PoisonError::into_inner)
}

// ---- lists ----

/// Adds a string to the end of a list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyWideStringList_Append(
    list: *mut PyWideStringList,
    item: *const wchar_t,
) -> PyStatus {
    // SAFETY: the caller's list and string.
    if unsafe { wide::insert(&mut *list, usize::MAX, item) } { PyStatus_Ok() } else { PyStatus_NoMemory() }
}

/// Adds a string to a list before `index`; an index beyond the end is the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyWideStringList_Insert(
    list: *mut PyWideStringList,
    index: isize,
    item: *const wchar_t,
) -> PyStatus {
    let Ok(index) = usize::try_from(index) else {
        return error("PyWideStringList_Insert", "PyWideStringList_Insert index must be >= 0");
    };
    // SAFETY: the caller's list and string.
    if unsafe { wide::insert(&mut *list, index, item) } { PyStatus_Ok() } else { PyStatus_NoMemory() }
}

// ---- PyPreConfig ----

fn flag(b: Option<bool>) -> c_int {
    b.map_or(-1, c_int::from)
}

fn pre_config(kind: c_int, parse_argv: bool, p: Pre) -> PyPreConfig {
    PyPreConfig {
        _config_init: kind,
        parse_argv: c_int::from(parse_argv),
        isolated: c_int::from(p.isolated),
        use_environment: c_int::from(p.use_environment),
        configure_locale: c_int::from(p.configure_locale),
        coerce_c_locale: flag(p.coerce_c_locale),
        coerce_c_locale_warn: flag(p.coerce_c_locale_warn),
        utf8_mode: flag(p.utf8_mode),
        dev_mode: flag(p.dev_mode),
        allocator: 0,
    }
}

/// The settings before all others, as the command line starts with them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPreConfig_InitPythonConfig(config: *mut PyPreConfig) {
    // SAFETY: the caller's struct.
    unsafe { *config = pre_config(PYTHON, true, Pre::PYTHON) }
}

/// The settings before all others, of a Python that heeds nothing around it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPreConfig_InitIsolatedConfig(config: *mut PyPreConfig) {
    // SAFETY: the caller's struct.
    unsafe { *config = pre_config(ISOLATED, false, Pre::ISOLATED) }
}

fn decided(n: c_int) -> Option<bool> {
    (n >= 0).then_some(n != 0)
}

/// What a struct says.
pub fn pre_of(c: &PyPreConfig) -> Pre {
    Pre {
        isolated: c.isolated > 0,
        use_environment: c.use_environment != 0 && c.isolated <= 0,
        configure_locale: c.configure_locale != 0,
        coerce_c_locale: decided(c.coerce_c_locale),
        coerce_c_locale_warn: decided(c.coerce_c_locale_warn),
        utf8_mode: decided(c.utf8_mode),
        dev_mode: decided(c.dev_mode),
    }
}

// ---- PyConfig ----

fn zeroed() -> PyConfig {
    // SAFETY: numbers and pointers.
    unsafe { std::mem::zeroed() }
}

fn python_config() -> PyConfig {
    PyConfig {
        _config_init: PYTHON,
        use_environment: 1,
        dev_mode: -1,
        install_signal_handlers: 1,
        use_hash_seed: -1,
        faulthandler: -1,
        tracemalloc: -1,
        perf_profiling: -1,
        remote_debug: -1,
        import_time: -1,
        code_debug_ranges: 1,
        parse_argv: 1,
        site_import: 1,
        write_bytecode: 1,
        user_site_directory: 1,
        configure_c_stdio: 1,
        buffered_stdio: 1,
        use_frozen_modules: 1,
        int_max_str_digits: -1,
        cpu_count: -1,
        pathconfig_warnings: 1,
        _install_importlib: 1,
        _init_main: 1,
        ..zeroed()
    }
}

/// The settings that `Py_Initialize` starts with: the variables of old.
pub fn compatible_config() -> PyConfig {
    // SAFETY: variables of C, read by the thread that starts Python.
    unsafe {
        PyConfig {
            _config_init: COMPATIBLE,
            isolated: data::Py_IsolatedFlag,
            use_environment: c_int::from(data::Py_IgnoreEnvironmentFlag == 0),
            parse_argv: 0,
            configure_c_stdio: 0,
            site_import: c_int::from(data::Py_NoSiteFlag == 0),
            bytes_warning: data::Py_BytesWarningFlag,
            inspect: data::Py_InspectFlag,
            interactive: data::Py_InteractiveFlag,
            optimization_level: data::Py_OptimizeFlag,
            parser_debug: data::Py_DebugFlag,
            write_bytecode: c_int::from(data::Py_DontWriteBytecodeFlag == 0),
            verbose: data::Py_VerboseFlag,
            quiet: data::Py_QuietFlag,
            user_site_directory: c_int::from(data::Py_NoUserSiteDirectory == 0),
            buffered_stdio: c_int::from(data::Py_UnbufferedStdioFlag == 0),
            pathconfig_warnings: c_int::from(data::Py_FrozenFlag == 0),
            ..python_config()
        }
    }
}

/// The settings that the command line starts with.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_InitPythonConfig(config: *mut PyConfig) {
    // SAFETY: the caller's struct, which holds nothing yet.
    unsafe { config.write(python_config()) }
}

/// The settings of a Python that heeds nothing around it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_InitIsolatedConfig(config: *mut PyConfig) {
    let isolated = PyConfig {
        _config_init: ISOLATED,
        isolated: 1,
        use_environment: 0,
        dev_mode: 0,
        install_signal_handlers: 0,
        use_hash_seed: 0,
        tracemalloc: 0,
        perf_profiling: 0,
        parse_argv: 0,
        user_site_directory: 0,
        configure_c_stdio: 0,
        safe_path: 1,
        int_max_str_digits: 4300,
        pathconfig_warnings: 0,
        ..python_config()
    };
    // SAFETY: the caller's struct, which holds nothing yet.
    unsafe { config.write(isolated) }
}

/// Frees what a struct holds.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_Clear(config: *mut PyConfig) {
    for f in FIELDS {
        // SAFETY: the caller's struct owns its strings and lists; the offsets are those of its fields.
        unsafe {
            let place = config.cast::<u8>().add(f.offset);
            match f.kind {
                Kind::Text => wide::set(place.cast(), None),
                Kind::Texts => wide::clear(&mut *place.cast::<PyWideStringList>()),
                _ => {}
            }
        }
    }
}

/// Does what comes before all settings, in the way that this struct asks for.
///
/// # Safety
/// A valid struct.
unsafe fn preinitialize(config: *mut PyConfig) -> PyStatus {
    // SAFETY: the caller's promise.
    let (line, preset) = unsafe { given(&*config) };
    match settings::preconfigure(&line, &preset.pre) {
        Ok(_) => PyStatus_Ok(),
        Err(f) => crate::initialize::Status::from(&f).0,
    }
}

fn failed(s: &PyStatus) -> bool {
    s._type != abi::_PyStatus_TYPE_OK
}

/// Sets a text of a struct; NULL is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetString(
    config: *mut PyConfig,
    place: *mut *mut wchar_t,
    text: *const wchar_t,
) -> PyStatus {
    // SAFETY: the caller's struct, a field of it, and a string or NULL.
    unsafe {
        let s = preinitialize(config);
        match failed(&s) {
            true => s,
            false if wide::replace(place, text) => PyStatus_Ok(),
            false => PyStatus_NoMemory(),
        }
    }
}

/// As `PyConfig_SetString`, with bytes in the encoding of the locale.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetBytesString(
    config: *mut PyConfig,
    place: *mut *mut wchar_t,
    text: *const c_char,
) -> PyStatus {
    // SAFETY: the caller's struct, a field of it, and a string or NULL.
    unsafe {
        let s = preinitialize(config);
        if failed(&s) {
            return s;
        }
        let text = (!text.is_null()).then(|| crate::text::os_str(text));
        wide::set(place, text.as_deref());
        PyStatus_Ok()
    }
}

/// Sets a list of a struct.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetWideStringList(
    config: *mut PyConfig,
    list: *mut PyWideStringList,
    length: isize,
    items: *mut *mut wchar_t,
) -> PyStatus {
    // SAFETY: the caller's struct, a field of it, and an array of strings.
    unsafe {
        let s = preinitialize(config);
        if failed(&s) {
            return s;
        }
        let given: Vec<OsString> = (0..length.max(0) as usize).map(|i| wide::os(*items.add(i))).collect();
        if wide::set_texts(&mut *list, &given) { PyStatus_Ok() } else { PyStatus_NoMemory() }
    }
}

/// Sets the command line, of wide strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetArgv(
    config: *mut PyConfig,
    argc: isize,
    argv: *const *mut wchar_t,
) -> PyStatus {
    // SAFETY: the caller's struct and array.
    unsafe { PyConfig_SetWideStringList(config, &raw mut (*config).argv, argc, argv.cast_mut()) }
}

/// Sets the command line, of bytes in the encoding of the locale.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetBytesArgv(
    config: *mut PyConfig,
    argc: isize,
    argv: *const *mut c_char,
) -> PyStatus {
    // SAFETY: the caller's struct and array.
    unsafe {
        let s = preinitialize(config);
        if failed(&s) {
            return s;
        }
        let given = crate::text::os_strs(argc, argv);
        if wide::set_texts(&mut (*config).argv, &given) { PyStatus_Ok() } else { PyStatus_NoMemory() }
    }
}

/// Fills in what the struct leaves open, from command line and environment; not the paths.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_Read(config: *mut PyConfig) -> PyStatus {
    // SAFETY: the caller's struct.
    unsafe {
        match read(&*config) {
            Ok(r) => match settings::gather(&r.line, r.orig_argv.clone(), &r.preset) {
                Ok(made) => {
                    store(&mut *config, &made, &r.line);
                    PyStatus_Ok()
                }
                Err(f) => crate::initialize::Status::from(&f).0,
            },
            Err(s) => s,
        }
    }
}

// ---- to and from the runtime's own ----

/// A struct as the runtime takes it.
pub struct Reading {
    pub line: Line,
    pub preset: Preset,
    pub orig_argv: Vec<OsString>,
}

/// Reads a struct with the command line in it, if that is to be read. The status is of a wrong line, or of one that asks
/// for the help or version that was printed.
///
/// # Safety
/// A valid struct.
pub unsafe fn read(c: &PyConfig) -> Result<Reading, PyStatus> {
    // SAFETY: the caller's promise.
    let (mut line, mut preset, argv, mut orig_argv) = unsafe {
        let (line, preset) = given(c);
        (line, preset, wide::texts(&c.argv), wide::texts(&c.orig_argv))
    };
    preset.warn_options.splice(0..0, std::mem::take(&mut early().warn_options));
    let early_options = std::mem::take(&mut early().x_options);
    if c.use_hash_seed > 0 && u32::try_from(c.hash_seed).is_err() {
        return Err(error("", "invalid config value: hash_seed"));
    }
    if orig_argv.is_empty() && !(argv.len() == 1 && argv[0].is_empty()) {
        orig_argv.clone_from(&argv);
    }
    let program = std::mem::take(&mut line.program);
    if c.parse_argv == 1 && !argv.is_empty() {
        line.argv = vec![OsString::new()];
        line = dovetail_launch::read_line(line, &argv).map_err(|n| PyStatus_Exit(n.into()))?;
    }
    if line.program == Program::Input {
        line.program = program;
    }
    line.x.extend(early_options);
    Ok(Reading { line, preset, orig_argv })
}

/// A struct as options and decisions, without a look at its command line.
///
/// # Safety
/// A valid struct.
pub unsafe fn given(c: &PyConfig) -> (Line, Preset) {
    let isolated = c.isolated > 0;
    let yes = |n: c_int| n > 0;
    // SAFETY: the caller's promise.
    unsafe {
        let text = |p: *mut wchar_t| wide::maybe_os(p);
        let plain = |p: *mut wchar_t| text(p).map(|t| t.to_string_lossy().into_owned());
        let program = match (text(c.run_command), text(c.run_module), text(c.run_filename)) {
            (Some(command), ..) => Program::Command(command),
            (_, Some(module), _) => Program::Module(module),
            (.., Some(file)) => Program::File(file),
            _ => Program::Input,
        };
        let mut argv = wide::texts(&c.argv);
        if argv.is_empty() {
            argv.push(OsString::new());
        }
        let line = Line {
            program,
            argv,
            x: wide::texts(&c.xoptions),
            check_hash_pycs: plain(c.check_hash_pycs_mode).map_or(Cow::Borrowed("default"), Cow::Owned),
            bytes_warning: c.bytes_warning,
            dont_write_bytecode: c.write_bytecode == 0,
            debug: c.parser_debug,
            ignore_environment: c.use_environment == 0,
            inspect: yes(c.inspect),
            interactive: yes(c.interactive),
            isolated,
            optimize: c.optimization_level.max(0),
            safe_path: yes(c.safe_path),
            quiet: c.quiet.max(0),
            no_user_site: c.user_site_directory == 0,
            no_site: c.site_import == 0,
            unbuffered: c.buffered_stdio == 0,
            verbose: c.verbose.max(0),
            skip_first_line: yes(c.skip_source_first_line),
            ..Line::default()
        };
        let early = early();
        let preset = Preset {
            embedded: true,
            pre: match c._config_init {
                ISOLATED => Pre::ISOLATED,
                COMPATIBLE => Pre { isolated, use_environment: !line.ignore_environment, ..Pre::COMPATIBLE },
                _ => Pre {
                    isolated,
                    use_environment: !line.ignore_environment,
                    dev_mode: decided(c.dev_mode),
                    ..Pre::PYTHON
                },
            },
            dev_mode: decided(c.dev_mode),
            hash_seed: decided(c.use_hash_seed).map(|used| used.then_some(c.hash_seed as u32)),
            faulthandler: decided(c.faulthandler),
            tracemalloc: usize::try_from(c.tracemalloc).ok(),
            import_time: (c.import_time >= 0).then_some(c.import_time),
            no_debug_ranges: c.code_debug_ranges == 0,
            pycache_prefix: text(c.pycache_prefix),
            stdio_encoding: plain(c.stdio_encoding),
            stdio_errors: plain(c.stdio_errors),
            int_max_str_digits: usize::try_from(c.int_max_str_digits).ok(),
            cpu_count: (c.cpu_count > 0).then_some(c.cpu_count),
            frozen_modules: c.use_frozen_modules != 0,
            warn_default_encoding: yes(c.warn_default_encoding),
            thread_inherit_context: yes(c.thread_inherit_context),
            context_aware_warnings: yes(c.context_aware_warnings),
            warn_options: wide::texts(&c.warnoptions),
            install_signal_handlers: c.install_signal_handlers != 0,
            path_warnings: c.pathconfig_warnings != 0,
            configure_stdio: c.configure_c_stdio != 0,
            program_name: text(c.program_name).or_else(|| early.program_name.clone()),
            pythonpath: text(c.pythonpath_env),
            home: text(c.home).or_else(|| early.home.clone()),
            platlibdir: text(c.platlibdir),
            module_search_paths: match c.module_search_paths_set {
                0 => early.path.clone(),
                _ => Some(wide::texts(&c.module_search_paths)),
            },
            stdlib_dir: text(c.stdlib_dir),
            executable: text(c.executable),
            base_executable: text(c.base_executable),
            prefix: text(c.prefix),
            base_prefix: text(c.base_prefix),
            exec_prefix: text(c.exec_prefix),
            base_exec_prefix: text(c.base_exec_prefix),
        };
        (line, preset)
    }
}

/// Writes what was read into a struct.
///
/// # Safety
/// A valid struct.
unsafe fn store(c: &mut PyConfig, made: &Config, line: &Line) {
    let n = |b: bool| c_int::from(b);
    if c.parse_argv == 1 {
        c.parse_argv = 2;
    }
    c.isolated = n(made.isolated);
    c.use_environment = n(!made.ignore_environment);
    c.dev_mode = n(made.dev_mode);
    c.use_hash_seed = n(made.hash_seed.is_some());
    c.hash_seed = made.hash_seed.map_or(0, c_ulong::from);
    c.faulthandler = n(made.faulthandler);
    c.tracemalloc = made.tracemalloc as c_int;
    c.perf_profiling = c.perf_profiling.max(0);
    c.remote_debug = if c.remote_debug < 0 { 1 } else { c.remote_debug };
    c.import_time = made.import_time;
    c.code_debug_ranges = n(made.debug_ranges);
    c.site_import = n(!made.no_site);
    c.bytes_warning = made.bytes_warning;
    c.warn_default_encoding = n(made.warn_default_encoding);
    c.inspect = n(made.inspect);
    c.interactive = n(made.interactive);
    c.optimization_level = made.optimize;
    c.parser_debug = made.parser_debug;
    c.write_bytecode = n(!made.dont_write_bytecode);
    c.verbose = made.verbose;
    c.quiet = made.quiet;
    c.user_site_directory = n(!made.no_user_site);
    c.buffered_stdio = n(!made.unbuffered);
    c.use_frozen_modules = n(made.frozen_modules);
    c.safe_path = n(made.safe_path);
    c.int_max_str_digits = made.int_max_str_digits as c_int;
    c.thread_inherit_context = n(made.thread_inherit_context);
    c.context_aware_warnings = n(made.context_aware_warnings);
    c.cpu_count = made.cpu_count.unwrap_or(-1);
    c.skip_source_first_line = n(made.skip_first_line);
    // SAFETY: the caller's promise.
    unsafe {
        wide::set(&mut c.filesystem_encoding, Some("utf-8".as_ref()));
        wide::set(&mut c.filesystem_errors, Some("surrogateescape".as_ref()));
        wide::set(&mut c.pycache_prefix, made.pycache_prefix.as_deref());
        wide::set(&mut c.stdio_encoding, Some(made.stdio_encoding.as_ref()));
        wide::set(&mut c.stdio_errors, Some(made.stdio_errors.as_ref()));
        wide::set(&mut c.check_hash_pycs_mode, Some(made.check_hash_pycs.as_ref().as_ref()));
        wide::set(&mut c.pythonpath_env, made.pythonpath.as_deref());
        wide::set(&mut c.home, made.home.as_deref());
        wide::set_texts(&mut c.orig_argv, &made.orig_argv);
        wide::set_texts(&mut c.argv, &made.argv);
        wide::set_texts(&mut c.xoptions, &line.x);
        wide::set_texts(&mut c.warnoptions, &made.warn_options);
        match &made.program {
            Program::Input => {}
            Program::Command(text) => {
                let mut text = text.clone();
                if c.run_command.is_null() {
                    text.push("\n");
                }
                wide::set(&mut c.run_command, Some(&text));
            }
            Program::Module(name) => wide::set(&mut c.run_module, Some(name)),
            Program::File(path) => wide::set(&mut c.run_filename, Some(path)),
        }
    }
}
