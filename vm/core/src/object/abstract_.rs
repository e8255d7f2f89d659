//! The object protocol: attributes, comparison, truth, items, iteration, instance checks (`Objects/abstract`).

use crate::error::{PyResult, Raised, catch, exc, from_c};
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::{Obj, Object, Ref};
use crate::thread::ThreadState;
use crate::types::bool_::{Bool, bool_obj};
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::none::not_implemented;
use crate::types::object_;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};

/// The name of an attribute, checked to be a string.
#[inline]
pub fn attribute_name(name: &Obj) -> PyResult<&Str> {
    name.downcast::<Str>()
        .ok_or_else(|| raise!(TypeError, "attribute name must be string, not '{}'", name.type_name()))
}

/// Turns a C status into a result.
#[inline(always)]
pub fn status(r: i32) -> PyResult<()> {
    if r < 0 { Err(Raised::from_c()) } else { Ok(()) }
}

impl Obj {
    // ---- attributes ----

    /// `getattr(self, name)`.
    pub fn get_attr(&self, name: &Str) -> PyResult<Object> {
        let t = self.ob_type().raw();
        if let Some(f) = t.tp_getattro {
            // SAFETY: a slot of the object's type.
            return unsafe { from_c(f(self.as_ptr(), name.as_ptr())) };
        }
        if let Some(f) = t.tp_getattr {
            let mut text = name.as_str()?.to_owned();
            text.push('\0');
            // SAFETY: a slot of the object's type, with a C string.
            return unsafe { from_c(f(self.as_ptr(), text.as_ptr().cast_mut().cast())) };
        }
        Err(crate::types::exception::attribute_error(
            self,
            name,
            &format!("'{}' object has no attribute '{}'", self.type_name(), name.to_string_lossy()),
        ))
    }

    /// `getattr(self, name, <nothing>)`: a missing attribute is `None`, without making an exception where possible.
    pub fn get_attr_opt(&self, name: &Str) -> PyResult<Option<Object>> {
        match self.ob_type().raw().tp_getattro {
            Some(f) if f as usize == object_::generic_getattr_slot as *const () as usize => {
                // A getter may raise AttributeError of its own.
                catch(object_::generic_getattr_opt(self, name), exc::AttributeError()).map(Option::flatten)
            }
            Some(_) if self.ob_type().is_exact::<Type>() && self.is_a::<Type>() => {
                // SAFETY: just checked.
                let found = unsafe { self.cast_unchecked::<Type>() }.getattro_opt(name);
                catch(found, exc::AttributeError()).map(Option::flatten)
            }
            _ => catch(self.get_attr(name), exc::AttributeError()),
        }
    }

    /// As `get_attr`, by Rust text.
    pub fn get_attr_text(&self, name: &str) -> PyResult<Object> {
        self.get_attr(&*Str::intern(name)?)
    }

    fn store_attr(&self, name: &Str, value: Option<&Obj>) -> PyResult<()> {
        let t = self.ob_type().raw();
        let v = crate::object::native::opt_ptr(value);
        if let Some(f) = t.tp_setattro {
            // SAFETY: a slot of the object's type.
            return status(unsafe { f(self.as_ptr(), name.as_ptr(), v) });
        }
        if let Some(f) = t.tp_setattr {
            let mut text = name.as_str()?.to_owned();
            text.push('\0');
            // SAFETY: a slot of the object's type.
            return status(unsafe { f(self.as_ptr(), text.as_ptr().cast_mut().cast(), v) });
        }
        let what = if value.is_some() { "assign to" } else { "del" };
        let only = if t.tp_getattr.is_none() && t.tp_getattro.is_none() { "no" } else { "only read-only" };
        Err(raise!(
            TypeError,
            "'{}' object has {only} attributes ({what} .{})",
            self.type_name(),
            name.to_string_lossy()
        ))
    }

    /// `setattr(self, name, value)`.
    pub fn set_attr(&self, name: &Str, value: &Obj) -> PyResult<()> {
        self.store_attr(name, Some(value))
    }

    /// `delattr(self, name)`.
    pub fn del_attr(&self, name: &Str) -> PyResult<()> {
        self.store_attr(name, None)
    }

    // ---- text, hash, truth ----

