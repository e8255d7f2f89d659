//! One parse: texts in, declarations or an error out.

use crate::clang::{Diagnostic, Unit, Virtual};
use crate::convert::convert;
use crate::declarations::{Declaration, Declarations, Kind};
use crate::error::{Error, ErrorKind};
use crate::load::{Functions, libclang};
use crate::macros;
use crate::order;
use crate::prelude::prelude;
use crate::rewrite::rewrite_nth;
use crate::sources::Sources;
use dovetail_ctype::{Quals, Target, TypeId};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Names of what separates texts in the translation unit.
pub(crate) const BEGIN: &str = "__dovetail_begin_";

/// A cdef text as the user gave it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text {
    pub source: String,
    /// `packed=True` is 1, `pack=n` is n: as `#pragma pack(n)` around the text.
    pub pack: Option<u64>,
}

impl Text {
    pub fn new(source: impl Into<String>) -> Text {
        Text { source: source.into(), pack: None }
    }

    /// A text that includes a header: `zlib.h`, or a path with a slash at its start.
    pub fn header(name: &str) -> Text {
        let (open, close) = if name.starts_with('/') { ('"', '"') } else { ('<', '>') };
        Text::new(format!("#include {open}{name}{close}\n"))
    }
}

/// How texts are read.
#[derive(Clone, Debug)]
pub struct Options {
    pub target: Target,
    /// Searched before the system's, as `-I`.
    pub include_dirs: Vec<PathBuf>,
    /// `-D`: a name, or a name with its value.
    pub defines: Vec<(String, Option<String>)>,
    /// More arguments for clang.
    pub arguments: Vec<String>,
    /// Which names of headers are wanted, as `fnmatch` patterns. None given: all but reserved ones (`_X`, `__x`).
    pub names: Vec<String>,
    /// Declarations of the new text replace earlier ones that they contradict (`override=True`).
    pub replace: bool,
    /// Files or folders in which libclang is looked for first (`site-packages` of the `libclang` wheel).
    pub libclang: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            target: Target::host().unwrap_or(Target::X86_64),
            include_dirs: Vec::new(),
            defines: Vec::new(),
            arguments: Vec::new(),
            names: Vec::new(),
            replace: false,
            libclang: Vec::new(),
        }
    }
}

impl Options {
    /// The command line that clang gets.
    pub(crate) fn command_line(&self) -> Vec<String> {
        let mut out: Vec<String> =
            ["-x", "c", "-std=gnu17", "-w", "-ferror-limit=0", "-fno-builtin", "-fparse-all-comments"]
                .map(str::to_owned)
                .to_vec();
        out.push(format!("--target={}", self.target.triple()));
        out.extend(self.include_dirs.iter().map(|d| format!("-I{}", d.display())));
        for (name, value) in &self.defines {
            out.push(match value {
                Some(value) => format!("-D{name}={value}"),
                None => format!("-D{name}"),
            });
        }
        out.extend(self.arguments.iter().cloned());
        out
    }
}

/// What a parse brings besides declarations, for the cache.
pub(crate) struct Parsed {
    pub declarations: Declarations,
    pub files: Vec<PathBuf>,
}

/// Reads `text`, which may use what `previous` texts declare, and gives what it declares itself.
///
/// # Errors
/// See [`ErrorKind`]. The place of an error in `text` is the user's own line and column.
pub fn parse(previous: &[Text], text: &Text, options: &Options) -> Result<Declarations, Error> {
    parse_all(previous, text, options).map(|p| p.declarations)
}

pub(crate) fn parse_all(previous: &[Text], text: &Text, options: &Options) -> Result<Parsed, Error> {
    let mut rewritten = Vec::with_capacity(previous.len() + 1);
    for (i, t) in previous.iter().chain([text]).enumerate() {
        rewritten.push(rewrite_nth(&t.source, i)?);
    }
    let packs: Vec<_> = previous.iter().chain([text]).map(|t| t.pack).collect();
    let sources = Sources::new(rewritten);
    let clang = libclang(&options.libclang)?;
    let mut job = Job { clang, sources, packs, options, replaced: BTreeSet::new(), mended: 0 };
    let unit = loop {
        let unit = job.unit("", true).ok_or_else(crashed)?;
        let Some(first) = unit.diagnostics().into_iter().find(|d| d.error && !harmless(&d.text)) else {
            break unit;
        };
        let error = job.error_of(&first);
        let more = job.mend(&first) || (options.replace && job.replace_conflicts(&unit));
        if !more {
            return Err(error);
        }
    };
    job.declarations(unit)
}

fn crashed() -> Error {
    Error::new(ErrorKind::Crashed, "libclang gave up on this text")
}

struct Job<'a> {
    clang: Arc<Functions>,
    sources: Sources,
    packs: Vec<Option<u64>>,
    options: &'a Options,
    /// Names of earlier texts that make place for new ones.
    replaced: BTreeSet<String>,
    /// How often a text was changed to be C.
    mended: usize,
}

