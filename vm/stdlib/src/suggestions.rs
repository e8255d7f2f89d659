//! `_suggestions`: which name may have been meant, for `traceback`.

use dovetail_core::error::PyResult;
use dovetail_core::object::Obj;
use dovetail_core::types::list::List;
use dovetail_core::types::str_::Str;
use dovetail_core::types::suggest::nearest;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

#[pymodule(name = "_suggestions")]
pub mod module {
    use super::*;

    /// Returns the candidate in candidates that's closest to item
    #[function]
    fn _generate_suggestions(candidates: &Obj, item: &Str) -> PyResult<Option<String>> {
        let Some(list) = candidates.downcast_exact::<List>() else {
            bail!(TypeError, "candidates must be a list");
        };
        let mut names = Vec::with_capacity(list.len());
        for c in list.items() {
            let name = c.downcast::<Str>();
            let name =
                name.ok_or_else(|| raise!(TypeError, "all elements in 'candidates' must be strings"))?;
            names.push(name.as_str()?.to_owned());
        }
        Ok(nearest(item.as_str()?, names.iter().map(String::as_str)).map(str::to_owned))
    }
}

pub use module::MODULE;
