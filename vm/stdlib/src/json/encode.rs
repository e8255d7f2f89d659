//! `make_encoder`: the writer of JSON texts.

use super::{escape, own_encoder};
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::native::borrow;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::{full_type_name, type_alloc};
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use dovetail_text::{Text, TextBuf};
use std::collections::HashSet;
use std::ffi::c_char;

type P = *mut abi::PyObject;

/// The options of an encoder.
#[repr(C)]
pub struct EncoderBody {
    pub ob_base: abi::PyObject,
    markers: P,
    default: P,
    encoder: P,
    indent: P,
    key_separator: P,
    item_separator: P,
    sort_keys: c_char,
    skipkeys: c_char,
    allow_nan: c_char,
    /// 1 for the module's encoder to ASCII, 2 for its other one, 0 for any callable.
    own: u8,
}

/// Encoders.
/// ---
/// Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)
#[pytype(
    name = "_json.Encoder", body = EncoderBody, gc,
    refs(markers, default, encoder, indent, key_separator, item_separator),
)]
pub struct Encoder;

/// One encoding: the text so far, and the containers it is within.
struct Writer<'a> {
    options: &'a Encoder,
    out: TextBuf,
    within: HashSet<usize>,
    scratch: String,
    /// The line breaks of the levels, with the indentation behind them.
    breaks: Vec<Ref<Str>>,
}

fn ascii(out: &mut TextBuf, s: &str) {
    out.push_text(Text::Ascii(s.as_bytes()));
}

/// Adds a note to the pending exception that says where it happened.
#[cold]
fn noted(e: Raised, note: impl FnOnce() -> PyResult<String>) -> Raised {
    let e = e.take();
    let add = || -> PyResult<()> {
        e.as_obj().call_method(sym!(add_note), &[Str::new(&note()?)?.as_obj()])?;
        Ok(())
    };
    match add() {
        Ok(()) => Raised::restore(e),
        Err(again) => again,
    }
}

