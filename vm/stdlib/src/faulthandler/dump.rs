//! Tracebacks written from signal handlers: no allocation, no locks waited for, only `write`.
//!
//! # Safety
//! The frames of other threads are read without their consent, and those of this thread in the middle of anything:
//! what is printed is as good as the moment allows, which is the nature of a fault handler. Frames and code objects
//! that a thread state refers to are alive.

use dovetail_core::interp::frame::Frame;
use dovetail_core::thread::ThreadState;
use dovetail_core::types::str_::Str;
use std::ffi::{CStr, c_int, c_void};

/// At most so many frames of a thread are shown, and so many threads.
const MAX_FRAMES: usize = 100;
const MAX_THREADS: usize = 100;
/// At most so many characters of a name are shown.
const MAX_TEXT: usize = 500;

/// A file descriptor with a small buffer.
pub struct Out {
    fd: c_int,
    buf: [u8; 256],
    used: usize,
}

impl Out {
    pub fn new(fd: c_int) -> Out {
        Out { fd, buf: [0; 256], used: 0 }
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        for b in bytes {
            if self.used == self.buf.len() {
                self.flush();
            }
            self.buf[self.used] = *b;
            self.used += 1;
        }
    }

    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, mut n: u64, base: u64, width: usize) {
        let mut digits = [0u8; 20];
        let mut i = digits.len();
        while n > 0 || digits.len() - i < width.max(1) {
            i -= 1;
            digits[i] = b"0123456789abcdef"[(n % base) as usize];
            n /= base;
        }
        self.bytes(&digits[i..]);
    }

    pub fn decimal(&mut self, n: i64) {
        if n < 0 {
            self.text("-");
        }
        self.number(n.unsigned_abs(), 10, 1);
    }

    pub fn hex(&mut self, n: u64, width: usize) {
        self.number(n, 16, width);
    }

    /// A name of the program: what is not ASCII as an escape.
    fn name(&mut self, s: &Str) {
        for (i, c) in s.text().iter().enumerate() {
            if i == MAX_TEXT {
                self.text("...");
                break;
            }
            match c {
                0x20..0x7f => self.bytes(&[c as u8]),
                0..0x100 => {
                    self.text("\\x");
                    self.hex(c.into(), 2);
                }
                0x100..0x10000 => {
                    self.text("\\u");
                    self.hex(c.into(), 4);
                }
                _ => {
                    self.text("\\U");
                    self.hex(c.into(), 8);
                }
            }
        }
    }

    pub fn flush(&mut self) {
        let mut rest = &self.buf[..self.used];
        while !rest.is_empty() {
            // SAFETY: a slice of the buffer.
            let n = unsafe { libc::write(self.fd, rest.as_ptr().cast(), rest.len()) };
            if n <= 0 {
                break;
            }
            rest = &rest[n as usize..];
        }
        self.used = 0;
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Which threads are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    Current,
    All,
}

/// The state of the calling thread, attached or not.
fn own() -> *const ThreadState {
    match dovetail_core::gil::own_state() {
        Some(ts) => ts,
        None => ThreadState::current_or_null(),
    }
}

/// Writes the traceback of the calling thread or of all threads.
pub fn dump(fd: c_int, which: Threads) {
    let mut out = Out::new(fd);
    let own = own();
    if which == Threads::Current {
        out.text("Stack (most recent call first):\n");
        if own.is_null() {
            out.text("  <no Python frame>\n");
        } else {
            // SAFETY: the module's contract.
            frames(&mut out, unsafe { &*own });
        }
        return;
    }
    let mut left = MAX_THREADS;
    let mut first = true;
    dovetail_core::gil::peek_threads(|ts| {
        if left == 0 {
            return;
        }
        if !first {
            out.text("\n");
        }
        first = false;
        left -= 1;
        out.text(if std::ptr::eq(ts, own) { "Current thread 0x" } else { "Thread 0x" });
        // SAFETY: a listed state.
        let id = unsafe { (*ts.c()).thread_id };
        out.hex(id, 16);
        thread_name(&mut out, id);
        out.text(" (most recent call first):\n");
        frames(&mut out, ts);
    });
}

fn thread_name(out: &mut Out, id: u64) {
    let mut name = [0 as libc::c_char; 32];
    // SAFETY: the buffer has room for the 16 bytes of a thread's name.
    let failed = unsafe { libc::pthread_getname_np(id as libc::pthread_t, name.as_mut_ptr(), name.len()) };
    if failed == 0 && name[0] != 0 {
        out.text(" [");
        // SAFETY: terminated by the call.
        out.bytes(unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes());
        out.text("]");
    }
}

fn frames(out: &mut Out, ts: &ThreadState) {
    let mut f: *const Frame = ts.frame();
    let mut shown = 0;
    while !f.is_null() {
        // SAFETY: the module's contract.
        unsafe {
            if !Frame::is_entry(f) && !Frame::code(f).is_init_shim_of(ts.interp()) {
                if shown == MAX_FRAMES {
                    out.text("  ...\n");
                    return;
                }
                shown += 1;
                let code = Frame::code(f);
                out.text("  File \"");
                out.name(code.filename());
                out.text("\", line ");
                match Frame::line(f) {
                    Some(n) => out.decimal(n.into()),
                    None => out.text("???"),
                }
                out.text(" in ");
                out.name(code.name());
                out.text("\n");
            }
            f = (*f).previous;
        }
    }
    if shown == 0 {
        out.text("  <no Python frame>\n");
    }
}

unsafe extern "C" {
    fn backtrace(buffer: *mut *mut c_void, size: c_int) -> c_int;
}

/// Writes the calls of machine code in the calling thread.
pub fn dump_c_stack(fd: c_int) {
    const DEPTH: usize = 32;
    let mut out = Out::new(fd);
    let mut calls = [std::ptr::null_mut(); DEPTH];
    // SAFETY: the buffer has that many places.
    let n = unsafe { backtrace(calls.as_mut_ptr(), DEPTH as c_int) }.clamp(0, DEPTH as c_int);
    out.text("Current thread's C stack trace (most recent call first):\n");
    for address in &calls[..n as usize] {
        // SAFETY: the answer is filled when the call says so.
        unsafe {
            let mut info: libc::Dl_info = std::mem::zeroed();
            let known = libc::dladdr(*address, &mut info) != 0 && !info.dli_fname.is_null();
            if !known {
                out.text("  <address 0x");
                out.hex(*address as u64, 1);
                out.text(">\n");
                continue;
            }
            out.text("  Binary file \"");
            out.bytes(CStr::from_ptr(info.dli_fname).to_bytes());
            out.text("\"");
            if !info.dli_sname.is_null() {
                out.text(", at ");
                out.bytes(CStr::from_ptr(info.dli_sname).to_bytes());
                out.text("+0x");
                out.hex((*address as u64).wrapping_sub(info.dli_saddr as u64), 1);
            }
            out.text(" [0x");
            out.hex(*address as u64, 1);
            out.text("]\n");
        }
    }
}
