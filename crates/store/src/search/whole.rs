//! The whole index: made anew from the words that count, and compared with them.

use lingjian_model::{ConversationId, Turn};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::index::{BATCH, grams, indexed, place, tokens, words_that_count};
use crate::error::failed;
use crate::{Fault, StoreError, Told, Transaction};

/// Characters at either end that are looked up: a whole conversation is too long a phrase.
const END: usize = 50;

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
    let which = format!("c.id > $1 ORDER BY c.id LIMIT {BATCH}");
    words_that_count(at, &which, vec![last.into()]).await
}

/// Where the index is not what the words would make it.
pub(crate) async fn unlike_words(
    at: &impl ConnectionTrait,
    told: Told<'_>,
) -> Result<Vec<Fault>, StoreError> {
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
        faults.extend(unlike.into_iter().map(|id| {
            Fault::new(format!("search index, conversation {id}"), "is not what its words would make it")
        }));
        told("search index", count);
    }
    let fail = failed("look through the search index");
    let table = match at.get_database_backend() {
        DbBackend::Sqlite => "search_place",
        _ => "search_text",
    };
    let sql = format!(
        "SELECT COUNT(*) FROM {table} s LEFT JOIN conversation c ON c.id = s.conversation_id \
         WHERE c.transcript_id IS NULL"
    );
    let strays = Statement::from_string(at.get_database_backend(), sql);
    let strays = at.query_one_raw(strays).await.map_err(&fail)?;
    let strays: i64 = strays.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(&fail)?;
    if strays > 0 {
        faults
            .push(Fault::new("search index", format!("{strays} conversations are in it that have no words")));
    }
    Ok(faults)
}

/// FTS5 keeps no text: how many characters there are, whether they begin and end as the words do, and stand at their instant.
async fn unlike_sqlite(
    at: &impl ConnectionTrait,
    words: &[(ConversationId, Vec<Turn>)],
) -> Result<Vec<ConversationId>, StoreError> {
    let fail = failed("look through the search index");
    let mut unlike = Vec::new();
    for (id, turns) in words {
        let chars: Vec<char> = indexed(turns).chars().collect();
        let length = chars.len();
        let ends = [&chars[..length.min(END)], &chars[length.saturating_sub(END)..]];
        let phrases = ends.into_iter().filter(|end| !end.is_empty());
        let phrases: Vec<String> =
            phrases.map(|end| format!("\"{}\"", tokens(end.iter().copied()))).collect();
        let mut sql =
            "SELECT d.sz, p.id, c.at FROM search_place p JOIN search_text_docsize d ON d.id = p.id \
                       JOIN conversation c ON c.id = p.conversation_id WHERE p.conversation_id = $1"
                .to_owned();
        let mut values = vec![Value::from(Uuid::from(*id))];
        if !phrases.is_empty() {
            sql.push_str(
                " AND EXISTS (SELECT 1 FROM search_text WHERE rowid = p.id AND search_text MATCH $2)",
            );
            values.push(phrases.join(" AND ").into());
        }
        let found = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        let is_alike = match at.query_one_raw(found).await.map_err(&fail)? {
            Some(row) => {
                let size: Vec<u8> = row.try_get_by_index(0).map_err(&fail)?;
                let row_at: i64 = row.try_get_by_index(1).map_err(&fail)?;
                let instant: i64 = row.try_get_by_index(2).map_err(&fail)?;
                varint(&size) == length && (place(instant)..place(instant + 1)).contains(&row_at)
            }
            None => false,
        };
        if !is_alike {
            unlike.push(*id);
        }
    }
    Ok(unlike)
}

/// A number as SQLite writes it in few bytes: seven bits each, the highest first.
fn varint(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f))
}

/// The text and the numbers of its pairs.
async fn unlike_postgres(
    at: &impl ConnectionTrait,
    words: &[(ConversationId, Vec<Turn>)],
) -> Result<Vec<ConversationId>, StoreError> {
    let fail = failed("look through the search index");
    let sql = "SELECT words = $2 AND grams = $3::integer[] FROM search_text WHERE conversation_id = $1";
    let mut unlike = Vec::new();
    for (id, turns) in words {
        let text = indexed(turns);
        let pairs = grams(&text);
        let values = [Value::from(Uuid::from(*id)), text.into(), pairs.into()];
        let alike = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let alike = at.query_one_raw(alike).await.map_err(&fail)?;
        if !alike.map_or(Ok(false), |row| row.try_get_by_index(0)).map_err(&fail)? {
            unlike.push(*id);
        }
    }
    Ok(unlike)
}
