//! cdef text to C that libclang reads: cffi's dots, `extern "Python"` and calling conventions become markers, and every
//! place of the result can be traced back to the user's.
//!
//! | in the text | in C |
//! |---|---|
//! | `...;` in a struct | `_Static_assert(1, "...");` |
//! | `A = ...` in an enum | `A , __dovetail_unknown_N` |
//! | `...` at an enum's end | `__dovetail_more_N` |
//! | `[...]` | `[N]`, an `N` that the text does not use |
//! | `[]` in a struct with dots | `[M]`, another one: C wants it at the end |
//! | `typedef ... t;` | `typedef struct __dovetail_opaque_N t;` |
//! | `typedef int... t;`, `float...` | `typedef __dovetail_int t;`, `__dovetail_float` |
//! | `#define X ...` | nothing; X is in [`Rewritten::dots`] |
//! | `extern "Python" ...` | the rest; its stretch is in [`Rewritten::python`] |
//! | `__stdcall`, `WINAPI` | a convention nobody else uses |
//!
//! Lines stay lines. Nothing here knows libclang; errors are only what C could not tell any more.

use crate::error::{Error, ErrorKind, Place};
use crate::lex::{Kind, Token, tokens};
use std::ops::Range;

/// How the user's text is named in messages.
pub const CDEF_NAME: &str = "<cdef source string>";

pub(crate) const MORE: &str = "__dovetail_more_";
pub(crate) const UNKNOWN: &str = "__dovetail_unknown_";
pub(crate) const OPAQUE: &str = "__dovetail_opaque_";
pub(crate) const INT: &str = "__dovetail_int";
pub(crate) const FLOAT: &str = "__dovetail_float";
const STDCALL: &str = "__attribute__((preserve_most))";

/// Which kind of `extern "Python"` a declaration stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub enum PythonLinkage {
    /// `extern "Python"`
    Python,
    /// `extern "Python+C"`
    PythonPlusC,
}

/// A text made readable for libclang.
#[derive(Debug, Clone)]
pub struct Rewritten {
    /// C.
    pub text: String,
    /// `#define X ...`: the name and its place in the user's text.
    pub dots: Vec<(String, usize)>,
    /// Stretches of the user's text that `extern "Python"` covers.
    pub python: Vec<(Range<usize>, PythonLinkage)>,
    /// The length that stands for `[...]`.
    pub array_mark: u64,
    /// The length that stands for `[]` in a struct with dots.
    pub open_mark: u64,
    /// Messages of cffi's warnings.
    pub warnings: Vec<String>,
    /// Words used as type names that cffi knows without any header.
    pub common: Vec<String>,
    /// Whether a header is included.
    pub includes: bool,
    source: String,
    /// Where lines of the source begin.
    lines: Vec<usize>,
    /// `#line N "file"`: the line it stands in (from 1), the number of the next one, and its file.
    directives: Vec<(usize, u32, String)>,
    /// Where pieces begin, in order.
    anchors: Vec<Anchor>,
}

/// A piece of the rewritten text: where it begins there, where in the source, and whether it is the same text.
#[derive(Debug, Clone)]
struct Anchor {
    out: usize,
    source: usize,
    copied: bool,
}

/// A piece of a text in another order.
pub(crate) enum Piece<'a> {
    /// A stretch of the present text.
    Old(Range<usize>),
    /// Something new, which stands for a place of the present text.
    New(&'a str, usize),
}

impl Rewritten {
    /// Puts the text together anew. What is left out is gone; places follow their pieces.
    pub(crate) fn rearrange(&mut self, pieces: &[Piece<'_>]) {
        let (mut text, mut anchors) = (String::with_capacity(self.text.len() + 32), Vec::new());
        for piece in pieces {
            let out = text.len();
            match piece {
                Piece::Old(range) => {
                    let next = self.anchors.partition_point(|a| a.out <= range.start);
                    let copied = next.checked_sub(1).is_some_and(|i| self.anchors[i].copied);
                    anchors.push(Anchor { out, source: self.source_offset(range.start), copied });
                    let inside = self.anchors[next..].iter().take_while(|a| a.out < range.end);
                    anchors.extend(inside.map(|a| Anchor { out: out + a.out - range.start, ..*a }));
                    text.push_str(&self.text[range.clone()]);
                }
                Piece::New(what, at) => {
                    anchors.push(Anchor { out, source: self.source_offset(*at), copied: false });
                    text.push_str(what);
                }
            }
        }
        (self.text, self.anchors) = (text, anchors);
    }

    /// The place in the user's text of a place in ours. What we put in belongs to where it stands for.
    pub fn source_offset(&self, offset: usize) -> usize {
        let i = self.anchors.partition_point(|a| a.out <= offset);
        match i.checked_sub(1).map(|i| &self.anchors[i]) {
            None => 0,
            Some(a) if a.copied => (a.source + (offset - a.out)).min(self.source.len()),
            Some(a) => a.source,
        }
    }

    /// Line and column of a place in the user's text.
    pub fn place(&self, source_offset: usize) -> Place {
        let offset = source_offset.min(self.source.len());
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).map_or(0, |i| self.lines[i]);
        let column = (offset - start) as u32 + 1;
        match self.directives.iter().rev().find(|d| d.0 < line) {
            Some((at, number, file)) => {
                Place { file: file.clone(), line: number + (line - at - 1) as u32, column }
            }
            None => Place { file: CDEF_NAME.to_owned(), line: line as u32, column },
        }
    }

