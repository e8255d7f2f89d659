//! Tests of one character: classes as the codes spell them, and the same as bit maps.

use super::code;
use dovetail_text::Unit;
use dovetail_text::props;
use std::sync::OnceLock;

/// What happens to a character before it is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fold {
    Exact,
    Ascii,
    Locale,
    Unicode,
}

impl Fold {
    pub fn lower(self, c: u32) -> u32 {
        match self {
            Fold::Exact => c,
            Fold::Ascii => ascii_lower(c),
            Fold::Locale => locale_lower(c),
            Fold::Unicode => unicode_lower(c),
        }
    }
}

pub fn ascii_lower(c: u32) -> u32 {
    if (0x41..=0x5a).contains(&c) { c + 32 } else { c }
}

pub fn unicode_lower(c: u32) -> u32 {
    if c < 0x80 { ascii_lower(c) } else { props::to_lower(c).first() }
}

pub fn unicode_upper(c: u32) -> u32 {
    props::to_upper(c).first()
}

fn locale_lower(c: u32) -> u32 {
    // SAFETY: the C library answers for unsigned bytes.
    if c < 256 { unsafe { libc::tolower(c as i32) as u32 } } else { c }
}

fn locale_upper(c: u32) -> u32 {
    // SAFETY: the C library answers for unsigned bytes.
    if c < 256 { unsafe { libc::toupper(c as i32) as u32 } } else { c }
}

pub fn is_ascii_word(c: u32) -> bool {
    c == 0x5f || u8::try_from(c).is_ok_and(|b| b.is_ascii_alphanumeric())
}

pub fn is_locale_word(c: u32) -> bool {
    // SAFETY: the C library answers for unsigned bytes.
    c == 0x5f || c < 256 && unsafe { libc::isalnum(c as i32) != 0 }
}

pub fn is_unicode_word(c: u32) -> bool {
    if c < 0x80 { is_ascii_word(c) } else { props::is_alnum(c) }
}

/// Categories come in pairs, the second the first's opposite.
fn in_category(number: u32, c: u32) -> bool {
    let is = match number / 2 {
        0 => (0x30..=0x39).contains(&c),
        1 => c == 0x20 || (9..=13).contains(&c),
        2 => is_ascii_word(c),
        3 => c == 10,
        4 => is_locale_word(c),
        5 => props::is_decimal(c),
        6 => props::is_space(c),
        7 => is_unicode_word(c),
        8 => matches!(c, 10..=13 | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029),
        _ => return false,
    };
    is == number.is_multiple_of(2)
}

/// Last category number.
const CATEGORIES: u32 = 18;

/// Is `c` in the set spelled by these codes, which end with `FAILURE`? A member that has `other` has `c` too.
#[inline(always)]
fn in_codes(set: &[u32], c: u32, other: u32) -> bool {
    let mut ok = true;
    let mut rest = set;
    loop {
        let has = |c: u32| match rest[0] {
            code::LITERAL => c == rest[1],
            code::RANGE => rest[1] <= c && c <= rest[2],
            code::RANGE_UNI_IGNORE => {
                let range = rest[1]..=rest[2];
                range.contains(&c) || range.contains(&unicode_upper(c))
            }
            code::CATEGORY => in_category(rest[1], c),
            code::CHARSET => c < 256 && rest[1 + (c >> 5) as usize] >> (c & 31) & 1 != 0,
            code::BIGCHARSET if c < 0x10000 => {
                let high = (c >> 8) as usize;
                let block = rest[2 + high / 4].to_ne_bytes()[high % 4] as usize;
                rest[66 + block * 8 + ((c & 255) >> 5) as usize] >> (c & 31) & 1 != 0
            }
            _ => false,
        };
        match rest[0] {
            code::FAILURE => return !ok,
            code::NEGATE => ok = !ok,
            _ if has(c) || other != c && has(other) => return ok,
            _ => {}
        }
        rest = &rest[step(rest)..];
    }
}

