//! Adding a passkey, and the offer after sign-up.

use cabana_domain::Span;
use cabana_testkit::Authenticator;
use serde_json::json;

use super::{ADD, ORIGIN, options, send, shop, ticket};
use crate::browser::{Browser, Page};
use crate::shop::{CALLBACK, PASSWORD, Shop, claims, code_of};

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
    let gone = not_now(&browser, &page).await;
    assert_eq!(gone.location(), format!("{CALLBACK}?state=s+1"));
}

#[tokio::test]
async fn no_passkey_is_added_to_another_users_account() {
    let shop = shop().await;
    shop.user("bob").await;
    let (mine, theirs) = (shop.browser(), shop.browser());
    shop.sign_in(&mine, &[]).await;
    shop.enter(&theirs, "bob", &[]).await;
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

/// Presses "Not now".
async fn not_now(browser: &Browser, page: &Page) -> Page {
    let forms = page.forms();
    let later = forms
        .iter()
        .find(|form| !form.fields.contains_key("credential"));
    let later = later.unwrap_or_else(|| panic!("{}", page.plain()));
    let fields = [("_csrf", later.fields["_csrf"].as_str())];
    browser.post(&later.action, &fields).await
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
async fn an_app_that_wants_a_younger_sign_in_than_the_offer_has_its_code_at_once() {
    let shop = shop().await;
    let page = sign_up(&shop, &shop.browser(), &[("max_age", "0")]).await;
    code_of(&page);
}

#[tokio::test]
async fn the_offer_after_sign_up_can_be_declined_and_does_not_outlive_the_apps_patience() {
    let shop = shop().await;
    for (wait, granted) in [(Span::seconds(1), true), (Span::minutes(20), false)] {
        let browser = shop.browser();
        let page = sign_up(&shop, &browser, &[("max_age", "600")]).await;
        shop.app.advance(wait);
        let gone = not_now(&browser, &page).await;
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

#[tokio::test]
async fn a_passkey_is_added_soon_after_a_sign_in_only_and_its_user_is_told() {
    let shop = shop().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    // An app may ask for a newer sign-in than the page does.
    shop.app.advance(Span::minutes(2));
    for more in [("max_age", "60"), ("max_age", "0"), ("prompt", "login")] {
        let page = browser.get(&shop.at(ADD, &[more])).await;
        assert!(page.location().contains("/login?"), "{more:?}");
        assert!(page.location().contains("prompt=login"), "{more:?}");
    }
    let page = browser.get(&shop.at(ADD, &[("max_age", "600")])).await;
    let asked = options(&page).unwrap();
    let authenticator = Authenticator::at(ORIGIN);
    let added = send(&browser, &page, &authenticator.create(&asked)).await;
    assert!(added.location().starts_with(CALLBACK), "{}", added.plain());
    let told = shop.app.newest_message("ada@example.com").await;
    assert_eq!(told.subject, "New passkey");
    // A browser found unlocked, with the page still open.
    let page = browser.get(&shop.at(ADD, &[])).await;
    shop.app.advance(Span::minutes(5));
    let second = Authenticator::at(ORIGIN);
    let credential = second.create(&options(&page).unwrap());
    let late = send(&browser, &page, &credential).await;
    assert!(!late.location().starts_with(CALLBACK), "{}", late.plain());
    assert!(
        options(&late).is_none_or(|it| it["user"].is_null()),
        "no offer"
    );
    let page = browser.get(&shop.at(ADD, &[])).await;
    assert!(page.location().contains("prompt=login"), "{}", page.plain());
    // After a new sign-in it can be added.
    shop.sign_in(&browser, &[("prompt", "login")]).await;
    let page = browser.get(&shop.at(ADD, &[])).await;
    let excluded = &options(&page).unwrap()["excludeCredentials"];
    assert_eq!(excluded.as_array().unwrap().len(), 1);
}
