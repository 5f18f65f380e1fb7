//! What an inspector has to listen to.

use axum::Json;
use axum::extract::State;
use lingjian_app::House;
use lingjian_app::sampling::WorkItem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::draws::DrawCard;
use super::evaluations::Call;
use crate::contract::{one_of, shape};
use crate::given::Asking;
use crate::problem::{Answer, Problem};
use crate::shape::{Named, NamedAgent, several, time};
use crate::who::Who;

/// How far work is.
const STATES: [&str; 3] = ["open", "draft", "done"];

shape! {
    WorkStates = one_of(STATES);
}

/// Which work.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichWork {
    /// open, draft, done, parted by commas; all where nothing is said.
    #[param(value_type = Option<Vec<WorkStates>>, inline, style = Form, explode = false)]
    state: Option<String>,
}

/// A call that one is to judge.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkOf {
    /// By which draw.
    draw: String,
    conversation: Call,
    project: Option<Named>,
    agent: Option<NamedAgent>,
    card: DrawCard,
    /// open, draft, done.
    state: &'static str,
    /// What one made of it so far.
    evaluation: Option<String>,
    due_at: String,
    late: bool,
}

impl From<WorkItem> for WorkOf {
    fn from(item: WorkItem) -> Self {
        let (card, title) = item.card;
        let call = item.call;
        Self {
            draw: item.draw.to_string(),
            project: call.project.map(Named::from),
            agent: call.agent.map(NamedAgent::from),
            conversation: Call::from(call.listed),
            card: DrawCard { id: card, title: title.into() },
            state: item.state,
            evaluation: item.evaluation.map(|id| id.to_string()),
            due_at: time(item.due_at),
            late: item.late,
        }
    }
}

/// What one is to judge.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnWork {
    items: Vec<WorkOf>,
    /// Always none: the list is whole.
    next: Option<String>,
    /// How much is not begun, of all.
    open: i64,
    /// Begun.
    draft: i64,
    /// Submitted.
    done: i64,
    /// Due, and not submitted.
    late: i64,
}

/// One's own work list, what is due first first.
#[utoipa::path(get, path = "/api/v1/work-list", tag = "draws", params(WhichWork),
    extensions(("x-permission" = json!("evaluations.write"))),
    responses((status = 200, body = OwnWork), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem)))]
pub(crate) async fn own(
    State(house): State<House>,
    Who(actor): Who,
    Asking(asked): Asking<WhichWork>,
) -> Answer<Json<OwnWork>> {
    let states =
        several("state", asked.state.as_deref(), |name| STATES.into_iter().find(|one| *one == name))?;
    let list = house.work_list(&actor, &states).await?;
    Ok(Json(OwnWork {
        items: list.items.into_iter().map(WorkOf::from).collect(),
        next: None,
        open: list.progress.open,
        draft: list.progress.draft,
        done: list.progress.done,
        late: list.late,
    }))
}
