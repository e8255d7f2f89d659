//! `Pickler`: the type, its options and the run over one object.

use super::memo::{Memo, PicklerMemo, pickler_memo};
use super::opcodes::{PROTO, STOP};
use super::output::{self, Output};
use super::{HIGHEST, pickling};
use crate::util::visit_all;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::object_::{generic_getattr, generic_setattr};
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::collections::HashSet;
use std::ffi::{c_int, c_void};

/// What a pickler holds beside its Python attributes.
#[derive(Default)]
pub struct State {
    pub ready: bool,
    /// Whether an object is being written.
    pub running: bool,
    pub out: Output,
    pub memo: Memo,
    pub proto: i64,
    pub fix_imports: bool,
    pub fast_depth: usize,
    pub fast_seen: HashSet<usize>,
    pub buffer_callback: Option<Object>,
    /// An assigned `persistent_id`, and the one in use during a run.
    pub persistent_attr: Option<Object>,
    pub persistent_id: Option<Object>,
    pub reducer_override: Option<Object>,
}

impl State {
    fn objects(&self) -> impl Iterator<Item = &Object> {
        let single = [
            &self.out.write,
            &self.buffer_callback,
            &self.persistent_attr,
            &self.persistent_id,
            &self.reducer_override,
        ];
        single.into_iter().flatten().chain(self.memo.values().map(|(o, _)| o))
    }
}

#[repr(C)]
pub struct PicklerBody {
    ob_base: abi::PyObject,
    state: *mut State,
    dispatch_table: *mut abi::PyObject,
    bin: c_int,
    fast: c_int,
}

/// Writes objects as pickles.
/// ---
/// This takes a binary file for writing a pickle data stream.
///
/// The optional *protocol* argument tells the pickler to use the given
/// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
/// protocol is 5. It was introduced in Python 3.8, and is incompatible
/// with previous versions.
///
/// Specifying a negative protocol version selects the highest protocol
/// version supported.  The higher the protocol used, the more recent the
/// version of Python needed to read the pickle produced.
///
/// The *file* argument must have a write() method that accepts a single
/// bytes argument. It can thus be a file object opened for binary
/// writing, an io.BytesIO instance, or any other custom object that meets
/// this interface.
///
/// If *fix_imports* is True and protocol is less than 3, pickle will try
/// to map the new Python 3 names to the old module names used in Python
/// 2, so that the pickle data stream is readable with Python 2.
///
/// If *buffer_callback* is None (the default), buffer views are
/// serialized into *file* as part of the pickle stream.
///
/// If *buffer_callback* is not None, then it can be called any number
/// of times with a buffer view.  If the callback returns a false value
/// (such as None), the given buffer is out-of-band; otherwise the
/// buffer is serialized in-band, i.e. inside the pickle stream.
///
/// It is an error if *buffer_callback* is not None and *protocol*
/// is None or smaller than 5.
#[pytype(
    name = "_pickle.Pickler", body = PicklerBody, gc, flags = abi::Py_TPFLAGS_BASETYPE,
    sig = "(file, protocol=None, fix_imports=True, buffer_callback=None)"
)]
pub struct Pickler;

