"""Writes the tables of `src/props/data/` from the reference's `unicodedata` module.

Run with CPython 3.14:

    python3.14 generate.py NameAliases.txt NamedSequences.txt OUT_DIR

The two files come from the Unicode Character Database, of version 16.0 or newer: the module can look
an alias or a named sequence up but not list them, so the files give candidates, of which those
that the module knows are kept. Everything else is asked of the interpreter itself.

Each `.bin` file holds little-endian numbers behind a head of `u32` counts; `src/props/table.rs` reads it.
The file `digests.tsv` (kept under `tests/data/`) has the checksum of each property over all
code points, taken straight from the interpreter, not from the tables.
"""

import re
import struct
import sys
import unicodedata as u
import zlib
from pathlib import Path

ALL = range(0x110000)
SHIFT = 7
assert u.unidata_version == "16.0.0"

CATEGORIES = "Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split()
BIDI = ["", "L", "LRE", "LRO", "R", "AL", "RLE", "RLO", "PDF", "EN", "ES", "ET", "AN", "CS", "NSM", "BN", "B", "S",
        "WS", "ON", "LRI", "RLI", "FSI", "PDI"]
EAW = ["N", "A", "H", "W", "F", "Na"]
TAGS = ["", "<noBreak>", "<compat>", "<super>", "<fraction>", "<sub>", "<circle>", "<font>", "<vertical>", "<narrow>",
        "<wide>", "<square>", "<isolated>", "<initial>", "<medial>", "<final>", "<small>"]
FORMS = ["NFC", "NFKC", "NFD", "NFKD"]


def two_stage(values):
    """Index of pages and the pages, each page stored once."""
    pages, index, seen = [], [], {}
    size = 1 << SHIFT
    for start in range(0, len(values), size):
        page = tuple(values[start:start + size])
        if page not in seen:
            seen[page] = len(seen)
            pages.extend(page)
        index.append(seen[page])
    return index, pages


def numbers(code, values):
    return struct.pack("<%d%s" % (len(values), code), *values)


def write(path, counts, *parts):
    path.write_bytes(numbers("I", counts) + b"".join(parts))
    print(path.name, path.stat().st_size, counts)


# --- character types: what the methods of str tell ---------------------------------------------

FLAGS = {
    "alpha": lambda c: c.isalpha(),
    "decimal": lambda c: c.isdecimal(),
    "digit": lambda c: c.isdigit(),
    "numeric": lambda c: c.isnumeric(),
    "space": lambda c: c.isspace(),
    "printable": lambda c: c.isprintable(),
    "lower": lambda c: c.islower(),
    "upper": lambda c: c.isupper(),
    "title": lambda c: u.category(c) == "Lt",
    # After a cased letter, title() goes on in lower case.
    "cased": lambda c: (c + "a").title().endswith("a"),
    # A final sigma looks through the ignorable to the cased. A letter that is cased and not
    # ignorable ends the look-ahead as well, so it is told apart by a look with no cased letter behind it.
    "case_ignorable": lambda c: ("A\u03a3" + c + "A").lower()[1] == "\u03c3" and ("A\u03a3" + c).lower()[1] == "\u03c2",
    "xid_start": lambda c: c.isidentifier() and c != "_",
    "xid_continue": lambda c: ("a" + c).isidentifier(),
}
SPECIAL = 1 << 15


def character_types(out):
    records, record_of, specials, numerics, values = [], {}, [], [], []
    for i in ALL:
        c = chr(i)
        flags = sum(1 << bit for bit, test in enumerate(FLAGS.values()) if test(c))
        maps = [c.lower(), c.upper(), c.title(), c.casefold()]
        if all(len(m) == 1 for m in maps):
            case = [ord(m) - i for m in maps]
        else:
            flags |= SPECIAL
            case = [len(specials), 0, 0, 0]
            for m in maps:
                specials.extend(([ord(x) for x in m] + [0, 0])[:3])
                assert len(m) <= 3
        number = u.numeric(c, None)
        if number is not None and number not in numerics:
            numerics.append(number)
        record = (flags, u.decimal(c, 255), u.digit(c, 255), 255 if number is None else numerics.index(number), *case)
        if record not in record_of:
            record_of[record] = len(records)
            records.append(record)
        values.append(record_of[record])
    assert len(numerics) < 255
    index, pages = two_stage(values)
    write(out / "types.bin", [len(index), len(pages), len(records), len(specials), len(numerics)],
          numbers("H", index), numbers("H", pages), b"".join(struct.pack("<HBBBxxxiiii", *r) for r in records),
          numbers("I", specials), numbers("d", numerics))


# --- the database: what the module unicodedata tells -------------------------------------------

def pairs_of_composition():
    """(first, second) -> composite, for all that NFC composes, Hangul left out."""
    pairs = {}
    for i in ALL:
        d = u.decomposition(chr(i)).split()
        if len(d) == 2 and not d[0].startswith("<"):
            pair = chr(int(d[0], 16)) + chr(int(d[1], 16))
            if u.normalize("NFC", pair) == chr(i):
                pairs[pair] = i
    return pairs


