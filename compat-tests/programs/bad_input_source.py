# needs: stdlib(traceback)
# Source that does not compile: message, line, columns and text of the error, and how a traceback shows it.
import traceback

SOURCES = [
    "1 +", "x = (1,\n     2", "f(a, b", "[1, 2", "{1: 2", "(]", "x = }", "def f(:\n    pass", "def f()\n    pass", "class A\n    pass",
    "if x\n    pass", "if x = 1:\n    pass", "while True print(1)", "for x in y print(x)", "for 1 in x: pass", "x = 5 = y", "f() = 1",
    "a + b = 1", "[a, 1] = x", "(a, f()) = x", "{1} = x", "'s' = 1", "None = 1", "True = 1", "x.None = 1", "f(True=1)", "f(a.b=1)", "f(1=2)",
    "f(x for x in y, 1)", "f(**a, b)", "f(a=1, 2)", "f(**a, *b)", "def f(a, a): pass", "def f(a=1, b): pass", "def f(*): pass", "def f(*, **k): pass",
    "def f(**k, a): pass", "def f(a, /, b, /): pass", "def f(/): pass", "lambda *: 1", "return 1", "yield 1", "await x", "class A:\n    return 1",
    "break", "continue", "def f():\n    break", "for x in y:\n    def g():\n        continue", "nonlocal x", "def f():\n    nonlocal x", "def f(x):\n    global x",
    "def f():\n    x = 1\n    global x", "del f()", "del 1", "del (a, 1)", "del a + b", "x + = 1", "x ++", "x =+", "1 = x", "import a.b as c.d", "import", "from x import",
    "from x import (a", "from x import *, a", "from . import", "def f():\n    from x import *", "from __future__ import nope", "x = 1\nfrom __future__ import annotations",
    "try:\n    pass", "try:\n    pass\nexcept:\n    pass\nexcept E:\n    pass", "try:\n    pass\nexcept* E:\n    pass\nexcept F:\n    pass", "try:\n    pass\nexcept* E:\n    return",
    "except:\n    pass", "with x as 1: pass", "with x as f(): pass", "with (x as y, z as 2): pass", "raise x from", "assert", "assert (x, 'm') = 1", "x: int: str", "(x): int = 1, y: int",
    "a, b: int", "[a]: int = 1", "f(): int", "x = yield = 1", "async def f():\n    yield from x", "async x", "def f():\n    async with x: pass", "def f():\n    [x async for x in y]",
    "match x:\n    case 1 | y: pass\n    case z: pass", "match x:\n    case a: pass\n    case b: pass", "match x:\n    case {**r, 'a': 1}: pass", "match x:\n    case A(b=1, 2): pass",
    "match x:\n    case [a, a]: pass", "match x:\n    case a | b: pass", "type X = ", "type X[T: ] = 1", "def f[T, T](): pass", "class A[]: pass", "print 1", "exec 'x'", "print x, y",
    "x = 'abc", 'x = "abc', "x = '''abc\ndef", "f'{'", "f'{x'", "f'{x!}'", "f'{x!z}'", "f'{}'", "f'{x:{'", "f'}'", "f'{a b}'", "f'{lambda x: 1}'", "f'{x = !r'", "t'{'", "b'é'", "b'a' 'b'", "f'a' b'c'",
    "'\\x1'", "'\\u12'", "'\\N{no such name}'", "'\\U00110000'", "b'\\x1'", "x = 0777", "x = 09", "x = 0b12", "x = 0o8", "x = 0xg", "x = 1__0", "x = 1_", "x = 1e", "x = 1.e+", "x = 1abc", "x = 1.2.3", "x = 0x",
    "x = $", "x = ?", "x = a?b", "x = `a`", "a <> b", "x = a ! b", "é = €", "x = “a”", "x = a\u200bb", "\x01", "x = \x7f", "if 1:\npass", "if 1:\n    a\n  b", "  a", "a\n  b", "if 1:\n\ta\n        b", "if 1:\n        a\n\tb",
    "def f():\n", "if 1:", "class A:\n# only a comment\n", "for x in y:\n\nz", "x = (\n    1,\n    2\n\ny = 3", "x = [1,\n2}\n", "((((((((((1)))))))))) 2", "a b", "a, b c", "x = 1 2", "f(a b)", "[a b]", "{a: b c: d}", "{a: }", "{a: 1, **}", "{1, a: 2}", "{a: 1, 2}", "(a, b c)",
    "x if y", "x if y else", "x = if y", "not", "x not y", "x is", "x in", "lambda", "lambda x", "lambda x:", "*", "*a", "**a", "x = *a", "x = (*a)", "print(*)", "f(**)", "f(*a=1)", "a := 1", "(a := 1) := 2", "(a.b := 1)", "(1 := 2)", "f(a := 1 := 2)", "[a := 1 for a in x]", "[x for x in (y := 1)]",
    "@", "@x", "@x\ny = 1", "else: pass", "elif x: pass", "finally: pass", "if x: pass\nelse x: pass", "if x:\n    pass\nelif:\n    pass", "a.1", "a..b", "a.", ".a", "a[", "a[]", "a[1:2:3:4]", "a[1,2:3", "\\", "\\ x", "x \\ y", "x = 1 \\", ":", ";", "x;;y", "a = b = ", "a += b = c", "(a, b) += 1", "a + 1 += 2", "x = (yield) = 1", "x = lambda: (yield) = 2",
]
for source in SOURCES:
    try:
        compile(source, "file", "exec")
        print(ascii(source), "compiled")
    except SyntaxError as e:
        print(ascii(source), "->", type(e).__name__, e.msg, "|", e.lineno, e.offset, e.end_lineno, e.end_offset, ascii(e.text))
    except ValueError as e:
        print(ascii(source), "->", type(e).__name__, e)
print("--- as a traceback shows them")
for source in SOURCES[::4]:
    try:
        compile(source, "file", "exec")
    except SyntaxError as e:
        print(*(ascii(line.rstrip("\n")) for line in traceback.format_exception_only(e)), sep="\n")
print("--- expressions")
for source in ("", " ", "x = 1", "1; 2", "1\n2", "import a", "  1", "\n1", "(", "1 +", "lambda: (yield)", "f(", "await x"):
    for mode in ("eval", "single"):
        try:
            compile(source, "file", mode)
            print(mode, ascii(source), "compiled")
        except SyntaxError as e:
            print(mode, ascii(source), "->", type(e).__name__, e.msg, e.lineno, e.offset, e.end_offset)
