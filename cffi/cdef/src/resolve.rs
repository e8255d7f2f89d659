//! What dots leave open, looked up in the declarations of a real header: no compiler runs.
//!
//! Partial records get the header's layout, `[...]` its lengths, `int...` its type, enums and constants their values. What
//! is declared without dots is compared, and every difference is told by name: the same answer serves a program that
//! binds a library and a tool that checks a wrapper against a new version of the header.

use crate::declarations::{Declaration, Declarations, Kind, Value};
use dovetail_ctype::{Length, Record, RecordId, RecordLayout, Type, TypeId, Types};
use rustc_hash::FxHashMap;
use std::fmt;

/// A declaration that the header does not bear out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The declared name; of a member, with its record's: `struct foo.bar`.
    pub name: String,
    pub message: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

/// Completes `ours` from `header` and gives every difference between the two, in the order of `ours`. Functions of
/// `extern "Python"` and opaque types are nobody's to find.
pub fn resolve(ours: &mut Declarations, header: &Declarations) -> Vec<Difference> {
    let mut types = std::mem::replace(&mut ours.types, Types::new(header.types.target()));
    let mut items = std::mem::take(&mut ours.items);
    let mut resolver =
        Resolver { header, index: index(header), constants: constants(header), differences: Vec::new() };
    let replaced = resolver.unknown_types(&mut types);
    for item in &mut items {
        resolver.item(&mut types, &replaced, item);
    }
    ours.types = types;
    ours.items = items;
    resolver.differences
}

/// Where each name of the header is: a tag with its keyword.
fn index(header: &Declarations) -> FxHashMap<String, usize> {
    let mut index = FxHashMap::default();
    for (i, item) in header.items.iter().enumerate() {
        let key = match item.kind {
            Kind::Record { ty } => match header.types.get(ty) {
                Type::Record(r) => format!("{} {}", header.types.record(*r).kind.keyword(), item.name),
                _ => continue,
            },
            Kind::Enum { .. } => format!("enum {}", item.name),
            _ => item.name.clone(),
        };
        index.insert(key, i);
    }
    index
}

/// All integer constants of the header: macros, enums, `static const`.
fn constants(header: &Declarations) -> FxHashMap<&str, Value> {
    let mut all = FxHashMap::default();
    for (_, e) in header.types.enums() {
        for c in e.enumerators.iter().flatten() {
            if let Some(v) = c.value {
                all.insert(c.name.as_str(), Value::Integer(v));
            }
        }
    }
    for item in &header.items {
        if let Kind::Constant { value: Some(v), .. } = &item.kind {
            all.insert(item.name.as_str(), v.clone());
        }
    }
    all
}

struct Resolver<'h> {
    header: &'h Declarations,
    index: FxHashMap<String, usize>,
    constants: FxHashMap<&'h str, Value>,
    differences: Vec<Difference>,
}

impl<'h> Resolver<'h> {
    fn differs(&mut self, name: &str, message: impl Into<String>) {
        self.differences.push(Difference { name: name.to_owned(), message: message.into() });
    }

