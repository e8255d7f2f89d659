# needs: headers(openssl/evp.h)
"""OpenSSL's EVP interface from its headers alone: digests and a cipher, held against hashlib."""

import hashlib

from cffi import FFI

ffi = FFI()
ffi.cdef("""
    #include <openssl/evp.h>
    #include <openssl/err.h>
""")
lib = ffi.dlopen("libcrypto.so.3")

print(lib.EVP_MAX_MD_SIZE, lib.EVP_MAX_IV_LENGTH, lib.EVP_MAX_BLOCK_LENGTH, ffi.typeof("EVP_MD_CTX").kind)


def digest(name, *pieces):
    kind = lib.EVP_get_digestbyname(name.encode())
    if not kind:
        return None
    context = ffi.gc(lib.EVP_MD_CTX_new(), lib.EVP_MD_CTX_free)
    assert lib.EVP_DigestInit_ex(context, kind, ffi.NULL) == 1
    for piece in pieces:
        assert lib.EVP_DigestUpdate(context, piece, len(piece)) == 1
    out, size = ffi.new("unsigned char[]", lib.EVP_MAX_MD_SIZE), ffi.new("unsigned int *")
    assert lib.EVP_DigestFinal_ex(context, out, size) == 1
    return ffi.buffer(out, size[0])[:]


for name in ("md5", "sha1", "sha256", "sha512", "sha3-256", "blake2b512"):
    expected = hashlib.blake2b(b"dovetail") if name.startswith("blake") else hashlib.new(name.replace("-", "_"), b"dovetail")
    print(name, digest(name, b"dove", b"tail") == expected.digest())
print(digest("no such digest"))


def cipher(key, iv, data, encrypt):
    context = ffi.gc(lib.EVP_CIPHER_CTX_new(), lib.EVP_CIPHER_CTX_free)
    assert lib.EVP_CipherInit_ex(context, lib.EVP_aes_256_cbc(), ffi.NULL, key, iv, encrypt) == 1
    out, size = ffi.new("unsigned char[]", len(data) + lib.EVP_MAX_BLOCK_LENGTH), ffi.new("int *")
    lib.EVP_CipherUpdate(context, out, size, data, len(data))
    done = size[0]
    if not lib.EVP_CipherFinal_ex(context, out + done, size):
        return "error: " + ffi.string(lib.ERR_reason_error_string(lib.ERR_get_error())).decode()
    return ffi.buffer(out, done + size[0])[:]


key, iv = bytes(range(32)), bytes(16)
secret = cipher(key, iv, b"attack at dawn, or a little later", 1)
print(len(secret), secret.hex()[:32], cipher(key, iv, secret, 0))
print(cipher(key, iv, secret[:-1] + b"\0", 0))
derived = ffi.new("unsigned char[32]")
print(lib.PKCS5_PBKDF2_HMAC(b"password", 8, b"salt", 4, 1000, lib.EVP_sha256(), 32, derived),
      ffi.buffer(derived)[:] == hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000))
