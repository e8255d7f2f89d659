import collections
import contextvars
import dis
import pickle
import sys
import capi_hooks as m
from support import *

DICT, SECOND, TYPE, CODE, FUNCTION, CONTEXT = range(6)


class watching:
    """A watcher of one kind, for a while; gives its number and what it has seen."""

    def __init__(self, kind):
        self.kind = kind

    def __enter__(self):
        self.number = m.add_watcher(self.kind)
        return self.number, m.look()

    def __exit__(self, *_):
        m.clear_watcher(self.kind, self.number)
        m.look_away()


class unraisable:
    """The messages of exceptions that nobody could catch."""

    def __enter__(self):
        self.old, self.all = sys.unraisablehook, []
        sys.unraisablehook = lambda u: self.all.append((u.err_msg or "", str(u.exc_value)))
        return self.all

    def __exit__(self, *_):
        sys.unraisablehook = self.old


def test_dict_watchers():
    with watching(DICT) as (number, seen):
        d = {"x": 1}
        m.watch_dict(number, d)
        d["x"] = 1
        d["x"] = 2
        d["y"] = 3
        d.setdefault("z", 4)
        d.setdefault("z", 5)
        del d["y"]
        d.pop("x")
        d.popitem()
        d.update({"p": 1, "q": 2})
        d.clear()
        d.clear()
        d |= {"r": 1}
        m.unwatch_dict(number, d)
        d["unseen"] = 1
        m.watch_dict(number, d)
        del d
        same(seen[:], ["modified 'x' 2", "added 'y' 3", "added 'z' 4", "deleted 'y'", "deleted 'x'", "deleted 'z'", *seen[6:7], "cleared 2", *seen[8:9], "deallocated 2"])
        # An empty dict with a table may be filled item by item, or at once.
        true(seen[6] in ("cloned 2", "added 'p' 1"))
        raises(ValueError, m.watch_dict, number, [], text="Cannot watch non-dictionary")


def test_dict_of_instance():
    class C:
        pass

    with watching(DICT) as (number, seen):
        o = C()
        o.a = 1
        m.watch_dict(number, o.__dict__)
        o.a = 2
        o.b = 3
        for i in range(20):
            o.a = i
        del o.b
        same(seen[:2], ["modified 'a' 2", "added 'b' 3"])
        same(seen[2:22], [f"modified 'a' {i}" for i in range(20)])
        same(seen[22:], ["deleted 'b'"])
        same(o.__dict__, {"a": 19})
        m.unwatch_dict(number, o.__dict__)


def test_two_dict_watchers():
    with watching(DICT) as (one, _), watching(SECOND) as (two, seen):
        d = {}
        m.watch_dict(one, d)
        m.watch_dict(two, d)
        d[1] = 2
        same(sorted(seen), ["added 1 2", "second 0"])
        m.unwatch_dict(one, d)
        m.unwatch_dict(two, d)


def test_watcher_errors():
    for kind, words in (DICT, "dict"), (TYPE, "type"), (CODE, "code"), (CONTEXT, "context"):
        raises(ValueError, m.clear_watcher, kind, -1, text=f"Invalid {words} watcher ID -1")
        raises(ValueError, m.clear_watcher, kind, 8, text=f"Invalid {words} watcher ID 8")
        raises(ValueError, m.clear_watcher, kind, 7, text=f"No {words} watcher set for ID 7")
    raises(ValueError, m.clear_watcher, FUNCTION, 8, text="invalid func watcher ID 8")
    raises(ValueError, m.clear_watcher, FUNCTION, 7, text="no func watcher set for ID 7")
    raises(ValueError, m.watch_type, 1, 5, text="Cannot watch non-type")
    for kind, words in (DICT, "dict"), (TYPE, "type"), (CODE, "code"), (FUNCTION, "func"), (CONTEXT, "context"):
        numbers = []
        while len(numbers) < 9:
            try:
                numbers.append(m.add_watcher(kind))
            except RuntimeError as e:
                same(str(e), f"no more {words} watcher IDs available")
                break
        for n in numbers:
            m.clear_watcher(kind, n)
        same(numbers, list(range(numbers[0], 8)))
    with watching(DICT) as (number, _), unraisable() as messages:
        d = {}
        m.watch_dict(number, d)
        m.break_watchers(True)
        d["x"] = 1
        m.break_watchers(False)
        m.unwatch_dict(number, d)
        same(d, {"x": 1})
        [(text, error)] = messages
        true(text.startswith("Exception ignored in PyDict_EVENT_ADDED watcher callback for <dict at "), text)
        same(error, "broken watcher")


