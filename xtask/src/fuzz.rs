//! `cargo xtask fuzz`: the fuzz targets of `cffi/cdef/fuzz`, each for the given time, side by side.
//!
//! libFuzzer comes with the crate `libfuzzer-sys`, the instrumentation with the compiler: beside a C++ compiler nothing is to be
//! installed. The corpus begins with the declarations and type texts of the repository's tests and grows in the build folder,
//! where a crash leaves its input, too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use lexopt::Parser;

use crate::{Done, Stop, cargo, paths};

/// The targets' crate in the workspace.
const CRATE: &str = "cffi/cdef/fuzz";

struct Target {
    name: &'static str,
    /// The longest input.
    length: u32,
    seeds: fn() -> Result<BTreeSet<String>, Stop>,
}

const TARGETS: &[Target] = &[
    Target { name: "parse", length: 2000, seeds: declarations },
    Target { name: "rewrite", length: 2000, seeds: declarations },
    Target { name: "type_text", length: 400, seeds: type_texts },
    Target { name: "cache", length: 64, seeds: || Ok(BTreeSet::new()) },
];

/// What the compiler puts into the code for libFuzzer to see where an input leads.
const INSTRUMENTATION: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cforce-frame-pointers";

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    let (mut seconds, mut address) = (600u64, false);
    let mut names: Vec<String> = Vec::new();
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("seconds") => {
                let text = args.value()?.to_string_lossy().into_owned();
                seconds = text.parse().map_err(|_| Stop::Cannot(format!("not a number: {text}")))?;
            }
            lexopt::Arg::Long("address") => address = true,
            lexopt::Arg::Value(name) => names.push(name.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    if let Some(unknown) = names.iter().find(|name| TARGETS.iter().all(|target| target.name != **name)) {
        let all: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        return Err(Stop::Cannot(format!("there is no target '{unknown}', only {}", all.join(", "))));
    }
    let wanted = TARGETS.iter().filter(|t| names.is_empty() || names.iter().any(|name| name == t.name));
    let folder = paths::target().join("fuzz");
    let programs = build(&folder, address)?;
    let mut running = Vec::new();
    for target in wanted {
        let mut run = Run::new(target, &folder);
        match run.start(&programs, seconds) {
            Ok(child) => running.push((run, child)),
            Err(stop) => {
                running.iter_mut().for_each(|(_, child)| _ = child.kill());
                return Err(stop);
            }
        }
    }
    println!("{} targets for {seconds} s; logs: {}", running.len(), folder.join("TARGET/log").display());
    let mut failed = Vec::new();
    for (run, mut child) in running {
        let status = child.wait()?;
        println!("{}", run.summary());
        if !status.success() {
            failed.push(format!("{} ({status}): see {}", run.target.name, run.log().display()));
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(Stop::Failed(failed.join("\n"))) }
}

/// Builds the targets; gives the folder of the programs.
fn build(folder: &Path, address: bool) -> Result<PathBuf, Stop> {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut flags = INSTRUMENTATION.to_string();
    let mut command = cargo::cargo("build");
    if address {
        // The compiler has the address sanitizer, but not under its stable options.
        flags += " -Zsanitizer=address";
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    // With a target named, the flags are not for build scripts and macros.
    let target_dir = folder.join(if address { "build-address" } else { "build" });
    command
        .args(["--release", "--target", &host, "--manifest-path"])
        .arg(paths::root().join(CRATE).join("Cargo.toml"));
    command.arg("--target-dir").arg(&target_dir).env("RUSTFLAGS", flags);
    if command.status()?.success() {
        Ok(target_dir.join(host).join("release"))
    } else {
        Err(Stop::Failed("the fuzz targets do not build".into()))
    }
}

/// A target at work in its folder.
struct Run {
    target: &'static Target,
    folder: PathBuf,
}

impl Run {
    fn new(target: &'static Target, folder: &Path) -> Run {
        Run { target, folder: folder.join(target.name) }
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn start(&mut self, programs: &Path, seconds: u64) -> Result<Child, Stop> {
        let [corpus, seeds, temporary] = ["corpus", "seeds", "tmp"].map(|name| self.folder.join(name));
        for folder in [&seeds, &temporary] {
            let _ = std::fs::remove_dir_all(folder);
        }
        for folder in [&corpus, &seeds, &temporary] {
            std::fs::create_dir_all(folder)?;
        }
        for (i, text) in (self.target.seeds)()?.iter().enumerate() {
            std::fs::write(seeds.join(i.to_string()), text)?;
        }
        let log = std::fs::File::create(self.log())?;
        let mut command = Command::new(programs.join(self.target.name));
        command.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={}", self.target.length));
        command.args(["-timeout=60", "-rss_limit_mb=4096", "-print_final_stats=1"]);
        command.arg(format!("-dict={}", paths::root().join(CRATE).join("cdef.dict").display()));
        command.arg(format!("-artifact_prefix={}/", self.folder.display()));
        command.arg(corpus).arg(seeds);
        command.env("TMPDIR", temporary).env("RUST_BACKTRACE", "1");
        // What libclang keeps for its process is no leak of ours.
        command.env("ASAN_OPTIONS", "detect_leaks=0");
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(command.spawn()?)
    }

    /// How much was tried, from the closing lines of the log.
    fn summary(&self) -> String {
        let log = std::fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let last = |begin: &str| log.lines().rev().find_map(|line| line.strip_prefix(begin)).map(str::trim);
        let reached = log.lines().rev().find_map(|line| line.split_once("cov: ")?.1.split(' ').next());
        format!(
            "{:10} {:>9} inputs, {:>6} places of the code reached, {} inputs kept",
            self.target.name,
            last("stat::number_of_executed_units:").unwrap_or("?"),
            reached.unwrap_or("?"),
            last("stat::new_units_added:").unwrap_or("?"),
        )
    }
}

/// The declarations in the repository's tests: those of the cases and in programs and tests that call `cdef`.
fn declarations() -> Result<BTreeSet<String>, Stop> {
    let mut found = BTreeSet::new();
    for file in paths::project_files()? {
        let name = file.to_string_lossy();
        let path = paths::root().join(&file);
        if name == "cffi/cdef/tests/cases/cases.txt" {
            let text = std::fs::read_to_string(path)?;
            found.extend(
                text.split("=== ")
                    .filter_map(|case| Some(case.split_once('\n')?.1.split_once("\n---\n")?.0.to_string())),
            );
        } else if name.ends_with(".py") || name.starts_with("cffi/cdef/tests/") || name == "docs/ffi.md" {
            let text = std::fs::read_to_string(path)?;
            if name.ends_with(".rs") || text.contains("cdef(") {
                found.extend(texts_in(&text).filter(|t| t.contains([';', '#'])));
            }
        }
    }
    Ok(found)
}

/// The texts in the tests of type texts.
fn type_texts() -> Result<BTreeSet<String>, Stop> {
    let text = std::fs::read_to_string(paths::root().join("cffi/ctype/tests/type_text.rs"))?;
    Ok(texts_in(&text).collect())
}

/// Literals of Python or Rust, near enough for seeds: what stands between double quotes, or three of them.
fn texts_in(source: &str) -> impl Iterator<Item = String> {
    let mark = if source.contains("\"\"\"") { "\"\"\"" } else { "\"" };
    source.split(mark).skip(1).step_by(2).map(|text| text.replace("\\n", "\n").replace("\\\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_found() {
        let declarations = declarations().expect("the tests can be read");
        assert!(declarations.len() > 60, "{}", declarations.len());
        assert!(declarations.iter().any(|text| text.contains("[...]")));
        let types = type_texts().expect("the tests can be read");
        assert!(types.contains("int(*(*)(int))(char)") && types.len() > 40);
    }
}
