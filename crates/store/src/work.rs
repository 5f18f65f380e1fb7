//! Work that waits: written in the transaction that creates the need, claimed under a lease, done once.

use sea_orm::{ConnectionTrait as _, QueryResult, Statement, Value};
use uuid::Uuid;

use crate::engine::numbered;
use crate::error::failed;
use crate::{ChangeKind, Engine, State, Store, StoreError, Transaction};

/// What has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKind {
    /// Write down a recording.
    Transcribe,
    /// Listen for who speaks when, where the words are known.
    Analyse,
    /// Ask the rules.
    Judge,
}

impl WorkKind {
    /// All, in the order of the way.
    pub const ALL: [Self; 3] = [Self::Transcribe, Self::Analyse, Self::Judge];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transcribe => "transcribe",
            Self::Analyse => "analyse",
            Self::Judge => "judge",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A need: the same kind, subject and input is one piece of work, however often it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What has to be done.
    pub kind: WorkKind,
    /// With which conversation.
    pub subject: Uuid,
    /// From what: digests of all that decides the result.
    pub input: String,
    /// Lower goes first.
    pub priority: i64,
    /// How long the conversation is.
    pub length_ms: i64,
}

/// Work that is ours until the lease is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The work's id.
    pub id: Uuid,
    /// What has to be done.
    pub kind: WorkKind,
    /// With which conversation.
    pub subject: Uuid,
    /// From what.
    pub input: String,
    /// Passed on to the work that follows.
    pub priority: i64,
    /// How long the conversation is.
    pub length_ms: i64,
    /// How often it was begun, this time included.
    pub attempts: i64,
    token: Uuid,
}

/// Where a piece of work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkState {
    /// It waits for its turn, or for the pause after a failure to be over.
    Waiting,
    /// Somebody does it.
    Running,
    /// It failed too often and rests until a person retries it.
    Resting,
}

impl WorkState {
    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Resting => "failed",
        }
    }
}

/// A piece of work, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// What has to be done.
    pub kind: WorkKind,
    /// With which conversation.
    pub subject: Uuid,
    /// What its source calls that conversation.
    pub external_id: String,
    /// Where it stands.
    pub state: WorkState,
    /// How often it was begun.
    pub attempts: i64,
    /// Not before this.
    pub run_after: i64,
    /// Why it failed the last time.
    pub reason: Option<String>,
    /// Since when it is needed.
    pub created_at: i64,
}

/// How much of a kind waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload {
    /// What has to be done.
    pub kind: WorkKind,
    /// How many wait.
    pub waiting: i64,
    /// How many are being done.
    pub running: i64,
    /// How many rest after failing.
    pub resting: i64,
    /// How long the conversations are that wait or are being done, together.
    pub length_ms: i64,
}

/// What is to become of work that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Try again, not before this.
    Again(i64),
    /// It rests until a person retries it.
    Rest,
}

