# needs: package(rpds-py)
"""rpds-py: a wheel built by PyO3; persistent maps, sets, lists and queues."""

import collections.abc
import gc
import pickle
import sys
import threading

import rpds
from rpds import HashTrieMap, HashTrieSet, List, Queue, Stack


def attempt(label, call):
    try:
        print(label, "->", repr(call()))
    except Exception as error:
        print(label, "raises", type(error).__name__ + ":", error)


print(HashTrieMap.__module__, HashTrieMap.__name__, type(rpds.rpds).__name__, sorted(n for n in dir(rpds) if n[0].isupper()))

print("== maps")
empty = HashTrieMap()
one = empty.insert("a", 1)
two = one.insert("b", 2).insert("a", 9)
print(repr(empty), len(one), dict(two) == {"a": 9, "b": 2}, one["a"], "a" in two, "z" in two, one)
print(two.get("z"), two.get("z", 5), two.discard("a"), two.discard("q") == two, two.remove("b"))
attempt("missing", lambda: two["z"])
attempt("remove missing", lambda: two.remove("z"))
attempt("unhashable", lambda: one.insert([], 1))
attempt("unhashable get", lambda: one.get([]))
print(sorted(two.keys()), sorted(two.values()), sorted(two.items()), len(two.items()), "a" in two.keys(), 9 in two.values(), ("a", 9) in two.items())
print(HashTrieMap({"x": 1}) == HashTrieMap([("x", 1)]), HashTrieMap({"x": 1}) != HashTrieMap({"x": 2}), HashTrieMap.fromkeys([1], "v"))
print(HashTrieMap.convert({"k": "v"}), HashTrieMap.convert(two) is two, two.update({"c": 3}, d=4)["d"], sorted(two.update([("e", 5)])))
print(hash(HashTrieMap({1: 2})) == hash(HashTrieMap([(1, 2)])), isinstance(two, collections.abc.Mapping), {HashTrieMap({"a": 1}): "found"}[HashTrieMap([("a", 1)])])
attempt("unhashable value", lambda: hash(HashTrieMap({"a": []})))
attempt("bad argument", lambda: HashTrieMap(5))
attempt("bad pairs", lambda: HashTrieMap([1, 2]))
attempt("order", lambda: one < two)
print(two.keys() & {"a"}, sorted(two.keys() | {"q"}), two.keys() == {"a", "b"}, len(two.keys()))
attempt("pickle", lambda: pickle.loads(pickle.dumps(two)) == two)

print("== sets")
s = HashTrieSet([1, 2, 3])
print(sorted(s), len(s), 2 in s, sorted(s.insert(4)), sorted(s.discard(1)), sorted(s.remove(2)), HashTrieSet())
print(sorted(s | HashTrieSet([9])), sorted(s & HashTrieSet([1, 9])), sorted(s - HashTrieSet([1])), sorted(s ^ HashTrieSet([1, 9])), s <= HashTrieSet([1, 2, 3, 4]), s == HashTrieSet([3, 2, 1]), s == {1, 2, 3})
print(sorted(s.union(HashTrieSet([7]))), sorted(s.intersection(HashTrieSet([1]))), sorted(s.difference(HashTrieSet([1]))), sorted(s.symmetric_difference(HashTrieSet([1, 8]))), sorted(s.update([5], [6])))
print(isinstance(s, collections.abc.Set), hash(s) == hash(HashTrieSet([3, 1, 2])), s.isdisjoint({7}) if hasattr(s, "isdisjoint") else "no isdisjoint")
attempt("remove", lambda: s.remove(77))
attempt("unhashable", lambda: s.insert({}))
attempt("compare with number", lambda: s < 5)
attempt("pickle", lambda: pickle.loads(pickle.dumps(s)) == s)
print(repr(HashTrieSet(["only"])), str(HashTrieSet([None])))

print("== lists, queues, stacks")
lst = List([1, 2, 3])
print(lst, lst.first, lst.rest, lst.push_front(0), lst.drop_first(), list(lst), list(reversed(lst)), len(lst), List(), List([[]]))
print(lst == List([1, 2, 3]), lst != List([1]), hash(lst) == hash(List([1, 2, 3])), 2 in lst, lst.push_front(0) == List([0, 1, 2, 3]), bool(List()))
attempt("first of none", lambda: List().first)
attempt("rest of none", lambda: List().rest)
attempt("drop of none", lambda: List().drop_first())
attempt("not iterable", lambda: List(3))
attempt("hash of unhashable", lambda: hash(List([{}])))
attempt("pickle", lambda: pickle.loads(pickle.dumps(lst)))
queue = Queue([1, 2])
print(queue, queue.enqueue(3), queue.dequeue(), queue.peek(), queue.is_empty(), Queue().is_empty(), list(queue), len(queue), queue == Queue([1, 2]), hash(queue) == hash(Queue([1, 2])))
attempt("empty peek", lambda: Queue().peek())
attempt("empty dequeue", lambda: Queue().dequeue())
stack = Stack([1, 2])
print(stack, stack.push(3), stack.pop(), stack.peek(), len(stack), list(stack))
attempt("empty pop", lambda: Stack().pop())
attempt("empty peek", lambda: Stack().peek())

print("== Python code called from Rust")


class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        if self.value == "bad hash":
            raise RuntimeError("no hash today")
        return 7

    def __eq__(self, other):
        if self.value == "bad eq":
            raise LookupError("no comparison")
        return isinstance(other, Key) and self.value == other.value

    def __repr__(self):
        if self.value == "bad repr":
            raise ValueError("no repr")
        return f"Key({self.value!r})"


collide = HashTrieMap()
for n in range(5):
    collide = collide.insert(Key(n), n)
print(len(collide), collide[Key(3)], Key(9) in collide, sorted(collide.values()))
attempt("hash raises", lambda: collide.insert(Key("bad hash"), 1))
attempt("repr raises", lambda: repr(HashTrieMap({Key("bad repr"): 1})))


def items():
    yield ("a", 1)
    raise OSError("source failed")


attempt("iteration raises", lambda: HashTrieMap(items()))
attempt("attribute", lambda: setattr(one, "x", 1))


def make():
    class Sub(HashTrieMap):
        pass
    return Sub


attempt("subclass", make)
markers = [object() for _ in range(3)]
before = [sys.getrefcount(m) for m in markers]
for _ in range(50):
    m = HashTrieMap(enumerate(markers)).insert("k", markers[0])
    m[0], list(m.values()), m.remove(1), List(markers).first, list(HashTrieSet(map(id, markers)))
del m
gc.collect()
print([sys.getrefcount(m) - count for m, count in zip(markers, before)])
results = []


def work(seed):
    m = HashTrieMap()
    for n in range(500):
        m = m.insert(n * seed, n)
    results.append((seed, len(m), sum(m.values())))


threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 2, 3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results))
large = HashTrieMap((n, str(n)) for n in range(20_000))
print(len(large), large[19_999], sum(large), large.remove(5).get(5), len(large.insert(-1, "")))
