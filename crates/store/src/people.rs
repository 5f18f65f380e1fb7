//! Who signs in: accounts, sessions, tokens. Secrets come in as their digests.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::{AgentId, Permission, Person, SessionId, TokenId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::entity::{person, session, token};
use crate::error::{damaged, failed};
use crate::{Store, StoreError, Transaction};

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What decides what they may do.
    pub person: Person,
    /// What they sign in with.
    pub name: String,
    /// What others call them.
    pub display_name: String,
    /// argon2id; none: signs in elsewhere.
    pub password: Option<String>,
    /// May not sign in.
    pub disabled: bool,
    /// Wrong passwords since the last right one.
    pub failures: i64,
    /// Until when sign-in is refused.
    pub locked_until: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// Counts its changes.
    pub revision: i64,
}

/// A session to be begun.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// SHA-256 of the cookie.
    pub secret: String,
    /// What requests that change something must carry.
    pub csrf: String,
    /// Until when.
    pub expires_at: i64,
    /// From which address.
    pub address: Option<String>,
    /// With which program.
    pub program: Option<String>,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// What requests that change something must carry.
    pub csrf: String,
    /// Since when.
    pub created_at: i64,
    /// When it was last used.
    pub last_seen_at: i64,
    /// Until when.
    pub expires_at: i64,
    /// From which address.
    pub address: Option<String>,
    /// With which program.
    pub program: Option<String>,
}

/// Whose sessions or tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionOwner {
    /// This user's.
    One(UserId),
    /// Everybody's.
    All,
}

/// A program that may act for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// For whom.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// What it may do at most.
    pub permissions: Vec<Permission>,
    /// Since when.
    pub created_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
    /// Until when; none: until it is deleted.
    pub expires_at: Option<i64>,
}

impl Account {
    fn of(row: person::Model) -> Result<Self, StoreError> {
        let damage = damaged("an account");
        Ok(Self {
            person: Person {
                id: UserId(row.id),
                posts: serde_json::from_str(&row.posts).map_err(&damage)?,
                projects: serde_json::from_str(&row.projects).map_err(&damage)?,
                teams: serde_json::from_str(&row.teams).map_err(&damage)?,
                agent: row.agent_id.map(AgentId),
            },
            name: row.name,
            display_name: row.display_name,
            password: row.password,
            disabled: row.disabled,
            failures: row.failures,
            locked_until: row.locked_until,
            created_at: row.created_at,
            revision: row.revision,
        })
    }

    fn row(&self) -> Result<person::ActiveModel, StoreError> {
        let damage = damaged("an account");
        Ok(person::ActiveModel {
            id: Set(self.person.id.into()),
            name: Set(self.name.clone()),
            display_name: Set(self.display_name.clone()),
            password: Set(self.password.clone()),
            posts: Set(serde_json::to_string(&self.person.posts).map_err(&damage)?),
            projects: Set(serde_json::to_string(&self.person.projects).map_err(&damage)?),
            teams: Set(serde_json::to_string(&self.person.teams).map_err(&damage)?),
            agent_id: Set(self.person.agent.map(Uuid::from)),
            disabled: Set(self.disabled),
            failures: Set(self.failures),
            locked_until: Set(self.locked_until),
            created_at: Set(self.created_at),
            revision: Set(self.revision),
        })
    }
}

impl Session {
    fn of(row: session::Model) -> Self {
        Self {
            id: SessionId(row.id),
            user: UserId(row.person_id),
            csrf: row.csrf,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            address: row.address,
            program: row.program,
        }
    }
}

impl Token {
    fn of(row: token::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: TokenId(row.id),
            user: UserId(row.person_id),
            name: row.name,
            permissions: serde_json::from_str(&row.permissions).map_err(damaged("a token"))?,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        })
    }
}

async fn account_by(
    on: &impl ConnectionTrait,
    column: person::Column,
    value: impl Into<sea_orm::Value>,
) -> Result<Option<Account>, StoreError> {
    let row =
        person::Entity::find().filter(column.eq(value)).one(on).await.map_err(failed("read an account"))?;
    row.map(Account::of).transpose()
}