    fn find(&self, key: &str) -> Option<&'h Declaration> {
        self.index.get(key).map(|&i| &self.header.items[i])
    }

    /// `int...` and `float...` by the header's typedefs, in every type that has them.
    fn unknown_types(&mut self, types: &mut Types) -> FxHashMap<TypeId, TypeId> {
        let mut replaced = FxHashMap::default();
        // Ids are in the order of making: parts come before wholes.
        for id in types.ids() {
            let new = match types.get(id).clone() {
                Type::Unknown { name, .. } => {
                    let real = self.header.typedef(&name).map(|t| self.header.types.get(t.0));
                    match real {
                        Some(Type::Primitive(p)) => Some(types.primitive(p.keyword(types.target()))),
                        Some(Type::Enum(e)) => {
                            match self.header.types.get(self.header.types.enumeration(*e).underlying) {
                                Type::Primitive(p) => Some(types.primitive(*p)),
                                _ => None,
                            }
                        }
                        Some(_) => {
                            self.differs(&name, "is no number in the header");
                            None
                        }
                        None => None,
                    }
                }
                Type::Pointer { to, quals } => replaced.get(&to).map(|&to| types.pointer(to, quals)),
                Type::Array { item, quals, length } => {
                    replaced.get(&item).map(|&item| types.array(item, quals, length))
                }
                Type::Function(f) => {
                    let new = |id: &TypeId| replaced.get(id).copied().unwrap_or(*id);
                    let params: Vec<TypeId> = f.params.iter().map(new).collect();
                    let result = new(&f.result);
                    (result != f.result || *params != *f.params)
                        .then(|| types.function(result, &params, f.variadic, f.convention))
                }
                _ => None,
            };
            if let Some(new) = new {
                replaced.insert(id, new);
            }
        }
        let records: Vec<RecordId> = types.records().map(|(id, _)| id).collect();
        for id in records {
            for field in types.record_mut(id).fields.iter_mut().flatten() {
                field.ty = replaced.get(&field.ty).copied().unwrap_or(field.ty);
            }
        }
        replaced
    }

    fn item(&mut self, types: &mut Types, replaced: &FxHashMap<TypeId, TypeId>, item: &mut Declaration) {
        let name = item.name.clone();
        match &mut item.kind {
            Kind::Function { ty, linkage: crate::Linkage::Library | crate::Linkage::Inline, .. } => {
                renew(ty, replaced);
                match self.find(&name).map(|d| &d.kind) {
                    Some(Kind::Function { ty: theirs, .. }) => self.compare(types, *ty, *theirs, &name),
                    Some(Kind::FunctionMacro { .. }) => {}
                    _ => self.differs(&name, "the header has no such function"),
                }
            }
            Kind::Function { ty, .. } => renew(ty, replaced),
            Kind::Variable { ty, .. } => {
                renew(ty, replaced);
                match self.find(&name).map(|d| &d.kind) {
                    Some(Kind::Variable { ty: theirs, .. } | Kind::Constant { ty: theirs, .. }) => {
                        *ty = with_lengths(types, *ty, &self.header.types, *theirs);
                        self.compare(types, *ty, *theirs, &name);
                    }
                    Some(Kind::OtherMacro { .. }) => {}
                    _ => self.differs(&name, "the header has no such variable"),
                }
            }
            Kind::Constant { ty, value, .. } => {
                renew(ty, replaced);
                let real = self.constants.get(name.as_str()).cloned();
                match (&value, real) {
                    (Some(v), Some(real)) if *v != real => {
                        let message = format!("is {} in the header, not {}", shown(&real), shown(v));
                        self.differs(&name, message);
                    }
                    (None, Some(real)) => *value = Some(real),
                    (_, None) if self.find(&name).is_none() => {
                        self.differs(&name, "the header has no such constant");
                    }
                    _ => {}
                }
            }
            Kind::Typedef { ty, .. } => {
                renew(ty, replaced);
                match self.header.typedef(&name) {
                    Some((theirs, _)) => {
                        *ty = with_lengths(types, *ty, &self.header.types, theirs);
                        if let (Type::Record(a), Type::Record(b)) =
                            (types.get(*ty).clone(), self.header.types.get(theirs))
                        {
                            self.record(types, a, *b);
                        }
                    }
                    None => self.differs(&name, "the header has no such type"),
                }
            }
            Kind::Record { ty } => {
                if let &Type::Record(id) = types.get(*ty) {
                    self.tagged_record(types, id);
                }
            }
            Kind::Enum { ty } => self.enumeration(types, *ty),
            Kind::FunctionMacro { .. } | Kind::OtherMacro { .. } => {}
        }
    }

    fn tagged_record(&mut self, types: &mut Types, id: RecordId) {
        let record = types.record(id);
        let key = format!("{} {}", record.kind.keyword(), record.tag);
        match self.find(&key).map(|d| &d.kind) {
            Some(Kind::Record { ty }) => {
                if let Type::Record(theirs) = self.header.types.get(*ty) {
                    self.record(types, id, *theirs);
                }
            }
            _ if record.is_opaque() => {}
            _ => self.differs(&key, "the header has no such record"),
        }
    }

    /// Gives a record the header's layout, or compares the two.
    fn record(&mut self, types: &mut Types, id: RecordId, theirs: RecordId) {
        let name = types.record(id).name();
        let Some(mut fields) = types.record(id).fields.clone() else { return };
        let Ok(layout) = self.header.types.record_layout(theirs) else {
            return self.differs(&name, "the header does not say what is in it");
        };
        let partial = types.record(id).partial;
        let mut members = Vec::new();
        flatten(&self.header.types, self.header.types.record(theirs), &layout, 0, &mut members);
        let mut measured = Vec::with_capacity(fields.len());
        for (i, field) in fields.iter_mut().enumerate() {
            let full = format!("{name}.{}", field.name);
            let known = types.record_layout(id).ok().map(|l| l.places[i]);
            if field.name.is_empty() {
                // An anonymous member lies where its own first member does.
                let inner = match types.get(field.ty) {
                    Type::Record(r) => {
                        types.record(*r).fields.iter().flatten().map(|f| f.name.clone()).next()
                    }
                    _ => None,
                };
                let at = inner.and_then(|n| members.iter().find(|m| m.name == n)).map(|m| m.first_bit);
                measured.push((at.or(known.map(|k| k.first_bit())).unwrap_or(0), field.bits, 0));
                continue;
            }
            let Some(real) = members.iter().find(|m| m.name == field.name) else {
                self.differs(&full, "the header has no such member");
                return;
            };
            field.ty = with_lengths(types, field.ty, &self.header.types, real.ty);
            let size = types.layout(field.ty).map_or(0, |l| l.size);
            if field.bits != real.bits || (field.bits.is_none() && size != real.size) {
                let message = match real.bits {
                    Some(bits) => format!("is a bit-field of {bits} bits in the header"),
                    None => format!("has {size} bytes here and {} in the header", real.size),
                };
                self.differs(&full, message);
            } else if !partial && known.is_some_and(|k| k.first_bit() != real.first_bit) {
                self.differs(&full, format!("lies at byte {} in the header", real.first_bit / 8));
            }
            measured.push((real.first_bit, real.bits, if real.bits.is_some() { size } else { 0 }));
        }
        if partial {
            let record = types.record_mut(id);
            record.partial = false;
            record.fields = Some(fields);
            types.fix_layout(id, RecordLayout::measured(layout.size, layout.align, &measured));
        } else if let Ok(ours) = types.record_layout(id)
            && (ours.size, ours.align) != (layout.size, layout.align)
        {
            let message = format!("has {} bytes here and {} in the header", ours.size, layout.size);
            self.differs(&name, message);
        }
    }

    fn enumeration(&mut self, types: &mut Types, ty: TypeId) {
        let &Type::Enum(id) = types.get(ty) else { return };
        let Some(mut list) = types.enumeration(id).enumerators.clone() else { return };
        let partial = types.enumeration(id).partial;
        for c in &mut list {
            let real = match self.constants.get(c.name.as_str()) {
                Some(Value::Integer(v)) => *v,
                _ => {
                    self.differs(&c.name, "the header has no such constant");
                    continue;
                }
            };
            if !partial && c.value.is_some_and(|v| v != real) {
                self.differs(
                    &c.name,
                    format!("is {real} in the header, not {}", c.value.unwrap_or_default()),
                );
            }
            c.value = Some(real);
        }
        // With dots, values that C counts up are guesses: the header's are right.
        if partial {
            let theirs = self.find(&format!("enum {}", types.enumeration(id).tag)).map(|d| &d.kind);
            let storage = match theirs {
                Some(Kind::Enum { ty }) => match self.header.types.get(*ty) {
                    Type::Enum(e) => {
                        match self.header.types.get(self.header.types.enumeration(*e).underlying) {
                            Type::Primitive(p) => Some(*p),
                            _ => None,
                        }
                    }
                    _ => None,
                },
                _ => Types::enum_storage(list.iter().filter_map(|c| c.value)),
            };
            let underlying = storage.map(|p| types.primitive(p));
            let e = types.enumeration_mut(id);
            e.partial = false;
            e.underlying = underlying.unwrap_or(e.underlying);
            e.enumerators = Some(list);
        }
    }

    /// Compares two types as they are written, without qualifiers; names of the fixed-width family count as what they are.
    fn compare(&mut self, types: &Types, ours: TypeId, theirs: TypeId, name: &str) {
        if !same(types, ours, &self.header.types, theirs, 0) {
            let message = format!(
                "is '{}' here and '{}' in the header",
                types.name(ours),
                self.header.types.name(theirs)
            );
            self.differs(name, message);
        }
    }
}

