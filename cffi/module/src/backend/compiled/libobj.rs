//! `Lib`: the functions, constants and variables of a compiled module or an opened library, made when first asked for.
//!
//! # Contract of the unsafe blocks
//! The fields of a body are filled when the object is made. Addresses in the tables are what the compiler put there.

use super::super::cdata::CData;
use super::super::ctype::CType;
use super::super::errors::ffi_error;
use super::super::flags::*;
use super::super::{fast, from_c, library, make};
use super::context::{Context, Global, argument, number, op, text};
use super::ffi::Ffi;
use super::global::{FetchAddress, GlobSupport};
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::result_ptr;
use dovetail_core::object::signature::CallSignature;
use dovetail_core::object::{AsObj, Obj, Object, Ref, alloc};
use dovetail_core::types::cfunction::CFunction;
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::module::Module;
use dovetail_core::types::none::none;
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, gc, raise};
use dovetail_macros::{pymethods, pytype};
use std::cell::Cell;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::rc::Rc;

/// What a library object has beside Python objects.
pub struct LibData {
    pub context: Rc<Context>,
    /// Of `dlopen`; NULL for compiled modules and closed libraries.
    handle: Cell<*mut c_void>,
    auto_close: bool,
}

/// The body of a library.
#[repr(C)]
pub struct LibBody {
    pub ob_base: abi::PyObject,
    /// What was made so far.
    pub dict: *mut abi::PyObject,
    pub name: *mut abi::PyObject,
    pub ffi: *mut abi::PyObject,
    pub data: *mut LibData,
}

/// Libraries.
#[pytype(name = "_cffi_backend.Lib", body = LibBody, refs(dict, name, ffi), gc, static_in_c)]
pub struct Lib;

/// A function of a compiled module: the definition that the function object refers to, with what belongs to it. It is never
/// freed, as the module is not.
#[repr(C)]
struct ExtFunc {
    definition: abi::PyMethodDef,
    direct: *mut c_void,
    pointer: Cell<*mut abi::PyObject>,
    type_index: isize,
    context: Rc<Context>,
}

/// The definition behind a function object of a compiled module.
fn ext_func(o: &Obj) -> Option<&ExtFunc> {
    let f = o.downcast_exact::<CFunction>()?;
    // SAFETY: fields of a function object; the module field of such functions is the library's own name object.
    unsafe {
        let b = &*f.body();
        if b.m_self.is_null() {
            return None;
        }
        let lib = Obj::from_ptr(b.m_self).downcast_exact::<Lib>()?;
        if b.m_module != (*lib.body()).name { None } else { Some(&*(b.m_ml as *const ExtFunc)) }
    }
}

/// The pointer type of such a function.
pub fn function_type(o: &Obj) -> PyResult<Option<Ref<CType>>> {
    let Some(f) = ext_func(o) else { return Ok(None) };
    Ok(Some(f.context.realize(f.type_index)?.into_pointer()))
}

/// The pointer behind a function object of a compiled module; None for every other object.
pub fn direct_function(o: &Obj) -> PyResult<Option<Object>> {
    let Some(f) = ext_func(o) else { return Ok(None) };
    if f.direct.is_null() {
        return Ok(None);
    }
    if f.pointer.get().is_null() {
        let ct = f.context.realize(f.type_index)?.into_pointer();
        f.pointer.set(CData::new(f.direct.cast(), &ct)?.into_ptr());
    }
    // SAFETY: kept for ever.
    Ok(Some(unsafe { Obj::from_ptr(f.pointer.get()) }.to_owned()))
}

/// What the JIT may know of such a function: the one behind its pointer.
pub fn signature_of(o: &Obj) -> Option<CallSignature<'_>> {
    let f = ext_func(o)?;
    match direct_function(o) {
        // SAFETY: kept for ever.
        Ok(Some(_)) => fast::signature_of(unsafe { Obj::from_ptr(f.pointer.get()) }),
        Ok(None) => None,
        Err(e) => {
            e.clear();
            None
        }
    }
}

