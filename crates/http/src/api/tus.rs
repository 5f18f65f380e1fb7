//! Uploads that can be broken off and gone on with: tus 1.0 (<https://tus.io>) with creation, termination, checksum and
//! expiration.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use lingjian_app::store::Upload;
use lingjian_app::uploads::{NewUpload, Sum, Told};
use lingjian_app::{AppError, House};
use lingjian_model::{ImportId, Permission};

use super::conversation::known;
use super::uploads::Upload as Shown;
use crate::problem::{Answer, Failed, Problem, bad};
use crate::who::Who;

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,termination,checksum,expiration";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
/// What the bytes of an upload come as.
const BYTES: &str = "application/offset+octet-stream";

/// What of tus this server knows.
#[utoipa::path(options, path = "/api/v1/uploads", tag = "uploads",
    extensions(("x-permission" = json!("anybody"))),
    responses((status = 204, description = "in the headers Tus-Version, Tus-Extension, Tus-Max-Size",
        headers(("Tus-Version" = String), ("Tus-Extension" = String), ("Tus-Max-Size" = u64)))))]
pub(crate) async fn offer(State(house): State<House>) -> Response {
    let mut answer = with_version(StatusCode::NO_CONTENT.into_response());
    let headers = answer.headers_mut();
    headers.insert("tus-version", HeaderValue::from_static(VERSION));
    headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
    headers.insert("tus-checksum-algorithm", HeaderValue::from_static("sha1,sha256"));
    if let Some(most) = house.largest_upload() {
        headers.insert("tus-max-size", HeaderValue::from(most));
    }
    answer
}

/// Begin an upload. `Upload-Metadata` carries, each in Base64, `filename` and what is known of the call: `source`, `id`,
/// `project`, `team`, `agent`, `direction`, `queue`, `language`, `started_at` (RFC 3339). `Location` says where the bytes go.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "uploads",
    params(("Tus-Resumable" = String, Header, pattern = r"^1\.0\.0$", description = "1.0.0"),
        ("Upload-Length" = u64, Header, minimum = 1, description = "how many bytes the file has"),
        ("Upload-Metadata" = Option<String>, Header, description = "key value, parted by commas; values in Base64")),
    extensions(("x-permission" = json!("conversations.import"))),
    responses((status = 201, body = Shown, headers(("Location" = String), ("Upload-Expires" = String))),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 413, body = Problem), (status = 507, body = Problem)))]
pub(crate) async fn begin(State(house): State<House>, Who(actor): Who, headers: HeaderMap) -> Response {
    let begun = async {
        // Who may not is told so, whatever they speak.
        actor.reach(Permission::ConversationsImport)?;
        speaks(&headers)?;
        if headers.contains_key("upload-defer-length") {
            return Err(bad("Upload-Length", "tell it now: this server does not wait for it"));
        }
        let length = number(&headers, &LENGTH, "Upload-Length")?;
        let (name, told) = metadata(headers.get(&METADATA))?;
        let upload = house.begin_upload(&actor, NewUpload { length, name, told }).await?;
        let place = format!("/api/v1/uploads/{}", upload.id);
        let expires = expires(&house, &upload);
        let shown = Json(Shown::of(&house, upload));
        Ok((StatusCode::CREATED, [(LOCATION, place), (EXPIRES, expires)], shown).into_response())
    };
    finish(begun.await)
}

/// How far an upload has come: `Upload-Offset`. A connection that still sends it is given up.
#[utoipa::path(head, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = uuid::Uuid, Path, description = "the upload"),
        ("Tus-Resumable" = String, Header, pattern = r"^1\.0\.0$", description = "1.0.0")),
    extensions(("x-permission" = json!("conversations.import"))),
    responses((status = 200, description = "in the headers",
            headers(("Upload-Offset" = u64), ("Upload-Length" = u64), ("Upload-Expires" = String))),
        (status = 401, description = "as for GET"), (status = 403, description = "as for GET"),
        (status = 404, description = "as for GET"), (status = 412, description = "another version of tus")))]
pub(crate) async fn standing(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = async {
        actor.reach(Permission::ConversationsImport)?;
        speaks(&headers)?;
        let upload = house.upload_standing(&actor, ImportId(known(&id)?)).await?;
        let length = [(LENGTH, HeaderValue::from(upload.length))];
        Ok((length, [(CACHE_CONTROL, "no-store")], place(&house, &upload)).into_response())
    };
    finish(found.await)
}

/// Send bytes of an upload, from where it stands. Broken off, what has come stays; with `Upload-Checksum` (`sha1` or
/// `sha256`, then the sum in Base64), all of it or nothing.
#[utoipa::path(patch, path = "/api/v1/uploads/{id}", tag = "uploads",
    request_body(content = String, content_type = "application/offset+octet-stream", description = "the bytes"),
    params(("id" = uuid::Uuid, Path, description = "the upload"),
        ("Tus-Resumable" = String, Header, pattern = r"^1\.0\.0$", description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "where these bytes go: where the upload stands"),
        ("Upload-Checksum" = Option<String>, Header, description = "sha1 or sha256, then the sum in Base64")),
    extensions(("x-permission" = json!("conversations.import"))),
    responses((status = 204, description = "they are on the disk",
            headers(("Upload-Offset" = u64), ("Upload-Expires" = String))),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 460, body = Problem),
        (status = 507, body = Problem)))]
