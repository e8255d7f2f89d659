//! The Unicode tables against checksums taken from the reference over all code points.

use std::collections::HashMap;

use dovetail_text::props::{self, Form, Named, Version, old};
use dovetail_text::{Text, TextBuf, case, predicates, repr};

/// CRC-32 as in zlib.
struct Crc(u32);

impl Crc {
    fn add(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.0 ^= u32::from(b);
            for _ in 0..8 {
                self.0 = (self.0 >> 1) ^ (0xedb8_8320 & (self.0 & 1).wrapping_neg());
            }
        }
    }
}

fn push_wtf8(out: &mut Vec<u8>, text: Text<'_>) {
    for c in text.iter() {
        match char::from_u32(c) {
            Some(c) => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend([0xed, 0x80 | (c >> 6 & 0x3f) as u8, 0x80 | (c & 0x3f) as u8]),
        }
    }
}

fn digest(mut row: impl FnMut(u32, &mut Vec<u8>)) -> u32 {
    let mut crc = Crc(!0);
    let mut line = Vec::new();
    for c in 0..0x110000 {
        line.clear();
        row(c, &mut line);
        line.push(b'\n');
        crc.add(&line);
    }
    !crc.0
}

fn flag(test: impl Fn(u32) -> bool) -> u32 {
    digest(|c, out| out.push(if test(c) { b'1' } else { b'0' }))
}

fn one(c: u32) -> TextBuf {
    [c].into_iter().collect()
}