impl Writer<'_> {
    fn b(&self) -> &EncoderBody {
        // SAFETY: read only after the object is made.
        unsafe { &*self.options.body() }
    }

    fn circular(&self) -> bool {
        // SAFETY: an owned field.
        !unsafe { borrow(self.b().markers) }.is_none()
    }

    /// Enters a container or an object that `default` is asked about.
    fn enter(&mut self, o: &Obj) -> PyResult<()> {
        if self.circular() && !self.within.insert(o.as_ptr() as usize) {
            bail!(ValueError, "Circular reference detected");
        }
        Ok(())
    }

    fn leave(&mut self, o: &Obj) {
        self.within.remove(&(o.as_ptr() as usize));
    }

    fn string(&mut self, s: &Str) -> PyResult<()> {
        let own = self.b().own;
        if own != 0 {
            escape::push_quoted(&mut self.out, s.text(), own == 1);
            return Ok(());
        }
        // SAFETY: an owned field.
        let encoder = unsafe { borrow(self.b().encoder) };
        let r = encoder.call(&[s.as_obj()])?;
        match r.downcast::<Str>() {
            Some(t) => self.out.push_text(t.text()),
            None => bail!(TypeError, "encoder() must return a string, not {}", r.type_name()),
        }
        Ok(())
    }

    fn int(&mut self, i: &Int) -> PyResult<()> {
        if !i.is_compact() {
            let s = i.to_base(10)?;
            ascii(&mut self.out, &s);
            return Ok(());
        }
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let v = i.compact_value();
        let mut n = v.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (n % 10) as u8;
            n /= 10;
            if n == 0 {
                break;
            }
        }
        if v < 0 {
            at -= 1;
            digits[at] = b'-';
        }
        self.out.push_text(Text::Ascii(&digits[at..]));
        Ok(())
    }

    fn float(&mut self, f: &Float) -> PyResult<()> {
        let v = f.value();
        if v.is_finite() {
            self.scratch.clear();
            dovetail_num::float::repr_into(&mut self.scratch, v);
            ascii(&mut self.out, &self.scratch);
            return Ok(());
        }
        if self.b().allow_nan == 0 {
            let shown = f.as_obj().repr()?;
            bail!(ValueError, "Out of range float values are not JSON compliant: {}", shown.to_string_lossy());
        }
        ascii(
            &mut self.out,
            if v.is_nan() {
                "NaN"
            } else if v > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            },
        );
        Ok(())
    }

    /// The name of a constant.
    fn constant(o: &Obj) -> Option<&'static str> {
        if o.is_none() {
            Some("null")
        } else if o.is(bool_obj(true)) {
            Some("true")
        } else if o.is(bool_obj(false)) {
            Some("false")
        } else {
            None
        }
    }

    fn value(&mut self, o: &Obj, level: isize) -> PyResult<()> {
        if let Some(s) = o.downcast::<Str>() {
            return self.string(s);
        }
        if let Some(c) = Self::constant(o) {
            ascii(&mut self.out, c);
            return Ok(());
        }
        if let Some(i) = o.downcast::<Int>() {
            return self.int(i);
        }
        if let Some(f) = o.downcast::<Float>() {
            return self.float(f);
        }
        ThreadState::current().check_recursion(" while encoding a JSON object")?;
        if o.is_a::<List>() || o.is_a::<Tuple>() {
            return self.array(o, level);
        }
        if let Some(d) = o.downcast::<Dict>() {
            return self.dict(d, level);
        }
        self.enter(o)?;
        // SAFETY: an owned field.
        let default = unsafe { borrow(self.b().default) };
        let new = default.call(&[o])?;
        self.value(&new, level)
            .map_err(|e| noted(e, || Ok(format!("when serializing {} object", full_type_name(o.ob_type())))))?;
        self.leave(o);
        Ok(())
    }

    /// A line break of a level, where there is indentation.
    fn line_break(&mut self, level: isize) -> PyResult<()> {
        // SAFETY: an owned field: a str or None.
        let indent = unsafe { borrow(self.b().indent) };
        let Some(indent) = indent.downcast::<Str>() else { return Ok(()) };
        let level = level.max(0) as usize;
        while self.breaks.len() <= level {
            let mut line = TextBuf::new();
            line.push(b'\n' as u32);
            for _ in 0..self.breaks.len() {
                line.push_text(indent.text());
            }
            self.breaks.push(Str::from_buf(line.finish())?);
        }
        self.out.push_text(self.breaks[level].text());
        Ok(())
    }

    fn separator(&mut self, p: P) {
        // SAFETY: an owned field, which is a str.
        self.out.push_text(unsafe { borrow(p).cast_unchecked::<Str>() }.text());
    }

    fn array(&mut self, o: &Obj, level: isize) -> PyResult<()> {
        let item = |i: usize| match o.downcast::<List>() {
            Some(l) => l.get(i),
            // SAFETY: the caller has looked.
            None => unsafe { o.cast_unchecked::<Tuple>() }.items().get(i).cloned(),
        };
        let Some(mut next) = item(0) else {
            ascii(&mut self.out, "[]");
            return Ok(());
        };
        self.enter(o)?;
        self.out.push(b'[' as u32);
        let mut i = 0;
        loop {
            if i > 0 {
                self.separator(self.b().item_separator);
            }
            self.line_break(level + 1)?;
            self.value(&next, level + 1).map_err(|e| {
                noted(e, || Ok(format!("when serializing {} item {i}", full_type_name(o.ob_type()))))
            })?;
            i += 1;
            match item(i) {
                Some(o) => next = o,
                None => break,
            }
        }
        self.leave(o);
        self.line_break(level)?;
        self.out.push(b']' as u32);
        Ok(())
    }

    fn dict(&mut self, d: &Dict, level: isize) -> PyResult<()> {
        if d.is_empty() {
            ascii(&mut self.out, "{}");
            return Ok(());
        }
        self.enter(d.as_obj())?;
        self.out.push(b'{' as u32);
        let mut first = true;
        if self.b().sort_keys != 0 || !d.as_obj().is_exact::<Dict>() {
            let items = List::from_iter_obj(&*d.as_obj().call_method(sym!(items), &[])?)?;
            if self.b().sort_keys != 0 {
                items.sort_default()?;
            }
            let mut i = 0;
            while let Some(item) = items.get(i) {
                let Some(t) = item.downcast::<Tuple>().filter(|t| t.len() == 2) else {
                    bail!(ValueError, "items must return 2-tuples");
                };
                self.pair(d, t.get(0), t.get(1), &mut first, level + 1)?;
                i += 1;
            }
        } else {
            let mut at = 0;
            while let Some((k, v)) = d.next(&mut at) {
                let (k, v) = (k.to_owned(), v.to_owned());
                self.pair(d, &k, &v, &mut first, level + 1)?;
            }
        }
        self.leave(d.as_obj());
        if !first {
            self.line_break(level)?;
        }
        self.out.push(b'}' as u32);
        Ok(())
    }

    fn pair(&mut self, d: &Dict, key: &Obj, value: &Obj, first: &mut bool, level: isize) -> PyResult<()> {
        // A key that is no string is written as one.
        let spelled = if key.is_a::<Str>() {
            None
        } else {
            let mut own = TextBuf::new();
            std::mem::swap(&mut self.out, &mut own);
            let r = if let Some(f) = key.downcast::<Float>() {
                self.float(f)
            } else if let Some(c) = Self::constant(key) {
                ascii(&mut self.out, c);
                Ok(())
            } else if let Some(i) = key.downcast::<Int>() {
                self.int(i)
            } else if self.b().skipkeys != 0 {
                self.out = own;
                return Ok(());
            } else {
                bail!(TypeError, "keys must be str, int, float, bool or None, not {}", key.type_name());
            };
            let text = std::mem::replace(&mut self.out, own);
            r?;
            Some(Str::from_buf(text.finish())?)
        };
        if !std::mem::replace(first, false) {
            self.separator(self.b().item_separator);
        }
        self.line_break(level)?;
        match (&spelled, key.downcast::<Str>()) {
            (Some(s), _) => self.string(s)?,
            (None, Some(s)) => self.string(s)?,
            (None, None) => {}
        }
        self.separator(self.b().key_separator);
        self.value(value, level).map_err(|e| {
            noted(e, || {
                let key = key.repr()?;
                Ok(format!("when serializing {} item {}", full_type_name(d.ob_type()), key.to_string_lossy()))
            })
        })
    }
}