    /// `repr(self)`.
    pub fn repr(&self) -> PyResult<Ref<Str>> {
        let Some(f) = self.ob_type().raw().tp_repr else {
            return Str::new(&format!("<{} object at {:p}>", self.type_name(), self.as_ptr()));
        };
        ThreadState::current().check_recursion(" while getting the repr of an object")?;
        // SAFETY: a slot of the object's type.
        let r = unsafe { from_c(f(self.as_ptr())) }?;
        r.downcast_into::<Str>()
            .map_err(|r| raise!(TypeError, "__repr__ returned non-string (type {})", r.type_name()))
    }

    /// `str(self)`.
    pub fn str_(&self) -> PyResult<Ref<Str>> {
        if let Some(s) = self.downcast_exact::<Str>() {
            return Ok(crate::object::ToRef::to_ref(s));
        }
        let Some(f) = self.ob_type().raw().tp_str else { return self.repr() };
        ThreadState::current().check_recursion(" while getting the str of an object")?;
        // SAFETY: a slot of the object's type.
        let r = unsafe { from_c(f(self.as_ptr())) }?;
        r.downcast_into::<Str>()
            .map_err(|r| raise!(TypeError, "__str__ returned non-string (type {})", r.type_name()))
    }

    /// `ascii(self)`.
    pub fn ascii(&self) -> PyResult<Ref<Str>> {
        let r = self.repr()?;
        if r.is_ascii() {
            return Ok(r);
        }
        let mut out = String::new();
        for c in r.text().iter() {
            match c {
                0..=0x7f => out.push(c as u8 as char),
                0x80..=0xff => out.push_str(&format!("\\x{c:02x}")),
                0x100..=0xffff => out.push_str(&format!("\\u{c:04x}")),
                _ => out.push_str(&format!("\\U{c:08x}")),
            }
        }
        Str::new(&out)
    }

    /// `hash(self)`.
    #[inline]
    pub fn hash(&self) -> PyResult<isize> {
        if let Some(s) = self.downcast_exact::<Str>() {
            return Ok(s.hash_value());
        }
        let Some(f) = self.ob_type().raw().tp_hash else {
            bail!(TypeError, "unhashable type: '{}'", self.type_name());
        };
        // SAFETY: a slot of the object's type.
        let h = unsafe { f(self.as_ptr()) };
        if h == -1 { Err(Raised::from_c()) } else { Ok(h) }
    }

    /// `bool(self)`.
    #[inline]
    pub fn is_true(&self) -> PyResult<bool> {
        if self.is(bool_obj(true)) {
            return Ok(true);
        }
        if self.is(bool_obj(false)) || self.is_none() {
            return Ok(false);
        }
        let t = self.ob_type().raw();
        // SAFETY: suites of the object's type.
        unsafe {
            if let Some(n) = t.tp_as_number.as_ref()
                && let Some(f) = n.nb_bool
            {
                let r = f(self.as_ptr());
                return if r < 0 { Err(Raised::from_c()) } else { Ok(r > 0) };
            }
            let len = t.tp_as_mapping.as_ref().and_then(|m| m.mp_length);
            let len = len.or_else(|| t.tp_as_sequence.as_ref().and_then(|s| s.sq_length));
            if let Some(f) = len {
                let r = f(self.as_ptr());
                return if r < 0 { Err(Raised::from_c()) } else { Ok(r > 0) };
            }
        }
        Ok(true)
    }

    // ---- comparison ----

    /// `self op other` with the reflected-operand rules; the result may be any object.
    pub fn compare(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        ThreadState::current().check_recursion(" in comparison")?;
        let (a, b) = (self.ob_type(), other.ob_type());
        let mut tried_reflected = false;
        // SAFETY: slots of the operands' types.
        unsafe {
            if !std::ptr::eq(a, b)
                && let Some(f) = b.raw().tp_richcompare
                && b.is_subtype(a)
            {
                tried_reflected = true;
                let r = from_c(f(other.as_ptr(), self.as_ptr(), op.swapped() as i32))?;
                if !r.is(not_implemented()) {
                    return Ok(r);
                }
            }
            if let Some(f) = a.raw().tp_richcompare {
                let r = from_c(f(self.as_ptr(), other.as_ptr(), op as i32))?;
                if !r.is(not_implemented()) {
                    return Ok(r);
                }
            }
            if !tried_reflected && let Some(f) = b.raw().tp_richcompare {
                let r = from_c(f(other.as_ptr(), self.as_ptr(), op.swapped() as i32))?;
                if !r.is(not_implemented()) {
                    return Ok(r);
                }
            }
        }
        self.compare_by_identity(other, op)
    }

