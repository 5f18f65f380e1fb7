//! Who asks: a browser by its cookie, a program by its token.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE, HeaderMap, USER_AGENT};
use axum::http::request::Parts;
use lingjian_app::{Actor, AppError, Caller, House};

use crate::problem::Failed;

/// The cookie of a session.
pub(crate) const COOKIE_NAME: &str = "lingjian_session";
/// The header that a request from a page carries when it changes something.
pub(crate) const CSRF: &str = "x-csrf-token";
/// Characters of a program's name that are kept.
const PROGRAM: usize = 200;

/// Somebody who is signed in.
pub(crate) struct Who(pub(crate) Actor);

impl FromRequestParts<House> for Who {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, house: &House) -> Result<Self, Failed> {
        if let Some(token) = bearer(&parts.headers) {
            return Ok(Self(house.by_token(token).await?));
        }
        let cookie = cookie(&parts.headers, COOKIE_NAME).ok_or(AppError::SignedOut)?;
        let actor = house.by_cookie(cookie).await?;
        if !parts.method.is_safe() {
            let told = parts.headers.get(CSRF).and_then(|value| value.to_str().ok());
            if told.is_none() || told != actor.csrf.as_deref() {
                return Err(AppError::Csrf.into());
            }
        }
        Ok(Self(actor))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

/// What a cookie of that name says.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, named: &str) -> Option<&'h str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == named).map(|(_, value)| value)
}

/// What is known of a caller before it is known who it is.
pub(crate) struct From(pub(crate) Caller);

impl<S: Send + Sync> FromRequestParts<S> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
        let program = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let program = program.map(|name| name.chars().take(PROGRAM).collect());
        Ok(Self(Caller { address, program }))
    }
}
