//! `_functools`: the native half of `functools`.

mod key;
mod lru;
mod partial;

use crate::util::set;
use dovetail_core::error::{PyResult, exc};
use dovetail_core::native::add_type;
use dovetail_core::object::{Obj, Object};
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

/// Tools that operate on functions.
#[pymodule(name = "_functools")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<partial::PlaceholderType>(module)?;
        set(module, "Placeholder", partial::placeholder()?)?;
        add_type::<partial::Partial>(module)?;
        add_type::<lru::LruCache>(module)?;
        dovetail_core::types::ready::ready::<lru::LruLink>()?;
        dovetail_core::types::ready::ready::<key::KeyWrapper>()
    }

    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[function(sig = "(mycmp)")]
    fn cmp_to_key(mycmp: &Obj) -> PyResult<Object> {
        key::new(Some(mycmp), None)
    }

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is
    /// present, it is placed before the items of the iterable in the
    /// calculation, and serves as a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[function(sig = "(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(function: &Obj, iterable: &Obj, initial: Option<&Obj>) -> PyResult<Object> {
        let it = match iterable.iter() {
            Ok(it) => it,
            Err(e) if e.matches(exc::TypeError()) => {
                e.clear();
                bail!(TypeError, "reduce() arg 2 must support iteration");
            }
            Err(e) => return Err(e),
        };
        let mut result = initial.map(Obj::to_owned);
        while let Some(item) = it.iter_next()? {
            result = Some(match result {
                None => item,
                Some(r) => function.call(&[&r, &item])?,
            });
        }
        result.ok_or_else(|| raise!(TypeError, "reduce() of empty iterable with no initial value"))
    }
}

pub use module::MODULE;
