//! `_interpqueues`: queues between interpreters (PEP 734's low level).
//!
//! A queue belongs to the process; interpreters hold it by binding and releasing it, and it ends with its last holder.
//! Items pass the border as `_interpreters` has it. What an interpreter put into a queue becomes unbound when that ends,
//! and is then removed, or marks its place.

use crate::interpreters::{Parcel, of_interpreters};
use crate::util::{TypeCell, int, set};
use dovetail_core::error::{PyResult, Raised, exc, raise_with};
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What becomes of unbound items: they are removed.
const REMOVE: i64 = 1;
const ERROR: i64 = 2;
const REPLACE: i64 = 3;
/// What cannot pass as it is: it is refused, or pickled.
const REFUSE: i64 = 0;
const PICKLE: i64 = 1;

struct Item {
    parcel: Parcel,
    /// The interpreter that put it there.
    from: i64,
    unbound: i64,
}

struct Queue {
    items: VecDeque<Item>,
    /// 0 or below: no bound.
    most: isize,
    unbound: i64,
    fallback: i64,
    holders: usize,
}

impl Queue {
    fn is_full(&self) -> bool {
        self.most > 0 && self.items.len() >= self.most as usize
    }
}

#[derive(Default)]
struct Queues {
    last: i64,
    all: BTreeMap<i64, Queue>,
}

// SAFETY: objects in it are touched under the GIL, which all interpreters share.
unsafe impl Send for Queues {}

static QUEUES: Mutex<Queues> = Mutex::new(Queues { last: 0, all: BTreeMap::new() });

fn queues() -> MutexGuard<'static, Queues> {
    QUEUES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `f` on a queue, whose items of interpreters that have ended are removed first where they are to be.
fn with<R>(id: i64, f: impl FnOnce(&mut Queue) -> R) -> PyResult<R> {
    let alive = of_interpreters();
    let mut gone = Vec::new();
    let result = {
        let mut queues = queues();
        let Some(queue) = queues.all.get_mut(&id) else { return Err(failure(Kind::NotFound, id)) };
        let kept = |item: &Item| item.unbound != REMOVE || alive.contains(&item.from);
        let (stay, end): (VecDeque<Item>, VecDeque<Item>) = queue.items.drain(..).partition(kept);
        queue.items = stay;
        gone.extend(end);
        f(queue)
    };
    drop(gone);
    Ok(result)
}

static QUEUE_ERROR: TypeCell = TypeCell::new();
static NOT_FOUND: TypeCell = TypeCell::new();

fn queue_error() -> PyResult<&'static Type> {
    let name = "concurrent.interpreters.QueueError";
    QUEUE_ERROR.get_or(|| crate::util::new_exception(name, exc::RuntimeError()))
}

fn not_found() -> PyResult<&'static Type> {
    let name = "concurrent.interpreters.QueueNotFoundError";
    NOT_FOUND.get_or(|| crate::util::new_exception(name, queue_error()?))
}

/// What `concurrent.interpreters` registers in each interpreter: the class of queues and two exceptions.
#[derive(Default)]
struct Registered(RefCell<Option<[Object; 3]>>);

impl Registered {
    fn current() -> &'static Registered {
        Interpreter::current().state::<Registered>()
    }

    fn get(&self, at: usize) -> PyResult<Object> {
        if self.0.borrow().is_none() {
            dovetail_core::import::import_module("concurrent.interpreters._queues")?;
        }
        match &*self.0.borrow() {
            Some(all) => Ok(all[at].clone()),
            None => Err(raise!(RuntimeError, "the classes of queues are not registered")),
        }
    }
}

/// The number of a queue object of `concurrent.interpreters`; none for other objects.
pub fn id_of(o: &Obj) -> Option<i64> {
    let class = Registered::current().0.borrow().as_ref().map(|all| all[0].clone())?;
    if !std::ptr::eq(o.ob_type().as_obj(), &*class) {
        return None;
    }
    let id = o.get_attr_text("_id").map_err(Raised::clear).ok()?;
    id.downcast::<Int>()?.to_i64()
}

/// The queue object of this number in the current interpreter.
pub fn object_of(id: i64) -> PyResult<Object> {
    Registered::current().get(0)?.call(&[&*int(id)?])
}

