//! Reads `python.peg` into rules. The notation is explained at the head of that file; a mistake in
//! it is a bug of this crate and panics at first use, which every test does.

use super::lexer::Kind;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A part of an alternative.
#[derive(Debug)]
pub enum Item {
    /// A keyword or operator, by its number in [`Grammar::literals`].
    Literal(u16),
    /// A soft keyword, likewise.
    Soft(u16),
    /// A kind of token.
    Token(Kind),
    /// A name that is a soft keyword.
    AnySoft,
    /// A rule, by number.
    Rule(u16),
    /// Alternatives in parentheses.
    Group(Vec<Alt>),
    /// `x?`
    Optional(Box<Item>),
    /// `x*`
    Star(Box<Item>),
    /// `x+`
    Plus(Box<Item>),
    /// `x % separator`
    Separated(Box<Item>, Box<Item>),
    /// `&x`
    Ahead(Box<Item>),
    /// `!x`
    NotAhead(Box<Item>),
    /// `&&'x'`
    Forced(u16),
    /// `~`
    Cut,
}

/// A named part of an alternative, by its place.
pub type Slot = usize;

/// A field's value in a node that an action builds.
#[derive(Debug)]
pub enum Field {
    /// One part.
    One(Slot),
    /// Parts and lists of parts, made one list.
    Many(Vec<Slot>),
    /// A word.
    Word(&'static str),
}

/// Where an error is, in terms of parts.
#[derive(Debug)]
pub enum Place {
    /// A part.
    Whole(Slot),
    /// The first of a list.
    First(Slot),
    /// The last of a list.
    Last(Slot),
    /// The end of the last comprehension of a list.
    Comprehension(Slot),
}

/// Which range an error reports.
#[derive(Debug)]
pub enum Range {
    /// From the start of one to the end of the other.
    Between(Place, Place),
    /// From there to where the tokenizer is.
    From(Place),
    /// The last token read.
    Last,
    /// The next token.
    Next,
    /// The last token read; an `IndentationError`.
    Indent,
}

/// A stretch of an error's text.
#[derive(Debug)]
pub enum Piece {
    /// Words.
    Text(String),
    /// What kind of expression a part is.
    Name(Slot),
    /// A part's own words.
    Words(Slot),
    /// A part's line.
    Line(Slot),
}

/// What an alternative yields.
#[derive(Debug)]
pub enum Action {
    /// Its first part.
    First,
    /// A part.
    Take(Slot),
    /// A list of parts.
    Flat(Vec<Slot>),
    /// A node.
    Build(&'static str, Vec<(&'static str, Field)>),
    /// An error.
    Error(Range, Vec<Piece>),
    /// An error if a part is no target: of `star`, `for` or `del`.
    Target(&'static str, Slot),
    /// A function of `actions.rs`, with parts and words.
    Call(&'static str, Vec<Field>),
}

/// An alternative.
#[derive(Debug)]
pub struct Alt {
    /// Its parts.
    pub items: Vec<Item>,
    /// What it yields.
    pub action: Action,
    /// Counts in the second pass only.
    pub invalid: bool,
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its alternatives, in order.
    pub alts: Vec<Alt>,
    /// Results are remembered.
    pub memo: bool,
    /// Left-recursive.
    pub left: bool,
    /// Switches the invalid rules off.
    pub quiet: bool,
}

/// The grammar.
pub struct Grammar {
    /// The rules.
    pub rules: Vec<Rule>,
    /// Rules by name.
    pub by_name: HashMap<&'static str, u16>,
    /// The rule of that name.
    pub statement: u16,
    /// Keywords, operators and soft keywords, from 1.
    pub literals: Vec<&'static str>,
    /// Their numbers.
    pub literal_ids: HashMap<&'static str, u16>,
    /// Which of them are keywords.
    pub keyword: Vec<bool>,
    /// Which of them are soft keywords.
    pub soft: Vec<bool>,
}

/// The grammar, read once.
pub fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| Loader::load(include_str!("python.peg")))
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Tok {
    Ident(&'static str),
    Quoted(&'static str),
    Double(&'static str),
    Mark(&'static str),
    RuleStart(&'static str),
    End,
}

struct Loader {
    toks: Vec<Tok>,
    at: usize,
    grammar: Grammar,
}

fn tokenize(text: &'static str) -> Vec<Tok> {
    let bytes = text.as_bytes();
    let (mut at, mut toks, mut line_begin) = (0, Vec::new(), true);
    while at < bytes.len() {
        let c = bytes[at];
        let from = at;
        match c {
            b'\n' => line_begin = true,
            b' ' => line_begin = false,
            b'#' => {
                while bytes[at] != b'\n' {
                    at += 1;
                }
                continue;
            }
            b'\'' | b'"' => {
                at += 1;
                while bytes[at] != c {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let inner = &text[from + 1..at];
                toks.push(if c == b'"' { Tok::Double(inner) } else { Tok::Quoted(inner) });
            }
            _ if c.is_ascii_alphabetic() => {
                while bytes[at + 1].is_ascii_alphanumeric() || bytes[at + 1] == b'_' {
                    at += 1;
                }
                let word = &text[from..=at];
                toks.push(if line_begin { Tok::RuleStart(word) } else { Tok::Ident(word) });
                line_begin = false;
            }
            _ => {
                let two = &text[from..(from + 2).min(text.len())];
                let mark = if matches!(two, "->" | "&&" | "*=") { two } else { &two[..1] };
                at += mark.len() - 1;
                toks.push(Tok::Mark(mark));
            }
        }
        at += 1;
    }
    toks.push(Tok::End);
    toks
}

impl Loader {
    fn load(text: &'static str) -> Grammar {
        let toks = tokenize(text);
        let names = toks.iter().filter_map(|t| if let Tok::RuleStart(name) = t { Some(*name) } else { None });
        let by_name: HashMap<&'static str, u16> =
            names.enumerate().map(|(i, name)| (name, i as u16)).collect();
        let grammar = Grammar {
            rules: Vec::new(),
            statement: by_name["statement"],
            by_name,
            literals: vec![""],
            literal_ids: HashMap::new(),
            keyword: vec![false],
            soft: vec![false],
        };
        let mut loader = Self { toks, at: 0, grammar };
        while let Tok::RuleStart(name) = loader.peek() {
            loader.at += 1;
            let mut rule = Rule { alts: Vec::new(), memo: false, left: false, quiet: false };
            while let Tok::Ident(flag) = loader.peek() {
                loader.at += 1;
                match flag {
                    "memo" => rule.memo = true,
                    "left" => rule.left = true,
                    "quiet" => rule.quiet = true,
                    _ => panic!("flag {flag} of rule {name}"),
                }
            }
            loader.expect("=");
            rule.alts = loader.alts();
            loader.grammar.rules.push(rule);
        }
        assert!(loader.peek() == Tok::End, "{:?}", &loader.toks[loader.at..loader.at + 5]);
        loader.grammar
    }

    fn peek(&self) -> Tok {
        self.toks[self.at]
    }

    fn take(&mut self, mark: &str) -> bool {
        let is = matches!(self.peek(), Tok::Mark(m) if m == mark);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, mark: &str) {
        assert!(self.take(mark), "{mark} expected at {:?}", &self.toks[self.at..self.at + 5]);
    }

    fn literal(&mut self, text: &'static str, soft: bool) -> u16 {
        let grammar = &mut self.grammar;
        let id = *grammar.literal_ids.entry(text).or_insert_with(|| {
            grammar.literals.push(text);
            grammar.keyword.push(!soft && text.as_bytes()[0].is_ascii_alphabetic());
            grammar.soft.push(soft);
            grammar.literals.len() as u16 - 1
        });
        assert!(grammar.soft[usize::from(id)] == soft, "{text} is soft and not");
        id
    }

    fn alts(&mut self) -> Vec<Alt> {
        let mut alts = vec![self.alt()];
        while self.take("|") {
            alts.push(self.alt());
        }
        alts
    }

    fn alt(&mut self) -> Alt {
        let (mut items, mut names) = (Vec::new(), HashMap::new());
        let mut invalid = false;
        loop {
            match self.peek() {
                Tok::Mark("|" | ")" | "->") | Tok::RuleStart(_) | Tok::End => break,
                Tok::Ident(name) if self.toks[self.at + 1] == Tok::Mark(":") => {
                    self.at += 2;
                    names.insert(name, items.len());
                }
                _ => {}
            }
            invalid = matches!(self.peek(), Tok::Ident(name) if name.starts_with("invalid_"));
            let item = self.item();
            items.push(item);
        }
        invalid &= items.len() == 1;
        let action = if self.take("->") { self.action(&names) } else { Action::First };
        Alt { items, action, invalid }
    }

    fn item(&mut self) -> Item {
        if self.take("&&") {
            let Tok::Quoted(text) = self.peek() else { panic!("a literal after &&") };
            self.at += 1;
            return Item::Forced(self.literal(text, false));
        }
        if self.take("&") {
            return Item::Ahead(Box::new(self.atom()));
        }
        if self.take("!") {
            return Item::NotAhead(Box::new(self.atom()));
        }
        if self.take("~") {
            return Item::Cut;
        }
        let atom = self.atom();
        if self.take("?") {
            Item::Optional(Box::new(atom))
        } else if self.take("*") {
            Item::Star(Box::new(atom))
        } else if self.take("+") {
            Item::Plus(Box::new(atom))
        } else if self.take("%") {
            let separator = self.atom();
            Item::Separated(Box::new(atom), Box::new(separator))
        } else {
            atom
        }
    }

    fn atom(&mut self) -> Item {
        let tok = self.peek();
        self.at += 1;
        match tok {
            Tok::Quoted(text) => Item::Literal(self.literal(text, false)),
            Tok::Double(text) => Item::Soft(self.literal(text, true)),
            Tok::Mark("(") => {
                let alts = self.alts();
                self.expect(")");
                Item::Group(alts)
            }
            Tok::Ident(name) => match token_kind(name) {
                Some(kind) => Item::Token(kind),
                None if name == "SOFT_KEYWORD" => Item::AnySoft,
                None => {
                    Item::Rule(*self.grammar.by_name.get(name).unwrap_or_else(|| panic!("no rule {name}")))
                }
            },
            other => panic!("a part expected, not {other:?}"),
        }
    }

    fn word(&mut self) -> &'static str {
        let tok = self.peek();
        self.at += 1;
        match tok {
            Tok::Ident(word) | Tok::Double(word) => word,
            other => panic!("a word expected, not {other:?}"),
        }
    }

    fn slot(&mut self, names: &HashMap<&str, Slot>) -> Slot {
        let word = self.word();
        *names.get(word).unwrap_or_else(|| panic!("no part {word}"))
    }

    fn sum(&mut self, names: &HashMap<&str, Slot>) -> Vec<Slot> {
        let mut slots = vec![self.slot(names)];
        while self.take("+") {
            slots.push(self.slot(names));
        }
        slots
    }

    fn place(&mut self, names: &HashMap<&str, Slot>) -> Place {
        let word = self.word();
        if self.take("(") {
            let slot = self.slot(names);
            self.expect(")");
            return match word {
                "first" => Place::First(slot),
                "last" => Place::Last(slot),
                "comp" => Place::Comprehension(slot),
                _ => panic!("place {word}"),
            };
        }
        Place::Whole(names[word])
    }

    fn action(&mut self, names: &HashMap<&str, Slot>) -> Action {
        if self.take("@") {
            let function = self.word();
            self.expect("(");
            let mut args = Vec::new();
            while !self.take(")") {
                args.push(match self.peek() {
                    Tok::Double(text) => Field::Word(text),
                    Tok::Ident(name) => Field::One(names[name]),
                    other => panic!("argument {other:?}"),
                });
                self.at += 1;
                self.take(",");
            }
            return Action::Call(function, args);
        }
        let word = self.word();
        match word {
            "error" => {
                let range = match self.word() {
                    "at" => {
                        let from = self.at;
                        let start = self.place(names);
                        self.at = from;
                        Range::Between(start, self.place(names))
                    }
                    "range" => {
                        let start = self.place(names);
                        Range::Between(start, self.place(names))
                    }
                    "from" => Range::From(self.place(names)),
                    "last" => Range::Last,
                    "next" => Range::Next,
                    other => panic!("range {other}"),
                };
                Action::Error(range, pieces(self.word(), names))
            }
            "indent" => Action::Error(Range::Indent, pieces(self.word(), names)),
            "target" => {
                let kind = self.word();
                Action::Target(kind, self.slot(names))
            }
            "flat" => {
                self.expect("(");
                let sum = self.sum(names);
                self.expect(")");
                Action::Flat(sum)
            }
            _ if self.take("(") => {
                let mut fields = Vec::new();
                while !self.take(")") {
                    let name = self.word();
                    let field = if self.take("*=") {
                        Field::Many(self.sum(names))
                    } else {
                        self.expect("=");
                        match self.peek() {
                            Tok::Ident(part) if names.contains_key(part) => Field::One(self.slot(names)),
                            _ => Field::Word(self.word()),
                        }
                    };
                    fields.push((name, field));
                    self.take(",");
                }
                Action::Build(word, fields)
            }
            _ => Action::Take(*names.get(word).unwrap_or_else(|| panic!("no part {word}"))),
        }
    }
}

fn token_kind(name: &str) -> Option<Kind> {
    Some(match name {
        "ENDMARKER" => Kind::EndMarker,
        "NAME" => Kind::Name,
        "NUMBER" => Kind::Number,
        "STRING" => Kind::String,
        "NEWLINE" => Kind::Newline,
        "INDENT" => Kind::Indent,
        "DEDENT" => Kind::Dedent,
        "FSTRING_START" => Kind::FStringStart,
        "FSTRING_MIDDLE" => Kind::FStringMiddle,
        "FSTRING_END" => Kind::FStringEnd,
        "TSTRING_START" => Kind::TStringStart,
        "TSTRING_MIDDLE" => Kind::TStringMiddle,
        "TSTRING_END" => Kind::TStringEnd,
        "TYPE_COMMENT" => Kind::TypeComment,
        _ => return None,
    })
}

/// Cuts an error's text at `{name a}`, `{text a}` and `{line a}`; other braces are themselves.
fn pieces(text: &str, names: &HashMap<&str, Slot>) -> Vec<Piece> {
    let (mut out, mut plain, mut rest) = (Vec::new(), String::new(), text);
    while let Some(c) = rest.chars().next() {
        let inner = rest.strip_prefix('{').and_then(|r| r.split_once('}'));
        let placeholder = inner.and_then(|(inner, after)| {
            let (what, part) = inner.split_once(' ')?;
            let slot = *names.get(part)?;
            let piece = match what {
                "name" => Piece::Name(slot),
                "text" => Piece::Words(slot),
                "line" => Piece::Line(slot),
                _ => return None,
            };
            Some((piece, after))
        });
        if let Some((piece, after)) = placeholder {
            out.push(Piece::Text(std::mem::take(&mut plain)));
            out.push(piece);
            rest = after;
            continue;
        }
        if c != '\\' {
            plain.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    out.push(Piece::Text(plain));
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_loads() {
        let grammar = super::grammar();
        assert!(grammar.rules.len() > 200);
        let lambda = grammar.literal_ids["lambda"];
        assert!(grammar.keyword[usize::from(lambda)]);
        assert!(grammar.soft[usize::from(grammar.literal_ids["match"])]);
    }
}
