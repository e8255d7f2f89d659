//! Objects: references, headers, allocation, the abstract object protocol, and the declaration machinery.

pub mod abstract_;
pub mod alloc;
pub mod bind;
pub mod buffer;
pub mod call;
pub mod cells;
#[cfg(feature = "debug-checks")]
pub mod checks;
pub mod convert;
pub mod domains;
pub mod native;
pub mod number;
pub mod obj;
pub mod pool;
pub mod refs;
pub mod sequence;
pub mod signature;
pub mod slotbuf;
pub mod slotdefs;
pub mod slotfuncs;
pub mod slotwrap;
pub mod traced;
pub mod tracer;

pub use convert::CompareOp;
pub use native::Native;
pub use obj::Obj;
pub use refs::{AsObj, Object, Ref, ToRef};
