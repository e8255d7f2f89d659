//! Messages of several buffers with ancillary data: `sendmsg`, `recvmsg` and their relatives.

use super::address::{Address, to_python};
use super::object::Socket;
use crate::osutil::c_int;
use crate::util::int;
use dovetail_core::bail;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::object::buffer::{Buffer, BytesLike};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::tuple::Tuple;
use std::mem::size_of;

/// The longest control data that a length field holds.
const MOST: usize = 0x7fffffff;

/// How long a control message with `n` bytes of data is, without the padding behind (`CMSG_LEN`).
pub fn control_len(n: usize) -> Option<usize> {
    // SAFETY: arithmetic only.
    let most = MOST - unsafe { libc::CMSG_LEN(0) } as usize;
    (n <= most).then(|| unsafe { libc::CMSG_LEN(n as u32) } as usize)
}

/// As `control_len`, with the padding (`CMSG_SPACE`).
pub fn control_space(n: usize) -> Option<usize> {
    // SAFETY: arithmetic only.
    let most = MOST - unsafe { libc::CMSG_SPACE(1) } as usize;
    (n <= most).then(|| unsafe { libc::CMSG_SPACE(n as u32) } as usize)
}

/// Control data, aligned as its headers are.
struct Control(Vec<usize>, usize);

impl Control {
    fn new(len: usize) -> Control {
        Control(vec![0; len.div_ceil(size_of::<usize>())], len)
    }

    fn ptr(&mut self) -> *mut libc::c_void {
        if self.1 == 0 { std::ptr::null_mut() } else { self.0.as_mut_ptr().cast() }
    }
}

fn items(o: &Obj, message: &str) -> PyResult<Vec<Object>> {
    match o.collect_items() {
        Ok(v) => Ok(v),
        Err(e) if e.matches(exc::TypeError()) => {
            e.clear();
            Err(dovetail_core::error::raise_message(exc::TypeError(), message))
        }
        Err(e) => Err(e),
    }
}

fn receive_guts(
    s: &Socket,
    rows: &mut [libc::iovec],
    ancbufsize: isize,
    flags: i32,
    data: impl FnOnce(isize) -> PyResult<Object>,
) -> PyResult<Object> {
    if ancbufsize < 0 || ancbufsize as usize > MOST {
        bail!(ValueError, "invalid ancillary data buffer length");
    }
    let mut control = Control::new(ancbufsize as usize);
    let mut from = Address::room();
    // SAFETY: all-zero is a valid message header; its parts are ours and outlive the call.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = rows.as_mut_ptr();
    header.msg_iovlen = rows.len();
    let n = s.call(false, |fd| {
        header.msg_name = from.mut_ptr().cast();
        header.msg_namelen = size_of::<libc::sockaddr_storage>() as _;
        header.msg_control = control.ptr();
        header.msg_controllen = ancbufsize as usize;
        // SAFETY: as above.
        unsafe { libc::recvmsg(fd, &mut header, flags) }
    })?;
    from.len = header.msg_namelen;
    let mut rest = Vec::new();
    // SAFETY: the kernel's control messages within the buffer; lengths are cut to what the buffer holds.
    unsafe {
        let end = header.msg_control as usize + header.msg_controllen;
        let mut p =
            if header.msg_controllen > 0 { libc::CMSG_FIRSTHDR(&header) } else { std::ptr::null_mut() };
        while !p.is_null() {
            let start = libc::CMSG_DATA(p) as usize;
            let head = start - p as usize;
            let len = (*p).cmsg_len;
            if len < head || start > end {
                break;
            }
            let data = std::slice::from_raw_parts(start as *const u8, (len - head).min(end - start));
            let row = vec![int((*p).cmsg_level)?, int((*p).cmsg_type)?, Bytes::new(data)?.into_object()];
            rest.push(Tuple::from_vec(row)?.into_object());
            p = libc::CMSG_NXTHDR(&header, p);
        }
    }
    let address = to_python(&from, s.proto())?;
    let parts = vec![data(n)?, List::from_vec(rest)?.into_object(), int(header.msg_flags)?, address];
    Ok(Tuple::from_vec(parts)?.into_object())
}

