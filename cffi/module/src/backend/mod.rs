//! `_cffi_backend`: what the Python half of `cffi`, modules made by its compiler and its own tests call. One file for
//! each matter; this one has the module's functions, which say the argument rules and hand on.

mod access;
mod arena;
mod arith;
mod attrs;
mod buffer;
mod call;
mod callback;
mod cast;
mod cdata;
mod cfield;
mod compare;
mod compiled;
mod ctype;
mod docs;
mod errors;
mod fast;
mod files;
mod flags;
mod from_c;
mod gcp;
mod handle;
mod initialize;
mod inline;
mod iter;
mod layout;
mod library;
mod make;
mod newp;
mod raw;
mod release;
mod show;
mod strings;
mod testbuff;
mod to_c;

use dovetail_macros::pymodule;

pub use arena::with as with_types;
pub use cdata::CData;
pub use ctype::CType;
pub use docs::keep as keep_document;
pub use inline::InlineFfi;
pub use make::object_of;

/// The version of the interface.
pub const VERSION: &str = "2.1.1";

/// The native half of cffi.
#[pymodule(name = "_dovetail_cffi_backend")]
pub mod module {
    use super::cdata::{CData, CDataFromBuf, CDataGcp, CDataOwn, CDataOwnGc};
    use super::cfield::CField;
    use super::ctype::CType;
    use super::flags::*;
    use super::*;
    use dovetail_call::errno;
    use dovetail_core::error::PyResult;
    use dovetail_core::native::{Declared, Native, add_type};
    use dovetail_core::object::{AsObj, Obj, Object, Ref};
    use dovetail_core::types::dict::Dict;
    use dovetail_core::types::int::Int;
    use dovetail_core::types::list::List;
    use dovetail_core::types::str_::Str;
    use dovetail_core::types::tuple::Tuple;
    use dovetail_core::types::type_::Type;
    use dovetail_core::{bail, raise, sym};
    use dovetail_ctype::RecordKind;
    use dovetail_stdlib::util::{int, set, set_ints, text};

    fn add<T: Declared>(module: &Obj) -> PyResult<()> {
        add_type::<T>(module)
    }

    #[exec]
    fn exec(module: &Obj) -> PyResult<()> {
        add::<library::CLibrary>(module)?;
        add::<CType>(module)?;
        add::<CField>(module)?;
        add::<CData>(module)?;
        add::<CDataOwn>(module)?;
        add::<CDataOwnGc>(module)?;
        add::<CDataFromBuf>(module)?;
        add::<CDataGcp>(module)?;
        fast::register();
        add::<iter::CDataIter>(module)?;
        add::<super::buffer::MiniBuffer>(module)?;
        compiled::add(module)?;
        let class = CData::type_object();
        class.dict().set(sym!(__module__), &*Str::intern("_cffi_backend")?)?;
        class.dict().set(sym!(__name__), &*Str::intern("<cdata>")?)?;
        class.modified();
        set(module, "__version__", &*text(VERSION)?)?;
        set_ints(
            module,
            &[("FFI_DEFAULT_ABI", make::DEFAULT_ABI.into()), ("FFI_CDECL", make::DEFAULT_ABI.into())],
        )?;
        set_ints(module, &OPEN_FLAGS)
    }

    #[function(nosig, sig = "(file=<unrepresentable>, flags=0, /)")]
    fn load_library(file: Option<&Obj>, flags: i32) -> PyResult<Object> {
        library::load(file, flags)
    }

    #[function(nosig)]
    fn new_primitive_type(name: &str) -> PyResult<Ref<CType>> {
        make::primitive_by_name(name)
    }

    #[function(nosig)]
    fn new_pointer_type(ctype: &CType) -> PyResult<Ref<CType>> {
        make::pointer_type(ctype)
    }

    #[function(nosig)]
    fn new_array_type(ctype: &CType, length: &Obj) -> PyResult<Ref<CType>> {
        if length.is_none() {
            return make::array_type(ctype, -1);
        }
        match length.as_isize_count()? {
            n @ 0.. => make::array_type(ctype, n),
            _ => bail!(ValueError, "negative array length"),
        }
    }

    #[function(nosig)]
    fn new_void_type() -> PyResult<Ref<CType>> {
        make::void()
    }

    #[function(nosig)]
    fn new_struct_type(name: &str) -> PyResult<Ref<CType>> {
        make::record_type(name, RecordKind::Struct)
    }

    #[function(nosig)]
    fn new_union_type(name: &str) -> PyResult<Ref<CType>> {
        make::record_type(name, RecordKind::Union)
    }

