//! What holds for any input: the bodies of the fuzz targets beside this file, which `tests/mutations.rs` runs as well.
//!
//! Each function answers or panics; a panic is a bug, and so is a crash. Between the texts that one `FFI` object gets
//! stands a line `+++`.

use dovetail_cdef::{CDEF_NAME, Cache, Declarations, Options, Text, parse, print, resolve, rewrite};
use dovetail_ctype::{Merger, Names, Quals, Record, RecordKind, Target, Type, TypeId, Types};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// What a run of one target needs, made once.
pub struct Ground {
    folder: PathBuf,
    /// A text with everything in it, and the file that the cache makes of it.
    text: Text,
    file: PathBuf,
    good: Vec<u8>,
    items: String,
}

/// Where the payload of a cache file begins: behind the magic bytes and the digest.
const PAYLOAD: usize = 8 + 32;

impl Ground {
    /// Keeps its cache in `folder`, which it makes.
    pub fn new(folder: &Path) -> Ground {
        let text = Text::new(
            "#include <stddef.h>\nstruct s { int a:3; char *b; union { long c; double d[4]; }; };\n#define X 4\n#define T \"t\"\n\
             #define F(a, b) a+b\nenum e { A = -1, B };\ntypedef struct s *(*cb)(struct s, enum e, ...);\n/** Doc. */\nint f(cb, size_t);\n\
             extern \"Python\" int g(int);\nstatic const int K = 7;\nextern int v[...];\n",
        );
        let cache = Cache::new(folder);
        let options = Options::default();
        let declarations = cache.parse(&[], &text, &options).expect("the text is C");
        let file = cache.path(&[], &text, &options);
        let good = std::fs::read(&file).expect("the cache can be written");
        let items = format!("{:?}", declarations.items);
        Ground { folder: folder.to_owned(), text, file, good, items }
    }

    /// A cache file changed in places (four bytes of the input are one change: two of place, what to do, with what) is
    /// rebuilt. One whose digest was made to fit is read or not, but read without a panic.
    pub fn cache(&self, input: &[u8]) {
        let Some((&mode, changes)) = input.split_first() else { return };
        let mut bytes = self.good.clone();
        for change in changes.chunks_exact(4).take(64) {
            let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % (bytes.len() + 1);
            match change[2] % 4 {
                0 => bytes.insert(at, change[3]),
                1 => drop(bytes.drain(at..(at + usize::from(change[3])).min(bytes.len()))),
                2 => bytes.truncate(at),
                _ if at < bytes.len() => bytes[at] ^= change[3],
                _ => {}
            }
        }
        let fitting = mode % 2 == 1 && bytes.len() >= PAYLOAD;
        if fitting {
            let digest = Sha256::digest(&bytes[PAYLOAD..]);
            bytes[8..PAYLOAD].copy_from_slice(&digest);
        }
        std::fs::write(&self.file, &bytes).expect("the cache can be written");
        let declarations = Cache::new(&self.folder).parse(&[], &self.text, &Options::default());
        let declarations = declarations.expect("the text is C, whatever the cache holds");
        if !fitting {
            assert_eq!(format!("{:?}", declarations.items), self.items);
            assert_eq!(std::fs::read(&self.file).expect("it is there"), self.good, "not rebuilt");
        }
    }
}

/// Any text is rewritten or refused. Lines stay lines, and each place of the result is one of the text.
pub fn rewriter(text: &str) {
    let Ok(out) = rewrite(text) else { return };
    assert_eq!(out.source(), text);
    assert_eq!(out.text.matches('\n').count(), text.matches('\n').count(), "{text:?}");
    let (mut last, mut ours, mut theirs) = (0, 0, 0);
    for offset in 0..=out.text.len() {
        let place = out.source_offset(offset);
        assert!(place >= last && place <= text.len(), "{text:?} at {offset}: {place} after {last}");
        // A line of ours is the same line of the user's.
        ours += usize::from(offset > 0 && out.text.as_bytes()[offset - 1] == b'\n');
        theirs += text.as_bytes()[last..place].iter().filter(|b| **b == b'\n').count();
        assert!(theirs <= ours, "{text:?} at {offset}");
        last = place;
    }
}

