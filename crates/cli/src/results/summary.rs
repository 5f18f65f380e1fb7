//! The figures of a whole inspection: gathered call by call, the same in every format.

use std::collections::BTreeMap;
use std::sync::Arc;

use lingjian_model::{Dimension, UnjudgedReason};
use lingjian_statistics::Moments;
use serde::Serialize;

use super::{Coverage, Inspected, Run};

/// Histograms of scores have bars five points wide; 100 belongs to the last.
pub(crate) const HISTOGRAM_BINS: usize = 20;

/// Groups with fewer calls are marked: one call moves their mean too far.
const FEW: u64 = 10;

/// The attributes by which calls are grouped, where they have them.
const GROUPED_BY: [&str; 4] = ["agent", "team", "project", "queue"];

/// Mean, interval and spread of a score.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub(crate) struct Distribution {
    pub(crate) calls: u64,
    /// To two places; 0 where there are no calls.
    pub(crate) mean: f64,
    /// Half the width of the 95 % interval of the mean (Student's t); nothing below two calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) margin: Option<f64>,
    /// How many calls fall into each five points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) histogram: Vec<u64>,
}

impl Distribution {
    fn of(scores: Moments, histogram: Vec<u64>) -> Self {
        let margin = scores.margin(0.95).ok().map(rounded);
        Self { calls: scores.count, mean: rounded(scores.mean), margin, histogram }
    }
}

/// How often a rule hit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct RuleCount {
    pub(crate) rule: String,
    pub(crate) pack: String,
    /// It finds what was done well.
    pub(crate) praise: bool,
    /// Its place in the run's list of rules.
    #[serde(skip)]
    pub(crate) index: usize,
    /// Calls in which it found something.
    pub(crate) calls: u64,
    /// Findings.
    pub(crate) hits: u64,
    /// Calls in which it found something ÷ judged calls.
    pub(crate) share: f64,
}

/// The calls of one agent, team, project or queue.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) calls: u64,
    pub(crate) compliance: Distribution,
    pub(crate) experience: Distribution,
    pub(crate) risk: Distribution,
    /// Without praise.
    pub(crate) findings_per_call: f64,
    /// The rule that found something in most of its calls; no praise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) top_rule: Option<String>,
    /// Too few calls to say much.
    pub(crate) few: bool,
}

/// The groups by one attribute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Grouping {
    pub(crate) attribute: &'static str,
    pub(crate) groups: Vec<Group>,
    /// Calls that do not say it.
    pub(crate) without: u64,
}

/// A rule that could not be judged, and in how many calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct UnjudgedCount {
    pub(crate) rule: String,
    pub(crate) reason: UnjudgedReason,
    pub(crate) calls: u64,
}

/// All figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Summary {
    #[serde(skip)]
    pub(crate) coverage: Coverage,
    pub(crate) compliance: Distribution,
    pub(crate) experience: Distribution,
    pub(crate) risk: Distribution,
    /// Rules that found something, by calls.
    pub(crate) rules: Vec<RuleCount>,
    pub(crate) groups: Vec<Grouping>,
    pub(crate) unjudged: Vec<UnjudgedCount>,
    /// Milliseconds of conversation that were judged.
    pub(crate) judged_ms: u64,
}

impl Summary {
    /// The distribution of one score.
    pub(crate) fn score(&self, dimension: Dimension) -> &Distribution {
        match dimension {
            Dimension::Compliance => &self.compliance,
            Dimension::Experience => &self.experience,
            Dimension::Risk => &self.risk,
        }
    }
}

#[derive(Default)]
struct Members {
    scores: [Moments; 3],
    findings: u64,
    rules: BTreeMap<usize, u64>,
}

/// Gathers figures while calls come.
pub(crate) struct Gathering {
    run: Arc<Run>,
    scores: [Moments; 3],
    histograms: [Vec<u64>; 3],
    hits: BTreeMap<usize, (u64, u64)>,
    groups: [(BTreeMap<String, Members>, u64); GROUPED_BY.len()],
    unjudged: BTreeMap<(String, UnjudgedReason), u64>,
    judged_ms: u64,
}

impl Gathering {
    pub(crate) fn new(run: Arc<Run>) -> Self {
        Self {
            run,
            scores: Default::default(),
            histograms: std::array::from_fn(|_| vec![0; HISTOGRAM_BINS]),
            hits: BTreeMap::new(),
            groups: Default::default(),
            unjudged: BTreeMap::new(),
            judged_ms: 0,
        }
    }

