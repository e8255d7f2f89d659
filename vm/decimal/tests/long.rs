//! Arithmetic of long numbers: identities at sizes on both sides of every threshold.

use dovetail_decimal::nat::{self, Limbs};

/// Limbs from a generator; now and then extreme ones.
fn sequence(seed: u64, len: usize) -> Limbs {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut out = Limbs::new();
    for _ in 0..len {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        out.push(match x >> 60 {
            0 => 0,
            1 => nat::BASE - 1,
            _ => (x >> 1) % nat::BASE,
        });
    }
    if let Some(top) = out.last_mut() {
        *top = (*top).max(1);
    }
    out
}

const LENGTHS: [usize; 16] = [1, 2, 3, 5, 17, 39, 40, 41, 79, 81, 160, 299, 300, 301, 700, 2100];
const PRIMES: [u64; 3] = [(1 << 61) - 1, 4_611_686_018_427_387_847, 1_000_000_007];

#[test]
fn products_agree_with_their_residues() {
    for (i, &n) in LENGTHS.iter().enumerate() {
        for (j, &m) in LENGTHS.iter().enumerate() {
            let (a, b) = (sequence(i as u64, n), sequence(1000 + j as u64, m));
            let product = nat::mul(&a, &b);
            assert_ne!(product.last(), Some(&0));
            for p in PRIMES {
                let expected = nat::rem_u64(&a, p) as u128 * nat::rem_u64(&b, p) as u128 % p as u128;
                assert_eq!(nat::rem_u64(&product, p) as u128, expected, "{n} by {m} limbs");
            }
            let square = nat::sqr(&a);
            let root = nat::rem_u64(&a, PRIMES[0]) as u128;
            assert_eq!(nat::rem_u64(&square, PRIMES[0]) as u128, root * root % PRIMES[0] as u128);
        }
    }
}

#[test]
fn products_of_nines() {
    // (10^n - 1)^2 = 10^2n - 2 * 10^n + 1: the largest coefficients of every transform.
    for n in [19, 38, 5_700, 6_000, 19_000, 40_000] {
        let nines = nat::nines(n);
        let mut expected = nat::power_of_ten(2 * n);
        nat::sub_assign(&mut expected, &nat::mul_word(&nat::power_of_ten(n), 2));
        nat::add_assign(&mut expected, &[1]);
        assert_eq!(nat::mul(&nines, &nines), expected, "{n} digits");
    }
}

#[test]
fn quotients_and_remainders_make_the_dividend() {
    for (i, &n) in LENGTHS.iter().enumerate() {
        for (j, &m) in LENGTHS.iter().enumerate() {
            let b = sequence(50 + j as u64, m);
            for extra in [0u64, 1] {
                // A product makes remainders of zero and near the divisor.
                let mut a = nat::mul(&sequence(i as u64 + 7, n), &b);
                if extra == 1 {
                    nat::decrement(&mut a);
                } else if i % 2 == 0 {
                    a = sequence(i as u64 + 90, n + m);
                }
                let (q, r) = nat::div_rem(&a, &b);
                assert_eq!(nat::cmp(&r, &b), std::cmp::Ordering::Less);
                assert_eq!(nat::add(&nat::mul(&q, &b), &r), a, "{} by {m} limbs", a.len());
            }
        }
    }
}

#[test]
fn roots_are_the_largest() {
    for (i, &n) in LENGTHS.iter().enumerate() {
        let a = sequence(i as u64 + 3, n);
        for a in [a.clone(), nat::sqr(&a), nat::sub(&nat::sqr(&a), &[1])] {
            let root = nat::isqrt(&a);
            let mut above = root.clone();
            nat::increment(&mut above);
            assert_ne!(nat::cmp(&nat::sqr(&root), &a), std::cmp::Ordering::Greater);
            assert_eq!(nat::cmp(&nat::sqr(&above), &a), std::cmp::Ordering::Greater);
        }
    }
}

#[test]
fn shifts_drop_and_append_digits() {
    for (i, &n) in LENGTHS[..10].iter().enumerate() {
        let a = sequence(i as u64 + 11, n);
        let mut text = Vec::new();
        nat::push_text(&mut text, &a);
        assert_eq!(nat::from_text(&text), a);
        assert_eq!(nat::digits(&a), text.len());
        for count in
            [0, 1, 5, 18, 19, 20, 37, 38, 39, text.len() - 1, text.len(), text.len() + 1, text.len() + 60]
        {
            let left = nat::shift_left(&a, count);
            let mut back = left.clone();
            assert_eq!(nat::shift_right(&mut back, count), 0);
            assert_eq!(back, a);
            assert!(nat::trailing_zeros(&left) >= count);
            let mut right = a.clone();
            let dropped = nat::shift_right(&mut right, count);
            let kept = text.len().saturating_sub(count);
            assert_eq!(right, nat::from_text(&text[..kept]), "{count} of {} digits", text.len());
            let below = text.get(kept + 1..).unwrap_or(&[]).iter().any(|&b| b != b'0');
            let (digit, below) = match count {
                0 => (0, false),
                _ if count > text.len() => (0, true),
                _ => (text[kept] - b'0', below),
            };
            assert_eq!(dropped, digit + u8::from(below && matches!(digit, 0 | 5)));
            let low = nat::low_digits(&a, count);
            assert_eq!(nat::add(&nat::shift_left(&right, count), &low), a);
        }
    }
}

#[test]
fn binary_and_back() {
    for (i, &n) in LENGTHS.iter().enumerate() {
        let a = sequence(i as u64 + 21, n);
        let words = nat::to_bits(&a);
        assert_ne!(words.last(), Some(&0));
        let halves: Vec<u32> = words.iter().flat_map(|w| [*w as u32, (*w >> 32) as u32]).collect();
        assert_eq!(nat::from_bits(&halves, 32), a);
    }
    for value in
        [0, 1, u64::MAX as u128, nat::BASE as u128, u128::MAX, u128::MAX / 3, (nat::BASE as u128).pow(2)]
    {
        let a = nat::from_u128(value);
        assert_eq!(nat::to_u128(&a), Some(value));
        assert_ne!(a.last(), Some(&0));
    }
}
