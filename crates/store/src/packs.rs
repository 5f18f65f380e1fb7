//! Rule packs that the house has made its own: versions that are kept for good, drafts that are being written.

use lingjian_model::RulePackId;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entity::{rule_draft, rule_version};
use crate::error::{damaged, failed};
use crate::{ChangeKind, Engine, Store, StoreError, Transaction};

/// Makes PostgreSQL publish one after the other.
const LOCK: i64 = 0x7061_636B_7300;

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFile {
    /// Its name, without folders.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// A version that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackVersion {
    /// Its id.
    pub id: RulePackId,
    /// The pack's id.
    pub pack: String,
    /// Counts the pack's versions from 1.
    pub number: i64,
    /// Counts all that was ever published.
    pub release: i64,
    /// Over the digests of its rules.
    pub digest: String,
    /// What its publisher says of it.
    pub note: String,
    /// Who wrote it.
    pub written_by: String,
    /// Who let it count.
    pub published_by: String,
    /// Since when it counts.
    pub published_at: i64,
    /// Whether calls that were judged before are judged again.
    pub again: bool,
    /// What stood beside judgements before.
    pub rules_before: String,
    /// What stands beside judgements since.
    pub rules_after: String,
}

/// A pack that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackDraft {
    /// The pack's id.
    pub pack: String,
    /// The version that it began with; 0 is what ships.
    pub based_on: i64,
    /// Its files.
    pub files: Vec<PackFile>,
    /// Who wrote it last.
    pub written_by: String,
    /// When.
    pub written_at: i64,
    /// Counts its changes.
    pub revision: i64,
}

impl PackVersion {
    fn of(row: rule_version::Model) -> Result<(Self, Vec<PackFile>), StoreError> {
        let files = serde_json::from_str(&row.files).map_err(damaged("a rule pack"))?;
        let version = Self {
            id: RulePackId(row.id),
            pack: row.pack,
            number: row.number,
            release: row.release,
            digest: row.digest,
            note: row.note,
            written_by: row.written_by,
            published_by: row.published_by,
            published_at: row.published_at,
            again: row.again,
            rules_before: row.rules_before,
            rules_after: row.rules_after,
        };
        Ok((version, files))
    }
}

impl PackDraft {
    fn of(row: rule_draft::Model) -> Result<Self, StoreError> {
        let files = serde_json::from_str(&row.files).map_err(damaged("a draft"))?;
        let rule_draft::Model { pack, based_on, written_by, written_at, revision, .. } = row;
        Ok(Self { pack, based_on, files, written_by, written_at, revision })
    }
}

impl Store {
    /// The number of the last publication; 0 where nothing was ever published.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rules_release(&self) -> Result<i64, StoreError> {
        let fail = failed("ask for its rules");
        let sql = "SELECT COALESCE(MAX(release), 0) AS last FROM rule_version";
        let statement = Statement::from_string(self.reader().get_database_backend(), sql);
        let row = self.reader().query_one_raw(statement).await.map_err(&fail)?;
        row.map_or(Ok(0), |row| row.try_get("", "last").map_err(&fail))
    }

    /// All that was ever published, newest first: of one pack, or of all.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn pack_versions(&self, pack: Option<&str>) -> Result<Vec<PackVersion>, StoreError> {
        let mut query = rule_version::Entity::find();
        if let Some(pack) = pack {
            query = query.filter(rule_version::Column::Pack.eq(pack));
        }
        let rows = query.order_by_desc(rule_version::Column::Release).all(self.reader()).await;
        let rows = rows.map_err(failed("list its rule packs"))?;
        rows.into_iter().map(|row| PackVersion::of(row).map(|(version, _)| version)).collect()
    }

    /// A version with its files.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn pack_version(
        &self,
        pack: &str,
        number: i64,
    ) -> Result<Option<(PackVersion, Vec<PackFile>)>, StoreError> {
        let row = rule_version::Entity::find()
            .filter(rule_version::Column::Pack.eq(pack))
            .filter(rule_version::Column::Number.eq(number))
            .one(self.reader())
            .await
            .map_err(failed("read a rule pack"))?;
        row.map(PackVersion::of).transpose()
    }

    /// The drafts there are, by pack.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn pack_drafts(&self) -> Result<Vec<PackDraft>, StoreError> {
        let rows = rule_draft::Entity::find().order_by_asc(rule_draft::Column::Pack).all(self.reader()).await;
        rows.map_err(failed("list its drafts"))?.into_iter().map(PackDraft::of).collect()
    }

    /// The draft of a pack.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn pack_draft(&self, pack: &str) -> Result<Option<PackDraft>, StoreError> {
        let row = rule_draft::Entity::find_by_id(pack).one(self.reader()).await;
        row.map_err(failed("read a draft"))?.map(PackDraft::of).transpose()
    }
}

