# needs: core
# Big integers: arithmetic across digit borders, division signs, shifts, conversion in both directions.
def digits(n, base):
    text = ""
    while n:
        n, r = divmod(n, base)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[r] + text
    return text or "0"


values = [0, 1, -1, 2 ** 29, 2 ** 30 - 1, 2 ** 30, 2 ** 30 + 1, 2 ** 31, 2 ** 32 - 1, 2 ** 60 - 1, 2 ** 60, 2 ** 62, 2 ** 63 - 1, 2 ** 63, 2 ** 64,
          -(2 ** 63), -(2 ** 63) - 1, 3 ** 50, -(7 ** 40), 10 ** 30 + 7]
for v in values:
    print(v, hex(v), v.bit_length(), v + 1, v - 1, -v, ~v, v * v, v >> 3, v << 5, v & 0xFFFF, v | 1, v ^ -1)

checks = 0
for a in values:
    for b in values:
        assert a + b == b + a and a - b == -(b - a) and a * b == b * a
        assert (a & b) + (a | b) == a + b and (a ^ b) == (a | b) - (a & b)
        assert (a < b) == (b > a) and (a <= b) == (not a > b) and (a == b) == (not a != b)
        if b:
            q, r = divmod(a, b)
            assert q * b + r == a and (0 <= r < b or b < r <= 0), (a, b)
            assert a // b == q and a % b == r
        checks += 1
print("checked", checks)

f = 1
for i in range(1, 101):
    f *= i
print(f)
print(f // 10 ** 100, f % 10 ** 50, f // (2 ** 97), f % (2 ** 97))
a, b = f + 12345, 3 ** 150 + 1
while b:
    a, b = b, a % b
print("gcd", a)
n = 7 ** 300
print(n)
print(str(n) == digits(n, 10), int(str(n)) == n, int(hex(n), 16) == n, int(oct(n), 8) == n, int(bin(n), 2) == n)
print(digits(n, 36) == "".join(c for c in digits(n, 36)), int(digits(n, 36), 36) == n, int(digits(n, 7), 7) == n)
print(hex(n))
print(f"{n:,}")
print(f"{n:_x}")
print(f"{2**200:#b}"[:40], f"{-2**70:+,d}", f"{2**70:>30}", f"{2**70:e}", f"{2**70:.3f}")
print(pow(3, 10 ** 20, 10 ** 18 + 9), pow(f, 65537, 2 ** 127 - 1), pow(7, -1, 10 ** 18 + 9))
print((-1) ** 1001, (-2) ** 63, (2 ** 64) ** 3, 0 ** 0, (-7) ** 33)
for shift in (0, 1, 29, 30, 31, 59, 60, 61, 89, 90, 91, 200):
    x = 3 ** 70
    print(shift, x >> shift, -x >> shift, (x << shift) >> shift == x, (1 << shift) - 1)
print(1 >> 10 ** 10, -1 >> 10 ** 10, 0 << 10 ** 10)
print(float(2 ** 53 + 1), float(2 ** 64), 2 ** 64 / 3, 10 ** 400 / 10 ** 399, (10 ** 30) / 7, -(2 ** 70) / 2 ** 60)
print(2 ** 1000 > 1e300, 2 ** 1024 > 1e308, 10 ** 400 > float("inf"), -(10 ** 400) < float("-inf"), 2 ** 53 + 1 > 2.0 ** 53)
for thing in ("float(10 ** 400)", "10 ** 400 / 3", "10 ** 400 * 1.0", "1.0 + 10 ** 400", "1 << (1 << 70)", "2 ** 2.5j"):
    try:
        print(thing, eval(thing))
    except (OverflowError, MemoryError) as e:
        print(thing, type(e).__name__, e)
print(hash(2 ** 61 - 1), hash(2 ** 61), hash(-(2 ** 61 - 1)), hash(-1), hash(-2), hash(2 ** 200), hash(-(3 ** 100)), hash(10 ** 30))
print(round(12345678901234567890123, -10), round(-55555555555555555555, -5), round(2 ** 100, -40), round(5 * 10 ** 30, -31))
big = 10 ** 4299
try:
    print(len(str(big)))
    str(big * 10)
except ValueError as e:
    print(type(e).__name__, e)
try:
    int("1" * 4301)
except ValueError as e:
    print(type(e).__name__, e)
print(len(hex(big * 10)), int("f" * 5000, 16).bit_length(), int("7" * 4300) % 1000007)
s = 0
for i in range(200):
    s = s * 1000003 + i
    s ^= s >> 40
    s &= (1 << 521) - 1
print(s)
print((2 ** 100).to_bytes(13, "big"), (-(2 ** 100)).to_bytes(14, "little", signed=True), int.from_bytes((3 ** 99).to_bytes(20, "big"), "big") == 3 ** 99)
k = 10 ** 2000 - 1
print((k * k) % (10 ** 12), (k * k).bit_length(), (k * k) // k == k, sum(map(int, str(k * (k - 2)))), (k ** 3) % 1000000007)
