//! Separators between groups of digits.

/// Which digits stand together.
pub(super) struct Grouping<'a> {
    /// Between groups.
    pub separator: &'a str,
    /// The sizes of groups from the right, in the form of C's `localeconv`.
    pub sizes: &'a [u8],
}

/// The end of grouping in a locale's sizes.
const NO_MORE: u8 = 127;

/// Appends `digits` with separators, after zeros that fill up to `min_width` characters: zeros are
/// grouped too, and none stands before a separator alone.
pub(super) fn push_grouped(out: &mut String, digits: &str, min_width: usize, grouping: &Grouping<'_>) {
    if digits.is_empty() {
        return;
    }
    let separator_width = grouping.separator.chars().count();
    // The groups from the right: how many zeros and how many digits.
    let mut groups: Vec<(usize, usize)> = Vec::new();
    let mut remaining = digits.len();
    let mut width = min_width as i64;
    let mut sizes = grouping.sizes.iter().copied().filter(|&size| size != 0);
    let mut last = 0;
    loop {
        last = sizes.next().unwrap_or(last);
        let wanted = (remaining as i64).max(width).max(1) as usize;
        let ended = last == 0 || last == NO_MORE;
        let len = if ended { wanted } else { wanted.min(last as usize) };
        let from_digits = remaining.min(len);
        groups.push((len - from_digits, from_digits));
        remaining -= from_digits;
        width -= len as i64;
        if ended || (remaining == 0 && width <= 0) {
            break;
        }
        width -= separator_width as i64;
    }
    let mut rest = digits;
    for (i, &(zeros, count)) in groups.iter().rev().enumerate() {
        if i > 0 {
            out.push_str(grouping.separator);
        }
        out.extend(std::iter::repeat_n('0', zeros));
        let (group, after) = rest.split_at(count);
        out.push_str(group);
        rest = after;
    }
}

/// Appends the digits after the point, in threes from the left.
pub(super) fn push_fraction(out: &mut String, digits: &str, separator: Option<char>) {
    let Some(separator) = separator else {
        out.push_str(digits);
        return;
    };
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i % 3 == 0 {
            out.push(separator);
        }
        out.push(digit);
    }
}
