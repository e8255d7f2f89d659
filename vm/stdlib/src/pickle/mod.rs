//! `_pickle`: objects to and from the pickle language, protocols 0 to 5.
//!
//! - `opcodes` names the letters; `output` writes them in frames; `memo` remembers what was written.
//! - `pickler` is the type, `save` the saving of each kind of object, `reduce` that of all others and of globals.
//! - `input` reads from bytes and files; `unpickler` is the type, `load` the language, `find` looks up globals.
//! - `buffer` is `PickleBuffer` (PEP 574).

mod buffer;
mod find;
mod input;
mod load;
mod memo;
mod opcodes;
mod output;
mod pickler;
mod reduce;
mod save;
mod unpickler;

use crate::util::{TypeCell, set};
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::import::import_module;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::buffer::Buffer;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::pymodule;
use pickler::Pickler;
use std::cell::OnceCell;
use std::sync::OnceLock;
use unpickler::Unpickler;

/// The highest protocol.
pub const HIGHEST: i64 = 5;

static ERROR: TypeCell = TypeCell::new();
static PICKLING: TypeCell = TypeCell::new();
static UNPICKLING: TypeCell = TypeCell::new();

fn new_error(name: &str, base: &Type) -> PyResult<Ref<Type>> {
    let dict = Dict::new()?;
    dict.set_text("__module__", Str::new("_pickle")?.as_obj())?;
    let bases = Tuple::from_slice(&[base.as_obj()])?;
    let t = Type::type_object().as_obj().call(&[Str::new(name)?.as_obj(), bases.as_obj(), dict.as_obj()])?;
    t.downcast_into::<Type>().map_err(|_| dovetail_core::raise!(SystemError, "type() gave no type"))
}

fn error_type() -> PyResult<&'static Type> {
    ERROR.get_or(|| new_error("PickleError", exc::Exception()))
}

fn pickling_type() -> PyResult<&'static Type> {
    PICKLING.get_or(|| new_error("PicklingError", error_type()?))
}

fn unpickling_type() -> PyResult<&'static Type> {
    UNPICKLING.get_or(|| new_error("UnpicklingError", error_type()?))
}

/// Raises `PicklingError`.
#[cold]
fn pickling(message: &str) -> Raised {
    match pickling_type() {
        Ok(t) => raise_message(t, message),
        Err(e) => e,
    }
}

/// Raises `UnpicklingError`.
#[cold]
fn unpickling(message: &str) -> Raised {
    match unpickling_type() {
        Ok(t) => raise_message(t, message),
        Err(e) => e,
    }
}

/// The error with a note added.
#[cold]
fn noted(error: Raised, note: String) -> Raised {
    let e = error.take();
    let add = || e.as_obj().call_method_text("add_note", &[Str::new(&note)?.as_obj()]);
    if let Err(other) = add() {
        other.clear();
    }
    Raised::restore(e)
}

/// A type's name as `%T` shows it.
fn type_of(o: &Obj) -> String {
    dovetail_core::types::support::full_type_name(o.ob_type())
}

/// What both directions need of the library's Python half.
struct Library {
    dispatch_table: Ref<Dict>,
    extension_registry: Ref<Dict>,
    inverted_registry: Ref<Dict>,
    extension_cache: Ref<Dict>,
    name_mapping: Ref<Dict>,
    import_mapping: Ref<Dict>,
    reverse_name_mapping: Ref<Dict>,
    reverse_import_mapping: Ref<Dict>,
}

/// The main interpreter's.
static LIBRARY: OnceLock<usize> = OnceLock::new();

/// A sub-interpreter's.
#[derive(Default)]
struct OfSubInterpreter(OnceCell<usize>);

fn dict_of(module: &Obj, place: &str, name: &str) -> PyResult<Ref<Dict>> {
    let o = module.get_attr_text(name)?;
    match o.downcast_exact::<Dict>() {
        Some(d) => Ok(d.to_ref()),
        None => bail!(RuntimeError, "{place}.{name} should be a dict, not {}", o.type_name()),
    }
}

