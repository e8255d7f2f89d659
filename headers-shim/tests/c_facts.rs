//! Every row of the tables, against the headers themselves: layout and constants as static
//! assertions in C11 and C++17, signatures by declaring each symbol a second time, and every
//! inline function by its type.

mod common;

use common::{ALL_INCLUDES, Language, check, table, write_source};
use std::collections::HashMap;
use std::fmt::Write;

#[test]
fn layout_in_c_and_cxx() {
    for (language, assert) in [(Language::C, "_Static_assert"), (Language::Cxx, "static_assert")] {
        let mut text = format!("{ALL_INCLUDES}#include <stddef.h>\n");
        let mut rows = 0;
        for row in table("layout") {
            let (name, field, size) = (&row["struct"], &row["field"], &row["size"]);
            let claims = match row["row"].as_str() {
                "struct" | "union" => {
                    let alignof = if language == Language::C { "_Alignof" } else { "alignof" };
                    vec![
                        format!("sizeof({name}) == {size}"),
                        format!("{alignof}({name}) == {}", row["align"]),
                    ]
                }
                "field" if field.contains('<') || !row["bit_width"].is_empty() => continue,
                "field" => {
                    let mut claims = vec![format!("offsetof({name}, {field}) == {}", row["offset"])];
                    // An array without a size has none.
                    if size != "0" {
                        claims.push(format!("sizeof((({name} *)0)->{field}) == {size}"));
                    }
                    claims
                }
                _ => continue,
            };
            for claim in claims {
                rows += 1;
                let _ = writeln!(text, "{assert}({claim}, \"{claim}\");");
            }
        }
        assert!(rows > 1700, "only {rows} rows");
        check(language, &write_source(&format!("layout.{language:?}"), &text), &["-Wno-invalid-offsetof"]);
    }
}

#[test]
fn constants_in_c_and_cxx() {
    for (language, assert) in [(Language::C, "_Static_assert"), (Language::Cxx, "static_assert")] {
        let mut text = ALL_INCLUDES.to_string();
        for row in table("constants") {
            let (name, value, ty) = (&row["name"], &row["value"], &row["c_type"]);
            // Asked of the C library, which answers with its own values.
            if matches!(name.as_str(), "_POSIX_C_SOURCE" | "_XOPEN_SOURCE") {
                continue;
            }
            // C++ keeps the names of a struct's enum inside the struct.
            let scope =
                if language == Language::Cxx && name.starts_with("_PyStatus_") { "PyStatus::" } else { "" };
            let name = &format!("{scope}{name}");
            let claim = match ty.as_str() {
                "string" => format!("__builtin_strcmp({name}, {value}) == 0"),
                // Addresses are no constant expressions; the Rust side checks their values.
                "void *" => {
                    let _ =
                        writeln!(text, "static void *const held_{name} __attribute__((unused)) = {name};");
                    continue;
                }
                "unsigned long" | "unsigned long long" => format!("({name}) == {value}ULL"),
                _ if value == "-9223372036854775808" => format!("({name}) == -9223372036854775807LL - 1"),
                _ => format!("({name}) == {value}"),
            };
            let _ = writeln!(text, "{assert}({claim}, \"{name}\");");
            if language == Language::C
                && row["kind"] == "macro"
                && !matches!(ty.as_str(), "string" | "void *")
            {
                let same = format!("__builtin_types_compatible_p(__typeof__({name}), {ty})");
                let _ = writeln!(text, "_Static_assert({same}, \"type of {name}\");");
            }
        }
        check(language, &write_source(&format!("constants.{language:?}"), &text), &[]);
    }
}

/// Declaring a thing again with another type is an error.
#[test]
fn symbols_have_the_types_of_the_facts() {
    let mut text = ALL_INCLUDES.to_string();
    let mut count = 0;
    for row in table("symbols") {
        if !matches!(row["header_visibility"].as_str(), "limited" | "public") {
            continue;
        }
        count += 1;
        let (name, ty) = (&row["name"], &row["signature"]);
        let _ = writeln!(text, "#undef {name}");
        // Undeclared, a second declaration would prove nothing.
        let _ = writeln!(text, "typedef __typeof__({name}) declared_{name};");
        if row["kind"] == "data" {
            let _ = writeln!(text, "extern {};", common::facts::declare(ty, name));
        } else {
            let (result, parameters) = common::facts::split_function(ty);
            let _ = writeln!(text, "{result} {name}({parameters});");
        }
    }
    assert_eq!(count, 1159 + 190);
    check(Language::C, &write_source("symbols.c", &text), &["-Wno-deprecated-declarations"]);
}

