//! Random records as arguments and results: the registers and memory that Clang gives them are those that we say.
//! Its LLVM code shows them: an integer or float per register, `byval` for the stack, a pointer for a copy, `sret` for
//! a result in memory. Arrays of no items are left out: compilers differ over them. `DOVETAIL_CALLS` says how many records (default 3,000).

mod random {
    #[allow(dead_code, reason = "places of members are for the other test")]
    pub mod generate;
}

use dovetail_ctype::classify::{Passing, Register, argument, result};
use dovetail_ctype::{Length, RecordId, Target, Type, Types};
use random::generate::generate;
use std::collections::HashMap;
use std::fmt::Write;
use std::process::{Command, Stdio};

/// What travels where, as far as the code shows it.
#[derive(PartialEq, Eq, Debug, Clone)]
enum Seen {
    Nothing,
    Registers(Vec<Register>),
    /// Floats of a homogeneous aggregate, as a result: the code does not repeat their number.
    Floats,
    Stack,
    Address,
}

fn ours(passing: &Passing) -> Seen {
    match passing {
        Passing::Nothing => Seen::Nothing,
        Passing::Stack => Seen::Stack,
        Passing::Address => Seen::Address,
        Passing::Registers(parts) => Seen::Registers(parts.iter().map(|p| p.register).collect()),
    }
}

/// Splits at commas outside of all brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut out) = (0, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                out.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    out.push(text[start..].trim());
    out.into_iter().filter(|t| !t.is_empty()).collect()
}

/// Where the bracket that a text begins with is closed.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' if depth == 1 => return i,
            ']' | '}' => depth -= 1,
            _ => {}
        }
    }
    panic!("{text:?} is not closed");
}

/// The registers of one LLVM type at the start of a text.
fn registers(text: &str, out: &mut Vec<Register>) {
    let word = text.split([' ', ',', ')']).next().unwrap();
    if text.starts_with(['[', '{']) {
        let end = closing(text);
        let inside = text[1..end].trim();
        if text[end + 1..].starts_with('*') {
            out.push(Register::General);
        } else if text.starts_with('[') {
            let (count, item) = inside.split_once(" x ").unwrap();
            for _ in 0..count.parse().unwrap() {
                registers(item, out);
            }
        } else {
            split(inside).into_iter().for_each(|t| registers(t, out));
        }
    } else if is_pointer(text) {
        out.push(Register::General);
    } else if text.starts_with('<')
        || word.starts_with("float")
        || word.starts_with("double")
        || word.starts_with("fp128")
    {
        out.push(Register::Float);
    } else if word.starts_with("x86_fp80") {
        out.push(Register::X87);
    } else if let Some(bits) = word.strip_prefix('i').and_then(|b| b.parse::<u32>().ok()) {
        out.extend(std::iter::repeat_n(Register::General, if bits > 64 { 2 } else { 1 }));
    } else {
        panic!("{text:?}");
    }
}

fn is_pointer(text: &str) -> bool {
    text.starts_with("ptr") || text.split(' ').next().unwrap().ends_with('*')
}

fn seen_arguments(list: &str, target: Target) -> Seen {
    let mut all = Vec::new();
    for text in split(list) {
        if text.contains("byval(") {
            return Seen::Stack;
        }
        // System V copies what is in memory; a pointer is a member's value.
        if is_pointer(text) && target == Target::Aarch64 {
            return Seen::Address;
        }
        registers(text, &mut all);
    }
    if all.is_empty() { Seen::Nothing } else { Seen::Registers(all) }
}

fn seen_result(ty: &str, list: &str) -> Seen {
    if list.contains("sret(") {
        return Seen::Address;
    }
    if ty == "void" {
        return Seen::Nothing;
    }
    if ty.starts_with('%') && !is_pointer(ty) {
        return Seen::Floats;
    }
    let mut all = Vec::new();
    registers(ty, &mut all);
    Seen::Registers(all)
}

