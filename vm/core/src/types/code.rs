//! Code objects: CPython's `PyCodeObject` with the instructions inline, and what `types.CodeType` offers.
//!
//! `co_executors`, which CPython uses for its JIT, holds our `CodeExtra`. Instructions are quickened in place; Python
//! sees them as the compiler wrote them. Making code from a compiler's result is in `code_front`, the methods that
//! Python sees in `code_methods`.

use crate::bail;
use crate::error::PyResult;
use crate::interp::frame::HEADER_WORDS;
use crate::interp::value::Value;
use crate::interpreter::Interpreter;
use crate::object::native::Native;
use crate::object::obj::{Head, Obj, incref, xdecref};
use crate::object::refs::{AsObj, Object, Ref};
use crate::object::{CompareOp, alloc};
use crate::types::bytes::Bytes;
use crate::types::int::Int;
use crate::types::location::{self, Position};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use dovetail_macros::pytype;
use dovetail_ops::metadata;

type P = *mut abi::PyObject;

/// A compiled function, class or module body.
/// ---
/// Create a code object.  Not for the faint of heart.
#[pytype(name = "code", body = abi::PyCodeObject, export = "PyCode_Type", weaklist = co_weakreflist,
         basicsize = std::mem::offset_of!(abi::PyCodeObject, co_code_adaptive), itemsize = 2,
         sig = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, \
                varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     \
                cellvars=(), /)")]
pub struct Code;

/// What the evaluation loop keeps with a code object.
#[repr(C)]
pub struct CodeExtra {
    /// The constants as frame words: integers that fit are tagged, others are borrowed from `co_consts`.
    pub constants: *const Value,
    count: usize,
}

/// The bit of a local's kind: a cell shared with inner functions.
pub const KIND_CELL: u8 = abi::CO_FAST_CELL as u8;
/// The bit of a local's kind: a cell from an enclosing function.
pub const KIND_FREE: u8 = abi::CO_FAST_FREE as u8;
/// The bit of a local's kind: a plain local.
pub const KIND_LOCAL: u8 = abi::CO_FAST_LOCAL as u8;
/// The bit of a local's kind: a comprehension's variable outside of functions.
pub const KIND_HIDDEN: u8 = abi::CO_FAST_HIDDEN as u8;

/// The parts from which a code object is made.
pub struct Parts {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: Vec<u8>,
    pub consts: Ref<Tuple>,
    pub names: Ref<Tuple>,
    pub localsplusnames: Ref<Tuple>,
    pub localspluskinds: Ref<Bytes>,
    pub filename: Ref<Str>,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
    pub firstlineno: i32,
    pub linetable: Ref<Bytes>,
    pub exceptiontable: Ref<Bytes>,
}

/// The bytes of a `bytes` object.
///
/// # Safety
/// `p` is a live `bytes` object that outlives `'a`.
unsafe fn bytes_at<'a>(p: P) -> &'a [u8] {
    // SAFETY: the caller's promise; the layout is PyBytesObject's.
    unsafe {
        let n = (*(p as *const abi::PyVarObject)).ob_size as usize;
        std::slice::from_raw_parts((p as *const u8).add(std::mem::offset_of!(abi::PyBytesObject, ob_sval)), n)
    }
}

/// Turns instructions into what the compiler writes: generic opcodes, empty caches.
fn generalize(code: &mut [u8]) {
    let n = code.len() & !1;
    let mut i = 0;
    while i < n {
        let op = code[i];
        if !metadata::name(op).is_empty() {
            code[i] = metadata::base(op);
        }
        let caches = (i + 2 + 2 * metadata::caches(code[i])).min(n);
        code[i + 2..caches].fill(0);
        i = caches;
    }
}

impl Code {
    /// The C struct.
    #[inline(always)]
    pub fn raw(&self) -> &abi::PyCodeObject {
        // SAFETY: the body of a live code object.
        unsafe { &*self.body() }
    }

    /// The first instruction unit.
    #[inline(always)]
    pub fn instructions(&self) -> *const u16 {
        // SAFETY: the instructions follow the fixed part.
        unsafe { (&raw const (*self.body()).co_code_adaptive).cast() }
    }

    /// The number of instruction units.
    #[inline(always)]
    pub fn units(&self) -> usize {
        self.raw().ob_base.ob_size as usize
    }

