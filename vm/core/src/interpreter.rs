//! The interpreter structure: everything that belongs to one interpreter and not to the process or a thread; and what
//! the main interpreter and its sub-interpreters share.

use crate::gc::GcState;
use crate::gil::Gil;
use crate::object::Object;
use crate::object::refs::Ref;
use crate::thread::ThreadState;
use crate::types::dict::Dict;
use std::any::{Any, TypeId};
use std::cell::{Cell, OnceCell, RefCell};
use std::sync::atomic::{AtomicI64, AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

/// What the interpreters of the process share: static types carry one version for all of them, so that versions come
/// from one place, and one lock keeps them apart.
pub struct Family {
    pub gil: Gil,
    /// The next type version tag to give out.
    pub next_type_version: Cell<u32>,
    /// The next function version to give out.
    pub next_function_version: Cell<u32>,
    /// The next keys version to give out.
    pub next_keys_version: Cell<u32>,
    next_id: AtomicI64,
    /// The living interpreters, the newest first.
    all: Mutex<Vec<*const Interpreter>>,
}

impl Family {
    /// A family without members. It lives as long as the process.
    fn found() -> &'static Family {
        Box::leak(Box::new(Family {
            gil: Gil::default(),
            next_type_version: Cell::new(1),
            next_function_version: Cell::new(1),
            next_keys_version: Cell::new(1),
            next_id: AtomicI64::new(0),
            all: Mutex::default(),
        }))
    }

    /// The living interpreters, the newest first.
    pub fn all(&self) -> Vec<*const Interpreter> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The interpreter with this number, if it lives.
    pub fn find(&self, id: i64) -> Option<&'static Interpreter> {
        // SAFETY: members are never freed.
        self.all().into_iter().map(|p| unsafe { &*p }).find(|i| i.id == id)
    }
}

/// What an interpreter is allowed (`PyInterpreterConfig`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    pub use_main_obmalloc: bool,
    pub allow_fork: bool,
    pub allow_exec: bool,
    pub allow_threads: bool,
    pub allow_daemon_threads: bool,
    pub check_multi_interp_extensions: bool,
    /// A lock of its own was asked for. All interpreters take turns under one all the same.
    pub own_gil: bool,
}

impl Features {
    /// As the main interpreter and those of `Py_NewInterpreter` have them.
    pub const LEGACY: Features = Features {
        use_main_obmalloc: true,
        allow_fork: true,
        allow_exec: true,
        allow_threads: true,
        allow_daemon_threads: true,
        check_multi_interp_extensions: false,
        own_gil: false,
    };
}

/// One interpreter. Reached through the thread state.
pub struct Interpreter {
    pub family: &'static Family,
    /// 0 for the main interpreter.
    pub id: i64,
    pub features: Features,
    /// `_imp._override_multi_interp_extensions_check`: below zero, it does not count.
    pub override_extensions_check: Cell<i32>,
    /// The thread state that ends this interpreter alone; NULL before. Its other threads stop where they next want the lock.
    ending: AtomicPtr<ThreadState>,
    /// `sys.modules`.
    pub modules: OnceCell<Ref<Dict>>,
    /// The namespace of `builtins`.
    pub builtins: OnceCell<Ref<Dict>>,
    /// `all` and `any` as they were made, for instructions that stand for calls of them.
    pub common_functions: RefCell<[Option<Object>; 2]>,
    /// The namespace of `sys`.
    pub sysdict: OnceCell<Ref<Dict>>,
    /// `importlib._bootstrap` once it runs.
    pub importlib: OnceCell<Object>,
    /// Where native modules come from.
    pub native_modules: Cell<Option<crate::import::Finder>>,
    /// The code of the frames below `__init__` (`Code::init_shim`).
    pub init_shim: OnceCell<Ref<crate::types::code::Code>>,
    pub gc: GcState,
    /// Codec search functions, error handlers and the cache.
    pub codecs: RefCell<CodecRegistry>,
    pub recursion_limit: Cell<i32>,
    /// `sys.get_int_max_str_digits()`; 0 for no limit.
    pub int_max_str_digits: Cell<usize>,
    /// Code that is in no file (of `-c`, or typed) with its source, for the lines of tracebacks, until `linecache` is
    /// imported, which takes it.
    pub commands: RefCell<Vec<(Object, String)>>,
    /// The newest of asyncio's tasks, from which a list leads through their bodies.
    pub asyncio_tasks: Cell<*mut abi::PyObject>,
    /// The start-up configuration.
    pub config: OnceCell<crate::config::Config>,
    /// The lock under which Python runs.
    pub gil: &'static Gil,
    /// Running times of nested imports, for `-X importtime`.
    pub import_times: crate::import::Times,
    /// What native modules keep of this interpreter, by type.
    states: RefCell<Vec<(TypeId, Box<dyn Any>)>>,
    /// `os.register_at_fork`: before (last first), in the parent, in the child.
    pub at_fork: RefCell<[Vec<Object>; 3]>,
    /// What the C API keeps for this interpreter: loaded extension modules by file, modules by index.
    pub extensions: OnceCell<Box<dyn std::any::Any>>,
    /// What `_ast` keeps: its classes.
    pub syntax_trees: OnceCell<Box<dyn std::any::Any>>,
    /// Execution events and who wants them.
    pub monitors: crate::monitor::Monitors,
    /// Who is told of changes.
    pub watchers: crate::watch::Watchers,
    /// What the evaluation breaker calls.
    pub pending: crate::interp::pending::Handlers,
}

/// State of the codec registry.
#[derive(Default)]
pub struct CodecRegistry {
    pub search: Option<Object>,
    pub cache: Option<Ref<Dict>>,
    pub errors: Option<Ref<Dict>>,
}

