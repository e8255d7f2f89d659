# needs: stdlib(_zstd re)
"""_zstd: frames, dictionaries, parameters, and what wrong arguments are told."""
import _zstd
import re

def show(text, **names):
    """Prints what an expression gives or raises, without addresses."""
    try:
        out = repr(eval(text, globals(), names))
    except Exception as e:
        print(text, "!!", type(e).__name__, e)
    else:
        print(text, "->", re.sub(r"0x[0-9a-f]+", "0x", out)[:200])


class CP:
    pass


data = b"hello world " * 100
C = _zstd.ZstdCompressor
D = _zstd.ZstdDecompressor
Z = _zstd.ZstdDict
c = C().compress(data, C.FLUSH_FRAME)
d = D()
d.decompress(c)
zd = Z(b"abcdefgh" * 4, is_raw=True)
CASES = r"""
C(5,{})
C('a')
C(options=5)
C(2**40)
C(1000)
C(-2**20)
C(True)
C(options={'a':1})
C(options={100:'a'})
C(options={100:2**40})
C(options={100:10**6})
C(options={999:1})
C(options={101:99})
C(options={2**40:1})
C(zstd_dict=5)
C(zstd_dict=(zd,9))
C(zstd_dict=(zd,0))
C(zstd_dict=(zd,1))
C(zstd_dict=(zd,2))
C(zstd_dict=(5,2))
C().compress('a')
C().compress(b'a',5)
C().compress(b'a','x')
C().compress(b'a',-1)
C().flush(0)
C().flush(7)
C().flush()
C().flush(1)
C().last_mode
C.CONTINUE
C().set_pledged_input_size(None)
C().set_pledged_input_size(5)
C().set_pledged_input_size(-1)
C().set_pledged_input_size(2**64)
C().set_pledged_input_size(2**64-1)
C().set_pledged_input_size('a')
C(zstd_dict=zd)
D(5)
D(zstd_dict=zd).decompress(C(zstd_dict=zd).compress(data,C.FLUSH_FRAME))==data
D(zstd_dict=zd.as_prefix).decompress(C(zstd_dict=zd.as_prefix).compress(data,C.FLUSH_FRAME))==data
D(zstd_dict=zd.as_digested_dict).decompress(C(zstd_dict=zd.as_digested_dict).compress(data,C.FLUSH_FRAME))==data
D(options=5)
D(options={'a':1})
D(options={100:'a'})
D(options={100:99})
D(options={99:99})
D().decompress(b'abcdefghij')
D().decompress('a')
d.decompress(b'')
d.eof
d.needs_input
d.unused_data
D().unused_data
D().needs_input
D().decompress(b'')
D().decompress(c,10)
D().decompress(c+b'tail')==data
Z(b'abc')
Z(b'abcdefgh')
Z(5)
Z('a')
Z()
Z(b'abcdefgh',True)
zd
str(zd)
len(zd)
zd.dict_id
zd.dict_content
zd.as_prefix[1]
zd.as_digested_dict[1]
zd.as_undigested_dict[1]
_zstd.get_frame_info(c)
_zstd.get_frame_info(b'')
_zstd.get_frame_size(c)
_zstd.get_frame_size(b'')
_zstd.get_param_bounds(100,True)
_zstd.get_param_bounds(100,is_compress=False)
_zstd.get_param_bounds(99,True)
_zstd.get_param_bounds(99,False)
_zstd.set_parameter_types(5,5)
_zstd.set_parameter_types(int,5)
_zstd.set_parameter_types(CP,CP)
_zstd.train_dict(b'',(),0)
_zstd.train_dict(b'',(),100)
_zstd.train_dict(b'a',(2,),100)
_zstd.train_dict(b'a',('a',),100)
_zstd.train_dict(b'a',(-1,),100)
_zstd.train_dict(b'a',(1,),100)
_zstd.train_dict(b'a',[1],100)
_zstd.train_dict('a',(1,),100)
_zstd.finalize_dict(b'',b'',(),0,0)
_zstd.finalize_dict(b'',b'',(),100,0)
_zstd.finalize_dict(b'abcdefgh',b'abcdef',(3,3),1000,0)[:4]
repr(C())[:40]
"""
for case in CASES.strip().splitlines():
    show(case)

x = C()
packed = x.compress(data) + x.flush(C.FLUSH_BLOCK) + x.flush()
print(x.last_mode, D().decompress(packed) == data)
x = C(options={201: 1})
x.set_pledged_input_size(len(data))
packed = x.compress(data, 2)
print(_zstd.get_frame_info(packed), _zstd.get_frame_size(packed) == len(packed))
x = C()
x.compress(b"a")
show("x.set_pledged_input_size(5)", x=x)
d = D()
out = d.decompress(c + b"zz", 7)
while not d.eof:
    out += d.decompress(b"", 7)
print(out == data, d.unused_data, d.needs_input)
samples, seed = [], 1
for _ in range(300):
    sample = bytearray(b"common prefix here")
    for _ in range(150):
        seed = seed * 1103515245 + 12345 & 0x7FFFFFFF
        sample.append(b"abcdef "[seed >> 16 & 7 if (seed >> 16 & 7) < 7 else 0])
    samples.append(bytes(sample))
trained = _zstd.train_dict(b"".join(samples), tuple(map(len, samples)), 3000)
print(len(trained) > 100, Z(trained).dict_id != 0)
print(len(_zstd.finalize_dict(trained[200:], b"".join(samples), tuple(map(len, samples)), 3000, 5)) > 100)
zd = Z(trained)
packed = C(zstd_dict=zd).compress(samples[0], C.FLUSH_FRAME)
print(len(packed) < len(C().compress(samples[0], C.FLUSH_FRAME)), D(zstd_dict=zd).decompress(packed) == samples[0])
