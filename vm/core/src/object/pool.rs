//! Pools of small blocks, one a thread: what an object leaves behind is what the next one of its size gets.
//!
//! Blocks are the allocator's, in classes of a word, as the allocator sizes small ones too. Who gives a block
//! back must know how long it is at least; a block may only be taken for longer than it is used. The pools hold few
//! blocks of each class, so that they keep little memory from others. While memory is traced nothing is put in.

use crate::object::{alloc, traced};
use crate::thread::ThreadState;
use std::cell::Cell;
use std::ptr::null_mut;

/// The longest pooled block.
pub const LONGEST: usize = 512;

const UNIT: usize = 8;
const CLASSES: usize = LONGEST / UNIT + 1;

/// How many bytes a class may hold.
const BYTES: usize = 8 * 1024;

/// A thread's blocks, linked through their first words.
#[repr(C)]
pub struct Pool {
    first: [Cell<*mut u8>; CLASSES],
    /// How many there are.
    used: [Cell<u32>; CLASSES],
}

/// Memory of `size` bytes, uninitialized, or NULL. Freed by `put` or by `alloc::free`.
///
/// # Safety
/// As `alloc::malloc`.
#[inline(always)]
pub unsafe fn take(size: usize) -> *mut u8 {
    // SAFETY: own state; a block of the list has room for its class.
    unsafe {
        let ts = ThreadState::current_or_null();
        if size <= LONGEST && !ts.is_null() {
            let class = size.div_ceil(UNIT);
            let pool = &(*ts).pool;
            let p = pool.first.get_unchecked(class).get();
            if !p.is_null() {
                pool.first.get_unchecked(class).set(*(p as *mut *mut u8));
                let used = pool.used.get_unchecked(class);
                used.set(used.get() - 1);
                return p;
            }
        }
        alloc::malloc(size)
    }
}

/// Gives back a block of at least `size` bytes.
///
/// # Safety
/// `p` came from `take`, `alloc::malloc` or `alloc::realloc` for at least `size` bytes, and is not used again.
#[inline(always)]
pub unsafe fn put(p: *mut u8, size: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let ts = ThreadState::current_or_null();
        if size <= LONGEST
            && size > 0
            && !ts.is_null()
            && !traced::is_watched()
            && !cfg!(feature = "debug-checks")
        {
            let class = size.div_ceil(UNIT);
            let pool = &(*ts).pool;
            let used = pool.used.get_unchecked(class);
            if used.get() as usize * size < BYTES {
                used.set(used.get() + 1);
                *(p as *mut *mut u8) = pool.first.get_unchecked(class).get();
                pool.first.get_unchecked(class).set(p);
                return;
            }
        }
        alloc::free(p)
    }
}

impl Pool {
    /// How many blocks wait.
    pub fn waiting(&self) -> usize {
        self.used.iter().map(|used| used.get() as usize).sum()
    }

    /// Gives all blocks back to the allocator.
    pub fn drain(&self) {
        for (first, used) in self.first.iter().zip(&self.used) {
            let mut p = first.replace(null_mut());
            used.set(0);
            while !p.is_null() {
                // SAFETY: a block of the list.
                unsafe {
                    let next = *(p as *mut *mut u8);
                    alloc::free(p);
                    p = next;
                }
            }
        }
    }
}
