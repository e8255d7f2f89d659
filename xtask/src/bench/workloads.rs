//! What is measured. To add a program of pyperformance: a row in the table.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::dist::copy_folder;
use crate::runtime::Runtime;
use crate::{Stop, paths};

/// Groups of the result table, in its order; each with a bar for its ratios, if it has one.
pub const GROUPS: &[Group] = &[
    Group { name: "pyperformance", bar: Some(1.2), worst: Some(2.5), ..BARE },
    Group { name: "crossing", bar: Some(1.1), ..BARE },
    Group { name: "numpy", bar: Some(1.2), ..BARE },
    Group { name: "start", bar: Some(1.1), ..BARE },
    Group { name: "imports", ..BARE },
    Group { name: "import numpy", bar: Some(1.3), ..BARE },
    Group { name: "memory", bar: Some(1.4), ..BARE },
    Group { name: "bytes per object", bar: Some(1.05), ..BARE },
    Group { name: "cffi calls, API mode", worst: Some(0.5), ..BARE },
    Group { name: "cffi calls, ABI mode", worst: Some(0.25), ..BARE },
    Group { name: "cffi data", worst: Some(0.5), ..BARE },
    Group { name: "cffi callback", worst: Some(0.7), ..BARE },
    Group { name: "ctypes", worst: Some(0.5), ..BARE },
    Group { name: "cdef cold", worst: Some(1.0 / 3.0), ..BARE },
    Group { name: "cdef warm", worst: Some(1.0 / 30.0), ..BARE },
    Group { name: "cdef of headers", limit: Some(0.5), ..BARE },
    Group { name: "cffi start", limit: Some(0.005), ..BARE },
    Group { name: "cffi start, memory", limit: Some(3e6), ..BARE },
];

/// A group without bars.
const BARE: Group = Group { name: "", bar: None, worst: None, limit: None };

/// Ratios that are averaged together.
pub struct Group {
    /// Its name.
    pub name: &'static str,
    /// What the geometric mean should not exceed.
    pub bar: Option<f64>,
    /// What no single ratio should exceed.
    pub worst: Option<f64>,
    /// What none of Dovetail's own figures should exceed, in seconds or bytes.
    pub limit: Option<f64>,
}

/// What is read off a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The lines it prints.
    Printed,
    /// The time of the whole process.
    WholeTime,
}

/// A program to run.
pub struct Workload {
    /// For the progress line and the table.
    pub name: String,
    /// The group of its figures.
    pub group: &'static str,
    /// Arguments for the interpreter; paths under the work folder are made by the runtime.
    pub arguments: Vec<Argument>,
    /// Folders for `PYTHONPATH`, under the work folder.
    pub path: Vec<PathBuf>,
    /// What is read.
    pub reading: Reading,
}

/// An argument of an interpreter.
pub enum Argument {
    /// As it is.
    Text(OsString),
    /// A file under the work folder.
    File(PathBuf),
}

/// Programs of pyperformance that need the standard library only: folder without `bm_`, and arguments.
const PYPERFORMANCE: &[(&str, &[&str])] = &[
    ("argparse", &["many_optionals"]),
    ("async_generators", &[]),
    ("async_tree", &["none"]),
    ("barnes_hut", &[]),
    ("base64", &[]),
    ("chaos", &[]),
    ("comprehensions", &[]),
    ("coroutines", &[]),
    ("decimal_pi", &[]),
    ("deepcopy", &[]),
    ("deltablue", &[]),
    ("fannkuch", &[]),
    ("float", &[]),
    ("gc_collect", &[]),
    ("gc_traversal", &[]),
    ("generators", &[]),
    ("go", &[]),
    ("hexiom", &[]),
    ("json_dumps", &[]),
    ("json_loads", &[]),
    ("logging", &["format"]),
    ("mdp", &[]),
    ("meteor_contest", &[]),
    ("nbody", &[]),
    ("nqueens", &[]),
    ("pathlib", &[]),
    ("pickle", &["--pure-python", "pickle"]),
    ("pidigits", &[]),
    ("pprint", &[]),
    ("pyflate", &[]),
    ("raytrace", &[]),
    ("regex_compile", &[]),
    ("regex_dna", &[]),
    ("regex_effbot", &[]),
    ("regex_v8", &[]),
    ("richards", &[]),
    ("richards_super", &[]),
    ("scimark", &[]),
    ("spectral_norm", &[]),
    ("telco", &[]),
    ("typing_runtime_protocols", &[]),
    ("unpack_sequence", &[]),
];

/// Kinds of `bytes_per_object.py`.
const KINDS: &[&str] = &[
    "int",
    "big int",
    "float",
    "str",
    "bytes",
    "tuple of 2",
    "empty list",
    "list of 4",
    "empty dict",
    "dict of 4",
    "set of 4",
    "instance",
    "instance with slots",
    "function",
    "bound method",
];

/// A workload's name, and why it cannot run on any runtime.
pub type Missing = (String, String);

