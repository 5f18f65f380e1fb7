//! Search in what was said, exact for Chinese: one character is one token, a word is a phrase of them.
//!
//! A term is found where the folded text of a turn contains the folded term, neither more nor less. Personal data is masked before it is
//! indexed. SQLite's FTS5 takes a conversation whole; a PostgreSQL tsvector keeps 255 places of a character, so that a
//! conversation stands there in pieces that overlap by the longest phrase.

mod whole;

use std::fmt::Write as _;

use lingjian_language::Folded;
use lingjian_language::mask::mask;
use lingjian_model::{ConversationId, Turn};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query as Select, SelectStatement};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement, Value};

use uuid::Uuid;

use crate::error::failed;
use crate::{Engine, StoreError, Transaction};

/// Characters of a PostgreSQL piece: a character has at most as many places in it.
const PIECE: usize = 250;
/// The longest phrase that PostgreSQL is asked for.
const PHRASE: usize = 50;
/// Stands between turns, so that no phrase goes from one into the next.
const BREAK: char = '\u{1}';

pub(crate) use whole::unlike_words;

/// What is looked for: all terms, in any turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    terms: Vec<String>,
}

impl Query {
    /// Terms are parted by spaces; quotation marks keep a term with spaces together. None where nothing is left to look for.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let mut terms = Vec::new();
        for (index, part) in written.split(['"', '“', '”']).enumerate() {
            if index % 2 == 1 {
                terms.push(Folded::new(part).as_str().to_owned());
            } else {
                terms.extend(part.split_whitespace().map(|word| Folded::new(word).as_str().to_owned()));
            }
        }
        terms.retain(|term| !term.is_empty());
        terms.dedup();
        (!terms.is_empty()).then_some(Self { terms })
    }

    /// The folded terms.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// The places of the terms in a text, as characters from … up to and without …, in order and without overlap.
    #[must_use]
    pub fn marks(&self, written: &str) -> Vec<[usize; 2]> {
        let folded = Folded::new(written);
        let mut marks: Vec<[usize; 2]> = Vec::new();
        for term in &self.terms {
            let length = term.chars().count();
            for (byte, _) in folded.as_str().match_indices(term.as_str()) {
                let from = folded.char_at_byte(byte);
                marks.push(folded.written(from, from + length));
            }
        }
        marks.sort_unstable();
        let mut apart: Vec<[usize; 2]> = Vec::new();
        for mark in marks {
            match apart.last_mut() {
                Some(last) if mark[0] < last[1] => last[1] = last[1].max(mark[1]),
                _ => apart.push(mark),
            }
        }
        apart
    }

    /// Ids of the conversations in which all terms stand.
    pub(crate) fn select(&self, backend: DbBackend) -> SelectStatement {
        let mut select = Select::select();
        select.column(Alias::new("conversation_id")).from(Alias::new("search_piece"));
        if backend == DbBackend::Sqlite {
            let phrases: Vec<String> =
                self.terms.iter().map(|term| format!("\"{}\"", ascii(term.chars()))).collect();
            let mut rows = Select::select();
            rows.column(Alias::new("rowid")).from(Alias::new("search_text"));
            rows.and_where(Expr::cust_with_values("search_text MATCH ?", [phrases.join(" AND ")]));
            select.and_where(Expr::col(Alias::new("id")).in_subquery(rows));
            return select;
        }
        // The terms may stand in different pieces, so each is asked for by itself.
        for (index, term) in self.terms.iter().enumerate() {
            for phrase in phrases(term) {
                let found = Expr::cust_with_values("tokens @@ $1::tsquery", [phrase]);
                if index == 0 && term.chars().count() <= PHRASE {
                    select.and_where(found);
                } else {
                    let mut also = Select::select();
                    also.column(Alias::new("conversation_id"))
                        .from(Alias::new("search_piece"))
                        .and_where(found);
                    select.and_where(Expr::col(Alias::new("conversation_id")).in_subquery(also));
                }
            }
        }
        select
    }

    /// Whether the index alone may find too much: a term that is longer than a phrase.
    pub(crate) fn needs_recheck(&self, backend: DbBackend) -> bool {
        backend != DbBackend::Sqlite && self.terms.iter().any(|term| term.chars().count() > PHRASE)
    }

    /// Whether all terms stand in these turns once they are masked, as a plain scan sees it.
    #[must_use]
    pub fn stands_in<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        let mut missing: Vec<&str> = self.terms.iter().map(String::as_str).collect();
        for text in texts {
            let folded = Folded::new(&mask(text).text);
            missing.retain(|term| !folded.as_str().contains(term));
            if missing.is_empty() {
                return true;
            }
        }
        missing.is_empty()
    }
}

/// PostgreSQL phrases of at most [`PHRASE`] characters that cover a term.
fn phrases(term: &str) -> Vec<String> {
    let chars: Vec<char> = term.chars().collect();
    chars
        .chunks(PHRASE)
        .map(|some| some.iter().map(|c| lexeme(*c)).collect::<Vec<_>>().join(" <-> "))
        .collect()
}

fn lexeme(c: char) -> String {
    match c {
        '\'' => "''''".to_owned(),
        '\\' => "'\\\\'".to_owned(),
        c => format!("'{c}'"),
    }
}

