//! Evaluations: calls judged by people.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ETAG, HeaderMap};
use axum::response::{IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::evaluations::{self, Beginning, Doing, Opened};
use lingjian_app::store::{EvaluationFilter, Listed};
use lingjian_model::evaluation::{Act, ListeningMode, Stage, Step};
use lingjian_model::scorecard::{self, RemarkKind, Sheet};
use lingjian_model::{Span, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::Object;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::conversation::known;
use crate::contract::{Moment as Instant, Zone, one_of, shape};
use crate::given::{Asking, Given};
use crate::problem::{Answer, Problem, bad};
use crate::shape::{
    Named, NamedAgent, Title, cursor, instant, limit, object, place, revision, several, time,
};
use crate::who::Who;

shape! {
    Stages = one_of(Stage::ALL.iter().map(|stage| stage.name()));
}

fn modes() -> Object {
    one_of(ListeningMode::ALL.iter().map(|mode| mode.name()))
}

fn kinds() -> Object {
    one_of(RemarkKind::ALL.iter().map(|kind| kind.name()))
}

/// The call that was judged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Call {
    id: String,
    /// What its source calls it.
    external_id: String,
    /// When it began; where nobody told, when it came in.
    at: String,
    duration_ms: i64,
}

impl From<Listed> for Call {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.id.to_string(),
            external_id: listed.external_id,
            at: time(listed.at),
            duration_ms: listed.duration_ms,
        }
    }
}

/// The card that it was judged on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Card {
    id: String,
    version: u32,
    title: Title,
}

/// A row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvaluationRow {
    id: String,
    /// Counted from 1; the highest that was submitted counts.
    revision: u32,
    conversation: Call,
    project: Option<Named>,
    team: Option<Named>,
    agent: Option<NamedAgent>,
    /// Who judged.
    inspector: Named,
    card: Card,
    /// recorded, side_by_side, live, unannounced.
    mode: &'static str,
    /// draft, submitted, sent, acknowledged, appealed, upheld, changed.
    stage: &'static str,
    /// What it came to, 0–100, once submitted.
    total: Option<f64>,
    /// Of its critical items.
    critical: Option<f64>,
    /// How many fatal items were failed.
    fatal: i64,
    listened_at: String,
    /// Until when it should be sent: 24 hours after the listening.
    due_at: String,
    /// Whether it should have been sent, and has not been.
    late: bool,
    sent_at: Option<String>,
    appeal_until: Option<String>,
}

impl From<evaluations::EvaluationRow> for EvaluationRow {
    fn from(row: evaluations::EvaluationRow) -> Self {
        let evaluations::EvaluationRow { listed, call, title, due_at, late } = row;
        Self {
            id: listed.id.to_string(),
            revision: listed.revision,
            conversation: Call::from(call.listed),
            project: call.project.map(Named::from),
            team: call.team.map(Named::from),
            agent: call.agent.map(NamedAgent::from),
            inspector: listed.inspector.into(),
            card: Card { id: listed.card.id, version: listed.card.version, title: title.into() },
            mode: listed.mode.name(),
            stage: listed.stage.name(),
            total: listed.total,
            critical: listed.critical,
            fatal: listed.fatal,
            listened_at: time(listed.listened_at),
            due_at: time(due_at),
            late,
            sent_at: listed.sent_at.map(time),
            appeal_until: listed.appeal_until.map(time),
        }
    }
}

/// A place in the call: no words. Turn and characters are those of the evaluation's transcript.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Moment {
    /// The turn, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    turn: Option<usize>,
    /// Characters of it, from … up to and without ….
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 2, max_items = 2)]
    chars: Option<[usize; 2]>,
    start_ms: u64,
    end_ms: u64,
}

impl From<Moment> for scorecard::Moment {
    fn from(Moment { turn, chars, start_ms, end_ms }: Moment) -> Self {
        Self { turn, chars, span: Span::new(start_ms, end_ms) }
    }
}

impl From<scorecard::Moment> for Moment {
    fn from(scorecard::Moment { turn, chars, span }: scorecard::Moment) -> Self {
        Self { turn, chars, start_ms: span.start.0, end_ms: span.end.0 }
    }
}

pub(super) fn moments<To, From: Into<To>>(some: Vec<From>) -> Vec<To> {
    some.into_iter().map(Into::into).collect()
}

/// What a person says to an item.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Choice {
    /// Not applicable.
    NotApplicable,
    /// The option of that id.
    Option(String),
}

