//! Providers that are found by an address, and people who join a user by theirs.

use cabana_domain::Span;
use cabana_domain::pool::LINK_BY_EMAIL_TAG;
use serde_json::{Value, json};

use super::{House, link_to, refused};
use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, code_of};

/// A house in which people join by their address; the provider vouches for that of ada.
async fn house(tag: &str) -> House {
    house_of(json!({ "UserPoolTags": { LINK_BY_EMAIL_TAG: tag } })).await
}

async fn house_of(pool: Value) -> House {
    let mapping = json!({ "email": "email", "email_verified": "email_verified" });
    let house = House::with(pool, json!({ "AttributeMapping": mapping })).await;
    house.shop.user("ada").await;
    vouches(&house, "ada@example.com", json!(true));
    house
}

fn vouches(house: &House, address: &str, verified: Value) {
    let info = json!({ "sub": "Ann-1", "email": address, "email_verified": verified });
    house.idp.person(json!({ "sub": "Ann-1" }), info);
}

/// The page to which a sign-in at the provider leads.
async fn asked(house: &House, browser: &Browser) -> Page {
    let page = house.sign_in(browser).await;
    assert!(page.location().contains("/login?"), "{}", page.location());
    let page = browser.get(page.location()).await;
    assert!(
        page.plain().contains("You already have an account"),
        "{}",
        page.plain()
    );
    page
}

async fn proves(browser: &Browser, page: &Page, name: &str) -> Page {
    browser
        .submit(page, &[("username", name), ("password", PASSWORD)])
        .await
}

#[tokio::test]
async fn a_vouched_address_joins_the_user_after_one_proof() {
    let house = house("verified").await;
    let browser = house.shop.browser();
    let page = asked(&house, &browser).await;
    // It is named, and not offered: it would lead back here.
    assert!(
        page.plain().contains("sign in with Corp"),
        "{}",
        page.plain()
    );
    assert!(!page.plain().contains("Continue with Corp"));
    assert_eq!(house.users().await, 1);
    house.shop.app.advance(Span::minutes(9));
    code_of(&proves(&browser, &page, "ada").await);
    // From then on the provider signs them in.
    let id = house.id_token().await;
    assert_eq!(id["cognito:username"], "ada");
    assert_eq!(id["identities"][0]["userId"], "Ann-1");
    assert_eq!(house.users().await, 1);
    assert_eq!(house.user("ada").await["UserStatus"], "CONFIRMED");
}