/// `define` lines by the function's name: what stands before it, and its parameters.
fn functions(code: &str) -> HashMap<&str, (&str, &str)> {
    let mut out = HashMap::new();
    for line in code.lines().filter_map(|l| l.strip_prefix("define ")) {
        let (before, rest) = line.split_once('@').unwrap();
        let (name, rest) = rest.split_once('(').unwrap();
        let end = rest.rfind(") #").unwrap_or_else(|| rest.rfind(')').unwrap());
        let ty = before.trim().trim_start_matches("dso_local ").trim_start_matches("signext ");
        out.insert(name, (ty.trim_start_matches("zeroext ").trim_start_matches("noundef "), &rest[..end]));
    }
    out
}

/// Whether a record inside lies off the alignment that it has as a whole: Clang looks at that, the ABI at scalars.
fn misplaced(types: &Types, id: RecordId) -> bool {
    let layout = types.record_layout(id).unwrap();
    types.record(id).fields.iter().flatten().zip(&layout.places).any(|(f, place)| {
        let mut ty = f.ty;
        while let Type::Array { item, .. } = types.get(ty) {
            ty = *item;
        }
        match types.get(ty) {
            Type::Record(inner) => {
                let align = types.layout(ty).unwrap().align;
                !place.offset.is_multiple_of(align) || misplaced(types, *inner)
            }
            _ => false,
        }
    })
}

fn compare(target: Target, triple: &str) {
    let there = Command::new("clang").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !there.is_ok_and(|s| s.success()) {
        println!("NOT RUN: clang is not installed");
        return;
    }
    let count = std::env::var("DOVETAIL_CALLS").ok().and_then(|v| v.parse().ok()).unwrap_or(3000);
    let program = generate(target, 0xca11, count, false, 1);
    let mut text = program.text.clone();
    for (i, r) in program.records.iter().enumerate() {
        let name = &r.name;
        writeln!(text, "void a{i}({name} x) {{}}\n{name} r{i}({name} *p) {{ return *p; }}").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("calls.c");
    std::fs::write(&source, text).unwrap();
    let output = Command::new("clang")
        .args([&format!("--target={triple}"), "-std=gnu11", "-w", "-S", "-emit-llvm", "-O0", "-o", "-"])
        .arg(&source)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let code = String::from_utf8(output.stdout).unwrap();
    let functions = functions(&code);
    let mut wrong = Vec::new();
    let mut kinds = HashMap::new();
    let types: &Types = &program.types;
    for (i, r) in program.records.iter().enumerate() {
        // On x86-64 Clang puts records with an open array into memory; GCC, whose libraries we call, does not.
        let last = types.record(r.id).fields.as_ref().and_then(|f| f.last()).map(|f| types.get(f.ty));
        let open = matches!(last, Some(Type::Array { length: Length::Open, .. }));
        if target == Target::X86_64 && (open || misplaced(types, r.id)) {
            continue;
        }
        let ty = types.ids().find(|id| *types.get(*id) == Type::Record(r.id)).unwrap();
        let said = ours(&argument(types, ty).unwrap());
        let found = seen_arguments(functions[format!("a{i}").as_str()].1, target);
        *kinds.entry(format!("{found:?}")).or_insert(0) += 1;
        if said != found {
            wrong.push(format!("argument: ours {said:?}, clang {found:?}\n{}", program.text_of(i)));
        }
        let said = ours(&result(types, ty).unwrap());
        let (before, list) = functions[format!("r{i}").as_str()];
        let found = seen_result(before, list);
        let floats = matches!(&said, Seen::Registers(r) if r.iter().all(|r| *r == Register::Float));
        if said != found && !(found == Seen::Floats && floats) {
            wrong.push(format!("result: ours {said:?}, clang {found:?} {before}\n{}", program.text_of(i)));
        }
    }
    let shown: Vec<_> = wrong.iter().take(5).cloned().collect();
    assert!(wrong.is_empty(), "{} of {count} differ\n{}", wrong.len(), shown.join("\n"));
    println!("{count} records on {triple}: {kinds:?}");
    assert!(kinds.len() > 4);
}

#[test]
fn system_v_as_clang_does() {
    compare(Target::X86_64, "x86_64-linux-gnu");
}

#[test]
fn aapcs_as_clang_does() {
    compare(Target::Aarch64, "aarch64-linux-gnu");
}
