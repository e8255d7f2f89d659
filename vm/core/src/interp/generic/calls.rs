//! Calls: Python functions are entered without the C stack, everything else goes through vectorcall.

use super::State;
use crate::error::{PyResult, Raised, exc};
use crate::interp::bind;
use crate::interp::ccalls;
use crate::interp::frame::Frame;
use crate::interp::value::Value;
use crate::interp::words;
use crate::object::call::{ARGUMENTS_OFFSET, check_result, vectorcall_function};
use crate::object::native::Native;
use crate::object::slotfuncs::slot_tp_init;
use crate::object::{Obj, Object, Ref};
use crate::types::cfunction::CFunction;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::method::Method;
use crate::types::object_;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_ops::metadata::{direct, generic, op};
use std::mem::MaybeUninit;

/// Most calls have few arguments: these fit without allocation.
const FEW: usize = 10;

/// Calls a non-Python callable with words; the words stay on the stack. Integers are boxed in their places, which
/// give them back with the rest.
///
/// # Safety
/// `from` holds `total` words that stay alive during the call; the last ones are the values of `kwnames`.
unsafe fn call_words(
    callable: &Obj,
    from: *mut Value,
    total: usize,
    kwnames: Option<&Tuple>,
) -> PyResult<Object> {
    // SAFETY: the caller's promise; every pointer is written before it is read.
    unsafe {
        // One free word before the arguments, for callees that prepend self.
        let mut few = [const { MaybeUninit::<*mut abi::PyObject>::uninit() }; FEW];
        let mut many: Vec<*mut abi::PyObject> = Vec::new();
        let args: *mut *mut abi::PyObject = if total < FEW {
            few.as_mut_ptr().cast::<*mut abi::PyObject>().add(1)
        } else {
            many.reserve_exact(total + 1);
            many.as_mut_ptr().add(1)
        };
        for i in 0..total {
            if (*from.add(i)).is_int() && !ccalls::boxed(from, i) {
                return Err(Raised::assume());
            }
            *args.add(i) = (*from.add(i)).ptr();
        }
        let kw = kwnames.map_or(0, Tuple::len);
        let names = crate::object::native::opt_ptr(kwnames);
        match vectorcall_function(callable.as_ptr()) {
            Some(f) => {
                check_result(callable, f(callable.as_ptr(), args, (total - kw) | ARGUMENTS_OFFSET, names))
            }
            None => crate::object::call::vectorcall(callable, args, total - kw, names),
        }
    }
}

/// Is this a Python function that is entered without the C stack?
pub fn python_function(v: Value) -> bool {
    if v.is_int() || !std::ptr::eq(v.type_ptr(), Function::TYPE_POINTER) {
        return false;
    }
    // SAFETY: just checked.
    let f: &Function = unsafe { v.obj().cast_unchecked() };
    f.is_plain()
}

/// Stack: callable, self or null, arguments.
#[inline(always)]
pub fn CALL(st: &mut State, oparg: usize) -> PyResult<()> {
    let (callable, this) = (st.peek(oparg + 2), st.peek(oparg + 1));
    if st.should_specialize(generic::CALL as u8) && !specialize_call(st, callable, this, oparg) {
        st.specialize_failed();
    }
    st.skip(3);
    call(st, oparg, None)
}

