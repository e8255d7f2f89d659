//! Modules that are part of the executable as marshalled code.

/// A frozen module.
pub struct Frozen {
    pub name: &'static str,
    pub package: bool,
    pub code: &'static [u8],
}

/// No module is frozen yet: the library is read from the prefix.
static FROZEN: &[Frozen] = &[];

/// The frozen module of this name.
pub fn find(name: &str) -> Option<&'static Frozen> {
    FROZEN.iter().find(|f| f.name == name)
}

/// The names of all frozen modules.
pub fn names() -> impl Iterator<Item = &'static str> {
    FROZEN.iter().map(|f| f.name)
}
