//! Seeded numbers and logarithms in whole numbers: equal on every machine, in the browser too.
//!
//! The generator is Marsaglia's xorshift* with 64 bits (Vigna, "An experimental exploration of Marsaglia's xorshift
//! generators, scrambled", 2016), started by splitmix64.

/// Fractional bits of the logarithms here.
pub(super) const LOG_BITS: u32 = 12;

/// Steps of the table of [`Chance`].
const CHANCES: u32 = 4_096;

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self((mixed ^ (mixed >> 31)) | 1)
    }

    #[inline]
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// One of `0..bound`; 0 when there is none.
    #[inline]
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let high = self.next() >> 32;
        u32::try_from((high * u64::from(bound)) >> 32).unwrap_or(0)
    }

    /// True `parts` times out of `of`.
    #[inline]
    pub(super) fn chance(&mut self, parts: u32, of: u32) -> bool {
        self.below(of) < parts
    }

    /// One of the values.
    pub(super) fn pick<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        let bound = u32::try_from(values.len()).unwrap_or(u32::MAX);
        values.get(usize::try_from(self.below(bound)).unwrap_or(usize::MAX))
    }
}

/// The binary logarithm of `value` with [`LOG_BITS`] fractional bits, rounded down; of 0 that of 1.
pub(super) fn log2(value: u64) -> i64 {
    let value = value.max(1);
    let whole = value.ilog2();
    // The mantissa in 1.31 is squared: each time it passes 2, the next bit of the logarithm is 1.
    let mut mantissa = if whole > 31 { value >> (whole - 31) } else { value << (31 - whole) };
    let mut result = i64::from(whole);
    for _ in 0..LOG_BITS {
        mantissa = (mantissa * mantissa) >> 31;
        result <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            result |= 1;
        }
    }
    result
}

/// Draws how much worse a step may be at temperature one: the logarithm that annealing needs, from a table.
#[derive(Debug, Clone)]
pub(super) struct Chance {
    /// -ln((i + ½) / n) with [`LOG_BITS`] fractional bits.
    table: Vec<i64>,
}

impl Chance {
    pub(super) fn new() -> Self {
        // -ln(x) = (log2(2n) - log2(2i + 1)) × ln 2, with ln 2 = 45 426 / 65 536.
        let whole = log2(u64::from(CHANCES) * 2);
        let table = (0..CHANCES).map(|step| ((whole - log2(u64::from(step) * 2 + 1)) * 45_426) >> 16).collect();
        Self { table }
    }

    /// The worsening that is just accepted at `temperature`, by the rule of Metropolis.
    #[inline]
    pub(super) fn allowance(&self, temperature: i64, random: &mut Random) -> i64 {
        let drawn = random.pick(&self.table).copied().unwrap_or(0);
        temperature.saturating_mul(drawn) >> LOG_BITS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_right_to_the_last_bit_but_one() {
        assert_eq!(log2(1), 0);
        assert_eq!(log2(8), 3 << LOG_BITS);
        // log2(10) = 3.321928…, × 4096 = 13 606.6
        assert!((13_605..=13_607).contains(&log2(10)), "{}", log2(10));
        assert!((13_605 + (32 << LOG_BITS)..=13_607 + (32 << LOG_BITS)).contains(&log2(10 << 32)));
    }

    #[test]
    fn a_worsening_by_the_temperature_is_accepted_about_37_times_in_a_hundred() {
        let (chance, mut random) = (Chance::new(), Random::new(1));
        let accepted = (0..100_000).filter(|_| chance.allowance(1_000, &mut random) >= 1_000).count();
        assert!((36_000..=37_600).contains(&accepted), "{accepted}");
    }

    #[test]
    fn every_number_below_the_bound_comes_about_equally_often() {
        let mut random = Random::new(7);
        let mut counts = [0_u32; 10];
        for _ in 0..100_000 {
            counts[usize::try_from(random.below(10)).unwrap()] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..=10_500).contains(count)), "{counts:?}");
    }
}
