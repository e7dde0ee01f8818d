use cabana_web::Scheme;
use http::Request;
use serde_json::json;

use crate::browser::Browser;
use crate::shop::Shop;

async fn document(browser: &Browser, pool: &str) -> serde_json::Value {
    let page = browser
        .get(&format!("/{pool}/.well-known/openid-configuration"))
        .await;
    assert_eq!(page.status, 200);
    page.json()
}

#[tokio::test]
async fn the_document_has_cognitos_members_and_more_in_alphabetical_order() {
    let shop = Shop::open().await;
    let page = shop
        .browser()
        .get(&format!("/{}/.well-known/openid-configuration", shop.pool))
        .await;
    assert!(page.header("content-type").starts_with("application/json"));
    assert!(page.header("cache-control").contains("max-age"));
    assert_eq!(page.header("access-control-allow-origin"), "*");
    let base = format!("http://localhost:9229/{}", shop.pool);
    let document = page.json();
    for (member, value) in [
        (
            "authorization_endpoint",
            json!(format!("{base}/oauth2/authorize")),
        ),
        ("end_session_endpoint", json!(format!("{base}/logout"))),
        ("id_token_signing_alg_values_supported", json!(["RS256"])),
        ("issuer", json!(base)),
        ("jwks_uri", json!(format!("{base}/.well-known/jwks.json"))),
        ("response_types_supported", json!(["code", "token"])),
        (
            "revocation_endpoint",
            json!(format!("{base}/oauth2/revoke")),
        ),
        (
            "scopes_supported",
            json!(["openid", "email", "phone", "profile"]),
        ),
        ("subject_types_supported", json!(["public"])),
        ("token_endpoint", json!(format!("{base}/oauth2/token"))),
        (
            "token_endpoint_auth_methods_supported",
            json!(["client_secret_basic", "client_secret_post"]),
        ),
        (
            "userinfo_endpoint",
            json!(format!("{base}/oauth2/userInfo")),
        ),
        ("request_parameter_supported", json!(false)),
        ("request_uri_parameter_supported", json!(false)),
        ("response_modes_supported", json!(["query", "fragment"])),
    ] {
        assert_eq!(document[member], value, "{member}");
    }
    let holds = |member: &str, value: &str| {
        let list = document[member].as_array().unwrap();
        list.iter().any(|it| it == value)
    };
    assert!(holds("grant_types_supported", "refresh_token"));
    assert!(holds("claims_supported", "email_verified"));
    // The order in which they were sent.
    let mut at = Vec::new();
    for member in document.as_object().unwrap().keys() {
        at.push((page.text.find(&format!("\"{member}\":")).unwrap(), member));
    }
    at.sort_unstable();
    assert!(at.is_sorted_by_key(|(_, member)| *member), "{}", page.text);
}

#[tokio::test]
async fn pkce_support_is_published_in_the_standard_dialect_only() {
    for (dialect, published) in [("cognito", json!(null)), ("standard", json!(["S256"]))] {
        let tags = json!({ "UserPoolTags": { "cabana:dialect": dialect } });
        let shop = Shop::with(tags, json!({})).await;
        let document = document(&shop.browser(), &shop.pool).await;
        assert_eq!(document["code_challenge_methods_supported"], published);
    }
}

#[tokio::test]
async fn what_the_browser_opens_is_never_under_a_name_of_the_container_network() {
    let shop = Shop::open().await;
    for (host, scheme, opened) in [
        ("cabana:9229", Scheme::Http, "http://localhost:9229"),
        ("cabana:9229", Scheme::Https, "https://localhost:9229"),
        (
            "host.docker.internal:9229",
            Scheme::Http,
            "http://localhost:9229",
        ),
        ("127.0.0.1:9229", Scheme::Https, "https://127.0.0.1:9229"),
        ("192.168.1.5:9229", Scheme::Http, "http://192.168.1.5:9229"),
    ] {
        let mut browser = shop.browser();
        browser.host = host.to_owned();
        browser.scheme = scheme;
        let found = document(&browser, &shop.pool).await;
        for (member, path) in [
            ("authorization_endpoint", "/oauth2/authorize"),
            ("end_session_endpoint", "/logout"),
        ] {
            assert_eq!(
                found[member],
                format!("{opened}/{}{path}", shop.pool),
                "{host}"
            );
        }
        for member in [
            "token_endpoint",
            "userinfo_endpoint",
            "jwks_uri",
            "revocation_endpoint",
        ] {
            let called = format!("{}://{host}/", scheme.as_str());
            let value = found[member].as_str().unwrap();
            assert!(value.starts_with(&called), "{host}: {value}");
        }
    }
    let mut browser = shop.browser();
    browser.host = "cabana:9229".to_owned();
    // Node.js sends this header, and is no browser.
    let request = Request::get(format!("/{}/.well-known/openid-configuration", shop.pool))
        .header("sec-fetch-mode", "cors");
    let found = browser.send(request, axum::body::Body::empty()).await;
    let opened = found.json()["authorization_endpoint"].to_string();
    assert!(opened.contains("http://localhost:9229/"), "{opened}");
    // A script in a browser uses a host name that the browser knows.
    let request = Request::get(format!("/{}/.well-known/openid-configuration", shop.pool))
        .header("origin", "http://app:3000");
    let found = browser.send(request, axum::body::Body::empty()).await;
    let opened = found.json()["authorization_endpoint"].to_string();
    assert!(opened.contains("http://cabana:9229/"), "{opened}");
}

