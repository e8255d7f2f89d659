//! Names and numbers of hosts, services, protocols and interfaces.

use super::address::{Address, c_text, inet_ntop, inet_pton, text_v4, text_v6, to_python};
use crate::osutil::{errno, new_exception, os_error};
use crate::util::{TypeCell, fs_bytes, fs_decode, int, text};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, Raised, exc, raise_with};
use dovetail_core::native::{ArgInfo, FromArg};
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::bytearray::ByteArray;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, gil, raise, sym};
use dovetail_macros::pymodule;
use std::ffi::{CStr, CString, c_char, c_int};

unsafe extern "C" {
    fn gethostbyname_r(
        name: *const c_char,
        entry: *mut libc::hostent,
        room: *mut c_char,
        size: usize,
        result: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
    fn gethostbyaddr_r(
        address: *const libc::c_void,
        len: libc::socklen_t,
        kind: c_int,
        entry: *mut libc::hostent,
        room: *mut c_char,
        size: usize,
        result: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
    fn hstrerror(error: c_int) -> *const c_char;
    fn inet_aton(text: *const c_char, to: *mut libc::in_addr) -> c_int;
}

static GAIERROR: TypeCell = TypeCell::new();
static HERROR: TypeCell = TypeCell::new();

/// `socket.gaierror`.
pub fn gaierror() -> PyResult<&'static Type> {
    GAIERROR.get_or(|| new_exception("socket.gaierror", &[exc::OSError()], None))
}

/// `socket.herror`.
pub fn herror() -> PyResult<&'static Type> {
    HERROR.get_or(|| new_exception("socket.herror", &[exc::OSError()], None))
}

fn raise_number(ty: PyResult<&'static Type>, number: i32, words: &str) -> Raised {
    let make = || -> PyResult<(Object, &'static Type)> {
        Ok((Tuple::from_vec(vec![int(number)?, text(words)?])?.into_object(), ty?))
    };
    match make() {
        Ok((args, t)) => raise_with(t, &args),
        Err(e) => e,
    }
}

/// The error that `getaddrinfo` and its kin return.
pub fn lookup_error(code: i32, errno: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return os_error(errno);
    }
    // SAFETY: a constant text of the C library.
    let words = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    raise_number(gaierror(), code, &words.to_string_lossy())
}

fn host_error(code: i32) -> Raised {
    // SAFETY: a constant text of the C library.
    let words = unsafe { CStr::from_ptr(hstrerror(code)) };
    raise_number(herror(), code, &words.to_string_lossy())
}

/// The name of a host: ASCII as it is, other text in IDNA, bytes as they are.
pub struct HostName(pub CString);

impl HostName {
    pub fn of(o: &Obj) -> PyResult<HostName> {
        let raw = if let Some(s) = o.downcast::<Str>() {
            match s.as_ascii() {
                Some(a) => a.as_bytes().to_vec(),
                None => idna(o)?,
            }
        } else if let Some(b) = o.downcast::<Bytes>() {
            b.as_slice().to_vec()
        } else if let Some(b) = o.downcast::<ByteArray>() {
            b.as_slice().to_vec()
        } else {
            bail!(TypeError, "str, bytes or bytearray expected, not {}", o.type_name());
        };
        match CString::new(raw) {
            Ok(c) => Ok(HostName(c)),
            Err(_) => Err(raise!(TypeError, "host name must not contain null character")),
        }
    }
}

fn idna(o: &Obj) -> PyResult<Vec<u8>> {
    match o.call_method(sym!(encode), &[&*text("idna")?]) {
        Ok(b) => match b.downcast::<Bytes>() {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => Err(raise!(TypeError, "encoding of hostname failed")),
        },
        Err(e) => {
            e.clear();
            Err(raise!(TypeError, "encoding of hostname failed"))
        }
    }
}

/// A host name as a function's argument.
pub struct HostArg(pub HostName);

