//! The files that tell build tools about this installation.
//!
//! `_sysconfigdata__linux_*.py` is what `sysconfig` reads its variables from (CPython generates it
//! from its Makefile, we from the facts below); `_sysconfig_vars__*.json` has the same for readers that do
//! not run Python, and `build-details.json` is PEP 739's. The Python file computes its paths from where
//! it lies, so that the prefix can be moved; the JSON files, which cannot, hold the paths at dist time
//! (`build-details.json` relative to itself, as the PEP allows).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::library;
use super::tree::Tree;
use crate::{Done, facts};

/// Compiler flags for extension modules.
const CFLAGS: &str = "-fno-strict-overflow -Wsign-compare -DNDEBUG -g -O2 -Wall";
/// Where `zoneinfo` looks for the time-zone database.
const TZPATH: &str = "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo";

/// Variables: the value as JSON; in strings `{prefix}` stands for the prefix.
type Vars = BTreeMap<String, Value>;

/// Puts the three files. `pyconfig` need not exist.
pub fn install(tree: &mut Tree, pyconfig: &Path) -> Done {
    let mut vars = std::fs::read_to_string(pyconfig).map(|text| read_pyconfig(&text)).unwrap_or_default();
    vars.extend(own_vars());
    let folder = library::folder();
    let suffix = format!("__linux_{}", facts::multiarch());
    tree.put(&folder.join(format!("_sysconfigdata{suffix}.py")), as_module(&vars).as_bytes(), 0o644)?;
    let mut flat = Vars::new();
    for (name, value) in &vars {
        flat.insert(
            name.clone(),
            value.as_str().map_or_else(|| value.clone(), |s| json!(at_prefix(s, "/usr/local"))),
        );
    }
    tree.put(&folder.join(format!("_sysconfig_vars{suffix}.json")), pretty(&json!(flat)).as_bytes(), 0o644)?;
    tree.put(&folder.join("build-details.json"), pretty(&build_details()).as_bytes(), 0o644)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn at_prefix(text: &str, prefix: &str) -> String {
    text.replace("{prefix}", prefix)
}

fn own_vars() -> Vars {
    let (version, multiarch, soabi) = (facts::SHORT_VERSION, facts::multiarch(), facts::soabi());
    let stdlib = format!("{{prefix}}/lib/python{version}");
    let include = format!("{{prefix}}/include/python{version}");
    let shared = "-shared -Wl,-O1 -Wl,-Bsymbolic-functions -Wl,-z,relro";
    let texts: &[(&str, &str)] = &[
        ("ABIFLAGS", ""),
        ("ABI_THREAD", ""),
        ("AR", "ar"),
        ("ARFLAGS", "rcs"),
        ("BASECFLAGS", "-fno-strict-overflow -Wsign-compare"),
        ("BINDIR", "{prefix}/bin"),
        ("BINLIBDEST", &stdlib),
        ("BLDLIBRARY", &format!("-L. -lpython{version}")),
        ("BLDSHARED", &format!("gcc {shared}")),
        ("BUILD_GNU_TYPE", &format!("{}-pc-linux-gnu", facts::MACHINE)),
        ("CC", "gcc"),
        ("CCSHARED", "-fPIC"),
        ("CFLAGS", CFLAGS),
        ("CONFIG_ARGS", ""),
        ("CONFINCLUDEDIR", "{prefix}/include"),
        ("CONFINCLUDEPY", &include),
        ("CPP", "gcc -E"),
        ("CPPFLAGS", ""),
        ("CXX", "g++"),
        ("DESTLIB", &stdlib),
        ("DESTSHARED", &format!("{stdlib}/lib-dynload")),
        ("ENSUREPIP", "upgrade"),
        ("EXE", ""),
        ("EXTRA_CFLAGS", ""),
        ("EXT_SUFFIX", &format!(".{soabi}.so")),
        ("HOST_GNU_TYPE", &format!("{}-pc-linux-gnu", facts::MACHINE)),
        ("INCLUDEDIR", "{prefix}/include"),
        ("INCLUDEPY", &include),
        ("INSTSONAME", facts::LIBPYTHON),
        ("LDCXXSHARED", &format!("g++ {shared}")),
        ("LDFLAGS", "-Wl,-z,relro"),
        ("LDLIBRARY", &format!("libpython{version}.so")),
        ("LDSHARED", &format!("gcc {shared}")),
        ("LDVERSION", version),
        ("LIBDEST", &stdlib),
        ("LIBDIR", "{prefix}/lib"),
        ("LIBM", "-lm"),
        ("LIBPC", "{prefix}/lib/pkgconfig"),
        ("LIBPL", &format!("{stdlib}/config-{version}-{multiarch}")),
        ("LIBPYTHON", ""),
        ("LIBRARY", &format!("libpython{version}.a")),
        ("LIBS", "-ldl"),
        ("LINKFORSHARED", "-Xlinker -export-dynamic"),
        ("MACHDEP", "linux"),
        ("MACHDESTLIB", &stdlib),
        ("MANDIR", "{prefix}/share/man"),
        ("MULTIARCH", &multiarch),
        ("OPT", "-DNDEBUG -g -O2 -Wall"),
        ("PLATLIBDIR", "lib"),
        ("PY3LIBRARY", "libpython3.so"),
        ("PYTHONPATH", ""),
        ("PY_CFLAGS", CFLAGS),
        ("PY_CPPFLAGS", ""),
        ("PY_LDFLAGS", "-Wl,-z,relro"),
        ("RANLIB", "ranlib"),
        ("SCRIPTDIR", "{prefix}/lib"),
        ("SHELL", "/bin/sh -e"),
        ("SHLIB_SUFFIX", ".so"),
        ("SOABI", &soabi),
        ("TZPATH", TZPATH),
        ("VERSION", version),
        ("datarootdir", "{prefix}/share"),
        ("exec_prefix", "{prefix}"),
        ("prefix", "{prefix}"),
    ];
    let numbers: &[(&str, i64)] = &[
        ("Py_DEBUG", 0),
        // Tools that build programs with Python in them look for the shared library where this is 1.
        ("Py_ENABLE_SHARED", 1),
        ("Py_GIL_DISABLED", 0),
        ("Py_TRACE_REFS", 0),
        ("WITH_DOC_STRINGS", 1),
        ("WITH_PYMALLOC", 0),
        ("WITH_MIMALLOC", 1),
    ];
    let texts = texts.iter().map(|(name, text)| (name.to_string(), json!(text)));
    texts.chain(numbers.iter().map(|(name, number)| (name.to_string(), json!(number)))).collect()
}

/// The values that `sysconfig.parse_config_h` would find: defined names, and undefined ones as 0.
fn read_pyconfig(text: &str) -> Vars {
    let mut vars = Vars::new();
    for line in text.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("#define ") {
            let (name, value) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), "1"));
            if name.contains('(') || !is_config_name(name) {
                continue;
            }
            let value = value.split("/*").next().unwrap_or_default().trim();
            let value = value.parse::<i64>().map_or_else(|_| json!(value), |n| json!(n));
            vars.insert(name.to_string(), value);
        } else if let Some(name) = line.strip_prefix("/* #undef ").and_then(|rest| rest.strip_suffix(" */"))
            && is_config_name(name)
        {
            vars.insert(name.to_string(), json!(0));
        }
    }
    vars.remove("Py_PYCONFIG_H");
    vars
}

