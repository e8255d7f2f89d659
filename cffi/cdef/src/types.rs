//! clang's types to ours.

use crate::clang::{Cursor, Ty};
use crate::declarations::plain_comment;
use crate::error::{Error, ErrorKind};
use crate::rewrite::{FLOAT, INT, MORE, OPAQUE, UNKNOWN};
use crate::sources::Sources;
use clang_sys::*;
use dovetail_ctype::{
    Convention, Enum, EnumId, Enumerator, Field, Length, Primitive, Quals, Record, RecordId, RecordKind,
    RecordLayout, Target, Type, TypeId, Types, UnknownKind,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// Pointers to pointers to ... : no program has so many, and each costs stack.
const DEEPEST: u32 = 500;

/// Turns clang's types into ids. Tags and typedefs are remembered, so that each declaration is one type.
pub(crate) struct TypeMaker<'s> {
    pub types: Types,
    pub sources: &'s Sources,
    records: FxHashMap<usize, TypeId>,
    /// Records whose members have been looked at, or are being.
    begun: FxHashSet<usize>,
    enums: FxHashMap<usize, TypeId>,
    /// `struct foo` by its tag: C keeps prototypes' tags apart, cffi does not.
    tags: FxHashMap<String, TypeId>,
    /// For `$1`, `$2` ...
    anonymous: u32,
    depth: u32,
    /// A `[...]` has been met, and not by way of a typedef: its record is partial.
    direct_dots: bool,
    /// Records whose members are being made.
    nesting: u32,
}

/// Where a type stands decides whether `[...]` may be in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dots {
    Allowed,
    Refused,
}

