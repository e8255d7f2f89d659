//! `TreeBuilder`: from events of a parser to a tree.

use super::element::{Element, Part};
use super::{Factories, parse_error};
use crate::util::{Boxed, data, dealloc_boxed, new_boxed, visit_all};
use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::number::{BinaryOp, binary};
use dovetail_core::object::{AsObj, Obj, Object};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, sym};
use dovetail_macros::{pymethods, pytype};
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};

/// The events that `_setevents` asks for, as places in `State::events`.
pub const EVENTS: [&str; 6] = ["start", "end", "start-ns", "end-ns", "comment", "pi"];

/// What a builder holds.
#[derive(Default)]
pub struct State {
    root: RefCell<Option<Object>>,
    /// The open elements; the innermost takes new children.
    open: RefCell<Vec<Object>>,
    /// The last element that began or ended; text belongs before its children, or after it.
    last: RefCell<Option<Object>>,
    after: RefCell<Option<Object>>,
    text: RefCell<Vec<Object>>,
    element_factory: RefCell<Option<Object>>,
    comment_factory: RefCell<Option<Object>>,
    pi_factory: RefCell<Option<Object>>,
    insert_comments: Cell<bool>,
    insert_pis: Cell<bool>,
    /// The method `append` of the queue of events, and the events' names where they are wanted.
    append: RefCell<Option<Object>>,
    events: RefCell<[Option<Object>; EVENTS.len()]>,
}

/// Builders of trees.
#[pytype(name = "xml.etree.ElementTree.TreeBuilder", body = Boxed<State>, gc, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct TreeBuilder;

impl TreeBuilder {
    pub fn create() -> PyResult<Object> {
        TreeBuilder::type_object().as_obj().call(&[])
    }

    pub fn state(&self) -> &State {
        data(self)
    }

    /// Gives the text that came to its element.
    fn flush(&self) -> PyResult<()> {
        let s = self.state();
        let pieces = s.text.take();
        let joined = match &pieces[..] {
            [] => return Ok(()),
            [one] => one.clone(),
            several => match several.iter().all(|p| p.is_a::<Str>()) {
                true => Str::join_pieces(several)?.into_object(),
                false => {
                    let list = dovetail_core::types::list::List::from_vec(pieces)?;
                    Str::new("")?.as_obj().call_method(sym!(join), &[list.as_obj()])?
                }
            },
        };
        let (part, name, element) = match s.after.borrow().clone() {
            Some(e) => (Part::Tail, sym!(tail), e),
            None => match s.last.borrow().clone() {
                Some(e) => (Part::Text, sym!(text), e),
                None => return Ok(()),
            },
        };
        if let Some(e) = element.downcast_exact::<Element>()
            && e.part(part).is_none()
        {
            e.set_part(part, &joined);
            return Ok(());
        }
        let before = element.get_attr(name)?;
        let all = if before.is_none() { joined } else { binary(BinaryOp::Add, &before, &joined)? };
        element.set_attr(name, &*all)
    }

    fn current(&self) -> Option<Object> {
        self.state().open.borrow().last().cloned()
    }

    fn add(&self, parent: &Obj, child: &Obj) -> PyResult<()> {
        match parent.downcast_exact::<Element>() {
            Some(e) if child.is_a::<Element>() => {
                e.push(child);
                Ok(())
            }
            _ => parent.call_method(sym!(append), &[child]).map(drop),
        }
    }

    /// Puts an event into the queue, if it is wanted.
    pub fn report(&self, event: usize, value: impl FnOnce() -> PyResult<Object>) -> PyResult<()> {
        let s = self.state();
        let Some(name) = s.events.borrow()[event].clone() else { return Ok(()) };
        let Some(append) = s.append.borrow().clone() else { return Ok(()) };
        let pair = Tuple::from_array([name, value()?])?;
        append.call(&[pair.as_obj()]).map(drop)
    }

    pub fn on_start(&self, tag: &Obj, attrib: Option<&Dict>) -> PyResult<Object> {
        self.flush()?;
        let s = self.state();
        let factory = s.element_factory.borrow().clone();
        let node = match factory {
            None => Element::create(tag, attrib)?.into_object(),
            Some(f) => match attrib {
                Some(a) => f.call(&[tag, a.as_obj()])?,
                None => f.call(&[tag, Dict::new()?.as_obj()])?,
            },
        };
        drop(s.after.replace(None));
        match self.current() {
            Some(parent) => self.add(&parent, &node)?,
            None => {
                if s.root.borrow().is_some() {
                    return Err(parse_error("multiple elements on top level"));
                }
                *s.root.borrow_mut() = Some(node.clone());
            }
        }
        s.open.borrow_mut().push(node.clone());
        drop(s.last.replace(Some(node.clone())));
        self.report(0, || Ok(node.clone()))?;
        Ok(node)
    }

    pub fn on_data(&self, data: &Obj) {
        let s = self.state();
        if s.last.borrow().is_some() {
            s.text.borrow_mut().push(data.to_owned());
        }
    }

    pub fn on_end(&self) -> PyResult<Object> {
        self.flush()?;
        let s = self.state();
        let Some(node) = s.open.borrow_mut().pop() else { bail!(IndexError, "pop from empty stack") };
        drop(s.last.replace(Some(node.clone())));
        drop(s.after.replace(Some(node.clone())));
        self.report(1, || Ok(node.clone()))?;
        Ok(node)
    }

