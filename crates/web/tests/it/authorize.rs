use cabana_domain::Span;
use serde_json::json;

use crate::shop::{CALLBACK, CHALLENGE, HOME, Shop, code_of};

#[tokio::test]
async fn a_stranger_goes_to_the_sign_in_page_with_the_whole_request() {
    let shop = Shop::open().await;
    let path = shop.at("/oauth2/authorize", &[("audience", "x"), ("nonce", "n")]);
    let page = shop.browser().get(&path).await;
    assert_eq!(page.status, 302);
    assert_eq!(page.location(), path.replace("/oauth2/authorize", "/login"));
}

#[tokio::test]
async fn nobody_is_ever_sent_to_an_address_that_was_not_registered() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    for target in [
        "https://evil.example.com/",
        "http://localhost:3000/back/",
        "http://localhost:3000/back?x=1",
        "http://localhost:3000/back#x",
        "http://LOCALHOST:3000/back",
        "http://localhost:3000/back@evil.example.com",
        "http://localhost:3000/",
        "//evil.example.com",
        "javascript:alert(1)",
        "",
    ] {
        for page in ["/oauth2/authorize", "/login", "/signup", "/forgotPassword"] {
            for more in [
                vec![],
                vec![("response_type", "nonsense")],
                vec![("prompt", "none")],
            ] {
                let mut more = more;
                more.push(("redirect_uri", target));
                let page = browser.get(&shop.at(page, &more)).await;
                assert_eq!(
                    (page.status, page.location()),
                    (400, ""),
                    "{target}: {}",
                    page.plain()
                );
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_client_gets_a_page() {
    let shop = Shop::open().await;
    let other = shop.next_door().await;
    for client in ["0123456789abcdefghijklmnop", "", &other.client] {
        let page = shop
            .browser()
            .get(&shop.at("/oauth2/authorize", &[("client_id", client)]))
            .await;
        assert_eq!((page.status, page.location()), (400, ""));
        assert!(page.header("content-type").starts_with("text/html"));
    }
    let twice = format!("{}&client_id=x", shop.at("/oauth2/authorize", &[]));
    assert_eq!(shop.browser().get(&twice).await.status, 400);
}

#[tokio::test]
async fn every_other_error_goes_back_to_the_app_with_its_state() {
    let shop = Shop::open().await;
    for (name, value, error) in [
        ("response_type", "", "invalid_request"),
        ("response_type", "id_token", "invalid_request"),
        ("response_type", "token", "unauthorized_client"),
        ("scope", "openid nonsense", "invalid_request"),
        ("scope", "email", "invalid_request"),
        ("request", "e30.e30.", "request_not_supported"),
        (
            "request_uri",
            "https://rp.example.com/r",
            "request_uri_not_supported",
        ),
        ("code_challenge", CHALLENGE, "invalid_request"),
        ("code_challenge_method", "S256", "invalid_request"),
        ("identity_provider", "Google", "invalid_request"),
        ("idp_identifier", "x", "invalid_request"),
        ("resource", "http://api.example.com", "invalid_target"),
        ("resource", "https://api.example.com/#x", "invalid_target"),
        ("prompt", "none", "login_required"),
        ("prompt", "none login", "invalid_request"),
        ("prompt", "sing", "invalid_request"),
        ("max_age", "soon", "invalid_request"),
    ] {
        let page = shop
            .browser()
            .get(&shop.at("/oauth2/authorize", &[(name, value)]))
            .await;
        let mark = if value == "token" { '#' } else { '?' };
        assert!(
            page.location()
                .starts_with(&format!("{CALLBACK}{mark}error=")),
            "{name}={value}: {}",
            page.plain()
        );
        assert_eq!(
            page.sent_back("error").as_deref(),
            Some(error),
            "{name}={value}"
        );
        assert_eq!(page.sent_back("state").as_deref(), Some("s 1"));
        assert_eq!(page.sent_back("code"), None);
    }
    let plain = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "plain"),
    ];
    let page = shop
        .browser()
        .get(&shop.at("/oauth2/authorize", &plain))
        .await;
    assert_eq!(page.sent_back("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn the_state_comes_back_byte_for_byte() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    for state in [
        "a%20b+c",
        "%7B%22x%22%3A1%7D",
        "%e2%82%ac%FF",
        "a=b=c;/?:@",
        "~._-!*'()",
    ] {
        let path = format!(
            "{}&state={state}",
            shop.at("/oauth2/authorize", &[("state", "")])
        );
        let refused = shop.browser().get(&format!("{path}&prompt=none")).await;
        assert!(
            refused.location().ends_with(&format!("&state={state}")),
            "{}",
            refused.location()
        );
        let login = browser
            .get(&path.replace("/oauth2/authorize", "/login"))
            .await;
        let page = if login.has("password") {
            browser
                .submit(
                    &login,
                    &[("username", "ada"), ("password", crate::shop::PASSWORD)],
                )
                .await
        } else {
            browser.get(&path).await
        };
        assert!(
            page.location().starts_with(&format!("{CALLBACK}?code=")),
            "{}",
            page.plain()
        );
        assert!(
            page.location().ends_with(&format!("&state={state}")),
            "{}",
            page.location()
        );
    }
}

#[tokio::test]
async fn a_second_app_needs_no_password_within_the_hour_unless_it_asks_for_one() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    code_of(&shop.sign_in(&browser, &[]).await);
    let path = shop.at("/oauth2/authorize", &[]);
    code_of(&browser.get(&path).await);
    code_of(&browser.get(&format!("{path}&prompt=none")).await);
    let forced = browser.get(&format!("{path}&prompt=login")).await;
    assert!(forced.location().contains("/login?"), "{}", forced.plain());
    assert!(browser.get(forced.location()).await.has("password"));
    shop.app.advance(Span::minutes(30));
    code_of(&browser.get(&format!("{path}&max_age=1800")).await);
    assert!(
        browser
            .get(&format!("{path}&max_age=1799"))
            .await
            .location()
            .contains("/login?")
    );
    shop.app.advance(Span::minutes(30));
    assert!(browser.get(&path).await.location().contains("/login?"));
}

#[tokio::test]
async fn the_sign_in_page_offers_to_go_on_as_who_is_signed_in() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let page = browser.get(&shop.at("/login", &[])).await;
    assert!(
        page.has("continue") && page.text.contains("ada"),
        "{}",
        page.plain()
    );
    code_of(&browser.submit(&page, &[("continue", "")]).await);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before_it() {
    let shop = Shop::open().await;
    let (browser, thief) = (shop.browser(), shop.browser());
    let path = shop.at("/oauth2/authorize", &[]);
    code_of(&shop.sign_in(&browser, &[]).await);
    let stolen = browser.cookies.lock().unwrap().clone();
    *thief.cookies.lock().unwrap() = stolen;
    code_of(&thief.get(&path).await);
    code_of(&shop.sign_in(&browser, &[("prompt", "login")]).await);
    code_of(&browser.get(&path).await);
    let refused = thief.get(&path).await;
    assert!(
        refused.location().contains("/login?"),
        "{}",
        refused.plain()
    );
}

#[tokio::test]
async fn a_session_ends_with_the_rights_of_its_user() {
    let shop = Shop::open().await;
    let (disabled, signed_out) = (shop.browser(), shop.browser());
    for (browser, operation) in [
        (&signed_out, "AdminUserGlobalSignOut"),
        (&disabled, "AdminDisableUser"),
    ] {
        code_of(&shop.sign_in(browser, &[]).await);
        shop.app.advance(Span::seconds(1));
        shop.app
            .ok(
                operation,
                json!({ "UserPoolId": shop.pool, "Username": "ada" }),
            )
            .await;
        let page = browser.get(&shop.at("/oauth2/authorize", &[])).await;
        assert!(
            page.location().contains("/login?"),
            "{operation}: {}",
            page.plain()
        );
    }
}

#[tokio::test]
async fn the_implicit_grant_brings_tokens_in_the_fragment_and_no_refresh_token() {
    let shop = Shop::with(json!({}), json!({ "AllowedOAuthFlows": ["implicit"] })).await;
    let page = shop
        .sign_in(
            &shop.browser(),
            &[("response_type", "token"), ("nonce", "n1")],
        )
        .await;
    assert!(
        page.location()
            .starts_with(&format!("{CALLBACK}#id_token=")),
        "{}",
        page.plain()
    );
    assert_eq!(page.sent_back("expires_in").as_deref(), Some("3600"));
    assert_eq!(page.sent_back("token_type").as_deref(), Some("Bearer"));
    assert_eq!(page.sent_back("state").as_deref(), Some("s 1"));
    assert_eq!(page.sent_back("refresh_token"), None);
    let id = crate::shop::claims(&page.sent_back("id_token").unwrap().into());
    assert_eq!(id["nonce"], "n1");
}

#[tokio::test]
async fn a_client_without_the_flows_of_the_pages_is_refused() {
    let shop = Shop::with(
        json!({}),
        json!({ "AllowedOAuthFlowsUserPoolClient": false }),
    )
    .await;
    let page = shop.browser().get(&shop.at("/oauth2/authorize", &[])).await;
    assert_eq!(
        page.sent_back("error").as_deref(),
        Some("unauthorized_client")
    );
    assert_ne!(page.location(), HOME);
}

#[tokio::test]
async fn a_scope_that_is_not_allowed_is_refused_in_the_pools_dialect() {
    for (dialect, error) in [
        ("cognito", "invalid_request"),
        ("standard", "invalid_scope"),
    ] {
        let tags = json!({ "UserPoolTags": { "cabana:dialect": dialect } });
        let shop = Shop::with(tags, json!({})).await;
        let path = shop.at("/oauth2/authorize", &[("scope", "openid phone")]);
        let page = shop.browser().get(&path).await;
        let (told, place) = (format!("error={error}&error_description"), page.location());
        let expected = format!("{CALLBACK}?{told}=invalid_scope");
        assert!(place.starts_with(&expected), "{place}");
        assert!(place.ends_with("&state=s+1"), "{place}");
    }
}

#[tokio::test]
async fn errors_of_the_implicit_grant_are_in_the_fragment() {
    let shop = Shop::with(json!({}), json!({ "AllowedOAuthFlows": ["implicit"] })).await;
    for (name, value) in [
        ("scope", "openid phone"),
        ("prompt", "none"),
        ("max_age", "x"),
    ] {
        let more = [("response_type", "token"), (name, value)];
        let page = shop
            .browser()
            .get(&shop.at("/oauth2/authorize", &more))
            .await;
        assert!(
            page.location().starts_with(&format!("{CALLBACK}#error=")),
            "{name}: {}",
            page.location()
        );
        assert_eq!(page.sent_back("state").as_deref(), Some("s 1"));
    }
}

#[tokio::test]
async fn a_requested_level_is_told_and_never_an_error() {
    let shop = Shop::open().await;
    let one = json!("urn:cognito:loa:1");
    for (levels, told) in [
        ("urn:cognito:loa:1", Some(&one)),
        ("urn:cognito:loa:4 x", Some(&one)),
        ("no:such:level x", None),
    ] {
        let tokens = shop.tokens(&[("acr_values", levels)]).await;
        let refresh = tokens["refresh_token"].as_str().unwrap();
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        let renewed = shop.token(&fields).await.json();
        for tokens in [&tokens, &renewed] {
            for name in ["id_token", "access_token"] {
                let claims = crate::shop::claims(&tokens[name]);
                assert_eq!(claims.get("acr"), told, "{levels}: {name}");
                assert_eq!(claims.get("amr").is_some(), told.is_some(), "{levels}");
            }
        }
    }
}

#[tokio::test]
async fn a_request_object_is_answered_at_registered_addresses_only() {
    let shop = Shop::open().await;
    let more = [
        ("request", "e30.e30."),
        ("redirect_uri", "https://evil.example.com/"),
    ];
    let page = shop
        .browser()
        .get(&shop.at("/oauth2/authorize", &more))
        .await;
    assert_eq!((page.status, page.location()), (400, ""));
}

#[tokio::test]
async fn a_request_that_is_posted_is_read_like_a_query() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    code_of(&shop.sign_in(&browser, &[]).await);
    let path = shop.at("/oauth2/authorize", &[]);
    let (endpoint, query) = path.split_once('?').unwrap();
    let fields: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (&**a, &**b)).collect();
    let page = browser.post(endpoint, &fields).await;
    assert_eq!((page.status, page.location()), (303, path.as_str()));
    code_of(&browser.get(page.location()).await);
}

#[tokio::test]
async fn looking_without_following_changes_nothing() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    for path in [
        shop.at("/oauth2/authorize", &[]),
        format!(
            "/{}/logout?client_id={}&logout_uri={HOME}",
            shop.pool, shop.client
        ),
    ] {
        let page = browser
            .send(http::Request::head(&path), axum::body::Body::empty())
            .await;
        assert_eq!((page.status, page.location()), (200, ""), "{path}");
    }
    code_of(&browser.get(&shop.at("/oauth2/authorize", &[])).await);
}
