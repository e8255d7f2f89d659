//! `_sre`: the matching half of `re`.

mod engine;
mod matched;
mod pattern;
mod subject;
mod template;

use crate::util::{set, set_int, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Object, Ref, ToRef};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::list::List;
use dovetail_core::types::ready::ready;
use dovetail_core::types::str_::Str;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;
use engine::charset::{ascii_lower, unicode_lower, unicode_upper};
use pattern::{Pattern, PatternState};

#[pymodule(name = "_sre")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        ready::<Pattern>()?;
        ready::<pattern::Scanner>()?;
        ready::<matched::Match>()?;
        ready::<template::Template>()?;
        set_int(module, "MAGIC", engine::MAGIC)?;
        set_int(module, "CODESIZE", size_of::<u32>() as i64)?;
        set_int(module, "MAXREPEAT", engine::MAXREPEAT)?;
        set_int(module, "MAXGROUPS", engine::MAXGROUPS)?;
        set(module, "copyright", &*text("")?)
    }

    #[function]
    fn getcodesize() -> i32 {
        size_of::<u32>() as i32
    }

    #[function(sig = "(character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        u8::try_from(character).is_ok_and(|c| c.is_ascii_alphabetic())
    }

    #[function(sig = "(character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        let c = character as u32;
        unicode_lower(c) != c || unicode_upper(c) != c
    }

    #[function(sig = "(character, /)")]
    fn ascii_tolower(character: i32) -> i32 {
        ascii_lower(character as u32) as i32
    }

    #[function(sig = "(character, /)")]
    fn unicode_tolower(character: i32) -> i32 {
        unicode_lower(character as u32) as i32
    }

    #[function(sig = "(character, flags, /)")]
    fn getlower(character: i32, flags: i32) -> i32 {
        let lower = if flags & 32 != 0 { unicode_lower } else { ascii_lower };
        lower(character as u32) as i32
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
            let value = match c.downcast::<Int>() {
                Some(i) => i.to_i64(),
                None => c.index()?.to_i64(),
            };
            match value.and_then(|v| u32::try_from(v).ok()) {
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
        let Ok(program) = engine::Program::new(&codes, groups as usize) else {
            bail!(RuntimeError, "invalid SRE code");
        };
        crate::util::new_native(PatternState {
            pattern: pattern.to_owned(),
            flags,
            codes,
            program,
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
