//! Sign-in that asks for the name first, and then for what its user can begin with.

mod step_up;
mod unknown;

use cabana_domain::Span;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, Shop, claims, code_of};

const ADA: &str = "ada@example.com";
const PHONE: &str = "+14155550100";

/// A pool whose users are called by their addresses, and may begin with these first factors; and Ada.
async fn shop(factors: &[&str], client: Value) -> Shop {
    let pool = json!({
        "UsernameAttributes": ["email"],
        "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" },
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } },
    });
    let mut settings = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] });
    let members = settings.as_object_mut().unwrap();
    members.extend(client.as_object().unwrap().clone());
    let shop = Shop::empty(std::sync::Arc::default(), pool, settings).await;
    create(
        &shop,
        ADA,
        json!([{ "Name": "email_verified", "Value": "true" }]),
    )
    .await;
    shop
}

async fn with_codes() -> Shop {
    shop(&["PASSWORD", "EMAIL_OTP"], json!({})).await
}

async fn create(shop: &Shop, name: &str, attributes: Value) {
    let made = json!({ "UserPoolId": shop.pool, "Username": name, "MessageAction": "SUPPRESS",
        "UserAttributes": attributes });
    shop.app.ok("AdminCreateUser", made).await;
    let password = json!({ "UserPoolId": shop.pool, "Username": name, "Password": PASSWORD,
        "Permanent": true });
    shop.app.ok("AdminSetUserPassword", password).await;
}

/// A user without a password.
async fn bea(shop: &Shop) -> &'static str {
    let made = json!({ "UserPoolId": shop.pool, "Username": "bea@example.com",
        "MessageAction": "SUPPRESS" });
    shop.app.ok("AdminCreateUser", made).await;
    "bea@example.com"
}

/// Enters a name.
async fn name(shop: &Shop, browser: &Browser, name: &str) -> Page {
    let login = browser.get(&shop.at("/login", &[])).await;
    assert!(!login.has("password"), "{}", login.plain());
    browser.submit(&login, &[("username", name)]).await
}

async fn enter(browser: &Browser, page: &Page, code: &str) -> Page {
    browser.submit(page, &[("authentication_code", code)]).await
}

#[tokio::test]
async fn a_person_enters_their_name_and_begins_with_a_code() {
    let shop = with_codes().await;
    let levels = json!({ "UserPoolId": shop.pool, "AutoVerifiedAttributes": ["email"],
        "AcrConfiguration": { "Level2": { "AcrValue": "code" } } });
    shop.app.ok("UpdateUserPool", levels).await;
    let browser = shop.browser();
    let choice = name(&shop, &browser, ADA).await;
    assert!(choice.has("password") && choice.plain().contains("Get a code by email"));
    assert!(
        !choice.plain().contains("text message"),
        "{}",
        choice.plain()
    );
    assert!(choice.plain().contains(ADA), "{}", choice.plain());
    assert_eq!(shop.app.mailbox().await.len(), 0, "nothing is sent unasked");
    let page = browser.submit(&choice, &[("factor", "EMAIL_OTP")]).await;
    assert!(page.text.contains("data-cells=\"8\""), "{}", page.text);
    assert!(page.plain().contains("a***@e***"), "{}", page.plain());
    assert!(page.plain().contains("Try another way"), "{}", page.plain());
    // Without a code, with a wrong one, and reloaded.
    let path = shop.at("/login/email", &[]);
    let empty = enter(&browser, &page, "").await;
    assert!(
        empty.plain().contains("Code is missing"),
        "{}",
        empty.plain()
    );
    let wrong = enter(&browser, &page, "00000000x").await;
    assert!(wrong.plain().contains("incorrect"), "{}", wrong.plain());
    assert_eq!(browser.get(&path).await.plain(), wrong.plain());
    let code = shop.app.code_sent_to(ADA).await;
    let done = enter(&browser, &wrong, &code).await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    let id = claims(&tokens["id_token"]);
    assert_eq!(
        (&id["acr"], &id["amr"]),
        (&json!("code"), &json!(["email_otp"]))
    );
    let twice = enter(&browser, &wrong, &code).await;
    assert_eq!(twice.sent_back("code"), None, "{}", twice.plain());
}

