# needs: stdlib(struct, _struct, array, binascii, base64)
# Binary data: struct, array, binascii, base64.
import array
import base64
import binascii
import struct


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


for fmt, args in (("b", (-1,)), ("B", (255,)), ("<hHiIqQ", (-1, 2, -3, 4, -5, 6)), (">hHiIlLqQ", (1, 2, 3, 4, 5, 6, 7, 8)), ("=3s5pc?x", (b"abcd", b"pascal", b"c", True)), ("<efd", (1.5, 2.5, 3.5)), ("@bhilq", (1, 2, 3, 4, 5)), ("!4xI", (1,)), ("3i", (1, 2, 3)), ("0s", (b"",)), ("nNP", (-1, 1, 0)), ("<FD", (1 + 2j, 3j))):
    packed = struct.pack(fmt, *args)
    print(fmt, packed, struct.calcsize(fmt), struct.unpack(fmt, packed))
s = struct.Struct("<HB")
buf = bytearray(10)
s.pack_into(buf, 2, 513, 7)
print(buf, s.unpack_from(buf, 2), s.format, s.size, list(s.iter_unpack(buf[:9])), struct.unpack_from(">I", buf, 2), list(struct.iter_unpack("2s", b"abcd")), repr(s), struct.unpack("<d", b"\0" * 6 + b"\xf8\x7f"))
for call in ("struct.pack('b', 128)", "struct.pack('B', -1)", "struct.pack('h', 'x')", "struct.pack('i')", "struct.pack('i', 1, 2)", "struct.pack('z', 1)", "struct.pack('<i', 2**31)", "struct.pack('f', 1e300)", "struct.pack('c', b'ab')", "struct.pack('s', 'text')", "struct.unpack('i', b'')", "struct.unpack('<i', b'12345')", "struct.unpack_from('i', b'12', 0)", "struct.unpack_from('b', b'12', 5)", "struct.pack_into('i', bytearray(2), 0, 1)", "struct.pack_into('b', b'ro', 0, 1)", "struct.calcsize('5')", "struct.calcsize('<n')", "list(struct.iter_unpack('3s', b'abcd'))", "struct.pack('e', 70000)", "struct.calcsize('99999999999999999999i')", "struct.Struct(5)", "struct.pack('Q', 1.5)", "struct.unpack('i', 'text')"):
    print(call, end=" -> ")
    err(eval, call)


class Index:
    def __index__(self):
        return 77


print(struct.pack("b", Index()), struct.pack("?", []), struct.pack("d", Index().__index__()))
for code, values in (("b", [-128, 127]), ("B", [0, 255]), ("h", [-5, 5]), ("H", [65535]), ("i", [-7]), ("I", [7]), ("l", [-9]), ("L", [9]), ("q", [-2 ** 63]), ("Q", [2 ** 64 - 1]), ("f", [1.5]), ("d", [2.5]), ("w", "aé😀")):
    a = array.array(code, values)
    print(a, a.typecode, a.itemsize, a.tolist() if code != "w" else a.tounicode(), len(a.tobytes()), a == array.array(code, a), a.buffer_info()[1])
a = array.array("i", [3, 1, 2])
a.append(4)
a.extend([5, 6])
a.insert(0, 0)
a.fromlist([7])
a.frombytes(struct.pack("i", 8))
print(a, a.pop(), a.pop(0), a.index(2), a.count(1), a[1], a[-1], a[1:3], a[::-2], 5 in a, len(a), a.reverse(), a, a.remove(4), a)
a[0] = 100
a[1:2] = array.array("i", [8, 9])
del a[0], a[::2]
a += array.array("i", [1])
a *= 2
print(a, a + a[:1], a * 0, a < array.array("i", [99]), a == array.array("d", a.tolist()), list(a), memoryview(a).format, bytes(a[:1]), a.byteswap(), a[0], array.array("i") == array.array("b"), hash is not None, a.__copy__() is a, a.clear(), a)
for call in ("array.array('z')", "array.array('i', 'x')", "array.array('i', [1.5])", "array.array('b', [128])", "array.array('i', b'123')", "a.append('x')", "a.pop()", "a.remove(9)", "a.index(9)", "a.frombytes(b'1')", "a[0]", "a + [1]", "a.fromlist(5)", "a.fromlist([1, 'x'])", "array.array(5)", "a.extend(array.array('d', [1]))", "a.tounicode()", "array.array('B', [1]).__setitem__(0, 256)"):
    print(call, end=" -> ")
    err(eval, call)
m = memoryview(b := array.array("h", [1, 2, 3]))
err(b.append, 4)
m[0] = 9
m.release()
b.append(4)
print(b, array.typecodes, array.array("d", (x / 4 for x in range(3))), sum(array.array("q", range(1000))))

data = bytes(range(0, 256, 7))
print(binascii.hexlify(data), binascii.unhexlify("00fF"), binascii.b2a_hex(b"ab", "-"), binascii.a2b_hex(b"6162"), binascii.b2a_base64(data), binascii.b2a_base64(b"x", newline=False), binascii.a2b_base64("aGk="), binascii.a2b_base64(b"aG\nk=\n"), binascii.b2a_uu(b"uu text"), binascii.a2b_uu(b"'=74@=&5X= \n"), binascii.b2a_qp(b"a=b\xe9 \n"), binascii.a2b_qp("a=3Db=E9=\nx"))
print(binascii.crc32(b"hello"), binascii.crc32(b"lo", binascii.crc32(b"hel")), binascii.crc_hqx(b"hello", 0))
for call in ("binascii.unhexlify('0')", "binascii.unhexlify('zz')", "binascii.a2b_base64('abc')", "binascii.a2b_base64('a')", "binascii.a2b_base64('ab=c', strict_mode=True)", "binascii.a2b_base64('é')", "binascii.a2b_uu(b'\\x80')", "binascii.b2a_uu(b'x' * 46)", "binascii.hexlify('text')", "binascii.crc32('text')"):
    print(call, end=" -> ")
    err(eval, call)
print(base64.b64encode(data, b"-_"), base64.urlsafe_b64decode("_-8="), base64.b32encode(b"hello"), base64.b32decode("NBSWY3DP"), base64.b16encode(b"\xab"), base64.b85encode(b"hello"), base64.a85encode(b"hello\0\0\0\0"), base64.a85decode(b"<~BOu!r~>", adobe=True), base64.b32hexencode(b"x"), base64.z85encode(b"hell"))
err(base64.b64decode, "abc")
err(base64.b32decode, "x")
err(base64.b85decode, b"~~~~~~")
