//! Users: sign-up, codes, passwords, attributes, administration.

mod addresses;
mod administration;
mod attributes;
mod confirming;
mod events;
mod forgotten;
mod inviting;
mod listing;
mod outdated;
mod outside_the_schema;
mod passwords;
mod races;
mod sign_up_domains;
mod signing_up;
mod straight_in;
mod verified;
mod verifying;

use cabana_testkit::{Answer, TestApp, TestClient};
use serde_json::{Map, Value, json};

/// Meets every policy here.
pub const PASSWORD: &str = "Correct-Horse-1";
/// The address of most users here.
pub const ANN: &str = "ann@example.com";

/// A pool with a client.
pub struct Scene {
    pub app: TestApp,
    pub pool: String,
    pub client: TestClient,
}

impl Scene {
    /// Users sign in with an e-mail address that the pool verifies; the client hides which users exist.
    pub async fn usual() -> Self {
        Self::new(Value::Null, json!({})).await
    }

    /// The same, but the client reveals which users exist.
    pub async fn telling() -> Self {
        Self::new(Value::Null, telling()).await
    }

    pub async fn new(pool: Value, client: Value) -> Self {
        let app = TestApp::new();
        let pool = app.pool(pool).await;
        let client = app.client(&pool, client).await;
        Self { app, pool, client }
    }

    /// A public call: `members` and the client's id.
    pub async fn public(&self, operation: &str, members: Value) -> Answer {
        let body = merged(json!({ "ClientId": self.client.id }), members);
        self.app.call(operation, body).await
    }

    /// An administrator's call: `members` and the pool's id.
    pub async fn admin(&self, operation: &str, members: Value) -> Answer {
        let body = merged(json!({ "UserPoolId": self.pool }), members);
        self.app.call(operation, body).await
    }

    pub async fn sign_up(&self, username: &str, attributes: Value) -> Answer {
        let body = json!({
            "Username": username,
            "Password": PASSWORD,
            "UserAttributes": pairs(attributes),
        });
        self.public("SignUp", body).await
    }

    /// A confirmed user with [`PASSWORD`].
    pub async fn user(&self, username: &str, attributes: Value) {
        let body = json!({
            "Username": username,
            "UserAttributes": pairs(attributes),
            "MessageAction": "SUPPRESS",
        });
        self.admin("AdminCreateUser", body).await.ok();
        let body = json!({ "Username": username, "Password": PASSWORD, "Permanent": true });
        self.admin("AdminSetUserPassword", body).await.ok();
    }

    /// Ann, confirmed, with a verified address.
    pub async fn ann(&self) {
        self.user(ANN, json!({ "email_verified": "true" })).await;
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": username, "PASSWORD": password },
        });
        self.public("InitiateAuth", body).await
    }

    /// The access token of a user with [`PASSWORD`].
    pub async fn token(&self, username: &str) -> String {
        let answer = self.sign_in(username, PASSWORD).await.ok();
        let token = &answer["AuthenticationResult"]["AccessToken"];
        token.as_str().expect("an access token").to_owned()
    }

    pub async fn get(&self, username: &str) -> Value {
        let answer = self.admin("AdminGetUser", json!({ "Username": username }));
        answer.await.ok()
    }

    pub async fn status(&self, username: &str) -> String {
        let user = self.get(username).await;
        user["UserStatus"].as_str().expect("a status").to_owned()
    }

    /// An attribute as administrators read it.
    pub async fn attribute(&self, username: &str, name: &str) -> Option<String> {
        attribute(&self.get(username).await["UserAttributes"], name)
    }

    /// Removes the server's transport for mail.
    pub fn without_mail(&mut self) {
        self.settings().email = false;
    }

    /// Removes the server's transport for text messages.
    pub fn without_sms(&mut self) {
        self.settings().sms = false;
    }

    fn settings(&mut self) -> &mut cabana_api::Transports {
        let api = std::sync::Arc::get_mut(&mut self.app.api).expect("nobody else uses the API");
        &mut api.settings.transports
    }
}

/// Settings of a client that reveals which users exist.
pub fn telling() -> Value {
    json!({ "PreventUserExistenceErrors": "LEGACY" })
}

/// Settings of a pool with user names and verified aliases.
pub fn aliases() -> Value {
    json!({
        "AliasAttributes": ["email", "phone_number", "preferred_username"],
        "AutoVerifiedAttributes": ["email"],
    })
}

/// An object as a list of attributes.
pub fn pairs(attributes: Value) -> Value {
    let attributes = attributes.as_object().cloned().unwrap_or_else(Map::new);
    let pair = |(name, value)| json!({ "Name": name, "Value": value });
    attributes.into_iter().map(pair).collect()
}

/// An attribute in a list of them.
pub fn attribute(list: &Value, name: &str) -> Option<String> {
    let list = list.as_array().expect("a list of attributes");
    let found = list.iter().find(|it| it["Name"] == name)?;
    Some(found["Value"].as_str().expect("a value").to_owned())
}

/// A code different from this one.
pub fn other_than(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

fn merged(mut below: Value, above: Value) -> Value {
    if let (Some(members), Value::Object(above)) = (below.as_object_mut(), above) {
        members.extend(above);
    }
    below
}
