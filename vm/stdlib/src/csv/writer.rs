//! Writing records.

use super::dialect::{Dialect, Quoting, into_field, of};
use super::error;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::borrow;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::complex::Complex;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_macros::{pymethods, pytype};
use dovetail_text::{Text, TextBuf};

type P = *mut abi::PyObject;

/// The function that takes the text, and how to write it.
#[repr(C)]
pub struct WriterBody {
    pub ob_base: abi::PyObject,
    write: P,
    dialect: P,
}

/// Writers.
/// ---
/// CSV writer
///
/// Writer objects are responsible for generating tabular data
/// in CSV format from sequence input.
#[pytype(
    name = "_csv.writer", body = WriterBody, refs(write, dialect), gc,
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct Writer;

/// A writer that calls `write`.
pub fn make(write: Object, dialect: Ref<Dialect>) -> PyResult<Object> {
    // SAFETY: the fields own what they get.
    unsafe {
        let w = alloc::new_body::<Writer>()?;
        (*w.body()).write = write.into_ptr();
        (*w.body()).dialect = into_field(dialect);
        Ok(w.into_object())
    }
}

/// `PyNumber_Check`.
fn is_number(o: &Obj) -> bool {
    // SAFETY: a suite of the object's type.
    let n = unsafe { o.ob_type().raw().tp_as_number.as_ref() };
    o.is_a::<Int>()
        || o.is_a::<Float>()
        || o.is_a::<Complex>()
        || n.is_some_and(|n| n.nb_index.is_some() || n.nb_int.is_some() || n.nb_float.is_some())
}

/// The record being written.
struct Record<'a> {
    d: &'a Dialect,
    out: TextBuf,
    fields: usize,
}

impl Record<'_> {
    /// Appends a field; none for an empty one that stands for None.
    fn field(&mut self, text: Option<Text<'_>>, quoted: bool) -> PyResult<()> {
        let o = self.d.options();
        if self.fields > 0 {
            self.out.push(o.delimiter);
        }
        self.fields += 1;
        let empty = text.is_none_or(|t| t.is_empty());
        let mut quoted = quoted;
        if empty && o.delimiter == 32 && o.skipinitialspace != 0 {
            let unquoted =
                text.is_none() && matches!(o.quoting, Quoting::Strings | Quoting::NotNull);
            if o.quoting == Quoting::None || unquoted {
                return Err(error(
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        let Some(text) = text else {
            return self.quote_around(TextBuf::new().as_text(), quoted);
        };
        let terminator = self.d.terminator();
        let special = |c: u32| {
            c == o.delimiter
                || Some(c) == o.escapechar
                || Some(c) == o.quotechar
                || c == 10
                || c == 13
                || terminator.text().iter().any(|t| t == c)
        };
        if !text.iter().any(special) {
            return self.quote_around(text, quoted);
        }
        let mut body = TextBuf::new();
        for c in text.iter() {
            if special(c) {
                let mut escape = false;
                if o.quoting == Quoting::None {
                    escape = true;
                } else {
                    if Some(c) == o.quotechar {
                        if o.doublequote != 0 {
                            body.push(c);
                        } else {
                            escape = true;
                        }
                    } else if Some(c) == o.escapechar {
                        escape = true;
                    }
                    if !escape {
                        quoted = true;
                    }
                }
                if escape {
                    match o.escapechar {
                        Some(e) => body.push(e),
                        None => return Err(error("need to escape, but no escapechar set")),
                    }
                }
            }
            body.push(c);
        }
        self.quote_around(body.as_text(), quoted)
    }

    fn quote_around(&mut self, text: Text<'_>, quoted: bool) -> PyResult<()> {
        let quote = self.d.options().quotechar.filter(|_| quoted);
        if let Some(q) = quote {
            self.out.push(q);
        }
        self.out.push_text(text);
        if let Some(q) = quote {
            self.out.push(q);
        }
        Ok(())
    }
}

#[pymethods(members(("dialect", _Py_T_OBJECT, dialect, abi::Py_READONLY, ""),))]
impl Writer {
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    #[method]
    fn writerow(&self, row: &Obj) -> PyResult<Object> {
        let it = match row.iter() {
            Err(e) if e.matches(exc::TypeError()) => {
                e.clear();
                return Err(error(&format!("iterable expected, not {}", row.type_name())));
            }
            r => r?,
        };
        // SAFETY: fields filled when made; kept alive over the calls.
        let (write, dialect) =
            unsafe { (borrow((*self.body()).write).to_owned(), of((*self.body()).dialect).to_ref()) };
        let quoting = dialect.options().quoting;
        let mut r = Record { d: &dialect, out: TextBuf::new(), fields: 0 };
        let mut null = false;
        while let Some(field) = it.iter_next()? {
            let quoted = match quoting {
                Quoting::NonNumeric => !is_number(&field),
                Quoting::All => true,
                Quoting::Strings => field.is_a::<Str>(),
                Quoting::NotNull => !field.is_none(),
                Quoting::Minimal | Quoting::None => false,
            };
            null = field.is_none();
            if let Some(s) = field.downcast::<Str>() {
                r.field(Some(s.text()), quoted)?;
            } else if null {
                r.field(None, quoted)?;
            } else {
                let s = field.str_()?;
                r.field(Some(s.text()), quoted)?;
            }
        }
        if r.fields > 0 && r.out.is_empty() {
            if quoting == Quoting::None || null && matches!(quoting, Quoting::Strings | Quoting::NotNull) {
                return Err(error("single empty field record must be quoted"));
            }
            r.fields -= 1;
            r.field(None, true)?;
        }
        r.out.push_text(dialect.terminator().text());
        let line = Str::from_buf(r.out.finish())?;
        write.call(&[line.as_obj()])
    }

    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    #[method]
    fn writerows(&self, rows: &Obj) -> PyResult<()> {
        rows.iter()?.for_each(|row| {
            self.writerow(&row)?;
            Ok(())
        })
    }
}
