//! Parse results on disk. A hit reads one file and never opens libclang.
//!
//! The name of a file is a hash of everything the result depends on but the headers: format, target, texts, flags. The
//! headers' sizes and times of change stand in the file and are compared when it is read, as are the places where a new
//! file would be found before one of the headers. A file is written under a name of
//! its own and then renamed, so that readers see it whole or not at all, and of two writers the later one wins. A
//! file that is damaged, of another program or of another format is as good as none.

use crate::declarations::Declarations;
use crate::error::Error;
use crate::parse::{Options, Text, parse_all};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

/// Changes whenever the sources of this crate or of the ctype model do.
const SOURCES: &str = env!("DOVETAIL_CDEF_SOURCES");
const MAGIC: &[u8; 8] = b"DVTCDEF\x01";

/// A folder with parse results.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// A header as it was when it was read.
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Stamp {
    path: PathBuf,
    size: u64,
    /// Nanoseconds since 1970.
    changed: u128,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    headers: Vec<Stamp>,
    /// Where no files were, but would have hidden headers.
    empty: Vec<PathBuf>,
    declarations: Declarations,
}

impl Stamp {
    fn of(path: &Path) -> Option<Stamp> {
        let meta = fs::metadata(path).ok()?;
        let changed = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Stamp { path: path.to_owned(), size: meta.len(), changed })
    }
}

impl Cache {
    /// A cache in that folder, which is made when the first result is kept.
    pub fn new(folder: impl Into<PathBuf>) -> Cache {
        Cache { folder: folder.into() }
    }

    /// As [`parse`](crate::parse()), from the cache where it can be. A cache that cannot be written is no error.
    ///
    /// # Errors
    /// Those of `parse`; errors are not kept.
    pub fn parse(&self, previous: &[Text], text: &Text, options: &Options) -> Result<Declarations, Error> {
        let path = self.path(previous, text, options);
        if let Some(declarations) = read(&path) {
            return Ok(declarations);
        }
        let parsed = parse_all(previous, text, options)?;
        let headers: Option<Vec<Stamp>> = parsed.files.iter().map(|f| Stamp::of(f)).collect();
        if let Some(headers) = headers {
            let empty = hiding_places(&parsed.files, options);
            let entry = Entry { headers, empty, declarations: parsed.declarations };
            // A full disk or a read-only folder costs time, not the result.
            let _ = self.write(&path, &entry);
            return Ok(entry.declarations);
        }
        Ok(parsed.declarations)
    }

    /// Where the result for such a call is kept.
    pub fn path(&self, previous: &[Text], text: &Text, options: &Options) -> PathBuf {
        let mut hash = Sha256::new();
        let mut add = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        add(SOURCES.as_bytes());
        for t in previous.iter().chain([text]) {
            add(t.source.as_bytes());
            add(&t.pack.unwrap_or(0).to_le_bytes());
        }
        add(b"options");
        for argument in options.command_line() {
            add(argument.as_bytes());
        }
        add(b"names");
        for name in &options.names {
            add(name.as_bytes());
        }
        add(&[u8::from(options.replace)]);
        // Clang searches them too.
        for name in ["CPATH", "C_INCLUDE_PATH"] {
            add(std::env::var_os(name).unwrap_or_default().as_encoded_bytes());
        }
        let digest = hash.finalize();
        let name: String = digest[..16].iter().map(|b| format!("{b:02x}")).collect();
        self.folder.join(format!("{name}.cdef"))
    }

    fn write(&self, path: &Path, entry: &Entry) -> std::io::Result<()> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        fs::create_dir_all(&self.folder)?;
        let payload = postcard::to_stdvec(entry).map_err(std::io::Error::other)?;
        let temporary = path.with_extension(format!(
            "{}-{}.tmp",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        let mut file = fs::File::create(&temporary)?;
        let written = file
            .write_all(MAGIC)
            .and_then(|()| file.write_all(&Sha256::digest(&payload)))
            .and_then(|()| file.write_all(&payload))
            .and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }
}

/// The result in a file, if it is one of ours, whole, and as young as its headers.
fn read(path: &Path) -> Option<Declarations> {
    let bytes = fs::read(path).ok()?;
    let rest = bytes.strip_prefix(MAGIC)?;
    let (digest, payload) = rest.split_at_checked(32)?;
    if Sha256::digest(payload).as_slice() != digest {
        return None;
    }
    let entry: Entry = postcard::from_bytes(payload).ok()?;
    let fresh = entry.headers.iter().all(|h| Stamp::of(&h.path).is_some_and(|now| now == *h))
        && !entry.empty.iter().any(|place| place.exists());
    fresh.then_some(entry.declarations)
}

/// Where clang would have looked before it found these files, and there are none. By which of its last words a header
/// was asked for is not known: each is thought of, as one parse too many does no harm.
fn hiding_places(files: &[PathBuf], options: &Options) -> Vec<PathBuf> {
    let local = PathBuf::from("/usr/local/include");
    let mut places = Vec::new();
    for file in files {
        let before = options.include_dirs.iter().chain([&local]).take_while(|dir| !file.starts_with(dir));
        for dir in before {
            let names = file.ancestors().take(4).skip(1).filter_map(|above| file.strip_prefix(above).ok());
            places.extend(names.map(|name| dir.join(name)).filter(|place| !place.exists()));
        }
    }
    places
}
