//! `expected-failures.toml`: tests known to fail, each with its reason. The list may only shrink in
//! step with the runtime: an entry that starts to pass, or that names no test, fails the run.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::cli::Options;
use crate::outcome::{Outcome, Status, Suite};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    failure: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(default)]
    reason: String,
}

/// The tests known to fail, by `suite/name`.
#[derive(Debug)]
pub struct ExpectedFailures {
    reasons: BTreeMap<String, String>,
}

impl ExpectedFailures {
    /// Reads the list; a missing file is an empty list.
    pub fn load(path: &Path) -> Result<Self, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map_err(|error| format!("{}: {error}", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self { reasons: BTreeMap::new() })
            }
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut reasons = BTreeMap::new();
        for entry in file.failure {
            if entry.reason.trim().is_empty() {
                return Err(format!("{:?} has no reason", entry.name));
            }
            if reasons.insert(entry.name.clone(), entry.reason).is_some() {
                return Err(format!("{:?} is listed twice", entry.name));
            }
        }
        Ok(Self { reasons })
    }

    /// Turns a plain result into one that takes the list into account.
    pub fn judge(&self, suite: &str, mut outcome: Outcome) -> Outcome {
        if let Some(reason) = self.reasons.get(&format!("{suite}/{}", outcome.name)) {
            outcome.status = match outcome.status {
                Status::Passed => Status::UnexpectedPass,
                Status::Skipped => Status::Skipped,
                _ => Status::ExpectedFailure,
            };
            outcome.detail.clone_from(reason);
        }
        outcome
    }

    /// An error when an entry of a suite that ran names none of its tests.
    pub fn check_all_named(&self, suites: &[Suite], options: &Options) -> Result<(), String> {
        if options.level.is_some() {
            return Ok(());
        }
        for name in self.reasons.keys() {
            let suite = suites.iter().find(|suite| name.starts_with(&format!("{}/", suite.name)));
            if let Some(suite) = suite
                && !suite.outcomes.iter().any(|outcome| *name == format!("{}/{}", suite.name, outcome.name))
            {
                return Err(format!("expected-failures.toml: no test is called {name:?}"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: Status) -> Outcome {
        Outcome { name: "a".into(), group: "core".into(), status, detail: String::new(), seconds: 0.0 }
    }

    #[test]
    fn an_entry_needs_a_reason() {
        let error = ExpectedFailures::parse("[[failure]]\nname = 'programs/a'\n").unwrap_err();
        assert!(error.contains("has no reason"), "{error}");
    }

    #[test]
    fn an_entry_that_passes_is_an_error() {
        let list = ExpectedFailures::parse("[[failure]]\nname = 'programs/a'\nreason = 'r'\n").unwrap();
        assert_eq!(list.judge("programs", outcome(Status::Passed)).status, Status::UnexpectedPass);
        assert_eq!(list.judge("programs", outcome(Status::Crashed)).status, Status::ExpectedFailure);
        assert_eq!(list.judge("capi", outcome(Status::Failed)).status, Status::Failed);
    }
}