fn specialize_call(st: &mut State, callable: Value, this: Value, oparg: usize) -> bool {
    if oparg == 1 && is_list_append(callable, this) {
        // SAFETY: an instruction follows the three caches.
        if st.is_wide() || unsafe { *(st.pc.add(3) as *const u8) } != op::POP_TOP {
            return false;
        }
        st.ts.list_append.set(callable.ptr());
        st.specialize(op::CALL_LIST_APPEND);
        return true;
    }
    if st.is_wide() {
        return false;
    }
    if oparg == 1 && this.is_null() && is_len(st, callable) && has_plain_length(st.peek(1)) {
        st.ts.len_function.set(callable.ptr());
        st.specialize(op::CALL_LEN);
        return true;
    }
    if !python_function(callable) {
        if callable.is_int() || callable.type_ptr() == Method::TYPE_POINTER {
            return false;
        }
        if this.is_null() && words::takes_words(callable.type_ptr()) {
            st.specialize(direct::CALL_WORDS);
            return true;
        }
        let own = !this.is_null() as usize;
        // SAFETY: the words of the call.
        if let Some(form) = unsafe { ccalls::form(callable, st.sp.sub(oparg + own), oparg + own) } {
            st.specialize(form);
            return true;
        }
        // SAFETY: a pointer word on the stack.
        let (f, class) =
            unsafe { (vectorcall_function(callable.ptr()), callable.obj::<'static>().downcast::<Type>()) };
        let mut version = 0;
        if f.is_none()
            && let Some(class) = class
        {
            version = class.assign_version();
            if version == 0 || python_init(callable).is_some() {
                return false;
            }
        }
        st.specialize(direct::CALL_NON_PY_GENERAL);
        st.set_cache32(1, version);
        return true;
    }
    // SAFETY: just checked.
    let f: &Function = unsafe { callable.obj().cast_unchecked() };
    let code = f.code().raw();
    let total = oparg + !this.is_null() as usize;
    const SIMPLE: i32 = abi::CO_VARARGS | abi::CO_VARKEYWORDS;
    if code.co_flags & SIMPLE != 0
        || code.co_flags & abi::CO_OPTIMIZED == 0
        || code.co_kwonlyargcount != 0
        || code.co_argcount as usize != total
    {
        return false;
    }
    let version = f.version();
    if version == 0 {
        return false;
    }
    st.specialize(op::CALL_PY_EXACT_ARGS);
    st.set_cache32(1, version);
    true
}

/// Is this what the module `builtins` calls `len`?
fn is_len(st: &State, callable: Value) -> bool {
    if callable.is_int() || !std::ptr::eq(callable.type_ptr(), CFunction::TYPE_POINTER) {
        return false;
    }
    let known = st.ts.len_function.get();
    if !known.is_null() {
        return known == callable.ptr();
    }
    // SAFETY: just checked.
    let f: &CFunction = unsafe { callable.obj().cast_unchecked() };
    // One function for ever: a reference is kept.
    let found = f.name() == "len"
        && st
            .builtins()
            .downcast::<Dict>()
            .is_some_and(|d| d.get_str(sym!(len)).is_some_and(|o| o.as_ptr() == callable.ptr()));
    if found {
        // SAFETY: a live object.
        unsafe { callable.obj() }.incref();
    }
    found
}

/// One of the types whose length the loop reads.
fn has_plain_length(v: Value) -> bool {
    let t = v.type_ptr();
    [List::TYPE_POINTER, Tuple::TYPE_POINTER, Str::TYPE_POINTER, Dict::TYPE_POINTER].contains(&t)
        && !v.is_int()
}

/// Is this the method `append` of `list` with a list before it?
fn is_list_append(callable: Value, this: Value) -> bool {
    if this.is_null() || this.is_int() || !std::ptr::eq(this.type_ptr(), List::TYPE_POINTER) {
        return false;
    }
    List::type_object()
        .lookup(sym!(append))
        .is_some_and(|f| f.as_ptr() == callable.ptr() && !callable.is_int())
}

/// Stack: callable, self or null, arguments (the last ones are keyword values); `pc` is behind the caches.
fn call(st: &mut State, nargs: usize, kwnames: Option<&Tuple>) -> PyResult<()> {
    let mut callable = st.peek(nargs + 2);
    let mut this = st.peek(nargs + 1);
    // A bound method is taken apart.
    if this.is_null() && !callable.is_int() && std::ptr::eq(callable.type_ptr(), Method::TYPE_POINTER) {
        // SAFETY: just checked.
        let m: &Method = unsafe { callable.obj().cast_unchecked() };
        let (f, s) = (m.func().to_owned(), m.this().to_owned());
        st.poke(nargs + 2, Value::owned(f));
        st.poke(nargs + 1, Value::from_object(s));
        callable.release();
        callable = st.peek(nargs + 2);
        this = st.peek(nargs + 1);
    }
    let total = nargs + !this.is_null() as usize;
    // SAFETY: the stack holds the words.
    unsafe {
        let first = st.sp.sub(total);
        if python_function(callable) {
            return enter_function(st, callable, first, total, nargs + 2, kwnames);
        }
        if this.is_null()
            && let Some(init) = python_init(callable)
            && !st.ts.interp().monitors.on.get()
        {
            return enter_init(st, init, nargs, kwnames);
        }
        let result = if callable.is_int() {
            Err(raise!(TypeError, "'int' object is not callable"))
        } else {
            call_words(callable.obj(), first, total, kwnames)
        }?;
        st.replace_n(nargs + 2, result);
    }
    // Signals that came during the call are handled before the next instruction, as CPython does after its calls.
    if st.ts.eval_breaker().load(std::sync::atomic::Ordering::Relaxed) != 0 {
        crate::interp::pending::handle(st.ts)?;
    }
    Ok(())
}

/// The Python function `__init__` of a class whose instances `type.__call__` makes in the usual way.
#[inline]
fn python_init(callable: Value) -> Option<&'static Obj> {
    if callable.is_int() {
        return None;
    }
    // SAFETY: a pointer word; the borrow ends before other code runs.
    let class: &'static Type = unsafe { callable.obj::<'static>() }.downcast::<Type>()?;
    let meta = class.ob_type();
    let usual = <Type as Native>::type_object();
    if !std::ptr::eq(meta, usual)
        && meta.raw().tp_call.map(|f| f as usize) != usual.raw().tp_call.map(|f| f as usize)
    {
        return None;
    }
    let t = class.raw();
    if t.tp_init.is_none_or(|f| f as usize != slot_tp_init as *const () as usize)
        || !object_::makes_plain_instances(class)
        || t.tp_vectorcall.is_some()
    {
        return None;
    }
    let init = class.lookup(sym!(__init__))?;
    python_function(Value::borrowed(init)).then_some(init)
}

