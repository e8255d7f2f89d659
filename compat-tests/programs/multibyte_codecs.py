# needs: stdlib(_multibytecodec, codecs, io)
# The East Asian codecs: whole, piece by piece, as streams; error handlers; states; wrong arguments.
import codecs
import io
import _codecs_cn
import _codecs_jp
import _multibytecodec as m

NAMES = ["gb2312", "gbk", "gb18030", "big5hkscs", "shift_jis", "cp932", "euc_jp", "shift_jis_2004", "euc_jis_2004",
         "euc_jisx0213", "shift_jisx0213", "euc_kr", "cp949", "johab", "big5", "cp950"]
TEXT = "Ab中文かなカナ한글\u00ca\u0304\u304b\u309a€\U00020000"
for n in NAMES:
    e = TEXT.encode(n, "replace")
    print(n, e, ascii(e.decode(n)), TEXT.encode(n, "xmlcharrefreplace")[:40])
    try:
        TEXT.encode(n)
        print("all")
    except UnicodeEncodeError as x:
        print(x.start, x.end, x.reason, x.encoding)
    for bad in (b"a\x80\xff", b"\x81", b"a\xfe\xfeb"):
        try:
            print(ascii(bad.decode(n)))
        except UnicodeDecodeError as x:
            print(x.start, x.end, x.reason, x.encoding)
        print(ascii(bad.decode(n, "replace")), ascii(bad.decode(n, "ignore")))
    good = "".join(c for c in TEXT if c.encode(n, "ignore"))
    data = good.encode(n)
    d = codecs.getincrementaldecoder(n)()
    out = ""
    for i in range(len(data)):
        out += d.decode(data[i:i + 1])
        if d.getstate()[0]:
            print(d.getstate(), end=" ")
    out += d.decode(b"", True)
    print(out == good)
    enc = codecs.getincrementalencoder(n)()
    parts = [enc.encode(c) for c in good]
    states = [s for s in [enc.getstate()] if s]
    parts.append(enc.encode("", True))
    print(b"".join(parts) == data, states)
    f = io.BytesIO()
    w = codecs.getwriter(n)(f)
    w.write(good + "\n")
    w.writelines(["x", "y\n"])
    w.reset()
    f.seek(0)
    r = codecs.getreader(n)(f)
    print(ascii(r.readline()), ascii(r.read(1)), ascii(r.readlines()), ascii(r.read()))
enc = codecs.getincrementalencoder("euc_jis_2004")()
print(enc.encode("\u304b"), enc.getstate(), enc.encode("\u309a"), enc.getstate())
enc.setstate(0)
enc.encode("\u304b")
s = enc.getstate()
enc.reset()
print(enc.getstate())
enc.setstate(s)
print(enc.encode("x"), enc.errors)
enc.errors = "replace"
print(enc.encode("\U0010ffff", True), enc.errors)
for f in (lambda: _codecs_cn.getcodec(1), lambda: _codecs_cn.getcodec("foo"), lambda: setattr(enc, "errors", 5),
          lambda: enc.setstate("a"), lambda: m.MultibyteIncrementalDecoder(), lambda: enc.encode(b"a"),
          lambda: codecs.getincrementaldecoder("gbk")().setstate(5)):
    try:
        print(f())
    except Exception as x:
        print(type(x).__name__)
print(_codecs_jp.getcodec("cp932").encode("あ"), _codecs_jp.getcodec("cp932").decode(b"\x82\xa0"), type(_codecs_jp.getcodec("cp932")))
