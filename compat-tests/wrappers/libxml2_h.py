# needs: headers(libxml2/libxml/tree.h)
"""libxml2 from its headers alone: parsing, walking the tree, XPath, making a document, errors."""

from cffi import FFI

ffi = FFI()
ffi.cdef_header("libxml/parser.h", "libxml/tree.h", "libxml/xpath.h", "libxml/xpathInternals.h", "libxml/xmlerror.h", include_dirs=["/usr/include/libxml2"])
lib = ffi.dlopen("libxml2.so.2")

text = b"<shop xmlns:p='urn:price'><!-- stock --><item n='1' p:eur='2.50'>tea</item><item n='2'>caf\xc3\xa9</item><empty/></shop>"
document = ffi.gc(lib.xmlReadMemory(text, len(text), b"shop.xml", ffi.NULL, 0), lib.xmlFreeDoc)
root = lib.xmlDocGetRootElement(document)
print(ffi.string(root.name).decode(), lib.xmlChildElementCount(root), root.type == lib.XML_ELEMENT_NODE)
kinds = {lib.XML_ELEMENT_NODE: "element", lib.XML_COMMENT_NODE: "comment", lib.XML_TEXT_NODE: "text"}
node = root.children
while node:
    content = lib.xmlNodeGetContent(node)
    print("  ", kinds[node.type], ffi.string(node.name).decode(), repr(ffi.string(content).decode()))
    attribute = node.properties if node.type == lib.XML_ELEMENT_NODE else ffi.NULL
    while attribute:
        prefix = ffi.string(attribute.ns.prefix).decode() + ":" if attribute.ns else ""
        print("      ", prefix + ffi.string(attribute.name).decode(), "=", ffi.string(attribute.children.content).decode())
        attribute = attribute.next
    node = node.next



@ffi.callback("void(void *, xmlError *)")
def complain(user, error):
    print("   complaint:", error.domain == lib.XML_FROM_XPATH, ffi.string(error.message).decode().strip())


lib.xmlSetStructuredErrorFunc(ffi.NULL, complain)
context = ffi.gc(lib.xmlXPathNewContext(document), lib.xmlXPathFreeContext)
print(lib.xmlXPathRegisterNs(context, b"q", b"urn:price"))
for path in ("//item[@q:eur]", "count(//item)", "string(//item[2])", "//item/@n", "//item[", "//nothing"):
    found = lib.xmlXPathEvalExpression(path.encode(), context)
    if not found:
        print(path, "->", "error", context.lastError.code == lib.XML_XPATH_EXPR_ERROR)
        continue
    found = ffi.gc(found, lib.xmlXPathFreeObject)
    if found.type == lib.XPATH_NODESET:
        nodes = [found.nodesetval.nodeTab[i] for i in range(found.nodesetval.nodeNr)] if found.nodesetval else []
        print(path, "->", [ffi.string(n.name).decode() for n in nodes])
    elif found.type == lib.XPATH_NUMBER:
        print(path, "->", found.floatval)
    else:
        print(path, "->", ffi.string(found.stringval).decode())

lib.xmlSetStructuredErrorFunc(ffi.NULL, ffi.NULL)
made = ffi.gc(lib.xmlNewDoc(b"1.0"), lib.xmlFreeDoc)
top = lib.xmlNewNode(ffi.NULL, b"made")
lib.xmlDocSetRootElement(made, top)
lib.xmlNewChild(top, ffi.NULL, b"child", b"a &lt; b")
lib.xmlNewProp(top, b"key", b"\"value\"")
out, size = ffi.new("xmlChar **"), ffi.new("int *")
lib.xmlDocDumpMemory(made, out, size)
print(ffi.buffer(out[0], size[0])[:].decode())

bad = b"<open>\n<close></open>"
print(bool(lib.xmlReadMemory(bad, len(bad), b"bad.xml", ffi.NULL, lib.XML_PARSE_NOERROR | lib.XML_PARSE_NOWARNING)))
error = lib.xmlGetLastError()
print(error.domain == lib.XML_FROM_PARSER, error.level == lib.XML_ERR_FATAL, error.line, ffi.string(error.file).decode())
