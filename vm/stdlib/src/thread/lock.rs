//! `_thread.lock`, over a POSIX semaphore: any thread may release it, and signals end a wait.

use crate::util::{Boxed, Round, data, dealloc_boxed, nanoseconds, new_boxed};
use dovetail_core::error::PyResult;
use dovetail_core::interp::pending;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::int::Int;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gil, raise};
use dovetail_macros::{pymethods, pytype};
use std::cell::UnsafeCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

unsafe extern "C" {
    /// glibc 2.30: waits until a time of the given clock.
    fn sem_clockwait(
        sem: *mut libc::sem_t,
        clock: libc::clockid_t,
        abstime: *const libc::timespec,
    ) -> libc::c_int;
}

/// A semaphore of one: free or taken.
pub struct RawLock {
    sem: Box<UnsafeCell<libc::sem_t>>,
    locked: AtomicBool,
}

// SAFETY: semaphores are for use by several threads.
unsafe impl Send for RawLock {}
// SAFETY: as above.
unsafe impl Sync for RawLock {}

/// How long to wait, in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    No,
    For(i64),
    Ever,
}

/// The longest timeout in seconds.
pub const TIMEOUT_MAX: f64 = (i64::MAX / 1_000_000_000) as f64;

/// `acquire`'s arguments, checked.
pub fn wait_of(blocking: bool, timeout: Option<&Obj>) -> PyResult<Wait> {
    let given = match timeout {
        Some(t) => {
            let unset = t.downcast::<Int>().and_then(Int::to_i64) == Some(-1);
            if unset { None } else { Some(nanoseconds(t, Round::Up)?) }
        }
        None => None,
    };
    let given = given.filter(|n| *n != -1_000_000_000);
    match (blocking, given) {
        (false, Some(_)) => Err(raise!(ValueError, "can't specify a timeout for a non-blocking call")),
        (true, Some(n)) if n < 0 => Err(raise!(ValueError, "timeout value must be a non-negative number")),
        (true, Some(n)) => Ok(Wait::For(n)),
        (false, None) => Ok(Wait::No),
        (true, None) => Ok(Wait::Ever),
    }
}

/// The monotonic clock in nanoseconds.
pub fn monotonic() -> i64 {
    // SAFETY: fills the struct.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t);
        t.tv_sec * 1_000_000_000 + t.tv_nsec
    }
}

impl RawLock {
    pub fn new() -> RawLock {
        // SAFETY: sem_init makes the semaphore valid; it stays where it is.
        let sem = Box::new(UnsafeCell::new(unsafe { std::mem::zeroed() }));
        unsafe { libc::sem_init(sem.get(), 0, 1) };
        RawLock { sem, locked: AtomicBool::new(false) }
    }

    /// Takes the lock if it is free.
    pub fn try_acquire(&self) -> bool {
        // SAFETY: a live semaphore.
        let ok = unsafe { libc::sem_trywait(self.sem.get()) } == 0;
        if ok {
            self.locked.store(true, Ordering::Release);
        }
        ok
    }

    /// Waits for the lock with the GIL released; signals are handled in between.
    pub fn acquire_for(&self, wait: Wait) -> PyResult<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        let deadline = match wait {
            Wait::No => return Ok(false),
            Wait::For(n) => Some(monotonic().saturating_add(n)),
            Wait::Ever => None,
        };
        loop {
            let sem = self.sem.get();
            let result = gil::allow_threads(|| {
                // SAFETY: a live semaphore: the caller keeps the object that holds it.
                let r = unsafe {
                    match deadline {
                        None => libc::sem_wait(sem),
                        Some(d) => {
                            let t = libc::timespec { tv_sec: d / 1_000_000_000, tv_nsec: d % 1_000_000_000 };
                            sem_clockwait(sem, libc::CLOCK_MONOTONIC, &t)
                        }
                    }
                };
                if r == 0 { 0 } else { std::io::Error::last_os_error().raw_os_error().unwrap_or(0) }
            });
            match result {
                0 => {
                    self.locked.store(true, Ordering::Release);
                    return Ok(true);
                }
                libc::ETIMEDOUT => return Ok(false),
                libc::EINTR => pending::handle(ThreadState::current())?,
                e => bail!(RuntimeError, "waiting for a lock failed: error {e}"),
            }
        }
    }

    /// Waits as long as it takes; signals stay pending.
    pub fn acquire(&self) {
        if self.try_acquire() {
            return;
        }
        let sem = self.sem.get();
        gil::allow_threads(|| {
            // SAFETY: a live semaphore.
            while unsafe { libc::sem_wait(sem) } != 0 {}
        });
        self.locked.store(true, Ordering::Release);
    }

    /// Waits without touching the GIL, which the caller has given up or keeps; signals stay pending.
    pub fn wait_plain(&self, wait: Wait) -> bool {
        let deadline = match wait {
            Wait::No => return self.try_acquire(),
            Wait::For(n) => Some(monotonic().saturating_add(n)),
            Wait::Ever => None,
        };
        let sem = self.sem.get();
        loop {
            // SAFETY: a live semaphore.
            let r = unsafe {
                match deadline {
                    None => libc::sem_wait(sem),
                    Some(d) => {
                        let t = libc::timespec { tv_sec: d / 1_000_000_000, tv_nsec: d % 1_000_000_000 };
                        sem_clockwait(sem, libc::CLOCK_MONOTONIC, &t)
                    }
                }
            };
            if r == 0 {
                self.locked.store(true, Ordering::Release);
                return true;
            }
            if std::io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
                return false;
            }
        }
    }

    pub fn is_locked(&self) -> bool {
        self.locked.load(Ordering::Acquire)
    }

    /// Frees the lock; the caller knows that it is taken.
    pub fn release(&self) {
        self.locked.store(false, Ordering::Release);
        // SAFETY: a live semaphore.
        unsafe { libc::sem_post(self.sem.get()) };
    }

    /// A fresh, free lock in place of the old one, after a fork.
    pub fn reset(&self) {
        // SAFETY: only the forking thread lives in the child.
        unsafe {
            std::ptr::write(self.sem.get(), std::mem::zeroed());
            libc::sem_init(self.sem.get(), 0, 1);
        }
        self.locked.store(false, Ordering::Release);
    }
}

