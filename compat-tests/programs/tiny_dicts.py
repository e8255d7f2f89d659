# needs: core
# Dicts: building, looking up, changing, order.
d = {"a": 1, "b": 2}
d["c"] = 3
print(d, len(d), d["a"], d.get("z"), d.get("z", 0))
del d["a"]
d["a"] = 9
print(list(d), list(d.values()), list(d.items()))
for k, v in d.items():
    print(k, v)
print("a" in d, "q" in d, d.pop("b"), d)
d.update({"x": 1}, y=2)
print(d, d.setdefault("x", 5), d.setdefault("w", 6))
print({k: v * v for k, v in d.items() if v > 1})
print({1: "int", "1": "str", (1,): "tuple", None: "none"}[1,])
print({**d, "end": True})
try:
    d["missing"]
except KeyError as e:
    print("KeyError", e)
counts = {}
for ch in "mississippi":
    counts[ch] = counts.get(ch, 0) + 1
print(counts)
