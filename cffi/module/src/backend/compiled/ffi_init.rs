//! `FFI(module_name, _version, _types, _globals, ...)`: declarations as Python objects, as cffi writes them into `.py`
//! modules. Strings hold numbers of four bytes, big end first, and names behind them.

use super::context::{
    EnumRow, F_EXTERNAL, F_OPAQUE, FieldRow, Global, Op, StructUnion, TypeName, Unpacked, number, op,
};
use super::ffi::Ffi;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use std::ffi::c_char;
use std::ptr::null_mut;

pub const VERSION_MIN: isize = 0x2601;
pub const VERSION_MAX: isize = 0x28ff;

const NAMES: [&str; 8] =
    ["module_name", "_version", "_types", "_globals", "_struct_unions", "_enums", "_typenames", "_includes"];

/// A string of numbers and names, read from its beginning. A zero byte follows the bytes of a bytes object, so that what is
/// left is always a C string.
struct Reader<'a> {
    rest: &'a [u8],
    at: *const u8,
}

impl<'a> Reader<'a> {
    fn new(o: &'a Obj) -> PyResult<Reader<'a>> {
        match o.downcast::<Bytes>() {
            Some(b) => Ok(Reader { rest: b.as_slice(), at: b.data() }),
            None => Err(raise!(TypeError, "a bytes object is required, not '{}'", o.type_name())),
        }
    }

    fn skip(&mut self, n: usize) {
        self.rest = &self.rest[n..];
        self.at = self.at.wrapping_add(n);
    }

    fn number(&mut self) -> PyResult<i32> {
        let Some(bytes) = self.rest.first_chunk::<4>() else {
            bail!(ValueError, "a declaration is too short");
        };
        let n = i32::from_be_bytes(*bytes);
        self.skip(4);
        Ok(n)
    }

    fn op(&mut self) -> PyResult<Op> {
        Ok(self.number()? as isize as Op)
    }

    /// The text from here to the next zero.
    fn name(&self) -> *const c_char {
        self.at.cast()
    }

    /// Steps over a name and its zero.
    fn skip_name(&mut self) {
        match self.rest.iter().position(|b| *b == 0) {
            Some(n) => self.skip(n + 1),
            None => self.skip(self.rest.len()),
        }
    }
}

fn tuple<'a>(o: &'a Option<Object>, name: &str) -> PyResult<Option<&'a Tuple>> {
    match o {
        None => Ok(None),
        Some(o) => match o.downcast::<Tuple>() {
            Some(t) => Ok(Some(t)),
            None => Err(raise!(TypeError, "FFI() argument '{name}' must be tuple, not {}", o.type_name())),
        },
    }
}

/// Distributes the arguments over the names.
fn bind(args: &Tuple, kwargs: Option<&Dict>) -> PyResult<[Option<Object>; 8]> {
    let mut bound: [Option<Object>; 8] = Default::default();
    let n = args.len() + kwargs.map_or(0, Dict::len);
    if n > bound.len() {
        bail!(TypeError, "FFI() takes at most 8 arguments ({n} given)");
    }
    for (i, a) in args.items().iter().enumerate() {
        bound[i] = Some(a.clone());
    }
    for (key, value) in kwargs.into_iter().flat_map(Dict::iter_borrowed) {
        let place = key.downcast::<Str>().and_then(|k| NAMES.iter().position(|n| k.equals_str(n)));
        match place {
            Some(i) => bound[i] = Some(value.to_owned()),
            None => bail!(
                TypeError,
                "FFI() got an unexpected keyword argument '{}'",
                key.str_()?.to_string_lossy()
            ),
        }
    }
    Ok(bound)
}

