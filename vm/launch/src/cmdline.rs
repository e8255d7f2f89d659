//! The command line as CPython reads it: `getopt` rules, options that end the list, help and version.
//!
//! Nothing is decided here but what stands on the line; `settings` puts the environment to it.

use dovetail_core::config::Program;
use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What the line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    Run,
    /// `-V`, or twice for more.
    Version(bool),
    Help,
    HelpEnv,
    HelpXOptions,
    HelpAll,
}

/// The options as they stand on the line.
#[derive(Clone, Debug)]
pub struct Line {
    pub request: Request,
    pub program: Program,
    /// `sys.argv`, in which `-c` and `-m` stand for the program.
    pub argv: Vec<OsString>,
    pub warn: Vec<OsString>,
    pub x: Vec<OsString>,
    pub check_hash_pycs: Cow<'static, str>,
    pub bytes_warning: i32,
    pub dont_write_bytecode: bool,
    pub debug: i32,
    pub ignore_environment: bool,
    pub inspect: bool,
    pub interactive: bool,
    pub isolated: bool,
    pub optimize: i32,
    pub safe_path: bool,
    pub quiet: i32,
    pub no_user_site: bool,
    pub no_site: bool,
    pub unbuffered: bool,
    pub verbose: i32,
    pub skip_first_line: bool,
    /// `-R`: hashes are random whatever `PYTHONHASHSEED` says.
    pub random_hashes: bool,
}

/// Why the line is wrong: the message before the usage line.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

impl Default for Line {
    /// A line without arguments.
    fn default() -> Line {
        Line {
            request: Request::Run,
            program: Program::Input,
            argv: vec![OsString::new()],
            warn: Vec::new(),
            x: Vec::new(),
            check_hash_pycs: Cow::Borrowed("default"),
            bytes_warning: 0,
            dont_write_bytecode: false,
            debug: 0,
            ignore_environment: false,
            inspect: false,
            interactive: false,
            isolated: false,
            optimize: 0,
            safe_path: false,
            quiet: 0,
            no_user_site: false,
            no_site: false,
            unbuffered: false,
            verbose: 0,
            skip_first_line: false,
            random_hashes: false,
        }
    }
}

/// Reads the arguments after the program's own name.
pub fn parse(args: &[OsString]) -> Result<Line, Wrong> {
    parse_onto(Line::default(), args)
}