#[pymethods(members(
    ("markers", _Py_T_OBJECT, markers, abi::Py_READONLY, "markers"),
    ("default", _Py_T_OBJECT, default, abi::Py_READONLY, "default"),
    ("encoder", _Py_T_OBJECT, encoder, abi::Py_READONLY, "encoder"),
    ("indent", _Py_T_OBJECT, indent, abi::Py_READONLY, "indent"),
    ("key_separator", _Py_T_OBJECT, key_separator, abi::Py_READONLY, "key_separator"),
    ("item_separator", _Py_T_OBJECT, item_separator, abi::Py_READONLY, "item_separator"),
    ("sort_keys", Py_T_BOOL, sort_keys, abi::Py_READONLY, "sort_keys"),
    ("skipkeys", Py_T_BOOL, skipkeys, abi::Py_READONLY, "skipkeys"),
))]
impl Encoder {
    #[slot(
        tp_new,
        sig = "(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        name = "make_encoder"
    )]
    fn new_slot(
        cls: &Type,
        markers: &Obj,
        default: &Obj,
        encoder: &Obj,
        indent: &Obj,
        key_separator: &Obj,
        item_separator: &Obj,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> PyResult<Object> {
        for (i, s) in [(5, key_separator), (6, item_separator)] {
            if !s.is_a::<Str>() {
                let got = if s.is_none() { "None" } else { s.type_name() };
                bail!(TypeError, "make_encoder() argument {i} must be str, not {got}");
            }
        }
        if !markers.is_none() && !markers.is_a::<Dict>() {
            bail!(TypeError, "make_encoder() argument 1 must be dict or None, not {}", markers.type_name());
        }
        let own = match own_encoder(encoder) {
            Some(true) => 1,
            Some(false) => 2,
            None => 0,
        };
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = &mut *(o.as_raw() as *mut EncoderBody);
            b.markers = markers.to_owned().into_ptr();
            b.default = default.to_owned().into_ptr();
            b.encoder = encoder.to_owned().into_ptr();
            b.indent = indent.to_owned().into_ptr();
            b.key_separator = key_separator.to_owned().into_ptr();
            b.item_separator = item_separator.to_owned().into_ptr();
            b.sort_keys = sort_keys as c_char;
            b.skipkeys = skipkeys as c_char;
            b.allow_nan = allow_nan as c_char;
            b.own = own;
            Ok(o)
        }
    }

    #[slot(tp_call, sig = "(obj, _current_indent_level)", name = "_iterencode")]
    fn call_slot(&self, obj: &Obj, level: isize) -> PyResult<Ref<Tuple>> {
        let keep = self.to_ref();
        let mut w = Writer {
            options: &keep,
            out: TextBuf::new(),
            within: HashSet::new(),
            scratch: String::new(),
            breaks: Vec::new(),
        };
        w.value(obj, level)?;
        let text = Str::from_buf(w.out.finish())?;
        Tuple::from_vec(vec![text.into_object()])
    }
}
