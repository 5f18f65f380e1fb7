//! A text as numbers are looked for in it: one byte a character, and the runs of digits.

use std::ops::Range;

/// Whether a text may hold anything personal: a digit or an @, of either width. Without branches inside a block, so
/// that the compiler looks at many bytes at once.
pub(super) fn may_hold_any(text: &str) -> bool {
    const BLOCK: usize = 128;
    let mut rest = text.as_bytes();
    while let Some((block, _)) = rest.split_first_chunk::<{ BLOCK + 2 }>() {
        if any_clue(block) {
            return true;
        }
        rest = rest.get(BLOCK..).unwrap_or_default();
    }
    let mut last = [0; BLOCK + 4];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    any_clue(&last)
}

/// Whether a clue begins anywhere but in the last two bytes.
fn any_clue<const N: usize>(bytes: &[u8; N]) -> bool {
    let three = bytes.iter().zip(&bytes[1..]).zip(&bytes[2..]);
    three.fold(0, |any, ((&a, &b), &c)| {
        let narrow = (a.wrapping_sub(b'0') < 10) | (a == b'@');
        // ０ to ９ are EF BC 90 to EF BC 99, ＠ is EF BC A0.
        let wide = (a == 0xEF) & (b == 0xBC) & ((c.wrapping_sub(0x90) < 10) | (c == 0xA0));
        any | u8::from(narrow | wide)
    }) != 0
}

/// One character as the readers see it: ASCII of either width as itself, spaces and dashes of any kind as ' ' and '-',
/// signs of currencies as '$', the rest as 0.
pub(super) fn narrow(c: char) -> u8 {
    let ascii = |code: u32| u8::try_from(code).unwrap_or(0);
    match c as u32 {
        code @ ..=0x7F => ascii(code),
        code @ 0xFF01..=0xFF5E => ascii(code - 0xFEE0),
        0xA0 | 0x3000 | 0x2002..=0x200A | 0x202F => b' ',
        0x2010..=0x2015 | 0x2212 => b'-',
        0xA3 | 0xA5 | 0x20AC | 0xFFE1 | 0xFFE5 => b'$',
        _ => 0,
    }
}

/// A run of digits up to this long, beside hidden characters, is what is left of a masked number. No number is that
/// short in one piece.
const LEFT_OVER: usize = 8;

/// A text, ready to be read. Places are characters.
pub(super) struct Written {
    chars: Vec<u8>,
    runs: Vec<Range<usize>>,
}

impl Written {
    pub(super) fn new(chars: Vec<u8>) -> Self {
        let mut runs = Vec::new();
        let mut at = 0;
        while let Some(found) = chars.iter().skip(at).position(u8::is_ascii_digit) {
            let start = at + found;
            let length = chars.iter().skip(start).take_while(|c| c.is_ascii_digit()).count();
            at = start + length;
            runs.push(start..at);
        }
        Self { chars, runs }
    }

    /// All runs of digits, as long as they are.
    pub(super) fn runs(&self) -> &[Range<usize>] {
        &self.runs
    }

    /// Where a run stands; behind the text if there is no such run.
    pub(super) fn run(&self, run: usize) -> Range<usize> {
        self.runs.get(run).cloned().unwrap_or(self.chars.len()..self.chars.len())
    }

    /// Its digits.
    pub(super) fn digits(&self, run: usize) -> &[u8] {
        self.chars.get(self.run(run)).unwrap_or_default()
    }

    /// What stands between a run and the next; a 0 where there is none.
    pub(super) fn gap(&self, run: usize) -> &[u8] {
        let next = self.runs.get(run + 1);
        next.and_then(|next| self.chars.get(self.run(run).end..next.start)).unwrap_or(&[0])
    }

    /// The character here; 0 outside the text.
    pub(super) fn at(&self, place: usize) -> u8 {
        self.chars.get(place).copied().unwrap_or(0)
    }

    /// The character before this place; 0 at the beginning.
    pub(super) fn before(&self, place: usize) -> u8 {
        place.checked_sub(1).map_or(0, |before| self.at(before))
    }

    /// Where a number ends that consists of runs of these lengths with this between them; `skip` digits of the first
    /// run are not part of it.
    pub(super) fn groups(&self, run: usize, skip: usize, gap: &[u8], lengths: &[usize]) -> Option<usize> {
        let (first, others) = lengths.split_first()?;
        let fits = |run: usize, length: usize| self.digits(run).len() == length && !self.is_left_over(run);
        let all = fits(run, first + skip)
            && others.iter().zip(run..).all(|(&length, run)| self.gap(run) == gap && fits(run + 1, length));
        all.then(|| self.run(run + others.len()).end)
    }

