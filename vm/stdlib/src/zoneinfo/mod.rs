//! `_zoneinfo`: the time zones of the system's database (PEP 615), over `_datetime`'s objects.
//!
//! - `tzif` reads files, `rule` reads the TZ string at a file's end and says when clocks change by it.
//! - `zone` holds a zone's transitions and answers what holds at a time.
//! - `cache` has the zones that are in use, and the last eight.
//!
//! Files are found by `zoneinfo._tzpath`; what `tzif` does not take is read by `zoneinfo._common`.

mod cache;
mod rule;
mod tzif;
mod zone;

use crate::datetime::calendar;
use crate::datetime::delta::Delta;
use crate::datetime::moment::DateTime;
use crate::datetime::zone::TzInfo;
use cache::State;
use dovetail_core::error::PyResult;
use dovetail_core::native::{add_type, borrow_opt};
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::none::none;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gc, sym};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::ffi::{c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use zone::{Period, Zone, is_itself, shared};

/// Where a zone comes from.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    #[default]
    NoCache,
    Cache,
    File,
}

/// A header, the key, the `repr` of the file it was read from, and the times.
#[repr(C)]
pub struct Body {
    pub ob_base: abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    pub key: *mut abi::PyObject,
    pub file_repr: *mut abi::PyObject,
    pub zone: *mut Zone,
    pub source: Source,
}

/// Time zones of the IANA database.
#[pytype(
    name = "zoneinfo.ZoneInfo", body = Body, base = TzInfo, weaklist = weakrefs, gc,
    flags = abi::Py_TPFLAGS_BASETYPE
)]
pub struct ZoneInfo;

impl ZoneInfo {
    fn zone(&self) -> &Zone {
        // SAFETY: filled when made; emptied only by the deallocator.
        unsafe { &*(*self.body()).zone }
    }

    fn key(&self) -> &Obj {
        // SAFETY: owned field, or NULL.
        unsafe { borrow_opt((*self.body()).key) }.unwrap_or(none())
    }

    fn source(&self) -> Source {
        // SAFETY: own field.
        unsafe { (*self.body()).source }
    }

    /// A zone of the class from an open file.
    fn read(cls: &Type, file: &Obj, key: Object, source: Source) -> PyResult<Object> {
        let data = State::current().common()?.call_method(sym!(load_data), &[file])?;
        ZoneInfo::alloc(cls, Zone::load(&data)?, key, source)
    }

