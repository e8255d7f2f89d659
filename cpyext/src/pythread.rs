//! `pythread.h`, `lock.h`, `critical_section.h`: locks, thread-specific storage, threads of C.

use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::Obj;
use dovetail_core::thread::ThreadState;
use dovetail_core::{bail, gil};
use dovetail_macros::capi;
use dovetail_stdlib::thread::{RawLock, Wait, ident};
use std::ffi::{c_int, c_longlong, c_ulong, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

type L = *mut c_void;

/// A new lock.
#[capi(no_gil)]
fn PyThread_allocate_lock() -> L {
    Box::into_raw(Box::new(RawLock::new())).cast()
}

/// Frees a lock.
#[capi(no_gil)]
unsafe fn PyThread_free_lock(lock: L) {
    if !lock.is_null() {
        // SAFETY: from `PyThread_allocate_lock`, used by nobody.
        drop(unsafe { Box::from_raw(lock.cast::<RawLock>()) });
    }
}

/// Takes a lock; with `wait` 0 only when it is free. Signals do not interrupt.
#[capi(no_gil)]
unsafe fn PyThread_acquire_lock(lock: L, wait: c_int) -> c_int {
    // SAFETY: a live lock.
    let lock = unsafe { &*(lock as *const RawLock) };
    if wait == 0 {
        return c_int::from(lock.try_acquire());
    }
    c_int::from(lock.wait_plain(Wait::Ever))
}

/// As `PyThread_acquire_lock`, for some microseconds; below 0 for ever.
#[capi(no_gil)]
unsafe fn PyThread_acquire_lock_timed(
    lock: L,
    microseconds: c_longlong,
    _interrupt: c_int,
) -> abi::PyLockStatus {
    // SAFETY: a live lock.
    let lock = unsafe { &*(lock as *const RawLock) };
    let taken = match microseconds {
        0 => lock.try_acquire(),
        n if n < 0 => lock.wait_plain(Wait::Ever),
        n => lock.wait_plain(Wait::For(n.saturating_mul(1000))),
    };
    if taken { abi::PY_LOCK_ACQUIRED } else { abi::PY_LOCK_FAILURE }
}

/// Releases a lock.
#[capi(no_gil)]
unsafe fn PyThread_release_lock(lock: L) {
    // SAFETY: a live lock that is taken.
    unsafe { &*(lock as *const RawLock) }.release();
}

/// The calling thread's identity.
#[capi(no_gil)]
fn PyThread_get_thread_ident() -> c_ulong {
    ident() as c_ulong
}

/// The calling thread's number in the kernel.
#[capi(no_gil)]
fn PyThread_get_thread_native_id() -> c_ulong {
    // SAFETY: asks for the thread's own id.
    unsafe { libc::syscall(libc::SYS_gettid) as c_ulong }
}

/// Nothing to prepare.
#[capi(no_gil)]
fn PyThread_init_thread() {}

/// Starts a thread of C, which has no state; its identity, or -1.
#[capi(no_gil)]
unsafe fn PyThread_start_new_thread(
    f: Option<unsafe extern "C" fn(*mut c_void)>,
    arg: *mut c_void,
) -> c_ulong {
    struct Start(unsafe extern "C" fn(*mut c_void), *mut c_void);
    extern "C" fn run(start: *mut c_void) -> *mut c_void {
        // SAFETY: boxed below.
        unsafe {
            let s = Box::from_raw(start.cast::<Start>());
            (s.0)(s.1);
        }
        null_mut()
    }
    let Some(f) = f else { return c_ulong::MAX };
    // SAFETY: a detached thread with the default attributes.
    unsafe {
        let mut id: libc::pthread_t = std::mem::zeroed();
        let start = Box::into_raw(Box::new(Start(f, arg)));
        if libc::pthread_create(&mut id, std::ptr::null(), run, start.cast()) != 0 {
            drop(Box::from_raw(start));
            return c_ulong::MAX;
        }
        libc::pthread_detach(id);
        id as c_ulong
    }
}

/// Starts a thread that is to be joined or detached; stores its identity and handle. -1 when that fails.
#[capi(private, no_gil)]
unsafe fn PyThread_start_joinable_thread(
    f: Option<unsafe extern "C" fn(*mut c_void)>,
    arg: *mut c_void,
    ident: *mut u64,
    handle: *mut u64,
) -> c_int {
    struct Start(unsafe extern "C" fn(*mut c_void), *mut c_void);
    extern "C" fn run(start: *mut c_void) -> *mut c_void {
        // SAFETY: boxed below.
        unsafe {
            let s = Box::from_raw(start.cast::<Start>());
            (s.0)(s.1);
        }
        null_mut()
    }
    let Some(f) = f else { return -1 };
    // SAFETY: a thread with the default attributes; the caller's variables.
    unsafe {
        let mut id: libc::pthread_t = std::mem::zeroed();
        let start = Box::into_raw(Box::new(Start(f, arg)));
        if libc::pthread_create(&mut id, std::ptr::null(), run, start.cast()) != 0 {
            drop(Box::from_raw(start));
            return -1;
        }
        *ident = id;
        *handle = id;
    }
    0
}

/// Waits for the end of a thread; 0, or what the system says.
#[capi(private, no_gil)]
fn PyThread_join_thread(handle: u64) -> c_int {
    // SAFETY: a handle of `PyThread_start_joinable_thread`.
    unsafe { libc::pthread_join(handle, null_mut()) }
}

/// Nobody will wait for the thread.
#[capi(private, no_gil)]
fn PyThread_detach_thread(handle: u64) -> c_int {
    // SAFETY: a handle of `PyThread_start_joinable_thread`.
    unsafe { libc::pthread_detach(handle) }
}

/// The thread's identity as the system has it.
#[capi(private, no_gil)]
fn PyThread_get_thread_ident_ex() -> u64 {
    // SAFETY: no preconditions.
    unsafe { libc::pthread_self() }
}

/// Ends the calling thread.
#[unsafe(no_mangle)]
pub extern "C" fn PyThread_exit_thread() -> ! {
    // SAFETY: the thread ends here; what it has put on its stack is the caller's affair, as in C.
    unsafe { libc::pthread_exit(null_mut()) }
}

/// The longest time to wait for a lock, in microseconds.
const LONGEST_WAIT: i64 = i64::MAX / 1000;

/// A time to wait for a lock: stores microseconds, -1 for ever, 0 for none.
#[capi]
unsafe fn PyThread_ParseTimeoutArg(
    arg: Option<&Obj>,
    blocking: c_int,
    timeout: *mut std::ffi::c_longlong,
) -> PyResult<()> {
    let us = match arg.filter(|a| !a.is_none()) {
        None => -i64::from(blocking != 0),
        Some(_) if blocking == 0 => bail!(ValueError, "can't specify a timeout for a non-blocking call"),
        Some(a) => {
            let ns = dovetail_stdlib::util::nanoseconds(a, dovetail_stdlib::util::Round::Up)?;
            if ns < 0 {
                bail!(ValueError, "timeout value must be a non-negative number");
            }
            let us = ns / 1000 + i64::from(ns % 1000 != 0);
            if us > LONGEST_WAIT {
                bail!(OverflowError, "timeout value is too large");
            }
            us
        }
    };
    // SAFETY: the caller's variable.
    unsafe { *timeout = us };
    Ok(())
}

/// Waits for a lock without the GIL, and lets signals be handled meanwhile; 2 when a handler raised.
#[capi]
unsafe fn PyThread_acquire_lock_timed_with_retries(
    lock: L,
    timeout: std::ffi::c_longlong,
) -> abi::PyLockStatus {
    // SAFETY: a live lock.
    let lock = unsafe { &*(lock as *const RawLock) };
    let wait = match timeout {
        0 => Wait::No,
        n if n < 0 => Wait::Ever,
        n => Wait::For(n.saturating_mul(1000)),
    };
    match lock.acquire_for(wait) {
        Ok(true) => abi::PY_LOCK_ACQUIRED,
        Ok(false) => abi::PY_LOCK_FAILURE,
        Err(Raised { .. }) => abi::PY_LOCK_INTR,
    }
}

// ---- thread-specific storage (PEP 539) ----

/// A key in memory of its own.
#[capi(no_gil)]
fn PyThread_tss_alloc() -> *mut abi::Py_tss_t {
    // SAFETY: all zero is a key that was not made.
    Box::into_raw(Box::new(unsafe { std::mem::zeroed() }))
}

/// Frees such a key.
#[capi(no_gil)]
unsafe fn PyThread_tss_free(key: *mut abi::Py_tss_t) {
    // SAFETY: from `PyThread_tss_alloc`, or NULL.
    unsafe {
        if !key.is_null() {
            PyThread_tss_delete(key);
            drop(Box::from_raw(key));
        }
    }
}

/// Was the key made?
#[capi(no_gil)]
unsafe fn PyThread_tss_is_created(key: *mut abi::Py_tss_t) -> c_int {
    // SAFETY: a key.
    unsafe { (*key)._is_initialized }
}

/// Makes the key, once.
#[capi(no_gil)]
unsafe fn PyThread_tss_create(key: *mut abi::Py_tss_t) -> c_int {
    // SAFETY: a key.
    unsafe {
        if (*key)._is_initialized != 0 {
            return 0;
        }
        let mut k: libc::pthread_key_t = 0;
        if libc::pthread_key_create(&mut k, None) != 0 {
            return -1;
        }
        (*key)._key = k as _;
        (*key)._is_initialized = 1;
    }
    0
}

/// Forgets the key.
#[capi(no_gil)]
unsafe fn PyThread_tss_delete(key: *mut abi::Py_tss_t) {
    // SAFETY: a key.
    unsafe {
        if (*key)._is_initialized != 0 {
            libc::pthread_key_delete((*key)._key as _);
            (*key)._is_initialized = 0;
        }
    }
}

/// Sets the calling thread's value.
#[capi(no_gil)]
unsafe fn PyThread_tss_set(key: *mut abi::Py_tss_t, value: *mut c_void) -> c_int {
    // SAFETY: a key that was made.
    if unsafe { libc::pthread_setspecific((*key)._key as _, value) } == 0 { 0 } else { -1 }
}

/// The calling thread's value, or NULL.
#[capi(no_gil)]
unsafe fn PyThread_tss_get(key: *mut abi::Py_tss_t) -> *mut c_void {
    // SAFETY: a key that was made.
    unsafe { libc::pthread_getspecific((*key)._key as _) }
}

// ---- one-byte locks ----

const LOCKED: u8 = 1;
const PARKED: u8 = 2;

static PARK: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());

