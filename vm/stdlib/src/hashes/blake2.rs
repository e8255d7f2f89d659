//! `_blake2`: BLAKE2b and BLAKE2s with all their parameters (RFC 7693 and the BLAKE2 paper's tree mode).

use super::state::{GIL_MINSIZE, Hasher, first_input, hash_type, new_object};
use crate::util::{int, set_int};
use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::buffer::BytesLike;
use dovetail_core::object::convert::Given;
use dovetail_core::object::{Obj, Object};
use dovetail_core::types::int::Int;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::pymodule;

/// What the two functions differ in.
struct Limits {
    name: &'static str,
    digest: usize,
    key: usize,
    salt: usize,
    person: usize,
    /// The highest node offset.
    offset: u64,
}

const B: Limits = Limits { name: "Blake2b", digest: 64, key: 64, salt: 16, person: 16, offset: u64::MAX };
const S: Limits = Limits { name: "Blake2s", digest: 32, key: 32, salt: 8, person: 8, offset: (1 << 48) - 1 };

/// Parameters as Python gives them.
struct Asked<'a> {
    digest_size: Option<i32>,
    key: Option<BytesLike<'a>>,
    salt: Option<BytesLike<'a>>,
    person: Option<BytesLike<'a>>,
    fanout: i32,
    depth: i32,
    leaf_size: Option<&'a Obj>,
    node_offset: Option<&'a Obj>,
    node_depth: i32,
    inner_size: i32,
    last_node: bool,
}

/// Checked parameters.
struct Checked<'a> {
    digest_size: usize,
    key: &'a [u8],
    salt: &'a [u8],
    person: &'a [u8],
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

/// A number that is not negative and fits in 64 bits.
fn unsigned(o: Option<&Obj>, c_type: &str) -> PyResult<u64> {
    let Some(o) = o else { return Ok(0) };
    let Some(n) = o.downcast::<Int>() else {
        bail!(TypeError, "'{}' object cannot be interpreted as an integer", o.type_name());
    };
    if n.is_negative() {
        bail!(ValueError, "Cannot convert negative int");
    }
    n.to_i128()
        .and_then(|n| u64::try_from(n).ok())
        .ok_or_else(|| raise!(OverflowError, "Python int too large for C {c_type}"))
}

fn bytes<'a>(given: &'a Option<BytesLike<'_>>, what: &str, most: usize) -> PyResult<&'a [u8]> {
    let data: &[u8] = given.as_deref().unwrap_or(&[]);
    if data.len() > most {
        bail!(ValueError, "maximum {what} length is {most} bytes");
    }
    Ok(data)
}

fn small(n: i32, what: &str, least: i32) -> PyResult<u8> {
    match u8::try_from(n) {
        Ok(v) if n >= least => Ok(v),
        _ => bail!(ValueError, "{what} must be between {least} and 255"),
    }
}

impl Asked<'_> {
    fn check(&self, l: &Limits) -> PyResult<Checked<'_>> {
        let size = self.digest_size.unwrap_or(l.digest as i32);
        if size < 1 || size > l.digest as i32 {
            bail!(
                ValueError,
                "digest_size for {} must be between 1 and {} bytes, here it is {}",
                l.name,
                l.digest,
                size
            );
        }
        let salt = bytes(&self.salt, "salt", l.salt)?;
        let person = bytes(&self.person, "person", l.person)?;
        let fanout = small(self.fanout, "fanout", 0)?;
        let depth = small(self.depth, "depth", 1)?;
        let leaf_size = unsigned(self.leaf_size, "unsigned long")?;
        let Ok(leaf_size) = u32::try_from(leaf_size) else { bail!(OverflowError, "leaf_size is too large") };
        let node_offset = unsigned(self.node_offset, "unsigned long long")?;
        if node_offset > l.offset {
            bail!(OverflowError, "node_offset is too large");
        }
        let node_depth = small(self.node_depth, "node_depth", 0)?;
        if self.inner_size < 0 || self.inner_size > l.digest as i32 {
            bail!(ValueError, "inner_size must be between 0 and is {}", l.digest);
        }
        Ok(Checked {
            digest_size: size as usize,
            key: bytes(&self.key, "key", l.key)?,
            salt,
            person,
            fanout,
            depth,
            leaf_size,
            node_offset,
            node_depth,
            inner_size: self.inner_size as usize,
            last_node: self.last_node,
        })
    }
}

