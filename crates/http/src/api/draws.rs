//! Draws: which calls people listen to, and who.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use lingjian_app::House;
use lingjian_app::sampling::{self, Item, Laid, Reassigned, ShownDraw, Strata, Wanted, state_of};
use lingjian_app::store::Seat;
use lingjian_model::{Direction, UserId};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::Object;
use utoipa::{IntoParams, PartialSchema as _, ToSchema};
use uuid::Uuid;

use super::conversation::known;
use super::evaluations::Call;
use crate::contract::{Directed, Moment, one_of};
use crate::given::{Asking, Given};
use crate::problem::{Answer, Problem, bad};
use crate::shape::{Items, Named, NamedAgent, Title, cursor, instant, limit, object, place, several, time};
use crate::who::Who;

pub(crate) fn parts() -> Object {
    one_of(Strata::ALL.map(Strata::name))
}

/// How many are wanted.
pub(crate) fn wanted(count: Option<u64>, share: Option<f64>) -> Answer<Wanted> {
    match (count, share) {
        (Some(count), None) => Ok(Wanted::Count(count)),
        (None, Some(share)) => Ok(Wanted::Share(share)),
        _ => Err(bad("count", "write either count or share")),
    }
}

/// By what a population is parted.
pub(crate) fn strata(name: &str) -> Answer<Strata> {
    Strata::from_name(name).ok_or_else(|| bad("strata", "write none, agent, team, queue or hour"))
}

/// What is to be drawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DrawPlan {
    /// The project's id.
    project: Uuid,
    /// Of calls that began from then on: a day of the project, or RFC 3339.
    #[schema(schema_with = Moment::schema)]
    from: String,
    /// And before then: a day of the project, or RFC 3339.
    #[schema(schema_with = Moment::schema)]
    to: String,
    /// inbound or outbound.
    #[serde(default)]
    #[schema(value_type = Option<Directed>, inline)]
    direction: Option<Direction>,
    /// Ids of teams.
    #[serde(default)]
    #[schema(max_items = 500)]
    teams: Vec<Uuid>,
    /// Ids of agents.
    #[serde(default)]
    #[schema(max_items = 500)]
    agents: Vec<Uuid>,
    /// Ids of rules, of which one hit.
    #[serde(default)]
    #[schema(max_items = 500)]
    rules: Vec<String>,
    /// At least this long.
    #[serde(default)]
    min_duration_ms: Option<i64>,
    /// Parted so that each part is heard: none, agent, team, queue, hour.
    #[schema(schema_with = parts)]
    strata: String,
    /// How many calls: this, or `share`.
    #[serde(default)]
    count: Option<u64>,
    /// Which share of them, 0–1.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1)]
    share: Option<f64>,
    /// At least so many of each part.
    #[serde(default)]
    minimum: u64,
    /// How far the machine's risk score guides the draw, 0 (not at all) to 0.7.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 0.7)]
    guidance: f64,
    /// The card's id.
    card: String,
    /// How many inspectors hear each call, each on their own: 1 where nothing is said; all of them, to calibrate.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 20)]
    listeners: Option<usize>,
    /// Ids of users who are given them; nobody: they wait.
    #[serde(default)]
    #[schema(max_items = 500)]
    inspectors: Vec<Uuid>,
    /// Until when they should be judged; three days from now where nothing is said.
    #[serde(default)]
    #[schema(value_type = Option<Moment>, inline)]
    due: Option<String>,
    /// Why it goes beyond the highest share of its project's category. Not asked for by `lay`.
    #[serde(default)]
    #[schema(max_length = 1000)]
    reason: Option<String>,
}

/// Ids of any kind.
pub(crate) fn ids<T: From<Uuid>>(some: Vec<Uuid>) -> Vec<T> {
    some.into_iter().map(T::from).collect()
}

