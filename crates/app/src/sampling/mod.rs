//! Sampling (抽检): which calls people listen to, and who (B1–B6). Formulas are the room `statistics`'.

mod drawing;
mod kept;
pub mod plans;
mod population;
mod work_list;

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::evaluation::Stage;
use lingjian_model::{
    AgentId, ConversationId, Direction, EvaluationId, Permission, Placed, ProjectId, TeamId, UserId,
};
pub use lingjian_statistics::sampling::Wanted;
use lingjian_statistics::sampling::bounds::{Bounds, Broken};
use lingjian_statistics::sampling::{Plan, Planned};
use lingjian_store::{Account, DrawnCall, KeptDraw, Progress, Project, Seat};
use serde::{Deserialize, Serialize};

pub use work_list::{WorkItem, WorkList};

use crate::{Actor, AppError, House, Row, Title};
use population::Population;

/// Listeners of a call at most: two are advised (B6), a calibration has all who inspect.
const MOST_LISTENERS: usize = 20;
/// The share of faulty calls of which a plan says how likely it misses them all.
const FAULTY: f64 = 1.0 / 8.0;
/// How sure its margin is.
const CONFIDENCE: f64 = 0.95;
/// Guidance beyond which intervals come out too narrow (docs/statistics.md).
const MOST_GUIDANCE: f64 = 0.7;

/// By what a population is parted, so that each part is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strata {
    /// It is not.
    #[default]
    None,
    /// By who served.
    Agent,
    /// By team.
    Team,
    /// By queue.
    Queue,
    /// By the hour of the day in which they began, in the project's zone.
    Hour,
}

impl Strata {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::None, Self::Agent, Self::Team, Self::Queue, Self::Hour];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Agent => "agent",
            Self::Team => "team",
            Self::Queue => "queue",
            Self::Hour => "hour",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strata| strata.name() == name)
    }
}

/// What is to be drawn.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// Of which project's calls.
    pub project: ProjectId,
    /// Of those that began from then on …
    pub from: i64,
    /// … and before then.
    pub to: i64,
    /// Which of those, how many, and who listens.
    #[serde(flatten)]
    pub wishes: Wishes,
    /// Until when.
    pub due_at: Option<i64>,
}

/// What is wished for of a time, whichever it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wishes {
    /// Of calls in this direction.
    pub direction: Option<Direction>,
    /// Of those of these teams.
    pub teams: Vec<TeamId>,
    /// Of those of these agents.
    pub agents: Vec<AgentId>,
    /// Of those in which one of these rules hit.
    pub rules: Vec<String>,
    /// Of those at least so long.
    pub min_duration_ms: Option<i64>,
    /// Parted by what.
    pub strata: Strata,
    /// How many.
    pub wanted: Wanted,
    /// At least so many of each stratum.
    pub minimum: u64,
    /// How far the machine's risk score guides the draw, 0 (not at all) to 0.7.
    pub guidance: f64,
    /// The card to judge them on.
    pub card: String,
    /// How many inspectors hear each call.
    pub listeners: usize,
    /// Who may be given them; nobody: they wait.
    pub inspectors: Vec<UserId>,
}

/// A part of a population.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StratumOf {
    /// What names it.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// How many calls are in it.
    pub population: u64,
    /// How many of them are drawn.
    pub drawn: u64,
}

/// What a plan comes to, before anything is drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Laid {
    /// Of how many calls.
    pub population: u64,
    /// Calls that an earlier draw took: they are not drawn again.
    pub already: u64,
    /// How many are wanted.
    pub wanted: u64,
    /// How many are drawn: more where the minimum of each stratum asks for it.
    pub drawn: u64,
    /// Their share of the population.
    pub ratio: f64,
    /// Strata with fewer calls than their minimum.
    pub short: u64,
    /// Strata of which nothing is drawn.
    pub unheard: u64,
    /// ± how much a share of all is wide, in 95 of 100 draws, in the worst case; none where a stratum is unheard.
    pub margin: Option<f64>,
    /// The probability that a fault in one of eight calls is in none that is drawn.
    pub missed: f64,
    /// The strata, by name.
    pub strata: Vec<StratumOf>,
    /// How it stands to the bounds of its project's category.
    pub bounds: Held,
}

