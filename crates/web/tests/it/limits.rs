//! Endpoints and pages refuse callers over the rate limit, and nobody else.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_api::limits::Rates;
use cabana_domain::Span;
use cabana_testkit::{Authenticator, TestApp};
use http::{Request, header};
use serde_json::{Value, json};

use crate::browser::{Browser, Page};
use crate::shop::{PASSWORD, Shop, claims};

/// Burst of the rate limits, in seconds.
const BURST: u32 = 5;

async fn shop(limits: Rates, client: Value) -> Shop {
    Shop::of(Arc::new(TestApp::limited(limits)), json!({}), client).await
}

fn elsewhere(shop: &Shop) -> Browser {
    let mut browser = shop.browser();
    browser.address = [203, 0, 113, 9].into();
    browser
}

#[track_caller]
fn is_refused(page: &Page) {
    assert_eq!(page.status, 429, "{}", page.plain());
    assert_eq!(page.header("retry-after"), "1");
}

#[tokio::test]
async fn one_address_that_asks_too_often_is_told_to_wait_while_another_goes_on() {
    let limits = Rates {
        per_address: 1,
        ..Rates::OFF
    };
    let shop = shop(limits, json!({})).await;
    let (here, token) = (shop.browser(), format!("/{}/oauth2/token", shop.pool));
    for _ in 0..BURST {
        assert_eq!(here.get(&shop.at("/login", &[])).await.status, 200);
    }
    let page = here.get(&shop.at("/login", &[])).await;
    is_refused(&page);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
    for form in [&[("grant_type", "refresh_token")][..], &[]] {
        let answer = here.post(&token, form).await;
        is_refused(&answer);
        assert_eq!(answer.json()["error"], "temporarily_unavailable");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    for path in ["openid-configuration", "jwks.json"] {
        let path = format!("/{}/.well-known/{path}", shop.pool);
        assert_eq!(here.get(&path).await.status, 200, "{path} is for everybody");
    }
    let login = elsewhere(&shop).get(&shop.at("/login", &[])).await;
    assert_eq!(login.status, 200);
    shop.app.advance(Span::seconds(1));
    assert_eq!(here.get(&shop.at("/login", &[])).await.status, 200);
}

#[tokio::test]
async fn answers_of_providers_are_limited_like_passwords() {
    let limits = Rates {
        passwords_per_address: 1,
        ..Rates::OFF
    };
    let shop = shop(limits, json!({})).await;
    let (here, answer) = (
        shop.browser(),
        format!("/{}/oauth2/idpresponse?state=x", shop.pool),
    );
    for _ in 0..BURST {
        assert_eq!(here.get(&answer).await.status, 400);
    }
    is_refused(&here.get(&answer).await);
    assert_eq!(elsewhere(&shop).get(&answer).await.status, 400);
    assert_eq!(here.get(&shop.at("/login", &[])).await.status, 200);
    // Those of SAML have a signature to verify.
    let (there, answer) = (
        elsewhere(&shop),
        format!("/{}/saml2/idpresponse", shop.pool),
    );
    for _ in 1..BURST {
        assert_eq!(
            there.post(&answer, &[("SAMLResponse", "x")]).await.status,
            400
        );
    }
    is_refused(&there.post(&answer, &[("SAMLResponse", "x")]).await);
    let sign_out = format!("/{}/saml2/logout", shop.pool);
    is_refused(&there.post(&sign_out, &[("SAMLRequest", "x")]).await);
}

#[tokio::test]
async fn passwords_have_a_limit_of_their_own_and_pages_go_on() {
    let limits = Rates {
        passwords_per_address: 1,
        ..Rates::OFF
    };
    let shop = shop(limits, json!({})).await;
    let here = shop.browser();
    let login = here.get(&shop.at("/login", &[])).await;
    let filled = [("username", "ada"), ("password", "wrong-Horse1!")];
    for _ in 0..BURST {
        assert_eq!(here.submit(&login, &filled).await.status, 200);
    }
    is_refused(&here.submit(&login, &filled).await);
    assert_eq!(here.get(&shop.at("/login", &[])).await.status, 200);
    shop.user("bob").await;
    let there = elsewhere(&shop);
    let login = there.get(&shop.at("/login", &[])).await;
    let filled = [("username", "bob"), ("password", PASSWORD)];
    assert_eq!(there.submit(&login, &filled).await.status, 302);
}

#[tokio::test]
async fn one_name_tried_too_often_is_refused_from_everywhere_while_another_signs_in() {
    let limits = Rates {
        per_user: 1,
        ..Rates::OFF
    };
    let shop = shop(limits, json!({})).await;
    shop.user("bob").await;
    let (here, there) = (shop.browser(), elsewhere(&shop));
    let login = here.get(&shop.at("/login", &[])).await;
    let other = there.get(&shop.at("/login", &[])).await;
    for _ in 0..BURST {
        let wrong = [("username", "ada"), ("password", "wrong-Horse1!")];
        assert_eq!(here.submit(&login, &wrong).await.status, 200);
    }
    let right = [("username", " ada "), ("password", PASSWORD)];
    is_refused(&there.submit(&other, &right).await);
    let bob = [("username", "bob"), ("password", PASSWORD)];
    assert_eq!(there.submit(&other, &bob).await.status, 302);
}

#[tokio::test]
async fn a_client_is_counted_once_it_has_proven_itself_and_strangers_use_up_nothing_of_it() {
    let limits = Rates {
        per_client: 1,
        ..Rates::OFF
    };
    let shop = shop(limits, json!({ "GenerateSecret": true })).await;
    let (here, token) = (shop.browser(), format!("/{}/oauth2/token", shop.pool));
    let ask = |secret: &str| {
        let basic = BASE64_STANDARD.encode(format!("{}:{secret}", shop.client));
        let request = Request::post(token.as_str())
            .header(header::AUTHORIZATION, format!("Basic {basic}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        here.send(request, "grant_type=refresh_token&refresh_token=x".into())
    };
    for _ in 0..20 {
        assert_eq!(ask("guess").await.json()["error"], "invalid_client");
    }
    let secret = shop.secret.clone().unwrap();
    for _ in 0..BURST {
        assert_eq!(ask(&secret).await.json()["error"], "invalid_grant");
    }
    is_refused(&ask(&secret).await);
}

#[tokio::test]
async fn who_names_a_user_with_a_name_or_a_passkey_uses_up_nothing_of_theirs() {
    let limits = Rates {
        per_user: 1,
        ..Rates::OFF
    };
    let shop = shop(limits, json!({})).await;
    let (browser, tokens) = (shop.browser(), shop.tokens(&[]).await);
    let sub = claims(&tokens["access_token"])["sub"].clone();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let user_info = format!("/{}/oauth2/userInfo", shop.pool);
    let ask = async || {
        shop.app.advance(Span::seconds(10));
        let request = Request::get(user_info.as_str()).header(header::AUTHORIZATION, &bearer);
        let answer = browser.send(request, axum::body::Body::empty()).await;
        assert_eq!(answer.status, 200, "{}", answer.plain());
    };
    ask().await;
    let options = json!({ "challenge": "AAAA", "rpId": "localhost" });
    let credential = Authenticator::at("http://localhost").get(&options, sub.as_str().unwrap());
    let credential = credential.to_string();
    let login = browser.get(&shop.at("/login", &[])).await;
    let csrf = login.forms()[0].fields["_csrf"].clone();
    let fields = [
        ("_csrf", csrf.as_str()),
        ("credential", &credential),
        ("ticket", "x"),
    ];
    for _ in 0..BURST {
        let refused = browser.post(&shop.at("/login", &[]), &fields).await;
        assert_eq!(refused.status, 303);
    }
    is_refused(&browser.post(&shop.at("/login", &[]), &fields).await);
    let request = Request::get(user_info.as_str()).header(header::AUTHORIZATION, &bearer);
    let answer = browser.send(request, axum::body::Body::empty()).await;
    assert_eq!(answer.status, 200, "{}", answer.plain());
    ask().await;
}

#[tokio::test]
async fn the_bearer_of_a_token_is_counted_at_user_info() {
    let limits = Rates {
        per_user: 2,
        ..Rates::OFF
    };
    let shop = shop(limits, json!({})).await;
    let (browser, tokens) = (shop.browser(), shop.tokens(&[]).await);
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let path = format!("/{}/oauth2/userInfo", shop.pool);
    let ask = || {
        let request = Request::get(path.as_str()).header(header::AUTHORIZATION, bearer.as_str());
        browser.send(request, axum::body::Body::empty())
    };
    for _ in 0..2 * BURST {
        assert_eq!(ask().await.status, 200);
    }
    is_refused(&ask().await);
}
