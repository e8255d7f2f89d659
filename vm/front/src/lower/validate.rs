//! What CPython demands of a tree before it compiles it, beyond the kinds of nodes in its fields.

use super::{Lowered, TreeError};
use crate::code::Const;
use crate::tree::{Tree, TreeValue};

/// Checks a `Module`, `Interactive`, `Expression` or `FunctionType`.
pub fn validate(tree: &Tree) -> Lowered<()> {
    match tree.kind {
        "Expression" => expr_of(tree, "body", "Load"),
        "FunctionType" => {
            exprs(tree, "argtypes", "Load", false)?;
            expr_of(tree, "returns", "Load")
        }
        _ => stmts(tree, "body"),
    }
}

fn refuse<T>(text: impl Into<String>) -> Lowered<T> {
    Err(TreeError::Value(text.into()))
}

fn mistyped<T>(text: impl Into<String>) -> Lowered<T> {
    Err(TreeError::Type(text.into()))
}

fn list<'t>(tree: &'t Tree, field: &str) -> &'t [TreeValue] {
    match tree.field(field) {
        TreeValue::List(all) => all,
        _ => &[],
    }
}

fn child<'t>(tree: &'t Tree, field: &str) -> Option<&'t Tree> {
    match tree.field(field) {
        TreeValue::Node(node) => Some(node),
        _ => None,
    }
}

fn name<'t>(tree: &'t Tree, field: &str) -> Option<&'t str> {
    match tree.field(field) {
        TreeValue::Name(name) => Some(name),
        _ => None,
    }
}

fn nonempty(tree: &Tree, field: &str) -> Lowered<()> {
    if list(tree, field).is_empty() { refuse(format!("empty {field} on {}", tree.kind)) } else { Ok(()) }
}

fn each<'t>(tree: &'t Tree, field: &str, mut check: impl FnMut(&'t Tree) -> Lowered<()>) -> Lowered<()> {
    list(tree, field).iter().try_for_each(|value| match value {
        TreeValue::Node(node) => check(node),
        _ => Ok(()),
    })
}

fn stmts(tree: &Tree, field: &str) -> Lowered<()> {
    list(tree, field).iter().try_for_each(|value| match value {
        TreeValue::Node(node) => stmt(node),
        _ => refuse("None disallowed in statement list"),
    })
}

fn body(tree: &Tree) -> Lowered<()> {
    nonempty(tree, "body")?;
    stmts(tree, "body")
}

fn exprs(tree: &Tree, field: &str, context: &str, null_ok: bool) -> Lowered<()> {
    list(tree, field).iter().try_for_each(|value| match value {
        TreeValue::Node(node) => expr(node, context),
        _ if null_ok => Ok(()),
        _ => refuse("None disallowed in expression list"),
    })
}

fn expr_of(tree: &Tree, field: &str, context: &str) -> Lowered<()> {
    match child(tree, field) {
        Some(node) => expr(node, context),
        None => Ok(()),
    }
}

fn targets(tree: &Tree, field: &str, context: &str) -> Lowered<()> {
    nonempty(tree, field)?;
    exprs(tree, field, context, false)
}

fn identifier(name: &str) -> Lowered<()> {
    if matches!(name, "None" | "True" | "False") {
        return refuse(format!("identifier field can't represent '{name}' constant"));
    }
    Ok(())
}

fn named(tree: &Tree, field: &str) -> Lowered<()> {
    name(tree, field).map_or(Ok(()), identifier)
}

fn aliases(tree: &Tree) -> Lowered<()> {
    each(tree, "names", |alias| {
        named(alias, "name")?;
        named(alias, "asname")
    })
}

