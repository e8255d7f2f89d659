//! `Element`: a tag, attributes, texts and children, and what `SubElement` makes.
//!
//! The children are read anew at each step: comparing, copying and finding run code that may change them.

use super::iter::{self, ElementIterator};
use crate::util::visit_all;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::import::import_module;
use dovetail_core::native::borrow_opt;
use dovetail_core::object::obj::replace;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::thread::ThreadState;
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::exception::warn;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::slice::Slice;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, gc, native::Native, raise, sym};
use dovetail_macros::{pymethods, pytype};
use std::ffi::{c_int, c_void};

/// An element. `tag`, `text` and `tail` are there as long as it lives, but for after a collection; `attrib` is NULL while
/// there are no attributes.
#[repr(C)]
pub struct Body {
    pub ob_base: abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    pub tag: *mut abi::PyObject,
    pub text: *mut abi::PyObject,
    pub tail: *mut abi::PyObject,
    pub attrib: *mut abi::PyObject,
    children: *mut Vec<Object>,
}

/// Elements.
#[pytype(name = "xml.etree.ElementTree.Element", body = Body, weaklist = weakrefs, gc, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Element;

/// The parts of an element that any object may be.
#[derive(Clone, Copy)]
pub enum Part {
    Tag,
    Text,
    Tail,
}

fn filled(d: Option<&Dict>) -> Option<&Dict> {
    d.filter(|d| !d.is_empty())
}

impl Element {
    fn alloc(cls: &Type, tag: Object, attrib: Option<Object>) -> PyResult<Object> {
        // SAFETY: all fields are filled before anything runs.
        unsafe {
            let o = type_alloc(cls, 0)?;
            let b = o.as_raw() as *mut Body;
            (*b).tag = tag.into_ptr();
            (*b).text = none().to_owned().into_ptr();
            (*b).tail = none().to_owned().into_ptr();
            (*b).attrib = attrib.map_or(std::ptr::null_mut(), Ref::into_ptr);
            Ok(o)
        }
    }

    /// A new element that holds this dictionary, unless it is empty.
    pub fn create(tag: &Obj, attrib: Option<&Dict>) -> PyResult<Ref<Element>> {
        let attrib = filled(attrib).map(|d| d.as_obj().to_owned());
        let o = Element::alloc(Element::type_object(), tag.to_owned(), attrib)?;
        // SAFETY: made of this type.
        Ok(unsafe { o.cast_into_unchecked() })
    }

    fn slot(&self, part: Part) -> *mut *mut abi::PyObject {
        let b = self.body();
        // SAFETY: own fields.
        unsafe {
            match part {
                Part::Tag => &raw mut (*b).tag,
                Part::Text => &raw mut (*b).text,
                Part::Tail => &raw mut (*b).tail,
            }
        }
    }

    pub fn part(&self, part: Part) -> Object {
        // SAFETY: NULL or owned.
        unsafe { borrow_opt(*self.slot(part)) }.unwrap_or(none()).to_owned()
    }

    pub fn set_part(&self, part: Part, value: &Obj) {
        // SAFETY: an owned field.
        unsafe { replace(self.slot(part), Some(value.to_owned())) };
    }

    fn set_or_refuse(&self, part: Part, value: Option<&Obj>) -> PyResult<()> {
        match value {
            Some(v) => {
                self.set_part(part, v);
                Ok(())
            }
            None => Err(raise!(AttributeError, "can't delete element attribute")),
        }
    }

    /// The attributes, if there are any.
    fn attributes(&self) -> Option<Ref<Dict>> {
        // SAFETY: NULL or an owned dict.
        unsafe { borrow_opt((*self.body()).attrib) }?.downcast::<Dict>().map(ToRef::to_ref)
    }

    /// The attributes, made if there are none.
    fn own_attributes(&self) -> PyResult<Ref<Dict>> {
        if let Some(d) = self.attributes() {
            return Ok(d);
        }
        let d = Dict::new()?;
        self.set_attributes(Some(d.as_obj().to_owned()));
        Ok(d)
    }

