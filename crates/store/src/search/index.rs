//! What is said goes into the index.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use lingjian_language::Folded;
use lingjian_language::mask::mask;
use lingjian_model::{ConversationId, Turn};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::BREAK;
use crate::engine::numbered;
use crate::error::{damaged, failed};
use crate::results::Body;
use crate::{Engine, StoreError, Transaction};

/// Conversations that are indexed by one statement, or read at once to be indexed anew.
pub(super) const BATCH: usize = 200;
/// The bits below the instant in the place of a conversation: so many conversations may share a millisecond.
const SHARED: u32 = 20;

/// One token a character that any tokenizer leaves whole.
pub(super) fn tokens(chars: impl Iterator<Item = char>) -> String {
    let mut tokens = String::new();
    for c in chars {
        if !tokens.is_empty() {
            tokens.push(' ');
        }
        write!(tokens, "u{:x}", c as u32).unwrap_or_default();
    }
    tokens
}

/// The number of one or two characters that no others have; none where the plane is too large for it.
pub(super) fn gram(chars: &[char]) -> Option<i32> {
    let narrow = |c: char| u16::try_from(c as u32).ok();
    let number = match *chars {
        [one] => u32::from(narrow(one)?),
        [one, other] => u32::from(narrow(one)?) << 16 | u32::from(narrow(other)?),
        _ => return None,
    };
    Some(number.cast_signed())
}

/// The numbers of all characters and pairs of a text, as PostgreSQL writes an array.
pub(super) fn grams(text: &str) -> String {
    numbers(text.split(BREAK).flat_map(|turn| {
        let turn = in_plane(turn);
        let all: Vec<i32> = turn.windows(1).chain(turn.windows(2)).filter_map(gram).collect();
        all
    }))
}

/// The numbers by which these terms are looked up. Of a pair its characters are not asked for: they are the longest lists of
/// all, and PostgreSQL would reckon with both standing there by chance.
pub(super) fn asked(terms: &[String]) -> String {
    numbers(terms.iter().flat_map(|term| {
        let term = in_plane(term);
        let all: Vec<i32> = term.windows(term.len().min(2)).filter_map(gram).collect();
        all
    }))
}