def database(out):
    pairs = pairs_of_composition()
    joins = {pair[1] for pair in pairs} | {chr(x) for x in [*range(0x1161, 0x1176), *range(0x11a8, 0x11c3)]}
    records, record_of, values = [], {}, []
    for i in ALL:
        c = chr(i)
        check = 0
        for bit, form in enumerate(FORMS):
            if u.normalize(form, c) != c or (form in ("NFC", "NFKC") and c in joins):
                check |= 1 << bit
        record = (CATEGORIES.index(u.category(c)), u.combining(c), BIDI.index(u.bidirectional(c)), u.mirrored(c),
                  EAW.index(u.east_asian_width(c)), check | (16 if c in joins else 0))
        if record not in record_of:
            record_of[record] = len(records)
            records.append(record)
        values.append(record_of[record])
    index, pages = two_stage(values)
    write(out / "database.bin", [len(index), len(pages), len(records)],
          numbers("H", index), numbers("H", pages), b"".join(bytes(r) for r in records))

    words, seen, values = [0], {}, []
    for i in ALL:
        d = u.decomposition(chr(i))
        at = 0
        if d:
            parts = d.split()
            tag = parts.pop(0) if parts[0].startswith("<") else ""
            row = tuple([TAGS.index(tag) << 8 | len(parts)] + [int(p, 16) for p in parts])
            if row not in seen:
                seen[row] = len(words)
                words.extend(row)
            at = seen[row]
        values.append(at)
    index, pages = two_stage(values)
    flat = [x for pair, i in sorted(pairs.items()) for x in (ord(pair[0]), ord(pair[1]), i)]
    write(out / "decomposition.bin", [len(index), len(pages), len(words), len(flat)],
          numbers("H", index), numbers("H", pages), numbers("I", words), numbers("I", flat))


# --- Unicode 3.2 --------------------------------------------------------------------------------

def old_database(out):
    old = u.ucd_3_2_0
    no_numbers, records, record_of, values, numerics = (255, 255, 255), [], {}, [], []
    for i in ALL:
        c = chr(i)

        def row(db):
            number = db.numeric(c, None)
            if number is not None and number not in numerics:
                numerics.append(number)
            return (CATEGORIES.index(db.category(c)), db.combining(c), BIDI.index(db.bidirectional(c)),
                    db.mirrored(c), EAW.index(db.east_asian_width(c)), db.decimal(c, 255), db.digit(c, 255),
                    255 if number is None else numerics.index(number))

        then, now = row(old), row(u)
        if then == now:
            values.append(0)
            continue
        if then not in record_of:
            records.append(then)
            record_of[then] = len(records)
        values.append(record_of[then])
    index, pages = two_stage(values)
    changed = []
    for i in ALL:
        c = chr(i)
        if 0xac00 <= i <= 0xd7a3:
            continue
        then, now = old.decomposition(c), u.decomposition(c)
        if then != now and old.category(c) != "Cn":
            raise SystemExit("a decomposition differs: %x %r %r" % (i, then, now))
        if old.category(c) == "Cn":
            continue
        if old.normalize("NFD", c) != u.normalize("NFD", c):
            got = old.normalize("NFD", c)
            assert len(got) == 1, (hex(i), got)
            changed.append((i, ord(got)))
    write(out / "old.bin", [len(index), len(pages), len(records), len(changed) * 2, len(numerics)],
          numbers("H", index), numbers("H", pages), b"".join(bytes(r) for r in records),
          numbers("I", [x for row in changed for x in row]), numbers("d", numerics))


# --- names ---------------------------------------------------------------------------------------