impl Transaction {
    /// Keeps a draft, unless somebody was first: then false, and nothing is changed. `draft.revision` is the one that was
    /// read, 0 where there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_draft(&mut self, draft: &PackDraft) -> Result<bool, StoreError> {
        let files = serde_json::to_string(&draft.files).map_err(damaged("a draft"))?;
        let values = vec![
            draft.pack.as_str().into(),
            draft.based_on.into(),
            files.into(),
            draft.written_by.as_str().into(),
            draft.written_at.into(),
            draft.revision.into(),
        ];
        let sql = if draft.revision == 0 {
            "INSERT INTO rule_draft (pack, based_on, files, written_by, written_at, revision) \
             VALUES ($1, $2, $3, $4, $5, $6 + 1) ON CONFLICT (pack) DO NOTHING"
        } else {
            "UPDATE rule_draft SET based_on = $2, files = $3, written_by = $4, written_at = $5, revision = $6 + 1 \
             WHERE pack = $1 AND revision = $6"
        };
        Ok(self.run("keep a draft", sql, values).await? == 1)
    }

    /// Throws a draft away as it was read; whether it was there so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_draft(&mut self, pack: &str, revision: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM rule_draft WHERE pack = $1 AND revision = $2";
        Ok(self.run("throw a draft away", sql, vec![pack.into(), revision.into()]).await? == 1)
    }

    /// Publishes a version, unless something else was published since `version.release - 1`: then none. The pack's number of
    /// the version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn publish_pack(
        &mut self,
        version: &PackVersion,
        files: &[PackFile],
    ) -> Result<Option<i64>, StoreError> {
        let fail = failed("publish a rule pack");
        if self.engine == Engine::Postgres {
            let lock =
                Statement::from_string(DbBackend::Postgres, format!("SELECT pg_advisory_xact_lock({LOCK})"));
            self.inner.query_one_raw(lock).await.map_err(&fail)?;
        }
        let last: Option<Option<i64>> = rule_version::Entity::find()
            .select_only()
            .column_as(rule_version::Column::Release.max(), "last")
            .into_tuple()
            .one(&self.inner)
            .await
            .map_err(&fail)?;
        if last.flatten().unwrap_or(0) + 1 != version.release {
            return Ok(None);
        }
        let last: Option<Option<i64>> = rule_version::Entity::find()
            .filter(rule_version::Column::Pack.eq(version.pack.as_str()))
            .select_only()
            .column_as(rule_version::Column::Number.max(), "last")
            .into_tuple()
            .one(&self.inner)
            .await
            .map_err(&fail)?;
        let number = last.flatten().unwrap_or(0) + 1;
        let row = rule_version::ActiveModel {
            id: Set(version.id.into()),
            pack: Set(version.pack.clone()),
            number: Set(number),
            release: Set(version.release),
            files: Set(serde_json::to_string(files).map_err(damaged("a rule pack"))?),
            digest: Set(version.digest.clone()),
            note: Set(version.note.clone()),
            written_by: Set(version.written_by.clone()),
            published_by: Set(version.published_by.clone()),
            published_at: Set(version.published_at),
            again: Set(version.again),
            rules_before: Set(version.rules_before.clone()),
            rules_after: Set(version.rules_after.clone()),
        };
        rule_version::Entity::insert(row).exec_without_returning(&self.inner).await.map_err(&fail)?;
        self.tell(ChangeKind::RulesPublished, Uuid::from(version.id), version.published_at);
        Ok(Some(number))
    }
}
