//! What is said to the provider. Its keys are asked for at every sign-in: one that has changed them is believed at once.

use std::error::Error;
use std::io::Read as _;
use std::time::Duration;

use lingjian_store::Identity;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreJwsSigningAlgorithm as Algorithm,
    CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse as _,
};
use thiserror::Error;
use ureq::Agent;

use super::{Admits, Settings};
use crate::{AppError, Title};

/// How long the provider has for an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The largest answer of a provider.
const LARGEST: u64 = 1 << 20;
/// Characters of a name.
const LONGEST: usize = 64;
/// Signatures that only the provider can make. Those by a shared secret are as strong as somebody chose it.
const ALGORITHMS: [Algorithm; 10] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EcdsaP521Sha512,
    Algorithm::EdDsa,
];

type Known = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider, as the owner has set it up.
pub struct OpenId {
    settings: Settings,
    agent: Agent,
}

impl std::fmt::Debug for OpenId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Settings { issuer, client, .. } = &self.settings;
        out.debug_struct("OpenId").field("issuer", issuer).field("client", client).finish_non_exhaustive()
    }
}

/// Why a sign-in did not come about. No token and no code stand in it: what is logged is lost.
#[derive(Debug, Error)]
pub(super) enum Trouble {
    /// It does not answer, or not as it should.
    #[error("the provider {0}")]
    Away(String),
    /// It answers, and what it says does not hold.
    #[error("the provider cannot be believed: {0}")]
    Unbelievable(String),
}

impl From<Trouble> for AppError {
    fn from(trouble: Trouble) -> Self {
        tracing::warn!(reason = %trouble, "a sign-in by OpenID Connect failed");
        match trouble {
            Trouble::Away(_) => Self::ProviderAway,
            Trouble::Unbelievable(_) => Self::ProviderRefuses,
        }
    }
}

/// Secrets of one sign-in.
#[derive(Debug, Clone)]
pub(super) struct Secrets {
    /// What must come back with the browser.
    pub(super) state: String,
    /// What the provider's token must carry.
    pub(super) nonce: String,
    /// What the code is worth nothing without.
    pub(super) verifier: String,
}

/// What the provider says of somebody.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) identity: Identity,
    /// What the provider calls them for people; may be empty.
    pub(super) name: String,
    pub(super) display_name: String,
}

/// Why a request failed, without what was asked or answered.
#[derive(Debug, Error)]
#[error("it cannot be reached")]
struct Unreached;

impl OpenId {
    /// A provider.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let agent = Agent::config_builder()
            .tls_config(lingjian_speech::models::trust())
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("lingjian/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        Self { settings, agent }
    }

    /// The words on its button.
    #[must_use]
    pub fn label(&self) -> &Title {
        &self.settings.label
    }

    pub(super) fn admits(&self) -> Admits {
        self.settings.admits
    }

    /// Whether it answers as the one that the settings name. Waits for it.
    ///
    /// # Errors
    /// Why it does not.
    pub fn answers(&self) -> Result<(), String> {
        self.known().map(|_| ()).map_err(|trouble| trouble.to_string())
    }

    /// What the provider says of itself, with its keys of today.
    fn known(&self) -> Result<Known, Trouble> {
        let Settings { issuer, client, secret, .. } = &self.settings;
        let away = |reason: &dyn Error| Trouble::Away(format!("does not answer as it should: {reason}"));
        let issuer = IssuerUrl::new(issuer.clone()).map_err(|error| away(&error))?;
        let metadata = CoreProviderMetadata::discover(&issuer, &|request| self.ask(request));
        let metadata = metadata.map_err(|error| away(&error))?;
        let back = RedirectUrl::new(self.settings.back()).map_err(|error| away(&error))?;
        // What a provider that says nothing takes is the header.
        let methods = metadata.token_endpoint_auth_methods_supported();
        let by_header =
            methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let auth = if by_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        let (id, secret) = (ClientId::new(client.clone()), secret.clone().map(ClientSecret::new));
        Ok(CoreClient::from_provider_metadata(metadata, id, secret)
            .set_redirect_uri(back)
            .set_auth_type(auth))
    }

    /// Where a browser goes to sign in.
    pub(super) fn leave(&self, secrets: Secrets) -> Result<String, Trouble> {
        let Secrets { state, nonce, verifier } = secrets;
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
        let scopes = self.settings.scopes.iter().cloned().map(Scope::new);
        let (url, _, _) = self
            .known()?
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        Ok(url.to_string())
    }

    /// Who the code stands for.
    pub(super) fn claims(&self, code: String, nonce: String, verifier: String) -> Result<Claims, Trouble> {
        let client = self.known()?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Trouble::Away("names no place for tokens".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request(&|request| self.ask(request))
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(said) => {
                    Trouble::Unbelievable(format!("it refuses the code: {}", said.error()))
                }
                RequestTokenError::Request(_) => Trouble::Away("does not answer".to_owned()),
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                    Trouble::Away("does not answer as it should: no tokens".to_owned())
                }
            })?;
        let untrue = |reason: &dyn Error| Trouble::Unbelievable(reason.to_string());
        let token = answer.id_token();
        let token = token.ok_or_else(|| Trouble::Unbelievable("it does not say who it is".to_owned()))?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = token.claims(&verifier, &Nonce::new(nonce)).map_err(|error| untrue(&error))?;
        if let Some(told) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|error| untrue(&error))?;
            let key = token.signing_key(&verifier).map_err(|error| untrue(&error))?;
            let real = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
            if real.map_err(|error| untrue(&error))? != *told {
                return Err(Trouble::Unbelievable("its tokens do not belong together".to_owned()));
            }
        }
        let mut names = (claims.preferred_username().cloned(), claims.name().cloned());
        if names.0.is_none() {
            // Many providers tell names only there. The answer is of the same subject, or none.
            let subject = Some(claims.subject().clone());
            if let Ok(asked) = client.user_info(answer.access_token().clone(), subject) {
                let told: Result<CoreUserInfoClaims, _> = asked.request(&|request| self.ask(request));
                let told = told.map_err(|error| untrue(&error))?;
                names = (told.preferred_username().cloned(), told.name().cloned());
            }
        }
        let shown = names.1.as_ref().and_then(|name| name.get(None)).map(|name| name.trim());
        let shown = shown.unwrap_or_default().chars().filter(|c| !c.is_control());
        Ok(Claims {
            identity: Identity { issuer: claims.issuer().to_string(), subject: claims.subject().to_string() },
            name: names.0.map(|name| name.trim().to_lowercase()).unwrap_or_default(),
            display_name: shown.take(LONGEST).collect(),
        })
    }

    fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unreached> {
        let (parts, body) = request.into_parts();
        let answer = if body.is_empty() {
            self.agent.run(ureq::http::Request::from_parts(parts, ()))
        } else {
            self.agent.run(ureq::http::Request::from_parts(parts, body))
        };
        let (parts, body) = answer.map_err(|_| Unreached)?.into_parts();
        let mut bytes = Vec::new();
        body.into_reader().take(LARGEST).read_to_end(&mut bytes).map_err(|_| Unreached)?;
        Ok(HttpResponse::from_parts(parts, bytes))
    }
}
