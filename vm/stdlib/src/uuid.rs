//! `_uuid`: UUIDs of the time and the machine (version 1, RFC 9562), as `libuuid` makes them without its daemon.
//!
//! Two calls in one process never give the same time; between processes the random clock sequence keeps apart, which
//! is not proof against all collisions: the second result is -1, "unsafe", as `libuuid` says then.

use crate::util::set_int;
use dovetail_core::error::PyResult;
use dovetail_core::object::{Obj, Ref};
use dovetail_core::types::bytes::Bytes;
use dovetail_core::types::int::Int;
use dovetail_core::types::tuple::Tuple;
use dovetail_macros::pymodule;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

/// Units of 100 ns from the reform of the calendar (15 October 1582) to the epoch.
const REFORM: u64 = 0x01b2_1dd2_1381_4000;

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// The hardware address of a network interface, or a random number marked as no such address.
fn node() -> [u8; 6] {
    static NODE: OnceLock<[u8; 6]> = OnceLock::new();
    *NODE.get_or_init(|| {
        let interfaces = std::fs::read_dir("/sys/class/net").into_iter().flatten().flatten();
        let mut found: Vec<[u8; 6]> = interfaces
            .filter_map(|i| std::fs::read_to_string(i.path().join("address")).ok())
            .filter_map(|text| {
                let parts = text.trim().split(':').map(|p| u8::from_str_radix(p, 16));
                let bytes: Vec<u8> = parts.collect::<Result<_, _>>().ok()?;
                <[u8; 6]>::try_from(bytes).ok()
            })
            .filter(|a| a.iter().any(|b| *b != 0))
            .collect();
        found.sort_unstable();
        found.first().copied().unwrap_or_else(|| {
            let r = random().to_le_bytes();
            [r[0] | 1, r[1], r[2], r[3], r[4], r[5]]
        })
    })
}

/// The last time given out, and the clock sequence.
static LAST: Mutex<Option<(u64, u16)>> = Mutex::new(None);

/// The 16 bytes of a new UUID.
fn generate() -> [u8; 16] {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = REFORM + (now.as_nanos() / 100) as u64;
    let (time, sequence) = {
        let mut last = LAST.lock().unwrap_or_else(|e| e.into_inner());
        let (before, sequence) = last.unwrap_or((0, random() as u16 & 0x3fff));
        let time = now.max(before + 1);
        *last = Some((time, sequence));
        (time, sequence)
    };
    let mut out = [0; 16];
    out[..4].copy_from_slice(&(time as u32).to_be_bytes());
    out[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
    out[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
    out[8..10].copy_from_slice(&(sequence | 0x8000).to_be_bytes());
    out[10..].copy_from_slice(&node());
    out
}

#[pymodule(name = "_uuid")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        set_int(module, "has_uuid_generate_time_safe", 1)?;
        set_int(module, "has_stable_extractable_node", 0)
    }

    #[function(name = "generate_time_safe")]
    fn generate_time_safe() -> PyResult<Ref<Tuple>> {
        let bytes = Bytes::new(&generate())?;
        Tuple::from_array([bytes.into_object(), Int::from_i64(-1)?.into_object()])
    }
}

pub use module::MODULE;
