//! `functools._lru_cache_wrapper`: a function with a cache of its results.
//!
//! A bounded cache keeps its entries in a list from the least to the most recently used. The dict maps keys to links;
//! list and dict own one reference to each link. The order of the steps lets the function, and `__eq__` of keys,
//! use the same cache.

use dovetail_core::error::PyResult;
use dovetail_core::gc;
use dovetail_core::native::{Native, borrow, borrow_opt, cast_opt_unchecked, result_ptr};
use dovetail_core::object::call::{self, ARGUMENTS_OFFSET};
use dovetail_core::object::obj::{Head, clear, decref, replace};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef, alloc};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::method::Method;
use dovetail_core::types::none::none;
use dovetail_core::types::object_::{get_instance_dict, set_instance_dict};
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;
use std::sync::OnceLock;

type P = *mut abi::PyObject;

/// An entry of a bounded cache.
#[repr(C)]
pub struct LinkBody {
    pub ob_base: abi::PyObject,
    prev: *mut LinkBody,
    next: *mut LinkBody,
    hash: isize,
    key: P,
    result: P,
}

/// Entries of bounded caches; Python code does not see them, the collector does.
#[pytype(
    name = "functools._lru_list_elem", body = LinkBody, refs(key, result), gc,
    flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
)]
pub struct LruLink;

#[pymethods]
impl LruLink {}

/// How results are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    None = 0,
    Unbounded = 1,
    Bounded = 2,
}

/// The function, its cache and what it counts.
#[repr(C)]
pub struct LruBody {
    pub ob_base: abi::PyObject,
    func: P,
    cache: P,
    info_type: P,
    dict: P,
    weakreflist: P,
    vectorcall: abi::vectorcallfunc,
    /// The least recently used entry.
    first: *mut LinkBody,
    last: *mut LinkBody,
    maxsize: isize,
    hits: isize,
    misses: isize,
    kind: Kind,
    typed: bool,
}

/// A function with a cache.
/// ---
/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
#[pytype(
    name = "functools._lru_cache_wrapper", body = LruBody, refs(func, cache, info_type, dict), gc,
    weaklist = weakreflist, dict = dict, vectorcall = vectorcall,
    flags = abi::Py_TPFLAGS_BASETYPE | abi::Py_TPFLAGS_METHOD_DESCRIPTOR,
)]
pub struct LruCache;

/// The object between the positional and the keyword part of a key.
fn keyword_mark() -> PyResult<&'static Obj> {
    static MARK: OnceLock<usize> = OnceLock::new();
    if let Some(p) = MARK.get() {
        // SAFETY: an immortal object.
        return Ok(unsafe { borrow(*p as P) });
    }
    let o = Obj::type_object().as_obj().call(&[])?;
    o.immortalize();
    let _ = MARK.set(o.as_raw() as usize);
    keyword_mark()
}

/// The arguments of a call as vectorcall passes them.
struct Call {
    args: *const P,
    nargsf: usize,
    kwnames: P,
}

impl Call {
    fn positional(&self) -> &[&Obj] {
        let n = self.nargsf & !ARGUMENTS_OFFSET;
        // SAFETY: the protocol passes that many live objects.
        if n == 0 { &[] } else { unsafe { std::slice::from_raw_parts(self.args.cast(), n) } }
    }

    fn names(&self) -> &[Object] {
        // SAFETY: NULL or a tuple of names.
        unsafe { cast_opt_unchecked::<Tuple>(self.kwnames) }.map_or(&[], Tuple::items)
    }

    fn keyword_values(&self) -> &[&Obj] {
        let n = self.names().len();
        if n == 0 {
            &[]
        } else {
            // SAFETY: the keyword values follow the positional ones.
            unsafe { std::slice::from_raw_parts(self.args.add(self.positional().len()).cast(), n) }
        }
    }
}

impl LruCache {
    #[allow(clippy::mut_from_ref)]
    fn b(&self) -> &mut LruBody {
        // SAFETY: fields are touched under the GIL, and no reference is kept over code that may run.
        unsafe { &mut *self.body() }
    }

