//! Declarations as cdef text again: what `dovetail cdef HEADER` prints.

use crate::declarations::{Declaration, Declarations, Kind, Linkage, Value};
use dovetail_ctype::{Enum, Quals, Record, Type, TypeId, Types};
use rustc_hash::FxHashSet;
use std::fmt::Write;

/// The text of all declarations, in their order. Reading it gives the same declarations again, but for documentation.
pub fn text(declarations: &Declarations) -> String {
    let mut printer = Printer::new(declarations);
    for item in &declarations.items {
        printer.item(item);
    }
    printer.out
}

struct Printer {
    /// Records and enums that have a tag are written by it, so that the order of typedefs does not matter.
    types: Types,
    /// Records and enums that stand in the text.
    written: FxHashSet<TypeId>,
    out: String,
}

impl Printer {
    fn new(declarations: &Declarations) -> Printer {
        let mut types = declarations.types.clone();
        let records: Vec<_> = types.records().map(|(id, _)| id).collect();
        for id in records {
            let record = types.record_mut(id);
            if !record.is_anonymous() {
                record.forced_name = None;
            }
        }
        let enums: Vec<_> = types.enums().map(|(id, _)| id).collect();
        for id in enums {
            let e = types.enumeration_mut(id);
            if !e.tag.starts_with('$') {
                e.forced_name = None;
            }
        }
        Printer { types, written: FxHashSet::default(), out: String::new() }
    }

    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    /// Writes what a declaration of that type needs before it: types whose own names were not asked for, too.
    fn need(&mut self, ty: TypeId, by_value: bool) {
        match self.types.get(ty).clone() {
            Type::Pointer { to, .. } => self.need(to, false),
            Type::Array { item, .. } => self.need(item, by_value),
            Type::Function(f) => {
                self.need(f.result, false);
                f.params.iter().for_each(|p| self.need(*p, false));
            }
            Type::Record(id) => {
                let record = self.types.record(id).clone();
                let tagged = !record.is_anonymous();
                if (tagged && (!by_value || record.is_opaque())) || self.written.contains(&ty) {
                    return;
                }
                self.written.insert(ty);
                record.fields.iter().flatten().for_each(|f| self.need(f.ty, true));
                match &record.forced_name {
                    Some(name) if record.is_opaque() => self.line(&format!("typedef ... {name};")),
                    Some(name) => self.line(&format!("typedef {} {name};", self.body(ty, 0))),
                    None if tagged => self.line(&format!("{};", self.body(ty, 0))),
                    // It stands where it is used.
                    None => {}
                }
            }
            Type::Enum(id) => {
                let e = self.types.enumeration(id);
                let (tagged, forced) = (!e.tag.starts_with('$'), e.forced_name.clone());
                if (!tagged && forced.is_none()) || !self.written.insert(ty) {
                    return;
                }
                match forced {
                    Some(name) if !tagged => self.line(&format!("typedef {} {name};", self.body(ty, 0))),
                    _ => self.line(&format!("{};", self.body(ty, 0))),
                }
            }
            Type::Void | Type::Primitive(_) | Type::Unknown { .. } => {}
        }
    }

    fn item(&mut self, item: &Declaration) {
        let name = &item.name;
        match &item.kind {
            Kind::Function { ty, .. } => self.need(*ty, false),
            Kind::Variable { ty, .. } | Kind::Typedef { ty, .. } => self.need(*ty, true),
            Kind::Constant { ty, is_macro: false, .. } => self.need(*ty, true),
            _ => {}
        }
        match &item.kind {
            Kind::Function { ty, linkage, .. } => {
                let comment =
                    if *linkage == Linkage::Inline { "  /* inline: needs a C compiler */" } else { "" };
                let declaration = self.declare(*ty, Quals::NONE, name);
                self.line(&format!("{declaration};{comment}"));
            }
            Kind::Variable { ty, quals } => {
                let declaration = self.declare(*ty, *quals, name);
                self.line(&format!("extern {declaration};"));
            }
            Kind::Constant { value: Some(value), is_macro: true, .. } => {
                if let Some(value) = literal(value) {
                    self.line(&format!("#define {name} {value}"));
                }
            }
            Kind::Constant { is_macro: true, .. } => self.line(&format!("#define {name} ...")),
            Kind::Constant { ty, quals, value, .. } => {
                let declaration = self.declare(*ty, quals.with(Quals::CONST), name);
                let value = match value {
                    Some(Value::Integer(n)) => format!(" = {n}"),
                    _ => String::new(),
                };
                self.line(&format!("static {declaration}{value};"));
            }
            Kind::Typedef { ty, quals } => self.typedef(*ty, *quals, name),
            Kind::Record { ty } => {
                let opaque =
                    matches!(self.types.get(*ty), Type::Record(r) if self.types.record(*r).is_opaque());
                if opaque && self.written.insert(*ty) {
                    let body = self.body(*ty, 0);
                    self.line(&format!("{body};"));
                }
                self.need(*ty, true);
            }
            Kind::Enum { ty } => {
                self.need(*ty, true);
                // Only its constants have names.
                if self.written.insert(*ty) {
                    let body = self.body(*ty, 0);
                    self.line(&format!("{body};"));
                }
            }
            Kind::FunctionMacro { params, body } => {
                let text = format!("#define {name}({}) {body}", params.join(", "));
                self.line(&format!("/* {} */", text.replace("*/", "* /")));
            }
            Kind::OtherMacro { body } => {
                self.line(&format!("/* #define {name} {} */", body.replace("*/", "* /")));
            }
        }
    }

