//! Where conversations belong: projects, teams, agents. Those that calls name and nobody entered come to be by the call.

use std::collections::BTreeMap;

use lingjian_model::{AgentId, Conversation, ProjectId, TeamId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use crate::entity::{agent, project, team};
use crate::error::failed;
use crate::{Store, StoreError, Transaction};

/// The zone of a project that nobody gave one.
pub const ZONE: &str = "Asia/Shanghai";

/// A project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its name, as calls carry it.
    pub name: String,
    /// What kind of business it is.
    pub category: Option<String>,
    /// 甲方.
    pub client: Option<String>,
    /// IANA time zone.
    pub zone: String,
    /// Counts its changes.
    pub revision: i64,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name, as calls carry it.
    pub name: String,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Its id.
    pub id: AgentId,
    /// The number or name that calls carry.
    pub number: String,
    /// The person's name, where known.
    pub name: Option<String>,
    /// new, junior, middle, senior.
    pub level: Option<String>,
    /// The team, where known.
    pub team: Option<TeamId>,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    /// By name.
    pub projects: Vec<Project>,
    /// By name.
    pub teams: Vec<Team>,
    /// By number.
    pub agents: Vec<Agent>,
}

/// Where a conversation belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Its project.
    pub project: Option<ProjectId>,
    /// Its agent's team.
    pub team: Option<TeamId>,
    /// Its agent.
    pub agent: Option<AgentId>,
}

impl Store {
    /// All projects, teams and agents.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn places(&self) -> Result<Places, StoreError> {
        let fail = failed("read its projects");
        let read = self.reader();
        let projects =
            project::Entity::find().order_by_asc(project::Column::Name).all(read).await.map_err(&fail)?;
        let teams = team::Entity::find().order_by_asc(team::Column::Name).all(read).await.map_err(&fail)?;
        let agents =
            agent::Entity::find().order_by_asc(agent::Column::Number).all(read).await.map_err(&fail)?;
        Ok(Places {
            projects: projects.into_iter().map(Project::from).collect(),
            teams: teams.into_iter().map(|row| Team { id: TeamId(row.id), name: row.name }).collect(),
            agents: agents.into_iter().map(Agent::from).collect(),
        })
    }
}

impl From<project::Model> for Project {
    fn from(row: project::Model) -> Self {
        Self {
            id: ProjectId(row.id),
            name: row.name,
            category: row.category,
            client: row.client,
            zone: row.zone,
            revision: row.revision,
        }
    }
}

impl From<agent::Model> for Agent {
    fn from(row: agent::Model) -> Self {
        Self {
            id: AgentId(row.id),
            number: row.number,
            name: row.name,
            level: row.level,
            team: row.team_id.map(TeamId),
        }
    }
}

/// The names that calls carry, and the ids they stand for.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    projects: BTreeMap<String, Uuid>,
    teams: BTreeMap<String, Uuid>,
    agents: BTreeMap<String, Uuid>,
}

impl Directory {
    /// Finds the places of these calls, making those that are new with ids from `fresh`.
    pub(crate) async fn of_calls<'c>(
        transaction: &Transaction,
        calls: impl Iterator<Item = &'c Conversation> + Clone,
        fresh: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<Self, StoreError> {
        let mut directory = Self::default();
        let fail = failed("find projects, teams and agents");
        let on = &transaction.inner;

        let mut wanted: BTreeMap<&str, &Conversation> = BTreeMap::new();
        calls.clone().filter_map(|call| Some((call.attribute("project")?, call))).for_each(|(name, call)| {
            wanted.entry(name).or_insert(call);
        });
        let rows = wanted.iter().map(|(name, call)| project::ActiveModel {
            id: Set(fresh()),
            name: Set((*name).to_owned()),
            category: Set(call.attribute("category").map(str::to_owned)),
            client: Set(call.attribute("client").map(str::to_owned)),
            direction: Set(None),
            zone: Set(ZONE.to_owned()),
            recording_standard: Set("{}".to_owned()),
            revision: Set(1),
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            let known = OnConflict::column(project::Column::Name).do_nothing().to_owned();
            project::Entity::insert_many(rows)
                .on_conflict(known)
                .exec_without_returning(on)
                .await
                .map_err(&fail)?;
            let names = wanted.keys().copied();
            let found = project::Entity::find().filter(project::Column::Name.is_in(names));
            for row in found.all(on).await.map_err(&fail)? {
                directory.projects.insert(row.name, row.id);
            }
        }

        let mut names: Vec<&str> = calls.clone().filter_map(|call| call.attribute("team")).collect();
        names.sort_unstable();
        names.dedup();
        if !names.is_empty() {
            let rows = names.iter().map(|name| team::ActiveModel {
                id: Set(fresh()),
                name: Set((*name).to_owned()),
                revision: Set(1),
            });
            let rows: Vec<_> = rows.collect();
            let known = OnConflict::column(team::Column::Name).do_nothing().to_owned();
            team::Entity::insert_many(rows)
                .on_conflict(known)
                .exec_without_returning(on)
                .await
                .map_err(&fail)?;
            let found = team::Entity::find().filter(team::Column::Name.is_in(names));
            for row in found.all(on).await.map_err(&fail)? {
                directory.teams.insert(row.name, row.id);
            }
        }

        let mut wanted: BTreeMap<&str, &Conversation> = BTreeMap::new();
        calls.filter_map(|call| Some((call.attribute("agent")?, call))).for_each(|(number, call)| {
            wanted.entry(number).or_insert(call);
        });
        if !wanted.is_empty() {
            let rows = wanted.iter().map(|(number, call)| agent::ActiveModel {
                id: Set(fresh()),
                number: Set((*number).to_owned()),
                name: Set(call.attribute("agent_name").map(str::to_owned)),
                level: Set(call.attribute("agent_level").map(str::to_owned)),
                team_id: Set(call.attribute("team").and_then(|name| directory.teams.get(name)).copied()),
                revision: Set(1),
            });
            let rows: Vec<_> = rows.collect();
            let known = OnConflict::column(agent::Column::Number).do_nothing().to_owned();
            agent::Entity::insert_many(rows)
                .on_conflict(known)
                .exec_without_returning(on)
                .await
                .map_err(&fail)?;
            let numbers = wanted.keys().copied();
            let found = agent::Entity::find().filter(agent::Column::Number.is_in(numbers));
            for row in found.all(on).await.map_err(&fail)? {
                directory.agents.insert(row.number, row.id);
            }
        }
        Ok(directory)
    }

    /// Where a call belongs by the names it carries.
    pub(crate) fn place(&self, call: &Conversation) -> Place {
        let id =
            |ids: &BTreeMap<String, Uuid>, name| call.attribute(name).and_then(|name| ids.get(name)).copied();
        Place {
            project: id(&self.projects, "project").map(ProjectId),
            team: id(&self.teams, "team").map(TeamId),
            agent: id(&self.agents, "agent").map(AgentId),
        }
    }
}
