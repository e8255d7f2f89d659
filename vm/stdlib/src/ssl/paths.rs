//! Where the system keeps its certificates: what the environment says, else where distributions put them.

use super::ffi;
use std::ffi::{CStr, CString, c_char};
use std::path::Path;

const FILES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

const DIRECTORIES: &[&str] = &["/etc/ssl/certs", "/etc/pki/tls/certs"];

fn owned(p: *const c_char) -> String {
    // SAFETY: a constant text of the library.
    unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned()
}

/// `(environment variable, file, environment variable, directory)`.
pub fn defaults() -> [String; 4] {
    // SAFETY: constant texts.
    let [file_env, mut file, dir_env, mut dir] = unsafe {
        [
            owned(ffi::X509_get_default_cert_file_env()),
            owned(ffi::X509_get_default_cert_file()),
            owned(ffi::X509_get_default_cert_dir_env()),
            owned(ffi::X509_get_default_cert_dir()),
        ]
    };
    if !Path::new(&file).exists() && !Path::new(&dir).exists() {
        if let Some(f) = FILES.iter().find(|f| Path::new(f).exists()) {
            file = (*f).to_owned();
        }
        if let Some(d) = DIRECTORIES.iter().find(|d| Path::new(d).exists()) {
            dir = (*d).to_owned();
        }
    }
    [file_env, file, dir_env, dir]
}

/// What to load beside the library's own default places: nothing where those exist, or where the environment
/// names others.
pub fn system_locations() -> Vec<(Option<CString>, Option<CString>)> {
    let [file_env, file, dir_env, dir] = defaults();
    // SAFETY: constant texts.
    let (own_file, own_dir) = unsafe { (owned(ffi::X509_get_default_cert_file()), owned(ffi::X509_get_default_cert_dir())) };
    let mut out = Vec::new();
    if std::env::var_os(file_env).is_none() && file != own_file {
        out.push((CString::new(file).ok(), None));
    }
    if std::env::var_os(dir_env).is_none() && dir != own_dir {
        out.push((None, CString::new(dir).ok()));
    }
    out
}
