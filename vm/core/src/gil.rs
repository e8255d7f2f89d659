//! The global interpreter lock: one thread at a time runs Python, and no thread keeps the others waiting for long.
//!
//! While nobody waits, taking and giving the lock are one atomic operation each on its word: calls of C functions do both.
//! As soon as somebody waits, hands over or ends the interpreter, the word says so, and everybody goes the slow way under
//! the mutex of the books.
//!
//! A waiting thread sleeps for the switch interval; if the lock has not gone to another thread by then, it asks the holder,
//! through its `eval_breaker`, to let go. The holder then waits until another thread has really taken the lock: this
//! is the hand-over that keeps a busy thread from taking it right back.

use crate::interp::pending::GIL_DROP_REQUEST;
use crate::interpreter::Interpreter;
use crate::thread::ThreadState;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The word's bit for a lock that a thread has.
const LOCKED: u32 = 1;
/// The word's bit for a lock that is taken and given under the books' mutex alone. It is set and cleared under that mutex.
const SLOW: u32 = 2;

/// An address of a thread state, for lists that several threads read.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Address(*const ThreadState);
// SAFETY: only compared, and read while the state is known to live.
unsafe impl Send for Address {}

struct State {
    /// How often the lock went from one thread to another while somebody was looking, and who had it last then.
    switches: u64,
    last: Address,
    /// Threads that wait for the lock, and threads that wait until another has it.
    waiting: usize,
    handing: usize,
    interval: Duration,
    /// The thread that ends the interpreter; all others stop where they next want the lock.
    finalizing: Option<Address>,
    /// Every thread state of the interpreter.
    threads: Vec<Address>,
}

/// An interpreter's lock. It is born locked, by the thread that makes the interpreter.
pub struct Gil {
    word: AtomicU32,
    /// Whose the lock is; NULL while it is free or on its way. Written by who has the lock. It is followed under the mutex
    /// while `SLOW` is set: then the holder cannot give the lock up, and so lives.
    holder: AtomicPtr<ThreadState>,
    state: Mutex<State>,
    freed: Condvar,
    taken: Condvar,
}

thread_local! {
    /// The calling thread's own state, attached or not.
    static OWN: Cell<*const ThreadState> = const { Cell::new(std::ptr::null()) };
}

impl Default for Gil {
    fn default() -> Gil {
        Gil {
            word: AtomicU32::new(LOCKED),
            holder: AtomicPtr::new(std::ptr::null_mut()),
            state: Mutex::new(State {
                switches: 0,
                last: Address(std::ptr::null()),
                waiting: 0,
                handing: 0,
                interval: Duration::from_millis(5),
                finalizing: None,
                threads: Vec::new(),
            }),
            freed: Condvar::new(),
            taken: Condvar::new(),
        }
    }
}

impl Gil {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the word say whether the fast way is open. Under the mutex.
    fn mark(&self, s: &State) {
        if s.waiting > 0 || s.handing > 0 || s.finalizing.is_some() {
            self.word.fetch_or(SLOW, Ordering::AcqRel);
        } else {
            self.word.fetch_and(!SLOW, Ordering::AcqRel);
        }
    }

    fn is_locked(&self) -> bool {
        self.word.load(Ordering::Acquire) & LOCKED != 0
    }

    /// Waits for the lock and takes it for `ts`. Keeps `errno`.
    #[inline]
    fn take(&self, ts: *const ThreadState) {
        if self.word.compare_exchange(0, LOCKED, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            return self.take_slowly(ts);
        }
        // SAFETY: the calling thread's own state.
        if unsafe { (*ts).interp() }.stops(ts) {
            self.give(false);
            stop_for_ever();
        }
        self.holder.store(ts.cast_mut(), Ordering::Relaxed);
    }

