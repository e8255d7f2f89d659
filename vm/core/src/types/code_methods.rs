//! The attributes and methods of code objects, and the iterators over their positions.

use crate::error::{PyResult, exc};
use crate::object::obj::{Obj, clear};
use crate::object::refs::{AsObj, Object, Ref, ToRef};
use crate::object::{CompareOp, alloc};
use crate::types::bool_::bool_obj;
use crate::types::bytes::Bytes;
use crate::types::code::{self, Code, KIND_CELL, KIND_FREE, KIND_LOCAL, Parts};
use crate::types::int::Int;
use crate::types::list::List;
use crate::types::location::{self, Cursor, Position};
use crate::types::none::{none, not_implemented};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise};
use dovetail_macros::{pymethods, pytype};
use dovetail_ops::metadata::{self, EXTENDED_ARG};

type P = *mut abi::PyObject;

/// An int, or None for a missing one.
fn number(v: Option<i32>) -> PyResult<Object> {
    match v {
        Some(v) => Ok(Int::from_i64(v as i64)?.into_object()),
        None => Ok(none().to_owned()),
    }
}

fn offset(unit: usize) -> PyResult<Object> {
    Ok(Int::from_i64(unit as i64 * 2)?.into_object())
}

/// What the constructor and `replace` are told, in Python's terms.
struct Spec<'a> {
    argcount: i32,
    posonlyargcount: i32,
    kwonlyargcount: i32,
    nlocals: i32,
    stacksize: i32,
    flags: i32,
    code: Vec<u8>,
    consts: &'a Tuple,
    names: &'a Tuple,
    varnames: &'a Tuple,
    filename: &'a Str,
    name: &'a Str,
    qualname: &'a Str,
    firstlineno: i32,
    linetable: &'a Bytes,
    exceptiontable: &'a Bytes,
    freevars: &'a Tuple,
    cellvars: &'a Tuple,
}

impl Spec<'_> {
    fn build(self) -> PyResult<Object> {
        if self.argcount < self.posonlyargcount {
            bail!(SystemError, "bad argument to internal function");
        }
        let total = self.argcount as i64
            + self.kwonlyargcount as i64
            + (self.flags & abi::CO_VARARGS != 0) as i64
            + (self.flags & abi::CO_VARKEYWORDS != 0) as i64;
        if total > self.varnames.len() as i64 {
            bail!(ValueError, "code: co_varnames is too small");
        }
        if self.nlocals as usize != self.varnames.len() {
            bail!(ValueError, "code: co_nlocals != len(co_varnames)");
        }
        let (mut names, mut kinds): (Vec<Object>, Vec<u8>) = (Vec::new(), Vec::new());
        let positional = self.argcount as usize;
        let keyword = positional + self.kwonlyargcount as usize;
        let star = keyword + (self.flags & abi::CO_VARARGS != 0) as usize;
        let double = star + (self.flags & abi::CO_VARKEYWORDS != 0) as usize;
        const POS: u8 = abi::CO_FAST_ARG_POS as u8;
        const KW: u8 = abi::CO_FAST_ARG_KW as u8;
        const VAR: u8 = abi::CO_FAST_ARG_VAR as u8;
        for (i, n) in self.varnames.items().iter().enumerate() {
            let argument = match i {
                _ if i < self.posonlyargcount as usize => POS,
                _ if i < positional => POS | KW,
                _ if i < keyword => KW,
                _ if i < star => VAR | POS,
                _ if i < double => VAR | KW,
                _ => 0,
            };
            names.push(n.clone());
            kinds.push(KIND_LOCAL | argument);
        }
        for n in self.cellvars.items() {
            let mut found = None;
            for (i, l) in self.varnames.items().iter().enumerate() {
                if l.equals(n)? {
                    found = Some(i);
                    break;
                }
            }
            match found {
                Some(i) => kinds[i] |= KIND_CELL,
                None => {
                    names.push(n.clone());
                    kinds.push(KIND_CELL);
                }
            }
        }
        for n in self.freevars.items() {
            names.push(n.clone());
            kinds.push(KIND_FREE);
        }
        let code = Code::new(Parts {
            argcount: self.argcount,
            posonlyargcount: self.posonlyargcount,
            kwonlyargcount: self.kwonlyargcount,
            stacksize: self.stacksize,
            flags: self.flags,
            code: self.code,
            consts: self.consts.to_ref(),
            names: self.names.to_ref(),
            localsplusnames: Tuple::from_vec(names)?,
            localspluskinds: Bytes::new(&kinds)?,
            filename: self.filename.to_ref(),
            name: self.name.to_ref(),
            qualname: self.qualname.to_ref(),
            firstlineno: self.firstlineno,
            linetable: self.linetable.to_ref(),
            exceptiontable: self.exceptiontable.to_ref(),
        })?;
        Ok(code.into_object())
    }
}

