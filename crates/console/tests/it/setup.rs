//! The link that creates the first operator.

use cabana_api::logic::operators;
use cabana_domain::Span;
use serde_json::json;

use crate::harness::{House, PASSWORD};

fn link(house: &House) -> String {
    let api = &house.app.api;
    let token = operators::setup_token(api, api.clock.now()).unwrap();
    format!("/console/setup?token={token}")
}

#[tokio::test]
async fn a_link_makes_one_operator_and_no_second_one() {
    let house = House::new().await;
    let link = link(&house);
    let mut browser = house.browser();
    let page = browser.get(&link).await;
    page.is(200).has("Set up the console");
    let token = page.between("name=\"token\" value=\"", "\"").to_owned();
    let fields = |name| {
        vec![
            ("token", token.as_str()),
            ("username", name),
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("repeated", PASSWORD),
        ]
    };
    let page = browser.post("/console/setup", &fields("ada")).await;
    assert!(page.url.contains("/login?"), "at {}", page.url);
    let form = [("username", "ada"), ("password", PASSWORD)];
    let page = browser.post(&page.url, &form).await;
    page.is(200).has("ada · administrator");

    let mut other = house.browser();
    other.get(&link).await.is(403).lacks("<form");
    let page = other.post("/console/setup", &fields("eve")).await;
    page.is(403);
    let users = json!({ "UserPoolId": "cabana_Operators" });
    let users = house.app.ok("ListUsers", users).await;
    assert_eq!(users["Users"].as_array().unwrap().len(), 1, "{users}");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_uses_nothing_up() {
    let house = House::new().await;
    let link = link(&house);
    let mut browser = house.browser();
    let page = browser.get(&link).await;
    let token = page.between("name=\"token\" value=\"", "\"").to_owned();
    let wrong = [
        ("token", token.as_str()),
        ("username", "ada"),
        ("email", "ada@example.com"),
        ("password", "short"),
        ("repeated", "short"),
    ];
    let page = browser.post("/console/setup", &wrong).await;
    page.is(422)
        .has("id=\"f-password-error\"")
        .has("value=\"ada\"")
        .lacks("value=\"short\"");
    let different = [
        wrong[0],
        wrong[1],
        wrong[2],
        ("password", PASSWORD),
        ("repeated", "x"),
    ];
    let page = browser.post("/console/setup", &different).await;
    page.is(422).has("The passwords do not match.");
    let right = [
        wrong[0],
        wrong[1],
        wrong[2],
        ("password", PASSWORD),
        ("repeated", PASSWORD),
    ];
    let page = browser.post("/console/setup", &right).await;
    assert!(
        page.url.contains("/login?"),
        "at {}: {}",
        page.url,
        page.html
    );
}

#[tokio::test]
async fn a_link_is_good_for_half_an_hour_and_cannot_be_made_up() {
    let house = House::new().await;
    let link = link(&house);
    house.app.advance(Span::minutes(31));
    let mut browser = house.browser();
    browser.get(&link).await.is(403).lacks("<form");
    browser.get("/console/setup?token=AAAA").await.is(403);
    browser.get("/console/setup").await.is(403);
}

#[tokio::test]
async fn in_the_emulator_the_link_signs_in_directly() {
    let house = House::dev().await;
    let link = link(&house);
    let mut browser = house.browser();
    let page = browser.get(&link).await;
    assert_eq!(page.url, "/console/pools");
    page.is(200).has("admin · administrator");
    house.browser().get(&link).await.is(403);
}

#[tokio::test]
async fn looking_at_the_link_does_not_use_it_up() {
    let house = House::dev().await;
    let link = link(&house);
    let mut browser = house.browser();
    let looked = browser.request(http::Method::HEAD, &link, &[]).await;
    looked.is(200);
    assert!(browser.jar.is_empty(), "{:?}", browser.jar);
    let page = browser.get(&link).await;
    assert_eq!(page.is(200).url, "/console/pools");
}