/// One token a character that any tokenizer leaves whole.
fn ascii(chars: impl Iterator<Item = char>) -> String {
    let mut tokens = String::new();
    for c in chars {
        if !tokens.is_empty() {
            tokens.push(' ');
        }
        write!(tokens, "u{:x}", c as u32).unwrap_or_default();
    }
    tokens
}

/// What of a conversation is indexed: its folded turns, masked.
fn indexed(turns: &[Turn]) -> Vec<char> {
    let mut chars = Vec::new();
    for turn in turns {
        let folded = Folded::new(&mask(&turn.text).text);
        chars.extend(folded.as_str().chars());
        chars.push(BREAK);
    }
    chars
}

/// Where the PostgreSQL pieces of these characters begin and end.
fn pieces(length: usize) -> Vec<std::ops::Range<usize>> {
    let (mut pieces, mut from) = (Vec::new(), 0);
    loop {
        let to = (from + PIECE).min(length);
        pieces.push(from..to);
        if to == length {
            return pieces;
        }
        from = to - (PHRASE - 1);
    }
}

/// A tsvector of these characters.
fn tsvector(chars: &[char]) -> String {
    let mut places: std::collections::BTreeMap<char, Vec<String>> = std::collections::BTreeMap::new();
    for (at, c) in chars.iter().enumerate() {
        places.entry(*c).or_default().push((at + 1).to_string());
    }
    let lexemes = places.iter().map(|(c, at)| format!("{}:{}", lexeme(*c), at.join(",")));
    lexemes.collect::<Vec<_>>().join(" ")
}

impl Transaction {
    /// Indexes conversations anew.
    pub(crate) async fn index(&self, conversations: &[(ConversationId, &[Turn])]) -> Result<(), StoreError> {
        for some in conversations.chunks(200) {
            match self.engine {
                Engine::Sqlite => self.index_sqlite(some).await?,
                Engine::Postgres => self.index_postgres(some).await?,
            }
        }
        Ok(())
    }

    async fn index_sqlite(&self, conversations: &[(ConversationId, &[Turn])]) -> Result<(), StoreError> {
        let fail = failed("index words");
        let sqlite =
            |sql: &str, values: Vec<Value>| Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        for (id, turns) in conversations {
            let id = Value::from(Uuid::from(*id));
            let known = sqlite("SELECT id FROM search_piece WHERE conversation_id = $1", vec![id.clone()]);
            let row = match self.inner.query_one_raw(known).await.map_err(&fail)? {
                Some(row) => {
                    let row: i64 = row.try_get("", "id").map_err(&fail)?;
                    let old = sqlite("DELETE FROM search_text WHERE rowid = $1", vec![row.into()]);
                    self.inner.execute_raw(old).await.map_err(&fail)?;
                    row
                }
                None => {
                    let new = sqlite(
                        "INSERT INTO search_piece (conversation_id) VALUES ($1) RETURNING id",
                        vec![id],
                    );
                    let row = self.inner.query_one_raw(new).await.map_err(&fail)?;
                    row.map_or(Ok(0), |row| row.try_get("", "id")).map_err(&fail)?
                }
            };
            let tokens = ascii(indexed(turns).into_iter());
            let text = sqlite(
                "INSERT INTO search_text (rowid, tokens) VALUES ($1, $2)",
                vec![row.into(), tokens.into()],
            );
            self.inner.execute_raw(text).await.map_err(&fail)?;
        }
        Ok(())
    }

    async fn index_postgres(&self, conversations: &[(ConversationId, &[Turn])]) -> Result<(), StoreError> {
        let fail = failed("index words");
        let ids: Vec<Value> = conversations.iter().map(|(id, _)| Uuid::from(*id).into()).collect();
        let list: Vec<String> = (1..=ids.len()).map(|at| format!("${at}")).collect();
        let sql = format!("DELETE FROM search_piece WHERE conversation_id IN ({})", list.join(", "));
        let old = Statement::from_sql_and_values(DbBackend::Postgres, sql, ids);
        self.inner.execute_raw(old).await.map_err(&fail)?;
        let mut rows: Vec<Value> = Vec::new();
        for (id, turns) in conversations {
            let chars = indexed(turns);
            for piece in pieces(chars.len()) {
                rows.push(Uuid::from(*id).into());
                rows.push(tsvector(&chars[piece]).into());
            }
        }
        for some in rows.chunks(2 * 500) {
            let list: Vec<String> = (0..some.len() / 2)
                .map(|row| format!("(${}, ${}::tsvector)", row * 2 + 1, row * 2 + 2))
                .collect();
            let sql =
                format!("INSERT INTO search_piece (conversation_id, tokens) VALUES {}", list.join(", "));
            let new = Statement::from_sql_and_values(DbBackend::Postgres, sql, some.to_vec());
            self.inner.execute_raw(new).await.map_err(&fail)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_parted_by_spaces_and_kept_together_by_quotes() {
        let query = Query::parse("退款  \"my order\" ，").unwrap();
        assert_eq!(query.terms(), ["退款", "my order"]);
        assert_eq!(Query::parse(" ，。 "), None);
    }

    #[test]
    fn marks_are_places_in_the_text_as_written() {
        let query = Query::parse("退款").unwrap();
        assert_eq!(query.marks("我要退、款，退款！"), [[2, 5], [6, 8]]);
    }
}
