use super::*;
use axum::body::{Body, to_bytes};
use cabana_api::{Settings, Signatures, Transports};
use cabana_domain::password::hash::Cost;
use cabana_store::Sealer;
use cabana_store_sql::SqliteStore;
use http::StatusCode;
use std::collections::HashMap;
use tower::ServiceExt;

use crate::demo_pool;
use crate::edge::Machine;

struct Demo {
    app: Router,
    client: Client,
}

async fn demo() -> Demo {
    let sealer = Arc::new(Sealer::new(&[7; 32]).unwrap());
    let store = SqliteStore::open_temporary(Arc::clone(&sealer)).unwrap();
    let settings = Settings {
        region: "us-east-1".to_owned(),
        account_id: "000000000000".to_owned(),
        public_url: "http://localhost:9229".to_owned(),
        argon2: Cost::LEAST,
        limits: cabana_api::limits::Rates::EMULATOR,
        events_kept: cabana_domain::Span::days(30),
        signatures: Signatures::KnownKeysOnly,
        transports: Transports {
            email: true,
            sms: true,
        },
    };
    let api = Arc::new(Api::new(
        store,
        sealer,
        Arc::new(Machine),
        Arc::new(Machine),
        settings,
    ));
    let client = demo_pool::ensure(&api).await.unwrap().unwrap();
    let pages = cabana_web::router(cabana_web::Web::new(
        Arc::clone(&api),
        cabana_web::Settings::default(),
    ));
    let app = pages
        .clone()
        .merge(DemoApp::new(&api, &client, pages).routes());
    Demo { app, client }
}

impl Demo {
    async fn get(&self, host: &str, path: &str, cookie: &str) -> Response {
        let request = http::Request::get(path)
            .header("host", host)
            .header("cookie", cookie)
            .body(Body::empty())
            .unwrap();
        self.app.clone().oneshot(request).await.unwrap()
    }
}

async fn text(response: Response) -> String {
    String::from_utf8(
        to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap()
            .to_vec(),
    )
    .unwrap()
}

fn location(response: &Response) -> String {
    response.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}

fn cookie(response: &Response) -> String {
    let line = response.headers()[header::SET_COOKIE].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/demo"] {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
    line.split(';').next().unwrap().to_owned()
}

fn query_of(location: &str) -> HashMap<String, String> {
    let url = url::Url::parse("http://localhost")
        .unwrap()
        .join(location)
        .unwrap();
    url.query_pairs().into_owned().collect()
}

const HOST: &str = "localhost:9229";

#[tokio::test]
async fn signing_in_begins_with_state_nonce_and_a_challenge() {
    let demo = demo().await;
    let begun = demo.get(HOST, "/demo/sign-in", "").await;
    assert_eq!(begun.status(), StatusCode::FOUND);
    let target = location(&begun);
    assert!(
        target.starts_with(&format!("/{}/oauth2/authorize?", demo.client.pool)),
        "{target}"
    );
    let query = query_of(&target);
    assert_eq!(query["redirect_uri"], "http://localhost:9229/demo/callback");
    assert_eq!(query["code_challenge_method"], "S256");
    assert!(
        query["state"].len() >= 43
            && query["nonce"].len() >= 43
            && query["code_challenge"].len() == 43
    );
    let sealed = cookie(&begun);
    assert!(!sealed.contains(&query["state"]));
    let taken = demo.get(HOST, &target, "").await;
    assert!(
        taken.status().is_redirection(),
        "the server refuses the request: {}",
        text(taken).await
    );
}

#[tokio::test]
async fn a_callback_that_was_not_asked_for_is_refused() {
    let demo = demo().await;
    let begun = demo.get(HOST, "/demo/sign-in", "").await;
    let (state, sealed) = (query_of(&location(&begun))["state"].clone(), cookie(&begun));
    for (path, cookie, why) in [
        (
            format!("/demo/callback?code=x&state={state}"),
            "",
            "did not begin a sign-in",
        ),
        (
            "/demo/callback?code=x&state=other".to_owned(),
            sealed.as_str(),
            "state that came back",
        ),
        (
            "/demo/callback?code=x".to_owned(),
            sealed.as_str(),
            "state that came back",
        ),
        (
            format!("/demo/callback?error=access_denied&state={state}"),
            sealed.as_str(),
            "access_denied",
        ),
        (
            format!("/demo/callback?code=x&state={state}"),
            sealed.as_str(),
            "invalid_grant",
        ),
        (
            format!("/demo/callback?state={state}"),
            sealed.as_str(),
            "no code came back",
        ),
    ] {
        let answer = demo.get(HOST, &path, cookie).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        let page = text(answer).await;
        assert!(page.contains(why), "{path}: {why} is missing in {page}");
    }
}

#[tokio::test]
async fn the_menu_leads_to_the_console_but_not_under_a_strangers_name() {
    let demo = demo().await;
    let link = "href=\"/console/setup?token=";
    let page = text(demo.get("localhost:9229", START, "").await).await;
    assert!(page.contains(link), "{page}");
    let page = text(demo.get("attacker.example.com:9229", START, "").await).await;
    assert!(!page.contains("/console"), "{page}");
}

#[tokio::test]
async fn who_comes_by_another_name_is_sent_to_the_public_one() {
    let demo = demo().await;
    let answer = demo.get("127.0.0.1:9229", "/demo/sign-in", "").await;
    assert_eq!(location(&answer), "http://localhost:9229/demo");
}

#[tokio::test]
async fn a_made_up_session_is_none() {
    let demo = demo().await;
    let page = text(demo.get(HOST, "/demo", "cabana-demo=AAAA").await).await;
    assert!(page.contains("/demo/sign-in"), "{page}");
}

#[tokio::test]
async fn signing_out_ends_both_sessions() {
    let demo = demo().await;
    let answer = demo.get(HOST, "/demo/sign-out", "").await;
    let target = location(&answer);
    assert!(
        target.starts_with(&format!("/{}/logout?", demo.client.pool)),
        "{target}"
    );
    assert_eq!(
        query_of(&target)["logout_uri"],
        "http://localhost:9229/demo"
    );
    assert!(
        answer.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    let out = demo.get(HOST, &target, "").await;
    assert_eq!(location(&out), "http://localhost:9229/demo");
}
