//! Sheets that are being written.

use lingjian_language::mask::mask;
use lingjian_model::coaching::{Cause, Judged, Notes};
use lingjian_model::scorecard::Moment;
use lingjian_model::{
    Action, CoachingId, CoachingSheet, ConversationId, Evaluation, EvaluationId, Permission,
};
use lingjian_store::Kept;
use serde_json::json;

use super::{Doing, OpenedSheet, instant, refused};
use crate::audit::note;
use crate::conversations::placed;
use crate::evaluations::{LONGEST_TEXT, MOST_PLACES, check_moments, check_text};
use crate::{Actor, AppError, House};

/// What a sheet begins with.
#[derive(Debug, Clone)]
pub enum Origin {
    /// How a call was judged.
    Evaluation {
        /// Whose newest revision was sent.
        id: EvaluationId,
        /// The items that it is about.
        items: Vec<String>,
    },
    /// A call.
    Conversation(ConversationId),
}

/// The revision of an evaluation that a coaching sheet goes by.
pub(super) fn judged(evaluation: &Evaluation) -> Judged {
    Judged { id: evaluation.id(), revision: evaluation.revision(), card: evaluation.card().clone() }
}

/// What was said about these items, and where: what a coach would write down first.
fn prefilled(evaluation: &Evaluation, items: Vec<String>) -> Notes {
    let answers = items.iter().filter_map(|item| evaluation.sheet().answers.get(item));
    let mut moments: Vec<Moment> = answers.clone().flat_map(|answer| answer.evidence.clone()).collect();
    moments.sort_unstable_by_key(|moment| (moment.span.start, moment.span.end));
    moments.dedup();
    moments.truncate(MOST_PLACES);
    let said: Vec<String> = answers
        .filter(|answer| !answer.comment.trim().is_empty())
        .map(|answer| mask(answer.comment.trim()).text)
        .collect();
    let problem = said.join("\n").chars().take(LONGEST_TEXT).collect();
    Notes { items, problem, moments, ..Notes::default() }
}

impl House {
    /// Begins a sheet. Who has a draft about this call already goes on with that: then false.
    ///
    /// # Errors
    /// Where they may not, or nobody is there to be coached, or it would be themselves.
    pub async fn begin_coaching(
        &self,
        actor: &Actor,
        origin: Origin,
    ) -> Result<(OpenedSheet, bool), AppError> {
        let reach = actor.reach(Permission::CoachingWrite)?;
        let (call, evaluation, notes) = match origin {
            Origin::Conversation(id) => {
                (self.within_reach(actor, id, Permission::ConversationsRead).await?, None, Notes::default())
            }
            Origin::Evaluation { id, items } => {
                let (call, evaluation) = self.sent_evaluation(actor, id).await?;
                self.check_items(Some(&judged(&evaluation)), &items).await?;
                let notes = prefilled(&evaluation, items);
                (call, Some(evaluation), notes)
            }
        };
        if !reach.covers(&placed(&call.listed)) {
            return Err(AppError::Forbidden { permission: Permission::CoachingWrite.name() });
        }
        let Some(agent) = call.listed.agent else {
            let reason = "nobody knows who served in this call: there is nobody to coach";
            return Err(AppError::Conflict(reason.to_owned()));
        };
        if actor.authority.person.served(Some(agent)) {
            return Err(AppError::Conflict("nobody coaches themself".to_owned()));
        }
        let transcript = match &evaluation {
            Some(evaluation) => evaluation.listening().transcript,
            None => call.transcript,
        };
        let conversation = call.listed.id;
        let cause = Cause { agent, conversation, transcript, evaluation: evaluation.as_ref().map(judged) };
        let now = self.edge().now();
        let id: CoachingId = self.edge().fresh().into();
        let sheet = CoachingSheet::begin(id, cause, actor.user(), instant(now)?, notes);

        let mut transaction = self.store().begin().await?;
        if let Some(draft) = transaction.sheet_draft(conversation, actor.user()).await? {
            return Ok((self.shown_sheet(actor, draft).await?, false));
        }
        if !transaction.add_sheet(&sheet, now).await? {
            // The same person, in another window, was first.
            return Err(AppError::ChangedMeanwhile);
        }
        let detail = json!({ "conversation": conversation, "agent": agent });
        note(&mut transaction, actor, Action::CoachingBegin, &id.to_string(), detail, now).await?;
        transaction.commit().await?;
        Ok((self.shown_sheet(actor, id).await?, true))
    }

    /// The newest revision that was sent of an evaluation that they see, and its call.
    pub(super) async fn sent_evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
    ) -> Result<(Kept, Evaluation), AppError> {
        let found = self.evaluation_within(actor, id).await?;
        let sent = found.revisions.into_iter().rev().find(|one| one.evaluation.sent().is_some());
        let sent = sent.ok_or_else(|| AppError::BadRequest {
            field: "evaluation",
            reason: "it was not sent yet: the agent has to know how they were judged first".to_owned(),
        })?;
        Ok((found.call, sent.evaluation))
    }

    /// Whether the card that a sheet goes by has these items.
    async fn check_items(&self, judged: Option<&Judged>, items: &[String]) -> Result<(), AppError> {
        let known = match judged.filter(|_| !items.is_empty()) {
            Some(judged) => self.store().form(&judged.card.digest).await?,
            None => None,
        };
        let is_known = |item: &String| known.as_ref().is_some_and(|form| form.item(item).is_some());
        if items.iter().all(is_known) {
            return Ok(());
        }
        let reason = "names an item that the card of this evaluation does not have".to_owned();
        Err(AppError::BadRequest { field: "items", reason })
    }

    /// Writes on one's own sheet as it was read (`changes`).
    ///
    /// # Errors
    /// Where there is none of theirs, somebody else was first, or it cannot be kept.
    pub async fn write_coaching(
        &self,
        actor: &Actor,
        id: CoachingId,
        changes: i64,
        notes: Notes,
    ) -> Result<OpenedSheet, AppError> {
        let (mut transaction, mut kept) = self.taken_up(actor, id, changes, Doing::Write).await?;
        let texts = [
            ("problem", &notes.problem),
            ("root_cause", &notes.root_cause),
            ("discussion", &notes.discussion),
            ("agreed", &notes.agreed),
        ];
        for (field, text) in texts {
            check_text(field, text)?;
        }
        check_moments("moments", &notes.moments)?;
        self.check_items(kept.sheet.cause().evaluation.as_ref(), &notes.items).await?;
        let steps = kept.sheet.record().len();
        kept.sheet.write(actor.user(), notes).map_err(refused)?;
        if !transaction.change_sheet(&kept, steps, self.edge().now()).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        transaction.commit().await?;
        self.shown_sheet(actor, id).await
    }

    /// Throws one's own draft away as it was read.
    ///
    /// # Errors
    /// Where there is none of theirs, somebody else was first, or the agent has seen it.
    pub async fn discard_coaching(
        &self,
        actor: &Actor,
        id: CoachingId,
        changes: i64,
    ) -> Result<(), AppError> {
        let now = self.edge().now();
        let (mut transaction, kept) = self.taken_up(actor, id, changes, Doing::Discard).await?;
        if !Doing::Discard.fits(actor.user(), &kept.sheet) {
            let reason = "only one's own draft is thrown away; what the agent has seen is closed";
            return Err(AppError::Conflict(reason.to_owned()));
        }
        if !transaction.drop_sheet(&kept, now).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let detail = json!({ "conversation": kept.sheet.cause().conversation });
        note(&mut transaction, actor, Action::CoachingDiscard, &id.to_string(), detail, now).await?;
        Ok(transaction.commit().await?)
    }
}