def names(out, aliases, sequences):
    # Names made of a prefix and the code point in hexadecimal, in ranges; Hangul is computed.
    ranges, plain = [], []
    for i in ALL:
        name = u.name(chr(i), None)
        if name is None or 0xac00 <= i <= 0xd7a3:
            continue
        suffix = "%04X" % i
        if name.endswith("-" + suffix):
            prefix = name[:-len(suffix)]
            if ranges and ranges[-1][1] == i - 1 and ranges[-1][2] == prefix:
                ranges[-1][1] = i
            else:
                ranges.append([i, i, prefix])
        else:
            plain.append((i, name))

    # The module finds the ideographs of Tangut by name, but does not tell their names.
    silent = "TANGUT IDEOGRAPH-"
    for i in ALL:
        if u.name(chr(i), None) is None and u.category(chr(i)) != "Cn":
            try:
                u.lookup("%s%04X" % (silent, i))
            except KeyError:
                continue
            if ranges[-1][1] == i - 1 and ranges[-1][2] == "?" + silent:
                ranges[-1][1] = i
            else:
                ranges.append([i, i, "?" + silent])

    # A name is a row of words; a word begins with the space or hyphen before it.
    split = {name: re.findall(r"[ -]?[^ -]+|[ -]", name) for _, name in plain}
    counts = {}
    for row in split.values():
        for word in row:
            counts[word] = counts.get(word, 0) + 1
    lexicon = sorted(counts, key=lambda w: (-counts[w], w))
    short = 256 - (len(lexicon) - 160 + 255) // 256 if len(lexicon) > 256 else 256
    while short + (256 - short) * 256 < len(lexicon):
        short -= 1
    code_of = {}
    for n, word in enumerate(lexicon):
        if n < short:
            code_of[word] = bytes([n])
        else:
            code_of[word] = bytes([short + (n - short >> 8), n - short & 255])
    stream, offsets, runs = bytearray(), [], []
    for rank, (i, name) in enumerate(plain):
        if rank % 16 == 0:
            offsets.append(len(stream))
        row = split[name]
        assert "".join(row) == name and len(row) < 256
        stream.append(len(row))
        for word in row:
            stream += code_of[word]
        if not runs or runs[-1][0] + (rank - runs[-1][1]) != i:
            runs.append((i, rank))
    order = sorted(range(len(plain)), key=lambda r: plain[r][1])
    text = "".join(lexicon).encode()
    starts = [0]
    for word in lexicon:
        starts.append(starts[-1] + len(word))

    extra = []
    for line in Path(aliases).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, name, _ = line.split(";")
            try:
                known = u.lookup(name) == chr(int(code, 16))
            except KeyError:
                known = False
            if known and u.name(chr(int(code, 16)), None) != name:
                extra.append((name, [int(code, 16)]))
    for line in Path(sequences).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, codes = line.split(";")
            codes = [int(x, 16) for x in codes.split()]
            try:
                known = u.lookup(name) == "".join(map(chr, codes))
            except KeyError:
                known = False
            if known:
                extra.append((name, codes))
    extra = "".join("%s;%s\n" % (name, " ".join("%X" % c for c in codes)) for name, codes in sorted(extra)).encode()
    prefixes = "".join("%X;%X;%s\n" % tuple(r) for r in ranges).encode()
    write(out / "names.bin",
          [len(plain), len(lexicon), short, len(offsets), len(runs) * 2, len(text), len(stream), len(prefixes), len(extra)],
          numbers("I", starts), numbers("I", offsets), numbers("I", [x for r in runs for x in r]), numbers("H", order),
          text, bytes(stream), prefixes, extra)


# --- checksums -----------------------------------------------------------------------------------

def digests(out):
    old = u.ucd_3_2_0
    tests = {
        **{name: lambda c, f=f: str(int(f(c))) for name, f in FLAGS.items()},
        "alnum": lambda c: str(int(c.isalnum())),
        "istitle": lambda c: str(int(c.istitle())),
        "identifier": lambda c: str(int(c.isidentifier())),
        "to_lower": str.lower,
        "to_upper": str.upper,
        "to_title": str.title,
        "to_fold": str.casefold,
        "swap": str.swapcase,
        "category": u.category,
        "bidirectional": u.bidirectional,
        "combining": lambda c: str(u.combining(c)),
        "mirrored": lambda c: str(u.mirrored(c)),
        "east_asian_width": u.east_asian_width,
        "decimal_value": lambda c: str(u.decimal(c, -1)),
        "digit_value": lambda c: str(u.digit(c, -1)),
        "numeric_value": lambda c: struct.pack("<d", u.numeric(c, -1.0)).hex(),
        "decomposition": u.decomposition,
        "name": lambda c: u.name(c, ""),
        **{form: lambda c, form=form: u.normalize(form, c) for form in FORMS},
        **{"context_" + form: lambda c, form=form: u.normalize(form, "a\u0300" + c + "\u0323\u1100" + c)
           for form in FORMS},
        "old_category": old.category,
        "old_bidirectional": old.bidirectional,
        "old_combining": lambda c: str(old.combining(c)),
        "old_mirrored": lambda c: str(old.mirrored(c)),
        "old_east_asian_width": old.east_asian_width,
        "old_decimal_value": lambda c: str(old.decimal(c, -1)),
        "old_digit_value": lambda c: str(old.digit(c, -1)),
        "old_numeric_value": lambda c: struct.pack("<d", old.numeric(c, -1.0)).hex(),
        "old_decomposition": old.decomposition,
        "old_name": lambda c: old.name(c, ""),
        **{"old_" + form: lambda c, form=form: old.normalize(form, c) for form in FORMS},
        "repr": repr,
        "ascii": ascii,
    }
    lines = []
    for name, test in tests.items():
        crc = 0
        for i in ALL:
            crc = zlib.crc32(test(chr(i)).encode("utf-8", "surrogatepass") + b"\n", crc)
        lines.append("%s\t%d\n" % (name, crc))
    (out / "digests.tsv").write_text("".join(lines))


def main():
    aliases, sequences, out = sys.argv[1:]
    out = Path(out)
    character_types(out)
    database(out)
    names(out, aliases, sequences)
    old_database(out)
    digests(out)


main()
