//! Coaching sheets: a serious problem of an agent, what was agreed about it, and what came of that.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use lingjian_app::House;
use lingjian_app::coaching::{self, Doing, Heard, ItemScore, OpenedSheet, Origin, SheetRow};
use lingjian_app::store::SheetFilter;
use lingjian_model::UserId;
use lingjian_model::coaching::{Act, Notes, Stage, Step};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::conversation::known;
use super::evaluations::{Call, Moment, moments, named};
use crate::contract::{Moment as Instant, one_of, shape};
use crate::given::{Asking, Given};
use crate::problem::{Answer, Failed, Problem, bad};
use crate::shape::{
    Named, NamedAgent, Title, cursor, instant, limit, place, revision, several, tagged, time,
};
use crate::who::Who;

shape! {
    CoachingStages = one_of(Stage::ALL.iter().map(|stage| stage.name()));
}

/// A row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoachingRow {
    id: String,
    /// The call in which the problem shows.
    conversation: Call,
    project: Option<Named>,
    team: Option<Named>,
    /// Who is coached.
    agent: Option<NamedAgent>,
    /// The evaluation that it began with.
    evaluation: Option<String>,
    /// Who leads it.
    coach: Named,
    begun_at: String,
    /// draft, held, disputed, signed, followed, closed.
    stage: &'static str,
    /// Until when what was agreed is to be done.
    due_at: Option<String>,
    /// Whether that is over, and the sheet is not closed.
    late: bool,
    /// improved, not_improved, not_judged, once closed.
    effect: Option<&'static str>,
}

impl From<SheetRow> for CoachingRow {
    fn from(SheetRow { listed, call, late }: SheetRow) -> Self {
        Self {
            id: listed.id.to_string(),
            conversation: Call::from(call.listed),
            project: call.project.map(Named::from),
            team: call.team.map(Named::from),
            agent: call.agent.map(NamedAgent::from),
            evaluation: listed.evaluation.map(|judged| judged.id.to_string()),
            coach: listed.coach.into(),
            begun_at: time(listed.begun_at),
            stage: listed.stage.name(),
            due_at: listed.due_at.map(time),
            late,
            effect: listed.effect.map(|effect| effect.name()),
        }
    }
}

/// What a coach writes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoachingNotes {
    /// Ids of the items that it is about.
    items: Vec<String>,
    problem: String,
    /// Clips: places in the call. Turn and characters are those of the sheet's transcript.
    moments: Vec<Moment>,
    root_cause: String,
    discussion: String,
    agreed: String,
    due_at: Option<String>,
}

fn at(instant: Timestamp) -> String {
    time(instant.as_millisecond())
}

impl From<Notes> for CoachingNotes {
    fn from(notes: Notes) -> Self {
        let Notes { items, problem, moments: places, root_cause, discussion, agreed, due_at } = notes;
        let moments = moments(places);
        Self { items, problem, moments, root_cause, discussion, agreed, due_at: due_at.map(at) }
    }
}

/// How an item was judged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoachedItem {
    id: String,
    title: Title,
    /// What was answered; none where it was not asked, or does not apply.
    answer: Option<Title>,
    /// What it is worth.
    points: f64,
    /// What of that was earned.
    earned: Option<f64>,
    not_applicable: bool,
}

impl From<ItemScore> for CoachedItem {
    fn from(score: ItemScore) -> Self {
        let ItemScore { id, title, answer, points, earned, not_applicable } = score;
        Self { id, title: title.into(), answer: answer.map(Title::from), points, earned, not_applicable }
    }
}

/// How a call was judged, in the items of the sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoachedCall {
    /// The evaluation.
    evaluation: String,
    revision: u32,
    /// The card's id, version and name.
    card: String,
    version: u32,
    title: Title,
    conversation: String,
    listened_at: String,
    /// Where that revision stands; `changed`: an appeal was granted, and another counts.
    stage: &'static str,
    total: Option<f64>,
    /// Those that this version of the card has.
    items: Vec<CoachedItem>,
}

impl From<Heard> for CoachedCall {
    fn from(heard: Heard) -> Self {
        let Heard { judged, title, conversation, listened_at, stage, total, items } = heard;
        Self {
            evaluation: judged.id.to_string(),
            revision: judged.revision,
            card: judged.card.id,
            version: judged.card.version,
            title: title.into(),
            conversation: conversation.to_string(),
            listened_at: time(listened_at),
            stage: stage.name(),
            total,
            items: items.into_iter().map(CoachedItem::from).collect(),
        }
    }
}

