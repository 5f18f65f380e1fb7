//! How people who judge calls agree with each other, and with the machine.

use axum::Json;
use axum::extract::State;
use lingjian_app::House;
use lingjian_app::agreement::{self, Agreement, Comparison};
use lingjian_app::store::EvaluationFilter;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::contract::{Moment, Zone};
use crate::given::Asking;
use crate::problem::{Answer, Problem};
use crate::shape::{Named, Title, instant, object, several};
use crate::who::Who;

/// Which evaluations are compared; several values of one kind are parted by commas.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// The card's id.
    card: String,
    /// Ids of projects.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    project: Option<String>,
    /// Ids of teams.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    team: Option<String>,
    /// Ids of agents.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    agent: Option<String>,
    /// Ids of users who judged.
    #[param(value_type = Option<Vec<Uuid>>, style = Form, explode = false)]
    inspector: Option<String>,
    /// Only calls of this draw: a calibration.
    draw: Option<Uuid>,
    /// The user who is taken to be right: everybody is shown beside them.
    reference: Option<Uuid>,
    /// Not listened to before: a day, or RFC 3339.
    #[param(value_type = Option<Moment>, inline)]
    from: Option<String>,
    /// Listened to before: a day, or RFC 3339.
    #[param(value_type = Option<Moment>, inline)]
    to: Option<String>,
    /// Whose days and weeks these are, as IANA names it. Else those of the one project that is asked for, else those of the house.
    #[param(value_type = Option<Zone>, inline)]
    zone: Option<String>,
}

/// The card.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardNamed {
    pub(super) id: String,
    pub(super) title: Title,
}

/// What became of a machine's suggestions to an item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Machine {
    /// Suggested, and the person said so.
    confirmed: usize,
    /// Suggested, and the person said otherwise.
    changed: usize,
    /// Not suggested, and the person said what could have been.
    missed: usize,
    /// Not suggested, and the person said nothing of it either.
    quiet: usize,
    /// Suggested, and left as it was: not compared, since nobody knows whether it was looked at.
    taken: usize,
    /// People beside the machine: raters `people` and `machine`, units are evaluations. As `lingjian agreement --json`.
    #[schema(value_type = Option<Object>)]
    agreement: Option<Value>,
}

/// An item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemCompared {
    id: String,
    title: Title,
    /// Whether it can fail the card.
    fatal: bool,
    /// Among people: answers as names, "not applicable" (`·`) among them. As `lingjian agreement --json`; raters are ids of users.
    #[schema(value_type = Option<Object>)]
    people: Option<Value>,
    /// Among people: answers in the order of how well it was done, where there are three or more.
    #[schema(value_type = Option<Object>)]
    graded: Option<Value>,
    /// Where rules or measures suggest answers.
    machine: Option<Machine>,
}

/// The calls of a week that two people or more judged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WeekCompared {
    /// Its Monday.
    from: String,
    calls: usize,
    /// The share of pairs of answers that are alike, over all items.
    alike: Option<f64>,
    /// Of what they came to, in points.
    #[schema(value_type = Option<Object>)]
    total: Option<Value>,
}

/// How those who judged on a card agree.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgreementOf {
    card: CardNamed,
    /// How many evaluations were looked at.
    evaluations: usize,
    /// Whether there are more, listened to before, that were not looked at: ask for a shorter time.
    more: bool,
    /// How many calls two people or more judged on the same form.
    calls: usize,
    /// Those who judged them; their ids are the raters.
    inspectors: Vec<Named>,
    /// Of what evaluations came to, in points. As `lingjian agreement --json`.
    #[schema(value_type = Option<Object>)]
    total: Option<Value>,
    items: Vec<ItemCompared>,
    /// The earliest first; a call is of the week in which it was last listened to.
    weeks: Vec<WeekCompared>,
}

fn figures(found: Option<Agreement>) -> Option<Value> {
    found.map(object)
}

impl From<Comparison> for AgreementOf {
    fn from(found: Comparison) -> Self {
        let Comparison { card, title, evaluations, more, inspectors, figures: of } = found;
        let machine = |machine: agreement::Machine| Machine {
            confirmed: machine.confirmed,
            changed: machine.changed,
            missed: machine.missed,
            quiet: machine.quiet,
            taken: machine.taken,
            agreement: figures(machine.agreement),
        };
        let item = |item: agreement::ItemCompared| ItemCompared {
            id: item.id,
            title: item.title.into(),
            fatal: item.fatal,
            people: figures(item.people),
            graded: figures(item.graded),
            machine: item.machine.map(machine),
        };
        let week = |week: agreement::Week| WeekCompared {
            from: week.from.to_string(),
            calls: week.calls,
            alike: week.alike,
            total: figures(week.total),
        };
        Self {
            card: CardNamed { id: card, title: title.into() },
            evaluations,
            more,
            calls: of.calls,
            inspectors: inspectors.into_iter().map(Named::from).collect(),
            total: figures(of.total),
            items: of.items.into_iter().map(item).collect(),
            weeks: of.weeks.into_iter().map(week).collect(),
        }
    }
}

/// How those who judged on a card agree with each other and with the machine: what each said first, before any appeal.
/// `docs/statistics.md` says what the figures mean.
#[utoipa::path(get, path = "/api/v1/agreement", tag = "agreement", params(Asked),
    extensions(("x-permission" = json!("agreement.read"))),
    responses((status = 200, body = AgreementOf), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<Asked>,
) -> Answer<Json<AgreementOf>> {
    let projects = several("project", asked.project.as_deref(), |id| id.parse().ok())?;
    let zone = house.zone(asked.zone.as_deref(), &projects).await?;
    let filter = EvaluationFilter {
        projects,
        teams: several("team", asked.team.as_deref(), |id| id.parse().ok())?,
        agents: several("agent", asked.agent.as_deref(), |id| id.parse().ok())?,
        inspectors: several("inspector", asked.inspector.as_deref(), |id| id.parse().ok())?,
        from: instant("from", asked.from.as_deref(), &zone)?,
        to: instant("to", asked.to.as_deref(), &zone)?,
        ..EvaluationFilter::default()
    };
    let (draw, reference) = (asked.draw.map(Into::into), asked.reference.map(Into::into));
    let asked = agreement::Asked { card: asked.card, filter, draw, reference, zone };
    Ok(Json(house.agreement(&actor, asked).await?.into()))
}
