//! Coaching sheets: kept as they were, one hand at a time, and listed to those who may see them.

use jiff::Timestamp;
use lingjian_model::coaching::{Act, Cause, Effect, Judged, Notes, Stage, Step};
use lingjian_model::{AgentId, CoachingSheet, Part, Placed, Reach, UserId};
use lingjian_store::{ChangeKind, KeptSheet, Listed, SheetFilter, Store, Viewer};
use uuid::Uuid;

use crate::both::{Ids, NOW, on_both};
use crate::evaluations::{add, calls, draft as evaluation, people};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millisecond(NOW + minute * 60_000).unwrap()
}

fn notes(due: i64) -> Notes {
    Notes {
        items: vec!["hold".to_owned()],
        problem: "让客户等待前没有征得同意".to_owned(),
        moments: Vec::new(),
        root_cause: "不熟悉流程".to_owned(),
        discussion: "一起听了录音".to_owned(),
        agreed: "先征得同意".to_owned(),
        due_at: Some(at(due)),
    }
}

fn draft(
    ids: &mut Ids,
    of: &Listed,
    coach: UserId,
    minute: i64,
    evaluation: Option<Judged>,
) -> CoachingSheet {
    let agent = of.agent.unwrap_or(AgentId(Uuid::nil()));
    let cause = Cause { agent, conversation: of.id, transcript: None, evaluation };
    CoachingSheet::begin(ids.next().into(), cause, coach, at(minute), notes(minute + 100))
}

async fn keep(store: &Store, sheet: &CoachingSheet) -> bool {
    let mut transaction = store.begin().await.unwrap();
    let added = transaction.add_sheet(sheet, NOW).await.unwrap();
    transaction.commit().await.unwrap();
    added
}

async fn step(store: &Store, sheet: &CoachingSheet, steps: impl IntoIterator<Item = (Act, UserId)>) {
    for (minute, (act, by)) in (40..).zip(steps) {
        let mut transaction = store.begin().await.unwrap();
        let mut kept = transaction.sheet(sheet.id()).await.unwrap().unwrap();
        let before = kept.sheet.record().len();
        kept.sheet.take(Step { act, by, at: at(minute) }).unwrap();
        assert!(transaction.change_sheet(&kept, before, NOW).await.unwrap());
        transaction.commit().await.unwrap();
    }
}

fn hold(due: i64) -> Act {
    Act::Hold { notes: notes(due) }
}

fn close() -> Act {
    Act::Close { effect: Effect::Improved, words: "三通都做到了".to_owned() }
}

#[test]
fn what_was_done_comes_back_as_it_was_and_the_second_who_writes_is_told() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let calls = calls(&store, &mut ids, 91, 3).await;
        let [coach, agent] = people(&store, &mut ids).await;
        let judged = [0, 1].map(|call| evaluation(&mut ids, &calls[call], coach, 0));
        for one in &judged {
            assert!(add(&store, one).await);
        }
        let judged = judged.map(|one| Judged { id: one.id(), revision: 1, card: one.card().clone() });
        let one = draft(&mut ids, &calls[0], coach, 0, Some(judged[0].clone()));
        assert!(keep(&store, &one).await);
        assert!(!keep(&store, &draft(&mut ids, &calls[0], coach, 1, None)).await, "one draft about a call");
        let transaction = store.begin().await.unwrap();
        assert_eq!(transaction.sheet_draft(calls[0].id, coach).await.unwrap(), Some(one.id()));
        assert_eq!(transaction.sheet_draft(calls[0].id, agent).await.unwrap(), None);
        drop(transaction);
        assert_eq!(store.sheet(one.id()).await.unwrap(), Some(KeptSheet { sheet: one.clone(), changes: 1 }));

        let mut kept = store.sheet(one.id()).await.unwrap().unwrap();
        kept.sheet.write(coach, notes(77)).unwrap();
        let save = async || {
            let mut transaction = store.begin().await.unwrap();
            let saved = transaction.change_sheet(&kept, 0, NOW).await.unwrap();
            transaction.commit().await.unwrap();
            saved
        };
        assert!(save().await);
        assert!(!save().await, "it was read before the other wrote");

        let follow = Act::Follow { evaluation: judged[1].clone(), listened_at: at(60) };
        let way = [
            (hold(77), coach),
            (Act::Dispute { reason: "客户先要求等待".to_owned() }, agent),
            (hold(88), coach),
            (Act::Sign { comment: "明白了".to_owned() }, agent),
            (follow, coach),
            (close(), coach),
        ];
        step(&store, &one, way).await;
        let kept = store.sheet(one.id()).await.unwrap().unwrap();
        assert_eq!((kept.sheet.record().len(), kept.changes), (6, 8));
        assert_eq!((kept.sheet.stage(), kept.sheet.effect()), (Stage::Closed, Some(Effect::Improved)));
        assert_eq!(kept.sheet.follow_ups().collect::<Vec<_>>(), [&judged[1]]);
        assert_eq!((kept.sheet.due_at(), kept.sheet.signed()), (Some(at(88)), Some((at(43), agent))));

        let mut transaction = store.begin().await.unwrap();
        assert!(!transaction.drop_sheet(&kept, NOW).await.unwrap(), "what the agent has seen stays");
        let other = draft(&mut ids, &calls[1], coach, 2, None);
        assert!(transaction.add_sheet(&other, NOW).await.unwrap());
        let other = KeptSheet { sheet: other, changes: 1 };
        assert!(transaction.drop_sheet(&other, NOW).await.unwrap());
        transaction.commit().await.unwrap();
        assert_eq!(store.sheet(other.sheet.id()).await.unwrap(), None);
        let told = store.changes_since(0, 1000).await.unwrap();
        let told = told.iter().filter(|one| one.kind == ChangeKind::CoachingChanged);
        assert!(told.count() > 8);
    });
}

