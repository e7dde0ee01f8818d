use std::sync::Arc;

use cabana_domain::message::DeliveryState;
use cabana_store::Change;
use http::Request;
use serde_json::json;

use crate::shop::{PASSWORD, Shop};

/// Sends a code, and plays the worker that stores messages in the inbox.
async fn with_a_message() -> Shop {
    let shop = Shop::open().await;
    let made = json!({ "ClientId": shop.client, "Username": "ida", "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "ida@example.com" }] });
    shop.app.ok("SignUp", made).await;
    let mut message = shop.app.mailbox().await.remove(0);
    let attempts = message.attempts;
    message.state = DeliveryState::Inbox;
    let change = Change::UpdateMessage {
        message: Box::new(message),
        attempts,
    };
    shop.app.api.store.apply(vec![change]).await.unwrap();
    shop
}

#[tokio::test]
async fn messages_are_there_as_json_and_can_be_emptied() {
    let shop = with_a_message().await;
    let code = shop.app.code_sent_to("ida@example.com").await;
    let page = shop.browser().get("/_cabana/messages").await.json();
    let message = &page["messages"][0];
    assert_eq!(
        (&message["to"], &message["code"]),
        (&json!("ida@example.com"), &json!(code))
    );
    assert_eq!(
        (&message["medium"], &message["poolId"]),
        (&json!("EMAIL"), &json!(shop.pool))
    );
    assert_eq!(message["sentAt"], "2026-01-01T00:00:00Z");
    let request = Request::delete("/_cabana/messages");
    assert_eq!(
        shop.browser()
            .send(request, axum::body::Body::empty())
            .await
            .status,
        204
    );
    let page = shop.browser().get("/_cabana/messages").await.json();
    assert_eq!(page, json!({ "messages": [] }));
}

#[tokio::test]
async fn the_inbox_shows_a_message_and_is_emptied_by_its_form_only() {
    let shop = with_a_message().await;
    let browser = shop.browser();
    let list = browser.get("/inbox").await;
    assert!(list.text.contains("ida@example.com"), "{}", list.plain());
    let (_, rest) = list.text.split_once("href=\"/inbox/").unwrap();
    let id = rest.split('"').next().unwrap();
    let page = browser.get(&format!("/inbox/{id}")).await;
    let code = shop.app.code_sent_to("ida@example.com").await;
    assert!(page.text.contains(&code), "{}", page.plain());
    assert_eq!(browser.get("/inbox/nothing").await.status, 404);
    assert_eq!(browser.post("/inbox", &[]).await.status, 403);
    let form = list.forms()[0].clone();
    browser
        .post(&form.action, &[("_csrf", &form.fields["_csrf"])])
        .await;
    assert!(!browser.get("/inbox").await.text.contains("ida@example.com"));
}

#[tokio::test]
async fn where_the_public_url_has_a_path_the_cookie_of_the_inbox_is_below_it() {
    let mut shop = with_a_message().await;
    let app = Arc::get_mut(&mut shop.app).unwrap();
    let api = Arc::get_mut(&mut app.api).unwrap();
    api.settings.public_url = "http://localhost:9229/auth".to_owned();
    let list = shop.browser().get("/auth/inbox").await;
    let cookie = list.header("set-cookie");
    assert!(cookie.contains("; Path=/auth/inbox;"), "{cookie}");
}

#[tokio::test]
async fn there_is_no_inbox_in_production_nor_under_a_strangers_name() {
    let shop = with_a_message().await;
    for path in ["/inbox", "/_cabana/messages"] {
        assert_eq!(shop.production().get(path).await.status, 404, "{path}");
        let mut rebound = shop.browser();
        rebound.host = "attacker.example.com:9229".to_owned();
        assert_eq!(rebound.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_a_year_under_their_hash() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    for asset in cabana_web::assets::all() {
        let path = format!("{}{}", cabana_web::assets::PATH, asset.name);
        let page = browser.get(&path).await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, asset.content_type)
        );
        assert!(page.header("cache-control").contains("max-age=31536000"));
        let known = Request::get(&path).header("if-none-match", page.header("etag"));
        assert_eq!(
            browser.send(known, axum::body::Body::empty()).await.status,
            304
        );
    }
    assert_eq!(
        browser
            .get(&format!("{}nothing.css", cabana_web::assets::PATH))
            .await
            .status,
        404
    );
}
