//! `PyMem_SetupDebugHooks`: allocator functions that fill blocks with known bytes, guard both ends, and know each block's
//! domain. What is wrong with a block ends the process, with CPython's words.
//!
//! Blocks are in a table beside the memory, not only in the bytes before them: what was asked for before the functions
//! were set is passed on, so that they may be set at any time.

use dovetail_core::object::domains::{self, Allocator, MEM, OBJ, RAW};
use std::collections::HashMap;
use std::ffi::c_void;
use std::fmt::Write;
use std::ptr::null_mut;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Fresh memory.
const CLEAN: u8 = 0xcd;
/// Freed memory.
const DEAD: u8 = 0xdd;
/// Around a block.
const FORBIDDEN: u8 = 0xfd;

const WORD: usize = size_of::<usize>();
/// Before a block: its size, its domain's letter, forbidden bytes.
const BEFORE: usize = 2 * WORD;
/// Behind it: forbidden bytes, the number of the call.
const BEHIND: usize = 2 * WORD;

/// A domain under debug functions. Its address is the context of them.
struct Domain {
    letter: u8,
    inner: Allocator,
    set: bool,
}

struct State {
    domains: [Domain; 3],
    /// Size and domain of each block, by the address that callers have.
    blocks: Option<HashMap<usize, (usize, usize)>>,
    serial: usize,
}
// SAFETY: contexts of C's allocators may be used by any thread, as its contract says.
unsafe impl Send for State {}

const UNSET: Allocator = Allocator { ctx: null_mut(), malloc: None, calloc: None, realloc: None, free: None };

static STATE: Mutex<State> = Mutex::new(State {
    domains: [
        Domain { letter: b'r', inner: UNSET, set: false },
        Domain { letter: b'm', inner: UNSET, set: false },
        Domain { letter: b'o', inner: UNSET, set: false },
    ],
    blocks: None,
    serial: 0,
});

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Are the functions of a domain these?
pub fn is_set_up(domain: usize) -> bool {
    domains::get(domain).malloc.map(|f| f as usize) == Some(debug_malloc as *const () as usize)
}

/// Sets the functions up where the environment asks for them (`PYTHONMALLOC=debug` and its kin), or development mode.
pub fn start() {
    let Some(c) = dovetail_core::interpreter::Interpreter::current().config.get() else { return };
    let wanted = std::env::var("PYTHONMALLOC").is_ok_and(|v| v.ends_with("debug"));
    if c.dev_mode || (wanted && !c.ignore_environment) {
        set_up();
    }
}

/// Puts these functions before those of each domain, once.
pub fn set_up() {
    for domain in [RAW, MEM, OBJ] {
        if is_set_up(domain) {
            continue;
        }
        let mut s = state();
        s.blocks.get_or_insert_default();
        s.domains[domain].inner = domains::get(domain);
        s.domains[domain].set = true;
        drop(s);
        domains::set(
            domain,
            Allocator {
                ctx: domain as *mut c_void,
                malloc: Some(debug_malloc),
                calloc: Some(debug_calloc),
                realloc: Some(debug_realloc),
                free: Some(debug_free),
            },
        );
    }
}

fn inner(domain: usize) -> Allocator {
    state().domains[domain].inner
}

/// Writes size, letter and guards around the block at `p`, and remembers it.
unsafe fn guard(domain: usize, p: *mut u8, n: usize) {
    let mut s = state();
    s.serial += 1;
    let (serial, letter) = (s.serial, s.domains[domain].letter);
    // SAFETY: a block with room before and behind.
    unsafe {
        (p.sub(BEFORE) as *mut usize).write_unaligned(n.to_be());
        *p.sub(WORD) = letter;
        std::ptr::write_bytes(p.sub(WORD - 1), FORBIDDEN, WORD - 1);
        std::ptr::write_bytes(p.add(n), FORBIDDEN, WORD);
        (p.add(n + WORD) as *mut usize).write_unaligned(serial.to_be());
    }
    s.blocks.get_or_insert_default().insert(p as usize, (n, domain));
}

unsafe fn allocate(domain: usize, n: usize, fill: Option<u8>) -> *mut c_void {
    if n > isize::MAX as usize - BEFORE - BEHIND {
        return null_mut();
    }
    let a = inner(domain);
    // SAFETY: the functions that were set before these.
    unsafe {
        let total = n + BEFORE + BEHIND;
        let base = match (fill, a.malloc, a.calloc) {
            (Some(_), Some(f), _) => f(a.ctx, total),
            (None, _, Some(f)) => f(a.ctx, 1, total),
            _ => null_mut(),
        };
        if base.is_null() {
            return null_mut();
        }
        let p = (base as *mut u8).add(BEFORE);
        if let Some(byte) = fill {
            std::ptr::write_bytes(p, byte, n);
        }
        guard(domain, p, n);
        p.cast()
    }
}

/// Is the GIL held, where the domain asks for that?
fn check_gil(domain: usize, function: &str) {
    if domain != RAW && dovetail_core::thread::ThreadState::current_or_null().is_null() {
        dovetail_core::hooks::fatal(&format!(
            "_PyMem_Debug{function}: Python memory allocator called without holding the GIL"
        ));
    }
}

unsafe extern "C" fn debug_malloc(ctx: *mut c_void, n: usize) -> *mut c_void {
    check_gil(ctx as usize, "Malloc");
    // SAFETY: the context is the domain.
    unsafe { allocate(ctx as usize, n, Some(CLEAN)) }
}

