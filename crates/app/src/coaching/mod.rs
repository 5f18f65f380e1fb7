//! Coaching sheets (辅导单): a serious problem, what was agreed about it, and what came of that (C8).

mod draft;
mod figures;
mod steps;

use std::collections::BTreeMap;

use jiff::Timestamp;
use lingjian_language::mask::mask;
use lingjian_model::coaching::{Act, Notes, Refused, Stage, Step};
use lingjian_model::{Action, CoachingId, CoachingSheet, Permission, UserId};
use lingjian_store::{Kept, KeptSheet, ListedSheet, SheetFilter, Viewer};
use serde_json::json;

pub use draft::Origin;
pub use figures::{Heard, ItemScore};

use crate::conversations::{placed, row};
use crate::evaluations::instant;
use crate::{Actor, AppError, House, Row};

/// What one may do with a sheet, besides reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Write on it.
    Write,
    /// Throw it away.
    Discard,
    /// Put it before the agent.
    Hold,
    /// Accept it.
    Sign,
    /// Not accept it.
    Dispute,
    /// Put a later evaluation beside it.
    Follow,
    /// End it.
    Close,
}

impl Doing {
    /// All there are.
    pub const ALL: [Self; 7] =
        [Self::Write, Self::Discard, Self::Hold, Self::Sign, Self::Dispute, Self::Follow, Self::Close];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Discard => "discard",
            Self::Hold => "hold",
            Self::Sign => "sign",
            Self::Dispute => "dispute",
            Self::Follow => "follow",
            Self::Close => "close",
        }
    }

    /// What it takes.
    const fn permission(self) -> Permission {
        match self {
            Self::Sign | Self::Dispute => Permission::CoachingSign,
            _ => Permission::CoachingWrite,
        }
    }

    /// Whether this person may do it with a sheet that stands so, whatever their posts are.
    fn fits(self, user: UserId, sheet: &CoachingSheet) -> bool {
        let (stage, coach) = (sheet.stage(), sheet.coach() == user);
        let before = |to: Stage| to.before().contains(&stage);
        let signer = sheet.signed().is_some_and(|(_, by)| by == user);
        match self {
            Self::Write => coach && stage.is_written(),
            Self::Discard => coach && stage == Stage::Draft,
            Self::Hold => coach && before(Stage::Held),
            Self::Sign | Self::Dispute => !coach && before(Stage::Signed),
            Self::Follow => !signer && before(Stage::Followed),
            Self::Close => !signer && before(Stage::Closed),
        }
    }
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRow {
    /// The figures.
    pub listed: ListedSheet,
    /// The call, with the names of its places.
    pub call: Row,
    /// Whether what was agreed should have been done, and the sheet is not over.
    pub late: bool,
}

/// A sheet with all that belongs to it.
#[derive(Debug, Clone)]
pub struct OpenedSheet {
    /// As in lists.
    pub row: SheetRow,
    /// The sheet.
    pub kept: KeptSheet,
    /// What it says: to whoever writes on it as it was written, to others as it was put before the agent, masked.
    pub notes: Notes,
    /// How the call was judged, with the items that the sheet is about.
    pub cause: Option<Heard>,
    /// How calls were judged afterwards, in the same items.
    pub follow_ups: Vec<Heard>,
    /// The names of those who did something.
    pub names: BTreeMap<UserId, String>,
    /// What the asker may do now.
    pub may: Vec<Doing>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheets {
    /// Its rows.
    pub rows: Vec<SheetRow>,
    /// Behind which row the next page begins; none: this was the last.
    pub next: Option<(i64, CoachingId)>,
}

/// A sheet and its call.
struct Found {
    call: Kept,
    kept: KeptSheet,
}

const MISSING: AppError = AppError::NotFound { what: "coaching sheet" };

/// A step that cannot be taken.
fn refused(refused: Refused) -> AppError {
    let field = match refused {
        Refused::Missing { what } => what,
        Refused::DueBefore { .. } => "due_at",
        Refused::NoReason { to: Stage::Closed } => "words",
        Refused::NoReason { .. } => "reason",
        Refused::HeardBefore { .. } | Refused::OtherCard | Refused::Twice => "evaluation",
        Refused::NotHeardAgain => "effect",
        _ => return AppError::Conflict(refused.to_string()),
    };
    AppError::BadRequest { field, reason: refused.to_string() }
}

/// What was put before the agent, with personal data masked.
#[must_use]
pub fn masked(notes: &Notes) -> Notes {
    let text = |text: &str| mask(text).text;
    Notes {
        problem: text(&notes.problem),
        root_cause: text(&notes.root_cause),
        discussion: text(&notes.discussion),
        agreed: text(&notes.agreed),
        ..notes.clone()
    }
}

/// What somebody said with a step, masked.
#[must_use]
pub fn words_of(step: &Step) -> Option<String> {
    match &step.act {
        Act::Sign { comment: words } | Act::Dispute { reason: words } | Act::Close { words, .. } => {
            Some(mask(words).text).filter(|words| !words.is_empty())
        }
        Act::Hold { .. } | Act::Follow { .. } => None,
    }
}

impl House {
    /// A page of the sheets within reach. `late` are those that are not over though what was agreed should have been done.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn coaching_sheets(
        &self,
        actor: &Actor,
        mut filter: SheetFilter,
        late: bool,
        after: Option<(i64, CoachingId)>,
        limit: u64,
    ) -> Result<Sheets, AppError> {
        let reach = actor.reach(Permission::CoachingRead)?;
        let viewer = Viewer { user: actor.user(), reach: &reach };
        filter.late_at = late.then(|| self.edge().now());
        let mut listed = self.store().sheets(&filter, viewer, after, limit + 1).await?;
        let more = listed.len() as u64 > limit;
        listed.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = listed.last().filter(|_| more).map(|last| (last.begun_at, last.id));
        let calls: Vec<_> = listed.iter().map(|one| one.conversation.clone()).collect();
        let names = self.store().names(&calls).await?;
        let rows = listed.into_iter().map(|one| {
            let call = row(&names, one.conversation.clone(), Vec::new());
            self.sheet_row(one, call)
        });
        Ok(Sheets { rows: rows.collect(), next })
    }

