//! `cargo xtask demo`: from nothing to NumPy, lxml and psycopg2 from the index running on Dovetail.
//!
//! Sets up the machine, builds, makes an environment with `-m venv`, lets that environment's own pip install
//! the three packages (and shows each file and its hash), starts a PostgreSQL server on loopback, and runs
//! `xtask/demo/tour.py`. Where a CPython 3.14 is at hand it does the same there, and the table at the end has both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use lexopt::Parser;
use serde::Deserialize;

use crate::postgres::Server;
use crate::runtime::Runtime;
use crate::{Done, Stop, dist, paths, setup};

/// What the environment gets from the index.
const PACKAGES: &[&str] = &["numpy", "lxml", "psycopg2-binary"];

/// Seconds for each step, in the order they were made.
pub type Times = Vec<(String, f64)>;

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    let mut dovetail = true;
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("reference-only") => dovetail = false,
            other => return Err(other.unexpected().into()),
        }
    }
    title("what the machine needs");
    setup::ensure(&[&setup::POSTGRES])?;
    let mut runtimes = Vec::new();
    if dovetail {
        title("building Dovetail");
        let prefix = paths::target().join("demo/dovetail");
        dist::make(&prefix)?;
        runtimes.push(Runtime::dovetail(&prefix.join("bin/dovetail"))?);
    }
    runtimes.extend(Runtime::reference()?);
    if runtimes.is_empty() {
        return Err(Stop::Cannot("no CPython 3.14 found".into()));
    }
    title("starting PostgreSQL on loopback");
    let server = Server::start()?;
    println!("{}", server.connection());
    let mut columns = Vec::new();
    for (at, runtime) in runtimes.iter().enumerate() {
        match tour(runtime, &server) {
            Ok(times) => columns.push((runtime.name.clone(), times)),
            // The comparison is a courtesy; the first runtime is the demo.
            Err(Stop::Failed(reason) | Stop::Cannot(reason)) if at > 0 => {
                println!("not compared with {}: {reason}", runtime.name);
            }
            Err(stop) => return Err(stop),
        }
    }
    drop(server);
    title("times");
    print!("{}", table(&columns));
    Ok(())
}

/// The whole way on one runtime.
fn tour(runtime: &Runtime, server: &Server) -> Result<Times, Stop> {
    title(&format!("{}: {}", runtime.name, runtime.version()));
    let mut times = Times::new();
    let outer = runtime.work.join("demo");
    if outer.exists() {
        std::fs::remove_dir_all(&outer)?;
    }
    std::fs::create_dir_all(&outer)?;
    let environment = runtime.sees(Path::new("demo/env"));
    let python = environment.join("bin/python");
    make_environment(runtime, &environment, &python, &mut times)?;

    let report = runtime.sees(Path::new("demo/report.json"));
    let mut command = runtime.start_program(&python);
    command.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--report"]);
    command.arg(&report).args(PACKAGES);
    timed("install from the index", &mut command, &mut times)?;
    for (file, hash) in installed_files(&outer.join("report.json"))? {
        println!("{file}\n    {hash}");
    }

    std::fs::copy(paths::root().join("xtask/demo/tour.py"), outer.join("tour.py"))?;
    let mut command = runtime.start_program(&python);
    command.arg(runtime.sees(Path::new("demo/tour.py"))).arg(server.connection());
    let out = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    for line in String::from_utf8_lossy(&out.stdout).lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        if let ["STEP", name, seconds, told] = columns[..] {
            let seconds: f64 = seconds.parse().unwrap_or(f64::NAN);
            println!("{name:30} {seconds:>8.3} s  {told}");
            times.push((name.to_string(), seconds));
        }
    }
    if out.status.success() {
        Ok(times)
    } else {
        Err(Stop::Failed(format!("the tour ended with {}", out.status)))
    }
}

/// An environment with pip in it; makes its files under the folder `demo`. A CPython of a distribution may come without `ensurepip`: it gets the pip wheel of our library.
pub fn make_environment(runtime: &Runtime, environment: &Path, python: &Path, times: &mut Times) -> Done {
    let name = "make an environment";
    let has_pip = runtime.start().args(["-c", "import ensurepip"]).stderr(Stdio::null()).status()?.success();
    if has_pip {
        let mut command = runtime.start();
        command.args(["-m", "venv"]).arg(environment);
        return timed(name, &mut command, times);
    }
    let wheel = bundled_pip()?;
    let file = Path::new("demo").join(wheel.file_name().unwrap_or_default());
    std::fs::copy(&wheel, runtime.work.join(&file))?;
    let seen = runtime.sees(&file);
    println!("{} has no ensurepip: pip comes from {}", runtime.name, wheel.display());
    let start = Instant::now();
    let mut command = runtime.start();
    command.args(["-m", "venv", "--without-pip"]).arg(environment);
    timed("  the folder", &mut command, &mut Times::new())?;
    let mut command = runtime.start_program(python);
    command.arg(seen.join("pip")).args(["install", "--quiet", "--no-index"]).arg(&seen);
    timed("  pip", &mut command, &mut Times::new())?;
    times.push((name.to_string(), start.elapsed().as_secs_f64()));
    Ok(())
}

