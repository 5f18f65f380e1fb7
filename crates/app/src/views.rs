//! Views of the list of conversations: filters and columns under a name, one's own or shared with those who see as much.

use std::collections::BTreeMap;

use lingjian_model::{Action, Permission, Reach, TeamId, ViewId};
use lingjian_store::{SavedView, Shared};
use serde_json::json;

use crate::{Actor, AppError, House};

/// Views of a person at most.
const VIEWS: usize = 100;
/// Characters of a name at most.
const NAME: usize = 60;
/// Filters of a view, and columns, at most.
const PARTS: usize = 40;
/// Characters of a filter's value at most.
const VALUE: usize = 2000;

/// What a view is made of.
#[derive(Debug, Clone)]
pub struct ViewChange {
    /// Its name.
    pub name: String,
    /// Filters and order, as the address of the list carries them.
    pub choice: BTreeMap<String, String>,
    /// The columns shown.
    pub columns: Vec<String>,
    /// Who sees it.
    pub shared: Shared,
}

impl ViewChange {
    fn check(&self) -> Result<(), AppError> {
        let bad = |field, reason: String| Err(AppError::BadRequest { field, reason });
        if !(1..=NAME).contains(&self.name.trim().chars().count()) {
            return bad("name", format!("write 1 to {NAME} characters"));
        }
        let is_key = |key: &str| key.len() <= 40 && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let fits = |(key, value): (&String, &String)| is_key(key) && value.chars().count() <= VALUE;
        if self.choice.len() > PARTS || !self.choice.iter().all(fits) {
            return bad("choice", "carries what no address of the list does".to_owned());
        }
        if self.columns.len() > PARTS || !self.columns.iter().all(|column| is_key(column)) {
            return bad("columns", "names what is no column".to_owned());
        }
        Ok(())
    }

    fn apply(self, view: &mut SavedView) {
        view.name = self.name.trim().to_owned();
        view.choice = self.choice;
        view.columns = self.columns;
        view.shared = self.shared;
    }
}

impl House {
    /// Views that they made, and that others share with them, by name.
    ///
    /// # Errors
    /// Where they may list no conversations.
    pub async fn views(&self, actor: &Actor) -> Result<Vec<SavedView>, AppError> {
        actor.reach(Permission::ConversationsList)?;
        Ok(self.store().views(actor.user(), &self.own_teams(actor).await?).await?)
    }

    /// The teams that they answer for, or are in.
    async fn own_teams(&self, actor: &Actor) -> Result<Vec<TeamId>, AppError> {
        let person = &actor.authority.person;
        let mut teams = person.teams.clone();
        if let Some(agent) = person.agent {
            let agents = self.store().places().await?.agents;
            teams.extend(agents.into_iter().find(|one| one.id == agent).and_then(|one| one.team));
        }
        Ok(teams)
    }

    /// Nobody shares wider than they reach: with a team that they answer for, with the house where they see all of it.
    fn may_share(actor: &Actor, reach: &Reach, shared: Shared) -> Result<(), AppError> {
        let may = match shared {
            Shared::Own => true,
            Shared::Team(team) => *reach == Reach::All || actor.authority.person.teams.contains(&team),
            Shared::House => *reach == Reach::All,
        };
        if may {
            return Ok(());
        }
        let reason = "share with a team that you answer for; with everybody only who sees all conversations"
            .to_owned();
        Err(AppError::BadRequest { field: "shared", reason })
    }

    /// Keeps a view.
    ///
    /// # Errors
    /// Where they may list no conversations, may not share so far, or have one of that name.
    pub async fn add_view(&self, actor: &Actor, new: ViewChange) -> Result<SavedView, AppError> {
        let reach = actor.reach(Permission::ConversationsList)?;
        new.check()?;
        Self::may_share(actor, &reach, new.shared)?;
        let now = self.edge().now();
        let mut view = SavedView {
            id: self.edge().fresh().into(),
            owner: actor.user(),
            name: String::new(),
            choice: BTreeMap::new(),
            columns: Vec::new(),
            shared: Shared::Own,
            revision: 1,
        };
        new.apply(&mut view);
        let mut transaction = self.store().begin().await?;
        let there = transaction.views_of(actor.user()).await?;
        if there.iter().any(|one| one.name == view.name) {
            return Err(AppError::Conflict("you have a view of that name".to_owned()));
        }
        if there.len() >= VIEWS {
            return Err(AppError::Conflict(format!("you have {VIEWS} views already; delete one first")));
        }
        if let Shared::Team(team) = view.shared
            && transaction.team(team).await?.is_none()
        {
            return Err(AppError::BadRequest { field: "team", reason: "there is no such team".to_owned() });
        }
        transaction.add_view(&view).await?;
        self.note_share(&mut transaction, actor, &view, now).await?;
        transaction.commit().await?;
        Ok(view)
    }

    /// Changes a view of one's own as it was read (`revision`).
    ///
    /// # Errors
    /// Where there is none of theirs, somebody else was first, or they may not share so far.
    pub async fn change_view(
        &self,
        actor: &Actor,
        id: ViewId,
        revision: i64,
        change: ViewChange,
    ) -> Result<SavedView, AppError> {
        let reach = actor.reach(Permission::ConversationsList)?;
        change.check()?;
        Self::may_share(actor, &reach, change.shared)?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let there = transaction.views_of(actor.user()).await?;
        let mut view =
            there.iter().find(|one| one.id == id).cloned().ok_or(AppError::NotFound { what: "view" })?;
        let before = view.shared;
        view.revision = revision;
        change.apply(&mut view);
        if there.iter().any(|one| one.id != id && one.name == view.name) {
            return Err(AppError::Conflict("you have a view of that name".to_owned()));
        }
        if let Shared::Team(team) = view.shared
            && transaction.team(team).await?.is_none()
        {
            return Err(AppError::BadRequest { field: "team", reason: "there is no such team".to_owned() });
        }
        if !transaction.change_view(&view).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        if before != view.shared {
            self.note_share(&mut transaction, actor, &view, now).await?;
        }
        transaction.commit().await?;
        view.revision += 1;
        Ok(view)
    }

    /// Deletes a view of one's own.
    ///
    /// # Errors
    /// Where there is none of theirs.
    pub async fn delete_view(&self, actor: &Actor, id: ViewId) -> Result<(), AppError> {
        actor.reach(Permission::ConversationsList)?;
        let mut transaction = self.store().begin().await?;
        let view = transaction.view(id).await?.filter(|view| view.owner == actor.user());
        view.ok_or(AppError::NotFound { what: "view" })?;
        transaction.delete_view(id).await?;
        Ok(transaction.commit().await?)
    }

    /// What others see of somebody stands in the audit trail; what one keeps for oneself does not.
    async fn note_share(
        &self,
        transaction: &mut lingjian_store::Transaction,
        actor: &Actor,
        view: &SavedView,
        now: i64,
    ) -> Result<(), AppError> {
        let with = match view.shared {
            Shared::Own => return Ok(()),
            Shared::Team(team) => team.to_string(),
            Shared::House => "house".to_owned(),
        };
        let detail = json!({ "with": with });
        crate::audit::note(transaction, actor, Action::ViewShare, &view.id.to_string(), detail, now).await
    }
}
