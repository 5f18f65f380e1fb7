//! Whether a rule is asked at all: its validity, and what a call must have for it to be judged.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use lingjian_language::Language;
use lingjian_model::{Attributes, Role, UnjudgedReason};

use crate::set::Judged;
use crate::syntax::{Pack, Validity};

/// Below this mean confidence it is not known who spoke.
const SURE_ENOUGH: f64 = 0.6;

/// What gates look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) language: Option<Language>,
    pub(crate) day: Option<Date>,
    /// Who said something, or was heard.
    pub(crate) heard: BTreeSet<Role>,
    /// Anything was said and written down.
    pub(crate) words: bool,
    pub(crate) mixed: bool,
    /// Mean confidence in who spoke, by characters; none where it was known.
    pub(crate) role_confidence: Option<f64>,
}

/// What the gates say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    Open,
    /// Not meant for this call.
    Elsewhere,
    Unjudged(UnjudgedReason),
}

pub(crate) fn day(started_at: Option<jiff::Timestamp>) -> Option<Date> {
    started_at.map(|at| at.to_zoned(TimeZone::UTC).date())
}

pub(crate) fn gate(judged: &Judged, pack: &Pack, facts: &Facts, attributes: &Attributes) -> Gate {
    if pack.language.is_some_and(|language| facts.language.is_some_and(|spoken| spoken != language)) {
        return Gate::Elsewhere;
    }
    if !valid(&pack.valid, facts, attributes) || !valid(&judged.rule.valid, facts, attributes) {
        return Gate::Elsewhere;
    }
    let needs = &judged.needs;
    if needs.words && !facts.words {
        return Gate::Unjudged(UnjudgedReason::NoWords);
    }
    if !needs.roles.is_subset(&facts.heard) {
        return Gate::Unjudged(UnjudgedReason::OnePartyOnly);
    }
    if needs.channels && facts.mixed {
        return Gate::Unjudged(UnjudgedReason::OneChannel);
    }
    if !needs.roles.is_empty() && facts.role_confidence.is_some_and(|confidence| confidence < SURE_ENOUGH) {
        return Gate::Unjudged(UnjudgedReason::SpeakerUncertain);
    }
    Gate::Open
}

fn valid(validity: &Validity, facts: &Facts, attributes: &Attributes) -> bool {
    let within = |bound: Option<Date>, right: fn(&Date, &Date) -> bool| {
        bound.is_none_or(|bound| facts.day.is_some_and(|day| right(&day, &bound)))
    };
    within(validity.from, Date::ge)
        && within(validity.to, Date::le)
        && validity.attributes.iter().all(|(name, values)| {
            attributes
                .get(*name)
                .and_then(|value| value.as_text())
                .is_some_and(|is| values.iter().any(|one| one == is))
        })
}
