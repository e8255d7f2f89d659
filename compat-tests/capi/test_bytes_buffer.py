import capi_bytes_buffer as m
from support import *

SIMPLE, WRITABLE, FORMAT, ND, STRIDES = 0, 1, 4, 8, 0x18
FULL, FULL_RO = 0x11D, 0x11C


def test_bytes():
    B = type("B", (bytes,), {})
    same((m.bytes_check(b""), m.bytes_check(B()), m.bytes_check_exact(B()), m.bytes_check("")), (1, 1, 0, 0))
    same(m.bytes_from_string("abc"), b"abc")
    same(m.bytes_from_size(3), b"zzz")
    same(m.bytes_from_size(0), b"")
    raises(SystemError, m.bytes_from_size, -1, text="Negative size passed to PyBytes_FromStringAndSize")
    same(m.bytes_from_object([1, 2]), b"\1\2")
    same(m.bytes_from_object(bytearray(b"x")), b"x")
    b = b"identity"
    is_(m.bytes_from_object(b), b)
    raises(TypeError, m.bytes_from_object, "x", text="cannot convert 'str' object to bytes")
    raises(TypeError, m.bytes_from_object, 5)
    same(m.bytes_size(b"abc"), 3)
    raises(TypeError, m.bytes_size, "abc", text="expected bytes, str found")
    same(m.bytes_as_string(b"ab\0c"), 2)
    raises(TypeError, m.bytes_as_string, bytearray())
    same(m.bytes_as_string_and_size(b"a\0b", True), "a\0b")
    raises(ValueError, m.bytes_as_string_and_size, b"a\0b", False, text="embedded null byte")
    same(m.bytes_concat(b"a", b"b"), b"ab")
    same(m.bytes_concat(b"a", bytearray(b"b")), b"ab")
    raises(TypeError, m.bytes_concat, b"a", "b", text="can't concat str to bytes")
    same(m.bytes_concat_and_del(b"a", b"b"), b"ab")
    keeps(m.bytes_concat_and_del, b"unique one", b"unique two")
    same(m.bytes_repr(b"it's", 1), "b\"it's\"")
    same(m.bytes_repr(b"it's", 0), "b'it\\'s'")
    same(m.bytes_from_format(), b"text|-5|c|7|8|9|ff|ab|%")
    same(m.bytes_decode_escape(rb"a\n\x41\\"), b"a\nA\\")
    raises(ValueError, m.bytes_decode_escape, rb"\x4")


def test_bytes_full():
    needs(m, "bytes_resize")
    same(m.bytes_macros(b"abc"), (0, 3, b"abc"))
    same(m.bytes_resize(b"abc", 5), b"abc++")
    same(m.bytes_resize(b"abc", 2), b"ab")
    same(m.bytes_resize(b"abc", 0), b"")
    same(m.bytes_join(b"-", [b"a", bytearray(b"b")]), b"a-b")
    raises(TypeError, m.bytes_join, b"-", ["a"])
    same(m.bytearray_macros(bytearray(b"xyz")), (3, b"xyz"))


def test_bytearray():
    same((m.bytearray_check(bytearray()), m.bytearray_check_exact(bytearray()), m.bytearray_check(b"")), (1, 1, 0))
    same(m.bytearray_from_object(b"abc"), bytearray(b"abc"))
    same(m.bytearray_from_object([1]), bytearray(b"\1"))
    raises(TypeError, m.bytearray_from_object, "x")
    same(m.bytearray_from_string(b"a\0b"), bytearray(b"a\0b"))
    same(m.bytearray_concat(b"a", bytearray(b"b")), bytearray(b"ab"))
    raises(TypeError, m.bytearray_concat, "a", b"b")
    b = bytearray(b"hello")
    same(m.bytearray_size(b), 5)
    same(m.bytearray_resize(b, 2), 0)
    same(b, bytearray(b"he"))
    same(m.bytearray_resize(b, 50), 0)
    same((len(b), b[:2]), (50, bytearray(b"he")))
    same(m.bytearray_poke(b, 65), 0)
    same(b[:2], bytearray(b"Ae"))
    with memoryview(b):
        raises(BufferError, m.bytearray_resize, b, 1, text="Existing exports of data: object cannot be re-sized")