    /// The comparison of operands that know nothing of each other.
    fn compare_by_identity(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        match op {
            CompareOp::Eq => Ok(bool_obj(self.is(other)).to_owned()),
            CompareOp::Ne => Ok(bool_obj(!self.is(other)).to_owned()),
            _ => Err(raise!(
                TypeError,
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                self.type_name(),
                other.type_name()
            )),
        }
    }

    /// As `compare`, as a truth value; identical objects are equal.
    pub fn compare_bool(&self, other: &Obj, op: CompareOp) -> PyResult<bool> {
        if self.is(other) {
            match op {
                CompareOp::Eq => return Ok(true),
                CompareOp::Ne => return Ok(false),
                _ => {}
            }
        }
        // Objects of one type that are like each other need little C stack, so that values nested deep can be compared.
        if std::ptr::eq(self.type_ptr(), other.type_ptr())
            && let Some(f) = self.ob_type().raw().tp_richcompare
            && !ThreadState::current().stack_is_low()
        {
            // SAFETY: a slot of the operands' type; the singletons are immortal, so that no count is owned.
            let r = unsafe { f(self.as_ptr(), other.as_ptr(), op as i32) };
            if r == bool_obj(true).as_ptr() {
                return Ok(true);
            }
            if r == bool_obj(false).as_ptr() {
                return Ok(false);
            }
            // SAFETY: what the slot gave, owned here.
            return unsafe { self.compare_rest(other, op, r) };
        }
        self.compare(other, op)?.is_true()
    }

    /// Goes on after the slot of two objects' common type gave something else than a truth value.
    ///
    /// # Safety
    /// `r` is what the slot gave, NULL when it raised.
    #[cold]
    #[inline(never)]
    unsafe fn compare_rest(&self, other: &Obj, op: CompareOp, r: *mut abi::PyObject) -> PyResult<bool> {
        // SAFETY: the caller's promise.
        let r = unsafe { from_c(r) }?;
        if !r.is(not_implemented()) {
            return r.is_true();
        }
        if let Some(f) = other.ob_type().raw().tp_richcompare {
            // SAFETY: a slot of the operand's type.
            let r = unsafe { from_c(f(other.as_ptr(), self.as_ptr(), op.swapped() as i32)) }?;
            if !r.is(not_implemented()) {
                return r.is_true();
            }
        }
        self.compare_by_identity(other, op)?.is_true()
    }

    /// `self is other or self == other`.
    #[inline]
    pub fn equals(&self, other: &Obj) -> PyResult<bool> {
        if self.is(other) {
            return Ok(true);
        }
        if std::ptr::eq(self.type_ptr(), other.type_ptr()) {
            if let (Some(a), Some(b)) = (self.downcast_exact::<Str>(), other.downcast_exact::<Str>()) {
                return Ok(a.equals(b));
            }
            if let (Some(a), Some(b)) = (self.downcast_exact::<Int>(), other.downcast_exact::<Int>())
                && let Some(same) = a.equals_short(b)
            {
                return Ok(same);
            }
        }
        self.compare_bool(other, CompareOp::Eq)
    }

    // ---- containers ----

    /// `len(self)`.
    pub fn len_(&self) -> PyResult<usize> {
        let t = self.ob_type().raw();
        // SAFETY: suites of the object's type.
        unsafe {
            let f = t.tp_as_sequence.as_ref().and_then(|s| s.sq_length);
            let f = f.or_else(|| t.tp_as_mapping.as_ref().and_then(|m| m.mp_length));
            match f {
                Some(f) => {
                    let n = f(self.as_ptr());
                    if n < 0 { Err(Raised::from_c()) } else { Ok(n as usize) }
                }
                None => Err(raise!(TypeError, "object of type '{}' has no len()", self.type_name())),
            }
        }
    }

    /// `operator.length_hint(self, default)`.
    pub fn length_hint(&self, default: usize) -> PyResult<usize> {
        let t = self.ob_type().raw();
        // SAFETY: suites of the object's type.
        let has_len = unsafe {
            t.tp_as_sequence.as_ref().is_some_and(|s| s.sq_length.is_some())
                || t.tp_as_mapping.as_ref().is_some_and(|m| m.mp_length.is_some())
        };
        if has_len && let Some(n) = catch(self.len_(), exc::TypeError())? {
            return Ok(n);
        }
        let Some(hint) = self.lookup_special(sym!(__length_hint__))? else { return Ok(default) };
        let Some(r) = catch(hint.call(&[]), exc::TypeError())? else { return Ok(default) };
        if r.is(not_implemented()) {
            return Ok(default);
        }
        if !r.is_a::<Int>() {
            bail!(TypeError, "__length_hint__ must be an integer, not {}", r.type_name());
        }
        let n = r.as_isize()?;
        usize::try_from(n).map_err(|_| raise!(ValueError, "__length_hint__() should return >= 0"))
    }