fn renew(ty: &mut TypeId, replaced: &FxHashMap<TypeId, TypeId>) {
    *ty = replaced.get(ty).copied().unwrap_or(*ty);
}

fn shown(v: &Value) -> String {
    match v {
        Value::Integer(n) => n.to_string(),
        Value::Float(x) => x.to_string(),
        Value::Text(t) => format!("\"{}\"", String::from_utf8_lossy(t)),
        Value::Address(a) => format!("{a:#x}"),
    }
}

/// A member of the header's record, those of anonymous members too.
struct Member {
    name: String,
    ty: TypeId,
    first_bit: u64,
    bits: Option<u32>,
    size: u64,
}

fn flatten(types: &Types, record: &Record, layout: &RecordLayout, base: u64, out: &mut Vec<Member>) {
    for (field, place) in record.fields.iter().flatten().zip(&layout.places) {
        let first_bit = base * 8 + place.first_bit();
        match types.get(field.ty) {
            Type::Record(inner) if field.name.is_empty() => {
                if let Ok(layout) = types.record_layout(*inner) {
                    flatten(types, types.record(*inner), &layout, first_bit / 8, out);
                }
            }
            _ => {
                let size = types.layout(field.ty).map_or(0, |l| l.size);
                out.push(Member {
                    name: field.name.clone(),
                    ty: field.ty,
                    first_bit,
                    bits: field.bits,
                    size,
                });
            }
        }
    }
}

