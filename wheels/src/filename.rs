//! A wheel's file name: distribution, version, optional build number, and its compressed tag set.

use crate::error::{Result, WheelError};
use crate::names;
use crate::tags::Tag;

/// A parsed file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WheelName {
    /// The distribution's name as written.
    pub distribution: String,
    /// The version as written.
    pub version: String,
    /// The build number and the text after it, which break ties between builds.
    pub build: Option<(u64, String)>,
    /// Python tags: `cp314`, `py3` ...
    pub python: Vec<String>,
    /// ABI tags: `cp314`, `abi3`, `none` ...
    pub abi: Vec<String>,
    /// Platform tags: `manylinux_2_28_x86_64`, `any` ...
    pub platform: Vec<String>,
}

impl WheelName {
    /// Parses a file name without its folder.
    pub fn parse(name: &str) -> Result<Self> {
        let bad = |reason: &str| WheelError::FileName { name: name.to_string(), reason: reason.to_string() };
        let stem = name.strip_suffix(".whl").ok_or_else(|| bad("it does not end in .whl"))?;
        let parts: Vec<&str> = stem.split('-').collect();
        let (distribution, version, build, rest) = match parts[..] {
            [d, v, p, a, t] => (d, v, None, [p, a, t]),
            [d, v, b, p, a, t] => (d, v, Some(b), [p, a, t]),
            _ => return Err(bad("it has not five or six parts between dashes")),
        };
        let is_name = |text: &str| {
            text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
                && text.starts_with(char::is_alphanumeric)
                && text.ends_with(char::is_alphanumeric)
        };
        if !is_name(distribution) {
            return Err(bad(
                "the distribution's name has other characters than letters, digits, '_' and '.'",
            ));
        }
        if version.replace('_', "-").parse::<pep440_rs::Version>().is_err() {
            return Err(bad("the version is none"));
        }
        let build = build
            .map(|text| {
                let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
                let number =
                    text[..end].parse().map_err(|_| bad("the build part does not start with a number"))?;
                Ok((number, text[end..].to_string()))
            })
            .transpose()?;
        let [python, abi, platform] =
            rest.map(|part| part.split('.').map(str::to_string).collect::<Vec<_>>());
        if [&python, &abi, &platform].iter().any(|tags| tags.iter().any(String::is_empty)) {
            return Err(bad("a tag is empty"));
        }
        Ok(WheelName {
            distribution: distribution.to_string(),
            version: version.to_string(),
            build,
            python,
            abi,
            platform,
        })
    }

    /// The distribution's normalized name.
    pub fn normalized(&self) -> String {
        names::normalize(&self.distribution)
    }

    /// The tags that the compressed set stands for.
    pub fn tags(&self) -> Vec<Tag> {
        let mut tags = Vec::new();
        for python in &self.python {
            for abi in &self.abi {
                for platform in &self.platform {
                    tags.push(Tag::new(python, abi, platform));
                }
            }
        }
        tags
    }

    /// The tags as one compressed text, as they stand in the file name.
    pub fn compressed_tags(&self) -> String {
        format!("{}-{}-{}", self.python.join("."), self.abi.join("."), self.platform.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let name = WheelName::parse(
            "psycopg2_binary-2.9.13-cp314-cp314-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        )
        .expect("parses");
        assert_eq!(name.normalized(), "psycopg2-binary");
        assert_eq!(name.version, "2.9.13");
        assert_eq!(name.build, None);
        assert_eq!(name.tags().len(), 2);
        assert_eq!(name.tags()[1].to_string(), "cp314-cp314-manylinux_2_17_x86_64");
        let name = WheelName::parse("a.b-1.0+x_y-12rc-py2.py3-none-any.whl").expect("parses");
        assert_eq!(name.build, Some((12, "rc".into())));
        assert_eq!(name.compressed_tags(), "py2.py3-none-any");
    }

    #[test]
    fn other_names_are_refused() {
        for name in [
            "a-1.0-py3-none-any.zip",
            "a-1.0-py3-none.whl",
            "a-1.0-1-2-py3-none-any.whl",
            "a-1.0-x1-py3-none-any.whl",
            "a b-1.0-py3-none-any.whl",
            "_a-1.0-py3-none-any.whl",
            "a-one-py3-none-any.whl",
            "a-1.0-py3..py2-none-any.whl",
            "-1.0-py3-none-any.whl",
        ] {
            assert!(WheelName::parse(name).is_err(), "{name}");
        }
    }
}
