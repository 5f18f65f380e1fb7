//! One conversation.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, RANGE,
};
use axum::response::{IntoResponse, Response};
use lingjian_app::store::{JudgementVersion, KeptJudgement, TranscriptVersion};
use lingjian_app::{AppError, House, Rules};
use lingjian_model::AttributeValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::conversations::Row;
use crate::given::Asking;
use crate::problem::{Answer, Failed, Problem};
use crate::shape::{Scores, object, time};
use crate::who::Who;

/// Bytes of a recording that are sent at once.
const PIECE: u64 = 1 << 20;

/// How it is shown.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Shown {
    /// Personal data too: needs conversations.unmask, and is noted.
    unmask: bool,
}

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Conversation {
    #[serde(flatten)]
    row: Row,
    /// What else its source told.
    #[schema(value_type = Object)]
    attributes: BTreeMap<String, AttributeValue>,
    received_at: String,
    recording: Option<Recording>,
    transcript: Option<Transcript>,
    judgement: Option<Judgement>,
    transcripts: Vec<TranscriptOf>,
    judgements: Vec<JudgementOf>,
}

/// A recording.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Recording {
    name: String,
    bytes: u64,
    sha256: String,
    /// What is not as the project agreed: field, found, wanted.
    #[schema(value_type = Vec<Object>)]
    breaches: Value,
}

/// A version of its words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TranscriptOf {
    id: String,
    made_at: String,
    engine: Option<String>,
    model: Option<String>,
    current: bool,
    current_from: Option<String>,
    current_to: Option<String>,
}

/// A version of its judgement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JudgementOf {
    id: String,
    transcript: String,
    /// Names all rules that were asked.
    rules: String,
    made_at: String,
    current: bool,
    current_from: Option<String>,
    current_to: Option<String>,
    scores: Scores,
}

/// Words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Transcript {
    id: String,
    turns: Vec<Turn>,
    /// Who speaks when, where the sound tells.
    speech: Vec<Speech>,
    /// Whether personal data is masked.
    masked: bool,
}

/// What one party said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Turn {
    /// agent, customer, supervisor, system.
    role: &'static str,
    start_ms: u64,
    end_ms: u64,
    text: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<Word>,
}

/// A word with its time.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Word {
    text: String,
    start_ms: u64,
    end_ms: u64,
    confidence: Option<f32>,
}

/// A stretch in which a party speaks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Speech {
    role: &'static str,
    start_ms: u64,
    end_ms: u64,
}

/// What the rules say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Judgement {
    id: String,
    transcript: String,
    rules: String,
    made_at: String,
    scores: Scores,
    /// As `lingjian inspect` writes them.
    #[schema(value_type = Object)]
    metrics: Value,
    /// Each step from the start of a score to its end: dimension, rule with its `title`, hits, points, after.
    #[schema(value_type = Vec<Object>)]
    derivation: Vec<Value>,
    /// As `lingjian inspect` writes them, with `place` and the rule's `title`.
    #[schema(value_type = Vec<Object>)]
    findings: Vec<Value>,
    /// Rules that could not be judged, each with its `title`, and why.
    #[schema(value_type = Vec<Object>)]
    unjudged: Vec<Value>,
}

impl From<lingjian_app::Transcript> for Transcript {
    fn from(words: lingjian_app::Transcript) -> Self {
        let turn = |turn: lingjian_model::Turn| Turn {
            role: turn.role.name(),
            start_ms: turn.span.start.0,
            end_ms: turn.span.end.0,
            text: turn.text,
            words: turn
                .words
                .into_iter()
                .map(|word| Word {
                    text: word.text,
                    start_ms: word.span.start.0,
                    end_ms: word.span.end.0,
                    confidence: word.confidence,
                })
                .collect(),
        };
        let speech = words.speech.iter().map(|one| Speech {
            role: one.role.name(),
            start_ms: one.span.start.0,
            end_ms: one.span.end.0,
        });
        Self {
            id: words.id.to_string(),
            speech: speech.collect(),
            turns: words.turns.into_iter().map(turn).collect(),
            masked: words.masked,
        }
    }
}

