//! The syntax of `str.format` against what the reference's `_string` module did (`data/formats.tsv`).

use dovetail_text::template::format::{self, Key, Step};
use dovetail_text::{Text, TextBuf, repr};

/// As `record.py` writes the rows of `_string.formatter_parser`.
fn pieces(s: Text<'_>) -> TextBuf {
    let mut out = TextBuf::new();
    for piece in format::parse(s) {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => return TextBuf::from(format!("!{}", error.0).as_str()),
        };
        out.push_str("<");
        out.push_text(s.slice(piece.literal));
        match piece.field {
            None => out.push_str(",None,None,None>"),
            Some(field) => {
                out.push_str(",");
                out.push_text(s.slice(field.name));
                out.push_str(",");
                out.push_text(s.slice(field.spec));
                out.push_str(",");
                match field.conversion {
                    Some(c) => out.push(c),
                    None => out.push_str("None"),
                }
                out.push_str(">");
            }
        }
    }
    out
}

/// As `record.py` writes the result of `_string.formatter_field_name_split`.
fn name(s: Text<'_>) -> Result<TextBuf, format::FormatError> {
    let mut out = TextBuf::new();
    let key = |key: Key, out: &mut TextBuf| match key {
        Key::Index(n) => out.push_str(&n.to_string()),
        Key::Name(range) => out.push_text(repr::repr(s.slice(range)).as_text()),
    };
    let (first, steps) = format::parse_name(s, 0..s.len())?;
    key(first, &mut out);
    for step in steps {
        let (flag, part) = match step? {
            Step::Attribute(range) => ("(True, ", Key::Name(range)),
            Step::Item(part) => ("(False, ", part),
        };
        out.push_str(flag);
        key(part, &mut out);
        out.push_str(")");
    }
    Ok(out)
}

#[test]
fn as_the_reference() {
    let (mut wrong, mut lines) = (Vec::new(), 0);
    for line in include_str!("data/formats.tsv").lines() {
        let f: Vec<&str> = line.split('\t').collect();
        let s = TextBuf::from(f[1]);
        let got = match f[0] {
            "F" => pieces(s.as_text()),
            _ => name(s.as_text()).unwrap_or_else(|e| TextBuf::from(format!("!{}", e.0).as_str())),
        };
        if got != *f[2] {
            wrong.push(format!("{} {s:?}: {got:?}, not {}", f[0], f[2]));
        }
        lines += 1;
    }
    assert!(lines > 3000);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
}
