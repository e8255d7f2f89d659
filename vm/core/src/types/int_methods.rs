//! `int`: methods and slots. Ints of one digit take short ways in every slot.

use crate::error::{PyResult, no_memory};
use crate::object::alloc;
use crate::object::convert::CompareOp;
use crate::object::native::Native;
use crate::object::obj::Obj;
use crate::object::{AsObj, Object, Ref};
use crate::types::bool_::bool_obj;
use crate::types::bytes::Bytes;
use crate::types::float::Float;
use crate::types::int::{self, HEADER, Int, max_str_digits, num_error};
use crate::types::none::not_implemented;
use crate::types::number_text::{LocaleText, from_text_base, padded, parse_spec, with_buffer};
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;
use crate::{bail, raise, sym};
use dovetail_macros::pymethods;
use dovetail_num::int::{self as num, ByteOrder};

/// Both operands as ints, or NotImplemented.
macro_rules! ints {
    ($a:ident, $b:ident) => {
        match (Int::of($a), Int::of($b)) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(not_implemented().to_owned()),
        }
    };
}

#[inline(always)]
fn word(v: i64) -> PyResult<Object> {
    Int::from_i64(v).map(Ref::into_object)
}

#[inline]
fn big(v: dovetail_num::Int) -> PyResult<Object> {
    Int::from_big(v).map(Ref::into_object)
}

fn result(v: dovetail_num::Result<dovetail_num::Int>) -> PyResult<Object> {
    match v {
        Ok(v) => big(v),
        Err(e) => Err(num_error(e)),
    }
}

#[inline(always)]
fn compact(a: &Int, b: &Int) -> Option<(i64, i64)> {
    if a.is_compact() && b.is_compact() { Some((a.compact_value(), b.compact_value())) } else { None }
}

/// Floor division and remainder of words; `b` is not zero.
#[inline(always)]
fn floor(a: i64, b: i64) -> (i64, i64) {
    let (q, r) = (a / b, a % b);
    if r != 0 && (r < 0) != (b < 0) { (q - 1, r + b) } else { (q, r) }
}

fn byte_order(name: &Str) -> PyResult<ByteOrder> {
    if name.equals_str("little") {
        Ok(ByteOrder::Little)
    } else if name.equals_str("big") {
        Ok(ByteOrder::Big)
    } else {
        Err(raise!(ValueError, "byteorder must be either 'little' or 'big'"))
    }
}

/// The bytes that `bytes(o)` has, for objects that are no strings and no integers.
pub(crate) fn bytes_of(o: &Obj) -> PyResult<Vec<u8>> {
    if !o.is_a::<Str>() && !o.is_a::<Int>() {
        if let Some(f) = o.lookup_special(sym!(__bytes__))? {
            let b = f.call(&[])?;
            if !b.is_a::<Bytes>() {
                bail!(TypeError, "__bytes__ returned non-bytes (type {})", b.type_name());
            }
            return Ok(with_buffer(&b, <[u8]>::to_vec)?.unwrap_or_default());
        }
        if let Some(v) = with_buffer(o, <[u8]>::to_vec)? {
            return Ok(v);
        }
        let t = o.ob_type();
        // SAFETY: a suite of the object's type.
        let sequence = unsafe { t.raw().tp_as_sequence.as_ref() }.is_some_and(|s| s.sq_item.is_some());
        if t.raw().tp_iter.is_some() || sequence {
            let mut out = Vec::new();
            o.for_each(|item| {
                match item.as_isize_index()? {
                    v @ 0..=255 => out.push(v as u8),
                    _ => bail!(ValueError, "bytes must be in range(0, 256)"),
                }
                Ok(())
            })?;
            return Ok(out);
        }
    }
    Err(raise!(TypeError, "cannot convert '{}' object to bytes", o.type_name()))
}

/// `int(x, base)` as an exact int.
fn convert(x: Option<&Obj>, base: Option<&Obj>) -> PyResult<Ref<Int>> {
    let Some(base) = base else {
        return match x {
            None => Int::from_i64(0),
            Some(x) => x.to_int(),
        };
    };
    let Some(x) = x else { bail!(TypeError, "int() missing string argument") };
    let base = base.as_isize_clipped()?;
    if base != 0 && !(2..=36).contains(&base) {
        bail!(ValueError, "int() base must be >= 2 and <= 36, or 0");
    }
    let textual = x.is_a::<Str>() || x.is_a::<Bytes>() || x.is_a::<crate::types::bytearray::ByteArray>();
    if textual && let Some(i) = from_text_base(x, base as u32)? {
        return Ok(i);
    }
    Err(raise!(TypeError, "int() can't convert non-string with explicit base"))
}