pub(crate) async fn send(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let sent = async {
        actor.reach(Permission::ConversationsImport)?;
        speaks(&headers)?;
        if headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes() != BYTES.as_bytes()) {
            return Err(AppError::MediaType { field: "Content-Type", wanted: BYTES }.into());
        }
        let offset = number(&headers, &OFFSET, "Upload-Offset")?;
        let sum = headers.get(&CHECKSUM).map(checksum).transpose()?;
        let id = ImportId(known(&id)?);
        let upload = house.receive(&actor, id, offset, sum, body.into_data_stream()).await?;
        Ok((StatusCode::NO_CONTENT, place(&house, &upload)).into_response())
    };
    finish(sent.await)
}

/// End an upload and forget it. What has been taken in of it stays.
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", tag = "uploads",
    params(("id" = uuid::Uuid, Path, description = "the upload"),
        ("Tus-Resumable" = String, Header, pattern = r"^1\.0\.0$", description = "1.0.0")),
    extensions(("x-permission" = json!("conversations.import"))),
    responses((status = 204, description = "it is gone"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn end(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let ended = async {
        actor.reach(Permission::ConversationsImport)?;
        speaks(&headers)?;
        house.end_upload(&actor, ImportId(known(&id)?)).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    finish(ended.await)
}

/// Where an upload stands and when it goes, as headers.
fn place(house: &House, upload: &Upload) -> [(HeaderName, String); 2] {
    [(OFFSET, upload.received.to_string()), (EXPIRES, expires(house, upload))]
}

/// As HTTP writes times.
fn expires(house: &House, upload: &Upload) -> String {
    let at = Timestamp::from_millisecond(house.upload_expires(upload)).unwrap_or_default();
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn speaks(headers: &HeaderMap) -> Result<(), Failed> {
    match headers.get(&RESUMABLE) {
        Some(version) if version.as_bytes() == VERSION.as_bytes() => Ok(()),
        _ => Err(AppError::Version { field: "Tus-Resumable", wanted: VERSION }.into()),
    }
}

/// What every answer of tus carries.
fn with_version(mut answer: Response) -> Response {
    answer.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    answer
}

fn finish(answer: Answer<Response>) -> Response {
    let mut answer = with_version(answer.into_response());
    if answer.status() == StatusCode::PRECONDITION_FAILED {
        answer.headers_mut().insert("tus-version", HeaderValue::from_static(VERSION));
    }
    answer
}

fn number(headers: &HeaderMap, name: &HeaderName, field: &'static str) -> Answer<u64> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    // `u64::from_str` takes a plus, HTTP does not.
    let digits = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|text| text.parse().ok()).ok_or_else(|| bad(field, "write a number of bytes"))
}

fn checksum(header: &HeaderValue) -> Answer<Sum> {
    let told = header.to_str().ok().and_then(|text| text.split_once(' '));
    let sum = told.and_then(|(algorithm, sum)| match (algorithm, BASE64.decode(sum.trim()).ok()?) {
        ("sha1", sum) if sum.len() == 20 => Some(Sum::Sha1(sum)),
        ("sha256", sum) if sum.len() == 32 => Some(Sum::Sha256(sum)),
        _ => None,
    });
    sum.ok_or_else(|| bad("Upload-Checksum", "write sha1 or sha256, a space, and the sum in Base64"))
}

/// The file's name and what is told of the call.
fn metadata(header: Option<&HeaderValue>) -> Answer<(String, Told)> {
    const FIELD: &str = "Upload-Metadata";
    let text = header.map_or(Ok(""), |header| header.to_str());
    let text = text.map_err(|_| bad(FIELD, "write key and value, the value in Base64, parted by commas"))?;
    let (mut name, mut told) = (String::new(), Told::default());
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = BASE64.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let value = value.ok_or_else(|| bad(FIELD, "has a value that is no UTF-8 in Base64"))?;
        let text = Some(value.clone()).filter(|value| !value.trim().is_empty());
        match key {
            "filename" => name = value,
            "source" => told.source = text,
            "id" => told.id = text,
            "project" => told.project = text,
            "team" => told.team = text,
            "agent" => told.agent = text,
            "direction" => told.direction = text,
            "queue" => told.queue = text,
            "language" => told.language = text,
            "started_at" => {
                let moment = text.map(|text| text.parse::<Timestamp>()).transpose();
                told.started_at = moment.map_err(|_| bad("started_at", "write 2026-11-22T09:00:00+08:00"))?;
            }
            // What clients send of themselves, and what the content says better.
            "filetype" | "type" | "name" | "relativePath" => {}
            _ => return Err(bad(FIELD, "has a key that there is not; see docs/api.md")),
        }
    }
    Ok((name, told))
}