impl<'a> FromArg<'a> for HostArg {
    fn from_arg(o: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        if !o.is_a::<Str>() && !o.is_a::<Bytes>() && !o.is_a::<ByteArray>() {
            let f = info.function;
            bail!(TypeError, "{f}() argument 1 must be str, bytes or bytearray, not {}", o.type_name());
        }
        match o.downcast::<Str>().filter(|s| s.as_ascii().is_none()) {
            Some(_) => {
                let raw = o.call_method(sym!(encode), &[&*text("idna")?])?;
                Ok(HostArg(HostName::of(&raw)?))
            }
            None => Ok(HostArg(HostName::of(o)?)),
        }
    }
}

/// A list of `getaddrinfo`, freed when dropped.
struct Found(*mut libc::addrinfo);

impl Drop for Found {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: made by getaddrinfo.
            unsafe { libc::freeaddrinfo(self.0) };
        }
    }
}

fn look_up(host: Option<&CStr>, service: Option<&CStr>, hints: &libc::addrinfo) -> PyResult<Found> {
    let mut list = std::ptr::null_mut();
    let host = host.map_or(std::ptr::null(), CStr::as_ptr);
    let service = service.map_or(std::ptr::null(), CStr::as_ptr);
    let (code, e) = gil::allow_threads(|| {
        // SAFETY: terminated texts or NULL, hints of ours.
        let code = unsafe { libc::getaddrinfo(host, service, hints, &mut list) };
        (code, errno())
    });
    if code != 0 {
        return Err(lookup_error(code, e));
    }
    Ok(Found(list))
}

fn hints(family: i32, kind: i32, protocol: i32, flags: i32) -> libc::addrinfo {
    // SAFETY: all-zero hints are valid.
    let mut h: libc::addrinfo = unsafe { std::mem::zeroed() };
    h.ai_family = family;
    h.ai_socktype = kind;
    h.ai_protocol = protocol;
    h.ai_flags = flags;
    h
}

/// # Safety
/// `p` is an entry of a list.
unsafe fn address_of(p: *const libc::addrinfo) -> Address {
    let mut a = Address::room();
    // SAFETY: the caller's promise; addresses fit the storage.
    unsafe {
        a.len = (*p).ai_addrlen.min(a.len);
        std::ptr::copy_nonoverlapping((*p).ai_addr.cast::<u8>(), a.mut_ptr().cast::<u8>(), a.len as usize);
    }
    a
}

/// The address of a host, without a port: numeric texts at once, names by asking.
pub fn resolve_to(host: &HostName, family: i32) -> PyResult<Address> {
    let name = host.0.as_c_str();
    if name.is_empty() {
        let found = look_up(None, Some(c"0"), &hints(family, libc::SOCK_DGRAM, 0, libc::AI_PASSIVE))?;
        // SAFETY: a list has an entry.
        unsafe {
            if !(*found.0).ai_next.is_null() {
                bail!(OSError, "wildcard resolved to multiple address");
            }
            return Ok(address_of(found.0));
        }
    }
    // SAFETY: all-zero addresses are valid.
    let (mut v4, mut v6): (libc::sockaddr_in, libc::sockaddr_in6) =
        unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
    v4.sin_family = libc::AF_INET as _;
    v6.sin6_family = libc::AF_INET6 as _;
    if name == c"255.255.255.255" || name == c"<broadcast>" {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            bail!(OSError, "address family mismatched");
        }
        v4.sin_addr.s_addr = u32::MAX;
        return Ok(Address::of(v4));
    }
    // SAFETY: terminated text, room of the family's size.
    unsafe {
        if (family == libc::AF_UNSPEC || family == libc::AF_INET)
            && inet_pton(libc::AF_INET, name.as_ptr(), (&raw mut v4.sin_addr).cast()) > 0
        {
            return Ok(Address::of(v4));
        }
        if (family == libc::AF_UNSPEC || family == libc::AF_INET6)
            && !name.to_bytes().contains(&b'%')
            && inet_pton(libc::AF_INET6, name.as_ptr(), (&raw mut v6.sin6_addr).cast()) > 0
        {
            return Ok(Address::of(v6));
        }
        let found = look_up(Some(name), None, &hints(family, 0, 0, 0))?;
        Ok(address_of(found.0))
    }
}

