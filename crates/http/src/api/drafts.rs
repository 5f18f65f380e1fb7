//! Packs that are being written: drafts, what is to be said of them, what they would find.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::{IntoResponse, Response};
use lingjian_app::House;
use lingjian_app::packs::{self, Edit};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::packs::{Difference, File};
use super::rules::{Spoken, Tongue};
use crate::given::Given;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Scores, Title, object, revision, tagged, time};
use crate::who::Who;

/// A draft, or what one would begin with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Draft {
    files: Vec<File>,
    /// The version that it began with; 0 is what ships.
    based_on: i64,
    /// The version that counts.
    newest: i64,
    written_by: Option<String>,
    written_at: Option<String>,
    /// What `If-Match` carries; 0 where nothing was written yet.
    revision: i64,
}

impl IntoResponse for Draft {
    fn into_response(self) -> Response {
        tagged(self.revision, self)
    }
}

impl From<packs::Draft> for Draft {
    fn from(draft: packs::Draft) -> Self {
        let (written_by, written_at) = draft.written.map(|(by, at)| (by, time(at))).unzip();
        Self {
            files: draft.files.into_iter().map(File::from).collect(),
            based_on: draft.based_on,
            newest: draft.newest,
            written_by,
            written_at,
            revision: draft.revision,
        }
    }
}

/// The draft of a pack; where there is none, what it would begin with, with the ETag "0".
#[utoipa::path(get, path = "/api/v1/rules/packs/{pack}/draft", tag = "drafts",
    params(("pack" = String, Path, description = "the pack")), extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = Draft), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
) -> Answer<Draft> {
    Ok(house.pack_draft(&actor, &pack).await?.into())
}

/// What is written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    /// All files of the pack.
    #[schema(min_items = 1, max_items = 60)]
    files: Vec<File>,
    /// The version that counts, where it was published after the draft began and who writes has seen it.
    #[serde(default)]
    based_on: Option<i64>,
}

/// Keep the draft of a pack. `If-Match` carries the ETag that was read; a new pack's is "0".
#[utoipa::path(put, path = "/api/v1/rules/packs/{pack}/draft", tag = "drafts", request_body = Written,
    params(("pack" = String, Path, description = "the pack"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = Draft), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn keep(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
    headers: HeaderMap,
    Given(Written { files, based_on }): Given<Written>,
) -> Answer<Draft> {
    let files = files.into_iter().map(Into::into).collect();
    Ok(house.save_draft(&actor, &pack, revision(&headers)?, files, based_on).await?.into())
}

/// Throw the draft of a pack away. `If-Match` carries the ETag that was read.
#[utoipa::path(delete, path = "/api/v1/rules/packs/{pack}/draft", tag = "drafts",
    params(("pack" = String, Path, description = "the pack"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 204), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn discard(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    house.discard_draft(&actor, &pack, revision(&headers)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Files as they stand in an editor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    /// All files of the pack.
    #[schema(min_items = 1, max_items = 60)]
    files: Vec<File>,
    /// zh or en.
    #[serde(default)]
    #[schema(value_type = Option<Tongue>, inline)]
    lang: Option<String>,
}

/// What is to be said of files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Checked {
    /// What is wrong or doubtful: file, line, column, length, grade, message, help, rule.
    #[schema(value_type = Vec<Object>)]
    diagnostics: Value,
    /// What became of the pack's own tests: rule, name, file, line, column, failure.
    #[schema(value_type = Vec<Object>)]
    tests: Value,
    /// Its rules (id, title, points, severity, dimension, off) and phrase lists (name, phrases), each with file and line.
    #[schema(value_type = Object)]
    outline: Value,
    /// What it says differently from what counts.
    difference: Difference,
    /// Names its rules as they are.
    digest: String,
}

/// What is wrong with a pack as it is written, where, and what to do; how its tests fare; what it changes. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/rules/packs/{pack}/check", tag = "drafts", request_body = Typed,
    params(("pack" = String, Path, description = "the pack")), extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = Checked), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn check(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
    Given(Typed { files, lang }): Given<Typed>,
) -> Answer<Json<Checked>> {
    let files: Vec<_> = files.into_iter().map(Into::into).collect();
    let found = house.check_pack(&actor, &pack, &files, Spoken { lang }.is_chinese()?).await?;
    Ok(Json(Checked {
        diagnostics: object(&found.diagnostics),
        tests: object(&found.tests),
        outline: object(&found.outline),
        difference: found.difference.into(),
        digest: found.digest,
    }))
}

/// A change that needs no YAML: one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum Change {
    /// What a finding of a rule weighs.
    Points {
        /// The rule's id.
        rule: String,
        /// The new points.
        points: f64,
    },
    /// Whether a rule is switched off.
    Off {
        /// The rule's id.
        rule: String,
        /// Switched off.
        off: bool,
    },
    /// A phrase more in a named list.
    Phrase {
        /// The list's name.
        list: String,
        /// The phrase.
        phrase: String,
    },
}

/// Files with a change to them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changing {
    /// All files of the pack.
    #[schema(min_items = 1, max_items = 60)]
    files: Vec<File>,
    change: Change,
}

/// Change files at one place, so that comments and order stay. Nothing is kept: answered is the file as it stands then.
#[utoipa::path(post, path = "/api/v1/rules/packs/{pack}/edit", tag = "drafts", request_body = Changing,
    params(("pack" = String, Path, description = "the pack")), extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = File), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn edit(
    State(house): State<House>,
    Who(actor): Who,
    Path(_): Path<String>,
    Given(Changing { files, change }): Given<Changing>,
) -> Answer<Json<File>> {
    let files: Vec<_> = files.into_iter().map(Into::into).collect();
    let change = match change {
        Change::Points { rule, points } => Edit::Points { rule, points },
        Change::Off { rule, off } => Edit::Off { rule, off },
        Change::Phrase { list, phrase } => Edit::Phrase { list, phrase },
    };
    Ok(Json(house.edit_pack(&actor, &files, &change)?.into()))
}

