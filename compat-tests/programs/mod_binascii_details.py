# needs: stdlib(binascii)
# binascii in detail: lenient and strict base64, uuencoding, quoted-printable, checksums.
import re


def t(f):
    try:
        shown = repr(f())
    except BaseException as e:
        notes = getattr(e, "__notes__", None)
        shown = f"{type(e).__name__} {e} {notes[:2] if notes else ''}".rstrip()
    print(re.sub("0x[0-9a-f]+", "0x", shown)[:300])


import binascii as b
t(lambda: b.a2b_base64('YWJj'))
t(lambda: b.a2b_base64('é'))
t(lambda: b.a2b_base64(5))
t(lambda: b.a2b_base64(b'YWJ'))
t(lambda: b.a2b_base64(b'Y'))
t(lambda: b.a2b_base64(b'YWJjYWJjY'))
for s in (b'=', b'==',b'YQ==',b'YQ=',b'YQ===',b'YQ==a',b'YQ==\n',b'Y=Q=',b'YW=J',b'YWJj=',b'YWJj\n',b'YW!Jj',b'=YWJj',b'YQ=a=',b'YWJj====',b'', b'Y===', b'YWI=', b'YWI=\n', b'YWI==', b'YWI=YWI=', b'YQ==YQ=='):
    for st in (False,True):
        print(s,st,end=' '); t(lambda: b.a2b_base64(s,strict_mode=st))
t(lambda: b.b2a_base64(b'abc'))
t(lambda: b.b2a_base64(b'abcd',newline=False))
t(lambda: b.b2a_base64('abc'))
t(lambda: b.b2a_base64(b''))
t(lambda: b.b2a_base64(b'a',True))
t(lambda: b.unhexlify('abc')); t(lambda: b.unhexlify('zz')); t(lambda: b.unhexlify('aBcD')); t(lambda: b.unhexlify(5)); t(lambda: b.unhexlify('é')); t(lambda: b.unhexlify(bytearray(b'00ff')))
t(lambda: b.hexlify(b'abcdef')); t(lambda: b.hexlify('x')); t(lambda: b.hexlify(b'abcdef',':')); t(lambda: b.hexlify(b'abcdef',b':',2)); t(lambda: b.hexlify(b'abcdef',':',-4)); t(lambda: b.hexlify(b'abcdef','::')); t(lambda: b.hexlify(b'abcdef','é')); t(lambda: b.hexlify(b'abcdef',5)); t(lambda: b.hexlify(b'abc',sep='-',bytes_per_sep=0)); t(lambda: b.hexlify(data=b'a')); t(lambda: b.hexlify(b'abcdef',''));t(lambda: b.hexlify(b'abcdef',None)); t(lambda: b.hexlify(b'abc', '\xff'))
t(lambda: b.crc32(b'abc')); t(lambda: b.crc32(b'abc',5)); t(lambda: b.crc32(b'abc',-1)); t(lambda: b.crc32('x')); t(lambda: b.crc32(b'x'*100000)); t(lambda: b.crc32(b'abc',2**40+1)); t(lambda: b.crc32(b'abc','x'))
t(lambda: b.crc_hqx(b'abc',0)); t(lambda: b.crc_hqx(b'abc')); t(lambda: b.crc_hqx(b'abc',70000)); t(lambda: b.crc_hqx(b'abc',-1)); t(lambda: b.crc_hqx('abc',-1))
t(lambda: b.b2a_uu(b'abc')); t(lambda: b.b2a_uu(b'x'*46)); t(lambda: b.b2a_uu(b'')); t(lambda: b.b2a_uu(b'',backtick=True)); t(lambda: b.b2a_uu(b'\0\0',backtick=True)); t(lambda: b.b2a_uu('x')); t(lambda: b.b2a_uu(b'x'*45)); t(lambda: b.b2a_uu(b'ab\xff\x00'))
for s in (b'#86)C\n',b'',b' ',b'\n',b'#86)C',b'#86)',b'#86)C!!!',b'#86)C   ',b'#8\x7f)C',b'!',b'\x80abc',b'#86)C``\n',b'#86)Cabc', b'"86)C', b'#86)C\r\n', 'é', '#86)C', b'\xff'):
    t(lambda: b.a2b_uu(s))
for s in (b'abc=20def',b'a=\nb',b'a=\r\nb',b'=',b'==',b'=4',b'=41',b'=4g',b'=g4',b'a_b',b'=e9=',b'=\r',b'= \nx',b'==41', b'=3D=3d'):
    print(s,end=' ');t(lambda: b.a2b_qp(s)); t(lambda: b.a2b_qp(s,header=True))
t(lambda: b.a2b_qp('abc')); t(lambda: b.a2b_qp(5)); t(lambda: b.a2b_qp('é'))
for s in (b'abc def',b'a b ',b'a\t\nb',b'a \r\nb \r\n',b'\xe9=',b'.',b'.\n',b'a.b',b'x'*100,b'x'*74+b'=='+b'y'*80,b'\n.\n',b'a_b c',b'\r',b'a\rb',b'x'*75+b'\n',b'x'*76+b'\n',b'x'*77,b'\xe9'*40, b'a '*50, b'\0', b' \n', b'abc\r\ndef\nx', b'abc\ndef\r\nx'):
    print(s[:10],end=' ')
    for q in (0,1):
        for i in (0,1):
            for h in (0,1):
                t(lambda: b.b2a_qp(s,quotetabs=q,istext=i,header=h))
