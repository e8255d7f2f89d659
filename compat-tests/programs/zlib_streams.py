# needs: stdlib(zlib re)
"""zlib: streams of all formats, dictionaries, limits, and what wrong arguments are told."""
import re
import zlib

def show(text, **names):
    """Prints what an expression gives or raises, without addresses."""
    try:
        out = repr(eval(text, globals(), names))
    except Exception as e:
        print(text, "!!", type(e).__name__, e)
    else:
        print(text, "->", re.sub(r"0x[0-9a-f]+", "0x", out)[:200])


c = zlib.compressobj()
d = zlib.decompressobj()
e = zlib.compressobj()
e.flush()
CASES = r"""
zlib.compress('a')
zlib.compress(b'a',10)
zlib.compress(b'a',level=-2)
zlib.compress(b'a',wbits=5)
zlib.compress(b'a',wbits=-15)
zlib.compress(b'a',1,31)[:4]
zlib.compress()
zlib.decompress(b'')
zlib.decompress(b'x')
zlib.decompress(b'abcd')
zlib.decompress(b'x\x9c')
zlib.decompress(zlib.compress(b'abc')+b'zz')
zlib.decompress(zlib.compress(b'abc')[:-1])
zlib.decompress(zlib.compress(b'abc')[:-1]+b'z')
zlib.decompress(zlib.compress(b'abc'),bufsize=0)
zlib.decompress(zlib.compress(b'abc'),bufsize=-1)
zlib.decompress(zlib.compress(b'abc'),wbits=50)
zlib.decompress(zlib.compress(b'abc'),wbits=9)
zlib.decompress(zlib.compress(b'abc'*1000),wbits=9)
zlib.compressobj(10)
zlib.compressobj(1,5)
zlib.compressobj(1,8,3)
zlib.compressobj(1,8,15,0)
zlib.compressobj(1,8,15,9,7)
zlib.compressobj(zdict='a')
zlib.compressobj(zdict=None)
zlib.compressobj(wbits=-15,zdict=b'aaa')
zlib.compressobj(wbits=31,zdict=b'aaa')
zlib.decompressobj(5)
zlib.decompressobj(zdict='a')
zlib.decompressobj(zdict=None)
zlib.decompressobj(wbits=31,zdict=b'a')
d.decompress(b'', -1)
d.flush(0)
d.flush('a')
d.flush()
zlib.decompressobj().decompress(b'abc')
zlib.decompressobj().decompress('abc')
e.compress(b'a')
e.flush()
e.flush(0)
e.flush(99)
c.flush(99)
e.copy()
c.copy()
type(c)()
zlib.crc32(b'abc',-1)
zlib.crc32(b'abc',2**32+5)
zlib.crc32(b'abc',2**80)
zlib.crc32('abc')
zlib.adler32(b'abc',-1)
zlib.adler32(b'abc','a')
zlib._ZlibDecompressor(5)
zlib._ZlibDecompressor(zdict=None)
zlib._ZlibDecompressor(zdict='a')
zlib._ZlibDecompressor().decompress(b'abc')
zlib._ZlibDecompressor().decompress('abc')
zlib._ZlibDecompressor().decompress(b'')
zlib._ZlibDecompressor().needs_input
zlib.decompressobj(zdict=b'x').decompress(zlib.compressobj(zdict=b'abc').flush())
zlib.decompressobj().decompress(zlib.compressobj(zdict=b'abc').flush())
"""
for case in CASES.strip().splitlines():
    show(case)

for data in (b"", b"abc", bytes(range(256)) * 40, b"x" * 5000):
    print(zlib.crc32(data), zlib.adler32(data), zlib.crc32(data, 5), zlib.adler32(data, 5))
    for level in range(-1, 10):
        for wbits in (15, 9, -15, -9, 31, 25):
            assert zlib.decompress(zlib.compress(data, level, wbits), wbits) == data
            co = zlib.compressobj(level, 8, wbits)
            packed = co.compress(data[:100]) + co.flush(zlib.Z_SYNC_FLUSH) + co.compress(data[100:])
            other = co.copy()
            packed += co.flush()
            other.flush()
            do = zlib.decompressobj(wbits)
            out, rest = b"", packed + b"tail"
            while not do.eof:
                part = do.decompress(rest, 77)
                assert len(part) <= 77
                out += part
                rest = do.unconsumed_tail
            assert out == data and do.unused_data == b"tail"
            zd = zlib._ZlibDecompressor(wbits)
            out = zd.decompress(packed + b"tail", 50)
            while not zd.eof:
                out += zd.decompress(b"", 50)
            assert out == data and zd.unused_data == b"tail" and not zd.needs_input
for wbits in (15, -15):
    co = zlib.compressobj(wbits=wbits, zdict=b"hello world")
    packed = co.compress(b"hello world hello") + co.flush()
    print(zlib.decompressobj(wbits, zdict=b"hello world").decompress(packed))
