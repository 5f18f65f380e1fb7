//! Rules.

use axum::Json;
use axum::extract::{Path, State};
use lingjian_app::House;
use lingjian_app::Title as Words;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::contract::{one_of, shape};
use crate::given::Asking;
use crate::problem::{Answer, Problem, bad};
use crate::shape::Title;
use crate::who::Who;

/// The rules that count.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rules {
    packs: Vec<Pack>,
    /// Names them all: stands beside every judgement.
    rules: String,
}

/// Rules that belong together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Pack {
    id: String,
    /// Names the pack's rules as they are.
    version: String,
    /// Only calls in this language.
    language: Option<String>,
    title: Title,
    rules: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rule {
    id: String,
    title: Title,
    about: Title,
    severity: &'static str,
    dimension: &'static str,
    points: f64,
    digest: String,
}

/// The packs and their rules.
#[utoipa::path(get, path = "/api/v1/rules", tag = "rules", extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = Rules), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(State(house): State<House>, Who(actor): Who) -> Answer<Json<Rules>> {
    let rules = house.rules_for(&actor).await?;
    let packs = rules.set.packs().iter().map(|pack| Pack {
        id: pack.id.clone(),
        version: rules.version(&pack.id),
        language: serde_json::to_value(pack)
            .ok()
            .and_then(|pack| pack["language"].as_str().map(str::to_owned)),
        title: Words::of(&pack.title).into(),
        rules: rules
            .set
            .rules()
            .filter(|rule| rule.pack == pack.id)
            .map(|rule| Rule {
                id: rule.id.clone(),
                title: Words::of(&rule.title).into(),
                about: Words::of(&rule.about).into(),
                severity: rule.severity.name(),
                dimension: rule.dimension.name(),
                points: rule.points,
                digest: rule.digest.clone(),
            })
            .collect(),
    });
    Ok(Json(Rules { packs: packs.collect(), rules: rules.digest.clone() }))
}

/// In which language.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Spoken {
    /// zh or en.
    #[param(value_type = Option<Tongue>, inline)]
    pub(crate) lang: Option<String>,
}

shape! {
    /// What explanations can be read in.
    Tongue = one_of(["zh", "zh-CN", "en"]);
}

impl Spoken {
    pub(crate) fn is_chinese(&self) -> Answer<bool> {
        match self.lang.as_deref() {
            None | Some("zh" | "zh-CN") => Ok(true),
            Some("en") => Ok(false),
            Some(_) => Err(bad("lang", "write zh or en")),
        }
    }
}

/// A rule in words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Explanation {
    /// An indented tree.
    text: String,
}

/// A rule in words: its head, then its condition as an indented tree.
#[utoipa::path(get, path = "/api/v1/rules/{rule}/explanation", tag = "rules",
    params(("rule" = String, Path, description = "the rule"), Spoken),
    extensions(("x-permission" = json!("rules.read"))),
    responses((status = 200, body = Explanation), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn explain(
    State(house): State<House>,
    Who(actor): Who,
    Path(rule): Path<String>,
    Asking(spoken): Asking<Spoken>,
) -> Answer<Json<Explanation>> {
    let chinese = spoken.is_chinese()?;
    Ok(Json(Explanation { text: house.explain_rule(&actor, &rule, chinese).await? }))
}
