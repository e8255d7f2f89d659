//! Certificates: their contents as Python's dicts, and `Certificate` objects.

use super::error::plain;
use super::ffi::{self, P};
use crate::util::{Boxed, data, dealloc_boxed, int, new_native, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::convert::CompareOp;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::none::not_implemented;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use std::ffi::c_int;

const NID_SUBJECT_ALT_NAME: c_int = 85;
const NID_INFO_ACCESS: c_int = 177;
const NID_CRL_DISTRIBUTION_POINTS: c_int = 103;
const NID_AD_OCSP: c_int = 178;
const NID_AD_CA_ISSUERS: c_int = 179;
const V_ASN1_BIT_STRING: c_int = 3;
const GEN_EMAIL: c_int = 1;
const GEN_DNS: c_int = 2;
const GEN_DIRNAME: c_int = 4;
const GEN_URI: c_int = 6;
const GEN_IPADD: c_int = 7;
const GEN_RID: c_int = 8;

/// A memory buffer of the library, freed when dropped.
pub struct Memory(pub P);

impl Memory {
    pub fn new() -> PyResult<Memory> {
        // SAFETY: a buffer of our own.
        let b = unsafe { ffi::BIO_new(ffi::BIO_s_mem()) };
        if b.is_null() { Err(plain("failed to allocate BIO")) } else { Ok(Memory(b)) }
    }

    /// Everything written to it.
    pub fn bytes(&self) -> Vec<u8> {
        // SAFETY: room of the pending size.
        unsafe {
            let mut out = vec![0u8; ffi::BIO_ctrl_pending(self.0)];
            let n = ffi::BIO_read(self.0, out.as_mut_ptr().cast(), out.len() as c_int);
            out.truncate(n.max(0) as usize);
            out
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: our buffer.
        unsafe { ffi::BIO_free(self.0) };
    }
}

/// The name or dotted number of an object identifier; `None` for the undefined one.
pub fn object_text(o: P, no_name: bool) -> PyResult<Option<Object>> {
    // SAFETY: a live identifier; room as the call asks for it.
    unsafe {
        let n = ffi::OBJ_obj2txt(std::ptr::null_mut(), 0, o, c_int::from(no_name));
        if n < 0 {
            return Err(crate::ssl_error!());
        }
        if n == 0 {
            return Ok(None);
        }
        let mut room = vec![0u8; n as usize + 1];
        ffi::OBJ_obj2txt(room.as_mut_ptr().cast(), n + 1, o, c_int::from(no_name));
        room.truncate(n as usize);
        text(&String::from_utf8_lossy(&room)).map(Some)
    }
}

/// The bytes of a string of the library.
///
/// # Safety
/// `s` is a live ASN.1 string.
unsafe fn string_bytes<'a>(s: P) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe {
        let n = ffi::ASN1_STRING_length(s).max(0) as usize;
        if n == 0 { &[] } else { std::slice::from_raw_parts(ffi::ASN1_STRING_get0_data(s), n) }
    }
}

/// `(name, value)` of an attribute.
unsafe fn attribute(entry: P) -> PyResult<Object> {
    // SAFETY: a live entry.
    unsafe {
        let name = match object_text(ffi::X509_NAME_ENTRY_get_object(entry), false)? {
            Some(n) => n,
            None => text("")?,
        };
        let value = ffi::X509_NAME_ENTRY_get_data(entry);
        let value = if ffi::ASN1_STRING_type(value) == V_ASN1_BIT_STRING {
            Bytes::new(string_bytes(value))?.into_object()
        } else {
            let mut out = std::ptr::null_mut();
            let n = ffi::ASN1_STRING_to_UTF8(&mut out, value);
            if n < 0 {
                return Err(crate::ssl_error!());
            }
            let s = Str::from_utf8(std::slice::from_raw_parts(out, n as usize));
            ffi::free(out.cast());
            s?.into_object()
        };
        crate::osutil::pair(name, value)
    }
}

