//! Evaluations: kept revision by revision, written by one at a time, seen by whom they may be.

use jiff::Timestamp;
use lingjian_model::evaluation::{Act, Listening, ListeningMode, Step};
use lingjian_model::scorecard::{Answer, CardVersion, Choice, Sheet};
use lingjian_model::{Evaluation, Part, Placed, Reach, Scorecard, UserId};
use lingjian_store::{
    ChangeKind, EvaluationFilter, Filter, KeptEvaluation, Listed, Page, Sort, Store, Viewer,
};
use serde_json::json;

use crate::both::{Ids, NOW, incoming, on_both, rehearsed, take};
use crate::people::account;

fn card() -> Scorecard {
    let options =
        json!([{ "id": "yes", "title": "是", "share": 1 }, { "id": "no", "title": "否", "share": 0 }]);
    let items = json!([{ "id": "hold", "title": "等待流程", "points": 5, "options": options }]);
    let sections = json!([{ "id": "service", "title": "服务", "weight": 100, "items": items }]);
    serde_json::from_value(json!({ "id": "care", "title": "关怀", "sections": sections })).unwrap()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(NOW + ms).unwrap()
}

pub(crate) fn draft(ids: &mut Ids, of: &Listed, inspector: UserId, minute: i64) -> Evaluation {
    let listening = Listening {
        conversation: of.id,
        transcript: None,
        judgement: None,
        agent: of.agent,
        mode: ListeningMode::Recorded,
        listened_at: at(minute * 60_000),
    };
    let card = CardVersion { id: "care".to_owned(), version: 0, digest: "sha256:1".to_owned() };
    let answer = Answer { choice: Some(Choice::Option("no".to_owned())), ..Answer::default() };
    let sheet = Sheet { answers: [("hold".to_owned(), answer)].into(), remarks: Vec::new() };
    Evaluation::begin(ids.next().into(), listening, card, inspector, sheet)
}

fn submit() -> Act {
    let scored = json!({ "total": 62.5, "critical": null, "earned": 0, "possible": 5, "sections": [], "fatal": ["hold"],
        "critical_failed": [], "open": 0, "steps": [] });
    Act::Submit { scored: serde_json::from_value(scored).unwrap() }
}

pub(crate) async fn people<const N: usize>(store: &Store, ids: &mut Ids) -> [UserId; N] {
    let accounts = std::array::from_fn(|one| account(ids, &format!("user-{one}")));
    let mut transaction = store.begin().await.unwrap();
    for one in &accounts {
        transaction.add_account(one).await.unwrap();
    }
    transaction.keep_form("sha256:1", &card()).await.unwrap();
    transaction.keep_form("sha256:1", &card()).await.unwrap();
    transaction.commit().await.unwrap();
    accounts.map(|one| one.person.id)
}

pub(crate) async fn add(store: &Store, evaluation: &Evaluation) -> bool {
    let mut transaction = store.begin().await.unwrap();
    let added = transaction.add_evaluation(evaluation, NOW).await.unwrap();
    transaction.commit().await.unwrap();
    added
}

/// Takes these steps with the newest revision, one after the other; a change begins the next one.
async fn step(store: &Store, evaluation: &Evaluation, steps: Vec<(Act, UserId)>) {
    for (minute, (act, by)) in (1..).zip(steps) {
        let mut transaction = store.begin().await.unwrap();
        let mut kept = transaction.evaluation(evaluation.id()).await.unwrap().pop().unwrap();
        let before = kept.evaluation.record().len();
        kept.evaluation.take(Step { act, by: Some(by), at: at(minute) }).unwrap();
        assert!(transaction.change_evaluation(&kept, before, NOW).await.unwrap());
        if let Ok(next) = kept.evaluation.next() {
            assert!(transaction.add_evaluation(&next, NOW).await.unwrap());
        }
        transaction.commit().await.unwrap();
    }
}

