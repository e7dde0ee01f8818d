//! Answers that must lead nowhere.

use cabana_domain::Span;
use cabana_testkit::ISSUER;
use http::header;
use serde_json::{Value, json};

use super::{House, refused};
use crate::browser::Page;
use crate::shop::{PASSWORD, code_of};

#[track_caller]
fn is_a_page(page: &Page) {
    assert_eq!(
        (page.status, page.location()),
        (400, ""),
        "{}",
        page.plain()
    );
    assert!(
        page.text.contains("Sign-in was not completed")
            || page.text.contains("This page has expired"),
        "{}",
        page.plain()
    );
}

#[tokio::test]
async fn an_answer_counts_in_the_browser_that_began_and_nowhere_else() {
    let house = House::open().await;
    let (attacker, victim) = (house.shop.browser(), house.shop.browser());
    let back = house.signs_in_there(&attacker, &[]).await;
    // Login CSRF: the attacker's answer in the victim's browser.
    is_a_page(&victim.get(&house.answer(&back)).await);
    // Also if the victim has begun something of their own.
    house.sent(&victim, &[]).await;
    is_a_page(&victim.get(&house.answer(&back)).await);
    assert_eq!(house.users().await, 0);
    code_of(&attacker.get(&house.answer(&back)).await);
}

#[tokio::test]
async fn an_answer_counts_once_and_for_five_minutes() {
    let house = House::open().await;
    let browser = house.shop.browser();
    let sent = house.sent(&browser, &[]).await;
    let back = house.idp.signs_in(sent.location());
    let answer = house.answer(&back);
    code_of(&browser.get(&answer).await);
    let (error, why) = refused(&browser.get(&answer).await);
    assert_eq!(error, "invalid_request");
    assert_eq!(why, "The answer of the identity provider was used before");
    // The same state with a fresh code.
    let fresh = house.idp.signs_in(sent.location());
    let (_, why) = refused(&browser.get(&house.answer(&fresh)).await);
    assert_eq!(why, "The answer of the identity provider was used before");

    for (age, counts) in [(299, true), (301, false)] {
        let browser = house.shop.browser();
        let back = house.signs_in_there(&browser, &[]).await;
        house.shop.app.advance(Span::seconds(age));
        let page = browser.get(&house.answer(&back)).await;
        match counts {
            true => drop(code_of(&page)),
            false => is_a_page(&page),
        }
    }
}

#[tokio::test]
async fn states_that_are_not_ours_lead_nowhere() {
    let house = House::open().await;
    let browser = house.shop.browser();
    let back = house.signs_in_there(&browser, &[]).await;
    let (code, state) = back.split_once("&state=").unwrap();
    let mut changed = state.to_owned();
    let last = if changed.pop() == Some('A') { 'B' } else { 'A' };
    changed.push(last);
    for query in [
        code.to_owned(),
        format!("{code}&state="),
        format!("{code}&state=abc"),
        format!("{code}&state={state}&state={state}"),
        format!("{code}&state={changed}"),
        "answer=abc".to_owned(),
    ] {
        is_a_page(&browser.get(&house.answer(&query)).await);
    }
    // Another pool's.
    let next = house.shop.next_door().await;
    let elsewhere = format!("/{}/oauth2/idpresponse?{back}", next.pool);
    is_a_page(&browser.get(&elsewhere).await);
    // One that says nothing but whom it is for.
    let (error, why) = refused(&browser.get(&house.answer(&format!("state={state}"))).await);
    assert_eq!(
        (error.as_str(), why.as_str()),
        ("invalid_request", "Corp Error - it gave no code")
    );
}

