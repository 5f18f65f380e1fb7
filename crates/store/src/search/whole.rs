//! The whole index: made anew from the words that count, and compared with them.

use lingjian_model::{ConversationId, Turn};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::{PHRASE, ascii, indexed, pieces, tsvector};
use crate::error::{damaged, failed};
use crate::results::Body;
use crate::{Fault, StoreError, Told, Transaction};

/// Conversations whose words are read at once.
const BATCH: i64 = 200;

impl Transaction {
    /// Indexes all conversations, where nothing is indexed yet.
    pub(crate) async fn index_anew(&self, told: Told<'_>) -> Result<(), StoreError> {
        let (mut last, mut count) = (Uuid::nil(), 0);
        loop {
            let some = words_behind(&self.inner, last).await?;
            let Some((newest, _)) = some.last() else { return Ok(()) };
            last = (*newest).into();
            count += some.len() as u64;
            let words: Vec<(ConversationId, &[Turn])> =
                some.iter().map(|(id, turns)| (*id, turns.as_slice())).collect();
            self.index(&words).await?;
            told("search index", count);
        }
    }
}

/// The words that count, of so many conversations behind one, in the order of their ids.
async fn words_behind(
    at: &impl ConnectionTrait,
    last: Uuid,
) -> Result<Vec<(ConversationId, Vec<Turn>)>, StoreError> {
    let fail = failed("read the words that count");
    let sql = "SELECT c.id, t.body FROM conversation c JOIN transcript t ON t.id = c.transcript_id \
               WHERE c.id > $1 ORDER BY c.id LIMIT $2";
    let values = [Value::from(last), Value::from(BATCH)];
    let some = Statement::from_sql_and_values(at.get_database_backend(), sql, values);
    let some = at.query_all_raw(some).await.map_err(&fail)?;
    let mut words = Vec::with_capacity(some.len());
    for row in some {
        let id: Uuid = row.try_get_by_index(0).map_err(&fail)?;
        let body: String = row.try_get_by_index(1).map_err(&fail)?;
        let body: Body = serde_json::from_str(&body).map_err(damaged("a transcript"))?;
        words.push((id.into(), body.turns));
    }
    Ok(words)
}

/// Where the index is not what the words would make it.
pub(crate) async fn unlike_words(
    at: &impl ConnectionTrait,
    told: Told<'_>,
) -> Result<Vec<Fault>, StoreError> {
    let place = |id: ConversationId| format!("search index, conversation {id}");
    let (mut faults, mut last, mut count) = (Vec::new(), Uuid::nil(), 0);
    loop {
        let some = words_behind(at, last).await?;
        let Some((newest, _)) = some.last() else { break };
        last = (*newest).into();
        count += some.len() as u64;
        let unlike = match at.get_database_backend() {
            DbBackend::Sqlite => unlike_sqlite(at, &some).await?,
            _ => unlike_postgres(at, &some).await?,
        };
        faults.extend(
            unlike.into_iter().map(|id| Fault::new(place(id), "is not what its words would make it")),
        );
        told("search index", count);
    }
    let fail = failed("look through the search index");
    let sql = "SELECT COUNT(DISTINCT p.conversation_id) FROM search_piece p \
               LEFT JOIN conversation c ON c.id = p.conversation_id WHERE c.transcript_id IS NULL";
    let strays = Statement::from_string(at.get_database_backend(), sql);
    let strays = at.query_one_raw(strays).await.map_err(&fail)?;
    let strays: i64 = strays.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(&fail)?;
    if strays > 0 {
        faults
            .push(Fault::new("search index", format!("{strays} conversations are in it that have no words")));
    }
    Ok(faults)
}

/// FTS5 keeps no text: how many characters there are, and whether they begin and end as the words do.
async fn unlike_sqlite(
    at: &impl ConnectionTrait,
    words: &[(ConversationId, Vec<Turn>)],
) -> Result<Vec<ConversationId>, StoreError> {
    let fail = failed("look through the search index");
    let mut unlike = Vec::new();
    for (id, turns) in words {
        let chars = indexed(turns);
        let length = chars.len();
        let ends = [chars.get(..length.min(PHRASE)), chars.get(length.saturating_sub(PHRASE)..)];
        let phrases = ends.into_iter().flatten().filter(|end| !end.is_empty());
        let phrases: Vec<String> = phrases.map(|end| format!("\"{}\"", ascii(end.iter().copied()))).collect();
        let mut sql = "SELECT d.sz FROM search_piece p JOIN search_text_docsize d ON d.id = p.id \
                       WHERE p.conversation_id = $1"
            .to_owned();
        let mut values = vec![Value::from(Uuid::from(*id))];
        if !phrases.is_empty() {
            sql.push_str(
                " AND EXISTS (SELECT 1 FROM search_text WHERE rowid = p.id AND search_text MATCH $2)",
            );
            values.push(phrases.join(" AND ").into());
        }
        let found = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        let found = at.query_one_raw(found).await.map_err(&fail)?;
        let size: Option<Vec<u8>> = found.map(|row| row.try_get_by_index(0)).transpose().map_err(&fail)?;
        if size.map(|size| varint(&size)) != Some(length) {
            unlike.push(*id);
        }
    }
    Ok(unlike)
}

/// A number as SQLite writes it in few bytes: seven bits each, the highest first.
fn varint(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f))
}

/// Each piece is there, and no other.
async fn unlike_postgres(
    at: &impl ConnectionTrait,
    words: &[(ConversationId, Vec<Turn>)],
) -> Result<Vec<ConversationId>, StoreError> {
    let fail = failed("look through the search index");
    let sql = "SELECT (SELECT COUNT(*) FROM search_piece p WHERE p.conversation_id = $1) = cardinality($2::text[]) \
               AND NOT EXISTS (SELECT 1 FROM unnest($2::text[]) AS w WHERE NOT EXISTS (SELECT 1 FROM search_piece p \
               WHERE p.conversation_id = $1 AND p.tokens = w::tsvector))";
    let mut unlike = Vec::new();
    for (id, turns) in words {
        let chars = indexed(turns);
        let pieces: Vec<String> =
            pieces(chars.len()).into_iter().map(|piece| tsvector(&chars[piece])).collect();
        let values = [Value::from(Uuid::from(*id)), Value::from(pieces)];
        let alike = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let alike = at.query_one_raw(alike).await.map_err(&fail)?;
        if !alike.map_or(Ok(false), |row| row.try_get_by_index(0)).map_err(&fail)? {
            unlike.push(*id);
        }
    }
    Ok(unlike)
}
