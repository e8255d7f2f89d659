//! Links the launcher so that extension modules find the C API in it, and nothing else: libraries that are linked in
//! (OpenSSL, the allocator) stay out of the way of those that wheels bring along.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for pattern in ["Py*", "_Py*"] {
        println!("cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol={pattern}");
    }
}