impl Job<'_> {
    /// The text that holds all others together.
    fn main_text(&self, tail: &str) -> String {
        let mut out = format!("#include \"{}\"\n", Sources::prelude_path());
        let last = self.packs.len() - 1;
        for (i, (path, pack)) in self.sources.paths().zip(&self.packs).enumerate() {
            let replaced = if i < last { Some(&self.replaced) } else { None };
            let names = || replaced.into_iter().flatten();
            // Writing to a String cannot fail.
            let _ = writeln!(out, "extern int {BEGIN}{i};\n#define {BEGIN}{i}");
            names().for_each(|n| _ = writeln!(out, "#define {n} __dovetail_old_{i}_{n}"));
            if let Some(pack) = pack {
                let _ = writeln!(out, "#pragma pack(push, {pack})");
            }
            let _ = writeln!(out, "#include \"{path}\"");
            if pack.is_some() {
                out.push_str("#pragma pack(pop)\n");
            }
            names().for_each(|n| _ = writeln!(out, "#undef {n}"));
        }
        out.push_str(tail);
        out
    }

    fn unit(&self, tail: &str, with_macros: bool) -> Option<Unit> {
        let common = self.sources.all().flat_map(|t| &t.common);
        let mut files: Vec<Virtual> = self.sources.virtuals().collect();
        files.push(Virtual { path: Sources::prelude_path(), text: prelude(common, self.options.target) });
        files.push(Virtual { path: Sources::main_path(), text: self.main_text(tail) });
        // Headers have inline functions that nobody wants to read; of the user's own text a body is to be noticed.
        let bodies = !self.sources.all().any(|t| t.includes);
        let mut arguments = self.options.command_line();
        arguments.extend(builtin_headers(&self.clang.path));
        Unit::parse(&self.clang, &Sources::main_path(), &files, &arguments, with_macros, bodies)
    }

    /// Writes what clang complains of in another way, if there is one that means the same.
    fn mend(&mut self, d: &Diagnostic) -> bool {
        // Declarations that need each other go round in circles.
        let Some(text) = self.sources.text_mut(&d.spot.file) else { return false };
        let most = 20 + text.source().matches('{').count() * 4;
        self.mended += 1;
        self.mended < most && order::mend(text, &d.text, d.spot.offset)
    }

    fn error_of(&self, d: &Diagnostic) -> Error {
        let place = self.sources.place(&d.spot);
        let line = self.sources.line(&d.spot);
        let mut notes: Vec<String> = d
            .notes
            .iter()
            .filter(|(_, spot)| self.sources.is_user_text(&spot.file) || !Sources::is_virtual(&spot.file))
            .map(|(text, spot)| format!("{}: {text}", self.sources.place(spot)))
            .collect();
        let word = line.as_deref().and_then(|l| word_at(l, place.column));
        if d.fatal && d.text.ends_with("file not found") {
            notes.push(self.searched());
            let mut error = Error::new(ErrorKind::HeaderNotFound, d.text.clone()).at(place, line);
            error.from_clang = true;
            error.notes = notes;
            return error;
        }
        let (kind, message) = match (conflict(&d.text), word, &line) {
            (true, Some(word), Some(line)) => {
                let tag = ["struct", "union"].into_iter().find(|k| line.contains(&format!("{k} {word}")));
                notes.insert(0, d.text.clone());
                match tag {
                    Some(k) if d.text.starts_with("redefinition of") => {
                        (ErrorKind::Parse, format!("duplicate declaration of {k} {word}"))
                    }
                    _ => (ErrorKind::Conflict, multiple(d, line, word)),
                }
            }
            _ => (ErrorKind::Parse, own_sentence(d, line.as_deref(), place.column)),
        };
        let name = if conflict(&d.text) { word.map(str::to_owned) } else { None };
        let mut error = Error::new(kind, message);
        error.from_clang = error.message == d.text;
        error.notes = notes;
        error.name = name;
        error.place = Some(place);
        error.line = line;
        error
    }

    fn searched(&self) -> String {
        let arch = match self.options.target {
            Target::X86_64 => "x86_64",
            Target::Aarch64 => "aarch64",
        };
        let system = [
            "/usr/local/include".to_owned(),
            format!("/usr/include/{arch}-linux-gnu"),
            "/usr/include".into(),
        ];
        let given = self.options.include_dirs.iter().map(|d| d.display().to_string());
        format!("looked in {}", given.chain(system).collect::<Vec<_>>().join(", "))
    }

    /// Marks the names that the new text declares otherwise; false when there is no new one among them.
    fn replace_conflicts(&mut self, unit: &Unit) -> bool {
        let before = self.replaced.len();
        for d in unit.diagnostics().iter().filter(|d| d.error && conflict(&d.text)) {
            if self.sources.is_new_text(&d.spot.file)
                && let Some(line) = self.sources.line(&d.spot)
                && let Some(word) = word_at(&line, self.sources.place(&d.spot).column)
            {
                self.replaced.insert(word.to_owned());
            }
        }
        self.replaced.len() > before
    }

    fn declarations(&self, unit: Unit) -> Result<Parsed, Error> {
        let names = &self.options.names;
        let converted = convert(&unit, self.options.target, &self.sources, names)?;
        let (mut maker, mut items) = (converted.maker, converted.items);
        let macros = macros::gather(&unit, &self.sources, names);
        let more = macros::evaluate(macros, &mut maker, |tail| self.unit(tail, false));
        items.extend(more);
        let text = self.sources.new_text();
        for (name, at) in &text.dots {
            let kind = Kind::Constant { ty: TypeId::VOID, quals: Quals::CONST, value: None, is_macro: true };
            items.push(Declaration { name: name.clone(), kind, doc: None, place: text.place(*at) });
        }
        let files =
            unit.included().into_iter().filter(|f| !Sources::is_virtual(&f.to_string_lossy())).collect();
        let warnings = text.warnings.iter().cloned().chain(converted.warnings).collect();
        let declarations = Declarations { types: maker.types, items, warnings, skipped: converted.skipped };
        Ok(Parsed { declarations, files })
    }
}

