//! Sign-in through another identity provider, from the app's request to its tokens.

mod answers;
mod attacks;
mod costs;
mod joining;
mod linking;
mod mapping;
mod nodes;
mod provider;
mod saml;
mod social;
mod takeover;
mod words;

use std::sync::Arc;

use cabana_domain::PoolId;
use cabana_domain::event::Event;
use cabana_testkit::{TestApp, TestFunctions, TestProvider, parameters};
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::shop::{CALLBACK, Shop, claims, code_of, over};

/// A shop whose app lets people in by the pool and by the provider `Corp`.
struct House {
    shop: Shop,
    idp: Arc<TestProvider>,
    functions: Arc<TestFunctions>,
}

impl House {
    async fn open() -> Self {
        Self::with(json!({}), json!({})).await
    }

    /// The same with other settings of pool and provider.
    async fn with(pool: Value, provider: Value) -> Self {
        Self::of(TestApp::new(), pool, provider).await
    }

    /// The same of this app.
    async fn of(mut app: TestApp, pool: Value, provider: Value) -> Self {
        let (functions, idp) = (app.functions(), app.provider());
        let usual = json!({ "UsernameConfiguration": { "CaseSensitive": false } });
        let shop = Shop::empty(Arc::new(app), over(usual, pool), json!({})).await;
        shop.app.provider_of(&shop.pool, "Corp", provider).await;
        let house = Self {
            shop,
            idp,
            functions,
        };
        house.client(json!({})).await;
        house
    }

    /// Changes the app client.
    async fn client(&self, more: Value) {
        let usual = json!({
            "UserPoolId": self.shop.pool, "ClientId": self.shop.client,
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "profile"],
            "SupportedIdentityProviders": ["COGNITO", "Corp"],
            "CallbackURLs": [CALLBACK],
        });
        let wanted = over(usual, more);
        self.shop.app.ok("UpdateUserPoolClient", wanted).await;
    }

    /// Where the app's request sends a browser.
    async fn sent(&self, browser: &Browser, more: &[(&str, &str)]) -> Page {
        let mut all = more.to_vec();
        if !more.iter().any(|(name, _)| *name == "identity_provider") {
            all.push(("identity_provider", "Corp"));
        }
        browser.get(&self.shop.at("/oauth2/authorize", &all)).await
    }

    /// The address of an answer.
    fn answer(&self, query: &str) -> String {
        format!("/{}/oauth2/idpresponse?{query}", self.shop.pool)
    }

    /// A sign-in at the provider: the query with which it sends the browser back.
    async fn signs_in_there(&self, browser: &Browser, more: &[(&str, &str)]) -> String {
        let sent = self.sent(browser, more).await;
        // A browser that is signed in would be sent back at once.
        let there = sent.status == 302 && !sent.location().starts_with(CALLBACK);
        assert!(there, "{}", sent.plain());
        self.idp.signs_in(sent.location())
    }

    /// A whole sign-in, up to the redirect to the app.
    async fn sign_in(&self, browser: &Browser) -> Page {
        self.sign_in_with(browser, &[]).await
    }

    /// The same with further parameters of the app.
    async fn sign_in_with(&self, browser: &Browser, more: &[(&str, &str)]) -> Page {
        let back = self.signs_in_there(browser, more).await;
        browser.get(&self.answer(&back)).await
    }

    /// Signs in so many browsers at once; each gets a code.
    async fn many_sign_in(self: &Arc<Self>, count: usize) {
        let mut tasks = Vec::new();
        for _ in 0..count {
            let (house, browser) = (self.clone(), self.shop.browser());
            let back = house.signs_in_there(&browser, &[]).await;
            tasks.push(tokio::spawn(async move {
                browser.get(&house.answer(&back)).await
            }));
        }
        for task in tasks {
            code_of(&task.await.unwrap());
        }
    }

    /// The activity of the pool, newest first.
    async fn events(&self) -> Vec<Event> {
        let page = cabana_store::Page {
            limit: 50,
            after: None,
        };
        let pool = PoolId::new(&*self.shop.pool);
        let events = self.shop.app.api.store.events(&pool, None, page).await;
        events.unwrap().items
    }

    /// The claims of the ID token of a whole sign-in.
    async fn id_token(&self) -> Value {
        let page = self.sign_in(&self.shop.browser()).await;
        let tokens = self.shop.redeem(&code_of(&page), &[]).await.json();
        claims(&tokens["id_token"])
    }

    /// A user's attributes by name.
    async fn attributes(&self, name: &str) -> Value {
        let user = self.user(name).await;
        let attributes = user["UserAttributes"].as_array().unwrap().iter();
        let pairs =
            attributes.map(|it| (it["Name"].as_str().unwrap().to_owned(), it["Value"].clone()));
        Value::Object(pairs.collect())
    }

    async fn user(&self, name: &str) -> Value {
        let asked = json!({ "UserPoolId": self.shop.pool, "Username": name });
        self.shop.app.ok("AdminGetUser", asked).await
    }

    /// The number of users of the pool.
    async fn users(&self) -> usize {
        let asked = json!({ "UserPoolId": self.shop.pool });
        let found = self.shop.app.ok("ListUsers", asked).await;
        found["Users"].as_array().unwrap().len()
    }
}

