# needs: core
# Bad source and bad literals at run time: eval and exec of broken text, null bytes, deep source, wrong encodings, bad escapes.
def err(f, *a, **k):
    try:
        r = f(*a, **k)
        print("no error:", r if isinstance(r, int) else type(r).__name__)
    except (SyntaxError, ValueError, TypeError, OverflowError, MemoryError, RecursionError, LookupError, ImportError) as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0][:150])


for text in ("1 +", "(", "\x00", "a\x00b", "'", "\\", "\\\n", "0o8", "0b2", "0x", "1e", "1_000_", "1.5.5", "..1", "'\\x'", "'\\u12'", "'\\U12345678'", "'\\N{}'", "b'\\xz'", "f'{'", "f'{1'", "f'{1!}'", "f'{1:{'", "é +", "日本 =", "‘quoted’", "a ‚ b", "x = \u00a0 1", "\ufeff\ufeff1", "1 if", "lambda", "yield", "return 1", "print 1", "a = b = ", "def", "class", "@", "@x", "import", "not", "5 = 5", "[i for i in]", "{a:}", "{:1}", "*a", "**a", "f(**a, *b)", "f(a for a in b, c)", "1 2", "a.1", "a..b", "a[", "a[]", "a[1:2:3:4]", ": 1", ";", ";;", "if", "else", "  1\n 2", "\t1\n  2", "if 1:\n\t1\n        2", "0" * 5000, "9" * 5000, "'" + "a" * 10, '"""abc', "x" * 70000 + " y", "#", "", "\n\n", "pass\x0cpass", "async def", "await", "match", "type", "type X", "del", "del f()", "global", "nonlocal x", "raise from", "assert", "try:", "with", "while", "for", "from", "from x", "from x import", "from . import", "from __future__ import braces", "from __future__ import x"):
    print(ascii(text[:30]), end=" -> ")
    err(compile, text, "f", "exec")
for src in (b"\xff", b"# -*- coding: utf-8 -*-\n'\xff'", b"# coding: ascii\n'\xc3\xa9'", b"# coding: no-such\n1", b"\xef\xbb\xbf1", b"\xef\xbb\xbf# coding: latin-1\n1", b"1\x00", b"# coding: latin-1\nx = '\xe9'"):
    print(src, end=" -> ")
    err(compile, src, "f", "exec")
for value in (None, 5, 1.5, [], {}, object, b"1", bytearray(b"1 + 1"), memoryview(b"2"), "3"):
    err(eval, value)
for f, args in ((exec, ("x = 1", None, 5)), (exec, ("x", {}, 5)), (eval, ("1", [])), (compile, ("1", "f")), (compile, ("1", "f", "exec", "x")), (compile, ("1", "f", "eval", 0, False, 9)), (eval, (compile("x = 1", "f", "exec"),)), (exec, (compile("1", "f", "eval"),))):
    err(f, *args)
for n in (50, 99, 150, 250, 1000, 20000):
    for shape in ("({}1{})".format("(" * n, ")" * n), "[" * n + "]" * n, "-" * n + "1", "not " * n + "1", "1" + "+1" * n, "a" + ".b" * n, "f" + "()" * n, "lambda: " * n + "1", "{1:" * n + "1" + "}" * n, "1 if 1 else " * n + "2"):
        try:
            compile(shape, "deep", "eval")
            result = "compiled"
        except (SyntaxError, MemoryError, RecursionError) as e:
            result = type(e).__name__
        if n in (50, 99):
            print(n, shape[:8], result)
        assert result in ("compiled", "SyntaxError", "MemoryError", "RecursionError")
print("the compiler survived")
blocks = "".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "x = 'deepest'\n"
exec(blocks)
print(x)
err(compile, "".join(" " * i + "if 1:\n" for i in range(101)) + " " * 101 + "pass\n", "f", "exec")
err(compile, "".join("    " * i + "while 1:\n" for i in range(22)) + "    " * 22 + "break\n", "f", "exec")
err(compile, "def f(" + ", ".join(f"a{i}" for i in range(2000)) + "): pass", "f", "exec")
err(compile, "f(" + ", ".join(f"a{i}" for i in range(2000)) + ")", "f", "exec")
err(compile, ", ".join(f"a{i}" for i in range(300)) + ", *rest = x", "f", "exec")
err(compile, "a, *b, *c = x", "f", "exec")
err(eval, "__import__('no_such_module_anywhere')")
err(eval, "(lambda: (yield))().send(1)")
err(exec, "def f(): f()\nf()")
err(exec, "class A(A): pass") if False else None
try:
    exec("class A(undefined_base): pass")
except NameError as e:
    print(e)
