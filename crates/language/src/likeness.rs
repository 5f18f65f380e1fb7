//! How alike two utterances are, and which known word was meant.

/// An utterance, ready to be compared: the pairs of neighbouring characters of its folded text, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Likeness {
    pairs: Vec<(char, char)>,
}

impl Likeness {
    /// From folded text.
    #[must_use]
    pub fn new(folded: &str) -> Self {
        let mut pairs: Vec<_> = folded.chars().zip(folded.chars().skip(1)).collect();
        // A single character is like itself.
        if pairs.is_empty() {
            pairs.extend(folded.chars().map(|c| (c, c)));
        }
        pairs.sort_unstable();
        Self { pairs }
    }

    /// Dice's coefficient over character pairs, 0–1: twice the shared pairs over all pairs (Dice 1945).
    /// Two empty utterances are not alike.
    #[must_use]
    pub fn to(&self, other: &Self) -> f64 {
        let all = self.pairs.len() + other.pairs.len();
        if self.pairs.is_empty() || other.pairs.is_empty() {
            return 0.0;
        }
        let (mut shared, mut left, mut right) = (0_usize, 0, 0);
        while let (Some(a), Some(b)) = (self.pairs.get(left), other.pairs.get(right)) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => left += 1,
                std::cmp::Ordering::Greater => right += 1,
                std::cmp::Ordering::Equal => {
                    shared += 1;
                    left += 1;
                    right += 1;
                }
            }
        }
        2.0 * shared as f64 / all as f64
    }
}

/// The known word nearest to `word`, if one is near: one slip, and one more for every four letters.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= 1 + candidate.len().min(word.len()) / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_alike() {
        let like = |a: &str, b: &str| Likeness::new(a).to(&Likeness::new(b));
        assert!((like("请您稍等一下", "请您稍等一下") - 1.0).abs() < f64::EPSILON);
        assert!(like("这个问题我们需要核实一下", "这个问题我们要核实一下") > 0.8);
        assert!(like("您好很高兴为您服务", "请问还有其他需要吗") < 0.2);
        assert!(like("", "") < f64::EPSILON);
        assert!((like("嗯", "嗯") - 1.0).abs() < f64::EPSILON);
    }
}
