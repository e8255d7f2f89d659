# needs: core
# Syntax errors: message, position and text of many, then one uncaught from exec at exit.
sources = """\
x = = 1
if x
def f(:
    pass
print "hello"
x = (1, 2
y = [1, 2
"unterminated
f(a=1, 2)
f(**k, *a)
1 = x
f() = 1
x + 1 = 2
None = 1
def f(a, a): pass
def f(a=1, b): pass
def f(*): pass
return 1
yield 1
await x
break
continue
for x in: pass
while True print(1)
class A(: pass
lambda x y: 1
a b
import
from x import
from . import *
x = 5 5
0777
1_
0xg
1__0
"\\N{no such name}"
"\\x1"
b"é"
f"{"
f"{x!z}"
f"{}"
f"{x:{y:{z}}}}"
f'{a b}'
'''triple
del f()
del 1
assert
raise from x
try: pass
else: pass
with open("x") as 1: pass
x: int: str
(x): int = 1, y: int
@
global x, 1
nonlocal x
a = b += 1
a, b += 1
x := 1
(x := 1, y := 2) = 3
f(x for x in y, 1)
{1: 2, 3}
{**a, b}
[*a for a in b]
not
in x
x is is y
a if b
def f(): return *
if True:
match x:
print(a, b c)
x = yield = 1
async x
async def f(): [await]
class C: x = await 1
def f(x): global x
def f(): nonlocal q
import a.b as c.d
from a import (b, c
x = {'a': 1, 'b' 2}
foo(1, 2, 3
$
x = a ? b : c
x++
i = 1 if 2 else
elif x: pass
except: pass
  x = 1
def f(a, *, **k): pass
def f(a, /, b, /): pass
def f(*a, *b): pass
def f(**k, a): pass
f(a=1, a=2)
t"{x" "b"
t"a" "b"
b"a" "b"
case 1: pass
import x as 1
True = 1
__debug__ = 1
x.__debug__ = 1
def __debug__(): pass
lambda: (yield
u"a" b"b"
a <> b
`x`
exec "x"
x = 'a' 'b
type X = 
type X[T: int = 3
def f[T, T](): pass
class A[T = int, U]: pass
""".split("\n")
for src in sources:
    if not src:
        continue
    try:
        compile(src + "\n", "<src>", "exec", dont_inherit=True)
        print(repr(src), "compiled")
    except SyntaxError as e:
        print(repr(src), "|", type(e).__name__, "|", e.msg, "|", e.lineno, e.offset, e.end_lineno, e.end_offset, repr(e.text))
multi = ["if x:\n    a\n  b\n", "if x:\n\ta\n        b\n", "def f():\nx = 1\n", "x = [\n1,\n2\n", "for i in x:\n", "class A:\n    def f(self):\n    pass\n", "'''a\nb\n", "x = (1,\n  2]\n", "def f():\n    return 1\n   x\n", "a = 1\n    b = 2\n", "match x:\n    case 1:\n    case 2: pass\n", "match x:\n    case a: pass\n    case b: pass\n", "match x:\n    case a | b: pass\n", "match x:\n    case {**r, 'k': 1}: pass\n", "match x:\n    case [*a, *b]: pass\n", "match x:\n    case C(a=1, a=2): pass\n", "match x:\n    case {'a': 1, 'a': 2}: pass\n", "try:\n    pass\n", "try:\n    pass\nexcept:\n    pass\nexcept ValueError:\n    pass\n", "x = 1\\\n", "x = 1 \\ \n", "with x as y\n    pass\n", "if 1:\n    pass\nelse\n    pass\n", "\x00", "x = 1\n\ty = 2\n", "from __future__ import nope\n", "x = 1\nfrom __future__ import annotations\n", "def f():\n    x = 1\n    def g():\n        nonlocal y\n", "print(1)\n)\n", "{\n'a': 1\n)\n"]
for src in multi:
    for mode in ("exec",):
        try:
            compile(src, "<multi>", mode, dont_inherit=True)
            print(repr(src), "compiled")
        except (SyntaxError, ValueError) as e:
            print(repr(src), "|", type(e).__name__, "|", e, "|", getattr(e, "lineno", None), getattr(e, "offset", None), getattr(e, "end_lineno", None), getattr(e, "end_offset", None))
for src, mode in (("1; 2", "eval"), ("x = 1", "eval"), ("", "eval"), ("a\nb", "single"), ("if x: pass", "single"), ("1 2", "single"), ("", "exec"), (" 1", "eval")):
    try:
        print(repr(src), mode, type(compile(src, "<m>", mode)).__name__)
    except SyntaxError as e:
        print(repr(src), mode, "|", type(e).__name__, "|", e)
for args in (("x", "f", "bad mode"), ("x",), (5, "f", "exec"), ("x", 5, "exec"), ("x", "f", "exec", 1 << 30), (b"\xff", "f", "exec"), (b"# coding: latin-1\nx='\xe9'", "f", "exec"), (b"# coding: nope\n", "f", "exec"), (b"x = '\xc3\xa9'", "f", "exec")):
    try:
        print(type(compile(*args)).__name__)
    except (SyntaxError, ValueError, TypeError) as e:
        print(type(e).__name__, e)
exec(compile("def f():\n    return (1 +\n        2 3)\n", "made-up.py", "exec"))
