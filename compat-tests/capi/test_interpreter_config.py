import _interpreters
import capi_interpreter_config as m
from support import *

ISOLATED = {"use_main_obmalloc": False, "allow_fork": False, "allow_exec": False, "allow_threads": True, "allow_daemon_threads": False, "check_multi_interp_extensions": True, "gil": "own"}
LEGACY = {"use_main_obmalloc": True, "allow_fork": True, "allow_exec": True, "allow_threads": True, "allow_daemon_threads": True, "check_multi_interp_extensions": False, "gil": "shared"}


def test_as_dict():
    same(m.as_dict(True), ISOLATED)
    same(m.as_dict(False), LEGACY)
    raises(SystemError, m.bad_gil, text="invalid interpreter config 'gil' value")
    same(m.from_state(), LEGACY | {"gil": m.from_state()["gil"]})


def test_from_dict():
    same(m.from_dict(LEGACY), LEGACY)
    same(m.from_dict(ISOLATED | {"allow_fork": True, "gil": "default"}), ISOLATED | {"allow_fork": True, "gil": "default"})
    raises(TypeError, m.from_dict, ISOLATED | {"allow_fork": 1}, text="invalid config type: allow_fork")
    d = dict(LEGACY)
    keeps(m.from_dict, d)
    same(d, LEGACY)
    missing = dict(LEGACY)
    del missing["allow_exec"]
    raises(ValueError, m.from_dict, missing, text="missing config key: allow_exec")
    raises(ValueError, m.from_dict, LEGACY | {"none": 1}, text="config dict has 1 extra item ({'none': 1})")
    raises(ValueError, m.from_dict, LEGACY | {"a": 1, "b": 2}, text="config dict has 2 extra items ({'a': 1, 'b': 2})")
    raises(ValueError, m.from_dict, LEGACY | {"gil": "x"}, text="unsupported interpreter config .gil value 'x'")
    raises(TypeError, m.from_dict, LEGACY | {"gil": 1}, text="invalid config type: gil")
    raises(TypeError, m.from_dict, 5, text="dict expected")


def test_update():
    same(m.update({}), ISOLATED)
    same(m.update({"allow_threads": False, "gil": "shared"}), ISOLATED | {"allow_threads": False, "gil": "shared"})
    raises(ValueError, m.update, {"none": 1}, text="config dict has 1 extra item ({'none': 1})")
    raises(TypeError, m.update, [], text="dict expected")


def test_numbers():
    same(m.id_object(), 0)
    same(m.main(), (1, 0))

    class Index:
        def __index__(self):
            return 7

    same([m.object_to_id(x) for x in (0, 5, True, Index(), (1 << 63) - 1)], [0, 5, 1, 7, (1 << 63) - 1])
    raises(TypeError, m.object_to_id, "1", text="interpreter ID must be an int, got str")
    raises(ValueError, m.object_to_id, -1, text="interpreter ID must be a non-negative int, got -1")
    raises(OverflowError, m.object_to_id, 1 << 63, text="int too big to convert")
    same((m.look_up(0), m.look_up_object(0)), (0, 0))
    raises(_interpreters.InterpreterNotFoundError, m.look_up, 12345678, text="unrecognized interpreter ID 12345678")
    raises(_interpreters.InterpreterNotFoundError, m.look_up_object, 12345678, text="unrecognized interpreter ID 12345678")
    raises(TypeError, m.look_up_object, "x", text="interpreter ID must be an int, got str")
    n = 1 << 40
    keeps(m.object_to_id, n)


@once("interpreters leave what they need for the next one")
def test_new_interpreters():
    same(m.new_interpreter(False, "x = 1"), (1, 1, 1, 0, 1, 1, LEGACY))
    same(m.new_interpreter(True, "import sys, itertools; assert sys.modules"), (1, 1, 1, 0, 1, 1, ISOLATED))
    before = _interpreters.list_all()
    m.new_interpreter(True, "pass")
    same(_interpreters.list_all(), before)


run(globals())
