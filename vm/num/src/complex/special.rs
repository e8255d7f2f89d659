//! What the complex functions give where a part is infinite or not a number, after C11's Annex G; found with CPython.
//!
//! Rows are real parts, columns imaginary parts: -inf, negative, -0.0, 0.0, positive, inf, NaN. `U` is not used.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// Results by the classes of both parts.
pub type Table = [[(f64, f64); 7]; 7];

const I: f64 = f64::INFINITY;
const N: f64 = f64::NAN;
const Z: f64 = 0.0;
const P: f64 = PI;
const P2: f64 = FRAC_PI_2;
const P4: f64 = FRAC_PI_4;
const P34: f64 = 3.0 * FRAC_PI_4;
const ONE: f64 = 1.0;
const U: (f64, f64) = (N, N);

/// The row or column of a number.
fn class(x: f64) -> usize {
    match (x.is_nan(), x.is_infinite(), x == 0.0, x.is_sign_negative()) {
        (true, ..) => 6,
        (_, true, _, true) => 0,
        (_, true, _, false) => 5,
        (_, _, true, true) => 2,
        (_, _, true, false) => 3,
        (_, _, _, true) => 1,
        (_, _, _, false) => 4,
    }
}

/// The entry for two parts.
pub fn look_up(table: &Table, real: f64, imag: f64) -> (f64, f64) {
    table[class(real)][class(imag)]
}

/// `acos`
pub const ACOS: Table = [
    [(P34, I), (P, I), (P, I), (P, -I), (P, -I), (P34, -I), (N, I)],
    [(P2, I), U, U, U, U, (P2, -I), (N, N)],
    [(P2, I), U, U, U, U, (P2, -I), (P2, N)],
    [(P2, I), U, U, U, U, (P2, -I), (P2, N)],
    [(P2, I), U, U, U, U, (P2, -I), (N, N)],
    [(P4, I), (Z, I), (Z, I), (Z, -I), (Z, -I), (P4, -I), (N, I)],
    [(N, I), (N, N), (N, N), (N, N), (N, N), (N, -I), (N, N)],
];

/// `acosh`
pub const ACOSH: Table = [
    [(I, -P34), (I, -P), (I, -P), (I, P), (I, P), (I, P34), (I, N)],
    [(I, -P2), U, U, U, U, (I, P2), (N, N)],
    [(I, -P2), U, U, U, U, (I, P2), (N, P2)],
    [(I, -P2), U, U, U, U, (I, P2), (N, P2)],
    [(I, -P2), U, U, U, U, (I, P2), (N, N)],
    [(I, -P4), (I, -Z), (I, -Z), (I, Z), (I, Z), (I, P4), (I, N)],
    [(I, N), (N, N), (N, N), (N, N), (N, N), (I, N), (N, N)],
];

/// `asinh`
pub const ASINH: Table = [
    [(-I, -P4), (-I, -Z), (-I, -Z), (-I, Z), (-I, Z), (-I, P4), (-I, N)],
    [(-I, -P2), U, U, U, U, (-I, P2), (N, N)],
    [(-I, -P2), U, U, U, U, (-I, P2), (N, N)],
    [(I, -P2), U, U, U, U, (I, P2), (N, N)],
    [(I, -P2), U, U, U, U, (I, P2), (N, N)],
    [(I, -P4), (I, -Z), (I, -Z), (I, Z), (I, Z), (I, P4), (I, N)],
    [(I, N), (N, N), (N, -Z), (N, Z), (N, N), (I, N), (N, N)],
];

