//! The codecs that shift between character sets: the profiles of ISO 2022 (RFC 1468, 1554, 1557, 2237; JIS X 0213's own)
//! and HZ (RFC 1843).
//!
//! What is designated is kept as CPython keeps it, eight bytes that its incremental codecs show as a number: the marks
//! of G0, G1 and G2 (the final byte of the designating sequence, with the upper bit for two bytes a character), one
//! unused, flags. HZ uses the first byte alone.

use super::super::Fault;
use super::ILLEGAL;
use super::sets::Set;
use crate::{Text, TextBuf};

/// What a codec has designated; CPython's eight bytes.
pub type ShiftState = [u8; 8];

const ESC: u8 = 0x1b;
const SO: u8 = 0x0e;
const SI: u8 = 0x0f;
const ASCII: u8 = b'B';
/// The mark of sets with two bytes a character.
const WIDE: u8 = 0x80;
/// Where the flags lie: G1 is in use; an escape sequence of no meaning passes.
const FLAGS: usize = 4;
const SHIFTED: u8 = 1;
const PASSING: u8 = 2;
/// The longest sequence that is looked for.
const LONGEST: usize = 16;

/// A set with its mark, and the place that it is designated to.
#[derive(Debug)]
struct Designation {
    mark: u8,
    place: usize,
    set: Set,
}

const fn g0(mark: u8, set: Set) -> Designation {
    Designation { mark, place: 0, set }
}

/// One of the codecs.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) name: &'static str,
    /// In the order in which an encoder tries them.
    sets: &'static [Designation],
    /// Shift In and Shift Out have no meaning.
    no_shift: bool,
    /// Single shifts reach G2.
    single_shifts: bool,
    /// Sets of which pairs of characters count before all others.
    pairs: Option<&'static Designation>,
}

const JISX0208: Designation = g0(b'B' | WIDE, Set::Jisx0208);
const JISX0208_OF_1978: Designation = g0(b'@' | WIDE, Set::Jisx0208);
const JISX0212: Designation = g0(b'D' | WIDE, Set::Jisx0212);
const ROMAN: Designation = g0(b'J', Set::Roman);
static FIRST_OF_2000: Designation = g0(b'O' | WIDE, Set::Jisx0213Of2000);
static FIRST_OF_2004: Designation = g0(b'Q' | WIDE, Set::Jisx0213Of2004);

const fn japanese(name: &'static str, sets: &'static [Designation]) -> Profile {
    Profile { name, sets, no_shift: true, single_shifts: false, pairs: None }
}

static PROFILES: [Profile; 7] = [
    Profile {
        name: "iso2022_kr",
        sets: &[Designation { mark: b'C' | WIDE, place: 1, set: Set::Ksx1001 }],
        no_shift: false,
        single_shifts: false,
        pairs: None,
    },
    japanese("iso2022_jp", &[JISX0208, ROMAN, JISX0208_OF_1978]),
    japanese("iso2022_jp_1", &[JISX0208, JISX0212, ROMAN, JISX0208_OF_1978]),
    Profile {
        single_shifts: true,
        ..japanese(
            "iso2022_jp_2",
            &[
                JISX0208,
                JISX0212,
                g0(b'C' | WIDE, Set::Ksx1001),
                g0(b'A' | WIDE, Set::Gb2312),
                ROMAN,
                JISX0208_OF_1978,
                Designation { mark: b'A', place: 2, set: Set::Upper },
                Designation { mark: b'F', place: 2, set: Set::Upper },
            ],
        )
    },
    Profile {
        pairs: Some(&FIRST_OF_2004),
        ..japanese(
            "iso2022_jp_2004",
            &[JISX0208, g0(b'Q' | WIDE, Set::Jisx0213Of2004), g0(b'P' | WIDE, Set::SecondOf2004)],
        )
    },
    Profile {
        pairs: Some(&FIRST_OF_2000),
        ..japanese(
            "iso2022_jp_3",
            &[JISX0208, g0(b'O' | WIDE, Set::Jisx0213Of2000), g0(b'P' | WIDE, Set::SecondOf2000)],
        )
    },
    japanese("iso2022_jp_ext", &[JISX0208, JISX0212, ROMAN, g0(b'I', Set::Katakana), JISX0208_OF_1978]),
];

