//! A draw is made: by a person, or by a standing plan in their name. Both go this one way.

use lingjian_model::{Action, PlanId, UserId};
use lingjian_statistics::sampling::{Why, deal};
use lingjian_store::{Account, DrawnCall, KeptDraw, Project, Transaction};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::population::Population;
use super::{Asked, Held, Laid, ShownDraw, bad};
use crate::audit::note;
use crate::people::secret::hex;
use crate::{Actor, AppError, House};

/// How long inspectors have, where nothing is said.
const DUE_MS: i64 = 3 * 24 * 60 * 60 * 1000;

/// A draw that is not kept yet.
pub(super) struct Draft {
    pub(super) kept: KeptDraw,
    pub(super) calls: Vec<DrawnCall>,
    pub(super) laid: Laid,
}

impl Held {
    /// The highest share that is broken, in words.
    pub(super) fn over(&self) -> Option<String> {
        let over = self.broken.iter().find(|broken| broken.drawn > broken.most);
        over.map(ToString::to_string)
    }
}

const fn why_of(why: Why) -> &'static str {
    match why {
        Why::All => "all",
        Why::Lot => "lot",
        Why::Risk => "risk",
        Why::Certain => "certain",
    }
}

impl House {
    /// Draws, and deals what was drawn out to inspectors. Beyond a highest share it takes a reason.
    ///
    /// # Errors
    /// Where they may not, the plan makes no sense, or breaks a bound without a reason.
    pub async fn draw(
        &self,
        actor: &Actor,
        asked: &Asked,
        reason: Option<String>,
    ) -> Result<ShownDraw, AppError> {
        let project = self.drawn_of(actor, asked.project).await?;
        asked.check()?;
        self.has_card(&asked.wishes.card).await?;
        let inspectors = self.inspectors_of(&project, &asked.wishes.inspectors).await?;
        let population = self.population(&project, asked).await?;
        let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        let mut draft = self.draft(&project, asked, &population, &inspectors, actor.user()).await?;
        if let Some(over) = draft.laid.bounds.over()
            && reason.is_none()
        {
            return Err(AppError::Conflict(format!(
                "{over}; draw fewer, or give the reason of the exception"
            )));
        }
        draft.kept.reason = reason;
        let mut transaction = self.store().begin().await?;
        draft.keep(&mut transaction, actor, None).await?;
        transaction.commit().await?;
        self.shown_draw(draft.kept).await
    }

    /// That a card counts.
    pub(super) async fn has_card(&self, id: &str) -> Result<(), AppError> {
        let cards = self.cards().await?;
        let counts = cards.iter().any(|card| card.version.id == id);
        counts.then_some(()).ok_or(AppError::NotFound { what: "scorecard" })
    }

    /// Draws of a population and deals out, and keeps nothing of it.
    pub(super) async fn draft(
        &self,
        project: &Project,
        asked: &Asked,
        population: &Population,
        inspectors: &[Account],
        by: UserId,
    ) -> Result<Draft, AppError> {
        // Chosen by chance, and only now: who knows the seed before can foresee the draw. 53 bits are a number everywhere.
        let seed = u64::try_from(self.edge().fresh().as_u128() & ((1 << 53) - 1)).unwrap_or(1);
        let plan = asked.plan(seed);
        let drawn = plan.draw(&population.members).map_err(|wrong| bad("plan", wrong.to_string()))?;
        let laid = self.laid(project, asked, population, drawn.planned.clone());
        let ids: Vec<&str> = drawn.drawn.iter().map(|one| one.id.as_str()).collect();
        let who: Vec<UserId> = inspectors.iter().map(|one| one.person.id).collect();
        let loads = self.store().loads(&who).await?;
        let load: Vec<u64> =
            who.iter().map(|id| loads.get(id).map_or(0, |load| load.open.unsigned_abs())).collect();
        let may = |call: usize, listener: usize| {
            !inspectors[listener].person.served(population.agents.get(ids[call]).copied())
        };
        let dealt = deal(seed, &ids, &load, asked.wishes.listeners, may);
        let calls: Vec<DrawnCall> = drawn
            .drawn
            .iter()
            .zip(dealt)
            .map(|(one, dealt)| {
                let seat = |seat: usize| dealt.get(seat).map(|listener| who[*listener]);
                Ok(DrawnCall {
                    conversation: one
                        .id
                        .parse()
                        .map_err(|_| AppError::Internal("a drawn id is none".to_owned()))?,
                    stratum: one.stratum.clone(),
                    inclusion: one.inclusion,
                    why: why_of(one.why).to_owned(),
                    seats: (0..asked.wishes.listeners).map(seat).collect(),
                })
            })
            .collect::<Result<_, AppError>>()?;
        let now = self.edge().now();
        let text =
            |value: serde_json::Result<String>| value.map_err(|error| AppError::Internal(error.to_string()));
        let kept = KeptDraw {
            id: self.edge().fresh().into(),
            project: project.id,
            drawn_by: by,
            drawn_at: now,
            from: asked.from,
            to: asked.to,
            card: asked.wishes.card.clone(),
            due_at: asked.due_at.unwrap_or(now + DUE_MS),
            asked: text(serde_json::to_string(asked))?,
            planned: text(serde_json::to_string(&laid))?,
            seed: i64::try_from(seed).unwrap_or(1),
            population: i64::try_from(laid.population).unwrap_or(i64::MAX),
            population_digest: digest_of(population.members.iter().map(|member| member.id.as_str())),
            reason: None,
        };
        Ok(Draft { kept, calls, laid })
    }
}

impl Draft {
    /// Keeps it, with who drew and by which plan.
    pub(super) async fn keep(
        &self,
        transaction: &mut Transaction,
        actor: &Actor,
        plan: Option<PlanId>,
    ) -> Result<(), AppError> {
        let Self { kept, calls, laid } = self;
        transaction.add_draw(kept, calls).await?;
        let detail = json!({ "project": kept.project, "drawn": calls.len(), "population": laid.population,
            "seed": kept.seed, "exception": kept.reason.is_some(), "plan": plan });
        note(transaction, actor, Action::SamplingDraw, &kept.id.to_string(), detail, kept.drawn_at).await
    }
}

/// Names a population: SHA-256 over its ids, sorted, each with a line's end.
fn digest_of<'i>(ids: impl Iterator<Item = &'i str>) -> String {
    let mut ids: Vec<&str> = ids.collect();
    ids.sort_unstable();
    let mut hasher = Sha256::new();
    for id in ids {
        hasher.update(id);
        hasher.update("\n");
    }
    format!("sha256:{}", hex(&hasher.finalize()))
}
