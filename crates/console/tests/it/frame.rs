//! The frame of every page: rail, head and breadcrumbs.

use http::Method;
use serde_json::json;

use crate::harness::House;

#[tokio::test]
async fn rail_and_head_name_the_pool_and_the_card_of_facts_is_on_the_overview_only() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let other = house.pool("Other").await;
    let mut ada = house.administrator("ada").await;
    let home = format!("/console/pools/{pool}");
    let overview = ada.get(&home).await;
    overview
        .has("User pool overview")
        .has("aria-current=\"page\"><svg class=\"i\" aria-hidden=\"true\"><use href=\"#i-overview\"/></svg>Overview</a>")
        .has(&format!("<a href=\"/console/pools/{other}\">"))
        .lacks("cabana_Operators")
        .lacks("Breadcrumb");
    let users = ada.get(&format!("{home}/users")).await;
    users
        .has("<b class=\"cut\">People</b>")
        .has(&format!("href=\"{home}/quick-start\""))
        .has(&format!("href=\"{home}/integration\""))
        .lacks("User pool overview")
        .lacks("Delete user pool");
    ada.get(&format!("{home}/properties"))
        .await
        .has("Danger zone")
        .has(&format!("href=\"{home}/delete\""));
    let below = ada.get(&format!("{home}/properties/name")).await;
    let crumbs = below.between("aria-label=\"Breadcrumb\">", "</nav>");
    assert!(
        crumbs.contains("User pool properties") && !crumbs.contains("People"),
        "{crumbs}"
    );
    let mut rita = house.reader("rita").await;
    rita.get(&format!("{home}/properties"))
        .await
        .has("People")
        .lacks("Danger zone")
        .lacks("Create user pool");
}

#[tokio::test]
async fn a_page_without_a_pool_has_the_entries_of_the_server_only() {
    let house = House::new().await;
    let mut ada = house.administrator("ada").await;
    ada.get("/console/pools/new")
        .await
        .is(200)
        .has("href=\"/console/audit\"")
        .lacks("Sign-in page");
    ada.get("/console/pools/us-east-1_nothing0")
        .await
        .is(404)
        .lacks("Sign-in page");
}

#[tokio::test]
async fn the_sign_in_page_is_that_of_a_client_with_the_hosted_ui() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut rita = house.reader("rita").await;
    let path = format!("/console/pools/{pool}/sign-in-page");
    rita.get(&path).await.is(404).has("No sign-in page yet");
    let plain = json!({ "UserPoolId": pool, "ClientName": "plain" });
    house.app.ok("CreateUserPoolClient", plain).await;
    let hosted = json!({
        "UserPoolId": pool, "ClientName": "web", "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": ["https://app.example.com/callback"], "SupportedIdentityProviders": ["COGNITO"],
    });
    house.app.ok("CreateUserPoolClient", hosted).await;
    let page = rita.request(Method::GET, &path, &[]).await;
    page.is(303);
    let to = page.headers["location"].to_str().unwrap();
    assert!(to.contains(&format!("/{pool}/login?client_id=")), "{to}");
}
