//! `_random`: the Mersenne Twister (M. Matsumoto, T. Nishimura, 1998), MT19937.

use dovetail_core::error::PyResult;
use dovetail_core::native::{Native, add_type};
use dovetail_core::object::{AsObj, Obj, Object, Ref, ToRef};
use dovetail_core::types::dict::Dict;
use dovetail_core::types::int::Int;
use dovetail_core::types::support::type_alloc;
use dovetail_core::types::tuple::Tuple;
use dovetail_core::types::type_::Type;
use dovetail_core::{bail, raise};
use dovetail_macros::{pymethods, pymodule, pytype};
use dovetail_num::int::{self, ByteOrder};

const N: usize = 624;
const M: usize = 397;

/// The generator: its state, and how much of it was given out.
#[repr(C)]
pub struct RandomBody {
    pub ob_base: abi::PyObject,
    index: u32,
    state: [u32; N],
}

/// Generators of random numbers.
/// ---
/// Random() -> create a random number generator with its own internal state.
#[pytype(name = "_random.Random", body = RandomBody, flags = abi::Py_TPFLAGS_BASETYPE)]
pub struct Random;

impl RandomBody {
    fn next(&mut self) -> u32 {
        if self.index as usize >= N {
            self.refill();
        }
        let mut y = self.state[self.index as usize];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ y >> 18
    }

    fn refill(&mut self) {
        for i in 0..N {
            let y = self.state[i] & 0x8000_0000 | self.state[(i + 1) % N] & 0x7fff_ffff;
            let odd = if y & 1 != 0 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + M) % N] ^ y >> 1 ^ odd;
        }
        self.index = 0;
    }

    fn seed_word(&mut self, seed: u32) {
        self.state[0] = seed;
        for i in 1..N {
            let before = self.state[i - 1];
            self.state[i] = 1_812_433_253u32.wrapping_mul(before ^ before >> 30).wrapping_add(i as u32);
        }
        self.index = N as u32;
    }

    fn seed_words(&mut self, key: &[u32]) {
        self.seed_word(19_650_218);
        let s = &mut self.state;
        let (mut i, mut j) = (1, 0);
        let mixed = |s: &[u32; N], i: usize, factor: u32| {
            let before = s[i - 1];
            s[i] ^ (before ^ before >> 30).wrapping_mul(factor)
        };
        for _ in 0..N.max(key.len()) {
            s[i] = mixed(s, i, 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            s[i] = mixed(s, i, 1_566_083_941).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
        }
        s[0] = 0x8000_0000;
    }

    fn seed_from_system(&mut self) {
        let mut bytes = [0u8; N * 4];
        let mut filled = 0;
        while filled < bytes.len() {
            let room = &mut bytes[filled..];
            // SAFETY: the room's length is given.
            let n = unsafe { libc::getrandom(room.as_mut_ptr().cast(), room.len(), libc::GRND_NONBLOCK) };
            match n {
                n if n > 0 => filled += n as usize,
                _ if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR) => {}
                _ => return self.seed_from_clock(),
            }
        }
        let words: Vec<u32> =
            bytes.chunks_exact(4).map(|c| u32::from_ne_bytes([c[0], c[1], c[2], c[3]])).collect();
        self.seed_words(&words);
    }

    /// What is there when the system has no random bytes yet.
    fn seed_from_clock(&mut self) {
        let since = |t: std::time::SystemTime| {
            t.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64)
        };
        let now = since(std::time::SystemTime::now());
        // SAFETY: a filled struct of our own.
        let monotonic = unsafe {
            let mut t: libc::timespec = std::mem::zeroed();
            libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut t);
            (t.tv_sec as u64).wrapping_mul(1_000_000_000).wrapping_add(t.tv_nsec as u64)
        };
        let key =
            [now as u32, (now >> 32) as u32, std::process::id(), monotonic as u32, (monotonic >> 32) as u32];
        self.seed_words(&key);
    }
}

impl Random {
    #[allow(clippy::mut_from_ref)]
    fn b(&self) -> &mut RandomBody {
        // SAFETY: under the GIL; no Python code runs while the reference is used.
        unsafe { &mut *self.body() }
    }

    fn seed_with(&self, n: Option<&Obj>) -> PyResult<()> {
        let Some(n) = n.filter(|n| !n.is_none()) else {
            self.b().seed_from_system();
            return Ok(());
        };
        let magnitude: Ref<Int> = if let Some(i) = n.downcast_exact::<Int>() {
            i.to_ref()
        } else if n.is_a::<Int>() {
            match n.absolute()?.downcast_into::<Int>() {
                Ok(i) => i,
                Err(_) => bail!(TypeError, "abs() of an int gave no int"),
            }
        } else {
            Int::from_u64(n.hash()? as usize as u64)?
        };
        let value = magnitude.int_ref().magnitude();
        let words = int::bit_length(value).div_ceil(32).max(1) as usize;
        let mut bytes = vec![0u8; words * 4];
        int::to_bytes(value, &mut bytes, ByteOrder::Little, false)
            .map_err(dovetail_core::types::int::num_error)?;
        let key: Vec<u32> =
            bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
        self.b().seed_words(&key);
        Ok(())
    }
}