/// The service argument of `getaddrinfo`.
fn service_of(o: &Obj) -> PyResult<Option<CString>> {
    if o.is_none() {
        return Ok(None);
    }
    let raw = if let Some(i) = o.downcast::<Int>() {
        i.to_base(10)?.into_bytes()
    } else if let Some(s) = o.downcast::<Str>() {
        s.as_str()?.as_bytes().to_vec()
    } else if let Some(b) = o.downcast::<Bytes>() {
        b.as_slice().to_vec()
    } else {
        bail!(OSError, "Int or String expected");
    };
    let end = raw.iter().position(|b| *b == 0).unwrap_or(raw.len());
    Ok(CString::new(&raw[..end]).ok())
}

/// What the `gethostby...` functions answer.
struct Host {
    name: Vec<u8>,
    aliases: Vec<Vec<u8>>,
    family: i32,
    addresses: Vec<Vec<u8>>,
}

/// Asks with a buffer that grows until the answer fits.
fn ask_host(
    ask: impl Fn(*mut libc::hostent, *mut c_char, usize, *mut *mut libc::hostent, *mut c_int) -> c_int,
) -> PyResult<Host> {
    let mut size = 16384;
    loop {
        let mut room = vec![0u8; size];
        // SAFETY: all-zero is a valid entry.
        let mut entry: libc::hostent = unsafe { std::mem::zeroed() };
        let (mut result, mut code) = (std::ptr::null_mut(), 0);
        let status =
            gil::allow_threads(|| ask(&mut entry, room.as_mut_ptr().cast(), size, &mut result, &mut code));
        if status == libc::ERANGE && size < 1 << 22 {
            size *= 2;
            continue;
        }
        if result.is_null() {
            return Err(host_error(code));
        }
        // SAFETY: the entry's lists end with NULL; texts are terminated.
        unsafe {
            let list = |mut p: *mut *mut c_char, len: Option<usize>| {
                let mut out = Vec::new();
                while !p.is_null() && !(*p).is_null() {
                    out.push(match len {
                        Some(n) => std::slice::from_raw_parts((*p).cast::<u8>(), n).to_vec(),
                        None => CStr::from_ptr(*p).to_bytes().to_vec(),
                    });
                    p = p.add(1);
                }
                out
            };
            return Ok(Host {
                name: CStr::from_ptr(entry.h_name).to_bytes().to_vec(),
                aliases: list(entry.h_aliases, None),
                family: entry.h_addrtype,
                addresses: list(entry.h_addr_list, Some(entry.h_length as usize)),
            });
        }
    }
}

fn host_object(h: &Host) -> PyResult<Object> {
    let mut aliases = Vec::new();
    for a in &h.aliases {
        aliases.push(fs_decode(a)?.into_object());
    }
    let mut addresses = Vec::new();
    for a in &h.addresses {
        addresses.push(match (h.family, a.len()) {
            (libc::AF_INET, 4) => {
                text_v4(&libc::in_addr { s_addr: u32::from_ne_bytes([a[0], a[1], a[2], a[3]]) })?
            }
            (libc::AF_INET6, 16) => {
                let mut b = [0u8; 16];
                b.copy_from_slice(a);
                text_v6(&libc::in6_addr { s6_addr: b })?
            }
            _ => bail!(OSError, "unsupported address family"),
        });
    }
    let parts = vec![
        fs_decode(&h.name)?.into_object(),
        List::from_vec(aliases)?.into_object(),
        List::from_vec(addresses)?.into_object(),
    ];
    Ok(Tuple::from_vec(parts)?.into_object())
}

/// Unsigned numbers of a fixed width, for byte order functions.
fn unsigned(o: &Obj, most: u64, name: &str) -> PyResult<u64> {
    let i = o.index()?;
    if i.is_negative() {
        bail!(ValueError, "Cannot convert negative int");
    }
    i.to_u64()
        .filter(|v| *v <= most)
        .ok_or_else(|| raise!(OverflowError, "Python int too large for C {name}"))
}

/// Text without null characters.
struct Text(CString);