/// Lays the files out for each runtime and lists the workloads whose name or group contains `filter`.
pub fn all(runtimes: &[Runtime], filter: &str) -> Result<(Vec<Workload>, Vec<Missing>), Stop> {
    let mut list = vec![process("-I -c pass", "start", &["-I", "-c", "pass"])];
    for module in ["json", "re", "asyncio", "typing", "dataclasses", "unittest", "http.client", "decimal"] {
        list.push(process(&format!("import {module}"), "imports", &["-I", "-c", &import(module)]));
    }
    for (name, arguments) in PYPERFORMANCE {
        list.push(program(
            name,
            "pyperformance",
            &format!("pyperformance/bm_{name}/run_benchmark.py"),
            arguments,
        ));
    }
    list.push(program("crossing", "crossing", "programs/crossing.py", &[]));
    list.push(program("numpy loops", "numpy", "programs/numpy_loops.py", &[]));
    list.push(process("import numpy", "import numpy", &["-c", &import("numpy")]));
    for kind in KINDS {
        list.push(program(kind, "bytes per object", "programs/bytes_per_object.py", &[kind]));
    }
    list.extend(foreign());
    list.retain(|workload| workload.name.contains(filter) || workload.group.contains(filter));

    let wants = |group: &str| list.iter().any(|workload| workload.group == group);
    let source = paths::root().join("xtask/bench");
    let pyperformance = if wants("pyperformance") { Some(fetch_pyperformance()?) } else { None };
    let numpy = if wants("numpy") || wants("import numpy") { Some(fetch_numpy()?) } else { None };
    for runtime in runtimes {
        copy_folder(&source, &runtime.work)?;
        if let Some(from) = &pyperformance {
            copy_folder(from, &runtime.work.join("pyperformance"))?;
        }
        if let Some(from) = &numpy {
            copy_folder(from, &runtime.work.join("packages"))?;
        }
    }
    let mut missing = Vec::new();
    if wants("crossing") {
        let built: Result<(), String> =
            runtimes.iter().try_for_each(|runtime| build_crossing(&runtime.work.join("programs")));
        if let Err(reason) = built {
            list.retain(|workload| workload.group != "crossing");
            missing.push(("crossing".to_string(), reason));
        }
    }
    if list.iter().any(|workload| is_foreign(workload.group)) {
        let cffi = fetch_cffi()?;
        for runtime in runtimes {
            // Dovetail has its own, which this would shadow.
            if runtime.name != "Dovetail" {
                copy_folder(&cffi, &runtime.work.join("cffi"))?;
            }
            if let Err(reason) = build_foreign(runtime) {
                list.retain(|workload| !is_foreign(workload.group));
                missing.push(("cffi and ctypes".to_string(), reason));
                break;
            }
        }
    }
    Ok((list, missing))
}

/// The workloads of cffi and ctypes.
fn foreign() -> Vec<Workload> {
    let one = |name: &str, group, file: &str, arguments: &[&str]| {
        program(name, group, &format!("programs/{file}.py"), arguments)
    };
    let mut list = vec![
        one("cffi api", "cffi calls, API mode", "ffi_calls", &["api"]),
        one("cffi abi", "cffi calls, ABI mode", "ffi_calls", &["abi"]),
        one("cffi data", "cffi data", "ffi_data", &[]),
        one("cffi callback", "cffi callback", "ffi_callback", &[]),
        one("ctypes", "ctypes", "ctypes_calls", &[]),
        one("cdef cold", "cdef cold", "ffi_parse", &["cold"]),
        one("cdef warm", "cdef warm", "ffi_parse", &["warm"]),
        one("cffi start", "cffi start", "ffi_start", &["time"]),
        one("cffi start, memory", "cffi start, memory", "ffi_start", &["memory"]),
    ];
    // CPython's cffi refuses these lines: Dovetail's figures stand alone.
    for header in ["sqlite3.h", "openssl/ssl.h"] {
        list.push(one(header, "cdef of headers", "ffi_parse", &["header", header]));
    }
    list
}

/// Groups that need the C library of the benchmarks and, for CPython, cffi's wheel.
pub fn is_foreign(group: &str) -> bool {
    group.starts_with("cffi") || group.starts_with("cdef") || group == "ctypes"
}

/// A program that imports a module and then tells its peak memory, which costs next to nothing.
fn import(module: &str) -> String {
    format!(
        "import {module}\nfor line in open('/proc/self/status'):\n  if line.startswith('VmHWM:'):\n    \
         print('PEAK', int(line.split()[1]) * 1024, sep='\\t')"
    )
}

fn process(name: &str, group: &'static str, arguments: &[&str]) -> Workload {
    Workload {
        name: name.to_string(),
        group,
        arguments: arguments.iter().map(|text| Argument::Text(text.into())).collect(),
        path: if group == "import numpy" { vec!["packages".into()] } else { Vec::new() },
        reading: Reading::WholeTime,
    }
}

