//! `mmap`: memory that shows a file, or memory of its own, as a mutable buffer.

use crate::osutil::{errno, numbers, os_error};
use crate::util::{int, set, set_int, set_ints};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::add_type;
use dovetail_core::object::buffer::{BytesLike, fill_info};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::slice::Slice;
use dovetail_core::types::support::type_alloc;
use dovetail_core::{Raised, bail, gil, raise};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::ffi::{c_int, c_void};

static NUMBERS: &[(&str, i64)] = numbers!(
    MADV_DODUMP MADV_DOFORK MADV_DONTDUMP MADV_DONTFORK MADV_DONTNEED MADV_FREE MADV_HUGEPAGE MADV_HWPOISON
    MADV_MERGEABLE MADV_NOHUGEPAGE MADV_NORMAL MADV_RANDOM MADV_REMOVE MADV_SEQUENTIAL MADV_UNMERGEABLE
    MADV_WILLNEED MAP_32BIT MAP_ANON MAP_ANONYMOUS MAP_DENYWRITE MAP_EXECUTABLE MAP_NORESERVE MAP_POPULATE
    MAP_PRIVATE MAP_SHARED MAP_STACK PROT_EXEC PROT_READ PROT_WRITE
);

const DEFAULT: i32 = 0;
const READ: i32 = 1;
const WRITE: i32 = 2;
const COPY: i32 = 3;

/// A mapping. `data` is NULL once closed.
#[repr(C)]
pub struct Body {
    pub ob_base: abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    data: *mut u8,
    size: usize,
    pos: usize,
    offset: i64,
    fd: i32,
    flags: i32,
    access: i32,
    exports: usize,
    trackfd: bool,
}

/// Mapped memory.
/// ---
/// Windows: mmap(fileno, length[, tagname[, access[, offset]]])
///
/// Maps length bytes from the file specified by the file handle fileno,
/// and returns a mmap object.  If length is larger than the current size
/// of the file, the file is extended to contain length bytes.  If length
/// is 0, the maximum length of the map is the current size of the file,
/// except that if the file is empty Windows raises an exception (you cannot
/// create an empty mapping on Windows).
///
/// Unix: mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])
///
/// Maps length bytes from the file specified by the file descriptor fileno,
/// and returns a mmap object.  If length is 0, the maximum length of the map
/// will be the current size of the file when mmap is called.
/// flags specifies the nature of the mapping. MAP_PRIVATE creates a
/// private copy-on-write mapping, so changes to the contents of the mmap
/// object will be private to this process, and MAP_SHARED creates a mapping
/// that's shared with all other processes mapping the same areas of the file.
/// The default value is MAP_SHARED.
///
/// To map anonymous memory, pass -1 as the fileno (both versions).
#[pytype(name = "mmap.mmap", body = Body, weaklist = weakrefs, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Mmap;

