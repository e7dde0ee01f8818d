//! Sessions of operators: their start and their end.

use cabana_domain::Span;
use http::Method;
use serde_json::json;

use crate::harness::House;

const PAGES: [&str; 9] = [
    "/console",
    "/console/pools",
    "/console/pools/us-east-1_none",
    "/console/audit",
    "/console/access-keys",
    "/console/operators",
    "/console/account/authenticator",
    "/console/server",
    "/console/no-such-page",
];

#[tokio::test]
async fn nobody_reaches_a_page_without_a_session() {
    let house = House::new().await;
    for url in PAGES {
        for method in [Method::GET, Method::POST] {
            let page = house.browser().request(method, url, &[]).await;
            let location = page.headers["location"].to_str().unwrap();
            assert!(location.starts_with("/console/sign-in?next="), "{url}");
            page.is(303);
        }
    }
}

#[tokio::test]
async fn the_page_that_was_asked_for_comes_after_the_sign_in() {
    let house = House::new().await;
    house.operator("ada", "administrators").await;
    let pool = house.pool("People").await;
    let mut browser = house.browser();
    let asked_for = format!("/console/pools/{pool}");
    let login = browser.get(&asked_for).await;
    let form = [("username", "ada"), ("password", crate::harness::PASSWORD)];
    let page = browser.post(&login.url, &form).await;
    assert_eq!(page.url, asked_for);
    page.is(200).has("People").has("ada · administrator");
}

#[tokio::test]
async fn a_form_that_came_too_late_leads_back_to_its_page() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let step = ada.get("/console/pools/new").await.url;
    house.app.advance(Span::hours(13));
    let page = ada.request(Method::POST, &step, &[("go", "next")]).await;
    let to = page.headers["location"].to_str().unwrap();
    let next = form_urlencoded::byte_serialize(step.as_bytes());
    let next: String = next.collect();
    assert_eq!(to, format!("/console/sign-in?next={next}"));
}

#[tokio::test]
async fn a_page_that_is_too_old_loses_nothing_and_changes_nothing() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let url = "/console/access-keys/new";
    let old = ada.get(url).await;
    ada.jar.remove("XSRF-TOKEN");
    for site in [None, Some("cross-site"), Some("same-site")] {
        ada.fetch_site = site;
        let token = ada.token.clone();
        let form = [("_csrf", token.as_str()), ("name", "typed")];
        ada.request(Method::POST, url, &form).await.is(403);
    }
    ada.fetch_site = Some("same-origin");
    let page = ada.post(url, &[("name", "typed")]).await;
    assert!(page.url.starts_with(&format!("{}?draft=", old.url)));
    page.is(200).has("too old").has("value=\"typed\"");
    ada.get("/console/access-keys").await.lacks("typed");
    ada.get(&page.url).await;
    ada.post(url, &[("name", "typed")])
        .await
        .has("typed")
        .has("has been created");
}

#[tokio::test]
async fn a_button_of_a_page_that_is_too_old_leaves_the_form_beside_it_alone() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let pool = house.pool("People").await;
    let url = format!("/console/pools/{pool}/properties/name");
    ada.get(&url).await.has("value=\"People\"");
    ada.jar.remove("XSRF-TOKEN");
    ada.fetch_site = Some("same-origin");
    let page = ada.post("/console/sign-out", &[]).await;
    page.is(200).has("too old").has("value=\"People\"");
}

#[tokio::test]
async fn a_step_of_the_guide_that_is_too_old_keeps_the_steps_before_it() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let first = ada.get("/console/pools/new").await;
    let second = ada
        .post(&first.url, &[("alias", "email"), ("go", "next")])
        .await;
    let old = second.url.clone();
    ada.jar.remove("XSRF-TOKEN");
    ada.fetch_site = Some("same-origin");
    let page = ada.post(&old, &[("go", "next")]).await;
    assert_eq!(page.url, old);
    page.is(200).has("too old").lacks("has expired");
}

