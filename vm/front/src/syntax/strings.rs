//! The trees of string literals: joined with their neighbours, with their replacement fields.

use super::literal::{StringValue, decode, decode_text};
use super::parser::{Parser, Val};
use crate::code::{Const, Wtf8};
use crate::tree::{Position, Tree, TreeValue};

/// A piece of a joined string.
enum Piece {
    /// Text, its place and its `kind`.
    Text(Vec<u8>, Position, Option<String>),
    /// A field.
    Field(TreeValue),
}

impl Parser<'_> {
    /// Literals side by side.
    pub(super) fn strings(&self, val: Val, node: u32) -> TreeValue {
        let parts = self.elements(self.field(node, "parts"));
        let (mut pieces, mut bytes) = (Vec::new(), None::<Vec<u8>>);
        let (mut formatted, mut template) = (false, false);
        for part in parts {
            match part {
                Val::Tok(t) => {
                    let text = self.text(t);
                    let kind = text.starts_with(['u', 'U']).then(|| "u".to_owned());
                    match decode(text) {
                        Ok(StringValue::Bytes(more)) => bytes.get_or_insert_default().extend(more),
                        Ok(StringValue::Str(more)) => {
                            pieces.push(Piece::Text(more.as_bytes().to_vec(), self.position(part), kind));
                        }
                        Err(_) => {}
                    }
                }
                Val::Node(n) => {
                    formatted = true;
                    template |= self.nodes[n as usize].kind == "TemplateStr";
                    self.formatted_pieces(n, &mut pieces);
                }
                _ => {}
            }
        }
        if let Some(bytes) = bytes {
            return self.constant(val, Const::Bytes(bytes), None);
        }
        if !formatted {
            let kind = match pieces.first() {
                Some(Piece::Text(_, _, kind)) => kind.clone(),
                _ => None,
            };
            let all = pieces.into_iter().flat_map(|piece| match piece {
                Piece::Text(text, ..) => text,
                Piece::Field(_) => Vec::new(),
            });
            return self.constant(val, Const::Str(Wtf8::from_bytes(all.collect())), kind);
        }
        let kind = if template { "TemplateStr" } else { "JoinedStr" };
        let fields = vec![("values", TreeValue::List(fold(pieces)))];
        Tree { kind, fields, position: Some(self.position(val)) }.into()
    }

    fn formatted_pieces(&self, node: u32, pieces: &mut Vec<Piece>) {
        let Val::Tok(start) = self.field(node, "start") else { return };
        let raw = self.text(start).contains(['r', 'R']);
        let parts = self.elements(self.field(node, "parts"));
        self.middle_pieces(parts, raw, pieces);
    }

    fn middle_pieces(&self, parts: Vec<Val>, raw: bool, pieces: &mut Vec<Piece>) {
        for part in parts {
            match part {
                Val::Tok(t) => {
                    let text = self.text(t);
                    let decoded = if raw { Ok(Wtf8::from(text)) } else { decode_text(text) };
                    if let Ok(decoded) = decoded {
                        let place = self.position(part);
                        pieces.push(Piece::Text(decoded.as_bytes().to_vec(), place, None));
                    }
                }
                Val::Node(n) => self.field_pieces(part, n, raw, pieces),
                _ => {}
            }
        }
    }

    /// The words between a field's brace and a later token, comments taken out.
    fn words(&self, first: usize, end: usize) -> String {
        let text = String::from_utf8_lossy(&self.lexer.source()[first..end]).into_owned();
        if !text.contains('#') {
            return text;
        }
        let mut out = String::new();
        let mut at = first;
        let inside = |t: &&super::lexer::Token| t.start >= first && t.end <= end && t.end > t.start;
        for token in self.tokens.iter().filter(inside) {
            let gap = String::from_utf8_lossy(&self.lexer.source()[at..token.start]).into_owned();
            out.push_str(&without_comments(&gap));
            out.push_str(&String::from_utf8_lossy(&self.lexer.source()[token.start..token.end]));
            at = token.end;
        }
        let gap = String::from_utf8_lossy(&self.lexer.source()[at..end]).into_owned();
        out.push_str(&without_comments(&gap));
        out
    }

    fn field_pieces(&self, val: Val, node: u32, raw: bool, pieces: &mut Vec<Piece>) {
        let field = |name| self.field(node, name);
        let kind = self.nodes[node as usize].kind;
        let place = self.position(val);
        let (conversion, spec, debug) = (field("conversion"), field("format_spec"), field("debug"));
        let Val::Tok(close) = field("close") else { return };
        let open = self.tokens[self.nodes[node as usize].first as usize];
        // Where the expression's own text ends: at the conversion, the specification or the brace.
        let after = match (conversion, spec) {
            (Val::Tok(t), _) => self.tokens[t as usize - 1].start,
            (_, Val::Node(n)) => self.tokens[self.nodes[n as usize].first as usize].start,
            _ => self.tokens[close as usize].start,
        };
        if debug != Val::Nil {
            let (end_line, end_col) = match (conversion, spec) {
                (Val::Tok(t), _) => (self.tokens[t as usize].line, self.tokens[t as usize].col - 1),
                (_, Val::Node(n)) => (self.nodes[n as usize].line, self.nodes[n as usize].col),
                _ => (place.end_line, place.end_col as i32 - 1),
            };
            let text_place =
                Position { line: place.line, col: place.col + 1, end_line, end_col: end_col.max(0) as u32 };
            pieces.push(Piece::Text(self.words(open.end, after).into_bytes(), text_place, None));
        }
        let code = match conversion {
            Val::Tok(t) => self.text(t).bytes().next().map_or(-1, i64::from),
            _ if debug != Val::Nil && spec == Val::Nil => i64::from(b'r'),
            _ => -1,
        };
        let spec = match spec {
            Val::Node(n) => {
                let mut inner = Vec::new();
                self.middle_pieces(self.elements(self.field(n, "values")), raw, &mut inner);
                let fields = vec![("values", TreeValue::List(fold(inner)))];
                Tree { kind: "JoinedStr", fields, position: Some(self.position(Val::Node(n))) }.into()
            }
            _ => TreeValue::None,
        };
        let mut fields = vec![("value", self.expression(field("value")))];
        if kind == "Interpolation" {
            let mut words = self.words(open.end, after);
            if debug != Val::Nil {
                let expression = words.trim_end();
                words = expression.strip_suffix('=').unwrap_or(expression).to_owned();
            }
            let words = Const::Str(words.into());
            fields.push(("str", TreeValue::Const(words)));
        }
        fields.extend([("conversion", TreeValue::Int(code)), ("format_spec", spec)]);
        pieces.push(Piece::Field(Tree { kind, fields, position: Some(place) }.into()));
    }
}

