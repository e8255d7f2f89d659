//! `stderrprinter`: the unbuffered text stream that stands at `sys.stdout` and `sys.stderr` until `io` is imported.

use crate::error::PyResult;
use crate::object::{AsObj, Obj, Ref, alloc};
use crate::sym;
use crate::types::str_::Str;
use dovetail_macros::{pymethods, pytype};

/// The body: a file descriptor.
#[repr(C)]
pub struct StdPrinterBody {
    ob_base: abi::PyObject,
    fd: i32,
}

/// A text stream on a file descriptor, without any buffering.
#[pytype(name = "stderrprinter", body = StdPrinterBody, export = "PyStdPrinter_Type",
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct StdPrinter;

impl StdPrinter {
    pub fn new(fd: i32) -> PyResult<Ref<StdPrinter>> {
        // SAFETY: the field is filled.
        unsafe {
            let p = alloc::new_body::<StdPrinter>()?;
            (*p.body()).fd = fd;
            Ok(p)
        }
    }

    fn fd(&self) -> i32 {
        // SAFETY: own body.
        unsafe { (*self.body()).fd }
    }
}

#[pymethods]
impl StdPrinter {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<stdprinter(fd={}) object at {:#x}>", self.fd(), self.as_obj().as_ptr() as usize)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; there is nothing to release but the memory.
        unsafe { alloc::object_free(o.cast()) }
    }

    /// Writes all of the text, encoded as UTF-8 with backslash escapes for what cannot be encoded.
    #[method(nosig)]
    fn write(&self, text: &Str) -> PyResult<usize> {
        let lossy;
        let bytes = match text.as_str() {
            Ok(s) => s.as_bytes(),
            Err(e) => {
                e.clear();
                lossy = text.to_string_lossy().into_owned();
                lossy.as_bytes()
            }
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            // SAFETY: a slice of initialized bytes.
            let n = unsafe { libc::write(self.fd(), rest.as_ptr().cast(), rest.len()) };
            if n < 0 {
                let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
                if errno == libc::EINTR {
                    continue;
                }
                if errno == libc::EAGAIN {
                    break;
                }
                return Err(crate::types::exception::os_error_from_errno(errno, None));
            }
            rest = &rest[n as usize..];
        }
        Ok(text.len())
    }

    #[method(nosig)]
    fn flush(&self) {}

    #[method(nosig)]
    fn close(&self) {}

    #[method(nosig)]
    fn fileno(&self) -> i32 {
        self.fd()
    }

    #[method(nosig)]
    fn isatty(&self) -> bool {
        // SAFETY: any descriptor may be asked about.
        unsafe { libc::isatty(self.fd()) == 1 }
    }

    #[getter]
    fn closed(&self) -> bool {
        false
    }

    #[getter]
    fn encoding(&self) -> Option<&'static str> {
        None
    }

    #[getter]
    fn mode(&self) -> &'static str {
        "w"
    }
}

/// Writes text to `sys.stderr`, or to the descriptor where that is not possible.
pub fn write_stderr(text: &str) {
    let stream =
        crate::interpreter::Interpreter::current().sysdict.get().and_then(|d| d.get_str(sym!(stderr)));
    if let Some(s) = stream.map(Obj::to_owned).filter(|s| !s.is_none()) {
        let write = || -> PyResult<()> {
            let t = Str::new(text)?;
            s.call_method(sym!(write), &[t.as_obj()])?;
            s.call_method(sym!(flush), &[])?;
            Ok(())
        };
        match write() {
            Ok(()) => return,
            Err(e) => e.clear(),
        }
    }
    eprint!("{text}");
}