impl<'a> FromArg<'a> for Text {
    fn from_arg(o: &'a Obj, info: ArgInfo) -> PyResult<Self> {
        let Some(s) = o.downcast::<Str>() else {
            let f = info.function;
            let place = match info.place {
                dovetail_core::native::Place::Index(i) if i > 0 || f != "inet_aton" => format!(" {}", i + 1),
                dovetail_core::native::Place::Only if f != "inet_aton" => " 1".to_owned(),
                _ => String::new(),
            };
            bail!(TypeError, "{f}() argument{place} must be str, not {}", o.type_name());
        };
        c_text(s.as_str()?).map(Text)
    }
}

#[pymodule(name = "_socket")]
pub mod module {
    use super::*;

    /// gethostname() -> string
    ///
    /// Return the current host name.
    #[function]
    fn gethostname() -> PyResult<Ref<Str>> {
        crate::osutil::audit("socket.gethostname", || Ok(vec![]))?;
        let mut room = [0u8; 1024];
        // SAFETY: a buffer of the given size.
        let r = gil::allow_threads(|| unsafe { libc::gethostname(room.as_mut_ptr().cast(), room.len() - 1) });
        if r < 0 {
            return Err(os_error(errno()));
        }
        fs_decode(room.split(|b| *b == 0).next().unwrap_or(&[]))
    }

    /// sethostname(name)
    ///
    /// Sets the hostname to name.
    #[function(nosig)]
    fn sethostname(name: &Obj) -> PyResult<()> {
        let raw = fs_bytes(name)?;
        crate::osutil::audit("socket.sethostname", || Ok(vec![name.to_owned()]))?;
        // SAFETY: the bytes with their length.
        if unsafe { libc::sethostname(raw.as_ptr().cast(), raw.len()) } < 0 {
            return Err(os_error(errno()));
        }
        Ok(())
    }