/// How many of these codes spell a set, its `FAILURE` included; none if they spell none.
pub fn set_length(codes: &[u32]) -> Option<usize> {
    let mut i = 0;
    loop {
        i += match *codes.get(i)? {
            code::FAILURE => return Some(i + 1),
            code::NEGATE => 1,
            code::LITERAL => 2,
            code::RANGE | code::RANGE_UNI_IGNORE => 3,
            code::CATEGORY => {
                if *codes.get(i + 1)? >= CATEGORIES {
                    return None;
                }
                2
            }
            code::CHARSET => 9,
            code::BIGCHARSET => {
                let blocks = *codes.get(i + 1)? as usize;
                let indices = codes.get(i + 2..i + 66)?;
                if blocks > 256
                    || indices.iter().any(|w| w.to_ne_bytes().iter().any(|b| *b as usize >= blocks))
                {
                    return None;
                }
                66 + blocks * 8
            }
            _ => return None,
        };
    }
}

/// A test of one character.
#[derive(Clone, Debug)]
pub enum Class {
    Set(Box<[u32]>, Fold),
    Is(u32, Fold),
    IsNot(u32, Fold),
}

impl Class {
    pub fn has(&self, c: u32) -> bool {
        match self {
            Class::Set(set, Fold::Locale) => in_codes(set, locale_lower(c), locale_upper(c)),
            Class::Set(set, fold) => {
                let c = fold.lower(c);
                in_codes(set, c, c)
            }
            Class::Is(x, Fold::Locale) => c == *x || locale_lower(c) == *x || locale_upper(c) == *x,
            Class::Is(x, fold) => fold.lower(c) == *x,
            Class::IsNot(x, fold) => !Class::Is(*x, *fold).has(c),
        }
    }

    /// Does the answer change with the locale?
    pub fn varies(&self) -> bool {
        match self {
            Class::Set(_, Fold::Locale) | Class::Is(_, Fold::Locale) | Class::IsNot(_, Fold::Locale) => true,
            Class::Set(set, _) => {
                let mut i = 0;
                while set[i] != code::FAILURE {
                    if set[i] == code::CATEGORY && matches!(set[i + 1], 8 | 9) {
                        return true;
                    }
                    i += step(&set[i..]);
                }
                false
            }
            _ => false,
        }
    }

    /// May it have characters above 255? True when in doubt.
    fn reaches_wide(&self) -> bool {
        match self {
            Class::Set(set, Fold::Exact | Fold::Ascii) => {
                let mut i = 0;
                while set[i] != code::FAILURE {
                    let wide = match set[i] {
                        code::LITERAL => set[i + 1] > 255,
                        code::RANGE => set[i + 2] > 255,
                        code::CHARSET => false,
                        code::CATEGORY => !matches!(set[i + 1], 0 | 2 | 4 | 6 | 8),
                        _ => true,
                    };
                    if wide {
                        return true;
                    }
                    i += step(&set[i..]);
                }
                false
            }
            Class::Is(c, Fold::Exact | Fold::Ascii) => *c > 255,
            _ => true,
        }
    }
}

/// Length of the first member of a set that was checked.
fn step(set: &[u32]) -> usize {
    match set[0] {
        code::NEGATE => 1,
        code::RANGE | code::RANGE_UNI_IGNORE => 3,
        code::CHARSET => 9,
        code::BIGCHARSET => 66 + set[1] as usize * 8,
        _ => 2,
    }
}

/// 256 bits.
pub type Bits = [u64; 4];

#[inline(always)]
pub fn bit(bits: &Bits, c: u32) -> bool {
    bits[(c >> 6 & 3) as usize] >> (c & 63) & 1 != 0
}

/// A class that does not change, with its lower 256 characters looked up.
#[derive(Clone, Debug)]
pub struct Set {
    pub bits: Bits,
    /// May it have others?
    pub wide: bool,
    class: Class,
}

/// Adds a range, as far as it lies below 256.
fn add_range(bits: &mut Bits, from: u32, to: u32) {
    for c in from..=to.min(255) {
        bits[(c >> 6) as usize] |= 1 << (c & 63);
    }
}

/// The lower 256 characters of a category.
fn category_bits(number: u32) -> Bits {
    static KNOWN: [OnceLock<Bits>; CATEGORIES as usize] = [const { OnceLock::new() }; CATEGORIES as usize];
    *KNOWN[number as usize].get_or_init(|| {
        let mut bits = [0; 4];
        (0..256).filter(|c| in_category(number, *c)).for_each(|c| add_range(&mut bits, c, c));
        bits
    })
}

