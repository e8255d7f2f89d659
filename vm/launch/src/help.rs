//! What `--help` and its relatives print, and the version.

/// The Python version this runtime speaks.
pub const PYTHON: &str = "3.14.10";

/// The first line of every help, and what follows a wrong command line.
pub fn usage(name: &str) -> String {
    format!("usage: {name} [option] ... [-c cmd | -m mod | file | -] [arg] ...")
}

/// Answers `-V`; `long` names the build too.
pub fn version(long: bool) -> String {
    if long {
        format!("Python {PYTHON} (Dovetail {})", env!("CARGO_PKG_VERSION"))
    } else {
        format!("Python {PYTHON}")
    }
}

/// `--help` without the usage line.
pub const OPTIONS: &str = "\
Options, and the environment variables that do the same:
-b     : warn where bytes or bytearray are turned into str by accident, or bytes are
         compared with str or int; -bb makes errors of it
-B     : write no .pyc files; also PYTHONDONTWRITEBYTECODE=x
-c cmd : run cmd as the program (ends the options)
-d     : accepted for compatibility, sets sys.flags.debug; also PYTHONDEBUG=x
-E     : ignore all PYTHON* environment variables
-h     : show this help and exit; also -? or --help
-i     : go on interactively after the program, with a prompt even where standard
         input is no terminal; also PYTHONINSPECT=x
-I     : isolated from the user's surroundings: -E, -P and -s together
-m mod : run the module mod as the program (ends the options)
-O     : leave assert statements out, __debug__ is false; .pyc files are .opt-1.pyc;
         also PYTHONOPTIMIZE=x
-OO    : as -O, and leave docstrings out; .pyc files are .opt-2.pyc
-P     : do not put the program's folder before sys.path; also PYTHONSAFEPATH
-q     : no version and copyright lines when interactive
-s     : leave the user's site-packages out of sys.path; also PYTHONNOUSERSITE=x
-S     : do not import site at the start
-u     : stdout and stderr without buffering; also PYTHONUNBUFFERED=x
-v     : tell of each import; more of them tell more; also PYTHONVERBOSE=x
-V     : show the version and exit; also --version; twice for the build as well
-W arg : a filter of warnings, action:message:category:module:lineno;
         also PYTHONWARNINGS=arg
-x     : skip the first line of the source
-X opt : an option of this implementation, see --help-xoptions
--check-hash-based-pycs always|default|never:
         when .pyc files that carry a hash of their source are checked against it
--help-env: show the environment variables and exit
--help-xoptions: show the -X options and exit
--help-all: show everything and exit

Arguments:
file   : the program, a folder or zip file with __main__.py
-      : the program comes from standard input (the default; interactive on a terminal)
arg ...: what the program finds in sys.argv[1:]
wheel  : where no file has this name: check and install wheels, see `wheel --help`
";

/// `--help-env`.
pub const ENVIRONMENT: &str = "\
Environment variables:
PYTHONASYNCIODEBUG: asyncio's debug mode
PYTHON_BASIC_REPL: the plain prompt instead of the editing one
PYTHONBREAKPOINT: what breakpoint() calls; 0 for nothing
PYTHONCOERCECLOCALE: 0 keeps the C locale as it is; warn tells when it is replaced
PYTHON_COLORS   : 1 colours messages, 0 does not
PYTHONHASHSEED  : random, or a number from 0 to 4294967295 from which the hashes of str
                  and bytes derive
PYTHON_HISTORY  : the file that keeps what was typed
PYTHONHOME      : the prefix (or prefix:exec_prefix) in which the library lies
PYTHONIOENCODING: encoding[:errors] of the standard streams
PYTHONPATH      : folders and zip files, with ':' between, for the front of sys.path
PYTHONPLATLIBDIR: sys.platlibdir
PYTHONSTARTUP   : a file that runs before an interactive session
PYTHONUSERBASE  : the user's base folder, site.USER_BASE

These variables have equivalent options (see --help and --help-xoptions):
PYTHON_CONTEXT_AWARE_WARNINGS (-X context_aware_warnings)
PYTHON_CPU_COUNT (-X cpu_count)
PYTHONDEBUG (-d)
PYTHONDEVMODE (-X dev)
PYTHONDONTWRITEBYTECODE (-B)
PYTHONFAULTHANDLER (-X faulthandler)
PYTHON_FROZEN_MODULES (-X frozen_modules)
PYTHONINSPECT (-i)
PYTHONINTMAXSTRDIGITS (-X int_max_str_digits)
PYTHONNODEBUGRANGES (-X no_debug_ranges)
PYTHONNOUSERSITE (-s)
PYTHONOPTIMIZE (-O)
PYTHONPROFILEIMPORTTIME (-X importtime)
PYTHONPYCACHEPREFIX (-X pycache_prefix)
PYTHONSAFEPATH (-P)
PYTHON_THREAD_INHERIT_CONTEXT (-X thread_inherit_context)
PYTHONTRACEMALLOC (-X tracemalloc)
PYTHONUNBUFFERED (-u)
PYTHONUTF8 (-X utf8)
PYTHONVERBOSE (-v)
PYTHONWARNDEFAULTENCODING (-X warn_default_encoding)
PYTHONWARNINGS (-W)
";

/// `--help-xoptions`.
pub const X_OPTIONS: &str = "\
Options of this implementation:
-X context_aware_warnings=[0|1]: catch_warnings() acts on the context instead of the process
-X cpu_count=N: what os.cpu_count() answers; -X cpu_count=default asks the machine
-X dev : development mode: more checks and warnings
-X faulthandler: show the Python traceback when the process dies of a fault
-X frozen_modules=[on|off]: use the modules that are compiled into the executable
-X importtime[=2]: show how long each import takes; 2 shows repeated ones too
-X int_max_str_digits=N: the most digits of conversions between int and str; 0 for no limit
-X no_debug_ranges: code objects without columns
-X pycache_prefix=PATH: .pyc files go into a tree of their own
-X showrefcount: accepted, without effect as in CPython's release builds
-X tracemalloc[=N]: trace memory from the start, with tracebacks of N frames (1)
-X thread_inherit_context=[0|1]: threads start with a copy of their maker's context
-X utf8[=0|1]: UTF-8 mode
-X warn_default_encoding: warn where text is read or written without naming an encoding
Not in this build: -X perf, -X perf_jit
";
