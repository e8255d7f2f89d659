# needs: headers(zlib.h)
"""zlib from its header alone: streams, checksums, constants, held against the module zlib."""

import zlib

from cffi import FFI

ffi = FFI()
ffi.cdef("#include <zlib.h>")
lib = ffi.dlopen("libz.so.1")

print(ffi.string(lib.zlibVersion())[:2], lib.ZLIB_VERNUM >= 0x1200)
print(lib.Z_OK, lib.Z_STREAM_END, lib.Z_DATA_ERROR, lib.Z_BEST_COMPRESSION, lib.Z_DEFAULT_COMPRESSION, lib.MAX_WBITS)
print(ffi.typeof("z_stream").kind, ffi.typeof("z_streamp"), [name for name, _ in ffi.typeof("z_stream").fields][:6])
print(lib.crc32(0, b"dovetail", 8) == zlib.crc32(b"dovetail"), lib.adler32(1, b"dovetail", 8) == zlib.adler32(b"dovetail"))

text = b"the quick brown fox " * 200
bound = lib.compressBound(len(text))
packed, size = ffi.new("Bytef[]", bound), ffi.new("uLongf *", bound)
print(lib.compress2(packed, size, text, len(text), lib.Z_BEST_COMPRESSION), 0 < size[0] < len(text))
print(zlib.decompress(ffi.buffer(packed, size[0])[:]) == text)

# A stream, in pieces. `inflateInit` is a macro over a function that takes the version and the size of the struct.
stream = ffi.new("z_stream *")
print(lib.inflateInit_(stream, lib.ZLIB_VERSION, ffi.sizeof("z_stream")))
source, out = zlib.compress(text), ffi.new("Bytef[512]")
kept, result = ffi.from_buffer("Bytef[]", source), b""
stream.next_in, stream.avail_in = kept, len(source)
while True:
    stream.next_out, stream.avail_out = out, ffi.sizeof(out)
    status = lib.inflate(stream, lib.Z_NO_FLUSH)
    result += ffi.buffer(out, ffi.sizeof(out) - stream.avail_out)[:]
    if status != lib.Z_OK:
        break
print(status == lib.Z_STREAM_END, result == text, stream.total_out, lib.inflateEnd(stream))

bad = ffi.new("z_stream *")
lib.inflateInit_(bad, lib.ZLIB_VERSION, ffi.sizeof("z_stream"))
junk = ffi.new("Bytef[]", b"no stream")
bad.next_in, bad.avail_in, bad.next_out, bad.avail_out = junk, 9, out, 512
print(lib.inflate(bad, lib.Z_FINISH) == lib.Z_DATA_ERROR, ffi.string(bad.msg).decode(), lib.inflateEnd(bad))

try:
    lib.compress2(packed, size, text, "many", 9)
except TypeError as error:
    print("TypeError:", error)
try:
    lib.inflatePerfectly
except AttributeError as error:
    print("AttributeError:", "inflatePerfectly" in str(error))
