//! Syntax errors against what CPython 3.14 said of the same sources (`data/errors.tsv`).

use dovetail_front::{Mode, Options, compile_text};

fn unescape(text: &str) -> String {
    let (mut out, mut chars) = (String::new(), text.chars());
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                other => other.expect("a letter after the backslash"),
            },
            c => c,
        });
    }
    out
}

#[test]
fn errors_are_cpythons() {
    let data = include_str!("data/errors.tsv");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in data.lines().filter(|line| !line.starts_with("# ")) {
        let fields: Vec<String> = line.split('\t').map(unescape).collect();
        let mode = match &*fields[0] {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            _ => Mode::Single,
        };
        let found = match compile_text(&fields[1], "<string>", mode, &Options::default()) {
            Ok(_) => vec!["OK".to_owned()],
            Err(e) => vec![
                e.kind.class_name().to_owned(),
                e.message.clone(),
                format!("{}:{}-{}:{}", e.lineno, e.offset, e.end_lineno, e.end_offset),
                e.text.map_or("-".to_owned(), |text| format!("'{text}")),
            ],
        };
        count += 1;
        if found != fields[2..] {
            wrong.push(format!("{:?}: expected {:?}, found {found:?}", fields[1], &fields[2..]));
        }
    }
    assert!(count > 300);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
