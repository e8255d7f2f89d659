//! The names that cdef text may use without any header, and their C.

use crate::lex::{Kind, Token};
use crate::rewrite::{FLOAT, INT};
use dovetail_ctype::{Primitive, Target};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What a common name is declared as; None when the name is not one.
fn declaration(name: &str, target: Target) -> Option<String> {
    match name {
        "bool" => Some("typedef _Bool bool;".into()),
        "FILE" => Some("typedef struct _IO_FILE FILE;".into()),
        "_cffi_float_complex_t" => Some("typedef float _Complex _cffi_float_complex_t;".into()),
        "_cffi_double_complex_t" => Some("typedef double _Complex _cffi_double_complex_t;".into()),
        _ => {
            let p = Primitive::from_name(name).filter(|p| p.is_library_name())?;
            Some(format!("typedef {} {name};", p.keyword(target).c_name()))
        }
    }
}

/// The common names that a text uses and does not define itself: the last word of a typedef's declarator is taken
/// for its definition, as cffi takes it.
pub(crate) fn common_words(source: &str, tokens: &[Token]) -> Vec<String> {
    let mut used = BTreeSet::new();
    let mut defined = BTreeSet::new();
    let (mut typedef, mut parens, mut braces) = (false, 0u32, 0u32);
    let mut previous = "";
    for token in tokens {
        if token.kind == Kind::Directive {
            // Macros may cast to a common type.
            let text = &source[token.start + 1..token.end];
            let words = crate::lex::tokens(text).into_iter().map(|t| &text[t.start..t.end]);
            used.extend(words.filter(|w| !defined.contains(w) && declaration(w, Target::X86_64).is_some()));
            continue;
        }
        let word = &source[token.start..token.end];
        match word {
            ";" | "," if braces == 0 && typedef && (word == ";" || parens == 0) => {
                if !defined.contains(previous) {
                    used.remove(previous);
                }
                defined.insert(previous);
                typedef = word == ",";
            }
            "typedef" => (typedef, parens) = (true, 0),
            "(" => parens += 1,
            ")" => parens = parens.saturating_sub(1),
            "{" => braces += 1,
            "}" => braces = braces.saturating_sub(1),
            _ if token.kind == Kind::Word
                && !defined.contains(word)
                && declaration(word, Target::X86_64).is_some() =>
            {
                used.insert(word);
            }
            _ => {}
        }
        previous = word;
    }
    used.into_iter().map(str::to_owned).collect()
}

/// The C text before all others. Each name is declared once.
pub(crate) fn prelude<'a>(names: impl IntoIterator<Item = &'a String>, target: Target) -> String {
    let mut out = format!("typedef int {INT};\ntypedef double {FLOAT};\n");
    for name in names.into_iter().collect::<BTreeSet<_>>() {
        if let Some(text) = declaration(name, target) {
            writeln!(out, "{text}").expect("a String takes all");
        }
    }
    out
}
