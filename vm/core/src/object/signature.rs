//! What a native callable says of the C function behind it: address, kinds of arguments and result, and what is done around
//! the call. The FFI toolkit fills it in; the JIT reads it and makes one machine call with unboxed arguments of it. Neither
//! knows of the other, and this crate of neither.
//!
//! A type of such callables registers how its instances are read ([`register`]); [`of`] asks. A signature is told while a trace is
//! recorded, not on calls: nothing here is on a hot path.

use crate::object::Obj;
use crate::types::type_::Type;
use std::ffi::c_void;
use std::sync::{PoisonError, RwLock};

/// A C value in one register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum CallKind {
    /// No result.
    Void,
    /// `_Bool`: 0 or 1.
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    /// `char`, which programs see as bytes of length one.
    Char,
    F32,
    F64,
    /// An address. What Python objects stand for one is the callable's business: only the callable itself converts them.
    Pointer,
}

/// What happens around a call.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct CallFlags(pub u8);

macro_rules! call_flags {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl CallFlags {
            $( $(#[$doc])* pub const $name: CallFlags = CallFlags($bit); )*

            const NAMED: &[(&str, CallFlags)] = &[ $( (stringify!($name), CallFlags::$name) ),* ];
        }
    };
}

call_flags! {
    /// The GIL is given up before and taken after the call.
    RELEASES_GIL = 1;
    /// `errno` is set from the thread's saved value before, and saved after the call.
    SAVES_ERRNO = 2;
    /// The function may leave an exception, and is called with the GIL.
    RAISES = 4;
}

impl CallFlags {
    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: CallFlags) -> CallFlags {
        CallFlags(self.0 | other.0)
    }

    /// Whether all of `other` are in.
    pub const fn has(self, other: CallFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of those that are in.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        CallFlags::NAMED.iter().filter(move |(_, flag)| self.has(*flag)).map(|(name, _)| *name)
    }
}

/// What all functions of one C type have in common. Arguments beyond the registers do not occur: functions that need them have
/// no signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallShape {
    pub arguments: Box<[CallKind]>,
    pub result: CallKind,
    pub flags: CallFlags,
}

/// A function with its shape, borrowed from the callable.
#[derive(Clone, Copy, Debug)]
pub struct CallSignature<'a> {
    pub address: *const c_void,
    pub shape: &'a CallShape,
}

/// Reads the signature of an instance of the registered type.
pub type Reader = for<'a> fn(&'a Obj) -> Option<CallSignature<'a>>;

static READERS: RwLock<Vec<(usize, Reader)>> = RwLock::new(Vec::new());

/// From now on, instances of a static type and of classes below it may have signatures.
pub fn register(ty: &'static Type, reader: Reader) {
    let mut readers = READERS.write().unwrap_or_else(PoisonError::into_inner);
    let key = std::ptr::from_ref(ty) as usize;
    if !readers.iter().any(|(t, _)| *t == key) {
        readers.push((key, reader));
    }
}

/// The signature of a callable, if it has one.
pub fn of(o: &Obj) -> Option<CallSignature<'_>> {
    let mut ty = o.ob_type();
    while ty.is_heap() {
        ty = ty.base()?;
    }
    let key = std::ptr::from_ref(ty) as usize;
    let readers = READERS.read().unwrap_or_else(PoisonError::into_inner);
    let reader = readers.iter().find(|(t, _)| *t == key)?.1;
    drop(readers);
    reader(o)
}
