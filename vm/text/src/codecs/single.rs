//! ASCII and Latin-1.

use super::{Decoder, Encoder, Fault};
use crate::{Text, TextBuf, Unit, with_units};

/// The text of Latin-1 bytes, which never fails.
pub fn decode_latin1(bytes: &[u8]) -> TextBuf {
    TextBuf::from_latin1(bytes.to_vec())
}

/// The decoder of ASCII.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsciiDecoder;

impl<E> Decoder<E> for AsciiDecoder {
    fn encoding(&self) -> &'static str {
        "ascii"
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        _last: bool,
    ) -> Result<Option<Fault>, E> {
        let rest = &input[*at..];
        let valid = if rest.is_ascii() {
            rest.len()
        } else {
            rest.iter().position(|b| !b.is_ascii()).expect("one is not ASCII")
        };
        out.push_text(Text::Ascii(&rest[..valid]));
        *at += valid;
        let start = *at;
        let fault = Fault { start, end: start + 1, reason: "ordinal not in range(128)" };
        Ok((start < input.len()).then_some(fault))
    }
}

/// Encodes characters below `limit` until the first that is not; returns the run of those that are not.
fn run<U: Unit>(
    s: &[U],
    limit: u32,
    reason: &'static str,
    at: &mut usize,
    out: &mut Vec<u8>,
) -> Option<Fault> {
    let rest = &s[*at..];
    let fits = |&&u: &&U| u.into() < limit;
    let good = if U::max_char(rest) < limit { rest.len() } else { rest.iter().take_while(fits).count() };
    out.extend(rest[..good].iter().map(|&u| u.into() as u8));
    *at += good;
    let bad = rest[good..].iter().take_while(|u| !fits(u)).count();
    (bad > 0).then(|| Fault { start: *at, end: *at + bad, reason })
}

macro_rules! encoder {
    ($(#[$doc:meta])* $name:ident, $encoding:literal, $limit:literal, $reason:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name;

        impl<E> Encoder<E> for $name {
            fn encoding(&self) -> &'static str {
                $encoding
            }

            fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E> {
                Ok(with_units!(text, |s| run(s, $limit, $reason, at, out)))
            }

            fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
                Ok(with_units!(text, |s| run(s, $limit, $reason, &mut 0, out)).is_none())
            }
        }
    };
}

encoder! {
    /// The encoder of ASCII.
    AsciiEncoder, "ascii", 128, "ordinal not in range(128)"
}
encoder! {
    /// The encoder of Latin-1.
    Latin1Encoder, "latin-1", 256, "ordinal not in range(256)"
}
