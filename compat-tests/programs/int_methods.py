# needs: core
# Every public method and attribute of int and bool, and their error texts.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", e)
    else:
        print("no error:", repr(r))


print((5).bit_length(), (0).bit_length(), (-256).bit_length(), (1 << 200).bit_length())
print((7).bit_count(), (-7).bit_count(), ((1 << 100) - 1).bit_count())
print((7).conjugate(), True.conjugate(), (3).real, (3).imag, (3).numerator, (3).denominator)
print((12).as_integer_ratio(), True.as_integer_ratio(), (5).is_integer())
print((1024).to_bytes(2, "big"), (1024).to_bytes(4, "little"), (-2).to_bytes(2, "big", signed=True))
print((255).to_bytes(), (0).to_bytes(0, "big"), (1).to_bytes(length=3, byteorder="little"))
print(int.from_bytes(b"\x04\x00", "big"), int.from_bytes(b"\xff\xfe", "little"))
print(int.from_bytes(b"\xff\xfe", "big", signed=True), int.from_bytes([1, 2, 3], "big"), int.from_bytes(b"\x01"))
print(int.from_bytes(bytes(range(1, 30)), "little"))
err((256).to_bytes, 1, "big")
err((-1).to_bytes, 1, "big")
err((1).to_bytes, -1, "big")
err((1).to_bytes, 1, "middle")
err(int.from_bytes, "text", "big")

print(int(), int("12"), int(" -0_7 ".replace("0_", "")), int("1_000"), int("ff", 16), int("0xff", 0), int("0b101", 2))
print(int("z", 36), int("-0o17", 8), int(3.99), int(-3.99), int("٣"), int(b"42"), int(bytearray(b"7")), int("1010", base=2))
for text, base in [("", 10), ("12x", 10), ("0x", 16), ("8", 8), ("1__0", 10), ("_1", 10), ("1", 1), ("1", 37), ("a b", 10)]:
    err(int, text, base)
err(int, "1" * 5 + "\n\x00")
err(int, 1, 2)
err(int, None)
err(int, [])
err(int, float("nan"))
err(int, float("inf"))
err(int, 1j)
err(int, "1", "2")
err(int, x=1)


class I:
    def __index__(self):
        return 9


class N:
    def __int__(self):
        return 11


class Bad:
    def __int__(self):
        return "no"


print(int(I()), int(N()), int("11", I()), [10, 20, 30, 40, 50, 60, 70, 80, 90, 100][I()])
err(int, Bad())
print(2 + I().__index__(), hex(I()), bin(I()), oct(I()), range(I())[3])

print((5).__add__(3), (5).__add__("x"), (5).__radd__(1), (7).__floordiv__(2), (7).__truediv__(2), (7).__mod__(4))
print((2).__pow__(5), (2).__pow__(5, 7), (2).__rpow__(3), (5).__sub__(8), (5).__rsub__(8), (3).__mul__(4), (-3).__abs__())
print((5).__and__(4), (5).__or__(2), (5).__xor__(1), (5).__lshift__(2), (5).__rshift__(1), (5).__invert__(), (5).__neg__(), (-5).__pos__())
print((5).__lt__(6), (5).__le__(5), (5).__eq__(5), (5).__ne__(5), (5).__gt__(6), (5).__ge__(5), (5).__eq__("5"))
print((17).__divmod__(5), (17).__rdivmod__(35), (5).__bool__(), (0).__bool__(), (5).__float__(), (5).__int__(), (5).__index__())
print((5).__trunc__(), (5).__floor__(), (5).__ceil__(), (1234).__round__(-2), (5).__hash__(), (5).__getnewargs__())
print((5).__repr__(), (5).__format__("03"), (5).__rand__(4), (5).__ror__(2), (5).__rxor__(1), (1).__rlshift__(3), (1).__rrshift__(8))
print((2).__rfloordiv__(7), (2).__rtruediv__(7), (4).__rmod__(7), (4).__rmul__(7))

for a in (7, -7):
    for b in (2, -2):
        print(a, b, a // b, a % b, divmod(a, b), a / b)
err(lambda: 1 // 0)
err(lambda: 1 % 0)
err(lambda: 1 / 0)
err(lambda: divmod(1, 0))
err(lambda: 1 << -1)
err(lambda: 1 >> -1)
err(lambda: 0 ** -1)
err(lambda: 1 + "a")
err(lambda: 1 - None)
err(lambda: "a" * 1.5)
err(lambda: ~1.5)
err(lambda: 1 < "a")
err(lambda: 1 @ 2)
err(lambda x=1: x())
err(lambda x=1: x[0])
err(lambda: 5 in 5)
err(lambda: len(5))
err(lambda: iter(5))
print(pow(3, 4, 5), pow(3, -1, 7), pow(-3, 3, 10), pow(2, 100, 1), pow(2, 3, -5), pow(10, -2))
err(pow, 2, -1, 4)
err(pow, 2, 3, 0)
err(pow, 2.0, 3, 5)
print(round(15, -1), round(25, -1), round(-15, -1), round(123456789, -4), round(5, 2), round(5))
print(1 == 1.0, 1 == True, hash(1) == hash(1.0) == hash(True), 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53)

print(bool(), bool(0), bool("x"), bool([]), True & False, True | False, True ^ True, True & 3, repr(True), str(False))
print(True.bit_length(), True + 1, -True, +False, int(True), [10, 20][True], True.real, True.numerator, True.to_bytes())
print(type(True & True), type(True & 1), type(True + True), True.__and__(False), True.__or__(1), True.__xor__(True))
err(bool, 1, 2)


class NotBool:
    def __bool__(self):
        return 1


err(bool, NotBool())
err(lambda: type("B", (bool,), {}))


class MyInt(int):
    def __new__(cls, v, tag=None):
        self = super().__new__(cls, v)
        self.tag = tag
        return self

    def __repr__(self):
        return f"MyInt({int(self)}, {self.tag})"

    def __add__(self, other):
        return MyInt(int(self) + int(other), "sum")


m = MyInt(5, "five")
print(m, m + 1, 1 + m, m * 2, type(m * 2), m == 5, hash(m) == hash(5), {5: "x"}[m], [1, 2, 3, 4, 5, 6][m], m.real, type(m.real))
print(int(m), type(int(m)), -m, type(+m), m.conjugate(), MyInt.from_bytes(b"\x07", "big"), int.__new__(MyInt, 3).__dict__)