fn library() -> PyResult<&'static Library> {
    let interp = Interpreter::current();
    let own = || &interp.state::<OfSubInterpreter>().0;
    if let Some(p) = if interp.is_main() { LIBRARY.get() } else { own().get() } {
        // SAFETY: leaked below.
        return Ok(unsafe { &*(*p as *const Library) });
    }
    let copyreg = import_module("copyreg")?;
    let compat = import_module("_compat_pickle")?;
    let l = Library {
        dispatch_table: dict_of(&copyreg, "copyreg", "dispatch_table")?,
        extension_registry: dict_of(&copyreg, "copyreg", "_extension_registry")?,
        inverted_registry: dict_of(&copyreg, "copyreg", "_inverted_registry")?,
        extension_cache: dict_of(&copyreg, "copyreg", "_extension_cache")?,
        name_mapping: dict_of(&compat, "_compat_pickle", "NAME_MAPPING")?,
        import_mapping: dict_of(&compat, "_compat_pickle", "IMPORT_MAPPING")?,
        reverse_name_mapping: dict_of(&compat, "_compat_pickle", "REVERSE_NAME_MAPPING")?,
        reverse_import_mapping: dict_of(&compat, "_compat_pickle", "REVERSE_IMPORT_MAPPING")?,
    };
    let made = || Box::into_raw(Box::new(l)) as usize;
    let p = if interp.is_main() { *LIBRARY.get_or_init(made) } else { *own().get_or_init(made) };
    // SAFETY: leaked.
    Ok(unsafe { &*(p as *const Library) })
}

/// The parts of a dotted name.
fn dotted(name: &Str) -> PyResult<Vec<Ref<Str>>> {
    let text = name.text();
    let mut out = Vec::new();
    let mut start = 0;
    for (i, c) in text.iter().enumerate() {
        if c == '.' as u32 {
            out.push(name.sub(start, i)?);
            start = i + 1;
        }
    }
    out.push(name.sub(start, text.len())?);
    Ok(out)
}

/// Follows a path of attributes.
fn get_path(o: &Obj, path: &[Ref<Str>]) -> PyResult<Object> {
    let mut o = o.to_owned();
    for part in path {
        o = o.get_attr(part)?;
    }
    Ok(o)
}

