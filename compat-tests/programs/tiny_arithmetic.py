# needs: core
# Operators on small ints, floats and bools.
a = 17
b = 5
print(a + b, a - b, a * b, a / b, a // b, a % b, a ** b)
print(-a, +a, ~a, -a // b, -a % b)
print(a & b, a | b, a ^ b, a << b, a >> 2)
print(a < b, a <= b, a == b, a != b, a > b, a >= b)
print(1.5 + 2, 1.5 * 2.0, 7.0 // 2, 7.5 % 2, 2 ** -1, 2 ** 0.5)
print(True + True, not a, not 0, a and b, 0 or b)
a += 1
a *= 2
a -= 3
a //= 4
print(a)
x = 1
for i in range(1, 26):
    x *= i
print(x)
print(2 ** 100, -(2 ** 64), 10 ** 20 // 3, (1 << 70) - 1)