    fn set_attributes(&self, attrib: Option<Object>) {
        // SAFETY: an owned field.
        unsafe { replace(&raw mut (*self.body()).attrib, attrib) };
    }

    /// The children, for an instant.
    #[allow(clippy::mut_from_ref)] // A field of a Python object, as its neighbours.
    fn children(&self) -> &mut Vec<Object> {
        // SAFETY: own field, under the GIL; no caller keeps the borrow over other code.
        unsafe {
            let b = self.body();
            if (*b).children.is_null() {
                (*b).children = Box::into_raw(Box::default());
            }
            &mut *(*b).children
        }
    }

    pub fn count(&self) -> usize {
        // SAFETY: own field.
        unsafe { (*self.body()).children.as_ref() }.map_or(0, Vec::len)
    }

    pub fn child(&self, at: usize) -> Option<Object> {
        // SAFETY: own field.
        unsafe { (*self.body()).children.as_ref() }?.get(at).cloned()
    }

    pub fn push(&self, child: &Obj) {
        self.children().push(child.to_owned());
    }

    /// Children of this tag by `each`, until it says so.
    fn search(&self, tag: &Obj, mut each: impl FnMut(Object) -> PyResult<bool>) -> PyResult<()> {
        let mut at = 0;
        while let Some(child) = self.child(at) {
            at += 1;
            if let Some(e) = child.downcast::<Element>()
                && e.part(Part::Tag).equals(tag)?
                && each(child.clone())?
            {
                break;
            }
        }
        Ok(())
    }

    fn first(&self, tag: &Obj) -> PyResult<Option<Object>> {
        let mut found = None;
        self.search(tag, |child| {
            found = Some(child);
            Ok(true)
        })?;
        Ok(found)
    }

    fn delete_slice(&self, start: isize, step: isize, count: usize) {
        let gone: Vec<Object> = {
            let all = self.children();
            let mut places: Vec<usize> =
                (0..count as isize).map(|i| (start + i * step) as usize).filter(|p| *p < all.len()).collect();
            places.sort_unstable();
            places.into_iter().rev().map(|p| all.remove(p)).collect()
        };
        drop(gone);
    }

    fn set_slice(&self, slice: &Slice, value: Option<&Obj>) -> PyResult<()> {
        let (start, _, step, count) = slice.indices_then(|| self.count())?;
        let Some(value) = value else {
            self.delete_slice(start, step, count);
            return Ok(());
        };
        let new = dovetail_core::object::sequence::fast_items(value, "assignment expects an iterable")?;
        if step != 1 && new.len() != count {
            bail!(
                ValueError,
                "attempt to assign sequence of size {} to extended slice of size {count}",
                new.len()
            );
        }
        for o in &new {
            is_element(o)?;
        }
        let gone: Vec<Object> = {
            let all = self.children();
            if step == 1 {
                let start = (start as usize).min(all.len());
                let end = (start + count).min(all.len());
                all.splice(start..end, new).collect()
            } else {
                let places = (0..count as isize).map(|i| (start + i * step) as usize);
                let pairs = places.zip(new).filter(|(p, _)| *p < all.len());
                pairs
                    .collect::<Vec<_>>()
                    .into_iter()
                    .map(|(p, o)| std::mem::replace(&mut all[p], o))
                    .collect()
            }
        };
        drop(gone);
        Ok(())
    }

    /// The place that a number means; none beyond the children.
    fn place(&self, index: &Obj) -> PyResult<Option<usize>> {
        let i = index.as_isize()?;
        let i = if i < 0 { i + self.count() as isize } else { i };
        Ok(usize::try_from(i).ok().filter(|i| *i < self.count()))
    }
}

fn is_element(o: &Obj) -> PyResult<()> {
    if o.is_a::<Element>() {
        return Ok(());
    }
    Err(raise!(TypeError, "expected an Element, not \"{}\"", o.type_name()))
}

