//! The centre at a glance: counts, coverage, scores, what was found most.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lingjian_model::{Permission, Reach};
use lingjian_store::{Cell, Filter, RuleTally, State, Tally, TallyBy};

use crate::zone::offsets;
use crate::{Actor, AppError, House, Title};

/// Groups shown at most.
const GROUPS: usize = 200;

/// Conversations that share something.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its id, or its day.
    pub key: String,
    /// Its name.
    pub name: String,
    /// An agent's number.
    pub number: Option<String>,
    /// The figures.
    pub tally: Tally,
}

/// How often a rule hits.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleHits {
    /// The rule's id.
    pub rule: String,
    /// Its pack; none where the rule is gone.
    pub pack: Option<String>,
    /// Its name.
    pub title: Title,
    /// How grave.
    pub severity: &'static str,
    /// Which score it moves.
    pub dimension: &'static str,
    /// What a hit is worth: tells praise from faults.
    pub points: f64,
    /// In how many conversations.
    pub conversations: i64,
    /// How often in all.
    pub hits: i64,
}

/// The centre at a glance.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// All together.
    pub all: Tally,
    /// How many are in each state.
    pub states: Vec<(State, i64)>,
    /// By day, oldest first.
    pub days: Vec<Group>,
    /// By project, the one with most conversations first.
    pub projects: Vec<Group>,
    /// By team.
    pub teams: Vec<Group>,
    /// By agent.
    pub agents: Vec<Group>,
    /// By rule, the most frequent first.
    pub rules: Vec<RuleHits>,
}

/// What an overview is made from.
#[derive(Debug)]
pub(crate) struct Counted {
    cells: Vec<Cell>,
    rules: Vec<RuleTally>,
}

/// Which conversations, whose, and by the days of which zone: how far it is east of UTC at first, and from when on how far.
pub(crate) type CountedBy = (Filter, Reach, (i64, Vec<(i64, i64)>));

impl House {
    /// The centre at a glance, as far as they reach, by the days of this zone.
    ///
    /// # Errors
    /// Where they may not.
    pub async fn overview(
        &self,
        actor: &Actor,
        filter: &Filter,
        zone: &TimeZone,
    ) -> Result<Overview, AppError> {
        let reach = actor.reach(Permission::OverviewRead)?;
        let store = self.store();
        let (offset_ms, changes) = offsets(zone, self.edge().now());
        let last = || async { Ok(store.last_change().await?) };
        let work = async {
            let days = TallyBy::Day { offset_ms, changes: &changes };
            let by = [TallyBy::State, days, TallyBy::Project, TallyBy::Team, TallyBy::Agent];
            let (cells, rules) =
                tokio::try_join!(store.cells(filter, &reach, &by), store.rule_tallies(filter, &reach))?;
            Ok(Arc::new(Counted { cells, rules }))
        };
        let asked = (filter.clone(), reach.clone(), (offset_ms, changes.clone()));
        let counted = self.counted().answer(asked, last, work).await?;
        let places = store.places().await?;
        let [states, days, projects, teams, agents] =
            std::array::from_fn(|key| Tally::by(&counted.cells, key));
        let named = |groups: Vec<Tally>, names: BTreeMap<String, (String, Option<String>)>| {
            let mut groups: Vec<Group> = groups
                .into_iter()
                .filter_map(|tally| {
                    let key = tally.key.clone()?;
                    let (name, number) = names.get(&key).cloned().unwrap_or_default();
                    Some(Group { key, name, number, tally })
                })
                .collect();
            groups.sort_by_key(|group| std::cmp::Reverse(group.tally.conversations));
            groups.truncate(GROUPS);
            groups
        };
        let known = self.rules().await?;
        Ok(Overview {
            all: Tally::all(&counted.cells),
            states: states
                .into_iter()
                .filter_map(|tally| Some((State::from_name(tally.key.as_deref()?)?, tally.conversations)))
                .collect(),
            days: days
                .into_iter()
                .filter_map(|tally| {
                    let key = day(tally.key.as_deref()?)?;
                    Some(Group { name: key.clone(), key, number: None, tally })
                })
                .collect(),
            projects: named(
                projects,
                places.projects.into_iter().map(|one| (one.id.to_string(), (one.name, None))).collect(),
            ),
            teams: named(
                teams,
                places.teams.into_iter().map(|one| (one.id.to_string(), (one.name, None))).collect(),
            ),
            agents: named(
                agents,
                places
                    .agents
                    .into_iter()
                    .map(|one| {
                        let name = one.name.unwrap_or_else(|| one.number.clone());
                        (one.id.to_string(), (name, Some(one.number)))
                    })
                    .collect(),
            ),
            rules: counted
                .rules
                .iter()
                .map(|tally| {
                    let rule = known.set.rule(&tally.rule);
                    RuleHits {
                        title: known.title(&tally.rule),
                        pack: rule.map(|rule| rule.pack.clone()),
                        severity: rule.map_or("info", |rule| rule.severity.name()),
                        dimension: rule.map_or("compliance", |rule| rule.dimension.name()),
                        points: rule.map_or(0.0, |rule| rule.points),
                        rule: tally.rule.clone(),
                        conversations: tally.conversations,
                        hits: tally.hits,
                    }
                })
                .collect(),
        })
    }
}

/// A day from its number since 1970.
fn day(number: &str) -> Option<String> {
    let days: i64 = number.parse().ok()?;
    let start = Timestamp::from_second(days.checked_mul(86_400)?).ok()?;
    Some(start.to_zoned(TimeZone::UTC).date().to_string())
}