/// What a person says to an item, why and where.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Answered {
    choice: Option<Choice>,
    #[schema(max_length = 4000)]
    comment: String,
    #[schema(max_items = 100)]
    evidence: Vec<Moment>,
}

/// All that is said to an item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerOf {
    choice: Option<Choice>,
    comment: String,
    evidence: Vec<Moment>,
    /// What the machine would answer: option, and sources, each a `finding` (rule, version, moment) or a `measure` (measure, value, bound).
    #[schema(value_type = Option<Object>)]
    suggestion: Option<Value>,
    /// own, confirmed, changed or taken.
    origin: Option<&'static str>,
}

impl From<scorecard::Answer> for AnswerOf {
    fn from(answer: scorecard::Answer) -> Self {
        let origin = answer.origin().map(scorecard::Origin::name);
        let choice = answer.choice.map(|choice| match choice {
            scorecard::Choice::NotApplicable => Choice::NotApplicable,
            scorecard::Choice::Option(option) => Choice::Option(option),
        });
        let suggestion = answer.suggestion.and_then(|suggestion| serde_json::to_value(suggestion).ok());
        Self { choice, comment: answer.comment, evidence: moments(answer.evidence), suggestion, origin }
    }
}

impl From<Answered> for scorecard::Answer {
    fn from(Answered { choice, comment, evidence }: Answered) -> Self {
        let choice = choice.map(|choice| match choice {
            Choice::NotApplicable => scorecard::Choice::NotApplicable,
            Choice::Option(option) => scorecard::Choice::Option(option),
        });
        Self { choice, comment, evidence: moments(evidence), suggestion: None }
    }
}

/// A word to the agent that no item asks for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remark {
    /// good or better.
    #[schema(schema_with = kinds)]
    kind: RemarkKind,
    #[schema(max_length = 4000)]
    text: String,
    #[serde(default)]
    #[schema(max_items = 100)]
    evidence: Vec<Moment>,
}

impl From<scorecard::Remark> for Remark {
    fn from(scorecard::Remark { kind, text, evidence }: scorecard::Remark) -> Self {
        Self { kind, text, evidence: moments(evidence) }
    }
}

impl From<Remark> for scorecard::Remark {
    fn from(Remark { kind, text, evidence }: Remark) -> Self {
        Self { kind, text, evidence: moments(evidence) }
    }
}

/// What was done to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StepOf {
    /// submit, send, acknowledge, appeal, uphold, change.
    kind: &'static str,
    /// Who; nobody where the program did it by itself.
    by: Option<Named>,
    at: String,
    reason: Option<String>,
    /// The items that an appeal is about; all where none is named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Moment>,
    appeal_until: Option<String>,
}

impl StepOf {
    fn of(step: &Step, names: &BTreeMap<UserId, String>) -> Self {
        let (kind, items, evidence, until) = match &step.act {
            Act::Submit { .. } => ("submit", Vec::new(), Vec::new(), None),
            Act::Send { appeal_until } => ("send", Vec::new(), Vec::new(), *appeal_until),
            Act::Acknowledge => ("acknowledge", Vec::new(), Vec::new(), None),
            Act::Appeal { items, evidence, .. } => ("appeal", items.clone(), evidence.clone(), None),
            Act::Uphold { .. } => ("uphold", Vec::new(), Vec::new(), None),
            Act::Change { .. } => ("change", Vec::new(), Vec::new(), None),
        };
        Self {
            kind,
            by: step.by.map(|by| named(by, names)),
            at: time(step.at.as_millisecond()),
            reason: evaluations::reason_of(step),
            items,
            evidence: moments(evidence),
            appeal_until: until.map(|until| time(until.as_millisecond())),
        }
    }
}

pub(super) fn named(id: UserId, names: &BTreeMap<UserId, String>) -> Named {
    Named { id: id.to_string(), name: names.get(&id).cloned().unwrap_or_default() }
}

/// A revision that one may see.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevisionOf {
    revision: u32,
    inspector: Named,
    stage: &'static str,
    total: Option<f64>,
}

