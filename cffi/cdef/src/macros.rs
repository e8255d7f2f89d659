//! Macro constants: which macros of a text are constants, and what they are worth. Plain numbers are read here;
//! whatever else might be an expression is put to clang, all in one more parse, as the initializer of a variable whose
//! type clang finds.

use crate::clang::{Cursor, Evaluated, Unit};
use crate::convert::{value_of, wanted};
use crate::declarations::{Declaration, Kind, Value};
use crate::parse::BEGIN;
use crate::sources::Sources;
use crate::types::{Dots, TypeMaker};
use clang_sys::*;
use dovetail_ctype::{Primitive, Quals, TypeId};
use rustc_hash::FxHashMap;
use std::fmt::Write;

const VALUE: &str = "__dovetail_value_";

/// A macro of the new text, or of a header that it includes.
pub(crate) struct Macro {
    name: String,
    /// Parameters, of a function-like one.
    params: Option<Vec<String>>,
    body: Vec<String>,
    place: crate::error::Place,
}

/// The macros that are still defined at the end, each in its last form.
pub(crate) fn gather(unit: &Unit, sources: &Sources, names: &[String]) -> Vec<Macro> {
    let last = sources.paths().count() - 1;
    let mut current = 0;
    let mut list: Vec<Macro> = Vec::new();
    let mut index: FxHashMap<String, usize> = FxHashMap::default();
    for cursor in unit.root().children() {
        if cursor.kind() != CXCursor_MacroDefinition || cursor.is_builtin_macro() {
            continue;
        }
        let name = cursor.name();
        if let Some(n) = name.strip_prefix(BEGIN).and_then(|n| n.parse().ok()) {
            current = n;
            continue;
        }
        let spot = cursor.spot();
        let user = sources.is_user_text(&spot.file);
        if spot.file.is_empty() || current != last || (!user && !wanted(names, &name)) {
            continue;
        }
        let (params, body) = split(cursor, &name);
        // Include guards and feature switches of headers.
        if !user && body.is_empty() {
            continue;
        }
        let found = Macro { name: name.clone(), params, body, place: sources.place(&spot) };
        match index.get(&name) {
            Some(&i) => list[i] = found,
            None => {
                index.insert(name, list.len());
                list.push(found);
            }
        }
    }
    list
}

/// Parameters and body.
fn split(cursor: Cursor<'_>, name: &str) -> (Option<Vec<String>>, Vec<String>) {
    let mut words = cursor.tokens();
    if words.first().is_some_and(|w| w == name) {
        words.remove(0);
    }
    if !cursor.is_function_macro() {
        return (None, words);
    }
    let close = words.iter().position(|w| w == ")").unwrap_or(words.len().saturating_sub(1));
    let body = words.split_off((close + 1).min(words.len()));
    let params = words.into_iter().filter(|w| !matches!(w.as_str(), "(" | ")" | ",")).collect();
    (Some(params), body)
}

/// Makes declarations of macros. `parse_with` parses the same text with more lines at its end.
pub(crate) fn evaluate(
    macros: Vec<Macro>,
    maker: &mut TypeMaker<'_>,
    parse_with: impl Fn(&str) -> Option<Unit>,
) -> Vec<Declaration> {
    let mut values: Vec<Option<(TypeId, Value)>> = macros.iter().map(|m| literal(m, maker)).collect();
    let asked: Vec<usize> =
        (0..macros.len()).filter(|&i| values[i].is_none() && may_be_constant(&macros[i])).collect();
    let pointers = ask(&macros, &asked, maker, &mut values, &parse_with, false);
    ask(&macros, &pointers, maker, &mut values, &parse_with, true);
    macros
        .into_iter()
        .zip(values)
        .map(|(m, value)| {
            let body = m.body.join(" ");
            let kind = match (m.params, value) {
                (Some(params), _) => Kind::FunctionMacro { params, body },
                (None, Some((ty, value))) => {
                    Kind::Constant { ty, quals: Quals::CONST, value: Some(value), is_macro: true }
                }
                (None, None) => Kind::OtherMacro { body },
            };
            Declaration { name: m.name, kind, doc: None, place: m.place }
        })
        .collect()
}

