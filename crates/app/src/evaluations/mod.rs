//! Evaluations (评分): calls judged by people on scorecards, and what becomes of that (C5–C7).

mod draft;
mod steps;

use std::collections::BTreeMap;

use jiff::Timestamp;
use lingjian_language::mask::mask;
use lingjian_model::evaluation::{Act, Refused, Stage, Step};
use lingjian_model::scorecard::Sheet;
use lingjian_model::{Action, Evaluation, EvaluationId, Permission, Scorecard, Scored, UserId};
use lingjian_scorecards::Gap;
use lingjian_store::{EvaluationFilter, Kept, KeptEvaluation, ListedEvaluation, Viewer};
use serde_json::json;

pub use draft::{Beginning, LONGEST_TEXT, MOST_PLACES};
pub(crate) use draft::{check_moments, check_text};
pub use steps::{APPEAL_MS, Appealing};

use crate::conversations::{placed, row};
use crate::{Actor, AppError, House, Row, Title};

/// How long after the listening a result may take to reach the agent (C6).
pub const DUE_MS: i64 = 24 * 60 * 60 * 1000;

/// What one may do with an evaluation, besides reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Fill it in.
    Write,
    /// Throw it away.
    Discard,
    /// Be done.
    Submit,
    /// Send it to whose call it was.
    Send,
    /// Accept it.
    Acknowledge,
    /// Not accept it.
    Appeal,
    /// Turn the appeal down.
    Uphold,
    /// Grant the appeal.
    Change,
}

impl Doing {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::Write,
        Self::Discard,
        Self::Submit,
        Self::Send,
        Self::Acknowledge,
        Self::Appeal,
        Self::Uphold,
        Self::Change,
    ];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Discard => "discard",
            Self::Submit => "submit",
            Self::Send => "send",
            Self::Acknowledge => "acknowledge",
            Self::Appeal => "appeal",
            Self::Uphold => "uphold",
            Self::Change => "change",
        }
    }

    /// What it takes.
    const fn permission(self) -> Permission {
        match self {
            Self::Write | Self::Discard | Self::Submit | Self::Send => Permission::EvaluationsWrite,
            Self::Acknowledge | Self::Appeal => Permission::EvaluationsAnswer,
            Self::Uphold | Self::Change => Permission::EvaluationsDecide,
        }
    }

    /// A step of its kind, to try whether it can be taken.
    fn tried(self) -> Option<Act> {
        let reason = || self.name().to_owned();
        match self {
            Self::Write | Self::Discard | Self::Submit => None,
            Self::Send => Some(Act::Send { appeal_until: None }),
            Self::Acknowledge => Some(Act::Acknowledge),
            Self::Appeal => Some(Act::Appeal { reason: reason(), items: Vec::new(), evidence: Vec::new() }),
            Self::Uphold => Some(Act::Uphold { reason: reason() }),
            Self::Change => Some(Act::Change { reason: reason() }),
        }
    }
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationRow {
    /// The figures.
    pub listed: ListedEvaluation,
    /// The call, with the names of its places.
    pub call: Row,
    /// The card's name.
    pub title: Title,
    /// Until when it should have been sent.
    pub due_at: i64,
    /// Whether it has not been.
    pub late: bool,
}

/// A revision, as the list of them shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionOf {
    /// Counted from 1.
    pub revision: u32,
    /// Who judged.
    pub inspector: UserId,
    /// Where it stands.
    pub stage: Stage,
    /// What it came to.
    pub total: Option<f64>,
}

/// An evaluation with all that belongs to it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// As in lists.
    pub row: EvaluationRow,
    /// The revision that was asked for.
    pub evaluation: KeptEvaluation,
    /// What was answered and remarked; personal data in it is masked once it is no draft.
    pub sheet: Sheet,
    /// The revisions that the asker may see, oldest first.
    pub revisions: Vec<RevisionOf>,
    /// The form.
    pub form: Scorecard,
    /// The items that are asked now.
    pub asked: Vec<String>,
    /// What it comes to: what was kept when it was submitted, and before what it would.
    pub scored: Scored,
    /// What keeps it from being submitted.
    pub gaps: Vec<Gap>,
    /// The names of those who did something.
    pub names: BTreeMap<UserId, String>,
    /// What the asker may do now.
    pub may: Vec<Doing>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluations {
    /// Its rows.
    pub rows: Vec<EvaluationRow>,
    /// Behind which row the next page begins; none: this was the last.
    pub next: Option<(i64, EvaluationId)>,
}

/// An evaluation and its call, as far as somebody may see them.
pub(crate) struct Found {
    pub(crate) call: Kept,
    /// The revisions that they see, oldest first; never none.
    pub(crate) revisions: Vec<KeptEvaluation>,
}

