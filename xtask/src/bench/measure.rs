//! One run of one workload on one runtime: time, peak memory, and what it printed.

use std::ffi::OsString;
use std::io::{Error, Read};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::runtime::Runtime;
use super::workloads::{Argument, Reading, Workload};

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
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let out = reader(child.stdout.take());
    let err = reader(child.stderr.take());
    let (code, peak) = wait(&mut child, start + LIMIT)?;
    let whole = start.elapsed().as_secs_f64();
    let out = out.join().unwrap_or_default();
    let err = err.join().unwrap_or_default();
    if code != 0 {
        let last = err.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no message").to_string();
        return Err(match code {
            code if code < 0 => format!("killed by signal {}; {last}", -code),
            code => format!("exit code {code}; {last}"),
        });
    }
    let mut found = match workload.reading {
        Reading::WholeTime => vec![(workload.name.clone(), Sample::Seconds(whole))],
        Reading::Printed => out.lines().filter_map(printed).collect(),
    };
    if found.is_empty() {
        return Err("printed no result".into());
    }
    if workload.memory {
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

fn reader(from: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            let _ = from.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for the child. Returns its exit code, or minus the signal that ended it, and its peak resident bytes.
fn wait(child: &mut Child, until: Instant) -> Result<(i32, f64), String> {
    let id = child.id() as libc::pid_t;
    loop {
        let mut status = 0;
        let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: both pointers are to live locals of the right types; the child is ours and nobody else
        // waits for it: its handle is used below only when it has not been reaped.
        let got = unsafe { libc::wait4(id, &mut status, libc::WNOHANG, usage.as_mut_ptr()) };
        if got == id {
            // SAFETY: all bytes were zero before the call, which is a value of the type, and the call filled it in.
            let usage = unsafe { usage.assume_init() };
            let code =
                if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { -libc::WTERMSIG(status) };
            return Ok((code, usage.ru_maxrss as f64 * 1024.0));
        }
        if got < 0 {
            return Err(Error::last_os_error().to_string());
        }
        if Instant::now() > until {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("took more than {} s", LIMIT.as_secs()));
        }
        std::thread::sleep(Duration::from_micros(500));
    }
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
        let ends = |script: &str, limit: u64| {
            let mut child = std::process::Command::new("sh").args(["-c", script]).spawn().expect("starts");
            wait(&mut child, Instant::now() + Duration::from_millis(limit))
        };
        let (code, peak) = ends("exit 3", 10_000).expect("ends");
        assert!(code == 3 && peak > 100_000.0, "{code} {peak}");
        assert_eq!(ends("kill -9 $$", 10_000).expect("ends").0, -9);
        assert!(ends("exec sleep 60", 20).is_err());
    }
}
