# needs: stdlib(_pickle, copyreg)
# The native pickler and unpickler: every protocol, opcodes by hand, errors with notes, memos, persistent ids.
import _pickle as p
import copyreg


class W:
    def __init__(self):
        self.b = b""

    def write(self, x):
        self.b += bytes(x)


class F:
    def __init__(self, b):
        self.b, self.at = b, 0

    def read(self, n):
        r = self.b[self.at:self.at + n]
        self.at += len(r)
        return r

    def readline(self):
        i = self.b.find(b"\n", self.at) + 1 or len(self.b)
        r = self.b[self.at:i]
        self.at = i
        return r


def f():
    pass


class A:
    pass


def loc():
    class L:
        pass

    return L


class R:
    def __init__(self, *v):
        self.v = v

    def __reduce__(self):
        return self.v


class One:
    def __init__(self, v):
        self.v = v

    def __reduce__(self):
        return self.v


class U(p.Unpickler):
    def persistent_load(self, x):
        return ("pl", x)


class P(p.Pickler):
    def persistent_id(self, o):
        return "pid" if o == "X" else None


class N:
    __module__ = "nomod"


class K:
    def __new__(c, *a, **k):
        return object.__new__(c)

    def __getnewargs_ex__(s):
        return ((1,), {"b": 2})


class Outer:
    class Inner:
        def m(self):
            pass


class Meta(type):
    pass


class MM(metaclass=Meta):
    pass


class Sl:
    __slots__ = ("a", "__dict__")


class State:
    def __init__(self, x):
        self.x = x

    def __getstate__(self):
        return (self.x, 1)

    def __setstate__(self, s):
        self.x = s[0]

    def __eq__(self, o):
        return type(o) is State and o.x == self.x


class MyList(list):
    pass


class MyDict(dict):
    pass


bad = lambda: 0
L = loc()
rec = []
rec.append(rec)
tt = ([],)
tt[0].append(tt)
x = A()
y = frozenset([x])
x.y = y
ml = MyList([1, 2])
ml.z = 3
s = Sl()
s.a = 1
s.q = 2
rl = []


def norm(t):
    import re

    return re.sub(r"0x[0-9a-f]+", "0x", ascii(t))


