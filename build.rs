//! Links the launcher so that extension modules find the C API in it, and nothing else: libraries that are linked in
//! (OpenSSL, the allocator) stay out of the way of those that wheels bring along.
//!
//! On Linux the launcher lies at a fixed address, as distributions build CPython: a hundred thousand pointers in type
//! and method tables then need no relocation at every start, and the pages they are on no copy. An optimized build
//! for x86-64 gathers the functions that run at start-up (`link/start.order`, made by `cargo xtask order`).

use std::fmt::Write;
use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=link/start.order");
    for pattern in ["Py*", "_Py*"] {
        println!("cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol={pattern}");
    }
    let variable = |name| std::env::var(name).unwrap_or_default();
    if variable("CARGO_CFG_TARGET_OS") != "linux" {
        return;
    }
    println!("cargo::rustc-link-arg-bins=-no-pie");
    if variable("PROFILE") == "release" && variable("CARGO_CFG_TARGET_ARCH") == "x86_64" {
        // An addition to the linker's own script: these sections first, all others after them.
        let mut script = String::from("SECTIONS {\n  .text : {\n");
        let order =
            std::fs::read_to_string("link/start.order").expect("the order of functions is in the tree");
        for name in order.lines().filter(|line| !line.starts_with('#')) {
            writeln!(script, "    *(.text.{name} .text.unlikely.{name})").expect("a string takes all");
        }
        script.push_str("  }\n} INSERT AFTER .eh_frame;\n");
        let file = PathBuf::from(variable("OUT_DIR")).join("start.ld");
        std::fs::write(&file, script).expect("the build folder takes files");
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", file.display());
    }
}
