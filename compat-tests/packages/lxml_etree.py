# needs: package(lxml)
"""lxml: building, parsing, XPath, XSLT, iterparse, validation, objectify, HTML, errors."""

import copy
import io
import pickle

from lxml import etree, html, objectify
from lxml.builder import E


def attempt(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", error)


def text(element, **options):
    return etree.tostring(element, encoding="unicode", **options)


print("== building")
root = etree.Element("{urn:x}root", {"a": "1", "{urn:y}b": "2"}, nsmap={None: "urn:x", "y": "urn:y"})
child = etree.SubElement(root, "{urn:x}child", c="ä & < > \"")
child.text = "text ]]> &"
child.tail = "tail"
root.append(etree.Comment(" note "))
root.append(etree.ProcessingInstruction("go", "now"))
root.append(etree.Entity("amp"))
cdata = etree.SubElement(root, "cdata")
cdata.text = etree.CDATA("<raw>")
print(text(root))
print(text(root, pretty_print=True, method="xml"))
print(etree.tostring(root, xml_declaration=True, encoding="iso-8859-1", standalone=True))
print(root.nsmap, root.prefix, child.getparent() is root, root.index(child), len(root), root.attrib)
print(etree.QName(root).localname, etree.QName("urn:z", "n").text, root.get("{urn:y}b"), root.keys())
root.set("new", "value")
del root.attrib["a"]
root.insert(0, E.first(E.p("hello ", E.b("world"), id="p1")))
root[1:1] = [etree.Element("between")]
print(text(root), [e.tag for e in root if isinstance(e.tag, str)])
root.remove(root.find("between"))
print(root.findtext(".//b"), [e.tag for e in root.iter("p", "b")], root.find("{*}child").tag)
print(list(root.itertext()), [type(n).__name__ for n in root.iterdescendants()])
other = copy.deepcopy(root)
other.clear()
print(text(other), len(root))
attempt("bad name", lambda: etree.Element("a b"))
attempt("control character", lambda: setattr(child, "text", "\0"))
attempt("attribute type", lambda: child.set("x", 5))
attempt("not an element", lambda: root.append("x"))

print("== parsing")
DOC = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE shop [<!ENTITY co "Company"><!ATTLIST item kind CDATA "plain">]>
<shop name="S"><!-- c --><item id="1"><price>10.5</price><tag>a</tag><tag>b</tag></item>
<item id="2" kind="odd"><price>3</price></item><owner>&co; Ünï</owner></shop>""".encode()
tree = etree.parse(io.BytesIO(DOC))
shop = tree.getroot()
print(tree.docinfo.doctype, tree.docinfo.encoding, tree.docinfo.xml_version, shop.find("item").attrib, shop.findtext("owner"))
print(tree.getpath(shop[2]), tree.getelementpath(shop.find(".//tag")), shop[1].sourceline)
for bad in (b"<a>", b"<a></b>", b"<a b=c/>", b"", b"<a/><b/>", b"<a>&nope;</a>", b"<a \xff='1'/>", "<a xmlns:p=''/>"):
    try:
        etree.fromstring(bad)
        print("parsed", bad)
    except etree.XMLSyntaxError as error:
        print(type(error).__name__, error.code, error.position, error.msg)
        print("   ", [entry.type_name for entry in error.error_log])
attempt("unicode with encoding", lambda: etree.fromstring('<?xml version="1.0" encoding="utf-8"?><a/>'))
parser = etree.XMLParser(remove_blank_text=True, remove_comments=True, recover=True, ns_clean=True)
print(text(etree.fromstring("<a> <b> x </b> <!-- c --><c></a>", parser)), len(parser.error_log))
feed = etree.XMLPullParser(events=("start", "end"))
for part in ("<r><x", ">1</x>", "<y/></r>"):
    feed.feed(part)
    print([(event, e.tag) for event, e in feed.read_events()])
feed.close()


class Target:
    def __init__(self):
        self.seen = []

    def start(self, tag, attrib):
        self.seen.append(("start", tag, dict(attrib)))

    def end(self, tag):
        self.seen.append(("end", tag))

    def data(self, data):
        self.seen.append(data)

    def comment(self, text):
        self.seen.append(("comment", text))

    def close(self):
        return self.seen


print(etree.fromstring("<a k='v'>t<!--c--><b/></a>", etree.XMLParser(target=Target())))
out = []
for event, element in etree.iterparse(io.BytesIO(DOC), events=("start", "end", "comment"), tag=None):
    out.append((event, element.tag if isinstance(element.tag, str) else "comment"))
    if event == "end" and element.tag == "item":
        element.clear()
print(out)
attempt("iterparse", lambda: list(etree.iterparse(io.BytesIO(b"<a><b></a>"))))
attempt("missing file", lambda: etree.parse("/no/such/file.xml"))


class Resolver(etree.Resolver):
    def resolve(self, url, id, context):
        return self.resolve_string("<!ENTITY who 'me'>", context) if url == "my.dtd" else None


resolving = etree.XMLParser(load_dtd=True, resolve_entities=True)
resolving.resolvers.add(Resolver())
print(etree.fromstring("<!DOCTYPE a SYSTEM 'my.dtd'><a>&who;</a>", resolving).text)

print("== XPath")
print(shop.xpath("//tag/text()"), shop.xpath("count(//item)"), shop.xpath("string(item[2]/@kind)"), shop.xpath("//item/@id > 1"))
found = shop.xpath("//item[price > $limit]/@id", limit=5)
print(found, found[0].attrname, found[0].getparent().tag, found[0].is_attribute)
print(shop.xpath("re:replace(owner, 'C', 'g', 'K')", namespaces={"re": "http://exslt.org/regular-expressions"}))
find = etree.XPath("//x:child", namespaces={"x": "urn:x"})
print([e.tag for e in find(root)], find.path, etree.XPathEvaluator(shop)("name(..)"), shop.xpath("item[last()]")[0].get("id"))


def joined(context, nodes, separator):
    return separator.join(n.text for n in nodes) + str(len(context.context_node))


functions = etree.FunctionNamespace("urn:f")
functions["joined"] = joined
functions.prefix = "f"
print(shop.xpath("f:joined(//tag, '+')"), shop.xpath("f:joined(//nothing, '+')"))
for wrong in ("//[", "unknown()", "p:x", "$v", "1 + "):
    try:
        print(shop.xpath(wrong))
    except etree.XPathError as error:
        print(wrong, type(error).__name__, error)
functions["fails"] = lambda context: 1 / 0
attempt("python error in XPath", lambda: shop.xpath("f:fails()"))

print("== XSLT")
SHEET = etree.XML("""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:e="urn:e" exclude-result-prefixes="e">
<xsl:output method="html"/><xsl:param name="title" select="'none'"/><xsl:key name="k" match="item" use="@id"/>
<xsl:template match="/"><html><h1><xsl:value-of select="$title"/></h1><xsl:message>working</xsl:message>
<xsl:for-each select="//item"><xsl:sort select="price" data-type="number"/><li><xsl:value-of select="concat(@id,':',price)"/></li></xsl:for-each>
<xsl:value-of select="key('k','2')/@kind"/><e:mark n="3"/></html></xsl:template></xsl:stylesheet>""")


class Mark(etree.XSLTExtension):
    def execute(self, context, self_node, input_node, output_parent):
        etree.SubElement(output_parent, "mark").text = self_node.get("n") + input_node.tag if hasattr(input_node, "tag") else self_node.get("n")


transform = etree.XSLT(SHEET, extensions={("urn:e", "mark"): Mark()})
result = transform(tree, title=etree.XSLT.strparam("It's \"T\""))
print(str(result), [entry.message for entry in transform.error_log])
print(bytes(transform(tree))[:20], result.getroot().tag)
attempt("bad sheet", lambda: etree.XSLT(etree.XML("<a/>")))
attempt("bad parameter", lambda: str(transform(tree, title="][")))

print("== validation")
schema = etree.XMLSchema(etree.XML("""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="n"><xs:complexType>
<xs:sequence><xs:element name="v" type="xs:int" maxOccurs="2"/></xs:sequence></xs:complexType></xs:element></xs:schema>"""))
for source in ("<n><v>1</v></n>", "<n><v>x</v></n>", "<n/>"):
    print(schema.validate(etree.XML(source)), [entry.message for entry in schema.error_log])
attempt("assert", lambda: schema.assertValid(etree.XML("<m/>")))
relax = etree.RelaxNG(etree.XML("<element name='a' xmlns='http://relaxng.org/ns/structure/1.0'><zeroOrMore><element name='b'><text/></element></zeroOrMore></element>"))
print(relax(etree.XML("<a><b/></a>")), relax(etree.XML("<a><c/></a>")), relax.error_log.last_error.type_name)
dtd = etree.DTD(io.StringIO("<!ELEMENT a (b*)><!ELEMENT b EMPTY><!ATTLIST b x (p|q) #REQUIRED>"))
print(dtd.validate(etree.XML("<a><b x='p'/></a>")), dtd.validate(etree.XML("<a><b/></a>")), dtd.error_log[0].message)
print([(e.name, e.type) for e in dtd.iterelements()], [a.name for e in dtd.iterelements() for a in e.iterattributes()])

print("== objectify, html, serialization")
obj = objectify.fromstring("<r><n>5</n><f>2.5</f><b>true</b><s>x</s><n>6</n><e/></r>")
print(obj.n + 1, obj.f * 2, not obj.b, str(obj.s).upper(), len(obj.n), [int(n) for n in obj.n], type(obj.e).__name__, obj.n[1].pyval)
obj.added = "new"
obj.n = 9
obj.sub = objectify.DataElement(3.5)
objectify.deannotate(obj, cleanup_namespaces=True)
print(text(obj), obj.countchildren(), hasattr(obj, "none"), objectify.dump(obj.n))
attempt("missing child", lambda: obj.none)
page = html.fromstring("<div><a href='x?a=1&b'>l</a><p>one<p class='c d'>two<br><form action=go><input name=q value=1></form></div>")
print(html.tostring(page), page.xpath("//p/text()"), page.find_class("d")[0].text, page.forms[0].fields["q"])
page.make_links_absolute("http://h/d/")
print(list(page.iterlinks())[0][2], page.text_content(), html.fragment_fromstring("<b>x</b>y<i/>", create_parent=True).tag)
print(etree.canonicalize("<a  c='1' b='2'><!-- x --></a>"), etree.tostring(shop, method="text", encoding="unicode").strip())
stream = io.BytesIO()
with etree.xmlfile(stream, encoding="utf-8") as xf:
    xf.write_declaration()
    with xf.element("log", {"v": "1"}):
        for n in range(2):
            xf.write(E.row(str(n)))
print(stream.getvalue())
attempt("pickle", lambda: pickle.dumps(root))
attempt("strip", lambda: (etree.strip_tags(shop, "tag"), etree.strip_elements(shop, "price"), text(shop[1])))


class Base(etree.ElementBase):
    TAG = "custom"

    def _init(self):
        self.set("made", "yes")

    @property
    def double(self):
        return self.text * 2


lookup = etree.ElementNamespaceClassLookup()
lookup.get_namespace(None)["custom"] = Base
own = etree.XMLParser()
own.set_element_class_lookup(lookup)
element = etree.fromstring("<r><custom>ab</custom></r>", own)[0]
print(type(element).__name__, element.double, element.attrib, text(Base("t")))