fn is_config_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) || name.starts_with("_Py_")
}

fn as_module(vars: &Vars) -> String {
    let mut text = String::from(
        "# Build variables of this installation, written by Dovetail's dist step and read by sysconfig.\n\
         import os as _os\n\n\
         # This file lies in PREFIX/lib/python3.14.\n\
         _prefix = _os.path.dirname(_os.path.dirname(_os.path.dirname(_os.path.abspath(__file__))))\n\n\
         build_time_vars = {\n",
    );
    for (name, value) in vars {
        let value = match value {
            Value::String(s) if s.contains("{prefix}") => {
                let parts: Vec<String> = s.split("{prefix}").map(python_string).collect();
                parts.join(" + _prefix + ")
            }
            Value::String(s) => python_string(s),
            other => other.to_string(),
        };
        writeln!(text, "    {}: {value},", python_string(name)).expect("writing to a string");
    }
    text.push_str("}\n");
    text
}

fn python_string(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

fn build_details() -> Value {
    let (major, minor, micro) = facts::VERSION_INFO;
    let version_info =
        json!({"major": major, "minor": minor, "micro": micro, "releaselevel": "final", "serial": 0});
    let version = facts::SHORT_VERSION;
    json!({
        "schema_version": "1.0",
        "base_prefix": "../..",
        "base_interpreter": format!("../../bin/python{version}"),
        "platform": format!("linux-{}", facts::MACHINE),
        "language": {"version": version, "version_info": version_info},
        "implementation": {
            "name": "cpython",
            "cache_tag": format!("cpython-{}", facts::TAG_VERSION),
            "version": version_info,
            "hexversion": (major << 24) | (minor << 16) | (micro << 8) | 0xf0,
            "_multiarch": facts::multiarch(),
            "supports_isolated_interpreters": true,
        },
        "abi": {"flags": [], "extension_suffix": format!(".{}.so", facts::soabi()), "stable_abi_suffix": ".abi3.so"},
        "suffixes": {
            "source": [".py"],
            "bytecode": [".pyc"],
            "extensions": [format!(".{}.so", facts::soabi()), ".abi3.so", ".so"],
        },
        "libpython": {"dynamic": format!("../{}", facts::LIBPYTHON), "link_extensions": false},
        "c_api": {"headers": format!("../../include/python{version}"), "pkgconfig_path": "../pkgconfig"},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pyconfig_is_read_as_sysconfig_reads_it() {
        let vars = read_pyconfig(
            "#ifndef Py_PYCONFIG_H\n#define Py_PYCONFIG_H\n#define HAVE_FORK 1\n#define SIZEOF_INT 4 /* bytes */\n\
             #define PLATLIBDIR \"lib\"\n/* #undef HAVE_KQUEUE */\n#define F(x) x\n#define lower 3\n",
        );
        let expect: Vars = [
            ("HAVE_FORK", json!(1)),
            ("HAVE_KQUEUE", json!(0)),
            ("PLATLIBDIR", json!("\"lib\"")),
            ("SIZEOF_INT", json!(4)),
        ]
        .map(|(name, value)| (name.to_string(), value))
        .into();
        assert_eq!(vars, expect);
    }

    #[test]
    fn the_module_computes_its_paths() {
        let vars: Vars = [("A", json!("{prefix}/bin")), ("B", json!("it's \\")), ("C", json!(3))]
            .map(|(name, value)| (name.to_string(), value))
            .into();
        let text = as_module(&vars);
        assert!(
            text.ends_with("{\n    'A': '' + _prefix + '/bin',\n    'B': 'it\\'s \\\\',\n    'C': 3,\n}\n"),
            "{text}"
        );
    }

    #[test]
    fn every_path_variable_is_relocatable() {
        for (name, value) in own_vars() {
            if let Some(text) = value.as_str() {
                assert!(!text.starts_with("/usr/") || name == "TZPATH", "{name}");
            }
        }
    }
}