/// `recvmsg(bufsize, ancbufsize, flags)`.
pub fn receive(s: &Socket, bufsize: isize, ancbufsize: isize, flags: i32) -> PyResult<Object> {
    if bufsize < 0 {
        bail!(ValueError, "negative buffer size in recvmsg()");
    }
    let buffer = Bytes::alloc(bufsize as usize)?;
    let mut rows = [libc::iovec { iov_base: buffer.data().cast(), iov_len: bufsize as usize }];
    receive_guts(s, &mut rows, ancbufsize, flags, |n| {
        Ok(if n == bufsize { buffer } else { Bytes::resize(buffer, n as usize)? }.into_object())
    })
}

/// `recvmsg_into(buffers, ancbufsize, flags)`.
pub fn receive_into(s: &Socket, buffers: &Obj, ancbufsize: isize, flags: i32) -> PyResult<Object> {
    let list = items(buffers, "recvmsg_into() argument 1 must be an iterable")?;
    let mut views = Vec::with_capacity(list.len());
    for o in &list {
        match Buffer::get(o, abi::PyBUF_WRITABLE) {
            Ok(b) => views.push(b),
            Err(e) => {
                e.clear();
                bail!(
                    TypeError,
                    "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers"
                );
            }
        }
    }
    let mut rows: Vec<libc::iovec> = views
        .iter_mut()
        .map(|v| {
            let s = v.as_mut_slice();
            libc::iovec { iov_base: s.as_mut_ptr().cast(), iov_len: s.len() }
        })
        .collect();
    receive_guts(s, &mut rows, ancbufsize, flags, |n| int(n as i64))
}

/// Writes control messages behind each other.
fn control_of(messages: &[(i32, i32, &[u8])]) -> PyResult<(Control, usize)> {
    let mut total = 0usize;
    for (_, _, data) in messages {
        let Some(n) = control_space(data.len()).and_then(|n| n.checked_add(total)).filter(|n| *n <= MOST)
        else {
            bail!(OSError, "too much ancillary data");
        };
        total = n;
    }
    let mut control = Control::new(total);
    let mut at = 0;
    for (level, kind, data) in messages {
        // SAFETY: room for every message as counted above; headers are aligned by the padding.
        unsafe {
            let p = (control.0.as_mut_ptr() as *mut u8).add(at) as *mut libc::cmsghdr;
            (*p).cmsg_level = *level;
            (*p).cmsg_type = *kind;
            (*p).cmsg_len = libc::CMSG_LEN(data.len() as u32) as _;
            std::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(p), data.len());
            at += libc::CMSG_SPACE(data.len() as u32) as usize;
        }
    }
    Ok((control, total))
}

fn views<'a>(list: &'a [Object]) -> PyResult<Vec<BytesLike<'a>>> {
    list.iter().map(|o| BytesLike::of(o)).collect()
}

