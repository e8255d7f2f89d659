//! Thread states: CPython's `PyThreadState` with our own fields behind it, and the current one of each OS thread.
//!
//! The fields that extensions read and write keep CPython's meaning (`current_exception`, `exc_info`, `current_frame`,
//! `datastack_*`, recursion counters). Ours follow: free lists, the registers that the evaluation loop parks.

use crate::interp::frame::Frame;
use crate::interp::value::Value;
use crate::interpreter::Interpreter;
use crate::object::Obj;
use crate::object::pool::Pool;
use crate::object::refs::Ref;
use crate::types::exception::BaseException;
use crate::types::type_::Type;
use std::cell::{Cell, UnsafeCell};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Bytes of C stack that Python-to-C recursion leaves untouched.
const STACK_MARGIN: usize = 128 * 1024;
/// Bytes below the soft limit that only clean-up may use.
const STACK_HEADROOM: usize = 32 * 1024;

/// A thread's state. Only the owning thread touches it, but for `eval_breaker` and `away`.
#[repr(C)]
pub struct ThreadState {
    base: UnsafeCell<abi::_PyThreadStateImpl>,
    /// Free cells of `float` and of one-digit `int` objects, linked through their first word.
    pub free_floats: Cell<*mut abi::PyObject>,
    pub free_ints: Cell<*mut abi::PyObject>,
    /// Cells put back since the lists were last cut short.
    pub cells_freed: Cell<u32>,
    /// Small blocks for reuse.
    pub pool: Pool,
    /// The method descriptor `list.append`, once a call of it was specialized.
    pub list_append: Cell<*mut abi::PyObject>,
    /// The function `len`, likewise.
    pub len_function: Cell<*mut abi::PyObject>,
    /// Objects whose count reached zero inside a hot handler, linked through their first word.
    pub dead: Cell<*mut abi::PyObject>,
    /// Of those, the ones whose destructors are to run next; the last one first.
    pub dying: UnsafeCell<Vec<*mut abi::PyObject>>,
    /// The evaluation loop's registers while it is outside of its handlers.
    pub saved_pc: Cell<*const u16>,
    pub saved_sp: Cell<*mut Value>,
    pub saved_frame: Cell<*mut Frame>,
    pub saved_tos: Cell<Value>,
    pub saved_half: Cell<usize>,
    /// The high part of an argument that `EXTENDED_ARG` builds up.
    pub extended_arg: Cell<usize>,
    /// The pending exception is re-raised: its frame adds no traceback entry.
    pub reraising: Cell<bool>,
    /// Depth of `repr` guards in use (`Py_ReprEnter`).
    pub repr_active: UnsafeCell<Vec<*mut abi::PyObject>>,
    /// The thread runs without the GIL, though it has not given it up (see `gil`).
    pub(crate) away: AtomicBool,
    /// How often it has taken the GIL without another thread in between.
    pub(crate) streak: Cell<u32>,
}

thread_local! {
    static CURRENT: Cell<*const ThreadState> = const { Cell::new(std::ptr::null()) };
}

static NEXT_ID: AtomicUsize = AtomicUsize::new(1);

