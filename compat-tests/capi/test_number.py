import capi_number as m
from support import *

BINARY = {
    "add": (lambda a, b: a + b, "+"), "subtract": (lambda a, b: a - b, "-"), "multiply": (lambda a, b: a * b, "*"),
    "floor_divide": (lambda a, b: a // b, "//"), "true_divide": (lambda a, b: a / b, "/"), "remainder_": (lambda a, b: a % b, "%"),
    "lshift": (lambda a, b: a << b, "<<"), "rshift": (lambda a, b: a >> b, ">>"), "and_": (lambda a, b: a & b, "&"),
    "xor": (lambda a, b: a ^ b, "^"), "or_": (lambda a, b: a | b, "|"), "divmod": (divmod, "divmod()"),
}


class Num:
    def __init__(self, name, result=None):
        self.name, self.result = name, result

    def op(tag):
        def f(self, *other):
            return NotImplemented if self.result is NotImplemented else (tag, self.name)
        return f

    for n in "add sub mul matmul floordiv truediv mod pow lshift rshift and xor or divmod".split():
        locals()[f"__{n}__"] = op(n)
        locals()[f"__r{n}__"] = op("r" + n)
        if n != "divmod":
            locals()[f"__i{n}__"] = op("i" + n)
    del n


def test_binary_operators():
    for name, (py, symbol) in BINARY.items():
        f = getattr(m, name)
        for a, b in ((17, 5), (-17, 5), (2 ** 70, 3), (True, 1)):
            same(f(a, b), py(a, b))
        raises(TypeError, f, None, 1, text=f"unsupported operand type(s) for {symbol}: 'NoneType' and 'int'")
        keeps(f, Thing(), Thing())
    same(m.add("a", "b"), "ab")
    same(m.add([1], [2]), [1, 2])
    same(m.multiply([1], 2), [1, 1])
    same(m.multiply(2, "a"), "aa")
    same(m.remainder_("%d", 5), "5")
    same(m.true_divide(1.0, 4), 0.25)
    raises(ZeroDivisionError, m.true_divide, 1, 0, text="division by zero")
    raises(TypeError, m.add, "a", 1, text='can only concatenate str (not "int") to str')
    raises(TypeError, m.multiply, [1], "a", text="can't multiply sequence by non-int of type 'str'")


def test_dispatch():
    n, o = Num("n"), Num("o", NotImplemented)
    for f, tag in ((m.add, "add"), (m.matrix_multiply, "matmul"), (m.and_, "and"), (m.lshift, "lshift"), (m.true_divide, "truediv")):
        same(f(n, 1), (tag, "n"))
        same(f(1, n), ("r" + tag, "n"))
        raises(TypeError, f, o, n)
        raises(TypeError, f, o, 1)
    same(m.inplace_add(n, 1), ("iadd", "n"))
    same(m.inplace_matrix_multiply(n, 1), ("imatmul", "n"))
    same(m.inplace_power(n, 1, None), ("ipow", "n"))
    same(m.inplace_subtract(1, n), ("rsub", "n"))
    raises(TypeError, m.matrix_multiply, 1, 2, text="unsupported operand type(s) for @: 'int' and 'int'")


def test_inplace_operators():
    for name, (py, symbol) in BINARY.items():
        if name == "divmod":
            continue
        f = getattr(m, "inplace_" + name.rstrip("_"))
        same(f(17, 5), py(17, 5))
        raises(TypeError, f, None, 1, text=f"unsupported operand type(s) for {symbol}=: 'NoneType' and 'int'")
    l = [1]
    is_(m.inplace_add(l, (2,)), l)
    is_(m.inplace_multiply(l, 2), l)
    same(l, [1, 2, 1, 2])
    s = {1}
    is_(m.inplace_or(s, {2}), s)
    same(m.inplace_add("a", "b"), "ab")
    same(m.inplace_power(2, 5, None), 32)
    same(m.inplace_power(2, 5, 7), 4)
    changes(l, 0, m.inplace_add, l, ())


def test_unary_and_power():
    same(m.negative(5), -5)
    same(m.positive(True), 1)
    same(m.absolute(-2.5), 2.5)
    same(m.invert(5), -6)
    raises(TypeError, m.negative, "a", text="bad operand type for unary -: 'str'")
    raises(TypeError, m.positive, "a", text="bad operand type for unary +: 'str'")
    raises(TypeError, m.absolute, "a", text="bad operand type for abs(): 'str'")
    raises(TypeError, m.invert, 1.5, text="bad operand type for unary ~: 'float'")
    raises(SystemError, m.negative, NULL)
    same(m.power(2, 10, None), 1024)
    same(m.power(2, 10, 1000), 24)
    same(m.power(2.0, 3, None), 8.0)
    raises(TypeError, m.power, "a", 2, None, text="unsupported operand type(s) for ** or pow(): 'str' and 'int'")
    raises(TypeError, m.power, "a", 2, 3, text="unsupported operand type(s) for ** or pow(): 'str', 'int', 'int'")
    raises(ZeroDivisionError, m.power, 0, -1, None)


def test_conversions():
    class I:
        def __index__(self):
            return 7

    class F:
        def __float__(self):
            return 2.5

    class Bad:
        def __index__(self):
            return "x"

        __int__ = __float__ = __index__

    same(m.long_("12"), 12)
    same(m.long_(b"12"), 12)
    same(m.long_(2.9), 2)
    same(m.long_(I()), 7)
    raises(ValueError, m.long_, "x", text="invalid literal for int() with base 10: 'x'")
    raises(TypeError, m.long_, None)
    raises(TypeError, m.long_, Bad())
    same(m.float_("2.5"), 2.5)
    same(m.float_(F()), 2.5)
    same(m.float_(I()), 7.0)
    raises(TypeError, m.float_, None)
    raises(TypeError, m.float_, Bad())
    same(m.index(5), 5)
    same(m.index(I()), 7)
    same(m.index(True), 1)
    raises(TypeError, m.index, 1.5, text="'float' object cannot be interpreted as an integer")
    raises(TypeError, m.index, Bad(), text="__index__ returned non-int (type str)")
    same(m.to_base(255, 16), "0xff")
    same(m.to_base(-5, 2), "-0b101")
    same(m.to_base(I(), 8), "0o7")
    same(m.to_base(10, 10), "10")
    raises(SystemError, m.to_base, 5, 3)
    raises(TypeError, m.to_base, 1.5, 2)
    big = 2 ** 70
    same(m.as_ssize_t(5, NULL), 5)
    same(m.as_ssize_t(big, NULL), 2 ** 63 - 1)
    same(m.as_ssize_t(-big, NULL), -(2 ** 63))
    raises(OverflowError, m.as_ssize_t, big, OverflowError, text="cannot fit 'int' into an index-sized integer")
    raises(IndexError, m.as_ssize_t, big, IndexError)
    raises(TypeError, m.as_ssize_t, "x", IndexError)
    keeps(m.long_, Thing())
    keeps(m.index, Thing())


def test_checks():
    for v, number, index in ((1, 1, 1), (1.5, 1, 0), (1j, 1, 0), ("a", 0, 0), (None, 0, 0), (True, 1, 1)):
        same(m.check(v), number)
        same(m.index_check(v), index)
    same(m.check(NULL), 0)


run(globals())
