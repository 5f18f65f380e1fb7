//! The names that calls carry. Those that nobody entered come to be by the call.

use std::collections::BTreeMap;

use lingjian_model::{AgentId, Conversation, ProjectId, TeamId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{Kind, Place};
use crate::entity::{agent, former_name, project, team};
use crate::error::failed;
use crate::{StoreError, Transaction};

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
        for (name, id) in former(transaction, Kind::Project, wanted.keys().copied()).await? {
            wanted.remove(name.as_str());
            directory.projects.insert(name, id);
        }
        let rows = wanted.iter().map(|(name, call)| project::ActiveModel {
            id: Set(fresh()),
            name: Set((*name).to_owned()),
            category: Set(call.attribute("category").map(str::to_owned)),
            client: Set(call.attribute("client").map(str::to_owned)),
            direction: Set(None),
            zone: Set(transaction.zone.to_string()),
            recording_standard: Set("{}".to_owned()),
            revision: Set(1),
            archived_at: Set(None),
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
        for (name, id) in former(transaction, Kind::Team, names.iter().copied()).await? {
            names.retain(|one| *one != name);
            directory.teams.insert(name, id);
        }
        if !names.is_empty() {
            let rows = names.iter().map(|name| team::ActiveModel {
                id: Set(fresh()),
                name: Set((*name).to_owned()),
                revision: Set(1),
                archived_at: Set(None),
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

/// Which of these names are those that a place had before it was renamed.
async fn former<'n>(
    transaction: &Transaction,
    kind: Kind,
    names: impl Iterator<Item = &'n str>,
) -> Result<Vec<(String, Uuid)>, StoreError> {
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let rows = former_name::Entity::find()
        .filter(former_name::Column::Kind.eq(kind.name()))
        .filter(former_name::Column::Name.is_in(names))
        .all(&transaction.inner)
        .await
        .map_err(failed("look for former names"))?;
    Ok(rows.into_iter().map(|row| (row.name, row.place_id)).collect())
}
