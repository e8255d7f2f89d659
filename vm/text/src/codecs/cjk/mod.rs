//! The East Asian codecs: Big5, GBK and GB 18030, Shift JIS, EUC and their kin by tables; the profiles of ISO 2022 and
//! HZ, which shift between character sets, in `shift`.

mod sets;
mod shift;
mod table;

use super::{Decoder, Encoder, Fault};
use crate::{Text, TextBuf};
pub use shift::ShiftState;
use shift::{Profile, hz};
use table::{Cell, Table};

const ILLEGAL: &str = "illegal multibyte sequence";

/// One of these codecs, by CPython's name for it: `big5`, `big5hkscs`, `cp932`, `cp949`, `cp950`,
/// `euc_jis_2004`, `euc_jisx0213`, `euc_jp`, `euc_kr`, `gb18030`, `gb2312`, `gbk`, `johab`, `shift_jis`,
/// `shift_jis_2004` or `shift_jisx0213`; `iso2022_jp` with `_1`, `_2`, `_2004`, `_3` and `_ext`, `iso2022_kr`, `hz`. It is
/// decoder and encoder in one; which of the two the state belongs to is up to the caller.
#[derive(Clone, Copy, Debug)]
pub struct MultibyteCodec {
    kind: Kind,
    /// What is designated, of codecs that shift.
    pub state: ShiftState,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Plain(Table),
    Iso2022(&'static Profile),
    Hz,
}

/// What stands at the beginning of some bytes.
enum Found {
    One(u32, usize),
    Two(u32, u32, usize),
    /// The beginning of something longer.
    Open,
    /// An error of so many bytes.
    Wrong(usize),
}

impl MultibyteCodec {
    /// The codec of this name.
    pub fn by_name(name: &str) -> Option<MultibyteCodec> {
        let kind = match (name, shift::profile(name)) {
            ("hz", _) => Kind::Hz,
            (_, Some(profile)) => Kind::Iso2022(profile),
            _ => Kind::Plain(Table::by_name(name)?),
        };
        Some(MultibyteCodec { kind, state: [0; 8] })
    }

    /// The codec's name.
    pub fn name(&self) -> &'static str {
        match &self.kind {
            Kind::Plain(table) => table.name(),
            Kind::Iso2022(profile) => profile.name,
            Kind::Hz => "hz",
        }
    }

    /// The same, ready for a decoder's beginning.
    pub fn decoder(mut self) -> MultibyteCodec {
        if let Kind::Iso2022(profile) = self.kind {
            self.state = profile.decoder_start();
        }
        self
    }

    /// The same, ready for an encoder's beginning.
    pub fn encoder(mut self) -> MultibyteCodec {
        if let Kind::Iso2022(profile) = self.kind {
            self.state = profile.encoder_start();
        }
        self
    }

    /// Begins a new input; what ISO 2022 has designated to G1 and G2 stays, as in CPython.
    pub fn reset_decoder(&mut self) {
        match self.kind {
            Kind::Plain(_) => {}
            Kind::Iso2022(profile) => profile.reset_decoder(&mut self.state),
            Kind::Hz => self.state[0] = 0,
        }
    }

    /// Appends what brings a reader back to the first state.
    pub fn reset_encoder(&mut self, out: &mut Vec<u8>) {
        match self.kind {
            Kind::Plain(_) => {}
            Kind::Iso2022(profile) => profile.reset_encoder(&mut self.state, out),
            Kind::Hz => hz::reset_encoder(&mut self.state, out),
        }
    }

    /// Whether the last character of a text may be encoded together with one that is yet to come, so that an encoder
    /// must wait for that: it begins a pair, and ends none.
    pub fn waits(&self, text: Text<'_>) -> bool {
        let len = text.len();
        if len == 0 || !self.begins_pair(text.at(len - 1)) {
            return false;
        }
        let mut at = len - 1;
        while at > 0 && self.begins_pair(text.at(at - 1)) {
            at -= 1;
        }
        while at + 1 < len {
            at += if self.is_pair(text.at(at), text.at(at + 1)) { 2 } else { 1 };
        }
        at < len
    }

