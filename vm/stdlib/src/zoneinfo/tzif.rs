//! Reads time zone files (TZif, RFC 8536, versions 1 to 4) that are in order; knows nothing of objects.
//!
//! Of anything else it makes nothing: `zoneinfo._common.load_data` then reads the file, and says what is wrong.

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Moments of transitions, and the type that begins with each.
    pub utc: Vec<i64>,
    pub begins: Vec<usize>,
    /// Types: seconds east of UTC, whether it is daylight saving time, and the name.
    pub types: Vec<(i64, bool, &'a str)>,
    /// The TZ string at the end; empty if there is none.
    pub rule: &'a [u8],
}

struct Header {
    version: u8,
    /// Marks of UT and of standard time, leap seconds, transitions, types, bytes of names.
    counts: [usize; 6],
}

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    Some(head)
}

fn header(rest: &mut &[u8]) -> Option<Header> {
    let h = take(rest, 44)?;
    if !h.starts_with(b"TZif") {
        return None;
    }
    let version = match h[4] {
        0 => 1,
        v @ b'1'..=b'9' => v - b'0',
        _ => return None,
    };
    let mut counts = [0; 6];
    for (count, bytes) in counts.iter_mut().zip(h[20..].chunks_exact(4)) {
        *count = u32::from_be_bytes(bytes.try_into().ok()?).try_into().ok()?;
    }
    Some(Header { version, counts })
}

/// The contents of a file in order; none of any other.
pub fn parse(mut rest: &[u8]) -> Option<File<'_>> {
    let rest = &mut rest;
    let mut head = header(rest)?;
    let new = head.version >= 2;
    if new {
        // The part for readers of the first version comes first.
        let [ut, standard, leaps, times, types, names] = head.counts;
        take(rest, times * 5 + types * 6 + names + leaps * 8 + standard + ut)?;
        head = header(rest)?;
    }
    let [ut, standard, leaps, times, types, names] = head.counts;
    let size = if new { 8 } else { 4 };
    let utc = take(rest, times * size)?.chunks_exact(size).map(|b| match b.try_into() {
        Ok(long) => i64::from_be_bytes(long),
        Err(_) => b.try_into().map_or(0, |short| i32::from_be_bytes(short).into()),
    });
    let utc: Vec<i64> = utc.collect();
    let begins: Vec<usize> = take(rest, times)?.iter().map(|b| usize::from(*b)).collect();
    let kinds = take(rest, types * 6)?;
    let all_names = take(rest, names)?;
    let name = |at: u8| {
        let from = all_names.get(usize::from(at)..)?;
        let end = from.iter().position(|b| *b == 0)?;
        std::str::from_utf8(&from[..end]).ok()
    };
    let kinds = kinds.chunks_exact(6).map(|k| {
        let offset = i32::from_be_bytes(k[..4].try_into().ok()?);
        Some((offset.into(), k[4] != 0, name(k[5])?))
    });
    let types = kinds.collect::<Option<Vec<_>>>()?;
    if begins.iter().any(|b| *b >= types.len()) {
        return None;
    }
    let mut rule: &[u8] = &[];
    if new {
        take(rest, ut + standard + leaps * 12)?;
        let line = rest.strip_prefix(b"\n")?;
        rule = &line[..line.iter().position(|b| *b == b'\n')?];
    }
    Some(File { utc, begins, types, rule })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_small_file_and_what_is_cut_off() {
        let block = |version: u8, time: &[u8]| {
            let mut b = b"TZif".to_vec();
            b.push(version);
            b.extend([0; 15]);
            for count in [0u32, 0, 0, 1, 2, 8] {
                b.extend(count.to_be_bytes());
            }
            b.extend(time);
            b.push(1);
            b.extend([0, 0, 14, 16, 0, 0, 0, 0, 28, 32, 1, 4]);
            b.extend(b"CET\0CES\0");
            b
        };
        let first = block(0, &7i32.to_be_bytes());
        let f = parse(&first).unwrap();
        assert_eq!((f.utc, f.begins), (vec![7], vec![1]));
        assert_eq!(f.types, [(3600, false, "CET"), (7200, true, "CES")]);
        let mut second = block(b'2', &7i32.to_be_bytes());
        second.extend(block(b'2', &(1i64 << 40).to_be_bytes()));
        assert_eq!(parse(&second), None);
        second.extend(b"\nCET-1\n");
        let f = parse(&second).unwrap();
        assert_eq!((f.utc, f.rule), (vec![1 << 40], &b"CET-1"[..]));
        for n in 0..second.len() {
            assert_eq!(parse(&second[..n]), None);
        }
    }
}