    /// One more judged call.
    pub(crate) fn add(&mut self, call: &Inspected) {
        let judgement = &call.judgement;
        self.judged_ms = self.judged_ms.saturating_add(judgement.metrics.duration_ms);
        let scores = Dimension::ALL.map(|dimension| judgement.scores.get(dimension));
        for ((moments, histogram), score) in self.scores.iter_mut().zip(&mut self.histograms).zip(scores) {
            moments.add(score);
            histogram[bin(score)] += 1;
        }

        let mut hits = BTreeMap::<usize, u64>::new();
        for finding in &judgement.findings {
            if let Some(rule) = self.run.rule(&finding.rule, Some(&finding.version)) {
                *hits.entry(rule).or_default() += 1;
            }
        }
        for (rule, count) in &hits {
            let (calls, all) = self.hits.entry(*rule).or_default();
            *calls += 1;
            *all += count;
        }

        for (attribute, (groups, without)) in GROUPED_BY.iter().zip(&mut self.groups) {
            let Some(name) = call.conversation.attributes.get(*attribute) else {
                *without += 1;
                continue;
            };
            let members = groups.entry(name.to_string()).or_default();
            members.scores.iter_mut().zip(scores).for_each(|(moments, score)| moments.add(score));
            for (rule, count) in hits.iter().filter(|(rule, _)| !self.run.rules[**rule].praise) {
                members.findings += count;
                *members.rules.entry(*rule).or_default() += 1;
            }
        }
        for unjudged in &judgement.unjudged {
            *self.unjudged.entry((unjudged.rule.clone(), unjudged.reason)).or_default() += 1;
        }
    }

    /// The figures of all calls.
    pub(crate) fn finish(self, coverage: Coverage) -> Summary {
        let Self { run, scores, histograms, hits, groups, unjudged, judged_ms } = self;
        let calls = scores[0].count;
        let mut rules: Vec<RuleCount> = hits
            .into_iter()
            .map(|(index, (with, hits))| RuleCount {
                rule: run.rules[index].id.clone(),
                pack: run.rules[index].pack.clone(),
                praise: run.rules[index].praise,
                index,
                calls: with,
                hits,
                share: share(with, calls),
            })
            .collect();
        rules.sort_by(|one, other| other.calls.cmp(&one.calls).then(one.index.cmp(&other.index)));

        let groups = GROUPED_BY
            .into_iter()
            .zip(groups)
            .filter(|(_, (groups, _))| !groups.is_empty())
            .map(|(attribute, (groups, without))| Grouping {
                attribute,
                groups: groups.into_iter().map(|(name, members)| group(name, &members, &run)).collect(),
                without,
            })
            .collect();
        let mut unjudged: Vec<UnjudgedCount> = unjudged
            .into_iter()
            .map(|((rule, reason), calls)| UnjudgedCount { rule, reason, calls })
            .collect();
        unjudged.sort_by(|one, other| other.calls.cmp(&one.calls).then_with(|| one.rule.cmp(&other.rule)));

        let mut distributions =
            scores.into_iter().zip(histograms).map(|(moments, bins)| Distribution::of(moments, bins));
        let [compliance, experience, risk] =
            std::array::from_fn(|_| distributions.next().unwrap_or_default());
        Summary { coverage, compliance, experience, risk, rules, groups, unjudged, judged_ms }
    }
}

fn group(name: String, members: &Members, run: &Run) -> Group {
    let [compliance, experience, risk] = members.scores.map(|moments| Distribution::of(moments, Vec::new()));
    let calls = compliance.calls;
    // Of equals the first in the packs' order.
    let top = members.rules.iter().max_by_key(|(rule, calls)| (**calls, usize::MAX - **rule));
    Group {
        name,
        calls,
        compliance,
        experience,
        risk,
        findings_per_call: share(members.findings, calls),
        top_rule: top.map(|(rule, _)| run.rules[*rule].id.clone()),
        few: calls < FEW,
    }
}

fn bin(score: f64) -> usize {
    ((score / 100.0 * HISTOGRAM_BINS as f64) as usize).min(HISTOGRAM_BINS - 1)
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0 }
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_interval_of_a_known_sample() {
        let mut moments = Moments::default();
        [90.0, 80.0, 100.0, 70.0].into_iter().for_each(|score| moments.add(score));
        let all = Distribution::of(moments, Vec::new());
        // s = 12.91, t(3) = 3.1824: 3.1824 × 12.91 / 2 = 20.54.
        assert_eq!((all.mean, all.margin), (85.0, Some(20.54)));
        assert_eq!(Distribution::of(Moments::default(), Vec::new()).margin, None);
    }

    #[test]
    fn the_ends_of_the_scale_have_a_bar() {
        assert_eq!([0.0, 4.99, 5.0, 99.9, 100.0].map(bin), [0, 0, 1, 19, 19]);
    }
}