    /// The user's line at a place.
    pub fn line(&self, source_offset: usize) -> String {
        line_in(&self.source, source_offset)
    }

    /// What the user wrote.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The kind of `extern "Python"` around a place of the user's text.
    pub fn python_at(&self, source_offset: usize) -> Option<PythonLinkage> {
        self.python.iter().find(|(range, _)| range.contains(&source_offset)).map(|p| p.1)
    }
}

/// `line N "file"` or `N "file"`, what stands after the mark of a directive.
fn line_directive(text: &str) -> Option<(u32, String)> {
    let text = text.strip_prefix("line").map_or(text, str::trim_start);
    let (number, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let file = rest.trim_start().strip_prefix('"')?;
    Some((number.parse().ok()?, file[..file.find('"')?].to_owned()))
}

fn place_in(source: &str, offset: usize) -> Place {
    let before = &source.as_bytes()[..offset.min(source.len())];
    let line = before.iter().filter(|b| **b == b'\n').count() as u32 + 1;
    let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |p| p + 1);
    Place { file: CDEF_NAME.to_owned(), line, column: (before.len() - start) as u32 + 1 }
}

fn line_in(source: &str, offset: usize) -> String {
    let bytes = source.as_bytes();
    let offset = offset.min(bytes.len());
    let start = bytes[..offset].iter().rposition(|b| *b == b'\n').map_or(0, |p| p + 1);
    let end = bytes[start..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |p| start + p);
    String::from_utf8_lossy(&bytes[start..end]).trim_end_matches('\r').to_owned()
}

/// What a brace opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Brace {
    Record,
    /// A record with dots among its own members.
    Partial,
    Enum,
    Python,
    Other,
}

/// Makes a cdef text readable.
///
/// # Errors
/// A NUL in the text, `extern "Python"` without its end or with braces inside, and dots where cffi takes none.
pub fn rewrite(source: &str) -> Result<Rewritten, Error> {
    rewrite_nth(source, 0)
}

/// The same for the text of that number among several: markers of two texts do not meet.
pub(crate) fn rewrite_nth(source: &str, number: usize) -> Result<Rewritten, Error> {
    let mut rewriter = Rewriter {
        source,
        tokens: tokens(source),
        at: 0,
        copied: 0,
        braces: Vec::new(),
        parens: 0,
        number,
        counter: 0,
        python: None,
        out: Rewritten {
            text: String::with_capacity(source.len() + 64),
            dots: Vec::new(),
            python: Vec::new(),
            array_mark: 0,
            open_mark: 0,
            warnings: Vec::new(),
            common: Vec::new(),
            includes: false,
            source: source.to_owned(),
            directives: Vec::new(),
            lines: std::iter::once(0).chain(source.match_indices('\n').map(|(i, _)| i + 1)).collect(),
            anchors: Vec::new(),
        },
    };
    if let Some(at) = source.find('\0') {
        return Err(rewriter.error(ErrorKind::Parse, "the text has a NUL character", at));
    }
    rewriter.out.array_mark = unused(source, [104_729, 105_019, 105_367, 106_013, 106_781, 107_791]);
    rewriter.out.open_mark = unused(source, [109_567, 109_891, 110_419, 110_881, 111_439, 112_061]);
    rewriter.run()?;
    let mut out = rewriter.out;
    out.common = crate::prelude::common_words(source, &rewriter.tokens);
    Ok(out)
}

/// A number that the text does not contain.
fn unused(source: &str, numbers: [u64; 6]) -> u64 {
    let mut free = numbers.into_iter().filter(|n| !source.contains(&n.to_string()));
    free.next().unwrap_or(numbers[0] + 2)
}

struct Rewriter<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    /// The source is copied up to here.
    copied: usize,
    braces: Vec<Brace>,
    parens: u32,
    /// Which text it is.
    number: usize,
    counter: u32,
    /// The `extern "Python"` we are in: where it began, of what kind, whether with braces.
    python: Option<(usize, PythonLinkage, bool)>,
    out: Rewritten,
}

