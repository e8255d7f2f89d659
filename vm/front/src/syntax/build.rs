//! From the parser's nodes to trees in the shape of the module `ast`.

use super::lexer::Kind;
use super::parser::{Parser, Val};
use crate::code::Const;
use crate::tree::{Position, Tree, TreeValue};
use unicode_normalization::UnicodeNormalization;

/// What an expression is there for.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Load,
    Store,
    Del,
}

use Context::{Del, Load, Store};

fn bare(kind: &'static str) -> TreeValue {
    Tree::new(kind, Vec::new()).into()
}

fn none_or<T: Into<TreeValue>>(value: Option<T>) -> TreeValue {
    value.map_or(TreeValue::None, Into::into)
}

impl Parser<'_> {
    /// The tree of a whole parse.
    pub(super) fn module(&self, val: Val) -> Tree {
        let Val::Node(n) = val else { return Tree::new("Module", Vec::new()) };
        let body = self.field(n, "body");
        match self.nodes[n as usize].kind {
            "Expression" => Tree::new("Expression", vec![("body", self.expr(body, Load))]),
            "Interactive" => Tree::new("Interactive", vec![("body", self.statements(body))]),
            "FunctionType" => {
                let arguments = self.exprs(self.field(n, "argtypes"), Load);
                let returns = self.expr(self.field(n, "returns"), Load);
                Tree::new("FunctionType", vec![("argtypes", arguments), ("returns", returns)])
            }
            _ => {
                let ignores = self.type_ignores.iter().map(|(line, tag)| {
                    let fields = vec![
                        ("lineno", TreeValue::Int(i64::from(*line))),
                        ("tag", TreeValue::Name(tag.clone())),
                    ];
                    Tree::new("TypeIgnore", fields).into()
                });
                let ignores = TreeValue::List(ignores.collect());
                Tree::new("Module", vec![("body", self.statements(body)), ("type_ignores", ignores)])
            }
        }
    }

    pub(super) fn position(&self, val: Val) -> Position {
        let (line, col, end_line, end_col) = self.span(val);
        Position { line, col: col.max(0) as u32, end_line, end_col: end_col.max(0) as u32 }
    }

    fn placed(&self, val: Val, kind: &'static str, fields: Vec<(&'static str, TreeValue)>) -> TreeValue {
        Tree { kind, fields, position: Some(self.position(val)) }.into()
    }

    fn name_text(&self, val: Val) -> String {
        match val {
            Val::Tok(t) => {
                let text = self.text(t);
                if text.is_ascii() { text.to_owned() } else { text.nfkc().collect() }
            }
            Val::Node(n) => {
                let parts = self.elements(self.field(n, "parts"));
                parts.into_iter().map(|part| self.name_text(part)).collect::<Vec<_>>().join(".")
            }
            _ => String::new(),
        }
    }

    fn name(&self, val: Val) -> TreeValue {
        if val == Val::Nil { TreeValue::None } else { TreeValue::Name(self.name_text(val)) }
    }

    fn map(&self, list: Val, mut each: impl FnMut(Val) -> TreeValue) -> TreeValue {
        TreeValue::List(self.elements(list).into_iter().map(&mut each).collect())
    }

    fn statements(&self, list: Val) -> TreeValue {
        self.map(list, |val| self.statement(val))
    }

    fn exprs(&self, list: Val, context: Context) -> TreeValue {
        self.map(list, |val| self.expr(val, context))
    }

    fn optional(&self, val: Val) -> TreeValue {
        if val == Val::Nil { TreeValue::None } else { self.expr(val, Load) }
    }

    fn statement(&self, val: Val) -> TreeValue {
        let Val::Node(n) = val else { return TreeValue::None };
        let kind = self.nodes[n as usize].kind;
        let field = |name| self.field(n, name);
        let expr = |name| self.optional(field(name));
        let body = |name| self.statements(field(name));
        let comment = ("type_comment", self.type_comment(n));
        let fields = match kind {
            "FunctionDef" | "AsyncFunctionDef" => vec![
                ("name", self.name(field("name"))),
                ("args", self.parameters(field("args"))),
                ("body", body("body")),
                ("decorator_list", self.exprs(field("decorator_list"), Load)),
                ("returns", expr("returns")),
                comment,
                ("type_params", self.type_params(field("type_params"))),
            ],
            "ClassDef" => {
                let (bases, keywords) = self.arguments(field("call"));
                vec![
                    ("name", self.name(field("name"))),
                    ("bases", bases),
                    ("keywords", keywords),
                    ("body", body("body")),
                    ("decorator_list", self.exprs(field("decorator_list"), Load)),
                    ("type_params", self.type_params(field("type_params"))),
                ]
            }
            "Return" | "Expr" => vec![("value", expr("value"))],
            "Delete" => vec![("targets", self.exprs(field("targets"), Del))],
            "Assign" => {
                let targets = self.exprs(field("targets"), Store);
                vec![("targets", targets), ("value", expr("value")), comment]
            }
            "TypeAlias" => vec![
                ("name", self.expr(field("name"), Store)),
                ("type_params", self.type_params(field("type_params"))),
                ("value", expr("value")),
            ],
            "AugAssign" => {
                let Val::Tok(op) = field("op") else { return TreeValue::None };
                let op = binary_operator(self.text(op).trim_end_matches('='));
                vec![
                    ("target", self.expr(field("target"), Store)),
                    ("op", bare(op)),
                    ("value", expr("value")),
                ]
            }
            "AnnAssign" => vec![
                ("target", self.expr(field("target"), Store)),
                ("annotation", expr("annotation")),
                ("value", expr("value")),
                ("simple", TreeValue::Int(i64::from(field("complex") == Val::Nil))),
            ],
            "For" | "AsyncFor" => vec![
                ("target", self.expr(field("target"), Store)),
                ("iter", expr("iter")),
                ("body", body("body")),
                ("orelse", body("orelse")),
                comment,
            ],
            "While" | "If" => {
                vec![("test", expr("test")), ("body", body("body")), ("orelse", body("orelse"))]
            }
            "With" | "AsyncWith" => {
                let items = self.map(field("items"), |item| {
                    let Val::Node(n) = item else { return TreeValue::None };
                    let vars = self.field(n, "optional_vars");
                    let vars = if vars == Val::Nil { TreeValue::None } else { self.expr(vars, Store) };
                    let expr = self.expr(self.field(n, "context_expr"), Load);
                    Tree::new("withitem", vec![("context_expr", expr), ("optional_vars", vars)]).into()
                });
                vec![("items", items), ("body", body("body")), comment]
            }
            "Match" => {
                let cases = self.map(field("cases"), |case| self.match_case(case));
                vec![("subject", expr("subject")), ("cases", cases)]
            }
            "Raise" => vec![("exc", expr("exc")), ("cause", expr("cause"))],
            "Try" | "TryStar" => {
                let handlers = self.map(field("handlers"), |handler| {
                    let Val::Node(n) = handler else { return TreeValue::None };
                    let fields = vec![
                        ("type", self.optional(self.field(n, "type"))),
                        ("name", self.name(self.field(n, "name"))),
                        ("body", self.statements(self.field(n, "body"))),
                    ];
                    self.placed(handler, "ExceptHandler", fields)
                });
                vec![
                    ("body", body("body")),
                    ("handlers", handlers),
                    ("orelse", body("orelse")),
                    ("finalbody", body("finalbody")),
                ]
            }
            "Assert" => vec![("test", expr("test")), ("msg", expr("msg"))],
            "Import" => vec![("names", self.aliases(field("names")))],
            "ImportFrom" => {
                let dots = self.elements(field("dots"));
                let level: usize = dots.iter().map(|&dot| self.name_text(dot).len()).sum();
                vec![
                    ("module", self.name(field("module"))),
                    ("names", self.aliases(field("names"))),
                    ("level", TreeValue::Int(level as i64)),
                ]
            }
            "Global" | "Nonlocal" => vec![("names", self.map(field("names"), |name| self.name(name)))],
            _ => Vec::new(),
        };
        self.placed(val, kind, fields)
    }

    /// The type comment of a node: text, or none.
    fn type_comment(&self, node: u32) -> TreeValue {
        match self.field(node, "type_comment") {
            Val::Tok(t) => TreeValue::Name(self.text(t).to_owned()),
            _ => TreeValue::None,
        }
    }

    fn aliases(&self, list: Val) -> TreeValue {
        self.map(list, |alias| {
            let Val::Node(n) = alias else { return TreeValue::None };
            let (name, asname) = (self.field(n, "name"), self.field(n, "asname"));
            self.placed(alias, "alias", vec![("name", self.name(name)), ("asname", self.name(asname))])
        })
    }

    fn type_params(&self, list: Val) -> TreeValue {
        self.map(list, |param| {
            let Val::Node(n) = param else { return TreeValue::None };
            let kind = self.nodes[n as usize].kind;
            let mut fields = vec![("name", self.name(self.field(n, "name")))];
            if kind == "TypeVar" {
                fields.push(("bound", self.optional(self.field(n, "bound"))));
            }
            fields.push(("default_value", self.optional(self.field(n, "default_value"))));
            self.placed(param, kind, fields)
        })
    }

    fn parameters(&self, val: Val) -> TreeValue {
        let arg = |val: Val| -> TreeValue {
            let Val::Node(n) = val else { return TreeValue::None };
            let annotation = self.optional(self.field(n, "annotation"));
            let fields = vec![
                ("arg", self.name(self.field(n, "arg"))),
                ("annotation", annotation),
                ("type_comment", self.type_comment(n)),
            ];
            self.placed(val, "arg", fields)
        };
        // A parameter, and its default if it has one.
        let split = |val: Val| -> (TreeValue, Option<TreeValue>) {
            match val {
                Val::Node(n) if self.nodes[n as usize].kind == "Default" => {
                    let default = self.field(n, "default");
                    let default = (default != Val::Nil).then(|| self.expr(default, Load));
                    (arg(self.field(n, "param")), default)
                }
                _ => (arg(val), None),
            }
        };
        let (mut posonly, mut args, mut defaults) = (Vec::new(), Vec::new(), Vec::new());
        let (mut kwonly, mut kw_defaults) = (Vec::new(), Vec::new());
        let (mut vararg, mut kwarg) = (TreeValue::None, TreeValue::None);
        let items = if let Val::Node(n) = val { self.elements(self.field(n, "items")) } else { Vec::new() };
        for item in items {
            let Val::Node(n) = item else { continue };
            match self.nodes[n as usize].kind {
                "Slash" => {
                    for param in self.elements(self.field(n, "params")) {
                        let (param, default) = split(param);
                        posonly.push(param);
                        defaults.extend(default);
                    }
                }
                "StarEtc" => {
                    if self.field(n, "vararg") != Val::Nil {
                        vararg = arg(self.field(n, "vararg"));
                    }
                    if self.field(n, "kwarg") != Val::Nil {
                        kwarg = arg(self.field(n, "kwarg"));
                    }
                    for param in self.elements(self.field(n, "kwonly")) {
                        let (param, default) = split(param);
                        kwonly.push(param);
                        kw_defaults.push(none_or(default));
                    }
                }
                _ => {
                    let (param, default) = split(item);
                    args.push(param);
                    defaults.extend(default);
                }
            }
        }
        Tree::new(
            "arguments",
            vec![
                ("posonlyargs", TreeValue::List(posonly)),
                ("args", TreeValue::List(args)),
                ("vararg", vararg),
                ("kwonlyargs", TreeValue::List(kwonly)),
                ("kw_defaults", TreeValue::List(kw_defaults)),
                ("kwarg", kwarg),
                ("defaults", TreeValue::List(defaults)),
            ],
        )
        .into()
    }

    /// The positional and the keyword arguments of a call.
    fn arguments(&self, call: Val) -> (TreeValue, TreeValue) {
        let (mut args, mut keywords) = (Vec::new(), Vec::new());
        let all = if let Val::Node(n) = call { self.elements(self.field(n, "all")) } else { Vec::new() };
        for argument in all {
            match argument {
                Val::Node(n) if self.nodes[n as usize].kind == "keyword" => {
                    let fields = vec![
                        ("arg", self.name(self.field(n, "arg"))),
                        ("value", self.expr(self.field(n, "value"), Load)),
                    ];
                    keywords.push(self.placed(argument, "keyword", fields));
                }
                _ => args.push(self.expr(argument, Load)),
            }
        }
        (TreeValue::List(args), TreeValue::List(keywords))
    }

    fn match_case(&self, case: Val) -> TreeValue {
        let Val::Node(n) = case else { return TreeValue::None };
        Tree::new(
            "match_case",
            vec![
                ("pattern", self.pattern(self.field(n, "pattern"))),
                ("guard", self.optional(self.field(n, "guard"))),
                ("body", self.statements(self.field(n, "body"))),
            ],
        )
        .into()
    }

    fn pattern(&self, val: Val) -> TreeValue {
        let Val::Node(n) = val else { return TreeValue::None };
        let kind = self.nodes[n as usize].kind;
        let field = |name| self.field(n, name);
        let patterns = |name| self.map(field(name), |pattern| self.pattern(pattern));
        let key_patterns = || {
            let items = self.elements(field("items"));
            let parts = items.into_iter().filter_map(|item| {
                let Val::Node(n) = item else { return None };
                Some((self.field(n, "key"), self.pattern(self.field(n, "pattern"))))
            });
            parts.unzip::<Val, TreeValue, Vec<_>, Vec<_>>()
        };
        let fields = match kind {
            "MatchValue" => vec![("value", self.expr(field("value"), Load))],
            "MatchSingleton" => {
                let value = match self.name_text(field("value")).as_str() {
                    "None" => Const::None,
                    word => Const::Bool(word == "True"),
                };
                vec![("value", TreeValue::Const(value))]
            }
            "MatchSequence" | "MatchOr" => vec![("patterns", patterns("patterns"))],
            "MatchMapping" => {
                let (keys, values) = key_patterns();
                let keys = keys.into_iter().map(|key| self.expr(key, Load)).collect();
                vec![
                    ("keys", TreeValue::List(keys)),
                    ("patterns", TreeValue::List(values)),
                    ("rest", self.name(field("rest"))),
                ]
            }
            "MatchClass" => {
                let (keys, values) = key_patterns();
                vec![
                    ("cls", self.expr(field("cls"), Load)),
                    ("patterns", patterns("patterns")),
                    ("kwd_attrs", TreeValue::List(keys.into_iter().map(|key| self.name(key)).collect())),
                    ("kwd_patterns", TreeValue::List(values)),
                ]
            }
            "MatchStar" => vec![("name", self.name(field("name")))],
            "MatchAs" => {
                let pattern = field("pattern");
                let pattern = if pattern == Val::Nil { TreeValue::None } else { self.pattern(pattern) };
                vec![("pattern", pattern), ("name", self.name(field("name")))]
            }
            _ => Vec::new(),
        };
        self.placed(val, kind, fields)
    }

    fn comprehensions(&self, list: Val) -> TreeValue {
        self.map(list, |clause| {
            let Val::Node(n) = clause else { return TreeValue::None };
            Tree::new(
                "comprehension",
                vec![
                    ("target", self.expr(self.field(n, "target"), Store)),
                    ("iter", self.expr(self.field(n, "iter"), Load)),
                    ("ifs", self.exprs(self.field(n, "ifs"), Load)),
                    ("is_async", TreeValue::Int(i64::from(self.field(n, "is_async") != Val::Nil))),
                ],
            )
            .into()
        })
    }

    /// An expression that is read.
    pub(super) fn expression(&self, val: Val) -> TreeValue {
        self.expr(val, Load)
    }

    fn expr(&self, val: Val, context: Context) -> TreeValue {
        match val {
            Val::Tok(t) => self.atom(t, context),
            Val::Node(n) => self.compound(val, n, context),
            _ => TreeValue::None,
        }
    }

    pub(super) fn constant(&self, val: Val, value: Const, kind: Option<String>) -> TreeValue {
        let kind = kind.map_or(TreeValue::None, TreeValue::Name);
        self.placed(val, "Constant", vec![("value", TreeValue::Const(value)), ("kind", kind)])
    }

    fn atom(&self, t: u32, context: Context) -> TreeValue {
        let val = Val::Tok(t);
        let value = match (self.tokens[t as usize].kind, self.text(t)) {
            (Kind::Name, "None") => Const::None,
            (Kind::Name, "True") => Const::Bool(true),
            (Kind::Name, "False") => Const::Bool(false),
            (Kind::Name, _) => {
                let fields = vec![("id", self.name(val)), ("ctx", context_node(context))];
                return self.placed(val, "Name", fields);
            }
            (Kind::Number, text) => super::literal::number(text),
            _ => Const::Ellipsis,
        };
        self.constant(val, value, None)
    }

    fn compound(&self, val: Val, n: u32, context: Context) -> TreeValue {
        let kind = self.nodes[n as usize].kind;
        let field = |name| self.field(n, name);
        let expr = |name| self.optional(field(name));
        let ctx = ("ctx", context_node(context));
        let word = || match field("op") {
            Val::Word(word) => word,
            _ => "",
        };
        let fields = match kind {
            "Strings" => return self.strings(val, n),
            "BoolOp" => {
                let op = if word() == "or" { "Or" } else { "And" };
                vec![("op", bare(op)), ("values", self.exprs(field("values"), Load))]
            }
            "NamedExpr" => vec![("target", self.expr(field("target"), Store)), ("value", expr("value"))],
            "BinOp" => {
                vec![("left", expr("left")), ("op", bare(binary_operator(word()))), ("right", expr("right"))]
            }
            "UnaryOp" => {
                let op = match self.name_text(field("op")).as_str() {
                    "not" => "Not",
                    "+" => "UAdd",
                    "-" => "USub",
                    _ => "Invert",
                };
                vec![("op", bare(op)), ("operand", expr("operand"))]
            }
            "Lambda" => vec![("args", self.parameters(field("args"))), ("body", expr("body"))],
            "IfExp" => vec![("test", expr("test")), ("body", expr("body")), ("orelse", expr("orelse"))],
            "Dict" => {
                let (mut keys, mut values) = (Vec::new(), Vec::new());
                for pair in self.elements(field("pairs")) {
                    let Val::Node(n) = pair else { continue };
                    keys.push(self.optional(self.field(n, "key")));
                    values.push(self.expr(self.field(n, "value"), Load));
                }
                vec![("keys", TreeValue::List(keys)), ("values", TreeValue::List(values))]
            }
            "Set" => vec![("elts", self.exprs(field("elts"), Load))],
            "ListComp" | "SetComp" | "GeneratorExp" => {
                vec![("elt", expr("elt")), ("generators", self.comprehensions(field("generators")))]
            }
            "DictComp" => {
                let Val::Node(pair) = field("pair") else { return TreeValue::None };
                vec![
                    ("key", self.expr(self.field(pair, "key"), Load)),
                    ("value", self.expr(self.field(pair, "value"), Load)),
                    ("generators", self.comprehensions(field("generators"))),
                ]
            }
            "Await" | "Yield" | "YieldFrom" => vec![("value", expr("value"))],
            "Compare" => {
                let pairs = self.elements(field("pairs"));
                let (mut ops, mut right) = (Vec::new(), Vec::new());
                for pair in pairs {
                    let Val::Node(n) = pair else { continue };
                    let Val::Word(op) = self.field(n, "op") else { continue };
                    ops.push(bare(comparison(op)));
                    right.push(self.expr(self.field(n, "right"), Load));
                }
                vec![
                    ("left", expr("left")),
                    ("ops", TreeValue::List(ops)),
                    ("comparators", TreeValue::List(right)),
                ]
            }
            "Call" => {
                let (args, keywords) = match field("genexp") {
                    Val::Nil => self.arguments(field("call")),
                    genexp => (TreeValue::List(vec![self.expr(genexp, Load)]), TreeValue::List(Vec::new())),
                };
                vec![("func", expr("func")), ("args", args), ("keywords", keywords)]
            }
            "Attribute" => vec![("value", expr("value")), ("attr", self.name(field("attr"))), ctx],
            "Subscript" => vec![("value", expr("value")), ("slice", expr("slice")), ctx],
            "Starred" => vec![("value", self.expr(field("value"), context)), ctx],
            "List" | "Tuple" => vec![("elts", self.exprs(field("elts"), context)), ctx],
            "Slice" => vec![("lower", expr("lower")), ("upper", expr("upper")), ("step", expr("step"))],
            _ => Vec::new(),
        };
        self.placed(val, kind, fields)
    }
}

fn context_node(context: Context) -> TreeValue {
    bare(match context {
        Load => "Load",
        Store => "Store",
        Del => "Del",
    })
}

fn binary_operator(text: &str) -> &'static str {
    match text {
        "+" => "Add",
        "-" => "Sub",
        "*" => "Mult",
        "@" => "MatMult",
        "/" => "Div",
        "%" => "Mod",
        "**" => "Pow",
        "<<" => "LShift",
        ">>" => "RShift",
        "|" => "BitOr",
        "^" => "BitXor",
        "&" => "BitAnd",
        _ => "FloorDiv",
    }
}

fn comparison(text: &str) -> &'static str {
    match text {
        "==" => "Eq",
        "!=" => "NotEq",
        "<" => "Lt",
        "<=" => "LtE",
        ">" => "Gt",
        ">=" => "GtE",
        "is" => "Is",
        "is not" => "IsNot",
        "in" => "In",
        _ => "NotIn",
    }
}
