//! Views of the list of conversations: filters and columns under a name.

use std::collections::BTreeMap;

use lingjian_model::{TeamId, UserId, ViewId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use crate::entity::saved_view;
use crate::error::{damaged, failed};
use crate::{Store, StoreError, Transaction};

/// Who sees a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// Whoever made it.
    Own,
    /// Those of a team.
    Team(TeamId),
    /// Everybody.
    House,
}

/// A view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: ViewId,
    /// Who made it.
    pub owner: UserId,
    /// Its name; each of an owner's once.
    pub name: String,
    /// Filters and order, as the address of the list carries them.
    pub choice: BTreeMap<String, String>,
    /// The columns shown.
    pub columns: Vec<String>,
    /// Who sees it.
    pub shared: Shared,
    /// Counts its changes.
    pub revision: i64,
}

impl Shared {
    const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team(_) => "team",
            Self::House => "house",
        }
    }

    fn team(self) -> Option<Uuid> {
        match self {
            Self::Team(team) => Some(team.into()),
            _ => None,
        }
    }
}

impl SavedView {
    fn of(row: saved_view::Model) -> Result<Self, StoreError> {
        let read = damaged("a view");
        let shared = match (row.shared.as_str(), row.team_id) {
            ("team", Some(team)) => Shared::Team(TeamId(team)),
            ("house", _) => Shared::House,
            _ => Shared::Own,
        };
        Ok(Self {
            id: ViewId(row.id),
            owner: UserId(row.person_id),
            name: row.name,
            choice: serde_json::from_str(&row.choice).map_err(&read)?,
            columns: serde_json::from_str(&row.shown).map_err(&read)?,
            shared,
            revision: row.revision,
        })
    }

    fn row(&self) -> Result<saved_view::ActiveModel, StoreError> {
        let write = damaged("a view");
        Ok(saved_view::ActiveModel {
            id: Set(self.id.into()),
            person_id: Set(self.owner.into()),
            name: Set(self.name.clone()),
            choice: Set(serde_json::to_string(&self.choice).map_err(&write)?),
            shown: Set(serde_json::to_string(&self.columns).map_err(&write)?),
            shared: Set(self.shared.name().to_owned()),
            team_id: Set(self.shared.team()),
            revision: Set(self.revision),
        })
    }
}

impl Store {
    /// Views of this person, of these teams and of the house, by name.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn views(&self, of: UserId, teams: &[TeamId]) -> Result<Vec<SavedView>, StoreError> {
        let teams = teams.iter().map(|team| Uuid::from(*team));
        let seen = Condition::any()
            .add(saved_view::Column::PersonId.eq(Uuid::from(of)))
            .add(saved_view::Column::Shared.eq(Shared::House.name()))
            .add(saved_view::Column::TeamId.is_in(teams));
        let rows = saved_view::Entity::find().filter(seen).order_by_asc(saved_view::Column::Name);
        let rows = rows.all(self.reader()).await.map_err(failed("list views"))?;
        rows.into_iter().map(SavedView::of).collect()
    }
}

impl Transaction {
    /// The view of that id.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn view(&self, id: ViewId) -> Result<Option<SavedView>, StoreError> {
        let row = saved_view::Entity::find_by_id(Uuid::from(id)).one(&self.inner).await;
        row.map_err(failed("read a view"))?.map(SavedView::of).transpose()
    }

    /// The views of a person.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn views_of(&self, of: UserId) -> Result<Vec<SavedView>, StoreError> {
        let rows = saved_view::Entity::find().filter(saved_view::Column::PersonId.eq(Uuid::from(of)));
        let rows = rows.all(&self.inner).await.map_err(failed("list views"))?;
        rows.into_iter().map(SavedView::of).collect()
    }

    /// Keeps a new view.
    ///
    /// # Errors
    /// When the database fails, or its owner has one of that name.
    pub async fn add_view(&mut self, view: &SavedView) -> Result<(), StoreError> {
        let insert = saved_view::Entity::insert(view.row()?).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("keep a view"))
    }

    /// Changes a view, unless somebody was first: then false, and nothing is changed. `view.revision` is the one that was read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_view(&mut self, view: &SavedView) -> Result<bool, StoreError> {
        let mut row = view.row()?;
        row.revision = Set(view.revision + 1);
        let update = saved_view::Entity::update_many()
            .set(row)
            .filter(saved_view::Column::Id.eq(Uuid::from(view.id)))
            .filter(saved_view::Column::Revision.eq(view.revision))
            .exec(&self.inner)
            .await
            .map_err(failed("change a view"))?;
        Ok(update.rows_affected == 1)
    }

    /// Deletes a view.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_view(&mut self, id: ViewId) -> Result<(), StoreError> {
        let sql = "DELETE FROM saved_view WHERE id = $1";
        self.run("delete a view", sql, vec![Uuid::from(id).into()]).await.map(|_| ())
    }
}