impl ThreadState {
    /// The thread's state; the thread is attached.
    #[inline(always)]
    pub fn current() -> &'static ThreadState {
        let p = CURRENT.get();
        debug_assert!(!p.is_null(), "no thread state: the GIL is not held");
        // SAFETY: an attached thread has a state; it outlives everything the thread runs.
        unsafe { &*p }
    }

    #[inline]
    pub fn current_or_null() -> *const ThreadState {
        CURRENT.get()
    }

    /// Makes `ts` (or none) the thread's state.
    ///
    /// # Safety
    /// The GIL is held by this thread if `ts` is not NULL, and `ts` belongs to it.
    #[inline]
    pub unsafe fn attach(ts: *const ThreadState) {
        CURRENT.set(ts);
    }

    /// A new state for the calling thread, linked nowhere yet.
    pub fn new(interp: *mut Interpreter) -> Box<ThreadState> {
        // SAFETY: all-zero is a valid state to begin with.
        let mut ts: Box<ThreadState> = unsafe { Box::new_zeroed().assume_init() };
        let b = &mut ts.base.get_mut().base;
        b.interp = interp.cast();
        b.id = NEXT_ID.fetch_add(1, Ordering::Relaxed) as u64;
        b.what_event = -1;
        // The thread itself counts as one user: C++ wrappers that count up and down must not end it.
        b.gilstate_counter = 1;
        b.py_recursion_limit = 1000;
        b.py_recursion_remaining = 1000;
        b.exc_info = &raw mut b.exc_state;
        // SAFETY: asking for the thread's own ids.
        unsafe {
            b.thread_id = libc::pthread_self();
            b.native_thread_id = libc::syscall(libc::SYS_gettid) as _;
        }
        let (low, high) = stack_bounds();
        let i = ts.base.get_mut();
        i.c_stack_top = high;
        i.c_stack_hard_limit = low + STACK_HEADROOM;
        i.c_stack_soft_limit = low + STACK_MARGIN;
        ts
    }

    /// CPython's part.
    #[inline(always)]
    pub fn c(&self) -> *mut abi::PyThreadState {
        self.base.get().cast()
    }

    #[inline(always)]
    fn imp(&self) -> &abi::_PyThreadStateImpl {
        // SAFETY: read by the owning thread.
        unsafe { &*self.base.get() }
    }

    #[inline(always)]
    pub fn interp(&self) -> &'static Interpreter {
        // SAFETY: set at creation; an interpreter outlives its threads.
        unsafe { &*((*self.c()).interp as *const Interpreter) }
    }

    /// The word that asks the evaluation loop to stop for something.
    #[inline(always)]
    pub fn eval_breaker(&self) -> &AtomicUsize {
        // SAFETY: the field is only accessed as an atomic.
        unsafe { AtomicUsize::from_ptr((&raw mut (*self.c()).eval_breaker).cast()) }
    }

    // ---- exceptions ----

    #[inline(always)]
    pub fn has_exception(&self) -> bool {
        // SAFETY: own state.
        unsafe { !(*self.c()).current_exception.is_null() }
    }

    /// Removes the pending exception.
    #[inline]
    pub fn take_exception(&self) -> Option<Ref<BaseException>> {
        // SAFETY: the field owns an exception instance or is NULL.
        unsafe {
            let e = std::mem::replace(&mut (*self.c()).current_exception, null_mut());
            Ref::from_owned_opt(e)
        }
    }

    /// Replaces the pending exception.
    #[inline]
    pub fn set_exception(&self, e: Option<Ref<BaseException>>) {
        // SAFETY: as above.
        unsafe {
            let new = e.map_or(null_mut(), Ref::into_ptr);
            let old = std::mem::replace(&mut (*self.c()).current_exception, new);
            crate::object::obj::xdecref(old);
        }
    }

    /// Is an exception of this type pending?
    pub fn exception_matches(&self, ty: &Type) -> bool {
        // SAFETY: own state.
        unsafe {
            let e = (*self.c()).current_exception;
            !e.is_null() && Obj::from_ptr(e).ob_type().is_subtype(ty)
        }
    }

    /// The exception being handled by the innermost `except` (`sys.exception()`).
    pub fn handled_exception(&self) -> Option<Ref<BaseException>> {
        // SAFETY: the chain ends in the thread's own item.
        unsafe {
            let mut item = (*self.c()).exc_info;
            while !item.is_null() {
                let v = (*item).exc_value;
                if !v.is_null() && !Obj::from_ptr(v).is_none() {
                    return Some(Ref::from_borrowed(v));
                }
                item = (*item).previous_item;
            }
            None
        }
    }

    /// The owned exception of the top item, replaced by `value` (NULL or None when nothing is handled).
    pub fn swap_handled(&self, value: *mut abi::PyObject) -> *mut abi::PyObject {
        // SAFETY: exc_info is never NULL.
        unsafe { std::mem::replace(&mut (*(*self.c()).exc_info).exc_value, value) }
    }

    // ---- frames and recursion ----

    #[inline(always)]
    pub fn frame(&self) -> *mut Frame {
        // SAFETY: own state.
        unsafe { (*self.c()).current_frame.cast() }
    }

    #[inline(always)]
    pub fn set_frame(&self, f: *mut Frame) {
        // SAFETY: own state.
        unsafe { (*self.c()).current_frame = f.cast() }
    }

    /// The shortest C stack that a thread may be given.
    pub const LEAST_STACK: usize = 3 * STACK_MARGIN;

    /// Says where the thread's C stack is.
    pub fn set_stack(&self, low: usize, high: usize) {
        // SAFETY: own fields.
        unsafe {
            let i = &mut *self.base.get();
            i.c_stack_top = high;
            i.c_stack_hard_limit = low + STACK_HEADROOM;
            i.c_stack_soft_limit = low + STACK_MARGIN;
        }
    }

    /// The thread's C stack is the system's.
    pub fn reset_stack(&self) {
        let (low, high) = stack_bounds();
        self.set_stack(low, high);
    }

    /// Is the C stack nearly used up?
    #[inline(always)]
    pub fn stack_is_low(&self) -> bool {
        stack_pointer() < self.imp().c_stack_soft_limit
    }

    /// Still within twice the margin?
    #[inline(always)]
    pub fn stack_is_below_margin(&self) -> bool {
        stack_pointer() < self.imp().c_stack_soft_limit + STACK_MARGIN
    }

    /// Is less C stack left than `count` margins beyond the soft limit?
    pub fn stack_is_within(&self, count: i32) -> bool {
        stack_pointer() < self.imp().c_stack_soft_limit + count.max(0) as usize * STACK_MARGIN
    }

    /// Puts an ended object aside (`delete_later`), linked through its type's trash word.
    pub fn deposit(&self, o: *mut abi::PyObject) {
        // SAFETY: the GC head of an untracked object is free for use.
        unsafe {
            let head = (o as *mut usize).sub(2);
            *head.add(1) =
                (*self.c()).delete_later as usize | (*head.add(1) & abi::_PyGC_PREV_MASK_FINALIZED);
            (*self.c()).delete_later = o;
        }
    }

    #[inline(always)]
    pub fn has_deposit(&self) -> bool {
        // SAFETY: own state.
        unsafe { !(*self.c()).delete_later.is_null() }
    }

    pub fn take_deposit(&self) -> Option<*mut abi::PyObject> {
        // SAFETY: made by `deposit`.
        unsafe {
            let o = (*self.c()).delete_later;
            if o.is_null() {
                return None;
            }
            let head = (o as *mut usize).sub(2);
            let word = *head.add(1);
            (*self.c()).delete_later = (word & !abi::_PyGC_PREV_MASK_FINALIZED) as *mut abi::PyObject;
            *head.add(1) = word & abi::_PyGC_PREV_MASK_FINALIZED;
            Some(o)
        }
    }

    /// Raises `RecursionError` when the C stack is nearly used up; `place` as in " while calling a Python object".
    #[inline(always)]
    pub fn check_recursion(&self, place: &str) -> crate::PyResult<()> {
        if self.stack_is_low() { Err(self.recursion_error(place)) } else { Ok(()) }
    }

    /// What is raised where too little of the C stack is left; past the last reserve the process ends.
    #[cold]
    pub fn recursion_error(&self, place: &str) -> crate::error::Raised {
        if stack_pointer() < self.imp().c_stack_hard_limit {
            crate::hooks::fatal(&format!("Unrecoverable stack overflow{place}"));
        }
        let used = (self.imp().c_stack_top - stack_pointer()) / 1024;
        crate::raise!(RecursionError, "Stack overflow (used {} kB){}", used, place)
    }

    /// Notes that `o` is being shown; `false` when it already is (`Py_ReprEnter`).
    pub fn repr_enter(&self, o: &Obj) -> bool {
        // SAFETY: the list is touched for an instant only, by the owning thread.
        let active = unsafe { &mut *self.repr_active.get() };
        if active.contains(&o.as_ptr()) {
            return false;
        }
        active.push(o.as_ptr());
        true
    }

    /// Ends what `repr_enter` began (`Py_ReprLeave`).
    pub fn repr_leave(&self, o: &Obj) {
        // SAFETY: as above.
        let active = unsafe { &mut *self.repr_active.get() };
        if let Some(i) = active.iter().rposition(|p| *p == o.as_ptr()) {
            active.remove(i);
        }
    }

    /// Runs `f` unless `o` is already being shown: then gives `None`.
    pub fn repr_guard<T>(&self, o: &Obj, f: impl FnOnce() -> T) -> Option<T> {
        if !self.repr_enter(o) {
            return None;
        }
        let out = f();
        self.repr_leave(o);
        Some(out)
    }
}