/// Refuses an argument that is no element.
fn argument(what: &str, o: &Obj) -> PyResult<()> {
    if o.is_a::<Element>() {
        return Ok(());
    }
    Err(raise!(TypeError, "{what} must be xml.etree.ElementTree.Element, not {}", shown_type(o)))
}

/// Whether a path is more than a tag.
fn is_path(path: &Obj) -> bool {
    let check = |chars: &mut dyn Iterator<Item = u32>| {
        let mut outside = true;
        for c in chars {
            match char::from_u32(c) {
                Some('{') => outside = false,
                Some('}') => outside = true,
                Some('/' | '*' | '[' | '@' | '.') if outside => return true,
                _ => {}
            }
        }
        false
    };
    if let Some(s) = path.downcast::<Str>() {
        let text = s.to_string_lossy();
        return text.starts_with("{}") && text.len() > 2
            || text.starts_with("{*}")
            || check(&mut s.text().iter());
    }
    match path.downcast::<Bytes>() {
        Some(b) => {
            let b = b.as_slice();
            b.starts_with(b"{}") && b.len() > 2
                || b.starts_with(b"{*}")
                || check(&mut b.iter().map(|b| u32::from(*b)))
        }
        None => true,
    }
}

fn paths() -> PyResult<Object> {
    import_module("xml.etree.ElementPath")
}

/// The attributes of a call: a copy of the dictionary, with the keywords.
fn attributes_of(attrib: Option<&Obj>, extra: Option<&Dict>, function: &str) -> PyResult<Option<Ref<Dict>>> {
    let mut d = match attrib {
        None => None,
        Some(a) => match a.downcast::<Dict>() {
            Some(d) => Some(d.copy()?),
            None => bail!(TypeError, "{function} must be dict, not {}", shown_type(a)),
        },
    };
    let Some(extra) = extra else { return Ok(d) };
    let rest = extra.copy()?;
    if d.is_none()
        && let Some(a) = rest.pop(sym!(attrib).as_obj())?
    {
        match a.downcast::<Dict>() {
            Some(given) => d = Some(given.copy()?),
            None => bail!(TypeError, "attrib must be dict, not {}", a.type_name()),
        }
    }
    match d {
        None => Ok(Some(rest)),
        Some(d) => {
            d.update_from(&rest)?;
            Ok(Some(d))
        }
    }
}

fn shown_type(o: &Obj) -> &str {
    if o.is_none() { "None" } else { o.type_name() }
}

/// `SubElement(parent, tag, attrib={}, **extra)`
pub fn sub_element(args: &[&Obj], extra: Option<&Dict>) -> PyResult<Object> {
    if args.len() < 2 {
        bail!(TypeError, "SubElement() takes at least 2 arguments ({} given)", args.len());
    }
    if args.len() > 3 {
        bail!(TypeError, "SubElement() takes at most 3 arguments ({} given)", args.len());
    }
    let Some(parent) = args[0].downcast::<Element>() else {
        let what = "SubElement() argument 1 must be xml.etree.ElementTree.Element";
        bail!(TypeError, "{what}, not {}", shown_type(args[0]));
    };
    let attrib = attributes_of(args.get(2).copied(), extra, "SubElement() argument 3")?;
    let e = Element::create(args[1], attrib.as_deref())?;
    parent.push(e.as_obj());
    Ok(e.into_object())
}

/// A deep copy of a part.
fn deep(o: &Obj, memo: &Obj) -> PyResult<Object> {
    if o.is_none() || o.is_exact::<Str>() {
        return Ok(o.to_owned());
    }
    if let Some(e) = o.downcast_exact::<Element>() {
        return e.deep_copy(memo);
    }
    if let Some(d) = o.downcast_exact::<Dict>()
        && d.iter_borrowed().all(|(k, v)| k.is_exact::<Str>() && v.is_exact::<Str>())
    {
        return Ok(d.copy()?.into_object());
    }
    import_module("copy")?.get_attr_text("deepcopy")?.call(&[o, memo])
}