impl Pickler {
    /// The state; not held across a call that can run Python code.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    pub fn state(&self) -> &mut State {
        // SAFETY: made by `make`; used for an instant under the GIL.
        unsafe { &mut *(*self.body()).state }
    }

    /// Whether the protocol is a binary one.
    #[inline]
    pub fn bin(&self) -> bool {
        // SAFETY: own field.
        unsafe { (*self.body()).bin != 0 }
    }

    #[inline]
    pub fn fast(&self) -> bool {
        // SAFETY: own field.
        unsafe { (*self.body()).fast != 0 }
    }

    pub fn dispatch_table(&self) -> Option<Object> {
        // SAFETY: NULL or owned.
        unsafe { dovetail_core::native::borrow_opt((*self.body()).dispatch_table) }.map(Obj::to_owned)
    }

    pub fn make(cls: &Type) -> PyResult<Ref<Pickler>> {
        // SAFETY: the field is filled before anything else runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            (*(o.as_raw() as *mut PicklerBody)).state = Box::into_raw(Box::default());
            Ok(o.cast_into_unchecked())
        }
    }

    fn not_running(&self) -> PyResult<()> {
        if self.state().running {
            bail!(RuntimeError, "Pickler object is already used");
        }
        Ok(())
    }

    /// What the constructor does.
    pub fn start(
        &self,
        file: Option<&Obj>,
        protocol: Option<&Obj>,
        fix_imports: bool,
        buffer_callback: Option<&Obj>,
    ) -> PyResult<()> {
        self.not_running()?;
        let proto = match protocol {
            None => HIGHEST,
            Some(p) => {
                let v = p.index()?.to_i64().unwrap_or(i64::MAX);
                if v < 0 { HIGHEST } else { v }
            }
        };
        if proto > HIGHEST {
            bail!(ValueError, "pickle protocol must be <= {HIGHEST}");
        }
        if buffer_callback.is_some() && proto < 5 {
            bail!(ValueError, "buffer_callback needs protocol >= 5");
        }
        let write = match file {
            None => None,
            Some(f) => match f.get_attr_opt(sym!(write))? {
                Some(w) => Some(w),
                None => bail!(TypeError, "file must have a 'write' attribute"),
            },
        };
        let new = State {
            ready: true,
            out: Output::to(write),
            proto,
            fix_imports: fix_imports && proto < 3,
            buffer_callback: buffer_callback.map(Obj::to_owned),
            persistent_attr: self.state().persistent_attr.take(),
            ..State::default()
        };
        let old = std::mem::replace(self.state(), new);
        drop(old);
        // SAFETY: own fields.
        unsafe {
            (*self.body()).bin = c_int::from(proto > 0);
            (*self.body()).fast = 0;
        }
        if self.as_obj().is_exact::<Pickler>() {
            return Ok(());
        }
        // A class may bring its own table.
        let table = self.as_obj().get_attr_opt(sym!(dispatch_table))?;
        // SAFETY: an owned field.
        unsafe { dovetail_core::object::obj::replace(&raw mut (*self.body()).dispatch_table, table) };
        Ok(())
    }

    /// Writes a whole pickle, leaving the last bytes in the buffer.
    pub fn dump_all(&self, obj: &Obj) -> PyResult<()> {
        if !self.as_obj().is_exact::<Pickler>() || self.state().persistent_attr.is_some() {
            let over = self.as_obj().get_attr_opt(sym!(reducer_override))?;
            let id = self.as_obj().get_attr_opt(sym!(persistent_id))?.filter(|f| !is_own(f, self));
            self.state().reducer_override = over;
            self.state().persistent_id = id;
        }
        let s = self.state();
        s.out.clear();
        if s.proto >= 2 {
            s.out.op(PROTO, &[s.proto as u8]);
            s.out.framing = s.proto >= 4;
        }
        let saved = self.save(obj);
        if saved.is_ok() {
            self.state().out.byte(STOP);
            self.state().out.commit();
        }
        let s = self.state();
        s.out.framing = false;
        let gone = (s.persistent_id.take(), s.reducer_override.take());
        drop(gone);
        saved
    }

    /// The bytes written, as an object.
    pub fn take_bytes(&self) -> PyResult<Object> {
        let bytes = std::mem::take(&mut self.state().out.bytes);
        Ok(Bytes::from_vec(bytes)?.into_object())
    }

    /// Hands what is written to the file.
    pub fn flush(&self) -> PyResult<()> {
        let Some(write) = self.state().out.write.clone() else { return Ok(()) };
        let bytes = self.take_bytes()?;
        self.state().out.clear();
        output::write_object(&write, &bytes)
    }
}

/// Is this the method `persistent_id` of the type itself, which answers None?
fn is_own(f: &Obj, p: &Pickler) -> bool {
    f.downcast::<CFunction>()
        .is_some_and(|f| f.this().is_some_and(|t| t.is(p.as_obj())) && f.name() == "persistent_id")
}

