//! `cargo xtask test`: everything that must hold before a change goes in.
//!
//! Format, lints, house rules, licences, unit tests, then the programs, C extensions and embedding programs that
//! compat-tests runs on the built executable and library. Ends with a line `N passed, N failed`.

use std::process::Command;

use lexopt::Parser;

use crate::steps::Steps;
use crate::{Done, Stop, cargo, dist, licences, packages, paths, tidy};

/// Feature of the root package that builds the reference-count, ownership, type and lock checks in.
const CHECKS_FEATURE: &str = "debug-checks";

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    let (mut debug_checks, mut release, mut quick) = (false, false, false);
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("debug-checks") => debug_checks = true,
            lexopt::Arg::Long("release") => release = true,
            lexopt::Arg::Long("quick") => quick = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let features: &[&str] = if debug_checks {
        if !cargo::root_features()?.iter().any(|name| name == CHECKS_FEATURE) {
            return Err(Stop::Cannot(format!(
                "--debug-checks is not written yet: the root package has no feature '{CHECKS_FEATURE}'"
            )));
        }
        &["--features", CHECKS_FEATURE]
    } else {
        &[]
    };

    let mut steps = Steps::default();
    steps.command("format", cargo::cargo("fmt").args(["--all", "--check"]));
    steps.call("house rules", tidy::check);
    steps.call("licences", licences::check);
    if !quick {
        steps.command(
            "lints",
            cargo::cargo("clippy")
                .args(["--workspace", "--all-targets"])
                .args(features)
                .args(["--", "-D", "warnings"]),
        );
        if !debug_checks {
            // The other form of the runtime must stay buildable between the runs that use it.
            steps.command(
                "lints, checked build",
                cargo::cargo("clippy")
                    .args(["--workspace", "--features", CHECKS_FEATURE])
                    .args(["--", "-D", "warnings"]),
            );
        }
    }
    if cargo::has_subcommand("nextest") {
        steps.tests(
            "unit tests",
            cargo::nextest().args(["--workspace", "--no-fail-fast", "--no-tests=pass"]).args(features),
        );
        steps.any_tests(
            "documentation examples",
            // The doc comments of these are Python's docs, not Rust examples.
            cargo::cargo("test")
                .args(["--workspace", "--doc", "--no-fail-fast"])
                .args(["--exclude", "dovetail-core", "--exclude", "dovetail-stdlib"])
                .args(["--exclude", "dovetail-cffi", "--exclude", "dovetail-ctypes"])
                .args(features),
        );
    } else {
        steps
            .tests("unit tests", cargo::cargo("test").args(["--workspace", "--no-fail-fast"]).args(features));
    }

    let profile: &[&str] = if release { &["--release"] } else { &[] };
    // All packages: with fewer, cargo would unite other features and build the dependencies once more.
    let built = steps.command("build", cargo::cargo("build").arg("--workspace").args(profile).args(features));
    // The programs need the prefix; where that failed there is nothing to run them on.
    if built && steps.call("prefix", || dist::make_dev(release)) {
        let profile = if release { "release" } else { "debug" };
        let mut runner = Command::new(paths::target().join(profile).join("dovetail-compat-tests"));
        runner.arg("--runtime").arg(paths::dev_prefix().join("bin/dovetail"));
        runner.arg("--html").arg(paths::target().join("compat.html"));
        runner.args(["--include", "headers-shim/include"]);
        runner.arg("--prefix").arg(paths::dev_prefix());
        steps.tests("programs, C extensions, embedding programs", runner.current_dir(paths::root()));
        match packages::command(&paths::target().join(profile).join("dovetail-compat-tests")) {
            Ok((mut runner, _server)) => {
                runner.arg("--html").arg(paths::target().join("compat-packages.html"));
                steps.any_tests("packages from the index, wrappers", &mut runner);
            }
            Err(stop) => {
                steps.call("packages from the index, wrappers", || Err(stop));
            }
        }
    }
    steps.close()
}
