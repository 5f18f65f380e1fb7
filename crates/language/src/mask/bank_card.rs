//! Numbers of bank cards: 13 to 19 digits with a check digit (ISO/IEC 7812-1, Luhn).
//!
//! One number in ten has a right check digit by chance, so the beginning and the length must be those of a network as
//! well. An order number that has all three by chance is masked: rather one serial too many than one card.

use super::text::Written;
use super::{Kind, Match};

/// How cards are written in groups, the longest first: by fours, and American Express and Diners their own way.
const SHAPES: [&[usize]; 9] = [
    &[4, 4, 4, 4, 3],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 4],
    &[4, 4, 4, 3],
    &[4, 4, 4, 2],
    &[4, 4, 4, 1],
    &[4, 6, 5],
    &[4, 6, 4],
];

/// The card number that begins with this run.
pub(super) fn find(text: &Written, run: usize) -> Option<Match> {
    let digits = text.digits(run);
    if digits.len() == 4 {
        let gap = text.gap(run);
        return matches!(gap, b" " | b"-")
            .then(|| SHAPES.iter().find_map(|lengths| card(text, run, gap, lengths)))?;
    }
    card(text, run, b"", &[digits.len()])
}

fn card(text: &Written, run: usize, gap: &[u8], lengths: &[usize]) -> Option<Match> {
    if !is_known(text.digits(run), lengths.iter().sum()) {
        return None;
    }
    let chars = text.run(run).start..text.groups(run, 0, gap, lengths)?;
    // The last four digits at most, and none of another group than the last: beside hidden ones they are known as
    // what is left over.
    let visible = lengths.last().map_or(0, |&last| last.min(4));
    let hidden = chars.start..chars.end - visible;
    let good = is_checked((chars.clone()).map(|at| text.at(at)).filter(u8::is_ascii_digit))
        && text.stands(&chars, gap);
    good.then_some(Match { kind: Kind::BankCard, chars, hidden })
}

/// Whether a network gives out cards with this beginning and length.
fn is_known(digits: &[u8], length: usize) -> bool {
    let first =
        digits.iter().take(4).fold(0_u32, |sum, digit| sum * 10 + u32::from(digit.wrapping_sub(b'0')));
    match first {
        // American Express, Diners Club, JCB.
        3400..=3499 | 3700..=3799 => length == 15,
        3000..=3059 | 3095 | 3600..=3699 | 3800..=3999 => length == 14,
        3528..=3589 => (16..=19).contains(&length),
        // Visa.
        4000..=4999 => matches!(length, 13 | 16 | 19),
        // Mastercard.
        5100..=5599 | 2221..=2720 => length == 16,
        // UnionPay (62, 81), Discover, and the old cards of Chinese banks, which have all of 6 and of 9, the digit
        // that ISO/IEC 7812-1 leaves to each country.
        6000..=6999 | 8100..=8171 | 9000..=9999 => (16..=19).contains(&length),
        _ => false,
    }
}

/// Luhn: from the right every second digit is doubled, the sum of all digits is a multiple of ten.
fn is_checked(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    let sum: u32 = digits
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(digit, doubled)| match (u32::from(digit.wrapping_sub(b'0')), doubled) {
            (value, false) => value,
            (value, true) if value > 4 => value * 2 - 9,
            (value, true) => value * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use crate::mask::mask;

    // Numbers that networks publish for tests, or that are made up.
    #[test]
    fn bank_cards() {
        for (text, masked) in [
            ("4111111111111111", "************1111"),
            ("4111 1111 1111 1111", "**** **** **** 1111"),
            ("４１１１－１１１１－１１１１－１１１１", "****－****－****－１１１１"),
            ("4222222222222", "*********2222"),
            ("378282246310005", "***********0005"),
            ("3782 822463 10005", "**** ****** *0005"),
            ("30569309025904", "**********5904"),
            ("5555555555554444", "************4444"),
            ("2223003122003222", "************3222"),
            ("3530111333300000", "************0000"),
            ("卡号6222021234567890128。", "卡号***************0128。"),
            ("6222 0212 3456 7890 128", "**** **** **** **** 128"),
            ("9558801234567890128", "***************0128"),
            ("4111 1111 1111 1111 2026 年", "**** **** **** 1111 2026 年"),
        ] {
            let found = mask(text);
            assert_eq!(found.text, masked);
            assert!(found.found.len() == 1 && found.found[0].kind.name() == "bank_card", "{text}");
        }
    }

    #[test]
    fn what_is_no_bank_card() {
        for text in [
            "4111111111111112", // check digit
            "41111111111111111",
            "1111111111111117",
            "7992739871300000",
            "41111111111111",
            "4111-1111-1111-1111-2026",
            "4111 1111-1111 1111",
            "order4111111111111111",
            "4111111111111111.00",
            "0.4111111111111111",
            "1795300800000", // milliseconds
        ] {
            assert_eq!(mask(text).text, text);
        }
    }
}
