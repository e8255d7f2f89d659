//! Declarations as cffi reads them: `cases/cases.txt` has texts with the listing that `cases/record.py` made of cffi's own
//! parse, and ours must be the same. `DOVETAIL_CDEF_CASES` names another file of that form.

use dovetail_cdef::{
    Declarations, Error, ErrorKind, Kind, Linkage, Options, PythonLinkage, Text, Value, parse,
};
use dovetail_ctype::{Primitive, Quals, Record, RecordId, Type, TypeId, Types, UnknownKind};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Removes the blanks that the two name things differently with.
fn plain(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mark = |c: Option<&char>| c.is_some_and(|c| !(c.is_alphanumeric() || matches!(c, '_' | '$' | ' ')));
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        if c == ' ' && (mark(chars.get(i + 1)) || (i > 0 && mark(chars.get(i - 1)))) {
            continue;
        }
        out.push(c);
    }
    out
}

fn name(types: &Types, id: TypeId) -> String {
    // cffi's model has pointers to functions alone.
    match types.get(id) {
        Type::Function(_) => plain(&types.declare(id, "(*)")),
        _ => plain(&types.name(id)),
    }
}

fn fields(types: &Types, id: RecordId, record: &Record) -> String {
    let Some(list) = &record.fields else { return " opaque".into() };
    let mut out = String::new();
    if record.partial {
        out.push_str(" partial");
    }
    for f in list {
        write!(out, "\n    {}: {}", f.name, name(types, f.ty)).unwrap();
        if let Some(bits) = f.bits {
            write!(out, " :{bits}").unwrap();
        }
        if f.quals != Quals::NONE {
            write!(out, " quals {}", f.quals.0).unwrap();
        }
    }
    if let Ok(layout) = types.record_layout(id) {
        write!(out, "\n    size {} align {}", layout.size, layout.align).unwrap();
        place_fields(types, id, 0, &mut out);
    }
    out
}

fn place_fields(types: &Types, id: RecordId, base: u64, out: &mut String) {
    let layout = types.record_layout(id).unwrap();
    for (f, place) in types.record(id).fields.iter().flatten().zip(&layout.places) {
        match (types.get(f.ty), f.name.is_empty()) {
            (Type::Record(inner), true) => place_fields(types, *inner, base + place.offset, out),
            (_, true) => {}
            _ => {
                write!(out, " {}@{}", f.name, base + place.offset).unwrap();
                if place.bits.is_some() {
                    write!(out, "+{}", place.bit_shift).unwrap();
                }
            }
        }
    }
}

fn describe(types: &Types, ty: TypeId) -> String {
    match types.get(ty) {
        Type::Record(id) => fields(types, *id, types.record(*id)),
        Type::Enum(id) => {
            let e = types.enumeration(*id);
            let names: Vec<_> = e.enumerators.iter().flatten().map(|c| c.name.as_str()).collect();
            format!("{} {{{}}}", if e.partial { " partial" } else { "" }, names.join(", "))
        }
        Type::Unknown { kind: UnknownKind::Integer, .. } => " integer".into(),
        Type::Unknown { kind: UnknownKind::Float, .. } => " float".into(),
        _ => String::new(),
    }
}

fn listing(all: &[Declarations]) -> String {
    let mut lines: Vec<String> = Vec::new();
    // A later text may complete or replace what an earlier one declares.
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for d in all {
        let t = &d.types;
        for item in &d.items {
            let n = &item.name;
            let line = match &item.kind {
                Kind::Function { ty, linkage, .. } => {
                    let kind = match linkage {
                        Linkage::Python(PythonLinkage::Python) => "extern_python",
                        Linkage::Python(PythonLinkage::PythonPlusC) => "extern_python_plus_c",
                        _ => "function",
                    };
                    format!("{kind} {n}: {}", name(t, *ty))
                }
                Kind::Variable { ty, quals } => format!("variable {n}: {}{}", name(t, *ty), suffix(*quals)),
                Kind::Constant { is_macro: true, value: None, .. } => format!("macro {n} ..."),
                Kind::Constant { value: Some(Value::Integer(i)), .. } => {
                    lines.push(format!("value {n} = {i}"));
                    format!("macro {n} {i}")
                }
                Kind::Constant { ty, quals, .. } => {
                    format!("constant {n}: {}{}", name(t, *ty), suffix(*quals))
                }
                Kind::Typedef { ty, quals } => {
                    format!("typedef {n}: {}{}{}", name(t, *ty), suffix(*quals), describe(t, *ty))
                }
                Kind::Record { ty } | Kind::Enum { ty } if !n.is_empty() => {
                    let keyword = match t.get(*ty) {
                        Type::Record(r) => t.record(*r).kind.keyword(),
                        _ => "enum",
                    };
                    format!("{keyword} {n}: {}{}", t.name(*ty), describe(t, *ty))
                }
                _ => String::new(),
            };
            if let Kind::Enum { ty } = item.kind
                && let Type::Enum(id) = t.get(ty)
                && !t.enumeration(*id).partial
            {
                for c in t.enumeration(*id).enumerators.iter().flatten() {
                    lines.push(format!("value {} = {}", c.name, c.value.unwrap()));
                }
            }
            if let Some((key, _)) = line.split_once(": ") {
                named.insert(key.to_owned(), line);
            } else {
                lines.push(line);
            }
        }
        lines.extend(d.warnings.iter().map(|w| format!("warning {w}")));
    }
    lines.extend(named.into_values());
    lines.retain(|l| !l.is_empty());
    lines.sort();
    lines.dedup();
    lines.join("\n")
}

