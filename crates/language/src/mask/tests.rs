//! What holds for all kinds together.

use proptest::prelude::*;

use super::*;

fn kinds(text: &str) -> Vec<(&'static str, &str)> {
    find(text).into_iter().map(|one| (one.kind.name(), &text[one.bytes])).collect()
}

#[test]
fn kinds_in_one_text() {
    let text = "姓名张伟，手机139-1234-5678，座机010-82345678，身份证11010519491231002X，卡6222021234567890128，\
                邮箱zw@example.com，订单20261122090000123456，2026-11-22 09:00:00 付了1,299.00元。";
    let found = kinds(text);
    assert_eq!(
        found,
        [
            ("phone", "139-1234-5678"),
            ("landline", "010-82345678"),
            ("identity_card", "11010519491231002X"),
            ("bank_card", "6222021234567890128"),
            ("email", "zw@example.com"),
        ]
    );
    assert_eq!(
        mask(text).text,
        "姓名张伟，手机139-****-5678，座机010-******78，身份证1****************X，卡***************0128，\
         邮箱z*@example.com，订单20261122090000123456，2026-11-22 09:00:00 付了1,299.00元。"
    );
}

#[test]
fn numbers_beside_each_other() {
    assert_eq!(
        kinds("13912345678 13812345678 4111 1111 1111 1111 010 82345678"),
        [
            ("phone", "13912345678"),
            ("phone", "13812345678"),
            ("bank_card", "4111 1111 1111 1111"),
            ("landline", "010 82345678")
        ]
    );
    assert_eq!(
        kinds("+44 20 7946 0958 13812345678"),
        [("phone", "+44 20 7946 0958"), ("phone", "13812345678")]
    );
}

/// Fifteen digits of 37… may be an identity number or an American Express card, eighteen an identity number or a
/// card: the identity number has the date too.
#[test]
fn the_surer_kind_wins() {
    // Right by both check digits.
    assert_eq!(kinds("622202199001011003")[0].0, "identity_card");
    // By that of cards only.
    assert_eq!(kinds("622202199001011235")[0].0, "bank_card");
    assert_eq!(kinds("378282246310005")[0].0, "bank_card");
    // By neither.
    assert_eq!(kinds("622202199001011238"), []);
}

#[test]
fn what_stays_untouched() {
    for text in [
        "",
        "您好，请问有什么可以帮您？",
        "2026-11-22 09:00:00",
        "2026年11月22日 9:00-18:00",
        "20261122090000",
        "1,299.00元，¥12999.00，12,345,678.90",
        "订单号202611220900001234",
        "工单 WO-20261122-0001，流水 8800202611221234",
        "运单SF1234567890123，验证码 482913，尾号5678",
        "550e8400-e29b-41d4-a716-446655440000",
        "192.168.100.200:8080 v1.13.12345678901",
        "热线400-820-8820、95588、10086、12315",
        "139****5678 010-******78 ************1111 1****************X z***@example.com",
        "**************0086-130-00000000",
        "************0755 1234567",
        "\u{0}\u{7f}４０0",
    ] {
        assert_eq!(mask(text), Masked { text: text.to_owned(), found: Vec::new() });
    }
}

#[test]
fn names_are_those_of_the_documentation() {
    let page = include_str!("../../../../docs/masking.md");
    for kind in Kind::ALL {
        assert!(page.contains(&format!("| `{}` |", kind.name())), "{}", kind.name());
    }
}

/// A long text of bits that almost match takes no longer than its length asks for.
#[test]
fn long_texts_are_no_trap() {
    for bit in ["1", "1 ", "139 1234 ", "4111-", "a@", "@", "a.", "1.", "*", "* ", "+1 (", "0755-", "86 "] {
        let text = bit.repeat(200_000);
        assert_eq!(mask(&text).text.chars().count(), text.chars().count());
    }
}

/// Bits of numbers, whole numbers, masked numbers and what may stand between them: everything that could run together.
fn pieces() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        "1[3-9][0-9]{9}",
        "(\\+?86|0086)?[ -]?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}",
        "\\(?0(10|2[0-9]|755)\\)?[ -]?[2-8][0-9]{3}[ -]?[0-9]{3,4}(-[0-9]{1,4})?",
        "\\+[1-9][0-9]{0,3}([ -.()][0-9]{1,4}){2,5}",
        "\\(?[2-9][0-9]{2}\\)?[ .-][2-9][0-9]{2}[ .-][0-9]{4}",
        Just("11010519491231002X".to_owned()),
        Just("110105 19491231 002X".to_owned()),
        Just("6222021234567890128".to_owned()),
        Just("6222 0212 3456 7890 128".to_owned()),
        Just("4111 1111 1111 1111".to_owned()),
        Just("4111-1111-1111-1111".to_owned()),
        Just("4111111111111111".to_owned()),
        "[a-z0-9.*-]{1,6}@[a-z0-9*]{1,3}\\.(com|cn|1)",
    ];
    let bit = prop_oneof![
        "[0-9]{1,8}",
        "0755",
        "139",
        "86",
        "1",
        "[ .()+*@a-zX年，＋（）０-９-]{1,3}",
        "\\*{1,6}",
        Just(" ".to_owned()),
        Just("-".to_owned()),
    ];
    prop::collection::vec(prop_oneof![number, bit], 0..8).prop_map(|pieces| pieces.concat())
}

fn holds(text: &str) -> Result<(), TestCaseError> {
    let masked = mask(text);
    let written: Vec<char> = text.chars().collect();
    let shown: Vec<char> = masked.text.chars().collect();
    prop_assert_eq!(written.len(), shown.len());
    prop_assert_eq!(&masked.found, &find(text));
    let mut behind = 0;
    for one in &masked.found {
        let [start, end] = one.chars;
        prop_assert!(behind <= start && start < end && end <= written.len());
        prop_assert_eq!(&written[behind..start], &shown[behind..start]);
        prop_assert_eq!(text[one.bytes.clone()].chars().collect::<Vec<_>>(), &written[start..end]);
        let changed = (start..end).filter(|&at| written[at] != shown[at]).count();
        prop_assert!(changed > 0 && (start..end).all(|at| written[at] == shown[at] || shown[at] == '*'));
        // Fewer could be guessed, and would not be known again as hidden.
        prop_assert!(one.kind == Kind::Email || changed >= 4);
        behind = end;
    }
    prop_assert_eq!(&written[behind..], &shown[behind..]);
    let again = mask(&masked.text);
    prop_assert_eq!(&again.text, &masked.text);
    prop_assert_eq!(again.found, []);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn masking_keeps_length_and_is_done_once(text in pieces()) {
        holds(&text)?;
    }

    #[test]
    fn whatever_the_text(text in "\\PC{0,60}") {
        holds(&text)?;
    }

    #[test]
    fn whatever_the_digits(text in "[0-9 *+().@Xa-]{0,60}") {
        holds(&text)?;
    }

    /// A digit more on either side, and it is another number.
    #[test]
    fn longer_runs_are_left_alone(text in "[0-9]{20,40}|[a-zA-Z]1[3-9][0-9]{9}|1[3-9][0-9]{9}[a-wyzA-WYZ]") {
        prop_assert_eq!(mask(&text).text, text);
    }
}
