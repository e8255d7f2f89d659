//! What several native modules share: filling namespaces, file-system names, times, boxed Rust state in objects.

use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::float::Float;
use dovetail_core::types::int::Int;
use dovetail_core::types::str_::Str;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_text::TextBuf;
use std::ffi::CString;

/// An int object.
pub fn int(value: impl Into<i128>) -> PyResult<Object> {
    Ok(Int::from_i128(value.into())?.into_object())
}

/// A str object.
pub fn text(value: &str) -> PyResult<Object> {
    Ok(Str::new(value)?.into_object())
}

/// Sets a name of a module.
pub fn set(module: &Obj, name: &str, value: &Obj) -> PyResult<()> {
    module.set_attr(&*Str::intern(name)?, value)
}

/// Sets an int in a module.
pub fn set_int(module: &Obj, name: &str, value: impl Into<i128>) -> PyResult<()> {
    set(module, name, &*int(value)?)
}

/// Sets many ints in a module.
pub fn set_ints(module: &Obj, rows: &[(&str, i64)]) -> PyResult<()> {
    rows.iter().try_for_each(|(n, v)| set_int(module, n, *v))
}

/// Text as the file system holds it: UTF-8, lone surrogates standing for bytes (PEP 383).
pub fn fs_encode(s: &Str) -> PyResult<Vec<u8>> {
    if let Some(a) = s.as_ascii() {
        return Ok(a.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(s.len() + 8);
    for c in s.text().iter() {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if (0xdc80..=0xdcff).contains(&c) => out.push((c - 0xdc00) as u8),
            // Raises the UnicodeEncodeError of the first surrogate that stands for nothing.
            None => return s.as_str().map(|s| s.as_bytes().to_vec()),
        }
    }
    Ok(out)
}

/// The text of file-system bytes.
pub fn fs_decode(bytes: &[u8]) -> PyResult<Ref<Str>> {
    if let Ok(s) = std::str::from_utf8(bytes) {
        return Str::new(s);
    }
    let mut out = TextBuf::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for b in chunk.invalid() {
            out.push(0xdc00 + *b as u32);
        }
    }
    Str::from_buf(out.finish())
}

/// `os.fspath`: str and bytes as they are, else what `__fspath__` gives.
pub fn fspath(path: &Obj) -> PyResult<Object> {
    if path.is_a::<Str>() || path.is_a::<Bytes>() {
        return Ok(path.to_owned());
    }
    let Some(f) = path.lookup_special(sym!(__fspath__))?.filter(|f| !f.is_none()) else {
        bail!(TypeError, "expected str, bytes or os.PathLike object, not {}", path.type_name());
    };
    let r = f.call(&[])?;
    if r.is_a::<Str>() || r.is_a::<Bytes>() {
        return Ok(r);
    }
    Err(raise!(
        TypeError,
        "expected {}.__fspath__() to return str or bytes, not {}",
        path.type_name(),
        r.type_name()
    ))
}

/// The file-system bytes of a str, bytes or path-like object.
pub fn fs_bytes(path: &Obj) -> PyResult<Vec<u8>> {
    let p = fspath(path)?;
    match p.downcast::<Bytes>() {
        Some(b) => Ok(b.as_slice().to_vec()),
        None => match p.downcast::<Str>() {
            Some(s) => fs_encode(s),
            None => Err(raise!(SystemError, "fspath gave neither str nor bytes")),
        },
    }
}

/// As `fs_bytes`, for C; a null byte within is a `ValueError`.
pub fn fs_cstring(path: &Obj) -> PyResult<CString> {
    CString::new(fs_bytes(path)?).map_err(|_| raise!(ValueError, "embedded null byte"))
}

/// How to round what nanoseconds cannot show.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Towards negative infinity.
    Floor,
    /// Away from zero, for timeouts.
    Up,
}

/// Nanoseconds of a number of seconds.
pub fn nanoseconds(seconds: &Obj, round: Round) -> PyResult<i64> {
    let too_large = || raise!(OverflowError, "timestamp out of range for C PyTime_t");
    if let Some(f) = seconds.downcast::<Float>() {
        let v = f.value();
        if v.is_nan() {
            bail!(ValueError, "Invalid value NaN (not a number)");
        }
        let n = v * 1e9;
        let n = match round {
            Round::Floor => n.floor(),
            Round::Up if n < 0.0 => n.floor(),
            Round::Up => n.ceil(),
        };
        if !(-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&n) {
            return Err(too_large());
        }
        return Ok(n as i64);
    }
    if !seconds.has_index() {
        bail!(TypeError, "'{}' object cannot be interpreted as an integer or float", seconds.type_name());
    }
    seconds.index()?.to_i64().and_then(|s| s.checked_mul(1_000_000_000)).ok_or_else(too_large)
}

/// A body that is a header and a box of Rust state.
#[repr(C)]
pub struct Boxed<D> {
    pub ob_base: abi::PyObject,
    pub weakrefs: *mut abi::PyObject,
    pub data: *mut D,
}

