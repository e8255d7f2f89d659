//! Types as text: cffi's way of writing them, and C's.

use crate::{Convention, Length, Quals, Type, TypeId, Types};

/// What stands before and after the place of a declared name.
struct Around {
    before: String,
    after: String,
}

impl Types {
    /// As cffi's `ffi.getctype` and `repr` write it: no qualifiers, one blank before each star.
    pub fn name(&self, id: TypeId) -> String {
        let Around { mut before, after } = self.around(id, false);
        before.push_str(&after);
        before
    }

    /// As `ffi.getctype(t, inner)` writes it: the type with `inner` where a declared name stands. A leading star binds to
    /// the whole type, so it gets parentheses before an array; anything but `[` and `(` gets a blank.
    pub fn declare(&self, id: TypeId, inner: &str) -> String {
        let Around { before, after } = self.around(id, false);
        let inner = inner.trim();
        if inner.starts_with('*') && after.starts_with('[') {
            format!("{before}({inner}){after}")
        } else if inner.is_empty() || inner.starts_with(['[', '(']) {
            format!("{before}{inner}{after}")
        } else {
            format!("{before} {inner}{after}")
        }
    }

    /// As C declares `inner` of that type with those qualifiers: `const char *inner`, with calling conventions.
    pub fn c_declare(&self, id: TypeId, quals: Quals, inner: &str) -> String {
        let Around { before, after } = self.around(id, true);
        let text = match self.get(id) {
            Type::Pointer { .. } => {
                let quals = quals.text();
                let inner = format!("{quals}{inner}");
                let inner = inner.trim_end();
                format!("{before}{inner}{after}")
            }
            _ if inner.is_empty() || before.ends_with('*') => {
                format!("{}{before}{inner}{after}", quals.text())
            }
            _ => format!("{}{before} {inner}{after}", quals.text()),
        };
        text.trim_end().to_owned()
    }

    /// As C writes the type alone, with qualifiers and calling conventions.
    pub fn c_name(&self, id: TypeId) -> String {
        self.c_declare(id, Quals::NONE, "")
    }

    fn around(&self, id: TypeId, full: bool) -> Around {
        match self.get(id) {
            Type::Void => Around { before: "void".into(), after: String::new() },
            Type::Primitive(p) => {
                let name = if full { p.c_name() } else { p.name() };
                Around { before: name.into(), after: String::new() }
            }
            Type::Unknown { name, .. } => Around { before: name.to_string(), after: String::new() },
            Type::Record(r) => Around { before: self.record(*r).name(), after: String::new() },
            Type::Enum(e) => Around { before: self.enumeration(*e).name(), after: String::new() },
            Type::Pointer { to, quals } => self.around_pointer(*to, *quals, full),
            Type::Array { item, quals, length } => {
                let Around { before, after } = self.around(*item, full);
                let brackets = match length {
                    Length::Fixed(n) => format!("[{n}]"),
                    Length::Open => "[]".into(),
                    Length::Dots => "[...]".into(),
                };
                let before = if full { self.qualify(*item, *quals, before) } else { before };
                Around { before, after: brackets + &after }
            }
            Type::Function(f) => {
                let Around { mut before, after } = self.around(f.result, full);
                if full {
                    before.push_str(match f.convention {
                        Convention::Stdcall => " __stdcall",
                        Convention::MsAbi => " __attribute__((ms_abi))",
                        Convention::SysV => " __attribute__((sysv_abi))",
                        Convention::C | Convention::Other => "",
                    });
                }
                let mut params: Vec<String> =
                    f.params.iter().map(|&p| if full { self.c_name(p) } else { self.name(p) }).collect();
                if f.variadic {
                    params.push("...".into());
                } else if full && params.is_empty() {
                    params.push("void".into());
                }
                Around { before, after: format!("({}){after}", params.join(", ")) }
            }
        }
    }

    fn around_pointer(&self, to: TypeId, quals: Quals, full: bool) -> Around {
        let Around { before, after } = self.around(to, full);
        let before = if full { self.qualify(to, quals, before) } else { before };
        match self.get(to) {
            Type::Array { .. } | Type::Function(_) => {
                Around { before: before + "(*", after: format!("){after}") }
            }
            // C's own habit is no blank between stars; cffi's is one.
            Type::Pointer { .. } if full => Around { before: before + "*", after },
            _ => Around { before: before + " *", after },
        }
    }

    /// Puts qualifiers of `id` to its text: before a plain type, after a pointer's star.
    fn qualify(&self, id: TypeId, quals: Quals, before: String) -> String {
        match self.get(id) {
            Type::Pointer { .. } => before + &quals.text(),
            Type::Array { .. } => before,
            _ => quals.text() + &before,
        }
    }
}
