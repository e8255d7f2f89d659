"""Writes `src/codecs/data/cjk.bin`, the tables of the East Asian codecs, by asking the interpreter.

    python3.14 generate_cjk.py OUT_DIR

A codec is an automaton: a state has a cell for each byte, and a cell is a character, a further
state, a special (two characters, or one outside the BMP), an error (of one byte, or of two), or a mark that what follows is
computed (four bytes of gb18030, eight of euc_kr). Cells lie in pages of 32, each
stored once for all codecs. Encoding is the reverse of decoding, with exceptions listed.
The layout is described in `src/codecs/cjk/table.rs`.
"""

import codecs
import struct
import sys
from pathlib import Path

NAMES = ["big5", "big5hkscs", "cp932", "cp949", "cp950", "euc_jis_2004", "euc_jisx0213", "euc_jp", "euc_kr", "gb18030", "gb2312",
         "gbk", "johab", "shift_jis", "shift_jis_2004", "shift_jisx0213"]
ERROR, COMPUTED, ERROR_OF_TWO = 0xffff, 0xfffe, 0xfffd
STATE, SPECIAL, SPECIALS = 0xd800, 0xd900, 0x700

pages, page_of = [], {}


def page(cells):
    cells = tuple(cells)
    if cells not in page_of:
        page_of[cells] = len(pages)
        pages.append(cells)
    return page_of[cells]


def automaton(name):
    make = codecs.getincrementaldecoder(name)
    states, specials, decoded = [None], [], {}

    def state(prefix):
        cells = []
        for b in range(256):
            code = prefix + bytes([b])
            if name == "gb18030" and len(prefix) == 1 and 0x30 <= b <= 0x39 or name == "euc_kr" and code == b"\xa4\xd4":
                cells.append(COMPUTED)
                continue
            try:
                text = make().decode(code)
            except UnicodeDecodeError as e:
                cells.append(ERROR if e.end - e.start == 1 else ERROR_OF_TWO)
                assert e.end - e.start <= 2
                continue
            if not text:
                assert len(code) < 3
                cells.append(STATE + number_of(state(code)))
                continue
            if text not in decoded or len(code) < len(decoded[text]):
                decoded[text] = code
            if len(text) == 1 and ord(text) < 0xd800 or 0xe000 <= ord(text[0]) < 0xfffd and len(text) == 1:
                cells.append(ord(text))
            else:
                assert len(text) <= 2
                cells.append(SPECIAL + len(specials))
                specials.append(text)
        return [page(cells[i:i + 32]) for i in range(0, 256, 32)]

    def number_of(rows):
        if rows not in states[1:]:
            states.append(rows)
        return states.index(rows, 1)

    states[0] = state(b"")
    assert len(states) <= 256 and len(specials) <= SPECIALS, (name, len(states), len(specials))
    return states, specials, decoded


def main():
    out, head = [], []
    for name in NAMES:
        states, specials, decoded = automaton(name)
        exceptions, ranges = [], []
        for c in [*range(0xd800), *range(0xe000, 0x30000)]:
            try:
                code = chr(c).encode(name)
            except UnicodeEncodeError:
                code = b""
            if name == "gb18030" and len(code) == 4:
                linear = ((code[0] - 0x81) * 10 + code[1] - 0x30) * 1260 + (code[2] - 0x81) * 10 + code[3] - 0x30
                if c >= 0x10000:
                    assert linear == 189000 + c - 0x10000
                elif ranges and ranges[-1][1] + ranges[-1][2] == c and ranges[-1][0] + ranges[-1][2] == linear:
                    ranges[-1][2] += 1
                else:
                    ranges.append([linear, c, 1])
                assert code.decode(name) == chr(c)
                code = b""
            if len(code) == 8:
                assert name == "euc_kr" and 0xac00 <= c <= 0xd7a3
                code = b""
            if decoded.get(chr(c), b"") != code:
                exceptions.append((c, int.from_bytes(code)))
        print(name, len(states), len(specials), len(exceptions), len(ranges))
        head.append([len(states), len(specials), len(exceptions), len(ranges)])
        out.append(b"".join(struct.pack("<8H", *s) for s in states))
        out.append(b"".join(struct.pack("<II", ord(t[0]), ord(t[1]) if len(t) == 2 else 0) for t in specials))
        out.append(b"".join(struct.pack("<II", *e) for e in exceptions))
        out.append(b"".join(struct.pack("<III", *r) for r in ranges))
    data = struct.pack("<II", len(NAMES), len(pages))
    for counts in head:
        data += struct.pack("<4I", *counts)
    data += b"".join(struct.pack("<32H", *p) for p in pages) + b"".join(out)
    (Path(sys.argv[1]) / "cjk.bin").write_bytes(data)
    print(len(data), len(pages))


main()
