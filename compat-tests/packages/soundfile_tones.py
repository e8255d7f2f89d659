# needs: package(soundfile)
"""soundfile: writing and reading sound with NumPy arrays and plain buffers, formats, errors."""

import io

import numpy as np
import soundfile as sf

rate = 8000
tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(rate // 10) / rate)).astype("float32")
sf.write("tone.wav", tone, rate)
data, found = sf.read("tone.wav", dtype="float32")
print(found, data.shape, float(abs(data - tone).max()) < 1e-4)
print(sf.info("tone.wav").format, sf.info("tone.wav").subtype, sf.info("tone.wav").frames, sf.info("tone.wav").duration)
stereo = np.stack([tone, -tone], axis=1)
for name, subtype in (("WAV", "FLOAT"), ("FLAC", "PCM_24"), ("AIFF", "PCM_16")):
    memory = io.BytesIO()
    sf.write(memory, stereo, rate, format=name, subtype=subtype)
    memory.seek(0)
    with sf.SoundFile(memory) as file:
        print(file.format, file.subtype, file.channels, file.samplerate, file.frames, file.seekable())
        file.seek(100)
        block = file.read(4, dtype="int16")
        print(block.tolist())
with sf.SoundFile("tone.wav", "r+") as file:
    file.title = "a tone"
    print(file.copy_metadata(), file.tell(), len(bytes(file.buffer_read(3, dtype="int16"))))
print([block.shape[0] for block in sf.blocks("tone.wav", blocksize=300)])
print(sorted(sf.available_formats())[:4], sf.check_format("WAV", "PCM_16"), sf.default_subtype("FLAC"))
for call in (lambda: sf.read("absent.wav"), lambda: sf.write("x.wav", tone, rate, subtype="NO"), lambda: sf.read(io.BytesIO(b"junk" * 20))):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, str(error).split(" object at ")[0])
