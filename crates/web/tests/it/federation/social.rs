//! The social providers, each in its own dialect.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_testkit::{ISSUER, parameters};
use serde_json::{Value, json};

use super::{House, refused};
use crate::shop::{claims, code_of, over};

/// A house with a social provider too, at the address of the test provider.
async fn house(kind: &str, more: Value) -> House {
    let house = House::open().await;
    let usual = json!({
        "client_id": "app", "authorize_scopes": "email",
        "authorize_url": format!("{ISSUER}/auth"), "token_url": format!("{ISSUER}/token"),
        "attributes_url": format!("{ISSUER}/me"),
    });
    let wanted = json!({
        "ProviderType": kind, "ProviderDetails": over(usual, more),
        "AttributeMapping": { "email": "email", "name": "name" },
    });
    house
        .shop
        .app
        .provider_of(&house.shop.pool, kind, wanted)
        .await;
    house
        .client(json!({ "SupportedIdentityProviders": [kind] }))
        .await;
    house
}

type Asked = BTreeMap<String, String>;
type Calls = Vec<(String, String)>;

/// What the browser is asked, the calls that followed, and the claims of the ID token.
async fn sign_in(house: &House, kind: &str) -> (Asked, Calls, Value) {
    let browser = house.shop.browser();
    let sent = house.sent(&browser, &[("identity_provider", kind)]).await;
    let asked = parameters(sent.location());
    house.idp.calls();
    let back = house.idp.signs_in(sent.location());
    let page = browser.get(&house.answer(&back)).await;
    let tokens = house.shop.redeem(&code_of(&page), &[]).await.json();
    (asked, house.idp.calls(), claims(&tokens["id_token"]))
}

#[tokio::test]
async fn facebook_says_in_its_graph_who_somebody_is() {
    let house = house("Facebook", json!({ "client_secret": "hush" })).await;
    let info = json!({ "id": "77", "name": "Ann", "email": "ann@fb.example" });
    house.idp.person(json!({ "sub": "ignored" }), info);
    let (asked, calls, id) = sign_in(&house, "Facebook").await;
    assert_eq!(asked.get("nonce"), None);
    assert_eq!(id["cognito:username"], "facebook_77");
    assert_eq!(id["identities"][0]["providerType"], "Facebook");
    assert_eq!(id["email"], "ann@fb.example");
    let paths: Vec<_> = calls.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/token", "/me"]);
    assert_eq!(
        parameters(&format!("?{}", calls[0].1))["client_secret"],
        "hush"
    );
}

#[tokio::test]
async fn amazon_says_in_its_profile_who_somebody_is() {
    let house = house("LoginWithAmazon", json!({ "client_secret": "hush" })).await;
    let info = json!({ "user_id": "amzn1.account.X", "name": "Ann", "email": "ann@az.example" });
    house.idp.person(json!({}), info);
    let (asked, calls, id) = sign_in(&house, "LoginWithAmazon").await;
    assert_eq!(id["cognito:username"], "loginwithamazon_amzn1.account.x");
    // Without a nonce, codes are bound to the browser by PKCE.
    assert_eq!(asked["code_challenge_method"], "S256");
    let redeemed = parameters(&format!("?{}", calls[0].1));
    assert_eq!(redeemed["code_verifier"].len(), 43);
    assert_eq!(id["identities"][0]["userId"], "amzn1.account.X");
    // Nobody without a name of their own.
    house
        .idp
        .person(json!({ "sub": "a" }), json!({ "sub": "a" }));
    let provider = [("identity_provider", "LoginWithAmazon")];
    let page = house.sign_in_with(&house.shop.browser(), &provider).await;
    let (_, why) = refused(&page);
    assert_eq!(
        why,
        "LoginWithAmazon Error - the user info names no subject"
    );
}

#[tokio::test]
async fn google_says_in_its_id_token_who_somebody_is() {
    let more = json!({ "client_secret": "hush", "oidc_issuer": ISSUER });
    let house = house("Google", more).await;
    let said = json!({ "sub": "1080", "email": "ann@g.example", "name": "Ann", "iss": ISSUER });
    house.idp.person(said, json!({}));
    let (asked, calls, id) = sign_in(&house, "Google").await;
    assert_eq!(asked["nonce"].len(), 43);
    assert_eq!(id["cognito:username"], "google_1080");
    let paths: Vec<_> = calls.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["/token", "/keys"]);
    // Google writes its issuer without a scheme, too; others may not.
    house
        .idp
        .tamper(|_, claims| claims["iss"] = json!("accounts.google.com"));
    sign_in(&house, "Google").await;
    house
        .idp
        .tamper(|_, claims| claims["iss"] = json!("accounts.example.com"));
    let provider = [("identity_provider", "Google")];
    let page = house.sign_in_with(&house.shop.browser(), &provider).await;
    let (_, why) = refused(&page);
    assert_eq!(
        why,
        "Google Error - the ID token was refused: it is of another issuer"
    );
}

