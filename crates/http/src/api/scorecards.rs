//! Scorecards: what counts, what is being written, what was published.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::scorecards::{self, Card, Fault, KnownCard, Version};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::rules::{Spoken, Tongue};
use crate::given::Given;
use crate::problem::{Answer, Problem};
use crate::shape::{Items, Title, object, revision, tagged, time};
use crate::who::Who;

/// A version of a scorecard.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardVersionOf {
    /// Counts from 1; 0 is what ships.
    number: u32,
    /// Names the form as it is.
    digest: String,
    /// Whether calls are judged on it.
    counts: bool,
    /// What its publisher says of it.
    note: Option<String>,
    written_by: Option<String>,
    published_by: Option<String>,
    published_at: Option<String>,
}

impl From<Version> for CardVersionOf {
    fn from(Version { number, digest, published, counts }: Version) -> Self {
        let published = published.as_ref();
        Self {
            number,
            digest,
            counts,
            note: published.map(|one| one.note.clone()),
            written_by: published.map(|one| one.written_by.clone()),
            published_by: published.map(|one| one.published_by.clone()),
            published_at: published.map(|one| time(one.published_at)),
        }
    }
}

/// That a scorecard is being written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardDraftOf {
    written_by: String,
    written_at: String,
    /// The version that it began with.
    based_on: u32,
    revision: i64,
}

/// A scorecard.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardOf {
    id: String,
    title: Title,
    /// What it is for.
    about: Title,
    /// How many sections.
    sections: usize,
    /// How many items.
    items: usize,
    /// What counts; none where there is only a draft.
    version: Option<CardVersionOf>,
    /// Its draft, for those who may write.
    draft: Option<CardDraftOf>,
}

impl From<KnownCard> for CardOf {
    fn from(card: KnownCard) -> Self {
        Self {
            id: card.id,
            title: card.title.into(),
            about: card.about.into(),
            sections: card.sections,
            items: card.items,
            version: card.version.map(CardVersionOf::from),
            draft: card.draft.map(|draft| CardDraftOf {
                written_by: draft.written_by,
                written_at: time(draft.written_at),
                based_on: draft.based_on,
                revision: draft.revision,
            }),
        }
    }
}

/// The scorecards, each with the version that counts and with its draft.
#[utoipa::path(get, path = "/api/v1/scorecards", tag = "scorecards",
    extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = Items<CardOf>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<CardOf>>> {
    Ok(Json(house.known_scorecards(&actor).await?.into_iter().map(CardOf::from).collect()))
}

/// The versions of a scorecard, newest first. What ships is number 0.
#[utoipa::path(get, path = "/api/v1/scorecards/{card}/versions", tag = "scorecards",
    params(("card" = String, Path, description = "the scorecard")), extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = Items<CardVersionOf>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn versions(
    State(house): State<House>,
    Who(actor): Who,
    Path(card): Path<String>,
) -> Answer<Json<Items<CardVersionOf>>> {
    let versions = house.scorecard_versions(&actor, &card).await?;
    Ok(Json(versions.into_iter().map(CardVersionOf::from).collect()))
}

/// A version of a scorecard: the form, and the file as it was written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardShown {
    #[serde(flatten)]
    version: CardVersionOf,
    file: String,
    /// As docs/scorecards.md has it: id, title, about, fatal, sections.
    #[schema(value_type = Object)]
    card: Value,
}

/// A version of a scorecard with its form and its file.
#[utoipa::path(get, path = "/api/v1/scorecards/{card}/versions/{number}", tag = "scorecards",
    params(("card" = String, Path, description = "the scorecard"), ("number" = i64, Path, description = "0 is what ships")),
    extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = CardShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn version(
    State(house): State<House>,
    Who(actor): Who,
    Path((card, number)): Path<(String, String)>,
) -> Answer<Json<CardShown>> {
    let Card { card: form, file, version, .. } = house.scorecard(&actor, &card, of_version(&number)).await?;
    let versions = house.scorecard_versions(&actor, &card).await?;
    let version = versions.into_iter().find(|one| one.number == version.version);
    let version = version.ok_or(lingjian_app::AppError::NotFound { what: "version of a scorecard" })?;
    Ok(Json(CardShown { version: version.into(), file, card: object(&form) }))
}

