//! The issuer of a pool's tokens: it follows the server's URL until the pool has users, and is fixed then.

use cabana_testkit::TestApp;
use serde_json::{Value, json};

use crate::sessions::claims;

const PASSWORD: &str = "Correct-horse-9";

struct Moving {
    app: TestApp,
    pool: String,
    client: String,
}

impl Moving {
    async fn new() -> Self {
        let app = TestApp::new();
        let pool = app.pool(json!({})).await;
        let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
        let client = app.client(&pool, flows).await.id;
        Self { app, pool, client }
    }

    /// Restarts the server with another public URL.
    fn move_to(&mut self, public_url: &str) {
        let api = std::sync::Arc::get_mut(&mut self.app.api).expect("nobody else uses the API");
        public_url.clone_into(&mut api.settings.public_url);
    }

    async fn add_user(&self, name: &str) {
        let user =
            json!({ "UserPoolId": self.pool, "Username": name, "MessageAction": "SUPPRESS" });
        self.app.ok("AdminCreateUser", user).await;
        let password = json!({
            "UserPoolId": self.pool, "Username": name, "Password": PASSWORD, "Permanent": true,
        });
        self.app.ok("AdminSetUserPassword", password).await;
    }

    async fn sign_in(&self, name: &str) -> Value {
        let asked = json!({
            "ClientId": self.client,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
        });
        self.app.ok("InitiateAuth", asked).await["AuthenticationResult"].clone()
    }

    /// The issuer of both tokens of a new sign-in.
    async fn issuer(&self, name: &str) -> String {
        let tokens = self.sign_in(name).await;
        let [id, access] =
            ["IdToken", "AccessToken"].map(|token| claims(&tokens[token])["iss"].clone());
        assert_eq!(id, access);
        id.as_str().expect("an issuer").to_owned()
    }
}

#[tokio::test]
async fn a_pool_without_users_follows_the_public_url_and_one_with_users_keeps_its_issuer() {
    let mut here = Moving::new().await;
    here.move_to("https://one.test");
    here.add_user("ann").await;
    let issuer = format!("https://one.test/{}", here.pool);
    assert_eq!(here.issuer("ann").await, issuer);
    let tokens = here.sign_in("ann").await;

    here.move_to("https://two.test");
    here.add_user("bob").await;
    assert_eq!(here.issuer("ann").await, issuer);
    assert_eq!(here.issuer("bob").await, issuer);
    // Tokens issued under the other URL stay valid.
    let access = json!({ "AccessToken": tokens["AccessToken"] });
    here.app.ok("GetUser", access).await;
    let renewed = json!({
        "ClientId": here.client,
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"] },
    });
    let renewed = here.app.ok("InitiateAuth", renewed).await;
    let id = &renewed["AuthenticationResult"]["IdToken"];
    assert_eq!(claims(id)["iss"], issuer);
}

#[tokio::test]
async fn signing_up_settles_the_issuer_as_well() {
    let mut here = Moving::new().await;
    let asked = json!({ "ClientId": here.client, "Username": "ann", "Password": PASSWORD });
    here.app.ok("SignUp", asked).await;
    let confirmed = json!({ "UserPoolId": here.pool, "Username": "ann" });
    here.app.ok("AdminConfirmSignUp", confirmed).await;
    let before = here.issuer("ann").await;
    here.move_to("https://two.test");
    assert_eq!(here.issuer("ann").await, before);
}

#[tokio::test]
async fn only_the_tag_changes_the_issuer_of_a_pool_with_users() {
    let here = Moving::new().await;
    here.add_user("ann").await;
    let kept = here.issuer("ann").await;
    let tagged = |tags: Value| json!({ "UserPoolId": here.pool, "UserPoolTags": tags });
    let other = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc";
    let tags = tagged(json!({ "cabana:issuer": other }));
    here.app.ok("UpdateUserPool", tags).await;
    assert_eq!(here.issuer("ann").await, other);
    here.app.ok("UpdateUserPool", tagged(json!({}))).await;
    assert_eq!(here.issuer("ann").await, kept);
}
