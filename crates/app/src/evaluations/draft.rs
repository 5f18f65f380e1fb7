//! Evaluations that are being filled in.

use lingjian_model::evaluation::{Listening, ListeningMode, Stage};
use lingjian_model::scorecard::{Answer, Answers, Hit, Moment, Remark, Sheet};
use lingjian_model::{
    Action, ConversationId, Evaluation, EvaluationId, JudgementId, Metrics, Permission, Scorecard,
};
use lingjian_store::KeptEvaluation;
use serde::Deserialize as _;
use serde_json::json;

use super::{MISSING, Opened, instant, refused};
use crate::audit::note;
use crate::conversations::placed;
use crate::{Actor, AppError, House};

/// Characters of a comment or a reason at most.
pub const LONGEST_TEXT: usize = 4000;
/// Moments of an answer, remarks of an evaluation, at most.
pub const MOST_PLACES: usize = 100;
/// How far another machine's clock may be ahead.
const CLOCKS_MS: i64 = 5 * 60 * 1000;

/// What an evaluation begins with.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The call.
    pub conversation: ConversationId,
    /// The card's id; its newest version is taken.
    pub card: String,
    /// How it was listened to.
    pub mode: ListeningMode,
    /// When; now where nothing is said.
    pub listened_at: Option<i64>,
}

/// Whether a text can be kept.
pub(crate) fn check_text(field: &'static str, text: &str) -> Result<(), AppError> {
    if text.chars().count() <= LONGEST_TEXT {
        return Ok(());
    }
    Err(AppError::BadRequest { field, reason: format!("write at most {LONGEST_TEXT} characters") })
}

/// Whether these can be places in a call.
pub(crate) fn check_moments(field: &'static str, moments: &[Moment]) -> Result<(), AppError> {
    let bad = |reason: String| Err(AppError::BadRequest { field, reason });
    if moments.len() > MOST_PLACES {
        return bad(format!("pin at most {MOST_PLACES} moments"));
    }
    if !moments.iter().all(Moment::is_sound) {
        return bad("a moment ends before it begins, or has characters and no turn".to_owned());
    }
    Ok(())
}

/// What a person says, with what was suggested before kept beside it: nobody writes suggestions.
fn beside(before: &Answers, mut said: Answers) -> Answers {
    said.values_mut().for_each(|answer| answer.suggestion = None);
    for (item, known) in before {
        if let Some(suggestion) = &known.suggestion {
            said.entry(item.clone()).or_default().suggestion = Some(suggestion.clone());
        }
    }
    said.retain(|_, answer| *answer != Answer::default());
    said
}

fn check_sheet(form: &Scorecard, sheet: &Sheet) -> Result<(), AppError> {
    for (item, answer) in &sheet.answers {
        if form.item(item).is_none() {
            let reason = "answers an item that this card does not have".to_owned();
            return Err(AppError::BadRequest { field: "answers", reason });
        }
        check_text("answers", &answer.comment)?;
        check_moments("answers", &answer.evidence)?;
    }
    if sheet.remarks.len() > MOST_PLACES {
        let reason = format!("make at most {MOST_PLACES} remarks");
        return Err(AppError::BadRequest { field: "remarks", reason });
    }
    for Remark { text, evidence, .. } in &sheet.remarks {
        check_text("remarks", text)?;
        check_moments("remarks", evidence)?;
    }
    Ok(())
}

impl House {
    /// Begins to judge a call, with what the rules suggest filled in. Who has a draft of it on this card already goes on with
    /// that: then false.
    ///
    /// # Errors
    /// Where they may not, or have judged it before, or nothing can be listened to.
    pub async fn begin_evaluation(
        &self,
        actor: &Actor,
        beginning: Beginning,
    ) -> Result<(Opened, bool), AppError> {
        let Beginning { conversation, card, mode, listened_at } = beginning;
        let call = self.within_reach(actor, conversation, Permission::EvaluationsWrite).await?;
        let agent = call.listed.agent;
        if actor.authority.person.served(agent) {
            return Err(AppError::Conflict("nobody judges a call that they served themselves".to_owned()));
        }
        let recorded = mode == ListeningMode::Recorded;
        if recorded && call.transcript.is_none() && call.recording.is_none() {
            let reason =
                "of this call there is neither sound nor words: there is nothing to judge".to_owned();
            return Err(AppError::Conflict(reason));
        }
        let now = self.edge().now();
        let listened_at = listened_at.unwrap_or(now);
        if listened_at > now + CLOCKS_MS {
            let reason = "a call cannot have been listened to in the future".to_owned();
            return Err(AppError::BadRequest { field: "listened_at", reason });
        }
        let cards = self.cards().await?;
        let card = cards.into_iter().find(|one| one.version.id == card);
        let card = card.ok_or(AppError::NotFound { what: "scorecard" })?;
        let (judgement, answers) = match (call.transcript, call.judgement) {
            (Some(transcript), Some(judgement)) => self.suggested(&card.card, transcript, judgement).await?,
            _ => (None, Answers::new()),
        };
        let listening = Listening {
            conversation,
            transcript: call.transcript,
            judgement,
            agent,
            mode,
            listened_at: instant(listened_at)?,
        };
        let sheet = Sheet { answers, remarks: Vec::new() };
        let id: EvaluationId = self.edge().fresh().into();
        let (digest, name) = (card.version.digest.clone(), card.version.id.clone());
        let evaluation = Evaluation::begin(id, listening, card.version, actor.user(), sheet);

        let mut transaction = self.store().begin().await?;
        let there = transaction.evaluations_by(conversation, actor.user(), &name).await?;
        if let Some((draft, _)) = there.iter().find(|(_, stage)| **stage == Stage::Draft) {
            return Ok((self.shown(actor, *draft).await?, false));
        }
        if let Some((known, _)) = there.iter().next() {
            return Err(AppError::Conflict(format!(
                "you have judged this call on this card already: see evaluation {known}"
            )));
        }
        transaction.keep_form(&digest, &card.card).await?;
        if !transaction.add_evaluation(&evaluation, now).await? {
            // The same person, in another window, was first.
            return Err(AppError::ChangedMeanwhile);
        }
        let detail = json!({ "conversation": conversation, "card": name, "mode": mode });
        note(&mut transaction, actor, Action::EvaluationBegin, &id.to_string(), detail, now).await?;
        transaction.commit().await?;
        Ok((self.shown(actor, id).await?, true))
    }