    #[inline(always)]
    fn tuple(&self, p: P) -> &'static Tuple {
        // SAFETY: an owned tuple of the code. The borrow must not outlive the code: that is this module's contract with
        // the evaluation loop, whose frames keep their code alive.
        unsafe { &*(p as *const Tuple) }
    }

    #[inline(always)]
    fn string(&self, p: P) -> &'static Str {
        // SAFETY: as above.
        unsafe { &*(p as *const Str) }
    }

    /// The name `i` of `co_names`. The borrow is valid as long as the code lives.
    #[inline(always)]
    pub fn name_at(&self, i: usize) -> &'static Str {
        // SAFETY: names are strings, checked when the code was made; the tuple lives with the code.
        unsafe { &*(self.tuple(self.raw().co_names).items()[i].as_raw() as *const Str) }
    }

    /// The name of the local, cell or free variable in slot `i`. Valid as long as the code lives.
    #[inline(always)]
    pub fn local_name(&self, i: usize) -> &'static Str {
        // SAFETY: as above.
        unsafe { &*(self.tuple(self.raw().co_localsplusnames).items()[i].as_raw() as *const Str) }
    }

    /// The kind bits of slot `i`.
    #[inline(always)]
    pub fn kind(&self, i: usize) -> u8 {
        self.kinds()[i]
    }

    /// The kind bits of all slots.
    #[inline(always)]
    pub fn kinds(&self) -> &[u8] {
        // SAFETY: an owned bytes object.
        unsafe { bytes_at(self.raw().co_localspluskinds) }
    }

    pub fn consts(&self) -> &Tuple {
        self.tuple(self.raw().co_consts)
    }

    pub fn names(&self) -> &Tuple {
        self.tuple(self.raw().co_names)
    }

    pub fn local_names(&self) -> &Tuple {
        self.tuple(self.raw().co_localsplusnames)
    }

    pub fn filename(&self) -> &Str {
        self.string(self.raw().co_filename)
    }

    pub fn name(&self) -> &Str {
        self.string(self.raw().co_name)
    }

    pub fn qualname(&self) -> &Str {
        self.string(self.raw().co_qualname)
    }

    pub fn exception_table(&self) -> &[u8] {
        // SAFETY: an owned bytes object.
        unsafe { bytes_at(self.raw().co_exceptiontable) }
    }

    pub fn line_table(&self) -> &[u8] {
        // SAFETY: an owned bytes object.
        unsafe { bytes_at(self.raw().co_linetable) }
    }

    /// Does the code have all of these `CO_*` flags?
    #[inline(always)]
    pub fn has_flag(&self, flag: i32) -> bool {
        self.raw().co_flags & flag == flag
    }

    /// The line of the instruction at byte `lasti`, if it has one; the first line for a negative index.
    pub fn line_of(&self, lasti: i32) -> Option<i32> {
        if lasti < 0 {
            return Some(self.raw().co_firstlineno);
        }
        self.positions_of(lasti).line
    }

    /// Lines and columns of the instruction at byte `lasti`.
    pub fn positions_of(&self, lasti: i32) -> Position {
        if lasti < 0 {
            let line = Some(self.raw().co_firstlineno);
            return Position { line, end_line: line, ..Position::default() };
        }
        location::position_of(self.line_table(), self.raw().co_firstlineno, lasti as usize / 2)
            .unwrap_or_default()
    }

    /// The opcode and argument byte of unit `i` as the compiler wrote them.
    pub fn base_unit(&self, i: usize) -> (u8, u8) {
        debug_assert!(i < self.units());
        // SAFETY: within the instructions.
        let unit = unsafe { *self.instructions().add(i) };
        let op = unit as u8;
        let base = if metadata::name(op).is_empty() { op } else { metadata::base(op) };
        (base, (unit >> 8) as u8)
    }

    /// The instructions as the compiler wrote them: generic opcodes, empty caches.
    pub fn original_code(&self) -> Vec<u8> {
        let mut code = self.current_code().to_vec();
        generalize(&mut code);
        code
    }

    /// The instructions as they stand now.
    pub fn current_code(&self) -> &[u8] {
        // SAFETY: the instructions are inline.
        unsafe { std::slice::from_raw_parts(self.instructions().cast(), self.units() * 2) }
    }

    /// Is the code's frame that of a generator, coroutine or asynchronous generator?
    pub fn is_generator_like(&self) -> bool {
        self.raw().co_flags & (abi::CO_GENERATOR | abi::CO_COROUTINE | abi::CO_ASYNC_GENERATOR) != 0
    }

    /// The docstring, which the compiler puts first among the constants.
    pub fn docstring(&self) -> Option<Object> {
        let first = self.consts().items().first()?;
        (self.has_flag(abi::CO_HAS_DOCSTRING) && first.is_a::<Str>()).then(|| first.clone())
    }

    /// Names of the slots whose kind has one of the bits, as a new tuple.
    pub fn names_of_kind(&self, bits: u8) -> PyResult<Ref<Tuple>> {
        let names = self.local_names().items();
        let found = names.iter().zip(self.kinds()).filter(|(_, k)| **k & bits != 0).map(|(n, _)| n.clone());
        Tuple::from_vec(found.collect())
    }

    /// New code. Names and identifier-like constants are interned.
    pub fn new(parts: Parts) -> PyResult<Ref<Code>> {
        parts.check()?;
        for t in [&parts.names, &parts.localsplusnames] {
            intern_names(t)?;
        }
        intern_constants(&parts.consts)?;
        let name = parts.name.to_interned()?;
        let qualname = parts.qualname.to_interned()?;
        let units = parts.code.len() / 2;
        let nlocalsplus = parts.localsplusnames.len() as i32;
        let (mut nlocals, mut ncells, mut nfree) = (0, 0, 0);
        // SAFETY: a live bytes object.
        for k in unsafe { bytes_at(parts.localspluskinds.as_raw()) } {
            nlocals += (k & KIND_LOCAL != 0) as i32;
            ncells += (k & KIND_CELL != 0) as i32;
            nfree += (k & (KIND_FREE | KIND_CELL | KIND_LOCAL) == KIND_FREE) as i32;
        }
        let framesize = nlocalsplus as i64 + parts.stacksize as i64 + HEADER_WORDS as i64 + 1;
        if framesize > i32::MAX as i64 / 8 {
            bail!(OverflowError, "code: co_stacksize is too large");
        }
        let extra = CodeExtra::new(&parts.consts);
        let size = std::mem::offset_of!(abi::PyCodeObject, co_code_adaptive) + parts.code.len() + 16;
        // SAFETY: a new object; its fields own what they get.
        unsafe {
            let o = match alloc::alloc_sized(Code::type_object(), size) {
                Ok(o) => o,
                Err(e) => {
                    CodeExtra::free(extra);
                    return Err(e);
                }
            };
            let c = o as *mut abi::PyCodeObject;
            (*c).ob_base.ob_size = units as isize;
            (*c).co_consts = parts.consts.into_ptr();
            (*c).co_names = parts.names.into_ptr();
            (*c).co_exceptiontable = parts.exceptiontable.into_ptr();
            (*c).co_flags = parts.flags;
            (*c).co_argcount = parts.argcount;
            (*c).co_posonlyargcount = parts.posonlyargcount;
            (*c).co_kwonlyargcount = parts.kwonlyargcount;
            (*c).co_stacksize = parts.stacksize;
            (*c).co_firstlineno = parts.firstlineno;
            (*c).co_nlocalsplus = nlocalsplus;
            (*c).co_framesize = framesize as i32;
            (*c).co_nlocals = nlocals;
            (*c).co_ncellvars = ncells;
            (*c).co_nfreevars = nfree;
            (*c).co_version = next_version();
            (*c).co_localsplusnames = parts.localsplusnames.into_ptr();
            (*c).co_localspluskinds = parts.localspluskinds.into_ptr();
            (*c).co_filename = parts.filename.into_ptr();
            (*c).co_name = name.into_ptr();
            (*c).co_qualname = qualname.into_ptr();
            (*c).co_linetable = parts.linetable.into_ptr();
            (*c).co_executors = extra.cast();
            (*c)._co_unique_id = -1;
            let code = &mut *(c as *mut Code);
            let text = code.instructions() as *mut u8;
            std::ptr::copy_nonoverlapping(parts.code.as_ptr(), text, parts.code.len());
            generalize(std::slice::from_raw_parts_mut(text, parts.code.len()));
            (*c)._co_firsttraceable = code.first_resume() as i32;
            let made = Ref::from_owned(o);
            if Interpreter::current().watchers.codes.any() {
                crate::watch::code_made(&made);
            }
            Ok(made)
        }
    }

    /// The code of the frame below an `__init__` that the loop enters from a call of its class: checks for None and
    /// returns the instance. Without a `RESUME`, so that nobody sees the frame.
    pub fn init_shim() -> PyResult<&'static Code> {
        use metadata::{generic, op};
        let cell = &Interpreter::current().init_shim;
        if cell.get().is_none() {
            let code = Code::new(Parts {
                argcount: 0,
                posonlyargcount: 0,
                kwonlyargcount: 0,
                stacksize: 2,
                flags: 0,
                code: vec![generic::EXIT_INIT_CHECK as u8, 0, op::RETURN_VALUE, 0],
                consts: Tuple::empty(),
                names: Tuple::empty(),
                localsplusnames: Tuple::empty(),
                localspluskinds: Bytes::new(b"")?,
                filename: Str::intern("")?,
                name: Str::intern("__init__")?,
                qualname: Str::intern("__init__")?,
                firstlineno: 0,
                linetable: Bytes::new(b"")?,
                exceptiontable: Bytes::new(b"")?,
            })?;
            let _ = cell.set(code);
        }
        match cell.get() {
            // SAFETY: the interpreter keeps it to its end.
            Some(code) => Ok(unsafe { &*(&**code as *const Code) }),
            None => bail!(SystemError, "no code for instances"),
        }
    }

    /// Is this the code of `init_shim`?
    #[inline]
    pub fn is_init_shim(&self) -> bool {
        self.is_init_shim_of(Interpreter::current())
    }

    /// Is this the code of that interpreter's `init_shim`? For threads that may not hold the GIL.
    #[inline]
    pub fn is_init_shim_of(&self, interp: &Interpreter) -> bool {
        interp.init_shim.get().is_some_and(|c| std::ptr::eq(&**c, self))
    }

    /// Index of the first `RESUME`, or the end.
    fn first_resume(&self) -> usize {
        let n = self.units();
        let mut i = 0;
        while i < n {
            let op = self.base_unit(i).0;
            if op as u16 == metadata::generic::RESUME {
                return i;
            }
            i += 1 + metadata::caches(op);
        }
        n
    }

    /// Sets `co_filename` here and in nested code, where it is `old` (for `.pyc` files that moved).
    pub fn set_filename(&self, old: &Str, new: &Str) -> PyResult<()> {
        if !self.filename().equals(old) {
            return Ok(());
        }
        // SAFETY: an owned field.
        unsafe {
            crate::object::obj::replace(&raw mut (*self.body()).co_filename, Some(new.as_obj().to_owned()))
        };
        for c in self.consts().items() {
            if let Some(c) = c.downcast_exact::<Code>() {
                c.set_filename(old, new)?;
            }
        }
        Ok(())
    }

    /// Equality as Python sees it: same instructions, names, constants with their types, positions.
    pub fn same(&self, other: &Code) -> PyResult<bool> {
        let (a, b) = (self.raw(), other.raw());
        if std::ptr::eq(a, b) {
            return Ok(true);
        }
        let plain = self.name().equals(other.name())
            && a.co_argcount == b.co_argcount
            && a.co_posonlyargcount == b.co_posonlyargcount
            && a.co_kwonlyargcount == b.co_kwonlyargcount
            && a.co_flags == b.co_flags
            && a.co_firstlineno == b.co_firstlineno
            && self.units() == other.units()
            && self.line_table() == other.line_table()
            && self.exception_table() == other.exception_table()
            && self.original_code() == other.original_code();
        if !plain {
            return Ok(false);
        }
        Ok(constants_equal(self.consts(), other.consts())?
            && self.names().compare_bool(other.names(), CompareOp::Eq)?
            && self.local_names().compare_bool(other.local_names(), CompareOp::Eq)?)
    }

    /// A hash that agrees with `same`.
    pub fn hash_code(&self) -> PyResult<isize> {
        let r = self.raw();
        let mut h = 20221211u64;
        let mut mix = |v: u64| h = (h ^ v).wrapping_mul(1000003);
        mix(self.name().hash_value() as u64);
        mix(self.consts().hash()? as u64);
        mix(self.names().hash()? as u64);
        mix(self.local_names().hash()? as u64);
        for n in [r.co_argcount, r.co_posonlyargcount, r.co_kwonlyargcount, r.co_flags, r.co_firstlineno] {
            mix(n as u64);
        }
        for b in self.original_code().into_iter().chain(self.line_table().iter().copied()) {
            mix(b as u64);
        }
        Ok(if h as isize == -1 { -2 } else { h as isize })
    }
}

