use cabana_domain::Span;
use serde_json::json;

use super::{as_another, confidential, standard, text};
use crate::browser::Page;
use crate::shop::{HOME, Shop, claims};

/// Pushes a request; `more` adds or replaces parameters.
async fn push(shop: &Shop, more: &[(&str, &str)]) -> Page {
    let at = shop.at("/x", more);
    let (_, query) = at.split_once('?').unwrap();
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    if let Some(secret) = &shop.secret {
        fields.push(("client_secret".to_owned(), secret.clone()));
    }
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, it)| (name.as_str(), it.as_str()))
        .collect();
    shop.browser()
        .post(&format!("/{}/oauth2/par", shop.pool), &fields)
        .await
}

async fn pushed(shop: &Shop, more: &[(&str, &str)]) -> String {
    let page = push(shop, more).await;
    assert_eq!(page.status, 201, "{}", page.text);
    let answer = page.json();
    assert_eq!(answer["expires_in"], 600);
    text(&answer, "request_uri").to_owned()
}

/// The address for a pushed request; `more` stands beside it.
fn named(shop: &Shop, client: &str, uri: &str, more: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", client), ("request_uri", uri)])
        .extend_pairs(more)
        .finish();
    format!("/{}/oauth2/authorize?{query}", shop.pool)
}

#[tokio::test]
async fn a_pushed_request_leads_to_one_code() {
    let shop = standard(confidential()).await;
    let uri = pushed(&shop, &[("nonce", "n")]).await;
    let at = named(&shop, &shop.client, &uri, &[]);
    let browser = shop.browser();
    let page = browser.get(&at).await;
    assert!(
        !page.location().contains("redirect_uri"),
        "{}",
        page.location()
    );
    let page = browser.get(page.location()).await;
    let values = [("username", "ada"), ("password", crate::shop::PASSWORD)];
    let page = browser.submit(&page, &values).await;
    let code = crate::shop::code_of(&page);
    let tokens = shop.redeem(&code, &[]).await.json();
    assert_eq!(claims(&tokens["id_token"])["nonce"], "n");
    // Once, in this browser and in every other.
    let page = browser.get(&at).await;
    assert_eq!(
        page.sent_back("error").as_deref(),
        Some("invalid_request_uri")
    );
    let page = browser
        .get(&at.replace("/oauth2/authorize", "/login"))
        .await;
    let page = browser.submit(&page, &[("continue", "yes")]).await;
    assert_eq!(
        page.sent_back("error").as_deref(),
        Some("invalid_request_uri")
    );
    // Of many at once, one has a code.
    let uri = pushed(&shop, &[]).await;
    let at = named(&shop, &shop.client, &uri, &[]);
    let (one, two) = tokio::join!(browser.get(&at), browser.get(&at));
    let codes = [&one, &two].map(|page| page.sent_back("code").is_some());
    assert_eq!(codes.iter().filter(|it| **it).count(), 1);
    let refused = [&one, &two].map(|page| page.sent_back("error"));
    assert!(refused.contains(&Some("invalid_request_uri".to_owned())));
}

#[tokio::test]
async fn a_pushed_request_is_of_its_client_and_its_pool_only() {
    let shop = standard(confidential()).await;
    let uri = pushed(&shop, &[]).await;
    let other = as_another(
        &shop,
        json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid"], "CallbackURLs": [crate::shop::CALLBACK] }),
    )
    .await;
    let tags = json!({ "UserPoolTags": { "cabana:dialect": "standard" } });
    let next_door = Shop::of(shop.app.clone(), tags, json!({})).await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    for at in [
        named(&shop, &other.client, &uri, &[]),
        named(&next_door, &shop.client, &uri, &[]),
        named(&next_door, &next_door.client, &uri, &[]),
        named(&shop, &shop.client, &format!("{uri}A"), &[]),
        named(&shop, &shop.client, &uri, &[("client_id", &other.client)]),
        named(&shop, &shop.client, &uri, &[("request_uri", &uri)]),
    ] {
        let page = browser.get(&at).await;
        assert_eq!((page.status, page.location()), (400, ""), "{at}");
    }
    // With an address beside it, the app is told.
    let beside = [
        ("redirect_uri", crate::shop::CALLBACK),
        ("response_type", "code"),
    ];
    let page = browser
        .get(&named(&shop, &other.client, &uri, &beside))
        .await;
    assert_eq!(
        page.sent_back("error").as_deref(),
        Some("invalid_request_uri")
    );
}

