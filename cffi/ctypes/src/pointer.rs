//! Pointers to C types.

use crate::array::{index_of, items_as_object};
use crate::code;
use crate::data::{self, CData, CDataBody, Instance};
use crate::info::{self, IS_POINTER, Info, Kind, class};
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::slice::Slice;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::{pymethods, pytype};

/// The metatype of pointers.
/// ---
/// metatype for the Pointer Objects
#[pytype(
    name = "_ctypes.PyCPointerType", body = info::CTypeBody, base = info::CType,
    itemsize = size_of::<abi::PyMemberDef>(), flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct PointerType;

/// Sets what the class points to; the first pointer type of a class is the one that `POINTER` gives.
fn set_target(ty: &Type, info: &Info, target: &Obj) -> PyResult<()> {
    let Some(t) = target.downcast::<Type>() else { bail!(TypeError, "_type_ must be a type") };
    let Some(to) = info::of_type(t) else {
        return Err(raise!(TypeError, "{} must have storage info", target.repr()?.to_string_lossy()));
    };
    if to.pointer_type.peek().is_none() {
        to.pointer_type.set(Some(ty.as_obj().to_owned()));
    }
    info.set_item(to);
    info.proto.set(Some(target.to_owned()));
    Ok(())
}

#[pymethods]
impl PointerType {
    #[slot(tp_init)]
    fn init(&self, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<()> {
        let ty = class(self);
        let info = info::init(ty, Kind::Pointer)?;
        info.size.set(8);
        info.align.set(8);
        info.length.set(1);
        info.add_flags(IS_POINTER);
        let Some(target) = ty.dict().get_str(sym!(_type_)).map(Obj::to_owned) else { return Ok(()) };
        set_target(ty, info, &target)?;
        let Some(to) = info::of_class(&target) else { return Ok(()) };
        let shape = to.shape.borrow();
        let lengths = match shape.as_slice() {
            [] => String::new(),
            s => format!("({})", s.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
        };
        info.set_format(&format!("&{lengths}{}", to.format_text().as_deref().unwrap_or("X{}")));
        Ok(())
    }

    #[method(name = "set_type", sig = "(type, /)")]
    fn set_type_(&self, r#type: &Obj) -> PyResult<()> {
        let ty = class(self);
        set_target(ty, info::concrete(ty)?, r#type)?;
        self.set_attr(sym!(_type_), r#type)
    }
}

/// The base of pointers.
/// ---
/// XXX to be provided
#[pytype(
    name = "_ctypes._Pointer", body = CDataBody, base = CData, metatype = PointerType,
    flags = abi::Py_TPFLAGS_BASETYPE,
)]
pub struct Pointer;

impl Pointer {
    /// The address, the class of what is there, and how long one is.
    fn place(&self) -> PyResult<(*mut u8, Ref<Type>, isize)> {
        let p = self.data().pointer();
        if p.is_null() {
            bail!(ValueError, "NULL pointer access");
        }
        let Some(target) = self.data().info()?.target() else {
            bail!(TypeError, "Cannot create instance: has no _type_");
        };
        let size = info::concrete(&target)?.size.get();
        Ok((p, target, size))
    }

    fn item_at(&self, index: isize) -> PyResult<Object> {
        let at = self.data().pointer();
        if let Some(i) = info::of_type(self.ob_type()).and_then(|i| i.item.get())
            && !at.is_null()
        {
            // SAFETY: the program says how many there are.
            return unsafe {
                code::get(i.code, i.swapped, at.wrapping_offset(index.wrapping_mul(i.size)), i.size)
            };
        }
        let (p, target, size) = self.place()?;
        // SAFETY: the program says how many there are.
        unsafe { data::get(&target, self.data(), index, size, p.wrapping_offset(index.wrapping_mul(size))) }
    }

    fn point_to(&self, value: &Obj) -> PyResult<()> {
        let Some(target) = self.data().info()?.target() else {
            bail!(TypeError, "Cannot create instance: has no _type_");
        };
        let to = match data::instance(value) {
            Some(to) if value.is_instance(&target)? => to,
            _ => bail!(TypeError, "expected {} instead of {}", target.name(), value.type_name()),
        };
        self.data().set_pointer(to.ptr() as usize);
        self.data().keep(1, Some(value.to_owned()))?;
        self.data().keep(0, Some(to.kept()?))
    }
}

#[pymethods(slots(bf_getbuffer = CData::get_buffer))]
impl Pointer {
    #[slot(tp_new)]
    fn new(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Ref<CData>> {
        if info::of_type(cls).is_none_or(|i| i.proto.peek().is_none()) {
            bail!(TypeError, "Cannot create instance: has no _type_");
        }
        data::new(cls)
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<()> {
        match args.items() {
            [] => Ok(()),
            [value] => self.point_to(value),
            more => bail!(TypeError, "POINTER expected at most 1 argument, got {}", more.len()),
        }
    }

    #[slot(nb_bool)]
    fn bool_(&self) -> bool {
        !self.data().pointer().is_null()
    }

    /// the object this pointer points to (read-write)
    #[getter]
    fn contents(&self) -> PyResult<Object> {
        let (p, target, _) = self.place()?;
        // SAFETY: the program says what is there.
        Ok(unsafe { data::part(&target, Some(self.data()), 0, p) }?.into_object())
    }

    #[setter]
    fn set_contents(&self, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(v) => self.point_to(v),
            None => bail!(TypeError, "Pointer does not support item deletion"),
        }
    }

    #[slot(sq_item)]
    fn item(&self, index: isize) -> PyResult<Object> {
        self.item_at(index)
    }

    #[slot(sq_ass_item)]
    fn set_item_at(&self, index: isize, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(TypeError, "Pointer does not support item deletion") };
        let (p, target, size) = self.place()?;
        let at = p.wrapping_offset(index.wrapping_mul(size));
        // SAFETY: the program says how many there are.
        unsafe { data::set(self.data(), &target, value, index, size, at) }
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if let Some(i) = index_of(key)? {
            return self.item_at(i);
        }
        let Some(slice) = key.downcast::<Slice>() else {
            bail!(TypeError, "Pointer indices must be integer")
        };
        let step = if slice.step().is_none() { 1 } else { slice.step().as_isize_clipped()? };
        if step == 0 {
            bail!(ValueError, "slice step cannot be zero");
        }
        let start = match slice.start() {
            s if !s.is_none() => s.as_isize_clipped()?,
            _ if step < 0 => bail!(ValueError, "slice start is required for step < 0"),
            _ => 0,
        };
        if slice.stop().is_none() {
            bail!(ValueError, "slice stop is required");
        }
        let stop = slice.stop().as_isize_clipped()?;
        let count = match step {
            1.. if start < stop => (stop - start - 1) / step + 1,
            ..=-1 if start > stop => (start - stop - 1) / -step + 1,
            _ => 0,
        };
        if count == 0 {
            let target = self.data().info()?.target();
            return items_as_object(target.as_deref(), std::ptr::null(), 0, 1, 0, |_| self.item_at(0));
        }
        let (p, target, _) = self.place()?;
        items_as_object(Some(&target), p, start, step, count, |i| self.item_at(i))
    }
}
