//! Programs that a wheel brings: first lines made to name the interpreter, and small files for entry points.

use crate::entry_points::EntryPoint;

/// Linux reads this much of a first line, with `#!` and the line's end.
const LONGEST_FIRST_LINE: usize = 127;

/// The first line that starts this interpreter, with its line's end.
///
/// Where the kernel could not read it (too long, or with a space), a shell starts the interpreter: to
/// Python the two lines are a string, to the shell they are a command that never comes back.
pub fn first_line(interpreter: &str) -> String {
    let plain = format!("#!{interpreter}\n");
    if plain.len() <= LONGEST_FIRST_LINE && !interpreter.contains([' ', '\t']) {
        return plain;
    }
    let quoted =
        interpreter.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('`', "\\`");
    format!("#!/bin/sh\n'''exec' \"{quoted}\" \"$0\" \"$@\"\n' '''\n")
}

/// A script of `.data/scripts` with its first line rewritten, if that is `#!python` or `#!pythonw`.
/// Anything else, such as a native program, stays as it is: `None`.
pub fn rewritten(content: &[u8], interpreter: &str) -> Option<Vec<u8>> {
    let rest = content.strip_prefix(b"#!python")?;
    let rest = rest.strip_prefix(b"w").unwrap_or(rest);
    if !(rest.is_empty() || rest.starts_with(b"\n") || rest.starts_with(b"\r") || rest.starts_with(b" ")) {
        return None;
    }
    let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
    let mut out = first_line(interpreter).into_bytes();
    out.extend_from_slice(&rest[end..]);
    Some(out)
}

/// The program for an entry point.
pub fn entry_point_script(point: &EntryPoint, interpreter: &str) -> String {
    let EntryPoint { module, object, .. } = point;
    let first = object.split('.').next().unwrap_or(object);
    format!(
        "{}import sys\n\nfrom {module} import {first}\n\nif __name__ == \"__main__\":\n    sys.exit({object}())\n",
        first_line(interpreter)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_that_the_kernel_cannot_read_go_through_a_shell() {
        assert_eq!(first_line("/p/bin/python"), "#!/p/bin/python\n");
        assert!(
            first_line("/with space/python").starts_with("#!/bin/sh\n'''exec' \"/with space/python\" \"$0\"")
        );
        assert!(first_line(&format!("/{}/python", "x".repeat(130))).starts_with("#!/bin/sh\n"));
    }

    #[test]
    fn only_the_placeholder_is_rewritten() {
        assert_eq!(rewritten(b"#!python\nprint()\n", "/p").as_deref(), Some(&b"#!/p\nprint()\n"[..]));
        assert_eq!(rewritten(b"#!pythonw -E\r\nx", "/p").as_deref(), Some(&b"#!/p\nx"[..]));
        assert_eq!(rewritten(b"#!python", "/p").as_deref(), Some(&b"#!/p\n"[..]));
        for other in [&b"#!/bin/sh\n"[..], b"#!python3.9x\n", b"\x7fELF", b""] {
            assert_eq!(rewritten(other, "/p"), None);
        }
    }

    #[test]
    fn the_shell_form_runs() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let interpreter = dir.path().join("an interpreter");
        std::os::unix::fs::symlink("/bin/echo", &interpreter).expect("links");
        let script = dir.path().join("script");
        std::fs::write(&script, first_line(&interpreter.to_string_lossy())).expect("writes");
        let out = std::process::Command::new("/bin/sh").arg(&script).arg("a b").output().expect("runs");
        assert_eq!(String::from_utf8_lossy(&out.stdout), format!("{} a b\n", script.display()));
    }

    #[test]
    fn entry_points_call_dotted_objects() {
        let point = EntryPoint { name: "x".into(), module: "a.b".into(), object: "C.run".into() };
        let text = entry_point_script(&point, "/p");
        assert!(text.contains("\nfrom a.b import C\n") && text.contains("sys.exit(C.run())"), "{text}");
    }
}