/// Any texts are declarations, in which nothing is out of reach, or an error that can be shown.
pub fn parser(input: &str) {
    let mut done: Vec<Text> = Vec::new();
    let mut all = Types::new(Options::default().target);
    let mut merger = Merger::default();
    for source in input.split("\n+++\n").take(3) {
        let text = Text::new(source);
        match parse(&done, &text, &Options::default()) {
            Ok(d) => {
                look_at(&d);
                all.absorb(&d.types, &mut merger);
            }
            Err(e) => {
                assert!(!e.to_string().is_empty());
                if let Some(place) = e.place.as_ref().filter(|p| p.file == CDEF_NAME)
                    && !has_line_directive(source)
                    && done.is_empty()
                {
                    let lines = source.matches('\n').count() as u32 + 1;
                    assert!(place.line >= 1 && place.line <= lines, "{source:?}: {e}");
                }
                return;
            }
        }
        done.push(text);
    }
    for id in all.ids() {
        _ = (all.name(id), all.layout(id));
    }
}

/// Whether lines may have numbers of the text's own.
fn has_line_directive(text: &str) -> bool {
    text.contains('#')
}

/// Uses everything in declarations once.
fn look_at(d: &Declarations) {
    for item in &d.items {
        assert!(!format!("{item:?}").is_empty());
    }
    for id in d.types.ids() {
        _ = (d.types.name(id), d.types.c_name(id), d.types.layout(id));
    }
    for (id, record) in d.types.records() {
        if let Ok(layout) = d.types.record_layout(id) {
            assert_eq!(layout.places.len(), record.fields.iter().flatten().count(), "{}", record.tag);
        }
    }
    _ = print::text(d);
    let mut completed = d.clone();
    for difference in resolve(&mut completed, d) {
        assert!(!difference.to_string().is_empty());
    }
}

/// Names in a type text: what it has them stand for is decided by their letters.
struct Lettered;

impl Names for Lettered {
    fn typedef(&mut self, types: &mut Types, name: &str) -> Option<(TypeId, Quals)> {
        match name.as_bytes() {
            [b't', b'a', ..] => {
                Some((types.array(TypeId::VOID, Quals::NONE, dovetail_ctype::Length::Open), Quals::CONST))
            }
            [b't', b'f', ..] => {
                Some((types.function(TypeId::VOID, &[], false, dovetail_ctype::Convention::C), Quals::NONE))
            }
            [b't', ..] => Some((types.pointer(TypeId::VOID, Quals::NONE), Quals::VOLATILE)),
            _ => None,
        }
    }

    fn record(&mut self, types: &mut Types, kind: RecordKind, tag: &str) -> Option<TypeId> {
        let known = types.records().find(|(_, r)| r.tag == tag && r.kind == kind).map(|(id, _)| id);
        let id = known.unwrap_or_else(|| types.new_record(Record::opaque(kind, tag)).0);
        Some(types.intern(Type::Record(id)))
    }

    fn enumeration(&mut self, _: &mut Types, _: &str) -> Option<TypeId> {
        None
    }

    fn constant(&mut self, name: &str) -> Option<i128> {
        match name.as_bytes() {
            [b'N', ..] => Some(name.len() as i128),
            [b'H', ..] => Some(i128::MAX),
            [b'M', ..] => Some(-1),
            _ => None,
        }
    }
}

/// Any text is a type, whose name is a type again, or an error at a place of the text.
pub fn type_text(text: &str) {
    let mut types = Types::new(Target::X86_64);
    match types.parse(text, &mut Lettered) {
        Ok((id, _)) => {
            _ = (types.layout(id), types.declare(id, "x"));
            assert!(!types.name(id).is_empty() && !types.c_name(id).is_empty());
        }
        Err(e) => {
            assert!(!e.message.is_empty());
            assert!(e.offset <= text.len(), "{text:?}: {e} at {}", e.offset);
        }
    }
}
