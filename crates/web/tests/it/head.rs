//! HEAD is safe: it changes nothing, even where GET does.

use std::sync::Arc;

use axum::body::Body;
use cabana_store::Page;
use cabana_testkit::{TestApp, TestDatabase};
use http::Request;
use serde_json::json;

use crate::browser::{self, Browser};
use crate::shop::{HOME, PASSWORD, Shop};

/// Paths of the server itself, beside those below a pool.
const OF_THE_SERVER: [&str; 3] = ["/", "/inbox", "/_cabana/messages"];

async fn head(browser: &Browser, path: &str) -> browser::Page {
    browser.send(Request::head(path), Body::empty()).await
}

#[tokio::test]
async fn head_changes_nothing_anywhere() {
    let database = TestDatabase::new();
    let shop = Shop::of(Arc::new(TestApp::over(&database)), json!({}), json!({})).await;
    let sign_up = json!({ "ClientId": shop.client, "Username": "eve", "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "eve@example.com" }] });
    shop.app.ok("SignUp", sign_up).await;
    let first = Page {
        limit: 1,
        after: None,
    };
    let sent = shop.app.api.store.messages(None, first).await.unwrap();
    let code = sent.items[0].content.clone().unwrap().code.unwrap();
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let jar = browser.cookies.lock().unwrap().clone();
    let before = database.rows();
    let more = [
        ("user_name", "eve"),
        ("username", "eve"),
        ("confirmation_code", &code),
        ("logout_uri", HOME),
        ("lang", "de"),
    ];
    let paths = cabana_web::pool_paths().into_iter().chain(OF_THE_SERVER);
    for path in paths {
        let path = path
            .replace("{factor}", "totp")
            .replace("{list}", "callback");
        for at in [shop.at(&path, &more), path.clone()] {
            let page = head(&browser, &at).await;
            assert!(page.status < 500, "{at}: {}", page.status);
            assert_eq!(page.text, "", "{at}");
            assert_eq!(page.header("set-cookie"), "", "{at}");
        }
        assert_eq!(database.rows(), before, "{path}");
    }
    assert_eq!(*browser.cookies.lock().unwrap(), jar);
    browser.get(&shop.at("/confirmUser", &more)).await;
    assert_ne!(database.rows(), before, "GET confirms");
    let before = database.rows();
    browser.get(&shop.at("/logout", &more)).await;
    assert_ne!(database.rows(), before, "GET signs out");
}
