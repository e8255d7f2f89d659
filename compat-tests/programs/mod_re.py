# needs: stdlib(re, _sre)
# Regular expressions: syntax of every kind, match objects, substitution, splitting, flags, Unicode, bytes, errors.
import re


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


cases = [
    (r"a.c", "xabcx"), (r"^abc$", "abc"), (r"a*b+c?", "aaabb"), (r"a{2,3}", "aaaa"), (r"a{2,3}?", "aaaa"), (r"(a|ab)(c|bcd)", "abcd"), (r"[a-c\d_]+", "xxab1_z"), (r"[^abc]+", "abcxyz"),
    (r"\bword\b", "a word here"), (r"\Bor\B", "words"), (r"(\w+) \1", "say hey hey"), (r"(?P<y>\d{4})-(?P<m>\d\d)", "on 2024-05"), (r"(?P<q>['\"]).*?(?P=q)", "x 'a\"b' y"),
    (r"(?:ab)+", "ababx"), (r"a(?=b)", "acab"), (r"a(?!b)", "abac"), (r"(?<=x)a", "axa"), (r"(?<!x)a", "xaa"), (r"(?i)HeLLo", "hello"), (r"(?s)a.b", "a\nb"), (r"(?m)^b$", "a\nb\nc"),
    (r"(?x) a  b # comment", "ab"), (r"(a)?(?(1)b|c)", "ab"), (r"(a)?(?(1)b|c)", "c"), (r"\Aabc\z", "abc"), (r"a++b", "aaab"), (r"(?>a+)ab", "aaab"), (r"a*+a", "aaa"), (r"[\s\S]{3}", "a\nb"),
    (r"\d+", "٣٤"), (r"(?a)\d+", "٣4"), (r"\w+", "été"), (r"é", "É"), (r"(?i)é", "É"), (r"(?i)ß", "ẞ"), (r"[à-ü]+", "aéüz"), (r"\u65e5\x41\n", "日A\n"), (r"\N{DIGIT ONE}", "1"), (r"", "abc"), (r"x*", "aaa"),
    (r"(a+)+$", "aaaaaaaaaaaaaaaaaa"), (r"(?:(a)|b)*", "ab"), (r"(a)|(b)", "b"), (r"[]a]+", "]a"), (r"[a\-z]+", "a-z"), (r"[[:alpha:]", "x") if False else (r"[\[\]]+", "[]"), (r"\.", "a.b"), (r"a|b|", "zzz"), (r"(?-i:a)B", "aB"), (r"(?i:a)B", "AB"), (r"^*" if False else r"^(?:a)*", "aab"),
]
for pattern, text in cases:
    m = re.search(pattern, text)
    print(repr(pattern), repr(text), (m.group(), m.span(), m.groups(), m.groupdict(), m.lastindex, m.lastgroup) if m else None, bool(re.match(pattern, text)), bool(re.fullmatch(pattern, text)))
m = re.search(r"(?P<a>\w)(\d)?(?P<c>z)?", "--q5--")
print(m, m.re.pattern, m.string, m.pos, m.endpos, m.start(), m.end(2), m.span("c"), m.group(1, 2, "c"), m["a"], m[2], m.groups("def"), m.groupdict(0), m.expand(r"[\1-\g<a>]"), m.regs, bool(m))
err(m.group, 9)
err(m.group, "zz")
err(lambda: m[None])
err(m.expand, r"\9")
p = re.compile(r"(\w)(\d)", re.I | re.M)
print(p, p.flags, p.groups, p.groupindex, p.pattern, p == re.compile(r"(\w)(\d)", re.I | re.M), p.search("..a1", 3), p.match("xa1", 1), p.fullmatch("a1z", 0, 2), p.findall("a1 b2"), [m.span() for m in p.finditer("a1b2")], hash(p) == hash(re.compile(r"(\w)(\d)", re.I | re.M)))
print(re.findall(r"\d", "a1b2"), re.findall(r"(\w)=(\w)", "a=b c=d"), re.findall(r"", "ab"), re.findall(r"a|", "baa"), re.split(r",\s*", "a, b,c"), re.split(r"(,)", "a,b"), re.split(r"x*", "axbc"), re.split(r",", "a,b,c", maxsplit=1), re.split(r"(a)|b", "xaybz"))
print(re.sub(r"\d", "#", "a1b2"), re.sub(r"(\w)(\d)", r"\2\1", "a1b2"), re.sub(r"(?P<n>\d)", r"<\g<n>\g<0>>", "5"), re.sub(r"\d", lambda m: str(int(m[0]) * 2), "a1b6"), re.subn(r"a", "b", "aaa", count=2), re.sub(r"x*", "-", "abxd"), re.sub("a", r"\n\\", "a"), re.sub(r"(a)|b", r"[\1]", "ab"), re.sub("é", "e", "été"), re.escape("a.b*c[d]é-1"))
print(re.sub(b"a", b"b", b"aa"), re.findall(rb"\w+", b"ab \xe9"), re.search(rb"(?L)\w", b"a").group(), re.match(b"x", bytearray(b"xy")).group(), re.search(r"b", memoryview(b"abc")) if False else "-")
for bad in (r"(", r")", r"[", r"a**", r"*a", r"a{3,2}", r"\1", r"(?P<a>x)(?P<a>y)", r"(?P<1>x)", r"(?P=zz)", r"(?<=a*)b", r"(?z)", r"\q", r"[z-a]", r"(?", r"(?P", r"a(?i)b", r"(?(1)a|b|c)", r"(?(9)a)", r"\x1", r"\u12", r"\N{none such}", r"(?#", "\\", r"[\d-z-a]", r"a{99999999999}", r"(?a)(?u)" if False else r"(?au)x", r"(?L)x", r"(?P<n", r"(?i-i:x)", r"\g"):
    try:
        re.compile(bad)
        print(repr(bad), "compiled")
    except re.error as e:
        print(repr(bad), "|", e, "|", e.msg, e.pos, e.lineno, e.colno)
    except (OverflowError, ValueError) as e:
        print(repr(bad), type(e).__name__, e)
err(re.search, "a", b"a")
err(re.search, b"a", "a")
err(re.sub, "a", r"\1", "a")
err(re.sub, "a", 5, "a")
err(re.compile, 5)
err(re.compile, p, re.I)
err(re.sub, "a", "b", 5)
s = re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\w+", lambda s, t: t), (r"\s+", None)])
print(s.scan("ab 12 c$"), re.RegexFlag.I | re.M, repr(re.A), re.NOFLAG, re.purge())
text = "The quick brown fox. " * 200
print(len(re.findall(r"\b\w{5}\b", text)), len(re.sub(r"[aeiou]", "", text)), re.search(r"fox\. $", text).start(), sum(m.end() for m in re.finditer("q(u)(?=i)", text)) % 1000)
tok = re.compile(r"(?P<num>\d+(?:\.\d*)?)|(?P<id>[A-Za-z_]\w*)|(?P<op>[-+*/=()])|(?P<ws>\s+)|(?P<bad>.)")
print([(m.lastgroup, m.group()) for m in tok.finditer("x1 = 3.14*(y+2)$") if m.lastgroup != "ws"])
print(re.match(r"(?:a|b|c|d|e)*f", "abcde" * 500 + "f").end(), re.match(r"(.)*", "x" * 3000).end(), bool(re.match(r"(?:x+x+)+y", "x" * 18)))
