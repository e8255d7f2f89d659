//! METADATA and WHEEL: header fields as in e-mail, with folded lines, and for METADATA a body.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use crate::error::{Result, WheelError};
use crate::tags::Target;

/// The fields of such a file in their order. Names are compared without case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    rows: Vec<(String, String)>,
    /// What follows the first empty line.
    pub body: String,
}

impl Fields {
    /// Reads a file's text. `entry` names it in errors.
    pub fn parse(entry: &str, text: &str) -> Result<Self> {
        let mut fields = Fields::default();
        let mut lines = text.split_inclusive('\n');
        let mut used = 0;
        for line in lines.by_ref() {
            used += line.len();
            let content = line.trim_end_matches(['\r', '\n']);
            if content.is_empty() {
                break;
            }
            if content.starts_with([' ', '\t']) {
                let Some((_, value)) = fields.rows.last_mut() else {
                    return Err(WheelError::malformed(entry, "starts with a continued line"));
                };
                value.push('\n');
                value.push_str(content.trim_start());
                continue;
            }
            let Some((name, value)) = content.split_once(':') else {
                return Err(WheelError::malformed(entry, format!("'{content}' is not a field")));
            };
            fields.rows.push((name.trim().to_string(), value.trim().to_string()));
        }
        fields.body = text[used..].to_string();
        Ok(fields)
    }

    /// The first value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.rows.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value.as_str())
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.rows.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What is needed of METADATA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The distribution's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The versions of Python it is for, as written.
    pub requires_python: Option<String>,
    /// What it depends on, as written.
    pub requires_dist: Vec<String>,
}

impl Metadata {
    /// Reads METADATA's text.
    pub fn parse(entry: &str, text: &str) -> Result<Self> {
        let fields = Fields::parse(entry, text)?;
        let need = |name: &str| {
            let missing = || WheelError::malformed(entry, format!("has no field {name}"));
            Ok(fields.get(name).filter(|v| !v.is_empty()).ok_or_else(missing)?.to_string())
        };
        let version = need("Metadata-Version")?;
        if !matches!(version.split('.').next(), Some("1" | "2")) {
            return Err(WheelError::malformed(
                entry,
                format!("Metadata-Version {version} is not known here"),
            ));
        }
        Ok(Metadata {
            name: need("Name")?,
            version: need("Version")?,
            requires_python: fields.get("Requires-Python").map(str::to_string),
            requires_dist: fields.all("Requires-Dist").map(str::to_string).collect(),
        })
    }

    /// Fails when `Requires-Python` leaves the target's version out.
    pub fn check_python(&self, entry: &str, target: &Target) -> Result<()> {
        let Some(wanted) = &self.requires_python else { return Ok(()) };
        let range =
            VersionSpecifiers::from_str(wanted).map_err(|error| WheelError::malformed(entry, error))?;
        let (major, minor, micro) = target.python;
        let version = Version::new([major, minor, micro].map(u64::from));
        if range.contains(&version) {
            return Ok(());
        }
        Err(WheelError::RequiresPython { wanted: wanted.clone(), present: target.version() })
    }
}

/// What is needed of WHEEL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WheelInfo {
    /// The format's version.
    pub version: (u32, u32),
    /// Whether the archive's top folder goes to `purelib`; otherwise to `platlib`.
    pub root_is_purelib: bool,
    /// The tags it says it has.
    pub tags: Vec<String>,
}

impl WheelInfo {
    /// Reads WHEEL's text; a newer major version of the format is an error, as the format demands.
    pub fn parse(entry: &str, text: &str) -> Result<Self> {
        let fields = Fields::parse(entry, text)?;
        let version = fields.get("Wheel-Version").unwrap_or_default();
        let numbers = version.split_once('.').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let Some(version) = numbers else {
            return Err(WheelError::malformed(entry, format!("Wheel-Version '{version}' is no version")));
        };
        if version.0 != 1 {
            return Err(WheelError::malformed(
                entry,
                format!("Wheel-Version {}.{} is newer than 1", version.0, version.1),
            ));
        }
        let root_is_purelib = match fields.get("Root-Is-Purelib") {
            Some(value) if value.eq_ignore_ascii_case("true") => true,
            Some(value) if value.eq_ignore_ascii_case("false") => false,
            other => {
                let found = other.unwrap_or_default();
                return Err(WheelError::malformed(entry, format!("Root-Is-Purelib is '{found}'")));
            }
        };
        Ok(WheelInfo { version, root_is_purelib, tags: fields.all("Tag").map(str::to_string).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tags::Machine;

    const TEXT: &str = "Metadata-Version: 2.4\nName: thing\nVersion: 1.0\nrequires-python: >=3.10,!=3.13.*\n\
                        Requires-Dist: a>=1\nRequires-Dist: b; extra == 'x'\nLicense: first\n   second\n\nBody: no field\n";

    fn target() -> Target {
        Target { python: (3, 14, 10), machine: Machine::X86_64, glibc: Some((2, 36)) }
    }

    #[test]
    fn fields_fold_and_the_body_is_apart() {
        let fields = Fields::parse("M", TEXT).expect("parses");
        assert_eq!(fields.get("license"), Some("first\nsecond"));
        assert_eq!(fields.get("Body"), None);
        assert_eq!(fields.body, "Body: no field\n");
        let crlf = Fields::parse("M", "A: 1\r\nB: 2\r\n\r\nbody").expect("parses");
        assert_eq!((crlf.get("B"), crlf.body.as_str()), (Some("2"), "body"));
    }

    #[test]
    fn metadata_is_read() {
        let metadata = Metadata::parse("M", TEXT).expect("parses");
        assert_eq!((metadata.name.as_str(), metadata.version.as_str()), ("thing", "1.0"));
        assert_eq!(metadata.requires_dist.len(), 2);
        metadata.check_python("M", &target()).expect("3.14 fits");
    }

    #[test]
    fn the_python_version_is_checked() {
        for (wanted, fits) in
            [(">=3.14", true), ("<3.14", false), ("==3.14.*", true), ("~=3.9", true), (">=3.15", false)]
        {
            let text = format!("Metadata-Version: 2.1\nName: t\nVersion: 1\nRequires-Python: {wanted}\n");
            let result = Metadata::parse("M", &text).expect("parses").check_python("M", &target());
            assert_eq!(result.is_ok(), fits, "{wanted}");
        }
    }

    #[test]
    fn bad_files_are_refused() {
        for text in ["Name: x\n", "Metadata-Version: 3.0\nName: x\nVersion: 1\n", " folded\n", "no colon\n"] {
            assert!(Metadata::parse("M", text).is_err(), "{text}");
        }
        for text in [
            "",
            "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: maybe\n",
        ] {
            assert!(WheelInfo::parse("W", text).is_err(), "{text}");
        }
        let info = WheelInfo::parse("W", "Wheel-Version: 1.9\nRoot-Is-Purelib: False\nTag: a\nTag: b\n")
            .expect("parses");
        assert!(!info.root_is_purelib && info.tags == ["a", "b"]);
    }
}
