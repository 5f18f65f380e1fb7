//! Users: who may sign in, and as what.

use lingjian_model::{Action, AgentId, Permission, Person, Post, ProjectId, Reach, TeamId, UserId};
use lingjian_store::Account;
use serde_json::json;

use super::secret;
use crate::{Actor, AppError, House};

/// Somebody new.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What they sign in with.
    pub name: String,
    /// The rest.
    pub change: UserChange,
}

/// What of a user can be changed.
#[derive(Debug, Clone)]
pub struct UserChange {
    /// What others call them.
    pub display_name: String,
    /// What they are.
    pub posts: Vec<Post>,
    /// The projects they work on.
    pub projects: Vec<ProjectId>,
    /// The teams they answer for.
    pub teams: Vec<TeamId>,
    /// Which agent they are in calls.
    pub agent: Option<AgentId>,
    /// May not sign in.
    pub disabled: bool,
}

impl UserChange {
    fn check(&self) -> Result<(), AppError> {
        if self.posts.is_empty() {
            return Err(AppError::BadRequest { field: "posts", reason: "name at least one post".to_owned() });
        }
        let length = self.display_name.trim().chars().count();
        if !(1..=100).contains(&length) {
            return Err(AppError::BadRequest {
                field: "display_name",
                reason: "write 1 to 100 characters".to_owned(),
            });
        }
        Ok(())
    }

    fn apply(self, account: &mut Account) {
        account.display_name = self.display_name.trim().to_owned();
        account.disabled = self.disabled;
        let person = &mut account.person;
        person.posts = self.posts;
        person.projects = self.projects;
        person.teams = self.teams;
        person.agent = self.agent;
    }
}

/// A name to sign in with, as it is kept.
pub(crate) fn name_of(told: &str) -> Result<String, AppError> {
    let name = told.trim().to_lowercase();
    let allowed = |c: char| c.is_alphanumeric() || "._-@".contains(c);
    if !(1..=64).contains(&name.chars().count()) || !name.chars().all(allowed) {
        let reason = "write 1 to 64 letters, digits or . _ - @".to_owned();
        return Err(AppError::BadRequest { field: "name", reason });
    }
    Ok(name)
}

/// An account of somebody new: without a post, and without a password.
pub(crate) fn new_account(id: UserId, name: String, display_name: String, now: i64) -> Account {
    Account {
        person: Person { id, posts: Vec::new(), projects: Vec::new(), teams: Vec::new(), agent: None },
        name,
        display_name,
        password: None,
        disabled: false,
        failures: 0,
        locked_until: None,
        created_at: now,
        revision: 1,
    }
}

/// Accounts are changed as a whole or not at all: who may change some of their own making could make themselves anything.
fn may_edit(actor: &Actor) -> Result<(), AppError> {
    match actor.authority.reach(Permission::UsersEdit) {
        Reach::All => Ok(()),
        _ => Err(AppError::Forbidden { permission: Permission::UsersEdit.name() }),
    }
}

