# needs: package(pynacl)
"""PyNaCl: boxes, signatures, hashes, key derivation."""

import nacl.bindings
import nacl.encoding
import nacl.exceptions
import nacl.hash
import nacl.public
import nacl.pwhash
import nacl.secret
import nacl.signing
import nacl.utils

alice, bob = nacl.public.PrivateKey(bytes(range(32))), nacl.public.PrivateKey(bytes(range(32, 64)))
print(bytes(alice.public_key).hex())
nonce = bytes(24)
sealed = nacl.public.Box(alice, bob.public_key).encrypt(b"for bob", nonce)
print(sealed.hex(), nacl.public.Box(bob, alice.public_key).decrypt(sealed))
print(nacl.public.SealedBox(bob).decrypt(nacl.public.SealedBox(bob.public_key).encrypt(b"from nobody")))
box = nacl.secret.SecretBox(bytes(32))
text = box.encrypt(b"secret", nonce)
print(text.ciphertext.hex(), box.decrypt(text))
try:
    box.decrypt(text[:-1] + b"\0")
except nacl.exceptions.CryptoError as error:
    print(type(error).__name__, error)
key = nacl.signing.SigningKey(bytes(32))
signed = key.sign(b"signed")
print(signed.signature.hex()[:32], key.verify_key.verify(signed), key.verify_key.encode(nacl.encoding.HexEncoder))
try:
    key.verify_key.verify(b"changed", signed.signature)
except nacl.exceptions.BadSignatureError as error:
    print(error)
print(nacl.hash.sha256(b"dovetail").decode(), nacl.hash.blake2b(b"dovetail", digest_size=16).decode())
print(nacl.pwhash.argon2id.kdf(16, b"password", bytes(16), opslimit=1, memlimit=8192).hex())
print(len(nacl.utils.random(40)), nacl.bindings.crypto_scalarmult_base(bytes(31) + b"\x40").hex()[:16])
try:
    nacl.secret.SecretBox(b"short")
except Exception as error:
    print(type(error).__name__, error)