/// What was done to a sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoachingStep {
    /// hold, sign, dispute, follow, close.
    kind: &'static str,
    by: Named,
    at: String,
    /// What was said: a comment, a reason, an effect in words.
    words: Option<String>,
    /// What was put before the agent.
    notes: Option<CoachingNotes>,
    /// The evaluation that was put beside it.
    evaluation: Option<String>,
    effect: Option<&'static str>,
}

impl CoachingStep {
    fn of(step: &Step, names: &BTreeMap<UserId, String>) -> Self {
        let (kind, notes, evaluation, effect) = match &step.act {
            Act::Hold { notes } => ("hold", Some(coaching::masked(notes).into()), None, None),
            Act::Sign { .. } => ("sign", None, None, None),
            Act::Dispute { .. } => ("dispute", None, None, None),
            Act::Follow { evaluation, .. } => ("follow", None, Some(evaluation.id.to_string()), None),
            Act::Close { effect, .. } => ("close", None, None, Some(effect.name())),
        };
        let words = coaching::words_of(step);
        Self { kind, by: named(step.by, names), at: at(step.at), words, notes, evaluation, effect }
    }
}

/// A coaching sheet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Coaching {
    #[serde(flatten)]
    row: CoachingRow,
    /// The words that its moments point into.
    transcript: Option<String>,
    /// As it was put before the agent; to whoever writes on it, as it was written.
    notes: CoachingNotes,
    /// How the call was judged.
    cause: Option<CoachedCall>,
    /// How calls were judged that were listened to afterwards.
    follow_ups: Vec<CoachedCall>,
    /// When the agent signed.
    signed_at: Option<String>,
    steps: Vec<CoachingStep>,
    /// What one may do now: write, discard, hold, sign, dispute, follow, close.
    may: Vec<&'static str>,
    /// What `If-Match` carries.
    changes: i64,
}

impl From<OpenedSheet> for Coaching {
    fn from(opened: OpenedSheet) -> Self {
        let OpenedSheet { row, kept, notes, cause, follow_ups, names, may } = opened;
        let sheet = &kept.sheet;
        Self {
            row: row.into(),
            transcript: sheet.cause().transcript.map(|id| id.to_string()),
            notes: notes.into(),
            cause: cause.map(CoachedCall::from),
            follow_ups: follow_ups.into_iter().map(CoachedCall::from).collect(),
            signed_at: sheet.signed().map(|(signed, _)| at(signed)),
            steps: sheet.record().iter().map(|step| CoachingStep::of(step, &names)).collect(),
            may: may.into_iter().map(Doing::name).collect(),
            changes: kept.changes,
        }
    }
}

impl IntoResponse for Coaching {
    fn into_response(self) -> Response {
        tagged(self.changes, self)
    }
}

/// Which coaching sheets; several values of one kind are parted by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct AskedSheets {
    /// Ids of conversations.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    conversation: Option<String>,
    /// Ids of evaluations that they began with.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    evaluation: Option<String>,
    /// Ids of projects.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    project: Option<String>,
    /// Ids of teams.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    team: Option<String>,
    /// Ids of agents.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    agent: Option<String>,
    /// Ids of users who lead them.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    coach: Option<String>,
    /// draft, held, disputed, signed, followed, closed.
    #[param(value_type = Option<Vec<CoachingStages>>, inline, style = Form, explode = false)]
    stage: Option<String>,
    /// Only those that are not closed though what was agreed should have been done.
    late: Option<bool>,
    /// `next` of the page before.
    #[param(pattern = "^(?![7f]ff)[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// Rows of a page, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoachingList {
    items: Vec<CoachingRow>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

/// Coaching sheets within reach; the last begun first. A draft is seen by its coach alone; who reaches a call only because they served it
/// sees what was put before them.
#[utoipa::path(get, path = "/api/v1/coaching", tag = "coaching", params(AskedSheets),
    extensions(("x-permission" = json!("coaching.read"))),
    responses((status = 200, body = CoachingList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<AskedSheets>,
) -> Answer<Json<CoachingList>> {
    let after = place(asked.cursor.as_deref())?.map(|(at, id)| (at as i64, Uuid::from(id).into()));
    let limit = limit(asked.limit)?;
    let filter = SheetFilter {
        conversations: several("conversation", asked.conversation.as_deref(), |id| id.parse().ok())?,
        evaluations: several("evaluation", asked.evaluation.as_deref(), |id| id.parse().ok())?,
        projects: several("project", asked.project.as_deref(), |id| id.parse().ok())?,
        teams: several("team", asked.team.as_deref(), |id| id.parse().ok())?,
        agents: several("agent", asked.agent.as_deref(), |id| id.parse().ok())?,
        coaches: several("coach", asked.coach.as_deref(), |id| id.parse().ok())?,
        stages: several("stage", asked.stage.as_deref(), Stage::from_name)?,
        late_at: None,
    };
    let page = house.coaching_sheets(&actor, filter, asked.late.unwrap_or(false), after, limit).await?;
    Ok(Json(CoachingList {
        items: page.rows.into_iter().map(CoachingRow::from).collect(),
        next: page.next.map(|(at, id)| cursor((at as f64, Uuid::from(id).into()))),
    }))
}

/// What a sheet begins with: an evaluation, or a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BegunSheet {
    /// An evaluation that was sent; its newest revision that was is taken.
    #[serde(default)]
    evaluation: Option<Uuid>,
    /// Ids of its items that it is about: what was said about them, and where, is filled in.
    #[serde(default)]
    #[schema(max_items = 100)]
    items: Vec<String>,
    /// A conversation, where there is no evaluation.
    #[serde(default)]
    conversation: Option<Uuid>,
}

