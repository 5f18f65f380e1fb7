//! What people settle of projects, teams and agents. Nothing is deleted; whoever was renamed is still known by the name
//! that calls may carry.

use lingjian_model::{AgentId, ConversationId, ProjectId, TeamId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{Agent, Kind, Project, RecordingFacts, Team};
use crate::entity::{agent, former_name, project, recording_fact, team};
use crate::error::{damaged, failed};
use crate::{Store, StoreError, Transaction};

impl Project {
    fn row(&self) -> Result<project::ActiveModel, StoreError> {
        let standard = serde_json::to_string(&self.recording).map_err(damaged("a recording standard"))?;
        Ok(project::ActiveModel {
            id: Set(self.id.into()),
            name: Set(self.name.clone()),
            category: Set(self.category.clone()),
            client: Set(self.client.clone()),
            direction: Set(self.direction.map(|one| one.name().to_owned())),
            zone: Set(self.zone.clone()),
            recording_standard: Set(standard),
            revision: Set(self.revision),
            archived_at: Set(self.archived_at),
        })
    }
}

impl Team {
    fn row(&self) -> team::ActiveModel {
        team::ActiveModel {
            id: Set(self.id.into()),
            name: Set(self.name.clone()),
            revision: Set(self.revision),
            archived_at: Set(self.archived_at),
        }
    }
}

impl Transaction {
    /// The project of that id, as this transaction sees it.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        Project::find(&self.inner, id).await
    }

    /// The team of that id, as this transaction sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn team(&self, id: TeamId) -> Result<Option<Team>, StoreError> {
        let row = team::Entity::find_by_id(Uuid::from(id)).one(&self.inner).await;
        Ok(row.map_err(failed("read a team"))?.map(Team::from))
    }

    /// The agent of that id, as this transaction sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn agent(&self, id: AgentId) -> Result<Option<Agent>, StoreError> {
        let row = agent::Entity::find_by_id(Uuid::from(id)).one(&self.inner).await;
        Ok(row.map_err(failed("read an agent"))?.map(Agent::from))
    }

    /// The project or team that calls with this name belong to, today or by a name that it had.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn place_named(&self, kind: Kind, name: &str) -> Result<Option<Uuid>, StoreError> {
        let fail = failed("look for a name");
        let now = match kind {
            Kind::Project => project::Entity::find()
                .filter(project::Column::Name.eq(name))
                .one(&self.inner)
                .await
                .map_err(&fail)?
                .map(|row| row.id),
            Kind::Team => team::Entity::find()
                .filter(team::Column::Name.eq(name))
                .one(&self.inner)
                .await
                .map_err(&fail)?
                .map(|row| row.id),
        };
        let former = former_name::Entity::find_by_id((kind.name().to_owned(), name.to_owned()));
        let former = former.one(&self.inner).await.map_err(&fail)?;
        Ok(now.or(former.map(|row| row.place_id)))
    }

    /// Keeps a new project.
    ///
    /// # Errors
    /// When the database fails, or the name is taken.
    pub async fn add_project(&mut self, new: &Project) -> Result<(), StoreError> {
        let insert = project::Entity::insert(new.row()?).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("keep a project"))
    }

    /// Keeps a new team.
    ///
    /// # Errors
    /// When the database fails, or the name is taken.
    pub async fn add_team(&mut self, new: &Team) -> Result<(), StoreError> {
        let insert = team::Entity::insert(new.row()).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("keep a team"))
    }

    /// Changes a project, unless somebody was first: then false, and nothing is changed. `change.revision` is the one that
    /// was read, `before` the name.
    ///
    /// # Errors
    /// When the database fails, or the name is taken.
    pub async fn change_project(&mut self, change: &Project, before: &str) -> Result<bool, StoreError> {
        let mut row = change.row()?;
        row.revision = Set(change.revision + 1);
        let update = project::Entity::update_many()
            .set(row)
            .filter(project::Column::Id.eq(Uuid::from(change.id)))
            .filter(project::Column::Revision.eq(change.revision))
            .exec(&self.inner)
            .await
            .map_err(failed("change a project"))?;
        if update.rows_affected == 1 {
            self.renamed(Kind::Project, change.id.into(), before, &change.name).await?;
        }
        Ok(update.rows_affected == 1)
    }

    /// Changes a team, as [`change_project`](Self::change_project) does a project.
    ///
    /// # Errors
    /// When the database fails, or the name is taken.
    pub async fn change_team(&mut self, change: &Team, before: &str) -> Result<bool, StoreError> {
        let mut row = change.row();
        row.revision = Set(change.revision + 1);
        let update = team::Entity::update_many()
            .set(row)
            .filter(team::Column::Id.eq(Uuid::from(change.id)))
            .filter(team::Column::Revision.eq(change.revision))
            .exec(&self.inner)
            .await
            .map_err(failed("change a team"))?;
        if update.rows_affected == 1 {
            self.renamed(Kind::Team, change.id.into(), before, &change.name).await?;
        }
        Ok(update.rows_affected == 1)
    }

    /// Changes what is known of an agent, unless somebody was first. Calls that were stay with the team they were made in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_agent(&mut self, change: &Agent) -> Result<bool, StoreError> {
        let row = agent::ActiveModel {
            name: Set(change.name.clone()),
            level: Set(change.level.clone()),
            team_id: Set(change.team.map(Uuid::from)),
            revision: Set(change.revision + 1),
            ..Default::default()
        };
        let update = agent::Entity::update_many()
            .set(row)
            .filter(agent::Column::Id.eq(Uuid::from(change.id)))
            .filter(agent::Column::Revision.eq(change.revision))
            .exec(&self.inner)
            .await
            .map_err(failed("change an agent"))?;
        Ok(update.rows_affected == 1)
    }

    async fn renamed(&self, kind: Kind, id: Uuid, from: &str, to: &str) -> Result<(), StoreError> {
        if from == to {
            return Ok(());
        }
        let fail = failed("keep a former name");
        // Back to an earlier name: it is none that was.
        let sql = "DELETE FROM former_name WHERE kind = $1 AND name = $2";
        self.run("keep a former name", sql, vec![kind.name().into(), to.into()]).await?;
        let row = former_name::ActiveModel {
            kind: Set(kind.name().to_owned()),
            name: Set(from.to_owned()),
            place_id: Set(id),
        };
        former_name::Entity::insert(row).exec_without_returning(&self.inner).await.map_err(&fail)?;
        Ok(())
    }

    /// Keeps what is known of a recording's file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_facts(
        &mut self,
        conversation: ConversationId,
        facts: &RecordingFacts,
    ) -> Result<(), StoreError> {
        let row = recording_fact::ActiveModel {
            conversation_id: Set(conversation.into()),
            format: Set(facts.format.clone()),
            channels: Set(facts.channels.map(i64::from)),
            sample_rate: Set(facts.sample_rate.map(i64::from)),
        };
        let columns = [
            recording_fact::Column::Format,
            recording_fact::Column::Channels,
            recording_fact::Column::SampleRate,
        ];
        let known =
            OnConflict::column(recording_fact::Column::ConversationId).update_columns(columns).to_owned();
        let insert = recording_fact::Entity::insert(row).on_conflict(known);
        insert
            .exec_without_returning(&self.inner)
            .await
            .map(|_| ())
            .map_err(failed("keep a recording's facts"))
    }
}

impl Store {
    /// What is known of a recording's file.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn facts(&self, conversation: ConversationId) -> Result<Option<RecordingFacts>, StoreError> {
        let row = recording_fact::Entity::find_by_id(Uuid::from(conversation)).one(self.reader()).await;
        let row = row.map_err(failed("read a recording's facts"))?;
        Ok(row.map(|row| RecordingFacts {
            format: row.format,
            channels: row.channels.and_then(|count| u16::try_from(count).ok()),
            sample_rate: row.sample_rate.and_then(|rate| u32::try_from(rate).ok()),
        }))
    }

    /// Names that a project or team had, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn former_names(&self, kind: Kind) -> Result<Vec<(Uuid, String)>, StoreError> {
        let rows = former_name::Entity::find().filter(former_name::Column::Kind.eq(kind.name()));
        let rows = rows.all(self.reader()).await.map_err(failed("list former names"))?;
        let mut names: Vec<_> = rows.into_iter().map(|row| (row.place_id, row.name)).collect();
        names.sort_by(|one, other| one.1.cmp(&other.1));
        Ok(names)
    }
}