/// Files with the call to try them on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trying {
    /// All files of the pack.
    #[schema(min_items = 1, max_items = 60)]
    files: Vec<File>,
    /// The conversation's id.
    conversation: Uuid,
    /// zh or en.
    #[serde(default)]
    #[schema(value_type = Option<Tongue>, inline)]
    lang: Option<String>,
}

/// What was said, masked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Said {
    role: &'static str,
    start_ms: u64,
    end_ms: u64,
    text: String,
}

/// What the rules that count find in a call, and what those that are written would find.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tried {
    id: String,
    external_id: String,
    turns: Vec<Said>,
    before: Scores,
    after: Scores,
    /// As in judgements, with `title`, and `before` and `after`: which of the rules find it.
    #[schema(value_type = Vec<Object>)]
    findings: Vec<Value>,
    /// Each rule that found something, in words.
    why: BTreeMap<String, String>,
}

/// Judge a call by a pack as it is written, and by what counts. The view is written to the audit trail; words are masked.
#[utoipa::path(post, path = "/api/v1/rules/packs/{pack}/try", tag = "drafts", request_body = Trying,
    params(("pack" = String, Path, description = "the pack")), extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = Tried), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn try_on(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
    Given(Trying { files, conversation, lang }): Given<Trying>,
) -> Answer<Json<Tried>> {
    let files: Vec<_> = files.into_iter().map(Into::into).collect();
    let chinese = Spoken { lang }.is_chinese()?;
    let tried = house.try_pack(&actor, &pack, &files, conversation.into(), chinese).await?;
    let [before, after] = tried.scores.map(Scores::from);
    let findings = tried.findings.into_iter().enumerate().map(|(place, one)| {
        let mut finding = object(&one.finding);
        finding["place"] = place.into();
        finding["title"] = serde_json::json!({ "zh": one.title.zh, "en": one.title.en });
        finding["before"] = one.before.into();
        finding["after"] = one.after.into();
        finding
    });
    let said = |turn: lingjian_model::Turn| Said {
        role: turn.role.name(),
        start_ms: turn.span.start.0,
        end_ms: turn.span.end.0,
        text: turn.text,
    };
    Ok(Json(Tried {
        id: tried.id.to_string(),
        external_id: tried.external_id,
        before,
        after,
        findings: findings.collect(),
        turns: tried.turns.into_iter().map(said).collect(),
        why: tried.why,
    }))
}

/// Files with the calls to try them on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sampling {
    /// All files of the pack.
    #[schema(min_items = 1, max_items = 60)]
    files: Vec<File>,
    /// Only calls of this project.
    #[serde(default)]
    project: Option<Uuid>,
    /// How many calls, the newest that are judged; 1–500, 100 where nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 500)]
    calls: Option<u64>,
}

/// A call to look at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Example {
    id: String,
    external_id: String,
}

/// What becomes of a rule's findings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Becomes {
    rule: String,
    title: Title,
    /// Findings that come.
    new: u64,
    /// Findings that go.
    gone: u64,
    /// Findings that stay.
    same: u64,
    /// Some calls in which something comes.
    new_in: Vec<Example>,
    /// Some calls in which something goes.
    gone_in: Vec<Example>,
}

/// What a pack as it is written would find in calls that were judged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sample {
    /// How many calls were looked at.
    calls: u64,
    /// Mean scores by what counts.
    before: Option<Scores>,
    /// Mean scores by what is written.
    after: Option<Scores>,
    rules: Vec<Becomes>,
    /// How many calls would be judged again.
    all: u64,
    /// How long that would take this machine, if it does nothing else.
    all_ms: u64,
}

/// Judge the newest judged calls by a pack as it is written, and by what counts: what would come, go and stay.
#[utoipa::path(post, path = "/api/v1/rules/packs/{pack}/sample", tag = "drafts", request_body = Sampling,
    params(("pack" = String, Path, description = "the pack")), extensions(("x-permission" = json!("rules.edit"))),
    responses((status = 200, body = Sample), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn sample(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
    Given(Sampling { files, project, calls }): Given<Sampling>,
) -> Answer<Json<Sample>> {
    let calls = calls.unwrap_or(100);
    if !(1..=packs::LARGEST_SAMPLE).contains(&calls) {
        return Err(bad("calls", format!("write 1 to {}", packs::LARGEST_SAMPLE)));
    }
    let files: Vec<_> = files.into_iter().map(Into::into).collect();
    let found = house.sample_pack(&actor, &pack, &files, project.map(Into::into), calls).await?;
    let [before, after] = match found.scores {
        Some(scores) => scores.map(|scores| Some(scores.into())),
        None => [None, None],
    };
    let examples = |some: Vec<(lingjian_model::ConversationId, String)>| {
        some.into_iter().map(|(id, external_id)| Example { id: id.to_string(), external_id }).collect()
    };
    let becomes = |one: packs::SampledRule| Becomes {
        rule: one.rule,
        title: one.title.into(),
        new: one.new,
        gone: one.gone,
        same: one.same,
        new_in: examples(one.new_in),
        gone_in: examples(one.gone_in),
    };
    Ok(Json(Sample {
        calls: found.calls,
        before,
        after,
        rules: found.rules.into_iter().map(becomes).collect(),
        all: found.all,
        all_ms: found.all_ms,
    }))
}
