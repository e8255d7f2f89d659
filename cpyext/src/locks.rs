//! Locks of CPython's inside that some binaries use: events, flags for doing something once, locks for readers and
//! writers, recursive ones, semaphores, sequence locks, and the parking lot, where threads wait at an address.
//!
//! Nobody here needs the GIL; whoever waits gives it up. States that fit into the lock's own word are atomics there with
//! CPython's values; a thread that must wait does so at one common place and looks again whenever something is released.

use dovetail_core::gil;
use dovetail_core::thread::ThreadState;
use dovetail_macros::capi;
use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Where threads wait.
static PLACE: Mutex<()> = Mutex::new(());
static RELEASED: Condvar = Condvar::new();

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs what may wait, without the GIL where the thread has it and `detach` says so.
fn waiting<T>(detach: bool, f: impl FnOnce() -> T) -> T {
    if detach && !ThreadState::current_or_null().is_null() { gil::allow_threads(f) } else { f() }
}

/// When a wait ends; a negative time has no end.
fn deadline(nanoseconds: i64) -> Option<Instant> {
    u64::try_from(nanoseconds).ok().map(|n| Instant::now() + Duration::from_nanos(n))
}

/// Waits until `take` gives true: it is asked again whenever something was released. False when the time is over.
fn wait_until(end: Option<Instant>, mut take: impl FnMut() -> bool) -> bool {
    let mut guard = lock(&PLACE);
    loop {
        if take() {
            return true;
        }
        guard = match end {
            None => RELEASED.wait(guard).unwrap_or_else(PoisonError::into_inner),
            Some(end) => {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return false;
                }
                RELEASED.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0
            }
        };
    }
}

/// Lets all who wait look again. The change came before.
fn release() {
    drop(lock(&PLACE));
    RELEASED.notify_all();
}

// ---- events ----

const SET: u8 = 1;

unsafe fn byte<'a>(p: *mut u8) -> &'a AtomicU8 {
    // SAFETY: a lock's byte, which is only accessed as an atomic.
    unsafe { AtomicU8::from_ptr(p) }
}

/// Is the event set?
#[capi(private, no_gil)]
unsafe fn _PyEvent_IsSet(event: *mut u8) -> c_int {
    // SAFETY: an event is one byte.
    c_int::from(unsafe { byte(event) }.load(Ordering::Acquire) == SET)
}

/// Sets the event, and wakes who waits for it.
#[capi(private, no_gil)]
unsafe fn _PyEvent_Notify(event: *mut u8) {
    // SAFETY: an event is one byte.
    unsafe { byte(event) }.store(SET, Ordering::Release);
    release();
}

/// Waits for the event.
#[capi(private, no_gil)]
unsafe fn PyEvent_Wait(event: *mut u8) {
    // SAFETY: an event.
    unsafe { PyEvent_WaitTimed(event, -1, 1) };
}

/// Waits for the event at most so many nanoseconds; was it set?
#[capi(private, no_gil)]
unsafe fn PyEvent_WaitTimed(event: *mut u8, timeout: i64, detach: c_int) -> c_int {
    // SAFETY: an event is one byte.
    let set = || unsafe { byte(event) }.load(Ordering::Acquire) == SET;
    c_int::from(set() || waiting(detach != 0, || wait_until(deadline(timeout), set)))
}

// ---- once ----

const RUNNING: u8 = 1;
const ONCE_DONE: u8 = 4;

/// Runs `f` unless it has run with success before; what it gives, or 0.
#[capi(private, no_gil)]
unsafe fn _PyOnceFlag_CallOnceSlow(
    flag: *mut u8,
    f: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: a flag is one byte.
    let b = unsafe { byte(flag) };
    loop {
        match b.compare_exchange(0, RUNNING, Ordering::Acquire, Ordering::Acquire) {
            Ok(_) => {
                // SAFETY: the caller's function.
                let r = f.map_or(0, |f| unsafe { f(arg) });
                b.store(if r == 0 { ONCE_DONE } else { 0 }, Ordering::Release);
                release();
                return r;
            }
            Err(ONCE_DONE) => return 0,
            Err(_) => {
                waiting(true, || wait_until(None, || b.load(Ordering::Acquire) & RUNNING == 0));
            }
        }
    }
}

// ---- recursive ----

/// `_PyRecursiveMutex`.
#[repr(C)]
pub struct Recursive {
    mutex: abi::PyMutex,
    thread: u64,
    level: usize,
}

