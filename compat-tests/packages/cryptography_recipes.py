# needs: package(cryptography)
"""cryptography: Fernet, ciphers, hashes, key derivation, keys and certificates."""

import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

fernet = Fernet(Fernet.generate_key())
print(fernet.decrypt(fernet.encrypt(b"token")))
try:
    fernet.decrypt(b"gAAAA")
except InvalidToken as error:
    print("InvalidToken", error)
encryptor = Cipher(algorithms.AES(bytes(32)), modes.CBC(bytes(16))).encryptor()
print((encryptor.update(b"a secret message") + encryptor.finalize()).hex())
sealed = AESGCM(bytes(16)).encrypt(bytes(12), b"data", b"more")
print(sealed.hex(), AESGCM(bytes(16)).decrypt(bytes(12), sealed, b"more"))
try:
    AESGCM(bytes(16)).decrypt(bytes(12), sealed, b"less")
except InvalidTag:
    print("InvalidTag")
digest = hashes.Hash(hashes.SHA3_256())
digest.update(b"dovetail")
print(digest.finalize().hex())
mac = hmac.HMAC(b"key", hashes.SHA256())
mac.update(b"dovetail")
print(mac.finalize().hex())
print(PBKDF2HMAC(hashes.SHA256(), 16, b"salt", 1000).derive(b"password").hex())
key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
signature = key.sign(b"message")
print(signature.hex()[:32], key.public_key().verify(signature, b"message"))
try:
    key.public_key().verify(signature, b"another")
except InvalidSignature:
    print("InvalidSignature")
private = rsa.generate_private_key(65537, 2048)
proof = private.sign(b"message", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
print(private.key_size, private.public_key().verify(proof, b"message", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()))
curve = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dovetail.test")])
start = datetime.datetime(2026, 1, 1)
certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(curve.public_key()).serial_number(7)
               .not_valid_before(start).not_valid_after(start + datetime.timedelta(days=30))
               .add_extension(x509.SubjectAlternativeName([x509.DNSName("dovetail.test")]), critical=False)
               .sign(curve, hashes.SHA256()))
again = x509.load_pem_x509_certificate(certificate.public_bytes(serialization.Encoding.PEM))
print(again.subject.rfc4514_string(), again.serial_number, again.not_valid_after_utc, again == certificate)
print(again.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName))