#[tokio::test]
async fn a_provider_does_not_learn_the_user_name_that_belongs_to_an_address() {
    let house = house("verified").await;
    let page = asked(&house, &house.shop.browser()).await;
    assert!(!page.text.contains("value=\"ada"), "{}", page.text);
    // Where the address is a way in, it is what the provider knows already.
    let tags = json!({ LINK_BY_EMAIL_TAG: "verified" });
    let house = house_of(json!({ "UserPoolTags": tags, "AliasAttributes": ["email"] })).await;
    let page = asked(&house, &house.shop.browser()).await;
    assert!(
        page.text.contains("value=\"ada@example.com\""),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn nobody_joins_without_the_proof() {
    let house = house("verified").await;
    let browser = house.shop.browser();
    let page = asked(&house, &browser).await;
    let wrong = browser
        .submit(&page, &[("username", "ada"), ("password", "Wr0ng-Horse!")])
        .await;
    assert!(!wrong.location().contains("code="), "{}", wrong.location());
    let identities = async || house.attributes("ada").await.get("identities").cloned();
    assert_eq!(identities().await, None);
    // Somebody else's sign-in proves nothing, and ends the waiting.
    house.shop.user("bea").await;
    code_of(&proves(&browser, &page, "bea").await);
    assert_eq!(identities().await, None);
    assert_eq!(house.attributes("bea").await.get("identities"), None);
    // A sign-in of ada's in another browser, or for another request of the app, joins nobody.
    let browser = house.shop.browser();
    asked(&house, &browser).await;
    let other = house.shop.browser();
    code_of(&house.shop.sign_in(&other, &[]).await);
    let elsewhere = browser
        .get(&house.shop.at("/login", &[("prompt", "login")]))
        .await;
    code_of(&proves(&browser, &elsewhere, "ada").await);
    assert_eq!(identities().await, None);
    // Nor one that comes too late.
    let browser = house.shop.browser();
    let page = asked(&house, &browser).await;
    house.shop.app.clock.advance(Span::minutes(11));
    code_of(&proves(&browser, &page, "ada").await);
    assert_eq!(identities().await, None);
    assert_eq!(house.users().await, 2);
}

#[tokio::test]
async fn an_address_counts_only_if_both_sides_have_verified_it() {
    // The provider does not vouch.
    for (tag, verified) in [
        ("off", json!(true)),
        ("verified", json!(false)),
        ("verified", Value::Null),
    ] {
        let house = house(tag).await;
        vouches(&house, "ada@example.com", verified);
        assert_eq!(house.id_token().await["cognito:username"], "corp_ann-1");
        assert_eq!(house.users().await, 2);
    }
    // The user has not verified it: somebody may have signed up with an address that is not theirs.
    let house = house("verified").await;
    let change = json!({
        "UserPoolId": house.shop.pool, "Username": "ada",
        "UserAttributes": [{ "Name": "email_verified", "Value": "false" }],
    });
    house.shop.app.ok("AdminUpdateUserAttributes", change).await;
    assert_eq!(house.id_token().await["cognito:username"], "corp_ann-1");
    // Of two who have, nobody is chosen.
    let house = self::house("verified").await;
    let second = json!({
        "UserPoolId": house.shop.pool, "Username": "ada2", "MessageAction": "SUPPRESS",
        "UserAttributes": [
            { "Name": "email", "Value": "ada@example.com" }, { "Name": "email_verified", "Value": "true" },
        ],
    });
    house.shop.app.ok("AdminCreateUser", second).await;
    assert_eq!(house.id_token().await["cognito:username"], "corp_ann-1");
}

/// Anybody can sign up with the address, and verify nothing.
#[tokio::test]
async fn strangers_with_the_address_do_not_hide_its_owner() {
    let house = house("verified").await;
    for stranger in 0..120 {
        let wanted = json!({
            "UserPoolId": house.shop.pool, "Username": format!("a{stranger}"), "MessageAction": "SUPPRESS",
            "UserAttributes": [{ "Name": "email", "Value": "ada@example.com" }],
        });
        house.shop.app.ok("AdminCreateUser", wanted).await;
    }
    let browser = house.shop.browser();
    let page = asked(&house, &browser).await;
    code_of(&proves(&browser, &page, "ada").await);
    assert_eq!(house.id_token().await["cognito:username"], "ada");
}

#[tokio::test]
async fn a_provider_is_named_by_an_identifier_too() {
    let more = json!({ "IdpIdentifiers": ["corp.example"] });
    let house = House::with(json!({}), more).await;
    let browser = house.shop.browser();
    let by = |identifier: &'static str| [("idp_identifier", identifier)];
    let sent = browser
        .get(&house.shop.at("/oauth2/authorize", &by("corp.example")))
        .await;
    assert!(sent.location().starts_with("https://idp.example/auth?"));
    let unknown = browser
        .get(&house.shop.at("/oauth2/authorize", &by("other.example")))
        .await;
    assert_eq!(refused(&unknown).0, "invalid_request");
    house
        .client(json!({ "SupportedIdentityProviders": ["COGNITO"] }))
        .await;
    for query in [by("corp.example"), [("identity_provider", "Corp")]] {
        let page = browser
            .get(&house.shop.at("/oauth2/authorize", &query))
            .await;
        assert_eq!(refused(&page).0, "invalid_request");
    }
}

#[tokio::test]
async fn an_address_leads_to_its_provider() {
    let house = House::with(json!({}), json!({ "IdpIdentifiers": ["corp.example"] })).await;
    let other = json!({ "IdpIdentifiers": ["other.example"] });
    house
        .shop
        .app
        .provider_of(&house.shop.pool, "Other", other)
        .await;
    let browser = house.shop.browser();
    // One alone has its button.
    let page = browser.get(&house.shop.at("/login", &[])).await;
    assert!(page.text.contains("identity_provider=Corp") && !page.has("provider_address"));
    house
        .client(json!({ "SupportedIdentityProviders": ["COGNITO", "Corp", "Other"] }))
        .await;
    let page = browser.get(&house.shop.at("/login", &[])).await;
    assert!(page.has("provider_address") && !page.text.contains("identity_provider=Corp"));
    for (address, problem) in [
        ("", "Work email is missing"),
        (" ", "Work email is missing"),
        ("ann", "No company in this app"),
        ("ann@nowhere.example", "No company in this app"),
    ] {
        let again = browser
            .submit(&page, &[("provider_address", address)])
            .await;
        let shown = again.plain();
        assert!(shown.contains(problem), "{address:?}: {shown}");
    }
    let page = browser
        .get(&house.shop.at("/login", &[("prompt", "login")]))
        .await;
    let address = [("provider_address", "ann@CORP.example")];
    let found = browser.press(&page, &address).await.location().to_owned();
    let page = browser.get(&found).await;
    assert!(
        page.plain().contains("Continue with Corp"),
        "{}",
        page.plain()
    );
    let sent = browser.get(&link_to(&page, "Corp")).await;
    let asked = cabana_testkit::parameters(sent.location());
    assert_eq!(asked["login_hint"], "ann@CORP.example");
    // A provider of another app is not found.
    house
        .client(json!({ "SupportedIdentityProviders": ["COGNITO", "Other"] }))
        .await;
    let page = browser.get(&found).await;
    assert!(
        !page.text.contains("identity_provider=Corp"),
        "{}",
        page.plain()
    );
}

#[tokio::test]
async fn an_answer_that_comes_too_late_can_be_begun_again() {
    let house = House::open().await;
    let browser = house.shop.browser();
    let back = house.signs_in_there(&browser, &[]).await;
    house.shop.app.clock.advance(Span::minutes(6));
    let page = browser.get(&house.answer(&back)).await;
    assert_eq!(page.status, 400);
    assert!(page.plain().contains("expired"), "{}", page.plain());
    let sent = browser.get(&link_to(&page, "Corp")).await;
    let back = house.idp.signs_in(sent.location());
    code_of(&browser.get(&house.answer(&back)).await);
    let nonsense = browser.get(&house.answer("state=x&code=y")).await;
    assert!(
        nonsense.plain().contains("was not completed"),
        "{}",
        nonsense.plain()
    );
    let failed = house.sent(&browser, &[("prompt", "login")]).await;
    let query = format!(
        "error=server_error&state={}",
        cabana_testkit::parameters(failed.location())["state"]
    );
    assert_eq!(
        refused(&browser.get(&house.answer(&query)).await).0,
        "server_error"
    );
}
