//! What becomes of a sheet: held, signed or disputed, followed up, closed.

use lingjian_model::coaching::{Act, Effect, Step};
use lingjian_model::{Action, CoachingId, EvaluationId};
use lingjian_store::{KeptSheet, Transaction};
use serde_json::json;

use super::draft::judged;
use super::{Doing, MISSING, OpenedSheet, instant, refused};
use crate::audit::note;
use crate::conversations::placed;
use crate::evaluations::check_text;
use crate::{Actor, AppError, House};

impl House {
    /// Puts one's own sheet before the agent: they have talked.
    ///
    /// # Errors
    /// Where there is none of theirs, somebody else was first, or something is missing.
    pub async fn hold_coaching(
        &self,
        actor: &Actor,
        id: CoachingId,
        changes: i64,
    ) -> Result<OpenedSheet, AppError> {
        let (transaction, kept) = self.taken_up(actor, id, changes, Doing::Hold).await?;
        let notes = kept.sheet.notes().clone();
        self.step_on(actor, transaction, kept, Act::Hold { notes }, Action::CoachingHold).await
    }

    /// Signs a sheet of one's own.
    ///
    /// # Errors
    /// Where there is none, or somebody else was first.
    pub async fn sign_coaching(
        &self,
        actor: &Actor,
        id: CoachingId,
        changes: i64,
        comment: String,
    ) -> Result<OpenedSheet, AppError> {
        let (transaction, kept) = self.taken_up(actor, id, changes, Doing::Sign).await?;
        check_text("comment", &comment)?;
        self.step_on(actor, transaction, kept, Act::Sign { comment }, Action::CoachingSign).await
    }

    /// Disputes a sheet of one's own.
    ///
    /// # Errors
    /// Where there is none, somebody else was first, or the reason is missing.
    pub async fn dispute_coaching(
        &self,
        actor: &Actor,
        id: CoachingId,
        changes: i64,
        reason: String,
    ) -> Result<OpenedSheet, AppError> {
        let (transaction, kept) = self.taken_up(actor, id, changes, Doing::Dispute).await?;
        check_text("reason", &reason)?;
        self.step_on(actor, transaction, kept, Act::Dispute { reason }, Action::CoachingDispute).await
    }

    /// Puts a later evaluation of the same agent beside it.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, or the evaluation shows nothing of what came of it.
    pub async fn follow_coaching(
        &self,
        actor: &Actor,
        id: CoachingId,
        changes: i64,
        evaluation: EvaluationId,
    ) -> Result<OpenedSheet, AppError> {
        let (transaction, kept) = self.taken_up(actor, id, changes, Doing::Follow).await?;
        let (call, evaluation) = self.sent_evaluation(actor, evaluation).await?;
        if call.listed.agent != Some(kept.sheet.cause().agent) {
            let reason = "it is about a call of another agent".to_owned();
            return Err(AppError::BadRequest { field: "evaluation", reason });
        }
        let listened_at = evaluation.listening().listened_at;
        let act = Act::Follow { evaluation: judged(&evaluation), listened_at };
        self.step_on(actor, transaction, kept, act, Action::CoachingFollow).await
    }

    /// Ends it, and says whether it helped.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, or nobody listened again.
    pub async fn close_coaching(
        &self,
        actor: &Actor,
        id: CoachingId,
        changes: i64,
        effect: Effect,
        words: String,
    ) -> Result<OpenedSheet, AppError> {
        let (transaction, kept) = self.taken_up(actor, id, changes, Doing::Close).await?;
        check_text("words", &words)?;
        self.step_on(actor, transaction, kept, Act::Close { effect, words }, Action::CoachingClose).await
    }

    /// A sheet as it was read, for somebody who may do this with sheets there.
    pub(super) async fn taken_up(
        &self,
        actor: &Actor,
        id: CoachingId,
        changes: i64,
        doing: Doing,
    ) -> Result<(Transaction, KeptSheet), AppError> {
        let permission = doing.permission();
        let reach = actor.reach(permission)?;
        let found = self.sheet_within(actor, id).await?;
        if !reach.covers(&placed(&found.call.listed)) {
            return Err(AppError::Forbidden { permission: permission.name() });
        }
        let signs = matches!(doing, Doing::Sign | Doing::Dispute);
        let own = actor.authority.person.served(Some(found.kept.sheet.cause().agent));
        match (signs, own) {
            (true, false) => {
                return Err(AppError::Conflict("only the agent whom it is about can do that".to_owned()));
            }
            (false, true) => return Err(AppError::Conflict("nobody coaches themself".to_owned())),
            _ => {}
        }
        let transaction = self.store().begin().await?;
        let kept = transaction.sheet(id).await?.ok_or(MISSING)?;
        if kept.changes != changes {
            return Err(AppError::ChangedMeanwhile);
        }
        Ok((transaction, kept))
    }

    /// Takes a step, writes it down, and shows what has become of it.
    async fn step_on(
        &self,
        actor: &Actor,
        mut transaction: Transaction,
        mut kept: KeptSheet,
        act: Act,
        action: Action,
    ) -> Result<OpenedSheet, AppError> {
        let now = self.edge().now();
        let steps = kept.sheet.record().len();
        let mut detail = json!({ "conversation": kept.sheet.cause().conversation });
        match &act {
            Act::Follow { evaluation, .. } => detail["evaluation"] = evaluation.id.to_string().into(),
            Act::Close { effect, .. } => detail["effect"] = effect.name().into(),
            _ => {}
        }
        kept.sheet.take(Step { act, by: actor.user(), at: instant(now)? }).map_err(refused)?;
        if !transaction.change_sheet(&kept, steps, now).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let id = kept.sheet.id();
        note(&mut transaction, actor, action, &id.to_string(), detail, now).await?;
        transaction.commit().await?;
        self.shown_sheet(actor, id).await
    }
}
