//! The compression modules: `zlib`, `_bz2`, `_lzma` and `_zstd`, and what they share: output that grows within a
//! limit, failures that are raised once the GIL is back, locks, and incremental decompression with leftover input.
//!
//! The engines (the structs that hold a library's state) touch no Python object, so that a whole call runs without the
//! GIL; they report trouble as `Fail`.

pub mod bz2;
pub mod lzma;
pub mod zlib;
pub mod zstd;

use crate::module_types::ExceptionCell;
use dovetail_core::error::{PyResult, Raised, exc, no_memory, raise_message};
use dovetail_core::gil;
use dovetail_core::object::Ref;
use dovetail_core::types::bytes::Bytes;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// What kind of exception a failure becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailKind {
    Memory,
    Value,
    Overflow,
    Os,
    Eof,
    Runtime,
    System,
    /// The module's own error.
    Module,
}

/// A failure of an engine, not raised yet.
#[derive(Debug)]
pub struct Fail {
    pub kind: FailKind,
    pub text: String,
}

/// The result of an engine's work.
pub type Run<T> = Result<T, Fail>;

impl Fail {
    pub fn new(kind: FailKind, text: impl Into<String>) -> Fail {
        Fail { kind, text: text.into() }
    }

    pub fn memory() -> Fail {
        Fail::new(FailKind::Memory, "")
    }

    /// Raises it; `own` is the module's error.
    pub fn raise(self, own: Option<&ExceptionCell>) -> Raised {
        let ty = match self.kind {
            FailKind::Memory if self.text.is_empty() => return no_memory(),
            FailKind::Memory => exc::MemoryError(),
            FailKind::Value => exc::ValueError(),
            FailKind::Overflow => exc::OverflowError(),
            FailKind::Os => exc::OSError(),
            FailKind::Eof => exc::EOFError(),
            FailKind::Runtime => exc::RuntimeError(),
            FailKind::System => exc::SystemError(),
            FailKind::Module => match own {
                Some(cell) => return cell.raise(&self.text),
                None => exc::RuntimeError(),
            },
        };
        raise_message(ty, &self.text)
    }
}

/// The first block of output, and the most by which it grows at once.
const FIRST_BLOCK: usize = 32 << 10;
const LARGEST_BLOCK: usize = 256 << 20;

/// Output that grows as needed, up to a limit.
pub struct Output {
    bytes: Vec<u8>,
    limit: usize,
}

impl Output {
    /// A negative `max_length` means no limit.
    pub fn new(max_length: isize) -> Output {
        Output { bytes: Vec::new(), limit: usize::try_from(max_length).unwrap_or(usize::MAX) }
    }

    /// Is the limit reached?
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= self.limit
    }

    /// Room for more: where it begins and how much there is; none where the limit is reached.
    pub fn space(&mut self) -> Run<(*mut u8, usize)> {
        let len = self.bytes.len();
        if self.bytes.capacity() == len && len < self.limit {
            let more = len.clamp(FIRST_BLOCK, LARGEST_BLOCK).min(self.limit - len);
            self.bytes.try_reserve_exact(more).map_err(|_| Fail::memory())?;
        }
        let room = (self.bytes.capacity() - len).min(self.limit - len);
        Ok((self.bytes.spare_capacity_mut().as_mut_ptr().cast(), room))
    }

    /// Takes `n` bytes that were written at `space` into the output.
    ///
    /// # Safety
    /// They were written, and there was that much room.
    pub unsafe fn commit(&mut self, n: usize) {
        // SAFETY: the caller's promise.
        unsafe { self.bytes.set_len(self.bytes.len() + n) };
    }

    pub fn into_vec(self) -> Vec<u8> {
        self.bytes
    }
}

/// A lock around an engine. Its owner takes it with the GIL held; a thread that has to wait gives the GIL up.
pub struct Guarded<T>(Mutex<T>);

impl<T> Guarded<T> {
    pub fn new(value: T) -> Guarded<T> {
        Guarded(Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        match self.0.try_lock() {
            Ok(g) => g,
            Err(TryLockError::Poisoned(p)) => p.into_inner(),
            Err(TryLockError::WouldBlock) => {
                gil::allow_threads(|| self.0.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }

    /// Runs `f` on the engine without the GIL.
    pub fn run<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut g = self.lock();
        gil::allow_threads(|| f(&mut g))
    }
}

/// What an engine's decoding of some input came to.
pub struct Progress {
    /// Bytes of input that were used.
    pub consumed: usize,
    /// The end of the stream was reached.
    pub ended: bool,
    /// More output may come without more input.
    pub pending: bool,
}

/// A library's decoder.
pub trait Decoder {
    /// What is said of input after the end of the stream.
    const ENDED: &'static str = "End of stream already reached";

    /// Decodes until the input is used up, the output full or the stream at its end.
    fn decode(&mut self, input: &[u8], out: &mut Output) -> Run<Progress>;
}

/// Incremental decompression: keeps the input that did not fit, and what follows the stream.
pub struct Incremental<D> {
    pub decoder: D,
    leftover: Vec<u8>,
    pub eof: bool,
    pub needs_input: bool,
    pub unused_data: Vec<u8>,
}

impl<D: Decoder> Incremental<D> {
    pub fn new(decoder: D) -> Incremental<D> {
        Incremental { decoder, leftover: Vec::new(), eof: false, needs_input: true, unused_data: Vec::new() }
    }

    /// Decodes `data` after what was left over, into at most `max_length` bytes.
    pub fn decompress(&mut self, data: &[u8], max_length: isize) -> Run<Vec<u8>> {
        if self.eof {
            return Err(Fail::new(FailKind::Eof, D::ENDED));
        }
        let mut out = Output::new(max_length);
        let mut kept = std::mem::take(&mut self.leftover);
        let input = if kept.is_empty() {
            data
        } else {
            kept.try_reserve(data.len()).map_err(|_| Fail::memory())?;
            kept.extend_from_slice(data);
            &kept
        };
        let p = self.decoder.decode(input, &mut out)?;
        let rest = &input[p.consumed..];
        if p.ended {
            self.eof = true;
            self.needs_input = false;
            self.unused_data = rest.to_vec();
        } else {
            self.needs_input = rest.is_empty() && !p.pending;
            self.leftover = rest.to_vec();
        }
        Ok(out.into_vec())
    }
}

/// Output as a bytes object, or the failure raised.
pub fn finish(result: Run<Vec<u8>>, own: Option<&ExceptionCell>) -> PyResult<Ref<Bytes>> {
    match result {
        Ok(v) => Bytes::new(&v),
        Err(e) => Err(e.raise(own)),
    }
}
