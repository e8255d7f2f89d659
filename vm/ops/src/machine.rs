//! Micro-ops: what instructions are made of. One trait, several machines: the interpreter executes them, a
//! recorder writes them down.

/// A micro-op could not go on: the generic instruction takes over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exit;

/// The outcome of a fallible micro-op.
pub type Step<T> = Result<T, Exit>;

/// A machine that micro-ops run on. `V` is a frame word, `I` an integer known to be tagged, `F` a float, `B` a truth
/// value, `P` an object whose type is known.
///
/// # Safety
/// All methods: called from an instruction body in its order, on a frame whose words follow the bytecode's stack
/// discipline.
#[allow(clippy::missing_safety_doc)]
pub trait Machine {
    type V: Copy;
    type I: Copy;
    type F: Copy;
    type B: Copy;
    type P: Copy;

    // ---- stack and control ----
    /// Input `i` of `n`; the last one is the top of the stack.
    unsafe fn input(&mut self, n: usize, i: usize) -> Self::V;
    /// Replaces `inputs` words by the outputs.
    unsafe fn finish<const N: usize>(&mut self, inputs: usize, outputs: [Self::V; N]);
    /// Moves past cache units.
    unsafe fn skip(&mut self, n: usize);
    /// Relative jump, counted from the next instruction.
    unsafe fn jump(&mut self, delta: isize);
    /// Jumps forward when true; else skips a following `NOT_TAKEN`.
    unsafe fn jump_if(&mut self, b: Self::B, delta: usize);
    /// The jump of the `POP_JUMP_IF_FALSE` that follows a fused comparison.
    unsafe fn jump_compared(&mut self, b: Self::B);
    /// Does anything ask the loop to stop?
    unsafe fn poll(&mut self) -> Step<()>;

    // ---- locals, constants, names ----
    unsafe fn local_dup(&mut self, i: usize) -> Self::V;
    unsafe fn local_borrow(&mut self, i: usize) -> Self::V;
    /// As `local_dup`, refusing an unbound local.
    unsafe fn local_checked(&mut self, i: usize) -> Step<Self::V>;
    /// Moves a local out, leaving it unbound.
    unsafe fn local_take(&mut self, i: usize) -> Self::V;
    unsafe fn local_set(&mut self, i: usize, v: Self::V);
    /// The content of the cell in a local, refusing an empty one.
    unsafe fn cell_get(&mut self, i: usize) -> Step<Self::V>;
    unsafe fn constant(&mut self, i: usize) -> Self::V;
    unsafe fn small_int(&mut self, i: usize) -> Self::V;
    unsafe fn null(&mut self) -> Self::V;
    unsafe fn none(&mut self) -> Self::V;
    /// The word `depth` below the top (1 is the top), duplicated.
    unsafe fn copy(&mut self, depth: usize) -> Self::V;
    /// Exchanges the top with the word `depth` from it.
    unsafe fn swap(&mut self, depth: usize);
    unsafe fn discard(&mut self, v: Self::V);
    unsafe fn own(&mut self, v: Self::V) -> Self::V;
    /// Pushes a value, and a null when the low bit of oparg asks for it.
    unsafe fn push_null_if(&mut self, v: Self::V, oparg: usize);
    unsafe fn global(&mut self, index_at: usize, version_at: usize) -> Step<Self::V>;
    unsafe fn builtin(&mut self, index_at: usize, globals_at: usize, builtins_at: usize) -> Step<Self::V>;

    // ---- integers ----
    unsafe fn guard_ints(&mut self, a: Self::V, b: Self::V) -> Step<(Self::I, Self::I)>;
    unsafe fn guard_int(&mut self, a: Self::V) -> Step<Self::I>;
    unsafe fn int_add(&mut self, a: Self::I, b: Self::I) -> Step<Self::I>;
    unsafe fn int_sub(&mut self, a: Self::I, b: Self::I) -> Step<Self::I>;
    unsafe fn int_mul(&mut self, a: Self::I, b: Self::I) -> Step<Self::I>;
    unsafe fn int_mod(&mut self, a: Self::I, b: Self::I) -> Step<Self::I>;
    unsafe fn int_floordiv(&mut self, a: Self::I, b: Self::I) -> Step<Self::I>;
    unsafe fn int_and(&mut self, a: Self::I, b: Self::I) -> Self::I;
    unsafe fn int_or(&mut self, a: Self::I, b: Self::I) -> Self::I;
    unsafe fn int_xor(&mut self, a: Self::I, b: Self::I) -> Self::I;
    unsafe fn int_lshift(&mut self, a: Self::I, b: Self::I) -> Step<Self::I>;
    unsafe fn int_rshift(&mut self, a: Self::I, b: Self::I) -> Step<Self::I>;
    unsafe fn int_compare(&mut self, a: Self::I, b: Self::I, mask: usize) -> Self::B;
    unsafe fn int_true(&mut self, a: Self::I) -> Self::B;
    unsafe fn box_int(&mut self, a: Self::I) -> Self::V;

    // ---- floats ----
    unsafe fn guard_floats(&mut self, a: Self::V, b: Self::V) -> Step<(Self::F, Self::F)>;
    unsafe fn float_add(&mut self, a: Self::F, b: Self::F) -> Self::F;
    unsafe fn float_sub(&mut self, a: Self::F, b: Self::F) -> Self::F;
    unsafe fn float_mul(&mut self, a: Self::F, b: Self::F) -> Self::F;
    unsafe fn float_div(&mut self, a: Self::F, b: Self::F) -> Step<Self::F>;
    unsafe fn float_compare(&mut self, a: Self::F, b: Self::F, mask: usize) -> Self::B;
    /// A float object in place of the operands, reusing one that nobody shares.
    unsafe fn box_float_reusing(&mut self, f: Self::F, l: Self::V, r: Self::V) -> Self::V;

