//! Socket addresses: Python's tuples and names, and the system's structs.

use super::names::{HostName, resolve_to};
use crate::osutil::{c_int, errno, os_error};
use crate::util::{fs_decode, fs_encode, int, text};
use dovetail_core::error::{PyResult, Raised, exc};
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use std::ffi::{CStr, CString};
use std::mem::{offset_of, size_of};

/// An address as system calls take it.
pub struct Address {
    pub raw: libc::sockaddr_storage,
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for any address.
    pub fn room() -> Address {
        // SAFETY: all-zero is a valid address of no family.
        Address { raw: unsafe { std::mem::zeroed() }, len: size_of::<libc::sockaddr_storage>() as _ }
    }

    /// The address that a struct of the system holds.
    pub fn of<T: Copy>(value: T) -> Address {
        let mut a = Address::room();
        a.len = size_of::<T>() as _;
        // SAFETY: every address struct fits the storage.
        unsafe { a.raw_mut::<T>().write(value) };
        a
    }

    pub fn ptr(&self) -> *const libc::sockaddr {
        (&raw const self.raw).cast()
    }

    pub fn mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.raw).cast()
    }

    fn raw_mut<T>(&mut self) -> *mut T {
        (&raw mut self.raw).cast()
    }

    /// The struct of the family.
    ///
    /// # Safety
    /// `T` is an address struct no longer than the storage.
    unsafe fn view<T>(&self) -> &T {
        // SAFETY: the caller's promise; the storage has the strictest alignment.
        unsafe { &*(&raw const self.raw).cast::<T>() }
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: plain memory of the storage.
        unsafe {
            std::slice::from_raw_parts(
                (&raw const self.raw).cast(),
                (self.len as usize).min(size_of::<libc::sockaddr_storage>()),
            )
        }
    }
}

/// How `AF_ALG` addresses lie in memory.
#[repr(C)]
#[derive(Clone, Copy)]
struct SockaddrAlg {
    family: u16,
    kind: [u8; 14],
    feat: u32,
    mask: u32,
    name: [u8; 64],
}

/// How `AF_TIPC` addresses lie in memory.
#[repr(C)]
#[derive(Clone, Copy)]
struct SockaddrTipc {
    family: u16,
    kind: u8,
    scope: i8,
    a: u32,
    b: u32,
    c: u32,
}

/// How `AF_QIPCRTR` addresses lie in memory.
#[repr(C)]
#[derive(Clone, Copy)]
struct SockaddrQrtr {
    family: u16,
    node: u32,
    port: u32,
}

