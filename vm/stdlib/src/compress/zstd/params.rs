//! Parameters: their numbers and names, and the dicts that set them.

use super::{ERROR, lib};
use crate::util::set_int;
use dovetail_core::error::{PyResult, Raised};
use dovetail_core::object::{AsObj, Obj};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::module::Module;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use zstd_sys as zs;

pub const LEVEL: i32 = zs::ZSTD_cParameter::ZSTD_c_compressionLevel as i32;
const WORKERS: i32 = zs::ZSTD_cParameter::ZSTD_c_nbWorkers as i32;

macro_rules! parameters {
    ($ty:ident: $($name:ident $python:literal,)*) => {
        &[$((stringify!($name), zs::$ty::$name as i32, $python)),*]
    };
}

/// Compression parameters: the library's name, number, and the name in messages.
static COMPRESSION: &[(&str, i32, &str)] = parameters! { ZSTD_cParameter:
    ZSTD_c_compressionLevel "compression_level",
    ZSTD_c_windowLog "window_log",
    ZSTD_c_hashLog "hash_log",
    ZSTD_c_chainLog "chain_log",
    ZSTD_c_searchLog "search_log",
    ZSTD_c_minMatch "min_match",
    ZSTD_c_targetLength "target_length",
    ZSTD_c_strategy "strategy",
    ZSTD_c_enableLongDistanceMatching "enable_long_distance_matching",
    ZSTD_c_ldmHashLog "ldm_hash_log",
    ZSTD_c_ldmMinMatch "ldm_min_match",
    ZSTD_c_ldmBucketSizeLog "ldm_bucket_size_log",
    ZSTD_c_ldmHashRateLog "ldm_hash_rate_log",
    ZSTD_c_contentSizeFlag "content_size_flag",
    ZSTD_c_checksumFlag "checksum_flag",
    ZSTD_c_dictIDFlag "dict_id_flag",
    ZSTD_c_nbWorkers "nb_workers",
    ZSTD_c_jobSize "job_size",
    ZSTD_c_overlapLog "overlap_log",
};

static DECOMPRESSION: &[(&str, i32, &str)] = parameters! { ZSTD_dParameter:
    ZSTD_d_windowLogMax "window_log_max",
};

static STRATEGIES: &[(&str, i32, &str)] = parameters! { ZSTD_strategy:
    ZSTD_fast "", ZSTD_dfast "", ZSTD_greedy "", ZSTD_lazy "", ZSTD_lazy2 "", ZSTD_btlazy2 "", ZSTD_btopt "",
    ZSTD_btultra "", ZSTD_btultra2 "",
};

/// Sets the module's numbers.
pub fn add_constants(module: &Obj) -> PyResult<()> {
    for (name, number, _) in COMPRESSION.iter().chain(DECOMPRESSION).chain(STRATEGIES) {
        set_int(module, name, *number as i64)?;
    }
    set_int(module, "ZSTD_CLEVEL_DEFAULT", lib::default_level() as i64)?;
    set_int(module, "ZSTD_DStreamOutSize", lib::stream_out_size() as i64)
}

/// Where the two enumerations of `compression.zstd` are kept: attributes of the module that no code names.
const TYPES: [&str; 2] = [" c_parameter_type", " d_parameter_type"];

/// Keeps the enumerations that keys of options should come from.
pub fn set_types(module: &Obj, c: &Type, d: &Type) -> PyResult<()> {
    let Some(m) = module.downcast::<Module>() else { bail!(SystemError, "a module is needed") };
    m.dict().set_text(TYPES[0], c)?;
    m.dict().set_text(TYPES[1], d)
}

/// Is the key a member of the enumeration for the other direction?
fn is_for_other(key: &Obj, compress: bool) -> bool {
    let modules = dovetail_core::interpreter::Interpreter::current().modules();
    let Some(module) = modules.get_text("_zstd").and_then(|m| m.downcast::<Module>()) else { return false };
    let wrong = TYPES[usize::from(compress)];
    module.dict().get_text(wrong).is_some_and(|t| t.is(key.ob_type().as_obj()))
}

/// `PyLong_AsInt` of an int, or of what has `__index__`.
fn number(o: &Obj) -> PyResult<i32> {
    let n: dovetail_core::object::Ref<Int> = o.index()?;
    n.to_i64()
        .and_then(|n| i32::try_from(n).ok())
        .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C int"))
}

/// Goes through the pairs of an options dict.
pub fn options(
    options: &Dict,
    compress: bool,
    set: &mut dyn FnMut(i32, i32) -> PyResult<()>,
) -> PyResult<()> {
    let pairs: Vec<_> = options.iter_borrowed().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    for (key, value) in pairs {
        if is_for_other(&key, compress) {
            let (one, other) =
                if compress { ("compression", "Decompression") } else { ("decompression", "Compression") };
            bail!(TypeError, "{one} options dictionary key must not be a {other}Parameter attribute");
        }
        let key = number(&key)?;
        set(key, number(&value)?)?;
    }
    Ok(())
}

/// Says which parameter or value the library refuses.
pub fn refused(compress: bool, key: i32, value: i32) -> Raised {
    let (list, kind) = if compress { (COMPRESSION, "compression") } else { (DECOMPRESSION, "decompression") };
    let name = match list.iter().find(|p| p.1 == key) {
        Some(p) => p.2.to_owned(),
        None => format!("unknown parameter (key {key})"),
    };
    match lib::bounds(key, compress) {
        Err(_) => raise!(ValueError, "invalid {kind} parameter '{name}'"),
        Ok((low, high)) => raise!(
            ValueError,
            "{kind} parameter '{name}' received an illegal value {value}; the valid range is [{low}, {high}]"
        ),
    }
}

/// Sets one compression parameter; a level is checked, since the library would clamp it.
pub fn set_compression(c: &lib::CCtx, key: i32, value: i32) -> PyResult<()> {
    if key == LEVEL {
        return set_level(c, value);
    }
    c.set(key, value).map(|_| ()).map_err(|_| refused(true, key, value))
}

/// Sets the compression level.
pub fn set_level(c: &lib::CCtx, level: i32) -> PyResult<()> {
    let (low, high) = lib::levels();
    if level < low || level > high {
        bail!(ValueError, "illegal compression level {level}; the valid range is [{low}, {high}]");
    }
    c.set(LEVEL, level)
        .map(|_| ())
        .map_err(|e| lib::fail("set zstd compression level", e).raise(Some(&ERROR)))
}

/// Is this the number of worker threads?
pub fn is_workers(key: i32) -> bool {
    key == WORKERS
}
