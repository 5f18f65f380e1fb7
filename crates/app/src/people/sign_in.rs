//! Signing in: by password, by the cookie of a session, by a token.

use lingjian_model::{Action, Authority, Post, UserId};
use lingjian_store::{Account, NewSession, Passing, StoreError, Transaction};
use serde_json::json;

use super::{new_account, secret};
use crate::{Actor, AppError, Caller, House};

/// Wrong passwords that cost nothing.
const FREE: i64 = 4;
/// The first lock, in milliseconds; each further wrong password doubles it.
const FIRST_LOCK: i64 = 30_000;
/// The longest lock: an hour.
const LONGEST_LOCK: i64 = 3_600_000;
/// A session that is not used ends after twelve hours: a shift.
const SESSION: i64 = 12 * 3_600_000;
/// How often the use of a session or token is noted.
const NOTE_USE: i64 = 60_000;

/// A session that has begun.
#[derive(Debug)]
pub struct SignedIn {
    /// Whose.
    pub actor: Actor,
    /// What the browser keeps as its cookie. Told once.
    pub cookie: String,
}

impl Actor {
    pub(crate) fn of(account: &Account) -> Self {
        Self {
            authority: Authority::full(account.person.clone()),
            name: account.name.clone(),
            display_name: account.display_name.clone(),
            session: None,
            csrf: None,
        }
    }
}

