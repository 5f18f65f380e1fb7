//! The pages, built into the program. Every address that is no file and not of the API is the application's own.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};
use lingjian_app::AppError;

use crate::problem::Failed;

static PAGES: Dir<'_> = include_dir!("$OUT_DIR/pages");

/// Names of built files carry their content's hash: they never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

pub(crate) async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return Failed(AppError::NotFound { what: "endpoint" }).into_response();
    }
    let file = PAGES.get_file(path).filter(|_| !path.is_empty());
    if file.is_none() && path.starts_with("assets/") {
        // An old page after an update asks for a file that is gone: it must not get the page instead.
        return (StatusCode::NOT_FOUND, "there is no such file; load the page again").into_response();
    }
    let (file, cache) = match file {
        Some(file) if path.starts_with("assets/") => (Some(file), FOR_EVER),
        Some(file) => (Some(file), ASK_AGAIN),
        None => (PAGES.get_file("index.html"), ASK_AGAIN),
    };
    let Some(file) = file else { return StatusCode::NOT_FOUND.into_response() };
    let name = file.path().to_string_lossy();
    let tag = format!("\"{}-{}\"", env!("CARGO_PKG_VERSION"), file.contents().len());
    if cache == ASK_AGAIN
        && headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes())
        && name != "index.html"
    {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(CONTENT_TYPE, kind(&name)), (CACHE_CONTROL, cache), (ETAG, tag.as_str())], file.contents())
        .into_response()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