fn stmt(tree: &Tree) -> Lowered<()> {
    match tree.kind {
        "FunctionDef" | "AsyncFunctionDef" => {
            named(tree, "name")?;
            body(tree)?;
            type_params(tree)?;
            if let Some(args) = child(tree, "args") {
                arguments(args)?;
            }
            exprs(tree, "decorator_list", "Load", false)?;
            expr_of(tree, "returns", "Load")
        }
        "ClassDef" => {
            named(tree, "name")?;
            body(tree)?;
            type_params(tree)?;
            exprs(tree, "bases", "Load", false)?;
            each(tree, "keywords", |keyword| expr_of(keyword, "value", "Load"))?;
            exprs(tree, "decorator_list", "Load", false)
        }
        "Return" | "Expr" => expr_of(tree, "value", "Load"),
        "Delete" => targets(tree, "targets", "Del"),
        "Assign" => {
            targets(tree, "targets", "Store")?;
            expr_of(tree, "value", "Load")
        }
        "AugAssign" => {
            expr_of(tree, "target", "Store")?;
            expr_of(tree, "value", "Load")
        }
        "AnnAssign" => {
            let simple = matches!(tree.field("simple"), TreeValue::Int(n) if *n != 0);
            if simple && child(tree, "target").is_some_and(|target| target.kind != "Name") {
                return mistyped("AnnAssign with simple non-Name target");
            }
            expr_of(tree, "target", "Store")?;
            expr_of(tree, "value", "Load")?;
            expr_of(tree, "annotation", "Load")
        }
        "TypeAlias" => {
            if child(tree, "name").is_some_and(|name| name.kind != "Name") {
                return mistyped("TypeAlias with non-Name name");
            }
            expr_of(tree, "name", "Store")?;
            type_params(tree)?;
            expr_of(tree, "value", "Load")
        }
        "For" | "AsyncFor" => {
            expr_of(tree, "target", "Store")?;
            expr_of(tree, "iter", "Load")?;
            body(tree)?;
            stmts(tree, "orelse")
        }
        "While" | "If" => {
            expr_of(tree, "test", "Load")?;
            body(tree)?;
            stmts(tree, "orelse")
        }
        "With" | "AsyncWith" => {
            nonempty(tree, "items")?;
            each(tree, "items", |item| {
                expr_of(item, "context_expr", "Load")?;
                expr_of(item, "optional_vars", "Store")
            })?;
            body(tree)
        }
        "Match" => {
            expr_of(tree, "subject", "Load")?;
            nonempty(tree, "cases")?;
            each(tree, "cases", |case| {
                if let Some(found) = child(case, "pattern") {
                    pattern(found, false)?;
                }
                expr_of(case, "guard", "Load")?;
                body(case)
            })
        }
        "Raise" => {
            if child(tree, "exc").is_none() && child(tree, "cause").is_some() {
                return refuse("Raise with cause but no exception");
            }
            expr_of(tree, "exc", "Load")?;
            expr_of(tree, "cause", "Load")
        }
        "Try" | "TryStar" => try_stmt(tree),
        "Assert" => {
            expr_of(tree, "test", "Load")?;
            expr_of(tree, "msg", "Load")
        }
        "ImportFrom" => {
            if matches!(tree.field("level"), TreeValue::Int(n) if *n < 0) {
                return refuse("Negative ImportFrom level");
            }
            nonempty(tree, "names")?;
            aliases(tree)
        }
        "Import" => {
            nonempty(tree, "names")?;
            aliases(tree)
        }
        "Global" | "Nonlocal" => nonempty(tree, "names"),
        _ => Ok(()),
    }
}

fn try_stmt(tree: &Tree) -> Lowered<()> {
    let kind = tree.kind;
    body(tree)?;
    let handlers = !list(tree, "handlers").is_empty();
    if !handlers && list(tree, "finalbody").is_empty() {
        return refuse(format!("{kind} has neither except handlers nor finalbody"));
    }
    if !handlers && !list(tree, "orelse").is_empty() {
        return refuse(format!("{kind} has orelse but no except handlers"));
    }
    each(tree, "handlers", |handler| {
        named(handler, "name")?;
        expr_of(handler, "type", "Load")?;
        body(handler)
    })?;
    stmts(tree, "finalbody")?;
    stmts(tree, "orelse")
}

fn type_params(tree: &Tree) -> Lowered<()> {
    each(tree, "type_params", |param| {
        if let Some(name) = name(param, "name") {
            identifier(name)?;
        }
        expr_of(param, "bound", "Load")?;
        expr_of(param, "default_value", "Load")
    })
}

