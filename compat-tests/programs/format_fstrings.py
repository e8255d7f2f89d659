# needs: core
# f-strings: expressions, conversions, nested specs, quotes, debug form, multi-line, evaluation order, errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


name, n, x, lst, d = "dove", 42, 3.14159, [1, "two"], {"k": "v", 1: "one"}
print(f"", f"plain", f"{name}", f"{name}{n}", f"a{name}b{n}c", f"{{}}", f"{{{n}}}", f"{{{{", f"}}{n}{{")
print(f"{n + 1} {n * 2 if n else 0} {lst[1]} {d['k']} {d[1]} {name.upper()} {len(lst)} {(lambda v: v + 1)(5)} {[i for i in range(3)]} { {1: 2} } {n!r}")
print(f"{name!r} {name!s} {'é'!a} {name!r:>10}|{name!s:<8}|{'é'!a:^10}|")
print(f"{n:5}|{n:<5}|{n:^5}|{n:>5}|{n:05}|{n:+}|{n:x}|{n:#x}|{n:b}|{n:,}|{x:.2f}|{x:10.3e}|{name:*^12}|{True:d}|{n:c}|{1e10:,}|{-n:=6}")
width, prec, spec = 10, 3, ">8"
print(f"{x:{width}.{prec}f}|{name:{spec}}|{x:{width}.{prec}}|{n:{'0' if n else ''}{width}}|{name!r:{width + 2}}|{n:{'x'}}|{n:{f'{width}'}}")
print(f"{n=} {n = } {n=:>5} {name=!s} {name=} {n+1=} {lst[0]=} {x=:.1f} {x = !r:>10} {f(1) if False else 2=}")
print(f"{'nested ' + f'{n} ' + f"{f'{name}'}"}", f"{"same quotes"}", f"{'a' if n else "b"}", f"{d["k"]}", f"{'\n'.join(['a', 'b'])!r}", f"{'\\'}", f'{"it's"}')
print(f"""multi {
    n
    + 1  # a comment
} line {
    name!r:>8}""")
print(rf"\d{n}\n", fr"{name}\{n}", f"\x41{n}\u0042\N{DIGIT ONE}\t|", F"{n}", f"{n}" "tail" f"{x:.1f}", "head " f"{n}")
print(f"{n:{{}}}" if False else f"{n!r:}", f"{'a':}", f"{None}", f"{...}", f"{lambda_ if False else 'ok'}", f"{(y := 5)} {y}", f"{n,}", f"{1, 2}", f"{*lst, 3}", f"{n if n else 0:>4}", f"{n:=+6}", f"{3 != 4}", f"{3 == 3}", f"{n >= 42!s}", f"{ n }", f"{-n}", f"{not n}", f"{(yield_ := 1)}")
print(f"{x:%}", f"{0.5:.0%}", f"{1234567:_}", f"{255:#010b}", f"{255:X}", f"{'abc':.2}", f"{'abc':>{5}.{1}}", f"{b'x'}", f"{1j:.1f}", f"{[]}", f"{'':5}|", f"{'日本':6}|", f"{2 ** 70:,}")


class V:
    def __format__(self, spec):
        print("format", repr(spec))
        return f"<{spec}>"

    def __str__(self):
        print("str")
        return "S"

    def __repr__(self):
        print("repr")
        return "R"


print(f"{V()} {V()!s} {V()!r} {V():spec} {V()!s:>4} {V()!r:>4} {V():{n}x{width}} {V()!a}")
print(f"{V()=}", f"{V()=!s}", f"{V()=:q}")


def order(v):
    print("eval", v)
    return v


print(f"{order(1):{order(5)}}{order(2)}{order('s')!r:>{order(4)}}")
err(lambda: f"{n:q}")
err(lambda: f"{name:d}")
err(lambda: f"{name:=5}")
err(lambda: f"{name:+}")
err(lambda: f"{name:,}")
err(lambda: f"{[]:5}")
err(lambda: f"{None:>5}")
err(lambda: f"{n:.2}")
err(lambda: f"{n:{'bad'}}")
err(lambda: f"{undefined}")
err(lambda: f"{1 / 0}")
err(lambda: f"{x:.{n}q}")
err(lambda: f"{n:99999999999999999999}")
err(lambda: f"{'a':.99999999999999999999}")
err(lambda: f"{0x110000:c}")
err(lambda: f"{n:,x}")
err(lambda: f"{n:+c}")
err(lambda: f"{n:#s}")
err(lambda: f"{d['nope']}")
for bad in ("f'{'", "f'}'", "f'{}'", "f'{ }'", "f'{n!}'", "f'{n!x}'", "f'{n!rr}'", "f'{!r}'", "f'{:x}'", "f'{n:{x:{1}}}'", "f'{n:{'", "f'{a b}'", "f'{lambda x: 1}'", "f'{x = y}'", "f'{n!r'", "f'{#}'", "f'{\n'", "f'{**d}'", "f'{yield}'", "f'{n:{}}'", "f'{=}'", "f'{a $ b}'", "f'{print(}'", "f'{)}'", "f'{x]}'", "bf'{n}'", "f'{\"a'", "f'a' = 1", "f'{n}' = 1"):
    try:
        compile(bad, "s", "exec")
        print(bad, "compiled")
    except SyntaxError as e:
        print(repr(bad), e.msg)
nested = f"{f"{f"{f"{f"{1 + 1}"}"}"}"}"
print(nested, "".join(f"{i}{'.' * i}" for i in range(4)), [f"{k}={v}" for k, v in d.items()], {f"{i}": i for i in range(2)}, (lambda q: f"{q}{q!r}")("z"))


def closure(a):
    return lambda b: f"{a}-{b}-{name}"


print(closure(1)(2), f"{name:{name[0]}>{len(name) + 3}}", f"{'%s' % n} {'{}'.format(n)}", f"{n:d}{n:o}{n:e}"[:12], str(f"{n}"), f"{f'{n}' * 2:>6}", (f"{n}"
      f"{name}"
      " end"))
print(len(f"{'x' * 1000}{'é' * 10}{'😀'}"), f"{'é'}{'日'}{'😀'}a", ascii(f"{chr(0x10ffff)}{chr(0)}"))
table = [("apple", 1.5, 10), ("kiwi", 0.25, 200)]
for item, price, count in table:
    print(f"|{item:<10}|{price:>8.2f}|{count:^7d}|{price * count:+10,.1f}|")