impl House {
    /// Makes the first account of an empty house, an administrator who also looks after quality, so that one person can try
    /// everything. Its password, or none where there are accounts already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn first_account(&self) -> Result<Option<(String, String)>, AppError> {
        let mut transaction = self.store().begin().await?;
        if transaction.any_account().await? {
            return Ok(None);
        }
        let (name, password) = ("admin".to_owned(), secret::draw_password()?);
        let now = self.edge().now();
        let mut account = new_account(self.edge().fresh().into(), name.clone(), "管理员".to_owned(), now);
        account.person.posts = Post::OF_THE_FIRST_USER.to_vec();
        account.password = Some(secret::hash(password.clone()).await?);
        transaction.add_account(&account).await?;
        let id = account.person.id.to_string();
        transaction
            .audit(None, "", Action::UserCreate.name(), &id, &json!({ "name": name }), self.edge().now())
            .await?;
        transaction.commit().await?;
        Ok(Some((name, password)))
    }

    /// Begins a session.
    ///
    /// # Errors
    /// Where name or password are wrong, or were too often.
    pub async fn sign_in(&self, name: &str, password: &str, caller: &Caller) -> Result<SignedIn, AppError> {
        let (name, now) = (name.trim().to_lowercase(), self.edge().now());
        let account = self.store().account_named(&name).await?;
        if let Some(until) =
            account.as_ref().and_then(|account| account.locked_until).filter(|until| *until > now)
        {
            return Err(AppError::Locked { seconds: (until - now + 999) / 1000 });
        }
        let kept =
            account.as_ref().filter(|account| !account.disabled).and_then(|account| account.password.clone());
        let right = secret::is_right(password.to_owned(), kept).await?;
        let Some(account) = account.filter(|_| right) else {
            return Err(self.wrong(&name, caller).await?);
        };
        let mut transaction = self.store().begin().await?;
        transaction.note_sign_in(account.person.id, 0, None).await?;
        let signed_in = self.begin_session(&mut transaction, &account, caller, "password").await?;
        transaction.commit().await?;
        Ok(signed_in)
    }

    /// Begins a session of whoever has shown who they are, in this way.
    pub(crate) async fn begin_session(
        &self,
        transaction: &mut Transaction,
        account: &Account,
        caller: &Caller,
        by: &'static str,
    ) -> Result<SignedIn, AppError> {
        let now = self.edge().now();
        let (cookie, csrf) = (secret::draw()?, secret::draw()?);
        let session = NewSession {
            id: self.edge().fresh().into(),
            user: account.person.id,
            secret: secret::digest(&cookie),
            csrf: csrf.clone(),
            expires_at: now + SESSION,
            address: caller.address.clone(),
            program: caller.program.clone(),
        };
        let actor = Actor { session: Some(session.id), csrf: Some(csrf), ..Actor::of(account) };
        transaction.begin_session(&session, now).await?;
        let detail = json!({ "address": caller.address, "by": by });
        crate::audit::note(transaction, &actor, Action::SessionBegin, &session.id.to_string(), detail, now)
            .await?;
        Ok(SignedIn { actor, cookie })
    }

    /// Notes a wrong password; from the fifth on the account is locked, longer each time.
    async fn wrong(&self, name: &str, caller: &Caller) -> Result<AppError, AppError> {
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let account = transaction.account_named(name).await?;
        let mut locked = None;
        if let Some(account) = &account {
            let failures = account.failures + 1;
            let doubled = FIRST_LOCK.checked_shl(u32::try_from(failures - FREE - 1).unwrap_or(0).min(10));
            let pause = doubled.unwrap_or(LONGEST_LOCK).min(LONGEST_LOCK);
            locked = (failures > FREE).then_some(now + pause);
            transaction.note_sign_in(account.person.id, failures, locked).await?;
        }
        // Names that are nobody's are not written down: people type passwords there.
        let known = account.as_ref().map(|account| account.name.as_str()).unwrap_or_default();
        let detail = json!({ "address": caller.address, "locked": locked.is_some() });
        let user = account.as_ref().map(|account| account.person.id);
        transaction.audit(user, known, Action::SessionRefused.name(), "", &detail, now).await?;
        transaction.commit().await?;
        Ok(AppError::WrongCredentials)
    }

    /// Who has this cookie.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] where nobody has.
    pub async fn by_cookie(&self, cookie: &str) -> Result<Actor, AppError> {
        let now = self.edge().now();
        let session = self.store().session(&secret::digest(cookie), now).await?.ok_or(AppError::SignedOut)?;
        let account = self.living(session.user).await?;
        if now - session.last_seen_at > NOTE_USE {
            let touched = async {
                let mut transaction = self.store().begin().await?;
                transaction.touch_session(session.id, now, now + SESSION).await?;
                transaction.commit().await
            };
            note_where_it_can(touched.await)?;
        }
        Ok(Actor { session: Some(session.id), csrf: Some(session.csrf), ..Actor::of(&account) })
    }

    /// Whose token this is; limited to what it was made for.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] where it is nobody's.
    pub async fn by_token(&self, token: &str) -> Result<Actor, AppError> {
        let now = self.edge().now();
        let token = self.store().token(&secret::digest(token), now).await?.ok_or(AppError::SignedOut)?;
        let account = self.living(token.user).await?;
        if token.last_used_at.is_none_or(|at| now - at > NOTE_USE) {
            let touched = async {
                let mut transaction = self.store().begin().await?;
                transaction.touch_token(token.id, now).await?;
                transaction.commit().await
            };
            note_where_it_can(touched.await)?;
        }
        let actor = Actor::of(&account);
        Ok(Actor { authority: actor.authority.narrowed(token.permissions), ..actor })
    }

    async fn living(&self, user: UserId) -> Result<Account, AppError> {
        let account = self.store().account(user).await?;
        account.filter(|account| !account.disabled).ok_or(AppError::SignedOut)
    }

    /// Ends the session in hand.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, actor: &Actor) -> Result<(), AppError> {
        let Some(session) = actor.session else { return Ok(()) };
        self.end_session(actor, session).await
    }
}

/// A full disk keeps nobody out: that they were here is noted where it can be.
fn note_where_it_can(noted: Result<(), StoreError>) -> Result<(), AppError> {
    match noted {
        Err(error) if error.passing() == Some(Passing::NoRoom) => {
            tracing::warn!(%error, "that somebody was here could not be noted");
            Ok(())
        }
        noted => Ok(noted?),
    }
}