/// How draws of a project's time stand to the bounds of its category (B1).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    /// How many of its calls could be listened to.
    pub eligible: u64,
    /// How many of them were drawn before.
    pub drawn_before: u64,
    /// The bounds that are broken with this draw.
    pub broken: Vec<Broken>,
    /// Whether one of them is a highest share: that takes a reason.
    pub refused: bool,
}

/// A draw, as lists show it.
#[derive(Debug, Clone)]
pub struct DrawRow {
    /// What was drawn.
    pub kept: KeptDraw,
    /// Its project's name.
    pub project: String,
    /// Who drew.
    pub drawn_by: String,
    /// The card's name.
    pub title: Title,
    /// How far it has come.
    pub progress: Progress,
    /// Whether something is left after it was due.
    pub late: bool,
}

/// A call of a draw.
#[derive(Debug, Clone)]
pub struct Item {
    /// Why it was drawn, and who listens.
    pub drawn: DrawnCall,
    /// The call, with the names of its places.
    pub call: Row,
    /// Its seats.
    pub seats: Vec<Seat>,
}

/// A draw with all that belongs to it.
#[derive(Debug, Clone)]
pub struct ShownDraw {
    /// As in lists.
    pub row: DrawRow,
    /// Its calls.
    pub items: Vec<Item>,
    /// The names of those who listen.
    pub names: BTreeMap<UserId, String>,
}

/// Somebody who may judge calls of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// How much they have not begun.
    pub open: i64,
}

/// Which open work goes to whom.
#[derive(Debug, Clone, Default)]
pub struct Reassigned {
    /// Whose; none: what nobody has.
    pub from: Option<UserId>,
    /// To whom; none: to nobody.
    pub to: Option<UserId>,
    /// Of these calls; none are named: of all.
    pub conversations: Vec<ConversationId>,
}

const MISSING: AppError = AppError::NotFound { what: "draw" };

fn bad(field: &'static str, reason: impl Into<String>) -> AppError {
    AppError::BadRequest { field, reason: reason.into() }
}

/// What a state is called where work is listed.
#[must_use]
pub const fn state_of(evaluation: Option<(EvaluationId, Stage)>) -> &'static str {
    match evaluation {
        None => "open",
        Some((_, Stage::Draft)) => "draft",
        Some(_) => "done",
    }
}

impl Wishes {
    fn check(&self) -> Result<(), AppError> {
        if !(1..=MOST_LISTENERS).contains(&self.listeners) {
            return Err(bad("listeners", format!("write 1 to {MOST_LISTENERS}")));
        }
        if !(0.0..=MOST_GUIDANCE).contains(&self.guidance) {
            return Err(bad(
                "guidance",
                format!("write 0 to {MOST_GUIDANCE}: beyond, intervals come out too narrow"),
            ));
        }
        Ok(())
    }
}

impl Asked {
    fn check(&self) -> Result<(), AppError> {
        if self.from >= self.to {
            return Err(bad("to", "the time ends before it begins"));
        }
        self.wishes.check()
    }

    /// The plan that chance begins with at this seed.
    fn plan(&self, seed: u64) -> Plan {
        let Wishes { wanted, minimum, guidance, .. } = self.wishes;
        Plan { wanted, minimum, guidance, seed, ..Plan::default() }
    }
}

impl House {
    /// The project, where they may draw of it.
    async fn drawn_of(&self, actor: &Actor, id: ProjectId) -> Result<Project, AppError> {
        let reach = actor.reach(Permission::SamplingEdit)?;
        let project = self.store().project(id).await?.filter(|_| reach.covers(&of_project(id)));
        project.ok_or(AppError::NotFound { what: "project" })
    }

