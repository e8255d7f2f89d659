//! What CPython does to a tree before it compiles it: `__debug__` is a constant, docstrings go at the highest level,
//! `%` formats become f-strings, and numbers of patterns are folded. `ast.parse(..., optimize=1)` shows the result.

use crate::code::{Const, Wtf8};
use crate::tree::{Position, Tree, TreeValue};

/// Changes the tree as for `-O` level `optimize`.
pub fn preprocess(tree: &mut Tree, optimize: u8) {
    crate::stack::grow(crate::compile::COMPILE_STACK, || Pass { optimize }.node(tree));
}

struct Pass {
    optimize: u8,
}

fn child<'t>(tree: &'t Tree, field: &str) -> Option<&'t Tree> {
    match tree.field(field) {
        TreeValue::Node(node) => Some(node),
        _ => None,
    }
}

fn constant_of(tree: &Tree) -> Option<&Const> {
    match tree.field("value") {
        TreeValue::Const(value) if tree.kind == "Constant" => Some(value),
        _ => None,
    }
}

fn constant(value: Const, position: Option<Position>) -> Tree {
    let fields = vec![("value", TreeValue::Const(value)), ("kind", TreeValue::None)];
    Tree { kind: "Constant", fields, position }
}

fn text(value: String, position: Option<Position>) -> TreeValue {
    constant(Const::Str(Wtf8::from(value)), position).into()
}

impl Pass {
    fn node(&self, tree: &mut Tree) {
        if matches!(tree.kind, "Module" | "FunctionDef" | "AsyncFunctionDef" | "ClassDef")
            && self.optimize >= 2
        {
            drop_docstring(tree);
        }
        for (_, value) in &mut tree.fields {
            self.value(value);
        }
        match tree.kind {
            "Name" => {
                let debug = matches!(tree.field("id"), TreeValue::Name(name) if name == "__debug__");
                if debug && child(tree, "ctx").is_some_and(|ctx| ctx.kind == "Load") {
                    *tree = constant(Const::Bool(self.optimize == 0), tree.position);
                }
            }
            "BinOp" => {
                if let Some(joined) = formatted(tree) {
                    *tree = joined;
                }
            }
            "MatchValue" => tree.fields.iter_mut().for_each(|(_, value)| fold_number(value)),
            "MatchMapping" => {
                for (name, value) in &mut tree.fields {
                    if let ("keys", TreeValue::List(keys)) = (*name, value) {
                        keys.iter_mut().for_each(fold_number);
                    }
                }
            }
            _ => {}
        }
    }

    fn value(&self, value: &mut TreeValue) {
        match value {
            TreeValue::Node(node) => self.node(node),
            TreeValue::List(all) => all.iter_mut().for_each(|one| self.value(one)),
            _ => {}
        }
    }
}

fn is_text(statement: &TreeValue) -> bool {
    let TreeValue::Node(statement) = statement else { return false };
    statement.kind == "Expr"
        && child(statement, "value").is_some_and(|value| matches!(constant_of(value), Some(Const::Str(_))))
}

/// Takes a docstring away; what follows it must not become one.
fn drop_docstring(tree: &mut Tree) {
    let Some((_, TreeValue::List(body))) = tree.fields.iter_mut().find(|(name, _)| *name == "body") else {
        return;
    };
    if !body.first().is_some_and(is_text) {
        return;
    }
    let TreeValue::Node(gone) = body.remove(0) else { return };
    if body.is_empty() {
        if tree.kind != "Module" {
            // As if the word stood where the docstring began.
            let position = gone.position.map(|p| Position { end_line: p.line, end_col: p.col + 4, ..p });
            body.push(Tree { kind: "Pass", fields: Vec::new(), position }.into());
        }
        return;
    }
    if body.first().is_some_and(is_text)
        && let Some(TreeValue::Node(statement)) = body.first_mut()
        && let Some((_, value)) = statement.fields.first_mut()
    {
        let TreeValue::Node(string) = std::mem::replace(value, TreeValue::None) else { return };
        let position = string.position;
        let fields = vec![("values", TreeValue::List(vec![(*string).into()]))];
        *value = Tree { kind: "JoinedStr", fields, position }.into();
    }
}

/// A number with a sign, or a complex number of two parts, as the constant that a pattern compares with.
fn fold_number(value: &mut TreeValue) {
    let TreeValue::Node(node) = value else { return };
    let folded = match node.kind {
        "UnaryOp" => negative(node),
        "BinOp" => sum(node),
        _ => None,
    };
    if let Some(number) = folded {
        **node = constant(number, node.position);
    }
}

fn negative(node: &Tree) -> Option<Const> {
    if child(node, "op")?.kind != "USub" {
        return None;
    }
    Some(match constant_of(child(node, "operand")?)? {
        Const::Int(n) => match n.checked_neg() {
            Some(n) => Const::Int(n),
            None => Const::BigInt { negative: false, digits: vec![0, 0, 8] },
        },
        Const::BigInt { negative: false, digits } if digits[..] == [0, 0, 8] => Const::Int(i64::MIN),
        Const::BigInt { negative, digits } => Const::BigInt { negative: !negative, digits: digits.clone() },
        Const::Float(x) => Const::Float(-x),
        Const::Complex { real, imag } => Const::Complex { real: -real, imag: -imag },
        _ => return None,
    })
}