/// A distinguished name: a tuple of parts, each a tuple of `(name, value)` pairs.
unsafe fn name(n: P) -> PyResult<Object> {
    let (mut parts, mut part, mut level) = (Vec::new(), Vec::new(), -1);
    // SAFETY: a live name.
    unsafe {
        for i in 0..ffi::X509_NAME_entry_count(n) {
            let entry = ffi::X509_NAME_get_entry(n, i);
            let set = ffi::X509_NAME_ENTRY_set(entry);
            if level >= 0 && level != set {
                parts.push(Tuple::from_vec(std::mem::take(&mut part))?.into_object());
            }
            level = set;
            part.push(attribute(entry)?);
        }
    }
    if !part.is_empty() {
        parts.push(Tuple::from_vec(part)?.into_object());
    }
    Ok(Tuple::from_vec(parts)?.into_object())
}

/// `(kind, value)` of a general name.
unsafe fn general_name(g: P) -> PyResult<Object> {
    // SAFETY: a live name whose value is of its kind.
    unsafe {
        let mut kind = 0;
        let value = ffi::GENERAL_NAME_get0_value(g, &mut kind);
        let (label, value) = match kind {
            GEN_DIRNAME => ("DirName", name(value)?),
            GEN_EMAIL | GEN_DNS | GEN_URI => {
                let label = match kind {
                    GEN_EMAIL => "email",
                    GEN_DNS => "DNS",
                    _ => "URI",
                };
                (label, Str::from_utf8(string_bytes(value))?.into_object())
            }
            GEN_RID => ("Registered ID", object_text(value, false)?.map_or_else(|| text("<INVALID>"), Ok)?),
            GEN_IPADD => {
                let b = string_bytes(value);
                let shown = match b.len() {
                    4 => format!("{}.{}.{}.{}", b[0], b[1], b[2], b[3]),
                    16 => {
                        let groups: Vec<String> =
                            b.chunks(2).map(|c| format!("{:X}", u16::from_be_bytes([c[0], c[1]]))).collect();
                        groups.join(":")
                    }
                    _ => "<invalid>".to_owned(),
                };
                ("IP Address", text(&shown)?)
            }
            _ => {
                let m = Memory::new()?;
                ffi::GENERAL_NAME_print(m.0, g);
                let bytes = m.bytes();
                let shown = String::from_utf8_lossy(&bytes).into_owned();
                let Some((label, value)) = shown.split_once(':') else {
                    bail!(ValueError, "Invalid value {shown}");
                };
                return crate::osutil::pair(text(label)?, text(value)?);
            }
        };
        crate::osutil::pair(text(label)?, value)
    }
}

unsafe extern "C" fn free_general_name(p: P) {
    // SAFETY: called for each name of a stack that ends.
    unsafe { ffi::GENERAL_NAME_free(p) }
}

unsafe fn alternative_names(x: P) -> PyResult<Option<Object>> {
    // SAFETY: a live certificate; the stack is freed.
    unsafe {
        let names = ffi::X509_get_ext_d2i(x, NID_SUBJECT_ALT_NAME, std::ptr::null_mut(), std::ptr::null_mut());
        if names.is_null() {
            return Ok(None);
        }
        let all = (0..ffi::OPENSSL_sk_num(names)).map(|i| general_name(ffi::OPENSSL_sk_value(names, i)));
        let all = all.collect::<PyResult<Vec<_>>>();
        ffi::OPENSSL_sk_pop_free(names, Some(free_general_name));
        Ok(Some(Tuple::from_vec(all?)?.into_object()))
    }
}

/// The head of `ACCESS_DESCRIPTION`.
#[repr(C)]
struct AccessDescription {
    method: P,
    location: P,
}