/// Rare characters beyond the plane share their numbers.
fn in_plane(text: &str) -> Vec<char> {
    text.chars().map(|c| if c as u32 > 0xFFFF { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn numbers(all: impl Iterator<Item = i32>) -> String {
    let all: BTreeSet<i32> = all.collect();
    let all: Vec<String> = all.iter().map(i32::to_string).collect();
    format!("{{{}}}", all.join(","))
}

/// What of a conversation is indexed: its folded turns, masked.
pub(super) fn indexed(turns: &[Turn]) -> String {
    let mut text = String::new();
    for turn in turns {
        text.push_str(Folded::new(&mask(&turn.text).text).as_str());
        text.push_str(BREAK);
    }
    text
}

fn statement(backend: DbBackend, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}

impl Transaction {
    /// Indexes conversations anew.
    pub(crate) async fn index(&self, conversations: &[(ConversationId, &[Turn])]) -> Result<(), StoreError> {
        for some in conversations.chunks(BATCH) {
            let texts: Vec<(Uuid, String)> =
                some.iter().map(|(id, turns)| (Uuid::from(*id), indexed(turns))).collect();
            match self.engine {
                Engine::Sqlite => self.index_sqlite(texts).await?,
                Engine::Postgres => self.index_postgres(texts).await?,
            }
        }
        Ok(())
    }

    async fn index_sqlite(&self, texts: Vec<(Uuid, String)>) -> Result<(), StoreError> {
        let fail = failed("index words");
        let sqlite = |sql: &str, values: Vec<Value>| statement(DbBackend::Sqlite, sql, values);
        let known = format!(
            "SELECT c.id, c.at, p.id AS place FROM conversation c \
             LEFT JOIN search_place p ON p.conversation_id = c.id WHERE c.id IN ({})",
            numbered(1, texts.len())
        );
        let ids = texts.iter().map(|(id, _)| Value::from(*id)).collect();
        let mut texts: std::collections::BTreeMap<Uuid, String> = texts.into_iter().collect();
        let mut rows = Vec::with_capacity(texts.len());
        for row in self.inner.query_all_raw(sqlite(&known, ids)).await.map_err(&fail)? {
            let (id, at): (Uuid, i64) =
                (row.try_get("", "id").map_err(&fail)?, row.try_get("", "at").map_err(&fail)?);
            if let Some(place) = row.try_get::<Option<i64>>("", "place").map_err(&fail)? {
                for sql in
                    ["DELETE FROM search_text WHERE rowid = $1", "DELETE FROM search_place WHERE id = $1"]
                {
                    self.inner.execute_raw(sqlite(sql, vec![place.into()])).await.map_err(&fail)?;
                }
            }
            rows.push((at, id, texts.remove(&id).unwrap_or_default()));
        }
        // FTS5 writes out what it has gathered whenever a row goes before the one before it, and when another table is
        // written to in between.
        rows.sort_unstable();
        let mut placed = Vec::with_capacity(rows.len());
        for (at, id, text) in rows {
            // The first free place of that instant.
            let sql = "INSERT INTO search_place (id, conversation_id) SELECT COALESCE(MAX(id) + 1, $1), $3 \
                       FROM search_place WHERE id BETWEEN $1 AND $2 RETURNING id";
            let values = vec![place(at).into(), (place(at + 1) - 1).into(), id.into()];
            let row = self.inner.query_one_raw(sqlite(sql, values)).await.map_err(&fail)?;
            let row: i64 = row.map_or(Ok(0), |row| row.try_get("", "id")).map_err(&fail)?;
            placed.push((row, text));
        }
        for (row, text) in placed {
            let sql = "INSERT INTO search_text (rowid, tokens) VALUES ($1, $2)";
            let values = vec![row.into(), tokens(text.chars()).into()];
            self.inner.execute_raw(sqlite(sql, values)).await.map_err(&fail)?;
        }
        Ok(())
    }

    async fn index_postgres(&self, texts: Vec<(Uuid, String)>) -> Result<(), StoreError> {
        let rows: Vec<String> = (0..texts.len())
            .map(|row| format!("(${}, ${}::integer[], ${})", row * 3 + 1, row * 3 + 2, row * 3 + 3))
            .collect();
        let sql = format!(
            "INSERT INTO search_text (conversation_id, grams, words) VALUES {} \
             ON CONFLICT (conversation_id) DO UPDATE SET grams = excluded.grams, words = excluded.words",
            rows.join(", ")
        );
        let values =
            texts.into_iter().flat_map(|(id, text)| [Value::from(id), grams(&text).into(), text.into()]);
        let statement = statement(DbBackend::Postgres, &sql, values.collect());
        self.inner.execute_raw(statement).await.map(|_| ()).map_err(failed("index words"))
    }

    /// Indexes the words that count of these conversations anew.
    pub(crate) async fn index_again(&self, ids: &[Uuid]) -> Result<(), StoreError> {
        for some in ids.chunks(BATCH) {
            let which = format!("c.id IN ({})", numbered(1, some.len()));
            let values = some.iter().map(|id| Value::from(*id)).collect();
            let words = words_that_count(&self.inner, &which, values).await?;
            let turns: Vec<_> = words.iter().map(|(id, turns)| (*id, turns.as_slice())).collect();
            self.index(&turns).await?;
        }
        Ok(())
    }
}

/// The words that count of those conversations `c` that this condition names.
pub(super) async fn words_that_count(
    at: &impl ConnectionTrait,
    which: &str,
    values: Vec<Value>,
) -> Result<Vec<(ConversationId, Vec<Turn>)>, StoreError> {
    let fail = failed("read the words that count");
    let sql = format!(
        "SELECT c.id, t.body FROM conversation c JOIN transcript t ON t.id = c.transcript_id WHERE {which}"
    );
    let rows = at.query_all_raw(statement(at.get_database_backend(), &sql, values)).await.map_err(&fail)?;
    let mut words = Vec::with_capacity(rows.len());
    for row in rows {
        let id: Uuid = row.try_get_by_index(0).map_err(&fail)?;
        let body: String = row.try_get_by_index(1).map_err(&fail)?;
        let body: Body = serde_json::from_str(&body).map_err(damaged("a transcript"))?;
        words.push((id.into(), body.turns));
    }
    Ok(words)
}

/// The first place of an instant.
pub(crate) const fn place(at: i64) -> i64 {
    // Instants far beyond all calendars would leave the number; there they share a place.
    let bound = i64::MAX >> SHARED;
    let at = if at > bound {
        bound
    } else if at < -bound {
        -bound
    } else {
        at
    };
    at << SHARED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_do_not_go_from_turn_to_turn() {
        assert_eq!(grams("ab\u{1}c"), format!("{{97,98,99,{}}}", 97 << 16 | 98));
    }

    #[test]
    fn of_a_term_its_pairs_are_asked_for_and_only_alone_a_character() {
        let pair = |a: char, b: char| (a as i32) << 16 | b as i32;
        assert_eq!(asked(&["abc".into()]), format!("{{{},{}}}", pair('a', 'b'), pair('b', 'c')));
        assert_eq!(asked(&["a".into(), "bc".into()]), format!("{{97,{}}}", pair('b', 'c')));
    }

    #[test]
    fn a_pair_has_a_number_of_its_own() {
        assert_eq!(gram(&['a']), Some(97));
        assert_ne!(gram(&['a', 'b']), gram(&['b', 'a']));
        assert_eq!(gram(&['😀']), None);
    }
}
