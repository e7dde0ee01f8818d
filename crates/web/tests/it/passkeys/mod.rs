//! Passkeys on the pages.

mod adding;
mod recovery;

use std::sync::Arc;

use cabana_api::ports::FunctionError;
use cabana_domain::Span;
use cabana_testkit::{Authenticator, TestApp, lambda_config};
use serde_json::{Value, json};

use crate::browser::{Browser, Page, attribute};
use crate::shop::{CALLBACK, PASSWORD, Shop, claims, code_of};

const ORIGIN: &str = "http://localhost:9229";
const ADD: &str = "/passkeys/add";

/// A pool that people sign in to with passkeys.
async fn shop() -> Shop {
    Shop::with(pool(), flows(&FLOWS)).await
}

const FLOWS: [&str; 2] = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"];

fn pool() -> Value {
    let factors =
        json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } });
    let levels = json!({ "Level1": { "AcrValue": "urn:cognito:loa:1" } });
    json!({ "Policies": factors, "AcrConfiguration": levels })
}

fn flows(flows: &[&str]) -> Value {
    json!({ "ExplicitAuthFlows": flows })
}

/// The options in the form that asks for a passkey, if the page has one.
fn options(page: &Page) -> Option<Value> {
    let options = attribute(&page.text, "data-passkey")?;
    Some(serde_json::from_str(&options).unwrap())
}

/// Sends a credential with the form that asks for a passkey.
async fn send(browser: &Browser, page: &Page, credential: &Value) -> Page {
    let credential = credential.to_string();
    browser.submit(page, &[("credential", &credential)]).await
}

