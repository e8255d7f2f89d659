//! "Did you mean": the closest name by a weighted edit distance, as CPython counts it.

const MOVE: usize = 2;
const CASE: usize = 1;
const MAX_ITEMS: usize = 750;
const MAX_LENGTH: usize = 40;

fn substitution(a: char, b: char) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The edit distance, or `limit + 1` when it is above the limit.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    if a == b {
        return 0;
    }
    let (mut a, mut b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let prefix = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    a.drain(..prefix);
    b.drain(..prefix);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    a.truncate(a.len() - suffix);
    b.truncate(b.len() - suffix);
    if a.is_empty() || b.is_empty() {
        return MOVE * (a.len() + b.len());
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if MOVE * (b.len() - a.len()) > limit {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (j, y) in b.iter().enumerate() {
        let mut diagonal = j * MOVE;
        result = diagonal;
        let mut minimum = usize::MAX;
        for (i, x) in a.iter().enumerate() {
            let substitute = diagonal + substitution(*y, *x);
            diagonal = row[i];
            result = substitute.min(result.min(diagonal) + MOVE);
            row[i] = result;
            minimum = minimum.min(result);
        }
        if minimum > limit {
            return limit + 1;
        }
    }
    result
}

/// As `nearest`, for a name that is not too long to be worth the search.
pub fn closest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.chars().count() > MAX_LENGTH { None } else { nearest(wrong, candidates) }
}

/// The candidate nearest to `wrong`, if any is near enough to be meant.
pub fn nearest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for (n, c) in candidates.enumerate() {
        if n >= MAX_ITEMS {
            return None;
        }
        if c == wrong {
            continue;
        }
        let limit = (c.chars().count() + wrong.chars().count() + 3) * MOVE / 6;
        let limit = best.map_or(limit, |(d, _)| limit.min(d.saturating_sub(1)));
        let d = distance(wrong, c, limit);
        if d <= limit && best.is_none_or(|(b, _)| d < b) {
            best = Some((d, c));
        }
    }
    best.map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_names_are_found() {
        assert_eq!(closest("prnt", ["print", "open"].into_iter()), Some("print"));
        assert_eq!(closest("blech", ["bluch", "xyz"].into_iter()), Some("bluch"));
        assert_eq!(closest("somethingelse", ["a", "b"].into_iter()), None);
    }
}
