//! The global interpreter lock: one thread at a time runs Python, and no thread keeps the others waiting for long.
//!
//! The lock's word says whose it is. While nobody waits, giving it up and taking it are one atomic operation each: calls of C
//! functions do both. As soon as somebody waits, hands over or ends the interpreter, the word says so, and everybody goes
//! the slow way under the mutex of the books.
//!
//! # Being away
//!
//! A thread that has taken the lock many times in a row without another in between does not even give it up: it only notes in
//! its own state that it is *away*, and looks at the word; coming back, it takes the note off, and looks again. Those are
//! plain stores and loads, which the processor may exchange. Who wants the lock marks the word first and then has
//! the kernel put a barrier into every running thread (`membarrier`): from there on each thread sees the mark, and its
//! note is true. A lock whose holder is away is taken from it, and the holder, which sees the mark or another name in the word,
//! goes the slow way. Where the kernel has no such barrier, nobody goes away.
//!
//! # Fairness
//!
//! A waiting thread sleeps for the switch interval; if the lock has not gone to another thread by then, it asks the holder,
//! through its `eval_breaker`, to let go. The holder then waits until another thread has really taken the lock: this
//! is the hand-over that keeps a busy thread from taking it right back.

use crate::interp::pending::GIL_DROP_REQUEST;
use crate::interpreter::Interpreter;
use crate::thread::ThreadState;
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicUsize, Ordering, compiler_fence, fence};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The word's bit for a lock that is taken and given under the books' mutex alone. It is set and cleared under that mutex.
/// The rest of the word is the address of the holder's state; 0 when the lock is free.
const SLOW: usize = 1;

/// So many times in a row a thread takes the lock before it goes away without giving it up.
const STREAK: u32 = 100;

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
    /// Whose it is, and `SLOW`. The holder's state is looked at under the mutex while `SLOW` is set: then the holder cannot
    /// give the lock up, and so lives.
    word: AtomicUsize,
    /// Who took it last on the fast way. Written by the holder.
    taker: AtomicUsize,
    state: Mutex<State>,
    freed: Condvar,
    taken: Condvar,
}

/// A holder that is nobody yet: the first thread's state is entered when it is adopted.
const UNBORN: usize = 2;

thread_local! {
    /// The calling thread's own state, attached or not.
    static OWN: Cell<*const ThreadState> = const { Cell::new(std::ptr::null()) };
}

