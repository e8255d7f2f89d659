//! Facts of the language version and the platform that several commands write down.
//!
//! The version is the one whose standard library, bytecode and ABI this project follows.

/// `3.14`
pub const SHORT_VERSION: &str = "3.14";
/// `314`, as in tags and file names.
pub const TAG_VERSION: &str = "314";
/// Field values of `sys.version_info`.
pub const VERSION_INFO: (u32, u32, u32) = (3, 14, 10);
/// The shared library's name with its version.
pub const LIBPYTHON: &str = "libpython3.14.so.1.0";

/// `x86_64` or `aarch64`: the machine this xtask was built for, which is the one it builds for.
pub const MACHINE: &str = std::env::consts::ARCH;

/// Debian's name for the platform, as CPython uses it in file names.
pub fn multiarch() -> String {
    format!("{MACHINE}-linux-gnu")
}

/// `cpython-314-x86_64-linux-gnu`
pub fn soabi() -> String {
    format!("cpython-{TAG_VERSION}-{}", multiarch())
}