fn this_thread() -> u64 {
    // SAFETY: no preconditions.
    unsafe { libc::pthread_self() as u64 }
}

unsafe fn owner<'a>(m: *mut Recursive) -> &'a std::sync::atomic::AtomicU64 {
    // SAFETY: the field is only accessed as an atomic.
    unsafe { std::sync::atomic::AtomicU64::from_ptr(&raw mut (*m).thread) }
}

/// Does the calling thread hold the lock?
#[capi(private, no_gil)]
unsafe fn _PyRecursiveMutex_IsLockedByCurrentThread(m: *mut Recursive) -> c_int {
    // SAFETY: a lock of C.
    c_int::from(unsafe { owner(m) }.load(Ordering::Relaxed) == this_thread())
}

/// Takes the lock, once more if the thread has it.
#[capi(private, no_gil)]
unsafe fn _PyRecursiveMutex_Lock(m: *mut Recursive) {
    // SAFETY: a lock of C; its level belongs to the owner.
    unsafe {
        if owner(m).load(Ordering::Relaxed) == this_thread() {
            (*m).level += 1;
            return;
        }
        crate::pythread::PyMutex_Lock(&raw mut (*m).mutex);
        owner(m).store(this_thread(), Ordering::Relaxed);
    }
}

/// Gives the lock back once.
#[capi(private, no_gil)]
unsafe fn _PyRecursiveMutex_Unlock(m: *mut Recursive) {
    // SAFETY: a lock of C; its level belongs to the owner.
    unsafe {
        if owner(m).load(Ordering::Relaxed) != this_thread() {
            dovetail_core::hooks::fatal(
                "unlocking a recursive mutex that is not owned by the current thread",
            );
        }
        if (*m).level > 0 {
            (*m).level -= 1;
            return;
        }
        owner(m).store(0, Ordering::Relaxed);
        crate::pythread::PyMutex_Unlock(&raw mut (*m).mutex);
    }
}

// ---- readers and writers ----

const WRITING: usize = 1;
/// Somebody waits.
const PARKED: usize = 2;
/// One reader.
const READER: usize = 4;

unsafe fn word<'a>(p: *mut usize) -> &'a AtomicUsize {
    // SAFETY: the lock's word, which is only accessed as an atomic.
    unsafe { AtomicUsize::from_ptr(p) }
}

/// Changes the word by `next`, and waits while that gives none.
fn take_word(w: &AtomicUsize, next: impl Fn(usize) -> Option<usize>) {
    let attempt = || w.fetch_update(Ordering::Acquire, Ordering::Relaxed, &next).is_ok();
    if attempt() {
        return;
    }
    waiting(true, || {
        wait_until(None, || {
            if attempt() {
                return true;
            }
            w.fetch_or(PARKED, Ordering::Relaxed);
            // It may have been released before it was said that somebody waits.
            attempt()
        })
    });
}

/// Takes the lock for reading.
#[capi(private, no_gil)]
unsafe fn _PyRWMutex_RLock(m: *mut usize) {
    // SAFETY: a lock of C.
    take_word(unsafe { word(m) }, |now| (now & WRITING == 0).then_some(now + READER));
}

/// Gives a reader's part back.
#[capi(private, no_gil)]
unsafe fn _PyRWMutex_RUnlock(m: *mut usize) {
    // SAFETY: a lock of C.
    let w = unsafe { word(m) };
    let last = |now: usize| if now >> 2 == 1 { 0 } else { now - READER };
    let before = w.fetch_update(Ordering::Release, Ordering::Relaxed, |now| Some(last(now))).unwrap_or(0);
    if before & PARKED != 0 && before >> 2 == 1 {
        release();
    }
}

/// Takes the lock for writing.
#[capi(private, no_gil)]
unsafe fn _PyRWMutex_Lock(m: *mut usize) {
    // SAFETY: a lock of C.
    take_word(unsafe { word(m) }, |now| (now & !PARKED == 0).then_some(now | WRITING));
}

/// Gives the writer's lock back.
#[capi(private, no_gil)]
unsafe fn _PyRWMutex_Unlock(m: *mut usize) {
    // SAFETY: a lock of C.
    if unsafe { word(m) }.swap(0, Ordering::Release) & PARKED != 0 {
        release();
    }
}

// ---- sequence locks: odd while somebody writes ----