impl<'s> TypeMaker<'s> {
    pub fn new(target: Target, sources: &'s Sources) -> TypeMaker<'s> {
        TypeMaker {
            types: Types::new(target),
            sources,
            records: FxHashMap::default(),
            begun: FxHashSet::default(),
            enums: FxHashMap::default(),
            tags: FxHashMap::default(),
            anonymous: 0,
            depth: 0,
            direct_dots: false,
            nesting: 0,
        }
    }

    /// A type with its outermost qualifiers. `name` is the typedef being declared: a record or enum without a tag takes
    /// it for its own.
    pub fn make(&mut self, ty: Ty<'_>, name: Option<&str>, dots: Dots) -> Result<(TypeId, Quals), Error> {
        self.depth += 1;
        let made = if self.depth > DEEPEST {
            Err(unsupported("a type nested too deeply"))
        } else {
            self.any(ty, name, dots)
        };
        self.depth -= 1;
        let (id, quals) = made?;
        Ok((id, quals.with(quals_of(ty))))
    }

    fn any(&mut self, ty: Ty<'_>, name: Option<&str>, dots: Dots) -> Result<(TypeId, Quals), Error> {
        if let Some(p) = primitive_of(ty.kind()) {
            return Ok((self.types.primitive(p), Quals::NONE));
        }
        let id = match ty.kind() {
            CXType_Void => TypeId::VOID,
            CXType_Complex => match ty.element().kind() {
                CXType_Float => self.types.primitive(Primitive::FloatComplex),
                CXType_Double => self.types.primitive(Primitive::DoubleComplex),
                _ => return Err(unsupported_type(ty)),
            },
            CXType_Pointer => {
                let (to, quals) = self.make(ty.pointee(), None, Dots::Refused)?;
                self.types.pointer(to, quals)
            }
            CXType_ConstantArray => return self.array(ty, Some(ty.array_length()), dots),
            // A parameter `x[n]`, which is a pointer, or the target of one: how long it is, is the caller's affair.
            CXType_IncompleteArray | CXType_VariableArray => return self.array(ty, None, dots),
            CXType_FunctionProto | CXType_FunctionNoProto => self.function(ty)?,
            CXType_Record => self.record(ty.declaration(), name)?,
            CXType_Enum => self.enumeration(ty.declaration(), name)?,
            CXType_Typedef => return self.typedef(ty),
            CXType_Elaborated => return self.make(ty.named(), name, dots),
            CXType_Attributed => return self.attributed(ty, name, dots),
            CXType_Unexposed => return self.unexposed(ty, name, dots),
            _ => return Err(unsupported_type(ty)),
        };
        Ok((id, Quals::NONE))
    }

    fn array(&mut self, ty: Ty<'_>, length: Option<u64>, dots: Dots) -> Result<(TypeId, Quals), Error> {
        let (item, quals) = self.make(ty.array_item(), None, dots)?;
        let length = match length {
            None => Length::Open,
            Some(n) if self.sources.is_open_mark(n) => Length::Open,
            Some(n) if self.sources.is_array_mark(n) => {
                if dots == Dots::Refused {
                    let message =
                        "unsupported '[...]' here, cannot derive the actual array length in this context";
                    return Err(unsupported(message));
                }
                self.direct_dots = true;
                Length::Dots
            }
            Some(n) => Length::Fixed(n),
        };
        // C: qualifiers of an array are those of its items.
        Ok((self.types.array(item, quals, length), quals))
    }

    /// `ty` is a function's type in any dress.
    pub fn function(&mut self, ty: Ty<'_>) -> Result<TypeId, Error> {
        let (result, _) = self.make(ty.result(), None, Dots::Refused)?;
        let mut params = Vec::new();
        for param in ty.params() {
            params.push(self.make(param, None, Dots::Refused)?.0);
        }
        let convention = match ty.convention() {
            CXCallingConv_Default | CXCallingConv_C | CXCallingConv_AAPCS | CXCallingConv_Invalid => {
                Convention::C
            }
            CXCallingConv_PreserveMost => Convention::Stdcall,
            CXCallingConv_X86_64Win64 => Convention::MsAbi,
            CXCallingConv_X86_64SysV if self.types.target() != Target::X86_64 => Convention::SysV,
            CXCallingConv_X86_64SysV => Convention::C,
            _ => Convention::Other,
        };
        // libclang takes `int f()` for variadic; for cffi it has no parameters.
        let variadic = ty.is_variadic() && ty.canonical().kind() != CXType_FunctionNoProto;
        Ok(self.types.function(result, &params, variadic, convention))
    }

    fn typedef(&mut self, ty: Ty<'_>) -> Result<(TypeId, Quals), Error> {
        let declaration = ty.declaration();
        let name = declaration.name();
        if !self.sources.is_user_text(&declaration.spot().file)
            && let Some(p) = Primitive::from_name(&name).filter(|p| p.is_library_name())
            && primitive_of(ty.canonical().kind()).is_some_and(|c| c.size() == p.size())
        {
            return Ok((self.types.primitive(p), Quals::NONE));
        }
        // The library knows the length by the typedef's name.
        let direct = self.direct_dots;
        let made = self.typedef_target(declaration, &name, Dots::Allowed);
        self.direct_dots = direct;
        made
    }

    /// What a typedef stands for.
    pub fn typedef_target(
        &mut self,
        declaration: Cursor<'_>,
        name: &str,
        dots: Dots,
    ) -> Result<(TypeId, Quals), Error> {
        let target = declaration.typedef_type();
        let word = if target.kind() == CXType_Elaborated { target.named() } else { target };
        if word.kind() == CXType_Typedef {
            let kind = match word.declaration().name().as_str() {
                INT => Some(UnknownKind::Integer),
                FLOAT => Some(UnknownKind::Float),
                _ => None,
            };
            if let Some(kind) = kind {
                return Ok((self.types.intern(Type::Unknown { name: name.into(), kind }), Quals::NONE));
            }
        }
        self.make(target, Some(name), dots)
    }

    /// libclang hides attributes behind this kind where it can show the type below.
    fn attributed(&mut self, ty: Ty<'_>, name: Option<&str>, dots: Dots) -> Result<(TypeId, Quals), Error> {
        let inner = ty.modified();
        match ty.canonical().kind() {
            // The convention is an attribute: the dress with it on has to be asked.
            CXType_FunctionProto | CXType_FunctionNoProto => Ok((self.function(ty)?, Quals::NONE)),
            _ if inner.kind() == CXType_Invalid => self.make(ty.canonical(), name, dots),
            _ => self.make(inner, name, dots),
        }
    }

    /// Parentheses, `typeof` and what libclang has no name for: functions can be asked through them, of other types
    /// only the canonical form is to be had, in which a name such as `int32_t` has to be found again.
    fn unexposed(&mut self, ty: Ty<'_>, name: Option<&str>, dots: Dots) -> Result<(TypeId, Quals), Error> {
        let plain = ty.canonical();
        match plain.kind() {
            CXType_FunctionProto | CXType_FunctionNoProto => Ok((self.function(ty)?, Quals::NONE)),
            CXType_Unexposed => Err(unsupported_type(ty)),
            _ => {
                let (id, quals) = self.make(plain, name, dots)?;
                Ok((self.with_written_name(id, &ty.text()), quals))
            }
        }
    }

    /// Puts the library name that `text` begins with in place of the keyword type at the bottom.
    fn with_written_name(&mut self, id: TypeId, text: &str) -> TypeId {
        let word = text.split_whitespace().find(|w| !matches!(*w, "const" | "volatile")).unwrap_or("");
        let Some(p) = Primitive::from_name(word).filter(|p| p.is_library_name()) else { return id };
        self.rebase(id, p)
    }

    fn rebase(&mut self, id: TypeId, p: Primitive) -> TypeId {
        match *self.types.get(id) {
            Type::Primitive(c) if c.size() == p.size() => self.types.primitive(p),
            Type::Pointer { to, quals } => {
                let to = self.rebase(to, p);
                self.types.pointer(to, quals)
            }
            Type::Array { item, quals, length } => {
                let item = self.rebase(item, p);
                self.types.array(item, quals, length)
            }
            _ => id,
        }
    }

    fn next_anonymous(&mut self, name: Option<&str>) -> String {
        match name {
            Some(name) => format!("${name}"),
            None => {
                self.anonymous += 1;
                format!("${}", self.anonymous)
            }
        }
    }

    /// A struct or union, with its members if the text has them.
    pub fn record(&mut self, declaration: Cursor<'_>, name: Option<&str>) -> Result<TypeId, Error> {
        let key = declaration.key();
        let kind =
            if declaration.kind() == CXCursor_UnionDecl { RecordKind::Union } else { RecordKind::Struct };
        let id = match self.records.get(&key) {
            Some(&id) => id,
            None => {
                let id = self.new_record(declaration, kind, name);
                self.records.insert(key, id);
                id
            }
        };
        let &Type::Record(record) = self.types.get(id) else { unreachable!("records have record types") };
        // The first typedef that names it directly is how it is printed, tag or not.
        if let (None, Some(name)) = (&self.types.record(record).forced_name, name) {
            self.types.record_mut(record).forced_name = Some(name.to_owned());
        }
        if self.types.record(record).is_opaque()
            && let Some(definition) = declaration.definition()
            // The definition's own members may speak of it.
            && self.begun.insert(key)
        {
            self.complete(record, definition)?;
        }
        Ok(id)
    }

    fn new_record(&mut self, declaration: Cursor<'_>, kind: RecordKind, name: Option<&str>) -> TypeId {
        match tag_of(declaration) {
            Some(tag) if tag.starts_with(OPAQUE) => {
                // `typedef ... name;`, or `typedef ... *name;` with no name for the struct itself.
                match name {
                    Some(name) => self.named_record(kind, name),
                    None => {
                        let tag = format!("${}", tag.replacen(OPAQUE, "opaque", 1));
                        self.types.new_record(Record::opaque(kind, tag)).1
                    }
                }
            }
            Some(tag) => {
                let full = format!("{} {tag}", kind.keyword());
                if let Some(&id) = self.tags.get(&full) {
                    return id;
                }
                let id = self.types.new_record(Record::opaque(kind, tag)).1;
                self.tags.insert(full, id);
                id
            }
            None => match name {
                Some(name) => self.named_record(kind, name),
                None => {
                    let tag = self.next_anonymous(None);
                    self.types.new_record(Record::opaque(kind, tag)).1
                }
            },
        }
    }

    fn named_record(&mut self, kind: RecordKind, name: &str) -> TypeId {
        let tag = format!("${name}");
        self.types.new_record(Record { forced_name: Some(name.into()), ..Record::opaque(kind, tag) }).1
    }

    /// The pointer of `typedef ... *name;`: cffi calls its struct `$$name`.
    pub fn name_opaque_pointer(&mut self, ty: TypeId, name: &str) {
        if let &Type::Pointer { to, .. } = self.types.get(ty)
            && let &Type::Record(id) = self.types.get(to)
            && self.types.record(id).tag.starts_with("$opaque")
        {
            self.types.record_mut(id).tag = format!("$${name}");
        }
    }

    fn complete(&mut self, id: RecordId, definition: Cursor<'_>) -> Result<(), Error> {
        let ty = definition.ty();
        let cursors = ty.fields();
        let mut fields = Vec::with_capacity(cursors.len());
        let mut measured = Vec::with_capacity(cursors.len());
        let mut partial = false;
        let mut known = true;
        for cursor in cursors {
            let name = cursor.name();
            let bits = cursor.bits();
            // Newer libclangs make a text for what has no name.
            let name = if name.contains('(') { String::new() } else { name };
            self.nesting += 1;
            let outer = std::mem::take(&mut self.direct_dots);
            let made = self.make(cursor.ty(), None, Dots::Allowed);
            self.nesting -= 1;
            partial |= std::mem::replace(&mut self.direct_dots, outer);
            let (ty, quals) = made.map_err(|e| self.sources.locate(e, cursor))?;
            partial |= self.is_partial(ty);
            let open = matches!(self.types.get(ty), Type::Array { length: Length::Open, .. });
            known &= open || self.types.layout(ty).is_ok();
            let attributes = cursor.children();
            let packed = attributes.iter().any(|c| c.kind() == CXCursor_PackedAttr);
            let aligned = attributes
                .iter()
                .filter(|c| c.kind() == CXCursor_AlignedAttr)
                .filter_map(|c| aligned_in(&c.tokens()))
                .max();
            let unit = if bits.is_some() { cursor.ty().size().unwrap_or(0) } else { 0 };
            match cursor.first_bit() {
                Some(first) => measured.push((first, bits, unit)),
                None => known = false,
            }
            let own = cursor.ty().align();
            let type_align = own.filter(|a| self.types.layout(ty).is_ok_and(|l| l.align != *a));
            let doc = cursor.comment().map(|c| plain_comment(&c));
            fields.push(Field { name, ty, quals, bits, packed, aligned, type_align, doc });
        }
        let children = definition.children();
        partial |= children
            .iter()
            .any(|c| c.kind() == CXCursor_StaticAssert && self.sources.is_user_text(&c.spot().file));
        let packed = children.iter().any(|c| c.kind() == CXCursor_PackedAttr);
        let aligned = children.iter().any(|c| c.kind() == CXCursor_AlignedAttr);
        let record = self.types.record(id);
        if partial && record.is_anonymous() && record.forced_name.is_none() && self.nesting == 0 {
            let message = format!("<{}> is partial but has no C name", record.name());
            return Err(self.sources.locate(Error::new(ErrorKind::NotImplemented, message), definition));
        }
        if partial && fields.iter().any(|f| f.bits.is_some()) {
            let name = self.types.record(id).name();
            let error =
                Error::new(ErrorKind::NotImplemented, format!("<{name}>: using both bitfields and '...;'"));
            return Err(self.sources.locate(error, definition));
        }
        let layout = match (ty.size(), ty.align()) {
            (Some(size), Some(align)) if known && !partial => {
                Some(RecordLayout::measured(size, align, &measured))
            }
            _ => None,
        };
        let record = self.types.record_mut(id);
        record.partial = partial;
        record.packed = packed;
        record.aligned = if aligned { layout.as_ref().map(|l| l.align) } else { None };
        record.fields = Some(fields);
        if let Some(layout) = layout {
            self.explain_pack(id, &layout);
            self.types.fix_layout(id, layout);
        }
        Ok(())
    }

    /// libclang does not show `#pragma pack`: the one that gives clang's layout was in force.
    fn explain_pack(&mut self, id: RecordId, layout: &RecordLayout) {
        if self.types.record_layout(id).is_ok_and(|ours| ours == *layout) {
            return;
        }
        for pack in [1, 2, 4, 8, 16] {
            self.types.record_mut(id).pack = Some(pack);
            if self.types.record_layout(id).is_ok_and(|ours| ours == *layout) {
                return;
            }
        }
        self.types.record_mut(id).pack = None;
    }

    /// Whether a member of that type makes its record partial.
    fn is_partial(&self, id: TypeId) -> bool {
        match self.types.get(id) {
            Type::Record(r) => self.types.record(*r).partial,
            Type::Array { item, .. } => self.is_partial(*item),
            _ => false,
        }
    }

    /// An enum, with its constants if the text has them.
    pub fn enumeration(&mut self, declaration: Cursor<'_>, name: Option<&str>) -> Result<TypeId, Error> {
        if let Some(&id) = self.enums.get(&declaration.key()) {
            if let (&Type::Enum(e), Some(name)) = (self.types.get(id), name)
                && self.types.enumeration(e).forced_name.is_none()
            {
                self.types.enumeration_mut(e).forced_name = Some(name.to_owned());
            }
            return Ok(id);
        }
        let definition = declaration.definition();
        let storage = match definition {
            Some(d) => self.make(d.enum_type(), None, Dots::Refused)?.0,
            None => self.types.primitive(Primitive::UInt),
        };
        let tag = tag_of(declaration);
        let full = tag.as_ref().map(|t| format!("enum {t}"));
        if let Some(&id) = full.as_ref().and_then(|f| self.tags.get(f)) {
            self.enums.insert(declaration.key(), id);
            return Ok(id);
        }
        let forced_name = name.map(str::to_owned);
        let tag = tag.unwrap_or_else(|| self.next_anonymous(name));
        let mut e = Enum { tag, forced_name, underlying: storage, enumerators: None, partial: false };
        if let Some(definition) = definition {
            self.enumerators(&mut e, definition);
        }
        let id: (EnumId, TypeId) = self.types.new_enum(e);
        self.enums.insert(declaration.key(), id.1);
        if let Some(full) = full {
            self.tags.insert(full, id.1);
        }
        Ok(id.1)
    }

    fn enumerators(&mut self, e: &mut Enum, definition: Cursor<'_>) {
        let signed = match self.types.get(e.underlying) {
            Type::Primitive(p) => p.is_signed(self.types.target()),
            _ => true,
        };
        let mut list: Vec<Enumerator> = Vec::new();
        for child in definition.children() {
            if child.kind() != CXCursor_EnumConstantDecl {
                continue;
            }
            let name = child.name();
            if name.starts_with(MORE) {
                e.partial = true;
            } else if name.starts_with(UNKNOWN) {
                // The constant before it is `= ...`.
                e.partial = true;
                if let Some(last) = list.last_mut() {
                    last.value = None;
                }
            } else {
                let doc = child.comment().map(|c| plain_comment(&c));
                list.push(Enumerator { name, value: Some(child.enum_value(signed)), doc });
            }
        }
        e.enumerators = Some(list);
    }
}

fn unsupported(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unsupported, message)
}

