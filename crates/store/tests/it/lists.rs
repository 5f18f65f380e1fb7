//! Lists: in order, page by page, and never beyond one's reach.

use lingjian_model::{Part, Placed, Reach};
use lingjian_store::{Filter, Listed, Page, Sort};

use crate::both::{Ids, incoming, on_both, rehearsed, take};

#[test]
fn pages_joined_are_the_list() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let mut calls = rehearsed(51, 90);
        // Many calls in one moment: then the id decides.
        let moment = calls[0].started_at;
        calls.iter_mut().take(30).for_each(|call| call.started_at = moment);
        take(&store, &calls.iter().map(incoming).collect::<Vec<_>>(), &mut ids).await;
        for sort in [Sort::Newest, Sort::Oldest, Sort::Duration] {
            let whole = Page { after: None, limit: 1000 };
            let whole = store.conversations(&Filter::default(), &Reach::All, sort, whole).await.unwrap();
            assert_eq!(whole.len(), 90);
            let mut joined: Vec<Listed> = Vec::new();
            loop {
                let after = joined.last().map(|row| (sort.value(row), row.id));
                let page = Page { after, limit: 7 };
                let some = store.conversations(&Filter::default(), &Reach::All, sort, page).await.unwrap();
                if some.is_empty() {
                    break;
                }
                joined.extend(some);
            }
            assert_eq!(joined, whole, "{sort:?}");
        }
    });
}

#[test]
fn nobody_sees_beyond_their_reach() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let calls = rehearsed(52, 150);
        take(&store, &calls.iter().map(incoming).collect::<Vec<_>>(), &mut ids).await;
        let everything = Page { after: None, limit: 1000 };
        let all =
            store.conversations(&Filter::default(), &Reach::All, Sort::Newest, everything).await.unwrap();
        let places = store.places().await.unwrap();
        let project = places.projects[0].id;
        let agent =
            places.agents.iter().rev().find(|agent| all.iter().any(|row| row.agent == Some(agent.id)));
        let agent = agent.unwrap().id;
        let team = all.iter().find_map(|row| row.team);
        let parts = [
            Part { projects: [project].into(), ..Part::default() },
            Part { agent: Some(agent), ..Part::default() },
            Part {
                projects: [project].into(),
                teams: team.into_iter().collect(),
                agent: Some(agent),
                user: None,
            },
            // Of a user nothing follows for calls.
            Part { user: Some(ids.next().into()), ..Part::default() },
            Part::default(),
        ];
        for part in parts {
            let reach = Reach::Part(part);
            let seen =
                store.conversations(&Filter::default(), &reach, Sort::Newest, everything).await.unwrap();
            let covered = all.iter().filter(|row| {
                reach.covers(&Placed { project: row.project, team: row.team, agent: row.agent, user: None })
            });
            assert_eq!(seen, covered.cloned().collect::<Vec<_>>(), "{reach:?}");
            assert_eq!(store.count(&Filter::default(), &reach).await.unwrap(), seen.len() as u64);
        }
        let none =
            store.conversations(&Filter::default(), &Reach::None, Sort::Newest, everything).await.unwrap();
        assert!(none.is_empty());
    });
}