/// The profile of ISO 2022 with this name.
pub(super) fn profile(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|p| p.name == name)
}

/// How a step of decoding ends.
enum Step {
    /// So many bytes are used up.
    Used(usize),
    Wrong(usize),
    Open,
}

/// What decoding from `at` on came to.
fn decode_by(input: &[u8], at: &mut usize, last: bool, mut step: impl FnMut(&[u8]) -> Step) -> Option<Fault> {
    while *at < input.len() {
        let start = *at;
        match step(&input[start..]) {
            Step::Used(n) => *at += n,
            Step::Wrong(n) => return Some(Fault { start, end: start + n, reason: ILLEGAL }),
            Step::Open if last => {
                return Some(Fault { start, end: input.len(), reason: "incomplete multibyte sequence" });
            }
            Step::Open => break,
        }
    }
    None
}

/// Does this byte end an escape sequence?
fn ends_escape(b: u8) -> bool {
    b.is_ascii_uppercase() || b == b'@'
}

/// A character of ISO 8859-7's edition of 1987 by its byte, with the upper bit.
fn greek(b: u8) -> Option<u32> {
    match b {
        0x80..=0xa0 => Some(b.into()),
        0xa1 => Some(0x2018),
        0xa2 => Some(0x2019),
        0xaf => Some(0x2015),
        0xa3 | 0xa6..=0xa9 | 0xab..=0xad | 0xb0..=0xb3 | 0xb7 | 0xbb | 0xbd => Some(b.into()),
        0xb4..=0xb6 | 0xb8..=0xba | 0xbc | 0xbe..=0xd1 | 0xd3..=0xfe => Some(0x2d0 + u32::from(b)),
        _ => None,
    }
}

impl Profile {
    pub(super) fn decoder_start(&self) -> ShiftState {
        [ASCII, ASCII, ASCII, 0, 0, 0, 0, 0]
    }

    pub(super) fn encoder_start(&self) -> ShiftState {
        [ASCII, ASCII, 0, 0, 0, 0, 0, 0]
    }

    /// Begins a new input; G1 and G2 stay.
    pub(super) fn reset_decoder(&self, state: &mut ShiftState) {
        state[0] = ASCII;
        state[FLAGS] &= !SHIFTED;
    }

    /// Back to ASCII.
    pub(super) fn reset_encoder(&self, state: &mut ShiftState, out: &mut Vec<u8>) {
        if state[FLAGS] & SHIFTED != 0 {
            out.push(SI);
            state[FLAGS] &= !SHIFTED;
        }
        if state[0] != ASCII {
            out.extend([ESC, b'(', ASCII]);
            state[0] = ASCII;
        }
    }

    pub(super) fn begins_pair(&self, c: u32) -> bool {
        self.pairs.is_some_and(|d| d.set.begins_pair(c))
    }

    pub(super) fn is_pair(&self, c: u32, d: u32) -> bool {
        self.pairs.is_some_and(|first| first.set.encode_pair(c, d).is_some())
    }

    /// The designation of a character, its code, and how many characters it stands for.
    fn find(&self, text: Text<'_>, at: usize) -> Option<(&Designation, u16, usize)> {
        let c = text.at(at);
        if let Some(first) = self.pairs
            && let Some(d) = text.get(at + 1)
            && let Some(code) = first.set.encode_pair(c, d)
        {
            return Some((first, code, 2));
        }
        self.sets.iter().find_map(|d| Some((d, d.set.encode(c)?, 1)))
    }

