//! Installing a wheel file offline: all of it, or nothing.
//!
//! Everything is unpacked and its hashes checked in a staging folder first; then renames bring the files to their
//! places, RECORD last, and an error takes all renames back. Nothing in the wheel runs and nothing is
//! fetched: what it depends on is the caller's business.
//! A process killed between two renames leaves files without RECORD, which nothing takes for an
//! installed distribution; the staging folder's name (`.dovetail-install-*`) then tells what happened.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::archive::Archive;
use crate::error::{Result, WheelError};
use crate::record::{self, Row};
use crate::scheme::{self, Kind, Scheme};
use crate::tags::Target;
use crate::transaction::Transaction;
use crate::{check, entry_points, names, scripts};

/// How to install.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to.
    pub scheme: Scheme,
    /// The interpreter that scripts name.
    pub interpreter: PathBuf,
    /// Replace an installed distribution of the same name.
    pub force: bool,
}

/// What was installed.
#[derive(Debug, PartialEq, Eq)]
pub struct Installed {
    /// The distribution's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The number of files, with those the installer wrote.
    pub files: usize,
    /// Programs in the scripts folder.
    pub scripts: Vec<String>,
    /// What it depends on, as written; nothing of it was installed.
    pub requires: Vec<String>,
    /// The version that was replaced.
    pub replaced: Option<String>,
}

/// A file in the staging folder and where it goes.
struct Staged {
    from: PathBuf,
    to: PathBuf,
    row: Row,
}

/// Installs a wheel file for this target.
pub fn install(path: &Path, target: &Target, options: &Options) -> Result<Installed> {
    let mut archive = Archive::open(path)?;
    let tags = archive.name.tags();
    if target.best_fit(&tags).is_none() {
        return Err(check::no_fit(&tags, target));
    }
    archive.metadata.check_python(&archive.info_entry("METADATA"), target)?;
    if let Some(error) = archive.compare_lists().into_iter().next() {
        return Err(error);
    }
    let library = &options.scheme.library;
    let present = find_installed(library, &archive.name.normalized())?;
    if let Some(present) = present.as_ref().filter(|_| !options.force) {
        return Err(WheelError::AlreadyInstalled {
            name: present.name.clone(),
            version: present.version.clone(),
        });
    }

    // Dropped last: the folder goes after the transaction has moved everything out or back.
    let mut folders = Transaction::new();
    folders.make_folders(&options.scheme.root)?;
    let staging = tempfile::Builder::new()
        .prefix(".dovetail-install-")
        .tempdir_in(&options.scheme.root)
        .map_err(WheelError::io(&options.scheme.root))?;
    let direct_url = direct_url(path)?;
    let mut stage = Stage { folder: staging.path(), options, files: Vec::new() };
    stage.unpack(&mut archive)?;
    let script_names = stage.entry_points(&mut archive)?;
    let info = library.join(&archive.dist_info);
    stage.write(info.join("INSTALLER"), b"dovetail\n", 0o644)?;
    stage.write(info.join("REQUESTED"), b"", 0o644)?;
    stage.write(info.join("direct_url.json"), direct_url.as_bytes(), 0o644)?;
    stage.record(info.join("RECORD"))?;

    let mut transaction = Transaction::new();
    if let Some(present) = &present {
        move_away(present, &options.scheme, &staging.path().join("replaced"), &mut transaction)?;
    }
    for file in &stage.files {
        transaction.move_file(&file.from, &file.to)?;
    }
    let files = stage.files.len();
    transaction.commit();
    folders.commit();
    if let Some(present) = &present {
        remove_empty_folders(&present.files, &options.scheme.root);
    }
    Ok(Installed {
        name: archive.metadata.name.clone(),
        version: archive.metadata.version.clone(),
        files,
        scripts: script_names,
        requires: archive.metadata.requires_dist.clone(),
        replaced: present.map(|present| present.version),
    })
}

/// Files being prepared.
struct Stage<'a> {
    folder: &'a Path,
    options: &'a Options,
    files: Vec<Staged>,
}

