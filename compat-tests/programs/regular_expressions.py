# needs: stdlib(re, _sre)
"""Matching over narrow and wide texts: choices, repetitions, groups that are taken back, look-around, iteration."""

import re

FILLERS = {"ascii": "", "latin-1": "\xe9", "ucs2": "\u4e00", "ucs4": "\U0001f600"}


def show(title, *values):
    print(title, *(ascii(value) for value in values))


def spans(pattern, text, flags=0):
    return [(m.span(), m.groups(), m.lastindex) for m in re.finditer(pattern, text, flags)]


# Each case runs over texts of every width: what is put behind must change nothing before it.
CASES = [
    (r"(a|b)*c", "abac c abc"),
    (r"(?:(a)|(b)|x)+", "abx-bax"),
    (r"(a+?)(a*)$", "aaa"),
    (r"(a|ab)(c|bcd)(d*)", "abcd"),
    (r"(?:a|ab)++c", "aabc abc"),
    (r"(?>a|ab)c", "abc ac"),
    (r"(?:ab?)*+b", "ababb"),
    (r"a{2,3}?b|a{2,3}+a", "aaab aaaa"),
    (r"(?<=x)\w+|(?<!x)\d", "xab 12 x3"),
    (r"(?=(\w+))\1:", "abc:abc: ab"),
    (r"(?!a)\w\b", "a b ca"),
    (r"(x)?(?(1)y|z)", "xy z y"),
    (r"(\w)(\w)?\2\1", "abba aa abab"),
    (r"(?i)(\w)\1", "aA bC Zz"),
    (r"(?i:[a-c]+)D", "aBCD abcd"),
    (r"[^a-f\d]+", "abc xyz 123!"),
    (r"[\w-]+@[\w.]+", "me@x.org, a-b@c"),
    (r".*?x|.+", "aaxbbx\ncc"),
    (r"(?s).*?x|.+", "aaxbbx\ncc"),
    (r"^\w+$", "one\ntwo\n"),
    (r"(?m)^\w+$", "one\ntwo\n"),
    (r"\A\w|\w\Z", "abc"),
    (r"\b|\B", "ab cd"),
    (r"(?:)*|a", "ba"),
    (r"(a*)*b|(a*)+", "aab aa"),
    (r"(?:a*?)*?b", "aab"),
    (r"((a)|b){2,3}?", "abab"),
    (r"'(?:[^'\\]|\\.)*'", r"'it\'s' 'x'"),
    (r"(\d+)(?:px|em)(?!\w)", "12px 3em 4emx"),
    (r"abc", "ababcabc"),
    (r"abcab(c|d)", "abcabcabd abcabd"),
    (r"(?:foo|bar|baz)\d", "foo1 bar bar2baz3"),
    (r"(?x) (\d{4}) - (\d\d)  # a date", "2024-05 99-1"),
]

for pattern, text in CASES:
    plain = spans(pattern, text)
    show(pattern, plain)
    for width, filler in FILLERS.items():
        wide = text + "\n\n" + filler
        found = re.compile(pattern).finditer(wide, 0, len(text))
        same = [(m.span(), m.groups(), m.lastindex) for m in found] == plain
        if not same:
            print("  differs over", width)

# Characters of every width, and those that fold into each other.
text = "na\xefve \u4e00\u4e8c \U0001f600\U0001f601 \u0130\u017f\u212a end"
for pattern in [r"\w+", r"\W", r"[\u4e00-\u9fff]+", r"[^\x00-\xff]", "[\U0001f600-\U0001f64f]", r"(?i)k|s", "\U0001f601", r"(?a)\w+"]:
    show(pattern, re.findall(pattern, text))
show("fold", [bool(re.fullmatch(p, t, re.I)) for p, t in [("\xb5", "\u03bc"), ("\u03c3", "\u03c2"), ("[\u0430-\u044f]", "\u0416"), ("\xe9", "\xc9"), ("[^\u0430]", "\u0410"), ("\u10400", "\u10428")]])

# Bytes, and everything that gives bytes.
show("bytes", re.findall(rb"[\x80-\xff]+|\w", b"a\x80\xffb"), re.search(rb"b+", bytearray(b"abbc")).span())
show("memoryview", re.match(rb"(.)(.)", memoryview(b"xyz")).groups())

# Substitution and splitting, with empty matches beside others.
show("sub", re.sub(r"x*", "-", "abxd"), re.sub(r"\b", "|", "a b"), re.subn(r"(a)(b)?", r"[\2\1]", "abaca"))
show("sub call", re.sub(r"\d+", lambda m: str(int(m[0]) * 2), "a1b22", count=1), re.sub("(?P<n>e)", r"<\g<n>>", "\u4e00e"))
show("split", re.split(r"(,)|;", "a,b;c"), re.split(r"\b", "a b"), re.split("x", "axbxc", maxsplit=1), re.split("", "ab"))

# Positions: the beginning stays the beginning, the end moves.
p = re.compile(r"^b|c$")
show("pos", p.search("abc", 1), p.search("abcd", 0, 3).span(), p.match("c", 5), p.fullmatch("xcx", 1, 2).span())

# A scanner goes on where it stopped, and tells an empty match from no further match.
scanner = re.compile(r"a|(?=b)").scanner("aabb")
show("scanner", [m.span() if m else None for m in (scanner.match(), scanner.search(), scanner.match(), scanner.search(), scanner.search(), scanner.match())])

# Long subjects neither recurse nor take for ever.
long = "ab" * 50_000
show("long", re.fullmatch(r"(?:ab)*", long).end(), re.match(r"(?:a|b)*?$", long).end(), len(re.findall(r"(a)(b)", long)))
show("no match", re.search(r"(?:a?){20}a{20}b", "a" * 20), re.match(r"(x+x+)+y", "x" * 12))

# Matches know where they are from.
m = re.search(r"(?P<first>\w)(?P<second>\d)?", "--a--", re.A)
show("match", m.groupdict(), m.group("first", 0, 2), m.start(2), m.regs, m.lastgroup, m.pos, m.endpos, m.expand(r"\1!"), m[1])
for bad in ["third", 3, -1]:
    try:
        m.group(bad)
    except IndexError as error:
        show("no group", str(error))
