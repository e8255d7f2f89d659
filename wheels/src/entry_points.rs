//! `entry_points.txt`: groups of `name = module:object`, of which the script groups become programs.

use crate::error::{Result, WheelError};

/// One entry of a script group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPoint {
    /// The program's name.
    pub name: String,
    /// The module to import.
    pub module: String,
    /// The object in it to call, with dots.
    pub object: String,
}

/// The groups that become programs. On Linux both are plain scripts.
const SCRIPT_GROUPS: &[&str] = &["console_scripts", "gui_scripts"];

/// Reads the script groups of the file's text; other groups are for programs that look them up at run time.
pub fn scripts(entry: &str, text: &str) -> Result<Vec<EntryPoint>> {
    let mut found: Vec<EntryPoint> = Vec::new();
    let mut in_scripts = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(group) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            in_scripts = SCRIPT_GROUPS.contains(&group.trim());
            continue;
        }
        if !in_scripts {
            continue;
        }
        let point =
            parse(line).ok_or_else(|| WheelError::malformed(entry, format!("'{line}' names no function")))?;
        if point.name.contains(['/', '\\', '\0']) || matches!(point.name.as_str(), "." | "..") {
            return Err(WheelError::UnsafePath { entry: format!("{entry}: {}", point.name) });
        }
        if found.iter().any(|other| other.name == point.name) {
            return Err(WheelError::malformed(entry, format!("the script '{}' is named twice", point.name)));
        }
        found.push(point);
    }
    Ok(found)
}

fn parse(line: &str) -> Option<EntryPoint> {
    let (name, target) = line.split_once('=')?;
    // Extras in brackets after the object are obsolete and mean nothing to an installer.
    let target = target.split('[').next()?.trim();
    let (module, object) = target.split_once(':')?;
    let (name, module, object) = (name.trim(), module.trim(), object.trim());
    (!name.is_empty() && is_dotted(module) && is_dotted(object)).then(|| EntryPoint {
        name: name.to_string(),
        module: module.to_string(),
        object: object.to_string(),
    })
}

/// Identifiers with dots between them; these go into source text, so nothing else may pass.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_groups_are_read() {
        let text = "# comment\n[console_scripts]\nf2py = numpy.f2py.f2py2e:main\n a=b:C.d [extra]\n\n[numpy.x]\nz = q\n\
                    [gui_scripts]\ng = m:f\n";
        let points = scripts("E", text).expect("parses");
        let short: Vec<String> =
            points.iter().map(|p| format!("{}={}:{}", p.name, p.module, p.object)).collect();
        assert_eq!(short, ["f2py=numpy.f2py.f2py2e:main", "a=b:C.d", "g=m:f"]);
    }

    #[test]
    fn what_cannot_be_a_script_is_refused() {
        for line in
            ["x = module", "x = m:", "= m:f", "../x = m:f", "x = m;import os:f", "x = m:f()", "a=m:f\na=m:g"]
        {
            assert!(scripts("E", &format!("[console_scripts]\n{line}\n")).is_err(), "{line}");
        }
    }
}