unsafe extern "C" fn debug_calloc(ctx: *mut c_void, n: usize, size: usize) -> *mut c_void {
    check_gil(ctx as usize, "Calloc");
    // SAFETY: the context is the domain.
    n.checked_mul(size).map_or(null_mut(), |n| unsafe { allocate(ctx as usize, n, None) })
}

unsafe extern "C" fn debug_realloc(ctx: *mut c_void, p: *mut c_void, n: usize) -> *mut c_void {
    let domain = ctx as usize;
    check_gil(domain, "Realloc");
    if p.is_null() {
        // SAFETY: the context is the domain.
        return unsafe { allocate(domain, n, Some(CLEAN)) };
    }
    let known = state().blocks.as_ref().and_then(|b| b.get(&(p as usize)).copied());
    // SAFETY: a block of this domain.
    unsafe {
        let Some((old, _)) = known else {
            let a = inner(domain);
            return a.realloc.map_or(null_mut(), |f| f(a.ctx, p, n));
        };
        check(domain, p.cast(), "_PyMem_DebugRawRealloc");
        let new = allocate(domain, n, Some(CLEAN));
        if !new.is_null() {
            std::ptr::copy_nonoverlapping(p as *const u8, new as *mut u8, old.min(n));
            end(domain, p.cast(), old);
        }
        new
    }
}

unsafe extern "C" fn debug_free(ctx: *mut c_void, p: *mut c_void) {
    let domain = ctx as usize;
    if p.is_null() {
        return;
    }
    check_gil(domain, "Free");
    let known = state().blocks.as_ref().and_then(|b| b.get(&(p as usize)).copied());
    // SAFETY: a block of this domain.
    unsafe {
        match known {
            Some((n, _)) => {
                check(domain, p.cast(), "_PyMem_DebugRawFree");
                end(domain, p.cast(), n);
            }
            None => {
                let a = inner(domain);
                if let Some(f) = a.free {
                    f(a.ctx, p)
                }
            }
        }
    }
}

/// Forgets a block, fills it and gives it back.
unsafe fn end(domain: usize, p: *mut u8, n: usize) {
    let mut s = state();
    if let Some(blocks) = s.blocks.as_mut() {
        blocks.remove(&(p as usize));
    }
    let a = s.domains[domain].inner;
    drop(s);
    // SAFETY: the whole block.
    unsafe {
        std::ptr::write_bytes(p.sub(BEFORE), DEAD, n + BEFORE + BEHIND);
        if let Some(f) = a.free {
            f(a.ctx, p.sub(BEFORE).cast())
        }
    }
}

/// Looks at a known block; a fatal error when it is not as it should be.
unsafe fn check(domain: usize, p: *mut u8, function: &str) {
    let (letter, (n, _)) = {
        let s = state();
        let known = s.blocks.as_ref().and_then(|b| b.get(&(p as usize)).copied());
        (s.domains[domain].letter, known.unwrap_or((0, domain)))
    };
    // SAFETY: a block of ours, with its guards.
    unsafe {
        let id = *p.sub(WORD);
        let wrong = if id != letter {
            let id = char::from(id);
            Some(format!("bad ID: Allocated using API '{id}', verified using API '{}'", char::from(letter)))
        } else if (1..WORD).any(|i| *p.sub(i) != FORBIDDEN) {
            Some("bad leading pad byte".to_owned())
        } else if (0..WORD).any(|i| *p.add(n + i) != FORBIDDEN) {
            Some("bad trailing pad byte".to_owned())
        } else {
            None
        };
        if let Some(text) = wrong {
            dump(p, n);
            dovetail_core::hooks::fatal(&format!("{function}: {text}"));
        }
    }
}

/// Writes what is known of a block to standard error.
unsafe fn dump(p: *mut u8, n: usize) {
    let mut out = String::new();
    // SAFETY: a block of ours, with its guards.
    unsafe {
        let id = char::from(*p.sub(WORD));
        let _ = writeln!(out, "Debug memory block at address p={p:p}: API '{id}'");
        let _ = writeln!(out, "    {n} bytes originally requested");
        let tail = p.add(n);
        let guards =
            [(WORD - 1, p.sub(WORD - 1), format!("p-{}", WORD - 1)), (WORD, tail, format!("tail={tail:p}"))];
        for (count, from, address) in guards {
            let _ = write!(out, "    The {count} pad bytes at {address} are ");
            if (0..count).all(|i| *from.add(i) == FORBIDDEN) {
                out.push_str("FORBIDDENBYTE, as expected.\n");
                continue;
            }
            let _ = writeln!(out, "not all FORBIDDENBYTE (0x{FORBIDDEN:02x}):");
            for i in 0..count {
                let b = *from.add(i);
                let at = if count < WORD { format!("p-{}", count - i) } else { format!("tail+{i}") };
                let note = if b == FORBIDDEN { "" } else { " *** OUCH" };
                let _ = writeln!(out, "        at {at}: 0x{b:02x}{note}");
            }
        }
        let serial = usize::from_be((p.add(n + WORD) as *const usize).read_unaligned());
        let _ = writeln!(out, "    The block was made by call #{serial} to debug malloc/realloc.");
        if n > 0 {
            let _ = write!(out, "    Data at p:");
            for i in 0..n.min(8) {
                let _ = write!(out, " {:02x}", *p.add(i));
            }
            if n > 8 {
                if n > 16 {
                    out.push_str(" ...");
                }
                for i in 8.max(n - 8)..n {
                    let _ = write!(out, " {:02x}", *p.add(i));
                }
            }
            out.push('\n');
        }
    }
    out.push_str("\nEnable tracemalloc to get the memory block allocation traceback\n\n");
    eprint!("{out}");
}
