//! Passkeys.

mod malformed;
mod registering;
mod settings;

use cabana_domain::PoolId;
use cabana_model::{AuthFactorType, SignInPolicyType};
use cabana_store::Change;
use cabana_testkit::{Answer, Authenticator, TestApp, TestClient};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};

const ADA: &str = "ada@example.org";
/// A page of the relying party of these tests.
const ORIGIN: &str = "http://localhost:9229";

/// Ada, signed in to a pool with passkeys.
struct Ada {
    app: TestApp,
    pool: String,
    client: TestClient,
    token: Value,
}

impl Ada {
    async fn new() -> Self {
        Self::at(TestApp::new()).await
    }

    async fn at(app: TestApp) -> Self {
        let (pool, client) = with_ada(&app, json!({}), json!({})).await;
        allow(&app, &pool).await;
        let token = token(&app, &client).await;
        Self {
            app,
            pool,
            client,
            token,
        }
    }

    async fn call(&self, operation: &str, mut body: Value) -> Answer {
        body["AccessToken"] = self.token.clone();
        self.app.call(operation, body).await
    }

    /// The options of a registration that starts.
    async fn start(&self) -> Value {
        let started = self.call("StartWebAuthnRegistration", json!({})).await;
        started.ok()["CredentialCreationOptions"].take()
    }

    async fn complete(&self, credential: &Value) -> Answer {
        let body = json!({ "Credential": credential });
        self.call("CompleteWebAuthnRegistration", body).await
    }

    /// Registers an authenticator's passkey.
    async fn register(&self, authenticator: &Authenticator) {
        let options = self.start().await;
        let answer = self.complete(&authenticator.create(&options)).await;
        assert_eq!(answer.ok(), json!({}));
    }

    async fn list(&self, body: Value) -> Value {
        self.call("ListWebAuthnCredentials", body).await.ok()
    }

    /// The IDs of her passkeys.
    async fn ids(&self) -> Vec<String> {
        let listed = self.list(json!({})).await;
        let listed = listed["Credentials"].as_array().unwrap().iter();
        listed
            .map(|it| it["CredentialId"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Lets people sign in to a pool with passkeys.
async fn allow(app: &TestApp, pool: &str) {
    let store = &app.api.store;
    let pool = store.pool(&PoolId::new(pool)).await.unwrap().unwrap();
    let mut pool = pool.as_ref().clone();
    let policies = pool.settings.policies.as_mut().unwrap();
    policies.sign_in_policy = Some(SignInPolicyType {
        allowed_first_auth_factors: Some(vec![AuthFactorType::Password, AuthFactorType::WebAuthn]),
    });
    let update = Change::UpdatePool(Box::new(pool));
    store.apply(vec![update]).await.unwrap();
}

async fn token(app: &TestApp, client: &TestClient) -> Value {
    let tokens = sign_in(app, client, ADA, PASSWORD).await.ok();
    tokens["AuthenticationResult"]["AccessToken"].clone()
}

fn refused(answer: &Answer, (kind, message): (&str, &str)) {
    answer.clone().refused(kind, message);
}
