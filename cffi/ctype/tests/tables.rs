//! Tables that hang together pass, and in whatever passes no place leads outside.

use dovetail_ctype::tables::{Tables, argument, op, operation};

fn word(operation: u8, argument: isize) -> isize {
    argument << 8 | isize::from(operation)
}

/// `int f(int)`, `struct p { int x; }`, `int[3]`, `enum e`, `typedef struct p *t`.
fn types() -> Vec<isize> {
    vec![
        word(op::FUNCTION, 1),
        word(op::PRIMITIVE, 7),
        word(op::FUNCTION_END, 0),
        word(op::STRUCT_UNION, 0),
        word(op::ARRAY, 1),
        4,
        word(op::ENUM, 0),
        word(op::POINTER, 3),
    ]
}

fn check(types: &[isize], globals: &[isize], fields: &[isize]) -> Result<(), String> {
    let tables = Tables { types, globals, records: &[3], fields, enums: &[6], typenames: &[7] };
    tables.check().map_err(|e| e.to_string())
}

#[test]
fn good_ones_pass() {
    let globals = [word(op::DLOPEN_FUNC, 0), word(op::CONSTANT_INT, -1), word(op::GLOBAL_VAR, 4)];
    assert_eq!(check(&types(), &globals, &[word(op::NOOP, 1), word(op::BITFIELD, 1)]), Ok(()));
    assert_eq!(Tables::default().check(), Ok(()));
}

#[test]
fn each_table_is_looked_at() {
    let refused = |change: &dyn Fn(&mut Vec<isize>), what: &str| {
        let mut t = types();
        change(&mut t);
        assert_eq!(check(&t, &[], &[]), Err(format!("entry {what} does not fit the other tables")));
    };
    refused(&|t| t[7] = word(op::POINTER, 8), "7 of _types");
    refused(&|t| t[7] = word(op::POINTER, -1), "7 of _types");
    refused(&|t| t[7] = word(op::POINTER, 5), "7 of _types");
    refused(&|t| t[7] = 0, "7 of _types");
    refused(&|t| t[7] = word(op::FUNCTION, 1), "7 of _types");
    refused(&|t| t[7] = word(op::ARRAY, 1), "7 of _types");
    refused(&|t| t[5] = -4, "4 of _types");
    refused(&|t| t[3] = word(op::STRUCT_UNION, 1), "3 of _types");
    refused(&|t| t[3] = word(op::STRUCT_UNION, -1), "0 of _struct_unions");
    refused(&|t| t[6] = word(op::PRIMITIVE, 1), "0 of _enums");
    refused(&|t| t.truncate(7), "0 of _typenames");
    refused(&|t| t[2] = word(op::ARRAY, 1), "0 of _types");
    assert!(check(&types(), &[word(op::DLOPEN_FUNC, 8)], &[]).unwrap_err().contains("_globals"));
    assert!(check(&types(), &[word(op::EXTERN_PYTHON, 0)], &[]).unwrap_err().contains("_globals"));
    assert!(check(&types(), &[], &[word(op::NOOP, 5)]).unwrap_err().contains("the fields"));
}

/// Visits what a type is made of as the reader of the tables does; outside of the tables it panics.
fn visit(t: &Tables<'_>, at: isize, depth: u32) {
    if depth > 12 {
        return;
    }
    let word = t.types[usize::try_from(at).unwrap()];
    assert_eq!(word & 1, 1, "an address");
    let to = argument(word);
    match operation(word) {
        op::POINTER | op::OPEN_ARRAY | op::NOOP => visit(t, to, depth + 1),
        op::ARRAY => {
            assert!(t.types[at as usize + 1] >= 0);
            visit(t, to, depth + 1);
        }
        op::FUNCTION => {
            visit(t, to, depth + 1);
            let mut next = at + 1;
            while operation(t.types[next as usize]) != op::FUNCTION_END {
                visit(t, next, depth + 1);
                next += 1;
            }
        }
        op::STRUCT_UNION if to != -1 => assert_eq!(t.types[t.records[to as usize] as usize], word),
        op::ENUM => assert_eq!(t.types[t.enums[to as usize] as usize], word),
        op::TYPENAME => visit(t, t.typenames[to as usize], depth + 1),
        _ => {}
    }
}

#[test]
fn what_passes_can_be_read() {
    let mut state = 1u64;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (mut good, mut bad) = (0, 0);
    for _ in 0..200_000 {
        let mut t = types();
        for _ in 0..=below(2) {
            let at = below(t.len() as u64) as usize;
            let new = word(below(24) as u8, below(10) as isize - 1);
            match below(4) {
                0 => t.insert(at, new),
                1 => drop(t.remove(at)),
                _ => t[at] = new,
            }
        }
        let globals = [word(below(44) as u8, below(9) as isize)];
        let tables = Tables {
            types: &t,
            globals: &globals,
            records: &[below(9) as isize],
            fields: &[word(op::NOOP, below(9) as isize)],
            enums: &[below(9) as isize],
            typenames: &[below(9) as isize],
        };
        if tables.check().is_err() {
            bad += 1;
            continue;
        }
        good += 1;
        visit(&tables, tables.records[0], 0);
        visit(&tables, tables.enums[0], 0);
        visit(&tables, tables.typenames[0], 0);
        visit(&tables, argument(tables.fields[0]), 0);
        if !matches!(operation(globals[0]), op::CONSTANT_INT | op::ENUM) {
            visit(&tables, argument(globals[0]), 0);
        }
    }
    assert!(good > 100 && bad > 1000, "{good} good, {bad} bad");
}
