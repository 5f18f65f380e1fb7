//! What holds for every card and every way to fill it in.

use lingjian_model::scorecard::{Answers, Choice, Counts, Figure, Hit};
use lingjian_model::scorecard::{MetricName, Origin, Prefill};
use lingjian_model::{Dimension, Finding, Metrics, Scorecard, Scored, Severity, Span, TimingSource};
use lingjian_scorecards::{asked, lint, missing, prefill, score};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::cards::{any_filled, not_applicable, said};

fn within(figure: Option<f64>) -> bool {
    figure.is_none_or(|figure| (0.0..=100.0).contains(&figure))
}

fn added_up(scored: &Scored, of: &Figure) -> Option<f64> {
    let steps: Vec<f64> = scored.steps.iter().filter(|step| step.of == *of).map(|step| step.points).collect();
    (!steps.is_empty()).then(|| steps.iter().sum())
}

fn about(one: Option<f64>, other: Option<f64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-6,
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// The id of one of the card's items.
fn one_of(card: &Scorecard, index: Index) -> String {
    let ids: Vec<&str> = card.items().map(|item| item.id.as_str()).collect();
    index.get(&ids).to_string()
}

fn finding(rule: String) -> Finding {
    Finding {
        rule,
        version: "sha256:00".to_owned(),
        severity: Severity::Minor,
        dimension: Dimension::Experience,
        points: -1.0,
        role: None,
        turn: Some(2),
        chars: Some([0, 3]),
        span: Some(Span::new(1000, 2000)),
        value: None,
        bound: None,
    }
}

fn metrics(longest_silence_ms: u64) -> Metrics {
    Metrics {
        duration_ms: 60_000,
        silence_ms: longest_silence_ms,
        silence_share: 0.1,
        longest_silence_ms,
        overlap_ms: 0,
        overlap_share: 0.0,
        agent_talk_ms: 20_000,
        customer_talk_ms: 20_000,
        agent_rate: 230.0,
        customer_rate: 210.0,
        interruptions_by_agent: 0,
        interruptions_by_customer: 0,
        timing: TimingSource::Turns,
    }
}

proptest! {
    #[test]
    fn figures_lie_within_bounds_and_their_steps_add_up((card, answers) in any_filled()) {
        let scored = score(&card, &answers);
        prop_assert!(within(scored.total) && within(scored.critical));
        prop_assert!(about(added_up(&scored, &Figure::Total), scored.total), "{scored:?}");
        prop_assert!(about(added_up(&scored, &Figure::Critical), scored.critical), "{scored:?}");
        for section in &scored.sections {
            prop_assert!(within(section.score) && section.earned <= section.possible + 1e-9);
            let sum = added_up(&scored, &Figure::Section(section.id.clone()));
            prop_assert!(about(sum, section.score), "{section:?}: {scored:?}");
        }
        let shares: f64 = scored.sections.iter().map(|section| section.share).sum();
        prop_assert!(shares == 0.0 || (shares - 1.0).abs() < 1e-9);
    }

    /// A better answer, where it leaves as it is who else is asked.
    #[test]
    fn answering_better_never_lowers((card, mut answers) in any_filled(), index: Index, two: [Index; 2]) {
        let id = one_of(&card, index);
        let [one, other] = two.map(|index| index.get(&card.item(&id).unwrap().options));
        let (worse, better) = if one.share <= other.share { (one, other) } else { (other, one) };
        answers.insert(id.clone(), said(&worse.id));
        let (before, asked_before) = (score(&card, &answers), asked(&card, &answers));
        answers.insert(id, said(&better.id));
        if asked(&card, &answers) != asked_before {
            return Ok(());
        }
        let after = score(&card, &answers);
        if let (Some(before), Some(after)) = (before.total, after.total) {
            prop_assert!(after >= before, "{before} → {after}");
        }
        prop_assert!(after.critical >= before.critical);
        for (before, after) in before.sections.iter().zip(&after.sections) {
            prop_assert!(after.score >= before.score);
        }
    }

    /// "Not applicable" takes an item out as if the card had never had it, and leaves other sections and the proportion of
    /// other items as they were.
    #[test]
    fn not_applicable_is_as_if_the_item_were_not_there((card, mut answers) in any_filled(), index: Index) {
        let id = one_of(&card, index);
        let before = score(&card, &answers);
        answers.insert(id.clone(), not_applicable());
        let after = score(&card, &answers);
        let mut without = card.clone();
        for section in &mut without.sections {
            section.items.retain(|item| item.id != id);
        }
        let weighs = |card: &Scorecard| {
            card.items().any(|item| item.counts == Counts::Weighed && item.points > 0.0)
        };
        if weighs(&card) == weighs(&without) {
            answers.remove(&id);
            prop_assert_eq!(after.total, score(&without, &answers).total);
        }
        let left = asked(&card, &answers);
        let touched = |section: &lingjian_model::scorecard::Section| {
            section.items.iter().any(|item| item.id == id || item.asked_when.is_some())
        };
        prop_assert_eq!(left.len(), card.items().count());
        for (number, section) in card.sections.iter().enumerate().filter(|(_, section)| !touched(section)) {
            prop_assert_eq!(before.sections[number].score, after.sections[number].score, "{}", section.id);
        }
    }

    #[test]
    fn a_fatal_item_decides((card, answers) in any_filled()) {
        let scored = score(&card, &answers);
        let failed = card.items().zip(asked(&card, &answers)).filter(|(item, asked)| {
            let option = answers.get(&item.id).and_then(|answer| item.option(answer.option()?));
            *asked && item.fatal && option.is_some_and(|option| option.share == Some(0.0))
        });
        let failed: Vec<String> = failed.map(|(item, _)| item.id.clone()).collect();
        prop_assert_eq!(&scored.fatal, &failed);
        if !failed.is_empty() {
            prop_assert!(scored.total.is_some_and(|total| total <= card.fatal));
        }
    }

    /// What is answered to items that are not asked changes nothing.
    #[test]
    fn an_item_that_is_not_asked_changes_nothing((card, answers) in any_filled(), option: Index) {
        let asked_now = asked(&card, &answers);
        let mut other = answers.clone();
        for (item, _) in card.items().zip(&asked_now).filter(|(_, asked)| !**asked) {
            other.insert(item.id.clone(), said(&option.get(&item.options).id));
        }
        prop_assert_eq!(asked(&card, &other), asked_now);
        prop_assert_eq!(score(&card, &other), score(&card, &answers));
        prop_assert_eq!(missing(&card, &other), missing(&card, &answers));
    }

    /// Suggestions count where nobody said otherwise, and never against what somebody said.
    #[test]
    fn what_a_person_says_goes_before_what_is_suggested((mut card, answers) in any_filled(), seconds in 0_u64..30) {
        for item in card.sections.iter_mut().flat_map(|section| &mut section.items) {
            let last = item.options.last().unwrap().id.clone();
            let by_rule = Prefill {
                option: item.options[0].id.clone(),
                rules: vec![item.id.clone()],
                measure: None,
                over: None,
                under: None,
            };
            let measure = Some(MetricName::LongestSilence);
            let by_measure =
                Prefill { option: last, rules: Vec::new(), measure, over: Some(15_000.0), under: None };
            item.prefill = vec![by_rule, by_measure];
        }
        let findings: Vec<Finding> = card.items().step_by(2).map(|item| finding(item.id.clone())).collect();
        let hits: Vec<Hit> = findings.iter().map(Hit::from).collect();
        let suggested = prefill(&card, &hits, &metrics(seconds * 1000));
        let mut merged = suggested.clone();
        for (id, answer) in &answers {
            merged.entry(id.clone()).or_default().choice = answer.choice.clone();
        }
        for (id, answer) in &merged {
            let kept = suggested.get(id).and_then(|answer| answer.suggestion.clone());
            prop_assert_eq!(&answer.suggestion, &kept, "what was suggested stays");
            match answers.get(id).and_then(|answer| answer.choice.as_ref()) {
                Some(Choice::Option(option)) => prop_assert_eq!(answer.option(), Some(option.as_str())),
                Some(Choice::NotApplicable) => prop_assert_eq!(answer.option(), None),
                None => prop_assert_eq!(answer.origin(), Some(Origin::Taken)),
            }
        }
        let plain: Answers = merged
            .iter()
            .map(|(id, answer)| (id.clone(), answer.option().map_or_else(not_applicable, said)))
            .collect();
        prop_assert_eq!(score(&card, &merged), score(&card, &plain));
        if answers.len() == card.items().count() {
            prop_assert_eq!(score(&card, &merged), score(&card, &answers));
        }
    }

    #[test]
    fn good_cards_have_no_errors_and_what_lacks_nothing_has_nothing_open((card, answers) in any_filled()) {
        let errors = lint(&card, None);
        let fine = |kind| matches!(kind, lingjian_scorecards::Kind::NoTotal | lingjian_scorecards::Kind::Unknown);
        let wrong = errors.iter().find(|one| one.grade == lingjian_scorecards::Grade::Error && !fine(one.kind));
        prop_assert_eq!(wrong, None);
        if missing(&card, &answers).is_empty() {
            prop_assert_eq!(score(&card, &answers).open, 0);
        }
    }

    /// Also a card that makes no sense has figures within bounds, and nothing fails.
    #[test]
    fn nonsense_is_survived(
        (mut card, answers) in any_filled(),
        numbers in prop::collection::vec(any::<f64>(), 1..20),
        ids in prop::collection::vec(0_usize..6, 1..8),
    ) {
        let mut numbers = numbers.into_iter().cycle();
        let mut ids = ids.into_iter().cycle();
        card.fatal = numbers.next().unwrap();
        for section in &mut card.sections {
            section.weight = numbers.next().unwrap();
            for item in &mut section.items {
                item.points = numbers.next().unwrap();
                item.id = format!("i{}", ids.next().unwrap());
                if let Some(when) = &mut item.asked_when {
                    when.item = format!("i{}", ids.next().unwrap());
                }
                for option in &mut item.options {
                    option.share = numbers.next();
                }
            }
        }
        let scored = score(&card, &answers);
        prop_assert!(within(scored.total) && within(scored.critical), "{scored:?}");
        prop_assert!(about(added_up(&scored, &Figure::Total), scored.total), "{scored:?}");
        let _ = (missing(&card, &answers), lint(&card, None));
    }
}