/// The pip wheel that our library carries for `ensurepip`.
fn bundled_pip() -> Result<PathBuf, Stop> {
    let prefixes = [paths::target().join("demo/dovetail"), paths::dev_prefix()];
    let folders = prefixes.map(|prefix| prefix.join("lib/python3.14/ensurepip/_bundled"));
    let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    files
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| Stop::Cannot("no pip for an interpreter without ensurepip".into()))
}

fn timed(name: &str, command: &mut Command, times: &mut Times) -> Done {
    println!("{name} ...");
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).status()?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(Stop::Failed(format!("{name}: {status}")));
    }
    println!("{name}: {seconds:.1} s");
    times.push((name.to_string(), seconds));
    Ok(())
}

/// The part of pip's installation report that is shown.
#[derive(Deserialize)]
struct Report {
    install: Vec<Install>,
}

#[derive(Deserialize)]
struct Install {
    download_info: Download,
}

#[derive(Deserialize)]
struct Download {
    url: String,
    archive_info: Option<Archive>,
}

#[derive(Deserialize)]
struct Archive {
    hashes: Option<BTreeMap<String, String>>,
}

fn installed_files(report: &PathBuf) -> Result<Vec<(String, String)>, Stop> {
    read_report(&std::fs::read_to_string(report)?)
}

fn read_report(text: &str) -> Result<Vec<(String, String)>, Stop> {
    let report: Report =
        serde_json::from_str(text).map_err(|error| Stop::Failed(format!("pip's report: {error}")))?;
    Ok(report
        .install
        .into_iter()
        .map(|install| {
            let url = install.download_info.url;
            let file = url.rsplit('/').next().unwrap_or(&url).to_string();
            let hashes =
                install.download_info.archive_info.and_then(|archive| archive.hashes).unwrap_or_default();
            let hash: Vec<String> = hashes.iter().map(|(name, hash)| format!("{name}={hash}")).collect();
            (file, hash.join(" "))
        })
        .collect())
}

/// Steps as rows, runtimes as columns, and a last column with the ratio when there are two.
fn table(columns: &[(String, Times)]) -> String {
    let Some((_, first)) = columns.first() else { return String::new() };
    let mut out = format!("{:30}", "");
    for (name, _) in columns {
        out.push_str(&format!("{name:>14}"));
    }
    out.push_str(if columns.len() == 2 { "         ratio\n" } else { "\n" });
    for (step, _) in first {
        out.push_str(&format!("{step:30}"));
        let seconds: Vec<Option<f64>> = columns
            .iter()
            .map(|(_, times)| times.iter().find(|(name, _)| name == step).map(|(_, seconds)| *seconds))
            .collect();
        for cell in &seconds {
            out.push_str(&cell.map_or(format!("{:>14}", "-"), |seconds| format!("{seconds:>12.3} s")));
        }
        if let [Some(ours), Some(theirs)] = seconds[..] {
            out.push_str(&format!("{:>14.2}", ours / theirs));
        }
        out.push('\n');
    }
    out
}

fn title(text: &str) {
    println!("\n== {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pips_report_is_read() {
        let text = r#"{"version": "1", "install": [
            {"download_info": {"url": "https://x/y/a-1-py3-none-any.whl", "archive_info": {"hash": "sha256=ab", "hashes": {"sha256": "ab"}}}},
            {"download_info": {"url": "file:///b-1.tar.gz"}}
        ]}"#;
        let found = read_report(text).expect("reads");
        assert_eq!(found[0], ("a-1-py3-none-any.whl".to_string(), "sha256=ab".to_string()));
        assert_eq!(found[1], ("b-1.tar.gz".to_string(), String::new()));
        assert!(read_report("{}").is_err());
    }

    #[test]
    fn the_table_has_a_ratio_where_both_ran() {
        let times = |list: &[(&str, f64)]| list.iter().map(|(n, s)| (n.to_string(), *s)).collect::<Times>();
        let text = table(&[
            ("A".to_string(), times(&[("one", 1.0), ("two", 3.0)])),
            ("B".to_string(), times(&[("one", 2.0)])),
        ]);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[0], ["A", "B", "ratio"]);
        assert_eq!(lines[1], ["one", "1.000", "s", "2.000", "s", "0.50"]);
        assert_eq!(lines[2], ["two", "3.000", "s", "-"]);
    }
}
