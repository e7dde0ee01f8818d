//! A pool with an app and a user, and shortcuts through its pages.

use std::sync::Arc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_testkit::TestApp;
use cabana_web::{Settings, Web, router};
use serde_json::{Value, json};

use crate::browser::{Browser, Page};

pub const PASSWORD: &str = "Corr3ct-Horse!";
pub const CALLBACK: &str = "http://localhost:3000/back";
pub const HOME: &str = "http://localhost:3000/login";
/// Verifier and challenge of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct Shop {
    pub app: Arc<TestApp>,
    pub pool: String,
    pub client: String,
    pub secret: Option<String>,
}

impl Shop {
    /// A pool whose users have user names, a public client, and a confirmed user `ada`.
    pub async fn open() -> Self {
        Self::with(json!({}), json!({})).await
    }

    /// The same with other settings of pool and client.
    pub async fn with(pool: Value, client: Value) -> Self {
        Self::of(Arc::new(TestApp::new()), pool, client).await
    }

    /// Another pool on the same server.
    pub async fn next_door(&self) -> Self {
        Self::of(self.app.clone(), json!({}), json!({})).await
    }

    /// A pool on a server.
    pub async fn of(app: Arc<TestApp>, pool: Value, client: Value) -> Self {
        let shop = Self::empty(app, pool, client).await;
        shop.user("ada").await;
        shop
    }

    /// The same without a user.
    pub async fn empty(app: Arc<TestApp>, pool: Value, client: Value) -> Self {
        let pool = app
            .pool(over(json!({ "AutoVerifiedAttributes": ["email"] }), pool))
            .await;
        let usual = json!({
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "profile"],
            "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": [CALLBACK],
            "LogoutURLs": [HOME],
        });
        let client = app.client(&pool, over(usual, client)).await;
        Self {
            app,
            pool,
            client: client.id,
            secret: client.secret,
        }
    }

    /// Creates a confirmed user.
    pub async fn user(&self, name: &str) {
        let made = json!({
            "UserPoolId": self.pool, "Username": name, "MessageAction": "SUPPRESS",
            "UserAttributes": [
                { "Name": "email", "Value": format!("{name}@example.com") },
                { "Name": "email_verified", "Value": "true" },
            ],
        });
        self.app.ok("AdminCreateUser", made).await;
        let password = json!({
            "UserPoolId": self.pool, "Username": name, "Password": PASSWORD, "Permanent": true,
        });
        self.app.ok("AdminSetUserPassword", password).await;
    }

    /// A new browser.
    pub fn browser(&self) -> Browser {
        let settings = Settings {
            dev: true,
            inbox: true,
            ..Settings::default()
        };
        Browser::new(router(Web::new(self.app.api.clone(), settings)))
    }

    /// A new browser at a server that is no emulator.
    pub fn production(&self) -> Browser {
        Browser::new(router(Web::new(self.app.api.clone(), Settings::default())))
    }

    /// A path of the pool with an authorization request; `more` adds or replaces parameters.
    pub fn at(&self, page: &str, more: &[(&str, &str)]) -> String {
        let mut query = vec![
            ("client_id", self.client.as_str()),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid email"),
            ("state", "s 1"),
        ];
        query.retain(|(name, _)| !more.iter().any(|(it, _)| it == name));
        query.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        format!("/{}{page}?{query}", self.pool)
    }

    /// Signs `ada` in on the sign-in page.
    pub async fn sign_in(&self, browser: &Browser, more: &[(&str, &str)]) -> Page {
        self.enter(browser, "ada", more).await
    }

    /// Signs somebody in by their password, whatever else they could begin with.
    pub async fn enter(&self, browser: &Browser, name: &str, more: &[(&str, &str)]) -> Page {
        let login = browser.get(&self.at("/login", more)).await;
        assert_eq!(login.status, 200, "{}", login.plain());
        if login.has("password") {
            let values = [("username", name), ("password", PASSWORD)];
            return browser.submit(&login, &values).await;
        }
        let mut page = browser.submit(&login, &[("username", name)]).await;
        if !page.has("password") {
            page = browser.get(&self.at("/login/choose", more)).await;
        }
        browser.submit(&page, &[("password", PASSWORD)]).await
    }

    /// A new authorization code.
    pub async fn code(&self, more: &[(&str, &str)]) -> String {
        let page = self.sign_in(&self.browser(), more).await;
        code_of(&page)
    }

    /// Calls the token endpoint.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Page {
        let mut all = vec![("client_id", self.client.as_str())];
        if let Some(secret) = &self.secret {
            all.push(("client_secret", secret));
        }
        all.extend_from_slice(fields);
        self.browser()
            .post(&format!("/{}/oauth2/token", self.pool), &all)
            .await
    }

    /// Redeems a code.
    pub async fn redeem(&self, code: &str, more: &[(&str, &str)]) -> Page {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        fields.extend_from_slice(more);
        self.token(&fields).await
    }

    /// The tokens of a complete sign-in.
    pub async fn tokens(&self, more: &[(&str, &str)]) -> Value {
        let answer = self.redeem(&self.code(more).await, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }
}

/// The code in the redirect to the app.
pub fn code_of(page: &Page) -> String {
    assert!(page.location().starts_with(CALLBACK), "{}", page.plain());
    assert_eq!(page.sent_back("state").as_deref(), Some("s 1"));
    page.sent_back("code")
        .unwrap_or_else(|| panic!("{}", page.plain()))
}

/// The claims of a token.
pub fn claims(token: &Value) -> Value {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The members of both; those of `above` count.
pub fn over(mut below: Value, above: Value) -> Value {
    let members = below.as_object_mut().unwrap();
    members.extend(above.as_object().unwrap().clone());
    below
}
