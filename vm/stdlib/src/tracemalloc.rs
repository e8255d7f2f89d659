//! `_tracemalloc`: what the allocator noted of blocks of memory (`dovetail_core::object::traced`), as objects.

use crate::util::{int, text};
use dovetail_core::error::PyResult;
use dovetail_core::object::alloc::presize;
use dovetail_core::object::traced::{self, Traceback};
use dovetail_core::object::{Obj, Object, Ref};
use dovetail_core::types::list::List;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::{bail, types};
use dovetail_macros::pymodule;
use std::collections::HashMap;
use std::ffi::c_int;

/// Tuples of file name and line, innermost frame first.
fn lines(traceback: &Traceback) -> PyResult<Object> {
    let mut rows = Vec::with_capacity(traceback.lines.len());
    for (name, line) in &traceback.lines {
        let name = match name {
            Some(name) => name.clone(),
            None => text("<unknown>")?,
        };
        rows.push(Tuple::from_vec(vec![name, int(*line)?])?.into_object());
    }
    Ok(Tuple::from_vec(rows)?.into_object())
}

/// A traceback for Python, or None where nothing is known.
pub fn traceback_or_none(traceback: Option<&Traceback>) -> PyResult<Object> {
    traceback.map_or_else(|| Ok(types::none::none().to_owned()), lines)
}

/// Debug module to trace memory blocks allocated by Python.
#[pymodule(name = "_tracemalloc")]
pub mod module {
    use super::*;

    /// Return True if the tracemalloc module is tracing Python memory allocations.
    #[function]
    fn is_tracing() -> bool {
        traced::is_on()
    }

    /// Clear traces of memory blocks allocated by Python.
    #[function]
    fn clear_traces() {
        traced::clear();
    }

    /// Start tracing Python memory allocations.
    ///
    /// Also set the maximum number of frames stored in the traceback of a
    /// trace to nframe.
    #[function(sig = "(nframe=1, /)")]
    fn start(nframe: c_int) -> PyResult<()> {
        match usize::try_from(nframe) {
            Ok(n @ 1..=traced::MOST_FRAMES) => traced::start(n),
            _ => bail!(ValueError, "the number of frames must be in range [1; {}]", traced::MOST_FRAMES),
        }
        Ok(())
    }

    /// Stop tracing Python memory allocations.
    ///
    /// Also clear traces of memory blocks allocated by Python.
    #[function]
    fn stop() {
        traced::stop();
    }

    /// Get the maximum number of frames stored in the traceback of a trace.
    ///
    /// By default, a trace of an allocated memory block only stores
    /// the most recent frame: the limit is 1.
    #[function]
    fn get_traceback_limit() -> usize {
        traced::limit().unwrap_or(1)
    }

    /// Get the memory usage in bytes of the tracemalloc module.
    ///
    /// This memory is used internally to trace memory allocations.
    #[function]
    fn get_tracemalloc_memory() -> usize {
        traced::own_size()
    }

    /// Get the current size and peak size of memory blocks traced by tracemalloc.
    ///
    /// Returns a tuple: (current: int, peak: int).
    #[function]
    fn get_traced_memory() -> PyResult<Ref<Tuple>> {
        let (current, peak) = traced::sizes();
        Tuple::from_vec(vec![int(current as u64)?, int(peak as u64)?])
    }

    /// Set the peak size of memory blocks traced by tracemalloc to the current size.
    ///
    /// Do nothing if the tracemalloc module is not tracing memory allocations.
    #[function]
    fn reset_peak() {
        traced::reset_peak();
    }

    /// Get traces of all memory blocks allocated by Python.
    ///
    /// Return a list of (size: int, traceback: tuple) tuples.
    /// traceback is a tuple of (filename: str, lineno: int) tuples.
    ///
    /// Return an empty list if the tracemalloc module is disabled.
    #[function]
    fn _get_traces() -> PyResult<Ref<List>> {
        let mut known: HashMap<u32, Object> = HashMap::new();
        let mut rows = Vec::new();
        for trace in traced::traces() {
            let traceback = match known.get(&trace.traceback.id) {
                Some(tuple) => tuple.clone(),
                None => {
                    let tuple = lines(&trace.traceback)?;
                    known.insert(trace.traceback.id, tuple.clone());
                    tuple
                }
            };
            let (domain, size) = (int(trace.domain)?, int(trace.size as u64)?);
            rows.push(
                Tuple::from_vec(vec![domain, size, traceback, int(trace.traceback.total)?])?.into_object(),
            );
        }
        List::from_vec(rows)
    }

    /// Get the traceback where the Python object obj was allocated.
    ///
    /// Return a tuple of (filename: str, lineno: int) tuples.
    /// Return None if the tracemalloc module is disabled or did not
    /// trace the allocation of the object.
    #[function]
    fn _get_object_traceback(obj: &Obj) -> PyResult<Object> {
        let address = obj.as_ptr() as usize - presize(obj.ob_type());
        traceback_or_none(traced::traceback(0, address).as_ref())
    }
}

pub use module::MODULE;
