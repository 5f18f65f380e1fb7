//! The centre at a glance: counts, coverage, scores, what was found most.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lingjian_model::Permission;
use lingjian_store::{Filter, State, Tally, TallyBy};

use crate::{Actor, AppError, House, Title};

/// The zone of the days on the overview.
const ZONE: &str = "Asia/Shanghai";
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
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl House {
    /// The centre at a glance, as far as they reach.
    ///
    /// # Errors
    /// Where they may not.
    pub async fn overview(&self, actor: &Actor, filter: &Filter) -> Result<Overview, AppError> {
        let reach = actor.reach(Permission::OverviewRead)?;
        let store = self.store();
        let by = |by| store.tallies(filter, &reach, by);
        let offset_ms = offset(self.edge().now());
        let (all, states, days, projects, teams, agents, rules, places) = tokio::try_join!(
            by(TallyBy::Nothing),
            by(TallyBy::State),
            by(TallyBy::Day { offset_ms }),
            by(TallyBy::Project),
            by(TallyBy::Team),
            by(TallyBy::Agent),
            store.rule_tallies(filter, &reach),
            store.places(),
        )?;
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
            all: all.into_iter().next().unwrap_or(Tally {
                key: None,
                conversations: 0,
                judged: 0,
                scores: None,
            }),
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
            rules: rules
                .into_iter()
                .map(|tally| {
                    let rule = known.set.rule(&tally.rule);
                    RuleHits {
                        title: known.title(&tally.rule),
                        pack: rule.map(|rule| rule.pack.clone()),
                        severity: rule.map_or("info", |rule| rule.severity.name()),
                        dimension: rule.map_or("compliance", |rule| rule.dimension.name()),
                        rule: tally.rule,
                        conversations: tally.conversations,
                        hits: tally.hits,
                    }
                })
                .collect(),
        })
    }
}

/// How far the zone of the days is east of UTC.
fn offset(now: i64) -> i64 {
    let zone = TimeZone::get(ZONE).unwrap_or(TimeZone::UTC);
    let now = Timestamp::from_millisecond(now).unwrap_or_default();
    i64::from(zone.to_offset(now).seconds()) * 1000
}

/// A day from its number since 1970.
fn day(number: &str) -> Option<String> {
    let days: i64 = number.parse().ok()?;
    let start = Timestamp::from_second(days.checked_mul(86_400)?).ok()?;
    Some(start.to_zoned(TimeZone::UTC).date().to_string())
}
