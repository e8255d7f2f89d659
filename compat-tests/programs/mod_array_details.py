# needs: stdlib(array, io)
# array in detail: every type code with values within and beyond its range, methods, slices, buffers, pickling.
import array as module
import io
import warnings
from array import array, _array_reconstructor

warnings.simplefilter("ignore")


def t(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


for args in [(), ("x",), ("ii",), (5,), ("i", 5), ("i", "abc"), ("u", "abc"), ("w", [1]), ("w", "aé\U0001f600"),
             ("i", b"abcde"), ("i", bytearray(b"abcd")), ("i", [1, 2, 3]), ("i", [1.5]), ("i", [1], 2),
             ("i", array("d", [1.5])), ("d", array("i", [1])), ("i", array("u", "x")), ("u", ["a", "bb"]), ("i", None),
             ("b", memoryview(b"abcd")), ("f", [1.5, float("nan")]), ("f", [1e300]), ("Q", [True]), (b"i",)]:
    t(lambda: array(*args))
t(lambda: array("i", x=1))
for code in module.typecodes:
    for value in (0, -1, 127, 128, -129, 255, 256, 2**15, -2**15 - 1, 2**16, 2**31, -2**31 - 1, 2**32, 2**63, -2**63 - 1,
                  2**64, 1.5, "x", "xy", None):
        print(code, value, end=" ")
        t(lambda: array(code, [value]))
x = array("i", [1, 2, 3, 2])
for call in ["x.append('x')", "x.append(4)", "x", "x[9]", "x[-1]", "x['x']", "x[1:3]", "x[::2]", "x[::-1]", "x.pop()",
             "x.pop(9)", "array('i').pop()", "x.count(2)", "x.index(2, 2)", "x.index(9)", "x.index(2, 0, -1)", "x.remove(2)",
             "x.remove(99)", "x.insert(1, 7)", "x.insert(-100, 8)", "x.insert(100, 9)", "x.reverse()", "x",
             "x.extend([1])", "x.extend(array('i', [5]))", "x.extend(array('d', [5]))", "x.extend(5)", "x + x", "x + [1]",
             "x + array('d')", "x * 2", "2 * x", "x * -1", "x * 'x'", "x.__iadd__([1])", "x.__imul__(2)", "x.tolist()",
             "x.tobytes()[:8]", "x.fromlist([1, 2])", "x.fromlist((1,))", "x.fromlist([1, 'x'])", "x.frombytes(b'abc')",
             "x.frombytes(b'abcd')", "x.frombytes('abcd')", "x.fromunicode('x')", "x.tounicode()", "x.byteswap()", "x[:3]",
             "x.buffer_info()[1]", "x.itemsize", "x.typecode", "x == x", "x < array('i', [9])", "x < 5", "hash(x)",
             "array('i', [1]) == array('d', [1])", "array('d', [float('nan')]) == array('d', [float('nan')])",
             "3 in x", "'x' in x", "len(x)", "x.clear()", "x", "array[int]", "iter(x).__reduce__()"]:
    print(call, end=" ")
    t(lambda: eval(call))
x = array("i", range(9))
for statement in ["x[0] = 9", "x[90] = 1", "x[0:2] = array('i', [7, 7, 7])", "x[0:2] = [1]", "x[0:2] = array('d')",
                  "x[::2] = array('i', [1])", "x[::5] = array('i', [1, 1])", "del x[0]", "del x[0:2]", "del x[::2]",
                  "del x[10]", "x['x'] = 1", "x[0] = 'x'", "x[::-1] = x", "x[5:2] = array('i', [4])"]:
    try:
        exec(statement)
        print(statement, x)
    except Exception as e:
        print(statement, type(e).__name__, e)
m = memoryview(x)
print(m.format, m.itemsize, m.nbytes, m.tolist(), memoryview(array("w", "ab")).format)
t(lambda: x.append(1))
t(lambda: x.clear())
m[0] = 77
m.release()
t(lambda: x)
for protocol in (0, 2, 3, 5, "x"):
    t(lambda: x.__reduce_ex__(protocol))
for code in "bBwhHiIlLqQfd":
    t(lambda: array(code, "a" if code == "w" else [1]).__reduce_ex__(3)[1][1:])
for args in [("i", 8, b"abcd"), ("i", 8, b"abc"), ("i", 99, b""), ("x", 8, b""), ("i", 8, "x"), ("i", 0, b"ab"),
             ("d", 14, b"\0\0\x80?"), ("w", 21, b"\0\0\0a\0\0\0b"), ("w", 18, b"a\0b\0"), ("f", 15, b"?\x80\0\0"),
             ("h", 9, b"\0\0\0\1"), ("q", 8, b"\1\0\0\0"), ("ii", 8, b"")]:
    t(lambda: _array_reconstructor(array, *args))
t(lambda: _array_reconstructor(int, "i", 8, b""))
b = io.BytesIO(b"abcdefgh1")
y = array("i")
t(lambda: y.fromfile(b, 1))
t(lambda: y.fromfile(b, 9))
t(lambda: y.fromfile(b, -1))
t(lambda: y.fromfile(io.StringIO("abc"), 1))
t(lambda: array("b").fromfile(io.BytesIO(b"ab"), 3))
out = io.BytesIO()
y.tofile(out)
print(out.getvalue(), y)


class S(array):
    pass


s = S("i", [1])
s.q = 1
print(s, s.__reduce_ex__(3)[2], type(s + s).__name__, type(s[0:1]).__name__, s.__copy__(), array("i", s))
