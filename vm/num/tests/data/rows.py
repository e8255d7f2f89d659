"""How the generators beside this file write a row; each imports it."""

import struct


def enc(v):
    if v is None:
        return "None"
    if isinstance(v, (bool, int)):
        return hex(v)
    if isinstance(v, float):
        return "f" + struct.pack(">d", v).hex()
    if isinstance(v, str):
        return "t" + v.encode("utf-8", "surrogatepass").hex()
    if isinstance(v, bytes):
        return "t" + v.hex()
    if isinstance(v, tuple):
        return ",".join(enc(x) for x in v)
    if isinstance(v, complex):
        return enc((v.real, v.imag))
    if isinstance(v, dict):
        return ""
    raise TypeError(v)


def row(out, op, f, *args):
    try:
        r = enc(f(*args))
    except Exception as e:
        r = f"!{type(e).__name__}: {e}"
    r = r.encode("unicode_escape").decode() if r.startswith("!") else r
    print(op, *(enc(a) for a in args), r, sep="\t", file=out)
