//! The emulator's demo pool: the set-up of the LibreChat guide, created on the first start through the API's own
//! operations.

use cabana_api::{Api, Caller, RequestInfo};
use cabana_console::librechat::{CALLBACK, SIGNED_OUT};
use cabana_domain::client::Client;
use cabana_model::{
    AliasAttributeType, CreateUserPoolClientRequest, CreateUserPoolDomainRequest,
    CreateUserPoolRequest, ExplicitAuthFlowsType as Flow, OAuthFlowType, OperationMarker,
    PreventUserExistenceErrorTypes, SchemaAttributeType, UpdateUserPoolClientRequest,
    UsernameConfigurationType, VerifiedAttributeType, op,
};
use serde_json::Value;

use crate::catalog;
use crate::config::is_loopback_host;
use crate::demo_app;
use crate::problem::Problem;

/// Domain prefix of the demo pool, by which it is found.
const DOMAIN: &str = "demo";
/// Name of its app client.
pub const CLIENT: &str = "librechat";
/// LibreChat's default URL.
const LIBRECHAT: &str = "http://localhost:3080";

/// The demo pool's client; `None` if the pool, its domain or the client was deleted. Creates all three on a server
/// without pools, and adds the URLs of a new address.
///
/// # Errors
/// If an operation fails.
pub async fn ensure(api: &Api) -> Result<Option<Client>, Problem> {
    let found = find(api).await?;
    if let Some(client) = found {
        return follow(api, client).await.map(Some);
    }
    let is_empty = catalog::is_empty(&api.store).await;
    if !is_empty.map_err(catalog::unreadable)? {
        return Ok(None);
    }
    create(api).await?;
    find(api).await
}

/// The client, if it exists.
///
/// # Errors
/// If the store fails.
pub async fn find_in(store: &cabana_store::SharedStore) -> Result<Option<Client>, Problem> {
    let domain = store.domain(DOMAIN).await.map_err(catalog::unreadable)?;
    let Some(domain) = domain else {
        return Ok(None);
    };
    let clients = catalog::clients(store, &domain.pool)
        .await
        .map_err(catalog::unreadable)?;
    Ok(clients
        .into_iter()
        .find(|client| catalog::client_name(client) == CLIENT))
}

async fn find(api: &Api) -> Result<Option<Client>, Problem> {
    find_in(&api.store).await
}

async fn call<O: OperationMarker>(api: &Api, input: O::Input) -> Result<O::Output, Problem> {
    let request = RequestInfo {
        id: "demo-pool".to_owned(),
        source_ip: None,
        user_agent: None,
        sdk_agent: None,
        page_host: None,
        reads_only: false,
    };
    api.call::<O>(Caller::InProcess, request, &input)
        .await
        .map_err(|fault| {
            Problem::new(format!(
                "the demo pool cannot be made: {}: {fault}",
                O::OPERATION.name()
            ))
        })
}

async fn create(api: &Api) -> Result<(), Problem> {
    let required = |name: &str| SchemaAttributeType {
        name: Some(name.to_owned()),
        required: Some(true),
        mutable: Some(true),
        ..SchemaAttributeType::default()
    };
    let made = call::<op::CreateUserPool>(
        api,
        CreateUserPoolRequest {
            pool_name: "Demo".to_owned(),
            alias_attributes: Some(vec![AliasAttributeType::Email]),
            auto_verified_attributes: Some(vec![VerifiedAttributeType::Email]),
            username_configuration: Some(UsernameConfigurationType {
                case_sensitive: false,
            }),
            schema: Some(vec![required("name"), required("email")]),
            ..CreateUserPoolRequest::default()
        },
    )
    .await?;
    let pool = made
        .user_pool
        .and_then(|pool| pool.id)
        .ok_or_else(|| Problem::new("the demo pool has no id"))?;
    call::<op::CreateUserPoolClient>(api, client(api, &pool)).await?;
    // Last, because the pool counts as created once the domain leads to it.
    let domain = CreateUserPoolDomainRequest {
        domain: DOMAIN.to_owned(),
        user_pool_id: pool,
        ..Default::default()
    };
    call::<op::CreateUserPoolDomain>(api, domain).await?;
    Ok(())
}

