//! The functions of pools (Lambda triggers), over the wire, against functions that record what they get.

mod answers;
mod config;
pub mod custom;
mod custom_refusals;
mod messages;
mod messages_afterwards;
mod migration;
mod sign_in;
mod sign_up;
mod sources;
mod tokens;
mod unusable;

use std::sync::Arc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_testkit::{Answer, Called, TestApp, TestClient, TestFunctions};
use serde_json::{Value, json};

pub const PASSWORD: &str = "Correct-horse1";

/// A pool with functions, and a client.
pub struct Stage {
    pub app: TestApp,
    pub functions: Arc<TestFunctions>,
    pub pool: String,
    pub client: TestClient,
}

impl Stage {
    /// A pool in which people choose a user name; their mail address is verified. Each of these triggers has a
    /// function.
    pub async fn new(triggers: &[&str]) -> Self {
        Self::with(
            cabana_testkit::lambda_config(triggers),
            json!({}),
            json!({}),
        )
        .await
    }

    /// The same with further members of pool and client.
    pub async fn with(lambda_config: Value, pool: Value, client: Value) -> Self {
        Self::over(TestApp::new(), lambda_config, pool, client).await
    }

    /// The same with another app.
    pub async fn over(mut app: TestApp, lambda_config: Value, pool: Value, client: Value) -> Self {
        let functions = app.functions();
        let mut settings =
            json!({ "AutoVerifiedAttributes": ["email"], "LambdaConfig": lambda_config });
        for (name, value) in pool.as_object().unwrap() {
            settings[name] = value.clone();
        }
        let pool = app.pool(settings).await;
        let client = app.client(&pool, client).await;
        Self {
            app,
            functions,
            pool,
            client,
        }
    }

    /// A public call: `members` and the client's id.
    pub async fn public(&self, operation: &str, mut members: Value) -> Answer {
        members["ClientId"] = json!(self.client.id);
        self.app.call(operation, members).await
    }

    /// An administrator's call: `members` and the pool's id.
    pub async fn admin(&self, operation: &str, mut members: Value) -> Answer {
        members["UserPoolId"] = json!(self.pool);
        self.app.call(operation, members).await
    }

    /// Creates a confirmed user, and forgets the calls for that.
    pub async fn user(&self, name: &str) {
        let attributes = json!([
            { "Name": "email", "Value": format!("{name}@example.org") },
            { "Name": "email_verified", "Value": "true" },
        ]);
        let body =
            json!({ "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": attributes });
        self.admin("AdminCreateUser", body).await.ok();
        let body = json!({ "Username": name, "Password": PASSWORD, "Permanent": true });
        self.admin("AdminSetUserPassword", body).await.ok();
        self.functions.take();
    }

    pub async fn sign_up(&self, name: &str) -> Answer {
        let email = json!([{ "Name": "email", "Value": format!("{name}@example.org") }]);
        let body = json!({ "Username": name, "Password": PASSWORD, "UserAttributes": email });
        self.public("SignUp", body).await
    }

    pub async fn sign_in(&self, name: &str) -> Answer {
        let body = json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
        });
        self.public("InitiateAuth", body).await
    }

    /// The only call since the last look.
    #[track_caller]
    pub fn only_call(&self) -> Called {
        let mut calls = self.functions.take();
        assert_eq!(calls.len(), 1, "{calls:#?}");
        calls.remove(0)
    }
}

/// The claims of a token.
pub fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

/// Removes a random value from an event, for comparison.
pub fn without_ids(mut call: Called) -> String {
    let sub = call.event["request"]["userAttributes"]["sub"].take();
    if let Some(sub) = sub.as_str() {
        call.text = call.text.replace(sub, "SUB");
    }
    call.text = (call.text).replace(call.event["userPoolId"].as_str().unwrap(), "POOL");
    let client = &call.event["callerContext"]["clientId"];
    call.text.replace(client.as_str().unwrap(), "CLIENT")
}
