//! Bounds how deep comprehensions stand in one another.
//!
//! CPython allows as many as it allows nested blocks. The code generator copies the symbol tables of a comprehension that is
//! inlined once more for each one around it, so that its time and memory grow threefold with each level; what it cannot
//! finish in a second is refused with CPython's words for too many blocks.

use crate::compile::Mode;
use crate::error::{ErrorKind, Stage, SyntaxError};
use crate::syntax::{self, Reading};
use crate::tree::{Tree, TreeValue};

/// How many comprehensions may stand in one another's elements and conditions.
const MOST: usize = 15;

/// Looks at a text that compiles; at most of them for a glance only.
pub(crate) fn check_text(text: &str, mode: Mode, reading: Reading) -> Option<Box<SyntaxError>> {
    if brackets(text) <= MOST {
        return None;
    }
    check_tree(&syntax::parse(text, mode, false, reading).ok()?)
}

/// How deep brackets that comprehensions may stand in are nested at most, with those in strings and comments.
fn brackets(text: &str) -> usize {
    let (mut depth, mut most) = (0usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                most = most.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    most
}

/// The error of a tree whose comprehensions are nested too deep.
pub(crate) fn check_tree(tree: &Tree) -> Option<Box<SyntaxError>> {
    let found = crate::stack::maybe_grow(128 << 10, 4 << 20, || deepest(tree, 0))?;
    let place = found.position;
    Some(Box::new(SyntaxError {
        kind: ErrorKind::Syntax,
        stage: Stage::Compiler,
        message: "too many statically nested blocks".to_owned(),
        lineno: place.map_or(1, |p| p.line),
        offset: place.map_or(1, |p| p.col as i32 + 1),
        end_lineno: place.map_or(1, |p| p.end_line),
        end_offset: place.map_or(1, |p| p.end_col as i32 + 1),
        text: None,
        statement: None,
    }))
}

/// The first comprehension that stands in too many others.
fn deepest(tree: &Tree, depth: usize) -> Option<&Tree> {
    if !matches!(tree.kind, "ListComp" | "SetComp" | "DictComp") {
        return tree.fields.iter().find_map(|(_, value)| in_value(value, depth));
    }
    if depth == MOST {
        return Some(tree);
    }
    tree.fields.iter().find_map(|(name, value)| match value {
        // The first iterable belongs to the scope around.
        TreeValue::List(all) if *name == "generators" => all.iter().enumerate().find_map(|(i, one)| {
            let TreeValue::Node(generator) = one else { return None };
            generator
                .fields
                .iter()
                .find_map(|(part, value)| in_value(value, depth + usize::from(i > 0 || *part != "iter")))
        }),
        _ => in_value(value, depth + 1),
    })
}

fn in_value(value: &TreeValue, depth: usize) -> Option<&Tree> {
    match value {
        TreeValue::Node(node) => crate::stack::maybe_grow(128 << 10, 4 << 20, || deepest(node, depth)),
        TreeValue::List(all) => all.iter().find_map(|one| in_value(one, depth)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        let mut text = "i for i in r".to_owned();
        for _ in 1..depth {
            text = format!("[{text}] for i in r");
        }
        format!("x = [{text}]")
    }

    #[test]
    fn a_few_levels_pass_and_many_do_not() {
        let reading = Reading::default();
        assert_eq!(check_text(&nested(MOST), Mode::Exec, reading), None);
        let error = check_text(&nested(MOST + 1), Mode::Exec, reading).unwrap();
        assert_eq!(error.message, "too many statically nested blocks");
        // Iterables are no part of the comprehension that they are the first of.
        let chain = format!("{}x{}", "[i for i in ".repeat(40), "]".repeat(40));
        assert_eq!(check_text(&chain, Mode::Exec, reading), None);
    }
}
