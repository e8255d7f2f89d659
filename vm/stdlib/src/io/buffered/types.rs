//! The types `BufferedReader`, `BufferedWriter` and `BufferedRandom`.

use super::super::base::{BufferedIoBase, StreamBody, set_flag, size_arg, state, stream_methods};
use super::state::Buffered;
use dovetail_core::error::PyResult;
use dovetail_core::object::buffer::{Buffer, BytesLike, WritableBytes};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::none::none;
use dovetail_core::{bail, sym};
use dovetail_macros::pytype;

/// Reading ahead of the user.
/// ---
/// Create a new buffered reader using the given readable raw IO object.
#[pytype(
    name = "_io.BufferedReader", body = StreamBody<Buffered>, base = BufferedIoBase, gc, dict = dict,
    weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_BufferedReader_Type",
    sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
)]
pub struct BufferedReader;

/// Writing behind the user.
/// ---
/// A buffer for a writeable sequential RawIO object.
///
/// What is written is gathered and goes to the raw stream in larger blocks
/// of buffer_size, which defaults to DEFAULT_BUFFER_SIZE.
#[pytype(
    name = "_io.BufferedWriter", body = StreamBody<Buffered>, base = BufferedIoBase, gc, dict = dict,
    weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_BufferedWriter_Type",
    sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
)]
pub struct BufferedWriter;

/// Reading and writing through one block.
/// ---
/// A buffered interface to random access streams.
///
/// Reads and writes the seekable stream raw through one buffer of
/// buffer_size, which defaults to DEFAULT_BUFFER_SIZE.
#[pytype(
    name = "_io.BufferedRandom", body = StreamBody<Buffered>, base = BufferedIoBase, gc, dict = dict,
    weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE, export = "Dovetail_BufferedRandom_Type",
    sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
)]
pub struct BufferedRandom;

/// What all three have, with the given items.
macro_rules! buffered {
    ($name:ident, { $($items:tt)* }) => {
        impl $name {
            #[inline]
            pub fn s(&self) -> &Buffered {
                state(self)
            }
        }

        stream_methods!($name, Buffered, {
            #[slot(tp_repr)]
            fn repr(&self) -> PyResult<String> {
                super::repr_named(self.as_obj())
            }

            #[method]
            fn detach(&self) -> PyResult<Object> {
                super::detach(self.as_obj(), self.s())
            }

            #[method]
            fn close(&self) -> PyResult<Object> {
                super::close(self.as_obj(), self.s())
            }

            #[method]
            fn seekable(&self) -> PyResult<Object> {
                self.s().raw()?.call_method(sym!(seekable), &[])
            }

            #[method]
            fn fileno(&self) -> PyResult<Object> {
                self.s().raw()?.call_method(sym!(fileno), &[])
            }

            #[method]
            fn isatty(&self) -> PyResult<Object> {
                self.s().raw()?.call_method(sym!(isatty), &[])
            }

            #[method]
            fn _dealloc_warn(&self, source: &Obj) {
                let s = self.s();
                if s.ok.get() && let Some(raw) = s.raw.get() {
                    super::dealloc_warn(&raw, source);
                }
            }

            #[method(sig = "(target, whence=0, /)")]
            fn seek(&self, target: &Obj, whence: i32) -> PyResult<i64> {
                super::seek(self.as_obj(), self.s(), target, whence)
            }

            #[method]
            fn tell(&self) -> PyResult<i64> {
                super::tell(self.s())
            }

            #[method(sig = "(pos=None, /)")]
            fn truncate(&self, pos: Option<&Obj>) -> PyResult<Object> {
                super::truncate(self.as_obj(), self.s(), pos)
            }

            #[method]
            fn __sizeof__(&self) -> usize {
                size_of::<StreamBody<Buffered>>() + size_of::<Buffered>() + self.s().size.get()
            }

            #[method]
            fn __getstate__(&self) -> PyResult<()> {
                bail!(TypeError, "cannot pickle '{}' instances", self.ob_type().short_name())
            }

            #[getter]
            fn raw(&self) -> Object {
                self.s().raw.get().unwrap_or_else(|| none().to_owned())
            }

            #[getter]
            fn _finalizing(&self) -> bool {
                self.s().finalizing.get()
            }

            #[setter(name = "_finalizing")]
            fn set_finalizing(&self, value: Option<&Obj>) -> PyResult<()> {
                set_flag(&self.s().finalizing, value)
            }

            #[getter]
            fn closed(&self) -> PyResult<Object> {
                self.s().raw()?.get_attr(sym!(closed))
            }

            #[getter]
            fn name(&self) -> PyResult<Object> {
                self.s().raw()?.get_attr(sym!(name))
            }

            #[getter]
            fn mode(&self) -> PyResult<Object> {
                self.s().raw()?.get_attr(sym!(mode))
            }

            $($items)*
        });
    };
}

