//! Variables that the runtime exports: flags of the command line, hooks, tables of modules.

use crate::boundary::P;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::types::str_::hash_key;
use dovetail_frozen::Frozen;
use std::ffi::{CString, c_char, c_int, c_ulong};
use std::ptr::null_mut;

/// The version of Python whose API this is, as in `PY_VERSION_HEX`.
#[unsafe(no_mangle)]
pub static Py_Version: c_ulong = abi::PY_VERSION_HEX as c_ulong;

/// Integer variables of that many names.
macro_rules! flags_capi {
    ($($name:ident)*) => { $(
        /// A setting of the command line, as it stood at start-up.
        #[unsafe(no_mangle)]
        pub static mut $name: c_int = 0;
    )* };
}

flags_capi! {
    Py_BytesWarningFlag
    Py_DebugFlag
    Py_DontWriteBytecodeFlag
    Py_FrozenFlag
    Py_HashRandomizationFlag
    Py_IgnoreEnvironmentFlag
    Py_InspectFlag
    Py_InteractiveFlag
    Py_IsolatedFlag
    Py_NoSiteFlag
    Py_NoUserSiteDirectory
    Py_OptimizeFlag
    Py_QuietFlag
    Py_UTF8Mode
    Py_UnbufferedStdioFlag
    Py_VerboseFlag
    Py_HasFileSystemDefaultEncoding
}

/// The encoding of file names.
#[unsafe(no_mangle)]
pub static mut Py_FileSystemDefaultEncoding: *const c_char = c"utf-8".as_ptr();

/// The error handler of file names.
#[unsafe(no_mangle)]
pub static mut Py_FileSystemDefaultEncodeErrors: *const c_char = c"surrogateescape".as_ptr();

// ---- hooks of the command line ----

/// What runs while the command line waits for input.
#[unsafe(no_mangle)]
pub static mut PyOS_InputHook: Option<unsafe extern "C" fn() -> c_int> = None;

type Readline = unsafe extern "C" fn(*mut abi::FILE, *mut abi::FILE, *const c_char) -> *mut c_char;

/// What reads a line of the command line.
#[unsafe(no_mangle)]
pub static mut PyOS_ReadlineFunctionPointer: Option<Readline> = None;

/// The thread that reads a line.
#[unsafe(no_mangle)]
pub static mut _PyOS_ReadlineTState: *mut abi::PyThreadState = null_mut();

// ---- tables of modules ----

static mut NO_MODULES: [abi::_inittab; 1] = [abi::_inittab { name: std::ptr::null(), initfunc: None }];

/// Modules that C added to the built-in ones; ends with a null name.
#[unsafe(no_mangle)]
pub static mut PyImport_Inittab: *mut abi::_inittab = (&raw mut NO_MODULES).cast();

/// Frozen modules of an embedding program, or NULL.
#[unsafe(no_mangle)]
pub static mut PyImport_FrozenModules: *const abi::_frozen = std::ptr::null();

macro_rules! frozen_capi {
    ($($name:ident)*) => { $(
        /// Frozen modules in C's form, ending with a null name.
        #[unsafe(no_mangle)]
        pub static mut $name: *const abi::_frozen = std::ptr::null();
    )* };
}

frozen_capi! {
    _PyImport_FrozenBootstrap
    _PyImport_FrozenStdlib
    _PyImport_FrozenTest
}

/// A table in C's form of those frozen modules; it lives as long as the process.
fn frozen_table(which: impl Fn(&Frozen) -> bool) -> *const abi::_frozen {
    let entry = |f: &Frozen| abi::_frozen {
        name: CString::new(f.name).unwrap_or_default().into_raw(),
        code: f.code.as_ptr(),
        size: f.code.len() as c_int,
        is_package: f.package.into(),
    };
    let end = abi::_frozen { name: std::ptr::null(), code: std::ptr::null(), size: 0, is_package: 0 };
    let table: Vec<abi::_frozen> =
        dovetail_frozen::all().iter().filter(|f| which(f)).map(entry).chain([end]).collect();
    table.leak().as_ptr()
}

// ---- the inside of CPython, for binaries that name it ----

/// The hash key, as CPython lays it out: 16 bytes for strings, the last 8 for Expat.
#[unsafe(no_mangle)]
pub static mut _Py_HashSecret: [u64; 3] = [0; 3];

/// The entry of a removed key in a set's table.
#[unsafe(no_mangle)]
pub static mut _PySet_Dummy: P = null_mut();

/// CPython's process-wide structure. Its fields are CPython's own; here they are all zero, and nothing reads them.
#[unsafe(no_mangle)]
pub static mut _PyRuntime: [u64; 39577] = [0; 39577];

/// Zeroed memory under CPython's internal names, for binaries that only take the address.
macro_rules! blank_capi {
    ($($name:ident $words:literal)*) => { $(
        /// A table of CPython's evaluation loop, which has no counterpart here: all zero.
        #[unsafe(no_mangle)]
        pub static mut $name: [u64; $words] = [0; $words];
    )* };
}

blank_capi! {
    _Py_InitCleanup 27
}

/// The key of strings' hashes, then eight bytes that go on as the key's began: by the seed, or from the key itself.
fn hash_secret(seed: Option<u32>) -> [u64; 3] {
    let [k0, k1] = hash_key().words();
    let last = match seed {
        None => k0 ^ k1.rotate_left(32),
        Some(0) => 0,
        Some(seed) => {
            let mut x = seed;
            let mut bytes = [0u8; 24];
            for byte in &mut bytes {
                x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (x >> 16) as u8;
            }
            u64::from_le_bytes([16, 17, 18, 19, 20, 21, 22, 23].map(|i| bytes[i]))
        }
    };
    [k0, k1, last]
}

/// Copies the start-up configuration into the variables.
pub fn fill() {
    let interp = Interpreter::current();
    let Some(c) = interp.config.get() else { return };
    // SAFETY: start-up, before any extension is loaded.
    unsafe {
        Py_BytesWarningFlag = c.bytes_warning;
        Py_DontWriteBytecodeFlag = c_int::from(c.dont_write_bytecode);
        Py_HashRandomizationFlag = c_int::from(c.hash_seed != Some(0));
        Py_IgnoreEnvironmentFlag = c_int::from(c.ignore_environment);
        Py_InspectFlag = c_int::from(c.inspect);
        Py_InteractiveFlag = c_int::from(c.interactive);
        Py_IsolatedFlag = c_int::from(c.isolated);
        Py_NoSiteFlag = c_int::from(c.no_site);
        Py_NoUserSiteDirectory = c_int::from(c.no_user_site);
        Py_OptimizeFlag = c.optimize;
        Py_QuietFlag = c_int::from(c.quiet);
        Py_UTF8Mode = c_int::from(c.utf8_mode);
        Py_UnbufferedStdioFlag = c_int::from(c.unbuffered);
        Py_VerboseFlag = c.verbose;
        _Py_HashSecret = hash_secret(c.hash_seed);
        let for_tests = |f: &Frozen| f.name.starts_with("__");
        _PyImport_FrozenBootstrap = frozen_table(|f| f.essential);
        _PyImport_FrozenStdlib = frozen_table(|f| !f.essential && !for_tests(f));
        _PyImport_FrozenTest = frozen_table(for_tests);
        _PySet_Dummy = dovetail_core::types::set_table::dummy();
    }
}
