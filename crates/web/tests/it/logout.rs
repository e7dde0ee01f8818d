use cabana_domain::Span;

use crate::browser::Browser;
use crate::shop::{CALLBACK, HOME, Shop};

fn path(shop: &Shop, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    format!("/{}/logout?{query}", shop.pool)
}

async fn is_signed_in(shop: &Shop, browser: &Browser) -> bool {
    let page = browser.get(&shop.at("/oauth2/authorize", &[])).await;
    page.sent_back("code").is_some()
}

#[tokio::test]
async fn both_dialects_end_the_session_and_lead_back() {
    let shop = Shop::open().await;
    let id_token = shop.tokens(&[]).await["id_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let id = ("client_id", shop.client.as_str());
    // The hint has expired by now, and is accepted nevertheless.
    shop.app.advance(Span::hours(48));
    for parameters in [
        vec![id, ("logout_uri", HOME)],
        vec![id, ("post_logout_redirect_uri", HOME)],
        vec![
            id,
            ("post_logout_redirect_uri", HOME),
            ("logout_hint", "ada@example.com"),
        ],
        vec![
            ("id_token_hint", &id_token),
            ("post_logout_redirect_uri", HOME),
        ],
        vec![
            id,
            ("id_token_hint", &id_token),
            ("post_logout_redirect_uri", HOME),
        ],
        vec![
            id,
            ("logout_uri", HOME),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
        ],
    ] {
        let browser = shop.browser();
        shop.sign_in(&browser, &[]).await;
        let stolen = browser.cookies.lock().unwrap()["cognito"].clone();
        assert!(is_signed_in(&shop, &browser).await);
        let page = browser.get(&path(&shop, &parameters)).await;
        assert_eq!(
            (page.status, page.location()),
            (302, HOME),
            "{parameters:?}"
        );
        assert!(!browser.cookies.lock().unwrap().contains_key("cognito"));
        browser
            .cookies
            .lock()
            .unwrap()
            .insert("cognito".to_owned(), stolen);
        assert!(!is_signed_in(&shop, &browser).await, "{parameters:?}");
    }
}

#[tokio::test]
async fn the_state_comes_back() {
    let shop = Shop::open().await;
    let parameters = [
        ("client_id", shop.client.as_str()),
        ("post_logout_redirect_uri", HOME),
        ("state", "x y"),
    ];
    let page = shop.browser().get(&path(&shop, &parameters)).await;
    assert_eq!(page.location(), format!("{HOME}?state=x+y"));
}

#[tokio::test]
async fn signing_out_to_sign_in_again_shows_the_sign_in_page() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let page = browser.get(&shop.at("/logout", &[])).await;
    assert_eq!(page.location(), shop.at("/login", &[]));
    assert!(browser.get(page.location()).await.has("password"));
    let page = browser
        .get(&shop.at("/logout", &[("redirect_uri", "https://evil.example.com")]))
        .await;
    assert_eq!((page.status, page.location()), (400, ""));
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_and_nobody_is_signed_out_by_a_bad_request() {
    let shop = Shop::open().await;
    let other = shop.next_door().await;
    let foreign = other.tokens(&[]).await["id_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let access = shop.tokens(&[]).await["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let id = ("client_id", shop.client.as_str());
    let evil = "https://evil.example.com/";
    for parameters in [
        vec![("client_id", "nobody")],
        vec![("logout_uri", HOME)],
        vec![id, ("logout_uri", evil)],
        vec![id, ("logout_uri", CALLBACK)],
        vec![id, ("logout_uri", "http://localhost:3000/login/")],
        vec![id, ("post_logout_redirect_uri", evil)],
        vec![
            ("id_token_hint", &foreign),
            ("post_logout_redirect_uri", HOME),
        ],
        vec![
            ("id_token_hint", &access),
            ("post_logout_redirect_uri", HOME),
        ],
        vec![("id_token_hint", "x"), ("post_logout_redirect_uri", HOME)],
    ] {
        let page = browser.get(&path(&shop, &parameters)).await;
        assert_eq!((page.status, page.location()), (400, ""), "{parameters:?}");
        assert!(page.has("sign_out"), "{parameters:?}: {}", page.plain());
    }
    assert!(is_signed_in(&shop, &browser).await);
}

#[tokio::test]
async fn where_a_sign_out_is_refused_the_person_can_sign_out_all_the_same() {
    let shop = Shop::open().await;
    let id = ("client_id", shop.client.as_str());
    for (parameters, status) in [
        (vec![], 200),
        (vec![("state", "x")], 200),
        (vec![id], 200),
        (vec![id, ("logout_uri", "https://evil.example.com/")], 400),
        (vec![id, ("redirect_uri", "https://evil.example.com/")], 400),
        (vec![("post_logout_redirect_uri", HOME)], 400),
    ] {
        let browser = shop.browser();
        shop.sign_in(&browser, &[]).await;
        let page = browser.get(&path(&shop, &parameters)).await;
        assert_eq!(
            (page.status, page.location()),
            (status, ""),
            "{parameters:?}"
        );
        assert!(is_signed_in(&shop, &browser).await, "{parameters:?}");
        let page = browser.submit(&page, &[("sign_out", "yes")]).await;
        assert_eq!((page.status, page.location()), (200, ""), "{parameters:?}");
        assert!(
            page.plain().contains("You are signed out"),
            "{}",
            page.plain()
        );
        assert!(!is_signed_in(&shop, &browser).await, "{parameters:?}");
    }
}

#[tokio::test]
async fn another_page_cannot_press_the_button_that_signs_out() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let endpoint = format!("/{}/logout", shop.pool);
    let page = browser.post(&endpoint, &[("sign_out", "yes")]).await;
    assert_eq!(page.status, 403);
    assert!(
        page.text.contains(&format!("href=\"{endpoint}\"")),
        "{}",
        page.text
    );
    assert!(is_signed_in(&shop, &browser).await);
}

#[tokio::test]
async fn an_app_may_post_what_it_would_put_into_the_query() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    shop.sign_in(&browser, &[]).await;
    let fields = [
        ("client_id", shop.client.as_str()),
        ("post_logout_redirect_uri", HOME),
        ("state", "x y"),
    ];
    let page = browser
        .post(&format!("/{}/logout", shop.pool), &fields)
        .await;
    assert_eq!(page.status, 303);
    let page = browser.get(page.location()).await;
    assert_eq!(page.location(), format!("{HOME}?state=x+y"));
    assert!(!is_signed_in(&shop, &browser).await);
}

#[tokio::test]
async fn with_nowhere_to_go_a_page_says_that_the_session_ended() {
    let shop = Shop::open().await;
    let browser = shop.browser();
    let done = shop.sign_in(&browser, &[]).await;
    let tokens = shop
        .redeem(&done.sent_back("code").unwrap(), &[])
        .await
        .json();
    let hint = tokens["id_token"].as_str().unwrap();
    let page = browser.get(&path(&shop, &[("id_token_hint", hint)])).await;
    assert_eq!((page.status, page.location()), (200, ""));
    assert!(page.plain().contains("signed out"), "{}", page.plain());
    assert!(!is_signed_in(&shop, &browser).await);
}
