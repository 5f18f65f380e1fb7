#![doc = include_str!("../README.md")]

mod api;
mod contract;
mod given;
mod pages;
mod problem;
mod shape;
mod who;

use std::net::SocketAddr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::response::Response;
use lingjian_app::House;
use tower_http::compression::CompressionLayer;

/// The largest request that is not an upload.
const LARGEST: usize = 1 << 20;
/// Scripts and styles of our own only; antd writes its styles into the page.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
                      media-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
                      frame-ancestors 'none'; form-action 'self'";

/// All that the server answers.
pub fn router(house: House) -> Router {
    let (api, _) = api::routes().split_for_parts();
    Router::new()
        .merge(api)
        .fallback(pages::serve)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(axum::middleware::map_response(guarded))
        .layer(CompressionLayer::new().gzip(true))
        .with_state(house)
}

/// What every answer tells browsers: take nothing from elsewhere, guess no types, stand in no frame.
async fn guarded(mut response: Response) -> Response {
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in headers {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The contract of the API, as OpenAPI 3.1.
///
/// # Errors
/// Never in practice: the document has no part that JSON lacks.
pub fn openapi() -> serde_json::Result<String> {
    let (_, document) = api::routes().split_for_parts();
    document.to_pretty_json().map(|text| text + "\n")
}

/// Serves until told to stop, then ends what is being answered.
///
/// # Errors
/// When the network fails.
pub async fn serve(
    house: House,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(house).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
