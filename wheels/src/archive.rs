//! A wheel as an archive: opening one, finding its `.dist-info`, reading entries while their hashes are checked.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, Write};
use std::path::Path;

use zip::ZipArchive;

use crate::error::{Result, WheelError};
use crate::filename::WheelName;
use crate::metadata::{Metadata, WheelInfo};
use crate::names;
use crate::record::{self, Algorithm, Hasher, Row};

/// An opened wheel whose three files of metadata have been read and agree with its name.
#[derive(Debug)]
pub struct Archive<R> {
    zip: ZipArchive<R>,
    entries: Vec<Entry>,
    /// The parsed file name.
    pub name: WheelName,
    /// The `.dist-info` folder, without a slash at its end.
    pub dist_info: String,
    /// The `.data` folder, without a slash at its end.
    pub data: String,
    /// METADATA.
    pub metadata: Metadata,
    /// WHEEL.
    pub info: WheelInfo,
    /// RECORD, by path.
    pub record: BTreeMap<String, Row>,
}

/// A file in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path with `/`.
    pub path: String,
    /// Whether the archive marks it executable.
    pub executable: bool,
    /// Its unpacked length as the archive's directory says.
    pub size: u64,
}

/// Entries of `.dist-info` that RECORD does not hash: itself and its signatures.
const UNRECORDED: &[&str] = &["RECORD", "RECORD.jws", "RECORD.p7s"];

impl Archive<BufReader<File>> {
    /// Opens a wheel file.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = WheelName::parse(&name)?;
        let file = File::open(path).map_err(WheelError::io(path))?;
        Archive::new(name, BufReader::new(file))
    }
}

impl<R: Read + Seek> Archive<R> {
    /// Opens a wheel of this name.
    pub fn new(name: WheelName, reader: R) -> Result<Self> {
        let zip = ZipArchive::new(reader)
            .map_err(|error| WheelError::NotAnArchive { reason: error.to_string() })?;
        let mut archive = Archive {
            zip,
            entries: Vec::new(),
            name,
            dist_info: String::new(),
            data: String::new(),
            metadata: Metadata {
                name: String::new(),
                version: String::new(),
                requires_python: None,
                requires_dist: Vec::new(),
            },
            info: WheelInfo { version: (1, 0), root_is_purelib: true, tags: Vec::new() },
            record: BTreeMap::new(),
        };
        archive.list_entries()?;
        archive.find_folders()?;
        let (wheel, metadata, record) =
            (archive.info_entry("WHEEL"), archive.info_entry("METADATA"), archive.info_entry("RECORD"));
        archive.info = WheelInfo::parse(&wheel, &archive.read_text(&wheel)?)?;
        archive.metadata = Metadata::parse(&metadata, &archive.read_text(&metadata)?)?;
        archive.record = record::by_path(&record, record::parse(&record, &archive.read_text(&record)?)?)?;
        let (name, found) = (&archive.name, &archive.metadata);
        if names::normalize(&found.name) != name.normalized()
            || !names::same_version(&found.version, &name.version)
        {
            let reason = format!(
                "is of {} {}, the file name says {} {}",
                found.name, found.version, name.distribution, name.version
            );
            return Err(WheelError::malformed(metadata, reason));
        }
        Ok(archive)
    }

    /// The files, in the archive's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The path of a file in `.dist-info`.
    pub fn info_entry(&self, name: &str) -> String {
        format!("{}/{name}", self.dist_info)
    }

    /// Whether an entry is RECORD or a signature of it.
    pub fn is_unrecorded(&self, path: &str) -> bool {
        UNRECORDED.iter().any(|name| path == self.info_entry(name))
    }