impl Interpreter {
    /// The main interpreter, which its family begins with. Where an earlier one has ended, it comes second: the next
    /// one belongs to the same family, since static types carry what all of them share.
    pub fn main() -> (&'static Interpreter, Option<&'static Interpreter>) {
        static LAST: AtomicPtr<Interpreter> = AtomicPtr::new(std::ptr::null_mut());
        // SAFETY: interpreters are never freed.
        let last: Option<&'static Interpreter> = unsafe { LAST.load(Ordering::Acquire).as_ref() };
        let family = match last {
            Some(last) => {
                last.family.next_id.store(0, Ordering::Relaxed);
                last.family
            }
            None => Family::found(),
        };
        let made = Interpreter::make(family, Features::LEGACY);
        LAST.store(std::ptr::from_ref(made).cast_mut(), Ordering::Release);
        (made, last)
    }

    /// A new member of this interpreter's family.
    pub fn sibling(&self, features: Features) -> &'static Interpreter {
        Interpreter::make(self.family, features)
    }

    fn make(family: &'static Family, features: Features) -> &'static Interpreter {
        let id = family.next_id.fetch_add(1, Ordering::Relaxed);
        let made: &'static Interpreter = Box::leak(Box::new(Interpreter {
            family,
            id,
            features,
            override_extensions_check: Cell::new(0),
            ending: Default::default(),
            modules: Default::default(),
            builtins: Default::default(),
            common_functions: Default::default(),
            sysdict: Default::default(),
            importlib: Default::default(),
            native_modules: Default::default(),
            init_shim: Default::default(),
            gc: Default::default(),
            codecs: Default::default(),
            recursion_limit: Cell::new(1000),
            int_max_str_digits: Cell::new(4300),
            commands: Default::default(),
            asyncio_tasks: Cell::new(std::ptr::null_mut()),
            config: Default::default(),
            gil: &family.gil,
            import_times: Default::default(),
            states: Default::default(),
            at_fork: Default::default(),
            extensions: Default::default(),
            syntax_trees: Default::default(),
            monitors: Default::default(),
            watchers: Default::default(),
            pending: Default::default(),
        }));
        family.all.lock().unwrap_or_else(PoisonError::into_inner).insert(0, made);
        made
    }

    /// Takes the interpreter, which has ended, out of its family. Its memory stays: objects of it may live on in others.
    pub fn leave_family(&self) {
        let mut all = self.family.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|p| !std::ptr::eq(*p, self));
    }

    /// Lets go of what the interpreter keeps, when it has ended but for its last thread state.
    ///
    /// # Safety
    /// No thread but the calling one will ever run in it, and no borrow of what it keeps is held.
    pub unsafe fn let_go(&self) {
        let me = std::ptr::from_ref(self).cast_mut();
        // SAFETY: the caller's promise; what is dropped may still run code that finds the fields empty.
        unsafe {
            drop((*me).importlib.take());
            drop(self.common_functions.take());
            drop(self.codecs.take());
            drop(self.commands.take());
            drop(self.at_fork.take());
            drop((*me).extensions.take());
            drop((*me).syntax_trees.take());
            drop(self.states.take());
            drop((*me).init_shim.take());
        }
    }

    /// Is it the main interpreter?
    pub fn is_main(&self) -> bool {
        self.id == 0
    }

    /// From now on only the calling thread runs in this interpreter.
    pub fn finalize(&self) {
        self.ending.store(std::ptr::from_ref(ThreadState::current()).cast_mut(), Ordering::Release);
    }

    /// Has its end come for this thread state, which does not do it itself?
    #[inline]
    pub fn stops(&self, ts: *const ThreadState) -> bool {
        let ending = self.ending.load(Ordering::Acquire);
        !ending.is_null() && !std::ptr::eq(ending, ts)
    }

    /// Has the end of the process's Python, or of this interpreter, begun?
    pub fn is_finalizing(&self) -> bool {
        !self.ending.load(Ordering::Acquire).is_null() || self.gil.is_finalizing()
    }

    /// The states of all threads of this interpreter. They live as long as the caller keeps the GIL.
    pub fn threads(&self) -> Vec<&'static ThreadState> {
        let mut all = self.gil.threads();
        all.retain(|t| std::ptr::eq(t.interp(), self));
        all
    }

    /// Must extension modules say that they can be used by several interpreters?
    pub fn checks_extensions(&self) -> bool {
        match self.override_extensions_check.get() {
            0 => self.features.check_multi_interp_extensions,
            n => n > 0,
        }
    }

    /// A native module's state in this interpreter, made on first use. It lives as long as the interpreter.
    pub fn state<T: Default + 'static>(&self) -> &T {
        let id = TypeId::of::<T>();
        let found = self.states.borrow().iter().find(|(i, _)| *i == id).map(|(_, s)| &raw const **s);
        let state = match found {
            Some(s) => s,
            None => {
                let new: Box<dyn Any> = Box::new(T::default());
                let address = &raw const *new;
                self.states.borrow_mut().push((id, new));
                address
            }
        };
        // SAFETY: boxes are never removed from the list while the interpreter lives, and do not move.
        match unsafe { &*state }.downcast_ref() {
            Some(s) => s,
            None => unreachable!("found by its type"),
        }
    }

    /// The interpreter of the calling thread.
    #[inline(always)]
    pub fn current() -> &'static Interpreter {
        crate::thread::ThreadState::current().interp()
    }

    pub fn builtins(&self) -> &Ref<Dict> {
        self.builtins.get().expect("set at start-up")
    }

    pub fn modules(&self) -> &Ref<Dict> {
        self.modules.get().expect("set at start-up")
    }
}