impl DrawPlan {
    async fn asked(self, house: &House) -> Answer<(sampling::Asked, Option<String>)> {
        let (wanted, strata) = (wanted(self.count, self.share)?, strata(&self.strata)?);
        let zone = house.zone(None, &[self.project.into()]).await?;
        let moment = |field, text: &str| {
            instant(field, Some(text), &zone)?.ok_or_else(|| bad(field, "write a day or a moment"))
        };
        let asked = sampling::Asked {
            project: self.project.into(),
            from: moment("from", &self.from)?,
            to: moment("to", &self.to)?,
            wishes: sampling::Wishes {
                direction: self.direction,
                teams: ids(self.teams),
                agents: ids(self.agents),
                rules: self.rules,
                min_duration_ms: self.min_duration_ms,
                strata,
                wanted,
                minimum: self.minimum,
                guidance: self.guidance,
                card: self.card,
                listeners: self.listeners.unwrap_or(1),
                inspectors: ids(self.inspectors),
            },
            due_at: instant("due", self.due.as_deref(), &zone)?,
        };
        if self.reason.as_ref().is_some_and(|reason| reason.chars().count() > 1000) {
            return Err(bad("reason", "write at most 1000 characters"));
        }
        Ok((asked, self.reason))
    }
}

/// What a plan comes to, before anything is drawn.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LaidPlan {
    /// Of how many calls.
    population: u64,
    /// Calls that an earlier draw took: they are not drawn again.
    already: u64,
    wanted: u64,
    /// How many are drawn: more than wanted where the minimum of each part asks for it.
    drawn: u64,
    /// Their share of the population, 0–1.
    ratio: f64,
    /// Parts with fewer calls than their minimum.
    short: u64,
    /// Parts of which nothing is drawn.
    unheard: u64,
    /// ± how much a share of all is wide, in 95 of 100 draws; none where a part is unheard.
    margin: Option<f64>,
    /// The probability that a fault in one of eight calls is in none that is drawn.
    missed: f64,
    /// id, name, population and drawn of each part.
    #[schema(value_type = Vec<Object>)]
    strata: Value,
    /// eligible, drawn_before, broken (bound, drawn, eligible, fewest, most), refused: whether a highest share is broken.
    #[schema(value_type = Object)]
    bounds: Value,
}

impl From<Laid> for LaidPlan {
    fn from(laid: Laid) -> Self {
        Self {
            population: laid.population,
            already: laid.already,
            wanted: laid.wanted,
            drawn: laid.drawn,
            ratio: laid.ratio,
            short: laid.short,
            unheard: laid.unheard,
            margin: laid.margin,
            missed: laid.missed,
            strata: object(laid.strata),
            bounds: object(laid.bounds),
        }
    }
}

/// A draw, as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawRow {
    id: String,
    project: Named,
    drawn_by: Named,
    drawn_at: String,
    from: String,
    to: String,
    card: DrawCard,
    /// Of how many calls.
    population: i64,
    /// Until when they should be judged.
    due_at: String,
    /// Listenings that are not begun.
    open: i64,
    /// Begun.
    draft: i64,
    /// Submitted.
    done: i64,
    /// Whether something is left after it was due.
    late: bool,
    /// Why it goes beyond a bound, where it does.
    reason: Option<String>,
}

/// The card that a draw is judged on: its newest version when each call is begun.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawCard {
    pub(crate) id: String,
    pub(crate) title: Title,
}

impl From<sampling::DrawRow> for DrawRow {
    fn from(row: sampling::DrawRow) -> Self {
        let kept = row.kept;
        Self {
            id: kept.id.to_string(),
            project: Named { id: kept.project.to_string(), name: row.project },
            drawn_by: Named { id: kept.drawn_by.to_string(), name: row.drawn_by },
            drawn_at: time(kept.drawn_at),
            from: time(kept.from),
            to: time(kept.to),
            card: DrawCard { id: kept.card, title: row.title.into() },
            population: kept.population,
            due_at: time(kept.due_at),
            open: row.progress.open,
            draft: row.progress.draft,
            done: row.progress.done,
            late: row.late,
            reason: kept.reason,
        }
    }
}

