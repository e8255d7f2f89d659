//! What `Element.iter` and `Element.itertext` give: a walk through the tree, before the children, by a stack of its own.

use super::element::{Element, Part};
use crate::util::visit_all;
use dovetail_core::error::PyResult;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gc};
use dovetail_macros::{pymethods, pytype};
use std::cell::RefCell;
use std::ffi::{c_int, c_void};

#[derive(Default)]
pub struct Walk {
    /// Where to begin, before it began.
    root: Option<Object>,
    /// Elements that are walked through, with the next child.
    path: Vec<(Object, usize)>,
    /// The tag that is looked for.
    tag: Option<Object>,
    texts: bool,
}

#[repr(C)]
pub struct Body {
    pub ob_base: abi::PyObject,
    walk: *mut RefCell<Walk>,
}

/// Walks.
#[pytype(name = "_elementtree._element_iterator", body = Body, gc, flags = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION)]
pub struct ElementIterator;

/// A walk from an element: through elements of a tag ("*" is any), or through the texts.
pub fn new(root: &Element, tag: Option<&Obj>, texts: bool) -> PyResult<Ref<ElementIterator>> {
    let any = |t: &Obj| {
        t.downcast::<Str>().is_some_and(|s| s.equals_str("*"))
            || t.downcast::<Bytes>().is_some_and(|b| b.as_slice() == b"*")
    };
    let tag = tag.filter(|t| !any(t)).map(Obj::to_owned);
    let walk = Walk { root: Some(root.as_obj().to_owned()), path: Vec::new(), tag, texts };
    // SAFETY: the field is filled before anything runs.
    unsafe {
        let o = dovetail_core::object::alloc::new_body::<ElementIterator>()?;
        (*o.body()).walk = Box::into_raw(Box::new(RefCell::new(walk)));
        Ok(o)
    }
}

/// Comments and processing instructions, whose tags are functions, have no text of the document within them.
fn is_silent(o: &Obj) -> bool {
    o.downcast::<Element>().is_some_and(|e| {
        let tag = e.part(Part::Tag);
        !tag.is_none() && !tag.is_a::<Str>()
    })
}

/// The next thing of a walk, for an instant's borrow.
enum Step {
    Enter(Object),
    /// The element is left; its tail belongs to the texts.
    Leave(Object),
    End,
}

impl ElementIterator {
    fn walk(&self) -> &RefCell<Walk> {
        // SAFETY: filled when made; emptied only by the deallocator.
        unsafe { &*(*self.body()).walk }
    }

    fn step(&self) -> PyResult<Step> {
        let mut w = self.walk().borrow_mut();
        let texts = w.texts;
        let Some((parent, at)) = w.path.last_mut() else {
            let Some(root) = w.root.take().filter(|r| !w.texts || !is_silent(r)) else {
                return Ok(Step::End);
            };
            w.path.push((root.clone(), 0));
            return Ok(Step::Enter(root));
        };
        match parent.downcast::<Element>().and_then(|p| p.child(*at)) {
            Some(child) => {
                *at += 1;
                if !child.is_a::<Element>() {
                    bail!(AttributeError, "'{}' object has no attribute 'iter'", child.type_name());
                }
                if texts && is_silent(&child) {
                    return Ok(Step::Leave(child));
                }
                w.path.push((child.clone(), 0));
                Ok(Step::Enter(child))
            }
            None => {
                let left = w.path.pop();
                // What follows the first element is not within it.
                match left.filter(|_| !w.path.is_empty()) {
                    Some((left, _)) => Ok(Step::Leave(left)),
                    None => Ok(Step::End),
                }
            }
        }
    }
}

#[pymethods]
impl ElementIterator {
    #[slot(tp_iter)]
    fn iter_slot(&self) -> Object {
        self.as_obj().to_owned()
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        let (tag, texts) = {
            let w = self.walk().borrow();
            (w.tag.clone(), w.texts)
        };
        loop {
            let (element, part) = match self.step()? {
                Step::End => return Ok(None),
                Step::Enter(e) => (e, Part::Text),
                Step::Leave(e) => (e, Part::Tail),
            };
            let Some(e) = element.downcast::<Element>() else { continue };
            if texts {
                let text = e.part(part);
                if !text.is_none() && text.is_true()? {
                    return Ok(Some(text));
                }
                continue;
            }
            if matches!(part, Part::Tail) {
                continue;
            }
            let found = match &tag {
                None => true,
                Some(t) => e.part(Part::Tag).equals(t)?,
            };
            if found {
                return Ok(Some(element));
            }
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let walk = std::mem::replace(&mut (*(o as *mut Body)).walk, std::ptr::null_mut());
            if !walk.is_null() {
                drop(Box::from_raw(walk));
            }
            if let Some(free) = Obj::from_ptr(o).ob_type().raw().tp_free {
                free(o.cast());
            }
        }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live walk.
        unsafe {
            let walk = (*(o as *mut Body)).walk;
            let (Some(visit), false) = (visit, walk.is_null()) else { return 0 };
            let w = (*walk).borrow();
            visit_all(
                w.path.iter().map(|(e, _)| e).chain(&w.root).chain(&w.tag).map(|p| p.as_raw()),
                visit,
                arg,
            )
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live walk.
        unsafe {
            let gone = (*(*(o as *mut Body)).walk).take();
            drop(gone);
        }
        0
    }
}
