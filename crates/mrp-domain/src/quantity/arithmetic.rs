//! Whole-number arithmetic behind exact fractions: reducing, comparing, showing.

use std::cmp::Ordering;

use rust_decimal::Decimal;

/// Largest mantissa of a decimal: 96 bits.
const MANTISSA_MAX: u128 = (1 << 96) - 1;

/// Long division, digit by digit, until the decimal is full or the remainder is nothing.
pub(super) fn nearest_decimal(num: u128, den: u128) -> Decimal {
    // Four spare bits: a rest below the divisor can be multiplied by ten. The digits lost are beyond the 28th.
    let shift = 4_u32.saturating_sub(den.leading_zeros());
    let (num, den) = (num >> shift, (den >> shift).max(1));
    let (mut mantissa, mut rest, mut scale) = (num / den, num % den, 0_u32);
    if mantissa > MANTISSA_MAX {
        return Decimal::MAX;
    }
    while rest != 0 && scale < Decimal::MAX_SCALE && mantissa <= (MANTISSA_MAX - 9) / 10 {
        let shifted = rest * 10;
        mantissa = mantissa * 10 + shifted / den;
        rest = shifted % den;
        scale += 1;
    }
    let round_up = match (rest * 2).cmp(&den) {
        Ordering::Less => false,
        Ordering::Equal => mantissa % 2 == 1,
        Ordering::Greater => true,
    };
    let mantissa = i128::try_from(mantissa).unwrap_or(i128::MAX).saturating_add(i128::from(round_up));
    Decimal::try_from_i128_with_scale(mantissa, scale).unwrap_or(Decimal::MAX).normalize()
}

/// Compares n/d pairs (d > 0) whose cross products do not fit: whole parts first, then the rests upside down.
pub(super) fn cmp_by_continued_fraction(left: (i128, i128), right: (i128, i128)) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        let wholes = left.0.div_euclid(left.1).cmp(&right.0.div_euclid(right.1));
        let rests = (left.0.rem_euclid(left.1), right.0.rem_euclid(right.1));
        match (wholes, rests) {
            (Ordering::Equal, (0, 0)) => return Ordering::Equal,
            (Ordering::Equal, (0, _)) => return Ordering::Less,
            (Ordering::Equal, (_, 0)) => return Ordering::Greater,
            (Ordering::Equal, (left_rest, right_rest)) => {
                // a/b < c/d exactly when d/c < b/a: swap sides with the reciprocal.
                (left, right) = ((right.1, right_rest), (left.1, left_rest));
            }
            (Ordering::Less | Ordering::Greater, _) => return wholes,
        }
    }
}

/// Both numbers over their greatest common divisor. Most amounts fit 64 bits, where division is ten times faster.
pub(super) fn without_common_divisor(left: i128, right: i128) -> (i128, i128) {
    if left == 1 || right == 1 {
        return (left, right);
    }
    let common = common_divisor(left, right);
    if common == 1 {
        return (left, right);
    }
    let narrow = i64::try_from(left).ok().zip(i64::try_from(right).ok()).zip(i64::try_from(common).ok());
    match narrow {
        Some(((left, right), common)) => (i128::from(left / common), i128::from(right / common)),
        None => (left / common, right / common),
    }
}

/// Greatest common divisor, at least 1.
pub(super) fn common_divisor(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.unsigned_abs(), right.unsigned_abs());
    while right != 0 {
        if let (Ok(small_left), Ok(small_right)) = (u64::try_from(left), u64::try_from(right)) {
            return i128::from(common_divisor_u64(small_left, small_right));
        }
        (left, right) = (right, left % right);
    }
    // Only a pair of -2¹²⁷ and 0 or itself has no divisor in range; undivided it is still correct.
    i128::try_from(left.max(1)).unwrap_or(1)
}

/// By halving instead of dividing, after Stein.
const fn common_divisor_u64(mut left: u64, mut right: u64) -> u64 {
    if left == 0 || right == 0 {
        return if left | right == 0 { 1 } else { left | right };
    }
    let twos = (left | right).trailing_zeros();
    left >>= left.trailing_zeros();
    while right != 0 {
        right >>= right.trailing_zeros();
        if left > right {
            (left, right) = (right, left);
        }
        right -= left;
    }
    left << twos
}
