//! What a compiled module (or the arguments of `FFI(...)`) declares: tables of types as instructions, of globals, structs,
//! enums and typedefs, in the layout that cffi's compiler writes into C files.
//!
//! Instructions are words: an odd number in the low byte, its argument above it. A word that is even is the address of the
//! type object that the instruction became (or of a 1-tuple around it, for function types, which are no types of their own).
//! Compiled C code reads those objects from the same table.
//!
//! # Contract of the unsafe blocks
//! The tables are what their makers promise: C strings, counts that are right, indices inside (for tables from Python text
//! that is checked). They live as long as the
//! context: in a module that is never unloaded, or in boxes that the context keeps.

use super::super::ctype::CType;
use super::super::errors::ffi_error;
use super::super::flags::*;
use super::super::layout::{self, Declared, Wanted};
use super::super::make;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_ctype::tables::DamagedTables;
use dovetail_ctype::{RecordKind, tables};
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One instruction.
pub type Op = *mut c_void;

/// The instructions' numbers.
pub use dovetail_ctype::tables::op;

/// The number of an instruction.
pub fn number(op: Op) -> u8 {
    tables::operation(op as isize)
}

/// The argument of an instruction.
pub fn argument(op: Op) -> isize {
    tables::argument(op as isize)
}

/// A global: function, variable or constant.
#[repr(C)]
pub struct Global {
    pub name: *const c_char,
    pub address: *mut c_void,
    pub type_op: Op,
    /// A variable's size, or 0; a function's address without the wrapper.
    pub size_or_direct: *mut c_void,
}

/// What a constant's function is asked with.
#[repr(C)]
pub struct GetConst {
    pub value: u64,
    pub ctx: *const RawContext,
    pub gindex: c_int,
}

/// A struct or union.
#[repr(C)]
pub struct StructUnion {
    pub name: *const c_char,
    pub type_index: c_int,
    pub flags: c_int,
    pub size: usize,
    pub alignment: c_int,
    pub first_field_index: c_int,
    pub num_fields: c_int,
}

pub const F_UNION: c_int = 0x01;
pub const F_CHECK_FIELDS: c_int = 0x02;
pub const F_PACKED: c_int = 0x04;
pub const F_EXTERNAL: c_int = 0x08;
pub const F_OPAQUE: c_int = 0x10;

/// The index of `FILE` among structs.
pub const IO_FILE_STRUCT: isize = -1;

/// A field.
#[repr(C)]
pub struct FieldRow {
    pub name: *const c_char,
    pub offset: usize,
    pub size: usize,
    pub type_op: Op,
}

/// An enum; `enumerators` are names with commas between them.
#[repr(C)]
pub struct EnumRow {
    pub name: *const c_char,
    pub type_index: c_int,
    pub type_prim: c_int,
    pub enumerators: *const c_char,
}

/// A typedef.
#[repr(C)]
pub struct TypeName {
    pub name: *const c_char,
    pub type_index: c_int,
}

/// The tables.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct RawContext {
    pub types: *mut Op,
    pub globals: *const Global,
    pub fields: *const FieldRow,
    pub struct_unions: *const StructUnion,
    pub enums: *const EnumRow,
    pub typenames: *const TypeName,
    pub num_globals: c_int,
    pub num_struct_unions: c_int,
    pub num_enums: c_int,
    pub num_typenames: c_int,
    pub includes: *const *const c_char,
    pub num_types: c_int,
    pub flags: c_int,
}

/// Tables that were unpacked from Python objects.
#[derive(Default)]
pub struct Unpacked {
    pub types: Vec<Op>,
    pub globals: Vec<Global>,
    pub fields: Vec<FieldRow>,
    pub struct_unions: Vec<StructUnion>,
    pub enums: Vec<EnumRow>,
    pub typenames: Vec<TypeName>,
    /// By number of the global: a constant's bits, and whether it is not above zero.
    pub constants: Vec<(u64, bool)>,
    /// What the strings lie in.
    pub keep: Vec<Object>,
}

