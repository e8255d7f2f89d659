//! What a text declares.

use crate::error::Place;
use crate::rewrite::PythonLinkage;
use dovetail_ctype::{Quals, TypeId, Types};
use serde::{Deserialize, Serialize};

/// The declarations of one text, on an arena of their own. [`Types::absorb`] takes the types over into another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Declarations {
    /// All types that the declarations speak of, those of earlier texts included.
    pub types: Types,
    /// In the order of the source.
    pub items: Vec<Declaration>,
    /// What cffi warns of (its sentences).
    pub warnings: Vec<String>,
    /// Declarations of headers that have no type here (`_Float128`, vectors), and why.
    pub skipped: Vec<(String, String)>,
}

impl Declarations {
    /// The first declaration of that name with a kind that pleases.
    pub fn find(&self, name: &str, pleases: impl Fn(&Kind) -> bool) -> Option<&Declaration> {
        self.items.iter().find(|d| d.name == name && pleases(&d.kind))
    }

    /// The type of a typedef.
    pub fn typedef(&self, name: &str) -> Option<(TypeId, Quals)> {
        self.items.iter().find_map(|d| match d.kind {
            Kind::Typedef { ty, quals } if d.name == name => Some((ty, quals)),
            _ => None,
        })
    }
}

/// One declaration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    /// The name; of a struct, union or enum its tag.
    pub name: String,
    pub kind: Kind,
    /// The documentation comment before it, without slashes and stars.
    pub doc: Option<String>,
    pub place: Place,
}

/// What a name is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// `ty` is a function type.
    Function {
        ty: TypeId,
        /// Names of the parameters; empty where they have none.
        params: Vec<String>,
        linkage: Linkage,
        /// The linker's name, where an asm label makes it another.
        symbol: Option<String>,
    },
    /// A variable that can be written, or an array.
    Variable {
        ty: TypeId,
        quals: Quals,
    },
    /// `static const int X;`, `#define X ...` and their like with the value, where it is known. A macro with dots has the
    /// type `void`: only the library's header knows.
    Constant {
        ty: TypeId,
        quals: Quals,
        value: Option<Value>,
        /// Came from `#define`.
        is_macro: bool,
    },
    Typedef {
        ty: TypeId,
        quals: Quals,
    },
    /// A struct or union with its tag.
    Record {
        ty: TypeId,
    },
    /// An enum. Without a tag its name is empty, unless a typedef gives it one.
    Enum {
        ty: TypeId,
    },
    /// `#define f(a, b) body`
    FunctionMacro {
        params: Vec<String>,
        body: String,
    },
    /// A macro that is no constant: its text.
    OtherMacro {
        body: String,
    },
}

/// Where a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Linkage {
    /// A symbol of the library.
    Library,
    /// `static` or `inline` in a header: exists only once a compiler has been asked.
    Inline,
    /// Written in Python.
    Python(PythonLinkage),
}

/// The value of a constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    Integer(i128),
    Float(f64),
    /// A string's bytes without the NUL at its end.
    Text(Vec<u8>),
    /// A pointer made of a number: `((void (*)(void *))-1)`.
    Address(u64),
}

/// A comment's text: no `/**`, `*/`, `///`, `//!`, no stars or blank before a line.
pub(crate) fn plain_comment(raw: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in raw.lines() {
        let mut line = line.trim();
        line = line.strip_suffix("*/").unwrap_or(line).trim_end();
        let begins = ["/**<", "/*!<", "///<", "//!<", "/**", "/*!", "///", "//!", "/*", "//"];
        line = match begins.iter().find_map(|begin| line.strip_prefix(begin)) {
            Some(rest) => rest,
            None => line.trim_start_matches('*'),
        };
        lines.push(line.strip_prefix(' ').unwrap_or(line).trim_end());
    }
    while lines.first().is_some_and(|l| l.is_empty()) {
        lines.remove(0);
    }
    while lines.last().is_some_and(|l| l.is_empty()) {
        lines.pop();
    }
    lines.join("\n")
}