    fn cache(&self) -> &Dict {
        // SAFETY: filled when made.
        unsafe { &*(self.b().cache as *const Dict) }
    }

    /// The key of a call: a lone str or int itself, else a tuple of all that distinguishes the call.
    fn key(&self, call: &Call) -> PyResult<Object> {
        let (args, names) = (call.positional(), call.names());
        let typed = self.b().typed;
        if names.is_empty() && !typed {
            if let [one] = args
                && (one.is_exact::<Str>() || one.is_exact::<Int>())
            {
                return Ok((*one).to_owned());
            }
            return Ok(Tuple::from_slice(args)?.into_object());
        }
        let mut key: Vec<&Obj> = Vec::with_capacity(2 * args.len() + 3 * names.len() + 1);
        key.extend_from_slice(args);
        if !names.is_empty() {
            key.push(keyword_mark()?);
            for (n, v) in names.iter().zip(call.keyword_values()) {
                key.push(n);
                key.push(v);
            }
        }
        if typed {
            key.extend(args.iter().chain(call.keyword_values()).map(|a| a.ob_type().as_obj()));
        }
        Ok(Tuple::from_slice(&key)?.into_object())
    }

    fn run(&self, call: &Call) -> PyResult<Object> {
        // SAFETY: the function is kept alive over the call; the arguments are the caller's.
        unsafe {
            let func = borrow(self.b().func).to_owned();
            call::vectorcall(&func, call.args, call.nargsf, call.kwnames)
        }
    }

    fn cached(&self, call: &Call) -> PyResult<Object> {
        let kind = self.b().kind;
        if kind == Kind::None {
            self.b().misses += 1;
            return self.run(call);
        }
        let key = self.key(call)?;
        let hash = key.hash()?;
        if kind == Kind::Unbounded {
            if let Some(r) = self.cache().to_ref().get_hashed(&key, hash)? {
                self.b().hits += 1;
                return Ok(r);
            }
            self.b().misses += 1;
            let r = self.run(call)?;
            self.cache().to_ref().insert(&key, hash, r.clone())?;
            return Ok(r);
        }
        self.bounded(call, key, hash)
    }

    fn bounded(&self, call: &Call, key: Object, hash: isize) -> PyResult<Object> {
        let cache = self.cache().to_ref();
        // SAFETY: values of the dict are links; fields are changed only while nothing else runs.
        unsafe {
            if let Some(found) = cache.get_hashed(&key, hash)? {
                let link = found.as_raw() as *mut LinkBody;
                self.b().hits += 1;
                // A comparison may have taken the link out of the list.
                if self.is_linked(link) && self.b().last != link {
                    self.unlink(link);
                    self.append(link);
                }
                return Ok(borrow((*link).result).to_owned());
            }
            self.b().misses += 1;
            let result = self.run(call)?;
            // The call may have filled the same entry.
            if let Some(found) = cache.get_hashed(&key, hash)? {
                let link = found.as_raw() as *mut LinkBody;
                return Ok(borrow((*link).result).to_owned());
            }
            if (cache.len() as isize) < self.b().maxsize {
                let link = alloc::new_body::<LruLink>()?;
                let l = link.body();
                (*l).hash = hash;
                (*l).key = key.clone().into_ptr();
                (*l).result = result.clone().into_ptr();
                cache.insert(&key, hash, link.clone().into_object())?;
                self.append(link.into_ptr().cast());
                return Ok(result);
            }
            // Full: the least recently used entry makes room.
            let oldest = self.b().first;
            if oldest.is_null() {
                return Ok(result);
            }
            self.unlink(oldest);
            // What the list owned is ours now.
            let oldest: Object = Ref::from_owned(oldest);
            let l = oldest.as_raw() as *mut LinkBody;
            let old_key = borrow((*l).key).to_owned();
            match cache.pop_hashed(&old_key, (*l).hash) {
                Err(e) => {
                    self.append(oldest.into_ptr().cast());
                    return Err(e);
                }
                // Somebody removed the key already.
                Ok(None) => return Ok(result),
                Ok(Some(_)) => {}
            }
            // The old result goes only when the cache is whole again.
            let old_result = std::mem::replace(&mut (*l).result, result.clone().into_ptr());
            let old_result: Object = Ref::from_owned(old_result);
            (*l).hash = hash;
            replace(&raw mut (*l).key, Some(key.clone()));
            let r = cache.insert(&key, hash, oldest.clone());
            if let Err(e) = r {
                drop(old_result);
                return Err(e);
            }
            self.append(oldest.into_ptr().cast());
            drop(old_result);
            Ok(result)
        }
    }