impl Transaction {
    /// Writes needs down. What is needed already stays as it is, but what rests is tried again: its input is new.
    pub(crate) async fn need(
        &mut self,
        needs: &[Need],
        now: i64,
        fresh: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<(), StoreError> {
        for some in needs.chunks(500) {
            let mut values = Vec::with_capacity(some.len() * 8);
            let mut rows = Vec::with_capacity(some.len());
            for need in some {
                let at = values.len();
                rows.push(format!(
                    "(${}, ${}, ${}, ${}, ${}, ${}, ${}, 0, FALSE, ${})",
                    at + 1,
                    at + 2,
                    at + 3,
                    at + 4,
                    at + 5,
                    at + 6,
                    at + 7,
                    at + 8
                ));
                values.extend([
                    Value::from(fresh()),
                    Value::from(need.kind.name()),
                    Value::from(need.subject),
                    Value::from(need.input.as_str()),
                    Value::from(need.priority),
                    Value::from(now),
                    Value::from(now),
                    Value::from(need.length_ms),
                ]);
            }
            let sql = format!(
                "INSERT INTO work (id, kind, subject, input, priority, created_at, run_after, attempts, resting, length_ms) \
                 VALUES {} ON CONFLICT (kind, subject, input) DO NOTHING",
                rows.join(", ")
            );
            self.run("write needs down", &sql, values).await?;
        }
        Ok(())
    }

    /// Needs the words that count of a conversation to be judged, by the rules that count when it is done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn need_judging(
        &mut self,
        conversation: lingjian_model::ConversationId,
        priority: i64,
        now: i64,
        fresh: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<(), StoreError> {
        let fail = failed("look for words");
        let sql =
            "SELECT transcript_id, duration_ms FROM conversation WHERE id = $1 AND transcript_id IS NOT NULL";
        let id = Uuid::from(conversation);
        let statement =
            Statement::from_sql_and_values(self.inner.get_database_backend(), sql, [Value::from(id)]);
        let Some(row) = self.inner.query_one_raw(statement).await.map_err(&fail)? else { return Ok(()) };
        let words: Uuid = row.try_get("", "transcript_id").map_err(&fail)?;
        let length_ms = row.try_get("", "duration_ms").map_err(&fail)?;
        let input = words.to_string();
        self.need(&[Need { kind: WorkKind::Judge, subject: id, input, priority, length_ms }], now, fresh)
            .await
    }

    /// Derives work from what is missing: every conversation whose words that count no judgement under one of these rules
    /// counts for. At most `limit` at once; how many pieces were written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn need_what_is_missing(
        &mut self,
        rules: &[String],
        priority: i64,
        limit: u64,
        now: i64,
        fresh: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<u64, StoreError> {
        let fail = failed("look for what is missing");
        let sql = format!(
            "SELECT c.id, c.transcript_id, c.duration_ms FROM conversation c \
             LEFT JOIN judgement j ON j.id = c.judgement_id AND j.transcript_id = c.transcript_id AND j.rules IN ({}) \
             WHERE c.transcript_id IS NOT NULL AND j.id IS NULL AND c.state <> $1 \
             AND NOT EXISTS (SELECT 1 FROM work w WHERE w.subject = c.id) LIMIT {limit}",
            numbered(2, rules.len())
        );
        let rules = rules.iter().map(|digest| Value::from(digest.as_str()));
        let values = [Value::from(State::Silent.name())].into_iter().chain(rules);
        let statement = Statement::from_sql_and_values(self.inner.get_database_backend(), sql, values);
        let rows = self.inner.query_all_raw(statement).await.map_err(&fail)?;
        let mut needs = Vec::with_capacity(rows.len());
        for row in rows {
            let words: Uuid = row.try_get("", "transcript_id").map_err(&fail)?;
            needs.push(Need {
                kind: WorkKind::Judge,
                subject: row.try_get("", "id").map_err(&fail)?,
                input: words.to_string(),
                priority,
                length_ms: row.try_get("", "duration_ms").map_err(&fail)?,
            });
        }
        self.need(&needs, now, fresh).await?;
        Ok(needs.len() as u64)
    }

    /// Ends pieces of work that were claimed together: their results are part of this transaction.
    ///
    /// # Errors
    /// [`StoreError::LeaseOver`] where somebody else has one of them by now: then this transaction must be abandoned.
    pub async fn done(&mut self, claims: &[Claim]) -> Result<(), StoreError> {
        for some in claims.chunk_by(|one, next| one.token == next.token) {
            let Some(first) = some.first() else { continue };
            let places = numbered(2, some.len());
            let sql = format!("DELETE FROM work WHERE lease_token = $1 AND id IN ({places})");
            let ids = some.iter().map(|claim| Value::from(claim.id));
            let values = [Value::from(first.token)].into_iter().chain(ids).collect();
            if self.run("end work", &sql, values).await? != some.len() as u64 {
                return Err(StoreError::LeaseOver);
            }
        }
        Ok(())
    }

    /// Gives a piece of work back with the reason why it failed. What rests is told and shown.
    ///
    /// # Errors
    /// As [`done`](Self::done).
    pub async fn fail(
        &mut self,
        claim: &Claim,
        reason: &str,
        then: Failure,
        now: i64,
    ) -> Result<(), StoreError> {
        let (after, resting) = match then {
            Failure::Again(after) => (after, false),
            Failure::Rest => (now, true),
        };
        let sql = "UPDATE work SET lease_until = NULL, lease_token = NULL, reason = $3, run_after = $4, resting = $5 \
                   WHERE id = $1 AND lease_token = $2";
        let values = vec![claim.id.into(), claim.token.into(), reason.into(), after.into(), resting.into()];
        if self.run("give work back", sql, values).await? != 1 {
            return Err(StoreError::LeaseOver);
        }
        if resting {
            let sql = "UPDATE conversation SET state = $2 WHERE id = $1 AND state = $3";
            let values =
                vec![claim.subject.into(), State::Failed.name().into(), State::Waiting.name().into()];
            self.run("mark a conversation", sql, values).await?;
            self.tell(ChangeKind::WorkFailed, claim.subject, now);
        }
        Ok(())
    }

    /// Gives work back as if it had never been claimed: the program ends.
    ///
    /// # Errors
    /// When the database fails; the lease then runs out by itself.
    pub async fn hand_back(&mut self, claim: &Claim) -> Result<(), StoreError> {
        let sql = "UPDATE work SET lease_until = NULL, lease_token = NULL, attempts = attempts - 1 \
                   WHERE id = $1 AND lease_token = $2";
        self.run("hand work back", sql, vec![claim.id.into(), claim.token.into()]).await.map(|_| ())
    }

    /// Lets work that rests be tried again at once. How many pieces it was; `None` for all that rest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry(&mut self, work: Option<Uuid>, now: i64) -> Result<u64, StoreError> {
        let one = if work.is_some() { " AND id = $3" } else { "" };
        let ids = work.map(Value::from);
        let sql = format!(
            "UPDATE conversation SET state = $1 WHERE state = $2 AND id IN (SELECT subject FROM work WHERE resting{one})"
        );
        let states = [State::Waiting, State::Failed].map(|state| Value::from(state.name()));
        self.run("retry work", &sql, states.into_iter().chain(ids.clone()).collect()).await?;
        let one = if work.is_some() { " AND id = $2" } else { "" };
        let sql = format!("UPDATE work SET resting = FALSE, attempts = 0, run_after = $1 WHERE resting{one}");
        let count = self.run("retry work", &sql, [Value::from(now)].into_iter().chain(ids).collect()).await?;
        if count > 0 {
            self.tell(ChangeKind::WorkRetried, work.unwrap_or_default(), now);
        }
        Ok(count)
    }