/// Our type with the lengths that theirs has where ours has dots.
fn with_lengths(types: &mut Types, ours: TypeId, header: &Types, theirs: TypeId) -> TypeId {
    let (&Type::Array { item, quals, length }, &Type::Array { item: their_item, length: real, .. }) =
        (types.get(ours), header.get(theirs))
    else {
        return ours;
    };
    let item = with_lengths(types, item, header, their_item);
    types.array(item, quals, if length == Length::Dots { real } else { length })
}

/// Whether two types of different arenas are the same to a caller. Records and enums are by their names; what is opaque
/// here, or a number where the other is an enum of that size, is not told apart.
fn same(a_types: &Types, a: TypeId, b_types: &Types, b: TypeId, depth: u32) -> bool {
    let target = a_types.target();
    match (a_types.get(a), b_types.get(b)) {
        _ if depth > 50 => true,
        (Type::Void, Type::Void) => true,
        (Type::Primitive(p), Type::Primitive(q)) => {
            let long = |p: dovetail_ctype::Primitive| (p.size(), p.kind(target));
            p == q || long(p.keyword(target)) == long(q.keyword(target))
        }
        (Type::Pointer { to: a, .. }, Type::Pointer { to: b, .. }) => {
            // `void *` is how wrappers write pointers that they only hand on.
            *a == TypeId::VOID || *b == TypeId::VOID || same(a_types, *a, b_types, *b, depth + 1)
        }
        (Type::Array { item: a, length: n, .. }, Type::Array { item: b, length: m, .. }) => {
            (n == m || *n == Length::Open || *n == Length::Dots) && same(a_types, *a, b_types, *b, depth + 1)
        }
        (Type::Function(f), Type::Function(g)) => {
            f.variadic == g.variadic
                && f.params.len() == g.params.len()
                && same(a_types, f.result, b_types, g.result, depth + 1)
                && f.params.iter().zip(&g.params).all(|(a, b)| same(a_types, *a, b_types, *b, depth + 1))
        }
        (Type::Record(a), Type::Record(b)) => {
            let (a, b) = (a_types.record(*a), b_types.record(*b));
            a.kind == b.kind && (a.is_anonymous() || b.is_anonymous() || a.tag == b.tag)
        }
        // A wrapper may hide anything behind `typedef ... t;`.
        (Type::Record(a), _) => a_types.record(*a).is_anonymous() && a_types.record(*a).is_opaque(),
        (Type::Enum(_), Type::Enum(_)) => true,
        (Type::Enum(e), Type::Primitive(p)) => fits(a_types, a_types.enumeration(*e).underlying, *p),
        (Type::Primitive(p), Type::Enum(e)) => fits(b_types, b_types.enumeration(*e).underlying, *p),
        (Type::Unknown { .. }, _) => true,
        _ => false,
    }
}

fn fits(types: &Types, underlying: TypeId, p: dovetail_ctype::Primitive) -> bool {
    matches!(types.get(underlying), Type::Primitive(u) if u.size() == p.size())
}