fn next_version() -> u32 {
    let next = &Interpreter::current().family.next_function_version;
    let v = next.get();
    if v != 0 {
        next.set(v.wrapping_add(1));
    }
    v
}

impl CodeExtra {
    fn new(consts: &Tuple) -> *mut CodeExtra {
        let words: Vec<Value> = consts.items().iter().map(|o| word(o)).collect();
        let words = Box::leak(words.into_boxed_slice());
        Box::into_raw(Box::new(CodeExtra { constants: words.as_ptr(), count: words.len() }))
    }

    /// # Safety
    /// `p` came from `new` and is not used again.
    unsafe fn free(p: *mut CodeExtra) {
        // SAFETY: the caller's promise; the words hold no references.
        unsafe {
            let e = Box::from_raw(p);
            drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(e.constants.cast_mut(), e.count)));
        }
    }
}

/// The word of a constant.
fn word(o: &Obj) -> Value {
    match o.downcast_exact::<Int>().and_then(Int::to_i64) {
        Some(v) if Value::fits(v) => Value::int(v),
        _ => Value::borrowed(o),
    }
}

impl Parts {
    fn check(&self) -> PyResult<()> {
        if !self.code.len().is_multiple_of(2) {
            bail!(ValueError, "code: co_code is malformed");
        }
        let slots = self.localsplusnames.len();
        if self.argcount < self.posonlyargcount
            || self.posonlyargcount < 0
            || self.kwonlyargcount < 0
            || self.stacksize < 0
            || self.flags < 0
            // SAFETY: a live bytes object.
            || unsafe { bytes_at(self.localspluskinds.as_raw()) }.len() != slots
        {
            bail!(SystemError, "bad argument to internal function");
        }
        let total = self.argcount as i64
            + self.kwonlyargcount as i64
            + (self.flags & abi::CO_VARARGS != 0) as i64
            + (self.flags & abi::CO_VARKEYWORDS != 0) as i64;
        // SAFETY: as above.
        let locals = unsafe { bytes_at(self.localspluskinds.as_raw()) }
            .iter()
            .filter(|k| **k & KIND_LOCAL != 0)
            .count();
        if total > locals as i64 {
            bail!(ValueError, "code: co_varnames is too small");
        }
        Ok(())
    }
}

