//! Facts about opcodes: names, cache sizes, and the base form of specialized ones. Made from the table.

/// Opcodes with a meaning to the loop itself.
pub const EXTENDED_ARG: u8 = 69;
pub const INTERPRETER_EXIT: u8 = 20;
pub const CACHE: u8 = 0;
pub const NOT_TAKEN: u8 = 28;
pub const POP_JUMP_IF_FALSE: u8 = 100;
pub const SEND: u8 = 106;

struct Facts {
    name: &'static str,
    caches: u8,
    /// The opcode this one specializes, or itself.
    base: u8,
}

const UNKNOWN: Facts = Facts { name: "", caches: 0, base: 0 };

macro_rules! op_numbers {
    ($($name:ident = $num:literal, $caches:literal, $generic:ident ($($i:ident)* -- $($o:ident)*) $m:ident $oparg:ident { $($b:tt)* })*) => {
        /// Numbers of the hot-path instructions, by name.
        pub mod op { $( pub const $name: u8 = $num; )* }
        const HOT: &[(&str, u8, &str)] = &[ $( (stringify!($name), $num, stringify!($generic)) ),* ];
    };
}
crate::for_each_op!(op_numbers);

macro_rules! generic_numbers {
    ($($name:ident = $num:literal, $caches:literal;)*) => {
        /// Numbers of the generic instructions, by name.
        pub mod generic { $( pub const $name: u16 = $num; )* }
        const GENERIC: &[(&str, u16, u8)] = &[ $( (stringify!($name), $num, $caches) ),* ];
    };
}
crate::for_each_generic!(generic_numbers);

macro_rules! direct_numbers {
    ($($name:ident = $num:literal, $base:ident;)*) => {
        /// Numbers of the specialized forms that call, by name.
        pub mod direct { $( pub const $name: u8 = $num; )* }
        const DIRECT: &[(&str, u8, u16)] = &[ $( (stringify!($name), $num, generic::$base) ),* ];
    };
}
crate::for_each_direct!(direct_numbers);

macro_rules! staying_names {
    ($($name:ident)*) => {
        const STAYING: &[u16] = &[ $( generic::$name ),* ];
    };
}
crate::for_each_staying!(staying_names);

/// Does the generic instruction stay in its frame and go on behind its caches?
pub const fn stays(generic: u16) -> bool {
    let mut i = 0;
    while i < STAYING.len() {
        if STAYING[i] == generic {
            return true;
        }
        i += 1;
    }
    false
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

static FACTS: [Facts; 256] = {
    let mut t = [UNKNOWN; 256];
    let mut i = 0;
    while i < GENERIC.len() {
        let (name, num, caches) = GENERIC[i];
        if num < 256 {
            t[num as usize] = Facts { name, caches, base: num as u8 };
        }
        i += 1;
    }
    i = 0;
    while i < HOT.len() {
        let (name, num, generic) = HOT[i];
        // A row whose generic form is a real instruction specializes it; others are instructions themselves.
        let (mut caches, mut base, mut j) = (0, num, 0);
        while j < GENERIC.len() {
            if same(GENERIC[j].0, generic) && GENERIC[j].1 < 256 {
                base = GENERIC[j].1 as u8;
                caches = GENERIC[j].2;
            }
            j += 1;
        }
        if num >= 100 && num <= 103 {
            caches = 1;
        }
        t[num as usize] = Facts { name, caches, base };
        i += 1;
    }
    i = 0;
    while i < DIRECT.len() {
        let (name, num, generic) = DIRECT[i];
        t[num as usize] = Facts { name, caches: t[generic as usize].caches, base: generic as u8 };
        i += 1;
    }
    t[EXTENDED_ARG as usize] = Facts { name: "EXTENDED_ARG", caches: 0, base: EXTENDED_ARG };
    t[INTERPRETER_EXIT as usize] = Facts { name: "INTERPRETER_EXIT", caches: 0, base: INTERPRETER_EXIT };
    t
};

/// The instruction's name, or "" for an unused number.
pub fn name(op: u8) -> &'static str {
    FACTS[op as usize].name
}

/// Cache units after the instruction.
pub fn caches(op: u8) -> usize {
    FACTS[op as usize].caches as usize
}

/// The instruction as the compiler wrote it, before quickening.
pub fn base(op: u8) -> u8 {
    FACTS[op as usize].base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specialized_forms_know_their_base() {
        assert_eq!(base(op::BINARY_OP_ADD_INT), generic::BINARY_OP as u8);
        assert_eq!(caches(op::BINARY_OP_ADD_INT), 5);
        assert_eq!(base(op::COMPARE_INT_JUMP), generic::COMPARE_OP as u8);
        assert_eq!(caches(op::COMPARE_INT_JUMP), 1);
        assert_eq!(base(op::LOAD_FAST), op::LOAD_FAST);
        assert_eq!(caches(op::POP_JUMP_IF_TRUE), 1);
        assert_eq!(name(35), "RETURN_VALUE");
    }

    #[test]
    fn no_number_is_used_twice() {
        let mut seen = [false; 256];
        let all = HOT.iter().map(|r| r.1 as u16).chain(DIRECT.iter().map(|r| r.1 as u16));
        for num in all.chain(GENERIC.iter().map(|r| r.1)).filter(|n| *n < 256) {
            assert!(!std::mem::replace(&mut seen[num as usize], true), "{num}");
        }
    }
}
