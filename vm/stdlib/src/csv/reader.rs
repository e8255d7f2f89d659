//! Reading records from lines.

use super::dialect::{Dialect, DialectBody, Quoting, into_field, of};
use super::{error, field_limit};
use dovetail_core::error::PyResult;
use dovetail_core::native::borrow;
use dovetail_core::object::{Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::float::Float;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_macros::{pymethods, pytype};
use dovetail_text::{Text, TextBuf};

type P = *mut abi::PyObject;

/// The lines, how to read them, and how many were read.
#[repr(C)]
pub struct ReaderBody {
    pub ob_base: abi::PyObject,
    lines: P,
    dialect: P,
    line_num: u64,
}

/// Readers.
/// ---
/// CSV reader
///
/// Reader objects are responsible for reading and parsing tabular data
/// in CSV format.
#[pytype(
    name = "_csv.reader", body = ReaderBody, refs(lines, dialect), gc,
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct Reader;

/// A reader of an iterator's lines.
pub fn make(lines: Object, dialect: Ref<Dialect>) -> PyResult<Object> {
    // SAFETY: the fields own what they get.
    unsafe {
        let r = alloc::new_body::<Reader>()?;
        (*r.body()).lines = lines.into_ptr();
        (*r.body()).dialect = into_field(dialect);
        Ok(r.into_object())
    }
}

/// Where in a record the next character stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    /// Behind a quote in a quoted field, which ends it or is doubled.
    QuoteInQuoted,
    /// Behind a line end.
    LineEnd,
    /// Behind an escaped line end.
    EscapedLineEnd,
}

/// The record being read.
struct Record<'a> {
    d: &'a DialectBody,
    state: State,
    fields: Ref<List>,
    field: TextBuf,
    /// Was the field not in quotes?
    unquoted: bool,
    limit: i64,
}

const LF: u32 = 10;
const CR: u32 = 13;