    /// Runs a statement; how many rows it touched.
    pub(crate) async fn run(
        &self,
        what: &'static str,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let statement = Statement::from_sql_and_values(self.inner.get_database_backend(), sql, values);
        Ok(self.inner.execute_raw(statement).await.map_err(failed(what))?.rows_affected())
    }
}

impl Store {
    /// Claims up to `limit` pieces of work of these kinds, the most urgent first, until `until`. A lease that is over is
    /// free for all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim(
        &self,
        kinds: &[WorkKind],
        limit: u64,
        now: i64,
        until: i64,
        token: Uuid,
    ) -> Result<Vec<Claim>, StoreError> {
        let fail = failed("claim work");
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.name())).collect();
        let skip = if self.engine() == Engine::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
        let sql = format!(
            "UPDATE work SET lease_token = $1, lease_until = $2, attempts = attempts + 1 WHERE id IN (\
             SELECT id FROM work WHERE NOT resting AND run_after <= $3 AND kind IN ({}) \
             AND (lease_until IS NULL OR lease_until <= $3) \
             ORDER BY priority, run_after, id LIMIT {limit}{skip}) \
             RETURNING id, kind, subject, input, priority, length_ms, attempts",
            kinds.join(", ")
        );
        let values: Vec<Value> = vec![token.into(), until.into(), now.into()];
        let transaction = self.begin().await?;
        let statement = Statement::from_sql_and_values(transaction.inner.get_database_backend(), sql, values);
        let rows = transaction.inner.query_all_raw(statement).await.map_err(&fail)?;
        let mut claims =
            rows.iter().map(|row| claim(row, token)).collect::<Result<Vec<_>, _>>().map_err(&fail)?;
        transaction.commit().await?;
        claims.sort_by_key(|claim| (claim.priority, claim.id));
        Ok(claims)
    }

    /// Keeps claims until a later time; how many are still ours.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew(&self, claims: &[Claim], until: i64) -> Result<u64, StoreError> {
        let transaction = self.begin().await?;
        let mut kept = 0;
        for claim in claims {
            let sql = "UPDATE work SET lease_until = $3 WHERE id = $1 AND lease_token = $2";
            let values = vec![claim.id.into(), claim.token.into(), until.into()];
            kept += transaction.run("keep a lease", sql, values).await?;
        }
        transaction.commit().await?;
        Ok(kept)
    }

    /// How much waits, by kind.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn workload(&self, now: i64) -> Result<Vec<Workload>, StoreError> {
        let fail = failed("count its work");
        let sql = "SELECT kind, \
                   CAST(SUM(CASE WHEN NOT resting AND (lease_until IS NULL OR lease_until <= $1) THEN 1 ELSE 0 END) AS BIGINT) AS waiting, \
                   CAST(SUM(CASE WHEN NOT resting AND lease_until > $1 THEN 1 ELSE 0 END) AS BIGINT) AS running, \
                   CAST(SUM(CASE WHEN resting THEN 1 ELSE 0 END) AS BIGINT) AS resting, \
                   CAST(SUM(CASE WHEN resting THEN 0 ELSE length_ms END) AS BIGINT) AS length_ms \
                   FROM work GROUP BY kind";
        let statement =
            Statement::from_sql_and_values(self.reader().get_database_backend(), sql, [Value::from(now)]);
        let rows = self.reader().query_all_raw(statement).await.map_err(&fail)?;
        let mut found: Vec<Workload> = Vec::new();
        for row in rows {
            let count = |name: &str| row.try_get::<i64>("", name).map_err(&fail);
            let kind: String = row.try_get("", "kind").map_err(&fail)?;
            let Some(kind) = WorkKind::from_name(&kind) else { continue };
            found.push(Workload {
                kind,
                waiting: count("waiting")?,
                running: count("running")?,
                resting: count("resting")?,
                length_ms: count("length_ms")?,
            });
        }
        found.sort_by_key(|load| load.kind);
        Ok(found)
    }

    /// Pieces of work: what rests first, then what runs, then what waits, each by urgency.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn work(
        &self,
        only: Option<WorkState>,
        now: i64,
        limit: u64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let fail = failed("list its work");
        let only = match only {
            None => "",
            Some(WorkState::Resting) => " WHERE w.resting",
            Some(WorkState::Running) => " WHERE NOT w.resting AND w.lease_until > $1",
            Some(WorkState::Waiting) => {
                " WHERE NOT w.resting AND (w.lease_until IS NULL OR w.lease_until <= $1)"
            }
        };
        let sql = format!(
            "SELECT w.id, w.kind, w.subject, c.external_id, w.resting, \
             CASE WHEN w.lease_until > $1 THEN 1 ELSE 0 END AS running, w.attempts, w.run_after, w.reason, w.created_at \
             FROM work w JOIN conversation c ON c.id = w.subject{only} \
             ORDER BY w.resting DESC, running DESC, w.priority, w.run_after, w.id LIMIT {limit}"
        );
        let statement =
            Statement::from_sql_and_values(self.reader().get_database_backend(), sql, [Value::from(now)]);
        let rows = self.reader().query_all_raw(statement).await.map_err(&fail)?;
        rows.iter().map(waiting).collect::<Result<Vec<_>, _>>().map_err(&fail)
    }
}

