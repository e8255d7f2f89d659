# needs: package(zstandard)
"""zstandard on its cffi back end: one-shot, streams, dictionaries, frame parameters, errors."""

import io
import os

os.environ["PYTHON_ZSTANDARD_IMPORT_POLICY"] = "cffi"
import zstandard

print(zstandard.backend)
text = b"a line of text that repeats itself\n" * 300
packed = zstandard.ZstdCompressor(level=10, write_checksum=True).compress(text)
print(len(packed) < 100, zstandard.ZstdDecompressor().decompress(packed) == text)
parameters = zstandard.get_frame_parameters(packed)
print(parameters.content_size, parameters.has_checksum, parameters.dict_id, zstandard.frame_content_size(packed))
out = io.BytesIO()
with zstandard.ZstdCompressor().stream_writer(out, closefd=False) as writer:
    for i in range(0, len(text), 1000):
        writer.write(text[i:i + 1000])
with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(out.getvalue())) as reader:
    print(b"".join(iter(lambda: reader.read(777), b"")) == text)
compressor = zstandard.ZstdCompressor().compressobj()
stream = compressor.compress(text) + compressor.flush()
print(zstandard.ZstdDecompressor().decompressobj().decompress(stream) == text)
samples = [b"user=%d name=name%d city=city%d\n" % (i, i * 7 % 50, i % 13) * 3 for i in range(2000)]
dictionary = zstandard.train_dictionary(4096, samples)
print(len(dictionary) <= 4096, dictionary.dict_id() != 0)
small = zstandard.ZstdCompressor(dict_data=dictionary).compress(samples[5])
print(len(small) < len(zstandard.compress(samples[5])), zstandard.ZstdDecompressor(dict_data=dictionary).decompress(small) == samples[5])
print([len(chunk) for chunk in zstandard.ZstdDecompressor().read_to_iter(io.BytesIO(packed), write_size=4000)])
for bad in (b"no zstd frame", packed[:20]):
    try:
        zstandard.ZstdDecompressor().decompress(bad)
    except zstandard.ZstdError as error:
        print(type(error).__name__, error)
try:
    zstandard.ZstdCompressor(level=100)
except ValueError as error:
    print(error)
