//! What a program that embeds the runtime decides itself, before command line, environment and search fill the rest
//! (`PyPreConfig` and `PyConfig`, PEP 587). The launcher decides nothing: its preset is the default one.

use std::ffi::OsString;

/// The settings before all others: which surroundings count, and the locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pre {
    pub isolated: bool,
    pub use_environment: bool,
    /// Is the user's `LC_CTYPE` taken on?
    pub configure_locale: bool,
    /// Is the C locale replaced by one with UTF-8 (PEP 538)? None asks the environment.
    pub coerce_c_locale: Option<bool>,
    pub coerce_c_locale_warn: Option<bool>,
    /// PEP 540's mode. None asks command line, environment and locale.
    pub utf8_mode: Option<bool>,
    pub dev_mode: Option<bool>,
}

impl Pre {
    /// As the command line starts (`PyPreConfig_InitPythonConfig`).
    pub const PYTHON: Pre = Pre {
        isolated: false,
        use_environment: true,
        configure_locale: true,
        coerce_c_locale: None,
        coerce_c_locale_warn: None,
        utf8_mode: None,
        dev_mode: None,
    };
    /// Nothing of the surroundings counts (`PyPreConfig_InitIsolatedConfig`).
    pub const ISOLATED: Pre = Pre {
        isolated: true,
        use_environment: false,
        configure_locale: false,
        coerce_c_locale: Some(false),
        coerce_c_locale_warn: Some(false),
        utf8_mode: Some(false),
        dev_mode: Some(false),
    };
    /// As `Py_Initialize` starts: the locale counts, but is not replaced.
    pub const COMPATIBLE: Pre = Pre {
        coerce_c_locale: Some(false),
        coerce_c_locale_warn: Some(false),
        utf8_mode: Some(false),
        ..Pre::PYTHON
    };
}

/// Settings of an embedding program. None leaves one to command line, environment, search or default.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Does the runtime come in a shared library, beside which its own library may lie?
    pub embedded: bool,
    pub pre: Pre,
    pub dev_mode: Option<bool>,
    /// The seed of hashes, where the program decides: none in it is a random one.
    pub hash_seed: Option<Option<u32>>,
    pub faulthandler: Option<bool>,
    pub tracemalloc: Option<usize>,
    pub import_time: Option<i32>,
    pub no_debug_ranges: bool,
    pub pycache_prefix: Option<OsString>,
    pub stdio_encoding: Option<String>,
    pub stdio_errors: Option<String>,
    pub int_max_str_digits: Option<usize>,
    pub cpu_count: Option<i32>,
    pub frozen_modules: bool,
    pub warn_default_encoding: bool,
    pub thread_inherit_context: bool,
    pub context_aware_warnings: bool,
    /// After the environment's and the line's, which they overrule.
    pub warn_options: Vec<OsString>,
    pub install_signal_handlers: bool,
    pub path_warnings: bool,
    pub configure_stdio: bool,
    pub program_name: Option<OsString>,
    pub pythonpath: Option<OsString>,
    pub home: Option<OsString>,
    pub platlibdir: Option<OsString>,
    pub module_search_paths: Option<Vec<OsString>>,
    pub stdlib_dir: Option<OsString>,
    pub executable: Option<OsString>,
    pub base_executable: Option<OsString>,
    pub prefix: Option<OsString>,
    pub base_prefix: Option<OsString>,
    pub exec_prefix: Option<OsString>,
    pub base_exec_prefix: Option<OsString>,
}

impl Default for Preset {
    fn default() -> Preset {
        Preset {
            embedded: false,
            pre: Pre::PYTHON,
            dev_mode: None,
            hash_seed: None,
            faulthandler: None,
            tracemalloc: None,
            import_time: None,
            no_debug_ranges: false,
            pycache_prefix: None,
            stdio_encoding: None,
            stdio_errors: None,
            int_max_str_digits: None,
            cpu_count: None,
            frozen_modules: true,
            warn_default_encoding: false,
            thread_inherit_context: false,
            context_aware_warnings: false,
            warn_options: Vec::new(),
            install_signal_handlers: true,
            path_warnings: true,
            configure_stdio: true,
            program_name: None,
            pythonpath: None,
            home: None,
            platlibdir: None,
            module_search_paths: None,
            stdlib_dir: None,
            executable: None,
            base_executable: None,
            prefix: None,
            base_prefix: None,
            exec_prefix: None,
            base_exec_prefix: None,
        }
    }
}
