//! A translation unit's declarations to ours.

use crate::clang::{Cursor, Evaluated, Unit};
use crate::declarations::{Declaration, Kind, Linkage, Value, plain_comment};
use crate::error::{Error, ErrorKind};
use crate::glob;
use crate::parse::BEGIN;
use crate::rewrite::OPAQUE;
use crate::sources::Sources;
use crate::types::{Dots, TypeMaker, tag_of};
use clang_sys::*;
use dovetail_ctype::{Length, Quals, Target, Type, TypeId};
use rustc_hash::FxHashSet;

/// What is read off a unit.
pub(crate) struct Converted<'s> {
    pub maker: TypeMaker<'s>,
    pub items: Vec<Declaration>,
    pub warnings: Vec<String>,
    /// Declarations of headers that we have no type for, and why.
    pub skipped: Vec<(String, String)>,
}

/// Which declarations of headers are wanted: names that fit a pattern; without patterns all that are not reserved.
pub(crate) fn wanted(names: &[String], name: &str) -> bool {
    if names.is_empty() {
        let mut chars = name.chars();
        let reserved =
            chars.next() == Some('_') && chars.next().is_some_and(|c| c == '_' || c.is_ascii_uppercase());
        return !reserved && !name.is_empty();
    }
    names.iter().any(|pattern| glob::fits(pattern, name))
}

/// Walks the declarations in order. Those of earlier texts are looked at for their types alone.
pub(crate) fn convert<'s>(
    unit: &Unit,
    target: Target,
    sources: &'s Sources,
    names: &[String],
) -> Result<Converted<'s>, Error> {
    let mut walk = Walk {
        out: Converted {
            maker: TypeMaker::new(target, sources),
            items: Vec::new(),
            warnings: Vec::new(),
            skipped: Vec::new(),
        },
        names,
        seen: FxHashSet::default(),
        records: 0,
        enums: 0,
        told: FxHashSet::default(),
    };
    let last = sources.paths().count() - 1;
    let mut current = 0;
    for cursor in unit.root().children() {
        if is_preprocessing(cursor.kind()) {
            continue;
        }
        let spot = cursor.spot();
        if Sources::is_virtual(&spot.file) && !sources.is_user_text(&spot.file) {
            if let Some(n) = cursor.name().strip_prefix(BEGIN).and_then(|n| n.parse().ok()) {
                current = n;
            }
            continue;
        }
        let user = sources.is_user_text(&spot.file);
        let new = current == last;
        if !user && (!new || (tag_or_name(cursor).is_some_and(|n| !wanted(names, &n)))) {
            continue;
        }
        match walk.declaration(cursor, user) {
            Ok(Some(item)) if new => {
                walk.news(cursor, user);
                walk.push(item);
            }
            Ok(_) if new => walk.news(cursor, user),
            Ok(_) => walk.forget_news(),
            Err(error) if user => return Err(sources.locate(error, cursor)),
            Err(error) => {
                walk.news(cursor, user);
                walk.out.skipped.push((cursor.name(), error.message.clone()));
            }
        }
    }
    Ok(walk.out)
}

pub(crate) fn is_preprocessing(kind: CXCursorKind) -> bool {
    (CXCursor_PreprocessingDirective..=CXCursor_InclusionDirective).contains(&kind)
}

/// What a pattern is compared with. None: no name, taken or left with what it belongs to.
fn tag_or_name(cursor: Cursor<'_>) -> Option<String> {
    match cursor.kind() {
        CXCursor_StructDecl | CXCursor_UnionDecl => Some(tag_of(cursor).unwrap_or_default()),
        // Constants of an enum without tag have their own names.
        CXCursor_EnumDecl => tag_of(cursor),
        _ => Some(cursor.name()),
    }
}

struct Walk<'a, 's> {
    out: Converted<'s>,
    names: &'a [String],
    /// Names of functions, variables and typedefs that are in: C lets them be declared twice.
    seen: FxHashSet<String>,
    /// How many records and enums have been told of.
    records: usize,
    enums: usize,
    /// Records that have an item.
    told: FxHashSet<TypeId>,
}