#[pymethods]
impl Int {
    #[slot(tp_new, sig = "(x=<unrepresentable>, /, base=<unrepresentable>)")]
    fn new_slot(cls: &Type, x: Option<&Obj>, base: Option<&Obj>) -> PyResult<Object> {
        let value = convert(x, base)?;
        if std::ptr::eq(cls, Int::type_object()) {
            return Ok(value.into_object());
        }
        Int::new_subclass(cls, &value)
    }

    #[slot(tp_vectorcall, raw)]
    unsafe extern "C" fn vectorcall(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> *mut abi::PyObject {
        // SAFETY: the vectorcall protocol.
        crate::object::native::result_ptr(unsafe { Int::called(cls, args, nargsf, kwnames) })
    }

    /// A call of the type.
    unsafe fn called(
        cls: *mut abi::PyObject,
        args: *const *mut abi::PyObject,
        nargsf: usize,
        kwnames: *mut abi::PyObject,
    ) -> PyResult<Object> {
        // SAFETY: the vectorcall protocol.
        unsafe {
            let n = nargsf & !crate::object::call::ARGUMENTS_OFFSET;
            if kwnames.is_null() && n <= 2 {
                let arg = |i: usize| if i < n { Some(Obj::from_ptr(*args.add(i))) } else { None };
                return convert(arg(0), arg(1)).map(Ref::into_object);
            }
            if kwnames.is_null() {
                bail!(TypeError, "int expected at most 2 arguments, got {n}");
            }
            let all: &[&Obj] = if n == 0 { &[] } else { std::slice::from_raw_parts(args.cast(), n) };
            let positional = Tuple::from_slice(all)?;
            let d = crate::types::dict::Dict::new()?;
            for (i, name) in (*(kwnames as *const Tuple)).items().iter().enumerate() {
                d.set(name, Obj::from_ptr(*args.add(n + i)))?;
            }
            Obj::from_ptr(cls).call_slot(&positional, Some(&d))
        }
    }

    #[slot(tp_dealloc, raw)]
    unsafe extern "C" fn dealloc_slot(o: *mut abi::PyObject) {
        // SAFETY: called as the slot.
        unsafe { int::dealloc(o) }
    }

    #[slot(tp_repr)]
    fn repr_slot(&self) -> PyResult<Ref<Str>> {
        match num::to_decimal_limited(self.int_ref(), max_str_digits()) {
            Ok(s) => Str::new(&s),
            Err(e) => Err(num_error(e)),
        }
    }

    #[slot(tp_hash)]
    fn hash_slot(&self) -> isize {
        if self.is_compact() {
            let v = self.compact_value();
            return if v == -1 { -2 } else { v as isize };
        }
        num::hash(self.int_ref()) as isize
    }

    #[slot(tp_richcompare)]
    fn compare_slot(&self, other: &Obj, op: CompareOp) -> PyResult<Object> {
        let Some(b) = Int::of(other) else { return Ok(not_implemented().to_owned()) };
        let order = match compact(self, b) {
            Some((a, b)) => a.cmp(&b),
            None => num::cmp(self.int_ref(), b.int_ref()),
        };
        Ok(bool_obj(op.holds(order)).to_owned())
    }

    #[slot(nb_add)]
    fn add(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((a, b)) => word(a + b),
            None => big(num::add(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_subtract)]
    fn sub(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((a, b)) => word(a - b),
            None => big(num::sub(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_multiply)]
    fn mul(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((a, b)) => word(a * b),
            None => big(num::mul(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_floor_divide)]
    fn floor_div(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((a, b)) if b != 0 => word(floor(a, b).0),
            _ => result(num::floor_div(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_remainder)]
    fn remainder(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((a, b)) if b != 0 => word(floor(a, b).1),
            _ => result(num::floor_mod(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_divmod)]
    fn divmod_slot(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        let (q, r) = match compact(a, b) {
            Some((a, b)) if b != 0 => {
                let (q, r) = floor(a, b);
                (word(q)?, word(r)?)
            }
            _ => {
                let (q, r) = num::floor_divmod(a.int_ref(), b.int_ref()).map_err(num_error)?;
                (big(q)?, big(r)?)
            }
        };
        Tuple::from_array([q, r]).map(Ref::into_object)
    }

    #[slot(nb_true_divide)]
    fn true_div(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        let q = match compact(a, b) {
            Some((a, b)) if b != 0 => a as f64 / b as f64,
            _ => num::true_div(a.int_ref(), b.int_ref()).map_err(num_error)?,
        };
        Float::new(q).map(Ref::into_object)
    }

    #[slot(nb_power)]
    fn power(a: &Obj, b: &Obj, c: &Obj) -> PyResult<Object> {
        let (x, y) = ints!(a, b);
        if !c.is_none() {
            let Some(z) = Int::of(c) else { return Ok(not_implemented().to_owned()) };
            return result(num::pow_mod(x.int_ref(), y.int_ref(), z.int_ref()));
        }
        if y.is_negative() {
            return Float::power_of(x.to_f64()?, y.to_f64()?);
        }
        result(num::pow(x.int_ref(), y.int_ref()))
    }

    #[slot(nb_lshift)]
    fn lshift(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((v, n)) if (0..=30).contains(&n) => word(v << n),
            _ => {
                if let Some(bits) = b.int_ref().to_u64()
                    && bits / 8 >= alloc::HUGE_BLOCK as u64
                    && bits / 8 < isize::MAX as u64 / 2
                    && !b.is_negative()
                    && !alloc::may_have(bits as usize / 30 * 4)
                {
                    return Err(no_memory());
                }
                result(num::lshift(a.int_ref(), b.int_ref()))
            }
        }
    }

    #[slot(nb_rshift)]
    fn rshift(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((v, n)) if n >= 0 => word(v >> n.min(63)),
            _ => result(num::rshift(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_and)]
    fn and(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((a, b)) => word(a & b),
            None => big(num::and(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_or)]
    fn or(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((a, b)) => word(a | b),
            None => big(num::or(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_xor)]
    fn xor(a: &Obj, b: &Obj) -> PyResult<Object> {
        let (a, b) = ints!(a, b);
        match compact(a, b) {
            Some((a, b)) => word(a ^ b),
            None => big(num::xor(a.int_ref(), b.int_ref())),
        }
    }

    #[slot(nb_negative)]
    fn negative_slot(&self) -> PyResult<Object> {
        if self.is_compact() { word(-self.compact_value()) } else { big(num::neg(self.int_ref())) }
    }

    #[slot(nb_positive)]
    #[slot(nb_int)]
    #[slot(nb_index)]
    fn positive_slot(&self) -> PyResult<Ref<Int>> {
        self.to_exact()
    }

    #[slot(nb_absolute)]
    fn absolute_slot(&self) -> PyResult<Object> {
        if self.is_negative() { self.negative_slot() } else { self.to_exact().map(Ref::into_object) }
    }

    #[slot(nb_invert)]
    fn invert_slot(&self) -> PyResult<Object> {
        if self.is_compact() { word(!self.compact_value()) } else { big(num::invert(self.int_ref())) }
    }

    #[slot(nb_bool)]
    fn bool_slot(&self) -> bool {
        !self.is_zero()
    }

    #[slot(nb_float)]
    fn float_slot(&self) -> PyResult<f64> {
        self.to_f64()
    }

    /// Returns self, the complex conjugate of any int.
    #[method]
    fn conjugate(&self) -> PyResult<Ref<Int>> {
        self.to_exact()
    }

    /// Number of bits that the absolute value needs in binary.
    ///
    /// >>> (37).bit_length()
    /// 6
    #[method]
    fn bit_length(&self) -> u64 {
        num::bit_length(self.int_ref())
    }

    /// Number of ones in the binary representation of the absolute value.
    ///
    /// Also known as the population count.
    ///
    /// >>> (13).bit_count()
    /// 3
    #[method]
    fn bit_count(&self) -> u64 {
        num::bit_count(self.int_ref())
    }

    /// Return an array of bytes representing an integer.
    ///
    ///   length
    ///     Number of bytes; OverflowError if the integer does not fit.
    ///   byteorder
    ///     'big' puts the most significant byte first, 'little' last.
    ///     sys.byteorder names the order of the machine.
    ///   signed
    ///     Whether two's complement is used; without it, a negative integer
    ///     raises OverflowError.
    #[method(sig = "(length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(&self, length: isize, byteorder: Option<&Str>, signed: bool) -> PyResult<Ref<Bytes>> {
        let order = byteorder.map_or(Ok(ByteOrder::Big), byte_order)?;
        if length < 0 {
            bail!(ValueError, "length argument must be non-negative");
        }
        let mut out = Vec::new();
        if out.try_reserve_exact(length as usize).is_err() {
            return Err(crate::error::no_memory());
        }
        out.resize(length as usize, 0);
        num::to_bytes(self.int_ref(), &mut out, order, signed).map_err(num_error)?;
        Bytes::new(&out)
    }

    /// Return the integer represented by the given array of bytes.
    ///
    ///   bytes
    ///     A bytes-like object, or an iterable of integers below 256.
    ///   byteorder
    ///     'big' if the most significant byte comes first, 'little' if last.
    ///     sys.byteorder names the order of the machine.
    ///   signed
    ///     Whether the bytes are in two's complement.
    #[classmethod(sig = "(bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(cls: &Type, bytes: &Obj, byteorder: Option<&Str>, signed: bool) -> PyResult<Object> {
        let order = byteorder.map_or(Ok(ByteOrder::Big), byte_order)?;
        let i = Int::from_big(num::from_bytes(&bytes_of(bytes)?, order, signed))?;
        if std::ptr::eq(cls, Int::type_object()) {
            return Ok(i.into_object());
        }
        cls.call(&[i.as_obj()])
    }

    /// Return a pair of integers, whose ratio is equal to the original int.
    ///
    /// The denominator is 1.
    ///
    /// >>> (-10).as_integer_ratio()
    /// (-10, 1)
    #[method]
    fn as_integer_ratio(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_array([self.to_exact()?.into_object(), word(1)?])
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[method]
    fn is_integer(&self) -> bool {
        true
    }

    /// Truncating an Integral returns itself.
    #[method]
    fn __trunc__(&self) -> PyResult<Ref<Int>> {
        self.to_exact()
    }

    /// Flooring an Integral returns itself.
    #[method]
    fn __floor__(&self) -> PyResult<Ref<Int>> {
        self.to_exact()
    }

    /// Ceiling of an Integral returns itself.
    #[method]
    fn __ceil__(&self) -> PyResult<Ref<Int>> {
        self.to_exact()
    }

    /// Rounding an Integral returns itself.
    ///
    /// Rounding with an ndigits argument also returns an integer.
    #[method(sig = "(ndigits=None, /)")]
    fn __round__(&self, ndigits: Option<&Obj>) -> PyResult<Object> {
        let Some(n) = ndigits else { return self.to_exact().map(Ref::into_object) };
        let n = n.index()?;
        if !n.is_negative() {
            return self.to_exact().map(Ref::into_object);
        }
        result(num::round_to(self.int_ref(), n.int_ref()))
    }

    #[method]
    fn __getnewargs__(&self) -> PyResult<Ref<Tuple>> {
        Tuple::from_array([Int::from_ref(self.int_ref())?.into_object()])
    }

    /// Convert to a string according to format_spec.
    #[method]
    fn __format__(&self, format_spec: &Str) -> PyResult<Ref<Str>> {
        if format_spec.is_empty() {
            return if self.is_exact::<Int>() { self.repr_slot() } else { self.str_() };
        }
        let spec = parse_spec(format_spec, "int", Some('d'))?;
        let locale = LocaleText::of(&spec);
        let name = self.type_name();
        let p = dovetail_num::format_spec::format_int(
            self.int_ref(),
            &spec,
            name,
            &locale.as_locale(),
            max_str_digits(),
        );
        padded(p.map_err(num_error)?)
    }

    /// Returns size in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        let base = self.ob_type().raw().tp_basicsize.max(HEADER as isize) as usize;
        base + 4 * self.int_ref().digits.len().max(1)
    }

    /// the real part of a complex number
    #[getter]
    fn real(&self) -> PyResult<Ref<Int>> {
        self.to_exact()
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(&self) -> i64 {
        0
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(&self) -> PyResult<Ref<Int>> {
        self.to_exact()
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(&self) -> i64 {
        1
    }
}