impl Unpacked {
    /// Whether the tables hang together; then the contract at the head holds for them.
    pub fn check(&self) -> Result<(), DamagedTables> {
        let types: Vec<isize> = self.types.iter().map(|op| *op as isize).collect();
        let globals: Vec<isize> = self.globals.iter().map(|g| g.type_op as isize).collect();
        let fields: Vec<isize> = self.fields.iter().map(|f| f.type_op as isize).collect();
        let records: Vec<isize> = self.struct_unions.iter().map(|s| s.type_index as isize).collect();
        let enums: Vec<isize> = self.enums.iter().map(|e| e.type_index as isize).collect();
        let typenames: Vec<isize> = self.typenames.iter().map(|t| t.type_index as isize).collect();
        tables::Tables {
            types: &types,
            globals: &globals,
            records: &records,
            fields: &fields,
            enums: &enums,
            typenames: &typenames,
        }
        .check()
    }
}

/// An included `ffi`, with its `lib` where there is one.
pub type Included = (Object, Option<Object>);

/// The tables with what they became.
pub struct Context {
    raw: Cell<RawContext>,
    unpacked: RefCell<Unpacked>,
    pub included: RefCell<Vec<Included>>,
}

/// A row that has a name first: rows are sorted by it.
trait Named {
    fn name(&self) -> *const c_char;
}

macro_rules! named {
    ($($t:ty),*) => { $(impl Named for $t {
        fn name(&self) -> *const c_char {
            self.name
        }
    })* };
}
named!(Global, StructUnion, EnumRow, TypeName);

/// The text of a C string of the tables.
pub fn text<'a>(p: *const c_char) -> std::borrow::Cow<'a, str> {
    // SAFETY: see the head.
    unsafe { CStr::from_ptr(p).to_string_lossy() }
}

fn rows<'a, T>(p: *const T, n: c_int) -> &'a [T] {
    // SAFETY: see the head.
    if n <= 0 || p.is_null() { &[] } else { unsafe { std::slice::from_raw_parts(p, n as usize) } }
}

fn search<T: Named>(rows: &[T], name: &str) -> Option<usize> {
    // SAFETY: see the head.
    rows.binary_search_by(|row| unsafe { CStr::from_ptr(row.name()) }.to_bytes().cmp(name.as_bytes())).ok()
}

/// A realized instruction.
pub enum Realized {
    Type(Ref<CType>),
    /// A function: the pointer type stands for it.
    Function(Ref<CType>),
}

impl Realized {
    fn of(o: &Obj) -> Realized {
        match o.downcast_exact::<Tuple>() {
            // SAFETY: 1-tuples of a type, made below.
            Some(t) => Realized::Function(unsafe { t.get(0).to_owned().cast_into_unchecked() }),
            // SAFETY: else it is a type.
            None => Realized::Type(unsafe { o.to_owned().cast_into_unchecked() }),
        }
    }

    /// As the object that stands in the table.
    pub fn to_object(&self) -> PyResult<Object> {
        match self {
            Realized::Type(ct) => Ok(ct.as_obj().to_owned()),
            Realized::Function(ct) => Ok(Tuple::from_slice(&[ct.as_obj()])?.into_object()),
        }
    }

    /// The type; a function is refused.
    pub fn into_type(self) -> PyResult<Ref<CType>> {
        match self {
            Realized::Type(ct) => Ok(ct),
            Realized::Function(ct) => Err(unexpected_function(&ct)),
        }
    }

    /// The type, with a function's pointer type for the function.
    pub fn into_pointer(self) -> Ref<CType> {
        match self {
            Realized::Type(ct) | Realized::Function(ct) => ct,
        }
    }
}

#[cold]
fn unexpected_function(ct: &CType) -> Raised {
    let more = ct.more();
    // Without the `(*)` in its name.
    let (before, after) = (&more.name[..more.name_at - 2], &more.name[more.name_at + 1..]);
    ffi_error(&format!("the type '{before}{after}' is a function type, not a pointer-to-function type"))
}

/// The primitives, by number.
const PRIMITIVES: [&str; 52] = [
    "void",
    "_Bool",
    "char",
    "signed char",
    "unsigned char",
    "short",
    "unsigned short",
    "int",
    "unsigned int",
    "long",
    "unsigned long",
    "long long",
    "unsigned long long",
    "float",
    "double",
    "long double",
    "wchar_t",
    "int8_t",
    "uint8_t",
    "int16_t",
    "uint16_t",
    "int32_t",
    "uint32_t",
    "int64_t",
    "uint64_t",
    "intptr_t",
    "uintptr_t",
    "ptrdiff_t",
    "size_t",
    "ssize_t",
    "int_least8_t",
    "uint_least8_t",
    "int_least16_t",
    "uint_least16_t",
    "int_least32_t",
    "uint_least32_t",
    "int_least64_t",
    "uint_least64_t",
    "int_fast8_t",
    "uint_fast8_t",
    "int_fast16_t",
    "uint_fast16_t",
    "int_fast32_t",
    "uint_fast32_t",
    "int_fast64_t",
    "uint_fast64_t",
    "intmax_t",
    "uintmax_t",
    "_cffi_float_complex_t",
    "_cffi_double_complex_t",
    "char16_t",
    "char32_t",
];

