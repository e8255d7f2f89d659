//! Syntax trees as plain data, in the shape of the module `ast`.
//!
//! A node is its class's name, its fields in the order of the class's `_fields`, and its position.
//! Optional fields that are absent are [`TreeValue::None`]; contexts and operators are nodes without fields.

use crate::code::Const;

/// Where a node is: lines from 1, columns in bytes of UTF-8 from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// `lineno`
    pub line: u32,
    /// `col_offset`
    pub col: u32,
    /// `end_lineno`
    pub end_line: u32,
    /// `end_col_offset`
    pub end_col: u32,
}

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The class in `ast`.
    pub kind: &'static str,
    /// The fields.
    pub fields: Vec<(&'static str, TreeValue)>,
    /// The position, for the classes that have one.
    pub position: Option<Position>,
}

/// A field's value.
#[derive(Clone, Debug, PartialEq)]
pub enum TreeValue {
    /// `None`
    None,
    /// A node.
    Node(Box<Tree>),
    /// A list.
    List(Vec<TreeValue>),
    /// An identifier, or the `kind` of a string constant.
    Name(String),
    /// A number that is no constant: `level`, `simple`, `is_async`, `conversion`.
    Int(i64),
    /// The value of a constant.
    Const(Const),
}

impl Tree {
    /// A node without a position.
    pub fn new(kind: &'static str, fields: Vec<(&'static str, TreeValue)>) -> Self {
        Self { kind, fields, position: None }
    }

    /// A field, `None` where the node has none of that name.
    pub fn field(&self, name: &str) -> &TreeValue {
        self.fields.iter().find(|(field, _)| *field == name).map_or(&TreeValue::None, |(_, value)| value)
    }
}

impl From<Tree> for TreeValue {
    fn from(tree: Tree) -> Self {
        Self::Node(Box::new(tree))
    }
}
