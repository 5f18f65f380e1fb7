//! What the places of conversations are called: all that a page of a list asks, at once.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::{AgentId, ProjectId, TeamId};
use sea_orm::{ConnectionTrait as _, Statement, Value};
use uuid::Uuid;

use crate::engine::numbered;
use crate::error::failed;
use crate::{Listed, Store, StoreError};

/// What places are called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Projects.
    pub projects: BTreeMap<ProjectId, String>,
    /// Teams.
    pub teams: BTreeMap<TeamId, String>,
    /// Agents, with their numbers. Who has no name is called by the number.
    pub agents: BTreeMap<AgentId, (String, String)>,
}

impl Store {
    /// What the places of these conversations are called.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn names(&self, of: &[Listed]) -> Result<Names, StoreError> {
        let fail = failed("read names");
        let ids = |id: fn(&Listed) -> Option<Uuid>| of.iter().filter_map(id).collect::<BTreeSet<_>>();
        let asked = [
            ("0, id, name, name FROM project", ids(|row| row.project.map(Uuid::from))),
            ("1, id, name, name FROM team", ids(|row| row.team.map(Uuid::from))),
            ("2, id, COALESCE(name, number), number FROM agent", ids(|row| row.agent.map(Uuid::from))),
        ];
        let (mut sql, mut values) = (Vec::new(), Vec::new());
        for (what, ids) in asked.into_iter().filter(|(_, ids)| !ids.is_empty()) {
            sql.push(format!("SELECT {what} WHERE id IN ({})", numbered(values.len() + 1, ids.len())));
            values.extend(ids.into_iter().map(Value::from));
        }
        let mut names = Names::default();
        if sql.is_empty() {
            return Ok(names);
        }
        let read = self.reader();
        let sql = sql.join(" UNION ALL ");
        let asked = Statement::from_sql_and_values(read.get_database_backend(), sql, values);
        for row in read.query_all_raw(asked).await.map_err(&fail)? {
            let kind: i32 = row.try_get_by_index(0).map_err(&fail)?;
            let id: Uuid = row.try_get_by_index(1).map_err(&fail)?;
            let name: String = row.try_get_by_index(2).map_err(&fail)?;
            match kind {
                0 => drop(names.projects.insert(ProjectId(id), name)),
                1 => drop(names.teams.insert(TeamId(id), name)),
                _ => {
                    let number = row.try_get_by_index(3).map_err(&fail)?;
                    names.agents.insert(AgentId(id), (name, number));
                }
            }
        }
        Ok(names)
    }
}
