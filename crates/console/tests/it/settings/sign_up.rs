//! Settings of sign-up.

use serde_json::json;

use crate::harness::House;

#[tokio::test]
async fn the_domains_that_may_sign_up_are_a_field_and_other_tags_stay() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let described = json!({ "UserPoolId": pool });
    let tags = json!({ "UserPoolId": pool, "UserPoolTags": { "team": "blue" } });
    house.app.ok("UpdateUserPool", tags).await;
    let url = format!("/console/pools/{pool}/sign-up/self-service");
    let mut ada = house.administrator("ada").await;
    for (domains, stored) in [
        ("example.org, example.net", Some("example.org, example.net")),
        ("", None),
    ] {
        ada.get(&url).await.is(200);
        ada.post(&url, &[("open", "on"), ("domains", domains)])
            .await
            .is(200);
        let now = house.app.ok("DescribeUserPool", described.clone()).await;
        let tags = &now["UserPool"]["UserPoolTags"];
        assert_eq!(tags["team"], "blue");
        assert_eq!(tags["cabana:sign-up-domains"].as_str(), stored);
    }
    let page = ada.post(&url, &[("domains", "*.example.org")]).await;
    page.is(200)
        .has("f-domains-error")
        .has("Enter full domain names");
}