/// Bluetooth's structs.
#[repr(C, packed)]
#[derive(Clone, Copy)]
struct SockaddrL2 {
    family: u16,
    psm: u16,
    bdaddr: [u8; 6],
    cid: u16,
    kind: u8,
    pad: u8,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct SockaddrRc {
    family: u16,
    bdaddr: [u8; 6],
    channel: u8,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct SockaddrSco {
    family: u16,
    bdaddr: [u8; 6],
}

#[repr(C)]
#[derive(Clone, Copy)]
struct SockaddrHci {
    family: u16,
    dev: u16,
    channel: u16,
}

const AF_QIPCRTR: i32 = 42;
const BTPROTO_L2CAP: i32 = 0;
const BTPROTO_HCI: i32 = 1;
const BTPROTO_SCO: i32 = 2;
const BTPROTO_RFCOMM: i32 = 3;
const TIPC_ADDR_NAMESEQ: u8 = 1;
const TIPC_ADDR_NAME: u8 = 2;
const TIPC_ADDR_ID: u8 = 3;

fn tuple(items: Vec<Object>) -> PyResult<Object> {
    Ok(Tuple::from_vec(items)?.into_object())
}

/// The numeric text of an IPv4 address.
pub fn text_v4(a: &libc::in_addr) -> PyResult<Object> {
    text(&std::net::Ipv4Addr::from(u32::from_be(a.s_addr)).to_string())
}

/// The numeric text of an IPv6 address, as the C library writes it.
pub fn text_v6(a: &libc::in6_addr) -> PyResult<Object> {
    let mut room = [0u8; 64];
    // SAFETY: room enough for any address.
    let p = unsafe {
        inet_ntop(libc::AF_INET6, (&raw const *a).cast(), room.as_mut_ptr().cast(), room.len() as u32)
    };
    if p.is_null() {
        return Err(os_error(errno()));
    }
    text(&CStr::from_bytes_until_nul(&room).unwrap_or_default().to_string_lossy())
}

unsafe extern "C" {
    pub fn inet_ntop(
        af: libc::c_int,
        src: *const libc::c_void,
        dst: *mut libc::c_char,
        size: libc::socklen_t,
    ) -> *const libc::c_char;
    pub fn inet_pton(af: libc::c_int, src: *const libc::c_char, dst: *mut libc::c_void) -> libc::c_int;
}

fn interface_name(index: i32) -> String {
    let mut room = [0u8; libc::IF_NAMESIZE + 1];
    // SAFETY: room for a name.
    if index > 0 && unsafe { !libc::if_indextoname(index as u32, room.as_mut_ptr().cast()).is_null() } {
        return CStr::from_bytes_until_nul(&room).unwrap_or_default().to_string_lossy().into_owned();
    }
    String::new()
}

fn bdaddr_text(b: &[u8; 6]) -> PyResult<Object> {
    text(&format!("{:02X}:{:02X}:{:02X}:{:02X}:{:02X}:{:02X}", b[5], b[4], b[3], b[2], b[1], b[0]))
}

fn parse_bdaddr(s: &str) -> PyResult<[u8; 6]> {
    let mut out = [0u8; 6];
    let parts: Vec<&str> = s.split(':').collect();
    if parts.len() == 6 {
        let ok = parts.iter().rev().zip(&mut out).all(|(p, b)| match u8::from_str_radix(p, 16) {
            Ok(v) if p.len() <= 2 => {
                *b = v;
                true
            }
            _ => false,
        });
        if ok {
            return Ok(out);
        }
    }
    Err(raise!(OSError, "bad bluetooth address"))
}

/// The Python form of an address that the system gave for a socket with this protocol.
pub fn to_python(a: &Address, proto: i32) -> PyResult<Object> {
    if a.len == 0 {
        return Ok(none().to_owned());
    }
    let family = i32::from(a.raw.ss_family);
    // SAFETY: the family says which struct the storage holds.
    unsafe {
        match family {
            libc::AF_INET => {
                let s = a.view::<libc::sockaddr_in>();
                tuple(vec![text_v4(&s.sin_addr)?, int(u16::from_be(s.sin_port))?])
            }
            libc::AF_INET6 => {
                let s = a.view::<libc::sockaddr_in6>();
                tuple(vec![
                    text_v6(&s.sin6_addr)?,
                    int(u16::from_be(s.sin6_port))?,
                    int(u32::from_be(s.sin6_flowinfo))?,
                    int(s.sin6_scope_id)?,
                ])
            }
            libc::AF_UNIX => {
                let path = a.bytes().get(offset_of!(libc::sockaddr_un, sun_path)..).unwrap_or(&[]);
                if path.first() == Some(&0) {
                    // The abstract namespace: all bytes count.
                    return Ok(Bytes::new(path)?.into_object());
                }
                let path = path.split(|b| *b == 0).next().unwrap_or(&[]);
                Ok(fs_decode(path)?.into_object())
            }
            libc::AF_NETLINK => {
                let s = a.view::<libc::sockaddr_nl>();
                tuple(vec![int(s.nl_pid)?, int(s.nl_groups)?])
            }
            AF_QIPCRTR => {
                let s = a.view::<SockaddrQrtr>();
                tuple(vec![int(s.node)?, int(s.port)?])
            }
            libc::AF_VSOCK => {
                let s = a.view::<libc::sockaddr_vm>();
                tuple(vec![int(s.svm_cid)?, int(s.svm_port)?])
            }
            libc::AF_PACKET => {
                let s = a.view::<libc::sockaddr_ll>();
                tuple(vec![
                    text(&interface_name(s.sll_ifindex))?,
                    int(u16::from_be(s.sll_protocol))?,
                    int(s.sll_pkttype)?,
                    int(s.sll_hatype)?,
                    Bytes::new(&s.sll_addr[..usize::from(s.sll_halen).min(8)])?.into_object(),
                ])
            }
            libc::AF_TIPC => {
                let s = a.view::<SockaddrTipc>();
                let (x, y, z) = match s.kind {
                    TIPC_ADDR_NAMESEQ => (s.a, s.b, s.c),
                    TIPC_ADDR_NAME => (s.a, s.b, s.b),
                    TIPC_ADDR_ID => (s.b, s.a, 0),
                    _ => bail!(ValueError, "Invalid address type"),
                };
                tuple(vec![int(s.kind)?, int(x)?, int(y)?, int(z)?, int(s.scope)?])
            }
            libc::AF_CAN => {
                let s = a.view::<libc::sockaddr_can>();
                let name = text(&interface_name(s.can_ifindex))?;
                match proto {
                    libc::CAN_ISOTP => {
                        let tp = s.can_addr.tp;
                        tuple(vec![name, int(tp.rx_id)?, int(tp.tx_id)?])
                    }
                    libc::CAN_J1939 => {
                        let j = s.can_addr.j1939;
                        tuple(vec![name, int(j.name)?, int(j.pgn)?, int(j.addr)?])
                    }
                    _ => tuple(vec![name]),
                }
            }
            libc::AF_ALG => {
                let s = a.view::<SockaddrAlg>();
                let part =
                    |b: &[u8]| text(&String::from_utf8_lossy(b.split(|b| *b == 0).next().unwrap_or(&[])));
                tuple(vec![part(&s.kind)?, part(&s.name)?])
            }
            libc::AF_BLUETOOTH => match proto {
                BTPROTO_L2CAP => {
                    let s = a.view::<SockaddrL2>();
                    let (b, psm, cid, kind) = (s.bdaddr, s.psm, s.cid, s.kind);
                    let mut items = vec![bdaddr_text(&b)?, int(u16::from_le(psm))?];
                    if cid != 0 || kind != 0 {
                        items.push(int(u16::from_le(cid))?);
                    }
                    if kind != 0 {
                        items.push(int(kind)?);
                    }
                    tuple(items)
                }
                BTPROTO_RFCOMM => {
                    let s = a.view::<SockaddrRc>();
                    tuple(vec![bdaddr_text(&s.bdaddr)?, int(s.channel)?])
                }
                BTPROTO_HCI => {
                    let s = a.view::<SockaddrHci>();
                    if s.channel == 0 { int(s.dev) } else { tuple(vec![int(s.dev)?, int(s.channel)?]) }
                }
                BTPROTO_SCO => bdaddr_text(&a.view::<SockaddrSco>().bdaddr),
                _ => bail!(ValueError, "Unknown Bluetooth protocol"),
            },
            _ => tuple(vec![int(family)?, Bytes::new(a.bytes().get(2..).unwrap_or(&[]))?.into_object()]),
        }
    }
}

/// The parts of a tuple address, with errors in the words of the family.
struct Parts<'a> {
    items: Vec<&'a Obj>,
    caller: &'static str,
}

impl<'a> Parts<'a> {
    fn new(
        o: &'a Obj,
        family: &str,
        caller: &'static str,
        range: std::ops::RangeInclusive<usize>,
        shape: &str,
    ) -> PyResult<Parts<'a>> {
        let Some(t) = o.downcast::<Tuple>() else {
            bail!(TypeError, "{caller}(): {family} address must be tuple, not {}", o.type_name());
        };
        if !range.contains(&t.len()) {
            bail!(TypeError, "{family} address must be {shape}");
        }
        Ok(Parts { items: t.as_borrows().to_vec(), caller })
    }

