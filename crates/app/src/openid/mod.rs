//! Signing in where the house's people sign in anyway: OpenID Connect, authorization code with PKCE. People are known by
//! issuer and subject (OpenID Connect Core, section 5.7), and by nothing else that a provider says.

mod provider;

use lingjian_model::{Action, Permission, Reach, UserId};
use lingjian_store::{Account, Attempt, Identity};
use serde_json::json;

pub use provider::OpenId;
use provider::{Claims, Secrets};

use crate::people::{SignedIn, name_of, new_account, secret};
use crate::{Actor, AppError, Caller, House, Title};

/// How long somebody may take to sign in at the provider: ten minutes.
const PATIENCE: i64 = 600_000;

/// A provider, as the owner sets it up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Its address, which is its name.
    pub issuer: String,
    /// What it calls this house.
    pub client: String,
    /// What this house proves itself with; none: a public client.
    pub secret: Option<String>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// Where browsers find this house.
    pub address: String,
    /// The words on its button.
    pub label: Title,
    /// Who is let in.
    pub admits: Admits,
}

/// Who of those that the provider knows is let in, besides those who have joined their accounts themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Admits {
    /// Whoever the provider calls by the name of an account, which is theirs from then on. For providers whose people do
    /// not choose these names themselves. Accounts that may change users are never joined so.
    pub by_name: bool,
    /// Everybody: whoever has no account gets one, without any right.
    pub newcomers: bool,
}

impl Settings {
    /// Where browsers come back.
    #[must_use]
    pub fn back(&self) -> String {
        format!("{}/api/v1/openid/callback", self.address.trim_end_matches('/'))
    }
}

/// A sign-in that goes to the provider.
#[derive(Debug)]
pub struct Leaving {
    /// Where the browser goes.
    pub url: String,
    /// What it keeps until it comes back. Told once.
    pub browser: String,
}

/// What came back with a browser.
#[derive(Debug, Clone, Default)]
pub struct Returning {
    /// As it was sent along.
    pub state: String,
    /// What the provider gave; none where it refused.
    pub code: Option<String>,
    /// What the browser kept.
    pub browser: Option<String>,
}

/// A browser that came back.
#[derive(Debug)]
pub struct Arrival {
    /// Where it wanted to go, or came from to join its account.
    pub next: String,
    /// Whether it was there to join.
    pub joining: bool,
    /// The session that begins; none for those who had one, and joined.
    pub outcome: Result<Option<SignedIn>, AppError>,
}

/// Only a path of our own: whoever makes somebody sign in must not choose where they arrive.
fn own_path(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if own && next.len() <= 2000 { next.to_owned() } else { "/".to_owned() }
}

impl House {
    /// Where people sign in besides here.
    #[must_use]
    pub fn openid(&self) -> Option<&OpenId> {
        self.doors().openid.as_ref()
    }