/// Optimized C implementation for the Python pickle module.
#[pymodule(name = "_pickle")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<buffer::PickleBuffer>(module)?;
        add_type::<Pickler>(module)?;
        add_type::<Unpickler>(module)?;
        dovetail_core::types::ready::ready::<memo::PicklerMemo>()?;
        dovetail_core::types::ready::ready::<memo::UnpicklerMemo>()?;
        set(module, "PickleError", error_type()?.as_obj())?;
        set(module, "PicklingError", pickling_type()?.as_obj())?;
        set(module, "UnpicklingError", unpickling_type()?.as_obj())
    }

    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
    ///
    /// The optional *protocol* argument tells the pickler to use the given
    /// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
    /// protocol is 5. It was introduced in Python 3.8, and is incompatible
    /// with previous versions.
    ///
    /// Specifying a negative protocol version selects the highest protocol
    /// version supported.  The higher the protocol used, the more recent the
    /// version of Python needed to read the pickle produced.
    ///
    /// The *file* argument must have a write() method that accepts a single
    /// bytes argument.  It can thus be a file object opened for binary
    /// writing, an io.BytesIO instance, or any other custom object that meets
    /// this interface.
    ///
    /// If *fix_imports* is True and protocol is less than 3, pickle will try
    /// to map the new Python 3 names to the old module names used in Python
    /// 2, so that the pickle data stream is readable with Python 2.
    ///
    /// If *buffer_callback* is None (the default), buffer views are serialized
    /// into *file* as part of the pickle stream.  It is an error if
    /// *buffer_callback* is not None and *protocol* is None or smaller than 5.
    #[function(sig = "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dump(
        obj: &Obj,
        file: &Obj,
        protocol: Option<&Obj>,
        fix_imports: bool,
        buffer_callback: Option<&Obj>,
    ) -> PyResult<()> {
        let p = Pickler::make(Pickler::type_object())?;
        p.start(Some(file), protocol, fix_imports, buffer_callback)?;
        p.dump_all(obj)?;
        p.flush()
    }

    /// Return the pickled representation of the object as a bytes object.
    ///
    /// The optional *protocol* argument tells the pickler to use the given
    /// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
    /// protocol is 5. It was introduced in Python 3.8, and is incompatible
    /// with previous versions.
    ///
    /// Specifying a negative protocol version selects the highest protocol
    /// version supported.  The higher the protocol used, the more recent the
    /// version of Python needed to read the pickle produced.
    ///
    /// If *fix_imports* is True and *protocol* is less than 3, pickle will
    /// try to map the new Python 3 names to the old module names used in
    /// Python 2, so that the pickle data stream is readable with Python 2.
    ///
    /// If *buffer_callback* is None (the default), buffer views are serialized
    /// into *file* as part of the pickle stream.  It is an error if
    /// *buffer_callback* is not None and *protocol* is None or smaller than 5.
    #[function(sig = "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dumps(
        obj: &Obj,
        protocol: Option<&Obj>,
        fix_imports: bool,
        buffer_callback: Option<&Obj>,
    ) -> PyResult<Object> {
        let p = Pickler::make(Pickler::type_object())?;
        p.start(None, protocol, fix_imports, buffer_callback)?;
        p.dump_all(obj)?;
        p.take_bytes()
    }

    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    ///
    /// The argument *file* must have two methods, a read() method that takes
    /// an integer argument, and a readline() method that requires no
    /// arguments.  Both methods should return bytes.  Thus *file* can be a
    /// binary file object opened for reading, an io.BytesIO object, or any
    /// other custom object that meets this interface.
    ///
    /// Optional keyword arguments are *fix_imports*, *encoding* and *errors*,
    /// which are used to control compatibility support for pickle stream
    /// generated by Python 2.  If *fix_imports* is True, pickle will try to
    /// map the old Python 2 names to the new names used in Python 3.  The
    /// *encoding* and *errors* tell pickle how to decode 8-bit string
    /// instances pickled by Python 2; these default to 'ASCII' and 'strict',
    /// respectively.  The *encoding* can be 'bytes' to read these 8-bit
    /// string instances as bytes objects.
    #[function(sig = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn load(
        file: &Obj,
        fix_imports: bool,
        encoding: &str,
        errors: &str,
        buffers: Option<&Obj>,
    ) -> PyResult<Object> {
        let u = Unpickler::make(Unpickler::type_object())?;
        u.set_file(file)?;
        u.set_options(fix_imports, encoding, errors, buffers)?;
        u.run()
    }

    /// Read and return an object from the given pickle data.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    ///
    /// Optional keyword arguments are *fix_imports*, *encoding* and *errors*,
    /// which are used to control compatibility support for pickle stream
    /// generated by Python 2.  If *fix_imports* is True, pickle will try to
    /// map the old Python 2 names to the new names used in Python 3.  The
    /// *encoding* and *errors* tell pickle how to decode 8-bit string
    /// instances pickled by Python 2; these default to 'ASCII' and 'strict',
    /// respectively.  The *encoding* can be 'bytes' to read these 8-bit
    /// string instances as bytes objects.
    #[function(sig = "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn loads(
        data: &Obj,
        fix_imports: bool,
        encoding: &str,
        errors: &str,
        buffers: Option<&Obj>,
    ) -> PyResult<Object> {
        let u = Unpickler::make(Unpickler::type_object())?;
        u.set_bytes(Buffer::simple(data)?)?;
        u.set_options(fix_imports, encoding, errors, buffers)?;
        u.run()
    }
}

pub use buffer::PickleBuffer;
pub use module::MODULE;

/// The function `getattr`.
fn getattr_function() -> PyResult<Object> {
    dovetail_core::types::support::builtin(sym!(getattr))
}
