# needs: stdlib(ast, _ast, tokenize, _tokenize, symtable, _symtable, dis, opcode, _opcode, inspect, keyword)
# Source as data: trees dumped and compiled back, tokens, symbol tables, disassembly, source inspection.
import ast
import dis
import inspect
import io
import keyword
import opcode
import symtable
import tokenize
import _opcode


def err(f, *a, **k):
    try:
        print("no error:", f(*a, **k))
    except Exception as e:
        print(type(e).__name__ + ":", str(e).split(" at 0x")[0])


source = '''\
import a.b as c
from . import d
x: int = 1 if y else -2 ** 3
@deco(1, *args, k=2, **kw)
def f[T: int](a, /, b=1, *c, d: str = "s", **e) -> None:
    """Doc."""
    global g
    nonlocal_ = lambda q: (yield)
    return [i async for i in z if i], {k: v for k, v in w}, {1, *s}, (1,)
class K(Base, metaclass=M):
    async def m(self):
        async with a as b, c: await d
for i, *j in x[1:2, ...]:
    if not i < j <= k is not None in (1,): break
    else: continue
else: pass
while True: del a.b, c[0]
try:
    raise E from None
except (A, B) as e: x += 1
except* C if False else D: pass
finally: assert t, "m"
match v:
    case {"k": 1, **r} | [1, *_] | C(x=2) if g: pass
    case None | "s" as z: pass
f"{x!r:>{w}} lit" t"{y}"
type A[*Ts] = list[Ts]
(n := 10) @ b"bytes" + 1j and ... or not 0xff
'''.replace("except* C if False else D: pass\n", "")
source = source.replace('f"{x!r:>{w}} lit" t"{y}"', 'f"{x!r:>{w}} lit"; t"{y}"')
tree = ast.parse(source)
print(ast.dump(tree))
print(ast.dump(tree.body[2], include_attributes=True, indent=1))
print(ast.unparse(tree))
print(ast.dump(ast.parse(ast.unparse(tree))) == ast.dump(tree), ast.get_docstring(tree.body[3]), ast.get_source_segment(source, tree.body[2].value), len(list(ast.walk(tree))))
print(ast.literal_eval("{'a': [1, -2.5, (True, None), {1}], b'x': 1+2j}"), ast.dump(ast.parse("1 + 1", mode="eval")), ast.dump(ast.parse("(int, str) -> bool", mode="func_type")), ast.dump(ast.parse("x = 1 # type: int", type_comments=True)))
for call in ("ast.literal_eval('f()')", "ast.parse('1 +')", "ast.parse('x', mode='bad')", "compile(ast.Module([ast.Expr(ast.Name('x'))], []), 'f', 'exec')", "compile(ast.Expression(5), 'f', 'eval')", "ast.literal_eval('1' + '+1' * 3)", "ast.parse('x: int', feature_version=(3, 5))"):
    print(call, end=" -> ")
    err(eval, call)
n = ast.BinOp(ast.Constant(20), ast.Add(), ast.Constant(22))
print(eval(compile(ast.fix_missing_locations(ast.Expression(n)), "made", "eval")), n, ast.Name("x")._fields, ast.Name("x").ctx, ast.arguments().args, ast.copy_location(ast.Pass(), tree.body[0]).lineno, ast.compare(n, n), repr(ast.Constant(1, kind=None)))


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node)


print(eval(compile(Double().visit(ast.parse("1 + 2 * 3", mode="eval")), "f", "eval")), [type(c).__name__ for c in ast.iter_child_nodes(n)], sorted(dict(ast.iter_fields(n))))
opt = ast.parse("if 1 + 1 == 2: pass\n'%s' % x", optimize=1)
print(ast.dump(opt)[:80])
toks = tokenize.generate_tokens(io.StringIO('def f(x):\n  # comment\n  return f"{x!r:>3}" + \'\'\'a\nb\'\'\'\n\nif x:\n\ty = 0x1F, 1e5j, ≠\n'.replace(", ≠", "")).readline)
for t in toks:
    print(tokenize.tok_name[t.exact_type], repr(t.string), t.start, t.end)
for bad in ("(\n", "'abc", "x = $\n", "if x:\n  a\n b\n", '"""abc', "1_\n", "\\ x\n"):
    try:
        print(repr(bad), len(list(tokenize.generate_tokens(io.StringIO(bad).readline))))
    except (tokenize.TokenError, SyntaxError) as e:
        print(repr(bad), type(e).__name__, e)
print(tokenize.untokenize([(t.type, t.string) for t in tokenize.generate_tokens(io.StringIO("a+b\n").readline)]), tokenize.detect_encoding(io.BytesIO(b"# coding: latin-1\n").readline), keyword.iskeyword("match"), keyword.softkwlist, len(keyword.kwlist))
st = symtable.symtable("""
g = 1
def f(a, *b):
    global g
    c = a
    def inner():
        nonlocal c
        c += g
        return [a for a in b]
    class K:
        c = c
        def m(self): return __class__
    return inner
def gen[T](x: T): yield x
""", "f.py", "exec")


def show(t, depth=0):
    print("  " * depth, t.get_type(), t.get_name(), t.get_lineno(), t.is_nested(), t.is_optimized(), t.has_children())
    for s in sorted(t.get_symbols(), key=lambda s: s.get_name()):
        print("  " * depth, "  -", s.get_name(), [n for n in ("parameter", "global", "declared_global", "nonlocal", "local", "free", "assigned", "referenced", "imported", "namespace", "annotated") if getattr(s, "is_" + n)()])
    if t.get_type() == "function":
        print("  " * depth, t.get_parameters(), t.get_locals(), t.get_frees(), t.get_nonlocals(), t.get_globals())
    for c in t.get_children():
        show(c, depth + 1)


show(st)
err(symtable.symtable, "x = ", "f", "exec")


def sample(a, b=1, *c, d, **e):
    """Doc."""
    try:
        return a + len(b) if a else [x for x in c]
    except ValueError:
        raise


dis.dis(sample)
dis.dis("x = f(1, k=2)\n")
print(dis.code_info(sample), [i.opname for i in dis.get_instructions(lambda: 0)], dis.stack_effect(dis.opmap["BUILD_LIST"], 3), list(dis.findlinestarts(sample.__code__))[:3], opcode.opname[opcode.opmap["LOAD_CONST"]], opcode.HAVE_ARGUMENT, _opcode.has_const(opcode.opmap["LOAD_CONST"]), _opcode.stack_effect(opcode.opmap["POP_TOP"]), opcode.cmp_op, len(opcode.opmap))
print(inspect.signature(sample), inspect.getsource(sample).splitlines()[0], inspect.getdoc(sample), inspect.getfullargspec(sample), inspect.signature(sample).bind(1, 2, 3, d=4, z=5).arguments, inspect.isfunction(sample), inspect.signature(len), inspect.signature(dict.get), inspect.getmembers(sample, callable)[0][0], inspect.currentframe().f_code.co_name, inspect.unwrap(sample) is sample, inspect.cleandoc("a\n   b\n   c"), inspect.getmro(bool))
err(inspect.signature(sample).bind)
err(inspect.getsource, len)