/// The version of that number; what is no number is the number of none.
fn of_version(number: &str) -> u32 {
    number.parse().unwrap_or(u32::MAX)
}

/// The draft of a scorecard, or what one would begin with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardDraft {
    file: String,
    /// The version that it began with; 0 is what ships, or nothing.
    based_on: u32,
    /// The version that counts.
    newest: u32,
    written_by: Option<String>,
    written_at: Option<String>,
    /// What `If-Match` carries; 0 where nothing was written yet.
    revision: i64,
}

impl IntoResponse for CardDraft {
    fn into_response(self) -> Response {
        tagged(self.revision, self)
    }
}

impl From<scorecards::Draft> for CardDraft {
    fn from(draft: scorecards::Draft) -> Self {
        let scorecards::Draft { file, based_on, newest, written, revision } = draft;
        let (written_by, written_at) = written.map(|(by, at)| (by, time(at))).unzip();
        Self { file, based_on, newest, written_by, written_at, revision }
    }
}

/// The draft of a scorecard; where there is none, what it would begin with, with the ETag "0".
#[utoipa::path(get, path = "/api/v1/scorecards/{card}/draft", tag = "scorecards",
    params(("card" = String, Path, description = "the scorecard")), extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = CardDraft), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn draft(
    State(house): State<House>,
    Who(actor): Who,
    Path(card): Path<String>,
) -> Answer<CardDraft> {
    Ok(house.card_draft(&actor, &card).await?.into())
}

/// What is written of a scorecard.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardWritten {
    /// The whole file.
    #[schema(max_length = 60000, pattern = r"^[^\u0000]*$")]
    file: String,
    /// The version that counts, where it was published after the draft began and who writes has seen it.
    #[serde(default)]
    based_on: Option<u32>,
}

/// Keep the draft of a scorecard. `If-Match` carries the ETag that was read; a new scorecard's is "0".
#[utoipa::path(put, path = "/api/v1/scorecards/{card}/draft", tag = "scorecards", request_body = CardWritten,
    params(("card" = String, Path, description = "the scorecard"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = CardDraft), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn keep(
    State(house): State<House>,
    Who(actor): Who,
    Path(card): Path<String>,
    headers: HeaderMap,
    Given(CardWritten { file, based_on }): Given<CardWritten>,
) -> Answer<CardDraft> {
    Ok(house.save_card_draft(&actor, &card, revision(&headers)?, file, based_on).await?.into())
}

/// Throw the draft of a scorecard away. `If-Match` carries the ETag that was read.
#[utoipa::path(delete, path = "/api/v1/scorecards/{card}/draft", tag = "scorecards",
    params(("card" = String, Path, description = "the scorecard"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn discard(
    State(house): State<House>,
    Who(actor): Who,
    Path(card): Path<String>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    house.discard_card_draft(&actor, &card, revision(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A scorecard's file as it stands in an editor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardTyped {
    /// The whole file.
    #[schema(max_length = 60000, pattern = r"^[^\u0000]*$")]
    file: String,
    /// zh or en.
    #[serde(default)]
    #[schema(value_type = Option<Tongue>, inline)]
    lang: Option<String>,
}

/// Something that is wrong or doubtful in a scorecard.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardFault {
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    /// How many characters are meant.
    length: usize,
    /// error: it cannot be published; warning: it can.
    grade: &'static str,
    /// Stable: docs/scorecards.md has them all.
    kind: String,
    /// As `sections[0].items[2].points`; empty for the whole file.
    field: String,
    message: String,
    help: String,
}

impl From<Fault> for CardFault {
    fn from(fault: Fault) -> Self {
        let grade = if fault.is_error() { "error" } else { "warning" };
        let Fault { line, column, length, kind, field, message, help, .. } = fault;
        Self { line, column, length, grade, kind, field, message, help }
    }
}

/// What is to be said of a scorecard's file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardChecked {
    /// The form; none where the file does not hold one.
    #[schema(value_type = Option<Object>)]
    card: Option<Value>,
    /// Names the form.
    digest: Option<String>,
    diagnostics: Vec<CardFault>,
    /// What it says differently from what counts: `card` (fields), `sections` and `items` (added, removed, changed). None where
    /// nothing counts yet.
    #[schema(value_type = Option<Object>)]
    difference: Option<Value>,
}

/// What is wrong with a scorecard as it is written, where, and what to do; what it changes. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/scorecards/{card}/check", tag = "scorecards", request_body = CardTyped,
    params(("card" = String, Path, description = "the scorecard")), extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = CardChecked), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn check(
    State(house): State<House>,
    Who(actor): Who,
    Path(card): Path<String>,
    Given(CardTyped { file, lang }): Given<CardTyped>,
) -> Answer<Json<CardChecked>> {
    let found = house.check_card(&actor, &card, &file, Spoken { lang }.is_chinese()?).await?;
    Ok(Json(CardChecked {
        card: found.card.map(object),
        digest: found.digest,
        diagnostics: found.faults.into_iter().map(CardFault::from).collect(),
        difference: found.difference.map(object),
    }))
}

/// A scorecard as it stands in an editor, with some answers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardTrying {
    /// The whole file.
    #[schema(max_length = 60000, pattern = r"^[^\u0000]*$")]
    file: String,
    /// The option that is answered, by item; null is "not applicable".
    #[serde(default)]
    answers: BTreeMap<String, Option<String>>,
}

/// What a scorecard comes to with some answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardTried {
    /// total, critical, earned, possible, sections, fatal, `critical_failed`, open, steps: docs/scorecards.md.
    #[schema(value_type = Object)]
    scored: Value,
    /// The items that are asked.
    asked: Vec<String>,
    /// What keeps it from being submitted: item, lack.
    #[schema(value_type = Vec<Object>)]
    missing: Value,
}

