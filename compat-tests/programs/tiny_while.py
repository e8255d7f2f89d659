# needs: core
# While loops, break, continue, else, nested conditions.
n = 0
while n < 3:
    print("n", n)
    n += 1
else:
    print("else runs")
while True:
    n -= 1
    if n == 1:
        continue
    if n < 0:
        break
    print("in", n)
else:
    print("never")
total = 0
i = 0
while i < 1000:
    if i % 3 == 0 or i % 5 == 0:
        total += i
    elif i == 997:
        total += 1
    i += 1
print(total)
a, b = 0, 1
while a < 100:
    print(a, end=" ")
    a, b = b, a + b
print()