#[tokio::test]
async fn a_read_only_operator_sends_no_form_whatever_is_in_it() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut rita = house.reader("rita").await;
    for url in [
        "/console/access-keys/new".to_owned(),
        "/console/operators/new".to_owned(),
        "/console/inbox/empty".to_owned(),
        format!("/console/pools/{pool}/properties/name"),
        format!("/console/pools/{pool}/users/new"),
    ] {
        rita.get("/console/pools").await;
        let page = rita.request(Method::POST, &url, &[]).await;
        page.is(403).has("read-only");
    }
    rita.get("/console/account").await;
    rita.post("/console/sign-out", &[]).await;
}

#[tokio::test]
async fn somebody_without_a_role_does_not_get_in() {
    let house = House::new().await;
    let pool = "cabana_Operators";
    house.operator("ada", "administrators").await;
    house.operator("eve", "read-only").await;
    let member = json!({ "UserPoolId": pool, "Username": "eve", "GroupName": "read-only" });
    house.app.ok("AdminRemoveUserFromGroup", member).await;
    let mut browser = house.browser();
    let login = browser.get("/console").await;
    let form = [("username", "eve"), ("password", crate::harness::PASSWORD)];
    let page = browser.post(&login.url, &form).await;
    page.is(403).lacks("Create user pool").has("eve");
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let house = House::new().await;
    let mut browser = house.administrator("ada").await;
    for form in [vec![], vec![("_csrf", "forged")]] {
        let page = browser
            .request(Method::POST, "/console/sign-out", &form)
            .await;
        page.is(403).has("This form is no longer valid");
    }
    // The session continues, as nothing was done.
    browser.get("/console/pools").await.is(200);
}

#[tokio::test]
async fn a_session_dies_with_sign_out_everywhere_with_the_user_and_with_the_role() {
    let pool = "cabana_Operators";
    for (operation, more) in [
        ("AdminUserGlobalSignOut", json!({})),
        ("AdminDisableUser", json!({})),
        (
            "AdminRemoveUserFromGroup",
            json!({ "GroupName": "administrators" }),
        ),
    ] {
        let house = House::new().await;
        let mut ada = house.administrator("ada").await;
        let mut bob = house.administrator("bob").await;
        let mut body = json!({ "UserPoolId": pool, "Username": "ada" });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        house.app.advance(Span::seconds(1));
        house.app.ok(operation, body).await;
        let page = ada.request(Method::GET, "/console/pools", &[]).await;
        assert!(!page.status.is_success(), "{operation}");
        page.lacks("Create user pool");
        bob.get("/console/pools").await.is(200).has("bob");
    }
}

#[tokio::test]
async fn a_session_outlives_its_access_token_but_not_its_refresh_token() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let before = ada.jar["cabana_console"].clone();
    house.app.advance(Span::minutes(20));
    ada.get("/console/pools").await.is(200);
    assert_ne!(ada.jar["cabana_console"], before, "renewed");
    house.app.advance(Span::hours(12));
    let page = ada.request(Method::GET, "/console/pools", &[]).await;
    page.is(303);
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    let kept = ada.jar.clone();
    let page = ada.post("/console/sign-out", &[]).await;
    assert!(page.url.contains("/login?"), "at {}", page.url);
    ada.jar = kept;
    let page = ada.request(Method::GET, "/console/pools", &[]).await;
    page.is(303);
}

#[tokio::test]
async fn tokens_of_another_pool_open_nothing() {
    let house = House::new().await;
    let mut browser = house.browser();
    // A value that is not sealed, and one sealed for another purpose.
    for value in ["AAAA", "x.y.z"] {
        browser
            .jar
            .insert("cabana_console".to_owned(), value.to_owned());
        let page = browser.request(Method::GET, "/console/pools", &[]).await;
        page.is(303);
    }
}

#[tokio::test]
async fn every_page_is_under_a_strict_policy_and_kept_by_nobody() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    for url in [
        "/console/pools",
        "/console/account/authenticator",
        "/console/no-such-page",
    ] {
        let page = ada.get(url).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.headers["x-frame-options"], "DENY");
        assert!(!page.headers.contains_key("access-control-allow-origin"));
        assert!(
            page.headers["cache-control"]
                .to_str()
                .unwrap()
                .contains("no-store")
        );
        page.has("ada · administrator")
            .lacks("<style")
            .lacks(" style=");
    }
}