    #[cold]
    #[inline(never)]
    fn take_slowly(&self, ts: *const ThreadState) {
        // SAFETY: the thread's own errno.
        let errno = unsafe { *libc::__errno_location() };
        let mut s = self.lock();
        s.waiting += 1;
        self.mark(&s);
        let (mut before, mut since) = (s.switches, None);
        loop {
            // SAFETY: the calling thread's own state.
            if s.finalizing.is_some_and(|f| f.0 != ts) || unsafe { (*ts).interp() }.stops(ts) {
                // Who hands over must not wait for this thread.
                s.waiting -= 1;
                self.mark(&s);
                self.taken.notify_all();
                drop(s);
                stop_for_ever();
            }
            if !self.is_locked() {
                break;
            }
            let interval = s.interval;
            let began = *since.get_or_insert_with(Instant::now);
            s = self.freed.wait_timeout(s, interval).unwrap_or_else(PoisonError::into_inner).0;
            if !self.is_locked() {
                continue;
            }
            if s.switches != before {
                // Another thread has it now: its time begins.
                (before, since) = (s.switches, None);
            } else if began.elapsed() >= interval {
                let holder = self.holder.load(Ordering::Acquire);
                if !holder.is_null() {
                    // SAFETY: `SLOW` is set and the mutex is held, so the holder keeps the lock, and its state lives.
                    unsafe { (*holder).eval_breaker().fetch_or(GIL_DROP_REQUEST, Ordering::Release) };
                }
            }
        }
        s.waiting -= 1;
        self.word.fetch_or(LOCKED, Ordering::AcqRel);
        self.holder.store(ts.cast_mut(), Ordering::Relaxed);
        if s.last.0 != ts {
            s.last = Address(ts);
            s.switches += 1;
        }
        // To tell nobody would be a system call for nothing.
        if s.handing > 0 {
            self.taken.notify_all();
        }
        self.mark(&s);
        drop(s);
        // SAFETY: as above.
        unsafe { *libc::__errno_location() = errno };
    }

    /// Gives the lock up; with `hand_over`, returns when another waiting thread has it.
    #[inline]
    fn give(&self, hand_over: bool) {
        let holder = self.holder.load(Ordering::Relaxed);
        self.holder.store(std::ptr::null_mut(), Ordering::Relaxed);
        if hand_over || self.word.compare_exchange(LOCKED, 0, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            self.give_slowly(holder, hand_over);
        }
    }

    #[cold]
    #[inline(never)]
    fn give_slowly(&self, holder: *const ThreadState, hand_over: bool) {
        let mut s = self.lock();
        s.last = Address(holder);
        self.word.fetch_and(!LOCKED, Ordering::AcqRel);
        let before = s.switches;
        if s.waiting > 0 {
            self.freed.notify_one();
        }
        if hand_over {
            s.handing += 1;
            self.mark(&s);
            while s.waiting > 0 && s.switches == before && s.finalizing.is_none() {
                s = self.taken.wait(s).unwrap_or_else(PoisonError::into_inner);
            }
            s.handing -= 1;
            self.mark(&s);
        }
    }

    /// How long a thread waits before it asks for the lock.
    pub fn interval(&self) -> Duration {
        self.lock().interval
    }

    pub fn set_interval(&self, interval: Duration) {
        self.lock().interval = interval.max(Duration::from_micros(1));
    }

    /// The lock changes from one state of the calling thread to another.
    fn hold_for(&self, ts: *const ThreadState) {
        self.holder.store(ts.cast_mut(), Ordering::Relaxed);
    }

    /// From now on only the calling thread runs Python; the others stop when they next want the lock.
    pub fn finalize(&self) {
        let mut s = self.lock();
        s.finalizing = Some(Address(ThreadState::current()));
        self.mark(&s);
        self.freed.notify_all();
    }

    /// After the end of the main interpreter: another one may be started.
    pub fn reopen(&self) {
        let mut s = self.lock();
        s.finalizing = None;
        self.mark(&s);
    }

    /// Has the end of the interpreter begun?
    pub fn is_finalizing(&self) -> bool {
        self.lock().finalizing.is_some()
    }

    /// Enters a state into the list of the interpreter's threads.
    pub fn add_thread(&self, ts: &ThreadState) {
        self.lock().threads.push(Address(ts));
    }

    fn remove_thread(&self, ts: &ThreadState) {
        self.lock().threads.retain(|t| !std::ptr::eq(t.0, ts));
    }

