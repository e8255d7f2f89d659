//! Namespaces of the caller, and `eval` and `exec` in a namespace.

use dovetail_core::error::PyResult;
use dovetail_core::interp::eval::run_code;
use dovetail_core::interp::frame;
use dovetail_core::interpreter::Interpreter;
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::cell::Cell;
use dovetail_core::types::code::Code;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise, sym};

/// `globals()`.
pub fn globals() -> PyResult<Object> {
    match frame::current_globals() {
        Some(g) => Ok(g.into_object()),
        None => Err(raise!(SystemError, "globals(): no frame")),
    }
}

/// `locals()`.
pub fn locals() -> PyResult<Object> {
    dovetail_core::types::frame::current_locals()
}

/// `dir()`.
pub fn dir_of_scope() -> PyResult<Ref<List>> {
    let names = locals()?.call_method(sym!(keys), &[])?;
    let list = List::from_iter_obj(&names)?;
    list.sort_default()?;
    Ok(list)
}

/// The namespaces to run in: what was given, or the caller's.
fn spaces(what: &str, globals: Option<&Obj>, locals: Option<&Obj>) -> PyResult<(Ref<Dict>, Object)> {
    let g: Ref<Dict> = match globals {
        None => match frame::current_globals() {
            Some(g) => g,
            None => bail!(SystemError, "globals and locals cannot be NULL"),
        },
        Some(g) => match g.downcast::<Dict>() {
            Some(d) => d.to_ref(),
            None if what == "eval" => {
                let mapping = has_subscript(g);
                let message = if mapping {
                    "globals must be a real dict; try eval(expr, {}, mapping)"
                } else {
                    "globals must be a dict"
                };
                return Err(dovetail_core::error::raise_message(
                    dovetail_core::error::exc::TypeError(),
                    message,
                ));
            }
            None => bail!(TypeError, "exec() globals must be a dict, not {}", g.type_name()),
        },
    };
    let l = match (globals, locals) {
        (_, Some(l)) => {
            if !has_subscript(l) {
                if what == "eval" {
                    bail!(TypeError, "locals must be a mapping");
                }
                bail!(TypeError, "locals must be a mapping or None, not {}", l.type_name());
            }
            l.to_owned()
        }
        (Some(_), None) => g.clone().into_object(),
        (None, None) => self::locals()?,
    };
    if g.get_str(sym!(__builtins__)).is_none() {
        let b = match frame::current_builtins() {
            Some(b) => b,
            None => Interpreter::current().builtins().clone().into_object(),
        };
        g.set(sym!(__builtins__).as_obj(), &b)?;
    }
    Ok((g, l))
}

fn has_subscript(o: &Obj) -> bool {
    // SAFETY: a suite of the object's type.
    unsafe { o.ob_type().raw().tp_as_mapping.as_ref() }.is_some_and(|m| m.mp_subscript.is_some())
}

/// `eval(source, globals, locals)`.
pub fn eval(source: &Obj, globals: Option<&Obj>, locals: Option<&Obj>) -> PyResult<Object> {
    let (g, l) = spaces("eval", globals, locals)?;
    if let Some(code) = source.downcast::<Code>() {
        if code.raw().co_nfreevars > 0 {
            bail!(TypeError, "code object passed to eval() may not contain free variables");
        }
        return run_code(code, &g, &l, None);
    }
    let code = crate::compile::compile_source(source, "<string>", "eval", "eval")?;
    run_code(&code, &g, &l, None)
}

/// `exec(source, globals, locals, closure=...)`.
pub fn exec(
    source: &Obj,
    globals: Option<&Obj>,
    locals: Option<&Obj>,
    closure: Option<&Obj>,
) -> PyResult<()> {
    let (g, l) = spaces("exec", globals, locals)?;
    if let Some(code) = source.downcast::<Code>() {
        let nfree = code.raw().co_nfreevars as usize;
        if nfree == 0 {
            if closure.is_some() {
                bail!(TypeError, "cannot use a closure with this code object");
            }
        } else {
            let cells = closure.and_then(|c| c.downcast_exact::<Tuple>());
            let ok =
                cells.is_some_and(|t| t.len() == nfree && t.items().iter().all(|c| c.is_exact::<Cell>()));
            if !ok {
                bail!(TypeError, "code object requires a closure of exactly length {nfree}");
            }
        }
        run_code(code, &g, &l, closure.and_then(|c| c.downcast::<Tuple>()))?;
        return Ok(());
    }
    if closure.is_some() {
        bail!(TypeError, "closure can only be used when source is a code object");
    }
    let code = crate::compile::compile_source(source, "<string>", "exec", "exec")?;
    run_code(&code, &g, &l, None)?;
    Ok(())
}