impl Stage<'_> {
    /// Unpacks all entries but RECORD, checking each.
    fn unpack(&mut self, archive: &mut Archive<impl std::io::Read + std::io::Seek>) -> Result<()> {
        for entry in archive.entries().to_vec() {
            if archive.is_unrecorded(&entry.path) {
                continue;
            }
            let (kind, inside) = place(&entry.path, &archive.data)?;
            let to = self.options.scheme.folder(kind, &archive.name.distribution).join(inside);
            let from = self.next_path();
            let mut file = File::create(&from).map_err(WheelError::io(&from))?;
            archive.unpack(&entry.path, &mut file, &from)?;
            drop(file);
            if kind == Kind::Scripts {
                let content = fs::read(&from).map_err(WheelError::io(&from))?;
                if let Some(content) = scripts::rewritten(&content, &self.interpreter()) {
                    fs::write(&from, content).map_err(WheelError::io(&from))?;
                }
            }
            let executable = entry.executable || kind == Kind::Scripts;
            set_mode(&from, if executable { 0o755 } else { 0o644 })?;
            self.add(from, to)?;
        }
        Ok(())
    }

    /// Writes the programs of `entry_points.txt`. Returns all names in the scripts folder.
    fn entry_points(
        &mut self,
        archive: &mut Archive<impl std::io::Read + std::io::Seek>,
    ) -> Result<Vec<String>> {
        let entry = archive.info_entry("entry_points.txt");
        if let Some(text) = archive.text(&entry)? {
            for point in entry_points::scripts(&entry, &text)? {
                let to = self.options.scheme.scripts.join(&point.name);
                // A script of the same name in the archive has been written by hand: it stays.
                if self.files.iter().any(|file| file.to == to) {
                    continue;
                }
                let text = scripts::entry_point_script(&point, &self.interpreter());
                self.write(to, text.as_bytes(), 0o755)?;
            }
        }
        let in_scripts = |file: &Staged| file.to.parent() == Some(&self.options.scheme.scripts);
        let name = |file: &Staged| file.to.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut names: Vec<String> = self.files.iter().filter(|file| in_scripts(file)).map(name).collect();
        names.sort();
        Ok(names)
    }

    /// Adds a file written by the installer.
    fn write(&mut self, to: PathBuf, content: &[u8], mode: u32) -> Result<()> {
        let from = self.next_path();
        let mut file = File::create(&from).map_err(WheelError::io(&from))?;
        file.write_all(content).map_err(WheelError::io(&from))?;
        set_mode(&from, mode)?;
        self.add(from, to)
    }

    /// Writes RECORD over all files so far, as the last one.
    fn record(&mut self, to: PathBuf) -> Result<()> {
        let path = scheme::relative(&to, &self.options.scheme.library);
        let mut rows: Vec<Row> = self.files.iter().map(|file| file.row.clone()).collect();
        rows.push(Row { path: path.clone(), hash: None, size: None });
        rows.sort_by(|a, b| a.path.cmp(&b.path));
        let from = self.next_path();
        fs::write(&from, record::write(&rows)).map_err(WheelError::io(&from))?;
        set_mode(&from, 0o644)?;
        self.files.push(Staged { from, to, row: Row { path, hash: None, size: None } });
        Ok(())
    }

    fn add(&mut self, from: PathBuf, to: PathBuf) -> Result<()> {
        if self.files.iter().any(|file| file.to == to) {
            return Err(WheelError::Occupied { path: to });
        }
        let content = fs::read(&from).map_err(WheelError::io(&from))?;
        let (hash, size) = record::hash_of(&content);
        let path = scheme::relative(&to, &self.options.scheme.library);
        self.files.push(Staged { from, to, row: Row { path, hash: Some(hash), size: Some(size) } });
        Ok(())
    }

    fn next_path(&self) -> PathBuf {
        self.folder.join(self.files.len().to_string())
    }

    fn interpreter(&self) -> String {
        self.options.interpreter.to_string_lossy().into_owned()
    }
}

/// The kind of an entry and its path in that kind's folder.
fn place<'a>(path: &'a str, data: &str) -> Result<(Kind, &'a str)> {
    // Where the root goes makes no difference here: both kinds of library are one folder.
    let Some(inside) = path.strip_prefix(data).and_then(|rest| rest.strip_prefix('/')) else {
        return Ok((Kind::Platlib, path));
    };
    let known = inside.split_once('/').and_then(|(folder, rest)| Some((Kind::of_data_folder(folder)?, rest)));
    known.ok_or_else(|| WheelError::malformed(path, "is in no known folder of .data"))
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(WheelError::io(path))
}

