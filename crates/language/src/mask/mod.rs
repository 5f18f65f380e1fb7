//! Personal numbers and addresses in written text: found, and masked.
//!
//! What is found and what stays visible, with the sources, is the table in `docs/masking.md`. Numbers are looked for as
//! they are written, in digits of either width. Spoken numerals (一八五四) are not read yet; they would enter as further
//! digits in `text.rs`.
//!
//! Masking writes one `*` for one character: the masked text has as many characters as the text, and a place in one is
//! the same place in the other.

mod abroad;
mod bank_card;
mod email;
mod identity_card;
mod landline;
mod mobile;
#[cfg(test)]
mod tests;
mod text;

use std::ops::Range;

use text::{Written, narrow};

/// What a number or an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A mobile number of mainland China, or a number of another country: there, nobody can tell which are mobile.
    Phone,
    /// A landline number of mainland China, with its area code.
    Landline,
    /// 身份证: an identity number of 18 or 15 characters.
    IdentityCard,
    /// The number on a bank card.
    BankCard,
    /// An e-mail address.
    Email,
}

impl Kind {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Phone, Self::Landline, Self::IdentityCard, Self::BankCard, Self::Email];

    /// Its name in output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Landline => "landline",
            Self::IdentityCard => "identity_card",
            Self::BankCard => "bank_card",
            Self::Email => "email",
        }
    }
}

/// Something personal in a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in characters (Unicode scalar values): from the first up to behind the last. Holds in the
    /// masked text too.
    pub chars: [usize; 2],
    /// Where it stands in the text as it was given, in bytes. Does not hold in the masked text: a `＊` is no `*`.
    pub bytes: Range<usize>,
}

/// A text that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Masked {
    /// The text, with a `*` for every character that is hidden.
    pub text: String,
    /// What was masked in it, in the order of the text.
    pub found: Vec<Found>,
}

/// What a reader of one kind found. Places are characters.
struct Match {
    kind: Kind,
    chars: Range<usize>,
    /// What is hidden of it: the digits in here. Of an e-mail address: everything in here.
    hidden: Range<usize>,
}

impl Match {
    fn hides(&self, at: usize, c: char) -> bool {
        self.hidden.contains(&at) && (self.kind == Kind::Email || narrow(c).is_ascii_digit())
    }
}

/// Finds what is personal in a text: sorted, not overlapping. What is masked already is not found.
///
/// Takes time linear in the length of the text; where it holds no digit and no `@`, that of one look at each byte.
#[must_use]
pub fn find(text: &str) -> Vec<Found> {
    places(text, &matches(text))
}

/// Masks what [`find`] finds. Masking twice is masking once.
#[must_use]
pub fn mask(text: &str) -> Masked {
    let matches = matches(text);
    let found = places(text, &matches);
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for (one, place) in matches.iter().zip(&found) {
        masked.push_str(text.get(done..place.bytes.start).unwrap_or_default());
        let number = text.get(place.bytes.clone()).unwrap_or_default();
        let chars = number.chars().zip(one.chars.clone());
        masked.extend(chars.map(|(c, at)| if one.hides(at, c) { '*' } else { c }));
        done = place.bytes.end;
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    Masked { text: masked, found }
}

/// From left to right; at one place the surer kind goes first, and what it took is taken.
fn matches(text: &str) -> Vec<Match> {
    if !text::may_hold_any(text) {
        return Vec::new();
    }
    let mut chars: Vec<u8> = text.chars().map(narrow).collect();
    let mut matches = email::take(&mut chars);
    let emails = matches.len();
    let written = Written::new(chars);
    let mut run = 0;
    while run < written.runs().len() {
        let found = number(&written, run);
        run += 1;
        if let Some(found) = found {
            while written.runs().get(run).is_some_and(|next| next.start < found.chars.end) {
                run += 1;
            }
            matches.push(found);
        }
    }
    if emails > 0 {
        matches.sort_unstable_by_key(|one| one.chars.start);
    }
    matches
}

/// The number that begins with this run of digits. Those with a check character come first. A plus sign says more
/// than a check digit that one number in ten has by chance.
fn number(written: &Written, run: usize) -> Option<Match> {
    identity_card::find(written, run)
        .or_else(|| abroad::with_plus(written, run))
        .or_else(|| bank_card::find(written, run))
        .or_else(|| mobile::find(written, run))
        .or_else(|| landline::find(written, run))
        .or_else(|| abroad::north_american(written, run))
}

/// Characters to bytes, in one walk.
fn places(text: &str, matches: &[Match]) -> Vec<Found> {
    let mut rest = text.chars();
    let (mut at, mut byte) = (0, 0);
    let mut byte_of = |goal: usize| {
        while at < goal {
            let Some(c) = rest.next() else { break };
            at += 1;
            byte += c.len_utf8();
        }
        byte
    };
    let mut place = |one: &Match| {
        let Range { start, end } = one.chars;
        Found { kind: one.kind, chars: [start, end], bytes: byte_of(start)..byte_of(end) }
    };
    matches.iter().map(&mut place).collect()
}