/// Roughly the stack pointer.
#[inline(always)]
fn stack_pointer() -> usize {
    let sp: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: reads a register.
    unsafe {
        std::arch::asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack, preserves_flags))
    };
    #[cfg(target_arch = "aarch64")]
    // SAFETY: reads a register.
    unsafe {
        std::arch::asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags))
    };
    sp
}

/// How far the main thread's stack reaches down, where `extend_main_stack` has seen to it; else 0.
static MAIN_STACK: AtomicUsize = AtomicUsize::new(0);

/// Frames of this runtime's recursive functions are larger than CPython's, up to three times: values that CPython
/// compares within the usual 8 MiB must not be too deep here. Those of the checked build are larger again.
const WANTED_STACK: usize = if cfg!(feature = "debug-checks") { 32 << 20 } else { 24 << 20 };

/// Lets the calling thread, which must be the process's first, have a larger stack than its limit gives, if the hard
/// limit allows. The limit itself stays, so that child processes and `resource` see what they would see without.
///
/// The kernel grows a stack when it is touched, up to the limit of that moment; address space for 128 MiB is kept free
/// below it. One page is touched at the end; the rest costs nothing until it is used.
#[cfg(target_os = "linux")]
pub fn extend_main_stack() {
    // SAFETY: limits of the own process; the stack pointer is moved and put back in one piece, with nothing stored
    // below it but one byte.
    unsafe {
        let mut old: libc::rlimit = std::mem::zeroed();
        if libc::getpid() != libc::syscall(libc::SYS_gettid) as i32
            || libc::getrlimit(libc::RLIMIT_STACK, &mut old) != 0
            || old.rlim_cur < (4 << 20)
            || (old.rlim_max as usize) < WANTED_STACK + (1 << 20)
        {
            return;
        }
        let new = libc::rlimit { rlim_cur: (WANTED_STACK + (1 << 20)) as _, rlim_max: old.rlim_max };
        let raised = (old.rlim_cur as usize) < new.rlim_cur as usize;
        if raised && libc::setrlimit(libc::RLIMIT_STACK, &new) != 0 {
            return;
        }
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!(
            "mov {old}, rsp",
            "sub rsp, {size}",
            "mov byte ptr [rsp], 0",
            "mov rsp, {old}",
            old = out(reg) _,
            size = in(reg) WANTED_STACK,
        );
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!(
            "mov {old}, sp",
            "sub {low}, {old}, {size}",
            "mov sp, {low}",
            "strb wzr, [{low}]",
            "mov sp, {old}",
            old = out(reg) _,
            low = out(reg) _,
            size = in(reg) WANTED_STACK,
        );
        if raised {
            libc::setrlimit(libc::RLIMIT_STACK, &old);
        }
        if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
            MAIN_STACK.store(stack_pointer() - WANTED_STACK, Ordering::Relaxed);
        }
    }
}

/// The lowest and highest address of the calling thread's stack.
fn stack_bounds() -> (usize, usize) {
    // SAFETY: plain pthread queries about the calling thread.
    unsafe {
        let mut attr: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attr) == 0 {
            let (mut base, mut size) = (null_mut(), 0);
            let ok = libc::pthread_attr_getstack(&attr, &mut base, &mut size) == 0;
            libc::pthread_attr_destroy(&mut attr);
            if ok {
                let high = base as usize + size;
                let main = MAIN_STACK.load(Ordering::Relaxed);
                if main != 0 && libc::getpid() == libc::syscall(libc::SYS_gettid) as i32 {
                    return (main, high);
                }
                // The main thread's stack grows up to its limit; count on no more than 8 MiB less a reserve.
                return (high - size.min(8 << 20) + 64 * 1024, high);
            }
        }
        let sp = stack_pointer();
        (sp - (512 << 10), sp)
    }
}
