//! OpenSSL's functions as these modules use them. Handles are untyped pointers: each function's name says what it
//! takes. The `openssl-sys` crate links the library.

#![allow(non_camel_case_types)]

use openssl_sys as _;
use std::ffi::{c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};

/// A handle of the library.
pub type P = *mut c_void;

pub type Callback = unsafe extern "C" fn();

macro_rules! functions {
    ($(fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?;)*) => {
        unsafe extern "C" { $(pub fn $name($($arg: $ty),*) $(-> $ret)?;)* }
    };
}

functions! {
    fn OPENSSL_init_ssl(opts: u64, settings: P) -> c_int;
    fn OpenSSL_version(kind: c_int) -> *const c_char;
    fn OpenSSL_version_num() -> c_ulong;
    fn ERR_clear_error();
    fn ERR_peek_last_error() -> c_ulong;
    fn ERR_reason_error_string(e: c_ulong) -> *const c_char;
    fn CRYPTO_free(p: P, file: *const c_char, line: c_int);
    fn CRYPTO_memcmp(a: *const c_void, b: *const c_void, len: usize) -> c_int;
    fn RAND_add(buf: *const c_void, num: c_int, entropy: f64);
    fn RAND_bytes(buf: *mut c_uchar, num: c_int) -> c_int;
    fn RAND_status() -> c_int;

    fn OBJ_nid2obj(n: c_int) -> P;
    fn OBJ_txt2obj(s: *const c_char, no_name: c_int) -> P;
    fn OBJ_obj2nid(o: *const c_void) -> c_int;
    fn OBJ_nid2sn(n: c_int) -> *const c_char;
    fn OBJ_nid2ln(n: c_int) -> *const c_char;
    fn OBJ_sn2nid(s: *const c_char) -> c_int;
    fn OBJ_obj2txt(buf: *mut c_char, len: c_int, o: *const c_void, no_name: c_int) -> c_int;
    fn ASN1_OBJECT_free(o: P);

    fn BIO_new(method: *const c_void) -> P;
    fn BIO_s_mem() -> *const c_void;
    fn BIO_new_mem_buf(buf: *const c_void, len: c_int) -> P;
    fn BIO_new_fp(stream: *mut libc::FILE, close: c_int) -> P;
    fn BIO_new_file(name: *const c_char, mode: *const c_char) -> P;
    fn BIO_free(b: P) -> c_int;
    fn BIO_free_all(b: P);
    fn BIO_up_ref(b: P) -> c_int;
    fn BIO_read(b: P, data: *mut c_void, len: c_int) -> c_int;
    fn BIO_write(b: P, data: *const c_void, len: c_int) -> c_int;
    fn BIO_ctrl(b: P, cmd: c_int, larg: c_long, parg: P) -> c_long;
    fn BIO_ctrl_pending(b: P) -> usize;
    fn BIO_set_flags(b: P, flags: c_int);
    fn BIO_clear_flags(b: P, flags: c_int);

    fn TLS_method() -> *const c_void;
    fn TLS_client_method() -> *const c_void;
    fn TLS_server_method() -> *const c_void;
    fn TLSv1_method() -> *const c_void;
    fn TLSv1_1_method() -> *const c_void;
    fn TLSv1_2_method() -> *const c_void;

    fn SSL_CTX_new(method: *const c_void) -> P;
    fn SSL_CTX_free(c: P);
    fn SSL_CTX_ctrl(c: P, cmd: c_int, larg: c_long, parg: P) -> c_long;
    fn SSL_CTX_callback_ctrl(c: P, cmd: c_int, f: Option<Callback>) -> c_long;
    fn SSL_CTX_get_options(c: *const c_void) -> u64;
    fn SSL_CTX_set_options(c: P, o: u64) -> u64;
    fn SSL_CTX_clear_options(c: P, o: u64) -> u64;
    fn SSL_CTX_set_cipher_list(c: P, s: *const c_char) -> c_int;
    fn SSL_CTX_set_session_id_context(c: P, sid: *const c_uchar, len: c_uint) -> c_int;
    fn SSL_CTX_get0_param(c: P) -> P;
    fn SSL_CTX_set_post_handshake_auth(c: P, v: c_int);
    fn SSL_CTX_set_verify(c: P, mode: c_int, f: Option<Callback>);
    fn SSL_CTX_get_verify_mode(c: *const c_void) -> c_int;
    fn SSL_CTX_get_security_level(c: *const c_void) -> c_int;
    fn SSL_CTX_get_num_tickets(c: *const c_void) -> usize;
    fn SSL_CTX_set_num_tickets(c: P, n: usize) -> c_int;
    fn SSL_CTX_set_alpn_protos(c: P, p: *const c_uchar, len: c_uint) -> c_int;
    fn SSL_CTX_set_alpn_select_cb(c: P, f: Option<unsafe extern "C" fn(P, *mut *const c_uchar, *mut c_uchar, *const c_uchar, c_uint, P) -> c_int>, arg: P);
    fn SSL_select_next_proto(out: *mut *mut c_uchar, outlen: *mut c_uchar, server: *const c_uchar, slen: c_uint, client: *const c_uchar, clen: c_uint) -> c_int;
    fn SSL_CTX_get_default_passwd_cb(c: P) -> Option<Callback>;
    fn SSL_CTX_get_default_passwd_cb_userdata(c: P) -> P;
    fn SSL_CTX_set_default_passwd_cb(c: P, f: Option<Callback>);
    fn SSL_CTX_set_default_passwd_cb_userdata(c: P, u: P);
    fn SSL_CTX_use_certificate_chain_file(c: P, f: *const c_char) -> c_int;
    fn SSL_CTX_use_PrivateKey_file(c: P, f: *const c_char, kind: c_int) -> c_int;
    fn SSL_CTX_check_private_key(c: *const c_void) -> c_int;
    fn SSL_CTX_load_verify_locations(c: P, file: *const c_char, path: *const c_char) -> c_int;
    fn SSL_CTX_set_default_verify_paths(c: P) -> c_int;
    fn SSL_CTX_get_cert_store(c: *const c_void) -> P;
    fn SSL_CTX_set_keylog_callback(c: P, f: Option<unsafe extern "C" fn(*const c_void, *const c_char)>);
    fn SSL_CTX_set_msg_callback(c: P, f: Option<unsafe extern "C" fn(c_int, c_int, c_int, *const c_void, usize, P, P)>);
    fn SSL_set_msg_callback(s: P, f: Option<unsafe extern "C" fn(c_int, c_int, c_int, *const c_void, usize, P, P)>);
    fn SSL_CTX_set_psk_client_callback(c: P, f: Option<unsafe extern "C" fn(P, *const c_char, *mut c_char, c_uint, *mut c_uchar, c_uint) -> c_uint>);
    fn SSL_CTX_set_psk_server_callback(c: P, f: Option<unsafe extern "C" fn(P, *const c_char, *mut c_uchar, c_uint) -> c_uint>);
    fn SSL_CTX_use_psk_identity_hint(c: P, hint: *const c_char) -> c_int;
    fn SSL_CTX_get_ex_data(c: *const c_void, i: c_int) -> P;
    fn SSL_CTX_set_ex_data(c: P, i: c_int, d: P) -> c_int;
    fn PEM_read_bio_DHparams(b: P, x: *mut P, f: Option<Callback>, u: P) -> P;
    fn DH_free(d: P);

    fn SSL_new(c: P) -> P;
    fn SSL_free(s: P);
    fn SSL_get_SSL_CTX(s: *const c_void) -> P;
    fn SSL_set_SSL_CTX(s: P, c: P) -> P;
    fn SSL_ctrl(s: P, cmd: c_int, larg: c_long, parg: P) -> c_long;
    fn SSL_set_ex_data(s: P, i: c_int, d: P) -> c_int;
    fn SSL_get_ex_data(s: *const c_void, i: c_int) -> P;
    fn SSL_set_fd(s: P, fd: c_int) -> c_int;
    fn SSL_set_bio(s: P, r: P, w: P);
    fn SSL_get_rbio(s: *const c_void) -> P;
    fn SSL_get_wbio(s: *const c_void) -> P;
    fn SSL_set_connect_state(s: P);
    fn SSL_set_accept_state(s: P);
    fn SSL_do_handshake(s: P) -> c_int;
    fn SSL_read_ex(s: P, buf: *mut c_void, n: usize, got: *mut usize) -> c_int;
    fn SSL_write_ex(s: P, buf: *const c_void, n: usize, put: *mut usize) -> c_int;
    fn SSL_pending(s: *const c_void) -> c_int;
    fn SSL_shutdown(s: P) -> c_int;
    fn SSL_get_shutdown(s: *const c_void) -> c_int;
    fn SSL_set_read_ahead(s: P, yes: c_int);
    fn SSL_get_error(s: *const c_void, ret: c_int) -> c_int;
    fn SSL_is_init_finished(s: *const c_void) -> c_int;
    fn SSL_get_version(s: *const c_void) -> *const c_char;
    fn SSL_get_current_cipher(s: *const c_void) -> *const c_void;
    fn SSL_get_ciphers(s: *const c_void) -> P;
    fn SSL_get_client_ciphers(s: *const c_void) -> P;
    fn SSL_get_current_compression(s: P) -> *const c_void;
    fn SSL_COMP_get_name(c: *const c_void) -> *const c_char;
    fn SSL_get0_alpn_selected(s: *const c_void, data: *mut *const c_uchar, len: *mut c_uint);
    fn SSL_get1_peer_certificate(s: *const c_void) -> P;
    fn SSL_get_peer_cert_chain(s: *const c_void) -> P;
    fn SSL_get0_verified_chain(s: *const c_void) -> P;
    fn SSL_get_verify_result(s: *const c_void) -> c_long;
    fn SSL_get_verify_mode(s: *const c_void) -> c_int;
    fn SSL_set_verify(s: P, mode: c_int, f: Option<Callback>);
    fn SSL_set_post_handshake_auth(s: P, v: c_int);
    fn SSL_verify_client_post_handshake(s: P) -> c_int;
    fn SSL_get0_param(s: P) -> P;
    fn SSL_get_finished(s: *const c_void, buf: *mut c_void, n: usize) -> usize;
    fn SSL_get_peer_finished(s: *const c_void, buf: *mut c_void, n: usize) -> usize;
    fn SSL_session_reused(s: *const c_void) -> c_int;
    fn SSL_get1_session(s: P) -> P;
    fn SSL_set_session(s: P, session: P) -> c_int;
    fn SSL_get_servername(s: *const c_void, kind: c_int) -> *const c_char;
    fn SSL_SESSION_free(s: P);
    fn SSL_SESSION_dup(s: *const c_void) -> P;
    fn SSL_SESSION_get_id(s: *const c_void, len: *mut c_uint) -> *const c_uchar;
    fn SSL_SESSION_get_time(s: *const c_void) -> c_long;
    fn SSL_SESSION_get_timeout(s: *const c_void) -> c_long;
    fn SSL_SESSION_get_ticket_lifetime_hint(s: *const c_void) -> c_ulong;
    fn SSL_SESSION_has_ticket(s: *const c_void) -> c_int;

    fn SSL_CIPHER_get_name(c: *const c_void) -> *const c_char;
    fn SSL_CIPHER_get_version(c: *const c_void) -> *const c_char;
    fn SSL_CIPHER_get_bits(c: *const c_void, alg: *mut c_int) -> c_int;
    fn SSL_CIPHER_get_id(c: *const c_void) -> u32;
    fn SSL_CIPHER_description(c: *const c_void, buf: *mut c_char, size: c_int) -> *mut c_char;
    fn SSL_CIPHER_is_aead(c: *const c_void) -> c_int;
    fn SSL_CIPHER_get_cipher_nid(c: *const c_void) -> c_int;
    fn SSL_CIPHER_get_digest_nid(c: *const c_void) -> c_int;
    fn SSL_CIPHER_get_kx_nid(c: *const c_void) -> c_int;
    fn SSL_CIPHER_get_auth_nid(c: *const c_void) -> c_int;

    fn OPENSSL_sk_num(s: *const c_void) -> c_int;
    fn OPENSSL_sk_value(s: *const c_void, i: c_int) -> P;
    fn OPENSSL_sk_pop_free(s: P, f: Option<unsafe extern "C" fn(P)>);

    fn X509_VERIFY_PARAM_set_flags(p: P, f: c_ulong) -> c_int;
    fn X509_VERIFY_PARAM_clear_flags(p: P, f: c_ulong) -> c_int;
    fn X509_VERIFY_PARAM_get_flags(p: *const c_void) -> c_ulong;
    fn X509_VERIFY_PARAM_set_hostflags(p: P, f: c_uint);
    fn X509_VERIFY_PARAM_set1_host(p: P, name: *const c_char, len: usize) -> c_int;
    fn X509_VERIFY_PARAM_set1_ip(p: P, ip: *const c_uchar, len: usize) -> c_int;
    fn X509_verify_cert_error_string(n: c_long) -> *const c_char;
    fn X509_get_default_cert_file_env() -> *const c_char;
    fn X509_get_default_cert_file() -> *const c_char;
    fn X509_get_default_cert_dir_env() -> *const c_char;
    fn X509_get_default_cert_dir() -> *const c_char;
    fn X509_STORE_get1_objects(s: P) -> P;
    fn X509_STORE_add_cert(s: P, x: P) -> c_int;
    fn X509_OBJECT_free(o: P);
    fn X509_OBJECT_get_type(o: *const c_void) -> c_int;
    fn X509_OBJECT_get0_X509(o: *const c_void) -> P;
    fn X509_check_ca(x: P) -> c_int;
    fn X509_free(x: P);
    fn X509_up_ref(x: P) -> c_int;
    fn X509_cmp(a: *const c_void, b: *const c_void) -> c_int;
    fn X509_subject_name_hash(x: P) -> c_ulong;
    fn X509_get_version(x: *const c_void) -> c_long;
    fn X509_get_serialNumber(x: P) -> P;
    fn X509_get0_notBefore(x: *const c_void) -> P;
    fn X509_get0_notAfter(x: *const c_void) -> P;
    fn X509_get_subject_name(x: *const c_void) -> P;
    fn X509_get_issuer_name(x: *const c_void) -> P;
    fn X509_NAME_entry_count(n: *const c_void) -> c_int;
    fn X509_NAME_get_entry(n: *const c_void, i: c_int) -> P;
    fn X509_NAME_ENTRY_get_object(e: *const c_void) -> P;
    fn X509_NAME_ENTRY_get_data(e: *const c_void) -> P;
    fn X509_NAME_ENTRY_set(e: *const c_void) -> c_int;
    fn X509_NAME_print_ex(b: P, n: *const c_void, indent: c_int, flags: c_ulong) -> c_int;
    fn X509_get_ext_d2i(x: *const c_void, nid: c_int, crit: *mut c_int, idx: *mut c_int) -> P;
    fn i2a_ASN1_INTEGER(b: P, a: *const c_void) -> c_int;
    fn ASN1_TIME_print(b: P, t: *const c_void) -> c_int;
    fn ASN1_STRING_length(s: *const c_void) -> c_int;
    fn ASN1_STRING_get0_data(s: *const c_void) -> *const c_uchar;
    fn ASN1_STRING_type(s: *const c_void) -> c_int;
    fn ASN1_STRING_to_UTF8(out: *mut *mut c_uchar, s: *const c_void) -> c_int;
    fn ASN1_STRING_free(s: P);
    fn a2i_IPADDRESS(s: *const c_char) -> P;
    fn GENERAL_NAME_free(g: P);
    fn GENERAL_NAME_get0_value(g: *const c_void, kind: *mut c_int) -> P;
    fn GENERAL_NAME_print(b: P, g: P) -> c_int;
    fn AUTHORITY_INFO_ACCESS_free(a: P);
    fn CRL_DIST_POINTS_free(a: P);
    fn PEM_read_bio_X509(b: P, x: *mut P, f: Option<Callback>, u: P) -> P;
    fn PEM_write_bio_X509(b: P, x: P) -> c_int;
    fn d2i_X509_bio(b: P, x: *mut P) -> P;
    fn i2d_X509(x: *const c_void, out: *mut *mut c_uchar) -> c_int;

    fn EVP_MD_fetch(ctx: P, name: *const c_char, properties: *const c_char) -> P;
    fn EVP_MD_free(md: P);
    fn EVP_MD_get0_name(md: *const c_void) -> *const c_char;
    fn EVP_MD_get_type(md: *const c_void) -> c_int;
    fn EVP_MD_get_size(md: *const c_void) -> c_int;
    fn EVP_MD_get_block_size(md: *const c_void) -> c_int;
    fn EVP_MD_get_flags(md: *const c_void) -> c_ulong;
    fn EVP_MD_do_all_provided(ctx: P, f: unsafe extern "C" fn(P, P), arg: P);
    fn EVP_MD_CTX_new() -> P;
    fn EVP_MD_CTX_free(c: P);
    fn EVP_MD_CTX_copy(to: P, from: *const c_void) -> c_int;
    fn EVP_MD_CTX_get0_md(c: *const c_void) -> *const c_void;
    fn EVP_DigestInit_ex(c: P, md: *const c_void, engine: P) -> c_int;
    fn EVP_DigestUpdate(c: P, d: *const c_void, n: usize) -> c_int;
    fn EVP_DigestFinal(c: P, out: *mut c_uchar, n: *mut c_uint) -> c_int;
    fn EVP_DigestFinalXOF(c: P, out: *mut c_uchar, n: usize) -> c_int;
    fn EVP_default_properties_is_fips_enabled(ctx: P) -> c_int;
    fn PKCS5_PBKDF2_HMAC(pass: *const c_char, passlen: c_int, salt: *const c_uchar, saltlen: c_int, iter: c_int, md: *const c_void, keylen: c_int, out: *mut c_uchar) -> c_int;
    fn EVP_PBE_scrypt(pass: *const c_char, passlen: usize, salt: *const c_uchar, saltlen: usize, n: u64, r: u64, p: u64, maxmem: u64, key: *mut c_uchar, keylen: usize) -> c_int;
    fn HMAC_CTX_new() -> P;
    fn HMAC_CTX_free(c: P);
    fn HMAC_CTX_copy(to: P, from: P) -> c_int;
    fn HMAC_CTX_get_md(c: *const c_void) -> *const c_void;
    fn HMAC_Init_ex(c: P, key: *const c_void, len: c_int, md: *const c_void, engine: P) -> c_int;
    fn HMAC_Update(c: P, d: *const c_uchar, n: usize) -> c_int;
    fn HMAC_Final(c: P, out: *mut c_uchar, n: *mut c_uint) -> c_int;
    fn HMAC(md: *const c_void, key: *const c_void, klen: c_int, d: *const c_uchar, n: usize, out: *mut c_uchar, outlen: *mut c_uint) -> *mut c_uchar;
}

