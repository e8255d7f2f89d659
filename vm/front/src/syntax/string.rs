//! The tokenizer's part that reads strings, f-strings and t-strings.

use super::lexer::{Done, EOF, Kind, Lexer, StringMode, Token};

const MAX_STRINGS: usize = 150;
const MAX_FIELDS: i32 = 3;

impl Lexer<'_> {
    /// Reads the quotes a string opens with, its first being read: one or three; or none where the
    /// two read are an empty string.
    fn opening_quotes(&mut self, quote: i32) -> usize {
        let second = self.next();
        if second != quote {
            self.back(second);
            return 1;
        }
        let third = self.next();
        if third == quote {
            return 3;
        }
        self.back(third);
        0
    }

    /// Reads a string without fields, its first quote `quote` being read.
    pub(super) fn quoted(&mut self, quote: i32) -> Token {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let size = self.opening_quotes(quote);
        if size == 0 {
            return self.since_start(Kind::String);
        }
        let (mut closing, mut escaped_quote) = (0, false);
        while closing != size {
            let mut c = self.next();
            if c == EOF || (size == 1 && c == i32::from(b'\n')) {
                return self.unterminated(quote, size, escaped_quote, c == EOF);
            }
            if c == quote {
                closing += 1;
                continue;
            }
            closing = 0;
            if c == i32::from(b'\\') {
                c = self.next();
                escaped_quote |= c == quote;
            }
        }
        self.since_start(Kind::String)
    }

    fn unterminated(&mut self, quote: i32, size: usize, escaped_quote: bool, at_end: bool) -> Token {
        let detected = self.lineno;
        self.cur = self.start.unwrap_or(self.cur) + 1;
        self.line_start = self.multi_line_start;
        self.lineno = self.first_lineno;
        if self.in_string() && self.mode().quote == quote && self.mode().quote_size == size {
            let letter = self.string_letter();
            return self.fail(format!("{letter}-string: expecting '}}'"));
        }
        let kind = if size == 3 { "triple-quoted string" } else { "string" };
        let mut message = format!("unterminated {kind} literal (detected at line {detected})");
        if size == 1 && escaped_quote {
            message.push_str("; perhaps you escaped the end quote?");
        }
        let token = self.fail(message);
        if at_end {
            self.done = if size == 3 { Done::EofInString } else { Done::EolInString };
        }
        token
    }

    /// Opens an f-string or t-string, its first quote `quote` being read.
    pub(super) fn string_start(&mut self, quote: i32, template: bool, raw: bool) -> Token {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let mut size = self.opening_quotes(quote);
        if size == 0 {
            self.back(quote);
            size = 1;
        }
        if self.modes.len() >= MAX_STRINGS {
            return self.fail("too many nested f-strings or t-strings");
        }
        let token = self.since_start(if template { Kind::TStringStart } else { Kind::FStringStart });
        self.modes.push(StringMode {
            in_text: true,
            quote,
            quote_size: size,
            start: self.start.unwrap_or(self.cur),
            line_start: self.line_start,
            lineno: self.lineno,
            depth: 0,
            expr_depth: -1,
            in_spec: false,
            raw,
            template,
        });
        token
    }

    fn enter_field(&mut self) -> Option<Token> {
        let letter = self.string_letter();
        let mode = self.mode_mut();
        mode.expr_depth += 1;
        if mode.expr_depth >= MAX_FIELDS {
            return Some(self.fail(format!("{letter}-string: expressions nested too deeply")));
        }
        self.mode_mut().in_text = false;
        None
    }

    /// Reads what comes next in the text of an f-string or t-string.
    pub(super) fn string_text(&mut self) -> Token {
        let template = self.mode().template;
        let (middle, end) = if template {
            (Kind::TStringMiddle, Kind::TStringEnd)
        } else {
            (Kind::FStringMiddle, Kind::FStringEnd)
        };
        self.start = Some(self.cur);
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let c = self.next();
        if c == i32::from(b'{') {
            let second = self.next();
            self.back(second);
            self.back(c);
            if second != i32::from(b'{') {
                return self.enter_field().unwrap_or_else(|| self.code());
            }
        } else {
            self.back(c);
        }
        let (quote, size) = (self.mode().quote, self.mode().quote_size);
        let mut closed = true;
        for _ in 0..size {
            let c = self.next();
            if c != quote {
                self.back(c);
                closed = false;
                break;
            }
        }
        if closed {
            let token = self.since_start(end);
            self.modes.pop();
            return token;
        }
        self.multi_line_start = self.line_start;
        self.text_run(middle, quote, size)
    }

    fn text_run(&mut self, middle: Kind, quote: i32, size: usize) -> Token {
        let (mut closing, mut named) = (0, false);
        let newline = i32::from(b'\n');
        while closing != size {
            let c = self.next();
            if self.done == Done::Error {
                return self.blank(Kind::Error);
            }
            let in_spec = self.mode().in_spec && self.mode().expr_depth >= 0;
            if c == EOF || (size == 1 && c == newline) {
                return self.unterminated_text(size, in_spec, c == EOF);
            }
            if c == quote {
                closing += 1;
                continue;
            }
            closing = 0;
            match u8::try_from(c).unwrap_or(b'x') {
                b'{' => {
                    let second = self.next();
                    if second == c && !in_spec {
                        return self.doubled_brace(middle);
                    }
                    self.back(second);
                    self.back(c);
                    if let Some(error) = self.enter_field() {
                        return error;
                    }
                    self.mode_mut().in_spec = false;
                    return self.since_start(middle);
                }
                b'}' if named => return self.since_start(middle),
                b'}' => {
                    let second = self.next();
                    if second == c && !in_spec && self.mode().depth == 0 {
                        return self.doubled_brace(middle);
                    }
                    self.back(second);
                    self.back(c);
                    let mode = self.mode_mut();
                    mode.in_text = false;
                    mode.in_spec = false;
                    return self.since_start(middle);
                }
                b'\\' => {
                    let second = self.next();
                    if matches!(second, 0x7b | 0x7d) {
                        if !self.mode().raw {
                            let brace = char::from(second as u8);
                            let start = format!("\"\\{brace}\" is an invalid escape sequence. ");
                            let end =
                                format!("Did you mean \"\\\\{brace}\"? A raw string is also an option.");
                            let all = format!("{start}Such sequences will not work in the future. {end}");
                            self.warn(all, start + &end);
                        }
                        self.back(second);
                    } else if !self.mode().raw && second == i32::from(b'N') {
                        let third = self.next();
                        if third == i32::from(b'{') {
                            named = true;
                        } else {
                            self.back(third);
                        }
                    }
                }
                _ => {}
            }
        }
        for _ in 0..size {
            self.back(quote);
        }
        self.since_start(middle)
    }

    /// Text that ends with a doubled brace: one of them is its own, both are in its columns
    /// for the parser.
    fn doubled_brace(&self, middle: Kind) -> Token {
        let mut token = self.token(middle, self.start.unwrap_or(0), self.cur - 1);
        token.end_col += i32::from(!self.extra);
        token
    }

    fn unterminated_text(&mut self, size: usize, in_spec: bool, at_end: bool) -> Token {
        let letter = self.string_letter();
        if in_spec && !at_end {
            return self.fail(format!(
                "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
            ));
        }
        let detected = self.lineno;
        let mode = *self.mode();
        self.cur = mode.start + 1;
        self.line_start = mode.line_start;
        self.lineno = mode.lineno;
        let kind = if size == 3 { "triple-quoted " } else { "" };
        let token =
            self.fail(format!("unterminated {kind}{letter}-string literal (detected at line {detected})"));
        if at_end && size == 3 {
            self.done = Done::EofInString;
        }
        token
    }
}
