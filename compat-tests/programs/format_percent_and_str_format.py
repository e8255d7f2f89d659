# needs: core
# The % operator and str.format: all codes and flags, field paths, nested specs, the format mini-language, errors.
def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


print("%d %i %u|%5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%c|%c" % (1, 2, 3, 4, 5, 6, 7, 8, 255, 255, 255, 8, 8, 65, "z"))
print("%s|%10s|%-10s|%.2s|%r|%a|%5.1s|%%" % ("abc", "abc", "abc", "abc", "é", "é", "xyz"))
print("%f|%.2f|%8.3f|%-8.1f|%+.1f|%08.2f|%e|%.1E|%g|%G|%#.0f|%.0f" % (1.5, 1.555, 2.5, 2.5, 2.5, 2.5, 12345.678, 0.00012, 1e-10, 1e20, 3.0, 2.5))
print("%(a)s %(b)05d %(a)r %%" % {"a": "x", "b": 42}, "%s" % ("one",), "%s" % [1, 2], "%s" % {"k": 1}, "%s %s" % ((1, 2), 3), "plain" % (), "plain" % {}, "plain" % [], "%s" % None, "%d" % True, "%d" % 3.99, "%d" % -2 ** 70)
print("%*d|%-*d|%.*f|%*.*f" % (5, 1, 5, 2, 2, 3.14159, 8, 3, 2.71828), "%5%|" % () if False else "-", "%ld %hd %Ld" % (1, 2, 3), "%s" % "日本", "%5s|" % "日本", "%x" % -255, "%#X" % 255, "%.3d" % 5, "%+.2e" % 0, "% x" % 10)
for fmt, args in [("%d", "x"), ("%d", None), ("%d %d", 1), ("%d", (1, 2)), ("%", 1), ("%z", 1), ("%(a)s", 5), ("%(a)s", {}), ("%(a", {}), ("%c", "ab"), ("%c", -1), ("%c", 1.5), ("%x", 1.5), ("%f", "x"), ("%s %s", ("a",)), ("plain", 1), ("plain", (1,)), ("%*d", ("a", 1)), ("%s %(a)s", {"a": 1}), ("%.f%", 1), ("%i", 1j), ("%99999999999d", 1), ("%d", [1]), ("%5", 1), ("abc%", ()), ("%(x)d", {"x": "s"})]:
    print(repr(fmt), end=" ")
    err(lambda: fmt % args)


class R:
    def __repr__(self):
        return "repr-é"

    def __str__(self):
        return "str"

    def __int__(self):
        return 5

    def __float__(self):
        return 2.5

    def __index__(self):
        return 7


print("%s %r %a %d %x %f %c" % ((R(),) * 7))


class M(dict):
    def __missing__(self, k):
        return f"<{k}>"


print("%(any)s %(thing)s" % M(), "{any} {thing}".format_map(M()))

