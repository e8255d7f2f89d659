//! Asks a compiler, by way of constants in an object file.

use super::generate::{Found, Program, Where};
use dovetail_ctype::Target;
use object::{Object, ObjectSection, ObjectSymbol};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};

pub struct Compiler {
    pub name: &'static str,
    pub arguments: &'static [&'static str],
    pub target: Target,
    /// Lays bit-fields with `aligned` out as GCC does.
    pub gcc: bool,
    /// The machine whose types it knows, where it cannot be told.
    pub only_on: Option<&'static str>,
}

impl Compiler {
    pub fn exists(&self) -> bool {
        self.only_on.is_none_or(|arch| arch == std::env::consts::ARCH)
            && Command::new(self.name)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|s| s.success())
    }
}

/// The bytes of each constant.
pub struct Measured {
    constants: HashMap<String, Vec<u8>>,
}

/// Compiles the records with their tables.
pub fn measure(compiler: &Compiler, program: &Program, folder: &Path) -> Measured {
    let mut text = program.text.clone();
    for (i, record) in program.records.iter().enumerate() {
        let name = &record.name;
        write!(text, "const unsigned long t{i}[] = {{ sizeof({name}), _Alignof({name})").unwrap();
        for m in record.members.iter().filter(|m| m.bits.is_none()) {
            write!(text, ", __builtin_offsetof({name}, {})", m.name).unwrap();
        }
        text.push_str(" };\n");
        for m in record.members.iter().filter(|m| m.bits.is_some()) {
            writeln!(text, "const {name} b{i}_{} = {{ .{} = {} }};", m.name, m.name, m.ones).unwrap();
        }
    }
    let source = folder.join("records.c");
    let out = folder.join("records.o");
    std::fs::write(&source, text).unwrap();
    let result = Command::new(compiler.name)
        .args(compiler.arguments)
        .args(["-std=gnu11", "-w", "-c", "-O0", "-o"])
        .args([&out, &source])
        .output()
        .unwrap();
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    let bytes = std::fs::read(&out).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let mut constants = HashMap::new();
    for symbol in file.symbols() {
        let (Ok(name), Some(index)) = (symbol.name(), symbol.section_index()) else { continue };
        let section = file.section_by_index(index).unwrap();
        let data = section.uncompressed_data().unwrap();
        let (begin, size) = (symbol.address() as usize, symbol.size() as usize);
        // A section of zeros has no bytes in the file.
        let value = if data.is_empty() { vec![0; size] } else { data[begin..begin + size].to_vec() };
        constants.insert(name.to_owned(), value);
    }
    Measured { constants }
}

impl Measured {
    pub fn record(&self, program: &Program, index: usize) -> Found {
        let made = &program.records[index];
        let mut table = self.constants[&format!("t{index}")]
            .chunks_exact(8)
            .map(|c| u64::from_le_bytes(c.try_into().unwrap()));
        let (size, align) = (table.next().unwrap(), table.next().unwrap());
        let members = made
            .members
            .iter()
            .map(|m| {
                let place = match m.bits {
                    None => Where::Byte(table.next().unwrap()),
                    Some(_) => ones(&self.constants[&format!("b{index}_{}", m.name)]),
                };
                (m.name.clone(), place)
            })
            .collect();
        Found { size, align, members }
    }
}

/// The one run of set bits.
fn ones(bytes: &[u8]) -> Where {
    let set: Vec<u64> =
        (0..bytes.len() as u64 * 8).filter(|b| bytes[*b as usize / 8] >> (b % 8) & 1 == 1).collect();
    let (Some(first), Some(last)) = (set.first(), set.last()) else { return Where::Bits(0, 0) };
    assert_eq!(last - first + 1, set.len() as u64, "a bit-field in pieces");
    Where::Bits(*first, set.len() as u32)
}
