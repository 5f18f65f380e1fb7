//! Lists of conversations.

use axum::Json;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use lingjian_app::store::{Filter, Page, Query as Words, Sort, State as Stage};
use lingjian_app::{House, Search};
use lingjian_model::Direction;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::contract::{Directed, Moment, Zone, one_of, shape};
use crate::given::Asking;
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Named, NamedAgent, Scores, cursor, instant, limit, place, several, time};
use crate::who::Who;

/// Rows of an export.
const EXPORT: usize = 100_000;
/// Rows read at once for it.
const EXPORT_PAGE: u64 = 500;

/// Which conversations; several values of one kind are parted by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Words that stand in them: terms parted by spaces, quotes keep a term together.
    q: Option<String>,
    /// Not before: a day, or RFC 3339.
    #[param(value_type = Option<Moment>, inline)]
    from: Option<String>,
    /// Before: a day, or RFC 3339.
    #[param(value_type = Option<Moment>, inline)]
    to: Option<String>,
    /// Whose days these are, and those of the overview, as IANA names it. Else those of the one project that is asked
    /// for, else those of the house.
    #[param(value_type = Option<Zone>, inline)]
    zone: Option<String>,
    /// Ids of projects.
    #[param(value_type = Option<Vec<uuid::Uuid>>, style = Form, explode = false)]
    project: Option<String>,
    /// Ids of teams.
    #[param(value_type = Option<Vec<uuid::Uuid>>, style = Form, explode = false)]
    team: Option<String>,
    /// Ids of agents.
    #[param(value_type = Option<Vec<uuid::Uuid>>, style = Form, explode = false)]
    agent: Option<String>,
    /// record, waiting, judged, silent, failed.
    #[param(value_type = Option<Vec<Stages>>, inline, style = Form, explode = false)]
    state: Option<String>,
    /// Ids of rules, of which one hit.
    #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
    rule: Option<String>,
    /// inbound or outbound.
    #[param(value_type = Option<Directed>, inline)]
    direction: Option<String>,
    /// How the language tag begins: zh, en.
    language: Option<String>,
    /// With sound, or without.
    has_recording: Option<bool>,
    /// At least this risk.
    #[param(minimum = 0, maximum = 100)]
    min_risk: Option<f64>,
    /// At most this compliance.
    #[param(minimum = 0, maximum = 100)]
    max_compliance: Option<f64>,
    /// At most this experience.
    #[param(minimum = 0, maximum = 100)]
    max_experience: Option<f64>,
    /// At least this long.
    min_duration_ms: Option<i64>,
    /// What its source calls it.
    external_id: Option<String>,
    /// newest, oldest, risk, compliance, experience, duration.
    #[param(value_type = Option<Orders>, inline)]
    sort: Option<String>,
    /// `next` of the page before.
    #[param(pattern = "^(?![7f]ff)[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// Rows of a page, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

shape! {
    Stages = one_of(Stage::ALL.map(Stage::name));
    Orders = one_of(["newest", "oldest", "risk", "compliance", "experience", "duration"]);
}

