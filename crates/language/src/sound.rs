//! How a character sounds, and which sounds are taken for each other: speech to text writes 公号 for 工号.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pinyin::ToPinyinMulti;

/// A syllable of Mandarin, its tone aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Syllable {
    initial: &'static str,
    rhyme: &'static str,
    rough: u16,
}

/// How one syllable sounds beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heard {
    /// The same, tone aside.
    Same,
    /// Easily taken for it: the initial *or* the rhyme is another, of those that are confused.
    Near,
    /// Something else.
    Other,
}

const INITIALS: [&str; 23] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c",
    "s", "y", "w",
];

/// Initials that are confused: flat and retroflex, n l r, f h, as accents have them; with breath and without, which a
/// telephone's narrow band hides.
const CONFUSED: [(&str, &str); 12] = [
    ("z", "zh"),
    ("c", "ch"),
    ("s", "sh"),
    ("z", "c"),
    ("zh", "ch"),
    ("n", "l"),
    ("l", "r"),
    ("f", "h"),
    ("b", "p"),
    ("d", "t"),
    ("g", "k"),
    ("j", "q"),
];

impl Syllable {
    /// From its spelling without tone: `zhuan`. `roughs` are the sorts known so far.
    fn of(spelled: &'static str, roughs: &mut BTreeMap<(&'static str, &'static str), u16>) -> Self {
        let initial = INITIALS.into_iter().find(|initial| spelled.starts_with(initial)).unwrap_or("");
        let rhyme = spelled.get(initial.len()..).unwrap_or_default();
        let next = u16::try_from(roughs.len()).unwrap_or(u16::MAX);
        let rough = *roughs.entry((family(initial), fronted(rhyme))).or_insert(next);
        Self { initial, rhyme, rough }
    }

    /// How it sounds beside `other`.
    #[must_use]
    pub fn beside(self, other: Self) -> Heard {
        let initial = self.initial == other.initial;
        if initial && self.rhyme == other.rhyme {
            return Heard::Same;
        }
        let taken = |(one, two): (&str, &str)| {
            (self.initial == one && other.initial == two) || (self.initial == two && other.initial == one)
        };
        let near = if initial {
            fronted(self.rhyme) == fronted(other.rhyme)
        } else {
            self.rhyme == other.rhyme && CONFUSED.into_iter().any(taken)
        };
        if near { Heard::Near } else { Heard::Other }
    }

    /// The number of its sort, small: all that may be taken for it are of the same.
    #[must_use]
    pub fn rough(self) -> usize {
        self.rough.into()
    }
}

/// One initial for all that are taken for each other, by one step or more.
fn family(initial: &'static str) -> &'static str {
    match initial {
        "zh" | "c" | "ch" => "z",
        "sh" => "s",
        "l" | "r" => "n",
        "h" => "f",
        "p" => "b",
        "t" => "d",
        "k" => "g",
        "q" => "j",
        other => other,
    }
}

/// -an and -ang, -en and -eng, -in and -ing are told apart by few.
fn fronted(rhyme: &'static str) -> &'static str {
    if rhyme.ends_with("ng") { rhyme.strip_suffix('g').unwrap_or(rhyme) } else { rhyme }
}

/// How a simplified character may be read; nothing where it is not Chinese or nobody knows. 还: huan, hai.
#[must_use]
pub fn readings(c: char) -> &'static [Syllable] {
    let table = &*READINGS;
    let Some(at) = (c as u32).checked_sub(FIRST).map(|at| at as usize) else { return &[] };
    match table.from.get(at..=at + 1) {
        Some(&[from, to]) => table.all.get(from as usize..to as usize).unwrap_or_default(),
        _ => &[],
    }
}

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

struct Readings {
    /// Where each character's begin; one more than characters.
    from: Vec<u32>,
    all: Vec<Syllable>,
}

static READINGS: LazyLock<Readings> = LazyLock::new(|| {
    let mut table = Readings { from: vec![0], all: Vec::new() };
    let mut roughs = BTreeMap::new();
    for c in (FIRST..=LAST).filter_map(char::from_u32) {
        let mut known: Vec<Syllable> = c
            .to_pinyin_multi()
            .into_iter()
            .flatten()
            .map(|reading| Syllable::of(reading.plain(), &mut roughs))
            .collect();
        known.sort_unstable();
        known.dedup();
        table.all.extend(known);
        table.from.push(u32::try_from(table.all.len()).unwrap_or(u32::MAX));
    }
    table
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn beside(a: char, b: char) -> Heard {
        let pairs = readings(a).iter().flat_map(|one| readings(b).iter().map(|two| one.beside(*two)));
        pairs.min().unwrap_or(Heard::Other)
    }

    #[test]
    fn what_is_heard_for_what() {
        for pair in ["工公", "格革", "还孩", "还环", "的地"] {
            let [a, b] = pair.chars().collect::<Vec<_>>()[..] else { panic!("a pair") };
            assert_eq!(beside(a, b), Heard::Same, "{pair}");
        }
        for pair in ["准春", "录入", "苏书", "星心", "您林", "夫胡", "怕爸"] {
            let [a, b] = pair.chars().collect::<Vec<_>>()[..] else { panic!("a pair") };
            assert_eq!(beside(a, b), Heard::Near, "{pair}");
        }
        for pair in ["转关", "退款", "怒入", "忙盟", "张陈", "吕路"] {
            let [a, b] = pair.chars().collect::<Vec<_>>()[..] else { panic!("a pair") };
            assert_eq!(beside(a, b), Heard::Other, "{pair}");
        }
        assert!(readings('a').is_empty());
        assert!(readings('。').is_empty());
        assert!(readings('\u{9fff}').len() <= 1);
        assert_eq!(readings('还').len(), 3, "{:?}", readings('还'));
    }

    proptest! {
        /// Whatever may be taken for a syllable is roughly the same: nothing is missed by looking there only.
        #[test]
        fn the_rough_form_misses_nothing(a in 0x4E00_u32..0x9FA5, b in 0x4E00_u32..0x9FA5) {
            let letter = |code| char::from_u32(code).unwrap_or('一');
            for one in readings(letter(a)) {
                for two in readings(letter(b)) {
                    prop_assert_eq!(one.beside(*two), two.beside(*one));
                    if one.beside(*two) != Heard::Other {
                        prop_assert_eq!(one.rough(), two.rough());
                    }
                }
            }
        }
    }
}