fn client(api: &Api, pool: &str) -> CreateUserPoolClientRequest {
    let (ours, ours_out) = demo_urls(&api.settings.public_url);
    let mut callbacks = vec![format!("{LIBRECHAT}{CALLBACK}")];
    let mut logouts = vec![format!("{LIBRECHAT}{SIGNED_OUT}"), LIBRECHAT.to_owned()];
    callbacks.extend(ours);
    logouts.extend(ours_out);
    CreateUserPoolClientRequest {
        user_pool_id: pool.to_owned(),
        client_name: CLIENT.to_owned(),
        generate_secret: Some(true),
        allowed_oauth_flows_user_pool_client: Some(true),
        allowed_oauth_flows: Some(vec![OAuthFlowType::Code]),
        allowed_oauth_scopes: Some(["openid", "profile", "email"].map(str::to_owned).to_vec()),
        supported_identity_providers: Some(vec!["COGNITO".to_owned()]),
        callback_urls: Some(callbacks),
        logout_urls: Some(logouts),
        explicit_auth_flows: Some(vec![
            Flow::AllowUserPasswordAuth,
            Flow::AllowAdminUserPasswordAuth,
            Flow::AllowUserSrpAuth,
            Flow::AllowRefreshTokenAuth,
        ]),
        prevent_user_existence_errors: Some(PreventUserExistenceErrorTypes::Enabled),
        ..CreateUserPoolClientRequest::default()
    }
}

/// Callback and sign-out URLs of the demo app under every URL of this server: the public one, and the same over TLS.
/// URLs that no callback may have (plain HTTP except on localhost) are left out.
fn demo_urls(public_url: &str) -> (Vec<String>, Vec<String>) {
    let allowed = |origin: &str| {
        let host = url::Url::parse(origin)
            .ok()
            .and_then(|url| url.host_str().map(is_loopback_host));
        origin.starts_with("https://") || host == Some(true)
    };
    let mut origins = vec![public_url.to_owned()];
    origins.extend(
        public_url
            .strip_prefix("http://")
            .map(|rest| format!("https://{rest}")),
    );
    origins.retain(|origin| allowed(origin));
    let below = |path: &str| {
        origins
            .iter()
            .map(|origin| format!("{origin}{path}"))
            .collect()
    };
    (below(demo_app::CALLBACK), below(demo_app::START))
}

/// Adds the demo app's URLs if the server's public URL has changed since the client was created.
async fn follow(api: &Api, client: Client) -> Result<Client, Problem> {
    let (callbacks, logouts) = demo_urls(&api.settings.public_url);
    let settings = &client.settings;
    let has = |list: &Option<Vec<String>>, all: &[String]| {
        all.iter()
            .all(|url| list.iter().flatten().any(|it| it == url))
    };
    if has(&settings.callback_urls, &callbacks) && has(&settings.logout_urls, &logouts) {
        return Ok(client);
    }
    // The description and the request have the same members; members of only one of them are dropped.
    let same =
        |error: serde_json::Error| Problem::new(format!("the demo client cannot be read: {error}"));
    let mut wanted = serde_json::to_value(settings).map_err(same)?;
    if let Value::Object(members) = &mut wanted {
        members.insert("UserPoolId".to_owned(), client.pool.as_str().into());
        members.insert("ClientId".to_owned(), client.id.as_str().into());
    }
    let mut input: UpdateUserPoolClientRequest = serde_json::from_value(wanted).map_err(same)?;
    for (list, more) in [
        (&mut input.callback_urls, callbacks),
        (&mut input.logout_urls, logouts),
    ] {
        let list = list.get_or_insert_default();
        list.extend(more);
        let mut seen = std::collections::HashSet::new();
        list.retain(|url| seen.insert(url.clone()));
    }
    call::<op::UpdateUserPoolClient>(api, input).await?;
    find(api)
        .await?
        .ok_or_else(|| Problem::new("the demo client is gone"))
}

#[cfg(test)]
mod tests;
