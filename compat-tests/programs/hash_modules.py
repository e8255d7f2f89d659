# needs: stdlib(_md5 _sha1 _sha2 _sha3 _blake2 _hmac re)
"""Hash objects: digests, copies, parameters, and what wrong arguments are told."""
import _blake2, _hmac, _md5, _sha1, _sha2, _sha3
import re

def show(text, **names):
    """Prints what an expression gives or raises, without addresses."""
    try:
        out = repr(eval(text, globals(), names))
    except Exception as e:
        print(text, "!!", type(e).__name__, e)
    else:
        print(text, "->", re.sub(r"0x[0-9a-f]+", "0x", out)[:200])


CASES = r"""
_md5.md5(b'a',string=b'b')
_md5.md5('x')
_md5.md5(5)
_md5.md5(string=b'a').hexdigest()
_md5.md5(memoryview(b'abcd').cast('B',(2,2)))
_md5.md5(b'',b'')
_md5.md5(b'', usedforsecurity=[])
_md5.md5(None)
_md5.md5(data=None)
_md5.md5(string=None)
_md5.md5(foo=1)
_md5.md5().update('x')
_md5.md5().update()
_md5.md5(b'').block_size
_md5.MD5Type()
_sha2.SHA256Type()
_sha2.sha224().name
_sha2.sha512().block_size
_sha3.sha3_224(b'a').name
_sha3.sha3_224(b'a')._capacity_bits
_sha3.sha3_224(b'a')._rate_bits
_sha3.sha3_224(b'a')._suffix
_sha3.shake_128(b'a')._suffix
_sha3.shake_128(b'a')._capacity_bits
_sha3.shake_128(b'a').digest_size
_sha3.shake_128(b'a').digest(-1)
_sha3.shake_128(b'a').digest(2**29)
_sha3.shake_128(b'a').digest(2**40)
_sha3.shake_128(b'a').digest(2**80)
_sha3.shake_128(b'a').digest('a')
_sha3.shake_128(b'a').digest()
_sha3.shake_128(b'a').digest(0)
_sha3.shake_128(b'a').hexdigest(0)
_sha3.shake_128(b'a').hexdigest(length=3)
_sha3.sha3_224(b'a',string=b'')
_sha3.sha3_224(b'a',b'')
_sha3.sha3_224()
_sha3.sha3_224(b'a').digest(1)
_blake2.blake2b(b'a',string=b'')
_blake2.blake2b(digest_size=0)
_blake2.blake2b(digest_size=65)
_blake2.blake2b(key=b'a'*65)
_blake2.blake2b(salt=b'a'*17)
_blake2.blake2b(person=b'a'*17)
_blake2.blake2b(fanout=256)
_blake2.blake2b(depth=0)
_blake2.blake2b(depth=256)
_blake2.blake2b(leaf_size=-1)
_blake2.blake2b(leaf_size=2**32)
_blake2.blake2b(leaf_size=2**70)
_blake2.blake2b(node_offset=2**64)
_blake2.blake2b(node_offset=-1)
_blake2.blake2s(node_offset=2**48)
_blake2.blake2s(node_offset=2**48-1).hexdigest()
_blake2.blake2b(node_depth=256)
_blake2.blake2b(inner_size=65)
_blake2.blake2b(inner_size=-1)
_blake2.blake2b(b'abc',digest_size=20,key=b'k',salt=b's',person=b'p',fanout=2,depth=2,leaf_size=3,node_offset=4,node_depth=1,inner_size=5,last_node=True).hexdigest()
_blake2.blake2s(b'abc',digest_size=20,key=b'k',salt=b's',person=b'p',fanout=2,depth=2,leaf_size=3,node_offset=4,node_depth=1,inner_size=5,last_node=True).hexdigest()
_blake2.blake2b(key='k')
_blake2.blake2b(salt='k')
_blake2.blake2b('k')
_blake2.blake2s(key=b'a'*33)
_blake2.blake2s(salt=b'a'*9)
_blake2.blake2s().block_size
_blake2.blake2s(digest_size=10).digest_size
_blake2.blake2s(digest_size=2**40)
_blake2.blake2s(fanout='a')
_hmac.new(b'k')
_hmac.new(b'k',digestmod='')
_hmac.new(b'k',digestmod='foo')
_hmac.new(b'k',digestmod=5)
_hmac.new(b'k',digestmod=_md5.md5)
_hmac.new(b'k',digestmod=_sha2.sha256)
_hmac.new(b'k',digestmod=_sha3.sha3_256)
_hmac.new(b'k',digestmod=_blake2.blake2b)
_hmac.new(b'k',b'm','md5').hexdigest()
_hmac.new(b'k',b'm','MD5').name
_hmac.new(b'k',b'm','sha-256').name
_hmac.new(b'k',b'm','SHA256').name
_hmac.new(b'k',b'm','sha3_256').name
_hmac.new(b'k',b'm','SHA3-256').name
_hmac.new(b'k',b'm','blake2s').name
_hmac.new(b'k',b'm','blake2s-256').name
_hmac.new(b'k',b'm','blake2s_32').name
_hmac.new(b'k',b'm','BLAKE2B').name
_hmac.new(b'k',b'm','shake_128').name
_hmac.new('k',b'm','md5').name
_hmac.new(b'k','m','md5').name
_hmac.new(5,b'm','md5').name
_hmac.new(b'k',5,'md5').name
_hmac.new(b'k',None,'md5').block_size
_hmac.new(b'k',None,'md5').digest_size
_hmac.new(b'k',None,'md5').copy()
_hmac.new(b'k',None,'md5').update('x')
_hmac.new(b'k',None,'md5').update(None)
_hmac.new(b'k',None,'md5').update(5)
_hmac.compute_md5(b'k',b'm').hex()
_hmac.compute_md5('k',b'm').hex()
_hmac.compute_md5(b'k','m').hex()
_hmac.compute_blake2b_32(b'k',b'm').hex()
_hmac.compute_blake2s_32(b'k',b'm').hex()
_hmac.compute_digest(b'k',b'm','md5').hex()
_hmac.compute_digest(b'k',b'm','foo').hex()
_hmac.compute_digest(b'k',b'm',5).hex()
_hmac.compute_digest(b'k',b'm',None).hex()
_hmac.compute_digest('k',b'm','md5').hex()
_hmac.compute_digest(b'k','m','md5').hex()
_hmac.compute_digest(b'k',b'm',_md5.md5).hex()
_hmac.compute_digest(b'k',b'm'
 def md5(): pass
 sha3_224=md5.sha3_224).hex()
_hmac.HMAC()
repr(_md5.md5())[:20]
_hmac.compute_md5()
"""
for case in CASES.strip().splitlines():
    show(case)

for data in (b"", b"abc", bytes(range(256)) * 40, b"x" * 5000):
    for make in (_md5.md5, _sha1.sha1, _sha2.sha224, _sha2.sha256, _sha2.sha384, _sha2.sha512, _sha3.sha3_224,
                 _sha3.sha3_256, _sha3.sha3_384, _sha3.sha3_512, _blake2.blake2b, _blake2.blake2s):
        h = make(data)
        g = h.copy()
        g.update(data)
        print(h.name, h.digest_size, h.block_size, h.hexdigest(), g.hexdigest(), h.digest().hex() == h.hexdigest())
    for make in (_sha3.shake_128, _sha3.shake_256):
        h = make(data)
        print(h.name, h.hexdigest(7), h.digest(200).hex(), h._capacity_bits, h._rate_bits, h.block_size)
    for name in ("md5", "sha1", "sha256", "sha3_512", "blake2b_32", "blake2s_32"):
        for key in (b"", b"k", b"k" * 200):
            print(name, _hmac.compute_digest(key, data, name).hex())
