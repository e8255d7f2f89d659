import sys
import capi_module_import as m
from support import *


class Capture:
    def __init__(self):
        self.text = ""

    def write(self, s):
        self.text += s

    def flush(self):
        pass


@once("a second run finds the modules of the first")
def test_multi_phase():
    same((m.__name__, m.__doc__, m.executed >= 1, type(m).__name__), ("capi_module_import", "The doc of the module.", True, "module"))
    is_(m.__spec__.loader, m.__loader__)
    same(m.__file__, m.__spec__.origin)
    n, old = m.state_keep(1)
    t = Thing()
    same(m.state_keep(t), (n + 1, 1))
    changes(t, -1, m.state_keep, None)
    same(m.module_def(m), 1)
    same(m.module_def(sys), 1 if m.module_def(sys) else 0)
    new = m.new_from_def(m.__spec__)
    true(new is not m and new.__name__ == "capi_module_import" and not hasattr(new, "executed"))
    same(m.exec_def(new), 0)
    same(new.executed, m.executed + 1)
    same(new.state_keep(5), (1, ...))
    before = count(t)
    new.state_keep(t)
    same(count(t), before + 1)
    del new
    import gc
    gc.collect()
    same(count(t), before)


def test_modules():
    x = m.module_new("made.name")
    same((m.module_check(x), m.module_check(5), m.module_name(x), m.module_name_object(x), x.__doc__, x.__loader__, x.__spec__, x.__package__), (3, 0, "made.name", "made.name", None, None, None, None))
    same(m.module_new_object("other").__name__, "other")
    is_(m.module_dict(x), x.__dict__)
    raises(SystemError, m.module_filename_object, x, text="module filename missing")
    x.__file__ = "f.py"
    same(m.module_filename_object(x), "f.py")
    raises(TypeError, m.module_name_object, 5)
    t = Thing()
    for add in (m.module_add_object_ref, m.module_add, m.module_add_object):
        changes(t, 1, add, x, "attr", t)
        is_(x.attr, t)
        before = count(t)
        del x.attr
        same(count(t), before - 1)
        before = count(t)
        raises(TypeError, add, 5, "attr", t)
        same(count(t), before)
    raises(SystemError, m.module_add_object_ref, x, "attr", NULL)
    m.module_add_constants(x)
    same((x.five, x.name_text, x.METH_O, x.PY_VERSION.startswith("3.14")), (5, "text", 8, True))
    m.module_set_doc(x, "doc text")
    same(x.__doc__, "doc text")
    m.module_add_functions(x)
    is_(x.hello(), x)
    same((x.hello.__module__, x.hello.__doc__, x.hello.__text_signature__), ("made.name", "Says hello.", "($module, /)"))
    m.module_add_type(x, Thing)
    is_(x.Thing, Thing)


def test_capsules():
    base = m.capsules_freed()
    c = m.capsule_new("named")
    same(m.capsule_parts(c), (1, "capi_module_import.attr", 1, 1))
    same(m.capsule_get(c, "capi_module_import.attr"), "what the capsule holds")
    raises(ValueError, m.capsule_get, c, "wrong", text="PyCapsule_GetPointer called with incorrect name")
    raises(ValueError, m.capsule_get, c, NULL)
    raises(ValueError, m.capsule_get, 5, "x", text="PyCapsule_GetPointer called with invalid PyCapsule object")
    same(repr(c).split(" at ")[0], '<capsule object "capi_module_import.attr"')
    same(type(c).__name__, "PyCapsule")
    u = m.capsule_new(NULL)
    same(m.capsule_get(u, NULL), "what the capsule holds")
    same(repr(u).split(" at ")[0], "<capsule object NULL")
    same((m.capsule_is_valid(c, "wrong"), m.capsule_is_valid(5, "x"), m.capsule_is_valid(u, NULL)), (0, 0, 1))
    del u
    same(m.capsules_freed() - base, 1)
    same(m.capsule_change(c), "the capsule holds")
    del c
    same(m.capsules_freed() - base, 101)
    raises(ValueError, m.capsule_null, text="PyCapsule_New called with null pointer")
    same(m.capsule_import("capi_module_import.attr"), "what the capsule holds")
    raises(AttributeError, m.capsule_import, "capi_module_import.missing")
    raises(ImportError, m.capsule_import, "no_such_module_at_all.attr")
    raises(AttributeError, m.capsule_import, "capi_module_import.executed", text='PyCapsule_Import "capi_module_import.executed" is not valid')


