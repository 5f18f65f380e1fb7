//! The log of changes: what was written, in the order in which it became true.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use crate::error::failed;
use crate::{Engine, Store, StoreError};

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A conversation came in, or more became known of it.
    ConversationReceived,
    /// It has a new transcript.
    ConversationTranscribed,
    /// It has a new judgement.
    ConversationJudged,
    /// A piece of work came to rest after failing.
    WorkFailed,
    /// A person asked for work to be tried again.
    WorkRetried,
    /// A version of a rule pack counts from now on.
    RulesPublished,
    /// An evaluation began, or was taken a step on.
    EvaluationChanged,
    /// A coaching sheet began, or was taken a step on.
    CoachingChanged,
}

impl ChangeKind {
    /// All, in the order of the way.
    pub const ALL: [Self; 8] = [
        Self::ConversationReceived,
        Self::ConversationTranscribed,
        Self::ConversationJudged,
        Self::WorkFailed,
        Self::WorkRetried,
        Self::RulesPublished,
        Self::EvaluationChanged,
        Self::CoachingChanged,
    ];

    /// Its name in the log and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConversationReceived => "conversation.received",
            Self::ConversationTranscribed => "conversation.transcribed",
            Self::ConversationJudged => "conversation.judged",
            Self::WorkFailed => "work.failed",
            Self::WorkRetried => "work.retried",
            Self::RulesPublished => "rules.published",
            Self::EvaluationChanged => "evaluation.changed",
            Self::CoachingChanged => "coaching.changed",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Grows in the order of commit.
    pub sequence: i64,
    /// What changed.
    pub kind: ChangeKind,
    /// Whose.
    pub subject: Uuid,
    /// When, in milliseconds of UTC.
    pub at: i64,
}

/// The lock that makes PostgreSQL's log grow in the order of commit: any number, as long as it is ours.
const LOG_LOCK: i64 = 0x6C69_6E67_6A69_616E;
/// Changes a statement: SQLite looks each numbered parameter up among those before it, so that longer ones take longer a row.
const BATCH: usize = 100;

/// Writes the changes of a transaction, as its last statement.
pub(crate) async fn append(
    inner: &impl ConnectionTrait,
    engine: Engine,
    told: &[Change],
) -> Result<(), StoreError> {
    if told.is_empty() {
        return Ok(());
    }
    let fail = failed("tell a change");
    if engine == Engine::Postgres {
        // Held until the commit. A number that is drawn before another is then committed before it.
        let lock = format!("SELECT pg_advisory_xact_lock({LOG_LOCK})");
        inner.query_one_raw(Statement::from_string(DbBackend::Postgres, lock)).await.map_err(&fail)?;
    }
    for some in told.chunks(BATCH) {
        let rows: Vec<String> = (0..some.len())
            .map(|row| format!("(${}, ${}, ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3))
            .collect();
        let values = some.iter().flat_map(|change| {
            [Value::from(change.kind.name()), Value::from(change.subject), Value::from(change.at)]
        });
        let sql = format!("INSERT INTO change (kind, subject, at) VALUES {}", rows.join(", "));
        let statement = Statement::from_sql_and_values(inner.get_database_backend(), sql, values);
        inner.execute_raw(statement).await.map_err(&fail)?;
    }
    Ok(())
}

impl Store {
    /// The changes behind a cursor, oldest first; a kind that a later version wrote is passed over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changes_since(&self, cursor: i64, limit: u64) -> Result<Vec<Change>, StoreError> {
        let fail = failed("read its changes");
        let sql =
            "SELECT sequence, kind, subject, at FROM change WHERE sequence > $1 ORDER BY sequence LIMIT $2";
        let values = [Value::from(cursor), Value::from(i64::try_from(limit).unwrap_or(i64::MAX))];
        let statement = Statement::from_sql_and_values(self.reader().get_database_backend(), sql, values);
        let rows = self.reader().query_all_raw(statement).await.map_err(&fail)?;
        let mut changes = Vec::with_capacity(rows.len());
        for row in rows {
            let kind: String = row.try_get("", "kind").map_err(&fail)?;
            let Some(kind) = ChangeKind::from_name(&kind) else { continue };
            changes.push(Change {
                sequence: row.try_get("", "sequence").map_err(&fail)?,
                kind,
                subject: row.try_get("", "subject").map_err(&fail)?,
                at: row.try_get("", "at").map_err(&fail)?,
            });
        }
        Ok(changes)
    }

    /// The last change's number; 0 where nothing ever changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_change(&self) -> Result<i64, StoreError> {
        let fail = failed("read its changes");
        let sql = "SELECT COALESCE(MAX(sequence), 0) AS last FROM change";
        let statement = Statement::from_string(self.reader().get_database_backend(), sql);
        let row = self.reader().query_one_raw(statement).await.map_err(&fail)?;
        row.map_or(Ok(0), |row| row.try_get("", "last").map_err(&fail))
    }
}
