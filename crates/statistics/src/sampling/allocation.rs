//! How many draws each stratum gets.

/// Shares out `total` draws over strata of these sizes, in proportion to `weights`, with at least `minimum` from each (or
/// all that there are) and no more than there are: as near to one factor for all weights as the bounds allow, whole
/// numbers by the largest remainder. Where `total` is less than the minima together, the minima are given; where it is
/// more than the population, all of it.
///
/// Proportional allocation takes the sizes as weights; Neyman's (1934) size · standard deviation, which gives the most
/// exact mean for the same work.
#[must_use]
pub fn allocate(sizes: &[u64], weights: &[f64], total: u64, minimum: u64) -> Vec<u64> {
    let least: Vec<u64> = sizes.iter().map(|size| minimum.min(*size)).collect();
    let total = total.clamp(least.iter().sum(), sizes.iter().sum());
    // A stratum without weight takes what nobody else can.
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let weight =
        |stratum: usize| weights.get(stratum).map_or(0.0, |weight| weight.max(largest * 1e-9)).max(1e-300);
    let share = |stratum: usize, factor: f64| {
        (factor * weight(stratum)).clamp(least[stratum] as f64, sizes[stratum] as f64)
    };
    let sum = |factor: f64| (0..sizes.len()).map(|stratum| share(stratum, factor)).sum::<f64>();
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    while sum(high) < total as f64 && high < 1e305 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if sum(middle) < total as f64 { low = middle } else { high = middle }
    }
    // A hair below a whole number is that number.
    let shares: Vec<f64> = (0..sizes.len()).map(|stratum| share(stratum, high) + 1e-9).collect();
    let mut given: Vec<u64> = shares.iter().map(|share| share.floor() as u64).collect();
    let mut by_remainder: Vec<usize> =
        (0..sizes.len()).filter(|stratum| given[*stratum] < sizes[*stratum]).collect();
    by_remainder
        .sort_by(|one, other| shares[*other].fract().total_cmp(&shares[*one].fract()).then(one.cmp(other)));
    let left = total.saturating_sub(given.iter().sum());
    by_remainder.iter().take(left as usize).for_each(|stratum| given[*stratum] += 1);
    given
}