    fn u32(&self, i: usize) -> PyResult<Option<u32>> {
        self.items.get(i).map(|o| crate::osutil::mask_u64(o).map(|v| v as u32)).transpose()
    }

    fn int(&self, i: usize) -> PyResult<Option<i32>> {
        self.items.get(i).map(|o| c_int(o)).transpose()
    }

    fn text(&self, i: usize) -> PyResult<&'a str> {
        match self.items[i].downcast::<Str>() {
            Some(s) => s.as_str(),
            None => Err(raise!(
                TypeError,
                "{}() argument {} must be str, not {}",
                self.caller,
                i + 1,
                self.items[i].type_name()
            )),
        }
    }

    fn port(&self, i: usize) -> PyResult<u16> {
        let bad = || raise!(OverflowError, "{}(): port must be 0-65535.", self.caller);
        match c_int(self.items[i]) {
            Ok(v) => u16::try_from(v).map_err(|_| bad()),
            Err(e) if e.matches(exc::OverflowError()) => {
                e.clear();
                Err(bad())
            }
            Err(e) => Err(e),
        }
    }

    fn u16(&self, i: usize, what: &str) -> PyResult<u16> {
        let v = self.int(i)?.unwrap_or(0);
        u16::try_from(v).map_err(|_| raise!(OverflowError, "{}(): {what} must be 0-65535.", self.caller))
    }

    /// The number of the interface that the first item names; 0 for none.
    fn interface(&self, fd: i32, empty_is_any: bool) -> PyResult<i32> {
        let o = self.items[0];
        let name = match o.downcast::<Str>() {
            Some(s) => fs_encode(s)?,
            None => match o.downcast::<Bytes>() {
                Some(b) => b.as_slice().to_vec(),
                None => bail!(TypeError, "expected str, bytes or os.PathLike object, not {}", o.type_name()),
            },
        };
        if name.is_empty() && empty_is_any {
            return Ok(0);
        }
        // SAFETY: all-zero is a valid request; the name is cut to fit with its end.
        unsafe {
            let mut request: libc::ifreq = std::mem::zeroed();
            if empty_is_any && name.len() >= request.ifr_name.len() {
                bail!(OSError, "AF_CAN interface name too long");
            }
            for (to, from) in request.ifr_name[..libc::IF_NAMESIZE - 1].iter_mut().zip(&name) {
                *to = *from as libc::c_char;
            }
            if libc::ioctl(fd, libc::SIOCGIFINDEX, &mut request) < 0 {
                return Err(os_error(errno()));
            }
            Ok(request.ifr_ifru.ifru_ifindex)
        }
    }
}

