//! OAuth 2.0 settings of a client: flows, scopes, redirect URLs.

use std::collections::BTreeMap;

use cabana_domain::PoolId;
use cabana_domain::client::Client;
use cabana_domain::formats::{UrlError, check_callback_url};
use cabana_domain::resource_server::ResourceServer;
use cabana_model::{ExplicitAuthFlowsType, OAuthFlowType as Flow, UserPoolClientType};

use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;

/// The scopes built into every pool.
const OWN_SCOPES: [&str; 5] = [
    "openid",
    "email",
    "phone",
    "profile",
    "aws.cognito.signin.user.admin",
];

/// Scopes that release a user's data into tokens; they have no effect without `openid`.
pub const DATA_SCOPES: [&str; 4] = ["email", "phone", "profile", ADDRESS];

/// The standard's scope for postal addresses, which only pools in the standard dialect have.
pub const ADDRESS: &str = "address";

/// Checks flows and redirect URLs, and that the scopes fit the flows.
///
/// # Errors
/// The first rule that is broken.
pub fn check(client: &Client) -> Result<(), Fault> {
    let settings = &client.settings;
    check_urls(settings)?;
    let flows = settings.allowed_oauth_flows.as_deref().unwrap_or_default();
    let scopes = settings.allowed_oauth_scopes.as_deref().unwrap_or_default();
    let used = settings.allowed_oauth_flows_user_pool_client == Some(true);
    // GetClientToken grants scopes without any OAuth flow.
    if client.allows_flow(ExplicitAuthFlowsType::AllowClientTokenAuth) && flows.is_empty() && !used
    {
        return check_machine_scopes(scopes);
    }
    if flows.is_empty() != scopes.is_empty() || (used && flows.is_empty()) {
        return Err(faults::oauth_settings_missing());
    }
    if flows.contains(&Flow::ClientCredentials) {
        return check_client_credentials(client, flows, scopes);
    }
    if used && settings.callback_urls.is_none() {
        return Err(faults::callback_missing());
    }
    let has = |scope: &str| scopes.iter().any(|it| it == scope);
    match DATA_SCOPES.into_iter().find(|scope| has(scope)) {
        Some(scope) if !has("openid") => Err(faults::scope_without_openid(scope)),
        _ => Ok(()),
    }
}

/// With client credentials the client acts for itself: it must have a secret, and scopes of a user are not available.
fn check_client_credentials(
    client: &Client,
    flows: &[Flow],
    scopes: &[String],
) -> Result<(), Fault> {
    if flows.iter().any(|flow| *flow != Flow::ClientCredentials) {
        return Err(faults::client_credentials_not_alone());
    }
    if !client.is_confidential() {
        return Err(faults::client_credentials_without_secret());
    }
    check_machine_scopes(scopes)
}

/// A machine client has no user data.
fn check_machine_scopes(scopes: &[String]) -> Result<(), Fault> {
    match scopes
        .iter()
        .find(|scope| OWN_SCOPES.contains(&scope.as_str()))
    {
        Some(scope) => Err(faults::client_credentials_scope(scope)),
        None => Ok(()),
    }
}

/// Checks that every scope is built in or belongs to a resource server of the client's pool.
///
/// # Errors
/// The first scope that does not exist, or a failure of the store.
pub async fn check_scopes(cx: &Cx<'_>, client: &Client) -> Result<(), Fault> {
    let wanted = client.settings.allowed_oauth_scopes.iter().flatten();
    let wanted: Vec<_> = wanted.cloned().collect();
    let there = active(cx, &client.pool, &wanted).await?;
    match wanted.iter().find(|scope| !there.contains(scope)) {
        Some(scope) => Err(faults::unknown_scope(scope)),
        None => Ok(()),
    }
}

/// Filters the scopes to those that exist now. A scope that its resource server has dropped goes into no token, and
/// works again once it is back. Reads each resource server once.
///
/// # Errors
/// A failure of the store.
pub async fn active(cx: &Cx<'_>, pool: &PoolId, scopes: &[String]) -> Result<Vec<String>, Fault> {
    let mut servers: BTreeMap<&str, Option<ResourceServer>> = BTreeMap::new();
    let mut there = Vec::new();
    for scope in scopes {
        let is_own = match scope.as_str() {
            ADDRESS => cx.pool(pool.as_str()).await?.speaks_standard(),
            scope => OWN_SCOPES.contains(&scope),
        };
        if is_own {
            there.push(scope.clone());
            continue;
        }
        let Some((identifier, name)) = scope.rsplit_once('/') else {
            continue;
        };
        if !servers.contains_key(identifier) {
            let server = cx.store().resource_server(pool, identifier).await?;
            servers.insert(identifier, server);
        }
        let server = servers.get(identifier).and_then(Option::as_ref);
        if server.is_some_and(|it| it.scopes.iter().any(|it| it.name == name)) {
            there.push(scope.clone());
        }
    }
    Ok(there)
}

fn check_urls(settings: &UserPoolClientType) -> Result<(), Fault> {
    let callbacks = settings.callback_urls.as_deref().unwrap_or_default();
    let logouts = settings.logout_urls.as_deref().unwrap_or_default();
    callbacks
        .iter()
        .chain(logouts)
        .try_for_each(|url| check_url(url))?;
    match &settings.default_redirect_uri {
        Some(url) if !callbacks.contains(url) => Err(faults::default_redirect_not_listed()),
        _ => Ok(()),
    }
}

fn check_url(url: &str) -> Result<(), Fault> {
    check_callback_url(url).map_err(|error| match error {
        UrlError::PlainHttp => faults::http_url(url),
        other => faults::bad_redirect_url(url, &other.to_string()),
    })
}
