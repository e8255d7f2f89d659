//! The two lists of instructions. To add one: give it a row here; if it needs a new micro-op, add that to `Machine`
//! and to the machines; specialized forms are chosen by the generic instruction in `vm/core/src/interp/`.

/// Instructions that run on the hot path, each body once.
#[macro_export]
macro_rules! for_each_op { ($mac:path $(, $extra:tt)*) => { $mac! { $($extra)*
    NOP = 27, 0, NOP (--) m oparg {}
    NOT_TAKEN = 28, 0, NOP (--) m oparg {}
    RESUME_CHECK = 196, 0, RESUME (--) m oparg { m.poll()?; }
    LOAD_FAST = 84, 0, NOP (-- v) m oparg { let v = m.local_dup(oparg); }
    LOAD_FAST_BORROW = 86, 0, NOP (-- v) m oparg { let v = m.local_borrow(oparg); }
    LOAD_FAST_BORROW_LOAD_FAST_BORROW = 87, 0, NOP (-- a b) m oparg {
        let a = m.local_borrow(oparg >> 4);
        let b = m.local_borrow(oparg & 15);
    }
    LOAD_FAST_LOAD_FAST = 89, 0, NOP (-- a b) m oparg {
        let a = m.local_dup(oparg >> 4);
        let b = m.local_dup(oparg & 15);
    }
    LOAD_FAST_CHECK = 88, 0, LOAD_FAST_CHECK_ERROR (-- v) m oparg { let v = m.local_checked(oparg)?; }
    LOAD_FAST_AND_CLEAR = 85, 0, NOP (-- v) m oparg { let v = m.local_take(oparg); }
    STORE_FAST = 112, 0, NOP (v --) m oparg { m.local_set(oparg, v); }
    STORE_FAST_LOAD_FAST = 113, 0, NOP (v -- w) m oparg {
        m.local_set(oparg >> 4, v);
        let w = m.local_dup(oparg & 15);
    }
    STORE_FAST_STORE_FAST = 114, 0, NOP (b a --) m oparg {
        m.local_set(oparg >> 4, a);
        m.local_set(oparg & 15, b);
    }
    LOAD_SMALL_INT = 94, 0, NOP (-- v) m oparg { let v = m.small_int(oparg); }
    LOAD_CONST = 82, 0, NOP (-- v) m oparg { let v = m.constant(oparg); }
    LOAD_DEREF = 83, 0, LOAD_DEREF_ERROR (-- v) m oparg { let v = m.cell_get(oparg)?; }
    PUSH_NULL = 33, 0, NOP (-- v) m oparg { let v = m.null(); }
    POP_TOP = 31, 0, NOP (v --) m oparg { m.discard(v); }
    END_FOR = 9, 0, NOP (v --) m oparg { m.discard(v); }
    POP_ITER = 30, 0, NOP (v --) m oparg { m.discard(v); }
    END_SEND = 10, 0, NOP (receiver v -- v) m oparg { m.discard(receiver); }
    COPY = 59, 0, NOP (-- v) m oparg { let v = m.copy(oparg); }
    SWAP = 117, 0, NOP (--) m oparg { m.swap(oparg); }
    UNARY_NOT = 42, 0, NOP (v -- res) m oparg { let t = m.bool_of(v); let f = m.not(t); let res = m.box_bool(f); }
    IS_OP = 74, 0, IS_OP_SLOW (l r -- res) m oparg {
        let t = m.identical(l, r)?;
        m.discard(l);
        m.discard(r);
        let t = if oparg & 1 != 0 { m.not(t) } else { t };
        let res = m.box_bool(t);
    }
    JUMP_FORWARD = 77, 0, NOP (--) m oparg { m.jump(oparg as isize); }
    JUMP_BACKWARD_NO_JIT = 176, 1, JUMP_BACKWARD (--) m oparg { m.poll()?; m.jump(-(oparg as isize)); }
    JUMP_BACKWARD_NO_INTERRUPT = 76, 0, NOP (--) m oparg { m.jump(-(oparg as isize)); }
    POP_JUMP_IF_FALSE = 100, 1, NOP (v --) m oparg { let t = m.bool_of(v); let f = m.not(t); m.jump_if(f, oparg); }
    POP_JUMP_IF_TRUE = 103, 1, NOP (v --) m oparg { let t = m.bool_of(v); m.jump_if(t, oparg); }
    POP_JUMP_IF_NONE = 101, 1, NOP (v --) m oparg { let t = m.is_none(v); m.discard(v); m.jump_if(t, oparg); }
    POP_JUMP_IF_NOT_NONE = 102, 1, NOP (v --) m oparg {
        let t = m.is_none(v);
        let f = m.not(t);
        m.discard(v);
        m.jump_if(f, oparg);
    }

    TO_BOOL_BOOL = 204, 3, TO_BOOL (v -- v) m oparg { m.guard_bool(v)?; }
    TO_BOOL_INT = 205, 3, TO_BOOL (v -- res) m oparg {
        let a = m.guard_int(v)?;
        let t = m.int_true(a);
        let res = m.box_bool(t);
    }
    TO_BOOL_NONE = 207, 3, TO_BOOL (v -- res) m oparg {
        m.guard_none(v)?;
        let t = m.is_none(v);
        let f = m.not(t);
        let res = m.box_bool(f);
    }
    TO_BOOL_LIST = 206, 3, TO_BOOL (v -- res) m oparg {
        let p = m.guard_list(v)?;
        let t = m.list_true(p);
        m.discard(v);
        let res = m.box_bool(t);
    }
    TO_BOOL_STR = 208, 3, TO_BOOL (v -- res) m oparg {
        let p = m.guard_str(v)?;
        let t = m.str_true(p);
        m.discard(v);
        let res = m.box_bool(t);
    }
    TO_BOOL_ALWAYS_TRUE = 203, 3, TO_BOOL (v -- res) m oparg {
        m.guard_type(v, 1)?;
        m.discard(v);
        let t = m.truth();
        let res = m.box_bool(t);
    }
    COMPARE_OP_STR = 168, 1, COMPARE_OP (l r -- res) m oparg {
        let a = m.guard_str(l)?;
        let b = m.guard_str(r)?;
        let t = m.str_equal(a, b, oparg)?;
        m.discard(l);
        m.discard(r);
        let res = m.box_bool(t);
    }
    COMPARE_OP_INT = 167, 1, COMPARE_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let t = m.int_compare(a, b, oparg);
        let res = m.box_bool(t);
    }
    COMPARE_OP_FLOAT = 166, 1, COMPARE_OP (l r -- res) m oparg {
        let (a, b) = m.guard_floats(l, r)?;
        let t = m.float_compare(a, b, oparg);
        m.discard(l);
        m.discard(r);
        let res = m.box_bool(t);
    }
    // Comparison and jump in one: own instructions, undone by co_code.
    COMPARE_INT_JUMP = 212, 0, COMPARE_OP (l r --) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let t = m.int_compare(a, b, oparg);
        m.jump_compared(t);
    }
    COMPARE_FLOAT_JUMP = 213, 0, COMPARE_OP (l r --) m oparg {
        let (a, b) = m.guard_floats(l, r)?;
        let t = m.float_compare(a, b, oparg);
        m.discard(l);
        m.discard(r);
        m.jump_compared(t);
    }

    BINARY_OP_ADD_INT = 130, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_add(a, b)?;
        let res = m.box_int(c);
    }
    BINARY_OP_SUBTRACT_INT = 142, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_sub(a, b)?;
        let res = m.box_int(c);
    }
    BINARY_OP_MULTIPLY_INT = 134, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_mul(a, b)?;
        let res = m.box_int(c);
    }
    // Typed forms that CPython does not have; own opcodes from 214 on.
    BINARY_OP_REMAINDER_INT = 214, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_mod(a, b)?;
        let res = m.box_int(c);
    }
    BINARY_OP_FLOOR_DIVIDE_INT = 215, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_floordiv(a, b)?;
        let res = m.box_int(c);
    }
    BINARY_OP_AND_INT = 216, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_and(a, b);
        let res = m.box_int(c);
    }
    BINARY_OP_OR_INT = 217, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_or(a, b);
        let res = m.box_int(c);
    }
    BINARY_OP_XOR_INT = 218, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_xor(a, b);
        let res = m.box_int(c);
    }
    BINARY_OP_LSHIFT_INT = 219, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_lshift(a, b)?;
        let res = m.box_int(c);
    }
    BINARY_OP_RSHIFT_INT = 220, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_ints(l, r)?;
        let c = m.int_rshift(a, b)?;
        let res = m.box_int(c);
    }
    BINARY_OP_ADD_FLOAT = 129, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_floats(l, r)?;
        let c = m.float_add(a, b);
        let res = m.box_float_reusing(c, l, r);
    }
    BINARY_OP_SUBTRACT_FLOAT = 141, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_floats(l, r)?;
        let c = m.float_sub(a, b);
        let res = m.box_float_reusing(c, l, r);
    }
    BINARY_OP_MULTIPLY_FLOAT = 133, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_floats(l, r)?;
        let c = m.float_mul(a, b);
        let res = m.box_float_reusing(c, l, r);
    }
    BINARY_OP_TRUE_DIVIDE_FLOAT = 221, 5, BINARY_OP (l r -- res) m oparg {
        let (a, b) = m.guard_floats(l, r)?;
        let c = m.float_div(a, b)?;
        let res = m.box_float_reusing(c, l, r);
    }
    BINARY_OP_SUBSCR_LIST_INT = 137, 5, BINARY_OP (l i -- res) m oparg {
        let p = m.guard_list(l)?;
        let k = m.guard_int(i)?;
        let res = m.list_get(p, k)?;
        m.discard(l);
    }
    BINARY_OP_SUBSCR_TUPLE_INT = 140, 5, BINARY_OP (l i -- res) m oparg {
        let p = m.guard_tuple(l)?;
        let k = m.guard_int(i)?;
        let res = m.tuple_get(p, k)?;
        m.discard(l);
    }
    STORE_SUBSCR_LIST_INT = 202, 1, STORE_SUBSCR (v l i --) m oparg {
        let p = m.guard_list(l)?;
        let k = m.guard_int(i)?;
        m.list_set(p, k, v)?;
        m.discard(l);
    }
    UNPACK_SEQUENCE_TWO_TUPLE = 211, 1, UNPACK_SEQUENCE (t -- b a) m oparg {
        let p = m.guard_pair(t)?;
        let b = m.pair_get(p, 1);
        let a = m.pair_get(p, 0);
        m.discard(t);
    }
    UNPACK_SEQUENCE_TUPLE = 210, 1, UNPACK_SEQUENCE (--) m oparg { m.unpack_tuple(oparg)?; }
    UNPACK_SEQUENCE_LIST = 209, 1, UNPACK_SEQUENCE (--) m oparg { m.unpack_list(oparg)?; }
    // A generator's frame goes on in this loop; the cache is skipped by its yields and returns.
    FOR_ITER_GEN = 171, 0, FOR_ITER (--) m oparg { m.next_of_generator(oparg)?; }
    SEND_GEN = 197, 0, SEND (--) m oparg { m.send_to_generator(oparg)?; }
    YIELD_VALUE = 120, 0, NOP (--) m oparg { let v = m.input(1, 0); m.yield_value(v, oparg); }
    FOR_ITER_RANGE = 173, 1, FOR_ITER (--) m oparg {
        let it = m.input(1, 0);
        let (more, i) = m.range_next(it)?;
        let v = m.box_int(i);
        m.iterate(more, v, oparg);
    }
    FOR_ITER_LIST = 172, 1, FOR_ITER (--) m oparg {
        let it = m.input(1, 0);
        let (more, v) = m.list_next(it)?;
        m.iterate(more, v, oparg);
    }
    FOR_ITER_TUPLE = 174, 1, FOR_ITER (--) m oparg {
        let it = m.input(1, 0);
        let (more, v) = m.tuple_next(it)?;
        m.iterate(more, v, oparg);
    }

    LOAD_GLOBAL_MODULE = 193, 4, LOAD_GLOBAL (--) m oparg { let v = m.global(1, 2)?; m.push_null_if(v, oparg); }
    LOAD_GLOBAL_BUILTIN = 192, 4, LOAD_GLOBAL (--) m oparg { let v = m.builtin(1, 2, 3)?; m.push_null_if(v, oparg); }
    LOAD_ATTR_INSTANCE_VALUE = 180, 9, LOAD_ATTR (o -- res) m oparg {
        let p = m.guard_instance(o, 1)?;
        let res = m.field_get(p, 3)?;
        m.discard(o);
    }
    LOAD_ATTR_METHOD_WITH_VALUES = 183, 9, LOAD_ATTR (o -- f s) m oparg {
        let p = m.guard_instance(o, 1)?;
        m.guard_keys(p, 3)?;
        let f = m.cached_object(5);
        let s = o;
    }
    LOAD_ATTR_METHOD_NO_DICT = 182, 9, LOAD_ATTR (o -- f s) m oparg {
        m.guard_type(o, 1)?;
        let f = m.cached_object(5);
        let s = o;
    }
    LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES = 186, 9, LOAD_ATTR (o -- res) m oparg {
        let p = m.guard_instance(o, 1)?;
        m.guard_keys(p, 3)?;
        let res = m.cached_value(5);
        m.discard(o);
    }
    LOAD_ATTR_NONDESCRIPTOR_NO_DICT = 185, 9, LOAD_ATTR (o -- res) m oparg {
        m.guard_type(o, 1)?;
        let res = m.cached_value(5);
        m.discard(o);
    }
    // The type's version and that of its metaclass.
    LOAD_ATTR_CLASS = 177, 9, LOAD_ATTR (--) m oparg {
        let o = m.input(1, 0);
        m.guard_type(o, 3)?;
        m.guard_class(o, 1)?;
        let v = m.cached_value(5);
        m.discard(o);
        m.finish(1, []);
        m.push_null_if(v, oparg);
    }
    // A field that is called: null goes above it. Own instructions.
    LOAD_ATTR_INSTANCE_CALL = 222, 9, LOAD_ATTR (o -- res n) m oparg {
        let p = m.guard_instance(o, 1)?;
        let res = m.field_get(p, 3)?;
        let n = m.null();
        m.discard(o);
    }
    LOAD_ATTR_SLOT_CALL = 223, 9, LOAD_ATTR (o -- res n) m oparg {
        let p = m.guard_type(o, 1)?;
        let res = m.field_get(p, 3)?;
        let n = m.null();
        m.discard(o);
    }
    LOAD_ATTR_SLOT = 188, 9, LOAD_ATTR (o -- res) m oparg {
        let p = m.guard_type(o, 1)?;
        let res = m.field_get(p, 3)?;
        m.discard(o);
    }
    LOAD_ATTR_MODULE = 184, 9, LOAD_ATTR (--) m oparg {
        let o = m.input(1, 0);
        let v = m.module_get(o, 1, 3)?;
        m.discard(o);
        m.finish(1, []);
        m.push_null_if(v, oparg);
    }
    STORE_ATTR_INSTANCE_VALUE = 198, 4, STORE_ATTR (v o --) m oparg {
        let p = m.guard_instance(o, 1)?;
        m.field_set(p, 3, v)?;
        m.discard(o);
    }
    STORE_ATTR_SLOT = 199, 4, STORE_ATTR (v o --) m oparg {
        let p = m.guard_type(o, 1)?;
        m.slot_set(p, 3, v)?;
        m.discard(o);
    }
    LIST_APPEND = 78, 0, LIST_APPEND_SLOW (v --) m oparg {
        let l = m.below(oparg);
        m.list_push(l, v)?;
    }
    // A POP_TOP follows, which drops the None that is not made.
    CALL_LIST_APPEND = 155, 3, CALL (f o v --) m oparg {
        let l = m.guard_list_append(f, o)?;
        m.list_push(l, v)?;
        m.discard(o);
        m.discard(f);
        m.skip(1);
    }
    CALL_LEN = 154, 3, CALL (f n o -- res) m oparg {
        m.guard_len(f, n)?;
        let i = m.size_of(o)?;
        m.discard(o);
        m.discard(f);
        let res = m.box_int(i);
    }
    CALL_PY_EXACT_ARGS = 161, 0, CALL (--) m oparg { m.call_python(oparg, 1, 3)?; }
    RETURN_VALUE = 35, 0, RETURN_SLOW (--) m oparg { let v = m.input(1, 0); m.return_value(v)?; }
} } }