fn kind(row: &QueryResult) -> Result<WorkKind, sea_orm::DbErr> {
    let kind: String = row.try_get("", "kind")?;
    WorkKind::from_name(&kind).ok_or_else(|| sea_orm::DbErr::Custom("work of an unknown kind".to_owned()))
}

fn claim(row: &QueryResult, token: Uuid) -> Result<Claim, sea_orm::DbErr> {
    Ok(Claim {
        id: row.try_get("", "id")?,
        kind: kind(row)?,
        subject: row.try_get("", "subject")?,
        input: row.try_get("", "input")?,
        priority: row.try_get("", "priority")?,
        length_ms: row.try_get("", "length_ms")?,
        attempts: row.try_get("", "attempts")?,
        token,
    })
}

fn waiting(row: &QueryResult) -> Result<Waiting, sea_orm::DbErr> {
    let resting: bool = row.try_get("", "resting")?;
    let running: i32 = row.try_get("", "running")?;
    let state = match (resting, running) {
        (true, _) => WorkState::Resting,
        (false, 1) => WorkState::Running,
        _ => WorkState::Waiting,
    };
    Ok(Waiting {
        id: row.try_get("", "id")?,
        kind: kind(row)?,
        subject: row.try_get("", "subject")?,
        external_id: row.try_get("", "external_id")?,
        state,
        attempts: row.try_get("", "attempts")?,
        run_after: row.try_get("", "run_after")?,
        reason: row.try_get("", "reason")?,
        created_at: row.try_get("", "created_at")?,
    })
}