    /// The states of all threads of the interpreter. They live as long as the caller keeps the GIL.
    pub fn threads(&self) -> Vec<&'static ThreadState> {
        // SAFETY: a state leaves the list under the GIL, before it ends.
        self.lock().threads.iter().map(|t| unsafe { &*t.0 }).collect()
    }
}

/// The lock's own books, held over a fork so that the child does not inherit them half-written.
pub struct ForkGuard(MutexGuard<'static, State>);

/// Takes hold of the books before a fork; the calling thread has the GIL.
pub fn lock_for_fork() -> ForkGuard {
    let gil = ThreadState::current().interp().gil;
    ForkGuard(gil.lock())
}

impl ForkGuard {
    /// In the child: the calling thread is the only one, and goes on holding the GIL. States of other threads are
    /// left as they are: what they refer to lives on.
    pub fn after_fork_child(mut self) {
        let ts = ThreadState::current();
        let gil = ts.interp().gil;
        let s = &mut *self.0;
        s.waiting = 0;
        s.handing = 0;
        s.last = Address(ts);
        s.finalizing = None;
        gil.word.store(LOCKED, Ordering::Release);
        gil.hold_for(ts);
        s.threads.retain(|t| std::ptr::eq(t.0, ts));
        // SAFETY: own state: the ids of the thread as the child's system calls it.
        unsafe {
            (*ts.c()).thread_id = libc::pthread_self();
            (*ts.c()).native_thread_id = libc::syscall(libc::SYS_gettid) as _;
        }
        ts.eval_breaker().fetch_and(!GIL_DROP_REQUEST, Ordering::AcqRel);
    }
}

fn stop_for_ever() -> ! {
    loop {
        std::thread::park();
    }
}

/// Shows each thread state, the newest first, of the interpreter that the calling thread belongs to, or of the main
/// one. For fault handlers: it waits for no lock and shows nothing if the list is being changed.
pub fn peek_threads(mut f: impl FnMut(&ThreadState)) {
    let own = own_state().map_or(MAIN_STATE.load(Ordering::Acquire).cast_const(), |ts| ts);
    if own.is_null() {
        return;
    }
    // SAFETY: the first thread's state lives as long as the process, the calling thread's own as long as it runs.
    let gil = unsafe { (*own).interp().gil };
    let Ok(s) = gil.state.try_lock() else { return };
    for t in s.threads.iter().rev() {
        // SAFETY: a state leaves the list before it ends; the own one lives, as above.
        unsafe {
            if std::ptr::eq((*t.0).interp(), (*own).interp()) {
                f(&*t.0);
            }
        }
    }
}

/// The state of the first thread, for those that have none.
static MAIN_STATE: AtomicPtr<ThreadState> = AtomicPtr::new(std::ptr::null_mut());

/// Is Python initialized (`Py_IsInitialized`)? From before `site` is imported until the modules are taken apart.
static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// As the start and the end of the main interpreter note it.
pub fn set_initialized(yes: bool) {
    INITIALIZED.store(yes, Ordering::Release);
}

/// Is Python initialized?
pub fn is_initialized() -> bool {
    INITIALIZED.load(Ordering::Acquire)
}

/// How far the start has come, as fatal errors tell it.
pub fn state_name() -> String {
    match main_state() {
        None => "unknown".to_owned(),
        Some(ts) if ts.interp().gil.state.try_lock().is_ok_and(|s| s.finalizing.is_some()) => {
            format!("finalizing (tstate={:p})", ts.c())
        }
        Some(_) if is_initialized() => "initialized".to_owned(),
        Some(_) => "core initialized".to_owned(),
    }
}

/// Takes the first thread's state into the books of its interpreter's lock.
pub fn adopt_main(ts: &'static ThreadState) {
    let gil = ts.interp().gil;
    gil.add_thread(ts);
    gil.hold_for(ts);
    OWN.set(ts);
    let _ = MAIN_STATE.compare_exchange(
        std::ptr::null_mut(),
        std::ptr::from_ref(ts).cast_mut(),
        Ordering::AcqRel,
        Ordering::Relaxed,
    );
    ts.interp().pending.yield_gil.set(Some(yield_now));
}

/// The main interpreter has ended: there is no first thread until the next one starts.
pub fn forget_main() {
    MAIN_STATE.store(std::ptr::null_mut(), Ordering::Release);
}

/// Takes the lock for the first thread's state of a main interpreter that follows another one, and enters it in the books.
pub fn adopt_next_main(ts: &'static ThreadState) {
    ts.interp().gil.take(ts);
    // SAFETY: the lock is held, and the state is this thread's.
    unsafe { ThreadState::attach(ts) };
    adopt_main(ts);
}

/// Makes `ts`, a state of the calling thread that holds nothing, the current one; the state that was it comes back, NULL
/// when the thread had none attached. With one, the GIL is kept.
pub fn switch_to(ts: &'static ThreadState) -> *const ThreadState {
    let before = ThreadState::current_or_null();
    if before.is_null() {
        attach(ts);
    } else {
        ts.interp().gil.hold_for(ts);
        // SAFETY: the GIL is held, and the state is this thread's.
        unsafe { ThreadState::attach(ts) };
    }
    OWN.set(ts);
    before
}

/// Makes `ts` the state that the calling thread is known by (`PyGILState_GetThisThreadState`).
pub fn own(ts: &'static ThreadState) {
    OWN.set(ts);
}

/// Lets another waiting thread run, then goes on.
pub fn yield_now() {
    let ts = ThreadState::current();
    let gil = ts.interp().gil;
    if gil.word.load(Ordering::Relaxed) & SLOW == 0 || gil.lock().waiting == 0 {
        return;
    }
    // SAFETY: the state is this thread's; it is attached again when the lock is held again.
    unsafe {
        ThreadState::attach(std::ptr::null());
        gil.give(true);
        gil.take(ts);
        ThreadState::attach(ts);
    }
}

/// Gives up the GIL (`PyEval_SaveThread`). The result goes to `attach`.
#[inline]
pub fn detach() -> &'static ThreadState {
    let ts = ThreadState::current();
    // SAFETY: no state is attached without the GIL.
    unsafe { ThreadState::attach(std::ptr::null()) };
    ts.interp().gil.give(false);
    ts
}