impl Store {
    /// The account of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, id: UserId) -> Result<Option<Account>, StoreError> {
        account_by(self.reader(), person::Column::Id, Uuid::from(id)).await
    }

    /// The account of that name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_named(&self, name: &str) -> Result<Option<Account>, StoreError> {
        account_by(self.reader(), person::Column::Name, name).await
    }

    /// What others call these people.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn display_names(
        &self,
        of: impl IntoIterator<Item = UserId>,
    ) -> Result<BTreeMap<UserId, String>, StoreError> {
        let ids: BTreeSet<Uuid> = of.into_iter().map(Uuid::from).collect();
        let rows: Vec<(Uuid, String)> = person::Entity::find()
            .filter(person::Column::Id.is_in(ids))
            .select_only()
            .columns([person::Column::Id, person::Column::DisplayName])
            .into_tuple()
            .all(self.reader())
            .await
            .map_err(failed("read names"))?;
        Ok(rows.into_iter().map(|(id, name)| (UserId(id), name)).collect())
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows = person::Entity::find().order_by_asc(person::Column::Name).all(self.reader()).await;
        rows.map_err(failed("list accounts"))?.into_iter().map(Account::of).collect()
    }

    /// The session of that secret, unless it is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, secret: &str, now: i64) -> Result<Option<Session>, StoreError> {
        let row = session::Entity::find()
            .filter(session::Column::Secret.eq(secret))
            .filter(session::Column::ExpiresAt.gt(now))
            .one(self.reader())
            .await
            .map_err(failed("read a session"))?;
        Ok(row.map(Session::of))
    }

    /// Sessions that are not over, the last used first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(&self, of: SessionOwner, now: i64) -> Result<Vec<Session>, StoreError> {
        let mut query = session::Entity::find().filter(session::Column::ExpiresAt.gt(now));
        if let SessionOwner::One(user) = of {
            query = query.filter(session::Column::PersonId.eq(Uuid::from(user)));
        }
        let rows = query.order_by_desc(session::Column::LastSeenAt).all(self.reader()).await;
        Ok(rows.map_err(failed("list sessions"))?.into_iter().map(Session::of).collect())
    }

    /// The token of that secret, unless it is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token(&self, secret: &str, now: i64) -> Result<Option<Token>, StoreError> {
        let row = token::Entity::find().filter(token::Column::Secret.eq(secret)).one(self.reader()).await;
        let row = row.map_err(failed("read a token"))?;
        row.filter(|row| row.expires_at.is_none_or(|until| until > now)).map(Token::of).transpose()
    }

    /// Tokens, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self, of: SessionOwner) -> Result<Vec<Token>, StoreError> {
        let mut query = token::Entity::find();
        if let SessionOwner::One(user) = of {
            query = query.filter(token::Column::PersonId.eq(Uuid::from(user)));
        }
        let rows = query.order_by_desc(token::Column::CreatedAt).all(self.reader()).await;
        rows.map_err(failed("list tokens"))?.into_iter().map(Token::of).collect()
    }
}