pub(crate) async fn calls(store: &Store, ids: &mut Ids, seed: u64, count: usize) -> Vec<Listed> {
    let calls = rehearsed(seed, count);
    take(store, &calls.iter().map(incoming).collect::<Vec<_>>(), ids).await;
    let all = Page { after: None, limit: 1000 };
    store.conversations(&Filter::default(), &Reach::All, Sort::Newest, all).await.unwrap()
}

#[test]
fn what_was_done_comes_back_as_it_was_and_the_second_who_writes_is_told() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let call = calls(&store, &mut ids, 81, 3).await.remove(0);
        let [inspector, agent, decider] = people(&store, &mut ids).await;
        assert_eq!(store.form("sha256:1").await.unwrap(), Some(card()));
        assert_eq!(store.form("sha256:2").await.unwrap(), None);
        let one = draft(&mut ids, &call, inspector, 0);
        assert!(add(&store, &one).await);
        assert!(!add(&store, &draft(&mut ids, &call, inspector, 1)).await, "one draft of a call on a card");
        assert_eq!(
            store.evaluation(one.id()).await.unwrap(),
            [KeptEvaluation { evaluation: one.clone(), changes: 1 }]
        );

        let mut kept = store.evaluation(one.id()).await.unwrap().remove(0);
        kept.evaluation.write(Sheet::default()).unwrap();
        let save = async || {
            let mut transaction = store.begin().await.unwrap();
            let saved = transaction.change_evaluation(&kept, 0, NOW).await.unwrap();
            transaction.commit().await.unwrap();
            saved
        };
        assert!(save().await);
        assert!(!save().await, "it was read before the other wrote");

        let reason = || "客户已确认".to_owned();
        let appeal = Act::Appeal { reason: reason(), items: vec!["hold".to_owned()], evidence: Vec::new() };
        let steps = vec![
            (submit(), inspector),
            (Act::Send { appeal_until: Some(at(1_000_000)) }, inspector),
            (appeal, agent),
            (Act::Change { reason: reason() }, decider),
            (submit(), decider),
        ];
        step(&store, &one, steps).await;
        let revisions = store.evaluation(one.id()).await.unwrap();
        let [first, second] = &revisions[..] else { panic!("{revisions:?}") };
        assert_eq!((first.evaluation.record().len(), first.changes), (4, 6));
        assert_eq!(first.evaluation.sent(), Some((at(2), Some(at(1_000_000)))));
        assert_eq!((second.evaluation.inspector(), second.evaluation.revision()), (decider, 2));
        assert_eq!(second.evaluation.scored().and_then(|scored| scored.total), Some(62.5));
        let own = Step { act: Act::Send { appeal_until: None }, by: Some(decider), at: at(9) };
        let mut again = second.evaluation.clone();
        again.take(own).unwrap();
        let appeal = Act::Appeal { reason: reason(), items: Vec::new(), evidence: Vec::new() };
        let earlier = again.take(Step { act: appeal, by: Some(inspector), at: at(10) });
        assert!(earlier.is_err(), "who judged before is still known");

        let mut transaction = store.begin().await.unwrap();
        assert!(!transaction.drop_evaluation(second, NOW).await.unwrap(), "what was submitted stays");
        let third = draft(&mut ids, &call, agent, 2);
        assert!(transaction.add_evaluation(&third, NOW).await.unwrap());
        let known = transaction.evaluations_by(call.id, decider, "care").await.unwrap();
        assert_eq!(known.into_keys().collect::<Vec<_>>(), [one.id()]);
        assert!(
            transaction
                .drop_evaluation(&KeptEvaluation { evaluation: third.clone(), changes: 1 }, NOW)
                .await
                .unwrap()
        );
        transaction.commit().await.unwrap();
        assert_eq!(store.evaluation(third.id()).await.unwrap(), []);
        let told = store.changes_since(0, 1000).await.unwrap();
        assert!(told.iter().any(|one| one.kind == ChangeKind::EvaluationChanged));
    });
}

