//! The whole index, compared with the words that count.

use lingjian_model::Turn;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::index::{grams, indexed, tokens};
use crate::error::{damaged, failed};
use crate::results::Body;
use crate::{Fault, StoreError, Told};

/// Conversations whose words are read at once.
const BATCH: i64 = 200;
/// Characters at the beginning and the end that FTS5 is asked for.
const END: usize = 50;

/// Where the index is not what the words would make it.
pub(crate) async fn unlike_words(
    at: &impl ConnectionTrait,
    told: Told<'_>,
) -> Result<Vec<Fault>, StoreError> {
    let fail = failed("look through the search index");
    let backend = at.get_database_backend();
    let (mut faults, mut last, mut count) = (Vec::new(), Uuid::nil(), 0);
    loop {
        let some = words_behind(at, last).await?;
        let Some((newest, _)) = some.last() else { break };
        last = *newest;
        count += some.len() as u64;
        for (id, turns) in some {
            let text = indexed(&turns);
            let alike = match backend {
                DbBackend::Sqlite => alike_on_sqlite(at, id, &text).await?,
                _ => alike_on_postgres(at, id, &text).await?,
            };
            if !alike {
                let place = format!("search index, conversation {id}");
                faults.push(Fault::new(place, "is not what its words would make it"));
            }
        }
        told("search index", count);
    }
    let table = if backend == DbBackend::Sqlite { "search_place" } else { "search_text" };
    let sql = format!(
        "SELECT COUNT(*) FROM {table} s LEFT JOIN conversation c ON c.id = s.conversation_id \
         WHERE c.transcript_id IS NULL"
    );
    let strays = at.query_one_raw(Statement::from_string(backend, sql)).await.map_err(&fail)?;
    let strays: i64 = strays.map_or(Ok(0), |row| row.try_get_by_index(0)).map_err(&fail)?;
    if strays > 0 {
        faults.push(Fault::new("search index", format!("{strays} conversations are in it that have no words")));
    }
    Ok(faults)
}

/// The words that count, of so many conversations behind one, in the order of their ids.
async fn words_behind(at: &impl ConnectionTrait, last: Uuid) -> Result<Vec<(Uuid, Vec<Turn>)>, StoreError> {
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
        words.push((id, body.turns));
    }
    Ok(words)
}

/// FTS5 keeps no text: how many characters there are, and whether they begin and end as the words do.
async fn alike_on_sqlite(at: &impl ConnectionTrait, id: Uuid, text: &str) -> Result<bool, StoreError> {
    let fail = failed("look through the search index");
    let chars: Vec<char> = text.chars().collect();
    let ends = [chars.get(..chars.len().min(END)), chars.get(chars.len().saturating_sub(END)..)];
    let ends = ends.into_iter().flatten().filter(|end| !end.is_empty());
    let phrases: Vec<String> =
        ends.map(|end| format!("\"{}\"", tokens(end.iter().copied()))).collect();
    let mut sql = "SELECT d.sz FROM search_place p JOIN search_text_docsize d ON d.id = p.id \
                   WHERE p.conversation_id = $1"
        .to_owned();
    let mut values = vec![Value::from(id)];
    if !phrases.is_empty() {
        sql.push_str(" AND EXISTS (SELECT 1 FROM search_text WHERE rowid = p.id AND search_text MATCH $2)");
        values.push(phrases.join(" AND ").into());
    }
    let found = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
    let found = at.query_one_raw(found).await.map_err(&fail)?;
    let size: Option<Vec<u8>> = found.map(|row| row.try_get_by_index(0)).transpose().map_err(&fail)?;
    Ok(size.map(|size| varint(&size)) == Some(chars.len()))
}

/// A number as SQLite writes it in few bytes: seven bits each, the highest first.
fn varint(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 7 | usize::from(byte & 0x7f))
}

/// PostgreSQL keeps the text, and the pairs of characters in it.
async fn alike_on_postgres(at: &impl ConnectionTrait, id: Uuid, text: &str) -> Result<bool, StoreError> {
    let fail = failed("look through the search index");
    let chars: Vec<char> = text.chars().collect();
    let sql = "SELECT 1 FROM search_text WHERE conversation_id = $1 AND words = $2 AND grams = $3::integer[]";
    let values = [Value::from(id), text.into(), grams(&chars).into()];
    let found = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(at.query_one_raw(found).await.map_err(&fail)?.is_some())
}
