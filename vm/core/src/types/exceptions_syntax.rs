//! `SyntaxError`: the place of the error and the text of the line.

use crate::bail;
use crate::error::{PyResult, Raised, raise_exception};
use crate::object::obj::replace;
use crate::object::{AsObj, Object, Ref};
use crate::types::dict::Dict;
use crate::types::exception::{BaseException, FLAGS, field, or_none, views};
use crate::types::exceptions_fields::base;
use crate::types::int::Int;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use dovetail_macros::{pymethods, pytype};
use dovetail_text::TextBuf;

/// Source text that is no program.
/// ---
/// Invalid syntax.
#[pytype(
    name = "SyntaxError", body = abi::PySyntaxErrorObject, export = "_PyExc_SyntaxError", gc, dict = dict,
    base = views::Exception, flags = FLAGS,
    refs(dict, args, notes, traceback, context, cause, msg, filename, lineno, offset, end_lineno, end_offset, text,
         print_file_and_line, metadata),
)]
pub struct SyntaxError;

base!(SyntaxError);

/// What a `SyntaxError` says, for printing it.
pub struct SyntaxParts {
    pub msg: Object,
    pub filename: Object,
    pub lineno: Object,
    pub offset: Object,
    pub end_lineno: Object,
    pub end_offset: Object,
    pub text: Object,
}

impl SyntaxError {
    /// The fields, None where not set.
    pub fn parts(&self) -> SyntaxParts {
        // SAFETY: NULL or owned.
        unsafe {
            let b = self.body();
            SyntaxParts {
                msg: or_none(field((*b).msg)),
                filename: or_none(field((*b).filename)),
                lineno: or_none(field((*b).lineno)),
                offset: or_none(field((*b).offset)),
                end_lineno: or_none(field((*b).end_lineno)),
                end_offset: or_none(field((*b).end_offset)),
                text: or_none(field((*b).text)),
            }
        }
    }
}

#[pymethods(members(
    ("msg", _Py_T_OBJECT, msg, 0, "exception msg"),
    ("filename", _Py_T_OBJECT, filename, 0, "exception filename"),
    ("lineno", _Py_T_OBJECT, lineno, 0, "exception lineno"),
    ("offset", _Py_T_OBJECT, offset, 0, "exception offset"),
    ("text", _Py_T_OBJECT, text, 0, "exception text"),
    ("end_lineno", _Py_T_OBJECT, end_lineno, 0, "exception end lineno"),
    ("end_offset", _Py_T_OBJECT, end_offset, 0, "exception end offset"),
    ("print_file_and_line", _Py_T_OBJECT, print_file_and_line, 0, "exception print_file_and_line"),
    ("_metadata", _Py_T_OBJECT, metadata, 0, "exception private metadata"),
))]
impl SyntaxError {
    #[slot(tp_init)]
    fn init_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        self.base().plain_init(args, kwargs)?;
        let items = args.items();
        // SAFETY: owned fields.
        unsafe {
            let b = self.body();
            if let Some(msg) = items.first() {
                replace(&raw mut (*b).msg, Some(msg.clone()));
            }
            if items.len() != 2 {
                return Ok(());
            }
            let info = Tuple::from_iter_obj(&items[1])?;
            let n = info.len();
            if n < 4 {
                bail!(TypeError, "function takes at least 4 arguments ({n} given)");
            }
            if n > 7 {
                bail!(TypeError, "function takes at most 7 arguments ({n} given)");
            }
            let get = |i: usize| info.items().get(i).cloned();
            replace(&raw mut (*b).filename, get(0));
            replace(&raw mut (*b).lineno, get(1));
            replace(&raw mut (*b).offset, get(2));
            replace(&raw mut (*b).text, get(3));
            replace(&raw mut (*b).end_lineno, get(4));
            replace(&raw mut (*b).end_offset, get(5));
            replace(&raw mut (*b).metadata, get(6));
            if n == 5 {
                bail!(TypeError, "end_offset must be provided when end_lineno is provided");
            }
        }
        Ok(())
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Ref<Str>> {
        let p = self.parts();
        let line = p.lineno.downcast_exact::<Int>().and_then(Int::to_i64);
        let mut out = TextBuf::with_capacity(64);
        out.push_text(p.msg.str_()?.text());
        let file = p.filename.downcast::<Str>();
        if file.is_none() && line.is_none() {
            return p.msg.str_();
        }
        out.push_str(" (");
        if let Some(f) = file {
            let text = f.text();
            let start = (0..text.len()).rev().find(|i| text.at(*i) == '/' as u32).map_or(0, |i| i + 1);
            out.push_text(text.slice(start..text.len()));
            if line.is_some() {
                out.push_str(", ");
            }
        }
        if let Some(n) = line {
            out.push_str(&format!("line {n}"));
        }
        out.push_str(")");
        Str::from_buf(out)
    }
}

/// Raises a `SyntaxError` (or subclass) with its place; lines and columns count from 1, 0 means none.
#[allow(clippy::too_many_arguments)]
#[cold]
pub fn raise_syntax(
    class: &Type,
    message: &str,
    filename: &str,
    lineno: u32,
    offset: u32,
    text: Option<&str>,
    end_lineno: u32,
    end_offset: u32,
) -> Raised {
    let make = || -> PyResult<Ref<BaseException>> {
        let number = |v: u32| Int::from_i64(v as i64).map(Ref::into_object);
        let text = match text {
            Some(t) => Str::new(t)?.into_object(),
            None => or_none(None),
        };
        let place = Tuple::from_vec(vec![
            Str::new(filename)?.into_object(),
            number(lineno)?,
            number(offset)?,
            text,
            number(end_lineno)?,
            number(end_offset)?,
        ])?;
        let args = Tuple::from_vec(vec![Str::new(message)?.into_object(), place.into_object()])?;
        BaseException::normalize(class, args.as_obj())
    };
    match make() {
        Ok(e) => raise_exception(e),
        Err(e) => e,
    }
}
