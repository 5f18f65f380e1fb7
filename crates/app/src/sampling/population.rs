//! The calls that can be drawn, and their strata.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lingjian_model::{AgentId, Reach};
use lingjian_statistics::sampling::Member;
use lingjian_store::{Filter, Listed, Names, Page, Project, Sort, State};

use super::{Asked, Strata, bad};
use crate::{AppError, House};

/// Calls that are read at once.
const PAGE: u64 = 5_000;
/// Calls of a population at most.
const LARGEST: usize = 200_000;

/// Calls that can be drawn.
pub(super) struct Population {
    /// Each with its stratum and risk.
    pub(super) members: Vec<Member>,
    /// Who served, by the call's id.
    pub(super) agents: BTreeMap<String, AgentId>,
    /// Strata by what people call them.
    pub(super) names: BTreeMap<String, String>,
    /// How many calls that were asked for were drawn before.
    pub(super) already: u64,
    /// How many calls of the project, in this time and direction, could be listened to.
    pub(super) eligible: u64,
    /// How many of those were drawn before.
    pub(super) drawn_before: u64,
}

/// Something was said in them, or is to be heard.
const HEARD: [State; 3] = [State::Waiting, State::Judged, State::Failed];

impl House {
    /// The population that is asked for.
    pub(super) async fn population(&self, project: &Project, asked: &Asked) -> Result<Population, AppError> {
        let wishes = &asked.wishes;
        let all = Filter {
            projects: vec![asked.project],
            from: Some(asked.from),
            to: Some(asked.to),
            direction: wishes.direction.map(|direction| direction.name().to_owned()),
            states: HEARD.to_vec(),
            ..Filter::default()
        };
        let eligible = self.store().count(&all, &Reach::All).await?;
        let before = self.store().drawn_before(asked.project, asked.from, asked.to).await?;
        let filter = Filter {
            teams: wishes.teams.clone(),
            agents: wishes.agents.clone(),
            rules: wishes.rules.clone(),
            min_duration_ms: wishes.min_duration_ms,
            ..all
        };
        let mut calls: Vec<Listed> = Vec::new();
        loop {
            let after = calls.last().map(|last| (Sort::Oldest.value(last), last.id));
            let page = Page { after, limit: PAGE };
            let some = self.store().conversations(&filter, &Reach::All, Sort::Oldest, page).await?;
            let whole = some.len() as u64 == PAGE;
            calls.extend(some);
            if calls.len() > LARGEST {
                return Err(bad(
                    "from",
                    format!("these are more than {LARGEST} calls; draw of a shorter time"),
                ));
            }
            if !whole {
                break;
            }
        }
        let asked_for = calls.len();
        calls.retain(|call| !before.contains(&call.id));
        let zone = TimeZone::get(&project.zone).unwrap_or(TimeZone::UTC);
        let names = match wishes.strata {
            Strata::Agent | Strata::Team => self.store().names(&calls_of_each(&calls, wishes.strata)).await?,
            _ => Names::default(),
        };
        let mut population = Population {
            members: Vec::with_capacity(calls.len()),
            agents: BTreeMap::new(),
            names: BTreeMap::new(),
            already: (asked_for - calls.len()) as u64,
            eligible,
            drawn_before: before.len() as u64,
        };
        for call in calls {
            let (stratum, name) = stratum_of(&call, wishes.strata, &names, &zone);
            population.names.entry(stratum.clone()).or_insert(name);
            population.agents.extend(call.agent.map(|agent| (call.id.to_string(), agent)));
            // What was not judged yet is as likely as what no rule complains of.
            let risk = Some(call.scores.map_or(0.0, |scores| scores.risk));
            population.members.push(Member { id: call.id.to_string(), stratum, risk, measure: None });
        }
        Ok(population)
    }
}

/// One call of each agent or team: enough to ask for their names.
fn calls_of_each(calls: &[Listed], strata: Strata) -> Vec<Listed> {
    let mut seen = std::collections::BTreeSet::new();
    let key = |call: &Listed| match strata {
        Strata::Team => call.team.map(|id| id.0),
        _ => call.agent.map(|id| id.0),
    };
    calls.iter().filter(|call| key(call).is_some_and(|key| seen.insert(key))).cloned().collect()
}

/// What a stratum is known by, and what people call it.
fn stratum_of(call: &Listed, strata: Strata, names: &Names, zone: &TimeZone) -> (String, String) {
    let unknown = || ("-".to_owned(), "-".to_owned());
    match strata {
        Strata::None => ("all".to_owned(), String::new()),
        Strata::Agent => call.agent.map_or_else(unknown, |id| {
            let name = names.agents.get(&id).map(|(name, number)| {
                if name == number { number.clone() } else { format!("{name} {number}") }
            });
            (id.to_string(), name.unwrap_or_default())
        }),
        Strata::Team => call
            .team
            .map_or_else(unknown, |id| (id.to_string(), names.teams.get(&id).cloned().unwrap_or_default())),
        Strata::Queue => call.queue.as_ref().map_or_else(unknown, |queue| (queue.clone(), queue.clone())),
        Strata::Hour => Timestamp::from_millisecond(call.at).map_or_else(
            |_| unknown(),
            |at| {
                let hour = format!("{:02}:00", at.to_zoned(zone.clone()).hour());
                (hour.clone(), hour)
            },
        ),
    }
}
