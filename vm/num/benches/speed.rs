//! Nanoseconds per operation: `cargo bench -p dovetail-num`, with words of the names to choose.

use std::hint::black_box;
use std::time::{Duration, Instant};

use dovetail_num::format_spec::{Align, FormatSpec, Locale, ascii_decimal, format_float, format_int};
use dovetail_num::{Digits, Int, digits, float, int};

fn sequence(mut x: u64, len: usize) -> Digits {
    let mut out = Digits::new();
    for _ in 0..len {
        x = x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        out.push((x >> 34) as u32);
    }
    if let Some(top) = out.last_mut() {
        *top |= 1 << 29;
    }
    out
}

fn measure<T>(name: &str, mut run: impl FnMut() -> T) {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if !chosen.is_empty() && !chosen.iter().any(|word| name.contains(word.as_str())) {
        return;
    }
    let mut rounds = 1u32;
    loop {
        let start = Instant::now();
        for _ in 0..rounds {
            black_box(run());
        }
        let spent = start.elapsed();
        if spent > Duration::from_millis(60) {
            println!("{name:36} {:12.1} ns", spent.as_nanos() as f64 / rounds as f64);
            return;
        }
        rounds *= 2;
    }
}

fn main() {
    let small = [(7i64, 5i64), (1 << 40, 12345), (-(1 << 59), 1 << 59)];
    for (x, y) in small {
        let (a, b) = (Int::from(x), Int::from(y));
        measure(&format!("small add {x} {y}"), || int::add(black_box(a.as_ref()), black_box(b.as_ref())));
        measure(&format!("small mul {x} {y}"), || int::mul(black_box(a.as_ref()), black_box(b.as_ref())));
        measure(&format!("small floordiv {x} {y}"), || {
            int::floor_div(black_box(a.as_ref()), black_box(b.as_ref()))
        });
        measure(&format!("small str {x}"), || int::to_decimal(black_box(a.as_ref())));
        measure(&format!("small hash {x}"), || int::hash(black_box(a.as_ref())));
    }
    measure("small parse 12345", || int::parse(black_box(b"12345"), 10, 4300));

    for len in [3, 5, 6, 8, 12, 16, 20, 30, 40, 50, 60, 80, 120, 200, 400, 1000, 10_000] {
        let (a, b) = (sequence(1, len), sequence(2, len));
        let a2 = sequence(3, 2 * len);
        let mut out = vec![0; 2 * len];
        measure(&format!("mul {len}"), || {
            digits::mul_into(black_box(&mut out), black_box(&a), black_box(&b))
        });
        measure(&format!("mul-crate {len}"), || {
            digits::big::mul_into(black_box(&mut out), black_box(&a), black_box(&b))
        });
        measure(&format!("div {len}"), || digits::divmod(black_box(&a2), black_box(&b)));
        measure(&format!("div-crate {len}"), || digits::big::divmod(black_box(&a2), black_box(&b)));
        measure(&format!("add {len}"), || digits::add(black_box(&a), black_box(&b)));
        let number = Int::new(false, a.clone());
        measure(&format!("str {len}"), || int::to_decimal(black_box(number.as_ref())));
        let text = int::to_decimal(number.as_ref());
        measure(&format!("parse {len}"), || int::parse(black_box(text.as_bytes()), 10, 0));
        if len <= 400 {
            let exponent = Int::from(65537);
            let base = Int::new(false, b.clone());
            measure(&format!("powmod {len}"), || {
                int::pow_mod(black_box(base.as_ref()), exponent.as_ref(), number.as_ref())
            });
            measure(&format!("gcd {len}"), || int::gcd(black_box(base.as_ref()), number.as_ref()));
        }
    }

    for value in [1.0, 0.1, std::f64::consts::PI, 1e22, 1.234e-200, 123456.789] {
        measure(&format!("repr {value:e}"), || float::repr(black_box(value)));
        let text = float::repr(value);
        measure(&format!("float parse {text}"), || float::parse(black_box(text.as_bytes())));
        measure(&format!("float hash {value:e}"), || float::hash(black_box(value)));
        measure(&format!("float round {value:e}"), || float::round_to(black_box(value), 2));
    }
    let locale = Locale::default();
    for spec in ["", ".2f", "10.3f", ",.2f", ".6g", ".3e"] {
        let units = spec.as_bytes();
        measure(&format!("format float {spec}"), || {
            let spec = FormatSpec::parse(black_box(units), "float", None, Align::Right, ascii_decimal)?;
            format_float(black_box(1234.5678), &spec, "float", &locale)
        });
    }
    let number = Int::from(1234567);
    for spec in ["", "5d", "010x", ","] {
        let units = spec.as_bytes();
        measure(&format!("format int {spec}"), || {
            let spec = FormatSpec::parse(black_box(units), "int", Some('d'), Align::Right, ascii_decimal)?;
            format_int(black_box(number.as_ref()), &spec, "int", &locale, 4300)
        });
    }
}