/// `FFI.__init__`.
pub fn init(ffi: &Ffi, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
    let bound = bind(args, kwargs)?;
    if ffi.data().filled.replace(true) {
        bail!(ValueError, "cannot call FFI.__init__() more than once");
    }
    let [name, version, types, globals, struct_unions, enums, typenames, includes] = &bound;
    if let Some(n) = name
        && !n.is_a::<Str>()
    {
        bail!(TypeError, "FFI() argument 1 must be str, not {}", n.type_name());
    }
    let version = version.as_deref().map_or(Ok(-1), Obj::as_isize)?;
    if version == -1 && types.is_none() {
        return Ok(());
    }
    let module = || match name {
        Some(n) => n.str_().map(|n| n.to_string_lossy().into_owned()),
        None => Ok("?".to_owned()),
    };
    if !(VERSION_MIN..=VERSION_MAX).contains(&version) {
        let name = module()?;
        bail!(ImportError, "cffi out-of-line Python module '{name}' has unknown version {version:#x}");
    }
    let mut u = Unpacked::default();
    if let Some(types) = types {
        let mut r = Reader::new(types)?;
        while r.rest.len() >= 4 {
            u.types.push(r.op()?);
        }
    }
    if let Some(t) = tuple(globals, "_globals")? {
        unpack_globals(t, &mut u)?;
    }
    if let Some(t) = tuple(struct_unions, "_struct_unions")? {
        for desc in t.items() {
            unpack_struct(desc, &mut u)?;
        }
    }
    if let Some(t) = tuple(enums, "_enums")? {
        for e in t.items() {
            let mut r = Reader::new(e)?;
            let (type_index, type_prim) = (r.number()?, r.number()?);
            let name = r.name();
            r.skip_name();
            u.enums.push(EnumRow { name, type_index, type_prim, enumerators: r.name() });
        }
    }
    if let Some(t) = tuple(typenames, "_typenames")? {
        for t in t.items() {
            let mut r = Reader::new(t)?;
            let type_index = r.number()?;
            u.typenames.push(TypeName { name: r.name(), type_index });
        }
    }
    if let Some(t) = tuple(includes, "_includes")? {
        *ffi.context().included.borrow_mut() = t.items().iter().map(|i| (i.clone(), None)).collect();
    }
    if let Err(damage) = u.check() {
        let name = module()?;
        bail!(ImportError, "cffi out-of-line Python module '{name}' is damaged: {damage}");
    }
    u.keep = bound.iter().flatten().cloned().collect();
    ffi.context().fill(u);
    Ok(())
}

/// Strings and numbers in turn: each two are a global, of which the number matters for integer constants only.
fn unpack_globals(t: &Tuple, u: &mut Unpacked) -> PyResult<()> {
    for pair in t.items().chunks_exact(2) {
        let mut r = Reader::new(&pair[0])?;
        let type_op = r.op()?;
        let constant = if matches!(number(type_op), op::CONSTANT_INT | op::ENUM) {
            let value = pair[1].index()?;
            let negative = value.is_zero() || value.is_negative();
            (super::super::arith::masked(value.as_obj())?, negative)
        } else {
            (0, false)
        };
        u.constants.push(constant);
        u.globals.push(Global { name: r.name(), address: null_mut(), type_op, size_or_direct: null_mut() });
    }
    Ok(())
}

/// A struct with its fields: a tuple of strings.
fn unpack_struct(desc: &Obj, u: &mut Unpacked) -> PyResult<()> {
    let Some(parts) = desc.downcast::<Tuple>().filter(|t| !t.is_empty()) else {
        bail!(TypeError, "a struct is declared by a tuple, not '{}'", desc.type_name());
    };
    let mut r = Reader::new(parts.get(0))?;
    let (type_index, flags) = (r.number()?, r.number()?);
    let fields = &parts.items()[1..];
    let opaque = flags & (F_OPAQUE | F_EXTERNAL) != 0;
    u.struct_unions.push(StructUnion {
        name: r.name(),
        type_index,
        flags,
        size: if opaque { -1isize } else { -2 } as usize,
        alignment: if opaque { -1 } else { -2 },
        first_field_index: if opaque { -1 } else { u.fields.len() as i32 },
        num_fields: if opaque { 0 } else { fields.len() as i32 },
    });
    for f in fields {
        let mut r = Reader::new(f)?;
        let type_op = r.op()?;
        let size = if number(type_op) == op::NOOP { usize::MAX } else { r.number()? as isize as usize };
        u.fields.push(FieldRow { name: r.name(), offset: usize::MAX, size, type_op });
    }
    Ok(())
}
