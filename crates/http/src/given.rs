//! What comes with a request, or the problem that it cannot be read.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::{Failed, bad};

/// A body in JSON.
pub(crate) struct Given<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failed> {
        let (parts, body) = request.into_parts();
        let again = |body| Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(again(body), state).await;
        let bytes = bytes.map_err(|rejection| bad("body", rejection.body_text()))?;
        let rejection = match Json::from_request(again(Body::from(bytes.clone())), state).await {
            Ok(Json(given)) => return Ok(Self(given)),
            Err(rejection) => rejection,
        };
        if let JsonRejection::JsonDataError(_) = rejection
            && let Ok(mut value) = serde_json::from_slice(&bytes)
            && whole(&mut value)
            && let Ok(given) = serde_json::from_value(value)
        {
            return Ok(Self(given));
        }
        Err(bad("body", rejection.body_text()))
    }
}

/// Writes 3.0 as 3 wherever it stands, and says whether it stood anywhere: to JSON Schema, and to programs that reckon with
/// fractions only, it is an integer.
fn whole(value: &mut Value) -> bool {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
            // Beyond 2⁵³ a fraction no longer tells whole numbers apart.
            let exact = float.filter(|float| float.abs() <= 9_007_199_254_740_992.0);
            if let Some(float) = exact {
                *value = (float as i64).into();
            }
            exact.is_some()
        }
        Value::Array(values) => values.iter_mut().fold(false, |any, value| whole(value) | any),
        Value::Object(fields) => fields.values_mut().fold(false, |any, value| whole(value) | any),
        _ => false,
    }
}

/// What the address asks for behind its question mark.
pub(crate) struct Asking<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asking<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failed> {
        let read = Query::from_request_parts(parts, state).await;
        read.map(|Query(asked)| Self(asked)).map_err(|rejection| bad("query", rejection.body_text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_whole_is_an_integer_however_it_is_written() {
        let mut value = json!({ "a": [1.0, 2.5, -0.0], "b": { "c": 155_880.0 }, "d": "3.0", "e": 1e300 });
        assert!(whole(&mut value));
        assert_eq!(value.to_string(), r#"{"a":[1,2.5,0],"b":{"c":155880},"d":"3.0","e":1e+300}"#);
        assert!(!whole(&mut json!([1, 2.5, null])));
    }
}
