//! Second factors that are set up while signing in, other than an authenticator app alone.

use serde_json::json;

use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, Shop, code_of};

const PHONE: &str = "+14155550100";
const MAIL: &str = "bob@example.org";

/// A pool that requires a factor and offers these; `bob` has no address.
async fn shop(offers: &[&str]) -> Shop {
    let ways = json!([{ "Name": "admin_only", "Priority": 1 }]);
    let pool = json!({ "AccountRecoverySetting": { "RecoveryMechanisms": ways } });
    let shop = Shop::with(pool, json!({})).await;
    let mut on = json!({ "UserPoolId": shop.pool, "MfaConfiguration": "ON" });
    if offers.contains(&"app") {
        on["SoftwareTokenMfaConfiguration"] = json!({ "Enabled": true });
    }
    if offers.contains(&"mail") {
        on["EmailMfaConfiguration"] = json!({});
    }
    if offers.contains(&"text") {
        let sender = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
        on["SmsMfaConfiguration"] = json!({ "SmsConfiguration": sender });
    }
    shop.app.ok("SetUserPoolMfaConfig", on).await;
    let bob = json!({ "UserPoolId": shop.pool, "Username": "bob", "MessageAction": "SUPPRESS" });
    shop.app.ok("AdminCreateUser", bob).await;
    let password = json!({
        "UserPoolId": shop.pool, "Username": "bob", "Password": PASSWORD, "Permanent": true,
    });
    shop.app.ok("AdminSetUserPassword", password).await;
    shop
}

async fn begun(shop: &Shop, browser: &Browser) -> Page {
    let login = browser.get(&shop.at("/login", &[])).await;
    browser
        .submit(&login, &[("username", "bob"), ("password", PASSWORD)])
        .await
}

async fn factors(shop: &Shop) -> serde_json::Value {
    let named = json!({ "UserPoolId": shop.pool, "Username": "bob" });
    shop.app.ok("AdminGetUser", named).await["UserMFASettingList"].clone()
}

#[tokio::test]
async fn a_person_chooses_a_factor_and_comes_back_to_the_choice() {
    let shop = shop(&["app", "mail", "text"]).await;
    let browser = shop.browser();
    let choice = begun(&shop, &browser).await;
    for words in [
        "Protect your account",
        "Authenticator app",
        "Text message",
        "Email",
    ] {
        assert!(
            choice.plain().contains(words),
            "{words}: {}",
            choice.plain()
        );
    }
    let app = browser
        .submit(&choice, &[("mfa_choice", "SOFTWARE_TOKEN_MFA")])
        .await;
    assert!(app.text.contains("totp-key"), "{}", app.plain());
    let again = browser.get(&shop.at("/mfa/methods", &[])).await;
    assert!(app.text.contains("/mfa/methods?"), "{}", app.text);
    let mail = browser.submit(&again, &[("mfa_choice", "EMAIL_OTP")]).await;
    assert!(mail.has("requiredAttributes[email]"), "{}", mail.plain());
    let reloaded = browser.get(&shop.at("/mfa/address", &[])).await;
    assert_eq!(reloaded.plain(), mail.plain());
    let none = browser
        .submit(&mail, &[("requiredAttributes[email]", "")])
        .await;
    assert!(
        none.plain().contains("Email is missing"),
        "{}",
        none.plain()
    );
    let wrong = browser
        .submit(&none, &[("requiredAttributes[email]", "bob")])
        .await;
    assert!(wrong.text.contains("value=\"bob\""), "what was typed stays");
    let code = browser
        .submit(&wrong, &[("requiredAttributes[email]", MAIL)])
        .await;
    assert!(code.plain().contains("b***@e***"), "{}", code.plain());
    assert_eq!(factors(&shop).await, json!(null), "not before the code");
    let digits = shop.app.code_sent_to(MAIL).await;
    let done = [("authentication_code", digits.as_str())];
    code_of(&browser.submit(&code, &done).await);
    assert_eq!(factors(&shop).await, json!(["EMAIL_OTP"]));
}

#[tokio::test]
async fn a_number_is_set_up_where_text_messages_are_the_only_factor() {
    let shop = shop(&["text"]).await;
    let browser = shop.browser();
    let page = begun(&shop, &browser).await;
    assert!(
        page.plain().contains("Add your phone number"),
        "{}",
        page.plain()
    );
    assert!(
        !page.text.contains("/mfa/methods"),
        "nothing to choose from"
    );
    let wrong = browser
        .submit(&page, &[("requiredAttributes[phone_number]", "0151")])
        .await;
    assert!(
        wrong.has("requiredAttributes[phone_number]"),
        "{}",
        wrong.plain()
    );
    let code = browser
        .submit(&wrong, &[("requiredAttributes[phone_number]", PHONE)])
        .await;
    let digits = shop.app.code_sent_to(PHONE).await;
    let done = [("authentication_code", digits.as_str())];
    code_of(&browser.submit(&code, &done).await);
    assert_eq!(factors(&shop).await, json!(["SMS_MFA"]));
    let asked = begun(&shop, &shop.browser()).await;
    assert!(
        asked.plain().contains("Check your phone"),
        "{}",
        asked.plain()
    );
}

#[tokio::test]
async fn a_choice_that_is_not_offered_leads_nowhere() {
    let shop = shop(&["app", "mail"]).await;
    let browser = shop.browser();
    let choice = begun(&shop, &browser).await;
    assert!(
        !choice.plain().contains("Text message"),
        "{}",
        choice.plain()
    );
    for value in ["SMS_MFA", "RECOVERY_CODE", "NONE"] {
        let page = browser.submit(&choice, &[("mfa_choice", value)]).await;
        assert!(page.has("mfa_choice"), "{value}: {}", page.plain());
    }
    // A form of a factor, posted though the page is the choice.
    let csrf = choice.forms()[0].fields["_csrf"].clone();
    let fields = [
        ("_csrf", csrf.as_str()),
        ("requiredAttributes[email]", MAIL),
    ];
    let answer = browser.post(&shop.at("/mfa/address", &[]), &fields).await;
    assert_eq!(answer.location(), shop.at("/mfa/methods", &[]));
    assert!(shop.app.mailbox().await.is_empty());
}
