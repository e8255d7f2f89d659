//! Which part of a piece of source text the carets under it stress: the operator of a binary operation, the brackets
//! of a call or subscript.
//!
//! The piece is what an instruction's position names, so it is a complete expression or statement; a scanner of
//! tokens is enough to find the outermost construct.

/// A stressed range, in characters from the start of the piece: `left` inclusive, `right` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchors {
    pub left: usize,
    pub right: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A name or keyword.
    Word,
    /// A number or string.
    Atom,
    Open,
    Close,
    Operator,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
    /// Brackets open before the token (an opening bracket has the depth outside of it).
    depth: usize,
}

const OPERATORS: [&str; 27] = [
    "**=", "//=", ">>=", "<<=", "...", ":=", "->", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=",
    "&=", "|=", "^=", "@=", "**", "//", "<<", ">>", "<>", "&&", "||",
];

const KEYWORDS: [&str; 36] = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not",
    "or", "pass", "raise", "return", "try", "while", "with", "yield", "match", "case", "type", "print",
];

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Behind a string that starts (with its quotes) at `i`; `nested` when braces hold expressions.
fn skip_string(text: &[char], mut i: usize, raw: bool, nested: bool) -> Option<usize> {
    let quote = text[i];
    let triple = text.get(i + 1) == Some(&quote) && text.get(i + 2) == Some(&quote);
    i += if triple { 3 } else { 1 };
    while i < text.len() {
        let c = text[i];
        if c == '\\' && (!raw || text.get(i + 1).is_some_and(|n| *n == quote || *n == '\\')) {
            i += 2;
        } else if c == quote {
            if !triple {
                return Some(i + 1);
            }
            if text.get(i + 1) == Some(&quote) && text.get(i + 2) == Some(&quote) {
                return Some(i + 3);
            }
            i += 1;
        } else if nested && c == '{' {
            if text.get(i + 1) == Some(&'{') {
                i += 2;
                continue;
            }
            i = skip_field(text, i + 1)?;
        } else {
            i += 1;
        }
    }
    None
}

