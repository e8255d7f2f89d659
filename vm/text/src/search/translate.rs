//! Helpers for `translate`.

/// `bytes.translate`: drops the bytes in `delete` and maps the others.
pub fn translate_bytes(s: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let map = |b: u8| table.map_or(b, |t| t[b as usize]);
    if delete.is_empty() {
        return s.iter().map(|&b| map(b)).collect();
    }
    let mut dropped = [false; 256];
    delete.iter().for_each(|&b| dropped[b as usize] = true);
    s.iter().filter(|&&b| !dropped[b as usize]).map(|&b| map(b)).collect()
}

/// The beginning of `str.translate` over ASCII, with what the caller has learned so far.
///
/// In `known` each ASCII character has what it becomes: another ASCII character, or 0xfe to be
/// dropped, or 0xff for not yet known. Appends to `out` up to the first that is not known and
/// returns how many characters were taken.
pub fn translate_ascii(s: &[u8], known: &[u8; 128], out: &mut Vec<u8>) -> usize {
    out.reserve(s.len());
    for (i, &b) in s.iter().enumerate() {
        match known[(b & 0x7f) as usize] {
            0xff => return i,
            0xfe => {}
            to => out.push(to),
        }
    }
    s.len()
}