unsafe fn access_uris(x: P, nid: c_int) -> PyResult<Option<Object>> {
    // SAFETY: a live certificate; the stack is freed.
    unsafe {
        let info = ffi::X509_get_ext_d2i(x, NID_INFO_ACCESS, std::ptr::null_mut(), std::ptr::null_mut());
        if info.is_null() {
            return Ok(None);
        }
        let mut out = Vec::new();
        for i in 0..ffi::OPENSSL_sk_num(info) {
            let d = &*(ffi::OPENSSL_sk_value(info, i) as *const AccessDescription);
            let mut kind = 0;
            let value = ffi::GENERAL_NAME_get0_value(d.location, &mut kind);
            if ffi::OBJ_obj2nid(d.method) == nid && kind == GEN_URI {
                out.push(Str::from_utf8(string_bytes(value)));
            }
        }
        ffi::AUTHORITY_INFO_ACCESS_free(info);
        let out = out.into_iter().map(|s| s.map(Ref::into_object)).collect::<PyResult<Vec<_>>>()?;
        if out.is_empty() { Ok(None) } else { Ok(Some(Tuple::from_vec(out)?.into_object())) }
    }
}

/// The heads of `DIST_POINT` and `DIST_POINT_NAME`.
#[repr(C)]
struct DistPoint {
    name: *const DistPointName,
}

#[repr(C)]
struct DistPointName {
    kind: c_int,
    full: P,
}

unsafe fn crl_uris(x: P) -> PyResult<Option<Object>> {
    // SAFETY: a live certificate; the stack is freed.
    unsafe {
        let points =
            ffi::X509_get_ext_d2i(x, NID_CRL_DISTRIBUTION_POINTS, std::ptr::null_mut(), std::ptr::null_mut());
        if points.is_null() {
            return Ok(None);
        }
        let mut out = Vec::new();
        for i in 0..ffi::OPENSSL_sk_num(points) {
            let p = &*(ffi::OPENSSL_sk_value(points, i) as *const DistPoint);
            if p.name.is_null() || (*p.name).kind != 0 {
                continue;
            }
            let names = (*p.name).full;
            for j in 0..ffi::OPENSSL_sk_num(names) {
                let mut kind = 0;
                let value = ffi::GENERAL_NAME_get0_value(ffi::OPENSSL_sk_value(names, j), &mut kind);
                if kind == GEN_URI {
                    out.push(Str::from_utf8(string_bytes(value)));
                }
            }
        }
        ffi::CRL_DIST_POINTS_free(points);
        let out = out.into_iter().map(|s| s.map(Ref::into_object)).collect::<PyResult<Vec<_>>>()?;
        if out.is_empty() { Ok(None) } else { Ok(Some(Tuple::from_vec(out)?.into_object())) }
    }
}

/// What a certificate says, as `getpeercert()` gives it.
///
/// # Safety
/// `x` is a live certificate.
pub unsafe fn decode(x: P) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let out = Dict::new()?;
        out.set_text("subject", &*name(ffi::X509_get_subject_name(x))?)?;
        out.set_text("issuer", &*name(ffi::X509_get_issuer_name(x))?)?;
        out.set_text("version", &*int(ffi::X509_get_version(x) + 1)?)?;
        let shown = |write: &dyn Fn(P)| -> PyResult<Object> {
            let m = Memory::new()?;
            write(m.0);
            text(&String::from_utf8_lossy(&m.bytes()))
        };
        let serial = shown(&|b| _ = ffi::i2a_ASN1_INTEGER(b, ffi::X509_get_serialNumber(x)))?;
        out.set_text("serialNumber", &*serial)?;
        out.set_text("notBefore", &*shown(&|b| _ = ffi::ASN1_TIME_print(b, ffi::X509_get0_notBefore(x)))?)?;
        out.set_text("notAfter", &*shown(&|b| _ = ffi::ASN1_TIME_print(b, ffi::X509_get0_notAfter(x)))?)?;
        for (key, value) in [
            ("subjectAltName", alternative_names(x)?),
            ("OCSP", access_uris(x, NID_AD_OCSP)?),
            ("caIssuers", access_uris(x, NID_AD_CA_ISSUERS)?),
            ("crlDistributionPoints", crl_uris(x)?),
        ] {
            if let Some(v) = value {
                out.set_text(key, &*v)?;
            }
        }
        Ok(out.into_object())
    }
}

