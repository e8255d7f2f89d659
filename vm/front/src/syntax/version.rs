//! `feature_version`: whether a tree uses what an older Python did not have.

use super::lexer::{Kind, Lexer};
use crate::tree::{Tree, TreeValue};

/// What a node needs: words for the message, and the minor version that brought it.
fn needs(tree: &Tree) -> Option<(&'static str, u32)> {
    let filled = |field: &str| match tree.field(field) {
        TreeValue::List(all) => !all.is_empty(),
        TreeValue::None => false,
        _ => true,
    };
    Some(match tree.kind {
        "AsyncFunctionDef" => ("Async functions are", 5),
        "AsyncFor" => ("Async for loops are", 5),
        "AsyncWith" => ("Async with statements are", 5),
        "Await" => ("Await expressions are", 5),
        "MatMult" => ("The '@' operator is", 5),
        "comprehension" if matches!(tree.field("is_async"), TreeValue::Int(n) if *n != 0) => {
            ("Async comprehensions are", 6)
        }
        "AnnAssign" => ("Variable annotation syntax is", 6),
        "NamedExpr" => ("Assignment expressions are", 8),
        "arguments" if filled("posonlyargs") => ("Positional-only parameters are", 8),
        "Match" => ("Pattern matching is", 10),
        "TryStar" => ("Exception groups are", 11),
        "TypeAlias" => ("Type statement is", 12),
        "TypeVar" | "ParamSpec" | "TypeVarTuple" => {
            if filled("default_value") {
                ("Type parameter defaults are", 13)
            } else {
                ("Type parameter lists are", 12)
            }
        }
        "ExceptHandler" if bare_tuple(tree) => ("except expressions without parentheses are", 14),
        "TemplateStr" => ("t-strings are", 14),
        _ => return None,
    })
}

/// Is the type of a handler a tuple without parentheses: one that starts where its first element does?
fn bare_tuple(handler: &Tree) -> bool {
    let TreeValue::Node(tuple) = handler.field("type") else { return false };
    let TreeValue::List(elements) = tuple.field("elts") else { return false };
    let Some(TreeValue::Node(first)) = elements.first() else { return false };
    let start = |tree: &Tree| tree.position.map(|p| (p.line, p.col));
    tuple.kind == "Tuple" && start(tuple) == start(first)
}

/// The message for the first feature of the tree that Python 3.`minor` did not have, with the node's line.
pub fn too_new(tree: &Tree, minor: u32) -> Option<(String, u32)> {
    // What is within is read first.
    if let Some(found) = tree.fields.iter().find_map(|(_, value)| value_too_new(value, minor)) {
        return Some(found);
    }
    let (what, since) = needs(tree).filter(|(_, since)| minor < *since)?;
    let line = tree.position.map_or(1, |p| p.line);
    Some((format!("{what} only supported in Python 3.{since} and greater"), line))
}

/// As `too_new`, of what a tree does not show: underscores in numbers. `text` is a source without errors.
pub fn tokens_too_new(text: &str, minor: u32) -> Option<(String, u32)> {
    if minor >= 6 || !text.contains('_') {
        return None;
    }
    let mut lexer = Lexer::new(text.as_bytes(), false);
    loop {
        let token = lexer.next_token();
        match token.kind {
            Kind::EndMarker | Kind::Error => return None,
            Kind::Number if text.as_bytes()[token.start..token.end].contains(&b'_') => {
                let message = "Underscores in numeric literals are only supported in Python 3.6 and greater";
                return Some((message.to_owned(), token.line));
            }
            _ => {}
        }
    }
}

fn value_too_new(value: &TreeValue, minor: u32) -> Option<(String, u32)> {
    match value {
        TreeValue::Node(node) => too_new(node, minor),
        TreeValue::List(all) => all.iter().find_map(|one| value_too_new(one, minor)),
        _ => None,
    }
}
