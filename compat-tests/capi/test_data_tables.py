import _imp
import _opcode
import marshal
import os
import string
import subprocess
import sys
import token
import capi_data_tables as m
from support import *

LETTERS = string.ascii_letters.encode()


def test_characters():
    digits = bytes(int(chr(c), 36) if c < 128 and chr(c).isalnum() else 37 for c in range(256))
    same(m.digit_values(), digits)
    same(m.lower(), bytes(c + 32 if 65 <= c <= 90 else c for c in range(256)))
    same(m.upper(), bytes(c - 32 if 97 <= c <= 122 else c for c in range(256)))
    flags = m.character_flags()
    for c in range(256):
        s = bytes([c])
        expected = s.islower() | s.isupper() << 1 | s.isdigit() << 2 | (c in b"0123456789abcdefABCDEF") << 4 | s.isspace() << 3
        same(flags[c], expected)
        same(m.character_macros(c), (s.islower() + 0, s.isupper() + 0, s.isalpha() + 0, s.isdigit() + 0, int(c in b"0123456789abcdefABCDEF"), s.isalnum() + 0, s.isspace() + 0, s.lower()[0], s.upper()[0]))
    same(m.empty_string(bytearray()), (0, 1))
    same(m.empty_string(bytearray(b"x")), (0, 0))


def test_tokens():
    names = m.token_names()
    for i, name in enumerate(names[:-1]):
        same(name.strip("<>"), token.tok_name[i])
    same((names[0], names[1], names[5], names[54], names[55], names[-1]), ("ENDMARKER", "NAME", "INDENT", "EXCLAMATION", "OP", "<N_TOKENS>"))


def test_operators():
    same(m.swapped(), (4, 5, 2, 3, 0, 1))
    for i, (name, sign) in enumerate(_opcode.get_nb_ops()):
        if sign == "[]":
            same(m.binary(i, {1: 2}, 1), 2)
        elif sign.strip("=") == "@":
            raises(TypeError, m.binary, i, 7, 3)
        else:
            same(m.binary(i, 7, 3), eval(f"7 {sign.strip('=')} 3"))
    l = [1]
    is_(m.binary(13, l, [2]), l)
    same(l, [1, 2])
    t = Thing()
    changes(t, 0, m.binary, 26, [t], 0)
    raises(TypeError, m.binary, 0, 1, "x", text="unsupported operand type(s) for +: 'int' and 'str'")
    same([m.convert(i, "é") for i in range(4)], [NULL, "é", "'é'", "'\\xe9'"])


def test_function_fields():
    x = 1

    def f(a=1, *, b=2) -> int:
        return x

    same(m.function_fields(f)[:2] + m.function_fields(f)[3:4], [(1,), {"b": 2}, f.__closure__])
    is_(m.function_fields(f)[2], NULL)
    same(callable(m.function_fields(f)[4]), True)
    f.__annotations__
    same(m.function_fields(f)[2], {"return": int})


def test_intrinsics():
    same(m.unary_names(), _opcode.get_intrinsic1_descs())
    same(m.binary_names(), _opcode.get_intrinsic2_descs())
    names = m.unary_names()
    t = Thing()
    same(m.unary(names.index("INTRINSIC_LIST_TO_TUPLE"), [1, t]), (1, t))
    same(m.unary(names.index("INTRINSIC_UNARY_POSITIVE"), True), 1)
    e = m.unary(names.index("INTRINSIC_STOPITERATION_ERROR"), StopIteration(1))
    same((type(e), str(e), repr(e.__cause__)), (RuntimeError, "generator raised StopIteration", "StopIteration(1)"))
    v = m.unary(names.index("INTRINSIC_TYPEVAR"), "T")
    same((v.__name__, v.__infer_variance__), ("T", True))
    raises(SystemError, m.unary, names.index("INTRINSIC_1_INVALID"), 1, text="invalid intrinsic function")
    changes(t, 0, m.unary, names.index("INTRINSIC_LIST_TO_TUPLE"), [t])
    names = m.binary_names()
    e = m.binary_intrinsic(names.index("INTRINSIC_PREP_RERAISE_STAR"), ValueError(1), [None])
    is_(e, None)
    bound = m.binary_intrinsic(names.index("INTRINSIC_TYPEVAR_WITH_BOUND"), "B", lambda: int)
    same((bound.__name__, bound.__bound__), ("B", int))
    raises(SystemError, m.binary_intrinsic, names.index("INTRINSIC_2_INVALID"), 1, 2, text="invalid intrinsic function")


