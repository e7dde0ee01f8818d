//! Information about a refused request for whoever sets an app up: in the log, and on the page.

use std::sync::{Arc, Mutex};

use cabana_web::Scheme;
use http::{Request, header};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::shop::{CALLBACK, CHALLENGE, HOME, Shop, VERIFIER};

const NEW: &str = "http://localhost:3000/new";

/// Collects the log lines of refused requests.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.push_str(&format!(" {}={value:?}", field.name()));
    }
}

impl Subscriber for Lines {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        *of.level() <= tracing::Level::INFO
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        if line.0.contains("request refused") {
            self.0.lock().unwrap().push(line.0);
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Lines {
    /// The only line since the last call.
    fn one(&self) -> String {
        let mut lines = self.0.lock().unwrap();
        assert_eq!(lines.len(), 1, "{lines:?}");
        lines.remove(0)
    }
}

#[tokio::test]
async fn a_refused_request_is_one_log_line_with_what_was_wrong_and_no_secret() {
    let shop = Shop::with(json!({}), json!({ "GenerateSecret": true })).await;
    let lines = Lines::default();
    // A call site asks every subscriber only where there are two: with one, the first thread that
    // gets there asks its own, and a test beside this one has none.
    let _second = tracing::Dispatch::new(lines.clone());
    let _guard = tracing::subscriber::set_default(lines.clone());
    let (id, pool) = (shop.client.clone(), shop.pool.clone());
    let has = |line: &str, parts: &[&str]| {
        assert!(line.contains(&format!("pool={pool}")), "{line}");
        for part in parts {
            assert!(line.contains(part), "{part}: {line}");
        }
    };
    let token = format!("/{pool}/oauth2/token");
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", &id),
        ("client_secret", "s3cret-that-is-wrong"),
        ("code", "the-code"),
    ];
    shop.browser().post(&token, &fields).await;
    let (line, client) = (lines.one(), format!("client={id}"));
    has(&line, &["error=invalid_client", &client, "/oauth2/token"]);
    assert!(!line.contains("s3cret"), "{line}");
    assert!(!line.contains("the-code"), "{line}");

    let challenge = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let code = shop.code(&challenge).await;
    let wrong = format!("{VERIFIER}x");
    shop.redeem(&code, &[("code_verifier", &wrong)]).await;
    let line = lines.one();
    has(&line, &["error=invalid_grant", "code_verifier does not"]);
    assert!(!line.contains(&code) && !line.contains(&wrong), "{line}");

    let browser = shop.browser();
    let evil = "https://evil.example.com/\n\u{1b}[31mforged";
    let path = shop.at("/oauth2/authorize", &[("redirect_uri", evil)]);
    browser.get(&path).await;
    let line = lines.one();
    let evil = "https://evil.example.com/";
    has(
        &line,
        &["error=redirect_mismatch", "\"redirect_uri\"", evil],
    );
    assert!(!line.contains(['\n', '\u{1b}']), "{line:?}");

    let path = shop.at("/oauth2/authorize", &[("scope", "openid phone")]);
    browser.get(&path).await;
    let line = lines.one();
    has(
        &line,
        &["error=invalid_request", "\"scope\"", "value=phone"],
    );

    let path = format!("/{pool}/logout?client_id={id}&logout_uri={NEW}");
    browser.get(&path).await;
    let line = lines.one();
    has(&line, &["error=redirect_mismatch", "\"logout_uri\"", NEW]);

    let revoke = format!("/{pool}/oauth2/revoke");
    let fields = [("client_id", "nobody"), ("token", "t0ken")];
    browser.post(&revoke, &fields).await;
    let line = lines.one();
    has(&line, &["error=invalid_client", "client=nobody"]);
    assert!(!line.contains("t0ken"), "{line}");

    let request = Request::get(format!("/{pool}/oauth2/userInfo"))
        .header(header::AUTHORIZATION, "Bearer b4d-token");
    browser.send(request, axum::body::Body::empty()).await;
    let line = lines.one();
    has(&line, &["error=invalid_token", "Invalid Access Token"]);
    assert!(!line.contains("b4d-token"), "{line}");
}

#[tokio::test]
async fn in_development_the_page_shows_the_refused_address_and_adds_it() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let path = shop.at("/oauth2/authorize", &[("redirect_uri", NEW)]);
    let page = browser.get(&path).await;
    assert_eq!((page.status, page.location()), (400, ""));
    let said = page.plain();
    assert!(said.contains(NEW) && said.contains(CALLBACK), "{said}");
    let added = browser.press(&page, &[("allow", "")]).await;
    assert_eq!((added.status, added.location()), (303, path.as_str()));
    let back = browser.get(added.location()).await;
    let code = format!("{NEW}?code=");
    assert!(back.location().starts_with(&code), "{}", back.plain());