fn unix(o: &Obj) -> PyResult<Address> {
    let path = match o.downcast::<Str>() {
        Some(s) => fs_encode(s)?,
        None => BytesLike::of(o)?.as_slice().to_vec(),
    };
    // SAFETY: all-zero is a valid address.
    let mut s: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    let named = path.first().is_some_and(|b| *b != 0);
    let most = s.sun_path.len() - usize::from(named);
    if path.len() > most {
        bail!(OSError, "AF_UNIX path too long");
    }
    s.sun_family = libc::AF_UNIX as _;
    for (to, from) in s.sun_path.iter_mut().zip(&path) {
        *to = *from as libc::c_char;
    }
    let mut a = Address::of(s);
    a.len = (offset_of!(libc::sockaddr_un, sun_path) + path.len() + usize::from(named)) as _;
    Ok(a)
}

fn no_family(caller: &str) -> Raised {
    raise!(OSError, "{caller}(): bad family")
}

/// The system's form of an address for a socket of this family; `caller` is the method's name, for errors.
pub fn from_python(fd: i32, family: i32, proto: i32, o: &Obj, caller: &'static str) -> PyResult<Address> {
    match family {
        libc::AF_UNIX => unix(o),
        libc::AF_INET => {
            let p = Parts::new(o, "AF_INET", caller, 2..=2, "a pair (host, port)")?;
            let host = HostName::of(p.items[0])?;
            let port = p.port(1)?;
            let mut a = resolve_to(&host, libc::AF_INET)?;
            // SAFETY: an IPv4 address.
            unsafe { (*a.raw_mut::<libc::sockaddr_in>()).sin_port = port.to_be() };
            a.len = size_of::<libc::sockaddr_in>() as _;
            Ok(a)
        }
        libc::AF_INET6 => {
            let p = Parts::new(o, "AF_INET6", caller, 2..=4, "a tuple (host, port[, flowinfo[, scopeid]])")?;
            let host = HostName::of(p.items[0])?;
            let port = p.port(1)?;
            let (flow, scope) = (p.u32(2)?.unwrap_or(0), p.u32(3)?.unwrap_or(0));
            if flow > 0xfffff {
                bail!(OverflowError, "{caller}(): flowinfo must be 0-1048575.");
            }
            let mut a = resolve_to(&host, libc::AF_INET6)?;
            // SAFETY: an IPv6 address.
            unsafe {
                let s = &mut *a.raw_mut::<libc::sockaddr_in6>();
                s.sin6_port = port.to_be();
                s.sin6_flowinfo = flow.to_be();
                s.sin6_scope_id = scope;
            }
            a.len = size_of::<libc::sockaddr_in6>() as _;
            Ok(a)
        }
        libc::AF_NETLINK => {
            let p = Parts::new(o, "AF_NETLINK", caller, 2..=2, "a pair (pid, groups)")?;
            // SAFETY: all-zero is a valid address.
            let mut s: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
            s.nl_family = libc::AF_NETLINK as _;
            s.nl_pid = p.u32(0)?.unwrap_or(0);
            s.nl_groups = p.u32(1)?.unwrap_or(0);
            Ok(Address::of(s))
        }
        AF_QIPCRTR => {
            let p = Parts::new(o, "AF_QIPCRTR", "getsockaddrarg", 2..=2, "a pair (node, port)")?;
            let (node, port) = (p.u32(0)?.unwrap_or(0), p.u32(1)?.unwrap_or(0));
            Ok(Address::of(SockaddrQrtr { family: AF_QIPCRTR as u16, node, port }))
        }
        libc::AF_VSOCK => {
            if !o.is_a::<Tuple>() {
                bail!(TypeError, "getsockaddrarg: AF_VSOCK address must be tuple, not {}", o.type_name());
            }
            let n = o.len_()?;
            if n != 2 {
                bail!(TypeError, "getsockaddrarg() takes exactly 2 arguments ({n} given)");
            }
            let p = Parts::new(o, "AF_VSOCK", caller, 2..=2, "")?;
            // SAFETY: all-zero is a valid address.
            let mut s: libc::sockaddr_vm = unsafe { std::mem::zeroed() };
            s.svm_family = libc::AF_VSOCK as _;
            s.svm_cid = p.u32(0)?.unwrap_or(0);
            s.svm_port = p.u32(1)?.unwrap_or(0);
            Ok(Address::of(s))
        }
        libc::AF_PACKET => packet(fd, o, caller),
        libc::AF_CAN => can(fd, proto, o, caller),
        libc::AF_TIPC => tipc(o),
        libc::AF_ALG => alg(o, caller),
        libc::AF_BLUETOOTH => bluetooth(proto, o, caller),
        _ => Err(no_family(caller)),
    }
}

