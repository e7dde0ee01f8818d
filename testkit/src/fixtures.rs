//! Common fixtures of a test, and the mail it sends.

use cabana_domain::message::{Message, MessageContent};
use cabana_store::Page;
use serde_json::{Value, json};

use crate::app::TestApp;

/// An app client under test.
#[derive(Clone, Debug)]
pub struct TestClient {
    pub id: String,
    pub secret: Option<String>,
}

impl TestApp {
    /// Creates a pool and returns its ID. `settings` are members of CreateUserPool; without any, it is called `test`,
    /// and people sign in with an e-mail address that it verifies.
    pub async fn pool(&self, settings: Value) -> String {
        let usual = json!({
            "PoolName": "test",
            "UsernameAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
            "UsernameConfiguration": { "CaseSensitive": false },
        });
        let settings = if settings.is_null() {
            usual
        } else {
            with(json!({ "PoolName": "test" }), settings)
        };
        let made = self.ok("CreateUserPool", settings).await;
        text(&made["UserPool"]["Id"])
    }

    /// Creates a client that may use every flow with passwords. `settings` are members of CreateUserPoolClient that
    /// override that.
    pub async fn client(&self, pool: &str, settings: Value) -> TestClient {
        let usual = json!({
            "UserPoolId": pool,
            "ClientName": "test",
            "PreventUserExistenceErrors": "ENABLED",
            "ExplicitAuthFlows": [
                "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ],
        });
        let made = self.ok("CreateUserPoolClient", with(usual, settings)).await;
        let client = &made["UserPoolClient"];
        TestClient {
            id: text(&client["ClientId"]),
            secret: client["ClientSecret"].as_str().map(str::to_owned),
        }
    }

    /// All messages sent, newest first.
    pub async fn mailbox(&self) -> Vec<Message> {
        let page = Page {
            limit: 100,
            after: None,
        };
        self.api
            .store
            .messages(None, page)
            .await
            .expect("messages")
            .items
    }

    /// The newest message to an address or number.
    pub async fn newest_message(&self, to: &str) -> MessageContent {
        let message = self.mailbox().await.into_iter().find(|it| it.to == to);
        message
            .and_then(|it| it.content)
            .unwrap_or_else(|| panic!("no message to {to}"))
    }

    /// The code in the newest message to an address or number.
    pub async fn code_sent_to(&self, to: &str) -> String {
        self.newest_message(to)
            .await
            .code
            .unwrap_or_else(|| panic!("no code in the message to {to}"))
    }
}

/// The members of `above` over those of `below`; a null removes a member.
fn with(mut below: Value, above: Value) -> Value {
    if let (Some(members), Value::Object(above)) = (below.as_object_mut(), above) {
        members.extend(above);
        members.retain(|_, value| !value.is_null());
    }
    below
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}