impl Element {
    fn deep_copy(&self, memo: &Obj) -> PyResult<Object> {
        ThreadState::current().check_recursion(" in Element.__deepcopy__")?;
        let tag = deep(&self.part(Part::Tag), memo)?;
        let attrib = match self.attributes() {
            Some(d) => Some(deep(d.as_obj(), memo)?),
            None => None,
        };
        let copy = Element::create(&tag, attrib.as_ref().and_then(|a| a.downcast::<Dict>()))?;
        copy.set_part(Part::Text, &*deep(&self.part(Part::Text), memo)?);
        copy.set_part(Part::Tail, &*deep(&self.part(Part::Tail), memo)?);
        let mut at = 0;
        while let Some(child) = self.child(at) {
            at += 1;
            let child = deep(&child, memo)?;
            is_element(&child)?;
            copy.push(&child);
        }
        let id = Int::from_usize(self.as_obj().as_ptr() as usize)?;
        memo.set_item(id.as_obj(), copy.as_obj())?;
        Ok(copy.into_object())
    }
}

#[pymethods]
impl Element {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn make(cls: &Type, _args: &[&Obj], _kwargs: Option<&Dict>) -> PyResult<Object> {
        Element::alloc(cls, none().to_owned(), None)
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        let n = args.len();
        if n == 0 {
            bail!(TypeError, "Element() takes at least 1 argument (0 given)");
        }
        if n > 2 {
            bail!(TypeError, "Element() takes at most 2 arguments ({n} given)");
        }
        let attrib = (n == 2).then(|| args.get(1));
        let attrib = attributes_of(attrib, kwargs, "Element() argument 2")?;
        self.set_attributes(filled(attrib.as_deref()).map(|d| d.as_obj().to_owned()));
        self.set_part(Part::Tag, args.get(0));
        self.set_part(Part::Text, none());
        self.set_part(Part::Tail, none());
        Ok(())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let b = o as *mut Body;
            if !(*b).weakrefs.is_null() {
                dovetail_core::types::weakref::clear_weakrefs(Obj::from_ptr(o));
            }
            Element::clear_slot(o);
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live element.
        unsafe {
            let Some(visit) = visit else { return 0 };
            let b = o as *mut Body;
            let parts = [(*b).tag, (*b).text, (*b).tail, (*b).attrib];
            let children = (*b).children.as_ref().into_iter().flatten().map(|c| c.as_raw());
            visit_all(parts.into_iter().filter(|p| !p.is_null()).chain(children), visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live element; what it held ends after the field is empty.
        unsafe {
            let b = o as *mut Body;
            let children = std::mem::replace(&mut (*b).children, std::ptr::null_mut());
            for slot in [&raw mut (*b).tag, &raw mut (*b).text, &raw mut (*b).tail, &raw mut (*b).attrib] {
                replace(slot, None);
            }
            if !children.is_null() {
                drop(Box::from_raw(children));
            }
        }
        0
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<String> {
        let shown = ThreadState::current().repr_guard(self, || {
            let tag = self.part(Part::Tag).repr()?.to_string_lossy().into_owned();
            Ok(format!("<Element {tag} at {:#x}>", self.as_obj().as_ptr() as usize))
        });
        match shown {
            Some(s) => s,
            None => bail!(RuntimeError, "reentrant call inside {}.__repr__", self.type_name()),
        }
    }

    #[slot(nb_bool)]
    fn truth(&self) -> PyResult<bool> {
        let message = "Testing an element's truth value will always return True in future versions.  Use specific 'len(elem)' or 'elem is not None' test instead.";
        warn(exc::DeprecationWarning(), message, 1)?;
        Ok(self.count() > 0)
    }

    #[slot(sq_length)]
    fn length(&self) -> usize {
        self.count()
    }

    #[slot(sq_item)]
    fn item(&self, index: isize) -> PyResult<Object> {
        let child = usize::try_from(index).ok().and_then(|i| self.child(i));
        child.ok_or_else(|| raise!(IndexError, "child index out of range"))
    }

    #[slot(sq_ass_item)]
    fn set_item_slot(&self, index: isize, value: Option<&Obj>) -> PyResult<()> {
        let at = usize::try_from(index).ok().filter(|i| *i < self.count());
        let Some(at) = at else { bail!(IndexError, "child assignment index out of range") };
        if let Some(v) = value {
            is_element(v)?;
        }
        let old = match value {
            Some(v) => std::mem::replace(&mut self.children()[at], v.to_owned()),
            None => self.children().remove(at),
        };
        drop(old);
        Ok(())
    }

    #[slot(mp_length)]
    fn map_length(&self) -> usize {
        self.count()
    }

    #[slot(mp_subscript)]
    fn subscript(&self, key: &Obj) -> PyResult<Object> {
        if key.has_index() {
            let child = self.place(key)?.and_then(|i| self.child(i));
            return child.ok_or_else(|| raise!(IndexError, "child index out of range"));
        }
        let Some(slice) = key.downcast::<Slice>() else {
            bail!(TypeError, "element indices must be integers");
        };
        let (start, _, step, count) = slice.indices_then(|| self.count())?;
        let places = (0..count as isize).map(|i| (start + i * step) as usize);
        Ok(List::from_vec(places.filter_map(|p| self.child(p)).collect())?.into_object())
    }

    #[slot(mp_ass_subscript)]
    fn set_subscript(&self, key: &Obj, value: Option<&Obj>) -> PyResult<()> {
        if key.has_index() {
            let Some(at) = self.place(key)? else { bail!(IndexError, "child assignment index out of range") };
            return self.set_item_slot(at as isize, value);
        }
        match key.downcast::<Slice>() {
            Some(slice) => self.set_slice(slice, value),
            None => Err(raise!(TypeError, "element indices must be integers")),
        }
    }

    /// A string identifying what kind of data this element represents
    #[getter]
    fn tag(&self) -> Object {
        self.part(Part::Tag)
    }

    #[setter]
    fn set_tag(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse(Part::Tag, value)
    }

    /// A string of text directly after the start tag, or None
    #[getter]
    fn text(&self) -> Object {
        self.part(Part::Text)
    }

    #[setter]
    fn set_text(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse(Part::Text, value)
    }

    /// A string of text directly after the end tag, or None
    #[getter]
    fn tail(&self) -> Object {
        self.part(Part::Tail)
    }

    #[setter]
    fn set_tail(&self, value: Option<&Obj>) -> PyResult<()> {
        self.set_or_refuse(Part::Tail, value)
    }

    /// A dictionary containing the element's attributes
    #[getter]
    fn attrib(&self) -> PyResult<Ref<Dict>> {
        self.own_attributes()
    }

    #[setter]
    fn set_attrib(&self, value: Option<&Obj>) -> PyResult<()> {
        let Some(value) = value else { bail!(AttributeError, "can't delete element attribute") };
        if !value.is_a::<Dict>() {
            bail!(TypeError, "attrib must be dict, not {}", value.type_name());
        }
        self.set_attributes(Some(value.to_owned()));
        Ok(())
    }

    #[method]
    fn append(&self, subelement: &Obj) -> PyResult<()> {
        argument("append() argument 1", subelement)?;
        self.push(subelement);
        Ok(())
    }

    #[method]
    fn extend(&self, elements: &Obj) -> PyResult<()> {
        for e in dovetail_core::object::sequence::fast_items(elements, "'elements' must be an iterable")? {
            is_element(&e)?;
            self.push(&e);
        }
        Ok(())
    }

    #[method]
    fn insert(&self, index: isize, subelement: &Obj) -> PyResult<()> {
        argument("insert() argument 2", subelement)?;
        let n = self.count() as isize;
        let at = if index < 0 { (index + n).max(0) } else { index.min(n) };
        self.children().insert(at as usize, subelement.to_owned());
        Ok(())
    }

    #[method(sig = "(subelement, /)")]
    fn remove(&self, subelement: &Obj) -> PyResult<()> {
        argument("remove() argument", subelement)?;
        let mut at = 0;
        while let Some(child) = self.child(at) {
            if child.equals(subelement)? {
                if at < self.count() {
                    let gone = self.children().remove(at);
                    drop(gone);
                }
                return Ok(());
            }
            at += 1;
        }
        Err(raise!(ValueError, "Element.remove(x): element not found"))
    }

    #[method(sig = "()")]
    fn clear(&self) {
        let children = std::mem::take(self.children());
        self.set_attributes(None);
        self.set_part(Part::Text, none());
        self.set_part(Part::Tail, none());
        drop(children);
    }

    #[method(sig = "(path, namespaces=None)")]
    fn find(&self, path: &Obj, namespaces: Option<&Obj>) -> PyResult<Option<Object>> {
        if is_path(path) || namespaces.is_some() {
            let found =
                paths()?.call_method(sym!(find), &[self.as_obj(), path, namespaces.unwrap_or(none())])?;
            return Ok(Some(found));
        }
        self.first(path)
    }

    #[method(sig = "(path, default=None, namespaces=None)")]
    fn findtext(&self, path: &Obj, default: Option<&Obj>, namespaces: Option<&Obj>) -> PyResult<Object> {
        let default = default.unwrap_or(none());
        if is_path(path) || namespaces.is_some() {
            let args = [self.as_obj(), path, default, namespaces.unwrap_or(none())];
            return paths()?.call_method(sym!(findtext), &args);
        }
        let found = self.first(path)?;
        match found.as_ref().and_then(|f| f.downcast::<Element>()) {
            None => Ok(default.to_owned()),
            Some(e) => match e.part(Part::Text) {
                t if t.is_none() => crate::util::text(""),
                t => Ok(t),
            },
        }
    }

    #[method(sig = "(path, namespaces=None)")]
    fn findall(&self, path: &Obj, namespaces: Option<&Obj>) -> PyResult<Object> {
        if is_path(path) || namespaces.is_some() {
            let args = [self.as_obj(), path, namespaces.unwrap_or(none())];
            return paths()?.call_method(sym!(findall), &args);
        }
        let mut all = Vec::new();
        self.search(path, |child| {
            all.push(child);
            Ok(false)
        })?;
        Ok(List::from_vec(all)?.into_object())
    }

    #[method(sig = "(path, namespaces=None)")]
    fn iterfind(&self, path: &Obj, namespaces: Option<&Obj>) -> PyResult<Object> {
        let args = [self.as_obj(), path, namespaces.unwrap_or(none())];
        paths()?.call_method(sym!(iterfind), &args)
    }

    #[method(sig = "(key, default=None)")]
    fn get(&self, key: &Obj, default: Option<&Obj>) -> PyResult<Object> {
        let found = match self.attributes() {
            Some(d) => d.get(key)?,
            None => None,
        };
        Ok(found.unwrap_or_else(|| default.unwrap_or(none()).to_owned()))
    }

    #[method]
    fn set(&self, key: &Obj, value: &Obj) -> PyResult<()> {
        self.own_attributes()?.set(key, value)
    }

    #[method(sig = "()")]
    fn keys(&self) -> PyResult<Ref<List>> {
        let names = self.attributes().map(|d| d.iter_borrowed().map(|(k, _)| k.to_owned()).collect());
        List::from_vec(names.unwrap_or_default())
    }

    #[method(sig = "()")]
    fn items(&self) -> PyResult<Ref<List>> {
        let Some(d) = self.attributes() else { return List::from_vec(Vec::new()) };
        let pairs: Vec<(Object, Object)> =
            d.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let pairs = pairs.into_iter().map(|(k, v)| Ok(Tuple::from_array([k, v])?.into_object()));
        List::from_vec(pairs.collect::<PyResult<_>>()?)
    }

    #[method(sig = "(tag=None)")]
    fn iter(&self, tag: Option<&Obj>) -> PyResult<Ref<ElementIterator>> {
        iter::new(self, tag, false)
    }

    #[method(sig = "()")]
    fn itertext(&self) -> PyResult<Ref<ElementIterator>> {
        iter::new(self, None, true)
    }

    #[method(sig = "(tag, attrib, /)")]
    fn makeelement(&self, tag: &Obj, attrib: &Obj) -> PyResult<Ref<Element>> {
        match attrib.downcast::<Dict>() {
            Some(d) => Element::create(tag, Some(&*d.copy()?)),
            None => bail!(TypeError, "makeelement() argument 2 must be dict, not {}", shown_type(attrib)),
        }
    }

    #[method(name = "__copy__", sig = "()")]
    fn copy(&self) -> PyResult<Ref<Element>> {
        let copy = Element::create(&self.part(Part::Tag), self.attributes().as_deref())?;
        copy.set_part(Part::Text, &self.part(Part::Text));
        copy.set_part(Part::Tail, &self.part(Part::Tail));
        for at in 0..self.count() {
            if let Some(child) = self.child(at) {
                copy.push(&child);
            }
        }
        Ok(copy)
    }

    #[method(name = "__deepcopy__", sig = "(memo, /)")]
    fn deepcopy(&self, memo: &Obj) -> PyResult<Object> {
        if !memo.is_a::<Dict>() {
            bail!(TypeError, "__deepcopy__() argument must be dict, not {}", shown_type(memo));
        }
        self.deep_copy(memo)
    }

    #[method(name = "__sizeof__", sig = "()")]
    fn size(&self) -> usize {
        // SAFETY: own field.
        let children = unsafe { (*self.body()).children.as_ref() };
        let room = children.map_or(0, |c| size_of::<Vec<Object>>() + c.capacity() * size_of::<Object>());
        size_of::<Body>() + room
    }

    #[method(name = "__getstate__", sig = "()")]
    fn state(&self) -> PyResult<Ref<Dict>> {
        let d = Dict::new()?;
        let children = (0..self.count()).filter_map(|i| self.child(i)).collect();
        d.set_text("tag", &self.part(Part::Tag))?;
        d.set_text("_children", List::from_vec(children)?.as_obj())?;
        match self.attributes() {
            Some(a) => d.set_text("attrib", a.as_obj())?,
            None => d.set_text("attrib", Dict::new()?.as_obj())?,
        }
        d.set_text("text", &self.part(Part::Text))?;
        d.set_text("tail", &self.part(Part::Tail))?;
        Ok(d)
    }

    #[method(name = "__setstate__", sig = "(state, /)")]
    fn set_state(&self, state: &Obj) -> PyResult<()> {
        let Some(d) = state.downcast::<Dict>() else {
            bail!(
                TypeError,
                "Don't know how to unpickle \"{}\" as an Element",
                state.repr()?.to_string_lossy()
            );
        };
        let get = |name: &str| d.get_text(name).map(Obj::to_owned);
        let Some(tag) = get("tag") else { bail!(TypeError, "tag may not be NULL") };
        let mut children = Vec::new();
        if let Some(list) = get("_children") {
            let Some(list) = list.downcast::<List>() else { bail!(TypeError, "'_children' is not a list") };
            children = list.items().to_vec();
            for c in &children {
                is_element(c)?;
            }
        }
        let attrib = get("attrib").filter(|a| a.is_a::<Dict>());
        self.set_part(Part::Tag, &tag);
        self.set_part(Part::Text, &*get("text").unwrap_or_else(|| none().to_owned()));
        self.set_part(Part::Tail, &*get("tail").unwrap_or_else(|| none().to_owned()));
        self.set_attributes(attrib);
        let old = std::mem::replace(self.children(), children);
        drop(old);
        Ok(())
    }
}