impl Found {
    fn newest(&self) -> Result<&KeptEvaluation, AppError> {
        self.revisions.last().ok_or(MISSING)
    }
}

const MISSING: AppError = AppError::NotFound { what: "evaluation" };

/// A step that cannot be taken.
fn refused(refused: Refused) -> AppError {
    match refused {
        Refused::NoReason { .. } => AppError::BadRequest { field: "reason", reason: refused.to_string() },
        _ => AppError::Conflict(refused.to_string()),
    }
}

pub(crate) fn instant(ms: i64) -> Result<Timestamp, AppError> {
    Timestamp::from_millisecond(ms).map_err(|error| AppError::Internal(error.to_string()))
}

fn masked(text: &mut String) {
    *text = mask(text).text;
}

/// Personal data that people wrote is masked like what was said.
fn mask_sheet(sheet: &mut Sheet) {
    sheet.answers.values_mut().for_each(|answer| masked(&mut answer.comment));
    sheet.remarks.iter_mut().for_each(|remark| masked(&mut remark.text));
}

/// The reason of a step, masked.
#[must_use]
pub fn reason_of(step: &Step) -> Option<String> {
    match &step.act {
        Act::Appeal { reason, .. } | Act::Uphold { reason } | Act::Change { reason } => {
            Some(mask(reason).text)
        }
        _ => None,
    }
}

