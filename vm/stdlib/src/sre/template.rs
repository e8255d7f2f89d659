//! Replacement templates: literals with groups between them.

use super::matched::Match;
use super::pattern::join;
use crate::util::{Boxed, data, dealloc_boxed, new_native};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::list::List;
use dovetail_macros::{pymethods, pytype};

/// A template taken apart.
pub struct TemplateState {
    first: Object,
    /// Each group with the literal after it.
    rest: Vec<(usize, Object)>,
}

/// Templates.
#[pytype(name = "_sre.SRE_Template", body = Boxed<TemplateState>, export = "Dovetail_Template_Type")]
pub struct Template;

#[pymethods]
impl Template {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: called as a slot.
        unsafe { dealloc_boxed::<TemplateState>(o) }
    }
}

impl Template {
    /// A template of `[literal, group, literal, group, ...]`.
    pub fn from_list(list: &List) -> PyResult<Ref<Template>> {
        let items = list.to_vec();
        if items.len().is_multiple_of(2) {
            dovetail_core::bail!(TypeError, "invalid template");
        }
        let mut it = items.into_iter();
        let Some(first) = it.next() else { dovetail_core::bail!(TypeError, "invalid template") };
        let mut rest = Vec::new();
        while let Some(group) = it.next() {
            if !group.is_a::<dovetail_core::types::int::Int>() {
                dovetail_core::bail!(TypeError, "an integer is required");
            }
            let n = group.as_isize()?;
            if n < 0 {
                dovetail_core::bail!(TypeError, "invalid template");
            }
            let literal = it.next().unwrap_or_else(|| dovetail_core::types::none::none().to_owned());
            rest.push((n as usize, literal));
        }
        new_native(TemplateState { first, rest })
    }

    /// The text of a template without groups.
    pub fn literal(&self) -> Option<Object> {
        let s = data(self);
        if s.rest.is_empty() { Some(s.first.clone()) } else { None }
    }

    /// The template filled from a match.
    pub fn expand(&self, m: &Match) -> PyResult<Object> {
        let s = data(self);
        let mut pieces = Vec::with_capacity(1 + s.rest.len() * 2);
        let mut push = |o: &Obj| -> PyResult<()> {
            if !o.is_none() {
                pieces.push(o.to_owned());
            }
            Ok(())
        };
        push(&s.first)?;
        for (group, literal) in &s.rest {
            if let Some(t) = m.text_of(*group)? {
                push(&t)?;
            }
            push(literal)?;
        }
        join(&s.first, pieces)
    }
}
