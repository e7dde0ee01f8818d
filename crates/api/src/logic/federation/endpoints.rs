//! Where a provider's endpoints are: as configured, or as its discovery document says.

use cabana_domain::provider::IdentityProvider;
use cabana_federation::address;
use cabana_federation::oidc::Discovery;
use cabana_model::IdentityProviderTypeType as Kind;
use url::Url;

use super::documents;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::federation;

/// The endpoints of a provider, and what they can do.
#[derive(Debug)]
pub struct Endpoints {
    pub authorize: Url,
    pub token: Url,
    pub user_info: Option<Url>,
    pub keys: Option<Url>,
    /// Whether codes can be bound to the browser (PKCE).
    pub pkce: bool,
    /// Whether the client's secret goes into a header.
    pub basic: bool,
    /// Whether every answer names the issuer (RFC 9207).
    pub names_issuer: bool,
}

/// Whether the provider answers with ID tokens.
pub fn speaks_openid(kind: Kind) -> bool {
    matches!(kind, Kind::Oidc | Kind::Google | Kind::SignInWithApple)
}

/// The endpoints of a provider. A discovery document that cannot be read matters only if something is missing without
/// it.
///
/// # Errors
/// If an endpoint is not known.
pub async fn of(cx: &Cx<'_>, provider: &IdentityProvider) -> Result<Endpoints, Fault> {
    let issuer = provider.detail("oidc_issuer");
    let issuer = issuer.filter(|_| speaks_openid(provider.kind));
    let found = match issuer {
        Some(issuer) => documents::discovery(cx, provider, issuer).await.map(Some),
        None => Ok(None),
    };
    let (discovery, failure) = match found {
        Ok(discovery) => (discovery, None),
        Err(fault) => (None, Some(fault)),
    };
    let said = |of: fn(&Discovery) -> &Option<String>| of(discovery.as_deref()?).clone();
    let endpoint = |detail: &str, said: Option<String>| {
        let text = provider.detail(detail).map(str::to_owned).or(said)?;
        address::parse(&text).ok()
    };
    let authorize = endpoint("authorize_url", said(|it| &it.authorization_endpoint));
    let token = endpoint("token_url", said(|it| &it.token_endpoint));
    let keys = endpoint("jwks_uri", said(|it| &it.jwks_uri));
    let (Some(authorize), Some(token)) = (authorize, token) else {
        return Err(failure.unwrap_or_else(|| missing(provider)));
    };
    if speaks_openid(provider.kind) && keys.is_none() {
        return Err(failure.unwrap_or_else(|| missing(provider)));
    }
    Ok(Endpoints {
        authorize,
        token,
        user_info: endpoint("attributes_url", said(|it| &it.userinfo_endpoint)),
        keys,
        // Amazon's documentation recommends it; there is no document to say so.
        pkce: provider.kind == Kind::LoginWithAmazon
            || discovery.as_deref().is_some_and(Discovery::has_pkce),
        basic: discovery.as_deref().is_some_and(Discovery::demands_basic),
        names_issuer: discovery.as_deref().is_some_and(Discovery::names_issuer),
    })
}

fn missing(provider: &IdentityProvider) -> Fault {
    federation::provider_incomplete(&provider.name, "an endpoint is not known")
}