unsafe fn sequence<'a>(p: *mut u32) -> &'a AtomicU32 {
    // SAFETY: the lock's number, which is only accessed as an atomic.
    unsafe { AtomicU32::from_ptr(p) }
}

/// Begins to write.
#[capi(private, no_gil)]
unsafe fn _PySeqLock_LockWrite(l: *mut u32) {
    // SAFETY: a lock of C.
    let s = unsafe { sequence(l) };
    let odd = |n: u32| (n & 1 == 0).then_some(n.wrapping_add(1));
    while s.fetch_update(Ordering::AcqRel, Ordering::Relaxed, odd).is_err() {
        std::thread::yield_now();
    }
    std::sync::atomic::fence(Ordering::Release);
}

/// Ends writing with nothing written.
#[capi(private, no_gil)]
unsafe fn _PySeqLock_AbandonWrite(l: *mut u32) {
    // SAFETY: a lock of C.
    unsafe { sequence(l) }.fetch_sub(1, Ordering::Release);
}

/// Ends writing.
#[capi(private, no_gil)]
unsafe fn _PySeqLock_UnlockWrite(l: *mut u32) {
    // SAFETY: a lock of C.
    unsafe { sequence(l) }.fetch_add(1, Ordering::Release);
}

/// Begins to read: the number to compare with.
#[capi(private, no_gil)]
unsafe fn _PySeqLock_BeginRead(l: *mut u32) -> u32 {
    // SAFETY: a lock of C.
    let s = unsafe { sequence(l) };
    loop {
        let n = s.load(Ordering::Acquire);
        if n & 1 == 0 {
            return n;
        }
        std::thread::yield_now();
    }
}

/// Ends reading: has nobody written meanwhile?
#[capi(private, no_gil)]
unsafe fn _PySeqLock_EndRead(l: *mut u32, previous: u32) -> c_int {
    std::sync::atomic::fence(Ordering::Acquire);
    // SAFETY: a lock of C.
    if unsafe { sequence(l) }.load(Ordering::Relaxed) == previous {
        return 1;
    }
    std::thread::yield_now();
    0
}

/// In the child of a fork: frees a lock that was written under; was it?
#[capi(private, no_gil)]
unsafe fn _PySeqLock_AfterFork(l: *mut u32) -> c_int {
    // SAFETY: a lock of C.
    let s = unsafe { sequence(l) };
    if s.load(Ordering::Relaxed) & 1 == 0 {
        return 0;
    }
    s.store(0, Ordering::Relaxed);
    1
}

// ---- the parking lot ----

const PARK_OK: c_int = 0;
const PARK_AGAIN: c_int = -1;
const PARK_TIMEOUT: c_int = -2;
const PARK_INTR: c_int = -3;

/// A thread that waits at an address.
struct Parked {
    address: usize,
    /// What the thread gave along, for who wakes it.
    arg: usize,
    woken: std::sync::atomic::AtomicBool,
}

static LOT: Mutex<Vec<Arc<Parked>>> = Mutex::new(Vec::new());
static UNPARKED: Condvar = Condvar::new();

