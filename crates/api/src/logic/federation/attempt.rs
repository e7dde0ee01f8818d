//! The beginning of a sign-in at a provider.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::provider::IdentityProvider;
use cabana_federation::oidc::{AuthorizationRequest, challenge};
use cabana_model::IdentityProviderTypeType as Kind;
use serde::{Deserialize, Serialize};
use url::Url;

use super::endpoints::{self, speaks_openid};
use super::saml;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::pools::levels;

/// What the answer of a provider is judged by. Sealed into the `state` that travels with the person, so that a further
/// member needs a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Spent with the answer.
    pub id: String,
    /// The provider's name.
    pub provider: String,
    pub client: String,
    /// Where the answer comes to.
    pub redirect_uri: String,
    pub nonce: String,
    /// The verifier of the code.
    pub verifier: String,
}

/// What the app's request passes on to a provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct PassedOn<'a> {
    pub login_hint: Option<&'a str>,
    pub prompt: Option<&'a str>,
    pub max_age: Option<&'a str>,
    /// Names of the pool's levels.
    pub acr_values: Option<&'a str>,
}

/// A new attempt.
///
/// # Errors
/// If the system has no randomness.
pub fn begin(
    cx: &Cx<'_>,
    client: &Client,
    provider: &IdentityProvider,
    redirect_uri: String,
) -> Result<Attempt, Fault> {
    let client = client.id.to_string();
    attempt(cx, client, provider, redirect_uri)
}

/// A new attempt on behalf of no app.
///
/// # Errors
/// If the system has no randomness.
pub fn begin_trial(
    cx: &Cx<'_>,
    provider: &IdentityProvider,
    redirect_uri: String,
) -> Result<Attempt, Fault> {
    attempt(cx, String::new(), provider, redirect_uri)
}

fn attempt(
    cx: &Cx<'_>,
    client: String,
    provider: &IdentityProvider,
    redirect_uri: String,
) -> Result<Attempt, Fault> {
    let random = || Ok::<_, Fault>(BASE64_URL_SAFE_NO_PAD.encode(cx.random::<32>()?));
    Ok(Attempt {
        id: cx.uuid()?,
        provider: provider.name.clone(),
        client,
        redirect_uri,
        nonce: random()?,
        verifier: random()?,
    })
}

/// The address at the provider to which the person goes.
///
/// # Errors
/// If the provider's endpoints are not known.
pub async fn address(
    cx: &Cx<'_>,
    pool: &Pool,
    provider: &IdentityProvider,
    attempt: &Attempt,
    state: &str,
    passed_on: PassedOn<'_>,
) -> Result<Url, Fault> {
    if provider.kind == Kind::Saml {
        return saml::address(cx, pool, provider, attempt, state, passed_on).await;
    }
    let endpoints = endpoints::of(cx, provider).await?;
    let code_challenge = challenge(&attempt.verifier);
    let acr = acr_values(pool, provider, passed_on.acr_values);
    let mut more = Vec::new();
    if provider.kind == Kind::Oidc {
        let parameters = [
            ("login_hint", passed_on.login_hint),
            ("prompt", passed_on.prompt),
            ("max_age", passed_on.max_age),
            ("acr_values", acr.as_deref()),
        ];
        more.extend(parameters.into_iter().filter_map(|(k, v)| Some((k, v?))));
    }
    let scopes = provider.detail("authorize_scopes").unwrap_or_default();
    // Apple gives name and address to a form only.
    if provider.kind == Kind::SignInWithApple && !scopes.trim().is_empty() {
        more.push(("response_mode", "form_post"));
    }
    let request = AuthorizationRequest {
        endpoint: &endpoints.authorize,
        client_id: provider.detail("client_id").unwrap_or_default(),
        redirect_uri: &attempt.redirect_uri,
        scopes,
        state,
        nonce: speaks_openid(provider.kind).then_some(attempt.nonce.as_str()),
        code_challenge: endpoints.pkce.then_some(code_challenge.as_str()),
        more: &more,
    };
    Ok(request.address())
}

/// The provider's values for the pool's levels; those without one are left out.
fn acr_values(pool: &Pool, provider: &IdentityProvider, asked: Option<&str>) -> Option<String> {
    let named = levels::effective(pool.settings.acr_configuration.as_ref());
    let values = asked?.split_ascii_whitespace().filter_map(|value| {
        let (level, _) = named.iter().find(|(_, it)| it.acr_value == value)?;
        provider.settings.acr_mapping.get(level).map(String::as_str)
    });
    let values: Vec<_> = values.collect();
    (!values.is_empty()).then(|| values.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_of_earlier_and_later_programs_are_read() {
        let golden = r#"{"id":"i","provider":"p","client":"c","redirect_uri":"r","nonce":"n","verifier":"v","x":1}"#;
        let attempt: Attempt = serde_json::from_str(golden).unwrap();
        assert_eq!((attempt.id.as_str(), attempt.verifier.as_str()), ("i", "v"));
    }
}