    #[function(
        nosig,
        sig = "(ctype, fields, ignored=<unrepresentable>, totalsize=-1, totalalignment=-1, sflags=0, pack=0, /)"
    )]
    fn complete_struct_or_union(
        ctype: &CType,
        fields: &List,
        _ignored: Option<&Obj>,
        totalsize: isize,
        totalalignment: i32,
        sflags: i32,
        pack: i32,
    ) -> PyResult<()> {
        let wanted = layout::Wanted { size: totalsize, align: totalalignment, flags: sflags, pack };
        layout::complete(ctype, fields, &wanted)
    }

    #[function(nosig, sig = "(args, result, ellipsis=0, abi=<unrepresentable>, /)")]
    fn new_function_type(
        args: &Tuple,
        result: &CType,
        ellipsis: i32,
        abi: Option<i32>,
    ) -> PyResult<Ref<CType>> {
        make::function_type(args, result, ellipsis != 0, abi.unwrap_or(make::DEFAULT_ABI))
    }

    #[function(nosig)]
    fn new_enum_type(name: &str, names: &Tuple, values: &Tuple, base: &CType) -> PyResult<Ref<CType>> {
        make::enum_type(name, names, values, base)
    }

    #[function(nosig, sig = "(ctype, init=None, /)")]
    fn newp(ctype: &CType, init: Option<&Obj>) -> PyResult<Object> {
        super::newp::newp(ctype, init, super::newp::DEFAULT)
    }

    #[function(nosig)]
    fn cast(ctype: &CType, object: &Obj) -> PyResult<Object> {
        super::cast::cast(ctype, object)
    }

    #[function(nosig, sig = "(ctype, callable, error=None, onerror=None, /)")]
    fn callback(
        ctype: &CType,
        callable: &Obj,
        error: Option<&Obj>,
        onerror: Option<&Obj>,
    ) -> PyResult<Object> {
        super::callback::callback(ctype, callable, error, onerror)
    }

    #[function(nosig)]
    fn alignof(object: &Obj) -> PyResult<isize> {
        match object.downcast_exact::<CType>() {
            Some(ct) => ct.alignment(),
            None => bail!(TypeError, "expected a 'ctype' object"),
        }
    }

    #[function(nosig)]
    fn sizeof(object: &Obj) -> PyResult<isize> {
        if let Some(cd) = CData::of(object) {
            return Ok(size_of_cdata(cd));
        }
        let Some(ct) = object.downcast_exact::<CType>() else {
            bail!(TypeError, "expected a 'cdata' or 'ctype' object");
        };
        size_of_type(ct)
    }

    #[function(nosig)]
    fn r#typeof(object: &Obj) -> PyResult<Object> {
        match CData::of(object) {
            Some(cd) => Ok(cd.ctype().as_obj().to_owned()),
            None => bail!(TypeError, "expected a 'cdata' object"),
        }
    }

    #[function(nosig, sig = "(ctype, field, following=0, /)")]
    fn typeoffsetof(ctype: &CType, field: &Obj, following: i32) -> PyResult<Ref<Tuple>> {
        let (ct, offset) = offset_of(ctype, field, following != 0)?;
        Tuple::from_array([ct.as_obj().to_owned(), Int::from_i64(offset as i64)?.into_object()])
    }

    #[function(nosig)]
    fn rawaddressof(ctype: &CType, cdata: &CData, offset: isize) -> PyResult<Object> {
        address_of(ctype, cdata, offset)
    }

    #[function(nosig)]
    fn getcname(ctype: &CType, replace_with: &str) -> String {
        ctype.name_around(replace_with)
    }

    #[function(nosig, sig = "(cdata, maxlen=-1)")]
    fn string(cdata: &CData, maxlen: isize) -> PyResult<Object> {
        strings::string(cdata, maxlen)
    }

    #[function(nosig, sig = "(cdata, length)")]
    fn unpack(cdata: &CData, length: isize) -> PyResult<Object> {
        strings::unpack(cdata, length)
    }

    #[function(nosig)]
    fn get_errno() -> i32 {
        errno::saved()
    }

    #[function(nosig)]
    fn set_errno(value: &Obj) -> PyResult<()> {
        store_errno(value)
    }

    #[function(nosig)]
    fn newp_handle(ctype: &CType, object: &Obj) -> PyResult<Object> {
        handle::new(ctype, object)
    }

    #[function(nosig)]
    fn from_handle(cdata: &Obj) -> PyResult<Object> {
        handle::get(cdata)
    }

    #[function(nosig, sig = "(ctype, object, require_writable=0, /)")]
    fn from_buffer(ctype: &CType, object: &Obj, require_writable: i32) -> PyResult<Object> {
        super::buffer::from_buffer(ctype, object, require_writable != 0)
    }

    #[function(nosig, sig = "(dest, src, n)")]
    fn memmove(dest: &Obj, src: &Obj, n: isize) -> PyResult<()> {
        super::buffer::memmove(dest, src, n)
    }

    #[function(nosig, sig = "(cdata, destructor, size=0)")]
    fn gcp(cdata: &CData, destructor: &Obj, _size: isize) -> PyResult<Object> {
        super::gcp::gcp(cdata, destructor)
    }

    #[function(nosig)]
    fn release(cdata: &Obj) -> PyResult<()> {
        match CData::of(cdata) {
            Some(cd) => super::release::release(cd),
            None => bail!(TypeError, "expected a 'cdata' object"),
        }
    }

    #[function(nosig)]
    fn _get_types() -> PyResult<Ref<Tuple>> {
        Tuple::from_slice(&[CData::type_object().as_obj(), CType::type_object().as_obj()])
    }

    #[function(nosig)]
    fn _get_common_types(types: &Dict) -> PyResult<()> {
        for (name, meaning) in COMMON_TYPES {
            types.set_text(name, &*text(meaning)?)?;
        }
        Ok(())
    }

    #[function(nosig)]
    fn _testfunc(number: i32) -> PyResult<Object> {
        let p = raw::test_function(number);
        if p.is_null() {
            return Err(dovetail_core::error::raise_bare(dovetail_core::error::exc::ValueError()));
        }
        int(p as usize as i128)
    }

    #[function(nosig)]
    fn _init_cffi_1_0_external_module(address: &Obj) -> PyResult<Object> {
        compiled::init_module(address)
    }

    #[function(nosig)]
    fn _testbuff(class: &Type, methods: i32) -> PyResult<()> {
        testbuff::install(class, methods)
    }

    /// The flags of `dlopen`, in the module and in the class `FFI`.
    pub const OPEN_FLAGS: [(&str, i64); 7] = [
        ("RTLD_LAZY", libc::RTLD_LAZY as i64),
        ("RTLD_NOW", libc::RTLD_NOW as i64),
        ("RTLD_GLOBAL", libc::RTLD_GLOBAL as i64),
        ("RTLD_LOCAL", libc::RTLD_LOCAL as i64),
        ("RTLD_NODELETE", libc::RTLD_NODELETE as i64),
        ("RTLD_NOLOAD", libc::RTLD_NOLOAD as i64),
        ("RTLD_DEEPBIND", libc::RTLD_DEEPBIND as i64),
    ];

    /// Names that every cdef knows, beside the primitives'.
    pub const COMMON_TYPES: [(&str, &str); 2] = [("FILE", "struct _IO_FILE"), ("bool", "_Bool")];

    /// `sizeof` of a value.
    pub fn size_of_cdata(cd: &CData) -> isize {
        let ct = cd.ctype();
        match ct.kind() {
            Kind::Array => cd.array_length() * ct.item().size(),
            Kind::Struct | Kind::Union => cd.var_size().unwrap_or(ct.size()),
            _ => ct.size(),
        }
    }

    /// `sizeof` of a type.
    pub fn size_of_type(ct: &CType) -> PyResult<isize> {
        match ct.size() {
            size @ 0.. => Ok(size),
            _ => bail!(ValueError, "ctype '{}' is of unknown size", ct.name()),
        }
    }

    /// The type and offset of a field or item.
    pub fn offset_of<'a>(ct: &'a CType, field: &Obj, following: bool) -> PyResult<(&'a CType, isize)> {
        if let Some(name) = field.downcast::<Str>() {
            let ct = if !following && ct.is(POINTER) { ct.item() } else { ct };
            if !ct.is(RECORD) {
                bail!(TypeError, "with a field name argument, expected a struct or union ctype");
            }
            if !ct.force()? {
                bail!(TypeError, "struct/union is opaque");
            }
            let Some(row) = ct.row(name) else {
                return Err(dovetail_core::types::support::key_error(field));
            };
            // SAFETY: rows of a living type.
            let (f, row_type) = unsafe { (&*row.field, &*row.ctype) };
            if f.is_bits() {
                bail!(TypeError, "not supported for bitfields");
            }
            return Ok((row_type, row.offset));
        }
        let index = if field.has_index() { field.as_isize() } else { Err(raise!(TypeError, "no index")) };
        let index = index.map_err(|e| {
            e.clear();
            raise!(TypeError, "field name or array index expected")
        })?;
        if !ct.is(ARRAY | POINTER) || ct.item().size() < 0 {
            bail!(TypeError, "with an integer argument, expected an array ctype or a pointer to non-opaque");
        }
        match index.checked_mul(ct.item().size()) {
            Some(offset) => Ok((ct.item(), offset)),
            None => bail!(OverflowError, "array offset would overflow a Py_ssize_t"),
        }
    }

    /// A pointer of type `ct` into a value.
    pub fn address_of(ct: &CType, cd: &CData, offset: isize) -> PyResult<Object> {
        if !cd.ctype().is(RECORD | ARRAY | POINTER) {
            bail!(TypeError, "expected a cdata struct/union/array/pointer object");
        }
        if !ct.is(POINTER) {
            bail!(TypeError, "expected a pointer ctype");
        }
        CData::new(cd.data().wrapping_offset(offset), ct)
    }

    /// Stores the saved errno.
    pub fn store_errno(value: &Obj) -> PyResult<()> {
        let value = value.as_i64()?;
        match i32::try_from(value) {
            Ok(value) => errno::set_saved(value),
            Err(_) => bail!(OverflowError, "errno value too large"),
        }
        Ok(())
    }
}
