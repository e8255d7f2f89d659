//! Structures and unions.

use crate::data::{self, CData, CDataBody};
use crate::field::{CField, field};
use crate::info::{self, FINAL, HAS_POINTER, IS_POINTER, Kind, class};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bool_::bool_obj;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::full_type_name;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};

/// The metatype of structures.
/// ---
/// metatype for the CData Objects
#[pytype(
    name = "_ctypes.PyCStructType", body = info::CTypeBody, base = info::CType,
    itemsize = size_of::<abi::PyMemberDef>(), flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct StructType;

/// The metatype of unions.
/// ---
/// metatype for the Union Objects
#[pytype(
    name = "_ctypes.UnionType", body = info::CTypeBody, base = info::CType,
    itemsize = size_of::<abi::PyMemberDef>(), flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct UnionType;

/// `__init__` of both metatypes.
fn init(ty: &Type, kind: Kind) -> PyResult<()> {
    if ty.dict().get_str(sym!(_abstract_)).is_some() {
        return Ok(());
    }
    let info = info::init(ty, kind)?;
    info.set_format("B");
    info.align.set(1);
    if let Some(fields) = ty.dict().get_str(sym!(_fields_)).map(Obj::to_owned) {
        return ty.as_obj().set_attr(sym!(_fields_), &fields);
    }
    if let Some(base) = ty.base().and_then(info::of_type) {
        info.copy_from(base);
        info.flags.set(info.flags.get() & !FINAL);
        base.add_flags(FINAL);
    }
    Ok(())
}

/// A number of the layout, which may not be negative.
fn size_of_layout(layout: &Obj, name: &Str) -> PyResult<isize> {
    let value = layout.get_attr(name)?;
    match value.downcast::<Int>().map(|i| (i.is_negative(), i.to_i64())) {
        Some((false, Some(v))) => Ok(v as isize),
        Some((false, None)) => Err(raise!(OverflowError, "Python int too large to convert to C ssize_t")),
        _ => Err(raise!(ValueError, "{} must be a non-negative integer", name.to_string_lossy())),
    }
}

/// Gives the class its fields: their places come from `ctypes._layout`.
fn set_fields(ty: &Type, fields: &Obj, kind: Kind) -> PyResult<()> {
    let Some(info) = info::of_type(ty) else { bail!(TypeError, "ctypes state is not initialized") };
    if info.has(FINAL) {
        bail!(AttributeError, "_fields_ is final");
    }
    let base = ty.base().filter(|b| info::of_type(b).is_some());
    let get_layout = dovetail_core::import::import_module("ctypes._layout")?.get_attr(sym!(get_layout))?;
    let names = Tuple::from_slice(&[sym!(is_struct), sym!(base)])?;
    let base_obj: &Obj = match base {
        Some(b) => b.as_obj(),
        None => none(),
    };
    let args = [ty.as_obj(), fields, bool_obj(kind == Kind::Struct), base_obj];
    let layout = get_layout.call_kw(&args, Some(&names))?;
    let align = size_of_layout(&layout, sym!(align))?;
    let size = size_of_layout(&layout, sym!(size))?;
    let format = layout.get_attr(sym!(format_spec))?;
    let Some(format) = format.downcast::<Str>() else { bail!(TypeError, "format_spec must be a str") };
    let list = Tuple::from_iter_obj(&*layout.get_attr(sym!(fields))?)?;
    let base_info = base.and_then(info::of_type);
    let mut all = base_info.map_or_else(Vec::new, |b| b.fields.borrow().clone());
    let mut pointers = base_info.is_some_and(|b| b.has(HAS_POINTER));
    for (i, f) in list.items().iter().enumerate() {
        let Some(c) = f.downcast::<CField>() else {
            bail!(TypeError, "fields must be of type CField, got {}", full_type_name(f.ob_type()));
        };
        let index = c.place().index;
        if index != i as isize {
            let name = c.name().repr()?;
            bail!(ValueError, "field {} index mismatch (expected {i}, got {index})", name.to_string_lossy());
        }
        let target = info::concrete(c.target())?;
        pointers |= target.has(IS_POINTER | HAS_POINTER);
        target.add_flags(FINAL);
        ty.as_obj().set_attr(c.name(), f)?;
        all.push(f.clone());
    }
    if info.has(FINAL) {
        bail!(AttributeError, "Structure or union cannot contain itself");
    }
    info.set_format(format.as_str()?);
    info.size.set(size);
    info.align.set(align);
    info.length.set(all.len() as isize);
    info.fields.replace(all);
    info.flags.set(info.flags.get() & !HAS_POINTER | FINAL);
    if pointers {
        info.add_flags(HAS_POINTER);
    }
    anonymous(ty)
}

