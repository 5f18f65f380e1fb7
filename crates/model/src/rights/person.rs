//! A person of the centre: posts, and where they are held.

use serde::{Deserialize, Serialize};

use super::reach::{Part, Reach};
use super::{Permission, Post, Scope};
use crate::{AgentId, ProjectId, TeamId, UserId};

/// Who somebody is, as far as it decides what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The user who signs in.
    pub id: UserId,
    /// What they are: one post, or several.
    pub posts: Vec<Post>,
    /// The projects they work on: how far grants of the scope *project* go.
    #[serde(default)]
    pub projects: Vec<ProjectId>,
    /// The teams they answer for: how far grants of the scope *team* go. To be in a team as an agent is another matter.
    #[serde(default)]
    pub teams: Vec<TeamId>,
    /// Which agent they are in calls, where they are one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
}

impl Person {
    /// Whether they are the agent of a call: they neither judge it nor are given it to hear.
    #[must_use]
    pub fn served(&self, agent: Option<AgentId>) -> bool {
        agent.is_some() && agent == self.agent
    }

    /// What they may touch with this permission: what any of their posts grants, taken together.
    ///
    /// A team leader of one team who inspects one project reaches the calls of the team *and* those of the project. A grant
    /// for a team reaches nothing where the person has no team; so with projects, and with own calls where nobody says
    /// which agent they are.
    #[must_use]
    pub fn reach(&self, permission: Permission) -> Reach {
        let mut part = Part::default();
        for scope in self.posts.iter().filter_map(|post| post.scope(permission)) {
            match scope {
                Scope::All => return Reach::All,
                Scope::Project => part.projects.extend(&self.projects),
                Scope::Team => part.teams.extend(&self.teams),
                Scope::Own if permission.is_about_calls() => part.agent = self.agent,
                Scope::Own => part.user = Some(self.id),
            }
        }
        part.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn number<T: From<Uuid>>(number: u128) -> T {
        T::from(Uuid::from_u128(number))
    }

    fn somebody(posts: &[Post]) -> Person {
        Person { id: number(1), posts: posts.to_vec(), projects: Vec::new(), teams: Vec::new(), agent: None }
    }

    #[test]
    fn posts_add_up() {
        let mut person = somebody(&[Post::TeamLeader, Post::Inspector]);
        person.teams = vec![number(1)];
        person.projects = vec![number(2)];
        let reach = person.reach(Permission::ConversationsRead);
        let part = Part { projects: [number(2)].into(), teams: [number(1)].into(), ..Part::default() };
        assert_eq!(reach, Reach::Part(part));
        person.posts.push(Post::QualityManager);
        assert_eq!(person.reach(Permission::ConversationsRead), Reach::All);
    }

    #[test]
    fn a_scope_without_a_place_reaches_nothing() {
        for (post, permission) in [
            (Post::TeamLeader, Permission::ConversationsList),
            (Post::Inspector, Permission::ConversationsList),
            (Post::Agent, Permission::ConversationsList),
            (Post::Agent, Permission::UsersEdit),
        ] {
            assert_eq!(somebody(&[post]).reach(permission), Reach::None, "{post}: {permission}");
        }
    }

    #[test]
    fn own_calls_are_the_agents_and_own_tokens_the_users() {
        let mut person = somebody(&[Post::Agent]);
        person.agent = Some(number(7));
        let calls = person.reach(Permission::ConversationsRead);
        assert_eq!(calls, Reach::Part(Part { agent: Some(number(7)), ..Part::default() }));
        let tokens = person.reach(Permission::TokensOwn);
        assert_eq!(tokens, Reach::Part(Part { user: Some(number(1)), ..Part::default() }));
    }

    #[test]
    fn a_person_reads_and_writes() {
        let mut person = somebody(&[Post::TeamLeader]);
        person.teams = vec![number(3)];
        let text = serde_json::to_string(&person).unwrap();
        assert!(text.contains("\"team_leader\""), "{text}");
        assert_eq!(serde_json::from_str::<Person>(&text).unwrap(), person);
    }
}