/// Who listens, and how far they are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeatOf {
    /// Nobody yet, where it is none.
    inspector: Option<Named>,
    /// open, draft, done.
    state: &'static str,
    evaluation: Option<String>,
}

/// A call that was drawn.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawnItem {
    conversation: Call,
    agent: Option<NamedAgent>,
    /// The part that it lies in, by its id.
    stratum: String,
    /// The probability with which it was drawn.
    inclusion: f64,
    /// How many calls it stands for.
    weight: f64,
    /// all (every call of its part is), lot, risk (by lot, more likely with more risk), certain (its risk made it so).
    why: String,
    seats: Vec<SeatOf>,
}

/// A draw.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Draw {
    #[serde(flatten)]
    row: DrawRow,
    /// What was asked for.
    #[schema(value_type = Object)]
    asked: Value,
    /// What came of it, as `lay` says it.
    #[schema(value_type = Object)]
    planned: Value,
    /// Where chance began: a call's lot is the SHA-256 of `SEED/draw/ID`, and of each part the lowest are drawn.
    seed: i64,
    /// SHA-256 over the population's ids, sorted, each with a line's end.
    population_digest: String,
    items: Vec<DrawnItem>,
}

impl From<ShownDraw> for Draw {
    fn from(ShownDraw { row, items, names }: ShownDraw) -> Self {
        let named =
            |id: UserId| Named { id: id.to_string(), name: names.get(&id).cloned().unwrap_or_default() };
        let seat = |seat: Seat| SeatOf {
            inspector: seat.inspector.map(named),
            state: state_of(seat.evaluation),
            evaluation: seat.evaluation.map(|(id, _)| id.to_string()),
        };
        let item = |Item { drawn, call, seats }: Item| DrawnItem {
            agent: call.agent.clone().map(NamedAgent::from),
            conversation: Call::from(call.listed),
            stratum: drawn.stratum,
            inclusion: drawn.inclusion,
            weight: 1.0 / drawn.inclusion,
            why: drawn.why,
            seats: seats.into_iter().map(seat).collect(),
        };
        let json = |text: &str| serde_json::from_str(text).unwrap_or_default();
        Self {
            asked: json(&row.kept.asked),
            planned: json(&row.kept.planned),
            seed: row.kept.seed,
            population_digest: row.kept.population_digest.clone(),
            items: items.into_iter().map(item).collect(),
            row: row.into(),
        }
    }
}

