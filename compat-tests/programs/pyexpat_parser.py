# needs: stdlib(pyexpat, io)
# pyexpat: every handler with positions, namespaces, encodings, external entities, errors.
import pyexpat as p
def t(expr, n=None):
    try: print(expr, '->', ascii(eval(expr)))
    except Exception as e: print(expr, '!!', type(e).__name__, e, getattr(e,'code',None), getattr(e,'offset',None), getattr(e,'lineno',None))
doc=b'''<?xml version="1.0" encoding="iso-8859-1" standalone="yes"?>
<!DOCTYPE r SYSTEM "r.dtd" [
<!ENTITY e "val&#65;"><!ENTITY % pe "x"><!ENTITY ext SYSTEM "ext.xml"><!ENTITY unp SYSTEM "u.gif" NDATA gif>
<!NOTATION gif PUBLIC "pub" "sys">
<!ELEMENT r (a|b)*><!ELEMENT a (#PCDATA)><!ELEMENT b EMPTY>
<!ATTLIST a x CDATA "dflt" y ID #REQUIRED z (q|w) #IMPLIED>
]>
<!--c\xe9--><?pi some data?>
<r><a y="1">text&e;&amp;<![CDATA[<cd>]]></a><b/>&ext;
</r>'''
names=[n for n in dir(p.XMLParserType) if n.endswith('Handler') or n.endswith('Expand')]
def run(doc, skip=(), ns=None, **attrs):
    x=p.ParserCreate(namespace_separator=ns)
    for k,v in attrs.items(): setattr(x,k,v)
    out=[]
    for n in names:
        if n in skip: continue
        def h(*a, n=n):
            out.append((n,a,x.CurrentLineNumber,x.CurrentColumnNumber,x.CurrentByteIndex))
            return 1
        setattr(x,n,h)
    try:
        out.append(x.Parse(doc,True))
    except p.error as e: out.append((str(e),e.code,e.offset,e.lineno))
    for o in out: print(o)
run(doc, skip=('DefaultHandlerExpand','DefaultHandler'))
run(doc, skip=('DefaultHandler',), buffer_text=True, ordered_attributes=True)
run(b'<a xmlns="u" xmlns:p="v"><p:b p:c="1"/></a>', ns=' ', skip=('DefaultHandlerExpand','DefaultHandler'))
run(b'<a xmlns="u" xmlns:p="v"><p:b p:c="1"/></a>', ns='!', namespace_prefixes=True, skip=('DefaultHandlerExpand','DefaultHandler'))
run('<a>\u20ac</a>', skip=('DefaultHandlerExpand','DefaultHandler'))
run(b'<?xml version="1.0" encoding="koi8-r"?><a>\xc1</a>', skip=('DefaultHandlerExpand','DefaultHandler'))
run(b'<?xml version="1.0" encoding="big5"?><a>\xc1</a>') if 0 else None
for d in (b'<a>',b'<a></b>',b'',b'<a/><b/>',b'<a b="1" b="2"/>',b'<a>&x;</a>',b'\xff',b'<a',b'<a>]]></a>', b'<?xml version="1.0" encoding="foo"?><a/>'):
    try: p.ParserCreate().Parse(d,True)
    except (p.error, LookupError) as e: print(d,type(e).__name__, e, getattr(e,'code',None))
t("p.ParserCreate(1)"); t("p.ParserCreate(None,'ab')"); t("p.ParserCreate(intern=1)"); t("p.ParserCreate().Parse(1)"); t("p.XMLParserType()")
t("p.ErrorString(3)"); t("p.ErrorString(99)"); t("p.errors.XML_ERROR_SYNTAX"); t("p.errors.codes['syntax error']"); t("p.model.XML_CTYPE_SEQ")
t("p.ParserCreate().buffer_size"); t("setattr(p.ParserCreate(),'buffer_size',0)"); t("setattr(p.ParserCreate(),'buffer_size','a')"); t("setattr(p.ParserCreate(),'buffer_size',2**40)"); t("delattr(p.ParserCreate(),'buffer_text')"); t("delattr(p.ParserCreate(),'CommentHandler')")
t("p.ParserCreate().intern"); t("p.ParserCreate(intern=None).intern"); t("p.ParserCreate().GetBase()"); t("p.ParserCreate().GetInputContext()"); t("p.ParserCreate().foo")
import io
t("p.ParserCreate().ParseFile(io.BytesIO(b'<a/>'))"); t("p.ParserCreate().ParseFile(1)"); t("p.ParserCreate().ParseFile(io.StringIO('a'))")
x=p.ParserCreate(); x.SetBase('/base'); print(x.GetBase())
def boom(*a): raise KeyError('boom')
x.StartElementHandler=boom
try: x.Parse(b'<a><b/></a>',True)
except KeyError as e: print('KeyError',e, x.StartElementHandler)
x=p.ParserCreate(); x.StartElementHandler=lambda n,a: print(x.GetInputContext())
x.Parse(b'<a><b/></a>',True)
x=p.ParserCreate(); x.SetParamEntityParsing(p.XML_PARAM_ENTITY_PARSING_ALWAYS)
def ext(ctx,base,sysid,pubid):
    print('ext',ctx,base,sysid,pubid)
    y=x.ExternalEntityParserCreate(ctx)
    y.Parse(b'<!ENTITY f "foo">' if sysid!='e.xml' else b'<inner/>hi',True)
    return 1
x.ExternalEntityRefHandler=ext; x.CharacterDataHandler=lambda d: print('cd',d); x.StartElementHandler=lambda n,a: print('se',n,a)
x.Parse(b'<!DOCTYPE r SYSTEM "x.dtd" [<!ENTITY e SYSTEM "e.xml">]><r>&f;&e;</r>',True)
x=p.ParserCreate(); x.ExternalEntityRefHandler=lambda *a: print(a) or 1; print(x.UseForeignDTD(True)); x.SetParamEntityParsing(2); x.Parse(b'<r/>',True)
