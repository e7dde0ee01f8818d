//! Passkeys.

mod levels;
mod malformed;
mod races;
mod registering;
mod second;
mod settings;
mod signing_in;
mod unknown;

use cabana_testkit::{Answer, Authenticator, TestApp, TestClient};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};
use crate::sessions::claims;

const ADA: &str = "ada@example.org";
/// A page of the relying party of these tests.
const ORIGIN: &str = "http://localhost:9229";
const NO_CHALLENGE: (&str, &str) = (
    "WebAuthnChallengeNotFoundException",
    "The challenge was not found or has expired.",
);

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
        let (pool, client) = with_ada(&app, levels(), flows()).await;
        allow(&app, &pool).await;
        let token = token(&app, &client).await;
        Self {
            app,
            pool,
            client,
            token,
        }
    }

    /// Bob in place of Ada, signed in to the same pool.
    async fn bob(self) -> Self {
        let bob = "bob@example.org";
        let made = json!({ "UserPoolId": self.pool, "Username": bob, "MessageAction": "SUPPRESS" });
        self.app.ok("AdminCreateUser", made).await;
        let password = json!({ "UserPoolId": self.pool, "Username": bob, "Password": PASSWORD, "Permanent": true });
        self.app.ok("AdminSetUserPassword", password).await;
        let tokens = sign_in(&self.app, &self.client, bob, PASSWORD).await.ok();
        let token = tokens["AuthenticationResult"]["AccessToken"].clone();
        Self { token, ..self }
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

    /// Begins a sign-in.
    async fn begin(&self, name: &str, parameters: Value) -> Answer {
        let parameters = named(name, parameters);
        let body = json!({
            "AuthFlow": "USER_AUTH", "ClientId": self.client.id, "AuthParameters": parameters,
        });
        self.app.call("InitiateAuth", body).await
    }

    /// Begins a sign-in that asks for her passkey.
    async fn ask(&self) -> Asked {
        let preferred = json!({ "PREFERRED_CHALLENGE": "WEB_AUTHN" });
        let answer = self.begin(ADA, preferred).await.ok();
        let parameters = answer["ChallengeParameters"].as_object();
        assert_eq!(parameters.unwrap().len(), 1);
        Asked::of(answer)
    }

    /// Answers a challenge.
    async fn respond(&self, challenge: &str, session: &Value, answers: Value) -> Answer {
        let answers = named(ADA, answers);
        let body = json!({
            "ClientId": self.client.id, "ChallengeName": challenge, "Session": session, "ChallengeResponses": answers,
        });
        self.app.call("RespondToAuthChallenge", body).await
    }

    /// Answers with a credential.
    async fn enter(&self, asked: &Asked, credential: &Value) -> Answer {
        let answer = json!({ "CREDENTIAL": credential.to_string() });
        self.respond("WEB_AUTHN", &asked.session, answer).await
    }

    /// Signs in with an authenticator's passkey.
    async fn sign_in(&self, authenticator: &mut Authenticator) -> Answer {
        let asked = self.ask().await;
        authenticator.sign_count += 1;
        let credential = authenticator.get(&asked.options, &self.sub());
        self.enter(&asked, &credential).await
    }

    fn sub(&self) -> String {
        claims(&self.token)["sub"].as_str().unwrap().to_owned()
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

/// The challenge WEB_AUTHN, as issued.
struct Asked {
    session: Value,
    options: Value,
    available: Value,
}

impl Asked {
    fn of(answer: Value) -> Self {
        assert_eq!(answer["ChallengeName"], "WEB_AUTHN", "{answer}");
        let parameters = answer["ChallengeParameters"].as_object().unwrap();
        let options = parameters["CREDENTIAL_REQUEST_OPTIONS"].as_str().unwrap();
        Self {
            session: answer["Session"].clone(),
            options: serde_json::from_str(options).unwrap(),
            available: answer["AvailableChallenges"].clone(),
        }
    }
}

fn named(name: &str, mut members: Value) -> Value {
    members["USERNAME"] = json!(name);
    members
}

/// A pool whose tokens state methods and level.
fn levels() -> Value {
    json!({ "AcrConfiguration": { "Level1": { "AcrValue": "urn:cognito:loa:1" } } })
}

fn flows() -> Value {
    json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"] })
}

/// Lets people sign in to a pool with passkeys.
async fn allow(app: &TestApp, pool: &str) {
    let policies =
        json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } });
    let update = json!({ "UserPoolId": pool, "Policies": policies });
    app.ok("UpdateUserPool", update).await;
}

async fn token(app: &TestApp, client: &TestClient) -> Value {
    let tokens = sign_in(app, client, ADA, PASSWORD).await.ok();
    tokens["AuthenticationResult"]["AccessToken"].clone()
}

fn refused(answer: &Answer, (kind, message): (&str, &str)) {
    answer.clone().refused(kind, message);
}
