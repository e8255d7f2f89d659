//! RECORD: the list of a wheel's files with their hashes and sizes; read, written, compared.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::error::{Result, WheelError};

/// Which hash: RECORD may use those of `hashlib` from SHA-256 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256, what everybody writes.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
        }
    }

    fn length(self) -> usize {
        match self {
            Algorithm::Sha256 => 32,
            Algorithm::Sha384 => 48,
            Algorithm::Sha512 => 64,
        }
    }
}

/// A hash value, printed as RECORD writes it: `sha256=` and the digest in URL-safe base64 without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    /// How it was computed.
    pub algorithm: Algorithm,
    digest: Vec<u8>,
}

impl Hash {
    /// Reads RECORD's form.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let (name, digest) = text.split_once('=').ok_or_else(|| format!("'{text}' is no hash"))?;
        let algorithm = [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512]
            .into_iter()
            .find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| format!("the hash '{name}' is not one that RECORD may use"))?;
        let digest = URL_SAFE_NO_PAD
            .decode(digest.trim_end_matches('='))
            .map_err(|error| format!("'{text}' is no hash: {error}"))?;
        if digest.len() != algorithm.length() {
            return Err(format!("'{text}' is no hash: it has {} bytes", digest.len()));
        }
        Ok(Hash { algorithm, digest })
    }

    /// The digest in hexadecimal.
    pub fn hex(&self) -> String {
        self.digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.algorithm.name(), URL_SAFE_NO_PAD.encode(&self.digest))
    }
}

/// Computes a hash and counts the bytes.
pub struct Hasher {
    state: State,
    size: u64,
}

enum State {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    /// Starts.
    pub fn new(algorithm: Algorithm) -> Self {
        let state = match algorithm {
            Algorithm::Sha256 => State::Sha256(Sha256::new()),
            Algorithm::Sha384 => State::Sha384(Sha384::new()),
            Algorithm::Sha512 => State::Sha512(Sha512::new()),
        };
        Hasher { state, size: 0 }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        match &mut self.state {
            State::Sha256(state) => state.update(bytes),
            State::Sha384(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
        }
    }

    /// The hash and the number of bytes.
    pub fn finish(self) -> (Hash, u64) {
        let (algorithm, digest) = match self.state {
            State::Sha256(state) => (Algorithm::Sha256, state.finalize().to_vec()),
            State::Sha384(state) => (Algorithm::Sha384, state.finalize().to_vec()),
            State::Sha512(state) => (Algorithm::Sha512, state.finalize().to_vec()),
        };
        (Hash { algorithm, digest }, self.size)
    }
}

/// The SHA-256 and length of some bytes.
pub fn hash_of(bytes: &[u8]) -> (Hash, u64) {
    let mut hasher = Hasher::new(Algorithm::Sha256);
    hasher.update(bytes);
    hasher.finish()
}

/// A row of RECORD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The path with `/`, relative to the folder that holds the `.dist-info`.
    pub path: String,
    /// Missing for RECORD itself and for files that change, such as byte code.
    pub hash: Option<Hash>,
    /// In bytes.
    pub size: Option<u64>,
}

/// Reads RECORD. `entry` names it in errors.
pub fn parse(entry: &str, text: &str) -> Result<Vec<Row>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| WheelError::malformed(entry, error))?;
        let field = |at: usize| record.get(at).filter(|text| !text.is_empty());
        let Some(path) = field(0) else { continue };
        if record.len() > 3 {
            return Err(WheelError::malformed(
                entry,
                format!("the row of {path} has more than three fields"),
            ));
        }
        let of_row = |reason: String| WheelError::malformed(entry, format!("the row of {path}: {reason}"));
        let hash = field(1).map(Hash::parse).transpose().map_err(of_row)?;
        let size = field(2)
            .map(|text| text.parse().map_err(|_| of_row(format!("'{text}' is no size"))))
            .transpose()?;
        rows.push(Row { path: path.to_string(), hash, size });
    }
    Ok(rows)
}

/// Rows by path. The same path twice with different content is an error.
pub fn by_path(entry: &str, rows: Vec<Row>) -> Result<BTreeMap<String, Row>> {
    let mut map: BTreeMap<String, Row> = BTreeMap::new();
    for row in rows {
        if let Some(other) = map.get(&row.path).filter(|other| **other != row) {
            return Err(WheelError::malformed(entry, format!("{} has two different rows", other.path)));
        }
        map.insert(row.path.clone(), row);
    }
    Ok(map)
}

/// Writes RECORD's text.
pub fn write(rows: &[Row]) -> String {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    for row in rows {
        let hash = row.hash.as_ref().map(Hash::to_string).unwrap_or_default();
        let size = row.size.map(|size| size.to_string()).unwrap_or_default();
        writer.write_record([&row.path, &hash, &size]).expect("writing to memory");
    }
    let bytes = writer.into_inner().expect("writing to memory");
    String::from_utf8(bytes).expect("paths are text")
}

/// Compares what a row says with what was found.
pub fn compare(row: &Row, found: &Hash, size: u64) -> Result<()> {
    if let Some(expected) = row.size.filter(|expected| *expected != size && row.hash.is_none()) {
        return Err(WheelError::Size { entry: row.path.clone(), expected, found: size });
    }
    match &row.hash {
        Some(expected) if expected != found => Err(WheelError::Hash {
            entry: row.path.clone(),
            expected: expected.to_string(),
            found: found.to_string(),
        }),
        _ => match row.size.filter(|expected| *expected != size) {
            Some(expected) => Err(WheelError::Size { entry: row.path.clone(), expected, found: size }),
            None => Ok(()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive_a_round_trip() {
        let (hash, size) = hash_of(b"abc");
        assert_eq!(hash.to_string(), "sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(hash.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let rows = vec![
            Row { path: "a,b \"c\".py".into(), hash: Some(hash), size: Some(size) },
            Row { path: "x.dist-info/RECORD".into(), hash: None, size: None },
        ];
        let text = write(&rows);
        assert!(text.starts_with("\"a,b \"\"c\"\".py\",sha256="), "{text}");
        assert_eq!(parse("R", &text).expect("parses"), rows);
    }

    #[test]
    fn other_hashes_are_read() {
        for algorithm in [Algorithm::Sha384, Algorithm::Sha512] {
            let mut hasher = Hasher::new(algorithm);
            hasher.update(b"x");
            let (hash, size) = hasher.finish();
            assert_eq!(size, 1);
            assert_eq!(Hash::parse(&hash.to_string()), Ok(hash));
        }
    }

    #[test]
    fn bad_rows_are_refused() {
        for text in ["a,md5=1B2M2Y8AsgTpgAmY7PhCfg,0", "a,sha256=short,1", "a,nothing,1", "a,,many", "a,,1,2"]
        {
            assert!(parse("R", text).is_err(), "{text}");
        }
        let rows = parse("R", "a,,1\na,,2\n").expect("parses");
        assert!(by_path("R", rows).is_err());
    }

    #[test]
    fn differences_name_both_sides() {
        let (good, _) = hash_of(b"abc");
        let (bad, size) = hash_of(b"abd");
        let row = Row { path: "m.py".into(), hash: Some(good.clone()), size: Some(3) };
        let text = compare(&row, &bad, size).expect_err("differs").to_string();
        assert_eq!(text, format!("m.py: corrupt: RECORD expects {good}, found {bad}"));
        compare(&row, &good, 3).expect("the same");
        assert!(matches!(compare(&row, &good, 4), Err(WheelError::Size { expected: 3, found: 4, .. })));
    }
}