/// An evaluation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evaluation {
    #[serde(flatten)]
    row: EvaluationRow,
    /// The words that its moments point into.
    transcript: Option<String>,
    /// The judgement that its suggestions come from.
    judgement: Option<String>,
    /// The form: id, title, about, fatal, sections with items with options. `docs/scorecards.md`.
    #[schema(value_type = Object)]
    form: Value,
    /// By the ids of their items.
    answers: BTreeMap<String, AnswerOf>,
    remarks: Vec<Remark>,
    /// The items that are asked now.
    asked: Vec<String>,
    /// total, critical, earned, possible, sections, fatal, critical_failed, open, and steps: how each figure came to be.
    #[schema(value_type = Object)]
    scored: Value,
    /// What keeps it from being submitted: item, and what it lacks.
    #[schema(value_type = Vec<Object>)]
    gaps: Value,
    steps: Vec<StepOf>,
    /// The revisions that one may see, oldest first.
    revisions: Vec<RevisionOf>,
    /// What one may do now: write, discard, submit, send, acknowledge, appeal, uphold, change.
    may: Vec<&'static str>,
    /// What `If-Match` carries.
    changes: i64,
}

impl From<Opened> for Evaluation {
    fn from(opened: Opened) -> Self {
        let Opened { row, evaluation: kept, sheet, revisions, form, asked, scored, gaps, names, may } =
            opened;
        let listening = kept.evaluation.listening();
        Self {
            row: row.into(),
            transcript: listening.transcript.map(|id| id.to_string()),
            judgement: listening.judgement.map(|id| id.to_string()),
            form: object(form),
            answers: sheet.answers.into_iter().map(|(item, answer)| (item, answer.into())).collect(),
            remarks: sheet.remarks.into_iter().map(Remark::from).collect(),
            asked,
            scored: object(scored),
            gaps: object(gaps),
            steps: kept.evaluation.record().iter().map(|step| StepOf::of(step, &names)).collect(),
            revisions: revisions
                .into_iter()
                .map(|one| RevisionOf {
                    revision: one.revision,
                    inspector: named(one.inspector, &names),
                    stage: one.stage.name(),
                    total: one.total,
                })
                .collect(),
            may: may.into_iter().map(Doing::name).collect(),
            changes: kept.changes,
        }
    }
}

impl IntoResponse for Evaluation {
    fn into_response(self) -> Response {
        ([(ETAG, format!("\"{}\"", self.changes))], Json(self)).into_response()
    }
}

/// Which evaluations; several values of one kind are parted by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Ids of conversations.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    conversation: Option<String>,
    /// Ids of projects.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    project: Option<String>,
    /// Ids of teams.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    team: Option<String>,
    /// Ids of agents.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    agent: Option<String>,
    /// Ids of users who judged.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    inspector: Option<String>,
    /// Ids of cards.
    #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
    card: Option<String>,
    /// draft, submitted, sent, acknowledged, appealed, upheld, changed.
    #[param(value_type = Option<Vec<Stages>>, inline, style = Form, explode = false)]
    stage: Option<String>,
    /// Only those that should have been sent, and have not been.
    late: Option<bool>,
    /// Not listened to before: a day, or RFC 3339.
    #[param(value_type = Option<Instant>, inline)]
    from: Option<String>,
    /// Listened to before: a day, or RFC 3339.
    #[param(value_type = Option<Instant>, inline)]
    to: Option<String>,
    /// Whose days these are, as IANA names it. Else those of the one project that is asked for, else those of the house.
    #[param(value_type = Option<Zone>, inline)]
    zone: Option<String>,
    /// `next` of the page before.
    #[param(pattern = "^(?![7f]ff)[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// Rows of a page, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvaluationList {
    items: Vec<EvaluationRow>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

