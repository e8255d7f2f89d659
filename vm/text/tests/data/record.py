"""Records what CPython 3.14 does, for the tests beside this folder.

    python3.14 record.py OUT_DIR

writes `codecs.tsv`, `cjk.tsv`, `strings.tsv` and `formats.tsv`. The inputs are random, from a fixed seed.
Text is written as code points in hexadecimal with dots between, bytes as hexadecimal digits,
nothing as `-`; in `formats.tsv` text is plain.
"""

import codecs as builtin_codecs
import random
import sys
import warnings
import zlib
import _codecs
import _string
from pathlib import Path

warnings.simplefilter("ignore")
random.seed(20250614)
ERRORS = ["strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "xmlcharrefreplace",
          "namereplace"]
TABLE = "".join(map(chr, range(128))) + "\u20ac\ufffe\u201a\u0192" + "".join(map(chr, range(0xa4, 0xff)))


def text(s):
    return ".".join("%x" % ord(c) for c in s) or "-"


def data(b):
    return b.hex() or "-"


def outcome(call, show):
    try:
        value, used = call()
    except UnicodeError as e:
        return "E\t%s\t%d\t%d\t%s" % (e.encoding, e.start, e.end, e.reason)
    except TypeError as e:
        assert "don't know how" in str(e), e
        return "T"
    return "O\t%s\t%d" % (show(value), used)


DECODERS = {
    "utf-8": _codecs.utf_8_decode,
    "utf-7": _codecs.utf_7_decode,
    "utf-16": _codecs.utf_16_decode,
    "utf-16-le": _codecs.utf_16_le_decode,
    "utf-16-be": _codecs.utf_16_be_decode,
    "utf-32": _codecs.utf_32_decode,
    "utf-32-le": _codecs.utf_32_le_decode,
    "utf-32-be": _codecs.utf_32_be_decode,
    "unicode-escape": _codecs.unicode_escape_decode,
    "raw-unicode-escape": _codecs.raw_unicode_escape_decode,
    "ascii": lambda b, e, last: _codecs.ascii_decode(b, e),
    "charmap": lambda b, e, last: _codecs.charmap_decode(b, e, TABLE),
}
ENCODERS = {
    "utf-8": _codecs.utf_8_encode,
    "utf-7": _codecs.utf_7_encode,
    "utf-16": _codecs.utf_16_encode,
    "utf-16-le": _codecs.utf_16_le_encode,
    "utf-16-be": _codecs.utf_16_be_encode,
    "utf-32": _codecs.utf_32_encode,
    "utf-32-le": _codecs.utf_32_le_encode,
    "utf-32-be": _codecs.utf_32_be_encode,
    "unicode-escape": _codecs.unicode_escape_encode,
    "raw-unicode-escape": _codecs.raw_unicode_escape_encode,
    "ascii": _codecs.ascii_encode,
    "latin-1": _codecs.latin_1_encode,
    "charmap": lambda s, e: _codecs.charmap_encode(s, e, _codecs.charmap_build(TABLE)),
}
PIECES = {
    "utf-8": [b"a", b"bc", b"\x80", b"\xbf", b"\xc0", b"\xc2", b"\xc3\xa9", b"\xdf", b"\xe0", b"\xe0\xa0", b"\xe2\x82\xac",
              b"\xed", b"\xed\xa0\x80", b"\xed\xb2\x80", b"\xed\x9f", b"\xf0", b"\xf0\x90", b"\xf0\x9f\x98\x80", b"\xf4\x8f\xbf",
              b"\xf4\x90", b"\xf5", b"\xff", b"x" * 20, b"\xef\xbb\xbf", b"\xf0\x8f", b"\xe0\x9f"],
    "utf-7": [b"a", b"+", b"-", b"+-", b"AB", b"+ACQ-", b"+2D3cAA-", b"+2D0-", b"+2D0", b"/", b"!", b"\x80", b"~", b"\\", b"8",
              b"+AGEAYg", b"+3AA-", b" "],
    "utf-16": [b"a\0", b"\0a", b"\xff\xfe", b"\xfe\xff", b"\0\xd8", b"\0\xdc", b"\xd8\0", b"\xdc\0", b"\xff", b"\xac\x20"],
    "utf-32": [b"a\0\0\0", b"\0\0\0a", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\0\xd8\0\0", b"\0\0\xdc\0", b"\0\xf6\x01\0",
               b"\0\0\x11\0", b"\0", b"\0\x11\0\0"],
    "escape": [b"\\", b"\\\\", b"a", b"n", b"\\x4", b"\\x41", b"\\u20a", b"\\u20ac", b"\\U0001f600", b"\\U00110000", b"\\U1",
               b"\\777", b"\\1", b"\\08", b"\\N", b"\\N{", b"}", b"\\N{BULLET}", b"\\N{nothing}", b"\\N{}", b"\\q", b"\xe9", b"\\\n",
               b"\\'", b"\\v", b"\\ud83d", b"\\N{nbsp}", b"g"],
    "ascii": [b"a", b"xyz", b"\x7f", b"\x80", b"\xff", b"\x81"],
}
CHARS = "ab\\\n\t\r+-/~ '\"\x00\x7f\x80\x81\xe9\xff\u0100\u0192\u20ac\ufffe\uffff\U00010000\U0001f600\U0010ffff\ud800\udbff\udc00\udc80\udcff\udfff"


