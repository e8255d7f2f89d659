//! Simple types: numbers, characters, strings and objects by their type codes.

use crate::code::{self, CODES};
use crate::data::{self, CData, CDataBody, Instance};
use crate::info::{self, IS_POINTER, Info, Kind, class};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::types::type_new::type_new;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};

/// The metatype of simple types.
/// ---
/// metatype for the PyCSimpleType Objects
#[pytype(
    name = "_ctypes.PyCSimpleType", body = info::CTypeBody, base = info::CType,
    itemsize = size_of::<abi::PyMemberDef>(), flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct SimpleType;

/// The code that the class names in `_type_`, and the object that names it.
fn code_of(ty: &Type) -> PyResult<(u8, Object)> {
    let Some(proto) = ty.as_obj().get_attr_opt(sym!(_type_))? else {
        bail!(AttributeError, "class must define a '_type_' attribute");
    };
    let Some(text) = proto.downcast::<Str>() else {
        bail!(TypeError, "class must define a '_type_' string attribute");
    };
    if text.len() != 1 {
        bail!(ValueError, "class must define a '_type_' attribute which must be a string of length 1");
    }
    let code = u8::try_from(text.char_at(0)).ok().filter(|c| CODES.as_bytes().contains(c));
    match code {
        Some(c) => Ok((c, proto)),
        None => Err(raise!(
            AttributeError,
            "class must define a '_type_' attribute which must be\na single character string containing one of the\n\
             supported types: '{CODES}'."
        )),
    }
}

/// Fills what the class knows of its code.
fn fill(info: &Info, ty: &Type, code: u8, proto: Object, swapped: bool) {
    let (size, align) = code::layout(code);
    info.code.set(code);
    info.swapped.set(swapped);
    info.plain.set(ty.base().is_some_and(|b| std::ptr::eq(b, SimpleCData::type_object())));
    info.size.set(size);
    info.align.set(align);
    info.set_format(&code::format(code, swapped != cfg!(target_endian = "big")));
    info.proto.set(Some(proto));
    if b"zZPO".contains(&code) {
        info.add_flags(IS_POINTER);
    }
}

#[pymethods]
impl SimpleType {
    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        if args.len() != 3 {
            bail!(TypeError, "type.__init__() takes 1 or 3 arguments");
        }
        let ty = class(self);
        let (code, proto) = code_of(ty)?;
        let info = info::init(ty, Kind::Simple)?;
        fill(info, ty, code, proto.clone(), false);
        // The twin with its bytes the other way round, of types that are not somebody's own kind.
        if !self.is_exact::<SimpleType>() || !code::has_swapped(code) {
            return Ok(());
        }
        let Some(name) = args.get(0).downcast::<Str>() else { return Ok(()) };
        let name = Str::new(&format!("{}_be", name.to_string_lossy()))?;
        let args = Tuple::from_slice(&[&name, args.get(1), args.get(2)])?;
        let twin = type_new(self.ob_type(), &args, kwargs)?;
        let Some(twin_type) = twin.downcast::<Type>() else { bail!(SystemError, "type() made no type") };
        fill(info::init(twin_type, Kind::Simple)?, twin_type, code, proto, true);
        for (one, native, other) in [(ty.as_obj(), ty.as_obj(), &*twin), (&*twin, ty.as_obj(), &*twin)] {
            one.set_attr(sym!(__ctype_le__), native)?;
            one.set_attr(sym!(__ctype_be__), other)?;
        }
        Ok(())
    }
}

/// The base of simple types.
/// ---
/// XXX to be provided
#[pytype(
    name = "_ctypes._SimpleCData", body = CDataBody, base = CData, metatype = SimpleType,
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct SimpleCData;

/// Sets an instance's value.
pub fn set_value(data: &CData, value: &Obj) -> PyResult<()> {
    let info = data.info()?;
    // SAFETY: the instance's own value.
    let keep = unsafe { code::set(info.code.get(), info.swapped.get(), data.ptr(), value, info.size.get()) }?;
    data.keep(0, keep)
}

/// An instance's value.
pub fn value(data: &CData) -> PyResult<Object> {
    let info = data.info()?;
    // SAFETY: the instance's own value.
    unsafe { code::get(info.code.get(), info.swapped.get(), data.ptr(), data.size()) }
}

#[pymethods(slots(bf_getbuffer = CData::get_buffer))]
impl SimpleCData {
    #[slot(tp_new)]
    fn new(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Ref<CData>> {
        data::new(cls)
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<()> {
        match args.items() {
            [] => Ok(()),
            [value] => set_value(self.data(), value),
            more => bail!(TypeError, "__init__ expected at most 1 argument, got {}", more.len()),
        }
    }

    #[getter]
    fn value(&self) -> PyResult<Object> {
        value(self.data())
    }

    #[setter(name = "value")]
    fn set_value(&self, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(v) => set_value(self.data(), v),
            None => bail!(TypeError, "can't delete attribute"),
        }
    }

    #[slot(nb_bool)]
    fn bool_(&self) -> bool {
        let d = self.data();
        // SAFETY: the instance's own value.
        unsafe { std::slice::from_raw_parts(d.ptr(), d.size() as usize) }.iter().any(|b| *b != 0)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> PyResult<String> {
        let name = self.ob_type().name();
        if !self.data().info()?.plain.get() {
            return Ok(format!("<{name} object at {:#x}>", self.as_ptr() as usize));
        }
        let shown = value(self.data())?.repr()?;
        Ok(format!("{name}({})", shown.to_string_lossy()))
    }

    #[method(name = "__ctypes_from_outparam__", sig = "()")]
    fn from_outparam(&self) -> PyResult<Object> {
        if self.data().info()?.plain.get() { value(self.data()) } else { Ok(self.to_owned()) }
    }
}