    fn sheet_row(&self, listed: ListedSheet, call: Row) -> SheetRow {
        let due = listed.due_at.is_some_and(|due| due < self.edge().now());
        let late = due && listed.stage != Stage::Closed;
        SheetRow { listed, call, late }
    }

    /// Whether they may see this sheet.
    pub(crate) async fn sees_sheet(&self, actor: &Actor, id: CoachingId) -> bool {
        self.sheet_within(actor, id).await.is_ok()
    }

    /// A sheet, where they may see it.
    async fn sheet_within(&self, actor: &Actor, id: CoachingId) -> Result<Found, AppError> {
        let reach = actor.reach(Permission::CoachingRead)?;
        let viewer = Viewer { user: actor.user(), reach: &reach };
        let kept = self.store().sheet(id).await?.ok_or(MISSING)?;
        let call = self.store().conversation(kept.sheet.cause().conversation).await?.ok_or(MISSING)?;
        if !viewer.sees_sheet(&placed(&call.listed), &kept.sheet) {
            return Err(MISSING);
        }
        if let Some(judged) = &kept.sheet.cause().evaluation
            && self.store().owes(actor.user(), call.listed.id, &judged.card.id, judged.id).await?
        {
            let reason = "you have yet to judge this call on the same card: the sheet is shown once you have";
            return Err(AppError::Conflict(reason.to_owned()));
        }
        Ok(Found { call, kept })
    }

    /// A sheet. The look stands in the audit trail.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn coaching_sheet(&self, actor: &Actor, id: CoachingId) -> Result<OpenedSheet, AppError> {
        let found = self.sheet_within(actor, id).await?;
        self.note_view(actor, Action::CoachingRead, &id.to_string(), json!({})).await?;
        self.opened_sheet(actor, found).await
    }

    /// What they have just done something with, as it stands now.
    async fn shown_sheet(&self, actor: &Actor, id: CoachingId) -> Result<OpenedSheet, AppError> {
        let found = self.sheet_within(actor, id).await?;
        self.opened_sheet(actor, found).await
    }

    async fn opened_sheet(&self, actor: &Actor, found: Found) -> Result<OpenedSheet, AppError> {
        let Found { call, kept } = found;
        let sheet = &kept.sheet;
        let may = may(actor, &call, sheet);
        let notes = if may.contains(&Doing::Write) {
            sheet.notes().clone()
        } else {
            masked(sheet.held().unwrap_or(sheet.notes()))
        };
        let mut cause = None;
        if let Some(judged) = &sheet.cause().evaluation {
            cause = Some(self.heard(judged, &notes.items).await?);
        }
        let mut follow_ups = Vec::new();
        for judged in sheet.follow_ups() {
            follow_ups.push(self.heard(judged, &notes.items).await?);
        }
        let done = sheet.record().iter().map(|step| step.by);
        let names = self.store().display_names(done.chain([sheet.coach()])).await?;
        let listed = ListedSheet {
            id: sheet.id(),
            conversation: call.listed.clone(),
            agent: sheet.cause().agent,
            evaluation: sheet.cause().evaluation.clone(),
            coach: (sheet.coach(), names.get(&sheet.coach()).cloned().unwrap_or_default()),
            begun_at: sheet.begun_at().as_millisecond(),
            stage: sheet.stage(),
            due_at: sheet.due_at().map(Timestamp::as_millisecond),
            effect: sheet.effect(),
        };
        let call_names = self.store().names(std::slice::from_ref(&call.listed)).await?;
        let row = self.sheet_row(listed, row(&call_names, call.listed, Vec::new()));
        Ok(OpenedSheet { row, kept, notes, cause, follow_ups, names, may })
    }
}

/// What they may do with it now.
fn may(actor: &Actor, call: &Kept, sheet: &CoachingSheet) -> Vec<Doing> {
    let place = placed(&call.listed);
    let own = actor.authority.person.served(Some(sheet.cause().agent));
    let can = |doing: &Doing| {
        let permission = doing.permission();
        let side = own == (permission == Permission::CoachingSign);
        side && actor.authority.reach(permission).covers(&place) && doing.fits(actor.user(), sheet)
    };
    Doing::ALL.into_iter().filter(can).collect()
}