def pieces(name):
    for key in PIECES:
        if name.startswith(key) or name.endswith(key):
            return PIECES[key]
    return PIECES["ascii"]


def codecs(out):
    lines = []
    for name, decode in DECODERS.items():
        for _ in range(400):
            b = b"".join(random.choices(pieces(name), k=random.randrange(7)))
            errors = random.choice(ERRORS + ["strict"] * 6)
            last = random.random() < 0.6
            lines.append("D\t%s\t%s\t%d\t%s\t%s" % (
                name, errors, last, data(b), outcome(lambda: decode(b, errors, last), text)))
    for name, encode in ENCODERS.items():
        for _ in range(250):
            s = "".join(random.choices(random.choice([CHARS, CHARS[:14], CHARS[:22]]), k=random.randrange(9)))
            errors = random.choice(ERRORS + ["strict"] * 4)
            lines.append("C\t%s\t%s\t-\t%s\t%s" % (name, errors, text(s), outcome(lambda: encode(s, errors), data)))
    for _ in range(400):
        b = b"".join(random.choices(PIECES["escape"], k=random.randrange(7)))
        errors = random.choice(["strict", "replace", "ignore", "other"])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                value, _used = _codecs.escape_decode(b, errors)
                result = "O\t%s\t%s" % (data(value), caught[0].message if caught else "-")
            except ValueError as e:
                result = "V\t%s" % e
        lines.append("B\t-\t%s\t-\t%s\t%s" % (errors, data(b), result))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            _codecs.unicode_escape_decode(b, "ignore")
            lines.append("W\t-\t-\t-\t%s\t%s" % (data(b), caught[0].message if caught else "-"))
        lines.append("X\t-\t-\t-\t%s\t%s" % (data(b), data(_codecs.escape_encode(b)[0])))
    (out / "codecs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


CJK = ["big5", "big5hkscs", "cp932", "cp949", "cp950", "euc_jis_2004", "euc_jisx0213", "euc_jp", "euc_kr", "gb18030", "gb2312",
       "gbk", "johab", "shift_jis", "shift_jis_2004", "shift_jisx0213"]


def incremental(name, b, errors):
    decoder = builtin_codecs.getincrementaldecoder(name)(errors)
    out = decoder.decode(b)
    return out, len(b) - len(decoder.getstate()[0])


def cjk(out):
    lines = []
    for name in CJK:
        everything = []
        for c in range(0x30000):
            try:
                everything.append("%x=%s" % (c, chr(c).encode(name).hex()))
            except UnicodeEncodeError:
                pass
        lines.append("A\t%s\t-\t-\t-\t%d\t%d" % (name, len(everything), zlib.crc32("\n".join(everything).encode())))
        everything = []
        for a in range(256):
            for b in range(256):
                everything.append(bytes([a, b]).decode(name, "replace"))
                if a == 0x8f:
                    everything.extend(bytes([a, b, c]).decode(name, "replace") for c in range(256))
        lines.append("P\t%s\t-\t-\t-\t%d\t%d" % (
            name, len(everything), zlib.crc32("\n".join(everything).encode("utf-8"))))
        for _ in range(120):
            b = bytes(random.choice([0x41, 0x30, 0x39, 0x81, 0x84, 0x8e, 0x8f, 0xa1, 0xa4, 0xb0, 0xd4, 0xe3, 0xfe, 0xff, 0x80, 0x90,
                                     random.randrange(256)]) for _ in range(random.randrange(9)))
            errors = random.choice(["strict", "strict", "replace", "backslashreplace", "surrogateescape", "ignore"])
            lines.append("D\t%s\t%s\t1\t%s\t%s" % (
                name, errors, data(b), outcome(lambda: (b.decode(name, errors), len(b)), text)))
            if errors != "strict":
                lines.append("D\t%s\t%s\t0\t%s\t%s" % (
                    name, errors, data(b), outcome(lambda: incremental(name, b, errors), text)))
            s = "".join(random.choices("a\\~\xca\u0304\u030c\u304b\u309a\u30ab\uac03\uac00\u4e00\u9fff\u20ac\xa5\u203e\U00020000"
                                       "\U0001f600\ud800\udc80\xe9\u0e01\ue000\u2014\uff5e\u301c", k=random.randrange(6)))
            errors = random.choice(["strict", "replace", "xmlcharrefreplace", "surrogateescape", "ignore"])
            lines.append("C\t%s\t%s\t-\t%s\t%s" % (
                name, errors, text(s), outcome(lambda: (s.encode(name, errors), len(s)), data)))
    (out / "cjk.tsv").write_text("\n".join(lines) + "\n")


def number(n):
    return "%d" % n


def parts(rows):
    return "|".join(text(r) for r in rows) or "="


def strings(out):
    lines = []

    def add(name, args, result):
        lines.append("\t".join([name, *args, result]))

    alphabets = ["ab", "ab \t\n", "a\u0100b", "\U00010400a\U00010428", "aB\xdf\xe9\u03a3\u03c3 .'\u0345\u0301", "\u01c5\u01c6a B1",
                 "-+07x\t\n\r", "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029ab", "ab\u0130\ufb01\u0149 \u02b0"]

    def word(alphabet, most):
        return "".join(random.choices(alphabet, k=random.randrange(most)))

    for _ in range(4000):
        alphabet = random.choice(alphabets)
        s, sub, new = word(alphabet, 14), word(alphabet, 4), word(random.choice(alphabets), 4)
        if random.random() < 0.1:
            sub = word(random.choice(alphabets), 3)
        start, end, most = random.randrange(-16, 17), random.randrange(-16, 17), random.choice([-1, 0, 1, 2, 3])
        where = [text(s), text(sub), number(start), number(end)]
        add("find", where, number(s.find(sub, start, end)))
        add("rfind", where, number(s.rfind(sub, start, end)))
        add("count", where, number(s.count(sub, start, end)))
        add("startswith", where, number(s.startswith(sub, start, end)))
        add("endswith", where, number(s.endswith(sub, start, end)))
        add("replace", [text(s), text(sub), text(new), number(most)], text(s.replace(sub, new, most)))
        if sub:
            add("split", [text(s), text(sub), number(most)], parts(s.split(sub, most)))
            add("rsplit", [text(s), text(sub), number(most)], parts(s.rsplit(sub, most)))
            add("partition", [text(s), text(sub)], parts(s.partition(sub)))
            add("rpartition", [text(s), text(sub)], parts(s.rpartition(sub)))
        add("splitw", [text(s), number(most)], parts(s.split(None, most)))
        add("rsplitw", [text(s), number(most)], parts(s.rsplit(None, most)))
        add("lines", [text(s), number(most > 0)], parts(s.splitlines(most > 0)))
        for side in ["strip", "lstrip", "rstrip"]:
            add(side, [text(s), text(sub)], text(getattr(s, side)(sub)))
            add(side + "w", [text(s)], text(getattr(s, side)()))
        width = random.randrange(20)
        add("center", [text(s), number(width)], text(s.center(width, "*")))
        add("zfill", [text(s), number(width)], text(s.zfill(width)))
        add("tabs", [text(s), number(max(start, 0))], text(s.expandtabs(start)))
        for name in ["upper", "lower", "title", "capitalize", "swapcase", "casefold"]:
            add(name, [text(s)], text(getattr(s, name)()))
        for name in ["isalpha", "isalnum", "isdecimal", "isdigit", "isnumeric", "isspace", "isprintable", "islower", "isupper",
                     "istitle", "isidentifier"]:
            add(name, [text(s)], number(getattr(s, name)()))
        if all(c < "\u0100" for c in s + sub + new):
            b = s.encode("latin-1")
            latin = lambda x: x.decode("latin-1")
            for name in ["upper", "lower", "title", "capitalize", "swapcase"]:
                add("b" + name, [text(s)], text(latin(getattr(b, name)())))
            for name in ["isalpha", "isalnum", "isdigit", "isspace", "islower", "isupper", "istitle"]:
                add("b" + name, [text(s)], number(getattr(b, name)()))
            add("blines", [text(s), number(most > 0)], parts(map(latin, b.splitlines(most > 0))))
            add("bsplitw", [text(s), number(most)], parts(map(latin, b.split(None, most))))
            add("brsplitw", [text(s), number(most)], parts(map(latin, b.rsplit(None, most))))
            add("bstripw", [text(s)], text(latin(b.strip())))
            add("btabs", [text(s), number(max(start, 0))], text(latin(b.expandtabs(start))))
            add("bcenter", [text(s), number(width)], text(latin(b.center(width, b"*"))))
    seen = sorted(set(lines))
    random.shuffle(seen)
    (out / "strings.tsv").write_text("\n".join(sorted(seen[:8000])) + "\n")


def formats(out):
    lines = set()
    for _ in range(3500):
        template = "".join(random.choices("{{{{}}}}{{}}!::[].a01sr\u0661", k=random.randrange(12)))
        try:
            result = "".join("<%s,%s,%s,%s>" % tuple("None" if x is None else x for x in row)
                             for row in _string.formatter_parser(template))
        except ValueError as e:
            result = "!%s" % e
        lines.add("F\t%s\t%s" % (template, result))
        name = "".join(random.choices("a0b1[[[]]]..\u0661", k=random.randrange(9)))
        if random.random() < 0.05:
            name += "99999999999999999999"
        try:
            first, rest = _string.formatter_field_name_split(name)
            result = repr(first) + "".join(repr(tuple(row)) for row in rest)
        except ValueError as e:
            result = "!%s" % e
        lines.add("N\t%s\t%s" % (name, result))
    (out / "formats.tsv").write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")


codecs(Path(sys.argv[1]))
formats(Path(sys.argv[1]))
strings(Path(sys.argv[1]))
cjk(Path(sys.argv[1]))