fn without_comments(gap: &str) -> String {
    let lines = gap.split('\n').map(|line| line.split('#').next().unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// Joins texts side by side and leaves empty ones out.
fn fold(pieces: Vec<Piece>) -> Vec<TreeValue> {
    let mut out: Vec<TreeValue> = Vec::new();
    let mut open: Option<(Vec<u8>, Position, Option<String>)> = None;
    let flush = |open: &mut Option<(Vec<u8>, Position, Option<String>)>, out: &mut Vec<TreeValue>| {
        let Some((text, place, kind)) = open.take() else { return };
        if text.is_empty() {
            return;
        }
        let fields = vec![
            ("value", TreeValue::Const(Const::Str(Wtf8::from_bytes(text)))),
            ("kind", kind.map_or(TreeValue::None, TreeValue::Name)),
        ];
        out.push(Tree { kind: "Constant", fields, position: Some(place) }.into());
    };
    for piece in pieces {
        match piece {
            Piece::Text(text, place, kind) => match &mut open {
                Some((so_far, reach, _)) => {
                    so_far.extend(text);
                    (reach.end_line, reach.end_col) = (place.end_line, place.end_col);
                }
                None => open = Some((text, place, kind)),
            },
            Piece::Field(field) => {
                flush(&mut open, &mut out);
                out.push(field);
            }
        }
    }
    flush(&mut open, &mut out);
    out
}
