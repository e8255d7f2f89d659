//! Decompositions and the normal forms (UAX #15).

use super::database::{JOINS, class_and_checks};
use super::old;
use super::table::{count, look_up, u16s, u32s};
use crate::{Text, TextBuf};

const DATA: &[u8] = include_bytes!("data/decomposition.bin");
const INDEX_LEN: usize = count(DATA, 0);
const PAGES_LEN: usize = count(DATA, 1);
const WORDS_LEN: usize = count(DATA, 2);
const PAIRS_LEN: usize = count(DATA, 3);
const INDEX_AT: usize = 16;
const PAGES_AT: usize = INDEX_AT + INDEX_LEN * 2;
const WORDS_AT: usize = PAGES_AT + PAGES_LEN * 2;
const PAIRS_AT: usize = WORDS_AT + WORDS_LEN * 4;

static INDEX: [u16; INDEX_LEN] = u16s(DATA, INDEX_AT);
static PAGES: [u16; PAGES_LEN] = u16s(DATA, PAGES_AT);
static WORDS: [u32; WORDS_LEN] = u32s(DATA, WORDS_AT);
/// Triples (first, second, composite), in order.
static PAIRS: [u32; PAIRS_LEN] = u32s(DATA, PAIRS_AT);

const TAGS: [&str; 17] = [
    "",
    "<noBreak>",
    "<compat>",
    "<super>",
    "<fraction>",
    "<sub>",
    "<circle>",
    "<font>",
    "<vertical>",
    "<narrow>",
    "<wide>",
    "<square>",
    "<isolated>",
    "<initial>",
    "<medial>",
    "<final>",
    "<small>",
];

/// The database a question is put to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Unicode 16.0.
    Current,
    /// Unicode 3.2, which internationalized domain names are defined by.
    Old,
}

/// A normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Canonical, composed.
    Nfc,
    /// Compatible, composed.
    Nfkc,
    /// Canonical, decomposed.
    Nfd,
    /// Compatible, decomposed.
    Nfkd,
}

impl Form {
    /// The form of this name, as `unicodedata.normalize` spells it.
    pub fn by_name(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form::Nfc,
            "NFKC" => Form::Nfkc,
            "NFD" => Form::Nfd,
            "NFKD" => Form::Nfkd,
            _ => return None,
        })
    }

    fn compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    fn composed(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn check_bit(self) -> u8 {
        1 << self as u8
    }
}

/// The decomposition in one step: a tag such as `"<compat>"` (empty if canonical) and code points.
/// `None` if there is none; Hangul syllables, which are computed, have none here.
pub fn decomposition(version: Version, c: u32) -> Option<(&'static str, &'static [u32])> {
    let at = look_up(&INDEX, &PAGES, c) as usize;
    if at == 0 || (version == Version::Old && !old::is_assigned(c)) {
        return None;
    }
    let head = WORDS[at];
    Some((TAGS[(head >> 8) as usize], &WORDS[at + 1..at + 1 + (head & 0xff) as usize]))
}

// The arithmetic of Hangul syllables (The Unicode Standard, section 3.12).
const S: u32 = 0xac00;
const L: u32 = 0x1100;
const V: u32 = 0x1161;
const T: u32 = 0x11a7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

fn decompose_into(version: Version, compatible: bool, c: u32, out: &mut Vec<u32>) {
    if c < 0x80 {
        return out.push(c);
    }
    if (S..S + S_COUNT).contains(&c) {
        let s = c - S;
        out.push(L + s / (V_COUNT * T_COUNT));
        out.push(V + s % (V_COUNT * T_COUNT) / T_COUNT);
        if !s.is_multiple_of(T_COUNT) {
            out.push(T + s % T_COUNT);
        }
        return;
    }
    if version == Version::Old
        && let Some(corrected) = old::corrected_decomposition(c)
    {
        return out.push(corrected);
    }
    match decomposition(version, c) {
        Some((tag, parts)) if compatible || tag.is_empty() => {
            parts.iter().for_each(|&part| decompose_into(version, compatible, part, out));
        }
        _ => out.push(c),
    }
}

fn decompose(version: Version, compatible: bool, text: Text<'_>) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    text.iter().for_each(|c| decompose_into(version, compatible, c, &mut out));
    // Combining characters in a row are put in the order of their classes.
    let mut start = 0;
    let class = |c: u32| if c < 0x300 { 0 } else { class_and_checks(c).0 };
    while start < out.len() {
        if class(out[start]) == 0 {
            start += 1;
            continue;
        }
        let run = out[start..].iter().take_while(|&&c| class(c) != 0).count();
        out[start..start + run].sort_by_key(|&c| class(c));
        start += run;
    }
    out
}

/// The composite of two code points, if they compose.
pub fn compose(first: u32, second: u32) -> Option<u32> {
    if (L..L + L_COUNT).contains(&first) && (V..V + V_COUNT).contains(&second) {
        return Some(S + ((first - L) * V_COUNT + (second - V)) * T_COUNT);
    }
    if (S..S + S_COUNT).contains(&first)
        && (first - S).is_multiple_of(T_COUNT)
        && (T + 1..T + T_COUNT).contains(&second)
    {
        return Some(first + (second - T));
    }
    let (triples, _) = PAIRS.as_chunks::<3>();
    let at = triples.binary_search_by_key(&(first, second), |t| (t[0], t[1])).ok()?;
    Some(triples[at][2])
}

fn compose_in_place(chars: &mut Vec<u32>) {
    let mut kept = 0;
    let mut starter = None;
    // The class of the last character kept after the starter; anything of a lower class, or a
    // starter right behind the starter, is not blocked.
    let mut last_class = 0;
    for i in 0..chars.len() {
        let c = chars[i];
        let (class, checks) = if c < 0x300 { (0, 0) } else { class_and_checks(c) };
        if let Some(at) = starter
            && checks & JOINS != 0
            && (last_class < class || (last_class == 0 && kept == at + 1))
            && let Some(composite) = compose(chars[at], c)
        {
            chars[at] = composite;
            continue;
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        chars[kept] = c;
        kept += 1;
    }
    chars.truncate(kept);
}

/// Whether a look at each character alone shows that `text` is in `form`.
fn surely_normal(form: Form, text: Text<'_>) -> bool {
    if text.kind() == crate::kind::Kind::Ascii {
        return true;
    }
    let bit = form.check_bit();
    let mut last = 0;
    crate::with_units!(text, |s| s.iter().all(|&u| {
        let c = u.into();
        if c < 0x80 {
            last = 0;
            return true;
        }
        let (class, checks) = class_and_checks(c);
        let ordered = class == 0 || last <= class;
        last = class;
        ordered && checks & bit == 0
    }))
}

/// The text in a normal form; `None` if it is in that form already.
pub fn normalize(version: Version, form: Form, text: Text<'_>) -> Option<TextBuf> {
    if surely_normal(form, text) {
        return None;
    }
    let mut chars = decompose(version, form.compatible(), text);
    if form.composed() {
        compose_in_place(&mut chars);
    }
    let same = chars.len() == text.len() && chars.iter().copied().eq(text.iter());
    (!same).then(|| TextBuf::from_ucs4(chars))
}

/// Whether the text is in a normal form.
pub fn is_normalized(version: Version, form: Form, text: Text<'_>) -> bool {
    normalize(version, form, text).is_none()
}