CASES = r'''
p.dumps(1,6)
p.dumps(1,-1)
p.dumps(1,protocol=2,fix_imports=False)
p.dumps(1,2,3)
p.dumps()
p.dumps(bad)
p.dumps(L)
p.dumps(L())
p.dumps(N)
p.dumps(One(1))
p.dumps(R())
p.dumps(R(1,2))
p.dumps(R(int,2))
p.dumps(R(int,(),0,0,0,0,0))
p.dumps(R(int,(),0,1))
p.dumps(R(int,(),0,None,1))
p.dumps(R(int,(),0,None,None,1))
p.dumps(One('foo'))
p.dumps(f)
p.dumps([f,bad])
p.dumps({1:bad})
p.dumps({bad:1})
p.dumps((1,bad))
p.dumps({bad})
p.dumps([[bad]])
p.dumps(frozenset([bad]))
p.dumps(R(bad,()))
p.dumps(R(int,(bad,)))
p.dumps(R(int,(),bad))
p.dumps(R(int,(),None,iter([1,bad])))
p.dumps(R(int,(),None,None,iter([(1,bad)])))
p.dumps(R(int,(),None,None,iter([(1,2,3)])))
p.dumps(R(int,(),5,None,None,bad))
p.dumps(R(int,(),bad,None,None,print))
p.dumps(R(copyreg.__newobj__,()))
p.dumps(R(copyreg.__newobj__,(1,)))
p.dumps(R(copyreg.__newobj__,(int,)))
p.dumps(R(copyreg.__newobj__,(R,bad)))
p.dumps(R(copyreg.__newobj_ex__,(1,)))
p.dumps(R(copyreg.__newobj_ex__,(1,2,3)))
p.dumps(R(copyreg.__newobj_ex__,(R,2,3)))
p.dumps(R(copyreg.__newobj_ex__,(R,(),3)))
p.dumps(R(copyreg.__newobj_ex__,(R,(),{'a':bad})))
p.dumps(K(),4)
p.dumps(MM,4)
p.dumps(Outer.Inner,4)
p.dumps(Outer.Inner,3)
p.dumps(Outer.Inner,1)
p.dumps(Outer.Inner,0)
p.dumps(rec,0)
p.dumps(tt,0)
p.dumps(tt,2)
p.dumps(tt,4)
p.dumps(y,4)
p.dumps(R(int,(),{'a':1},iter([1,2]),iter([(3,4)]),f))
p.dumps(x for x in [])
p.dumps(1.5,0)
p.dumps([True,None,1,300,70000,2**40,-5,-2**31,2**200],0)
p.dumps([True,None,1,300,70000,2**40,-5,-2**31,2**31,-2**63,2**200,-2**200,2**2100,255,256,-128,-2**39],2)
p.dumps([...,NotImplemented,type(None),type(...),type(NotImplemented)],2)
p.dumps([...,NotImplemented,type(None),type(...),type(NotImplemented)],4)
p.dumps('x'*3+'\xe9\ud800\u1234\U00012345',0)
p.dumps('x'*3+'\xe9\ud800\u1234\U00012345',1)
p.dumps('x'*300,4)
p.dumps('x\\\n\r\0\x1a',0)
p.dumps(b'abc',2)
p.dumps(b'',2)
p.dumps(b'',1)
p.dumps(b'abc'*100,3)
p.dumps(bytearray(b'abc'),2)
p.dumps(bytearray(b'abc'),4)
p.dumps(bytearray(b'abc'),5)
p.dumps(bytearray(b''),4)
p.dumps({1,2},2)
p.dumps(frozenset([1]),2)
p.dumps({1,2},4)
p.dumps(set(),4)
p.dumps(frozenset([1]),4)
p.dumps(range,2)
p.dumps(range(3),2)
p.dumps(range,3)
p.dumps(A,0)
p.dumps(A(),0)
p.dumps(A(),2)
p.dumps(A(),4)
p.dumps(ml,0)
p.dumps(ml,4)
p.dumps(MyDict(a=1),2)
p.dumps(s,2)
p.dumps(ValueError('x'),2)
p.dumps(((((),1),2,3),4,5,6,7),0)
p.dumps(((((),1),2,3),4,5,6,7),1)
p.dumps({},0)
p.dumps({1:2},0)
p.dumps({1:2,3:4},1)
p.dumps([1],1)
p.dumps([],0)
p.dumps([len, str.upper, A.__init__],2)
p.dumps(p.PickleBuffer(b'abc'))
p.dumps(p.PickleBuffer(bytearray(b'abc')),5)
p.dumps(p.PickleBuffer(b'abc'),4)
p.dumps(p.PickleBuffer(b'abc'),5,buffer_callback=rl.append)
p.dumps(p.PickleBuffer(bytearray(b'abc')),5,buffer_callback=rl.append)
p.dumps(b'abc',4,buffer_callback=rl.append)
p.PickleBuffer(1)
bytes(p.PickleBuffer(b'abc').raw())
p.loads(b'')
p.loads(b'.')
p.loads(b'1.')
p.loads(b'K')
p.loads(b'\x80\x06.')
p.loads(b'\x80')
p.loads(b'\xff')
p.loads(b'Z')
p.loads(b'\n')
p.loads(b"'")
p.loads(b'I1\n')
p.loads(b'Ifoo\n.')
p.loads(b'I')
p.loads(b'I01\n.')
p.loads(b'I00\n.')
p.loads(b'I010\n.')
p.loads(b'I0x10\n.')
p.loads(b'I99999999999999999999\n.')
p.loads(b'L5L\n.')
p.loads(b'L5\n.')
p.loads(b'F1.5\n.')
p.loads(b'Ffoo\n.')
p.loads(b"S'a\\x41bc'\n.")
p.loads(b"S'abc\n.")
p.loads(b"Sabc\n.")
p.loads(b"S''\n.")
p.loads(b"Vabc\\u1234\n.")
p.loads(b'p0\n.')
p.loads(b'Np-1\n.')
p.loads(b'Npa\n.')
p.loads(b'g0\n.')
p.loads(b'ga\n.')
p.loads(b'h\x00.')
p.loads(b'j\x00\x00\x00\x00.')
p.loads(b'ccopyreg\nfoo\n.')
p.loads(b'cnomodx\nfoo\n.')
p.loads(b'ccopyreg\n')
p.loads(b'c\nfoo\n.')
p.loads(b'K\x01a.')
p.loads(b'K\x01K\x02a.')
p.loads(b'(K\x01K\x02e.')
p.loads(b']K\x01K\x02e.')
p.loads(b'K\x01(K\x02K\x03u.')
p.loads(b'}(K\x02u.')
p.loads(b'(K\x02d.')
p.loads(b'(K\x02K\x03d.')
p.loads(b'K\x01K\x02K\x03s.')
p.loads(b'R.')
p.loads(b'K\x01)R.')
p.loads(b'K\x01K\x02R.')
p.loads(b'b.')
p.loads(b'NNb.')
p.loads(b'}}b.')
p.loads(b'Q.')
p.loads(b'NQ.')
p.loads(b'P1\n.')
p.loads(b'\x97.')
p.loads(b'\x98.')
p.loads(b'N\x98.')
p.loads(b'\x80\x05\x97.',buffers=[])
p.loads(b'\x80\x05\x97.',buffers=[b'a'])
p.loads(b'\x80\x05\x97\x98.',buffers=[bytearray(b'a')]).readonly
p.loads(b'\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00N.')
p.loads(b'\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.')
p.loads(b'\x82\x01.')
p.loads(b'\x82\x00.')
p.loads(b'N\x93.')
p.loads(b'NN\x93.')
p.loads(b'N)\x81.')
p.loads(b'\x8c\x03intN\x81.')
p.loads(b'cbuiltins\nint\nN\x81.')
p.loads(b'cbuiltins\nint\n)}\x92.')
p.loads(b'cbuiltins\nint\n)N\x92.')
p.loads(b'cbuiltins\nint\n)\x81.')
p.loads(b'N(.')
p.loads(b'((.')
p.loads(b'0.')
p.loads(b'(0N.')
p.loads(b'2.')
p.loads(b't.')
p.loads(b'\x85.')
p.loads(b'N\x86.')
p.loads(b'T\xff\xff\xff\xff.')
p.loads(b'U\x02a.')
p.loads(b'U\x02\xc3\xa9.')
p.loads(b'U\x02\xc3\xa9.',encoding='bytes')
p.loads(b'U\x02\xc3\xa9.',encoding='latin1')
p.loads(b'U\x02\xc3\xa9.',errors='replace')
p.loads(b'X\x01\x00\x00\x00\xff.')
p.loads(b'X\x03\x00\x00\x00\xed\xa0\x80.')
p.loads(b'\x8a\x00.')
p.loads(b'\x8a\x02\xff\x80.')
p.loads(b'\x8a\x20'+b'\xff'*32+b'.')
p.loads(b'\x8b\xff\xff\xff\xff.')
p.loads(b'G?\xf0\x00\x00\x00\x00\x00\x00.')
p.loads(b'\x8e\xff\xff\xff\xff\xff\xff\xff\xff.')
p.loads(b'\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.')
p.loads(b'\x94.')
p.loads(b'N\x94h\x00.')
p.loads(b'\x8f(K\x01K\x02\x90.')
p.loads(b'N(K\x01K\x02\x90.')
p.loads(b'(K\x01K\x02\x91.')
p.loads(b'(cbuiltins\nint\nK\x05o.')
p.loads(b'(o.')
p.loads(b'(K\x05ibuiltins\nint\n.')
p.loads(b'(c__main__\nA\no.')
p.loads('a')
p.loads(b'N.',foo=1)
p.loads(b'c__builtin__\nxrange\n.')
p.loads(b'cexceptions\nStandardError\n.')
p.loads(b'\x80\x04\x8c\x07copyreg\x8c\x0cconstructor.x\x93.')
p.loads(b'\x80\x04\x8c\x08builtins\x8c\x08int.real\x93.')
p.Pickler(1)
p.Pickler(W(),6)
p.Pickler(W()).memo.copy()
p.Pickler(W()).memo.clear()
p.Pickler(W()).memo.__reduce__()
p.Pickler.memo
p.Pickler(W()).bin
p.Pickler(W(),0).bin
p.Pickler(W()).fast
p.Pickler(W()).dispatch_table
p.Pickler(W(),4,buffer_callback=print)
p.Unpickler(1)
p.Unpickler(F(b'N.')).load()
p.Unpickler(F(b'')).load()
p.Unpickler(F(b'K')).load()
p.Unpickler(F(b'I5')).load()
p.Unpickler(F(b'N.')).find_class('copyreg','pickle').__name__
p.Unpickler(F(b'N.')).memo.copy()
p.Unpickler.__new__(p.Unpickler).load()
p.Pickler.__new__(p.Pickler).dump(1)
U(F(b'P1\n.')).load()
U(F(b'P\xe9\n.')).load()
U(F(b'NQ.')).load()
'''
for line in CASES.strip().split("\n"):
    try:
        print(line, "->", norm(eval(line)))
    except BaseException as e:
        print(line, "!!", type(e).__name__, norm(str(e)), norm(getattr(e, "__notes__", None)))

