//! `IsoCalendarDate`: what `date.isocalendar` returns, a tuple with names.

use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_macros::{pymethods, pytype};

/// The date as year, week and weekday.
/// ---
/// The result of date.isocalendar() or datetime.isocalendar()
///
/// This object may be accessed either as a tuple of
///   ((year, week, weekday))
/// or via the object attributes as named in the above tuple.
#[pytype(
    name = "datetime.IsoCalendarDate", body = abi::PyTupleObject, base = Tuple, gc,
    basicsize = std::mem::offset_of!(abi::PyTupleObject, ob_item), itemsize = size_of::<usize>()
)]
pub struct IsoDate;

impl IsoDate {
    fn items(&self) -> &[Object] {
        // SAFETY: a subtype of tuple.
        unsafe { self.as_obj().cast_unchecked::<Tuple>() }.items()
    }

    fn make(cls: &Type, items: [Object; 3]) -> PyResult<Object> {
        // SAFETY: a tuple type with room for three; the items are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 3)?;
            let t = o.as_raw() as *mut abi::PyTupleObject;
            let first = (&raw mut (*t).ob_item).cast::<*mut abi::PyObject>();
            for (i, item) in items.into_iter().enumerate() {
                *first.add(i) = item.into_ptr();
            }
            (*t).ob_hash = -1;
            Ok(o)
        }
    }

    /// The result of `isocalendar`.
    pub fn new((year, week, weekday): (i32, i32, i32)) -> PyResult<Object> {
        let int = |v: i32| Ok(Int::from_i64(v.into())?.into_object());
        let items = [int(year)?, int(week)?, int(weekday)?];
        IsoDate::make(<IsoDate as dovetail_core::native::Native>::type_object(), items)
    }
}

#[pymethods]
impl IsoDate {
    #[slot(tp_new, sig = "(year, week, weekday)")]
    fn new_slot(cls: &Type, year: &Obj, week: &Obj, weekday: &Obj) -> PyResult<Object> {
        IsoDate::make(cls, [year.to_owned(), week.to_owned(), weekday.to_owned()])
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        let [y, w, d] = self.items() else { return self.as_obj().repr() };
        let (y, w, d) = (y.repr()?, w.repr()?, d.repr()?);
        let (y, w, d) = (y.to_string_lossy(), w.to_string_lossy(), d.to_string_lossy());
        Str::new(&format!("{}(year={y}, week={w}, weekday={d})", self.type_name()))
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        let plain = Tuple::from_objects(self.items())?;
        let args = Tuple::from_slice(&[plain.as_obj()])?;
        let tuple = <Tuple as dovetail_core::native::Native>::type_object();
        Tuple::from_slice(&[tuple.as_obj(), args.as_obj()])
    }

    #[getter]
    fn year(&self) -> Object {
        self.items()[0].clone()
    }

    #[getter]
    fn week(&self) -> Object {
        self.items()[1].clone()
    }

    #[getter]
    fn weekday(&self) -> Object {
        self.items()[2].clone()
    }
}
