//! Runs the grammar over tokens: a packrat parser that works in two passes as CPython's does, the
//! second with the rules that know what people get wrong.

use super::grammar::{Action, Alt, Field, Grammar, Item, grammar};
use super::lexer::{Kind, Lexer, Token};
use crate::error::{ErrorKind, SyntaxError};
use std::collections::HashMap;

/// What a rule or part yields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Val {
    /// Nothing was there, and nothing had to be.
    Nil,
    /// A token, by number.
    Tok(u32),
    /// A node, by number.
    Node(u32),
    /// A list, by number.
    List(u32),
    /// A word of the grammar.
    Word(&'static str),
}

/// A node of the tree. Positions as in [`Token`].
#[derive(Debug)]
pub struct Node {
    /// The name of its kind.
    pub kind: &'static str,
    /// First line.
    pub line: u32,
    /// First column.
    pub col: i32,
    /// Last line.
    pub end_line: u32,
    /// Column after the end.
    pub end_col: i32,
    /// Its first token.
    pub first: u32,
    /// Its fields.
    pub fields: Vec<(&'static str, Val)>,
}

/// An error is set; everything returns.
#[derive(Debug)]
pub struct Stop;

/// Matched, and with what value; not matched; or stopped.
pub type Match = Result<Option<Val>, Stop>;

enum Outcome {
    Failed,
    Done(Option<Val>),
}

/// How deep rules may nest; [`super::diagnose`] runs on a stack with room for it.
const MAX_DEPTH: usize = 12000;

/// What a parser keeps.
pub struct Parser<'s> {
    pub(super) lexer: Lexer<'s>,
    pub(super) grammar: &'static Grammar,
    pub(super) tokens: Vec<Token>,
    /// For each token, which literal it is.
    literals: Vec<u16>,
    pub(super) mark: usize,
    memo: HashMap<(u32, u16), (Option<Val>, usize)>,
    pub(super) invalid_rules: bool,
    pub(super) nodes: Vec<Node>,
    pub(super) lists: Vec<Vec<Val>>,
    pub(super) error: Option<Box<SyntaxError>>,
    /// Parsing one interactive statement.
    pub(super) single: bool,
    pub(super) imply_dedent: bool,
    pub(super) barry: bool,
    started: bool,
    depth: usize,
    /// How deep each node and each list is.
    pub(super) node_depths: Vec<u32>,
    list_depths: Vec<u32>,
    /// Lines of `# type: ignore`, with what follows it.
    pub(super) type_ignores: Vec<(u32, String)>,
    /// Where the last complete compound statement starts, in the second pass.
    pub(super) last_statement: (u32, i32),
}

impl<'s> Parser<'s> {
    /// A parser over `src`.
    pub fn new(src: &'s [u8], single: bool) -> Self {
        Self {
            lexer: Lexer::new(src, false),
            grammar: grammar(),
            tokens: Vec::new(),
            literals: Vec::new(),
            mark: 0,
            memo: HashMap::new(),
            invalid_rules: false,
            nodes: Vec::new(),
            lists: Vec::new(),
            error: None,
            single,
            imply_dedent: true,
            barry: false,
            started: false,
            depth: 0,
            node_depths: Vec::new(),
            list_depths: Vec::new(),
            type_ignores: Vec::new(),
            last_statement: (0, 0),
        }
    }

    /// Runs a rule from the first token. On failure without an error, `None`.
    pub fn run(&mut self, rule: &str) -> Option<Val> {
        let id = self.grammar.by_name[rule];
        self.mark = 0;
        self.depth = 0;
        self.memo.clear();
        self.rule(id).unwrap_or(None)
    }

