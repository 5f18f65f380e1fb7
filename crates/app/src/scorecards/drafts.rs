//! Drafts: a card that is being written, checked as one types, kept for whoever goes on with it.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::scorecard::{Answer, Answers, Choice};
use lingjian_model::{Action, Permission, Scorecard, Scored};
use lingjian_scorecards::{Diagnostic, Gap, Grade};
use lingjian_store::CardDraft;
use serde_json::json;

use super::{Difference, difference};
use crate::packs::is_id;
use crate::{Actor, AppError, House};

/// Characters of a card's file at most.
pub const LARGEST_FILE: usize = 60_000;

/// A draft, or what one begins with.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The file as it stands.
    pub file: String,
    /// The version that it began with.
    pub based_on: u32,
    /// The version that counts; 0 where only a draft is there, too.
    pub newest: u32,
    /// Who wrote it, and when; none where nothing was written yet.
    pub written: Option<(String, i64)>,
    /// Counts its changes; 0 where nothing was written yet.
    pub revision: i64,
}

impl Draft {
    fn of(draft: CardDraft, newest: u32) -> Self {
        let CardDraft { file, based_on, written_by, written_at, revision, .. } = draft;
        Self { file, based_on, newest, written: Some((written_by, written_at)), revision }
    }
}

/// What is wrong or doubtful in a file, where, and what to do; in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// How many characters are meant.
    pub length: usize,
    /// How bad.
    pub grade: Grade,
    /// What it is about: docs/scorecards.md has them all.
    pub kind: String,
    /// The field; empty for the whole card.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Fault {
    /// Whether it keeps the card from being published.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.grade == Grade::Error
    }

    fn of(found: &Diagnostic, chinese: bool) -> Self {
        let kind = serde_json::to_value(found.kind).unwrap_or_default();
        let (line, column, length) = found.place.map_or((1, 1, 1), |at| (at.line, at.column, at.length));
        Self {
            line,
            column,
            length,
            grade: found.grade,
            kind: kind.as_str().unwrap_or_default().to_owned(),
            field: found.field(),
            message: in_words(&found.message, chinese),
            help: in_words(&found.help, chinese),
        }
    }

    /// A card that calls itself otherwise would be published in the place of another.
    fn other_id(card: &str, named: &str, text: &str, chinese: bool) -> Self {
        let line = text.lines().position(|line| line.starts_with("id:"));
        let (message, help) = if chinese {
            (
                format!("文件里的名称是 `{named}`，这张计分卡是 `{card}`"),
                format!("请写 `id: {card}`；要写另一张，请新建"),
            )
        } else {
            (
                format!("the file says `{named}`, and the card is `{card}`"),
                format!("write `id: {card}`; for another card begin a new one"),
            )
        };
        let length =
            line.and_then(|at| text.lines().nth(at)).map_or(1, |line| line.trim_end().chars().count());
        Self {
            line: line.map_or(1, |line| line + 1),
            column: 1,
            length,
            grade: Grade::Error,
            kind: "other_id".to_owned(),
            field: "id".to_owned(),
            message,
            help,
        }
    }
}

fn in_words(wording: &lingjian_model::Wording, chinese: bool) -> String {
    if chinese { &wording.zh } else { &wording.en }.clone()
}

/// What is to be said of a card's file.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The form; none where the file does not hold one.
    pub card: Option<Scorecard>,
    /// Names the form.
    pub digest: Option<String>,
    /// What is wrong or doubtful: errors, then warnings.
    pub faults: Vec<Fault>,
    /// What it says differently from what counts; none where nothing counts yet, or there is no form.
    pub difference: Option<Difference>,
}

impl Checked {
    /// The form, if it may count.
    pub(super) fn sound(self) -> Result<(Scorecard, String), AppError> {
        let mut errors = self.faults.iter().filter(|one| one.is_error());
        if let Some(Fault { line, column, message, help, .. }) = errors.next() {
            let count = errors.count() + 1;
            let reason = format!("{count} errors; the first: {line}:{column}: {message} ({help})");
            return Err(AppError::BadRequest { field: "file", reason });
        }
        self.card.zip(self.digest).ok_or_else(|| AppError::Internal("no fault and no card".to_owned()))
    }
}

/// What a card comes to as it is written, with some answers.
#[derive(Debug, Clone)]
pub struct TriedCard {
    /// All figures with their steps.
    pub scored: Scored,
    /// The items that are asked, in the card's order.
    pub asked: Vec<String>,
    /// What keeps it from being submitted.
    pub missing: Vec<Gap>,
}

/// Whether this can be the file of a card.
fn check(file: &str) -> Result<(), AppError> {
    let bad = |reason: String| Err(AppError::BadRequest { field: "file", reason });
    if file.chars().count() > LARGEST_FILE {
        return bad(format!("a card has at most {LARGEST_FILE} characters"));
    }
    if file.contains('\0') {
        return bad("leave out the character of code 0: no database keeps it".to_owned());
    }
    Ok(())
}

impl House {
    /// The draft of a card; where there is none, what it would begin with.
    ///
    /// # Errors
    /// Where they may not write cards, or there is no such card.
    pub async fn card_draft(&self, actor: &Actor, card: &str) -> Result<Draft, AppError> {
        actor.reach(Permission::RulesEdit)?;
        if !is_id(card) {
            return Err(AppError::NotFound { what: "scorecard" });
        }
        let counts = self.counting_card(card).await?;
        let newest = counts.as_ref().map_or(0, |card| card.version.version);
        if let Some(draft) = self.store().card_draft(card).await? {
            return Ok(Draft::of(draft, newest));
        }
        let counts = counts.ok_or(AppError::NotFound { what: "scorecard" })?;
        Ok(Draft { file: counts.file, based_on: newest, newest, written: None, revision: 0 })
    }

