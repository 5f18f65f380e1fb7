//! Judgements: versions beside each other, one that counts.

use lingjian_inspection::{PackSource, RuleSet, SourceFile, judge, load};
use lingjian_model::{ConversationId, Dimension, Reach};
use lingjian_store::{Filter, NewJudgement, State, Store, TallyBy, WorkKind};

use crate::both::{Ids, NOW, RULES, incoming, on_both, rehearsed, take};

const PACK: &str = "
pack:
  id: trial
  language: zh
  title: { zh: 试, en: trial }
rules:
  - id: refund-said
    title: { zh: 退款, en: refund }
    severity: minor
    dimension: risk
    points: 10
    when: { phrase: [退款, 退钱, 退货], role: customer }
  - id: thanks
    title: { zh: 谢谢, en: thanks }
    severity: info
    dimension: experience
    points: 1
    when: { phrase: [谢谢, 感谢, 您好, 你好], role: agent }
";

pub(crate) fn rules() -> RuleSet {
    let files = vec![SourceFile { path: "trial.yaml".to_owned(), text: PACK.to_owned() }];
    let loaded = load(&[PackSource { name: "trial".to_owned(), files }]);
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    loaded.set
}

/// Judges all that waits, as a worker does.
pub(crate) async fn judge_all(store: &Store, set: &RuleSet, rules: &str, ids: &mut Ids) -> usize {
    let claims = store.claim(&[WorkKind::Judge], 1000, NOW, NOW + 60_000, ids.next()).await.unwrap();
    let ids_of: Vec<ConversationId> = claims.iter().map(|claim| claim.subject.into()).collect();
    let read = store.with_words(&ids_of).await.unwrap();
    let new: Vec<NewJudgement> = read
        .into_iter()
        .map(|(conversation, (transcript, words))| NewJudgement {
            id: ids.next().into(),
            conversation,
            transcript,
            rules: rules.to_owned(),
            made_at: NOW,
            judgement: judge(set, &words),
        })
        .collect();
    let mut transaction = store.begin().await.unwrap();
    transaction.done(&claims).await.unwrap();
    transaction.keep_judgements(&new, NOW).await.unwrap();
    transaction.commit().await.unwrap();
    claims.len()
}

#[test]
fn a_judgement_is_read_as_it_was_made_and_never_overwritten() {
    on_both(|store| async move {
        let set = rules();
        let mut ids = Ids::new(1);
        let calls = rehearsed(21, 40);
        let taken = take(&store, &calls.iter().map(incoming).collect::<Vec<_>>(), &mut ids).await;
        assert_eq!(judge_all(&store, &set, RULES, &mut ids).await, 40);

        for (call, taken) in calls.iter().zip(&taken) {
            let kept = store.conversation(taken.id()).await.unwrap().unwrap();
            let expected = judge(&set, call);
            assert_eq!(kept.listed.state, State::Judged);
            assert_eq!(kept.listed.scores, Some(expected.scores));
            let (_, read) = store.judgement(kept.judgement.unwrap()).await.unwrap().unwrap();
            assert_eq!(
                serde_json::to_value(&expected.findings).unwrap(),
                serde_json::Value::from(read.findings)
            );
            assert_eq!(serde_json::to_value(expected.metrics).unwrap(), read.body["metrics"]);
            assert_eq!(serde_json::to_value(&expected.derivation).unwrap(), read.body["derivation"]);
        }

        // Other rules: every call is judged again, the old judgement stays beside the new one.
        let mut transaction = store.begin().await.unwrap();
        let missing = transaction
            .need_what_is_missing(&["rules-2".to_owned()], 50, 1000, NOW, &mut || ids.next())
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(missing, 40);
        judge_all(&store, &set, "rules-2", &mut ids).await;
        let versions = store.judgement_versions(taken[0].id()).await.unwrap();
        assert_eq!(versions.len(), 2);
        let current: Vec<&str> =
            versions.iter().filter(|one| one.current_to.is_none()).map(|one| one.rules.as_str()).collect();
        assert_eq!(current, ["rules-2"]);

        // Back to the first rules: what they said is known already and counts again.
        let mut transaction = store.begin().await.unwrap();
        let missing = transaction
            .need_what_is_missing(&[RULES.to_owned()], 50, 1000, NOW, &mut || ids.next())
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(missing, 40);
        judge_all(&store, &set, RULES, &mut ids).await;
        let versions = store.judgement_versions(taken[0].id()).await.unwrap();
        assert_eq!(versions.len(), 2);
        let current: Vec<&str> =
            versions.iter().filter(|one| one.current_to.is_none()).map(|one| one.rules.as_str()).collect();
        assert_eq!(current, [RULES]);
    });
}