/// Errors about what a program would define: here it is only declared, and the library has the definition.
fn harmless(text: &str) -> bool {
    text.starts_with("tentative definition")
}

/// Whether a message of clang says that a name is declared twice, differently.
fn conflict(text: &str) -> bool {
    ["redefinition of", "conflicting types for", "typedef redefinition", "redeclaration of"]
        .iter()
        .any(|begin| text.starts_with(begin))
        || text.contains("redeclared as")
        || text.contains("as different kind of symbol")
}

/// cffi's sentences about parameters, where its users know them; else clang's.
fn own_sentence(d: &Diagnostic, line: Option<&str>, column: u32) -> String {
    let before = line.and_then(|l| l.get(..(column.max(1) - 1) as usize));
    let function = before.and_then(|b| b.rsplit_once('(')).and_then(|(head, params)| {
        let head = head.trim_end();
        let start = head.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |i| i + 1);
        (start < head.len()).then(|| (&head[start..], params))
    });
    let Some((function, params)) = function else { return d.text.clone() };
    let after = |name: &str| line.and_then(|l| l.get((column.max(1) - 1) as usize + name.len()..));
    let unknown = |name: &str| {
        format!(
            "{function} arg {}: unknown type '{name}' (if you meant to use the old C syntax of giving untyped arguments, \
             it is not supported)",
            params.matches(',').count() + 1
        )
    };
    if d.text.contains("parameter list without types")
        && let Some(name) = line.and_then(|l| word_at(l, column))
    {
        return unknown(name);
    }
    if d.text.contains("requires a named parameter") {
        return format!("{function}: a function with only '(...)' as argument is not correct C");
    }
    match d.text.strip_prefix("unknown type name '").and_then(|t| t.strip_suffix('\'')) {
        // A parameter that is nothing but an unknown word.
        Some(name) if after(name).is_some_and(|rest| rest.trim_start().starts_with([',', ')'])) => {
            unknown(name)
        }
        _ => d.text.clone(),
    }
}

/// cffi's sentence.
fn multiple(d: &Diagnostic, line: &str, word: &str) -> String {
    let after = line.split_once(word).map_or("", |(_, rest)| rest).trim_start();
    let what = if d.text.starts_with("typedef") {
        "typedef"
    } else if d.text.contains("enumerator") {
        "constant"
    } else if after.starts_with('(') {
        "function"
    } else {
        "variable"
    };
    format!("multiple declarations of {what} {word} (for interactive usage, try cdef(xx, override=True))")
}

/// The word of a line that begins at a column.
fn word_at(line: &str, column: u32) -> Option<&str> {
    let rest = line.get(column.checked_sub(1)? as usize..)?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// clang's own headers (`stddef.h` and its like) lie beside a system's libclang, but not beside the wheel's: then GCC's do.
fn builtin_headers(library: &Path) -> Vec<String> {
    let real = library.canonicalize().unwrap_or_else(|_| library.to_owned());
    let has = |folder: &Path| {
        let versions = std::fs::read_dir(folder.join("clang")).into_iter().flatten().flatten();
        versions.into_iter().any(|v| v.path().join("include/stddef.h").is_file())
    };
    if real.ancestors().skip(1).take(2).any(|f| has(f) || has(&f.join("lib"))) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for triple in ["x86_64-linux-gnu", "aarch64-linux-gnu", "x86_64-redhat-linux", "aarch64-redhat-linux"] {
        let folder = PathBuf::from("/usr/lib/gcc").join(triple);
        for version in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let include = version.path().join("include");
            if triple.starts_with(std::env::consts::ARCH) && include.join("stddef.h").is_file() {
                found.push(format!("-isystem{}", include.display()));
            }
        }
    }
    found
}
