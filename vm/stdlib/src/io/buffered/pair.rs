//! `BufferedRWPair`: a reader and a writer over two raw streams, as of a socket or two pipes.

use super::super::base::{BufferedIoBase, StreamBody, Trace, check_able, state, stream_methods};
use super::super::held::Held;
use super::{BufferedReader, BufferedWriter, chain};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::native::Native;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::{raise, sym};
use dovetail_macros::pytype;

/// The two streams.
#[derive(Default)]
pub struct Pair {
    reader: Held,
    writer: Held,
}

impl Trace for Pair {
    fn trace(&self, see: &mut dyn FnMut(&Obj)) {
        self.reader.peek().into_iter().chain(self.writer.peek()).for_each(see);
    }

    fn clear(&self) {
        self.reader.set(None);
        self.writer.set(None);
    }
}

/// A reader and a writer together.
/// ---
/// A buffered reader and writer object together.
///
/// Makes one sequential stream of a readable and a writeable raw stream, as
/// for a socket or two pipes. buffer_size defaults to DEFAULT_BUFFER_SIZE.
#[pytype(
    name = "_io.BufferedRWPair", body = StreamBody<Pair>, base = BufferedIoBase, gc, dict = dict,
    weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_BufferedRWPair_Type",
    sig = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
)]
pub struct BufferedRwPair;

impl BufferedRwPair {
    fn part(held: &Held) -> PyResult<Object> {
        held.get().ok_or_else(|| raise!(ValueError, "I/O operation on uninitialized object"))
    }

    fn reader(&self, name: &Str, args: &[&Obj]) -> PyResult<Object> {
        BufferedRwPair::part(&state(self).reader)?.call_method(name, args)
    }

    fn writer(&self, name: &Str, args: &[&Obj]) -> PyResult<Object> {
        BufferedRwPair::part(&state(self).writer)?.call_method(name, args)
    }
}

stream_methods!(BufferedRwPair, Pair, {
    #[slot(tp_init, sig = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)")]
    fn init(&self, reader: &Obj, writer: &Obj, buffer_size: Option<isize>) -> PyResult<()> {
        check_able(reader, sym!(readable), "File or stream is not readable.")?;
        check_able(writer, sym!(writable), "File or stream is not writable.")?;
        let size = Int::from_i64(buffer_size.map_or(crate::io::DEFAULT_BUFFER_SIZE, |n| n as i64))?;
        let r = BufferedReader::type_object().call(&[reader, &size])?;
        let w = BufferedWriter::type_object().call(&[writer, &size])?;
        state(self).reader.set(Some(r));
        state(self).writer.set(Some(w));
        Ok(())
    }

    #[method]
    fn read(&self, args: &[&Obj]) -> PyResult<Object> {
        self.reader(sym!(read), args)
    }

    #[method]
    fn peek(&self, args: &[&Obj]) -> PyResult<Object> {
        self.reader(sym!(peek), args)
    }

    #[method]
    fn read1(&self, args: &[&Obj]) -> PyResult<Object> {
        self.reader(sym!(read1), args)
    }

    #[method]
    fn readinto(&self, args: &[&Obj]) -> PyResult<Object> {
        self.reader(sym!(readinto), args)
    }

    #[method]
    fn readinto1(&self, args: &[&Obj]) -> PyResult<Object> {
        self.reader(sym!(readinto1), args)
    }

    #[method]
    fn write(&self, args: &[&Obj]) -> PyResult<Object> {
        self.writer(sym!(write), args)
    }

    #[method]
    fn flush(&self) -> PyResult<Object> {
        self.writer(sym!(flush), &[])
    }

    #[method]
    fn readable(&self) -> PyResult<Object> {
        self.reader(sym!(readable), &[])
    }

    #[method]
    fn writable(&self) -> PyResult<Object> {
        self.writer(sym!(writable), &[])
    }

    #[method]
    fn close(&self) -> PyResult<Object> {
        let written = self.writer(sym!(close), &[]).map_err(Raised::take);
        let read = self.reader(sym!(close), &[]);
        match written {
            Ok(_) => read,
            Err(first) => Err(chain(first, read.map(|_| ()))),
        }
    }

    #[method]
    fn isatty(&self) -> PyResult<Object> {
        let w = self.writer(sym!(isatty), &[])?;
        if w.is_true()? { Ok(w) } else { self.reader(sym!(isatty), &[]) }
    }

    #[getter]
    fn closed(&self) -> PyResult<Object> {
        match state(self).writer.get() {
            Some(w) => w.get_attr(sym!(closed)),
            None => Err(raise!(RuntimeError, "the BufferedRWPair object is being garbage-collected")),
        }
    }
});
