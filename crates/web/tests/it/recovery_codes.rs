//! Recovery codes: shown once after a second factor, and used once in place of one.

use cabana_domain::pool::RECOVERY_CODES_TAG;
use cabana_domain::{PoolId, Span, totp};
use cabana_testkit::START;
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, Shop, code_of};

const MAIL: &str = "ada@example.com";

/// A pool that requires an authenticator app, and gives recovery codes if `tag` is `on`.
async fn shop(tag: &str) -> Shop {
    let pool = json!({ "UserPoolTags": { RECOVERY_CODES_TAG: tag } });
    let shop = Shop::with(pool, json!({})).await;
    let on = json!({ "UserPoolId": shop.pool, "MfaConfiguration": "ON",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    shop.app.ok("SetUserPoolMfaConfig", on).await;
    shop
}

/// Sets an authenticator app up. Returns its key, and the page after it.
async fn set_up(shop: &Shop, browser: &Browser) -> (Vec<u8>, Page) {
    let page = shop.sign_in(browser, &[]).await;
    let (_, rest) = page.text.split_once("id=\"totp-key\"").expect("a key");
    let (_, rest) = rest.split_once('>').unwrap();
    let (text, _) = rest.split_once('<').unwrap();
    let key = totp::from_base32(&text.replace(' ', "")).unwrap();
    let code = totp::code_at(&key, START.seconds() / 30);
    let answer = [("software_token_mfa_code", code.as_str())];
    let next = browser.submit(&page, &answer).await;
    (key, next)
}

/// The codes on a page.
pub fn codes(page: &Page) -> Vec<String> {
    let parts = page.text.split("<code translate=\"no\">").skip(1);
    let codes = parts.map(|rest| rest.split('<').next().unwrap().to_owned());
    codes.collect()
}

/// Ada, who has kept her codes; at another time.
async fn kept(shop: &Shop) -> (Vec<u8>, Vec<String>) {
    let browser = shop.browser();
    let (key, page) = set_up(shop, &browser).await;
    let codes = codes(&page);
    code_of(&browser.submit(&page, &[("kept", "")]).await);
    shop.app.advance(Span::minutes(1));
    (key, codes)
}

/// The page that asks for a recovery code, in a new browser.
async fn asked(shop: &Shop) -> (Browser, Page) {
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    assert!(page.plain().contains("Try another way"), "{}", page.plain());
    let ways = browser.get(&shop.at("/mfa", &[])).await;
    let page = browser.submit(&ways, &[("mfa_choice", "RECOVERY_CODE")]);
    let page = page.await;
    assert!(page.has("recovery_code"), "{}", page.plain());
    (browser, page)
}

pub async fn stored(shop: &Shop) -> Vec<Option<String>> {
    let pool = PoolId::new(&*shop.pool);
    let name = "ada";
    let user = shop.app.api.store.user_by_name(&pool, name).await.unwrap();
    user.unwrap().secrets.recovery_codes
}

#[tokio::test]
async fn ten_codes_are_shown_once_and_each_signs_in_once() {
    let shop = shop("on").await;
    let browser = shop.browser();
    let (_, page) = set_up(&shop, &browser).await;
    let codes = codes(&page);
    assert_eq!(codes.len(), 10, "{}", page.plain());
    let reloaded = browser.get(&shop.at("/mfa/codes", &[])).await;
    assert_eq!(reloaded.plain(), page.plain());
    assert!(stored(&shop).await.is_empty(), "not before they are kept");
    code_of(&browser.submit(&page, &[("kept", "")]).await);
    let told = shop.app.newest_message(MAIL).await;
    assert_eq!(told.subject, "New recovery codes");
    let back = browser.get(&shop.at("/mfa/codes", &[])).await;
    assert!(!back.text.contains(&codes[0]), "never again");
    for (place, hash) in stored(&shop).await.iter().enumerate() {
        let hash = hash.as_deref().unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(!hash.contains(&codes[place]));
    }
    shop.app.advance(Span::minutes(1));
    for code in [codes[3].clone(), codes[0].to_lowercase().replace('-', " ")] {
        let (browser, page) = asked(&shop).await;
        let done = browser.submit(&page, &[("recovery_code", &code)]).await;
        code_of(&done);
        let told = shop.app.newest_message(MAIL).await;
        assert_eq!(told.subject, "A recovery code was used");
    }
    assert_eq!(stored(&shop).await.iter().flatten().count(), 8);
    let (browser, page) = asked(&shop).await;
    for used in [&codes[3], &codes[0]] {
        let again = browser.submit(&page, &[("recovery_code", used)]).await;
        assert!(again.plain().contains("incorrect"), "{}", again.plain());
    }
    code_of(&browser.submit(&page, &[("recovery_code", &codes[9])]).await);
}

#[tokio::test]
async fn who_keeps_none_is_shown_others_the_next_time() {
    let shop = shop("on").await;
    let browser = shop.browser();
    let (key, page) = set_up(&shop, &browser).await;
    let first = codes(&page);
    code_of(&browser.submit(&page, &[("go", "later")]).await);
    assert!(stored(&shop).await.is_empty());
    shop.app.advance(Span::minutes(1));
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    assert!(
        !page.plain().contains("Try another way"),
        "{}",
        page.plain()
    );
    let code = totp::code_at(&key, (START.seconds() + 60) / 30);
    let page = browser
        .submit(&page, &[("software_token_mfa_code", &code)])
        .await;
    let second = codes(&page);
    assert!(second.len() == 10 && second != first, "{}", page.plain());
    code_of(&browser.submit(&page, &[("kept", "")]).await);
    assert_eq!(stored(&shop).await.len(), 10);
}

#[tokio::test]
async fn without_the_tag_there_are_none_and_kept_ones_rest_while_it_is_off() {
    let off = shop("off").await;
    let (_, page) = set_up(&off, &off.browser()).await;
    code_of(&page);
    let shop = shop("on").await;
    kept(&shop).await;
    let arn = format!(
        "arn:aws:cognito-idp:us-east-1:000000000000:userpool/{}",
        shop.pool
    );
    let tag = json!({ "ResourceArn": arn, "Tags": { RECOVERY_CODES_TAG: "off" } });
    shop.app.ok("TagResource", tag).await;
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    assert!(
        !page.plain().contains("Try another way"),
        "{}",
        page.plain()
    );
    let csrf = page.forms()[0].fields["_csrf"].clone();
    let fields = [("_csrf", csrf.as_str()), ("mfa_choice", "RECOVERY_CODE")];
    let answer = browser.post(&shop.at("/mfa", &[]), &fields).await;
    assert_eq!(answer.location(), shop.at("/mfa/totp", &[]));
}

#[tokio::test]
async fn wrong_codes_count_like_any_second_factor_and_the_password_forgives_none() {
    let shop = shop("on").await;
    let (_, codes) = kept(&shop).await;
    let (mut browser, mut page) = asked(&shop).await;
    for (at, wrong) in ["0000-0000-0000", "no code", "5", "9999-9999-9999", "123456"]
        .into_iter()
        .enumerate()
    {
        if at > 0 {
            shop.app.advance(Span::seconds(1));
            (browser, page) = asked(&shop).await;
        }
        page = browser.submit(&page, &[("recovery_code", wrong)]).await;
        assert!(page.plain().contains("incorrect"), "{}", page.plain());
    }
    let locked = browser.submit(&page, &[("recovery_code", &codes[1])]).await;
    assert!(
        locked.plain().contains("Too many failed attempts"),
        "{}",
        locked.plain()
    );
    assert_eq!(stored(&shop).await.iter().flatten().count(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_use_one_code_at_once_one_signs_in() {
    let shop = shop("on").await;
    let (_, codes) = kept(&shop).await;
    let mut pages = Vec::new();
    for _ in 0..3 {
        pages.push(asked(&shop).await);
        shop.app.advance(Span::seconds(1));
    }
    let code = [("recovery_code", codes[5].as_str())];
    let press = |at: usize| pages[at].0.press(&pages[at].1, &code);
    let (one, two, three) = tokio::join!(press(0), press(1), press(2));
    let signed_in = [one, two, three].into_iter();
    let signed_in = signed_in.filter(|it| it.sent_back("code").is_some());
    assert_eq!(signed_in.count(), 1);
    assert_eq!(stored(&shop).await.iter().flatten().count(), 9);
}

#[tokio::test]
async fn codes_stand_in_for_no_set_up_and_end_with_the_last_factor() {
    let shop = shop("on").await;
    let (_, codes) = kept(&shop).await;
    let (browser, page) = asked(&shop).await;
    let named = json!({ "UserPoolId": shop.pool, "Username": "ada" });
    shop.app.ok("AdminDeleteSoftwareToken", named).await;
    assert!(stored(&shop).await.is_empty());
    let over = browser.submit(&page, &[("recovery_code", &codes[2])]).await;
    assert!(over.has("password"), "{}", over.plain());
    // The next sign-in sets up another app, with the form of a code posted though none is asked for.
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    assert!(page.text.contains("totp-key"), "{}", page.plain());
    let csrf = page.forms()[0].fields["_csrf"].clone();
    let fields = [("_csrf", csrf.as_str()), ("recovery_code", &codes[2])];
    let answer = browser.post(&shop.at("/mfa/recovery", &[]), &fields).await;
    assert_eq!(answer.location(), shop.at("/mfa/setup", &[]));
}

/// Signs Ada in through the API. Returns her access token.
async fn token(shop: &Shop, key: &[u8]) -> Value {
    let flows = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": shop.client,
        "AuthParameters": { "USERNAME": "ada", "PASSWORD": PASSWORD },
    });
    let asked = shop.app.ok("InitiateAuth", flows).await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let code = totp::code_at(key, (START.seconds() + 60) / 30);
    let answer = json!({
        "ClientId": shop.client, "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": code },
    });
    let done = shop.app.ok("RespondToAuthChallenge", answer).await;
    done["AuthenticationResult"]["AccessToken"].clone()
}

/// Registers another authenticator app, half a minute later: a code's time is used up for its user.
async fn register_another(shop: &Shop, token: &Value) {
    shop.app.advance(Span::seconds(30));
    let named = json!({ "AccessToken": token });
    let offered = shop.app.ok("AssociateSoftwareToken", named).await;
    let key = totp::from_base32(offered["SecretCode"].as_str().unwrap()).unwrap();
    let code = totp::code_at(&key, (START.seconds() + 90) / 30);
    let shown = json!({ "AccessToken": token, "UserCode": code });
    shop.app.ok("VerifySoftwareToken", shown).await;
}

/// Leaves it to users whether they have a second factor.
async fn optional(shop: &Shop) {
    let optional = json!({ "UserPoolId": shop.pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true } });
    shop.app.ok("SetUserPoolMfaConfig", optional).await;
}

#[tokio::test]
async fn codes_end_with_the_app_they_were_given_for_and_when_no_factor_is_on() {
    // Somebody who knows the password only, before the owner has a factor, keeps the codes of an app of their own.
    let shop = shop("on").await;
    let (key, _) = kept(&shop).await;
    optional(&shop).await;
    let token = token(&shop, &key).await;
    let before = stored(&shop).await;
    assert_eq!(before.iter().flatten().count(), 10);
    register_another(&shop, &token).await;
    assert!(stored(&shop).await.is_empty(), "another app, other codes");

    let other = self::shop("on").await;
    let (key, codes) = kept(&other).await;
    optional(&other).await;
    let token = self::token(&other, &key).await;
    let wanted =
        |on: bool| json!({ "AccessToken": token, "SoftwareTokenMfaSettings": { "Enabled": on } });
    other.app.ok("SetUserMFAPreference", wanted(false)).await;
    assert!(
        stored(&other).await.is_empty(),
        "though the app stays registered"
    );
    // The owner switches theirs on: no way past it.
    register_another(&other, &token).await;
    other.app.ok("SetUserMFAPreference", wanted(true)).await;
    let browser = other.browser();
    let page = other.sign_in(&browser, &[]).await;
    assert!(page.has("software_token_mfa_code"), "{}", page.plain());
    assert!(
        !page.plain().contains("Try another way"),
        "{}",
        page.plain()
    );
    let csrf = page.forms()[0].fields["_csrf"].clone();
    let fields = [("_csrf", csrf.as_str()), ("recovery_code", &codes[2])];
    let answer = browser.post(&other.at("/mfa/recovery", &[]), &fields).await;
    assert_eq!(answer.location(), other.at("/mfa/totp", &[]));
}

#[tokio::test]
async fn clients_of_the_api_see_no_codes() {
    let shop = shop("on").await;
    let (key, _) = set_up(&shop, &shop.browser()).await;
    shop.app.advance(Span::minutes(1));
    assert!(token(&shop, &key).await.is_string());
}
