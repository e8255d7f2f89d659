//! The state that buffered streams share, and its traffic with the raw stream.
//!
//! One block of memory mirrors a stretch of the raw stream. `pos` is where the user is in it, `raw_pos` where the raw
//! stream is; `read_end` bounds what was read (-1: nothing), `write_pos..write_end` is what is to be written
//! (`write_end` -1: nothing). `abs_pos` is the raw stream's own position, -1 while it is not known. Whoever touches the
//! block holds the lock. A plain `FileIO` is called directly, any other raw stream by its methods' names.

use super::super::base::Trace;
use super::super::file::FileIo;
use super::super::held::{Guard, Held, StreamLock};
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::interp::pending;
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::int::Int;
use dovetail_core::types::managed_buffer::from_memory;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise, sym};
use std::cell::{Cell, UnsafeCell};

/// The state of a buffered stream.
pub struct Buffered {
    pub raw: Held,
    /// The raw stream is a plain `FileIO` and the stream of a type of ours.
    pub fast: Cell<bool>,
    pub ok: Cell<bool>,
    pub detached: Cell<bool>,
    pub readable: Cell<bool>,
    pub writable: Cell<bool>,
    pub finalizing: Cell<bool>,
    pub abs_pos: Cell<i64>,
    pub pos: Cell<usize>,
    pub raw_pos: Cell<i64>,
    pub read_end: Cell<isize>,
    pub write_pos: Cell<usize>,
    pub write_end: Cell<isize>,
    pub size: Cell<usize>,
    /// Memory of capacity `size`, written piece by piece; its length stays 0.
    block: UnsafeCell<Vec<u8>>,
    /// All of the block is initialized.
    zeroed: Cell<bool>,
    pub lock: StreamLock,
}

impl Default for Buffered {
    fn default() -> Buffered {
        Buffered {
            raw: Held::default(),
            fast: Cell::new(false),
            ok: Cell::new(false),
            detached: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            finalizing: Cell::new(false),
            abs_pos: Cell::new(0),
            pos: Cell::new(0),
            raw_pos: Cell::new(0),
            read_end: Cell::new(-1),
            write_pos: Cell::new(0),
            write_end: Cell::new(-1),
            size: Cell::new(0),
            block: UnsafeCell::new(Vec::new()),
            zeroed: Cell::new(false),
            lock: StreamLock::default(),
        }
    }
}

impl Trace for Buffered {
    fn trace(&self, see: &mut dyn FnMut(&Obj)) {
        if let Some(o) = self.raw.peek() {
            see(o);
        }
    }

    fn clear(&self) {
        self.ok.set(false);
        self.raw.set(None);
    }
}

/// What a call that may not wait did.
pub enum Got {
    Some(usize),
    WouldBlock,
}

/// Calls a method; when a signal interrupted it and its handler raised nothing, again.
pub fn call_retrying(o: &Obj, name: &Str, args: &[&Obj]) -> PyResult<Object> {
    loop {
        match o.call_method(name, args) {
            Err(e) if trap_eintr(&e) => {
                e.clear();
                pending::handle(ThreadState::current())?;
            }
            r => return r,
        }
    }
}

fn trap_eintr(e: &Raised) -> bool {
    e.matches(exc::InterruptedError())
}

/// Raises `BlockingIOError` telling how much was written.
#[cold]
pub fn would_block(written: usize) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    let make = || -> PyResult<Object> {
        exc::BlockingIOError().call(&[
            &*Int::from_i64(errno as i64)?,
            &*Str::new("write could not complete without blocking")?,
            &*Int::from_usize(written)?,
        ])
    };
    match make().map(|e| e.downcast_into::<BaseException>()) {
        Ok(Ok(e)) => dovetail_core::error::raise_exception(e),
        Ok(Err(_)) => raise!(SystemError, "BlockingIOError() made something else"),
        Err(e) => e,
    }
}

