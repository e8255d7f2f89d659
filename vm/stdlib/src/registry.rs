//! The list of native modules, and the making of the first ones at start-up.

use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::AsObj;
use dovetail_core::object::native::NativeModule;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::module::Module;
use dovetail_core::{Ref, sym};
use std::sync::OnceLock;

/// Every native module that `import` can find, by name. `builtins` and `sys` are made at start-up.
static MODULES: &[&NativeModule] = &[
    &crate::atexit::MODULE,
    &crate::abc::MODULE,
    &crate::array::MODULE,
    &crate::binascii::MODULE,
    &crate::bisect::MODULE,
    &crate::asyncio::MODULE,
    &crate::ast::MODULE,
    &crate::builtins::MODULE,
    &crate::cmath::MODULE,
    &crate::codecs::MODULE,
    &crate::collections::MODULE,
    &crate::compress::bz2::MODULE,
    &crate::compress::lzma::MODULE,
    &crate::compress::zlib::MODULE,
    &crate::compress::zstd::MODULE,
    &crate::contextvars::MODULE,
    &crate::datetime::MODULE,
    &crate::decimal::MODULE,
    &crate::csv::MODULE,
    &crate::elementtree::MODULE,
    &crate::errno::MODULE,
    &crate::faulthandler::MODULE,
    &crate::functools::MODULE,
    &crate::heapq::MODULE,
    &crate::imp::MODULE,
    &crate::interpqueues::MODULE,
    &crate::interpreters::MODULE,
    &crate::io::MODULE,
    &crate::itertools::MODULE,
    &crate::json::MODULE,
    &crate::fcntl::MODULE,
    &crate::grp::MODULE,
    &crate::hashlib::MODULE,
    &crate::hashes::blake2::MODULE,
    &crate::hashes::hmac::MODULE,
    &crate::hashes::md5::MODULE,
    &crate::hashes::sha1::MODULE,
    &crate::hashes::sha2::MODULE,
    &crate::hashes::sha3::MODULE,
    &crate::locale::MODULE,
    &crate::lsprof::MODULE,
    &crate::marshal::MODULE,
    &crate::math::MODULE,
    &crate::operator::MODULE,
    &crate::mmap::MODULE,
    &crate::opcode::MODULE,
    &crate::multibyte::cn::MODULE,
    &crate::multibyte::hk::MODULE,
    &crate::multibyte::iso2022::MODULE,
    &crate::multibyte::jp::MODULE,
    &crate::multibyte::kr::MODULE,
    &crate::multibyte::module::MODULE,
    &crate::multibyte::tw::MODULE,
    &crate::multiprocessing::MODULE,
    &crate::pickle::MODULE,
    &crate::pyexpat::MODULE,
    &crate::posix::MODULE,
    &crate::posixshmem::MODULE,
    &crate::random::MODULE,
    &crate::posixsubprocess::MODULE,
    &crate::pwd::MODULE,
    &crate::queue::MODULE,
    &crate::readline::MODULE,
    &crate::resource::MODULE,
    &crate::select::MODULE,
    &crate::signal::MODULE,
    &crate::sre::MODULE,
    &crate::socket::MODULE,
    &crate::ssl::MODULE,
    &crate::stat::MODULE,
    &crate::statistics::MODULE,
    &crate::strings::MODULE,
    &crate::structs::MODULE,
    &crate::suggestions::MODULE,
    &crate::symtable::MODULE,
    &crate::syslog::MODULE,
    &crate::sysconfig::MODULE,
    &crate::sys::MODULE,
    &crate::termios::MODULE,
    &crate::thread::MODULE,
    &crate::time::MODULE,
    &crate::unicodedata::MODULE,
    &crate::uuid::MODULE,
    &crate::tokenize::MODULE,
    &crate::tracemalloc::MODULE,
    &crate::type_names::MODULE,
    &crate::warnings::MODULE,
    &crate::weakref::MODULE,
    &crate::zoneinfo::MODULE,
    &dovetail_core::gc::module::gc::MODULE,
    &dovetail_core::types::typing_module::_typing::MODULE,
];

/// Modules of the crates above this one.
static ADDED: OnceLock<Vec<&'static NativeModule>> = OnceLock::new();

/// Makes the modules of the crates above this one known, once, before the runtime starts.
pub fn add_modules(tables: &[&[&'static NativeModule]]) {
    let _ = ADDED.set(tables.concat());
}

fn all() -> impl Iterator<Item = &'static NativeModule> {
    MODULES.iter().chain(ADDED.get().into_iter().flatten()).copied()
}

/// The native module of this name.
pub fn find(name: &str) -> Option<&'static NativeModule> {
    all().find(|m| m.name == name)
}

/// The names of all native modules.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|m| m.name)
}

/// Makes `sys.modules`, `builtins` and `sys`.
pub fn start() -> PyResult<()> {
    crate::locale::start();
    let _ = dovetail_core::hooks::AUDIT
        .set(dovetail_core::hooks::Audit { wanted: crate::sys::audited, event: crate::sys::audit_event });
    let interp = Interpreter::current();
    let modules: Ref<Dict> = Dict::new()?;
    let _ = interp.modules.set(modules.clone());
    let builtins = Dict::new()?;
    let _ = interp.builtins.set(builtins);
    let module = Module::with_dict(&crate::builtins::MODULE, interp.builtins())?;
    modules.set(sym!(builtins).as_obj(), module.as_obj())?;
    let sys = Module::from_native(&crate::sys::MODULE)?;
    let _ = interp.sysdict.set(dovetail_core::object::ToRef::to_ref(sys.dict()));
    modules.set(sym!(sys).as_obj(), sys.as_obj())
}