    /// A method found on the type, bound to self.
    pub fn lookup_special(&self, name: &Str) -> PyResult<Option<Object>> {
        let Some(f) = self.ob_type().lookup(name).map(Obj::to_owned) else { return Ok(None) };
        match f.ob_type().raw().tp_descr_get {
            // SAFETY: a slot of the attribute's type.
            Some(get) => unsafe { from_c(get(f.as_raw(), self.as_ptr(), self.ob_type().as_ptr())) }.map(Some),
            None => Ok(Some(f)),
        }
    }

    /// `self[key]`.
    pub fn get_item(&self, key: &Obj) -> PyResult<Object> {
        let t = self.ob_type().raw();
        // SAFETY: suites of the object's type.
        unsafe {
            if let Some(f) = t.tp_as_mapping.as_ref().and_then(|m| m.mp_subscript) {
                return from_c(f(self.as_ptr(), key.as_ptr()));
            }
            if t.tp_as_sequence.as_ref().is_some_and(|s| s.sq_item.is_some()) {
                if let Some(i) = key.downcast_exact::<Int>().and_then(Int::to_i64) {
                    return self.sequence_get(i as isize);
                }
                if key.has_index() {
                    let i = key.as_isize_index()?;
                    return self.sequence_get(i);
                }
                bail!(TypeError, "sequence index must be integer, not '{}'", key.type_name());
            }
        }
        if let Some(cls) = self.downcast::<Type>() {
            if std::ptr::eq(cls, Type::type_object()) {
                return crate::types::genericalias::GenericAlias::new(self, key).map(Ref::into_object);
            }
            if let Some(f) = self.get_attr_opt(sym!(__class_getitem__))?
                && !f.is_none()
            {
                return f.call(&[key]);
            }
            bail!(TypeError, "type '{}' is not subscriptable", cls.name());
        }
        Err(raise!(TypeError, "'{}' object is not subscriptable", self.type_name()))
    }

    fn store_item(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        let t = self.ob_type().raw();
        let v = crate::object::native::opt_ptr(value);
        // SAFETY: suites of the object's type.
        unsafe {
            if let Some(f) = t.tp_as_mapping.as_ref().and_then(|m| m.mp_ass_subscript) {
                return status(f(self.as_ptr(), key.as_ptr(), v));
            }
            if let Some(s) = t.tp_as_sequence.as_ref() {
                if key.has_index() {
                    let i = key.as_isize_index()?;
                    return self.sequence_set(i, value);
                }
                if s.sq_ass_item.is_some() {
                    bail!(TypeError, "sequence index must be integer, not '{}'", key.type_name());
                }
            }
        }
        let what = if value.is_some() { "assignment" } else { "deletion" };
        Err(raise!(TypeError, "'{}' object does not support item {what}", self.type_name()))
    }

    /// `self[key] = value`.
    pub fn set_item(&self, key: &Obj, value: &Obj) -> PyResult<()> {
        self.store_item(key, Some(value))
    }

    /// `del self[key]`.
    pub fn del_item(&self, key: &Obj) -> PyResult<()> {
        self.store_item(key, None)
    }