impl<'a> Rewriter<'a> {
    fn text(&self, token: Token) -> &'a str {
        let source: &'a str = self.source;
        &source[token.start..token.end]
    }

    /// The token `back` before the present one.
    fn before(&self, back: usize) -> Option<Token> {
        self.at.checked_sub(back).map(|i| self.tokens[i])
    }

    fn word_before(&self, back: usize) -> &'a str {
        self.before(back).map_or("", |t| self.text(t))
    }

    fn word_after(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.at + ahead).map_or("", |t| self.text(*t))
    }

    fn error(&self, kind: ErrorKind, message: impl Into<String>, at: usize) -> Error {
        Error::new(kind, message).at(place_in(self.source, at), Some(line_in(self.source, at)))
    }

    /// Replaces `range` of the source, which lies behind all before it, keeping its line feeds.
    fn replace(&mut self, range: Range<usize>, with: &str) {
        self.copy_to(range.start);
        self.anchor(range.start, false);
        self.out.text.push_str(with);
        let feeds = self.source[range.clone()].matches('\n').count();
        self.out.text.extend(std::iter::repeat_n('\n', feeds));
        self.copied = range.end;
    }

    fn copy_to(&mut self, end: usize) {
        if self.copied < end {
            self.anchor(self.copied, true);
            self.out.text.push_str(&self.source[self.copied..end]);
            self.copied = end;
        }
    }

    fn anchor(&mut self, source: usize, copied: bool) {
        self.out.anchors.push(Anchor { out: self.out.text.len(), source, copied });
    }

    fn marker(&mut self, prefix: &str) -> String {
        self.counter += 1;
        format!("{prefix}{}_{}", self.number, self.counter)
    }

    fn run(&mut self) -> Result<(), Error> {
        while self.at < self.tokens.len() {
            let token = self.tokens[self.at];
            match token.kind {
                Kind::Directive => self.directive(token),
                Kind::Dots => self.dots(token)?,
                Kind::Word => self.word(token),
                Kind::Text => self.literal(),
                Kind::Mark => self.mark(token)?,
                Kind::Number => {}
            }
            self.at += 1;
        }
        if let Some((start, _, braces)) = self.python {
            let message = if braces {
                "'extern \"Python\" {': no '}' found"
            } else {
                "'extern \"Python\": no ';' found"
            };
            return Err(self.error(ErrorKind::Parse, message, start));
        }
        self.copy_to(self.source.len());
        self.anchor(self.source.len(), true);
        Ok(())
    }

    fn directive(&mut self, token: Token) {
        let text = self.text(token);
        let inner = text[1..].trim_start();
        if inner.starts_with("include") || inner.starts_with("import") {
            self.out.includes = true;
        }
        if let Some((number, file)) = line_directive(inner) {
            let line = self.out.lines.partition_point(|start| *start <= token.start);
            self.out.directives.push((line, number, file));
        }
        let Some(rest) = inner.strip_prefix("define").filter(|r| r.starts_with([' ', '\t', '\\'])) else {
            return;
        };
        let rest =
            tokens(rest).into_iter().map(|t| (t.kind, rest[t.start..t.end].to_owned())).collect::<Vec<_>>();
        if let [(Kind::Word, name), (Kind::Dots, _)] = rest.as_slice() {
            self.out.dots.push((name.clone(), token.start));
            self.replace(token.start..token.end, "");
        }
    }

    fn literal(&mut self) {
        const WARNING: &str = "String literal found in cdef() or type source. String literals are ignored here, but you \
             should remove them anyway because some character sequences confuse pre-parsing.";
        if self.out.warnings.is_empty() && self.word_after(0).starts_with('"') {
            self.out.warnings.push(WARNING.to_owned());
        }
    }

    fn word(&mut self, token: Token) {
        match self.text(token) {
            "extern" => self.extern_word(token),
            "__stdcall" | "WINAPI" => {
                let with = if self.statement_has_dots() { "" } else { STDCALL };
                self.replace(token.start..token.end, with);
            }
            "__cdecl" => self.replace(token.start..token.end, ""),
            _ => {}
        }
    }

    /// Whether dots come before the statement's end: conventions of variadic functions mean nothing.
    fn statement_has_dots(&self) -> bool {
        let rest = self.tokens[self.at..].iter().take_while(|t| self.text(**t) != ";");
        rest.clone().any(|t| t.kind == Kind::Dots)
    }

    fn extern_word(&mut self, token: Token) {
        let Some(&literal) = self.tokens.get(self.at + 1).filter(|t| t.kind == Kind::Text) else { return };
        let name: String = self.text(literal).chars().filter(|c| !c.is_whitespace()).collect();
        let linkage = match name.as_str() {
            "\"Python\"" => PythonLinkage::Python,
            "\"Python+C\"" | "\"C+Python\"" => PythonLinkage::PythonPlusC,
            _ => return,
        };
        self.replace(token.start..literal.end, "");
        self.at += 1;
        let braces = self.word_after(1) == "{";
        if braces {
            self.at += 1;
            let open = self.tokens[self.at];
            self.replace(open.start..open.end, " ");
            self.braces.push(Brace::Python);
        }
        self.python = Some((token.start, linkage, braces));
    }

    fn mark(&mut self, token: Token) -> Result<(), Error> {
        match self.text(token) {
            "(" => self.parens += 1,
            ")" => self.parens = self.parens.saturating_sub(1),
            "[" if self.word_after(1) == "]"
                && self.parens == 0
                && self.braces.last() == Some(&Brace::Partial) =>
            {
                let mark = self.out.open_mark.to_string();
                self.replace(token.end..token.end, &mark);
            }
            "{" => {
                if let Some((_, _, true)) = self.python {
                    let message = "cannot use { } inside a block 'extern \"Python\" { ... }'";
                    return Err(self.error(ErrorKind::NotImplemented, message, token.start));
                }
                self.braces.push(self.opened());
            }
            "}" => {
                if self.braces.pop() == Some(Brace::Python)
                    && let Some((start, linkage, _)) = self.python.take()
                {
                    self.out.python.push((start..token.end, linkage));
                    self.replace(token.start..token.end, " ");
                }
            }
            ";" => {
                if let Some((start, linkage, false)) = self.python {
                    self.python = None;
                    self.out.python.push((start..token.end, linkage));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What the brace at the present token opens: the last keyword of its statement says.
    fn opened(&self) -> Brace {
        for i in (0..self.at).rev() {
            match self.text(self.tokens[i]) {
                ";" | "{" | "}" => break,
                "struct" | "union" => return if self.has_dots() { Brace::Partial } else { Brace::Record },
                "enum" => return Brace::Enum,
                _ => {}
            }
        }
        Brace::Other
    }

    /// Whether dots stand in the braces that open at the present token, outside of inner braces and parentheses.
    fn has_dots(&self) -> bool {
        let mut depth = 0;
        for token in &self.tokens[self.at..] {
            match self.text(*token) {
                "{" | "(" => depth += 1,
                "}" | ")" if depth <= 1 => return false,
                "}" | ")" => depth -= 1,
                "..." if depth == 1 => return true,
                _ => {}
            }
        }
        false
    }

    fn dots(&mut self, token: Token) -> Result<(), Error> {
        let range = token.start..token.end;
        let inside = self.braces.last().copied();
        if self.word_before(1) == "[" && self.word_after(1) == "]" {
            let mark = self.out.array_mark.to_string();
            self.replace(range, &mark);
        } else if inside == Some(Brace::Enum) && self.word_before(1) == "=" {
            let equals = self.before(1).map_or(token.start, |t| t.start);
            let marker = self.marker(UNKNOWN);
            self.replace(equals..token.end, &format!(", {marker}"));
        } else if inside == Some(Brace::Enum) {
            let marker = self.marker(MORE);
            self.replace(range, &marker);
        } else if let Some(from) = self.words_before(&["int", "long", "short", "signed", "unsigned", "char"])
        {
            self.replace(from..token.end, INT);
        } else if let Some(from) = self.words_before(&["float", "double"]) {
            self.replace(from..token.end, FLOAT);
        } else if self.parens > 0 {
            // A variadic function's: C's own.
        } else if inside == Some(Brace::Partial) && self.word_after(1) == ";" {
            self.replace(range, "_Static_assert(1, \"...\")");
        } else if self.statement_is_typedef() {
            let marker = self.marker(OPAQUE);
            self.replace(range, &format!("struct {marker}"));
        } else {
            return Err(self.error(ErrorKind::Unsupported, "bad usage of \"...\"", token.start));
        }
        Ok(())
    }

    /// Where the run of those words that ends before the present token begins; what is already replaced is not taken.
    fn words_before(&self, words: &[&str]) -> Option<usize> {
        let mut from = None;
        for back in 1..=self.at {
            let token = self.tokens[self.at - back];
            if !words.contains(&self.text(token)) || token.start < self.copied {
                break;
            }
            from = Some(token.start);
        }
        from
    }

    /// Whether the present token follows `typedef` with nothing but qualifiers between.
    fn statement_is_typedef(&self) -> bool {
        for i in (0..self.at).rev() {
            match self.text(self.tokens[i]) {
                "typedef" => return true,
                "const" | "volatile" => {}
                _ => return false,
            }
        }
        false
    }
}