#[test]
fn tallies_are_those_of_a_plain_count() {
    on_both(|store| async move {
        let set = rules();
        let mut ids = Ids::new(2);
        let calls = rehearsed(22, 120);
        take(&store, &calls.iter().map(incoming).collect::<Vec<_>>(), &mut ids).await;
        judge_all(&store, &set, RULES, &mut ids).await;
        let judged: Vec<_> = calls.iter().map(|call| judge(&set, call)).collect();

        let all = Filter::default();
        let one = store.tally(&all, &Reach::All).await.unwrap();
        let mean = judged.iter().map(|one| one.scores.get(Dimension::Risk)).sum::<f64>() / 120.0;
        assert_eq!((one.conversations, one.judged), (120, 120));
        assert!((one.scores.unwrap().risk - mean).abs() < 1e-9);

        for tally in store.rule_tallies(&all, &Reach::All).await.unwrap() {
            let hits = |one: &lingjian_model::Judgement| {
                one.findings.iter().filter(|finding| finding.rule == tally.rule).count() as i64
            };
            assert_eq!(tally.hits, judged.iter().map(hits).sum::<i64>(), "{}", tally.rule);
            assert_eq!(tally.conversations, judged.iter().filter(|one| hits(one) > 0).count() as i64);
        }

        let by_agent = store.tallies(&all, &Reach::All, TallyBy::Agent).await.unwrap();
        assert_eq!(by_agent.iter().map(|one| one.conversations).sum::<i64>(), 120);
        let east = TallyBy::Day { offset_ms: 8 * 3_600_000, changes: &[] };
        let days = store.tallies(&all, &Reach::All, east).await.unwrap();
        assert_eq!(days.iter().map(|one| one.conversations).sum::<i64>(), 120);
        let shifted = |call: &lingjian_model::Conversation| {
            (call.started_at.unwrap().as_millisecond() + 8 * 3_600_000).div_euclid(86_400_000).to_string()
        };
        let first = days[0].key.clone().unwrap();
        assert_eq!(days[0].conversations, calls.iter().filter(|call| shifted(call) == first).count() as i64);

        // Clocks that are changed on the way: an hour back in the middle of a day.
        let mut begins: Vec<i64> =
            calls.iter().map(|call| call.started_at.unwrap().as_millisecond()).collect();
        begins.sort_unstable();
        let middle = begins[60];
        let changes = [(middle, 3_600_000)];
        let changed = TallyBy::Day { offset_ms: 2 * 3_600_000, changes: &changes };
        let mut expected = std::collections::BTreeMap::new();
        for at in begins {
            let east = if at >= middle { 3_600_000 } else { 2 * 3_600_000 };
            *expected.entry((at + east).div_euclid(86_400_000)).or_insert(0) += 1;
        }
        let days = store.tallies(&all, &Reach::All, changed).await.unwrap();
        let counted =
            days.iter().map(|day| (day.key.as_deref().unwrap().parse().unwrap(), day.conversations));
        assert_eq!(counted.collect::<Vec<(i64, i64)>>(), expected.into_iter().collect::<Vec<_>>());
    });
}

/// The same words may wait twice: each is told, and one judgement is kept.
#[test]
fn the_same_judgement_twice_in_a_batch_is_one() {
    on_both(|store| async move {
        let set = rules();
        let mut ids = Ids::new(5);
        let calls = rehearsed(23, 3);
        let taken = take(&store, &calls.iter().map(incoming).collect::<Vec<_>>(), &mut ids).await;
        let whose: Vec<ConversationId> = taken.iter().map(|one| one.id()).collect();
        let read = store.with_words(&whose).await.unwrap();
        assert_eq!(read.len(), 3);
        let mut new: Vec<NewJudgement> = whose
            .iter()
            .chain(&whose[..1])
            .map(|id| NewJudgement {
                id: ids.next().into(),
                conversation: *id,
                transcript: read[id].0,
                rules: RULES.to_owned(),
                made_at: NOW,
                judgement: judge(&set, &read[id].1),
            })
            .collect();
        let keep = async |new: &[NewJudgement]| {
            let mut transaction = store.begin().await.unwrap();
            transaction.keep_judgements(new, NOW).await.unwrap();
            transaction.commit().await.unwrap();
        };
        keep(&new).await;
        // Other rules for one, what is known for the others.
        new.truncate(3);
        for one in &mut new {
            one.id = ids.next().into();
        }
        new[1].rules = "rules-2".to_owned();
        keep(&new).await;
        for (at, id) in whose.iter().enumerate() {
            let versions = store.judgement_versions(*id).await.unwrap();
            let counting: Vec<_> = versions.iter().filter(|one| one.current_to.is_none()).collect();
            assert_eq!((versions.len(), counting.len()), (if at == 1 { 2 } else { 1 }, 1), "{versions:?}");
            assert_eq!(counting[0].rules, new[at].rules);
            let kept = store.conversation(*id).await.unwrap().unwrap();
            assert_eq!(kept.judgement, Some(counting[0].id));
        }
    });
}
