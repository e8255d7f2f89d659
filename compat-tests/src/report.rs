//! The results of a run: printed, and as JSON.

use std::path::Path;

use serde::Serialize;

use crate::outcome::{Status, Suite};

/// Everything a run found out.
#[derive(Serialize)]
pub struct Report {
    pub runtime: String,
    pub suites: Vec<Suite>,
}

impl Report {
    /// A report on these suites.
    pub fn new(runtime: String, suites: Vec<Suite>) -> Self {
        Self { runtime, suites }
    }

    /// Whether every result is as it should be.
    pub fn ok(&self) -> bool {
        self.suites.iter().flat_map(|suite| &suite.outcomes).all(|outcome| outcome.status.ok())
    }

    /// Prints the figures by suite and group, and last the line `N passed, N failed`.
    pub fn print(&self) {
        println!();
        for suite in &self.suites {
            println!(
                "{}: {} passed, {} failed, {} crashed, {} timed out, {} failed as expected, {} passed unexpectedly",
                suite.name,
                suite.count(Status::Passed),
                suite.count(Status::Failed),
                suite.count(Status::Crashed),
                suite.count(Status::TimedOut),
                suite.count(Status::ExpectedFailure),
                suite.count(Status::UnexpectedPass),
            );
            for (group, passed, total) in suite.groups() {
                println!("  {group:<28} {passed} of {total}");
            }
        }
        let passed: usize = self.suites.iter().map(|suite| suite.count(Status::Passed)).sum();
        let failed = self
            .suites
            .iter()
            .flat_map(|suite| &suite.outcomes)
            .filter(|outcome| !outcome.status.ok())
            .count();
        let skipped: usize = self.suites.iter().map(|suite| suite.count(Status::Skipped)).sum();
        match skipped {
            0 => println!("{passed} passed, {failed} failed"),
            _ => println!("{passed} passed, {failed} failed, {skipped} skipped"),
        }
    }

    /// Writes the results as JSON.
    pub fn write_json(&self, path: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        std::fs::write(path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))
    }
}