    let describe = json!({ "UserPoolId": shop.pool, "ClientId": shop.client });
    let client = shop.app.ok("DescribeUserPoolClient", describe).await;
    let client = &client["UserPoolClient"];
    assert_eq!(client["CallbackURLs"], json!([CALLBACK, NEW]));
    assert_eq!(client["LogoutURLs"], json!([HOME]));
    let scopes = client["AllowedOAuthScopes"].as_array().unwrap();
    assert_eq!(scopes.len(), 3);
    let page = cabana_store::Page {
        limit: 1,
        after: None,
    };
    let entries = shop.app.api.store.audit_entries(None, page).await.unwrap();
    let entry = &entries.items[0];
    assert_eq!(
        (entry.action.as_str(), entry.operator.as_str()),
        ("UpdateUserPoolClient", "cabana dev")
    );
}

#[tokio::test]
async fn a_refused_sign_out_address_can_be_added_too() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let path = format!(
        "/{}/logout?client_id={}&post_logout_redirect_uri={NEW}",
        shop.pool, shop.client
    );
    let page = browser.get(&path).await;
    assert!(page.has("sign_out"), "{}", page.plain());
    let added = browser.press(&page, &[("allow", "")]).await;
    assert_eq!(added.location(), path);
    assert_eq!(browser.get(&path).await.location(), NEW);
}

#[tokio::test]
async fn nobody_else_can_make_an_address_be_added() {
    let shop = Shop::open().await;
    let path = shop.at("/oauth2/authorize", &[("redirect_uri", NEW)]);
    // Without a button, the form is refused as well.
    let mine = shop.browser();
    let form = mine.get(&path).await.forms().remove(0);
    let fields: Vec<(&str, &str)> = form
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let cookies = mine.cookies.lock().unwrap().clone();
    let production = shop.production();
    let mut rebound = shop.browser();
    rebound.host = "cabana:9229".to_owned();
    let mut elsewhere = shop.browser();
    elsewhere.address = [192, 168, 1, 5].into();
    for browser in [&production, &rebound, &elsewhere] {
        browser.cookies.lock().unwrap().clone_from(&cookies);
        let page = browser.get(&path).await;
        assert!(!page.has("allow"), "{}", page.plain());
        assert_eq!(browser.post(&form.action, &fields).await.status, 404);
    }
    assert!(!production.get(&path).await.text.contains(CALLBACK));

    // A form of another page: without the cookie, or cross-site according to the browser.
    let answer = shop.browser().post(&form.action, &fields).await;
    assert_eq!(answer.status, 403);
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://localhost:3000"),
        ("origin", "null"),
    ] {
        let request = Request::post(&form.action)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value);
        let answer = mine.send(request, body.clone().into()).await;
        assert_eq!(answer.status, 403, "{name}: {value}");
    }
    // An invalid URL has no button.
    for bad in [
        "http://evil.example.com/",
        "javascript:alert(1)",
        "https://a@b.example/",
    ] {
        let path = shop.at("/oauth2/authorize", &[("redirect_uri", bad)]);
        let page = mine.get(&path).await;
        assert!(!page.has("allow"), "{bad}: {}", page.plain());
        let policy = page.header("content-security-policy");
        assert!(!policy.contains("evil"), "{policy}");
        assert!(!policy.contains("javascript"), "{policy}");
    }
    let describe = json!({ "UserPoolId": shop.pool, "ClientId": shop.client });
    let client = shop.app.ok("DescribeUserPoolClient", describe).await;
    let urls = &client["UserPoolClient"]["CallbackURLs"];
    assert_eq!(urls, &json!([CALLBACK]));
}

