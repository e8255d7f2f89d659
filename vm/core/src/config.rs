//! The start-up configuration: what the command line and the environment decided.

/// Settings of one interpreter, read by `sys.flags`, import and the standard streams.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub argv: Vec<String>,
    pub orig_argv: Vec<String>,
    pub executable: String,
    pub prefix: String,
    pub base_prefix: String,
    pub home: Option<String>,
    pub module_search_paths: Vec<String>,
    pub optimize: i32,
    pub inspect: bool,
    pub interactive: bool,
    pub isolated: bool,
    pub ignore_environment: bool,
    pub no_user_site: bool,
    pub no_site: bool,
    pub quiet: bool,
    pub verbose: i32,
    pub dont_write_bytecode: bool,
    pub unbuffered: bool,
    pub bytes_warning: i32,
    pub dev_mode: bool,
    pub utf8_mode: bool,
    pub safe_path: bool,
    pub int_max_str_digits: i32,
    pub warn_options: Vec<String>,
    pub x_options: Vec<(String, Option<String>)>,
    /// `PYTHONHASHSEED`: a fixed seed, or none for a random one.
    pub hash_seed: Option<u32>,
}