fn unsupported_type(ty: Ty<'_>) -> Error {
    let what = match ty.kind() {
        CXType_Vector | CXType_ExtVector => "vector types are not supported",
        _ => "unsupported type",
    };
    unsupported(format!("{what}: '{}'", ty.text()))
}

fn quals_of(ty: Ty<'_>) -> Quals {
    let (c, v, r) = ty.qualifiers();
    let mut quals = Quals::NONE;
    for (on, q) in [(c, Quals::CONST), (v, Quals::VOLATILE), (r, Quals::RESTRICT)] {
        if on {
            quals = quals.with(q);
        }
    }
    quals
}

fn primitive_of(kind: CXTypeKind) -> Option<Primitive> {
    Some(match kind {
        CXType_Bool => Primitive::Bool,
        CXType_Char_U | CXType_Char_S => Primitive::Char,
        CXType_SChar => Primitive::SChar,
        CXType_UChar => Primitive::UChar,
        CXType_Short => Primitive::Short,
        CXType_UShort => Primitive::UShort,
        CXType_Int => Primitive::Int,
        CXType_UInt => Primitive::UInt,
        CXType_Long => Primitive::Long,
        CXType_ULong => Primitive::ULong,
        CXType_LongLong => Primitive::LongLong,
        CXType_ULongLong => Primitive::ULongLong,
        CXType_Int128 => Primitive::Int128,
        CXType_UInt128 => Primitive::UInt128,
        CXType_Float => Primitive::Float,
        CXType_Double => Primitive::Double,
        CXType_LongDouble => Primitive::LongDouble,
        _ => return None,
    })
}

/// The tag of a struct, union or enum: `struct foo` is what its type is written as.
pub(crate) fn tag_of(declaration: Cursor<'_>) -> Option<String> {
    let text = declaration.ty().text();
    let rest = ["struct ", "union ", "enum "].iter().find_map(|k| text.strip_prefix(k))?;
    let is_word = rest.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    (is_word && !rest.is_empty()).then(|| rest.to_owned())
}

/// The number in `aligned(N)`, where it is written as one.
fn aligned_in(tokens: &[String]) -> Option<u64> {
    tokens.windows(3).find_map(|w| {
        let is = matches!(w[0].as_str(), "aligned" | "__aligned__" | "_Alignas") && w[1] == "(";
        if is { w[2].parse().ok() } else { None }
    })
}
