//! Hits: places in a call, and how places stand to each other. The definitions that both evaluators share.

use lingjian_model::{Measure, Millis, Role, Span};

use crate::syntax::{Side, Window};

/// A place in a call where a condition found what it looks for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hit {
    /// When.
    pub(crate) span: Span,
    /// In which turn, counted from 0, where it lies in one.
    pub(crate) turn: Option<usize>,
    /// From which character of the turn's folded text up to which.
    pub(crate) chars: (usize, usize),
    pub(crate) role: Option<Role>,
    pub(crate) value: Option<Measure>,
    pub(crate) bound: Option<Measure>,
    /// Until when something was looked at to find it: later than `span.end` where more was needed.
    pub(crate) reach: Millis,
}

impl Hit {
    /// The order in which hits stand.
    pub(crate) fn order(&self) -> (Millis, Option<usize>, (usize, usize), Millis) {
        (self.span.start, self.turn, self.chars, self.span.end)
    }

    /// Whether it begins where `earlier` has ended.
    pub(crate) fn follows(&self, earlier: &Self) -> bool {
        match (self.turn, earlier.turn) {
            (Some(here), Some(there)) if here == there => self.chars.0 >= earlier.chars.1,
            (Some(here), Some(there)) => here > there,
            _ => self.span.start >= earlier.span.end,
        }
    }

    /// Whether it stands on this side of `other`, and near enough. `turn_at` names the turn that last began at a time.
    pub(crate) fn stands(
        &self,
        side: Side,
        other: &Self,
        within: Option<Window>,
        turn_at: &dyn Fn(Millis) -> usize,
    ) -> bool {
        match side {
            Side::After => self.follows(other) && self.near(other, within, turn_at),
            Side::Before => other.follows(self) && other.near(self, within, turn_at),
            Side::Around => {
                let (first, second) =
                    if self.order() <= other.order() { (self, other) } else { (other, self) };
                second.near(first, within, turn_at)
            }
            Side::SameTurn => {
                let together = match (self.turn, other.turn) {
                    (Some(here), Some(there)) => here == there,
                    _ => self.span.intersection(other.span).is_some(),
                };
                let (first, second) = if self.chars <= other.chars { (self, other) } else { (other, self) };
                together && second.near(first, within, turn_at)
            }
        }
    }

    /// Whether it is no further behind `earlier` than the window.
    pub(crate) fn near(
        &self,
        earlier: &Self,
        within: Option<Window>,
        turn_at: &dyn Fn(Millis) -> usize,
    ) -> bool {
        match within {
            None => true,
            Some(Window::Turns(turns)) => {
                let here = self.turn.unwrap_or_else(|| turn_at(self.span.start));
                let there = earlier.turn.unwrap_or_else(|| turn_at(earlier.span.start));
                here.saturating_sub(there) <= turns
            }
            Some(Window::Time(time)) => self.span.start.since(earlier.span.end) <= time,
            Some(Window::Chars(chars) | Window::Words(chars)) => {
                self.turn.is_some()
                    && self.turn == earlier.turn
                    && self.chars.0.saturating_sub(earlier.chars.1) <= chars
            }
        }
    }
}

/// What a condition came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Outcome {
    pub(crate) holds: bool,
    /// In order.
    pub(crate) hits: Vec<Hit>,
}

impl Outcome {
    pub(crate) const NO: Self = Self { holds: false, hits: Vec::new() };
}

/// Of overlapping places the leftmost, and of those the longest.
pub(crate) fn leftmost_longest(mut places: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    places.sort_unstable_by_key(|&(start, end)| (start, std::cmp::Reverse(end)));
    let mut free = 0;
    places.retain(|&(start, end)| {
        let fits = start >= free;
        if fits {
            free = end;
        }
        fits
    });
    places
}
