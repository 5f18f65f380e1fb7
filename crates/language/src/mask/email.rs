//! E-mail addresses: a local part of Latin letters, digits and `._%+-`, and a domain that ends in letters.

use std::ops::Range;

use super::{Kind, Match};

/// Takes the addresses out of a text: returns those that are to be masked and blanks all, masked ones too, since no
/// number is looked for in them.
pub(super) fn take(chars: &mut [u8]) -> Vec<Match> {
    let mut taken: Vec<Match> = Vec::new();
    let mut free = 0;
    let mut next = 0;
    while let Some(found) = chars.iter().skip(next).position(|&c| c == b'@') {
        let at = next + found;
        next = at + 1;
        let Some(address) = address(chars, free, at) else { continue };
        // A single character is hidden as well.
        let shown = usize::from(at - address.start > 1);
        let hidden = address.start + shown..at;
        let masked_already = chars.get(hidden.clone()).unwrap_or_default().iter().all(|&c| c == b'*');
        (free, next) = (address.end, address.end);
        chars.get_mut(address.clone()).unwrap_or_default().fill(0);
        if !masked_already {
            taken.push(Match { kind: Kind::Email, chars: address, hidden });
        }
    }
    taken
}

/// The address around this @, not reaching before `free`.
fn address(chars: &[u8], free: usize, at: usize) -> Option<Range<usize>> {
    let before = chars.get(free..at)?;
    let length = before.iter().rev().take_while(|&&c| is_local(c)).count();
    let local = before.get(before.len() - length..)?;
    let punctuation = local.iter().take_while(|&&c| matches!(c, b'.' | b'-' | b'+')).count();
    let domain = domain(chars.get(at + 1..)?)?;
    (length > punctuation).then(|| at - length + punctuation..at + 1 + domain)
}

/// `*` too, so that a masked address is seen as the address it was.
fn is_local(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'%' | b'+' | b'-' | b'*')
}

/// How long the domain is: labels up to the last one that consists of at least two letters.
fn domain(rest: &[u8]) -> Option<usize> {
    let mut end = None;
    let mut label = 0;
    for at in 0..=rest.len() {
        let c = rest.get(at).copied().unwrap_or(0);
        if c.is_ascii_alphanumeric() {
            continue;
        }
        let letters = rest.get(label..at)?;
        if label > 0 && letters.len() > 1 && letters.iter().all(u8::is_ascii_alphabetic) {
            end = Some(at);
        }
        match c {
            b'.' if at > label => label = at + 1,
            b'-' if at > label => {}
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::mask::mask;

    #[test]
    fn addresses() {
        for (text, masked) in [
            ("zhang.wei@example.com", "z********@example.com"),
            ("邮箱是zw_88@mail.example.com.cn吗", "邮箱是z****@mail.example.com.cn吗"),
            ("a@example.com", "*@example.com"),
            ("13912345678@example.com", "1**********@example.com"),
            ("<x+y@example.org>, (B@example.net).", "<x**@example.org>, (*@example.net)."),
            ("ｚｗ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｚ*＠ｅｘａｍｐｌｅ．ｃｏｍ"),
            ("-ab@a-b.example-x.com-1", "-a*@a-b.example-x.com-1"),
            ("ab@example.com.13", "a*@example.com.13"),
            ("ab@example.com@example.org", "a*@example.com@example.org"),
        ] {
            let found = mask(text);
            assert_eq!(found.text, masked);
            assert!(found.found.iter().all(|one| one.kind.name() == "email"), "{text}");
        }
    }

    #[test]
    fn what_is_no_address() {
        for text in
            ["@张伟", "a@b", "a@b.1", "@example.com", "a@.com", "a@b..com", "--@b.com", "5@3.5", "a @b.com"]
        {
            assert_eq!(mask(text).text, text);
        }
        assert_eq!(mask("@13912345678").text, "@139****5678");
    }
}