    fn is_linked(&self, link: *mut LinkBody) -> bool {
        // SAFETY: a live link.
        unsafe { !(*link).prev.is_null() || self.b().first == link }
    }

    /// Takes a link out of the list, whose reference becomes the caller's.
    unsafe fn unlink(&self, link: *mut LinkBody) {
        // SAFETY: a link of the list.
        unsafe {
            let (prev, next) = ((*link).prev, (*link).next);
            if prev.is_null() {
                self.b().first = next;
            } else {
                (*prev).next = next;
            }
            if next.is_null() {
                self.b().last = prev;
            } else {
                (*next).prev = prev;
            }
            (*link).prev = null_mut();
            (*link).next = null_mut();
        }
    }

    /// Makes a link the most recently used one; the list takes the caller's reference.
    unsafe fn append(&self, link: *mut LinkBody) {
        // SAFETY: a link in no list.
        unsafe {
            let last = self.b().last;
            (*link).prev = last;
            (*link).next = null_mut();
            if last.is_null() {
                self.b().first = link;
            } else {
                (*last).next = link;
            }
            self.b().last = link;
        }
    }

    /// Empties the list.
    fn drop_links(&self) {
        let b = self.b();
        b.last = null_mut();
        let mut link = std::mem::replace(&mut b.first, null_mut());
        // SAFETY: the list owned each link; they are cut from one another first, so that whatever runs sees whole ones.
        unsafe {
            let mut all = Vec::new();
            while !link.is_null() {
                all.push(link);
                link = (*link).next;
            }
            for l in &all {
                (**l).prev = null_mut();
                (**l).next = null_mut();
            }
            for l in all {
                decref(l.cast());
            }
        }
    }
}

unsafe extern "C" fn call_cached(slf: P, args: *const P, nargsf: usize, kwnames: P) -> P {
    // SAFETY: the vectorcall protocol.
    unsafe { result_ptr((*(slf as *const LruCache)).cached(&Call { args, nargsf, kwnames })) }
}

