use serde_json::json;

use super::standard;
use crate::shop::{Shop, code_of};

fn issuer(shop: &Shop) -> String {
    format!("http://localhost:9229/{}", shop.pool)
}

#[tokio::test]
async fn every_answer_names_the_issuer() {
    let shop = standard(json!({ "AllowedOAuthFlows": ["code", "implicit"] })).await;
    let iss = Some(issuer(&shop));
    let browser = shop.browser();
    let page = shop.sign_in(&browser, &[]).await;
    assert_eq!(page.sent_back("iss"), iss);
    let page = browser.get(&shop.at("/oauth2/authorize", &[])).await;
    assert!(page.sent_back("code").is_some());
    assert_eq!(page.sent_back("iss"), iss);
    for more in [
        vec![("response_type", "")],
        vec![("scope", "openid phone")],
        vec![("response_type", "token"), ("scope", "openid phone")],
        vec![("request", "x")],
        vec![("request_uri", "https://app.example.com/r")],
        vec![("prompt", "none")],
    ] {
        let page = shop
            .browser()
            .get(&shop.at("/oauth2/authorize", &more))
            .await;
        assert!(page.sent_back("error").is_some(), "{more:?}");
        assert_eq!(page.sent_back("iss"), iss, "{more:?}");
        assert_eq!(page.sent_back("state").as_deref(), Some("s 1"), "{more:?}");
    }
}

#[tokio::test]
async fn a_posted_request_cannot_smuggle_a_second_one_past_the_query() {
    let shop = standard(json!({})).await;
    let browser = shop.browser();
    let evil = "https://evil.example.com/";
    for (query, form) in [
        (vec![], vec![("redirect_uri", evil)]),
        (vec![], vec![("client_id", "other")]),
        (vec![], vec![("scope", "openid profile")]),
        (vec![], vec![("state", "other")]),
    ] {
        let page = browser
            .post(&shop.at("/oauth2/authorize", &query), &form)
            .await;
        assert_eq!(page.status, 303);
        let page = browser.get(page.location()).await;
        assert_eq!(page.sent_back("code"), None, "{form:?}");
        assert!(
            !page.location().contains("evil"),
            "{form:?}: {}",
            page.location()
        );
        let refused = page.status == 400 || page.sent_back("error").is_some();
        assert!(refused, "{form:?}: {}", page.plain());
    }
}

#[tokio::test]
async fn the_token_endpoint_uses_the_standards_words() {
    let shop = standard(json!({ "GenerateSecret": true })).await;
    let code = shop.code(&[]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "http://localhost:3000/login"),
    ];
    let page = shop.token(&fields).await;
    assert_eq!(
        (page.status, page.json()["error"].as_str()),
        (400, Some("invalid_grant"))
    );
    let wrong = [
        ("client_id", shop.client.as_str()),
        ("client_secret", "wrong"),
        ("grant_type", "authorization_code"),
    ];
    let page = shop
        .browser()
        .post(&format!("/{}/oauth2/token", shop.pool), &wrong)
        .await;
    assert_eq!(
        (page.status, page.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    assert!(page.header("www-authenticate").starts_with("Basic"));
}

#[tokio::test]
async fn the_answer_says_which_scopes_were_granted() {
    let shop = standard(json!({})).await;
    let tokens = shop.tokens(&[("scope", "")]).await;
    assert_eq!(tokens["scope"], "openid email profile");
    let page = shop.sign_in(&shop.browser(), &[]).await;
    let tokens = shop.redeem(&code_of(&page), &[]).await.json();
    assert_eq!(tokens["scope"], "openid email");
}

#[tokio::test]
async fn discovery_says_what_there_is() {
    let shop = standard(json!({})).await;
    let path = format!("/{}/.well-known/openid-configuration", shop.pool);
    let document = shop.browser().get(&path).await.json();
    let base = issuer(&shop);
    for (member, value) in [
        (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
        ("claims_parameter_supported", json!(true)),
        ("claim_types_supported", json!(["normal"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        (
            "introspection_endpoint",
            json!(format!("{base}/oauth2/introspect")),
        ),
        (
            "pushed_authorization_request_endpoint",
            json!(format!("{base}/oauth2/par")),
        ),
        ("require_pushed_authorization_requests", json!(false)),
        (
            "scopes_supported",
            json!(["openid", "email", "phone", "profile", "address"]),
        ),
        (
            "token_endpoint_auth_methods_supported",
            json!(["client_secret_basic", "client_secret_post", "none"]),
        ),
        (
            "introspection_endpoint_auth_methods_supported",
            json!(["client_secret_basic", "client_secret_post"]),
        ),
    ] {
        assert_eq!(document[member], value, "{member}");
    }
    let holds = |member: &str, value: &str| {
        let list = document[member].as_array().unwrap();
        list.iter().any(|it| it == value)
    };
    assert!(holds("acr_values_supported", "urn:cognito:loa:4"));
    assert!(holds("grant_types_supported", "refresh_token"));
    assert!(holds("claims_supported", "email_verified"));
}
