//! Draws with unequal probabilities: calls with more risk are drawn more often, and how often is known.

/// The probability with which each call is drawn when `wanted` of them are, in proportion to `sizes` (all above zero).
/// Where that would be more than 1 the call is certain, and the rest share what is left.
#[must_use]
pub(super) fn inclusion(sizes: &[f64], wanted: u64) -> Vec<f64> {
    let mut certain = vec![false; sizes.len()];
    let uncertain = |certain: &[bool]| -> f64 {
        sizes.iter().zip(certain).filter(|(_, certain)| !**certain).map(|(size, _)| size).sum()
    };
    loop {
        let left = (wanted as f64 - certain.iter().filter(|certain| **certain).count() as f64).max(0.0);
        let total = uncertain(&certain);
        let over = |place: &usize| !certain[*place] && sizes[*place] * left >= total * (1.0 - 1e-12);
        let over: Vec<usize> = (0..sizes.len()).filter(over).collect();
        if over.is_empty() || left == 0.0 {
            let share = |(size, certain): (&f64, &bool)| if *certain { 1.0 } else { size * left / total };
            return sizes.iter().zip(&certain).map(share).collect();
        }
        over.into_iter().for_each(|place| certain[place] = true);
    }
}

/// Sizes that mix equal chances with risk: (1 - g)/n + g · risk/total. With g < 1 every call can be drawn, and no weight is
/// larger than 1/(1 - g) times that of a plain draw.
pub(super) fn sizes(risks: &[f64], guidance: f64) -> Vec<f64> {
    let total: f64 = risks.iter().sum();
    let even = 1.0 / risks.len() as f64;
    let guidance = if total > 0.0 { guidance } else { 0.0 };
    let mixed =
        |risk: &f64| (1.0 - guidance) * even + if guidance > 0.0 { guidance * risk / total } else { 0.0 };
    risks.iter().map(mixed).collect()
}

/// Systematic draw (Madow 1949; in random order: Hartley & Rao 1962): the probabilities are laid end to end in the order
/// given, and whoever covers start, start + 1, … is drawn. Each is drawn with exactly its probability, and as many as the
/// probabilities add up to. 0 ≤ `start` < 1.
pub(super) fn systematic(inclusion: &[f64], order: &[usize], start: f64) -> Vec<usize> {
    let uncertain = |place: &&usize| inclusion[**place] < 1.0;
    let whole = order.iter().filter(uncertain).map(|place| inclusion[*place]).sum::<f64>().round();
    let last = order.iter().rfind(uncertain).copied();
    let mut drawn: Vec<usize> = order.iter().filter(|place| inclusion[**place] >= 1.0).copied().collect();
    let mut end = 0.0;
    for place in order.iter().filter(uncertain) {
        let begin = end;
        // The ends add up to a whole number but for rounding.
        end = if Some(*place) == last { whole } else { end + inclusion[*place] };
        if (end + start).floor() > (begin + start).floor() {
            drawn.push(*place);
        }
    }
    drawn
}
