//! Recovery codes of people whose only second factor is a passkey.

use cabana_domain::Span;
use cabana_domain::pool::RECOVERY_CODES_TAG;
use cabana_testkit::Authenticator;
use serde_json::json;

use super::{FLOWS, ORIGIN, add, flows, options, pool, send};
use crate::browser::Page;
use crate::recovery_codes::{codes, stored};
use crate::shop::{PASSWORD, Shop, code_of};

/// Ada, whose passkey is both factors.
async fn shop() -> (Shop, Authenticator, String) {
    let mut pool = pool();
    pool["UserPoolTags"] = json!({ RECOVERY_CODES_TAG: "on" });
    let shop = Shop::with(pool, flows(&FLOWS)).await;
    let authenticator = Authenticator::at(ORIGIN);
    let sub = add(&shop, &authenticator).await;
    let body = json!({
        "UserPoolId": shop.pool, "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {},
        "WebAuthnConfiguration": { "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" },
    });
    shop.app.ok("SetUserPoolMfaConfig", body).await;
    prefer(&shop, true).await;
    (shop, authenticator, sub)
}

async fn prefer(shop: &Shop, passkey: bool) {
    let body = json!({ "UserPoolId": shop.pool, "Username": "ada",
        "WebAuthnMfaSettings": { "Enabled": passkey } });
    shop.app.ok("AdminSetUserMFAPreference", body).await;
}

/// The page after a sign-in with the passkey.
async fn by_passkey(shop: &Shop, authenticator: &mut Authenticator, sub: &str) -> Page {
    let browser = shop.browser();
    let page = browser.get(&shop.at("/login", &[])).await;
    authenticator.sign_count += 1;
    let credential = authenticator.get(&options(&page).unwrap(), sub);
    let page = send(&browser, &page, &credential).await;
    let shown = codes(&page);
    if shown.is_empty() {
        return page;
    }
    assert_eq!(shown.len(), 10, "{}", page.plain());
    code_of(&browser.submit(&page, &[("kept", "")]).await);
    page
}

#[tokio::test]
async fn who_has_a_passkey_as_second_factor_keeps_codes_and_signs_in_with_one_without_it() {
    let (shop, mut authenticator, sub) = shop().await;
    // Without codes the password does not do.
    let refused = shop.sign_in(&shop.browser(), &[]).await;
    assert!(!refused.has("recovery_code"), "{}", refused.plain());
    let codes = codes(&by_passkey(&shop, &mut authenticator, &sub).await);
    shop.app.advance(Span::minutes(1));
    code_of(&by_passkey(&shop, &mut authenticator, &sub).await);

    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    assert!(page.has("recovery_code"), "{}", page.plain());
    let plain = page.plain();
    assert!(!plain.contains("Try another way"), "{plain}");
    let wrong = browser.submit(&page, &[("recovery_code", "0000-0000-0000")]);
    let wrong = wrong.await;
    assert!(wrong.plain().contains("incorrect"), "{}", wrong.plain());
    code_of(
        &browser
            .submit(&wrong, &[("recovery_code", &codes[4])])
            .await,
    );
    assert_eq!(stored(&shop).await.iter().flatten().count(), 9);
    let told = shop.app.newest_message("ada@example.com").await;
    assert_eq!(told.subject, "A recovery code was used");
    // Clients of the API see none.
    let body = json!({ "ClientId": shop.client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ada", "PASSWORD": PASSWORD } });
    let answer = shop.app.call("InitiateAuth", body).await;
    let none = "A second factor is required and the user has none that can be used.";
    answer.refused("InvalidParameterException", none);
}

#[tokio::test]
async fn codes_of_a_passkey_end_with_it_and_with_another_one() {
    let (shop, mut authenticator, sub) = shop().await;
    by_passkey(&shop, &mut authenticator, &sub).await;
    assert_eq!(stored(&shop).await.len(), 10);
    prefer(&shop, true).await;
    assert_eq!(stored(&shop).await.len(), 10);
    prefer(&shop, false).await;
    assert!(stored(&shop).await.is_empty());

    prefer(&shop, true).await;
    by_passkey(&shop, &mut authenticator, &sub).await;
    let browser = shop.browser();
    let page = browser.get(&shop.at("/login", &[])).await;
    authenticator.sign_count += 1;
    let credential = authenticator.get(&options(&page).unwrap(), &sub);
    send(&browser, &page, &credential).await;
    let page = browser.get(&shop.at(super::ADD, &[])).await;
    let another = Authenticator::at(ORIGIN);
    let made = another.create(&options(&page).unwrap());
    send(&browser, &page, &made).await;
    assert!(stored(&shop).await.is_empty());
}