#[pymethods(members(
    ("bin", Py_T_INT, bin, 0, ""),
    ("fast", Py_T_INT, fast, 0, ""),
    ("dispatch_table", Py_T_OBJECT_EX, dispatch_table, 0, ""),
))]
impl Pickler {
    #[slot(tp_new)]
    fn new_slot(
        cls: &Type,
        _args: &dovetail_core::types::tuple::Tuple,
        _kwargs: Option<&dovetail_core::types::dict::Dict>,
    ) -> PyResult<Ref<Pickler>> {
        Pickler::make(cls)
    }

    #[slot(tp_init, sig = "(file, protocol=None, fix_imports=True, buffer_callback=None)")]
    fn init_slot(
        &self,
        file: &Obj,
        protocol: Option<&Obj>,
        fix_imports: bool,
        buffer_callback: Option<&Obj>,
    ) -> PyResult<()> {
        self.start(Some(file), protocol, fix_imports, buffer_callback)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            dovetail_core::gc::untrack(o);
            let b = o as *mut PicklerBody;
            dovetail_core::object::obj::clear(&raw mut (*b).dispatch_table);
            let state = std::mem::replace(&mut (*b).state, std::ptr::null_mut());
            if !state.is_null() {
                drop(Box::from_raw(state));
            }
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live pickler.
        unsafe {
            let b = o as *mut PicklerBody;
            let Some(visit) = visit else { return 0 };
            if !(*b).dispatch_table.is_null() {
                let r = visit((*b).dispatch_table, arg);
                if r != 0 {
                    return r;
                }
            }
            if (*b).state.is_null() {
                return 0;
            }
            visit_all((*(*b).state).objects().map(|v| v.as_raw()), visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live pickler; what it held ends after the state is empty.
        unsafe {
            let b = o as *mut PicklerBody;
            dovetail_core::object::obj::clear(&raw mut (*b).dispatch_table);
            if !(*b).state.is_null() {
                drop(std::mem::take(&mut *(*b).state));
            }
        }
        0
    }

    #[slot(tp_getattro)]
    fn getattr_slot(&self, name: &Obj) -> PyResult<Object> {
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        if let Some(f) = &self.state().persistent_attr
            && name.equals_str("persistent_id")
        {
            return Ok(f.clone());
        }
        generic_getattr(self.as_obj(), name)
    }

    #[slot(tp_setattro)]
    fn setattr_slot(&self, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        if name.equals_str("persistent_id") {
            let old = std::mem::replace(&mut self.state().persistent_attr, value.map(Obj::to_owned));
            drop(old);
            return Ok(());
        }
        generic_setattr(self.as_obj(), name, value)
    }

    #[method]
    fn persistent_id(&self, _obj: &Obj) {}

    /// Write a pickled representation of the given object to the open file.
    #[method]
    fn dump(&self, obj: &Obj) -> PyResult<()> {
        // Subclasses must have called the constructor.
        if !self.state().ready {
            return Err(pickling(&format!(
                "Pickler.__init__() was not called by {}.__init__()",
                self.type_name()
            )));
        }
        self.not_running()?;
        self.state().running = true;
        let done = self.dump_all(obj).and_then(|()| self.flush());
        self.state().running = false;
        done
    }

    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[method]
    fn clear_memo(&self) {
        drop(std::mem::take(&mut self.state().memo));
    }

    /// Returns size in memory, in bytes.
    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        let s = self.state();
        size_of::<PicklerBody>() + size_of::<State>() + s.out.bytes.capacity() + s.memo.capacity() * 24
    }

    #[getter]
    fn memo(&self) -> PyResult<Ref<PicklerMemo>> {
        PicklerMemo::new(self)
    }

    #[setter]
    fn set_memo(&self, value: Option<&Obj>) -> PyResult<()> {
        let new = pickler_memo(value)?;
        let old = std::mem::replace(&mut self.state().memo, new);
        drop(old);
        Ok(())
    }
}
