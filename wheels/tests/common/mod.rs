//! Wheels made in tests: a builder that writes a right one, and lets a test spoil any part.

#![allow(dead_code)] // each test file uses its own part of this

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use dovetail_wheels::record::{self, Row};
use dovetail_wheels::tags::{Machine, Target};
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// A wheel to be.
pub struct Builder {
    file_name: String,
    folder: String,
    files: Vec<(String, Vec<u8>, u32)>,
    record_edits: Vec<(String, String)>,
    stored: bool,
}

impl Builder {
    /// A wheel of this name, version and tags with metadata and nothing else.
    pub fn new(name: &str, version: &str, tags: &str) -> Self {
        let folder = format!("{name}-{version}.dist-info");
        let mut builder = Builder {
            file_name: format!("{name}-{version}-{tags}.whl"),
            folder,
            files: Vec::new(),
            record_edits: Vec::new(),
            stored: false,
        };
        builder.info(
            "METADATA",
            &format!(
                "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: other>=1\n\nAbout.\n"
            ),
        );
        builder.info(
            "WHEEL",
            &format!("Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tags}\n"),
        );
        builder
    }

    /// A file with content, replacing one of that path.
    pub fn file(&mut self, path: &str, content: impl AsRef<[u8]>) -> &mut Self {
        self.files.retain(|(other, ..)| other != path);
        self.files.push((path.to_string(), content.as_ref().to_vec(), 0o644));
        self
    }

    /// A file marked executable.
    pub fn program(&mut self, path: &str, content: &str) -> &mut Self {
        self.files.push((path.to_string(), content.as_bytes().to_vec(), 0o755));
        self
    }

    /// A file of `.dist-info`.
    pub fn info(&mut self, name: &str, content: &str) -> &mut Self {
        let path = format!("{}/{name}", self.folder);
        self.file(&path, content)
    }

    /// Leaves the content uncompressed.
    pub fn stored(&mut self) -> &mut Self {
        self.stored = true;
        self
    }

    /// Replaces text in the finished RECORD.
    pub fn spoil_record(&mut self, from: &str, to: &str) -> &mut Self {
        self.record_edits.push((from.to_string(), to.to_string()));
        self
    }

    /// Writes the wheel into a folder.
    pub fn write(&self, dir: &Path) -> PathBuf {
        let record_path = format!("{}/RECORD", self.folder);
        let mut rows: Vec<Row> = self
            .files
            .iter()
            .map(|(path, content, _)| {
                let (hash, size) = record::hash_of(content);
                Row { path: path.clone(), hash: Some(hash), size: Some(size) }
            })
            .collect();
        rows.push(Row { path: record_path.clone(), hash: None, size: None });
        let mut text = record::write(&rows);
        for (from, to) in &self.record_edits {
            assert!(text.contains(from), "RECORD has no {from}");
            text = text.replace(from, to);
        }
        let path = dir.join(&self.file_name);
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).expect("creates"));
        let method = if self.stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let record = (record_path, text.into_bytes(), 0o644);
        for (path, content, mode) in self.files.iter().chain([&record]) {
            let options = SimpleFileOptions::default().compression_method(method).unix_permissions(*mode);
            zip.start_file(path.as_str(), options).expect("starts an entry");
            zip.write_all(content).expect("writes");
        }
        zip.finish().expect("finishes");
        path
    }
}

/// A wheel with a package, a program, a script, a header, data and an entry point.
pub fn full(version: &str) -> Builder {
    let mut builder = Builder::new("Some_Thing", version, "py3-none-any");
    let data = format!("Some_Thing-{version}.data");
    builder
        .file("some_thing/__init__.py", format!("version = '{version}'\n"))
        .file("some_thing/deep/er.py", "x = 1\n")
        .info("entry_points.txt", "[console_scripts]\nthing = some_thing:main\n[other]\na = b\n")
        .file(&format!("{data}/scripts/old-style"), "#!python\nprint('hello')\n")
        .file(&format!("{data}/headers/thing.h"), "int thing;\n")
        .file(&format!("{data}/data/share/thing.txt"), "text\n")
        .file(&format!("{data}/purelib/extra.py"), "y = 2\n")
        .program("some_thing/tool", "#!/bin/sh\n");
    builder
}

/// A machine that most manylinux wheels fit.
pub fn target() -> Target {
    let machine = if cfg!(target_arch = "aarch64") { Machine::Aarch64 } else { Machine::X86_64 };
    Target { python: (3, 14, 10), machine, glibc: Some((2, 36)) }
}

/// Compiles C text to a shared object.
pub fn shared_object(dir: &Path, source: &str) -> Vec<u8> {
    let (c, so) = (dir.join("m.c"), dir.join("m.so"));
    std::fs::write(&c, source).expect("writes");
    let status =
        Command::new("cc").args(["-shared", "-fPIC", "-w", "-o"]).arg(&so).arg(&c).status().expect("cc runs");
    assert!(status.success());
    std::fs::read(so).expect("reads")
}

/// All files under a folder, relative and sorted.
pub fn files_under(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                let path = entry.path();
                found.push(path.strip_prefix(root).expect("is inside").to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// Replaces bytes in a file, once.
pub fn patch(file: &Path, from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let mut content = std::fs::read(file).expect("reads");
    let at = content.windows(from.len()).position(|part| part == from).expect("has the bytes");
    content[at..at + to.len()].copy_from_slice(to);
    std::fs::write(file, content).expect("writes");
}