/// PEP 610's record of where the distribution came from.
fn direct_url(path: &Path) -> Result<String> {
    let path = fs::canonicalize(path).map_err(WheelError::io(path))?;
    let mut hasher = record::Hasher::new(record::Algorithm::Sha256);
    let mut file = File::open(&path).map_err(WheelError::io(&path))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut buffer).map_err(WheelError::io(&path))? {
            0 => break,
            count => hasher.update(&buffer[..count]),
        }
    }
    let hex = hasher.finish().0.hex();
    let mut url = String::from("file://");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b'+' => {
                url.push(*byte as char)
            }
            other => url.push_str(&format!("%{other:02X}")),
        }
    }
    Ok(format!(
        "{{\"archive_info\": {{\"hash\": \"sha256={hex}\", \"hashes\": {{\"sha256\": \"{hex}\"}}}}, \"url\": \"{url}\"}}"
    ))
}

/// A distribution that is in the library.
#[derive(Debug)]
struct Present {
    name: String,
    version: String,
    /// Its `.dist-info`.
    info: PathBuf,
    /// Its files, absolute, as far as they lie under the scheme's root.
    files: Vec<PathBuf>,
}

fn find_installed(library: &Path, normalized: &str) -> Result<Option<Present>> {
    let Ok(entries) = fs::read_dir(library) else { return Ok(None) };
    for entry in entries {
        let entry = entry.map_err(WheelError::io(library))?;
        let folder = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = folder.strip_suffix(".dist-info") else { continue };
        let (name, version) = stem.rsplit_once('-').unwrap_or((stem, ""));
        if names::normalize(name) != normalized {
            continue;
        }
        let info = entry.path();
        let record = info.join("RECORD");
        let mut files = Vec::new();
        if let Ok(text) = fs::read_to_string(&record) {
            files = record::parse(&record.to_string_lossy(), &text)?
                .into_iter()
                .map(|row| library.join(row.path))
                .collect();
        }
        return Ok(Some(Present { name: name.to_string(), version: version.to_string(), info, files }));
    }
    Ok(None)
}

/// Moves an installed distribution's files, and the byte code made from them, into the staging folder.
fn move_away(present: &Present, scheme: &Scheme, to: &Path, transaction: &mut Transaction) -> Result<()> {
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    for file in &present.files {
        let path = scheme::relative(file, &scheme.library);
        let Some(file) = scheme::resolve(&scheme.library, &path, &scheme.root) else {
            return Err(WheelError::malformed(
                present.info.join("RECORD").to_string_lossy(),
                format!("names {path}, which is not under {}", scheme.root.display()),
            ));
        };
        if file.extension().is_some_and(|e| e == "py")
            && let (Some(folder), Some(stem)) = (file.parent(), file.file_stem())
            && let Ok(cached) = fs::read_dir(folder.join("__pycache__"))
        {
            let stem = format!("{}.", stem.to_string_lossy());
            files.extend(cached.flatten().map(|e| e.path()).filter(|path| {
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&stem))
            }));
        }
        files.insert(file);
    }
    // Whatever else lies in its own folder of metadata is its own.
    if let Ok(entries) = fs::read_dir(&present.info) {
        files.extend(entries.flatten().map(|e| e.path()).filter(|path| path.is_file()));
    }
    for (number, file) in files.iter().filter(|file| file.symlink_metadata().is_ok()).enumerate() {
        transaction.move_file(file, &to.join(number.to_string()))?;
    }
    Ok(())
}

/// Removes the folders that a removed distribution left empty.
fn remove_empty_folders(files: &[PathBuf], root: &Path) {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    for file in files {
        let mut at = file.parent();
        while let Some(folder) = at.filter(|folder| folder.starts_with(root) && *folder != root) {
            folders.insert(folder.join("__pycache__"));
            folders.insert(folder.to_path_buf());
            at = folder.parent();
        }
    }
    // Deeper folders come later in order; a folder that is not empty stays, which is no error.
    for folder in folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_their_place() {
        let data = "a-1.data";
        assert_eq!(place("a/x.py", data).expect("a place"), (Kind::Platlib, "a/x.py"));
        assert_eq!(place("a-1.data/scripts/run", data).expect("a place"), (Kind::Scripts, "run"));
        assert_eq!(place("a-1.data/data/share/x", data).expect("a place"), (Kind::Data, "share/x"));
        assert!(place("a-1.data/other/x", data).is_err());
    }
}