fn packet(fd: i32, o: &Obj, caller: &'static str) -> PyResult<Address> {
    let p = Parts::new(o, "AF_PACKET", caller, 2..=5, "a tuple of two to five elements")?;
    p.text(0)?;
    let (proto, kind, hardware) = (p.int(1)?.unwrap_or(0), p.int(2)?.unwrap_or(0), p.int(3)?.unwrap_or(0));
    let address = p.items.get(4).map(|o| BytesLike::of(o)).transpose()?;
    let address: &[u8] = address.as_ref().map_or(&[], |b| b.as_slice());
    let index = p.interface(fd, false)?;
    if address.len() > 8 {
        bail!(ValueError, "Hardware address must be 8 bytes or less");
    }
    let Ok(proto) = u16::try_from(proto) else {
        bail!(OverflowError, "{caller}(): proto must be 0-65535.");
    };
    // SAFETY: all-zero is a valid address.
    let mut s: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    s.sll_family = libc::AF_PACKET as _;
    s.sll_protocol = proto.to_be();
    s.sll_ifindex = index;
    s.sll_pkttype = kind as u8;
    s.sll_hatype = hardware as u16;
    s.sll_addr[..address.len()].copy_from_slice(address);
    s.sll_halen = address.len() as u8;
    Ok(Address::of(s))
}

