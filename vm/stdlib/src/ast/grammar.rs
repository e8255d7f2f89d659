//! The abstract grammar of Python 3.14 as one table, from which the classes of `_ast` derive: their names, bases,
//! documentation, fields with kinds and types, attributes.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A kind of node: a sum of constructors, or a product that is its own constructor.
struct Rule {
    name: &'static str,
    /// Nodes have a position.
    placed: bool,
    constructors: &'static [&'static str],
}

const fn rule(name: &'static str, placed: bool, constructors: &'static [&'static str]) -> Rule {
    Rule { name, placed, constructors }
}

/// The grammar. A constructor reads `Name(type field, ...)`; `?` marks an optional field, `*` a list, `?*` a list
/// whose elements may be missing. A rule whose one constructor has its own name is a product.
static RULES: &[Rule] = &[
    rule(
        "mod",
        false,
        &[
            "Module(stmt* body, type_ignore* type_ignores)",
            "Interactive(stmt* body)",
            "Expression(expr body)",
            "FunctionType(expr* argtypes, expr returns)",
        ],
    ),
    rule(
        "stmt",
        true,
        &[
            "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
            "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
            "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)",
            "Return(expr? value)",
            "Delete(expr* targets)",
            "Assign(expr* targets, expr value, string? type_comment)",
            "TypeAlias(expr name, type_param* type_params, expr value)",
            "AugAssign(expr target, operator op, expr value)",
            "AnnAssign(expr target, expr annotation, expr? value, int simple)",
            "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "While(expr test, stmt* body, stmt* orelse)",
            "If(expr test, stmt* body, stmt* orelse)",
            "With(withitem* items, stmt* body, string? type_comment)",
            "AsyncWith(withitem* items, stmt* body, string? type_comment)",
            "Match(expr subject, match_case* cases)",
            "Raise(expr? exc, expr? cause)",
            "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "Assert(expr test, expr? msg)",
            "Import(alias* names)",
            "ImportFrom(identifier? module, alias* names, int? level)",
            "Global(identifier* names)",
            "Nonlocal(identifier* names)",
            "Expr(expr value)",
            "Pass",
            "Break",
            "Continue",
        ],
    ),
    rule(
        "expr",
        true,
        &[
            "BoolOp(boolop op, expr* values)",
            "NamedExpr(expr target, expr value)",
            "BinOp(expr left, operator op, expr right)",
            "UnaryOp(unaryop op, expr operand)",
            "Lambda(arguments args, expr body)",
            "IfExp(expr test, expr body, expr orelse)",
            "Dict(expr?* keys, expr* values)",
            "Set(expr* elts)",
            "ListComp(expr elt, comprehension* generators)",
            "SetComp(expr elt, comprehension* generators)",
            "DictComp(expr key, expr value, comprehension* generators)",
            "GeneratorExp(expr elt, comprehension* generators)",
            "Await(expr value)",
            "Yield(expr? value)",
            "YieldFrom(expr value)",
            "Compare(expr left, cmpop* ops, expr* comparators)",
            "Call(expr func, expr* args, keyword* keywords)",
            "FormattedValue(expr value, int conversion, expr? format_spec)",
            "Interpolation(expr value, constant str, int conversion, expr? format_spec)",
            "JoinedStr(expr* values)",
            "TemplateStr(expr* values)",
            "Constant(constant value, string? kind)",
            "Attribute(expr value, identifier attr, expr_context ctx)",
            "Subscript(expr value, expr slice, expr_context ctx)",
            "Starred(expr value, expr_context ctx)",
            "Name(identifier id, expr_context ctx)",
            "List(expr* elts, expr_context ctx)",
            "Tuple(expr* elts, expr_context ctx)",
            "Slice(expr? lower, expr? upper, expr? step)",
        ],
    ),
    rule("expr_context", false, &["Load", "Store", "Del"]),
    rule("boolop", false, &["And", "Or"]),
    rule(
        "operator",
        false,
        &[
            "Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor",
            "BitAnd", "FloorDiv",
        ],
    ),
    rule("unaryop", false, &["Invert", "Not", "UAdd", "USub"]),
    rule("cmpop", false, &["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"]),
    rule("comprehension", false, &["comprehension(expr target, expr iter, expr* ifs, int is_async)"]),
    rule("excepthandler", true, &["ExceptHandler(expr? type, identifier? name, stmt* body)"]),
    rule(
        "arguments",
        false,
        &[
            "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)",
        ],
    ),
    rule("arg", true, &["arg(identifier arg, expr? annotation, string? type_comment)"]),
    rule("keyword", true, &["keyword(identifier? arg, expr value)"]),
    rule("alias", true, &["alias(identifier name, identifier? asname)"]),
    rule("withitem", false, &["withitem(expr context_expr, expr? optional_vars)"]),
    rule("match_case", false, &["match_case(pattern pattern, expr? guard, stmt* body)"]),
    rule(
        "pattern",
        true,
        &[
            "MatchValue(expr value)",
            "MatchSingleton(constant value)",
            "MatchSequence(pattern* patterns)",
            "MatchMapping(expr* keys, pattern* patterns, identifier? rest)",
            "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)",
            "MatchStar(identifier? name)",
            "MatchAs(pattern? pattern, identifier? name)",
            "MatchOr(pattern* patterns)",
        ],
    ),
    rule("type_ignore", false, &["TypeIgnore(int lineno, string tag)"]),
    rule(
        "type_param",
        true,
        &[
            "TypeVar(identifier name, expr? bound, expr? default_value)",
            "ParamSpec(identifier name, expr? default_value)",
            "TypeVarTuple(identifier name, expr? default_value)",
        ],
    ),
];

/// The attributes of classes whose nodes have a position; the last two are optional.
pub const POSITION: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Identifier,
    String,
    Int,
    Constant,
    /// A node of this class (by number) or of one derived from it.
    Node(usize),
}