def test_special_methods():
    same([s[0] for s in m.special_methods()], ["__enter__", "__exit__", "__aenter__", "__aexit__"])
    for name, error, suggestion in m.special_methods():
        true("%T" in error and name.strip("_")[:1] in error, error)
        same((error.count("%"), suggestion.count("%")), (1, 1))


def child(code, *flags, **env):
    r = subprocess.run([sys.executable, *flags, "-c", "import capi_data_tables as m\n" + code], capture_output=True, text=True, env=os.environ | env)
    return r.stdout if r.returncode == 0 else f"{r.returncode} {r.stderr}"


@once("in processes of their own")
def test_hash_secret():
    same(child("print(m.hash_secret())", PYTHONHASHSEED="0"), f"{bytes(24)}\n")
    same(child("print(m.hash_secret().hex(), hash('text') & 0xffff)", PYTHONHASHSEED="42"), "af90cd68d34f50dcc1e999fe9fbb20b9c4900fdccb6af607 21724\n")
    a, b = child("print(m.hash_secret())", PYTHONHASHSEED="random"), child("print(m.hash_secret())", PYTHONHASHSEED="random")
    true(a != b and a.startswith("b"), a)


@once("a build's fact, not an action")
def test_build():
    same(m.built_with_assert(), 0)


@once("importing leaves modules")
def test_builtin_modules():
    table = m.inittab()
    same(sorted(table), sorted(sys.builtin_module_names))
    same([n for n in ("builtins", "sys") if table[n]], [])
    same([table[n] for n in ("marshal", "_imp", "_ast", "gc", "_signal", "errno", "_io", "itertools", "posix")], [True] * 9)
    same(m.init_builtin("errno"), (1, "errno"))
    same(m.init_builtin("itertools"), (1, "itertools"))
    same(m.init_builtin("sys"), None)


@once("importing leaves modules")
def test_frozen_modules():
    bootstrap, stdlib, test = m.frozen_bootstrap(), m.frozen_stdlib(), m.frozen_test()
    same(bootstrap, {"_frozen_importlib": (0, 1), "_frozen_importlib_external": (0, 1), "zipimport": (0, 1)})
    same([stdlib.get(n) for n in ("abc", "codecs", "os", "stat", "posixpath", "runpy")], [(0, 1)] * 6)
    same(sorted([*bootstrap, *stdlib, *test]), sorted(_imp._frozen_module_names()))
    same((test["__hello__"], test["__phello__"], test["__phello__.spam"]), ((0, 1), (1, 1), (0, 1)))


@once("importing leaves modules")
def test_frozen_by_program():
    code = marshal.dumps(compile("value = 6 * 7\n", "<made>", "exec"))
    same(m.freeze("frozen_by_test", code, 0), 1)
    try:
        same(m.import_frozen("frozen_by_test"), 1)
        same(sys.modules["frozen_by_test"].value, 42)
        same(_imp.is_frozen("frozen_by_test"), True)
        same(m.import_frozen("not_frozen_at_all"), 0)
    finally:
        m.unfreeze()
    same(_imp.is_frozen("frozen_by_test"), False)
    same(m.import_frozen("none"), 0)


def in_terminal(code):
    """What a program says whose input and output are a terminal."""
    try:
        main, other = os.openpty()
    except OSError as e:
        raise Skip("a terminal") from e
    p = subprocess.Popen([sys.executable, "-c", "import capi_data_tables as m, sys\n" + code], stdin=other, stdout=other, stderr=subprocess.PIPE, text=True)
    os.close(other)
    os.write(main, b"typed\n")
    _, errors = p.communicate(timeout=60)
    os.close(main)
    return p.returncode, errors


@once("in processes of their own")
def test_hooks():
    same(in_terminal("m.set_hooks(0, 1); s = input('prompt'); print(repr(s), m.hook_facts(), file=sys.stderr)"), (0, "'0 1 prompt' (0, 1, 1)\n"))
    same(in_terminal("m.set_hooks(1, 0); s = input('prompt'); print(repr(s), m.hook_facts(), file=sys.stderr)"), (0, "prompt'typed' (1, 1, 1)\n"))
    same(in_terminal("m.set_hooks(0, 0); s = input('prompt'); print(repr(s), m.hook_facts(), file=sys.stderr)"), (0, "prompt'typed' (0, 0, 1)\n"))


def test_trampoline():
    t = Thing()
    same(m.trampoline(t), (1, t, 7))
    changes(t, 0, m.trampoline, t)


run(globals())
