//! Numbers of other countries, where their form says that they are numbers: with a plus sign, or as North America
//! writes them.

use std::ops::RangeInclusive;

use super::text::Written;
use super::{Kind, Match};

/// What may stand between groups.
const GAPS: [&[u8]; 8] = [b" ", b"-", b".", b"(", b")", b" (", b") ", b")-"];

/// The number behind a plus sign that begins with this run: country code, then at most fifteen digits in all
/// (ITU-T E.164), in groups of any length. Fewer than ten in all are not taken: `+20000000` is a sum.
pub(super) fn with_plus(text: &Written, run: usize) -> Option<Match> {
    let start = text.run(run).start;
    let plus = start.checked_sub(1).filter(|&plus| text.at(plus) == b'+')?;
    if text.before(plus).is_ascii_alphanumeric() {
        return None;
    }
    let code = country_code(text.digits(run))?;
    let lengths = national_lengths(text.digits(run).get(..code)?, code)?;
    let (mut digits, mut end, mut last) = (0, None, 0);
    for run in run.. {
        let length = text.digits(run).len();
        digits += length;
        if length == 0 || digits > code + lengths.end() || text.is_left_over(run) {
            break;
        }
        let place = text.run(run).end;
        // Longest first: what is too long in all is cut behind the last group that fits.
        if digits >= code + lengths.start() && text.ends(place) {
            (end, last) = (Some((place, digits - code)), length);
        }
        if !GAPS.contains(&text.gap(run)) {
            break;
        }
    }
    let (end, national) = end?;
    if code == 1 && is_toll_free(text, run) {
        return None;
    }
    let visible = if national < 8 { 2 } else { last.min(4) };
    Some(Match { kind: Kind::Phone, chars: plus..end, hidden: start + code..end - visible })
}

/// How many digits the country code has (ITU-T E.164, list of 2016): one or two where listed, else three.
fn country_code(digits: &[u8]) -> Option<usize> {
    let length = match digits {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        [b'2'..=b'9', _, _, ..] => 3,
        _ => return None,
    };
    (digits.len() >= length).then_some(length)
}

/// How many digits may follow this country code. Mainland China has readers of its own, and 800 belongs to houses.
fn national_lengths(country: &[u8], code: usize) -> Option<RangeInclusive<usize>> {
    match country {
        b"86" | b"800" => None,
        b"1" | b"7" => Some(10..=10),
        b"65" | b"852" | b"853" => Some(8..=8),
        _ => Some(10 - code..=15 - code),
    }
}

/// Whether the area code behind +1 is one of a house.
fn is_toll_free(text: &Written, run: usize) -> bool {
    let area = text.digits(run).get(1..).filter(|area| !area.is_empty());
    !is_area(area.unwrap_or_else(|| text.digits(run + 1)).get(..3).unwrap_or_default())
}

/// The North American number that begins with this run: (415) 555-0132, 415-555-0132, 1-415-555-0132. In one piece,
/// or with spaces, ten digits may be anything.
pub(super) fn north_american(text: &Written, run: usize) -> Option<Match> {
    let long_distance = text.digits(run) == b"1";
    let area = if long_distance { run + 1 } else { run };
    if !is_area(text.digits(area)) || !matches!(text.digits(area + 1), [b'2'..=b'9', _, _]) {
        return None;
    }
    let place = text.run(area).start;
    let bracket = text.before(place) == b'(' && matches!(text.gap(area), b")" | b") " | b")-");
    let (start, end, gap) = if bracket && !long_distance {
        let gap = text.gap(area + 1);
        let end = matches!(gap, b"-" | b" ").then(|| text.groups(area + 1, 0, gap, &[3, 4]))??;
        (place - 1, end, gap)
    } else {
        let gap = text.gap(area);
        let lengths: &[usize] = if long_distance { &[1, 3, 3, 4] } else { &[3, 3, 4] };
        let end = matches!(gap, b"-" | b".").then(|| text.groups(run, 0, gap, lengths))??;
        (text.run(run).start, end, gap)
    };
    let chars = start..end;
    let stands = text.stands(&chars, gap) && !text.is_left_over(area);
    stands.then_some(Match { kind: Kind::Phone, chars, hidden: place..end - 4 })
}

/// Area codes begin with 2 to 9. Those of services (x11), of houses (x00, 888, 877 …) are nobody's; 400 is a
/// Chinese one.
fn is_area(digits: &[u8]) -> bool {
    match digits {
        [b'2'..=b'9', b'0', b'0'] | [b'2'..=b'9', b'1', b'1'] => false,
        [b'8', second @ b'3'..=b'8', third] => second != third,
        [b'2'..=b'9', _, _] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::mask::mask;

    #[test]
    fn numbers_of_other_countries() {
        for (text, masked) in [
            ("+44 20 7946 0958", "+44 ** **** 0958"),
            ("+44 (0)20 7946 0958", "+44 (*)** **** 0958"),
            ("+442079460958", "+44******0958"),
            ("＋85221234567", "＋852****4567"),
            ("+852 2123 4567", "+852 **** 4567"),
            ("+65 6123 4567 2026-11-22", "+65 **** 4567 2026-11-22"),
            ("+354 555 1234", "+354 *** **34"),
            ("+1 415 555 0132", "+1 *** *** 0132"),
            ("+1 (415) 555-0132", "+1 (***) ***-0132"),
            ("+14155550132", "+1******0132"),
            ("(415) 555-0132", "(***) ***-0132"),
            ("(415)555-0132", "(***)***-0132"),
            ("call 415-555-0132 now", "call ***-***-0132 now"),
            ("1-415-555-0132", "1-***-***-0132"),
            ("415.555.0132", "***.***.0132"),
        ] {
            let found = mask(text);
            assert_eq!(found.text, masked);
            assert!(found.found.len() == 1 && found.found[0].kind.name() == "phone", "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_a_person() {
        for text in [
            "+20000000",
            "a+442079460958",
            "1+442079460958",
            "+4420794609581234567",
            "+1 800 555 0132",
            "888-555-0132",
            "911-555-0132",
            "+80012345678",
            "415-155-0132",
            "4155550132",
            "415 555 0132",
            "234-415-555-0132",
            "415-555-0132-99",
            "192.168.1.100",
            "1,299.00元",
            "300.500.6000.1",
        ] {
            assert_eq!(mask(text).text, text);
        }
    }
}
