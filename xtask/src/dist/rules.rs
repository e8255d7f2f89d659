//! The replacement rules of `stdlib-overlay/rules.toml`: reading and applying them, no files touched.
//!
//! Every rule must fit exactly once; anything else is an error that names the rule, so that a newer
//! library cannot drift past an old rule in silence.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// All rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rules {
    /// The version of the library crate the rules were written for.
    pub pylib: String,
    #[serde(default)]
    replace: Vec<Replace>,
    #[serde(default)]
    cut: Vec<Cut>,
    #[serde(default)]
    leave_out: Vec<LeaveOut>,
    #[serde(default)]
    rename: Vec<Rename>,
    /// Modules of CPython's library that are not there.
    #[serde(default)]
    pub absent: Vec<Absent>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    file: PathBuf,
    find: String,
    with: String,
    why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cut {
    file: PathBuf,
    from: String,
    until: Option<String>,
    #[serde(default)]
    with: String,
    why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeaveOut {
    path: PathBuf,
    #[serde(rename = "why")]
    _why: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    from: PathBuf,
    to: PathBuf,
    #[serde(rename = "why")]
    _why: String,
}

/// A module that is not written, by name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absent {
    /// Its import name.
    pub module: String,
    /// Why it is not there.
    pub why: String,
}

impl Rules {
    /// Reads the rules file's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The path a library file gets in the prefix, or `None` when it is left out.
    pub fn placed(&self, file: &Path) -> Option<PathBuf> {
        if self.leave_out.iter().any(|rule| file.starts_with(&rule.path)) {
            return None;
        }
        let renamed = self.rename.iter().find(|rule| rule.from == file).map(|rule| rule.to.clone());
        Some(renamed.unwrap_or_else(|| file.to_path_buf()))
    }

    /// The files that the rules name, each of which must exist in the library.
    pub fn named_files(&self) -> impl Iterator<Item = &Path> {
        let changed =
            self.replace.iter().map(|rule| &rule.file).chain(self.cut.iter().map(|rule| &rule.file));
        let moved = self.rename.iter().map(|rule| &rule.from);
        changed.chain(moved).chain(self.leave_out.iter().map(|rule| &rule.path)).map(PathBuf::as_path)
    }

    /// Whether a rule changes this file's text.
    pub fn changes(&self, file: &Path) -> bool {
        self.replace.iter().any(|rule| rule.file == file) || self.cut.iter().any(|rule| rule.file == file)
    }

    /// The text of a file after its rules.
    pub fn apply(&self, file: &Path, text: &str) -> Result<String, String> {
        let mut text = text.to_string();
        for rule in self.replace.iter().filter(|rule| rule.file == file) {
            let at =
                only_place(&text, &rule.find).map_err(|count| misfit(file, &rule.why, &rule.find, count))?;
            text.replace_range(at..at + rule.find.len(), &rule.with);
        }
        for rule in self.cut.iter().filter(|rule| rule.file == file) {
            let at =
                only_place(&text, &rule.from).map_err(|count| misfit(file, &rule.why, &rule.from, count))?;
            let end = match &rule.until {
                None => text.len(),
                Some(until) => {
                    let after = at + rule.from.len();
                    after
                        + text[after..]
                            .find(until.as_str())
                            .ok_or_else(|| misfit(file, &rule.why, until, 0))?
                }
            };
            text.replace_range(at..end, &rule.with);
        }
        Ok(text)
    }
}

fn only_place(text: &str, part: &str) -> Result<usize, usize> {
    let mut places = text.match_indices(part).map(|(at, _)| at);
    match (places.next(), places.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(0),
        (Some(_), Some(_)) => Err(2 + places.count()),
    }
}

fn misfit(file: &Path, why: &str, part: &str, count: usize) -> String {
    format!("the rule for {} ({why}) does not fit: {part:?} stands {count} times", file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "
        pylib = '1'
        [[replace]]
        file = 'a.py'
        find = 'one'
        with = 'two'
        why = 'w'
        [[cut]]
        file = 'a.py'
        from = '<'
        until = '>'
        with = '-'
        why = 'w'
        [[leave-out]]
        path = 'gone'
        why = 'w'
        [[rename]]
        from = 'x'
        to = 'y'
        why = 'w'
    ";

    #[test]
    fn rules_replace_and_cut() {
        let rules = Rules::parse(RULES).expect("parses");
        assert_eq!(rules.apply(Path::new("a.py"), "one <cut this> end").as_deref(), Ok("two -> end"));
        assert_eq!(rules.apply(Path::new("b.py"), "one").as_deref(), Ok("one"));
    }

    #[test]
    fn a_rule_that_does_not_fit_once_is_an_error() {
        let rules = Rules::parse(RULES).expect("parses");
        for text in ["nothing <>", "one one <>", "one < no end"] {
            assert!(rules.apply(Path::new("a.py"), text).is_err(), "{text}");
        }
    }

    #[test]
    fn files_are_placed() {
        let rules = Rules::parse(RULES).expect("parses");
        assert_eq!(rules.placed(Path::new("gone/a.py")), None);
        assert_eq!(rules.placed(Path::new("gone.py")), Some("gone.py".into()));
        assert_eq!(rules.placed(Path::new("x")), Some("y".into()));
    }
}
