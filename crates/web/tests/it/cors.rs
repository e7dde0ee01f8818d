//! A script of another origin may read every answer of the endpoints it may call.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use cabana_api::limits::Rates;
use cabana_testkit::{TestApp, TestDatabase};
use http::{Method, Request, header};
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::shop::Shop;

/// Every endpoint that scripts may call, below a pool.
const OPEN: [&str; 6] = [
    "/.well-known/openid-configuration",
    "/.well-known/jwks.json",
    "/oauth2/token",
    "/oauth2/userInfo",
    "/oauth2/revoke",
    "/oauth2/par",
];

/// Headers that clients in browsers send: Amplify, AWS SDKs for JavaScript, oidc-client-ts.
const ASKED: [&str; 7] = [
    "authorization",
    "amz-sdk-request",
    "cache-control",
    "content-type",
    "x-amz-target",
    "x-amz-user-agent",
    "x-requested-with",
];

async fn send(browser: &Browser, method: &Method, path: &str, body: &str) -> Page {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::ORIGIN, "https://app.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    browser.send(request, Body::from(body.to_owned())).await
}

#[track_caller]
fn is_readable(page: &Page, what: &str) {
    let allowed = page.header("access-control-allow-origin");
    assert_eq!(allowed, "*", "{what}: {}", page.plain());
    assert!(
        page.header("access-control-allow-credentials").is_empty(),
        "{what}"
    );
}

#[track_caller]
fn is_permission(page: &Page, what: &str) {
    assert!((200..300).contains(&page.status), "{what}: {}", page.status);
    is_readable(page, what);
    let allowed: BTreeSet<_> = page
        .header("access-control-allow-headers")
        .split(", ")
        .collect();
    for asked in ASKED {
        assert!(allowed.contains(asked), "{what}: {asked} in {allowed:?}");
    }
    for method in ["GET", "POST"] {
        let methods = page.header("access-control-allow-methods");
        assert!(methods.contains(method), "{what}: {methods}");
    }
}

/// Sends all requests to all endpoints, and returns the statuses that came back.
async fn walk(browser: &Browser, base: &str) -> BTreeSet<u16> {
    let mut statuses = BTreeSet::new();
    let large = format!("token={}", "x".repeat(70_000));
    for endpoint in OPEN {
        let path = format!("{base}{endpoint}");
        let preflight = send(browser, &Method::OPTIONS, &path, "").await;
        is_permission(&preflight, &path);
        for (method, body) in [
            (Method::GET, ""),
            (Method::HEAD, ""),
            (Method::POST, "grant_type=refresh_token&refresh_token=x"),
            (Method::POST, &large),
            (Method::DELETE, ""),
        ] {
            let page = send(browser, &method, &path, body).await;
            is_readable(&page, &format!("{method} {path}"));
            statuses.insert(page.status);
        }
    }
    statuses
}

fn holds(seen: &BTreeSet<u16>, wanted: &[u16]) {
    for status in wanted {
        assert!(seen.contains(status), "no {status} in {seen:?}");
    }
}

#[tokio::test]
async fn scripts_of_any_origin_may_read_every_answer_of_what_they_may_call() {
    let shop = Shop::open().await;
    let seen = walk(&shop.browser(), &format!("/{}", shop.pool)).await;
    holds(&seen, &[200, 400, 405, 413]);
    assert_eq!(
        walk(&shop.browser(), "/us-east-1_absent000").await,
        BTreeSet::from([404])
    );

    let domain = json!({ "UserPoolId": shop.pool, "Domain": "reef" });
    shop.app.ok("CreateUserPoolDomain", domain).await;
    let mut browser = shop.browser();
    browser.host = "reef.auth.us-east-1.localhost:9229".to_owned();
    holds(&walk(&browser, "").await, &[200, 400, 405]);
    browser.host = "absent.auth.us-east-1.localhost:9229".to_owned();
    assert_eq!(walk(&browser, "").await, BTreeSet::from([404]));

    let rates = Rates {
        per_address: 1,
        ..Rates::OFF
    };
    let app = Arc::new(TestApp::limited(rates));
    let shop = Shop::of(app, json!({}), json!({})).await;
    let (browser, base) = (shop.browser(), format!("/{}", shop.pool));
    walk(&browser, &base).await;
    holds(&walk(&browser, &base).await, &[429]);
}

#[tokio::test]
async fn scripts_learn_that_the_store_does_not_answer() {
    let database = TestDatabase::new();
    let shop = Shop::of(Arc::new(TestApp::over(&database)), json!({}), json!({})).await;
    let pool = shop.pool.clone();
    drop(shop);
    let mut seen = BTreeSet::new();
    for table in ["pools", "clients", "signing_keys"] {
        let copy = database.copy();
        copy.lose(table);
        let app = Arc::new(TestApp::over(&copy));
        let web = cabana_web::Web::new(app.api.clone(), cabana_web::Settings::default());
        let browser = Browser::new(cabana_web::router(web));
        seen.extend(walk(&browser, &format!("/{pool}")).await);
    }
    assert!(seen.iter().any(|status| *status >= 500), "{seen:?}");
}

#[tokio::test]
async fn scripts_may_not_read_what_people_see() {
    let shop = Shop::open().await;
    let pages = [
        "/login",
        "/oauth2/authorize",
        "/logout",
        "/confirmUser",
        "/oauth2/introspect",
    ];
    let pages = pages.map(|path| shop.at(path, &[]));
    for path in pages.into_iter().chain(["/inbox".to_owned()]) {
        let page = shop.browser().get(&path).await;
        let allowed = page.header("access-control-allow-origin");
        assert_eq!(allowed, "", "{path}");
    }
}