    /// What a judgement suggests, where it is of the words that are listened to.
    async fn suggested(
        &self,
        card: &Scorecard,
        transcript: lingjian_model::TranscriptId,
        judgement: JudgementId,
    ) -> Result<(Option<JudgementId>, Answers), AppError> {
        let Some((_, kept)) = self.store().judgement(judgement).await? else {
            return Ok((None, Answers::new()));
        };
        if kept.version.transcript != transcript {
            return Ok((None, Answers::new()));
        }
        let damaged = |error: serde_json::Error| AppError::Internal(error.to_string());
        let hits =
            kept.findings.iter().map(Hit::deserialize).collect::<Result<Vec<_>, _>>().map_err(damaged)?;
        let metrics = Metrics::deserialize(&kept.body["metrics"]).map_err(damaged)?;
        Ok((Some(judgement), lingjian_scorecards::prefill(card, &hits, &metrics)))
    }

    /// Fills a draft in as it was read (`changes`). What was suggested stays beside what a person says.
    ///
    /// # Errors
    /// Where there is none of theirs, somebody else was first, or it answers what is not asked.
    pub async fn write_evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
        said: Sheet,
    ) -> Result<Opened, AppError> {
        let (mut transaction, mut kept) = self.own_draft(actor, id, changes).await?;
        let evaluation = &mut kept.evaluation;
        check_sheet(&self.form(&evaluation.card().digest).await?, &said)?;
        let answers = beside(&evaluation.sheet().answers, said.answers);
        let sheet = Sheet { answers, remarks: said.remarks };
        evaluation.write(sheet).map_err(refused)?;
        let steps = evaluation.record().len();
        if !transaction.change_evaluation(&kept, steps, self.edge().now()).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        transaction.commit().await?;
        self.shown(actor, id).await
    }

    /// Throws one's own draft away as it was read.
    ///
    /// # Errors
    /// Where there is none of theirs, somebody else was first, or an appeal waits for it.
    pub async fn discard_evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
    ) -> Result<(), AppError> {
        let now = self.edge().now();
        let (mut transaction, kept) = self.own_draft(actor, id, changes).await?;
        if kept.evaluation.revision() > 1 {
            let reason = "an appeal was granted, and this says what counts instead: fill it in and submit it";
            return Err(AppError::Conflict(reason.to_owned()));
        }
        if !transaction.drop_evaluation(&kept, now).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let detail = json!({ "conversation": kept.evaluation.listening().conversation });
        note(&mut transaction, actor, Action::EvaluationDiscard, &id.to_string(), detail, now).await?;
        Ok(transaction.commit().await?)
    }

    /// One's own draft as it was read.
    pub(super) async fn own_draft(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
    ) -> Result<(lingjian_store::Transaction, KeptEvaluation), AppError> {
        let reach = actor.reach(Permission::EvaluationsWrite)?;
        let found = self.evaluation_within(actor, id).await?;
        if !reach.covers(&placed(&found.call.listed)) {
            return Err(AppError::Forbidden { permission: Permission::EvaluationsWrite.name() });
        }
        let transaction = self.store().begin().await?;
        let kept = transaction.evaluation(id).await?.pop().ok_or(MISSING)?;
        if kept.evaluation.inspector() != actor.user() {
            return Err(AppError::Conflict(
                "only the inspector whose draft it is can write on it".to_owned(),
            ));
        }
        if kept.evaluation.stage() != Stage::Draft {
            return Err(refused(lingjian_model::evaluation::Refused::Submitted));
        }
        if kept.changes != changes {
            return Err(AppError::ChangedMeanwhile);
        }
        Ok((transaction, kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lingjian_model::scorecard::{Choice, Suggestion};

    fn suggested(option: &str) -> Answer {
        let suggestion = Some(Suggestion { option: option.to_owned(), sources: Vec::new() });
        Answer { suggestion, ..Answer::default() }
    }

    fn chosen(option: &str) -> Answer {
        Answer { choice: Some(Choice::Option(option.to_owned())), ..Answer::default() }
    }

    #[test]
    fn suggestions_stay_and_are_nobodys_to_write() {
        let before = Answers::from([("hold".to_owned(), suggested("no"))]);
        let forged = Answer { suggestion: suggested("yes").suggestion, ..chosen("yes") };
        let said = Answers::from([("hold".to_owned(), forged.clone()), ("tone".to_owned(), forged)]);
        let kept = beside(&before, said);
        assert_eq!(kept["hold"], Answer { suggestion: suggested("no").suggestion, ..chosen("yes") });
        assert_eq!(kept["tone"], chosen("yes"));
        assert_eq!(beside(&before, Answers::new()), before, "also beside what is not answered any more");
        let nothing = Answers::from([("tone".to_owned(), Answer::default())]);
        assert_eq!(beside(&Answers::new(), nothing), Answers::new());
    }
}