impl Lib {
    /// A library object; a handle is closed with it when `auto_close`.
    pub fn new(ffi: &Ffi, name: &str, handle: *mut c_void, auto_close: bool) -> PyResult<Ref<Lib>> {
        let data =
            Box::new(LibData { context: ffi.context().clone(), handle: Cell::new(handle), auto_close });
        let (dict, name) = (Dict::new()?, Str::new(name)?);
        // SAFETY: a body of zeros, filled before it is tracked.
        unsafe {
            let o = alloc::alloc_sized(
                <Lib as dovetail_core::native::Native>::type_object(),
                size_of::<LibBody>(),
            )?;
            let b = o as *mut LibBody;
            (*b).dict = dict.into_ptr();
            (*b).name = name.into_ptr();
            (*b).ffi = ffi.as_obj().to_owned().into_ptr();
            (*b).data = Box::into_raw(data);
            gc::track(o);
            Ok(Ref::from_owned(o))
        }
    }

    fn data(&self) -> &LibData {
        // SAFETY: see the head.
        unsafe { &*(*self.body()).data }
    }

    fn dict(&self) -> &Dict {
        // SAFETY: see the head.
        unsafe { &*((*self.body()).dict as *const Dict) }
    }

    fn name_object(&self) -> &Str {
        // SAFETY: see the head.
        unsafe { &*((*self.body()).name as *const Str) }
    }

    fn name(&self) -> String {
        self.name_object().to_string_lossy().into_owned()
    }

    /// Closes an opened library. What is asked of it afterwards fails.
    pub fn close(&self) -> PyResult<()> {
        let handle = self.data().handle.replace(null_mut());
        if handle.is_null() {
            return Ok(());
        }
        self.dict().clear_items();
        // SAFETY: opened before, closed once.
        if unsafe { libc::dlclose(handle) } != 0 {
            return Err(ffi_error(&format!("closing library '{}': {}", self.name(), library::last_error())));
        }
        Ok(())
    }

    fn symbol(&self, name: &str) -> PyResult<*mut u8> {
        let handle = self.data().handle.get();
        if handle.is_null() {
            return Err(ffi_error(&format!("library '{}' has been closed", self.name())));
        }
        library::symbol(handle, name)
            .map_err(|e| ffi_error(&format!("symbol '{name}' not found in library '{}': {e}", self.name())))
    }

    /// What stands for a name: a value, a function, a `GlobSupport` for a variable.
    fn entry(&self, name: &Str) -> PyResult<Object> {
        if let Some(o) = self.dict().get_str(name) {
            return Ok(o.to_owned());
        }
        match self.make(name, 0)? {
            Some(o) => Ok(o),
            None => Err(raise!(
                AttributeError,
                "cffi library '{}' has no function, constant or global variable named '{}'",
                self.name(),
                name.to_string_lossy()
            )),
        }
    }

    fn make(&self, name: &Str, depth: u32) -> PyResult<Option<Object>> {
        let context = &self.data().context;
        let key = name.as_str()?;
        let made = match context.find_global(key) {
            Some(i) => Some(self.build(name, key, i)?),
            None => self.make_included(name, key, depth)?,
        };
        if let Some(o) = &made {
            self.dict().set(name.as_obj(), o)?;
        }
        Ok(made)
    }

