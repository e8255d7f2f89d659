//! `cargo xtask licences`: every dependency's licence is one that `deny.toml` allows.
//!
//! `cargo deny` does this where it is installed; elsewhere the same file is read here and compared
//! with what `cargo metadata` says. One list, two readers.

use std::collections::BTreeMap;

use lexopt::Parser;
use serde::Deserialize;

use crate::{Done, Stop, cargo, paths};

/// The part of `deny.toml` that is read here.
#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    exceptions: Vec<Exception>,
    #[serde(default)]
    clarify: Vec<Clarification>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(alias = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Clarification {
    #[serde(alias = "crate")]
    name: String,
    expression: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

/// Entry point of the command.
pub fn run(mut args: Parser) -> Done {
    if let Some(arg) = args.next()? {
        return Err(arg.unexpected().into());
    }
    check()
}

/// Runs `cargo deny --workspace check licenses bans sources`, or the check of our own.
pub fn check() -> Done {
    if cargo::has_subcommand("deny") {
        let status =
            cargo::cargo("deny").args(["--workspace", "check", "licenses", "bans", "sources"]).status()?;
        return if status.success() {
            Ok(())
        } else {
            Err(Stop::Failed("cargo deny found something".into()))
        };
    }
    let text = std::fs::read_to_string(paths::root().join("deny.toml"))?;
    let deny: Deny = toml::from_str(&text).map_err(|error| Stop::Failed(format!("deny.toml: {error}")))?;
    let out = cargo::cargo("metadata")
        .args(["--format-version", "1", "--filter-platform"])
        .arg(format!("{}-unknown-linux-gnu", crate::facts::MACHINE))
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !out.status.success() {
        return Err(Stop::Failed("cargo metadata failed".into()));
    }
    let metadata: Metadata = serde_json::from_slice(&out.stdout)
        .map_err(|error| Stop::Failed(format!("cannot read cargo metadata: {error}")))?;
    let (checked, bad) = judge(&deny.licenses, &metadata.packages);
    for line in &bad {
        println!("{line}");
    }
    if bad.is_empty() {
        println!("{checked} dependencies, all under licences that deny.toml allows");
        Ok(())
    } else {
        Err(Stop::Failed(format!("{} dependencies under licences that deny.toml does not allow", bad.len())))
    }
}

fn judge(rules: &Licences, packages: &[Package]) -> (usize, Vec<String>) {
    let exceptions: BTreeMap<&str, &[String]> =
        rules.exceptions.iter().map(|e| (e.name.as_str(), e.allow.as_slice())).collect();
    let clarified: BTreeMap<&str, &str> =
        rules.clarify.iter().map(|c| (c.name.as_str(), c.expression.as_str())).collect();
    let mut checked = 0;
    let mut bad = Vec::new();
    for package in packages.iter().filter(|package| package.source.is_some()) {
        checked += 1;
        let name = package.name.as_str();
        let expression = clarified.get(name).copied().or(package.license.as_deref());
        let allowed = |id: &str| {
            rules.allow.iter().any(|a| a == id)
                || exceptions.get(name).is_some_and(|list| list.iter().any(|a| a == id))
        };
        let verdict = expression.map(|text| (text, Expression::holds(text, &allowed)));
        match verdict {
            Some((_, Some(true))) => {}
            Some((text, Some(false))) => bad.push(format!("{name} {}: {text}", package.version)),
            Some((text, None)) => bad.push(format!("{name} {}: cannot read '{text}'", package.version)),
            None => bad.push(format!("{name} {}: names no licence", package.version)),
        }
    }
    (checked, bad)
}

/// A reader of SPDX licence expressions: names, `WITH`, `AND`, `OR`, parentheses; and the old `/` for `OR`.
struct Expression<'a> {
    tokens: Vec<&'a str>,
    next: usize,
}

impl<'a> Expression<'a> {
    /// Whether the expression can be met with allowed names only; `None` if it is malformed.
    fn holds(text: &'a str, allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_whitespace() || "()/".contains(c)) {
            tokens.push(&rest[..at]);
            tokens.push(&rest[at..at + 1]);
            rest = &rest[at + 1..];
        }
        tokens.push(rest);
        tokens.retain(|token| !token.trim().is_empty());
        let mut reader = Expression { tokens, next: 0 };
        let value = reader.any(allowed)?;
        (reader.next == reader.tokens.len()).then_some(value)
    }

    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.next).copied()
    }

    fn any(&mut self, allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
        let mut value = self.all(allowed)?;
        while matches!(self.peek(), Some("OR" | "/")) {
            self.next += 1;
            value |= self.all(allowed)?;
        }
        Some(value)
    }

    fn all(&mut self, allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
        let mut value = self.one(allowed)?;
        while self.peek() == Some("AND") {
            self.next += 1;
            value &= self.one(allowed)?;
        }
        Some(value)
    }

    fn one(&mut self, allowed: &dyn Fn(&str) -> bool) -> Option<bool> {
        let token = self.peek()?;
        self.next += 1;
        if token == "(" {
            let value = self.any(allowed)?;
            (self.peek()? == ")").then_some(())?;
            self.next += 1;
            return Some(value);
        }
        if matches!(token, "AND" | "OR" | "WITH" | ")" | "/") {
            return None;
        }
        if self.peek() == Some("WITH") {
            self.next += 1;
            let exception = self.peek()?;
            self.next += 1;
            return Some(allowed(&format!("{token} WITH {exception}")) || allowed(token));
        }
        Some(allowed(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx() {
        let allowed = |id: &str| matches!(id, "MIT" | "Apache-2.0");
        let check = |text, expect| assert_eq!(Expression::holds(text, &allowed), expect, "{text}");
        check("MIT", Some(true));
        check("MIT OR GPL-3.0", Some(true));
        check("MIT/GPL-3.0", Some(true));
        check("MIT AND GPL-3.0", Some(false));
        check("(GPL-3.0 OR MIT) AND Apache-2.0", Some(true));
        check("Apache-2.0 WITH LLVM-exception OR GPL-3.0", Some(true));
        check("GPL-3.0", Some(false));
        check("MIT OR", None);
        check("(MIT", None);
        check("MIT Apache-2.0", None);
    }

    #[test]
    fn exceptions_count_for_their_crate_only() {
        let rules: Deny = toml::from_str(
            "[licenses]\nallow = ['MIT']\nexceptions = [{ name = 'big', allow = ['LGPL-3.0-only'] }]\n",
        )
        .expect("rules parse");
        let package = |name: &str, license: Option<&str>| Package {
            name: name.into(),
            version: "1.0.0".into(),
            license: license.map(Into::into),
            source: Some("registry".into()),
        };
        let packages = [
            package("big", Some("LGPL-3.0-only")),
            package("other", Some("LGPL-3.0-only")),
            package("plain", Some("MIT")),
            package("silent", None),
        ];
        let (checked, bad) = judge(&rules.licenses, &packages);
        assert_eq!(checked, 4);
        assert_eq!(bad, ["other 1.0.0: LGPL-3.0-only", "silent 1.0.0: names no licence"]);
    }
}
