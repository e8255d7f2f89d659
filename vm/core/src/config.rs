//! The start-up configuration: what the command line, the environment and the search for the library decided.

use std::borrow::Cow;
use std::ffi::OsString;

/// What the main thread runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Program {
    /// Standard input: a program, or a person.
    #[default]
    Input,
    /// `-c`: the text.
    Command(OsString),
    /// `-m`: the module.
    Module(OsString),
    /// A file, a folder or a zip file; the absolute path.
    File(OsString),
}

/// Settings of one interpreter, read by `sys`, import and the standard streams.
#[derive(Clone, Debug)]
pub struct Config {
    pub program: Program,
    pub argv: Vec<OsString>,
    pub orig_argv: Vec<OsString>,

    /// The name that the process was started by, or an embedding program's choice.
    pub program_name: OsString,
    /// Are SIGINT and its like Python's?
    pub install_signal_handlers: bool,
    /// Are paths that cannot be found complained of?
    pub path_warnings: bool,
    /// Are the buffers of C's own streams set up as Python's are?
    pub configure_stdio: bool,

    // Where things are. The launcher's path search fills these.
    pub executable: OsString,
    pub base_executable: OsString,
    pub prefix: OsString,
    pub exec_prefix: OsString,
    pub base_prefix: OsString,
    pub base_exec_prefix: OsString,
    /// `PYTHONHOME`.
    pub home: Option<OsString>,
    /// The folder of the library's Python files.
    pub stdlib_dir: Option<OsString>,
    pub platlibdir: OsString,
    /// `PYTHONPATH`.
    pub pythonpath: Option<OsString>,
    pub module_search_paths: Vec<OsString>,
    /// `-X pycache_prefix`.
    pub pycache_prefix: Option<OsString>,

    // Flags of the command line.
    pub parser_debug: i32,
    pub optimize: i32,
    pub inspect: bool,
    pub interactive: bool,
    pub isolated: bool,
    pub ignore_environment: bool,
    pub no_user_site: bool,
    pub no_site: bool,
    pub quiet: i32,
    pub verbose: i32,
    pub dont_write_bytecode: bool,
    pub unbuffered: bool,
    pub bytes_warning: i32,
    pub safe_path: bool,
    pub skip_first_line: bool,
    /// `--check-hash-based-pycs`.
    pub check_hash_pycs: Cow<'static, str>,

    // `-X` options.
    pub dev_mode: bool,
    pub utf8_mode: bool,
    pub faulthandler: bool,
    /// Frames of the tracebacks of traced memory; 0 traces nothing.
    pub tracemalloc: usize,
    /// 0 no times, 1 times of imports, 2 of modules already imported too.
    pub import_time: i32,
    pub int_max_str_digits: usize,
    pub debug_ranges: bool,
    pub frozen_modules: bool,
    pub cpu_count: Option<i32>,
    pub warn_default_encoding: bool,
    pub thread_inherit_context: bool,
    pub context_aware_warnings: bool,

    pub warn_options: Vec<String>,
    pub x_options: Vec<(String, Option<String>)>,
    /// `PYTHONHASHSEED`: a fixed seed, or none for a random one.
    pub hash_seed: Option<u32>,
    /// Encoding and error handler of the standard streams.
    pub stdio_encoding: String,
    pub stdio_errors: String,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            program: Program::Input,
            argv: Vec::new(),
            orig_argv: Vec::new(),
            program_name: OsString::new(),
            install_signal_handlers: true,
            path_warnings: true,
            configure_stdio: true,
            executable: OsString::new(),
            base_executable: OsString::new(),
            prefix: OsString::new(),
            exec_prefix: OsString::new(),
            base_prefix: OsString::new(),
            base_exec_prefix: OsString::new(),
            home: None,
            stdlib_dir: None,
            platlibdir: "lib".into(),
            pythonpath: None,
            module_search_paths: Vec::new(),
            pycache_prefix: None,
            parser_debug: 0,
            optimize: 0,
            inspect: false,
            interactive: false,
            isolated: false,
            ignore_environment: false,
            no_user_site: false,
            no_site: false,
            quiet: 0,
            verbose: 0,
            dont_write_bytecode: false,
            unbuffered: false,
            bytes_warning: 0,
            safe_path: false,
            skip_first_line: false,
            check_hash_pycs: Cow::Borrowed("default"),
            dev_mode: false,
            utf8_mode: false,
            faulthandler: false,
            tracemalloc: 0,
            import_time: 0,
            int_max_str_digits: 4300,
            debug_ranges: true,
            frozen_modules: true,
            cpu_count: None,
            warn_default_encoding: false,
            thread_inherit_context: false,
            context_aware_warnings: false,
            warn_options: Vec::new(),
            x_options: Vec::new(),
            hash_seed: None,
            stdio_encoding: "utf-8".to_owned(),
            stdio_errors: "strict".to_owned(),
        }
    }
}
