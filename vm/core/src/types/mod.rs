//! The builtin types, a file (or a few) per type, and the list by which they are completed at start-up.

pub mod asyncgen;
pub mod bool_;
pub mod bytearray;
pub mod bytes;
pub mod bytes_methods;
pub mod capsule;
pub mod cell;
pub mod cfunction;
pub mod classmethod;
pub mod code;
pub mod code_front;
pub mod code_make;
pub mod code_methods;
pub mod codec;
pub mod codec_registry;
pub mod complex;
pub mod descr;
pub mod dict;
pub mod dict_instance;
pub mod dict_keys;
pub mod dict_methods;
pub mod dict_views;
pub mod docstring;
pub mod enumerate;
pub mod exception;
pub mod exceptions_fields;
pub mod exceptions_os;
pub mod exceptions_syntax;
pub mod exceptions_unicode;
pub mod float;
pub mod format_iter;
pub mod frame;
pub mod frame_locals;
pub mod function;
pub mod generator;
pub mod genericalias;
pub mod group;
pub mod int;
pub mod int_methods;
pub mod iterators;
pub mod list;
pub mod list_iter;
pub mod list_sort;
pub mod location;
pub mod managed_buffer;
pub mod mappingproxy;
pub mod member;
pub mod memory_compare;
pub mod memory_items;
pub mod memory_iter;
pub mod memory_methods;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod module_errors;
pub mod mro;
pub mod new_wrapper;
pub mod nodefault;
pub mod none;
pub mod number_text;
pub mod object_;
pub mod odict;
pub mod odict_nodes;
pub mod odict_views;
pub mod paramspec;
pub mod property;
pub mod raising;
pub mod range;
pub mod ready;
pub mod reduce;
pub mod set;
pub mod set_table;
pub mod simplenamespace;
pub mod slice;
pub mod stdprinter;
pub mod str_;
pub mod str_format;
pub mod str_intern;
pub mod str_iter;
pub mod str_join;
pub mod str_methods;
pub mod str_translate;
pub mod structseq;
pub mod subtype;
pub mod suggest;
pub mod super_;
pub mod support;
pub mod template;
pub mod traceback;
pub mod traceback_anchors;
pub mod traceback_format;
pub mod traceback_lines;
pub mod traceback_plain;
pub mod traceback_show;
pub mod traceback_suggest;
pub mod tuple;
pub mod type_;
pub mod type_new;
pub mod type_spec;
#[cfg(test)]
mod type_tests;
pub mod typealias;
pub mod typevar;
pub mod typevartuple;
pub mod typing_module;
pub mod typing_support;
pub mod union;
pub mod weakproxy;
pub mod weakref;
pub mod zipmap;

use crate::error::PyResult;
use crate::object::Native;
use ready::{fill, ready};

