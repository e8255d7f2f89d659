//! Filter specifications: from Python's dicts to the library's structures and back.

use super::{ERROR, Fail, FailKind, Run, unsigned, unsigned32};
use dovetail_core::error::PyResult;
use dovetail_core::object::abstract_::mapping_get;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::str_::Str;
use dovetail_core::{bail, raise};
use liblzma_sys as lz;
use std::ffi::c_void;

/// How many filters a chain may have.
const MOST: usize = 4;
/// The number that ends a chain.
const END: u64 = u64::MAX;

/// A filter's options, in a box because the library takes their address.
enum Options {
    Lzma(Box<lz::lzma_options_lzma>),
    Delta(Box<lz::lzma_options_delta>),
    Bcj(Box<lz::lzma_options_bcj>),
}

/// One filter.
pub struct Filter {
    id: u64,
    options: Options,
}

/// Is this the filter of an architecture's branch instructions?
fn is_bcj(id: u64) -> bool {
    [
        lz::LZMA_FILTER_X86,
        lz::LZMA_FILTER_POWERPC,
        lz::LZMA_FILTER_IA64,
        lz::LZMA_FILTER_ARM,
        lz::LZMA_FILTER_ARMTHUMB,
        lz::LZMA_FILTER_SPARC,
    ]
    .contains(&id)
}

fn is_lzma(id: u64) -> bool {
    id == lz::LZMA_FILTER_LZMA1 || id == lz::LZMA_FILTER_LZMA2
}

/// The library's options of a preset.
pub fn preset_options(preset: u32) -> PyResult<Box<lz::lzma_options_lzma>> {
    // SAFETY: all-zero options, which the library fills.
    unsafe {
        let mut o: Box<lz::lzma_options_lzma> = Box::new(std::mem::zeroed());
        if lz::lzma_lzma_preset(&mut *o, preset) != 0 {
            return Err(ERROR.raise(&format!("Invalid compression preset: {preset}")));
        }
        Ok(o)
    }
}

/// The value of a key of the specification.
fn entry(spec: &Obj, key: &str) -> PyResult<Option<Object>> {
    mapping_get(spec, &*Str::intern(key)?)
}

/// Gives every entry of the specification to `f`; all trouble becomes "Invalid filter specifier".
fn entries(spec: &Obj, what: &str, f: &mut dyn FnMut(&str, &Obj) -> PyResult<bool>) -> PyResult<()> {
    let mut read = || -> PyResult<bool> {
        for key in spec.iter()?.collect_items()? {
            let Some(name) = key.downcast::<Str>() else { return Ok(false) };
            let value = spec.get_item(&key)?;
            let name = name.to_string_lossy();
            if name != "id" && !f(&name, &value)? {
                return Ok(false);
            }
        }
        Ok(true)
    };
    match read() {
        Ok(true) => Ok(()),
        Ok(false) => Err(raise!(ValueError, "Invalid filter specifier for {what} filter")),
        Err(e) => {
            e.clear();
            Err(raise!(ValueError, "Invalid filter specifier for {what} filter"))
        }
    }
}

impl Filter {
    /// The filter of a specification.
    pub fn of(spec: &Obj) -> PyResult<Filter> {
        // SAFETY: the suite of a live type.
        let mapping =
            unsafe { spec.ob_type().raw().tp_as_mapping.as_ref() }.is_some_and(|m| m.mp_subscript.is_some());
        if !mapping {
            bail!(TypeError, "Filter specifier must be a dict or dict-like object");
        }
        let Some(id) = entry(spec, "id")? else {
            bail!(ValueError, "Filter specifier must have an \"id\" entry");
        };
        let id = unsigned(&id)?;
        let options = if is_lzma(id) {
            Options::Lzma(lzma_options(spec)?)
        } else if id == lz::LZMA_FILTER_DELTA {
            // SAFETY: all-zero is a valid structure: type 0 is the byte-wise delta.
            let mut o: Box<lz::lzma_options_delta> = Box::new(unsafe { std::mem::zeroed() });
            o.dist = 1;
            entries(spec, "delta", &mut |name, v| match name {
                "dist" => unsigned32(v).map(|n| o.dist = n).map(|()| true),
                _ => Ok(false),
            })?;
            Options::Delta(o)
        } else if is_bcj(id) {
            // SAFETY: all-zero is a valid structure.
            let mut o: Box<lz::lzma_options_bcj> = Box::new(unsafe { std::mem::zeroed() });
            entries(spec, "BCJ", &mut |name, v| match name {
                "start_offset" => unsigned32(v).map(|n| o.start_offset = n).map(|()| true),
                _ => Ok(false),
            })?;
            Options::Bcj(o)
        } else {
            bail!(ValueError, "Invalid filter ID: {id}");
        };
        Ok(Filter { id, options })
    }

