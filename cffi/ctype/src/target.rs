//! The machines whose C we know: LP64 Linux on x86-64 (System V) and on aarch64 (AAPCS64).
//! Everything that differs between the two is asked here.

use serde::{Deserialize, Serialize};

/// A machine with its C conventions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Target {
    /// x86-64, System V ABI, LP64.
    X86_64,
    /// aarch64, AAPCS64, little endian, LP64.
    Aarch64,
}

/// What `long double` is made of. Both take 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LongDouble {
    /// Ten significant bytes of the x87 format.
    X87,
    /// IEEE 754 binary128.
    Binary128,
}

impl Target {
    /// The target this program was compiled for, if it is one of ours.
    pub const fn host() -> Option<Target> {
        if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
            Some(Target::X86_64)
        } else if cfg!(all(target_arch = "aarch64", target_os = "linux")) {
            Some(Target::Aarch64)
        } else {
            None
        }
    }

    /// As compilers name it.
    pub const fn triple(self) -> &'static str {
        match self {
            Target::X86_64 => "x86_64-unknown-linux-gnu",
            Target::Aarch64 => "aarch64-unknown-linux-gnu",
        }
    }

    /// Whether plain `char` is signed.
    pub const fn char_is_signed(self) -> bool {
        matches!(self, Target::X86_64)
    }

    /// Whether `wchar_t` is signed.
    pub const fn wchar_is_signed(self) -> bool {
        matches!(self, Target::X86_64)
    }

    /// The format of `long double`.
    pub const fn long_double(self) -> LongDouble {
        match self {
            Target::X86_64 => LongDouble::X87,
            Target::Aarch64 => LongDouble::Binary128,
        }
    }

    /// Bytes of a pointer.
    pub const fn pointer_size(self) -> u64 {
        8
    }

    /// Whether unnamed bit-fields raise the alignment of the record they stand in (AAPCS64 8.1.8.1, *bit-fields
    /// subdivision*: the container's alignment counts even for unnamed and zero-width ones).
    pub(crate) const fn unnamed_bit_fields_align(self) -> bool {
        matches!(self, Target::Aarch64)
    }
}
