//! Codecs and error handlers against what the reference did (`data/codecs.tsv`).

mod common;

use common::{crc32, show, text};
use dovetail_text::codecs::*;
use dovetail_text::{Text, TextBuf};

/// The table of `record.py`.
fn table() -> TextBuf {
    (0..128).chain([0x20ac, 0xfffe, 0x201a, 0x192]).chain(0xa4..0xff).collect()
}

fn bytes(field: &str) -> Vec<u8> {
    if field == "-" {
        return Vec::new();
    }
    (0..field.len() / 2).map(|i| u8::from_str_radix(&field[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn show_bytes(b: &[u8]) -> String {
    if b.is_empty() { "-".into() } else { b.iter().map(|b| format!("{b:02x}")).collect() }
}

fn refused(why: Refused) -> String {
    match why {
        Refused::WrongDirection => "T".into(),
        Refused::Error(Failure { encoding, fault: Fault { start, end, reason } }) => {
            format!("E\t{encoding}\t{start}\t{end}\t{reason}")
        }
    }
}

fn decoded(name: &str, input: &[u8], mut errors: Builtin, last: bool) -> Result<(TextBuf, usize), Refused> {
    let h = &mut errors;
    let order = |rest: &str| match rest {
        "" => ByteOrder::Native,
        "-le" => ByteOrder::Little,
        _ => ByteOrder::Big,
    };
    match name {
        "utf-8" => decode(&mut Utf8Decoder, input, h, last),
        "utf-7" => decode(&mut Utf7Decoder::default(), input, h, last),
        "unicode-escape" => decode(&mut UnicodeEscapeDecoder::default(), input, h, last),
        "raw-unicode-escape" => decode(&mut RawUnicodeEscapeDecoder, input, h, last),
        "ascii" => decode(&mut AsciiDecoder, input, h, last),
        "charmap" => {
            let table = table();
            let by_table = decode(&mut CharmapDecoder::new(table.as_text()), input, h, last);
            let mapping = |b: u8| {
                Ok(match table.as_text().get(b.into()) {
                    None | Some(0xfffe) => DecodeMapping::Undefined,
                    Some(c) => DecodeMapping::Char(c),
                })
            };
            assert_eq!(by_table, decode(&mut MapDecoder(mapping), input, h, last));
            by_table
        }
        _ if name.starts_with("utf-16") => decode(&mut Utf16Decoder::new(order(&name[6..])), input, h, last),
        _ if name.starts_with("utf-32") => decode(&mut Utf32Decoder::new(order(&name[6..])), input, h, last),
        _ => decode(&mut MultibyteCodec::by_name(name).expect(name), input, h, last),
    }
}

fn encoded(name: &str, s: Text<'_>, mut errors: Builtin) -> Result<Vec<u8>, Refused> {
    let h = &mut errors;
    let order = |rest: &str| match rest {
        "" => ByteOrder::Native,
        "-le" => ByteOrder::Little,
        _ => ByteOrder::Big,
    };
    match name {
        "utf-8" => encode(&mut Utf8Encoder, s, h),
        "utf-7" => Ok(encode_utf7(s)),
        "unicode-escape" => encode(&mut UnicodeEscapeEncoder, s, h),
        "raw-unicode-escape" => encode(&mut RawUnicodeEscapeEncoder, s, h),
        "ascii" => encode(&mut AsciiEncoder, s, h),
        "latin-1" => encode(&mut Latin1Encoder, s, h),
        "charmap" => encode(&mut CharmapEncoder::new(&EncodeMap::new(table().as_text())), s, h),
        _ if name.starts_with("utf-16") => encode(&mut Utf16Encoder::new(order(&name[6..])), s, h),
        _ if name.starts_with("utf-32") => encode(&mut Utf32Encoder::new(order(&name[6..])), s, h),
        _ => encode(&mut MultibyteCodec::by_name(name).expect(name), s, h),
    }
}

fn summary(rows: Vec<String>) -> String {
    format!("{}\t{}", rows.len(), crc32([rows.join("\n")]))
}

/// The code of every character that has one.
fn all_characters(name: &str) -> String {
    let row = |c: u32| {
        let text: TextBuf = [c].into_iter().collect();
        encoded(name, text.as_text(), Builtin::Strict).ok().map(|code| format!("{c:x}={}", show_bytes(&code)))
    };
    summary((0..0x30000).filter_map(row).collect())
}

/// What every two bytes, and three after 8F, decode to.
fn all_codes(name: &str) -> String {
    let show = |code: &[u8]| {
        decoded(name, code, Builtin::Replace, true).unwrap().0.as_text().to_string_checked().unwrap()
    };
    let mut rows = Vec::new();
    for a in 0..=255 {
        for b in 0..=255 {
            rows.push(show(&[a, b]));
            if a == 0x8f {
                rows.extend((0..=255).map(|c| show(&[a, b, c])));
            }
        }
    }
    summary(rows)
}

fn answer(f: &[&str]) -> String {
    let errors = || Builtin::by_name(f[2]).unwrap();
    match f[0] {
        "D" => match decoded(f[1], &bytes(f[4]), errors(), f[3] == "1") {
            Ok((out, used)) => format!("O\t{}\t{used}", show(out.as_text())),
            Err(why) => refused(why),
        },
        "C" => {
            let s = text(f[4]);
            match encoded(f[1], s.as_text(), errors()) {
                Ok(out) => format!("O\t{}\t{}", show_bytes(&out), s.len()),
                Err(why) => refused(why),
            }
        }
        "B" => match unescape_bytes(&bytes(f[4]), f[2]) {
            Ok(out) => {
                let warning = out.first_invalid.map_or("-".into(), |e| e.message(true));
                format!("O\t{}\t{warning}", show_bytes(&out.bytes))
            }
            Err(why) => format!("V\t{}", why.message(f[2])),
        },
        "W" => {
            let mut decoder = UnicodeEscapeDecoder::default();
            decode(&mut decoder, &bytes(f[4]), &mut Builtin::Ignore, true).unwrap();
            decoder.first_invalid().map_or("-".into(), |e| e.message(false))
        }
        "A" => all_characters(f[1]),
        "P" => all_codes(f[1]),
        "X" => show_bytes(&escape_bytes(&bytes(f[4]))),
        other => panic!("no such question: {other}"),
    }
}

#[test]
fn as_the_reference() {
    check(include_str!("data/codecs.tsv"), 8000);
}

#[test]
fn east_asian_codecs_as_the_reference() {
    check(include_str!("data/cjk.tsv"), 4000);
}

fn check(data: &str, least: usize) {
    let mut wrong = Vec::new();
    let mut lines = 0;
    for line in data.lines() {
        let fields: Vec<&str> = line.splitn(6, '\t').collect();
        let got = answer(&fields[..5]);
        if got != fields[5] {
            wrong.push(format!("{:?}: {got}, not {}", &fields[..5], fields[5]));
        }
        lines += 1;
    }
    assert!(lines > least);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

/// Long texts, which go through the codecs in blocks, against Rust's own conversions.
#[test]
fn long_texts_there_and_back() {
    let alphabets = ["ab", "abcdefghijklmnopé", "éüß", "приветa", "你好，x", "hi 😀", "a\u{ffff}\u{10000}"];
    let mut state = 1u32;
    let mut random = |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % n
    };
    for alphabet in alphabets {
        let chars: Vec<char> = alphabet.chars().collect();
        for _ in 0..40 {
            let n = random(700);
            let s: String = (0..n).map(|_| chars[random(chars.len())]).collect();
            let owned = TextBuf::from(s.as_str());
            let t = owned.as_text();
            let strict = &mut Builtin::Strict;
            assert_eq!(utf8::measure(&s), (t.len(), t.kind().max_char()));
            assert_eq!(utf8::to_vec(t).as_deref(), Ok(s.as_bytes()));
            assert_eq!(decode(&mut Utf8Decoder, s.as_bytes(), strict, true), Ok((owned.clone(), s.len())));
            let wide: Vec<u8> = s.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(encode(&mut Utf16Encoder::new(ByteOrder::Big), t, strict), Ok(wide.clone()));
            let back = decode(&mut Utf16Decoder::new(ByteOrder::Big), &wide, strict, true);
            assert_eq!(back, Ok((owned.clone(), wide.len())));
            let wide: Vec<u8> = s.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
            assert_eq!(encode(&mut Utf32Encoder::new(ByteOrder::Little), t, strict), Ok(wide.clone()));
            let back = decode(&mut Utf32Decoder::new(ByteOrder::Little), &wide, strict, true);
            assert_eq!(back, Ok((owned.clone(), wide.len())));
        }
    }
}

/// A handler may put another input in place of the old one, and go on anywhere in it.
#[test]
fn a_handler_that_changes_the_input() {
    struct Other(Vec<Failure>);
    impl DecodeHandler for Other {
        type Error = Refused;

        fn handle(&mut self, error: &DecodeError<'_>, out: &mut TextBuf) -> Result<Resume, Refused> {
            self.0.push(error.failure);
            if self.0.len() > 1 {
                return Err(Refused::Error(error.failure));
            }
            out.push(0x20ac);
            Ok(Resume { at: 2, input: Some(b"xyzz\xffw".to_vec()) })
        }
    }
    let mut handler = Other(Vec::new());
    let end = decode(&mut AsciiDecoder, b"a\x80b", &mut handler, true);
    assert_eq!(handler.0.iter().map(|f| f.fault.start).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(end, Err(Refused::Error(handler.0[1])));
}

/// Replacements that do not encode either leave the first error standing.
#[test]
fn replacements_that_do_not_encode() {
    struct Give(Option<Vec<u8>>);
    impl EncodeHandler for Give {
        type Error = Failure;

        fn handle(&mut self, error: &EncodeError<'_>) -> Result<(Replacement, usize), Failure> {
            let replacement = match &self.0 {
                Some(bytes) => Replacement::Bytes(bytes.clone()),
                None => Replacement::Text(TextBuf::from("é")),
            };
            Ok((replacement, error.failure.fault.end))
        }

        fn refuse(&mut self, error: &EncodeError<'_>) -> Failure {
            error.failure
        }
    }
    let surrogate = TextBuf::from_ucs2(vec![0x61, 0xdc80]);
    let mut utf16 = Utf16Encoder::new(ByteOrder::Little);
    let odd = encode(&mut utf16, surrogate.as_text(), &mut Give(Some(b"x".to_vec())));
    assert_eq!(odd.map_err(|f| (f.encoding, f.fault.start)), Err(("utf-16-le", 1)));
    let even = encode(&mut utf16, surrogate.as_text(), &mut Give(Some(b"xy".to_vec())));
    assert_eq!(even, Ok(b"a\0xy".to_vec()));
    assert!(encode(&mut Utf8Encoder, surrogate.as_text(), &mut Give(None)).is_err());
    assert!(encode(&mut AsciiEncoder, surrogate.as_text(), &mut Give(None)).is_err());
    assert_eq!(encode(&mut Latin1Encoder, surrogate.as_text(), &mut Give(None)), Ok(b"a\xe9".to_vec()));
}
