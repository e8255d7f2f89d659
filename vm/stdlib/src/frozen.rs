//! Which of the modules frozen into the executable `import` may find: all, or with `-X frozen_modules=off` only those
//! that `import` itself consists of.

use dovetail_core::interpreter::Interpreter;
pub use dovetail_frozen::Frozen;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};

/// What tests ask for: 1 to use them, -1 not to, 0 as configured.
static OVERRIDE: AtomicI32 = AtomicI32::new(0);

/// Overrides the setting (`_imp._override_frozen_modules_for_tests`).
pub fn override_for_tests(value: i32) {
    OVERRIDE.store(value, Ordering::Relaxed);
}

fn enabled() -> bool {
    match OVERRIDE.load(Ordering::Relaxed) {
        0 => Interpreter::current().config.get().is_none_or(|c| c.frozen_modules),
        n => n > 0,
    }
}

/// Frozen modules of an embedding program, by name.
static MORE: OnceLock<fn(&str) -> Option<&'static Frozen>> = OnceLock::new();

/// Registers the embedding program's frozen modules; the first ones stay.
pub fn register_more(find: fn(&str) -> Option<&'static Frozen>) {
    let _ = MORE.set(find);
}

/// The frozen module of this name, if it may be used.
pub fn find(name: &str) -> Option<&'static Frozen> {
    let own = dovetail_frozen::find(name).filter(|f| f.essential || enabled());
    own.or_else(|| MORE.get().and_then(|more| more(name)))
}

/// The names of all frozen modules that may be used.
pub fn names() -> impl Iterator<Item = &'static str> {
    let all = enabled();
    dovetail_frozen::all().iter().filter(move |f| all || f.essential).map(|f| f.name)
}
