# needs: stdlib(json)
# _json in detail: what is refused and where, hooks, every option of the encoder, notes of errors.
import re


def t(f):
    try:
        shown = repr(f())
    except BaseException as e:
        notes = getattr(e, "__notes__", None)
        shown = f"{type(e).__name__} {e} {notes[:2] if notes else ''}".rstrip()
    print(re.sub("0x[0-9a-f]+", "0x", shown)[:300])


import json, _json
from json import *
from _json import *
import json.decoder, json.scanner
t(lambda: scanstring('abc"',0)); t(lambda: scanstring('abc"',0,True)); t(lambda: scanstring(b'abc"',0)); t(lambda: scanstring('abc',0)); t(lambda: scanstring('a\nbc"',0)); t(lambda: scanstring('a\nbc"',0,False)); t(lambda: scanstring('abc"',10)); t(lambda: scanstring('abc"',-1)); t(lambda: scanstring('\\u12"',0)); t(lambda: scanstring('\\ud834\\udd1e"',0)); t(lambda: scanstring('\\ud834x"',0)); t(lambda: scanstring('\\ud834\\u0041"',0)); t(lambda: scanstring('\\x"',0)); t(lambda: scanstring('\\',0)); t(lambda: scanstring('a\\n\\t\\/\\b\\f\\r\\"\\\\"',0)); t(lambda: scanstring('\\u00e9é\u1234\U0001f600"',0)); t(lambda: scanstring('\\u 123"',0)); t(lambda: scanstring('\\ud834\\ud834\\udd1e"',0)); t(lambda: scanstring('\\u+123"',0)); t(lambda: scanstring('"',0)); t(lambda: scanstring()); t(lambda: scanstring('a"','x')); t(lambda: scanstring('a"',2**70))
t(lambda: scanstring('\\u12345"',0)); t(lambda: scanstring('\\ud8', 0)); t(lambda: scanstring('\\ud834\\', 0)); t(lambda: scanstring('\\ud834\\u', 0)); t(lambda: scanstring('\\ud834\\udd1', 0)); t(lambda: scanstring('\\ud834\\udd1"', 0))
for s in ('abc','é','\n\t\r\b\f"\\/','\x00\x1f\x7f','\U0001f600','\ud800','',5,b'x'):
    t(lambda: encode_basestring(s)); t(lambda: encode_basestring_ascii(s))
for s in ('1','-1','1.5','-0','1e5','1E+5','1.e','1.','-','-a','01','NaN','Infinity','-Infinity','nul','null','true','false','tru','[','[1','[1,','[1,]','[]','[1 2]','{','{}','{"a"','{"a":','{"a":1','{"a":1,','{"a":1,}','{a:1}','{"a" 1}','{"a":1 "b"}','"abc','"a\nb"','','  ','[1]x',' [1 , 2 ] ','{"a": {"b": [1,2,{"c":null}]}}','[[[[]]]]','1'*5000,'-'+'1'*30,'1e400','-1e400','1e-400','{"a":1,"a":2}', '{1:2}', '[1,,2]', '{,}', '[,]', '\ufeff[]', '\u00a0[]', '1.5E', '1.5E+', 'nullx', '{"a":1]', '[1}', '{"a":}', '[tru]', '"\\ud800"', '0x10','-Inf','Nan','1_000','٣'):
    print(s[:20].encode('unicode_escape'),end=' '); t(lambda: loads(s))
t(lambda: loads(b'[1]')); t(lambda: loads(5)); t(lambda: loads('{"a":1}',object_hook=lambda d:list(d))); t(lambda: loads('{"a":1,"b":2}',object_pairs_hook=lambda d:d)); t(lambda: loads('[1.5,2]',parse_float=str,parse_int=lambda x:x+'i')); t(lambda: loads('[NaN,-Infinity,Infinity]',parse_constant=lambda c:c)); t(lambda: loads('{"a":{"b":1}}',object_pairs_hook=dict)); t(lambda: loads('"a\nb"',strict=False)); t(lambda: loads('{"a":1}',object_hook=lambda d:1/0))
t(lambda: loads('[1.5,2]',parse_float=float,parse_int=int))
t(lambda: loads('[1.5]',parse_float=lambda s: type(s)))
class A: pass
class I(int):
    def __repr__(s): return 'I!'
class F(float):
    def __repr__(s): return 'F!'
class S(str): pass
class D(dict): pass
class DI(dict):
    def items(self): return [('z',1),('y',2)]
