//! What this machine is: the only place that asks the running system.

use crate::tags::{Machine, Target};

/// The language version that wheels are checked for.
pub const PYTHON: (u32, u32, u32) = (3, 14, 10);

/// This machine as a target, or `None` on a processor without a port.
pub fn target() -> Option<Target> {
    let machine = match std::env::consts::ARCH {
        "x86_64" => Machine::X86_64,
        "aarch64" => Machine::Aarch64,
        _ => return None,
    };
    Some(Target { python: PYTHON, machine, glibc: glibc() })
}

/// The version of the C library in this process.
#[cfg(target_env = "gnu")]
fn glibc() -> Option<(u32, u32)> {
    // SAFETY: the function takes nothing and returns a C string that lives as long as the process.
    let text = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
    let mut numbers = text.to_str().ok()?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(not(target_env = "gnu"))]
fn glibc() -> Option<(u32, u32)> {
    None
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_env = "gnu")]
    fn glibc_has_a_version() {
        assert!(super::glibc() >= Some((2, 17)));
    }
}
