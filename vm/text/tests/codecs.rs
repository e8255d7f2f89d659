//! Codecs and error handlers against what the reference did (`data/codecs.tsv`).

mod common;

use common::{show, text};
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
        _ => panic!("{name}"),
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
        _ => panic!("{name}"),
    }
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
        "X" => show_bytes(&escape_bytes(&bytes(f[4]))),
        other => panic!("no such question: {other}"),
    }
}

#[test]
fn as_the_reference() {
    let mut wrong = Vec::new();
    let mut lines = 0;
    for line in include_str!("data/codecs.tsv").lines() {
        let fields: Vec<&str> = line.splitn(6, '\t').collect();
        let got = answer(&fields[..5]);
        if got != fields[5] {
            wrong.push(format!("{:?}: {got}, not {}", &fields[..5], fields[5]));
        }
        lines += 1;
    }
    assert!(lines > 8000);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}
