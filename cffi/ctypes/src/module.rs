//! The functions of `_ctypes`.

use crate::array::Array;
use crate::call;
use crate::callback::Thunk;
use crate::carg::CArg;
use crate::code;
use crate::data::{self, CData};
use crate::field::CField;
use crate::function::{self, Function};
use crate::info::{self, CType};
use crate::library;
use crate::pointer::Pointer;
use crate::record::{Structure, Union};
use crate::shims;
use crate::simple::SimpleCData;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::{Declared, Native};
use dovetail_core::object::obj::{decref, incref};
use dovetail_core::object::{AsObj, Obj, Object, Ref};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::none::none;
use dovetail_core::types::ready;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise, sym};
use dovetail_macros::pymodule;
use dovetail_stdlib::audit;
use dovetail_stdlib::util::{TypeCell, fs_cstring, fs_decode, new_exception, set, set_int, text};
use std::ffi::{CStr, c_int, c_void};

/// `ArgumentError`.
pub fn argument_error() -> PyResult<&'static Type> {
    static CLASS: TypeCell = TypeCell::new();
    CLASS.get_or(|| new_exception("ctypes.ArgumentError", exc::Exception()))
}

/// An address or handle, which any integer may be.
fn address(o: &Obj) -> PyResult<usize> {
    match o.downcast::<Int>() {
        Some(i) => Ok(code::low_bits(i) as usize),
        None => Err(raise!(TypeError, "int expected instead of {} instance", o.type_name())),
    }
}

fn cdata<'a>(o: &'a Obj, function: &str) -> PyResult<&'a CData> {
    match data::instance(o) {
        Some(d) => Ok(d),
        None => Err(raise!(TypeError, "{function} must be _ctypes._CData, not {}", o.type_name())),
    }
}

fn ready_types() -> PyResult<()> {
    fn one<T: Declared>() -> PyResult<()> {
        ready::ready::<T>()
    }
    one::<CType>()?;
    one::<crate::simple::SimpleType>()?;
    one::<crate::pointer::PointerType>()?;
    one::<crate::array::ArrayType>()?;
    one::<crate::record::StructType>()?;
    one::<crate::record::UnionType>()?;
    one::<function::FunctionType>()?;
    one::<CData>()?;
    one::<SimpleCData>()?;
    one::<Pointer>()?;
    one::<Array>()?;
    one::<Structure>()?;
    one::<Union>()?;
    one::<Function>()?;
    dovetail_core::object::signature::register(Function::type_object(), crate::fast::signature);
    one::<CField>()?;
    one::<CArg>()?;
    one::<Thunk>()
}

/// Calls a function at an address with a tuple of arguments.
fn call_at(at: &Obj, args: &Obj, flags: u32) -> PyResult<Object> {
    let (at, Some(args)) = (address(at)?, args.downcast::<Tuple>()) else {
        bail!(TypeError, "argument 2 must be tuple, not {}", args.type_name());
    };
    audit("ctypes.call_function", || Ok(vec![Int::from_usize(at)?.into_object(), args.to_owned()]))?;
    call::invoke(at as *const c_void, args.as_borrows(), flags, None, None, None, None)
}