/// The certificate in DER.
///
/// # Safety
/// `x` is a live certificate.
pub unsafe fn to_der(x: P) -> PyResult<Object> {
    // SAFETY: the caller's promise; the library's memory is freed.
    unsafe {
        let mut p = std::ptr::null_mut();
        let n = ffi::i2d_X509(x, &mut p);
        if n < 0 {
            return Err(crate::ssl_error!());
        }
        let b = Bytes::new(std::slice::from_raw_parts(p, n as usize));
        ffi::free(p.cast());
        Ok(b?.into_object())
    }
}

/// A reference to a certificate.
pub struct State(P);

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: our reference.
        unsafe { ffi::X509_free(self.0) };
    }
}

/// Certificates of chains.
#[pytype(name = "_ssl.Certificate", body = Boxed<State>, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct Certificate;

impl Certificate {
    /// An object for a certificate, with a reference of its own.
    ///
    /// # Safety
    /// `x` is a live certificate.
    pub unsafe fn of(x: P) -> PyResult<Object> {
        // SAFETY: the caller's promise.
        unsafe { ffi::X509_up_ref(x) };
        let c: Ref<Certificate> = new_native(State(x))?;
        Ok(c.into_object())
    }
}

/// The objects of a stack of certificates, or None.
///
/// # Safety
/// `stack` is NULL or a live stack of certificates.
pub unsafe fn chain(stack: P) -> PyResult<Option<Object>> {
    if stack.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let all = (0..ffi::OPENSSL_sk_num(stack)).map(|i| Certificate::of(ffi::OPENSSL_sk_value(stack, i)));
        Ok(Some(List::from_vec(all.collect::<PyResult<Vec<_>>>()?)?.into_object()))
    }
}

#[pymethods]
impl Certificate {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<State>(o) }
    }

    #[method(sig = "(format=Encoding.PEM, /)")]
    fn public_bytes(&self, format: Option<i32>) -> PyResult<Object> {
        let x = data(self).0;
        match format.unwrap_or(1) {
            1 => {
                let m = Memory::new()?;
                // SAFETY: a live certificate and buffer.
                if unsafe { ffi::PEM_write_bio_X509(m.0, x) } != 1 {
                    return Err(crate::ssl_error!());
                }
                text(&String::from_utf8_lossy(&m.bytes()))
            }
            // SAFETY: a live certificate.
            2 => unsafe { to_der(x) },
            _ => Err(raise!(ValueError, "Unsupported format")),
        }
    }

    #[method]
    fn get_info(&self) -> PyResult<Object> {
        // SAFETY: a live certificate.
        unsafe { decode(data(self).0) }
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        // SAFETY: a live certificate.
        match unsafe { ffi::X509_subject_name_hash(data(self).0) } as isize {
            -1 => -2,
            h => h,
        }
    }

    #[slot(tp_richcompare)]
    fn compare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(other) = other.downcast::<Certificate>() else {
            return Ok(not_implemented().to_owned());
        };
        // SAFETY: live certificates.
        let same = unsafe { ffi::X509_cmp(data(self).0, data(other).0) } == 0;
        match op {
            CompareOp::Eq => Ok(bool_obj(same).to_owned()),
            CompareOp::Ne => Ok(bool_obj(!same).to_owned()),
            _ => Ok(not_implemented().to_owned()),
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let m = Memory::new()?;
        // SAFETY: a live certificate; the flags of RFC 2253 without escaping of other characters.
        unsafe {
            let n = ffi::X509_get_subject_name(data(self).0);
            ffi::X509_NAME_print_ex(m.0, n, 0, 0x111_0317 & !4);
        }
        let bytes = m.bytes();
        Ok(format!("<{} '{}'>", self.as_obj().type_name(), String::from_utf8_lossy(&bytes)))
    }
}