/// Fill in a scorecard as it is written: what it comes to, step by step. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/scorecards/{card}/try", tag = "scorecards", request_body = CardTrying,
    params(("card" = String, Path, description = "the scorecard")), extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = CardTried), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn try_on(
    State(house): State<House>,
    Who(actor): Who,
    Path(card): Path<String>,
    Given(CardTrying { file, answers }): Given<CardTrying>,
) -> Answer<Json<CardTried>> {
    let tried = house.try_card(&actor, &card, &file, answers).await?;
    Ok(Json(CardTried { scored: object(&tried.scored), asked: tried.asked, missing: object(&tried.missing) }))
}

/// What who publishes a scorecard says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardNote {
    /// What changes, and why.
    #[schema(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*[^\s\u0000][^\u0000]*$")]
    note: String,
}

/// Publish the draft of a scorecard. Calls are judged on it from now on; `If-Match` carries the draft's ETag.
#[utoipa::path(post, path = "/api/v1/scorecards/{card}/publish", tag = "scorecards", request_body = CardNote,
    params(("card" = String, Path, description = "the scorecard"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("rules.publish"))),
    responses((status = 200, body = CardVersionOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn publish(
    State(house): State<House>,
    Who(actor): Who,
    Path(card): Path<String>,
    headers: HeaderMap,
    Given(CardNote { note }): Given<CardNote>,
) -> Answer<Json<CardVersionOf>> {
    Ok(Json(house.publish_card_draft(&actor, &card, revision(&headers)?, &note).await?.into()))
}

/// Publish an earlier version of a scorecard again: the way back. 0 is what ships.
#[utoipa::path(post, path = "/api/v1/scorecards/{card}/versions/{number}/publish", tag = "scorecards",
    request_body = CardNote,
    params(("card" = String, Path, description = "the scorecard"), ("number" = i64, Path, description = "0 is what ships")),
    extensions(("x-permission" = json!("rules.publish"))),
    responses((status = 200, body = CardVersionOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn publish_again(
    State(house): State<House>,
    Who(actor): Who,
    Path((card, number)): Path<(String, String)>,
    Given(CardNote { note }): Given<CardNote>,
) -> Answer<Json<CardVersionOf>> {
    Ok(Json(house.publish_card_again(&actor, &card, of_version(&number), &note).await?.into()))
}