#[tokio::test]
async fn the_policy_of_the_page_lets_the_form_lead_to_the_address_that_it_adds() {
    let shop = Shop::open().await;
    let mut browser = shop.browser();
    browser.scheme = Scheme::Https;
    browser.host = "127.0.0.1:9229".to_owned();
    shop.sign_in(&browser, &[]).await;
    let new = "https://app.example.org/new";
    let path = shop.at("/oauth2/authorize", &[("redirect_uri", new)]);
    let page = browser.get(&path).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains(" https://app.example.org"), "{policy}");
    let added = browser.press(&page, &[("allow", "")]).await;
    let back = browser.get(added.location()).await;
    let code = format!("{new}?code=");
    assert!(back.location().starts_with(&code), "{}", back.plain());
}

#[tokio::test]
async fn no_address_writes_into_the_policy_of_a_page() {
    let hosts = [
        "a;frame-ancestors",
        "a%3Bframe-ancestors",
        "a,default-src",
        "a;base-uri",
        "*",
        "*.example",
        "'unsafe-inline'",
    ];
    let shop = Shop::open().await;
    let (production, developer) = (shop.production(), shop.browser());
    for host in hosts {
        let url = format!("https://{host}/");
        let path = shop.at("/oauth2/authorize", &[("redirect_uri", &url)]);
        for browser in [&production, &developer] {
            let page = browser.get(&path).await;
            assert_eq!(page.status, 400);
            guarded(page.header("content-security-policy"), host);
        }
    }
    // Without a button, no form leads to any app.
    let path = shop.at(
        "/oauth2/authorize",
        &[("redirect_uri", "https://b.example/")],
    );
    let page = production.get(&path).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self';"), "{policy}");
    // Nor by a registered URL.
    let mut registered = hosts.map(|host| format!("https://{host}/")).to_vec();
    registered.push("https://[2001:db8::1]:8443/cb".to_owned());
    registered.push("https://my_app.example/cb".to_owned());
    let client = json!({ "CallbackURLs": registered });
    let shop = Shop::with(json!({}), client).await;
    let path = shop.at("/login", &[("redirect_uri", "https://my_app.example/cb")]);
    let page = shop.browser().get(&path).await;
    let policy = page.header("content-security-policy");
    guarded(policy, "registered");
    for source in ["https://[2001:db8::1]:8443", "https://my_app.example"] {
        assert!(policy.contains(source), "{policy}");
    }
}

/// A policy with each directive once, and no source that covers more than one host.
fn guarded(policy: &str, what: &str) {
    let named: Vec<_> = policy
        .split(';')
        .filter_map(|it| it.split_whitespace().next())
        .collect();
    let expected = [
        "default-src",
        "style-src",
        "script-src",
        "img-src",
        "form-action",
        "frame-ancestors",
        "base-uri",
    ];
    assert_eq!(named, expected, "{what}: {policy}");
    for bad in ['*', ',', '%'] {
        assert!(!policy.contains(bad), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
}

#[tokio::test]
async fn an_address_is_shown_by_the_host_it_leads_to() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let lookalike = "https://l\u{43e}calhost/\u{202e}bc";
    let path = shop.at("/oauth2/authorize", &[("redirect_uri", lookalike)]);
    let page = browser.get(&path).await;
    assert!(page.has("allow"), "{}", page.plain());
    let shown = page.plain();
    let plain = "https://xn--lcalhost-nbh/\\u{202e}bc";
    assert!(shown.contains(plain), "{shown}");
    assert!(
        !shown.contains('\u{43e}') && !shown.contains('\u{202e}'),
        "{shown}"
    );
}

#[tokio::test]
async fn the_address_of_the_form_leads_back_when_it_is_opened_by_itself() {
    let shop = Shop::open().await;
    let more = [("redirect_uri", NEW)];
    let page = shop.browser().get(&shop.at("/allow/callback", &more)).await;
    assert_eq!(
        (page.status, page.location()),
        (302, shop.at("/oauth2/authorize", &more).as_str())
    );
    let page = shop.browser().get(&shop.at("/allow/nothing", &more)).await;
    assert_eq!(page.status, 404);
}
