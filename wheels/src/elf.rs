//! What an ELF file asks of the process that loads it: Python symbols, libraries, versions of the C library.

use std::collections::{BTreeMap, BTreeSet};

use object::Endianness;
use object::elf;
use object::read::elf::{Dyn, ElfFile64, FileHeader, SectionHeader, Sym};

/// The needs of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// `x86_64`, `aarch64`, or the number.
    pub machine: String,
    /// Shared libraries by name (`DT_NEEDED`).
    pub libraries: Vec<String>,
    /// Symbols starting `Py` or `_Py` that it does not define: `true` where it does without (weak).
    pub python: BTreeMap<String, bool>,
    /// Symbols it defines for others, of the same prefixes: `PyInit_*` among them.
    pub defines: BTreeSet<String>,
    /// The newest version of glibc among the symbol versions it needs.
    pub glibc: Option<(u32, u32)>,
}

impl Needs {
    /// Whether it is an extension module.
    pub fn is_module(&self) -> bool {
        self.defines.iter().any(|name| name.starts_with("PyInit_") || name.starts_with("PyInitU_"))
    }
}

/// Whether the bytes start as an ELF file does.
pub fn is_elf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x7fELF")
}

/// Whether a symbol is part of Python's C API by its prefix.
pub fn is_python_symbol(name: &str) -> bool {
    name.starts_with("Py") || name.starts_with("_Py")
}

/// Reads a 64-bit ELF file's dynamic section, symbols and version needs.
pub fn read(bytes: &[u8]) -> Result<Needs, String> {
    let file: ElfFile64<Endianness> = ElfFile64::parse(bytes).map_err(|error| error.to_string())?;
    let endian = file.endian();
    let header = file.elf_header();
    let mut needs = Needs {
        machine: match header.e_machine(endian) {
            elf::EM_X86_64 => "x86_64".into(),
            elf::EM_AARCH64 => "aarch64".into(),
            other => format!("machine {other:?}"),
        },
        ..Needs::default()
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let sections = file.elf_section_table();

    for section in sections.iter() {
        let Some((entries, link)) = section.dynamic(endian, bytes).map_err(|error| error.to_string())? else {
            continue;
        };
        let strings = sections.strings(endian, bytes, link).map_err(|error| error.to_string())?;
        for entry in entries {
            if entry.tag(endian) == elf::DT_NEEDED {
                needs.libraries.push(text(entry.string(endian, strings).map_err(|error| error.to_string())?));
            }
        }
    }

    let symbols = sections.symbols(endian, bytes, elf::SHT_DYNSYM).map_err(|error| error.to_string())?;
    for symbol in symbols.iter() {
        let name = text(symbol.name(endian, symbols.strings()).map_err(|error| error.to_string())?);
        if !is_python_symbol(&name) {
            continue;
        }
        let weak = symbol.st_bind() == elf::STB_WEAK;
        if symbol.is_undefined(endian) {
            needs.python.insert(name, weak);
        } else if symbol.st_bind() != elf::STB_LOCAL {
            needs.defines.insert(name);
        }
    }

    if let Some((mut wanted, link)) =
        sections.gnu_verneed(endian, bytes).map_err(|error| error.to_string())?
    {
        let strings = sections.strings(endian, bytes, link).map_err(|error| error.to_string())?;
        while let Some((_, mut versions)) = wanted.next().map_err(|error| error.to_string())? {
            while let Some(version) = versions.next().map_err(|error| error.to_string())? {
                let name = version.name(endian, strings).map_err(|error| error.to_string())?;
                needs.glibc = needs.glibc.max(glibc_version(&text(name)));
            }
        }
    }
    Ok(needs)
}

/// `GLIBC_2.17` and `GLIBC_2.2.5` as numbers; other names (`GLIBC_PRIVATE`, `CXXABI_1.3`) are none.
fn glibc_version(name: &str) -> Option<(u32, u32)> {
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_glibc_are_read() {
        assert_eq!(glibc_version("GLIBC_2.17"), Some((2, 17)));
        assert_eq!(glibc_version("GLIBC_2.2.5"), Some((2, 2)));
        for other in ["GLIBC_PRIVATE", "CXXABI_1.3", "GLIBCXX_3.4"] {
            assert_eq!(glibc_version(other), None, "{other}");
        }
    }

    /// This test's own executable is an ELF file that needs the C library and no Python.
    #[test]
    fn an_executable_is_read() {
        let path = std::env::current_exe().expect("has a path");
        let bytes = std::fs::read(path).expect("is readable");
        assert!(is_elf(&bytes));
        let needs = read(&bytes).expect("parses");
        assert_eq!(needs.machine, std::env::consts::ARCH);
        assert!(needs.libraries.iter().any(|name| name.starts_with("libc.so")), "{:?}", needs.libraries);
        assert!(needs.python.is_empty() && !needs.is_module());
        assert!(needs.glibc >= Some((2, 17)), "{:?}", needs.glibc);
    }

    #[test]
    fn rubbish_is_an_error() {
        assert!(!is_elf(b"#!/bin/sh"));
        assert!(read(b"\x7fELF and nothing more").is_err());
        assert!(read(b"").is_err());
    }
}