/// Replaces an item of a tuple that is not shared as a value yet.
unsafe fn set_item(t: &Tuple, i: usize, o: Object) {
    // SAFETY: the caller knows that the tuple is still being made into a code's part; items are owned.
    unsafe {
        let slot = (&raw mut (*(t.as_ptr() as *mut abi::PyTupleObject)).ob_item).cast::<P>().add(i);
        let old = std::mem::replace(&mut *slot, o.into_ptr());
        xdecref(old);
    }
}

fn intern_names(t: &Tuple) -> PyResult<()> {
    for (i, n) in t.items().iter().enumerate() {
        let Some(s) = n.downcast_exact::<Str>() else { bail!(SystemError, "non-string found in code slot") };
        if !s.is_interned() {
            let new = s.to_interned()?;
            // SAFETY: equal text; as CPython does.
            unsafe { set_item(t, i, new.into_object()) };
        }
    }
    Ok(())
}

/// Only characters of ASCII identifiers?
fn is_name_like(s: &Str) -> bool {
    let t = s.text();
    (0..s.len()).all(|i| t.get(i).is_some_and(|c| c < 128 && (c == 95 || (c as u8).is_ascii_alphanumeric())))
}

/// Interns the identifier-like strings among constants, also inside tuples.
pub fn intern_constants(t: &Tuple) -> PyResult<()> {
    for (i, o) in t.items().iter().enumerate() {
        if let Some(s) = o.downcast_exact::<Str>() {
            if !s.is_interned() && is_name_like(s) {
                let new = s.to_interned()?;
                // SAFETY: equal text; as CPython does.
                unsafe { set_item(t, i, new.into_object()) };
            }
        } else if let Some(inner) = o.downcast_exact::<Tuple>() {
            intern_constants(inner)?;
        }
    }
    Ok(())
}

