use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::Span;
use http::{Request, header};
use serde_json::json;

use crate::shop::{CALLBACK, CHALLENGE, Shop, VERIFIER, claims};

#[tokio::test]
async fn a_code_becomes_tokens() {
    let shop = Shop::open().await;
    let code = shop.code(&[]).await;
    assert_eq!(code.len(), 36);
    let answer = shop.redeem(&code, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(
        answer.text.starts_with("{\"id_token\":\"")
            && answer.text.ends_with("\"token_type\":\"Bearer\"}")
    );
    assert_eq!(
        answer.header("content-type"),
        "application/json;charset=UTF-8"
    );
    assert_eq!(
        answer.header("cache-control"),
        "no-cache, no-store, max-age=0, must-revalidate"
    );
    assert_eq!(answer.header("www-authenticate"), "");
    let tokens = answer.json();
    assert_eq!(tokens["expires_in"], 3600);
    assert!(tokens["refresh_token"].is_string());
    let (id, access) = (claims(&tokens["id_token"]), claims(&tokens["access_token"]));
    assert_eq!(id["iss"], format!("http://localhost:9229/{}", shop.pool));
    assert_eq!(
        (&id["aud"], &id["email"], &id["email_verified"]),
        (&json!(shop.client), &json!("ada@example.com"), &json!(true))
    );
    assert_eq!(
        (&access["scope"], &access["client_id"]),
        (&json!("openid email"), &json!(shop.client))
    );
    assert!(id["at_hash"].is_string());
    let again = shop.redeem(&shop.code(&[]).await, &[]).await.json();
    for token in ["id_token", "access_token", "refresh_token"] {
        assert_ne!(again[token], tokens[token], "{token}");
    }
    for claims in [&id, &access] {
        assert_eq!((claims.get("acr"), claims.get("amr")), (None, None));
    }
}

#[tokio::test]
async fn a_nonce_is_in_the_id_token_only_if_it_was_sent() {
    let shop = Shop::open().await;
    assert_eq!(
        claims(&shop.tokens(&[]).await["id_token"]).get("nonce"),
        None
    );
    let tokens = shop.tokens(&[("nonce", "a b&c")]).await;
    assert_eq!(claims(&tokens["id_token"])["nonce"], "a b&c");
}

#[tokio::test]
async fn a_resource_is_the_audience_of_the_access_token() {
    let shop = Shop::open().await;
    let tokens = shop
        .tokens(&[("resource", "https://api.example.com/v1")])
        .await;
    assert_eq!(
        claims(&tokens["access_token"])["aud"],
        "https://api.example.com/v1"
    );
    assert_eq!(
        claims(&shop.tokens(&[]).await["access_token"]).get("aud"),
        None
    );
}

#[tokio::test]
async fn scopes_that_were_not_asked_for_are_all_of_the_clients() {
    let shop = Shop::open().await;
    let tokens = shop.tokens(&[("scope", "")]).await;
    assert_eq!(
        claims(&tokens["access_token"])["scope"],
        "openid email profile"
    );
}

#[tokio::test]
async fn of_two_requests_at_once_one_has_tokens() {
    let shop = std::sync::Arc::new(Shop::open().await);
    let code = shop.code(&[]).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (shop, code) = (shop.clone(), code.clone());
            tokio::spawn(async move { shop.redeem(&code, &[]).await })
        })
        .collect();
    let mut granted = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == 200 {
            granted += 1;
        } else {
            assert_eq!(
                (answer.status, answer.json()["error"].as_str()),
                (400, Some("invalid_grant"))
            );
        }
    }
    assert_eq!(granted, 1);
}

#[tokio::test]
async fn a_code_that_comes_again_is_refused_and_what_it_became_is_revoked() {
    let shop = Shop::open().await;
    let is_good = async |tokens: &serde_json::Value| {
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        let renewed = shop.token(&fields).await.status == 200;
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        let request = Request::get(format!("/{}/oauth2/userInfo", shop.pool))
            .header(header::AUTHORIZATION, bearer);
        let shown = shop
            .browser()
            .send(request, axum::body::Body::empty())
            .await;
        assert_eq!(shown.status == 200, renewed);
        renewed
    };
    let again = async |code: &str, client: &str| {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("client_id", client),
        ];
        let path = format!("/{}/oauth2/token", shop.pool);
        let answer = shop.browser().post(&path, &fields).await;
        assert_eq!(answer.json()["error"], "invalid_grant");
    };
    let code = shop.code(&[]).await;
    let tokens = shop.redeem(&code, &[]).await.json();
    let bystander = shop.tokens(&[]).await;
    let other = json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"], "CallbackURLs": [CALLBACK] });
    again(&code, &shop.app.client(&shop.pool, other).await.id).await;
    assert!(
        is_good(&tokens).await,
        "another client's word counts nothing"
    );
    again(&code, &shop.client).await;
    assert!(!is_good(&tokens).await);
    assert!(is_good(&bystander).await);

    // An old URL in a browser's history ends nobody's session.
    let code = shop.code(&[]).await;
    let tokens = shop.redeem(&code, &[]).await.json();
    shop.app.advance(Span::minutes(6));
    again(&code, &shop.client).await;
    assert!(is_good(&tokens).await);
}

