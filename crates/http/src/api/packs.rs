//! Rule packs and their versions.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::HeaderMap;
use lingjian_app::House;
use lingjian_app::packs::{KnownPack, Publication, Version};
use lingjian_app::store::PackFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::rules::{Spoken, Tongue};
use crate::given::{Asking, Given};
use crate::problem::{Answer, Problem};
use crate::shape::{Items, Title, object, revision, time};
use crate::who::Who;

/// A file of a pack.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Ends in .yaml or .yml; begins with no dot, without spaces and what stands in no file's name.
    #[schema(
        max_length = 80,
        pattern = r#"^[^.\s\u0000-\u001f\u007f-\u009f/\\:*?"<>|][^\s\u0000-\u001f\u007f-\u009f/\\:*?"<>|]*\.ya?ml$"#
    )]
    name: String,
    text: String,
}

impl From<PackFile> for File {
    fn from(PackFile { name, text }: PackFile) -> Self {
        Self { name, text }
    }
}

impl From<File> for PackFile {
    fn from(File { name, text }: File) -> Self {
        Self { name, text }
    }
}

/// A version of a pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionOf {
    /// Counts from 1; 0 is what ships.
    number: i64,
    /// Names its rules as they are.
    digest: String,
    /// Whether it counts.
    counts: bool,
    /// What its publisher says of it.
    note: Option<String>,
    written_by: Option<String>,
    published_by: Option<String>,
    published_at: Option<String>,
    /// Whether calls that were judged before were judged again.
    again: Option<bool>,
}

impl From<Version> for VersionOf {
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
            again: published.map(|one| one.again),
        }
    }
}

/// That a pack is being written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DraftOf {
    written_by: String,
    written_at: String,
    /// The version that it began with.
    based_on: i64,
    revision: i64,
}

/// A pack.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackOf {
    id: String,
    title: Title,
    /// Only calls in this language.
    language: Option<&'static str>,
    /// Only calls of these projects, by name; of all where there is none.
    projects: Vec<String>,
    /// How many rules.
    rules: usize,
    /// What counts; none where there is only a draft.
    version: Option<VersionOf>,
    /// Its draft, for those who may write rules.
    draft: Option<DraftOf>,
}

impl From<KnownPack> for PackOf {
    fn from(pack: KnownPack) -> Self {
        Self {
            id: pack.id,
            title: pack.title.into(),
            language: pack.language,
            projects: pack.projects,
            rules: pack.rules,
            version: pack.version.map(VersionOf::from),
            draft: pack.draft.map(|draft| DraftOf {
                written_by: draft.written_by,
                written_at: time(draft.written_at),
                based_on: draft.based_on,
                revision: draft.revision,
            }),
        }
    }
}

/// The packs, each with the version that counts and with its draft.
#[utoipa::path(get, path = "/api/v1/rules/packs", tag = "packs", extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = Items<PackOf>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Items<PackOf>>> {
    Ok(Json(house.packs(&actor).await?.into_iter().map(PackOf::from).collect()))
}

/// The versions of a pack, newest first. What ships is number 0.
#[utoipa::path(get, path = "/api/v1/rules/packs/{pack}/versions", tag = "packs",
    params(("pack" = String, Path, description = "the pack")), extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = Items<VersionOf>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn versions(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
) -> Answer<Json<Items<VersionOf>>> {
    Ok(Json(house.pack_versions(&actor, &pack).await?.into_iter().map(VersionOf::from).collect()))
}

/// A version with its files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shown {
    #[serde(flatten)]
    version: VersionOf,
    files: Vec<File>,
}

