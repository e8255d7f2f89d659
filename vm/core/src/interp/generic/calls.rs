//! Calls: Python functions are entered without the C stack, everything else goes through vectorcall.

use super::State;
use crate::error::{PyResult, exc};
use crate::interp::bind;
use crate::interp::value::Value;
use crate::object::call::{ARGUMENTS_OFFSET, check_result, vectorcall_function};
use crate::object::native::Native;
use crate::object::{Obj, Object, Ref};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::int::Int;
use crate::types::method::Method;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::{bail, raise, sym};
use dovetail_ops::metadata::{generic, op};

/// Most calls have few arguments: these fit without allocation.
const FEW: usize = 10;

/// Argument pointers for C, borrowed from stack words; integers are boxed and given back on drop.
struct Arguments {
    few: [*mut abi::PyObject; FEW],
    many: Vec<*mut abi::PyObject>,
    boxed: u64,
    n: usize,
}

impl Arguments {
    /// # Safety
    /// `from` holds `n` words that stay alive as long as the result.
    unsafe fn new(from: *const Value, n: usize) -> PyResult<Arguments> {
        let mut a = Arguments { few: [std::ptr::null_mut(); FEW], many: Vec::new(), boxed: 0, n };
        // One free word before the arguments, for callees that prepend self.
        if n + 1 > FEW {
            a.many = vec![std::ptr::null_mut(); n + 1];
        }
        for i in 0..n {
            // SAFETY: the caller's promise.
            let v = unsafe { *from.add(i) };
            let p = if v.is_int() {
                if i < 64 {
                    a.boxed |= 1 << i;
                }
                Int::from_i64(v.as_int())?.into_ptr()
            } else {
                v.ptr()
            };
            if a.many.is_empty() { a.few[i + 1] = p } else { a.many[i + 1] = p }
        }
        Ok(a)
    }

    fn pointer(&self) -> *const *mut abi::PyObject {
        let base = if self.many.is_empty() { self.few.as_ptr() } else { self.many.as_ptr() };
        // SAFETY: there is a word before the first argument.
        unsafe { base.add(1) }
    }
}

impl Drop for Arguments {
    fn drop(&mut self) {
        for i in 0..self.n.min(64) {
            if self.boxed >> i & 1 != 0 {
                // SAFETY: boxed by `new`.
                unsafe { crate::object::obj::decref(*self.pointer().add(i)) }
            }
        }
    }
}

/// Calls a non-Python callable with words; the words stay on the stack.
///
/// # Safety
/// As `Arguments::new`; the last words are the values of `kwnames`.
unsafe fn call_words(
    callable: &Obj,
    from: *const Value,
    total: usize,
    kwnames: Option<&Tuple>,
) -> PyResult<Object> {
    // SAFETY: the caller's promise.
    unsafe {
        let args = Arguments::new(from, total)?;
        let kw = kwnames.map_or(0, Tuple::len);
        let names = crate::object::native::opt_ptr(kwnames);
        match vectorcall_function(callable.as_ptr()) {
            Some(f) => check_result(
                callable,
                f(callable.as_ptr(), args.pointer(), (total - kw) | ARGUMENTS_OFFSET, names),
            ),
            None => crate::object::call::vectorcall(callable, args.pointer(), total - kw, names),
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
pub fn CALL(st: &mut State, oparg: usize) -> PyResult<()> {
    let (callable, this) = (st.peek(oparg + 2), st.peek(oparg + 1));
    if st.should_specialize(generic::CALL as u8) && !specialize_call(st, callable, this, oparg) {
        st.specialize_failed();
    }
    st.skip(3);
    call(st, oparg, None)
}

fn specialize_call(st: &mut State, callable: Value, this: Value, oparg: usize) -> bool {
    if !python_function(callable) || st.is_wide() {
        return false;
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