values = [1, -1, 2**70, 1.5, "é\ud800", b"x" * 300, [1, [2, (3,)]], {"a": {1: 2}}, (1, 2, 3, 4), {1, 2, 3}, frozenset("ab"), State(5),
          ml, bytearray(b"q"), None, True, range(5), slice(1, 2), complex(1, 2), int, A, list(range(3000)), {i: i for i in range(2500)}, set(range(2500)), "x" * 100000, b"y" * 100000]
for proto in range(6):
    for v in values:
        d = p.dumps(v, proto)
        r = p.loads(d)
        w = W()
        p.Pickler(w, proto).dump(v)
        r2 = p.Unpickler(F(w.b)).load()
        assert r == v and r2 == v, (proto, v)
    total = p.dumps(values, proto)
    print(proto, len(total), hash(total) is not None, sum(total) % 65537)
w = W()
k = P(w, 0)
k.dump(["X", "Y"])
print(w.b)
w = W()
k = P(w, 4)
k.dump(["X", "Y"])
k.dump("Y")
print(w.b, sorted(v[0] for v in k.memo.copy().values()))
k.clear_memo()
k.dump("Y")
print(w.b[-9:], U(F(w.b)).load())
k = p.Pickler(W())
k.persistent_id = lambda o: "z" if o == 5 else None
k.dump([5])
u = p.Unpickler(F(k.memo and b"" or p.dumps(1)))
u.persistent_load = lambda i: i * 2
print(u.load())


class Red(p.Pickler):
    dispatch_table = {complex: lambda c: (complex, (c.imag, c.real))}

    def reducer_override(self, o):
        if isinstance(o, A):
            return int, (7,)
        return NotImplemented


w = W()
Red(w).dump([A(), 3 + 4j])
print(p.loads(w.b))
fast = p.Pickler(W(), 2)
fast.fast = True
try:
    fast.dump(rec)
except ValueError as e:
    print(norm(str(e)))
copyreg.add_extension("builtins", "range", 7)
print(p.dumps(range, 2), p.loads(p.dumps(range, 2)))
m = p.Unpickler(F(b"\x80\x04]\x94h\x00."))
m.load()
m2 = p.Unpickler(F(b"h\x00."))
m2.memo = m.memo
print(m2.load(), m.memo.copy())
for a, b in ((p.Pickler(W()), 5), (m2, 5)):
    try:
        a.memo = b
    except TypeError as e:
        print(e)
    try:
        del a.memo
    except TypeError as e:
        print(e)
pb = p.PickleBuffer(b"ab")
pb.release()
try:
    pb.raw()
except ValueError as e:
    print(e)
