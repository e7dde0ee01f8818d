//! What else an answer may say, and what browsers cause that begin.

use cabana_api::ports::Clock;
use cabana_testkit::ISSUER;
use serde_json::{Value, json};

use super::provider::{at, status};
use super::{House, refused};
use crate::shop::code_of;

#[tokio::test]
async fn a_user_info_whose_subject_is_of_no_use_is_of_nobody() {
    let house = House::open().await;
    for sub in [
        json!(["Ann-1"]),
        json!(true),
        json!(""),
        json!("x".repeat(300)),
        json!("Ann-1\n"),
    ] {
        house.idp.person(
            json!({ "sub": "Ann-1" }),
            json!({ "sub": sub, "email": "boss@corp.example" }),
        );
        let (_, why) = refused(&house.sign_in(&house.shop.browser()).await);
        assert!(why.contains("of another subject"), "{sub}: {why}");
    }
    assert_eq!(house.users().await, 0);
}

#[tokio::test]
async fn browsers_are_sent_to_https_addresses_only() {
    let house = House::open().await;
    for endpoint in [
        "http://idp.example/auth",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "https://user:secret@idp.example/auth",
    ] {
        house.idp.says("authorization_endpoint", json!(endpoint));
        house.shop.app.advance(cabana_domain::Span::hours(25));
        let (_, why) = refused(&house.sent(&house.shop.browser(), &[]).await);
        assert_eq!(why, "Corp Error - an endpoint is not known", "{endpoint}");
    }
    let elsewhere = "https://login.corp.example/auth?realm=1";
    house.idp.says("authorization_endpoint", json!(elsewhere));
    house.shop.app.advance(cabana_domain::Span::hours(25));
    let sent = house.sent(&house.shop.browser(), &[]).await;
    assert!(sent.location().starts_with(elsewhere), "{}", sent.plain());
}

#[tokio::test]
async fn strangers_hide_no_failure_from_administrators() {
    let house = House::open().await;
    // Somebody makes up a code, and an error.
    let browser = house.shop.browser();
    let sent = house.sent(&browser, &[]).await;
    let state = sent.sent_back("state").unwrap();
    refused(
        &browser
            .get(&house.answer(&format!("code=x&state={state}")))
            .await,
    );
    // The secret has expired.
    let token = at("/token");
    house.idp.instead(move |request| {
        token(request).then(|| status(401, r#"{"error":"invalid_client"}"#))
    });
    refused(&house.sign_in(&house.shop.browser()).await);
    let told = house.events().await.into_iter();
    let told: Vec<_> = told.filter_map(|it| it.detail.words).collect();
    assert!(
        told.iter().any(|it| it.contains("invalid_client")),
        "{told:?}"
    );
}

#[tokio::test]
async fn browsers_that_begin_at_once_cause_one_call() {
    let house = std::sync::Arc::new(House::open().await);
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let house = house.clone();
        tasks.push(tokio::spawn(async move {
            let sent = house.sent(&house.shop.browser(), &[]).await;
            assert!(sent.location().starts_with(ISSUER), "{}", sent.plain());
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(house.idp.calls().len(), 1);
}

#[tokio::test]
async fn a_code_of_a_provider_that_names_itself_goes_to_no_other() {
    let house = House::open().await;
    let evil = json!({ "ProviderDetails": {
        "client_id": "cabana", "client_secret": "evil", "authorize_scopes": "openid",
        "oidc_issuer": "https://evil.example", "attributes_request_method": "GET",
        "authorize_url": "https://evil.example/auth", "token_url": "https://evil.example/evil-token",
        "jwks_uri": "https://evil.example/keys",
    } });
    house
        .shop
        .app
        .provider_of(&house.shop.pool, "Evil", evil)
        .await;
    house
        .client(json!({ "SupportedIdentityProviders": ["Corp", "Evil"] }))
        .await;
    let (victim, attacker) = (house.shop.browser(), house.shop.browser());
    // Evil sends the victim on to the honest provider, with the nonce and the challenge of an attempt of its own.
    let own = house.sent(&attacker, &[]).await;
    let theirs = house.sent(&victim, &[("identity_provider", "Evil")]).await;
    let state = theirs.sent_back("state").unwrap();
    let back = house.idp.signs_in(own.location());
    let (code, _) = back.split_once("&state=").unwrap();
    house.idp.calls();
    let named: String = form_urlencoded::byte_serialize(ISSUER.as_bytes()).collect();
    let answer = house.answer(&format!("{code}&state={state}&iss={named}"));
    let (_, why) = refused(&victim.get(&answer).await);
    assert_eq!(why, "Evil Error - the answer is of another issuer");
    let calls = house.idp.calls();
    assert!(
        calls.iter().all(|(path, _)| path != "/evil-token"),
        "{calls:?}"
    );
}

#[tokio::test]
async fn a_sign_in_at_the_provider_that_is_too_old_for_the_app_is_none() {
    let house = House::open().await;
    let now = house.shop.app.clock.now().seconds();
    for (auth_time, max_age, admitted) in [
        (json!(now - 500), "300", false),
        (json!(now as f64 - 499.5), "300", false),
        (json!(now - 400), "300", true),
        (json!(now - 500), "", true),
        (json!(now), "0", true),
        (Value::Null, "300", true),
    ] {
        let mut claims = json!({ "sub": "Ann-1" });
        if !auth_time.is_null() {
            claims["auth_time"] = auth_time.clone();
        }
        house.comes(claims);
        let browser = house.shop.browser();
        let page = house.sign_in_with(&browser, &[("max_age", max_age)]).await;
        match admitted {
            true => drop(code_of(&page)),
            false => assert_eq!(
                refused(&page).1,
                "Corp Error - the sign-in there is older than the app allows",
                "{auth_time} {max_age}"
            ),
        }
    }
}