/// The list's filter against `Viewer::sees`, said the slow way, for everybody and every stage.
#[test]
fn lists_hold_the_newest_revision_that_one_may_see() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let calls = calls(&store, &mut ids, 82, 40).await;
        let [first, second, agent, decider] = people(&store, &mut ids).await;
        let mut all = Vec::new();
        for (minute, call) in (0..).zip(&calls) {
            let inspector = if minute % 3 == 0 { first } else { second };
            let one = draft(&mut ids, call, inspector, minute / 2);
            assert!(add(&store, &one).await);
            let reason = || "理由".to_owned();
            let way = vec![
                (submit(), inspector),
                (Act::Send { appeal_until: None }, inspector),
                (Act::Appeal { reason: reason(), items: Vec::new(), evidence: Vec::new() }, agent),
                (Act::Change { reason: reason() }, decider),
                (submit(), decider),
                (Act::Send { appeal_until: None }, decider),
            ];
            let far = usize::try_from(minute % 7).unwrap();
            step(&store, &one, way.into_iter().take(far).collect()).await;
            all.push((call, one.id()));
            // Who has a draft of a call sees nothing of what the other made of it.
            if minute % 4 == 0 && inspector != first {
                let own = draft(&mut ids, call, first, minute / 2);
                assert!(add(&store, &own).await);
                all.push((call, own.id()));
            }
        }
        let places = store.places().await.unwrap();
        let projects = [places.projects[0].id].into();
        let served = calls.iter().find_map(|call| call.agent);
        let teams = calls.iter().find_map(|call| call.team).into_iter().collect();
        let parts = [
            Part { agent: served, ..Part::default() },
            Part { projects, ..Part::default() },
            Part { teams, agent: served, ..Part::default() },
        ];
        let reaches = parts.into_iter().map(Reach::Part).chain([Reach::All, Reach::None]);
        let mut seen = 0;
        for (reach, user) in
            reaches.flat_map(|reach| [first, decider, agent].map(|user| (reach.clone(), user)))
        {
            let viewer = Viewer { user, reach: &reach };
            let mut expected = Vec::new();
            for (call, id) in &all {
                let placed = Placed { project: call.project, team: call.team, agent: call.agent, user: None };
                let revisions = store.evaluation(*id).await.unwrap();
                let owes = store.owes(user, call.id, "care", *id).await.unwrap();
                let newest = revisions.iter().rev().find(|one| viewer.sees(&placed, &one.evaluation, owes));
                expected.extend(
                    newest
                        .map(|one| (one.evaluation.listening().listened_at, *id, one.evaluation.revision())),
                );
            }
            expected.sort_unstable_by(|one, other| other.cmp(one));
            let mut listed = Vec::new();
            loop {
                let after = listed.last().map(|(at, id, _): &(Timestamp, _, _)| (at.as_millisecond(), *id));
                let page = store.evaluations(&EvaluationFilter::default(), viewer, after, 7).await.unwrap();
                if page.is_empty() {
                    break;
                }
                listed.extend(page.iter().map(|row| {
                    (Timestamp::from_millisecond(row.listened_at).unwrap(), row.id, row.revision)
                }));
            }
            assert_eq!(listed, expected, "{reach:?} {user}");
            seen += listed.len();
        }
        assert!(seen > 100, "{seen}");

        let reach = Reach::All;
        let viewer = Viewer { user: first, reach: &reach };
        let count = async |filter: EvaluationFilter| {
            store.evaluations(&filter, viewer, None, 1000).await.unwrap().len()
        };
        let by = count(EvaluationFilter { inspectors: vec![first], ..Default::default() }).await;
        assert!(by > 0 && by < count(EvaluationFilter::default()).await);
        let late = EvaluationFilter { waiting_since: Some(NOW + 10 * 60_000), ..Default::default() };
        let rows = store.evaluations(&late, viewer, None, 1000).await.unwrap();
        assert!(
            !rows.is_empty()
                && rows.iter().all(|row| row.sent_at.is_none() && row.listened_at < NOW + 10 * 60_000)
        );
        assert_eq!(
            count(EvaluationFilter { cards: vec!["other".to_owned()], ..Default::default() }).await,
            0
        );
    });
}
