use cabana_domain::{Span, totp};
use cabana_testkit::START;
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, Shop, claims, code_of};

/// A pool that requires an authenticator app.
pub async fn strict() -> Shop {
    let shop = Shop::open().await;
    let on = json!({ "UserPoolId": shop.pool, "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    shop.app.ok("SetUserPoolMfaConfig", on).await;
    shop
}

/// A pool where Ada prefers codes by mail as her second factor.
pub async fn by_mail() -> Shop {
    let shop = Shop::open().await;
    let on = json!({ "UserPoolId": shop.pool, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
    shop.app.ok("SetUserPoolMfaConfig", on).await;
    let prefer = json!({ "UserPoolId": shop.pool, "Username": "ada",
        "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    shop.app.ok("AdminSetUserMFAPreference", prefer).await;
    shop
}

/// The key on the page.
fn key(page: &Page) -> Vec<u8> {
    let (_, rest) = page.text.split_once("id=\"totp-key\"").expect("a key");
    let (_, rest) = rest.split_once('>').unwrap();
    let (text, _) = rest.split_once('<').unwrap();
    totp::from_base32(&text.replace(' ', "")).unwrap()
}

fn code_at(key: &[u8], seconds: i64) -> String {
    totp::code_at(key, (START.seconds() + seconds) / 30)
}

/// A code other than this one.
fn other_than(right: &str) -> &'static str {
    if right == "000000" {
        "111111"
    } else {
        "000000"
    }
}

async fn set_up(shop: &Shop, browser: &Browser) -> (Vec<u8>, Page) {
    let page = shop.sign_in(browser, &[("nonce", "n3")]).await;
    assert!(
        page.has("software_token_mfa_code") && page.text.contains("<svg class=\"qr\""),
        "{}",
        page.plain()
    );
    let key = key(&page);
    let wrong = browser
        .submit(&page, &[("software_token_mfa_code", "12")])
        .await;
    assert!(wrong.has("software_token_mfa_code"), "{}", wrong.plain());
    let code = code_at(&key, 0);
    let done = browser
        .submit(&wrong, &[("software_token_mfa_code", &code)])
        .await;
    (key, done)
}

#[tokio::test]
async fn an_authenticator_app_is_set_up_and_asked_for_the_next_time() {
    let shop = strict().await;
    let (key, done) = set_up(&shop, &shop.browser()).await;
    let tokens = shop.redeem(&code_of(&done), &[]).await.json();
    assert_eq!(claims(&tokens["id_token"])["nonce"], "n3");
    shop.app.advance(Span::seconds(60));
    let browser = shop.browser();
    let asked = shop.sign_in(&browser, &[]).await;
    assert!(
        asked.has("software_token_mfa_code") && !asked.text.contains("totp-key"),
        "{}",
        asked.plain()
    );
    let right = code_at(&key, 60);
    let wrong = other_than(&right);
    let again = browser
        .submit(&asked, &[("software_token_mfa_code", wrong)])
        .await;
    assert!(
        again.plain().contains("code is incorrect"),
        "{}",
        again.plain()
    );
    code_of(
        &browser
            .submit(&again, &[("software_token_mfa_code", &right)])
            .await,
    );
    // Neither the page nor the code is valid twice.
    let twice = browser
        .submit(&again, &[("software_token_mfa_code", &right)])
        .await;
    assert_eq!(twice.location(), "", "{}", twice.plain());
}

#[tokio::test]
async fn a_right_password_forgives_no_wrong_second_factor() {
    let shop = strict().await;
    let (key, _) = set_up(&shop, &shop.browser()).await;
    shop.app.advance(Span::seconds(60));
    let right = code_at(&key, 60);
    let wrong = other_than(&right);
    let browser = shop.browser();
    for wrong_ones in [3, 2] {
        let asked = shop.sign_in(&browser, &[]).await;
        for _ in 0..wrong_ones {
            let answer = [("software_token_mfa_code", wrong)];
            let again = browser.submit(&asked, &answer).await;
            assert!(again.has("software_token_mfa_code"), "{}", again.plain());
        }
    }
    let asked = shop.sign_in(&browser, &[]).await;
    let answer = [("software_token_mfa_code", right.as_str())];
    let locked = browser.submit(&asked, &answer).await;
    assert_eq!(locked.location(), "", "{}", locked.plain());
    assert!(
        locked.plain().contains("Too many failed attempts"),
        "{}",
        locked.plain()
    );
}

#[tokio::test]
async fn a_password_alone_opens_no_session_where_a_second_factor_is_due() {
    let shop = strict().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    assert!(!browser.cookies.lock().unwrap().contains_key("cognito"));
    let page = browser.get(&shop.at("/oauth2/authorize", &[])).await;
    assert!(page.location().contains("/login?"), "{}", page.plain());
}

#[tokio::test]
async fn setting_up_an_app_may_take_half_an_hour_with_the_same_key_after_signing_in_again() {
    let shop = strict().await;
    let browser = shop.browser();
    let first = shop.sign_in(&browser, &[]).await;
    let handed_out = key(&first);
    // Reload, and the page as a phone restores it.
    let path = shop.at("/mfa/setup", &[]);
    assert_eq!(key(&browser.get(&path).await), handed_out);
    shop.app.advance(Span::minutes(20));
    assert_eq!(key(&browser.get(&path).await), handed_out);
    let again = shop.sign_in(&browser, &[("nonce", "later")]).await;
    assert_eq!(key(&again), handed_out);
    // Another browser gets another key.
    let other = shop.sign_in(&shop.browser(), &[]).await;
    assert_ne!(key(&other), handed_out);
    shop.app.advance(Span::minutes(9));
    let code = code_at(&handed_out, 29 * 60);
    let values = [("software_token_mfa_code", code.as_str())];
    code_of(&browser.submit(&again, &values).await);
}

#[tokio::test]
async fn a_key_is_not_handed_out_again_after_half_an_hour_or_a_new_password() {
    let shop = strict().await;
    let browser = shop.browser();
    let first = key(&shop.sign_in(&browser, &[]).await);
    let set = json!({ "UserPoolId": shop.pool, "Username": "ada", "Password": PASSWORD, "Permanent": true });
    shop.app.ok("AdminSetUserPassword", set).await;
    let second = key(&shop.sign_in(&browser, &[]).await);
    assert_ne!(
        first, second,
        "somebody who knew the old password may have seen it"
    );
    shop.app.advance(Span::minutes(31));
    assert_ne!(key(&shop.sign_in(&browser, &[]).await), second);
}

#[tokio::test]
async fn a_key_is_not_shown_any_more_once_it_is_registered_or_after_sign_out() {
    let shop = strict().await;
    let browser = shop.browser();
    let left = shop.sign_in(&browser, &[("nonce", "left")]).await;
    let handed_out = key(&left);
    let other = shop.sign_in(&browser, &[("nonce", "other")]).await;
    assert_eq!(key(&other), handed_out);
    let kept = browser.cookies.lock().unwrap().clone();
    let code = code_at(&handed_out, 0);
    let values = [("software_token_mfa_code", code.as_str())];
    code_of(&browser.submit(&other, &values).await);
    let names: Vec<_> = browser.cookies.lock().unwrap().keys().cloned().collect();
    let is_of_a_step = |name: &&String| name.starts_with("step-") || *name == "set-up";
    assert_eq!(names.iter().find(is_of_a_step), None);
    // Nor to a browser that has kept its cookies.
    browser.cookies.lock().unwrap().extend(kept);
    let path = shop.at("/mfa/setup", &[("nonce", "left")]);
    let page = browser.get(&path).await;
    assert!(page.location().contains("/login?"), "{}", page.plain());
    let logout = format!("/{}/logout?client_id={}", shop.pool, shop.client);
    let ask = browser.get(&logout).await;
    browser.submit(&ask, &[("sign_out", "yes")]).await;
    let names: Vec<_> = browser.cookies.lock().unwrap().keys().cloned().collect();
    assert_eq!(names.iter().find(is_of_a_step), None);
}

#[tokio::test]
async fn choosing_the_authenticator_app_again_does_not_prolong_a_sign_in() {
    let shop = strict().await;
    let (key, _) = set_up(&shop, &shop.browser()).await;
    shop.app.advance(Span::seconds(60));
    let browser = shop.browser();
    let asked = shop.sign_in(&browser, &[]).await;
    let csrf = asked.forms()[0].fields["_csrf"].clone();
    let again = [
        ("_csrf", csrf.as_str()),
        ("mfa_choice", "SOFTWARE_TOKEN_MFA"),
    ];
    for _ in 0..2 {
        shop.app.advance(Span::seconds(100));
        browser.post(&shop.at("/mfa", &[]), &again).await;
    }
    let page = browser.get(&shop.at("/mfa/totp", &[])).await;
    let code = code_at(&key, 260);
    let values = [
        ("_csrf", csrf.as_str()),
        ("software_token_mfa_code", code.as_str()),
    ];
    let late = browser.post(&shop.at("/mfa/totp", &[]), &values).await;
    assert!(
        late.location().contains("/login?") || page.location().contains("/login?"),
        "{}",
        late.location()
    );
}

#[tokio::test]
async fn a_challenge_page_expires_with_its_session() {
    let shop = by_mail().await;
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    let code = shop.app.code_sent_to("ada@example.com").await;
    shop.app.advance(Span::minutes(4));
    let page = browser
        .submit(&page, &[("authentication_code", &code)])
        .await;
    assert!(
        page.has("password") && page.plain().contains("That took too long"),
        "{}",
        page.plain()
    );
    assert!(page.text.contains("value=\"ada\""), "the name is kept");
}

#[tokio::test]
async fn a_code_page_survives_reload_and_offers_a_new_code_and_another_way() {
    let shop = by_mail().await;
    let on = json!({ "UserPoolId": shop.pool, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {},
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    shop.app.ok("SetUserPoolMfaConfig", on).await;
    let browser = shop.browser();
    let asked = shop.sign_in(&browser, &[]).await;
    let first = shop.app.code_sent_to("ada@example.com").await;
    let path = shop.at("/mfa/email", &[]);
    // Only one factor: nothing to choose from.
    assert!(!asked.text.contains("another way"), "{}", asked.plain());
    let reloaded = browser.get(&path).await;
    assert_eq!(reloaded.plain(), asked.plain());
    assert_eq!(
        shop.app.code_sent_to("ada@example.com").await,
        first,
        "nothing was sent again"
    );
    let wrong = browser
        .submit(&reloaded, &[("authentication_code", other_than(&first))])
        .await;
    assert!(wrong.plain().contains("incorrect"), "{}", wrong.plain());
    assert_eq!(browser.get(&path).await.plain(), wrong.plain());
    shop.app.advance(Span::seconds(31));
    let page = browser.get(&path).await;
    let before = browser.cookies.lock().unwrap().clone();
    let resent = browser.submit(&page, &[("resend", "")]).await;
    assert!(resent.plain().contains("new code"), "{}", resent.plain());
    let second = shop.app.code_sent_to("ada@example.com").await;
    assert_ne!(first, second);
    // Pressed twice: the second answer leads to the step that the first has made.
    let now = browser.cookies.lock().unwrap().clone();
    *browser.cookies.lock().unwrap() = before;
    let twice = browser.press(&page, &[("resend", "")]).await;
    assert_eq!(twice.location(), path);
    assert!(!twice.headers.contains_key("set-cookie"));
    *browser.cookies.lock().unwrap() = now;
    // The code before went with its session.
    let old = browser
        .submit(&resent, &[("authentication_code", &first)])
        .await;
    assert!(old.plain().contains("incorrect"), "{}", old.plain());
    let done = browser
        .submit(&old, &[("authentication_code", &second)])
        .await;
    code_of(&done);
    let cookies = browser.cookies.lock().unwrap();
    assert!(
        !cookies.keys().any(|name| name.starts_with("step-")),
        "{cookies:?}"
    );
}

#[tokio::test]
async fn a_code_by_mail_is_asked_for_on_the_page() {
    let shop = by_mail().await;
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    assert!(
        page.has("authentication_code") && page.plain().contains("a***@e***"),
        "{}",
        page.plain()
    );
    let code = shop.app.code_sent_to("ada@example.com").await;
    code_of(
        &browser
            .submit(&page, &[("authentication_code", &code)])
            .await,
    );
}

#[tokio::test]
async fn a_mailed_code_on_the_page_proves_the_address_it_was_sent_to() {
    let shop = by_mail().await;
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    let code = shop.app.code_sent_to("ada@example.com").await;
    let other = json!({ "UserPoolId": shop.pool, "Username": "ada", "UserAttributes": [
        { "Name": "email", "Value": "ceo@bigcorp.example" } ] });
    shop.app.ok("AdminUpdateUserAttributes", other).await;
    let answer = [("authentication_code", code.as_str())];
    let refused = browser.submit(&page, &answer).await;
    assert_eq!(refused.location(), "", "{}", refused.plain());
    assert!(
        refused
            .plain()
            .contains("code is incorrect. Check it, or request a new one."),
        "{}",
        refused.plain()
    );
}

#[tokio::test]
async fn a_set_up_page_that_waits_in_another_browser_ends_once_a_generator_is_there() {
    let shop = strict().await;
    let other = shop.browser();
    let waiting = shop.sign_in(&other, &[]).await;
    set_up(&shop, &shop.browser()).await;
    let code = code_at(&key(&waiting), 0);
    let answer = [("software_token_mfa_code", code.as_str())];
    let refused = other.submit(&waiting, &answer).await;
    assert_eq!(refused.location(), "", "{}", refused.plain());
    assert!(refused.has("password"), "{}", refused.plain());
}

#[tokio::test]
async fn of_several_factors_the_person_chooses_one() {
    let shop = Shop::open().await;
    let on = json!({ "UserPoolId": shop.pool, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {},
        "SmsMfaConfiguration": { "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" } } });
    shop.app.ok("SetUserPoolMfaConfig", on).await;
    let number = json!({ "UserPoolId": shop.pool, "Username": "ada", "UserAttributes": [
        { "Name": "phone_number", "Value": "+14155550100" }, { "Name": "phone_number_verified", "Value": "true" } ] });
    shop.app.ok("AdminUpdateUserAttributes", number).await;
    let both = json!({ "UserPoolId": shop.pool, "Username": "ada",
        "EmailMfaSettings": { "Enabled": true }, "SMSMfaSettings": { "Enabled": true } });
    shop.app.ok("AdminSetUserMFAPreference", both).await;
    let browser = shop.browser();
    let choice = shop.sign_in(&browser, &[]).await;
    assert!(choice.has("mfa_choice"), "{}", choice.plain());
    let odd = browser
        .submit(&choice, &[("mfa_choice", "SOFTWARE_TOKEN_MFA")])
        .await;
    assert!(odd.has("mfa_choice"), "{}", odd.plain());
    let page = browser.submit(&choice, &[("mfa_choice", "SMS_MFA")]).await;
    assert!(
        page.has("authentication_code") && page.plain().contains("0100"),
        "{}",
        page.plain()
    );
    let code = shop.app.code_sent_to("+14155550100").await;
    code_of(
        &browser
            .submit(&page, &[("authentication_code", &code)])
            .await,
    );
}
