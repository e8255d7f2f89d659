//! Loops like CPython's decimal benchmarks and long operands: times on standard output.

use dovetail_decimal::{
    Context, Decimal, Rounding, arith, divide, elementary, nat, parse, power, quantize, text,
};
use std::hint::black_box;
use std::time::Instant;

fn context(prec: i64) -> Context {
    Context { prec, emax: 999_999, emin: -999_999, rounding: Rounding::HalfEven, clamp: false }
}

fn d(text: &str) -> Decimal {
    parse::parse_exact(text.as_bytes(), &mut 0)
}

fn time(name: &str, rounds: u32, mut f: impl FnMut()) {
    f();
    let start = Instant::now();
    for _ in 0..rounds {
        f();
    }
    println!("{name:28} {:12.3} us", start.elapsed().as_secs_f64() * 1e6 / rounds as f64);
}

/// Pi by the series of the module's documentation.
fn pi(ctx: &Context) -> Decimal {
    let mut st = 0;
    let int = Decimal::from_i64;
    let (mut lasts, mut t, mut s) = (int(0), int(3), int(3));
    let (mut n, mut na, mut den, mut da) = (int(1), int(0), int(0), int(24));
    while s != lasts {
        lasts = s.clone();
        n = arith::add(&n, &na, ctx, &mut st);
        na = arith::add(&na, &int(8), ctx, &mut st);
        den = arith::add(&den, &da, ctx, &mut st);
        da = arith::add(&da, &int(32), ctx, &mut st);
        t = divide::div(&arith::mul(&t, &n, ctx, &mut st), &den, ctx, &mut st);
        s = arith::add(&s, &t, ctx, &mut st);
    }
    s
}

fn main() {
    let ctx = context(28);
    let mut st = 0;
    for prec in [9, 19, 28, 38, 60] {
        let ctx = context(prec);
        time(&format!("pi, {prec} digits"), 20_000, || {
            black_box(pi(&ctx));
        });
    }
    let (rate, minutes, cent) = (d("0.0013"), d("269"), d("0.01"));
    let mut total = d("0");
    time("telco: mul, quantize, add", 100_000, || {
        let p = arith::mul(black_box(&rate), &minutes, &ctx, &mut st);
        let p = quantize::quantize(&p, &cent, &ctx, &mut st);
        total = arith::add(&total, &p, &ctx, &mut st);
        if total.digits() > 12 {
            total = d("0");
        }
    });
    let (x, y) = (d("1.234567890123456789012345678"), d("9.876543210987654321098765432"));
    let thousand = 1000;
    for (name, f) in [
        ("add 28", &arith::add as &dyn Fn(&Decimal, &Decimal, &Context, &mut u32) -> Decimal),
        ("mul 28", &arith::mul),
        ("div 28", &divide::div),
        ("pow 28", &power::pow),
    ] {
        time(name, thousand, || {
            black_box(f(black_box(&x), &y, &ctx, &mut st));
        });
    }
    for (name, f) in [
        ("exp 28", &elementary::exp as &dyn Fn(&Decimal, &Context, &mut u32) -> Decimal),
        ("ln 28", &elementary::ln),
        ("log10 28", &elementary::log10),
        ("sqrt 28", &power::sqrt),
    ] {
        time(name, thousand, || {
            black_box(f(black_box(&x), &ctx, &mut st));
        });
    }
    time("to text 28", thousand, || {
        black_box(text::to_sci(black_box(&x), true));
    });
    time("parse 28", thousand, || {
        black_box(d(black_box("1.234567890123456789012345678")));
    });
    for digits in [1_000usize, 10_000, 100_000, 1_000_000] {
        let a = nat::div_rem(&nat::power_of_ten(digits), &[7]).0;
        let b = nat::div_rem(&nat::power_of_ten(digits), &[9]).0;
        let c = nat::mul(&a, &b);
        let rounds = (10_000_000 / digits / 20).max(2) as u32;
        time(&format!("mul {digits}"), rounds, || {
            black_box(nat::mul(black_box(&a), &b));
        });
        time(&format!("div {digits}"), rounds.div_ceil(8), || {
            black_box(nat::div_rem(black_box(&c), &b));
        });
        time(&format!("isqrt {digits}"), rounds.div_ceil(8), || {
            black_box(nat::isqrt(black_box(&c)));
        });
    }
    for prec in [100, 1_000, 5_000] {
        let ctx = context(prec);
        time(&format!("exp {prec}"), 5, || {
            black_box(elementary::exp(black_box(&x), &ctx, &mut st));
        });
        time(&format!("ln {prec}"), 5, || {
            black_box(elementary::ln(black_box(&x), &ctx, &mut st));
        });
    }
}