    /// `item in self`.
    pub fn contains(&self, item: &Obj) -> PyResult<bool> {
        // SAFETY: suites of the object's type.
        unsafe {
            if let Some(s) = self.ob_type().raw().tp_as_sequence.as_ref()
                && let Some(f) = s.sq_contains
            {
                let r = f(self.as_ptr(), item.as_ptr());
                return if r < 0 { Err(Raised::from_c()) } else { Ok(r > 0) };
            }
        }
        let it = match self.iter() {
            Ok(it) => it,
            Err(e) if e.matches(exc::TypeError()) => {
                e.clear();
                bail!(TypeError, "argument of type '{}' is not a container or iterable", self.type_name());
            }
            Err(e) => return Err(e),
        };
        while let Some(x) = it.iter_next()? {
            if x.equals(item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    // ---- iteration ----

    /// `iter(self)`.
    pub fn iter(&self) -> PyResult<Object> {
        let t = self.ob_type().raw();
        let Some(f) = t.tp_iter else {
            // SAFETY: suites of the object's type.
            let sequence = unsafe { t.tp_as_sequence.as_ref().is_some_and(|s| s.sq_item.is_some()) };
            if sequence && !self.is_a::<crate::types::dict::Dict>() {
                return crate::types::iterators::SeqIter::new(self).map(Ref::into_object);
            }
            bail!(TypeError, "'{}' object is not iterable", self.type_name());
        };
        // SAFETY: a slot of the object's type.
        let it = unsafe { from_c(f(self.as_ptr())) }?;
        if !it.is_iterator() {
            bail!(TypeError, "iter() returned non-iterator of type '{}'", it.type_name());
        }
        Ok(it)
    }

    pub fn is_iterator(&self) -> bool {
        match self.ob_type().raw().tp_iternext {
            Some(f) => f as usize != crate::object::slotdefs::next_not_implemented as *const () as usize,
            None => false,
        }
    }

    /// `next(self)`, with the end as `None`. The object is an iterator.
    #[inline]
    pub fn iter_next(&self) -> PyResult<Option<Object>> {
        let Some(f) = self.ob_type().raw().tp_iternext else {
            bail!(TypeError, "'{}' object is not an iterator", self.type_name());
        };
        // SAFETY: a slot of the object's type; NULL without an exception is the end.
        unsafe {
            match Ref::from_owned_opt(f(self.as_ptr())) {
                Some(v) => Ok(Some(v)),
                None => end_of_iteration(),
            }
        }
    }

    /// As `iter_next`, for iterators that ask others, which may stand in one another a hundred thousand deep: raises
    /// `RecursionError` where the C stack ends.
    #[inline]
    pub fn inner_next(&self) -> PyResult<Option<Object>> {
        ThreadState::current().check_recursion(" in nested iterators")?;
        self.iter_next()
    }

    /// As `iter_next`, leaving a `StopIteration` that carries a value as an error.
    pub fn iter_next_raw(&self) -> PyResult<Option<Object>> {
        let Some(f) = self.ob_type().raw().tp_iternext else {
            bail!(TypeError, "'{}' object is not an iterator", self.type_name());
        };
        // SAFETY: a slot of the object's type; NULL without an exception is the end.
        unsafe {
            match Ref::from_owned_opt(f(self.as_ptr())) {
                Some(v) => Ok(Some(v)),
                None if ThreadState::current().has_exception() => Err(Raised::assume()),
                None => Ok(None),
            }
        }
    }

    /// Calls `f` with each item of the iterable `self`.
    pub fn for_each(&self, mut f: impl FnMut(Object) -> PyResult<()>) -> PyResult<()> {
        let it = self.iter()?;
        while let Some(x) = it.iter_next()? {
            f(x)?;
        }
        Ok(())
    }

    /// All items of an iterable.
    pub fn collect_items(&self) -> PyResult<Vec<Object>> {
        if let Some(t) = self.downcast_exact::<Tuple>() {
            return Ok(t.items().to_vec());
        }
        if let Some(l) = self.downcast_exact::<List>() {
            return Ok(l.items().to_vec());
        }
        let mut v = Vec::with_capacity(self.length_hint(0)?.min(1 << 16));
        self.for_each(|x| {
            v.push(x);
            Ok(())
        })?;
        Ok(v)
    }

    // ---- classes ----

    /// `isinstance(self, cls)` with tuples, unions and `__instancecheck__`.
    pub fn is_instance(&self, cls: &Obj) -> PyResult<bool> {
        if std::ptr::eq(self.type_ptr().cast(), cls.as_ptr()) {
            return Ok(true);
        }
        if cls.is_exact::<Type>() {
            return real_isinstance(self, cls);
        }
        if let Some(members) = crate::types::union::members(cls) {
            return self.is_instance(&members);
        }
        if let Some(t) = cls.downcast::<Tuple>() {
            ThreadState::current().check_recursion(" in __instancecheck__")?;
            for c in t.items() {
                if self.is_instance(c)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(check) = cls.lookup_special(sym!(__instancecheck__))? {
            ThreadState::current().check_recursion(" in __instancecheck__")?;
            return check.call(&[self])?.is_true();
        }
        real_isinstance(self, cls)
    }

    /// `issubclass(self, cls)` with tuples, unions and `__subclasscheck__`.
    pub fn is_subclass(&self, cls: &Obj) -> PyResult<bool> {
        if cls.is_exact::<Type>() {
            return if self.is(cls) { Ok(true) } else { real_issubclass(self, cls) };
        }
        if let Some(members) = crate::types::union::members(cls) {
            return self.is_subclass(&members);
        }
        if let Some(t) = cls.downcast::<Tuple>() {
            ThreadState::current().check_recursion(" in __subclasscheck__")?;
            for c in t.items() {
                if self.is_subclass(c)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        if let Some(check) = cls.lookup_special(sym!(__subclasscheck__))? {
            ThreadState::current().check_recursion(" in __subclasscheck__")?;
            return check.call(&[self])?.is_true();
        }
        real_issubclass(self, cls)
    }

    /// `callable(self)`.
    pub fn is_callable(&self) -> bool {
        self.ob_type().raw().tp_call.is_some()
    }

    /// Is this `bool`?
    pub fn is_bool(&self) -> bool {
        self.is_exact::<Bool>()
    }
}

/// What a NULL from `tp_iternext` meant: the end, or an error.
#[cold]
fn end_of_iteration() -> PyResult<Option<Object>> {
    let ts = ThreadState::current();
    if !ts.has_exception() {
        return Ok(None);
    }
    if ts.exception_matches(exc::StopIteration()) {
        ts.set_exception(None);
        return Ok(None);
    }
    Err(Raised::from_c())
}

/// The `__bases__` of something class-like that is not a type.
fn abstract_bases(cls: &Obj) -> PyResult<Option<Ref<Tuple>>> {
    match cls.get_attr_opt(sym!(__bases__))? {
        Some(b) => Ok(b.downcast_into::<Tuple>().ok()),
        None => Ok(None),
    }
}

fn abstract_issubclass(derived: &Obj, cls: &Obj) -> PyResult<bool> {
    if derived.is(cls) {
        return Ok(true);
    }
    ThreadState::current().check_recursion(" in __issubclass__")?;
    let Some(bases) = abstract_bases(derived)? else { return Ok(false) };
    for b in bases.items() {
        if abstract_issubclass(b, cls)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn check_class(cls: &Obj, message: &str) -> PyResult<()> {
    if abstract_bases(cls)?.is_none() {
        return Err(crate::error::raise_message(exc::TypeError(), message));
    }
    Ok(())
}

/// `type.__instancecheck__`.
pub fn real_isinstance(inst: &Obj, cls: &Obj) -> PyResult<bool> {
    if let Some(c) = cls.downcast::<Type>() {
        if inst.ob_type().is_subtype(c) {
            return Ok(true);
        }
        let Some(k) = inst.get_attr_opt(sym!(__class__))? else { return Ok(false) };
        if std::ptr::eq(k.as_raw(), inst.type_ptr().cast()) {
            return Ok(false);
        }
        return Ok(k.downcast::<Type>().is_some_and(|k| k.is_subtype(c)));
    }
    check_class(cls, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match inst.get_attr_opt(sym!(__class__))? {
        Some(k) => abstract_issubclass(&k, cls),
        None => Ok(false),
    }
}

/// `type.__subclasscheck__`.
pub fn real_issubclass(derived: &Obj, cls: &Obj) -> PyResult<bool> {
    if let (Some(d), Some(c)) = (derived.downcast::<Type>(), cls.downcast::<Type>()) {
        return Ok(d.is_subtype(c));
    }
    check_class(derived, "issubclass() arg 1 must be a class")?;
    check_class(cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_issubclass(derived, cls)
}

/// `dir(object)`: the sorted names that `__dir__` gives.
pub fn dir(o: &Obj) -> PyResult<Ref<List>> {
    let Some(f) = o.lookup_special(sym!(__dir__))? else {
        bail!(TypeError, "object does not provide __dir__");
    };
    let list = List::from_iter_obj(&*f.call(&[])?)?;
    list.sort_default()?;
    Ok(list)
}

/// `mapping[key]`, with `None` for a missing key; fast for dicts.
pub fn mapping_get(mapping: &Obj, key: &Obj) -> PyResult<Option<Object>> {
    match mapping.downcast_exact::<crate::types::dict::Dict>() {
        Some(d) => d.get(key),
        None => catch(mapping.get_item(key), exc::KeyError()),
    }
}
