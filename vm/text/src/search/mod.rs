//! Searching, cutting and padding: the methods of `str` and `bytes` that look for something.
//!
//! Functions on [`Text`] serve strings, and bytes taken as `Text::Latin1`; where strings and bytes differ
//! (white space, line ends) there is one of each. Results are indices and ranges, from which the
//! caller makes objects. A count of "at most" is `usize::MAX` for no limit.

mod find;
mod lines;
mod pad;
mod replace;
mod split;
mod strip;
mod translate;

pub use find::{contains, count, ends_with, find, partition, rfind, rpartition, starts_with, window};
pub use lines::{split_lines, split_lines_bytes};
pub use pad::{TooLong, center_padding, expand_tabs, pad, zfill};
pub use replace::{replace, replace_bytes};
pub use split::{
    rsplit, rsplit_whitespace, rsplit_whitespace_bytes, split, split_whitespace, split_whitespace_bytes,
};
pub use strip::{CharSet, Side, strip_chars, strip_whitespace, strip_whitespace_bytes};
pub use translate::{translate_ascii, translate_bytes};

use std::borrow::Cow;

use crate::{Text, Unit};

/// The text in units of `U`; `None` if something in it does not fit, and so cannot be found in such text.
fn fit<U: Unit>(text: Text<'_>) -> Option<Cow<'_, [U]>> {
    match U::units_of(text) {
        Some(units) => Some(Cow::Borrowed(units)),
        None => text.iter().map(U::of).collect::<Option<Vec<U>>>().map(Cow::Owned),
    }
}
