# needs: stdlib(xml.etree.ElementTree, _elementtree, copy, io, pickle, weakref, gc)
# Elements, their children and searches, tree builders, parsers and their targets, events, entities, copies, errors.
import _elementtree
import copy
import gc
import io
import pickle
import weakref
import xml.etree.ElementTree as ET
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, XMLParser


def err(f, *a, **k):
    try:
        r = f(*a, **k)
    except Exception as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])
    else:
        print("no error:", r if isinstance(r, (int, str, list, type(None))) else type(r).__name__)


def show(e):
    print(ET.tostring(e, encoding="unicode"))


print(Element is _elementtree.Element, Element.__module__, SubElement.__module__, _elementtree.ParseError is ET.ParseError)
e = Element("a", {"x": "1"}, y="2")
b = SubElement(e, "b", {"k": "v"}, c="d")
c = SubElement(e, "c")
b.text, b.tail, c.text = "text", "tail", "more"
show(e)
print(len(e), e[0] is b, e[-1].tag, e[0:1][0] is b, [x.tag for x in e], e.attrib, e.get("x"), e.get("q", 5), e.keys(), e.items())
print(repr(e).split(" at ")[0], e.find("b") is b, e.find("q"), e.findtext("c"), e.findtext("q", default="none"), len(e.findall("b")), [x.tag for x in e.iter()], [x.tag for x in e.iter("c")], list(e.itertext()), e.find("./c") is c, e.find("*") is b, len(list(e.iterfind("b"))), e.findtext(".//c"))
e.set("z", "3")
e.insert(0, Element("first"))
e.insert(-1, Element("late"))
e.insert(99, Element("last"))
e.extend([Element("m"), Element("n")])
e.append(Element("o"))
show(e)
e[1:3] = [Element("s")] * 3
del e[0]
del e[::2]
e[0] = Element("zero")
show(e)
e.remove(e[0])
for f, a in ((e.append, (1,)), (e.extend, ([1],)), (e.extend, (1,)), (e.insert, (0, 1)), (e.insert, ("a", e)), (e.remove, (1,)), (e.remove, (Element("q"),)), (e.__getitem__, (99,)), (e.__getitem__, ("a",)), (e.__setitem__, (99, e)), (e.__setitem__, (0, 1)), (e.__setitem__, (slice(0, 1), [1])), (e.__setitem__, (slice(0, 1), 1)), (e.__delitem__, ("a",)), (setattr, (e, "attrib", 1)), (delattr, (e, "text")), (Element, ()), (Element, ("a", 1)), (Element, ("a", {}, 1)), (SubElement, ()), (SubElement, (1, "a")), (e.makeelement, ("a", 1)), (e.__setstate__, (1,)), (e.__setstate__, ({},)), (e.__deepcopy__, (1,)), (_elementtree._set_factories, (1, 2))):
    err(f, *a)
err(Element, "a", attrib=3)
e.clear()
print(len(e), e.attrib, e.text)
e = ET.XML("<a x='1'>t<b>u<c/>v</b>w<b y='2'/></a>")
for made in (copy.copy(e), copy.deepcopy(e), pickle.loads(pickle.dumps(e)), pickle.loads(pickle.dumps(e, 4))):
    show(made)
    print(made is e, made[0] is e[0], made.attrib is e.attrib)
print(e.__getstate__()["attrib"], weakref.ref(e)() is e)


class Own(Element):
    def __init__(self, tag, n=0):
        super().__init__(tag, n=str(n))


o = Own("own", 5)
o.extra = 1
o.append(o)
print(o.attrib, o.extra, isinstance(o, Element), type(copy.copy(o)).__name__)
w = weakref.ref(o)
del o, made
gc.collect()
print(w())
deep = Element("d")
for _ in range(20000):
    new = Element("d")
    new.append(deep)
    deep = new
print(sum(1 for _ in deep.iter()))
del deep, new
tb = TreeBuilder()
err(tb.end, "x")
err(tb.close)
tb.data("ignored")
tb.start("a", {"k": "v"})
tb.data("one")
tb.data("two")
tb.start("b", {})
tb.end("b")
tb.data("tail")
tb.comment("no place")
tb.end("a")
show(tb.close())
err(tb.start, "again", {})
err(tb.start, "again", None)
tb = TreeBuilder(element_factory=lambda tag, attrib: Element(tag.upper(), attrib), insert_comments=True, insert_pis=True)
tb.start("a", {})
tb.comment("note")
tb.data("after")
tb.pi("target", "text")
tb.end("a")
show(tb.close())


class Target:
    def start(self, tag, attrib):
        print("start", tag, attrib)

    def end(self, tag):
        print("end", tag)

    def data(self, data):
        print("data", data)

    def comment(self, data):
        print("comment", data)

    def pi(self, target, data):
        print("pi", target, data)

    def start_ns(self, prefix, uri):
        print("start_ns", repr(prefix), uri)

    def end_ns(self, prefix):
        print("end_ns", repr(prefix))

    def doctype(self, name, public, system):
        print("doctype", name, public, system)

    def close(self):
        return "closed"


p = XMLParser(target=Target())
p.feed("<!DOCTYPE r PUBLIC 'p' 's'><r xmlns='u' xmlns:n='v' n:k='1'><!--c--><?t d?><n:s q='&amp;'>x</n:s></r>")
print(p.close(), type(p.target).__name__, p.entity)
p = XMLParser()
p.entity["e"] = "entity"
p.feed("<!DOCTYPE r SYSTEM 'x'><r>&e;</r>")
show(p.close())
for text in ("<a>", "<a></b>", "<a>&e;</a>", "<a/><b/>", "", "<!DOCTYPE r SYSTEM 'x'><r>&gone;</r>", b"\xff"):
    try:
        ET.XML(text)
    except ET.ParseError as x:
        print(text, x, x.code, x.position)
for bad in ((1,),):
    err(XMLParser, *bad)
err(XMLParser, encoding=1)
err(XMLParser().feed, 1)
err(XMLParser._setevents, XMLParser(), [], ["x"])
err(XMLParser._setevents, XMLParser(), [], (1,))
err(XMLParser._setevents, XMLParser(), 1)
err(XMLParser._setevents, XMLParser(target=Target()), [])
pull = ET.XMLPullParser(["start", "end", "start-ns", "end-ns", "comment", "pi"])
pull.feed("<a xmlns:n='u'><!--c--><?p d?><n:b>x")
pull.feed("</n:b></a>")
for event, value in pull.read_events():
    print(event, getattr(value, "tag", value) if not callable(getattr(value, "tag", None)) else value.text)
print([(event, x.tag) for event, x in ET.iterparse(io.BytesIO(b"<a><b/><c>d</c></a>"))])
tree = ET.parse(io.StringIO("<r><x a='1'/>t</r>"))
show(tree.getroot())
mixed = ET.XML("<r>a<!--b-->c<?d e?>f<g>h</g>i</r>", XMLParser(target=TreeBuilder(insert_comments=True, insert_pis=True)))
print(list(mixed.itertext()), list(mixed[0].itertext()), [x.tag if isinstance(x.tag, str) else x.tag.__name__ for x in mixed.iter()])
show(ET.fromstring("<r><!--gone--><?gone too?>text</r>", XMLParser(target=TreeBuilder(insert_comments=True, insert_pis=True))))
