//! Signs of listening.

/// Longest first within a shared beginning, so that the greedy reading below is the right one.
const SIGNS: [&str; 40] = [
    "明白了",
    "知道了",
    "好的好的",
    "对对对",
    "没错",
    "是的",
    "好的",
    "好吧",
    "行吧",
    "明白",
    "知道",
    "这样啊",
    "这样",
    "可以",
    "对的",
    "嗯哼",
    "嗯",
    "恩",
    "啊",
    "哦",
    "噢",
    "喔",
    "呃",
    "额",
    "唉",
    "诶",
    "欸",
    "哎",
    "好",
    "对",
    "是",
    "行",
    "哈",
    "呀",
    "吧",
    "呢",
    "嘛",
    "喂",
    "了",
    "那",
];

const WORDS: [&str; 24] = [
    "mm", "mhm", "hmm", "hm", "uh", "huh", "um", "ah", "oh", "yeah", "yes", "yep", "yup", "ok", "okay",
    "right", "sure", "i", "see", "alright", "good", "great", "mmm", "aha",
];

/// Whether folded text is nothing but a sign of listening (嗯, 好的, "mm hmm"): at most eight characters or four words.
#[must_use]
pub fn is_backchannel(folded: &str) -> bool {
    if folded.is_empty() || folded.chars().count() > 20 {
        return false;
    }
    if folded.is_ascii() {
        let words = folded.split(' ').count();
        return words <= 4 && folded.split(' ').all(|word| WORDS.contains(&word));
    }
    if folded.chars().count() > 8 {
        return false;
    }
    let mut rest = folded;
    while !rest.is_empty() {
        match SIGNS.iter().find_map(|sign| rest.strip_prefix(sign)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listening_is_not_speaking() {
        for sign in ["嗯", "嗯嗯", "好的好的", "对对对", "mm hmm", "yeah okay", "哦这样啊"] {
            assert!(is_backchannel(sign), "{sign}");
        }
        for turn in ["", "不是", "好的我帮您查", "对不起", "yes i want a refund", "可以退款吗"]
        {
            assert!(!is_backchannel(turn), "{turn}");
        }
    }
}
