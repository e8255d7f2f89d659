//! One run of one workload on one runtime: time, peak memory, and what it printed.
//!
//! Time is processor time, of the program itself or of the whole process: work of others on the machine changes it
//! much less than time on the clock.

use std::ffi::OsString;
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::workloads::{Argument, Reading, Workload};
use crate::runtime::Runtime;

/// A figure and what it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sample {
    /// Seconds.
    Seconds(f64),
    /// Bytes.
    Bytes(f64),
}

impl Sample {
    /// The bare number.
    pub fn number(self) -> f64 {
        match self {
            Sample::Seconds(number) | Sample::Bytes(number) => number,
        }
    }
}

/// A run that takes longer than this has failed.
const LIMIT: Duration = Duration::from_secs(300);

/// Name under which the process's peak memory is reported.
pub const PEAK: &str = "peak memory";

/// Runs it. The error is one line: why there are no figures.
pub fn run(runtime: &Runtime, workload: &Workload) -> Result<Vec<(String, Sample)>, String> {
    let mut command = runtime.start();
    for argument in &workload.arguments {
        match argument {
            Argument::Text(text) => command.arg(text),
            Argument::File(file) => command.arg(runtime.sees(file)),
        };
    }
    if !workload.path.is_empty() {
        let folders: Vec<OsString> = workload.path.iter().map(|folder| runtime.sees(folder).into()).collect();
        command.env("PYTHONPATH", folders.join(&OsString::from(":")));
    }
    let ended = finish(&mut command, LIMIT)?;
    if let Some(reason) = ended.failure {
        return Err(reason);
    }
    let (out, whole) = (ended.out, ended.seconds - runtime.overhead);
    let mut found = match workload.reading {
        Reading::WholeTime => vec![(workload.name.clone(), Sample::Seconds(whole))],
        Reading::Printed => out.lines().filter_map(printed).collect(),
    };
    if found.is_empty() {
        return Err("printed no result".into());
    }
    let peaks = out.lines().filter_map(|line| line.strip_prefix("PEAK\t")?.trim().parse().ok());
    if let Some(peak) = peaks.reduce(f64::max) {
        found.push((format!("{}: {PEAK}", workload.name), Sample::Bytes(peak)));
    }
    Ok(found)
}

/// Reads `RESULT <tab> name <tab> seconds` and `BYTES <tab> name <tab> bytes`.
fn printed(line: &str) -> Option<(String, Sample)> {
    let mut columns = line.split('\t');
    let kind = columns.next()?;
    let (name, number) = (columns.next()?.to_string(), columns.next()?.trim().parse().ok()?);
    match kind {
        "RESULT" => Some((name, Sample::Seconds(number))),
        "BYTES" => Some((name, Sample::Bytes(number))),
        _ => None,
    }
}

/// A process that has ended.
struct Ended {
    out: String,
    seconds: f64,
    failure: Option<String>,
}

/// Runs a command to its end, which is when it has closed its output.
fn finish(command: &mut Command, limit: Duration) -> Result<Ended, String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let before = children_time();
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let (out, err) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let Ok(out) = out.recv_timeout(limit) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("took more than {} s", limit.as_secs()));
    };
    let status = child.wait().map_err(|error| error.to_string())?;
    let seconds = children_time() - before;
    let err = err.recv_timeout(limit).unwrap_or_default();
    let failure = (!status.success()).then(|| {
        let last = err.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no message");
        format!("{status}; {last}")
    });
    Ok(Ended { out, seconds, failure })
}

/// Seconds of processor time of all children that were waited for. One runs at a time.
fn children_time() -> f64 {
    // SAFETY: the structure is filled in; all-zero is a valid one.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn reader(from: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            let _ = from.read_to_end(&mut bytes);
        }
        // Nobody listens any more when the time was up.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

/// The median time of a command over a few runs.
pub fn median_time(make: impl Fn() -> Command) -> Option<f64> {
    let mut times: Vec<f64> =
        (0..15).filter_map(|_| finish(&mut make(), LIMIT).ok()).map(|ended| ended.seconds).collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_lines_are_read() {
        assert_eq!(printed("RESULT\tnbody\t0.25"), Some(("nbody".into(), Sample::Seconds(0.25))));
        assert_eq!(printed("BYTES\tint\t32.0"), Some(("int".into(), Sample::Bytes(32.0))));
        for other in ["RESULT nbody 0.25", "RESULT\tnbody\tfast", "", "RESULTS\ta\t1"] {
            assert_eq!(printed(other), None, "{other}");
        }
    }

    #[test]
    fn a_child_is_measured() {
        // Other tests have children too, so that only the sign of the time is sure.
        let run = |script: &str, limit| {
            finish(Command::new("sh").args(["-c", script]), Duration::from_millis(limit))
        };
        let ended = run("echo text", 10_000).expect("ends");
        assert!(ended.out == "text\n" && ended.failure.is_none() && ended.seconds > 0.0);
        let failure = |script| run(script, 10_000).expect("ends").failure.expect("fails");
        assert_eq!(failure("echo one >&2; echo two >&2; exit 3"), "exit status: 3; two");
        assert!(failure("kill -9 $$").contains("signal: 9"));
        assert!(run("exec sleep 60", 20).is_err());
    }
}