impl Asked {
    async fn filter(&self, house: &House) -> Answer<(Filter, TimeZone)> {
        let text = |text: &Option<String>| {
            text.as_ref().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let score = |field, score: Option<f64>| match score {
            Some(score) if !(0.0..=100.0).contains(&score) => Err(bad(field, "write 0 to 100")),
            score => Ok(score),
        };
        let direction = self.direction.clone();
        if direction.as_deref().is_some_and(|name| Direction::from_name(name).is_none()) {
            return Err(bad("direction", "write inbound or outbound"));
        }
        let projects = several("project", self.project.as_deref(), |id| id.parse().ok())?;
        let zone = house.zone(self.zone.as_deref(), &projects).await?;
        let filter = Filter {
            query: self.q.as_deref().and_then(Words::parse),
            projects,
            teams: several("team", self.team.as_deref(), |id| id.parse().ok())?,
            agents: several("agent", self.agent.as_deref(), |id| id.parse().ok())?,
            from: instant("from", self.from.as_deref(), &zone)?,
            to: instant("to", self.to.as_deref(), &zone)?,
            states: several("state", self.state.as_deref(), Stage::from_name)?,
            rules: several("rule", self.rule.as_deref(), |rule| Some(rule.to_owned()))?,
            direction,
            language: text(&self.language),
            has_recording: self.has_recording,
            min_risk: score("min_risk", self.min_risk)?,
            max_compliance: score("max_compliance", self.max_compliance)?,
            max_experience: score("max_experience", self.max_experience)?,
            min_duration_ms: self.min_duration_ms,
            external_id: text(&self.external_id),
        };
        Ok((filter, zone))
    }

    /// What is asked for, in which order and which page, and whose days.
    pub(crate) async fn search(&self, house: &House) -> Answer<(Search, TimeZone)> {
        let sort = match self.sort.as_deref() {
            None | Some("newest") => Sort::Newest,
            Some("oldest") => Sort::Oldest,
            Some("risk") => Sort::Risk,
            Some("compliance") => Sort::Compliance,
            Some("experience") => Sort::Experience,
            Some("duration") => Sort::Duration,
            Some(_) => {
                return Err(bad("sort", "write newest, oldest, risk, compliance, experience or duration"));
            }
        };
        let page = Page { after: place(self.cursor.as_deref())?, limit: limit(self.limit)? };
        let (filter, zone) = self.filter(house).await?;
        Ok((Search { filter, sort, page, without_hits: false }, zone))
    }
}

/// A row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Row {
    pub(crate) id: String,
    /// What its source calls it.
    external_id: String,
    source: String,
    /// When it began; where nobody told, when it came in.
    at: String,
    /// Whether its source told when it began.
    started: bool,
    duration_ms: i64,
    project: Option<Named>,
    team: Option<Named>,
    agent: Option<NamedAgent>,
    language: Option<String>,
    direction: Option<String>,
    queue: Option<String>,
    has_recording: bool,
    /// record, waiting, judged, silent, failed.
    state: &'static str,
    scores: Option<Scores>,
    findings: Option<i64>,
    /// Where the words stand that were looked for: two turns at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hits: Vec<Hit>,
}

/// A turn in which a word stands that was looked for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hit {
    turn: usize,
    role: &'static str,
    /// Masked.
    text: String,
    /// Characters from … up to and without ….
    marks: Vec<[usize; 2]>,
}

