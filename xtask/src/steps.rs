//! Named steps with their time, and the count of tests they ran.
//!
//! A step is a child process or a function. Its output is shown as it comes; what test runners print
//! as their closing line is read along the way, so that a run ends with one honest total.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::Stop;

/// How many checks passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The steps run so far.
#[derive(Default)]
pub struct Steps {
    rows: Vec<(String, Duration, Count)>,
}

impl Steps {
    /// Runs a child process as one check: it passes when it exits with 0. Says whether it did.
    pub fn command(&mut self, name: &str, command: &mut Command) -> bool {
        self.child(name, command, Counting::AsOne)
    }

    /// Runs a child process that counts its own tests in a closing line that [`read_count`] knows.
    /// Having run none is a failure.
    pub fn tests(&mut self, name: &str, command: &mut Command) -> bool {
        self.child(name, command, Counting::Itself)
    }

    /// The same, where there may be no tests.
    pub fn any_tests(&mut self, name: &str, command: &mut Command) -> bool {
        self.child(name, command, Counting::ItselfOrNothing)
    }

    /// Runs a function as one check. Says whether it passed.
    pub fn call(&mut self, name: &str, step: impl FnOnce() -> crate::Done) -> bool {
        announce(name);
        let start = Instant::now();
        let count = match step() {
            Ok(()) => Count { passed: 1, failed: 0 },
            Err(Stop::Failed(message) | Stop::Cannot(message)) => {
                println!("{message}");
                Count { passed: 0, failed: 1 }
            }
        };
        self.finish(name, start, count)
    }

    /// Prints the table of steps and the closing line; fails if a step failed.
    pub fn close(self) -> crate::Done {
        let width = self.rows.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        let mut total = Count::default();
        println!("\n== steps");
        for (name, time, count) in &self.rows {
            let outcome = if count.failed == 0 { "ok" } else { "FAILED" };
            println!(
                "{name:width$}  {:>8.1} s  {:>6} passed  {:>4} failed  {outcome}",
                time.as_secs_f64(),
                count.passed,
                count.failed
            );
            total += *count;
        }
        println!("\n{} passed, {} failed", total.passed, total.failed);
        match total.failed {
            0 => Ok(()),
            failed => Err(Stop::Failed(format!("{failed} failed"))),
        }
    }

    fn child(&mut self, name: &str, command: &mut Command, counting: Counting) -> bool {
        announce(name);
        let start = Instant::now();
        let mut count = Count::default();
        let outcome = run_shown(command, |line| {
            if let Some(seen) = read_count(line).filter(|_| counting != Counting::AsOne) {
                count += seen;
            }
        });
        match outcome {
            // A runner that failed without counting a failure (a build error, a crash) is one failure.
            Ok(false) if count.failed == 0 => count.failed = 1,
            Ok(true) if counting == Counting::AsOne => count.passed = 1,
            Ok(true) if counting == Counting::Itself && count == Count::default() => {
                println!("it ran no test");
                count.failed = 1;
            }
            Ok(_) => {}
            Err(error) => {
                println!("cannot run {:?}: {error}", command.get_program());
                count.failed += 1;
            }
        }
        self.finish(name, start, count)
    }

    fn finish(&mut self, name: &str, start: Instant, count: Count) -> bool {
        let time = start.elapsed();
        let outcome = if count.failed == 0 { "ok" } else { "FAILED" };
        println!("-- {name}: {outcome}, {:.1} s", time.as_secs_f64());
        self.rows.push((name.to_string(), time, count));
        count.failed == 0
    }
}

/// How a child process's checks are counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counting {
    AsOne,
    Itself,
    ItselfOrNothing,
}

fn announce(name: &str) {
    println!("\n== {name}");
    let _ = std::io::stdout().flush();
}

/// Runs a command, shows each line of its output at once, hands it to `look`, and says whether it exited with 0.
fn run_shown(command: &mut Command, mut look: impl FnMut(&str)) -> std::io::Result<bool> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (sender, lines) = mpsc::channel();
    let readers = [
        child.stdout.take().map(|out| forward(out, sender.clone())),
        child.stderr.take().map(|err| forward(err, sender)),
    ];
    for line in lines {
        println!("{line}");
        look(&line);
    }
    for reader in readers.into_iter().flatten() {
        let _ = reader.join();
    }
    Ok(child.wait()?.success())
}

fn forward(from: impl Read + Send + 'static, to: mpsc::Sender<String>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n') {
            let Ok(line) = line else { break };
            if to.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                break;
            }
        }
    })
}

/// Reads the closing line of cargo test, of nextest, or a plain `N passed, N failed`.
pub fn read_count(line: &str) -> Option<Count> {
    let line = without_colours(line);
    let line = line.trim();
    let is_closing = line.starts_with("test result:")
        || (line.starts_with("Summary [") && line.contains("tests run:"))
        || line.split_once(" passed, ").is_some_and(|(before, after)| {
            before.bytes().all(|b| b.is_ascii_digit()) && after.contains(" failed")
        });
    if !is_closing {
        return None;
    }
    Some(Count { passed: number_before(line, "passed")?, failed: number_before(line, "failed").unwrap_or(0) })
}

fn number_before(line: &str, word: &str) -> Option<u64> {
    let at = line.find(&format!(" {word}"))?;
    let digits = line[..at].rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn without_colours(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_runners_are_read() {
        let check =
            |line, passed, failed| assert_eq!(read_count(line), Some(Count { passed, failed }), "{line}");
        check(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            12,
            0,
        );
        check("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out", 3, 2);
        check(
            "\x1b[32;1m     Summary\x1b[0m [   0.120s] 40 tests run: 38 passed (1 slow), 2 failed, 3 skipped",
            38,
            2,
        );
        check("     Summary [   0.120s] 7 tests run: 7 passed, 0 skipped", 7, 0);
        check("61 passed, 4 failed, 2 skipped", 61, 4);
    }

    #[test]
    fn other_lines_are_not_counted() {
        for line in ["running 3 tests", "all 3 passed, none failed", "expected '1 passed, 2 failed' here", ""]
        {
            assert_eq!(read_count(line), None, "{line}");
        }
    }

    #[test]
    fn silence_is_no_success() {
        let mut steps = Steps::default();
        assert!(!steps.tests("fails", &mut Command::new("false")));
        assert!(!steps.tests("runs nothing", &mut Command::new("true")));
        assert!(!steps.command("is missing", &mut Command::new("/there/is/no/such/program")));
        assert!(steps.any_tests("may be empty", &mut Command::new("true")));
        assert!(steps.command("works", &mut Command::new("true")));
        assert!(steps.tests("counts", Command::new("echo").arg("2 passed, 0 failed")));
        assert!(!steps.tests("counts a failure", Command::new("echo").arg("2 passed, 1 failed")));
        let counts: Vec<(u64, u64)> = steps.rows.iter().map(|row| (row.2.passed, row.2.failed)).collect();
        assert_eq!(counts, [(0, 1), (0, 1), (0, 1), (0, 0), (1, 0), (2, 0), (2, 1)]);
        assert!(steps.close().is_err());
    }
}
