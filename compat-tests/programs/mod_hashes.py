# needs: stdlib(hashlib, _hashlib, _md5, _sha1, _sha2, _sha3, _blake2, hmac, _hmac, secrets, uuid, _uuid)
# Digests: known answers, incremental use, copies, keys and parameters, hmac, key derivation, uuid, errors.
import hashlib
import hmac
import uuid
import _blake2
import _md5
import _sha1
import _sha2
import _sha3


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", e)


big = b"0123456789" * 10000
for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name)
    args = (16,) if name.startswith("shake") else ()
    print(name, h.name, h.digest_size, h.block_size, h.hexdigest(*args))
    h.update(b"abc")
    c = h.copy()
    h.update(bytearray(b"def"))
    c.update(memoryview(big))
    print("  ", h.hexdigest(*args), c.hexdigest(*args)[:40], getattr(hashlib, name)(b"abcdef").digest(*args) == h.digest(*args), hashlib.new(name, b"abc", usedforsecurity=False).digest(*args)[:4].hex())
for mod, name in ((_md5, "md5"), (_sha1, "sha1"), (_sha2, "sha224"), (_sha2, "sha256"), (_sha2, "sha384"), (_sha2, "sha512"), (_sha3, "sha3_224"), (_sha3, "sha3_256"), (_sha3, "sha3_384"), (_sha3, "sha3_512")):
    h = getattr(mod, name)(b"native")
    print(name, h.hexdigest()[:32], h.digest_size, h.block_size, h.name, h.copy().digest() == h.digest())
print(_sha3.shake_128(b"x").hexdigest(10), hashlib.shake_256(b"x").digest(3), len(hashlib.shake_256(b"x").digest(1000)))
for cls in (_blake2.blake2b, _blake2.blake2s):
    print(cls(b"abc").hexdigest()[:32], cls(b"abc", digest_size=8).hexdigest(), cls(b"abc", key=b"key").hexdigest()[:16], cls(b"abc", salt=b"salt", person=b"person").hexdigest()[:16], cls(b"abc", fanout=2, depth=2, leaf_size=4, node_offset=1, node_depth=1, inner_size=8, last_node=True).hexdigest()[:16], cls.MAX_KEY_SIZE, cls.MAX_DIGEST_SIZE, cls.SALT_SIZE, cls.PERSON_SIZE)
    err(cls, digest_size=0)
    err(cls, key=b"k" * 100)
    err(cls, salt=b"s" * 50)
    err(cls, depth=0)
    err(cls, "text")
for call in ("hashlib.new('no-such')", "hashlib.md5('text')", "hashlib.md5().update('x')", "hashlib.sha256(5)", "hashlib.shake_128().digest(-1)", "hashlib.sha256().update()", "hashlib.sha1(b'', b'')", "hashlib.new(5)"):
    print(call, end=" -> ")
    err(eval, call)
print(hmac.new(b"key", b"message", "sha256").hexdigest(), hmac.digest(b"key", b"msg", "md5").hex(), hmac.new(b"k" * 200, b"m", hashlib.sha512).hexdigest()[:32], hmac.compare_digest(b"a", b"a"), hmac.compare_digest("a", "b"))
h = hmac.new(b"key", digestmod="sha1")
h.update(b"part one")
c = h.copy()
c.update(b"part two")
print(h.hexdigest(), c.digest().hex(), h.name, h.digest_size, h.block_size)
err(hmac.new, b"key", b"m")
err(hmac.new, "key", b"m", "sha1")
err(hmac.new, b"key", b"m", "nope")
err(hmac.compare_digest, "é", "é")
err(hmac.compare_digest, "a", b"a")
print(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex(), hashlib.pbkdf2_hmac("sha1", b"p", b"s", 2, 10).hex(), hashlib.scrypt(b"p", salt=b"s", n=16, r=8, p=1, dklen=16).hex())
err(hashlib.pbkdf2_hmac, "sha256", b"", b"", 0)
err(hashlib.pbkdf2_hmac, "nope", b"", b"", 1)
with open("f.bin", "wb") as f:
    f.write(big)
with open("f.bin", "rb") as f:
    print(hashlib.file_digest(f, "sha256").hexdigest())
print("sha256" in hashlib.algorithms_available, hashlib.algorithms_guaranteed <= hashlib.algorithms_available, type(hashlib.sha256()).__name__, repr(hashlib.md5()).split(" @ ")[0].split(" at ")[0])
print(uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"), uuid.uuid3(uuid.NAMESPACE_URL, "x"), uuid.UUID("12345678123456781234567812345678"), uuid.UUID(int=5), uuid.UUID(bytes=bytes(range(16))).fields, uuid.UUID("{12345678-1234-5678-1234-567812345678}").urn, uuid.UUID(int=1) < uuid.UUID(int=2), uuid.uuid4().version, uuid.uuid1().variant, uuid.uuid7().version, uuid.NIL, hash(uuid.UUID(int=7)) == hash(7))
err(uuid.UUID, "x")
err(uuid.UUID)
err(uuid.UUID, int=-1)
err(setattr, uuid.NIL, "int", 5)
