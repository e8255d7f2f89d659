//! `_types`: the builtin types that have no name elsewhere, for the module `types`.

use dovetail_core::error::PyResult;
use dovetail_core::native::Native;
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types;
use dovetail_macros::pymodule;

fn add<T: Native>(module: &Obj, names: &[&str]) -> PyResult<()> {
    names.iter().try_for_each(|name| crate::util::set(module, name, T::type_object().as_obj()))
}

/// Define names for built-in types.
#[pymodule(name = "_types")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add::<types::generator::AsyncGenerator>(module, &["AsyncGeneratorType"])?;
        add::<types::cfunction::CFunction>(module, &["BuiltinFunctionType", "BuiltinMethodType"])?;
        add::<types::capsule::Capsule>(module, &["CapsuleType"])?;
        add::<types::cell::Cell>(module, &["CellType"])?;
        add::<types::descr::ClassMethodDescr>(module, &["ClassMethodDescriptorType"])?;
        add::<types::code::Code>(module, &["CodeType"])?;
        add::<types::generator::Coroutine>(module, &["CoroutineType"])?;
        add::<types::none::EllipsisType>(module, &["EllipsisType"])?;
        add::<types::frame::FrameObject>(module, &["FrameType"])?;
        add::<types::function::Function>(module, &["FunctionType", "LambdaType"])?;
        add::<types::generator::Generator>(module, &["GeneratorType"])?;
        add::<types::genericalias::GenericAlias>(module, &["GenericAlias"])?;
        add::<types::descr::GetSetDescr>(module, &["GetSetDescriptorType"])?;
        add::<types::mappingproxy::MappingProxy>(module, &["MappingProxyType"])?;
        add::<types::descr::MemberDescr>(module, &["MemberDescriptorType"])?;
        add::<types::descr::MethodDescr>(module, &["MethodDescriptorType"])?;
        add::<types::method::Method>(module, &["MethodType"])?;
        add::<types::descr::MethodWrapper>(module, &["MethodWrapperType"])?;
        add::<types::module::Module>(module, &["ModuleType"])?;
        add::<types::none::NoneType>(module, &["NoneType"])?;
        add::<types::none::NotImplementedType>(module, &["NotImplementedType"])?;
        add::<types::simplenamespace::SimpleNamespace>(module, &["SimpleNamespace"])?;
        add::<types::traceback::Traceback>(module, &["TracebackType"])?;
        add::<types::union::Union>(module, &["UnionType"])?;
        add::<types::descr::WrapperDescr>(module, &["WrapperDescriptorType"])
    }
}
pub use module::MODULE;