def test_memoryview():
    v = m.memoryview_from_object(b"abc")
    same(v.tobytes(), b"abc")
    raises(TypeError, m.memoryview_from_object, "x", text="memoryview: a bytes-like object is required, not 'str'")
    v = m.memoryview_from_memory(False)
    same((v.tobytes(), v.readonly), (b"shared", True))
    v = m.memoryview_from_memory(True)
    v[0] = 83
    same(m.shared_memory(), b"Shared memory")
    same(m.memoryview_get_contiguous(memoryview(b"abcdef")[::2], 0x100, "C").tobytes(), b"ace")
    raises(BufferError, m.memoryview_get_contiguous, memoryview(bytearray(b"abcdef"))[::2], 0x200, "C")
    if hasattr(m, "memoryview_macros"):
        b = b"base"
        same(m.memoryview_macros(memoryview(b)), (4, b))
        same(m.memoryview_macros(b), "not one")
        same(m.memoryview_from_buffer().tobytes(), b"abc")
        same(m.memoryview_from_buffer().tolist()[::-1], [99, 98, 97])


def test_get_buffer():
    for v, yes in ((b"", 1), (bytearray(), 1), (memoryview(b""), 1), ("", 0), (5, 0)):
        same(m.check_buffer(v), yes)
    b, a = b"abc", bytearray(b"abc")
    same(m.get_buffer(b, SIMPLE), (b, 3, 1, 1, 1, None, None, None, 1, 1))
    same(m.get_buffer(a, FULL), (a, 3, 1, 0, 1, "B", (3,), (1,), 1, 1))
    raises(BufferError, m.get_buffer, b, WRITABLE, text="Object is not writable.")
    raises(TypeError, m.get_buffer, "x", SIMPLE, text="a bytes-like object is required, not 'str'")
    t = b"some bytes of its own"
    before = count(t)
    for _ in range(5):
        m.get_buffer(t, FULL_RO)
    same(count(t), before)
    s = memoryview(bytes(range(24))).cast("B", [4, 6])
    same(m.get_buffer(s, FULL_RO)[1:], (24, 1, 1, 2, "B", (4, 6), (6, 1), 1, 1))
    same(m.get_buffer(memoryview(b"abcdef")[::2], FULL_RO)[1:], (3, 1, 1, 1, "B", (3,), (2,), 0, 0))
    raises(BufferError, m.get_buffer, memoryview(b"abcdef")[::2], SIMPLE)
    h = memoryview(bytes(8)).cast("h")
    same(m.get_buffer(h, FULL_RO)[1:6], (8, 2, 1, 1, "h"))
    same(m.buffer_pointer(s, 2, 3), 15)
    same(m.buffer_to_contiguous(memoryview(b"abcdef")[::2], "C"), b"ace")
    same(m.buffer_to_contiguous(memoryview(bytes(range(6))).cast("B", [2, 3]), "F"), bytes([0, 3, 1, 4, 2, 5]))
    d = bytearray(6)
    m.buffer_from_contiguous(memoryview(d)[::2], b"xyz")
    same(d, bytearray(b"x\0y\0z\0"))
    m.buffer_copy_data(d, b"abcdef")
    same(d, bytearray(b"abcdef"))
    raises(BufferError, m.buffer_copy_data, b"abcdef", b"abcdef")
    same([m.buffer_size_from_format(f) for f in ("B", "h", "3i", "d", "@q")], [1, 2, 12, 8, 8])
    same(m.buffer_fill_strides(2, "C"), (8, 2))
    same(m.buffer_fill_strides(2, "F"), (2, 6))


def test_exporter():
    e = m.Exporter()
    v = memoryview(e)
    same((v.shape, v.strides, v.ndim, v.nbytes, v.readonly, e.exports), ((3, 4), (4, 1), 2, 12, False, 1))
    v[1, 2] = 7
    same(v.tolist(), [[0, 0, 0, 0], [0, 0, 7, 0], [0, 0, 0, 0]])
    is_(v.obj, e)
    same(bytes(e), bytes(6) + b"\7" + bytes(5))
    same(e.exports, 1)
    w = memoryview(e)
    raises(BufferError, memoryview, e, text="only two exports")
    raises(BufferError, bytes, e)
    w.release()
    same(e.exports, 1)
    x = v[1:2] if False else v.cast("B")
    v.release()
    same(e.exports, 1)
    x.release()
    same(e.exports, 0)
    before = count(e)
    with memoryview(e) as v:
        pass
    same(count(e), before)
    same(bytearray(e)[6], 7)
    same(b"".join([e, b"!"])[-2:], b"\0!")


run(globals())
