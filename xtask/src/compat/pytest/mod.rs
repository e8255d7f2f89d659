//! `cargo xtask compat cffi|numpy|lxml|psycopg2 [MODULE...]`: a package's own tests, run by pytest on its wheel from the index.
//!
//! An environment is made with Dovetail's `venv` and pip, one with the reference's, and both get the same wheels. Where the
//! wheel leaves its tests out they come from the source archive of the same version. Of what passes on the
//! reference a package's part (mostly 90 percent) must pass here, and no test may crash. cffi is an exception: Dovetail has its own
//! implementation, which pip takes for installed, and only the reference gets the wheel.

mod environment;

use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::Parser;

use super::suite::{self, OPTIONS_HELP, Options, Suite};
use crate::postgres::Server;
use crate::runtime::Runtime;
use crate::{Done, Stop};

/// A package and where its tests are.
pub struct Package {
    /// What `cargo xtask compat` calls it.
    pub key: &'static str,
    /// On pages.
    pub title: &'static str,
    /// What pip installs.
    packages: &'static [&'static str],
    /// The source archive that has the tests, if the wheel has none.
    source: Option<Source>,
    /// The folder of the tests in `site-packages`.
    tests: &'static str,
    /// The folders of test modules in it; "" is itself.
    folders: &'static [&'static str],
    /// Which part of what passes on the reference must pass.
    bar: f64,
    /// Whether the tests want a PostgreSQL server.
    postgres: bool,
}

/// Tests out of a source archive.
struct Source {
    name: &'static str,
    version: &'static str,
    /// Their folder in the archive; it becomes [`Package::tests`].
    tests: &'static str,
}

/// What runs the tests.
const PYTEST: &str = "pytest==9.2.0";

pub const NUMPY: Package = Package {
    key: "numpy",
    title: "NumPy's tests of numpy._core",
    packages: &["numpy==2.5.5", PYTEST, "hypothesis==6.170.15"],
    source: None,
    tests: "numpy/_core/tests",
    folders: &[""],
    bar: 0.9,
    postgres: false,
};

pub const LXML: Package = Package {
    key: "lxml",
    title: "lxml's tests",
    packages: &["lxml==6.1.3", PYTEST],
    source: Some(Source { name: "lxml", version: "6.1.3", tests: "src/lxml/tests" }),
    tests: "lxml/tests",
    folders: &[""],
    bar: 0.9,
    postgres: false,
};

pub const PSYCOPG2: Package = Package {
    key: "psycopg2",
    title: "psycopg2's tests",
    packages: &["psycopg2-binary==2.9.13", PYTEST],
    source: Some(Source { name: "psycopg2", version: "2.9.13", tests: "tests" }),
    tests: "psycopg2/tests",
    folders: &[""],
    bar: 0.9,
    postgres: true,
};

pub const CFFI: Package = Package {
    key: "cffi",
    title: "cffi's tests",
    packages: &["cffi==2.1.1", PYTEST, "setuptools==80.9.0"],
    source: Some(Source { name: "cffi", version: "2.1.1", tests: "." }),
    tests: "cffi_tests",
    folders: &["src/c", "testing/cffi0", "testing/cffi1", "testing/embedding"],
    bar: 0.97,
    postgres: false,
};

/// A package whose server, if it wants one, runs.
struct Running {
    package: &'static Package,
    server: Option<Server>,
}

impl Suite for Running {
    fn key(&self) -> &'static str {
        self.package.key
    }

    fn title(&self) -> &'static str {
        self.package.title
    }

    fn files(&self) -> &'static [(&'static str, &'static str)] {
        &[("events_plugin.py", include_str!("events_plugin.py"))]
    }

    fn command(&self, runtime: &Runtime, module: &str, sees: &dyn Fn(&str) -> PathBuf) -> Command {
        let environment = runtime.sees(&environment::of(self.package));
        let mut command = runtime.start_program(&environment.join("bin/python"));
        command.args(["-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "events_plugin"]);
        command.arg("--rootdir").arg(sees("cwd"));
        let site = environment.join(environment::SITE);
        let tests = site.join(self.package.tests);
        command.arg(tests.join(format!("{}.py", module.replace('.', "/"))));
        // A program of a test that embeds Python knows nothing of the environment: it finds the packages by the path.
        let path = std::env::join_paths([sees("."), site]).expect("the paths have no colon");
        command.env("PYTHONPATH", path).env("DOVETAIL_EVENTS", sees("events.jsonl"));
        command.env("PATH", runtime.search_path(&environment));
        command.env("TMPDIR", sees("cwd"));
        if let Some(server) = &self.server {
            command.env("PSYCOPG2_TESTDB_HOST", "127.0.0.1");
            command.env("PSYCOPG2_TESTDB_PORT", server.port().to_string());
            command.env("PSYCOPG2_TESTDB_USER", server.user()).env("PSYCOPG2_TESTDB", server.database());
        }
        command
    }

    fn bar(&self) -> Option<f64> {
        Some(self.package.bar)
    }
}

/// Entry point of the suite.
pub fn run(package: &'static Package, mut args: Parser) -> Done {
    use lexopt::prelude::*;
    let mut options = Options::new(package.key, 300, 3600);
    while let Some(arg) = args.next()? {
        match arg {
            Long("help") | Short('h') => {
                println!("cargo xtask compat {} [OPTIONS] [MODULE...]\n", package.key);
                println!("Runs {}; MODULE is a word in the names of the wanted test modules.", package.title);
                println!("\n{OPTIONS_HELP}");
                return Ok(());
            }
            Long(name) => {
                let name = name.to_string();
                if !options.take(&name, &mut args)? {
                    return Err(Stop::Cannot(format!("invalid option '--{name}'")));
                }
            }
            Value(name) => options.modules.push(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let ours = Runtime::dovetail(&options.launcher)?;
    let site = environment::prepare(&ours, package)?;
    let theirs = options.find_reference()?;
    if let Some(theirs) = &theirs {
        environment::prepare(theirs, package)?;
    }
    let mut modules = Vec::new();
    for folder in package.folders {
        modules.extend(test_modules(&site.join(package.tests).join(folder), folder)?);
    }
    let wanted = |module: &String| options.modules.iter().any(|word| module.contains(word.as_str()));
    modules.retain(|module| options.modules.is_empty() || wanted(module));
    if modules.is_empty() {
        return Err(Stop::Cannot("no test module has such a name".into()));
    }
    let server = package.postgres.then(Server::start).transpose()?;
    suite::run(&Running { package, server }, &options, &modules, &ours, theirs.as_ref())
}

/// The test modules of a folder, by name: dots stand for the slashes of `inner`, the folder's place among the tests.
fn test_modules(folder: &Path, inner: &str) -> Result<Vec<String>, Stop> {
    let before = if inner.is_empty() { String::new() } else { inner.replace('/', ".") + "." };
    let mut modules: Vec<String> = std::fs::read_dir(folder)?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".py").map(str::to_owned))
        .filter(|name| name.starts_with("test_"))
        .map(|name| before.clone() + &name)
        .collect();
    modules.sort();
    Ok(modules)
}
