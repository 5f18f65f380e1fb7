//! Where conversations belong: projects, teams, agents.

mod directory;
mod names;
mod settle;

pub(crate) use directory::Directory;
use lingjian_model::{AgentId, Direction, ProjectId, RecordingStandard, TeamId};
pub use names::Names;
use sea_orm::{ConnectionTrait, EntityTrait as _, QueryOrder as _};
use uuid::Uuid;

use crate::entity::{agent, project, team};
use crate::error::{damaged, failed};
use crate::{Store, StoreError};

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
    /// Who calls whom; both where nothing is said.
    pub direction: Option<Direction>,
    /// IANA time zone.
    pub zone: String,
    /// What its recordings must be.
    pub recording: RecordingStandard,
    /// Since when it is no longer run.
    pub archived_at: Option<i64>,
    /// Counts its changes.
    pub revision: i64,
}

/// What bears names that calls carry and people change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A project.
    Project,
    /// A team.
    Team,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Team => "team",
        }
    }
}

/// What is known of a recording's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingFacts {
    /// How it is packed: wav, mp3, …
    pub format: String,
    /// How many channels, where its header says.
    pub channels: Option<u16>,
    /// Samples a second, where its header says.
    pub sample_rate: Option<u32>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Its id.
    pub id: TeamId,
    /// Its name, as calls carry it.
    pub name: String,
    /// Since when it is no longer run.
    pub archived_at: Option<i64>,
    /// Counts its changes.
    pub revision: i64,
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
    /// Counts its changes.
    pub revision: i64,
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
            projects: projects.into_iter().map(Project::of).collect::<Result<_, _>>()?,
            teams: teams.into_iter().map(Team::from).collect(),
            agents: agents.into_iter().map(Agent::from).collect(),
        })
    }

    /// The project of that id.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        Project::find(self.reader(), id).await
    }
}

impl Project {
    async fn find(at: &impl ConnectionTrait, id: ProjectId) -> Result<Option<Self>, StoreError> {
        let row = project::Entity::find_by_id(Uuid::from(id)).one(at).await;
        row.map_err(failed("read a project"))?.map(Self::of).transpose()
    }

    fn of(row: project::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: ProjectId(row.id),
            name: row.name,
            category: row.category,
            client: row.client,
            direction: row.direction.as_deref().and_then(Direction::from_name),
            zone: row.zone,
            recording: serde_json::from_str(&row.recording_standard)
                .map_err(damaged("a recording standard"))?,
            archived_at: row.archived_at,
            revision: row.revision,
        })
    }
}

impl From<team::Model> for Team {
    fn from(row: team::Model) -> Self {
        Self { id: TeamId(row.id), name: row.name, archived_at: row.archived_at, revision: row.revision }
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
            revision: row.revision,
        }
    }
}
