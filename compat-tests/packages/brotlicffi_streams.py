# needs: package(brotlicffi)
"""brotlicffi: whole buffers, streams in pieces, errors."""

import brotlicffi

text = b"the quick brown fox jumps over the lazy dog. " * 100
packed = brotlicffi.compress(text)
print(len(packed) < 100, brotlicffi.decompress(packed) == text)
print(brotlicffi.decompress(brotlicffi.compress(text, mode=brotlicffi.MODE_TEXT, quality=1, lgwin=16)) == text)
compressor = brotlicffi.Compressor(quality=5)
pieces = [compressor.process(text[i:i + 700]) for i in range(0, len(text), 700)]
pieces += [compressor.flush(), compressor.finish()]
decompressor = brotlicffi.Decompressor()
out = b"".join(decompressor.process(piece) for piece in pieces if piece)
print(out == text, decompressor.is_finished(), decompressor.decompress(b"") if not decompressor.is_finished() else b"")
for bad in (b"no brotli stream", packed[:-4]):
    try:
        brotlicffi.decompress(bad)
    except brotlicffi.error as error:
        print(type(error).__name__, error)
try:
    brotlicffi.compress(text, quality=40)
except brotlicffi.error as error:
    print(type(error).__name__, error)
