//! What an inspector has to listen to.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::{DrawId, EvaluationId, Permission};
use lingjian_store::{KeptDraw, Progress};

use super::state_of;
use crate::conversations::{placed, row};
use crate::{Actor, AppError, House, Row, Title};

/// A call that somebody is to judge.
#[derive(Debug, Clone)]
pub struct WorkItem {
    /// By which draw.
    pub draw: DrawId,
    /// The call, with the names of its places.
    pub call: Row,
    /// The card's id and name.
    pub card: (String, Title),
    /// open, draft or done.
    pub state: &'static str,
    /// What they made of it so far.
    pub evaluation: Option<EvaluationId>,
    /// Until when.
    pub due_at: i64,
    /// Whether it is not done, and should be.
    pub late: bool,
}

/// What somebody is to judge.
#[derive(Debug, Clone, Default)]
pub struct WorkList {
    /// What was asked for, first what is due first.
    pub items: Vec<WorkItem>,
    /// How much there is of each state.
    pub progress: Progress,
    /// How much should be done, and is not.
    pub late: i64,
}

impl House {
    /// Their own work list: what is in one of these states, or all where none is named.
    ///
    /// # Errors
    /// Where they judge no calls.
    pub async fn work_list(&self, actor: &Actor, states: &[&str]) -> Result<WorkList, AppError> {
        let reach = actor.reach(Permission::EvaluationsWrite)?;
        let seats = self.store().seats(None, Some(actor.user())).await?;
        let draws: BTreeSet<DrawId> = seats.iter().map(|seat| seat.draw).collect();
        let draws = self.store().draws_named(&draws).await?;
        let draws: BTreeMap<DrawId, KeptDraw> = draws.into_iter().map(|one| (one.id, one)).collect();
        let calls: Vec<_> = seats.iter().map(|seat| seat.conversation).collect();
        // Whoever lost a project has its calls no longer.
        let mut calls = self.store().listed(&calls).await?;
        calls.retain(|_, call| reach.covers(&placed(call)));
        let names = self.store().names(&calls.values().cloned().collect::<Vec<_>>()).await?;
        let cards = self.cards().await?;
        let now = self.edge().now();
        let mut list = WorkList::default();
        for seat in seats {
            let (Some(call), Some(draw)) = (calls.get(&seat.conversation), draws.get(&seat.draw)) else {
                continue;
            };
            let state = state_of(seat.evaluation);
            match state {
                "open" => list.progress.open += 1,
                "draft" => list.progress.draft += 1,
                _ => list.progress.done += 1,
            }
            let late = state != "done" && draw.due_at < now;
            list.late += i64::from(late);
            if !states.is_empty() && !states.contains(&state) {
                continue;
            }
            let title = cards.iter().find(|card| card.version.id == draw.card);
            let unknown = || Title { zh: draw.card.clone(), en: draw.card.clone() };
            list.items.push(WorkItem {
                draw: draw.id,
                call: row(&names, call.clone(), Vec::new()),
                card: (draw.card.clone(), title.map_or_else(unknown, |card| Title::of(&card.card.title))),
                state,
                evaluation: seat.evaluation.map(|(id, _)| id),
                due_at: draw.due_at,
                late,
            });
        }
        list.items.sort_by_key(|item| {
            (item.state == "done", item.due_at, item.call.listed.at, item.call.listed.id)
        });
        Ok(list)
    }
}
