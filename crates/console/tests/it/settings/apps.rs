use serde_json::json;

use super::form::{borrowed, changed};
use crate::harness::House;

#[tokio::test]
async fn a_domain_is_made_and_taken_away() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let tab = format!("/console/pools/{id}/integration");
    browser.get(&tab).await.is(200).has("Create Cognito domain");
    let url = format!("{tab}/domain");
    browser.get(&url).await.is(200);
    let reserved = browser.post(&url, &[("prefix", "my-cognito")]).await;
    reserved.is(200).has("reserved word").has("my-cognito");
    let made = browser.post(&url, &[("prefix", "people")]).await;
    made.is(200)
        .has("http://people.auth.us-east-1.localhost:9229");
    let ask = browser.get(&format!("{url}/delete?domain=people")).await;
    let gone = browser.post(&ask.is(200).url, &[]).await;
    gone.is(200)
        .has("The domain has been deleted.")
        .lacks("people.auth");
}

#[tokio::test]
async fn a_custom_domain_says_where_dns_must_lead() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/integration/custom-domain");
    let page = browser.get(&url).await;
    page.is(200).has("<code>localhost</code>");
    let form = changed(&page.html, &[("name", Some("Auth.Example.com"))]);
    let made = browser.post(&url, &borrowed(&form)).await;
    made.is(200).has("https://auth.example.com");
}

#[tokio::test]
async fn a_domain_of_another_pool_cannot_be_deleted_from_here() {
    let house = House::new().await;
    let (own, other) = (house.pool("Own").await, house.pool("Other").await);
    let domain = json!({ "UserPoolId": other, "Domain": "other" });
    house.app.ok("CreateUserPoolDomain", domain).await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{own}/integration/domain/delete");
    browser.get(&format!("{url}?domain=other")).await.is(404);
    let tab = format!("/console/pools/{own}/integration");
    browser.get(&tab).await.is(200);
    browser.post(&url, &[("domain", "other")]).await.is(404);
}

#[tokio::test]
async fn a_resource_server_is_made_changed_and_deleted() {
    let house = House::new().await;
    let id = house.pool("People").await;
    let mut browser = house.administrator("ada").await;
    let url = format!("/console/pools/{id}/integration/resource-servers");
    browser.get(&format!("{url}/new")).await.is(200);
    let wrong = [
        ("name", "Orders"),
        ("identifier", "https://orders.example/?a=b&c"),
        ("scopes", "read"),
    ];
    let again = browser.post(&format!("{url}/new"), &wrong).await;
    again.is(200).has("Enter what read allows after its name.");
    let right = [
        wrong[0],
        wrong[1],
        ("scopes", "read See orders\nwrite Change orders"),
    ];
    let made = browser.post(&format!("{url}/new"), &right).await;
    made.is(200).has("https://orders.example/?a=b&#38;c/write");
    let which = "?identifier=https%3A%2F%2Forders.example%2F%3Fa%3Db%26c";
    let edit = format!("{url}/edit{which}");
    made.has(&format!("href=\"{edit}\""));
    let page = browser.get(&edit).await;
    let form = changed(&page.html, &[("scopes", Some("read See orders"))]);
    let saved = browser.post(&edit, &borrowed(&form)).await;
    saved.is(200).has("/read").lacks("/write");
    let delete = format!("{url}/delete{which}");
    browser.get(&delete).await.is(200).has("Orders");
    browser
        .post(&delete, &[])
        .await
        .is(200)
        .lacks("orders.example");
}
