//! The module `gc`.

use dovetail_macros::pymodule;

/// This module provides access to the garbage collector for reference cycles.
///
/// enable() -- Enable automatic garbage collection.
/// disable() -- Disable automatic garbage collection.
/// isenabled() -- Returns true if automatic collection is enabled.
/// collect() -- Do a full collection right now.
/// get_count() -- Return the current collection counts.
/// get_stats() -- Return list of dictionaries containing per-generation stats.
/// set_debug() -- Set debugging flags.
/// get_debug() -- Get debugging flags.
/// set_threshold() -- Set the collection thresholds.
/// get_threshold() -- Return the current collection thresholds.
/// get_objects() -- Return a list of all objects tracked by the collector.
/// is_tracked() -- Returns true if a given object is tracked.
/// is_finalized() -- Returns true if a given object has been already finalized.
/// get_referrers() -- Return the list of objects that refer to an object.
/// get_referents() -- Return the list of objects that an object refers to.
/// freeze() -- Freeze all tracked objects and ignore them for future collections.
/// unfreeze() -- Unfreeze all objects in the permanent generation.
/// get_freeze_count() -- Return the number of objects in the permanent generation.
#[pymodule(name = "gc")]
pub mod gc {
    use crate::error::PyResult;
    use crate::gc::{self, GENERATIONS, GcState, collect, inspect};
    use crate::interpreter::Interpreter;
    use crate::object::obj::Obj;
    use crate::object::refs::{AsObj, Object, Ref};
    use crate::types::dict::Dict;
    use crate::types::int::Int;
    use crate::types::list::List;
    use crate::types::tuple::Tuple;
    use crate::{bail, sym};