impl Judgement {
    fn of(kept: KeptJudgement, rules: &Rules) -> Self {
        let KeptJudgement { version, mut body, findings } = kept;
        let titled = |mut about: Value| {
            let title = rules.title(about["rule"].as_str().unwrap_or_default());
            about["title"] = serde_json::json!({ "zh": title.zh, "en": title.en });
            about
        };
        let mut listed = |name: &str| match body[name].take() {
            Value::Array(entries) => entries.into_iter().map(titled).collect(),
            _ => Vec::new(),
        };
        let (derivation, unjudged) = (listed("derivation"), listed("unjudged"));
        let findings = findings.into_iter().enumerate().map(|(place, mut finding)| {
            finding["place"] = Value::from(place);
            titled(finding)
        });
        Self {
            id: version.id.to_string(),
            transcript: version.transcript.to_string(),
            rules: version.rules,
            made_at: time(version.made_at),
            scores: version.scores.into(),
            metrics: body["metrics"].take(),
            derivation,
            findings: findings.collect(),
            unjudged,
        }
    }
}

impl From<TranscriptVersion> for TranscriptOf {
    fn from(version: TranscriptVersion) -> Self {
        let (engine, model) = version.provenance.map(|by| (by.engine, by.model)).unzip();
        Self {
            id: version.id.to_string(),
            made_at: time(version.made_at),
            engine,
            model,
            current: version.current_from.is_some() && version.current_to.is_none(),
            current_from: version.current_from.map(time),
            current_to: version.current_to.map(time),
        }
    }
}

impl From<JudgementVersion> for JudgementOf {
    fn from(version: JudgementVersion) -> Self {
        Self {
            id: version.id.to_string(),
            transcript: version.transcript.to_string(),
            rules: version.rules,
            made_at: time(version.made_at),
            current: version.current_from.is_some() && version.current_to.is_none(),
            current_from: version.current_from.map(time),
            current_to: version.current_to.map(time),
            scores: version.scores.into(),
        }
    }
}

/// A conversation with what counts today and all its versions. The view is written to the audit trail.
#[utoipa::path(get, path = "/api/v1/conversations/{id}", tag = "conversations",
    params(("id" = Uuid, Path, description = "the conversation"), Shown),
    extensions(("x-permission" = json!("conversations.read"))),
    responses((status = 200, body = Conversation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    Asking(shown): Asking<Shown>,
) -> Answer<Json<Conversation>> {
    let found = house.conversation(&actor, known(&id)?.into(), shown.unmask).await?;
    let rules = house.rules().await?;
    Ok(Json(Conversation {
        row: found.row.into(),
        attributes: found.attributes,
        received_at: time(found.received_at),
        recording: found.recording.map(|one| Recording {
            name: one.name,
            bytes: one.blob.bytes,
            sha256: one.blob.sha256,
            breaches: object(&found.breaches),
        }),
        transcript: found.transcript.map(Transcript::from),
        judgement: found.judgement.map(|one| Judgement::of(one, &rules)),
        transcripts: found.transcripts.into_iter().map(TranscriptOf::from).collect(),
        judgements: found.judgements.into_iter().map(JudgementOf::from).collect(),
    }))
}

/// A version of its words.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/transcripts/{version}", tag = "conversations",
    params(("id" = Uuid, Path, description = "the conversation"), ("version" = Uuid, Path, description = "the transcript"), Shown),
    extensions(("x-permission" = json!("conversations.read"))),
    responses((status = 200, body = Transcript), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn transcript(
    State(house): State<House>,
    Who(actor): Who,
    Path((id, version)): Path<(String, String)>,
    Asking(shown): Asking<Shown>,
) -> Answer<Json<Transcript>> {
    let found = house.transcript(&actor, known(&id)?.into(), known(&version)?.into(), shown.unmask).await?;
    Ok(Json(found.into()))
}

/// A version of its judgement.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/judgements/{version}", tag = "conversations",
    params(("id" = Uuid, Path, description = "the conversation"), ("version" = Uuid, Path, description = "the judgement")),
    extensions(("x-permission" = json!("conversations.read"))),
    responses((status = 200, body = Judgement), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn judgement(
    State(house): State<House>,
    Who(actor): Who,
    Path((id, version)): Path<(String, String)>,
) -> Answer<Json<Judgement>> {
    let found = house.judgement(&actor, known(&id)?.into(), known(&version)?.into()).await?;
    Ok(Json(Judgement::of(found, &*house.rules().await?)))
}

/// Its recording; ranges of bytes are answered, up to a megabyte at once. Playing is written to the audit trail.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/recording", tag = "conversations",
    params(("id" = Uuid, Path, description = "the conversation")),
    extensions(("x-permission" = json!("recordings.play"))),
    responses((status = 200, content((Vec<u8> = "audio/*"), (Vec<u8> = "application/octet-stream"))),
        (status = 206, content((Vec<u8> = "audio/*"), (Vec<u8> = "application/octet-stream"))), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 416)))]