impl House {
    /// A page of the evaluations within reach: of each the newest revision that they may see. `late` are those that should
    /// have been sent.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn evaluations(
        &self,
        actor: &Actor,
        mut filter: EvaluationFilter,
        late: bool,
        after: Option<(i64, EvaluationId)>,
        limit: u64,
    ) -> Result<Evaluations, AppError> {
        let reach = actor.reach(Permission::EvaluationsRead)?;
        let viewer = Viewer { user: actor.user(), reach: &reach };
        filter.waiting_since = late.then(|| self.edge().now() - DUE_MS);
        let mut listed = self.store().evaluations(&filter, viewer, after, limit + 1).await?;
        let more = listed.len() as u64 > limit;
        listed.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = listed.last().filter(|_| more).map(|last| (last.listened_at, last.id));
        let calls: Vec<_> = listed.iter().map(|one| one.conversation.clone()).collect();
        let names = self.store().names(&calls).await?;
        let mut titles: BTreeMap<String, Title> = BTreeMap::new();
        let mut rows = Vec::with_capacity(listed.len());
        for one in listed {
            if !titles.contains_key(&one.card.digest) {
                let title = Title::of(&self.form(&one.card.digest).await?.title);
                titles.insert(one.card.digest.clone(), title);
            }
            let title = titles[&one.card.digest].clone();
            let call = row(&names, one.conversation.clone(), Vec::new());
            rows.push(self.evaluation_row(one, call, title));
        }
        Ok(Evaluations { rows, next })
    }

    fn evaluation_row(&self, listed: ListedEvaluation, call: Row, title: Title) -> EvaluationRow {
        let due_at = listed.listened_at.saturating_add(DUE_MS);
        let unsent = matches!(listed.stage, Stage::Draft | Stage::Submitted);
        let late = unsent && due_at < self.edge().now();
        EvaluationRow { listed, call, title, due_at, late }
    }

    /// The form of an evaluation.
    pub(crate) async fn form(&self, digest: &str) -> Result<Scorecard, AppError> {
        let form = self.store().form(digest).await?;
        form.ok_or_else(|| AppError::Internal("an evaluation has no form".to_owned()))
    }

    /// An evaluation, as far as they may see it.
    pub(crate) async fn evaluation_within(&self, actor: &Actor, id: EvaluationId) -> Result<Found, AppError> {
        let reach = actor.reach(Permission::EvaluationsRead)?;
        let viewer = Viewer { user: actor.user(), reach: &reach };
        let mut revisions = self.store().evaluation(id).await?;
        let first = &revisions.first().ok_or(MISSING)?.evaluation;
        let whose = first.listening().conversation;
        let owes = self.store().owes(actor.user(), whose, &first.card().id, id).await?;
        let call = self.store().conversation(whose).await?.ok_or(MISSING)?;
        let place = placed(&call.listed);
        revisions.retain(|kept| viewer.sees(&place, &kept.evaluation, owes));
        if revisions.is_empty() { Err(MISSING) } else { Ok(Found { call, revisions }) }
    }

    /// An evaluation; the newest revision that they may see, or the one that is named. The look stands in the audit trail.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn evaluation(
        &self,
        actor: &Actor,
        id: EvaluationId,
        revision: Option<u32>,
    ) -> Result<Opened, AppError> {
        let found = self.evaluation_within(actor, id).await?;
        let detail = json!({ "revision": revision });
        self.note_view(actor, Action::EvaluationRead, &id.to_string(), detail).await?;
        self.opened(actor, found, revision).await
    }

    /// What they have just done something with, as it stands now.
    async fn shown(&self, actor: &Actor, id: EvaluationId) -> Result<Opened, AppError> {
        let found = self.evaluation_within(actor, id).await?;
        self.opened(actor, found, None).await
    }

    async fn opened(&self, actor: &Actor, found: Found, revision: Option<u32>) -> Result<Opened, AppError> {
        let named = |kept: &&KeptEvaluation| revision.is_none_or(|named| kept.evaluation.revision() == named);
        let kept = found.revisions.iter().rev().find(named).cloned().ok_or(MISSING)?;
        let evaluation = &kept.evaluation;
        let form = self.form(&evaluation.card().digest).await?;
        let done = evaluation.record().iter().filter_map(|step| step.by);
        let judged = found.revisions.iter().map(|one| one.evaluation.inspector());
        let names = self.store().display_names(done.chain(judged)).await?;
        let asked = lingjian_scorecards::asked_items(&form, &evaluation.sheet().answers);
        let asked: Vec<String> = asked.map(|item| item.id.clone()).collect();
        let scored = match evaluation.scored() {
            Some(scored) => scored.clone(),
            None => lingjian_scorecards::score(&form, &evaluation.sheet().answers),
        };
        let gaps = match evaluation.stage() {
            Stage::Draft => lingjian_scorecards::missing(&form, &evaluation.sheet().answers),
            _ => Vec::new(),
        };
        let newest = found.newest()?.evaluation.revision() == evaluation.revision();
        let may = if newest { self.may(actor, &found.call, evaluation)? } else { Vec::new() };
        let call_names = self.store().names(std::slice::from_ref(&found.call.listed)).await?;
        let call = row(&call_names, found.call.listed.clone(), Vec::new());
        let name = names.get(&evaluation.inspector()).cloned().unwrap_or_default();
        let listed = listed_of(evaluation, &found.call, name);
        let row = self.evaluation_row(listed, call, Title::of(&form.title));
        let revisions = found.revisions.iter().map(|one| &one.evaluation);
        let revisions = revisions.map(|one| RevisionOf {
            revision: one.revision(),
            inspector: one.inspector(),
            stage: one.stage(),
            total: one.scored().and_then(|scored| scored.total),
        });
        let revisions = revisions.collect();
        let mut sheet = evaluation.sheet().clone();
        if evaluation.stage() != Stage::Draft {
            mask_sheet(&mut sheet);
        }
        Ok(Opened { row, evaluation: kept, sheet, revisions, form, asked, scored, gaps, names, may })
    }

    /// What they may do with it now.
    fn may(&self, actor: &Actor, call: &Kept, evaluation: &Evaluation) -> Result<Vec<Doing>, AppError> {
        let place = placed(&call.listed);
        let at = instant(self.edge().now())?;
        let own = evaluation.inspector() == actor.user();
        let can = |doing: &Doing| {
            let reaches = |permission| actor.authority.reach(permission).covers(&place);
            let draft = own && evaluation.stage() == Stage::Draft;
            let taken = match doing.tried() {
                Some(act) => evaluation.clone().take(Step { act, by: Some(actor.user()), at }).is_ok(),
                None if *doing == Doing::Discard => draft && evaluation.revision() == 1,
                None => draft,
            };
            let judges = *doing != Doing::Change || reaches(Permission::EvaluationsWrite);
            taken && judges && reaches(doing.permission())
        };
        Ok(Doing::ALL.into_iter().filter(can).collect())
    }
}

/// As lists show it.
fn listed_of(evaluation: &Evaluation, call: &Kept, inspector: String) -> ListedEvaluation {
    let listening = evaluation.listening();
    let (scored, sent) = (evaluation.scored(), evaluation.sent());
    ListedEvaluation {
        id: evaluation.id(),
        revision: evaluation.revision(),
        conversation: call.listed.clone(),
        inspector: (evaluation.inspector(), inspector),
        card: evaluation.card().clone(),
        mode: listening.mode,
        listened_at: listening.listened_at.as_millisecond(),
        stage: evaluation.stage(),
        total: scored.and_then(|scored| scored.total),
        critical: scored.and_then(|scored| scored.critical),
        fatal: scored.map_or(0, |scored| i64::try_from(scored.fatal.len()).unwrap_or(i64::MAX)),
        sent_at: sent.map(|(at, _)| at.as_millisecond()),
        appeal_until: sent.and_then(|(_, until)| until).map(Timestamp::as_millisecond),
    }
}
