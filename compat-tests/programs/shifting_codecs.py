import codecs, random, hashlib, io
N=["iso2022_jp","iso2022_jp_1","iso2022_jp_2","iso2022_jp_2004","iso2022_jp_3","iso2022_jp_ext","iso2022_kr","hz"]
def tr(f,*a):
    try: return repr(f(*a))
    except Exception as e: return f"{type(e).__name__}: {e}"
for n in N:
    h=hashlib.md5()
    def add(x,what=None):
        h.update(x.encode('utf8','surrogatepass'))

    for c in [*range(0xd800),*range(0xe000,0x30000)]:
        add(tr(chr(c).encode,n),c)
    print(n,'encode',h.hexdigest()); h=hashlib.md5()
    r=random.Random(5)
    frag=[b'\x1b(B',b'\x1b$B',b'\x1b$@',b'\x1b$(D',b'\x1b(J',b'\x1b(I',b'\x1b$(C',b'\x1b$)C',b'\x1b$A',b'\x1b$(A',b'\x1b.A',b'\x1b.F',b'\x1bN',b'\x1b$(O',b'\x1b$(P',b'\x1b$(Q',b'\x0e',b'\x0f',b'\n',b'~{',b'~}',b'~~',b'~\n',b'\x1b&@\x1b$B',b'\x1b(A',b'\x1b$B',b'\x1b',b'\x1b[0m',b'\x1b((((((((((((((((((B',b'\x1bN\xa1', b'\x1b&@\x1b$A', b'\x1b)J',b'\x1b)B',b'\x1b$.B',b'\x1b.B']
    def blob():
        s=b''
        for _ in range(r.randrange(1,7)):
            k=r.randrange(5)
            if k<2: s+=r.choice(frag)
            elif k<4: s+=bytes(r.randrange(0x21,0x7f) for _ in range(r.randrange(1,6)))
            else: s+=bytes(r.randrange(256) for _ in range(r.randrange(1,3)))
        return s
    for i in range(150):
        b=blob()
        for e in ('strict','replace','ignore','backslashreplace'):
            add(tr(b.decode,n,e),b)
    print(n,'decode',h.hexdigest()); h=hashlib.md5()
    D=codecs.getincrementaldecoder(n); E=codecs.getincrementalencoder(n)
    for i in range(150):
        b=blob(); d=D(r.choice(['strict','replace']))
        at=0
        while at<len(b):
            k=r.randrange(1,4); add(tr(d.decode,b[at:at+k]),b); add(tr(d.getstate)); at+=k
            if r.random()<.05: d.reset(); add(tr(d.getstate))
            if r.random()<.1:
                s=d.getstate(); d=D('replace'); d.setstate(s)
        add(tr(d.decode,b'',True),b); add(tr(d.getstate))
    print(n,'incdec',h.hexdigest()); h=hashlib.md5()
    chars="ab~\n\u4e00\u304b\u309a\uac00\xe9\u03b1\uff61\xa5\u4e02\U0002000b\u20bb7\u02e9\u02e5\u3164"
    for i in range(150):
        t=''.join(r.choice(chars) for _ in range(r.randrange(1,9)))
        e=E(r.choice(['strict','replace','xmlcharrefreplace','ignore']))
        add(tr(t.encode,n,'replace'),t); add(tr(t.encode,n,'xmlcharrefreplace'),t)
        at=0
        while at<len(t):
            k=r.randrange(1,4); add(tr(e.encode,t[at:at+k]),t); add(tr(e.getstate),t); at+=k
            if r.random()<.05: e.reset(); add(tr(e.getstate))
            if r.random()<.1:
                s=e.getstate(); e=E('replace'); e.setstate(s)
        add(tr(e.encode,'',True),t); add(tr(e.getstate),t)
    print(n,'incenc',h.hexdigest()); h=hashlib.md5()
    for i in range(60):
        t=''.join(r.choice(chars) for _ in range(r.randrange(1,9)))
        def w():
            f=io.BytesIO(); s=codecs.getwriter(n)(f,'replace')
            for c in t: s.write(c)
            s.reset(); return f.getvalue()
        add(tr(w),t)
        def rd():
            s=codecs.getreader(n)(io.BytesIO(blob()),'replace'); return s.read(3),s.readline(),s.readlines()
        add(tr(rd))
    print(n,'stream',h.hexdigest())