#[tokio::test]
async fn a_stolen_code_of_the_provider_does_not_fit_another_attempt() {
    let house = House::open().await;
    let (victim, attacker) = (house.shop.browser(), house.shop.browser());
    let theirs = house.signs_in_there(&victim, &[]).await;
    let (code, _) = theirs.split_once('&').unwrap();
    // Injected into the attacker's own attempt: its challenge and its nonce are others.
    let sent = house.sent(&attacker, &[]).await;
    let state = sent.sent_back("state").unwrap();
    let injected = house.answer(&format!("{code}&state={state}"));
    let (_, why) = refused(&attacker.get(&injected).await);
    assert_eq!(why, "Corp Error - 400 invalid_grant");
    // Without PKCE at the provider it is the nonce alone.
    house
        .idp
        .says("code_challenge_methods_supported", Value::Null);
    house.shop.app.advance(Span::hours(25));
    let theirs = house.signs_in_there(&victim, &[]).await;
    let (code, _) = theirs.split_once('&').unwrap();
    let sent = house.sent(&attacker, &[]).await;
    let state = sent.sent_back("state").unwrap();
    let (_, why) = refused(
        &attacker
            .get(&house.answer(&format!("{code}&state={state}")))
            .await,
    );
    let expected = "Corp Error - the ID token was refused: its nonce is not the one that was sent";
    assert_eq!(why, expected);
    assert_eq!(house.users().await, 0);
}