unsafe fn bits<'a>(m: *mut abi::PyMutex) -> &'a AtomicU8 {
    // SAFETY: a mutex of C; the byte is only accessed as an atomic.
    unsafe { AtomicU8::from_ptr(&raw mut (*m)._bits) }
}

fn park(b: &AtomicU8) {
    park_until(b, None);
}

/// Waits for the lock; false when the time is over.
fn park_until(b: &AtomicU8, end: Option<Instant>) -> bool {
    let mut guard = PARK.0.lock().unwrap_or_else(|e| e.into_inner());
    loop {
        let now = b.load(Ordering::Relaxed);
        if now & LOCKED == 0 {
            if b.compare_exchange(now, now | LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok() {
                return true;
            }
            continue;
        }
        if now & PARKED == 0
            && b.compare_exchange(now, now | PARKED, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            continue;
        }
        guard = match end {
            None => PARK.1.wait(guard).unwrap_or_else(|e| e.into_inner()),
            Some(end) => {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return false;
                }
                PARK.1.wait_timeout(guard, left).unwrap_or_else(|e| e.into_inner()).0
            }
        };
    }
}

/// Takes the mutex, waiting at most so many nanoseconds, below 0 for ever. The flag 1 gives up the GIL meanwhile.
#[capi(private, no_gil)]
unsafe fn _PyMutex_LockTimed(mutex: *mut abi::PyMutex, timeout: i64, flags: c_int) -> abi::PyLockStatus {
    // SAFETY: a mutex of C.
    let b = unsafe { bits(mutex) };
    if b.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok() {
        return abi::PY_LOCK_ACQUIRED;
    }
    if timeout == 0 {
        return abi::PY_LOCK_FAILURE;
    }
    let end = u64::try_from(timeout).ok().map(|n| Instant::now() + Duration::from_nanos(n));
    let taken = if flags & 1 != 0 && !ThreadState::current_or_null().is_null() {
        gil::allow_threads(|| park_until(b, end))
    } else {
        park_until(b, end)
    };
    if taken { abi::PY_LOCK_ACQUIRED } else { abi::PY_LOCK_FAILURE }
}