impl Default for RawLock {
    fn default() -> RawLock {
        RawLock::new()
    }
}

impl Drop for RawLock {
    fn drop(&mut self) {
        // SAFETY: nobody waits: waiters keep the object alive.
        unsafe { libc::sem_destroy(self.sem.get()) };
    }
}

/// The lock of the import system.
pub fn import_lock() -> &'static RawLock {
    static LOCK: OnceLock<RawLock> = OnceLock::new();
    LOCK.get_or_init(RawLock::new)
}

/// `_thread.lock` objects.
/// ---
/// A lock object is a synchronization primitive.  To create a lock,
/// call threading.Lock().
#[pytype(name = "_thread.lock", body = Boxed<RawLock>, weaklist = weakrefs, sig = "()", export = "Dovetail_Lock_Type")]
pub struct Lock;

impl Lock {
    pub fn new() -> PyResult<Ref<Lock>> {
        crate::util::new_native(RawLock::new())
    }

    pub fn raw(&self) -> &RawLock {
        data(self)
    }
}

#[pymethods]
impl Lock {
    #[slot(tp_new, sig = "()")]
    fn make(cls: &Type) -> PyResult<Object> {
        new_boxed(cls, RawLock::new())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<RawLock>(o) }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let state = if self.raw().is_locked() { "locked" } else { "unlocked" };
        format!("<{state} {} object at {:p}>", self.type_name(), self.as_ptr())
    }

    /// Lock the lock.
    ///
    /// Without argument, this blocks if the lock is already
    /// locked (even by the same thread), waiting for another thread to release
    /// the lock, and return True once the lock is acquired.
    /// With an argument, this will only block if the argument is true,
    /// and the return value reflects whether the lock is acquired.
    /// The blocking operation is interruptible.
    #[method(sig = "(blocking=True, timeout=-1)")]
    fn acquire(&self, blocking: bool, timeout: Option<&Obj>) -> PyResult<bool> {
        self.raw().acquire_for(wait_of(blocking, timeout)?)
    }

    /// An obsolete synonym of acquire().
    #[method(sig = "(blocking=True, timeout=-1)")]
    fn acquire_lock(&self, blocking: bool, timeout: Option<&Obj>) -> PyResult<bool> {
        self.acquire(blocking, timeout)
    }

    /// Release the lock.
    ///
    /// Allows another thread that is blocked waiting for
    /// the lock to acquire the lock.  The lock must be in the locked state,
    /// but it needn't be locked by the same thread that unlocks it.
    #[method]
    fn release(&self) -> PyResult<()> {
        if !self.raw().is_locked() {
            bail!(RuntimeError, "release unlocked lock");
        }
        self.raw().release();
        Ok(())
    }

    /// An obsolete synonym of release().
    #[method]
    fn release_lock(&self) -> PyResult<()> {
        self.release()
    }

    /// Return whether the lock is in the locked state.
    #[method]
    fn locked(&self) -> bool {
        self.raw().is_locked()
    }

    /// An obsolete synonym of locked().
    #[method]
    fn locked_lock(&self) -> bool {
        self.raw().is_locked()
    }

    /// Lock the lock.
    #[method]
    fn __enter__(&self) -> PyResult<bool> {
        self.raw().acquire_for(Wait::Ever)
    }

    /// Release the lock.
    #[method]
    fn __exit__(&self, _exc: &[&Obj]) -> PyResult<()> {
        self.release()
    }

    #[method]
    fn _at_fork_reinit(&self) {
        self.raw().reset();
    }
}
