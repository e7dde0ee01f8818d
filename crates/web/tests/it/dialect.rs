//! `cabana:dialect`: what changes for a pool with `standard`, and that nothing does without it.

mod answers;
mod claims;
mod introspection;
mod pushed;

use cabana_testkit::TestApp;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::shop::Shop;

/// A pool in the standard dialect, with a user who has attributes of every type.
pub async fn standard(client: Value) -> Shop {
    in_dialect(Some("standard"), client).await
}

/// A pool in a dialect, or without the tag.
pub async fn in_dialect(dialect: Option<&str>, client: Value) -> Shop {
    let tags = dialect.map(|it| json!({ "UserPoolTags": { "cabana:dialect": it } }));
    let tags = tags.unwrap_or_else(|| json!({}));
    let shop = Shop::of(Arc::new(TestApp::new()), tags, client).await;
    let attributes: Vec<Value> = [
        ("name", "Ada"),
        ("updated_at", "1700000000"),
        ("address", "1 Reef Street"),
        ("phone_number", "+15550100"),
        ("phone_number_verified", "true"),
    ]
    .into_iter()
    .map(|(name, value)| json!({ "Name": name, "Value": value }))
    .collect();
    let given = json!({ "UserPoolId": shop.pool, "Username": "ada", "UserAttributes": attributes });
    shop.app.ok("AdminUpdateUserAttributes", given).await;
    shop
}

/// Names of an object's members.
pub fn names(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// A client with a secret.
pub fn confidential() -> Value {
    json!({ "GenerateSecret": true,
        "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"] })
}

/// The same pool as another client sees it.
pub async fn as_another(shop: &Shop, client: Value) -> Shop {
    let client = shop.app.client(&shop.pool, client).await;
    Shop {
        app: shop.app.clone(),
        pool: shop.pool.clone(),
        client: client.id,
        secret: client.secret,
    }
}

/// A token in an answer.
pub fn text<'t>(tokens: &'t Value, name: &str) -> &'t str {
    tokens[name].as_str().unwrap()
}