/// Adds ada's passkey, in a browser of its own. Returns her `sub`.
async fn add(shop: &Shop, authenticator: &Authenticator) -> String {
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let page = browser.get(&shop.at(ADD, &[])).await;
    let options = options(&page).unwrap();
    let done = send(&browser, &page, &authenticator.create(&options)).await;
    assert!(done.location().starts_with(CALLBACK), "{}", done.plain());
    claims(&shop.tokens(&[]).await["id_token"])["sub"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_name() {
    let shop = shop().await;
    let mut authenticator = Authenticator::at(ORIGIN);
    let sub = add(&shop, &authenticator).await;
    let browser = shop.browser();
    let page = browser.get(&shop.at("/login", &[])).await;
    assert!(
        page.text.contains("autocomplete=\"username webauthn\""),
        "{}",
        page.text
    );
    let asked = options(&page).unwrap();
    let expected = json!({
        "challenge": asked["challenge"], "timeout": 3_600_000, "rpId": "localhost", "allowCredentials": [],
        "userVerification": "preferred",
    });
    assert_eq!(asked, expected);
    authenticator.sign_count += 1;
    let credential = authenticator.get(&asked, &sub);
    let done = send(&browser, &page, &credential).await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!((&id["sub"], &id["amr"]), (&json!(sub), &json!(["swk"])));
    // The browser has a session now.
    code_of(&browser.get(&shop.at("/oauth2/authorize", &[])).await);
    // The answer is good once and for its page, also in another browser.
    let other = shop.browser();
    let login = other.get(&shop.at("/login", &[])).await;
    let (credential, ticket) = (credential.to_string(), ticket(&page));
    for (fields, said) in [
        (
            vec![("credential", credential.as_str())],
            "This passkey cannot be used to sign in here",
        ),
        (
            vec![
                ("credential", credential.as_str()),
                ("ticket", ticket.as_str()),
            ],
            "That took too long",
        ),
    ] {
        let refused = other.submit(&login, &fields).await;
        assert!(refused.plain().contains(said), "{}", refused.plain());
    }
}

#[tokio::test]
async fn a_passkey_comes_first_after_the_name_and_the_other_ways_behind_it() {
    let shop = shop().await;
    let mut authenticator = Authenticator::at(ORIGIN);
    let sub = add(&shop, &authenticator).await;
    let asked = async |name: &str| {
        let browser = shop.browser();
        let page = browser.get(&shop.at("/login", &[])).await;
        let page = browser.submit(&page, &[("username", name)]).await;
        (browser, page)
    };
    let (browser, page) = asked("ada").await;
    let first = options(&page).unwrap();
    assert_eq!(first["allowCredentials"].as_array().unwrap().len(), 1);
    assert!(page.plain().contains("Try another way"), "{}", page.plain());
    // What a browser without scripts shows.
    let plain = page.plain();
    assert!(plain.contains("cannot use passkeys"), "{plain}");
    // Shown again, it asks for the same.
    let path = shop.at("/login/passkey", &[]);
    let again = browser.get(&path).await;
    assert_eq!(options(&again).unwrap(), first);
    let empty = browser.submit(&again, &[("credential", "")]).await;
    let no = "This passkey cannot be used to sign in here";
    assert!(empty.plain().contains(no), "{}", empty.plain());
    authenticator.origin = "https://evil.example".to_owned();
    let refused = send(&browser, &again, &authenticator.get(&first, &sub)).await;
    authenticator.origin = ORIGIN.to_owned();
    assert!(refused.plain().contains(no), "{}", refused.plain());
    authenticator.sign_count += 1;
    let done = send(&browser, &refused, &authenticator.get(&first, &sub)).await;
    code_of(&done);
    // The other ways, and back: the passkey then answers other options.
    let (browser, _) = asked("ada").await;
    shop.app.advance(Span::minutes(5));
    let ways = browser.get(&shop.at("/login/choose", &[])).await;
    let wrong = browser
        .submit(&ways, &[("password", "Wrong-horse-1!")])
        .await;
    assert!(wrong.has("password"), "{}", wrong.plain());
    let back = browser.submit(&wrong, &[("factor", "WEB_AUTHN")]).await;
    let second = options(&back).unwrap();
    assert_ne!(second["challenge"], first["challenge"]);
    let ways = browser.get(&shop.at("/login/choose", &[])).await;
    code_of(&browser.submit(&ways, &[("password", PASSWORD)]).await);
    // A session that is over has nothing to ask.
    let (browser, _) = asked("ada").await;
    shop.app.advance(Span::minutes(31));
    let over = browser.get(&path).await;
    let over = browser.get(over.location()).await;
    assert!(over.plain().contains("took too long"), "{}", over.plain());
    // Some names without an account have passkeys too.
    let mut unknown = 0;
    for number in 0..40 {
        let (browser, page) = asked(&format!("nobody-{number}")).await;
        let Some(asked) = options(&page) else {
            continue;
        };
        assert_eq!(asked["rpId"], first["rpId"]);
        let refused = send(&browser, &page, &authenticator.get(&asked, &sub)).await;
        assert!(refused.plain().contains(no), "{}", refused.plain());
        unknown += 1;
    }
    assert!((2..30).contains(&unknown), "{unknown}");
}

#[tokio::test]
async fn passkeys_of_another_host_are_not_asked_for_here() {
    let shop = shop().await;
    let own = json!({ "UserPoolId": shop.pool, "WebAuthnConfiguration": { "RelyingPartyId": "example.com" } });
    shop.app.ok("SetUserPoolMfaConfig", own).await;
    let authenticator = Authenticator::at("https://shop.example.com");
    shop.user("bob").await;
    let body = json!({
        "ClientId": shop.client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "bob", "PASSWORD": PASSWORD },
    });
    let token =
        shop.app.ok("InitiateAuth", body).await["AuthenticationResult"]["AccessToken"].clone();
    let started = shop
        .app
        .ok("StartWebAuthnRegistration", json!({ "AccessToken": token }))
        .await;
    let credential = authenticator.create(&started["CredentialCreationOptions"]);
    let body = json!({ "AccessToken": token, "Credential": credential });
    shop.app.ok("CompleteWebAuthnRegistration", body).await;
    let browser = shop.browser();
    let page = browser.get(&shop.at("/login", &[])).await;
    let page = browser.submit(&page, &[("username", "bob")]).await;
    assert!(
        page.has("password") && !page.has("factor"),
        "{}",
        page.plain()
    );
    code_of(&browser.submit(&page, &[("password", PASSWORD)]).await);
    // An app on that host has it.
    let body = json!({
        "ClientId": shop.client, "AuthFlow": "USER_AUTH",
        "AuthParameters": { "USERNAME": "bob", "PREFERRED_CHALLENGE": "WEB_AUTHN" },
    });
    let asked = shop.app.ok("InitiateAuth", body).await;
    assert_eq!(asked["ChallengeName"], "WEB_AUTHN");
}

#[tokio::test]
async fn functions_decide_about_passkeys_too() {
    let mut app = TestApp::new();
    let functions = app.functions();
    let mut pool = pool();
    pool["LambdaConfig"] = lambda_config(&["PreAuthentication", "PostAuthentication"]);
    let shop = Shop::of(Arc::new(app), pool, flows(&FLOWS)).await;
    let authenticator = Authenticator::at(ORIGIN);
    let sub = add(&shop, &authenticator).await;
    functions.take();
    let browser = shop.browser();
    let page = browser.get(&shop.at("/login", &[])).await;
    functions.answer(|_| Err(FunctionError::Failed("Not today".to_owned())));
    let credential = authenticator.get(&options(&page).unwrap(), &sub);
    let refused = send(&browser, &page, &credential).await;
    let said = "PreAuthentication failed with error Not today.";
    assert!(refused.plain().contains(said), "{}", refused.plain());
    functions.respond(|_| Value::Null);
    functions.take();
    let credential = authenticator.get(&options(&refused).unwrap(), &sub);
    code_of(&send(&browser, &refused, &credential).await);
    assert_eq!(
        functions.sources(),
        [
            "PreAuthentication_Authentication",
            "PostAuthentication_Authentication"
        ]
    );
}

/// The ticket in the form that asks for a passkey.
fn ticket(page: &Page) -> String {
    let forms = page.forms();
    let form = forms.iter().find(|form| form.fields.contains_key("ticket"));
    form.unwrap().fields["ticket"].clone()
}

#[tokio::test]
async fn a_page_that_was_answered_or_is_too_old_is_not_answered_again() {
    let shop = shop().await;
    let mut authenticator = Authenticator::at(ORIGIN);
    let sub = add(&shop, &authenticator).await;
    let browser = shop.browser();
    let page = browser.get(&shop.at("/login", &[])).await;
    let mut answer = async || {
        authenticator.sign_count += 1;
        let credential = authenticator.get(&options(&page).unwrap(), &sub);
        send(&browser, &page, &credential).await
    };
    code_of(&answer().await);
    let refused = answer().await;
    assert!(
        refused.plain().contains("That took too long"),
        "{}",
        refused.plain()
    );
    let page = browser
        .get(&shop.at("/login", &[("prompt", "login")]))
        .await;
    shop.app.advance(Span::hours(1));
    authenticator.sign_count += 1;
    let credential = authenticator.get(&options(&page).unwrap(), &sub);
    let refused = send(&browser, &page, &credential).await;
    assert!(
        refused.plain().contains("That took too long"),
        "{}",
        refused.plain()
    );
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_the_way_back() {
    let shop = shop().await;
    let mut authenticator = Authenticator::at(ORIGIN);
    let sub = add(&shop, &authenticator).await;
    let browser = shop.browser();
    let refused = async |credential: &dyn Fn(&Value) -> Value| {
        let page = browser.get(&shop.at("/login", &[])).await;
        let credential = credential(&options(&page).unwrap());
        let refused = send(&browser, &page, &credential).await;
        let said = refused
            .plain()
            .contains("This passkey cannot be used to sign in here");
        assert!(
            said && refused.has("username") && refused.text.contains(" data-refused"),
            "{credential}: {}",
            refused.plain()
        );
    };
    let stranger = Authenticator::at(ORIGIN);
    refused(&|asked| stranger.get(asked, &sub)).await;
    refused(&|asked| stranger.get(asked, "nobody")).await;
    refused(&|_| json!({})).await;
    refused(&|_| json!("x")).await;
    refused(&|asked| {
        let mut credential = authenticator.get(asked, &sub);
        credential["response"]["userHandle"] = json!(null);
        credential
    })
    .await;
    authenticator.origin = "https://evil.example".to_owned();
    refused(&|asked| authenticator.get(asked, &sub)).await;
    // None of it locks the account.
    shop.code(&[]).await;
}

#[tokio::test]
async fn a_passkey_alone_does_not_sign_in_who_needs_two_factors() {
    let shop = shop().await;
    let mut authenticator = Authenticator::at(ORIGIN);
    let sub = add(&shop, &authenticator).await;
    let factors = async |passkeys: &str| {
        let body = json!({
            "UserPoolId": shop.pool, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {},
            "WebAuthnConfiguration": { "FactorConfiguration": passkeys },
        });
        shop.app.ok("SetUserPoolMfaConfig", body).await;
    };
    let mut preference = json!({
        "UserPoolId": shop.pool, "Username": "ada", "EmailMfaSettings": { "Enabled": true },
    });
    let mut sign_in = async || {
        let browser = shop.browser();
        let page = browser.get(&shop.at("/login", &[])).await;
        authenticator.sign_count += 1;
        let credential = authenticator.get(&options(&page).unwrap(), &sub);
        send(&browser, &page, &credential).await
    };
    factors("SINGLE_FACTOR").await;
    shop.app
        .ok("AdminSetUserMFAPreference", preference.clone())
        .await;
    let refused = sign_in().await;
    assert!(
        refused
            .plain()
            .contains("This passkey cannot be used to sign in here"),
        "{}",
        refused.plain()
    );
    factors("MULTI_FACTOR_WITH_USER_VERIFICATION").await;
    preference["WebAuthnMfaSettings"] = json!({ "Enabled": true });
    shop.app.ok("AdminSetUserMFAPreference", preference).await;
    code_of(&sign_in().await);
}

#[tokio::test]
async fn passkeys_are_asked_for_where_they_can_be_used() {
    let without = Shop::open().await;
    let page = without.browser().get(&without.at("/login", &[])).await;
    assert_eq!(options(&page), None);
    assert!(!page.text.contains("webauthn") && !page.text.contains("passkeys."));
    let shop = shop().await;
    let page = shop.browser().get(&shop.at("/login", &[])).await;
    assert!(options(&page).is_some());
    // Another host than the relying party's.
    let own = json!({ "UserPoolId": shop.pool, "WebAuthnConfiguration": { "RelyingPartyId": "example.com" } });
    shop.app.ok("SetUserPoolMfaConfig", own).await;
    let page = shop.browser().get(&shop.at("/login", &[])).await;
    assert_eq!(options(&page), None);
    // A client that does not allow it.
    let factors =
        json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } });
    let shop = Shop::with(json!({ "Policies": factors }), json!({})).await;
    let page = shop.browser().get(&shop.at("/login", &[])).await;
    assert_eq!(options(&page), None);
    // A client that lets nobody in but by providers (by one alone there is no page).
    let shop = self::shop().await;
    for name in ["Corp", "Other"] {
        shop.app.provider_of(&shop.pool, name, json!({})).await;
    }
    let only = json!({
        "UserPoolId": shop.pool, "ClientId": shop.client, "ExplicitAuthFlows": FLOWS,
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"], "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["Corp", "Other"],
    });
    shop.app.ok("UpdateUserPoolClient", only).await;
    let page = shop.browser().get(&shop.at("/login", &[])).await;
    assert_eq!((page.status, options(&page)), (200, None));
}