    fn typedef(&mut self, ty: TypeId, quals: Quals, name: &str) {
        let named_here = match self.types.get(ty) {
            Type::Record(r) => self.types.record(*r).forced_name.as_deref() == Some(name),
            Type::Enum(e) => self.types.enumeration(*e).forced_name.as_deref() == Some(name),
            Type::Unknown { name: unknown, .. } => **unknown == *name,
            _ => false,
        };
        let text = match self.types.get(ty) {
            Type::Unknown { .. } if named_here => format!("typedef int... {name};"),
            // Written as what was needed.
            _ if named_here => return,
            _ => format!("typedef {};", self.declare(ty, quals, name)),
        };
        self.line(&text);
    }

    /// A declaration; records without a name in it are written out in full.
    fn declare(&self, ty: TypeId, quals: Quals, name: &str) -> String {
        self.declare_at(ty, quals, name, 0)
    }

    fn declare_at(&self, ty: TypeId, quals: Quals, name: &str, depth: usize) -> String {
        let text = self.types.c_declare(ty, quals, name);
        let mut innermost = ty;
        loop {
            innermost = match self.types.get(innermost) {
                Type::Pointer { to, .. } => *to,
                Type::Array { item, .. } => *item,
                Type::Function(f) => f.result,
                _ => break,
            };
        }
        let (written, nameless) = match self.types.get(innermost) {
            Type::Record(r) => (self.types.record(*r).name(), is_nameless(self.types.record(*r))),
            Type::Enum(e) => {
                let e = self.types.enumeration(*e);
                (e.name(), e.tag.starts_with('$') && e.forced_name.is_none())
            }
            _ => return text,
        };
        if nameless { text.replacen(&written, &self.body(innermost, depth), 1) } else { text }
    }

    /// A record or enum with its members.
    fn body(&self, ty: TypeId, depth: usize) -> String {
        match self.types.get(ty) {
            Type::Record(r) => self.record_body(self.types.record(*r), depth),
            Type::Enum(e) => enum_body(self.types.enumeration(*e)),
            _ => self.types.c_name(ty),
        }
    }

    fn record_body(&self, record: &Record, depth: usize) -> String {
        let mut out = record.kind.keyword().to_owned();
        if !record.is_anonymous() {
            let _ = write!(out, " {}", record.tag);
        }
        let Some(fields) = &record.fields else { return out };
        let indent = "    ".repeat(depth + 1);
        out.push_str(" {\n");
        for field in fields {
            let mut text = self.declare_at(field.ty, field.quals, &field.name, depth + 1);
            if let Some(bits) = field.bits {
                let _ = write!(text, " : {bits}");
            }
            if field.packed {
                text.push_str(" __attribute__((packed))");
            }
            if let Some(align) = field.aligned.or(field.type_align) {
                let _ = write!(text, " __attribute__((aligned({align})))");
            }
            let _ = writeln!(out, "{indent}{text};");
        }
        if record.partial {
            let _ = writeln!(out, "{indent}...;");
        }
        let _ = write!(out, "{}}}", "    ".repeat(depth));
        if record.packed || record.pack == Some(1) {
            out.push_str(" __attribute__((packed))");
        }
        if let Some(align) = record.aligned {
            let _ = write!(out, " __attribute__((aligned({align})))");
        }
        out
    }
}

fn is_nameless(record: &Record) -> bool {
    record.is_anonymous() && record.forced_name.is_none()
}

fn enum_body(e: &Enum) -> String {
    let mut out = "enum".to_owned();
    if !e.tag.starts_with('$') {
        let _ = write!(out, " {}", e.tag);
    }
    let Some(list) = &e.enumerators else { return out };
    out.push_str(" {\n");
    for c in list {
        let value = c.value.map_or("...".to_owned(), |v| v.to_string());
        let _ = writeln!(out, "    {} = {value},", c.name);
    }
    if e.partial && list.iter().all(|c| c.value.is_some()) {
        out.push_str("    ...\n");
    }
    out.push('}');
    out
}

/// A constant's value in C. None for addresses, which no library of cffi's has as constants of a text.
fn literal(value: &Value) -> Option<String> {
    match value {
        // The lowest number has no literal of its own type, the highest ones need to be unsigned.
        Value::Integer(n) if *n == i128::from(i64::MIN) => Some("(-9223372036854775807 - 1)".to_owned()),
        Value::Integer(n) if *n > i128::from(i64::MAX) => Some(format!("{n}u")),
        Value::Integer(n) => Some(n.to_string()),
        Value::Float(x) if x.is_finite() => Some(format!("{x:?}")),
        Value::Float(_) | Value::Address(_) => None,
        Value::Text(bytes) => {
            let mut out = String::from("\"");
            for &b in bytes {
                match b {
                    b'"' | b'\\' => {
                        out.push('\\');
                        out.push(b as char);
                    }
                    0x20..=0x7e => out.push(b as char),
                    _ => {
                        let _ = write!(out, "\\{b:03o}");
                    }
                }
            }
            out.push('"');
            Some(out)
        }
    }
}
