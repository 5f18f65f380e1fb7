//! 身份证: identity numbers of 18 characters (GB 11643-1999), and of 15 as they were before.

use super::text::Written;
use super::{Kind, Match};

/// How eighteen characters are written: together, or as region, date and rest.
const SHAPES: [&[usize]; 3] = [&[18], &[6, 8, 4], &[6, 4, 4, 4]];

/// The identity number that begins with this run.
pub(super) fn find(text: &Written, run: usize) -> Option<Match> {
    // Region first: nearly all runs end here.
    if !matches!(text.digits(run).len(), 6 | 15 | 17 | 18) || !is_province(text.digits(run)) {
        return None;
    }
    let (end, gap) = SHAPES
        .iter()
        .find_map(|lengths| eighteen(text, run, lengths))
        .or_else(|| fifteen(text, run).map(|end| (end, b"".as_slice())))?;
    let chars = text.run(run).start..end;
    let hidden = chars.start + 1..end - 1;
    text.stands(&chars, gap).then_some(Match { kind: Kind::IdentityCard, chars, hidden })
}

/// Where a number of eighteen characters in this shape ends, if it is one, and what stands between its groups.
fn eighteen<'t>(text: &'t Written, run: usize, lengths: &[usize]) -> Option<(usize, &'t [u8])> {
    let gap = if lengths.len() == 1 { b"" } else { text.gap(run) };
    if !matches!(gap, b"" | b" " | b"-") {
        return None;
    }
    let end = text.groups(run, 0, gap, lengths).or_else(|| {
        // The check character X stands for ten.
        let mut lengths = lengths.to_vec();
        *lengths.last_mut()? -= 1;
        let end = text.groups(run, 0, gap, &lengths)?;
        matches!(text.at(end), b'X' | b'x').then_some(end + 1)
    })?;
    let start = text.run(run).start;
    let number: Vec<u8> = (start..end).map(|at| text.at(at)).filter(u8::is_ascii_alphanumeric).collect();
    (is_checked(&number) && is_date(b"", number.get(6..14)?)).then_some((end, gap))
}

/// Where an old number ends: no check character, and no foreign residents yet.
fn fifteen(text: &Written, run: usize) -> Option<usize> {
    let end = text.groups(run, 0, b"", &[15])?;
    let number = text.digits(run);
    (number.first() != Some(&b'9') && is_date(b"19", number.get(6..12)?)).then_some(end)
}

/// The first two digits of a region (GB/T 2260): provinces, Hong Kong, Macau and Taiwan (81 to 83). Foreign residents
/// have a 9 before the first two digits of where they applied (since 2023).
fn is_province(region: &[u8]) -> bool {
    match region {
        [b'9', first, second, ..] => is_province(&[*first, *second]) && *first != b'9',
        [b'1', b'1'..=b'5', ..]
        | [b'2', b'1'..=b'3', ..]
        | [b'3', b'1'..=b'7', ..]
        | [b'4', b'1'..=b'6', ..]
        | [b'5', b'0'..=b'4', ..]
        | [b'6', b'1'..=b'5', ..]
        | [b'7', b'1', ..]
        | [b'8', b'1'..=b'3', ..] => true,
        _ => false,
    }
}

/// Whether a day of birth is one of the calendar, in the years 1850 to 2099: what today is, this room does not know.
/// Years of two digits get a century.
fn is_date(century: &[u8], digits: &[u8]) -> bool {
    let date: Vec<u32> =
        century.iter().chain(digits).map(|digit| u32::from(digit.wrapping_sub(b'0'))).collect();
    let [y1, y2, y3, y4, m1, m2, d1, d2] = date[..] else { return false };
    let (year, month, day) = (y1 * 1000 + y2 * 100 + y3 * 10 + y4, m1 * 10 + m2, d1 * 10 + d2);
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    (1850..2100).contains(&year) && (1..=days).contains(&day)
}

/// ISO 7064 MOD 11-2: seen as digits of base two, from the left, the whole leaves 1 when divided by 11.
fn is_checked(number: &[u8]) -> bool {
    let value = |c: u8| if c.is_ascii_digit() { u32::from(c - b'0') } else { 10 };
    number.iter().fold(0, |sum, &c| (sum * 2 + value(c)) % 11) == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mask::mask;

    #[test]
    fn identity_numbers() {
        for (text, masked) in [
            // The example of GB 11643-1999.
            ("11010519491231002X", "1****************X"),
            ("身份证１１０１０５１９４９１２３１００２ｘ。", "身份证１****************ｘ。"),
            ("110105 19491231 002X", "1***** ******** ***X"),
            ("110105-1949-1231-002X", "1*****-****-****-***X"),
            ("440524188001010014", "4****************4"),
            ("110105491231002", "1*************2"),
            ("810000199408230021", "8****************1"),
            ("911156199001010010", "9****************0"),
        ] {
            let found = mask(text);
            assert_eq!(found.text, masked);
            assert!(found.found.len() == 1 && found.found[0].kind.name() == "identity_card", "{text}");
        }
    }

    #[test]
    fn what_is_no_identity_number() {
        for text in [
            "110105194912310021", // check character
            "11010519491331002X",
            "190105194912310020",
            "1101051949123100",
            "11010519491231002XY",
            "A11010519491231002X",
            "110105491331002",
            "110105499231002",
            "990105491231002",
            "911105491231002",
            "20261122090000123456",
        ] {
            assert_eq!(mask(text).text, text);
        }
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for day in ["20000229", "19960229", "18801231"] {
            assert!(is_date(b"", day.as_bytes()), "{day}");
        }
        for day in ["19000229", "20230229", "20260431", "20261301", "20260100", "17001231", "21000101"] {
            assert!(!is_date(b"", day.as_bytes()), "{day}");
        }
    }
}