/// Asks clang for the values of some macros; the answer are those that are pointers of no known value.
fn ask(
    macros: &[Macro],
    asked: &[usize],
    maker: &mut TypeMaker<'_>,
    values: &mut [Option<(TypeId, Value)>],
    parse_with: &impl Fn(&str) -> Option<Unit>,
    addresses: bool,
) -> Vec<usize> {
    let mut pointers = Vec::new();
    if asked.is_empty() {
        return pointers;
    }
    let mut lines = String::new();
    for &i in asked {
        let name = &macros[i].name;
        if addresses {
            writeln!(lines, "static const unsigned long {VALUE}{i} = (unsigned long)({name});")
                .expect("a String");
            writeln!(lines, "extern __typeof__({name}) {VALUE}type_{i};").expect("a String");
        } else {
            writeln!(lines, "static const __auto_type {VALUE}{i} = {name};").expect("a String");
        }
    }
    let Some(unit) = parse_with(&lines) else { return pointers };
    let known = |name: &String| macros.iter().any(|m| m.name == *name);
    let mut types: FxHashMap<usize, TypeId> = FxHashMap::default();
    for cursor in unit.root().children().into_iter().filter(|c| c.kind() == CXCursor_VarDecl) {
        let name = cursor.name();
        let Some(rest) = name.strip_prefix(VALUE) else { continue };
        if let Some(i) = rest.strip_prefix("type_").and_then(|n| n.parse::<usize>().ok()) {
            if let Ok((ty, _)) = maker.make(cursor.ty(), None, Dots::Refused) {
                types.insert(i, ty);
            }
            continue;
        }
        let Some(i) = rest.parse::<usize>().ok() else { continue };
        let ty = cursor.ty().canonical();
        match cursor.evaluate() {
            Some(Evaluated::Integer(n)) if addresses => {
                values[i] = Some((TypeId::VOID, Value::Address(n as u64)));
            }
            Some(value) if !addresses => {
                if let Ok((ty, _)) = maker.make(ty, None, Dots::Refused) {
                    values[i] = Some((ty, value_of(value)));
                }
            }
            // A single name that is no macro is a function or variable.
            None if ty.kind() == CXType_Pointer
                && (macros[i].body.len() > 1 || known(&macros[i].body[0])) =>
            {
                pointers.push(i);
            }
            _ => {}
        }
    }
    for (i, ty) in types {
        if let Some(value) = &mut values[i] {
            value.0 = ty;
        }
    }
    pointers
}

/// Whether the text might be an expression: what surely is not would only make clang complain.
fn may_be_constant(m: &Macro) -> bool {
    const NEVER: &[&str] = &[
        "{",
        "}",
        ";",
        "#",
        "##",
        "do",
        "while",
        "for",
        "if",
        "else",
        "return",
        "goto",
        "switch",
        "case",
        "break",
        "continue",
        "extern",
        "static",
        "typedef",
        "inline",
        "__inline",
        "__inline__",
        "__attribute__",
        "__asm__",
        "asm",
        "register",
        "auto",
        "__extension__",
        "_Pragma",
        "__pragma",
        "__declspec",
        "=",
        "+=",
        "++",
        "--",
    ];
    const FIRST: &[&str] =
        &["const", "volatile", "struct", "union", "enum", "void", "restrict", ",", ")", ".", "->"];
    if m.params.is_some() || m.body.is_empty() {
        return false;
    }
    let mut depth = 0i32;
    for word in &m.body {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => return false,
            w if NEVER.contains(&w) => return false,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && !FIRST.contains(&m.body[0].as_str())
}

/// A macro that is a plain string, or an integer literal, perhaps with a sign.
fn literal(m: &Macro, maker: &mut TypeMaker<'_>) -> Option<(TypeId, Value)> {
    if m.params.is_some() {
        return None;
    }
    if let [word] = m.body.as_slice()
        && let Some(text) = word.strip_prefix('"').and_then(|w| w.strip_suffix('"'))
        && !text.contains(['\\', '"', '?'])
    {
        let char = maker.types.primitive(Primitive::Char);
        let ty = maker.types.pointer(char, Quals::NONE);
        return Some((ty, Value::Text(text.as_bytes().to_vec())));
    }
    let (negative, word) = match m.body.as_slice() {
        [word] => (false, word),
        [sign, word] if sign == "-" => (true, word),
        _ => return None,
    };
    let (value, ty) = integer(word)?;
    let value = if negative { -(value as i128) } else { value as i128 };
    // What the minus does to an unsigned number is clang's to say.
    if negative && matches!(ty, Primitive::UInt | Primitive::ULong | Primitive::ULongLong) {
        return None;
    }
    Some((maker.types.primitive(ty), Value::Integer(value)))
}

/// C's integer literals with their types on an LP64 machine.
fn integer(word: &str) -> Option<(u64, Primitive)> {
    let lower = word.to_ascii_lowercase();
    let digits = lower.trim_end_matches(['u', 'l']);
    let suffix = &lower[digits.len()..];
    let (value, decimal) = if let Some(hex) = digits.strip_prefix("0x") {
        (u64::from_str_radix(hex, 16).ok()?, false)
    } else if let Some(binary) = digits.strip_prefix("0b") {
        (u64::from_str_radix(binary, 2).ok()?, false)
    } else if digits.len() > 1 && digits.starts_with('0') {
        (u64::from_str_radix(digits, 8).ok()?, false)
    } else {
        (digits.parse().ok()?, true)
    };
    let (unsigned, longs) = match suffix {
        "" => (false, 0),
        "u" => (true, 0),
        "l" => (false, 1),
        "ul" | "lu" => (true, 1),
        "ll" => (false, 2),
        "ull" | "llu" => (true, 2),
        _ => return None,
    };
    use Primitive::*;
    let fits = |p| match p {
        Int => value <= i32::MAX as u64,
        UInt => value <= u64::from(u32::MAX),
        Long | LongLong => value <= i64::MAX as u64,
        _ => true,
    };
    let ladder: &[Primitive] = match (unsigned, longs, decimal) {
        (false, 0, true) => &[Int, Long],
        (false, 0, false) => &[Int, UInt, Long, ULong],
        (true, 0, _) => &[UInt, ULong],
        (false, 1, true) => &[Long],
        (false, 1, false) => &[Long, ULong],
        (true, 1, _) => &[ULong],
        (false, _, true) => &[LongLong],
        (false, _, false) => &[LongLong, ULongLong],
        (true, _, _) => &[ULongLong],
    };
    ladder.iter().find(|p| fits(**p)).map(|p| (value, *p))
}