    fn alloc(cls: &Type, zone: Zone, key: Object, source: Source) -> PyResult<Object> {
        // SAFETY: all fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut Body;
            (*b).zone = Box::into_raw(Box::new(zone));
            (*b).key = key.into_ptr();
            (*b).source = source;
            Ok(o)
        }
    }

    /// The zone of a file that can be read and is in order; all others are left to `zoneinfo._common`.
    fn of_file(path: &Obj) -> PyResult<Option<Zone>> {
        if path.is_none() {
            return Ok(None);
        }
        let name = crate::util::fs_bytes(path)?;
        let Ok(bytes) = std::fs::read(std::ffi::OsStr::from_bytes(&name)) else { return Ok(None) };
        let Some(zone) = Zone::read(&bytes)? else { return Ok(None) };
        crate::osutil::audit("open", || {
            Ok(vec![path.to_owned(), crate::util::text("rb")?, crate::util::int(libc::O_CLOEXEC)?])
        })?;
        Ok(Some(zone))
    }

    /// A new zone of this key, by the search path or the package `tzdata`.
    fn load(cls: &Type, key: &Obj, source: Source) -> PyResult<Object> {
        let state = State::current();
        let path = state.tzpath()?.call_method(sym!(find_tzfile), &[key])?;
        if let Some(zone) = ZoneInfo::of_file(&path)? {
            return ZoneInfo::alloc(cls, zone, key.to_owned(), source);
        }
        let file = if path.is_none() {
            state.common()?.call_method(sym!(load_tzdata), &[key])?
        } else {
            let io = dovetail_core::import::import_module("io")?;
            io.call_method(sym!(open), &[&path, &*crate::util::text("rb")?])?
        };
        let made = ZoneInfo::read(cls, &file, key.to_owned(), source);
        let made = match made {
            Ok(o) => o,
            Err(e) => {
                let e = e.take();
                let closed = file.call_method(sym!(close), &[]);
                return Err(match closed {
                    Ok(_) => dovetail_core::Raised::restore(e),
                    Err(later) => {
                        let later = later.take();
                        later.set_context(Some(e));
                        dovetail_core::Raised::restore(later)
                    }
                });
            }
        };
        file.call_method(sym!(close), &[])?;
        Ok(made)
    }

    /// What holds at a datetime, or always for None; none where that is not one thing.
    fn find(&self, dt: &Obj) -> PyResult<Option<&Period>> {
        if dt.is_none() {
            return Ok(self.zone().always());
        }
        let (local, year, fold) = match dt.downcast_exact::<DateTime>() {
            Some(t) => (local_seconds(t), t.ymd()[0], t.is_folded()),
            None => {
                let local = asked_seconds(dt)?;
                match dt.downcast::<DateTime>() {
                    Some(t) => (local, t.ymd()[0], t.is_folded()),
                    None => {
                        let year = c_int_of(&*dt.get_attr(sym!(year))?)?;
                        (local, year, dt.get_attr(sym!(fold))?.is_true()?)
                    }
                }
            }
        };
        Ok(Some(self.zone().at_local(local, fold, year)))
    }

    /// `utcoffset` (`daylight` false) or `dst`, for `_datetime`, without a call. None where the zone says None.
    pub fn ask(&self, dt: &Obj, daylight: bool) -> PyResult<Option<Ref<Delta>>> {
        let found = self.find(dt)?;
        Ok(found.map(|p| if daylight { &p.dstoff } else { &p.utcoff }.clone()))
    }

    /// `fromutc`, without a call.
    pub fn convert(&self, dt: &DateTime) -> PyResult<Object> {
        if !dt.zone().is_some_and(|z| z.is(self.as_obj())) {
            bail!(ValueError, "fromutc: dt.tzinfo is not self");
        }
        let utc = match dt.as_obj().is_exact::<DateTime>() {
            true => local_seconds(dt),
            false => asked_seconds(dt.as_obj())?,
        };
        let (period, fold) = self.zone().at_utc(utc, dt.ymd()[0]);
        let local = if dt.as_obj().is_exact::<DateTime>() {
            dt.shifted(&period.utcoff, 1)?
        } else {
            let add = dovetail_core::object::number::BinaryOp::Add;
            dovetail_core::object::number::binary(add, dt.as_obj(), period.utcoff.as_obj())?
        };
        if !fold {
            return Ok(local);
        }
        if let Some(t) = local.downcast_exact::<DateTime>() {
            t.set_folded();
            return Ok(local);
        }
        let changes = Dict::new()?;
        changes.set_text("fold", &*crate::util::int(1)?)?;
        local.get_attr(sym!(replace))?.call_dict(&Tuple::empty(), Some(&changes))
    }
}

/// A datetime's seconds since 1970 by its own fields.
fn local_seconds(t: &DateTime) -> i64 {
    let ([y, mo, d], [h, m, s, _]) = (t.ymd(), t.clock());
    (calendar::ordinal(y, mo, d) - rule::EPOCH_DAY) * 86_400 + i64::from((h * 60 + m) * 60 + s)
}

fn c_int_of(o: &Obj) -> PyResult<i32> {
    crate::datetime::args::c_int(o)
}