#[pymethods]
impl Random {
    #[slot(tp_new)]
    fn new_slot(cls: &Type, _args: &Tuple, _kwargs: Option<&Dict>) -> PyResult<Object> {
        // SAFETY: a zeroed body is a generator that gives zeros.
        unsafe { type_alloc(cls, 0) }
    }

    #[slot(tp_init)]
    fn init(&self, args: &Tuple, kwargs: Option<&Dict>) -> PyResult<()> {
        // A subclass with an `__init__` of its own may take keywords.
        if self.as_obj().ob_type().raw().tp_init.map(|f| f as usize)
            == Random::type_object().raw().tp_init.map(|f| f as usize)
            && kwargs.is_some_and(|d| !d.is_empty())
        {
            bail!(TypeError, "Random() takes no keyword arguments");
        }
        if args.len() > 1 {
            bail!(TypeError, "Random expected at most 1 argument, got {}", args.len());
        }
        self.seed_with(args.items().first().map(|o| o.as_obj()))
    }

    /// random() -> x in the interval [0, 1).
    #[method]
    fn random(&self) -> f64 {
        let b = self.b();
        // 53 bits.
        let (high, low) = ((b.next() >> 5) as f64, (b.next() >> 6) as f64);
        (high * 67_108_864.0 + low) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[method(sig = "(n=None, /)")]
    fn seed(&self, n: Option<&Obj>) -> PyResult<()> {
        self.seed_with(n)
    }

    /// getstate() -> tuple containing the current state.
    #[method]
    fn getstate(&self) -> PyResult<Ref<Tuple>> {
        let b = self.b();
        let words = b.state.iter().chain([&b.index]);
        let all = words.map(|w| Ok(Int::from_i64(*w as i64)?.into_object())).collect::<PyResult<Vec<_>>>()?;
        Tuple::from_vec(all)
    }

    /// setstate(state) -> None.  Restores generator state.
    #[method(sig = "(state, /)")]
    fn setstate(&self, state: &Obj) -> PyResult<()> {
        let Some(t) = state.downcast::<Tuple>() else { bail!(TypeError, "state vector must be a tuple") };
        if t.len() != N + 1 {
            bail!(ValueError, "state vector is the wrong size");
        }
        let mut new = [0u32; N];
        for (w, o) in new.iter_mut().zip(t.items()) {
            let Some(i) = o.downcast::<Int>() else { bail!(TypeError, "an integer is required") };
            if i.is_negative() {
                bail!(OverflowError, "can't convert negative value to unsigned int");
            }
            let v = i.to_u64().ok_or_else(|| {
                raise!(OverflowError, "Python int too large to convert to C unsigned long")
            })?;
            *w = v as u32;
        }
        let Some(index) = t.get(N).downcast::<Int>() else { bail!(TypeError, "an integer is required") };
        let index = index
            .to_i64()
            .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C long"))?;
        if !(0..=N as i64).contains(&index) {
            bail!(ValueError, "invalid state");
        }
        let b = self.b();
        b.state = new;
        b.index = index as u32;
        Ok(())
    }

    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[method(sig = "(k, /)")]
    fn getrandbits(&self, k: &Obj) -> PyResult<Ref<Int>> {
        let k = k.index()?;
        if k.is_negative() {
            bail!(ValueError, "Cannot convert negative int");
        }
        let Some(k) = k.to_u64() else {
            bail!(OverflowError, "Python int too large for C uint64_t");
        };
        let b = self.b();
        if k == 0 {
            return Int::from_i64(0);
        }
        if k <= 32 {
            return Int::from_i64((b.next() >> (32 - k)) as i64);
        }
        let words = k.div_ceil(32) as usize;
        let mut bytes = Vec::new();
        if k > isize::MAX as u64 || bytes.try_reserve_exact(words * 4).is_err() {
            return Err(dovetail_core::error::no_memory());
        }
        let mut left = k;
        while left > 0 {
            let mut w = b.next();
            if left < 32 {
                w >>= 32 - left;
            }
            bytes.extend_from_slice(&w.to_le_bytes());
            left = left.saturating_sub(32);
        }
        Int::from_big(int::from_bytes(&bytes, ByteOrder::Little, false))
    }
}

/// Module implements the Mersenne Twister random number generator.
#[pymodule(name = "_random")]
pub mod module {
    use super::*;

    #[exec]
    fn exec_(module: &Obj) -> PyResult<()> {
        add_type::<Random>(module)
    }
}

pub use module::MODULE;
