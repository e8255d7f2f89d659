# needs: package(argon2-cffi)
"""argon2-cffi: hashes, verification, parameters, errors."""

import argon2
from argon2 import PasswordHasher, Type, exceptions, extract_parameters, low_level

print(low_level.hash_secret(b"password", b"some salt", 2, 1024, 2, 32, Type.ID).decode())
print(low_level.hash_secret_raw(b"password", b"some salt", 1, 64, 1, 16, Type.I).hex())
print(low_level.hash_secret_raw(b"password", b"some salt", 1, 64, 1, 16, Type.D, 0x10).hex())
hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
stored = hasher.hash("correct horse")
print(hasher.verify(stored, "correct horse"), hasher.check_needs_rehash(stored), PasswordHasher().check_needs_rehash(stored))
print(extract_parameters(stored))
for call in (lambda: hasher.verify(stored, "wrong"), lambda: hasher.verify("no hash", "x"),
             lambda: low_level.hash_secret(b"x", b"short", 1, 64, 1, 16, Type.I)):
    try:
        call()
    except exceptions.Argon2Error as error:
        print(type(error).__name__, error)
    except exceptions.InvalidHashError as error:
        print(type(error).__name__)
print(low_level.error_to_str(-1), low_level.ARGON2_VERSION, argon2.DEFAULT_TIME_COST)
