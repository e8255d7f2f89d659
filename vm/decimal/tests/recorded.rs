//! Results recorded from CPython's native module by `record.py`. `DECIMAL_ROWS` names a further file of rows.

use dovetail_decimal::{
    Context, Decimal, Rounding, arith, compare, condition as c, convert, divide, elementary, format, logic,
    parse, power, quantize, text,
};

fn operand(text: &str) -> Decimal {
    let mut status = 0;
    let d = parse::parse_exact(text.as_bytes(), &mut status);
    assert_eq!(status, 0, "operand {text}");
    d
}

fn rounding(name: &str) -> Rounding {
    *Rounding::ALL.iter().find(|r| r.name() == name).expect("a rounding")
}

fn flags(status: u32) -> String {
    let names = [
        (c::CLAMPED, "Clamped"),
        (c::IEEE_INVALID, "InvalidOperation"),
        (c::DIVISION_BY_ZERO, "DivisionByZero"),
        (c::INEXACT, "Inexact"),
        (c::OVERFLOW, "Overflow"),
        (c::ROUNDED, "Rounded"),
        (c::SUBNORMAL, "Subnormal"),
        (c::UNDERFLOW, "Underflow"),
    ];
    let set: Vec<&str> = names.iter().filter(|(bit, _)| status & bit != 0).map(|(_, name)| *name).collect();
    set.join(",")
}

fn operation(name: &str, texts: &[&str], ctx: &Context) -> String {
    let mut status = 0;
    let st = &mut status;
    let sci = |d: &Decimal| text::to_sci(d, true);
    if name == "create_decimal" {
        let d = parse::parse(texts[0].as_bytes(), ctx, st);
        return format!("{} {}", sci(&d), flags(status));
    }
    let v: Vec<Decimal> = texts.iter().map(|t| operand(t)).collect();
    let result = match (name, &v[..]) {
        ("abs", [a]) => arith::abs(a, ctx, st),
        ("minus", [a]) => arith::minus(a, ctx, st),
        ("plus", [a]) => arith::plus(a, ctx, st),
        ("sqrt", [a]) => power::sqrt(a, ctx, st),
        ("exp", [a]) => elementary::exp(a, ctx, st),
        ("ln", [a]) => elementary::ln(a, ctx, st),
        ("log10", [a]) => elementary::log10(a, ctx, st),
        ("next_minus", [a]) => arith::next_minus(a, ctx, st),
        ("next_plus", [a]) => arith::next_plus(a, ctx, st),
        ("normalize", [a]) => quantize::reduce(a, ctx, st),
        ("to_integral_exact", [a]) => quantize::to_integral_exact(a, ctx, st),
        ("to_integral_value", [a]) => quantize::to_integral_value(a, ctx, st),
        ("logical_invert", [a]) => logic::invert(a, ctx, st),
        ("logb", [a]) => logic::logb(a, ctx, st),
        ("number_class", [a]) => return format!("{} {}", a.class(ctx), flags(0)),
        ("to_sci_string", [a]) => return format!("{} {}", sci(a), flags(0)),
        ("to_eng_string", [a]) => return format!("{} {}", text::to_eng(a, true), flags(0)),
        ("add", [a, b]) => arith::add(a, b, ctx, st),
        ("subtract", [a, b]) => arith::sub(a, b, ctx, st),
        ("multiply", [a, b]) => arith::mul(a, b, ctx, st),
        ("divide", [a, b]) => divide::div(a, b, ctx, st),
        ("divide_int", [a, b]) => divide::divide_int(a, b, ctx, st),
        ("remainder", [a, b]) => divide::remainder(a, b, ctx, st),
        ("remainder_near", [a, b]) => divide::remainder_near(a, b, ctx, st),
        ("divmod", [a, b]) => {
            let (q, r) = divide::divmod(a, b, ctx, st);
            return format!("{} {} {}", sci(&q), sci(&r), flags(status));
        }
        ("power", [a, b]) => power::pow(a, b, ctx, st),
        ("compare", [a, b]) => compare::compare(a, b, ctx, st),
        ("compare_signal", [a, b]) => compare::compare_signal(a, b, ctx, st),
        ("compare_total", [a, b]) => compare::compare_total(a, b),
        ("compare_total_mag", [a, b]) => compare::compare_total_mag(a, b),
        ("max", [a, b]) => compare::max(a, b, ctx, st),
        ("max_mag", [a, b]) => compare::max_mag(a, b, ctx, st),
        ("min", [a, b]) => compare::min(a, b, ctx, st),
        ("min_mag", [a, b]) => compare::min_mag(a, b, ctx, st),
        ("next_toward", [a, b]) => arith::next_toward(a, b, ctx, st),
        ("quantize", [a, b]) => quantize::quantize(a, b, ctx, st),
        ("same_quantum", [a, b]) => {
            let same = if compare::same_quantum(a, b) { "True" } else { "False" };
            return format!("{same} {}", flags(0));
        }
        ("logical_and", [a, b]) => logic::and(a, b, ctx, st),
        ("logical_or", [a, b]) => logic::or(a, b, ctx, st),
        ("logical_xor", [a, b]) => logic::xor(a, b, ctx, st),
        ("rotate", [a, b]) => logic::rotate(a, b, ctx, st),
        ("shift", [a, b]) => logic::shift(a, b, ctx, st),
        ("scaleb", [a, b]) => logic::scaleb(a, b, ctx, st),
        ("fma", [a, b, d]) => arith::fma(a, b, d, ctx, st),
        ("power", [a, b, d]) => power::pow_mod(a, b, d, ctx, st),
        _ => panic!("unknown operation {name}"),
    };
    format!("{} {}", sci(&result), flags(status))
}

