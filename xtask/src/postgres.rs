//! A PostgreSQL server of our own on loopback: made in a folder, started, stopped when dropped.
//!
//! It listens on 127.0.0.1 only, on a port that was free, and trusts connections from there.
//! The server refuses to run as root, so there it runs as the user `postgres` or `nobody`.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Stop, paths, setup};

/// A running server.
pub struct Server {
    process: Child,
    port: u16,
    folder: PathBuf,
}

/// Name of the database user.
const USER: &str = "dovetail";

/// Name of the database that every server starts with.
const DATABASE: &str = "postgres";

impl Server {
    /// Makes a database cluster in a new folder under the system's temporary one, and starts a server on it.
    pub fn start() -> Result<Self, Stop> {
        let (initdb, postgres) = (find("initdb")?, find("postgres")?);
        let account = account()?;
        let folder = std::env::temp_dir().join(format!("dovetail-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut server_folder = OwnedFolder { path: folder.clone(), keep: false };
        if let Some(account) = account {
            let status = Command::new("chown").arg(account).arg(&folder).status()?;
            if !status.success() {
                return Err(Stop::Failed(format!("cannot give {} to {account}", folder.display())));
            }
        }
        let data = folder.join("data");
        let out = as_account(account, &initdb)
            .arg("-D")
            .arg(&data)
            .args(["-U", USER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"])
            .current_dir(&folder)
            .output()?;
        if !out.status.success() {
            return Err(Stop::Failed(format!("initdb: {}", String::from_utf8_lossy(&out.stderr).trim())));
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let log = std::fs::File::create(folder.join("log"))?;
        let process = as_account(account, &postgres)
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-h", "127.0.0.1", "-F", "-p", &port.to_string()])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        server_folder.keep = true;
        let mut server = Server { process, port, folder };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// What a client connects with.
    pub fn connection(&self) -> String {
        format!("host=127.0.0.1 port={} user={USER} dbname={DATABASE}", self.port)
    }

    /// Where it listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The superuser, who needs no password.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// A database that is there.
    pub fn database(&self) -> &'static str {
        DATABASE
    }

    /// The postmaster's file says `ready` once connections are taken.
    fn wait_until_ready(&mut self) -> Result<(), Stop> {
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until {
            if let Some(status) = self.process.try_wait()? {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(Stop::Failed(format!("postgres ended with {status}: {}", log.trim())));
            }
            let state = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
            let ready = state.lines().nth(7).is_some_and(|line| line.trim() == "ready");
            if ready && TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Stop::Failed("postgres does not take connections".into()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A fast shutdown: the server ends its connections and writes out what it has. The process we
        // started may be the one that changed the user, which passes the signal on by being replaced.
        let stopped = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        if !stopped.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Removes a folder unless told to keep it.
struct OwnedFolder {
    path: PathBuf,
    keep: bool,
}

impl Drop for OwnedFolder {
    fn drop(&mut self) {
        if !self.keep {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Whether the server's programs are there; Debian keeps them out of the search path.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path()).collect();
    versions.sort();
    versions.iter().rev().map(|version| version.join("bin").join(name)).find(|path| path.is_file())
}

fn find(name: &str) -> Result<PathBuf, Stop> {
    find_program(name)
        .or_else(|| paths::find_program(name))
        .ok_or_else(|| Stop::Cannot(format!("{name} is not installed: cargo xtask setup --with-postgres")))
}

/// The account to run as when we are root.
fn account() -> Result<Option<&'static str>, Stop> {
    if !setup::is_root() {
        return Ok(None);
    }
    let known = std::fs::read_to_string("/etc/passwd")?;
    let has = |name: &str| known.lines().any(|line| line.split(':').next() == Some(name));
    match ["postgres", "nobody"].into_iter().find(|name| has(name)) {
        Some(name) => Ok(Some(name)),
        None => Err(Stop::Cannot("postgres does not run as root, and there is no other account".into())),
    }
}

/// A command as this account. `setpriv` replaces itself with the program, so that our child is the server.
fn as_account(account: Option<&str>, program: &Path) -> Command {
    match account {
        None => Command::new(program),
        Some(account) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", account, "--regid", account_group(account), "--clear-groups"]);
            command.arg(program);
            command
        }
    }
}

fn account_group(account: &str) -> &str {
    if account == "nobody" { "nogroup" } else { account }
}