fn rows(views: &[BytesLike<'_>]) -> Vec<libc::iovec> {
    views.iter().map(|v| libc::iovec { iov_base: v.as_ptr().cast_mut().cast(), iov_len: v.len() }).collect()
}

/// `sendmsg(buffers, ancdata, flags, address)`.
pub fn send(
    s: &Socket,
    buffers: &Obj,
    ancdata: Option<&Obj>,
    flags: i32,
    address: Option<&Obj>,
) -> PyResult<isize> {
    let to = match address {
        Some(o) => {
            let a = s.address(o, "sendmsg")?;
            crate::osutil::audit("socket.sendmsg", || Ok(vec![s.as_obj().to_owned(), o.to_owned()]))?;
            Some(a)
        }
        None => {
            crate::osutil::audit("socket.sendmsg", || Ok(vec![s.as_obj().to_owned(), none().to_owned()]))?;
            None
        }
    };
    let list = items(buffers, "sendmsg() argument 1 must be an iterable")?;
    let data = views(&list)?;
    let mut data_rows = rows(&data);
    let extra = match ancdata {
        Some(o) => items(o, "sendmsg() argument 2 must be an iterable")?,
        None => Vec::new(),
    };
    let mut parts = Vec::with_capacity(extra.len());
    for o in &extra {
        let Some(t) = o.downcast::<Tuple>() else {
            bail!(
                TypeError,
                "[sendmsg() ancillary data items]() argument must be 3-item tuple, not {}",
                o.type_name()
            );
        };
        if t.len() != 3 {
            let n = t.len();
            bail!(
                TypeError,
                "[sendmsg() ancillary data items]() argument must be tuple of length 3, not {n}"
            );
        }
        parts.push((c_int(t.get(0))?, c_int(t.get(1))?, BytesLike::of(t.get(2))?));
    }
    let messages: Vec<(i32, i32, &[u8])> = parts.iter().map(|(l, k, d)| (*l, *k, d.as_slice())).collect();
    let (mut control, len) = control_of(&messages)?;
    // SAFETY: all-zero is a valid header; its parts are ours and outlive the call.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    if let Some(a) = &to {
        header.msg_name = a.ptr().cast_mut().cast();
        header.msg_namelen = a.len;
    }
    header.msg_iov = data_rows.as_mut_ptr();
    header.msg_iovlen = data_rows.len();
    header.msg_control = control.ptr();
    header.msg_controllen = len;
    // SAFETY: as above.
    s.call(true, |fd| unsafe { libc::sendmsg(fd, &header, flags) })
}

const ALG_SET_IV: i32 = 2;
const ALG_SET_OP: i32 = 3;
const ALG_SET_AEAD_ASSOCLEN: i32 = 4;
const SOL_ALG: i32 = 279;

/// `sendmsg_afalg(msg, op, iv, assoclen, flags)`.
pub fn send_algorithm(
    s: &Socket,
    msg: Option<&Obj>,
    op: i32,
    iv: Option<BytesLike<'_>>,
    assoclen: i32,
    flags: i32,
) -> PyResult<isize> {
    if s.family() != libc::AF_ALG {
        bail!(OSError, "algset is only supported for AF_ALG");
    }
    if op < 0 {
        bail!(TypeError, "Invalid or missing argument 'op'");
    }
    if assoclen < -1 {
        bail!(TypeError, "assoclen must be positive");
    }
    let operation = (op as u32).to_ne_bytes();
    let vector = iv.map(|v| {
        let mut b = (v.len() as u32).to_ne_bytes().to_vec();
        b.extend_from_slice(&v);
        b
    });
    let length = (assoclen as u32).to_ne_bytes();
    let mut messages: Vec<(i32, i32, &[u8])> = vec![(SOL_ALG, ALG_SET_OP, &operation)];
    if let Some(v) = &vector {
        messages.push((SOL_ALG, ALG_SET_IV, v));
    }
    if assoclen >= 0 {
        messages.push((SOL_ALG, ALG_SET_AEAD_ASSOCLEN, &length));
    }
    let list = match msg {
        Some(m) => items(m, "sendmsg_afalg() argument 1 must be an iterable")?,
        None => Vec::new(),
    };
    let data = views(&list)?;
    let mut data_rows = rows(&data);
    let (mut control, len) = control_of(&messages)?;
    // SAFETY: all-zero is a valid header; its parts are ours and outlive the call.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = data_rows.as_mut_ptr();
    header.msg_iovlen = data_rows.len();
    header.msg_control = control.ptr();
    header.msg_controllen = len;
    // SAFETY: as above.
    s.call(true, |fd| unsafe { libc::sendmsg(fd, &header, flags) })
}