fn hex(text: &str) -> f64 {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = text.strip_prefix("0x").expect("hex").split_once('p').expect("hex");
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let bits = u64::from_str_radix(&format!("{whole}{fraction}"), 16).expect("hex");
    let power = exponent.parse::<i32>().expect("hex") - 4 * fraction.len() as i32;
    // In two steps: the first factor is exact.
    let value = if power < -1000 {
        bits as f64 * 2f64.powi(power + 200) * 2f64.powi(-200)
    } else {
        bits as f64 * 2f64.powi(power)
    };
    if negative { -value } else { value }
}

fn check(rows: &str) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in rows.lines() {
        let (left, expected) = row.split_once(" -> ").expect("a row");
        let words: Vec<&str> = left.split(' ').collect();
        let got = match words[0] {
            "format" => {
                let spec = format::Spec::parse(&words[2].replace('~', " ")).expect("a specification");
                let rounding = rounding(words[1]);
                let local = format::Locale { point: ".".into(), ..Default::default() };
                let locale = spec.is_local().then_some(&local);
                let text = format::format(&operand(words[3]), &spec, locale, true, rounding, &mut 0);
                text.expect("short").replace(' ', "~")
            }
            "float" => {
                let d = convert::from_f64(hex(words[1]));
                let back = convert::to_f64(&d);
                assert_eq!(back.to_bits(), hex(words[1]).to_bits(), "{row}");
                format!("{} {} {}", text::to_sci(&d, true), words[1], convert::hash(&d))
            }
            "number" => {
                let d = operand(words[1]);
                let float = expected.split(' ').next().expect("a float");
                if float != "-" {
                    assert_eq!(convert::to_f64(&d).to_bits(), hex(float).to_bits(), "{row}");
                }
                format!("{float} {}", convert::hash(&d))
            }
            name => {
                let n = |i: usize| words[i].parse::<i64>().expect("a number");
                let ctx = Context {
                    prec: n(1),
                    emax: n(2),
                    emin: n(3),
                    rounding: rounding(words[4]),
                    clamp: n(5) == 1,
                };
                operation(name, &words[6..], &ctx)
            }
        };
        count += 1;
        if got != expected {
            wrong.push(format!("{row}\n    got {got}"));
        }
    }
    assert!(count > 0);
    let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} of {count} rows differ\n{shown}", wrong.len());
}

#[test]
fn recorded_rows() {
    check(include_str!("recorded.txt"));
    if let Ok(path) = std::env::var("DECIMAL_ROWS") {
        check(&std::fs::read_to_string(path).expect("rows"));
    }
}