impl Record<'_> {
    fn check_limit(&self, more: usize) -> PyResult<()> {
        if self.field.len() as i64 + more as i64 > self.limit {
            return Err(error(&format!("field larger than field limit ({})", self.limit)));
        }
        Ok(())
    }

    fn push(&mut self, c: u32) -> PyResult<()> {
        self.check_limit(1)?;
        self.field.push(c);
        Ok(())
    }

    /// Ends the field.
    fn save(&mut self) -> PyResult<()> {
        let q = self.d.quoting;
        let empty = self.field.is_empty();
        if self.unquoted && empty && matches!(q, Quoting::NotNull | Quoting::Strings) {
            return self.fields.push(none().to_owned());
        }
        let text = Str::from_text(self.field.as_text())?;
        self.field.truncate(0);
        if self.unquoted && !empty && matches!(q, Quoting::NonNumeric | Quoting::Strings) {
            let number = Float::parse_str(&text)?;
            return self.fields.push(Float::new(number)?.into_object());
        }
        self.fields.push(text.into_object())
    }

    /// Ends the record at a line end (`Some`) or at the end of the line.
    fn end(&mut self, c: Option<u32>) -> PyResult<()> {
        self.save()?;
        self.state = if c.is_none() { State::StartRecord } else { State::LineEnd };
        Ok(())
    }

    fn is_quote(&self, c: Option<u32>) -> bool {
        c.is_some() && c == self.d.quotechar && self.d.quoting != Quoting::None
    }

    fn is_escape(&self, c: Option<u32>) -> bool {
        c.is_some() && c == self.d.escapechar
    }

    /// Takes a character; none for the end of the line.
    fn take(&mut self, c: Option<u32>) -> PyResult<()> {
        match self.state {
            State::StartRecord => match c {
                None => Ok(()),
                Some(LF | CR) => {
                    self.state = State::LineEnd;
                    Ok(())
                }
                _ => self.start_field(c),
            },
            State::StartField => self.start_field(c),
            State::Escaped => match c {
                Some(c @ (LF | CR)) => {
                    self.push(c)?;
                    self.state = State::EscapedLineEnd;
                    Ok(())
                }
                _ => {
                    self.push(c.unwrap_or(LF))?;
                    self.state = State::InField;
                    Ok(())
                }
            },
            State::EscapedLineEnd if c.is_none() => Ok(()),
            State::EscapedLineEnd | State::InField => self.in_field(c),
            State::InQuoted => match c {
                None => Ok(()),
                _ if self.is_escape(c) => {
                    self.state = State::EscapedInQuoted;
                    Ok(())
                }
                _ if self.is_quote(c) => {
                    self.state = if self.d.doublequote != 0 { State::QuoteInQuoted } else { State::InField };
                    Ok(())
                }
                Some(c) => self.push(c),
            },
            State::EscapedInQuoted => {
                self.push(c.unwrap_or(LF))?;
                self.state = State::InQuoted;
                Ok(())
            }
            State::QuoteInQuoted => match c {
                Some(x) if self.is_quote(c) => {
                    self.push(x)?;
                    self.state = State::InQuoted;
                    Ok(())
                }
                Some(x) if x == self.d.delimiter => {
                    self.save()?;
                    self.state = State::StartField;
                    Ok(())
                }
                None | Some(LF | CR) => self.end(c),
                Some(x) if self.d.strict == 0 => {
                    self.push(x)?;
                    self.state = State::InField;
                    Ok(())
                }
                Some(_) => {
                    let shown = |c: Option<u32>| c.and_then(char::from_u32).unwrap_or('\0');
                    Err(error(&format!(
                        "'{}' expected after '{}'",
                        shown(Some(self.d.delimiter)),
                        shown(self.d.quotechar)
                    )))
                }
            },
            State::LineEnd => match c {
                Some(LF | CR) => Ok(()),
                None => {
                    self.state = State::StartRecord;
                    Ok(())
                }
                Some(_) => Err(error(
                    "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                )),
            },
        }
    }

    fn start_field(&mut self, c: Option<u32>) -> PyResult<()> {
        self.unquoted = true;
        match c {
            None | Some(LF | CR) => self.end(c),
            _ if self.is_quote(c) => {
                self.unquoted = false;
                self.state = State::InQuoted;
                Ok(())
            }
            _ if self.is_escape(c) => {
                self.state = State::Escaped;
                Ok(())
            }
            Some(32) if self.d.skipinitialspace != 0 => {
                self.state = State::StartField;
                Ok(())
            }
            Some(x) if x == self.d.delimiter => {
                self.state = State::StartField;
                self.save()
            }
            Some(x) => {
                self.push(x)?;
                self.state = State::InField;
                Ok(())
            }
        }
    }

    fn in_field(&mut self, c: Option<u32>) -> PyResult<()> {
        match c {
            None | Some(LF | CR) => self.end(c),
            _ if self.is_escape(c) => {
                self.state = State::Escaped;
                Ok(())
            }
            Some(x) if x == self.d.delimiter => {
                self.save()?;
                self.state = State::StartField;
                Ok(())
            }
            Some(x) => {
                self.state = State::InField;
                self.push(x)
            }
        }
    }

    /// How many characters from here on are content and nothing else.
    fn plain<U: Copy + Into<u32>>(&self, rest: &[U]) -> usize {
        let (delimiter, quote, escape) = (self.d.delimiter, self.d.quotechar, self.d.escapechar);
        let (quote, escape) = (quote.unwrap_or(delimiter), escape.unwrap_or(delimiter));
        let found = match self.state {
            State::InField => rest.iter().position(|u| {
                let c: u32 = (*u).into();
                c == LF || c == CR || c == delimiter || c == escape
            }),
            State::InQuoted => rest.iter().position(|u| {
                let c: u32 = (*u).into();
                c == quote || c == escape || c == delimiter && quote == delimiter
            }),
            _ => Some(0),
        };
        found.unwrap_or(rest.len())
    }

    fn line<U: Copy + Into<u32>>(&mut self, text: Text<'_>, units: &[U]) -> PyResult<()> {
        let mut i = 0;
        while i < units.len() {
            let n = self.plain(&units[i..]);
            if n > 0 {
                self.check_limit(n)?;
                self.field.push_text(text.slice(i..i + n));
                i += n;
                continue;
            }
            self.take(Some(units[i].into()))?;
            i += 1;
        }
        self.take(None)
    }
}

#[pymethods(members(
    ("dialect", _Py_T_OBJECT, dialect, abi::Py_READONLY, ""),
    ("line_num", Py_T_ULONG, line_num, abi::Py_READONLY, ""),
))]
impl Reader {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Ref<List>>> {
        // SAFETY: fields filled when made; kept alive over the calls.
        let (lines, dialect) =
            unsafe { (borrow((*self.body()).lines).to_owned(), of((*self.body()).dialect).to_ref()) };
        let mut r = Record {
            d: dialect.options(),
            state: State::StartRecord,
            fields: List::new()?,
            field: TextBuf::new(),
            unquoted: false,
            limit: field_limit(),
        };
        loop {
            let Some(line) = lines.iter_next()? else {
                if r.field.is_empty() && r.state != State::InQuoted {
                    return Ok(None);
                }
                if r.d.strict != 0 {
                    return Err(error("unexpected end of data"));
                }
                r.save()?;
                return Ok(Some(r.fields));
            };
            let Some(s) = line.downcast::<Str>() else {
                return Err(error(&format!(
                    "iterator should return strings, not {} (the file should be opened in text mode)",
                    line.type_name()
                )));
            };
            // SAFETY: own field.
            unsafe { (*self.body()).line_num += 1 };
            match s.text() {
                Text::Ascii(u) | Text::Latin1(u) => r.line(s.text(), u)?,
                Text::Ucs2(u) => r.line(s.text(), u)?,
                Text::Ucs4(u) => r.line(s.text(), u)?,
            }
            if r.state == State::StartRecord {
                return Ok(Some(r.fields));
            }
        }
    }
}
