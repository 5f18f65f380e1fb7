//! What imports did not take, and why: kept, so that it is not only told to whoever happened to watch (law 4).

use std::collections::BTreeMap;

use lingjian_model::UserId;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::blobs::hex;
use crate::entity::refusal::{self, Column};
use crate::error::failed;
use crate::{Store, StoreError, Transaction};

/// Rows of a statement: SQLite takes 32,766 values.
const BATCH: usize = 1000;

/// What was to be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// Sound.
    Recordings,
    /// Words that somebody wrote down.
    Transcripts,
    /// Call records.
    Calls,
}

impl RefusalKind {
    /// All.
    pub const ALL: [Self; 3] = [Self::Recordings, Self::Transcripts, Self::Calls];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recordings => "recordings",
            Self::Transcripts => "transcripts",
            Self::Calls => "calls",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Something that was not taken just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefusal {
    /// The file, as it is called within what was given.
    pub file: String,
    /// Line or row, counted from 1, where there is one.
    pub line: Option<i64>,
    /// The field that is to blame.
    pub field: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub advice: Option<String>,
}

/// Something that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Its id.
    pub id: Uuid,
    /// How often it came and was refused.
    pub times: i64,
    /// When first, in milliseconds of UTC.
    pub first_at: i64,
    /// When last.
    pub at: i64,
    /// recordings, transcripts or calls.
    pub kind: String,
    /// The system it was said to come from.
    pub source: Option<String>,
    /// Who gave it.
    pub actor_name: String,
    /// What, where and why.
    pub what: NewRefusal,
}

impl Transaction {
    /// Keeps what was refused; what was refused before, for the same reason, is counted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse(
        &mut self,
        kind: RefusalKind,
        source: Option<&str>,
        (actor, actor_name): (UserId, &str),
        refused: Vec<NewRefusal>,
        now: i64,
        fresh: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<(), StoreError> {
        // A statement may touch a row once only.
        let each: BTreeMap<String, NewRefusal> =
            refused.into_iter().map(|one| (digest(kind, source, &one), one)).collect();
        let mut rows = each.into_iter().map(|(digest, one)| refusal::ActiveModel {
            id: Set(fresh()),
            digest: Set(digest),
            times: Set(1),
            first_at: Set(now),
            at: Set(now),
            kind: Set(kind.name().to_owned()),
            source: Set(source.map(str::to_owned)),
            actor: Set(Some(actor.into())),
            actor_name: Set(actor_name.to_owned()),
            file: Set(one.file),
            line: Set(one.line),
            field: Set(one.field),
            reason: Set(one.reason),
            advice: Set(one.advice),
        });
        loop {
            let some: Vec<_> = rows.by_ref().take(BATCH).collect();
            if some.is_empty() {
                return Ok(());
            }
            let again = OnConflict::column(Column::Digest)
                .update_columns([Column::At, Column::Actor, Column::ActorName])
                .value(Column::Times, Expr::col((refusal::Entity, Column::Times)).add(1))
                .to_owned();
            let insert = refusal::Entity::insert_many(some).on_conflict(again);
            insert.exec_without_returning(&self.inner).await.map_err(failed("keep what was refused"))?;
        }
    }
}

/// What makes two refusals the same.
fn digest(kind: RefusalKind, source: Option<&str>, one: &NewRefusal) -> String {
    let line = one.line.map(|line| line.to_string()).unwrap_or_default();
    let field = one.field.as_deref().unwrap_or_default();
    let mut sum = Sha256::new();
    for part in [kind.name(), source.unwrap_or_default(), &one.file, &line, field, &one.reason] {
        sum.update((part.len() as u64).to_be_bytes());
        sum.update(part);
    }
    hex(&sum.finalize())
}

impl Store {
    /// What was refused, newest first, behind a row (when it was refused last, and its id).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refusals(
        &self,
        kind: Option<RefusalKind>,
        after: Option<(i64, Uuid)>,
        limit: u64,
    ) -> Result<Vec<Refusal>, StoreError> {
        let mut query = refusal::Entity::find();
        if let Some(kind) = kind {
            query = query.filter(Column::Kind.eq(kind.name()));
        }
        if let Some((at, id)) = after {
            let same = Condition::all().add(Column::At.eq(at)).add(Column::Id.lt(id));
            query = query.filter(Condition::any().add(Column::At.lt(at)).add(same));
        }
        let query = query.order_by_desc(Column::At).order_by_desc(Column::Id).limit(limit);
        let rows = query.all(self.reader()).await.map_err(failed("list what was refused"))?;
        Ok(rows.into_iter().map(Refusal::of).collect())
    }
}

impl Refusal {
    fn of(row: refusal::Model) -> Self {
        let refusal::Model { file, line, field, reason, advice, .. } = row;
        Self {
            id: row.id,
            times: row.times,
            first_at: row.first_at,
            at: row.at,
            kind: row.kind,
            source: row.source,
            actor_name: row.actor_name,
            what: NewRefusal { file, line, field, reason, advice },
        }
    }
}
