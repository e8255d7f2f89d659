//! The strings that exist once: static ones, interned ones; and the key of their hashes.

use crate::error::PyResult;
use crate::object::native::Native;
use crate::object::obj::{Head, IMMORTAL};
use crate::object::{Ref, ToRef};
use crate::types::str_::Str;
use abi::unicode_state::{STATE_ASCII, STATE_COMPACT, STATE_KIND_SHIFT, STATE_STATICALLY_ALLOCATED};
use dovetail_text::Text;
use dovetail_text::codecs::utf8;
use dovetail_text::hash::HashKey;
use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char};
use std::sync::OnceLock;

/// The bits of the state word that tell how the string is interned.
pub(crate) const INTERNED: u32 = 3;

// ---- static strings ----

#[repr(C)]
struct StaticAscii {
    head: abi::PyASCIIObject,
    data: [u8; 8],
}

#[repr(C)]
struct StaticLatin1 {
    head: abi::PyCompactUnicodeObject,
    data: [u8; 8],
}

/// The strings that exist once in the process: the empty one and those of one Latin-1 character.
struct Statics {
    empty: StaticAscii,
    ascii: [StaticAscii; 128],
    latin1: [StaticLatin1; 128],
}

struct StaticsCell(UnsafeCell<Statics>);
// SAFETY: immortal; only caches are written, under the GIL.
unsafe impl Sync for StaticsCell {}

/// The header of a static string.
const fn static_head(length: isize, ascii: bool) -> abi::PyASCIIObject {
    // SAFETY: all-zero is a valid header; the count and type are written through the header's shape.
    unsafe {
        let mut o: abi::PyASCIIObject = std::mem::zeroed();
        let h = (&raw mut o).cast::<Head>();
        (*h).refcnt = IMMORTAL;
        (*h).ob_type = Str::TYPE_POINTER;
        o.length = length;
        o.hash = -1;
        let bits = abi::SSTATE_INTERNED_IMMORTAL_STATIC as u32
            | 1 << STATE_KIND_SHIFT
            | STATE_COMPACT
            | STATE_STATICALLY_ALLOCATED
            | if ascii { STATE_ASCII } else { 0 };
        o.state = abi::_PyUnicodeObject_state::from_bits(bits);
        o
    }
}

static STATICS: StaticsCell = StaticsCell(UnsafeCell::new(
    const {
        // SAFETY: every header is written.
        unsafe {
            let mut s: Statics = std::mem::zeroed();
            s.empty.head = static_head(0, true);
            let mut i = 0;
            while i < 128 {
                s.ascii[i].head = static_head(1, true);
                s.ascii[i].data[0] = i as u8;
                s.latin1[i].head._base = static_head(1, false);
                s.latin1[i].data[0] = i as u8 + 128;
                i += 1;
            }
            s
        }
    },
));

/// The static string of one Latin-1 character.
#[inline]
pub fn latin1_char(c: u8) -> &'static Str {
    // SAFETY: an immortal string in static memory.
    unsafe {
        let s = STATICS.0.get();
        if c < 128 {
            &*(&raw const (*s).ascii[c as usize]).cast::<Str>()
        } else {
            &*(&raw const (*s).latin1[c as usize - 128]).cast::<Str>()
        }
    }
}

// ---- the hash key ----

static HASH_KEY: OnceLock<HashKey> = OnceLock::new();

/// Chooses the process's hash key: by `PYTHONHASHSEED`, or random. The first call (or the first hash) decides.
pub fn init_hash_key(seed: Option<u32>) {
    HASH_KEY.get_or_init(|| make_key(seed));
}

fn make_key(seed: Option<u32>) -> HashKey {
    if let Some(seed) = seed {
        return HashKey::from_seed(seed);
    }
    let mut bytes = [0u8; HashKey::SIZE];
    // SAFETY: the buffer is ours.
    let n = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    if n != bytes.len() as isize {
        crate::hooks::fatal("failed to get random numbers to initialize Python");
    }
    HashKey::from_bytes(bytes)
}

/// The key that str and bytes are hashed with.
#[inline]
pub fn hash_key() -> &'static HashKey {
    HASH_KEY.get_or_init(|| make_key(None))
}

// ---- interning ----

