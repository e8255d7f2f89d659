//! Search, case and predicates against what the reference did (`data/strings.tsv`).

mod common;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::ops::Range;

use common::{show, text};
use dovetail_text::search::{self, Side};
use dovetail_text::{Text, TextBuf, case, predicates};

/// Collects the ranges that `run` reports, reversed if they come from the right.
fn collect(
    s: Text<'_>,
    reversed: bool,
    run: impl FnOnce(&mut dyn FnMut(Range<usize>) -> Result<(), Infallible>) -> Result<(), Infallible>,
) -> String {
    let mut parts = Vec::new();
    let Ok(()) = run(&mut |range| {
        parts.push(show(s.slice(range)));
        Ok(())
    });
    if reversed {
        parts.reverse();
    }
    if parts.is_empty() { "=".into() } else { parts.join("|") }
}

fn cut(s: Text<'_>, found: Option<Range<usize>>, right: bool) -> String {
    let (head, middle, tail) = match found {
        Some(r) => (0..r.start, r.clone(), r.end..s.len()),
        None if right => (0..0, 0..0, 0..s.len()),
        None => (0..s.len(), 0..0, 0..0),
    };
    [head, middle, tail].map(|r| show(s.slice(r))).join("|")
}

fn answer(f: &[&str]) -> String {
    let owned = text(f[1]);
    let s = owned.as_text();
    // The second field is text for those that look for something.
    let looks = matches!(
        f[0],
        "find" | "rfind" | "count" | "startswith" | "endswith" | "replace" | "split" | "rsplit"
    );
    let arg = text(if looks { f[2] } else { "-" });
    let arg = arg.as_text();
    let number = |i: usize| f[i].parse::<isize>().unwrap();
    let most = |i: usize| usize::try_from(number(i)).unwrap_or(usize::MAX);
    let latin = || owned.clone().into_latin1().unwrap();
    let bytes = |v: Vec<u8>| show(TextBuf::from_latin1(v).as_text());
    let flag = |b: bool| u8::from(b).to_string();
    let index = |i: Option<usize>, from: usize| i.map_or("-1".into(), |i| (i + from).to_string());
    let window = || search::window(s.len(), number(3), number(4));
    let in_window =
        |test: fn(Text<'_>, Text<'_>) -> bool| flag(window().is_some_and(|r| test(s.slice(r), arg)));
    match f[0] {
        "find" => window().map_or("-1".into(), |r| index(search::find(s.slice(r.clone()), arg), r.start)),
        "rfind" => window().map_or("-1".into(), |r| index(search::rfind(s.slice(r.clone()), arg), r.start)),
        "count" => window().map_or(0, |r| search::count(s.slice(r), arg)).to_string(),
        "startswith" => in_window(search::starts_with),
        "endswith" => in_window(search::ends_with),
        "replace" => {
            let new = text(f[3]);
            let out = search::replace(s, arg, new.as_text(), most(4)).unwrap_or_else(|| owned.clone());
            assert_eq!(out.as_text().kind(), out.as_text().narrowest());
            show(out.as_text())
        }
        "split" => collect(s, false, |each| search::split(s, arg, most(3), each)),
        "rsplit" => collect(s, true, |each| search::rsplit(s, arg, most(3), each)),
        "partition" => cut(s, search::partition(s, text(f[2]).as_text()), false),
        "rpartition" => cut(s, search::rpartition(s, text(f[2]).as_text()), true),
        "splitw" => collect(s, false, |each| search::split_whitespace(s, most(2), each)),
        "rsplitw" => collect(s, true, |each| search::rsplit_whitespace(s, most(2), each)),
        "bsplitw" => collect(s, false, |each| search::split_whitespace_bytes(&latin(), most(2), each)),
        "brsplitw" => collect(s, true, |each| search::rsplit_whitespace_bytes(&latin(), most(2), each)),
        "lines" => collect(s, false, |each| search::split_lines(s, number(2) != 0, each)),
        "blines" => collect(s, false, |each| search::split_lines_bytes(&latin(), number(2) != 0, each)),
        "strip" | "lstrip" | "rstrip" => {
            show(s.slice(search::strip_chars(s, text(f[2]).as_text(), side(f[0]))))
        }
        "stripw" | "lstripw" | "rstripw" => show(s.slice(search::strip_whitespace(s, side(f[0])))),
        "bstripw" => show(s.slice(search::strip_whitespace_bytes(&latin(), Side::Both))),
        "center" | "bcenter" => {
            let (left, right) = search::center_padding(s.len(), most(2));
            show(search::pad(s, left, right, '*' as u32).as_text())
        }
        "zfill" => show(search::zfill(s, most(2)).unwrap_or_else(|| owned.clone()).as_text()),
        "tabs" | "btabs" => show(search::expand_tabs(s, most(2)).unwrap().as_text()),
        "upper" => show(case::upper(s).as_text()),
        "lower" => show(case::lower(s).as_text()),
        "title" => show(case::title(s).as_text()),
        "capitalize" => show(case::capitalize(s).as_text()),
        "swapcase" => show(case::swapcase(s).as_text()),
        "casefold" => show(case::casefold(s).as_text()),
        "isalpha" => flag(predicates::is_alpha(s)),
        "isalnum" => flag(predicates::is_alnum(s)),
        "isdecimal" => flag(predicates::is_decimal(s)),
        "isdigit" => flag(predicates::is_digit(s)),
        "isnumeric" => flag(predicates::is_numeric(s)),
        "isspace" => flag(predicates::is_space(s)),
        "isprintable" => flag(predicates::is_printable(s)),
        "islower" => flag(predicates::is_lower(s)),
        "isupper" => flag(predicates::is_upper(s)),
        "istitle" => flag(predicates::is_title(s)),
        "isidentifier" => flag(predicates::is_identifier(s)),
        "bupper" => bytes(latin().to_ascii_uppercase()),
        "blower" => bytes(latin().to_ascii_lowercase()),
        "btitle" => bytes(case::title_bytes(&latin())),
        "bcapitalize" => bytes(case::capitalize_bytes(&latin())),
        "bswapcase" => bytes(case::swapcase_bytes(&latin())),
        "bisalpha" => flag(predicates::bytes::is_alpha(&latin())),
        "bisalnum" => flag(predicates::bytes::is_alnum(&latin())),
        "bisdigit" => flag(predicates::bytes::is_digit(&latin())),
        "bisspace" => flag(predicates::bytes::is_space(&latin())),
        "bislower" => flag(predicates::bytes::is_lower(&latin())),
        "bisupper" => flag(predicates::bytes::is_upper(&latin())),
        "bistitle" => flag(predicates::bytes::is_title(&latin())),
        other => panic!("no such question: {other}"),
    }
}

fn side(name: &str) -> Side {
    match name.as_bytes()[0] {
        b'l' => Side::Left,
        b'r' => Side::Right,
        _ => Side::Both,
    }
}

#[test]
fn as_the_reference() {
    let (mut wrong, mut asked) = (Vec::new(), BTreeSet::new());
    for line in include_str!("data/strings.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let (want, question) = fields.split_last().unwrap();
        let got = answer(question);
        if got != *want {
            wrong.push(format!("{question:?}: {got}, not {want}"));
        }
        asked.insert(fields[0]);
    }
    assert!(asked.len() > 55, "{}", asked.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}