class L(list): pass
import collections, enum
class E(enum.IntEnum): X=3
vals=[None,True,False,1,-5,10**30,1.5,float('nan'),float('inf'),-float('inf'),1e100,'a','é\n',[],{},(),[1],[1,[2,[3]]],{'a':1},{'a':{'b':[1]}},{1:2},{1.5:2},{None:1},{True:1},{(1,):1},{b'x':1},b'x',A(),I(5),F(2.5),S('s'),D(a=1),DI(a=1),DI(),L([1]),{'b':1,'a':2},{'b':1,'a':{'d':1,'c':2}},collections.OrderedDict(b=1,a=2),E.X,{E.X:1},{I(3):1},{F(2.5):1},{S('k'):1},{float('nan'):1},{1:1,'a':2},1+2j,{1,2},range(3),{'a':A()},[A()],[[A()]],{'x':[1,{'y':A()}]}, {A():1}, {'a':float('nan')}, [float('inf')]]
def show(v):
    return str(v)[:30].encode('unicode_escape')
for v in vals:
    for kw in ({},{'indent':2},{'indent':'\t','sort_keys':True},{'ensure_ascii':False},{'allow_nan':False},{'skipkeys':True},{'sort_keys':True},{'separators':(',',':')},{'default':lambda o:'D'},{'check_circular':False},{'indent':0}):
        k=' '.join(kw)
        try: print(k, dumps(v,**kw))
        except BaseException as e: print(k, type(e).__name__, e, [x for x in getattr(e,'__notes__',())])
l=[]; l.append(l); t(lambda: dumps(l)); t(lambda: dumps(l,check_circular=False) if 0 else 0)
d={}; d['a']=d; t(lambda: dumps(d)); d={'x':[1,{}]}; d['x'][1]['y']=d; t(lambda: dumps(d))
t(lambda: dumps(A(),default=lambda o:o)); t(lambda: dumps([A()],default=lambda o:[o]))
t(lambda: list(JSONEncoder().iterencode([1,{'a':2}]))); t(lambda: list(JSONEncoder(indent=1).iterencode([1,{'a':2}]))); 
t(lambda: make_encoder({},None,None,None,':',',',False,False,True)([1,'a'],0)); t(lambda: make_encoder(None,None,lambda s:'<%s>'%s,None,':',',',False,False,True)(['a',{'k':1}],0)); t(lambda: make_encoder(5,None,None,None,':',',',False,False,True)); t(lambda: make_encoder({},None,None,None,':',',',False,False,True)(1)); t(lambda: make_encoder({},None,lambda s:5,None,':',',',False,False,True)(['a'],0)); t(lambda: make_encoder({},None,None,None,5,',',False,False,True)(['a'],0))
e=make_encoder({},len,encode_basestring,None,':',',',True,False,True)
t(lambda: [e.markers,e.default,e.encoder,e.indent,e.key_separator,e.item_separator,e.sort_keys,e.skipkeys])
t(lambda: make_scanner(JSONDecoder())); sc=make_scanner(JSONDecoder()); t(lambda: sc('[1]',0)); t(lambda: sc('[1]',5)); t(lambda: sc('[1]',-1)); t(lambda: sc(b'[1]',0)); t(lambda: sc('x [1]',2)); t(lambda: sc('[1]',idx=0)); t(lambda: sc(string='[1]',idx=0)); t(lambda: sc('1')); t(lambda: sc('')); t(lambda: sc('',0))
t(lambda: [sc.strict,sc.object_hook,sc.object_pairs_hook,sc.parse_float,sc.parse_int,type(sc.parse_constant).__name__]); t(lambda: make_scanner(5)); t(lambda: make_scanner())
t(lambda: JSONDecoder().raw_decode('[1] x')); t(lambda: JSONDecoder().raw_decode(' [1] x'))
t(lambda: loads('{"a":1,"b":{"a":2}}').keys())
class K(dict):
    def __init__(self): pass
    def keys(self): return ['a']
    def __len__(self): return 1
    def items(self): return 5
t(lambda: dumps(K())); 
class K2(dict):
    def __len__(self): return 1
    def items(self): return iter([(1,2,3)])
t(lambda: dumps(K2())); t(lambda: dumps(D()))
t(lambda: dumps({'a':1,2:3},sort_keys=True)); t(lambda: dumps({2:3,1:4},sort_keys=True)); t(lambda: dumps({2:3,1.5:4},sort_keys=True))
