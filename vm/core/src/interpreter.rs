//! The interpreter structure: everything that belongs to one interpreter and not to the process or a thread.

use crate::gc::GcState;
use crate::object::Object;
use crate::object::refs::Ref;
use crate::types::dict::Dict;
use std::any::{Any, TypeId};
use std::cell::{Cell, OnceCell, RefCell};

/// One interpreter. Reached through the thread state.
#[derive(Default)]
pub struct Interpreter {
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
    /// The next type version tag to give out.
    pub next_type_version: Cell<u32>,
    /// The next function version to give out.
    pub next_function_version: Cell<u32>,
    /// The next keys version to give out.
    pub next_keys_version: Cell<u32>,
    /// Codec search functions, error handlers and the cache.
    pub codecs: RefCell<CodecRegistry>,
    pub recursion_limit: Cell<i32>,
    /// `sys.get_int_max_str_digits()`; 0 for no limit.
    pub int_max_str_digits: Cell<usize>,
    /// Code that is in no file (of `-c`, or typed) with its source, for the lines of tracebacks.
    pub commands: RefCell<Vec<(Object, String)>>,
    /// The newest of asyncio's tasks, from which a list leads through their bodies.
    pub asyncio_tasks: Cell<*mut abi::PyObject>,
    /// The start-up configuration.
    pub config: OnceCell<crate::config::Config>,
    /// The lock under which Python runs.
    pub gil: crate::gil::Gil,
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
    pub fn new() -> Interpreter {
        let i = Interpreter::default();
        i.next_type_version.set(1);
        i.next_function_version.set(1);
        i.next_keys_version.set(1);
        i.recursion_limit.set(1000);
        i.int_max_str_digits.set(4300);
        i
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
