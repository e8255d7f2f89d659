//! What module `_string` gives `string.Formatter`: the parts of a template and of a field's name.

use crate::error::PyResult;
use crate::object::obj::clear;
use crate::object::{Obj, Object, Ref, alloc};
use crate::raise;
use crate::types::bool_::bool_obj;
use crate::types::int::Int;
use crate::types::none::none;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use dovetail_macros::{pymethods, pytype};
use dovetail_text::Text;
use dovetail_text::template::format::{FormatError, Key, Step, parse, parse_name};

/// What is to be given out, and the error behind it.
#[repr(C)]
pub struct PartsBody {
    pub ob_base: abi::PyObject,
    pub items: *mut abi::PyObject,
    pub error: *mut abi::PyObject,
    pub index: usize,
}

/// The iterator of `_string.formatter_parser`.
/// ---
#[pytype(name = "formatteriterator", static_in_c, body = PartsBody, refs(items, error), flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct FormatterIter;

/// The iterator of `_string.formatter_field_name_split`.
/// ---
#[pytype(name = "fieldnameiterator", static_in_c, body = PartsBody, refs(items, error), flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct FieldNameIter;

/// The next item, or the error at the end.
unsafe fn next(b: *mut PartsBody) -> PyResult<Option<Object>> {
    // SAFETY: own fields: a tuple and a string or NULL.
    unsafe {
        let items = &*((*b).items as *const Tuple);
        if let Some(o) = items.items().get((*b).index) {
            (*b).index += 1;
            return Ok(Some(o.clone()));
        }
        if (*b).error.is_null() {
            return Ok(None);
        }
        let message = (*((*b).error as *const Str)).to_string_lossy().into_owned();
        clear(&raw mut (*b).error);
        Err(raise!(ValueError, "{message}"))
    }
}

unsafe fn fill(b: *mut PartsBody, items: Vec<Object>, error: Option<FormatError>) -> PyResult<()> {
    // SAFETY: a new object's own fields.
    unsafe {
        (*b).items = Tuple::from_vec(items)?.into_ptr();
        if let Some(e) = error {
            (*b).error = Str::new(e.0)?.into_ptr();
        }
    }
    Ok(())
}

#[pymethods]
impl FormatterIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: filled at creation.
        unsafe { next(self.body()) }
    }
}

#[pymethods]
impl FieldNameIter {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next_slot(&self) -> PyResult<Option<Object>> {
        // SAFETY: filled at creation.
        unsafe { next(self.body()) }
    }
}

/// `_string.formatter_parser(template)`: tuples of literal text, field name, format specification, conversion.
pub fn formatter_parser(template: &Str) -> PyResult<Object> {
    crate::types::ready::ready::<FormatterIter>()?;
    let text = template.text();
    let (mut items, mut error) = (Vec::new(), None);
    for piece in parse(text) {
        let piece = match piece {
            Ok(p) => p,
            Err(e) => {
                error = Some(e);
                break;
            }
        };
        let part = |r| -> PyResult<Object> { Ok(Str::from_text(text.slice(r))?.into_object()) };
        let literal = part(piece.literal)?;
        let row = match piece.field {
            None => [literal, none().to_owned(), none().to_owned(), none().to_owned()],
            Some(f) => [
                literal,
                part(f.name)?,
                part(f.spec)?,
                match f.conversion {
                    Some(c) => Str::from_code_point(c)?.into_object(),
                    None => none().to_owned(),
                },
            ],
        };
        items.push(Tuple::from_array(row)?.into_object());
    }
    // SAFETY: the fields are filled before anything runs.
    unsafe {
        let it: Ref<FormatterIter> = alloc::new_body()?;
        fill(it.body(), items, error)?;
        Ok(it.into_object())
    }
}

fn key_object(text: Text<'_>, key: Key) -> PyResult<Object> {
    match key {
        Key::Index(i) => Ok(Int::from_i64(i as i64)?.into_object()),
        Key::Name(r) => Ok(Str::from_text(text.slice(r))?.into_object()),
    }
}

/// `_string.formatter_field_name_split(name)`: the first part, and an iterator over `(is attribute, key)`.
pub fn formatter_field_name_split(name: &Str) -> PyResult<Object> {
    crate::types::ready::ready::<FieldNameIter>()?;
    let text = name.text();
    let (first, steps) = parse_name(text, 0..text.len()).map_err(|e| raise!(ValueError, "{}", e.0))?;
    let (mut items, mut error) = (Vec::new(), None);
    for step in steps {
        let (attribute, key) = match step {
            Ok(Step::Attribute(r)) => (true, Key::Name(r)),
            Ok(Step::Item(k)) => (false, k),
            Err(e) => {
                error = Some(e);
                break;
            }
        };
        items
            .push(Tuple::from_array([bool_obj(attribute).to_owned(), key_object(text, key)?])?.into_object());
    }
    // SAFETY: as above.
    unsafe {
        let it: Ref<FieldNameIter> = alloc::new_body()?;
        fill(it.body(), items, error)?;
        Ok(Tuple::from_array([key_object(text, first)?, it.into_object()])?.into_object())
    }
}