#[tokio::test]
async fn apple_wants_a_signed_secret_and_answers_with_a_form() {
    let key = apple_key();
    let more = json!({
        "team_id": "TEAM", "key_id": "KEY", "private_key": key, "oidc_issuer": ISSUER,
    });
    let house = house("SignInWithApple", more).await;
    let mapping = json!({
        "UserPoolId": house.shop.pool, "ProviderName": "SignInWithApple",
        "AttributeMapping": { "email": "email", "given_name": "firstName", "family_name": "lastName" },
    });
    house.shop.app.ok("UpdateIdentityProvider", mapping).await;
    house.idp.person(
        json!({ "sub": "001.a", "email": "ann@apple.example", "email_verified": "true" }),
        json!({}),
    );
    let browser = house.shop.browser();
    let sent = house
        .sent(&browser, &[("identity_provider", "SignInWithApple")])
        .await;
    assert_eq!(parameters(sent.location())["response_mode"], "form_post");
    let back = house.idp.signs_in(sent.location());
    house.idp.calls();
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(back.as_bytes())
        .into_owned()
        .collect();
    let user = json!({ "name": { "firstName": "Ann", "lastName": "Lee-Longname" }, "email": "forged@evil.example" });
    fields.push(("user".to_owned(), user.to_string()));
    let fields: Vec<_> = fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let posted = house
        .shop
        .browser()
        .post(&format!("/{}/oauth2/idpresponse", house.shop.pool), &fields)
        .await;
    assert_eq!(posted.status, 303);
    assert!(
        !posted.location().contains("Longname"),
        "no names in addresses"
    );
    code_of(&browser.get(posted.location()).await);
    let written = house.attributes("signinwithapple_001.a").await;
    assert_eq!(
        (&written["given_name"], &written["family_name"]),
        (&json!("Ann"), &json!("Lee-Longname"))
    );
    assert_eq!(written["email"], "ann@apple.example");

    let calls = house.idp.calls();
    let (_, body) = calls.iter().find(|(path, _)| path == "/token").unwrap();
    let secret = parameters(&format!("?{body}"))
        .remove("client_secret")
        .unwrap();
    let said = secret.split('.').nth(1).unwrap();
    let said: Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(said).unwrap()).unwrap();
    assert_eq!(
        (&said["iss"], &said["sub"], &said["aud"]),
        (&json!("TEAM"), &json!("app"), &json!(ISSUER))
    );
    assert!(!body.contains(&key[..40]));
}

fn apple_key() -> String {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    let random = aws_lc_rs::rand::SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    base64::prelude::BASE64_STANDARD.encode(pkcs8.as_ref())
}

#[tokio::test]
async fn google_is_asked_for_what_its_id_token_does_not_say() {
    let house = house(
        "Google",
        json!({ "client_secret": "hush", "oidc_issuer": ISSUER }),
    )
    .await;
    let answer = json!({
        "resourceName": "people/Ann-1",
        "phoneNumbers": [{ "value": "+15550100", "metadata": { "primary": true } }],
    });
    let id_token = json!({ "sub": "Ann-1", "email": "ann@g.example", "name": "Ann" });
    house.idp.person(id_token.clone(), answer);
    let (_, calls, id) = sign_in(&house, "Google").await;
    assert_eq!(id["email"], "ann@g.example");
    assert!(calls.iter().all(|(path, _)| path != "/me"), "{calls:?}");
    let mapping = json!({
        "UserPoolId": house.shop.pool, "ProviderName": "Google",
        "AttributeMapping": { "email": "email", "phone_number": "phoneNumbers" },
    });
    house.shop.app.ok("UpdateIdentityProvider", mapping).await;
    let (_, calls, id) = sign_in(&house, "Google").await;
    let user = house
        .attributes(id["cognito:username"].as_str().unwrap())
        .await;
    assert_eq!(user["phone_number"], "+15550100");
    assert!(calls.iter().any(|(path, _)| path == "/me"), "{calls:?}");
    // Of somebody else nothing is believed.
    house
        .idp
        .person(id_token, json!({ "resourceName": "people/Bea" }));
    let provider = [("identity_provider", "Google")];
    let page = house.sign_in_with(&house.shop.browser(), &provider).await;
    let (_, why) = refused(&page);
    assert!(why.contains("another subject"), "{why}");
}