/// Create and manipulate C compatible data types in Python.
#[pymodule(name = "_ctypes")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        ready_types()?;
        for (name, ty) in [
            ("_SimpleCData", SimpleCData::type_object()),
            ("_Pointer", Pointer::type_object()),
            ("Array", Array::type_object()),
            ("Structure", Structure::type_object()),
            ("Union", Union::type_object()),
            ("CFuncPtr", Function::type_object()),
            ("CField", CField::type_object()),
            ("ArgumentError", argument_error()?),
        ] {
            set(module, name, ty.as_obj())?;
        }
        set(module, "__version__", &*text("1.1.0")?)?;
        for (name, value) in [
            ("FUNCFLAG_CDECL", function::CDECL as i64),
            ("FUNCFLAG_PYTHONAPI", function::PYTHON_API as i64),
            ("FUNCFLAG_USE_ERRNO", function::USE_ERRNO as i64),
            ("FUNCFLAG_USE_LASTERROR", 16),
            ("RTLD_LOCAL", libc::RTLD_LOCAL.into()),
            ("RTLD_GLOBAL", libc::RTLD_GLOBAL.into()),
            ("CTYPES_MAX_ARGCOUNT", function::MOST as i64),
            ("SIZEOF_TIME_T", size_of::<libc::time_t>() as i64),
            ("_memmove_addr", libc::memmove as *const () as usize as i64),
            ("_memset_addr", libc::memset as *const () as usize as i64),
            ("_string_at_addr", shims::string_at as *const () as usize as i64),
            ("_wstring_at_addr", shims::wstring_at as *const () as usize as i64),
            ("_cast_addr", shims::cast as *const () as usize as i64),
            ("_memoryview_at_addr", shims::memoryview_at as *const () as usize as i64),
        ] {
            set_int(module, name, value)?;
        }
        Ok(())
    }

    /// Return the size in bytes of a C instance.
    #[function]
    fn sizeof(obj: &Obj) -> PyResult<isize> {
        if let Some(d) = data::instance(obj) {
            return Ok(d.size());
        }
        match info::of_class(obj) {
            Some(i) => Ok(i.size.get()),
            None => bail!(TypeError, "this type has no size"),
        }
    }

    /// alignment(C type) -> integer
    /// alignment(C instance) -> integer
    /// Return the alignment requirements of a C instance
    #[function(nosig)]
    fn alignment(obj: &Obj) -> PyResult<isize> {
        match info::of_class(obj).or_else(|| info::of_instance(obj)) {
            Some(i) => Ok(i.align.get()),
            None => bail!(TypeError, "no alignment info"),
        }
    }

    /// Return a pointer lookalike to a C instance, only usable as function argument.
    #[function(sig = "(obj, offset=0, /)")]
    fn byref(obj: &Obj, offset: isize) -> PyResult<Ref<CArg>> {
        CArg::reference(cdata(obj, "byref() argument 1")?, offset)
    }

    /// Return the address of the C instance internal buffer
    #[function]
    fn addressof(obj: &Obj) -> PyResult<usize> {
        let d = cdata(obj, "addressof() argument")?;
        audit("ctypes.addressof", || Ok(vec![obj.to_owned()]))?;
        Ok(d.ptr() as usize)
    }

    #[function]
    fn resize(obj: &Obj, size: isize) -> PyResult<()> {
        cdata(obj, "resize() argument 1")?.resize(size)
    }

    #[function(nosig)]
    fn get_errno() -> PyResult<i32> {
        audit("ctypes.get_errno", || Ok(Vec::new()))?;
        Ok(call::errno())
    }

    #[function(nosig)]
    fn set_errno(value: c_int) -> PyResult<i32> {
        audit("ctypes.set_errno", || Ok(vec![Int::from_i64(value.into())?.into_object()]))?;
        Ok(call::set_errno(value))
    }

    /// dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library
    #[function(sig = "(name, mode=None, /)", nosig)]
    fn dlopen(name: &Obj, mode: Option<&Obj>) -> PyResult<usize> {
        let mode = match mode {
            Some(m) => m.index()?.to_i64().and_then(|m| c_int::try_from(m).ok()),
            None => Some(libc::RTLD_NOW),
        };
        let Some(mode) = mode else { bail!(OverflowError, "Python int too large to convert to C int") };
        audit("ctypes.dlopen", || Ok(vec![name.to_owned()]))?;
        let file = if name.is_none() { None } else { Some(fs_cstring(name)?) };
        // SAFETY: a C string or NULL; what the library does when it is loaded is the program's wish.
        let handle = unsafe {
            libc::dlopen(file.as_ref().map_or(std::ptr::null(), |f| f.as_ptr()), mode | libc::RTLD_NOW)
        };
        if handle.is_null() {
            return Err(library::failure(exc::OSError(), "dlopen() error"));
        }
        Ok(handle as usize)
    }

    /// dlclose a library
    #[function(nosig)]
    fn dlclose(handle: &Obj) -> PyResult<()> {
        // SAFETY: a handle of `dlopen`, by the program's word.
        if unsafe { libc::dlclose(address(handle)? as *mut c_void) } != 0 {
            return Err(library::failure(exc::OSError(), "dlclose() error"));
        }
        Ok(())
    }

    /// find symbol in shared library
    #[function(nosig)]
    fn dlsym(handle: &Obj, name: &Obj) -> PyResult<usize> {
        let Some(name) = name.downcast::<Str>() else {
            bail!(TypeError, "dlsym() argument 2 must be str, not {}", name.type_name());
        };
        audit("ctypes.dlsym/handle", || Ok(vec![handle.to_owned(), name.to_owned()]))?;
        let handle = address(handle)? as *mut c_void;
        Ok(library::find(handle, name.as_str()?.as_bytes(), "symbol", exc::OSError())? as usize)
    }

    /// dllist() return a list of loaded shared libraries
    #[function(nosig)]
    fn dllist() -> PyResult<Ref<List>> {
        unsafe extern "C" fn each(i: *mut libc::dl_phdr_info, _: usize, out: *mut c_void) -> c_int {
            // SAFETY: the linker's own record, and our vector.
            unsafe {
                if !(*i).dlpi_name.is_null() {
                    (*out.cast::<Vec<Vec<u8>>>()).push(CStr::from_ptr((*i).dlpi_name).to_bytes().to_vec());
                }
            }
            0
        }
        let mut names: Vec<Vec<u8>> = Vec::new();
        // SAFETY: the callback gets the vector.
        unsafe { libc::dl_iterate_phdr(Some(each), (&raw mut names).cast()) };
        let list = List::new()?;
        for n in &names {
            list.push(fs_decode(n)?.into_object())?;
        }
        Ok(list)
    }

    #[function(nosig)]
    fn call_function(function: &Obj, arguments: &Obj) -> PyResult<Object> {
        call_at(function, arguments, 0)
    }

    #[function(nosig)]
    fn call_cdeclfunction(function: &Obj, arguments: &Obj) -> PyResult<Object> {
        call_at(function, arguments, function::CDECL)
    }

    /// Return buffer interface information
    #[function(nosig)]
    fn buffer_info(obj: &Obj) -> PyResult<Ref<Tuple>> {
        let Some(i) = info::of_class(obj).or_else(|| info::of_instance(obj)) else {
            bail!(TypeError, "not a ctypes type or object");
        };
        let shape = i.shape.borrow().clone();
        let lengths = shape.iter().map(|n| Ok(Int::from_i64(*n as i64)?.into_object()));
        let lengths = Tuple::from_vec(lengths.collect::<PyResult<_>>()?)?;
        let format = match i.format_text() {
            Some(f) => text(&f)?,
            None => none().to_owned(),
        };
        Tuple::from_array([format, Int::from_usize(shape.len())?.into_object(), lengths.into_object()])
    }

    #[function(name = "PyObj_FromPtr", nosig)]
    fn object_at(pointer: &Obj) -> PyResult<Object> {
        let p = address(pointer)?;
        audit("ctypes.PyObj_FromPtr", || Ok(vec![Int::from_usize(p)?.into_object()]))?;
        if p == 0 {
            bail!(ValueError, "PyObject is NULL");
        }
        // SAFETY: the program says that an object is there.
        Ok(unsafe { Obj::from_ptr(p as *mut abi::PyObject) }.to_owned())
    }

    #[function(name = "Py_INCREF", nosig)]
    fn count_up(obj: &Obj) -> Object {
        // SAFETY: a live object; the count is the program's.
        unsafe { incref(obj.as_ptr()) };
        obj.to_owned()
    }

    #[function(name = "Py_DECREF", nosig)]
    fn count_down(obj: &Obj) -> Object {
        let result = obj.to_owned();
        // SAFETY: a count of the program's.
        unsafe { decref(obj.as_ptr()) };
        result
    }

    #[function(name = "_unpickle", nosig)]
    fn unpickle(class: &Obj, state: &Obj) -> PyResult<Object> {
        let o = class.call_method(sym!(__new__), &[class])?;
        let set = o.get_attr(sym!(__setstate__))?;
        let Some(state) = state.downcast::<Tuple>() else { bail!(TypeError, "the state must be a tuple") };
        set.call_dict(state, None::<&Dict>)?;
        Ok(o)
    }
}

pub use module::MODULE;