    fn make_included(&self, name: &Str, key: &str, depth: u32) -> PyResult<Option<Object>> {
        if depth > 100 {
            bail!(RuntimeError, "recursion overflow in ffi.include() delegations");
        }
        let included = self.data().context.included.borrow().clone();
        for (ffi, lib) in included {
            let found = match lib.as_deref().and_then(Obj::downcast_exact::<Lib>) {
                Some(lib) => match lib.dict().get_str(name) {
                    Some(o) => Some(o.to_owned()),
                    None => lib.make(name, depth + 1)?,
                },
                None => match super::ffi::context_of(&ffi) {
                    Some(context) => super::ffi::integer_constant(&context, key, depth + 1)?,
                    None => None,
                },
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn build(&self, name: &Str, key: &str, index: usize) -> PyResult<Object> {
        let context = &self.data().context;
        let g = &context.globals()[index];
        let type_index = argument(g.type_op);
        match number(g.type_op) {
            op::CPYTHON_BLTN_V => self.function(g, type_index, abi::METH_VARARGS),
            op::CPYTHON_BLTN_N => self.function(g, type_index, abi::METH_NOARGS),
            op::CPYTHON_BLTN_O => self.function(g, type_index, abi::METH_O),
            op::CONSTANT_INT | op::ENUM => context.constant_object(index),
            op::CONSTANT | op::DLOPEN_CONST => self.constant(g, key, type_index),
            op::GLOBAL_VAR => {
                let ct = context.realize_type(type_index)?;
                let size = g.size_or_direct as isize;
                if size != ct.size() && size != 0 && ct.size() > 0 {
                    return Err(ffi_error(&format!(
                        "global variable '{key}' should be {} bytes according to the cdef, but is actually {size}",
                        ct.size()
                    )));
                }
                let p = if g.address.is_null() { self.symbol(key)? } else { g.address.cast() };
                GlobSupport::new(name, &ct, p, None)
            }
            op::GLOBAL_VAR_F => {
                let ct = context.realize_type(type_index)?;
                // SAFETY: the address of such a variable is a function that gives its address.
                let fetch: FetchAddress = unsafe { std::mem::transmute(g.address) };
                GlobSupport::new(name, &ct, null_mut(), Some(fetch))
            }
            op::DLOPEN_FUNC => {
                let p = self.symbol(key)?;
                CData::new(p, &*context.realize(type_index)?.into_pointer())
            }
            op::EXTERN_PYTHON => {
                let ct = context.realize_type(type_index)?;
                CData::new(g.size_or_direct.cast(), &ct)
            }
            n => bail!(NotImplementedError, "in lib_build_attr: op={n}"),
        }
    }

    fn constant(&self, g: &Global, key: &str, type_index: isize) -> PyResult<Object> {
        let ct = self.data().context.realize_type(type_index)?;
        if ct.size() <= 0 {
            return Err(ffi_error(&format!(
                "constant '{key}' is of type '{}', whose size is not known",
                ct.name()
            )));
        }
        let p = if g.address.is_null() {
            self.symbol(key)?
        } else {
            // The value may point into itself: its memory stays.
            let room = vec![0u128; (ct.size() as usize).div_ceil(16)].leak().as_mut_ptr().cast::<u8>();
            // SAFETY: the address of such a constant is a function that stores it.
            unsafe {
                let store: unsafe extern "C" fn(*mut c_char) = std::mem::transmute(g.address);
                store(room.cast());
            }
            room
        };
        // SAFETY: a value of the type.
        unsafe { from_c::convert(p, &ct) }
    }

    /// A function object over the wrapper in compiled code.
    fn function(&self, g: &Global, type_index: isize, flags: c_int) -> PyResult<Object> {
        let context = &self.data().context;
        // Compiled code finds the types of arguments and result in the table.
        let pointer = context.realize(type_index)?.into_pointer();
        let params = context.function_params(type_index, &pointer)?;
        let params: Vec<&CType> = params.iter().map(|p| &**p).collect();
        let name = text(g.name);
        let (shown, _) = make::function_name(pointer.item(), &name, &params, false);
        let doc = format!("{shown};\n\nCFFI C function from {}.lib", self.name());
        let doc = CString::new(doc).map_err(|_| raise!(ValueError, "embedded null character"))?;
        // SAFETY: a definition of a wrapper that the compiler wrote with these flags; it is never freed.
        unsafe {
            let mut definition: abi::PyMethodDef = std::mem::zeroed();
            definition.ml_name = g.name;
            definition.ml_meth = std::mem::transmute::<*mut c_void, abi::PyCFunction>(g.address);
            definition.ml_flags = flags;
            definition.ml_doc = doc.into_raw();
            let f = Box::leak(Box::new(ExtFunc {
                definition,
                direct: g.size_or_direct,
                pointer: Cell::new(null_mut()),
                type_index,
                context: context.clone(),
            }));
            let f = CFunction::new(
                &raw mut f.definition,
                Some(self.as_obj()),
                Some(self.name_object().as_obj()),
            )?;
            Ok(f.into_object())
        }
    }

    fn names(&self, variables: bool) -> PyResult<Ref<List>> {
        let list = List::new()?;
        for g in self.data().context.globals() {
            if variables || !matches!(number(g.type_op), op::GLOBAL_VAR | op::GLOBAL_VAR_F) {
                list.push(Str::new(&text(g.name))?.into_object())?;
            }
        }
        Ok(list)
    }

    fn get(&self, name: &Str) -> PyResult<Object> {
        let entry = match self.entry(name) {
            Ok(o) => o,
            Err(e) if e.matches(exc::AttributeError()) => {
                return match self.special(name)? {
                    Some(o) => {
                        e.clear();
                        Ok(o)
                    }
                    None => Err(e),
                };
            }
            Err(e) => return Err(e),
        };
        match entry.downcast_exact::<GlobSupport>() {
            Some(g) => g.read(),
            None => Ok(entry),
        }
    }

    /// What makes a library look like a module.
    fn special(&self, name: &Str) -> PyResult<Option<Object>> {
        let ts = dovetail_core::thread::ThreadState::current();
        let pending = ts.take_exception();
        let found = self.special_now(name);
        if found.is_ok() {
            ts.set_exception(pending);
        }
        found
    }

    fn special_now(&self, name: &Str) -> PyResult<Option<Object>> {
        Ok(Some(match &*name.to_string_lossy() {
            "__all__" => self.names(false)?.into_object(),
            "__dict__" => {
                let all = Dict::new()?;
                for g in self.data().context.globals() {
                    let key = Str::intern(&text(g.name))?;
                    all.set(key.as_obj(), &*self.entry(&key)?)?;
                }
                all.into_object()
            }
            "__class__" => <Module as dovetail_core::native::Native>::type_object().as_obj().to_owned(),
            "__name__" => Str::new(&format!("{}.lib", self.name()))?.into_object(),
            "__loader__" | "__spec__" => none().to_owned(),
            _ => return Ok(None),
        }))
    }

    /// `ffi.addressof(lib, name)`.
    pub fn address_of(&self, name: &Str) -> PyResult<Object> {
        let entry = self.entry(name)?;
        if let Some(g) = entry.downcast_exact::<GlobSupport>() {
            return g.pointer();
        }
        if let Some(p) = direct_function(&entry)? {
            return Ok(p);
        }
        if ext_func(&entry).is_some() || CData::of(&entry).is_some_and(|cd| cd.ctype().is(FUNCTION)) {
            return Ok(entry);
        }
        bail!(AttributeError, "cannot take the address of the constant '{}'", name.to_string_lossy());
    }
}

#[pymethods]
impl Lib {
    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc(o: *mut abi::PyObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack(o);
            let data = std::mem::replace(&mut (*(o as *mut LibBody)).data, null_mut());
            if !data.is_null() {
                let data = Box::from_raw(data);
                let handle = data.handle.get();
                if data.auto_close && !handle.is_null() {
                    libc::dlclose(handle);
                }
            }
            alloc::dealloc_fields::<Lib>(o);
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<Lib object for '{}'>", self.name())
    }

    #[slot(tp_getattro, raw)]
    unsafe extern "C" fn getattr(o: *mut abi::PyObject, name: *mut abi::PyObject) -> *mut abi::PyObject {
        // SAFETY: called as the slot, with a string.
        unsafe {
            let (lib, name) = (&*(o as *const Lib), &*(name as *const Str));
            if let Some(found) = lib.dict().get_str(name)
                && !found.is_exact::<GlobSupport>()
            {
                return found.to_owned().into_ptr();
            }
            result_ptr(lib.get(name))
        }
    }

    #[slot(tp_setattro)]
    fn setattr(&self, name: &Obj, value: Option<&Obj>) -> PyResult<()> {
        let name = dovetail_core::object::abstract_::attribute_name(name)?;
        let entry = self.entry(name)?;
        let Some(value) = value else { bail!(AttributeError, "C attribute cannot be deleted") };
        match entry.downcast_exact::<GlobSupport>() {
            Some(g) => g.write(value),
            None => {
                bail!(AttributeError, "cannot write to function or constant '{}'", name.to_string_lossy())
            }
        }
    }

    #[method]
    fn __dir__(&self) -> PyResult<Ref<List>> {
        self.names(true)
    }
}
