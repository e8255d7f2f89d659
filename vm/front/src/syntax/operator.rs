//! The tokenizer's part that reads operators and keeps the account of brackets.

use super::lexer::{EOF, Kind, Lexer, MAX_LEVEL, Token};

impl Lexer<'_> {
    /// Reads an operator or delimiter that starts with `c`, and keeps the account of brackets.
    pub(super) fn operator(&mut self, c: u8) -> Token {
        if c == b':' && self.in_string() {
            let mode = self.mode();
            // A colon at the field's own level opens the format specification.
            if mode.expr_depth >= 0 && mode.depth - 1 == mode.expr_depth {
                let mode = self.mode_mut();
                mode.in_text = true;
                mode.in_spec = true;
                return self.since_start(Kind::Op);
            }
        }
        let second = self.next();
        if second != EOF && second < 128 && is_operator(&[c, second as u8]) {
            let third = self.next();
            if third == EOF || third > 127 || !is_operator(&[c, second as u8, third as u8]) {
                self.back(third);
            }
            return self.since_start(Kind::Op);
        }
        self.back(second);
        match c {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_LEVEL {
                    return self.fail("too many nested parentheses");
                }
                let col = self.start.unwrap_or(self.cur).saturating_sub(self.line_start);
                self.brackets.push((c, self.lineno, col));
                if self.in_string() {
                    self.mode_mut().depth += 1;
                }
            }
            b')' | b']' | b'}' => {
                if let Some(error) = self.close_bracket(c) {
                    return error;
                }
            }
            _ => {}
        }
        if !(0x20..0x7f).contains(&c) {
            return self.fail(format!("invalid non-printable character U+{c:04X}"));
        }
        self.since_start(Kind::Op)
    }

    fn close_bracket(&mut self, c: u8) -> Option<Token> {
        let shown = char::from(c);
        let letter = self.string_letter();
        if self.in_string() && self.mode().depth == 0 && c == b'}' {
            return Some(self.fail(format!("{letter}-string: single '}}' is not allowed")));
        }
        let Some((open, line, _)) = self.brackets.pop() else {
            if self.extra {
                return None;
            }
            return Some(self.fail(format!("unmatched '{shown}'")));
        };
        let matches = matches!((open, c), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
        if !matches && !self.extra {
            if self.in_string() && open == b'{' && self.mode().depth - 1 == self.mode().expr_depth {
                return Some(self.fail(format!("{letter}-string: unmatched '{shown}'")));
            }
            let opened = char::from(open);
            let mut message =
                format!("closing parenthesis '{shown}' does not match opening parenthesis '{opened}'");
            if line != self.lineno {
                message.push_str(&format!(" on line {line}"));
            }
            return Some(self.fail(message));
        }
        if self.in_string() {
            let mode = self.mode_mut();
            mode.depth -= 1;
            if mode.depth < 0 {
                return Some(self.fail(format!("{letter}-string: unmatched '{shown}'")));
            }
            if c == b'}' && mode.depth == mode.expr_depth {
                mode.expr_depth -= 1;
                mode.in_text = true;
                mode.in_spec = false;
            }
        }
        None
    }
}

/// Whether two or three characters are an operator.
fn is_operator(text: &[u8]) -> bool {
    matches!(
        text,
        b"!="
            | b"%="
            | b"&="
            | b"**"
            | b"*="
            | b"+="
            | b"-="
            | b"->"
            | b"//"
            | b"/="
            | b":="
            | b"<<"
            | b"<="
            | b"<>"
            | b"=="
            | b">="
            | b">>"
            | b"@="
            | b"^="
            | b"|="
            | b"**="
            | b"//="
            | b"<<="
            | b">>="
    )
}
