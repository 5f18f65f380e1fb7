//! What the contract says of all endpoints, and of values that are texts on the wire.

use axum::http::header::IF_MATCH;
use lingjian_model::Direction;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{
    AnyOfBuilder, Array, ArrayBuilder, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{OpenApi, PathItem, RefOr};

use crate::problem::PROBLEM;
use crate::who::{COOKIE_NAME, CSRF};

/// A revision as an ETag.
const TAG: &str = "^\"[0-9]{1,18}\"$";
/// More than space.
const VISIBLE: &str = r"\S";
/// More than space, and no control characters.
const CLEAN: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$";

/// How somebody shows who they are.
const TOKEN: &str = "token";
const SESSION: &str = "session";
const PAGE: &str = "page";

/// Says what holds everywhere: how operations are called, who may ask, what problems come as, what ETags look like.
pub(crate) fn finish(document: &mut OpenApi) {
    for path in document.paths.paths.values_mut() {
        let PathItem { get, put, post, delete, options, head, patch, .. } = path;
        for operation in [get, options, head].into_iter().flatten() {
            finish_one(operation, &[SESSION]);
        }
        for operation in [put, post, delete, patch].into_iter().flatten() {
            finish_one(operation, &[SESSION, PAGE]);
        }
    }
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let schemes = [
        (TOKEN, SecurityScheme::Http(token)),
        (SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE_NAME)))),
        (PAGE, SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(CSRF)))),
    ];
    let components = document.components.get_or_insert_default();
    for (name, scheme) in schemes {
        components.add_security_scheme(name, scheme);
    }
}

/// `browser`: what a browser shows who may ask by, all of it.
fn finish_one(operation: &mut Operation, browser: &[&str]) {
    // The id of an operation is its tag and what its handler is called.
    let tag = operation.tags.iter().flatten().next().cloned().unwrap_or_default();
    operation.operation_id = operation.operation_id.take().map(|handler| format!("{tag}_{handler}"));
    let permission = serde_json::to_value(&operation.extensions).unwrap_or_default();
    if permission["x-permission"] != "anybody" {
        let none: [&str; 0] = [];
        let browser = browser.iter().fold(SecurityRequirement::default(), |all, one| all.add(*one, none));
        operation.security = Some(vec![SecurityRequirement::new(TOKEN, none), browser]);
    }
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        let is_problem = |schema: &RefOr<Schema>| matches!(schema, RefOr::Ref(to) if to.ref_location.ends_with("/Problem"));
        for (kind, content) in std::mem::take(&mut response.content) {
            let problem =
                matches!(&content, RefOr::T(content) if content.schema.as_ref().is_some_and(is_problem));
            response.content.insert(if problem { PROBLEM.to_owned() } else { kind }, content);
        }
    }
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(mark) = parameter else { continue };
        if !mark.name.eq_ignore_ascii_case(IF_MATCH.as_str()) {
            continue;
        }
        mark.schema = Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some(TAG)).build().into());
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// One of these words.
pub(crate) fn one_of(words: impl IntoIterator<Item = &'static str>) -> Object {
    text().enum_values(Some(words)).build()
}

/// Some of these words, at least so many.
pub(crate) fn some_of(words: impl IntoIterator<Item = &'static str>, least: usize) -> Array {
    ArrayBuilder::new().items(one_of(words)).min_items(Some(least)).build()
}

/// Names the shape of a value that is a text in the program and more than that in the contract.
macro_rules! shape {
    ($($(#[$about:meta])* $name:ident = $schema:expr;)+) => {$(
        $(#[$about])*
        pub(crate) enum $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::RefOr::T($schema.into())
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}
pub(crate) use shape;

shape! {
    /// A day, or a moment.
    Moment = AnyOfBuilder::new().item(known(KnownFormat::Date)).item(known(KnownFormat::DateTime)).build();
    /// A day.
    Day = known(KnownFormat::Date).build();
    /// A time zone, as IANA names it.
    Zone = text().format(Some(SchemaFormat::Custom("time-zone".to_owned()))).build();
    /// inbound or outbound.
    Directed = one_of(Direction::ALL.map(Direction::name));
}

fn known(format: KnownFormat) -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(format)))
}

/// A name that people read.
pub(crate) fn name() -> Object {
    text().min_length(Some(1)).max_length(Some(100)).pattern(Some(VISIBLE)).build()
}

/// A name that calls carry, and whatever else stands in one line.
pub(crate) fn clean_name() -> Object {
    text().min_length(Some(1)).max_length(Some(100)).pattern(Some(CLEAN)).build()
}
