//! What is measured in time: silence, overlap, interruption, duration, talk.

use lingjian_model::{Measure, Millis, Role, Span};

use super::evaluate::{PARTIES, share};
use crate::call::Call;
use crate::hit::Hit;
use crate::syntax::{Bound, Extent};
use crate::timing;

pub(super) fn silence(call: &Call<'_>, extent: Extent, window: Span) -> Vec<Hit> {
    stretches(call, timing::silences(&call.speech), extent, window)
}

pub(super) fn overlap(call: &Call<'_>, extent: Extent, window: Span) -> Vec<Hit> {
    stretches(call, timing::overlaps(&call.speech), extent, window)
}

fn stretches(call: &Call<'_>, all: Vec<Span>, extent: Extent, window: Span) -> Vec<Hit> {
    let within: Vec<Span> = all.into_iter().filter_map(|span| span.intersection(window)).collect();
    let longest = within.iter().copied().max_by_key(|span| (span.length(), std::cmp::Reverse(span.start)));
    match extent {
        Extent::Over(least) => within
            .into_iter()
            .filter(|span| span.length() >= least)
            .map(|span| hit(span, millis(span.length()), least.0 as f64, None))
            .collect(),
        Extent::TotalOver(least) => {
            let total = timing::total(&within);
            let found = longest.filter(|_| total >= least);
            found.map(|span| hit(span, millis(total), least.0 as f64, None)).into_iter().collect()
        }
        Extent::ShareOver(least) => {
            let whole = Span { start: Millis::ZERO, end: call.length }
                .intersection(window)
                .map_or(Millis::ZERO, Span::length);
            let part = share(timing::total(&within), whole).filter(|&part| part >= least);
            let found = longest
                .zip(part)
                .map(|(span, amount)| hit(span, Measure { amount, unit: "share" }, least, None));
            found.into_iter().collect()
        }
    }
}

pub(super) fn interruption(
    call: &Call<'_>,
    role: Option<Role>,
    over: Millis,
    after: Millis,
    window: Span,
) -> Vec<Hit> {
    let Some(role) = role else { return Vec::new() };
    timing::interruptions(&call.speech, role, over, after, &|stretch| call.said(role, stretch))
        .into_iter()
        .filter(|one| window.start <= one.span.start && one.span.start < window.end)
        .map(|one| Hit {
            reach: one.until,
            ..hit(one.span, millis(one.span.length()), over.0 as f64, Some(role))
        })
        .collect()
}

pub(super) fn duration(call: &Call<'_>, bound: Bound) -> Vec<Hit> {
    let value = millis(call.length);
    let whole = Span { start: Millis::ZERO, end: call.length };
    bound.broken_by(value.amount).then(|| hit(whole, value, bound.limit(), None)).into_iter().collect()
}

pub(super) fn talk_share(call: &Call<'_>, role: Option<Role>, bound: Bound, window: Span) -> Vec<Hit> {
    let Some(role) = role else { return Vec::new() };
    let own = timing::talk(&call.speech, role, window);
    let others = PARTIES
        .iter()
        .filter(|&&party| party != role)
        .map(|&party| timing::talk(&call.speech, party, window));
    let all = others.fold(own, Millis::plus);
    let Some(amount) = share(own, all).filter(|&amount| bound.broken_by(amount)) else { return Vec::new() };
    let whole = Span { start: Millis::ZERO, end: call.length };
    vec![hit(
        whole.intersection(window).unwrap_or(whole),
        Measure { amount, unit: "share" },
        bound.limit(),
        Some(role),
    )]
}

fn millis(time: Millis) -> Measure {
    Measure { amount: time.0 as f64, unit: "ms" }
}

/// A measured stretch as a hit; the bound has the value's unit.
pub(crate) fn hit(span: Span, value: Measure, bound: f64, role: Option<Role>) -> Hit {
    Hit {
        span,
        turn: None,
        chars: (0, 0),
        role,
        value: Some(value),
        bound: Some(Measure { amount: bound, unit: value.unit }),
        reach: span.end,
    }
}
