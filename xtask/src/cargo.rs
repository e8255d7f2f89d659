//! The one place that starts cargo.
//!
//! Some crates of the compiler front end declare a newer rustc than they need, so every command that
//! builds gets `--ignore-rust-version` here and nowhere else.

use std::process::Command;

use crate::paths;

/// Cargo subcommands that compile and so take `--ignore-rust-version`.
const BUILDING: &[&str] = &["build", "check", "clippy", "test", "run", "bench", "doc"];

/// A cargo command in the workspace's root.
pub fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new(program());
    command.current_dir(paths::root()).arg(subcommand);
    if BUILDING.contains(&subcommand) {
        command.arg("--ignore-rust-version");
    }
    command
}

/// `cargo nextest run`.
pub fn nextest() -> Command {
    let mut command = Command::new(program());
    command.current_dir(paths::root()).args(["nextest", "run", "--ignore-rust-version"]);
    command
}

/// Whether a cargo subcommand such as `nextest` or `deny` is installed.
pub fn has_subcommand(name: &str) -> bool {
    paths::find_program(&format!("cargo-{name}")).is_some()
}

fn program() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The features that the root package declares.
pub fn root_features() -> Result<Vec<String>, crate::Stop> {
    let text = std::fs::read_to_string(paths::root().join("Cargo.toml"))?;
    let manifest: toml::Table = text
        .parse()
        .map_err(|error| crate::Stop::Failed(format!("cannot read the root Cargo.toml: {error}")))?;
    Ok(manifest
        .get("features")
        .and_then(|features| features.as_table())
        .map(|features| features.keys().cloned().collect())
        .unwrap_or_default())
}
