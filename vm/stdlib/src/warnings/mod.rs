//! `_warnings`: issuing warnings, with the filters that say which are shown, ignored or raised.
//!
//! The module `warnings` holds the list of filters that counts once it is imported, and shows what passes them; before
//! that the list here counts, and warnings are written in their plain form.

mod filters;
mod issue;
mod module;

pub use issue::{Place, category_of, issue};
pub use module::MODULE;