fn sum(node: &Tree) -> Option<Const> {
    let left = child(node, "left")?;
    let real = match constant_of(left).cloned().or_else(|| negative(left))? {
        Const::Int(n) => n as f64,
        Const::Float(x) => x,
        _ => return None,
    };
    let Const::Complex { real: more, imag } = constant_of(child(node, "right")?)? else { return None };
    // A real number has no imaginary part that could turn the sign of a zero.
    Some(match child(node, "op")?.kind {
        "Add" => Const::Complex { real: real + more, imag: *imag },
        "Sub" => Const::Complex { real: real - more, imag: -imag },
        _ => return None,
    })
}

/// One piece of a `%` format.
enum Piece {
    Text(String),
    Field { conversion: char, spec: String },
}

/// The pieces of a format that uses nothing but `%s`, `%r`, `%a` with widths.
fn pieces(format: &str) -> Option<Vec<Piece>> {
    const MOST_DIGITS: usize = 3;
    let mut out = Vec::new();
    let mut literal = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            literal.push('%');
            continue;
        }
        let mut left = false;
        while let Some(flag) = chars.next_if(|c| matches!(c, '-' | '+' | ' ' | '#' | '0')) {
            left |= flag == '-';
        }
        let mut number = || {
            let mut digits = String::new();
            while let Some(d) = chars.next_if(char::is_ascii_digit) {
                digits.push(d);
            }
            digits
        };
        let width = number();
        let mut precision = None;
        if chars.next_if_eq(&'.').is_some() {
            let mut digits = String::new();
            while let Some(d) = chars.next_if(char::is_ascii_digit) {
                digits.push(d);
            }
            precision = Some(digits);
        }
        if width.len() > MOST_DIGITS || precision.as_ref().is_some_and(|p| p.len() > MOST_DIGITS) {
            return None;
        }
        let conversion = chars.next_if(|c| matches!(c, 's' | 'r' | 'a'))?;
        let mut spec = String::new();
        if !left && width.parse::<u32>().is_ok_and(|n| n > 0) {
            spec.push('>');
        }
        spec.push_str(&width);
        if let Some(precision) = precision {
            spec.push('.');
            spec.push_str(if precision.is_empty() { "0" } else { &precision });
        }
        if !literal.is_empty() {
            out.push(Piece::Text(std::mem::take(&mut literal)));
        }
        out.push(Piece::Field { conversion, spec });
    }
    if !literal.is_empty() {
        out.push(Piece::Text(literal));
    }
    Some(out)
}

/// `'...' % (a, b)` as an f-string, where that gives the same.
fn formatted(tree: &Tree) -> Option<Tree> {
    let (left, right) = (child(tree, "left")?, child(tree, "right")?);
    if child(tree, "op")?.kind != "Mod" || right.kind != "Tuple" {
        return None;
    }
    let Const::Str(format) = constant_of(left)? else { return None };
    let TreeValue::List(args) = right.field("elts") else { return None };
    let starred = |arg: &TreeValue| matches!(arg, TreeValue::Node(node) if node.kind == "Starred");
    if args.iter().any(starred) {
        return None;
    }
    let pieces = pieces(format.to_str()?)?;
    if pieces.iter().filter(|piece| matches!(piece, Piece::Field { .. })).count() != args.len() {
        return None;
    }
    let mut rest = args.iter();
    let mut values = Vec::with_capacity(pieces.len());
    for piece in pieces {
        values.push(match piece {
            Piece::Text(literal) => text(literal, left.position),
            Piece::Field { conversion, spec } => {
                let TreeValue::Node(arg) = rest.next()? else { return None };
                let spec = if spec.is_empty() {
                    TreeValue::None
                } else {
                    let fields = vec![("values", TreeValue::List(vec![text(spec, arg.position)]))];
                    Tree { kind: "JoinedStr", fields, position: arg.position }.into()
                };
                let fields = vec![
                    ("value", TreeValue::Node(arg.clone())),
                    ("conversion", TreeValue::Int(conversion as i64)),
                    ("format_spec", spec),
                ];
                Tree { kind: "FormattedValue", fields, position: arg.position }.into()
            }
        });
    }
    Some(Tree {
        kind: "JoinedStr",
        fields: vec![("values", TreeValue::List(values))],
        position: tree.position,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mode;
    use crate::syntax::{Reading, parse};

    fn shown(source: &str, optimize: u8) -> String {
        let mut tree = parse(source, Mode::Exec, false, Reading::default()).unwrap();
        preprocess(&mut tree, optimize);
        format!("{tree:?}")
    }

    #[test]
    fn formats_and_debug() {
        assert!(shown("'a%5s%%' % (x,)\n", 0).contains("JoinedStr"));
        assert!(shown("'%d' % (x,)\n", 0).contains("BinOp"));
        assert!(shown("'%s %s' % (x,)\n", 0).contains("BinOp"));
        assert!(shown("__debug__\n", 1).contains("Bool(false)"));
    }

    #[test]
    fn docstrings_and_patterns() {
        // Text is shown as its bytes.
        let doc = "[100, 111, 99]";
        assert!(!shown("def f():\n    'doc'\n", 2).contains(doc));
        assert!(shown("def f():\n    'doc'\n", 1).contains(doc));
        assert!(shown("match x:\n    case -1 + 2j: pass\n", 0).contains("Complex { real: -1.0, imag: 2.0 }"));
    }
}