/// The list's filter against `Viewer::sees_sheet`, said the slow way, for everybody and every stage.
#[test]
fn lists_hold_what_one_may_see() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let calls = calls(&store, &mut ids, 92, 30).await;
        let [first, second, agent] = people(&store, &mut ids).await;
        let mut all = Vec::new();
        for (minute, call) in (0..).zip(&calls) {
            let coach = if minute % 3 == 0 { first } else { second };
            let one = draft(&mut ids, call, coach, minute / 2, None);
            assert!(keep(&store, &one).await);
            let close = Act::Close { effect: Effect::NotJudged, words: "撤回".to_owned() };
            let way =
                [(hold(minute + 100), coach), (Act::Sign { comment: String::new() }, agent), (close, coach)];
            step(&store, &one, way.into_iter().take(usize::try_from(minute % 4).unwrap())).await;
            all.push((call, store.sheet(one.id()).await.unwrap().unwrap().sheet));
        }
        let served = calls.iter().find_map(|call| call.agent);
        let teams = calls.iter().find_map(|call| call.team).into_iter().collect();
        let projects = calls.iter().find_map(|call| call.project).into_iter().collect();
        let parts = [
            Part { agent: served, ..Part::default() },
            Part { projects, ..Part::default() },
            Part { teams, agent: served, ..Part::default() },
        ];
        let reaches = parts.into_iter().map(Reach::Part).chain([Reach::All, Reach::None]);
        let mut seen = 0;
        for (reach, user) in
            reaches.flat_map(|reach| [first, second, agent].map(|user| (reach.clone(), user)))
        {
            let viewer = Viewer { user, reach: &reach };
            let sees = |(call, sheet): &&(&Listed, CoachingSheet)| {
                let placed = Placed { project: call.project, team: call.team, agent: call.agent, user: None };
                viewer.sees_sheet(&placed, sheet)
            };
            let expected = all.iter().filter(sees).map(|(_, sheet)| (sheet.begun_at(), sheet.id()));
            let mut expected: Vec<_> = expected.collect();
            expected.sort_unstable_by(|one, other| other.cmp(one));
            let mut listed: Vec<(Timestamp, _)> = Vec::new();
            loop {
                let after = listed.last().map(|(at, id)| (at.as_millisecond(), *id));
                let page = store.sheets(&SheetFilter::default(), viewer, after, 7).await.unwrap();
                if page.is_empty() {
                    break;
                }
                listed.extend(
                    page.iter().map(|row| (Timestamp::from_millisecond(row.begun_at).unwrap(), row.id)),
                );
            }
            assert_eq!(listed, expected, "{reach:?} {user}");
            seen += listed.len();
        }
        assert!(seen > 80, "{seen}");

        let reach = Reach::All;
        let viewer = Viewer { user: first, reach: &reach };
        let late = SheetFilter { late_at: Some(NOW + 115 * 60_000), ..SheetFilter::default() };
        let late = store.sheets(&late, viewer, None, 100).await.unwrap();
        assert!(!late.is_empty());
        let due = NOW + 115 * 60_000;
        assert!(late.iter().all(|row| row.due_at.unwrap() < due && row.stage != Stage::Closed));
        let count = async |filter: SheetFilter| store.sheets(&filter, viewer, None, 100).await.unwrap().len();
        let signed = SheetFilter { stages: vec![Stage::Signed], coaches: vec![first], ..Default::default() };
        assert!(count(signed).await > 0);
        let of_agent = SheetFilter { agents: served.into_iter().collect(), ..Default::default() };
        let many = count(SheetFilter::default()).await;
        assert!((1..many).contains(&count(of_agent).await));
        assert_eq!(
            count(SheetFilter { evaluations: vec![Uuid::nil().into()], ..Default::default() }).await,
            0
        );
    });
}