    fn is_pair(&self, c: u32, d: u32) -> bool {
        match self.kind {
            Kind::Plain(table) => table.reverse().get_pair(c, d).is_some(),
            Kind::Iso2022(profile) => profile.is_pair(c, d),
            Kind::Hz => false,
        }
    }

    /// Whether a character may be encoded together with the one after it.
    fn begins_pair(&self, c: u32) -> bool {
        c >= 0x80
            && match self.kind {
                Kind::Plain(table) => table.reverse().begins_pair(c),
                Kind::Iso2022(profile) => profile.begins_pair(c),
                Kind::Hz => false,
            }
    }
}

impl Table {
    fn read(&self, bytes: &[u8]) -> Found {
        let mut state = 0;
        for (i, &b) in bytes.iter().enumerate() {
            match self.cell(state, b) {
                Cell::Char(c) => return Found::One(c, i + 1),
                Cell::Pair(c, d) => return Found::Two(c, d, i + 1),
                Cell::State(next) => state = next,
                Cell::Error(n) => return Found::Wrong(n),
                Cell::Computed if self.name() == "euc_kr" => return read_made_up_syllable(bytes),
                Cell::Computed => return self.read_four_bytes(bytes),
            }
        }
        Found::Open
    }

    /// The four bytes of GB 18030, of which the first two are known to be in range.
    fn read_four_bytes(&self, bytes: &[u8]) -> Found {
        let &[a, b, c, d, ..] = bytes else { return Found::Open };
        if !(0x81..=0xfe).contains(&c) || !d.is_ascii_digit() {
            return Found::Wrong(1);
        }
        let linear = (u32::from(a - 0x81) * 10 + u32::from(b - 0x30)) * 1260
            + u32::from(c - 0x81) * 10
            + u32::from(d - 0x30);
        let in_range = |&(first, _, count): &(u32, u32, u32)| (first..first + count).contains(&linear);
        match self.ranges().find(in_range) {
            Some((first, c, _)) => Found::One(c + (linear - first), 4),
            None => match linear.checked_sub(SUPPLEMENTARY) {
                Some(c @ 0..0x10_0000) => Found::One(0x1_0000 + c, 4),
                _ => Found::Wrong(1),
            },
        }
    }

    fn put_four_bytes(&self, c: u32, out: &mut Vec<u8>) -> bool {
        let in_range = |&(_, first, count): &(u32, u32, u32)| (first..first + count).contains(&c);
        let linear = match self.ranges().find(in_range) {
            Some((code, first, _)) => code + (c - first),
            None if c >= 0x1_0000 => SUPPLEMENTARY + (c - 0x1_0000),
            None => return false,
        };
        let digit = |n: u32| 0x30 + (n % 10) as u8;
        let letter = |n: u32| 0x81 + (n % 126) as u8;
        out.extend([letter(linear / 12600), digit(linear / 1260), letter(linear / 10), digit(linear)]);
        true
    }

    /// Encodes the character at `at`, perhaps with the next; returns how many, 0 if it does not encode.
    fn put(&self, text: Text<'_>, at: usize, out: &mut Vec<u8>) -> usize {
        let c = text.at(at);
        if c < 0x80 && self.cell(0, c as u8) == Cell::Char(c) {
            out.push(c as u8);
            return 1;
        }
        let reverse = self.reverse();
        let mut put = |code: u32| out.extend(&code.to_be_bytes()[4 - table::len(code)..]);
        if let Some(d) = text.get(at + 1)
            && let Some(code) = reverse.get_pair(c, d)
        {
            put(code);
            return 2;
        }
        if let Some(code) = reverse.get(c) {
            put(code);
            return 1;
        }
        match self.name() {
            "gb18030" if !(0xd800..0xe000).contains(&c) => usize::from(self.put_four_bytes(c, out)),
            "euc_kr" if (0xac00..0xac00 + 11172).contains(&c) => {
                put_made_up_syllable(c, out);
                1
            }
            _ => 0,
        }
    }
}

/// The linear number of U+10000 in the four-byte codes of GB 18030.
const SUPPLEMENTARY: u32 = 189_000;

