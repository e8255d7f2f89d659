//! The unit of a string's body: `u8`, `u16` or `u32`.

use super::finder::Finder;
use super::{Text, TextBuf};

/// One character of a body: a number that is a code point.
pub trait Unit: Copy + Ord + Default + Into<u32> + std::fmt::Debug + 'static {
    /// The greatest value a unit can have.
    const MAX: u32;

    /// The unit of the value `c`; `None` if it does not fit.
    fn of(c: u32) -> Option<Self>;

    /// The unit of the value `c`, cut to its low bits.
    fn cut(c: u32) -> Self;

    /// The index of the first unit equal to `self`.
    fn position_in(self, hay: &[Self]) -> Option<usize>;

    /// The index of the last unit equal to `self`.
    fn last_position_in(self, hay: &[Self]) -> Option<usize>;

    /// How many units are equal to `self`.
    fn count_in(self, hay: &[Self]) -> usize;

    /// The narrowest kind's greatest code point: 0x7f, 0xff, 0xffff or 0x10ffff.
    fn max_char(units: &[Self]) -> u32;

    /// The units of `text`, if they are of this type.
    fn units_of(text: Text<'_>) -> Option<&[Self]>;

    /// The index of the first occurrence of `needle`, which is not empty.
    fn find_slice(hay: &[Self], needle: &[Self]) -> Option<usize>;

    /// The index of the last occurrence of `needle`, which is not empty.
    fn rfind_slice(hay: &[Self], needle: &[Self]) -> Option<usize>;

    /// Calls `each` with the index of every occurrence of `needle`, which is not empty, from left
    /// to right and without overlap, until it returns false.
    fn each_slice(hay: &[Self], needle: &[Self], each: impl FnMut(usize) -> bool);

    /// A buffer that owns these units, narrowed if they need less.
    fn buf(units: Vec<Self>) -> TextBuf;

    /// These units as text (of the kind `Latin1` for bytes, whatever they hold).
    fn text(units: &[Self]) -> Text<'_>;
}

impl Unit for u8 {
    const MAX: u32 = 0xff;

    #[inline]
    fn of(c: u32) -> Option<u8> {
        c.try_into().ok()
    }

    #[inline]
    fn cut(c: u32) -> u8 {
        c as u8
    }

    #[inline]
    fn position_in(self, hay: &[u8]) -> Option<usize> {
        memchr::memchr(self, hay)
    }

    #[inline]
    fn last_position_in(self, hay: &[u8]) -> Option<usize> {
        memchr::memrchr(self, hay)
    }

    #[inline]
    fn count_in(self, hay: &[u8]) -> usize {
        memchr::memchr_iter(self, hay).count()
    }

    #[inline]
    fn max_char(units: &[u8]) -> u32 {
        if units.is_ascii() { 0x7f } else { 0xff }
    }

    #[inline]
    fn units_of(text: Text<'_>) -> Option<&[u8]> {
        match text {
            Text::Ascii(s) | Text::Latin1(s) => Some(s),
            _ => None,
        }
    }

    #[inline]
    fn find_slice(hay: &[u8], needle: &[u8]) -> Option<usize> {
        memchr::memmem::find(hay, needle)
    }

    #[inline]
    fn rfind_slice(hay: &[u8], needle: &[u8]) -> Option<usize> {
        memchr::memmem::rfind(hay, needle)
    }

    #[inline]
    fn each_slice(hay: &[u8], needle: &[u8], mut each: impl FnMut(usize) -> bool) {
        match needle {
            [one] => memchr::memchr_iter(*one, hay).take_while(|&i| each(i)).for_each(drop),
            _ => memchr::memmem::find_iter(hay, needle).take_while(|&i| each(i)).for_each(drop),
        }
    }

    fn buf(units: Vec<u8>) -> TextBuf {
        TextBuf::from_latin1(units)
    }

    #[inline]
    fn text(units: &[u8]) -> Text<'_> {
        Text::Latin1(units)
    }
}

/// How many units are looked at together, so that the compiler uses vector instructions.
const LANES: usize = 32;

/// The index of the first unit for which `test` holds, which should have no branches.
#[inline]
fn position_where<U: Unit>(hay: &[U], test: impl Fn(U) -> bool) -> Option<usize> {
    let (blocks, tail) = hay.as_chunks::<LANES>();
    for (i, block) in blocks.iter().enumerate() {
        if block.iter().fold(false, |hit, &u| hit | test(u)) {
            let inside = block.iter().position(|&u| test(u));
            return inside.map(|j| i * LANES + j);
        }
    }
    tail.iter().position(|&u| test(u)).map(|j| blocks.len() * LANES + j)
}

macro_rules! wide_unit {
    ($unit:ty, $text:ident, $from:ident, $max:expr) => {
        impl Unit for $unit {
            const MAX: u32 = $max;

            #[inline]
            fn of(c: u32) -> Option<$unit> {
                c.try_into().ok()
            }

            #[inline]
            fn cut(c: u32) -> $unit {
                c as $unit
            }

            #[inline]
            fn position_in(self, hay: &[$unit]) -> Option<usize> {
                // What is frequent is near.
                let (near, far) = hay.split_at(hay.len().min(LANES / 4));
                if let Some(i) = near.iter().position(|&u| u == self) {
                    return Some(i);
                }
                position_where(far, |u| u == self).map(|i| near.len() + i)
            }

            #[inline]
            fn last_position_in(self, hay: &[$unit]) -> Option<usize> {
                let (head, blocks) = hay.as_rchunks::<LANES>();
                for (i, block) in blocks.iter().enumerate().rev() {
                    if block.iter().fold(false, |hit, &u| hit | (u == self)) {
                        let inside = block.iter().rposition(|&u| u == self);
                        return inside.map(|j| head.len() + i * LANES + j);
                    }
                }
                head.iter().rposition(|&u| u == self)
            }

            #[inline]
            fn count_in(self, hay: &[$unit]) -> usize {
                hay.iter().map(|&u| usize::from(u == self)).sum()
            }

            #[inline]
            fn max_char(units: &[$unit]) -> u32 {
                // The first block that uses the kind's full width settles the matter.
                let mut all = 0;
                for block in units.chunks(LANES * 8) {
                    all = block.iter().fold(all, |a, &u| a | u);
                    if u32::from(all) > $max >> (<$unit>::BITS / 2) {
                        break;
                    }
                }
                super::Kind::of_max_char(all.into()).max_char()
            }

            #[inline]
            fn units_of(text: Text<'_>) -> Option<&[$unit]> {
                match text {
                    Text::$text(s) => Some(s),
                    _ => None,
                }
            }

            fn find_slice(hay: &[$unit], needle: &[$unit]) -> Option<usize> {
                Finder::new(needle).find(hay)
            }

            fn rfind_slice(hay: &[$unit], needle: &[$unit]) -> Option<usize> {
                Finder::new(needle).rfind(hay)
            }

            fn each_slice(hay: &[$unit], needle: &[$unit], mut each: impl FnMut(usize) -> bool) {
                let finder = Finder::new(needle);
                let mut from = 0;
                while let Some(i) = finder.find(&hay[from..])
                    && each(from + i)
                {
                    from += i + needle.len();
                }
            }

            fn buf(units: Vec<$unit>) -> TextBuf {
                TextBuf::$from(units)
            }

            #[inline]
            fn text(units: &[$unit]) -> Text<'_> {
                Text::$text(units)
            }
        }
    };
}

wide_unit!(u16, Ucs2, from_ucs2, 0xffff);
wide_unit!(u32, Ucs4, from_ucs4, 0xffff_ffff);
