//! The result of one test, and of a suite of them.

use serde::Serialize;

/// How one test came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// As on CPython.
    Passed,
    /// Another output or exit code.
    Failed,
    /// Killed by a signal.
    Crashed,
    /// Out of time.
    TimedOut,
    /// Failed, and known to.
    ExpectedFailure,
    /// Could not be run, for a reason that is no fault of the runtime.
    Skipped,
    /// Passed, though listed as failing: the list is stale.
    UnexpectedPass,
}

impl Status {
    /// Whether this result lets the run succeed.
    pub fn ok(self) -> bool {
        matches!(self, Status::Passed | Status::ExpectedFailure | Status::Skipped)
    }

    /// The word for the result in listings.
    pub fn word(self) -> &'static str {
        match self {
            Status::Passed => "ok",
            Status::Failed => "FAILED",
            Status::Crashed => "CRASHED",
            Status::TimedOut => "TIMED OUT",
            Status::ExpectedFailure => "failed as expected",
            Status::Skipped => "skipped",
            Status::UnexpectedPass => "PASSED UNEXPECTEDLY",
        }
    }
}

/// One test's result.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub name: String,
    /// What it groups under: the level a program needs, the file of a C-API test.
    pub group: String,
    pub status: Status,
    /// One line of what differs, or why a failure is expected.
    pub detail: String,
    pub seconds: f64,
}

/// A suite's results.
#[derive(Clone, Debug, Serialize)]
pub struct Suite {
    pub name: String,
    pub outcomes: Vec<Outcome>,
    /// How many tests the reference CPython passes.
    pub cpython_passed: usize,
    /// How many tests the reference CPython does not pass.
    pub cpython_failed: usize,
}

impl Suite {
    /// How many outcomes have this status.
    pub fn count(&self, status: Status) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.status == status).count()
    }

    /// The groups in order of first appearance, with passed and total figures.
    pub fn groups(&self) -> Vec<(String, usize, usize)> {
        let mut groups: Vec<(String, usize, usize)> = Vec::new();
        for outcome in &self.outcomes {
            let passed = usize::from(outcome.status == Status::Passed);
            match groups.iter_mut().find(|group| group.0 == outcome.group) {
                Some(group) => {
                    group.1 += passed;
                    group.2 += 1;
                }
                None => groups.push((outcome.group.clone(), passed, 1)),
            }
        }
        groups.sort();
        groups
    }
}