/// What readers have.
macro_rules! reading {
    ($name:ident, { $($items:tt)* }) => {
        buffered!($name, {
            #[method]
            fn readable(&self) -> PyResult<Object> {
                self.s().raw()?.call_method(sym!(readable), &[])
            }

            #[method(sig = "(size=-1, /)")]
            fn read(&self, size: Option<&Obj>) -> PyResult<Object> {
                let n = match size {
                    None => -1,
                    Some(o) if o.is_none() => -1,
                    Some(o) if o.has_index() => o.as_isize_count()?,
                    Some(o) => bail!(TypeError, "argument should be integer or None, not '{}'", o.type_name()),
                };
                let s = self.s();
                s.check_ok()?;
                if n < -1 {
                    bail!(ValueError, "read length must be non-negative or -1");
                }
                s.check_open("read of closed file")?;
                let _guard = s.enter(self.as_obj())?;
                if n == -1 {
                    return s.read_all();
                }
                Ok(match s.read_exact(n as usize)? {
                    Some(b) => b.into_object(),
                    None => none().to_owned(),
                })
            }

            #[method(sig = "(size=0, /)")]
            fn peek(&self, size: isize) -> PyResult<Ref<Bytes>> {
                let _ = size;
                let s = self.s();
                s.check_ok()?;
                s.check_open("peek of closed file")?;
                let _guard = s.enter(self.as_obj())?;
                s.peek()
            }

            #[method(sig = "(size=-1, /)")]
            fn read1(&self, size: isize) -> PyResult<Ref<Bytes>> {
                let s = self.s();
                s.check_ok()?;
                s.check_open("read of closed file")?;
                let n = if size < 0 { s.size.get() } else { size as usize };
                if n == 0 {
                    return Ok(Bytes::empty());
                }
                let _guard = s.enter(self.as_obj())?;
                s.read1(n)
            }

            #[method]
            fn readinto(&self, buffer: &Obj) -> PyResult<Option<usize>> {
                self.read_into_object("readinto", buffer, false)
            }

            #[method]
            fn readinto1(&self, buffer: &Obj) -> PyResult<Option<usize>> {
                self.read_into_object("readinto1", buffer, true)
            }

            #[method(sig = "(size=-1, /)")]
            fn readline(&self, size: Option<&Obj>) -> PyResult<Ref<Bytes>> {
                let limit = size_arg(size)?;
                self.line(limit)
            }

            #[slot(tp_iternext)]
            fn next_slot(&self) -> PyResult<Option<Object>> {
                if self.as_obj().is_exact::<$name>() {
                    let line = self.line(None)?;
                    return Ok(if line.is_empty() { None } else { Some(line.into_object()) });
                }
                let line = self.call_method(sym!(readline), &[])?;
                let Some(b) = line.downcast::<Bytes>() else {
                    bail!(
                        OSError,
                        "readline() should have returned a bytes object, not '{}'",
                        line.type_name()
                    );
                };
                Ok(if b.is_empty() { None } else { Some(line) })
            }

            $($items)*
        });

        impl $name {
            fn line(&self, limit: Option<usize>) -> PyResult<Ref<Bytes>> {
                let s = self.s();
                s.check_open("readline of closed file")?;
                let _guard = s.enter(self.as_obj())?;
                s.read_line(limit)
            }

            fn read_into_object(&self, method: &'static str, out: &Obj, once: bool) -> PyResult<Option<usize>> {
                let s = self.s();
                s.check_ok()?;
                let b = writable(method, out)?;
                s.check_open("readinto of closed file")?;
                let _guard = s.enter(self.as_obj())?;
                s.read_into(b, out, once)
            }
        }
    };
}

/// The argument of `readinto`.
fn writable(function: &'static str, o: &Obj) -> PyResult<Buffer> {
    use dovetail_core::object::convert::{ArgInfo, FromArg, Place};
    Ok(WritableBytes::from_arg(o, ArgInfo { function, place: Place::Only })?.0)
}

reading!(BufferedReader, {
    #[slot(tp_init, sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
    fn init(&self, raw: &Obj, buffer_size: Option<isize>) -> PyResult<()> {
        super::init(
            self,
            raw,
            buffer_size,
            true,
            false,
            &[(sym!(readable), "File or stream is not readable.")],
        )
    }

    #[method]
    fn flush(&self) -> PyResult<Object> {
        self.s().raw()?.call_method(sym!(flush), &[])
    }
});

buffered!(BufferedWriter, {
    #[slot(tp_init, sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
    fn init(&self, raw: &Obj, buffer_size: Option<isize>) -> PyResult<()> {
        super::init(
            self,
            raw,
            buffer_size,
            false,
            true,
            &[(sym!(writable), "File or stream is not writable.")],
        )
    }

    #[method]
    fn writable(&self) -> PyResult<Object> {
        self.s().raw()?.call_method(sym!(writable), &[])
    }

    #[method]
    fn write(&self, buffer: &Obj) -> PyResult<usize> {
        let data = BytesLike::of(buffer)?;
        super::write(self.as_obj(), self.s(), &data, buffer)
    }

    #[method]
    fn flush(&self) -> PyResult<()> {
        super::flush(self.as_obj(), self.s())
    }
});

reading!(BufferedRandom, {
    #[slot(tp_init, sig = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
    fn init(&self, raw: &Obj, buffer_size: Option<isize>) -> PyResult<()> {
        let checks = [
            (sym!(seekable), "File or stream is not seekable."),
            (sym!(readable), "File or stream is not readable."),
            (sym!(writable), "File or stream is not writable."),
        ];
        super::init(self, raw, buffer_size, true, true, &checks)
    }

    #[method]
    fn writable(&self) -> PyResult<Object> {
        self.s().raw()?.call_method(sym!(writable), &[])
    }

    #[method]
    fn write(&self, buffer: &Obj) -> PyResult<usize> {
        let data = BytesLike::of(buffer)?;
        super::write(self.as_obj(), self.s(), &data, buffer)
    }

    #[method]
    fn flush(&self) -> PyResult<()> {
        super::flush(self.as_obj(), self.s())
    }
});
