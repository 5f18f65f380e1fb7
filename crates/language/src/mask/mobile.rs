//! Mobile numbers of mainland China: eleven digits, 1 and then 3 to 9 (电信网编号计划, 2017).

use super::text::Written;
use super::{Kind, Match};

/// Where a number begins that may have a prefix before it.
pub(super) struct Start {
    /// With the prefix, as characters.
    pub(super) from: usize,
    /// The run that the number itself begins in, and how many digits of that run are the prefix.
    pub(super) run: usize,
    pub(super) skip: usize,
    /// Whether the prefix is that of the country.
    pub(super) country: bool,
}

/// The ways to begin: as it stands, with a prefix in the same run, with the country's in a run of its own
/// (`+86 139`, `(86)139`, `0086-139`). `trunk` is a 0 dialled before a mobile number.
pub(super) fn starts(text: &Written, run: usize, trunk: bool) -> impl Iterator<Item = Start> {
    let (place, digits) = (text.run(run), text.digits(run));
    let start = place.start;
    let plus = if text.before(start) == b'+' { start - 1 } else { start };
    let bracket = text.before(plus) == b'(';
    let plain = Start { from: start, run, skip: 0, country: false };
    let glued = [b"0086".as_slice(), b"86"].into_iter().find(|code| digits.starts_with(code));
    let glued = glued.map(|code| Start { from: plus, run, skip: code.len(), country: true });
    let trunk =
        (trunk && digits.starts_with(b"0")).then_some(Start { from: start, run, skip: 1, country: false });
    let apart = matches!(digits, b"86" | b"0086")
        && !text.is_left_over(run)
        && match text.gap(run) {
            b" " | b"-" | b" (" | b"(" => true,
            b")" | b") " | b")-" => bracket,
            _ => false,
        };
    let from = if text.gap(run).starts_with(b")") { plus - usize::from(bracket) } else { plus };
    let apart = apart.then(|| Start { from, run: run + 1, skip: 0, country: true });
    [Some(plain), glued, trunk, apart].into_iter().flatten()
}

/// How the eleven digits are written. With spaces only the usual way: 159 20260101 is a price and a date.
const SHAPES: [(&[u8], &[usize]); 5] =
    [(b"", &[11]), (b" ", &[3, 4, 4]), (b"-", &[3, 4, 4]), (b"-", &[3, 8]), (b"-", &[4, 3, 4])];

/// The mobile number that begins with this run.
pub(super) fn find(text: &Written, run: usize) -> Option<Match> {
    starts(text, run, true).find_map(|start| {
        let digits = text.digits(start.run).get(start.skip..)?;
        if !matches!(digits, [b'1', b'3'..=b'9', ..]) {
            return None;
        }
        let first = text.run(start.run).start + start.skip;
        SHAPES.iter().find_map(|(gap, lengths)| {
            let chars = start.from..text.groups(start.run, start.skip, gap, lengths)?;
            let hidden = first + 3..chars.end - 4;
            text.stands(&chars, gap).then_some(Match { kind: Kind::Phone, chars, hidden })
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::mask::mask;

    #[test]
    fn mobile_numbers() {
        for (text, masked) in [
            ("13912345678", "139****5678"),
            ("我的电话13912345678元旦可以打", "我的电话139****5678元旦可以打"),
            ("139 1234 5678", "139 **** 5678"),
            ("139-1234-5678。", "139-****-5678。"),
            ("139-12345678", "139-****5678"),
            ("1391-234-5678", "139*-***-5678"),
            ("+8613912345678", "+86139****5678"),
            ("+86 139 1234 5678", "+86 139 **** 5678"),
            ("+86-139-1234-5678", "+86-139-****-5678"),
            ("(+86) 13912345678", "(+86) 139****5678"),
            ("008613912345678", "0086139****5678"),
            ("8613912345678", "86139****5678"),
            ("86 13912345678", "86 139****5678"),
            ("013912345678", "0139****5678"),
            ("１３９１２３４５６７８", "１３９****５６７８"),
            ("１３９－１２３４－５６７８", "１３９－****－５６７８"),
            ("13912345678,13812345679/13712345670", "139****5678,138****5679/137****5670"),
            ("rec_20261122-13912345678_1.wav", "rec_20261122-139****5678_1.wav"),
            ("1.13912345678 2.13812345678", "1.139****5678 2.138****5678"),
            ("13912345678-8012", "139****5678-8012"),
            ("**13912345678**和****13912345678", "**139****5678**和****139****5678"),
            ("**139 1234 5678**", "**139 **** 5678**"),
        ] {
            let found = mask(text);
            assert_eq!(found.text, masked);
            assert!(!found.found.is_empty() && found.found.iter().all(|one| one.kind.name() == "phone"));
        }
    }

    #[test]
    fn what_is_no_mobile_number() {
        for text in [
            "1391234567",
            "139123456789",
            "12912345678",
            "10086",
            "A13912345678",
            "13912345678a",
            "0.13912345678",
            "13912345678.50",
            "¥13912345678",
            "2026-139-1234-5678",
            "139-1234-5678-9012",
            "139 1234-5678",
            "159 20260101",
            "3.14.13912345678",
        ] {
            assert_eq!(mask(text).text, text);
        }
    }
}
