//! `itertools`: building blocks of iterators.

mod body;
mod combine;
mod group;
mod simple;

use dovetail_core::error::PyResult;
use dovetail_core::native::add_type;
use dovetail_core::object::{Obj, Ref};
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;

/// Functional tools for creating and using iterators.
#[pymodule(name = "itertools")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<simple::Accumulate>(module)?;
        add_type::<simple::Batched>(module)?;
        add_type::<simple::Chain>(module)?;
        add_type::<simple::Compress>(module)?;
        add_type::<simple::Count>(module)?;
        add_type::<simple::Cycle>(module)?;
        add_type::<simple::DropWhile>(module)?;
        add_type::<simple::FilterFalse>(module)?;
        add_type::<simple::Islice>(module)?;
        add_type::<simple::Pairwise>(module)?;
        add_type::<simple::Repeat>(module)?;
        add_type::<simple::Starmap>(module)?;
        add_type::<simple::TakeWhile>(module)?;
        add_type::<simple::ZipLongest>(module)?;
        add_type::<combine::Product>(module)?;
        add_type::<combine::Combinations>(module)?;
        add_type::<combine::CombinationsWithReplacement>(module)?;
        add_type::<combine::Permutations>(module)?;
        add_type::<group::GroupBy>(module)?;
        add_type::<group::Grouper>(module)?;
        add_type::<group::TeeLink>(module)?;
        add_type::<group::Tee>(module)
    }

    /// Returns a tuple of n independent iterators.
    #[function(sig = "(iterable, n=2, /)")]
    fn tee(iterable: &Obj, n: isize) -> PyResult<Ref<Tuple>> {
        group::tee(iterable, n)
    }
}

pub use module::MODULE;
