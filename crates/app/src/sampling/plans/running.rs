//! Plans run: what a period is due for is drawn, in whichever process is first.

use std::time::Duration;

use lingjian_store::{Account, Project, SamplingPlan, SamplingRun};
use tokio::sync::watch;

use super::period::{self, CATCH_UP_MS, Days};
use super::{Detail, Outcome, kept_of, text_of, wishes_of, zone_of};
use crate::sampling::drawing::Draft;
use crate::sampling::{Asked, Wanted, may_draw, may_judge};
use crate::{Actor, AppError, House};

/// How often plans are looked at.
const EVERY: Duration = Duration::from_secs(30);

/// What becomes of a period: a draw, or why there is none.
type Became = (Outcome, Detail, Option<(Box<Draft>, Actor)>);

impl House {
    /// Draws by standing plans until told to stop: run it beside the worker.
    pub(crate) async fn follow_plans(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.run_plans().await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "periods of sampling plans were run"),
                Err(error) => tracing::warn!(%error, "sampling plans cannot be looked at; trying again"),
            }
            tokio::select! { () = tokio::time::sleep(EVERY) => {}, _ = stop.changed() => {} }
        }
    }

    /// Runs all periods of all plans that are due now, the oldest first; how many. What cannot be run now is tried again the next time.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn run_plans(&self) -> Result<u64, AppError> {
        let mut count = 0;
        for plan in self.store().standing_plans().await? {
            if let Err(error) = self.run_plan(&plan, &mut count).await {
                tracing::warn!(%error, plan = %plan.id, "a sampling plan cannot be run; trying again");
            }
        }
        Ok(count)
    }

    async fn run_plan(&self, plan: &SamplingPlan, count: &mut u64) -> Result<(), AppError> {
        let project = self.store().project(plan.project).await?;
        let project = project.ok_or(AppError::NotFound { what: "project" })?;
        let zone = zone_of(&project);
        let mut last = self.store().last_runs(&[plan.id]).await?.remove(&plan.id).map(|run| run.first_day);
        while let Some(days) = period::next(plan, last).filter(|days| days.due(&zone) <= self.edge().now()) {
            if !self.run_period(plan, &project, days).await? {
                // Somebody else is at it, or has changed the plan.
                return Ok(());
            }
            *count += 1;
            last = Some(days.first);
        }
        Ok(())
    }

    /// Runs a period; whether it was us.
    async fn run_period(&self, plan: &SamplingPlan, project: &Project, days: Days) -> Result<bool, AppError> {
        let (outcome, detail, draft) = self.what_becomes(plan, project, days).await?;
        let run = SamplingRun {
            plan: plan.id,
            first_day: days.first,
            at: self.edge().now(),
            outcome: outcome.name().to_owned(),
            draw: draft.as_ref().map(|(draft, _)| draft.kept.id),
            detail: text_of(&detail)?,
        };
        let mut transaction = self.store().begin().await?;
        if let Some((draft, actor)) = draft {
            draft.keep(&mut transaction, &actor, Some(plan.id)).await?;
        }
        // The one who keeps the run keeps the draw.
        if !transaction.add_sampling_run(&run, plan).await? {
            transaction.abandon().await?;
            return Ok(false);
        }
        transaction.commit().await?;
        Ok(true)
    }

    async fn what_becomes(
        &self,
        plan: &SamplingPlan,
        project: &Project,
        days: Days,
    ) -> Result<Became, AppError> {
        let nothing =
            |outcome, reason: Option<String>| Ok((outcome, Detail { reason, ..Detail::default() }, None));
        let (zone, now) = (zone_of(project), self.edge().now());
        let to = period::begins(days.after, &zone);
        if to < now - CATCH_UP_MS {
            return nothing(Outcome::Missed, None);
        }
        let account = self.store().account(plan.changed_by).await?;
        let Some(account) = account.filter(|one| may_draw(one, project.id)) else {
            let names = self.store().display_names([plan.changed_by]).await?;
            return nothing(Outcome::Rights, names.get(&plan.changed_by).cloned());
        };
        let mut wishes = wishes_of(plan)?;
        match self.has_card(&wishes.card).await {
            Err(AppError::NotFound { .. }) => return nothing(Outcome::Card, Some(wishes.card)),
            other => other?,
        }
        let mut inspectors: Vec<Account> = Vec::new();
        let mut left_out = Vec::new();
        for id in &wishes.inspectors {
            match self.store().account(*id).await? {
                Some(one) if may_judge(&one, project.id) => inspectors.push(one),
                Some(one) => left_out.push(one.display_name),
                None => left_out.push(id.to_string()),
            }
        }
        wishes.inspectors = inspectors.iter().map(|one| one.person.id).collect();
        // Until the end of that day.
        let due = i32::try_from(plan.due_days + 1).unwrap_or(i32::MAX);
        let due = period::day_of(now, &zone).saturating_add(jiff::Span::new().days(due));
        let from = period::begins(days.first, &zone);
        let due_at = Some(period::begins(due, &zone));
        let mut asked = Asked { project: project.id, from, to, wishes, due_at };
        let population = match self.population(project, &asked).await {
            Err(AppError::BadRequest { reason, .. }) => return nothing(Outcome::Wrong, Some(reason)),
            other => other?,
        };
        if population.members.is_empty() {
            return nothing(Outcome::NoCalls, None);
        }
        // On a day of few calls all are heard.
        if let Wanted::Count(count) = asked.wishes.wanted {
            asked.wishes.wanted = Wanted::Count(count.min(population.members.len() as u64));
        }
        let draft = match self.draft(project, &asked, &population, &inspectors, account.person.id).await {
            Err(AppError::BadRequest { reason, .. }) => return nothing(Outcome::Wrong, Some(reason)),
            other => other?,
        };
        let mut detail = Detail { left_out, ..Detail::default() };
        if let Some(over) = draft.laid.bounds.over() {
            detail.reason = Some(over);
            detail.planned = Some(kept_of(&draft.laid));
            return Ok((Outcome::Bound, detail, None));
        }
        detail.drawn = draft.calls.len() as u64;
        Ok((Outcome::Drawn, detail, Some((Box::new(draft), Actor::of(&account)))))
    }
}
