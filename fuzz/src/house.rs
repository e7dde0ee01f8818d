//! A server under test: one pool with a client and a user, in memory.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use cabana_api::ports::Clock;
use cabana_testkit::{Answer, TestApp, TestFunctions, TestKey, every_function};
use cabana_web::Web;
use http::{HeaderMap, Request, StatusCode};
use serde_json::json;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The one callback URL of the client.
pub const CALLBACK: &str = "https://app.example/callback";

/// The server and its fixtures.
pub struct House {
    pub app: TestApp,
    /// A key that the server knows. Calls are signed with it only if a target does so.
    pub key: TestKey,
    pub pool: String,
    pub client: String,
    pub secret: String,
    /// An access token of the user.
    pub access_token: String,
    /// A token for the second page of the pool's users.
    pub paging_token: String,
    /// What answers for the functions of `triggered`.
    pub functions: Arc<TestFunctions>,
    /// A pool with functions, a client without a secret and the user `ada`.
    pub triggered: String,
    pub triggered_client: String,
    web: Router,
    runtime: Runtime,
}

/// The answer of a page or endpoint.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl House {
    /// Builds a new one.
    ///
    /// # Panics
    /// If it cannot be built.
    #[must_use]
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let mut app = runtime.block_on(TestApp::signed_without_limits());
        let key = app.key.clone().expect("a key");
        let functions = app.functions();
        let (pool, client, secret, access_token, paging_token) = runtime.block_on(furnish(&app));
        let (triggered, triggered_client) = runtime.block_on(furnish_with_functions(&app));
        app.key = None;
        let web = cabana_web::router(Web::new(
            Arc::clone(&app.api),
            cabana_web::Settings::default(),
        ));
        Self {
            app,
            key,
            pool,
            client,
            secret,
            access_token,
            paging_token,
            functions,
            triggered,
            triggered_client,
            web,
            runtime,
        }
    }

    /// Calls an operation, signed if requested.
    pub fn call(&self, operation: &str, body: &serde_json::Value, signed: bool) -> Answer {
        let mut request = self.app.request(operation, body);
        if signed {
            self.sign(&mut request);
        }
        self.runtime.block_on(self.app.send(request))
    }

    /// Signs a call with the key that the server knows.
    pub fn sign(&self, request: &mut Request<axum::body::Bytes>) {
        self.key.sign(request, self.app.clock.now());
    }

    /// Sends a raw call.
    pub fn send(&self, request: Request<axum::body::Bytes>) -> Answer {
        self.runtime.block_on(self.app.send(request))
    }

    /// Sends a request to a page or an endpoint.
    pub fn visit(&self, request: Request<Body>) -> Page {
        self.runtime.block_on(async {
            let Ok(response) = self.web.clone().oneshot(request).await;
            let (parts, body) = response.into_parts();
            Page {
                status: parts.status,
                headers: parts.headers,
                body: to_bytes(body, usize::MAX).await.expect("a body").to_vec(),
            }
        })
    }
}

impl Default for House {
    fn default() -> Self {
        Self::new()
    }
}

async fn furnish(app: &TestApp) -> (String, String, String, String, String) {
    let pool = json!({
        "PoolName": "Fuzz", "AliasAttributes": ["email"],
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true },
    });
    let pool = app.ok("CreateUserPool", pool).await;
    let pool = pool["UserPool"]["Id"].as_str().unwrap().to_owned();
    let client = json!({
        "UserPoolId": pool, "ClientName": "app", "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"], "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
        "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
    let client = app.ok("CreateUserPoolClient", client).await;
    let client = &client["UserPoolClient"];
    let (id, secret) = (
        client["ClientId"].as_str().unwrap().to_owned(),
        client["ClientSecret"].as_str().unwrap().to_owned(),
    );
    for name in ["ada", "bob", "eve"] {
        let user = json!({ "UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS" });
        app.ok("AdminCreateUser", user).await;
        let password = json!({ "UserPoolId": pool, "Username": name, "Password": "Passw0rd!", "Permanent": true });
        app.ok("AdminSetUserPassword", password).await;
    }
    let hash = cabana_api::logic::clients::secret_hash::compute(&secret, "ada", &id);
    let sign_in = json!({
        "UserPoolId": pool, "ClientId": id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ada", "PASSWORD": "Passw0rd!", "SECRET_HASH": hash },
    });
    let tokens = app.ok("AdminInitiateAuth", sign_in).await;
    let access = tokens["AuthenticationResult"]["AccessToken"].as_str();
    let page = app
        .ok("ListUsers", json!({ "UserPoolId": pool, "Limit": 1 }))
        .await;
    let next = page["PaginationToken"].as_str().expect("a second page");
    let (access, next) = (access.unwrap().to_owned(), next.to_owned());
    (pool, id, secret, access, next)
}

/// A pool in which functions take part in everything, and its client.
async fn furnish_with_functions(app: &TestApp) -> (String, String) {
    let pool = json!({ "PoolName": "Triggered" });
    let pool = app.ok("CreateUserPool", pool).await;
    let pool = pool["UserPool"]["Id"].as_str().unwrap().to_owned();
    let client = json!({
        "UserPoolId": pool, "ClientName": "app",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
    });
    let client = app.ok("CreateUserPoolClient", client).await;
    let client = client["UserPoolClient"]["ClientId"]
        .as_str()
        .unwrap()
        .to_owned();
    let user = json!({ "UserPoolId": pool, "Username": "ada", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", user).await;
    let password = json!({ "UserPoolId": pool, "Username": "ada", "Password": "Passw0rd!", "Permanent": true });
    app.ok("AdminSetUserPassword", password).await;
    let triggers = json!({ "UserPoolId": pool, "LambdaConfig": every_function("V2_0") });
    app.ok("UpdateUserPool", triggers).await;
    (pool, client)
}
