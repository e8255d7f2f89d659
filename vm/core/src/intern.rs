//! Interned names: one immortal string per text, found by `sym!` without hashing after the first use.

use crate::types::str_::Str;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A name that is interned on first use; made by `sym!`.
pub struct Symbol {
    text: &'static str,
    string: AtomicPtr<abi::PyObject>,
}

impl Symbol {
    pub const fn new(text: &'static str) -> Symbol {
        Symbol { text, string: AtomicPtr::new(std::ptr::null_mut()) }
    }

    #[inline(always)]
    pub fn get(&'static self) -> &'static Str {
        let p = self.string.load(Ordering::Relaxed);
        if p.is_null() {
            return self.make();
        }
        // SAFETY: an immortal string.
        unsafe { &*(p as *const Str) }
    }

    #[cold]
    fn make(&'static self) -> &'static Str {
        let Ok(s) = Str::intern(self.text) else { crate::hooks::fatal("out of memory interning a name") };
        s.immortalize();
        self.string.store(s.as_raw(), Ordering::Relaxed);
        // SAFETY: immortal from now on.
        unsafe { &*(s.as_raw() as *const Str) }
    }
}

/// The interned string of an identifier: `sym!(__init__)`, or of any text: `sym!("<module>")`.
#[macro_export]
macro_rules! sym {
    ($name:ident) => {
        $crate::sym!(@ stringify!($name))
    };
    ($text:literal) => {
        $crate::sym!(@ $text)
    };
    (@ $text:expr) => {{
        static SYMBOL: $crate::intern::Symbol = $crate::intern::Symbol::new($text);
        SYMBOL.get()
    }};
}