fn can(fd: i32, proto: i32, o: &Obj, caller: &'static str) -> PyResult<Address> {
    // SAFETY: all-zero is a valid address.
    let mut s: libc::sockaddr_can = unsafe { std::mem::zeroed() };
    s.can_family = libc::AF_CAN as _;
    match proto {
        libc::CAN_RAW | libc::CAN_BCM => {
            let p = Parts::new(o, "AF_CAN", caller, 1..=1, "a tuple (interface, )")?;
            s.can_ifindex = p.interface(fd, true)?;
        }
        libc::CAN_ISOTP => {
            let p = Parts::new(o, "AF_CAN", caller, 3..=3, "a tuple (interface, rx_addr, tx_addr)")?;
            s.can_ifindex = p.interface(fd, true)?;
            let (rx_id, tx_id) = (p.u32(1)?.unwrap_or(0), p.u32(2)?.unwrap_or(0));
            s.can_addr.tp = libc::__c_anonymous_sockaddr_can_tp { rx_id, tx_id };
        }
        libc::CAN_J1939 => {
            let p = Parts::new(o, "AF_CAN", caller, 4..=4, "a tuple (interface, name, pgn, addr)")?;
            s.can_ifindex = p.interface(fd, true)?;
            let name = crate::osutil::mask_u64(p.items[1])?;
            let (pgn, addr) = (p.u32(2)?.unwrap_or(0), p.u32(3)?.unwrap_or(0) as u8);
            s.can_addr.j1939 = libc::__c_anonymous_sockaddr_can_j1939 { name, pgn, addr };
        }
        _ => bail!(OSError, "{caller}(): unsupported CAN protocol"),
    }
    Ok(Address::of(s))
}

fn tipc(o: &Obj) -> PyResult<Address> {
    let Some(t) = o.downcast::<Tuple>() else {
        bail!(TypeError, "getsockaddrarg: AF_TIPC address must be tuple, not {}", o.type_name());
    };
    if !(4..=5).contains(&t.len()) {
        bail!(TypeError, "Invalid TIPC address format");
    }
    let p = Parts { items: t.as_borrows().to_vec(), caller: "getsockaddrarg" };
    let n = |i| -> PyResult<u32> { Ok(p.u32(i)?.unwrap_or(0)) };
    let (kind, a, b, c) = (n(0)?, n(1)?, n(2)?, n(3)?);
    let scope = p.u32(4)?.unwrap_or(2) as i8;
    let (a, b, c) = match kind as u8 {
        TIPC_ADDR_NAMESEQ => (a, b, c),
        TIPC_ADDR_NAME => (a, b, 0),
        TIPC_ADDR_ID => (b, a, 0),
        _ => bail!(TypeError, "Invalid address type"),
    };
    Ok(Address::of(SockaddrTipc { family: libc::AF_TIPC as u16, kind: kind as u8, scope, a, b, c }))
}