/// Outlined instructions: `NAME = opcode, caches`. Those at 400 and above have no opcode of their own: they are
/// only reached from a row above.
#[macro_export]
macro_rules! for_each_generic { ($mac:path $(, $extra:tt)*) => { $mac! { $($extra)*
    RESUME = 128, 0;
    BINARY_SLICE = 1, 0;
    BUILD_TEMPLATE = 2, 0;
    CALL_FUNCTION_EX = 4, 0;
    CHECK_EG_MATCH = 5, 0;
    CHECK_EXC_MATCH = 6, 0;
    CLEANUP_THROW = 7, 0;
    DELETE_SUBSCR = 8, 0;
    EXIT_INIT_CHECK = 11, 0;
    FORMAT_SIMPLE = 12, 0;
    FORMAT_WITH_SPEC = 13, 0;
    GET_AITER = 14, 0;
    GET_ANEXT = 15, 0;
    GET_ITER = 16, 0;
    GET_LEN = 18, 0;
    GET_YIELD_FROM_ITER = 19, 0;
    LOAD_BUILD_CLASS = 21, 0;
    LOAD_LOCALS = 22, 0;
    MAKE_FUNCTION = 23, 0;
    MATCH_KEYS = 24, 0;
    MATCH_MAPPING = 25, 0;
    MATCH_SEQUENCE = 26, 0;
    POP_EXCEPT = 29, 0;
    PUSH_EXC_INFO = 32, 0;
    RETURN_GENERATOR = 34, 0;
    SETUP_ANNOTATIONS = 36, 0;
    STORE_SLICE = 37, 0;
    STORE_SUBSCR = 38, 1;
    TO_BOOL = 39, 3;
    UNARY_INVERT = 40, 0;
    UNARY_NEGATIVE = 41, 0;
    WITH_EXCEPT_START = 43, 0;
    BINARY_OP = 44, 5;
    BUILD_INTERPOLATION = 45, 0;
    BUILD_LIST = 46, 0;
    BUILD_MAP = 47, 0;
    BUILD_SET = 48, 0;
    BUILD_SLICE = 49, 0;
    BUILD_STRING = 50, 0;
    BUILD_TUPLE = 51, 0;
    CALL = 52, 3;
    CALL_INTRINSIC_1 = 53, 0;
    CALL_INTRINSIC_2 = 54, 0;
    CALL_KW = 55, 3;
    COMPARE_OP = 56, 1;
    CONTAINS_OP = 57, 1;
    CONVERT_VALUE = 58, 0;
    COPY_FREE_VARS = 60, 0;
    DELETE_ATTR = 61, 0;
    DELETE_DEREF = 62, 0;
    DELETE_FAST = 63, 0;
    DELETE_GLOBAL = 64, 0;
    DELETE_NAME = 65, 0;
    DICT_MERGE = 66, 0;
    DICT_UPDATE = 67, 0;
    END_ASYNC_FOR = 68, 0;
    FOR_ITER = 70, 1;
    GET_AWAITABLE = 71, 0;
    IMPORT_FROM = 72, 0;
    IMPORT_NAME = 73, 0;
    JUMP_BACKWARD = 75, 1;
    LIST_EXTEND = 79, 0;
    LOAD_ATTR = 80, 9;
    LOAD_COMMON_CONSTANT = 81, 0;
    LOAD_FROM_DICT_OR_DEREF = 90, 0;
    LOAD_FROM_DICT_OR_GLOBALS = 91, 0;
    LOAD_GLOBAL = 92, 4;
    LOAD_NAME = 93, 0;
    LOAD_SPECIAL = 95, 0;
    LOAD_SUPER_ATTR = 96, 1;
    MAKE_CELL = 97, 0;
    MAP_ADD = 98, 0;
    MATCH_CLASS = 99, 0;
    RAISE_VARARGS = 104, 0;
    RERAISE = 105, 0;
    SEND = 106, 1;
    SET_ADD = 107, 0;
    SET_FUNCTION_ATTRIBUTE = 108, 0;
    SET_UPDATE = 109, 0;
    STORE_ATTR = 110, 4;
    STORE_DEREF = 111, 0;
    STORE_GLOBAL = 115, 0;
    STORE_NAME = 116, 0;
    UNPACK_EX = 118, 0;
    UNPACK_SEQUENCE = 119, 1;
    LOAD_FAST_CHECK_ERROR = 401, 0;
    LOAD_DEREF_ERROR = 402, 0;
    IS_OP_SLOW = 403, 0;
    RETURN_SLOW = 404, 0;
    LIST_APPEND_SLOW = 405, 0;
} } }