    pub(super) fn encode(
        &self,
        state: &mut ShiftState,
        text: Text<'_>,
        at: &mut usize,
        out: &mut Vec<u8>,
    ) -> Option<Fault> {
        while *at < text.len() {
            let c = text.at(*at);
            if c < 0x80 {
                if state[0] != ASCII {
                    out.extend([ESC, b'(', ASCII]);
                    state[0] = ASCII;
                }
                if state[FLAGS] & SHIFTED != 0 {
                    out.push(SI);
                    state[FLAGS] &= !SHIFTED;
                }
                out.push(c as u8);
                *at += 1;
                continue;
            }
            let Some((d, code, taken)) = self.find(text, *at) else {
                return Some(Fault { start: *at, end: *at + 1, reason: ILLEGAL });
            };
            let letter = d.mark & !WIDE;
            let wide = d.set.width() == 2;
            if d.place == 0 {
                if state[FLAGS] & SHIFTED != 0 {
                    out.push(SI);
                    state[FLAGS] &= !SHIFTED;
                }
                if state[0] != d.mark {
                    match d.mark {
                        _ if !wide => out.extend([ESC, b'(', letter]),
                        m if m == JISX0208.mark => out.extend([ESC, b'$', letter]),
                        _ => out.extend([ESC, b'$', b'(', letter]),
                    }
                    state[0] = d.mark;
                }
            } else {
                if state[1] != d.mark {
                    match wide {
                        true => out.extend([ESC, b'$', b')', letter]),
                        false => out.extend([ESC, b')', letter]),
                    }
                    state[1] = d.mark;
                }
                if state[FLAGS] & SHIFTED == 0 {
                    out.push(SO);
                    state[FLAGS] |= SHIFTED;
                }
            }
            match wide {
                true => out.extend(code.to_be_bytes()),
                false => out.push(code as u8),
            }
            *at += taken;
        }
        None
    }

    pub(super) fn decode(
        &self,
        state: &mut ShiftState,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Option<Fault> {
        decode_by(input, at, last, |bytes| self.step(state, bytes, out))
    }

    fn step(&self, state: &mut ShiftState, bytes: &[u8], out: &mut TextBuf) -> Step {
        let b = bytes[0];
        if state[FLAGS] & PASSING != 0 {
            out.push(b.into());
            if ends_escape(b) {
                state[FLAGS] &= !PASSING;
            }
            return Step::Used(1);
        }
        match b {
            ESC => match bytes.get(1) {
                None => Step::Open,
                Some(b'(' | b')' | b'$' | b'.' | b'&') => self.designate(state, bytes),
                Some(b'N') if self.single_shifts => single_shift(state, bytes, out),
                Some(_) => {
                    out.push(ESC.into());
                    state[FLAGS] |= PASSING;
                    Step::Used(1)
                }
            },
            SI if !self.no_shift => {
                state[FLAGS] &= !SHIFTED;
                Step::Used(1)
            }
            SO if !self.no_shift => {
                state[FLAGS] |= SHIFTED;
                Step::Used(1)
            }
            b'\n' => {
                state[FLAGS] &= !SHIFTED;
                out.push(b'\n'.into());
                Step::Used(1)
            }
            0x80.. => Step::Wrong(1),
            _ => {
                let mark = state[usize::from(state[FLAGS] & SHIFTED != 0)];
                if b < 0x20 || mark == ASCII {
                    out.push(b.into());
                    return Step::Used(1);
                }
                // A mark that a caller put into the state may be nobody's.
                let Some(d) = self.sets.iter().find(|d| d.mark == mark) else { return Step::Wrong(1) };
                let width = d.set.width();
                if bytes.len() < width {
                    return Step::Open;
                }
                match d.set.decode(b, if width == 2 { bytes[1] } else { 0 }) {
                    None => Step::Wrong(width),
                    Some((c, d)) => {
                        out.push(c);
                        if d != 0 {
                            out.push(d);
                        }
                        Step::Used(width)
                    }
                }
            }
        }
    }

    /// A designating escape sequence.
    fn designate(&self, state: &mut ShiftState, bytes: &[u8]) -> Step {
        let mut len = 0;
        let mut i = 1;
        while i < LONGEST {
            let Some(&b) = bytes.get(i) else { return Step::Open };
            if ends_escape(b) {
                len = i + 1;
                break;
            }
            // "&@" announces the edition of 1990, and the sequence goes on after it.
            if self.no_shift && b == b'&' && bytes.get(i + 1) == Some(&b'@') {
                i += 2;
            }
            i += 1;
        }
        let place = |b: u8| match b {
            b'(' => Some(0),
            b')' => Some(1),
            b'.' if self.single_shifts => Some(2),
            _ => None,
        };
        let found = match bytes[..len] {
            [] => return Step::Wrong(1),
            [_, b'$', letter] => Some((letter | WIDE, 0)),
            [_, to, letter] => place(to).map(|p| (letter, p)),
            [_, b'$', to @ (b'(' | b')'), letter] => place(to).map(|p| (letter | WIDE, p)),
            [_, _, _, ESC, b'$', b'B'] if self.no_shift => Some((b'B' | WIDE, 0)),
            _ => None,
        };
        match found {
            Some((mark, place)) if mark == ASCII || self.sets.iter().any(|d| d.mark == mark) => {
                state[place] = mark;
                Step::Used(len)
            }
            _ => Step::Wrong(len),
        }
    }
}

/// One character of G2.
fn single_shift(state: &ShiftState, bytes: &[u8], out: &mut TextBuf) -> Step {
    let Some(&b) = bytes.get(2) else { return Step::Open };
    let c = match state[2] {
        b'A' => (b < 0x80).then(|| u32::from(b) + 0x80),
        b'F' => greek(b ^ 0x80).or((b >= 0x80).then(|| u32::from(b ^ 0x80))),
        _ => (b < 0x80).then(|| u32::from(b)),
    };
    match c {
        None => Step::Wrong(3),
        Some(c) => {
            out.push(c);
            Step::Used(3)
        }
    }
}

/// HZ: GB 2312 between `~{` and `~}`.
pub(super) mod hz {
    use super::*;

