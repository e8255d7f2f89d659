//! The import system and the library's first modules as marshalled code within the executable.
//!
//! The files under `data` are compiled from the library's source by the test beside this crate, which also fails when
//! one of them is out of date. (A build script would have to build the whole compiler a second time for the host.)
//! What a frozen module is and which there are is CPython's choice, but for `io` and `site`, which the dist step
//! changes by rule: they would differ from those in the prefix.

/// A frozen module.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    pub name: &'static str,
    /// The source, under the library's folder.
    pub file: &'static str,
    pub package: bool,
    /// The module whose file was compiled; `<` before a package's name marks its `__init__`.
    pub origin: &'static str,
    /// Needed before files can be imported: there even with `-X frozen_modules=off`.
    pub essential: bool,
    /// The code object, marshalled.
    pub code: &'static [u8],
}

macro_rules! table {
    ($($name:literal $kind:ident $file:literal $origin:literal $data:literal;)*) => {
        static FROZEN: &[Frozen] = &[$(Frozen {
            name: $name,
            file: $file,
            package: table!(@package $kind),
            origin: $origin,
            essential: table!(@essential $kind),
            code: include_bytes!(concat!("../data/", $data, ".marshal")),
        }),*];
    };
    (@package package) => { true };
    (@package $kind:ident) => { false };
    (@essential essential) => { true };
    (@essential $kind:ident) => { false };
}

// name, kind, source, origin, file under `data`
table! {
    "_frozen_importlib" essential "importlib/_bootstrap.py" "importlib._bootstrap" "importlib._bootstrap";
    "_frozen_importlib_external" essential "importlib/_bootstrap_external.py" "importlib._bootstrap_external"
        "importlib._bootstrap_external";
    "zipimport" essential "zipimport.py" "zipimport" "zipimport";
    "abc" module "abc.py" "abc" "abc";
    "codecs" module "codecs.py" "codecs" "codecs";
    "_collections_abc" module "_collections_abc.py" "_collections_abc" "_collections_abc";
    "_sitebuiltins" module "_sitebuiltins.py" "_sitebuiltins" "_sitebuiltins";
    "genericpath" module "genericpath.py" "genericpath" "genericpath";
    "ntpath" module "ntpath.py" "ntpath" "ntpath";
    "posixpath" module "posixpath.py" "posixpath" "posixpath";
    "os" module "os.py" "os" "os";
    "stat" module "stat.py" "stat" "stat";
    "importlib.util" module "importlib/util.py" "importlib.util" "importlib.util";
    "importlib.machinery" module "importlib/machinery.py" "importlib.machinery" "importlib.machinery";
    "runpy" module "runpy.py" "runpy" "runpy";
    // For tests of frozen modules.
    "__hello__" module "__hello__.py" "__hello__" "__hello__";
    "__hello_alias__" module "__hello__.py" "__hello__" "__hello__";
    "__phello_alias__" package "__hello__.py" "__hello__" "__hello__";
    "__phello_alias__.spam" module "__hello__.py" "__hello__" "__hello__";
    "__phello__" package "__phello__/__init__.py" "__phello__" "__phello__";
    "__phello__.__init__" module "__phello__/__init__.py" "<__phello__" "__phello__";
    "__phello__.ham" package "__phello__/ham/__init__.py" "__phello__.ham" "__phello__.ham";
    "__phello__.ham.__init__" module "__phello__/ham/__init__.py" "<__phello__.ham" "__phello__.ham";
    "__phello__.ham.eggs" module "__phello__/ham/eggs.py" "__phello__.ham.eggs" "__phello__.ham.eggs";
    "__phello__.spam" module "__phello__/spam.py" "__phello__.spam" "__phello__.spam";
}

/// The frozen module of this name.
pub fn find(name: &str) -> Option<&'static Frozen> {
    FROZEN.iter().find(|f| f.name == name)
}

/// All frozen modules.
pub fn all() -> &'static [Frozen] {
    FROZEN
}
