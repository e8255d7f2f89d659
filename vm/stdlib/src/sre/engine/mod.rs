//! The engine of regular expressions: runs what `re._compiler` makes, over units of one, two or four bytes.
//!
//! `program` reads the codes once and turns them into operations with single-character tests as bit maps
//! (`charset`) and with what may stand first behind each choice (`first`). `machine` runs a program at one place,
//! by backtracking over an explicit stack; `search` finds places. Behaviour is that of CPython's `_sre`:
//! the same alternatives in the same order, groups restored whenever a choice is taken back.

pub mod charset;
pub mod first;
pub mod machine;
pub mod program;
pub mod search;

pub use machine::{Limits, Machine};
pub use program::Program;

/// Numbers of the codes (`re._constants`).
pub mod code {
    macro_rules! numbered {
        ($($name:ident)*) => { numbered!(@ 0u32; $($name)*); };
        (@ $n:expr; $name:ident $($rest:ident)*) => {
            pub const $name: u32 = $n;
            numbered!(@ $n + 1; $($rest)*);
        };
        (@ $n:expr;) => {};
    }

    numbered! {
        FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET GROUPREF GROUPREF_EXISTS
        IN INFO JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE RANGE REPEAT REPEAT_ONE _SUBPATTERN
        MIN_REPEAT_ONE ATOMIC_GROUP POSSESSIVE_REPEAT POSSESSIVE_REPEAT_ONE GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE
        NOT_LITERAL_IGNORE GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE
        GROUPREF_UNI_IGNORE IN_UNI_IGNORE LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE RANGE_UNI_IGNORE
    }
}

/// Version of the codes: what `_sre.MAGIC` says and `re._constants` checks.
pub const MAGIC: u32 = 20230612;
/// A repetition without bound.
pub const MAXREPEAT: u32 = u32::MAX;
/// The most groups: two marks each, counted in a C int.
pub const MAXGROUPS: u32 = i32::MAX as u32 / 2;
