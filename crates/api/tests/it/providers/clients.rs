//! App clients that name providers.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::oidc;

#[tokio::test]
async fn a_client_names_providers_of_its_pool_only() {
    let app = TestApp::new();
    let (pool, other) = (app.pool(Value::Null).await, app.pool(Value::Null).await);
    app.ok("CreateIdentityProvider", oidc(&pool, "Corp")).await;
    let client = |pool: &str| {
        json!({
            "UserPoolId": pool, "ClientName": "app", "SupportedIdentityProviders": ["COGNITO", "Corp"],
        })
    };
    let made = app.ok("CreateUserPoolClient", client(&pool)).await;
    let id = &made["UserPoolClient"]["ClientId"];
    let message = format!("The provider Corp does not exist for User Pool {other}.");
    app.call("CreateUserPoolClient", client(&other))
        .await
        .refused("InvalidParameterException", &message);
    let update = json!({
        "UserPoolId": pool, "ClientId": id, "SupportedIdentityProviders": ["corp"],
    });
    let message = format!("The provider corp does not exist for User Pool {pool}.");
    app.call("UpdateUserPoolClient", update)
        .await
        .refused("InvalidParameterException", &message);
}
