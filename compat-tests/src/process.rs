//! One child process with a time limit: what it wrote, and how it ended.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It returned this exit code.
    Exit(i32),
    /// This signal killed it.
    Signal(i32),
    /// It was still running at the end of its time, and was killed.
    Timeout,
}

/// What a process left behind.
pub struct Finished {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub end: End,
    pub seconds: f64,
}

/// Runs a command to its end, or to the end of its time. Output beyond 16 MiB per stream is cut off.
pub fn run(command: &mut Command, limit: Duration) -> Result<Finished, String> {
    let start = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    // Started in the background, or by `nohup`, the runner ignores these, and so would every test, for which they are
    // something to catch.
    // SAFETY: only sets signals back, which may be done between fork and exec.
    unsafe {
        command.pre_exec(|| {
            for signal in [libc::SIGINT, libc::SIGHUP, libc::SIGQUIT] {
                libc::signal(signal, libc::SIG_DFL);
            }
            Ok(())
        });
    }
    let mut child =
        command.spawn().map_err(|error| format!("{}: {error}", command.get_program().to_string_lossy()))?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let end = wait(&mut child, start, limit).map_err(|error| error.to_string())?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(Finished {
        stdout: stdout.join().unwrap_or_default(),
        stderr: stderr.join().unwrap_or_default(),
        end,
        seconds,
    })
}

fn drain<R: Read + Send + 'static>(stream: Option<R>) -> JoinHandle<Vec<u8>> {
    const LIMIT: u64 = 16 << 20;
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.by_ref().take(LIMIT).read_to_end(&mut bytes);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
        bytes
    })
}

fn wait(child: &mut Child, start: Instant, limit: Duration) -> std::io::Result<End> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(match (status.code(), status.signal()) {
                (Some(code), _) if code > 128 && is_wrapped_signal(code) => End::Signal(code - 128),
                (Some(code), _) => End::Exit(code),
                (None, Some(signal)) => End::Signal(signal),
                (None, None) => End::Exit(-1),
            });
        }
        if start.elapsed() > limit {
            kill_group(child);
            child.wait()?;
            return Ok(End::Timeout);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// A shell between us and the runtime reports the deadly signals as 128 and their number.
fn is_wrapped_signal(code: i32) -> bool {
    matches!(code - 128, 4 | 6 | 7 | 8 | 11)
}

/// Kills the child and what it started: it leads its own process group.
fn kill_group(child: &mut Child) {
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = child.kill();
}

/// The usual name of a signal.
pub fn signal_name(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => return format!("signal {signal}"),
    };
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Finished {
        run(Command::new("sh").args(["-c", script]), limit).expect("sh runs")
    }

    #[test]
    fn exit_code_and_streams() {
        let finished = sh("echo out; echo err >&2; exit 3", Duration::from_secs(10));
        assert_eq!(finished.end, End::Exit(3));
        assert_eq!((finished.stdout, finished.stderr), (b"out\n".to_vec(), b"err\n".to_vec()));
    }

    #[test]
    fn a_signal_is_told_apart() {
        assert_eq!(sh("kill -SEGV $$", Duration::from_secs(10)).end, End::Signal(11));
    }

    #[test]
    fn a_hanging_process_is_killed_with_its_children() {
        let finished = sh("sleep 60 & sleep 60", Duration::from_millis(100));
        assert_eq!(finished.end, End::Timeout);
        assert!(finished.seconds < 30.0);
    }
}