/// As `local_seconds`, of any object, by its methods and attributes.
fn asked_seconds(dt: &Obj) -> PyResult<i64> {
    let day = dt.call_method(sym!(toordinal), &[])?.as_i64()?;
    let hour = c_int_of(&*dt.get_attr(sym!(hour))?)?;
    let minute = c_int_of(&*dt.get_attr(sym!(minute))?)?;
    let second = c_int_of(&*dt.get_attr(sym!(second))?)?;
    Ok((day - rule::EPOCH_DAY) * 86_400 + i64::from(hour * 3600 + minute * 60 + second))
}

fn or_none(o: Option<Object>) -> Object {
    o.unwrap_or_else(|| none().to_owned())
}

#[pymethods(members(("key", Py_T_OBJECT_EX, key, abi::Py_READONLY, "")))]
impl ZoneInfo {
    #[slot(tp_new, sig = "(key)")]
    fn new_slot(cls: &Type, key: &Obj) -> PyResult<Object> {
        let state = State::current();
        let own = is_itself::<ZoneInfo>(cls);
        if own && let Some(z) = state.recent(key)? {
            return Ok(z);
        }
        let weak = state.weak_of(cls)?;
        let mut zone = weak.call_method(sym!(get), &[key, none()])?;
        if zone.is_none() {
            let made = ZoneInfo::load(cls, key, Source::Cache)?;
            zone = weak.call_method(sym!(setdefault), &[key, &made])?;
        }
        if !zone.ob_type().is_subtype(cls) {
            bail!(
                RuntimeError,
                "Unexpected instance of {} in {} weak cache for key {}",
                zone.type_name(),
                cls.name(),
                key.repr()?.to_string_lossy()
            );
        }
        if own {
            state.remember(key, &zone);
        }
        Ok(zone)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let b = o as *mut Body;
            if !(*b).weakrefs.is_null() {
                dovetail_core::types::weakref::clear_weakrefs(Obj::from_ptr(o));
            }
            replace(&raw mut (*b).key, None);
            replace(&raw mut (*b).file_repr, None);
            let zone = std::mem::replace(&mut (*b).zone, std::ptr::null_mut());
            if !zone.is_null() {
                drop(Box::from_raw(zone));
            }
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live zone. Its differences and names are no part of cycles.
        unsafe {
            let (Some(visit), key) = (visit, (*(o as *mut Body)).key) else { return 0 };
            if key.is_null() { 0 } else { visit(key, arg) }
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live zone.
        unsafe { replace(&raw mut (*(o as *mut Body)).key, None) };
        0
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<String> {
        let name = self.type_name();
        // SAFETY: NULL or an owned str.
        let file = unsafe { borrow_opt((*self.body()).file_repr) };
        match file.filter(|_| self.key().is_none()) {
            Some(f) => Ok(format!("{name}.from_file({})", f.str_()?.to_string_lossy())),
            None => Ok(format!("{name}(key={})", self.key().repr()?.to_string_lossy())),
        }
    }

    #[slot(tp_str)]
    fn str_slot(&self) -> PyResult<Object> {
        match self.key() {
            k if k.is_none() => Ok(self.as_obj().repr()?.into_object()),
            k => Ok(k.str_()?.into_object()),
        }
    }

    /// Clear the ZoneInfo cache.
    #[classmethod(sig = "(*, only_keys=None)")]
    fn clear_cache(cls: &Type, only_keys: Option<&Obj>) -> PyResult<()> {
        let state = State::current();
        let weak = state.weak_of(cls)?;
        let own = is_itself::<ZoneInfo>(cls);
        let Some(keys) = only_keys else {
            weak.call_method(sym!(clear), &[])?;
            if own {
                state.forget_all();
            }
            return Ok(());
        };
        let keys = keys.iter()?;
        while let Some(key) = keys.iter_next()? {
            if own {
                state.forget(&key)?;
            }
            weak.call_method(sym!(pop), &[&key, none()])?;
        }
        Ok(())
    }

    /// Get a new instance of ZoneInfo, bypassing the cache.
    #[classmethod(sig = "(key)")]
    fn no_cache(cls: &Type, key: &Obj) -> PyResult<Object> {
        ZoneInfo::load(cls, key, Source::NoCache)
    }

    /// Create a ZoneInfo file from a file object.
    #[classmethod(sig = "(file_obj, /, key=None)")]
    fn from_file(cls: &Type, file_obj: &Obj, key: Option<&Obj>) -> PyResult<Object> {
        let shown = file_obj.repr()?;
        let zone = ZoneInfo::read(cls, file_obj, key.unwrap_or(none()).to_owned(), Source::File)?;
        // SAFETY: a new zone; the field owns the text.
        unsafe { (*(zone.as_raw() as *mut Body)).file_repr = shown.into_object().into_ptr() };
        Ok(zone)
    }

    /// Retrieve a timedelta representing the UTC offset in a zone at the given datetime.
    #[method]
    fn utcoffset(&self, dt: &Obj) -> PyResult<Object> {
        Ok(or_none(self.find(dt)?.map(|p| shared(&p.utcoff))))
    }

    /// Retrieve a timedelta representing the amount of DST applied in a zone at the given datetime.
    #[method]
    fn dst(&self, dt: &Obj) -> PyResult<Object> {
        Ok(or_none(self.find(dt)?.map(|p| shared(&p.dstoff))))
    }

    /// Retrieve a string containing the abbreviation for the time zone that applies in a zone at a given datetime.
    #[method]
    fn tzname(&self, dt: &Obj) -> PyResult<Object> {
        Ok(or_none(self.find(dt)?.map(|p| p.name.clone())))
    }

    /// Given a datetime with local time in UTC, retrieve an adjusted datetime in local time.
    #[method]
    fn fromutc(&self, object: &Obj) -> PyResult<Object> {
        match object.downcast::<DateTime>() {
            Some(dt) => self.convert(dt),
            None => bail!(TypeError, "fromutc: argument must be a datetime"),
        }
    }

    /// Function for serialization with the pickle protocol.
    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Ref<Tuple>> {
        if self.source() == Source::File {
            let error = dovetail_core::import::import_module("pickle")?.get_attr_text("PicklingError")?;
            let message = crate::util::text("Cannot pickle a ZoneInfo file from a file stream.")?;
            let Some(error) = error.downcast::<Type>() else {
                bail!(TypeError, "pickle.PicklingError is no class");
            };
            return Err(dovetail_core::error::raise_with(error, &message));
        }
        let make = self.ob_type().as_obj().get_attr(sym!(_unpickle))?;
        let cached = Int::from_i64((self.source() == Source::Cache).into())?;
        let state = Tuple::from_slice(&[self.key(), cached.as_obj()])?;
        Tuple::from_slice(&[&make, state.as_obj()])
    }

    /// Private method used in unpickling.
    #[classmethod(sig = "(key, from_cache, /)")]
    fn _unpickle(cls: &Type, key: &Obj, from_cache: &Obj) -> PyResult<Object> {
        match crate::datetime::args::c_int(from_cache)? != 0 {
            true => cls.as_obj().call(&[key]),
            false => ZoneInfo::load(cls, key, Source::NoCache),
        }
    }

    /// Function to initialize subclasses.
    #[classmethod(name = "__init_subclass__", nosig, sig = "(*args, **kwargs)")]
    fn init_subclass(cls: &Type, _args: &[&Obj], _kwargs: Option<&Dict>) -> PyResult<()> {
        cls.as_obj().set_attr(sym!(_weak_cache), &*cache::new_weak()?)
    }
}

/// C implementation of the zoneinfo module
#[pymodule(name = "_zoneinfo")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        // The types of differences and datetimes are to be complete.
        dovetail_core::import::import_module("_datetime")?;
        add_type::<ZoneInfo>(module)?;
        State::current().start()
    }
}

pub use module::MODULE;

/// The zone, if it is one of the database and of no subclass.
pub fn exact(zone: &Obj) -> Option<Ref<ZoneInfo>> {
    zone.downcast_exact::<ZoneInfo>().map(ToRef::to_ref)
}