    /// What a plan would come to. Nothing is drawn.
    ///
    /// # Errors
    /// Where they may not, or the plan makes no sense.
    pub async fn lay_draw(&self, actor: &Actor, asked: &Asked) -> Result<Laid, AppError> {
        let project = self.drawn_of(actor, asked.project).await?;
        asked.check()?;
        let population = self.population(&project, asked).await?;
        let planned =
            asked.plan(1).lay(&population.members).map_err(|wrong| bad("plan", wrong.to_string()))?;
        Ok(self.laid(&project, asked, &population, planned))
    }

    fn laid(&self, project: &Project, asked: &Asked, population: &Population, planned: Planned) -> Laid {
        let margin = planned.margin(CONFIDENCE);
        let missed = planned.missed(FAULTY);
        let direction = asked.wishes.direction.or(project.direction);
        let drawn = population.drawn_before + planned.drawn;
        let category = project.category.as_deref().unwrap_or_default();
        let broken = Bounds::standard().check(category, direction, drawn, population.eligible);
        let refused = broken.iter().any(|broken| broken.drawn > broken.most);
        let named = |id: &str| population.names.get(id).cloned().unwrap_or_else(|| id.to_owned());
        let strata = planned.strata.into_iter().map(|one| StratumOf {
            name: named(&one.stratum),
            id: one.stratum,
            population: one.population,
            drawn: one.drawn,
        });
        Laid {
            population: planned.population,
            already: population.already,
            wanted: planned.wanted,
            drawn: planned.drawn,
            ratio: planned.ratio,
            short: planned.short,
            unheard: planned.unheard,
            margin,
            missed,
            strata: strata.collect(),
            bounds: Held {
                eligible: population.eligible,
                drawn_before: population.drawn_before,
                broken,
                refused,
            },
        }
    }

    /// The people who may be given calls of a project, with what each has to do.
    ///
    /// # Errors
    /// Where they may not draw of it.
    pub async fn listeners(&self, actor: &Actor, project: ProjectId) -> Result<Vec<Listener>, AppError> {
        let project = self.drawn_of(actor, project).await?;
        let accounts = self.store().accounts().await?;
        let able: Vec<Account> = accounts.into_iter().filter(|one| may_judge(one, project.id)).collect();
        let ids: Vec<UserId> = able.iter().map(|one| one.person.id).collect();
        let loads = self.store().loads(&ids).await?;
        let listener = |one: Account| Listener {
            id: one.person.id,
            open: loads.get(&one.person.id).map_or(0, |load| load.open),
            name: one.display_name,
        };
        Ok(able.into_iter().map(listener).collect())
    }

    /// These people, if they may judge calls of a project.
    async fn inspectors_of(&self, project: &Project, ids: &[UserId]) -> Result<Vec<Account>, AppError> {
        let unique: BTreeSet<UserId> = ids.iter().copied().collect();
        let mut accounts = Vec::with_capacity(unique.len());
        for id in unique {
            let account = self.store().account(id).await?.filter(|one| may_judge(one, project.id));
            accounts.push(account.ok_or_else(|| {
                bad("inspectors", "one of them is nobody who may judge calls of this project")
            })?);
        }
        Ok(accounts)
    }
}

/// Where what belongs to a project as a whole stands.
fn of_project(project: ProjectId) -> Placed {
    Placed { project: Some(project), ..Placed::default() }
}

/// Whether an account may judge calls of a project.
fn may_judge(account: &Account, project: ProjectId) -> bool {
    !account.disabled && account.person.reach(Permission::EvaluationsWrite).covers(&of_project(project))
}

/// Whether an account may draw of a project.
fn may_draw(account: &Account, project: ProjectId) -> bool {
    !account.disabled && account.person.reach(Permission::SamplingEdit).covers(&of_project(project))
}
