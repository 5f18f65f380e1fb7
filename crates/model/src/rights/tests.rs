//! The laws of rights: more never takes away, a limit never gives.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::{Authority, Part, Permission, Person, Placed, Post, Reach, Scope};

/// Few of each, so that what is drawn meets.
fn id<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1..4_u128).prop_map(|number| T::from(Uuid::from_u128(number)))
}

fn post() -> impl Strategy<Value = Post> {
    select(Post::ALL)
}

fn permission() -> impl Strategy<Value = Permission> {
    select(Permission::ALL)
}

fn placed() -> impl Strategy<Value = Placed> {
    let id = (option::of(id()), option::of(id()), option::of(id()), option::of(id()));
    id.prop_map(|(project, team, agent, user)| Placed { project, team, agent, user })
}

fn person() -> impl Strategy<Value = Person> {
    let posts = vec(post(), 0..4);
    let projects = vec(id(), 0..3);
    let teams = vec(id(), 0..3);
    (id(), posts, projects, teams, option::of(id())).prop_map(|(id, posts, projects, teams, agent)| Person {
        id,
        posts,
        projects,
        teams,
        agent,
    })
}

proptest! {
    #[test]
    fn a_post_more_never_narrows(person in person(), post in post(), permission in permission(), placed in placed()) {
        let mut more = person.clone();
        more.posts.push(post);
        prop_assert!(!person.reach(permission).covers(&placed) || more.reach(permission).covers(&placed));
    }

    #[test]
    fn a_place_more_never_narrows(
        (person, other) in (person(), person()),
        permission in permission(),
        placed in placed(),
    ) {
        let mut more = person.clone();
        more.projects.extend(&other.projects);
        more.teams.extend(&other.teams);
        more.agent = person.agent.or(other.agent);
        prop_assert!(!person.reach(permission).covers(&placed) || more.reach(permission).covers(&placed));
    }

    /// What becomes known of a thing never takes it away.
    #[test]
    fn knowing_more_of_a_thing_never_hides_it(
        person in person(),
        permission in permission(),
        (known, later) in (placed(), placed()),
    ) {
        let more = Placed {
            project: known.project.or(later.project),
            team: known.team.or(later.team),
            agent: known.agent.or(later.agent),
            user: known.user.or(later.user),
        };
        let reach = person.reach(permission);
        prop_assert!(!reach.covers(&known) || reach.covers(&more));
    }

    /// `reach` against its meaning, said the slow way: some post grants it, and the scope of that grant holds the thing.
    #[test]
    fn reach_is_what_some_post_grants(person in person(), permission in permission(), placed in placed()) {
        let granted = person.posts.iter().flat_map(|post| post.grants()).any(|(granted, scope)| {
            *granted == permission
                && match scope {
                    Scope::All => true,
                    Scope::Project => person.projects.iter().any(|project| placed.project == Some(*project)),
                    Scope::Team => person.teams.iter().any(|team| placed.team == Some(*team)),
                    Scope::Own if permission.is_about_calls() => {
                        person.agent.is_some_and(|agent| placed.agent == Some(agent))
                    }
                    Scope::Own => placed.user == Some(person.id),
                }
        });
        prop_assert_eq!(person.reach(permission).covers(&placed), granted);
    }

    #[test]
    fn an_empty_part_never_comes_out(person in person(), permission in permission()) {
        prop_assert_ne!(person.reach(permission), Reach::Part(Part::default()));
    }

    #[test]
    fn a_limit_never_widens(
        person in person(),
        first in btree_set(permission(), 0..12),
        second in btree_set(permission(), 0..12),
        permission in permission(),
        placed in placed(),
    ) {
        let full = Authority::full(person);
        let once = full.clone().narrowed(first.clone());
        let twice = once.clone().narrowed(second.clone());
        let covers = |authority: &Authority| authority.reach(permission).covers(&placed);
        prop_assert_eq!(covers(&once), covers(&full) && first.contains(&permission));
        prop_assert_eq!(covers(&twice), covers(&once) && second.contains(&permission));
        prop_assert_eq!(twice, full.narrowed(second).narrowed(first), "in either order");
    }
}