/// Takes the mutex; the GIL is given up while it waits.
#[capi(no_gil)]
unsafe fn PyMutex_Lock(mutex: *mut abi::PyMutex) {
    // SAFETY: a mutex of C.
    let b = unsafe { bits(mutex) };
    if b.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok() {
        return;
    }
    if ThreadState::current_or_null().is_null() {
        park(b);
    } else {
        gil::allow_threads(|| park(b));
    }
}

/// Releases the mutex.
#[capi(no_gil)]
unsafe fn PyMutex_Unlock(mutex: *mut abi::PyMutex) {
    // SAFETY: a mutex of C.
    let b = unsafe { bits(mutex) };
    let before = b.swap(0, Ordering::Release);
    if before & LOCKED == 0 {
        dovetail_core::hooks::fatal("PyMutex_Unlock: unlocking mutex that is not locked");
    }
    if before & PARKED != 0 {
        let _guard = PARK.0.lock().unwrap_or_else(|e| e.into_inner());
        PARK.1.notify_all();
    }
}

/// Is the mutex taken?
#[capi(no_gil)]
unsafe fn PyMutex_IsLocked(mutex: *mut abi::PyMutex) -> c_int {
    // SAFETY: a mutex of C.
    c_int::from(unsafe { bits(mutex) }.load(Ordering::Relaxed) & LOCKED != 0)
}
