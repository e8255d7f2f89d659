//! The tokenizer's part that reads numbers.

use super::lexer::{EOF, Kind, Lexer, Token, digit, identifier_char};

/// A reading that went wrong: the error token.
type Step<T> = Result<T, Box<Token>>;

impl Lexer<'_> {
    /// Looks whether `word` and then no identifier character comes next; reads nothing.
    fn ahead(&mut self, word: &[u8]) -> bool {
        let rest = &self.src[self.cur..self.inp];
        rest.starts_with(word) && !rest.get(word.len()).is_some_and(|&b| identifier_char(i32::from(b)))
    }

    /// Checks what follows a number, `c` being the first character after it.
    fn end_of_number(&mut self, c: i32, what: &str) -> Step<()> {
        if self.extra || c == EOF {
            return Ok(());
        }
        let keyword = match c as u8 {
            b'a' => self.ahead(b"nd"),
            b'e' => self.ahead(b"lse"),
            b'f' => self.ahead(b"or"),
            b'i' => matches!(self.src.get(self.cur), Some(b'f' | b'n' | b's')),
            b'o' => self.ahead(b"r"),
            b'n' => self.ahead(b"ot"),
            _ => false,
        };
        if keyword {
            self.back(c);
            let message = format!("invalid {what} literal");
            self.warn(message.clone(), message);
            self.next();
        }
        if !keyword && c < 128 && identifier_char(c) {
            self.back(c);
            return Err(Box::new(self.fail(format!("invalid {what} literal"))));
        }
        Ok(())
    }

    /// Reads decimal digits with single underscores between them; returns what follows.
    fn decimal_tail(&mut self) -> Step<i32> {
        loop {
            let mut c = self.next();
            while digit(c) {
                c = self.next();
            }
            if c != i32::from(b'_') {
                return Ok(c);
            }
            let after = self.next();
            if !digit(after) {
                self.back(after);
                return Err(Box::new(self.fail("invalid decimal literal")));
            }
        }
    }

    fn finish(&mut self, c: i32) -> Token {
        self.back(c);
        self.since_start(Kind::Number)
    }

    /// Reads a number whose first digit is `c`.
    pub(super) fn number(&mut self, c: i32) -> Token {
        self.number_inner(c).unwrap_or_else(|error| *error)
    }

    /// Reads on after a decimal point, `c` being the first digit.
    pub(super) fn fraction(&mut self, c: i32) -> Token {
        self.after_point(c).unwrap_or_else(|error| *error)
    }

    fn number_inner(&mut self, first: i32) -> Step<Token> {
        if first != i32::from(b'0') {
            let c = self.decimal_tail()?;
            return self.after_digits(c);
        }
        let mut c = self.next();
        match u8::try_from(c).unwrap_or(0) {
            b'x' | b'X' => return self.radix(16, "hexadecimal"),
            b'o' | b'O' => return self.radix(8, "octal"),
            b'b' | b'B' => return self.radix(2, "binary"),
            _ => {}
        }
        loop {
            if c == i32::from(b'_') {
                c = self.next();
                if !digit(c) {
                    self.back(c);
                    return Err(Box::new(self.fail("invalid decimal literal")));
                }
            }
            if c != i32::from(b'0') {
                break;
            }
            c = self.next();
        }
        let zeros_end = self.cur;
        let nonzero = digit(c);
        if nonzero {
            c = self.decimal_tail()?;
        }
        match u8::try_from(c).unwrap_or(0) {
            b'.' | b'e' | b'E' | b'j' | b'J' => return self.after_digits(c),
            _ => {}
        }
        if nonzero && !self.extra {
            self.back(c);
            let start = self.start.unwrap_or(0);
            let range = ((start + 1 - self.line_start) as i32, (zeros_end - self.line_start) as i32);
            let message = "leading zeros in decimal integer literals are not permitted; \
                           use an 0o prefix for octal integers";
            return Err(Box::new(self.fail_range(message, Some(range))));
        }
        self.end_of_number(c, "decimal")?;
        Ok(self.finish(c))
    }

    /// Goes on after the digits before the point, `c` being what follows them.
    fn after_digits(&mut self, c: i32) -> Step<Token> {
        if c == i32::from(b'.') {
            let c = self.next();
            return self.after_point(c);
        }
        self.exponent(c)
    }

    fn after_point(&mut self, mut c: i32) -> Step<Token> {
        if digit(c) {
            c = self.decimal_tail()?;
        }
        self.exponent(c)
    }

    fn exponent(&mut self, mut c: i32) -> Step<Token> {
        if matches!(c, 0x65 | 0x45) {
            let e = c;
            c = self.next();
            if matches!(c, 0x2b | 0x2d) {
                c = self.next();
                if !digit(c) {
                    self.back(c);
                    return Err(Box::new(self.fail("invalid decimal literal")));
                }
            } else if !digit(c) {
                self.back(c);
                self.end_of_number(e, "decimal")?;
                return Ok(self.finish(e));
            }
            c = self.decimal_tail()?;
        }
        if matches!(c, 0x6a | 0x4a) {
            c = self.next();
            self.end_of_number(c, "imaginary")?;
        } else {
            self.end_of_number(c, "decimal")?;
        }
        Ok(self.finish(c))
    }

    /// Reads the digits after `0x`, `0o` or `0b`.
    fn radix(&mut self, base: u32, what: &str) -> Step<Token> {
        let fits = |c: i32| u8::try_from(c).is_ok_and(|b| char::from(b).is_digit(base));
        let mut c = self.next();
        loop {
            if c == i32::from(b'_') {
                c = self.next();
            }
            if !fits(c) {
                return Err(Box::new(self.bad_digit(c, what)));
            }
            while fits(c) {
                c = self.next();
            }
            if c != i32::from(b'_') {
                break;
            }
        }
        if digit(c) {
            return Err(Box::new(self.bad_digit(c, what)));
        }
        self.end_of_number(c, what)?;
        Ok(self.finish(c))
    }

    fn bad_digit(&mut self, c: i32, what: &str) -> Token {
        if digit(c) {
            return self.fail(format!("invalid digit '{}' in {what} literal", char::from(c as u8)));
        }
        self.back(c);
        self.fail(format!("invalid {what} literal"))
    }
}
