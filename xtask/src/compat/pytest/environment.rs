//! The environment that a package's tests run in, kept between runs.

use std::path::{Path, PathBuf};

use super::Package;
use crate::Stop;
use crate::runtime::Runtime;

/// Where an environment's packages lie in it.
pub const SITE: &str = "lib/python3.14/site-packages";

/// The package's environment under a runtime's folder.
pub fn of(package: &Package) -> PathBuf {
    Path::new(package.key).join("env")
}

/// Makes a runtime's environment, unless it is there with these packages; gives its `site-packages` as we see it.
pub fn prepare(runtime: &Runtime, package: &Package) -> Result<PathBuf, Stop> {
    let (inner, outer) = (runtime.sees(&of(package)), runtime.work.join(of(package)));
    let python = inner.join("bin/python");
    let site = outer.join(SITE);
    let stamp = outer.join("installed.txt");
    let source = package.source.as_ref();
    // Another executable wants another environment.
    let mut wanted = format!("{}\n{}", runtime.start().get_program().display(), package.packages.join("\n"));
    if let Some(source) = source {
        wanted += &format!("\n{} {} {}", source.name, source.version, source.tests);
    }
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(site);
    }
    if outer.exists() {
        std::fs::remove_dir_all(&outer)?;
    }
    let folder = runtime.work.join(package.key);
    std::fs::create_dir_all(&folder)?;
    std::fs::create_dir_all(runtime.work.join("demo"))?;
    crate::demo::make_environment(runtime, &inner, &python, &mut Vec::new())?;
    let mut pip = runtime.start_program(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(package.packages);
    if !pip.status()?.success() {
        return Err(Stop::Failed("pip failed".into()));
    }
    if let Some(source) = source {
        std::fs::write(folder.join("source_tests.py"), include_str!("source_tests.py"))?;
        let mut unpack = runtime.start_program(&python);
        unpack.arg(runtime.sees(&Path::new(package.key).join("source_tests.py")));
        unpack.args([source.name, source.version, source.tests]);
        unpack.arg(inner.join(SITE).join(package.tests));
        if !unpack.status()?.success() {
            return Err(Stop::Failed(format!("the tests of {} cannot be had", source.name)));
        }
    }
    std::fs::write(&stamp, wanted)?;
    Ok(site)
}
