# needs: headers(curl/curl.h)
"""libcurl's version data from its header alone: a struct that grew over the years, lists that end with NULL."""

from cffi import FFI

ffi = FFI()
ffi.cdef("#include <curl/curl.h>")
lib = ffi.dlopen("libcurl.so.4")

info = lib.curl_version_info(lib.CURLVERSION_NOW)
version = ffi.string(info.version).decode()
number = info.version_num
print(version == f"{number >> 16}.{number >> 8 & 255}.{number & 255}", number == lib.LIBCURL_VERSION_NUM or "another patch release")
print(ffi.string(lib.curl_version()).decode().startswith("libcurl/" + version), info.age >= lib.CURLVERSION_FIRST)
names, i = [], 0
while info.protocols[i]:
    names.append(ffi.string(info.protocols[i]).decode())
    i += 1
print({"file", "ftp", "http", "https"} <= set(names), names == sorted(names))
print(bool(info.features & lib.CURL_VERSION_SSL), bool(info.features & lib.CURL_VERSION_LIBZ), bool(info.features & lib.CURL_VERSION_IPV6))
print("x86" in ffi.string(info.host).decode() or "aarch64" in ffi.string(info.host).decode(), bool(info.ssl_version), ffi.typeof("CURL"))
print(lib.CURLE_OK, lib.CURLE_COULDNT_CONNECT, lib.CURLOPT_URL, lib.CURLOPT_WRITEFUNCTION, hex(lib.CURLINFO_RESPONSE_CODE))
print(ffi.string(lib.curl_easy_strerror(lib.CURLE_UNSUPPORTED_PROTOCOL)).decode())

# A transfer of a file: options of every kind through a variadic function, and data through a callback.
handle = ffi.gc(lib.curl_easy_init(), lib.curl_easy_cleanup)
chunks = []


@ffi.callback("size_t(char *, size_t, size_t, void *)")
def keep(data, size, count, user):
    chunks.append(ffi.buffer(data, size * count)[:])
    return size * count


url = ffi.new("char[]", b"file:///etc/passwd")
print(lib.curl_easy_setopt(handle, lib.CURLOPT_URL, url), lib.curl_easy_setopt(handle, lib.CURLOPT_WRITEFUNCTION, keep))
print(lib.curl_easy_perform(handle), b"".join(chunks) == open("/etc/passwd", "rb").read())
size = ffi.new("curl_off_t *")
print(lib.curl_easy_getinfo(handle, lib.CURLINFO_SIZE_DOWNLOAD_T, size), size[0] == len(b"".join(chunks)))