/// Are two constants the same to a compiler: equal, of the same type, zeros with the same sign?
fn constants_equal(a: &Obj, b: &Obj) -> PyResult<bool> {
    use crate::types::complex::Complex;
    use crate::types::float::Float;
    use crate::types::set::FrozenSet;
    use crate::types::slice::Slice;
    if a.is(b) {
        return Ok(true);
    }
    if !std::ptr::eq(a.type_ptr(), b.type_ptr()) {
        return Ok(false);
    }
    // SAFETY: both are exactly of the type asked for.
    unsafe {
        if a.is_exact::<Float>() {
            let f = |o: &Obj| (*(o.as_ptr() as *const abi::PyFloatObject)).ob_fval.to_bits();
            return Ok(f(a) == f(b));
        }
        if a.is_exact::<Complex>() {
            let c = |o: &Obj| {
                let v = (*(o.as_ptr() as *const abi::PyComplexObject)).cval;
                (v.real.to_bits(), v.imag.to_bits())
            };
            return Ok(c(a) == c(b));
        }
        if let (Some(x), Some(y)) = (a.downcast_exact::<Tuple>(), b.downcast_exact::<Tuple>()) {
            return all_equal(x.items(), y.items());
        }
        if a.is_exact::<Slice>() {
            let part = |o: &Obj| {
                let s = o.as_ptr() as *const abi::PySliceObject;
                [(*s).start, (*s).stop, (*s).step].map(|p| Obj::from_ptr(p).to_owned())
            };
            return all_equal(&part(a), &part(b));
        }
        if a.is_exact::<FrozenSet>() {
            let (x, y) = (a.collect_items()?, b.collect_items()?);
            if x.len() != y.len() {
                return Ok(false);
            }
            for i in &x {
                let mut found = false;
                for j in &y {
                    found |= constants_equal(i, j)?;
                }
                if !found {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
    }
    if let (Some(x), Some(y)) = (a.downcast_exact::<Code>(), b.downcast_exact::<Code>()) {
        return x.same(y);
    }
    if a.is_exact::<Int>() || a.is_exact::<Str>() || a.is_exact::<Bytes>() {
        return a.equals(b);
    }
    Ok(false)
}

fn all_equal(a: &[Object], b: &[Object]) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (x, y) in a.iter().zip(b) {
        if !constants_equal(x, y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The cache of computed attributes, made on first use.
pub(super) fn cached(
    code: &Code,
    pick: fn(*mut abi::_PyCoCached) -> *mut P,
    make: impl FnOnce() -> PyResult<Object>,
) -> PyResult<Object> {
    // SAFETY: the cache belongs to the code; its fields own objects or are NULL.
    unsafe {
        let b = code.body();
        if (*b)._co_cached.is_null() {
            let p = alloc::calloc(size_of::<abi::_PyCoCached>());
            if p.is_null() {
                return Err(crate::error::no_memory());
            }
            (*b)._co_cached = p.cast();
        }
        let slot = pick((*b)._co_cached);
        if (*slot).is_null() {
            *slot = make()?.into_ptr();
        }
        incref(*slot);
        Ok(Ref::from_owned(*slot))
    }
}

/// Ends a code object.
///
/// # Safety
/// Called as `tp_dealloc`.
pub(super) unsafe extern "C" fn dealloc(o: P) {
    // SAFETY: the last reference is gone; fields are owned or NULL.
    unsafe {
        let c = o as *mut abi::PyCodeObject;
        if Interpreter::current().watchers.codes.any() && crate::watch::code_ends(o) {
            return;
        }
        if !(*c).co_extra.is_null() {
            crate::watch::free_code_extras((*c).co_extra);
        }
        if !(*c).co_weakreflist.is_null() {
            crate::types::weakref::clear_weakrefs(Obj::from_ptr(o));
        }
        crate::monitor::code::free((*c)._co_monitoring.cast());
        if !(*c).co_executors.is_null() {
            CodeExtra::free((*c).co_executors.cast());
        }
        for p in [
            (*c).co_consts,
            (*c).co_names,
            (*c).co_exceptiontable,
            (*c).co_localsplusnames,
            (*c).co_localspluskinds,
            (*c).co_filename,
            (*c).co_name,
            (*c).co_qualname,
            (*c).co_linetable,
        ] {
            xdecref(p);
        }
        let cached = (*c)._co_cached;
        if !cached.is_null() {
            for p in
                [(*cached)._co_code, (*cached)._co_varnames, (*cached)._co_cellvars, (*cached)._co_freevars]
            {
                xdecref(p);
            }
            alloc::free(cached.cast());
        }
        let ty = (*(o as *mut Head)).ob_type;
        if let Some(free) = (*ty).tp_free {
            free(o.cast());
        }
    }
}
