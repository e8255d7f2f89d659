//! The zones of an interpreter: a weak dictionary of all that are in use, and the last eight asked for.
//!
//! Subclasses of `ZoneInfo` have a weak dictionary each, as their attribute, and no recent zones.

use super::ZoneInfo;
use super::zone::is_itself;
use dovetail_core::error::PyResult;
use dovetail_core::import::import_module;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::sym;
use dovetail_core::types::str_::Str;
use dovetail_core::types::type_::Type;
use std::cell::RefCell;

/// How many zones stay though nobody uses them.
const RECENT: usize = 8;

/// What `_zoneinfo` keeps of an interpreter.
#[derive(Default)]
pub struct State {
    /// `zoneinfo._tzpath`, `zoneinfo._common` and the weak dictionary.
    parts: RefCell<Option<[Object; 3]>>,
    /// Keys and zones, the last asked for first.
    recent: RefCell<Vec<(Object, Object)>>,
}

/// A new weak dictionary.
pub fn new_weak() -> PyResult<Object> {
    import_module("weakref")?.get_attr_text("WeakValueDictionary")?.call(&[])
}

impl State {
    pub fn current() -> &'static State {
        Interpreter::current().state::<State>()
    }

    /// At the module's import, also at a later one: the modules are found anew and no zone is remembered.
    pub fn start(&self) -> PyResult<()> {
        let parts = [import_module("zoneinfo._tzpath")?, import_module("zoneinfo._common")?, new_weak()?];
        let old = self.parts.replace(Some(parts));
        drop(old);
        self.forget_all();
        Ok(())
    }

    fn part(&self, at: usize) -> PyResult<Object> {
        if self.parts.borrow().is_none() {
            self.start()?;
        }
        match &*self.parts.borrow() {
            Some(parts) => Ok(parts[at].clone()),
            None => dovetail_core::bail!(SystemError, "_zoneinfo was not imported"),
        }
    }

    pub fn tzpath(&self) -> PyResult<Object> {
        self.part(0)
    }

    pub fn common(&self) -> PyResult<Object> {
        self.part(1)
    }

    /// The weak dictionary of a class.
    pub fn weak_of(&self, cls: &Type) -> PyResult<Object> {
        match is_itself::<ZoneInfo>(cls) {
            true => self.part(2),
            false => cls.as_obj().get_attr(sym!(_weak_cache)),
        }
    }

    /// The place of a key among the recent zones. Comparing may run Python code, which may change them.
    fn place(&self, key: &Obj) -> PyResult<Option<usize>> {
        let mut i = 0;
        loop {
            let Some((k, _)) = self.recent.borrow().get(i).cloned() else { return Ok(None) };
            let same = match (k.downcast_exact::<Str>(), key.downcast_exact::<Str>()) {
                (Some(a), Some(b)) => a.equals(b),
                _ => k.equals(key)?,
            };
            if same && self.recent.borrow().get(i).is_some_and(|(now, _)| now.is(&k)) {
                return Ok(Some(i));
            }
            i += 1;
        }
    }

    /// The zone of this key if it is one of the last; it becomes the very last.
    pub fn recent(&self, key: &Obj) -> PyResult<Option<Object>> {
        let Some(at) = self.place(key)? else { return Ok(None) };
        let mut all = self.recent.borrow_mut();
        all[..=at].rotate_right(1);
        Ok(Some(all[0].1.clone()))
    }

    /// Puts a zone before the others.
    pub fn remember(&self, key: &Obj, zone: &Obj) {
        let mut all = self.recent.borrow_mut();
        all.insert(0, (key.to_owned(), zone.to_owned()));
        let gone = if all.len() > RECENT { all.pop() } else { None };
        drop(all);
        drop(gone);
    }

    pub fn forget(&self, key: &Obj) -> PyResult<()> {
        if let Some(at) = self.place(key)? {
            let gone = self.recent.borrow_mut().remove(at);
            drop(gone);
        }
        Ok(())
    }

    pub fn forget_all(&self) {
        let gone = self.recent.take();
        drop(gone);
    }
}