print("{} {} {}".format(1, "a", 2.5), "{0} {1} {0}".format("x", "y"), "{a} {b}".format(a=1, b=2), "{0}{k}{1}".format(1, 2, k=3), "{{}} {}".format(1), "".format(1, x=2))
print("{0[1]} {0[k]} {1.real} {1.__class__.__name__} {2[0][1]} {a.b[c].d}".format({1: "int key" if False else "no", "1": "s", "k": "K", 1: "one"}, 5, [[1, 2]], a=type("T", (), {"b": {"c": type("U", (), {"d": "deep"})}})))
print("{!r} {!s} {!a} {0!r:>6}".replace("{0", "{").format("x", "y", "é", "z"), "{:{}}|{:{w}.{p}}".format("a", 5, 3.14159, w=8, p=3), "{:{}{}{}}".format(42, "*", "^", 9), "{0:{1}}".format(1, ">3"))
print("{:<8}|{:>8}|{:^8}|{:*^8}|{:=+8}|{:08}|{: d}|{:+d}|{:,}|{:_}|{:#x}|{:#o}|{:#b}|{:c}|{:n}".format("l", "r", "c", "m", 5, -42, 5, 5, 1234567, 1234567, 255, 8, 5, 97, 12345))
print("{:.3}|{:.3s}|{:10.2}|{:e}|{:.0f}|{:%}|{:g}|{:G}|{:F}|{:z.0f}|{:,.2f}|{:_.1f}|{:#.3g}|{:010.3f}|{:+.1e}".format("abcdef", "abcdef", "abcdef", 1234.5, 2.5, 0.25, 1e20, 1e-5, float("inf"), -0.2, 1e6, 12345.67, 2.0, -3.14159, 12345.6789))
print("{:,d} {:_b} {:_x} {:,.3f} {:015,d} {:<10d}| {:^+10d}| {:x<5}| {:é>4}|".format(10 ** 9, 255, 2 ** 40, 12345.6789, 1234567, 42, 42, 7, 1))
for fmt, args, kw in [("{}", (), {}), ("{0} {}", (1, 2), {}), ("{} {0}", (1, 2), {}), ("{2}", (1,), {}), ("{a}", (), {}), ("{", (), {}), ("}", (), {}), ("{0", (1,), {}), ("{!x}", (1,), {}), ("{!}", (1,), {}), ("{0!rs}", (1,), {}), ("{:d}", ("a",), {}), ("{:x}", (1.5,), {}), ("{0.nope}", (1,), {}), ("{0[1]}", (5,), {}), ("{0[a]}", ([1],), {}), ("{0[}", ([1],), {}), ("{0[]}", ([1],), {}), ("{0.}", (1,), {}), ("{:{:{}}}", (1, 2, 3), {}), ("{:", (1,), {}), ("{:}}", (1,), {}), ("{:,s}", ("a",), {}), ("{:=}", ("a",), {}), ("{: }", ("a",), {}), ("{:.}", (1.0,), {}), ("{:5.5d}", (1,), {}), ("{:,,}", (1,), {}), ("{:,_}", (1,), {}), ("{:cc}", (1,), {}), ("{:c}", (-1,), {}), ("{:#c}", (65,), {}), ("{0x}", (1,), {}), ("{0[5]}", ([1],), {}), ("{99999999999999999999}", (1,), {}), ("{-1}", (1,), {}), ("{ 0 }", (1,), {})]:
    print(repr(fmt), end=" ")
    err(fmt.format, *args, **kw)
print("{:>{w}}".format("dyn", w=6), "{0:{fill}{align}{width}}".format("q", fill="-", align="^", width=7), "{x[a b]} {x[0]} {y[-1]}".format(x={"a b": 1, 0: 2}, y={"-1": 3}))
err(str.format)
err(str.format, 5)
err("{}".format_map, 5)
err("{a}".format_map, {"b": 1})
err(format, 1, 2)
err(format, 1, "nope")
print(format(5), format("s", ">3"), format(2.5, ".2f"), format(True), format(True, "d"), format(None, ""), format([1], ""), format(3, "e"), format(3, ".1f"), format(3, "%"), format(10 ** 25, "g"), format(0, ",d"), format(-5, "b"), format(-5, "#06x"), format(5, "+#o"), format(2 ** 64, "_b")[:12])
for spec in ("5", "<5", "^5", ">5", "05", "+", "-", " ", "x", "X", "o", "b", "c", "d", "n", "#x", "#X", "#b", "_", ",", "_x", "#_b", "06", "+06", "=6", "*=6", "^+6", "e", "f", "g", "%", ".1e", "x>6d", "1", "0", "00", "0<5", "<05"):
    print(repr(spec), format(97, spec), end="; ")
print()
for spec in ("", "s", "5", "<5", ">5", "^6", "*^6", ".1", "5.1", "05", "0<5", "s<5"):
    print(repr(spec), repr(format("ab", spec)), end="; ")
print()
