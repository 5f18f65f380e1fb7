//! Search in what was said, exact for Chinese.
//!
//! A term is found where the folded text of a turn contains the folded term, neither more nor less. Personal data is masked before it is
//! indexed. SQLite's FTS5 takes one character as one token, a term as a phrase of them. PostgreSQL keeps the folded text, and finds it
//! by all pairs of characters in it; where pairs alone may find too much, the text is asked.

mod index;
mod whole;

use lingjian_language::Folded;
use lingjian_language::mask::mask;
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query as Select, SelectStatement};

pub(crate) use index::place;
use index::{asked, gram, tokens};
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

    /// What FTS5 is asked for.
    pub(crate) fn phrases(&self) -> String {
        let phrases: Vec<String> =
            self.terms.iter().map(|term| format!("\"{}\"", tokens(term.chars()))).collect();
        phrases.join(" AND ")
    }

    /// Ids of the conversations in which all terms stand.
    pub(crate) fn select(&self, backend: DbBackend) -> SelectStatement {
        let name = Alias::new;
        let mut select = Select::select();
        select.column(name("conversation_id"));
        if backend == DbBackend::Sqlite {
            let mut rows = Select::select();
            rows.column(name("rowid")).from(name("search_text"));
            rows.and_where(Expr::cust_with_values("search_text MATCH ?", [self.phrases()]));
            select.from(name("search_place")).and_where(Expr::col(name("id")).in_subquery(rows));
            return select;
        }
        select.from(name("search_text"));
        // Numbers of ours, written out: PostgreSQL plans for these very pairs and not for any.
        select.and_where(Expr::cust(format!("grams @> '{}'::integer[]", asked(&self.terms))));
        self.beyond_pairs().for_each(|condition| {
            select.and_where(condition);
        });
        // Kept apart: of what is hardly ever said PostgreSQL guesses too much, and would look for it call by call, newest
        // first, through all of them.
        select.offset(0);
        select
    }

    /// Whether all terms stand in that conversation, looked up in its text and not in the index: for PostgreSQL.
    pub(crate) fn stands_in_row(&self, conversation: Expr) -> Expr {
        let mut select = Select::select();
        select.expr(Expr::value(1)).from("search_text");
        select.and_where(Expr::col("conversation_id").eq(conversation));
        select.and_where(Expr::cust_with_values("(grams @> $1::integer[]) IS TRUE", [asked(&self.terms)]));
        self.beyond_pairs().for_each(|condition| {
            select.and_where(condition);
        });
        Expr::exists(select)
    }

    /// A term of one or two characters is its number; longer ones may be put together otherwise from the same pairs.
    fn beyond_pairs(&self) -> impl Iterator<Item = Expr> {
        let long = self.terms.iter().filter(|term| gram(&term.chars().collect::<Vec<_>>()).is_none());
        long.map(|term| Expr::cust_with_values("strpos(words, $1) > 0", [term.as_str()]))
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

/// Stands between turns, so that no phrase goes from one into the next.
const BREAK: &str = "\u{1}";

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
