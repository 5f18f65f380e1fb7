//! What a person may touch with one permission: the shape that becomes the filter of a query.

use std::collections::BTreeSet;

use crate::{AgentId, ProjectId, TeamId, UserId};

/// What a person may touch with one permission.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reach {
    /// Nothing: the action is refused.
    #[default]
    None,
    /// What stands in one of these places.
    Part(Part),
    /// Everything, also what stands nowhere.
    All,
}

/// Places, any of which will do: the filter says *or* between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// What is of one of these projects.
    pub projects: BTreeSet<ProjectId>,
    /// What is of one of these teams.
    pub teams: BTreeSet<TeamId>,
    /// Calls that this agent served.
    pub agent: Option<AgentId>,
    /// What belongs to this user: tokens, sessions.
    pub user: Option<UserId>,
}

/// Where a thing stands. What stands in several places (a team that works for two projects) is within reach where one of
/// them is; what stands in none is within reach of [`Reach::All`] only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placed {
    /// Its project.
    pub project: Option<ProjectId>,
    /// Its team: of a call, the agent's at that time.
    pub team: Option<TeamId>,
    /// The agent who served.
    pub agent: Option<AgentId>,
    /// The user it belongs to.
    pub user: Option<UserId>,
}

impl Part {
    fn is_empty(&self) -> bool {
        let Self { projects, teams, agent, user } = self;
        projects.is_empty() && teams.is_empty() && agent.is_none() && user.is_none()
    }

    fn covers(&self, placed: &Placed) -> bool {
        let Placed { project, team, agent, user } = placed;
        project.is_some_and(|project| self.projects.contains(&project))
            || team.is_some_and(|team| self.teams.contains(&team))
            || (agent.is_some() && *agent == self.agent)
            || (user.is_some() && *user == self.user)
    }
}

impl From<Part> for Reach {
    /// No place at all is no reach.
    fn from(part: Part) -> Self {
        if part.is_empty() { Self::None } else { Self::Part(part) }
    }
}

impl Reach {
    /// Whether there is nothing within reach, so that the action is refused before anything is looked for.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether a thing that stands there is within reach.
    #[must_use]
    pub fn covers(&self, placed: &Placed) -> bool {
        match self {
            Self::None => false,
            Self::Part(part) => part.covers(placed),
            Self::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn project(number: u128) -> ProjectId {
        ProjectId(Uuid::from_u128(number))
    }

    #[test]
    fn any_place_will_do() {
        let agent = Some(AgentId(Uuid::from_u128(7)));
        let reach = Reach::from(Part { projects: [project(1)].into(), agent, ..Part::default() });
        assert!(reach.covers(&Placed { project: Some(project(1)), ..Placed::default() }));
        assert!(reach.covers(&Placed { project: Some(project(2)), agent, ..Placed::default() }));
        assert!(!reach.covers(&Placed { project: Some(project(2)), ..Placed::default() }));
    }

    /// Two things unknown are not the same thing.
    #[test]
    fn what_stands_nowhere_is_within_reach_of_all_only() {
        let reach = Reach::from(Part { projects: [project(1)].into(), ..Part::default() });
        assert!(!reach.covers(&Placed::default()));
        assert!(!Reach::Part(Part::default()).covers(&Placed::default()));
        assert!(Reach::All.covers(&Placed::default()));
    }

    #[test]
    fn no_place_is_no_reach() {
        assert_eq!(Reach::from(Part::default()), Reach::None);
        assert!(Reach::default().is_none() && !Reach::All.is_none());
    }
}
