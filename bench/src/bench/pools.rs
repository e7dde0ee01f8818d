//! The pool of the cases and its app clients.

use serde_json::{Value, json};

use super::world::{CALLBACK, SCOPE};
use crate::common::Outcome;
use crate::common::api::{Requests, text};
use crate::common::http::Connection;

pub async fn make_pool(
    requests: &Requests,
    connection: &mut Connection,
    tags: Value,
) -> Outcome<String> {
    let settings = json!({
        "PoolName": "bench", "AutoVerifiedAttributes": ["email"], "UserPoolTags": tags,
    });
    let made = requests.ok(connection, "CreateUserPool", settings).await?;
    text(&made, "/UserPool/Id")
}

pub async fn make_client(
    requests: &Requests,
    connection: &mut Connection,
    pool: &str,
) -> Outcome<String> {
    let settings = json!({
        "UserPoolId": pool, "ClientName": "app",
        "PreventUserExistenceErrors": "ENABLED",
        "ExplicitAuthFlows": [
            "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
        ],
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "profile"],
        "SupportedIdentityProviders": ["COGNITO"], "CallbackURLs": [CALLBACK],
    });
    let made = requests
        .ok(connection, "CreateUserPoolClient", settings)
        .await?;
    text(&made, "/UserPoolClient/ClientId")
}

pub async fn make_machine(
    requests: &Requests,
    connection: &mut Connection,
    pool: &str,
) -> Outcome<(String, String)> {
    let server = json!({
        "UserPoolId": pool, "Identifier": "orders", "Name": "orders",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "read orders" }],
    });
    requests
        .ok(connection, "CreateResourceServer", server)
        .await?;
    let settings = json!({
        "UserPoolId": pool, "ClientName": "machine", "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": [SCOPE],
    });
    let made = requests
        .ok(connection, "CreateUserPoolClient", settings)
        .await?;
    Ok((
        text(&made, "/UserPoolClient/ClientId")?,
        text(&made, "/UserPoolClient/ClientSecret")?,
    ))
}
