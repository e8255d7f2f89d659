//! What one `FFI` declares: its texts in order, those of included objects among them, and one arena for all their types.
//!
//! Texts are only ever added, so that what clang numbers (`struct $3`) keeps its number in every later parse.

use dovetail_cdef::{
    Cache, Declaration, Declarations, Difference, Error, Kind, Options, Text, Value, parse, resolve,
};
use dovetail_ctype::{
    Enum, Merger, Names, Primitive, Quals, Record, RecordKind, Target, Type, TypeId, TypeTextError, Types,
};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// A text to be read, and how.
pub struct Request {
    pub text: Text,
    pub replace: bool,
    pub names: Vec<String>,
    pub include_dirs: Vec<PathBuf>,
    pub defines: Vec<(String, Option<String>)>,
    pub arguments: Vec<String>,
}

/// A text that has been read.
#[derive(Clone)]
struct Entry {
    /// The same in every scope that includes it.
    id: u64,
    text: Text,
    /// Numbers of types without names: how many were given before it, and how many it takes.
    before: u32,
    takes: u32,
}

/// What a parse has brought.
pub struct News {
    /// The first of the new items.
    pub first: usize,
    /// Types of records of earlier texts that have got members or a name.
    pub changed: Vec<TypeId>,
    pub warnings: Vec<String>,
}

/// See the module.
pub struct Scope {
    cache: Option<Cache>,
    options: Options,
    entries: Vec<Entry>,
    types: Types,
    merger: Merger,
    items: Vec<Declaration>,
    known: Known,
    skipped: Vec<(String, String)>,
}

/// Names that types written as text may use.
#[derive(Default)]
struct Known {
    typedefs: HashMap<String, (TypeId, Quals)>,
    /// By keyword and tag.
    tags: HashMap<String, TypeId>,
    constants: HashMap<String, i128>,
    /// Tags that a type's text was the first to mention.
    mentioned: Vec<TypeId>,
}

impl Names for Known {
    fn typedef(&mut self, types: &mut Types, name: &str) -> Option<(TypeId, Quals)> {
        if let Some(found) = self.typedefs.get(name) {
            return Some(*found);
        }
        match name {
            "FILE" => {
                let file = self.record(types, RecordKind::Struct, "_IO_FILE")?;
                if let Type::Record(id) = *types.get(file) {
                    let record = types.record_mut(id);
                    record.forced_name.get_or_insert_with(|| "FILE".to_owned());
                }
                Some((file, Quals::NONE))
            }
            "_cffi_float_complex_t" => Some((types.primitive(Primitive::FloatComplex), Quals::NONE)),
            "_cffi_double_complex_t" => Some((types.primitive(Primitive::DoubleComplex), Quals::NONE)),
            _ => None,
        }
    }

    fn record(&mut self, types: &mut Types, kind: RecordKind, tag: &str) -> Option<TypeId> {
        let key = format!("{} {tag}", kind.keyword());
        if let Some(&known) = self.tags.get(&key) {
            return Some(known);
        }
        let ty = types.new_record(Record::opaque(kind, tag)).1;
        self.tags.insert(key, ty);
        self.mentioned.push(ty);
        Some(ty)
    }

    fn enumeration(&mut self, types: &mut Types, tag: &str) -> Option<TypeId> {
        let key = format!("enum {tag}");
        if let Some(&known) = self.tags.get(&key) {
            return Some(known);
        }
        let underlying = types.primitive(Primitive::UInt);
        let e =
            Enum { tag: tag.to_owned(), forced_name: None, underlying, enumerators: None, partial: false };
        let ty = types.new_enum(e).1;
        self.tags.insert(key, ty);
        self.mentioned.push(ty);
        Some(ty)
    }

    fn constant(&mut self, name: &str) -> Option<i128> {
        self.constants.get(name).copied()
    }
}

/// The number of a tag that stands for none: `$3`.
fn number_of(tag: &str) -> Option<u32> {
    tag.strip_prefix('$')?.parse().ok()
}

/// The highest number of a type without a name.
fn highest_number(types: &Types) -> u32 {
    let records = types.records().filter_map(|(_, r)| number_of(&r.tag));
    let enums = types.enums().filter_map(|(_, e)| number_of(&e.tag));
    records.chain(enums).max().unwrap_or(0)
}

impl Scope {
    /// Nothing declared. `libclang` are places to look for it.
    pub fn new(cache: Option<Cache>, libclang: Vec<PathBuf>) -> Scope {
        let options = Options { libclang, ..Options::default() };
        let types = Types::new(Target::host().unwrap_or(Target::X86_64));
        Scope {
            cache,
            options,
            entries: Vec::new(),
            types,
            merger: Merger::default(),
            items: Vec::new(),
            known: Known::default(),
            skipped: Vec::new(),
        }
    }

    pub fn types(&self) -> &Types {
        &self.types
    }