#[tokio::test]
async fn a_person_enters_their_name_and_then_their_password() {
    let shop = with_codes().await;
    let browser = shop.browser();
    let choice = name(&shop, &browser, ADA).await;
    let empty = browser.submit(&choice, &[("password", "")]).await;
    assert!(
        empty.plain().contains("Password is missing"),
        "{}",
        empty.plain()
    );
    let wrong = browser
        .submit(&choice, &[("password", "Wrong-horse-1!")])
        .await;
    assert!(
        wrong.plain().contains("Email or password is incorrect"),
        "{}",
        wrong.plain()
    );
    assert!(
        wrong.has("password") && wrong.has("factor"),
        "{}",
        wrong.plain()
    );
    assert_eq!(
        browser.get(&shop.at("/login/choose", &[])).await.plain(),
        wrong.plain()
    );
    // There is time to look for it.
    shop.app.advance(Span::minutes(20));
    let done = browser.submit(&wrong, &[("password", PASSWORD)]).await;
    code_of(&done);
    let browser = shop.browser();
    let choice = name(&shop, &browser, ADA).await;
    let forgot = browser
        .submit(&choice, &[("password", ""), ("go", "forgot")])
        .await;
    assert!(
        forgot.text.contains(ADA) && forgot.has("reset_my_password"),
        "{}",
        forgot.plain()
    );
}

#[tokio::test]
async fn whoever_has_one_way_only_is_asked_for_it_at_once() {
    let shop = with_codes().await;
    let bea = bea(&shop).await;
    let browser = shop.browser();
    let page = name(&shop, &browser, bea).await;
    assert!(page.has("authentication_code"), "{}", page.plain());
    assert!(!page.plain().contains("another way"), "{}", page.plain());
    let nothing_else = browser.get(&shop.at("/login/choose", &[])).await;
    assert_eq!(nothing_else.location(), shop.at("/login/email", &[]));
    let code = shop.app.code_sent_to(bea).await;
    code_of(&enter(&browser, &page, &code).await);
    create(&shop, "eve@example.com", json!([])).await;
    let page = name(&shop, &shop.browser(), "eve@example.com").await;
    assert!(
        page.has("password") && !page.has("factor"),
        "{}",
        page.plain()
    );
}

#[tokio::test]
async fn another_code_and_another_way_are_a_button_away() {
    let shop = shop(&["PASSWORD", "EMAIL_OTP", "SMS_OTP"], json!({})).await;
    let number = json!({ "UserPoolId": shop.pool, "Username": ADA, "UserAttributes": [
        { "Name": "phone_number", "Value": PHONE },
        { "Name": "phone_number_verified", "Value": "true" } ] });
    shop.app.ok("AdminUpdateUserAttributes", number).await;
    let browser = shop.browser();
    let choice = name(&shop, &browser, ADA).await;
    let page = browser.submit(&choice, &[("factor", "EMAIL_OTP")]).await;
    assert!(
        page.plain()
            .contains("You can request a new one in 30 seconds"),
        "{}",
        page.plain()
    );
    let first = shop.app.code_sent_to(ADA).await;
    shop.app.advance(Span::seconds(31));
    let page = browser.get(&shop.at("/login/email", &[])).await;
    let resent = browser.submit(&page, &[("resend", "")]).await;
    assert!(
        resent.plain().contains("A new code is on its way"),
        "{}",
        resent.plain()
    );
    let old = enter(&browser, &resent, &first).await;
    assert!(old.plain().contains("incorrect"), "{}", old.plain());
    let choice = browser.get(&shop.at("/login/choose", &[])).await;
    assert!(
        choice.plain().contains("by text message"),
        "{}",
        choice.plain()
    );
    let page = browser.submit(&choice, &[("factor", "SMS_OTP")]).await;
    assert!(page.text.contains("data-cells=\"6\""), "{}", page.text);
    assert!(page.plain().contains("0100"), "{}", page.plain());
    // The page of the mail leads to where the person is.
    let elsewhere = browser.get(&shop.at("/login/email", &[])).await;
    assert_eq!(elsewhere.location(), shop.at("/login/sms", &[]));
    let choice = browser.get(&shop.at("/login/choose", &[])).await;
    let wrong = browser
        .submit(&choice, &[("password", "Wrong-horse-1!")])
        .await;
    assert!(wrong.has("password"), "{}", wrong.plain());
    code_of(&browser.submit(&wrong, &[("password", PASSWORD)]).await);
}

