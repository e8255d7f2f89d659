//! Where pickled bytes go: a buffer with the frames of protocol 4, flushed to a file if there is one.

use super::opcodes::FRAME;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object};

const HEADER: usize = 9;
const LEAST: usize = 4;
/// A frame is closed at the first opcode beyond this size; longer data bypass frames.
pub const TARGET: usize = 64 * 1024;

/// The bytes written and not yet handed on.
#[derive(Default)]
pub struct Output {
    pub bytes: Vec<u8>,
    /// Whether frames are written at all.
    pub framing: bool,
    frame: Option<usize>,
    /// The file's `write`.
    pub write: Option<Object>,
}

impl Output {
    /// An empty buffer before a file's `write`.
    pub fn to(write: Option<Object>) -> Output {
        Output { write, ..Output::default() }
    }

    #[inline]
    fn begin(&mut self) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.bytes.len());
            self.bytes.extend_from_slice(&[0xfe; HEADER]);
        }
    }

    #[inline]
    pub fn byte(&mut self, b: u8) {
        self.begin();
        self.bytes.push(b);
    }

    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        self.begin();
        self.bytes.extend_from_slice(bytes);
    }

    /// An opcode with its argument in few bytes.
    #[inline]
    pub fn op(&mut self, code: u8, argument: &[u8]) {
        self.begin();
        self.bytes.push(code);
        self.bytes.extend_from_slice(argument);
    }

    /// Ends the frame: writes its header, or takes the room for it back if there is little in the frame.
    pub fn commit(&mut self) {
        let Some(start) = self.frame.take() else { return };
        if !self.framing {
            self.frame = Some(start);
            return;
        }
        let len = self.bytes.len() - start - HEADER;
        if len >= LEAST {
            self.bytes[start] = FRAME;
            self.bytes[start + 1..start + HEADER].copy_from_slice(&(len as u64).to_le_bytes());
        } else {
            self.bytes.copy_within(start + HEADER.., start);
            self.bytes.truncate(start + len);
        }
    }

    /// Called between opcodes: says whether a full frame was ended, which is the time to flush.
    #[inline]
    pub fn boundary(&mut self) -> bool {
        match self.frame {
            Some(start) if self.framing && self.bytes.len() - start - HEADER >= TARGET => {
                self.commit();
                true
            }
            _ => false,
        }
    }

    /// Forgets everything written.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.frame = None;
    }
}

/// Calls a `write` function.
pub fn write_object(write: &Obj, data: &Obj) -> PyResult<()> {
    write.call(&[data]).map(drop)
}