/// Generic instructions that stay in their frame and go on behind their caches: only the stack changes.
#[macro_export]
macro_rules! for_each_staying { ($mac:path $(, $extra:tt)*) => { $mac! { $($extra)*
    BINARY_OP BINARY_SLICE BUILD_INTERPOLATION BUILD_LIST BUILD_MAP BUILD_SET BUILD_SLICE BUILD_STRING BUILD_TEMPLATE
    BUILD_TUPLE CALL_INTRINSIC_1 CHECK_EXC_MATCH COMPARE_OP CONTAINS_OP CONVERT_VALUE COPY_FREE_VARS DELETE_ATTR
    DELETE_SUBSCR DICT_MERGE DICT_UPDATE EXIT_INIT_CHECK FORMAT_SIMPLE FORMAT_WITH_SPEC GET_AITER GET_ANEXT
    GET_AWAITABLE GET_ITER GET_LEN GET_YIELD_FROM_ITER IS_OP_SLOW LIST_APPEND_SLOW LIST_EXTEND LOAD_ATTR
    LOAD_COMMON_CONSTANT LOAD_GLOBAL LOAD_NAME LOAD_SPECIAL LOAD_SUPER_ATTR MAKE_CELL MAKE_FUNCTION MAP_ADD
    MATCH_CLASS MATCH_KEYS MATCH_MAPPING MATCH_SEQUENCE POP_EXCEPT PUSH_EXC_INFO SET_ADD SET_FUNCTION_ATTRIBUTE
    SET_UPDATE STORE_ATTR STORE_DEREF STORE_GLOBAL STORE_NAME STORE_SLICE STORE_SUBSCR TO_BOOL UNARY_INVERT
    UNARY_NEGATIVE UNPACK_EX UNPACK_SEQUENCE
} } }