/// Begin a coaching sheet for the agent of a call. Who has a draft about it already gets that, with 200.
#[utoipa::path(post, path = "/api/v1/coaching", tag = "coaching", request_body = BegunSheet,
    extensions(("x-permission" = json!("coaching.write"))),
    responses((status = 200, body = Coaching), (status = 201, body = Coaching), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn begin(
    State(house): State<House>,
    Who(actor): Who,
    Given(BegunSheet { evaluation, items, conversation }): Given<BegunSheet>,
) -> Answer<Response> {
    actor.reach(lingjian_model::Permission::CoachingWrite)?;
    let origin = match (evaluation, conversation) {
        (Some(id), None) => Origin::Evaluation { id: id.into(), items },
        (None, Some(id)) if items.is_empty() => Origin::Conversation(id.into()),
        (None, Some(_)) => return Err(bad("items", "name items of an evaluation only")),
        _ => return Err(bad("evaluation", "name either an evaluation or a conversation")),
    };
    let (opened, new) = house.begin_coaching(&actor, origin).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Coaching::from(opened)).into_response())
}

/// A coaching sheet. The look is written to the audit trail. 409 to whoever has yet to judge the call on the same card.
#[utoipa::path(get, path = "/api/v1/coaching/{id}", tag = "coaching",
    params(("id" = Uuid, Path, description = "the sheet")), extensions(("x-permission" = json!("coaching.read"))),
    responses((status = 200, body = Coaching), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Coaching> {
    Ok(house.coaching_sheet(&actor, known(&id)?.into()).await?.into())
}

/// What a coach writes. What is not here is empty.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WrittenSheet {
    /// Ids of items of the evaluation that it began with.
    #[schema(max_items = 100)]
    items: Vec<String>,
    #[schema(max_length = 4000)]
    problem: String,
    #[schema(max_items = 100)]
    moments: Vec<Moment>,
    #[schema(max_length = 4000)]
    root_cause: String,
    #[schema(max_length = 4000)]
    discussion: String,
    #[schema(max_length = 4000)]
    agreed: String,
    /// Until when what was agreed is to be done: RFC 3339, or a day, before which it is.
    #[schema(value_type = Option<Instant>, inline)]
    due_at: Option<String>,
}

/// Write on one's own sheet, while it is a draft or was disputed. `If-Match` carries the ETag that was read.
#[utoipa::path(put, path = "/api/v1/coaching/{id}/notes", tag = "coaching", request_body = WrittenSheet,
    params(("id" = Uuid, Path, description = "the sheet"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("coaching.write"))),
    responses((status = 200, body = Coaching), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn write(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(written): Given<WrittenSheet>,
) -> Answer<Coaching> {
    let (id, changes) = (known(&id)?.into(), revision(&headers)?);
    let zone = house.zone(None, &[]).await?;
    let due = instant("due_at", written.due_at.as_deref(), &zone)?;
    let due_at = due.map(Timestamp::from_millisecond).transpose();
    let due_at = due_at.map_err(|_| -> Failed { bad("due_at", "is no time that there is") })?;
    let WrittenSheet { items, problem, moments: places, root_cause, discussion, agreed, .. } = written;
    let moments = moments(places);
    let notes = Notes { items, problem, moments, root_cause, discussion, agreed, due_at };
    Ok(house.write_coaching(&actor, id, changes, notes).await?.into())
}

/// Throw one's own draft away. `If-Match` carries the ETag that was read.
#[utoipa::path(delete, path = "/api/v1/coaching/{id}", tag = "coaching",
    params(("id" = Uuid, Path, description = "the sheet"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("coaching.write"))),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn discard(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    house.discard_coaching(&actor, known(&id)?.into(), revision(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