/// The type of a primitive's number.
fn primitive(n: isize) -> PyResult<Ref<CType>> {
    match usize::try_from(n).ok().and_then(|n| PRIMITIVES.get(n)) {
        Some(&"void") => make::void(),
        Some(name) => make::primitive_by_name(name),
        None => Err(match n {
            -1 => ffi_error("primitive integer type with an unexpected size (or not an integer type at all)"),
            -2 => ffi_error(
                "primitive floating-point type with an unexpected size (or not a float type at all)",
            ),
            -3 => ffi_error(
                "primitive floating-point type is 'long double', not supported for now with the syntax 'typedef \
                 double... xxx;'",
            ),
            _ => raise!(NotImplementedError, "prim={n}"),
        }),
    }
}

/// The type `FILE`, one for all.
pub fn file_struct() -> PyResult<Ref<CType>> {
    static FILE: AtomicUsize = AtomicUsize::new(0);
    match FILE.load(Ordering::Acquire) {
        0 => {
            let ct = make::record_type("FILE", RecordKind::Struct)?;
            FILE.store(ct.clone().into_ptr() as usize, Ordering::Release);
            Ok(ct)
        }
        // SAFETY: kept for ever above.
        p => Ok(unsafe { Ref::from_borrowed(p as *mut abi::PyObject) }),
    }
}

/// `xyz` is `struct xyz`, `$xyz` is a typedef `xyz` without a tag, `$1` is `struct $1`.
fn shown_name(keyword: &str, name: &str) -> String {
    match name.strip_prefix('$') {
        Some(rest) if !rest.starts_with(|c: char| c == '$' || c.is_ascii_digit()) => rest.to_owned(),
        _ => format!("{keyword} {name}"),
    }
}