    // ---- truth ----
    unsafe fn box_bool(&mut self, b: Self::B) -> Self::V;
    unsafe fn guard_bool(&mut self, v: Self::V) -> Step<Self::B>;
    /// The truth of a value known to be a bool.
    unsafe fn bool_of(&mut self, v: Self::V) -> Self::B;
    unsafe fn not(&mut self, b: Self::B) -> Self::B;
    unsafe fn is_none(&mut self, v: Self::V) -> Self::B;
    /// Same object; refuses when a boxed integer may equal a tagged one.
    unsafe fn identical(&mut self, a: Self::V, b: Self::V) -> Step<Self::B>;

    unsafe fn truth(&mut self) -> Self::B;
    unsafe fn guard_none(&mut self, v: Self::V) -> Step<()>;
    unsafe fn list_true(&mut self, l: Self::P) -> Self::B;

    // ---- strings ----
    unsafe fn guard_str(&mut self, v: Self::V) -> Step<Self::P>;
    unsafe fn str_true(&mut self, s: Self::P) -> Self::B;
    /// Equality or, by the mask, its contrary.
    unsafe fn str_equal(&mut self, a: Self::P, b: Self::P, mask: usize) -> Step<Self::B>;

    // ---- containers ----
    /// The list `depth` words below the top input.
    unsafe fn below(&mut self, depth: usize) -> Self::P;
    /// Appends where there is room.
    unsafe fn list_push(&mut self, l: Self::P, v: Self::V) -> Step<()>;
    unsafe fn guard_list(&mut self, v: Self::V) -> Step<Self::P>;
    unsafe fn list_get(&mut self, l: Self::P, i: Self::I) -> Step<Self::V>;
    unsafe fn list_set(&mut self, l: Self::P, i: Self::I, v: Self::V) -> Step<()>;
    unsafe fn guard_tuple(&mut self, v: Self::V) -> Step<Self::P>;
    unsafe fn tuple_get(&mut self, t: Self::P, i: Self::I) -> Step<Self::V>;
    unsafe fn guard_pair(&mut self, v: Self::V) -> Step<Self::P>;
    unsafe fn pair_get(&mut self, t: Self::P, i: usize) -> Self::V;
    unsafe fn range_next(&mut self, it: Self::V) -> Step<(Self::B, Self::I)>;
    unsafe fn list_next(&mut self, it: Self::V) -> Step<(Self::B, Self::V)>;
    unsafe fn tuple_next(&mut self, it: Self::V) -> Step<(Self::B, Self::V)>;
    /// Pushes the next value, or jumps past the loop.
    unsafe fn iterate(&mut self, more: Self::B, v: Self::V, delta: usize);

    // ---- attributes ----
    /// An instance whose type has the cached version and whose inline values are in use.
    unsafe fn guard_instance(&mut self, v: Self::V, version_at: usize) -> Step<Self::P>;
    /// An object whose type has the cached version.
    unsafe fn guard_type(&mut self, v: Self::V, version_at: usize) -> Step<Self::P>;
    /// The shared keys of the type have the cached version.
    unsafe fn guard_keys(&mut self, p: Self::P, version_at: usize) -> Step<()>;
    /// The inline value at the cached offset, refusing an unset one.
    unsafe fn field_get(&mut self, p: Self::P, offset_at: usize) -> Step<Self::V>;
    /// Sets the inline value at the cached offset; a new one joins the order of insertion.
    unsafe fn field_set(&mut self, p: Self::P, offset_at: usize, v: Self::V) -> Step<()>;
    unsafe fn module_get(&mut self, v: Self::V, version_at: usize, index_at: usize) -> Step<Self::V>;
    unsafe fn cached_object(&mut self, at: usize) -> Self::V;

    /// As `cached_object`, where the object may be an integer.
    unsafe fn cached_value(&mut self, at: usize) -> Self::V;
    /// A class with the cached version; the caller has made sure that it is a class.
    unsafe fn guard_class(&mut self, v: Self::V, version_at: usize) -> Step<()>;
    /// Sets the slot at the cached offset.
    unsafe fn slot_set(&mut self, p: Self::P, offset_at: usize, v: Self::V) -> Step<()>;

    // ---- calls ----
    /// `list.append` and a list.
    unsafe fn guard_list_append(&mut self, f: Self::V, v: Self::V) -> Step<Self::P>;
    /// The function `len`, and a null for self.
    unsafe fn guard_len(&mut self, f: Self::V, this: Self::V) -> Step<()>;
    /// The length of a built-in container.
    unsafe fn size_of(&mut self, v: Self::V) -> Step<Self::I>;
    /// Enters a Python function with exactly its positional arguments.
    unsafe fn call_python(&mut self, argc: usize, version_at: usize, caches: usize) -> Step<()>;
    /// Replaces a tuple of `n` items by its items, the first one on top.
    unsafe fn unpack_tuple(&mut self, n: usize) -> Step<()>;
    /// As `unpack_tuple`, of a list.
    unsafe fn unpack_list(&mut self, n: usize) -> Step<()>;
    /// Enters the generator on top of the stack; its return goes on `delta` units behind the cache.
    unsafe fn next_of_generator(&mut self, delta: usize) -> Step<()>;
    /// Enters the generator or coroutine below the top with the top as the value sent.
    unsafe fn send_to_generator(&mut self, delta: usize) -> Step<()>;
    /// Suspends the frame, which is a generator's, and goes on behind the cache of what resumed it.
    unsafe fn yield_value(&mut self, v: Self::V, oparg: usize);
    /// Leaves the frame with a value.
    unsafe fn return_value(&mut self, v: Self::V) -> Step<()>;
}