    fn state() -> &'static GcState {
        &Interpreter::current().gc
    }

    fn three(values: [i32; GENERATIONS]) -> PyResult<Ref<Tuple>> {
        let [a, b, c] = values.map(|v| Int::from_i64(v as i64));
        Tuple::from_array([a?.into_object(), b?.into_object(), c?.into_object()])
    }

    /// Enable automatic garbage collection.
    #[function]
    fn enable() {
        state().enabled.set(true)
    }

    /// Disable automatic garbage collection.
    #[function]
    fn disable() {
        state().enabled.set(false)
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function]
    fn isenabled() -> bool {
        state().enabled.get()
    }

    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The optional argument
    /// may be an integer specifying which generation to collect.  A ValueError
    /// is raised if the generation number is invalid.
    ///
    /// The number of unreachable objects is returned.
    #[function(sig = "(generation=2)")]
    fn collect(generation: i32) -> PyResult<isize> {
        if !(0..GENERATIONS as i32).contains(&generation) {
            bail!(ValueError, "invalid generation");
        }
        Ok(collect::collect(generation as usize, collect::Reason::Manual))
    }

    /// Set the garbage collection debugging flags.
    ///
    ///   flags
    ///     An integer that can have the following bits turned on:
    ///       DEBUG_STATS - Print statistics during collection.
    ///       DEBUG_COLLECTABLE - Print collectable objects found.
    ///       DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects
    ///         found.
    ///       DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.
    ///       DEBUG_LEAK - Debug leaking programs (everything but STATS).
    ///
    /// Debugging information is written to sys.stderr.
    #[function]
    fn set_debug(flags: i32) {
        state().debug.set(flags)
    }

    /// Get the garbage collection debugging flags.
    #[function]
    fn get_debug() -> i32 {
        state().debug.get()
    }

    #[function(
        nosig,
        doc = "set_threshold(threshold0, [threshold1, [threshold2]])\nSet the collection thresholds (the collection frequency).\n\nSetting 'threshold0' to zero disables collection."
    )]
    fn set_threshold(args: &[&Obj]) -> PyResult<()> {
        if !(1..=GENERATIONS).contains(&args.len()) {
            bail!(TypeError, "gc.set_threshold requires 1 to 3 arguments");
        }
        for (g, a) in state().generations.iter().zip(args) {
            let v = a.as_i64()?;
            match i32::try_from(v) {
                Ok(v) => g.threshold.set(v),
                Err(_) => bail!(OverflowError, "Python int too large to convert to C int"),
            }
        }
        Ok(())
    }

    /// Return the current collection thresholds.
    #[function]
    fn get_threshold() -> PyResult<Ref<Tuple>> {
        three([0, 1, 2].map(|i| state().generations[i].threshold.get()))
    }

    /// Return a three-tuple of the current collection counts.
    #[function]
    fn get_count() -> PyResult<Ref<Tuple>> {
        three([0, 1, 2].map(|i| state().generations[i].count.get()))
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[function]
    fn get_stats() -> PyResult<Ref<List>> {
        let out = List::new()?;
        for g in &state().generations {
            let d = Dict::new()?;
            d.set(sym!(collections).as_obj(), &*Int::from_i64(g.collections.get() as i64)?)?;
            d.set(sym!(collected).as_obj(), &*Int::from_i64(g.collected.get() as i64)?)?;
            d.set(sym!(uncollectable).as_obj(), &*Int::from_i64(g.uncollectable.get() as i64)?)?;
            out.push(d.into_object())?;
        }
        Ok(out)
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    ///
    ///   generation
    ///     Generation to extract the objects from.
    ///
    /// If generation is not None, return only the objects tracked by the
    /// collector that are in that generation.
    #[function(sig = "(generation=None)")]
    fn get_objects(generation: Option<isize>) -> PyResult<Ref<List>> {
        match generation {
            Some(g) if g < -1 => bail!(ValueError, "generation parameter cannot be negative"),
            Some(g) if g >= GENERATIONS as isize => bail!(
                ValueError,
                "generation parameter must be less than the number of available generations ({GENERATIONS})"
            ),
            g => inspect::objects(g.and_then(|g| usize::try_from(g).ok())),
        }
    }

    /// Returns true if the object is tracked by the garbage collector.
    ///
    /// Simple atomic objects will return false.
    #[function]
    fn is_tracked(obj: &Obj) -> bool {
        // SAFETY: only where there is a head.
        gc::is_gc(obj) && unsafe { gc::is_tracked(obj.as_ptr()) }
    }

    /// Returns true if the object has been already finalized by the GC.
    #[function]
    fn is_finalized(obj: &Obj) -> bool {
        // SAFETY: only where there is a head.
        gc::is_gc(obj) && unsafe { gc::is_finalized(obj.as_ptr()) }
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[function]
    fn get_referrers(objs: &[&Obj]) -> PyResult<Ref<List>> {
        inspect::referrers(objs, crate::types::none::none())
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[function]
    fn get_referents(objs: &[&Obj]) -> PyResult<Ref<List>> {
        inspect::referents(objs)
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    ///
    /// This can be used before a POSIX fork() call to make the gc copy-on-write
    /// friendly.
    /// Note: collection before a POSIX fork() call may free pages for future
    /// allocation which can cause copy-on-write.
    #[function]
    fn freeze() {
        gc::freeze()
    }

    /// Unfreeze all objects in the permanent generation.
    ///
    /// Put all objects in the permanent generation back into oldest generation.
    #[function]
    fn unfreeze() {
        gc::unfreeze()
    }

    /// Return the number of objects in the permanent generation.
    #[function]
    fn get_freeze_count() -> usize {
        gc::freeze_count()
    }

    #[exec]
    fn exec(module: &Obj) -> PyResult<()> {
        let constant = |name: &str, v: i32| -> PyResult<()> {
            let v: Object = Int::from_i64(v as i64)?.into_object();
            module.set_attr(&*crate::types::str_::Str::intern(name)?, &v)
        };
        constant("DEBUG_STATS", gc::DEBUG_STATS)?;
        constant("DEBUG_COLLECTABLE", gc::DEBUG_COLLECTABLE)?;
        constant("DEBUG_UNCOLLECTABLE", gc::DEBUG_UNCOLLECTABLE)?;
        constant("DEBUG_SAVEALL", gc::DEBUG_SAVEALL)?;
        constant("DEBUG_LEAK", gc::DEBUG_LEAK)?;
        module.set_attr(sym!(garbage), state().garbage_list()?.as_obj())?;
        module.set_attr(sym!(callbacks), state().callback_list()?.as_obj())
    }
}