/// A count that a raw stream's method returned: none where it would block, else at most `len`.
fn count(got: &Obj, len: usize, method: &str) -> PyResult<Got> {
    if got.is_none() {
        return Ok(Got::WouldBlock);
    }
    let n = match got.as_isize() {
        Ok(n) => n,
        Err(e) if method == "readinto" => {
            let cause = e.take();
            let raised = raise!(OSError, "raw readinto() failed");
            let e = raised.take();
            e.set_cause(Some(cause.clone()));
            e.set_context(Some(cause));
            return Err(Raised::restore(e));
        }
        Err(e) => return Err(e),
    };
    if n < 0 || n as usize > len {
        bail!(OSError, "raw {method}() returned invalid length {n} (should have been between 0 and {len})");
    }
    Ok(Got::Some(n as usize))
}

/// Lends memory to a Python method as a memoryview. The second result says that somebody kept a view of it: then the
/// memory must never be freed.
///
/// # Safety
/// There are `len` bytes at `p`.
unsafe fn lend(
    raw: &Obj,
    method: &Str,
    p: *mut u8,
    len: usize,
    readonly: bool,
) -> PyResult<(PyResult<Object>, bool)> {
    // SAFETY: the view is released below, or the caller lets the memory live for ever.
    let view =
        unsafe { from_memory(if len == 0 { std::ptr::dangling_mut() } else { p }, len as isize, readonly)? };
    let result = call_retrying(raw, method, &[&view]);
    if view.refcnt() == 1 {
        return Ok((result, false));
    }
    let ts = ThreadState::current();
    let pending = ts.take_exception();
    let kept = match view.call_method(sym!(release), &[]) {
        Ok(_) => false,
        Err(e) => {
            e.clear();
            true
        }
    };
    ts.set_exception(pending);
    Ok((result, kept))
}

/// Keeps a buffer's memory as it is for ever, because somebody kept a view of it.
fn keep_exported(owner: &Obj) {
    match Buffer::simple(owner) {
        Ok(b) => std::mem::forget(b),
        Err(e) => e.clear(),
    }
}

impl Buffered {
    // ---- checks ----

    #[cold]
    fn unusable(&self) -> Raised {
        if self.detached.get() {
            raise!(ValueError, "raw stream has been detached")
        } else {
            raise!(ValueError, "I/O operation on uninitialized object")
        }
    }

    /// The raw stream of an initialized stream.
    #[inline]
    pub fn raw(&self) -> PyResult<Object> {
        match self.raw.get() {
            Some(r) if self.ok.get() => Ok(r),
            _ => Err(self.unusable()),
        }
    }

    #[inline]
    pub fn check_ok(&self) -> PyResult<()> {
        if self.ok.get() && self.raw.is_some() { Ok(()) } else { Err(self.unusable()) }
    }

    /// The raw stream, when it may be called directly.
    #[inline]
    fn file(&self) -> Option<&FileIo> {
        if !self.fast.get() {
            return None;
        }
        self.raw.peek().and_then(FileIo::plain)
    }

    pub fn is_closed(&self) -> PyResult<bool> {
        self.check_ok()?;
        if let Some(f) = self.file() {
            return Ok(f.is_closed());
        }
        self.raw()?.get_attr(sym!(closed))?.is_true()
    }

    /// Raises `message` when the stream is closed. Something ahead of the reader means that it is open.
    #[inline]
    pub fn check_open(&self, message: &str) -> PyResult<()> {
        self.check_ok()?;
        if self.ahead() > 0 {
            return Ok(());
        }
        if self.is_closed()? {
            Err(dovetail_core::error::raise_message(exc::ValueError(), message))
        } else {
            Ok(())
        }
    }

