//! The lot that every call draws: a number that follows from the seed and the call's id, whatever else is in the
//! population and in whatever order. Anyone can check a draw with `sha256sum`.

use sha2::{Digest, Sha256};

/// What a lot is for: lots of one purpose say nothing about those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Which calls are drawn: the smallest lots, or the order in which a systematic draw passes them.
    Draw,
    /// Where a systematic draw begins.
    Start,
    /// Which drawn call takes which slot of the period.
    Turn,
    /// Where in its slot.
    Slot,
    /// Who listens.
    Deal,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Draw => "draw",
            Self::Start => "start",
            Self::Turn => "turn",
            Self::Slot => "slot",
            Self::Deal => "deal",
        }
    }
}

/// A lot: the SHA-256 of `seed/purpose/id`. Lots are ordered as their hexadecimal digits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lot([u8; 32]);

impl Lot {
    pub(super) fn of(seed: u64, purpose: Purpose, id: &str) -> Self {
        Self(Sha256::digest(format!("{seed}/{}/{id}", purpose.name())).into())
    }

    /// Even over 0 ≤ x < 1: its first 53 bits.
    pub(super) fn unit(self) -> f64 {
        let head = self.0.iter().take(8).fold(0_u64, |head, byte| head << 8 | u64::from(*byte));
        (head >> 11) as f64 / (1_u64 << 53) as f64
    }
}
