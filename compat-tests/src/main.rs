//! The test runner: runs programs and C-extension tests on a runtime given by path and compares
//! them with what CPython 3.14 did. It knows nothing of the runtime's crates, only of its executable.

mod bless;
mod capi;
mod cli;
mod embed;
mod expected;
mod html;
mod outcome;
mod packages;
mod pool;
mod process;
mod programs;
mod report;
mod runtime;
mod symbols;
mod wrappers;

use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match cli::parse(lexopt::Parser::from_env()) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("compat-tests: {message}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("compat-tests: {message}");
            ExitCode::from(2)
        }
    }
}

/// Runs what the command line asked for; `Ok(false)` when a test did not come out as expected.
fn run(options: &cli::Options) -> Result<bool, String> {
    if options.help {
        print!("{}", cli::HELP);
        return Ok(true);
    }
    if let Some(path) = &options.symbols {
        let folders = ["capi", "embed"].map(|name| options.root.join(name));
        return symbols::write(&folders, path).map(|()| true);
    }
    if let Some(reference) = &options.bless {
        return bless::record(options, reference).map(|()| true);
    }
    let expected = expected::ExpectedFailures::load(&options.root.join("expected-failures.toml"))?;
    let mut suites = Vec::new();
    if options.suites.programs {
        suites.push(programs::run(options, &expected)?);
    }
    if options.suites.packages {
        suites.push(packages::run(options, &expected)?);
    }
    if options.suites.wrappers {
        suites.push(wrappers::run(options, &expected)?);
    }
    if options.suites.capi {
        for variant in capi::Variant::ALL {
            suites.push(capi::run(options, &expected, variant)?);
        }
    }
    if options.suites.embed {
        suites.push(embed::run(options, &expected)?);
    }
    if options.filter.is_empty() {
        expected.check_all_named(&suites, options)?;
    }
    let report = report::Report::new(options.runtime.label(), suites);
    report.print();
    if let Some(path) = &options.json {
        report.write_json(path)?;
    }
    if let Some(path) = &options.html {
        html::write(&report, path)?;
    }
    Ok(report.ok())
}