    /// A text file's content, or `None` if the archive has no such entry.
    pub fn text(&mut self, path: &str) -> Result<Option<String>> {
        if self.entries.iter().any(|entry| entry.path == path) {
            self.read_text(path).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Fails if RECORD names a file that the archive lacks, or the other way round.
    pub fn compare_lists(&self) -> Vec<WheelError> {
        let mut found: Vec<WheelError> = self
            .entries
            .iter()
            .filter(|entry| !self.is_unrecorded(&entry.path))
            .filter(|entry| self.record.get(&entry.path).is_none_or(|row| row.hash.is_none()))
            .map(|entry| WheelError::NotRecorded { entry: entry.path.clone() })
            .collect();
        for path in self.record.keys() {
            let present = self.entries.iter().any(|entry| entry.path == *path);
            if !present && !self.is_unrecorded(path) {
                found.push(WheelError::RecordedOnly { entry: path.clone() });
            }
        }
        found
    }

    /// Unpacks an entry into `to`, and compares it with its row in RECORD.
    pub fn unpack(&mut self, path: &str, mut to: impl Write, to_name: &Path) -> Result<()> {
        let row = self.record.get(path).filter(|_| !self.is_unrecorded(path)).cloned();
        let algorithm =
            row.as_ref().and_then(|row| row.hash.as_ref()).map_or(Algorithm::Sha256, |hash| hash.algorithm);
        let mut hasher = Hasher::new(algorithm);
        let mut damage = None;
        let mut file = self.zip.by_name(path).map_err(|error| WheelError::malformed(path, error))?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    hasher.update(&buffer[..count]);
                    to.write_all(&buffer[..count]).map_err(WheelError::io(to_name))?;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                // The archive's checksum fails at the end, when all bytes have been seen: then the hash can
                // be named. Otherwise the compressed data is broken in the middle.
                Err(error) => {
                    damage = Some(error.to_string());
                    break;
                }
            }
        }
        let (found, size) = hasher.finish();
        let Some(row) = row else {
            return match damage {
                Some(reason) => Err(WheelError::malformed(path, reason)),
                None => Ok(()),
            };
        };
        let whole = row.size.is_none_or(|expected| expected == size);
        match damage {
            Some(reason) if !whole || row.hash.as_ref() == Some(&found) => {
                let expected = row.hash.map_or_else(|| "no hash".to_string(), |hash| hash.to_string());
                Err(WheelError::Damaged { entry: path.to_string(), expected, reason })
            }
            _ => record::compare(&row, &found, size),
        }
    }

    fn read_text(&mut self, path: &str) -> Result<String> {
        let mut file = match self.zip.by_name(path) {
            Ok(file) => file,
            Err(zip::result::ZipError::FileNotFound) => {
                return Err(WheelError::Missing { entry: path.to_string() });
            }
            Err(error) => return Err(WheelError::malformed(path, error)),
        };
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| WheelError::malformed(path, error))?;
        Ok(text)
    }

    fn list_entries(&mut self) -> Result<()> {
        for at in 0..self.zip.len() {
            let file = self
                .zip
                .by_index_raw(at)
                .map_err(|error| WheelError::NotAnArchive { reason: error.to_string() })?;
            let path = file
                .name()
                .map_err(|error| WheelError::NotAnArchive { reason: error.to_string() })?
                .into_owned();
            if file.is_dir() {
                continue;
            }
            if !is_safe(&path) {
                return Err(WheelError::UnsafePath { entry: path });
            }
            let executable = file.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
            self.entries.push(Entry { path, executable, size: file.size() });
        }
        Ok(())
    }

    /// Exactly one `.dist-info` must be there, and it must be the file name's.
    fn find_folders(&mut self) -> Result<()> {
        let mut found: Vec<&str> = self
            .entries
            .iter()
            .filter_map(|entry| entry.path.split_once('/'))
            .map(|(top, _)| top)
            .filter(|top| top.ends_with(".dist-info"))
            .collect();
        found.sort_unstable();
        found.dedup();
        let [folder] = found[..] else {
            let reason = match found.len() {
                0 => {
                    return Err(WheelError::Missing {
                        entry: format!("{}-{}.dist-info", self.name.distribution, self.name.version),
                    });
                }
                _ => format!("the archive has more than one: {}", found.join(", ")),
            };
            return Err(WheelError::malformed(".dist-info", reason));
        };
        let stem = folder.trim_end_matches(".dist-info");
        let (name, version) = stem.rsplit_once('-').unwrap_or((stem, ""));
        if names::normalize(name) != self.name.normalized()
            || !names::same_version(version, &self.name.version)
        {
            return Err(WheelError::malformed(folder, "is not the folder of the file name's distribution"));
        }
        self.data = format!("{stem}.data");
        self.dist_info = folder.to_string();
        Ok(())
    }
}

/// A relative path with `/`, without `..`, empty parts or characters that other readers take for separators.
pub fn is_safe(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', '\0'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_paths_are_seen() {
        for path in ["/etc/x", "../x", "a/../../x", "a//b", "./a", "a\\b", ""] {
            assert!(!is_safe(path), "{path}");
        }
        assert!(is_safe("a/b.c/d..e"));
    }
}
