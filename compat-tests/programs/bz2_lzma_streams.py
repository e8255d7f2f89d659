# needs: stdlib(_bz2 _lzma re)
"""_bz2 and _lzma: all formats and filters, incremental input and output, and what wrong arguments are told."""
import _bz2
import _lzma
import re

def show(text, **names):
    """Prints what an expression gives or raises, without addresses."""
    try:
        out = repr(eval(text, globals(), names))
    except Exception as e:
        print(text, "!!", type(e).__name__, e)
    else:
        print(text, "->", re.sub(r"0x[0-9a-f]+", "0x", out)[:200])


bz = (lambda c: c.compress(b"abc") + c.flush())(_bz2.BZ2Compressor())
xz = (lambda c: c.compress(b"abc") + c.flush())(_lzma.LZMACompressor())
x = _bz2.BZ2Compressor()
x.flush()
y = _bz2.BZ2Decompressor()
y.decompress(bz)
lx = _lzma.LZMACompressor()
lx.flush()
ly = _lzma.LZMADecompressor()
ly.decompress(xz)
CASES = r"""
_bz2.BZ2Compressor(0)
_bz2.BZ2Compressor(10)
_bz2.BZ2Compressor(compresslevel=1)
_bz2.BZ2Compressor('a')
_bz2.BZ2Decompressor(1)
x.compress(b'')
x.flush()
y.decompress(b'')
_bz2.BZ2Decompressor().decompress(b'abcdefghi')
_bz2.BZ2Decompressor().decompress('a')
_bz2.BZ2Decompressor().decompress(bz[:-3]+b'aaa')
_bz2.BZ2Compressor().__getstate__()
lx.compress(b'a')
lx.flush()
ly.decompress(b'')
ly.check
_lzma.LZMADecompressor().check
_lzma.LZMADecompressor().decompress(b'a'*100)
_lzma.LZMADecompressor().decompress('a')
_lzma.LZMADecompressor(format=7)
_lzma.LZMADecompressor(format=3)
_lzma.LZMADecompressor(memlimit=-1)
_lzma.LZMADecompressor(memlimit='a')
_lzma.LZMADecompressor(memlimit=10).decompress(xz)
_lzma.LZMADecompressor(format=3,memlimit=10,filters=[])
_lzma.LZMADecompressor(format=1,filters=[])
_lzma.LZMADecompressor(format=3,filters=[])
_lzma.LZMADecompressor(format=3,filters=[{'id':33},{'id':4}])
_lzma.LZMADecompressor(format=3,filters=5)
_lzma.LZMADecompressor(format=3,filters=[5])
_lzma.LZMADecompressor(format=3,filters=[{}])
_lzma.LZMADecompressor(format=3,filters=[{'id':99}])
_lzma.LZMADecompressor(format=3,filters=[{'id':33,'foo':1}])
_lzma.LZMADecompressor(format=3,filters=[{'id':33,'dict_size':'a'}])
_lzma.LZMADecompressor(format=3,filters=[{'id':33,'dict_size':2**40}])
_lzma.LZMADecompressor(format=3,filters=[{'id':33,'dict_size':-1}])
_lzma.LZMADecompressor(format=3,filters=[{'id':33,'preset':99}])
_lzma.LZMADecompressor(format=3,filters=[{'id':33,'preset':'a'}])
_lzma.LZMADecompressor(format=3,filters=[{'id':'a'}])
_lzma.LZMADecompressor(format=3,filters=[{'id':3,'dist':0},{'id':33}])
_lzma.LZMADecompressor(format=3,filters=[{'id':3,'dix':0},{'id':33}])
_lzma.LZMADecompressor(format=3,filters=[{'id':4,'start_offset':0},{'id':33}])
_lzma.LZMADecompressor(format=3,filters=[{'id':4,'dist':0},{'id':33}])
_lzma.LZMADecompressor(format=3,filters=[{'id':33}]*5)
_lzma.LZMACompressor(format=7)
_lzma.LZMACompressor(format=0)
_lzma.LZMACompressor(format=3)
_lzma.LZMACompressor(format=2,check=1)
_lzma.LZMACompressor(format=3,check=1,filters=[])
_lzma.LZMACompressor(check=99)
_lzma.LZMACompressor(check=5)
_lzma.LZMACompressor(preset=10)
_lzma.LZMACompressor(preset=-1)
_lzma.LZMACompressor(preset='a')
_lzma.LZMACompressor(preset=1,filters=[])
_lzma.LZMACompressor(format=2,filters=[{'id':33}])
_lzma.LZMACompressor(format=2,filters=[{'id':_lzma.FILTER_LZMA1},{'id':4}])
_lzma.LZMACompressor(format=3,filters=[])
_lzma.LZMACompressor('a')
_lzma.LZMACompressor(1,2,3,4,5)
_lzma.LZMACompressor(foo=3)
_lzma.is_check_supported(1)
_lzma.is_check_supported(99)
_lzma.is_check_supported(-1)
_lzma._encode_filter_properties({'id':33})
_lzma._encode_filter_properties({'id':_lzma.FILTER_LZMA1,'preset':6,'lc':2})
_lzma._encode_filter_properties({'id':3,'dist':5})
_lzma._encode_filter_properties({'id':4})
_lzma._encode_filter_properties({'id':4,'start_offset':16})
_lzma._encode_filter_properties({'id':99})
_lzma._encode_filter_properties(5)
_lzma._encode_filter_properties({'id':33,'lc':99})
_lzma._decode_filter_properties(33,b'\x18')
_lzma._decode_filter_properties(33,b'')
_lzma._decode_filter_properties(33,b'\xff')
_lzma._decode_filter_properties(_lzma.FILTER_LZMA1,b']\x00\x00\x80\x00')
_lzma._decode_filter_properties(3,b'\x05')
_lzma._decode_filter_properties(4,b'')
_lzma._decode_filter_properties(4,b'\x10\0\0\0')
_lzma._decode_filter_properties(4,b'\x11\0\0\0')
_lzma._decode_filter_properties(99,b'')
_lzma._decode_filter_properties(10,b'')
_lzma._decode_filter_properties('a',b'')
"""
for case in CASES.strip().splitlines():
    show(case)

filters = [{"id": 3, "dist": 4}, {"id": 4}, {"id": 33, "preset": 1}]
KINDS = [
    (lambda: _bz2.BZ2Compressor(5), _bz2.BZ2Decompressor),
    (_lzma.LZMACompressor, _lzma.LZMADecompressor),
    (lambda: _lzma.LZMACompressor(format=2), _lzma.LZMADecompressor),
    (lambda: _lzma.LZMACompressor(3, filters=filters), lambda: _lzma.LZMADecompressor(3, None, filters)),
    (lambda: _lzma.LZMACompressor(check=10, preset=9), _lzma.LZMADecompressor),
]
for data in (b"", b"abc", bytes(range(256)) * 400, b"x" * 50000):
    for compressor, decompressor in KINDS:
        c = compressor()
        packed = c.compress(data[:1000]) + c.compress(data[1000:]) + c.flush()
        d = decompressor()
        print(len(packed), d.decompress(packed + b"tail") == data, d.eof, d.unused_data, d.needs_input)
        d = decompressor()
        out, n = d.decompress(packed + b"tail", 1000), 0
        while not d.eof and n < 5000:
            out += d.decompress(b"", 1000)
            n += 1
        print(out == data, n, d.unused_data, d.needs_input)
        d = decompressor()
        out = b"".join(d.decompress(packed[i:i + 1]) for i in range(len(packed)))
        print(out == data, d.eof)