fn suffix(quals: Quals) -> String {
    if quals == Quals::NONE { String::new() } else { format!(" quals {}", quals.0) }
}

fn error_line(e: &Error) -> String {
    let class = match e.kind {
        ErrorKind::Parse | ErrorKind::HeaderNotFound => "CDefError",
        ErrorKind::Conflict | ErrorKind::Unsupported => "FFIError",
        ErrorKind::NotImplemented => "NotImplementedError",
        ErrorKind::NoLibclang | ErrorKind::Crashed => "RuntimeError",
    };
    format!("error {class} {}", e.message)
}

fn ours(texts: &[&str]) -> Result<String, Error> {
    let mut done: Vec<Text> = Vec::new();
    let mut all = Vec::new();
    for source in texts {
        let mut options = Options::default();
        let mut text = Text::new(*source);
        if let Some((head, body)) = source.split_once("//options\n") {
            text.source = body.to_owned();
            text.pack = if head.contains("packed") {
                Some(1)
            } else if head.contains("pack") {
                Some(2)
            } else {
                None
            };
            options.replace = head.contains("override");
        }
        all.push(parse(&done, &text, &options)?);
        done.push(text);
    }
    Ok(listing(&all))
}

/// What cffi says where we have a better word, in cases where both refuse.
fn same_error(expected: &str, got: &Error) -> bool {
    let line = error_line(got);
    let shown = got.to_string();
    let kind = |l: &str| l.split(' ').nth(1).map(str::to_owned);
    expected == line || (kind(expected) == kind(&line) && !shown.is_empty() && got.place.is_some())
}

#[test]
fn as_cffi_reads_them() {
    let cases = match std::env::var("DOVETAIL_CDEF_CASES") {
        Ok(path) => std::fs::read_to_string(path).unwrap(),
        Err(_) => include_str!("cases/cases.txt").to_owned(),
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases.split("=== ").skip(1) {
        let (head, rest) = case.split_once('\n').unwrap();
        let (text, expected) = rest.split_once("\n---\n").expect("a case without its listing");
        let expected = expected.trim_end();
        let texts: Vec<&str> = text.split("\n+++\n").collect();
        count += 1;
        match ours(&texts) {
            Ok(got) if got == expected => {}
            Ok(got) => wrong.push(difference(head, expected, &got)),
            Err(e) if expected.starts_with("error ") && same_error(expected, &e) => {}
            Err(e) => wrong.push(format!("{head}: expected\n{expected}\ngot {}\n{e}", error_line(&e))),
        }
    }
    assert!(count > 30);
    assert!(wrong.is_empty(), "{} of {count} cases differ\n{}", wrong.len(), wrong.join("\n\n"));
}

fn difference(head: &str, expected: &str, got: &str) -> String {
    let (e, g): (Vec<_>, Vec<_>) = (expected.lines().collect(), got.lines().collect());
    let mut out = format!("{head}:");
    for l in e.iter().filter(|l| !g.contains(l)) {
        write!(out, "\n  - {l}").unwrap();
    }
    for l in g.iter().filter(|l| !e.contains(l)) {
        write!(out, "\n  + {l}").unwrap();
    }
    out
}

#[test]
fn library_names_stay_through_parentheses() {
    let text = Text::new("int32_t (*p)[5]; size_t (*f)(ssize_t (*)[2]);");
    let d = parse(&[], &text, &Options::default()).unwrap();
    let names: Vec<_> = d
        .items
        .iter()
        .map(|i| match i.kind {
            Kind::Variable { ty, .. } => d.types.name(ty),
            _ => String::new(),
        })
        .collect();
    assert_eq!(names, ["int32_t(*)[5]", "size_t(*)(ssize_t(*)[2])"]);
    assert!(Primitive::from_name("size_t").is_some());
}
