//! Agreement (一致性): whether people who heard the same call judge it alike, and people and machine (B6, E6). Formulas
//! are the room `statistics`'; `docs/statistics.md` says what is compared.

mod ratings;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use lingjian_model::{DrawId, Permission, Placed, UserId};
pub use lingjian_statistics::agreement::Agreement;
use lingjian_store::EvaluationFilter;

use crate::{Actor, AppError, House, Title};
use ratings::Sheets;

/// Evaluations that are compared at most: the last that were listened to.
const MOST_COMPARED: usize = 20_000;

/// What is compared.
#[derive(Debug, Clone)]
pub struct Asked {
    /// On which card.
    pub card: String,
    /// Which evaluations; what it says of cards is not heeded.
    pub filter: EvaluationFilter,
    /// Of the calls of this draw only.
    pub draw: Option<DrawId>,
    /// Who is taken to be right.
    pub reference: Option<UserId>,
    /// Whose weeks these are.
    pub zone: TimeZone,
}

/// How those who judged on a card agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The card's id.
    pub card: String,
    /// Its name.
    pub title: Title,
    /// How many evaluations were looked at.
    pub evaluations: usize,
    /// Whether there are more, listened to before, that were not.
    pub more: bool,
    /// Who judged what is compared: their ids are the raters of every figure.
    pub inspectors: BTreeMap<UserId, String>,
    /// What it comes to.
    pub figures: Figures,
}

/// The figures of a comparison.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// How many calls two people or more judged on the same form.
    pub calls: usize,
    /// Of what evaluations came to, in points.
    pub total: Option<Agreement>,
    /// Of every item, in the card's order; those that only earlier versions had come last.
    pub items: Vec<ItemCompared>,
    /// By week, the earliest first.
    pub weeks: Vec<Week>,
}

/// How an item is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemCompared {
    /// The item's id.
    pub id: String,
    /// Its question.
    pub title: Title,
    /// Whether it can fail the card.
    pub fatal: bool,
    /// Among people, answers as names; "not applicable" is one of them.
    pub people: Option<Agreement>,
    /// Among people, answers in the order of how well it was done, where there are three or more; of those only who found
    /// that it applies.
    pub graded: Option<Agreement>,
    /// People beside the machine, where something suggests answers.
    pub machine: Option<Machine>,
}

/// What became of a machine's suggestions to an item.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Machine {
    /// Suggested, and the person said so.
    pub confirmed: usize,
    /// Suggested, and the person said otherwise.
    pub changed: usize,
    /// Not suggested, and the person said what could have been.
    pub missed: usize,
    /// Not suggested, and the person said nothing of it either.
    pub quiet: usize,
    /// Suggested, and left as it was: nobody knows whether it was looked at, so it is not compared.
    pub taken: usize,
    /// Of all but the last.
    pub agreement: Option<Agreement>,
}

/// The calls of a week that two people or more judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// Its Monday.
    pub from: Date,
    /// How many.
    pub calls: usize,
    /// The share of pairs of answers that are alike, over all items.
    pub alike: Option<f64>,
    /// Of what they came to, in points.
    pub total: Option<Agreement>,
}

impl House {
    /// How people who judged on a card agree with each other and with the machine.
    ///
    /// # Errors
    /// Where they may not, there is no such card or draw within reach, or who is taken to be right judged nothing of it.
    pub async fn agreement(&self, actor: &Actor, asked: Asked) -> Result<Comparison, AppError> {
        let reach = actor.reach(Permission::AgreementRead)?;
        let Asked { card, mut filter, draw, reference, zone } = asked;
        if let Some(draw) = draw {
            const MISSING: AppError = AppError::NotFound { what: "draw" };
            let kept = self.store().draws_named(&[draw].into()).await?.pop().ok_or(MISSING)?;
            if !reach.covers(&Placed { project: Some(kept.project), ..Placed::default() }) {
                return Err(MISSING);
            }
        }
        let counting = self.cards().await?.into_iter().find(|one| one.version.id == card);
        let counting = counting.ok_or(AppError::NotFound { what: "scorecard" })?.card;
        let title = Title::of(&counting.title);
        filter.cards = vec![card.clone()];
        let mut rated = self.store().rated(&filter, draw, &reach, MOST_COMPARED as u64 + 1).await?;
        let more = rated.len() > MOST_COMPARED;
        rated.truncate(MOST_COMPARED);
        let evaluations = rated.len();
        let mut forms = BTreeMap::new();
        for digest in rated.iter().map(|one| one.digest.clone()).collect::<BTreeSet<_>>() {
            let form = self.form(&digest).await?;
            forms.insert(digest, form);
        }
        let sheets = Sheets::of(rated, counting, forms);
        let raters = sheets.raters();
        if let Some(reference) = reference
            && !raters.contains(&reference)
        {
            let reason = "judged none of the calls that somebody else judged as well".to_owned();
            return Err(AppError::BadRequest { field: "reference", reason });
        }
        let inspectors = self.store().display_names(raters).await?;
        let work = move || sheets.figures(reference, &zone);
        let figures = tokio::task::spawn_blocking(work).await;
        let figures = figures.map_err(|error| AppError::Internal(error.to_string()))?;
        Ok(Comparison { card, title, evaluations, more, inspectors, figures })
    }
}