impl Transaction {
    /// The account of that name as this transaction sees it, held until its end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_named(&self, name: &str) -> Result<Option<Account>, StoreError> {
        account_by(&self.inner, person::Column::Name, name).await
    }

    /// The account of that id as this transaction sees it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, id: UserId) -> Result<Option<Account>, StoreError> {
        account_by(&self.inner, person::Column::Id, Uuid::from(id)).await
    }

    /// How many accounts there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn any_account(&self) -> Result<bool, StoreError> {
        let one = person::Entity::find().one(&self.inner).await.map_err(failed("look for accounts"))?;
        Ok(one.is_some())
    }

    /// Keeps a new account.
    ///
    /// # Errors
    /// When the database fails, or the name is taken.
    pub async fn add_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let insert = person::Entity::insert(account.row()?).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("keep an account"))
    }

    /// Changes an account, unless somebody was first: then false, and nothing is changed. `account.revision` is the one that was read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn change_account(&mut self, account: &Account) -> Result<bool, StoreError> {
        let mut row = account.row()?;
        row.revision = Set(account.revision + 1);
        let update = person::Entity::update_many()
            .set(row)
            .filter(person::Column::Id.eq(Uuid::from(account.person.id)))
            .filter(person::Column::Revision.eq(account.revision))
            .exec(&self.inner)
            .await
            .map_err(failed("change an account"))?;
        Ok(update.rows_affected == 1)
    }

    /// Notes a sign-in that failed or worked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_sign_in(
        &mut self,
        user: UserId,
        failures: i64,
        locked_until: Option<i64>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE person SET failures = $2, locked_until = $3 WHERE id = $1";
        let values = vec![Uuid::from(user).into(), failures.into(), locked_until.into()];
        self.run("note a sign-in", sql, values).await.map(|_| ())
    }

    /// Begins a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_session(&mut self, new: &NewSession, now: i64) -> Result<(), StoreError> {
        let over = "DELETE FROM session WHERE expires_at <= $1";
        self.run("clear sessions that are over", over, vec![now.into()]).await?;
        let row = session::ActiveModel {
            id: Set(new.id.into()),
            person_id: Set(new.user.into()),
            secret: Set(new.secret.clone()),
            csrf: Set(new.csrf.clone()),
            created_at: Set(now),
            last_seen_at: Set(now),
            expires_at: Set(new.expires_at),
            address: Set(new.address.clone()),
            program: Set(new.program.clone()),
        };
        let insert = session::Entity::insert(row).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("begin a session"))
    }

    /// Notes that a session is used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_session(&mut self, id: SessionId, now: i64, until: i64) -> Result<(), StoreError> {
        let sql = "UPDATE session SET last_seen_at = $2, expires_at = $3 WHERE id = $1";
        let values = vec![Uuid::from(id).into(), now.into(), until.into()];
        self.run("note a session's use", sql, values).await.map(|_| ())
    }

    /// Ends a session of theirs; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&mut self, id: SessionId, of: SessionOwner) -> Result<bool, StoreError> {
        self.end("session", id.into(), of).await
    }

    /// Ends all sessions of a user: a new password, an account that is closed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions_of(&mut self, user: UserId) -> Result<u64, StoreError> {
        let sql = "DELETE FROM session WHERE person_id = $1";
        self.run("end sessions", sql, vec![Uuid::from(user).into()]).await
    }

    /// Keeps a token; `secret` is the SHA-256 of what the program sends.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_token(&mut self, token: &Token, secret: &str) -> Result<(), StoreError> {
        let row = token::ActiveModel {
            id: Set(token.id.into()),
            person_id: Set(token.user.into()),
            name: Set(token.name.clone()),
            secret: Set(secret.to_owned()),
            permissions: Set(serde_json::to_string(&token.permissions).map_err(damaged("a token"))?),
            created_at: Set(token.created_at),
            last_used_at: Set(None),
            expires_at: Set(token.expires_at),
        };
        let insert = token::Entity::insert(row).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("keep a token"))
    }

    /// Notes that a token is used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_token(&mut self, id: TokenId, now: i64) -> Result<(), StoreError> {
        let sql = "UPDATE token SET last_used_at = $2 WHERE id = $1";
        self.run("note a token's use", sql, vec![Uuid::from(id).into(), now.into()]).await.map(|_| ())
    }

    /// Deletes a token of theirs; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_token(&mut self, id: TokenId, of: SessionOwner) -> Result<bool, StoreError> {
        self.end("token", id.into(), of).await
    }

    async fn end(&mut self, table: &str, id: Uuid, of: SessionOwner) -> Result<bool, StoreError> {
        let gone = match of {
            SessionOwner::All => {
                let sql = format!("DELETE FROM {table} WHERE id = $1");
                self.run("end what was granted", &sql, vec![id.into()]).await?
            }
            SessionOwner::One(user) => {
                let sql = format!("DELETE FROM {table} WHERE id = $1 AND person_id = $2");
                self.run("end what was granted", &sql, vec![id.into(), Uuid::from(user).into()]).await?
            }
        };
        Ok(gone == 1)
    }
}