/// What a plan would come to: how many calls of which parts, which bounds it breaks, what it can show. Nothing is drawn.
#[utoipa::path(post, path = "/api/v1/draws/lay", tag = "draws", request_body = DrawPlan,
    extensions(("x-permission" = json!("sampling.edit"))),
    responses((status = 200, body = LaidPlan), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn lay(
    State(house): State<House>,
    Who(actor): Who,
    Given(plan): Given<DrawPlan>,
) -> Answer<Json<LaidPlan>> {
    let (asked, _) = plan.asked(&house).await?;
    Ok(Json(house.lay_draw(&actor, &asked).await?.into()))
}

/// Draw, and deal what was drawn out to inspectors, as evenly as it goes; nobody gets their own call. Beyond the highest share of its
/// project's category it takes a reason.
#[utoipa::path(post, path = "/api/v1/draws", tag = "draws", request_body = DrawPlan,
    extensions(("x-permission" = json!("sampling.edit"))),
    responses((status = 201, body = Draw), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn make(
    State(house): State<House>,
    Who(actor): Who,
    Given(plan): Given<DrawPlan>,
) -> Answer<Response> {
    let (asked, reason) = plan.asked(&house).await?;
    let draw = Draw::from(house.draw(&actor, &asked, reason).await?);
    Ok((StatusCode::CREATED, Json(draw)).into_response())
}

/// Which draws.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichDraws {
    /// Ids of projects, parted by commas.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    project: Option<String>,
    /// `next` of the page before.
    #[param(pattern = "^(?![7f]ff)[0-9a-f]{48}$")]
    cursor: Option<String>,
    /// Rows of a page, 1–500.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u64>,
}

/// A page of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawList {
    items: Vec<DrawRow>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

/// Draws of projects within reach, the last first.
#[utoipa::path(get, path = "/api/v1/draws", tag = "draws", params(WhichDraws),
    extensions(("x-permission" = json!("sampling.read"))),
    responses((status = 200, body = DrawList), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<WhichDraws>,
) -> Answer<Json<DrawList>> {
    let after = place(asked.cursor.as_deref())?.map(|(at, id)| (at as i64, Uuid::from(id).into()));
    let projects = several("project", asked.project.as_deref(), |id| id.parse().ok())?;
    let (rows, next) = house.draws(&actor, &projects, after, limit(asked.limit)?).await?;
    Ok(Json(DrawList {
        items: rows.into_iter().map(DrawRow::from).collect(),
        next: next.map(|(at, id)| cursor((at as f64, Uuid::from(id).into()))),
    }))
}

/// A draw with its calls, and all that is needed to repeat it.
#[utoipa::path(get, path = "/api/v1/draws/{id}", tag = "draws", params(("id" = Uuid, Path, description = "the draw")),
    extensions(("x-permission" = json!("sampling.read"))),
    responses((status = 200, body = Draw), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
) -> Answer<Json<Draw>> {
    Ok(Json(house.one_draw(&actor, known(&id)?.into()).await?.into()))
}

/// Which open work goes to whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reassign {
    /// Whose; what nobody has, where it is none.
    #[serde(default)]
    from: Option<Uuid>,
    /// To whom; to nobody, where it is none.
    #[serde(default)]
    to: Option<Uuid>,
    /// Of these conversations; of all, where none is named.
    #[serde(default)]
    #[schema(max_items = 5000)]
    conversations: Vec<Uuid>,
}

/// Give what somebody has not begun to somebody else, or take it back. What would give somebody their own call, or one call twice, stays.
#[utoipa::path(post, path = "/api/v1/draws/{id}/assign", tag = "draws", request_body = Reassign,
    params(("id" = Uuid, Path, description = "the draw")), extensions(("x-permission" = json!("sampling.edit"))),
    responses((status = 200, body = Draw), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn assign(
    State(house): State<House>,
    Who(actor): Who,
    Path(id): Path<String>,
    Given(Reassign { from, to, conversations }): Given<Reassign>,
) -> Answer<Json<Draw>> {
    let how =
        Reassigned { from: from.map(Into::into), to: to.map(Into::into), conversations: ids(conversations) };
    Ok(Json(house.assign_draw(&actor, known(&id)?.into(), how).await?.into()))
}

/// Somebody who may be given calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listener {
    id: String,
    name: String,
    /// How much they have not begun, of all draws.
    open: i64,
}

/// Whose calls.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfProject {
    /// The project's id.
    project: Uuid,
}

/// Who may judge calls of a project, and how much each has to do.
#[utoipa::path(get, path = "/api/v1/draws/inspectors", tag = "draws", params(OfProject),
    extensions(("x-permission" = json!("sampling.edit"))),
    responses((status = 200, body = Items<Listener>), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn inspectors(
    State(house): State<House>,
    Who(actor): Who,
    Asking(OfProject { project }): Asking<OfProject>,
) -> Answer<Json<Items<Listener>>> {
    let listeners = house.listeners(&actor, project.into()).await?;
    let one = |one: sampling::Listener| Listener { id: one.id.to_string(), name: one.name, open: one.open };
    Ok(Json(listeners.into_iter().map(one).collect()))
}
