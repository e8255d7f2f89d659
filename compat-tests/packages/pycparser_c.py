# needs: package(pycparser)
"""pycparser, pure Python: parsing C, walking trees, generating C again, errors."""

import io
import pickle

from pycparser import c_ast, c_generator, c_parser

SOURCE = r"""
typedef unsigned long size_t;
struct point { int x, y; struct { float z; }; unsigned flag : 3; };
enum colour { RED, GREEN = 1 << 2, BLUE };
union word { long whole; char parts[8]; };
static const char *names[] = { "a" "b", [2] = "c\n", 'x' ? "y" : 0 };
extern int printf(const char *format, ...);
typedef int (*compare_t)(const void *, const void *);
_Static_assert(sizeof(int) == 4, "size");

/* no comments in preprocessed text, so this one is cut out below */
static inline int fold(int n, compare_t f)
{
    int i = 0, *p = &n, table[3][4] = {{1, 2}, {3}};
    struct point at = { .x = 1, .y = -2 }, *q = &at;
    for (int j = 0; j < n; j++) {
        if (j % 2 == 0 && !(j & 4)) continue;
        else if (j > 100) break;
        i += table[j % 3][0] ^ ~j;
    }
    while (i --> 0) { q->x = (int) (at.y * 2.5e-1f); }
    do i++; while (i < 0x10UL);
    switch (i) { case RED: case 1: return 'c'; default: goto out; }
out:
    ;
    return f ? f(p, &(struct point){1, 2}) : sizeof(struct point) + _Alignof(double);
}
int old(a, b) int a; char b; { return a, b; }
"""
SOURCE = SOURCE.replace("/* no comments in preprocessed text, so this one is cut out below */", "")

parser = c_parser.CParser()
tree = parser.parse(SOURCE, filename="source.c")
print([type(node).__name__ for node in tree.ext])
out = io.StringIO()
tree.show(buf=out, attrnames=True, nodenames=True, showcoord=True)
text = out.getvalue()
print(len(text.splitlines()))
print(text)

generator = c_generator.CGenerator()
again = generator.visit(tree)
print(again)
second = c_generator.CGenerator().visit(c_parser.CParser().parse(again))
print("stable:", again == second)


class Counter(c_ast.NodeVisitor):
    def __init__(self):
        self.kinds = {}
        self.calls = []

    def generic_visit(self, node):
        name = type(node).__name__
        self.kinds[name] = self.kinds.get(name, 0) + 1
        super().generic_visit(node)

    def visit_FuncCall(self, node):
        self.calls.append((node.name.name, len(node.args.exprs)))
        self.generic_visit(node)


counter = Counter()
counter.visit(tree)
print(sorted(counter.kinds.items()), counter.calls)


class Rename(c_ast.NodeVisitor):
    def visit_ID(self, node):
        node.name = node.name.upper()


Rename().visit(tree)
print(c_generator.CGenerator(reduce_parentheses=True).visit(tree.ext[-2].body.block_items[-1]))


def explain(node):
    if isinstance(node, c_ast.TypeDecl):
        return explain(node.type)
    if isinstance(node, c_ast.IdentifierType):
        return " ".join(node.names)
    if isinstance(node, c_ast.PtrDecl):
        return " ".join(node.quals) + " pointer to " + explain(node.type)
    if isinstance(node, c_ast.ArrayDecl):
        return f"array of {node.dim.value if node.dim else '?'} " + explain(node.type)
    if isinstance(node, c_ast.FuncDecl):
        arguments = ", ".join(explain(p.type) for p in node.args.params) if node.args else ""
        return f"function({arguments}) returning " + explain(node.type)
    if isinstance(node, c_ast.Struct):
        return "struct " + (node.name or "?")
    return type(node).__name__


for declaration in ("int x;", "char *const *argv[10];", "int (*f)(char, double *);", "struct s *(*g[3])(void);", "unsigned long long int n;"):
    decl = c_parser.CParser().parse(declaration).ext[-1]
    print(decl.name, "is", explain(decl.type).replace("  ", " "))
for bad in ("int x", "int 5;", "int f( { }", "struct { int; } }", "x = 3", "int a[;", "char *s = \"open;", "int y = @;", "void f(void) { return 1 }", "typedef int t; t t t;"):
    try:
        c_parser.CParser().parse(bad, filename="bad.c")
        print(repr(bad), "parsed")
    except Exception as error:
        print(repr(bad), type(error).__name__, error)
node = c_ast.BinaryOp("+", c_ast.Constant("int", "1"), c_ast.ID("x"))
print(generator.visit(node), node.children()[0][0], [type(child).__name__ for child in node], repr(node).splitlines()[0], node.coord)
print(type(pickle.loads(pickle.dumps(tree))).__name__, c_ast.If.__slots__, str(tree.ext[1].coord))
program = "\n".join(f"int f{n}(int a) {{ return a * {n} + f{max(n - 1, 0)}(a); }}" for n in range(200))
print(len(c_parser.CParser().parse(program).ext))
