# needs: package(markupsafe)
"""MarkupSafe with its C speedups: escaping, the Markup type, formatting, errors."""

import copy
import pickle

import markupsafe
from markupsafe import EscapeFormatter, Markup, escape, escape_silent, soft_str
from markupsafe import _native, _speedups


def attempt(label, call):
    try:
        print(label, "->", repr(call()))
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", error)


print(markupsafe._escape_inner is _speedups._escape_inner, type(_speedups._escape_inner).__name__)
SAMPLES = [
    "", "plain", "<", "&amp;", "<b a=\"x\" c='y'>&</b>", "ünï <", "日本 & 'x'", "\U0001f600<", "a" * 100 + ">",
    "&" * 50, "\0<\0", "e\u0301&", "tail>", ">head", "''\"\"",
]
for text in SAMPLES:
    fast, slow = _speedups._escape_inner(text), _native._escape_inner(text)
    assert fast == slow, text
    print(ascii(escape(text)), len(fast), type(fast).__name__)
same = "nothing to do"
print(_speedups._escape_inner(same) is same, escape(same) == same)
attempt("bytes", lambda: _speedups._escape_inner(b"<"))
attempt("number", lambda: _speedups._escape_inner(5))
attempt("no argument", lambda: _speedups._escape_inner())
print(escape(5), escape(None), escape_silent(None), escape([1, "<"]), soft_str(Markup("<")), type(soft_str(1)))


class Widget:
    def __html__(self):
        return "<widget>"


class Sub(str):
    pass


class Fails:
    def __html__(self):
        raise LookupError("no html")


print(escape(Widget()), Markup(Widget()), escape(Sub("<")), type(escape(Sub("<"))).__name__, escape(escape("<")))
attempt("failing", lambda: escape(Fails()))

m = Markup("<em>%s</em>")
print(m % "<x>", m % Markup("<x>"), m % ("a&b",), Markup("%(k)s %(n)d") % {"k": "<", "n": 3}, Markup("%.2f") % 1.5)
print(Markup("<b>{}</b> {k!r} {n:>4}").format("<i>", k="'", n=7), Markup("{0.real}").format(5))
print(m + "<", "<" + m, m * 2, 2 * Markup("&"), type("x" + m).__name__)
attempt("add number", lambda: m + 1)
print(Markup(", ").join(["<a>", Markup("<b>"), 3]), Markup("&lt;<b>x</b>&gt;&#39;&eacute;").unescape())
print(Markup("<p>One <b>two</b>\n  three<!-- c --> &amp; four</p>").striptags(), Markup.escape("<"))
for name, arguments in (
    ("upper", ()), ("title", ()), ("strip", ("<",)), ("replace", ("e", "<")), ("split", ("%",)), ("rsplit", (None, 1)),
    ("splitlines", ()), ("partition", ("%s",)), ("rpartition", ("x",)), ("center", (14, "*")), ("zfill", (14,)),
    ("ljust", (13, "<")), ("removeprefix", ("<em>",)), ("expandtabs", ()), ("casefold", ()), ("translate", ({37: "P"},)),
    ("capitalize", ()), ("swapcase", ()), ("lower", ()), ("find", ("%",)), ("encode", ()),
):
    def call(name=name, arguments=arguments):
        value = getattr(m, name)(*arguments)
        return value, type(value).__name__
    attempt(name, call)
print(m[1:3], type(m[0]).__name__, repr(m), hash(m) == hash(str(m)), m == "<em>%s</em>", "em" in m, len(m))


class Formatted:
    def __html_format__(self, spec):
        return Markup("<i>") + spec

    def __html__(self):
        return "<i/>"


class Plain:
    def __html__(self):
        return "<p/>"


print(Markup("{:a&b} {}").format(Formatted(), Plain()))
attempt("spec without method", lambda: Markup("{:x}").format(Plain()))
attempt("index", lambda: Markup("{1}").format(1))
print(EscapeFormatter(escape).format("{} {x}", "<", x=Markup("<")))
for protocol in range(6):
    again = pickle.loads(pickle.dumps(m, protocol))
    assert again == m and type(again) is Markup
print(copy.copy(m) == m, type(copy.deepcopy(m)).__name__, issubclass(Markup, str), Markup(b"caf\xc3\xa9", "utf-8"))
attempt("bytes without encoding", lambda: Markup(b"x"))
table = "".join(str(escape(f"<td>{n} & {n * n}</td>")) for n in range(2000))
print(len(table), table.count("&lt;"), table[-40:])
