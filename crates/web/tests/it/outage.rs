//! Responses to browsers and apps while the store fails: that something is wrong with the server, and nothing about
//! their tokens or codes.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use cabana_testkit::{TestApp, TestDatabase};
use http::{Request, header};
use serde_json::json;

use crate::browser::Page;
use crate::shop::{CALLBACK, Shop};

/// Requests to the pages and endpoints; all succeed while the store works.
const QUESTIONS: [&str; 7] = [
    "/oauth2/authorize",
    "/login",
    "/signup",
    "/forgotPassword",
    "a code",
    "a refresh token",
    "/oauth2/userInfo",
];

async fn ask(shop: &Shop, question: &str, code: &str, tokens: &serde_json::Value) -> Page {
    let text = |name: &str| tokens[name].as_str().unwrap();
    match question {
        "a code" => {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", CALLBACK),
            ];
            shop.token(&fields).await
        }
        "a refresh token" => {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", text("refresh_token")),
            ];
            shop.token(&fields).await
        }
        "/oauth2/userInfo" => {
            let request = Request::get(format!("/{}/oauth2/userInfo", shop.pool)).header(
                header::AUTHORIZATION,
                format!("Bearer {}", text("access_token")),
            );
            shop.browser().send(request, Body::empty()).await
        }
        page => shop.browser().get(&shop.at(page, &[])).await,
    }
}

#[tokio::test]
async fn a_question_the_store_does_not_answer_is_no_reason_to_refuse_anybody() {
    let database = TestDatabase::new();
    let shop = Shop::of(Arc::new(TestApp::over(&database)), json!({}), json!({})).await;
    let tokens = shop.tokens(&[]).await;
    let code = shop.code(&[]).await;
    let (pool, client, secret) = (shop.pool.clone(), shop.client.clone(), shop.secret.clone());
    drop(shop);
    let mut failed = BTreeSet::new();
    for table in [None]
        .into_iter()
        .chain(database.tables().into_iter().map(Some))
    {
        for question in QUESTIONS {
            let copy = database.copy();
            if let Some(table) = &table {
                copy.lose(table);
            }
            let shop = Shop {
                app: Arc::new(TestApp::over(&copy)),
                pool: pool.clone(),
                client: client.clone(),
                secret: secret.clone(),
            };
            let page = ask(&shop, question, &code, &tokens).await;
            assert!(
                page.status < 400 || page.status >= 500 && table.is_some(),
                "{question} without {table:?}: {} {}",
                page.status,
                page.text
            );
            if page.status >= 500 {
                failed.insert((table.clone(), question));
            }
        }
    }
    for (table, question) in [
        ("clients", "/oauth2/userInfo"),
        ("users", "/oauth2/userInfo"),
        ("authorization_codes", "a code"),
        ("families", "a refresh token"),
        ("pools", "/login"),
    ] {
        let seen = failed.contains(&(Some(table.to_owned()), question));
        assert!(seen, "{question} without {table}");
    }
}