enum Kind {
    NotFound,
    Empty,
    Full,
}

fn failure(kind: Kind, id: i64) -> Raised {
    let make = || -> PyResult<Raised> {
        let (class, message) = match kind {
            Kind::NotFound => (not_found()?.as_obj().to_owned(), format!("queue {id} not found")),
            Kind::Empty => (Registered::current().get(1)?, format!("queue {id} is empty")),
            Kind::Full => (Registered::current().get(2)?, format!("queue {id} is full")),
        };
        let Some(class) = class.downcast::<Type>() else { bail!(TypeError, "an exception class is needed") };
        Ok(raise_with(class, &*crate::util::text(&message)?))
    };
    make().unwrap_or_else(|e| e)
}

/// A queue's number, of an argument.
fn number(o: &Obj) -> PyResult<i64> {
    let Some(i) = o.downcast::<Int>() else {
        bail!(TypeError, "queue ID must be an int, got {}", o.type_name());
    };
    match i.to_i64() {
        Some(id) if id >= 0 => Ok(id),
        Some(id) => bail!(ValueError, "queue ID must be a non-negative int, got {id}"),
        None => bail!(OverflowError, "max queue ID is {}, got {}", i64::MAX, o.repr()?.to_string_lossy()),
    }
}

fn unbound_op(op: i64, default: Option<i64>) -> PyResult<i64> {
    match (op, default) {
        (-1, Some(default)) => Ok(default),
        (REMOVE | ERROR | REPLACE, _) => Ok(op),
        _ => bail!(ValueError, "unsupported unboundop {op}"),
    }
}

fn fallback_of(fallback: i64, default: i64) -> PyResult<i64> {
    match fallback {
        -1 => Ok(default),
        REFUSE | PICKLE => Ok(fallback),
        _ => bail!(ValueError, "unsupported fallback {fallback}"),
    }
}