/// Waits at an address while it has the expected bytes.
#[capi(no_gil)]
unsafe fn _PyParkingLot_Park(
    address: *const c_void,
    expected: *const c_void,
    size: usize,
    timeout: i64,
    arg: *mut c_void,
    detach: c_int,
) -> c_int {
    let end = deadline(timeout);
    let me = Arc::new(Parked { address: address as usize, arg: arg as usize, woken: false.into() });
    {
        let mut lot = lock(&LOT);
        // SAFETY: the caller's bytes.
        if unsafe { libc::memcmp(address, expected, size) } != 0 {
            return PARK_AGAIN;
        }
        lot.push(me.clone());
    }
    waiting(detach != 0, || {
        let mut lot = lock(&LOT);
        loop {
            if me.woken.load(Ordering::Relaxed) {
                return PARK_OK;
            }
            lot = match end {
                None => UNPARKED.wait(lot).unwrap_or_else(PoisonError::into_inner),
                Some(end) => {
                    let left = end.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        lot.retain(|p| !Arc::ptr_eq(p, &me));
                        return PARK_TIMEOUT;
                    }
                    UNPARKED.wait_timeout(lot, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    })
}

/// Wakes the thread that waits longest at an address. `f` is told what the thread gave along, or NULL without one, and
/// whether there are more.
#[capi(private, no_gil)]
unsafe fn _PyParkingLot_Unpark(
    address: *const c_void,
    f: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, c_int)>,
    arg: *mut c_void,
) {
    let mut lot = lock(&LOT);
    let found = lot.iter().position(|p| p.address == address as usize).map(|i| lot.remove(i));
    let more = found.is_some() && lot.iter().any(|p| p.address == address as usize);
    let given = found.as_ref().map_or(0, |p| p.arg);
    if let Some(f) = f {
        // SAFETY: the caller's function, called while nobody can park.
        unsafe { f(arg, given as *mut c_void, c_int::from(more)) };
    }
    if let Some(p) = found {
        p.woken.store(true, Ordering::Relaxed);
        UNPARKED.notify_all();
    }
}

/// Wakes all threads that wait at an address.
#[capi(no_gil)]
fn _PyParkingLot_UnparkAll(address: *const c_void) {
    let mut lot = lock(&LOT);
    lot.retain(|p| {
        let here = p.address == address as usize;
        if here {
            p.woken.store(true, Ordering::Relaxed);
        }
        !here
    });
    UNPARKED.notify_all();
}

/// In the child of a fork: the threads that waited are gone.
#[capi(no_gil)]
fn _PyParkingLot_AfterFork() {
    lock(&LOT).clear();
}

// ---- semaphores ----

/// A new semaphore, which nobody has woken.
#[capi(private, no_gil)]
unsafe fn _PySemaphore_Init(s: *mut libc::sem_t) {
    // SAFETY: the caller's memory.
    if unsafe { libc::sem_init(s, 0, 0) } < 0 {
        dovetail_core::hooks::fatal("parking_lot: sem_init failed");
    }
}

/// Ends a semaphore.
#[capi(private, no_gil)]
unsafe fn _PySemaphore_Destroy(s: *mut libc::sem_t) {
    // SAFETY: a semaphore of `_PySemaphore_Init`.
    unsafe { libc::sem_destroy(s) };
}

/// Waits at most so many nanoseconds to be woken.
#[capi(private, no_gil)]
unsafe fn _PySemaphore_Wait(s: *mut libc::sem_t, timeout: i64, detach: c_int) -> c_int {
    waiting(detach != 0, || {
        // SAFETY: a semaphore of `_PySemaphore_Init`, and our own time.
        let r = unsafe {
            if timeout < 0 {
                libc::sem_wait(s)
            } else {
                let mut t: libc::timespec = std::mem::zeroed();
                libc::clock_gettime(libc::CLOCK_REALTIME, &mut t);
                let total = t.tv_sec as i128 * 1_000_000_000 + t.tv_nsec as i128 + timeout as i128;
                t.tv_sec = (total / 1_000_000_000) as libc::time_t;
                t.tv_nsec = (total % 1_000_000_000) as _;
                libc::sem_timedwait(s, &t)
            }
        };
        match std::io::Error::last_os_error().raw_os_error() {
            _ if r == 0 => PARK_OK,
            Some(libc::ETIMEDOUT) => PARK_TIMEOUT,
            _ => PARK_INTR,
        }
    })
}

/// Wakes one who waits, or the next one that will.
#[capi(private, no_gil)]
unsafe fn _PySemaphore_Wakeup(s: *mut libc::sem_t) {
    // SAFETY: a semaphore of `_PySemaphore_Init`.
    if unsafe { libc::sem_post(s) } != 0 {
        dovetail_core::hooks::fatal("parking_lot: sem_post failed");
    }
}

// ---- critical sections: nothing to lock, for the GIL is held ----

/// Begins nothing: the GIL is held.
#[capi]
fn _PyCriticalSection_BeginSlow(_section: *mut abi::PyCriticalSection, _mutex: *mut abi::PyMutex) {}

/// Begins nothing: the GIL is held.
#[capi]
fn _PyCriticalSection2_BeginSlow(
    _section: *mut abi::PyCriticalSection2,
    _a: *mut abi::PyMutex,
    _b: *mut abi::PyMutex,
    _a_is_locked: c_int,
) {
}

/// Resumes nothing.
#[capi]
fn _PyCriticalSection_Resume(_ts: *mut abi::PyThreadState) {}

/// Suspends nothing.
#[capi]
fn _PyCriticalSection_SuspendAll(_ts: *mut abi::PyThreadState) {}