    /// The library's view, good while `self` lives.
    pub fn raw(&self) -> lz::lzma_filter {
        let options: *const c_void = match &self.options {
            Options::Lzma(o) => (&raw const **o).cast(),
            Options::Delta(o) => (&raw const **o).cast(),
            Options::Bcj(o) => (&raw const **o).cast(),
        };
        lz::lzma_filter { id: self.id, options: options.cast_mut() }
    }

    /// The options, when this is an LZMA1 filter.
    pub fn lzma1(&self) -> Option<&lz::lzma_options_lzma> {
        match &self.options {
            Options::Lzma(o) if self.id == lz::LZMA_FILTER_LZMA1 => Some(o),
            _ => None,
        }
    }
}

fn lzma_options(spec: &Obj) -> PyResult<Box<lz::lzma_options_lzma>> {
    let preset = match entry(spec, "preset")? {
        Some(p) => unsigned32(&p)?,
        None => lz::LZMA_PRESET_DEFAULT,
    };
    let mut o = preset_options(preset)?;
    entries(spec, "LZMA", &mut |name, v| {
        match name {
            "preset" => {}
            "dict_size" => o.dict_size = unsigned32(v)?,
            "lc" => o.lc = unsigned32(v)?,
            "lp" => o.lp = unsigned32(v)?,
            "pb" => o.pb = unsigned32(v)?,
            "mode" => o.mode = unsigned32(v)?,
            "nice_len" => o.nice_len = unsigned32(v)?,
            "mf" => o.mf = unsigned32(v)?,
            "depth" => o.depth = unsigned32(v)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(o)
}

/// A chain of filters.
pub struct Chain(pub Vec<Filter>);

impl Chain {
    /// The chain of a sequence of specifications.
    pub fn of(specs: &Obj) -> PyResult<Chain> {
        if specs.is_a::<dovetail_core::types::dict::Dict>() {
            bail!(TypeError, "{} is not a sequence", specs.type_name());
        }
        let n = specs.len_()?;
        if n > MOST {
            bail!(ValueError, "Too many filters - liblzma supports a maximum of {MOST}");
        }
        (0..n).map(|i| Filter::of(&*specs.sequence_get(i as isize)?)).collect::<PyResult<_>>().map(Chain)
    }

    /// The library's view, good while `self` lives.
    pub fn raw(&self) -> Vec<lz::lzma_filter> {
        let mut out: Vec<_> = self.0.iter().map(Filter::raw).collect();
        out.push(lz::lzma_filter { id: END, options: std::ptr::null_mut() });
        out
    }
}

/// What a decoded filter says of itself, as a dict's entries.
///
/// # Safety
/// The options are those of the filter's kind, or NULL.
pub unsafe fn fields(f: &lz::lzma_filter) -> Run<Vec<(&'static str, u64)>> {
    let id = f.id;
    let mut out = vec![("id", id)];
    // SAFETY: the caller's promise.
    unsafe {
        if is_lzma(id) {
            if let Some(o) = f.options.cast::<lz::lzma_options_lzma>().as_ref() {
                if id == lz::LZMA_FILTER_LZMA1 {
                    out.extend([("lc", o.lc as u64), ("lp", o.lp as u64), ("pb", o.pb as u64)]);
                }
                out.push(("dict_size", o.dict_size as u64));
            }
        } else if id == lz::LZMA_FILTER_DELTA {
            if let Some(o) = f.options.cast::<lz::lzma_options_delta>().as_ref() {
                out.push(("dist", o.dist as u64));
            }
        } else if is_bcj(id) {
            if let Some(o) = f.options.cast::<lz::lzma_options_bcj>().as_ref() {
                out.push(("start_offset", o.start_offset as u64));
            }
        } else {
            return Err(Fail::new(FailKind::Value, format!("Invalid filter ID: {id}")));
        }
    }
    Ok(out)
}
