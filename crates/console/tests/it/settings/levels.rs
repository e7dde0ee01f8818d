//! Levels of authentication.

use serde_json::{Value, json};

use super::form::{borrowed, changed};
use crate::harness::House;

const OWN: &str = "https://example.org/strong";

async fn configured(house: &House, id: &str) -> Value {
    let shown = house
        .app
        .ok("DescribeUserPool", json!({ "UserPoolId": id }));
    shown.await["UserPool"]["AcrConfiguration"].clone()
}

#[tokio::test]
async fn levels_are_named_and_stated_in_tokens() {
    let house = House::new().await;
    let made = house.app.ok("CreateUserPool", json!({ "PoolName": "p" }));
    let id = made.await["UserPool"]["Id"].as_str().unwrap().to_owned();
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/sign-in/levels");
    let page = browser.get(&url).await;
    page.is(200).has("State the level in all tokens");
    // A name that another level has is refused beside its field.
    let twice = changed(&page.html, &[("Level4", Some("urn:cognito:loa:3"))]);
    let refused = browser.post(&url, &borrowed(&twice)).await;
    refused.is(200).has("Another level has this name.");
    assert_eq!(configured(&house, &id).await, Value::Null);

    let stated = changed(&page.html, &[("stated", Some("on"))]);
    let saved = browser.post(&url, &borrowed(&stated)).await;
    saved
        .is(200)
        .has("The authentication levels have been saved.");
    let names = configured(&house, &id).await;
    assert_eq!(names["Level4"]["AcrValue"], "urn:cognito:loa:4");
    let page = browser.get(&url).await;
    assert!(!page.html.contains("State the level in all tokens"));
    let named = changed(&page.html, &[("Level4", Some(OWN))]);
    let saved = browser.post(&url, &borrowed(&named)).await;
    saved.is(200).has(OWN).has("In all tokens");
    let names = configured(&house, &id).await;
    assert_eq!(names["Level4"]["AcrValue"], OWN);
    assert_eq!(names["Level3"]["AcrValue"], "urn:cognito:loa:3");
    // An empty name is the usual one.
    let page = browser.get(&url).await;
    let emptied = changed(&page.html, &[("Level4", Some(""))]);
    browser.post(&url, &borrowed(&emptied)).await.is(200);
    let names = configured(&house, &id).await;
    assert_eq!(names["Level4"]["AcrValue"], "urn:cognito:loa:4");
}