impl Default for Gil {
    fn default() -> Gil {
        Gil {
            word: AtomicUsize::new(UNBORN),
            taker: AtomicUsize::new(0),
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

/// Whether the kernel puts a barrier into all threads of the process: 0 before somebody asked.
static BARRIER: AtomicU8 = AtomicU8::new(0);
const NO_BARRIER: u8 = 1;
const HAS_BARRIER: u8 = 2;

/// Registers the process for barriers, if that has not been tried yet. Whether there are any.
fn wants_barrier() -> bool {
    if BARRIER.load(Ordering::SeqCst) == 0 {
        let answer = if membarrier(MEMBARRIER_REGISTER) { HAS_BARRIER } else { NO_BARRIER };
        BARRIER.store(answer, Ordering::SeqCst);
    }
    BARRIER.load(Ordering::SeqCst) == HAS_BARRIER
}

/// Puts a barrier into all threads, where somebody may be away.
fn barrier() {
    if BARRIER.load(Ordering::SeqCst) == HAS_BARRIER && !membarrier(MEMBARRIER) {
        // A filter of system calls was set up meanwhile. From now on nobody goes away; those who do this very moment
        // get the time in which every processor has written its stores.
        BARRIER.store(NO_BARRIER, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// `MEMBARRIER_CMD_PRIVATE_EXPEDITED`, and the command that a process must have given before.
const MEMBARRIER: libc::c_int = 1 << 3;
const MEMBARRIER_REGISTER: libc::c_int = 1 << 4;

fn membarrier(command: libc::c_int) -> bool {
    // SAFETY: a system call without memory.
    unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
}

impl Gil {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the word say whether the fast way is open. Under the mutex. From here on, threads that are away are taken at
    /// their word.
    fn mark(&self, s: &State) {
        if s.waiting == 0 && s.handing == 0 && s.finalizing.is_none() {
            self.word.fetch_and(!SLOW, Ordering::AcqRel);
        } else if self.word.fetch_or(SLOW, Ordering::SeqCst) & SLOW == 0 {
            barrier();
        }
    }

    /// The state of who has the lock, away or not; 0 for nobody.
    fn holder(&self) -> usize {
        self.word.load(Ordering::Acquire) & !SLOW
    }

    /// Can the lock be taken? Under the mutex, with `SLOW` set.
    fn is_free(&self) -> bool {
        match self.holder() {
            0 => true,
            UNBORN => false,
            // SAFETY: as the field says: the holder lives.
            h => unsafe { (*(h as *const ThreadState)).away.load(Ordering::Acquire) },
        }
    }

    /// Writes the holder, keeping `SLOW`.
    fn set_holder(&self, ts: *const ThreadState) {
        let mut word = self.word.load(Ordering::Relaxed);
        while let Err(now) = self.word.compare_exchange_weak(
            word,
            ts as usize | word & SLOW,
            Ordering::AcqRel,
            Ordering::Relaxed,
        ) {
            word = now;
        }
    }

    /// Waits for the lock and takes it for `ts`. Keeps `errno`.
    #[inline]
    fn take(&self, ts: *const ThreadState) {
        // SAFETY: the calling thread's own state.
        let own = unsafe { &*ts };
        own.away.store(false, Ordering::Relaxed);
        // The order of the store and the load is up to `membarrier`.
        compiler_fence(Ordering::SeqCst);
        // Still there after having been away: nobody else had it.
        if self.word.load(Ordering::Acquire) != ts as usize {
            self.take_free(own);
        }
    }

    #[inline]
    fn take_free(&self, ts: &ThreadState) {
        let me = std::ptr::from_ref(ts) as usize;
        if self.word.compare_exchange(0, me, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            return self.take_slowly(ts);
        }
        if ts.interp().stops(ts) {
            self.give(ts, false);
            stop_for_ever();
        }
        let streak = ts.streak.get();
        if self.taker.load(Ordering::Relaxed) != me {
            self.taker.store(me, Ordering::Relaxed);
            ts.streak.set(0);
        } else if streak + 1 < STREAK {
            ts.streak.set(streak + 1);
        } else {
            self.go_away_from_now_on(ts);
        }
    }

    #[cold]
    fn go_away_from_now_on(&self, ts: &ThreadState) {
        // Either this sees the mark of who wants the lock, or that one sees that there are barriers.
        if wants_barrier() {
            fence(Ordering::SeqCst);
            if self.word.load(Ordering::SeqCst) & SLOW == 0 {
                return ts.streak.set(STREAK);
            }
        }
        ts.streak.set(0);
    }

    #[cold]
    #[inline(never)]
    fn take_slowly(&self, ts: &ThreadState) {
        // SAFETY: the thread's own errno.
        let errno = unsafe { *libc::__errno_location() };
        let mut s = self.lock();
        if self.holder() == std::ptr::from_ref(ts) as usize {
            // Somebody began to wait, and saw that this thread was back.
            drop(s);
            // SAFETY: as above.
            unsafe { *libc::__errno_location() = errno };
            return;
        }
        ts.streak.set(0);
        s.waiting += 1;
        self.mark(&s);
        let (mut before, mut since) = (s.switches, None);
        loop {
            if s.finalizing.is_some_and(|f| !std::ptr::eq(f.0, ts)) || ts.interp().stops(ts) {
                // Who hands over must not wait for this thread.
                s.waiting -= 1;
                self.mark(&s);
                self.taken.notify_all();
                drop(s);
                stop_for_ever();
            }
            if self.is_free() {
                break;
            }
            let interval = s.interval;
            let began = *since.get_or_insert_with(Instant::now);
            s = self.freed.wait_timeout(s, interval).unwrap_or_else(PoisonError::into_inner).0;
            if self.is_free() {
                continue;
            }
            if s.switches != before {
                // Another thread has it now: its time begins.
                (before, since) = (s.switches, None);
            } else if began.elapsed() >= interval {
                let holder = self.holder();
                if holder != UNBORN {
                    // SAFETY: as in `is_free`.
                    let holder = unsafe { &*(holder as *const ThreadState) };
                    holder.eval_breaker().fetch_or(GIL_DROP_REQUEST, Ordering::Release);
                }
            }
        }
        s.waiting -= 1;
        self.set_holder(ts);
        self.taker.store(std::ptr::from_ref(ts) as usize, Ordering::Relaxed);
        if !std::ptr::eq(s.last.0, ts) {
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

    /// Gives the lock up, or goes away with it; with `hand_over`, returns when another waiting thread has it.
    #[inline]
    fn give(&self, ts: *const ThreadState, hand_over: bool) {
        // SAFETY: the calling thread's own state.
        let own = unsafe { &*ts };
        if own.streak.get() >= STREAK && !hand_over {
            own.away.store(true, Ordering::Release);
            compiler_fence(Ordering::SeqCst);
            if self.word.load(Ordering::Relaxed) == ts as usize {
                return;
            }
            return self.give_slowly(own, false);
        }
        self.give_free(own, hand_over);
    }

    /// Gives the lock up in any case: the state may end.
    #[inline]
    fn give_free(&self, ts: &ThreadState, hand_over: bool) {
        let me = std::ptr::from_ref(ts) as usize;
        if hand_over || self.word.compare_exchange(me, 0, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            self.give_slowly(ts, hand_over);
        }
    }

    #[cold]
    #[inline(never)]
    fn give_slowly(&self, ts: &ThreadState, hand_over: bool) {
        let mut s = self.lock();
        ts.streak.set(0);
        // Who was away may have lost it already.
        if self.holder() == std::ptr::from_ref(ts) as usize {
            s.last = Address(ts);
            self.set_holder(std::ptr::null());
        }
        ts.away.store(false, Ordering::Relaxed);
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

    /// A state ends that may have gone away with the lock.
    fn forget(&self, ts: &ThreadState) {
        if self.holder() == std::ptr::from_ref(ts) as usize && ts.away.load(Ordering::Acquire) {
            self.give_slowly(ts, false);
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
        self.set_holder(ts);
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
        gil.word.store(std::ptr::from_ref(ts) as usize, Ordering::Release);
        // What a parent has registered for is asked anew in a child.
        BARRIER.store(0, Ordering::SeqCst);
        ts.streak.set(0);
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
        gil.give(ts, true);
        gil.take(ts);
        ThreadState::attach(ts);
    }
}

/// Gives up the GIL (`PyEval_SaveThread`). The result goes to `attach`.
#[inline]
pub fn detach() -> &'static ThreadState {
    let ts = ThreadState::current();
    detach_from(ts);
    ts
}

/// The same, where the calling thread's state is known.
#[inline]
pub fn detach_from(ts: &'static ThreadState) {
    debug_assert!(std::ptr::eq(ts, ThreadState::current()));
    // SAFETY: no state is attached without the GIL.
    unsafe { ThreadState::attach(std::ptr::null()) };
    ts.interp().gil.give(ts, false);
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
#[inline]
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
    ts.interp().gil.forget(ts);
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
        gil.give_free(ts, false);
        drop(Box::from_raw(ts as *const ThreadState as *mut ThreadState));
    }
}