/// Evaluations within reach, of each the newest revision that one may see; the last listened to first. A draft is seen by its inspector
/// alone; who reaches a call only because they served it sees what was sent.
#[utoipa::path(get, path = "/api/v1/evaluations", tag = "evaluations", params(Asked),
    extensions(("x-permission" = json!("evaluations.read"))),
    responses((status = 200, body = EvaluationList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<EvaluationList>> {
    let after = place(asked.cursor.as_deref())?.map(|(at, id)| (at as i64, Uuid::from(id).into()));
    let limit = limit(asked.limit)?;
    let projects = several("project", asked.project.as_deref(), |id| id.parse().ok())?;
    let zone = house.zone(asked.zone.as_deref(), &projects).await?;
    let filter = EvaluationFilter {
        conversations: several("conversation", asked.conversation.as_deref(), |id| id.parse().ok())?,
        projects,
        teams: several("team", asked.team.as_deref(), |id| id.parse().ok())?,
        agents: several("agent", asked.agent.as_deref(), |id| id.parse().ok())?,
        inspectors: several("inspector", asked.inspector.as_deref(), |id| id.parse().ok())?,
        cards: several("card", asked.card.as_deref(), |card| Some(card.to_owned()))?,
        stages: several("stage", asked.stage.as_deref(), Stage::from_name)?,
        from: instant("from", asked.from.as_deref(), &zone)?,
        to: instant("to", asked.to.as_deref(), &zone)?,
        waiting_since: None,
    };
    let late = asked.late.unwrap_or(false);
    let page = house.evaluations(&actor, filter, late, after, limit).await?;
    Ok(Json(EvaluationList {
        items: page.rows.into_iter().map(EvaluationRow::from).collect(),
        next: page.next.map(|(at, id)| cursor((at as f64, Uuid::from(id).into()))),
    }))
}

/// What an evaluation begins with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begun {
    /// The conversation's id.
    conversation: Uuid,
    /// The card's id; its newest version is taken.
    card: String,
    /// recorded, side_by_side, live, unannounced.
    #[schema(schema_with = modes)]
    mode: ListeningMode,
    /// When it was listened to, RFC 3339; now where nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<Instant>, inline)]
    listened_at: Option<String>,
}

/// Begin to judge a call, with what the rules suggest filled in. Who has a draft of it on this card already gets that, with 200.
#[utoipa::path(post, path = "/api/v1/evaluations", tag = "evaluations", request_body = Begun,
    extensions(("x-permission" = json!("evaluations.write"))),
    responses((status = 200, body = Evaluation), (status = 201, body = Evaluation), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn begin(
    State(house): State<House>,
    Who(actor): Who,
    Given(Begun { conversation, card, mode, listened_at }): Given<Begun>,
) -> Answer<Response> {
    let zone = house.zone(None, &[]).await?;
    let listened_at = instant("listened_at", listened_at.as_deref(), &zone)?;
    let beginning = Beginning { conversation: conversation.into(), card, mode, listened_at };
    let (opened, new) = house.begin_evaluation(&actor, beginning).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Evaluation::from(opened)).into_response())
}

/// An evaluation, the newest revision that one may see. The look is written to the audit trail.
#[utoipa::path(get, path = "/api/v1/evaluations/{id}", tag = "evaluations",
    params(("id" = Uuid, Path, description = "the evaluation")), extensions(("x-permission" = json!("evaluations.read"))),
    responses((status = 200, body = Evaluation), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Evaluation> {
    Ok(house.evaluation(&actor, known(&id)?.into(), None).await?.into())
}

/// A revision of an evaluation.
#[utoipa::path(get, path = "/api/v1/evaluations/{id}/revisions/{number}", tag = "evaluations",
    params(("id" = Uuid, Path, description = "the evaluation"), ("number" = u32, Path, description = "the revision, from 1")),
    extensions(("x-permission" = json!("evaluations.read"))),
    responses((status = 200, body = Evaluation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn earlier(
    State(house): State<House>,
    Who(actor): Who,
    Path((id, number)): Path<(String, String)>,
) -> Answer<Evaluation> {
    let number = number.parse().map_err(|_| bad("number", "write the number of a revision"))?;
    Ok(house.evaluation(&actor, known(&id)?.into(), Some(number)).await?.into())
}

/// A card as somebody filled it in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filled {
    /// By the ids of their items. What is not here is not answered.
    #[serde(default)]
    answers: BTreeMap<String, Answered>,
    #[serde(default)]
    #[schema(max_items = 100)]
    remarks: Vec<Remark>,
}

/// Fill one's own draft in. What the machine suggested stays beside it. `If-Match` carries the ETag that was read.
#[utoipa::path(put, path = "/api/v1/evaluations/{id}/sheet", tag = "evaluations", request_body = Filled,
    params(("id" = Uuid, Path, description = "the evaluation"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("evaluations.write"))),
    responses((status = 200, body = Evaluation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn fill(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    Given(Filled { answers, remarks }): Given<Filled>,
) -> Answer<Evaluation> {
    let sheet = Sheet {
        answers: answers.into_iter().map(|(item, answer)| (item, answer.into())).collect(),
        remarks: remarks.into_iter().map(Into::into).collect(),
    };
    Ok(house.write_evaluation(&actor, known(&id)?.into(), revision(&headers)?, sheet).await?.into())
}

/// Throw one's own draft away. `If-Match` carries the ETag that was read.
#[utoipa::path(delete, path = "/api/v1/evaluations/{id}", tag = "evaluations",
    params(("id" = Uuid, Path, description = "the evaluation"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("evaluations.write"))),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn discard(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    house.discard_evaluation(&actor, known(&id)?.into(), revision(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