fn program(name: &str, group: &'static str, file: &str, arguments: &[&str]) -> Workload {
    let arguments = arguments.iter().map(|text| Argument::Text(text.into()));
    Workload {
        name: name.to_string(),
        group,
        arguments: std::iter::once(Argument::File(file.into())).chain(arguments).collect(),
        path: vec!["shim".into(), "programs".into(), "packages".into()],
        reading: Reading::Printed,
    }
}

/// The benchmark programs, from the package index, kept under the build folder.
fn fetch_pyperformance() -> Result<PathBuf, Stop> {
    let folder = paths::target().join("bench-packages/pyperformance");
    let programs = folder.join("pyperformance/data-files/benchmarks");
    if !programs.is_dir() {
        println!("fetching pyperformance from the package index");
        pip(&["install", "--quiet", "--no-deps", "--target"], &folder, &["pyperformance"])?;
    }
    Ok(programs)
}

/// NumPy's own wheel for CPython 3.14, unpacked.
fn fetch_numpy() -> Result<PathBuf, Stop> {
    fetch_wheels("numpy", &["numpy"])
}

/// cffi's own wheel for CPython 3.14, unpacked, with what it needs.
fn fetch_cffi() -> Result<PathBuf, Stop> {
    fetch_wheels("cffi", &["cffi", "pycparser"])
}

/// A folder with these packages' wheels for CPython 3.14, unpacked; `name` is the first package's folder.
fn fetch_wheels(name: &str, wanted: &[&str]) -> Result<PathBuf, Stop> {
    let folder = paths::target().join("bench-packages").join(name);
    if !folder.join(name).is_dir() {
        println!("fetching {name} from the package index");
        let machine = crate::facts::MACHINE;
        let platforms: Vec<String> =
            ["2_28", "2_27", "2_17"].iter().map(|glibc| format!("manylinux_{glibc}_{machine}")).collect();
        let mut last = wanted.to_vec();
        for platform in &platforms {
            last.extend(["--platform", platform]);
        }
        let first = ["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--python-version", "3.14"];
        let first: Vec<&str> =
            first.into_iter().chain(["--implementation", "cp", "--abi", "cp314", "--target"]).collect();
        pip(&first, &folder, &last)?;
    }
    Ok(folder)
}

fn pip(first: &[&str], target: &Path, last: &[&str]) -> Result<(), Stop> {
    let Some(pip) = ["pip3", "pip"].into_iter().find_map(paths::find_program) else {
        return Err(Stop::Cannot("fetching benchmark programs needs pip on the search path".into()));
    };
    let status = Command::new(pip).args(first).arg(target).args(last).status()?;
    if status.success() { Ok(()) } else { Err(Stop::Failed("pip failed".into())) }
}

/// One binary for both runtimes: it is compiled against our headers, and the ABI is the same.
fn build_crossing(folder: &Path) -> Result<(), String> {
    let out = format!("crossing.{}.so", crate::facts::soabi());
    compile(folder, "crossing.c", &out, true)
}

/// The C library of the benchmarks, and for CPython the module that cffi makes of it.
fn build_foreign(runtime: &Runtime) -> Result<(), String> {
    let folder = runtime.work.join("programs");
    compile(&folder, "ffi_bench.c", "libffi_bench.so", false)?;
    if runtime.name == "Dovetail" {
        return Ok(());
    }
    let (program, source) = ("programs/ffi_library.py", "programs/ffi_module.c");
    let done = runtime
        .start()
        .arg(runtime.sees(Path::new(program)))
        .arg(runtime.sees(Path::new(source)))
        .output()
        .map_err(|error| error.to_string())?;
    if !done.status.success() {
        return Err(format!("cffi's wheel writes no module: {}", String::from_utf8_lossy(&done.stderr)));
    }
    compile(&folder, "ffi_module.c", &format!("ffi_module.{}.so", crate::facts::soabi()), true)
}

/// Compiles a C file of the folder into a shared library there, an extension module or a plain one.
fn compile(folder: &Path, source: &str, out: &str, extension: bool) -> Result<(), String> {
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O2", "-Wall", "-o"]).arg(folder.join(out)).arg(folder.join(source));
    if extension {
        compiler.arg("-I").arg(paths::root().join("headers-shim/include"));
    }
    // Symbols of the C library are looked up through this one too.
    let done = compiler
        .args(["-Wl,--no-as-needed", "-lm"])
        .output()
        .map_err(|error| format!("cc does not start: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let first = said.lines().find(|line| line.contains("error")).unwrap_or("no message");
    Err(format!("{source} does not compile: {first}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_workload_has_a_group_and_a_name_of_its_own() {
        for (at, (name, _)) in PYPERFORMANCE.iter().enumerate() {
            assert!(PYPERFORMANCE[..at].iter().all(|(other, _)| other != name), "{name}");
        }
        assert!(PYPERFORMANCE.len() >= 25);
        for group in
            ["pyperformance", "crossing", "numpy", "start", "imports", "import numpy", "bytes per object"]
        {
            assert!(GROUPS.iter().any(|g| g.name == group), "{group}");
        }
    }
}
