//! Numbers as they are spoken.

const HAN: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
const ENGLISH: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] =
    ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// A number below 100,000 in Mandarin: 一百二十八, 两千零五, 一万三千.
pub(crate) fn mandarin(number: u64) -> String {
    // alone before a measure word, two is 两
    if number == 0 || number == 2 {
        return if number == 0 { HAN[0] } else { "两" }.to_owned();
    }
    let units = [(10_000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")];
    let mut spoken = String::new();
    let mut gap = false;
    for (unit, name) in units {
        let digit = (number / unit % 10) as usize;
        if digit == 0 {
            gap = !spoken.is_empty();
            continue;
        }
        if gap {
            spoken.push_str(HAN[0]);
            gap = false;
        }
        match (digit, unit) {
            (1, 10) if spoken.is_empty() => {}
            (2, 100..) if spoken.is_empty() => spoken.push('两'),
            _ => spoken.push_str(HAN[digit]),
        }
        spoken.push_str(name);
    }
    spoken
}

/// A number below 100,000 in English: one hundred twenty-eight.
pub(crate) fn english(number: u64) -> String {
    let below_hundred = |n: u64| match n {
        0..20 => ENGLISH[n as usize].to_owned(),
        _ if n.is_multiple_of(10) => TENS[n as usize / 10].to_owned(),
        _ => format!("{}-{}", TENS[n as usize / 10], ENGLISH[n as usize % 10]),
    };
    match number {
        0..100 => below_hundred(number),
        100..1000 => {
            let head = format!("{} hundred", ENGLISH[number as usize / 100]);
            if number.is_multiple_of(100) { head } else { format!("{head} {}", below_hundred(number % 100)) }
        }
        _ => {
            let head = format!("{} thousand", english(number / 1000));
            if number.is_multiple_of(1000) { head } else { format!("{head} {}", english(number % 1000)) }
        }
    }
}

/// One digit on the telephone: 幺 for one in Mandarin.
pub(crate) fn digit(digit: usize, mandarin: bool) -> &'static str {
    match (mandarin, digit) {
        (true, 1) => "幺",
        (true, _) => HAN[digit % 10],
        (false, _) => ENGLISH[digit % 10],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_spoken() {
        let cases = [
            (0, "零"),
            (2, "两"),
            (8, "八"),
            (12, "十二"),
            (10, "十"),
            (15, "十五"),
            (20, "二十"),
            (110, "一百一十"),
            (205, "两百零五"),
            (2222, "两千二百二十二"),
            (3008, "三千零八"),
            (13_000, "一万三千"),
            (50_060, "五万零六十"),
        ];
        for (number, spoken) in cases {
            assert_eq!(mandarin(number), spoken);
        }
        assert_eq!(english(0), "zero");
        assert_eq!(english(45), "forty-five");
        assert_eq!(english(300), "three hundred");
        assert_eq!(english(128), "one hundred twenty-eight");
        assert_eq!(english(12_019), "twelve thousand nineteen");
    }
}
