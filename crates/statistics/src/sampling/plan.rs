//! A plan of sampling: how many calls of which strata, what bounds it breaks, what it can show. And the draw itself.

use std::collections::BTreeMap;

use lingjian_model::Direction;
use serde::{Deserialize, Serialize};

use super::allocation::allocate;
use super::bounds::{Bounds, Broken};
use super::lot::{Lot, Purpose};
use super::slots::{Span, slots};
use super::{risk, size};
use crate::moments::Moments;
use crate::special::normal_critical;

/// A call that may be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its id.
    pub id: String,
    /// The stratum that it lies in: an agent, an agent and a level.
    pub stratum: String,
    /// How much it calls for ears: 0 and more, in whatever unit. Used by draws that are guided.
    pub risk: Option<f64>,
    /// Something known of every call, such as the robot's score: Neyman's allocation draws more where it scatters more.
    pub measure: Option<f64>,
}

/// How many are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wanted {
    /// So many.
    Count(u64),
    /// A share of the population, 0 to 1; rounded up.
    Share(f64),
}

/// How draws are shared out over strata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Allocation {
    /// As large as the stratum.
    #[default]
    Proportional,
    /// As large as the stratum times the deviation of [`Member::measure`] in it.
    Neyman,
}

/// What is planned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// How many calls.
    pub wanted: Wanted,
    /// At least so many of each stratum, such as three a week of each agent.
    pub minimum: u64,
    /// How the rest is shared out.
    pub allocation: Allocation,
    /// How far [`Member::risk`] guides the draw, 0 (not at all) to below 1.
    pub guidance: f64,
    /// Where chance begins. Who knows it before the draw can foresee the draw.
    pub seed: u64,
    /// When there is listening; empty where no slots are wanted.
    #[serde(skip)]
    pub open: Vec<Span>,
}

impl Default for Plan {
    fn default() -> Self {
        let allocation = Allocation::default();
        Self { wanted: Wanted::Count(0), minimum: 0, allocation, guidance: 0.0, seed: 1, open: Vec::new() }
    }
}

/// Why there is no draw by a plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum Wrong {
    #[error("the population is empty: nothing can be drawn")]
    Empty,
    #[error("{wanted} calls are wanted of a population of {population}; want at most that many")]
    TooMany { wanted: u64, population: u64 },
    #[error("a share of {0} is wanted; name one from 0 to 1")]
    Share(f64),
    #[error("the id {0:?} stands in the population twice; an id names one call")]
    Twice(String),
    #[error("the risk of {0:?} is missing or no number of 0 or more")]
    Risk(String),
    #[error("the measure of {0:?} is missing or no number; Neyman's allocation needs it of every call")]
    Measure(String),
    #[error("guidance of {0}: name one from 0 to below 1, or calls without risk could never be drawn")]
    Guidance(f64),
}

/// What is planned for one stratum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stratum {
    /// Its name.
    pub stratum: String,
    /// How many calls are in it.
    pub population: u64,
    /// How many of them are to be drawn.
    pub drawn: u64,
}

/// A plan laid over a population.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Planned {
    /// How many calls there are.
    pub population: u64,
    /// How many the plan wanted.
    pub wanted: u64,
    /// How many are to be drawn: more than wanted where the minimum of each stratum asks for it.
    pub drawn: u64,
    /// The share of the population that is drawn.
    pub ratio: f64,
    /// The strata, by name.
    pub strata: Vec<Stratum>,
    /// Strata with fewer calls than their minimum.
    pub short: u64,
    /// Strata of which nothing is drawn: figures of the whole do not speak for them.
    pub unheard: u64,
}

impl Planned {
    /// ± how much a share of the whole is wide in the worst case (one half), from stratified draws that weigh each
    /// stratum by its size: z √Σ W² p (1 - p) / n · (N - n) / (N - 1) over the strata. Nothing where a stratum is unheard.
    #[must_use]
    pub fn margin(&self, confidence: f64) -> Option<f64> {
        let variance = |stratum: &Stratum| {
            let (all, n) = (stratum.population as f64, stratum.drawn as f64);
            let left = if all > 1.0 { (all - n) / (all - 1.0) } else { 0.0 };
            (all / self.population as f64).powi(2) * 0.25 / n * left
        };
        (self.unheard == 0)
            .then(|| normal_critical(confidence) * self.strata.iter().map(variance).sum::<f64>().sqrt())
    }

    /// The probability that so many plain draws show none of the faults that a share of all calls has.
    #[must_use]
    pub fn missed(&self, share: f64) -> f64 {
        size::missed(share, self.drawn, Some(self.population))
    }

    /// The bounds that it breaks.
    #[must_use]
    pub fn broken(&self, bounds: &Bounds, category: &str, direction: Option<Direction>) -> Vec<Broken> {
        bounds.check(category, direction, self.drawn, self.population)
    }
}

/// Why a call was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// Every call of its stratum is.
    All,
    /// By lot, each as likely.
    Lot,
    /// By lot, more likely with more risk.
    Risk,
    /// Its risk made it certain.
    Certain,
}

/// A call that was drawn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drawn {
    /// Its id.
    pub id: String,
    /// Its stratum.
    pub stratum: String,
    /// The probability with which it was drawn.
    pub inclusion: f64,
    /// How many calls it stands for: 1 / inclusion.
    pub weight: f64,
    /// Why.
    pub why: Why,
    /// When to listen, in milliseconds since 1970, where the plan says when that is open.
    pub slot: Option<i64>,
}

/// A draw, with all that is needed to repeat it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Draw {
    /// By which plan.
    pub plan: Plan,
    /// What the plan came to.
    pub planned: Planned,
    /// What was drawn, by stratum and id.
    pub drawn: Vec<Drawn>,
}

