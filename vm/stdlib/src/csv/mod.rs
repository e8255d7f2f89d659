//! `_csv`: the native half of `csv`.

mod dialect;
mod reader;
mod writer;

use crate::util::{TypeCell, set, set_int};
use dialect::Dialect;
use dovetail_core::bail;
use dovetail_core::error::{PyResult, Raised, exc, raise_message};
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::ready::ready;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::pymodule;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

/// The exception type `csv.Error`.
fn error_type() -> PyResult<&'static Type> {
    static TYPE: TypeCell = TypeCell::new();
    TYPE.get_or(|| crate::util::new_exception("_csv.Error", exc::Exception()))
}

/// Raises `csv.Error`.
#[cold]
fn error(message: &str) -> Raised {
    match error_type() {
        Ok(t) => raise_message(t, message),
        Err(e) => e,
    }
}

/// No field that is read may be longer.
static FIELD_LIMIT: AtomicI64 = AtomicI64::new(128 * 1024);

fn field_limit() -> i64 {
    FIELD_LIMIT.load(Ordering::Relaxed)
}

/// The registered dialects by name.
fn dialects() -> PyResult<&'static Dict> {
    static DIALECTS: OnceLock<usize> = OnceLock::new();
    if let Some(p) = DIALECTS.get() {
        // SAFETY: kept for ever below.
        return Ok(unsafe { &*(*p as *const Dict) });
    }
    let d = Dict::new()?;
    d.as_obj().immortalize();
    let _ = DIALECTS.set(d.into_ptr() as usize);
    dialects()
}

fn registered(name: &Obj) -> PyResult<Object> {
    dialects()?.get(name)?.ok_or_else(|| error("unknown dialect"))
}

/// A dialect made of another one or its name, and options.
fn make_dialect(base: Option<&Obj>, options: Option<&Dict>) -> PyResult<Ref<Dialect>> {
    let args: Vec<Object> = base.map(Obj::to_owned).into_iter().collect();
    let o = Dialect::type_object().as_obj().call_dict(&*Tuple::from_vec(args)?, options)?;
    match o.downcast_into::<Dialect>() {
        Ok(d) => Ok(d),
        Err(_) => bail!(TypeError, "a Dialect was expected"),
    }
}

/// The one or two positional arguments of a function.
fn one_or_two<'a>(function: &str, args: &[&'a Obj]) -> PyResult<(&'a Obj, Option<&'a Obj>)> {
    match args {
        [a] => Ok((a, None)),
        [a, b] => Ok((a, Some(b))),
        [] => bail!(TypeError, "{function} expected at least 1 argument, got 0"),
        _ => bail!(TypeError, "{function} expected at most 2 arguments, got {}", args.len()),
    }
}

/// CSV parsing and writing.
#[pymodule(name = "_csv")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Dialect>(module)?;
        ready::<reader::Reader>()?;
        ready::<writer::Writer>()?;
        set(module, "Reader", reader::Reader::type_object().as_obj())?;
        set(module, "Writer", writer::Writer::type_object().as_obj())?;
        set(module, "Error", error_type()?.as_obj())?;
        set(module, "_dialects", dialects()?.as_obj())?;
        let quoting = ["MINIMAL", "ALL", "NONNUMERIC", "NONE", "STRINGS", "NOTNULL"];
        for (i, name) in quoting.iter().enumerate() {
            set_int(module, &format!("QUOTE_{name}"), i as i64)?;
        }
        Ok(())
    }

    #[function(
        nosig,
        sig = "(*args, **kwargs)",
        doc = "reader($module, iterable, /, dialect='excel', **fmtparams)\n--\n\nReturn a reader object that will process lines from the given iterable.\n\nThe \"iterable\" argument can be any object that returns a line\nof input for each iteration, such as a file object or a list.  The\noptional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n\nThe returned object is an iterator.  Each iteration returns a row\nof the CSV file (which can span multiple input lines).\n"
    )]
    fn reader(args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        let (iterable, dialect) = one_or_two("reader", args)?;
        let lines = iterable.iter()?;
        reader::make(lines, make_dialect(dialect, kwargs)?)
    }

    #[function(
        nosig,
        sig = "(*args, **kwargs)",
        doc = "writer($module, fileobj, /, dialect='excel', **fmtparams)\n--\n\nReturn a writer object that will write user data on the given file object.\n\nThe \"fileobj\" argument can be any object that supports the file API.\nThe optional \"dialect\" argument defines a CSV dialect.  The function\nalso accepts optional keyword arguments which override settings\nprovided by the dialect.\n"
    )]
    fn writer(args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<Object> {
        let (file, dialect) = one_or_two("writer", args)?;
        let dialect = make_dialect(dialect, kwargs)?;
        let write = file.get_attr_opt(dovetail_core::sym!(write))?.filter(|w| w.is_callable());
        match write {
            Some(w) => writer::make(w, dialect),
            None => bail!(TypeError, "argument 1 must have a \"write\" method"),
        }
    }

    #[function(
        nosig,
        sig = "(*args, **kwargs)",
        doc = "register_dialect($module, name, /, dialect='excel', **fmtparams)\n--\n\nCreate a mapping from a string name to a CVS dialect.\n\nThe optional \"dialect\" argument specifies the base dialect instance\nor the name of the registered dialect.  The function also accepts\noptional keyword arguments which override settings provided by the\ndialect.\n"
    )]
    fn register_dialect(args: &[&Obj], kwargs: Option<&Dict>) -> PyResult<()> {
        let (name, dialect) = one_or_two("register_dialect", args)?;
        if !name.is_a::<Str>() {
            bail!(TypeError, "dialect name must be a string");
        }
        let dialect = make_dialect(dialect, kwargs)?;
        dialects()?.set(name, dialect.as_obj())
    }

    /// Return a list of all known dialect names.
    #[function(sig = "()")]
    fn list_dialects() -> PyResult<Ref<List>> {
        dialects()?.keys_list()
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[function(sig = "(name)")]
    fn unregister_dialect(name: &Obj) -> PyResult<()> {
        if dialects()?.remove(name)? { Ok(()) } else { Err(error("unknown dialect")) }
    }

    /// Return the dialect instance associated with name.
    #[function(sig = "(name)")]
    fn get_dialect(name: &Obj) -> PyResult<Object> {
        registered(name)
    }

    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[function(sig = "(new_limit=<unrepresentable>)")]
    fn field_size_limit(new_limit: Option<&Obj>) -> PyResult<i64> {
        let old = field_limit();
        if let Some(new) = new_limit {
            let Some(i) = new.downcast_exact::<Int>() else { bail!(TypeError, "limit must be an integer") };
            let Some(v) = i.to_i64() else {
                bail!(OverflowError, "Python int too large to convert to C ssize_t");
            };
            FIELD_LIMIT.store(v, Ordering::Relaxed);
        }
        Ok(old)
    }
}

pub use module::MODULE;
