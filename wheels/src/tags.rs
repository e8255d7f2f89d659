//! Compatibility tags: which wheels fit a target, best first.
//!
//! The order is the one that the `packaging` library computes for CPython 3.14 on the same machine, so
//! that of several wheels the same one is taken.

use std::fmt;

/// One tag: `cp314-cp314-manylinux_2_28_x86_64`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tag {
    /// `cp314`, `py3` ...
    pub python: String,
    /// `cp314`, `abi3`, `none` ...
    pub abi: String,
    /// `manylinux_2_28_x86_64`, `any` ...
    pub platform: String,
}

impl Tag {
    /// A tag of these three parts.
    pub fn new(python: &str, abi: &str, platform: &str) -> Self {
        Tag { python: python.to_string(), abi: abi.to_string(), platform: platform.to_string() }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.python, self.abi, self.platform)
    }
}

/// The processor family of a Linux target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// x86-64.
    X86_64,
    /// 64-bit ARM.
    Aarch64,
}

impl Machine {
    /// Its name in platform tags.
    pub fn name(self) -> &'static str {
        match self {
            Machine::X86_64 => "x86_64",
            Machine::Aarch64 => "aarch64",
        }
    }

    /// The oldest glibc for which tags exist.
    fn oldest_glibc(self) -> (u32, u32) {
        match self {
            Machine::X86_64 => (2, 5),
            Machine::Aarch64 => (2, 17),
        }
    }
}

/// What a wheel is to run on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Major, minor and micro version of the language.
    pub python: (u32, u32, u32),
    /// The processor.
    pub machine: Machine,
    /// Version of the C library, `None` where it is not glibc: then no manylinux tag fits.
    pub glibc: Option<(u32, u32)>,
}

/// Platform tags from before PEP 600 and the glibc they stand for; the last two exist on x86-64 only.
const OLD_NAMES: &[(&str, (u32, u32))] =
    &[("manylinux2014", (2, 17)), ("manylinux2010", (2, 12)), ("manylinux1", (2, 5))];

impl Target {
    /// The version as `3.14.10`.
    pub fn version(&self) -> String {
        format!("{}.{}.{}", self.python.0, self.python.1, self.python.2)
    }

    /// All platform tags, best first, without `any`.
    pub fn platforms(&self) -> Vec<String> {
        let machine = self.machine.name();
        let mut tags = Vec::new();
        if let Some((major, minor)) = self.glibc {
            let (oldest_major, oldest_minor) = self.machine.oldest_glibc();
            let mut at = minor;
            while major == oldest_major && at >= oldest_minor {
                tags.push(format!("manylinux_{major}_{at}_{machine}"));
                for (name, glibc) in OLD_NAMES {
                    if *glibc == (major, at) {
                        tags.push(format!("{name}_{machine}"));
                    }
                }
                let Some(next) = at.checked_sub(1) else { break };
                at = next;
            }
        }
        tags.push(format!("linux_{machine}"));
        tags
    }

    /// All tags that fit, best first.
    pub fn tags(&self) -> Vec<Tag> {
        let (major, minor, _) = self.python;
        let platforms = self.platforms();
        let mut tags = Vec::new();
        let mut add = |python: &str, abi: &str| {
            tags.extend(platforms.iter().map(|platform| Tag::new(python, abi, platform)));
        };
        let own = format!("cp{major}{minor}");
        add(&own, &own);
        add(&own, "abi3");
        add(&own, "none");
        // The stable ABI began with 3.2.
        for older in (2..minor).rev() {
            add(&format!("cp{major}{older}"), "abi3");
        }
        let generic: Vec<String> = [format!("py{major}{minor}"), format!("py{major}")]
            .into_iter()
            .chain((0..minor).rev().map(|older| format!("py{major}{older}")))
            .collect();
        for python in &generic {
            add(python, "none");
        }
        tags.push(Tag::new(&own, "none", "any"));
        tags.extend(generic.iter().map(|python| Tag::new(python, "none", "any")));
        tags
    }

    /// The best of a wheel's tags that fits, with its rank: 0 is the best there is.
    pub fn best_fit(&self, of: &[Tag]) -> Option<(usize, Tag)> {
        self.tags().into_iter().enumerate().find(|(_, tag)| of.contains(tag))
    }

    /// A short list of what fits here, for messages: one line of each kind.
    pub fn summary(&self) -> Vec<String> {
        let (major, minor, _) = self.python;
        let platform = self.platforms().swap_remove(0);
        vec![
            format!("cp{major}{minor}-cp{major}{minor}-{platform} and older manylinux"),
            format!("cp32 to cp{major}{minor}-abi3-{platform}"),
            format!("py{major}-none-any"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(machine: Machine, glibc: Option<(u32, u32)>) -> Target {
        Target { python: (3, 14, 10), machine, glibc }
    }

    /// Counts and neighbours as `packaging.tags.sys_tags()` gives them on CPython 3.14 with glibc 2.43.
    #[test]
    fn the_order_is_the_packaging_librarys() {
        let tags = target(Machine::X86_64, Some((2, 43))).tags();
        assert_eq!(tags.len(), 1350);
        let at = |tag: &str| tags.iter().position(|t| t.to_string() == tag).expect(tag);
        assert_eq!(at("cp314-cp314-manylinux_2_43_x86_64"), 0);
        assert_eq!(at("cp314-cp314-manylinux2014_x86_64"), at("cp314-cp314-manylinux_2_17_x86_64") + 1);
        assert_eq!(at("cp314-cp314-linux_x86_64"), 42);
        assert_eq!(at("cp314-cp314-manylinux1_x86_64"), 41);
        assert_eq!(at("cp314-abi3-manylinux_2_43_x86_64"), 43);
        assert_eq!(at("cp313-abi3-manylinux_2_43_x86_64"), 3 * 43);
        assert_eq!(at("py3-none-manylinux_2_43_x86_64"), at("py314-none-linux_x86_64") + 1);
        assert_eq!(at("py30-none-any"), 1349);
        assert_eq!(at("cp314-none-any"), 1333);
    }

    #[test]
    fn other_platforms_have_fewer_tags() {
        let arm = target(Machine::Aarch64, Some((2, 28))).platforms();
        assert_eq!(arm.len(), 12 + 2);
        assert_eq!(arm[arm.len() - 2], "manylinux2014_aarch64");
        assert_eq!(target(Machine::X86_64, None).platforms(), ["linux_x86_64"]);
    }

    #[test]
    fn the_best_of_several_is_found() {
        let target = target(Machine::X86_64, Some((2, 36)));
        let fit = |tags: &[&str]| {
            let tags: Vec<Tag> = tags
                .iter()
                .map(|t| {
                    let [p, a, l] = t.split('-').collect::<Vec<_>>()[..] else { panic!("{t}") };
                    Tag::new(p, a, l)
                })
                .collect();
            target.best_fit(&tags).map(|(_, tag)| tag.to_string())
        };
        assert_eq!(
            fit(&["py3-none-any", "cp39-abi3-manylinux_2_17_x86_64"]).as_deref(),
            Some("cp39-abi3-manylinux_2_17_x86_64")
        );
        assert_eq!(fit(&["cp314-cp314-manylinux_2_39_x86_64"]), None);
        assert_eq!(fit(&["cp314-cp314t-manylinux_2_17_x86_64"]), None);
        assert_eq!(fit(&["cp315-abi3-manylinux_2_17_x86_64"]), None);
        assert_eq!(fit(&["cp314-cp314-musllinux_1_2_x86_64", "cp313-cp313-manylinux_2_17_x86_64"]), None);
    }
}
