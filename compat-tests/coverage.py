"""Reports what the programs do not use yet: instructions, builtin methods, builtin functions, modules.

Run with the reference CPython 3.14:  python3.14 coverage.py [programs folder]
Instructions are those of the compiled code objects (nested ones, and the strings given to exec, eval
and compile that are plain literals, included). A method counts as used where its name stands as
an attribute or a string in a program that needs no more than the core. Exits with 1 when something is left.
"""

import ast
import dis
import opcode
import os
import re
import sys
import types

MODULES = """sys _imp marshal _thread _weakref _warnings _codecs _io _sre posix time errno _signal itertools
_functools _collections _operator _abc _string _stat _struct math cmath _random _bisect _heapq _json _pickle
_datetime _csv array binascii zlib _bz2 _lzma _hashlib _md5 _sha1 _sha2 _sha3 _blake2 _hmac unicodedata select
_socket _ssl fcntl termios resource pwd grp mmap _posixsubprocess _contextvars _asyncio _queue _opcode _ast
_symtable _tokenize _typing _locale _uuid _statistics atexit faulthandler gc _zoneinfo pyexpat readline""".split()

# Pseudo instructions, and those that only the interpreter makes at run time.
NEVER_COMPILED = {
    "CACHE", "ENTER_EXECUTOR", "INTERPRETER_EXIT", "RESERVED", "EXIT_INIT_CHECK", "INSTRUMENTED_LINE",
    "INSTRUMENTED_INSTRUCTION",
}

# What all types share, used through syntax in every program; co_lnotab warns that it is deprecated.
EVERYWHERE = {"co_lnotab", "__doc__", "__class__", "__new__", "__init__", "__module__"}


def code_objects(code):
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from code_objects(const)


def literal_sources(tree):
    """Strings in the program that are programs themselves."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and 3 < len(node.value) < 5000:
            yield node.value


def instructions(source, tree, name):
    used = set()
    codes = [compile(source, name, "exec")]
    for text in literal_sources(tree):
        try:
            codes.append(compile(text, name, "exec"))
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            pass
    for top in codes:
        for code in code_objects(top):
            used.update(i.opname for i in dis.get_instructions(code))
            used.update(dis.opname[op] for op in code.co_code[::2] if not dis.opname[op].startswith("<"))
    return used


def names(tree):
    used = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            used.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.update(re.findall(r"[A-Za-z_]\w*", node.value))
    return used


def builtin_types():
    async def coroutine():
        yield

    def generator():
        yield

    async def plain():
        pass

    c, a, g = plain(), coroutine(), generator()
    template = compile("t'{1}'", "", "eval")
    objects = [
        0, True, 1.0, 1j, "", b"", bytearray(), memoryview(b""), [], (), {}, set(), frozenset(), slice(1), range(1),
        object(), type, property(), classmethod(len), staticmethod(len), super, iter([]), iter(()), iter(""), iter({}),
        {}.keys(), {}.values(), {}.items(), enumerate(""), zip(), map(len, []), filter(None, []), reversed([]), g, a, c,
        len, builtin_types, [].append, Exception(), ExceptionGroup("", [Exception()]), OSError(), StopIteration(),
        SyntaxError(), UnicodeDecodeError("utf-8", b"", 0, 1, ""), ImportError(), AttributeError(), NameError(), KeyError(),
        type.__dict__, list[int], int | str, builtin_types.__code__, eval(template), eval(template).interpolations[0],
        types.CellType(), types.MethodType(len, ""), str.upper, str.__add__, "".__add__, dict.__dict__["fromkeys"], ..., NotImplemented, None,
    ]
    c.close()
    seen = []
    for o in objects:
        t = o if isinstance(o, type) else type(o)
        if t not in seen:
            seen.append(t)
    return seen


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
    used_ops, core_names, all_names, imports = set(), set(), set(), set()
    files = sorted(f for f in os.listdir(folder) if f.endswith(".py"))
    for file in files:
        with open(os.path.join(folder, file), encoding="utf-8") as f:
            source = f.read()
        import warnings
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
        used_ops |= instructions(source, tree, file)
        all_names |= names(tree)
        if source.startswith("# needs: core"):
            core_names |= names(tree)
        imports |= {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        imports |= {n.module.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
        imports |= set(re.findall(r"\b_?[a-z0-9_]+\b", source.splitlines()[0]))
    left = 0
    print(f"{len(files)} programs")
    real = {name for name, number in opcode.opmap.items() if number < 256 and not name.startswith("INSTRUMENTED_")}
    missing = sorted(real - used_ops - NEVER_COMPILED)
    left += len(missing)
    print(f"instructions: {len(real - NEVER_COMPILED) - len(missing)} of {len(real - NEVER_COMPILED)}", *missing)
    for t in builtin_types():
        base = set(dir(object)) if t is not object else set()
        own = {n for n in dir(t) if n not in EVERYWHERE and (n not in base or n in t.__dict__)}
        # Special methods run through syntax; only the public names must be spelled out.
        public = {n for n in own if not n.startswith("_")}
        missing = sorted(public - core_names)
        left += len(missing)
        if missing:
            print(f"{t.__name__}: {len(public) - len(missing)} of {len(public)}", *missing)
    import builtins
    missing = sorted(n for n in dir(builtins) if not n.startswith("_") and n not in all_names)
    left += len(missing)
    print("builtin names missing:", *missing)
    missing = sorted(m for m in MODULES if m not in imports)
    left += len(missing)
    print("native modules missing:", *missing)
    print("complete" if not left else f"{left} left")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
