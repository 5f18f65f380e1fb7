//! Findings and measures → suggestions with their sources.

use lingjian_model::scorecard::{Answer, Answers, Hit, Item, Moment, Prefill, Source, Suggestion};
use lingjian_model::{Metrics, Scorecard};

/// Suggests answers. What fires suggests its option; of several options the one with the least share wins, of equal ones the
/// first of the item. All that speaks for it is kept as its source, and where it was found is the answer's evidence, to
/// begin with. What found nothing suggests nothing: a rule that was silent is no proof that all was well.
#[must_use]
pub fn prefill(card: &Scorecard, hits: &[Hit], metrics: &Metrics) -> Answers {
    card.items().filter_map(|item| Some((item.id.clone(), suggest(item, hits, metrics)?))).collect()
}

fn suggest(item: &Item, hits: &[Hit], metrics: &Metrics) -> Option<Answer> {
    let fired: Vec<(&str, Vec<Source>)> = item
        .prefill
        .iter()
        .map(|prefill| (prefill.option.as_str(), sources(prefill, hits, metrics)))
        .filter(|(_, sources)| !sources.is_empty())
        .collect();
    let fires = |id: &str| fired.iter().any(|(option, _)| *option == id);
    let share = |option: &lingjian_model::scorecard::ItemOption| option.share.unwrap_or(1.0);
    let option = item
        .options
        .iter()
        .filter(|option| fires(&option.id))
        .min_by(|one, other| share(one).total_cmp(&share(other)))?;
    let mut sources: Vec<Source> = Vec::new();
    for source in fired.into_iter().filter(|(id, _)| *id == option.id).flat_map(|(_, sources)| sources) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    let mut evidence: Vec<Moment> = sources
        .iter()
        .filter_map(|source| match source {
            Source::Finding { moment, .. } => *moment,
            Source::Measure { .. } => None,
        })
        .collect();
    evidence.sort_by_key(|moment| (moment.span, moment.turn, moment.chars));
    evidence.dedup();
    let suggestion = Some(Suggestion { option: option.id.clone(), sources });
    Some(Answer { evidence, suggestion, ..Answer::default() })
}

/// What speaks for it in this call.
fn sources(prefill: &Prefill, hits: &[Hit], metrics: &Metrics) -> Vec<Source> {
    let named = |hit: &&Hit| prefill.rules.contains(&hit.rule);
    let finding = |hit: &Hit| Source::Finding {
        rule: hit.rule.clone(),
        version: hit.version.clone(),
        moment: hit.moment,
    };
    let mut sources: Vec<Source> = hits.iter().filter(named).map(finding).collect();
    if let Some((measure, value)) = prefill.measure.and_then(|name| Some((name, name.of(metrics)?))) {
        let over = prefill.over.filter(|bound| value > *bound);
        let under = prefill.under.filter(|bound| value < *bound);
        sources.extend(over.or(under).map(|bound| Source::Measure { measure, value, bound }));
    }
    sources
}
