//! What the code generator gets wrong when it reads a source itself, and gets right from our tree: then the tree is
//! compiled in its stead.
//!
//! - Template strings (PEP 750): the text of an expression loses the blanks behind it.
//! - A class body inside another, with annotations in conditional blocks: its set of the annotations that ran
//!   (`__conditional_annotations__`, PEP 649) is looked for in the outer class, where it is missing, or is
//!   another's. A binding of the name that never runs makes it the class's own.
//! - Complex constants: folded by rules that are not CPython's (`fold`).
//! - Zeros of more digits than an int may have in text: refused, though their value needs no conversion.

use crate::code::{Code, Const};
use crate::compile::{Compiled, Mode, Options};
use crate::syntax::lexer::{Kind, Lexer};
use crate::syntax::{self, Reading};
use crate::tree::{Position, Tree, TreeValue};

const SET: &str = "__conditional_annotations__";

/// The instruction's number (`opcode.opmap`); a cache entry that looks like it costs no more than a second look.
const BUILD_INTERPOLATION: u8 = 45;

/// Does code that came out need mending?
pub(crate) fn is_wrong(code: &Code) -> bool {
    let mut found = false;
    code.walk(&mut |code| {
        found |= code.consts.iter().any(is_complex)
            || code.code.chunks_exact(2).any(|unit| unit[0] == BUILD_INTERPOLATION)
            || code.name != "__annotate__"
                && code
                    .localsplusnames
                    .iter()
                    .zip(&code.localspluskinds)
                    .any(|(name, kind)| name == SET && kind & crate::code::fast_kinds::FREE != 0);
    });
    found
}

fn is_complex(value: &Const) -> bool {
    match value {
        Const::Complex { .. } => true,
        Const::Tuple(all) | Const::FrozenSet(all) => all.iter().any(is_complex),
        _ => false,
    }
}

/// The source with every decimal zero of more than `most` digits written in hexadecimal digits, which have no limit, at
/// the same length; none if there is no such literal.
pub(crate) fn shorter_zeros(text: &str, most: usize) -> Option<String> {
    let mut out = text.as_bytes().to_vec();
    let mut lexer = Lexer::new(text.as_bytes(), false);
    loop {
        let token = lexer.next_token();
        match token.kind {
            Kind::EndMarker | Kind::Error => break,
            Kind::Number if token.end - token.start > most => {
                let digits = &mut out[token.start..token.end];
                if digits.iter().all(|b| matches!(b, b'0' | b'_')) {
                    digits[1] = b'x';
                }
            }
            _ => {}
        }
    }
    (out != text.as_bytes()).then(|| String::from_utf8(out).ok()).flatten()
}

/// Is this the code generator's error about such a class?
pub(crate) fn is_false_alarm(message: &str) -> bool {
    message.contains(SET)
}

/// The code by way of our tree; `None` where that does not compile either.
pub(crate) fn again(
    text: &str,
    filename: &str,
    mode: Mode,
    options: &Options,
    reading: Reading,
) -> Option<Compiled> {
    let mut tree = syntax::parse(text, mode, false, reading).ok()?;
    bind_in_classes(&mut tree);
    crate::fold::complex_constants(&mut tree);
    crate::compile_tree(&tree, filename, options).ok()
}

/// Binds the set's name in every class that has conditional annotations of its own.
fn bind_in_classes(tree: &mut Tree) {
    let is_class = tree.kind == "ClassDef";
    for (field, value) in &mut tree.fields {
        let TreeValue::List(items) = value else {
            continue;
        };
        for item in items.iter_mut() {
            if let TreeValue::Node(node) = item {
                bind_in_classes(node);
            }
        }
        if is_class && *field == "body" && items.iter().any(|item| has_conditional(item, false)) {
            let documented = items.first().is_some_and(is_text);
            let at = usize::from(documented && items.len() > 1);
            let place = items.get(at).and_then(|item| match item {
                TreeValue::Node(node) => node.position,
                _ => None,
            });
            items.insert(at, binding(place).into());
        }
    }
}

fn is_text(item: &TreeValue) -> bool {
    let TreeValue::Node(node) = item else { return false };
    node.kind == "Expr"
        && matches!(node.field("value"), TreeValue::Node(value)
            if matches!(value.field("value"), TreeValue::Const(Const::Str(_))))
}

/// Is there an annotation inside a block of this statement, in the same scope?
fn has_conditional(item: &TreeValue, inside: bool) -> bool {
    let TreeValue::Node(node) = item else { return false };
    match node.kind {
        "AnnAssign" => inside,
        "If" | "For" | "AsyncFor" | "While" | "With" | "AsyncWith" | "Try" | "TryStar" | "Match"
        | "ExceptHandler" | "match_case" => node.fields.iter().any(|(_, value)| match value {
            TreeValue::List(items) => items.iter().any(|item| has_conditional(item, true)),
            _ => false,
        }),
        _ => false,
    }
}

/// `if False: __conditional_annotations__ = None`, which leaves no instruction.
fn binding(position: Option<Position>) -> Tree {
    let constant = |value| Tree {
        kind: "Constant",
        fields: vec![("value", TreeValue::Const(value)), ("kind", TreeValue::None)],
        position,
    };
    let target = Tree {
        kind: "Name",
        fields: vec![("id", TreeValue::Name(SET.into())), ("ctx", Tree::new("Store", Vec::new()).into())],
        position,
    };
    let assign = Tree {
        kind: "Assign",
        fields: vec![
            ("targets", TreeValue::List(vec![target.into()])),
            ("value", constant(Const::None).into()),
            ("type_comment", TreeValue::None),
        ],
        position,
    };
    Tree {
        kind: "If",
        fields: vec![
            ("test", constant(Const::Bool(false)).into()),
            ("body", TreeValue::List(vec![assign.into()])),
            ("orelse", TreeValue::List(Vec::new())),
        ],
        position,
    }
}

#[cfg(test)]
mod tests {
    use crate::code::Code;
    use crate::compile::{Mode, Options, compile};

    fn named(code: &Code, name: &str) -> Vec<Code> {
        let mut out = Vec::new();
        code.walk(&mut |code| {
            if code.name == name {
                out.push(code.clone());
            }
        });
        out
    }

    #[test]
    fn a_class_in_a_class_has_its_own_set() {
        for outer in ["pass", "if x: a: int"] {
            let source = format!(
                "class A:\n    {outer}\n    class B:\n        'doc'\n        if x:\n            y: int\n"
            );
            let module = compile(source.as_bytes(), "<test>", Mode::Exec, &Options::default()).unwrap().code;
            let b = &named(&module, "B")[0];
            assert!(!super::is_wrong(b), "{outer}");
            assert!(b.localsplusnames.iter().any(|name| name == super::SET));
            // The docstring stays one, and nothing is left of the binding.
            assert!(b.consts.iter().any(|c| *c == crate::code::Const::Str("doc".to_owned().into())));
        }
    }
}
