//! `_symtable`: the compiler's symbol tables as objects.

use crate::compile::{raise_syntax_error, source_bytes};
use crate::util::{fspath, set_ints};
use dovetail_core::bail;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Native, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_front::Mode;
use dovetail_front::symtable::Scope;
use dovetail_macros::{pymethods, pymodule, pytype};
use std::ffi::{c_int, c_long};

/// A scope.
#[repr(C)]
pub struct EntryBody {
    pub ob_base: abi::PyObject,
    pub id: *mut abi::PyObject,
    pub name: *mut abi::PyObject,
    pub symbols: *mut abi::PyObject,
    pub varnames: *mut abi::PyObject,
    pub children: *mut abi::PyObject,
    pub lineno: c_long,
    pub kind: c_int,
    pub nested: c_int,
}

/// Scopes.
#[pytype(
    name = "symtable entry", body = EntryBody, refs(id, name, symbols, varnames, children),
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct Entry;

#[pymethods(members(
    ("id", _Py_T_OBJECT, id, abi::Py_READONLY, ""),
    ("name", _Py_T_OBJECT, name, abi::Py_READONLY, ""),
    ("symbols", _Py_T_OBJECT, symbols, abi::Py_READONLY, ""),
    ("varnames", _Py_T_OBJECT, varnames, abi::Py_READONLY, ""),
    ("children", _Py_T_OBJECT, children, abi::Py_READONLY, ""),
    ("nested", Py_T_INT, nested, abi::Py_READONLY, ""),
    ("type", Py_T_INT, kind, abi::Py_READONLY, ""),
    ("lineno", Py_T_LONG, lineno, abi::Py_READONLY, ""),
))]
impl Entry {
    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        // SAFETY: own fields, filled when made.
        let (name, lineno) = unsafe { (Obj::from_ptr((*self.body()).name), (*self.body()).lineno) };
        let name = name.str_()?.to_string_lossy().into_owned();
        Ok(format!("<symtable entry {name}({}), line {lineno}>", self.as_obj().as_ptr() as usize))
    }
}

fn entry(scope: &Scope) -> PyResult<Object> {
    let symbols = Dict::new()?;
    for (name, flags) in &scope.symbols {
        symbols.set(Str::intern(name)?.as_obj(), Int::from_i64((*flags).into())?.as_obj())?;
    }
    let names = scope.varnames.iter().map(|n| Str::intern(n).map(Ref::into_object));
    let varnames = List::from_vec(names.collect::<PyResult<Vec<_>>>()?)?;
    let children = List::from_vec(scope.children.iter().map(entry).collect::<PyResult<Vec<_>>>()?)?;
    let name = Str::intern(&scope.name)?;
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let o = type_alloc(Entry::type_object(), 0)?;
        let b = o.as_raw() as *mut EntryBody;
        (*b).name = name.into_ptr();
        (*b).symbols = symbols.into_ptr();
        (*b).varnames = varnames.into_ptr();
        (*b).children = children.into_ptr();
        (*b).lineno = scope.lineno.into();
        (*b).kind = scope.kind.into();
        (*b).nested = scope.nested.into();
        (*b).id = Int::from_usize(b as usize)?.into_ptr();
        Ok(o)
    }
}

/// The flags of symbols, their scopes, and the kinds of tables.
static NUMBERS: &[(&str, i64)] = &[
    ("USE", 16),
    ("DEF_GLOBAL", 1),
    ("DEF_NONLOCAL", 8),
    ("DEF_LOCAL", 2),
    ("DEF_PARAM", 4),
    ("DEF_TYPE_PARAM", 1024),
    ("DEF_FREE_CLASS", 64),
    ("DEF_IMPORT", 128),
    ("DEF_BOUND", 134),
    ("DEF_ANNOT", 256),
    ("DEF_COMP_ITER", 512),
    ("DEF_COMP_CELL", 2048),
    ("TYPE_FUNCTION", 0),
    ("TYPE_CLASS", 1),
    ("TYPE_MODULE", 2),
    ("TYPE_ANNOTATION", 3),
    ("TYPE_TYPE_ALIAS", 4),
    ("TYPE_TYPE_PARAMETERS", 5),
    ("TYPE_TYPE_VARIABLE", 6),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_OFF", 12),
    ("SCOPE_MASK", 15),
];

#[pymodule(name = "_symtable")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        dovetail_core::types::ready::ready::<Entry>()?;
        set_ints(module, NUMBERS)
    }

    /// Return symbol and scope dictionaries used internally by compiler.
    #[function(sig = "(source, filename, startstr, /)")]
    fn symtable(source: &Obj, filename: &Obj, startstr: &str) -> PyResult<Object> {
        let (bytes, flags) = source_bytes(source, "symtable", "string or bytes")?;
        let mode = match startstr {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => bail!(ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'"),
        };
        let filename = fspath(filename)?.str_()?.to_string_lossy().into_owned();
        let text = crate::compile::source_text(&bytes, flags, &filename)?;
        match dovetail_front::symtable::symtable(&text, &filename, mode) {
            Ok(scope) => entry(&scope),
            Err(e) => Err(raise_syntax_error(&e, &filename)),
        }
    }
}

pub use module::MODULE;
