//! `acr_values`: the app wishes a level of authentication.

use cabana_domain::Span;
use serde_json::json;

use super::{ADA, enter, name, shop, with_codes};
use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, Shop, claims, code_of};

const THREE: (&str, &str) = ("acr_values", "urn:cognito:loa:3");

/// Chooses a code by mail and enters it.
async fn by_code(shop: &Shop, browser: &Browser, choice: &Page) -> Page {
    let page = browser.submit(choice, &[("factor", "EMAIL_OTP")]).await;
    let code = shop.app.code_sent_to(ADA).await;
    enter(browser, &page, &code).await
}

/// Signs in with the password, and begins a request with these parameters a while later.
async fn later(shop: &Shop, browser: &Browser, extra: &[(&str, &str)]) -> Page {
    let choice = name(shop, browser, ADA).await;
    code_of(&browser.submit(&choice, &[("password", PASSWORD)]).await);
    shop.app.advance(Span::minutes(10));
    browser.get(&shop.at("/oauth2/authorize", extra)).await
}

#[tokio::test]
async fn who_is_signed_in_adds_what_is_missing_and_nothing_is_sent_unasked() {
    let shop = with_codes().await;
    let browser = shop.browser();
    let page = later(&shop, &browser, &[THREE]).await;
    let page = browser.get(page.location()).await;
    assert!(
        page.has("continue") && page.plain().contains("one more step"),
        "{}",
        page.plain()
    );
    let choice = browser.submit(&page, &[("continue", "")]).await;
    assert!(
        choice.has("factor") && !choice.has("password"),
        "{}",
        choice.plain()
    );
    assert_eq!(shop.app.mailbox().await.len(), 0);
    let done = by_code(&shop, &browser, &choice).await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(
        (&id["acr"], &id["amr"]),
        (&json!(THREE.1), &json!(["pwd", "email_otp", "mfa"]))
    );
    let age = id["iat"].as_i64().unwrap() - id["auth_time"].as_i64().unwrap();
    assert_eq!(age, 600);
    // The browser keeps the level for the rest of the hour.
    let path = shop.at("/oauth2/authorize", &[THREE]);
    shop.app.advance(Span::minutes(49));
    code_of(&browser.get(&path).await);
    shop.app.advance(Span::minutes(1));
    assert!(browser.get(&path).await.location().contains("/login?"));
}

#[tokio::test]
async fn a_further_step_ends_with_the_session_and_with_its_age() {
    for (extra, wait, signs_out) in [
        (&[THREE][..], 0, true),
        (&[THREE, ("max_age", "660")], 0, false),
        (&[THREE, ("max_age", "660")], 61, false),
    ] {
        let shop = with_codes().await;
        let browser = shop.browser();
        let page = later(&shop, &browser, extra).await;
        let page = browser.get(page.location()).await;
        let choice = browser.submit(&page, &[("continue", "")]).await;
        let page = browser.submit(&choice, &[("factor", "EMAIL_OTP")]).await;
        let code = shop.app.code_sent_to(ADA).await;
        let kept = browser.cookies.lock().unwrap().clone();
        if signs_out {
            let out = shop.at("/logout", &[("logout_uri", crate::shop::HOME)]);
            browser.get(&out).await;
            *browser.cookies.lock().unwrap() = kept;
        }
        shop.app.advance(Span::seconds(wait));
        let done = enter(&browser, &page, &code).await;
        let ends = signs_out || wait > 0;
        assert_eq!(done.sent_back("code").is_none(), ends, "{}", done.plain());
    }
}

#[tokio::test]
async fn a_level_out_of_reach_and_one_without_a_page_lead_straight_back() {
    let shop = with_codes().await;
    for extra in [
        &[("acr_values", "urn:cognito:loa:4")][..],
        &[("acr_values", "urn:cognito:loa:4 urn:cognito:loa:1")],
        &[THREE, ("prompt", "none")],
    ] {
        let done = later(&shop, &shop.browser(), extra).await;
        let tokens = shop.redeem(&code_of(&done), &[]).await.json();
        assert_eq!(claims(&tokens["id_token"])["acr"], "urn:cognito:loa:1");
    }
}

#[tokio::test]
async fn a_sign_in_goes_on_until_the_level_is_reached() {
    let shop = with_codes().await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[THREE])).await;
    let choice = browser.submit(&login, &[("username", ADA)]).await;
    assert!(
        choice.has("password") && choice.has("factor"),
        "{}",
        choice.plain()
    );
    let choice = browser.submit(&choice, &[("password", PASSWORD)]).await;
    assert!(
        choice.has("factor") && !choice.has("password"),
        "{}",
        choice.plain()
    );
    let done = by_code(&shop, &browser, &choice).await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    assert_eq!(claims(&tokens["id_token"])["acr"], THREE.1);
    // A code alone is level 2, and only codes lead there.
    let browser = shop.browser();
    let two = [("acr_values", "x urn:cognito:loa:2")];
    shop.app.advance(Span::seconds(1));
    let login = browser.get(&shop.at("/login", &two)).await;
    let choice = browser.submit(&login, &[("username", ADA)]).await;
    assert!(
        choice.has("factor") && !choice.has("password"),
        "{}",
        choice.plain()
    );
    code_of(&by_code(&shop, &browser, &choice).await);
}

#[tokio::test]
async fn a_sign_up_goes_on_until_the_level_is_reached() {
    let shop = with_codes().await;
    let browser = shop.browser();
    let form = browser.get(&shop.at("/signup", &[THREE])).await;
    let values = [
        ("requiredAttributes[email]", "bea@example.com"),
        ("password", PASSWORD),
    ];
    let page = browser.submit(&form, &values).await;
    let code = shop.app.code_sent_to("bea@example.com").await;
    let code = [("verification_code", code.as_str())];
    let choice = browser.submit(&page, &code).await;
    assert!(
        choice.has("factor") && !choice.has("password"),
        "{}",
        choice.plain()
    );
}

#[tokio::test]
async fn the_form_with_both_fields_goes_on_as_well() {
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] });
    let shop = shop(&["PASSWORD", "EMAIL_OTP"], flows).await;
    let browser = shop.browser();
    let login = browser.get(&shop.at("/login", &[THREE])).await;
    let both = [("username", ADA), ("password", PASSWORD)];
    let choice = browser.submit(&login, &both).await;
    let done = by_code(&shop, &browser, &choice).await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    assert_eq!(claims(&tokens["id_token"])["acr"], THREE.1);
}