macro_rules! builder {
    ($krate:ident, $c:ident) => {{
        let c = &$c;
        $krate::Params::new()
            .hash_length(c.digest_size)
            .key(c.key)
            .salt(c.salt)
            .personal(c.person)
            .fanout(c.fanout)
            .max_depth(c.depth)
            .max_leaf_length(c.leaf_size)
            .node_offset(c.node_offset)
            .node_depth(c.node_depth)
            .inner_hash_length(c.inner_size)
            .last_node(c.last_node)
            .to_state()
    }};
}

fn hasher_b(asked: &Asked<'_>) -> PyResult<Hasher> {
    let c = asked.check(&B)?;
    Ok(Hasher::Blake2b(Box::new(builder!(blake2b_simd, c)), c.digest_size))
}

fn hasher_s(asked: &Asked<'_>) -> PyResult<Hasher> {
    let c = asked.check(&S)?;
    Ok(Hasher::Blake2s(Box::new(builder!(blake2s_simd, c)), c.digest_size))
}

hash_type!(
    /// BLAKE2b hash objects.
    /// ---
    /// Return a new BLAKE2b hash object.
    Blake2b,
    "_blake2.blake2b",
    0,
    "(data, /)",
    "Update this hash object's state with the provided bytes-like object.",
    {
        #[slot(
            tp_new,
            sig = "(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', \
                   fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, \
                   usedforsecurity=True, string=None)"
        )]
        #[allow(clippy::too_many_arguments)]
        fn new(
            cls: &Type,
            data: Option<&Obj>,
            digest_size: Option<i32>,
            key: Option<BytesLike<'_>>,
            salt: Option<BytesLike<'_>>,
            person: Option<BytesLike<'_>>,
            fanout: i32,
            depth: i32,
            leaf_size: Option<&Obj>,
            node_offset: Option<&Obj>,
            node_depth: i32,
            inner_size: i32,
            last_node: bool,
            _usedforsecurity: bool,
            string: Given<'_>,
        ) -> PyResult<Object> {
            let first = first_input(data, string)?;
            let asked = Asked {
                digest_size,
                key,
                salt,
                person,
                fanout,
                depth,
                leaf_size,
                node_offset,
                node_depth,
                inner_size,
                last_node,
            };
            new_object(cls, hasher_b(&asked)?, first)
        }
    }
);

hash_type!(
    /// BLAKE2s hash objects.
    /// ---
    /// Return a new BLAKE2s hash object.
    Blake2s,
    "_blake2.blake2s",
    0,
    "(data, /)",
    "Update this hash object's state with the provided bytes-like object.",
    {
        #[slot(
            tp_new,
            sig = "(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', \
                   fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, \
                   usedforsecurity=True, string=None)"
        )]
        #[allow(clippy::too_many_arguments)]
        fn new(
            cls: &Type,
            data: Option<&Obj>,
            digest_size: Option<i32>,
            key: Option<BytesLike<'_>>,
            salt: Option<BytesLike<'_>>,
            person: Option<BytesLike<'_>>,
            fanout: i32,
            depth: i32,
            leaf_size: Option<&Obj>,
            node_offset: Option<&Obj>,
            node_depth: i32,
            inner_size: i32,
            last_node: bool,
            _usedforsecurity: bool,
            string: Given<'_>,
        ) -> PyResult<Object> {
            let first = first_input(data, string)?;
            let asked = Asked {
                digest_size,
                key,
                salt,
                person,
                fanout,
                depth,
                leaf_size,
                node_offset,
                node_depth,
                inner_size,
                last_node,
            };
            new_object(cls, hasher_s(&asked)?, first)
        }
    }
);

/// _blake2b provides BLAKE2b for hashlib
///
#[pymodule(name = "_blake2")]
pub mod module {
    use super::*;

    fn constants(module: &Obj, ty: &Type, prefix: &str, l: &Limits) -> PyResult<()> {
        let rows = [
            ("SALT_SIZE", l.salt),
            ("PERSON_SIZE", l.person),
            ("MAX_KEY_SIZE", l.key),
            ("MAX_DIGEST_SIZE", l.digest),
        ];
        for (name, n) in rows {
            ty.dict().set_text(name, &*int(n as i64)?)?;
            set_int(module, &format!("{prefix}_{name}"), n as i64)?;
        }
        ty.modified();
        Ok(())
    }

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Blake2b>(module)?;
        constants(module, Blake2b::type_object(), "BLAKE2B", &B)?;
        add_type::<Blake2s>(module)?;
        constants(module, Blake2s::type_object(), "BLAKE2S", &S)?;
        set_int(module, "_GIL_MINSIZE", GIL_MINSIZE as i64)
    }
}

pub use module::MODULE;