#[test]
fn typedefs_are_the_types_of_the_facts() {
    let mut text = ALL_INCLUDES.to_string();
    for row in table("typedefs") {
        let (name, ty) = (&row["name"], &row["underlying_type"]);
        // Tags of enums and of structs without one in CPython are ours.
        if ty.starts_with("enum ") || ty.starts_with("struct ") {
            let _ = writeln!(text, "typedef {name} *pointer_to_{name};");
            if !row["size"].is_empty() {
                let _ = writeln!(text, "_Static_assert(sizeof({name}) == {}, \"{name}\");", row["size"]);
            }
            continue;
        }
        let _ = writeln!(text, "typedef {};", common::facts::declare(ty, &format!("fact_{name}")));
        let _ = writeln!(
            text,
            "_Static_assert(__builtin_types_compatible_p({name}, fact_{name}), \"{name} is {ty}\");"
        );
    }
    check(Language::C, &write_source("typedefs.c", &text), &["-Wno-deprecated-declarations"]);
}

#[test]
fn inline_functions_have_the_types_of_the_facts() {
    let mut text = ALL_INCLUDES.to_string();
    let mut count = 0;
    for row in table("macros") {
        if row["kind"] != "static inline" {
            continue;
        }
        count += 1;
        let (name, ty) = (&row["name"], &row["signature_or_params"]);
        let (result, parameters) = common::facts::split_function(ty);
        let _ = writeln!(text, "#undef {name}\ntypedef {result} fact_{name}({parameters});");
        let _ = writeln!(
            text,
            "_Static_assert(__builtin_types_compatible_p(__typeof__({name}), fact_{name}), \"{name} is {ty}\");"
        );
    }
    assert!(count > 200, "only {count} inline functions");
    check(Language::C, &write_source("inlines.c", &text), &["-Wno-deprecated-declarations"]);
}

/// Each name is there for the values of `Py_LIMITED_API` for which CPython has it, and no others.
#[test]
fn names_are_visible_for_the_right_limited_versions() {
    let rows: Vec<HashMap<String, String>> = table("limited");
    for minor in common::limited_versions() {
        let mut text = common::INCLUDES.to_string();
        let mut macros = String::new();
        for row in &rows {
            let (name, kind) = (&row["name"], row["kind"].as_str());
            let here = minor.is_none_or(|m| {
                row["since"] != "full"
                    && m >= minor_of(&row["since"])
                    && (row["until"].is_empty() || m < minor_of(&row["until"]))
            });
            if kind == "macro" {
                let directive = if here { "ifndef" } else { "ifdef" };
                let _ =
                    writeln!(macros, "#{directive} {name}\n#error macro {name}, expected: {here}\n#endif");
            }
        }
        // Macros first: what follows undefines them to reach the functions of the same name.
        text.push_str(&macros);
        for row in &rows {
            let (name, kind) = (&row["name"], row["kind"].as_str());
            let here = minor.is_none_or(|m| {
                row["since"] != "full"
                    && m >= minor_of(&row["since"])
                    && (row["until"].is_empty() || m < minor_of(&row["until"]))
            });
            let _ = match (kind, here) {
                ("function" | "data" | "inline" | "variable", true) => {
                    writeln!(text, "#undef {name}\ntypedef __typeof__({name}) seen_{name};")
                }
                // Fails where the name is taken.
                ("function" | "data" | "inline" | "variable" | "typedef", false) => {
                    writeln!(text, "#undef {name}\nextern struct absent_{name} {name};")
                }
                ("typedef", true) => writeln!(text, "typedef {name} *seen_{name};"),
                ("constant", true) => writeln!(text, "typedef __typeof__({name}) seen_{name};"),
                ("constant", false) => writeln!(text, "enum {{ {name} = 1 }};"),
                _ => Ok(()),
            };
        }
        let define = minor.map(common::limited_define);
        let mut flags = vec!["-Wno-deprecated-declarations"];
        flags.extend(define.as_deref());
        let file = format!("limited_{}.c", minor.map_or("full".into(), |m| m.to_string()));
        check(Language::C, &write_source(&file, &text), &flags);
    }
}

fn minor_of(version: &str) -> u32 {
    version.strip_prefix("3.").and_then(|m| m.parse().ok()).unwrap_or_else(|| panic!("version {version}"))
}

/// What `macros.tsv` lists is there, in the full API, the limited API, or both.
#[test]
fn macros_are_defined_where_the_facts_say() {
    // Undefined again by the header that defines them.
    let passing = ["NATIVE_TSS_KEY_T", "_PYMONITORING_IF_ACTIVE", "_Py_COMMON_FIELDS", "_Py_DEF_EVENT"];
    for limited in [None, Some(14)] {
        let mut text = common::INCLUDES.to_string();
        for row in table("macros") {
            let name = row["name"].as_str();
            if !row["kind"].starts_with("macro") || passing.contains(&name) {
                continue;
            }
            let there = match row["api"].as_str() {
                "both" => true,
                "full-only" => limited.is_none(),
                "limited-only" => limited.is_some(),
                other => panic!("api {other}"),
            };
            let directive = if there { "ifndef" } else { "ifdef" };
            let _ = writeln!(text, "#{directive} {name}\n#error macro {name}, expected: {there}\n#endif");
        }
        let define = limited.map(common::limited_define);
        let flags: Vec<&str> = define.as_deref().into_iter().collect();
        check(Language::C, &write_source(&format!("macros_{}.c", limited.is_some()), &text), &flags);
    }
}