/// `replace`'s integers: none is negative.
fn natural(name: &str, given: Option<i32>, old: i32) -> PyResult<i32> {
    match given {
        Some(v) if v < 0 => Err(raise!(ValueError, "{name} must be a positive integer")),
        Some(v) => Ok(v),
        None => Ok(old),
    }
}

#[pymethods(members(
    ("co_argcount", Py_T_INT, co_argcount, abi::Py_READONLY, ""),
    ("co_posonlyargcount", Py_T_INT, co_posonlyargcount, abi::Py_READONLY, ""),
    ("co_kwonlyargcount", Py_T_INT, co_kwonlyargcount, abi::Py_READONLY, ""),
    ("co_stacksize", Py_T_INT, co_stacksize, abi::Py_READONLY, ""),
    ("co_flags", Py_T_INT, co_flags, abi::Py_READONLY, ""),
    ("co_names", _Py_T_OBJECT, co_names, abi::Py_READONLY, ""),
    ("co_filename", _Py_T_OBJECT, co_filename, abi::Py_READONLY, ""),
    ("co_name", _Py_T_OBJECT, co_name, abi::Py_READONLY, ""),
    ("co_qualname", _Py_T_OBJECT, co_qualname, abi::Py_READONLY, ""),
    ("co_firstlineno", Py_T_INT, co_firstlineno, abi::Py_READONLY, ""),
    ("co_linetable", _Py_T_OBJECT, co_linetable, abi::Py_READONLY, ""),
    ("co_consts", _Py_T_OBJECT, co_consts, abi::Py_READONLY, ""),
    ("co_exceptiontable", _Py_T_OBJECT, co_exceptiontable, abi::Py_READONLY, ""),
    ("co_nlocals", Py_T_INT, co_nlocals, abi::Py_READONLY, ""),
))]
impl Code {
    #[allow(clippy::too_many_arguments)]
    #[slot(
        tp_new,
        sig = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, filename, name, qualname, firstlineno, linetable, exceptiontable, freevars=(), cellvars=(), /)"
    )]
    fn make(
        _cls: &Type,
        argcount: i32,
        posonlyargcount: i32,
        kwonlyargcount: i32,
        nlocals: i32,
        stacksize: i32,
        flags: i32,
        codestring: &Bytes,
        constants: &Tuple,
        names: &Tuple,
        varnames: &Tuple,
        filename: &Str,
        name: &Str,
        qualname: &Str,
        firstlineno: i32,
        linetable: &Bytes,
        exceptiontable: &Bytes,
        freevars: Option<&Tuple>,
        cellvars: Option<&Tuple>,
    ) -> PyResult<Object> {
        for (what, n) in [
            ("argcount", argcount),
            ("posonlyargcount", posonlyargcount),
            ("kwonlyargcount", kwonlyargcount),
            ("nlocals", nlocals),
        ] {
            if n < 0 {
                bail!(ValueError, "code: {what} must not be negative");
            }
        }
        let empty = Tuple::empty();
        Spec {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags,
            code: codestring.as_slice().to_vec(),
            consts: constants,
            names,
            varnames,
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
            freevars: freevars.unwrap_or(&empty),
            cellvars: cellvars.unwrap_or(&empty),
        }
        .build()
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn end(o: P) {
        // SAFETY: called as the slot.
        unsafe { code::dealloc(o) }
    }

    #[slot(tp_repr)]
    fn show(&self) -> PyResult<String> {
        let line = match self.raw().co_firstlineno {
            0 => -1,
            n => n,
        };
        Ok(format!(
            "<code object {} at {:#x}, file \"{}\", line {line}>",
            self.name().to_string_lossy(),
            self.as_ptr() as usize,
            self.filename().to_string_lossy()
        ))
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> PyResult<isize> {
        self.hash_code()
    }

    #[slot(tp_richcompare)]
    fn compare_with(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<Code>(), op) else {
            return Ok(not_implemented().to_owned());
        };
        Ok(bool_obj(self.same(other)? == (op == CompareOp::Eq)).to_owned())
    }

    #[getter]
    fn co_code(&self) -> PyResult<Object> {
        // SAFETY: the cache is a live struct.
        code::cached(
            self,
            |c: *mut abi::_PyCoCached| unsafe { &raw mut (*c)._co_code },
            || Ok(Bytes::new(&self.original_code())?.into_object()),
        )
    }

    #[getter(name = "_co_code_adaptive")]
    fn co_code_adaptive(&self) -> PyResult<Ref<Bytes>> {
        Bytes::new(self.current_code())
    }

    #[getter]
    fn co_varnames(&self) -> PyResult<Object> {
        // SAFETY: the cache is a live struct.
        let slot = |c: *mut abi::_PyCoCached| unsafe { &raw mut (*c)._co_varnames };
        code::cached(self, slot, || Ok(self.names_of_kind(KIND_LOCAL)?.into_object()))
    }

    #[getter]
    fn co_cellvars(&self) -> PyResult<Object> {
        // SAFETY: the cache is a live struct.
        let slot = |c: *mut abi::_PyCoCached| unsafe { &raw mut (*c)._co_cellvars };
        code::cached(self, slot, || Ok(self.names_of_kind(KIND_CELL)?.into_object()))
    }

    #[getter]
    fn co_freevars(&self) -> PyResult<Object> {
        // SAFETY: the cache is a live struct.
        let slot = |c: *mut abi::_PyCoCached| unsafe { &raw mut (*c)._co_freevars };
        code::cached(self, slot, || Ok(self.names_of_kind(KIND_FREE)?.into_object()))
    }

    #[getter]
    fn co_lnotab(&self) -> PyResult<Ref<Bytes>> {
        crate::types::exception::warn(
            exc::DeprecationWarning(),
            "co_lnotab is deprecated, use co_lines instead.",
            1,
        )?;
        Bytes::new(&location::old_table(self.line_table(), self.raw().co_firstlineno))
    }

    #[method(name = "__sizeof__")]
    fn sizeof(&self) -> usize {
        let cached = if self.raw()._co_cached.is_null() { 0 } else { size_of::<abi::_PyCoCached>() };
        (std::mem::offset_of!(abi::PyCodeObject, co_code_adaptive) + self.units() * 2).next_multiple_of(8)
            + cached
    }

    #[method]
    fn co_lines(&self) -> PyResult<Ref<LineIterator>> {
        let mut out = Vec::new();
        for (start, end, line) in location::line_runs(self.line_table(), self.raw().co_firstlineno) {
            out.push(Tuple::from_array([offset(start)?, offset(end)?, number(line)?])?.into_object());
        }
        LineIterator::new(out)
    }

    #[method]
    fn co_branches(&self) -> PyResult<Ref<LineIterator>> {
        let mut out = Vec::new();
        for (from, not_taken, taken) in branches(self) {
            out.push(Tuple::from_array([offset(from)?, offset(not_taken)?, offset(taken)?])?.into_object());
        }
        LineIterator::new(out)
    }

    #[method]
    fn co_positions(&self) -> PyResult<Ref<PositionsIterator>> {
        PositionsIterator::new(self)
    }

    #[allow(clippy::too_many_arguments)]
    #[method(
        nosig,
        sig = "(*, co_argcount=0, co_posonlyargcount=0, co_kwonlyargcount=0, co_nlocals=0, co_stacksize=0, co_flags=0, co_firstlineno=0, co_code=0, co_consts=0, co_names=0, co_varnames=0, co_freevars=0, co_cellvars=0, co_filename=0, co_name=0, co_qualname=0, co_linetable=0, co_exceptiontable=0)",
        doc = "replace($self, /, **changes)\n--\n\nReturn a copy of the code object with new values for the specified fields."
    )]
    fn replace(
        &self,
        co_argcount: Option<i32>,
        co_posonlyargcount: Option<i32>,
        co_kwonlyargcount: Option<i32>,
        co_nlocals: Option<i32>,
        co_stacksize: Option<i32>,
        co_flags: Option<i32>,
        co_firstlineno: Option<i32>,
        co_code: Option<&Bytes>,
        co_consts: Option<&Tuple>,
        co_names: Option<&Tuple>,
        co_varnames: Option<&Tuple>,
        co_freevars: Option<&Tuple>,
        co_cellvars: Option<&Tuple>,
        co_filename: Option<&Str>,
        co_name: Option<&Str>,
        co_qualname: Option<&Str>,
        co_linetable: Option<&Bytes>,
        co_exceptiontable: Option<&Bytes>,
    ) -> PyResult<Object> {
        let r = self.raw();
        let (varnames, freevars, cellvars) =
            (self.names_of_kind(KIND_LOCAL)?, self.names_of_kind(KIND_FREE)?, self.names_of_kind(KIND_CELL)?);
        // SAFETY: owned bytes objects of the code.
        let (linetable, exceptiontable) =
            unsafe { (&*(r.co_linetable as *const Bytes), &*(r.co_exceptiontable as *const Bytes)) };
        Spec {
            argcount: natural("co_argcount", co_argcount, r.co_argcount)?,
            posonlyargcount: natural("co_posonlyargcount", co_posonlyargcount, r.co_posonlyargcount)?,
            kwonlyargcount: natural("co_kwonlyargcount", co_kwonlyargcount, r.co_kwonlyargcount)?,
            nlocals: natural("co_nlocals", co_nlocals, r.co_nlocals)?,
            stacksize: natural("co_stacksize", co_stacksize, r.co_stacksize)?,
            flags: natural("co_flags", co_flags, r.co_flags)?,
            firstlineno: natural("co_firstlineno", co_firstlineno, r.co_firstlineno)?,
            code: co_code.map_or_else(|| self.original_code(), |b| b.as_slice().to_vec()),
            consts: co_consts.unwrap_or(self.consts()),
            names: co_names.unwrap_or(self.names()),
            varnames: co_varnames.unwrap_or(&varnames),
            freevars: co_freevars.unwrap_or(&freevars),
            cellvars: co_cellvars.unwrap_or(&cellvars),
            filename: co_filename.unwrap_or(self.filename()),
            name: co_name.unwrap_or(self.name()),
            qualname: co_qualname.unwrap_or(self.qualname()),
            linetable: co_linetable.unwrap_or(linetable),
            exceptiontable: co_exceptiontable.unwrap_or(exceptiontable),
        }
        .build()
    }

    #[method(
        name = "__replace__",
        nosig,
        sig = "(*args, **kwargs)",
        doc = "__replace__($self, /, **changes)\n--\n\nThe same as replace()."
    )]
    fn replace_dunder(&self, args: &[&Obj], kwargs: Option<&crate::types::dict::Dict>) -> PyResult<Object> {
        let f = self.as_obj().get_attr(crate::sym!(replace))?;
        f.call_dict(&*Tuple::from_slice(args)?, kwargs)
    }

    /// (internal-only) Return the local variable name for the given oparg.
    ///
    /// WARNING: this method is for internal use only and may change or go away.
    #[method(name = "_varname_from_oparg", sig = "(oparg)")]
    fn varname_from_oparg(&self, oparg: i32) -> PyResult<Object> {
        match self.local_names().items().get(oparg as usize) {
            Some(n) if oparg >= 0 => Ok(n.clone()),
            _ => Err(raise!(IndexError, "tuple index out of range")),
        }
    }
}