/// The lower 256 characters of a set that does not vary, as its codes say without folding.
fn set_bits(mut set: &[u32]) -> Bits {
    // What is decided, and that which is in.
    let (mut seen, mut found) = ([0u64; 4], [0u64; 4]);
    let mut ok = true;
    loop {
        let mut these = [0u64; 4];
        match set[0] {
            code::FAILURE => {
                return std::array::from_fn(|i| if ok { found[i] } else { found[i] | !seen[i] });
            }
            code::NEGATE => ok = !ok,
            code::LITERAL => add_range(&mut these, set[1], set[1]),
            code::RANGE => add_range(&mut these, set[1], set[2]),
            code::CATEGORY => these = category_bits(set[1]),
            code::CHARSET | code::BIGCHARSET => {
                let words = if set[0] == code::CHARSET {
                    &set[1..9]
                } else {
                    &set[66 + set[2].to_ne_bytes()[0] as usize * 8..][..8]
                };
                for (i, word) in words.iter().enumerate() {
                    these[i / 2] |= u64::from(*word) << (i % 2 * 32);
                }
            }
            // A range without case: its own characters, and those whose upper case is in it.
            _ => {
                let range = set[1]..=set[2];
                let has = |c: &u32| range.contains(c) || range.contains(&unicode_upper(*c));
                (0..256).filter(has).for_each(|c| add_range(&mut these, c, c));
            }
        }
        for i in 0..4 {
            let new = these[i] & !seen[i];
            seen[i] |= new;
            if ok {
                found[i] |= new;
            }
        }
        set = &set[step(set)..];
    }
}

impl Set {
    pub fn new(class: Class) -> Set {
        let mut bits = [0; 4];
        let folds = |bits: &mut Bits, fold: Fold, has: &dyn Fn(u32) -> bool| {
            (0..256).filter(|c| has(fold.lower(*c))).for_each(|c| add_range(bits, c, c));
        };
        match &class {
            Class::Set(set, Fold::Exact) => bits = set_bits(set),
            Class::Set(set, fold) => {
                let exact = set_bits(set);
                // Lower case of the narrow is narrow.
                folds(&mut bits, *fold, &|c| bit(&exact, c));
            }
            Class::Is(x, fold) => folds(&mut bits, *fold, &|c| c == *x),
            Class::IsNot(x, fold) => folds(&mut bits, *fold, &|c| c != *x),
        }
        Set { bits, wide: class.reaches_wide(), class }
    }

    #[inline(always)]
    pub fn has<U: Unit>(&self, unit: U) -> bool {
        let c: u32 = unit.into();
        if U::MAX == 255 || c < 256 { bit(&self.bits, c) } else { self.wide && self.class.has(c) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_answer_as_their_codes() {
        // [^a-f0\d] without case
        let codes = [code::NEGATE, code::RANGE, 97, 102, code::LITERAL, 48, code::CATEGORY, 0, code::FAILURE];
        assert_eq!(set_length(&codes), Some(9));
        let set = Set::new(Class::Set(codes.into(), Fold::Ascii));
        for c in 0..256u32 {
            assert_eq!(set.has(c), in_codes(&codes, ascii_lower(c), ascii_lower(c)), "{c}");
        }
        for (c, is) in [('a', false), ('F', false), ('g', true), ('0', false), ('7', false), ('-', true)] {
            assert_eq!(set.has(c as u32), is, "{c}");
        }
        assert!(set.has(0x3b1u32) && set.wide);
        assert_eq!(set_length(&[code::CATEGORY, 40, 0]), None);
        assert_eq!(set_length(&[code::LITERAL]), None);
    }

    #[test]
    fn folded_letters() {
        let k = Set::new(Class::Is('k' as u32, Fold::Unicode));
        assert!(k.has('K' as u32) && k.has(0x212au32) && !k.has('l' as u32));
        let not = Set::new(Class::IsNot('k' as u32, Fold::Ascii));
        assert!(!not.has('K' as u32) && not.has(0x212au32));
    }
}