fn page_size() -> i64 {
    // SAFETY: no memory is involved.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

/// A start or end argument within the mapping.
fn clip(o: Option<&Obj>, size: usize, default: usize) -> PyResult<usize> {
    let Some(o) = o else { return Ok(default) };
    let v = o.as_isize_clipped()?;
    let v = if v < 0 { v.saturating_add(size as isize).max(0) } else { v };
    Ok((v as usize).min(size))
}

impl Mmap {
    #[allow(clippy::mut_from_ref)]
    fn b(&self) -> &mut Body {
        // SAFETY: fields of a live mapping, touched for an instant with the GIL held.
        unsafe { &mut *self.body() }
    }

    fn check(&self) -> PyResult<()> {
        if self.b().data.is_null() {
            bail!(ValueError, "mmap closed or invalid");
        }
        Ok(())
    }

    /// The mapped bytes; not to be held across Python code.
    fn bytes(&self) -> PyResult<&[u8]> {
        self.check()?;
        let b = self.b();
        // SAFETY: mapped until closed or resized, which Python code does.
        Ok(unsafe { std::slice::from_raw_parts(b.data, b.size) })
    }

    #[allow(clippy::mut_from_ref)]
    fn writable(&self) -> PyResult<&mut [u8]> {
        self.check()?;
        if self.b().access == READ {
            bail!(TypeError, "mmap can't modify a readonly memory map.");
        }
        let b = self.b();
        // SAFETY: as above, and the pages are writable unless the caller's `prot` says otherwise.
        Ok(unsafe { std::slice::from_raw_parts_mut(b.data, b.size) })
    }

    fn resizeable(&self) -> PyResult<()> {
        let b = self.b();
        if b.exports > 0 {
            bail!(BufferError, "mmap can't resize with extant buffers exported.");
        }
        if !b.trackfd {
            bail!(ValueError, "mmap can't resize with trackfd=False.");
        }
        if b.access == WRITE || b.access == DEFAULT {
            return Ok(());
        }
        bail!(TypeError, "mmap can't resize a readonly or copy-on-write memory map.")
    }

    fn search(
        &self,
        view: &BytesLike<'_>,
        start: Option<&Obj>,
        end: Option<&Obj>,
        last: bool,
    ) -> PyResult<isize> {
        self.check()?;
        let size = self.b().size;
        let start = clip(start, size, self.b().pos)?;
        let end = clip(end, size, size)?;
        let hay = self.bytes()?;
        let end = end.min(hay.len());
        if start > end {
            return Ok(-1);
        }
        let hay = &hay[start..end];
        let found = gil_free_find(hay, view.as_slice(), last);
        Ok(found.map_or(-1, |i| (i + start) as isize))
    }
}

fn gil_free_find(hay: &[u8], needle: &[u8], last: bool) -> Option<usize> {
    if needle.is_empty() {
        return Some(if last { hay.len() } else { 0 });
    }
    if needle.len() > hay.len() {
        return None;
    }
    if last {
        return hay.windows(needle.len()).rposition(|w| w == needle);
    }
    // SAFETY: two slices.
    let p = unsafe { libc::memmem(hay.as_ptr().cast(), hay.len(), needle.as_ptr().cast(), needle.len()) };
    (!p.is_null()).then(|| p as usize - hay.as_ptr() as usize)
}

/// The value of a byte that is stored.
fn byte(o: &Obj) -> PyResult<u8> {
    if !o.has_index() {
        bail!(TypeError, "mmap item value must be an int");
    }
    let v = o.index()?.to_i64().and_then(|v| u8::try_from(v).ok());
    v.ok_or_else(|| raise!(ValueError, "mmap item value must be in range(0, 256)"))
}

/// The index of an item, or None for a slice.
fn item_index(o: &Obj, size: usize) -> PyResult<usize> {
    let i = o.as_isize_index()?;
    let i = if i < 0 { i + size as isize } else { i };
    if i < 0 || i as usize >= size {
        bail!(IndexError, "mmap index out of range");
    }
    Ok(i as usize)
}

#[pymethods]
impl Mmap {
    #[slot(
        tp_new,
        sig = "(fileno, length, flags=libc::MAP_SHARED, prot=PROT_DEFAULT, access=DEFAULT, offset=0, *, trackfd=True)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn make(
        cls: &Type,
        fileno: i32,
        length: &Obj,
        flags: i32,
        prot: i32,
        access: i32,
        offset: Option<&Obj>,
        trackfd: bool,
    ) -> PyResult<Object> {
        let (mut flags, mut prot) = (flags, prot);
        let mut size = length.as_isize()?;
        let offset = offset.map_or(Ok(0), Obj::as_i64)?;
        if size < 0 {
            bail!(OverflowError, "memory mapped length must be positive");
        }
        if offset < 0 {
            bail!(OverflowError, "memory mapped offset must be positive");
        }
        if access != DEFAULT && (flags != libc::MAP_SHARED || prot != PROT_DEFAULT) {
            bail!(ValueError, "mmap can't specify both access and flags, prot.");
        }
        let mut kind = access;
        match access {
            READ => {
                flags = libc::MAP_SHARED;
                prot = libc::PROT_READ;
            }
            WRITE => {
                flags = libc::MAP_SHARED;
                prot = PROT_DEFAULT;
            }
            COPY => {
                flags = libc::MAP_PRIVATE;
                prot = PROT_DEFAULT;
            }
            DEFAULT => {
                if prot & libc::PROT_READ != 0 && prot & libc::PROT_WRITE != 0 {
                } else if prot & libc::PROT_WRITE != 0 {
                    kind = WRITE;
                } else {
                    kind = READ;
                }
            }
            _ => bail!(ValueError, "mmap invalid access parameter."),
        }
        crate::osutil::audit("mmap.__new__", || {
            Ok(vec![int(fileno)?, int(size as i64)?, int(access)?, int(offset)?])
        })?;
        if fileno != -1 {
            // SAFETY: the call fills the struct.
            let (r, stat) = gil::allow_threads(|| unsafe {
                let mut st: libc::stat = std::mem::zeroed();
                (libc::fstat(fileno, &mut st), st)
            });
            if r == 0 && stat.st_mode & libc::S_IFMT == libc::S_IFREG {
                if size == 0 {
                    if stat.st_size == 0 {
                        bail!(ValueError, "cannot mmap an empty file");
                    }
                    if offset >= stat.st_size {
                        bail!(ValueError, "mmap offset is greater than file size");
                    }
                    size = (stat.st_size - offset) as isize;
                } else if offset > stat.st_size || stat.st_size - offset < size as i64 {
                    bail!(ValueError, "mmap length is greater than file size");
                }
            }
        }
        // SAFETY: the fields are filled before anything runs.
        let o = unsafe { type_alloc(cls, 0)? };
        let m = o.as_raw() as *mut Body;
        // SAFETY: a new object; deallocation finds it closed on failure.
        unsafe {
            (*m).data = std::ptr::null_mut();
            (*m).size = size as usize;
            (*m).pos = 0;
            (*m).offset = offset;
            (*m).fd = -1;
            (*m).flags = flags;
            (*m).access = kind;
            (*m).exports = 0;
            (*m).trackfd = trackfd;
            let mut fd = fileno;
            if fileno == -1 {
                flags |= libc::MAP_ANONYMOUS;
            } else if trackfd {
                fd = libc::fcntl(fileno, libc::F_DUPFD_CLOEXEC, 0);
                if fd < 0 {
                    return Err(os_error(errno()));
                }
                (*m).fd = fd;
            }
            let p = gil::allow_threads(|| {
                libc::mmap(std::ptr::null_mut(), size as usize, prot, flags, fd, offset)
            });
            if p == libc::MAP_FAILED {
                return Err(os_error(errno()));
            }
            (*m).flags = flags;
            (*m).data = p.cast();
        }
        Ok(o)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone; the mapping and the descriptor are ours.
        unsafe {
            let b = o as *mut Body;
            if !(*b).weakrefs.is_null() {
                dovetail_core::types::weakref::clear_weakrefs(Obj::from_ptr(o));
            }
            unmap(&mut *b);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(bf_getbuffer, raw)]
    unsafe extern "C" fn get_buffer(o: *mut abi::PyObject, view: *mut abi::Py_buffer, flags: c_int) -> c_int {
        // SAFETY: called as a slot.
        unsafe {
            let m = &*(o as *const Mmap);
            let b = m.b();
            let filled = m.check().and_then(|()| {
                fill_info(view, o, b.data.cast::<c_void>(), b.size as isize, b.access == READ, flags)
            });
            match filled {
                Ok(()) => {
                    b.exports += 1;
                    0
                }
                Err(Raised { .. }) => -1,
            }
        }
    }

    #[slot(bf_releasebuffer, raw)]
    unsafe extern "C" fn release_buffer(o: *mut abi::PyObject, _view: *mut abi::Py_buffer) {
        // SAFETY: called as a slot.
        unsafe { (*(o as *mut Body)).exports -= 1 }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let b = self.b();
        let name = self.as_obj().type_name();
        if b.data.is_null() {
            return Ok(format!("<{name} closed=True>"));
        }
        let access = ["ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"][b.access as usize];
        Ok(format!(
            "<{name} closed=False, access={access}, length={}, pos={}, offset={}>",
            b.size, b.pos, b.offset
        ))
    }

    #[method]
    fn close(&self) -> PyResult<()> {
        let b = self.b();
        if b.exports > 0 {
            bail!(BufferError, "cannot close exported pointers exist");
        }
        unmap(b);
        Ok(())
    }

    #[getter]
    fn closed(&self) -> bool {
        self.b().data.is_null()
    }

    #[method]
    fn __enter__(&self) -> PyResult<Object> {
        self.check()?;
        Ok(self.as_obj().to_owned())
    }

    #[method]
    fn __exit__(&self, _exc_type: &Obj, _exc_value: &Obj, _traceback: &Obj) -> PyResult<()> {
        self.close()
    }

    #[method(sig = "(view, start=None, end=None, /)")]
    fn find(&self, view: BytesLike<'_>, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<isize> {
        self.search(&view, start, end, false)
    }

    #[method(sig = "(view, start=None, end=None, /)")]
    fn rfind(&self, view: BytesLike<'_>, start: Option<&Obj>, end: Option<&Obj>) -> PyResult<isize> {
        self.search(&view, start, end, true)
    }

    #[method(sig = "(offset=0, size=None, /)")]
    fn flush(&self, offset: isize, size: Option<&Obj>) -> PyResult<()> {
        self.check()?;
        let whole = self.b().size as isize;
        let size = match size {
            Some(s) => s.as_isize()?,
            None => whole,
        };
        self.check()?;
        if size < 0 || offset < 0 || whole - offset < size {
            bail!(ValueError, "flush values out of range");
        }
        let b = self.b();
        if b.access == READ || b.access == COPY {
            return Ok(());
        }
        let p = b.data as usize + offset as usize;
        // SAFETY: a range of the mapping.
        let r = gil::allow_threads(|| unsafe { libc::msync(p as *mut c_void, size as usize, libc::MS_SYNC) });
        if r < 0 { Err(os_error(errno())) } else { Ok(()) }
    }

    #[method(sig = "(option, start=0, length=None, /)")]
    fn madvise(&self, option: i32, start: isize, length: Option<&Obj>) -> PyResult<()> {
        self.check()?;
        let size = self.b().size as isize;
        let length = match length {
            Some(l) => l.as_isize()?,
            None => size,
        };
        self.check()?;
        if start < 0 || start >= size {
            bail!(ValueError, "madvise start out of bounds");
        }
        if length < 0 {
            bail!(ValueError, "madvise length invalid");
        }
        if isize::MAX - start < length {
            bail!(OverflowError, "madvise length too large");
        }
        let length = length.min(size - start);
        // SAFETY: a range of the mapping.
        let r = unsafe { libc::madvise(self.b().data.add(start as usize).cast(), length as usize, option) };
        if r < 0 { Err(os_error(errno())) } else { Ok(()) }
    }

    #[method(sig = "(dest, src, count, /)")]
    fn r#move(&self, dest: isize, src: isize, count: isize) -> PyResult<()> {
        let bytes = self.writable()?;
        let size = bytes.len() as isize;
        if dest < 0 || src < 0 || count < 0 || size - dest < count || size - src < count {
            bail!(ValueError, "source, destination, or count out of range");
        }
        bytes.copy_within(src as usize..(src + count) as usize, dest as usize);
        Ok(())
    }

    #[method(sig = "(n=None, /)")]
    fn read(&self, n: Option<&Obj>) -> PyResult<Ref<Bytes>> {
        let n = match n {
            None => isize::MAX,
            Some(o) if !o.has_index() => {
                bail!(TypeError, "argument should be integer or None, not '{}'", o.type_name())
            }
            Some(o) => o.as_isize()?,
        };
        let bytes = self.bytes()?;
        let pos = self.b().pos.min(bytes.len());
        let left = bytes.len() - pos;
        let n = if n < 0 { left } else { (n as usize).min(left) };
        let out = Bytes::new(&bytes[pos..pos + n])?;
        self.b().pos += n;
        Ok(out)
    }

    #[method]
    fn read_byte(&self) -> PyResult<u8> {
        let bytes = self.bytes()?;
        match bytes.get(self.b().pos) {
            Some(v) => {
                self.b().pos += 1;
                Ok(*v)
            }
            None => Err(raise!(ValueError, "read byte out of range")),
        }
    }

    #[method]
    fn readline(&self) -> PyResult<Ref<Bytes>> {
        let bytes = self.bytes()?;
        let rest = &bytes[self.b().pos.min(bytes.len())..];
        let n = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |i| i + 1);
        let out = Bytes::new(&rest[..n])?;
        self.b().pos += n;
        Ok(out)
    }

    #[method(sig = "(bytes, /)")]
    fn write(&self, bytes: BytesLike<'_>) -> PyResult<usize> {
        let to = self.writable()?;
        let (pos, data) = (self.b().pos, bytes.as_slice());
        if pos > to.len() || to.len() - pos < data.len() {
            bail!(ValueError, "data out of range");
        }
        // SAFETY: in range; the source may be this very mapping.
        unsafe { std::ptr::copy(data.as_ptr(), to.as_mut_ptr().add(pos), data.len()) };
        self.b().pos += data.len();
        Ok(data.len())
    }

    #[method(sig = "(byte, /)")]
    fn write_byte(&self, byte: &Obj) -> PyResult<()> {
        let i = byte.index()?;
        let v = match i.to_i64() {
            Some(v) if v < 0 => bail!(OverflowError, "unsigned byte integer is less than minimum"),
            Some(v) if v <= 255 => v as u8,
            _ => bail!(OverflowError, "unsigned byte integer is greater than maximum"),
        };
        let to = self.writable()?;
        let pos = self.b().pos;
        match to.get_mut(pos) {
            Some(p) => {
                *p = v;
                self.b().pos += 1;
                Ok(())
            }
            None => Err(raise!(ValueError, "write byte out of range")),
        }
    }

    #[method(sig = "(pos, whence=0, /)")]
    fn seek(&self, pos: isize, whence: i32) -> PyResult<usize> {
        self.check()?;
        let b = self.b();
        let from = match whence {
            0 => 0,
            1 => b.pos,
            2 => b.size,
            _ => bail!(ValueError, "unknown seek type"),
        };
        match (from as isize).checked_add(pos) {
            Some(to) if to >= 0 && to as usize <= b.size => {
                b.pos = to as usize;
                Ok(b.pos)
            }
            _ => Err(raise!(ValueError, "seek out of range")),
        }
    }

    #[method]
    fn seekable(&self) -> bool {
        true
    }

    #[method]
    fn tell(&self) -> PyResult<usize> {
        self.check()?;
        Ok(self.b().pos)
    }

    #[method]
    fn size(&self) -> PyResult<i64> {
        self.check()?;
        let fd = self.b().fd;
        // SAFETY: the call fills the struct.
        let (r, st) = gil::allow_threads(|| unsafe {
            let mut st: libc::stat = std::mem::zeroed();
            (
                if fd == -1 {
                    libc::EBADF
                } else if libc::fstat(fd, &mut st) < 0 {
                    errno()
                } else {
                    0
                },
                st,
            )
        });
        if r != 0 { Err(os_error(r)) } else { Ok(st.st_size) }
    }

    #[method(sig = "(newsize, /)")]
    fn resize(&self, newsize: isize) -> PyResult<()> {
        self.check()?;
        self.resizeable()?;
        let b = self.b();
        if newsize < 0 || (i64::MAX - b.offset) < newsize as i64 {
            bail!(ValueError, "new size out of range");
        }
        let new = newsize as usize;
        // SAFETY: our mapping and our descriptor.
        unsafe {
            if b.fd == -1 && b.flags & libc::MAP_PRIVATE == 0 && new > b.size {
                bail!(ValueError, "mmap: can't expand a shared anonymous mapping");
            }
            if b.fd != -1 && libc::ftruncate(b.fd, b.offset + newsize as i64) < 0 {
                return Err(os_error(errno()));
            }
            let p = libc::mremap(b.data.cast(), b.size, new, libc::MREMAP_MAYMOVE);
            if p == libc::MAP_FAILED {
                return Err(os_error(errno()));
            }
            b.data = p.cast();
            b.size = new;
            b.pos = b.pos.min(new);
        }
        Ok(())
    }

    #[method(doc = "")]
    fn __sizeof__(&self) -> usize {
        size_of::<Body>()
    }

    #[slot(mp_length)]
    fn len(&self) -> PyResult<usize> {
        self.check()?;
        Ok(self.b().size)
    }

    #[slot(sq_item)]
    fn item(&self, i: isize) -> PyResult<Object> {
        let bytes = self.bytes()?;
        match usize::try_from(i).ok().and_then(|i| bytes.get(i)) {
            Some(b) => Ok(Bytes::new(&[*b])?.into_object()),
            None => Err(raise!(IndexError, "mmap index out of range")),
        }
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        self.check()?;
        if key.has_index() {
            let i = item_index(key, self.b().size)?;
            return int(self.bytes()?[i]);
        }
        let Some(s) = key.downcast::<Slice>() else {
            bail!(TypeError, "mmap indices must be integers");
        };
        let (start, _, step, count) = s.indices(self.b().size)?;
        let bytes = self.bytes()?;
        if count == 0 {
            return Ok(Bytes::empty().into_object());
        }
        if step == 1 {
            return Ok(Bytes::new(&bytes[start as usize..start as usize + count])?.into_object());
        }
        let out: Vec<u8> = (0..count).map(|k| bytes[(start + k as isize * step) as usize]).collect();
        Ok(Bytes::from_vec(out)?.into_object())
    }

    #[slot(mp_ass_subscript)]
    fn assign(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        self.writable()?;
        if key.has_index() {
            let i = item_index(key, self.b().size)?;
            let Some(value) = value else { bail!(TypeError, "mmap doesn't support item deletion") };
            let v = byte(value)?;
            match self.writable()?.get_mut(i) {
                Some(p) => *p = v,
                None => bail!(IndexError, "mmap index out of range"),
            }
            return Ok(());
        }
        let Some(s) = key.downcast::<Slice>() else {
            bail!(TypeError, "mmap indices must be integer");
        };
        let (start, _, step, count) = s.indices(self.b().size)?;
        let Some(value) = value else { bail!(TypeError, "mmap object doesn't support slice deletion") };
        let from = BytesLike::of(value)?;
        let to = self.writable()?;
        // Asking for the buffer may have run Python, and that may have shrunk the mapping.
        let last = if count == 0 { 0 } else { (start + (count as isize - 1) * step).max(start) as usize + 1 };
        if from.len() != count || last > to.len() {
            bail!(IndexError, "mmap slice assignment is wrong size");
        }
        if step == 1 {
            if count > 0 {
                // SAFETY: in range; the source may be this very mapping.
                unsafe { std::ptr::copy(from.as_ptr(), to.as_mut_ptr().add(start as usize), count) };
            }
            return Ok(());
        }
        for (k, b) in from.iter().enumerate() {
            to[(start + k as isize * step) as usize] = *b;
        }
        Ok(())
    }
}

const PROT_DEFAULT: i32 = libc::PROT_READ | libc::PROT_WRITE;

/// Ends a mapping and closes its descriptor.
fn unmap(b: &mut Body) {
    let (fd, data, size) = (b.fd, b.data as usize, b.size);
    b.fd = -1;
    b.data = std::ptr::null_mut();
    if fd < 0 && data == 0 {
        return;
    }
    // SAFETY: ours, and nobody sees them any more.
    gil::allow_threads(|| unsafe {
        if fd >= 0 {
            libc::close(fd);
        }
        if data != 0 {
            libc::munmap(data as *mut c_void, size);
        }
    });
}

#[pymodule(name = "mmap")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Mmap>(module)?;
        set(module, "error", exc::OSError().as_obj())?;
        set_ints(module, NUMBERS)?;
        for (name, v) in [
            ("ACCESS_DEFAULT", DEFAULT),
            ("ACCESS_READ", READ),
            ("ACCESS_WRITE", WRITE),
            ("ACCESS_COPY", COPY),
        ] {
            set_int(module, name, v)?;
        }
        set_int(module, "PAGESIZE", page_size())?;
        set_int(module, "ALLOCATIONGRANULARITY", page_size())
    }
}

pub use module::MODULE;