    /// gethostbyname(host) -> address
    ///
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[function(nosig)]
    fn gethostbyname(host: HostArg) -> PyResult<Object> {
        let a = resolve_to(&host.0, libc::AF_INET)?;
        match to_python(&a, 0)?.downcast::<Tuple>() {
            Some(t) => Ok(t.get(0).to_owned()),
            None => Err(raise!(OSError, "unsupported address family")),
        }
    }

    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function(nosig)]
    fn gethostbyname_ex(host: HostArg) -> PyResult<Object> {
        resolve_to(&host.0, libc::AF_INET)?;
        let name = &host.0.0;
        // SAFETY: room as the call asks for it.
        let h = ask_host(|e, room, size, r, code| unsafe {
            gethostbyname_r(name.as_ptr(), e, room, size, r, code)
        })?;
        host_object(&h)
    }

    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function(nosig)]
    fn gethostbyaddr(host: HostArg) -> PyResult<Object> {
        let a = resolve_to(&host.0, libc::AF_UNSPEC)?;
        let family = i32::from(a.raw.ss_family);
        let (start, len) = match family {
            libc::AF_INET => (std::mem::offset_of!(libc::sockaddr_in, sin_addr), 4),
            libc::AF_INET6 => (std::mem::offset_of!(libc::sockaddr_in6, sin6_addr), 16),
            _ => bail!(OSError, "unsupported address family"),
        };
        // SAFETY: the address within the struct; room as the call asks for it.
        let h = ask_host(|e, room, size, r, code| unsafe {
            let p = a.ptr().cast::<u8>().add(start);
            gethostbyaddr_r(p.cast(), len, family, e, room, size, r, code)
        })?;
        host_object(&h)
    }

    /// getservbyname(servicename[, protocolname]) -> integer
    ///
    /// Return a port number from a service name and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function(nosig, sig = "(servicename, protocolname=None, /)")]
    fn getservbyname(servicename: Text, protocolname: Option<Text>) -> PyResult<u32> {
        let p = protocolname.as_ref().map_or(std::ptr::null(), |p| p.0.as_ptr());
        // SAFETY: terminated texts; the entry is read at once, with the GIL held.
        unsafe {
            let s = libc::getservbyname(servicename.0.as_ptr(), p);
            if s.is_null() {
                bail!(OSError, "service/proto not found");
            }
            Ok(u32::from(u16::from_be((*s).s_port as u16)))
        }
    }

    /// getservbyport(port[, protocolname]) -> string
    ///
    /// Return the service name from a port number and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function(nosig, sig = "(port, protocolname=None, /)")]
    fn getservbyport(port: i32, protocolname: Option<Text>) -> PyResult<Ref<Str>> {
        let Ok(port) = u16::try_from(port) else {
            bail!(OverflowError, "getservbyport: port must be 0-65535.");
        };
        let p = protocolname.as_ref().map_or(std::ptr::null(), |p| p.0.as_ptr());
        // SAFETY: as above.
        unsafe {
            let s = libc::getservbyport(i32::from(port.to_be()), p);
            if s.is_null() {
                bail!(OSError, "port/proto not found");
            }
            fs_decode(CStr::from_ptr((*s).s_name).to_bytes())
        }
    }

    /// getprotobyname(name) -> integer
    ///
    /// Return the protocol number for the named protocol.  (Rarely used.)
    #[function(nosig)]
    fn getprotobyname(name: Text) -> PyResult<i32> {
        // SAFETY: a terminated text; the entry is read at once, with the GIL held.
        unsafe {
            let p = libc::getprotobyname(name.0.as_ptr());
            if p.is_null() {
                bail!(OSError, "protocol not found");
            }
            Ok((*p).p_proto)
        }
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[function]
    fn ntohs(integer: &Obj) -> PyResult<u64> {
        Ok(u64::from(u16::from_be(unsigned(integer, u16::MAX.into(), "uint16_t")? as u16)))
    }

    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[function]
    fn htons(integer: &Obj) -> PyResult<u64> {
        Ok(u64::from((unsigned(integer, u16::MAX.into(), "uint16_t")? as u16).to_be()))
    }

    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[function]
    fn ntohl(integer: &Obj) -> PyResult<u64> {
        Ok(u64::from(u32::from_be(unsigned(integer, u32::MAX.into(), "uint32_t")? as u32)))
    }

    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[function]
    fn htonl(integer: &Obj) -> PyResult<u64> {
        Ok(u64::from((unsigned(integer, u32::MAX.into(), "uint32_t")? as u32).to_be()))
    }

    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
    #[function]
    fn inet_aton(ip_addr: Text) -> PyResult<Ref<Bytes>> {
        let mut a = libc::in_addr { s_addr: 0 };
        // SAFETY: a terminated text and room.
        if unsafe { super::inet_aton(ip_addr.0.as_ptr(), &mut a) } == 0 {
            bail!(OSError, "illegal IP address string passed to inet_aton");
        }
        Bytes::new(&a.s_addr.to_ne_bytes())
    }

    /// Convert an IP address from 32-bit packed binary format to string format.
    #[function]
    fn inet_ntoa(packed_ip: BytesLike<'_>) -> PyResult<Object> {
        match <[u8; 4]>::try_from(packed_ip.as_slice()) {
            Ok(b) => text_v4(&libc::in_addr { s_addr: u32::from_ne_bytes(b) }),
            Err(_) => Err(raise!(OSError, "packed IP wrong length for inet_ntoa")),
        }
    }

    /// inet_pton(af, ip) -> packed IP address string
    ///
    /// Convert an IP address from string format to a packed string suitable
    /// for use with low-level network functions.
    #[function(nosig)]
    fn inet_pton(af: i32, ip: Text) -> PyResult<Ref<Bytes>> {
        let mut room = [0u8; 16];
        // SAFETY: a terminated text and room for either family.
        match unsafe { super::inet_pton(af, ip.0.as_ptr(), room.as_mut_ptr().cast()) } {
            -1 => Err(os_error(errno())),
            0 => Err(raise!(OSError, "illegal IP address string passed to inet_pton")),
            _ => Bytes::new(&room[..if af == libc::AF_INET { 4 } else { 16 }]),
        }
    }

    /// inet_ntop(af, packed_ip) -> string formatted IP address
    ///
    /// Convert a packed IP address of the given family to string format.
    #[function(nosig)]
    fn inet_ntop(af: i32, packed_ip: BytesLike<'_>) -> PyResult<Object> {
        let len = match af {
            libc::AF_INET => 4,
            libc::AF_INET6 => 16,
            _ => bail!(ValueError, "unknown address family {af}"),
        };
        if packed_ip.len() != len {
            bail!(ValueError, "invalid length of packed IP address string");
        }
        let mut room = [0u8; 64];
        // SAFETY: an address of the family's size, and room for its text.
        let p = unsafe {
            super::inet_ntop(af, packed_ip.as_ptr().cast(), room.as_mut_ptr().cast(), room.len() as u32)
        };
        if p.is_null() {
            return Err(os_error(errno()));
        }
        text(&CStr::from_bytes_until_nul(&room).unwrap_or_default().to_string_lossy())
    }

    /// getaddrinfo(host, port [, family, type, proto, flags])
    ///     -> list of (family, type, proto, canonname, sockaddr)
    ///
    /// Resolve host and port into addrinfo struct.
    #[function(nosig, sig = "(host, port, family=0, type=0, proto=0, flags=0)")]
    fn getaddrinfo(
        host: &Obj,
        port: &Obj,
        family: i32,
        r#type: i32,
        proto: i32,
        flags: i32,
    ) -> PyResult<Ref<List>> {
        let name = if host.is_none() {
            None
        } else if let Some(s) = host.downcast::<Str>() {
            let raw = match s.as_ascii() {
                Some(a) => a.as_bytes().to_vec(),
                None => {
                    let b = host.call_method(sym!(encode), &[&*text("idna")?])?;
                    b.downcast::<Bytes>().map(|b| b.as_slice().to_vec()).unwrap_or_default()
                }
            };
            Some(CString::new(raw).map_err(|_| raise!(ValueError, "embedded null character"))?)
        } else if let Some(b) = host.downcast::<Bytes>() {
            Some(CString::new(b.as_slice()).map_err(|_| raise!(ValueError, "embedded null byte"))?)
        } else {
            bail!(TypeError, "getaddrinfo() argument 1 must be string or None");
        };
        let service = service_of(port)?;
        crate::osutil::audit("socket.getaddrinfo", || {
            Ok(vec![host.to_owned(), port.to_owned(), int(family)?, int(r#type)?, int(proto)?, int(flags)?])
        })?;
        let found = look_up(name.as_deref(), service.as_deref(), &hints(family, r#type, proto, flags))?;
        let mut out = Vec::new();
        let mut p = found.0;
        // SAFETY: a linked list of entries.
        unsafe {
            while !p.is_null() {
                let e = &*p;
                let address = to_python(&address_of(p), proto)?;
                let canonical = if e.ai_canonname.is_null() {
                    text("")?
                } else {
                    fs_decode(CStr::from_ptr(e.ai_canonname).to_bytes())?.into_object()
                };
                let row =
                    vec![int(e.ai_family)?, int(e.ai_socktype)?, int(e.ai_protocol)?, canonical, address];
                out.push(Tuple::from_vec(row)?.into_object());
                p = e.ai_next;
            }
        }
        List::from_vec(out)
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    ///
    /// Get host and port for a sockaddr.
    #[function(nosig)]
    fn getnameinfo(sockaddr: &Obj, flags: i32) -> PyResult<Object> {
        let Some(t) = sockaddr.downcast::<Tuple>() else {
            bail!(TypeError, "getnameinfo() argument 1 must be a tuple");
        };
        let host = match t.items().first().and_then(|o| o.downcast::<Str>()) {
            Some(s) if (2..=4).contains(&t.len()) => s,
            _ => bail!(TypeError, "getnameinfo(): illegal sockaddr argument"),
        };
        let port = crate::osutil::c_int(t.get(1))?;
        let number = |i: usize| -> PyResult<u32> {
            t.items().get(i).map_or(Ok(0), |o| crate::osutil::mask_u64(o).map(|v| v as u32))
        };
        let (flow, scope) = (number(2)?, number(3)?);
        if flow > 0xfffff {
            bail!(OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
        }
        crate::osutil::audit("socket.getnameinfo", || Ok(vec![sockaddr.to_owned()]))?;
        let name = c_text(host.as_str()?)?;
        let service = CString::new(port.to_string()).unwrap_or_default();
        let h = hints(libc::AF_UNSPEC, libc::SOCK_DGRAM, 0, libc::AI_NUMERICHOST);
        let found = look_up(Some(&name), Some(&service), &h)?;
        // SAFETY: a list has an entry; results go into buffers of ours.
        unsafe {
            if !(*found.0).ai_next.is_null() {
                bail!(OSError, "sockaddr resolved to multiple addresses");
            }
            match (*found.0).ai_family {
                libc::AF_INET if t.len() != 2 => bail!(OSError, "IPv4 sockaddr must be 2 tuple"),
                libc::AF_INET6 => {
                    let s = (*found.0).ai_addr.cast::<libc::sockaddr_in6>();
                    (*s).sin6_flowinfo = flow.to_be();
                    (*s).sin6_scope_id = scope;
                }
                _ => {}
            }
            let (mut host, mut service) = ([0u8; 1025], [0u8; 32]);
            let (code, e) = gil::allow_threads(|| {
                let code = libc::getnameinfo(
                    (*found.0).ai_addr,
                    (*found.0).ai_addrlen,
                    host.as_mut_ptr().cast(),
                    host.len() as u32,
                    service.as_mut_ptr().cast(),
                    service.len() as u32,
                    flags,
                );
                (code, errno())
            });
            if code != 0 {
                return Err(lookup_error(code, e));
            }
            let cut = |b: &[u8]| b.split(|b| *b == 0).next().unwrap_or(&[]).to_vec();
            let parts = vec![fs_decode(&cut(&host))?.into_object(), fs_decode(&cut(&service))?.into_object()];
            Ok(Tuple::from_vec(parts)?.into_object())
        }
    }

    /// if_nameindex()
    ///
    /// Returns a list of network interface information (index, name) tuples.
    #[function]
    fn if_nameindex() -> PyResult<Ref<List>> {
        let mut out = Vec::new();
        // SAFETY: a table that a null name ends; freed below.
        unsafe {
            let table = libc::if_nameindex();
            if table.is_null() {
                return Err(os_error(errno()));
            }
            let mut p = table;
            let mut failed = None;
            while (*p).if_index != 0 && !(*p).if_name.is_null() {
                let row = int((*p).if_index)
                    .and_then(|i| Ok((i, fs_decode(CStr::from_ptr((*p).if_name).to_bytes())?.into_object())))
                    .and_then(|(i, n)| crate::osutil::pair(i, n));
                match row {
                    Ok(r) => out.push(r),
                    Err(e) => {
                        failed = Some(e);
                        break;
                    }
                }
                p = p.add(1);
            }
            libc::if_freenameindex(table);
            if let Some(e) = failed {
                return Err(e);
            }
        }
        List::from_vec(out)
    }

    /// Returns the interface index corresponding to the interface name if_name.
    #[function]
    fn if_nametoindex(oname: &Obj) -> PyResult<u32> {
        let name = crate::util::fs_cstring(oname)?;
        // SAFETY: a terminated name.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(os_error(errno())),
            n => Ok(n),
        }
    }

    /// Returns the interface name corresponding to the interface index if_index.
    #[function]
    fn if_indextoname(if_index: &Obj) -> PyResult<Ref<Str>> {
        let index = unsigned(if_index, u32::MAX.into(), "unsigned int")?;
        let mut room = [0u8; libc::IF_NAMESIZE + 1];
        // SAFETY: room for a name.
        if unsafe { libc::if_indextoname(index as u32, room.as_mut_ptr().cast()).is_null() } {
            return Err(os_error(errno()));
        }
        fs_decode(room.split(|b| *b == 0).next().unwrap_or(&[]))
    }
}

pub use module::MODULE;