/// Specialized forms that call: `NAME = opcode, BASE`. Their handlers are in `vm/core/src/interp/direct.rs`
/// and `ccalls.rs`.
#[macro_export]
macro_rules! for_each_direct { ($mac:path $(, $extra:tt)*) => { $mac! { $($extra)*
    CALL_NON_PY_GENERAL = 160, CALL;
    // Functions and methods of C by their definitions (`vm/core/src/interp/ccalls.rs`).
    CALL_BUILTIN_O = 149, CALL;
    CALL_BUILTIN_FAST = 147, CALL;
    CALL_BUILTIN_FAST_WITH_KEYWORDS = 148, CALL;
    CALL_METHOD_DESCRIPTOR_NOARGS = 158, CALL;
    CALL_METHOD_DESCRIPTOR_O = 159, CALL;
    CALL_METHOD_DESCRIPTOR_FAST = 156, CALL;
    CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = 157, CALL;
    // An own instruction.
    CALL_BUILTIN_NOARGS = 229, CALL;
    // The callable takes the frame's words (`vm/core/src/interp/words.rs`). An own instruction.
    CALL_WORDS = 228, CALL;
    BINARY_OP_SUBSCR_DICT = 135, BINARY_OP;
    // The class has `mp_subscript`, or a `tp_getattro` other than the usual one. Own instructions.
    BINARY_OP_SUBSCR_MAPPING = 226, BINARY_OP;
    LOAD_ATTR_GETATTRO = 227, LOAD_ATTR;
    // The attribute is a data descriptor of the class, of whatever kind. Own instructions.
    LOAD_ATTR_DESCRIPTOR = 224, LOAD_ATTR;
    STORE_ATTR_DESCRIPTOR = 225, STORE_ATTR;
} } }