def test_type_watchers():
    class A:
        pass

    class B(A):
        pass

    with watching(TYPE) as (number, seen):
        m.watch_type(number, A)
        A.x = 1
        same(seen[:], ["type A"])
        A.y = 2  # nobody has looked since
        same(seen[:], ["type A"])
        A.x
        m.watch_type(number, B)
        A.z = 3
        same(seen[1:], ["type B", "type A"])
        m.unwatch_type(number, A)
        m.unwatch_type(number, B)
        A.w = 4
        same(len(seen), 3)


def test_code_watchers():
    with watching(CODE) as (number, seen):
        f = compile("x", "f", "eval")
        f = f.replace(co_name="named")
        del f
        same(seen[:], ["code 0 <module>", "code 0 named", "code 1 <module>", "code 1 named"])


def test_function_watchers():
    with watching(FUNCTION) as (number, seen):
        def f(a=1, *, b=2):
            pass

        f.__defaults__ = (5,)
        f.__kwdefaults__ = {"b": 6}
        f.__defaults__ = None
        m.set_defaults(f, (7,))
        m.set_kwdefaults(f, {"b": 8})
        f.__code__ = (lambda: 0).__code__
        del f
        same(seen[:], ["function 0 f", "function 3 f tuple", "function 4 f dict", "function 3 f", "function 3 f tuple", "function 4 f dict",
                       "function 0 <lambda>", "function 1 <lambda>", "function 2 f code", "function 1 f"])


def test_context_watchers():
    with watching(CONTEXT) as (number, seen):
        contextvars.Context().run(lambda: None)
        contextvars.copy_context().run(contextvars.Context().run, lambda: None)
        same(seen[:2], ["context 1 _contextvars.Context"] + seen[1:2])
        same(len(seen), 6)


def test_monitoring():
    mon, tool = sys.monitoring, 3
    E = mon.events
    events = [E.PY_START, E.LINE, E.PY_RETURN, E.RAISE, E.CALL, E.BRANCH_LEFT, E.STOP_ITERATION, E.JUMP]
    found = []
    mon.use_tool_id(tool, "compat")
    try:
        same(m.enter_scope(), (0,) * 8)
        for e in events:
            mon.register_callback(tool, e, lambda code, *args: found.append((code, *args)) if type(code) is Thing else None)
        mon.set_events(tool, sum(events))
        code = Thing()
        mask = 1 << tool
        same(m.enter_scope(), (mask,) * 8)
        m.fire_start(code, 0)
        m.fire_line(code, 1, 77)
        m.fire_return(code, 2, "result")
        error = KeyError("k")
        same(m.fire_raise(code, 3, error), 1)
        m.fire_call(code, 4, len, "x")
        m.fire_branch(code, 5, 9)
        m.fire_stop(code, 6, "value")
        m.fire_jump(code, 7, 10)
        raises(ValueError, m.fire_raise, code, 8, ..., text="Firing event 11 with no exception set")
        raises(ValueError, m.fire_start, code, -1, text="offset must be non-negative")
        stop = found[6][2]
        true(type(stop) is StopIteration and stop.value == "value")
        same(found[:6] + [found[7]], [(code, 0), (code, 77), (code, 2, "result"), (code, 3, error), (code, 4, len, "x"), (code, 5, 9), (code, 7, 10)])
        mon.register_callback(tool, E.PY_START, lambda *a: mon.DISABLE)
        m.fire_start(code, 0)
        same(m.active(0), 0)
        mon.register_callback(tool, E.RAISE, lambda code, *a: mon.DISABLE if type(code) is Thing else None)
        raises(ValueError, m.fire_raise, code, 3, error, text="Cannot disable RAISE events. Callback removed.")
        same(mon.register_callback(tool, E.RAISE, None), None)
        mon.register_callback(tool, E.LINE, lambda code, *a: 1 / 0 if type(code) is Thing else None)
        raises(ZeroDivisionError, m.fire_line, code, 1, 5)
    finally:
        for e in events:
            mon.register_callback(tool, e, None)
        mon.set_events(tool, 0)
        mon.free_tool_id(tool)
    same(m.enter_scope(), (0,) * 8)
    same(m.exit_scope(), 0)


