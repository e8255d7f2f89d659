# needs: core
# Lists: building, indexing, slicing, changing.
a = [3, 1, 2]
a.append(4)
a.insert(0, 0)
print(a, len(a), a[0], a[-1], a[1:3], a[::-1])
a.sort()
print(a, a.pop(), a, a.index(2), a.count(1))
a[1] = "one"
a[2:3] = [7, 8, 9]
del a[0]
print(a, 8 in a, 100 in a)
a.extend(range(2))
a += (5,)
print(a, a * 2, [1] + [2])
print([x for x in a if x != "one"])
b = a
b.remove("one")
print(a is b, a == list(b), a.copy() is a)
a.reverse()
print(a, min(a), max(a), sum(a), sorted(a))
a.clear()
print(a, not a)
print([[0] * 2 for _ in range(2)])