#[tokio::test]
async fn in_the_emulator_endpoints_follow_the_host_that_asked_and_the_issuer_never_does() {
    let shop = Shop::open().await;
    let issuer = format!("http://localhost:9229/{}", shop.pool);
    for (host, origin) in [
        ("127.0.0.1:9229", "https://127.0.0.1:9229"),
        ("cabana:9229", "https://cabana:9229"),
        (
            "host.docker.internal:9229",
            "https://host.docker.internal:9229",
        ),
        ("evil.example.com", "http://localhost:9229"),
        ("localhost@evil.example.com", "http://localhost:9229"),
    ] {
        let mut browser = shop.browser();
        browser.host = host.to_owned();
        browser.scheme = cabana_web::Scheme::Https;
        let found = document(&browser, &shop.pool).await;
        assert_eq!(found["issuer"], issuer, "{host}");
        assert_eq!(
            found["token_endpoint"],
            format!("{origin}/{}/oauth2/token", shop.pool),
            "{host}"
        );
    }
    let mut production = shop.production();
    production.host = "127.0.0.1:9229".to_owned();
    let found = document(&production, &shop.pool).await;
    assert_eq!(found["token_endpoint"], format!("{issuer}/oauth2/token"));
}

#[tokio::test]
async fn a_pool_answers_at_the_root_of_its_own_domain() {
    let shop = Shop::open().await;
    let domain = serde_json::json!({ "UserPoolId": shop.pool, "Domain": "reef" });
    shop.app.ok("CreateUserPoolDomain", domain).await;
    let mut browser = shop.browser();
    browser.host = "reef.auth.us-east-1.localhost:9229".to_owned();
    let page = browser.get("/.well-known/openid-configuration").await;
    let found = page.json();
    let origin = "http://reef.auth.us-east-1.localhost:9229";
    assert_eq!(
        found["authorization_endpoint"],
        format!("{origin}/oauth2/authorize")
    );
    let path = shop.at("/oauth2/authorize", &[]);
    let path = path.strip_prefix(&format!("/{}", shop.pool)).unwrap();
    let page = browser.get(path).await;
    assert!(page.location().starts_with("/login?"), "{}", page.plain());
    let page = browser.get(page.location()).await;
    assert!(page.has("password"), "{}", page.plain());
}

#[tokio::test]
async fn both_keys_are_published_as_cognito_does() {
    let shop = Shop::open().await;
    let page = shop
        .browser()
        .get(&format!("/{}/.well-known/jwks.json", shop.pool))
        .await;
    assert!(
        page.text
            .starts_with("{\"keys\":[{\"alg\":\"RS256\",\"e\":\"AQAB\",\"kid\":\""),
        "{}",
        page.text
    );
    let keys = page.json();
    let keys = keys["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert_eq!(
            (key["kty"].as_str(), key["use"].as_str()),
            (Some("RSA"), Some("sig"))
        );
        assert_eq!(key["kid"].as_str().unwrap().len(), 44);
    }
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
}

#[tokio::test]
async fn what_is_not_there_is_a_page_that_says_so() {
    let shop = Shop::open().await;
    for path in [
        "/no/such/page",
        "/us-east-1_000000000/login",
        &format!("/{}/nothing", shop.pool),
    ] {
        let page = shop.browser().get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(
            page.text.contains("Page not found"),
            "{path}: {}",
            page.text
        );
    }
}

#[tokio::test]
async fn a_custom_domain_names_its_own_endpoints_and_a_forged_port_does_not_get_in() {
    let shop = Shop::open().await;
    let certificate =
        "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000000";
    let domain = serde_json::json!({ "UserPoolId": shop.pool, "Domain": "login.example.com",
        "CustomDomainConfig": { "CertificateArn": certificate } });
    shop.app.ok("CreateUserPoolDomain", domain).await;
    for host in ["login.example.com", "LOGIN.example.com:666"] {
        let mut browser = shop.production();
        browser.host = host.to_owned();
        let found = browser
            .get("/.well-known/openid-configuration")
            .await
            .json();
        let token = "http://login.example.com:9229/oauth2/token";
        assert_eq!(found["token_endpoint"], token, "{host}");
    }
}

#[tokio::test]
async fn the_root_of_the_server_knows_a_pools_endpoints_by_its_client() {
    let shop = Shop::open().await;
    let id = shop.client.as_str();
    let browser = shop.browser();
    for path in ["/oauth2/authorize", "/login", "/logout"] {
        let own = shop.at(path, &[]);
        let root = own.strip_prefix(&format!("/{}", shop.pool)).unwrap();
        let page = browser.get(root).await;
        assert_eq!((page.status, page.location()), (307, own.as_str()));
        let page = browser.get(&format!("{path}?client_id=nobody")).await;
        assert_eq!(page.status, 404, "{path}");
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    let code = shop.code(&[]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", crate::shop::CALLBACK),
        ("client_id", id),
    ];
    let answer = browser.post("/oauth2/token", &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let tokens = answer.json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let request = Request::get("/oauth2/userInfo").header("authorization", &bearer);
    let shown = browser.send(request, axum::body::Body::empty()).await;
    assert_eq!(shown.json()["email"], "ada@example.com");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let revoked = browser
        .post("/oauth2/revoke", &[("client_id", id), ("token", refresh)])
        .await;
    assert_eq!(revoked.status, 200);
    let request = Request::get("/oauth2/userInfo").header("authorization", &bearer);
    let shown = browser.send(request, axum::body::Body::empty()).await;
    assert_eq!(shown.status, 401);
    let nobody = [("grant_type", "refresh_token"), ("client_id", "nobody")];
    let answer = browser.post("/oauth2/token", &nobody).await;
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (400, Some("invalid_client"))
    );
}