/// Takes the GIL back for the calling thread's state (`PyEval_RestoreThread`). Keeps `errno`.
#[inline]
pub fn attach(ts: &'static ThreadState) {
    ts.interp().gil.take(ts);
    // SAFETY: the state belongs to this thread and the GIL is held.
    unsafe { ThreadState::attach(ts) };
}

/// Runs `f` without the GIL: for calls that may block. `f` must not touch objects.
#[inline]
pub fn allow_threads<R>(f: impl FnOnce() -> R) -> R {
    struct Back(&'static ThreadState);
    impl Drop for Back {
        fn drop(&mut self) {
            attach(self.0);
        }
    }
    let back = Back(detach());
    let r = f();
    drop(back);
    r
}

/// The calling thread's own state, attached or not.
pub fn own_state() -> Option<&'static ThreadState> {
    // SAFETY: set while the state lives.
    unsafe { OWN.get().as_ref() }
}

/// Takes the calling thread's own state away from it: the thread ends, and somebody else will free the state.
pub fn disown() -> Option<&'static ThreadState> {
    // SAFETY: set while the state lives.
    unsafe { OWN.replace(std::ptr::null()).as_ref() }
}

/// Makes a state for the calling thread, takes the GIL and attaches it; `end_thread` undoes this.
///
/// # Safety
/// `interp` is a live interpreter, and the thread has no state yet.
pub unsafe fn begin_thread(interp: *mut Interpreter) -> &'static ThreadState {
    let ts: &'static ThreadState = Box::leak(ThreadState::new(interp));
    OWN.set(ts);
    // SAFETY: the caller's promise.
    let gil = unsafe { (*interp).gil };
    gil.take(ts);
    // SAFETY: the GIL is held.
    unsafe { ThreadState::attach(ts) };
    // SAFETY: own state.
    unsafe {
        let limit = (*interp).recursion_limit.get();
        (*ts.c()).py_recursion_limit = limit;
        (*ts.c()).py_recursion_remaining = limit;
    }
    gil.add_thread(ts);
    ts
}

