//! Draws: what was drawn stays, who listens can be changed until they begin, and the evaluations say what is done.

use lingjian_model::evaluation::{Listening, ListeningMode, Stage};
use lingjian_model::scorecard::{CardVersion, Sheet};
use lingjian_model::{Evaluation, Part, ProjectId, Reach, UserId};
use lingjian_store::{DrawnCall, Filter, KeptDraw, Listed, Page, Progress, Sort, Store};

use crate::both::{Ids, NOW, incoming, on_both, rehearsed, take};
use crate::evaluations::people;

async fn calls(store: &Store, ids: &mut Ids) -> Vec<Listed> {
    let calls = rehearsed(91, 30);
    take(store, &calls.iter().map(incoming).collect::<Vec<_>>(), ids).await;
    let all = Page { after: None, limit: 100 };
    let mut all = store.conversations(&Filter::default(), &Reach::All, Sort::Newest, all).await.unwrap();
    let project = all[0].project;
    all.retain(|call| call.project == project);
    assert!(all.len() > 4, "{}", all.len());
    all
}

fn draw(ids: &mut Ids, project: ProjectId, by: UserId, minute: i64) -> KeptDraw {
    KeptDraw {
        id: ids.next().into(),
        project,
        drawn_by: by,
        drawn_at: NOW + minute,
        from: 0,
        to: i64::MAX,
        card: "care".to_owned(),
        due_at: NOW + 1000,
        asked: "{}".to_owned(),
        planned: "{}".to_owned(),
        seed: (1 << 53) - 1,
        population: 30,
        population_digest: "sha256:1".to_owned(),
        reason: None,
    }
}

#[test]
fn seats_are_given_until_they_are_begun_and_evaluations_say_what_is_done() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let calls = calls(&store, &mut ids).await;
        let [one, other, leader] = people(&store, &mut ids).await;
        let project = calls[0].project.unwrap();
        let kept = draw(&mut ids, project, leader, 1);
        let seats = |call: &Listed, seats: Vec<Option<UserId>>| DrawnCall {
            conversation: call.id,
            stratum: "all".to_owned(),
            inclusion: 0.25,
            why: "lot".to_owned(),
            seats,
        };
        let drawn = [
            seats(&calls[0], vec![Some(one), Some(other)]),
            seats(&calls[1], vec![Some(one), None]),
            seats(&calls[2], vec![None, None]),
        ];
        let mut transaction = store.begin().await.unwrap();
        transaction.add_draw(&kept, &drawn).await.unwrap();
        let begun = |inspector, call: &Listed, id| {
            let listening = Listening {
                conversation: call.id,
                transcript: None,
                judgement: None,
                agent: call.agent,
                mode: ListeningMode::Recorded,
                listened_at: "2026-11-22T00:00:00Z".parse().unwrap(),
            };
            let card = CardVersion { id: "care".to_owned(), version: 0, digest: "sha256:1".to_owned() };
            Evaluation::begin(id, listening, card, inspector, Sheet::default())
        };
        let evaluation = begun(one, &calls[0], ids.next().into());
        assert!(transaction.add_evaluation(&evaluation, NOW).await.unwrap());
        transaction.commit().await.unwrap();

        let mut read = store.drawn(kept.id).await.unwrap();
        read.sort_by_key(|(call, ..)| calls.iter().position(|one| one.id == call.conversation));
        assert_eq!(read.into_iter().map(|(call, ..)| call).collect::<Vec<_>>(), drawn);
        assert_eq!(store.draws_named(&[kept.id].into()).await.unwrap(), std::slice::from_ref(&kept));
        let progress = store.progress(&[kept.id]).await.unwrap();
        assert_eq!(progress[&kept.id], Progress { open: 5, draft: 1, done: 0 });
        let loads = store.loads(&[one, other, leader]).await.unwrap();
        assert_eq!((loads[&one].open, loads[&other].open, loads.get(&leader)), (1, 1, None));
        let before = store.drawn_before(project, 0, i64::MAX).await.unwrap();
        assert_eq!(before, drawn.iter().map(|call| call.conversation).collect());
        assert!(store.drawn_before(project, 0, 1).await.unwrap().is_empty());

        // What is begun stays; what is open goes, once.
        let seats = store.seats(Some(kept.id), None).await.unwrap();
        let stage = seats.iter().find_map(|seat| seat.evaluation);
        assert_eq!(stage, Some((evaluation.id(), Stage::Draft)));
        let mut moved = 0;
        for _ in 0..2 {
            let mut transaction = store.begin().await.unwrap();
            for seat in seats.iter().filter(|seat| seat.inspector == Some(one)) {
                moved += usize::from(transaction.assign(seat, Some(leader)).await.unwrap());
            }
            for seat in seats.iter().filter(|seat| seat.conversation == calls[2].id && seat.seat == 0) {
                moved += usize::from(transaction.assign(seat, Some(leader)).await.unwrap());
            }
            transaction.commit().await.unwrap();
        }
        assert_eq!(moved, 2);
        let now = store.seats(None, Some(leader)).await.unwrap();
        assert_eq!(now.len(), 2);
        assert_eq!(store.seats(Some(kept.id), Some(one)).await.unwrap().len(), 1);
    });
}

#[test]
fn draws_are_listed_within_reach_page_by_page() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let calls = calls(&store, &mut ids).await;
        let [leader] = people(&store, &mut ids).await;
        let project = calls[0].project.unwrap();
        for minute in [3, 1, 2, 2] {
            let kept = draw(&mut ids, project, leader, minute);
            let mut transaction = store.begin().await.unwrap();
            transaction.add_draw(&kept, &[]).await.unwrap();
            transaction.commit().await.unwrap();
        }
        let mut listed: Vec<KeptDraw> = Vec::new();
        loop {
            let after = listed.last().map(|last| (last.drawn_at, last.id));
            let page = store.draws(&[], &Reach::All, after, 3).await.unwrap();
            if page.is_empty() {
                break;
            }
            listed.extend(page);
        }
        assert_eq!(listed.iter().map(|one| one.drawn_at - NOW).collect::<Vec<_>>(), [3, 2, 2, 1]);
        let elsewhere = Reach::Part(Part { projects: [ids.next().into()].into(), ..Part::default() });
        assert_eq!(store.draws(&[], &elsewhere, None, 10).await.unwrap(), []);
        let team = Reach::Part(Part { teams: [ids.next().into()].into(), ..Part::default() });
        assert_eq!(store.draws(&[], &team, None, 10).await.unwrap(), []);
        let there = Reach::Part(Part { projects: [project].into(), ..Part::default() });
        assert_eq!(store.draws(&[project], &there, None, 10).await.unwrap().len(), 4);
    });
}
