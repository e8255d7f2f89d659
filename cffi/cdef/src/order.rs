//! What cffi takes and C wants to be written otherwise: a struct as a field or item before its members are known is
//! declared after them, an array of such structs as a parameter becomes the pointer that it is.
//!
//! This begins where clang has complained, so that good C is never touched.

use crate::lex::{Kind, Token, tokens};
use crate::rewrite::{Piece, Rewritten};
use std::ops::Range;

const FIELD: &str = "field has incomplete type ";
const ITEM: &str = "array has incomplete element type ";

/// Changes the text so that C may take what stands at `at`, of which clang says `message`. False: there is nothing to be done.
pub(crate) fn mend(text: &mut Rewritten, message: &str, at: usize) -> bool {
    let Some(ty) = message.strip_prefix(FIELD).or_else(|| message.strip_prefix(ITEM)) else { return false };
    let all = tokens(&text.text);
    (message.starts_with(ITEM) && array_parameter(text, &all, at))
        || record_in(ty).is_some_and(|(keyword, tag)| part(text, &all, at, keyword, tag))
}

/// Puts the declaration at a place behind that of a record that follows, or that one before it.
fn part(text: &mut Rewritten, all: &[Token], at: usize, keyword: &str, tag: &str) -> bool {
    let statements = statements(&text.text, all);
    let Some(here) = statements.iter().position(|s| all[s.clone()].last().is_some_and(|t| at < t.end)) else {
        return false;
    };
    let later = here + 1..statements.len();
    let defines =
        |i: &usize| definitions(&text.text, &all[statements[*i].clone()]).any(|d| d == (keyword, tag));
    let Some(there) = later.into_iter().find(defines) else { return false };
    // What a pragma says of one place it need not say of another.
    let between = &all[statements[here].start..statements[there].start];
    if between.iter().any(|t| t.kind == Kind::Directive && word(&text.text, t).contains("pragma")) {
        return false;
    }
    let (user, used) = (&all[statements[here].clone()], &all[statements[there].clone()]);
    // Comments before a declaration go with it.
    let range_of = |s: &Range<usize>| s.start.checked_sub(1).map_or(0, |i| all[i].end)..all[s.end - 1].end;
    let (user_range, used_range) = (range_of(&statements[here]), range_of(&statements[there]));
    let end = text.text.len();
    let needs = |name: &str| used.iter().any(|t| word(&text.text, t) == name);
    let free = !statements[here..there].iter().any(|s| declares(&text.text, &all[s.clone()], needs));
    if free && plain_record(&text.text, used).is_some() {
        text.rearrange(&[
            Piece::Old(0..user_range.start),
            Piece::Old(used_range.clone()),
            Piece::Old(user_range.start..used_range.start),
            Piece::Old(used_range.end..end),
        ]);
    } else if let Some(own) = plain_record(&text.text, user) {
        let forward = format!("\n{own};");
        text.rearrange(&[
            Piece::Old(0..user_range.start),
            Piece::New(&forward, user[0].start),
            Piece::Old(user_range.end..used_range.end),
            Piece::Old(user_range),
            Piece::Old(used_range.end..end),
        ]);
    } else {
        return false;
    }
    true
}

/// The structs, unions and enums that get their members in a statement: keyword and tag.
fn definitions<'t>(text: &'t str, statement: &[Token]) -> impl Iterator<Item = (&'t str, &'t str)> {
    statement.windows(3).filter_map(move |w| {
        let [keyword, tag, open] = [0, 1, 2].map(|i| word(text, &w[i]));
        (matches!(keyword, "struct" | "union" | "enum") && open == "{").then_some((keyword, tag))
    })
}

