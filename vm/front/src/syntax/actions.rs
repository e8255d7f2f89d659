//! What the grammar's actions ask of a parser beyond building nodes: the names of expressions in
//! messages, targets, and the checks that need more than a pattern.

use super::lexer::Kind;
use super::parser::{Match, Parser, Stop, Val};
use crate::error::ErrorKind;

impl Parser<'_> {
    /// What messages call an expression.
    pub(super) fn expression_name(&self, val: Val) -> &'static str {
        match val {
            Val::Tok(t) => match (self.tokens[t as usize].kind, self.text(t)) {
                (Kind::Name, "True") => "True",
                (Kind::Name, "False") => "False",
                (Kind::Name, "None") => "None",
                (Kind::Name, _) => "name",
                (Kind::Op, "...") => "ellipsis",
                _ => "literal",
            },
            Val::Node(n) => match self.nodes[n as usize].kind {
                "Attribute" => "attribute",
                "Subscript" => "subscript",
                "Starred" => "starred",
                "List" => "list",
                "Tuple" => "tuple",
                "Lambda" => "lambda",
                "Call" => "function call",
                "BoolOp" | "BinOp" | "UnaryOp" => "expression",
                "GeneratorExp" => "generator expression",
                "Yield" | "YieldFrom" => "yield expression",
                "Await" => "await expression",
                "ListComp" => "list comprehension",
                "SetComp" => "set comprehension",
                "DictComp" => "dict comprehension",
                "Dict" => "dict literal",
                "Set" => "set display",
                "Compare" => "comparison",
                "IfExp" => "conditional expression",
                "NamedExpr" => "named expression",
                "Strings" => self.strings_name(n),
                _ => "expression",
            },
            _ => "expression",
        }
    }

    fn strings_name(&self, node: u32) -> &'static str {
        let parts = self.elements(self.field(node, "parts"));
        let of_kind = |kind: &str| {
            parts.iter().any(|part| matches!(part, Val::Node(n) if self.nodes[*n as usize].kind == kind))
        };
        if of_kind("TemplateStr") {
            "t-string expression"
        } else if of_kind("JoinedStr") {
            "f-string expression"
        } else {
            "literal"
        }
    }

    /// The part of an expression that cannot be a target, if it is not one.
    fn invalid_target(&self, kind: &str, val: Val) -> Option<Val> {
        match val {
            Val::Tok(t) => {
                let name = self.tokens[t as usize].kind == Kind::Name
                    && !matches!(self.text(t), "True" | "False" | "None");
                (!name).then_some(val)
            }
            Val::Node(n) => match self.nodes[n as usize].kind {
                "List" | "Tuple" => {
                    let elements = self.elements(self.field(n, "elts"));
                    elements.into_iter().find_map(|element| self.invalid_target(kind, element))
                }
                "Starred" if kind == "del" => Some(val),
                "Starred" => self.invalid_target(kind, self.field(n, "value")),
                "Compare" if kind == "for" => {
                    let first = self.elements(self.field(n, "pairs"))[0];
                    let Val::Node(pair) = first else { return None };
                    if self.field(pair, "op") == Val::Word("in") {
                        return self.invalid_target(kind, self.field(n, "left"));
                    }
                    None
                }
                "Subscript" | "Attribute" => None,
                _ => Some(val),
            },
            _ => None,
        }
    }

    pub(super) fn bad_target(&mut self, kind: &str, val: Val) -> Match {
        let Some(bad) = self.invalid_target(kind, val) else { return Ok(None) };
        let verb = if kind == "del" { "delete" } else { "assign to" };
        let message = format!("cannot {verb} {}", self.expression_name(bad));
        self.raise(self.span(bad), message);
        Err(Stop)
    }

    fn is_legacy_statement(&self, val: Val) -> bool {
        matches!(val, Val::Tok(t) if matches!(self.text(t), "print" | "exec"))
    }

    fn node_kind(&self, val: Val) -> &'static str {
        match val {
            Val::Node(n) => self.nodes[n as usize].kind,
            _ => "",
        }
    }

    /// Gives a parameter its type comment.
    fn set_comment(&mut self, parameter: Val, comment: Val) {
        if let (Val::Node(n), Val::Tok(_)) = (parameter, comment) {
            self.nodes[n as usize].fields.push(("type_comment", comment));
        }
    }

    /// Calls an action by name.
    pub(super) fn call(&mut self, name: &str, args: &[Val], start: usize) -> Match {
        match name {
            "comment" => {
                self.set_comment(args[0], args[1]);
                Ok(Some(args[0]))
            }
            "comment_default" => {
                self.set_comment(args[0], args[2]);
                Ok(Some(self.build("Default", start, vec![("param", args[0]), ("default", args[1])])))
            }
            "missing_comma" => {
                let level = self.tokens[self.mark - 1].level;
                if self.is_legacy_statement(args[0]) || level == 0 {
                    return Ok(None);
                }
                let (a, b) = (self.span(args[0]), self.span(args[1]));
                let message = "invalid syntax. Perhaps you forgot a comma?";
                self.raise((a.0, a.1, b.2, b.3), message.to_owned());
                Err(Stop)
            }
            "legacy_statement" => {
                if !self.is_legacy_statement(args[0]) {
                    return Ok(None);
                }
                let Val::Tok(t) = args[0] else { return Ok(None) };
                let word = self.text(t);
                let message = format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
                let (a, b) = (self.span(args[0]), self.span(args[1]));
                self.raise((a.0, a.1, b.2, b.3), message);
                Err(Stop)
            }
            "bound" => {
                let what = if self.node_kind(args[1]) == "Tuple" { "constraints" } else { "bound" };
                let Val::Word(kind) = args[2] else { return Ok(None) };
                let (line, col, ..) = self.span(args[0]);
                self.raise_from(line, col, format!("cannot use {what} with {kind}"));
                Err(Stop)
            }
            "missing_colon" => {
                let (line, _, end_line, end_col) = self.span(args[0]);
                let message = "':' expected after dictionary key".to_owned();
                self.set_error(ErrorKind::Syntax, line, end_col, end_line, 0, message);
                Err(Stop)
            }
            "generator_in_call" => {
                let Val::Node(call) = args[0] else { return Ok(None) };
                let all = self.elements(self.field(call, "all"));
                let positional: Vec<Val> =
                    all.into_iter().filter(|&arg| self.node_kind(arg) != "keyword").collect();
                let [_, .., last] = positional[..] else { return Ok(None) };
                let (a, b) = (self.span(last), self.comprehension_end(args[1]));
                let message = "Generator expression must be parenthesized".to_owned();
                self.raise((a.0, a.1, b.2, b.3), message);
                Err(Stop)
            }
            "positional_after_keyword" => {
                let Val::Node(call) = args[0] else { return Ok(None) };
                let unpacking = self.elements(self.field(call, "all")).into_iter().any(|arg| {
                    matches!(arg, Val::Node(n) if self.nodes[n as usize].kind == "keyword"
                        && self.field(n, "arg") == Val::Nil)
                });
                let message = if unpacking {
                    "positional argument follows keyword argument unpacking"
                } else {
                    "positional argument follows keyword argument"
                };
                self.raise_last(ErrorKind::Syntax, message.to_owned());
                Err(Stop)
            }
            "real" | "imaginary" => {
                let Val::Tok(t) = args[0] else { return Ok(None) };
                let imaginary = self.text(t).ends_with(['j', 'J']);
                if imaginary != (name == "imaginary") {
                    let message = format!("{name} number required in complex literal");
                    self.raise(self.span(args[0]), message);
                    return Err(Stop);
                }
                Ok(Some(args[0]))
            }
            "not_equal" => {
                let Val::Tok(t) = args[0] else { return Ok(None) };
                let barry = self.text(t) == "<>";
                if barry && !self.barry && self.invalid_rules {
                    let message = "invalid syntax.  Maybe you meant '!=' instead of '<>'?".to_owned();
                    self.raise(self.span(args[0]), message);
                    return Err(Stop);
                }
                if self.barry && !barry {
                    let message = "with Barry as BDFL, use '<>' instead of '!='".to_owned();
                    self.raise_last(ErrorKind::Syntax, message);
                    return Err(Stop);
                }
                Ok((barry == self.barry).then_some(args[0]))
            }
            "import_from" => {
                // Barry's feature changes the grammar from here on.
                let has = |parser: &Self, val: Val, word: &str| matches!(val, Val::Tok(t) if parser.text(t) == word);
                if self.elements(args[0]).is_empty() && has(self, args[1], "__future__") {
                    self.barry |= self.elements(args[2]).into_iter().any(|alias| {
                        matches!(alias, Val::Node(n) if has(self, self.field(n, "name"), "barry_as_FLUFL"))
                    });
                }
                let fields = vec![("dots", args[0]), ("module", args[1]), ("names", args[2])];
                Ok(Some(self.build("ImportFrom", start, fields)))
            }
            "conversion" => self.conversion(args[0], args[1]),
            "formatted" => {
                let Val::Tok(opening) = args[0] else { return Ok(None) };
                let raw = self.text(opening).contains(['r', 'R']);
                if !raw {
                    self.check_text(args[1])?;
                }
                let template = self.tokens[opening as usize].kind == Kind::TStringStart;
                let kind = if template { "TemplateStr" } else { "JoinedStr" };
                let fields = vec![("start", args[0]), ("parts", args[1]), ("end", args[2])];
                Ok(Some(self.build(kind, start, fields)))
            }
            "string" => self.check_string(args[0]),
            "concatenate" => self.concatenate(args[0], start),
            "or_pattern" => {
                let all = self.elements(args[0]);
                if let [one] = all[..] {
                    return Ok(Some(one));
                }
                Ok(Some(self.build("MatchOr", start, vec![("patterns", args[0])])))
            }
            "decorate" => {
                let Val::Node(n) = args[1] else { return Ok(Some(args[1])) };
                self.nodes[n as usize].fields.push(("decorator_list", args[0]));
                Ok(Some(args[1]))
            }
            "interactive_end" => Ok(None),
            _ => unreachable!("no action {name}"),
        }
    }

    fn conversion(&mut self, mark: Val, name: Val) -> Match {
        let (a, b) = (self.span(mark), self.span(name));
        let letter = self.lexer.string_letter();
        if a.0 != b.0 || a.3 != b.1 {
            let message =
                format!("{letter}-string: conversion type must come right after the exclamation mark");
            self.raise((a.0, a.1, b.2, b.3), message);
            return Err(Stop);
        }
        let Val::Tok(t) = name else { return Ok(None) };
        let word = self.text(t);
        if !matches!(word, "s" | "r" | "a") {
            let message =
                format!("{letter}-string: invalid conversion character '{word}': expected 's', 'r', or 'a'");
            self.raise(b, message);
            return Err(Stop);
        }
        Ok(Some(name))
    }

    fn is_bytes(&self, val: Val) -> bool {
        let Val::Tok(t) = val else { return false };
        let text = self.text(t);
        let prefix = text.find(['"', '\'']).unwrap_or(0);
        text[..prefix].contains(['b', 'B'])
    }

    /// Checks what a string token holds.
    fn check_string(&mut self, val: Val) -> Match {
        let Val::Tok(t) = val else { return Ok(None) };
        if self.is_bytes(val) && !self.text(t).is_ascii() {
            self.raise(self.span(val), "bytes can only contain ASCII literal characters".to_owned());
            return Err(Stop);
        }
        if let Err(message) = super::literal::decode(self.text(t)) {
            self.raise_last(ErrorKind::Syntax, message);
            return Err(Stop);
        }
        Ok(Some(val))
    }

    /// Checks the escapes in the text of an f-string or t-string.
    fn check_text(&mut self, parts: Val) -> Result<(), Stop> {
        for part in self.elements(parts) {
            match part {
                Val::Tok(t) => {
                    if let Err(message) = super::literal::decode_text(self.text(t)) {
                        self.raise(self.span(part), message);
                        return Err(Stop);
                    }
                }
                Val::Node(field) => {
                    if let Val::Node(spec) = self.field(field, "format_spec") {
                        self.check_text(self.field(spec, "values"))?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn concatenate(&mut self, all: Val, start: usize) -> Match {
        let parts = self.elements(all);
        let bytes = parts.iter().filter(|&&part| self.is_bytes(part)).count();
        if bytes != 0 && bytes != parts.len() {
            self.raise_last(ErrorKind::Syntax, "cannot mix bytes and nonbytes literals".to_owned());
            return Err(Stop);
        }
        Ok(Some(self.build("Strings", start, vec![("parts", all)])))
    }
}