/// The error that the app got, with its description.
#[track_caller]
fn refused(page: &Page) -> (String, String) {
    assert!(page.location().starts_with(CALLBACK), "{}", page.plain());
    assert_eq!(page.sent_back("state").as_deref(), Some("s 1"));
    assert_eq!(page.sent_back("code"), None);
    let error = page.sent_back("error").unwrap();
    (
        error,
        page.sent_back("error_description").unwrap_or_default(),
    )
}

/// The address of the page's button for this provider.
#[track_caller]
fn link_to(page: &Page, provider: &str) -> String {
    let named = format!("identity_provider={provider}");
    let mut links = page.text.split("href=\"").skip(1);
    let link = links.find_map(|it| it.split('"').next().filter(|it| it.contains(&named)));
    let link = link.unwrap_or_else(|| panic!("{}", page.plain()));
    link.replace("&#38;", "&")
}

#[tokio::test]
async fn a_person_comes_in_and_is_the_same_user_the_next_time() {
    let house = House::open().await;
    let browser = house.shop.browser();
    let sent = house.sent(&browser, &[]).await;
    assert!(sent.location().starts_with("https://idp.example/auth?"));
    let asked = parameters(sent.location());
    let redirect_uri = format!(
        "http://localhost:9229/{}/oauth2/idpresponse",
        house.shop.pool
    );
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "cabana"),
        ("redirect_uri", redirect_uri.as_str()),
        ("scope", "openid email"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(asked["nonce"].len() == 43 && asked["code_challenge"].len() == 43);

    let back = house.idp.signs_in(sent.location());
    let page = browser.get(&house.answer(&back)).await;
    let tokens = house.shop.redeem(&code_of(&page), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["cognito:username"], "corp_ann-1");
    assert_eq!(id["email"], "ann@corp.example");
    assert_eq!(id["email_verified"], false);
    assert_eq!(
        id["cognito:groups"],
        json!([format!("{}_Corp", house.shop.pool)])
    );
    let identity = &id["identities"][0];
    assert_eq!(identity["userId"], "Ann-1");
    assert_eq!(identity["providerName"], "Corp");
    assert_eq!(identity["providerType"], "OIDC");
    assert_eq!(
        (&identity["primary"], &identity["issuer"]),
        (&json!("true"), &Value::Null)
    );
    assert_eq!(identity["dateCreated"], "1767225600000");

    let user = house.user("corp_ann-1").await;
    assert_eq!(user["UserStatus"], "EXTERNAL_PROVIDER");
    let identities = &house.attributes("corp_ann-1").await["identities"];
    let expected = r#"[{"userId":"Ann-1","providerName":"Corp","providerType":"OIDC","issuer":null,"primary":true,"dateCreated":1767225600000}]"#;
    assert_eq!(identities, expected);

    let again = house.id_token().await;
    assert_eq!(again["sub"], id["sub"]);
    assert_eq!(house.users().await, 1);
    // The refresh token works as any other.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    assert_eq!(house.shop.token(&fields).await.status, 200);
    // And the browser is signed in.
    let straight = browser.get(&house.shop.at("/oauth2/authorize", &[])).await;
    code_of(&straight);
}

#[tokio::test]
async fn the_code_is_redeemed_with_secret_and_verifier() {
    let house = House::open().await;
    house.sign_in(&house.shop.browser()).await;
    let calls = house.idp.calls();
    let paths: Vec<_> = calls.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "/.well-known/openid-configuration",
        "/token",
        "/keys",
        "/me",
    ];
    assert_eq!(paths, expected);
    let sent = parameters(&format!("?{}", calls[1].1));
    assert_eq!(sent["grant_type"], "authorization_code");
    assert_eq!(sent["client_secret"], "hush hush");
    assert_eq!(sent["code_verifier"].len(), 43);
    // Documents and keys are kept.
    house.sign_in(&house.shop.browser()).await;
    let paths: Vec<_> = house
        .idp
        .calls()
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert_eq!(paths, ["/token", "/me"]);
}

