//! Hits → findings, and findings → the three scores with their derivation.

use lingjian_model::{Dimension, Finding, Judgement, Metrics, ScoreStep, Scores, Severity, Unjudged};

use crate::hit::Hit;
use crate::set::RuleSet;
use crate::syntax::Per;
use crate::turn::rounded;

/// A rule's finding, before it is weighed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// The rule's number in its set.
    pub(crate) rule: usize,
    /// Where; none where something is missing.
    pub(crate) hit: Option<Hit>,
}

/// Weighs what was found and sums it up. `written` turns places in a turn's folded text into places in it as written.
pub(crate) fn conclude(
    set: &RuleSet,
    mut found: Vec<Found>,
    mut unjudged: Vec<Unjudged>,
    metrics: Metrics,
    written: &dyn Fn(usize, (usize, usize)) -> [usize; 2],
) -> Judgement {
    let amount = |one: &Found| one.hit.as_ref().and_then(|hit| hit.value).map_or(0.0, |value| value.amount);
    found.sort_by(|one, other| {
        let place = |one: &Found| (one.hit.as_ref().map(Hit::order), one.rule);
        place(one).cmp(&place(other)).then(amount(one).total_cmp(&amount(other)))
    });
    unjudged.sort();
    let mut counted = vec![0_usize; set.rules.len()];
    let findings: Vec<Finding> = found
        .iter()
        .map(|one| {
            let judged = &set.rules[one.rule];
            let at_most = match judged.rule.per {
                Per::Hit { at_most: Some(most) } => most,
                _ => usize::MAX,
            };
            counted[one.rule] += 1;
            let counts = counted[one.rule] <= at_most;
            let weight = set.packs[judged.pack].weighing[judged.rule.dimension as usize].weight;
            let points = if counts { judged.rule.points * weight } else { 0.0 };
            finding(set, one, points, written)
        })
        .collect();
    let derivation = derive(set, &found, &findings);
    let scores = Scores {
        compliance: last(&derivation, Dimension::Compliance),
        experience: last(&derivation, Dimension::Experience),
        risk: last(&derivation, Dimension::Risk),
    };
    Judgement { scores, metrics, findings, derivation, unjudged }
}

fn finding(
    set: &RuleSet,
    one: &Found,
    points: f64,
    written: &dyn Fn(usize, (usize, usize)) -> [usize; 2],
) -> Finding {
    let rule = &set.rules[one.rule].rule;
    let hit = one.hit.as_ref();
    let turn = hit.and_then(|hit| hit.turn);
    Finding {
        rule: rule.id.clone(),
        version: rule.digest.clone(),
        severity: rule.severity,
        dimension: rule.dimension,
        points: rounded(points, 3),
        role: hit.and_then(|hit| hit.role),
        turn,
        chars: hit.zip(turn).map(|(hit, turn)| written(turn, hit.chars)),
        span: hit.map(|hit| hit.span),
        value: hit.and_then(|hit| hit.value),
        bound: hit.and_then(|hit| hit.bound),
    }
}

const fn start(dimension: Dimension) -> f64 {
    match dimension {
        Dimension::Compliance | Dimension::Experience => 100.0,
        Dimension::Risk => 0.0,
    }
}

fn last(steps: &[ScoreStep], dimension: Dimension) -> f64 {
    steps.iter().rfind(|step| step.dimension == dimension).map_or(start(dimension), |step| step.after)
}

/// The steps of each score: rule by rule, each pack's movement within its cap, and fatal findings last.
fn derive(set: &RuleSet, found: &[Found], findings: &[Finding]) -> Vec<ScoreStep> {
    let mut by_rule: Vec<(usize, f64, bool)> = vec![(0, 0.0, false); set.rules.len()];
    for (one, finding) in found.iter().zip(findings) {
        let (hits, points, fatal) = &mut by_rule[one.rule];
        *hits += 1;
        *points += finding.points;
        *fatal |= finding.severity == Severity::Fatal;
    }
    let mut steps = Vec::new();
    for dimension in Dimension::ALL {
        let mut score = start(dimension);
        let mut moved = vec![0.0_f64; set.packs.len()];
        for (judged, &(hits, points, _)) in set.rules.iter().zip(&by_rule) {
            if hits == 0 || judged.rule.dimension != dimension || points == 0.0 {
                continue;
            }
            let cap = set.packs[judged.pack].weighing[dimension as usize].cap.unwrap_or(f64::INFINITY);
            let room = (moved[judged.pack] + points).clamp(-cap, cap);
            let allowed = room - moved[judged.pack];
            moved[judged.pack] = room;
            let after = rounded((score + allowed).clamp(0.0, 100.0), 3);
            let rule = judged.rule.id.clone();
            steps.push(ScoreStep { dimension, rule, hits, points: rounded(after - score, 3), after });
            score = after;
        }
        for (judged, &(hits, _, fatal)) in set.rules.iter().zip(&by_rule) {
            // A fatal finding decides compliance, and whatever other score its pack says it does.
            let Some(after) = set.packs[judged.pack].weighing[dimension as usize].fatal.filter(|_| fatal)
            else {
                continue;
            };
            let rule = judged.rule.id.clone();
            steps.push(ScoreStep { dimension, rule, hits, points: rounded(after - score, 3), after });
            score = after;
        }
    }
    steps
}