impl Walk<'_, '_> {
    fn push(&mut self, item: Declaration) {
        if self.seen.insert(item.name.clone()) {
            self.out.items.push(item);
        } else if let Some(old) = self.out.items.iter_mut().find(|old| old.name == item.name)
            && std::mem::discriminant(&old.kind) == std::mem::discriminant(&item.kind)
        {
            // The later one may know more: names of parameters, a value.
            let doc = item.doc.or(old.doc.take());
            let named =
                |k: &Kind| matches!(k, Kind::Function { params, .. } if params.iter().any(|p| !p.is_empty()));
            let kind = if named(&old.kind) && !named(&item.kind) { old.kind.clone() } else { item.kind };
            *old = Declaration { doc, kind, ..old.clone() };
        }
    }

    /// A record that an earlier text only mentioned has got its members.
    fn completed(&mut self, cursor: Cursor<'_>, tag: String, ty: TypeId) {
        let &Type::Record(id) = self.out.maker.types.get(ty) else { return };
        let known = self.out.maker.types.records().position(|(r, _)| r == id);
        if cursor.is_definition() && known.is_some_and(|at| at < self.records) && self.told.insert(ty) {
            let place = self.out.maker.sources.place(&cursor.spot());
            let doc = cursor.comment().map(|c| plain_comment(&c));
            self.out.items.push(Declaration { name: tag, kind: Kind::Record { ty }, doc, place });
        }
    }

    fn forget_news(&mut self) {
        self.records = self.out.maker.types.records().count();
        self.enums = self.out.maker.types.enums().count();
    }

    /// Tells of the records and enums that the last declaration brought with it.
    fn news(&mut self, cursor: Cursor<'_>, user: bool) {
        let types = &self.out.maker.types;
        if types.records().count() == self.records && types.enums().count() == self.enums {
            return;
        }
        let place = self.out.maker.sources.place(&cursor.spot());
        // The comment is that of the tag's own declaration.
        let doc_of = |tag: &str| {
            tag_of(cursor).filter(|own| own == tag)?;
            let comment = cursor.definition().and_then(|d| d.comment()).or_else(|| cursor.comment());
            comment.map(|c| plain_comment(&c))
        };
        let records: Vec<_> = types.records().skip(self.records).map(|(id, _)| id).collect();
        let enums: Vec<_> = types.enums().skip(self.enums).map(|(id, _)| id).collect();
        self.forget_news();
        for id in records {
            let record = self.out.maker.types.record(id);
            // FILE is known without any header: nobody declared its struct.
            let common = record.tag == "_IO_FILE" && record.is_opaque();
            if !record.is_anonymous() && !common {
                let name = record.tag.clone();
                let ty = self.out.maker.types.intern(Type::Record(id));
                self.told.insert(ty);
                let doc = doc_of(&name);
                let item = Declaration { name, kind: Kind::Record { ty }, doc, place: place.clone() };
                self.out.items.push(item);
            }
        }
        for id in enums {
            let e = self.out.maker.types.enumeration(id);
            let anonymous = e.tag.starts_with('$');
            let told = e.enumerators.iter().flatten().any(|c| user || wanted(self.names, &c.name));
            if !anonymous || told {
                let name = if anonymous { String::new() } else { e.tag.clone() };
                let ty = self.out.maker.types.intern(Type::Enum(id));
                let doc = doc_of(&name);
                let item = Declaration { name, kind: Kind::Enum { ty }, doc, place: place.clone() };
                self.out.items.push(item);
            }
        }
    }

    /// A declaration's item. None: its records and enums are all there is to it.
    fn declaration(&mut self, cursor: Cursor<'_>, user: bool) -> Result<Option<Declaration>, Error> {
        let kind = match cursor.kind() {
            CXCursor_StructDecl | CXCursor_UnionDecl => {
                // Without a tag it is made where it is used, so that it takes the name it is given there.
                if let Some(tag) = tag_of(cursor).filter(|t| !t.starts_with(OPAQUE)) {
                    let ty = self.out.maker.record(cursor, None)?;
                    self.completed(cursor, tag, ty);
                }
                return Ok(None);
            }
            CXCursor_EnumDecl => {
                // The same, but its constants count even if nobody uses it.
                let named_by_typedef = tag_of(cursor).is_none() && !cursor.ty().text().contains('(');
                if !named_by_typedef {
                    self.out.maker.enumeration(cursor, None)?;
                }
                return Ok(None);
            }
            CXCursor_TypedefDecl => self.typedef(cursor, user)?,
            CXCursor_FunctionDecl => Some(self.function(cursor, user)?),
            CXCursor_VarDecl => Some(self.variable(cursor, user)?),
            _ => None,
        };
        Ok(kind.map(|kind| Declaration {
            name: cursor.name(),
            kind,
            doc: cursor.comment().map(|c| plain_comment(&c)),
            place: self.out.maker.sources.place(&cursor.spot()),
        }))
    }