fn arguments(tree: &Tree) -> Lowered<()> {
    let annotation = |param: &Tree| expr_of(param, "annotation", "Load");
    each(tree, "posonlyargs", annotation)?;
    each(tree, "args", annotation)?;
    if let Some(param) = child(tree, "vararg") {
        annotation(param)?;
    }
    each(tree, "kwonlyargs", annotation)?;
    if let Some(param) = child(tree, "kwarg") {
        annotation(param)?;
    }
    if list(tree, "defaults").len() > list(tree, "posonlyargs").len() + list(tree, "args").len() {
        return refuse("more positional defaults than args on arguments");
    }
    if list(tree, "kw_defaults").len() != list(tree, "kwonlyargs").len() {
        return refuse("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    exprs(tree, "defaults", "Load", false)?;
    exprs(tree, "kw_defaults", "Load", true)
}

fn context_of(tree: &Tree) -> &'static str {
    child(tree, "ctx").map_or("Load", |context| context.kind)
}

fn expr(tree: &Tree, context: &str) -> Lowered<()> {
    let inner = |field: &str| expr_of(tree, field, "Load");
    match tree.kind {
        "Attribute" | "Subscript" | "Starred" | "Name" | "List" | "Tuple" => {
            if tree.kind == "Name" {
                identifier(name(tree, "id").unwrap_or_default())?;
            }
            let actual = context_of(tree);
            if actual != context {
                return refuse(format!("expression must have {context} context but has {actual} instead"));
            }
        }
        _ if context != "Load" => {
            return refuse(format!("expression which can't be assigned to in {context} context"));
        }
        _ => {}
    }
    match tree.kind {
        "BoolOp" => {
            if list(tree, "values").len() < 2 {
                return refuse("BoolOp with less than 2 values");
            }
            exprs(tree, "values", "Load", false)
        }
        "BinOp" => {
            inner("left")?;
            inner("right")
        }
        "UnaryOp" => inner("operand"),
        "Lambda" => {
            if let Some(args) = child(tree, "args") {
                arguments(args)?;
            }
            inner("body")
        }
        "IfExp" => {
            inner("test")?;
            inner("body")?;
            inner("orelse")
        }
        "Dict" => {
            if list(tree, "keys").len() != list(tree, "values").len() {
                return refuse("Dict doesn't have the same number of keys as values");
            }
            exprs(tree, "keys", "Load", true)?;
            exprs(tree, "values", "Load", false)
        }
        "Set" => exprs(tree, "elts", "Load", false),
        "ListComp" | "SetComp" | "GeneratorExp" => {
            comprehensions(tree)?;
            inner("elt")
        }
        "DictComp" => {
            comprehensions(tree)?;
            inner("key")?;
            inner("value")
        }
        "Compare" => {
            let (comparators, ops) = (list(tree, "comparators").len(), list(tree, "ops").len());
            if comparators == 0 {
                return refuse("Compare with no comparators");
            }
            if comparators != ops {
                return refuse("Compare has a different number of comparators and operands");
            }
            exprs(tree, "comparators", "Load", false)?;
            inner("left")
        }
        "Call" => {
            inner("func")?;
            exprs(tree, "args", "Load", false)?;
            each(tree, "keywords", |keyword| expr_of(keyword, "value", "Load"))
        }
        "JoinedStr" | "TemplateStr" => exprs(tree, "values", "Load", false),
        "FormattedValue" | "Interpolation" => {
            inner("value")?;
            inner("format_spec")
        }
        "Subscript" => {
            inner("slice")?;
            inner("value")
        }
        "Starred" => expr_of(tree, "value", context),
        "List" | "Tuple" => exprs(tree, "elts", context, false),
        "NamedExpr" => {
            if child(tree, "target").is_some_and(|target| target.kind != "Name") {
                return mistyped("NamedExpr target must be a Name");
            }
            expr_of(tree, "target", "Store")?;
            inner("value")
        }
        "Slice" => {
            inner("lower")?;
            inner("upper")?;
            inner("step")
        }
        "Await" | "Yield" | "YieldFrom" | "Attribute" => inner("value"),
        _ => Ok(()),
    }
}

fn comprehensions(tree: &Tree) -> Lowered<()> {
    if list(tree, "generators").is_empty() {
        return refuse("comprehension with no generators");
    }
    each(tree, "generators", |clause| {
        expr_of(clause, "target", "Store")?;
        expr_of(clause, "iter", "Load")?;
        exprs(clause, "ifs", "Load", false)
    })
}

/// A literal or attribute that a pattern may compare with.
fn match_value(tree: &Tree) -> Lowered<()> {
    expr(tree, "Load")?;
    let unexpected = || refuse("unexpected constant inside of a literal pattern");
    match tree.kind {
        "Constant" => match tree.field("value") {
            TreeValue::Const(
                Const::Int(_)
                | Const::BigInt { .. }
                | Const::Float(_)
                | Const::Complex { .. }
                | Const::Str(_)
                | Const::Bytes(_),
            ) => Ok(()),
            _ => unexpected(),
        },
        // An attribute, or a number that is computed: CPython looks no further.
        "Attribute" | "JoinedStr" | "TemplateStr" => Ok(()),
        "UnaryOp" if negative(tree, true) => Ok(()),
        "BinOp" if complex(tree) => Ok(()),
        _ => refuse("patterns may only match literals and attribute lookups"),
    }
}

fn number(tree: &Tree, real: bool, imaginary: bool) -> bool {
    tree.kind == "Constant"
        && match tree.field("value") {
            TreeValue::Const(Const::Int(_) | Const::BigInt { .. } | Const::Float(_)) => real,
            TreeValue::Const(Const::Complex { .. }) => imaginary,
            _ => false,
        }
}

fn negative(tree: &Tree, imaginary: bool) -> bool {
    tree.kind == "UnaryOp"
        && child(tree, "op").is_some_and(|op| op.kind == "USub")
        && child(tree, "operand").is_some_and(|operand| number(operand, true, imaginary))
}

fn complex(tree: &Tree) -> bool {
    child(tree, "op").is_some_and(|op| matches!(op.kind, "Add" | "Sub"))
        && child(tree, "left").is_some_and(|left| number(left, true, false) || negative(left, false))
        && child(tree, "right").is_some_and(|right| number(right, false, true))
}

fn capture(tree: &Tree, field: &str) -> Lowered<()> {
    match name(tree, field) {
        Some("_") => refuse("can't capture name '_' in patterns"),
        Some(name) => identifier(name),
        None => Ok(()),
    }
}

fn patterns(tree: &Tree, field: &str, star_ok: bool) -> Lowered<()> {
    each(tree, field, |found| pattern(found, star_ok))
}

fn pattern(tree: &Tree, star_ok: bool) -> Lowered<()> {
    match tree.kind {
        "MatchValue" => child(tree, "value").map_or(Ok(()), match_value),
        "MatchSingleton" => match tree.field("value") {
            TreeValue::Const(Const::None | Const::Bool(_)) => Ok(()),
            _ => refuse("MatchSingleton can only contain True, False and None"),
        },
        "MatchSequence" => patterns(tree, "patterns", true),
        "MatchMapping" => {
            if list(tree, "keys").len() != list(tree, "patterns").len() {
                return refuse("MatchMapping doesn't have the same number of keys as patterns");
            }
            capture(tree, "rest")?;
            each(tree, "keys", |key| match key.field("value") {
                TreeValue::Const(Const::None | Const::Bool(_)) if key.kind == "Constant" => Ok(()),
                _ => match_value(key),
            })?;
            patterns(tree, "patterns", false)
        }
        "MatchClass" => {
            if list(tree, "kwd_attrs").len() != list(tree, "kwd_patterns").len() {
                return refuse("MatchClass doesn't have the same number of keyword attributes as patterns");
            }
            expr_of(tree, "cls", "Load")?;
            let mut class = child(tree, "cls");
            while let Some(found) = class {
                match found.kind {
                    "Name" => break,
                    "Attribute" => class = child(found, "value"),
                    _ => return refuse("MatchClass cls field can only contain Name or Attribute nodes."),
                }
            }
            for attribute in list(tree, "kwd_attrs") {
                if let TreeValue::Name(name) = attribute {
                    identifier(name)?;
                }
            }
            patterns(tree, "patterns", false)?;
            patterns(tree, "kwd_patterns", false)
        }
        "MatchStar" if !star_ok => refuse("can't use MatchStar here"),
        "MatchStar" => capture(tree, "name"),
        "MatchAs" => {
            capture(tree, "name")?;
            match child(tree, "pattern") {
                None => Ok(()),
                Some(_) if name(tree, "name").is_none() => {
                    refuse("MatchAs must specify a target name if a pattern is given")
                }
                Some(found) => pattern(found, false),
            }
        }
        "MatchOr" => {
            if list(tree, "patterns").len() < 2 {
                return refuse("MatchOr requires at least 2 patterns");
            }
            patterns(tree, "patterns", false)
        }
        _ => Ok(()),
    }
}
