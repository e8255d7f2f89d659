import gc
import re
import subprocess
import sys
import capi_private_objects as m
from support import *


def test_allocation():
    m.ended()
    alone = Thing()
    for make, kind, *size in ((m.object_new, m.Plain), (m.object_new_var, m.Var, 5), (m.gc_new, m.Collected), (m.gc_new_var, m.CollectedVar, 7)):
        before = count(kind)
        o = make(kind, *size)
        same((type(o) is kind, count(o) - count(alone), count(kind) - before), (True, 0, 1))
        same(gc.is_tracked(o), make is m.gc_new)
        same(len(size) == 0 or sys.getsizeof(o) >= 64 + 8 * size[0], True)
        del o
        same((m.ended(), count(kind) - before), (1, 0))
    raises(MemoryError, m.object_new_var, m.Var, sys.maxsize >> 3)
    raises(MemoryError, m.gc_new_var, m.CollectedVar, sys.maxsize >> 3)


def test_resize():
    m.ended()
    same(m.gc_resize(m.CollectedVar, 10, 1000), (1000, 1, 135))
    same(m.gc_resize(m.CollectedVar, 1000, 10), (10, 1, 135))
    same(m.gc_resize(m.CollectedVar, 0, 3), (3, 1, 0))
    same(m.ended(), 3)
    raises(MemoryError, m.gc_resize, m.CollectedVar, 1, sys.maxsize >> 3)
    same(m.ended(), 1)


def test_counts():
    t = Thing()
    same(m.counts(t), (1, 0, 7, 0))
    m.ended()
    same((m.drop_last(m.Plain), m.dealloc(m.Plain)), (1, 1))
    same([m.immortal_counts(x) for x in (None, True, 5, "a", ())], [0] * 5)


def test_finalizers():
    needs(m, "call_finalizer")
    seen = []

    class D:
        def __del__(self):
            seen.append(1)

    d = D()
    same((m.call_finalizer(d), seen), (0, [1]))
    m.call_finalizer(d)
    same(seen, [1])
    del d
    same(seen, [1])
    m.call_finalizer(5)
    m.call_finalizer(Thing())


def test_saved_from_the_end():
    needs(m, "saved_type")
    saved = []
    kind = m.saved_type()
    m.ended()
    try:
        m.save_in(saved)
        m.object_new(kind)
        same((m.ended(), len(saved), type(saved[0]) is kind), (0, 1, True))
        before = count(kind)
        first = id(saved[0])
        o = saved.pop()
        del o  # and again
        same((m.ended(), [id(x) for x in saved]), (0, [first]))
    finally:
        m.save_in(NULL)
    saved.clear()
    same((m.ended(), count(kind)), (1, before - 1))


def test_extra_memory():
    needs(m, "item_data")
    same(m.item_data(m.Items), 64)
    raises(TypeError, m.item_data, m.Var, text="type 'private_objects.Var' does not have Py_TPFLAGS_ITEMS_AT_END")
    m.ended()
    same(m.extra_data(m.Collected, 100), (1, 0, 1))
    same(m.extra_data(m.Collected, 0), (1, 0, 1))
    same(m.ended(), 2)


def test_references():
    needs(m, "references")
    same(m.references(m.Plain), (1, 1, 3, 1))


@once("what is immortal stays")
def test_immortality():
    needs(m, "immortalize")
    l = [Thing()]
    same(m.immortalize(l), (0, 1, 0))
    same(m.immortalize(l), (1, 1, 0))
    before = sys.getrefcount(l)
    more = [l] * 100
    same(sys.getrefcount(l), before)
    same(m.immortalize_untracked([Thing()]), (0, 1, 0))
    same(m.immortalize_untracked(Thing()), (0, 1, 0))
    same(m.immortalize_untracked("".join(["a", "text of its own"])), (0, 1, 0))


def test_trashcan():
    needs(m, "trash")
    t = Thing()
    same(m.trash(t), (0, 1, -2, 1))
    m.break_point()


def test_recursion():
    needs(m, "recursion")
    same(m.recursion(), (0, 1))
    e = raises(RecursionError, m.recursive_call, " in a test")
    true(re.fullmatch(r"Stack overflow \(used \d+ kB\) in a test", str(e)), str(e))


@once("arenas stay for later")
def test_arenas():
    needs(m, "arenas")
    same(m.arenas(), (1, 1, 1, 1, 1))


@once("in a process of its own")
def test_dump():
    needs(m, "dump")
    r = subprocess.run([sys.executable, "-c", "import capi_private_objects as m; m.dump([1, 'x'])"], capture_output=True, text=True)
    same((r.returncode, r.stdout), (0, ""))
    text = re.sub("0x[0-9a-f]+", "ADDRESS", r.stderr)
    text = re.sub(r"refcount : \d+", "refcount : N", text)
    same(text.splitlines(), ["object address  : ADDRESS", "object refcount : N", "object type     : ADDRESS", "object type name: list", "object repr     : [1, 'x']"])
    r = subprocess.run([sys.executable, "-c", "import capi_private_objects as m\nclass C:\n def __repr__(self): 1/0\nm.dump(C())"], capture_output=True, text=True)
    text = re.sub("0x[0-9a-f]+", "ADDRESS", r.stderr)
    same(text.splitlines()[3:], ["object type name: C", "object repr     : "])


run(globals())
