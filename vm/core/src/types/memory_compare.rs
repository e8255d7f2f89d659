//! Comparison and assignment between memoryviews and other buffers.

use crate::error::{PyResult, Raised};
use crate::object::buffer::{contiguous_copy, each_item, is_contiguous, shape_of};
use crate::object::{Obj, Object};
use crate::types::bytes::Bytes;
use crate::types::memory_items::{item_size, items_equal, unpack};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::{bail, sym};
use std::ffi::CStr;

fn plain_format(v: &abi::Py_buffer) -> &[u8] {
    if v.format.is_null() {
        return b"B";
    }
    // SAFETY: a C string of the exporter.
    let b = unsafe { CStr::from_ptr(v.format) }.to_bytes();
    b.strip_prefix(b"@").unwrap_or(b)
}

/// Same number of dimensions and extents?
fn same_shape(a: &abi::Py_buffer, b: &abi::Py_buffer) -> bool {
    if a.ndim != b.ndim {
        return false;
    }
    for (x, y) in shape_of(a).into_iter().zip(shape_of(b)) {
        if x != y {
            return false;
        }
        if x == 0 {
            break;
        }
    }
    true
}

/// Copies items between equal structures, which may overlap.
pub(crate) fn copy_items(dest: &abi::Py_buffer, src: &abi::Py_buffer) -> PyResult<()> {
    let same =
        plain_format(dest) == plain_format(src) && dest.itemsize == src.itemsize && same_shape(dest, src);
    if !same {
        bail!(ValueError, "memoryview assignment: lvalue and rvalue have different structures");
    }
    let items = contiguous_copy(src, b'C');
    let (n, mut at) = (dest.itemsize as usize, 0);
    // SAFETY: both views are held; the shapes agree.
    unsafe {
        each_item(dest, &mut |p| {
            std::ptr::copy_nonoverlapping(items.as_ptr().add(at), p, n);
            at += n;
        });
    }
    Ok(())
}

/// The values of all items by module struct, for formats that are not native ones; `None` where struct does not know
/// the format.
fn struct_values(v: &abi::Py_buffer) -> PyResult<Option<Vec<Object>>> {
    let interp = crate::interpreter::Interpreter::current();
    let Some(import) = interp.builtins().get_str(sym!(__import__)).map(Obj::to_owned) else {
        return Ok(None);
    };
    let module = import.call(&[sym!("struct")])?;
    let format = if v.format.is_null() {
        "B".to_owned()
    } else {
        // SAFETY: a C string of the exporter.
        unsafe { CStr::from_ptr(v.format) }.to_string_lossy().into_owned()
    };
    let unpack = module.get_attr(sym!(unpack))?;
    let format = Str::new(&format)?;
    let bytes = contiguous_copy(v, b'C');
    let mut out = Vec::new();
    for item in bytes.chunks_exact((v.itemsize as usize).max(1)) {
        match unpack.call(&[&format, &*Bytes::new(item)?]) {
            Ok(t) => out.push(match t.downcast::<Tuple>() {
                Some(t) if t.len() == 1 => t.get(0).to_owned(),
                _ => t.clone(),
            }),
            Err(e) => {
                let error = module.get_attr(sym!(error))?;
                let pending = e.take();
                if (**pending).is_instance(&error)? {
                    return Ok(None);
                }
                return Err(Raised::restore(pending));
            }
        }
    }
    Ok(Some(out))
}

/// Have two views equal items?
pub(crate) fn equal_views(a: &abi::Py_buffer, b: &abi::Py_buffer) -> PyResult<bool> {
    if !same_shape(a, b) {
        return Ok(false);
    }
    let native = |v: &abi::Py_buffer| match plain_format(v) {
        [c] if item_size(*c).is_some() => Some(*c),
        _ => None,
    };
    let (ca, cb) = (native(a), native(b));
    let addresses = |v: &abi::Py_buffer| {
        let mut all = Vec::new();
        // SAFETY: the view is held by the caller.
        unsafe { each_item(v, &mut |p| all.push(p)) };
        all
    };
    if let (Some(x), Some(y)) = (ca, cb) {
        let byte_block = matches!(x, b'B' | b'b' | b'c') && x == y;
        if byte_block && is_contiguous(a, b'C') && is_contiguous(b, b'C') {
            return Ok(a.len == b.len
                && (a.len == 0 || {
                    // SAFETY: contiguous blocks of that length.
                    unsafe {
                        std::slice::from_raw_parts(a.buf as *const u8, a.len as usize)
                            == std::slice::from_raw_parts(b.buf as *const u8, b.len as usize)
                    }
                }));
        }
        for (p, q) in addresses(a).into_iter().zip(addresses(b)) {
            // SAFETY: items of those formats.
            let same =
                unsafe { if x == y { items_equal(p, q, x) } else { unpack(p, x)?.equals(&*unpack(q, y)?)? } };
            if !same {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let (Some(va), Some(vb)) = (struct_values(a)?, struct_values(b)?) else { return Ok(false) };
    for (p, q) in va.iter().zip(&vb) {
        if !p.equals(q)? {
            return Ok(false);
        }
    }
    Ok(true)
}
