//! `cargo xtask bench`: Dovetail and CPython 3.14 on the same machine, in turn, as ratios.
//!
//! Each workload is a program that prints its own measurements. It runs on one runtime and then on the other,
//! round after round, so that a slow moment of the machine meets both. A ratio is Dovetail's figure by CPython's in a
//! round, and the median of the rounds is kept: below 1 Dovetail needs less.
//!
//! CPython is `python3.14` on the search path, or the command in `DOVETAIL_REFERENCE` (words; where it sees
//! another root folder, `DOVETAIL_REFERENCE_ROOT` names that here), as for compat-tests.

pub mod measure;
mod report;
mod workloads;

use std::collections::BTreeMap;

use lexopt::{Parser, ValueExt};

use crate::runtime::Runtime;
use crate::{Done, Stop, cargo, dist, paths};
use measure::Sample;

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    let (mut rounds, mut filter, mut write, mut build, mut dovetail) = (5, String::new(), false, true, true);
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("rounds") => rounds = args.value()?.parse()?,
            lexopt::Arg::Long("filter") => filter = args.value()?.string()?,
            lexopt::Arg::Long("write") => write = true,
            lexopt::Arg::Long("no-build") => build = false,
            lexopt::Arg::Long("reference-only") => dovetail = false,
            other => return Err(other.unexpected().into()),
        }
    }
    if dovetail && build {
        // All packages: with fewer, cargo would unite other features and build the dependencies once more.
        let status = cargo::cargo("build").args(["--release", "--workspace"]).status()?;
        if !status.success() {
            return Err(Stop::Failed("the build failed".into()));
        }
    }
    if dovetail {
        dist::make_dev(true)?;
    }
    let mut runtimes = Vec::new();
    if dovetail {
        runtimes.push(Runtime::dovetail(&paths::dev_prefix().join("bin/dovetail"))?);
    }
    match Runtime::reference()? {
        Some(reference) => runtimes.push(reference),
        None if dovetail => println!("no CPython 3.14 found: Dovetail's figures stand alone"),
        None => return Err(Stop::Cannot("no CPython 3.14 found".into())),
    }
    let (workloads, missing) = workloads::all(&runtimes, &filter)?;
    println!("{} workloads, {rounds} rounds", workloads.len());

    let mut results = report::Results::new(rounds, &runtimes);
    for (name, reason) in missing {
        println!("not measured: {name}: {reason}");
        results.add_missing(name, reason);
    }
    for (number, workload) in workloads.iter().enumerate() {
        println!("[{}/{}] {}", number + 1, workloads.len(), workload.name);
        let mut samples: Vec<BTreeMap<String, Vec<Sample>>> = vec![BTreeMap::new(); runtimes.len()];
        let mut failures: Vec<Option<String>> = vec![None; runtimes.len()];
        for _ in 0..rounds {
            for (at, runtime) in runtimes.iter().enumerate() {
                // What failed once fails again: no use in waiting for it.
                if failures[at].is_some() {
                    continue;
                }
                match measure::run(runtime, workload) {
                    Ok(found) => {
                        for (name, sample) in found {
                            samples[at].entry(name).or_default().push(sample);
                        }
                    }
                    Err(reason) => failures[at] = Some(reason),
                }
            }
        }
        for (runtime, reason) in runtimes.iter().zip(&failures) {
            if let Some(reason) = reason {
                println!("    fails on {}: {reason}", runtime.name);
            }
        }
        results.add(workload, samples, &failures);
    }
    let table = results.markdown();
    println!("\n{table}");
    if write {
        let dir = paths::root().join("docs/bench");
        std::fs::create_dir_all(&dir)?;
        std::fs::write(dir.join("README.md"), table)?;
        std::fs::write(dir.join("ratios.svg"), results.svg())?;
        println!("written to docs/bench");
    }
    results.verdict(dovetail)
}
