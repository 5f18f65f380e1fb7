//! What becomes of an evaluation: submitted, sent, accepted or appealed against, decided.

use lingjian_model::evaluation::{Act, Step};
use lingjian_model::scorecard::Moment;
use lingjian_model::{Action, EvaluationId, Permission};
use lingjian_scorecards::NotYet;
use lingjian_store::{KeptEvaluation, Transaction};
use serde_json::json;

use super::draft::{check_moments, check_text};
use super::{Doing, MISSING, Opened, instant, refused};
use crate::audit::note;
use crate::conversations::placed;
use crate::{Actor, AppError, House};

/// How long after it was sent there may be an appeal.
pub const APPEAL_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Why somebody does not accept a result.
#[derive(Debug, Clone, Default)]
pub struct Appealing {
    /// Why.
    pub reason: String,
    /// About which items; all where none is named.
    pub items: Vec<String>,
    /// Where in the call.
    pub evidence: Vec<Moment>,
}

impl House {
    /// Submits one's own draft as it was read (`changes`): from now on it counts.
    ///
    /// # Errors
    /// Where there is none of theirs, somebody else was first, or something is missing.
    pub async fn submit_evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
    ) -> Result<Opened, AppError> {
        let now = self.edge().now();
        let (transaction, mut kept) = self.own_draft(actor, id, changes).await?;
        let form = self.form(&kept.evaluation.card().digest).await?;
        let steps = kept.evaluation.record().len();
        lingjian_scorecards::submit(&form, &mut kept.evaluation, actor.user(), instant(now)?).map_err(
            |why| match why {
                NotYet::Refused(why) => refused(why),
                NotYet::Gaps { .. } => AppError::BadRequest { field: "answers", reason: why.to_string() },
                NotYet::OtherCard { .. } => AppError::Internal(why.to_string()),
            },
        )?;
        self.taken(actor, transaction, kept, steps, Action::EvaluationSubmit).await
    }

    /// Sends a result to whose call it was.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, or it is not submitted.
    pub async fn send_evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
    ) -> Result<Opened, AppError> {
        let until = instant(self.edge().now() + APPEAL_MS)?;
        let act = Act::Send { appeal_until: Some(until) };
        self.take_step(actor, id, changes, Doing::Send, act).await
    }

    /// Accepts a result.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, or it was not sent.
    pub async fn acknowledge_evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
    ) -> Result<Opened, AppError> {
        self.take_step(actor, id, changes, Doing::Acknowledge, Act::Acknowledge).await
    }

    /// Appeals against a result.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, it is too late, or the reason is missing.
    pub async fn appeal_evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
        appealing: Appealing,
    ) -> Result<Opened, AppError> {
        actor.reach(Permission::EvaluationsAnswer)?;
        let found = self.evaluation_within(actor, id).await?;
        let Appealing { reason, items, evidence } = appealing;
        check_text("reason", &reason)?;
        check_moments("evidence", &evidence)?;
        let form = self.form(&found.newest()?.evaluation.card().digest).await?;
        if items.iter().any(|item| form.item(item).is_none()) {
            let reason = "names an item that this card does not have".to_owned();
            return Err(AppError::BadRequest { field: "items", reason });
        }
        self.take_step(actor, id, changes, Doing::Appeal, Act::Appeal { reason, items, evidence }).await
    }

    /// Decides an appeal: it is granted, and the next revision is a draft of who decides; or it stands.
    ///
    /// # Errors
    /// Where they may not, judged or appealed themselves, somebody else was first, or the reason is missing.
    pub async fn decide_evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
        granted: bool,
        reason: String,
    ) -> Result<Opened, AppError> {
        actor.reach(Permission::EvaluationsDecide)?;
        check_text("reason", &reason)?;
        if granted {
            self.take_step(actor, id, changes, Doing::Change, Act::Change { reason }).await
        } else {
            self.take_step(actor, id, changes, Doing::Uphold, Act::Uphold { reason }).await
        }
    }

    async fn take_step(
        &self,
        actor: &Actor,
        id: EvaluationId,
        changes: i64,
        doing: Doing,
        act: Act,
    ) -> Result<Opened, AppError> {
        let mut asked = vec![doing.permission()];
        if doing == Doing::Change {
            // Who grants it judges anew.
            asked.push(Permission::EvaluationsWrite);
        }
        for permission in &asked {
            actor.reach(*permission)?;
        }
        let found = self.evaluation_within(actor, id).await?;
        let place = placed(&found.call.listed);
        let lacks = |permission: &&Permission| !actor.authority.reach(**permission).covers(&place);
        if let Some(permission) = asked.iter().find(lacks) {
            return Err(AppError::Forbidden { permission: permission.name() });
        }
        let seen = found.newest()?.evaluation.revision();
        let transaction = self.store().begin().await?;
        let revisions = transaction.evaluation(id).await?;
        let mut kept = revisions.into_iter().find(|one| one.evaluation.revision() == seen).ok_or(MISSING)?;
        if kept.changes != changes {
            return Err(AppError::ChangedMeanwhile);
        }
        let at = instant(self.edge().now())?;
        let steps = kept.evaluation.record().len();
        kept.evaluation.take(Step { act, by: Some(actor.user()), at }).map_err(refused)?;
        let action = match doing {
            Doing::Acknowledge => Action::EvaluationAcknowledge,
            Doing::Appeal => Action::EvaluationAppeal,
            Doing::Uphold => Action::EvaluationUphold,
            Doing::Change => Action::EvaluationChange,
            _ => Action::EvaluationSend,
        };
        self.taken(actor, transaction, kept, steps, action).await
    }

    /// Writes down the step that was taken last, and shows what has become of it.
    async fn taken(
        &self,
        actor: &Actor,
        mut transaction: Transaction,
        kept: KeptEvaluation,
        steps_before: usize,
        action: Action,
    ) -> Result<Opened, AppError> {
        let now = self.edge().now();
        if !transaction.change_evaluation(&kept, steps_before, now).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let evaluation = &kept.evaluation;
        let id = evaluation.id();
        if let Ok(next) = evaluation.next() {
            transaction.add_evaluation(&next, now).await?;
        }
        let mut detail =
            json!({ "conversation": evaluation.listening().conversation, "revision": evaluation.revision() });
        if action == Action::EvaluationSubmit {
            detail["total"] = evaluation.scored().and_then(|scored| scored.total).into();
        }
        note(&mut transaction, actor, action, &id.to_string(), detail, now).await?;
        transaction.commit().await?;
        self.shown(actor, id).await
    }
}
