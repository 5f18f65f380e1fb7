//! The audit trail: who did what, each entry holding the digest of the one before.

use lingjian_model::UserId;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::blobs::hex;
use crate::entity::audit;
use crate::error::failed;
use crate::{Engine, Store, StoreError, Transaction};

/// The digest before the first entry.
const BEGINNING: &str = "";
/// Makes PostgreSQL write one entry after the other.
const LOCK: i64 = 0x6175_6469_7400;
/// Entries that are written by one statement.
const TOGETHER: usize = 100;
/// Entries read at once when the trail is verified.
const BATCH: u64 = 5000;

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// Counts from 1, without a gap.
    pub sequence: i64,
    /// When, in milliseconds of UTC.
    pub at: i64,
    /// Who, where it was a user.
    pub actor: Option<UserId>,
    /// Their name then.
    pub actor_name: String,
    /// What was done: `session.begin`, `conversation.read`, …
    pub action: String,
    /// With what: an id, mostly.
    pub subject: String,
    /// What else matters, as JSON. No words of calls.
    pub detail: String,
    /// SHA-256 over all this and the entry before.
    pub digest: String,
}

/// An entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// When, in milliseconds of UTC.
    pub at: i64,
    /// Who, where it was a user.
    pub actor: Option<UserId>,
    /// Their name.
    pub actor_name: String,
    /// What was done.
    pub action: String,
    /// With what.
    pub subject: String,
    /// What else matters, as JSON. No words of calls.
    pub detail: String,
}

/// Which entries.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Whose.
    pub actor: Option<UserId>,
    /// Actions that begin so.
    pub action: Option<String>,
    /// Not before this.
    pub from: Option<i64>,
    /// Before this.
    pub to: Option<i64>,
    /// Older than the entry with this number.
    pub before: Option<i64>,
}

/// A trail that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries.
    pub entries: i64,
    /// The last digest: whoever keeps it elsewhere can tell a trail that was cut off at its end.
    pub head: String,
}

/// Where a trail is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// At this entry.
    pub sequence: i64,
    /// How.
    pub how: &'static str,
}

impl Transaction {
    /// Writes an entry. It becomes true with the transaction, and stays undone with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(
        &mut self,
        actor: Option<UserId>,
        actor_name: &str,
        action: &str,
        subject: &str,
        detail: &serde_json::Value,
        now: i64,
    ) -> Result<(), StoreError> {
        let entry = NewEntry {
            at: now,
            actor,
            actor_name: actor_name.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_string(),
        };
        self.audit_all(&[entry]).await
    }

    /// Writes entries, one behind the other.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_all(&mut self, entries: &[NewEntry]) -> Result<(), StoreError> {
        let fail = failed("write to the audit trail");
        if self.engine == Engine::Postgres {
            let lock = format!("SELECT pg_advisory_xact_lock({LOCK})");
            let lock = Statement::from_string(DbBackend::Postgres, lock);
            self.inner.query_one_raw(lock).await.map_err(&fail)?;
        }
        let last = audit::Entity::find().order_by_desc(audit::Column::Sequence).limit(1);
        let last = last.one(&self.inner).await.map_err(&fail)?;
        let (mut sequence, mut previous) =
            last.map_or((0, BEGINNING.to_owned()), |last| (last.sequence, last.digest));
        for some in entries.chunks(TOGETHER) {
            let rows = some.iter().map(|entry| {
                sequence += 1;
                let row = entry.row(sequence, std::mem::take(&mut previous));
                previous.clone_from(&row.digest);
                audit::ActiveModel {
                    sequence: Set(row.sequence),
                    at: Set(row.at),
                    actor: Set(row.actor),
                    actor_name: Set(row.actor_name),
                    action: Set(row.action),
                    subject: Set(row.subject),
                    detail: Set(row.detail),
                    previous: Set(row.previous),
                    digest: Set(row.digest),
                }
            });
            let rows: Vec<_> = rows.collect();
            audit::Entity::insert_many(rows).exec_without_returning(&self.inner).await.map_err(&fail)?;
        }
        Ok(())
    }
}

impl NewEntry {
    fn row(&self, sequence: i64, previous: String) -> audit::Model {
        let mut row = audit::Model {
            sequence,
            at: self.at,
            actor: self.actor.map(Uuid::from),
            actor_name: self.actor_name.clone(),
            action: self.action.clone(),
            subject: self.subject.clone(),
            detail: self.detail.clone(),
            previous,
            digest: String::new(),
        };
        row.digest = digest(&row);
        row
    }
}

/// Every field with its length in front, so that none can borrow from its neighbour.
fn digest(row: &audit::Model) -> String {
    let mut hasher = Sha256::new();
    let actor = row.actor.map(|id| id.to_string()).unwrap_or_default();
    let (sequence, at) = (row.sequence.to_string(), row.at.to_string());
    for field in
        [&row.previous, &sequence, &at, &actor, &row.actor_name, &row.action, &row.subject, &row.detail]
    {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field);
    }
    hex(&hasher.finalize())
}

impl Store {
    /// Entries, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audited(&self, filter: &AuditFilter, limit: u64) -> Result<Vec<Audited>, StoreError> {
        let mut query = audit::Entity::find();
        if let Some(actor) = filter.actor {
            query = query.filter(audit::Column::Actor.eq(Uuid::from(actor)));
        }
        if let Some(action) = &filter.action {
            query = query.filter(audit::Column::Action.starts_with(action.as_str()));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit::Column::At.gte(from));
        }
        if let Some(to) = filter.to {
            query = query.filter(audit::Column::At.lt(to));
        }
        if let Some(before) = filter.before {
            query = query.filter(audit::Column::Sequence.lt(before));
        }
        let rows = query.order_by_desc(audit::Column::Sequence).limit(limit).all(self.reader()).await;
        let rows = rows.map_err(failed("read the audit trail"))?;
        Ok(rows
            .into_iter()
            .map(|row| Audited {
                sequence: row.sequence,
                at: row.at,
                actor: row.actor.map(UserId),
                actor_name: row.actor_name,
                action: row.action,
                subject: row.subject,
                detail: row.detail,
                digest: row.digest,
            })
            .collect())
    }

    /// Whether an entry has this digest: a head that was kept elsewhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_has(&self, digest: &str) -> Result<bool, StoreError> {
        let row = audit::Entity::find().filter(audit::Column::Digest.eq(digest)).one(self.reader()).await;
        Ok(row.map_err(failed("read the audit trail"))?.is_some())
    }

    /// Reads the whole trail and says whether it holds, or the first place where it does not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_audit(&self) -> Result<Result<Verified, Broken>, StoreError> {
        let (mut entries, mut head) = (0, BEGINNING.to_owned());
        loop {
            let some = audit::Entity::find()
                .filter(audit::Column::Sequence.gt(entries))
                .order_by_asc(audit::Column::Sequence)
                .limit(BATCH)
                .all(self.reader())
                .await
                .map_err(failed("read the audit trail"))?;
            if some.is_empty() {
                return Ok(Ok(Verified { entries, head }));
            }
            for row in some {
                let how = if row.sequence != entries + 1 {
                    Some("entries before it are gone")
                } else if row.digest != digest(&row) {
                    Some("it was changed")
                } else if row.previous != head {
                    Some("the entry before it is another one")
                } else {
                    None
                };
                if let Some(how) = how {
                    return Ok(Err(Broken { sequence: row.sequence, how }));
                }
                entries = row.sequence;
                head = row.digest;
            }
        }
    }
}