    /// Whether a number, its groups with this between them, stands by itself: not within a decimal number, not glued
    /// to Latin letters, not part of a longer chain of groups with hyphens.
    pub(super) fn stands(&self, number: &Range<usize>, gap: &[u8]) -> bool {
        let hyphens = gap == b"-";
        let chained_before = || {
            let before = number.start.saturating_sub(1);
            self.at(before) == b'-' && self.before(before).is_ascii_digit()
        };
        self.begins(number.start)
            && self.ends(number.end)
            && !(hyphens && (chained_before() || self.goes_on(number.end, b'-')))
    }

    fn begins(&self, place: usize) -> bool {
        if matches!(self.at(place), b'(' | b'+') {
            return true;
        }
        match self.before(place) {
            b'$' => false,
            b'.' => !self.before(place - 1).is_ascii_digit() || self.is_list_number(place - 1),
            before => !before.is_ascii_alphabetic(),
        }
    }

    /// Whether a number may end here.
    pub(super) fn ends(&self, place: usize) -> bool {
        !self.at(place).is_ascii_alphabetic() && !self.goes_on(place, b'.')
    }

    /// Whether after this separator there are digits, or what was digits before it was masked.
    pub(super) fn goes_on(&self, place: usize, separator: u8) -> bool {
        let rest = self.chars.get(place + 1..).unwrap_or_default();
        self.at(place) == separator && (self.at(place + 1).is_ascii_digit() || hides(rest.iter()))
    }

    /// "1.139…, 2.138…" is a list; 0.139 and 31.139 behind other signs are numbers.
    fn is_list_number(&self, dot: usize) -> bool {
        let digits = (0..2).take_while(|back| self.before(dot - back).is_ascii_digit()).count();
        let start = dot - digits;
        self.at(start) != b'0' && matches!(self.before(start), 0 | b' ' | b'\n' | b'\t' | b',' | b';')
    }

    /// Whether a run is the visible part of a number that has been masked: four hidden characters are beside it.
    /// Not fewer, since `**139 1234 5678**` is emphasis.
    pub(super) fn is_left_over(&self, run: usize) -> bool {
        let Range { start, end } = self.run(run);
        let behind = self.chars.get(end..).unwrap_or_default();
        let before = self.chars.get(..start).unwrap_or_default();
        end - start <= LEFT_OVER && (hides(behind.iter()) || hides(before.iter().rev()))
    }
}

/// Whether four stars follow, in groups or not.
fn hides<'c>(chars: impl Iterator<Item = &'c u8>) -> bool {
    let (mut stars, mut gap) = (0, 0);
    for c in chars {
        match c {
            b'*' => (stars, gap) = (stars + 1, 0),
            b' ' | b'-' | b'.' | b'(' | b')' if gap < 2 => gap += 1,
            _ => return false,
        }
        if stars == 4 {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> Written {
        Written::new(text.chars().map(narrow).collect())
    }

    #[test]
    fn sees_groups_and_what_is_beside_them() {
        let text = written("电话１３９－1234-5678，12");
        assert_eq!(text.runs(), [2..5, 6..10, 11..15, 16..18]);
        assert_eq!(text.groups(0, 0, b"-", &[3, 4, 4]), Some(15));
        assert_eq!(text.groups(0, 1, b"-", &[2, 4, 4]), Some(15));
        assert_eq!(text.groups(0, 0, b" ", &[3, 4, 4]), None);
        assert_eq!(text.groups(1, 0, b"-", &[4, 4, 4]), None);
        assert!(text.stands(&(2..15), b"-") && !text.stands(&(6..15), b"-"));
        assert!(written("139 **** 5678").is_left_over(0) && written("139****5678").is_left_over(1));
        assert!(!written("**139 1234 5678**").is_left_over(0));
    }

    #[test]
    fn tells_lists_from_decimals() {
        let begins = |text: &str| {
            let text = written(text);
            text.begins(text.run(text.runs().len() - 1).start)
        };
        for list in ["1.139", "12.139", "李 2.139", "好，2.139", "a.139", "电话.139"] {
            assert!(begins(list), "{list}");
        }
        for decimal in ["0.139", "121.139", "1.2.139", "-1.139", "¥139", "x139"] {
            assert!(!begins(decimal), "{decimal}");
        }
    }

    proptest! {
        #[test]
        fn the_quick_look_sees_what_there_is(text in "[，。一-三a-f]{0,300}", clue in "[0-9@０-９＠]?", at in 0..300_usize) {
            let at = text.char_indices().map(|(byte, _)| byte).nth(at).unwrap_or(text.len());
            let text = format!("{}{clue}{}", &text[..at], &text[at..]);
            prop_assert_eq!(may_hold_any(&text), !clue.is_empty());
        }
    }
}