/// Makes an instance and enters its `__init__`; below that runs a frame that drops the None and returns the instance.
/// Stack: class, null, arguments.
///
/// # Safety
/// `init` is the function of the class on the stack, whose instances are plain.
unsafe fn enter_init(st: &mut State, init: &Obj, nargs: usize, kwnames: Option<&Tuple>) -> PyResult<()> {
    // SAFETY: the caller's promise; both frames are new and on top of the data stack.
    unsafe {
        let init = init.to_owned();
        let class = st.peek(nargs + 2).ptr() as *mut abi::PyTypeObject;
        let instance: Object = crate::error::from_c(crate::object::alloc::generic_alloc(class, 0))?;
        let shim = push_init_shim(st, &instance)?;
        // The null word becomes self, the first argument.
        st.poke(nargs + 1, Value::owned(instance));
        let first = st.sp.sub(nargs + 1);
        let f = match st.ts.push_frame(Value::borrowed(&init), shim) {
            Ok(f) => f,
            Err(e) => {
                bind::discard_frame(st.ts, shim);
                return Err(e);
            }
        };
        (*f).function = Value::owned(init);
        if let Err(e) = bind::bind_words(f, first, nargs + 1, kwnames) {
            bind::discard_frame(st.ts, f);
            bind::discard_frame(st.ts, shim);
            return Err(e);
        }
        for i in 0..nargs + 1 {
            *first.add(i) = Value::NULL;
        }
        st.drop_n(nargs + 2);
        enter_frame(st, f);
    }
    Ok(())
}

/// The frame below an `__init__`, with the instance on its stack.
unsafe fn push_init_shim(st: &State, instance: &Obj) -> PyResult<*mut Frame> {
    let code = Code::init_shim()?;
    // SAFETY: a frame with room for the code's stack.
    unsafe {
        let ts = st.ts;
        if (*ts.c()).py_recursion_remaining <= 1 {
            return Err(ts.python_recursion_error());
        }
        let shim = ts.push_words(code.raw().co_framesize as usize)?;
        (*ts.c()).py_recursion_remaining -= 1;
        Frame::init(
            shim,
            Value::NULL,
            code,
            (*st.fp).globals,
            (*st.fp).builtins,
            std::ptr::null_mut(),
            st.fp,
        );
        *(*shim).stackpointer = Value::owned(instance.to_owned());
        (*shim).stackpointer = (*shim).stackpointer.add(1);
        Ok(shim)
    }
}

