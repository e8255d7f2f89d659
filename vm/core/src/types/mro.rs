//! The method resolution order: C3 linearization, `mro()` of metaclasses, and the choice of the best base.

use crate::error::PyResult;
use crate::object::Native;
use crate::object::obj::Obj;
use crate::object::refs::{AsObj, Object, Ref, ToRef};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};

/// The types of a tuple of bases.
pub(crate) fn base_types(bases: &Tuple) -> PyResult<Vec<Ref<Type>>> {
    bases
        .items()
        .iter()
        .map(|b| {
            b.downcast::<Type>().map(ToRef::to_ref).ok_or_else(|| raise!(TypeError, "bases must be types"))
        })
        .collect()
}

/// `__name__` for messages.
fn shown(t: &Obj) -> String {
    match t.get_attr_opt(sym!(__name__)) {
        Ok(Some(n)) => match n.downcast::<Str>() {
            Some(s) => s.to_string_lossy().into_owned(),
            None => t.type_name().to_owned(),
        },
        Ok(None) => t.type_name().to_owned(),
        Err(e) => {
            e.clear();
            t.type_name().to_owned()
        }
    }
}

/// The C3 order of a type from its bases (`type.mro()`).
pub fn compute_mro(ty: &Type) -> PyResult<Vec<Object>> {
    let bases = match ty.bases() {
        Some(b) => base_types(b)?,
        None => Vec::new(),
    };
    for b in &bases {
        if b.mro().is_none() {
            bail!(TypeError, "Cannot extend an incomplete type '{}'", b.name());
        }
    }
    let own = ty.as_obj().to_owned();
    let order = |t: &Type| -> Vec<Object> { t.mro().map(|m| m.items().to_vec()).unwrap_or_default() };
    if let [only] = &bases[..] {
        let mut out = vec![own];
        out.extend(order(only));
        return Ok(out);
    }
    for (i, b) in bases.iter().enumerate() {
        if bases[i + 1..].iter().any(|c| c.is(b)) {
            bail!(TypeError, "duplicate base class {}", shown(b));
        }
    }
    let mut lists: Vec<Vec<Object>> = bases.iter().map(|b| order(b)).collect();
    lists.push(bases.iter().map(|b| b.as_obj().to_owned()).collect());
    merge(own, &lists)
}

/// Takes, again and again, the first head that is in no other list's tail.
fn merge(own: Object, lists: &[Vec<Object>]) -> PyResult<Vec<Object>> {
    let mut out = vec![own];
    let mut at = vec![0; lists.len()];
    loop {
        if lists.iter().zip(&at).all(|(l, i)| *i >= l.len()) {
            return Ok(out);
        }
        let head = lists.iter().zip(&at).filter_map(|(l, i)| l.get(*i)).find(|c| {
            let in_tail = |l: &Vec<Object>, i: usize| l.iter().skip(i + 1).any(|x| x.is(c));
            !lists.iter().zip(&at).any(|(l, i)| in_tail(l, *i))
        });
        let Some(head) = head else { return Err(inconsistent(lists, &at)) };
        for (l, i) in lists.iter().zip(at.iter_mut()) {
            if l.get(*i).is_some_and(|x| x.is(head)) {
                *i += 1;
            }
        }
        out.push(head.clone());
    }
}

#[cold]
fn inconsistent(lists: &[Vec<Object>], at: &[usize]) -> crate::error::Raised {
    let mut heads: Vec<&Object> = Vec::new();
    for h in lists.iter().zip(at).filter_map(|(l, i)| l.get(*i)) {
        if !heads.iter().any(|x| x.is(h)) {
            heads.push(h);
        }
    }
    let names: Vec<String> = heads.iter().map(|h| shown(h)).collect();
    raise!(
        TypeError,
        "Cannot create a consistent method resolution order (MRO) for bases {}",
        names.join(", ")
    )
}

/// The order a type shall have: what the metaclass's `mro()` says, checked, or C3.
pub fn mro_of(ty: &Type) -> PyResult<Ref<Tuple>> {
    let meta = ty.ob_type();
    if meta.is(Type::type_object()) || !meta.has_flag(abi::Py_TPFLAGS_READY) {
        return Tuple::from_vec(compute_mro(ty)?);
    }
    let Some(f) = ty.as_obj().lookup_special(sym!(mro))? else {
        bail!(AttributeError, "mro");
    };
    let items = f.call(&[])?.collect_items()?;
    if items.is_empty() {
        bail!(TypeError, "type MRO must not be empty");
    }
    let solid = solid_base(ty);
    for t in &items {
        let Some(t) = t.downcast::<Type>() else {
            bail!(TypeError, "mro() returned a non-class ('{}')", t.type_name());
        };
        if !solid.is_subtype(solid_base(t)) {
            bail!(TypeError, "mro() returned base with unsuitable layout ('{}')", t.name());
        }
    }
    Tuple::from_vec(items)
}

/// The nearest class upwards that changed the size of instances.
pub fn solid_base(ty: &Type) -> &Type {
    let base = match ty.base() {
        Some(b) => solid_base(b),
        None => Obj::type_object(),
    };
    let (a, b) = (ty.raw(), base.raw());
    if a.tp_basicsize != b.tp_basicsize || a.tp_itemsize != b.tp_itemsize { ty } else { base }
}

/// The base whose layout a class with these bases has.
pub fn best_base(bases: &Tuple) -> PyResult<Ref<Type>> {
    let mut best: Option<(Ref<Type>, Ref<Type>)> = None;
    for b in base_types(bases)? {
        super::ready::type_ready(&b)?;
        if !b.has_flag(abi::Py_TPFLAGS_BASETYPE) {
            bail!(TypeError, "type '{}' is not an acceptable base type", b.name());
        }
        let candidate = solid_base(&b).to_ref();
        best = match best {
            None => Some((b, candidate)),
            Some((base, winner)) => {
                if winner.is_subtype(&candidate) {
                    Some((base, winner))
                } else if candidate.is_subtype(&winner) {
                    Some((b, candidate))
                } else {
                    bail!(TypeError, "multiple bases have instance lay-out conflict");
                }
            }
        };
    }
    match best {
        Some((base, _)) => Ok(base),
        None => Ok(Obj::type_object().to_ref()),
    }
}

/// The most derived of a metaclass and those of the bases.
pub fn metaclass_of(meta: &Type, bases: &Tuple) -> PyResult<Ref<Type>> {
    let mut winner = meta.to_ref();
    for b in bases.items() {
        let m = b.ob_type();
        if winner.is_subtype(m) {
            continue;
        }
        if m.is_subtype(&winner) {
            winner = m.to_ref();
            continue;
        }
        bail!(
            TypeError,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        );
    }
    Ok(winner)
}