    /// The words of a token.
    pub fn text(&self, token: u32) -> &'s str {
        let t = &self.tokens[token as usize];
        std::str::from_utf8(&self.lexer.source()[t.start..t.end]).unwrap_or("")
    }

    /// A field of a node, [`Val::Nil`] if it has none of that name.
    pub fn field(&self, node: u32, name: &str) -> Val {
        let fields = &self.nodes[node as usize].fields;
        fields.iter().find(|(field, _)| *field == name).map_or(Val::Nil, |(_, val)| *val)
    }

    /// The elements of a list; of anything else but nothing, itself.
    pub fn elements(&self, val: Val) -> Vec<Val> {
        match val {
            Val::Nil => Vec::new(),
            Val::List(list) => self.lists[list as usize].clone(),
            other => vec![other],
        }
    }

    /// Sees to it that the token at the mark is read.
    pub(super) fn fill(&mut self) -> Result<(), Stop> {
        if self.mark < self.tokens.len() {
            return Ok(());
        }
        let mut token = self.lexer.next_token();
        while token.kind == Kind::TypeIgnore {
            let tag = String::from_utf8_lossy(&self.lexer.source()[token.start..token.end]);
            self.type_ignores.push((token.line, tag.into_owned()));
            token = self.lexer.next_token();
        }
        if self.single && token.kind == Kind::EndMarker && self.started {
            token.kind = Kind::Newline;
            self.started = false;
            if self.lexer.indent_depth() > 0 && self.imply_dedent {
                self.lexer.end_interactive();
            }
        } else {
            self.started = true;
        }
        let text = &self.lexer.source()[token.start..token.end];
        let text = std::str::from_utf8(text).unwrap_or("");
        let id = match token.kind {
            Kind::Op if text == "<>" => self.grammar.literal_ids["!="],
            Kind::Op | Kind::Name => self.grammar.literal_ids.get(text).copied().unwrap_or(0),
            _ => 0,
        };
        self.tokens.push(token);
        self.literals.push(id);
        if token.kind == Kind::Error {
            self.tokenizer_error();
            return Err(Stop);
        }
        Ok(())
    }

    /// The last token read.
    pub(super) fn last_token(&self) -> Option<Token> {
        self.tokens.last().copied()
    }

    fn advance(&mut self) -> Val {
        self.mark += 1;
        Val::Tok(self.mark as u32 - 1)
    }

    fn literal(&mut self, id: u16) -> Match {
        self.fill()?;
        Ok((self.literals[self.mark] == id).then(|| self.advance()))
    }

    fn token(&mut self, kind: Kind) -> Match {
        self.fill()?;
        let is = self.tokens[self.mark].kind == kind
            && (kind != Kind::Name || !self.grammar.keyword[usize::from(self.literals[self.mark])]);
        Ok(is.then(|| self.advance()))
    }

    fn enter(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = "Parser stack overflowed - Python source too complex to parse";
            self.set_error(ErrorKind::Memory, 0, 0, 0, 0, message.to_owned());
            return Err(Stop);
        }
        Ok(())
    }

    /// Runs a rule at the mark.
    fn rule(&mut self, id: u16) -> Match {
        self.enter()?;
        let result = self.rule_inner(id);
        self.depth -= 1;
        result
    }

    fn rule_inner(&mut self, id: u16) -> Match {
        let rule = &self.grammar.rules[usize::from(id)];
        let start = self.mark;
        let key = (start as u32, id);
        if rule.memo || rule.left {
            self.fill()?;
            if let Some(&(value, mark)) = self.memo.get(&key) {
                self.mark = mark;
                return Ok(value);
            }
        }
        if rule.left {
            let (mut best, mut end) = (None, start);
            loop {
                self.memo.insert(key, (best, end));
                self.mark = start;
                let value = self.alts(&rule.alts)?;
                if value.is_none() || self.mark <= end {
                    break;
                }
                (best, end) = (value, self.mark);
            }
            self.mark = end;
            return Ok(best);
        }
        if rule.quiet {
            let before = std::mem::replace(&mut self.invalid_rules, false);
            let value = self.alts(&rule.alts);
            self.invalid_rules = before;
            return value;
        }
        let value = self.alts(&rule.alts)?;
        if self.invalid_rules && id == self.grammar.statement {
            self.note_statement(value);
        }
        if rule.memo {
            self.memo.insert(key, (value, self.mark));
        }
        Ok(value)
    }

    fn alts(&mut self, alts: &'static [Alt]) -> Match {
        let start = self.mark;
        for alt in alts {
            if alt.invalid && !self.invalid_rules {
                continue;
            }
            let mut cut = false;
            match self.alt(alt, start, &mut cut)? {
                Outcome::Done(value) => return Ok(value),
                Outcome::Failed => {
                    self.mark = start;
                    if cut {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(None)
    }

    fn alt(&mut self, alt: &'static Alt, start: usize, cut: &mut bool) -> Result<Outcome, Stop> {
        let mut values: smallvec::SmallVec<[Val; 8]> = smallvec::SmallVec::new();
        let mut first = None;
        for item in &alt.items {
            let value = match item {
                Item::Cut => {
                    *cut = true;
                    Val::Nil
                }
                _ => match self.item(item)? {
                    Some(value) => value,
                    None => return Ok(Outcome::Failed),
                },
            };
            if first.is_none() && !matches!(item, Item::Ahead(_) | Item::NotAhead(_) | Item::Cut) {
                first = Some(value);
            }
            values.push(value);
        }
        let value = match &alt.action {
            Action::First => Some(first.unwrap_or(Val::Nil)),
            Action::Take(slot) => Some(values[*slot]),
            Action::Flat(slots) => {
                let list = self.flat(slots, &values);
                let all = self.elements(list).into_iter().flat_map(|val| self.elements(val)).collect();
                Some(self.list(all))
            }
            Action::Build(kind, fields) => {
                let fields = fields.iter().map(|(name, f)| (*name, self.field_value(f, &values))).collect();
                Some(self.build(kind, start, fields))
            }
            Action::Error(range, pieces) => return self.report(range, pieces, &values),
            Action::Target(kind, slot) => return self.bad_target(kind, values[*slot]).map(Outcome::Done),
            Action::Call(name, args) => {
                let args: Vec<Val> = args.iter().map(|arg| self.field_value(arg, &values)).collect();
                self.call(name, &args, start)?
            }
        };
        Ok(Outcome::Done(value))
    }

    fn report(
        &mut self,
        range: &super::grammar::Range,
        pieces: &[super::grammar::Piece],
        values: &[Val],
    ) -> Result<Outcome, Stop> {
        self.raise_action(range, pieces, values)?;
        Ok(Outcome::Done(None))
    }

    fn field_value(&mut self, field: &Field, values: &[Val]) -> Val {
        match field {
            Field::One(slot) => values[*slot],
            Field::Word(word) => Val::Word(word),
            Field::Many(slots) => self.flat(slots, values),
        }
    }

    fn flat(&mut self, slots: &[usize], values: &[Val]) -> Val {
        let all = slots.iter().flat_map(|&slot| self.elements(values[slot])).collect();
        self.list(all)
    }

    /// How deep what a rule yields is.
    pub(super) fn depth_of(&self, val: Val) -> u32 {
        match val {
            Val::Node(n) => self.node_depths[n as usize],
            Val::List(n) => self.list_depths[n as usize],
            _ => 0,
        }
    }

    /// Remembers a compound statement. CPython's parser remembers no simple ones and no functions.
    fn note_statement(&mut self, value: Option<Val>) {
        const REMEMBERED: &[&str] =
            &["If", "While", "For", "AsyncFor", "With", "AsyncWith", "Try", "TryStar", "Match", "ClassDef"];
        let Some(Val::Node(n)) = value else { return };
        let node = &self.nodes[n as usize];
        if self.last_statement.0 <= node.line && REMEMBERED.contains(&node.kind) {
            self.last_statement = (node.line, node.col);
        }
    }

    /// Makes a list.
    pub(super) fn list(&mut self, all: Vec<Val>) -> Val {
        self.list_depths.push(all.iter().map(|val| self.depth_of(*val)).max().unwrap_or(0));
        self.lists.push(all);
        Val::List(self.lists.len() as u32 - 1)
    }

    /// Makes a node that reaches from token `start` to the mark, line ends and the like left out.
    pub(super) fn build(
        &mut self,
        kind: &'static str,
        start: usize,
        fields: Vec<(&'static str, Val)>,
    ) -> Val {
        let first = self.tokens[start];
        let spaces = [Kind::EndMarker, Kind::Newline, Kind::Indent, Kind::Dedent];
        let last = self.tokens[..self.mark].iter().rev().find(|t| !spaces.contains(&t.kind));
        let last = last.copied().unwrap_or(first);
        let depth = fields.iter().map(|(_, val)| self.depth_of(*val)).max().unwrap_or(0);
        self.node_depths.push(depth + 1);
        self.nodes.push(Node {
            kind,
            line: first.line,
            col: first.col,
            end_line: last.end_line,
            end_col: last.end_col,
            first: start as u32,
            fields,
        });
        Val::Node(self.nodes.len() as u32 - 1)
    }

    fn item(&mut self, item: &'static Item) -> Match {
        match item {
            Item::Literal(id) => self.literal(*id),
            Item::Soft(id) => self.literal(*id),
            Item::AnySoft => {
                self.fill()?;
                let is = self.grammar.soft[usize::from(self.literals[self.mark])];
                Ok(is.then(|| self.advance()))
            }
            Item::Token(kind) => self.token(*kind),
            Item::Rule(id) => self.rule(*id),
            Item::Group(alts) => {
                self.enter()?;
                let result = self.alts(alts);
                self.depth -= 1;
                result
            }
            Item::Optional(inner) => {
                let start = self.mark;
                let value = self.item(inner)?;
                if value.is_none() {
                    self.mark = start;
                }
                Ok(Some(value.unwrap_or(Val::Nil)))
            }
            Item::Star(inner) => self.repeat(inner, None, 0),
            Item::Plus(inner) => self.repeat(inner, None, 1),
            Item::Separated(inner, separator) => self.repeat(inner, Some(separator), 1),
            Item::Ahead(inner) => {
                let start = self.mark;
                let value = self.item(inner)?;
                self.mark = start;
                Ok(value)
            }
            Item::NotAhead(inner) => {
                let start = self.mark;
                let value = self.item(inner)?;
                self.mark = start;
                Ok(if value.is_none() { Some(Val::Nil) } else { None })
            }
            Item::Forced(id) => {
                let value = self.literal(*id)?;
                if value.is_none() {
                    let message = format!("expected '{}'", self.grammar.literals[usize::from(*id)]);
                    self.raise_at_token(self.mark, message);
                    return Err(Stop);
                }
                Ok(value)
            }
            Item::Cut => Ok(Some(Val::Nil)),
        }
    }

    fn repeat(&mut self, inner: &'static Item, separator: Option<&'static Item>, least: usize) -> Match {
        let start = self.mark;
        let mut all = Vec::new();
        let mut end = start;
        loop {
            if let (Some(separator), false) = (separator, all.is_empty())
                && self.item(separator)?.is_none()
            {
                break;
            }
            let Some(value) = self.item(inner)? else { break };
            all.push(value);
            end = self.mark;
        }
        self.mark = end;
        if all.len() < least {
            self.mark = start;
            return Ok(None);
        }
        Ok(Some(self.list(all)))
    }
}
