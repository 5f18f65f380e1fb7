//! From evaluations as they count to figures.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use lingjian_model::evaluation::Stage;
use lingjian_model::scorecard::Item;
use lingjian_model::{Scorecard, UserId};
use lingjian_scorecards::asked_items;
use lingjian_statistics::Moments;
use lingjian_statistics::chart::{Signal, compare, pareto, xmr};
use lingjian_statistics::sampling::estimate::{Heard, mean};
use lingjian_store::{Names, Outcome};

use super::{Estimate, Fault, Figures, Group, Mean, Output, WeekOf};
use crate::Title;
use crate::evaluations::DUE_MS;
use crate::zone::monday;

/// How often an interval shall hold the truth.
const CONFIDENCE: f64 = 0.95;

/// Evaluations as they count, with what names them.
pub(super) struct Outcomes {
    pub(super) outcomes: Vec<Outcome>,
    /// The card as it counts.
    pub(super) counting: Scorecard,
    /// Forms by their digests.
    pub(super) forms: BTreeMap<String, Scorecard>,
    pub(super) names: Names,
    pub(super) people: BTreeMap<UserId, String>,
}

/// The evaluations of somebody.
#[derive(Default)]
struct Part<'o>(Vec<&'o Outcome>);

impl Part<'_> {
    fn moments(&self) -> Moments {
        moments(self.0.iter().copied())
    }

    fn fatal(&self) -> u64 {
        self.count(|one| one.fatal > 0)
    }

    fn count(&self, which: impl Fn(&Outcome) -> bool) -> u64 {
        self.0.iter().filter(|one| which(one)).count() as u64
    }
}

fn moments<'o>(outcomes: impl Iterator<Item = &'o Outcome>) -> Moments {
    let mut moments = Moments::default();
    outcomes.filter_map(|one| one.total).for_each(|total| moments.add(total));
    moments
}

impl From<Moments> for Mean {
    fn from(moments: Moments) -> Self {
        let mean = (moments.count > 0).then_some(moments.mean);
        // Values that are all alike tell nothing of chance: ± 0 would be a certainty that nobody has.
        let margin = moments.margin(CONFIDENCE).ok().filter(|margin| *margin > 0.0);
        Self { count: moments.count, mean, margin }
    }
}

fn parted<K: Ord>(outcomes: &[Outcome], by: impl Fn(&Outcome) -> Option<K>) -> BTreeMap<K, Part<'_>> {
    let mut parts: BTreeMap<K, Part<'_>> = BTreeMap::new();
    for one in outcomes {
        if let Some(key) = by(one) {
            parts.entry(key).or_default().0.push(one);
        }
    }
    parts
}

impl Outcomes {
    pub(super) fn figures(&self, zone: &TimeZone) -> Figures {
        let all = Part(self.outcomes.iter().collect());
        Figures {
            all: all.moments().into(),
            fatal: all.fatal(),
            estimate: self.estimate(),
            projects: self.groups(|one| one.call.project, |id| self.names.projects.get(id).cloned()),
            teams: self.groups(|one| one.call.team, |id| self.names.teams.get(id).cloned()),
            agents: self.agents(),
            inspectors: self.inspectors(),
            faults: self.faults(),
            weeks: self.weeks(zone),
        }
    }

