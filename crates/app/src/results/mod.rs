//! What the desk found (B5, C6): results by project, team, agent and inspector with how sure they are, what was done badly most,
//! and how it goes over time. Formulas are the room `statistics`'; `docs/statistics.md` says what is reported.

mod figures;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use lingjian_model::{Permission, UserId};
pub use lingjian_statistics::chart::Verdict;
use lingjian_store::{EvaluationFilter, Viewer};

use crate::{Actor, AppError, House, Title};
use figures::Outcomes;

/// Evaluations that are reported at most: the last that were listened to.
const MOST_REPORTED: usize = 50_000;

/// A mean of totals and how sure it is: 95 of 100 such intervals hold the truth.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Mean {
    /// Of how many evaluations.
    pub count: u64,
    /// The mean; none where there is none.
    pub mean: Option<f64>,
    /// ±; none below two, or where all are alike: that tells nothing of chance.
    pub margin: Option<f64>,
}

/// A project, team or agent.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Of its evaluations.
    pub mean: Mean,
    /// How many of them failed a fatal item.
    pub fatal: u64,
    /// Points above or below the rest: of an agent, the others of the team; of a team or project, all others of the report.
    pub difference: Option<f64>,
    /// Whether that can be told from chance; none where there is too little to compare.
    pub verdict: Option<Verdict>,
}

/// What an inspector did.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What they gave.
    pub mean: Mean,
    /// How many were sent.
    pub sent: u64,
    /// Of them, within a day of the listening.
    pub in_time: u64,
    /// Appealed against.
    pub appealed: u64,
    /// Changed after an appeal.
    pub changed: u64,
}

/// How an item was done.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The item's id.
    pub id: String,
    /// Its question.
    pub title: Title,
    /// Whether it can fail the card.
    pub fatal: bool,
    /// How many were asked it and judged it to apply.
    pub judged: u64,
    /// Not done at all.
    pub failed: u64,
    /// Done in part.
    pub partly: u64,
    /// The share of all faults.
    pub share: f64,
    /// The share of all faults that this and those before it make.
    pub cumulative: f64,
}

/// A week.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekOf {
    /// Its Monday.
    pub from: Date,
    /// Of its evaluations.
    pub mean: Mean,
    /// Between which limits chance alone moves a week's mean.
    pub limits: Option<(f64, f64)>,
    /// Whether it tells of more than chance: `beyond` the limits, or the end of a `run` on one side.
    pub signal: Option<&'static str>,
}

/// What all calls come to that draws chose from, by the weight of each that was heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// From how many drawn calls.
    pub count: u64,
    /// The mean.
    pub mean: f64,
    /// ±; none where a stratum was heard once only.
    pub margin: Option<f64>,
}

/// The figures of a report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// Of all.
    pub all: Mean,
    /// How many failed a fatal item.
    pub fatal: u64,
    /// Of the calls that draws chose from.
    pub estimate: Option<Estimate>,
    /// By project, the most evaluations first.
    pub projects: Vec<Group>,
    /// By team.
    pub teams: Vec<Group>,
    /// By agent, the lowest mean first.
    pub agents: Vec<Group>,
    /// By inspector.
    pub inspectors: Vec<Output>,
    /// The most frequent first.
    pub faults: Vec<Fault>,
    /// The earliest first.
    pub weeks: Vec<WeekOf>,
}

/// What evaluations on a card came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The card's id.
    pub card: String,
    /// Its name.
    pub title: Title,
    /// Whether there are more evaluations, listened to before, that are not in it.
    pub more: bool,
    /// The figures.
    pub figures: Figures,
}

impl House {
    /// What evaluations on a card came to, each as it counts: by its newest revision that was submitted.
    ///
    /// # Errors
    /// Where they may not, or there is no such card.
    pub async fn results(
        &self,
        actor: &Actor,
        card: &str,
        filter: &EvaluationFilter,
        zone: TimeZone,
    ) -> Result<Report, AppError> {
        let reach = actor.reach(Permission::EvaluationsRead)?;
        // Whoever only served sees their own results one by one, once they were sent.
        let reach = Viewer { user: actor.user(), reach: &reach }.of_others();
        let counting = self.cards().await?.into_iter().find(|one| one.version.id == card);
        let counting = counting.ok_or(AppError::NotFound { what: "scorecard" })?.card;
        let title = Title::of(&counting.title);
        let mut outcomes = self.store().outcomes(card, filter, &reach, MOST_REPORTED as u64 + 1).await?;
        let more = outcomes.len() > MOST_REPORTED;
        outcomes.truncate(MOST_REPORTED);
        let mut forms = BTreeMap::new();
        for digest in outcomes.iter().map(|one| one.digest.clone()).collect::<BTreeSet<_>>() {
            let form = self.form(&digest).await?;
            forms.insert(digest, form);
        }
        let calls: Vec<_> = outcomes.iter().map(|one| one.call.clone()).collect();
        let names = self.store().names(&calls).await?;
        let people = self.store().display_names(outcomes.iter().map(|one| one.inspector)).await?;
        let outcomes = Outcomes { outcomes, counting, forms, names, people };
        let figures = tokio::task::spawn_blocking(move || outcomes.figures(&zone)).await;
        let figures = figures.map_err(|error| AppError::Internal(error.to_string()))?;
        Ok(Report { card: card.to_owned(), title, more, figures })
    }
}