/// This module provides primitive operations to manage Python interpreters.
/// The 'interpreters' module provides a more convenient interface.
#[pymodule(name = "_interpqueues")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set(module, "QueueError", queue_error()?.as_obj())?;
        set(module, "QueueNotFoundError", not_found()?.as_obj())
    }

    /// Create a new cross-interpreter queue and return its unique generated ID.
    /// It is a new reference as though bind() had been called on the queue.
    /// The caller is responsible for calling destroy() for the new queue
    /// before the runtime is finalized.
    #[function(nosig, sig = "(maxsize, unboundop=-1, fallback=-1)")]
    fn create(maxsize: isize, unboundop: Option<i64>, fallback: Option<i64>) -> PyResult<i64> {
        let unbound = unbound_op(unboundop.unwrap_or(-1), Some(REPLACE))?;
        let fallback = fallback_of(fallback.unwrap_or(-1), PICKLE)?;
        let mut queues = queues();
        queues.last += 1;
        let id = queues.last;
        let queue = Queue { items: VecDeque::new(), most: maxsize, unbound, fallback, holders: 0 };
        queues.all.insert(id, queue);
        Ok(id)
    }

    /// Clear and destroy the queue.  Afterward attempts to use the queue
    /// will behave as though it never existed.
    #[function(nosig, sig = "(qid)")]
    fn destroy(qid: &Obj) -> PyResult<()> {
        let id = number(qid)?;
        let gone = queues().all.remove(&id);
        gone.map(drop).ok_or_else(|| failure(Kind::NotFound, id))
    }

    /// Return the list of ID triples for all queues.
    /// Each ID triple consists of (ID, default unbound op, default fallback).
    #[function(nosig, sig = "()")]
    fn list_all() -> PyResult<Ref<List>> {
        let rows: Vec<[i64; 3]> = queues().all.iter().map(|(id, q)| [*id, q.unbound, q.fallback]).collect();
        let row = |r: &[i64; 3]| -> PyResult<Object> {
            Ok(Tuple::from_array([int(r[0])?, int(r[1])?, int(r[2])?])?.into_object())
        };
        List::from_vec(rows.iter().map(row).collect::<PyResult<_>>()?)
    }

    /// Add the object's data to the queue.
    #[function(nosig, sig = "(qid, obj, unboundop=-1, fallback=-1)")]
    fn put(qid: &Obj, obj: &Obj, unboundop: Option<i64>, fallback: Option<i64>) -> PyResult<()> {
        let id = number(qid)?;
        let (unbound, default) = with(id, |q| (q.unbound, q.fallback))?;
        let unbound = unbound_op(unboundop.unwrap_or(-1), Some(unbound))?;
        let fallback = fallback_of(fallback.unwrap_or(-1), default)?;
        let parcel = Parcel::pack(obj, fallback == PICKLE)?;
        let item = Item { parcel, from: Interpreter::current().id, unbound };
        let refused = with(id, |q| match q.is_full() {
            true => Some(item),
            false => {
                q.items.push_back(item);
                None
            }
        })?;
        if refused.is_some() { Err(failure(Kind::Full, id)) } else { Ok(()) }
    }

    /// Return the (object, unbound op) from the front of the queue.
    /// If there is nothing to receive then raise QueueEmpty.
    #[function(nosig, sig = "(qid)")]
    fn get(qid: &Obj) -> PyResult<Ref<Tuple>> {
        let id = number(qid)?;
        let Some(item) = with(id, |q| q.items.pop_front())? else { return Err(failure(Kind::Empty, id)) };
        if of_interpreters().contains(&item.from) {
            return Tuple::from_array([item.parcel.unpack()?, none().to_owned()]);
        }
        Tuple::from_array([none().to_owned(), int(item.unbound)?])
    }

    /// Take a reference to the identified queue.
    /// The queue is not destroyed until there are no references left.
    #[function(nosig, sig = "(qid)")]
    fn bind(qid: &Obj) -> PyResult<()> {
        with(number(qid)?, |q| q.holders += 1)
    }

    /// Release a reference to the queue.
    /// The queue is destroyed once there are no references left.
    #[function(nosig, sig = "(qid)")]
    fn release(qid: &Obj) -> PyResult<()> {
        let id = number(qid)?;
        let last = with(id, |q| match q.holders {
            0 => None,
            _ => {
                q.holders -= 1;
                Some(q.holders == 0)
            }
        })?;
        match last {
            None => Err(raise_with(queue_error()?, &*crate::util::text("queue is not bound")?)),
            Some(true) => {
                let gone = queues().all.remove(&id);
                drop(gone);
                Ok(())
            }
            Some(false) => Ok(()),
        }
    }

    /// Return the maximum number of items in the queue.
    #[function(nosig, sig = "(qid)")]
    fn get_maxsize(qid: &Obj) -> PyResult<isize> {
        with(number(qid)?, |q| q.most)
    }

    /// Return the queue's default values, set when it was created.
    #[function(nosig, sig = "(qid)")]
    fn get_queue_defaults(qid: &Obj) -> PyResult<Ref<Tuple>> {
        let (unbound, fallback) = with(number(qid)?, |q| (q.unbound, q.fallback))?;
        Tuple::from_array([int(unbound)?, int(fallback)?])
    }

    /// Return true if the queue has a maxsize and has reached it.
    #[function(nosig, sig = "(qid)")]
    fn is_full(qid: &Obj) -> PyResult<bool> {
        with(number(qid)?, |q| q.is_full())
    }

    /// Return the number of items in the queue.
    #[function(nosig, sig = "(qid)")]
    fn get_count(qid: &Obj) -> PyResult<usize> {
        with(number(qid)?, |q| q.items.len())
    }

    /// Return the current number of items in the queue.
    #[function(nosig, sig = "(queuetype, emptyerror, fullerror)")]
    fn _register_heap_types(queuetype: &Obj, emptyerror: &Obj, fullerror: &Obj) -> PyResult<()> {
        for (class, what) in [(queuetype, "queuetype"), (emptyerror, "emptyerror"), (fullerror, "fullerror")]
        {
            if !class.is_a::<Type>() {
                bail!(TypeError, "expected a type for '{what}'");
            }
        }
        let all = [queuetype.to_owned(), emptyerror.to_owned(), fullerror.to_owned()];
        drop(Registered::current().0.replace(Some(all)));
        Ok(())
    }
}

pub use module::MODULE;