impl House {
    /// Users within reach, by name.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn users(&self, actor: &Actor) -> Result<Vec<Account>, AppError> {
        let reach = actor.reach(Permission::UsersRead)?;
        let mut accounts = self.store().accounts().await?;
        accounts.retain(|account| within(&reach, &account.person));
        Ok(accounts)
    }

    /// A user within reach.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn user(&self, actor: &Actor, id: UserId) -> Result<Account, AppError> {
        let reach = actor.reach(Permission::UsersRead)?;
        let account = self.store().account(id).await?.filter(|account| within(&reach, &account.person));
        account.ok_or(AppError::NotFound { what: "user" })
    }

    /// Where somebody works and who they are in calls is known here.
    async fn are_there(&self, change: &UserChange) -> Result<(), AppError> {
        let places = self.store().places().await?;
        let none =
            |field, what| Err(AppError::BadRequest { field, reason: format!("there is no such {what}") });
        if change.projects.iter().any(|id| places.projects.iter().all(|one| one.id != *id)) {
            return none("projects", "project");
        }
        if change.teams.iter().any(|id| places.teams.iter().all(|one| one.id != *id)) {
            return none("teams", "team");
        }
        if change.agent.is_some_and(|id| places.agents.iter().all(|one| one.id != id)) {
            return none("agent", "agent");
        }
        Ok(())
    }

    /// Takes somebody on. The password is told once.
    ///
    /// # Errors
    /// Where they may not, the name is taken, or something makes no sense.
    pub async fn add_user(&self, actor: &Actor, new: NewUser) -> Result<(Account, String), AppError> {
        may_edit(actor)?;
        new.change.check()?;
        self.are_there(&new.change).await?;
        let name = name_of(&new.name)?;
        let password = secret::draw_password()?;
        let hashed = secret::hash(password.clone()).await?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        if transaction.account_named(&name).await?.is_some() {
            return Err(AppError::Conflict(format!("somebody is called {name} already")));
        }
        let mut account = new_account(self.edge().fresh().into(), name, String::new(), now);
        account.password = Some(hashed);
        new.change.apply(&mut account);
        transaction.add_account(&account).await?;
        let detail = json!({ "name": account.name, "posts": account.person.posts });
        let id = account.person.id.to_string();
        crate::audit::note(&mut transaction, actor, Action::UserCreate, &id, detail, now).await?;
        transaction.commit().await?;
        Ok((account, password))
    }

    /// Changes a user as they were read (`revision`).
    ///
    /// # Errors
    /// Where they may not, there is none, somebody else was first, or nobody would be left who may do this.
    pub async fn change_user(
        &self,
        actor: &Actor,
        id: UserId,
        revision: i64,
        change: UserChange,
    ) -> Result<Account, AppError> {
        may_edit(actor)?;
        change.check()?;
        self.are_there(&change).await?;
        let gives_up = change.disabled || !change.posts.contains(&Post::Administrator);
        if id == actor.user() && gives_up && actor.authority.person.posts.contains(&Post::Administrator) {
            let reason =
                "nobody takes the administrator's post from themselves: let another administrator do it";
            return Err(AppError::BadRequest { field: "posts", reason: reason.to_owned() });
        }
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let Some(mut account) = transaction.account(id).await? else {
            return Err(AppError::NotFound { what: "user" });
        };
        let before = account.person.posts.clone();
        account.revision = revision;
        change.apply(&mut account);
        if !transaction.change_account(&account).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        if account.disabled {
            transaction.end_sessions_of(id).await?;
        }
        let detail =
            json!({ "posts": { "from": before, "to": account.person.posts }, "disabled": account.disabled });
        crate::audit::note(&mut transaction, actor, Action::UserChange, &id.to_string(), detail, now).await?;
        transaction.commit().await?;
        account.revision += 1;
        Ok(account)
    }

    /// Gives a user a new password, which is told once, and ends their sessions.
    ///
    /// # Errors
    /// Where they may not, or there is none.
    pub async fn reset_password(&self, actor: &Actor, id: UserId) -> Result<String, AppError> {
        may_edit(actor)?;
        let password = secret::draw_password()?;
        self.set_password(actor, id, password.clone(), Action::UserPasswordReset).await?;
        Ok(password)
    }

    /// Changes one's own password.
    ///
    /// # Errors
    /// Where the old one is wrong, or the new one too short.
    pub async fn change_password(&self, actor: &Actor, old: &str, new: &str) -> Result<(), AppError> {
        if actor.session.is_none() {
            return Err(AppError::Forbidden { permission: "a session" });
        }
        if new.chars().count() < secret::SHORTEST {
            let reason = format!("write at least {} characters", secret::SHORTEST);
            return Err(AppError::BadRequest { field: "new", reason });
        }
        let account = self.store().account(actor.user()).await?.ok_or(AppError::SignedOut)?;
        if !secret::is_right(old.to_owned(), account.password).await? {
            return Err(AppError::WrongCredentials);
        }
        self.set_password(actor, actor.user(), new.to_owned(), Action::UserPasswordChange).await
    }

    async fn set_password(
        &self,
        actor: &Actor,
        id: UserId,
        password: String,
        action: Action,
    ) -> Result<(), AppError> {
        let hashed = secret::hash(password).await?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let Some(mut account) = transaction.account(id).await? else {
            return Err(AppError::NotFound { what: "user" });
        };
        account.password = Some(hashed);
        account.failures = 0;
        account.locked_until = None;
        if !transaction.change_account(&account).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        transaction.end_sessions_of(id).await?;
        crate::audit::note(&mut transaction, actor, action, &id.to_string(), json!({}), now).await?;
        Ok(transaction.commit().await?)
    }
}

/// Whether a person is within reach: works on a project or answers for a team of it, or is oneself.
fn within(reach: &Reach, person: &Person) -> bool {
    match reach {
        Reach::All => true,
        Reach::None => false,
        Reach::Part(part) => {
            part.user == Some(person.id)
                || person.projects.iter().any(|project| part.projects.contains(project))
                || person.teams.iter().any(|team| part.teams.contains(team))
        }
    }
}