def test_memory_domains():
    raw, mem, objects, back = m.count_memory()
    true(raw[0] >= 1 and raw[1] >= 1 and raw[2] >= 1 and raw[3] >= 2, raw)
    true(mem[0] >= 1 and mem[1] >= 1 and mem[2] >= 1 and mem[3] >= 2, mem)
    same((objects, back), (1, 1))
    same(m.unknown_domain(), 1)


def test_reference_tracer():
    same(m.trace_references(), (1, 2, 2))


@once("an index of words is given out once")
def test_code_words():
    code = compile("1", "x", "eval")
    same(m.code_words(code), (0, 7, 5))
    del code
    same(m.words_ended(), 12)
    code = compile("1", "x", "eval")
    raises(SystemError, m.bad_words, code, -1)
    raises(SystemError, m.bad_words, code, 200)
    raises(SystemError, m.bad_words, 5, -2)


@once("audit hooks stay for good")
def test_audit_hook():
    same(m.add_audit(), 0)
    before = m.heard_events()
    sys.audit("compat.hooks.event", 1, 2, 3)
    sys.audit("compat.hooks.other", 1)
    same(m.heard_events() - before, 3)
    raises(ValueError, sys.audit, "compat.hooks.refuse", text="refused")


def test_ordered_dicts():
    types = m.odict_types()
    d = m.odict_new()
    is_(type(d), collections.OrderedDict)
    d["x"] = 1
    for found, t in zip((d, iter(d), d.keys(), d.values(), d.items()), types):
        is_(type(found), t)
    same(m.odict_set(d, "y", 2), 0)
    same(m.odict_set(d, "z", 3), 0)
    same(m.odict_del(d, "x"), 0)
    raises(KeyError, m.odict_del, d, "x")
    raises(TypeError, m.odict_set, d, [], 1)
    d.move_to_end("y")
    same(list(d.items()), [("z", 3), ("y", 2)])
    same(m.odict_reads(d, "y"), (2, 1, 2))
    same(m.odict_reads(d, "n"), (2, 0, ...))
    same(m.odict_checks(d), (1, 1, 1))
    same(m.odict_checks({}), (0, 0, 1))

    class Sub(collections.OrderedDict):
        def __setitem__(self, k, v):
            raise AssertionError

    s = Sub()
    m.odict_set(s, 1, 2)
    same(list(s), [1])
    same(m.odict_checks(s), (1, 0, 1))


def test_stack_effects():
    for name in "POP_TOP", "LOAD_CONST", "FOR_ITER", "CALL", "BUILD_LIST", "JUMP_FORWARD":
        op = dis.opmap[name]
        same(m.stack_effects(op, 1, -1), (dis.stack_effect(op, 1), dis.stack_effect(op, 1)))
        same(m.stack_effects(op, 1, 1)[1], dis.stack_effect(op, 1, jump=True))
        same(m.stack_effects(op, 1, 0)[1], dis.stack_effect(op, 1, jump=False))
    same(m.stack_effects(1000, 0, -1), (2147483647, 2147483647))


def test_prep_reraise():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except ExceptionGroup as e:
        group = e
    is_(m.prep_reraise(group, [None, None]), None)
    is_(m.prep_reraise(group, []), None)
    rest = m.prep_reraise(group, [group.subgroup(ValueError)])
    same([type(x) for x in rest.exceptions], [ValueError])
    raises(TypeError, m.prep_reraise, 5, [], text="orig must be an exception instance")
    raises(TypeError, m.prep_reraise, group, (), text="excs must be a list of exception instances")
    raises(TypeError, m.prep_reraise, group, [5], text="item 0 of excs is not an exception")
    raises(ValueError, m.prep_reraise, ExceptionGroup("g", [ValueError(1)]), [], text="orig must be a raised exception")


def test_pickle_buffer():
    b = pickle.PickleBuffer(b"abc")
    same(m.pickle_buffer(b), (3, 1, 1))
    b.release()
    raises(ValueError, m.pickle_buffer, b, text="operation forbidden on released PickleBuffer object")
    raises(TypeError, m.pickle_buffer, b"abc", text="expected PickleBuffer, bytes found")


def test_stack_protection():
    raises(ValueError, m.small_stack)


run(globals())
