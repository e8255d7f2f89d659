# needs: stdlib(pyexpat, xml.etree, termios, tty, readline, argparse, shlex, textwrap, logging)
# XML through expat; termios without a terminal; readline's history; a few pure modules that lean on the natives.
import argparse
import io
import logging
import os
import pyexpat
import readline
import shlex
import termios
import textwrap
import tty
import xml.dom.minidom
import xml.sax
import xml.etree.ElementTree as ET


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except BaseException as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])


doc = b"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE r [<!ENTITY e "entity text"><!ELEMENT r ANY><!ATTLIST r d CDATA "def">]>
<r a="1" xmlns:n="urn:x"><!-- comment --><n:c k="v&amp;">text &lt; &e; \xc3\xa9</n:c><?pi data?><![CDATA[raw <x>]]><empty/></r>"""
p = pyexpat.ParserCreate()
events = []
for name in ("StartElementHandler", "EndElementHandler", "CharacterDataHandler", "CommentHandler", "ProcessingInstructionHandler", "StartCdataSectionHandler", "EndCdataSectionHandler", "XmlDeclHandler", "StartDoctypeDeclHandler", "EndDoctypeDeclHandler", "EntityDeclHandler", "ElementDeclHandler", "AttlistDeclHandler"):
    setattr(p, name, lambda *a, name=name: events.append((name.removesuffix("Handler"), *a)))
p.buffer_text = True
print(p.Parse(doc, True), p.CurrentLineNumber, p.CurrentColumnNumber, p.CurrentByteIndex, p.ErrorCode)
for e in events:
    print("  ", *e)
ns = pyexpat.ParserCreate(namespace_separator=" ")
got = []
ns.StartElementHandler = lambda n, a: got.append((n, a))
ns.StartNamespaceDeclHandler = lambda *a: got.append(a)
ns.ordered_attributes = True
for i in range(0, len(doc), 7):
    ns.Parse(doc[i:i + 7], False)
ns.Parse(b"", True)
print(got, ns.GetInputContext() is None, ns.GetBase(), ns.SetBase("b"), ns.GetBase())
for bad in (b"", b"<a>", b"<a></b>", b"<a b=1/>", b"<a b='1' b='2'/>", b"x", b"<a/><b/>", b"<a>&nope;</a>", b"<a>\xff</a>", b"<1/>", b"<a><!-- -- --></a>"):
    q = pyexpat.ParserCreate()
    try:
        q.Parse(bad, True)
        print(bad, "parsed")
    except pyexpat.ExpatError as e:
        print(bad, e, e.code, e.lineno, e.offset, pyexpat.ErrorString(e.code))
q = pyexpat.ParserCreate()
q.StartElementHandler = lambda *a: 1 / 0
err(q.Parse, b"<a/>", True)
err(q.Parse, 5)
err(pyexpat.ParserCreate, 5)
err(setattr, q, "StartElementHandler2", 1) if False else None
print(pyexpat.ParserCreate("latin-1").Parse(b"<a>\xe9</a>", True), pyexpat.ParserCreate().ParseFile(io.BytesIO(b"<a/>")), pyexpat.errors.XML_ERROR_SYNTAX, pyexpat.model.XML_CTYPE_ANY, pyexpat.version_info >= (2,), pyexpat.native_encoding)
root = ET.fromstring(doc)
print(root.tag, root.attrib, [c.tag for c in root], root.find("{urn:x}c").text, [x.tag for x in root.findall(".//empty")], ET.tostring(root, encoding="unicode"), list(root.itertext()))
e = ET.SubElement(root, "new", {"q": '"&'})
e.text, e.tail = "t<", "tail"
ET.indent(root)
print(ET.tostring(root), root.findtext("new"), len(root), root[0].get("k"), e in list(root), [x.tag for x in root.iter()], ET.dump.__name__)
err(ET.fromstring, "<a>")
err(root.find, "[")
for ev, el in ET.iterparse(io.BytesIO(b"<a><b x='1'/></a>"), events=("start", "end")):
    print(ev, el.tag, end="; ")
print()
dom = xml.dom.minidom.parseString(b"<a><b>t</b></a>")
print(dom.documentElement.firstChild.toxml(), dom.toprettyxml(indent=" "))


class H(xml.sax.ContentHandler):
    def startElement(self, name, attrs):
        print("sax", name, dict(attrs))


xml.sax.parseString(b"<a><b k='v'/></a>", H())
r, w = os.pipe()
err(termios.tcgetattr, r)
err(termios.tcgetattr, "x")
err(termios.tcsetattr, r, termios.TCSANOW, [1])
err(termios.tcsetattr, r, termios.TCSANOW, [0] * 6 + [[b'x'] * 32])
err(termios.tcflush, r, termios.TCIOFLUSH)
err(termios.tcgetwinsize, r)
err(tty.setraw, r)
err(os.ttyname, r)
print(termios.TCSANOW, termios.ECHO, termios.ICANON, termios.VMIN, os.isatty(r), tty.cfmakeraw([0, 0, 0, 0xFFFF, 0, 0, [b'x'] * 32]), issubclass(termios.error, OSError))
readline.clear_history()
readline.add_history("first line")
readline.add_history("second line")
print(readline.get_current_history_length(), readline.get_history_item(1), readline.get_history_item(9), readline.write_history_file("hist"), readline.clear_history(), readline.read_history_file("hist"), readline.get_history_item(2), readline.set_completer(len), readline.get_completer() is len, readline.get_completer_delims() != "", readline.remove_history_item(0), readline.get_current_history_length(), readline.set_history_length(5), readline.get_history_length(), readline.parse_and_bind("tab: complete"))
err(readline.remove_history_item, 99)
err(readline.read_history_file, "none")
ap = argparse.ArgumentParser(prog="prog", description="d", exit_on_error=False)
ap.add_argument("pos", type=int)
ap.add_argument("-o", "--opt", choices=["a", "b"], default="a", help="the option")
ap.add_argument("--flag", action="store_true")
print(ap.parse_args(["5", "-ob", "--flag"]), ap.format_usage(), ap.format_help())
err(ap.parse_args, ["x"])
err(ap.parse_args, ["1", "--opt", "z"])
print(shlex.split("a 'b c' d\\ e \"f\\\"g\""), shlex.join(["a b", "c'd"]), textwrap.fill("the quick brown fox jumps " * 4, 30), textwrap.dedent("  a\n   b\n"), textwrap.shorten("a long sentence here", 12), textwrap.indent("a\n\nb", "> "))
log = logging.getLogger("test")
h = logging.StreamHandler(s := io.StringIO())
h.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s %(funcName)s"))
log.addHandler(h)
log.propagate = False
log.setLevel(logging.INFO)
log.debug("hidden")
log.info("shown %d", 5)
try:
    1 / 0
except ZeroDivisionError:
    log.exception("caught")
print(s.getvalue().splitlines()[0], s.getvalue().splitlines()[-1], log.isEnabledFor(10), logging.getLevelName(30))
