//! The questions `str` and `bytes` answer about themselves: `isalpha`, `islower` and their like.
//!
//! All but `isascii` and `isprintable` are false of nothing.

use crate::kind::{Text, Unit};
use crate::props;
use crate::with_units;

#[inline]
fn all(text: Text<'_>, test: impl Fn(u32) -> bool) -> bool {
    with_units!(text, |s| !s.is_empty() && s.iter().all(|&u| test(u.into())))
}

macro_rules! all_of {
    ($($name:ident $method:literal;)*) => {$(
        #[doc = concat!("`str.", $method, "`.")]
        pub fn $name(text: Text<'_>) -> bool {
            all(text, props::$name)
        }
    )*};
}

all_of! {
    is_alpha "isalpha";
    is_alnum "isalnum";
    is_decimal "isdecimal";
    is_digit "isdigit";
    is_numeric "isnumeric";
    is_space "isspace";
}

/// `str.isprintable`: true of nothing.
pub fn is_printable(text: Text<'_>) -> bool {
    text.is_empty() || all(text, props::is_printable)
}

/// At least one character for which `wanted`, and none for which `unwanted`.
fn one_case<U: Unit>(s: &[U], wanted: impl Fn(u32) -> bool, unwanted: impl Fn(u32) -> bool) -> bool {
    let mut found = false;
    for &u in s {
        let c = u.into();
        if unwanted(c) {
            return false;
        }
        found |= wanted(c);
    }
    found
}

/// `str.islower`.
pub fn is_lower(text: Text<'_>) -> bool {
    with_units!(text, |s| one_case(s, props::is_lower, |c| props::is_upper(c) || props::is_title(c)))
}

/// `str.isupper`.
pub fn is_upper(text: Text<'_>) -> bool {
    with_units!(text, |s| one_case(s, props::is_upper, |c| props::is_lower(c) || props::is_title(c)))
}

fn titled<U: Unit>(s: &[U], upper: impl Fn(u32) -> bool, lower: impl Fn(u32) -> bool) -> bool {
    let (mut inside, mut found) = (false, false);
    for &u in s {
        let c = u.into();
        let capital = upper(c);
        if capital == inside && (capital || lower(c)) {
            return false;
        }
        inside = capital || lower(c);
        found |= inside;
    }
    found
}

/// `str.istitle`.
pub fn is_title(text: Text<'_>) -> bool {
    with_units!(text, |s| titled(s, |c| props::is_upper(c) || props::is_title(c), props::is_lower))
}

/// `str.isidentifier`.
pub fn is_identifier(text: Text<'_>) -> bool {
    props::is_identifier(text)
}

/// The same questions of `bytes`, where only ASCII counts.
pub mod bytes {
    /// White space of `bytes`: space, tab, line feed, vertical tab, form feed, carriage return.
    #[inline]
    pub fn is_space_byte(b: u8) -> bool {
        matches!(b, b' ' | 9..=13)
    }

    fn all(s: &[u8], test: impl Fn(u8) -> bool) -> bool {
        !s.is_empty() && s.iter().all(|&b| test(b))
    }

    /// `bytes.isalpha`.
    pub fn is_alpha(s: &[u8]) -> bool {
        all(s, |b| b.is_ascii_alphabetic())
    }

    /// `bytes.isalnum`.
    pub fn is_alnum(s: &[u8]) -> bool {
        all(s, |b| b.is_ascii_alphanumeric())
    }

    /// `bytes.isdigit`.
    pub fn is_digit(s: &[u8]) -> bool {
        all(s, |b| b.is_ascii_digit())
    }

    /// `bytes.isspace`.
    pub fn is_space(s: &[u8]) -> bool {
        all(s, is_space_byte)
    }

    /// `bytes.islower`.
    pub fn is_lower(s: &[u8]) -> bool {
        super::one_case(s, |c| (c as u8).is_ascii_lowercase(), |c| (c as u8).is_ascii_uppercase())
    }

    /// `bytes.isupper`.
    pub fn is_upper(s: &[u8]) -> bool {
        super::one_case(s, |c| (c as u8).is_ascii_uppercase(), |c| (c as u8).is_ascii_lowercase())
    }

    /// `bytes.istitle`.
    pub fn is_title(s: &[u8]) -> bool {
        super::titled(s, |c| (c as u8).is_ascii_uppercase(), |c| (c as u8).is_ascii_lowercase())
    }
}