#[pymethods]
impl LruCache {
    #[slot(tp_new, sig = "(user_function, maxsize, typed, cache_info_type)", name = "lru_cache")]
    fn new_slot(
        cls: &Type,
        user_function: &Obj,
        maxsize: &Obj,
        typed: bool,
        cache_info_type: &Obj,
    ) -> PyResult<Object> {
        if !user_function.is_callable() {
            bail!(TypeError, "the first argument must be callable");
        }
        let (kind, maxsize) = if maxsize.is_none() {
            (Kind::Unbounded, -1)
        } else if maxsize.has_index() {
            match maxsize.as_isize()? {
                n if n <= 0 => (Kind::None, 0),
                n => (Kind::Bounded, n),
            }
        } else {
            bail!(TypeError, "maxsize should be integer or None");
        };
        let cache = Dict::new()?;
        // SAFETY: the fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = &mut *(o.as_raw() as *mut LruBody);
            b.func = user_function.to_owned().into_ptr();
            b.cache = cache.into_ptr();
            b.info_type = cache_info_type.to_owned().into_ptr();
            b.kind = kind;
            b.typed = typed;
            b.maxsize = maxsize;
            b.vectorcall = Some(call_cached);
            Ok(o)
        }
    }

    #[slot(tp_call)]
    fn call_slot(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<Object> {
        let mut all = args.items().to_vec();
        let mut names = Vec::new();
        for (k, v) in kwargs.into_iter().flat_map(Dict::iter_borrowed) {
            if !k.is_a::<Str>() {
                bail!(TypeError, "keywords must be strings");
            }
            names.push(k.to_owned());
            all.push(v.to_owned());
        }
        let names = if names.is_empty() { None } else { Some(Tuple::from_vec(names)?) };
        let kwnames = dovetail_core::native::opt_ptr(names.as_deref());
        self.cached(&Call { args: all.as_ptr().cast(), nargsf: args.len(), kwnames })
    }

    #[slot(tp_descr_get)]
    fn bind(&self, instance: Option<&Obj>, _owner: Option<&Obj>) -> PyResult<Object> {
        match instance.filter(|o| !o.is_none()) {
            None => Ok(self.as_obj().to_owned()),
            Some(o) => Ok(Method::new(self.as_obj(), o)?.into_object()),
        }
    }

    /// Report cache statistics
    #[method]
    fn cache_info(&self) -> PyResult<Object> {
        let (b, size) = (self.b(), self.cache().len());
        let (hits, misses) = (Int::from_i64(b.hits as i64)?, Int::from_i64(b.misses as i64)?);
        let maxsize = match b.kind {
            Kind::Unbounded => none().to_owned(),
            _ => Int::from_i64(b.maxsize as i64)?.into_object(),
        };
        // SAFETY: an owned field.
        let make = unsafe { borrow(b.info_type) }.to_owned();
        make.call(&[hits.as_obj(), misses.as_obj(), &maxsize, Int::from_usize(size)?.as_obj()])
    }

    /// Clear the cache and cache statistics
    #[method]
    fn cache_clear(&self) {
        let b = self.b();
        b.hits = 0;
        b.misses = 0;
        // The links stay alive in the dict until it is empty.
        self.drop_links();
        self.cache().to_ref().clear_items();
    }

    #[method(name = "__reduce__")]
    fn reduce(&self) -> PyResult<Object> {
        self.as_obj().get_attr(sym!(__qualname__))
    }

    #[method(name = "__copy__", nosig)]
    fn copy(&self, _args: &[&Obj]) -> &Obj {
        self
    }

    #[method(name = "__deepcopy__", nosig)]
    fn deepcopy(&self, _args: &[&Obj]) -> &Obj {
        self
    }

    #[getter(name = "__dict__")]
    fn dict(&self) -> PyResult<Object> {
        get_instance_dict(self.as_obj())
    }

    #[setter(name = "__dict__")]
    fn set_dict(&self, value: Option<&Obj>) -> PyResult<()> {
        set_instance_dict(self.as_obj(), value)
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: P) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            (*(o as *const LruCache)).drop_links();
            let b = o as *mut LruBody;
            if !(*b).weakreflist.is_null() {
                dovetail_core::types::weakref::clear_weakrefs(borrow(o));
            }
            for f in [&raw mut (*b).func, &raw mut (*b).cache, &raw mut (*b).info_type, &raw mut (*b).dict] {
                clear(f);
            }
            let ty = (*(o as *mut Head)).ob_type;
            if let Some(free) = (*ty).tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: P, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live object; the list owns its links.
        unsafe {
            let mut link = (*(o as *mut LruBody)).first;
            while !link.is_null() {
                if let Some(v) = visit {
                    let r = v(link.cast(), arg);
                    if r != 0 {
                        return r;
                    }
                }
                link = (*link).next;
            }
            alloc::traverse_fields::<LruCache>(o, visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: P) -> c_int {
        // SAFETY: a live object that is garbage. The cache and the function stay until the end: calls need them.
        unsafe {
            let c = &*(o as *const LruCache);
            c.drop_links();
            if let Some(d) = borrow_opt(c.b().cache).and_then(|d| d.downcast::<Dict>()) {
                d.to_ref().clear_items();
            }
            clear(&raw mut c.b().dict);
            0
        }
    }
}