/// The branches of the code, in units: source, where it goes on, where it jumps to.
fn branches(code: &Code) -> Vec<(usize, usize, usize)> {
    let (n, mut i, mut high, mut out) = (code.units(), 0, 0usize, Vec::new());
    while i < n {
        let (op, arg) = code.base_unit(i);
        let oparg = high << 8 | arg as usize;
        if op == EXTENDED_ARG {
            high = oparg;
            i += 1;
            continue;
        }
        high = 0;
        let next = i + 1 + metadata::caches(op);
        match metadata::name(op) {
            "POP_JUMP_IF_FALSE" | "POP_JUMP_IF_TRUE" | "POP_JUMP_IF_NONE" | "POP_JUMP_IF_NOT_NONE" => {
                // NOT_TAKEN follows.
                out.push((i, next + 1, next + oparg));
            }
            // The jump goes past END_FOR and POP_ITER.
            "FOR_ITER" => out.push((i, next, next + oparg + 2)),
            "END_ASYNC_FOR" if oparg <= next => {
                let from = next - oparg;
                out.push((from, from + 2, next));
            }
            _ => {}
        }
        i = next;
    }
    out
}

/// Body of `LineIterator`.
#[repr(C)]
pub struct LineIteratorBody {
    ob_base: abi::PyObject,
    items: *mut abi::PyObject,
    index: usize,
}

