use http::{Request, header};
use serde_json::json;

use crate::browser::Page;
use crate::shop::{Shop, claims};

async fn ask(shop: &Shop, bearer: Option<&str>) -> Page {
    let mut request = Request::get(format!("/{}/oauth2/userInfo", shop.pool));
    if let Some(bearer) = bearer {
        request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
    }
    shop.browser()
        .send(request, axum::body::Body::empty())
        .await
}

#[tokio::test]
async fn the_bearers_data_are_strings_and_follow_the_scopes() {
    let shop = Shop::open().await;
    let tokens = shop.tokens(&[]).await;
    let page = ask(&shop, tokens["access_token"].as_str()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let expected = json!({
        "email": "ada@example.com", "email_verified": "true",
        "sub": claims(&tokens["id_token"])["sub"], "username": "ada",
    });
    assert_eq!(page.json(), expected);
    let profile = shop.tokens(&[("scope", "openid profile")]).await;
    let page = ask(&shop, profile["access_token"].as_str()).await;
    assert_eq!(page.json().get("email"), None);
    let form = [("access_token", profile["access_token"].as_str().unwrap())];
    let page = shop
        .browser()
        .post(&format!("/{}/oauth2/userInfo", shop.pool), &form)
        .await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn a_bad_token_is_told_in_the_header_too() {
    let shop = Shop::open().await;
    let other = shop.next_door().await;
    let foreign = other.tokens(&[]).await;
    let id = shop.tokens(&[]).await;
    for token in [
        Some("not.a.token"),
        foreign["access_token"].as_str(),
        id["id_token"].as_str(),
    ] {
        let page = ask(&shop, token).await;
        assert_eq!(page.status, 401, "{}", page.text);
        assert!(
            page.header("www-authenticate")
                .contains("error=\"invalid_token\"")
        );
        assert_eq!(page.json()["error"], "invalid_token");
    }
    let page = ask(&shop, None).await;
    assert_eq!(
        (page.status, page.json()["error"].as_str()),
        (400, Some("invalid_request"))
    );
}

#[tokio::test]
async fn a_token_of_an_api_sign_in_is_refused() {
    let shop = Shop::open().await;
    let made = json!({ "ClientId": shop.client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ada", "PASSWORD": crate::shop::PASSWORD } });
    let made = shop.app.ok("InitiateAuth", made).await;
    let page = ask(&shop, made["AuthenticationResult"]["AccessToken"].as_str()).await;
    assert_eq!(
        (page.status, page.json()["error"].as_str()),
        (401, Some("invalid_token"))
    );
}