/// The library that an error code belongs to.
pub fn err_lib(e: c_ulong) -> i32 {
    if e & 0x8000_0000 != 0 { ERR_LIB_SYS } else { ((e >> 23) & 0xff) as i32 }
}

/// The reason within its library; the flag of common reasons stays on.
pub fn err_reason(e: c_ulong) -> i32 {
    if e & 0x8000_0000 != 0 { (e & 0x7fff_ffff) as i32 } else { (e & 0x7f_ffff) as i32 }
}

/// Frees memory that the library allocated.
///
/// # Safety
/// `p` comes from the library's allocator.
pub unsafe fn free(p: P) {
    // SAFETY: the caller's promise.
    unsafe { CRYPTO_free(p, c"".as_ptr(), 0) }
}

pub const ERR_LIB_SYS: i32 = 2;
pub const ERR_LIB_PEM: i32 = 9;
pub const ERR_LIB_X509: i32 = 11;
pub const ERR_LIB_SSL: i32 = 20;
pub const SSL_R_CERTIFICATE_VERIFY_FAILED: i32 = 134;
pub const SSL_R_UNEXPECTED_EOF_WHILE_READING: i32 = 294;
pub const X509_R_CERT_ALREADY_IN_HASH_TABLE: i32 = 101;
pub const PEM_R_NO_START_LINE: i32 = 108;

pub const BIO_C_SET_NBIO: c_int = 102;
pub const BIO_C_SET_BUF_MEM_EOF_RETURN: c_int = 130;
pub const BIO_FLAGS_READ_RETRY: c_int = 0x01 | 0x08;
pub const SSL_CTRL_SET_TMP_DH: c_int = 3;
pub const SSL_CTRL_MODE: c_int = 33;
pub const SSL_CTRL_SET_TLSEXT_SERVERNAME_CB: c_int = 53;
pub const SSL_CTRL_SET_TLSEXT_SERVERNAME_ARG: c_int = 54;
pub const SSL_CTRL_SET_TLSEXT_HOSTNAME: c_int = 55;
pub const SSL_CTRL_SET_GROUPS: c_int = 91;
pub const SSL_CTRL_SET_MIN_PROTO_VERSION: c_int = 123;
pub const SSL_CTRL_SET_MAX_PROTO_VERSION: c_int = 124;
pub const SSL_CTRL_GET_MIN_PROTO_VERSION: c_int = 130;
pub const SSL_CTRL_GET_MAX_PROTO_VERSION: c_int = 131;