#[tokio::test]
async fn an_answer_of_another_issuer_is_a_mix_up() {
    let house = House::open().await;
    let browser = house.shop.browser();
    for (named, mixed_up) in [("https://evil.example", true), (ISSUER, false)] {
        let back = house.signs_in_there(&browser, &[]).await;
        let named: String = form_urlencoded::byte_serialize(named.as_bytes()).collect();
        let page = browser
            .get(&house.answer(&format!("{back}&iss={named}")))
            .await;
        match mixed_up {
            true => assert_eq!(
                refused(&page).1,
                "Corp Error - the answer is of another issuer"
            ),
            false => drop(code_of(&page)),
        }
    }
    // A provider that always names itself is believed only then.
    house.idp.says(
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    house.shop.app.advance(Span::hours(25));
    let page = house.sign_in(&browser).await;
    assert_eq!(
        refused(&page).1,
        "Corp Error - the answer is of another issuer"
    );
}

#[tokio::test]
async fn id_tokens_are_judged_over_the_wire() {
    let house = House::open().await;
    type Tamper = fn(&mut Value, &mut Value);
    let rows: [(&str, Tamper, &str); 9] = [
        (
            "issuer",
            |_, it| it["iss"] = json!("https://evil.example"),
            "it is of another issuer",
        ),
        (
            "Google's second issuer",
            |_, it| it["iss"] = json!("accounts.google.com"),
            "it is of another issuer",
        ),
        (
            "audience",
            |_, it| it["aud"] = json!("another app"),
            "it is for another app",
        ),
        ("expiry", |_, it| it["exp"] = json!(1), "it has expired"),
        (
            "nonce",
            |_, it| it["nonce"] = json!("other"),
            "its nonce is not the one that was sent",
        ),
        (
            "no nonce",
            |_, it| it["nonce"] = Value::Null,
            "its nonce is not the one that was sent",
        ),
        (
            "none",
            |it, _| it["alg"] = json!("none"),
            "it is signed with an algorithm that is not allowed",
        ),
        (
            "secret",
            |it, _| it["alg"] = json!("HS256"),
            "its signature is wrong",
        ),
        (
            "key",
            |it, _| it["kid"] = json!("other"),
            "it is signed with a key that the provider does not publish",
        ),
    ];
    for (what, tamper, why) in rows {
        house.idp.tamper(tamper);
        let (error, said) = refused(&house.sign_in(&house.shop.browser()).await);
        assert_eq!(error, "invalid_request", "{what}");
        assert_eq!(
            said,
            format!("Corp Error - the ID token was refused: {why}"),
            "{what}"
        );
    }
    house.idp.heal();
    house
        .idp
        .person(json!({ "sub": "Ann-1" }), json!({ "sub": "Bob-2" }));
    let (_, said) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(
        said,
        "Corp Error - the user info is of another subject than the ID token"
    );
    assert_eq!(house.users().await, 0);
    house.idp.person(
        json!({ "sub": "Ann-1" }),
        json!({ "sub": "Ann-1", "email": "a@b.example" }),
    );
    code_of(&house.sign_in(&house.shop.browser()).await);
}

#[tokio::test]
async fn a_local_account_of_the_same_name_is_nobodys_way_in() {
    let house = House::open().await;
    house.shop.user("corp_ann-1").await;
    let (error, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(error, "invalid_request");
    assert_eq!(why, "Already found an entry for username corp_ann-1");
    assert_eq!(house.users().await, 1);
}

#[tokio::test]
async fn subjects_that_differ_in_case_are_different_people() {
    let house = House::open().await;
    house.id_token().await;
    house
        .idp
        .person(json!({ "sub": "ann-1" }), json!({ "sub": "ann-1" }));
    // The pool folds names, so the second one has no name left; they do not become the first.
    let (_, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(why, "Already found an entry for username corp_ann-1");
    let pool = json!({ "UsernameConfiguration": { "CaseSensitive": true } });
    let house = House::with(pool, json!({})).await;
    let first = house.id_token().await;
    house
        .idp
        .person(json!({ "sub": "ann-1" }), json!({ "sub": "ann-1" }));
    let second = house.id_token().await;
    assert_eq!(first["cognito:username"], "Corp_Ann-1");
    assert_eq!(second["cognito:username"], "Corp_ann-1");
    assert_ne!(first["sub"], second["sub"]);
}

#[tokio::test]
async fn a_session_counts_only_at_apps_that_allow_how_it_began() {
    let house = House::open().await;
    house.shop.user("ada").await;
    let browser = house.shop.browser();
    code_of(&house.shop.sign_in(&browser, &[]).await);
    code_of(&browser.get(&house.shop.at("/oauth2/authorize", &[])).await);
    house
        .client(json!({ "SupportedIdentityProviders": ["Corp"] }))
        .await;
    let page = browser.get(&house.shop.at("/oauth2/authorize", &[])).await;
    assert!(page.location().contains("/login?"), "{}", page.plain());
    // Nor does a form that was loaded before.
    house.client(json!({})).await;
    let fresh = house.shop.browser();
    let login = fresh.get(&house.shop.at("/login", &[])).await;
    house
        .client(json!({ "SupportedIdentityProviders": ["Corp"] }))
        .await;
    let page = fresh
        .submit(&login, &[("username", "ada"), ("password", PASSWORD)])
        .await;
    assert_eq!(refused(&page).0, "invalid_request");
    // And the other way around.
    let other = house.shop.browser();
    code_of(&house.sign_in(&other).await);
    house
        .client(json!({ "SupportedIdentityProviders": ["COGNITO"] }))
        .await;
    for path in ["/oauth2/authorize", "/passkeys/add"] {
        let page = other.get(&house.shop.at(path, &[])).await;
        assert!(page.location().contains("/login?"), "{}", page.plain());
    }
}

#[tokio::test]
async fn a_client_that_no_longer_has_the_provider_lets_nobody_in_by_it() {
    let house = House::open().await;
    let browser = house.shop.browser();
    let back = house.signs_in_there(&browser, &[]).await;
    house
        .client(json!({ "SupportedIdentityProviders": ["COGNITO"] }))
        .await;
    let page = browser.get(&house.answer(&back)).await;
    assert_eq!(refused(&page).1, "the identity provider is not available");
}

#[tokio::test]
async fn a_disabled_user_stays_out() {
    let house = House::open().await;
    house.id_token().await;
    let named = json!({ "UserPoolId": house.shop.pool, "Username": "corp_ann-1" });
    house.shop.app.ok("AdminDisableUser", named).await;
    let (error, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(
        (error.as_str(), why.as_str()),
        ("invalid_request", "User is disabled.")
    );
}

#[tokio::test]
async fn a_posted_answer_takes_the_way_around_and_is_no_other_sites_to_make() {
    let house = House::open().await;
    let browser = house.shop.browser();
    let back = house.signs_in_there(&browser, &[]).await;
    let path = format!("/{}/oauth2/idpresponse", house.shop.pool);
    // A form of another site comes without cookies.
    let stranger = house.shop.browser();
    let request = http::Request::post(&path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let posted = stranger.send(request, axum::body::Body::from(back)).await;
    assert_eq!(posted.status, 303, "{}", posted.plain());
    let around = posted.location().to_owned();
    assert!(around.starts_with(&format!("{path}?answer=")) && !around.contains("code"));
    is_a_page(&stranger.get(&around).await);
    code_of(&browser.get(&around).await);
}