/// Calls `$f::<T>()` for every builtin type; the first ones are what completing a type itself needs.
macro_rules! for_each_builtin {
    ($f:ident $($q:tt)?) => {{
        $f::<type_::Type>()$($q)?;
        $f::<crate::Obj>()$($q)?;
        $f::<str_::Str>()$($q)?;
        $f::<tuple::Tuple>()$($q)?;
        $f::<dict::Dict>()$($q)?;
        $f::<int::Int>()$($q)?;
        $f::<list::List>()$($q)?;
        $f::<none::NoneType>()$($q)?;
        $f::<descr::WrapperDescr>()$($q)?;
        $f::<descr::MethodDescr>()$($q)?;
        $f::<descr::ClassMethodDescr>()$($q)?;
        $f::<descr::MemberDescr>()$($q)?;
        $f::<descr::GetSetDescr>()$($q)?;
        $f::<descr::MethodWrapper>()$($q)?;
        $f::<cfunction::CFunction>()$($q)?;
        $f::<cfunction::CMethod>()$($q)?;
        $f::<classmethod::ClassMethod>()$($q)?;
        $f::<classmethod::StaticMethod>()$($q)?;
        $f::<bool_::Bool>()$($q)?;
        $f::<none::EllipsisType>()$($q)?;
        $f::<none::NotImplementedType>()$($q)?;
        $f::<float::Float>()$($q)?;
        $f::<complex::Complex>()$($q)?;
        $f::<bytes::Bytes>()$($q)?;
        $f::<bytes::BytesIter>()$($q)?;
        $f::<bytearray::ByteArray>()$($q)?;
        $f::<bytearray::ByteArrayIter>()$($q)?;
        $f::<memoryview::MemoryView>()$($q)?;
        $f::<memoryview::ManagedBuffer>()$($q)?;
        $f::<str_iter::StrIter>()$($q)?;
        $f::<str_iter::StrAsciiIter>()$($q)?;
        $f::<format_iter::FormatterIter>()$($q)?;
        $f::<format_iter::FieldNameIter>()$($q)?;
        $f::<list_iter::ListIter>()$($q)?;
        $f::<list_iter::ListRevIter>()$($q)?;
        $f::<tuple::TupleIter>()$($q)?;
        $f::<set::Set>()$($q)?;
        $f::<set::FrozenSet>()$($q)?;
        $f::<set::SetIter>()$($q)?;
        $f::<slice::Slice>()$($q)?;
        $f::<range::Range>()$($q)?;
        $f::<range::RangeIter>()$($q)?;
        $f::<range::LongRangeIter>()$($q)?;
        $f::<iterators::SeqIter>()$($q)?;
        $f::<iterators::CallIter>()$($q)?;
        $f::<enumerate::Enumerate>()$($q)?;
        $f::<enumerate::Reversed>()$($q)?;
        $f::<zipmap::Zip>()$($q)?;
        $f::<zipmap::Map>()$($q)?;
        $f::<zipmap::Filter>()$($q)?;
        $f::<function::Function>()$($q)?;
        $f::<method::Method>()$($q)?;
        $f::<method::InstanceMethod>()$($q)?;
        $f::<code::Code>()$($q)?;
        $f::<code_methods::LineIterator>()$($q)?;
        $f::<code_methods::PositionsIterator>()$($q)?;
        $f::<cell::Cell>()$($q)?;
        $f::<frame::FrameObject>()$($q)?;
        $f::<frame::FrameLocalsProxy>()$($q)?;
        $f::<traceback::Traceback>()$($q)?;
        $f::<module::Module>()$($q)?;
        $f::<module::ModuleDef>()$($q)?;
        $f::<generator::Generator>()$($q)?;
        $f::<generator::Coroutine>()$($q)?;
        $f::<generator::AsyncGenerator>()$($q)?;
        $f::<generator::CoroutineWrapper>()$($q)?;
        $f::<property::Property>()$($q)?;
        $f::<super_::Super>()$($q)?;
        $f::<mappingproxy::MappingProxy>()$($q)?;
        $f::<simplenamespace::SimpleNamespace>()$($q)?;
        $f::<genericalias::GenericAlias>()$($q)?;
        $f::<genericalias::GenericAliasIter>()$($q)?;
        $f::<union::Union>()$($q)?;
        $f::<capsule::Capsule>()$($q)?;
        $f::<stdprinter::StdPrinter>()$($q)?;
    }};
}

/// Completes all builtin types.
pub fn ready_all() -> PyResult<()> {
    // Slots first: objects of these types come and go while the types are completed.
    for_each_builtin!(fill);
    exception::fill_all();
    for_each_builtin!(ready?);
    dict_views::ready_all()?;
    weakref::ready_all()?;
    asyncgen::ready_all()?;
    typevar::ready_all()?;
    template::ready_all()?;
    exception::ready_all()
}

/// The types that `builtins` shows, with their names.
pub fn builtin_types() -> Vec<(&'static str, &'static type_::Type)> {
    macro_rules! rows {
        ($($t:ty),* $(,)?) => { vec![$( (<$t>::SHORT_NAME, <$t>::type_object()) ),*] };
    }
    rows!(
        crate::Obj,
        type_::Type,
        int::Int,
        bool_::Bool,
        float::Float,
        complex::Complex,
        str_::Str,
        bytes::Bytes,
        bytearray::ByteArray,
        memoryview::MemoryView,
        list::List,
        tuple::Tuple,
        dict::Dict,
        set::Set,
        set::FrozenSet,
        slice::Slice,
        range::Range,
        enumerate::Enumerate,
        enumerate::Reversed,
        zipmap::Zip,
        zipmap::Map,
        zipmap::Filter,
        property::Property,
        classmethod::ClassMethod,
        classmethod::StaticMethod,
        super_::Super,
    )
}