    fn typedef(&mut self, cursor: Cursor<'_>, user: bool) -> Result<Option<Kind>, Error> {
        let name = cursor.name();
        let library = dovetail_ctype::Primitive::from_name(&name).is_some_and(|p| p.is_library_name());
        if library && !user {
            return Ok(None);
        }
        let (ty, quals) = self.out.maker.typedef_target(cursor, &name, Dots::Allowed)?;
        self.out.maker.name_opaque_pointer(ty, &name);
        Ok(Some(Kind::Typedef { ty, quals }))
    }

    fn function(&mut self, cursor: Cursor<'_>, user: bool) -> Result<Kind, Error> {
        let inline = cursor.is_inline() || (!user && cursor.storage() == CX_SC_Static);
        if user && cursor.is_definition() && !inline && cursor.storage() != CX_SC_Static {
            let message = "unexpected <FuncDef>: this construct is valid C but not valid in cdef()";
            return Err(Error::new(ErrorKind::Parse, message));
        }
        let ty = self.out.maker.function(cursor.ty())?;
        let params: Vec<String> = cursor.parameters().into_iter().map(|p| p.name()).collect();
        let params = if params.iter().all(String::is_empty) { Vec::new() } else { params };
        let linkage = match self.out.maker.sources.python_at(&cursor.spot()) {
            Some(python) => Linkage::Python(python),
            None if inline => Linkage::Inline,
            None => Linkage::Library,
        };
        let symbol = Some(cursor.symbol()).filter(|s| !s.is_empty() && *s != cursor.name());
        Ok(Kind::Function { ty, params, linkage, symbol })
    }

    /// `int a[];` and `static int a[];` would be one item long at the end of a program; here it stays open.
    fn as_written(&mut self, cursor: Cursor<'_>, user: bool, ty: TypeId) -> TypeId {
        let &Type::Array { item, quals, length: Length::Fixed(1) } = self.out.maker.types.get(ty) else {
            return ty;
        };
        if !user || !matches!(cursor.storage(), CX_SC_None | CX_SC_Static) {
            return ty;
        }
        let tokens = cursor.tokens();
        let first = tokens.iter().position(|t| t == "[").and_then(|at| tokens.get(at + 1));
        match first {
            Some(token) if token == "]" => self.out.maker.types.array(item, quals, Length::Open),
            _ => ty,
        }
    }

    fn variable(&mut self, cursor: Cursor<'_>, user: bool) -> Result<Kind, Error> {
        let (ty, quals) = self.out.maker.make(cursor.ty(), None, Dots::Allowed)?;
        if self.out.maker.sources.python_at(&cursor.spot()).is_some() {
            let message = "cannot declare constants or variables with 'extern \"Python\"'";
            return Err(Error::new(ErrorKind::Parse, message));
        }
        let ty = self.as_written(cursor, user, ty);
        let types = &self.out.maker.types;
        let value = cursor.evaluate().map(value_of);
        let integer = matches!(types.get(ty), Type::Primitive(p) if p.is_integral());
        let array = matches!(types.get(ty), Type::Array { .. });
        if (integer && value.is_some()) || (quals.has(Quals::CONST) && !array) {
            return Ok(Kind::Constant { ty, quals, value, is_macro: false });
        }
        if user && cursor.storage() == CX_SC_None {
            self.out.warnings.push(format!(
                "Global variable '{}' in cdef(): for consistency with C it should have a storage class specifier \
                 (usually 'extern')",
                cursor.name()
            ));
        }
        Ok(Kind::Variable { ty, quals })
    }
}

pub(crate) fn value_of(value: Evaluated) -> Value {
    match value {
        Evaluated::Integer(n) => Value::Integer(n),
        Evaluated::Float(x) => Value::Float(x),
        Evaluated::Text(t) => Value::Text(t),
    }
}