/// How many values a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    One,
    Optional,
    Many,
    /// A list in which `None` stands for a missing node.
    ManyOptional,
}

/// A field of a class.
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub count: Count,
}

/// A class of `_ast`.
pub struct Class {
    pub name: &'static str,
    pub doc: String,
    /// The sum this is a constructor of; products and sums derive from `AST` itself.
    pub base: Option<usize>,
    pub fields: Vec<Field>,
    pub placed: bool,
    /// A sum: has constructors, not instances.
    pub is_sum: bool,
    /// One of a sum whose constructors all have no fields: parsed trees share one instance.
    pub shared: bool,
}

/// All classes.
pub struct Grammar {
    pub classes: Vec<Class>,
    by_name: HashMap<&'static str, usize>,
}

impl Grammar {
    /// The number of a class.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }
}

fn fields_of(constructor: &'static str) -> (&'static str, Vec<(&'static str, &'static str)>) {
    let Some((name, rest)) = constructor.split_once('(') else { return (constructor, Vec::new()) };
    let fields = rest.trim_end_matches(')').split(", ").filter_map(|field| field.split_once(' '));
    (name, fields.collect())
}

/// The grammar, read once.
pub fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(read)
}

fn read() -> Grammar {
    let mut classes: Vec<Class> = Vec::new();
    let mut pending: Vec<(usize, Vec<(&'static str, &'static str)>)> = Vec::new();
    for rule in RULES {
        let product = fields_of(rule.constructors[0]).0 == rule.name;
        let shared = !product && !rule.placed && rule.constructors.iter().all(|c| !c.contains('('));
        let base = (!product).then_some(classes.len());
        if !product {
            let gap = format!("\n{} | ", " ".repeat(rule.name.len()));
            let list = rule.constructors.join(if shared { " | " } else { &gap });
            classes.push(Class {
                name: rule.name,
                doc: format!("{} = {list}", rule.name),
                base: None,
                fields: Vec::new(),
                placed: rule.placed,
                is_sum: true,
                shared: false,
            });
        }
        for constructor in rule.constructors {
            let (name, fields) = fields_of(constructor);
            pending.push((classes.len(), fields));
            classes.push(Class {
                name,
                doc: (*constructor).to_owned(),
                base,
                fields: Vec::new(),
                placed: rule.placed,
                is_sum: false,
                shared,
            });
        }
    }
    let by_name: HashMap<&'static str, usize> =
        classes.iter().enumerate().map(|(n, c)| (c.name, n)).collect();
    for (number, fields) in pending {
        let field = |(ty, name): (&'static str, &'static str)| {
            let word = ty.trim_end_matches(['?', '*']);
            let kind = match word {
                "identifier" => Kind::Identifier,
                "string" => Kind::String,
                "int" => Kind::Int,
                "constant" => Kind::Constant,
                _ => Kind::Node(by_name[word]),
            };
            let count = match &ty[word.len()..] {
                "" => Count::One,
                "?" => Count::Optional,
                "*" => Count::Many,
                _ => Count::ManyOptional,
            };
            Field { name, kind, count }
        };
        classes[number].fields = fields.into_iter().map(field).collect();
    }
    Grammar { classes, by_name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_products_and_their_documentation() {
        let g = grammar();
        let class = |name| &g.classes[g.number(name).unwrap()];
        assert_eq!(class("expr_context").doc, "expr_context = Load | Store | Del");
        assert!(
            class("mod")
                .doc
                .starts_with("mod = Module(stmt* body, type_ignore* type_ignores)\n    | Interactive(")
        );
        assert!(class("Load").shared && !class("Pass").shared);
        assert_eq!(class("arguments").base, None);
        assert_eq!(class("Dict").fields[0].count, Count::ManyOptional);
        assert_eq!(class("alias").fields[1].kind, Kind::Identifier);
        assert!(class("arg").placed && !class("arguments").placed);
    }
}
