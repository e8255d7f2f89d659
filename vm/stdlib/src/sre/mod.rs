//! `_sre`: the matching half of `re`, over the engine of crate `rustpython-sre_engine`.

mod matched;
mod pattern;
mod subject;
mod template;

use crate::util::{set, set_int, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref, ToRef};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::list::List;
use dovetail_core::types::ready::ready;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use pattern::{Pattern, PatternState};

fn ascii_lower(c: i32) -> i32 {
    if (b'A' as i32..=b'Z' as i32).contains(&c) { c + 32 } else { c }
}

fn unicode_lower(c: i32) -> i32 {
    rustpython_sre_engine::string::lower_unicode(c as u32) as i32
}

#[pymodule(name = "_sre")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        ready::<Pattern>()?;
        ready::<pattern::Scanner>()?;
        ready::<matched::Match>()?;
        ready::<template::Template>()?;
        set_int(module, "MAGIC", rustpython_sre_engine::SRE_MAGIC as i64)?;
        set_int(module, "CODESIZE", rustpython_sre_engine::CODESIZE as i64)?;
        set_int(module, "MAXREPEAT", rustpython_sre_engine::MAXREPEAT as i128)?;
        set_int(module, "MAXGROUPS", rustpython_sre_engine::MAXGROUPS as i128)?;
        set(module, "copyright", &*text("")?)
    }

    #[function]
    fn getcodesize() -> i32 {
        rustpython_sre_engine::CODESIZE as i32
    }

    #[function(sig = "(character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        u8::try_from(character).is_ok_and(|c| c.is_ascii_alphabetic())
    }

    #[function(sig = "(character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        // The first character of the full mapping counts: sharp s becomes two letters.
        let upper = |c: u32| char::from_u32(c).and_then(|c| c.to_uppercase().next()).map_or(c, u32::from);
        unicode_lower(character) != character || upper(character as u32) as i32 != character
    }

    #[function(sig = "(character, /)")]
    fn ascii_tolower(character: i32) -> i32 {
        ascii_lower(character)
    }

    #[function(sig = "(character, /)")]
    fn unicode_tolower(character: i32) -> i32 {
        unicode_lower(character)
    }

    #[function(sig = "(character, flags, /)")]
    fn getlower(character: i32, flags: i32) -> i32 {
        if flags & 32 != 0 { unicode_lower(character) } else { ascii_lower(character) }
    }

    #[function(sig = "(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        pattern: &Obj,
        flags: i32,
        code: &List,
        groups: isize,
        groupindex: &Dict,
        indexgroup: &Tuple,
    ) -> PyResult<Ref<Pattern>> {
        let mut codes = Vec::with_capacity(code.len());
        for c in code.to_vec() {
            match c.index()?.to_i64().and_then(|v| u32::try_from(v).ok()) {
                Some(v) => codes.push(v),
                None => bail!(OverflowError, "regular expression code size limit exceeded"),
            }
        }
        let text = if pattern.is_none() {
            None
        } else if pattern.is_a::<Str>() {
            Some(true)
        } else if dovetail_core::object::buffer::Buffer::supported(pattern) {
            Some(false)
        } else {
            return Err(raise!(
                TypeError,
                "expected string or bytes-like object, got '{}'",
                pattern.type_name()
            ));
        };
        crate::util::new_native(PatternState {
            pattern: pattern.to_owned(),
            flags,
            codes,
            groups: groups as usize,
            group_index: groupindex.to_ref(),
            index_group: indexgroup.to_ref(),
            text,
        })
    }

    /// template is a list containing interleaved literal strings (str or bytes) and group indices (int),
    /// as returned by _parser.parse_template.
    #[function(sig = "(pattern, template, /)")]
    fn template(pattern: &Obj, template: &List) -> PyResult<Object> {
        let _ = pattern;
        Ok(super::template::Template::from_list(template)?.into_object())
    }
}

pub use module::MODULE;