/// What `co_lines` and `co_branches` return: an iterator over prepared tuples.
#[pytype(name = "line_iterator", body = LineIteratorBody, export = "_PyLineIterator", refs(items))]
pub struct LineIterator;

impl LineIterator {
    fn new(items: Vec<Object>) -> PyResult<Ref<LineIterator>> {
        let items = List::from_vec(items)?;
        // SAFETY: the field owns what it gets.
        unsafe {
            let it = alloc::new_body::<LineIterator>()?;
            (*it.body()).items = items.into_ptr();
            Ok(it)
        }
    }
}

#[pymethods]
impl LineIterator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self) -> Option<Object> {
        // SAFETY: NULL or an owned list.
        unsafe {
            let b = self.body();
            let list = ((*b).items as *const List).as_ref()?;
            match list.get((*b).index) {
                Some(x) => {
                    (*b).index += 1;
                    Some(x)
                }
                None => {
                    clear(&raw mut (*b).items);
                    None
                }
            }
        }
    }
}

/// Body of `PositionsIterator`.
#[repr(C)]
pub struct PositionsBody {
    ob_base: abi::PyObject,
    code: *mut abi::PyObject,
    cursor: Cursor,
    position: Position,
    unit: usize,
    end: usize,
}

/// What `co_positions` returns: one position for each unit.
#[pytype(name = "positions_iterator", body = PositionsBody, export = "_PyPositionsIterator", refs(code))]
pub struct PositionsIterator;

impl PositionsIterator {
    fn new(code: &Code) -> PyResult<Ref<PositionsIterator>> {
        // SAFETY: the fields own what they get.
        unsafe {
            let it = alloc::new_body::<PositionsIterator>()?;
            (*it.body()).code = code.as_obj().to_owned().into_ptr();
            (*it.body()).cursor = Cursor::new(code.raw().co_firstlineno);
            Ok(it)
        }
    }
}

#[pymethods]
impl PositionsIterator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Obj {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self) -> PyResult<Option<Object>> {
        // SAFETY: own fields; the code is owned.
        unsafe {
            let b = &mut *self.body();
            if b.unit >= b.end {
                match b.cursor.next((*(b.code as *const Code)).line_table()) {
                    Some(e) => {
                        b.position = e.position;
                        b.end = e.end;
                    }
                    None => return Ok(None),
                }
            }
            b.unit += 1;
            let p = b.position;
            let all = [number(p.line)?, number(p.end_line)?, number(p.column)?, number(p.end_column)?];
            Ok(Some(Tuple::from_array(all)?.into_object()))
        }
    }
}