/// The interned strings of the process, not counted: a mortal one leaves the table when it dies.
struct Interned(UnsafeCell<hashbrown::HashTable<*mut abi::PyASCIIObject>>);
// SAFETY: used under the GIL, never across a call that runs Python code.
unsafe impl Sync for Interned {}

static INTERNED_STRINGS: Interned = Interned(UnsafeCell::new(hashbrown::HashTable::new()));

/// The table.
///
/// # Safety
/// The result is used up before anything else looks at the table.
unsafe fn interned() -> &'static mut hashbrown::HashTable<*mut abi::PyASCIIObject> {
    // SAFETY: under the GIL; the caller's promise.
    unsafe { &mut *INTERNED_STRINGS.0.get() }
}

/// The cached hash of an interned string.
fn table_hash(p: &*mut abi::PyASCIIObject) -> u64 {
    // SAFETY: strings in the table are alive and hashed.
    unsafe { (**p).hash as u64 }
}

/// How many strings are interned, for statistics.
pub fn interned_count() -> usize {
    // SAFETY: read at once.
    unsafe { interned().len() }
}

impl Str {
    /// The empty string.
    #[inline]
    pub fn empty() -> Ref<Str> {
        // SAFETY: an immortal object in static memory.
        unsafe { Ref::from_owned(&raw mut (*STATICS.0.get()).empty) }
    }

    /// Is this the one string of its text?
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.state() & INTERNED != 0
    }

    /// The interned string of a Rust text.
    pub fn intern(text: &str) -> PyResult<Ref<Str>> {
        if text.is_ascii() && text.len() > 1 {
            let hash = hash_key().hash_bytes(text.as_bytes());
            // SAFETY: the table's strings are alive; a found one is counted at once.
            unsafe {
                if let Some(p) = interned().find(hash as u64, |x| {
                    let s = &*(*x as *const Str);
                    (**x).hash == hash && s.as_ascii() == Some(text)
                }) {
                    return Ok(Ref::from_borrowed(*p));
                }
            }
            let s = Str::from_ascii(text.as_bytes())?;
            // SAFETY: a new string.
            unsafe { (*s.body()).hash = hash };
            s.enter(hash);
            return Ok(s);
        }
        Str::new(text)?.to_interned()
    }

    /// The interned string of a C text in UTF-8.
    pub fn intern_c(text: *const c_char) -> PyResult<Ref<Str>> {
        // SAFETY: C strings that are given to us end with a zero byte.
        let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
        match utf8::validate(bytes) {
            Some(s) => Str::intern(s),
            None => Str::from_utf8(bytes)?.to_interned(),
        }
    }

    /// Takes the string out of the table, when it dies.
    pub(crate) fn leave(&self) {
        let p = self.body();
        // SAFETY: the table is not looked at by anyone else.
        unsafe {
            if let Ok(e) = interned().find_entry((*p).hash as u64, |x| std::ptr::eq(*x, p)) {
                e.remove();
            }
        }
    }

    fn enter(&self, hash: isize) {
        self.set_state(self.state() | abi::SSTATE_INTERNED_MORTAL as u32);
        // SAFETY: the string leaves the table before it dies.
        unsafe {
            interned().insert_unique(hash as u64, self.body(), table_hash);
        }
    }

    /// The interned string of this text: itself where it is the first. Instances of subclasses stay themselves.
    pub fn to_interned(&self) -> PyResult<Ref<Str>> {
        if self.is_interned() || !self.is_exact::<Str>() {
            return Ok(self.to_ref());
        }
        match self.text() {
            t if t.is_empty() => return Ok(Str::empty()),
            Text::Ascii([c]) | Text::Latin1([c]) => return Ok(latin1_char(*c).to_ref()),
            _ => {}
        }
        let hash = self.hash_value();
        // SAFETY: as in `intern`.
        unsafe {
            if let Some(p) =
                interned().find(hash as u64, |x| (**x).hash == hash && (*(*x as *const Str)).equals(self))
            {
                return Ok(Ref::from_borrowed(*p));
            }
        }
        self.enter(hash);
        Ok(self.to_ref())
    }

    /// Makes the string immortal; an interned one stays in the table for ever.
    pub fn immortalize(&self) {
        let st = self.state();
        if st & INTERNED == abi::SSTATE_INTERNED_MORTAL as u32 {
            self.set_state(st & !INTERNED | abi::SSTATE_INTERNED_IMMORTAL as u32);
        }
        (**self).immortalize();
    }
}