    /// Asks the provider, who may take its time, beside all else.
    async fn ask_provider<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&OpenId) -> Result<T, provider::Trouble> + Send + 'static,
    ) -> Result<T, AppError> {
        let house = self.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let provider = house.openid().ok_or(AppError::NotFound { what: "sign-in elsewhere" })?;
            ask(provider).map_err(AppError::from)
        });
        asked.await.map_err(|error| AppError::Internal(error.to_string()))?
    }

    /// Sends a browser to the provider. `joining`: whoever is signed in joins who they are there to their account.
    ///
    /// # Errors
    /// Where there is no provider, or it does not answer.
    pub async fn leave_for_openid(&self, next: &str, joining: Option<&Actor>) -> Result<Leaving, AppError> {
        if joining.is_some_and(|actor| actor.session.is_none()) {
            return Err(AppError::Forbidden { permission: "a session" });
        }
        let browser = secret::draw()?;
        let secrets = Secrets { state: secret::draw()?, nonce: secret::draw()?, verifier: secret::draw()? };
        let told = secrets.clone();
        let url = self.ask_provider(move |provider| provider.leave(told)).await?;
        let now = self.edge().now();
        let attempt = Attempt {
            state: secret::digest(&secrets.state),
            browser: secret::digest(&browser),
            nonce: secrets.nonce,
            verifier: secrets.verifier,
            next: own_path(next),
            user: joining.map(Actor::user),
            expires_at: now + PATIENCE,
        };
        let mut transaction = self.store().begin().await?;
        transaction.begin_attempt(&attempt, now).await?;
        transaction.commit().await?;
        Ok(Leaving { url, browser })
    }

    /// Receives a browser from the provider.
    ///
    /// # Errors
    /// When the store fails. That it is not let in stands in its arrival.
    pub async fn return_from_openid(
        &self,
        returning: Returning,
        caller: &Caller,
    ) -> Result<Arrival, AppError> {
        let mut transaction = self.store().begin().await?;
        let attempt = transaction.take_attempt(&secret::digest(&returning.state), self.edge().now()).await?;
        transaction.commit().await?;
        let theirs = returning.browser.as_deref().map(secret::digest);
        let attempt = attempt.filter(|attempt| theirs.as_deref() == Some(attempt.browser.as_str()));
        let (next, user) =
            attempt.as_ref().map(|attempt| (attempt.next.clone(), attempt.user)).unwrap_or_default();
        let outcome = match attempt {
            Some(attempt) => self.let_in(attempt, returning.code, caller).await,
            None => Err(AppError::Astray),
        };
        if let Err(refused) = &outcome {
            let mut transaction = self.store().begin().await?;
            let detail = json!({ "address": caller.address, "by": "openid", "why": refused.code() });
            let action = Action::SessionRefused.name();
            transaction.audit(user, "", action, "", &detail, self.edge().now()).await?;
            transaction.commit().await?;
        }
        Ok(Arrival { next, joining: user.is_some(), outcome })
    }

    async fn let_in(
        &self,
        attempt: Attempt,
        code: Option<String>,
        caller: &Caller,
    ) -> Result<Option<SignedIn>, AppError> {
        let code = code.ok_or(AppError::ProviderRefuses)?;
        let Attempt { nonce, verifier, user: joining, .. } = attempt;
        let claims = self.ask_provider(move |provider| provider.claims(code, nonce, verifier)).await?;
        let known = self.store().person_of(&claims.identity).await?;
        match (known, joining) {
            (Some(user), Some(joining)) if user == joining => Ok(None),
            (_, Some(joining)) => self.join(joining, &claims).await.map(|()| None),
            (known, None) => {
                let user = match known {
                    Some(user) => user,
                    None => self.newcomer(&claims).await?,
                };
                let account = self.store().account(user).await?.filter(|account| !account.disabled);
                let account = account.ok_or(AppError::UnknownPerson)?;
                let mut transaction = self.store().begin().await?;
                let signed_in = self.begin_session(&mut transaction, &account, caller, "openid").await?;
                transaction.commit().await?;
                Ok(Some(signed_in))
            }
        }
    }

    /// Joins an identity to whoever is signed in, or whom it is known by name to be.
    async fn join(&self, user: UserId, claims: &Claims) -> Result<(), AppError> {
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let account = transaction.account(user).await?.filter(|account| !account.disabled);
        let account = account.ok_or(AppError::UnknownPerson)?;
        if !transaction.join_identity(&claims.identity, user, now).await? {
            return Err(AppError::Conflict(
                "who you are at the provider is joined to another account".to_owned(),
            ));
        }
        let detail = json!({ "issuer": claims.identity.issuer });
        let (actor, subject) = (Actor::of(&account), user.to_string());
        crate::audit::note(&mut transaction, &actor, Action::UserIdentityJoin, &subject, detail, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Whose account somebody has who was never here, as far as the owner admits them.
    async fn newcomer(&self, claims: &Claims) -> Result<UserId, AppError> {
        let admits = self.openid().map(OpenId::admits).unwrap_or_default();
        let named = self.store().account_named(&claims.name).await?;
        if let Some(account) = named.as_ref().filter(|account| admits.by_name && may_be_joined(account)) {
            let user = account.person.id;
            // Who is joined already is somebody else: names at the provider may be given anew.
            if self.store().identities(user).await?.is_empty() {
                self.join(user, claims).await?;
                return Ok(user);
            }
        }
        if admits.newcomers {
            self.take_on(claims, named.is_some()).await
        } else {
            Err(AppError::UnknownPerson)
        }
    }

    /// Takes somebody on whom only the provider knows: without any post, so without any right.
    async fn take_on(&self, claims: &Claims, taken: bool) -> Result<UserId, AppError> {
        let now = self.edge().now();
        let id = self.edge().fresh();
        let name = name_of(&claims.name).ok().filter(|_| !taken);
        let name = name.unwrap_or_else(|| format!("openid-{}", id.simple()));
        let display_name = Some(claims.display_name.clone()).filter(|name| !name.is_empty());
        let display_name = display_name.unwrap_or_else(|| name.clone());
        let account = new_account(id.into(), name, display_name, now);
        let mut transaction = self.store().begin().await?;
        transaction.add_account(&account).await?;
        if !transaction.join_identity(&claims.identity, id.into(), now).await? {
            return Err(AppError::Conflict("they have just signed in elsewhere; sign in again".to_owned()));
        }
        let detail = json!({ "name": account.name, "issuer": claims.identity.issuer });
        let action = Action::UserCreate.name();
        transaction.audit(None, "", action, &id.to_string(), &detail, now).await?;
        transaction.commit().await?;
        Ok(id.into())
    }

    /// Who somebody is at the provider, and since when: oneself, or whoever is within reach.
    ///
    /// # Errors
    /// Where there is no such user.
    pub async fn identities(&self, actor: &Actor, of: UserId) -> Result<Vec<(Identity, i64)>, AppError> {
        if of != actor.user() {
            self.user(actor, of).await?;
        }
        Ok(self.store().identities(of).await?)
    }

    /// Takes away from an account who it is at the provider: one's own, or anybody's for those who may change users.
    /// Sessions go on; who has no password cannot begin another.
    ///
    /// # Errors
    /// Where they may not, or it is nobody there.
    pub async fn part_from_openid(&self, actor: &Actor, user: UserId) -> Result<(), AppError> {
        if user != actor.user() && actor.authority.reach(Permission::UsersEdit) != Reach::All {
            return Err(AppError::Forbidden { permission: Permission::UsersEdit.name() });
        }
        let mut transaction = self.store().begin().await?;
        if transaction.part_identities(user).await? == 0 {
            return Err(AppError::NotFound { what: "identity" });
        }
        let (now, subject) = (self.edge().now(), user.to_string());
        crate::audit::note(&mut transaction, actor, Action::UserIdentityRemove, &subject, json!({}), now)
            .await?;
        Ok(transaction.commit().await?)
    }
}

/// Whether a name is enough. Not for who can make anybody anything: some providers let people choose their names.
fn may_be_joined(account: &Account) -> bool {
    let reach = Actor::of(account).authority.reach(Permission::UsersEdit);
    !account.disabled && reach == Reach::None
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn one_arrives_here_and_nowhere_else() {
        assert_eq!(own_path("/conversations?q=退款"), "/conversations?q=退款");
        for elsewhere in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "javascript:alert(1)",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
