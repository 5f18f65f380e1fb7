//! Landline numbers of mainland China: area code and seven or eight digits (电信网编号计划, 2017).
//!
//! Without its area code a number of seven or eight digits is not told from any other. Service numbers (400, 800,
//! 95xxx, 12345, 110) belong to houses, not to persons, and have no area code.

use super::mobile::starts;
use super::text::Written;
use super::{Kind, Match};

/// The landline number that begins with this run.
pub(super) fn find(text: &Written, run: usize) -> Option<Match> {
    starts(text, run, false).find_map(|start| {
        let digits = text.digits(start.run).get(start.skip..)?;
        let area = area_code(digits, start.country)?;
        let behind_area = text.run(start.run).start + start.skip + area;
        let (last, gap) = if digits.len() > area {
            (subscriber(digits.get(area..)?).then_some(start.run)?, b"".as_slice())
        } else {
            apart(text, start.run)?
        };
        let bracket = !start.country && gap.starts_with(b")");
        let chars = start.from - usize::from(bracket)..text.run(last).end;
        // An extension, 0755-1234567-801, is no part of the number and stays visible.
        let extended = extension(text, last).is_some_and(|end| text.stands(&(chars.start..end), gap));
        let hidden = behind_area..chars.end - 2;
        (extended || text.stands(&chars, gap)).then_some(Match { kind: Kind::Landline, chars, hidden })
    })
}

/// The last run of a number whose area code is a run of its own, and what stands behind the area code.
fn apart(text: &Written, area: usize) -> Option<(usize, &[u8])> {
    let gap = text.gap(area);
    let bracket = text.before(text.run(area).start) == b'(';
    let joined = match gap {
        b"-" | b" " => true,
        b")" | b") " | b")-" => bracket,
        _ => false,
    };
    let first = area + 1;
    if !joined || text.is_left_over(area) || text.is_left_over(first) {
        return None;
    }
    if subscriber(text.digits(first)) {
        return Some((first, gap));
    }
    let halves = matches!(text.digits(first), [b'1'..=b'9', _, _] | [b'1'..=b'9', _, _, _])
        && matches!(text.gap(first), b"-" | b" ")
        && text.digits(first + 1).len() == 4
        && !text.is_left_over(first + 1);
    halves.then_some((first + 1, gap))
}

/// Where an extension behind a hyphen ends.
fn extension(text: &Written, last: usize) -> Option<usize> {
    let short = (1..=6).contains(&text.digits(last + 1).len()) && !text.is_left_over(last + 1);
    (text.gap(last) == b"-" && short).then(|| text.run(last + 1).end)
}

/// Seven or eight digits. Real ones begin with 2 to 8; examples and half-remembered ones with anything but 0.
fn subscriber(digits: &[u8]) -> bool {
    matches!(digits.len(), 7 | 8) && digits.first().is_some_and(|&first| first != b'0')
}

/// How long the area code is that these digits begin with, the 0 before it included; behind the country's code it is
/// mostly left out.
fn area_code(digits: &[u8], country: bool) -> Option<usize> {
    let (trunk, area) = match digits.strip_prefix(b"0") {
        Some(area) => (1, area),
        None if country => (0, digits),
        None => return None,
    };
    match area {
        [b'1', b'0', ..] => Some(trunk + 2),
        [b'2', b'0'..=b'5' | b'7'..=b'9', ..] => Some(trunk + 2),
        // The first two digits say the province.
        [b'3', b'1' | b'3' | b'4' | b'5' | b'7' | b'9', _, ..]
        | [b'4', b'1'..=b'8', _, ..]
        | [b'5', b'1'..=b'9', _, ..]
        | [b'6', b'3' | b'6' | b'9', _, ..]
        | [b'7', b'0'..=b'7' | b'9', _, ..]
        | [b'8', b'1'..=b'3' | b'5' | b'7'..=b'9', _, ..]
        | [b'9', b'0' | b'1' | b'3'..=b'5' | b'7' | b'9', _, ..] => Some(trunk + 3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::mask::mask;

    #[test]
    fn landline_numbers() {
        for (text, masked) in [
            ("010-12345678", "010-******78"),
            ("021 62345678", "021 ******78"),
            ("075582345678", "0755******78"),
            ("0755-8234567", "0755-*****67"),
            ("（0755）82345678", "（0755）******78"),
            ("(0755) 8234-5678", "(0755) ****-**78"),
            ("010-8234-5678", "010-****-**78"),
            ("0571 8234 5678", "0571 **** **78"),
            ("0755-82345678-801", "0755-******78-801"),
            ("0755-82345678转801", "0755-******78转801"),
            ("座机010 82345678 ext 12", "座机010 ******78 ext 12"),
            ("+86 10 82345678", "+86 10 ******78"),
            ("+86-755-82345678", "+86-755-******78"),
            ("+86 (10) 8234 5678", "+86 (10) **** **78"),
            ("(86)755-8234567", "(86)755-*****67"),
            ("+861082345678", "+8610******78"),
            ("00867558234567", "0086755*****67"),
            ("０１０－８２３４５６７８", "０１０－******７８"),
        ] {
            let found = mask(text);
            assert_eq!(found.text, masked);
            assert!(found.found.len() == 1 && found.found[0].kind.name() == "landline", "{text}");
        }
    }

    #[test]
    fn what_is_nobodys_landline() {
        for text in [
            "400-820-8820",
            "4008208820",
            "400 820 8820",
            "800-820-8820",
            "+86 400 820 8820",
            "95588",
            "021-95588",
            "12345",
            "82345678",
            "2026-11-22 09:00:00",
            "09:00 2026-11-22",
            "0123-4567890",
            "0301 12345678",
            "0755-02345678",
            "0755-823456789",
            "2026-0755-1234567",
            "0755-1234567-8-9",
            "0755)1234567",
            "0755-1234567-130****5678", // what is left of a mobile number is no extension
        ] {
            assert_eq!(mask(text).text, text);
        }
    }
}
