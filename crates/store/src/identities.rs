//! Who somebody is elsewhere, and sign-ins that are on their way there and back.

use lingjian_model::UserId;
use sea_orm::{ConnectionTrait as _, DbErr, QueryResult, Statement};
use uuid::Uuid;

use crate::error::failed;
use crate::{Store, StoreError, Transaction};

/// Who somebody is at a provider: the two together are one person, whatever else the provider says of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// What it calls the person, and nobody else ever.
    pub subject: String,
}

/// A sign-in that has gone to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// SHA-256 of the state that must come back.
    pub state: String,
    /// SHA-256 of what the browser that began it keeps.
    pub browser: String,
    /// What the provider's token must carry.
    pub nonce: String,
    /// What the code is worth nothing without.
    pub verifier: String,
    /// Where the browser wants to go then.
    pub next: String,
    /// Whoever is signed in and joins the identity to the account.
    pub user: Option<UserId>,
    /// Until when it may come back.
    pub expires_at: i64,
}

impl Store {
    /// Whose identity this is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_of(&self, identity: &Identity) -> Result<Option<UserId>, StoreError> {
        let fail = failed("look for an identity");
        let sql = "SELECT person_id FROM identity WHERE issuer = $1 AND subject = $2";
        let values = [identity.issuer.clone().into(), identity.subject.clone().into()];
        let statement = Statement::from_sql_and_values(self.reader().get_database_backend(), sql, values);
        let row = self.reader().query_one_raw(statement).await.map_err(&fail)?;
        let id: Option<Uuid> = row.map(|row| row.try_get("", "person_id")).transpose().map_err(&fail)?;
        Ok(id.map(Into::into))
    }

    /// Who somebody is elsewhere, and since when, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn identities(&self, of: UserId) -> Result<Vec<(Identity, i64)>, StoreError> {
        let fail = failed("list identities");
        let sql = "SELECT issuer, subject, created_at FROM identity WHERE person_id = $1 ORDER BY created_at, issuer";
        let values = [Uuid::from(of).into()];
        let statement = Statement::from_sql_and_values(self.reader().get_database_backend(), sql, values);
        let rows = self.reader().query_all_raw(statement).await.map_err(&fail)?;
        let read = |row: &QueryResult| {
            let identity =
                Identity { issuer: row.try_get("", "issuer")?, subject: row.try_get("", "subject")? };
            Ok((identity, row.try_get("", "created_at")?))
        };
        rows.iter().map(read).collect::<Result<_, DbErr>>().map_err(&fail)
    }
}

impl Transaction {
    /// Takes all identities away from a person; how many they were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn part_identities(&mut self, user: UserId) -> Result<u64, StoreError> {
        let sql = "DELETE FROM identity WHERE person_id = $1";
        self.run("part from an identity", sql, vec![Uuid::from(user).into()]).await
    }

    /// Joins an identity to a person; false where it is somebody's already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn join_identity(
        &mut self,
        identity: &Identity,
        user: UserId,
        now: i64,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO identity (issuer, subject, person_id, created_at) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (issuer, subject) DO NOTHING";
        let Identity { issuer, subject } = identity.clone();
        let values = vec![issuer.into(), subject.into(), Uuid::from(user).into(), now.into()];
        Ok(self.run("join an identity", sql, values).await? == 1)
    }

    /// Keeps a sign-in until it comes back, and clears those that never will.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_attempt(&mut self, new: &Attempt, now: i64) -> Result<(), StoreError> {
        let over = "DELETE FROM openid_attempt WHERE expires_at <= $1";
        self.run("clear sign-ins that never came back", over, vec![now.into()]).await?;
        let sql = "INSERT INTO openid_attempt (state, browser, nonce, verifier, next, person_id, expires_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = vec![
            new.state.clone().into(),
            new.browser.clone().into(),
            new.nonce.clone().into(),
            new.verifier.clone().into(),
            new.next.clone().into(),
            new.user.map(Uuid::from).into(),
            new.expires_at.into(),
        ];
        self.run("keep a sign-in", sql, values).await.map(|_| ())
    }

    /// Takes the sign-in of that state, which thereby comes back once and never again; none where it is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_attempt(&mut self, state: &str, now: i64) -> Result<Option<Attempt>, StoreError> {
        let fail = failed("look for a sign-in");
        let sql = "DELETE FROM openid_attempt WHERE state = $1 \
                   RETURNING state, browser, nonce, verifier, next, person_id, expires_at";
        let statement =
            Statement::from_sql_and_values(self.inner.get_database_backend(), sql, [state.into()]);
        let Some(row) = self.inner.query_one_raw(statement).await.map_err(&fail)? else { return Ok(None) };
        let text = |name: &str| row.try_get::<String>("", name).map_err(&fail);
        let user: Option<Uuid> = row.try_get("", "person_id").map_err(&fail)?;
        let attempt = Attempt {
            state: text("state")?,
            browser: text("browser")?,
            nonce: text("nonce")?,
            verifier: text("verifier")?,
            next: text("next")?,
            user: user.map(Into::into),
            expires_at: row.try_get("", "expires_at").map_err(&fail)?,
        };
        Ok(Some(attempt).filter(|attempt| attempt.expires_at > now))
    }
}
