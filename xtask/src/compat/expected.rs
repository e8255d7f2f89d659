//! `compat-tests/SUITE-expected-failures.toml`: tests of a suite known to fail here, by module, each with its reason. An
//! entry that passes fails the run, and so does a loss that has no entry.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::process::Outcome;
use super::suite::{Module, Suite};
use crate::Stop;

/// The comment above the list.
fn head(suite: &dyn Suite) -> String {
    format!(
        "# {}: what the reference passes and the runtime does not, by module, each with its reason.\n\
         # `cargo xtask compat {} --record MODULE...` rewrites the tables of those modules and keeps the reasons it finds.\n\
         # An entry that starts to pass, and a failure without an entry, fail the run.\n",
        suite.title(),
        suite.key()
    )
}

/// The list.
pub struct Expected {
    modules: BTreeMap<String, BTreeMap<String, String>>,
}

impl Expected {
    /// Reads the list; a missing file is an empty list.
    pub fn load(path: &Path) -> Result<Self, Stop> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let modules =
            toml::from_str(&text).map_err(|error| Stop::Cannot(format!("{}: {error}", path.display())))?;
        Ok(Expected { modules })
    }

    /// Whether a test is known to fail.
    pub fn names(&self, module: &str, test: &str) -> bool {
        self.modules.get(module).is_some_and(|tests| tests.contains_key(test))
    }

    /// The entries of a module.
    pub fn of(&self, module: &str) -> impl Iterator<Item = &str> {
        self.modules.get(module).into_iter().flatten().map(|(name, _)| name.as_str())
    }

    /// Replaces the entries of these modules by what was found.
    pub fn record(&mut self, found: &[Module]) {
        for module in found {
            let old = self.modules.remove(&module.name).unwrap_or_default();
            let new: BTreeMap<String, String> = module
                .losses()
                .map(|(name, outcome, why)| {
                    let reason = old.get(name).cloned().unwrap_or_else(|| short(outcome, why));
                    (name.to_string(), reason)
                })
                .collect();
            if !new.is_empty() {
                self.modules.insert(module.name.clone(), new);
            }
        }
    }

    /// Writes the list.
    pub fn store(&self, suite: &dyn Suite, path: &Path) -> Result<(), Stop> {
        let mut text = head(suite);
        for (module, tests) in &self.modules {
            let _ = writeln!(text, "\n[{module}]");
            for (name, reason) in tests {
                let _ = writeln!(text, "{} = {}", quoted(name), quoted(reason));
            }
        }
        std::fs::write(path, text)?;
        Ok(())
    }
}

/// A TOML basic string; JSON's escapes are TOML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text.replace(char::is_control, " ")).to_string()
}

/// What a test said, as far as a list can hold it, without addresses, which change.
fn short(outcome: Option<Outcome>, why: &str) -> String {
    let line = why.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut text = match outcome {
        Some(Outcome::Failed | Outcome::Error) => String::new(),
        Some(outcome) => format!("{}: ", outcome.word()),
        None => "not run: ".to_string(),
    };
    let mut rest = line;
    while let Some(at) = rest.find("0x") {
        text += &rest[..at + 2];
        rest = rest[at + 2..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
        text.push_str("...");
    }
    text += rest;
    text.chars().filter(|c| !c.is_control()).take(140).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_without_addresses() {
        let text = short(Some(Outcome::Failed), "\nAssertionError: <object at 0x7f12ab> is odd\nmore");
        assert_eq!(text, "AssertionError: <object at 0x...> is odd");
        assert_eq!(short(Some(Outcome::Crashed), "signal 11"), "crashed: signal 11");
    }

    #[test]
    fn quoting_survives_a_round_trip() {
        let text = format!("[m]\n{} = {}\n", quoted("A.test \"x\"\\"), quoted("it's\n\"both\""));
        let read: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(&text).expect("it is TOML");
        assert_eq!(read["m"]["A.test \"x\"\\"], "it's \"both\"");
    }
}
