# needs: package(cffi)
# C values through `_cffi_backend`: types, structs, arrays, casts, strings, buffers, handles, callbacks, calls, and the
# texts of types that `FFI` takes.
import gc
import weakref
import _cffi_backend as b

ADDRESSES = []


def shown(f, *args):
    try:
        result = f(*args)
    except Exception as e:
        text = f'{type(e).__name__}: {e}'
    else:
        text = repr(result)
    for p in ADDRESSES:
        text = text.replace(p, 'ADDRESS')
    print(text)


def prim(name):
    return b.new_primitive_type(name)


INT, CHAR, DOUBLE, SHORT = prim('int'), prim('char'), prim('double'), prim('short')
UCHAR, LONGLONG, ULONG, BOOL = prim('unsigned char'), prim('long long'), prim('unsigned long'), prim('_Bool')
WCHAR, C16, LD, FLOAT = prim('wchar_t'), prim('char16_t'), prim('long double'), prim('float')
P = b.new_pointer_type
VOIDP, CHARP, INTP = P(b.new_void_type()), P(CHAR), P(INT)
INTS, CHARS = b.new_array_type(INTP, None), b.new_array_type(CHARP, None)

print('-- types')
for t in [INT, INTP, INTS, P(b.new_array_type(INTP, 5)), VOIDP,
          b.new_function_type((INT, CHARP), DOUBLE, True), b.new_function_type((), P(b.new_function_type((), INT)))]:
    print(t, t.kind, t.cname, b.getcname(t, 'x'), dir(t))
shown(prim, 'foo')
shown(b.new_array_type, INT, 3)
shown(b.new_array_type, INTP, -1)
shown(b.new_array_type, P(b.new_array_type(INTP, 2 ** 30)), 2 ** 40)
shown(b.alignof, b.new_void_type())
shown(b.sizeof, INTS)
print(b.new_pointer_type(INT) is INTP, b.sizeof(b.newp(INTS, 7)))

print('-- integers')
for t in ['char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned int', 'long', 'unsigned long',
          'int8_t', 'uint64_t', '_Bool', 'size_t']:
    ct = prim(t)
    for v in [0, 1, -1, 127, 128, 255, 256, 65535, 2 ** 31, 2 ** 63, 2 ** 64, -2 ** 63 - 1, 1.5, b'a', 'a', None]:
        shown(lambda: b.newp(P(ct), v)[0])
        shown(b.cast, ct, v)
print('-- floats')
for t in ['float', 'double', 'long double', '_cffi_double_complex_t', '_cffi_float_complex_t']:
    ct = prim(t)
    for v in [0, 1.5, -2.25e10, 1e400, 'a', b'ab', 3 + 4j, True, b.cast(FLOAT, 1.25), b.cast(LD, 0.5), b.cast(INT, 7)]:
        shown(b.cast, ct, v)
        shown(lambda: b.newp(P(ct), v)[0])
shown(int, b.cast(DOUBLE, 3.7))
shown(float, b.cast(INT, 3))
shown(complex, b.cast(DOUBLE, 3))
shown(complex, b.cast(prim('_cffi_float_complex_t'), 1 + 2j))

print('-- structs')
S = b.new_struct_type('struct s')
SP = P(S)
shown(b.newp, SP)
shown(b.sizeof, S)
b.complete_struct_or_union(S, [('a', INT), ('d', DOUBLE), ('name', b.new_array_type(CHARP, 4)), ('next', SP),
                               ('b1', INT, 3), ('b2', INT, 5)])
print(S.fields[0][0], [(n, f.type, f.offset, f.bitshift, f.bitsize, f.flags) for n, f in S.fields], b.sizeof(S))
p = b.newp(SP, {'a': 5, 'name': b'abc', 'b1': -4})
ADDRESSES.append(repr(b.cast(VOIDP, p)).split()[-1][:-1])
print(p, p[0], p.a, p.d, p.b1, p.b2, b.string(p.name), p.next, dir(p), b.sizeof(p[0]))
p.next = p
p.next.next.d = 2.5
print(p.d, p == p.next, p[0] != p, bool(p.next), hash(p) == hash(p.next))
for name, value in [('a', 2 ** 31), ('a', 'x'), ('zz', 1), ('b1', 4), ('b2', 15), ('name', b'abcde'), ('name', b'abcd'),
                    ('name', [b'x']), ('next', 5), ('next', b.newp(INTP)), ('next', b.cast(VOIDP, 0)), ('d', 'y')]:
    shown(setattr, p, name, value)