    /// Parts beside all others, the largest first.
    fn groups<K: Ord + ToString>(
        &self,
        by: impl Fn(&Outcome) -> Option<K>,
        name: impl Fn(&K) -> Option<String>,
    ) -> Vec<Group> {
        let parts = parted(&self.outcomes, &by);
        let group = |(id, part): (&K, &Part<'_>)| {
            let others = moments(self.outcomes.iter().filter(|one| by(one).as_ref() != Some(id)));
            grouped(id.to_string(), name(id), part, others)
        };
        let mut groups: Vec<Group> = parts.iter().map(group).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.mean.count));
        groups
    }

    /// Agents beside the others of their team, the lowest mean first.
    fn agents(&self) -> Vec<Group> {
        let teams = parted(&self.outcomes, |one| one.call.team);
        let group = |(id, part): (_, Part<'_>)| {
            let team = part.0.first().and_then(|one| teams.get(&one.call.team?));
            let others = team.into_iter().flat_map(|team| &team.0).copied();
            let others = moments(others.filter(|one| one.call.agent != Some(id)));
            let name = self.names.agents.get(&id).map(|(name, number)| match name == number {
                true => number.clone(),
                false => format!("{name} {number}"),
            });
            grouped(id.to_string(), name, &part, others)
        };
        let mut agents: Vec<Group> =
            parted(&self.outcomes, |one| one.call.agent).into_iter().map(group).collect();
        let low = |group: &Group| group.mean.mean.unwrap_or(f64::INFINITY);
        agents.sort_by(|one, other| low(one).total_cmp(&low(other)));
        agents
    }

    fn inspectors(&self) -> Vec<Output> {
        let output = |(id, part): (UserId, Part<'_>)| Output {
            id,
            name: self.people.get(&id).cloned().unwrap_or_default(),
            mean: part.moments().into(),
            sent: part.count(|one| one.sent_at.is_some()),
            in_time: part.count(|one| one.sent_at.is_some_and(|at| at <= one.listened_at + DUE_MS)),
            appealed: part.count(|one| {
                matches!(one.stage, Stage::Appealed | Stage::Upheld | Stage::Changed) || one.revision > 1
            }),
            changed: part.count(|one| one.stage == Stage::Changed || one.revision > 1),
        };
        let mut all: Vec<Output> =
            parted(&self.outcomes, |one| Some(one.inspector)).into_iter().map(output).collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.mean.count));
        all
    }

    /// The few items that make the most faults.
    fn faults(&self) -> Vec<Fault> {
        let mut counted: BTreeMap<&str, (&Item, [u64; 3])> = BTreeMap::new();
        for one in &self.outcomes {
            let Some(form) = self.forms.get(&one.digest) else { continue };
            for item in asked_items(form, &one.sheet.answers) {
                let option = one.sheet.answers.get(&item.id).and_then(|answer| item.option(answer.option()?));
                let Some(share) = option.and_then(|option| option.share) else { continue };
                let (_, [judged, failed, partly]) = counted.entry(&item.id).or_insert((item, [0; 3]));
                *judged += 1;
                *failed += u64::from(share <= 0.0);
                *partly += u64::from(share > 0.0 && share < 1.0);
            }
        }
        // The words of the card as it counts.
        let named = |item: &'_ Item| Title::of(&self.counting.item(&item.id).unwrap_or(item).title);
        let bars = pareto(counted.into_values().map(|counts| (counts, counts.1[1] + counts.1[2])));
        let fault = |bar: lingjian_statistics::chart::Bar<(&Item, [u64; 3])>| {
            let (item, [judged, failed, partly]) = bar.what;
            Fault {
                id: item.id.clone(),
                title: named(item),
                fatal: item.fatal,
                judged,
                failed,
                partly,
                share: bar.share,
                cumulative: bar.cumulative,
            }
        };
        bars.into_iter().map(fault).collect()
    }

    fn weeks(&self, zone: &TimeZone) -> Vec<WeekOf> {
        let parts = parted(&self.outcomes, |one| monday(one.listened_at, zone));
        let known: Vec<(Date, Moments)> = parts
            .into_iter()
            .map(|(from, part)| (from, part.moments()))
            .filter(|(_, moments)| moments.count > 0)
            .collect();
        let means: Vec<f64> = known.iter().map(|(_, moments)| moments.mean).collect();
        let chart = xmr(&means);
        let week = |(place, (from, moments)): (usize, (Date, Moments))| {
            let point = chart.as_ref().and_then(|chart| chart.points.get(place));
            WeekOf {
                from,
                mean: moments.into(),
                limits: point.map(|point| (point.low.max(0.0), point.high.min(100.0))),
                signal: point.and_then(|point| point.signal).map(|signal| match signal {
                    Signal::Beyond => "beyond",
                    Signal::Run => "run",
                }),
            }
        };
        known.into_iter().enumerate().map(week).collect()
    }

    /// What all calls come to that draws chose from. Of a call that several heard, the mean of what they gave.
    fn estimate(&self) -> Option<Estimate> {
        let mut calls: BTreeMap<_, (String, f64, Moments)> = BTreeMap::new();
        for one in &self.outcomes {
            let (Some(drawn), Some(total)) = (&one.drawn, one.total) else { continue };
            let stratum = || format!("{} {}", drawn.draw, drawn.stratum);
            let (.., moments) =
                calls.entry(one.call.id).or_insert_with(|| (stratum(), drawn.inclusion, Moments::default()));
            moments.add(total);
        }
        let heard: Vec<Heard<'_>> = calls
            .values()
            .map(|(stratum, inclusion, moments)| Heard {
                stratum,
                inclusion: *inclusion,
                value: moments.mean,
            })
            .collect();
        let estimated = mean(&heard).ok()?;
        let margin = estimated.margin(CONFIDENCE).ok().filter(|margin| margin.is_finite());
        Some(Estimate { count: heard.len() as u64, mean: estimated.value, margin })
    }
}

fn grouped(id: String, name: Option<String>, part: &Part<'_>, others: Moments) -> Group {
    let own = part.moments();
    let beside = compare(own, others, CONFIDENCE).ok();
    Group {
        name: name.unwrap_or_else(|| id.clone()),
        id,
        mean: own.into(),
        fatal: part.fatal(),
        difference: (own.count > 0 && others.count > 0).then_some(own.mean - others.mean),
        verdict: beside.map(|beside| beside.verdict),
    }
}
