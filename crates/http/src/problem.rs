//! Errors on the wire: problem+json with stable codes.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use lingjian_app::AppError;
use lingjian_app::store::Passing;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;

use crate::contract::one_of;

/// What problems come as.
pub(crate) const PROBLEM: &str = "application/problem+json";
/// When to try again where the database does not answer, in seconds.
const RETRY_S: u32 = 5;

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`: the code says it.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Stable: what programs and translations go by.
    #[schema(schema_with = codes)]
    code: &'static str,
    /// For people, in English.
    detail: String,
    /// Which part of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

/// All codes.
fn codes() -> Object {
    one_of(AppError::CODES)
}

/// An error on its way out.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) AppError);

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Failed>;

impl<E: Into<AppError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// A part of a request that makes no sense.
pub(crate) fn bad(field: &'static str, reason: impl Into<String>) -> Failed {
    Failed(AppError::BadRequest { field, reason: reason.into() })
}

fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::SignedOut | AppError::WrongCredentials | AppError::ProviderRefuses => {
            StatusCode::UNAUTHORIZED
        }
        AppError::Locked { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::Csrf | AppError::Forbidden { .. } | AppError::Astray | AppError::UnknownPerson => {
            StatusCode::FORBIDDEN
        }
        AppError::ProviderAway => StatusCode::BAD_GATEWAY,
        AppError::NotFound { .. } => StatusCode::NOT_FOUND,
        AppError::BadRequest { .. } => StatusCode::BAD_REQUEST,
        AppError::Conflict(_) => StatusCode::CONFLICT,
        AppError::ChangedMeanwhile | AppError::Version { .. } => StatusCode::PRECONDITION_FAILED,
        AppError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        AppError::MediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        // What tus says for it; no standard of HTTP.
        AppError::Checksum => StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST),
        AppError::Store(error) => match error.passing() {
            Some(Passing::Unreachable) => StatusCode::SERVICE_UNAVAILABLE,
            Some(Passing::NoRoom) => StatusCode::INSUFFICIENT_STORAGE,
            None => StatusCode::INTERNAL_SERVER_ERROR,
        },
        AppError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let status = status(&error);
        let detail = if status.is_server_error() && status != StatusCode::BAD_GATEWAY {
            // The log has the cause; whoever asks need not.
            tracing::error!(%error, "a request failed");
            match status {
                StatusCode::SERVICE_UNAVAILABLE => "the database does not answer; try again in a moment",
                StatusCode::INSUFFICIENT_STORAGE => {
                    "there is no room left to write; what is kept can be read, and nothing of this request was kept"
                }
                _ => "the server failed; its log says why",
            }
            .to_owned()
        } else {
            error.to_string()
        };
        let field = match &error {
            AppError::BadRequest { field, .. }
            | AppError::MediaType { field, .. }
            | AppError::Version { field, .. } => Some((*field).to_owned()),
            _ => None,
        };
        let title = status.canonical_reason().unwrap_or_default().to_owned();
        let problem = Problem {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            code: error.code(),
            detail,
            field,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        if let AppError::Locked { seconds } = error {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_S));
        }
        response
    }
}
