plain = 'one' "two" '\x41\u00e9\N{BULLET}\101\
joined'
raw = r'\d+' '' if b'' b"\x00\xff\n" == rb"\d" else u"\t"
nested = f"{plain!s:{len(raw)}} {{braces}} {plain.upper() + 'x':>{10}.3} {raw=!r:^20}"
template = t"to {plain} at {raw!a:x}"
lone = "\ud800 \U0001F600"
triple = f'''
  {
    plain  # the first
  }
'''
constants = (1, 2.5, "s", b"b", None, ..., True, (1, (2,)))
folded = 60 * 60 * 24, "ab" * 3, (1, 2, 3)[1], -7 // 2, 2 ** 10, not True
if plain in {"one", "two"} or plain not in ("three",):
    x = y = z = plain
    x, (y, *z) = lone, template
    z[x:y] @= z
    x.y[0], *x.z = z
x: "int" = 1
if __debug__:
    print(*constants, sep="", **{"end": "\n"})