    pub fn items(&self) -> &[Declaration] {
        &self.items
    }

    pub fn skipped(&self) -> impl Iterator<Item = (&str, &str)> {
        self.skipped.iter().map(|(n, why)| (n.as_str(), why.as_str()))
    }

    pub fn sources(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|e| e.text.source.as_str())
    }

    fn read(&self, previous: &[Text], text: &Text, options: &Options) -> Result<Declarations, Error> {
        match &self.cache {
            Some(cache) => cache.parse(previous, text, options),
            None => parse(previous, text, options),
        }
    }

    /// The options for a text: search paths and macros stay for all later ones.
    fn options_for(&self, request: &Request) -> Options {
        let mut options = self.options.clone();
        for dir in &request.include_dirs {
            if !options.include_dirs.contains(dir) {
                options.include_dirs.push(dir.clone());
            }
        }
        for define in &request.defines {
            options.defines.retain(|d| d.0 != define.0);
            options.defines.push(define.clone());
        }
        options.arguments.extend(request.arguments.iter().cloned());
        options.names = request.names.clone();
        options.replace = request.replace;
        options
    }

    /// Reads a text on top of the earlier ones. After an error nothing has changed.
    pub fn parse(&mut self, request: Request) -> Result<News, Error> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let options = self.options_for(&request);
        let previous: Vec<Text> = self.entries.iter().map(|e| e.text.clone()).collect();
        let read = self.read(&previous, &request.text, &options)?;
        let before = self.entries.last().map_or(0, |e| e.before + e.takes);
        let takes = highest_number(&read.types).saturating_sub(before);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        self.entries.push(Entry { id, text: request.text, before, takes });
        self.options = Options { names: Vec::new(), replace: false, ..options };
        Ok(self.take_over(read, request.replace))
    }

    fn take_over(&mut self, read: Declarations, replace: bool) -> News {
        if replace {
            self.forget_replaced(&read);
        }
        let opaque: Vec<TypeId> = self
            .types
            .ids()
            .filter(|id| matches!(self.types.get(*id), Type::Record(r) if self.types.record(*r).is_opaque()))
            .collect();
        let map = self.types.absorb(&read.types, &mut self.merger);
        let mut changed: Vec<TypeId> = opaque
            .into_iter()
            .filter(|id| matches!(self.types.get(*id), Type::Record(r) if !self.types.record(*r).is_opaque()))
            .collect();
        self.take_names(&read.types, &map, &mut changed);
        let first = self.items.len();
        for mut item in read.items {
            match &mut item.kind {
                Kind::Function { ty, .. }
                | Kind::Variable { ty, .. }
                | Kind::Constant { ty, .. }
                | Kind::Typedef { ty, .. }
                | Kind::Record { ty }
                | Kind::Enum { ty } => *ty = map[ty.index()],
                Kind::FunctionMacro { .. } | Kind::OtherMacro { .. } => {}
            }
            self.items.push(item);
        }
        self.know_names(first);
        self.skipped.extend(read.skipped);
        News { first, changed, warnings: read.warnings }
    }

    /// Records that a later text names (`typedef struct foo foo_t`) take that name.
    fn take_names(&mut self, theirs: &Types, map: &[TypeId], changed: &mut Vec<TypeId>) {
        for id in theirs.ids() {
            let ours = map[id.index()];
            match (theirs.get(id), self.types.get(ours)) {
                (Type::Record(t), &Type::Record(o)) => {
                    let name = theirs.record(*t).forced_name.clone();
                    if name.is_some() && self.types.record(o).forced_name.is_none() {
                        self.types.record_mut(o).forced_name = name;
                        if !changed.contains(&ours) {
                            changed.push(ours);
                        }
                    }
                }
                (Type::Enum(t), &Type::Enum(o)) => {
                    let name = theirs.enumeration(*t).forced_name.clone();
                    if name.is_some() && self.types.enumeration(o).forced_name.is_none() {
                        self.types.enumeration_mut(o).forced_name = name;
                    }
                }
                _ => {}
            }
        }
    }

    /// Tags that the new text declares once more are other types from now on.
    fn forget_replaced(&mut self, read: &Declarations) {
        for item in &read.items {
            match item.kind {
                Kind::Record { ty } => {
                    let &Type::Record(new) = read.types.get(ty) else { continue };
                    let keyword = read.types.record(new).kind.keyword();
                    let old = self.known.tags.get(&format!("{keyword} {}", item.name));
                    let old = old.map(|id| self.types.get(*id));
                    if matches!(old, Some(Type::Record(o)) if !self.types.record(*o).is_opaque())
                        && !read.types.record(new).is_opaque()
                    {
                        self.merger.forget(keyword, &item.name);
                    }
                }
                Kind::Enum { .. } => self.merger.forget("enum", &item.name),
                Kind::Typedef { ty, .. } => {
                    let tag = format!("${}", item.name);
                    match read.types.get(ty) {
                        Type::Record(r) if read.types.record(*r).tag == tag => {
                            self.merger.forget(read.types.record(*r).kind.keyword(), &tag);
                        }
                        Type::Enum(e) if read.types.enumeration(*e).tag == tag => {
                            self.merger.forget("enum", &tag);
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes what the items from `first` on, and the tags, let later texts say.
    fn know_names(&mut self, first: usize) {
        self.know_tags();
        for item in &self.items[first..] {
            match &item.kind {
                Kind::Typedef { ty, quals } => {
                    self.known.typedefs.insert(item.name.clone(), (*ty, *quals));
                }
                Kind::Constant { value: Some(Value::Integer(n)), .. } => {
                    self.known.constants.insert(item.name.clone(), *n);
                }
                _ => {}
            }
        }
    }

    /// Tags and enum constants of the arena become names that texts of types may use.
    fn know_tags(&mut self) {
        for id in self.types.ids() {
            match self.types.get(id) {
                Type::Record(r) => {
                    let record = self.types.record(*r);
                    if !record.tag.starts_with('$') {
                        let key = format!("{} {}", record.kind.keyword(), record.tag);
                        self.known.tags.insert(key, id);
                    }
                }
                Type::Enum(e) => {
                    let e = self.types.enumeration(*e);
                    if !e.tag.starts_with('$') {
                        self.known.tags.insert(format!("enum {}", e.tag), id);
                    }
                    for c in e.enumerators.iter().flatten() {
                        if let Some(value) = c.value {
                            self.known.constants.insert(c.name.clone(), value);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// A type written as text, with its outermost qualifiers.
    pub fn parse_type(&mut self, text: &str) -> Result<(TypeId, Quals), TypeTextError> {
        let result = self.types.parse(text, &mut self.known);
        for ty in std::mem::take(&mut self.known.mentioned) {
            self.merger.adopt(&self.types, ty);
        }
        result
    }

    /// Takes over the types of another scope, and its texts. Gives the types of its structs, unions and enums: ours and
    /// its own.
    pub fn include(&mut self, other: &Scope) -> Vec<(TypeId, TypeId)> {
        let mut renumbered = HashMap::new();
        let mut next = self.entries.last().map_or(0, |e| e.before + e.takes);
        let have: HashSet<u64> = self.entries.iter().map(|e| e.id).collect();
        for entry in &other.entries {
            let before = match self.entries.iter().find(|e| e.id == entry.id) {
                Some(known) => known.before,
                None => next,
            };
            for i in 1..=entry.takes {
                renumbered.insert(entry.before + i, before + i);
            }
            if !have.contains(&entry.id) {
                self.entries.push(Entry { before, ..entry.clone() });
                next += entry.takes;
            }
        }
        let mut theirs = other.types.clone();
        let new_tag = |tag: &str| number_of(tag).and_then(|n| renumbered.get(&n)).map(|n| format!("${n}"));
        let records: Vec<_> = theirs.records().map(|(id, r)| (id, new_tag(&r.tag))).collect();
        for (id, tag) in records {
            if let Some(tag) = tag {
                theirs.record_mut(id).tag = tag;
            }
        }
        let enums: Vec<_> = theirs.enums().map(|(id, e)| (id, new_tag(&e.tag))).collect();
        for (id, tag) in enums {
            if let Some(tag) = tag {
                theirs.enumeration_mut(id).tag = tag;
            }
        }
        let map = self.types.absorb(&theirs, &mut self.merger);
        for dir in &other.options.include_dirs {
            if !self.options.include_dirs.contains(dir) {
                self.options.include_dirs.push(dir.clone());
            }
        }
        for define in &other.options.defines {
            if !self.options.defines.contains(define) {
                self.options.defines.push(define.clone());
            }
        }
        for (name, (ty, quals)) in &other.known.typedefs {
            self.known.typedefs.entry(name.clone()).or_insert((map[ty.index()], *quals));
        }
        for (name, value) in &other.known.constants {
            self.known.constants.entry(name.clone()).or_insert(*value);
        }
        self.know_tags();
        theirs
            .ids()
            .filter(|id| matches!(theirs.get(*id), Type::Record(_) | Type::Enum(_)))
            .map(|id| (map[id.index()], id))
            .collect()
    }

    /// Completes what dots leave open from the headers that a text of `#include` lines names.
    pub fn resolve(&mut self, request: Request) -> Result<Vec<Difference>, Error> {
        let options = self.options_for(&request);
        let header = self.read(&[], &request.text, &options)?;
        let mut ours = Declarations {
            types: std::mem::replace(&mut self.types, Types::new(header.types.target())),
            items: std::mem::take(&mut self.items),
            warnings: Vec::new(),
            skipped: Vec::new(),
        };
        let differences = resolve(&mut ours, &header);
        self.types = ours.types;
        self.items = ours.items;
        self.know_names(0);
        Ok(differences)
    }
}