#[tokio::test]
async fn a_refused_new_code_stays_on_the_page_of_the_code() {
    let shop = with_codes().await;
    let browser = shop.browser();
    let choice = name(&shop, &browser, ADA).await;
    let mut page = browser.submit(&choice, &[("factor", "EMAIL_OTP")]).await;
    for _ in 0..10 {
        shop.app.advance(Span::seconds(31));
        page = browser.submit(&page, &[("resend", "")]).await;
    }
    assert!(
        page.plain().contains("Too many attempts"),
        "{}",
        page.plain()
    );
    assert!(page.has("authentication_code"), "{}", page.plain());
    let code = shop.app.code_sent_to(ADA).await;
    code_of(&enter(&browser, &page, &code).await);
}

#[tokio::test]
async fn a_client_that_tells_says_that_there_is_nobody_or_that_the_account_waits() {
    let telling = json!({ "PreventUserExistenceErrors": "LEGACY" });
    let shop = shop(&["PASSWORD", "EMAIL_OTP"], telling).await;
    let browser = shop.browser();
    let page = name(&shop, &browser, "nobody@example.net").await;
    assert!(
        page.plain().contains("No account was found"),
        "{}",
        page.plain()
    );
    assert!(page.text.contains("nobody@example.net"), "the name is kept");
    let body = json!({ "ClientId": shop.client, "Username": "new@example.com" });
    shop.app.ok("SignUp", body).await;
    let page = name(&shop, &browser, "new@example.com").await;
    assert!(page.has("verification_code"), "{}", page.plain());
}

#[tokio::test]
async fn whoever_is_not_confirmed_is_led_there_by_a_code() {
    let shop = with_codes().await;
    let new = "new@example.com";
    let body = json!({ "ClientId": shop.client, "Username": new });
    shop.app.ok("SignUp", body).await;
    shop.app.advance(Span::seconds(1));
    let browser = shop.browser();
    let page = name(&shop, &browser, new).await;
    let code = shop.app.code_sent_to(new).await;
    let page = enter(&browser, &page, &code).await;
    assert!(page.has("verification_code"), "{}", page.plain());
    assert!(
        page.plain().contains("not confirmed yet"),
        "{}",
        page.plain()
    );
}

#[tokio::test]
async fn names_without_end_are_refused_and_odd_ones_fit_the_cookie() {
    let shop = with_codes().await;
    let browser = shop.browser();
    let page = name(&shop, &browser, &"n".repeat(257)).await;
    assert!(
        page.plain().contains("Email is too long"),
        "{}",
        page.plain()
    );
    for (odd, times, fits) in [
        ("\u{1}", 128, false),
        ("\u{1D518}", 149, true),
        ("\u{1D518}", 150, false),
        ("n", 256, true),
    ] {
        let page = name(&shop, &shop.browser(), &odd.repeat(times)).await;
        let refused = page.plain().contains("Email is too long");
        assert_eq!((page.status, refused), (200, !fits), "{}", page.plain());
    }
}

#[tokio::test]
async fn without_user_auth_or_other_factors_the_form_asks_for_both_at_once() {
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"] });
    let others = shop(&["PASSWORD", "EMAIL_OTP"], flows).await;
    let passwords = shop(&["PASSWORD"], json!({})).await;
    for shop in [others, passwords] {
        let page = shop.browser().get(&shop.at("/login", &[])).await;
        assert!(page.has("password"), "{}", page.plain());
    }
}

#[tokio::test]
async fn a_second_factor_follows_the_password_of_whoever_has_one() {
    let shop = with_codes().await;
    let recovery = json!({ "UserPoolId": shop.pool, "AutoVerifiedAttributes": ["email"],
        "AccountRecoverySetting": { "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] } });
    shop.app.ok("UpdateUserPool", recovery).await;
    let on = json!({ "UserPoolId": shop.pool, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
    shop.app.ok("SetUserPoolMfaConfig", on).await;
    let prefer = json!({ "UserPoolId": shop.pool, "Username": ADA,
        "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    shop.app.ok("AdminSetUserMFAPreference", prefer).await;
    let browser = shop.browser();
    let page = name(&shop, &browser, ADA).await;
    assert!(
        page.has("password") && !page.has("factor"),
        "{}",
        page.plain()
    );
    let answer = browser.press(&page, &[("password", PASSWORD)]).await;
    assert_eq!(answer.location(), shop.at("/mfa/email", &[]));
    let page = browser.get(answer.location()).await;
    let code = shop.app.code_sent_to(ADA).await;
    code_of(&enter(&browser, &page, &code).await);
}
