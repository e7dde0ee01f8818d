//! Passkeys on the pages: signing in, adding one, and the offer after sign-up.

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
            "This passkey does not sign in",
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
            .contains("This passkey does not sign in here");
        assert!(
            said && refused.has("password"),
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
        refused.plain().contains("This passkey does not sign in"),
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
}

#[tokio::test]
async fn a_passkey_is_added_by_who_is_signed_in() {
    let shop = shop().await;
    let browser = shop.browser();
    let path = shop.at(ADD, &[]);
    let page = browser.get(&path).await;
    assert_eq!(page.location(), shop.at("/login", &[]));
    shop.sign_in(&browser, &[]).await;
    // Nothing but client and address are needed.
    let path = shop.at(ADD, &[("response_type", ""), ("scope", "")]);
    let page = browser.get(&path).await;
    assert!(page.plain().contains("Add a passkey"), "{}", page.plain());
    let asked = options(&page).unwrap();
    assert_eq!(asked["rp"]["id"], "localhost");
    assert_eq!(asked["user"]["name"], "ada");
    let mut elsewhere = Authenticator::at("https://evil.example");
    let refused = send(&browser, &page, &elsewhere.create(&asked)).await;
    assert!(
        refused.plain().contains("could not be added"),
        "{}",
        refused.plain()
    );
    elsewhere.origin = ORIGIN.to_owned();
    let refused = send(&browser, &refused, &elsewhere.create(&asked)).await;
    assert!(
        refused.plain().contains("could not be added"),
        "another page: {}",
        refused.plain()
    );
    let asked = options(&refused).unwrap();
    let credential = elsewhere.create(&asked);
    let done = send(&browser, &refused, &credential).await;
    assert_eq!(done.location(), format!("{CALLBACK}?state=s+1"));
    // The page again: it excludes the passkey, and its form was used.
    let page = browser.get(&path).await;
    let excluded = &options(&page).unwrap()["excludeCredentials"];
    assert_eq!(excluded[0]["id"], elsewhere.credential_id());
    let second = Authenticator::at(ORIGIN);
    let again = send(&browser, &refused, &second.create(&asked)).await;
    assert!(
        again.plain().contains("That took too long"),
        "{}",
        again.plain()
    );
    // Not now.
    let forms = page.forms();
    let later = forms
        .iter()
        .find(|form| !form.fields.contains_key("credential"));
    let later = later.unwrap();
    let fields = [("_csrf", later.fields["_csrf"].as_str())];
    let gone = browser.post(&later.action, &fields).await;
    assert_eq!(gone.location(), format!("{CALLBACK}?state=s+1"));
}

#[tokio::test]
async fn no_passkey_is_added_to_another_users_account() {
    let shop = shop().await;
    shop.user("bob").await;
    let (mine, theirs) = (shop.browser(), shop.browser());
    shop.sign_in(&mine, &[]).await;
    let login = theirs.get(&shop.at("/login", &[])).await;
    theirs
        .submit(&login, &[("username", "bob"), ("password", PASSWORD)])
        .await;
    let page = mine.get(&shop.at(ADD, &[])).await;
    let other = theirs.get(&shop.at(ADD, &[])).await;
    let authenticator = Authenticator::at(ORIGIN);
    // Bob's browser sends the form of Ada's page.
    let credential = authenticator.create(&options(&page).unwrap()).to_string();
    let ticket = ticket(&page);
    let values = [("credential", credential.as_str()), ("ticket", &ticket)];
    let refused = theirs.submit(&other, &values).await;
    assert!(
        !refused.location().starts_with(CALLBACK),
        "{}",
        refused.plain()
    );
    let page = theirs.get(&shop.at(ADD, &[])).await;
    assert_eq!(options(&page).unwrap()["excludeCredentials"], json!([]));
}

/// Signs bea up, up to the page after the code.
async fn sign_up(shop: &Shop, browser: &Browser, more: &[(&str, &str)]) -> Page {
    let page = browser.get(&shop.at("/signup", more)).await;
    let values = [
        ("username", "bea"),
        ("requiredAttributes[email]", "bea@example.com"),
        ("password", PASSWORD),
    ];
    let page = browser.submit(&page, &values).await;
    let code = shop.app.code_sent_to("bea@example.com").await;
    browser.submit(&page, &[("verification_code", &code)]).await
}

#[tokio::test]
async fn after_sign_up_a_passkey_is_offered_on_the_way_to_the_app() {
    let shop = shop().await;
    let browser = shop.browser();
    // An app that wants a new sign-in has it.
    let more = [("prompt", "login"), ("max_age", "600")];
    let page = sign_up(&shop, &browser, &more).await;
    assert!(page.plain().contains("Add a passkey"), "{}", page.plain());
    let mut authenticator = Authenticator::at(ORIGIN);
    let done = send(
        &browser,
        &page,
        &authenticator.create(&options(&page).unwrap()),
    )
    .await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(id["amr"], json!(["pwd"]));
    let other = shop.browser();
    let page = other.get(&shop.at("/login", &[])).await;
    authenticator.sign_count += 1;
    let credential = authenticator.get(&options(&page).unwrap(), id["sub"].as_str().unwrap());
    code_of(&send(&other, &page, &credential).await);
    // Nobody is asked again at an ordinary sign-in.
    code_of(&shop.sign_in(&shop.browser(), &[]).await);
}

#[tokio::test]
async fn the_offer_after_sign_up_can_be_declined_and_does_not_outlive_the_apps_patience() {
    let shop = shop().await;
    for (wait, granted) in [(Span::seconds(1), true), (Span::minutes(20), false)] {
        let browser = shop.browser();
        let page = sign_up(&shop, &browser, &[("max_age", "600")]).await;
        shop.app.advance(wait);
        let forms = page.forms();
        let later = forms
            .iter()
            .find(|form| !form.fields.contains_key("credential"));
        let later = later.unwrap_or_else(|| panic!("{}", page.plain()));
        let fields = [("_csrf", later.fields["_csrf"].as_str())];
        let gone = browser.post(&later.action, &fields).await;
        match granted {
            true => drop(code_of(&gone)),
            false => assert!(gone.location().contains("/login?"), "{}", gone.plain()),
        }
        let named = json!({ "UserPoolId": shop.pool, "Username": "bea" });
        shop.app.ok("AdminDisableUser", named.clone()).await;
        shop.app.ok("AdminDeleteUser", named).await;
    }
    // A pool without passkeys offers none.
    let without = Shop::open().await;
    code_of(&sign_up(&without, &without.browser(), &[]).await);
}
