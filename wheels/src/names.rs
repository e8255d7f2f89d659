//! Normalized names of distributions: `Foo.Bar__baz` and `foo-bar-baz` are the same.

/// The normalized form of the packaging specifications: lower case, runs of `-_.` as one `-`.
pub fn normalize(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut after_separator = false;
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            after_separator = true;
            continue;
        }
        if after_separator {
            out.push('-');
            after_separator = false;
        }
        out.extend(c.to_lowercase());
    }
    if after_separator {
        out.push('-');
    }
    out
}

/// Whether two version texts name the same version (PEP 440), or are the same text if one is no version.
pub fn same_version(a: &str, b: &str) -> bool {
    match (a.parse::<pep440_rs::Version>(), b.parse::<pep440_rs::Version>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized() {
        for (name, expect) in
            [("NumPy", "numpy"), ("Foo.Bar__baz", "foo-bar-baz"), ("a-._b", "a-b"), ("a_", "a-")]
        {
            assert_eq!(normalize(name), expect);
        }
    }

    #[test]
    fn versions_are_compared_by_value() {
        assert!(same_version("1.0", "1.0.0"));
        assert!(same_version("1.0+local.1", "1.0+local_1"));
        assert!(!same_version("1.0", "1.1"));
        assert!(same_version("odd thing", "odd thing"));
    }
}