/// Makes the fields of the anonymous ones fields of the class.
fn anonymous(ty: &Type) -> PyResult<()> {
    let Some(names) = ty.as_obj().get_attr_opt(sym!(_anonymous_))? else { return Ok(()) };
    let Ok(names) = Tuple::from_iter_obj(&names).map_err(|e| e.clear()) else {
        bail!(TypeError, "_anonymous_ must be a sequence");
    };
    for name in names.items() {
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        let descr = ty.as_obj().get_attr(name)?;
        let Some(f) = field(&descr) else {
            let name = name.to_string_lossy();
            bail!(AttributeError, "'{name}' is specified in _anonymous_ but not in _fields_");
        };
        f.set_anonymous();
        let p = f.place();
        lift(ty, &f, p.index, p.offset)?;
    }
    Ok(())
}

/// Gives the class the fields of a field's class.
fn lift(ty: &Type, from: &CField, index: isize, offset: isize) -> PyResult<()> {
    let fields = from.target().as_obj().get_attr(sym!(_fields_))?;
    for pair in fields.collect_items()? {
        let name = pair.sequence_get(0)?;
        let name = dovetail_core::object::abstract_::attribute_name(&name)?;
        let Some(f) = field(&*from.target().as_obj().get_attr(name)?) else {
            bail!(TypeError, "unexpected type");
        };
        if f.is_anonymous() {
            let p = f.place();
            lift(ty, &f, index + p.index, offset + p.offset)?;
        } else {
            ty.as_obj().set_attr(name, &*f.moved(index, offset)?)?;
        }
    }
    Ok(())
}

fn set_attribute(ty: &Type, name: &Obj, value: Option<&Obj>, kind: Kind) -> PyResult<()> {
    let name = dovetail_core::object::abstract_::attribute_name(name)?;
    if let Some(v) = value.filter(|_| name.equals_str("_fields_")) {
        set_fields(ty, v, kind)?;
    }
    ty.setattro(name, value)
}

/// Sets fields from positional arguments, those of base classes first; gives how many fields there are so far.
fn positional(o: &Obj, ty: &Type, args: &[Object], kwargs: Option<&Dict>, first: usize) -> PyResult<usize> {
    let mut index = first;
    if let Some(base) = ty.base().filter(|b| info::of_type(b).is_some()) {
        index = positional(o, base, args, kwargs, index)?;
    }
    let Some(info) = info::of_type(ty) else { return Ok(index) };
    let Some(fields) = ty.dict().get_str(sym!(_fields_)).map(Obj::to_owned) else { return Ok(index) };
    let length = info.length.get() as usize;
    for i in index..length.min(args.len()) {
        let pair = fields.sequence_get((i - index) as isize)?;
        let name = pair.sequence_get(0)?;
        if let Some(k) = kwargs
            && k.contains_key(&name)?
        {
            bail!(TypeError, "duplicate values for field {}", name.repr()?.to_string_lossy());
        }
        o.set_attr(dovetail_core::object::abstract_::attribute_name(&name)?, &args[i])?;
    }
    Ok(length)
}

fn init_instance(o: &Obj, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
    if !args.is_empty() && positional(o, o.ob_type(), args.items(), kwargs, 0)? < args.len() {
        bail!(TypeError, "too many initializers");
    }
    if let Some(k) = kwargs {
        let mut at = 0;
        while let Some((name, value)) = k.next(&mut at) {
            let (name, value) = (name.to_owned(), value.to_owned());
            o.set_attr(dovetail_core::object::abstract_::attribute_name(&name)?, &value)?;
        }
    }
    Ok(())
}

/// The base of structures.
/// ---
/// Structure base class
#[pytype(
    name = "_ctypes.Structure", body = CDataBody, base = CData, metatype = StructType,
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Structure;

/// The base of unions.
/// ---
/// Union base class
#[pytype(
    name = "_ctypes.Union", body = CDataBody, base = CData, metatype = UnionType,
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Union;

/// The slots of structures and unions, and of their metatypes: the same but for the kind.
macro_rules! records {
    ($($kind:ident = $meta:ident $instance:ident;)*) => { $(
        #[pymethods]
        impl $meta {
            #[slot(tp_init)]
            fn init(&self, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<()> {
                init(class(self), Kind::$kind)
            }

            #[slot(tp_setattro)]
            fn setattro(&self, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
                set_attribute(class(self), name, value, Kind::$kind)
            }
        }

        #[pymethods(slots(bf_getbuffer = CData::get_buffer))]
        impl $instance {
            #[slot(tp_new)]
            fn new(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Ref<CData>> {
                data::new(cls)
            }

            #[slot(tp_init)]
            fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
                init_instance(self, args, kwargs)
            }
        }
    )* };
}

records! {
    Struct = StructType Structure;
    Union = UnionType Union;
}
