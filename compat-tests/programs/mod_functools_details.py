# needs: stdlib(functools)
# functools' native half in detail: partial with placeholders, keys, caches, reduce.
import re


def t(f):
    try:
        shown = repr(f())
    except BaseException as e:
        notes = getattr(e, "__notes__", None)
        shown = f"{type(e).__name__} {e} {notes[:2] if notes else ''}".rstrip()
    print(re.sub("0x[0-9a-f]+", "0x", shown)[:300])


from functools import *
from functools import Placeholder as P
import functools
class F:
    def __call__(self, *a, **k): return a, k
    def __repr__(self): return "f"
f = F()
t(lambda: partial())
t(lambda: partial(3))
t(lambda: partial(f,P))
t(lambda: partial(f,1,P))
t(lambda: partial(f,a=P))
t(lambda: partial(f,P,2)())
t(lambda: partial(f,P,2,P,3)(1))
t(lambda: partial(f,P,2,P,3)(1,9,10,c=3))
t(lambda: partial(f,P,2,P,3,x=1)(1,P,10,c=3,x=4))
t(lambda: partial(partial(f,P,2),5)) 
t(lambda: partial(partial(f,P,2,P,3),5)) 
t(lambda: partial(partial(f,P,2,P,3),5, 6,7).args) 
t(lambda: partial(partial(f,P,2,P,3),P, 6,7).args) 
t(lambda: partial(partial(f,P,2,P,3,P,8),P, 6,a=7).args) 
t(lambda: partial(partial(f,P,2,P,3,P,8),P, 6,a=7).keywords) 
t(lambda: partial(f,1,2,a=3,b=4))
p=partial(f,1,2,a=3,b=4)
t(lambda: p.__reduce__())
p.x=1
t(lambda: p.__reduce__())
t(lambda: p.__setstate__(1))
t(lambda: p.__setstate__((1,2)))
t(lambda: p.__setstate__((f,2,3,4)))
t(lambda: p.__setstate__((f,(P,),{},None)))
t(lambda: p.__setstate__((f,(1,),None,None)))
t(lambda: p.keywords)
t(lambda: p.__setstate__((f,(),None,{'y':1})))
t(lambda: p.__dict__)
t(lambda: P())
t(lambda: type(P)())
t(lambda: type(P)(1))
t(lambda: P.__reduce__())
t(lambda: type(P).__new__(type(P)) is P)
class S(partial):
    def __repr__(self): return "S"
class S2(partial): pass
t(lambda: S(f,1)(2))
t(lambda: S2(f,1, S2(f,2)))
t(lambda: partial(S(f,1),2).func)
t(lambda: partial(S2(f,1),2).func)
class A:
    m=partial(f,1)
t(lambda: A().m)
t(lambda: A.m)
t(lambda: partial.__get__(p, None, A))
t(lambda: partial.__get__(p, 1))
t(lambda: setattr(p,'func',1))
t(lambda: delattr(p,'__dict__'))
t(lambda: setattr(p,'__dict__',1))
q=partial(f); q.__setstate__((q,(),{},{}))
t(lambda: q); q.__setstate__((f,(),{},{}))
q=partial(f); q.__setstate__((f,(q,),{},{}))
t(lambda: q); q.__setstate__((f,(),{},{}))
q=partial(f); q.__setstate__((f,(),{'a':q},{}))
t(lambda: q); q.__setstate__((f,(),{},{}))
t(lambda: cmp_to_key(3))
t(lambda: cmp_to_key())
k=cmp_to_key(lambda a,b:a-b)
t(lambda: k(3)<k(4))
t(lambda: k(3)==k(4))
t(lambda: k(3)<4)
t(lambda: k)
t(lambda: k(1))
t(lambda: k(1).obj)
t(lambda: k(obj=1).obj)
t(lambda: k.obj)
t(lambda: k())
t(lambda: k(1,2))
t(lambda: k(x=1))
t(lambda: hash(k(1)))
t(lambda: type(k))
t(lambda: type(k).__mro__)
t(lambda: type(k)(1))
k2=cmp_to_key(lambda a,b:'x')
t(lambda: k2(1)<k2(2))
t(lambda: reduce(f,[]))
t(lambda: reduce(f,5))
t(lambda: reduce(f))
t(lambda: reduce(lambda a,b:a*b,range(1,6)))
t(lambda: reduce(lambda a,b:a*b,range(1,6),initial=10))
t(lambda: reduce(lambda a,b:a*b,range(1,6),10))
t(lambda: reduce(lambda a,b:a*b,range(1,6),initial=None))
t(lambda: functools._lru_cache_wrapper(3,4,5,6))
t(lambda: functools._lru_cache_wrapper(f,4,5))
t(lambda: functools._lru_cache_wrapper(3,'x',5,6))
t(lambda: functools._lru_cache_wrapper(f,'x',False,6))
t(lambda: functools._lru_cache_wrapper(f,1.5,False,6))
@lru_cache
def g(x,*a,**k): return x,a,k
t(lambda: g(1))
t(lambda: g([]))
t(lambda: g.cache_info())
t(lambda: g.__reduce__())
t(lambda: g.cache_parameters())
class B:
    @lru_cache
    def m(self,x): return x
t(lambda: B().m)
t(lambda: B().m(3))
import copy
t(lambda: copy.copy(g) is g)
t(lambda: g.__copy__(1))
t(lambda: g.__deepcopy__())
t(lambda: type(g).__text_signature__)
