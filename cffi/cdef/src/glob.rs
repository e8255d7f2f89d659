//! Name patterns as `fnmatch` has them: `*`, `?`, `[a-z]`, `[!a-z]`.

/// Whether a name fits a pattern.
pub fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where the last star was, and how much of the name it has eaten.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match one(&pattern, p, name[n]) {
            Some(next) => (p, n) = (next, n + 1),
            None if pattern.get(p) == Some(&'*') => {
                star = Some((p, n));
                p += 1;
            }
            None => match star {
                Some((at, eaten)) => {
                    star = Some((at, eaten + 1));
                    (p, n) = (at + 1, eaten + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Where the pattern goes on when its part at `p` takes the character.
fn one(pattern: &[char], p: usize, c: char) -> Option<usize> {
    match pattern.get(p)? {
        '*' => None,
        '?' => Some(p + 1),
        '[' => {
            let negated = pattern.get(p + 1) == Some(&'!');
            let first = p + 1 + usize::from(negated);
            // A bracket right after the opening one is a member.
            let Some(close) = (first + 1..pattern.len()).find(|&i| pattern[i] == ']') else {
                return (c == '[').then_some(p + 1);
            };
            let set = &pattern[first..close];
            let mut i = 0;
            let mut found = false;
            while i < set.len() {
                if i + 2 < set.len() && set[i + 1] == '-' {
                    found |= (set[i]..=set[i + 2]).contains(&c);
                    i += 3;
                } else {
                    found |= set[i] == c;
                    i += 1;
                }
            }
            (found != negated).then_some(close + 1)
        }
        &same => (same == c).then_some(p + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn as_fnmatch() {
        for (pattern, name, expect) in [
            ("sqlite3_*", "sqlite3_open", true),
            ("sqlite3_*", "sqlite_open", false),
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("[A-Z]_[!0]", "K_x", true),
            ("[A-Z]_[!0]", "K_0", false),
            ("[]]", "]", true),
            ("[", "[", true),
            ("**a", "ba", true),
        ] {
            assert_eq!(fits(pattern, name), expect, "{pattern} {name}");
        }
    }
}