#[tokio::test]
async fn a_verifier_shorter_than_the_standard_demands_is_accepted_if_it_matches() {
    let shop = Shop::open().await;
    let challenge = [
        // The challenge of "short-verifier".
        (
            "code_challenge",
            "Nb9gqlOcQmdgooA-8xjf8IPMQhWeyujCph4yzdaXdH0",
        ),
        ("code_challenge_method", "S256"),
    ];
    let code = shop.code(&challenge).await;
    let answer = shop
        .redeem(&code, &[("code_verifier", "short-verifier")])
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_code_is_good_for_five_minutes() {
    let shop = Shop::open().await;
    let (early, late) = (shop.code(&[]).await, shop.code(&[]).await);
    shop.app.advance(Span::seconds(299));
    assert_eq!(shop.redeem(&early, &[]).await.status, 200);
    shop.app.advance(Span::seconds(1));
    assert_eq!(
        shop.redeem(&late, &[]).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_its_verifier() {
    let shop = Shop::open().await;
    let challenge = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let code = shop.code(&challenge).await;
    for wrong in [
        vec![],
        vec![("code_verifier", CHALLENGE)],
        vec![("code_verifier", "")],
    ] {
        let answer = shop.redeem(&code, &wrong).await;
        assert_eq!(answer.json()["error"], "invalid_grant", "{wrong:?}");
    }
    assert_eq!(
        shop.redeem(&code, &[("code_verifier", VERIFIER)])
            .await
            .status,
        200
    );
    let bare = shop.code(&[]).await;
    let answer = shop.redeem(&bare, &[("code_verifier", VERIFIER)]).await;
    assert_eq!(answer.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_code_belongs_to_its_client_and_its_redirect() {
    let shop = Shop::open().await;
    let code = shop.code(&[]).await;
    let path = format!("/{}/oauth2/token", shop.pool);
    let other = json!({ "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"], "CallbackURLs": [CALLBACK] });
    let other = shop.app.client(&shop.pool, other).await.id;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("client_id", other.as_str()),
    ];
    assert_eq!(
        shop.browser().post(&path, &fields).await.json()["error"],
        "invalid_grant"
    );
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", "http://localhost:3000/other"),
        ("client_id", shop.client.as_str()),
    ];
    let answer = shop.browser().post(&path, &fields).await;
    assert_eq!(answer.json()["error_description"], "invalid_redirect");
    assert_eq!(shop.redeem(&code, &[]).await.status, 200);
}

#[tokio::test]
async fn a_confidential_client_proves_itself_in_either_way_but_must() {
    let shop = Shop::with(json!({}), json!({ "GenerateSecret": true })).await;
    let secret = shop.secret.clone().unwrap();
    assert_eq!(shop.redeem(&shop.code(&[]).await, &[]).await.status, 200);
    let path = format!("/{}/oauth2/token", shop.pool);
    let ask = async |code: &str, given: Option<&str>, more: &str| {
        let mut request =
            Request::post(&path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(secret) = given {
            let basic = BASE64_STANDARD.encode(format!("{}:{secret}", shop.client));
            request = request.header(header::AUTHORIZATION, format!("Basic {basic}"));
        }
        let body =
            format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}{more}");
        shop.browser().send(request, body.into()).await
    };
    assert_eq!(
        ask(&shop.code(&[]).await, Some(&secret), "").await.status,
        200
    );
    let code = shop.code(&[]).await;
    let id = format!("&client_id={}", shop.client);
    for (given, more) in [
        (None, id.clone()),
        (Some("wrong"), String::new()),
        (Some(""), String::new()),
        (None, format!("{id}&client_secret=wrong")),
    ] {
        let answer = ask(&code, given, &more).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (400, Some("invalid_client")),
            "{more}"
        );
    }
    let both = ask(&code, Some(&secret), &format!("&client_secret={secret}")).await;
    assert_eq!(both.json()["error"], "invalid_request");
    assert_eq!(ask(&code, Some(&secret), "").await.status, 200);
}

#[tokio::test]
async fn a_public_client_that_shows_a_secret_is_refused() {
    let shop = Shop::open().await;
    let answer = shop
        .redeem(&shop.code(&[]).await, &[("client_secret", "x")])
        .await;
    assert_eq!(answer.json()["error"], "invalid_client");
}
