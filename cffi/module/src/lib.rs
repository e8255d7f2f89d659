//! The native half of the `cffi` package.

mod declare;

use dovetail_core::object::native::NativeModule;

/// The modules of this crate, for [`dovetail_stdlib::add_modules`].
pub static MODULES: &[&NativeModule] = &[&declare::MODULE];