#[cold]
fn too_deep() -> Raised {
    raise!(
        RuntimeError,
        "type-building recursion too deep or infinite.  This is known to occur e.g. in ``struct s {{ \
         void(*callable)(struct s); }}''.  Please report if you get this error and really need support for your case."
    )
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

impl Context {
    /// The tables of a compiled module.
    pub fn compiled(raw: RawContext) -> Rc<Context> {
        Rc::new(Context {
            raw: Cell::new(raw),
            unpacked: RefCell::new(Unpacked::default()),
            included: RefCell::new(Vec::new()),
        })
    }

    /// No tables so far.
    pub fn empty() -> Rc<Context> {
        use std::ptr::{null, null_mut};
        Context::compiled(RawContext {
            types: null_mut(),
            globals: null(),
            fields: null(),
            struct_unions: null(),
            enums: null(),
            typenames: null(),
            num_globals: 0,
            num_struct_unions: 0,
            num_enums: 0,
            num_typenames: 0,
            includes: null(),
            num_types: 0,
            flags: 0,
        })
    }

    /// Takes tables over.
    pub fn fill(&self, mut u: Unpacked) {
        self.raw.set(RawContext {
            types: u.types.as_mut_ptr(),
            globals: u.globals.as_ptr(),
            fields: u.fields.as_ptr(),
            struct_unions: u.struct_unions.as_ptr(),
            enums: u.enums.as_ptr(),
            typenames: u.typenames.as_ptr(),
            num_globals: u.globals.len() as c_int,
            num_struct_unions: u.struct_unions.len() as c_int,
            num_enums: u.enums.len() as c_int,
            num_typenames: u.typenames.len() as c_int,
            includes: std::ptr::null(),
            num_types: u.types.len() as c_int,
            flags: 0,
        });
        *self.unpacked.borrow_mut() = u;
    }

    pub fn globals(&self) -> &[Global] {
        let raw = self.raw.get();
        rows(raw.globals, raw.num_globals)
    }

    pub fn struct_unions(&self) -> &[StructUnion] {
        let raw = self.raw.get();
        rows(raw.struct_unions, raw.num_struct_unions)
    }

    pub fn enums(&self) -> &[EnumRow] {
        let raw = self.raw.get();
        rows(raw.enums, raw.num_enums)
    }

    pub fn typenames(&self) -> &[TypeName] {
        let raw = self.raw.get();
        rows(raw.typenames, raw.num_typenames)
    }

    pub fn find_global(&self, name: &str) -> Option<usize> {
        search(self.globals(), name)
    }

    pub fn find_struct(&self, name: &str) -> Option<usize> {
        search(self.struct_unions(), name)
    }

    pub fn find_enum(&self, name: &str) -> Option<usize> {
        search(self.enums(), name)
    }

    pub fn find_typename(&self, name: &str) -> Option<usize> {
        search(self.typenames(), name)
    }

    fn slot(&self, index: isize) -> *mut Op {
        self.raw.get().types.wrapping_offset(index)
    }

    fn op_at(&self, index: isize) -> Op {
        // SAFETY: see the head.
        unsafe { *self.slot(index) }
    }

    /// Puts an object in an instruction's place, for good.
    fn settle(&self, index: isize, object: Object) {
        // SAFETY: see the head.
        unsafe { *self.slot(index) = object.into_ptr().cast() };
    }

    /// The value of an integer constant: its bits, and what the compiler says of it (0: not below zero, 1: not above
    /// zero, else it is not what the cdef says).
    pub fn constant(&self, index: usize) -> (u64, c_int) {
        if let Some((value, negative)) = self.unpacked.borrow().constants.get(index) {
            return (*value, c_int::from(*negative));
        }
        let raw = self.raw.get();
        let mut ask = GetConst { value: 0, ctx: &raw, gindex: index as c_int };
        // SAFETY: the address of an integer constant is such a function.
        let negative = unsafe {
            let f: unsafe extern "C" fn(*mut GetConst) -> c_int =
                std::mem::transmute(self.globals()[index].address);
            f(&mut ask)
        };
        (ask.value, negative)
    }

    /// An integer constant as a Python int.
    pub fn constant_object(&self, index: usize) -> PyResult<Object> {
        let (value, negative) = self.constant(index);
        let got = match negative {
            0 => return Ok(Int::from_u64(value)?.into_object()),
            1 => return Ok(Int::from_i64(value as i64)?.into_object()),
            2 => format!("{value} (0x{value:x})"),
            _ => format!("{}", value as i64),
        };
        let name = text(self.globals()[index].name);
        Err(ffi_error(&format!("the C compiler says '{name}' is equal to {got}, but the cdef disagrees")))
    }

    /// What the instruction at `index` stands for.
    pub fn realize(self: &Rc<Context>, index: isize) -> PyResult<Realized> {
        let word = self.op_at(index);
        if word as usize & 1 == 0 {
            // SAFETY: even words are objects.
            return Ok(Realized::of(unsafe { Obj::from_ptr(word.cast()) }));
        }
        if DEPTH.get() >= 1000 {
            return Err(too_deep());
        }
        DEPTH.set(DEPTH.get() + 1);
        let made = self.realize_now(word, index);
        DEPTH.set(DEPTH.get() - 1);
        let made = made?;
        if self.op_at(index) as usize & 1 == 1 {
            self.settle(index, made.to_object()?);
        }
        Ok(made)
    }

    /// As `realize`, where a function is not wanted.
    pub fn realize_type(self: &Rc<Context>, index: isize) -> PyResult<Ref<CType>> {
        self.realize(index)?.into_type()
    }

    fn realize_now(self: &Rc<Context>, word: Op, index: isize) -> PyResult<Realized> {
        let arg = argument(word);
        Ok(Realized::Type(match number(word) {
            op::PRIMITIVE => primitive(arg)?,
            op::POINTER => match self.realize(arg)? {
                Realized::Type(item) => make::pointer_type(&item)?,
                Realized::Function(pointer) => pointer,
            },
            op::ARRAY => {
                let length = self.op_at(index + 1) as isize;
                make::array_type(&*make::pointer_type(&*self.realize_type(arg)?)?, length)?
            }
            op::OPEN_ARRAY => make::array_type(&*make::pointer_type(&*self.realize_type(arg)?)?, -1)?,
            op::STRUCT_UNION => self.realize_record(arg)?,
            op::ENUM => self.realize_enum(arg)?,
            op::FUNCTION => return self.realize_function(arg, index),
            op::NOOP => return self.realize(arg),
            op::TYPENAME => return self.realize_typename(arg as usize),
            n => bail!(NotImplementedError, "op={n}"),
        }))
    }

    /// The type of a typedef.
    pub fn realize_typename(self: &Rc<Context>, index: usize) -> PyResult<Realized> {
        self.realize(self.typenames()[index].type_index as isize)
    }

    fn realize_function(self: &Rc<Context>, result: isize, index: isize) -> PyResult<Realized> {
        let result = self.realize_type(result)?;
        let (params, end) = self.params(index)?;
        if argument(end) & 0xfc != 0 {
            return Err(ffi_error(&format!("abi number {} not supported", argument(end) & 0xfe)));
        }
        let ct = make::function_type(&params, &result, argument(end) & 1 != 0, make::DEFAULT_ABI)?;
        Ok(Realized::Function(ct))
    }

    /// The parameters of the function instruction at `index`, and the instruction that ends them.
    pub fn params(self: &Rc<Context>, index: isize) -> PyResult<(Ref<Tuple>, Op)> {
        let mut params = Vec::new();
        let mut at = index + 1;
        // The word is even, not an end, where the object stands already.
        while number(self.op_at(at)) != op::FUNCTION_END || self.op_at(at) as usize & 1 == 0 {
            params.push(self.realize_type(at)?.into_object());
            at += 1;
        }
        Ok((Tuple::from_vec(params)?, self.op_at(at)))
    }

    /// The struct or union of that number.
    pub fn realize_record(self: &Rc<Context>, index: isize) -> PyResult<Ref<CType>> {
        if index == IO_FILE_STRUCT {
            return file_struct();
        }
        let s = &self.struct_unions()[index as usize];
        let slot = s.type_index as isize;
        let word = self.op_at(slot);
        if word as usize & 1 == 0 {
            // SAFETY: even words are objects.
            return Realized::of(unsafe { Obj::from_ptr(word.cast()) }).into_type();
        }
        let name = text(s.name);
        let kind = if s.flags & F_UNION != 0 { RecordKind::Union } else { RecordKind::Struct };
        if s.flags & F_EXTERNAL != 0 {
            let ct = self.external_record(s)?;
            self.settle(slot, ct.as_obj().to_owned());
            return Ok(ct);
        }
        let shown = shown_name(kind.keyword(), &name);
        if shown == "struct _IO_FILE" {
            let ct = file_struct()?;
            self.settle(slot, ct.as_obj().to_owned());
            return Ok(ct);
        }
        let opaque = if s.flags & F_OPAQUE != 0 { OPAQUE } else { 0 };
        let ct = make::record_type_with(&shown, kind, opaque)?;
        if s.flags & F_OPAQUE == 0 {
            ct.set_layout(s.size as isize, s.alignment as isize);
            ct.set_state(UNREALIZED, false);
            let context = self.clone();
            let number = index as usize;
            *ct.more().lazy.borrow_mut() = Some(Rc::new(move |ct| context.complete(ct, number)));
            ct.set_state(LAZY, true);
        }
        self.settle(slot, ct.as_obj().to_owned());
        if s.flags & F_OPAQUE == 0 && s.size == -2isize as usize {
            // A struct of which the compiler could not say the size: it is computed.
            if let Err(e) = ct.force() {
                // SAFETY: see the head; the reference that stood there is given back.
                unsafe {
                    *self.slot(slot) = word;
                    dovetail_core::object::obj::decref(ct.as_ptr());
                }
                return Err(e);
            }
        }
        Ok(ct)
    }

    /// A struct that an included module declares.
    fn external_record(&self, s: &StructUnion) -> PyResult<Ref<CType>> {
        let name = text(s.name);
        let keyword = if s.flags & F_UNION != 0 { "union" } else { "struct" };
        let Some(ct) = self.find_external(s, 0)? else {
            return Err(ffi_error(&format!(
                "'{keyword} {name}' should come from ffi.include() but was not found"
            )));
        };
        if s.flags & F_OPAQUE == 0 && ct.is(OPAQUE) {
            bail!(
                NotImplementedError,
                "'{keyword} {name}' is opaque in the ffi.include(), but no longer in the ffi doing the include \
                 (workaround: don't use ffi.include() but duplicate the declarations of everything using {keyword} \
                 {name})"
            );
        }
        Ok(ct)
    }

    fn find_external(&self, s: &StructUnion, depth: u32) -> PyResult<Option<Ref<CType>>> {
        if depth > 100 {
            bail!(RuntimeError, "recursion overflow in ffi.include() delegations");
        }
        let name = text(s.name);
        for context in self.included_contexts() {
            let Some(i) = context.find_struct(&name) else { continue };
            let theirs = &context.struct_unions()[i];
            if theirs.flags & (F_EXTERNAL | F_UNION) == s.flags & F_UNION {
                return context.realize_record(i as isize).map(Some);
            }
            if let Some(ct) = context.find_external(s, depth + 1)? {
                return Ok(Some(ct));
            }
        }
        Ok(None)
    }

    /// The tables of included modules.
    pub fn included_contexts(&self) -> Vec<Rc<Context>> {
        let included = self.included.borrow();
        included.iter().filter_map(|(ffi, _)| super::ffi::context_of(ffi)).collect()
    }

    fn realize_enum(self: &Rc<Context>, index: isize) -> PyResult<Ref<CType>> {
        let e = &self.enums()[index as usize];
        let slot = e.type_index as isize;
        let word = self.op_at(slot);
        if word as usize & 1 == 0 {
            // SAFETY: even words are objects.
            return Realized::of(unsafe { Obj::from_ptr(word.cast()) }).into_type();
        }
        let base = primitive(e.type_prim as isize)?;
        let names = text(e.enumerators);
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        for name in names.split(',').filter(|n| !n.is_empty()) {
            let Some(i) = self.find_global(name) else {
                bail!(SystemError, "the enumerator '{name}' is not among the globals");
            };
            keys.push(Str::new(name)?.into_object());
            values.push(self.constant_object(i)?);
        }
        let shown = shown_name("enum", &text(e.name));
        let ct = make::enum_type(&shown, &*Tuple::from_vec(keys)?, &*Tuple::from_vec(values)?, &base)?;
        self.settle(slot, ct.as_obj().to_owned());
        Ok(ct)
    }

    /// Gives a lazy struct its fields.
    fn complete(self: &Rc<Context>, ct: &CType, index: usize) -> PyResult<()> {
        if DEPTH.get() >= 1000 {
            return Err(too_deep());
        }
        DEPTH.set(DEPTH.get() + 1);
        let done = self.complete_now(ct, index);
        DEPTH.set(DEPTH.get() - 1);
        done
    }

    fn complete_now(self: &Rc<Context>, ct: &CType, index: usize) -> PyResult<()> {
        let s = &self.struct_unions()[index];
        let raw = self.raw.get();
        let mut declared = Vec::with_capacity(s.num_fields as usize);
        let fields = rows(raw.fields.wrapping_offset(s.first_field_index as isize), s.num_fields);
        for f in fields {
            let bits = match number(f.type_op) {
                op::BITFIELD => f.size as i32,
                op::NOOP => -1,
                n => bail!(NotImplementedError, "field op={n}"),
            };
            let ctype = self.realize_type(argument(f.type_op))?;
            let (name, offset) = (text(f.name), f.offset as isize);
            if offset != -1 && ctype.size() != f.size as isize {
                let shown = ct.name();
                return Err(ffi_error(&format!(
                    "{shown}: wrong size for field '{name}' (cdef says {}, but C compiler says {}). fix it or use \
                     \"...;\" as the last field in the cdef for {shown} to make it flexible",
                    ctype.size(),
                    f.size as isize
                )));
            }
            declared.push(Declared { name: Str::intern(&name)?.to_ref(), ctype, bits, offset });
        }
        if !ct.has_state(LAZY) {
            // A struct that its fields refer to has completed it meanwhile.
            return Ok(());
        }
        let mut flags = 0;
        if s.flags & F_CHECK_FIELDS != 0 {
            flags |= layout::STD_FIELD_POS;
        }
        if s.flags & F_PACKED != 0 {
            flags |= layout::PACKED;
        }
        let wanted = Wanted { size: s.size as isize, align: s.alignment, flags, pack: 0 };
        ct.set_state(UNDER_CONSTRUCTION, true);
        let done = layout::complete_declared(ct, &declared, &wanted);
        ct.set_state(UNDER_CONSTRUCTION, false);
        done
    }
}

impl Context {
    /// The parameters of a function as they were declared (arrays not yet pointers), for its text. All of them become
    /// objects in the table, where compiled code looks for them.
    pub fn function_params(self: &Rc<Context>, index: isize, function: &CType) -> PyResult<Vec<Ref<CType>>> {
        (0..function.params().len()).map(|i| self.realize_type(index + 1 + i as isize)).collect()
    }
}