#[tokio::test]
async fn nothing_beside_a_pushed_request_changes_it() {
    let shop = standard(confidential()).await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let uri = pushed(&shop, &[("scope", "openid")]).await;
    let beside = [
        ("redirect_uri", HOME),
        ("scope", "openid email"),
        ("state", "other"),
        ("response_type", "token"),
        ("nonce", "other"),
        ("claims", r#"{"id_token":{"email":null}}"#),
        ("max_age", "0"),
    ];
    let page = browser
        .get(&named(&shop, &shop.client, &uri, &beside))
        .await;
    let code = crate::shop::code_of(&page);
    let tokens = shop.redeem(&code, &[]).await.json();
    assert_eq!(tokens["scope"], "openid");
    let id = claims(&tokens["id_token"]);
    assert!(id.get("nonce").is_none() && id.get("email").is_none());
    // What the app demands stays; a page may demand more.
    let uri = pushed(&shop, &[("prompt", "login")]).await;
    let page = browser
        .get(&named(&shop, &shop.client, &uri, &[("prompt", "none")]))
        .await;
    assert!(page.location().contains("/login?"), "{}", page.location());
    let uri = pushed(&shop, &[]).await;
    let page = browser
        .get(&named(&shop, &shop.client, &uri, &[("prompt", "login")]))
        .await;
    assert!(page.location().contains("/login?"), "{}", page.location());
}

#[tokio::test]
async fn a_pushed_request_does_not_wait_for_ever() {
    let shop = standard(confidential()).await;
    let uri = pushed(&shop, &[]).await;
    let at = named(&shop, &shop.client, &uri, &[]);
    let browser = shop.browser();
    let login = browser.get(&at).await.location().to_owned();
    shop.app.advance(Span::minutes(11));
    let page = browser.get(&at).await;
    assert_eq!(
        page.sent_back("error").as_deref(),
        Some("invalid_request_uri")
    );
    assert_eq!(page.sent_back("state").as_deref(), Some("s 1"));
    // The pages that were reached in time stay open for a while.
    let page = browser.get(&login).await;
    assert!(page.has("password"), "{}", page.plain());
    shop.app.advance(Span::hours(1));
    let page = browser.get(&login).await;
    assert_eq!(
        page.sent_back("error").as_deref(),
        Some("invalid_request_uri")
    );
}

#[tokio::test]
async fn what_would_be_refused_is_refused_when_it_is_pushed() {
    let shop = standard(confidential()).await;
    for (more, error) in [
        (
            ("redirect_uri", "https://evil.example.com/"),
            "invalid_request",
        ),
        (("redirect_uri", ""), "invalid_request"),
        (("scope", "openid phone"), "invalid_scope"),
        (("response_type", "id_token"), "invalid_request"),
        (("response_type", "token"), "unauthorized_client"),
        (("request", "x"), "request_not_supported"),
        (
            ("request_uri", "urn:ietf:params:oauth:request_uri:x"),
            "invalid_request",
        ),
        (("claims", "{"), "invalid_request"),
        (("x", &*"x".repeat(3_000)), "invalid_request"),
    ] {
        let page = push(&shop, &[more]).await;
        let name = more.0;
        assert_eq!(
            (page.status, page.json()["error"].as_str()),
            (400, Some(error)),
            "{name}"
        );
    }
    let liar = Shop {
        secret: None,
        app: shop.app.clone(),
        pool: shop.pool.clone(),
        client: shop.client.clone(),
    };
    let page = push(&liar, &[]).await;
    assert_eq!(
        (page.status, page.json()["error"].as_str()),
        (401, Some("invalid_client"))
    );
    let public = standard(json!({})).await;
    assert_eq!(push(&public, &[]).await.status, 201);
}
