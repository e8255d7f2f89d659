//! Compiles the two C files: what Rust cannot say of `long double`, and functions that tests call.

fn main() {
    println!("cargo::rerun-if-changed=c");
    cc::Build::new()
        .files(["c/long_double.c", "c/testfunc.c"])
        .std("c11")
        .warnings(true)
        .compile("dovetail_cffi_c");
}