impl From<lingjian_app::Row> for Row {
    fn from(row: lingjian_app::Row) -> Self {
        let listed = row.listed;
        Self {
            id: listed.id.to_string(),
            external_id: listed.external_id,
            source: listed.source,
            at: time(listed.at),
            started: listed.started,
            duration_ms: listed.duration_ms,
            project: row.project.map(Named::from),
            team: row.team.map(Named::from),
            agent: row.agent.map(NamedAgent::from),
            language: listed.language,
            direction: listed.direction,
            queue: listed.queue,
            has_recording: listed.has_recording,
            state: listed.state.name(),
            scores: listed.scores.map(Scores::from),
            findings: listed.findings,
            hits: row
                .hits
                .into_iter()
                .map(|hit| Hit { turn: hit.turn, role: hit.role.name(), text: hit.text, marks: hit.marks })
                .collect(),
        }
    }
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listing {
    items: Vec<Row>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

/// Conversations within reach.
#[utoipa::path(get, path = "/api/v1/conversations", tag = "conversations", params(Asked),
    extensions(("x-permission" = json!("conversations.list"))),
    responses((status = 200, body = Listing), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<Listing>> {
    let (search, _) = asked.search(&house).await?;
    let listing = house.conversations(&actor, &search).await?;
    Ok(Json(Listing {
        items: listing.rows.into_iter().map(Row::from).collect(),
        next: listing.next.map(cursor),
    }))
}

/// How many there are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Count {
    count: u64,
}

/// How many conversations within reach the same filter lets through, exactly. Sort, cursor and limit do not matter, as long as they make sense.
#[utoipa::path(get, path = "/api/v1/conversations/count", tag = "conversations", params(Asked),
    extensions(("x-permission" = json!("conversations.list"))),
    responses((status = 200, body = Count), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn count(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<Count>> {
    let (search, _) = asked.search(&house).await?;
    Ok(Json(Count { count: house.count_conversations(&actor, &search.filter).await? }))
}

/// The same conversations as a table (CSV, UTF-8 with BOM, as Excel reads it), up to 100,000 rows. It is written to the audit trail.
#[utoipa::path(get, path = "/api/v1/conversations.csv", tag = "conversations", params(Asked),
    extensions(("x-permission" = json!("conversations.export"))),
    responses((status = 200, content_type = "text/csv", body = String), (status = 400, body = Problem),
        (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn csv(
    State(house): State<House>,
    Who(actor): Who,
    RawQuery(written): RawQuery,
    Asking(asked): Asking<Asked>,
) -> Answer<Response> {
    let (mut search, _) = asked.search(&house).await?;
    search.page = Page { after: None, limit: EXPORT_PAGE };
    search.without_hits = true;
    house.note_export(&actor, &noted(written.as_deref())).await?;
    let mut table = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let head = [
        "id",
        "source",
        "at",
        "duration_s",
        "project",
        "team",
        "agent",
        "agent_number",
        "language",
        "direction",
        "queue",
        "state",
        "compliance",
        "experience",
        "risk",
        "findings",
    ];
    let failed = |error: csv::Error| lingjian_app::AppError::Internal(error.to_string());
    table.write_record(head).map_err(failed)?;
    let mut rows = 0;
    while rows < EXPORT {
        let listing = house.conversations(&actor, &search).await?;
        rows += listing.rows.len();
        for row in listing.rows.into_iter().map(Row::from) {
            table.write_record(cells(row).iter().map(|cell| harmless(cell))).map_err(failed)?;
        }
        match listing.next {
            Some(next) => search.page.after = Some(next),
            None => break,
        }
    }
    let bytes = table.into_inner().map_err(|error| lingjian_app::AppError::Internal(error.to_string()))?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"conversations.csv\""),
    ];
    Ok((headers, Body::from(bytes)).into_response())
}

/// The filter of an export for the audit trail: as it was asked, but for the words that were looked for.
fn noted(query: Option<&str>) -> String {
    let parts = query.unwrap_or_default().split('&');
    let parts = parts.map(|part| if part.starts_with("q=") { "q" } else { part });
    parts.collect::<Vec<_>>().join("&")
}

fn cells(row: Row) -> [String; 16] {
    let score = |score: fn(&Scores) -> f64| {
        row.scores.as_ref().map(|scores| score(scores).to_string()).unwrap_or_default()
    };
    let (compliance, experience, risk) =
        (score(|scores| scores.compliance), score(|scores| scores.experience), score(|scores| scores.risk));
    let (agent, number) = row.agent.map(|agent| (agent.name, agent.number)).unwrap_or_default();
    [
        row.external_id,
        row.source,
        row.at,
        format!("{:.1}", row.duration_ms as f64 / 1000.0),
        row.project.map(|one| one.name).unwrap_or_default(),
        row.team.map(|one| one.name).unwrap_or_default(),
        agent,
        number,
        row.language.unwrap_or_default(),
        row.direction.unwrap_or_default(),
        row.queue.unwrap_or_default(),
        row.state.to_owned(),
        compliance,
        experience,
        risk,
        row.findings.map(|count| count.to_string()).unwrap_or_default(),
    ]
}

/// A cell that a spreadsheet takes for words: one that begins like a formula would be worked out.
fn harmless(cell: &str) -> String {
    let begins_a_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if begins_a_formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula() {
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(harmless("-3.5"), "-3.5");
        assert_eq!(harmless("王"), "王");
    }

    #[test]
    fn an_export_is_noted_without_the_words_looked_for() {
        assert_eq!(noted(Some("project=1&q=13912345678&sort=risk")), "project=1&q&sort=risk");
        assert_eq!(noted(None), "");
    }
}
