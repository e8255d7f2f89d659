# needs: core
# Template strings (PEP 750): Template and Interpolation objects, iteration, concatenation, debug form, nesting, errors.
def err(f, *a, **k):
    try:
        # Given no keywords, an empty dict of them would be another call.
        print("no error:", f(*a, **k) if k else f(*a))
    except Exception as e:
        print(type(e).__name__ + ":", e)


name, n, x = "dove", 42, 3.14159
t = t"Hello {name}, {n:>5} and {x!r:.2}!"
Template, Interpolation = type(t), type(t.interpolations[0])
print(Template, Interpolation, t.strings, t.values, len(t.interpolations))
for i in t.interpolations:
    print(repr(i), i.value, i.expression, i.conversion, repr(i.format_spec))
print(repr(t))
print([part if isinstance(part, str) else (part.value, part.expression) for part in t])
for u in (t"", t"plain", t"{n}", t"{n}{x}", t"a{n}", t"{n}b", t"{{}}", t"{{{n}}}"):
    print(u.strings, u.values, len(list(u)))
print(t"{n + 1} {name.upper()} {[1, 2][0]} {'quoted'} { n } {n!s} {(lambda: 5)()} {n if n else 0}".interpolations)
print(t"{n=} {n = } {n=:>5} {name=!s} {n+1=!r:x}".strings, t"{n=} {n = } {n=:>5} {name=!s}".interpolations)
width = 8
print(t"{x:{width}.{n}f}".interpolations[0].format_spec, t"{x:{width + 1}{'!r'}}".interpolations[0].format_spec, t"{n:{name!r}}".interpolations[0].format_spec)
print(rt"\d{n}\n".strings, t"\x41{n}\n".strings, tr"{n}\t".strings, T"{n}".values, t"""multi
{
    n
    + 1
} line""".strings, t"{
    n
    + 1
}".interpolations[0].expression)
a, b = t"one {1} ", t"two {2}"
c = a + b
print(c.strings, c.values, (a + a).strings, (t"" + t"").strings, (t"x" + t"y").strings, (t"{1}" + t"{2}").strings)
err(lambda: t"x" + "str")
err(lambda: "str" + t"x")
err(lambda: t"x" + 5)
err(lambda: t"x" * 2)
err(lambda x=t"x": x[0])
err(len, t"x")
print((t"implicit {1} " t"concat {2}").strings, t"{n}" t"", str(t"x")[:8], t"x" == t"x", bool(t""), hash(t) == hash(t), isinstance(t, str), f"{t"{n}"!r}")
err(compile, "t'a' 'b'", "s", "exec")
err(compile, "t'a' f'b'", "s", "exec")
err(compile, "t'{}'", "s", "exec")
err(compile, "t'{'", "s", "exec")
err(compile, "t'{n!z}'", "s", "exec")
err(compile, "bt'{n}'", "s", "exec")
err(compile, "ut'{n}'", "s", "exec")
err(lambda: t"{undefined}")
err(lambda: t"{1 / 0}")
print(Template("a", "b", Interpolation(5, "five"), "c").strings, Template(Interpolation(1), Interpolation(2)).strings, Template().strings, Template().values, Template("x", Interpolation("v", "e", "r", "s"), "y").interpolations)
err(Template, 5)
err(Template, "a", x=1)
i = Interpolation(5, "expr", "r", ">3")
print(i, Interpolation(1), Interpolation("v", conversion="s"), Interpolation(1, "e", None, ""), i.__match_args__, Interpolation.__match_args__)
err(Interpolation)
err(Interpolation, 1, 2)
err(Interpolation, 1, "e", "z")
err(Interpolation, 1, "e", "r", 5)
err(Interpolation, 1, bad=2)
err(setattr, i, "value", 1)
err(setattr, t, "strings", ())
err(type, "Sub", (Template,), {})
err(type, "Sub", (Interpolation,), {})
print(Template[int], Interpolation[str], i == Interpolation(5, "expr", "r", ">3"), i.__reduce__()[1], type(iter(t)).__name__, t.__iter__().__next__())
match i:
    case Interpolation(value, expression, conversion, spec):
        print("matched", value, expression, conversion, spec)
match t:
    case Template(strings=(first, *_), values=(v, *_)):
        print("matched template", repr(first), v)


def render(template, escape=str):
    """What an f-string would do, with escaping."""
    out = []
    for part in template:
        match part:
            case str():
                out.append(part)
            case Interpolation(value, _, conversion, spec):
                if isinstance(value, Template):
                    out.append(render(value, escape))
                    continue
                value = {"r": repr, "s": str, "a": ascii, None: lambda v: v}[conversion](value)
                out.append(escape(format(value, spec)))
    return "".join(out)


print(render(t), render(t) == f"Hello {name}, {n:>5} and {x!r:.2}!" if False else "-", render(t"{x:.2f}|{name!r:>8}|{n:#x}|{'é'!a}"), f"{x:.2f}|{name!r:>8}|{n:#x}|{'é'!a}")
html = lambda s: s.replace("&", "&amp;").replace("<", "&lt;")
evil = "<script>&"
items = ["a", "<b>"]
print(render(t"<p>{evil}</p><ul>{t"<li>{items[1]}</li>"}</ul>", html))
print(render(t"{t"{t"{t"deep {n}"}"}"}"))


def order(v):
    print("eval", v)
    return v


lazy = t"{order(1)}{order(2):{order(3)}}{order('z')!r}"
print(lazy.values, lazy.interpolations[1].format_spec)


class V:
    def __format__(self, spec):
        print("never formatted")
        return ""

    def __repr__(self):
        return "V()"


print(t"{V()} {V():spec}".interpolations, [t"{k}" for k in range(3)][2].values, (lambda q: t"{q}")(9).values)
values = [t"{v}" for v in "ab"]
print([v.values for v in values], sum(len(v.strings) for v in values), {id(t): 1}[id(t)], t"{n}".interpolations[0].value is n)
