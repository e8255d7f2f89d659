//! Room on the C stack for what recurses over source and trees.
//!
//! Where the machine has no memory left for a stack of its own, the work gets less, and at last what there is: a program
//! that caught a `MemoryError` may well go on to compile a line or two.

/// Less is no better than the stack that is there.
const LEAST: usize = 1 << 20;

/// Runs `f` on a new stack of up to `size` bytes; pages that are not reached cost nothing.
pub(crate) fn grow<R>(size: usize, f: impl FnOnce() -> R) -> R {
    let mut size = size;
    while size >= LEAST {
        if is_there(size) {
            return stacker::grow(size, f);
        }
        size /= 4;
    }
    f()
}

/// Runs `f`, on a new stack of `size` bytes where less than `red_zone` is left.
pub(crate) fn maybe_grow<R>(red_zone: usize, size: usize, f: impl FnOnce() -> R) -> R {
    match stacker::remaining_stack() {
        Some(left) if left < red_zone => grow(size, f),
        _ => f(),
    }
}

/// Would the system map so much? `stacker` ends the process where it would not.
fn is_there(size: usize) -> bool {
    // Two guard pages and rounding come on top.
    let size = size + (64 << 10);
    let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a mapping of our own, gone at once.
    unsafe {
        let p = libc::mmap(std::ptr::null_mut(), size, protection, flags, -1, 0);
        if p == libc::MAP_FAILED {
            return false;
        }
        libc::munmap(p, size);
        true
    }
}
