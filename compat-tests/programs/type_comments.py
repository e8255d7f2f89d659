# needs: stdlib(ast)
# Type comments (PEP 484): where they count, what they hold, what is refused, ignored lines, function types, versions.
import ast


def show(source, **k):
    try:
        print(ast.dump(ast.parse(source, type_comments=True, **k)))
    except SyntaxError as e:
        print("SyntaxError:", e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)


for source in (
    "x = 1 # type: int",
    "x = y = 1 #type:   List[int]  ",
    "x = 1\t#\ttype:\tint",
    "x = 1 # type: ignore",
    "x = 1 # type: ignore[a, b] # more",
    "x = 1 # type: ignored",
    "x = 1 # type: ignore1",
    "x = 1 # types: int",
    "# type: ignore\nx = 1",
    "if x:\n    # type: ignore\n    y = 1 # type: str\n# type: ignore[end]",
    "def f():\n    # type: () -> int\n    pass",
    "def f(): # type: () -> int\n    pass",
    "def f(): # type: () -> int\n    # type: () -> int\n    pass",
    "def f(): pass # type: int",
    "async def f(a, # type: A\n  *b, # type: B\n  c=1, # type: C\n  **d # type: D\n  ):\n    # type: (...) -> None\n    async for x in y: # type: X\n        pass\n    async with z as w: # type: W\n        pass",
    "def f(a, # type: A\n /, b=2 # type: B\n ): pass",
    "for x in y: # type: int\n    pass\nelse:\n    pass",
    "with a as b, c as d: # type: int\n    pass",
    "with (a as b, c as d): # type: int\n    pass",
    "while x: # type: int\n    pass",
    "x: int = 1 # type: int",
    "x += 1 # type: int",
    "f() # type: int",
    "[1, # type: int\n2]",
    "x = [1, # type: ignore\n2] # type: ignore[b]",
    "class A: # type: int\n    pass",
    "x = '# type: int' # type: é",
):
    print(repr(source))
    show(source)
print(ast.dump(ast.parse("x = 1 # type: int\ny # type: int")), ast.unparse(ast.parse("x = 1 # type: int\nfor a in b: # type: c\n    pass", type_comments=True)))
for source in ("() -> int", "(int) -> List[str]", "(int, *str, **Any) -> float", "(*int) -> None", "(**int) -> None", "(*int, **str) -> None", "(int, *str, *Any) -> float", "(**int, **str) -> float", "int", "() ->"):
    try:
        print(ast.dump(ast.parse(source, mode="func_type")))
    except SyntaxError as e:
        print("SyntaxError:", source)
for version in (4, 5, 6):
    for source in ("1_000", "f'{a}'", "async def f(): await x", "a @ b"):
        try:
            ast.parse(source, feature_version=(3, version))
            print(version, source, "parsed")
        except SyntaxError as e:
            print(version, e.msg)