    pub(in super::super) fn reset_encoder(state: &mut ShiftState, out: &mut Vec<u8>) {
        if state[0] != 0 {
            out.extend(b"~}");
            state[0] = 0;
        }
    }

    pub(in super::super) fn encode(
        state: &mut ShiftState,
        text: Text<'_>,
        at: &mut usize,
        out: &mut Vec<u8>,
    ) -> Option<Fault> {
        while *at < text.len() {
            let c = text.at(*at);
            if c < 0x80 {
                reset_encoder(state, out);
                out.push(c as u8);
                if c == u32::from(b'~') {
                    out.push(b'~');
                }
            } else if let Some(code) = Set::Gb2312.encode(c) {
                if state[0] == 0 {
                    out.extend(b"~{");
                    state[0] = 1;
                }
                out.extend(code.to_be_bytes());
            } else {
                return Some(Fault { start: *at, end: *at + 1, reason: ILLEGAL });
            }
            *at += 1;
        }
        None
    }

    pub(in super::super) fn decode(
        state: &mut ShiftState,
        input: &[u8],
        at: &mut usize,
        out: &mut TextBuf,
        last: bool,
    ) -> Option<Fault> {
        decode_by(input, at, last, |bytes| {
            let inside = state[0] != 0;
            match *bytes {
                [b'~'] => Step::Open,
                [b'~', next, ..] => {
                    match (next, inside) {
                        (b'~', false) => out.push(b'~'.into()),
                        (b'\n', false) => {}
                        (b'{', false) => state[0] = 1,
                        (b'}', true) => state[0] = 0,
                        _ => return Step::Wrong(1),
                    }
                    Step::Used(2)
                }
                [0x80..=0xff, ..] => Step::Wrong(1),
                [b, ..] if !inside => {
                    out.push(b.into());
                    Step::Used(1)
                }
                [a, b, ..] => match Set::Gb2312.decode(a, b) {
                    Some((c, _)) => {
                        out.push(c);
                        Step::Used(2)
                    }
                    None => Step::Wrong(1),
                },
                _ => Step::Open,
            }
        })
    }
}
