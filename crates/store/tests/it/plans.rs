//! Standing plans: what becomes of a period is kept once, whoever is first.

use jiff::civil::{Date, date};
use lingjian_model::{Part, ProjectId, Reach, UserId};
use lingjian_store::{KeptDraw, Period, SamplingPlan, SamplingRun, Store};

use crate::both::{Ids, NOW, incoming, on_both, rehearsed, take};
use crate::evaluations::people;

/// A project, and two people.
async fn centre(store: &Store, ids: &mut Ids) -> (ProjectId, [UserId; 2]) {
    let calls = rehearsed(93, 5);
    take(store, &calls.iter().map(incoming).collect::<Vec<_>>(), ids).await;
    (store.places().await.unwrap().projects[0].id, people(store, ids).await)
}

fn plan(ids: &mut Ids, project: ProjectId, by: UserId, name: &str) -> SamplingPlan {
    SamplingPlan {
        id: ids.next().into(),
        project,
        name: name.to_owned(),
        period: Period::Week,
        wishes: "{}".to_owned(),
        due_days: 3,
        first_day: date(2026, 11, 18),
        last_day: Some(date(2026, 12, 31)),
        paused: false,
        ended_at: None,
        made_by: by,
        made_at: NOW,
        changed_by: by,
        changed_at: NOW,
        revision: 1,
    }
}

fn run(plan: &SamplingPlan, first_day: Date, draw: Option<&KeptDraw>) -> SamplingRun {
    SamplingRun {
        plan: plan.id,
        first_day,
        at: NOW,
        outcome: if draw.is_some() { "drawn" } else { "no_calls" }.to_owned(),
        draw: draw.map(|draw| draw.id),
        detail: "{}".to_owned(),
    }
}

fn draw(ids: &mut Ids, plan: &SamplingPlan) -> KeptDraw {
    KeptDraw {
        id: ids.next().into(),
        project: plan.project,
        drawn_by: plan.changed_by,
        drawn_at: NOW,
        from: 0,
        to: NOW,
        card: "care".to_owned(),
        due_at: NOW,
        asked: "{}".to_owned(),
        planned: "{}".to_owned(),
        seed: 1,
        population: 3,
        population_digest: "sha256:1".to_owned(),
        reason: None,
    }
}

async fn add(store: &Store, plan: &SamplingPlan) {
    let mut transaction = store.begin().await.unwrap();
    transaction.add_sampling_plan(plan).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn change(store: &Store, plan: &SamplingPlan) -> bool {
    let mut transaction = store.begin().await.unwrap();
    let changed = transaction.change_sampling_plan(plan).await.unwrap();
    transaction.commit().await.unwrap();
    changed
}

/// Draws of a period and keeps both, or neither.
async fn keep(store: &Store, plan: &SamplingPlan, first_day: Date, draw: &KeptDraw) -> bool {
    let mut transaction = store.begin().await.unwrap();
    transaction.add_draw(draw, &[]).await.unwrap();
    let kept = transaction.add_sampling_run(&run(plan, first_day, Some(draw)), plan).await.unwrap();
    if kept {
        transaction.commit().await.unwrap();
    } else {
        transaction.abandon().await.unwrap();
    }
    kept
}

#[test]
fn plans_are_changed_as_they_were_read_until_they_end() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let (project, [one, other]) = centre(&store, &mut ids).await;
        let (first, second) = (plan(&mut ids, project, one, "乙"), plan(&mut ids, project, one, "甲"));
        add(&store, &first).await;
        add(&store, &second).await;
        assert_eq!(store.sampling_plan(first.id).await.unwrap(), Some(first.clone()));
        let paused = SamplingPlan { paused: true, changed_by: other, last_day: None, ..first.clone() };
        assert!(change(&store, &paused).await);
        assert!(!change(&store, &paused).await, "as it was read before");
        let kept = SamplingPlan { revision: 2, ..paused };
        assert_eq!(store.sampling_plan(first.id).await.unwrap(), Some(kept.clone()));
        assert_eq!(store.standing_plans().await.unwrap(), std::slice::from_ref(&second));
        let ended = SamplingPlan { ended_at: Some(NOW), ..second.clone() };
        assert!(change(&store, &ended).await);
        assert!(!change(&store, &SamplingPlan { revision: 2, ..second }).await, "what has ended stays so");
        assert_eq!(store.standing_plans().await.unwrap(), []);

        let names = async |projects: &[ProjectId], reach: Reach| {
            let plans = store.sampling_plans(projects, &reach).await.unwrap();
            plans.into_iter().map(|plan| plan.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&[], Reach::All).await, ["乙", "甲"], "what has ended comes last");
        let elsewhere: ProjectId = ids.next().into();
        assert!(names(&[elsewhere], Reach::All).await.is_empty());
        let part = |id| Reach::Part(Part { projects: [id].into(), ..Part::default() });
        assert_eq!(names(&[], part(project)).await.len(), 2);
        assert!(names(&[], part(elsewhere)).await.is_empty());
        assert!(names(&[], Reach::None).await.is_empty());
    });
}

#[test]
fn a_period_is_run_once_whoever_runs_it() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let (project, [one, _]) = centre(&store, &mut ids).await;
        let plan = plan(&mut ids, project, one, "每周");
        add(&store, &plan).await;
        let (monday, next) = (date(2026, 11, 16), date(2026, 11, 23));
        let draws = [draw(&mut ids, &plan), draw(&mut ids, &plan), draw(&mut ids, &plan)];
        let [a, b, c] = &draws;
        // Three at once: one of them.
        let kept = tokio::join!(
            keep(&store, &plan, monday, a),
            keep(&store, &plan, monday, b),
            keep(&store, &plan, monday, c)
        );
        let kept = [kept.0, kept.1, kept.2];
        assert_eq!(kept.iter().filter(|kept| **kept).count(), 1, "{kept:?}");
        let drawn = store.draws(&[], &Reach::All, None, 10).await.unwrap();
        assert_eq!(drawn.len(), 1, "who did not keep the run did not keep the draw");
        let runs = store.sampling_runs(plan.id, None, 10).await.unwrap();
        assert_eq!(runs, [run(&plan, monday, drawn.first())]);

        // Who read the plan as it was before does not run it.
        assert!(change(&store, &plan).await);
        let mut transaction = store.begin().await.unwrap();
        assert!(!transaction.add_sampling_run(&run(&plan, next, None), &plan).await.unwrap());
        let plan = SamplingPlan { revision: 2, ..plan };
        assert!(transaction.add_sampling_run(&run(&plan, next, None), &plan).await.unwrap());
        transaction.commit().await.unwrap();
        let days = async |before, limit| {
            let runs = store.sampling_runs(plan.id, before, limit).await.unwrap();
            runs.into_iter().map(|run| run.first_day).collect::<Vec<_>>()
        };
        assert_eq!(days(None, 1).await, [next]);
        assert_eq!(days(Some(next), 10).await, [monday]);
        let last = store.last_runs(&[plan.id, ids.next().into()]).await.unwrap();
        assert_eq!((last.len(), last[&plan.id].first_day), (1, next));
    });
}