/// The letters of KS X 1001 by which a syllable without a code of its own is made up, as second bytes.
const LEADS: [u8; 19] = [
    0xa1, 0xa2, 0xa4, 0xa7, 0xa8, 0xa9, 0xb1, 0xb2, 0xb3, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc,
    0xbd, 0xbe,
];
const VOWEL: u8 = 0xbf;
/// The filler, which begins such a syllable and stands for no tail.
const FILLER: u8 = 0xd4;
const TAILS: [u8; 28] = [
    FILLER, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xb0, 0xb1,
    0xb2, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xba, 0xbb, 0xbc, 0xbd, 0xbe,
];

fn read_made_up_syllable(bytes: &[u8]) -> Found {
    let &[_, _, x, lead, y, vowel, z, tail, ..] = bytes else { return Found::Open };
    let place = |list: &[u8], b: u8| list.iter().position(|&l| l == b).map(|i| i as u32);
    let (lead, tail) = (place(&LEADS, lead), place(&TAILS, tail));
    match (lead, vowel.checked_sub(VOWEL), tail) {
        (Some(l), Some(v @ 0..21), Some(t)) if [x, y, z] == [0xa4; 3] => {
            Found::One(0xac00 + (l * 21 + u32::from(v)) * 28 + t, 8)
        }
        _ => Found::Wrong(1),
    }
}

fn put_made_up_syllable(c: u32, out: &mut Vec<u8>) {
    let s = (c - 0xac00) as usize;
    let (lead, vowel, tail) = (LEADS[s / (21 * 28)], VOWEL + (s / 28 % 21) as u8, TAILS[s % 28]);
    out.extend([0xa4, FILLER, 0xa4, lead, 0xa4, vowel, 0xa4, tail]);
}

impl Table {
    fn decode(&self, input: &[u8], at: &mut usize, out: &mut TextBuf, last: bool) -> Option<Fault> {
        out.reserve((input.len() - *at) / 2);
        while *at < input.len() {
            let start = *at;
            match self.read(&input[start..]) {
                Found::One(c, used) => {
                    out.push(c);
                    *at += used;
                }
                Found::Two(c, d, used) => {
                    out.push(c);
                    out.push(d);
                    *at += used;
                }
                Found::Wrong(n) => return Some(Fault { start, end: start + n, reason: ILLEGAL }),
                Found::Open if last => {
                    let fault = Fault { start, end: input.len(), reason: "incomplete multibyte sequence" };
                    return Some(fault);
                }
                Found::Open => break,
            }
        }
        None
    }

    fn encode(&self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Option<Fault> {
        out.reserve((text.len() - *at) * 2);
        while *at < text.len() {
            match self.put(text, *at, out) {
                0 => return Some(Fault { start: *at, end: *at + 1, reason: ILLEGAL }),
                taken => *at += taken,
            }
        }
        None
    }
}

impl<E> Decoder<E> for MultibyteCodec {
    fn encoding(&self) -> &'static str {
        self.name()
    }

    fn run(
        &mut self,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Result<Option<Fault>, E> {
        Ok(match self.kind {
            Kind::Plain(table) => table.decode(input, at, out, last),
            Kind::Iso2022(profile) => profile.decode(&mut self.state, input, at, out, last),
            Kind::Hz => hz::decode(&mut self.state, input, at, out, last),
        })
    }
}

impl<E> Encoder<E> for MultibyteCodec {
    fn encoding(&self) -> &'static str {
        self.name()
    }

    fn run(&mut self, text: Text<'_>, at: &mut usize, out: &mut Vec<u8>) -> Result<Option<Fault>, E> {
        Ok(match self.kind {
            Kind::Plain(table) => table.encode(text, at, out),
            Kind::Iso2022(profile) => profile.encode(&mut self.state, text, at, out),
            Kind::Hz => hz::encode(&mut self.state, text, at, out),
        })
    }

    fn replace(&mut self, text: Text<'_>, out: &mut Vec<u8>) -> Result<bool, E> {
        let mut at = 0;
        let fault = Encoder::<E>::run(self, text, &mut at, out)?;
        Ok(fault.is_none())
    }
}
