//! Uploads: what is on its way in, how much of it is there, what became of it. Their bytes lie in the [`Spool`](crate::Spool).

use lingjian_model::{ImportId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _};
use sea_orm::{QuerySelect as _, Statement};
use uuid::Uuid;

use crate::entity::upload;
use crate::error::failed;
use crate::{Store, StoreError, Transaction};

/// How far an upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// Bytes are missing.
    Receiving,
    /// All bytes are there; it waits to be taken in.
    Received,
    /// What it holds is in.
    Taken,
    /// Nothing of it could be taken.
    Refused,
}

impl UploadState {
    const ALL: [Self; 4] = [Self::Receiving, Self::Received, Self::Taken, Self::Refused];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Received => "received",
            Self::Taken => "taken",
            Self::Refused => "refused",
        }
    }
}

/// A file on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: ImportId,
    /// Who sends it.
    pub user: UserId,
    /// The file's name as it was told, without folders.
    pub name: String,
    /// What else was told of the call, as JSON.
    pub told: String,
    /// How many bytes it will have.
    pub length: i64,
    /// How many of them are surely on the disk.
    pub received: i64,
    /// How far it has come.
    pub state: UploadState,
    /// What became of it, as JSON.
    pub outcome: Option<String>,
    /// When it began.
    pub created_at: i64,
    /// When something of it came last.
    pub touched_at: i64,
}

impl Upload {
    fn of(row: upload::Model) -> Result<Self, StoreError> {
        let state = UploadState::ALL.into_iter().find(|state| state.name() == row.state);
        let reason = "an unknown state".to_owned();
        Ok(Self {
            id: ImportId(row.id),
            user: UserId(row.person_id),
            name: row.name,
            told: row.told,
            length: row.length,
            received: row.received,
            state: state.ok_or(StoreError::Damaged { what: "an upload", reason })?,
            outcome: row.outcome,
            created_at: row.created_at,
            touched_at: row.touched_at,
        })
    }
}

impl Store {
    /// The upload of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload(&self, id: ImportId) -> Result<Option<Upload>, StoreError> {
        let row = upload::Entity::find_by_id(Uuid::from(id)).one(self.reader()).await;
        row.map_err(failed("read an upload"))?.map(Upload::of).transpose()
    }

    /// Somebody's uploads, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uploads(&self, user: UserId, limit: u64) -> Result<Vec<Upload>, StoreError> {
        let rows = upload::Entity::find()
            .filter(upload::Column::PersonId.eq(Uuid::from(user)))
            .order_by_desc(upload::Column::CreatedAt)
            .order_by_desc(upload::Column::Id)
            .limit(limit)
            .all(self.reader())
            .await;
        rows.map_err(failed("list uploads"))?.into_iter().map(Upload::of).collect()
    }

    /// How many uploads of somebody are not there yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfinished_uploads(&self, user: UserId) -> Result<u64, StoreError> {
        let theirs = upload::Entity::find().filter(upload::Column::PersonId.eq(Uuid::from(user)));
        let unfinished = theirs.filter(upload::Column::State.eq(UploadState::Receiving.name()));
        unfinished.count(self.reader()).await.map_err(failed("count uploads"))
    }

    /// Uploads in a state that nothing happened to since, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uploads_that(&self, are: UploadState, before: i64) -> Result<Vec<Upload>, StoreError> {
        let rows = upload::Entity::find()
            .filter(upload::Column::State.eq(are.name()))
            .filter(upload::Column::TouchedAt.lt(before))
            .order_by_asc(upload::Column::TouchedAt)
            .order_by_asc(upload::Column::Id)
            .all(self.reader())
            .await;
        rows.map_err(failed("list uploads"))?.into_iter().map(Upload::of).collect()
    }

    /// Notes that an upload has come from so many bytes to so many; whether nobody else has moved it meanwhile. The last
    /// byte makes it received.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_upload(&self, id: ImportId, from: i64, to: i64, now: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE upload SET received = $3, touched_at = $4, \
                   state = CASE WHEN length = $3 THEN 'received' ELSE state END \
                   WHERE id = $1 AND received = $2 AND state = 'receiving'";
        let transaction = self.begin().await?;
        let values = vec![Uuid::from(id).into(), from.into(), to.into(), now.into()];
        let moved = transaction.run("note an upload's bytes", sql, values).await?;
        transaction.commit().await?;
        Ok(moved == 1)
    }
}

impl Transaction {
    /// Begins an upload.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_upload(&mut self, new: &Upload) -> Result<(), StoreError> {
        let row = upload::ActiveModel {
            id: Set(new.id.into()),
            person_id: Set(new.user.into()),
            name: Set(new.name.clone()),
            told: Set(new.told.clone()),
            length: Set(new.length),
            received: Set(new.received),
            state: Set(new.state.name().to_owned()),
            outcome: Set(new.outcome.clone()),
            created_at: Set(new.created_at),
            touched_at: Set(new.touched_at),
        };
        let insert = upload::Entity::insert(row).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("begin an upload"))
    }

    /// Notes what became of an upload that was received.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_upload(
        &mut self,
        id: ImportId,
        state: UploadState,
        outcome: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE upload SET state = $2, outcome = $3, touched_at = $4 WHERE id = $1";
        let values = vec![Uuid::from(id).into(), state.name().into(), outcome.into(), now.into()];
        self.run("note what became of an upload", sql, values).await.map(|_| ())
    }

    /// Forgets an upload; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_upload(&mut self, id: ImportId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM upload WHERE id = $1";
        Ok(self.run("forget an upload", sql, vec![Uuid::from(id).into()]).await? == 1)
    }

    /// In which project a call stands that is known already: none where it is not known, none within where it stands in
    /// no project.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn project_of_known(
        &self,
        source: &str,
        external_id: &str,
    ) -> Result<Option<Option<lingjian_model::ProjectId>>, StoreError> {
        use sea_orm::ConnectionTrait as _;
        let fail = failed("look for a call");
        let sql = "SELECT project_id FROM conversation WHERE source = $1 AND external_id = $2";
        let backend = self.inner.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, sql, [source.into(), external_id.into()]);
        let Some(row) = self.inner.query_one_raw(statement).await.map_err(&fail)? else { return Ok(None) };
        let project: Option<Uuid> = row.try_get("", "project_id").map_err(&fail)?;
        Ok(Some(project.map(Into::into)))
    }
}
