//! Quoted-printable text (RFC 1521), and its header form (RFC 1522).

/// No line is longer, with its soft break.
const LINE: usize = 76;

/// Decodes; with `header`, underscores are spaces.
pub fn decode(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let digit = |c: Option<&u8>| c.and_then(|c| (*c as char).to_digit(16)).map(|d| d as u8);
    let mut i = 0;
    while let Some(&c) = data.get(i) {
        i += 1;
        if c == b'_' && header {
            out.push(b' ');
            continue;
        }
        if c != b'=' {
            out.push(c);
            continue;
        }
        match data.get(i) {
            None => break,
            Some(b'\n' | b'\r') => {
                // A soft break, up to the end of the line.
                while data.get(i).is_some_and(|c| *c != b'\n') {
                    i += 1;
                }
                i += 1;
            }
            Some(b'=') => {
                out.push(b'=');
                i += 1;
            }
            Some(_) => match (digit(data.get(i)), digit(data.get(i + 1))) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    i += 2;
                }
                _ => out.push(b'='),
            },
        }
    }
    out
}

struct Writer {
    out: Vec<u8>,
    /// The characters on the present line.
    column: usize,
    /// The line end of the input.
    end: &'static [u8],
}

impl Writer {
    fn escape(&mut self, c: u8) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        self.out.extend([b'=', DIGITS[(c >> 4) as usize], DIGITS[(c & 15) as usize]]);
    }

    fn soft_break(&mut self) {
        self.out.push(b'=');
        self.out.extend_from_slice(self.end);
        self.column = 0;
    }
}

/// Encodes. With `text`, line ends stay and white space before them is encoded; else line ends are encoded.
pub fn encode(data: &[u8], tabs: bool, text: bool, header: bool) -> Vec<u8> {
    let crlf = data.iter().position(|c| *c == b'\n').is_some_and(|i| i > 0 && data[i - 1] == b'\r');
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut w = Writer { out: Vec::with_capacity(data.len() + data.len() / 8 + 8), column: 0, end };
    let mut i = 0;
    while let Some(&c) = data.get(i) {
        let next = data.get(i + 1);
        let escaped = match c {
            b'=' | 127.. => true,
            b'_' => header,
            // A lone dot would end a message on its way by SMTP.
            b'.' => w.column == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)),
            b'\r' | b'\n' => !text,
            b'\t' | b' ' => tabs || next.is_none(),
            0..33 => true,
            _ => false,
        };
        if escaped {
            if w.column + 3 >= LINE {
                w.soft_break();
            }
            w.escape(c);
            w.column += 3;
            i += 1;
            continue;
        }
        if text && (c == b'\n' || c == b'\r' && next == Some(&b'\n')) {
            w.column = 0;
            if let Some(&space) = w.out.last().filter(|c| matches!(c, b' ' | b'\t')) {
                w.out.pop();
                w.escape(space);
            }
            w.out.extend_from_slice(end);
            i += if c == b'\r' { 2 } else { 1 };
            continue;
        }
        if next.is_some_and(|n| *n != b'\n') && w.column + 1 >= LINE {
            w.soft_break();
        }
        w.column += 1;
        w.out.push(if header && c == b' ' { b'_' } else { c });
        i += 1;
    }
    w.out
}