/// Behind a replacement field whose text starts at `i`.
fn skip_field(text: &[char], mut i: usize) -> Option<usize> {
    let mut depth = 1;
    while i < text.len() {
        match text[i] {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(i + 1);
                }
            }
            '\'' | '"' => {
                i = skip_string(text, i, false, false)?;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    None
}

/// The tokens of the piece, or `None` where it is no complete text.
fn tokens(text: &[char]) -> Option<Vec<Token>> {
    let mut out: Vec<Token> = Vec::new();
    let mut open = Vec::new();
    let mut i = 0;
    while i < text.len() {
        let c = text[i];
        let start = i;
        if c.is_whitespace() || c == '\\' {
            i += 1;
            continue;
        }
        if c == '#' {
            while i < text.len() && text[i] != '\n' {
                i += 1;
            }
            continue;
        }
        let mut depth = open.len();
        let kind = if is_word(c) && !c.is_ascii_digit() {
            while i < text.len() && is_word(text[i]) {
                i += 1;
            }
            if matches!(text.get(i), Some('\'' | '"')) && i - start <= 2 {
                let prefix: String = text[start..i].iter().collect::<String>().to_lowercase();
                i = skip_string(text, i, prefix.contains('r'), prefix.contains(['f', 't']))?;
                Kind::Atom
            } else {
                Kind::Word
            }
        } else if c.is_ascii_digit() || (c == '.' && text.get(i + 1).is_some_and(char::is_ascii_digit)) {
            while i < text.len() && (is_word(text[i]) || text[i] == '.') {
                let exponent =
                    matches!(text[i], 'e' | 'E') && !(text[start..i].len() >= 2 && text[start + 1] == 'x');
                i += 1;
                if exponent && matches!(text.get(i), Some('+' | '-')) {
                    i += 1;
                }
            }
            Kind::Atom
        } else if c == '\'' || c == '"' {
            i = skip_string(text, i, false, false)?;
            Kind::Atom
        } else if matches!(c, '(' | '[' | '{') {
            open.push(c);
            i += 1;
            Kind::Open
        } else if matches!(c, ')' | ']' | '}') {
            open.pop()?;
            depth -= 1;
            i += 1;
            Kind::Close
        } else {
            let rest: String = text[i..text.len().min(i + 3)].iter().collect();
            let len = OPERATORS.iter().find(|o| rest.starts_with(**o)).map_or(1, |o| o.len());
            i += len;
            if rest.starts_with("...") { Kind::Atom } else { Kind::Operator }
        };
        out.push(Token { kind, start, end: i, depth });
    }
    if open.is_empty() { Some(out) } else { None }
}

/// How loosely a binary operator binds; `None` for other tokens.
fn looseness(op: &str) -> Option<u8> {
    Some(match op {
        "|" => 7,
        "^" => 6,
        "&" => 5,
        "<<" | ">>" => 4,
        "+" | "-" => 3,
        "*" | "/" | "//" | "%" | "@" => 2,
        "**" => 0,
        _ => return None,
    })
}

/// What the outermost construct of an expression is.
enum Shape {
    /// The operator's token and the token behind it.
    Binary(usize, usize),
    /// The opening bracket's token of a call.
    Call(usize),
    /// The opening bracket's token of a subscript.
    Subscript(usize),
    Other,
}

fn text_of(text: &[char], t: &Token) -> String {
    text[t.start..t.end].iter().collect()
}

fn shape(text: &[char], all: &[Token]) -> Shape {
    let top: Vec<usize> = (0..all.len()).filter(|i| all[*i].depth == 0).collect();
    // (looseness, token index, place in `top`) of the operator that binds most loosely.
    let mut best: Option<(u8, usize)> = None;
    let mut prefix = false;
    let mut operand = false;
    for (n, &i) in top.iter().enumerate() {
        let t = &all[i];
        match t.kind {
            Kind::Word => {
                let w = text_of(text, t);
                let attribute = n > 0 && text_of(text, &all[top[n - 1]]) == ".";
                if w == "await" && !operand {
                    prefix |= best.is_none();
                    continue;
                }
                let soft = matches!(w.as_str(), "match" | "case" | "type" | "print");
                if !attribute && !soft && KEYWORDS.contains(&w.as_str()) {
                    return Shape::Other;
                }
                if operand && !attribute {
                    // Two operands in a row: a statement.
                    return Shape::Other;
                }
                operand = true;
            }
            Kind::Atom => operand = true,
            Kind::Open => {}
            Kind::Close => operand = true,
            Kind::Operator => {
                let op = text_of(text, t);
                if op == "." {
                    continue;
                }
                if !operand {
                    if matches!(op.as_str(), "+" | "-" | "~") {
                        prefix |= best.is_none();
                        continue;
                    }
                    return Shape::Other;
                }
                let Some(l) = looseness(&op) else { return Shape::Other };
                operand = false;
                // Powers group to the right, everything else to the left.
                let better = match best {
                    None => true,
                    Some((b, _)) => {
                        if l == 0 {
                            l > b
                        } else {
                            l >= b
                        }
                    }
                };
                if better {
                    best = Some((l, n));
                }
            }
        }
    }
    if let Some((l, n)) = best {
        if l == 0 && prefix {
            return Shape::Other;
        }
        return top.get(n + 1).map_or(Shape::Other, |next| Shape::Binary(top[n], *next));
    }
    if prefix {
        return Shape::Other;
    }
    // A primary: the last trailer decides.
    let [.., open, close] = top[..] else { return Shape::Other };
    if all[close].kind != Kind::Close
        || close + 1 != all.len()
        || all[open].kind != Kind::Open
        || top.len() < 3
    {
        return Shape::Other;
    }
    match text[all[open].start] {
        '(' => Shape::Call(open),
        '[' => Shape::Subscript(open),
        _ => Shape::Other,
    }
}

/// Is the bracket pair that opens at token `i` a whole operand in parentheses, which the syntax tree leaves out?
fn is_plain_group(text: &[char], all: &[Token], i: usize) -> bool {
    let t = &all[i];
    if t.kind != Kind::Open || text[t.start] != '(' {
        return false;
    }
    let Some(close) = (i + 1..all.len()).find(|j| all[*j].kind == Kind::Close && all[*j].depth == t.depth)
    else {
        return false;
    };
    let tuple = close == i + 1
        || all[i + 1..close]
            .iter()
            .any(|x| x.depth == t.depth + 1 && matches!(text_of(text, x).as_str(), "," | "for"));
    // A trailer or a tighter operator behind it makes it the beginning of a larger operand.
    let alone = close + 1 == all.len() || looseness(&text_of(text, &all[close + 1])).is_some();
    !tuple && alone && close + 1 == all.len()
}

/// The stressed range of a piece of source text, if it has one.
pub fn anchors(segment: &str) -> Option<Anchors> {
    let text: Vec<char> = segment.chars().collect();
    let all = tokens(&text)?;
    match shape(&text, &all) {
        Shape::Binary(op, next) => {
            let left = all[op].start;
            let mut right = left + 1;
            let long = all[op].end > right;
            let touching = all[next].start == right && is_plain_group(&text, &all, next);
            if long || touching {
                right += 1;
            }
            Some(Anchors { left, right })
        }
        Shape::Call(open) | Shape::Subscript(open) => {
            Some(Anchors { left: all[open].start, right: text.len() })
        }
        Shape::Other => None,
    }
}

/// Is the text a call, and if so, of a plain name?
pub fn call_of_name(segment: &str) -> Option<bool> {
    let text: Vec<char> = segment.chars().collect();
    let all = tokens(&text)?;
    match shape(&text, &all) {
        Shape::Call(open) => Some(open == 1 && all[0].kind == Kind::Word),
        _ => None,
    }
}

/// Is the text one identifier that is no keyword?
pub fn is_name(text: &str) -> bool {
    let mut c = text.chars();
    c.next().is_some_and(|c| is_word(c) && !c.is_ascii_digit())
        && c.all(is_word)
        && !KEYWORDS[..32].contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stressed(s: &str) -> Option<String> {
        anchors(s).map(|a| s.chars().skip(a.left).take(a.right - a.left).collect())
    }

    #[test]
    fn outermost_constructs() {
        assert_eq!(stressed("a + b * c").as_deref(), Some("+"));
        assert_eq!(stressed("a * b * c").as_deref(), Some("*"));
        assert_eq!(anchors("a * b * c").map(|a| a.left), Some(6));
        assert_eq!(anchors("a ** b ** c").map(|a| a.left), Some(2));
        assert_eq!(stressed("a // b").as_deref(), Some("//"));
        assert_eq!(stressed("f(x)[0](y, 'a)')").as_deref(), Some("(y, 'a)')"));
        assert_eq!(stressed("a.b[c][d]").as_deref(), Some("[d]"));
        assert_eq!(stressed("a.b.c"), None);
        assert_eq!(stressed("-a ** b"), None);
        assert_eq!(stressed("-a + b").as_deref(), Some("+"));
        assert_eq!(stressed("await f()"), None);
        assert_eq!(stressed("a if b else c"), None);
        assert_eq!(stressed("raise X(1)"), None);
        assert_eq!(stressed("a < b + c"), None);
        assert_eq!(stressed("(a + b)"), None);
        assert_eq!(stressed("x = f(1)"), None);
        assert_eq!(stressed("a +(b)").as_deref(), Some("+("));
        assert_eq!(stressed("f\"{x['a']}\" + y").as_deref(), Some("+"));
    }
}