/// A version of a pack with its files.
#[utoipa::path(get, path = "/api/v1/rules/packs/{pack}/versions/{number}", tag = "packs",
    params(("pack" = String, Path, description = "the pack"), ("number" = i64, Path, description = "0 is what ships")),
    extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = Shown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn version(
    State(house): State<House>,
    Who(actor): Who,
    Path((pack, number)): Path<(String, String)>,
) -> Answer<Json<Shown>> {
    let shown = house.pack_version(&actor, &pack, of_version(&number)).await?;
    let files = shown.files.into_iter().map(File::from).collect();
    Ok(Json(Shown { version: shown.version.into(), files }))
}

/// The version of that number; what is no number is the number of none.
fn of_version(number: &str) -> i64 {
    number.parse().unwrap_or(-1)
}

/// Which two versions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Two {
    /// The number of the first; what ships where none is named.
    from: i64,
    /// The number of the second; what ships where none is named.
    to: i64,
    /// zh or en: the language of conditions in words.
    #[param(value_type = Option<Tongue>, inline)]
    lang: Option<String>,
}

/// What differs. `when` holds a condition in words, `phrases` what only one of them looks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Difference {
    /// Of the pack's head: field, from, to.
    #[schema(value_type = Vec<Object>)]
    pack: Value,
    added: Vec<String>,
    removed: Vec<String>,
    /// Rules with their fields: rule, fields of field, from, to.
    #[schema(value_type = Vec<Object>)]
    changed: Value,
}

impl From<lingjian_app::packs::Difference> for Difference {
    fn from(found: lingjian_app::packs::Difference) -> Self {
        Self {
            pack: object(&found.pack),
            added: found.added,
            removed: found.removed,
            changed: object(&found.changed),
        }
    }
}

/// What two versions of a pack say differently: rules that came, went, or changed, and which field.
#[utoipa::path(get, path = "/api/v1/rules/packs/{pack}/difference", tag = "packs",
    params(("pack" = String, Path, description = "the pack"), Two), extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = Difference), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn difference(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
    Asking(two): Asking<Two>,
) -> Answer<Json<Difference>> {
    let chinese = Spoken { lang: two.lang }.is_chinese()?;
    Ok(Json(house.pack_difference(&actor, &pack, (two.from, two.to), chinese).await?.into()))
}

/// What who publishes says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Published {
    /// What changes, and why.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    note: String,
    /// Whether calls that were judged before are judged again; else only what comes from now on is judged by it.
    #[serde(default)]
    again: bool,
}

impl From<Published> for Publication {
    fn from(Published { note, again }: Published) -> Self {
        Self { note, again }
    }
}

/// Publish the draft of a pack. It counts from now on in every process; `If-Match` carries the draft's ETag.
#[utoipa::path(post, path = "/api/v1/rules/packs/{pack}/draft/publish", tag = "packs", request_body = Published,
    params(("pack" = String, Path, description = "the pack"), ("If-Match" = String, Header, description = "the ETag that was read")),
    extensions(("x-permission" = json!("rules.publish"))),
    responses((status = 200, body = VersionOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn publish(
    State(house): State<House>,
    Who(actor): Who,
    Path(pack): Path<String>,
    headers: HeaderMap,
    Given(said): Given<Published>,
) -> Answer<Json<VersionOf>> {
    let version = house.publish_draft(&actor, &pack, revision(&headers)?, said.into()).await?;
    Ok(Json(version.into()))
}

/// Publish an earlier version again: the way back. 0 is what ships.
#[utoipa::path(post, path = "/api/v1/rules/packs/{pack}/versions/{number}/publish", tag = "packs",
    request_body = Published,
    params(("pack" = String, Path, description = "the pack"), ("number" = i64, Path, description = "0 is what ships")),
    extensions(("x-permission" = json!("rules.publish"))),
    responses((status = 200, body = VersionOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn publish_again(
    State(house): State<House>,
    Who(actor): Who,
    Path((pack, number)): Path<(String, String)>,
    Given(said): Given<Published>,
) -> Answer<Json<VersionOf>> {
    Ok(Json(house.publish_again(&actor, &pack, of_version(&number), said.into()).await?.into()))
}
