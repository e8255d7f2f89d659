//! The command line: what to run, on which runtime, where results go.

use std::path::PathBuf;
use std::time::Duration;

use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt;

use crate::runtime::Runtime;

/// What `--help` prints.
pub const HELP: &str = "\
Runs Dovetail's compatibility tests.

usage: compat-tests [OPTIONS] [FILTER...]

  --runtime PATH     the executable under test (default: dovetail beside this program)
  --reference        run on the reference CPython instead (see below)
  --bless            record expectations from the reference CPython
  --suite NAME       programs, capi, embed, packages or wrappers; may be repeated (default: programs, capi with
                     --include, embed with --prefix)
  --level LEVEL      only programs that need LEVEL: core, sys or stdlib
  --include DIR      the C headers for the C-API tests
  --prefix DIR       the prefix whose library the embedding programs are linked with
  --cc COMMAND       the C compiler (default: $CC, or cc)
  --venv DIR         where the suite of packages keeps its environment (default: in the temporary folder)
  --postgres TEXT    connection string of a PostgreSQL server for packages and wrappers
  --root DIR         the folder with programs/ and capi/ (default: this package's folder)
  --jobs N           tests at a time (default 2)
  --timeout SECONDS  for one test (default 60)
  --json FILE        write results as JSON
  --symbols FILE     write which API names the C tests use, as a table, and run nothing
  --html FILE        write a summary page
  --diff             show where the output of a failed program leaves the expectation
  FILTER             only tests whose name contains one of these

The reference is a command in the environment: DOVETAIL_REFERENCE, words separated by spaces, with
{program} and {dir} standing for the test's file and folder (the file is appended where {program}
is missing). Where that command sees another root folder, DOVETAIL_REFERENCE_ROOT names it here.
DOVETAIL_REFERENCE_PACKAGES is the folder, as it sees it, with what packages/requirements.txt names.
  DOVETAIL_REFERENCE='python3.14'
  DOVETAIL_REFERENCE='chroot /srv/ref env -C {dir} python3.14' DOVETAIL_REFERENCE_ROOT=/srv/ref
";

/// Which suites to run.
pub struct Suites {
    /// Python programs with recorded output.
    pub programs: bool,
    /// C extensions built from source.
    pub capi: bool,
    /// Programs of C that embed the runtime.
    pub embed: bool,
    /// Programs that use packages from the index.
    pub packages: bool,
    /// Programs that use C libraries through cffi.
    pub wrappers: bool,
}

/// The parsed command line.
pub struct Options {
    pub help: bool,
    pub runtime: Runtime,
    /// The reference to record from, when blessing.
    pub bless: Option<Runtime>,
    pub suites: Suites,
    pub level: Option<String>,
    pub include: Option<PathBuf>,
    pub prefix: Option<PathBuf>,
    pub venv: Option<PathBuf>,
    pub postgres: Option<String>,
    pub cc: String,
    pub root: PathBuf,
    pub jobs: usize,
    pub timeout: Duration,
    pub json: Option<PathBuf>,
    pub html: Option<PathBuf>,
    pub diff: bool,
    pub symbols: Option<PathBuf>,
    pub filter: Vec<String>,
}

impl Options {
    /// Whether a test of this name was asked for.
    pub fn wants(&self, name: &str) -> bool {
        self.filter.is_empty() || self.filter.iter().any(|part| name.contains(part.as_str()))
    }
}

/// Reads the command line.
pub fn parse(mut parser: lexopt::Parser) -> Result<Options, String> {
    let mut options = Options {
        help: false,
        runtime: Runtime::executable(default_runtime()),
        bless: None,
        suites: Suites { programs: false, capi: false, embed: false, packages: false, wrappers: false },
        level: None,
        include: None,
        prefix: None,
        venv: None,
        postgres: None,
        cc: std::env::var("CC").unwrap_or_else(|_| "cc".into()),
        root: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
        jobs: 2,
        timeout: Duration::from_secs(60),
        json: None,
        html: None,
        diff: false,
        symbols: None,
        filter: Vec::new(),
    };
    read(&mut parser, &mut options).map_err(|error| error.to_string())?;
    let chosen = &options.suites;
    if !(chosen.programs || chosen.capi || chosen.embed || chosen.packages || chosen.wrappers) {
        options.suites = Suites {
            programs: true,
            capi: options.include.is_some(),
            embed: options.prefix.is_some(),
            packages: false,
            wrappers: false,
        };
    }
    if options.suites.embed && options.prefix.is_none() && options.bless.is_none() {
        return Err("--suite embed needs --prefix DIR, the folder with bin/python3.14-config".into());
    }
    if options.suites.capi && options.include.is_none() {
        return Err("--suite capi needs --include DIR, the folder with Python.h".into());
    }
    Ok(options)
}

fn read(parser: &mut lexopt::Parser, options: &mut Options) -> Result<(), lexopt::Error> {
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => options.help = true,
            Long("runtime") => options.runtime = Runtime::executable(PathBuf::from(parser.value()?)),
            Long("reference") => options.runtime = Runtime::reference()?,
            Long("bless") => options.bless = Some(Runtime::reference()?),
            Long("suite") => match parser.value()?.string()?.as_str() {
                "programs" => options.suites.programs = true,
                "capi" => options.suites.capi = true,
                "embed" => options.suites.embed = true,
                "packages" => options.suites.packages = true,
                "wrappers" => options.suites.wrappers = true,
                other => return Err(format!("no suite is called {other:?}").into()),
            },
            Long("level") => options.level = Some(parser.value()?.string()?),
            Long("include") => options.include = Some(PathBuf::from(parser.value()?)),
            Long("prefix") => {
                options.prefix = Some(std::path::absolute(parser.value()?).map_err(|e| e.to_string())?);
            }
            Long("venv") => {
                options.venv = Some(std::path::absolute(parser.value()?).map_err(|e| e.to_string())?);
            }
            Long("postgres") => options.postgres = Some(parser.value()?.string()?),
            Long("cc") => options.cc = parser.value()?.string()?,
            Long("root") => options.root = PathBuf::from(parser.value()?),
            Long("jobs") => options.jobs = parser.value()?.parse()?,
            Long("timeout") => options.timeout = Duration::from_secs(parser.value()?.parse()?),
            Long("json") => options.json = Some(PathBuf::from(parser.value()?)),
            Long("html") => options.html = Some(PathBuf::from(parser.value()?)),
            Long("symbols") => options.symbols = Some(PathBuf::from(parser.value()?)),
            Long("diff") => options.diff = true,
            Long("filter") => options.filter.push(parser.value()?.string()?),
            Value(filter) => options.filter.push(filter.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(())
}

/// `dovetail` in the folder this program was built into.
fn default_runtime() -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|path| path.parent().map(|dir| dir.join("dovetail")));
    beside.unwrap_or_else(|| PathBuf::from("dovetail"))
}
