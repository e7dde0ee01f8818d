//! Tracked sessions: settings, lists, limits, revocation, and what nobody may do with another's.

mod life;
mod settings;

use cabana_domain::Span;
use cabana_testkit::{Answer, TestApp, TestClient};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};

const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";
const EVE: &str = "eve@example.org";
const NO_SUCH: &str = "Session does not exist.";

struct House {
    app: TestApp,
    pool: String,
    client: TestClient,
}

impl House {
    async fn new(most: u32) -> Self {
        Self::with(most, json!({})).await
    }

    async fn with(most: u32, client: Value) -> Self {
        let app = TestApp::new();
        let (pool, client) = with_ada(&app, Value::Null, client).await;
        let house = Self { app, pool, client };
        house.track("ENABLED", most).await.ok();
        house
    }

    async fn track(&self, tracking: &str, most: u32) -> Answer {
        let body = json!({
            "UserPoolId": self.pool, "UserSessionTracking": tracking,
            "TokenSession": { "MaxPerUser": most },
        });
        self.app.call("SetUserPoolSessionConfiguration", body).await
    }

    /// Signs in a second later.
    async fn tokens(&self) -> Value {
        self.tokens_of(ADA).await
    }

    async fn tokens_of(&self, name: &str) -> Value {
        self.app.advance(Span::seconds(1));
        let answer = sign_in(&self.app, &self.client, name, PASSWORD).await;
        answer.ok()["AuthenticationResult"].clone()
    }

    async fn user(&self, name: &str) {
        let body =
            json!({ "UserPoolId": self.pool, "Username": name, "MessageAction": "SUPPRESS" });
        self.app.ok("AdminCreateUser", body).await;
        let body = json!({
            "UserPoolId": self.pool, "Username": name, "Password": PASSWORD, "Permanent": true,
        });
        self.app.ok("AdminSetUserPassword", body).await;
    }

    async fn list(&self, tokens: &Value) -> Vec<Value> {
        let body = json!({ "AccessToken": tokens["AccessToken"] });
        let answer = self.app.ok("ListUserSessions", body).await;
        answer["Sessions"].as_array().unwrap().clone()
    }

    async fn admin_list(&self, name: &str) -> Vec<Value> {
        let body = json!({ "UserPoolId": self.pool, "Username": name });
        let answer = self.app.ok("AdminListUserSessions", body).await;
        answer["Sessions"].as_array().unwrap().clone()
    }

    /// The ID of the session that these tokens are of.
    async fn id(&self, tokens: &Value) -> Value {
        let sessions = self.list(tokens).await;
        let own = sessions.iter().find(|it| it["IsCurrentSession"] == true);
        own.unwrap()["SessionId"].clone()
    }

    async fn revoke(&self, tokens: &Value, id: &Value) -> Answer {
        let body = json!({ "AccessToken": tokens["AccessToken"], "SessionId": id });
        self.app.call("RevokeUserSession", body).await
    }

    async fn admin_revoke(&self, name: &str, id: &Value) -> Answer {
        let body = json!({ "UserPoolId": self.pool, "Username": name, "SessionId": id });
        self.app.call("AdminRevokeUserSession", body).await
    }

    async fn refresh(&self, tokens: &Value) -> Answer {
        let body = json!({ "ClientId": self.client.id, "RefreshToken": tokens["RefreshToken"] });
        self.app.call("GetTokensFromRefreshToken", body).await
    }

    async fn get_user(&self, tokens: &Value) -> Answer {
        let body = json!({ "AccessToken": tokens["AccessToken"] });
        self.app.call("GetUser", body).await
    }
}