pub(crate) async fn recording(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let begins = asked.is_none_or(|range| range.starts_with("bytes=0-"));
    let recorded = house.recording(&actor, known(&id)?.into(), !begins).await?;
    let size = recorded.blob.bytes;
    let tag = format!("\"{}\"", recorded.blob.sha256);
    let kind = kind(&recorded.name);
    let Some(asked) = asked else {
        let bytes = house.recording_bytes(&recorded, 0..size).await?;
        let headers = [(CONTENT_TYPE, kind), (ACCEPT_RANGES, "bytes"), (ETAG, &tag)];
        return Ok((headers, Body::from(bytes)).into_response());
    };
    let Some((from, to)) = range(asked, size) else {
        return Ok(
            (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{size}"))]).into_response()
        );
    };
    let bytes = house.recording_bytes(&recorded, from..to).await?;
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (CONTENT_RANGE, format!("bytes {from}-{}/{size}", to - 1)),
        (CONTENT_LENGTH, (to - from).to_string()),
        (ETAG, tag),
    ];
    Ok((StatusCode::PARTIAL_CONTENT, headers, Body::from(bytes)).into_response())
}

/// From … up to and without …, of a header that asks for one range.
fn range(asked: &str, size: u64) -> Option<(u64, u64)> {
    let (from, to) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (from.trim(), to.trim()) {
        ("", last) => (size.saturating_sub(last.parse().ok()?), size),
        (from, "") => (from.parse().ok()?, size),
        (from, to) => (from.parse().ok()?, to.parse::<u64>().ok()?.saturating_add(1).min(size)),
    };
    (from < to).then_some((from, to.min(from.saturating_add(PIECE))))
}

/// What browsers play; anything else is only bytes, never a page.
fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("wav") => "audio/wav",
        Some("mp3") => "audio/mpeg",
        Some("flac") => "audio/flac",
        Some("ogg" | "opus" | "oga") => "audio/ogg",
        Some("m4a" | "mp4") => "audio/mp4",
        Some("aac") => "audio/aac",
        _ => "application/octet-stream",
    }
}

/// The loudest moments of a recording.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Peaks {
    duration_ms: u64,
    per_second: usize,
    channels: Vec<PeaksOf>,
}

/// The peaks of a channel, each 0–1.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeaksOf {
    /// agent, customer or mixed.
    role: &'static str,
    peaks: Vec<f32>,
}

/// The loudest moments of its recording, for the picture of the wave.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/peaks", tag = "conversations",
    params(("id" = Uuid, Path, description = "the conversation")),
    extensions(("x-permission" = json!("recordings.play"))),
    responses((status = 200, body = Peaks), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn peaks(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Json<Peaks>> {
    let peaks = house.peaks(&actor, known(&id)?.into()).await?;
    let rounded = |peak: f32| (peak * 1000.0).round() / 1000.0;
    let channel = |one: lingjian_app::PeaksOf| PeaksOf {
        role: one.role,
        peaks: one.peaks.into_iter().map(rounded).collect(),
    };
    let channels = peaks.channels.into_iter().map(channel).collect();
    Ok(Json(Peaks { duration_ms: peaks.duration_ms, per_second: peaks.per_second, channels }))
}

/// An id in a path. What is none names nothing.
pub(crate) fn known(id: &str) -> Result<Uuid, Failed> {
    id.parse().map_err(|_| Failed(AppError::NotFound { what: "id" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_what_there_is() {
        assert_eq!(range("bytes=0-", 10), Some((0, 10)));
        assert_eq!(range("bytes=2-4", 10), Some((2, 5)));
        assert_eq!(range("bytes=-3", 10), Some((7, 10)));
        assert_eq!(range("bytes=0-", 3 << 20), Some((0, PIECE)));
        for wrong in ["bytes=10-", "bytes=5-4", "lines=1-2", "bytes=a-b", "bytes=1-2,4-5"] {
            assert_eq!(range(wrong, 10), None, "{wrong}");
        }
    }
}
