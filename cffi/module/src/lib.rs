//! The native half of the `cffi` package.

pub mod backend;
mod declare;

use dovetail_core::object::native::NativeModule;

/// The modules of this crate, for [`dovetail_stdlib::add_modules`].
pub static MODULES: &[&NativeModule] = &[&backend::module::MODULE, &declare::MODULE];