/// The state of the first thread; none before start-up.
pub fn main_state() -> Option<&'static ThreadState> {
    // SAFETY: the first thread's state lives as long as the process.
    unsafe { MAIN_STATE.load(Ordering::Acquire).as_ref() }
}

/// Makes a state for the calling thread without attaching it (`PyThreadState_New`); `drop_thread` frees it.
///
/// # Safety
/// `interp` is a live interpreter.
pub unsafe fn prepare_thread(interp: *mut Interpreter) -> &'static ThreadState {
    let ts: &'static ThreadState = Box::leak(ThreadState::new(interp));
    // SAFETY: the caller's promise; the state is new.
    unsafe {
        let limit = (*interp).recursion_limit.get();
        (*ts.c()).py_recursion_limit = limit;
        (*ts.c()).py_recursion_remaining = limit;
        (*interp).gil.add_thread(ts);
    }
    if OWN.get().is_null() {
        OWN.set(ts);
    }
    ts
}

/// Frees a state that was cleared and is not attached (`PyThreadState_Delete`).
///
/// # Safety
/// No thread uses the state any more.
pub unsafe fn drop_thread(ts: &'static ThreadState) {
    ts.interp().gil.remove_thread(ts);
    if std::ptr::eq(OWN.get(), ts) {
        OWN.set(std::ptr::null());
    }
    // SAFETY: the caller's promise; data stack chunks came from `malloc`.
    unsafe {
        let mut chunk = (*ts.c()).datastack_chunk;
        while !chunk.is_null() {
            let previous = (*chunk).previous;
            crate::object::alloc::free(chunk.cast());
            chunk = previous;
        }
        free_cells(ts);
        drop(Box::from_raw(ts as *const ThreadState as *mut ThreadState));
    }
}

/// Frees the blocks that a state keeps for objects to come.
///
/// # Safety
/// The state runs nothing any more.
unsafe fn free_cells(ts: &ThreadState) {
    ts.pool.drain();
    // SAFETY: the caller's promise.
    unsafe { crate::object::cells::cut(ts, 0) };
}

/// Drops what a state refers to.
///
/// # Safety
/// The calling thread's current state, on which no frame is left.
unsafe fn empty(ts: &ThreadState) {
    crate::interp::generic::reap_all(ts);
    ts.set_exception(None);
    // SAFETY: own fields: owned references or NULL.
    unsafe {
        let c = ts.c();
        crate::object::obj::clear(&raw mut (*c).dict);
        crate::object::obj::clear(&raw mut (*c).async_exc);
        crate::object::obj::clear(&raw mut (*c).context);
        let i = c.cast::<abi::_PyThreadStateImpl>();
        crate::object::obj::clear(&raw mut (*i).asyncio_running_task);
        crate::object::obj::clear(&raw mut (*i).asyncio_running_loop);
    }
}

/// Frees the current state, one of several that the thread has; another of them becomes current. The GIL is kept.
///
/// # Safety
/// `ts` is the calling thread's current state, on which no frame is left; `back` belongs to the thread.
pub unsafe fn end_state(ts: &'static ThreadState, back: &'static ThreadState) {
    // SAFETY: the caller's promise.
    unsafe {
        empty(ts);
        switch_to(back);
        drop_thread(ts);
    }
}

/// Empties the calling thread's state, gives up the GIL and frees the state.
///
/// # Safety
/// `ts` is this thread's attached state, from `begin_thread`, and no frame of the thread is left.
pub unsafe fn end_thread(ts: &'static ThreadState) {
    let gil = ts.interp().gil;
    // SAFETY: the caller's promise; data stack chunks came from `malloc`.
    unsafe {
        empty(ts);
        let c = ts.c();
        gil.remove_thread(ts);
        let mut chunk = (*c).datastack_chunk;
        (*c).datastack_chunk = std::ptr::null_mut();
        while !chunk.is_null() {
            let previous = (*chunk).previous;
            crate::object::alloc::free(chunk.cast());
            chunk = previous;
        }
        free_cells(ts);
        ThreadState::attach(std::ptr::null());
        if std::ptr::eq(OWN.get(), ts) {
            OWN.set(std::ptr::null());
        }
        gil.give(false);
        drop(Box::from_raw(ts as *const ThreadState as *mut ThreadState));
    }
}
