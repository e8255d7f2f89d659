# needs: stdlib(bisect, heapq, random)
# _bisect, _heapq and _random: results, changing lists under comparisons, errors.
import re


def t(f):
    try:
        shown = repr(f())
    except BaseException as e:
        notes = getattr(e, "__notes__", None)
        shown = f"{type(e).__name__} {e} {notes[:2] if notes else ''}".rstrip()
    print(re.sub("0x[0-9a-f]+", "0x", shown)[:300])


import _random, _bisect, _heapq, bisect, heapq
R=_random.Random
t(lambda: R(5).random()); t(lambda: R(-5).random()); t(lambda: R(2**100).getrandbits(200)); t(lambda: R('x',1)); t(lambda: R(x=1)); t(lambda: R(3.5).random()); t(lambda: R([]));
r=R(1)
t(lambda: [r.getrandbits(k) for k in (0,1,5,31,32,33,64,65,100,1000)]); t(lambda: r.getrandbits(-1)); t(lambda: r.getrandbits('x')); t(lambda: r.getrandbits(2**70)); t(lambda: r.getrandbits()); t(lambda: r.getrandbits(1.0))
s=r.getstate(); t(lambda: s[:4]+s[-2:]); x=r.random(); r.setstate(s); t(lambda: r.random()==x)
t(lambda: r.setstate(5)); t(lambda: r.setstate((1,))); t(lambda: r.setstate(s[:-1]+(625,))); t(lambda: r.setstate(s[:-1]+(-1,))); t(lambda: r.setstate(('x',)*625)); t(lambda: r.setstate((-1,)*625)); t(lambda: r.setstate((2**70,)*625)); t(lambda: r.setstate((1.5,)*625)); t(lambda: r.seed(True)); t(lambda: r.random()); t(lambda: r.seed(b'x') is None); t(lambda: r.seed(1,2))
class S(R):
    def __init__(self,**k): super().__init__(3)
    def __new__(cls,**k): return super().__new__(cls)
t(lambda: S(a=1).random())
class S2(R): pass
t(lambda: S2(a=1))
b=_bisect
l=[1,2,2,3,5]
for f in (b.bisect_left,b.bisect_right):
    t(lambda: [f(l,x) for x in range(7)]); t(lambda: f(l,2,1,3)); t(lambda: f(l,2,-1)); t(lambda: f(l,2,0,100)); t(lambda: f(l,2,hi=None)); t(lambda: f(5,2)); t(lambda: f(l,'x')); t(lambda: f(l,2,key=lambda x:-x)); t(lambda: f((1,2,3),2)); t(lambda: f(range(10),5)); t(lambda: f('abc','b')); t(lambda: f(l)); t(lambda: f(l,1,2,3,4)); t(lambda: f(l,2,hi=-1)); t(lambda: f(l,2,hi=-5)); t(lambda: f(l,2,'x')); t(lambda: f(l,2,1.5)); t(lambda: f({1:2},2)); t(lambda: f(a=l,x=3)); t(lambda: f(l,2,2**70))
class L(list):
    def insert(self,i,x): print('ins',i,x)
for f in (b.insort_left,b.insort_right):
    t(lambda: (f(l,2.0),l)); t(lambda: f(L([1,2]),2)); t(lambda: f((1,2),2)); t(lambda: (f(l,0,key=lambda x:x),l)); t(lambda: f(l,-7,key=5))
h=_heapq
import random
x=[(i*7919)%101 for i in range(100)]
def chk(hp,pu,po,rp,pp):
    a=x[:]; hp(a); print(a); pu(a,50); pu(a,-1); pu(a,1000); print(a); print([po(a) for _ in range(10)]); print(rp(a,3),rp(a,300),pp(a,1),pp(a,999),a)
    t(lambda: po([])); t(lambda: rp([],1)); t(lambda: pp([],1)); t(lambda: po(5)); t(lambda: pu(5,1)); t(lambda: pu([])); t(lambda: hp((1,))); t(lambda: hp(['a',1])); t(lambda: rp(1,2)); t(lambda: pp({},2))
chk(h.heapify,h.heappush,h.heappop,h.heapreplace,h.heappushpop)
chk(h.heapify_max,h.heappush_max,h.heappop_max,h.heapreplace_max,h.heappushpop_max)
big=[(i*7919)%10007 for i in range(5000)]; h.heapify(big); print(hash(tuple(big)))
class E:
    def __lt__(self,o): lst.clear(); return True
lst=[E() for _ in range(10)]
t(lambda: h.heapify(lst))
lst=[E() for _ in range(10)]
t(lambda: h.heappop(lst))
lst=[E() for _ in range(10)]
t(lambda: h.heappush(lst,E()))
lst=[E() for _ in range(10)]
t(lambda: h.heapreplace(lst,E()))
lst=[E() for _ in range(10)]
t(lambda: h.heappushpop(lst,E()))
t(lambda: list(heapq.merge([1,3],[2,4]))); t(lambda: heapq.nsmallest(3,x)); t(lambda: heapq.nlargest(3,x,key=lambda v:-v))