#[tokio::test]
async fn functions_are_told_as_with_cognito() {
    let config = json!({ "LambdaConfig": cabana_testkit::lambda_config(&[
        "PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "PreTokenGeneration",
    ]) });
    let house = House::with(config, json!({})).await;
    house.id_token().await;
    let calls = house.functions.take();
    let sources: Vec<_> = calls
        .iter()
        .map(|it| it.event["triggerSource"].as_str().unwrap())
        .collect();
    let first = [
        "PreSignUp_ExternalProvider",
        "PostConfirmation_ConfirmSignUp",
        "TokenGeneration_HostedAuth",
    ];
    assert_eq!(sources, first);
    let request = &calls[0].event["request"];
    assert_eq!(
        calls[0]
            .text
            .split(r#""request":"#)
            .nth(1)
            .unwrap()
            .split(r#","response""#)
            .next()
            .unwrap(),
        r#"{"userAttributes":{"email_verified":"false","cognito:email_alias":"","cognito:phone_number_alias":"","email":"ann@corp.example"},"validationData":{}}"#
    );
    assert_eq!(calls[0].event["userName"], "corp_ann-1");
    assert_eq!(request["validationData"], json!({}));
    let told = &calls[1].event["request"]["userAttributes"];
    assert_eq!(told["cognito:user_status"], "EXTERNAL_PROVIDER");
    assert!(
        told["identities"]
            .as_str()
            .unwrap()
            .starts_with(r#"[{"userId":"Ann-1""#)
    );
    house.id_token().await;
    let later = [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
        "TokenGeneration_HostedAuth",
    ];
    assert_eq!(house.functions.sources(), later);
}

#[tokio::test]
async fn a_functions_refusal_reaches_the_app_and_nobody_is_made() {
    let config = json!({ "LambdaConfig": cabana_testkit::lambda_config(&["PreSignUp"]) });
    let house = House::with(config, json!({})).await;
    let failed = cabana_api::ports::FunctionError::Failed("not-invited".to_owned());
    house.functions.answer(move |_| Err(failed.clone()));
    let page = house.sign_in(&house.shop.browser()).await;
    let query = "?error_description=PreSignUp+failed+with+error+not-invited.+&state=s+1&error=invalid_request";
    assert_eq!(page.location(), format!("{CALLBACK}{query}"));
    assert_eq!(house.users().await, 0);
}

#[tokio::test]
async fn a_hundred_first_sign_ins_make_one_account() {
    let house = Arc::new(House::open().await);
    house.many_sign_in(100).await;
    assert_eq!(house.users().await, 1);
}

#[tokio::test]
async fn the_page_has_a_button_for_each_provider() {
    let house = House::open().await;
    let browser = house.shop.browser();
    let page = browser.get(&house.shop.at("/login", &[])).await;
    assert!(page.has("password"), "{}", page.plain());
    let sent = browser.get(&link_to(&page, "Corp")).await;
    assert!(
        sent.location().starts_with("https://idp.example/auth?"),
        "{}",
        sent.plain()
    );

    // Without the pool's own users there is no form, and none is taken.
    house
        .client(json!({ "SupportedIdentityProviders": ["Corp"] }))
        .await;
    let only = browser.get(&house.shop.at("/login", &[])).await;
    assert!(!only.has("password") && only.text.contains("identity_provider=Corp"));
    for path in ["/signup", "/forgotPassword", "/confirm"] {
        let page = browser.get(&house.shop.at(path, &[])).await;
        assert_eq!(refused(&page).0, "invalid_request", "{path}");
    }
}

#[tokio::test]
async fn what_the_app_asks_is_passed_on() {
    let more = json!({ "AcrMapping": { "Level3": "urn:corp:strong" } });
    let house = House::with(json!({}), more).await;
    let more = [
        ("login_hint", "ann@corp.example"),
        ("prompt", "select_account"),
        (
            "acr_values",
            "urn:cognito:loa:3 urn:cognito:loa:1 urn:other",
        ),
    ];
    let sent = house.sent(&house.shop.browser(), &more).await;
    let asked = parameters(sent.location());
    assert_eq!(asked["login_hint"], "ann@corp.example");
    assert_eq!(asked["prompt"], "select_account");
    assert_eq!(asked["acr_values"], "urn:corp:strong");
}