/// Pushes a frame for a Python function; its result will replace the top `consumed` words.
///
/// # Safety
/// `first` points to `total` argument words within the consumed ones.
unsafe fn enter_function(
    st: &mut State,
    callable: Value,
    first: *mut Value,
    total: usize,
    consumed: usize,
    kwnames: Option<&Tuple>,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        // The frame takes the callable's word; if binding fails, both are released by their owners.
        let f = st.ts.push_frame(callable.dup(), st.fp)?;
        if let Err(e) = bind::bind_words(f, first, total, kwnames) {
            bind::discard_frame(st.ts, f);
            return Err(e);
        }
        // Argument words were moved out (those not bound are null); what is left is the callable.
        for i in 0..total {
            *first.add(i) = Value::NULL;
        }
        st.drop_n(consumed);
        enter_frame(st, f);
    }
    Ok(())
}

/// Makes `f` the running frame; the caller goes on at `st.pc` with its stack as it is.
///
/// # Safety
/// `f` is a new frame whose `previous` is the running one.
pub unsafe fn enter_frame(st: &mut State, f: *mut crate::interp::frame::Frame) {
    // SAFETY: the caller's promise.
    unsafe {
        let caller = st.fp;
        // instr_ptr still names the calling instruction.
        (*caller).return_offset = st.pc.offset_from((*caller).instr_ptr) as u16;
        (*caller).stackpointer = st.sp;
        st.fp = f;
        st.pc = (*f).instr_ptr.add((*f).return_offset as usize);
        st.sp = (*f).stackpointer;
        st.ts.set_frame(f);
    }
}

/// As `CALL`, with keyword names on top.
pub fn CALL_KW(st: &mut State, oparg: usize) -> PyResult<()> {
    let names = st.pop_object()?;
    st.skip(3);
    // SAFETY: the compiler puts a tuple there.
    let names: &Tuple = unsafe { names.cast_unchecked() };
    call(st, oparg, Some(names))
}

/// Stack: callable, null, argument iterable, keyword mapping or null.
pub fn CALL_FUNCTION_EX(st: &mut State, _: usize) -> PyResult<()> {
    let kwargs = st.peek(1);
    let callable = st.object(4)?;
    let args = st.object(2)?;
    let args: Ref<Tuple> = match args.downcast_exact::<Tuple>() {
        Some(t) => crate::object::ToRef::to_ref(t),
        None => match args.collect_items() {
            Ok(v) => Tuple::from_vec(v)?,
            Err(e) if e.matches(exc::TypeError()) && args.ob_type().raw().tp_iter.is_none() => {
                e.clear();
                bail!(
                    TypeError,
                    "{} argument after * must be an iterable, not {}",
                    function_text(&callable)?,
                    args.type_name()
                );
            }
            Err(e) => return Err(e),
        },
    };
    // SAFETY: the compiler builds a dict for keywords.
    let kwargs: Option<&Dict> =
        if kwargs.is_null() { None } else { Some(unsafe { kwargs.obj().cast_unchecked() }) };
    if python_function(st.peek(4)) {
        // SAFETY: the words are made from owned objects, which the frame takes over.
        unsafe {
            let f = st.ts.push_frame(st.peek(4).dup(), st.fp)?;
            if let Err(e) = bind::bind_objects(f, &args, kwargs) {
                bind::discard_frame(st.ts, f);
                return Err(e);
            }
            drop((callable, args));
            st.drop_n(4);
            enter_frame(st, f);
        }
        return Ok(());
    }
    let result = callable.call_dict(&args, kwargs)?;
    drop((callable, args));
    st.replace_n(4, result);
    Ok(())
}

/// A callable as messages show it: `module.qualname()`.
pub fn function_text(f: &Obj) -> PyResult<String> {
    let Some(q) = f.get_attr_opt(sym!(__qualname__))? else {
        return Ok(f.str_()?.to_string_lossy().into_owned());
    };
    let Some(q) = q.downcast::<Str>() else { return Ok(f.str_()?.to_string_lossy().into_owned()) };
    let q = q.to_string_lossy().into_owned();
    if let Some(m) = f.get_attr_opt(sym!(__module__))?
        && let Some(m) = m.downcast::<Str>()
        && !m.equals_str("builtins")
    {
        return Ok(format!("{}.{q}()", m.to_string_lossy()));
    }
    Ok(format!("{q}()"))
}

/// `__init__` returned something.
pub fn EXIT_INIT_CHECK(st: &mut State, _: usize) -> PyResult<()> {
    let v = st.pop();
    if !v.is_none() {
        let o = v.into_object()?;
        bail!(TypeError, "__init__() should return None, not '{}'", o.type_name());
    }
    v.release();
    Ok(())
}