/// Reads the arguments after the program's own name; they add to what `line` says already.
pub fn parse_onto(mut line: Line, args: &[OsString]) -> Result<Line, Wrong> {
    let (mut help, mut versions) = (None, 0);
    let mut at = 0;
    'args: while let Some(arg) = args.get(at) {
        let bytes = arg.as_bytes();
        if bytes == b"-" || !bytes.starts_with(b"-") {
            break;
        }
        at += 1;
        if bytes == b"--" {
            break;
        }
        if let Some(name) = bytes.strip_prefix(b"--") {
            match name {
                b"help" => help = help.or(Some(Request::Help)),
                b"help-all" => help = Some(Request::HelpAll),
                b"help-env" => help = Some(Request::HelpEnv),
                b"help-xoptions" => help = Some(Request::HelpXOptions),
                b"version" => versions += 1,
                b"check-hash-based-pycs" => {
                    let Some(value) = args.get(at) else {
                        return Err(Wrong(
                            "Argument expected for the --check-hash-based-pycs options".into(),
                        ));
                    };
                    at += 1;
                    line.check_hash_pycs = match value.as_bytes() {
                        b"default" => Cow::Borrowed("default"),
                        b"always" => Cow::Borrowed("always"),
                        b"never" => Cow::Borrowed("never"),
                        _ => {
                            return Err(Wrong(
                                "--check-hash-based-pycs must be one of 'default', 'always', or 'never'"
                                    .into(),
                            ));
                        }
                    };
                }
                _ => return Err(Wrong(format!("Unknown option: {}", arg.to_string_lossy()))),
            }
            continue;
        }
        for (i, &c) in bytes.iter().enumerate().skip(1) {
            if let b'c' | b'm' | b'W' | b'X' = c {
                let rest = &bytes[i + 1..];
                let value = if !rest.is_empty() {
                    OsString::from_vec(rest.to_vec())
                } else if let Some(value) = args.get(at) {
                    at += 1;
                    value.clone()
                } else {
                    return Err(Wrong(format!("Argument expected for the -{} option", c as char)));
                };
                match c {
                    b'W' => line.warn.push(value),
                    b'X' => line.x.push(value),
                    _ => {
                        line.argv = vec![if c == b'c' { "-c".into() } else { "-m".into() }];
                        line.argv.extend_from_slice(&args[at..]);
                        line.program =
                            if c == b'c' { Program::Command(value) } else { Program::Module(value) };
                        break 'args;
                    }
                }
                continue 'args;
            }
            match c {
                b'b' => line.bytes_warning += 1,
                b'B' => line.dont_write_bytecode = true,
                b'd' => line.debug += 1,
                b'E' => line.ignore_environment = true,
                b'h' | b'?' => help = help.or(Some(Request::Help)),
                b'i' => (line.inspect, line.interactive) = (true, true),
                b'I' => line.isolated = true,
                b'O' => line.optimize += 1,
                b'P' => line.safe_path = true,
                b'q' => line.quiet += 1,
                b'R' => line.random_hashes = true,
                // Tab checks are always on.
                b't' => {}
                b's' => line.no_user_site = true,
                b'S' => line.no_site = true,
                b'u' => line.unbuffered = true,
                b'v' => line.verbose += 1,
                b'V' => versions += 1,
                b'x' => line.skip_first_line = true,
                _ => {
                    let c = String::from_utf8_lossy(&bytes[i..]).chars().next().unwrap_or('?');
                    return Err(Wrong(format!("Unknown option: -{c}")));
                }
            }
        }
    }
    if line.program == Program::Input
        && let Some(file) = args.get(at)
    {
        line.argv = args[at..].to_vec();
        if file != OsStr::new("-") {
            line.program = Program::File(file.clone());
        }
    }
    line.request = match help {
        Some(h) => h,
        None if versions > 0 => Request::Version(versions > 1),
        None => Request::Run,
    };
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(args: &[&str]) -> Line {
        parse(&args.iter().map(OsString::from).collect::<Vec<_>>()).expect("a good line")
    }

    fn wrong(args: &[&str]) -> String {
        parse(&args.iter().map(OsString::from).collect::<Vec<_>>()).expect_err("a wrong line").0
    }

    #[test]
    fn options_end_at_the_program() {
        let l = line(&["-OOc", "1", "-x", "a"]);
        assert_eq!(l.program, Program::Command("1".into()));
        assert_eq!((l.optimize, l.skip_first_line), (2, false));
        assert_eq!(l.argv, ["-c", "-x", "a"]);
        let l = line(&["-mmod", "-c"]);
        assert_eq!(l.program, Program::Module("mod".into()));
        assert_eq!(l.argv, ["-m", "-c"]);
        let l = line(&["--", "-file", "x"]);
        assert_eq!(l.program, Program::File("-file".into()));
        let l = line(&["-", "x"]);
        assert_eq!((l.program, l.argv), (Program::Input, vec!["-".into(), "x".into()]));
    }

    #[test]
    fn values_stand_beside_or_behind() {
        let l = line(&["-Wignore", "-W", "error", "-Xa=b", "-bX", "dev", "f"]);
        assert_eq!((l.warn.len(), l.x.len(), l.bytes_warning), (2, 2, 1));
        assert_eq!(l.program, Program::File("f".into()));
    }

    #[test]
    fn requests() {
        assert_eq!(line(&["-V", "-V"]).request, Request::Version(true));
        assert_eq!(line(&["-Vh"]).request, Request::Help);
        assert_eq!(line(&["--help-env"]).request, Request::HelpEnv);
    }

    #[test]
    fn wrong_lines() {
        assert_eq!(wrong(&["-c"]), "Argument expected for the -c option");
        assert_eq!(wrong(&["-zq"]), "Unknown option: -z");
        assert_eq!(wrong(&["--zq"]), "Unknown option: --zq");
    }
}