/// Calls of one stratum.
type Strata<'m> = BTreeMap<&'m str, Vec<&'m Member>>;

impl Plan {
    /// Lays the plan over a population, whose order plays no part.
    ///
    /// # Errors
    /// See [`Wrong`].
    pub fn lay(&self, population: &[Member]) -> Result<Planned, Wrong> {
        self.planned(&self.strata(population)?, population.len() as u64)
    }

    /// Draws. The same plan and population give the same draw, in whatever order the population comes; a call that comes
    /// or goes leaves the lots of the others as they are.
    ///
    /// # Errors
    /// See [`Wrong`].
    pub fn draw(&self, population: &[Member]) -> Result<Draw, Wrong> {
        let strata = self.strata(population)?;
        let planned = self.planned(&strata, population.len() as u64)?;
        let mut drawn = Vec::new();
        for (members, of_stratum) in strata.values().zip(&planned.strata) {
            drawn.extend(self.draw_of(members, of_stratum));
        }
        Ok(Draw { plan: self.clone(), planned, drawn })
    }

    fn strata<'m>(&self, population: &'m [Member]) -> Result<Strata<'m>, Wrong> {
        if population.is_empty() {
            return Err(Wrong::Empty);
        }
        if !(0.0..1.0).contains(&self.guidance) {
            return Err(Wrong::Guidance(self.guidance));
        }
        let mut members: Vec<&Member> = population.iter().collect();
        members.sort_by(|one, other| one.id.cmp(&other.id));
        if let Some(twice) = members.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(Wrong::Twice(twice[0].id.clone()));
        }
        let mut strata = Strata::new();
        for member in members {
            let risk = member.risk.is_some_and(|risk| risk.is_finite() && risk >= 0.0);
            if self.guidance > 0.0 && !risk {
                return Err(Wrong::Risk(member.id.clone()));
            }
            if self.allocation == Allocation::Neyman && !member.measure.is_some_and(f64::is_finite) {
                return Err(Wrong::Measure(member.id.clone()));
            }
            strata.entry(&member.stratum).or_default().push(member);
        }
        Ok(strata)
    }

    fn planned(&self, strata: &Strata<'_>, population: u64) -> Result<Planned, Wrong> {
        let wanted = match self.wanted {
            Wanted::Count(count) => count,
            Wanted::Share(share) if (0.0..=1.0).contains(&share) => {
                (share * population as f64 - 1e-9).ceil().max(0.0) as u64
            }
            Wanted::Share(share) => return Err(Wrong::Share(share)),
        };
        if wanted > population {
            return Err(Wrong::TooMany { wanted, population });
        }
        let sizes: Vec<u64> = strata.values().map(|members| members.len() as u64).collect();
        let weight = |members: &Vec<&Member>| match self.allocation {
            Allocation::Proportional => members.len() as f64,
            Allocation::Neyman => {
                let measures: Vec<f64> = members.iter().filter_map(|member| member.measure).collect();
                members.len() as f64 * Moments::of(&measures).variance.sqrt()
            }
        };
        let weights: Vec<f64> = strata.values().map(weight).collect();
        let given = allocate(&sizes, &weights, wanted, self.minimum);
        let stratum = |((name, population), drawn): ((&&str, &u64), &u64)| Stratum {
            stratum: (*name).to_owned(),
            population: *population,
            drawn: *drawn,
        };
        let drawn: u64 = given.iter().sum();
        Ok(Planned {
            population,
            wanted,
            drawn,
            ratio: drawn as f64 / population as f64,
            strata: strata.keys().zip(&sizes).zip(&given).map(stratum).collect(),
            short: sizes.iter().filter(|size| **size < self.minimum).count() as u64,
            unheard: given.iter().filter(|given| **given == 0).count() as u64,
        })
    }

    fn draw_of(&self, members: &[&Member], stratum: &Stratum) -> Vec<Drawn> {
        let lots: Vec<Lot> =
            members.iter().map(|member| Lot::of(self.seed, Purpose::Draw, &member.id)).collect();
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_by_key(|place| lots[*place]);
        let all = stratum.drawn == stratum.population;
        let even = stratum.drawn as f64 / stratum.population as f64;
        let guided = self.guidance > 0.0 && !all;
        let (mut places, inclusion) = if guided {
            let risks: Vec<f64> = members.iter().filter_map(|member| member.risk).collect();
            let inclusion = risk::inclusion(&risk::sizes(&risks, self.guidance), stratum.drawn);
            let start = Lot::of(self.seed, Purpose::Start, &stratum.stratum).unit();
            (risk::systematic(&inclusion, &order, start), inclusion)
        } else {
            (order.into_iter().take(stratum.drawn as usize).collect(), vec![even; members.len()])
        };
        // Who comes when is a lot of its own: the first in the timetable are not those with the most risk.
        places.sort_by_key(|place| Lot::of(self.seed, Purpose::Turn, &members[*place].id));
        let instants = slots(self.seed, &stratum.stratum, &self.open, places.len());
        let drawn = |(turn, place): (usize, &usize)| Drawn {
            id: members[*place].id.clone(),
            stratum: stratum.stratum.clone(),
            inclusion: inclusion[*place],
            weight: 1.0 / inclusion[*place],
            why: match (all, guided) {
                (true, _) => Why::All,
                (_, false) => Why::Lot,
                (_, true) if inclusion[*place] >= 1.0 => Why::Certain,
                (_, true) => Why::Risk,
            },
            slot: instants.get(turn).copied(),
        };
        let mut drawn: Vec<Drawn> = places.iter().enumerate().map(drawn).collect();
        drawn.sort_by(|one, other| one.id.cmp(&other.id));
        drawn
    }
}