    #[inline]
    pub fn enter<'a>(&'a self, owner: &Obj) -> PyResult<Guard<'a>> {
        self.lock.enter(owner)
    }

    // ---- the block ----

    /// Makes the block.
    pub fn allocate(&self, size: usize) -> PyResult<()> {
        let mut v: Vec<u8> = Vec::new();
        if v.try_reserve_exact(size).is_err() {
            return Err(dovetail_core::error::no_memory());
        }
        self.size.set(size);
        self.zeroed.set(false);
        // SAFETY: under the lock, or before anybody has the stream.
        let old = unsafe { std::mem::replace(&mut *self.block.get(), v) };
        drop(old);
        Ok(())
    }

    /// Gives the block's memory back, at closing.
    pub fn free(&self) {
        self.read_end.set(-1);
        self.write_end.set(-1);
        self.pos.set(0);
        self.size.set(0);
        // SAFETY: under the lock.
        drop(unsafe { std::mem::take(&mut *self.block.get()) });
    }

    #[inline]
    fn base(&self) -> *mut u8 {
        // SAFETY: only the address is taken.
        unsafe { (*self.block.get()).as_mut_ptr() }
    }

    /// Bytes of the block that were read or written before.
    #[inline]
    pub fn part(&self, from: usize, to: usize) -> &[u8] {
        debug_assert!(from <= to && to <= self.size.get());
        // SAFETY: within the block; written before; the caller lets nothing change it meanwhile.
        unsafe { std::slice::from_raw_parts(self.base().add(from), to - from) }
    }

    /// Writes into the block.
    #[inline]
    pub fn put(&self, at: usize, data: &[u8]) {
        assert!(at + data.len() <= self.size.get());
        // SAFETY: within the block; `data` is somebody else's memory.
        unsafe { std::ptr::copy_nonoverlapping(data.as_ptr(), self.base().add(at), data.len()) }
    }

    /// Moves the bytes to be written to the block's start.
    fn shift_writes(&self) {
        let (from, to) = (self.write_pos.get(), self.write_end.get() as usize);
        // SAFETY: within the block.
        unsafe { std::ptr::copy(self.base().add(from), self.base(), to - from) };
        self.write_end.set((to - from) as isize);
        self.raw_pos.set(self.raw_pos.get() - from as i64);
        self.pos.set(self.pos.get() - from);
        self.write_pos.set(0);
    }

    /// How much was read ahead of the user.
    #[inline]
    pub fn ahead(&self) -> usize {
        let end = self.read_end.get();
        if self.readable.get() && end >= 0 { end as usize - self.pos.get() } else { 0 }
    }

    /// The bytes ahead.
    #[inline]
    pub fn ahead_bytes(&self) -> &[u8] {
        self.part(self.pos.get(), self.pos.get() + self.ahead())
    }

    /// Skips bytes that were read ahead.
    #[inline]
    pub fn skip(&self, n: usize) {
        self.pos.set(self.pos.get() + n);
    }

    pub fn reset_read(&self) {
        self.read_end.set(-1);
    }

    pub fn has_read(&self) -> bool {
        self.readable.get() && self.read_end.get() >= 0
    }

    pub fn has_write(&self) -> bool {
        self.writable.get() && self.write_end.get() >= 0
    }

    /// How far the raw stream is beyond the user.
    pub fn raw_offset(&self) -> i64 {
        if (self.has_read() || self.has_write()) && self.raw_pos.get() >= 0 {
            self.raw_pos.get() - self.pos.get() as i64
        } else {
            0
        }
    }

    /// Moves the user, past the read bytes too.
    pub fn adjust(&self, new: usize) {
        self.pos.set(new);
        if self.has_read() && self.read_end.get() < new as isize {
            self.read_end.set(new as isize);
        }
    }

    // ---- the raw stream ----

    /// Reads once into memory.
    ///
    /// # Safety
    /// `into` has room for `len` bytes, initialized unless the raw stream is called directly, and nobody else touches
    /// it; `keep` is called when a view of it is kept.
    unsafe fn raw_read(&self, into: *mut u8, len: usize, keep: impl FnOnce()) -> PyResult<Got> {
        let got = match self.file() {
            // SAFETY: the caller's promise.
            Some(f) => match unsafe { f.read_raw(into, len)? } {
                Some(n) => Got::Some(n),
                None => Got::WouldBlock,
            },
            None => {
                let raw = self.raw()?;
                // SAFETY: the caller's promise.
                let (r, kept) = unsafe { lend(&raw, sym!(readinto), into, len, false)? };
                if kept {
                    keep();
                }
                count(&*r?, len, "readinto")?
            }
        };
        if let Got::Some(n) = got
            && n > 0
            && self.abs_pos.get() != -1
        {
            self.abs_pos.set(self.abs_pos.get() + n as i64);
        }
        Ok(got)
    }

    /// A view of the block was kept: the block goes on as a copy, the old memory stays for ever.
    fn leak_block(&self) {
        let size = self.size.get();
        let mut v: Vec<u8> = Vec::with_capacity(size);
        // SAFETY: both have that much room; uninitialized bytes are copied as such.
        unsafe {
            std::ptr::copy_nonoverlapping(self.base(), v.as_mut_ptr(), size);
            self.zeroed.set(false);
            std::mem::forget(std::mem::replace(&mut *self.block.get(), v));
        }
    }

    /// Fills the block behind what was read.
    pub fn fill(&self) -> PyResult<Got> {
        let start = if self.has_read() { self.read_end.get() as usize } else { 0 };
        if !self.zeroed.get() && self.file().is_none() {
            // SAFETY: the rest of the block, of which nothing is in use.
            unsafe { std::ptr::write_bytes(self.base().add(start), 0, self.size.get() - start) };
            self.zeroed.set(start == 0);
        }
        // SAFETY: the rest of the block; the lock is held.
        let got =
            unsafe { self.raw_read(self.base().add(start), self.size.get() - start, || self.leak_block())? };
        if let Got::Some(n) = got
            && n > 0
        {
            self.read_end.set((start + n) as isize);
            self.raw_pos.set((start + n) as i64);
        }
        Ok(got)
    }

    /// Reads once into fresh memory of a bytes object.
    pub fn read_into_bytes(&self, out: &Bytes, at: usize, len: usize) -> PyResult<Got> {
        assert!(at + len <= out.len());
        // SAFETY: room within a new object; a view that is kept keeps the object.
        unsafe {
            if self.file().is_none() {
                std::ptr::write_bytes(out.data().add(at), 0, len);
            }
            self.raw_read(out.data().add(at), len, || std::mem::forget(out.as_obj().to_owned()))
        }
    }

    /// Reads once into a user's memory, which `owner` exports.
    pub fn read_into_slice(&self, out: &mut [u8], owner: &Obj) -> PyResult<Got> {
        // SAFETY: the slice is room of that size; a kept view keeps the owner.
        unsafe { self.raw_read(out.as_mut_ptr(), out.len(), || keep_exported(owner)) }
    }

    fn raw_write(&self, data: &[u8], keep: impl FnOnce()) -> PyResult<Got> {
        let got = match self.file() {
            Some(f) => match f.write_once(data)? {
                Some(n) => Got::Some(n),
                None => Got::WouldBlock,
            },
            None => {
                let raw = self.raw()?;
                // SAFETY: the view is for reading only.
                let (r, kept) =
                    unsafe { lend(&raw, sym!(write), data.as_ptr().cast_mut(), data.len(), true)? };
                if kept {
                    keep();
                }
                count(&*r?, data.len(), "write")?
            }
        };
        if let Got::Some(n) = got
            && n > 0
            && self.abs_pos.get() != -1
        {
            self.abs_pos.set(self.abs_pos.get() + n as i64);
        }
        Ok(got)
    }

    fn position(&self, o: &Obj) -> PyResult<i64> {
        let n = o.index()?;
        match n.to_i64() {
            Some(n) if n >= 0 => {
                self.abs_pos.set(n);
                Ok(n)
            }
            Some(n) => Err(raise!(OSError, "Raw stream returned invalid position {n}")),
            None => Err(raise!(ValueError, "cannot fit 'int' into an offset-sized integer")),
        }
    }

    /// Asks the raw stream where it is.
    pub fn raw_tell(&self) -> PyResult<i64> {
        self.abs_pos.set(-1);
        if let Some(f) = self.file() {
            let n = f.seek_to(0, libc::SEEK_CUR)?;
            self.abs_pos.set(n);
            return Ok(n);
        }
        let r = self.raw()?.call_method(sym!(tell), &[])?;
        self.position(&r)
    }

    /// Where the raw stream is, as far as known.
    pub fn raw_where(&self) -> PyResult<i64> {
        match self.abs_pos.get() {
            -1 => self.raw_tell(),
            n => Ok(n),
        }
    }

    /// Moves the raw stream.
    pub fn raw_seek(&self, target: i64, whence: i32) -> PyResult<i64> {
        self.abs_pos.set(-1);
        if let Some(f) = self.file() {
            let n = f.seek_to(target, whence)?;
            self.abs_pos.set(n);
            return Ok(n);
        }
        let (t, w) = (Int::from_i64(target)?, Int::from_i64(whence as i64)?);
        let r = self.raw()?.call_method(sym!(seek), &[&t, &w])?;
        self.position(&r)
    }

    // ---- writing ----

    /// Writes out what is to be written.
    pub fn flush_writes(&self) -> PyResult<()> {
        if self.has_write() && self.write_pos.get() as isize != self.write_end.get() {
            let rewind = self.raw_offset() + self.pos.get() as i64 - self.write_pos.get() as i64;
            if rewind != 0 {
                self.raw_seek(-rewind, 1)?;
                self.raw_pos.set(self.raw_pos.get() - rewind);
            }
            while (self.write_pos.get() as isize) < self.write_end.get() {
                let data = self.part(self.write_pos.get(), self.write_end.get() as usize);
                match self.raw_write(data, || self.leak_block())? {
                    Got::WouldBlock => return Err(would_block(0)),
                    Got::Some(n) => {
                        self.write_pos.set(self.write_pos.get() + n);
                        self.raw_pos.set(self.write_pos.get() as i64);
                        // A write may have been cut short by a signal.
                        pending::handle(ThreadState::current())?;
                    }
                }
            }
        }
        self.write_pos.set(0);
        self.write_end.set(-1);
        Ok(())
    }

    /// Writes out, and sets the raw stream to where the user is.
    pub fn flush_and_rewind(&self) -> PyResult<()> {
        self.flush_writes()?;
        if self.readable.get() {
            let moved = self.raw_seek(-self.raw_offset(), 1);
            self.reset_read();
            moved?;
        }
        Ok(())
    }

    /// `write(data)`, the lock being held. `owner` exports the data.
    pub fn write(&self, data: &[u8], owner: &Obj) -> PyResult<usize> {
        let size = self.size.get();
        if !self.has_read() && !self.has_write() {
            self.pos.set(0);
            self.raw_pos.set(0);
        }
        let pos = self.pos.get();
        if data.len() <= size - pos && data.len() < size {
            self.put(pos, data);
            if !self.has_write() || self.write_pos.get() > pos {
                self.write_pos.set(pos);
            }
            self.adjust(pos + data.len());
            if self.write_end.get() < self.pos.get() as isize {
                self.write_end.set(self.pos.get() as isize);
            }
            return Ok(data.len());
        }
        if let Err(e) = self.flush_writes() {
            if !e.matches(exc::BlockingIOError()) {
                return Err(e);
            }
            let blocked = e.take();
            if self.readable.get() {
                self.reset_read();
            }
            self.shift_writes();
            let end = self.write_end.get() as usize;
            let n = data.len().min(size - end);
            self.put(end, &data[..n]);
            self.write_end.set((end + n) as isize);
            self.pos.set(self.pos.get() + n);
            if n == data.len() {
                return Ok(n);
            }
            drop(blocked);
            return Err(would_block(n));
        }
        // What was read ahead but not used: the raw stream goes back to where the user is.
        let offset = self.raw_offset();
        if offset != 0 {
            self.raw_seek(-offset, 1)?;
            self.raw_pos.set(self.raw_pos.get() - offset);
        }
        let mut written = 0;
        while data.len() - written > size {
            let keep = || keep_exported(owner);
            match self.raw_write(&data[written..], keep)? {
                Got::Some(n) => written += n,
                Got::WouldBlock => {
                    if data.len() - written > size {
                        // Not all can be kept for later; as much as can be, is.
                        self.put(0, &data[written..written + size]);
                        self.raw_pos.set(0);
                        self.adjust(size);
                        self.write_pos.set(0);
                        self.write_end.set(size as isize);
                        return Err(would_block(written + size));
                    }
                    break;
                }
            }
            pending::handle(ThreadState::current())?;
        }
        if self.readable.get() {
            self.reset_read();
        }
        let rest = &data[written..];
        self.put(0, rest);
        self.write_pos.set(0);
        self.write_end.set(rest.len() as isize);
        self.adjust(rest.len());
        self.raw_pos.set(0);
        Ok(data.len())
    }
}