/// `atanh`
pub const ATANH: Table = [
    [(-Z, -P2), (-Z, -P2), (-Z, -P2), (-Z, P2), (-Z, P2), (-Z, P2), (-Z, N)],
    [(-Z, -P2), U, U, U, U, (-Z, P2), (N, N)],
    [(-Z, -P2), U, U, U, U, (-Z, P2), (-Z, N)],
    [(Z, -P2), U, U, U, U, (Z, P2), (Z, N)],
    [(Z, -P2), U, U, U, U, (Z, P2), (N, N)],
    [(Z, -P2), (Z, -P2), (Z, -P2), (Z, P2), (Z, P2), (Z, P2), (Z, N)],
    [(Z, -P2), (N, N), (N, N), (N, N), (N, N), (Z, P2), (N, N)],
];

/// `cosh`
pub const COSH: Table = [
    [(N, N), (-I, I), (I, Z), (I, -Z), (-I, -I), (N, N), (I, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, Z)],
    [(N, N), U, U, U, U, (N, N), (N, Z)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), (-I, -I), (I, -Z), (I, Z), (-I, I), (N, N), (I, N)],
    [(N, N), (N, N), (N, Z), (N, Z), (N, N), (N, N), (N, N)],
];

/// `exp`
pub const EXP: Table = [
    [(Z, Z), (-Z, -Z), (Z, -Z), (Z, Z), (-Z, Z), (Z, Z), (Z, Z)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), (-I, -I), (I, -Z), (I, Z), (-I, I), (N, N), (I, N)],
    [(N, N), (N, N), (N, -Z), (N, Z), (N, N), (N, N), (N, N)],
];

/// `log`
pub const LOG: Table = [
    [(I, -P34), (I, -P), (I, -P), (I, P), (I, P), (I, P34), (I, N)],
    [(I, -P2), U, U, U, U, (I, P2), (N, N)],
    [(I, -P2), U, U, U, U, (I, P2), (N, N)],
    [(I, -P2), U, U, U, U, (I, P2), (N, N)],
    [(I, -P2), U, U, U, U, (I, P2), (N, N)],
    [(I, -P4), (I, -Z), (I, -Z), (I, Z), (I, Z), (I, P4), (I, N)],
    [(I, N), (N, N), (N, N), (N, N), (N, N), (I, N), (N, N)],
];

/// `sinh`
pub const SINH: Table = [
    [(N, N), (I, -I), (-I, -Z), (-I, Z), (I, I), (N, N), (I, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (Z, N)],
    [(N, N), U, U, U, U, (N, N), (Z, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), (-I, -I), (I, -Z), (I, Z), (-I, I), (N, N), (I, N)],
    [(N, N), (N, N), (N, -Z), (N, Z), (N, N), (N, N), (N, N)],
];

/// `sqrt`
pub const SQRT: Table = [
    [(I, -I), (Z, -I), (Z, -I), (Z, I), (Z, I), (I, I), (N, I)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), (I, -Z), (I, -Z), (I, Z), (I, Z), (I, I), (I, N)],
    [(I, -I), (N, N), (N, N), (N, N), (N, N), (I, I), (N, N)],
];

/// `tanh`
pub const TANH: Table = [
    [(-ONE, Z), (-ONE, Z), (-ONE, -Z), (-ONE, Z), (-ONE, -Z), (-ONE, Z), (-ONE, Z)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (-Z, N)],
    [(N, N), U, U, U, U, (N, N), (Z, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(ONE, Z), (ONE, Z), (ONE, -Z), (ONE, Z), (ONE, -Z), (ONE, Z), (ONE, Z)],
    [(N, N), (N, N), (N, -Z), (N, Z), (N, N), (N, N), (N, N)],
];

/// `polar to rectangular: modulus and angle`
pub const RECT: Table = [
    [(N, N), (I, I), (-I, Z), (-I, -Z), (I, -I), (N, N), (I, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(Z, Z), U, U, U, U, (Z, Z), (Z, Z)],
    [(Z, Z), U, U, U, U, (Z, Z), (Z, Z)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), (-I, -I), (I, -Z), (I, Z), (-I, I), (N, N), (I, N)],
    [(N, N), (N, N), (N, Z), (N, Z), (N, N), (N, N), (N, N)],
];

