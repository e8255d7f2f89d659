//! Import statements.

use super::State;
use crate::error::PyResult;
use crate::interpreter::Interpreter;
use crate::object::{AsObj, Obj, Object};
use crate::types::str_::Str;
use crate::{bail, sym};

pub fn IMPORT_NAME(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg);
    let (level, fromlist) = (st.object(2)?, st.object(1)?);
    let import = match crate::object::abstract_::mapping_get(st.builtins(), sym!(__import__).as_obj())? {
        Some(f) => f,
        None => bail!(ImportError, "__import__ not found"),
    };
    // SAFETY: the running frame.
    let locals = unsafe { (*st.fp).locals };
    let none = crate::types::none::none();
    // SAFETY: NULL or the frame's namespace.
    let locals = if locals.is_null() { none } else { unsafe { Obj::from_ptr(locals) } };
    let m = import.call(&[name.as_obj(), st.globals(), locals, &fromlist, &level])?;
    drop((level, fromlist));
    st.replace_n(2, m);
    Ok(())
}

pub fn IMPORT_FROM(st: &mut State, oparg: usize) -> PyResult<()> {
    let name = st.name(oparg);
    let module = st.object(1)?;
    let v = import_from(&module, name)?;
    drop(module);
    st.push_object(v);
    Ok(())
}

/// `from module import name`: an attribute, or a submodule already in `sys.modules`.
fn import_from(module: &Obj, name: &Str) -> PyResult<Object> {
    if let Some(v) = module.get_attr_opt(name)? {
        return Ok(v);
    }
    let module_name = module.get_attr_opt(sym!(__name__))?;
    let text = module_name.as_ref().and_then(|n| n.downcast::<Str>());
    if let Some(n) = text {
        let full = Str::new(&format!("{}.{}", n.to_string_lossy(), name.to_string_lossy()))?;
        if let Some(m) = Interpreter::current().modules().get(full.as_obj())? {
            return Ok(m);
        }
    }
    crate::types::module::cannot_import(module, name, text)
}