/// Whether a statement makes a name known that somebody needs. Of a typedef that is any word in it.
fn declares(text: &str, statement: &[Token], needed: impl Fn(&str) -> bool) -> bool {
    let is_typedef = statement.first().is_some_and(|t| word(text, t) == "typedef");
    let mut words = statement.iter().filter(|t| t.kind == Kind::Word).map(|t| word(text, t));
    definitions(text, statement).any(|(_, tag)| needed(tag))
        || (is_typedef
            && words
                .any(|w| !matches!(w, "struct" | "union" | "enum" | "int" | "char" | "const") && needed(w)))
        || statement.iter().any(|t| {
            t.kind == Kind::Directive
                && word(text, t).split(|c: char| !c.is_alphanumeric() && c != '_').any(&needed)
        })
}

fn word<'t>(text: &'t str, token: &Token) -> &'t str {
    &text[token.start..token.end]
}

/// `struct` and `b` in `'b_t' (aka 'const struct b')`.
fn record_in(ty: &str) -> Option<(&str, &str)> {
    let name = ty.rsplit('\'').nth(1)?;
    let at = ["struct ", "union "].iter().find_map(|k| name.find(k))?;
    let (keyword, tag) = name[at..].split_once(' ')?;
    let end = tag.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(tag.len());
    (end > 0).then(|| (keyword, &tag[..end]))
}

/// The declarations of a text as ranges of tokens: up to a semicolon outside of all brackets, or a line of the preprocessor.
fn statements(text: &str, all: &[Token]) -> Vec<Range<usize>> {
    let (mut out, mut start, mut depth) = (Vec::new(), 0, 0i32);
    for (i, token) in all.iter().enumerate() {
        match word(text, token) {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        let ends = match token.kind {
            Kind::Directive => i == start,
            _ => depth <= 0 && word(text, token) == ";",
        };
        if ends {
            out.push(start..i + 1);
            start = i + 1;
            depth = 0;
        }
    }
    out
}

/// `struct a` of a statement that is nothing but `struct a { ... };`.
fn plain_record(text: &str, statement: &[Token]) -> Option<String> {
    let [keyword, tag, open, .., close, _] = statement else { return None };
    let plain = matches!(word(text, keyword), "struct" | "union")
        && tag.kind == Kind::Word
        && word(text, open) == "{"
        && word(text, close) == "}"
        && statement.iter().all(|t| t.kind != Kind::Directive);
    plain.then(|| format!("{} {}", word(text, keyword), word(text, tag)))
}

/// Writes `b x[]` among parameters as `b *x `; the length of the text stays.
fn array_parameter(text: &mut Rewritten, all: &[Token], at: usize) -> bool {
    let Some(i) = all.iter().position(|t| t.start == at) else { return false };
    let mut depth = 0i32;
    for token in &all[..i] {
        match word(&text.text, token) {
            "(" => depth += 1,
            ")" => depth -= 1,
            "{" | "}" | ";" => depth = 0,
            _ => {}
        }
    }
    // Clang points at the bracket. Two words before it are type and name, unless the type takes both.
    let text_of = |i: usize| all.get(i).map_or("", |t| word(&text.text, t));
    let is_word = |i: Option<usize>| i.is_some_and(|i| all[i].kind == Kind::Word);
    let of_type = ["struct", "union", "enum", "const", "volatile", "restrict"];
    let named = is_word(i.checked_sub(1))
        && is_word(i.checked_sub(2))
        && !of_type.contains(&text_of(i - 2))
        && !of_type.contains(&text_of(i - 1));
    let Some(close) = (i..all.len()).find(|i| text_of(*i) == "]") else { return false };
    if depth < 1 || text_of(i) != "[" || text_of(close + 1) == "[" {
        return false;
    }
    let first = if named { i - 1 } else { i };
    let name = if named { text_of(first) } else { "" };
    let range = all[first].start..all[close].end;
    // Line feeds stay where a length has some.
    let kept = text.text[range.clone()].chars().skip(1 + name.chars().count());
    let blanks: String = kept.map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
    let with = format!("*{name}{blanks}");
    if with.len() != range.len() {
        return false;
    }
    text.text.replace_range(range, &with);
    true
}