shown(getattr, p, 'zz')
shown(delattr, p, 'a')
shown(lambda: p[1])
shown(lambda: b.newp(SP, [1, 2, 3, 4, 5, 6, 7]))
shown(lambda: b.newp(SP, (1, 2.5, b'x'))[0].d)
shown(lambda: b.newp(SP, {'q': 1}))
shown(lambda: b.newp(SP, 5))
U = b.new_union_type('union u')
b.complete_struct_or_union(U, [('i', INT), ('c', b.new_array_type(P(UCHAR), 4))])
u = b.newp(P(U), {'c': [1, 2, 3, 4]})
print(u.i, list(u.c), b.sizeof(U))
shown(b.newp, P(U), [1, 2])
V = b.new_struct_type('struct v')
b.complete_struct_or_union(V, [('n', SHORT), ('rest', b.new_array_type(P(SHORT), None))])
v = b.newp(P(V), {'n': 2, 'rest': [7, 8, 9]})
print(v, v.rest, list(v.rest), b.sizeof(v[0]), b.sizeof(V), len(b.buffer(v)))
print(b.newp(P(V), [1, 5]).rest)
shown(b.typeoffsetof, S, 'd')
shown(b.typeoffsetof, S, 'b1')
shown(b.typeoffsetof, INTS, 3)
shown(b.typeoffsetof, INT, 'x')

print('-- arrays and pointers')
a = b.newp(INTS, [1, 2, 3, 4])
ADDRESSES.append(repr(b.cast(VOIDP, a)).split()[-1][:-1])
print(a, len(a), list(a), a[3], b.unpack(a, 3), b.cast(INTP, a)[2], (a + 1)[0], (a + 3) - a, a[1:3], list(a[1:3]))
for f in [lambda: a[4], lambda: a[-1], lambda: a['x'], lambda: a[1:9], lambda: a[3:1], lambda: a[0:2:1], lambda: a[:2],
          lambda: b.cast(INTP, 0)[0], lambda: a + 'x', lambda: a - b.newp(CHARS, 1), lambda: p + p, lambda: len(p),
          lambda: iter(p), lambda: b.newp(INTS, -1), lambda: b.newp(INTS, 'x'), lambda: b.newp(INTS), lambda: b.newp(INTS, 2 ** 62),
          lambda: b.newp(b.new_array_type(INTP, 2), [1, 2, 3]), lambda: b.cast(INT, 1) + 1, lambda: b.cast(INT, 1)[0]]:
    shown(f)
a[0:2] = [8, 9]
a[2:4] = a[0:2]
print(list(a))
shown(a.__setitem__, slice(0, 2), [1])
shown(a.__setitem__, slice(0, 2), [1, 2, 3])
shown(a.__delitem__, 0)
print(b.cast(INT, 5) == 5, b.cast(INT, 5) < b.cast(DOUBLE, 5.5), b.cast(CHAR, b'x') == b'x', b.cast(INTP, a) <= a, b.cast(INTP, 0) == 0)
shown(lambda: b.cast(INT, 1) < p)

print('-- strings')
s = b.newp(CHARS, b'hello')
print(s, b.string(s), b.string(s, 3), s[5], b.string(b.cast(CHARP, s) + 1), b.string(b.cast(CHAR, b'q')))
w = b.newp(b.new_array_type(P(WCHAR), None), 'h\u00e9\U0001f600')
print(len(w), b.string(w), b.unpack(w, 2), w[2])
c16 = b.newp(b.new_array_type(P(C16), None), 'h\u00e9\U0001f600')
print(len(c16), b.string(c16), repr(c16[2]), b.unpack(c16, 4))
shown(b.string, a)
shown(b.string, b.cast(CHARP, 0))
shown(b.unpack, b.cast(INTP, 0), 1)
shown(b.unpack, a, -1)
E = b.new_enum_type('enum e', ('x', 'y', 'z'), (1, 2, 2), prim('unsigned int'))
print(E.elements, E.relements, E.kind, b.string(b.cast(E, 2)), b.string(b.cast(E, 9)), b.cast(E, 1), int(b.cast(E, 2)))

print('-- buffers')
buf = b.buffer(s)
print(len(buf), buf[0], buf[-2], buf[1:4], bytes(buf), buf == b'hello\0', buf < b'zz', bytes(memoryview(buf)[1:3]))
buf[0] = b'J'
buf[1:3] = b'EL'
print(b.string(s))
shown(buf.__setitem__, 0, b'xx')
shown(buf.__setitem__, slice(0, 2), b'xxx')
shown(lambda: buf[99])
shown(b.buffer, b.cast(INT, 1))
shown(b.buffer, b.cast(VOIDP, a))
data = bytearray(b'12345678')
view = b.from_buffer(INTS, data)
print(view, len(view), view[0] == int.from_bytes(b'1234', 'little'))
view[1] = 0
print(data)
shown(data.append, 1)
b.release(view)
print(view)
data.append(1)
shown(b.from_buffer, INTS, 'text')
shown(b.from_buffer, INTS, b'x', True)
shown(b.from_buffer, b.new_array_type(INTP, 5), b'x')
b.memmove(a, b'\1\0\0\0\2\0\0\0', 8)
print(list(a)[:2])
shown(b.memmove, a, b'', -1)