@once("the import system keeps what it was given")
def test_import():
    is_(m.import_module("sys"), sys)
    is_(getattr(m, "import")("sys"), sys)
    raises(ModuleNotFoundError, m.import_module, "no_such_module", text="No module named 'no_such_module'")
    import os.path
    is_(m.import_module("os.path"), os.path)
    is_(m.import_level("os.path", NULL, 0), os)
    is_(m.import_level("os.path", ["join"], 0), os.path)
    is_(m.import_level_object("os.path", ["join"], 0), os.path)
    raises((ImportError, KeyError)[1], m.import_level, "x", NULL, 1) if False else None
    is_(m.import_get_module("sys"), sys)
    is_(m.import_get_module_found("no_such_module"), NULL)
    is_(m.import_module_dict(), sys.modules)
    is_(m.import_add_module("sys"), sys)
    new = m.import_add_module_ref("made_by_the_test")
    is_(sys.modules["made_by_the_test"], new)
    is_(m.import_add_module_object("made_by_the_test"), new)
    x = m.import_exec_code("made_by_the_test", compile("value = __name__", "made.py", "exec"))
    same((x.value, x.__file__), ("made_by_the_test", "made.py"))
    del sys.modules["made_by_the_test"]
    same(m.import_magic(), (3627 | 0x0A0D0000, "cpython-314"))
    import string
    is_(m.import_reload(string), string)
    raises(TypeError, m.import_reload, 5)
    if hasattr(m, "import_get_attr"):
        is_(m.import_get_attr("sys", "modules"), sys.modules)
        is_(m.import_get_attr_string("os.path", "join"), os.path.join)
        raises(AttributeError, m.import_get_attr, "sys", "nope")
        raises(ModuleNotFoundError, m.import_get_attr, "nope", "x")


@once("options and paths stay with sys")
def test_sys():
    is_(m.sys_get("modules"), sys.modules)
    is_(m.sys_get("no such name"), NULL)
    t = Thing()
    changes(t, 1, m.sys_set, "test_attribute", t)
    is_(sys.test_attribute, t)
    changes(t, -1, m.sys_set, "test_attribute", NULL)
    true(not hasattr(sys, "test_attribute"))
    old = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Capture(), Capture()
    try:
        m.sys_write("text")
        texts = sys.stdout.text, sys.stderr.text
    finally:
        sys.stdout, sys.stderr = old
    same(texts, ("out 5 text\n", "err 'text'\n"))
    seen = []
    sys.addaudithook(lambda name, args: seen.append(args) if name == "capi.test" else None)
    same(m.sys_audit((1, "two")), 0)
    same(seen, [(1, "two")])
    ok, version, platform, compiler, copyright = m.version()
    same((ok, version, platform, copyright), (1, sys.version, sys.platform, sys.copyright))
    true(compiler.startswith("["), compiler)


def test_eval():
    g, b = m.eval_dicts()
    is_(g, globals())
    is_(b["len"], len)
    b, g, l = m.eval_frame_dicts()
    is_(g, globals())
    same(l["b"] is b or "b" in l, True)
    same(m.compile_and_eval("x + 1", {"x": 4}), 5)
    raises(SyntaxError, m.compile_and_eval, "1 +", {})
    raises(NameError, m.compile_and_eval, "nope", {})
    is_(m.eval_builtin("max"), max)
    same(m.func_names(lambda: 0), ("<lambda>", "()"))
    same(m.func_names(len), ("len", "()"))
    same(m.func_names(5), ("int", " object"))
    if hasattr(m, "run_string"):
        ns = {}
        m.run_string("x = 5\ny = x + 1\n", ns)
        same((ns["x"], ns["y"]), (5, 6))
        raises(ValueError, m.run_string, "raise ValueError", {})
        same(m.run_simple("run_simple_was_here = 1"), 0)
        same(run_simple_was_here, 1)


def test_code_and_frames():
    needs(m, "code_parts")

    def f(a, b=2, *c):
        x = lambda: (a, free)
        return x

    free = 1
    code = f.__code__
    same(m.code_parts(code), (1, 1, code.co_code, code.co_varnames, code.co_cellvars, ("free",), "f"))
    e = m.code_new_empty()
    same((e.co_filename, e.co_name, e.co_firstlineno), ("file.c", "function", 42))
    local = "seen"
    check, c, line, g, b, l = m.frame_parts()
    same((check, c is test_code_and_frames.__code__, line > 0, g is globals(), b["len"] is len, l["local"]), (1, True, True, True, True, "seen"))
    same(m.frame_var("local"), "seen")
    raises(NameError, m.frame_var, "no_such_local")


run(globals())
