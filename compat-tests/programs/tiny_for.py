# needs: core
# For loops over the builtin iterables.
for i in range(3):
    print(i)
for c in "abc":
    print(c, end=",")
print()
for x in [10, 20], (30,):
    for y in x:
        print(y, end=" ")
print()
for k in {"one": 1, "two": 2}:
    print(k)
for i in range(10, 0, -3):
    if i == 4:
        continue
    print(i)
else:
    print("done")
for i in range(100):
    if i * i > 50:
        break
else:
    print("never")
print(i)
for n, (p, q) in enumerate([(1, 2), (3, 4)]):
    print(n, p, q)
print([i * i for i in range(5)], sum([i for i in range(101)]))