print('-- life')
log = []
g = b.gcp(b.cast(INTP, a), log.append)
print(type(g).__name__, b.string(s) and log)
del g
print(len(log))
with b.gcp(b.newp(INTP, 3), lambda p: log.append(p[0])) as q:
    q[0] = 4
print(log[-1])
shown(b.release, b.cast(INT, 1))
shown(b.gcp, b.cast(INT, 1), None)
o = {1, 2}
h = b.newp_handle(VOIDP, o)
print(b.from_handle(h) is o, b.from_handle(b.cast(CHARP, h)) is o, 'handle to {1, 2}' in repr(h))
shown(b.from_handle, b.cast(VOIDP, 0))
shown(b.newp_handle, INTP, 1)
r = weakref.ref(p)
del p
gc.collect()
print(r() is None)

print('-- calls')
libc = b.load_library(None)
shown(lambda: libc.load_function(b.new_function_type((INT,), INT), 'abs')(-5))
strlen = libc.load_function(b.new_function_type((CHARP,), ULONG), 'strlen')
for args in [(b'four',), ([b'a', b'b', b'\0'],), (), (1,), (None,), (s,), ('x',)]:
    shown(strlen, *args)
for missing in [lambda: libc.load_function(b.new_function_type((), INT), 'no_such_function'),
                lambda: libc.read_variable(INT, 'no_such_variable')]:
    try:
        missing()
    except (AttributeError, KeyError) as e:
        print(type(e).__name__, e.args[0].split(': ')[0])
snprintf = libc.load_function(b.new_function_type((CHARP, ULONG, CHARP), INT, True), 'snprintf')
out = b.newp(CHARS, 40)
print(snprintf(out, 40, b'%d %s %.2f', b.cast(INT, 42), s, b.cast(DOUBLE, 2.5)), b.string(out))
shown(snprintf, out, 40, b'%d', 42)
CMP = b.new_function_type((VOIDP, VOIDP), INT)
qsort = libc.load_function(b.new_function_type((VOIDP, ULONG, ULONG, CMP), b.new_void_type()), 'qsort')
compare = b.callback(CMP, lambda x, y: b.cast(INTP, x)[0] - b.cast(INTP, y)[0])
numbers = b.newp(INTS, [5, 3, 9, 1])
qsort(numbers, 4, 4, compare)
print(list(numbers), compare(b.cast(VOIDP, numbers), b.cast(VOIDP, numbers)))
errors = []
bad = b.callback(CMP, lambda x, y: 1 / 0, 7, lambda *exc: errors.append(exc[0].__name__))
print(bad(b.cast(VOIDP, 0), b.cast(VOIDP, 0)), errors)
shown(b.callback, CMP, 5)
shown(b.cast(CMP, 0), None, None)
b.set_errno(12)
print(b.get_errno())

print('-- FFI')
ffi = b.FFI()
for text in ['int', 'int *', 'char[5]', 'int(*)(int, ...)', 'void(*[3])(char *)', 'unsigned long long', 'FILE *', 'uint16_t',
             'bool', 'double _Complex', 'int(int)', 'foo', 'struct foo *', 'int *)', 'long long long', 'int[', 'int[-1]', 'short long',
             'int[9999999999999999999999]', 'int(*', '', 'const char * const *', 'int\u00e9', 'enum bar']:
    shown(ffi.typeof, text)
shown(ffi.new, 'int[]', [1, 2])
shown(ffi.sizeof, 'short')
shown(ffi.getctype, 'int[5]', '*x')
shown(ffi.getctype, 'int(*)(void)', ' f ')
shown(ffi.cast, 'unsigned char', 300)
shown(ffi.typeof, 5)
shown(ffi.new, 5)
shown(ffi.offsetof, 'int')
shown(ffi.integer_const, 'X')
print(ffi.list_types(), ffi.NULL, ffi.error, ffi.CType is type(INT))
alloc = ffi.new_allocator(lambda n: ffi.new('char[]', n), lambda p: log.append('freed'))
x = alloc('int *', 5)
print(x[0], type(x).__name__)
del x
print(log[-1])
print(ffi.init_once(lambda: 3, 'tag'), ffi.init_once(lambda: 4, 'tag'))
shown(ffi.dlopen, '/no/such/library.so')