    /// Keeps a draft as it was read (`revision`; 0 where there was none). Who saw a version that was published meanwhile
    /// says so with `based_on`.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, or this cannot be the file of a card.
    pub async fn save_card_draft(
        &self,
        actor: &Actor,
        card: &str,
        revision: i64,
        file: String,
        based_on: Option<u32>,
    ) -> Result<Draft, AppError> {
        actor.reach(Permission::RulesEdit)?;
        if !is_id(card) {
            let reason = "a card's id is lower case letters, digits and hyphens, at most 80".to_owned();
            return Err(AppError::BadRequest { field: "card", reason });
        }
        check(&file)?;
        let newest = self.newest_of(card).await?;
        if based_on.is_some_and(|number| number != newest) {
            return Err(AppError::ChangedMeanwhile);
        }
        let before = self.store().card_draft(card).await?;
        let now = self.edge().now();
        let mut draft = CardDraft {
            card: card.to_owned(),
            based_on: based_on.or(before.map(|draft| draft.based_on)).unwrap_or(newest),
            file,
            written_by: actor.display_name.clone(),
            written_at: now,
            revision,
        };
        let mut transaction = self.store().begin().await?;
        if !transaction.save_card_draft(&draft).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        draft.revision += 1;
        let detail = json!({ "revision": draft.revision, "based_on": draft.based_on });
        crate::audit::note(&mut transaction, actor, Action::ScorecardDraft, card, detail, now).await?;
        transaction.commit().await?;
        Ok(Draft::of(draft, newest))
    }

    /// Throws a draft away as it was read.
    ///
    /// # Errors
    /// Where they may not, there is none, or somebody else was first.
    pub async fn discard_card_draft(&self, actor: &Actor, card: &str, revision: i64) -> Result<(), AppError> {
        actor.reach(Permission::RulesEdit)?;
        if !is_id(card) || self.store().card_draft(card).await?.is_none() {
            return Err(AppError::NotFound { what: "draft" });
        }
        let mut transaction = self.store().begin().await?;
        if !transaction.drop_card_draft(card, revision).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let (detail, now) = (json!({ "revision": revision }), self.edge().now());
        crate::audit::note(&mut transaction, actor, Action::ScorecardDraftDiscard, card, detail, now).await?;
        Ok(transaction.commit().await?)
    }

    /// What is to be said of a card's file. Nothing is kept.
    ///
    /// # Errors
    /// Where they may not write cards, or it is too long.
    pub async fn check_card(
        &self,
        actor: &Actor,
        card: &str,
        file: &str,
        chinese: bool,
    ) -> Result<Checked, AppError> {
        actor.reach(Permission::RulesEdit)?;
        check(file)?;
        self.checked(card, file, chinese).await
    }

    /// What a card as it is written comes to with these answers: options by item, none for "not applicable". Nothing is kept.
    ///
    /// # Errors
    /// Where they may not write cards, or it is no sound card.
    pub async fn try_card(
        &self,
        actor: &Actor,
        id: &str,
        file: &str,
        answers: BTreeMap<String, Option<String>>,
    ) -> Result<TriedCard, AppError> {
        actor.reach(Permission::RulesEdit)?;
        check(file)?;
        let (card, _) = self.checked(id, file, false).await?.sound()?;
        let of = |option: Option<String>| Answer {
            choice: Some(option.map_or(Choice::NotApplicable, Choice::Option)),
            ..Answer::default()
        };
        let answers: Answers = answers.into_iter().map(|(item, option)| (item, of(option))).collect();
        let asked = lingjian_scorecards::asked_items(&card, &answers).map(|item| item.id.clone());
        Ok(TriedCard {
            scored: lingjian_scorecards::score(&card, &answers),
            asked: asked.collect(),
            missing: lingjian_scorecards::missing(&card, &answers),
        })
    }

    /// Reads a card beside the rules that count and the version that does.
    pub(super) async fn checked(&self, card: &str, file: &str, chinese: bool) -> Result<Checked, AppError> {
        let rules: BTreeSet<String> = self.rules().await?.set.rules().map(|rule| rule.id.clone()).collect();
        let (name, text) = (format!("{card}.yaml"), file.to_owned());
        // A long card takes its time.
        let read = tokio::task::spawn_blocking(move || lingjian_scorecards::read(&name, &text, Some(&rules)));
        let read = read.await.map_err(|error| AppError::Internal(error.to_string()))?;
        let mut faults: Vec<Fault> = read.diagnostics.iter().map(|one| Fault::of(one, chinese)).collect();
        if let Some(named) = read.card.as_ref().map(|card| &card.id).filter(|named| *named != card) {
            faults.insert(0, Fault::other_id(card, named, file, chinese));
        }
        let counts = self.counting_card(card).await?;
        Ok(Checked {
            digest: read.card.as_ref().map(lingjian_scorecards::digest),
            difference: read.card.as_ref().zip(counts).map(|(card, counts)| difference(&counts.card, card)),
            card: read.card,
            faults,
        })
    }
}
