//! `min` and `max`.

use dovetail_core::error::PyResult;
use dovetail_core::object::{CompareOp, Obj, Object};
use dovetail_core::{bail, raise};

/// The greatest (`max`) or smallest item of one iterable or of several arguments.
pub fn select(name: &str, args: &[&Obj], key: Option<&Obj>, default: Option<&Obj>) -> PyResult<Object> {
    let op = if name == "max" { CompareOp::Gt } else { CompareOp::Lt };
    if args.is_empty() {
        bail!(TypeError, "{name} expected at least 1 argument, got 0");
    }
    if args.len() > 1 && default.is_some() {
        bail!(TypeError, "Cannot specify a default for {name}() with multiple positional arguments");
    }
    let mut best: Option<(Object, Object)> = None;
    let mut offer = |item: Object| -> PyResult<()> {
        let value = match key {
            Some(k) => k.call(&[&item])?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, b)) => value.compare_bool(b, op)?,
        };
        if better {
            best = Some((item, value));
        }
        Ok(())
    };
    if let [iterable] = args {
        iterable.for_each(&mut offer)?;
    } else {
        for a in args {
            offer((*a).to_owned())?;
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(d)) => Ok(d.to_owned()),
        (None, None) => Err(raise!(ValueError, "{name}() iterable argument is empty")),
    }
}
