//! What stream states are made of: an owned object that may be missing, and the lock of a buffered stream.

use dovetail_core::error::PyResult;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{Obj, Object};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::type_::Type;
use dovetail_core::{gil, hooks, raise};
use std::cell::{Cell, OnceCell, UnsafeCell};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// An owned object or none, changed under the GIL.
#[derive(Default)]
pub struct Held(UnsafeCell<Option<Object>>);

impl Held {
    /// A new reference to the object.
    #[inline]
    pub fn get(&self) -> Option<Object> {
        // SAFETY: read for an instant, under the GIL.
        unsafe { (*self.0.get()).clone() }
    }

    /// The object, borrowed: for use where no Python code can run before the borrow ends.
    #[inline]
    pub fn peek(&self) -> Option<&Obj> {
        // SAFETY: as above; the caller lets nothing run that could replace the object.
        unsafe { (*self.0.get()).as_deref() }
    }

    /// Is there an object?
    #[inline]
    pub fn is_some(&self) -> bool {
        self.peek().is_some()
    }

    /// Replaces the object; the old one goes last.
    pub fn set(&self, new: Option<Object>) {
        drop(self.replace(new));
    }

    /// Replaces the object and gives the old one.
    pub fn replace(&self, new: Option<Object>) -> Option<Object> {
        // SAFETY: the field is whole before and after; nothing is dropped within.
        unsafe { std::mem::replace(&mut *self.0.get(), new) }
    }
}

/// Is the object of exactly this type, with nothing set on it but the name that opening gave it? Then no method can
/// have been replaced, and streams call each other without look-ups.
pub fn is_plain(o: &Obj, ty: &Type) -> bool {
    std::ptr::eq(o.ob_type(), ty)
        && dovetail_core::types::dict_instance::existing_dict(o).is_none_or(|d| d.len() <= 1)
}

/// How long the end of the interpreter waits for a stream.
const PATIENCE: Duration = Duration::from_secs(1);

/// The lock of a buffered stream: held while its buffer is touched, also where the GIL is given up in between.
/// Without contention it is two plain writes.
#[derive(Default)]
pub struct StreamLock {
    owner: Cell<usize>,
    waiting: Cell<usize>,
    gate: OnceCell<Box<Gate>>,
}

#[derive(Default)]
struct Gate {
    permits: Mutex<usize>,
    freed: Condvar,
}

/// The lock while it is held.
pub struct Guard<'a>(&'a StreamLock);

impl StreamLock {
    fn gate(&self) -> &Gate {
        self.gate.get_or_init(Box::default)
    }

    /// Takes the lock; the thread that has it already gets a `RuntimeError`.
    #[inline]
    pub fn enter(&self, owner: &Obj) -> PyResult<Guard<'_>> {
        let me = ThreadState::current() as *const ThreadState as usize;
        if self.owner.get() != 0 {
            self.wait(me, owner)?;
        }
        self.owner.set(me);
        Ok(Guard(self))
    }

    #[cold]
    fn wait(&self, me: usize, owner: &Obj) -> PyResult<()> {
        if self.owner.get() == me {
            return Err(raise!(RuntimeError, "reentrant call inside {}", owner.repr()?.to_string_lossy()));
        }
        self.waiting.set(self.waiting.get() + 1);
        while self.owner.get() != 0 {
            let gate = self.gate();
            // At the interpreter's end the owner may be a thread that never runs again.
            let last_chance = Interpreter::current().is_finalizing();
            let freed = gil::allow_threads(|| {
                let mut n = gate.permits.lock().unwrap_or_else(PoisonError::into_inner);
                while *n == 0 {
                    if last_chance {
                        let (guard, late) =
                            gate.freed.wait_timeout(n, PATIENCE).unwrap_or_else(PoisonError::into_inner);
                        n = guard;
                        if late.timed_out() && *n == 0 {
                            return false;
                        }
                    } else {
                        n = gate.freed.wait(n).unwrap_or_else(PoisonError::into_inner);
                    }
                }
                *n -= 1;
                true
            });
            if !freed {
                let shown = owner.repr().map_or_else(
                    |e| {
                        e.clear();
                        owner.type_name().to_owned()
                    },
                    |r| r.to_string_lossy().into_owned(),
                );
                hooks::fatal(&format!(
                    "_enter_buffered_busy: could not acquire lock for {shown} at interpreter shutdown, possibly due to \
                     daemon threads"
                ));
            }
        }
        self.waiting.set(self.waiting.get() - 1);
        Ok(())
    }
}

impl Drop for Guard<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.owner.set(0);
        if self.0.waiting.get() > 0 {
            let gate = self.0.gate();
            *gate.permits.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            gate.freed.notify_one();
        }
    }
}