/// A new object of `cls` with this state.
pub fn new_boxed<D>(cls: &Type, data: D) -> PyResult<Object> {
    // SAFETY: `cls` is a type of `Boxed<D>` bodies; the field is filled before anything runs.
    unsafe {
        let o = type_alloc(cls, 0)?;
        (*(o.as_raw() as *mut Boxed<D>)).data = Box::into_raw(Box::new(data));
        Ok(o)
    }
}

/// As `new_boxed`, of the type itself.
pub fn new_native<T: Native<Body = Boxed<D>>, D>(data: D) -> PyResult<Ref<T>> {
    // SAFETY: made of this type.
    unsafe { Ok(new_boxed(T::type_object(), data)?.cast_into_unchecked()) }
}

/// The state of an object.
pub fn data<T: Native<Body = Boxed<D>>, D>(o: &T) -> &D {
    // SAFETY: filled when made; emptied only by the deallocator.
    unsafe { &*(*o.body()).data }
}

/// `tp_dealloc` of boxed types: weak references, the state, the memory.
///
/// # Safety
/// Called as a slot of a type with `Boxed<D>` bodies.
pub unsafe extern "C" fn dealloc_boxed<D>(o: *mut abi::PyObject) {
    // SAFETY: the last reference is gone.
    unsafe {
        let ob = Obj::from_ptr(o);
        if ob.ob_type().is_gc() {
            dovetail_core::gc::untrack(o);
        }
        let b = o as *mut Boxed<D>;
        if !(*b).weakrefs.is_null() {
            dovetail_core::types::weakref::clear_weakrefs(ob);
        }
        let data = std::mem::replace(&mut (*b).data, std::ptr::null_mut());
        if !data.is_null() {
            drop(Box::from_raw(data));
        }
        let free = ob.ob_type().raw().tp_free;
        if let Some(free) = free {
            free(o.cast());
        }
    }
}

/// Shows the collector these objects (the loop of a `tp_traverse`), until it has seen enough; gives its answer.
///
/// # Safety
/// Live objects that the traversed one owns; `visit` and `arg` are the slot's.
pub unsafe fn visit_all(
    objects: impl IntoIterator<Item = *mut abi::PyObject>,
    visit: unsafe extern "C" fn(*mut abi::PyObject, *mut std::ffi::c_void) -> std::ffi::c_int,
    arg: *mut std::ffi::c_void,
) -> std::ffi::c_int {
    // SAFETY: the caller's promise.
    objects.into_iter().map(|o| unsafe { visit(o, arg) }).find(|answer| *answer != 0).unwrap_or(0)
}

/// An owned copy of anything seen as an object.
pub fn owned(o: &impl AsObj) -> Object {
    o.as_obj().to_owned()
}

/// A type that a module makes once and keeps.
pub struct TypeCell(std::sync::OnceLock<usize>);

impl Default for TypeCell {
    fn default() -> Self {
        Self::new()
    }
}

impl TypeCell {
    pub const fn new() -> TypeCell {
        TypeCell(std::sync::OnceLock::new())
    }

    /// The type, made by `make` the first time.
    pub fn get_or(&self, make: impl FnOnce() -> PyResult<Ref<Type>>) -> PyResult<&'static Type> {
        if let Some(p) = self.0.get() {
            // SAFETY: kept for ever below.
            return Ok(unsafe { &*(*p as *const Type) });
        }
        let t = dovetail_core::types::structseq::for_ever(&*make()?);
        let _ = self.0.set(t as *const Type as usize);
        Ok(t)
    }
}

/// Adds the functions and contents of a part to a module that is written in several files.
pub fn add_part(module: &Obj, part: &'static dovetail_core::native::NativeModule) -> PyResult<()> {
    let Some(m) = module.downcast::<dovetail_core::types::module::Module>() else {
        bail!(SystemError, "a module is needed");
    };
    // SAFETY: the table of a declaration.
    unsafe { m.add_functions(part.methods.cast_mut())? };
    match part.exec {
        Some(exec) => exec(module),
        None => Ok(()),
    }
}

/// A new exception class `module.Name` below `base`, as `PyErr_NewException` makes it.
pub fn new_exception(name: &str, base: &Type) -> PyResult<Ref<Type>> {
    new_exception_of(name, &[base])
}

/// As `new_exception`, below several classes.
pub fn new_exception_of(name: &str, bases: &[&Type]) -> PyResult<Ref<Type>> {
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let namespace = dovetail_core::types::dict::Dict::new()?;
    namespace.set(sym!(__module__).as_obj(), &*text(module)?)?;
    let bases: Vec<&Obj> = bases.iter().map(|b| b.as_obj()).collect();
    let bases = dovetail_core::types::tuple::Tuple::from_slice(&bases)?;
    let short = text(short)?;
    let args: [&Obj; 3] = [&short, bases.as_obj(), namespace.as_obj()];
    match Type::type_object().as_obj().call(&args)?.downcast_into::<Type>() {
        Ok(t) => Ok(t),
        Err(_) => bail!(SystemError, "type() made no type"),
    }
}
