//! Buffered streams: `BufferedReader`, `BufferedWriter`, `BufferedRandom`, `BufferedRWPair`.
//!
//! The three over one raw stream share their state (`state`), reading (`read`) and the methods below. A stream that is
//! being read ahead answers from its block without a look at the raw stream.

mod pair;
mod read;
mod state;
mod types;

pub use pair::BufferedRwPair;
pub use state::{Buffered, call_retrying};
pub use types::{BufferedRandom, BufferedReader, BufferedWriter};

use super::base::{StreamBody, check_able, state as state_of};
use super::file::FileIo;
use super::held::is_plain;
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::exception::BaseException;
use dovetail_core::types::str_::Str;
use dovetail_core::{Ref, bail, raise, sym};

/// The state of a `BufferedReader`, `BufferedWriter` or `BufferedRandom` whose methods nobody replaced.
pub fn plain(o: &Obj) -> Option<&Buffered> {
    // SAFETY: of this very type, hence of its body.
    unsafe {
        if is_plain(o, BufferedReader::type_object()) {
            return Some(state_of(o.cast_unchecked::<BufferedReader>()));
        }
        if is_plain(o, BufferedWriter::type_object()) {
            return Some(state_of(o.cast_unchecked::<BufferedWriter>()));
        }
        if is_plain(o, BufferedRandom::type_object()) {
            return Some(state_of(o.cast_unchecked::<BufferedRandom>()));
        }
    }
    None
}

/// Links the exception that came first as the context of the one raised now (`_PyErr_ChainExceptions1`).
pub fn chain(first: Ref<BaseException>, now: PyResult<()>) -> Raised {
    match now {
        Ok(()) => Raised::restore(first),
        Err(e) => {
            let e = e.take();
            e.set_context(Some(first));
            Raised::restore(e)
        }
    }
}

