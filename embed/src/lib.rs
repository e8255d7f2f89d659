//! Everything that `libpython3.14.so` is made of: the runtime with its exported C API, and no `main`.
//!
//! This is an archive and not a shared library of cargo's making, because the compiler hides every name of such a library
//! that is not defined in Rust; the variadic functions of the API are C. `cargo xtask dist` links the archive.

pub use dovetail_cpyext::start;

extern "C" fn add_modules() {
    dovetail_stdlib::add_modules(&[dovetail_cffi::MODULES, dovetail_ctypes::MODULES]);
}

// SAFETY: the dynamic linker calls the functions of this section before anything of the library runs; this one needs
// nothing set up.
// Its name makes the link take it out of the archive: nothing refers to it.
#[used]
#[unsafe(link_section = ".init_array")]
#[unsafe(no_mangle)]
static DOVETAIL_EMBED_AT_LOAD: extern "C" fn() = add_modules;