    /// A comment or processing instruction, which is made by a factory if there is one.
    fn on_other(
        &self,
        event: usize,
        made: Option<Object>,
        insert: bool,
        plain: impl FnOnce() -> PyResult<Object>,
    ) -> PyResult<Object> {
        let node = match made {
            Some(node) => {
                if insert && let Some(parent) = self.current() {
                    self.add(&parent, &node)?;
                    drop(self.state().after.replace(Some(node.clone())));
                }
                node
            }
            None => plain()?,
        };
        self.report(event, || Ok(node.clone()))?;
        Ok(node)
    }

    pub fn on_comment(&self, text: &Obj) -> PyResult<Object> {
        self.flush()?;
        let s = self.state();
        let factory = s.comment_factory.borrow().clone();
        let made = factory.map(|f| f.call(&[text])).transpose()?;
        self.on_other(4, made, s.insert_comments.get(), || Ok(text.to_owned()))
    }

    pub fn on_pi(&self, target: &Obj, text: &Obj) -> PyResult<Object> {
        self.flush()?;
        let s = self.state();
        let factory = s.pi_factory.borrow().clone();
        let made = factory.map(|f| f.call(&[target, text])).transpose()?;
        self.on_other(5, made, s.insert_pis.get(), || {
            Ok(Tuple::from_array([target.to_owned(), text.to_owned()])?.into_object())
        })
    }

    pub fn done(&self) -> Object {
        self.state().root.borrow().clone().unwrap_or_else(|| none().to_owned())
    }

    /// From now on events go to this queue; `end` alone where nothing is asked for.
    pub fn set_queue(&self, append: Object) {
        drop(self.state().append.replace(Some(append)));
        let old = self.state().events.take();
        drop(old);
    }

    pub fn want(&self, event: usize, name: Object) {
        let old = self.state().events.borrow_mut()[event].replace(name);
        drop(old);
    }
}

#[pymethods]
impl TreeBuilder {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn make(cls: &Type, _args: &[&Obj], _kwargs: Option<&Dict>) -> PyResult<Object> {
        new_boxed(cls, State::default())
    }

    #[slot(
        tp_init,
        sig = "(element_factory=None, *, comment_factory=None, pi_factory=None, insert_comments=False, insert_pis=False)"
    )]
    fn init(
        &self,
        element_factory: Option<&Obj>,
        comment_factory: Option<&Obj>,
        pi_factory: Option<&Obj>,
        insert_comments: bool,
        insert_pis: bool,
    ) -> PyResult<()> {
        let s = self.state();
        let [comment, pi] = Factories::current();
        drop(s.element_factory.replace(element_factory.map(Obj::to_owned)));
        let comment = comment_factory.map(Obj::to_owned).or(comment);
        let pi = pi_factory.map(Obj::to_owned).or(pi);
        s.insert_comments.set(insert_comments && comment.is_some());
        s.insert_pis.set(insert_pis && pi.is_some());
        drop(s.comment_factory.replace(comment));
        drop(s.pi_factory.replace(pi));
        Ok(())
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the slot of a type of these bodies.
        unsafe { dealloc_boxed::<State>(o) }
    }

    #[slot(tp_traverse, raw)]
    unsafe extern "C" fn traverse(o: *mut abi::PyObject, visit: abi::visitproc, arg: *mut c_void) -> c_int {
        // SAFETY: a live builder.
        unsafe {
            let state = (*(o as *mut Boxed<State>)).data;
            let (Some(visit), false) = (visit, state.is_null()) else { return 0 };
            let s = &*state;
            let single = [
                &s.root,
                &s.last,
                &s.after,
                &s.element_factory,
                &s.comment_factory,
                &s.pi_factory,
                &s.append,
            ];
            let single = single.into_iter().filter_map(|c| c.borrow().as_ref().map(|o| o.as_raw()));
            let (open, text) = (s.open.borrow(), s.text.borrow());
            let events = s.events.borrow();
            let several = open.iter().chain(text.iter()).chain(events.iter().flatten()).map(|o| o.as_raw());
            visit_all(single.chain(several), visit, arg)
        }
    }

    #[slot(tp_clear, raw)]
    unsafe extern "C" fn clear_slot(o: *mut abi::PyObject) -> c_int {
        // SAFETY: a live builder; what it held ends after it is empty.
        unsafe {
            let s = &*(*(o as *mut Boxed<State>)).data;
            let gone = (s.root.take(), s.last.take(), s.after.take(), s.open.take(), s.text.take());
            let factories = (s.element_factory.take(), s.comment_factory.take(), s.pi_factory.take());
            drop((gone, factories, s.append.take(), s.events.take()));
        }
        0
    }

    #[method]
    fn data(&self, data: &Obj) {
        self.on_data(data);
    }

    #[method]
    fn start(&self, tag: &Obj, attrs: &Obj) -> PyResult<Object> {
        match attrs.downcast::<Dict>() {
            Some(d) => self.on_start(tag, Some(d)),
            None => {
                let shown = if attrs.is_none() { "None" } else { attrs.type_name() };
                bail!(TypeError, "start() argument 2 must be dict, not {shown}")
            }
        }
    }

    #[method]
    fn end(&self, _tag: &Obj) -> PyResult<Object> {
        self.on_end()
    }

    #[method]
    fn comment(&self, text: &Obj) -> PyResult<Object> {
        self.on_comment(text)
    }

    #[method(sig = "(target, text=None, /)")]
    fn pi(&self, target: &Obj, text: Option<&Obj>) -> PyResult<Object> {
        self.on_pi(target, text.unwrap_or(none()))
    }

    #[method(sig = "()")]
    fn close(&self) -> Object {
        self.done()
    }
}
