//! `_queue`: `SimpleQueue`, an unbounded queue that may be used in signal handlers and finalizers.

use crate::osutil::{check_signals, monotonic, new_exception, timeout_ns};
use crate::util::{TypeCell, set, visit_all};
use dovetail_core::Type;
use dovetail_core::error::{PyResult, Raised, exc, raise_bare};
use dovetail_core::native::add_type;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::support::{generic_alias, type_alloc};
use dovetail_core::{bail, gc, gil};
use dovetail_macros::{pymethods, pymodule, pytype};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicU32, Ordering};

static EMPTY: TypeCell = TypeCell::new();

fn empty() -> Raised {
    match EMPTY.get_or(make_empty) {
        Ok(t) => raise_bare(t),
        Err(e) => e,
    }
}

fn make_empty() -> PyResult<dovetail_core::Ref<Type>> {
    new_exception(
        "_queue.Empty",
        &[exc::Exception()],
        Some("Exception raised by Queue.get(block=0)/get_nowait()."),
    )
}

/// The items, and a word that counts puts: waiting threads sleep on it.
#[derive(Default)]
pub struct State {
    items: RefCell<VecDeque<Object>>,
    puts: AtomicU32,
}

/// A header and a box of state, known to the collector.
#[repr(C)]
pub struct Body {
    pub ob_base: abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    pub state: *mut State,
}

/// Queues without a bound.
/// ---
/// Simple, unbounded, reentrant FIFO queue.
#[pytype(name = "_queue.SimpleQueue", body = Body, weaklist = weakrefs, gc, flags = abi::Py_TPFLAGS_BASETYPE, sig = "()")]
pub struct SimpleQueue;

impl SimpleQueue {
    fn state(&self) -> &State {
        // SAFETY: filled when made; emptied only by the deallocator.
        unsafe { &*(*self.body()).state }
    }

    fn push(&self, item: &Obj) {
        let s = self.state();
        s.items.borrow_mut().push_back(item.to_owned());
        s.puts.fetch_add(1, Ordering::Release);
        // SAFETY: wakes sleepers on a live word.
        unsafe {
            libc::syscall(libc::SYS_futex, s.puts.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, 1);
        }
    }

    fn take(&self, block: bool, wait: Option<i64>) -> PyResult<Object> {
        let s = self.state();
        let deadline = wait.map(|n| monotonic().saturating_add(n));
        loop {
            if let Some(item) = s.items.borrow_mut().pop_front() {
                return Ok(item);
            }
            if !block {
                return Err(empty());
            }
            let seen = s.puts.load(Ordering::Acquire);
            let rest = match deadline {
                Some(d) => {
                    let rest = d - monotonic();
                    if rest <= 0 {
                        return Err(empty());
                    }
                    Some(libc::timespec { tv_sec: rest / 1_000_000_000, tv_nsec: rest % 1_000_000_000 })
                }
                None => None,
            };
            let word = s.puts.as_ptr();
            gil::allow_threads(|| {
                let t = rest.as_ref().map_or(std::ptr::null(), |t| t as *const _);
                // SAFETY: the word lives as the caller keeps the queue; the call sleeps only while it is unchanged.
                unsafe {
                    libc::syscall(
                        libc::SYS_futex,
                        word,
                        libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
                        seen,
                        t,
                    );
                }
            });
            check_signals()?;
        }
    }
}

#[pymethods]
impl SimpleQueue {
    #[slot(tp_new, sig = "()")]
    fn make(cls: &Type) -> PyResult<Object> {
        // SAFETY: the field is filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            (*(o.as_raw() as *mut Body)).state = Box::into_raw(Box::default());
            Ok(o)
        }
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
        // SAFETY: a live queue.
        unsafe {
            let Some(visit) = visit else { return 0 };
            let Some(state) = (*(o as *mut Body)).state.as_ref() else { return 0 };
            visit_all(state.items.borrow().iter().map(|item| item.as_raw()), visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live queue; the items end after it is empty.
        unsafe {
            let items = (*(*(o as *mut Body)).state).items.take();
            drop(items);
        }
        0
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this
    /// method never blocks.  They are provided for compatibility with the
    /// Queue class.
    #[method(sig = "(item, block=True, timeout=None)")]
    fn put(&self, item: &Obj, _block: bool, _timeout: Option<&Obj>) {
        self.push(item);
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[method(sig = "(item)")]
    fn put_nowait(&self, item: &Obj) {
        self.push(item);
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the
    /// default), block if necessary until an item is available.  If
    /// 'timeout' is a non-negative number, it blocks at most 'timeout'
    /// seconds and raises the Empty exception if no item was available
    /// within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[method(sig = "(block=True, timeout=None)")]
    fn get(&self, block: bool, timeout: Option<&Obj>) -> PyResult<Object> {
        let mut wait = None;
        if block && let Some(t) = timeout {
            let n = timeout_ns(t)?;
            if n < 0 {
                bail!(ValueError, "'timeout' must be a non-negative number");
            }
            wait = Some(n);
        }
        self.take(block, wait)
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[method]
    fn get_nowait(&self) -> PyResult<Object> {
        self.take(false, None)
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[method]
    fn empty(&self) -> bool {
        self.state().items.borrow().is_empty()
    }

    /// Return the approximate size of the queue (not reliable!).
    #[method]
    fn qsize(&self) -> usize {
        self.state().items.borrow().len()
    }

    /// SimpleQueues are generic over the type of their contents
    #[classmethod]
    fn __class_getitem__(cls: &Type, object: &Obj) -> PyResult<Object> {
        generic_alias(cls, object)
    }
}

/// C implementation of the Python queue module.
/// This module is an implementation detail, please do not use it directly.
#[pymodule(name = "_queue")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<SimpleQueue>(module)?;
        set(module, "Empty", EMPTY.get_or(make_empty)?.as_obj())
    }
}

pub use module::MODULE;
