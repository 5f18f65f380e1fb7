//! Draws that were made: listed, shown, and given to others.

use lingjian_model::{Action, DrawId, Permission, ProjectId, UserId};
use lingjian_store::{KeptDraw, Listed};
use serde_json::json;

use super::{DrawRow, Item, MISSING, Reassigned, ShownDraw, of_project};
use crate::audit::note;
use crate::conversations::row;
use crate::{Actor, AppError, House, Title};

impl House {
    /// A page of draws within reach, the last first.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn draws(
        &self,
        actor: &Actor,
        projects: &[ProjectId],
        after: Option<(i64, DrawId)>,
        limit: u64,
    ) -> Result<(Vec<DrawRow>, Option<(i64, DrawId)>), AppError> {
        let reach = actor.reach(Permission::SamplingRead)?;
        let mut kept = self.store().draws(projects, &reach, after, limit + 1).await?;
        let more = kept.len() as u64 > limit;
        kept.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = kept.last().filter(|_| more).map(|last| (last.drawn_at, last.id));
        Ok((self.draw_rows(kept).await?, next))
    }

    async fn draw_rows(&self, kept: Vec<KeptDraw>) -> Result<Vec<DrawRow>, AppError> {
        let ids: Vec<DrawId> = kept.iter().map(|one| one.id).collect();
        let progress = self.store().progress(&ids).await?;
        let names = self.store().display_names(kept.iter().map(|one| one.drawn_by)).await?;
        let cards = self.cards().await?;
        let mut rows = Vec::with_capacity(kept.len());
        for kept in kept {
            let project = self.store().project(kept.project).await?;
            let progress = progress.get(&kept.id).copied().unwrap_or_default();
            let late = progress.open + progress.draft > 0 && kept.due_at < self.edge().now();
            let card = cards.iter().find(|card| card.version.id == kept.card);
            let unknown = || Title { zh: kept.card.clone(), en: kept.card.clone() };
            rows.push(DrawRow {
                project: project.map(|one| one.name).unwrap_or_default(),
                drawn_by: names.get(&kept.drawn_by).cloned().unwrap_or_default(),
                title: card.map_or_else(unknown, |card| Title::of(&card.card.title)),
                progress,
                late,
                kept,
            });
        }
        Ok(rows)
    }

    /// A draw, where they may see it.
    async fn draw_within(
        &self,
        actor: &Actor,
        id: DrawId,
        permission: Permission,
    ) -> Result<KeptDraw, AppError> {
        let reach = actor.reach(permission)?;
        let kept = self.store().draws_named(&[id].into()).await?.pop().ok_or(MISSING)?;
        if reach.covers(&of_project(kept.project)) { Ok(kept) } else { Err(MISSING) }
    }

    /// A draw with its calls.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn one_draw(&self, actor: &Actor, id: DrawId) -> Result<ShownDraw, AppError> {
        let kept = self.draw_within(actor, id, Permission::SamplingRead).await?;
        self.shown_draw(kept).await
    }

    pub(super) async fn shown_draw(&self, kept: KeptDraw) -> Result<ShownDraw, AppError> {
        let drawn = self.store().drawn(kept.id).await?;
        let calls: Vec<Listed> = drawn.iter().map(|(_, call, _)| call.clone()).collect();
        let places = self.store().names(&calls).await?;
        let who = drawn.iter().flat_map(|(drawn, ..)| drawn.seats.iter().copied().flatten());
        let names = self.store().display_names(who).await?;
        let item = |(drawn, call, seats)| Item { drawn, call: row(&places, call, Vec::new()), seats };
        let items = drawn.into_iter().map(item).collect();
        let row = self.draw_rows(vec![kept]).await?.pop().ok_or(MISSING)?;
        Ok(ShownDraw { row, items, names })
    }

    /// Gives work that is not begun to somebody else, or takes it back. What would give somebody their own call, or one call
    /// twice, stays where it is.
    ///
    /// # Errors
    /// Where they may not, or whom it goes to may not judge calls of this project.
    pub async fn assign_draw(
        &self,
        actor: &Actor,
        id: DrawId,
        how: Reassigned,
    ) -> Result<ShownDraw, AppError> {
        let kept = self.draw_within(actor, id, Permission::SamplingEdit).await?;
        let project = self.drawn_of(actor, kept.project).await?;
        let to: Vec<UserId> = how.to.into_iter().collect();
        let to = self.inspectors_of(&project, &to).await?.pop();
        let drawn = self.store().drawn(id).await?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let mut moved = 0_u64;
        for (drawn, call, seats) in &drawn {
            if !how.conversations.is_empty() && !how.conversations.contains(&drawn.conversation) {
                continue;
            }
            let open = seats.iter().filter(|seat| seat.inspector == how.from && seat.evaluation.is_none());
            // A person takes one seat of a call, and none of their own.
            let most = match &to {
                Some(to) if to.person.served(call.agent) || drawn.seats.contains(&how.to) => 0,
                Some(_) => 1,
                None => seats.len(),
            };
            for seat in open.take(most) {
                moved += u64::from(transaction.assign(seat, how.to).await?);
            }
        }
        let detail = json!({ "from": how.from, "to": how.to, "moved": moved });
        note(&mut transaction, actor, Action::SamplingAssign, &id.to_string(), detail, now).await?;
        transaction.commit().await?;
        self.shown_draw(kept).await
    }
}