fn mapped(map: impl Fn(Text<'_>) -> TextBuf) -> u32 {
    digest(|c, out| push_wtf8(out, map(one(c).as_text()).as_text()))
}

fn word(value: impl Fn(u32) -> String) -> u32 {
    digest(|c, out| out.extend(value(c).as_bytes()))
}

fn small(value: Option<u8>) -> String {
    value.map_or("-1".into(), |v| v.to_string())
}

fn float(value: Option<f64>) -> String {
    value.unwrap_or(-1.0).to_le_bytes().iter().map(|b| format!("{b:02x}")).collect()
}

fn decomposition(version: Version, c: u32) -> String {
    let Some((tag, parts)) = props::decomposition(version, c) else { return String::new() };
    let mut words: Vec<String> = parts.iter().map(|p| format!("{p:04X}")).collect();
    if !tag.is_empty() {
        words.insert(0, tag.into());
    }
    words.join(" ")
}

fn normal(version: Version, form: Form, context: bool) -> u32 {
    digest(|c, out| {
        let text: TextBuf =
            if context { [0x61, 0x300, c, 0x323, 0x1100, c].into_iter().collect() } else { one(c) };
        match props::normalize(version, form, text.as_text()) {
            Some(changed) => push_wtf8(out, changed.as_text()),
            None => push_wtf8(out, text.as_text()),
        }
    })
}

#[test]
fn every_property_of_every_code_point() {
    let forms = [("NFC", Form::Nfc), ("NFKC", Form::Nfkc), ("NFD", Form::Nfd), ("NFKD", Form::Nfkd)];
    let mut got: HashMap<String, u32> = HashMap::new();
    let mut add = |name: &str, crc: u32| assert!(got.insert(name.into(), crc).is_none());
    add("alpha", flag(props::is_alpha));
    add("decimal", flag(props::is_decimal));
    add("digit", flag(props::is_digit));
    add("numeric", flag(props::is_numeric));
    add("space", flag(props::is_space));
    add("printable", flag(props::is_printable));
    add("lower", flag(props::is_lower));
    add("upper", flag(props::is_upper));
    add("title", flag(props::is_title));
    add("cased", flag(props::is_cased));
    add("case_ignorable", flag(props::is_case_ignorable));
    add("xid_start", flag(props::is_xid_start));
    add("xid_continue", flag(props::is_xid_continue));
    add("alnum", flag(|c| predicates::is_alnum(one(c).as_text())));
    add("istitle", flag(|c| predicates::is_title(one(c).as_text())));
    add("identifier", flag(|c| predicates::is_identifier(one(c).as_text())));
    add("to_lower", mapped(case::lower));
    add("to_upper", mapped(case::upper));
    add("to_title", mapped(case::title));
    add("to_fold", mapped(case::casefold));
    add("swap", mapped(case::swapcase));
    add("category", word(|c| props::category(c).into()));
    add("bidirectional", word(|c| props::bidirectional(c).into()));
    add("combining", word(|c| props::combining(c).to_string()));
    add("mirrored", flag(props::mirrored));
    add("east_asian_width", word(|c| props::east_asian_width(c).into()));
    add("decimal_value", word(|c| small(props::decimal(c))));
    add("digit_value", word(|c| small(props::digit(c))));
    add("numeric_value", word(|c| float(props::numeric(c))));
    add("decomposition", word(|c| decomposition(Version::Current, c)));
    add("name", word(|c| props::name(Version::Current, c).unwrap_or_default()));
    add("old_category", word(|c| old::category(c).into()));
    add("old_bidirectional", word(|c| old::bidirectional(c).into()));
    add("old_combining", word(|c| old::combining(c).to_string()));
    add("old_mirrored", flag(old::mirrored));
    add("old_east_asian_width", word(|c| old::east_asian_width(c).into()));
    add("old_decimal_value", word(|c| small(old::decimal(c))));
    add("old_digit_value", word(|c| small(old::digit(c))));
    add("old_numeric_value", word(|c| float(old::numeric(c))));
    add("old_decomposition", word(|c| decomposition(Version::Old, c)));
    add("old_name", word(|c| props::name(Version::Old, c).unwrap_or_default()));
    for (name, form) in forms {
        add(name, normal(Version::Current, form, false));
        add(&format!("context_{name}"), normal(Version::Current, form, true));
        add(&format!("old_{name}"), normal(Version::Old, form, false));
    }
    add("repr", mapped(repr::repr));
    add("ascii", mapped(repr::ascii));

    let mut wrong = Vec::new();
    let mut seen = 0;
    for line in include_str!("data/digests.tsv").lines() {
        let (name, crc) = line.split_once('\t').unwrap();
        seen += 1;
        if got.get(name) != Some(&crc.parse().unwrap()) {
            wrong.push(name);
        }
    }
    assert_eq!(wrong, Vec::<&str>::new());
    assert_eq!(seen, got.len());
}

#[test]
fn every_name_finds_its_code_point() {
    let mut found = 0;
    for c in 0..0x110000 {
        if let Some(name) = props::name(Version::Current, c) {
            assert_eq!(
                props::look_up(Version::Current, &name.to_ascii_lowercase()),
                Some(Named::Char(c)),
                "{name}"
            );
            found += 1;
        }
    }
    assert!(found > 140_000, "{found}");
}

#[test]
fn other_names() {
    let find = |name| props::look_up(Version::Current, name);
    assert_eq!(find("null"), Some(Named::Char(0)));
    assert_eq!(find("NBSP"), Some(Named::Char(0xa0)));
    assert_eq!(find("keycap digit one"), Some(Named::Sequence(vec![0x31, 0xfe0f, 0x20e3])));
    assert_eq!(find("TANGUT IDEOGRAPH-1700a"), Some(Named::Char(0x1700a)));
    assert_eq!(props::name(Version::Current, 0x1700a), None);
    for missing in [
        "",
        "CJK UNIFIED IDEOGRAPH-04E00",
        "CJK UNIFIED IDEOGRAPH-F900",
        "LATIN  SMALL LETTER A",
        "HANGUL SYLLABLE ",
        "HANGUL SYLLABLE GX",
        "LATIN SMALL LETTER A;",
    ] {
        assert_eq!(find(missing), None, "{missing}");
    }
}