/// `__init__` of the three: `checks` are what the raw stream must be able to do.
fn init<T: Native<Body = StreamBody<Buffered>>>(
    o: &T,
    raw: &Obj,
    size: Option<isize>,
    readable: bool,
    writable: bool,
    checks: &[(&'static Str, &str)],
) -> PyResult<()> {
    let s = state_of(o);
    s.ok.set(false);
    s.detached.set(false);
    for (name, message) in checks {
        check_able(raw, name, message)?;
    }
    let size = size.unwrap_or(super::DEFAULT_BUFFER_SIZE as isize);
    if size <= 0 {
        bail!(ValueError, "buffer size must be strictly positive");
    }
    s.raw.set(Some(raw.to_owned()));
    s.readable.set(readable);
    s.writable.set(writable);
    s.fast.set(std::ptr::eq(o.as_obj().ob_type(), T::type_object()) && FileIo::plain(raw).is_some());
    s.pos.set(0);
    s.raw_pos.set(0);
    s.read_end.set(-1);
    s.write_pos.set(0);
    s.write_end.set(-1);
    s.allocate(size as usize)?;
    s.ok.set(true);
    if let Err(e) = s.raw_tell() {
        e.clear();
    }
    Ok(())
}

/// `repr`: `<_io.BufferedReader name='x'>`.
pub fn repr_named(o: &Obj) -> PyResult<String> {
    let name = match o.get_attr_opt(sym!(name)) {
        Ok(n) => n,
        Err(e) if e.matches(exc::ValueError()) => {
            e.clear();
            None
        }
        Err(e) => return Err(e),
    };
    let ty = o.type_name();
    match name {
        None => Ok(format!("<{ty}>")),
        Some(n) => match ThreadState::current().repr_guard(o, || n.repr()) {
            Some(r) => Ok(format!("<{ty} name={}>", r?.to_string_lossy())),
            None => Err(raise!(RuntimeError, "reentrant call inside {ty}.__repr__")),
        },
    }
}

/// `close()` of the three.
fn close(o: &Obj, s: &Buffered) -> PyResult<Object> {
    s.check_ok()?;
    let guard = s.enter(o)?;
    if s.is_closed()? {
        return Ok(dovetail_core::types::none::none().to_owned());
    }
    if s.finalizing.get()
        && let Some(raw) = s.raw.get()
    {
        dealloc_warn(&raw, o);
    }
    drop(guard);
    let flushed = o.call_method(sym!(flush), &[]).map_err(Raised::take);
    let _guard = s.enter(o)?;
    let closed = s.raw().and_then(|r| r.call_method(sym!(close), &[]));
    s.free();
    match flushed {
        Ok(_) => closed,
        Err(first) => Err(chain(first, closed.map(|_| ()))),
    }
}

/// Has the raw stream warn that `source` was not closed.
pub fn dealloc_warn(raw: &Obj, source: &Obj) {
    if let Err(e) = raw.call_method(sym!(_dealloc_warn), &[source]) {
        e.clear();
    }
}

/// `seek()` of the three.
fn seek(o: &Obj, s: &Buffered, target: &Obj, whence: i32) -> PyResult<i64> {
    s.check_ok()?;
    if !matches!(whence, 0..=2 | libc::SEEK_DATA | libc::SEEK_HOLE) {
        bail!(ValueError, "whence value {whence} unsupported");
    }
    s.check_open("seek of closed file")?;
    if !(s.fast.get() && s.raw.peek().and_then(FileIo::plain).is_some_and(FileIo::is_seekable)) {
        check_able(&*s.raw()?, sym!(seekable), "File or stream is not seekable.")?;
    }
    let mut target = offset(target)?;
    if (whence == 0 || whence == 1) && s.readable.get() {
        // Within what was read, nothing has to move but the place in the block.
        let current = s.raw_where()?;
        let (ahead, pos) = (s.ahead() as i64, s.pos.get() as i64);
        if ahead > 0 {
            let here = current - s.raw_offset();
            let by = if whence == 0 { target - here } else { target };
            if by >= -pos && by <= ahead {
                s.pos.set((pos + by) as usize);
                return Ok((here + by).max(0));
            }
        }
    }
    let _guard = s.enter(o)?;
    if s.writable.get() {
        s.flush_writes()?;
    }
    if whence == 1 {
        target -= s.raw_offset();
    }
    let n = s.raw_seek(target, whence)?;
    s.raw_pos.set(-1);
    if s.readable.get() {
        s.reset_read();
    }
    Ok(n)
}

/// An offset argument.
pub fn offset(o: &Obj) -> PyResult<i64> {
    match o.index()?.to_i64() {
        Some(n) => Ok(n),
        None => Err(raise!(ValueError, "cannot fit '{}' into an offset-sized integer", o.type_name())),
    }
}

/// `tell()` of the three.
pub fn tell(s: &Buffered) -> PyResult<i64> {
    s.check_ok()?;
    let at = s.raw_tell()?;
    Ok((at - s.raw_offset()).max(0))
}

/// `truncate()` of the three.
fn truncate(o: &Obj, s: &Buffered, pos: Option<&Obj>) -> PyResult<Object> {
    s.check_ok()?;
    s.check_open("truncate of closed file")?;
    if !s.writable.get() {
        return Err(super::base::unsupported("truncate"));
    }
    let _guard = s.enter(o)?;
    s.flush_and_rewind()?;
    let r = s.raw()?.call_method(sym!(truncate), &[pos.unwrap_or(dovetail_core::types::none::none())])?;
    if let Err(e) = s.raw_tell() {
        e.clear();
    }
    Ok(r)
}

/// `flush()` of writers.
pub fn flush(o: &Obj, s: &Buffered) -> PyResult<()> {
    s.check_ok()?;
    s.check_open("flush of closed file")?;
    let _guard = s.enter(o)?;
    s.flush_and_rewind()
}

/// `write()` of writers.
pub fn write(o: &Obj, s: &Buffered, data: &[u8], owner: &Obj) -> PyResult<usize> {
    s.check_ok()?;
    let _guard = s.enter(o)?;
    if s.is_closed()? {
        bail!(ValueError, "write to closed file");
    }
    s.write(data, owner)
}

/// `detach()` of the three.
fn detach(o: &Obj, s: &Buffered) -> PyResult<Object> {
    s.check_ok()?;
    o.call_method(sym!(flush), &[])?;
    s.check_ok()?;
    let raw = s.raw()?;
    s.raw.set(None);
    s.detached.set(true);
    s.ok.set(false);
    Ok(raw)
}
