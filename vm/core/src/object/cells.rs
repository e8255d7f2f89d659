//! The free lists of `int` and `float` cells: how long they may get.
//!
//! Handlers take cells from the lists and put them back without counting. So that a program which once had millions
//! of numbers does not keep their memory, the lists are cut short after so many cells came back.

use crate::object::alloc;
use crate::thread::ThreadState;

/// After so many cells the lists are looked at.
const OFTEN: u32 = 1 << 16;

/// How many cells a list keeps then.
const KEPT: usize = 4096;

/// Notes that a cell came back.
#[inline(always)]
pub fn freed(ts: &ThreadState) {
    let n = ts.cells_freed.get() + 1;
    ts.cells_freed.set(n);
    if n >= OFTEN {
        too_many(ts);
    }
}

#[cold]
#[inline(never)]
fn too_many(ts: &ThreadState) {
    ts.cells_freed.set(0);
    // SAFETY: the calling thread's own state, between two uses of its lists.
    unsafe { cut(ts, KEPT) };
}

/// Frees all but `kept` cells of each list.
///
/// # Safety
/// Nobody is in the middle of taking or giving a cell of the state.
pub unsafe fn cut(ts: &ThreadState, kept: usize) {
    for list in [&ts.free_floats, &ts.free_ints] {
        // SAFETY: cells are dead blocks linked through their first word.
        unsafe {
            let mut place = list.as_ptr();
            for _ in 0..kept {
                if (*place).is_null() {
                    break;
                }
                place = (*place).cast();
            }
            let mut cell = std::mem::replace(&mut *place, std::ptr::null_mut());
            while !cell.is_null() {
                let next = *(cell as *mut *mut abi::PyObject);
                alloc::free(cell.cast());
                cell = next;
            }
        }
    }
}

/// How many cells wait in the lists.
pub fn waiting(ts: &ThreadState) -> usize {
    let mut n = 0;
    for list in [&ts.free_floats, &ts.free_ints] {
        let mut cell = list.get();
        while !cell.is_null() {
            n += 1;
            // SAFETY: cells are linked through their first word.
            cell = unsafe { *(cell as *mut *mut abi::PyObject) };
        }
    }
    n
}