fn alg(o: &Obj, caller: &'static str) -> PyResult<Address> {
    let Some(t) = o.downcast::<Tuple>() else {
        bail!(TypeError, "{caller}(): AF_ALG address must be tuple, not {}", o.type_name());
    };
    if !(2..=4).contains(&t.len()) {
        bail!(TypeError, "AF_ALG address must have two to four elements");
    }
    let p = Parts { items: t.as_borrows().to_vec(), caller };
    let mut s = SockaddrAlg {
        family: libc::AF_ALG as u16,
        kind: [0; 14],
        feat: p.u32(2)?.unwrap_or(0),
        mask: p.u32(3)?.unwrap_or(0),
        name: [0; 64],
    };
    let (kind, name) = (p.text(0)?.as_bytes(), p.text(1)?.as_bytes());
    if kind.len() >= s.kind.len() {
        bail!(ValueError, "AF_ALG type too long.");
    }
    if name.len() >= s.name.len() {
        bail!(ValueError, "AF_ALG name too long.");
    }
    s.kind[..kind.len()].copy_from_slice(kind);
    s.name[..name.len()].copy_from_slice(name);
    Ok(Address::of(s))
}

fn bluetooth(proto: i32, o: &Obj, caller: &'static str) -> PyResult<Address> {
    let family = libc::AF_BLUETOOTH as u16;
    match proto {
        BTPROTO_L2CAP => {
            let shape = "a tuple (bdaddr, psm[, cid[, bdaddr_type]])";
            let p = Parts::new(o, "AF_BLUETOOTH", caller, 2..=4, shape)?;
            let bdaddr = parse_bdaddr(p.text(0)?)?;
            let (psm, cid, kind) = (p.u16(1, "psm")?, p.u16(2, "cid")?, p.int(3)?.unwrap_or(0) as u8);
            Ok(Address::of(SockaddrL2 { family, psm: psm.to_le(), bdaddr, cid: cid.to_le(), kind, pad: 0 }))
        }
        BTPROTO_RFCOMM => {
            let p = Parts::new(o, "AF_BLUETOOTH", caller, 2..=2, "a pair (bdaddr, channel)")?;
            let bdaddr = parse_bdaddr(p.text(0)?)?;
            Ok(Address::of(SockaddrRc { family, bdaddr, channel: p.int(1)?.unwrap_or(0) as u8 }))
        }
        BTPROTO_HCI => {
            let (dev, channel) = match o.downcast::<Tuple>() {
                Some(t) if (1..=2).contains(&t.len()) => {
                    let p = Parts { items: t.as_borrows().to_vec(), caller };
                    (p.u16(0, "device_id")?, p.u16(1, "channel")?)
                }
                Some(_) => bail!(TypeError, "{caller}(): wrong format"),
                None => (c_int(o)? as u16, 0),
            };
            Ok(Address::of(SockaddrHci { family, dev, channel }))
        }
        BTPROTO_SCO => {
            let s = match (o.downcast::<Str>(), o.downcast::<Bytes>()) {
                (Some(s), _) => s.as_str()?.to_owned(),
                (_, Some(b)) => String::from_utf8_lossy(b.as_slice()).into_owned(),
                _ => bail!(OSError, "{caller}(): wrong format"),
            };
            Ok(Address::of(SockaddrSco { family, bdaddr: parse_bdaddr(&s)? }))
        }
        _ => bail!(OSError, "{caller}(): unknown Bluetooth protocol"),
    }
}

/// A terminated text of an `&str` argument.
pub fn c_text(s: &str) -> PyResult<CString> {
    CString::new(s).map_err(|_| raise!(ValueError, "embedded null character"))
}
